//! Scheduling policies, job state time limits and consumable resources while a simulation runs.
//!
//! A job that may not start, because its queue's policy keeps vCPUs free for other shares or because a consumable resource is
//! in use, blocks those behind it and has nothing launched for it. A consumable resource is taken by every attempt from
//! its start, and given back at its end if it is replenishable.
//!
//! A limit of the time that a job blocks its queue counts from when the job is first and waits for that reason without a
//! break; what is cancelled has failed, and so has what depends on its success. Jobs that nothing can take are set
//! aside where there is no such limit for them; where there is one they block their queue until they are cancelled, as in AWS.

use super::Simulation;
use super::event_queue::Event;
use super::fair_share::{Member, Shares};
use super::launch_order::Wanted;
use super::outcome::{JobStatus, UsedUp};
use super::policy::{BlockedBy, Consumable, StateLimit};
use super::waiting::{Cause, Stuck};
use crate::workload::Job;
use crate::workload::detail::Label;

/// How much of the consumable resources is taken.
#[derive(Debug)]
pub(super) struct Consumables<'a> {
    all: &'a [Consumable],
    /// By running attempts, and for good by those that ended, where it does not come back.
    taken: Vec<u64>,
    /// For waiting jobs that have room reserved.
    reserved: Vec<u64>,
}

impl<'a> Consumables<'a> {
    pub(super) fn new(all: &'a [Consumable]) -> Consumables<'a> {
        Consumables { all, taken: vec![0; all.len()], reserved: vec![0; all.len()] }
    }

    /// A resource, and how much of it is taken.
    fn of(&self, resource: u16) -> (&Consumable, u64) {
        (&self.all[usize::from(resource)], self.taken[usize::from(resource)])
    }

    /// The first resource that there is not enough of.
    fn missing(&self, wanted: &[(u16, u64)], nodes: u64, with_reserved: bool) -> Option<u16> {
        let is_missing = |(resource, quantity): &&(u16, u64)| {
            let index = usize::from(*resource);
            let reserved = if with_reserved { self.reserved[index] } else { 0 };
            self.taken[index] + reserved + quantity * nodes > self.all[index].total
        };
        wanted.iter().find(is_missing).map(|(resource, _)| *resource)
    }
}

impl Simulation<'_> {
    /// Where a job stands in its queue; nothing is looked up where that has no policy.
    pub(super) fn member(&self, index: u32) -> Member {
        if self.queues[self.rank_of(index)].shares.is_none() {
            return Member::default();
        }
        let said = self.workload.scheduling_priority(index as usize);
        Member {
            share: self.workload.label(Label::Share, index as usize),
            priority: said.unwrap_or_else(|| self.definition(self.job(index)).scheduling_priority),
        }
    }

    /// What forbids a job to start, or to have room reserved, whatever room there is.
    pub(super) fn forbidden(&mut self, rank: usize, index: u32, with_reserved: bool) -> Option<Cause> {
        let job = self.job(index);
        let queue = &mut self.queues[rank];
        if let Some(shares) = &mut queue.shares {
            let limits = queue.environments.iter().map(|of| self.fleets[usize::from(*of)].limits.max_vcpus);
            let max_vcpus = limits.map(u64::from).sum();
            if !shares.allows(vcpus(job), max_vcpus, with_reserved, self.now) {
                return Some(Cause::ComputeReservation);
            }
        }
        if self.consumables.all.is_empty() {
            return None;
        }
        let wanted = &self.definition(job).consumes;
        self.consumables.missing(wanted, job.nodes.into(), with_reserved).map(Cause::Consumable)
    }

    /// What waiting jobs need and can never have, since no attempt gives it back.
    pub(super) fn used_up(&self) -> Vec<UsedUp> {
        let mut found: Vec<UsedUp> = Vec::new();
        for (index, _) in (0..).zip(&self.jobs).filter(|(_, job)| job.status == JobStatus::Runnable) {
            let job = self.job(index);
            let wanted = &self.definition(job).consumes;
            let never = wanted.iter().find(|(resource, quantity)| {
                let (of, taken) = self.consumables.of(*resource);
                !of.replenishable && taken + quantity * u64::from(job.nodes) > of.total
            });
            let Some((resource, _)) = never.copied() else { continue };
            if let Some(of) = found.iter_mut().find(|of| of.resource == resource) {
                of.jobs += 1;
            } else {
                let (of, taken) = self.consumables.of(resource);
                found.push(UsedUp { resource, left: of.total - taken, jobs: 1, first: index });
            }
        }
        found
    }

    /// A job is submitted.
    pub(super) fn arrives(&mut self, index: u32) {
        self.with_shares(index, |shares, member, _| shares.arrives(member));
    }

    /// A job ends, is set aside or cancelled.
    pub(super) fn leaves(&mut self, index: u32) {
        if (index as usize) < self.submitted {
            self.with_shares(index, |shares, member, now| shares.ends(member, now));
        }
    }

    /// An attempt of a job starts.
    pub(super) fn runs(&mut self, index: u32) {
        let more = vcpus(self.job(index));
        self.with_shares(index, |shares, member, now| shares.runs(member, more, 0, now));
        self.consume(index, |consumables, resource, quantity| consumables.taken[resource] += quantity);
    }

    /// An attempt of a job has ended.
    pub(super) fn runs_no_more(&mut self, index: u32) {
        let fewer = vcpus(self.job(index));
        self.with_shares(index, |shares, member, now| shares.runs(member, 0, fewer, now));
        self.consume(index, |consumables, resource, quantity| {
            if consumables.all[resource].replenishable {
                consumables.taken[resource] -= quantity;
            }
        });
    }

    /// Room is reserved for a waiting job, or no more.
    pub(super) fn is_reserved(&mut self, index: u32, reserved: bool) {
        let vcpus = vcpus(self.job(index));
        let (more, fewer) = if reserved { (vcpus, 0) } else { (0, vcpus) };
        self.with_shares(index, |shares, member, _| shares.reserves(member, more, fewer));
        self.consume(index, |consumables, resource, quantity| {
            let of = &mut consumables.reserved[resource];
            *of = if reserved { *of + quantity } else { *of - quantity };
        });
    }

    fn with_shares(&mut self, index: u32, change: impl FnOnce(&mut Shares<'_>, Member, u64)) {
        let job = self.job(index);
        let Some(queue) = self.routes.queues[usize::from(job.queue)] else { return };
        if self.routes.definitions[usize::from(job.job_definition)].is_none() {
            return;
        }
        let rank = usize::from(self.rank[usize::from(queue)]);
        if self.queues[rank].shares.is_some() {
            let member = self.member(index);
            if let Some(shares) = &mut self.queues[rank].shares {
                change(shares, member, self.now);
            }
        }
    }

    fn consume(&mut self, index: u32, change: impl Fn(&mut Consumables<'_>, usize, u64)) {
        if self.consumables.all.is_empty() {
            return;
        }
        let job = self.job(index);
        let definition = self.routes.definitions[usize::from(job.job_definition)].as_ref();
        for (resource, quantity) in definition.map_or(&[][..], |definition| &definition.consumes) {
            change(&mut self.consumables, usize::from(*resource), quantity * u64::from(job.nodes));
        }
    }

    /// Whether a job that nothing can take blocks its queue, since a limit ends that.
    pub(super) fn blocks_until_cancelled(&self, index: u32) -> bool {
        self.limit_of_misfit(index).is_some()
    }

    fn limit_of_misfit(&self, index: u32) -> Option<StateLimit> {
        let job = self.job(index);
        let misfit = self.model.misfit(job, &self.routes)?;
        self.model.limit_of(job, misfit, &self.routes)
    }

    /// Whether a job waits that nothing can take.
    pub(super) fn is_stuck_misfit(&self, index: u32) -> bool {
        !self.queues[self.rank_of(index)].limits.is_empty() && self.blocks_until_cancelled(index)
    }

    /// Since when the first job of each queue that has limits waits for what they name.
    pub(super) fn watch_limits(&mut self) {
        for rank in 0..self.queues.len() {
            if self.queues[rank].limits.is_empty() {
                continue;
            }
            let first = self.queues[rank].first(self.now);
            let limit = first.and_then(|job| Some((job, self.limit_of_first(rank, job)?)));
            let queue = &mut self.queues[rank];
            let goes_on = |before: &Stuck| {
                limit.is_some_and(|(job, limit)| (job, limit.reason) == (before.job, before.limit.reason))
            };
            if queue.stuck.as_ref().is_some_and(goes_on) {
                continue;
            }
            queue.stuck = limit.map(|(job, limit)| Stuck { job, limit, since: self.now });
            if let Some((job, limit)) = limit {
                let rank = u16::try_from(rank).expect("queues are few");
                self.events.push(self.now.saturating_add(limit.seconds), Event::StateLimit { rank, job });
            }
        }
    }

    /// The limit of the time for what the first job of a queue waits for.
    fn limit_of_first(&self, rank: usize, job: u32) -> Option<StateLimit> {
        let queue = &self.queues[rank];
        match queue.cause {
            Cause::Capacity(_) => {
                queue.limits.iter().find(|limit| limit.reason == BlockedBy::InstanceCapacity).copied()
            }
            Cause::Misfit => self.limit_of_misfit(job),
            _ => None,
        }
    }

    /// The time of a job at the head of its queue is over, if it still waits for the same reason since then.
    pub(super) fn state_limit(&mut self, rank: u16, index: u32) {
        let rank = usize::from(rank);
        let Some(stuck) = self.queues[rank].stuck.filter(|stuck| stuck.job == index) else { return };
        let is_over = stuck.since.saturating_add(stuck.limit.seconds) <= self.now;
        if !is_over || self.queues[rank].first(self.now) != Some(index) {
            return;
        }
        self.queues[rank].pop();
        self.queues[rank].stuck = None;
        self.release_reservation(index);
        self.wants(index, Wanted::remove);
        self.outcome.waited_seconds += u128::from(self.now - self.states[index as usize].since);
        self.outcome.cancelled.push((index, stuck.limit.reason));
        self.settle(index, JobStatus::Failed);
    }
}

/// What all nodes of a job ask for.
fn vcpus(job: &Job) -> u64 {
    u64::from(job.vcpus) * u64::from(job.nodes)
}
