//! The comparison as a report.

use super::headings;
use std::fmt::Display;

use super::month_end::LEVEL_PERCENT;
use super::movers::Detail;
use super::{Comparison, sum};
use crate::model::decimal;
use crate::model::money::{Total, Usd};
use crate::model::text::counted;
use crate::model::time::day;
use crate::model::units::Cases;
use crate::report::{Cell, Column, Page, Row, Said, Table, basis_ja};

impl Comparison {
    /// The report for a reader: small lines are folded.
    #[must_use]
    pub fn report(&self) -> Page {
        self.report_with(Detail::Folded)
    }

    /// The report: totals, why they differ, line by line, and what is left out.
    #[must_use]
    pub fn report_with(&self, detail: Detail) -> Page {
        let mut facts = self.facts();
        facts.extend(self.folded_text(detail).map(|text| (headings::lines(), text)));
        facts.extend(self.against.as_ref().map(|against| (headings::against(), against.text())));
        let asked = self.against.as_ref().and_then(|against| against.then.query.as_ref());
        facts.extend(asked.map(|run| (headings::asked_for_that(), Said::alike(run.to_string()))));
        let title = headings::compared_of(&self.scenario);
        if let Some(breakdown) = &self.breakdown {
            let tables = vec![breakdown.table(detail), self.total_table()];
            let (charts, verbatim) = (Vec::new(), Vec::new());
            return Page::new(title, tables, self.notes.clone())
                .with_facts(facts)
                .with_charts(charts)
                .with_verbatim(verbatim);
        }
        let mut tables = vec![self.line_table(detail), self.total_table(), self.bridge_table()];
        tables.extend(self.costs_table());
        tables.extend(self.commitment_table());
        tables.extend(self.against.as_ref().map(|against| against.table(detail)));
        tables.extend(self.steps_table());
        tables.extend(self.month_end_table());
        tables.extend((!self.unit_costs.is_empty()).then(|| self.unit_table()));
        let left_out =
            [(headings::out_of_scope(), &self.out_of_scope), (headings::excluded(), &self.excluded)];
        tables.extend(left_out.into_iter().filter(|(_, charges)| !charges.is_empty()).map(
            |(caption, charges)| {
                let mut rows: Vec<Row> = charges
                    .iter()
                    // What is $0.00 to a reader; the sum has it.
                    .filter(|(_, amount)| amount.cents() != Usd::ZERO.cents())
                    .map(|(name, amount)| Row::Data(vec![Cell::Text(name.clone()), Cell::Usd(*amount)]))
                    .collect();
                rows.push(Row::Total(vec![Cell::Words(headings::sum_of_all()), Cell::Usd(sum(charges))]));
                let columns = vec![
                    Column::text("name", headings::charges()),
                    Column::number("amount", headings::amount()),
                ];
                Table { caption, columns, rows }
            },
        ));
        Page::new(title, tables, self.notes.clone()).with_facts(facts)
    }

    /// What was compared with what.
    pub(super) fn facts(&self) -> Vec<(Said, Said)> {
        let mut facts = vec![
            (headings::charges(), charges_text(&self.question.source, self.question.basis.id())),
            (
                headings::compared(),
                headings::span_of_days(day(self.period.start().as_second()), day(self.until)),
            ),
            (headings::estimated_with(), self.prices.clone()),
        ];
        facts.push((headings::settled(), self.settled_text()));
        facts.extend(
            self.question.query.as_ref().map(|run| (headings::asked(), Said::alike(run.to_string()))),
        );
        facts
    }

    /// How the source's own total comes about.
    fn total_table(&self) -> Table {
        let row = |name: Said, amount: Usd| Row::Data(vec![Cell::Words(name), Cell::Usd(amount)]);
        Table {
            caption: headings::every_charge_of_the_source_is_in(),
            columns: vec![
                Column::text("part", headings::part()),
                Column::number("amount", headings::amount()),
            ],
            rows: vec![
                row(headings::compared_sum(), self.actual()),
                row(headings::out_of_scope_sum(), sum(&self.out_of_scope)),
                row(headings::excluded_sum(), sum(&self.excluded)),
                Row::Total(vec![
                    Cell::Words(headings::the_sources_own_total()),
                    Cell::Usd(self.source_total),
                ]),
            ],
        }
    }

    /// How old the period is, and what is missing of it.
    fn settled_text(&self) -> Said {
        let age = match self.days_since_end() {
            Some(days) => headings::ended_ago(days_said(days)),
            None => headings::not_over(),
        };
        match (self.open_days, self.last_use) {
            (0, Some(last)) => headings::whole_until(age, day(last)),
            (0, None) => headings::has_all(age),
            (1, _) => headings::one_day_missing(age),
            (days, _) => headings::days_missing(age, days),
        }
    }

    fn month_end_table(&self) -> Option<Table> {
        let cells = |name: Said, Cases { low, expected, high }: Cases<Usd>| {
            vec![Cell::Words(name), Cell::Usd(low), Cell::Usd(expected), Cell::Usd(high)]
        };
        let one = |name: Said, amount: Cell| vec![Cell::Words(name), Cell::Empty, amount, Cell::Empty];
        let mut rows = Vec::new();
        if let Some(end) = &self.month_end {
            let rest = headings::to_come(days_said(end.days_to_come));
            let estimated = Cell::Total(Total::new(self.estimated_whole, self.is_priced()));
            rows.push(Row::Data(one(headings::charged_in(days_said(end.days)), Cell::Usd(end.charged))));
            rows.push(Row::Data(cells(rest, end.rest)));
            rows.push(Row::Total(cells(headings::at_month_end(), end.total())));
            rows.push(Row::Data(one(headings::estimated_for_month(), estimated)));
        }
        let aws = self.question.aws_forecast;
        rows.extend(aws.map(|(from, rest)| Row::Data(cells(headings::of_aws(day(from)), rest))));
        let columns = vec![
            Column::text("part", headings::part()),
            Column::number("low", headings::low()),
            Column::number("expected", headings::expected()),
            Column::number("high", headings::high()),
        ];
        let caption = headings::month_end(LEVEL_PERCENT);
        (!rows.is_empty()).then_some(Table { caption, columns, rows })
    }

    fn unit_table(&self) -> Table {
        let price = |usd: Option<Usd>| {
            usd.map_or(Cell::Unknown, |usd| Cell::Price(Usd::new(decimal::round(usd.amount(), 6))))
        };
        let rows = self.unit_costs.iter().map(|cost| {
            Row::Data(vec![Cell::Text(cost.unit.into()), price(cost.estimated), price(cost.actual)])
        });
        Table {
            caption: headings::what_was_paid_for(),
            columns: vec![
                Column::text("unit", headings::per()),
                Column::number("estimated_usd", headings::estimated()),
                Column::number("actual_usd", headings::actual()),
            ],
            rows: rows.collect(),
        }
    }

    fn bridge_table(&self) -> Table {
        let mut rows: Vec<Row> = self
            .bridge
            .iter()
            .filter(|of| !of.is_rounding())
            .map(|of| Row::Data(vec![Cell::Words(of.title()), Cell::Change(of.amount())]))
            .collect();
        rows.push(Row::Total(vec![
            Cell::Words(headings::actual_less_estimated()),
            Cell::Change(self.difference()),
        ]));
        let columns =
            vec![Column::text("driver", headings::driver()), Column::number("amount", headings::amount())];
        Table { caption: headings::why_they_differ(), columns, rows }
    }
}

/// `3 days`, `3 日`.
fn days_said(days: impl TryInto<i64> + Display + Copy) -> Said {
    Said::new(counted(days, "day"), format!("{days} 日"))
}

/// Where charges are from, and how they count.
fn charges_text(source: &str, basis: &str) -> Said {
    Said::new(format!("{source}, {basis}"), format!("{source}、{}", basis_ja(basis)))
}
