//! The table `lines`: what is estimated.

use std::borrow::Cow;

use super::column::{Column, Holds, Value, column};
use crate::estimate::{Estimate, Line};
use crate::model::decimal::Decimal;
use crate::model::money::CostRange;
use crate::model::money::Usd;
use crate::monthly::{MonthLine, MonthlyReport};

/// A line of an estimate, as it is found or as a report of a month has kept it.
pub(super) struct EstimateLine<'a> {
    scenario: &'a str,
    region: &'a str,
    /// First second of the period and the first after it.
    period: (i64, i64),
    id: usize,
    name: &'a str,
    part: &'a str,
    compute_group: Option<&'a str>,
    service: &'a str,
    usage_type: Cow<'a, str>,
    purchase_option: &'a str,
    basis: &'a str,
    unit: &'a str,
    /// In the low, the expected and the high case; where all are 0 and there is no price, they may not be known.
    quantity: [Decimal; 3],
    derivation: &'a str,
    price: Result<LinePrice<'a>, &'a str>,
}

/// Price and cost of a line, each in the low, the expected and the high case.
struct LinePrice<'a> {
    list: Option<Usd>,
    unit: CostRange,
    cost: CostRange,
    source: String,
    as_of: Option<&'a str>,
    verified: Option<bool>,
}

impl<'a> EstimateLine<'a> {
    /// A line of an estimate.
    pub(super) fn of(estimate: &'a Estimate, id: usize, line: Line<'a>) -> EstimateLine<'a> {
        let usage = match line {
            Line::Priced(item) => &item.usage,
            Line::Unpriced(line) => &line.usage,
        };
        let period = estimate.scenario.period;
        EstimateLine {
            scenario: &estimate.scenario.name,
            region: usage.sku.region.code(),
            period: (period.start().as_second(), period.end().as_second()),
            id,
            name: &usage.name,
            part: usage.group.id(),
            compute_group: usage.owner.as_deref(),
            service: usage.sku.service().code(),
            usage_type: usage.sku.usage_type().into(),
            purchase_option: usage.sku.purchase.id(),
            basis: usage.basis.id(),
            unit: usage.quantity.expected.unit.focus(),
            quantity: [usage.quantity.low, usage.quantity.expected, usage.quantity.high].map(|q| q.amount),
            derivation: &usage.derivation,
            price: match line {
                Line::Unpriced(line) => Err(line.reason.en.as_str()),
                Line::Priced(item) => Ok(LinePrice {
                    list: item.list_unit_price.map(|rate| rate.price),
                    unit: item.unit_price,
                    cost: item.cost,
                    source: item.provenance.source.to_string(),
                    as_of: item.provenance.as_of.as_deref(),
                    verified: item.provenance.verified,
                }),
            },
        }
    }

    /// A line of a report.
    pub(super) fn kept(report: &'a MonthlyReport, line: &'a MonthLine) -> EstimateLine<'a> {
        let missing = || line.missing_reason.as_ref().map_or("", |reason| reason.en.as_str());
        EstimateLine {
            scenario: &report.scenario,
            region: &line.region,
            period: report.seconds(),
            id: line.line_id,
            name: &line.name,
            part: &line.group,
            compute_group: None,
            service: &line.service,
            usage_type: line.usage_type.as_str().into(),
            purchase_option: &line.purchase_option,
            basis: &line.basis,
            unit: &line.pricing_unit,
            quantity: [line.quantity_low, line.quantity, line.quantity_high],
            derivation: &line.derivation,
            price: line.priced.as_ref().ok_or_else(missing).map(|priced| LinePrice {
                list: priced.list_unit_price,
                unit: priced.unit_price,
                cost: priced.cost,
                source: priced.source.source.clone(),
                as_of: priced.source.as_of.as_deref(),
                verified: priced.verified,
            }),
        }
    }

    fn quantity(&self, case: usize) -> Value {
        match (&self.price, self.quantity[case].is_zero()) {
            (Err(_), true) => Value::Null,
            _ => self.quantity[case].into(),
        }
    }

    fn priced(&self, of: impl FnOnce(&LinePrice<'a>) -> Value) -> Value {
        self.price.as_ref().map_or(Value::Null, of)
    }
}

pub(super) fn lines<'a>() -> Vec<Column<EstimateLine<'a>>> {
    use Holds::{Count, Instant, Text};
    let mut columns: Vec<Column<EstimateLine<'a>>> = vec![
        column("scenario", Text, "", "name of the scenario", |row| Value::text(row.scenario)),
        column("region", Text, "", "AWS region of the SKU", |row| Value::text(row.region)),
        column("period_start", Instant, "", "first instant of the period", |row| Value::Second(row.period.0)),
        column("period_end", Instant, "", "first instant after the period", |row| {
            Value::Second(row.period.1)
        }),
        column("line_id", Count, "", "from 1, the same in every format of an estimate", |row| {
            Value::count(row.id)
        }),
        column("line", Text, "", "name of the line in the scenario", |row| Value::text(row.name)),
        column("part", Text, "", "compute, storage or other", |row| Value::text(row.part)),
        column(
            "compute_group",
            Text,
            "",
            "the [[compute]] group of the line; a saved report does not say",
            |row| row.compute_group.map(Value::text).into(),
        ),
        column("service", Text, "", "CUR product code, such as AmazonEC2", |row| Value::text(row.service)),
        column("usage_type", Text, "", "AWS's usage type", |row| Value::text(row.usage_type.as_ref())),
        column("purchase_option", Text, "", "on_demand, spot, …; null where that does not apply", |row| {
            Value::text(row.purchase_option)
        }),
        column("basis", Text, "", "fixed: due by the calendar; usage: grows with use", |row| {
            Value::text(row.basis)
        }),
        column("pricing_unit", Text, "", "unit of the quantity", |row| Value::text(row.unit)),
        column("quantity_low", Holds::Decimal, "pricing_unit", "in the case that costs least", |row| {
            row.quantity(0)
        }),
        column("quantity", Holds::Decimal, "pricing_unit", "in the expected case", |row| row.quantity(1)),
        column("quantity_high", Holds::Decimal, "pricing_unit", "in the case that costs most", |row| {
            row.quantity(2)
        }),
    ];
    columns.extend(prices_of_lines());
    columns.push(column("derivation", Text, "", "how the quantity came about", |row| {
        Value::text(row.derivation)
    }));
    columns
}

/// Prices and costs of lines; null where a line has no price.
fn prices_of_lines<'a>() -> [Column<EstimateLine<'a>>; 12] {
    use Holds::{Text, Truth};
    let rate = "USD per pricing_unit";
    [
        column("list_unit_price", Holds::Decimal, rate, "On-Demand list price", |row| {
            row.priced(|of| of.list.into())
        }),
        column("unit_price_low", Holds::Decimal, rate, "the lowest price applied", |row| {
            row.priced(|of| of.unit.low.into())
        }),
        column("unit_price", Holds::Decimal, rate, "the price applied in the expected case", |row| {
            row.priced(|of| of.unit.expected.into())
        }),
        column(
            "unit_price_high",
            Holds::Decimal,
            rate,
            "the highest price applied; null where nothing bounds it",
            |row| row.priced(|of| of.unit.high.into()),
        ),
        column("cost_low", Holds::Decimal, "USD", "in the case that costs least", |row| {
            row.priced(|of| of.cost.low.into())
        }),
        column(
            "cost",
            Holds::Decimal,
            "USD",
            "in the expected case; null where the line has no price",
            |row| row.priced(|of| of.cost.expected.into()),
        ),
        column(
            "cost_high",
            Holds::Decimal,
            "USD",
            "in the case that costs most; null where nothing bounds it",
            |row| row.priced(|of| of.cost.high.into()),
        ),
        column("priced", Truth, "", "whether the line has a price", |row| Value::Truth(row.price.is_ok())),
        column("price_source", Text, "", "who says what the unit costs", |row| {
            row.priced(|of| Value::text(of.source.as_str()))
        }),
        column("price_as_of", Text, "", "date of the price, as precise as it is known", |row| {
            row.priced(|of| of.as_of.map(Value::text).into())
        }),
        column(
            "price_verified",
            Truth,
            "",
            "whether it is AWS's own, with a date; null where you answer for it",
            |row| row.priced(|of| of.verified.into()),
        ),
        column("missing_reason", Text, "", "why the line has no price", |row| {
            row.price.as_ref().err().map(|reason| Value::text(*reason)).into()
        }),
    ]
}
