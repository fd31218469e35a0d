//! Text in a file whose name says that it is packed: `*.gz` with gzip, `*.zst` with Zstandard.

use std::io::{self, Write};
use std::path::Path;

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Packing {
    Gzip,
    Zstandard,
}

impl Packing {
    /// What the name of a file asks for.
    fn of(path: &Path) -> Option<Packing> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "gz" => Some(Packing::Gzip),
            "zst" => Some(Packing::Zstandard),
            _ => None,
        }
    }
}

/// Writes a text as the name of its file asks for. The same text makes the same bytes: no time of writing is in them.
pub(super) fn pack(
    path: &Path,
    file: &mut dyn Write,
    pieces: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    match Packing::of(path) {
        None => pieces(file),
        Some(Packing::Gzip) => {
            let mut packed = flate2::write::GzEncoder::new(file, flate2::Compression::default());
            pieces(&mut packed)?;
            packed.finish()?.flush()
        }
        Some(Packing::Zstandard) => {
            let mut packed = zstd::stream::write::Encoder::new(file, zstd::DEFAULT_COMPRESSION_LEVEL)?;
            pieces(&mut packed)?;
            packed.finish()?.flush()
        }
    }
}
