//! Several scenarios beside each other, each with its difference to the first.
#![deny(clippy::float_arithmetic)]

use std::collections::BTreeMap;

use serde::Serialize;

use super::Estimate;
use super::document::{EstimateDocument, GENERATED_BY, SCHEMA_VERSION};
use super::table::line_label;
use crate::model::money::Usd;
use crate::model::usage::Group;
use crate::report::{Cell, Column, Report, Row, Table};

/// Several estimates as JSON.
#[derive(Debug, Serialize)]
pub struct ComparisonDocument {
    schema_version: u32,
    kind: &'static str,
    generated_by: &'static str,
    estimates: Vec<EstimateDocument>,
}

/// The JSON document.
#[must_use]
pub fn document(estimates: &[Estimate]) -> ComparisonDocument {
    ComparisonDocument {
        schema_version: SCHEMA_VERSION,
        kind: "estimate_comparison",
        generated_by: GENERATED_BY,
        estimates: estimates.iter().map(Estimate::document).collect(),
    }
}

/// The lines of all estimates under each other for CSV: one row per line and scenario.
#[must_use]
pub fn stacked(estimates: &[Estimate]) -> Report {
    let mut report = Report::default();
    for estimate in estimates {
        let one = estimate.report();
        report.notes.extend(one.notes);
        for table in one.tables.into_iter().take(1) {
            match report.tables.first_mut() {
                Some(first) => first.rows.extend(table.rows),
                None => report.tables.push(table),
            }
        }
    }
    report
}

/// What one scenario says about a line.
#[derive(Clone, Copy)]
enum Say {
    Nothing,
    Unknown,
    Cost(Usd),
}

/// One column of cost a scenario, with the difference to the first.
#[must_use]
pub fn report(estimates: &[Estimate]) -> Report {
    let mut columns = vec![Column::text("line", "Line")];
    for (index, estimate) in estimates.iter().enumerate() {
        columns.push(Column::number("", &estimate.scenario.name));
        if index > 0 {
            columns.push(Column::number("", &format!("to {}", estimates[0].scenario.name)));
        }
    }
    let mut rows = Vec::new();
    for group in Group::ALL {
        let lines = lines(estimates, group);
        if lines.is_empty() {
            continue;
        }
        rows.push(Row::Heading(group.title().into()));
        rows.extend(lines.into_iter().map(|(label, says)| Row::Data(cells(label, &says))));
    }
    let mut totals = vec![Cell::Text("Total".into())];
    for (index, estimate) in estimates.iter().enumerate() {
        let expected = estimate.total().expected;
        totals.push(estimate.at_least(expected));
        if index > 0 {
            let known = estimate.is_complete() && estimates[0].is_complete();
            totals.push(if known {
                Cell::Change(expected - estimates[0].total().expected)
            } else {
                Cell::Unknown
            });
        }
    }
    rows.push(Row::Total(totals));
    let mut notes = Vec::new();
    for note in estimates.iter().flat_map(|estimate| &estimate.notes) {
        if !notes.contains(note) {
            notes.push(note.clone());
        }
    }
    Report {
        title: "Estimates of several scenarios".into(),
        facts: facts(estimates),
        tables: vec![Table { caption: String::new(), columns, rows }],
        notes,
    }
}

fn facts(estimates: &[Estimate]) -> Vec<(&'static str, String)> {
    let mut facts: Vec<(&'static str, Vec<String>)> = Vec::new();
    for estimate in estimates {
        for (name, value) in estimate.facts() {
            let value = if name == "Budget" { format!("{}: {value}", estimate.scenario.name) } else { value };
            match facts.iter_mut().find(|(known, _)| *known == name) {
                Some((_, values)) => values.push(value),
                None => facts.push((name, vec![value])),
            }
        }
    }
    let one = |(name, mut values): (&'static str, Vec<String>)| {
        values.dedup();
        (name, values.join("; "))
    };
    facts.into_iter().map(one).collect()
}

/// Every line of a group by label, in the order of the first scenario that has it.
fn lines(estimates: &[Estimate], group: Group) -> Vec<(String, Vec<Say>)> {
    let mut order: Vec<String> = Vec::new();
    let mut says: BTreeMap<String, Vec<Say>> = BTreeMap::new();
    for (index, estimate) in estimates.iter().enumerate() {
        let priced = estimate.line_items.iter().map(|item| (&item.usage, Say::Cost(item.cost.expected)));
        let unpriced = estimate.unpriced.iter().map(|line| (&line.usage, Say::Unknown));
        for (usage, say) in priced.chain(unpriced).filter(|(usage, _)| usage.group == group) {
            let label = line_label(&usage.name, usage.sku.purchase, &usage.sku.usage_type());
            let row = says.entry(label.clone()).or_insert_with(|| {
                order.push(label.clone());
                vec![Say::Nothing; estimates.len()]
            });
            row[index] = match (row[index], say) {
                (Say::Cost(sum), Say::Cost(more)) => Say::Cost(sum + more),
                (Say::Unknown, _) => Say::Unknown,
                (_, say) => say,
            };
        }
    }
    order.into_iter().map(|label| (label.clone(), says.remove(&label).unwrap_or_default())).collect()
}

fn cells(label: String, says: &[Say]) -> Vec<Cell> {
    let mut cells = vec![Cell::Text(label)];
    let amount = |say: Say| match say {
        Say::Nothing => Some(Usd::ZERO),
        Say::Unknown => None,
        Say::Cost(cost) => Some(cost),
    };
    for (index, say) in says.iter().enumerate() {
        cells.push(match say {
            Say::Nothing => Cell::Empty,
            Say::Unknown => Cell::Unknown,
            Say::Cost(cost) => Cell::Usd(*cost),
        });
        if index > 0 {
            let change = amount(*say).zip(amount(says[0])).map(|(now, first)| Cell::Change(now - first));
            cells.push(change.unwrap_or(Cell::Unknown));
        }
    }
    cells
}
