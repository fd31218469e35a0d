//! Several scenarios beside each other, each with its difference to the first.
#![deny(clippy::float_arithmetic)]

use std::collections::BTreeMap;

use super::Estimate;
use super::headings;
use super::table::line_label;
use crate::model::money::Usd;
use crate::model::usage::{Basis, Group};
use crate::report::{Block, Cell, Column, Note, Page, Row, Said, Table};

/// The lines of all estimates under each other for CSV: one row per line and scenario.
#[must_use]
pub fn stacked(estimates: &[Estimate]) -> Page {
    let mut report = Page::new(Said::default(), Vec::new(), notes(estimates, &names(estimates)));
    for estimate in estimates {
        let table = estimate.lines_table();
        match &mut report.blocks[..] {
            [Block::Table(first), ..] => first.rows.extend(table.rows),
            _ => report.blocks.push(Block::Table(table)),
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
pub fn report(estimates: &[Estimate]) -> Page {
    let names = names(estimates);
    let mut columns = vec![Column::text("line", headings::line())];
    for (index, name) in names.iter().enumerate() {
        columns.push(Column::number("", Said::alike(name)));
        if index > 0 {
            columns.push(Column::number("", headings::against(&names[0])));
        }
    }
    let mut rows = Vec::new();
    for group in Group::ALL {
        let lines = lines(estimates, group);
        if lines.is_empty() {
            continue;
        }
        rows.push(Row::Heading(group.said()));
        rows.extend(lines.into_iter().map(|(label, says)| Row::Data(cells(label, &says))));
    }
    for (title, basis) in [
        (headings::fixed(), Some(Basis::Fixed)),
        (headings::usage(), Some(Basis::Usage)),
        (headings::total(), None),
    ] {
        rows.push(sums(title, basis, estimates));
    }
    Page::new(
        headings::estimates_of_several_scenarios(),
        vec![Table { caption: Said::default(), columns, rows }],
        notes(estimates, &names),
    )
    .with_facts(facts(estimates, &names))
}

/// The scenarios' names; those that are not unique get their place.
fn names(estimates: &[Estimate]) -> Vec<String> {
    let all: Vec<&str> = estimates.iter().map(|estimate| estimate.scenario.name.as_str()).collect();
    let name = |(place, name): (usize, &&str)| match all.iter().filter(|other| *other == name).count() {
        1 => (*name).to_owned(),
        _ => format!("{name} ({})", place + 1),
    };
    all.iter().enumerate().map(name).collect()
}

/// Notes that all scenarios share as they are, others with the name of theirs.
fn notes(estimates: &[Estimate], names: &[String]) -> Vec<Note> {
    let mut notes: Vec<Note> = Vec::new();
    for (estimate, name) in estimates.iter().zip(names) {
        for note in &estimate.notes {
            let shared = estimates.iter().all(|other| other.notes.contains(note));
            let note = match shared {
                true => note.clone(),
                false => Note::Of { scenario: name.clone(), note: Box::new(note.clone()) },
            };
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
    }
    notes
}

/// A row of sums: of the lines with this basis, or of all.
fn sums(title: Said, basis: Option<Basis>, estimates: &[Estimate]) -> Row {
    let expected =
        |estimate: &Estimate| estimate.expected_of(|line| basis.is_none_or(|basis| line.basis == basis));
    let mut cells = vec![Cell::Words(title)];
    for (index, estimate) in estimates.iter().enumerate() {
        let amount = expected(estimate);
        cells.push(Cell::Total(amount));
        if index > 0 {
            let known = amount.whole().zip(expected(&estimates[0]).whole());
            cells.push(known.map_or(Cell::Unknown, |(amount, first)| Cell::Change(amount - first)));
        }
    }
    Row::Total(cells)
}

fn facts(estimates: &[Estimate], names: &[String]) -> Vec<(Said, Said)> {
    let mut facts: Vec<(Said, Vec<Said>)> = Vec::new();
    for (estimate, scenario) in estimates.iter().zip(names) {
        for (name, value) in estimate.facts() {
            let value = if name == headings::budget() { headings::of(scenario, value) } else { value };
            match facts.iter_mut().find(|(known, _)| *known == name) {
                Some((_, values)) => values.push(value),
                None => facts.push((name, vec![value])),
            }
        }
    }
    let one = |(name, mut values): (Said, Vec<Said>)| {
        values.dedup();
        (name, Said::joined(values, "; ", "、"))
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
            let label = line_label(usage);
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
