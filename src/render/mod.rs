//! Pages → text, in a language. The only place that formats a number for people.

mod bar_chart;
pub mod chart;
pub mod columnar;
pub mod csv;
mod excerpt;
pub mod failure;
pub mod html;
pub mod json;
pub mod markdown;
pub mod terminal;
mod text_table;
mod words;
mod wrap;
pub mod xlsx;

use crate::model::decimal::{self, Decimal};
use crate::model::money::{Total, Usd};
use crate::model::said::words;
pub use crate::model::text::clean;
use crate::report::{Cell, Column, Lang, Table};

/// Digits of a price per unit that people see.
const PRICE_PLACES: u32 = 10;

words! {
    notes() "Notes" "注記";
    with_remark(value, remark) "{value} ({remark})" "{value}（{remark}）";
    not_shown(limit, columns) "Not shown in {limit} columns: {columns}" "幅 {limit} 桁に収まらず省いた列：{columns}";
}

/// How a cell looks to people who read a language: words in it, figures alike in all.
fn shown(cell: &Cell, lang: Lang) -> String {
    match (cell, lang) {
        (Cell::Text(text), _) => text.clone(),
        (Cell::Words(said), _) => said.in_language(lang).to_owned(),
        (Cell::Usd(usd), _) => usd.cents(),
        (Cell::Total(total), _) => total.shown(lang),
        (Cell::Change(usd), _) if *usd > Usd::ZERO => format!("+{}", usd.cents()),
        (Cell::Change(usd), _) => usd.cents(),
        (Cell::Price(usd), _) => usd.price(PRICE_PLACES),
        (Cell::Number(number), _) => decimal::grouped_trimmed(*number, 6),
        (Cell::Range(low, high), _) => {
            let high = Total::from(*high).shown(lang);
            match lang {
                Lang::En => format!("{} to {high}", low.cents()),
                Lang::Ja => format!("{}～{high}", low.cents()),
            }
        }
        // In Japanese no space stands before the sign.
        (Cell::Percent(fraction), _) => {
            let percent = decimal::grouped(*fraction * Decimal::ONE_HUNDRED, 1);
            if lang == Lang::Ja { format!("{percent}%") } else { format!("{percent} %") }
        }
        (Cell::Unknown, _) => Total::Unknown.shown(lang),
        (Cell::Empty, _) => String::new(),
        (Cell::Live { value, .. }, _) => shown(value, lang),
    }
}

/// A cell for machines: all digits, no separators, empty for what is unknown.
fn raw(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Words(said) => said.en.clone(),
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

fn is_blank(cell: &Cell) -> bool {
    match cell {
        Cell::Text(text) => text.is_empty(),
        Cell::Words(said) => said.is_empty(),
        cell => *cell == Cell::Empty,
    }
}

/// The columns people see, with their place, leaving out those that are empty in every row.
fn visible(table: &Table) -> Vec<(usize, &Column)> {
    let used = |index: usize| {
        table.rows.iter().any(|row| match row {
            crate::report::Row::Data(cells) | crate::report::Row::Total(cells) => {
                cells.get(index).is_some_and(|cell| !is_blank(cell))
            }
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
