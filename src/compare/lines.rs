//! The lines of a comparison as a table: the largest differences first, small lines folded, and for programs all of them.

use super::headings;
use super::movers::{Detail, Sides, folded, smaller};
use super::{Comparison, Line};
use crate::model::decimal::Decimal;
use crate::model::money::{Total, Usd};
use crate::report::{Cell, Column, Row, Said, Table};

/// Where a line is, and what programs and people call it.
const PARTS: [(&str, &str); 3] =
    [("matched", "in both"), ("only_estimated", "only estimated"), ("only_charged", "only charged")];

/// A line and its place in [`PARTS`].
type Placed<'a> = (usize, &'a Line);

impl Comparison {
    fn placed(&self) -> Vec<Placed<'_>> {
        let parts = [&self.matched, &self.only_estimated, &self.only_charged];
        let parts = parts.into_iter().enumerate();
        parts.flat_map(|(part, lines)| lines.iter().map(move |line| (part, line))).collect()
    }

    pub(super) fn line_table(&self, detail: Detail) -> Table {
        let mut columns = vec![
            Column::machine("part"),
            Column::text("service", headings::service()),
            Column::text("usage_type", headings::usage_type()),
            Column::number("estimated_quantity", headings::estimated_quantity()).spare(1),
            Column::number("actual_quantity", headings::charged_quantity()).spare(1),
            Column::number("estimated_cost", headings::estimated_cost()),
            Column::number("actual_cost", headings::actual_cost()),
            Column::number("difference", headings::difference()),
        ];
        let lines = self.placed();
        let (shown, rest) = folded(lines.iter(), sides, |(part, _)| *part, detail);
        let mut rows: Vec<Row> = shown.into_iter().map(|(part, line)| line_row(*part, line)).collect();
        rows.extend(rest.iter().map(|(part, lines)| folded_row(*part, lines)));
        if detail == Detail::Data && self.against.is_some() {
            columns.extend(["then_cost", "change", "change_a_day"].map(Column::machine));
            rows = self.with_then(&lines);
        }
        let estimated = Cell::Total(Total::new(self.estimated(), self.is_priced()));
        let mut total = vec![Cell::Empty, Cell::Words(headings::total())];
        total.extend([Cell::Empty, Cell::Empty, Cell::Empty]);
        total.extend([estimated, Cell::Usd(self.actual()), Cell::Change(self.difference())]);
        rows.push(Row::Total(total));
        Table { caption: Said::default(), columns, rows }
    }

    /// Every line with what was charged then, and usage types that were charged only then.
    fn with_then(&self, lines: &[Placed<'_>]) -> Vec<Row> {
        let Some(against) = &self.against else { return Vec::new() };
        let (lines, _) = folded(lines.iter(), sides, |(part, _)| *part, Detail::Data);
        let mut rows: Vec<Row> = Vec::new();
        let more = |service: &str, usage_type: &str| {
            let found = against.movers.iter().find(|of| of.service == service && of.usage_type == usage_type);
            let Some(of) = found else { return vec![Cell::Empty; 3] };
            let change = of.now.unwrap_or_default() - of.then.unwrap_or_default();
            let a_day = against.of_a_day(of).map_or(Cell::Empty, Cell::Change);
            vec![of.then.map_or(Cell::Empty, Cell::Usd), Cell::Change(change), a_day]
        };
        for (part, line) in lines {
            let mut cells = cells(PARTS[*part].0, line);
            cells.extend(more(&line.service, &line.usage_type));
            rows.push(Row::Data(cells));
        }
        let has = |service: &str, usage_type: &str| {
            self.lines().any(|line| line.service == service && line.usage_type == usage_type)
        };
        for of in against.movers.iter().filter(|of| !has(&of.service, &of.usage_type)) {
            let mut cells = vec![
                Cell::Text("only_then".into()),
                Cell::Text(of.service.clone()),
                Cell::Text(of.usage_type.clone()),
            ];
            cells.extend(vec![Cell::Empty; 5]);
            cells.extend(more(&of.service, &of.usage_type));
            rows.push(Row::Data(cells));
        }
        rows
    }

    /// What a reader does not see, in words, if there is something.
    pub(super) fn folded_text(&self, detail: Detail) -> Option<Said> {
        let lines = self.placed();
        let (shown, rest) = folded(lines.iter(), sides, |(part, _)| *part, detail);
        let of_all = lines.len();
        (!rest.is_empty()).then(|| headings::shown_of(shown.len(), of_all))
    }
}

fn sides((_, line): &Placed<'_>) -> Sides {
    Sides {
        before: line.estimated_cost.unwrap_or_default(),
        after: line.actual_cost.unwrap_or_default(),
        difference: line.difference(),
    }
}

fn line_row(part: usize, line: &Line) -> Row {
    Row::Data(cells(PARTS[part].0, line))
}

fn cells(part: &str, line: &Line) -> Vec<Cell> {
    let quantity = |number: Option<Decimal>| number.map_or(Cell::Empty, Cell::Number);
    let estimated = match line.estimated_cost {
        _ if line.unpriced => Cell::Unknown,
        Some(cost) => Cell::Usd(cost),
        None => Cell::Empty,
    };
    vec![
        Cell::Text(part.into()),
        Cell::Text(line.service.clone()),
        Cell::Text(line.usage_type.clone()),
        quantity(line.estimated_quantity),
        if line.unquantified { Cell::Unknown } else { quantity(line.actual_quantity) },
        estimated,
        line.actual_cost.map_or(Cell::Empty, Cell::Usd),
        line.difference().map_or(Cell::Unknown, Cell::Change),
    ]
}

/// How many lines of a part there are, and what they come to.
fn folded_row(part: usize, lines: &[&Placed<'_>]) -> Row {
    let priced = !lines.iter().any(|(_, line)| line.unpriced);
    let estimated: Usd = lines.iter().filter_map(|(_, line)| line.estimated_cost).sum();
    let actual: Usd = lines.iter().filter_map(|(_, line)| line.actual_cost).sum();
    let difference = if priced { Cell::Change(actual - estimated) } else { Cell::Unknown };
    let is_in = |side: usize| part == 0 || part == side;
    Row::Data(vec![
        Cell::Text(PARTS[part].0.into()),
        Cell::Text(smaller(lines.len())),
        Cell::Text(PARTS[part].1.into()),
        Cell::Empty,
        Cell::Empty,
        if is_in(1) { Cell::Total(Total::new(estimated, priced)) } else { Cell::Empty },
        if is_in(2) { Cell::Usd(actual) } else { Cell::Empty },
        difference,
    ])
}
