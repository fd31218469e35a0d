//! What `failed` and `exit_status` of a Grid Engine job say.
//!
//! `failed` is 0 for a job that ended by itself, 100 for one that a signal ended, 37 for one that ran into `h_rt`; sge_status(5)
//! has the others and which of them are of jobs that ran. A signal is `timeout` where the job ran as long as `h_rt` allows, and
//! `out_of_memory` where `maxvmem` reached `h_vmem`; it is `user` where `deleted_by` names one. SIGKILL and SIGTERM from nobody
//! knows whom (`qdel` sends the one, limits both) have no reason.

use super::request::Request;
use super::{Key, Values, said};
use crate::model::decimal::Decimal;
use crate::model::said::Said;
use crate::workload::Recorded;
use crate::workload::detail::Reason;
use crate::workload::words;

/// How an attempt ended.
pub(super) struct Exit {
    pub(super) recorded: Recorded,
    pub(super) reason: Option<Reason>,
    /// Whether the job was put back into its queue.
    pub(super) requeued: bool,
    /// Whether its code ran.
    pub(super) ran: bool,
}

/// How an attempt ended that ran so long [s] on so many slots and used so much virtual memory [bytes].
pub(super) fn exit(
    values: &Values<'_>,
    request: &Request,
    run_seconds: Option<u32>,
    slots: u32,
    maxvmem: Option<Decimal>,
) -> Result<Exit, Said> {
    let failed = code(values[Key::Failed as usize], "failed")?;
    let status = code(values[Key::Exit as usize], "exit_status")?;
    let at_limit = request.run_limit.is_some_and(|limit| run_seconds.is_some_and(|run| run >= limit));
    let full = request
        .virtual_limit
        .is_some_and(|limit| maxvmem.is_some_and(|bytes| bytes >= limit * Decimal::from(slots.max(1))));
    let by_user = said(values[Key::DeletedBy as usize]).is_some();
    let signal = status - 128;
    let reason = match (failed, status) {
        (0, 0) => None,
        _ if by_user => Some(Reason::User),
        (37, _) if !at_limit && full => Some(Reason::OutOfMemory),
        (37, _) => Some(Reason::Timeout),
        (24 | 25, 99) => Some(Reason::Application),
        (24 | 25, _) => None,
        (30, _) => Some(Reason::Application),
        (_, 128..) if at_limit && matches!(signal, 9 | 10 | 12 | 15 | 24) => Some(Reason::Timeout),
        (_, 128..) if full => Some(Reason::OutOfMemory),
        (100, _) if signal == 24 => Some(Reason::Timeout),
        (100, _) if matches!(signal, 9 | 10 | 12 | 15) => None,
        (_, 0) => None,
        _ => Reason::of_exit_code(status),
    };
    let recorded = match (failed, status) {
        (0, 0) => Recorded::Succeeded,
        _ if reason == Some(Reason::User) => Recorded::Cancelled,
        _ => Recorded::Failed,
    };
    let ran = !matches!(failed, 1..=11 | 21 | 26..=29 | 31..=36 | 38);
    Ok(Exit { recorded, reason, requeued: matches!(failed, 24 | 25 | 30), ran })
}

/// `37  : qmaster enforced h_rt limit`, `137 (Killed)`; nothing is 0.
fn code(text: &str, name: &str) -> Result<i64, Said> {
    match text.split_whitespace().next() {
        None => Ok(0),
        Some(number) => number.parse().map_err(|_| words::is_not_a_whole_number_2(name, number)),
    }
}
