//! Accounting of Grid Engine (SGE, OGS, UGE, Gridware): what `qacct -j` prints, or the `accounting` file it reads.
//!
//! Sources, read 2026-11-28: accounting(5) and sge_status(5)
//! (<https://manpages.ubuntu.com/manpages/xenial/en/man5/sge_accounting.5.html>,
//! <https://manpages.debian.org/bullseye/gridengine-common/sge_status.5.en.html>), `sge_write_rusage` of
//! <https://github.com/gridengine/gridengine>, and qacct.md of <https://github.com/hpc-gridware/clusterscheduler>. Which of the
//! two a text is its first line says.
//!
//! * A task of an array is the job `NUMBER.TASK`. Rows of tasks of a parallel job (`pe_taskid`) are parts of it. A row that
//!   says that its job was put back (`failed` 24, 25 or 30) is an attempt of it.
//! * A slot is a vCPU. The record does not say how many hosts a job was on: it is on one, unless it is wider than an instance.
//! * Memory is the first of `m_mem_free`, `mem_free`, `h_vmem`, `h_rss`, `s_vmem` and `virtual_free` that `category` asks for,
//!   which is for each slot. Lower-case units are powers of 1000, as sge_types(1) says. GPUs (`gpu`, `gpus`, `ngpus`) are
//!   those of the job, unless a slot has a part of one.
//! * The peak is `maxrss`, else `maxvmem`, which is virtual, else `ru_maxrss`, which is that of the largest process in KB.
//! * Times of the file are seconds of the Unix epoch, or milliseconds in Univa's; those of `qacct` are of the cluster's zone.

mod ended;
mod request;

use std::io::BufRead;

use self::ended::{Exit, exit};
use self::request::{Request, bytes};
use super::detail::Detail;
use super::lines::{Line, Lines, fields as fields_of};
use super::quantity::{amount, count, memory_mib, seconds};
use super::runs::{End, MOST, Run, Runs};
use super::several::Files;
use super::stamps::Stamp;
use super::{Draft, LONGEST_SECONDS, Refusal};
use crate::model::decimal::{self, Decimal};
use crate::model::text::agreeing;
use crate::model::time::Zone;
use crate::workload::words;

/// Above this, a time is in milliseconds: in seconds it would be the year 5138.
const MILLISECONDS: u64 = 100_000_000_000;

/// Parallel environments on one host, by what their names begin with.
const ON_ONE_HOST: [&str; 6] = ["smp", "openmp", "omp", "shm", "thread", "multithread"];

/// The jobs, maybe none, and the second of the Unix epoch they count from. `widest` is the largest instance [vCPUs]: wider
/// jobs become several nodes.
pub fn draft(input: impl BufRead, zone: &Zone, widest: u32) -> Result<(Draft, Option<i64>), Refusal> {
    let mut log = Log::new(zone, widest);
    log.read(input)?;
    log.done()
}

/// A reader of several files.
pub(super) fn files(zone: &Zone, widest: u32) -> Box<dyn Files> {
    Box::new(Log::new(zone, widest))
}

impl Files for Log {
    fn read(&mut self, input: Box<dyn BufRead>) -> Result<(), Refusal> {
        Log::read(self, input)
    }

    fn draft(&mut self) -> &mut Draft {
        &mut self.runs.draft
    }

    fn done(self: Box<Self>) -> Result<(Draft, Option<i64>), Refusal> {
        (*self).done()
    }
}

impl Log {
    fn new(zone: &Zone, widest: u32) -> Log {
        Log { zone: zone.clone(), widest, runs: Runs::default(), said: Said::default() }
    }

    fn read(&mut self, input: impl BufRead) -> Result<(), Refusal> {
        let log = self;
        let mut lines = Lines::new(input);
        let mut block = Block::default();
        let mut is_blocks = None;
        while let Some(line) = lines.next()? {
            let text = line.text.trim_end();
            if text.len() <= 1 || text.starts_with('#') {
                continue;
            }
            if is_blocks.is_none() {
                is_blocks = Some(is_block(&line)?);
            }
            if is_blocks == Some(false) {
                log.line(&line)?;
                continue;
            }
            let (key, value) = key_and_value(text);
            if key.starts_with("====") || (key == "qname" && block.line > 0) {
                log.block(&mut block)?;
            }
            block.set(key, value.trim(), line.number);
        }
        log.block(&mut block)
    }
}

/// Whether a name begins so, in whatever case.
fn begins(name: &str, begin: &str) -> bool {
    name.as_bytes().get(..begin.len()).is_some_and(|start| start.eq_ignore_ascii_case(begin.as_bytes()))
}

/// The first word of a line and what stands behind it.
fn key_and_value(text: &str) -> (&str, &str) {
    match text.bytes().position(|byte| !byte.is_ascii_graphic()) {
        Some(place) if text.as_bytes()[place] == b' ' => (&text[..place], &text[place + 1..]),
        _ => text.split_once(char::is_whitespace).unwrap_or((text, "")),
    }
}

/// Whether it is the output of `qacct`, and not an accounting file.
fn is_block(line: &Line<'_>) -> Result<bool, Refusal> {
    let text = line.text.trim();
    let key = text.split_whitespace().next().unwrap_or_default();
    if key.starts_with("====") || key == "qname" {
        return Ok(true);
    }
    if !text.starts_with('{') && text.split(':').count() > FIXED / 3 {
        return Ok(false);
    }
    Err(line.refused(words::neither_the_output_of_qacct()))
}

/// Fields before the category, which may have colons in it.
const FIXED: usize = 35;

/// Where the fields of a row stand, in a line and in [`Block::values`].
const LINE: [(usize, Key); 18] = [
    (0, Key::Queue),
    (3, Key::Owner),
    (4, Key::Name),
    (5, Key::Number),
    (6, Key::Account),
    (8, Key::Submitted),
    (9, Key::Started),
    (10, Key::Ended),
    (11, Key::Failed),
    (12, Key::Exit),
    (13, Key::Wallclock),
    (16, Key::LargestProcess),
    (31, Key::Project),
    (32, Key::Department),
    (33, Key::Parallel),
    (34, Key::Slots),
    (35, Key::Task),
    (39, Key::Category),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Queue,
    Owner,
    Name,
    Number,
    Account,
    Submitted,
    Started,
    Ended,
    Failed,
    Exit,
    Wallclock,
    LargestProcess,
    Project,
    Department,
    Parallel,
    Slots,
    Task,
    Category,
    ParallelTask,
    Virtual,
    Resident,
    DeletedBy,
}

const KEYS: usize = 22;

/// The values of a row.
type Values<'a> = [&'a str; KEYS];

/// What `qacct` prints of a job, as far as it was read.
#[derive(Default)]
struct Block {
    /// Where it begins; 0 before any.
    line: u64,
    /// Whether it names two jobs: a line between them is missing.
    of_two: bool,
    values: [String; KEYS],
}

impl Block {
    fn set(&mut self, key: &str, value: &str, line: u64) {
        let key = match key {
            "qname" => Key::Queue,
            "owner" => Key::Owner,
            "jobname" => Key::Name,
            "jobnumber" => Key::Number,
            "account" => Key::Account,
            "qsub_time" | "submission_time" => Key::Submitted,
            "start_time" => Key::Started,
            "end_time" => Key::Ended,
            "failed" => Key::Failed,
            "exit_status" => Key::Exit,
            // Univa and Gridware write the job's own beside that of its processes.
            _ if key.starts_with("ru_") && !matches!(key, "ru_wallclock" | "ru_maxrss") => return,
            "ru_wallclock" if self.values[Key::Wallclock as usize].is_empty() => Key::Wallclock,
            "wallclock" => Key::Wallclock,
            "ru_maxrss" => Key::LargestProcess,
            "project" => Key::Project,
            "department" => Key::Department,
            "granted_pe" => Key::Parallel,
            "slots" => Key::Slots,
            "taskid" => Key::Task,
            "category" => Key::Category,
            "pe_taskid" => Key::ParallelTask,
            "maxvmem" => Key::Virtual,
            "maxrss" => Key::Resident,
            "deleted_by" => Key::DeletedBy,
            _ => return,
        };
        if self.line == 0 {
            self.line = line;
        }
        let field = &mut self.values[key as usize];
        self.of_two |= key == Key::Number && !field.is_empty();
        field.clear();
        field.push_str(value);
    }
}

/// What is said of all jobs.
#[derive(Default)]
struct Said {
    of_a_slot: u64,
    virtual_peak: u64,
    on_one_host: u64,
    gpus_of_job: u64,
}

struct Log {
    zone: Zone,
    widest: u32,
    runs: Runs,
    said: Said,
}

impl Log {
    /// Reads a block and empties it. An error is about the whole log.
    fn block(&mut self, block: &mut Block) -> Result<(), Refusal> {
        if block.line > 0 {
            let values: Values<'_> = std::array::from_fn(|key| block.values[key].as_str());
            match block.of_two {
                true => self
                    .runs
                    .draft
                    .skip(Refusal { line: Some(block.line), reason: words::a_block_of_two_jobs() }),
                false => self.row(&values, block.line)?,
            }
            block.values.iter_mut().for_each(String::clear);
            (block.line, block.of_two) = (0, false);
        }
        Ok(())
    }

    /// Reads a line of an accounting file.
    fn line(&mut self, line: &Line<'_>) -> Result<(), Refusal> {
        if line.cut {
            self.runs.draft.skip(line.too_long());
            return Ok(());
        }
        let mut fields: Vec<&str> = Vec::with_capacity(2 * FIXED);
        fields.extend(fields_of(&line.text, b':'));
        if fields.len() <= FIXED {
            let reason = words::fields_between_colons_at_least(fields.len(), FIXED + 1);
            self.runs.draft.skip(line.refused(reason));
            return Ok(());
        }
        let mut values: Values<'_> = [""; KEYS];
        for (place, key) in LINE {
            values[key as usize] = fields.get(place).copied().unwrap_or_default();
        }
        let category = LINE[17].0;
        // Behind the category come `iow`, `pe_taskid` and `maxvmem`: a number, a text and a number.
        let number = |place: usize| {
            fields.get(place).is_some_and(|text| decimal::parse(text).is_ok_and(|it| it >= Decimal::ZERO))
        };
        let behind = (category + 1..fields.len()).find(|place| number(*place) && number(*place + 2));
        if let Some(behind) = behind {
            let start: usize = fields[..category].iter().map(|field| field.len() + 1).sum();
            let length: usize = fields[category..behind].iter().map(|field| field.len() + 1).sum();
            values[Key::Category as usize] = &line.text[start..start + length - 1];
            values[Key::ParallelTask as usize] = fields[behind + 1];
            values[Key::Virtual as usize] = fields[behind + 2];
        }
        self.row(&values, line.number)
    }

    fn row(&mut self, values: &Values<'_>, line: u64) -> Result<(), Refusal> {
        let refused = |reason| Refusal { line: Some(line), reason };
        let id = match id(values) {
            Ok(id) => id,
            Err(reason) => {
                self.runs.draft.skip(refused(reason));
                return Ok(());
            }
        };
        if said(values[Key::ParallelTask as usize]).is_some() {
            self.runs.draft.dropped.parts += 1;
            return Ok(());
        }
        let department = said(values[Key::Department as usize]).filter(|name| *name != "defaultdepartment");
        let tags = department.map_or_else(String::new, |name| super::detail::tags([("department", name)]));
        match self.run(values, &id, &tags, line) {
            Ok(None) => Ok(()),
            Ok(Some(run)) => self.runs.push(&run),
            Err(reason) => {
                self.runs.draft.skip(refused(reason));
                Ok(())
            }
        }
    }

    /// The attempt of a row, unless it is left out.
    fn run<'a>(
        &mut self,
        values: &Values<'a>,
        id: &'a str,
        tags: &'a str,
        line: u64,
    ) -> Result<Option<Run<'a>>, crate::model::said::Said> {
        let get = |key: Key| values[key as usize];
        let started = self.instant(get(Key::Started), "start_time")?;
        let ended = self.instant(get(Key::Ended), "end_time")?;
        let request = Request::parse(get(Key::Category))?;
        let run_seconds = run_seconds(get(Key::Wallclock), started, ended)?;
        let slots = match get(Key::Slots) {
            "" => 0,
            text => count(amount(text, "slots")?, "slots", MOST)?,
        };
        let maxvmem = used(get(Key::Virtual), "maxvmem")?;
        let Exit { recorded, reason, requeued, ran } = exit(values, &request, run_seconds, slots, maxvmem)?;
        let dropped = &mut self.runs.draft.dropped;
        let (run_seconds, started) = match (run_seconds, started) {
            (Some(run), Some(started)) if ran && slots > 0 => (run, started),
            (run, started) => {
                *match (run, started) {
                    (_, None) => &mut dropped.never_ran,
                    _ if !ran => &mut dropped.never_ran,
                    (None, _) => &mut dropped.no_run_time,
                    _ => &mut dropped.no_processors,
                } += u64::from(!requeued);
                return Ok(None);
            }
        };
        let submitted = self.instant(get(Key::Submitted), "submission_time")?;
        let submitted = submitted.ok_or_else(words::the_job_has_no_time_of)?;
        let nodes = slots.div_ceil(self.widest);
        let parallel = said(get(Key::Parallel));
        let may_span = parallel.filter(|name| !ON_ONE_HOST.iter().any(|begin| begins(name, begin)));
        self.said.on_one_host += u64::from(may_span.is_some() && slots > 1 && nodes == 1);
        self.said.of_a_slot += u64::from(request.memory.is_some());
        let (gpus, of_job) = request.gpus(slots)?;
        self.said.gpus_of_job += u64::from(of_job && slots > 1);
        let memory = request.memory.unwrap_or_default() * Decimal::from(slots);
        let peak = if nodes == 1 { self.peak(values, maxvmem)? } else { None };
        let wait = started.checked_sub(submitted);
        let account = said(get(Key::Project)).or(said(get(Key::Account)).filter(|name| *name != "sge"));
        Ok(Some(Run {
            id,
            line,
            submitted,
            started,
            run_seconds,
            cpus: slots,
            gpus,
            memory_mib: memory_mib(memory / Decimal::from(nodes), 1, "the memory")?,
            nodes,
            queue: get(Key::Queue),
            recorded,
            end: if requeued { End::Requeued } else { End::OfJob },
            detail: Detail {
                name: get(Key::Name),
                user: get(Key::Owner),
                account: account.unwrap_or_default(),
                tags,
                reason,
                wait_seconds: wait.and_then(|wait| u32::try_from(wait).ok()),
                peak_memory_mib: peak,
                ..Detail::default()
            },
        }))
    }

    /// Most memory that was used [MiB].
    fn peak(
        &mut self,
        values: &Values<'_>,
        maxvmem: Option<Decimal>,
    ) -> Result<Option<u32>, crate::model::said::Said> {
        let resident = used(values[Key::Resident as usize], "maxrss")?;
        let process = used(values[Key::LargestProcess as usize], "ru_maxrss")?;
        self.said.virtual_peak += u64::from(resident.is_none() && maxvmem.is_some());
        let peak = resident.or(maxvmem).or(process.map(|kib| kib * Decimal::from(1024)));
        peak.map(|bytes| memory_mib(bytes, 1, "the peak of memory")).transpose()
    }

    /// A second of the Unix epoch, `None` where none is said.
    fn instant(&self, text: &str, name: &str) -> Result<Option<u64>, crate::model::said::Said> {
        if matches!(text, "" | "0" | "-/-") {
            return Ok(None);
        }
        if let Ok(number) = text.parse::<u64>() {
            let second = if number > MILLISECONDS { number / 1000 } else { number };
            return Ok(Some(second).filter(|second| *second > 0));
        }
        if let Some((stamp, "")) = Stamp::split(text) {
            return stamp.second(&self.zone, None).map(Some);
        }
        // Univa writes `01/15/2024 08:00:00.123`, Gridware `2024-01-15 08:00:00.123456`.
        let iso = match (text.get(..10), text.get(10..)) {
            (Some(date), Some(time)) if date.as_bytes()[2] == b'/' && date.is_ascii() => {
                format!("{}-{}-{}{time}", &date[6..10], &date[..2], &date[3..5])
            }
            _ => text.to_owned(),
        };
        let second = self.zone.second(&iso).and_then(|second| u64::try_from(second).ok());
        second.map(Some).ok_or_else(|| words::is_not_a_time_from_2000_to_2199_3(name, text))
    }

    fn done(mut self) -> Result<(Draft, Option<i64>), Refusal> {
        let Said { of_a_slot, virtual_peak, on_one_host, gpus_of_job } = self.said;
        let remarks = [
            (of_a_slot, "job|jobs asks|ask for memory of each slot: taken once for each slot"),
            (
                virtual_peak,
                "job|jobs has|have a peak of memory that is `maxvmem`, which is virtual: no more was used",
            ),
            (
                on_one_host,
                "job|jobs of parallel environments counts|count as on one node: the record does not name hosts",
            ),
            (gpus_of_job, "job|jobs of several slots asks|ask for GPUs: taken as those of the whole job"),
        ];
        for (count, remark) in remarks.into_iter().filter(|(count, _)| *count > 0) {
            self.runs.draft.remarks.push(agreeing(count, remark));
        }
        self.runs.done("no `category` asks for `gpu`, `gpus` or `ngpus`")
    }
}

/// Memory that was used [bytes]; 0 is said where nobody looked.
fn used(text: &str, name: &str) -> Result<Option<Decimal>, crate::model::said::Said> {
    Ok(bytes(text, name)?.filter(|bytes| *bytes > Decimal::ZERO))
}

/// A text that is not one of the words for nothing.
fn said(text: &str) -> Option<&str> {
    Some(text).filter(|text| !matches!(*text, "" | "NONE" | "none" | "undefined" | "UNKNOWN" | "0"))
}

/// `NUMBER`, or `NUMBER.TASK`.
fn id(values: &Values<'_>) -> Result<String, crate::model::said::Said> {
    let number = values[Key::Number as usize];
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(number) {
        return Err(words::is_not_the_number_of_a(number.chars().take(40).collect::<String>()));
    }
    match said(values[Key::Task as usize]) {
        None => Ok(number.to_owned()),
        Some(task) if digits(task) => Ok(format!("{number}.{task}")),
        Some(task) => Err(words::is_not_the_number_of(task.chars().take(40).collect::<String>())),
    }
}

/// What a clock took [s], `None` where nobody says so.
fn run_seconds(
    wallclock: &str,
    started: Option<u64>,
    ended: Option<u64>,
) -> Result<Option<u32>, crate::model::said::Said> {
    let wallclock = wallclock.strip_suffix('s').unwrap_or(wallclock);
    let taken = if wallclock.is_empty() { None } else { Some(seconds(wallclock, "ru_wallclock")?) };
    let (Some(start), Some(end)) = (started, ended) else { return Ok(taken) };
    // Some versions leave it at 0 where they do not know.
    if let Some(taken) = taken.filter(|taken| *taken > 0) {
        return Ok(Some(taken));
    }
    match end.checked_sub(start) {
        None if taken.is_some() => Ok(taken),
        None => Err(words::end_time_is_before_start_time_the()),
        Some(run) if run > LONGEST_SECONDS => Err(words::it_ran_s_more_than(run)),
        Some(run) => Ok(u32::try_from(run).ok()),
    }
}
