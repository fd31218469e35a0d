//! One row of `sacct` as a job.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::columns::Columns;
use super::lives::{self, Fate, Life};
use super::state::{State, elements, reason};
use super::tres::{Tres, gres_gpus, memory_bytes, number};
use super::{Open, Reading, Said};
use crate::model::decimal::Decimal;
use crate::model::time::Zone;
use crate::workload::csv::small;
use crate::workload::detail::parse_exit_code;
use crate::workload::quantity::{amount, clock, count, memory_mib, seconds};
use crate::workload::words;
use crate::workload::{Job, LONGEST_SECONDS, Recorded};

/// Most CPUs of a job.
const MOST_CPUS: u32 = 1_000_000;

/// One row, by its columns.
pub(super) struct Row<'a> {
    pub(super) columns: &'a Columns,
    pub(super) fields: &'a [&'a [u8]],
    pub(super) zone: &'a Zone,
}

impl Row<'_> {
    /// The job of the row, unless it is left out.
    pub(super) fn job(
        &self,
        id: &str,
        line: u64,
        reading: &mut Reading,
    ) -> Result<Option<Open>, crate::model::said::Said> {
        if id.is_empty() {
            return Err(words::the_job_has_no_jobid());
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
                reading.lives.push(
                    name,
                    submit,
                    reading.draft.behind(line),
                    fate,
                    (elements(id), life, self.wait(submit)?),
                );
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
            reading.lives.push(name, submit, reading.draft.behind(line), Fate::NoProcessors, (1, life, None));
            return Ok(None);
        }
        let vcpus = cpus.div_ceil(nodes);
        let all_gpus = self.gpus(&tres, nodes)?;
        let gpus = u16::try_from(all_gpus.div_ceil(nodes)).map_err(|_| words::too_many_gpus())?;
        let submit = submit.ok_or_else(words::the_job_has_no_time)?;
        let memory_mib = self.memory_mib(&tres, nodes, vcpus)?;
        let attempts = lives::attempts(self.restarts()?.saturating_add(1));
        let said = self.said(word, recorded, submit)?;
        let submit_seconds = u64::try_from(submit).map_err(|_| words::submit_is_before_1970())?;
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
    fn fate(
        &self,
        state: State,
    ) -> Result<std::result::Result<(Recorded, u32), Fate>, crate::model::said::Said> {
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
        let asked = [self.columns.requested_cpus, self.columns.memory];
        for column in self.columns.whose.into_iter().chain(asked).flatten() {
            self.fields.get(column).hash(&mut hasher);
        }
        (hasher.finish() >> 32) as u32
    }

    /// GPUs of all nodes. What was allocated counts before what was requested, TRES before GRES.
    fn gpus(&self, tres: &Tres, nodes: u32) -> Result<u32, crate::model::said::Said> {
        let (allocated, requested) = match tres.is_allocated {
            true => (tres.gpus(), Decimal::ZERO),
            false => (Decimal::ZERO, tres.gpus()),
        };
        let mut all = allocated;
        if all == Decimal::ZERO {
            all = gres_gpus(self.text(self.columns.gres[0], "AllocGRES")?, "AllocGRES")?;
        }
        if all == Decimal::ZERO {
            all = requested;
        }
        if all == Decimal::ZERO {
            let each = gres_gpus(self.text(self.columns.gres[1], "ReqGRES")?, "ReqGRES")?;
            all = each * Decimal::from(nodes);
        }
        count(all, "the number of GPUs", MOST_CPUS)
    }

    /// How often it was requeued, 0 where nobody says so.
    fn restarts(&self) -> Result<u32, crate::model::said::Said> {
        match self.text(self.columns.restarts, "Restarts")? {
            "" => Ok(0),
            text => count(amount(text, "Restarts")?, "Restarts", u32::MAX),
        }
    }

    /// From start to end without the time in which it was suspended [s], where it is known.
    fn run_seconds(&self) -> Result<Option<u32>, crate::model::said::Said> {
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
            Err(_) => Err(words::end_is_before_start_the_run()),
            Ok(run) if run > LONGEST_SECONDS => Err(words::it_ran_s_more_than(run)),
            Ok(run) => Ok(Some(small(run).saturating_sub(self.suspended()?))),
        }
    }

    /// How long it was suspended [s], which `Elapsed` leaves out.
    fn suspended(&self) -> Result<u32, crate::model::said::Said> {
        match self.text(self.columns.suspended, "Suspended")? {
            "" => Ok(0),
            text => clock(text, "Suspended"),
        }
    }

    /// CPUs of all nodes: what was allocated, in either column, before what was requested.
    fn cpus(&self, tres: &Tres) -> Result<Decimal, crate::model::said::Said> {
        let of = |column, name| match self.text(column, name)? {
            "" | "0" => Ok(None),
            text => number(text, name).map(Some),
        };
        let (allocated, requested) = if tres.is_allocated { (tres.cpus, None) } else { (None, tres.cpus) };
        let allocated = match allocated {
            Some(cpus) => Some(cpus),
            None => of(self.columns.allocated_cpus, "AllocCPUS")?,
        };
        match allocated.or(requested) {
            Some(cpus) => Ok(cpus),
            None => Ok(of(self.columns.requested_cpus, "ReqCPUS")?.unwrap_or_default()),
        }
    }

    /// Memory of a node [MiB], 0 for unknown.
    fn memory_mib(&self, tres: &Tres, nodes: u32, vcpus: u32) -> Result<u32, crate::model::said::Said> {
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
    pub(super) fn step_memory(
        &self,
        nodes: u32,
        vcpus: u32,
        used: u32,
    ) -> Result<u32, crate::model::said::Said> {
        match self.memory_mib(&self.tres()?, nodes, vcpus)? {
            0 => Ok(used),
            memory => Ok(memory),
        }
    }

    /// What the largest task used [MiB], 0 for unknown.
    pub(super) fn most_used(&self) -> Result<u32, crate::model::said::Said> {
        match self.text(self.columns.most_memory, "MaxRSS")? {
            "" => Ok(0),
            text => memory_mib(memory_bytes(text, "MaxRSS")?, 1, "MaxRSS"),
        }
    }

    /// Whose the job is, why it ended and how long it waited.
    fn said(&self, state: &str, recorded: Recorded, submit: i64) -> Result<Said, crate::model::said::Said> {
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
            by_exit_code: State::parse(state)? == State::Failed && !state.starts_with("OUT_OF_MEMORY"),
            wait_seconds: self.wait(Some(submit))?,
            peak_memory_mib: Some(self.most_used()?).filter(|mib| *mib > 0 && *mib < u32::MAX),
        })
    }

    /// From when it could start, else from its submission, to its start [s].
    fn wait(&self, submit: Option<i64>) -> Result<Option<u32>, crate::model::said::Said> {
        let Some(start) = self.instant(self.columns.start, "Start")? else { return Ok(None) };
        let from = self.instant(self.columns.eligible, "Eligible")?.or(submit);
        let Some(from) = from else { return Ok(None) };
        let again = || self.zone.second_again(self.text(self.columns.start, "Start").ok()?);
        let start = if start < from { again().unwrap_or(start) } else { start };
        Ok(u32::try_from(start - from).ok().filter(|wait| *wait < u32::MAX))
    }

    fn tres(&self) -> Result<Tres, crate::model::said::Said> {
        match self.text(self.columns.tres[0], "AllocTRES")? {
            "" => Tres::parse(self.text(self.columns.tres[1], "ReqTRES")?),
            text => Tres::allocated(text),
        }
    }

    fn instant(&self, column: Option<usize>, name: &str) -> Result<Option<i64>, crate::model::said::Said> {
        match self.text(column, name)? {
            "" | "Unknown" | "None" | "N/A" => Ok(None),
            text => match self.zone.second(text) {
                Some(second) => Ok(Some(second)),
                None => Err(words::is_not_a_time_from_2000_to_2199(name, text)),
            },
        }
    }

    /// The field, empty where there is no such column.
    pub(super) fn text(&self, column: Option<usize>, name: &str) -> Result<&str, crate::model::said::Said> {
        let field = column.and_then(|column| self.fields.get(column)).copied().unwrap_or_default();
        std::str::from_utf8(field).map(str::trim).map_err(|_| words::is_not_utf_8(name))
    }
}
