//! The first table of a report as CSV: raw numbers, empty for unknown, one row per line and no
//! total row, so that the sum of a column is the total.

use super::{clean, raw};
use crate::report::{Report, Row};

/// The CSV text.
#[must_use]
pub fn render(report: &Report) -> String {
    let Some(table) = report.tables.first() else { return String::new() };
    let columns: Vec<usize> = (0..table.columns.len()).filter(|i| !table.columns[*i].id.is_empty()).collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let infallible = "writing to memory does not fail";
    writer.write_record(columns.iter().map(|i| table.columns[*i].id)).expect(infallible);
    for row in &table.rows {
        if let Row::Data(cells) = row {
            writer.write_record(columns.iter().map(|i| defused(clean(&raw(&cells[*i]))))).expect(infallible);
        }
    }
    let bytes = writer.into_inner().expect(infallible);
    String::from_utf8(bytes).expect("cells are text")
}

/// Rows of plain text under a header.
#[must_use]
pub fn rows<const N: usize>(header: &[&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let infallible = "writing to memory does not fail";
    writer.write_record(header).expect(infallible);
    for row in rows {
        writer.write_record(row.into_iter().map(|cell| defused(clean(&cell)))).expect(infallible);
    }
    String::from_utf8(writer.into_inner().expect(infallible)).expect("cells are text")
}

/// A text that a spreadsheet would run as a formula gets a leading apostrophe; numbers are left.
fn defused(text: String) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula && crate::model::decimal::parse(&text).is_err() { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_defused_and_numbers_are_not() {
        for text in ["=1+1", "+cmd", "-x", "@sum", "\tx", "\rx"] {
            assert_eq!(defused(text.into()), format!("'{text}"));
        }
        for text in ["-12.5", "12.5", "training", ""] {
            assert_eq!(defused(text.into()), text);
        }
    }
}
