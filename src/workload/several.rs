//! Records of one scheduler in several files, read as if they stood in one: what began in one file may go on in the next.

use crate::workload::words;
use std::io::BufRead;

use super::{Draft, Refusal};

/// Lines of a file, as bits: above them stands which file it is.
const LINE_BITS: u32 = 40;

/// A reader that takes one file after the other.
pub(super) trait Files {
    /// Reads a file. An error is about all of it.
    fn read(&mut self, input: Box<dyn BufRead>) -> Result<(), Refusal>;

    /// The jobs so far, and what was left out.
    fn draft(&mut self) -> &mut Draft;

    /// Rows so far that are neither in the draft nor counted in it yet, or more; never fewer than before.
    fn pending(&self) -> u64 {
        0
    }

    /// The jobs, maybe none, and the second of the Unix epoch they count from.
    fn done(self: Box<Self>) -> Result<(Draft, Option<i64>), Refusal>;
}

/// Reads one more file, of this name. What is said of its rows says which file they are of.
pub(super) fn read_next(files: &mut dyn Files, input: Box<dyn BufRead>, name: &str) -> Result<(), Refusal> {
    let rows = |files: &mut dyn Files| {
        let pending = files.pending();
        let draft = files.draft();
        (
            u64::from(draft.len()) + draft.dropped.jobs() + draft.dropped.parts + pending,
            draft.dropped.unreadable,
        )
    };
    let shown = files.draft().unreadable.len();
    let before = rows(files);
    files.read(input)?;
    let after = rows(files);
    let draft = files.draft();
    let unreadable = after.1 - before.1;
    // As where it is read alone.
    if unreadable > 0 && after.0 - before.0 == unreadable {
        let first = draft.unreadable.get(shown).map_or_else(words::none_of_its_rows, |it| it.reason.clone());
        let line = draft.unreadable.get(shown).and_then(|it| it.line);
        return Err(Refusal { line, reason: first });
    }
    for refusal in &mut draft.unreadable[shown..] {
        refusal.reason = match refusal.line.take() {
            Some(line) => words::of_a_file_at_line(name, line, &refusal.reason),
            None => words::of_a_file(name, &refusal.reason),
        };
    }
    draft.next_file();
    Ok(())
}

impl Draft {
    /// Lines are of another file from here on.
    fn next_file(&mut self) {
        self.lines_before += 1 << LINE_BITS;
    }

    /// A line of the file at hand, behind all of the files before it.
    pub(super) const fn behind(&self, line: u64) -> u64 {
        self.lines_before + line
    }
}

/// A line as its file has it.
pub(super) const fn own_line(line: u64) -> u64 {
    line & ((1 << LINE_BITS) - 1)
}
