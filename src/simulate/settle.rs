//! A job ends, or is set aside, and with it those that depend on it.

use super::Simulation;
use super::outcome::JobStatus;
use crate::workload::Dependency;

impl Simulation<'_> {
    /// Ends a job or sets it aside, and with it those that then can never run.
    pub(super) fn settle(&mut self, index: u32, status: JobStatus) {
        self.settle_one(index, status);
        if self.workload.dependencies().is_empty() {
            return;
        }
        let mut settled = vec![(index, status)];
        while let Some((index, status)) = settled.pop() {
            for dependency in waiting_for(self.workload.dependencies(), index) {
                let state = &mut self.states[dependency.job as usize];
                if status == JobStatus::Misfit || (status == JobStatus::Failed && dependency.on_success) {
                    if self.jobs[dependency.job as usize].status == JobStatus::Pending {
                        self.settle_one(dependency.job, status);
                        settled.push((dependency.job, status));
                    }
                } else {
                    state.unmet -= 1;
                    state.since = state.since.max(self.now.saturating_add(dependency.think_seconds.into()));
                    self.submit_if_free(dependency.job);
                }
            }
        }
    }

    fn settle_one(&mut self, index: u32, status: JobStatus) {
        self.leaves(index);
        let outcome = &mut self.jobs[index as usize];
        assert!(!outcome.status.has_ended() && outcome.status != JobStatus::Misfit, "a job ends once");
        if outcome.attempts > 0 || outcome.status == JobStatus::Runnable {
            let job = &self.workload.jobs()[index as usize];
            self.demanded_vcpus -= u64::from(job.vcpus) * u64::from(job.nodes);
        }
        outcome.status = status;
        outcome.end_seconds = if status.has_ended() { self.now } else { 0 };
        self.unsettled -= 1;
        self.progress = self.now;
    }
}

/// The dependencies on a job.
fn waiting_for(dependencies: &[Dependency], on: u32) -> &[Dependency] {
    let first = dependencies.partition_point(|dependency| dependency.on < on);
    let count = dependencies[first..].iter().take_while(|dependency| dependency.on == on).count();
    &dependencies[first..first + count]
}
