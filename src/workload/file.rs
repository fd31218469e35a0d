//! Opens records of jobs, plain or packed with gzip or Zstandard, which the first bytes tell, from a file or a pipe; and a
//! workload file: `*.swf` is the Standard Workload Format, anything else our CSV. Read line by line, a long log in parts side
//! by side; the text is never in memory as a whole.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::batch::{self, Saved};
use super::mapped::{Doubt, Mapping};
use super::several::read_next;
use super::wanted::Reading;
use super::{
    Draft, Dropped, Refusal, Workload, cromwell, csv, htcondor, kubernetes, lsf, mapped, nextflow, pbs, sge,
    slurm, snakemake, swf,
};
use crate::bounds::{self, AtMost, LARGEST_UNPACKED};
use crate::error::{Error, Result};
use crate::model::time::Zone;
use crate::workload::words;

/// The size in which a file is read [bytes].
const BUFFER: usize = 256 * 1024;

/// Largest file of manifests [bytes]: they are read as a whole.
const MOST_MANIFESTS: u64 = 128 << 20;

/// Where jobs were recorded, and what their record does not say itself.
#[derive(Clone, Debug)]
pub enum Record {
    /// `sacct --parsable2` or `sacct --json`.
    Slurm(slurm::Layout),
    /// The Standard Workload Format.
    Swf(swf::Meaning),
    /// Any CSV; times that name no zone are of this one.
    Csv(Mapping, Zone),
    /// Manifests of jobs; those that do not say how long they run run so long [s].
    Kubernetes(Option<u32>),
    /// Accounting logs of PBS Professional, OpenPBS or Torque.
    Pbs,
    /// `lsb.acct` or `bhist -l` of a cluster whose clock is in this zone; dates without a year are in or next to this one.
    Lsf(Zone, Option<i32>),
    /// `qacct -j` or the accounting file of a Grid Engine whose clock is in this zone; jobs of more vCPUs than this become
    /// several nodes.
    Sge(Zone, u32),
    /// The history of HTCondor.
    Htcondor,
    /// A trace of Nextflow, whose clock is in this zone.
    Nextflow(nextflow::Reading, Zone),
    /// Metadata of Cromwell; vCPUs of a call that names none, and whether calls are named as job definitions.
    Cromwell(Option<u32>, bool),
    /// Our own CSV.
    Workload,
}

impl Record {
    /// Whether several files of it are read as one, as lives of one job may stand in several.
    #[must_use]
    pub const fn joins_lives(&self) -> bool {
        matches!(self, Record::Slurm(_) | Record::Pbs | Record::Lsf(..) | Record::Sge(..) | Record::Htcondor)
    }

    /// What a file of it is, with its article.
    const fn what(&self) -> &'static str {
        match self {
            Record::Slurm(_) => "the output of `sacct --parsable2` or `--json`",
            Record::Swf(_) => "a log in Standard Workload Format",
            Record::Csv(..) => "a CSV of jobs",
            Record::Cromwell(..) => "metadata of Cromwell's workflows",
            Record::Nextflow(..) => "a trace of Nextflow",
            Record::Kubernetes(_) => "a file of Job manifests",
            Record::Pbs => "an accounting log of PBS or Torque",
            Record::Lsf(..) => "`lsb.acct` or the output of `bhist -l`",
            Record::Sge(..) => "the output of `qacct -j` or an accounting file of Grid Engine",
            Record::Htcondor => "the output of `condor_history`",
            Record::Workload => "a workload CSV",
        }
    }
}

/// What a record holds.
#[derive(Debug)]
pub enum Import {
    /// At least one job.
    Jobs(Box<Workload>),
    /// Jobs, none of which can be used: not one has ended, or not one is asked for.
    Nothing(LeftOut),
}

/// What a record holds that is no job of the workload.
#[derive(Debug)]
pub struct LeftOut {
    /// How many, by reason.
    pub dropped: Dropped,
    /// The first rows that cannot be read.
    pub unreadable: Vec<Refusal>,
    /// What else is to be said, in words.
    pub remarks: Vec<String>,
}

/// Reads the jobs of a record; the path `-` stands for stdin.
pub fn import(path: &Path, record: &Record, reading: &Reading) -> Result<Import> {
    let (path, input) = opened(path)?;
    parse(path, input, record, reading)
}

/// Reads the jobs of several files as if they stood in one, where lives of one job may stand in several; `None` for records
/// whose files are read one by one. `name` is what they are called together.
pub fn import_together(
    paths: &[PathBuf],
    name: &Path,
    record: &Record,
    reading: &Reading,
) -> Result<Option<Import>> {
    let mut files = match record {
        Record::Slurm(layout) => slurm::files(layout),
        Record::Pbs => pbs::files(),
        Record::Lsf(zone, year) => lsf::files(zone, *year),
        Record::Sge(zone, widest) => sge::files(zone, *widest),
        Record::Htcondor => htcondor::files(),
        _ => return Ok(None),
    };
    let what = record.what();
    for path in paths {
        let (path, input) = opened(path)?;
        read_next(files.as_mut(), input, &path.to_string_lossy())
            .map_err(|refusal| Error::malformed(path, what.into(), refusal.said()))?;
    }
    done(name, what, files.done(), reading).map(Some)
}

/// Reads the jobs that files of AWS Batch tell together: a job may be in several, and so may the children of an array. Job
/// definitions are named where they are asked for.
pub fn import_batch(paths: &[PathBuf], definitions: bool, reading: &Reading) -> Result<Import> {
    let mut saved = Saved::default();
    for path in paths {
        let (path, input) = opened(path)?;
        saved.read(input).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    }
    let drafted = batch::draft(&saved.history(), definitions);
    done(&paths[0], "what AWS Batch told of its jobs", drafted, reading)
}

/// Reads the jobs that files of Snakemake tell together: logs, and benchmarks of their rules. Times are of a clock in this
/// zone; `vcpus` are those of a job that names none; rules are named as job definitions where they are asked for.
pub fn import_snakemake(
    paths: &[PathBuf],
    zone: &Zone,
    vcpus: Option<u32>,
    definitions: bool,
    reading: &Reading,
) -> Result<Import> {
    const WHAT: &str = "what Snakemake tells of its jobs";
    let mut reader = snakemake::Reader::default();
    for path in paths {
        let (path, input) = opened(path)?;
        reader
            .read(input, &path.to_string_lossy(), zone)
            .map_err(|refusal| Error::malformed(path, WHAT.into(), refusal.said()))?;
    }
    done(&paths[0], WHAT, reader.done(vcpus, definitions), reading)
}

/// The path `-` stands for stdin.
fn opened(path: &Path) -> Result<(&Path, Box<dyn BufRead>)> {
    let (path, opened) = match path.as_os_str() == "-" {
        true => (Path::new("stdin"), unpacked(io::stdin())),
        false => (path, File::open(path).and_then(unpacked)),
    };
    let input = opened.map_err(|source| Error::Read { path: path.to_owned(), source })?;
    Ok((path, input))
}

/// What is in a file or a pipe, unpacked where its first bytes say how it is packed.
fn unpacked(input: impl Read + 'static) -> io::Result<Box<dyn BufRead>> {
    let mut input = BufReader::with_capacity(BUFFER, input);
    // A pipe may give less than asked for.
    let mut head = Vec::new();
    input.by_ref().take(MAGIC_BYTES).read_to_end(&mut head)?;
    let packed =
        |input: Box<dyn Read>| BufReader::with_capacity(BUFFER, AtMost::new(input, LARGEST_UNPACKED));
    let whole = io::Cursor::new(head.clone()).chain(input);
    Ok(match head[..] {
        [0x1f, 0x8b, ..] => Box::new(packed(Box::new(flate2::bufread::MultiGzDecoder::new(whole)))),
        [0x28, 0xb5, 0x2f, 0xfd] => {
            Box::new(packed(Box::new(zstd::stream::read::Decoder::with_buffer(whole)?)))
        }
        _ => Box::new(whole),
    })
}

/// Bytes that tell how a file is packed: <https://www.rfc-editor.org/rfc/rfc1952> and <https://www.rfc-editor.org/rfc/rfc8878>,
/// read 2026-11-28.
const MAGIC_BYTES: u64 = 4;

fn parse(path: &Path, input: impl BufRead, record: &Record, reading: &Reading) -> Result<Import> {
    let read = match record {
        Record::Slurm(layout) => slurm::draft(input, layout),
        Record::Swf(meaning) => swf::draft(input, *meaning),
        Record::Csv(mapping, zone) => mapped::draft(input, mapping, zone),
        Record::Cromwell(vcpus, definitions) => cromwell::draft(input, *vcpus, *definitions),
        Record::Nextflow(how, zone) => nextflow::draft(input, zone, how),
        Record::Kubernetes(run_seconds) => {
            let bytes = bounds::whole(input, MOST_MANIFESTS)
                .map_err(|source| Error::Read { path: path.to_owned(), source })?;
            manifests(bytes, *run_seconds)
        }
        Record::Pbs => pbs::draft(input),
        Record::Lsf(zone, year) => lsf::draft(input, zone, *year),
        Record::Sge(zone, widest) => sge::draft(input, zone, *widest),
        Record::Htcondor => htcondor::draft(input),
        Record::Workload => csv::draft(input),
    };
    done(path, record.what(), read, reading)
}

fn done(
    path: &Path,
    what: &'static str,
    read: std::result::Result<Drafted, Refusal>,
    reading: &Reading,
) -> Result<Import> {
    let malformed = |refusal: Refusal| Error::malformed(path, what.into(), refusal.said());
    let (mut draft, start) = read.map_err(malformed)?;
    if let Some(Doubt { message, hint }) = draft.doubt.take() {
        let message = format!("`{}`: {message}", path.display());
        return Err(Error::CommandLine { message: message.into(), hint: hint.into() });
    }
    narrowed(draft, start, reading).map_err(malformed)
}

/// The jobs of a record that are asked for, with what stands for what it leaves empty.
fn narrowed(mut draft: Draft, start: Option<i64>, reading: &Reading) -> std::result::Result<Import, Refusal> {
    draft.refused(reading.strict)?;
    draft.fill(&reading.defaults).map_err(|reason| Refusal { line: None, reason })?;
    draft.select(&reading.wanted);
    if draft.is_empty() && draft.dropped.jobs() + draft.dropped.not_wanted > 0 {
        let Draft { dropped, unreadable, remarks, .. } = draft;
        return Ok(Import::Nothing(LeftOut { dropped, unreadable, remarks }));
    }
    draft.finish(start).map(|jobs| Import::Jobs(Box::new(jobs)))
}

/// Jobs and when they start.
type Drafted = (Draft, Option<i64>);

fn manifests(bytes: Vec<u8>, run_seconds: Option<u32>) -> std::result::Result<Drafted, Refusal> {
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
        Refusal { line: Some(line), reason: words::not_utf8() }
    })?;
    kubernetes::draft(&text, run_seconds)
}

/// Reads a workload, plain or packed. `widest_vcpus` is the largest instance there is: wider jobs of a `*.swf` become several
/// nodes.
pub fn read(path: &Path, widest_vcpus: u32) -> Result<Workload> {
    let unreadable = |source| Error::Read { path: path.to_owned(), source };
    let (read, what) = if is_log(path) {
        let parts = std::thread::available_parallelism().map_or(1, usize::from) as u64;
        let read = match is_packed(path).map_err(unreadable)? {
            true => swf::read(File::open(path).and_then(unpacked).map_err(unreadable)?, widest_vcpus),
            false => read_log(path, widest_vcpus, parts, PART),
        };
        (read, "a log in Standard Workload Format")
    } else if path.as_os_str() == "-" {
        (csv::read(unpacked(io::stdin().lock()).map_err(unreadable)?), "a workload CSV")
    } else {
        (csv::read(File::open(path).and_then(unpacked).map_err(unreadable)?), "a workload CSV")
    };
    read.map_err(|refusal| Error::malformed(path, what.into(), refusal.said()))
}

/// Whether a file is named as a log, maybe a packed one: `*.swf`, `*.swf.gz`.
fn is_log(path: &Path) -> bool {
    let ends = |path: &Path, ending: &str| path.extension().is_some_and(|it| it.eq_ignore_ascii_case(ending));
    let packed = ["gz", "zst"].iter().any(|ending| ends(path, ending));
    let inner = path.file_stem().filter(|_| packed).map(Path::new);
    ends(inner.unwrap_or(path), "swf")
}

/// Whether a file is packed. A pipe is taken for what its name says: it is read once.
fn is_packed(path: &Path) -> io::Result<bool> {
    let mut file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Ok(!path.extension().is_some_and(|it| it.eq_ignore_ascii_case("swf")));
    }
    let mut head = Vec::new();
    file.by_ref().take(MAGIC_BYTES).read_to_end(&mut head)?;
    Ok(matches!(head[..], [0x1f, 0x8b, ..] | [0x28, 0xb5, 0x2f, 0xfd]))
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
        swf::Part::read(open().map_err(unreadable)?, swf::Meaning::of(widest_vcpus), room)
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
    Refusal { line: None, reason: crate::error::reason_of(&error) }
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
