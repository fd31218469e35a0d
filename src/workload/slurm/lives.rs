//! The lives of a requeued job: rows of one id, each with a `Submit` of its own.
//!
//! Source: <https://slurm.schedmd.com/sacct.html>, `Submit` and `--duplicates`, read 2026-11-23: requeueing resets `Submit`,
//! and `--duplicates` prints the row of each life. They are one job: submitted when it first was, of the run time,
//! resources and end of its last life, with as many attempts as it had lives that ran. What ran before is in no hours,
//! so it is counted. Rows of the same `Submit` are one life, reported again: the later row counts. An id that a
//! cluster gave to two jobs cannot be told from a requeued one.

use std::num::NonZeroU8;

use crate::workload::{Draft, Dropped};

/// Most attempts AWS Batch gives a job:
/// <https://docs.aws.amazon.com/batch/latest/APIReference/API_RetryStrategy.html>, read 2026-11-23.
const MOST_ATTEMPTS: u32 = 10;

/// Why a row is no job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Unfinished,
    Requeued { ran: bool },
    NeverRan,
    NoRunTime,
    NoProcessors,
}

/// Rows without a job.
#[derive(Debug, Default)]
pub(super) struct Lives {
    rows: Vec<Lost>,
}

#[derive(Debug)]
struct Lost {
    id: String,
    /// When it was submitted [s of the Unix epoch]; 0 if nobody says so.
    submit: u64,
    line: u64,
    fate: Fate,
    jobs: u64,
}

/// A row among those of its id: of a job of the draft, or lost.
#[derive(Clone, Copy)]
enum Place {
    Job(u32),
    Lost(usize),
}

impl Lives {
    pub(super) fn push(&mut self, id: String, submit: Option<i64>, line: u64, fate: Fate, jobs: u64) {
        let submit = submit.and_then(|submit| u64::try_from(submit).ok()).unwrap_or_default();
        self.rows.push(Lost { id, submit, line, fate, jobs });
    }

    /// Leaves one job of each id in the draft and counts the rest. Returns how many jobs had lives that no row is about.
    pub(super) fn settle(&self, draft: &mut Draft) -> u64 {
        let alone = (1..draft.len()).all(|job| natural(draft.id(job - 1)) < natural(draft.id(job)));
        if self.rows.is_empty() && alone {
            return (0..draft.len()).filter(|job| draft.attempts(*job).is_some()).count() as u64;
        }
        let mut rows: Vec<Place> = (0..draft.len()).map(Place::Job).collect();
        rows.extend((0..self.rows.len()).map(Place::Lost));
        let key = |place: &Place| match *place {
            Place::Job(job) => (natural(draft.id(job)), draft.submitted(job), draft.line(job)),
            Place::Lost(row) => {
                let lost = &self.rows[row];
                (natural(&lost.id), lost.submit, lost.line)
            }
        };
        if !rows.is_sorted_by(|a, b| key(a).0 < key(b).0) {
            rows.sort_by(|a, b| key(a).cmp(&key(b)));
        }
        let (mut removed, mut changed, mut only_last) = (Vec::new(), Vec::new(), 0);
        let mut dropped = Dropped::default();
        for group in rows.chunk_by(|a, b| key(a).0 == key(b).0) {
            let last = group[group.len() - 1];
            // Of the rows of one life the last one counts.
            let lives: Vec<Place> = group
                .windows(2)
                .filter(|pair| key(&pair[0]).1 != key(&pair[1]).1)
                .map(|pair| pair[0])
                .chain([last])
                .collect();
            dropped.replaced += (group.len() - lives.len()) as u64;
            dropped.requeued += lives.len() as u64 - 1;
            removed.extend(group[..group.len() - 1].iter().filter_map(|place| match place {
                Place::Job(job) => Some(*job),
                Place::Lost(_) => None,
            }));
            match last {
                Place::Lost(row) => self.count(row, &mut dropped),
                Place::Job(job) if lives.len() == 1 => only_last += u64::from(draft.attempts(job).is_some()),
                Place::Job(job) => {
                    let earlier = lives[..lives.len() - 1].iter().filter(|place| match place {
                        Place::Job(_) => true,
                        Place::Lost(row) => self.rows[*row].fate == Fate::Requeued { ran: true },
                    });
                    let lived = u32::try_from(earlier.count()).unwrap_or(u32::MAX).saturating_add(1);
                    changed.push((job, key(&lives[0]).1, lived));
                }
            }
        }
        for (job, submit, lived) in changed {
            draft.relive(job, submit, attempts(lived));
        }
        draft.dropped.add(dropped);
        draft.remove(&removed);
        only_last
    }

    fn count(&self, row: usize, dropped: &mut Dropped) {
        let Lost { fate, jobs, .. } = self.rows[row];
        match fate {
            Fate::Unfinished | Fate::Requeued { .. } => dropped.unfinished += jobs,
            Fate::NeverRan => dropped.never_ran += jobs,
            Fate::NoRunTime => dropped.no_run_time += jobs,
            Fate::NoProcessors => dropped.no_processors += jobs,
        }
    }
}

/// Shorter ids first, so that most rows are in order as they come.
fn natural(id: &str) -> (usize, &str) {
    (id.len(), id)
}

/// So many attempts, where there was more than one; at most AWS Batch's most.
pub(super) fn attempts(lives: u32) -> Option<NonZeroU8> {
    let attempts = u8::try_from(lives.min(MOST_ATTEMPTS)).ok().and_then(NonZeroU8::new);
    attempts.filter(|attempts| attempts.get() > 1)
}
