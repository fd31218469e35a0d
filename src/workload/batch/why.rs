//! Why an attempt ended, in AWS's words, and why a job did.
//!
//! Source: AWS Batch user guide, "Retrying failed jobs" (`Host EC2*` stands for the loss of the instance), "Job timeouts", "Job
//! state time limits" (`MISCONFIGURATION:` and `CAPACITY:`); Amazon ECS developer guide, "OutOfMemoryError"; API reference of
//! AttemptContainerDetail. Read 2026-11-28. Which loss was a Spot interruption AWS does not say; each counts as one.

use super::{BatchJob, Run};
use crate::workload::detail::{Attempt, Detail, Reason};

/// Begins the status reason of an attempt whose instance was lost.
const LOST: &str = "Host EC2";

/// In the status reason of an attempt that ran into its limit.
const TIMEOUT: &str = "attempt duration exceeded timeout";

/// Begin the status reason of a job that waits, or waited, in vain.
const IN_VAIN: [&str; 2] = ["MISCONFIGURATION:", "CAPACITY:"];

/// In the reason of a container: of ECS, and of EKS.
const OUT_OF_MEMORY: [&str; 2] = ["OutOfMemory", "OOMKilled"];

impl Run {
    /// Why it did not succeed. The container of an attempt that was ended from outside has an exit code too, so that is
    /// looked at last.
    fn why(&self, more: &str, stopped_by_user: bool) -> Option<Reason> {
        let texts = [self.reason.as_str(), more];
        if texts.iter().any(|text| text.starts_with(LOST)) {
            return Some(Reason::Spot);
        }
        let of_memory = |text: &str| OUT_OF_MEMORY.iter().any(|what| text.contains(what));
        if of_memory(&self.container_reason) || texts.iter().any(|text| of_memory(text)) {
            return Some(Reason::OutOfMemory);
        }
        if texts.iter().any(|text| text.contains(TIMEOUT)) {
            return Some(Reason::Timeout);
        }
        if texts.iter().any(|text| IN_VAIN.iter().any(|what| text.starts_with(what))) {
            return Some(Reason::Capacity);
        }
        if stopped_by_user {
            return Some(Reason::User);
        }
        self.exit_code.and_then(Reason::of_exit_code)
    }

    fn attempt<'a>(&'a self, run_seconds: u32, type_of: &impl Fn(&'a Run) -> &'a str) -> Attempt<'a> {
        Attempt { run_seconds, reason: self.why("", false), instance_type: type_of(self) }
    }
}

impl BatchJob {
    /// Why it did not succeed: what its attempt that ended last says, and itself.
    pub(super) fn why(&self) -> Option<Reason> {
        if self.succeeded {
            return None;
        }
        let last = self.attempts.iter().max_by_key(|run| run.stopped_at.or(run.started_at));
        let none = Run::default();
        last.unwrap_or(&none).why(&self.status_reason, self.stopped_by_user)
    }

    /// What is said of it beside its size; `last` is the run that counts, `earlier` are those before with their lengths [s],
    /// `runnable_at` is when it waited for nothing but an instance [ms of the Unix epoch], where that is known.
    pub(super) fn detail<'a>(
        &'a self,
        last: &'a Run,
        earlier: &[(&'a Run, u32)],
        runnable_at: Option<i64>,
        type_of: impl Fn(&'a Run) -> &'a str,
    ) -> Detail<'a> {
        Detail {
            name: &self.name,
            share: &self.share,
            tags: &self.tags,
            instance_type: type_of(last),
            scheduling_priority: self.scheduling_priority,
            reason: self.why(),
            wait_seconds: runnable_at.and_then(|from| self.wait(from)),
            earlier: earlier.iter().map(|(run, seconds)| run.attempt(*seconds, &type_of)).collect(),
            ..Detail::default()
        }
    }

    /// From then to the start of its first attempt [s], rounded up. `None` where an attempt ended before that without a start:
    /// it was not waiting all the time.
    fn wait(&self, from: i64) -> Option<u32> {
        let first = self.attempts.iter().filter_map(|run| run.started_at).min()?;
        let failed = |run: &Run| run.started_at.is_none() && run.stopped_at.is_some_and(|stop| stop <= first);
        if self.attempts.iter().any(failed) {
            return None;
        }
        let wait = u64::try_from(first.checked_sub(from)?).ok()?;
        u32::try_from(wait.div_ceil(1000)).ok().filter(|seconds| *seconds < u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(reason: &str, container: &str, exit_code: Option<i64>) -> Run {
        Run { reason: reason.into(), container_reason: container.into(), exit_code, ..Run::default() }
    }

    #[test]
    fn what_ended_an_attempt_from_outside_counts_before_its_exit_code() {
        let of = |run: Run| run.why("", false);
        assert_eq!(of(run("Host EC2 (instance i-0abc) terminated.", "", Some(137))), Some(Reason::Spot));
        let killed = "OutOfMemoryError: Container killed due to memory usage";
        assert_eq!(of(run("Essential container in task exited", killed, Some(1))), Some(Reason::OutOfMemory));
        assert_eq!(of(run("", "OOMKilled", None)), Some(Reason::OutOfMemory));
        assert_eq!(of(run("Essential container in task exited", "", Some(137))), Some(Reason::OutOfMemory));
        assert_eq!(of(run("Job attempt duration exceeded timeout", "", Some(137))), Some(Reason::Timeout));
        assert_eq!(of(run("Essential container in task exited", "", Some(3))), Some(Reason::Application));
        assert_eq!(of(run("CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY", "", None)), Some(Reason::Capacity));
        assert_eq!(of(run("MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT", "", None)), Some(Reason::Capacity));
        // Nothing is known of one that names neither.
        assert_eq!((of(run("", "", None)), of(run("x", "", Some(0)))), (None, None));
    }

    #[test]
    fn a_job_ends_as_its_last_attempt_did() {
        let at = |stop: i64, run: Run| Run { stopped_at: Some(stop), ..run };
        let attempts = vec![at(2, run("Host EC2 gone", "", None)), at(1, run("", "", Some(3)))];
        let job = BatchJob { attempts, ..BatchJob::default() };
        assert_eq!(job.why(), Some(Reason::Spot));
        assert_eq!(BatchJob { succeeded: true, ..job.clone() }.why(), None);
        let stopped = BatchJob { attempts: Vec::new(), stopped_by_user: true, ..job };
        assert_eq!(stopped.why(), Some(Reason::User));
        let told = BatchJob { status_reason: "Job attempt duration exceeded timeout".into(), ..stopped };
        assert_eq!(told.why(), Some(Reason::Timeout));
    }

    #[test]
    fn a_wait_is_known_where_nothing_else_happened() {
        let started = |ms| Run { started_at: Some(ms), ..Run::default() };
        let of = |attempts: Vec<Run>| BatchJob { attempts, ..BatchJob::default() }.wait(1000);
        assert_eq!(of(vec![started(3001), started(9000)]), Some(3));
        assert_eq!((of(vec![started(1000)]), of(vec![started(999)]), of(Vec::new())), (Some(0), None, None));
        let failed = Run { stopped_at: Some(2000), ..Run::default() };
        assert_eq!(of(vec![failed, started(3000)]), None);
    }
}
