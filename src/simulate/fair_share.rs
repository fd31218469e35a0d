//! The jobs of a queue with a fair-share scheduling policy: who is next, and what each share has used.
//!
//! AWS says that usage is vCPU time × weight factor, over `shareDecaySeconds`, of jobs that run and that ran within it; that
//! the share with the lowest usage is next; and that within a share a higher scheduling priority goes first. It does not
//! publish the function. Assumed here: of the last `shareDecaySeconds` every vCPU-second counts alike, whether its job has
//! ended or not, and what is older counts nothing; the second that begins counts already, so that what starts in it is seen;
//! shares of equal usage stand by the submission of the job that is their next; within a share and a priority jobs go by
//! submission. The order is looked at whenever something happens, and whoever is next blocks those behind. A share is active
//! from the submission of a job until `shareDecaySeconds` after the end of its last one.
//!
//! All of it in whole vCPU-seconds. A change of a share costs the logarithm of its waiting jobs; to ask who is next costs the
//! number of shares that wait, of which AWS allows 500 in a queue.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::policy::FairShare;

/// Jobs by scheduling priority, then by index, which is their order of submission; the first one is the greatest.
type Order = BinaryHeap<(u16, Reverse<u32>)>;

/// Where a job stands among those of its queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Member {
    /// Which of the share identifiers that the workload names.
    pub(super) share: u32,
    /// Its scheduling priority.
    pub(super) priority: u16,
}

/// One share of a queue.
#[derive(Debug, Default)]
struct Share {
    weight: u32,
    /// Jobs to be placed, as the queue's `waiting`.
    waiting: Order,
    /// Jobs without a reservation; some have started since.
    unreserved: Order,
    usage: Usage,
    /// vCPUs of waiting jobs that have room reserved.
    reserved: u64,
    /// Where it stands among the shares that wait, while it does.
    place: usize,
    /// Jobs that were submitted and have not ended.
    open: u64,
    /// Until when it is active without any [s].
    until: u64,
    is_active: bool,
}

/// vCPU-seconds of the window that ends now.
#[derive(Debug, Default)]
struct Usage {
    /// As of when what follows holds [s].
    at: u64,
    /// vCPU-seconds since `at` less the window.
    used: u64,
    /// vCPUs that run.
    running: u64,
    /// vCPUs that ran when the window begins.
    ran: u64,
    /// Changes of what ran within the window: when [s], and to how many vCPUs.
    changes: VecDeque<(u64, u64)>,
}

impl Usage {
    /// Moves the window on to its end at `now`.
    fn advance(&mut self, now: u64, window: u64) {
        while self.at < now {
            let leaves = self.changes.front().map(|(time, _)| time.saturating_add(window));
            let to = leaves.map_or(now, |leaves| leaves.min(now)).max(self.at);
            let seconds = to - self.at;
            self.used = self.used + self.running * seconds - self.ran * seconds;
            self.at = to;
            while let Some((time, vcpus)) = self.changes.front() {
                if time.saturating_add(window) > to {
                    break;
                }
                self.ran = *vcpus;
                self.changes.pop_front();
            }
        }
    }

    fn change(&mut self, now: u64, window: u64, vcpus: u64) {
        self.advance(now, window);
        self.running = vcpus;
        match self.changes.back_mut() {
            Some((time, last)) if *time == now => *last = vcpus,
            _ => self.changes.push_back((now, vcpus)),
        }
    }
}

/// The waiting jobs of a queue with a policy, by share.
#[derive(Debug)]
pub(super) struct Shares<'a> {
    policy: &'a FairShare,
    shares: Vec<Share>,
    /// Shares with waiting jobs, in no order.
    with_waiting: Vec<u32>,
    /// The share whose job is the first, as of the last question.
    first: Option<u32>,
    /// The share whose job is the first without a reservation, as of the last question.
    first_unreserved: Option<u32>,
    /// Ends of shares' activity to come, in order [s].
    fading: VecDeque<(u64, u32)>,
    active: u32,
    /// vCPUs of all running jobs.
    running: u64,
    /// vCPUs of all waiting jobs that have room reserved.
    reserved: u64,
    /// What may be used of so many vCPUs with so many active shares, as it was last asked for.
    usable: (u64, u32, u64),
}

impl<'a> Shares<'a> {
    /// Of a policy, for the share identifiers that the workload names.
    pub(super) fn new(policy: &'a FairShare, labels: &[Box<str>]) -> Shares<'a> {
        let share = |label: &str| Share { weight: policy.weight(label), ..Share::default() };
        Shares {
            policy,
            shares: labels.iter().map(|label| share(label)).collect(),
            with_waiting: Vec::new(),
            first: None,
            first_unreserved: None,
            fading: VecDeque::new(),
            active: 0,
            running: 0,
            reserved: 0,
            usable: (0, 0, policy.usable_vcpus(0, 0)),
        }
    }

    fn of(&mut self, member: Member) -> &mut Share {
        &mut self.shares[member.share as usize]
    }

    /// A job waits.
    pub(super) fn push(&mut self, job: u32, member: Member) {
        let place = self.with_waiting.len();
        let share = self.of(member);
        share.waiting.push((member.priority, Reverse(job)));
        if share.waiting.len() == 1 {
            share.place = place;
            self.with_waiting.push(member.share);
        }
    }

    /// A waiting job has no reservation.
    pub(super) fn push_unreserved(&mut self, job: u32, member: Member) {
        self.of(member).unreserved.push((member.priority, Reverse(job)));
    }

    /// The job that is next: the first of the share that has used least.
    pub(super) fn first(&mut self, now: u64) -> Option<u32> {
        let mut least = None;
        for place in 0..self.with_waiting.len() {
            let index = self.with_waiting[place];
            let share = &mut self.shares[index as usize];
            share.usage.advance(now, self.policy.decay_seconds);
            let Some(job) = top(&share.waiting) else { continue };
            let standing = (share.weighted(0), job);
            if least.is_none_or(|(before, _)| standing < before) {
                least = Some((standing, index));
            }
        }
        self.first = least.map(|(_, index)| index);
        least.map(|((_, job), _)| job)
    }

    /// Takes out the job that [`Shares::first`] said.
    pub(super) fn pop(&mut self) {
        let Some(index) = self.first.take() else { return };
        let share = &mut self.shares[index as usize];
        share.waiting.pop();
        if share.waiting.is_empty() {
            let place = share.place;
            self.with_waiting.swap_remove(place);
            if let Some(moved) = self.with_waiting.get(place) {
                self.shares[*moved as usize].place = place;
            }
        }
    }

    /// The job for which room is looked for next: that which is next of all, then by usage as if those with reservations
    /// ran. As of when [`Shares::first`] was asked last.
    pub(super) fn first_unreserved(&mut self) -> Option<u32> {
        let (job, share) = self.peek_unreserved()?;
        self.first_unreserved = Some(share);
        Some(job)
    }

    fn peek_unreserved(&self) -> Option<(u32, u32)> {
        if let Some(index) = self.first {
            let share = &self.shares[index as usize];
            let next = top(&share.waiting).filter(|next| top(&share.unreserved) == Some(*next));
            if let Some(next) = next {
                return Some((next, index));
            }
        }
        let shares = self.with_waiting.iter().filter_map(|index| {
            let share = &self.shares[*index as usize];
            Some((share.weighted(share.reserved), top(&share.unreserved)?, *index))
        });
        shares.min().map(|(_, job, index)| (job, index))
    }

    /// Takes out the job that [`Shares::first_unreserved`] said.
    pub(super) fn pop_unreserved(&mut self) {
        if let Some(index) = self.first_unreserved.take() {
            self.shares[index as usize].unreserved.pop();
        }
    }

    /// Whether a waiting job may have no reservation.
    pub(super) fn has_unreserved(&self) -> bool {
        self.with_waiting.iter().any(|index| !self.shares[*index as usize].unreserved.is_empty())
    }

    /// Whether a waiting job stands behind the first one that may have no reservation.
    pub(super) fn is_behind(&self, job: u32, member: Member) -> bool {
        let Some((first, index)) = self.peek_unreserved() else { return false };
        if index == member.share {
            let share = &self.shares[index as usize];
            return share.unreserved.peek().is_some_and(|first| (member.priority, Reverse(job)) < *first);
        }
        let standing = |index: u32| self.shares[index as usize].weighted(0);
        (standing(member.share), job) > (standing(index), first)
    }

    /// A job is submitted.
    pub(super) fn arrives(&mut self, member: Member) {
        let share = self.of(member);
        share.open += 1;
        if !std::mem::replace(&mut share.is_active, true) {
            self.active += 1;
        }
    }

    /// A job that was submitted has ended, or was set aside.
    pub(super) fn ends(&mut self, member: Member, now: u64) {
        let until = now.saturating_add(self.policy.decay_seconds);
        let share = self.of(member);
        share.open -= 1;
        if share.open == 0 {
            share.until = until;
            self.fading.push_back((until, member.share));
        }
    }

    /// So many more vCPUs of a share run, or so many fewer.
    pub(super) fn runs(&mut self, member: Member, more: u64, fewer: u64, now: u64) {
        let window = self.policy.decay_seconds;
        self.running = self.running + more - fewer;
        let usage = &mut self.of(member).usage;
        usage.change(now, window, usage.running + more - fewer);
    }

    /// Room is reserved for so many more vCPUs of waiting jobs of a share, or for so many fewer.
    pub(super) fn reserves(&mut self, member: Member, more: u64, fewer: u64) {
        self.reserved = self.reserved + more - fewer;
        let share = self.of(member);
        share.reserved = share.reserved + more - fewer;
    }

    /// Whether the policy's compute reservation lets so many more vCPUs run, of so many that the queue's environments may
    /// have; with reservations counted as if they ran, or without.
    pub(super) fn allows(&mut self, vcpus: u64, max_vcpus: u64, with_reserved: bool, now: u64) -> bool {
        if self.policy.compute_reservation == 0 {
            return true;
        }
        while let Some((until, index)) = self.fading.front().copied().filter(|(until, _)| *until <= now) {
            self.fading.pop_front();
            let share = &mut self.shares[index as usize];
            if share.open == 0 && share.until == until && share.is_active {
                share.is_active = false;
                self.active -= 1;
            }
        }
        if (self.usable.0, self.usable.1) != (max_vcpus, self.active) {
            self.usable = (max_vcpus, self.active, self.policy.usable_vcpus(max_vcpus, self.active));
        }
        let reserved = if with_reserved { self.reserved } else { 0 };
        self.running + reserved + vcpus <= self.usable.2
    }
}

fn top(order: &Order) -> Option<u32> {
    order.peek().map(|(_, Reverse(job))| *job)
}

impl Share {
    /// Usage × weight factor, in ten-thousandths of vCPU-seconds; so many more vCPUs count as if they ran.
    fn weighted(&self, more: u64) -> u128 {
        u128::from(self.usage.used + self.usage.running + more) * u128::from(self.weight)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_is_what_ran_within_the_window() {
        // 2 vCPUs from 100 to 200, 3 more from 150 to 400; a window of 100.
        let mut usage = Usage::default();
        let mut seen = Vec::new();
        for now in [100, 150, 200, 250, 280, 300, 310, 400, 450, 500, 600] {
            match now {
                100 => usage.change(now, 100, 2),
                150 => usage.change(now, 100, 5),
                200 => usage.change(now, 100, 3),
                400 => usage.change(now, 100, 0),
                _ => usage.advance(now, 100),
            }
            seen.push((now, usage.used));
        }
        // At 250: 50 × 5 + 50 × 3; at 280: 20 × 5 + 80 × 3; from 300 to 400 there are always 3.
        let expected = [
            (100, 0),
            (150, 100),
            (200, 350),
            (250, 400),
            (280, 340),
            (300, 300),
            (310, 300),
            (400, 300),
            (450, 150),
            (500, 0),
            (600, 0),
        ];
        assert_eq!(seen, expected);
    }
}
