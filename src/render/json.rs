//! JSON: typed documents as they are, and any report in one general shape.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::raw;
use crate::model::text::escaped;
use crate::report::{Cell, Report, Row, Table};

/// Indented JSON with a final line break.
#[must_use]
pub fn render<T: Serialize>(document: &T) -> String {
    let mut text = serde_json::to_string_pretty(document).expect("our documents are plain data");
    text.push('\n');
    // Between its texts JSON has none of these characters.
    match escaped(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(escaped) => escaped,
    }
}

/// A report as JSON: every row an object by column id, unknown as null.
#[must_use]
pub fn report(kind: &str, generated_by: &str, report: &Report) -> String {
    let facts: Map<String, Value> = report
        .facts
        .iter()
        .map(|(name, value)| (name.to_lowercase().replace(' ', "_"), json!(value)))
        .collect();
    let tables: Vec<Value> =
        report.tables.iter().map(|table| json!({ "caption": table.caption, "rows": rows(table) })).collect();
    let notes: Vec<String> = report.notes.iter().map(ToString::to_string).collect();
    let verbatim: Vec<Value> = report
        .verbatim
        .iter()
        .map(|text| json!({ "caption": text.caption, "language": text.language, "text": text.text }))
        .collect();
    let mut document = json!({
        "schema_version": 1,
        "kind": kind,
        "generated_by": generated_by,
        "title": report.title,
        "facts": facts,
        "tables": tables,
        "notes": notes,
    });
    if !verbatim.is_empty() {
        document["verbatim"] = Value::Array(verbatim);
    }
    render(&document)
}

fn rows(table: &Table) -> Vec<Value> {
    let object = |cells: &Vec<Cell>| {
        let columns = table.columns.iter().zip(cells).filter(|(column, _)| !column.id.is_empty());
        let value = |cell: &Cell| match cell {
            Cell::Unknown | Cell::Empty => Value::Null,
            cell => json!(raw(cell)),
        };
        Value::Object(columns.map(|(column, cell)| (column.id.clone().into_owned(), value(cell))).collect())
    };
    let data = table.rows.iter().filter_map(|row| match row {
        Row::Data(cells) => Some(object(cells)),
        Row::Heading(_) | Row::Total(_) => None,
    });
    data.collect()
}
