//! Answers as data: what is said, not how it looks. Rendering is `render`'s business alone.

use std::borrow::Cow;

use crate::model::decimal::Decimal;
use crate::model::money::{Total, Usd};

pub(crate) mod headings;
mod note;
mod note_words;

pub use crate::model::said::{Lang, Said};
pub use note::Note;
pub(crate) use note_words::{basis_ja, prices};

/// An answer for people, made once for every language and every format.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// First line.
    pub title: Said,
    /// What the numbers mean: period, region, prices. A name and what stands under it.
    pub facts: Vec<(Said, Said)>,
    /// What stands below what.
    pub blocks: Vec<Block>,
    /// Everything the reader must know to trust the numbers.
    pub notes: Vec<Note>,
}

impl Page {
    /// A page of tables.
    #[must_use]
    pub fn new(title: Said, tables: Vec<Table>, notes: Vec<Note>) -> Page {
        let blocks = tables.into_iter().map(Block::Table).collect();
        Page { title, facts: Vec::new(), blocks, notes }
    }

    /// The page with what its numbers mean.
    #[must_use]
    pub fn with_facts(mut self, facts: impl IntoIterator<Item = (Said, Said)>) -> Page {
        self.facts = facts.into_iter().collect();
        self
    }

    /// The page with pictures above its tables, which have the same figures.
    #[must_use]
    pub fn with_charts(mut self, charts: impl IntoIterator<Item = Chart>) -> Page {
        self.blocks.splice(..0, charts.into_iter().map(|chart| Block::Chart(chart, Said::default())));
        self
    }

    /// The page with texts below its tables.
    #[must_use]
    pub fn with_verbatim(mut self, texts: impl IntoIterator<Item = Verbatim>) -> Page {
        self.blocks.extend(texts.into_iter().map(Block::Verbatim));
        self
    }

    /// The tables; the first is the one that CSV, Parquet and Arrow write.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Table(table) => Some(table),
            _ => None,
        })
    }

    /// The pictures.
    pub fn charts(&self) -> impl Iterator<Item = &Chart> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Chart(chart, _) => Some(chart),
            _ => None,
        })
    }
}

/// A text for a machine, or of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verbatim {
    /// Heading; may be empty.
    pub caption: Said,
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
    Number(Said),
}

/// Figures as steps, mostly over time.
#[derive(Clone, Debug)]
pub struct Chart {
    /// Heading.
    pub title: Said,
    /// What the first of each point is.
    pub across: Across,
    /// What is measured upwards.
    pub y_label: Said,
    /// The lines.
    pub lines: Vec<Line>,
    /// Ranges behind them.
    pub bands: Vec<Band>,
}

/// A range of figures, as steps.
#[derive(Clone, Debug)]
pub struct Band {
    /// What it is.
    pub name: Said,
    /// Where, and the lowest and the highest figure from there on.
    pub points: Vec<(i64, Decimal, Decimal)>,
}

/// Bars below each other, each from one amount to another.
#[derive(Clone, Debug)]
pub struct BarChart {
    /// Heading.
    pub title: Said,
    /// What is measured.
    pub unit: Said,
    /// What the colors mean.
    pub legend: Vec<Said>,
    /// From above.
    pub bars: Vec<Bar>,
}

/// A bar.
#[derive(Clone, Debug)]
pub struct Bar {
    /// Its name; empty for a further bar of the one above.
    pub name: Said,
    /// Where it begins: 0, but in a waterfall.
    pub from: Decimal,
    /// Where it ends.
    pub to: Decimal,
    /// Place of its color in the legend.
    pub color: usize,
    /// The figure beside it.
    pub figure: Said,
}

/// A part of a page.
#[derive(Clone, Debug)]
pub enum Block {
    /// Opens a section.
    Heading(Said),
    /// Sentences.
    Paragraph(Said),
    /// Few figures that stand out.
    Figures(Vec<Figure>),
    /// Rows.
    Table(Table),
    /// Figures as a picture, and the same in words; these are empty where a table has them.
    Chart(Chart, Said),
    /// Amounts as a picture, and the same in words.
    Bars(BarChart, Said),
    /// Sentences one by one.
    List(Vec<Said>),
    /// A text that stays as it is.
    Verbatim(Verbatim),
}

/// A figure that stands out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// What it is.
    pub label: Said,
    /// The figure.
    pub value: Said,
    /// More about it; may be empty.
    pub remark: Said,
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
    pub name: Said,
    /// Where, by the chart's `across`, and the figure from there on.
    pub points: Vec<(i64, Decimal)>,
}

/// Rows under named columns.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Heading of the table, empty for the main one.
    pub caption: Said,
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
    pub heading: Said,
    /// What its cells are.
    pub kind: Kind,
    /// How readily people do without it where the line gets too long: 0 never, 1 first, from 3 on only where wrapping is
    /// not enough.
    pub spare: u8,
}

impl Column {
    /// A column of a kind.
    #[must_use]
    pub fn of(kind: Kind, id: impl Into<Cow<'static, str>>, heading: Said) -> Column {
        Column { id: id.into(), heading, kind, spare: 0 }
    }

    /// A column of words.
    #[must_use]
    pub fn text(id: &'static str, heading: Said) -> Column {
        Column::of(Kind::Text, id, heading)
    }

    /// A column of numbers.
    #[must_use]
    pub fn number(id: &'static str, heading: Said) -> Column {
        Column::of(Kind::Decimal, id, heading)
    }

    /// A column of whole numbers.
    #[must_use]
    pub fn count(id: &'static str, heading: Said) -> Column {
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
        Column::of(Kind::Text, id, Said::default())
    }

    /// A column that only machines read.
    #[must_use]
    pub fn machine_of(kind: Kind, id: &'static str) -> Column {
        Column::of(kind, id, Said::default())
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
    Heading(Said),
    /// Values.
    Data(Vec<Cell>),
    /// Sums, for people; CSV leaves them out, so that a column's sum is the total.
    Total(Vec<Cell>),
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// A name or a setting, alike in every language.
    Text(String),
    /// Words; machines read the English ones.
    Words(Said),
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
