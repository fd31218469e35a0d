//! A report as text for a terminal, a pipe or a file.

use anstyle::{AnsiColor, Style};

use super::wrap::wrapped;
use super::{clean, clean_line, text_table, wrap};
use crate::report::Report;

/// Longest line of a note, number included: longer ones are hard to read on any terminal.
const NOTE_WIDTH: usize = 105;

/// How far a note stands in, under its number.
const NOTE_INDENT: usize = 5;

/// The report as text; with ANSI colors where asked for. Where `width` is known, no line is longer, unless a word is:
/// columns that can be spared are left out of tables, and that is said below them; what is left is wrapped.
#[must_use]
pub fn render(report: &Report, color: bool, width: Option<usize>) -> String {
    let paint = |style: Style, text: &str| {
        if color { format!("{style}{text}{style:#}") } else { text.to_owned() }
    };
    let bold = Style::new().bold();
    let lines = |text: &str, taken: usize| match width {
        Some(width) => wrapped(text, width.saturating_sub(taken).max(1)),
        None => vec![text.to_owned()],
    };
    let heading = |out: &mut String, text: &str| {
        for line in lines(&clean(text), 0) {
            out.push_str(&format!("{}\n", paint(bold, &line)));
        }
    };
    let mut out = String::new();
    heading(&mut out, &report.title);
    let name_width = report.facts.iter().map(|(name, _)| wrap::width(name)).max().unwrap_or(0);
    for (name, value) in &report.facts {
        for (place, line) in lines(&clean(value), name_width + 4).iter().enumerate() {
            let name = if place == 0 { name } else { "" };
            out.push_str(&format!("  {name:name_width$}  {line}\n"));
        }
    }
    for table in &report.tables {
        out.push('\n');
        if !table.caption.is_empty() {
            heading(&mut out, &table.caption);
        }
        out.push_str(&text_table::render(table, width, |line| paint(bold, line)));
    }
    for text in &report.verbatim {
        out.push('\n');
        heading(&mut out, &text.caption);
        for line in text.text.lines() {
            out.push_str(&format!("{}\n", clean_line(line)));
        }
    }
    if !report.notes.is_empty() {
        let yellow = Style::new().fg_color(Some(AnsiColor::Yellow.into()));
        out.push_str(&format!("\n{}\n", paint(bold, "Notes")));
        let note_width = width.unwrap_or(NOTE_WIDTH).min(NOTE_WIDTH).saturating_sub(NOTE_INDENT).max(1);
        for (index, note) in report.notes.iter().enumerate() {
            out.push_str(&paint(yellow, &format!("{:>3}. ", index + 1)));
            let lines = wrapped(&clean(&note.to_string()), note_width);
            out.push_str(&format!("{}\n", lines.join(&format!("\n{}", " ".repeat(NOTE_INDENT)))));
        }
    }
    out
}
