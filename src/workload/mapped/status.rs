//! What the words and numbers of many schedulers say about the end of a job.
//!
//! Sources, read 2026-11-28: <https://slurm.schedmd.com/job_state_codes.html>,
//! <https://www.ibm.com/docs/en/spectrum-lsf/10.1.0?topic=execution-about-job-states>,
//! <https://gridscheduler.sourceforge.net/htmlman/htmlman5/sge_status.html>,
//! <https://htcondor.readthedocs.io/en/latest/classad-attributes/job-classad-attributes.html>,
//! <https://docs.aws.amazon.com/batch/latest/userguide/job_states.html>,
//! <https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/>, <https://www.nextflow.io/docs/latest/reports.html>.
//! Letters that mean different things to different schedulers (`F`, `C`, `E`) are no words here.

use crate::workload::Recorded;
use crate::workload::detail::{Reason, parse_exit_code};

/// What a status says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Ended(Recorded, Option<Reason>),
    /// It had not ended when the record was made.
    Unfinished,
    /// Its result was there from an earlier run.
    Cached,
}

impl Status {
    /// The meaning of a word or of an exit code; the empty text is success.
    pub(super) fn parse(text: &str) -> Option<Status> {
        use Reason::{Application, Capacity, OutOfMemory, Spot, Timeout, User};
        use Recorded::{Cancelled, Failed, Succeeded};
        if let Some(status) = Status::of_exit_code(text) {
            return Some(status);
        }
        // `CANCELLED by 1000`, or cut off as `CANCELLED+`; `Out of memory` and `out-of-memory` are `out_of_memory`.
        let word = text.to_ascii_lowercase();
        let word =
            word.split(" by ").next().unwrap_or_default().trim_end_matches('+').replace([' ', '-'], "_");
        Some(match word.as_str() {
            "" | "succeeded" | "success" | "successful" | "completed" | "complete" | "done" | "finished"
            | "pass" | "passed" | "ok" | "cd" | "post_done" => Status::Ended(Succeeded, None),
            // AWS Batch's word for a lost host, too.
            "failed" | "failure" | "error" | "exit" | "exited" => Status::Ended(Failed, None),
            "post_err"
            | "retryablefailure"
            | "crashloopbackoff"
            | "backofflimitexceeded"
            | "special_exit" => Status::Ended(Failed, Some(Application)),
            "timeout" | "timed_out" | "to" | "deadline" | "dl" | "deadlineexceeded" => {
                Status::Ended(Failed, Some(Timeout))
            }
            "out_of_memory" | "oom" | "oomkilled" => Status::Ended(Failed, Some(OutOfMemory)),
            "node_fail" | "nf" | "preempted" | "pr" | "evicted" | "node_lost" => {
                Status::Ended(Failed, Some(Spot))
            }
            "boot_fail" | "bf" | "launch_failed" | "reconfig_fail" => Status::Ended(Failed, Some(Capacity)),
            "cancelled" | "canceled" | "ca" | "killed" | "terminated" | "aborted" | "removed" | "deleted"
            | "revoked" | "stopped_by_user" => Status::Ended(Cancelled, Some(User)),
            "cached" => Status::Cached,
            "running" | "r" | "run" | "pending" | "pd" | "pend" | "runnable" | "starting" | "submitted"
            | "new" | "queued" | "q" | "qw" | "hqw" | "eqw" | "held" | "idle" | "wait" | "waiting"
            | "suspended" | "psusp" | "ususp" | "ssusp" | "completing" | "cg" | "configuring" | "cf"
            | "resizing" | "signaling" | "stage_out" | "stopped" | "requeued" | "requeue_fed"
            | "requeue_hold" | "resv_del_hold" | "unknown" | "unkwn" | "zombi" | "transferring"
            | "active" => Status::Unfinished,
            _ => return None,
        })
    }

    /// What an exit code says, `137` or Slurm's `CODE:SIGNAL`.
    pub(super) fn of_exit_code(text: &str) -> Option<Status> {
        Some(match Reason::of_exit_code(parse_exit_code(text)?) {
            None => Status::Ended(Recorded::Succeeded, None),
            reason => Status::Ended(Recorded::Failed, reason),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_many_schedulers_are_known() {
        let of = |text| Status::parse(text);
        for word in ["Running", "PENDING", "RUNNABLE", "Unknown", "PEND", "qw", "REQUEUED", "SUBMITTED"] {
            assert_eq!(of(word), Some(Status::Unfinished), "{word}");
        }
        for word in ["", "Complete", "DONE", "0", "0:0", "SUCCEEDED", "COMPLETED"] {
            assert_eq!(of(word), Some(Status::Ended(Recorded::Succeeded, None)), "{word}");
        }
        let failed = |reason| Some(Status::Ended(Recorded::Failed, Some(reason)));
        for word in ["OUT_OF_MEMORY", "OOMKilled", "137", "0:9", "out of memory"] {
            assert_eq!(of(word), failed(Reason::OutOfMemory), "{word}");
        }
        for (word, reason) in [
            ("NODE_FAIL", Reason::Spot),
            ("TIMEOUT", Reason::Timeout),
            ("CrashLoopBackOff", Reason::Application),
            ("1", Reason::Application),
            ("-1", Reason::Application),
            ("0:15", Reason::Application),
            ("BOOT_FAIL", Reason::Capacity),
        ] {
            assert_eq!(of(word), failed(reason), "{word}");
        }
        assert_eq!(of("FAILED"), Some(Status::Ended(Recorded::Failed, None)));
        for word in ["CANCELLED by 1000", "CANCELLED+", "ABORTED", "removed"] {
            assert_eq!(of(word), Some(Status::Ended(Recorded::Cancelled, Some(Reason::User))), "{word}");
        }
        assert_eq!((of("CACHED"), of("well"), of("F"), of("1.5")), (Some(Status::Cached), None, None, None));
    }
}
