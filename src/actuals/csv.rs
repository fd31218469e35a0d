//! CSV in blocks of whole records: one thread at a time reads and cuts, each makes a batch of text of its own block.

use std::io::{self, ErrorKind, Read};
use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Field, Schema, SchemaRef};

use super::column::Fault;
use crate::bounds::{LONGEST_RECORD, mebibytes};

/// Bytes of a block; one longer record makes a longer block.
const BLOCK: usize = 2 << 20;

/// What separates cells, the likeliest first.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// What is wrong with a text as a whole.
#[derive(Debug)]
pub(super) enum Broken {
    Io(io::Error),
    /// With the line.
    Text(u64, String),
}

/// A text that is cut into blocks.
pub(super) struct Blocks {
    input: Box<dyn Read + Send>,
    /// What was read and not yet cut.
    rest: Vec<u8>,
    /// The line on which the rest begins.
    line: u64,
    is_end: bool,
    number: u64,
    delimiter: u8,
}

/// Whole records.
pub(super) struct Block {
    bytes: Vec<u8>,
    line: u64,
    /// How many were before it.
    pub(super) number: u64,
}

impl Blocks {
    /// Reads the header. `fits` is whether it has the columns that are needed: which delimiter a text has, is told by that.
    pub(super) fn open(
        input: Box<dyn Read + Send>,
        fits: impl Fn(&[String]) -> bool,
    ) -> Result<(Blocks, Vec<String>), Broken> {
        let mut blocks =
            Blocks { input, rest: Vec::new(), line: 1, is_end: false, number: 0, delimiter: b',' };
        let end = loop {
            let more = blocks.fill(1 << 16)?;
            if let Some(why) = not_utf_8(&blocks.rest) {
                return Err(Broken::Text(1, why.to_owned()));
            }
            if blocks.rest.starts_with(b"\xef\xbb\xbf") {
                blocks.rest.drain(..3);
            }
            match first_record(&blocks.rest) {
                Some(end) => break end,
                None if !more => break blocks.rest.len(),
                None => blocks.hold_to_bounds()?,
            }
        };
        let header: Vec<u8> = blocks.rest.drain(..end).collect();
        blocks.line += lines(&header);
        let headers = DELIMITERS.map(|delimiter| (delimiter, cells(&header, delimiter)));
        let found = headers.iter().find(|(_, cells)| fits(cells)).unwrap_or(&headers[0]);
        blocks.delimiter = found.0;
        Ok((blocks, found.1.clone()))
    }

    /// Reads more, at most so many bytes; whether there was any.
    fn fill(&mut self, most: usize) -> Result<bool, Broken> {
        let before = self.rest.len();
        let read = Read::by_ref(&mut self.input).take(most as u64).read_to_end(&mut self.rest);
        read.map_err(Broken::Io)?;
        self.is_end |= self.rest.len() - before < most;
        Ok(self.rest.len() > before)
    }

    fn hold_to_bounds(&self) -> Result<(), Broken> {
        if self.rest.len() as u64 <= LONGEST_RECORD {
            return Ok(());
        }
        let limit = mebibytes(LONGEST_RECORD);
        let why = format!("no record ends within {limit}: is a quote not closed?");
        Err(Broken::Text(self.line, why))
    }

    /// The next block; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Block>, Broken> {
        loop {
            if !self.is_end {
                self.fill(BLOCK)?;
            }
            let end = if self.is_end { self.rest.len() } else { last_record(&self.rest, self.delimiter) };
            if end > 0 {
                let rest = self.rest.split_off(end);
                let bytes = std::mem::replace(&mut self.rest, rest);
                let block = Block { line: self.line, number: self.number, bytes };
                self.line += lines(&block.bytes);
                self.number += 1;
                return Ok(Some(block));
            }
            if self.is_end {
                return Ok(None);
            }
            self.hold_to_bounds()?;
        }
    }

    /// How many blocks were cut.
    pub(super) const fn number(&self) -> u64 {
        self.number
    }

    pub(super) const fn delimiter(&self) -> u8 {
        self.delimiter
    }
}

/// What a text is that is none in UTF-8.
fn not_utf_8(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("it is text in UTF-16: save it as UTF-8"),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Some("it is a spreadsheet, not CSV: export it as CSV"),
        _ => None,
    }
}

/// The end of the first record.
fn first_record(bytes: &[u8]) -> Option<usize> {
    let mut quoted = false;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => return Some(at + 1),
            b'\r' if !quoted && bytes.get(at + 1).is_some_and(|next| *next != b'\n') => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// The end of the last whole record, 0 without one. A quote opens at the start of a cell only.
fn last_record(bytes: &[u8], delimiter: u8) -> usize {
    // Of a carriage return at the end, what comes next is a part.
    let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    let newline =
        |from: usize, to: usize| memchr::memrchr2(b'\n', b'\r', &bytes[from..to]).map(|at| from + at + 1);
    let (mut end, mut open, mut plain_from) = (0, false, 0);
    let mut quotes = memchr::memchr_iter(b'"', bytes).peekable();
    while let Some(at) = quotes.next() {
        if open {
            if quotes.next_if_eq(&(at + 1)).is_some() {
                continue;
            }
            if at + 1 == bytes.len() {
                // What comes next decides.
                return end;
            }
            (open, plain_from) = (false, at + 1);
        } else if at == 0 || [delimiter, b'\n', b'\r'].contains(&bytes[at - 1]) {
            end = newline(plain_from, at).unwrap_or(end);
            open = true;
        }
    }
    if open { end } else { newline(plain_from, bytes.len()).unwrap_or(end) }
}

/// How many lines end in a text.
fn lines(bytes: &[u8]) -> u64 {
    let returns = memchr::memchr_iter(b'\r', bytes).filter(|at| bytes.get(at + 1) != Some(&b'\n'));
    (memchr::memchr_iter(b'\n', bytes).count() + returns.count()) as u64
}

fn cells(record: &[u8], delimiter: u8) -> Vec<String> {
    let mut reader = ::csv::ReaderBuilder::new().has_headers(false).delimiter(delimiter).from_reader(record);
    let mut row = ::csv::ByteRecord::new();
    match reader.read_byte_record(&mut row) {
        Ok(true) => row.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect(),
        _ => Vec::new(),
    }
}

/// Which cells of a record make a batch.
pub(super) struct Columns {
    places: Vec<usize>,
    schema: SchemaRef,
    cells: usize,
    delimiter: u8,
}

impl Columns {
    /// Those of a header that are needed, by their names.
    pub(super) fn new(header: &[String], delimiter: u8, needed: impl Fn(&str) -> bool) -> Columns {
        let is_first = |place: usize| !header[..place].contains(&header[place]);
        let is_needed = |place: &usize| needed(&header[*place]) && is_first(*place);
        let places: Vec<usize> = (0..header.len()).filter(is_needed).collect();
        let fields: Vec<Field> =
            places.iter().map(|place| Field::new(&header[*place], DataType::Utf8, true)).collect();
        Columns { places, schema: Arc::new(Schema::new(fields)), cells: header.len(), delimiter }
    }

    /// The batch of a block, and where in it each row begins.
    pub(super) fn batch(&self, block: &Block) -> Result<(RecordBatch, Vec<usize>), (u64, String)> {
        let mut reader = ::csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter)
            .from_reader(&block.bytes[..]);
        let expected = block.bytes.len() / 128;
        let builder = || StringBuilder::with_capacity(expected, expected * 16);
        let mut builders: Vec<StringBuilder> = self.places.iter().map(|_| builder()).collect();
        let (mut row, mut begins) = (::csv::ByteRecord::new(), Vec::with_capacity(expected));
        loop {
            let place = usize::try_from(reader.position().byte()).unwrap_or(0);
            match reader.read_byte_record(&mut row) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => return Err((block.line_at(place), error.to_string())),
            }
            if row.len() != self.cells {
                let why = format!("has {} cells, the header has {}", row.len(), self.cells);
                return Err((block.line_at(place), why));
            }
            let is_blank = |place: &usize| row[*place].is_empty();
            if self.places.first().is_some_and(is_blank) && row.iter().all(<[u8]>::is_empty) {
                continue;
            }
            for (builder, place) in builders.iter_mut().zip(&self.places) {
                let Ok(text) = std::str::from_utf8(&row[*place]) else {
                    let name = self.schema.field(builder_place(&self.places, *place)).name();
                    let place = usize::try_from(row.position().map_or(0, ::csv::Position::byte)).unwrap_or(0);
                    return Err((block.line_at(place), format!("{name} is not text in UTF-8")));
                };
                builder.append_value(text);
            }
            begins.push(place);
        }
        let columns: Vec<ArrayRef> =
            builders.iter_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(begins.len()));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options);
        batch.map(|batch| (batch, begins)).map_err(|error| (block.line, error.to_string()))
    }
}

fn builder_place(places: &[usize], place: usize) -> usize {
    places.iter().position(|known| *known == place).unwrap_or(0)
}

impl Block {
    /// The line of the record that begins at a byte, or after the ends of lines there.
    pub(super) fn line_at(&self, byte: usize) -> u64 {
        let byte = byte.min(self.bytes.len());
        let blank = self.bytes[byte..].iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        self.line + lines(&self.bytes[..byte + blank])
    }

    /// A fault in a row, with its line; without a row with that of the block.
    pub(super) fn told(&self, fault: Fault, begins: &[usize]) -> (u64, String) {
        let byte = fault.row.and_then(|row| begins.get(row).copied()).unwrap_or(0);
        (self.line_at(byte), fault.why)
    }
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Broken {
        match error.kind() {
            ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::UnexpectedEof => {
                Broken::Text(0, error.to_string())
            }
            _ => Broken::Io(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_end_where_records_do() {
        for (text, end) in [
            ("a,b\nc,d\ne", 8),
            ("a,\"x\ny\"\nc", 8),
            ("a,\"x\ny", 0),
            ("a\n\"b\"\"\nc\",d\ne", 12),
            // A quote inside a cell is a sign like any other.
            ("a\"b,c\nd\"\ne", 9),
            ("a\rb\rc", 4),
            ("a\r\nb\r", 3),
            ("a\r\nb\r\nc", 6),
            // Whether the quote closes, what follows decides.
            ("a\n\"b\"", 2),
        ] {
            assert_eq!(last_record(text.as_bytes(), b','), end, "{text:?}");
        }
    }

    #[test]
    fn lines_are_counted_whatever_ends_them() {
        for text in ["a\nb\nc\n", "a\r\nb\r\nc\r\n", "a\rb\rc\r"] {
            assert_eq!(lines(text.as_bytes()), 3, "{text:?}");
            let block = Block { bytes: text.as_bytes().to_vec(), line: 5, number: 0 };
            let second = text.find('b').expect("it is there");
            assert_eq!(block.line_at(second), 6, "{text:?}");
            // Where the reader says that the record begins before the end of the line.
            assert_eq!(block.line_at(second - 1), 6, "{text:?}");
        }
    }
}
