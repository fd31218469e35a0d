//! What was charged, usage type by usage type, and what moved since an earlier report.

use std::collections::BTreeMap;

use super::sentence::{Sentence, month_said};
use super::tables::{number, text, words};
use super::{Charged, ComparedLine, MonthlyReport, Word, second};
use crate::compare::movers::{Against, Detail, Mover, Sides, Then, folded};
use crate::model::decimal::Decimal;
use crate::model::money::{Total, Usd};
use crate::report::{Block, Cell, Column, Row, Said, Table};

/// `27 more lines`.
fn more(lines: usize) -> Cell {
    Cell::Words(Said::new(format!("{lines} more lines"), format!("ほか {lines} 項目")))
}

fn columns() -> Vec<Column> {
    vec![
        text("service", Word::Service),
        text("usage_type", Word::UsageType),
        number("charged_quantity", Word::ChargedQuantity),
        number("estimated_quantity", Word::EstimatedQuantity).spare(1),
        number("charged_cost", Word::Charged),
        number("estimated_cost", Word::Estimated),
    ]
}

fn cells(line: &ComparedLine) -> Vec<Cell> {
    let quantity = |number: Option<Decimal>| number.map_or(Cell::Empty, Cell::Number);
    vec![
        words(&line.service),
        words(&line.usage_type),
        quantity(line.actual_quantity),
        quantity(line.estimated_quantity),
        line.actual.map_or(Cell::Empty, Cell::Usd),
        line.estimate().map_or(Cell::Empty, Cell::Total),
    ]
}

/// Lines by what was charged, the largest first.
fn sides(line: &ComparedLine) -> Sides {
    let (before, after) = (line.estimated.unwrap_or_default(), line.actual.unwrap_or_default());
    Sides { before, after, difference: Some(after) }
}

/// Every line of either side: `charged.csv`.
#[must_use]
pub fn charged(report: &MonthlyReport) -> Table {
    let lines = report.charged.iter().flat_map(|of| &of.lines);
    let (lines, _) = folded(lines, sides, |_| 0, Detail::Data);
    Table {
        caption: Word::ChargedUsage.said(),
        columns: columns(),
        rows: lines.into_iter().map(|line| Row::Data(cells(line))).collect(),
    }
}

/// The largest charges, the others in one row, and the totals.
pub(super) fn largest(of: &Charged) -> Table {
    let (shown, rest) = folded(of.lines.iter(), sides, |_| 0, Detail::Folded);
    let mut rows: Vec<Row> = shown.into_iter().map(|line| Row::Data(cells(line))).collect();
    for lines in rest.values() {
        let estimate = lines.iter().filter_map(|line| line.estimate()).reduce(|sum, more| sum + more);
        let actual: Usd = lines.iter().filter_map(|line| line.actual).sum();
        rows.push(Row::Data(row(more(lines.len()), actual, estimate)));
    }
    rows.push(Row::Total(row(Cell::Words(Word::Total.said()), of.actual, Some(of.estimate()))));
    Table { caption: Word::ChargedUsage.said(), columns: columns(), rows }
}

fn row(name: Cell, actual: Usd, estimate: Option<Total>) -> Vec<Cell> {
    let estimate = estimate.map_or(Cell::Empty, Cell::Total);
    vec![name, Cell::Empty, Cell::Empty, Cell::Empty, Cell::Usd(actual), estimate]
}

/// By service and usage type.
type Charges = BTreeMap<(String, String), Usd>;

fn charges(of: &Charged) -> Charges {
    let mut sums = Charges::new();
    for line in &of.lines {
        if let Some(actual) = line.actual {
            *sums.entry((line.service.clone(), line.usage_type.clone())).or_default() += actual;
        }
    }
    sums
}

impl MonthlyReport {
    /// What was charged, as another month sees it; `None` where nothing was read.
    #[must_use]
    pub fn then(&self, source: String) -> Option<Then> {
        let of = self.charged.as_ref()?;
        let (start, end) = self.seconds();
        let (month, until) = (self.month.clone(), second(&of.until));
        Some(Then { month, source, start, until, end, charges: charges(of), paid_calls: 0, query: None })
    }
}

/// What the charges moved by since an earlier report, where both have some: by service and usage type, the largest first.
pub(super) fn moved(report: &MonthlyReport, earlier: &MonthlyReport, blocks: &mut Vec<Block>) {
    let (Some(of), Some(then)) = (&report.charged, earlier.then(String::new())) else { return };
    let against = Against::of(then, &charges(of), (report.seconds().0, second(&of.until)));
    if !against.is_of_as_many_days() {
        let before = (earlier.month.clone(), against.days.0);
        let after = (report.month.clone(), against.days.1);
        let said = Sentence::ByTheDay { before, after }.said();
        blocks.push(Block::Paragraph(said));
    }
    let cells = |name: Cell, of: &Mover| {
        let usd = |usd: Option<Usd>| usd.map_or(Cell::Empty, Cell::Usd);
        let difference = against.difference(of).map_or(Cell::Unknown, Cell::Change);
        vec![name, words(&of.usage_type), usd(of.then), usd(of.now), difference]
    };
    let (shown, rest) = against.folded(Detail::Folded);
    let mut rows: Vec<Row> = shown.into_iter().map(|of| Row::Data(cells(words(&of.service), of))).collect();
    rows.extend(rest.map(|(lines, of)| Row::Data(cells(more(lines), &of))));
    rows.push(Row::Total(cells(Cell::Words(Word::Total.said()), &against.total())));
    let difference = match against.is_of_as_many_days() {
        true => Word::Difference,
        false => Word::DifferenceADay,
    };
    blocks.push(Block::Table(Table {
        caption: Word::MovedMost.said(),
        columns: vec![
            text("service", Word::Service),
            text("usage_type", Word::UsageType),
            Column::number("before", month_said(&earlier.month)),
            Column::number("after", month_said(&report.month)),
            number("difference", difference),
        ],
        rows,
    }));
}
