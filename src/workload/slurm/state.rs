//! What the state of a job says, and how many jobs an id is.

use crate::model::said::Said;
use crate::workload::detail::Reason;
use crate::workload::words;

/// What a state says about the end of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Completed,
    Cancelled,
    /// With an error, or ended by the system.
    Failed,
    /// As `Failed`, by what Slurm requeues a job for.
    TakenAway,
    /// As `Failed`, maybe before it started.
    NeverStarted,
    /// As `NeverStarted`, by what Slurm requeues a job for.
    NotLaunched,
    /// It was put back into the queue: another row is about its end.
    Requeued,
    /// It has not ended.
    Going,
}

impl State {
    /// Whether a job that ends so may be put back into the queue, by Slurm or by an administrator who gives it that state.
    pub(super) const fn goes_on(self) -> bool {
        matches!(self, State::TakenAway | State::NotLaunched | State::Requeued)
    }

    /// Source: <https://slurm.schedmd.com/job_state_codes.html>, read 2026-11-23; older names of flags from
    /// <https://slurm.schedmd.com/squeue.html>, read 2026-11-23.
    pub(super) fn parse(text: &str) -> Result<State, Said> {
        // `CANCELLED by 1000`, or cut off as `CANCELLED+`.
        Ok(match text.split(' ').next().unwrap_or_default().trim_end_matches('+') {
            "COMPLETED" => State::Completed,
            "CANCELLED" | "REVOKED" => State::Cancelled,
            "FAILED" | "TIMEOUT" | "OUT_OF_MEMORY" => State::Failed,
            "NODE_FAIL" | "PREEMPTED" => State::TakenAway,
            "BOOT_FAIL" | "DEADLINE" => State::NeverStarted,
            "LAUNCH_FAILED" | "RECONFIG_FAIL" => State::NotLaunched,
            "REQUEUED" | "REQUEUE_FED" | "REQUEUE_HOLD" | "SPECIAL_EXIT" => State::Requeued,
            "PENDING" | "RUNNING" | "SUSPENDED" | "RESIZING" | "COMPLETING" | "CONFIGURING"
            | "RESV_DEL_HOLD" | "SIGNALING" | "STAGE_OUT" | "STOPPED" | "EXPEDITING" | "POWER_UP_NODE"
            | "UPDATE_DB" => State::Going,
            other => return Err(words::state_is_none_of_slurm(other)),
        })
    }
}

/// Why a job of this state did not succeed.
pub(super) fn reason(state: &str, exit_code: Option<i64>) -> Option<Reason> {
    Some(match state.split(' ').next().unwrap_or_default().trim_end_matches('+') {
        "OUT_OF_MEMORY" => Reason::OutOfMemory,
        "TIMEOUT" | "DEADLINE" => Reason::Timeout,
        "NODE_FAIL" | "PREEMPTED" => Reason::Spot,
        "CANCELLED" | "REVOKED" => Reason::User,
        "BOOT_FAIL" | "LAUNCH_FAILED" | "RECONFIG_FAIL" => Reason::Capacity,
        "FAILED" => exit_code.and_then(Reason::of_exit_code).unwrap_or(Reason::Application),
        _ => return None,
    })
}

/// How many jobs the elements of `123_[5-9,12]` are; 1 for any other id.
pub(super) fn elements(id: &str) -> u64 {
    let Some((_, list)) = id.split_once("_[") else { return 1 };
    let list = list.split([']', '%']).next().unwrap_or_default();
    let of = |range: &str| {
        let (range, step) = range.split_once(':').unwrap_or((range, "1"));
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (first, last): (u32, u32) = (first.parse().ok()?, last.parse().ok()?);
        Some(u64::from(last.checked_sub(first)? / step.parse::<u32>().ok().filter(|step| *step > 0)?) + 1)
    };
    list.split(',').map(|range| of(range).unwrap_or(1)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_of_pending_arrays_count() {
        for (id, expected) in
            [("12", 1), ("12_3", 1), ("12_[5-9]", 5), ("12_[0-9:3%2]", 4), ("12_[1,4-5]", 3), ("12_[5-", 1)]
        {
            assert_eq!(elements(id), expected, "{id}");
        }
    }
}
