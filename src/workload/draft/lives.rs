//! What a job of a draft was before its last attempt.

use std::num::NonZeroU8;

use super::Draft;
use crate::model::said::Said;
use crate::workload::detail::{Attempt, Reason};
use crate::workload::words;

impl Draft {
    /// Gives a job its first submission and how often it was tried, if that is more than is known.
    pub(in crate::workload) fn relive(&mut self, job: u32, submit_seconds: u64, attempts: Option<NonZeroU8>) {
        let job = &mut self.jobs[job as usize];
        job.submit_seconds = submit_seconds;
        job.attempts = job.attempts.max(attempts);
    }

    pub(in crate::workload) fn run_seconds(&self, job: u32) -> u32 {
        self.jobs[job as usize].run_seconds
    }

    pub(in crate::workload) fn reason(&self, job: u32) -> Option<Reason> {
        self.details.reason(job as usize)
    }

    pub(in crate::workload) fn wait_seconds(&self, job: u32) -> Option<u32> {
        self.details.wait_seconds(job as usize)
    }

    /// Says what a job did before its last attempt: how long it waited for its first one [s], and which there were.
    pub(in crate::workload) fn tell_before(
        &mut self,
        job: u32,
        wait_seconds: Option<u32>,
        earlier: &[Attempt<'_>],
    ) -> Result<(), Said> {
        self.details.tell_before(job as usize, wait_seconds, earlier).ok_or_else(words::too_many_names)
    }

    pub(in crate::workload) fn attempts(&self, job: u32) -> Option<NonZeroU8> {
        self.jobs[job as usize].attempts
    }
}
