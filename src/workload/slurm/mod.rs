//! Slurm's accounting, as `sacct --parsable2` prints it: a line of column names, or names that are given, then fields between
//! `|`; or as `sacct --json` does ([`json`]).
//!
//! Source: <https://slurm.schedmd.com/sacct.html> (25.11), read 2026-11-23. Columns are found by name, in any order;
//! those that are not known are ignored. A Slurm CPU is a vCPU. What was allocated counts, what was requested where
//! nothing was; resources of a job divide by its nodes and are rounded up. Job steps are no jobs, but a job without
//! memory takes the most that one of its steps had. An element of an array is a job; a row of a pending array
//! (`123_[5-9]`) counts each of its elements; so is each component of a heterogeneous job (`123+0`), although they start
//! together. Times are of the zone of the cluster's clock, which the text does not name. With a column `Cluster`
//! its name stands before the id. A job waits from `Eligible`, else `Submit`, to `Start`; its peak memory is the most `MaxRSS` of
//! its steps, which is that of one task. A `|` in a name is told from one between fields where only one column can hold it.
//!
//! Requeueing gives a job a new `Submit` and, with `--duplicates`, a row of each of its lives: [`lives`] makes one job of
//! them, and tells apart what has one id and is not one job.

mod columns;
mod json;
mod lives;
mod objects;
mod records;
mod row;
mod state;
mod tres;

use std::io::BufRead;

use self::columns::{Columns, columns, known, names, unread};
use self::lives::{Life, Lives};
use self::objects::Objects;
use self::records::{Next, Records, fields, free, is_free};
use self::row::Row;
use super::detail::{Detail, Reason};
use super::quantity::memory_mib;
use super::several::Files;
use super::{Draft, Job, Refusal, Workload};
use crate::model::text::{agreeing, counted};
use crate::model::time::Zone;
use crate::workload::words;

/// How an output is to be read.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The zone of the cluster's clock.
    pub zone: Zone,
    /// Names of the columns, between commas or `|`, of an output without a line of them.
    pub columns: Option<String>,
}

/// Reads the accounting of a cluster whose clock is in this zone.
pub fn read(input: impl BufRead, zone: &Zone) -> Result<Workload, Refusal> {
    let (draft, start) = draft(input, &Layout { zone: zone.clone(), columns: None })?;
    draft.finish(start)
}

/// The jobs, maybe none, and the second of the Unix epoch they count from.
pub fn draft(input: impl BufRead, layout: &Layout) -> Result<(Draft, Option<i64>), Refusal> {
    let mut reading = Reading::default();
    read_into(input, layout, &mut reading)?;
    reading.done()
}

/// A reader of several files.
pub(super) fn files(layout: &Layout) -> Box<dyn Files> {
    Box::new((layout.clone(), Reading::default()))
}

impl Files for (Layout, Reading) {
    fn read(&mut self, input: Box<dyn BufRead>) -> Result<(), Refusal> {
        read_into(input, &self.0, &mut self.1)
    }

    fn draft(&mut self) -> &mut Draft {
        &mut self.1.draft
    }

    fn pending(&self) -> u64 {
        self.1.lives.lost()
    }

    fn done(self: Box<Self>) -> Result<(Draft, Option<i64>), Refusal> {
        self.1.done()
    }
}

/// Adds the jobs of an output.
fn read_into(mut input: impl BufRead, layout: &Layout, reading: &mut Reading) -> Result<(), Refusal> {
    if layout.columns.is_none() && starts_as_json(&mut input)? {
        return objects(input, &layout.zone, reading);
    }
    let given = layout.columns.as_ref().map(|names| names.replace(',', "|").into_bytes());
    let mut records = match &given {
        Some(names) => Records::of_columns(input, names),
        None => Records::new(input),
    };
    let header = match given {
        Some(names) => names,
        None => match records.next()? {
            Next::Record => records.text.clone(),
            Next::Broken(refusal) => return Err(refusal),
            Next::End => return Ok(()),
        },
    };
    let columns = columns(&header).map_err(|reason| match layout.columns {
        Some(_) => Refusal { line: None, reason: words::in_columns(&reason, known()) },
        None => {
            let reason = words::columns_names_those_of_an(&reason);
            Refusal { line: Some(records.begun), reason }
        }
    })?;
    reading.draft.remarks.extend(unread(&header));
    let names = names(&header);
    let free = free(&names);
    records.ends_in_text = names.last().is_some_and(|name| is_free(name));
    loop {
        match records.next()? {
            Next::End => {
                reading.draft.remarks.extend(records.loose.map(|(lines, first)| {
                    let lines = counted(lines, "line");
                    format!("{lines} without `|`, the first is line {first}: taken as the rest of a text")
                }));
                return reading.end(&columns);
            }
            Next::Broken(refusal) => reading.draft.skip(refusal),
            // Several outputs in one file repeat it.
            Next::Record if records.text == header => {}
            Next::Record => {
                let read = fields(&records.text, columns.count, free).and_then(|fields| {
                    let row = Row { columns: &columns, fields: &fields, zone: &layout.zone };
                    reading.add(&row, records.begun)
                });
                if let Err(reason) = read {
                    reading.draft.skip(Refusal { line: Some(records.begun), reason });
                }
            }
        }
    }
}

/// Whether the first character that is no space is that of a JSON document.
fn starts_as_json(input: &mut impl BufRead) -> Result<bool, Refusal> {
    let buffer = input
        .fill_buf()
        .map_err(|error| Refusal { line: Some(1), reason: crate::error::reason_of(&error) })?;
    Ok(matches!(buffer.trim_ascii_start().first(), Some(b'{' | b'[')))
}

/// The jobs of `sacct --json`.
fn objects(input: impl BufRead, zone: &Zone, reading: &mut Reading) -> Result<(), Refusal> {
    let columns = columns(json::HEADER.as_bytes()).map_err(|reason| Refusal { line: None, reason })?;
    let mut objects = Objects::new(input);
    let mut texts = std::array::from_fn(|_| String::new());
    while objects.next()? {
        let line = objects.begun;
        let read = json::Job::parse(&objects.text).and_then(|job| {
            job.fields(&mut texts);
            let fields: [&[u8]; 18] = std::array::from_fn(|field| texts[field].as_bytes());
            let row = Row { columns: &columns, fields: &fields, zone };
            reading.draft.dropped.parts += job.steps() as u64;
            let Some(mut open) = row.job(row.text(Some(columns.id), "JobID")?, line, reading)? else {
                return Ok(());
            };
            open.of_steps =
                u32::try_from(job.most_allocated().div_ceil(open.job.nodes.into())).unwrap_or_default();
            open.peak(memory_mib(job.most_used().into(), 1, "MaxRSS")?);
            open.close(&mut reading.draft, &mut reading.lives)
        });
        if let Err(reason) = read {
            reading.draft.skip(Refusal { line: Some(line), reason });
        }
    }
    match objects.found() {
        true => reading.end(&columns),
        false => Err(Refusal { line: None, reason: words::a_json_document_without_a() }),
    }
}

/// What was read so far.
#[derive(Default)]
struct Reading {
    draft: Draft,
    lives: Lives,
    open: Option<Open>,
    gpus: u64,
    without_gpus: u64,
    /// Jobs whose nodes are not alike.
    uneven: u64,
    /// Whether there is a column that names GPUs.
    names_gpus: bool,
}

impl Reading {
    /// Adds a row: a job, which is open for its steps until the next one, or a step.
    fn add(&mut self, row: &Row<'_>, line: u64) -> Result<(), crate::model::said::Said> {
        let id = row.text(Some(row.columns.id), "JobID")?;
        if let Some((whole, _)) = id.split_once('.') {
            if let Some(open) = self.open.as_mut().filter(|open| open.is(whole)) {
                let used = row.most_used()?;
                open.peak(used);
                if open.job.memory_mib == 0 {
                    let memory = row.step_memory(open.job.nodes, open.job.vcpus, used)?;
                    open.of_steps = open.of_steps.max(memory);
                }
            }
            self.draft.dropped.parts += 1;
            return Ok(());
        }
        let next = row.job(id, line, self)?;
        match std::mem::replace(&mut self.open, next) {
            Some(done) => done.close(&mut self.draft, &mut self.lives),
            None => Ok(()),
        }
    }

    /// An output ends: no more steps of its last job come.
    fn end(&mut self, columns: &Columns) -> Result<(), Refusal> {
        self.names_gpus |= columns.tres.iter().chain(&columns.gres).any(Option::is_some);
        let Some(done) = self.open.take() else { return Ok(()) };
        let line = Some(done.line);
        done.close(&mut self.draft, &mut self.lives).map_err(|reason| Refusal { line, reason })
    }

    fn done(mut self) -> Result<(Draft, Option<i64>), Refusal> {
        let settled = self.lives.settle(&mut self.draft);
        let only_last = settled.map_err(|reason| Refusal { line: None, reason })?;
        if only_last > 0 {
            self.draft.remarks.push(agreeing(
                only_last,
                "requeued job|jobs counts|count from its|their last `Submit`: `sacct --duplicates` has the first",
            ));
        }
        if self.uneven > 0 {
            self.draft.remarks.push(agreeing(self.uneven, crate::workload::runs::UNEVEN));
        }
        // A number that nobody recorded is not 0.
        if self.gpus == 0 && self.without_gpus > 0 {
            let why = match self.names_gpus {
                true => "no row names any; `AllocTRES` has them where `AccountingStorageTRES` lists gres/gpu",
                false => "there is no column `AllocTRES`, `ReqTRES`, `AllocGRES` or `ReqGRES`",
            };
            let jobs = agreeing(self.without_gpus, "job|jobs counts|count as without");
            self.draft.gpus_unknown = Some(format!("GPUs unknown: {jobs}; {why}"));
        }
        let start = self.draft.earliest();
        self.draft.count_from(start)?;
        Ok((self.draft, i64::try_from(start).ok()))
    }
}

/// A job whose steps may still come.
struct Open {
    id: String,
    line: u64,
    job: Job,
    /// Most memory of a node that one of its steps had [MiB].
    of_steps: u32,
    life: Life,
    said: Said,
}

/// What else the row says.
#[derive(Default)]
struct Said {
    name: String,
    user: String,
    account: String,
    qos: String,
    reason: Option<Reason>,
    /// Whether that follows from the exit code.
    by_exit_code: bool,
    wait_seconds: Option<u32>,
    peak_memory_mib: Option<u32>,
}

impl Open {
    /// Whether it is the job of this id, of whatever cluster.
    fn is(&self, id: &str) -> bool {
        self.id.rsplit('/').next() == Some(id)
    }

    /// A task of one of its steps used so much [MiB]; 0 for unknown.
    fn peak(&mut self, mib: u32) {
        let peak = &mut self.said.peak_memory_mib;
        *peak = (*peak).max(Some(mib).filter(|mib| *mib > 0 && *mib < u32::MAX));
    }

    fn close(mut self, draft: &mut Draft, lives: &mut Lives) -> Result<(), crate::model::said::Said> {
        if self.job.memory_mib == 0 {
            self.job.memory_mib = self.of_steps;
        }
        draft.unknown_memory += u64::from(self.job.memory_mib == 0);
        lives.push_job(self.life);
        draft.push(self.job, &self.id, self.line)?;
        draft.describe(&Detail {
            name: &self.said.name,
            user: &self.said.user,
            account: &self.said.account,
            share: &self.said.qos,
            reason: self.said.reason.map(|reason| match self.said.by_exit_code {
                true => reason.of_peak(self.said.peak_memory_mib, self.job.memory_mib),
                false => reason,
            }),
            wait_seconds: self.said.wait_seconds,
            peak_memory_mib: self.said.peak_memory_mib,
            ..Detail::default()
        })
    }
}
