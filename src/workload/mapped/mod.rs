//! Any CSV of jobs with a header: a mapping says which of its columns is which of ours, and in what unit.
//!
//! A field without an entry is read from the column of its own name, else it has its default: no GPUs, one node,
//! the queue `default`, succeeded, memory unknown. Times are RFC 3339, seconds of the Unix epoch, or date and
//! time of a zone; in a trace whose submissions are `submit_seconds` they may be seconds from its start. A run time is in
//! seconds (fractions are rounded up), `[DD-][HH:]MM:SS`, `1h 30m`, or from `started_at` to `ended_at`. A cell may name its
//! unit (`8 GB`, `547ms`); a number alone is of the unit in the mapping, else of the field's own, which is said, and asked
//! about where the jobs would be absurd ([`scale`]). Jobs of a file without `job_id` are numbered by row, and cannot be
//! joined with others. A row that cannot be meant is counted.

mod mapping;
mod row;
mod scale;
mod status;

use std::io::Read;

use csv::{ByteRecord, ReaderBuilder};

use self::mapping::{Columns, Field};
pub use self::mapping::{FIELDS, Mapping};
use self::row::Row;
pub use self::scale::Doubt;
use super::csv::{read_record, unreadable};
use super::{Draft, Refusal, Workload};
use crate::bounds::Records;
use crate::model::text::{agreeing, counted, named};
use crate::model::time::Zone;

/// Most columns that are named in a remark.
const MOST_NAMED: usize = 12;

/// Reads a CSV whose times without a zone are of this one.
pub fn read(input: impl Read, mapping: &Mapping, zone: &Zone) -> Result<Workload, Refusal> {
    let (draft, start) = draft(input, mapping, zone)?;
    draft.finish(start)
}

/// The jobs, maybe none, and the second of the Unix epoch they count from, where the file says so.
pub fn draft(input: impl Read, mapping: &Mapping, zone: &Zone) -> Result<(Draft, Option<i64>), Refusal> {
    let mut reader =
        ReaderBuilder::new().flexible(false).delimiter(mapping.delimiter).from_reader(Records::new(input));
    let header = reader.byte_headers().map_err(unreadable)?.clone();
    if header.is_empty() {
        return Ok((Draft::default(), None));
    }
    let columns = Columns::new(&header, mapping).map_err(|reason| Refusal { line: Some(1), reason })?;
    let mut reading = Reading { draft: Draft::default(), counts: Counts::default() };
    reading.draft.numbered = columns.place(Field::JobId).is_none();
    let mut number = 0;
    let mut record = ByteRecord::new();
    while read_record(&mut reader, &mut record, &mut reading.draft)? {
        let line = record.position().map_or(0, csv::Position::line);
        let row = Row { columns: &columns, mapping, record: &record, zone };
        number += 1;
        if let Err(reason) = row.add(number, line, &mut reading) {
            reading.draft.skip(Refusal { line: Some(line), reason });
        }
    }
    reading.done(&columns, mapping)
}

/// What was read so far.
struct Reading {
    draft: Draft,
    counts: Counts,
}

/// What has to be said about the rows.
#[derive(Default)]
struct Counts {
    /// Results that an earlier run left, so nothing ran.
    cached: u64,
    /// Jobs of more than a node.
    split: u64,
    /// Jobs whose vCPUs or GPUs do not divide by their nodes.
    uneven: u64,
    /// Numbers of vCPUs or GPUs that are no whole ones.
    rounded: u64,
    /// Jobs whose GPUs are empty though there is a column of them.
    without_gpus: u64,
    /// Jobs with more attempts than AWS Batch gives.
    attempts: u64,
    /// Reasons in words that say none of ours.
    reasons: u64,
    /// Whether a memory without a unit is beyond all numbers: it is asked about, so no job of it is taken.
    too_large: bool,
    /// Fields of which a number alone was read, without a unit.
    plain: [bool; FIELDS.len()],
}

impl Reading {
    fn done(self, columns: &Columns, mapping: &Mapping) -> Result<(Draft, Option<i64>), Refusal> {
        let Reading { mut draft, counts } = self;
        if let Some(doubt) = scale::doubt(&draft, &counts.plain, counts.too_large, columns, mapping) {
            draft.doubt = Some(doubt);
        }
        let say = |draft: &mut Draft, number: u64, words: &str| {
            if number > 0 {
                draft.remarks.push(format!("{} {words}", counted(number, "job")));
            }
        };
        if draft.numbered {
            draft.remarks.push("no column `job_id`: jobs are numbered by row from 1".into());
        }
        if !columns.has(Field::Gpus) {
            let jobs = agreeing(draft.len().into(), "job|jobs counts|count as without");
            draft.gpus_unknown = Some(format!("GPUs unknown: {jobs}; no column `gpus`"));
        }
        draft.remarks.extend(scale::units(&counts.plain, columns));
        say(&mut draft, counts.split, "wider than a node: several nodes of one size");
        say(
            &mut draft,
            counts.uneven,
            "with vCPUs or GPUs that do not divide by their nodes: rounded up on each",
        );
        say(&mut draft, counts.rounded, "that ask for a part of a vCPU or GPU: rounded up");
        if columns.has(Field::Gpus) {
            say(&mut draft, counts.without_gpus, "with an empty `gpus`: they count as without");
        }
        say(&mut draft, counts.cached, "with a result that an earlier run left: nothing ran");
        say(&mut draft, counts.attempts, "with more than 10 attempts: AWS Batch gives no more");
        say(&mut draft, counts.reasons, "with a reason in words that are none of ours: it is unknown");
        draft.remarks.extend(unread(columns));
        if columns.place(Field::SubmittedAt).is_none() {
            return Ok((draft, None));
        }
        if !draft.numbered && draft.share_ids() {
            draft.tell_apart().map_err(|reason| Refusal { line: None, reason })?;
        }
        let start = draft.earliest();
        draft.count_from(start)?;
        Ok((draft, i64::try_from(start).ok()))
    }
}

/// Which columns nobody reads.
fn unread(columns: &Columns) -> Option<String> {
    let names = &columns.unread;
    (!names.is_empty()).then(|| format!("columns that are not read: {}", named(names, MOST_NAMED)))
}
