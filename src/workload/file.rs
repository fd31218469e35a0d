//! Opens a workload file: `*.swf` is the Standard Workload Format, anything else our CSV. Read line by line; the
//! text is never in memory as a whole.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use super::mapped::Mapping;
use super::{Draft, Dropped, Refusal, Workload, csv, kubernetes, mapped, slurm, swf};
use crate::error::{Error, Result};
use crate::model::time::Zone;

/// The size in which a file is read [bytes].
const BUFFER: usize = 256 * 1024;

/// Largest file of manifests [bytes]: they are read as a whole.
const MOST_MANIFESTS: u64 = 256 << 20;

/// Where jobs were recorded, and what their record does not say itself.
#[derive(Clone, Debug)]
pub enum Record {
    /// `sacct --parsable2` of a cluster whose clock is in this zone.
    Slurm(Zone),
    /// The Standard Workload Format; jobs of more vCPUs than this become several nodes.
    Swf(u32),
    /// Any CSV; times that name no zone are of this one.
    Csv(Mapping, Zone),
    /// Manifests of jobs; those that do not say how long they run run so long [s].
    Kubernetes(Option<u32>),
    /// Our own CSV.
    Workload,
}

/// What a record holds.
#[derive(Debug)]
pub enum Import {
    /// At least one job.
    Jobs(Workload),
    /// Jobs, none of which can be used: not one has ended.
    Nothing {
        /// What they are.
        dropped: Dropped,
        /// What else is to be said, in words.
        remarks: Vec<String>,
    },
}

/// Reads the jobs of a record; the path `-` stands for stdin.
pub fn import(path: &Path, record: &Record) -> Result<Import> {
    if path.as_os_str() == "-" {
        return parse(Path::new("stdin"), io::stdin().lock(), record);
    }
    let file = File::open(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    parse(path, BufReader::with_capacity(BUFFER, file), record)
}

fn parse(path: &Path, input: impl BufRead, record: &Record) -> Result<Import> {
    let (read, what) = match record {
        Record::Slurm(zone) => (slurm::draft(input, zone), "the output of `sacct --parsable2`"),
        Record::Swf(widest) => (swf::draft(input, *widest), "a log in Standard Workload Format"),
        Record::Csv(mapping, zone) => (mapped::draft(input, mapping, zone), "a CSV of jobs"),
        Record::Kubernetes(run_seconds) => {
            let mut bytes = Vec::new();
            let read = input.take(MOST_MANIFESTS + 1).read_to_end(&mut bytes);
            read.map_err(|source| Error::Read { path: path.to_owned(), source })?;
            (manifests(bytes, *run_seconds), "a file of Job manifests")
        }
        Record::Workload => (csv::draft(input), "a workload CSV"),
    };
    let malformed =
        |refusal: Refusal| Error::Malformed { path: path.to_owned(), what, message: refusal.to_string() };
    let (mut draft, start) = read.map_err(malformed)?;
    if draft.is_empty() && draft.dropped.jobs() > 0 {
        let remarks = std::mem::take(&mut draft.remarks);
        return Ok(Import::Nothing { dropped: draft.dropped, remarks });
    }
    draft.finish(start).map(Import::Jobs).map_err(malformed)
}

/// Jobs and when they start.
type Drafted = (Draft, Option<i64>);

fn manifests(bytes: Vec<u8>, run_seconds: Option<u32>) -> std::result::Result<Drafted, Refusal> {
    if bytes.len() as u64 > MOST_MANIFESTS {
        return Err(Refusal { line: None, reason: format!("more than {MOST_MANIFESTS} bytes") });
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
        Refusal { line: Some(line), reason: "not UTF-8".into() }
    })?;
    kubernetes::draft(&text, run_seconds)
}

/// Reads a workload. `widest_vcpus` is the largest instance there is: wider jobs of a `*.swf` become several
/// nodes.
pub fn read(path: &Path, widest_vcpus: u32) -> Result<Workload> {
    let file = File::open(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    let input = BufReader::with_capacity(BUFFER, file);
    let is_swf = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("swf"));
    let (read, what) = if is_swf {
        (swf::read(input, widest_vcpus), "a log in Standard Workload Format")
    } else {
        (csv::read(input), "a workload CSV")
    };
    read.map_err(|refusal| Error::Malformed { path: path.to_owned(), what, message: refusal.to_string() })
}
