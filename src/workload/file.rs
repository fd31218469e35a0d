//! Opens a workload file: `*.swf` is the Standard Workload Format, anything else our CSV. Read line by line; the
//! text is never in memory as a whole.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use super::{Workload, csv, swf};
use crate::error::{Error, Result};

/// The size in which a file is read [bytes].
const BUFFER: usize = 256 * 1024;

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
