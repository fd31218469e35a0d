//! Records of jobs with something wrong in them: a reader never panics, and says of no job what its record does not.
//!
//! [`Sample`] is one text as records of known ids. What is changed in one record changes no job of another one, and no job
//! comes out whose id or names are not in the text. Another reader is one more sample.

use std::collections::BTreeMap;

use hpc_cost::model::time::Zone;
use hpc_cost::workload::file::{Import, Record, import};
use hpc_cost::workload::wanted::Reading;
use hpc_cost::workload::{Job, Workload};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use super::jobs_schedulers::{ACCOUNTING, BHIST, CONDOR, FINISH, Finish, PBS, QACCT, json};

/// A text of a format, by its records.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    pub(super) record: Record,
    /// What stands before the records and is not changed.
    pub(super) head: String,
    /// What stands between two records.
    pub(super) between: &'static str,
    /// The id of the job of each record, and its text. Records of one id are of one job.
    pub(super) records: Vec<(String, String)>,
}

impl Sample {
    fn new(record: Record, records: &[(&str, &str)]) -> Sample {
        let records = records.iter().map(|(id, text)| ((*id).to_owned(), (*text).to_owned())).collect();
        Sample { record, head: String::new(), between: "", records }
    }

    fn text(&self, records: &[Vec<u8>]) -> Vec<u8> {
        [self.head.as_bytes(), &records.join(self.between.as_bytes())].concat()
    }
}

/// Something that happens to a record.
#[derive(Clone, Debug)]
enum Change {
    /// These bytes instead of so many at a place, in thousandths of its length.
    Replace(usize, usize, Vec<u8>),
    /// Another number instead of one of its numbers.
    Number(usize, u64),
    Drop,
    Twice,
    /// Without one of its lines.
    WithoutLine(usize),
    /// Nothing of it after a place.
    Cut(usize),
}

fn any_change() -> impl Strategy<Value = Change> {
    let bytes = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..4),
        prop::collection::vec(
            prop::sample::select(b"\n\r\t \"'=;:,<>[](){}*+-/\\|@#0123456789".to_vec()),
            0..4
        ),
    ];
    prop_oneof![
        4 => (0..1000_usize, 0..6_usize, bytes).prop_map(|(place, gone, bytes)| Change::Replace(place, gone, bytes)),
        3 => (any::<usize>(), prop_oneof![Just(0), 0..100_u64, any::<u64>()]).prop_map(|(which, it)| Change::Number(which, it)),
        1 => Just(Change::Drop),
        1 => Just(Change::Twice),
        2 => any::<usize>().prop_map(Change::WithoutLine),
        1 => (0..1000_usize).prop_map(Change::Cut),
    ]
}

fn changed(text: &str, change: &Change) -> Vec<u8> {
    let bytes = text.as_bytes();
    let at = |place: usize| place * bytes.len() / 1000;
    match change {
        Change::Replace(place, gone, new) => {
            let (start, end) = (at(*place), (at(*place) + gone).min(bytes.len()));
            [&bytes[..start], new, &bytes[end..]].concat()
        }
        Change::Number(which, number) => {
            let starts: Vec<usize> = (0..bytes.len())
                .filter(|place| {
                    bytes[*place].is_ascii_digit() && (*place == 0 || !bytes[place - 1].is_ascii_digit())
                })
                .collect();
            let Some(start) = starts.get(which % starts.len().max(1)) else { return bytes.to_vec() };
            let digits = bytes[*start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            [&bytes[..*start], number.to_string().as_bytes(), &bytes[start + digits..]].concat()
        }
        Change::Drop => Vec::new(),
        Change::Twice => [bytes, bytes].concat(),
        Change::WithoutLine(which) => {
            let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
            let gone = which % lines.len().max(1);
            lines
                .iter()
                .enumerate()
                .filter(|(line, _)| *line != gone)
                .flat_map(|(_, line)| line.to_vec())
                .collect()
        }
        Change::Cut(place) => bytes[..at(*place)].to_vec(),
    }
}

/// All that is said of a job, and the names in it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    all: String,
    names: Vec<String>,
}

/// Every job by its id.
fn jobs(record: &Record, text: &[u8]) -> Option<BTreeMap<String, Told>> {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(file.path(), text).expect("written");
    match import(file.path(), record, &Reading::default()) {
        Ok(Import::Jobs(workload)) => {
            Some((0..workload.jobs().len()).map(|job| told(&workload, job)).collect())
        }
        Ok(Import::Nothing(_)) => Some(BTreeMap::new()),
        Err(_) => None,
    }
}

fn told(workload: &Workload, index: usize) -> (String, Told) {
    let job = workload.jobs()[index];
    let submitted = workload.start.unwrap_or_default() + i64::try_from(job.submit_seconds).expect("a second");
    let queue = &workload.queues()[usize::from(job.queue)];
    let plain = Job { submit_seconds: 0, queue: 0, job_definition: 0, ..job };
    let detail = workload.detail(index);
    let all = format!("{submitted} {queue} {plain:?} {detail:?}");
    let names = [queue, detail.name, detail.user, detail.account].map(str::to_owned).to_vec();
    (workload.id(index).to_owned(), Told { all, names })
}

/// Whether all numbers of an id, and all names of a job, are in the text.
fn is_of(text: &str, id: &str) -> bool {
    let id = id.split_once('@').map_or(id, |(id, _)| id);
    let mut numbers = id.split(|letter: char| !letter.is_ascii_digit()).filter(|part| !part.is_empty());
    numbers.all(|number| text.contains(number))
}

/// Whether words of it may be over two lines.
fn wraps(sample: &Sample) -> bool {
    matches!(sample.record, Record::Lsf(..))
}

/// Holds for a sample, whatever happens to one of its records.
pub(super) fn holds(sample: &Sample) {
    let whole: Vec<Vec<u8>> = sample.records.iter().map(|(_, text)| text.clone().into_bytes()).collect();
    let before = jobs(&sample.record, &sample.text(&whole)).expect("the sample is read");
    assert!(before.len() > 1, "{before:?}");
    let config = Config { cases: 400, failure_persistence: None, ..Config::default() };
    let strategy = (0..sample.records.len(), any_change());
    let held = TestRunner::new(config).run(&strategy, |(which, change)| {
        let mut records = whole.clone();
        let (own, text) = &sample.records[which];
        records[which] = changed(text, &change);
        let text = sample.text(&records);
        // To refuse is always right.
        let Some(after) = jobs(&sample.record, &text) else { return Ok(()) };
        let readable = String::from_utf8_lossy(&text);
        let record = String::from_utf8_lossy(&records[which]).into_owned();
        // Without its line break it is one line with the record behind it.
        let glued = !record.is_empty() && !record.ends_with('\n');
        let behind = sample.records.get(which + 1).filter(|_| glued).map(|(id, _)| id);
        for (id, told) in &after {
            prop_assert!(is_of(&readable, id), "{id} is not in the text: {change:?}");
            for name in &told.names {
                // What is escaped, doubled or harmful is not there as it was written.
                let as_written = !name.contains(['"', '\\', '\u{fffd}']) && !readable.contains('\\');
                let there = readable.contains(name.as_str()) || name == "default" || !as_written;
                prop_assert!(there || wraps(sample), "{name} of {id} is not in the text: {change:?}");
            }
            let of_another = sample.records.iter().any(|(other, _)| other == id) && id != own;
            // A record that took the id of another one may be its life, or take its place.
            let took = record.contains(id.split('.').next().unwrap_or(id));
            if of_another && !took && behind != Some(id) && before.get(id) != Some(told) {
                let reason = format!("{id} was {:?} and is {told:?}: {change:?} of {own}", before.get(id));
                return Err(TestCaseError::fail(reason));
            }
        }
        Ok(())
    });
    if let Err(error) = held {
        panic!("{:?}: {error}", sample.record);
    }
}

#[test]
fn pbs() {
    holds(&Sample::new(Record::Pbs, PBS));
}

#[test]
fn lsf_accounts() {
    let finish = |id: u32, status: u32| (id.to_string(), Finish { id, status, ..FINISH }.line());
    let records = vec![finish(7610, 64), finish(8211, 32), finish(9333, 64)];
    holds(&Sample { records, ..Sample::new(Record::Lsf(Zone::UTC, None), &[]) });
}

#[test]
fn lsf_histories() {
    holds(&Sample::new(Record::Lsf(Zone::UTC, Some(2020)), BHIST));
}

#[test]
fn grid_engine_blocks() {
    holds(&Sample::new(Record::Sge(Zone::UTC, 192), QACCT));
}

#[test]
fn grid_engine_accounts() {
    holds(&Sample::new(Record::Sge(Zone::UTC, 192), ACCOUNTING));
}

#[test]
fn htcondor_ads() {
    holds(&Sample::new(Record::Htcondor, CONDOR));
}

#[test]
fn htcondor_lines_of_json() {
    let records = CONDOR.iter().map(|ad| (ad.0.to_owned(), json(&[*ad], true) + "\n")).collect();
    holds(&Sample { records, ..Sample::new(Record::Htcondor, &[]) });
}

#[test]
fn htcondor_tables() {
    let head = "Owner\tClusterId\tProcId\tJobStatus\tRequestCpus\tRequestGPUs\tQDate\tRemoteWallClockTime\tExitCode\n";
    let row =
        |id: u32| (format!("{id}.0"), format!("ann\t{id}\t0\t4\t{}\t1\t1791187200\t60.0\t0\n", id % 7 + 1));
    let records = vec![row(411), row(512), row(613)];
    holds(&Sample { head: head.into(), records, ..Sample::new(Record::Htcondor, &[]) });
}
