//! Tasks of Nextflow: its trace file, and what `nextflow log -f` prints, which has no header.
//!
//! Source: <https://docs.seqera.io/nextflow/reports> (trace file, `nextflow log`) and
//! <https://docs.seqera.io/nextflow/reference/config/trace>, read 2026-11-28; `TraceRecord` of nextflow-io/nextflow.
//!
//! Columns are found by name, in any order; `-` stands for nothing. Times are of the zone of the clock that wrote them; with
//! `trace.raw` they are milliseconds of the Unix epoch, lengths are milliseconds and memory is bytes, which a cell without a
//! unit tells. `GB` is a power of 1024. A task of status CACHED did not run. The run time is from `start` to `complete`, as an
//! instance is held, else `realtime`, which leaves out that files are brought and taken away. A task that was tried again has a
//! row for each attempt, of one name and of `attempt` 1, 2 …: it is one job, submitted when its first attempt was. The id is
//! `native_id`, as AWS Batch or the scheduler calls the job, else `task_id`, else `hash`. GPUs are in no column.

use std::hash::{Hash, Hasher};
use std::io::BufRead;
use std::num::NonZeroU8;

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use super::clock::{millis, seconds_between};
use super::detail::{Attempt, Detail, Reason, tags};
use super::lines::{Lines, fields};
use super::quantity::{amount, count, memory, span};
use super::{Draft, Job, MICROS, Recorded, Refusal};
use crate::model::said::Said;
use crate::model::text::{agreeing, named};
use crate::model::time::Zone;
use crate::workload::words;

/// Most vCPUs of a task.
const MOST: u32 = 1_000_000;

/// Most attempts AWS Batch gives a job:
/// <https://docs.aws.amazon.com/batch/latest/APIReference/API_RetryStrategy.html>, read 2026-11-28.
const MOST_ATTEMPTS: u32 = 10;

/// Most names of columns that are said.
const MOST_NAMED: usize = 12;

/// Columns that are read.
const COLUMNS: [&str; 18] = [
    "task_id",
    "hash",
    "native_id",
    "name",
    "process",
    "tag",
    "status",
    "exit",
    "attempt",
    "submit",
    "start",
    "complete",
    "realtime",
    "cpus",
    "memory",
    "peak_rss",
    "queue",
    "duration",
];

/// How a trace is read.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Names of the columns of a text without a header; empty where it has one.
    pub columns: Vec<String>,
    /// vCPUs of a task that names none.
    pub vcpus: Option<u32>,
    /// Whether the process is named as the job definition.
    pub definitions: bool,
}

/// The jobs, maybe none, and the second of the Unix epoch they count from. Times are of a clock in this zone.
pub fn draft(input: impl BufRead, zone: &Zone, how: &Reading) -> Result<(Draft, Option<i64>), Refusal> {
    let mut lines = Lines::new(input);
    let mut tasks = Tasks::default();
    let mut header = match &how.columns[..] {
        [] => None,
        names => Some(given(names)?),
    };
    while let Some(line) = lines.next()? {
        let text = line.text.trim_end_matches([' ', '\r']);
        if text.is_empty() {
            continue;
        }
        let Some(known) = &header else {
            header = Some(self::header(text, line.number)?);
            continue;
        };
        // Traces of several runs in one file repeat it.
        if text == known.text {
            continue;
        }
        if line.cut {
            tasks.draft.skip(line.too_long());
            continue;
        }
        let row = Row { header: known, text, zone, how };
        if let Err(reason) = row.task(line.number, &mut tasks) {
            tasks.draft.skip(line.refused(reason));
        }
    }
    match header {
        None => Ok((tasks.draft, None)),
        Some(header) => tasks.done(&header, how),
    }
}

/// The header that names from outside the text stand for.
fn given(names: &[String]) -> Result<Header, Refusal> {
    let refused =
        |reason| Refusal { line: None, reason: words::in_columns_names_are(reason, COLUMNS.join(", ")) };
    let header = header(&names.join("\t"), 1).map_err(|refusal| {
        match refusal.reason.en.split_once("; `--columns`") {
            Some(_) => refused(words::fewer_than_two_columns_of()),
            None => refused(refusal.reason),
        }
    })?;
    match ["native_id", "task_id", "hash"].iter().any(|name| header.place(name).is_some()) {
        true => Ok(header),
        false => Err(refused(words::there_is_no_column_native_id())),
    }
}

/// Where each column stands.
struct Header {
    text: String,
    separator: char,
    /// By the place in [`COLUMNS`].
    places: [Option<usize>; COLUMNS.len()],
    width: usize,
}

fn header(text: &str, line: u64) -> Result<Header, Refusal> {
    let places = |separator: char| {
        let names: Vec<&str> = text.split(separator).map(str::trim).collect();
        let places = COLUMNS.map(|column| names.iter().position(|name| name.eq_ignore_ascii_case(column)));
        (places, names.len())
    };
    let known = |separator: &char| places(*separator).0.iter().flatten().count();
    let separator = ['\t', ',', ';', '|'].into_iter().rev().max_by_key(known).unwrap_or('\t');
    let (places, width) = places(separator);
    let header = Header { text: text.to_owned(), separator, places, width };
    let has = |names: &[&str]| names.iter().any(|name| header.place(name).is_some());
    let missing = if places.iter().flatten().count() < 2 {
        words::it_has_no_header_of()
    } else if !has(&["submit", "start"]) {
        words::there_is_no_column_submit()
    } else if has(&["realtime"]) || (has(&["start"]) && has(&["complete"])) {
        return Ok(header);
    } else {
        words::there_is_no_column_realtime()
    };
    Err(Refusal { line: Some(line), reason: missing })
}

impl Header {
    /// Which columns nobody reads.
    fn unread(&self) -> Option<String> {
        let is_known = |name: &&str| COLUMNS.iter().any(|column| name.eq_ignore_ascii_case(column));
        let unread: Vec<&str> = self
            .text
            .split(self.separator)
            .map(str::trim)
            .filter(|name| !name.is_empty() && !is_known(name))
            .collect();
        (!unread.is_empty()).then(|| format!("columns that are not read: {}", named(&unread, MOST_NAMED)))
    }

    fn place(&self, name: &str) -> Option<usize> {
        COLUMNS.iter().position(|column| *column == name).and_then(|place| self.places[place])
    }
}

/// What was read so far.
#[derive(Default)]
struct Tasks {
    draft: Draft,
    /// Hashes of ids.
    ids: FxHashSet<u64>,
    share_an_id: bool,
    /// Attempts that failed, by the hash of the task's name.
    failed: FxHashMap<u64, Vec<Failed>>,
    /// Attempts that became part of a later one's job.
    gone: Vec<u32>,
    raw: u64,
    without_staging: u64,
    unknown_end: u64,
    first_unknown: u64,
    no_cpus: u64,
    defaulted: u64,
}

/// An attempt that may be followed by another one.
#[derive(Clone)]
struct Failed {
    job: u32,
    attempt: u32,
    task: u64,
    submitted: u64,
    wait_seconds: Option<u32>,
    /// With itself as the last.
    attempts: Vec<(u32, Option<Reason>)>,
}

/// The texts of a row by the place in [`COLUMNS`]; empty for none.
struct Cells<'a>([&'a str; COLUMNS.len()]);

impl<'a> Cells<'a> {
    fn of(&self, name: &str) -> &'a str {
        COLUMNS.iter().position(|column| *column == name).map_or("", |place| self.0[place])
    }
}

struct Row<'a> {
    header: &'a Header,
    text: &'a str,
    zone: &'a Zone,
    how: &'a Reading,
}

impl<'a> Row<'a> {
    fn task(&self, line: u64, tasks: &mut Tasks) -> Result<(), Said> {
        let cells = self.cells()?;
        let exit_code = match cells.of("exit") {
            "" => None,
            text => Some(text.parse::<i64>().map_err(|_| words::exit_is_not_a_number(text))?),
        };
        let Some(recorded) = tasks.end(cells.of("status"), exit_code)? else { return Ok(()) };
        let (submitted, started) = (self.instant(&cells, "submit")?, self.instant(&cells, "start")?);
        let submitted_at = submitted.or(started).ok_or_else(words::the_task_has_no_time)?;
        let Some(run_seconds) = self.run_seconds(&cells, started, recorded, tasks)? else { return Ok(()) };
        let digits = |text: &str| text.len() > 11 && text.bytes().all(|byte| byte.is_ascii_digit());
        tasks.raw += u64::from(digits(cells.of("submit")));
        let vcpus = match cells.of("cpus") {
            "" => self.how.vcpus.inspect(|_| tasks.defaulted += 1).unwrap_or_default(),
            text => count(amount(text, "cpus")?, "cpus", MOST)?,
        };
        if vcpus == 0 {
            tasks.no_cpus += 1;
            tasks.draft.dropped.no_processors += 1;
            return Ok(());
        }
        let job = Job {
            submit_seconds: submitted_at / 1000,
            run_seconds,
            vcpus,
            memory_mib: match cells.of("memory") {
                "" => 0,
                text => memory(text, "memory", 1)?,
            },
            nodes: 1,
            gpus: 0,
            queue: 0,
            job_definition: 0,
            attempts: None,
            recorded,
        };
        let wait = started.zip(submitted).and_then(|(start, submit)| start.checked_sub(submit));
        let peak_memory_mib = match cells.of("peak_rss") {
            "" | "0" => None,
            text => Some(memory(text, "peak_rss", 1)?).filter(|mib| *mib < u32::MAX),
        };
        let reason = exit_code.filter(|_| recorded == Recorded::Failed).and_then(Reason::of_exit_code);
        let detail = Detail {
            reason: reason.map(|reason| reason.of_peak(peak_memory_mib, job.memory_mib)),
            wait_seconds: wait
                .and_then(|ms| u32::try_from(ms.div_ceil(1000)).ok())
                .filter(|seconds| *seconds < u32::MAX),
            peak_memory_mib,
            ..Detail::default()
        };
        self.push(&cells, line, job, detail, tasks)
    }

    /// Adds a task that ran, under its names.
    fn push(
        &self,
        cells: &Cells<'_>,
        line: u64,
        job: Job,
        detail: Detail<'_>,
        tasks: &mut Tasks,
    ) -> Result<(), Said> {
        let ids = ["native_id", "task_id", "hash"].map(|column| cells.of(column));
        let (name, tag) = (cells.of("name"), cells.of("tag"));
        let process = match cells.of("process") {
            "" => name.split(" (").next().unwrap_or_default(),
            process => process,
        };
        let named = self.header.place("process").is_some();
        let of_process = tags([("process", process)].into_iter().filter(|_| named));
        let built = match (name, tag) {
            ("", "") => process.to_owned(),
            ("", tag) => format!("{process} ({tag})"),
            (name, _) => name.to_owned(),
        };
        tasks.push(Task {
            id: ids.into_iter().find(|id| !id.is_empty()).ok_or_else(words::the_task_has_no_id)?,
            line,
            name: &built,
            task_id: cells.of("task_id"),
            attempt: match cells.of("attempt") {
                "" => 1,
                text => count(amount(text, "attempt")?, "attempt", MOST)?.max(1),
            },
            queue: cells.of("queue"),
            definition: if self.how.definitions { process } else { "" },
            job,
            detail: Detail { name: &built, tags: &of_process, ..detail },
        })
    }

    /// From its start to its end, or what it took itself [s]; `None` for one that is left out.
    fn run_seconds(
        &self,
        cells: &Cells<'_>,
        started: Option<u64>,
        recorded: Recorded,
        tasks: &mut Tasks,
    ) -> Result<Option<u32>, Said> {
        if let Some((start, end)) =
            started.zip(self.instant(cells, "complete")?).filter(|(start, end)| start < end)
        {
            return seconds_between(start, end).map(Some).ok_or_else(words::it_ran_more_than_136);
        }
        match (cells.of("realtime"), recorded) {
            ("", Recorded::Cancelled) => tasks.draft.dropped.never_ran += 1,
            ("", _) => tasks.draft.dropped.no_run_time += 1,
            (text, _) => {
                let run_seconds = span(text, "realtime", MICROS / 1000)?;
                tasks.without_staging += 1;
                return Ok(Some(run_seconds));
            }
        }
        Ok(None)
    }

    fn cells(&self) -> Result<Cells<'a>, Said> {
        let mut cells = Cells([""; COLUMNS.len()]);
        let mut width = 0;
        let separator = u8::try_from(self.header.separator).expect("one of four in ASCII");
        for (place, cell) in fields(self.text, separator).enumerate() {
            width = place + 1;
            let own = self.header.places.iter().zip(&mut cells.0).filter(|(of, _)| **of == Some(place));
            for (_, text) in own {
                *text = Some(cell.trim()).filter(|cell| !matches!(*cell, "-" | "null")).unwrap_or_default();
            }
        }
        match width == self.header.width {
            true => Ok(cells),
            false => Err(words::fields_the_header_has_2(width, self.header.width)),
        }
    }

    /// A time [ms of the Unix epoch]: a number is of milliseconds, as no time in seconds has so many digits.
    fn instant(&self, cells: &Cells<'_>, name: &str) -> Result<Option<u64>, Said> {
        let text = cells.of(name);
        if text.is_empty() {
            return Ok(None);
        }
        let wrong = || words::is_not_a_time_from_2000_to(name, text);
        millis(text, self.zone).map(Some).ok_or_else(wrong)
    }
}

/// One row that ran.
struct Task<'a> {
    id: &'a str,
    line: u64,
    name: &'a str,
    task_id: &'a str,
    attempt: u32,
    queue: &'a str,
    definition: &'a str,
    job: Job,
    detail: Detail<'a>,
}

impl Tasks {
    /// How a task ended; `None` for one that is left out.
    fn end(&mut self, status: &str, exit_code: Option<i64>) -> Result<Option<Recorded>, Said> {
        Ok(Some(match (status, exit_code) {
            ("COMPLETED", _) | ("", Some(0)) => Recorded::Succeeded,
            ("FAILED", _) | ("", Some(_)) => Recorded::Failed,
            ("ABORTED", _) => Recorded::Cancelled,
            ("", None) => {
                self.unknown_end += 1;
                Recorded::Succeeded
            }
            ("CACHED", _) => {
                self.draft.dropped.cached += 1;
                return Ok(None);
            }
            ("NEW" | "SUBMITTED" | "RUNNING", _) => {
                self.draft.dropped.unfinished += 1;
                return Ok(None);
            }
            _ => return Err(words::status_is_none_of_nextflow(status)),
        }))
    }

    fn push(&mut self, task: Task<'_>) -> Result<(), Said> {
        let Task { mut job, mut detail, .. } = task;
        job.queue = self.draft.queue(task.queue)?;
        job.job_definition = self.draft.job_definition(task.definition)?;
        let key = hash_of(if task.name.is_empty() { task.task_id } else { task.name });
        let of_task = hash_of(task.task_id);
        let before = if task.attempt > 1 { self.before(key, of_task, task.attempt) } else { None };
        if task.attempt > 1 {
            job.attempts = u8::try_from(task.attempt.min(MOST_ATTEMPTS)).ok().and_then(NonZeroU8::new);
            let there = before.as_ref().map_or(0, |before| before.attempts.len());
            self.first_unknown += u64::from(there + 1 < task.attempt as usize);
        }
        let mut attempts = Vec::new();
        if let Some(before) = before {
            self.gone.push(before.job);
            job.submit_seconds = before.submitted;
            detail.wait_seconds = before.wait_seconds;
            attempts = before.attempts;
        }
        detail.earlier = attempts
            .iter()
            .map(|(run_seconds, reason)| Attempt {
                run_seconds: *run_seconds,
                reason: *reason,
                instance_type: "",
            })
            .collect();
        if job.recorded != Recorded::Succeeded {
            attempts.push((job.run_seconds, detail.reason));
            let failed = Failed {
                job: self.draft.len(),
                attempt: task.attempt,
                task: of_task,
                submitted: job.submit_seconds,
                wait_seconds: detail.wait_seconds,
                attempts,
            };
            self.failed.entry(key).or_default().push(failed);
        }
        self.share_an_id |= !self.ids.insert(hash_of(task.id));
        self.draft.unknown_memory += u64::from(job.memory_mib == 0);
        self.draft.push(job, task.id, task.line)?;
        self.draft.describe(&detail)
    }

    /// The attempt before this one: of the same task if there are several of its name, else the last.
    fn before(&mut self, key: u64, task: u64, attempt: u32) -> Option<Failed> {
        let failed = self.failed.get_mut(&key)?;
        let fits = |failed: &Failed| failed.attempt < attempt;
        let place = failed.iter().rposition(|failed| fits(failed) && failed.task == task);
        let place = place.or_else(|| failed.iter().rposition(fits))?;
        Some(failed.swap_remove(place))
    }

    fn done(mut self, header: &Header, how: &Reading) -> Result<(Draft, Option<i64>), Refusal> {
        let mut draft = self.draft;
        draft.remove(&std::mem::take(&mut self.gone));
        if self.share_an_id {
            draft.tell_apart().map_err(|reason| Refusal { line: None, reason })?;
        }
        let cpus = match (header.place("cpus"), how.vcpus) {
            (None, None) => {
                "task|tasks has|have no vCPUs: there is no column `cpus`, and no `--default vcpus=`"
            }
            _ => "task|tasks has|have no vCPUs in `cpus`",
        };
        let said = [
            ("task|tasks names|name no vCPUs in `cpus`: those of `--default` count", self.defaulted),
            (cpus, self.no_cpus),
            ("row|rows is|are raw: milliseconds and bytes", self.raw),
            (
                "run time|times is|are `realtime`, which leaves out that files are brought and taken away",
                self.without_staging,
            ),
            ("task|tasks has|have no `status` or `exit` and counts|count as succeeded", self.unknown_end),
            ("task|tasks was|were tried before, in rows that are not in it", self.first_unknown),
        ];
        draft.remarks.extend(
            said.into_iter().filter(|(_, count)| *count > 0).map(|(what, count)| agreeing(count, what)),
        );
        draft.remarks.extend(header.unread());
        if !draft.is_empty() {
            let jobs = agreeing(draft.len().into(), "job|jobs counts|count as without");
            let why = "a trace has no column of them";
            draft.gpus_unknown = Some(format!("GPUs unknown: {jobs}; {why}"));
        }
        let start = draft.earliest();
        draft.count_from(start)?;
        Ok((draft, i64::try_from(start).ok()))
    }
}

fn hash_of(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    text.hash(&mut hasher);
    hasher.finish()
}
