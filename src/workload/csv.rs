//! The workload CSV: what `jobs import` writes and `simulate` reads.
//!
//! `job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status`, resources per node, in any
//! order. `submitted_at` in RFC 3339 may stand in the place of `submit_seconds`. Optional: `attempts` (how
//! often the job may be tried), `depends_on` (ids, separated by spaces or semicolons; the job runs when all
//! have succeeded), `job_definition` (a name in the scenario), and what [`Detail`] says: `name`, `user`, `account`, `share`,
//! `tags` (`key=value;key=value`), `reason`, `instance_type`, `scheduling_priority`, `wait_seconds`, `peak_memory_mib` and
//! `earlier_attempts` (`SECONDS:REASON:TYPE`, separated by spaces). Other columns are ignored.

use std::borrow::Cow;
use std::io::{self, Read, Write};
use std::num::NonZeroU8;

use csv::{ByteRecord, ReaderBuilder};

use super::detail::{Detail, Reason, attempts, parse_attempts, unknown_reason};
use super::{Dependency, Draft, Job, LONGEST_SECONDS, Recorded, Refusal, Workload};
use crate::bounds::Records;
use crate::model::said::Said;
use crate::model::text::counted;
use crate::model::time::{instant, parse_utc};
use crate::workload::words;

/// Most attempts AWS Batch gives a job: <https://docs.aws.amazon.com/batch/latest/APIReference/API_RetryStrategy.html>, read
/// 2026-11-23.
pub(super) const MOST_ATTEMPTS: u8 = 10;

/// Where each column stands.
struct Columns {
    job_id: usize,
    submit: Submit,
    run_seconds: usize,
    vcpus: usize,
    memory_mib: usize,
    gpus: usize,
    nodes: usize,
    queue: usize,
    status: usize,
    attempts: Option<usize>,
    depends_on: Option<usize>,
    job_definition: Option<usize>,
    details: [Option<usize>; DETAILS.len()],
}

/// Columns that say what [`Detail`] has, in its order.
const DETAILS: [&str; 11] = [
    "name",
    "user",
    "account",
    "share",
    "tags",
    "instance_type",
    "scheduling_priority",
    "reason",
    "wait_seconds",
    "peak_memory_mib",
    "earlier_attempts",
];

/// Highest scheduling priority of a job:
/// <https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html>, read 2026-11-28.
pub(super) const HIGHEST_PRIORITY: u64 = 9999;

#[derive(Clone, Copy)]
enum Submit {
    Seconds(usize),
    Instant(usize),
}

/// Reads a workload, all of it.
pub fn read(input: impl Read) -> Result<Workload, Refusal> {
    let (draft, start) = draft(input)?;
    draft.refused(true)?;
    draft.finish(start)
}

/// The jobs, maybe none, and the second of the Unix epoch they count from, where the file says so.
pub fn draft(input: impl Read) -> Result<(Draft, Option<i64>), Refusal> {
    let mut reader = ReaderBuilder::new().flexible(false).from_reader(Records::new(input));
    let header = reader.byte_headers().map_err(unreadable)?.clone();
    if header.is_empty() {
        return Ok((Draft::default(), None));
    }
    let columns = columns(&header).map_err(|reason| Refusal { line: Some(1), reason })?;
    let mut draft = Draft::default();
    let mut record = ByteRecord::new();
    let mut earliest: Option<u64> = None;
    while read_record(&mut reader, &mut record, &mut draft)? {
        let line = record.position().map_or(0, csv::Position::line);
        match (Row { columns: &columns, record: &record }.add(line, &mut draft)) {
            Ok(submit) => earliest = earliest.into_iter().chain(submit).min(),
            Err(reason) => draft.skip(Refusal { line: Some(line), reason }),
        }
    }
    match columns.submit {
        Submit::Seconds(_) => Ok((draft, None)),
        Submit::Instant(_) => {
            let start = earliest.unwrap_or_default();
            draft.count_from(start)?;
            Ok((draft, i64::try_from(start).ok()))
        }
    }
}

/// Writes a workload, in order of submission; `submitted_at` where it knows when it starts, since such rows can
/// be joined with others. What waits for an end whatever it is, or for some time after it, has no column:
/// [`unsaid`] counts that.
pub fn write(workload: &Workload, output: impl Write) -> io::Result<()> {
    let mut awaited: Vec<(u32, u32)> =
        workload.dependencies.iter().filter(|d| sayable(d)).map(|d| (d.job, d.on)).collect();
    awaited.sort_unstable();
    let mut awaited = awaited.into_iter().peekable();
    let with_attempts = workload.jobs.iter().any(|job| job.attempts.is_some());
    let with_dependencies = awaited.peek().is_some();
    let with_definitions = workload.job_definitions.iter().any(|name| !name.is_empty());
    let said = said(workload);
    let mut writer = csv::Writer::from_writer(output);
    writer.write_field("job_id")?;
    writer.write_field(if workload.start.is_some() { "submitted_at" } else { "submit_seconds" })?;
    for name in ["run_seconds", "vcpus", "memory_mib", "gpus", "nodes", "queue", "status"] {
        writer.write_field(name)?;
    }
    let optional = [
        ("attempts", with_attempts),
        ("depends_on", with_dependencies),
        ("job_definition", with_definitions),
    ];
    for (name, _) in optional.iter().filter(|(_, with)| *with) {
        writer.write_field(name)?;
    }
    for (name, _) in DETAILS.iter().zip(said).filter(|(_, said)| *said) {
        writer.write_field(name)?;
    }
    writer.write_record(None::<&[u8]>)?;
    for (index, job) in (0..).zip(&workload.jobs) {
        writer.write_field(workload.id(index as usize))?;
        let submit = i64::try_from(job.submit_seconds).unwrap_or(i64::MAX);
        writer.write_field(match workload.start {
            Some(start) => instant(start.saturating_add(submit)),
            None => submit.to_string(),
        })?;
        for number in [job.run_seconds, job.vcpus, job.memory_mib, job.gpus.into(), job.nodes] {
            writer.write_field(number.to_string())?;
        }
        writer.write_field(&workload.queues[usize::from(job.queue)])?;
        writer.write_field(job.recorded.id())?;
        if with_attempts {
            writer.write_field(job.attempts.map_or_else(String::new, |attempts| attempts.to_string()))?;
        }
        if with_dependencies {
            let mut ids = Vec::new();
            while let Some((_, on)) = awaited.next_if(|(job, _)| *job == index) {
                ids.push(workload.id(on as usize));
            }
            writer.write_field(ids.join(" "))?;
        }
        if with_definitions {
            writer.write_field(&workload.job_definitions[usize::from(job.job_definition)])?;
        }
        if workload.has_details() {
            let texts = detail_texts(&workload.detail(index as usize));
            for (text, _) in texts.iter().zip(said).filter(|(_, said)| *said) {
                writer.write_field(text.as_ref())?;
            }
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.flush()
}

/// Which of [`DETAILS`] any job has.
fn said(workload: &Workload) -> [bool; DETAILS.len()] {
    let mut said = [false; DETAILS.len()];
    for job in (0..workload.jobs.len()).take_while(|_| workload.has_details()) {
        for (said, text) in said.iter_mut().zip(detail_texts(&workload.detail(job))) {
            *said |= !text.is_empty();
        }
    }
    said
}

/// What stands in the columns [`DETAILS`].
fn detail_texts<'a>(detail: &Detail<'a>) -> [Cow<'a, str>; DETAILS.len()] {
    let number =
        |number: Option<u32>| Cow::from(number.map_or_else(String::new, |number| number.to_string()));
    [
        detail.name.into(),
        detail.user.into(),
        detail.account.into(),
        detail.share.into(),
        detail.tags.into(),
        detail.instance_type.into(),
        number(detail.scheduling_priority.map(u32::from)),
        detail.reason.map_or("", Reason::id).into(),
        number(detail.wait_seconds),
        number(detail.peak_memory_mib),
        attempts(&detail.earlier).into(),
    ]
}

/// How many dependencies [`write`] leaves out.
#[must_use]
pub fn unsaid(workload: &Workload) -> u64 {
    workload.dependencies.iter().filter(|dependency| !sayable(dependency)).count() as u64
}

/// Whether `depends_on` means this.
const fn sayable(dependency: &Dependency) -> bool {
    dependency.on_success && dependency.think_seconds == 0
}

/// The next record of as many fields as the header has; whether there is one. Others are counted.
pub(super) fn read_record<R: Read>(
    reader: &mut csv::Reader<Records<R>>,
    record: &mut ByteRecord,
    draft: &mut Draft,
) -> Result<bool, Refusal> {
    loop {
        let line = reader.position().line();
        let read = reader.read_byte_record(record);
        reader.get_mut().ended();
        let error = match read {
            Ok(true) if is_open(reader, record) => {
                let lines = record.as_slice().trim_ascii_end().iter().filter(|byte| **byte == b'\n').count();
                let reason = words::a_quotation_mark_is_never(counted(lines + 1, "line"));
                draft.skip(Refusal { line: Some(line), reason });
                return Ok(false);
            }
            Ok(read) => return Ok(read),
            Err(error) => error,
        };
        let goes_on = matches!(error.kind(), csv::ErrorKind::UnequalLengths { .. });
        let refusal = unreadable(error);
        let refusal = Refusal { line: refusal.line.or(Some(line)), ..refusal };
        match goes_on {
            true => draft.skip(refusal),
            false => return Err(refusal),
        }
    }
}

/// Whether the last field of the last record began with a quotation mark that nothing closes: then the file ends within it,
/// and one quotation mark more was read than the fields, what stands between them and pairs of marks account for.
fn is_open<R: Read>(reader: &csv::Reader<Records<R>>, record: &ByteRecord) -> bool {
    if !reader.get_ref().is_over() {
        return false;
    }
    let begun = record.position().map_or(0, csv::Position::byte);
    let read = usize::try_from(reader.position().byte().saturating_sub(begun)).unwrap_or(usize::MAX);
    let told = record.as_slice().len() + record.len().saturating_sub(1);
    let marks = record.as_slice().iter().filter(|byte| **byte == b'"').count();
    read > told && (read - told).saturating_sub(marks) % 2 == 1
}

pub(super) fn unreadable(error: csv::Error) -> Refusal {
    let line = error.position().map(csv::Position::line);
    let reason = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            words::columns_the_header_has(len, expected_len)
        }
        csv::ErrorKind::Io(error) => crate::error::reason_of(error),
        _ => words::not_csv(),
    };
    Refusal { line, reason }
}

fn columns(header: &ByteRecord) -> Result<Columns, Said> {
    let position = |name: &str| {
        header.iter().position(|cell| {
            cell.strip_prefix(b"\xef\xbb\xbf").unwrap_or(cell).trim_ascii() == name.as_bytes()
        })
    };
    let required = |name: &str| position(name).ok_or_else(|| words::there_is_no_column(name));
    let submit = match (position("submit_seconds"), position("submitted_at")) {
        (Some(column), _) => Submit::Seconds(column),
        (None, Some(column)) => Submit::Instant(column),
        (None, None) => return Err(words::there_is_no_column_submit_seconds()),
    };
    Ok(Columns {
        job_id: required("job_id")?,
        submit,
        run_seconds: required("run_seconds")?,
        vcpus: required("vcpus")?,
        memory_mib: required("memory_mib")?,
        gpus: required("gpus")?,
        nodes: required("nodes")?,
        queue: required("queue")?,
        status: required("status")?,
        attempts: position("attempts"),
        depends_on: position("depends_on"),
        job_definition: position("job_definition"),
        details: DETAILS.map(position),
    })
}

struct Row<'a> {
    columns: &'a Columns,
    record: &'a ByteRecord,
}

impl<'a> Row<'a> {
    /// Adds the row's job, unless it is left out, and returns when it was submitted.
    fn add(&self, line: u64, draft: &mut Draft) -> Result<Option<u64>, Said> {
        let columns = self.columns;
        let recorded = match self.text(columns.status, "status")? {
            "succeeded" => Recorded::Succeeded,
            "failed" => Recorded::Failed,
            "cancelled" => Recorded::Cancelled,
            other => return Err(words::status_is_none_of_succeeded_failed(other)),
        };
        let run = match self.text(columns.run_seconds, "run_seconds")? {
            "" => None,
            text => Some(number(text, "run_seconds", LONGEST_SECONDS)?),
        };
        let run_seconds = match (run, recorded) {
            (None | Some(0), Recorded::Cancelled) => {
                draft.dropped.never_ran += 1;
                return Ok(None);
            }
            (None, _) => {
                draft.dropped.no_run_time += 1;
                return Ok(None);
            }
            (Some(seconds), _) => small(seconds),
        };
        let submit_seconds = self.submit()?;
        let attempts = match self.optional(columns.attempts, "attempts")? {
            "" => None,
            text => NonZeroU8::new(
                u8::try_from(above_zero(text, "attempts", MOST_ATTEMPTS.into())?).expect("at most 10"),
            ),
        };
        let whole = |column, name, otherwise: u64, largest: u64| match self.text(column, name)? {
            "" => Ok(otherwise),
            text => number(text, name, largest),
        };
        let job = Job {
            submit_seconds,
            run_seconds,
            vcpus: small(above_zero(self.text(columns.vcpus, "vcpus")?, "vcpus", 1_000_000)?),
            memory_mib: small(number(
                self.text(columns.memory_mib, "memory_mib")?,
                "memory_mib",
                u32::MAX.into(),
            )?),
            nodes: small(whole(columns.nodes, "nodes", 1, 1_000_000)?.max(1)),
            gpus: u16::try_from(whole(columns.gpus, "gpus", 0, u16::MAX.into())?).expect("checked"),
            queue: draft.queue(self.text(columns.queue, "queue")?)?,
            job_definition: draft.job_definition(self.optional(columns.job_definition, "job_definition")?)?,
            attempts,
            recorded,
        };
        let id = self.text(columns.job_id, "job_id")?;
        if id.is_empty() {
            return Err(words::the_job_has_no_job_id());
        }
        let detail = self.detail()?;
        let awaited = self.optional(columns.depends_on, "depends_on")?;
        // Whatever can be wrong with the row has been looked at.
        draft.unknown_memory += u64::from(job.memory_mib == 0);
        draft.push(job, id, line)?;
        if let Some(detail) = detail {
            draft.describe(&detail)?;
        }
        for on in awaited.split([' ', ';']).filter(|on| !on.is_empty()) {
            draft.depend(on, 0, true);
        }
        Ok(Some(submit_seconds))
    }

    /// What the optional columns say of the job, where there are any.
    fn detail(&self) -> Result<Option<Detail<'a>>, Said> {
        if self.columns.details.iter().all(Option::is_none) {
            return Ok(None);
        }
        let mut texts = [""; DETAILS.len()];
        for ((text, column), name) in texts.iter_mut().zip(self.columns.details).zip(DETAILS) {
            *text = self.optional(column, name)?;
        }
        let [name, user, account, share, tags, instance_type, priority, reason, wait, peak, earlier] = texts;
        let optional = |text: &str, name: &str, largest: u64| match text {
            "" => Ok(None),
            text => number(text, name, largest).map(|number| Some(small(number))),
        };
        let priority = optional(priority, "scheduling_priority", HIGHEST_PRIORITY)?;
        Ok(Some(Detail {
            name,
            user,
            account,
            share,
            tags,
            instance_type,
            scheduling_priority: priority.and_then(|priority| u16::try_from(priority).ok()),
            reason: match reason {
                "" => None,
                id => Some(Reason::parse(id).ok_or_else(|| unknown_reason(id))?),
            },
            wait_seconds: optional(wait, "wait_seconds", LONGEST_SECONDS - 1)?,
            peak_memory_mib: optional(peak, "peak_memory_mib", u64::from(u32::MAX) - 1)?,
            earlier: parse_attempts(earlier)?,
        }))
    }

    fn submit(&self) -> Result<u64, Said> {
        match self.columns.submit {
            Submit::Seconds(column) => {
                number(self.text(column, "submit_seconds")?, "submit_seconds", LONGEST_SECONDS)
            }
            Submit::Instant(column) => {
                let text = self.text(column, "submitted_at")?;
                let instant = parse_utc(text).and_then(|second| u64::try_from(second).ok());
                instant.ok_or_else(|| words::submitted_at_is_not_a_time(text))
            }
        }
    }

    fn text(&self, column: usize, name: &str) -> Result<&'a str, Said> {
        let cell = self.record.get(column).unwrap_or_default();
        std::str::from_utf8(cell).map(str::trim).map_err(|_| words::is_not_utf_8(name))
    }

    fn optional(&self, column: Option<usize>, name: &str) -> Result<&'a str, Said> {
        column.map_or(Ok(""), |column| self.text(column, name))
    }
}

pub(super) fn number(text: &str, name: &str, largest: u64) -> Result<u64, Said> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<u64>() {
        Ok(number) if digits && number <= largest => Ok(number),
        _ if digits => Err(words::is_too_large_at_most_2(name, text, largest)),
        _ if text.starts_with('-') => Err(words::is_negative(name, text)),
        _ => Err(words::is_not_a_whole_number_3(name, text)),
    }
}

pub(super) fn above_zero(text: &str, name: &str, largest: u64) -> Result<u64, Said> {
    match number(text, name, largest)? {
        0 => Err(words::at_0_is_not_possible(name)),
        number => Ok(number),
    }
}

/// A number that was checked against a limit that fits.
pub(super) fn small(number: u64) -> u32 {
    u32::try_from(number).expect("checked against its limit")
}
