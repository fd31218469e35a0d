//! Answers as data: what is said, not how it looks. Rendering is `render`'s business alone.

use crate::model::decimal::Decimal;
use crate::model::money::Usd;

mod note;
mod said;

pub use note::Note;
pub use said::{Lang, Said};

/// A whole answer.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// First line.
    pub title: String,
    /// What the numbers mean: period, region, prices.
    pub facts: Vec<(&'static str, String)>,
    /// The tables; the first is the one that CSV writes.
    pub tables: Vec<Table>,
    /// Pictures of the same figures, for formats that can show them.
    pub charts: Vec<Chart>,
    /// Texts that stay as they are.
    pub verbatim: Vec<Verbatim>,
    /// Everything the reader must know to trust the numbers.
    pub notes: Vec<Note>,
}

/// A text for a machine, or of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verbatim {
    /// Heading.
    pub caption: String,
    /// What it is written in, such as `diff`.
    pub language: &'static str,
    /// The lines.
    pub text: String,
}

/// What a chart goes across.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Across {
    /// Seconds of the Unix epoch.
    Time,
    /// A number, and what it is.
    Number(String),
}

/// Figures as steps, mostly over time.
#[derive(Clone, Debug)]
pub struct Chart {
    /// Heading.
    pub title: String,
    /// What the first of each point is.
    pub across: Across,
    /// What is measured upwards.
    pub y_label: String,
    /// The lines.
    pub lines: Vec<Line>,
}

/// One line of a chart.
#[derive(Clone, Debug)]
pub struct Line {
    /// What it is.
    pub name: String,
    /// Where, by the chart's `across`, and the figure from there on.
    pub points: Vec<(i64, Decimal)>,
}

/// Rows under named columns.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Heading of the table, empty for the main one.
    pub caption: String,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows; each data row has one cell a column.
    pub rows: Vec<Row>,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// Machine name: the CSV header; empty for a column that only people see.
    pub id: &'static str,
    /// Heading for people; empty for a column that only CSV writes.
    pub heading: String,
    /// Numbers stand to the right.
    pub numeric: bool,
    /// How readily people do without it where the line gets too long: 0 never, 1 first.
    pub spare: u8,
}

impl Column {
    /// A column of words.
    #[must_use]
    pub fn text(id: &'static str, heading: &str) -> Column {
        Column { id, heading: heading.into(), numeric: false, spare: 0 }
    }

    /// A column of numbers.
    #[must_use]
    pub fn number(id: &'static str, heading: &str) -> Column {
        Column { id, heading: heading.into(), numeric: true, spare: 0 }
    }

    /// The column, left out where lines get too long: 1 before 2.
    #[must_use]
    pub fn spare(self, spare: u8) -> Column {
        Column { spare, ..self }
    }

    /// A column that only CSV writes.
    #[must_use]
    pub fn machine(id: &'static str) -> Column {
        Column { id, heading: String::new(), numeric: false, spare: 0 }
    }
}

/// A row of a table.
#[derive(Clone, Debug)]
pub enum Row {
    /// A heading across the table, for people.
    Heading(String),
    /// Values.
    Data(Vec<Cell>),
    /// Sums, for people; CSV leaves them out, so that a column's sum is the total.
    Total(Vec<Cell>),
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// Dollars; people see cents.
    Usd(Usd),
    /// Dollars that something unknown comes on top of.
    AtLeast(Usd),
    /// A difference in dollars.
    Change(Usd),
    /// Dollars per unit; people see up to ten digits.
    Price(Usd),
    /// A plain number; people see up to six digits.
    Number(Decimal),
    /// Lowest and highest dollars; the highest may be unknown.
    Range(Usd, Option<Usd>),
    /// A fraction as a percentage.
    Percent(Decimal),
    /// Not known. Never zero.
    Unknown,
    /// Does not apply.
    Empty,
}
