//! The comparison as a report.

use super::month_end::{Interval, LEVEL_PERCENT};
use super::{Comparison, Line, sum};
use crate::model::decimal;
use crate::model::money::{Total, Usd};
use crate::model::time::day;
use crate::report::{Cell, Column, Report, Row, Table};

impl Comparison {
    /// The report: totals, why they differ, line by line, and what is left out.
    #[must_use]
    pub fn report(&self) -> Report {
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
        let mut tables = vec![self.line_table(), self.total_table(), self.bridge_table()];
        tables.extend(self.steps_table());
        tables.extend(self.month_end_table());
        tables.extend((!self.unit_costs.is_empty()).then(|| self.unit_table()));
        let left_out = [("Out of scope", &self.out_of_scope), ("Excluded", &self.excluded)];
        tables.extend(left_out.into_iter().filter(|(_, charges)| !charges.is_empty()).map(
            |(caption, charges)| {
                let mut rows: Vec<Row> = charges
                    .iter()
                    .map(|(name, amount)| Row::Data(vec![Cell::Text(name.clone()), Cell::Usd(*amount)]))
                    .collect();
                rows.push(Row::Total(vec![Cell::Text("Sum".into()), Cell::Usd(sum(charges))]));
                let columns = vec![Column::text("name", "Charges"), Column::number("amount", "Amount")];
                Table { caption: caption.into(), columns, rows }
            },
        ));
        let title = format!("{}: estimate against charges", self.scenario);
        Report { title, facts, tables, charts: Vec::new(), verbatim: Vec::new(), notes: self.notes.clone() }
    }

    fn line_table(&self) -> Table {
        let columns = vec![
            Column::machine("part"),
            Column::text("service", "Service"),
            Column::text("usage_type", "Usage type"),
            Column::number("estimated_quantity", "Estimated").spare(1),
            Column::number("actual_quantity", "Charged").spare(1),
            Column::number("estimated_cost", "Estimated cost"),
            Column::number("actual_cost", "Actual cost"),
            Column::number("difference", "Difference"),
        ];
        let parts = [
            ("matched", "In both", &self.matched),
            ("only_estimated", "Only estimated", &self.only_estimated),
            ("only_charged", "Only charged", &self.only_charged),
        ];
        let mut rows = Vec::new();
        for (id, heading, lines) in parts.into_iter().filter(|(.., lines)| !lines.is_empty()) {
            rows.push(Row::Heading(heading.into()));
            rows.extend(lines.iter().map(|line| line_row(id, line)));
        }
        let estimated = Cell::Total(Total::new(self.estimated(), self.is_priced()));
        let mut total = vec![Cell::Empty, Cell::Text("Total".into())];
        total.extend([Cell::Empty, Cell::Empty, Cell::Empty]);
        total.extend([estimated, Cell::Usd(self.actual()), Cell::Change(self.difference())]);
        rows.push(Row::Total(total));
        Table { caption: String::new(), columns, rows }
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
            Some(days) => format!("the period ended {days} days ago"),
            None => "the period is not over".to_owned(),
        };
        match self.open_days {
            0 => format!("{age}, the source has all of it"),
            days => format!("{age}, {days} of its days are missing or not complete"),
        }
    }

    fn month_end_table(&self) -> Option<Table> {
        let cells = |name: String, Interval { low, expected, high }: Interval| {
            vec![Cell::Text(name), Cell::Usd(low), Cell::Usd(expected), Cell::Usd(high)]
        };
        let one = |name: &str, amount: Cell| vec![Cell::Text(name.into()), Cell::Empty, amount, Cell::Empty];
        let mut rows = Vec::new();
        if let Some(end) = &self.month_end {
            let rest = format!("{} days to come", end.days_to_come);
            let estimated = Cell::Total(Total::new(self.estimated_whole, self.is_priced()));
            rows.push(Row::Data(one(&format!("charged in {} days", end.days), Cell::Usd(end.charged))));
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
            .map(|(driver, amount)| Row::Data(vec![Cell::Text(driver.id().into()), Cell::Change(*amount)]))
            .collect();
        rows.push(Row::Total(vec![Cell::Text("actual − estimated".into()), Cell::Change(self.difference())]));
        let columns = vec![Column::text("driver", "Driver"), Column::number("amount", "Amount")];
        Table { caption: "Why they differ".into(), columns, rows }
    }
}

fn line_row(part: &str, line: &Line) -> Row {
    let quantity = |number: Option<decimal::Decimal>| number.map_or(Cell::Empty, Cell::Number);
    let estimated = match line.estimated_cost {
        _ if line.unpriced => Cell::Unknown,
        Some(cost) => Cell::Usd(cost),
        None => Cell::Empty,
    };
    Row::Data(vec![
        Cell::Text(part.into()),
        Cell::Text(line.service.clone()),
        Cell::Text(line.usage_type.clone()),
        quantity(line.estimated_quantity),
        if line.unquantified { Cell::Unknown } else { quantity(line.actual_quantity) },
        estimated,
        line.actual_cost.map_or(Cell::Empty, Cell::Usd),
        line.difference().map_or(Cell::Unknown, Cell::Change),
    ])
}
