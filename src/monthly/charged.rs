//! What was charged, usage type by usage type, and what moved since an earlier report.

use std::collections::BTreeMap;

use super::sentence::{Sentence, month_words};
use super::tables::{number, text, words};
use super::{Charged, ComparedLine, MonthlyReport, Word, second};
use crate::compare::movers::{Against, Detail, Mover, Sides, Then, folded};
use crate::model::decimal::Decimal;
use crate::model::money::{Total, Usd};
use crate::report::{Block, Cell, Column, Lang, Row, Table};

/// `27 more lines`.
fn more(lines: usize, lang: Lang) -> Cell {
    words(match lang {
        Lang::En => format!("{lines} more lines"),
        Lang::Ja => format!("ほか {lines} 項目"),
    })
}

fn columns(lang: Lang) -> Vec<Column> {
    vec![
        text("service", Word::Service, lang),
        text("usage_type", Word::UsageType, lang),
        number("charged_quantity", Word::ChargedQuantity, lang),
        number("estimated_quantity", Word::EstimatedQuantity, lang).spare(1),
        number("charged_cost", Word::Charged, lang),
        number("estimated_cost", Word::Estimated, lang),
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
pub fn charged(report: &MonthlyReport, lang: Lang) -> Table {
    let lines = report.charged.iter().flat_map(|of| &of.lines);
    let (lines, _) = folded(lines, sides, |_| 0, Detail::Data);
    Table {
        caption: Word::ChargedUsage.form(lang).into(),
        columns: columns(lang),
        rows: lines.into_iter().map(|line| Row::Data(cells(line))).collect(),
    }
}

/// The largest charges, the others in one row, and the totals.
pub(super) fn largest(of: &Charged, lang: Lang) -> Table {
    let (shown, rest) = folded(of.lines.iter(), sides, |_| 0, Detail::Folded);
    let mut rows: Vec<Row> = shown.into_iter().map(|line| Row::Data(cells(line))).collect();
    for lines in rest.values() {
        let estimate = lines.iter().filter_map(|line| line.estimate()).reduce(|sum, more| sum + more);
        let actual: Usd = lines.iter().filter_map(|line| line.actual).sum();
        rows.push(Row::Data(row(more(lines.len(), lang), actual, estimate)));
    }
    rows.push(Row::Total(row(words(Word::Total.form(lang)), of.actual, Some(of.estimate()))));
    Table { caption: Word::ChargedUsage.form(lang).into(), columns: columns(lang), rows }
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
pub(super) fn moved(report: &MonthlyReport, earlier: &MonthlyReport, lang: Lang, blocks: &mut Vec<Block>) {
    let (Some(of), Some(then)) = (&report.charged, earlier.then(String::new())) else { return };
    let against = Against::of(then, &charges(of), (report.seconds().0, second(&of.until)));
    if !against.is_of_as_many_days() {
        let before = (earlier.month.clone(), against.days.0);
        let after = (report.month.clone(), against.days.1);
        let said = Sentence::ByTheDay { before, after }.said().in_language(lang).to_owned();
        blocks.push(Block::Paragraph(said));
    }
    let cells = |name: Cell, of: &Mover| {
        let usd = |usd: Option<Usd>| usd.map_or(Cell::Empty, Cell::Usd);
        let difference = against.difference(of).map_or(Cell::Unknown, Cell::Change);
        vec![name, words(&of.usage_type), usd(of.then), usd(of.now), difference]
    };
    let (shown, rest) = against.folded(Detail::Folded);
    let mut rows: Vec<Row> = shown.into_iter().map(|of| Row::Data(cells(words(&of.service), of))).collect();
    rows.extend(rest.map(|(lines, of)| Row::Data(cells(more(lines, lang), &of))));
    rows.push(Row::Total(cells(words(Word::Total.form(lang)), &against.total())));
    let difference = match against.is_of_as_many_days() {
        true => Word::Difference,
        false => Word::DifferenceADay,
    };
    blocks.push(Block::Table(Table {
        caption: Word::MovedMost.form(lang).into(),
        columns: vec![
            text("service", Word::Service, lang),
            text("usage_type", Word::UsageType, lang),
            Column::number("before", &month_words(&earlier.month, lang)),
            Column::number("after", &month_words(&report.month, lang)),
            number("difference", difference, lang),
        ],
        rows,
    }));
}
