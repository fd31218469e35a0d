//! Jobs: when each was submitted, how long it runs, and what it asks for.
//!
//! A workload is a value, in order of submission, whatever it was read from: [`csv`] is our own form,
//! [`swf`] the Standard Workload Format, [`slurm`] what `sacct` prints, [`mapped`] any other CSV,
//! [`pbs`], [`lsf`], [`sge`] and [`htcondor`] the history of those systems, [`kubernetes`] manifests, [`batch`] what AWS Batch
//! tells; [`drawn`] makes one from rates of arrival. Reading refuses what
//! it cannot mean and counts what it leaves out. It does not know instances, prices, or where a file is
//! (but for [`file`], which opens one).

pub mod batch;
pub mod by;
mod circle;
mod clock;
pub mod cromwell;
pub mod csv;
pub mod detail;
mod draft;
pub mod drawn;
pub mod file;
mod headings;
pub mod htcondor;
pub mod kubernetes;
mod lines;
pub mod lsf;
pub mod mapped;
pub mod pbs;
pub mod nextflow;
mod quantity;
pub mod random;
mod runs;
mod several;
pub mod sge;
pub mod slurm;
pub mod snakemake;
mod stamps;
pub mod summary;
pub mod swf;
pub mod wanted;
mod refusal;
mod words;

use std::num::NonZeroU8;

use crate::model::{decimal::Decimal, text};

use self::detail::{Detail, Details, Label, Reason};
pub use draft::Draft;
use draft::{arranged, natural, placed};
pub use refusal::Refusal;

/// Microseconds of a second.
pub const MICROS: u64 = 1_000_000;

/// Longest time a trace may name [s]: 136 years.
pub const LONGEST_SECONDS: u64 = u32::MAX as u64;

/// How a job ended where the trace comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// By itself, with success.
    Succeeded,
    /// By itself, with an error.
    Failed,
    /// By its user, while it ran.
    Cancelled,
}

impl Recorded {
    /// Its name in a workload CSV.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Recorded::Succeeded => "succeeded",
            Recorded::Failed => "failed",
            Recorded::Cancelled => "cancelled",
        }
    }
}

/// One job. Resources are per node, as in AWS Batch's job definitions; a child of an array is a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    /// Submitted [s from the start of the trace].
    pub submit_seconds: u64,
    /// How long it ran, or will run with nothing but useful work [s]; [`Workload::useful_micros`] has the latter of both.
    pub run_seconds: u32,
    /// vCPUs.
    pub vcpus: u32,
    /// Memory [MiB].
    pub memory_mib: u32,
    /// Nodes that start together.
    pub nodes: u32,
    /// Whole GPUs.
    pub gpus: u16,
    /// Which of [`Workload::queues`].
    pub queue: u16,
    /// Which of [`Workload::job_definitions`].
    pub job_definition: u16,
    /// How often it may be tried, where the trace says so.
    pub attempts: Option<NonZeroU8>,
    /// How it ended.
    pub recorded: Recorded,
}

/// A job that waits for another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dependency {
    /// The job waited for, by index.
    pub on: u32,
    /// The job that waits, by index.
    pub job: u32,
    /// From the end of the one to the other [s].
    pub think_seconds: u32,
    /// Whether the one has to succeed. AWS Batch fails a job that depends on a failed one; in the
    /// Standard Workload Format a job waits for the end of the preceding one, whatever it is.
    pub on_success: bool,
}

/// What reading left out or changed, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Jobs cancelled before they ran: how long they would have run is unknown.
    pub never_ran: u64,
    /// Other jobs without a run time.
    pub no_run_time: u64,
    /// Jobs of which the number of processors is unknown.
    pub no_processors: u64,
    /// Lines of parts of a job (Standard Workload Format, status 2 to 4; steps of Slurm); its own line has the whole.
    pub parts: u64,
    /// Dependencies on jobs that are not in the trace: taken as met.
    pub unknown_dependencies: u64,
    /// Jobs that had not ended when the record was made.
    pub unfinished: u64,
    /// Rows of a job that a later row of the same job replaces.
    pub replaced: u64,
    /// Lives of requeued jobs before the last one.
    pub requeued: u64,
    /// Manifests of something else than a job.
    pub not_jobs: u64,
    /// Jobs whose manifest cannot be used.
    pub odd_manifests: u64,
    /// Rows that cannot be read; [`Workload::unreadable`] has the first of them.
    pub unreadable: u64,
    /// Jobs that were not asked for.
    pub not_wanted: u64,
    /// Jobs on Fargate.
    pub serverless: u64,
    /// Tasks of a workflow that took what an earlier run of it left.
    pub cached: u64,
}

impl Dropped {
    /// Jobs that are left out.
    #[must_use]
    pub const fn jobs(&self) -> u64 {
        self.never_ran
            + self.no_run_time
            + self.no_processors
            + self.unfinished
            + self.odd_manifests
            + self.unreadable
            + self.serverless
            + self.cached
    }

    /// Every reason in words, after how often it applied; those that did not apply are left out.
    pub fn reasons(&self) -> impl Iterator<Item = String> {
        let all = [
            ("ended before it|they ran", self.never_ran),
            ("without a run time", self.no_run_time),
            ("without processors", self.no_processors),
            ("not ended yet", self.unfinished),
            ("row|rows of parts of a job", self.parts),
            ("row|rows replaced by a later one of the same job", self.replaced),
            ("earlier life|lives of requeued jobs: `earlier_attempts`, not simulated", self.requeued),
            ("row|rows that cannot be read", self.unreadable),
            ("job|jobs that was|were not asked for", self.not_wanted),
            ("on Fargate, which has no instances", self.serverless),
            ("taken from a cache: it|they did not run", self.cached),
            ("manifest|manifests that cannot be used", self.odd_manifests),
            ("manifest|manifests of something else than a job", self.not_jobs),
            ("dependency|dependencies on jobs that are not in it, taken as met", self.unknown_dependencies),
        ];
        let some = all.into_iter().filter(|(_, count)| *count > 0);
        some.map(|(words, count)| text::agreeing(count, words))
    }

    fn add(&mut self, other: Dropped) {
        self.never_ran += other.never_ran;
        self.no_run_time += other.no_run_time;
        self.no_processors += other.no_processors;
        self.parts += other.parts;
        self.unknown_dependencies += other.unknown_dependencies;
        self.unfinished += other.unfinished;
        self.replaced += other.replaced;
        self.not_jobs += other.not_jobs;
        self.requeued += other.requeued;
        self.odd_manifests += other.odd_manifests;
        self.unreadable += other.unreadable;
        self.not_wanted += other.not_wanted;
        self.serverless += other.serverless;
        self.cached += other.cached;
    }
}

/// Checkpoints that a recorded run time contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// Useful time between two [s]. Above 0.
    pub interval_seconds: u32,
    /// To write one [s].
    pub write_seconds: u32,
}

/// Jobs in order of submission. At least one; every index in it is of something that is there.
#[derive(Clone, Debug)]
pub struct Workload {
    jobs: Vec<Job>,
    dependencies: Vec<Dependency>,
    queues: Vec<String>,
    job_definitions: Vec<String>,
    /// By job definition; empty where run times are useful time.
    written: Vec<Option<Written>>,
    ids: Ids,
    details: Details,
    /// Second of the Unix epoch at which the trace starts, where it says so.
    pub start: Option<i64>,
    /// What is left out of it.
    pub dropped: Dropped,
    /// The first rows that cannot be read.
    pub unreadable: Vec<Refusal>,
    /// Jobs that stood after a job submitted later: they were sorted in.
    pub out_of_order: u64,
    /// Jobs whose memory is unknown: they ask for none.
    pub unknown_memory: u64,
    /// What else is to be said about the record, in words.
    pub remarks: Vec<String>,
    /// Whether the record names no jobs: they are numbered, so no others can be joined to them.
    pub numbered: bool,
    /// Jobs that have the id of an earlier one and are named `ID@SUBMISSION`, as [`Workload::joined`] or a record's reader did.
    pub renamed: u64,
    /// The first jobs of which [`Workload::joined`] took the newer record.
    pub replaced: Vec<String>,
}

impl Workload {
    /// The jobs, by time of submission; jobs of the same second in the order of the trace.
    #[must_use]
    pub fn jobs(&self) -> &[Job] {
        &self.jobs
    }

    /// What waits for what, sorted by the job waited for.
    #[must_use]
    pub fn dependencies(&self) -> &[Dependency] {
        &self.dependencies
    }

    /// Names of queues.
    #[must_use]
    pub fn queues(&self) -> &[String] {
        &self.queues
    }

    /// Names of job definitions; empty for a job that names none.
    #[must_use]
    pub fn job_definitions(&self) -> &[String] {
        &self.job_definitions
    }

    /// The same jobs, whose run times were taken by a clock while each wrote the checkpoints of its job definition.
    #[must_use]
    pub fn recorded_with(self, written: impl Fn(&str) -> Option<Written>) -> Workload {
        let written = self.job_definitions.iter().map(|name| written(name)).collect();
        Workload { written, ..self }
    }

    /// How many jobs name no job definition.
    #[must_use]
    pub fn without_definition(&self) -> u64 {
        let unnamed = |job: &&Job| self.job_definitions[usize::from(job.job_definition)].is_empty();
        self.jobs.iter().filter(unnamed).count() as u64
    }

    /// The same jobs, where those that name no job definition are of this one.
    #[must_use]
    pub fn defined_as(self, name: &str) -> Workload {
        let named = |own: String| if own.is_empty() { name.to_owned() } else { own };
        Workload { job_definitions: self.job_definitions.into_iter().map(named).collect(), ..self }
    }

    /// The part of a job's run time in which it works and writes no checkpoints, rounded up [µs]: so fine that the run
    /// time comes out to the second when the same checkpoints are added to it again.
    #[must_use]
    pub fn useful_micros(&self, job: &Job) -> u64 {
        let whole = u64::from(job.run_seconds) * MICROS;
        let Some(Some(written)) = self.written.get(usize::from(job.job_definition)) else { return whole };
        let interval = u128::from(written.interval_seconds);
        let useful = (u128::from(whole) * interval).div_ceil(interval + u128::from(written.write_seconds));
        u64::try_from(useful).expect("a part is no more than the whole")
    }

    /// What the trace calls a job.
    #[must_use]
    pub fn id(&self, job: usize) -> &str {
        self.ids.get(job)
    }

    /// What the trace says of a job beside its size and times; nothing where it says nothing.
    #[must_use]
    pub fn detail(&self, job: usize) -> Detail<'_> {
        self.details.get(job)
    }

    /// Whether the trace says of any job whose it is, why it ended or how it went.
    #[must_use]
    pub fn has_details(&self) -> bool {
        !self.details.is_empty()
    }

    /// The different texts of a label; the first is the empty one, of jobs of which it is unknown.
    #[must_use]
    pub fn labels(&self, label: Label) -> &[Box<str>] {
        self.details.texts(label)
    }

    /// Which of [`Workload::labels`] a job has.
    #[must_use]
    pub fn label(&self, label: Label, job: usize) -> u32 {
        self.details.label(label, job)
    }

    /// Why a job did not succeed, where the trace says so.
    #[must_use]
    pub fn reason(&self, job: usize) -> Option<Reason> {
        self.details.reason(job)
    }

    /// AWS Batch's scheduling priority of a job, where the trace says so.
    #[must_use]
    pub fn scheduling_priority(&self, job: usize) -> Option<u16> {
        self.details.scheduling_priority(job)
    }

    /// How many jobs have a share or a scheduling priority; 0 where all of them have the same share and no priority, as with
    /// the only quality of service of a cluster, which changes no order.
    #[must_use]
    pub fn with_shares(&self) -> u64 {
        let (mut count, mut is_told_apart) = (0, false);
        let first = self.details.label(Label::Share, 0);
        for job in 0..self.jobs.len() {
            let share = self.details.label(Label::Share, job);
            let has_priority = self.details.scheduling_priority(job).is_some();
            count += u64::from(share != 0 || has_priority);
            is_told_apart |= has_priority || share != first;
        }
        if is_told_apart { count } else { 0 }
    }

    /// The two as one, from the earlier start on. Of two rows of one id and submission the newer one stays; of one id and
    /// another submission they are two jobs, and the later one is named `ID@SUBMISSION`. Both have to know when they start.
    pub fn joined(&self, newer: &Workload) -> Result<Workload, Refusal> {
        joined(&[self, newer])
    }

    /// Itself in the order of [`Workload::joined`]: jobs of the same second stand by name.
    pub fn collected(&self) -> Result<Workload, Refusal> {
        joined(&[self])
    }

    /// The same jobs, those of one second by name, so that the order of rows does not matter.
    #[must_use]
    pub fn ties_by_name(mut self) -> Workload {
        let count = u32::try_from(self.jobs.len()).expect("jobs are numbered in 32 bits");
        let key = |job: u32| (self.jobs[job as usize].submit_seconds, natural(self.ids.bytes(job as usize)));
        let Some(place) = placed(count, |a, b| key(a).cmp(&key(b))) else { return self };
        self.jobs = arranged(&self.jobs, &place);
        self.ids.spans = arranged(&self.ids.spans, &place);
        self.details.arrange(&place);
        for dependency in &mut self.dependencies {
            dependency.on = place[dependency.on as usize];
            dependency.job = place[dependency.job as usize];
        }
        self.dependencies.sort_unstable();
        self
    }

    /// The jobs submitted from one second of the Unix epoch to another, counted from the first; dependencies on others
    /// are taken as met. `Err` where the trace does not know when it starts, or has none of them.
    pub fn between(&self, from: i64, to: i64) -> Result<Workload, Refusal> {
        let mut draft = Draft::default();
        draft.absorb(self)?;
        let from = u64::try_from(from).unwrap_or_default();
        let to = u64::try_from(to).unwrap_or_default();
        let outside = |job: &u32| !(from..to).contains(&draft.submitted(*job));
        let others: Vec<u32> = (0..draft.len()).filter(outside).collect();
        draft.remove(&others);
        draft.count_from(from)?;
        draft.finish(i64::try_from(from).ok())
    }

    /// The same jobs, each running so many times as long; `None` where one would run for too long.
    #[must_use]
    pub fn scaled(&self, factor: Decimal) -> Option<Workload> {
        let job = |job: &Job| Some(Job { run_seconds: scaled(job.run_seconds, factor)?, ..*job });
        Some(Workload { jobs: self.jobs.iter().map(job).collect::<Option<_>>()?, ..self.clone() })
    }

    /// The last submission [s from the start of the trace].
    #[must_use]
    pub fn last_submit_seconds(&self) -> u64 {
        self.jobs.last().map_or(0, |job| job.submit_seconds)
    }
}

/// All as one, of two rows of one job the last one.
fn joined(parts: &[&Workload]) -> Result<Workload, Refusal> {
    if parts.iter().any(|part| part.numbered) {
        return Err(Refusal { line: None, reason: words::numbered() });
    }
    let mut draft = Draft::default();
    draft.order_ties_by_name();
    for part in parts {
        draft.absorb(part)?;
    }
    draft.tell_apart().map_err(|reason| Refusal { line: None, reason })?;
    let start = parts.iter().filter_map(|part| part.start).min().unwrap_or_default();
    draft.count_from(u64::try_from(start).unwrap_or_default())?;
    draft.finish(Some(start))
}

/// A run time so many times as long, rounded up.
fn scaled(seconds: u32, factor: Decimal) -> Option<u32> {
    u32::try_from((Decimal::from(seconds) * factor).ceil()).ok()
}

/// Names of jobs in one text: a million strings would take four times the memory.
#[derive(Clone, Debug, Default)]
struct Ids {
    text: String,
    spans: Vec<(u32, u32)>,
}

impl Ids {
    fn get(&self, job: usize) -> &str {
        let (start, end) = self.spans[job];
        &self.text[start as usize..end as usize]
    }

    /// Its bytes, for comparing.
    fn bytes(&self, job: usize) -> &[u8] {
        let (start, end) = self.spans[job];
        &self.text.as_bytes()[start as usize..end as usize]
    }

    fn append(&mut self, other: &Ids) -> Option<()> {
        let before = u32::try_from(self.text.len()).ok()?;
        u32::try_from(self.text.len() + other.text.len()).ok()?;
        self.text.push_str(&other.text);
        self.spans.extend(other.spans.iter().map(|(start, end)| (start + before, end + before)));
        Some(())
    }

    fn push(&mut self, id: &str) -> Option<()> {
        let span = self.add(id)?;
        self.spans.push(span);
        Some(())
    }

    fn rename(&mut self, job: usize, id: &str) -> Option<()> {
        self.spans[job] = self.add(id)?;
        Some(())
    }

    fn add(&mut self, id: &str) -> Option<(u32, u32)> {
        let start = u32::try_from(self.text.len()).ok()?;
        let end = u32::try_from(self.text.len() + id.len()).ok()?;
        self.text.push_str(id);
        Some((start, end))
    }
}
