//! Records of `sacct --parsable2`: fields between `|`, maybe with line breaks in them.

use std::io::{BufRead, Read};

use crate::workload::Refusal;

/// Longest record [bytes].
const LONGEST_RECORD: u64 = 1 << 20;

/// Records of as many fields as the first one has. Names and comments may hold line breaks, which are not marked.
pub(super) struct Records<R> {
    input: R,
    /// The record without its line break.
    pub(super) text: Vec<u8>,
    /// The line at which the record begins.
    pub(super) begun: u64,
    line: u64,
    delimiters: Option<usize>,
}

impl<R: BufRead> Records<R> {
    pub(super) const fn new(input: R) -> Records<R> {
        Records { input, text: Vec::new(), begun: 0, line: 0, delimiters: None }
    }

    /// Reads the next record, if there is one.
    pub(super) fn next(&mut self) -> Result<bool, Refusal> {
        self.text.clear();
        let mut found = 0;
        loop {
            let room = LONGEST_RECORD.saturating_sub(self.text.len() as u64);
            let before = self.text.len();
            self.line += 1;
            let refused = |line, reason| Refusal { line: Some(line), reason };
            let length = self
                .input
                .by_ref()
                .take(room)
                .read_until(b'\n', &mut self.text)
                .map_err(|error| refused(self.line, error.to_string()))?;
            if length as u64 == room && self.text.last() != Some(&b'\n') {
                return Err(refused(self.line, format!("a record longer than {LONGEST_RECORD} bytes")));
            }
            if before == 0 {
                self.begun = self.line;
            }
            found += self.text[before..].iter().filter(|byte| **byte == b'|').count();
            let wanted = self.delimiters.unwrap_or(found);
            if length == 0 {
                let reason = || format!("cut off: {} fields; the header has {}", found + 1, wanted + 1);
                return if before == 0 { Ok(false) } else { Err(refused(self.begun, reason())) };
            }
            // Blank, or the rest of a last field with line breaks in it.
            if before == 0 && found == 0 && (self.delimiters > Some(0) || self.text.trim_ascii().is_empty()) {
                self.text.clear();
                continue;
            }
            if found > wanted {
                let reason = format!(
                    "{} fields; the header has {}: leave a column out whose texts have a `|`, or the line is broken",
                    found + 1,
                    wanted + 1
                );
                return Err(refused(self.begun, reason));
            }
            if found == wanted {
                while self.text.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
                    self.text.pop();
                }
                self.delimiters = Some(wanted);
                return Ok(true);
            }
        }
    }
}
