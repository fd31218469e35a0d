//! Opens a workload file: `*.swf` is the Standard Workload Format, anything else our CSV. Read line by line; the
//! text is never in memory as a whole.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use super::mapped::Mapping;
use super::{Refusal, Workload, csv, kubernetes, mapped, slurm, swf};
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

/// Reads the jobs of a record; the path `-` stands for stdin.
pub fn import(path: &Path, record: &Record) -> Result<Workload> {
    if path.as_os_str() == "-" {
        return parse(Path::new("stdin"), io::stdin().lock(), record);
    }
    let file = File::open(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    parse(path, BufReader::with_capacity(BUFFER, file), record)
}

fn parse(path: &Path, input: impl BufRead, record: &Record) -> Result<Workload> {
    let (read, what) = match record {
        Record::Slurm(zone) => (slurm::read(input, zone), "the output of `sacct --parsable2`"),
        Record::Swf(widest) => (swf::read(input, *widest), "a log in Standard Workload Format"),
        Record::Csv(mapping, zone) => (mapped::read(input, mapping, zone), "a CSV of jobs"),
        Record::Kubernetes(run_seconds) => {
            let mut bytes = Vec::new();
            let read = input.take(MOST_MANIFESTS + 1).read_to_end(&mut bytes);
            read.map_err(|source| Error::Read { path: path.to_owned(), source })?;
            (manifests(bytes, *run_seconds), "Job manifests")
        }
        Record::Workload => (csv::read(input), "a workload CSV"),
    };
    read.map_err(|refusal| Error::Malformed { path: path.to_owned(), what, message: refusal.to_string() })
}

fn manifests(bytes: Vec<u8>, run_seconds: Option<u32>) -> std::result::Result<Workload, Refusal> {
    if bytes.len() as u64 > MOST_MANIFESTS {
        return Err(Refusal { line: None, reason: format!("more than {MOST_MANIFESTS} bytes") });
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
        Refusal { line: Some(line), reason: "not UTF-8".into() }
    })?;
    kubernetes::read(&text, run_seconds)
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
