//! Opens a workload file: `*.swf` is the Standard Workload Format, anything else our CSV. Read line by line, a long
//! log in parts side by side; the text is never in memory as a whole.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use super::mapped::Mapping;
use super::{Draft, Dropped, Refusal, Workload, csv, kubernetes, mapped, slurm, swf};
use crate::bounds;
use crate::error::{Error, Result};
use crate::model::time::Zone;

/// The size in which a file is read [bytes].
const BUFFER: usize = 256 * 1024;

/// Largest file of manifests [bytes]: they are read as a whole.
const MOST_MANIFESTS: u64 = 128 << 20;

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
    Jobs(Box<Workload>),
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
            let bytes = bounds::whole(input, MOST_MANIFESTS)
                .map_err(|source| Error::Read { path: path.to_owned(), source })?;
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
    draft.finish(start).map(|jobs| Import::Jobs(Box::new(jobs))).map_err(malformed)
}

/// Jobs and when they start.
type Drafted = (Draft, Option<i64>);

fn manifests(bytes: Vec<u8>, run_seconds: Option<u32>) -> std::result::Result<Drafted, Refusal> {
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
        drop(input);
        let parts = std::thread::available_parallelism().map_or(1, usize::from) as u64;
        (read_log(path, widest_vcpus, parts, PART), "a log in Standard Workload Format")
    } else {
        (csv::read(input), "a workload CSV")
    };
    read.map_err(|refusal| Error::Malformed { path: path.to_owned(), what, message: refusal.to_string() })
}

/// Fewest bytes of a part of a log: below, another thread costs more than it saves.
const PART: u64 = 4 << 20;

/// Reads a log in so many parts, each of at least so many bytes, side by side. What cannot seek is one part.
fn read_log(
    path: &Path,
    widest_vcpus: u32,
    parts: u64,
    smallest: u64,
) -> std::result::Result<Workload, Refusal> {
    let (ends, size) = ends(path, parts, smallest).map_err(unreadable)?;
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let read = |start: u64, end: u64| {
        let open = || -> io::Result<_> {
            let mut file = File::open(path)?;
            if start > 0 {
                file.seek(SeekFrom::Start(start))?;
            }
            Ok(BufReader::with_capacity(BUFFER, file.take(end - start)))
        };
        // The other parts are added to the first.
        let bytes = if start == 0 { size } else { end.min(size) - start };
        let room = usize::try_from(bytes / TYPICAL_LINE).unwrap_or_default();
        swf::Part::read(open().map_err(unreadable)?, widest_vcpus, room)
    };
    let read = &read;
    let parts: Vec<std::result::Result<swf::Part, Refusal>> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            starts.zip(&ends).map(|(start, end)| scope.spawn(move || read(start, *end))).collect();
        threads.into_iter().map(|thread| thread.join().expect("reading does not panic")).collect()
    });
    swf::Part::join(parts)?.finish()
}

/// Bytes of a line of a log, roughly: what is wrong about it costs a copy, or address space that is never used.
const TYPICAL_LINE: u64 = 64;

/// Where the parts of a file end, each behind a line; the last has no end. And its size; 0 for what is no file.
fn ends(path: &Path, parts: u64, smallest: u64) -> io::Result<(Vec<u64>, u64)> {
    let mut file = File::open(path)?;
    let metadata = file.metadata()?;
    let parts = parts.min(metadata.len() / smallest.max(1)).max(1);
    let mut ends = Vec::new();
    for part in (1..parts).filter(|_| metadata.is_file()) {
        let middle = metadata.len() / parts * part;
        file.seek(SeekFrom::Start(middle))?;
        let rest = BufReader::new(&file).skip_until(b'\n')?;
        ends.push(middle + rest as u64);
    }
    ends.dedup();
    ends.push(u64::MAX);
    Ok((ends, metadata.len()))
}

fn unreadable(error: io::Error) -> Refusal {
    Refusal { line: None, reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(lines: &[&str]) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::with_suffix(".swf").expect("a temporary file");
        std::fs::write(file.path(), lines.join("\n")).expect("written");
        file
    }

    #[test]
    fn a_log_in_parts_is_the_log_whole() {
        // Queues appear in another order in each part; job 4 depends on job 1 of another part.
        let file = log(&[
            "; UnixStartTime: 1000000000",
            "1 0 -1 60 4 -1 -1 4 -1 -1 1 1 1 1 7 1 -1 -1",
            "2 5 -1 60 4 -1 -1 4 -1 -1 5 1 1 1 8 1 -1 -1",
            "3 9 -1 -1 4 -1 -1 4 -1 -1 1 1 1 1 8 1 -1 -1",
            "4 3 -1 60 4 -1 -1 4 -1 -1 1 1 1 1 9 1 1 30",
            "5 9 -1 60 4 -1 -1 4 -1 -1 1 1 1 1 7 1 -1 -1",
        ]);
        let whole = format!("{:?}", read_log(file.path(), 96, 1, 1).expect("a log"));
        for parts in 2..40 {
            let in_parts = format!("{:?}", read_log(file.path(), 96, parts, 1).expect("a log"));
            assert_eq!(in_parts, whole, "{parts} parts");
        }
    }

    #[test]
    fn a_refusal_names_the_line_of_the_file() {
        let file = log(&["; a comment", "1 0 -1 60 4", "2 0 -1 60 4", "3 0 -1 60", "4 0 -1 60 4"]);
        for parts in 1..20 {
            let refusal = read_log(file.path(), 96, parts, 1).expect_err("a short line");
            assert_eq!(refusal.line, Some(4), "{parts} parts");
        }
        // A name that two parts have.
        let file = log(&["1 0 -1 60 4", "2 0 -1 60 4", "3 0 -1 60 4", "1 0 -1 60 4"]);
        for parts in 1..20 {
            assert_eq!(
                read_log(file.path(), 96, parts, 1).expect_err("twice").line,
                Some(4),
                "{parts} parts"
            );
        }
    }
}
