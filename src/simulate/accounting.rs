//! What is recorded after each second, and the sums at the end with the identities that they must keep.

use super::Simulation;
use super::fleet::Fleet;
use super::outcome::{Ended, JobStatus, Life, Outcome, Use};
use super::timeline::Step;
use crate::workload::Recorded;
use crate::workload::detail::Reason;

impl Simulation<'_> {
    /// How an attempt ended that no interruption did.
    pub(super) fn ended_as(&self, index: u32, status: JobStatus, timed_out: bool) -> Ended {
        let recorded = self.workload.reason(index as usize);
        match self.job(index).recorded {
            _ if status == JobStatus::Succeeded => Ended::Succeeded,
            _ if timed_out => Ended::Failed(Some(Reason::Timeout)),
            Recorded::Cancelled => Ended::Failed(Some(recorded.unwrap_or(Reason::User))),
            Recorded::Succeeded | Recorded::Failed => Ended::Failed(recorded),
        }
    }

    /// Counts an attempt that ended, or that the simulation did.
    pub(super) fn spend(&mut self, index: u32, elapsed: u64, ended: Ended, failed: bool) {
        let (job, ran) = (self.job(index), self.jobs[index as usize].ran);
        self.outcome.uses.push(Use { job: index, ran, ended, seconds: elapsed });
        self.outcome.busy.add(elapsed, job.nodes.into(), job.vcpus, job.gpus.into());
        if failed {
            self.outcome.failed.add(elapsed, job.nodes.into(), job.vcpus, job.gpus.into());
        }
    }

    /// Records what holds after this second's changes.
    pub(super) fn record(&mut self) {
        let owned: u64 = self.fleets.iter().map(Fleet::owned_vcpus).sum();
        let running = self.fleets.iter().map(Fleet::count).sum();
        self.outcome.max_vcpus_used = self.outcome.max_vcpus_used.max(owned);
        self.outcome.peak_instances = self.outcome.peak_instances.max(running);
        let max_vcpus = self.fleets.iter().map(|fleet| u64::from(fleet.limits.max_vcpus)).sum();
        let now = Step { demanded_vcpus: self.demanded_vcpus, owned_vcpus: owned, max_vcpus };
        self.outcome.timeline.record(self.now, now);
    }

    pub(super) fn finish(mut self) -> Outcome {
        let seed = self.outcome.seed;
        let end = self.model.end_seconds.unwrap_or(self.model.at_least_seconds);
        if end > self.now {
            self.advance(end);
        }
        for index in 0..u32::try_from(self.jobs.len()).expect("jobs are numbered in 32 bits") {
            let elapsed = self.now.saturating_sub(self.states[index as usize].since);
            match self.jobs[index as usize].status {
                JobStatus::Running => self.spend(index, elapsed, Ended::Open, false),
                JobStatus::Runnable => self.outcome.waited_seconds += u128::from(elapsed),
                _ => {}
            }
        }
        self.outcome.used_up = self.used_up();
        self.outcome.lustre = self.lustre.close(self.now);
        assert_eq!(self.outcome.waited_seconds, self.outcome.waited.all(), "Little's law; seed {seed}");
        for fleet in &mut self.fleets {
            let first = u16::try_from(self.outcome.ran.len()).expect("types are few");
            fleet.close(self.now, self.model.end_seconds.is_none());
            let lives = fleet.lives().map(|life| Life { ran: first + life.ran, ..life });
            self.outcome.lives.extend(lives);
            for ran in &fleet.ran {
                let capacity = fleet.capacity(ran.kind);
                self.outcome.owned.add(ran.instance_seconds, 1, capacity.vcpus, capacity.gpus);
                self.outcome.ran.push(*ran);
            }
        }
        let (busy, owned) = (self.outcome.busy, self.outcome.owned);
        assert!(
            busy.vcpu_seconds <= owned.vcpu_seconds && busy.gpu_seconds <= owned.gpu_seconds,
            "no more is used than owned; seed {seed}"
        );
        let ended = self.jobs.iter().filter(|job| job.status.has_ended());
        let first = self.workload.jobs().first().map_or(0, |job| job.submit_seconds);
        let last = ended.map(|job| job.end_seconds).max().unwrap_or(first);
        let open = self.jobs.iter().filter(|job| !job.status.has_ended() && job.status != JobStatus::Misfit);
        assert_eq!(open.count(), self.unsettled, "no job is lost; seed {seed}");
        Outcome {
            end_seconds: self.now,
            makespan_seconds: last.saturating_sub(first),
            jobs: self.jobs,
            ..self.outcome
        }
    }
}
