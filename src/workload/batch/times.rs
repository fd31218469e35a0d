//! When a job was submitted, ran and ended.

use super::{BatchJob, Run};
use crate::model::said::Said;
use crate::model::time::{instant, parse_utc};
use crate::workload::Recorded;
use crate::workload::words;

impl Run {
    /// From its start to its end in seconds, rounded up, at least one: it did run. `None` where it ends first, or has not both.
    pub(super) fn seconds(&self) -> Result<Option<u32>, Said> {
        let (Some(start), Some(stop)) = (self.started_at, self.stopped_at) else { return Ok(None) };
        let Ok(run) = u64::try_from(stop.saturating_sub(start)) else { return Ok(None) };
        let run = u32::try_from(run.div_ceil(1000).max(1)).map_err(|_| words::it_ran_more_than_136())?;
        Ok(Some(run))
    }
}

impl BatchJob {
    /// Submitted, down to the second [s of the Unix epoch].
    pub(super) fn submitted(&self) -> Result<u64, Said> {
        let submitted = parse_utc(&instant(self.created_at.div_euclid(1000)));
        let submitted = submitted.and_then(|second| u64::try_from(second).ok());
        submitted.ok_or_else(|| words::submitted_at_ms_not_from(self.created_at))
    }

    pub(super) fn recorded(&self) -> Recorded {
        match (self.succeeded, self.stopped_by_user) {
            (true, _) => Recorded::Succeeded,
            (false, true) => Recorded::Cancelled,
            (false, false) => Recorded::Failed,
        }
    }

    /// When its last attempt stopped [ms of the Unix epoch].
    pub(super) fn stopped_at(&self) -> Option<i64> {
        self.attempts.iter().filter_map(|run| run.stopped_at).max()
    }
}
