//! Accounting logs of PBS Professional, OpenPBS and Torque: a record a line, `date;type;id;key=value key=value …`.
//!
//! Sources, read 2026-11-28: `src/server/accounting.c` of <https://github.com/openpbs/openpbs> (what a record holds and how
//! values are quoted); PBS Professional Administrator's Guide 2024.1, chapter on accounting, and Reference Guide 2024.1,
//! table 11-2 (<https://help.altair.com/2024.1.0/PBS%20Professional/PBSReferenceGuide2024.1.pdf>);
//! <http://docs.adaptivecomputing.com/torque/8-0-1/basic/Content/topics/torque/9-accounting/accountingRecords.htm> and
//! <https://docs.adaptivecomputing.com/torque/6-1-2/adminGuide/Content/topics/torque/2-jobs/jobExitStatus.htm> (Torque).
//!
//! * A job is an `E` record; an `R` record (rerun) is an attempt of the job whose `E` follows, or of one that has not ended.
//!   `Q` and `S` records without an end are jobs that have not ended. The parent of an array (`7[].server`) is no job.
//! * `submitted` is `ctime`; `run_seconds` is `resources_used.walltime`, else `end` less `start`; the wait is `start` less `etime`.
//! * What was assigned (`exec_vnode`, `exec_host`) counts, what was requested (`Resource_List`) where that says nothing; an end
//!   that repeats no request takes it from the job's `S` record. It divides by the hosts of `exec_host` and is rounded up.
//! * A job has nodes of one size: where chunks differ, all nodes are taken as the largest of each resource.
//! * `resources_used.mem` is of all nodes, so it is the peak of a node for jobs of one node only.
//! * All times are seconds of the Unix epoch; the local date in front is not used.

mod ended;
mod resources;

use std::io::BufRead;

use rustc_hash::{FxHashMap, FxHashSet};

use self::ended::{Exit, exit};
use self::resources::{Ask, Got, ask, got};
use super::detail::{Detail, Reason};
use super::lines::{Line, Lines};
use super::quantity::{clock, memory, seconds};
use super::runs::{End, Run, Runs};
use super::several::Files;
use super::{Draft, LONGEST_SECONDS, Recorded, Refusal};
use crate::model::said::Said;
use crate::model::text::agreeing;
use crate::workload::words;

/// Name of the project of a job that has none.
const NO_PROJECT: &str = "_pbs_project_default";

/// The jobs, maybe none, and the second of the Unix epoch they count from.
pub fn draft(input: impl BufRead) -> Result<(Draft, Option<i64>), Refusal> {
    let mut log = Log::default();
    log.lines(input)?;
    log.done()
}

/// A reader of several files.
pub(super) fn files() -> Box<dyn Files> {
    Box::new(Log::default())
}

impl Files for Log {
    fn read(&mut self, input: Box<dyn BufRead>) -> Result<(), Refusal> {
        self.lines(input)
    }

    fn draft(&mut self) -> &mut Draft {
        &mut self.runs.draft
    }

    fn pending(&self) -> u64 {
        self.records
    }

    fn done(self: Box<Self>) -> Result<(Draft, Option<i64>), Refusal> {
        (*self).done()
    }
}

impl Log {
    fn lines(&mut self, input: impl BufRead) -> Result<(), Refusal> {
        let mut lines = Lines::new(input);
        while let Some(line) = lines.next()? {
            if line.cut {
                self.runs.draft.skip(line.too_long());
            } else if !line.text.trim().is_empty() {
                self.record_of(&line)?;
            }
        }
        Ok(())
    }

    fn done(mut self) -> Result<(Draft, Option<i64>), Refusal> {
        let unfinished = self.open.values().filter(|open| !open.told).count() as u64;
        self.runs.draft.dropped.unfinished += unfinished;
        self.runs.draft.dropped.never_ran += self.deleted.len() as u64;
        if self.unlike > 0 {
            let words = "job|jobs has|have nodes that differ: all are taken as the largest";
            self.runs.draft.remarks.push(agreeing(self.unlike, words));
        }
        self.runs.done("no record names `ngpus`, `gpus` or `exec_gpus`")
    }
}

/// What was read so far.
#[derive(Default)]
struct Log {
    runs: Runs,
    /// Jobs that have not ended, by id.
    open: FxHashMap<Box<str>, Open>,
    /// Jobs that were deleted and of which nothing else is known.
    deleted: FxHashSet<Box<str>>,
    /// Records that are about jobs.
    records: u64,
    /// Jobs whose chunks differ.
    unlike: u64,
}

/// A job that has not ended.
#[derive(Clone, Copy, Default)]
struct Open {
    /// When it last started, if it did [s of the Unix epoch].
    started: Option<u64>,
    /// Whether somebody deleted it.
    deleted: bool,
    /// Whether an attempt of it is among the runs, which then count it.
    told: bool,
    ask: Ask,
}

impl Log {
    /// Reads a record. An error is about the whole log.
    fn record_of(&mut self, line: &Line<'_>) -> Result<(), Refusal> {
        let mut parts = line.text.splitn(4, ';');
        let (Some(date), Some(kind), Some(id)) = (parts.next(), parts.next(), parts.next()) else {
            let reason = words::not_a_record_date_type();
            self.runs.draft.skip(line.refused(reason));
            return Ok(());
        };
        let body = parts.next().unwrap_or_default();
        if !is_date(date) {
            let reason = words::is_not_a_date_mm(shown(date));
            self.runs.draft.skip(line.refused(reason));
            return Ok(());
        }
        // Other records are of reservations, licences, nodes, and of what happens to a job between start and end.
        if !matches!(kind, "Q" | "S" | "T" | "E" | "R" | "D" | "A" | "M") {
            return Ok(());
        }
        if id.contains("[]") {
            // The parent of an array: its elements have records of their own.
            self.runs.draft.dropped.parts += u64::from(kind == "E");
            return Ok(());
        }
        if !is_id(id) {
            let reason = words::is_not_the_id_of(shown(id));
            self.runs.draft.skip(line.refused(reason));
            return Ok(());
        }
        match self.record(kind, id, body, line.number) {
            Ok(None) => {
                self.records += 1;
                Ok(())
            }
            Ok(Some(run)) => self.runs.push(&run),
            Err(reason) => {
                self.open.remove(id);
                self.runs.draft.skip(line.refused(reason));
                Ok(())
            }
        }
    }

    /// What a record adds; an attempt, if it ends one.
    fn record<'a>(
        &mut self,
        kind: &str,
        id: &'a str,
        body: &'a str,
        line: u64,
    ) -> Result<Option<Run<'a>>, Said> {
        match kind {
            "Q" => {
                self.open.entry(id.into()).or_default();
            }
            "S" | "T" => {
                let fields = Fields::of(body);
                let open = self.open.entry(id.into()).or_default();
                open.started = fields.second(fields.start, "start")?;
                open.ask = ask(&fields)?;
            }
            "D" => {
                // A job that runs has its end yet to come.
                if let Some(open) = self.open.get_mut(id).filter(|open| open.started.is_some()) {
                    open.deleted = true;
                } else if self.open.remove(id).is_some() {
                    self.runs.draft.dropped.never_ran += 1;
                } else {
                    // It began in a log that is not here: its end may come yet.
                    self.deleted.insert(id.into());
                }
            }
            "A" => {
                let started = self.open.remove(id).is_some_and(|open| open.started.is_some());
                self.deleted.remove(id);
                let dropped = &mut self.runs.draft.dropped;
                *(if started { &mut dropped.no_run_time } else { &mut dropped.never_ran }) += 1;
            }
            "M" => {
                self.open.remove(id);
            }
            "R" => {
                let open = self.open.get(id).copied().unwrap_or_default();
                let run = self.run(id, &Fields::of(body), line, open, End::Requeued)?;
                let told = open.told || run.is_some();
                self.open.insert(id.into(), Open { started: None, deleted: false, told, ..open });
                // Torque says nothing but that it happened.
                self.runs.draft.dropped.requeued += u64::from(run.is_none());
                return Ok(run);
            }
            _ => {
                self.deleted.remove(id);
                let open = self.open.remove(id).unwrap_or_default();
                return self.run(id, &Fields::of(body), line, open, End::OfJob);
            }
        }
        Ok(None)
    }

    /// The attempt that a record ends, unless it is left out.
    fn run<'a>(
        &mut self,
        id: &'a str,
        fields: &Fields<'a>,
        line: u64,
        open: Open,
        end: End,
    ) -> Result<Option<Run<'a>>, Said> {
        let dropped = &mut self.runs.draft.dropped;
        let count = u64::from(end == End::OfJob);
        let started = fields.second(fields.start, "start")?;
        let Some(run_seconds) = fields.run_seconds(started)? else {
            *(if started.is_some() { &mut dropped.no_run_time } else { &mut dropped.never_ran }) += count;
            return Ok(None);
        };
        let Got { cpus, gpus, memory_mib, nodes, unlike } = got(fields, open.ask)?;
        self.unlike += u64::from(unlike && end == End::OfJob);
        if cpus == 0 {
            dropped.no_processors += count;
            return Ok(None);
        }
        let submitted = fields.second(fields.ctime, "ctime")?.or(fields.second(fields.qtime, "qtime")?);
        let submitted = submitted.ok_or_else(words::the_job_has_no_ctime)?;
        let peak = match fields.used_memory {
            // Nobody looked before the end of a job that used none.
            Some(text) if nodes == 1 => Some(memory(text, "resources_used.mem", 1)?).filter(|mib| *mib > 0),
            _ => None,
        };
        let Exit { recorded, reason } = exit(fields, run_seconds, peak, memory_mib, open.deleted)?;
        let from = fields.second(fields.etime, "etime")?;
        let wait = started.and_then(|started| started.checked_sub(from.unwrap_or(submitted)));
        let account = fields.account.or(fields.project).filter(|name| *name != NO_PROJECT);
        Ok(Some(Run {
            id,
            line,
            submitted,
            started: started.unwrap_or_default(),
            run_seconds,
            cpus,
            gpus,
            memory_mib,
            nodes,
            queue: fields.queue.unwrap_or_default(),
            recorded,
            end,
            detail: Detail {
                name: fields.jobname.unwrap_or_default(),
                user: fields.user.unwrap_or_default(),
                account: account.unwrap_or_default(),
                reason,
                wait_seconds: wait.and_then(|wait| u32::try_from(wait).ok()),
                peak_memory_mib: peak,
                ..Detail::default()
            },
        }))
    }
}

/// What is needed of a record's text.
#[derive(Debug, Default)]
struct Fields<'a> {
    user: Option<&'a str>,
    account: Option<&'a str>,
    project: Option<&'a str>,
    jobname: Option<&'a str>,
    queue: Option<&'a str>,
    ctime: Option<&'a str>,
    qtime: Option<&'a str>,
    etime: Option<&'a str>,
    start: Option<&'a str>,
    end: Option<&'a str>,
    exec_host: Option<&'a str>,
    exec_vnode: Option<&'a str>,
    exec_gpus: Option<&'a str>,
    select: Option<&'a str>,
    ncpus: Option<&'a str>,
    ngpus: Option<&'a str>,
    mem: Option<&'a str>,
    pmem: Option<&'a str>,
    walltime: Option<&'a str>,
    nodes: Option<&'a str>,
    nodect: Option<&'a str>,
    exit_status: Option<&'a str>,
    used_walltime: Option<&'a str>,
    used_memory: Option<&'a str>,
    used_ncpus: Option<&'a str>,
    /// Whether a word of it is of Torque alone.
    torque: bool,
}

impl<'a> Fields<'a> {
    /// Values are separated by blanks, or by semicolons, which is what stands behind the first value; the first value of a
    /// key counts. A word that begins no value belongs to the value before it.
    fn of(body: &'a str) -> Fields<'a> {
        let mut fields = Fields::default();
        let separator = match body.find([' ', ';']) {
            Some(place) if body.as_bytes()[place] == b';' => ';',
            _ => ' ',
        };
        let mut rest = body;
        while let Some(length) = rest.bytes().position(|byte| byte == b'=') {
            let (key, after) = (&rest[..length], &rest[length + 1..]);
            let end = value_end(after, separator);
            fields.set(key.trim_start_matches(separator).trim_start(), unquoted(after[..end].trim_end()));
            rest = after[end..].trim_start_matches(separator);
        }
        fields
    }

    fn set(&mut self, key: &str, value: &'a str) {
        let field = match key {
            "user" => &mut self.user,
            "account" => &mut self.account,
            "project" => &mut self.project,
            "jobname" => &mut self.jobname,
            "queue" => &mut self.queue,
            "ctime" => &mut self.ctime,
            "qtime" => &mut self.qtime,
            "etime" => &mut self.etime,
            "start" => &mut self.start,
            "end" => &mut self.end,
            "exec_host" => &mut self.exec_host,
            "exec_vnode" => &mut self.exec_vnode,
            "exec_gpus" => &mut self.exec_gpus,
            "Resource_List.select" => &mut self.select,
            "Resource_List.ncpus" => &mut self.ncpus,
            "Resource_List.ngpus" | "Resource_List.gpus" => &mut self.ngpus,
            "Resource_List.mem" => &mut self.mem,
            "Resource_List.pmem" => &mut self.pmem,
            "Resource_List.walltime" => &mut self.walltime,
            "Resource_List.nodes" => &mut self.nodes,
            "Resource_List.nodect" => &mut self.nodect,
            "Exit_status" => &mut self.exit_status,
            "resources_used.walltime" => &mut self.used_walltime,
            "resources_used.mem" => &mut self.used_memory,
            "resources_used.ncpus" => &mut self.used_ncpus,
            "Resource_List.neednodes" | "unique_node_count" | "total_execution_slots" | "owner" => {
                self.torque = true;
                return;
            }
            _ => return,
        };
        if field.is_none() && !value.is_empty() {
            *field = Some(value);
        }
    }

    /// A second of the Unix epoch; `None` where it is not said, or 0.
    fn second(&self, text: Option<&str>, name: &str) -> Result<Option<u64>, Said> {
        let Some(text) = text else { return Ok(None) };
        let second: u64 = text.parse().map_err(|_| words::is_not_a_second_of(name, text))?;
        Ok(Some(second).filter(|second| *second > 0))
    }

    fn run_seconds(&self, started: Option<u64>) -> Result<Option<u32>, Said> {
        if let Some(text) = self.used_walltime {
            return duration(text, "resources_used.walltime").map(Some);
        }
        let (Some(start), Some(end)) = (started, self.second(self.end, "end")?) else { return Ok(None) };
        match end.checked_sub(start) {
            None => Err(words::end_is_before_start_the()),
            Some(run) if run > LONGEST_SECONDS => Err(words::it_ran_s_more_than(run)),
            Some(run) => Ok(u32::try_from(run).ok()),
        }
    }
}

/// `HH:MM:SS`, or seconds.
fn duration(text: &str, name: &str) -> Result<u32, Said> {
    if text.contains(':') { clock(text, name) } else { seconds(text, name) }
}

/// Where a value ends: before the separator that begins the next `key=`, or behind its closing quote.
fn value_end(text: &str, separator: char) -> usize {
    let quote = text.chars().next().filter(|first| matches!(first, '"' | '\''));
    if let Some(quote) = quote
        && let Some(length) = text[1..].find(quote)
        && text[length + 2..].chars().next().is_none_or(|next| next == separator)
    {
        return length + 2;
    }
    let (bytes, separator) = (text.as_bytes(), separator as u8);
    let mut place = 0;
    while place < bytes.len() {
        if bytes[place] != separator {
            place += 1;
            continue;
        }
        let next = place + bytes[place..].iter().take_while(|byte| **byte == separator).count();
        let in_key = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(**byte, b'_' | b'.');
        let key = bytes[next..].iter().take_while(in_key).count();
        if next == bytes.len() || (key > 0 && bytes.get(next + key) == Some(&b'=')) {
            return place;
        }
        place = next + key;
    }
    text.len()
}

fn unquoted(text: &str) -> &str {
    let quote = text.chars().next().filter(|first| matches!(first, '"' | '\'') && text.len() > 1);
    let inner = quote.and_then(|quote| text.strip_prefix(quote)?.strip_suffix(quote));
    inner.unwrap_or(text)
}

/// `MM/DD/YYYY HH:MM:SS`.
fn is_date(text: &str) -> bool {
    let form = text.bytes().map(|byte| if byte.is_ascii_digit() { b'0' } else { byte });
    form.eq(*b"00/00/0000 00:00:00")
}

/// `1234.server`, `1234[7].server`, `1234-7.server` or the same without a server.
fn is_id(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'[' | b']'))
}

/// The beginning of a text.
fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The same by splitting texts, place by place.
        #[test]
        fn a_value_ends_before_the_next_key(text in "[a=_.; \\-]{0,14}", semicolons in any::<bool>()) {
            let separator = if semicolons { ';' } else { ' ' };
            let ends = |place: &usize| {
                let Some(rest) = text[*place..].strip_prefix(separator) else { return false };
                let rest = rest.trim_start_matches(separator);
                let key = rest.split(['=', separator]).next().unwrap_or_default();
                let is_name = key.chars().all(|it| it.is_ascii_alphanumeric() || it == '_' || it == '.');
                rest.is_empty() || (is_name && !key.is_empty() && rest[key.len()..].starts_with('='))
            };
            let expected = (0..text.len()).find(ends).unwrap_or(text.len());
            prop_assert_eq!(value_end(&text, separator), expected, "{:?}", text);
        }
    }
}
