//! Slurm's accounting, as `sacct --parsable2` prints it: a line of column names, then fields between `|`.
//!
//! Source: <https://slurm.schedmd.com/sacct.html>, read 2026-11-23. Columns are found by name, in any order; those that are
//! not known are ignored. A Slurm CPU is a vCPU. What was allocated counts, what was requested where nothing was;
//! resources of a job divide by its nodes and are rounded up. Job steps are no jobs, but a job without memory
//! takes the most that one of its steps had. An element of an array is a job; a row of a pending array
//! (`123_[5-9]`) counts each of its elements. Of several rows of a job (`--duplicates`) the last one counts.
//! Times are of the zone of the cluster's clock, which the text does not name.

use std::io::{BufRead, Read};

use super::csv::small;
use super::quantity::{MIB, amount, binary_unit, count, memory_mib, seconds};
use super::{Draft, Job, LONGEST_SECONDS, Recorded, Refusal, Workload};
use crate::model::decimal::Decimal;
use crate::model::time::Zone;

/// Longest record [bytes].
const LONGEST_RECORD: u64 = 1 << 20;

/// Most CPUs of a job.
const MOST_CPUS: u32 = 1_000_000;

/// Reads the accounting of a cluster whose clock is in this zone.
pub fn read(input: impl BufRead, zone: &Zone) -> Result<Workload, Refusal> {
    let mut records = Records { input, text: Vec::new(), begun: 0, line: 0, delimiters: None };
    if !records.next()? {
        return Err(Refusal { line: None, reason: "it has no jobs".into() });
    }
    let header = records.text.clone();
    let columns = columns(&header).map_err(|reason| Refusal { line: Some(records.begun), reason })?;
    let mut draft = Draft::default();
    let mut open: Option<Open> = None;
    while records.next()? {
        // Several outputs in one file repeat it.
        if records.text == header {
            continue;
        }
        let refused = |reason| Refusal { line: Some(records.begun), reason };
        let fields: Vec<&[u8]> = records.text.split(|byte| *byte == b'|').collect();
        let row = Row { columns: &columns, fields: &fields, zone };
        let id = row.text(Some(columns.id), "JobID").map_err(refused)?;
        if let Some((whole, _)) = id.split_once('.') {
            if let Some(open) = open.as_mut().filter(|open| open.id == whole && open.job.memory_mib == 0) {
                let memory = row.step_memory(open.job.nodes, open.job.vcpus).map_err(refused)?;
                open.of_steps = open.of_steps.max(memory);
            }
            continue;
        }
        let next = row.job(id, records.begun, &mut draft).map_err(refused)?;
        if let Some(done) = std::mem::replace(&mut open, next) {
            done.close(&mut draft)?;
        }
    }
    if let Some(done) = open {
        done.close(&mut draft)?;
    }
    draft.keep_last();
    let start = draft.earliest();
    draft.count_from(start)?;
    draft.finish(i64::try_from(start).ok())
}

/// A job whose steps may still come.
struct Open {
    id: String,
    line: u64,
    job: Job,
    /// Most memory of a node that one of its steps had [MiB].
    of_steps: u32,
}

impl Open {
    fn close(mut self, draft: &mut Draft) -> Result<(), Refusal> {
        if self.job.memory_mib == 0 {
            self.job.memory_mib = self.of_steps;
        }
        draft.unknown_memory += u64::from(self.job.memory_mib == 0);
        let line = Some(self.line);
        draft.push(self.job, &self.id, self.line).map_err(|reason| Refusal { line, reason })
    }
}

/// Records of as many fields as the first one has. Names and comments may hold line breaks, which are not marked.
struct Records<R> {
    input: R,
    text: Vec<u8>,
    /// The line at which the record begins.
    begun: u64,
    line: u64,
    delimiters: Option<usize>,
}

impl<R: BufRead> Records<R> {
    /// Reads the next record, if there is one.
    fn next(&mut self) -> Result<bool, Refusal> {
        self.text.clear();
        loop {
            let room = LONGEST_RECORD.saturating_sub(self.text.len() as u64);
            let before = self.text.len();
            self.line += 1;
            let refused = |line, reason| Refusal { line: Some(line), reason };
            let length = self
                .input
                .by_ref()
                .take(room)
                .read_until(b'\n', &mut self.text)
                .map_err(|error| refused(self.line, error.to_string()))?;
            if length as u64 == room && self.text.last() != Some(&b'\n') {
                return Err(refused(self.line, format!("a record longer than {LONGEST_RECORD} bytes")));
            }
            if before == 0 {
                self.begun = self.line;
            }
            let found = self.text.iter().filter(|byte| **byte == b'|').count();
            let wanted = self.delimiters.unwrap_or(found);
            if length == 0 {
                let reason = || format!("cut off: {} fields; the header has {}", found + 1, wanted + 1);
                return if before == 0 { Ok(false) } else { Err(refused(self.begun, reason())) };
            }
            // Blank, or the rest of a last field with line breaks in it.
            if before == 0 && found == 0 && (self.delimiters > Some(0) || self.text.trim_ascii().is_empty()) {
                self.text.clear();
                continue;
            }
            if found > wanted {
                let reason = format!(
                    "{} fields; the header has {}: leave a column out whose texts have a `|`, or the line is broken",
                    found + 1,
                    wanted + 1
                );
                return Err(refused(self.begun, reason));
            }
            if found == wanted {
                while self.text.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
                    self.text.pop();
                }
                self.delimiters = Some(wanted);
                return Ok(true);
            }
        }
    }
}

/// Where each column stands.
struct Columns {
    id: usize,
    submit: usize,
    state: usize,
    start: Option<usize>,
    end: Option<usize>,
    elapsed_raw: Option<usize>,
    elapsed: Option<usize>,
    allocated: Option<usize>,
    requested: Option<usize>,
    allocated_cpus: Option<usize>,
    requested_cpus: Option<usize>,
    nodes: Option<usize>,
    memory: Option<usize>,
    most_memory: Option<usize>,
    partition: Option<usize>,
}

fn columns(header: &[u8]) -> Result<Columns, String> {
    let header = header.strip_prefix(b"\xef\xbb\xbf").unwrap_or(header);
    let names: Vec<&[u8]> = header.split(|byte| *byte == b'|').map(<[u8]>::trim_ascii).collect();
    let find = |wanted: &[&str]| {
        wanted.iter().find_map(|name| names.iter().position(|it| it.eq_ignore_ascii_case(name.as_bytes())))
    };
    let required = |wanted: &[&str]| {
        find(wanted).ok_or_else(|| format!("there is no column `{}` between `|`", wanted.join("` or `")))
    };
    let columns = Columns {
        id: required(&["JobID", "JobIDRaw"])?,
        submit: required(&["Submit"])?,
        state: required(&["State"])?,
        start: find(&["Start"]),
        end: find(&["End"]),
        elapsed_raw: find(&["ElapsedRaw"]),
        elapsed: find(&["Elapsed"]),
        allocated: find(&["AllocTRES"]),
        requested: find(&["ReqTRES"]),
        allocated_cpus: find(&["AllocCPUS", "NCPUS"]),
        requested_cpus: find(&["ReqCPUS"]),
        nodes: find(&["NNodes", "AllocNodes", "ReqNodes"]),
        memory: find(&["ReqMem"]),
        most_memory: find(&["MaxRSS"]),
        partition: find(&["Partition"]),
    };
    if columns.elapsed_raw.or(columns.elapsed).or(columns.start.and(columns.end)).is_none() {
        return Err("there is no column `ElapsedRaw` or `Elapsed`, nor `Start` and `End`".into());
    }
    let cpus = [columns.allocated, columns.requested, columns.allocated_cpus, columns.requested_cpus];
    if cpus.iter().all(Option::is_none) {
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
    fn job(&self, id: &str, line: u64, draft: &mut Draft) -> Result<Option<Open>, String> {
        if id.is_empty() {
            return Err("the job has no `JobID`".into());
        }
        let state = self.text(Some(self.columns.state), "State")?;
        let Some(recorded) = recorded(state)? else {
            draft.dropped.unfinished += elements(id);
            return Ok(None);
        };
        let run_seconds = match (self.run_seconds()?, recorded) {
            (None | Some(0), Recorded::Cancelled) => {
                draft.dropped.never_ran += elements(id);
                return Ok(None);
            }
            (None, _) => {
                draft.dropped.no_run_time += 1;
                return Ok(None);
            }
            (Some(seconds), _) => seconds,
        };
        let tres = self.tres()?;
        let nodes = match self.text(self.columns.nodes, "NNodes")? {
            "" => tres.nodes.unwrap_or(Decimal::ONE),
            text => amount(text, "NNodes")?,
        };
        let nodes = count(nodes, "NNodes", MOST_CPUS)?.max(1);
        let cpus = count(self.cpus(&tres)?, "the number of CPUs", MOST_CPUS)?;
        if cpus == 0 {
            draft.dropped.no_processors += 1;
            return Ok(None);
        }
        let vcpus = cpus.div_ceil(nodes);
        let gpus = count(tres.gpus() / Decimal::from(nodes), "the number of GPUs", u16::MAX.into())?;
        let submit = self.instant(Some(self.columns.submit), "Submit")?;
        let submit = submit.ok_or("the job has no time in `Submit`")?;
        let job = Job {
            submit_seconds: u64::try_from(submit).map_err(|_| "Submit is before 1970".to_owned())?,
            run_seconds,
            vcpus,
            memory_mib: self.memory_mib(&tres, nodes, vcpus)?,
            nodes,
            gpus: u16::try_from(gpus).map_err(|_| "too many GPUs".to_owned())?,
            queue: draft.queue(match self.text(self.columns.partition, "Partition")? {
                "" => "default",
                partition => partition,
            })?,
            job_definition: draft.job_definition("")?,
            attempts: None,
            recorded,
        };
        Ok(Some(Open { id: id.to_owned(), line, job, of_steps: 0 }))
    }

    /// From start to end [s], where both are known.
    fn run_seconds(&self) -> Result<Option<u32>, String> {
        match self.text(self.columns.elapsed_raw, "ElapsedRaw")? {
            "" => {}
            text => return seconds(text, "ElapsedRaw").map(Some),
        }
        match self.text(self.columns.elapsed, "Elapsed")? {
            "" => {}
            text => return elapsed(text).map(Some),
        }
        let start = self.instant(self.columns.start, "Start")?;
        let (Some(start), Some(end)) = (start, self.instant(self.columns.end, "End")?) else {
            return Ok(None);
        };
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
                text => return amount(text, name),
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
        if number.is_empty() || number == "?" {
            return Ok(0);
        }
        let bytes = memory_bytes(number, "ReqMem")?.checked_mul(times.into()).unwrap_or(Decimal::MAX);
        memory_mib(bytes / Decimal::from(nodes), 1, "ReqMem")
    }

    /// What a step says about the memory of a node [MiB]: allocated, requested, or else used by its largest task.
    fn step_memory(&self, nodes: u32, vcpus: u32) -> Result<u32, String> {
        match self.memory_mib(&self.tres()?, nodes, vcpus)? {
            0 => match self.text(self.columns.most_memory, "MaxRSS")? {
                "" => Ok(0),
                text => memory_mib(memory_bytes(text, "MaxRSS")?, 1, "MaxRSS"),
            },
            memory => Ok(memory),
        }
    }

    fn tres(&self) -> Result<Tres, String> {
        match self.text(self.columns.allocated, "AllocTRES")? {
            "" => Tres::parse(self.text(self.columns.requested, "ReqTRES")?),
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

/// How a job ended, `None` if it has not.
fn recorded(state: &str) -> Result<Option<Recorded>, String> {
    // `CANCELLED by 1000`
    Ok(Some(match state.split(' ').next().unwrap_or_default().trim_end_matches('+') {
        "COMPLETED" => Recorded::Succeeded,
        "CANCELLED" | "REVOKED" => Recorded::Cancelled,
        "FAILED" | "TIMEOUT" | "OUT_OF_MEMORY" | "NODE_FAIL" | "PREEMPTED" | "BOOT_FAIL" | "DEADLINE"
        | "LAUNCH_FAILED" | "RECONFIG_FAIL" => Recorded::Failed,
        "PENDING" | "RUNNING" | "SUSPENDED" | "REQUEUED" | "REQUEUE_FED" | "REQUEUE_HOLD" | "RESIZING"
        | "COMPLETING" | "CONFIGURING" | "RESV_DEL_HOLD" | "SIGNALING" | "SPECIAL_EXIT" | "STAGE_OUT"
        | "STOPPED" | "EXPEDITING" | "POWER_UP_NODE" | "UPDATE_DB" => return Ok(None),
        other => return Err(format!("State `{other}` is none of Slurm's")),
    }))
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

/// `[DD-[HH:]]MM:SS`, with or without a fraction [s].
fn elapsed(text: &str) -> Result<u32, String> {
    let wrong = || format!("Elapsed `{text}` is not [DD-]HH:MM:SS");
    if text.starts_with('-') {
        return Err(format!("Elapsed `{text}` is negative"));
    }
    let (days, clock) = text.split_once('-').unwrap_or(("0", text));
    let clock = clock.split('.').next().unwrap_or_default();
    let parts: Vec<u64> =
        clock.split(':').map(|part| part.parse().ok()).collect::<Option<_>>().ok_or_else(wrong)?;
    if !(2..=3).contains(&parts.len()) {
        return Err(wrong());
    }
    let days: u64 = days.parse().map_err(|_| wrong())?;
    let clock = parts.iter().try_fold(0_u64, |sum, part| sum.checked_mul(60)?.checked_add(*part));
    let total = clock.and_then(|clock| days.checked_mul(86_400)?.checked_add(clock));
    match total {
        Some(total) if total <= LONGEST_SECONDS => Ok(small(total)),
        _ => Err(format!("Elapsed `{text}` is more than 136 years")),
    }
}

/// Bytes of `4000M`, `1.50G` or `512000K`; without a unit they are MiB.
fn memory_bytes(text: &str, name: &str) -> Result<Decimal, String> {
    let unit = text.bytes().last().and_then(binary_unit);
    let number = if unit.is_some() { &text[..text.len() - 1] } else { text };
    let bytes = amount(number, name)?.checked_mul(Decimal::from(unit.unwrap_or(MIB)));
    bytes.ok_or_else(|| format!("{name} `{text}` is too large"))
}

/// Trackable resources of a whole job: `cpu=16,mem=64G,node=2,gres/gpu=4,gres/gpu:a100=4`.
#[derive(Debug, Default)]
struct Tres {
    cpus: Option<Decimal>,
    memory_bytes: Option<Decimal>,
    nodes: Option<Decimal>,
    /// All GPUs, where it says so.
    all_gpus: Option<Decimal>,
    /// GPUs of named types: the same ones again.
    typed_gpus: Decimal,
}

impl Tres {
    fn parse(text: &str) -> Result<Tres, String> {
        let mut tres = Tres::default();
        for (name, value) in text.split(',').filter_map(|part| part.split_once('=')) {
            match name {
                "cpu" => tres.cpus = Some(amount(value, "cpu")?),
                "mem" => {
                    tres.memory_bytes = Some(memory_bytes(value, "mem")?).filter(|it| *it > Decimal::ZERO)
                }
                "node" => tres.nodes = Some(amount(value, "node")?),
                "gres/gpu" => tres.all_gpus = Some(amount(value, "gres/gpu")?),
                typed if typed.starts_with("gres/gpu:") => tres.typed_gpus += amount(value, "gres/gpu")?,
                _ => {}
            }
        }
        Ok(tres)
    }

    fn gpus(&self) -> Decimal {
        self.all_gpus.unwrap_or(self.typed_gpus)
    }
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

    #[test]
    fn times_and_memory_are_slurms() {
        // 1 day + 2 h + 3 min + 4 s = 86,400 + 7,200 + 180 + 4.
        assert_eq!(elapsed("1-02:03:04"), Ok(93_784));
        assert_eq!(elapsed("03:04.500"), Ok(184));
        assert!(elapsed("ten").is_err() && elapsed("-1:00:00").is_err());
        assert_eq!(elapsed("9223372036854775808-00:00:00").ok(), None);
        // 1.5 GiB = 1,536 MiB.
        assert_eq!(memory_bytes("1.50G", "mem"), Ok(Decimal::from(1536 * MIB)));
        assert_eq!(memory_bytes("4000", "mem"), Ok(Decimal::from(4000 * MIB)));
    }

    #[test]
    fn gpus_count_once() {
        let of = |text| Tres::parse(text).map(|tres| tres.gpus());
        assert_eq!(of("gres/gpu=4,gres/gpu:a100=4"), Ok(Decimal::from(4)));
        assert_eq!(of("gres/gpu:a100=2,gres/gpu:v100=1"), Ok(Decimal::from(3)));
        assert_eq!(of("cpu=4"), Ok(Decimal::ZERO));
    }
}
