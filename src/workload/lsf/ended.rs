//! Why an LSF job ended.
//!
//! | number | `TERM_` | reason |
//! |---|---|---|
//! | 1, 19, 31 | PREEMPT, ZOMBIE, RC_RECLAIM | `spot`: its host was taken away or lost |
//! | 2, 5, 6, 12 | WINDOW, RUNLIMIT, DEADLINE, CPULIMIT | `timeout` |
//! | 16, 20 | MEMLIMIT, SWAP | `out_of_memory` |
//! | 8, 9, 14, 15 | FORCE_OWNER, FORCE_ADMIN, OWNER, ADMIN | `user`, and cancelled |
//! | 10, 11 | REQUEUE_OWNER, REQUEUE_ADMIN | `user`, and requeued |
//! | 7, 21, 25, 28, 29 | PROCESSLIMIT, THREADLIMIT, CWD_NOTEXIST, PRE_EXEC_FAIL, DATA | `application` |
//! | others | | unknown; without a number the exit code decides |

use crate::workload::detail::Reason;

/// What LSF says of a termination.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Termination {
    pub(super) reason: Option<Reason>,
    /// Whether LSF puts such a job back into its queue itself.
    pub(super) requeued: bool,
    /// Whether anything is said.
    pub(super) said: bool,
}

/// The words of a termination, by its number.
const WORDS: [(&str, u32); 33] = [
    ("PREEMPT", 1),
    ("WINDOW", 2),
    ("LOAD", 3),
    ("OTHER", 4),
    ("RUNLIMIT", 5),
    ("DEADLINE", 6),
    ("PROCESSLIMIT", 7),
    ("FORCE_OWNER", 8),
    ("FORCE_ADMIN", 9),
    ("REQUEUE_OWNER", 10),
    ("REQUEUE_ADMIN", 11),
    ("CPULIMIT", 12),
    ("CHKPNT", 13),
    ("OWNER", 14),
    ("ADMIN", 15),
    ("MEMLIMIT", 16),
    ("EXTERNAL_SIGNAL", 17),
    ("RMS", 18),
    ("ZOMBIE", 19),
    ("SWAP", 20),
    ("THREADLIMIT", 21),
    ("SLURM", 22),
    ("BUCKET_KILL", 23),
    ("CTRL_PID", 24),
    ("CWD_NOTEXIST", 25),
    ("REMOVE_HUNG_JOB", 26),
    ("ORPHAN_SYSTEM", 27),
    ("PRE_EXEC_FAIL", 28),
    ("DATA", 29),
    ("MC_RECALL", 30),
    ("RC_RECLAIM", 31),
    ("CSM_ALLOC", 32),
    ("KUBE", 33),
];

/// What a number says; 0 says nothing.
pub(super) const fn termination(number: u32) -> Termination {
    let reason = match number {
        1 | 19 | 31 => Some(Reason::Spot),
        2 | 5 | 6 | 12 => Some(Reason::Timeout),
        16 | 20 => Some(Reason::OutOfMemory),
        8..=11 | 14 | 15 => Some(Reason::User),
        7 | 21 | 25 | 28 | 29 => Some(Reason::Application),
        _ => None,
    };
    Termination { reason, requeued: matches!(number, 10 | 11 | 31), said: number > 0 }
}

/// What a text says that has a word such as `TERM_RUNLIMIT` in it.
pub(super) fn termination_in(text: &str) -> Termination {
    let word = text.split("TERM_").nth(1).map(|rest| {
        let end = rest.find(|it: char| !(it.is_ascii_uppercase() || it == '_')).unwrap_or(rest.len());
        &rest[..end]
    });
    let number =
        word.and_then(|word| WORDS.iter().find(|(known, _)| *known == word)).map(|(_, number)| *number);
    number.map_or_else(Termination::default, termination)
}

/// What the exit code of a shell says; a signal is 128 and its number.
pub(super) fn of_code(code: i64) -> Option<Reason> {
    // LSF ends jobs by these signals, too, and says nothing of it in versions before 7.
    if matches!(code, 130 | 143) { None } else { Reason::of_exit_code(code) }
}
