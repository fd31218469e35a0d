//! Reports → text. The only place that formats a number for people.

mod bar_chart;
pub mod chart;
pub mod columnar;
pub mod csv;
pub mod excerpt;
pub mod html;
pub mod json;
pub mod markdown;
pub mod page;
pub mod terminal;
mod text_table;
mod wrap;
pub mod xlsx;

use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
pub use crate::model::text::clean;
use crate::report::{Cell, Column, Lang, Table};

/// Digits of a price per unit that people see.
const PRICE_PLACES: u32 = 10;

/// How a cell looks to people.
fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Usd(usd) => usd.cents(),
        Cell::Total(total) => total.shown(Lang::En),
        Cell::Change(usd) => match usd.cmp(&Usd::ZERO) {
            std::cmp::Ordering::Greater => format!("+{}", usd.cents()),
            _ => usd.cents(),
        },
        Cell::Price(usd) => usd.price(PRICE_PLACES),
        Cell::Number(number) => decimal::grouped_trimmed(*number, 6),
        Cell::Range(low, Some(high)) => format!("{} to {}", low.cents(), high.cents()),
        Cell::Range(low, None) => format!("{} to unknown", low.cents()),
        Cell::Percent(fraction) => format!("{} %", decimal::grouped(*fraction * Decimal::ONE_HUNDRED, 1)),
        Cell::Unknown => "unknown".to_owned(),
        Cell::Empty => String::new(),
        Cell::Live { value, .. } => shown(value),
    }
}

/// How a cell looks to people who read a language: words in it, figures alike in all.
fn shown_in(cell: &Cell, lang: Lang) -> String {
    match (cell, lang) {
        (Cell::Live { value, .. }, _) => shown_in(value, lang),
        (Cell::Total(total), lang) => total.shown(lang),
        (Cell::Unknown, Lang::Ja) => "不明".to_owned(),
        // No space before the sign.
        (Cell::Percent(_), Lang::Ja) => shown(cell).replace(' ', ""),
        (Cell::Range(low, Some(high)), Lang::Ja) => format!("{}～{}", low.cents(), high.cents()),
        (Cell::Range(low, None), Lang::Ja) => format!("{}～不明", low.cents()),
        _ => shown(cell),
    }
}

/// A cell for machines: all digits, no separators, empty for what is unknown.
fn raw(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Usd(usd) | Cell::Change(usd) | Cell::Price(usd) => usd.to_string(),
        Cell::Total(total) => total.known().map_or_else(String::new, |usd| usd.to_string()),
        Cell::Number(number) | Cell::Percent(number) => decimal::plain(*number),
        Cell::Live { value, .. } => raw(value),
        Cell::Range(..) | Cell::Unknown | Cell::Empty => String::new(),
    }
}

/// A text that a spreadsheet would run as a formula gets a leading apostrophe; numbers are left.
fn defused(text: String) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula && decimal::parse(&text).is_err() { format!("'{text}") } else { text }
}

/// The columns people see, with their place, leaving out those that are empty in every row.
fn visible(table: &Table) -> Vec<(usize, &Column)> {
    let used = |index: usize| {
        table.rows.iter().any(|row| match row {
            crate::report::Row::Data(cells) | crate::report::Row::Total(cells) => cells
                .get(index)
                .is_some_and(|cell| *cell != Cell::Empty && *cell != Cell::Text(String::new())),
            crate::report::Row::Heading(_) => false,
        })
    };
    let columns = table.columns.iter().enumerate();
    columns.filter(|(index, column)| !column.heading.is_empty() && used(*index)).collect()
}

/// A line of a text that stays as it is: with its tabs.
fn clean_line(line: &str) -> String {
    line.split('\t').map(clean).collect::<Vec<_>>().join("\t")
}

/// A text that stays as it is: with its tabs and with either kind of line break.
#[must_use]
pub fn clean_text(text: &str) -> String {
    text.split("\r\n").map(clean_line).collect::<Vec<_>>().join("\r\n")
}
