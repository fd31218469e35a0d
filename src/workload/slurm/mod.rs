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

mod json;
mod lives;
mod objects;
mod records;
mod tres;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::BufRead;

use self::lives::{Fate, Life, Lives};
use self::objects::Objects;
use self::records::{Next, Records, fields, free};
use self::tres::{Tres, gres_gpus, memory_bytes, number};
use super::csv::small;
use super::detail::{Detail, Reason, parse_exit_code};
use super::quantity::{amount, clock, count, memory_mib, seconds};
use super::{Draft, Job, LONGEST_SECONDS, Recorded, Refusal, Workload};
use crate::model::decimal::Decimal;
use crate::model::time::Zone;

/// Most CPUs of a job.
const MOST_CPUS: u32 = 1_000_000;

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
pub fn draft(mut input: impl BufRead, layout: &Layout) -> Result<(Draft, Option<i64>), Refusal> {
    if layout.columns.is_none() && starts_as_json(&mut input)? {
        return objects(input, &layout.zone);
    }
    let mut reading = Reading::default();
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
            Next::End => return Ok((reading.draft, None)),
        },
    };
    let columns = columns(&header).map_err(|reason| match layout.columns {
        Some(_) => Refusal { line: None, reason: format!("{reason}, in `--columns`") },
        None => {
            let reason = format!("{reason}; `--columns` names those of an output without a header");
            Refusal { line: Some(records.begun), reason }
        }
    })?;
    let free = free(&names(&header));
    loop {
        match records.next()? {
            Next::End => return reading.done(&columns),
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
    let buffer = input.fill_buf().map_err(|error| Refusal { line: Some(1), reason: error.to_string() })?;
    Ok(matches!(buffer.trim_ascii_start().first(), Some(b'{' | b'[')))
}

/// The jobs of `sacct --json`.
fn objects(input: impl BufRead, zone: &Zone) -> Result<(Draft, Option<i64>), Refusal> {
    let columns = columns(json::HEADER.as_bytes()).map_err(|reason| Refusal { line: None, reason })?;
    let mut reading = Reading::default();
    let mut objects = Objects::new(input);
    let mut texts = std::array::from_fn(|_| String::new());
    while objects.next()? {
        let line = objects.begun;
        let read = json::Job::parse(&objects.text).and_then(|job| {
            job.fields(&mut texts);
            let fields: [&[u8]; 18] = std::array::from_fn(|field| texts[field].as_bytes());
            let row = Row { columns: &columns, fields: &fields, zone };
            reading.draft.dropped.parts += job.steps() as u64;
            let Some(mut open) = row.job(row.text(Some(columns.id), "JobID")?, line, &mut reading)? else {
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
    match objects.found {
        true => reading.done(&columns),
        false => Err(Refusal { line: None, reason: "a JSON document without a list `jobs`".into() }),
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
}

impl Reading {
    /// Adds a row: a job, which is open for its steps until the next one, or a step.
    fn add(&mut self, row: &Row<'_>, line: u64) -> Result<(), String> {
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

    fn done(mut self, columns: &Columns) -> Result<(Draft, Option<i64>), Refusal> {
        if let Some(done) = self.open {
            let line = Some(done.line);
            done.close(&mut self.draft, &mut self.lives).map_err(|reason| Refusal { line, reason })?;
        }
        let settled = self.lives.settle(&mut self.draft);
        let only_last = settled.map_err(|reason| Refusal { line: None, reason })?;
        if only_last > 0 {
            self.draft.remarks.push(format!(
                "{only_last} requeued jobs count from their last `Submit`: `sacct --duplicates` has the first"
            ));
        }
        if self.uneven > 0 {
            self.draft.remarks.push(format!(
                "{} jobs have CPUs or GPUs that do not divide by their nodes: rounded up on each",
                self.uneven
            ));
        }
        // A number that nobody recorded is not 0.
        if self.gpus == 0 && self.without_gpus > 0 {
            let why = match columns.tres.iter().chain(&columns.gres).any(Option::is_some) {
                true => "no row names any; `AllocTRES` has them where `AccountingStorageTRES` lists gres/gpu",
                false => "there is no column `AllocTRES`, `ReqTRES`, `AllocGRES` or `ReqGRES`",
            };
            let jobs = self.without_gpus;
            self.draft.gpus_unknown = Some(format!("GPUs unknown: {jobs} jobs count as without; {why}"));
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

    fn close(mut self, draft: &mut Draft, lives: &mut Lives) -> Result<(), String> {
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
            reason: self.said.reason,
            wait_seconds: self.said.wait_seconds,
            peak_memory_mib: self.said.peak_memory_mib,
            ..Detail::default()
        })
    }
}

/// Where each column stands.
struct Columns {
    id: usize,
    /// How many there are.
    count: usize,
    submit: usize,
    state: usize,
    start: Option<usize>,
    eligible: Option<usize>,
    end: Option<usize>,
    elapsed_raw: Option<usize>,
    elapsed: Option<usize>,
    /// `AllocTRES` and `ReqTRES`.
    tres: [Option<usize>; 2],
    /// `AllocGRES` and `ReqGRES`, which Slurm had before.
    gres: [Option<usize>; 2],
    restarts: Option<usize>,
    cluster: Option<usize>,
    allocated_cpus: Option<usize>,
    requested_cpus: Option<usize>,
    nodes: Option<usize>,
    memory: Option<usize>,
    most_memory: Option<usize>,
    partition: Option<usize>,
    /// `User`, `UID` and `JobName`, which all lives of a job share.
    whose: [Option<usize>; 3],
    account: Option<usize>,
    qos: Option<usize>,
    exit_code: Option<usize>,
}

fn names(header: &[u8]) -> Vec<&[u8]> {
    let header = header.strip_prefix(b"\xef\xbb\xbf").unwrap_or(header);
    header.split(|byte| *byte == b'|').map(<[u8]>::trim_ascii).collect()
}

fn columns(header: &[u8]) -> Result<Columns, String> {
    let names = names(header);
    let find = |wanted: &[&str]| {
        wanted.iter().find_map(|name| names.iter().position(|it| it.eq_ignore_ascii_case(name.as_bytes())))
    };
    let required = |wanted: &[&str]| {
        find(wanted).ok_or_else(|| format!("there is no column `{}` between `|`", wanted.join("` or `")))
    };
    let columns = Columns {
        count: names.len(),
        id: required(&["JobID", "JobIDRaw"])?,
        submit: required(&["Submit"])?,
        state: required(&["State"])?,
        start: find(&["Start"]),
        eligible: find(&["Eligible"]),
        end: find(&["End"]),
        elapsed_raw: find(&["ElapsedRaw"]),
        elapsed: find(&["Elapsed"]),
        tres: [find(&["AllocTRES"]), find(&["ReqTRES"])],
        gres: [find(&["AllocGRES"]), find(&["ReqGRES"])],
        restarts: find(&["Restarts"]),
        cluster: find(&["Cluster"]),
        allocated_cpus: find(&["AllocCPUS", "NCPUS"]),
        requested_cpus: find(&["ReqCPUS"]),
        nodes: find(&["NNodes", "AllocNodes", "ReqNodes"]),
        memory: find(&["ReqMem"]),
        most_memory: find(&["MaxRSS"]),
        partition: find(&["Partition"]),
        whose: [find(&["User"]), find(&["UID"]), find(&["JobName"])],
        account: find(&["Account"]),
        qos: find(&["QOS"]),
        exit_code: find(&["ExitCode"]),
    };
    if columns.elapsed_raw.or(columns.elapsed).or(columns.start.and(columns.end)).is_none() {
        return Err("there is no column `ElapsedRaw` or `Elapsed`, nor `Start` and `End`".into());
    }
    let cpus = [columns.allocated_cpus, columns.requested_cpus];
    if columns.tres.iter().chain(&cpus).all(Option::is_none) {
        return Err("there is no column `AllocTRES`, `AllocCPUS`, `NCPUS`, `ReqTRES` or `ReqCPUS`".into());
    }
    Ok(columns)
}

struct Row<'a> {
    columns: &'a Columns,
    fields: &'a [&'a [u8]],
    zone: &'a Zone,
}

impl Row<'_> {
    /// The job of the row, unless it is left out.
    fn job(&self, id: &str, line: u64, reading: &mut Reading) -> Result<Option<Open>, String> {
        if id.is_empty() {
            return Err("the job has no `JobID`".into());
        }
        let submit = self.instant(Some(self.columns.submit), "Submit")?;
        let name = match self.text(self.columns.cluster, "Cluster")? {
            "" => id.to_owned(),
            cluster => format!("{cluster}/{id}"),
        };
        let word = self.text(Some(self.columns.state), "State")?;
        let state = State::parse(word)?;
        let life = Life { goes_on: state.goes_on(), whose: self.whose() };
        let (recorded, run_seconds) = match self.fate(state)? {
            Ok(ended) => ended,
            Err(fate) => {
                reading.lives.push(name, submit, line, fate, (elements(id), life, self.wait(submit)?));
                return Ok(None);
            }
        };
        let tres = self.tres()?;
        let nodes = match self.text(self.columns.nodes, "NNodes")? {
            "" => tres.nodes.unwrap_or(Decimal::ONE),
            text => number(text, "NNodes")?,
        };
        let nodes = count(nodes, "NNodes", MOST_CPUS)?.max(1);
        let cpus = count(self.cpus(&tres)?, "the number of CPUs", MOST_CPUS)?;
        if cpus == 0 {
            reading.lives.push(name, submit, line, Fate::NoProcessors, (1, life, None));
            return Ok(None);
        }
        let vcpus = cpus.div_ceil(nodes);
        let all_gpus = self.gpus(&tres, nodes)?;
        let gpus = u16::try_from(all_gpus.div_ceil(nodes)).map_err(|_| "too many GPUs".to_owned())?;
        let submit = submit.ok_or("the job has no time in `Submit`")?;
        let memory_mib = self.memory_mib(&tres, nodes, vcpus)?;
        let attempts = lives::attempts(self.restarts()?.saturating_add(1));
        let said = self.said(word, recorded, submit)?;
        let submit_seconds = u64::try_from(submit).map_err(|_| "Submit is before 1970".to_owned())?;
        let partition = self.text(self.columns.partition, "Partition")?;
        // Whatever can be wrong with the row has been looked at.
        reading.uneven += u64::from(cpus % nodes > 0 || all_gpus % nodes > 0);
        reading.gpus += u64::from(gpus);
        reading.without_gpus += u64::from(gpus == 0);
        let draft = &mut reading.draft;
        let job = Job {
            submit_seconds,
            run_seconds,
            vcpus,
            memory_mib,
            nodes,
            gpus,
            queue: draft.queue(partition)?,
            job_definition: draft.job_definition("")?,
            attempts,
            recorded,
        };
        Ok(Some(Open { id: name, line, job, of_steps: 0, life, said }))
    }

    /// How the job ended and how long it ran [s], or why it is none.
    fn fate(&self, state: State) -> Result<std::result::Result<(Recorded, u32), Fate>, String> {
        if state == State::Going {
            return Ok(Err(Fate::Unfinished));
        }
        Ok(match (self.run_seconds()?, state) {
            (run, State::Requeued) => Err(Fate::Requeued { ran: run.unwrap_or_default() }),
            (None | Some(0), State::Cancelled | State::NeverStarted | State::NotLaunched) => {
                Err(Fate::NeverRan)
            }
            (None, _) => Err(Fate::NoRunTime),
            (Some(run), State::Completed) => Ok((Recorded::Succeeded, run)),
            (Some(run), State::Cancelled) => Ok((Recorded::Cancelled, run)),
            (Some(run), _) => Ok((Recorded::Failed, run)),
        })
    }

    /// A number for the user and the name; another one is theirs alone, but for one case in four thousand million.
    fn whose(&self) -> u32 {
        let mut hasher = DefaultHasher::new();
        for column in self.columns.whose.into_iter().flatten() {
            self.fields.get(column).hash(&mut hasher);
        }
        (hasher.finish() >> 32) as u32
    }

    /// GPUs of all nodes. TRES counts before GRES, what was allocated before what was requested.
    fn gpus(&self, tres: &Tres, nodes: u32) -> Result<u32, String> {
        let mut all = tres.gpus();
        for (column, name, times) in
            [(self.columns.gres[0], "AllocGRES", 1), (self.columns.gres[1], "ReqGRES", nodes)]
        {
            if all == Decimal::ZERO {
                all = gres_gpus(self.text(column, name)?, name)? * Decimal::from(times);
            }
        }
        count(all, "the number of GPUs", MOST_CPUS)
    }

    /// How often it was requeued, 0 where nobody says so.
    fn restarts(&self) -> Result<u32, String> {
        match self.text(self.columns.restarts, "Restarts")? {
            "" => Ok(0),
            text => count(amount(text, "Restarts")?, "Restarts", u32::MAX),
        }
    }

    /// From start to end [s], where both are known.
    fn run_seconds(&self) -> Result<Option<u32>, String> {
        match self.text(self.columns.elapsed_raw, "ElapsedRaw")? {
            "" => {}
            text => return seconds(text, "ElapsedRaw").map(Some),
        }
        match self.text(self.columns.elapsed, "Elapsed")? {
            "" => {}
            text => return clock(text, "Elapsed").map(Some),
        }
        let start = self.instant(self.columns.start, "Start")?;
        let (Some(start), Some(end)) = (start, self.instant(self.columns.end, "End")?) else {
            return Ok(None);
        };
        // Clocks were put back while it ran.
        let again = || self.zone.second_again(self.text(self.columns.end, "End").ok()?);
        let end = if end < start { again().unwrap_or(end) } else { end };
        match u64::try_from(end - start) {
            Err(_) => Err("`End` is before `Start`: the run time is negative".into()),
            Ok(run) if run > LONGEST_SECONDS => Err(format!("it ran {run} s: more than 136 years")),
            Ok(run) => Ok(Some(small(run))),
        }
    }

    fn cpus(&self, tres: &Tres) -> Result<Decimal, String> {
        if let Some(cpus) = tres.cpus {
            return Ok(cpus);
        }
        for (column, name) in
            [(self.columns.allocated_cpus, "AllocCPUS"), (self.columns.requested_cpus, "ReqCPUS")]
        {
            match self.text(column, name)? {
                "" | "0" => {}
                text => return number(text, name),
            }
        }
        Ok(Decimal::ZERO)
    }

    /// Memory of a node [MiB], 0 for unknown.
    fn memory_mib(&self, tres: &Tres, nodes: u32, vcpus: u32) -> Result<u32, String> {
        if let Some(bytes) = tres.memory_bytes {
            return memory_mib(bytes / Decimal::from(nodes), 1, "the memory");
        }
        let text = self.text(self.columns.memory, "ReqMem")?;
        // Before Slurm 21.08 a letter says whether it is per CPU or per node.
        let (number, times, nodes) = match (text.strip_suffix('c'), text.strip_suffix('n')) {
            (Some(number), _) => (number, vcpus, 1),
            (_, Some(number)) => (number, 1, 1),
            _ => (text, 1, nodes),
        };
        // Slurm 15.08 ends with `?` what it does not know to be of a CPU or of a node.
        if number.is_empty() || number.ends_with('?') {
            return Ok(0);
        }
        let bytes = memory_bytes(number, "ReqMem")?.checked_mul(times.into()).unwrap_or(Decimal::MAX);
        memory_mib(bytes / Decimal::from(nodes), 1, "ReqMem")
    }

    /// What a step says about the memory of a node [MiB]: allocated, requested, or else used by its largest task.
    fn step_memory(&self, nodes: u32, vcpus: u32, used: u32) -> Result<u32, String> {
        match self.memory_mib(&self.tres()?, nodes, vcpus)? {
            0 => Ok(used),
            memory => Ok(memory),
        }
    }

    /// What the largest task used [MiB], 0 for unknown.
    fn most_used(&self) -> Result<u32, String> {
        match self.text(self.columns.most_memory, "MaxRSS")? {
            "" => Ok(0),
            text => memory_mib(memory_bytes(text, "MaxRSS")?, 1, "MaxRSS"),
        }
    }

    /// Whose the job is, why it ended and how long it waited.
    fn said(&self, state: &str, recorded: Recorded, submit: i64) -> Result<Said, String> {
        let text = |column, name| self.text(column, name).map(str::to_owned);
        let [user, uid, name] = self.columns.whose;
        let user = match self.text(user, "User")? {
            "" => self.text(uid, "UID")?,
            user => user,
        };
        let exit_code = parse_exit_code(self.text(self.columns.exit_code, "ExitCode")?);
        Ok(Said {
            // In a table a name has one line.
            name: self.text(name, "JobName")?.replace(['\r', '\n'], " "),
            user: user.to_owned(),
            account: text(self.columns.account, "Account")?,
            qos: text(self.columns.qos, "QOS")?,
            reason: (recorded != Recorded::Succeeded).then(|| reason(state, exit_code)).flatten(),
            wait_seconds: self.wait(Some(submit))?,
            peak_memory_mib: Some(self.most_used()?).filter(|mib| *mib > 0 && *mib < u32::MAX),
        })
    }

    /// From when it could start, else from its submission, to its start [s].
    fn wait(&self, submit: Option<i64>) -> Result<Option<u32>, String> {
        let Some(start) = self.instant(self.columns.start, "Start")? else { return Ok(None) };
        let from = self.instant(self.columns.eligible, "Eligible")?.or(submit);
        let Some(from) = from else { return Ok(None) };
        let again = || self.zone.second_again(self.text(self.columns.start, "Start").ok()?);
        let start = if start < from { again().unwrap_or(start) } else { start };
        Ok(u32::try_from(start - from).ok().filter(|wait| *wait < u32::MAX))
    }

    fn tres(&self) -> Result<Tres, String> {
        match self.text(self.columns.tres[0], "AllocTRES")? {
            "" => Tres::parse(self.text(self.columns.tres[1], "ReqTRES")?),
            text => Tres::parse(text),
        }
    }

    fn instant(&self, column: Option<usize>, name: &str) -> Result<Option<i64>, String> {
        match self.text(column, name)? {
            "" | "Unknown" | "None" | "N/A" => Ok(None),
            text => match self.zone.second(text) {
                Some(second) => Ok(Some(second)),
                None => Err(format!(
                    "{name} `{text}` is not a time from 2000 to 2199, such as 2026-10-31T23:59:59"
                )),
            },
        }
    }

    /// The field, empty where there is no such column.
    fn text(&self, column: Option<usize>, name: &str) -> Result<&str, String> {
        let field = column.and_then(|column| self.fields.get(column)).copied().unwrap_or_default();
        std::str::from_utf8(field).map(str::trim).map_err(|_| format!("{name} is not UTF-8"))
    }
}

/// What a state says about the end of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Completed,
    Cancelled,
    /// With an error, or ended by the system.
    Failed,
    /// As `Failed`, by what Slurm requeues a job for.
    TakenAway,
    /// As `Failed`, maybe before it started.
    NeverStarted,
    /// As `NeverStarted`, by what Slurm requeues a job for.
    NotLaunched,
    /// It was put back into the queue: another row is about its end.
    Requeued,
    /// It has not ended.
    Going,
}

impl State {
    /// Whether a job that ends so may be put back into the queue, by Slurm or by an administrator who gives it that state.
    const fn goes_on(self) -> bool {
        matches!(self, State::TakenAway | State::NotLaunched | State::Requeued)
    }

    /// Source: <https://slurm.schedmd.com/job_state_codes.html>, read 2026-11-23; older names of flags from
    /// <https://slurm.schedmd.com/squeue.html>, read 2026-11-23.
    fn parse(text: &str) -> Result<State, String> {
        // `CANCELLED by 1000`, or cut off as `CANCELLED+`.
        Ok(match text.split(' ').next().unwrap_or_default().trim_end_matches('+') {
            "COMPLETED" => State::Completed,
            "CANCELLED" | "REVOKED" => State::Cancelled,
            "FAILED" | "TIMEOUT" | "OUT_OF_MEMORY" => State::Failed,
            "NODE_FAIL" | "PREEMPTED" => State::TakenAway,
            "BOOT_FAIL" | "DEADLINE" => State::NeverStarted,
            "LAUNCH_FAILED" | "RECONFIG_FAIL" => State::NotLaunched,
            "REQUEUED" | "REQUEUE_FED" | "REQUEUE_HOLD" | "SPECIAL_EXIT" => State::Requeued,
            "PENDING" | "RUNNING" | "SUSPENDED" | "RESIZING" | "COMPLETING" | "CONFIGURING"
            | "RESV_DEL_HOLD" | "SIGNALING" | "STAGE_OUT" | "STOPPED" | "EXPEDITING" | "POWER_UP_NODE"
            | "UPDATE_DB" => State::Going,
            other => return Err(format!("State `{other}` is none of Slurm's")),
        })
    }
}

/// Why a job of this state did not succeed.
fn reason(state: &str, exit_code: Option<i64>) -> Option<Reason> {
    Some(match state.split(' ').next().unwrap_or_default().trim_end_matches('+') {
        "OUT_OF_MEMORY" => Reason::OutOfMemory,
        "TIMEOUT" | "DEADLINE" => Reason::Timeout,
        "NODE_FAIL" | "PREEMPTED" => Reason::Spot,
        "CANCELLED" | "REVOKED" => Reason::User,
        "BOOT_FAIL" | "LAUNCH_FAILED" | "RECONFIG_FAIL" => Reason::Capacity,
        "FAILED" => exit_code.and_then(Reason::of_exit_code).unwrap_or(Reason::Application),
        _ => return None,
    })
}

/// How many jobs the elements of `123_[5-9,12]` are; 1 for any other id.
fn elements(id: &str) -> u64 {
    let Some((_, list)) = id.split_once("_[") else { return 1 };
    let list = list.split([']', '%']).next().unwrap_or_default();
    let of = |range: &str| {
        let (range, step) = range.split_once(':').unwrap_or((range, "1"));
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (first, last): (u32, u32) = (first.parse().ok()?, last.parse().ok()?);
        Some(u64::from(last.checked_sub(first)? / step.parse::<u32>().ok().filter(|step| *step > 0)?) + 1)
    };
    list.split(',').map(|range| of(range).unwrap_or(1)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_of_pending_arrays_count() {
        for (id, expected) in
            [("12", 1), ("12_3", 1), ("12_[5-9]", 5), ("12_[0-9:3%2]", 4), ("12_[1,4-5]", 3), ("12_[5-", 1)]
        {
            assert_eq!(elements(id), expected, "{id}");
        }
    }
}
