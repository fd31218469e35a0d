//! What a scheduler's log has of each attempt of a job, made into jobs.
//!
//! Batch systems keep the id and the submission of a job that they put back into its queue, and write a record of each of
//! its attempts. They are one job: of the run time, resources and end of the last attempt; the others are its earlier ones,
//! and are counted, as their hours are in no figure. A row of the same id, submission and start is the same attempt, reported
//! again: the later row counts. An id with another submission is another job, as counters begin anew, unless the attempt
//! before was requeued and user and name agree. All submissions are seconds of the Unix epoch.

use std::hash::{Hash, Hasher};
use std::num::NonZeroU8;

use rustc_hash::FxHasher;

use super::detail::{Attempt, Detail};
use super::{Draft, Job, Recorded, Refusal};
use crate::model::said::Said;
use crate::model::text::agreeing;
use crate::workload::words;

/// Most CPUs, nodes and GPUs of a job.
pub(super) const MOST: u32 = 1_000_000;

/// Why jobs have more than they were given.
pub(super) const UNEVEN: &str =
    "job|jobs has|have CPUs or GPUs that do not divide by its|their nodes: rounded up on each";

/// Most attempts AWS Batch gives a job:
/// <https://docs.aws.amazon.com/batch/latest/APIReference/API_RetryStrategy.html>, read 2026-11-28.
const MOST_ATTEMPTS: usize = 10;

/// Seconds of the Unix epoch from 2000 to 2199.
pub(super) const TIMES: std::ops::Range<u64> = 946_684_800..7_258_118_400;

/// An attempt of a job, as its record has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run<'a> {
    pub(super) id: &'a str,
    pub(super) line: u64,
    /// When the job was submitted [s of the Unix epoch].
    pub(super) submitted: u64,
    /// When this attempt started [s of the Unix epoch]; 0 for unknown.
    pub(super) started: u64,
    pub(super) run_seconds: u32,
    /// Of all nodes. Above 0.
    pub(super) cpus: u32,
    /// Of all nodes.
    pub(super) gpus: u32,
    /// Of a node [MiB]; 0 for unknown.
    pub(super) memory_mib: u32,
    /// Above 0.
    pub(super) nodes: u32,
    pub(super) queue: &'a str,
    pub(super) recorded: Recorded,
    pub(super) end: End,
    pub(super) detail: Detail<'a>,
}

/// What the end of an attempt says of its job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It is that of the job.
    OfJob,
    /// The job was put back into its queue.
    Requeued,
}

/// Jobs in the making.
#[derive(Debug, Default)]
pub(super) struct Runs {
    pub(super) draft: Draft,
    lives: Vec<Life>,
    gpus: u64,
    uneven: u64,
}

/// What decides whether a row is of the job before it.
#[derive(Clone, Copy, Debug)]
struct Life {
    started: u64,
    /// Stands for the user and the name.
    whose: u32,
    end: End,
}

/// What becomes of the rows.
#[derive(Default)]
struct Found {
    removed: Vec<u32>,
    /// Jobs with attempts before, and those.
    changed: Vec<(u32, Vec<u32>)>,
    kept: u32,
    share_an_id: bool,
}

impl Runs {
    /// Adds an attempt. An error is about the whole log.
    pub(super) fn push(&mut self, run: &Run<'_>) -> Result<(), Refusal> {
        let refused = |reason| Refusal { line: Some(run.line), reason };
        if !TIMES.contains(&run.submitted) {
            let reason = words::submitted_at_second_of_the(run.submitted);
            self.draft.skip(refused(reason));
            return Ok(());
        }
        let Ok(gpus) = u16::try_from(run.gpus.div_ceil(run.nodes)) else {
            self.draft.skip(refused(words::too_many_gpus()));
            return Ok(());
        };
        self.uneven += u64::from(!run.cpus.is_multiple_of(run.nodes) || !run.gpus.is_multiple_of(run.nodes));
        self.gpus += u64::from(gpus);
        let mut hasher = FxHasher::default();
        (run.detail.user, run.detail.name).hash(&mut hasher);
        let job = Job {
            submit_seconds: run.submitted,
            run_seconds: run.run_seconds,
            vcpus: run.cpus.div_ceil(run.nodes),
            memory_mib: run.memory_mib,
            nodes: run.nodes,
            gpus,
            queue: self.draft.queue(run.queue).map_err(refused)?,
            job_definition: self.draft.job_definition("").map_err(refused)?,
            attempts: tried(run.detail.earlier.len()),
            recorded: run.recorded,
        };
        self.draft.unknown_memory += u64::from(run.memory_mib == 0);
        self.draft.push(job, run.id, run.line).map_err(refused)?;
        self.draft.describe(&run.detail).map_err(refused)?;
        let whose = (hasher.finish() >> 32) as u32;
        self.lives.push(Life { started: run.started, whose, end: run.end });
        Ok(())
    }

    /// The jobs, maybe none, and the second of the Unix epoch they count from. `no_gpus` says why GPUs may be unknown.
    pub(super) fn done(mut self, no_gpus: &str) -> Result<(Draft, Option<i64>), Refusal> {
        self.settle().map_err(|reason| Refusal { line: None, reason })?;
        if self.uneven > 0 {
            self.draft.remarks.push(agreeing(self.uneven, UNEVEN));
        }
        // A number that nobody recorded is not 0.
        if self.gpus == 0 && !self.draft.is_empty() {
            let jobs = agreeing(self.draft.len().into(), "job|jobs counts|count as without");
            let remark = format!("GPUs unknown: {jobs}; {no_gpus}");
            self.draft.remarks.push(remark);
        }
        let start = self.draft.earliest();
        self.draft.count_from(start)?;
        Ok((self.draft, i64::try_from(start).ok()))
    }

    /// Leaves the last attempt of each job in the draft, and says of it what was before.
    fn settle(&mut self) -> Result<(), Said> {
        let Runs { draft, lives, .. } = self;
        let id = |job: u32| (draft.id(job).len(), draft.id(job));
        let alone = (1..draft.len()).all(|job| id(job - 1) < id(job));
        if alone && lives.iter().all(|life| life.end == End::OfJob) {
            return Ok(());
        }
        let life = |job: u32| lives[job as usize];
        let key = |job: &u32| (id(*job), draft.submitted(*job), life(*job).started, draft.line(*job));
        let mut order: Vec<u32> = (0..draft.len()).collect();
        order.sort_by(|a, b| key(a).cmp(&key(b)));
        let same = |before: u32, next: u32| {
            draft.submitted(before) == draft.submitted(next)
                || (life(before).end == End::Requeued && life(before).whose == life(next).whose)
        };
        let mut found = Found::default();
        let (mut replaced, mut requeued, mut unfinished) = (0, 0, 0);
        for group in order.chunk_by(|a, b| id(*a) == id(*b)) {
            found.kept = 0;
            for attempts in group.chunk_by(|before, next| same(*before, *next)) {
                let mut attempts = attempts.to_vec();
                let before = attempts.len();
                let again = |a: u32, b: u32| {
                    draft.submitted(a) == draft.submitted(b) && life(a).started == life(b).started
                };
                // Of rows of one attempt the last one counts, an end of the job before one of the attempt alone.
                attempts.dedup_by(|next, kept| {
                    let twice = again(*kept, *next);
                    if twice {
                        let stays = life(*kept).end == End::OfJob && life(*next).end == End::Requeued;
                        let gone = if stays { *next } else { std::mem::replace(kept, *next) };
                        found.removed.push(gone);
                    }
                    twice
                });
                replaced += (before - attempts.len()) as u64;
                let last = attempts.pop().expect("a chunk has a row");
                found.removed.extend_from_slice(&attempts);
                requeued += attempts.len() as u64;
                if life(last).end == End::Requeued {
                    found.removed.push(last);
                    unfinished += 1;
                    continue;
                }
                found.kept += 1;
                if !attempts.is_empty() {
                    found.changed.push((last, attempts));
                }
            }
            found.share_an_id |= found.kept > 1;
        }
        draft.dropped.replaced += replaced;
        draft.dropped.requeued += requeued;
        draft.dropped.unfinished += unfinished;
        for (job, attempts) in &found.changed {
            tell_before(draft, *job, attempts)?;
        }
        draft.remove(&found.removed);
        if found.share_an_id { draft.tell_apart() } else { Ok(()) }
    }
}

/// Gives a job what its earlier attempts say.
fn tell_before(draft: &mut Draft, job: u32, attempts: &[u32]) -> Result<(), Said> {
    let first = attempts[0];
    let submitted = attempts.iter().map(|attempt| draft.submitted(*attempt)).min();
    let submitted = submitted.unwrap_or_default().min(draft.submitted(job));
    let earlier: Vec<Attempt<'static>> = attempts
        .iter()
        .map(|attempt| Attempt {
            run_seconds: draft.run_seconds(*attempt),
            reason: draft.reason(*attempt),
            instance_type: "",
        })
        .collect();
    draft.relive(job, submitted, tried(attempts.len()));
    draft.tell_before(job, draft.wait_seconds(first), &earlier)
}

/// How often a job was tried that has so many earlier attempts, where there are any; at most AWS Batch's most.
fn tried(earlier: usize) -> Option<NonZeroU8> {
    let tried = u8::try_from((earlier + 1).min(MOST_ATTEMPTS)).ok().and_then(NonZeroU8::new);
    tried.filter(|_| earlier > 0)
}
