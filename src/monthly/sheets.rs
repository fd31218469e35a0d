//! The workbook: sheets whose totals are sums, whose costs are products, and whose unit prices and quantities have names.

use super::charged::charged;
use super::tables::{behind, bridge, daily, lines, number, prices, text, words};
use super::{Charged, MonthlyReport, SecondCurrency, Word, by_name};
use crate::model::decimal::Decimal;
use crate::model::money::Usd;
use crate::report::{Cell, Column, Formula, Row, Said, Sheet, Table};

/// The sheets, in order.
#[must_use]
pub fn sheets(report: &MonthlyReport, currency: Option<&SecondCurrency>) -> Vec<Sheet> {
    let mut sheets = vec![
        Sheet { id: "summary", table: summary(report, currency) },
        Sheet { id: "lines", table: lines(report) },
    ];
    if report.charged.is_some() {
        sheets.push(Sheet { id: "bridge", table: bridge(report) });
        let parts = behind(report);
        if !parts.rows.is_empty() {
            sheets.push(Sheet { id: "bridge_parts", table: parts });
        }
        sheets.push(Sheet { id: "charged_usage", table: charged(report) });
        sheets.push(Sheet { id: "daily", table: daily(report) });
    }
    sheets.push(Sheet { id: "unit_prices", table: unit_prices(report) });
    sheets.push(Sheet { id: "assumptions", table: assumptions(report, currency) });
    sheets
}

fn column_sum(sheet: &'static str, column: &'static str) -> Formula {
    Formula::ColumnSum { sheet, column }
}

fn summary(report: &MonthlyReport, currency: Option<&SecondCurrency>) -> Table {
    let total = |column, value: Usd| Cell::Total(report.of_all(value)).computed(column_sum("lines", column));
    let label = |word: Word, more: Word| {
        let (word, more) = (word.said(), more.said());
        Said::new(format!("{}: {}", word.en, more.en), format!("{}: {}", word.ja, more.ja))
    };
    let mut rows: Vec<(Said, Cell)> = vec![
        (Word::Scenario.said(), words(&report.scenario)),
        (Word::Month.said(), words(&report.month)),
        (Word::Region.said(), words(&report.region)),
        (Word::Currency.said(), words("USD")),
        (label(Word::Estimated, Word::Low), total("cost_low", report.total.low)),
        (
            label(Word::Estimated, Word::Expected),
            total("cost_expected", report.total.expected).named("estimate_expected"),
        ),
        match report.total.high {
            Some(high) => (label(Word::Estimated, Word::High), total("cost_high", high)),
            None => (label(Word::Estimated, Word::High), Cell::Words(Word::Unknown.said())),
        },
    ];
    if report.at_least {
        let (unpriced, _) = report.unpriced();
        rows.push((Word::LinesWithoutPrice.said(), Cell::Number(Decimal::from(unpriced))));
    }
    if let Some(of) = &report.charged {
        rows.push((Word::Charged.said(), all_charged(of)));
        rows.push((
            label(Word::Estimated, Word::Period),
            Cell::Total(of.estimate()).named("estimated_compared"),
        ));
        let difference = Formula::Difference("charged".into(), "estimated_compared".into());
        rows.push((Word::Difference.said(), Cell::Change(of.actual - of.estimated).computed(difference)));
        if !of.bridge.is_empty() {
            let sum = of.bridge.iter().map(|(_, amount)| *amount).sum();
            let formula = column_sum("bridge", "amount");
            rows.push((label(Word::Bridge, Word::Total), Cell::Change(sum).computed(formula)));
        }
        if !of.daily.is_empty() {
            let sum: Usd = of.daily.iter().map(|day| day.cost).sum();
            rows.push((
                label(Word::Daily, Word::Total),
                Cell::Usd(sum).computed(column_sum("daily", "charged")),
            ));
        }
    }
    if let Some(limit) = report.budget.as_ref().and_then(super::Budget::limit) {
        rows.push((Word::Budget.said(), Cell::Usd(limit)));
    }
    if let Some(currency) = currency {
        let value = Cell::Number(report.total.expected.amount() * currency.rate);
        let formula = Formula::Product(vec!["estimate_expected".into(), "exchange_rate".into()]);
        let label = Said::each(|lang| {
            let bound = match report.at_least {
                true => format!(", {}", Word::LowerBound.said().in_language(lang)),
                false => String::new(),
            };
            format!("{} ({}{bound})", Word::Estimated.said().in_language(lang), currency.code)
        });
        rows.push((label, value.computed(formula)));
    }
    rows.push((Word::Prices.said(), Cell::Words(by_name(&report.prices.source))));
    rows.push((Word::MadeAt.said(), words(&report.made_at)));
    rows.push((Word::MadeBy.said(), words(&report.generated_by)));
    Table {
        caption: Word::Summary.said(),
        columns: vec![text("item", Word::Item), number("value", Word::Value)],
        rows: rows.into_iter().map(|(item, value)| Row::Data(vec![Cell::Words(item), value])).collect(),
    }
}

/// The sum of what was charged.
fn all_charged(of: &Charged) -> Cell {
    let actual = Cell::Usd(of.actual).named("charged");
    match of.lines.is_empty() {
        true => actual,
        false => actual.computed(column_sum("charged_usage", "charged_cost")),
    }
}

/// Every price once, with its source; its cells have names.
#[must_use]
pub fn unit_prices(report: &MonthlyReport) -> Table {
    let row = |(place, line): (usize, &super::MonthLine)| {
        let priced = line.priced.as_ref()?;
        let named = |case: &str, value: Option<Usd>| match value {
            Some(value) => Cell::Price(value).named(format!("price{case}_{}", place + 1)),
            None => Cell::Unknown,
        };
        Some(Row::Data(vec![
            words(&line.service),
            words(&line.usage_type),
            Cell::Words(by_name(&line.purchase_option)),
            words(&line.region),
            named("_low", Some(priced.unit_price.low)),
            named("", Some(priced.unit_price.expected)),
            named("_high", priced.unit_price.high),
            Cell::Words(by_name(&line.pricing_unit)),
            Cell::Words(by_name(&priced.source.source)),
            priced.source.as_of.clone().map_or(Cell::Empty, words),
        ]))
    };
    Table {
        caption: Word::UnitPrices.said(),
        columns: vec![
            text("service", Word::Service),
            text("usage_type", Word::UsageType),
            text("purchase_option", Word::BoughtAs),
            text("region", Word::Region),
            number("unit_price_low", Word::UnitPriceLow),
            number("unit_price", Word::UnitPrice),
            number("unit_price_high", Word::UnitPriceHigh),
            text("pricing_unit", Word::Unit),
            text("price_source", Word::PriceFrom),
            text("price_as_of", Word::AsOf),
        ],
        rows: prices(report).into_iter().enumerate().filter_map(row).collect(),
    }
}

fn assumptions(report: &MonthlyReport, currency: Option<&SecondCurrency>) -> Table {
    let columns: Vec<Column> = vec![
        number("line_id", Word::LineId),
        text("name", Word::Line),
        number("pricing_quantity_low", Word::QuantityLow),
        number("pricing_quantity", Word::Quantity),
        number("pricing_quantity_high", Word::QuantityHigh),
        text("pricing_unit", Word::Unit),
        text("derivation", Word::Derivation),
    ];
    let row = |line: &super::MonthLine| {
        let named = |case: &str, value: Decimal| {
            Cell::Number(value).named(format!("quantity{case}_{}", line.line_id))
        };
        Row::Data(vec![
            Cell::Number(Decimal::from(line.line_id)),
            words(&line.name),
            named("_low", line.quantity_low),
            named("", line.quantity),
            named("_high", line.quantity_high),
            words(&line.pricing_unit),
            words(&line.derivation),
        ])
    };
    let mut rows: Vec<Row> = report.lines.iter().map(row).collect();
    if let Some(of) = currency {
        rows.push(Row::Data(vec![
            Cell::Empty,
            Cell::Words(Word::ExchangeRate.said()),
            Cell::Empty,
            Cell::Number(of.rate).named("exchange_rate"),
            Cell::Empty,
            words(format!("{}/USD", of.code)),
            Cell::Words(Said::each(|lang| {
                format!("{}: {}", Word::RateDate.said().in_language(lang), of.date)
            })),
        ]));
    }
    Table { caption: Word::Assumptions.said(), columns, rows }
}
