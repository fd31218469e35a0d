//! The first table of a page as CSV: raw numbers, empty for unknown, one row per line and no
//! total row, so that the sum of a column is the total.

use super::{clean, defused, raw};
use crate::report::{Page, Row, Table};

/// The CSV text.
#[must_use]
pub fn render(page: &Page) -> String {
    page.tables().next().map(table).unwrap_or_default()
}

/// A table as CSV, by the ids of its columns.
#[must_use]
pub fn table(table: &Table) -> String {
    let columns: Vec<usize> = (0..table.columns.len()).filter(|i| !table.columns[*i].id.is_empty()).collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let infallible = "writing to memory does not fail";
    writer.write_record(columns.iter().map(|i| table.columns[*i].id.as_ref())).expect(infallible);
    for row in &table.rows {
        if let Row::Data(cells) = row {
            writer
                .write_record(columns.iter().map(|i| defused(clean(&raw(&cells[*i])).into_owned())))
                .expect(infallible);
        }
    }
    let bytes = writer.into_inner().expect(infallible);
    String::from_utf8(bytes).expect("cells are text")
}

/// A CSV text with the rows of a table added under its one header, in place of those that are alike in the columns `key`.
/// `Err` says why it is no such text.
pub fn with_rows(existing: &str, more: &Table, key: &[&str]) -> Result<String, String> {
    let text = table(more);
    let parse = |text: &str| -> Result<Vec<csv::StringRecord>, String> {
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        reader.records().map(|record| record.map_err(|error| error.to_string())).collect()
    };
    let (old, new) = (parse(existing.trim_start_matches('\u{feff}'))?, parse(&text)?);
    let Some(header) = old.first() else { return Ok(text) };
    if Some(header) != new.first() {
        return Err("its columns are not those of a summary of this program".into());
    }
    let places: Vec<usize> =
        header.iter().enumerate().filter(|(_, id)| key.contains(id)).map(|(i, _)| i).collect();
    let alike = |a: &csv::StringRecord, b: &csv::StringRecord| {
        places.iter().all(|place| a.get(*place) == b.get(*place))
    };
    let kept = old.iter().filter(|old| !new[1..].iter().any(|new| alike(old, new)));
    let mut writer = csv::Writer::from_writer(Vec::new());
    let infallible = "writing to memory does not fail";
    for record in kept.chain(&new[1..]) {
        writer.write_record(record).expect(infallible);
    }
    String::from_utf8(writer.into_inner().expect(infallible)).map_err(|error| error.to_string())
}

/// Rows of plain text under a header.
#[must_use]
pub fn rows<const N: usize>(header: &[&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let infallible = "writing to memory does not fail";
    writer.write_record(header).expect(infallible);
    for row in rows {
        writer
            .write_record(row.into_iter().map(|cell| defused(clean(&cell).into_owned())))
            .expect(infallible);
    }
    String::from_utf8(writer.into_inner().expect(infallible)).expect("cells are text")
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
