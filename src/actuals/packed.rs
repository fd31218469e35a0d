//! Files as they are packed: plain, gzip, zip, zstd, lz4 and brotli, told by their first bytes, brotli by its name.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

/// Bytes that are read from a file at once.
const BUFFER: usize = 1 << 18;

/// What a file is packed with.
const MAGIC: [(&[u8], Packed); 4] = [
    (&[0x1f, 0x8b], Packed::Gzip),
    (b"PK\x03\x04", Packed::Zip),
    (&[0x28, 0xb5, 0x2f, 0xfd], Packed::Zstd),
    (&[0x04, 0x22, 0x4d, 0x18], Packed::Lz4),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Packed {
    Plain,
    Gzip,
    Zip,
    Zstd,
    Lz4,
    Brotli,
}

/// Endings that say how a file is packed.
pub(super) const ENDINGS: [&str; 7] = [".gz", ".zip", ".zst", ".zstd", ".lz4", ".br", ".snappy"];

/// What is in a file, unpacked.
pub(super) fn open(path: &Path) -> io::Result<Box<dyn Read + Send>> {
    let mut file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return stream(file, path);
    }
    let mut head = Vec::new();
    Read::by_ref(&mut file).take(4).read_to_end(&mut head)?;
    file.rewind()?;
    unpacked(packed(&head, path), file)
}

/// A pipe is read once, from its first byte on.
fn stream(mut file: File, path: &Path) -> io::Result<Box<dyn Read + Send>> {
    let mut head = Vec::new();
    Read::by_ref(&mut file).take(4).read_to_end(&mut head)?;
    let packed = packed(&head, path);
    if packed == Packed::Zip || head == b"PAR1" {
        let mut kept = tempfile::tempfile()?;
        io::copy(&mut head.chain(file), &mut kept)?;
        kept.rewind()?;
        return unpacked(packed, kept);
    }
    let input = head_and(head, file);
    decoded(packed, input)
}

fn head_and(head: Vec<u8>, file: File) -> impl Read + Send + 'static {
    io::Cursor::new(head).chain(BufReader::with_capacity(BUFFER, file))
}

fn packed(head: &[u8], path: &Path) -> Packed {
    let known = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, packed)| *packed);
    let is_brotli = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("br"));
    known.unwrap_or(if is_brotli { Packed::Brotli } else { Packed::Plain })
}

fn unpacked(packed: Packed, file: File) -> io::Result<Box<dyn Read + Send>> {
    match packed {
        Packed::Zip => of_zip(file),
        packed => decoded(packed, BufReader::with_capacity(BUFFER, file)),
    }
}

fn decoded(packed: Packed, input: impl Read + Send + 'static) -> io::Result<Box<dyn Read + Send>> {
    Ok(match packed {
        Packed::Plain | Packed::Zip => Box::new(input),
        Packed::Gzip => Box::new(flate2::read::MultiGzDecoder::new(input)),
        Packed::Zstd => Box::new(zstd::stream::read::Decoder::new(input)?),
        Packed::Lz4 => Box::new(lz4_flex::frame::FrameDecoder::new(input)),
        Packed::Brotli => Box::new(brotli::Decompressor::new(input, BUFFER)),
    })
}

/// The one CSV file of an archive, as AWS writes them.
fn of_zip(file: File) -> io::Result<Box<dyn Read + Send>> {
    let wrong = |why: String| io::Error::new(ErrorKind::InvalidData, why);
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(|error| wrong(error.to_string()))?;
    let names: Result<Vec<String>, _> =
        archive.file_names().map(|name| name.map(|name| name.into_owned())).collect();
    let mut names = names.map_err(|error| wrong(error.to_string()))?;
    names.retain(|name| !name.ends_with('/'));
    let tables: Vec<&String> = names.iter().filter(|name| name.to_lowercase().ends_with(".csv")).collect();
    let [name] = tables[..] else {
        return Err(wrong(format!(
            "the archive has {} CSV files, not one: {}",
            tables.len(),
            names.join(", ")
        )));
    };
    let at = archive.index_for_name(name).unwrap_or(0);
    let member = archive.by_index_raw(at).map_err(|error| wrong(error.to_string()))?;
    let (start, method) =
        (member.data_start().ok_or_else(|| wrong("the archive is damaged".into()))?, member.compression());
    let (packed, size, crc) = (member.compressed_size(), member.size(), member.crc32());
    let encrypted = member.encrypted();
    drop(member);
    let mut file = archive.into_inner();
    file.seek(SeekFrom::Start(start))?;
    let bytes = file.take(packed);
    let input: Box<dyn Read + Send> = match method {
        _ if encrypted => return Err(wrong(format!("{name} in the archive is encrypted"))),
        zip::CompressionMethod::STORE => Box::new(bytes),
        zip::CompressionMethod::DEFLATE => Box::new(flate2::read::DeflateDecoder::new(bytes)),
        other => {
            return Err(wrong(format!("{name} in the archive is packed with {other}, not with deflate")));
        }
    };
    Ok(Box::new(Checked { input, crc: flate2::Crc::new(), expected: (size, crc) }))
}

/// What is read of an archive, held against the sum that it has of it.
struct Checked<R> {
    input: R,
    crc: flate2::Crc,
    expected: (u64, u32),
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.input.read(buffer)?;
        self.crc.update(&buffer[..length]);
        let (size, crc) = self.expected;
        // The CRC counts bytes modulo 2³².
        let whole = u64::from(self.crc.amount()) == size & 0xffff_ffff && self.crc.sum() == crc;
        if length == 0 && !buffer.is_empty() && !whole {
            return Err(io::Error::new(
                ErrorKind::InvalidData,
                "what is in the archive does not fit its check sum",
            ));
        }
        Ok(length)
    }
}
