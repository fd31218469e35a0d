//! Records of `sacct --parsable2`: fields between `|`, maybe with line breaks or `|` in them.

use std::io::BufRead;

use crate::bounds;
use crate::model::said::Said;
use crate::workload::Refusal;
use crate::workload::words;

/// Longest record [bytes].
const LONGEST_RECORD: u64 = 1 << 20;

/// Columns of texts that people write.
const FREE: [&str; 14] = [
    "JobName",
    "Comment",
    "AdminComment",
    "SystemComment",
    "WCKey",
    "SubmitLine",
    "WorkDir",
    "Extra",
    "Constraints",
    "Licenses",
    "StdIn",
    "StdOut",
    "StdErr",
    "Container",
];

/// What comes next.
pub(super) enum Next {
    End,
    /// A record, in [`Records::text`].
    Record,
    /// Lines that are none, and why.
    Broken(Refusal),
}

/// Records of as many fields as the first one has. Names and comments may hold line breaks, which are not marked.
pub(super) struct Records<R> {
    input: R,
    /// The record without its line break.
    pub(super) text: Vec<u8>,
    /// The line at which the record begins.
    pub(super) begun: u64,
    line: u64,
    delimiters: Option<usize>,
    /// A line that was read and belongs to no record before it.
    kept: Option<Vec<u8>>,
    /// Whether the last field is a text that people write, which may go on in lines without `|`.
    pub(super) ends_in_text: bool,
    /// How many such lines there were, and the first of them.
    pub(super) loose: Option<(u64, u64)>,
}

impl<R: BufRead> Records<R> {
    pub(super) const fn new(input: R) -> Records<R> {
        Records {
            input,
            text: Vec::new(),
            begun: 0,
            line: 0,
            delimiters: None,
            kept: None,
            ends_in_text: false,
            loose: None,
        }
    }

    /// Records of as many fields as these names, between `|`.
    pub(super) fn of_columns(input: R, names: &[u8]) -> Records<R> {
        Records { delimiters: Some(bars(names)), ..Records::new(input) }
    }

    /// The next line, added to the text, and how many `|` it has; `None` at the end.
    fn line(&mut self) -> Result<Option<usize>, Refusal> {
        if let Some(kept) = self.kept.take() {
            self.text.extend_from_slice(&kept);
            return Ok(Some(bars(&kept)));
        }
        self.line += 1;
        let before = self.text.len();
        let room = LONGEST_RECORD.saturating_sub(before as u64);
        let refused = |line, reason| Refusal { line: Some(line), reason };
        let length = bounds::line(&mut self.input, room, &mut self.text)
            .map_err(|error| refused(self.line, crate::error::reason_of(&error)))?;
        if length as u64 == room && self.text.last() != Some(&b'\n') {
            return Err(refused(self.line, words::a_record_longer_than_bytes(LONGEST_RECORD)));
        }
        Ok((length > 0).then(|| bars(&self.text[before..])))
    }

    /// Reads the next record. It may have more fields than wanted, all in one line.
    pub(super) fn next(&mut self) -> Result<Next, Refusal> {
        self.text.clear();
        let mut found = 0;
        loop {
            let before = self.text.len();
            let Some(of_line) = self.line()? else {
                let wanted = self.delimiters.unwrap_or(found);
                let reason = || words::cut_off_fields_the_header_has(found + 1, wanted + 1);
                return Ok(match before {
                    0 => Next::End,
                    _ => Next::Broken(Refusal { line: Some(self.begun), reason: reason() }),
                });
            };
            if before == 0 {
                self.begun = self.line;
            }
            found += of_line;
            let wanted = *self.delimiters.get_or_insert(match self.text.trim_ascii().is_empty() {
                true => 0,
                false => found,
            });
            // Blank, or the rest of a last field with line breaks in it.
            if before == 0 && found == 0 && (wanted > 0 || self.text.trim_ascii().is_empty()) {
                if wanted == 0 {
                    self.delimiters = None;
                }
                let is_blank = self.text.trim_ascii().is_empty();
                self.text.clear();
                match is_blank {
                    true => continue,
                    false if self.ends_in_text => {
                        let (lines, first) = self.loose.unwrap_or((0, self.line));
                        self.loose = Some((lines + 1, first));
                        continue;
                    }
                    false => {
                        let reason = words::a_line_without_the_header(wanted + 1);
                        return Ok(Next::Broken(Refusal { line: Some(self.line), reason }));
                    }
                }
            }
            // A line that is a record of its own ends one that was cut off.
            if before > 0 && found > wanted && of_line >= wanted {
                self.kept = Some(self.text.split_off(before));
                let fields = found - of_line + 1;
                let reason = words::cut_off_fields_the_header(fields, wanted + 1);
                return Ok(Next::Broken(Refusal { line: Some(self.begun), reason }));
            }
            if before > 0 && found > wanted {
                return Ok(Next::Broken(Refusal { line: Some(self.begun), reason: too_many(found, wanted) }));
            }
            if found >= wanted {
                while self.text.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
                    self.text.pop();
                }
                return Ok(Next::Record);
            }
        }
    }
}

fn bars(text: &[u8]) -> usize {
    text.iter().filter(|byte| **byte == b'|').count()
}

fn too_many(found: usize, wanted: usize) -> Said {
    words::fields_the_header_has_leave(found + 1, wanted + 1)
}

/// Whether a column is of texts that people write.
pub(super) fn is_free(name: &[u8]) -> bool {
    FREE.iter().any(|free| name.eq_ignore_ascii_case(free.as_bytes()))
}

/// Which column may hold `|`: the only one of texts that people write.
pub(super) fn free(names: &[&[u8]]) -> Option<usize> {
    let mut places = (0..names.len()).filter(|place| is_free(names[*place]));
    places.next().filter(|_| places.next().is_none())
}

/// The fields of a record: of more than there are columns, those in the middle are the free one.
pub(super) fn fields(text: &[u8], columns: usize, free: Option<usize>) -> Result<Vec<&[u8]>, Said> {
    let mut fields: Vec<&[u8]> = text.split(|byte| *byte == b'|').collect();
    let more = fields.len().saturating_sub(columns);
    // `sacct --parsable` ends each line with one more.
    if more == 1 && fields.last().is_some_and(|last| last.is_empty()) && free != Some(columns - 1) {
        fields.pop();
        return Ok(fields);
    }
    match free {
        _ if more == 0 => Ok(fields),
        Some(free) => {
            let start: usize = fields[..free].iter().map(|field| field.len() + 1).sum();
            let length: usize = fields[free..=free + more].iter().map(|field| field.len() + 1).sum();
            fields[free] = &text[start..start + length - 1];
            fields.drain(free + 1..=free + more);
            Ok(fields)
        }
        None => Err(too_many(fields.len() - 1, columns - 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<String> {
        let mut records = Records::new(text.as_bytes());
        let mut all = Vec::new();
        loop {
            all.push(match records.next().expect("short") {
                Next::End => return all,
                Next::Record => String::from_utf8_lossy(&records.text).into_owned(),
                Next::Broken(refusal) => format!("! {refusal}"),
            });
        }
    }

    #[test]
    fn a_line_that_is_cut_off_does_not_cost_the_next_one() {
        let bare = "! line 5: a line without `|`; the header has 3 fields";
        assert_eq!(all("\na|b|c\n1|x\ny|2\nz\n"), ["a|b|c", "1|x\ny|2", bare]);
        let cut = "cut off: 2 fields; the header has 3";
        assert_eq!(
            all("a|b|c\n1|x\n2|y|3\n4|z"),
            ["a|b|c", &format!("! line 2: {cut}"), "2|y|3", &format!("! line 4: {cut}")]
        );
        assert_eq!(all("a|b|c\n1|x|y|z\n"), ["a|b|c", "1|x|y|z"]);
    }

    #[test]
    fn the_only_free_column_takes_what_is_too_much() {
        let of = |text: &'static str, names: &str| {
            let names: Vec<&[u8]> = names.split('|').map(str::as_bytes).collect();
            let found = fields(text.as_bytes(), names.len(), free(&names))?;
            Ok::<_, Said>(
                found.iter().map(|field| String::from_utf8_lossy(field).into_owned()).collect::<Vec<_>>(),
            )
        };
        let ok = |fields: &[&str]| Ok(fields.iter().map(|field| (*field).to_owned()).collect::<Vec<_>>());
        assert_eq!(of("a|b|1|p", "JobName|JobID|State"), ok(&["a|b", "1", "p"]));
        assert_eq!(of("1|a||b|p", "JobID|JobName|State"), ok(&["1", "a||b", "p"]));
        assert_eq!(of("1|p|a|", "JobID|State|JobName"), ok(&["1", "p", "a|"]));
        assert_eq!(of("1|p|", "JobID|State"), ok(&["1", "p"]));
        assert!(of("1|a|b|p|c", "JobID|JobName|State|Comment").is_err());
        assert!(of("1|p|q", "JobID|State").is_err());
    }
}
