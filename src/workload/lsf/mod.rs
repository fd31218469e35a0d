//! History of IBM Spectrum LSF (and OpenLava): the file `lsb.acct`, or what `bhist -l` prints. The first line says which.
//!
//! Sources, read 2026-11-28: lsb.acct(5) of LSF 10.1
//! (<http://www.ibm.com/support/knowledgecenter/en/SSWRJV_10.1.0/lsf_config_ref/lsb.acct.5.html>; 9.1.2:
//! <https://bsc.es/support/LSF/9.1.2/lsf_config_ref/lsb.acct.5.html>), bhist(1) and bacct(1) with the reasons of a termination
//! (<http://www.ibm.com/support/knowledgecenter/SSWRJV_10.1.0/lsf_command_ref/bacct.1.html>), `bhist.c` of OpenLava, and
//! `lsbatch.h` for the numbers of `TERM_*`.
//!
//! * An element of an array is the job `ID[INDEX]`. An attempt that was requeued (`TERM_REQUEUE_*`, `TERM_PREEMPT`, a host that
//!   was reclaimed) is one of the job with the same id and submission that ends later.
//! * A task is a vCPU; they divide by the hosts they were on. `rusage[mem]` is for each host, or for each task where it says
//!   `/task`, in MB where it names no unit (LSF's default; `LSF_UNIT_FOR_LIMITS` may say otherwise, so it is said). GPUs are
//!   `ngpus_physical` and its older names, or `num` of `bsub -gpu`, for each host.
//! * The peak is that of all processes of the job (`maxRMem` in KB, `MAX MEM`), so it is known of jobs on one host only.
//! * The run time is from the last dispatch to the end. `bhist` says when the job was suspended, which is taken out; `lsb.acct`
//!   does not, so there it has time in suspension in it.
//! * `bhist` prints times of the cluster's zone, without a year unless asked to: `--year` has to say which year they are in or
//!   next to; the weekday decides. `lsb.acct` has seconds of the Unix epoch.

mod acct;
mod bhist;
mod ended;
mod request;

use std::io::BufRead;

use self::request::Request;
use super::lines::Lines;
use super::runs::Runs;
use super::several::Files;
use super::{Draft, Refusal};
use crate::model::said::Said;
use crate::model::text::agreeing;
use crate::model::time::Zone;
use crate::workload::words;

/// The jobs, maybe none, and the second of the Unix epoch they count from. Dates without a year are in `year` or next to it.
pub fn draft(input: impl BufRead, zone: &Zone, year: Option<i32>) -> Result<(Draft, Option<i64>), Refusal> {
    let mut log = Log::default();
    log.read(input, zone, year)?;
    log.done()
}

/// A reader of several files.
pub(super) fn files(zone: &Zone, year: Option<i32>) -> Box<dyn Files> {
    Box::new((zone.clone(), year, Log::default()))
}

impl Files for (Zone, Option<i32>, Log) {
    fn read(&mut self, input: Box<dyn BufRead>) -> Result<(), Refusal> {
        self.2.read(input, &self.0, self.1)
    }

    fn draft(&mut self) -> &mut Draft {
        &mut self.2.runs.draft
    }

    fn done(self: Box<Self>) -> Result<(Draft, Option<i64>), Refusal> {
        self.2.done()
    }
}

impl Log {
    fn read(&mut self, input: impl BufRead, zone: &Zone, year: Option<i32>) -> Result<(), Refusal> {
        let log = self;
        let mut lines = Lines::new(input);
        while let Some(line) = lines.next()? {
            let text = line.text.trim_start();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            if text.starts_with('"') {
                acct::line(&line, log)?;
                while let Some(line) = lines.next()? {
                    acct::line(&line, log)?;
                }
                return Ok(());
            }
            if text.starts_with("Job <") || text.starts_with("---") {
                let first = (line.text.into_owned(), line.number);
                return bhist::blocks(first, &mut lines, log, zone, year);
            }
            return Err(line.refused(words::neither_a_record_of_lsb()));
        }
        Ok(())
    }
}

/// What was read so far.
#[derive(Default)]
struct Log {
    runs: Runs,
    /// Jobs whose memory names no unit.
    without_unit: u64,
}

impl Log {
    /// Memory of a node [MiB] and GPUs of all nodes of a job of so many tasks and nodes.
    fn asked(&mut self, request: &Request, tasks: u32, nodes: u32) -> Result<(u32, u32), Said> {
        self.without_unit += u64::from(request.without_unit());
        request.of_job(tasks, nodes)
    }

    fn done(mut self) -> Result<(Draft, Option<i64>), Refusal> {
        if self.without_unit > 0 {
            self.runs.draft.remarks.push(agreeing(
                self.without_unit,
                "job|jobs asks|ask for memory without a unit: taken as MB, unless `LSF_UNIT_FOR_LIMITS` says otherwise",
            ));
        }
        self.runs.done("no job asks for GPUs by `ngpus_physical` or `bsub -gpu`")
    }
}

/// Tasks and different hosts of entries such as `hostA` and `4*hostB`.
fn hosts<'a>(entries: impl Iterator<Item = &'a str>) -> (u32, u32) {
    let mut names = Vec::new();
    let mut tasks: u64 = 0;
    for entry in entries {
        let (times, name) = entry.split_once('*').unwrap_or(("1", entry));
        let (times, name) = match (times.trim().parse::<u64>(), name.trim().parse::<u64>()) {
            (Ok(times), _) => (times, name),
            // Some print `hostA*4`.
            (Err(_), Ok(after)) => (after, times),
            (Err(_), Err(_)) => (1, entry),
        };
        tasks = tasks.saturating_add(times);
        if names.last() != Some(&name) {
            names.push(name);
        }
    }
    names.sort_unstable();
    names.dedup();
    let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    (small(tasks), small(names.len() as u64))
}

/// `ID`, or `ID[INDEX]`.
fn is_id(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.strip_suffix(']').and_then(|text| text.split_once('[')) {
        Some((id, index)) => digits(id) && digits(index),
        None => digits(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_have_tasks() {
        assert_eq!(hosts(["a", "a", "b"].into_iter()), (3, 2));
        assert_eq!(hosts(["16*a", "4*b", "2*a"].into_iter()), (22, 2));
        assert_eq!(hosts(["a*16"].into_iter()), (16, 1));
        assert!(
            is_id("12") && is_id("12[3]") && !is_id("12[") && !is_id("12[]") && !is_id("x") && !is_id("")
        );
    }
}
