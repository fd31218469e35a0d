//! A report as text for a terminal, a pipe or a file.

use anstyle::{AnsiColor, Style};
use comfy_table::{
    Cell as TableCell, CellAlignment, ContentArrangement, LineStyle, Table as TextTable, TableStyle,
};

use super::{clean, clean_line, shown, visible};
use crate::report::{Column, Report, Row, Table};

/// Longest line of a note before it is wrapped.
const NOTE_WIDTH: usize = 100;

/// The report as text; with ANSI colors where asked for. Where `width` is known, columns that can be
/// spared are left out of lines that would be longer.
#[must_use]
pub fn render(report: &Report, color: bool, width: Option<usize>) -> String {
    let paint = |style: Style, text: &str| {
        if color { format!("{style}{text}{style:#}") } else { text.to_owned() }
    };
    let bold = Style::new().bold();
    let mut out = format!("{}\n", paint(bold, &clean(&report.title)));
    let name_width = report.facts.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    for (name, value) in &report.facts {
        out.push_str(&format!("  {name:name_width$}  {}\n", clean(value)));
    }
    for table in &report.tables {
        out.push('\n');
        if !table.caption.is_empty() {
            out.push_str(&format!("{}\n", paint(bold, &clean(&table.caption))));
        }
        out.push_str(&fitting_table(table, width, |line| paint(bold, line)));
    }
    for text in &report.verbatim {
        out.push_str(&format!("\n{}\n", paint(bold, &clean(&text.caption))));
        for line in text.text.lines() {
            out.push_str(&format!("{}\n", clean_line(line)));
        }
    }
    if !report.notes.is_empty() {
        let yellow = Style::new().fg_color(Some(AnsiColor::Yellow.into()));
        out.push_str(&format!("\n{}\n", paint(bold, "Notes")));
        for (index, note) in report.notes.iter().enumerate() {
            let number = format!("{:>3}. ", index + 1);
            out.push_str(&paint(yellow, &number));
            out.push_str(&wrapped(&clean(&note.to_string()), 5));
        }
    }
    out
}

/// One note, wrapped at words, continued under its first word.
fn wrapped(text: &str, indent: usize) -> String {
    let mut out = String::new();
    let mut column = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > NOTE_WIDTH {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            column = 0;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out.push('\n');
    out
}

fn fitting_table(table: &Table, width: Option<usize>, bold: impl Fn(&str) -> String) -> String {
    let all = visible(table);
    let spared = all.iter().map(|(_, column)| column.spare).max().unwrap_or(0);
    let longest = |columns: &[(usize, &Column)]| {
        let text = text_table(table, columns, str::to_owned);
        text.lines().map(|line| line.chars().count()).max().unwrap_or(0)
    };
    for left_out in 0..=spared {
        let kept: Vec<(usize, &Column)> =
            all.iter().filter(|(_, column)| column.spare == 0 || column.spare > left_out).copied().collect();
        if left_out == spared || width.is_none_or(|width| longest(&kept) <= width) {
            return text_table(table, &kept, bold);
        }
    }
    text_table(table, &all, bold)
}

fn text_table(table: &Table, columns: &[(usize, &Column)], bold: impl Fn(&str) -> String) -> String {
    let mut text = TextTable::new();
    let rule = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));
    text.load_style(rule).set_content_arrangement(ContentArrangement::Disabled);
    let aligned = |content: String, numeric: bool| {
        let alignment = if numeric { CellAlignment::Right } else { CellAlignment::Left };
        TableCell::new(clean(&content).replace('\n', " ")).set_alignment(alignment)
    };
    text.set_header(columns.iter().map(|(_, column)| aligned(column.heading.clone(), column.numeric)));
    let grouped = table.rows.iter().any(|row| matches!(row, Row::Heading(_)));
    for row in &table.rows {
        match row {
            Row::Heading(heading) => text.add_row([TableCell::new(clean(heading).replace('\n', " "))]),
            Row::Data(cells) => text.add_row(columns.iter().enumerate().map(|(place, (index, column))| {
                let indent = if place == 0 && grouped { "  " } else { "" };
                aligned(format!("{indent}{}", shown(&cells[*index])), column.numeric)
            })),
            Row::Total(cells) => text.add_row(
                columns.iter().map(|(index, column)| aligned(shown(&cells[*index]), column.numeric)),
            ),
        };
    }
    let mut out = String::new();
    for (place, line) in text.lines().enumerate() {
        let line = line.trim_end();
        // The head and its rule come before the rows, one line each.
        let emphasized = match place.checked_sub(2).and_then(|row| table.rows.get(row)) {
            None => place == 0,
            Some(row) => !matches!(row, Row::Data(_)),
        };
        out.push_str(&if emphasized { bold(line) } else { line.to_owned() });
        out.push('\n');
    }
    out
}
