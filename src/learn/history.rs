//! Where and when each attempt of a job ran, as far as its record says.
//!
//! An attempt belongs to a compute environment if its queue has one only, or if its instance type is in one only of those of its
//! queue. It starts after the wait of its job; what a job waited before a further attempt no record says, so later attempts
//! are taken to follow at once.

use crate::scenario::Scenario;
use crate::scenario::keys::batch::EnvironmentType;
use crate::workload::detail::Reason;
use crate::workload::{Job, Recorded, Workload};

/// Where an attempt ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In this compute environment.
    In(usize),
    /// In one of these: the record does not say in which.
    OneOf(Vec<usize>),
    /// In none of the scenario's.
    Elsewhere,
}

/// One attempt.
#[derive(Clone, Debug)]
pub(super) struct Attempt<'a> {
    /// Which job.
    pub(super) job: usize,
    pub(super) place: Place,
    /// Empty for unknown.
    pub(super) instance_type: &'a str,
    /// When it ended, from the start of the trace [s]; as if it had not waited, where its wait is unknown.
    pub(super) end: u64,
    pub(super) run_seconds: u32,
    pub(super) reason: Option<Reason>,
}

/// The jobs of a record under their scenario.
#[derive(Debug)]
pub(super) struct History<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) workload: &'a Workload,
    /// By job, the first one first.
    pub(super) attempts: Vec<Attempt<'a>>,
    /// What the record says of any job.
    pub(super) says: Says,
    /// By queue of the workload.
    queues: Vec<Option<usize>>,
}

/// What a record has.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Says {
    pub(super) waits: bool,
    pub(super) reasons: bool,
    pub(super) types: bool,
    pub(super) peaks: bool,
}

impl<'a> History<'a> {
    pub(super) fn new(scenario: &'a Scenario, workload: &'a Workload) -> History<'a> {
        let queues = &scenario.keys.batch.job_queue;
        let queue = |name: &String| match queues.len() {
            // As in a simulation: all jobs go to the only one.
            1 => Some(0),
            _ => queues.iter().position(|queue| queue.name == *name),
        };
        let mut history = History {
            scenario,
            workload,
            attempts: Vec::new(),
            says: Says::default(),
            queues: workload.queues().iter().map(queue).collect(),
        };
        for job in 0..workload.jobs().len() {
            history.add(job);
        }
        history
    }

    fn add(&mut self, number: usize) {
        let job = &self.workload.jobs()[number];
        let detail = self.workload.detail(number);
        let mut end = job.submit_seconds + u64::from(detail.wait_seconds.unwrap_or_default());
        let last = (job.run_seconds, detail.reason, detail.instance_type);
        let earlier = detail.earlier.iter().map(|of| (of.run_seconds, of.reason, of.instance_type));
        for (run_seconds, reason, instance_type) in earlier.chain([last]) {
            end += u64::from(run_seconds);
            self.says.reasons |= reason.is_some();
            self.says.types |= !instance_type.is_empty();
            let place = self.place(job, instance_type);
            self.attempts.push(Attempt { job: number, place, instance_type, end, run_seconds, reason });
        }
        self.says.waits |= detail.wait_seconds.is_some();
        self.says.peaks |= detail.peak_memory_mib.is_some();
    }

    /// The queue of a job in the scenario.
    pub(super) fn queue(&self, job: &Job) -> Option<usize> {
        self.queues[usize::from(job.queue)]
    }

    /// The compute environments of a job's queue, in its order.
    pub(super) fn environments(&self, job: &Job) -> Vec<usize> {
        let Some(queue) = self.queue(job) else { return Vec::new() };
        let names = &self.scenario.keys.batch.job_queue[queue].compute_environments;
        let all = &self.scenario.environments;
        names.iter().filter_map(|name| all.iter().position(|of| of.name == *name)).collect()
    }

    fn place(&self, job: &Job, instance_type: &str) -> Place {
        let mut places = self.environments(job);
        if !instance_type.is_empty() {
            let has = |of: &usize| {
                let types = &self.scenario.environments[*of].types;
                types.iter().any(|(name, _)| name.as_str() == instance_type)
            };
            places.retain(has);
        }
        match places[..] {
            [] => Place::Elsewhere,
            [one] => Place::In(one),
            _ => Place::OneOf(places),
        }
    }

    /// Whether a compute environment buys Spot.
    pub(super) fn is_spot(&self, environment: usize) -> bool {
        self.scenario.environments[environment].environment_type == EnvironmentType::Spot
    }

    /// Whether a job ran to its end in its last attempt: nobody and nothing cut it short.
    pub(super) fn is_whole(&self, job: usize) -> bool {
        let cut_short =
            |reason| matches!(reason, Reason::Spot | Reason::Timeout | Reason::Capacity | Reason::User);
        match self.workload.jobs()[job].recorded {
            Recorded::Succeeded => true,
            Recorded::Failed => self.workload.reason(job).is_some_and(|reason| !cut_short(reason)),
            Recorded::Cancelled => false,
        }
    }
}
