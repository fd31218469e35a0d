//! The lives of a requeued job: rows of one id, each with a `Submit` of its own.
//!
//! Sources: <https://slurm.schedmd.com/sacct.html>, `Submit` and `--duplicates`, and
//! <https://slurm.schedmd.com/job_state_codes.html>, read 2026-11-23: requeueing resets `Submit`, and `--duplicates` prints the
//! row of each life. They are one job: submitted when it first was, of the run time, resources and end of its last life,
//! with as many attempts as it had lives that ran, which are its earlier attempts, and the wait of its first one. What ran before
//! is in no hours, so it is counted. Rows of the same
//! `Submit` are one life, reported again: the later row counts, but one that had not ended does not replace one that had.
//!
//! A cluster counts its jobs from 1, a new one again, and begins anew at `MaxJobId`. So a row is a life of the job before
//! it only if that one ended as a job does that is requeued, if user, name and what they ask for agree where columns have
//! them, and if no more than 60 days lie between. Else
//! they are different jobs, and the later one is named `ID@SUBMISSION`.

use std::num::NonZeroU8;

use crate::model::said::Said;
use crate::workload::detail::{Attempt, Reason};
use crate::workload::{Draft, Dropped};

/// Longest time between the submissions of two lives [s]: 60 days. Requeueing sets `Submit` anew when a life ends, and jobs
/// that wait or run for longer are rarer than clusters that count from 1 again; an assumption.
const LONGEST_GAP: u64 = 60 * 86_400;

/// Most attempts AWS Batch gives a job:
/// <https://docs.aws.amazon.com/batch/latest/APIReference/API_RetryStrategy.html>, read 2026-11-23.
const MOST_ATTEMPTS: u32 = 10;

/// Why a row is no job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Unfinished,
    /// It ran for so long before [s].
    Requeued {
        ran: u32,
    },
    NeverRan,
    NoRunTime,
    NoProcessors,
}

/// What a row says about whether the next one of its id is of the same job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Life {
    /// Whether it ended as a job does that is requeued.
    pub(super) goes_on: bool,
    /// Stands for the user and the name, where columns have them.
    pub(super) whose: u32,
}

/// Rows without a job, and the lives that jobs of the draft are.
#[derive(Debug, Default)]
pub(super) struct Lives {
    rows: Vec<Lost>,
    of_jobs: Vec<Life>,
}

#[derive(Debug)]
struct Lost {
    id: String,
    /// When it was submitted [s of the Unix epoch]; 0 if nobody says so.
    submit: u64,
    line: u64,
    fate: Fate,
    jobs: u64,
    life: Life,
    /// How long it waited [s].
    wait: Option<u32>,
}

/// A row among those of its id: of a job of the draft, or lost.
#[derive(Clone, Copy)]
enum Place {
    Job(u32),
    Lost(usize),
}

/// A job with lives before.
struct Changed {
    job: u32,
    /// When it was first submitted [s of the Unix epoch].
    first: u64,
    /// How long its earlier lives ran [s], and why they ended.
    earlier: Vec<(u32, Option<Reason>)>,
    /// How long it waited for its first start [s].
    wait: Option<u32>,
}

/// What becomes of the rows.
#[derive(Default)]
struct Found {
    dropped: Dropped,
    /// Jobs of the id at hand that stay.
    kept: Vec<u32>,
    removed: Vec<u32>,
    changed: Vec<Changed>,
    only_last: u64,
    /// Whether two jobs that stay have one id.
    share_an_id: bool,
}

impl Lives {
    pub(super) fn push(
        &mut self,
        id: String,
        submit: Option<i64>,
        line: u64,
        fate: Fate,
        (jobs, life, wait): (u64, Life, Option<u32>),
    ) {
        let submit = submit.and_then(|submit| u64::try_from(submit).ok()).unwrap_or_default();
        self.rows.push(Lost { id, submit, line, fate, jobs, life, wait });
    }

    /// Rows without a job.
    pub(super) fn lost(&self) -> u64 {
        self.rows.len() as u64
    }

    /// Whether a row is of a life that had not ended when it was written.
    fn goes_on_still(&self, place: Place) -> bool {
        matches!(place, Place::Lost(row) if self.rows[row].fate == Fate::Unfinished)
    }

    /// The next job of the draft is this life.
    pub(super) fn push_job(&mut self, life: Life) {
        self.of_jobs.push(life);
    }

    /// Leaves the last life of each job in the draft and counts the rest. Returns how many jobs had lives that no row is
    /// about.
    pub(super) fn settle(&self, draft: &mut Draft) -> Result<u64, Said> {
        let alone = (1..draft.len()).all(|job| natural(draft.id(job - 1)) < natural(draft.id(job)));
        if self.rows.is_empty() && alone {
            return Ok((0..draft.len()).filter(|job| draft.attempts(*job).is_some()).count() as u64);
        }
        let mut rows: Vec<Place> = (0..draft.len()).map(Place::Job).collect();
        rows.extend((0..self.rows.len()).map(Place::Lost));
        let key = |place: &Place| self.key(*place, draft);
        if !rows.is_sorted_by(|a, b| key(a).0 < key(b).0) {
            rows.sort_by(|a, b| key(a).cmp(&key(b)));
        }
        let mut found = Found::default();
        for group in rows.chunk_by(|a, b| key(a).0 == key(b).0) {
            // Of the rows of one life the last one counts that does not say that it goes on.
            let counts = |rows: &[Place]| {
                let ended = rows.iter().rev().find(|row| !self.goes_on_still(**row));
                *ended.unwrap_or(&rows[rows.len() - 1])
            };
            let lives: Vec<Place> = group.chunk_by(|a, b| key(a).1 == key(b).1).map(counts).collect();
            found.dropped.replaced += (group.len() - lives.len()) as u64;
            found.kept.clear();
            let submit = |place: &Place| self.key(*place, draft).1;
            let is_near = |before: u64, next: u64| before == 0 || next.abs_diff(before) <= LONGEST_GAP;
            let is_one = |before: &Place, next: &Place| {
                is_near(submit(before), submit(next)) && self.is_next(*before, *next)
            };
            for lives in lives.chunk_by(is_one) {
                self.settle_one(lives, draft, &mut found);
            }
            found.share_an_id |= found.kept.len() > 1;
            let gone = |job: &u32| !found.kept.contains(job);
            let jobs = group.iter().filter_map(|place| match place {
                Place::Job(job) => Some(*job),
                Place::Lost(_) => None,
            });
            found.removed.extend(jobs.filter(gone));
        }
        for Changed { job, first, earlier, wait } in found.changed {
            let lived = u32::try_from(earlier.len()).unwrap_or(u32::MAX).saturating_add(1);
            let of = |(run_seconds, reason)| Attempt { run_seconds, reason, instance_type: "" };
            let earlier: Vec<Attempt<'_>> = earlier.into_iter().map(of).collect();
            draft.relive(job, first, attempts(lived));
            draft.tell_before(job, wait, &earlier)?;
        }
        draft.dropped.add(found.dropped);
        draft.remove(&found.removed);
        if found.share_an_id {
            draft.tell_apart()?;
        }
        Ok(found.only_last)
    }

    /// A job and its lives, in their order.
    fn settle_one(&self, lives: &[Place], draft: &Draft, found: &mut Found) {
        found.dropped.requeued += lives.len() as u64 - 1;
        match lives[lives.len() - 1] {
            Place::Lost(row) => self.count(row, &mut found.dropped),
            Place::Job(job) => {
                found.kept.push(job);
                if lives.len() == 1 {
                    found.only_last += u64::from(draft.attempts(job).is_some());
                    return;
                }
                let earlier = lives[..lives.len() - 1].iter().filter_map(|place| match place {
                    Place::Job(job) => Some((draft.run_seconds(*job), draft.reason(*job))),
                    Place::Lost(row) => match self.rows[*row].fate {
                        Fate::Requeued { ran } if ran > 0 => Some((ran, None)),
                        _ => None,
                    },
                });
                let earlier = earlier.collect();
                // A row that does not say when is no first submission.
                let submits = lives.iter().map(|life| self.key(*life, draft).1);
                let first = submits.filter(|submit| *submit > 0).min().unwrap_or_default();
                let wait = match lives[0] {
                    Place::Job(job) => draft.wait_seconds(job),
                    Place::Lost(row) => self.rows[row].wait,
                };
                found.changed.push(Changed { job, first, earlier, wait });
            }
        }
    }

    /// Whether the next row of an id is of the same job.
    fn is_next(&self, before: Place, next: Place) -> bool {
        let life = |place| match place {
            Place::Job(job) => self.of_jobs[job as usize],
            Place::Lost(row) => self.rows[row].life,
        };
        life(before).goes_on && life(before).whose == life(next).whose
    }

    /// The id, the submission and the line of a row.
    fn key<'a>(&'a self, place: Place, draft: &'a Draft) -> ((usize, &'a str), u64, u64) {
        match place {
            Place::Job(job) => (natural(draft.id(job)), draft.submitted(job), draft.line(job)),
            Place::Lost(row) => {
                let lost = &self.rows[row];
                (natural(&lost.id), lost.submit, lost.line)
            }
        }
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
