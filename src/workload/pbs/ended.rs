//! What the exit status of a PBS job says.
//!
//! Below 0 are the codes of the server and its MoM, which PBS Professional and Torque number differently; above 255 a signal
//! ended the job (256 and its number); 128 to 255 are a shell's words for a signal. 271 is SIGTERM, which is what `qdel` sends
//! and what ends a job at its limit of run time in Torque: it is `timeout` where the job ran as long as it was allowed, else
//! `user`. A `D` record before the end says that somebody deleted it. 265 and 137 are SIGKILL: `out_of_memory` where it used
//! what it was allowed or nobody says how much that was. A rerun that nobody explains (-11, `qrerun` or preemption) has no reason.

use super::{Fields, Reason, Recorded, duration};
use crate::model::said::Said;
use crate::workload::words;

/// How a job ended.
pub(super) struct Exit {
    pub(super) recorded: Recorded,
    pub(super) reason: Option<Reason>,
}

/// How a job ended that ran so long [s] and used and was given so much memory on its node [MiB].
pub(super) fn exit(
    fields: &Fields<'_>,
    run_seconds: u32,
    peak: Option<u32>,
    given: u32,
    deleted: bool,
) -> Result<Exit, Said> {
    let Some(text) = fields.exit_status else {
        let reason = deleted.then_some(Reason::User);
        let recorded = if deleted { Recorded::Cancelled } else { Recorded::Failed };
        return Ok(Exit { recorded, reason });
    };
    let status: i64 = text.parse().map_err(|_| words::exit_status_is_not_a_whole(text))?;
    if status == 0 {
        return Ok(Exit { recorded: Recorded::Succeeded, reason: None });
    }
    let limit = fields.walltime.map(|text| duration(text, "Resource_List.walltime")).transpose()?;
    let at_limit = limit.is_some_and(|limit| limit > 0 && run_seconds >= limit);
    let in_memory = given > 0 && peak.is_some_and(|peak| peak < given);
    let reason = match (status, fields.torque) {
        (-10, true) => Some(Reason::OutOfMemory),
        (-11 | -12, true) | (-29 | -28, _) => Some(Reason::Timeout),
        (-31 | -27 | -26, _) => Some(Reason::OutOfMemory),
        // The host or its MoM was lost.
        (-32 | -20 | -14, false) => Some(Reason::Spot),
        (..=-1, _) if deleted => Some(Reason::User),
        (..=-1, _) => None,
        (130.., _) if at_limit && is_kill(status) => Some(Reason::Timeout),
        (130.., _) if deleted && is_kill(status) => Some(Reason::User),
        (271, _) => Some(Reason::User),
        (265 | 137, _) => (!in_memory).then_some(Reason::OutOfMemory),
        _ => Some(Reason::Application),
    };
    let recorded = if reason == Some(Reason::User) { Recorded::Cancelled } else { Recorded::Failed };
    Ok(Exit { recorded, reason })
}

/// Whether SIGINT, SIGKILL, SIGUSR1, SIGUSR2, SIGTERM or SIGXCPU ended it, which are what ends a job from outside.
const fn is_kill(status: i64) -> bool {
    matches!(status % 128, 2 | 9 | 10 | 12 | 15 | 24) && status >= 128
}
