//! What jobs wait for: every second that a job waits has one cause.
//!
//! Whoever is first in a queue blocks those behind, so all of its jobs wait for what the first one waits for. The first one
//! is the oldest, or that of the share that has used least where the queue has a scheduling policy ([`super::fair_share`]).

use super::fair_share::{Member, Shares};
use super::fifo::Line;
use super::launch_order::Wanted;
use super::policy::StateLimit;

/// What the first job of a queue waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// An instance that is being launched for it.
    #[default]
    Launch,
    /// `max_vcpus` of a compute environment, by index: the first of the queue's that could take the job.
    MaxVcpus(u16),
    /// EC2's capacity in a compute environment, by index; none of the queue's is held back by `max_vcpus` alone.
    Capacity(u16),
    /// What the scheduling policy keeps free for shares that are not active.
    ComputeReservation,
    /// A consumable resource, by index.
    Consumable(u16),
    /// Nothing: no instance of the queue's compute environments can take it.
    Misfit,
}

/// Why an environment launches nothing for a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// It has no type for it.
    Unfit,
    /// `max_vcpus`.
    MaxVcpus,
    /// EC2 refused.
    Capacity,
}

impl Cause {
    /// Of what held the queue's environments back, in their order: `max_vcpus` first, since that can be raised.
    pub(super) fn of(held: impl Iterator<Item = (u16, Held)>) -> Cause {
        let mut cause = Cause::Launch;
        for (environment, held) in held {
            match (held, cause) {
                (Held::MaxVcpus, Cause::Launch | Cause::Capacity(_)) => cause = Cause::MaxVcpus(environment),
                (Held::Capacity, Cause::Launch) => cause = Cause::Capacity(environment),
                _ => {}
            }
        }
        cause
    }
}

/// The first job of a queue waits for what there is a limit of the time for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stuck {
    pub(super) job: u32,
    pub(super) limit: StateLimit,
    /// Since when it does [s].
    pub(super) since: u64,
}

/// A job queue at work.
#[derive(Debug, Default)]
pub(super) struct WaitingQueue<'a> {
    /// Jobs to be placed.
    waiting: Line,
    /// Jobs without a reservation; some have started since.
    unreserved: Line,
    /// Instead of the two, where the queue has a scheduling policy.
    pub(super) shares: Option<Box<Shares<'a>>>,
    /// How long its first job may wait for what.
    pub(super) limits: &'a [StateLimit],
    /// Whether the first one does.
    pub(super) stuck: Option<Stuck>,
    pub(super) environments: Vec<u16>,
    /// How many wait.
    pub(super) count: u64,
    /// For how many of them room is reserved.
    pub(super) reserved: u64,
    /// Whether nothing can be launched for one of them.
    pub(super) is_blocked: bool,
    /// When last a job of it could get no room, lost what was reserved for it, or came before others that waited [s].
    pub(super) disturbed: u64,
    /// What those of one node ask for that have no room reserved.
    pub(super) wanted: Wanted,
    /// The youngest job that was put into it.
    pub(super) youngest: u32,
    /// What the first of them waits for, and so those behind it.
    pub(super) cause: Cause,
}

impl<'a> WaitingQueue<'a> {
    pub(super) fn new(
        environments: Vec<u16>,
        shares: Option<Box<Shares<'a>>>,
        limits: &'a [StateLimit],
    ) -> WaitingQueue<'a> {
        WaitingQueue { environments, shares, limits, ..WaitingQueue::default() }
    }

    /// A job waits, and has no reservation.
    pub(super) fn push(&mut self, job: u32, member: Member) {
        match &mut self.shares {
            None => self.waiting.push(job),
            Some(shares) => shares.push(job, member),
        }
        self.push_unreserved(job, member);
        self.count += 1;
    }

    /// A waiting job has no reservation.
    pub(super) fn push_unreserved(&mut self, job: u32, member: Member) {
        match &mut self.shares {
            None => self.unreserved.push(job),
            Some(shares) => shares.push_unreserved(job, member),
        }
    }

    /// The first job.
    pub(super) fn first(&mut self, now: u64) -> Option<u32> {
        match &mut self.shares {
            None => self.waiting.first(),
            Some(shares) => shares.first(now),
        }
    }

    /// Takes out the job that [`WaitingQueue::first`] said.
    pub(super) fn pop(&mut self) {
        match &mut self.shares {
            None => drop(self.waiting.pop()),
            Some(shares) => shares.pop(),
        }
        self.count -= 1;
    }

    /// The first job that may have no reservation.
    pub(super) fn first_unreserved(&mut self) -> Option<u32> {
        match &mut self.shares {
            None => self.unreserved.first(),
            Some(shares) => shares.first_unreserved(),
        }
    }

    /// Takes out the job that [`WaitingQueue::first_unreserved`] said.
    pub(super) fn pop_unreserved(&mut self) {
        match &mut self.shares {
            None => drop(self.unreserved.pop()),
            Some(shares) => shares.pop_unreserved(),
        }
    }

    /// Whether one may have no reservation.
    pub(super) fn has_unreserved(&self) -> bool {
        match &self.shares {
            None => self.unreserved.first().is_some(),
            Some(shares) => shares.has_unreserved(),
        }
    }

    /// Whether a waiting job stands behind the first one that may have no reservation.
    pub(super) fn is_behind(&self, job: u32, member: Member) -> bool {
        match &self.shares {
            None => self.unreserved.first().is_some_and(|first| first < job),
            Some(shares) => shares.is_behind(job, member),
        }
    }

    pub(super) fn disturbed_by(&mut self, is_disturbed: bool, now: u64) {
        if is_disturbed {
            self.disturbed = now;
        }
    }
}

/// Time that jobs waited, by cause [job-seconds].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waited {
    /// For launches.
    pub launch: u128,
    /// At `max_vcpus`, by compute environment.
    pub max_vcpus: Vec<u128>,
    /// For EC2's capacity, by compute environment.
    pub capacity: Vec<u128>,
    /// For what scheduling policies keep free.
    pub compute_reservation: u128,
    /// For consumable resources, by resource.
    pub consumable: Vec<u128>,
    /// Behind, or as, a job that nothing can take.
    pub misfit: u128,
}

impl Waited {
    /// None yet, in so many compute environments, for so many consumable resources.
    pub(super) fn new(environments: usize, consumables: usize) -> Waited {
        Waited {
            max_vcpus: vec![0; environments],
            capacity: vec![0; environments],
            consumable: vec![0; consumables],
            ..Waited::default()
        }
    }

    pub(super) fn add(&mut self, cause: Cause, jobs: u64, seconds: u64) {
        let waited = match cause {
            Cause::Launch => &mut self.launch,
            Cause::MaxVcpus(environment) => &mut self.max_vcpus[usize::from(environment)],
            Cause::Capacity(environment) => &mut self.capacity[usize::from(environment)],
            Cause::ComputeReservation => &mut self.compute_reservation,
            Cause::Consumable(resource) => &mut self.consumable[usize::from(resource)],
            Cause::Misfit => &mut self.misfit,
        };
        *waited += u128::from(jobs) * u128::from(seconds);
    }

    /// All of it.
    #[must_use]
    pub fn all(&self) -> u128 {
        let listed = self.max_vcpus.iter().chain(&self.capacity).chain(&self.consumable);
        self.launch + self.compute_reservation + self.misfit + listed.sum::<u128>()
    }
}
