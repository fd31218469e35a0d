//! How much of an input is taken: what it needs of memory is never for the input alone to say.
//!
//! | input | longest record | largest file | what may become of it |
//! |---|---|---|---|
//! | scenario, price file, lock | | 1 MiB, 16 MiB (`scenario/file`, `scenario/price_file`) | |
//! | bill as CSV, packed or not | [`LONGEST_RECORD`] | any: sums are kept, and of several files hashes of rows | |
//! | bill in Parquet | | any | [`LARGEST_COLUMN`] of a row group |
//! | workload CSV, any CSV of jobs | [`LONGEST_RECORD`] | any | 2³² jobs, 4 GiB of names (`workload/draft`) |
//! | `sacct`, SWF | 1 MiB, 64 KiB (`workload/slurm`, `workload/swf`) | any | as above |
//! | `sacct --json` | 64 MiB a job (`workload/slurm/objects`) | any | as above |
//! | any record of jobs, packed | | | [`LARGEST_UNPACKED`]: what its records may be, at most so many bytes |
//! | PBS, LSF, Grid Engine, HTCondor, Nextflow, Snakemake | 1 MiB a line, a longer one is passed over up to [`LONGEST_RECORD`] (`workload/lines`), 8 MiB an ad as JSON (`workload/htcondor`) | any | as above |
//! | metadata of Cromwell | | [`LARGEST_METADATA`] | as above |
//! | what AWS Batch told | [`LONGEST_RECORD`] an object | any | as above |
//! | Job manifests | | 128 MiB (`workload/file`) | 20 million values a document (`workload/kubernetes`) |
//! | Spot history, Spot Advisor | | [`LARGEST_HISTORY`] unpacked | |
//! | offer file of the Price List | [`LONGEST_RECORD`] | any: what is asked for is kept | |
//! | metrics | | [`LARGEST_METRICS`] | |
//! | saved report, answer of `suggest`, track records, part of a sweep | | [`LARGEST_ANSWER`] | |
//! | the cache | | [`LARGEST_KEPT`] | |
//! | Terraform folder | | 4 MiB a file (`import/file`) | [`MOST_INSTANCES`], values of 1.6 MB (`import/evaluate`) |
//! | plan of Terraform, ParallelCluster | | 128 MiB, 4 MiB (`import/file`) | 100,000 values (`import/yaml`) |

use std::io::{self, BufRead, ErrorKind, Read};

/// Longest record of any CSV [bytes]: a row of a bill with every tag that AWS allows is a hundredth of it.
pub const LONGEST_RECORD: u64 = 8 << 20;

/// Most that a needed column of a row group in Parquet may take unpacked [bytes]: 30 million amounts, or text of 256 bytes
/// in each of a million rows.
pub const LARGEST_COLUMN: u64 = 256 << 20;

/// Most that a packed record of jobs may become [bytes]: some 200 million rows of `sacct`. It is read as a stream, so this bounds
/// the time that a file made to unpack without end may take.
pub const LARGEST_UNPACKED: u64 = 64 << 30;

/// Largest metadata of Cromwell [bytes]: a workflow of a hundred thousand calls takes a tenth of it.
pub const LARGEST_METADATA: u64 = 4 << 30;

/// Largest Spot price history after unpacking [bytes]: 90 days of every type in every zone of a region take less than half.
pub const LARGEST_HISTORY: u64 = 256 << 20;

/// Largest file of metrics [bytes]: hourly values of a year of 200 series.
pub const LARGEST_METRICS: u64 = 128 << 20;

/// Largest file that this program wrote and reads again [bytes]: a month's report takes a thousandth of it.
pub const LARGEST_ANSWER: u64 = 64 << 20;

/// Largest answer of AWS that the cache gives back [bytes]; a larger one is asked for again.
pub const LARGEST_KEPT: u64 = 256 << 20;

/// Most instances that the resources of a Terraform folder become in all: more than any account may have.
pub const MOST_INSTANCES: usize = 20_000;

/// Appends the rest of a line with its line break to `text`, `most` bytes of it: how many they were, 0 at the end.
pub fn line(input: &mut impl BufRead, most: u64, text: &mut Vec<u8>) -> io::Result<usize> {
    let mut taken = 0;
    loop {
        let buffer = match input.fill_buf() {
            Ok(buffer) => buffer,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let room = usize::try_from(most).unwrap_or(usize::MAX) - taken;
        let buffer = &buffer[..buffer.len().min(room)];
        let end = memchr::memchr(b'\n', buffer);
        let length = end.map_or(buffer.len(), |place| place + 1);
        text.extend_from_slice(&buffer[..length]);
        input.consume(length);
        taken += length;
        if end.is_some() || length == 0 {
            return Ok(taken);
        }
    }
}

/// An input of records that ends with an error where one is too long: a quote that is never closed makes a record of all
/// that follows.
#[derive(Debug)]
pub struct Records<R> {
    input: R,
    left: u64,
    is_over: bool,
}

impl<R> Records<R> {
    /// Before the first record.
    pub const fn new(input: R) -> Records<R> {
        Records { input, left: LONGEST_RECORD, is_over: false }
    }

    /// A record has ended.
    pub const fn ended(&mut self) {
        self.left = LONGEST_RECORD;
    }

    /// Whether the end was met: a record that ends before it has an end of its own.
    pub const fn is_over(&self) -> bool {
        self.is_over
    }

    /// What it reads from.
    pub const fn inner(&self) -> &R {
        &self.input
    }
}

impl<R: Read> Read for Records<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            let reason =
                format!("no record ends within {}: is a quote not closed?", mebibytes(LONGEST_RECORD));
            return Err(io::Error::new(ErrorKind::FileTooLarge, reason));
        }
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let length = self.input.read(&mut buffer[..most])?;
        self.left -= length as u64;
        self.is_over |= length == 0;
        Ok(length)
    }
}

/// An input that ends with an error where there is more than so many bytes of it.
#[derive(Debug)]
pub struct AtMost<R> {
    input: R,
    left: u64,
    most: u64,
}

impl<R> AtMost<R> {
    /// At most `most` bytes of an input.
    pub const fn new(input: R, most: u64) -> AtMost<R> {
        AtMost { input, left: most, most }
    }
}

impl<R: Read> Read for AtMost<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.input.read(buffer)?;
        match self.left.checked_sub(length as u64) {
            Some(left) => {
                self.left = left;
                Ok(length)
            }
            None => {
                let reason = format!("unpacked it is larger than {}", mebibytes(self.most));
                Err(io::Error::new(ErrorKind::FileTooLarge, reason))
            }
        }
    }
}

/// All of an input of at most so many bytes; [`ErrorKind::FileTooLarge`] where there is more.
pub fn whole(input: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > most {
        true => {
            Err(io::Error::new(ErrorKind::FileTooLarge, format!("it is larger than {}", mebibytes(most))))
        }
        false => Ok(bytes),
    }
}

/// All of an input as text, of at most so many bytes.
pub fn text(input: impl Read, most: u64) -> io::Result<String> {
    String::from_utf8(whole(input, most)?)
        .map_err(|_| io::Error::new(ErrorKind::InvalidData, "it is not a text file in UTF-8"))
}

/// A limit in words.
#[must_use]
pub fn mebibytes(bytes: u64) -> String {
    format!("{} MiB", bytes >> 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_just_the_limit_is_read_and_one_more_byte_is_not() {
        assert_eq!(whole(&[b'x'; 64][..], 64).expect("not too large").len(), 64);
        let error = whole(io::repeat(0), 3 << 20).expect_err("endless");
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (ErrorKind::FileTooLarge, "it is larger than 3 MiB")
        );
    }

    #[test]
    fn what_unpacks_without_end_comes_to_one() {
        let most = |bytes: u64| whole(AtMost::new(&[b'x'; 64][..], bytes), 1 << 20);
        assert_eq!(most(64).expect("not too large").len(), 64);
        assert_eq!(most(63).expect_err("larger").kind(), ErrorKind::FileTooLarge);
        let error = whole(AtMost::new(io::repeat(0), 2 << 20), u64::MAX).expect_err("endless");
        assert_eq!(error.to_string(), "unpacked it is larger than 2 MiB");
    }

    #[test]
    fn records_may_be_many_but_none_may_be_long() {
        let most = usize::try_from(LONGEST_RECORD).expect("it fits");
        let mut records = Records::new(io::repeat(b'a'));
        let mut record = vec![0; most];
        for _ in 0..3 {
            records.read_exact(&mut record).expect("as long as a record may be");
            records.ended();
        }
        records.read_exact(&mut record).expect("once more");
        let error = records.read_exact(&mut [0]).expect_err("longer");
        assert_eq!(error.to_string(), "no record ends within 8 MiB: is a quote not closed?");
    }
}
