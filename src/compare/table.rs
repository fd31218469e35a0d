//! The comparison as a report.

use super::month_end::LEVEL_PERCENT;
use super::movers::Detail;
use super::{Comparison, sum};
use crate::model::decimal;
use crate::model::money::{Total, Usd};
use crate::model::text::counted;
use crate::model::time::day;
use crate::model::units::Cases;
use crate::report::{Cell, Column, Page, Row, Table};

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
        facts.extend(self.folded_text(detail).map(|text| ("Lines", text)));
        facts.extend(self.against.as_ref().map(|against| ("Against", against.text())));
        let asked = self.against.as_ref().and_then(|against| against.then.query.as_ref());
        facts.extend(asked.map(|run| ("Asked for that", run.to_string())));
        let title = format!("{}: estimate against charges", self.scenario);
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
        let left_out = [("Out of scope", &self.out_of_scope), ("Excluded", &self.excluded)];
        tables.extend(left_out.into_iter().filter(|(_, charges)| !charges.is_empty()).map(
            |(caption, charges)| {
                let mut rows: Vec<Row> = charges
                    .iter()
                    // What is $0.00 to a reader; the sum has it.
                    .filter(|(_, amount)| amount.cents() != Usd::ZERO.cents())
                    .map(|(name, amount)| Row::Data(vec![Cell::Text(name.clone()), Cell::Usd(*amount)]))
                    .collect();
                rows.push(Row::Total(vec![Cell::Text("Sum".into()), Cell::Usd(sum(charges))]));
                let columns = vec![Column::text("name", "Charges"), Column::number("amount", "Amount")];
                Table { caption: caption.into(), columns, rows }
            },
        ));
        Page::new(title, tables, self.notes.clone()).with_facts(facts)
    }

    /// What was compared with what.
    pub(super) fn facts(&self) -> Vec<(&'static str, String)> {
        let mut facts = vec![
            ("Charges", format!("{}, {}", self.question.source, self.question.basis.id())),
            (
                "Compared",
                format!(
                    "{} to {} (UTC, end excluded)",
                    day(self.period.start().as_second()),
                    day(self.until)
                ),
            ),
            ("Estimated with", self.prices.clone()),
        ];
        facts.push(("Settled", self.settled_text()));
        facts.extend(self.question.query.as_ref().map(|run| ("Asked", run.to_string())));
        facts
    }

    /// How the source's own total comes about.
    fn total_table(&self) -> Table {
        let row = |name: &str, amount: Usd| Row::Data(vec![Cell::Text(name.into()), Cell::Usd(amount)]);
        Table {
            caption: "Every charge of the source is in one place".into(),
            columns: vec![Column::text("part", "Part"), Column::number("amount", "Amount")],
            rows: vec![
                row("compared", self.actual()),
                row("out of scope", sum(&self.out_of_scope)),
                row("excluded", sum(&self.excluded)),
                Row::Total(vec![Cell::Text("The source's own total".into()), Cell::Usd(self.source_total)]),
            ],
        }
    }

    /// How old the period is, and what is missing of it.
    fn settled_text(&self) -> String {
        let age = match self.days_since_end() {
            Some(days) => format!("the period ended {} ago", counted(days, "day")),
            None => "the period is not over".to_owned(),
        };
        match (self.open_days, self.last_use) {
            (0, Some(last)) => format!("{age} and is compared whole, its last use is of {}", day(last)),
            (0, None) => format!("{age}, the source has all of it"),
            (1, _) => format!("{age}, 1 of its days is missing or not complete"),
            (days, _) => format!("{age}, {days} of its days are missing or not complete"),
        }
    }

    fn month_end_table(&self) -> Option<Table> {
        let cells = |name: String, Cases { low, expected, high }: Cases<Usd>| {
            vec![Cell::Text(name), Cell::Usd(low), Cell::Usd(expected), Cell::Usd(high)]
        };
        let one = |name: &str, amount: Cell| vec![Cell::Text(name.into()), Cell::Empty, amount, Cell::Empty];
        let mut rows = Vec::new();
        if let Some(end) = &self.month_end {
            let rest = format!("{} to come", counted(end.days_to_come, "day"));
            let estimated = Cell::Total(Total::new(self.estimated_whole, self.is_priced()));
            rows.push(Row::Data(one(
                &format!("charged in {}", counted(end.days, "day")),
                Cell::Usd(end.charged),
            )));
            rows.push(Row::Data(cells(rest, end.rest)));
            rows.push(Row::Total(cells("At the month's end".into(), end.total())));
            rows.push(Row::Data(one("estimated for the month", estimated)));
        }
        let aws = self.question.aws_forecast;
        rows.extend(
            aws.map(|(from, rest)| Row::Data(cells(format!("AWS's own, from {} on", day(from)), rest))),
        );
        let columns = vec![
            Column::text("part", "Part"),
            Column::number("low", "Low"),
            Column::number("expected", "Expected"),
            Column::number("high", "High"),
        ];
        let caption = format!("The month's end, in {LEVEL_PERCENT} % of months between low and high");
        (!rows.is_empty()).then_some(Table { caption: caption.into(), columns, rows })
    }

    fn unit_table(&self) -> Table {
        let price = |usd: Option<Usd>| {
            usd.map_or(Cell::Unknown, |usd| Cell::Price(Usd::new(decimal::round(usd.amount(), 6))))
        };
        let rows = self.unit_costs.iter().map(|cost| {
            Row::Data(vec![Cell::Text(cost.unit.into()), price(cost.estimated), price(cost.actual)])
        });
        Table {
            caption: "What was paid for".into(),
            columns: vec![
                Column::text("unit", "Per"),
                Column::number("estimated_usd", "Estimated"),
                Column::number("actual_usd", "Actual"),
            ],
            rows: rows.collect(),
        }
    }

    fn bridge_table(&self) -> Table {
        let mut rows: Vec<Row> = self
            .bridge
            .iter()
            .filter(|of| !of.is_rounding())
            .map(|of| Row::Data(vec![Cell::Text(of.title()), Cell::Change(of.amount())]))
            .collect();
        rows.push(Row::Total(vec![Cell::Text("actual − estimated".into()), Cell::Change(self.difference())]));
        let columns = vec![Column::text("driver", "Driver"), Column::number("amount", "Amount")];
        Table { caption: "Why they differ".into(), columns, rows }
    }
}
