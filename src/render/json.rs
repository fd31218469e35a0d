//! JSON: typed documents as they are, and any page in one general shape.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::raw;
use crate::model::text::escaped;
use crate::report::{Block, Cell, Page, Row, Table};

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

/// A page as JSON, in English: every row an object by column id, unknown as null.
#[must_use]
pub fn page(kind: &str, generated_by: &str, page: &Page) -> String {
    let facts: Map<String, Value> = page
        .facts
        .iter()
        .map(|(name, value)| (name.en.to_lowercase().replace(' ', "_"), json!(value.en)))
        .collect();
    let tables: Vec<Value> =
        page.tables().map(|table| json!({ "caption": table.caption.en, "rows": rows(table) })).collect();
    let notes: Vec<String> = page.notes.iter().map(ToString::to_string).collect();
    let verbatim = page.blocks.iter().filter_map(|block| match block {
        Block::Verbatim(of) => {
            Some(json!({ "caption": of.caption.en, "language": of.language, "text": of.text }))
        }
        _ => None,
    });
    let verbatim: Vec<Value> = verbatim.collect();
    let mut document = json!({
        "schema_version": 1,
        "kind": kind,
        "generated_by": generated_by,
        "title": page.title.en,
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
