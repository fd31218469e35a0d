//! Lines of a log, one after the other, none of them longer than it may be.

use std::borrow::Cow;
use std::io::{BufRead, Read};

use super::Refusal;
use crate::bounds::{self, LONGEST_RECORD, mebibytes};
use crate::workload::words;

/// Longest line that is read [bytes]; the rest of a longer one is passed over, up to [`LONGEST_RECORD`].
const LONGEST_LINE: u64 = 1 << 20;

/// A log as its lines.
pub(super) struct Lines<R> {
    input: R,
    bytes: Vec<u8>,
    number: u64,
}

/// One line, without its line break.
pub(super) struct Line<'a> {
    /// What is not UTF-8 in it is replaced.
    pub(super) text: Cow<'a, str>,
    /// From 1.
    pub(super) number: u64,
    /// Whether only its beginning is in `text`.
    pub(super) cut: bool,
}

impl Line<'_> {
    /// Why it cannot be read.
    pub(super) fn refused(&self, reason: crate::model::said::Said) -> Refusal {
        Refusal { line: Some(self.number), reason }
    }

    /// Why a line that was cut cannot be read.
    pub(super) fn too_long(&self) -> Refusal {
        self.refused(words::longer_than_bytes(LONGEST_LINE))
    }
}

impl<R: BufRead> Lines<R> {
    pub(super) const fn new(input: R) -> Lines<R> {
        Lines { input, bytes: Vec::new(), number: 0 }
    }

    /// The next line, if there is one.
    pub(super) fn next(&mut self) -> Result<Option<Line<'_>>, Refusal> {
        self.bytes.clear();
        self.number += 1;
        let number = self.number;
        let refused =
            |error: std::io::Error| Refusal { line: Some(number), reason: crate::error::reason_of(&error) };
        let read = bounds::line(&mut self.input, LONGEST_LINE, &mut self.bytes);
        if read.map_err(refused)? == 0 {
            return Ok(None);
        }
        let cut = self.bytes.len() as u64 == LONGEST_LINE && self.bytes.last() != Some(&b'\n');
        if cut {
            let rest = LONGEST_RECORD - LONGEST_LINE;
            let passed = self.input.by_ref().take(rest).skip_until(b'\n').map_err(refused)?;
            // What never ends is no log. A line of just so many bytes is refused, too.
            if passed as u64 == rest {
                let reason = words::no_line_ends_within(mebibytes(LONGEST_RECORD));
                return Err(Refusal { line: Some(number), reason });
            }
        }
        while matches!(self.bytes.last(), Some(b'\n' | b'\r')) {
            self.bytes.pop();
        }
        let bytes = self.bytes.as_slice();
        let bytes = if number == 1 { bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes) } else { bytes };
        // Nearly every line is UTF-8, which is told faster than what of it is not.
        let text = std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed);
        Ok(Some(Line { text, number, cut }))
    }
}

/// What stands between bytes of ASCII in a text: `str::split` for the many short fields of a line.
pub(super) fn fields(text: &str, between: u8) -> impl Iterator<Item = &str> {
    debug_assert!(between.is_ascii(), "a place between letters");
    let mut from = 0;
    memchr::memchr_iter(between, text.as_bytes()).chain(std::iter::once(text.len())).map(move |end| {
        let field = &text[from..end];
        from = end + 1;
        field
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_those_of_split() {
        for text in ["", ":", "a", "a:b", ":a::é:", "名:前"] {
            assert!(fields(text, b':').eq(text.split(':')), "{text}");
        }
    }

    #[test]
    fn a_line_too_long_costs_itself_alone() {
        let long = "x".repeat(3 << 20);
        let text = format!("\u{feff}one\r\n{long}\ntwo");
        let mut lines = Lines::new(text.as_bytes());
        let mut found = Vec::new();
        while let Some(line) = lines.next().expect("no error") {
            found.push((line.number, line.text.len(), line.cut));
        }
        assert_eq!(found, [(1, 3, false), (2, 1 << 20, true), (3, 3, false)]);
    }

    #[test]
    fn a_line_without_end_is_refused() {
        let endless = std::io::BufReader::new(std::io::repeat(0));
        let mut lines = Lines::new(std::io::BufReader::new(std::io::Read::chain(&b"one\n"[..], endless)));
        assert_eq!(lines.next().expect("a line").expect("a line").number, 1);
        let refusal = lines.next().err().expect("no line");
        assert_eq!(refusal.to_string(), "line 2: no line ends within 8 MiB");
    }
}
