//! Job history of HTCondor: what `condor_history -long`, `-json`, `-jsonl` or `-af:th` prints, or a history file itself.
//!
//! Sources, read 2026-11-28: <https://github.com/htcondor/htcondor>, `docs/classad-attributes/job-classad-attributes.rst` and
//! `src/condor_utils/condor_holdcodes.h`; <https://htcondor.readthedocs.io/en/latest/man-pages/condor_history.html>. The first
//! line says which form a text has; names of attributes have no case.
//!
//! * A job is an ad with status 4 (completed) or 3 (removed), named `CLUSTER.PROC`; other ads are of jobs that have not ended.
//!   Jobs of the scheduler and local universes (DAGMan) run on the access point and are no jobs here.
//! * `run_seconds` is that of the last run. `RemoteWallClockTime` counts all of them: it is the last one's where the job started
//!   once. Else the last is `LastRemoteWallClockTime`, or from `JobCurrentStartDate` to the end; what is left of two runs is the
//!   first one's, of more it is said together. `CumulativeSuspensionTime`, in which it had no CPU, is taken out of a single run.
//! * What was provisioned counts before what was requested; a request that is an expression is unknown. Nodes are `MaxHosts` of
//!   the parallel universe. Resources are of a node. There are no queues.
//! * The peak of memory is `MemoryUsage`, else `ResidentSetSize_RAW` or `ResidentSetSize` in KiB; the account is `AcctGroup`.
//! * A last hold for memory or time, or `RemoveReason`, says why a job was removed; of a signal see [`Reason::of_exit_code`].

mod ad;
mod json;

use std::io::BufRead;

use self::ad::{Ad, Attribute, Place};
use super::detail::{Attempt, Detail, Reason};
use super::lines::Lines;
use super::quantity::count;
use super::runs::{End, MOST, Run, Runs};
use super::several::Files;
use super::{Draft, Recorded, Refusal};
use crate::model::decimal::Decimal;
use crate::model::said::Said;
use crate::model::text::{agreeing, counted};
use crate::workload::words;

/// The jobs, maybe none, and the second of the Unix epoch they count from.
pub fn draft(input: impl BufRead) -> Result<(Draft, Option<i64>), Refusal> {
    let mut history = History::default();
    read(input, &mut history)?;
    history.done()
}

/// A reader of several files.
pub(super) fn files() -> Box<dyn Files> {
    Box::new(History::default())
}

impl Files for History {
    fn read(&mut self, input: Box<dyn BufRead>) -> Result<(), Refusal> {
        // Each file has a form of its own.
        self.ads = 0;
        read(input, self)
    }

    fn draft(&mut self) -> &mut Draft {
        &mut self.runs.draft
    }

    fn done(self: Box<Self>) -> Result<(Draft, Option<i64>), Refusal> {
        (*self).done()
    }
}

fn read(mut input: impl BufRead, history: &mut History) -> Result<(), Refusal> {
    let unreadable =
        |error: std::io::Error| Refusal { line: Some(1), reason: crate::error::reason_of(&error) };
    loop {
        let buffer = input.fill_buf().map_err(unreadable)?;
        let Some(first) = buffer.iter().position(|byte| !byte.is_ascii_whitespace()) else {
            let length = buffer.len();
            if length == 0 {
                return Ok(());
            }
            input.consume(length);
            continue;
        };
        return match buffer[first] {
            b'[' | b'{' => json::ads(input, history),
            _ => text(input, history),
        };
    }
}

/// Reads ads of lines `Name = value`, or rows under a line of names.
fn text(input: impl BufRead, history: &mut History) -> Result<(), Refusal> {
    let mut lines = Lines::new(input);
    let mut ad = Ad::default();
    let mut columns: Option<Columns> = None;
    while let Some(line) = lines.next()? {
        let text = line.text.as_ref();
        if let Some(columns) = &columns {
            if line.cut {
                history.runs.draft.skip(line.too_long());
            } else if !text.trim().is_empty() && !columns.is_header(text) {
                columns.fill(text, &mut ad);
                ad.line = line.number;
                history.add(&mut ad)?;
            }
            continue;
        }
        // An ad ends at a blank line, in a history file at one such as `*** Offset = 0 ClusterId = 1`.
        if text.trim().is_empty() || text.starts_with("***") || text.starts_with("-- ") {
            history.add(&mut ad)?;
            continue;
        }
        match text.split_once('=') {
            Some((name, value)) if !name.trim().contains(char::is_whitespace) => {
                if ad.line == 0 {
                    ad.line = line.number;
                }
                if let Some(place) = Place::of(name.trim()) {
                    ad.set(place, value.trim());
                }
            }
            _ if ad.line == 0 && history.ads == 0 => {
                columns = Some(Columns::of(text).map_err(|it| line.refused(it))?)
            }
            _ => ad.broken = true,
        }
    }
    history.add(&mut ad)
}

/// The names over the rows that `condor_history -af:th` prints.
struct Columns {
    tabs: bool,
    names: Vec<String>,
}

impl Columns {
    fn of(header: &str) -> Result<Columns, Said> {
        let tabs = header.contains('\t');
        let names: Vec<String> = split(header, tabs).map(str::to_owned).collect();
        let has = |wanted: &str| names.iter().any(|name| name.eq_ignore_ascii_case(wanted));
        match ["ClusterId", "ProcId", "QDate", "JobStatus"].iter().find(|wanted| !has(wanted)) {
            None => Ok(Columns { tabs, names }),
            Some(missing) => Err(words::neither_ads_of_condor_history_long(missing)),
        }
    }

    fn is_header(&self, text: &str) -> bool {
        split(text, self.tabs).eq(self.names.iter().map(String::as_str))
    }

    fn fill(&self, text: &str, ad: &mut Ad) {
        let mut values = split(text, self.tabs);
        for name in &self.names {
            match values.next() {
                Some(value) => {
                    if let Some(place) = Place::of(name) {
                        ad.set(place, value);
                    }
                }
                None => ad.broken = true,
            }
        }
        ad.broken |= values.next().is_some();
    }
}

fn split(text: &str, tabs: bool) -> impl Iterator<Item = &str> {
    text.split(move |letter: char| if tabs { letter == '\t' } else { letter == ' ' })
        .map(str::trim)
        .filter(move |word| tabs || !word.is_empty())
}

/// What was read so far.
#[derive(Default)]
struct History {
    runs: Runs,
    ads: u64,
    on_access_point: u64,
    /// Jobs with several runs before the last, and how long those took in all [s].
    more_runs: (u64, u64),
}

impl History {
    /// Reads an ad and empties it; an empty one is none. An error is about the whole history.
    fn add(&mut self, ad: &mut Ad) -> Result<(), Refusal> {
        if ad.line > 0 {
            self.ads += 1;
            let refused = |reason| Refusal { line: Some(ad.line), reason };
            let id = if ad.broken { Err(words::an_ad_with_a_line()) } else { id(ad) };
            match id.and_then(|id| Ok((self.run(ad)?, id))) {
                Ok((None, _)) => {}
                Ok((Some(run), id)) => self.runs.push(&Run { id: &id, ..run })?,
                Err(reason) => self.runs.draft.skip(refused(reason)),
            }
        }
        ad.clear();
        Ok(())
    }

    /// The run of an ad without its id, unless it is left out.
    fn run<'a>(&mut self, ad: &'a Ad) -> Result<Option<Run<'a>>, Said> {
        let dropped = &mut self.runs.draft.dropped;
        if matches!(ad.number(Attribute::JobUniverse)?, Some(universe) if [7, 12].map(Decimal::from).contains(&universe))
        {
            self.on_access_point += 1;
            return Ok(None);
        }
        let status = ad.number(Attribute::JobStatus)?.ok_or_else(words::the_ad_has_no_jobstatus)?;
        let removed = status == Decimal::from(3);
        if !removed && status != Decimal::from(4) {
            dropped.unfinished += 1;
            return Ok(None);
        }
        let starts = ad.number(Attribute::NumJobStarts)?.or(ad.number(Attribute::NumShadowStarts)?);
        let took = Took::of(ad, starts)?;
        let Some(run_seconds) = took.last else {
            let ran = starts.is_none_or(|starts| starts > Decimal::ZERO) && !took.never;
            *(if ran { &mut dropped.no_run_time } else { &mut dropped.never_ran }) += 1;
            return Ok(None);
        };
        let small = |number: Option<Decimal>, name: &str| count(number.unwrap_or_default(), name, MOST);
        let cpus = ad.first([Attribute::CpusProvisioned, Attribute::RequestCpus])?;
        let cpus = small(cpus, "RequestCpus")?;
        if cpus == 0 {
            dropped.no_processors += 1;
            return Ok(None);
        }
        let gpus = small(ad.first([Attribute::GpusProvisioned, Attribute::RequestGpus])?, "RequestGPUs")?;
        let memory = ad.first([Attribute::MemoryProvisioned, Attribute::RequestMemory])?;
        let memory_mib = count(memory.unwrap_or_default(), "RequestMemory", u32::MAX)?;
        let parallel = ad.number(Attribute::JobUniverse)? == Some(Decimal::from(11));
        let nodes = if parallel { small(ad.number(Attribute::MaxHosts)?, "MaxHosts")?.max(1) } else { 1 };
        let submitted = ad.second(Attribute::QDate)?.ok_or_else(words::the_ad_has_no_qdate)?;
        let started = ad.second(Attribute::JobCurrentStartDate)?.or(ad.second(Attribute::JobStartDate)?);
        let first = ad.second(Attribute::JobStartDate)?.or(started);
        let wait = first.and_then(|first| first.checked_sub(submitted));
        let (recorded, reason) = end(ad, removed)?;
        let peak_memory_mib = if nodes == 1 { ad.peak_mib()? } else { None };
        // A hold says why; of a job that ended by itself only its signal or code does.
        let reason =
            reason.map(|reason| if removed { reason } else { reason.of_peak(peak_memory_mib, memory_mib) });
        let earlier = self.earlier(&took);
        Ok(Some(Run {
            id: "",
            line: ad.line,
            submitted,
            started: started.unwrap_or_default(),
            run_seconds,
            cpus: cpus.saturating_mul(nodes),
            gpus: gpus.saturating_mul(nodes),
            memory_mib,
            nodes,
            queue: "",
            recorded,
            end: End::OfJob,
            detail: Detail {
                name: ad.text(Attribute::JobBatchName),
                user: ad.text(Attribute::Owner),
                account: match ad.text(Attribute::AcctGroup) {
                    "" => ad.text(Attribute::AccountingGroup),
                    group => group,
                },
                reason,
                wait_seconds: wait.and_then(|wait| u32::try_from(wait).ok()),
                peak_memory_mib,
                earlier,
                ..Detail::default()
            },
        }))
    }

    /// The run before the last, where there was one; several are counted together.
    fn earlier(&mut self, took: &Took) -> Vec<Attempt<'static>> {
        match took.runs {
            2 => return vec![Attempt { run_seconds: took.before, ..Attempt::default() }],
            3.. => {
                self.more_runs.0 += 1;
                self.more_runs.1 += u64::from(took.before);
            }
            _ => {}
        }
        Vec::new()
    }

    fn done(mut self) -> Result<(Draft, Option<i64>), Refusal> {
        let remarks = &mut self.runs.draft.remarks;
        if self.on_access_point > 0 {
            remarks.push(agreeing(
                self.on_access_point,
                "job|jobs of the scheduler and local universes is|are left out, as those run on the access point",
            ));
        }
        if self.more_runs.0 > 0 {
            let (jobs, seconds) = self.more_runs;
            remarks.push(format!(
                "{} had several runs before the last one, {seconds} s in all, which are in no figure",
                counted(jobs, "job")
            ));
        }
        self.runs.done("no ad has `RequestGPUs`")
    }
}

/// How long the runs of a job took.
#[derive(Debug, Default)]
struct Took {
    /// The last one [s], where it is known.
    last: Option<u32>,
    /// All before it [s].
    before: u32,
    /// How many there were.
    runs: u32,
    /// Whether no time was taken at all.
    never: bool,
}

impl Took {
    fn of(ad: &Ad, starts: Option<Decimal>) -> Result<Took, Said> {
        let seconds = |number: Decimal, name: &str| count(number, name, u32::MAX - 1);
        let all = ad.number(Attribute::RemoteWallClockTime)?;
        let all = all.map(|all| seconds(all, "RemoteWallClockTime")).transpose()?;
        let runs = count(starts.unwrap_or(Decimal::ONE), "NumJobStarts", u32::MAX)?;
        let never = runs == 0 || all == Some(0) && ad.second(Attribute::JobStartDate)?.is_none();
        if never {
            return Ok(Took { never, ..Took::default() });
        }
        let end = match ad.second(Attribute::CompletionDate)? {
            // A job that is removed while it runs has no other end.
            None if ad.number(Attribute::LastJobStatus)? == Some(Decimal::from(2)) => {
                ad.second(Attribute::EnteredCurrentStatus)?
            }
            end => end,
        };
        let start = ad.second(Attribute::JobCurrentStartDate)?;
        let start = if runs == 1 { start.or(ad.second(Attribute::JobStartDate)?) } else { start };
        let clock = match (start, end) {
            (Some(start), Some(end)) => end.checked_sub(start).and_then(|run| u32::try_from(run).ok()),
            _ => None,
        };
        if runs == 1 {
            let suspended = ad.number(Attribute::CumulativeSuspensionTime)?.unwrap_or_default();
            let suspended = seconds(suspended, "CumulativeSuspensionTime")?;
            let last = all.or(clock).map(|run| run.saturating_sub(suspended));
            return Ok(Took { last, runs, ..Took::default() });
        }
        let told = ad.number(Attribute::LastRemoteWallClockTime)?;
        let told = told.map(|told| seconds(told, "LastRemoteWallClockTime")).transpose()?;
        // The last run is a part of all of them.
        let last = told.or(clock).filter(|last| all.is_none_or(|all| *last <= all));
        let before = all.unwrap_or_default().saturating_sub(last.unwrap_or_default());
        Ok(Took { last, before, runs: if all.is_some() { runs } else { 0 }, never })
    }
}

/// How a job ended.
fn end(ad: &Ad, removed: bool) -> Result<(Recorded, Option<Reason>), Said> {
    if removed {
        let held = ad.number(Attribute::HoldReasonCode)?.and_then(|code| u32::try_from(code).ok());
        let what = ad.number(Attribute::HoldReasonSubCode)?.and_then(|code| u32::try_from(code).ok());
        let why = ad.text(Attribute::RemoveReason);
        let reason = match (held, what) {
            // The subcode of disk is 104.
            (Some(34), Some(104)) => Some(Reason::Application),
            (Some(34), _) | (Some(21), Some(102)) => Some(Reason::OutOfMemory),
            (Some(46 | 47), _) => Some(Reason::Timeout),
            _ if why.contains("condor_rm") || why.contains("by user") => Some(Reason::User),
            _ => None,
        };
        let recorded = if reason == Some(Reason::User) { Recorded::Cancelled } else { Recorded::Failed };
        return Ok((recorded, reason));
    }
    if ad.text(Attribute::ExitBySignal).eq_ignore_ascii_case("true") {
        let signal = ad.number(Attribute::ExitSignal)?.and_then(|signal| i64::try_from(signal).ok());
        return Ok((
            Recorded::Failed,
            signal.and_then(|signal| Reason::of_exit_code(128_i64.saturating_add(signal))),
        ));
    }
    match ad.text(Attribute::ExitCode) {
        "" | "0" => Ok((Recorded::Succeeded, None)),
        text => match text.parse() {
            Ok(code) => Ok((Recorded::Failed, Reason::of_exit_code(code))),
            Err(_) => Err(words::exitcode_is_not_a_whole(text.chars().take(40).collect::<String>())),
        },
    }
}

/// `CLUSTER.PROC`.
fn id(ad: &Ad) -> Result<String, Said> {
    let digits = |attribute: Attribute, name: &str| match ad.text(attribute) {
        text if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => Ok(text),
        text => Err(words::is_not_a_whole_number_4(name, text.chars().take(40).collect::<String>())),
    };
    Ok(format!("{}.{}", digits(Attribute::ClusterId, "ClusterId")?, digits(Attribute::ProcId, "ProcId")?))
}
