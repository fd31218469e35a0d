//! Any CSV of jobs with a header: a mapping says which of its columns is which of ours.
//!
//! A field without an entry is read from the column of its own name, else it has its default: no GPUs, one node,
//! the queue `default`, succeeded, memory unknown. Times are RFC 3339, seconds of the Unix epoch, or date and
//! time of a zone; a run time is in seconds (fractions are rounded up), or `[DD-][HH:]MM:SS`, or from `started_at` to `ended_at`. Times that
//! count from the first job are `submit_seconds`. Jobs of a file without `job_id` are numbered by row, and cannot be
//! joined with others.

use std::collections::BTreeMap;
use std::io::Read;

use csv::{ByteRecord, ReaderBuilder};

use super::csv::{read_record, small, unreadable};
use super::quantity::{MIB, amount, clock, count, memory_mib, seconds};
use super::{Draft, Job, LONGEST_SECONDS, Recorded, Refusal, Workload};
use crate::bounds::Records;
use crate::model::time::Zone;

/// What can be mapped.
pub const FIELDS: [&str; 13] = [
    "job_id",
    "submitted_at",
    "submit_seconds",
    "started_at",
    "ended_at",
    "run_seconds",
    "vcpus",
    "memory_mib",
    "memory_gib",
    "gpus",
    "nodes",
    "queue",
    "status",
];

/// Most vCPUs of a node, and most nodes.
const MOST: u32 = 1_000_000;

/// Which columns are which fields, and values of fields without a column.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    columns: BTreeMap<&'static str, String>,
    defaults: BTreeMap<&'static str, String>,
}

impl Mapping {
    /// The mapping of entries such as `run_seconds=duration` and of defaults such as `vcpus=8`.
    pub fn parse(columns: &[String], defaults: &[String]) -> Result<Mapping, String> {
        Ok(Mapping { columns: entries(columns)?, defaults: entries(defaults)? })
    }
}

fn entries(texts: &[String]) -> Result<BTreeMap<&'static str, String>, String> {
    let mut entries = BTreeMap::new();
    for text in texts {
        let Some((field, value)) = text.split_once('=').filter(|(_, value)| !value.trim().is_empty()) else {
            return Err(format!("`{text}` is not NAME=VALUE"));
        };
        let field = field.trim();
        let known = FIELDS.iter().find(|known| **known == field);
        let known = known.ok_or_else(|| format!("`{field}` is no field of a job"))?;
        if entries.insert(*known, value.trim().to_owned()).is_some() {
            return Err(format!("`{field}` is given twice"));
        }
    }
    Ok(entries)
}

/// Reads a CSV whose times without a zone are of this one.
pub fn read(input: impl Read, mapping: &Mapping, zone: &Zone) -> Result<Workload, Refusal> {
    let (draft, start) = draft(input, mapping, zone)?;
    draft.finish(start)
}

/// The jobs, maybe none, and the second of the Unix epoch they count from, where the file says so.
pub fn draft(input: impl Read, mapping: &Mapping, zone: &Zone) -> Result<(Draft, Option<i64>), Refusal> {
    let mut reader = ReaderBuilder::new().flexible(false).from_reader(Records::new(input));
    let header = reader.byte_headers().map_err(unreadable)?.clone();
    if header.is_empty() {
        return Ok((Draft::default(), None));
    }
    let places = places(&header, mapping).map_err(|reason| Refusal { line: Some(1), reason })?;
    let relative = !places.contains_key("submitted_at");
    let mut draft = Draft::default();
    draft.numbered = !places.contains_key("job_id");
    let mut number = 0;
    let mut record = ByteRecord::new();
    while read_record(&mut reader, &mut record, &mut draft)? {
        let line = record.position().map_or(0, csv::Position::line);
        let row = Row { places: &places, defaults: &mapping.defaults, record: &record, zone };
        number += 1;
        if let Err(reason) = row.add(number, line, &mut draft) {
            draft.skip(Refusal { line: Some(line), reason });
        }
    }
    if draft.numbered {
        draft.remarks.push("no column `job_id`: jobs are numbered by row from 1".into());
    }
    if !(places.contains_key("gpus") || mapping.defaults.contains_key("gpus")) {
        draft.remarks.push(format!("GPUs unknown: {} jobs count as without; no column `gpus`", draft.len()));
    }
    if relative {
        return Ok((draft, None));
    }
    let start = draft.earliest();
    draft.count_from(start)?;
    Ok((draft, i64::try_from(start).ok()))
}

/// Where each field stands.
fn places(header: &ByteRecord, mapping: &Mapping) -> Result<BTreeMap<&'static str, usize>, String> {
    let position = |name: &str| {
        header.iter().position(|cell| {
            cell.strip_prefix(b"\xef\xbb\xbf").unwrap_or(cell).trim_ascii() == name.as_bytes()
        })
    };
    let mut places = BTreeMap::new();
    for field in FIELDS {
        match mapping.columns.get(field) {
            Some(name) => {
                let place =
                    position(name).ok_or_else(|| format!("there is no column `{name}` for `{field}`"))?;
                places.insert(field, place);
            }
            None => {
                position(field).map(|place| places.insert(field, place));
            }
        }
    }
    let known = |field: &str| places.contains_key(field) || mapping.defaults.contains_key(field);
    let missing = if !known("vcpus") {
        "`vcpus`"
    } else if !places.contains_key("submitted_at") && !places.contains_key("submit_seconds") {
        "`submitted_at` or `submit_seconds`"
    } else if known("run_seconds") || (places.contains_key("started_at") && places.contains_key("ended_at")) {
        return Ok(places);
    } else {
        "`run_seconds`, or `started_at` and `ended_at`"
    };
    Err(format!("there is no column for {missing}"))
}

struct Row<'a> {
    places: &'a BTreeMap<&'static str, usize>,
    defaults: &'a BTreeMap<&'static str, String>,
    record: &'a ByteRecord,
    zone: &'a Zone,
}

impl<'a> Row<'a> {
    fn add(&self, number: u64, line: u64, draft: &mut Draft) -> Result<(), String> {
        let recorded = recorded(self.text("status")?)?;
        let run_seconds = match (self.run_seconds()?, recorded) {
            (None | Some(0), Recorded::Cancelled) => {
                draft.dropped.never_ran += 1;
                return Ok(());
            }
            (None, _) => {
                draft.dropped.no_run_time += 1;
                return Ok(());
            }
            (Some(seconds), _) => seconds,
        };
        let vcpus = self.count("vcpus", MOST)?;
        if vcpus == 0 {
            draft.dropped.no_processors += 1;
            return Ok(());
        }
        let memory_mib = match (self.text("memory_mib")?, self.text("memory_gib")?) {
            ("", "") => 0,
            ("", gib) => memory_mib(amount(gib, "memory_gib")?, 1 << 30, "memory_gib")?,
            (mib, _) => memory_mib(amount(mib, "memory_mib")?, MIB, "memory_mib")?,
        };
        let job = Job {
            submit_seconds: self.submit()?,
            run_seconds,
            vcpus,
            memory_mib,
            nodes: self.count("nodes", MOST)?.max(1),
            gpus: u16::try_from(self.count("gpus", u16::MAX.into())?)
                .map_err(|_| "too many GPUs".to_owned())?,
            queue: draft.queue(self.text("queue")?)?,
            job_definition: draft.job_definition("")?,
            attempts: None,
            recorded,
        };
        match self.places.contains_key("job_id") {
            false => draft.push(job, &number.to_string(), line)?,
            true => match self.text("job_id")? {
                "" => return Err("the job has no `job_id`".into()),
                id => draft.push(job, id, line)?,
            },
        }
        draft.unknown_memory += u64::from(memory_mib == 0);
        Ok(())
    }

    fn submit(&self) -> Result<u64, String> {
        if self.places.contains_key("submitted_at") {
            let submit = self.instant("submitted_at")?;
            return submit.ok_or_else(|| "the job has no `submitted_at`".into());
        }
        let text = self.text("submit_seconds")?;
        // Cut off as in logs: a job is not submitted later than it was.
        match amount(text, "submit_seconds") {
            Ok(second) => seconds(&second.floor().to_string(), "submit_seconds").map(u64::from),
            Err(_) => seconds(text, "submit_seconds").map(u64::from),
        }
    }

    fn run_seconds(&self) -> Result<Option<u32>, String> {
        match self.text("run_seconds")? {
            "" => {}
            text if text.contains(':') => return clock(text, "run_seconds").map(Some),
            text => return seconds(text, "run_seconds").map(Some),
        }
        let (Some(start), Some(end)) = (self.instant("started_at")?, self.instant("ended_at")?) else {
            return Ok(None);
        };
        match end.checked_sub(start) {
            None => Err("`ended_at` is before `started_at`: the run time is negative".into()),
            Some(run) if run > LONGEST_SECONDS => Err(format!("it ran {run} s: more than 136 years")),
            Some(run) => Ok(Some(small(run))),
        }
    }

    fn instant(&self, field: &'static str) -> Result<Option<u64>, String> {
        let text = self.text(field)?;
        if text.is_empty() {
            return Ok(None);
        }
        let second = self.zone.second(text).and_then(|second| u64::try_from(second).ok());
        let wrong = || {
            format!(
                "{field} `{text}` is not a time from 2000 to 2199, such as 2026-10-31T23:59:59Z or 1793491199"
            )
        };
        second.map(Some).ok_or_else(wrong)
    }

    fn count(&self, field: &'static str, largest: u32) -> Result<u32, String> {
        match self.text(field)? {
            "" => Ok(0),
            text => count(amount(text, field)?, field, largest),
        }
    }

    /// The cell, else the default, else nothing.
    fn text(&self, field: &'static str) -> Result<&'a str, String> {
        let cell = self.places.get(field).and_then(|place| self.record.get(*place)).unwrap_or_default();
        let text = std::str::from_utf8(cell).map(str::trim).map_err(|_| format!("{field} is not UTF-8"))?;
        Ok(match text {
            "" => self.defaults.get(field).map_or("", String::as_str),
            text => text,
        })
    }
}

/// What the usual words for an end mean.
fn recorded(text: &str) -> Result<Recorded, String> {
    match text.to_ascii_lowercase().as_str() {
        "" | "succeeded" | "success" | "completed" | "complete" | "done" | "finished" | "pass" | "passed" => {
            Ok(Recorded::Succeeded)
        }
        "failed" | "failure" | "error" | "timeout" | "exit" => Ok(Recorded::Failed),
        "cancelled" | "canceled" | "killed" | "terminated" | "aborted" => Ok(Recorded::Cancelled),
        _ => Err(format!("status `{text}` is none of succeeded, failed, cancelled")),
    }
}
