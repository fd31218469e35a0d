//! What jobs wait for: every second that a job waits has one cause.
//!
//! A queue is strictly first in, first out, so all of its jobs wait for what the first one waits for.

use super::launch_order::Wanted;
use super::line::Line;

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

/// A job queue at work.
#[derive(Debug, Default)]
pub(super) struct WaitingQueue {
    /// Jobs to be placed.
    pub(super) waiting: Line,
    /// Jobs without a reservation; some have started since.
    pub(super) unreserved: Line,
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

impl WaitingQueue {
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
}

impl Waited {
    /// None yet, in so many compute environments.
    pub(super) fn new(environments: usize) -> Waited {
        Waited { launch: 0, max_vcpus: vec![0; environments], capacity: vec![0; environments] }
    }

    pub(super) fn add(&mut self, cause: Cause, jobs: u64, seconds: u64) {
        let waited = match cause {
            Cause::Launch => &mut self.launch,
            Cause::MaxVcpus(environment) => &mut self.max_vcpus[usize::from(environment)],
            Cause::Capacity(environment) => &mut self.capacity[usize::from(environment)],
        };
        *waited += u128::from(jobs) * u128::from(seconds);
    }

    /// All of it.
    #[must_use]
    pub fn all(&self) -> u128 {
        self.launch + self.max_vcpus.iter().chain(&self.capacity).sum::<u128>()
    }
}
