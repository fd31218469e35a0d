//! What a simulation found: every job, every instance type, and the figures that follow from them.
//!
//! Whole numbers throughout. Percentiles are by nearest rank: the p-th of n waits in order is the one at rank
//! ⌈p · n / 100⌉ (Hyndman and Fan 1996, "Sample quantiles in statistical packages", definition 1). A mean is
//! rounded to the nearest second. It prices nothing.

use std::collections::BTreeMap;

use super::policy::BlockedBy;
use super::timeline::Timeline;
use super::waiting::Waited;
use crate::workload::Workload;
use crate::workload::detail::{Label, Reason};

/// What became of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobStatus {
    /// Not submitted by the end, or waiting for other jobs.
    Pending,
    /// Set aside: no instance could ever take it, or it waits for such a job.
    Misfit,
    /// Waiting for an instance at the end.
    Runnable,
    /// Running at the end.
    Running,
    /// Ended with success.
    Succeeded,
    /// Ended without.
    Failed,
}

impl JobStatus {
    /// The name in a table of jobs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            JobStatus::Pending => "pending",
            JobStatus::Misfit => "impossible",
            JobStatus::Runnable => "runnable",
            JobStatus::Running => "running",
            JobStatus::Succeeded => "succeeded",
            JobStatus::Failed => "failed",
        }
    }

    /// Whether it has ended.
    #[must_use]
    pub const fn has_ended(self) -> bool {
        matches!(self, JobStatus::Succeeded | JobStatus::Failed)
    }
}

/// One job, in the order of the workload. Times in seconds from the start of the trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobOutcome {
    /// When it could have started: submitted, and what it depends on has ended. 0 if it never could.
    pub runnable_seconds: u64,
    /// When its first attempt started; means nothing without attempts.
    pub start_seconds: u64,
    /// When it ended; 0 if it has not.
    pub end_seconds: u64,
    /// Attempts started.
    pub attempts: u16,
    /// What it ran on last: which of [`Outcome::ran`]; means nothing without attempts.
    pub ran: u16,
    /// What became of it.
    pub status: JobStatus,
}

impl JobOutcome {
    /// From when it could have started to when it did [s].
    #[must_use]
    pub const fn wait_seconds(&self) -> Option<u64> {
        if self.attempts == 0 { None } else { Some(self.start_seconds - self.runnable_seconds) }
    }
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ended {
    /// It had not at the end of the simulation.
    Open,
    /// With success.
    Succeeded,
    /// Without, and why, where that is known.
    Failed(Option<Reason>),
}

/// One attempt of a job, from its start to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    /// Which job of the workload.
    pub job: u32,
    /// What it ran on: which of [`Outcome::ran`].
    pub ran: u16,
    /// How it ended.
    pub ended: Ended,
    /// How long it took [s].
    pub seconds: u64,
}

/// Instances of one type in one compute environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ran {
    /// Which of the model's compute environments.
    pub environment: u16,
    /// Which of its types.
    pub kind: u16,
    /// Instances launched.
    pub launches: u64,
    /// Instances at the end.
    pub running: u64,
    /// Most instances at once.
    pub peak: u64,
    /// From launch to termination, of all of them [s].
    pub instance_seconds: u64,
    /// Launches that EC2 refused.
    pub refusals: u64,
}

/// One instance, billed from launch to termination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Life {
    /// Which of [`Outcome::ran`].
    pub ran: u16,
    /// Launched [s].
    pub launched: u64,
    /// Terminated [s].
    pub ended: u64,
}

/// What jobs asked of the Lustre file systems.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LustreUse {
    /// The most at once [kB/s].
    pub peak_kbps: u64,
    /// How long more was asked for than they give [s].
    pub seconds_above: u64,
    /// Attempts of jobs that do not say what they ask for.
    pub unknown_attempts: u64,
}

/// Time of nodes, and the same weighted by the vCPUs and GPUs asked for or owned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Nodes or instances [s].
    pub node_seconds: u128,
    /// vCPUs [s].
    pub vcpu_seconds: u128,
    /// GPUs [s].
    pub gpu_seconds: u128,
}

impl Spent {
    /// Adds a time of so many nodes.
    pub(super) fn add(&mut self, seconds: u64, nodes: u64, vcpus: u32, gpus: u32) {
        let node_seconds = u128::from(seconds) * u128::from(nodes);
        self.node_seconds += node_seconds;
        self.vcpu_seconds += node_seconds * u128::from(vcpus);
        self.gpu_seconds += node_seconds * u128::from(gpus);
    }
}

/// Jobs by what became of them. `submitted` = `succeeded` + `failed` + `unfinished`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All of the workload.
    pub submitted: u64,
    /// Ended with success.
    pub succeeded: u64,
    /// Ended without: recorded so, out of time, or out of attempts.
    pub failed: u64,
    /// Neither.
    pub unfinished: u64,
    /// Of the unfinished, those that fit nowhere.
    pub misfits: u64,
}

/// Waits of jobs that have started [s].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waits {
    /// How many.
    pub jobs: u64,
    /// Their mean.
    pub mean: u64,
    /// Half wait no longer.
    pub p50: u64,
    /// 90 % wait no longer.
    pub p90: u64,
    /// 95 % wait no longer.
    pub p95: u64,
    /// The longest.
    pub max: u64,
}

impl Waits {
    /// Mean, p50, p90, p95 and maximum [s]; nothing is known where nothing has started.
    #[must_use]
    pub fn known(&self) -> [Option<u64>; 5] {
        let Waits { jobs, mean, p50, p90, p95, max } = *self;
        [mean, p50, p90, p95, max].map(|seconds| (jobs > 0).then_some(seconds))
    }
}

/// A consumable resource of which too little is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsedUp {
    /// The resource, by its place in the model.
    pub resource: u16,
    /// How much is left.
    pub left: u64,
    /// Jobs that wait for more.
    pub jobs: u64,
    /// The first of them.
    pub first: u32,
}

/// What the queues did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The seed of all that is drawn.
    pub seed: u64,
    /// When the simulation ended [s].
    pub end_seconds: u64,
    /// From the first submission to the end of the last job that ended [s].
    pub makespan_seconds: u64,
    /// Every job, in the order of the workload.
    pub jobs: Vec<JobOutcome>,
    /// Every type of every compute environment, in the order of the model.
    pub ran: Vec<Ran>,
    /// Attempts that an interruption ended.
    pub interrupted_attempts: u64,
    /// Jobs that a job state time limit cancelled, and what they waited for.
    pub cancelled: Vec<(u32, BlockedBy)>,
    /// Consumable resources that never come back and of which jobs at the end wait for more than is left.
    pub used_up: Vec<UsedUp>,
    /// Taken by attempts, by what they ask for.
    pub busy: Spent,
    /// Owned and billed: instances from launch to termination.
    pub owned: Spent,
    /// Of `busy`, lost to interruptions: since the last checkpoint, or the attempt's start.
    pub lost: Spent,
    /// Of `busy`, spent by the last attempts of jobs that failed.
    pub failed: Spent,
    /// Sum of the times jobs waited for an instance, further attempts included [s].
    pub waited_seconds: u128,
    /// The same by what they waited for.
    pub waited: Waited,
    /// What jobs asked of the file systems.
    pub lustre: LustreUse,
    /// Every attempt, in the order of their ends.
    pub uses: Vec<Use>,
    /// Every instance.
    pub lives: Vec<Life>,
    /// Most vCPUs owned at once.
    pub max_vcpus_used: u64,
    /// Most instances at once.
    pub peak_instances: u64,
    /// Demand, what ran, and the cap.
    pub timeline: Timeline,
}

impl Outcome {
    /// Why each job failed that did, where that is known: as its last attempt says, or for want of capacity where a time limit
    /// of its queue cancelled it.
    #[must_use]
    pub fn reasons(&self) -> Vec<Option<Reason>> {
        let mut reasons = vec![None; self.jobs.len()];
        for of in &self.uses {
            reasons[of.job as usize] = match of.ended {
                Ended::Failed(reason) => reason,
                Ended::Open | Ended::Succeeded => None,
            };
        }
        for (job, _) in &self.cancelled {
            reasons[*job as usize] = Some(Reason::Capacity);
        }
        for (reason, job) in reasons.iter_mut().zip(&self.jobs) {
            *reason = reason.filter(|_| job.status == JobStatus::Failed);
        }
        reasons
    }

    /// Of nothing yet.
    pub(super) fn new(seed: u64, environments: usize, consumables: usize) -> Outcome {
        let nothing = Spent { node_seconds: 0, vcpu_seconds: 0, gpu_seconds: 0 };
        Outcome {
            seed,
            end_seconds: 0,
            makespan_seconds: 0,
            jobs: Vec::new(),
            ran: Vec::new(),
            interrupted_attempts: 0,
            cancelled: Vec::new(),
            used_up: Vec::new(),
            busy: nothing,
            owned: nothing,
            lost: nothing,
            failed: nothing,
            waited_seconds: 0,
            waited: Waited::new(environments, consumables),
            lustre: LustreUse::default(),
            uses: Vec::new(),
            lives: Vec::new(),
            max_vcpus_used: 0,
            peak_instances: 0,
            timeline: Timeline::new(),
        }
    }

    /// How many jobs ended how.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts { submitted: self.jobs.len() as u64, ..Counts::default() };
        for job in &self.jobs {
            match job.status {
                JobStatus::Succeeded => counts.succeeded += 1,
                JobStatus::Failed => counts.failed += 1,
                JobStatus::Pending | JobStatus::Runnable | JobStatus::Running => counts.unfinished += 1,
                JobStatus::Misfit => {
                    counts.unfinished += 1;
                    counts.misfits += 1;
                }
            }
        }
        counts
    }

    /// Waits of all jobs.
    #[must_use]
    pub fn waits(&self) -> Waits {
        summary(self.jobs.iter().filter_map(JobOutcome::wait_seconds).collect())
    }

    /// Waits of the jobs of each queue the workload names, in its order.
    #[must_use]
    pub fn waits_by_queue(&self, workload: &Workload) -> Vec<Waits> {
        let mut waits = vec![Vec::new(); workload.queues().len()];
        for (job, outcome) in workload.jobs().iter().zip(&self.jobs) {
            waits[usize::from(job.queue)].extend(outcome.wait_seconds());
        }
        waits.into_iter().map(summary).collect()
    }

    /// Waits of the jobs of some queues of the workload, by share identifier: those that the workload names, in its order,
    /// as far as one of these jobs has it.
    #[must_use]
    pub fn waits_by_share(
        &self,
        workload: &Workload,
        counts: impl Fn(u16) -> bool,
    ) -> Vec<(u16, u32, Waits)> {
        let mut waits: BTreeMap<(u16, u32), Vec<u64>> = BTreeMap::new();
        for (index, (job, outcome)) in workload.jobs().iter().zip(&self.jobs).enumerate() {
            if counts(job.queue) {
                let of = waits.entry((job.queue, workload.label(Label::Share, index))).or_default();
                of.extend(outcome.wait_seconds());
            }
        }
        waits.into_iter().map(|((queue, share), waits)| (queue, share, summary(waits))).collect()
    }

    /// Jobs that waited longer than this [s], or have so far.
    #[must_use]
    pub fn over_wait(&self, target_seconds: u64) -> u64 {
        let over = |job: &&JobOutcome| match job.wait_seconds() {
            Some(wait) => wait > target_seconds,
            None => {
                job.status == JobStatus::Runnable
                    && self.end_seconds.saturating_sub(job.runnable_seconds) > target_seconds
            }
        };
        self.jobs.iter().filter(over).count() as u64
    }
}

fn summary(mut waits: Vec<u64>) -> Waits {
    let count = waits.len();
    if count == 0 {
        return Waits::default();
    }
    let sum: u128 = waits.iter().map(|wait| u128::from(*wait)).sum();
    let jobs = count as u64;
    let mean = (sum + u128::from(jobs / 2)) / u128::from(jobs);
    // From the highest down, each among those below the one before.
    let mut below = &mut waits[..];
    let [max, p95, p90, p50] = [100, 95, 90, 50].map(|percent| {
        let rank = (percent * count).div_ceil(100);
        let all = std::mem::take(&mut below);
        let wait = *all.select_nth_unstable(rank - 1).1;
        below = &mut all[..rank];
        wait
    });
    Waits { jobs, mean: u64::try_from(mean).expect("a mean is below the largest wait"), p50, p90, p95, max }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_by_nearest_rank() {
        // Of 15, 20, 35, 40, 50: rank ⌈0.5 · 5⌉ = 3, ⌈0.9 · 5⌉ = 5; the mean is 32.
        let waits = summary(vec![40, 15, 50, 35, 20]);
        assert_eq!(waits, Waits { jobs: 5, mean: 32, p50: 35, p90: 50, p95: 50, max: 50 });
        // Of 0 to 99: ranks 50, 90, 95, 100; the mean of 49.5 is rounded up.
        let waits = summary((0..100).rev().collect());
        assert_eq!(waits, Waits { jobs: 100, mean: 50, p50: 49, p90: 89, p95: 94, max: 99 });
        assert_eq!(summary(Vec::new()), Waits::default());
    }
}
