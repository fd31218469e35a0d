//! Answers as data: what is said, not how it looks. Rendering is `render`'s business alone.

use std::borrow::Cow;

use crate::model::decimal::Decimal;
use crate::model::money::{Total, Usd};

mod note;
mod note_words;

pub use crate::model::said::{Lang, Said};
pub use note::Note;
pub(crate) use note_words::{basis_ja, prices};

/// A whole answer.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// First line.
    pub title: String,
    /// What the numbers mean: period, region, prices.
    pub facts: Vec<(&'static str, String)>,
    /// The tables; the first is the one that CSV, Parquet and Arrow write.
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
    /// Ranges behind them.
    pub bands: Vec<Band>,
}

/// A range of figures, as steps.
#[derive(Clone, Debug)]
pub struct Band {
    /// What it is.
    pub name: String,
    /// Where, and the lowest and the highest figure from there on.
    pub points: Vec<(i64, Decimal, Decimal)>,
}

/// Bars below each other, each from one amount to another.
#[derive(Clone, Debug)]
pub struct BarChart {
    /// Heading.
    pub title: String,
    /// What is measured.
    pub unit: String,
    /// What the colors mean.
    pub legend: Vec<String>,
    /// From above.
    pub bars: Vec<Bar>,
}

/// A bar.
#[derive(Clone, Debug)]
pub struct Bar {
    /// Its name; empty for a further bar of the one above.
    pub name: String,
    /// Where it begins: 0, but in a waterfall.
    pub from: Decimal,
    /// Where it ends.
    pub to: Decimal,
    /// Place of its color in the legend.
    pub color: usize,
    /// The figure beside it.
    pub figure: String,
}

/// A document for people, in one language: what stands below what.
#[derive(Clone, Debug)]
pub struct Page {
    /// The language of its words.
    pub lang: Lang,
    /// First line.
    pub title: String,
    /// The rest.
    pub blocks: Vec<Block>,
}

/// A part of a page.
#[derive(Clone, Debug)]
pub enum Block {
    /// Opens a section.
    Heading(String),
    /// Sentences.
    Paragraph(String),
    /// Few figures that stand out.
    Figures(Vec<Figure>),
    /// Rows.
    Table(Table),
    /// Figures as a picture, and the same in words.
    Chart(Chart, String),
    /// Amounts as a picture, and the same in words.
    Bars(BarChart, String),
    /// Sentences one by one.
    List(Vec<String>),
    /// A text that stays as it is.
    Verbatim(Verbatim),
}

/// A figure that stands out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// What it is.
    pub label: String,
    /// The figure.
    pub value: String,
    /// More about it; may be empty.
    pub remark: String,
}

/// A table of a workbook.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// What formulas call it; people see the table's caption.
    pub id: &'static str,
    /// Its cells.
    pub table: Table,
}

/// How a cell follows from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Formula {
    /// The product of named cells; of one, the cell itself.
    Product(Vec<String>),
    /// One named cell less another.
    Difference(String, String),
    /// The sum of a column's data rows.
    ColumnSum {
        /// The sheet's id.
        sheet: &'static str,
        /// The column's id.
        column: &'static str,
    },
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

/// What the cells of a column are, for formats that have types. It is the column's, whatever stands in its cells: so a file
/// of this month has the types of last month's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Words.
    Text,
    /// Numbers and amounts.
    Decimal,
    /// Whole numbers.
    Count,
    /// Days in UTC, their text `YYYY-MM-DD`.
    Date,
    /// Instants, their text in RFC 3339.
    Instant,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// Machine name: the CSV header; empty for a column that only people see.
    pub id: Cow<'static, str>,
    /// Heading for people; empty for a column that only machines read.
    pub heading: String,
    /// What its cells are.
    pub kind: Kind,
    /// How readily people do without it where the line gets too long: 0 never, 1 first, from 3 on only where wrapping is
    /// not enough.
    pub spare: u8,
}

impl Column {
    /// A column of a kind.
    #[must_use]
    pub fn of(kind: Kind, id: impl Into<Cow<'static, str>>, heading: &str) -> Column {
        Column { id: id.into(), heading: heading.into(), kind, spare: 0 }
    }

    /// A column of words.
    #[must_use]
    pub fn text(id: &'static str, heading: &str) -> Column {
        Column::of(Kind::Text, id, heading)
    }

    /// A column of numbers.
    #[must_use]
    pub fn number(id: &'static str, heading: &str) -> Column {
        Column::of(Kind::Decimal, id, heading)
    }

    /// A column of whole numbers.
    #[must_use]
    pub fn count(id: &'static str, heading: &str) -> Column {
        Column::of(Kind::Count, id, heading)
    }

    /// The column, left out where lines get too long: 1 before 2.
    #[must_use]
    pub fn spare(self, spare: u8) -> Column {
        Column { spare, ..self }
    }

    /// A column of words that only machines read.
    #[must_use]
    pub fn machine(id: &'static str) -> Column {
        Column::of(Kind::Text, id, "")
    }

    /// A column that only machines read.
    #[must_use]
    pub fn machine_of(kind: Kind, id: &'static str) -> Column {
        Column::of(kind, id, "")
    }

    /// Whether its cells are numbers, which stand to the right.
    #[must_use]
    pub const fn is_numeric(&self) -> bool {
        matches!(self.kind, Kind::Decimal | Kind::Count)
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
    /// The dollars of a sum, which may not be all.
    Total(Total),
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
    /// A value that formulas use, or that follows from one: a workbook recalculates it, other formats show the value.
    Live {
        /// The value.
        value: Box<Cell>,
        /// Its name in formulas.
        name: Option<String>,
        /// What it follows from.
        formula: Option<Formula>,
    },
}

impl Cell {
    /// The cell with a name for formulas.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Cell {
        match self {
            Cell::Live { value, formula, .. } => Cell::Live { value, name: Some(name.into()), formula },
            cell => Cell::Live { value: Box::new(cell), name: Some(name.into()), formula: None },
        }
    }

    /// The cell as what follows from others; its value is theirs.
    #[must_use]
    pub fn computed(self, formula: Formula) -> Cell {
        match self {
            Cell::Live { value, name, .. } => Cell::Live { value, name, formula: Some(formula) },
            unknown @ (Cell::Unknown | Cell::Total(Total::Unknown)) => unknown,
            cell => Cell::Live { value: Box::new(cell), name: None, formula: Some(formula) },
        }
    }
}
