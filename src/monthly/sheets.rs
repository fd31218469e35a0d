//! The workbook: sheets whose totals are sums, whose costs are products, and whose unit prices and quantities have names.

use super::charged::charged;
use super::tables::{behind, bridge, daily, lines, number, prices, text, words};
use super::{Charged, MonthlyReport, SecondCurrency, Word, by_name};
use crate::model::decimal::Decimal;
use crate::model::money::Usd;
use crate::report::{Cell, Column, Formula, Lang, Row, Sheet, Table};

/// The sheets, in order.
#[must_use]
pub fn sheets(report: &MonthlyReport, lang: Lang, currency: Option<&SecondCurrency>) -> Vec<Sheet> {
    let mut sheets = vec![
        Sheet { id: "summary", table: summary(report, lang, currency) },
        Sheet { id: "lines", table: lines(report, lang) },
    ];
    if report.charged.is_some() {
        sheets.push(Sheet { id: "bridge", table: bridge(report, lang) });
        let parts = behind(report, lang);
        if !parts.rows.is_empty() {
            sheets.push(Sheet { id: "bridge_parts", table: parts });
        }
        sheets.push(Sheet { id: "charged_usage", table: charged(report, lang) });
        sheets.push(Sheet { id: "daily", table: daily(report, lang) });
    }
    sheets.push(Sheet { id: "unit_prices", table: unit_prices(report, lang) });
    sheets.push(Sheet { id: "assumptions", table: assumptions(report, lang, currency) });
    sheets
}

fn column_sum(sheet: &'static str, column: &'static str) -> Formula {
    Formula::ColumnSum { sheet, column }
}

fn summary(report: &MonthlyReport, lang: Lang, currency: Option<&SecondCurrency>) -> Table {
    let total = |column, value: Usd| Cell::Total(report.of_all(value)).computed(column_sum("lines", column));
    let label = |word: Word, more: Word| format!("{}: {}", word.form(lang), more.form(lang));
    let mut rows: Vec<(String, Cell)> = vec![
        (Word::Scenario.form(lang).into(), words(&report.scenario)),
        (Word::Month.form(lang).into(), words(&report.month)),
        (Word::Region.form(lang).into(), words(&report.region)),
        (Word::Currency.form(lang).into(), words("USD")),
        (label(Word::Estimated, Word::Low), total("cost_low", report.total.low)),
        (
            label(Word::Estimated, Word::Expected),
            total("cost_expected", report.total.expected).named("estimate_expected"),
        ),
        match report.total.high {
            Some(high) => (label(Word::Estimated, Word::High), total("cost_high", high)),
            None => (label(Word::Estimated, Word::High), words(Word::Unknown.form(lang))),
        },
    ];
    if report.at_least {
        let (unpriced, _) = report.unpriced();
        rows.push((Word::LinesWithoutPrice.form(lang).into(), Cell::Number(Decimal::from(unpriced))));
    }
    if let Some(of) = &report.charged {
        rows.push((Word::Charged.form(lang).into(), all_charged(of)));
        rows.push((
            label(Word::Estimated, Word::Period),
            Cell::Total(of.estimate()).named("estimated_compared"),
        ));
        let difference = Formula::Difference("charged".into(), "estimated_compared".into());
        rows.push((
            Word::Difference.form(lang).into(),
            Cell::Change(of.actual - of.estimated).computed(difference),
        ));
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
        rows.push((Word::Budget.form(lang).into(), Cell::Usd(limit)));
    }
    if let Some(currency) = currency {
        let value = Cell::Number(report.total.expected.amount() * currency.rate);
        let formula = Formula::Product(vec!["estimate_expected".into(), "exchange_rate".into()]);
        let bound = match report.at_least {
            true => format!(", {}", Word::LowerBound.form(lang)),
            false => String::new(),
        };
        let label = format!("{} ({}{bound})", Word::Estimated.form(lang), currency.code);
        rows.push((label, value.computed(formula)));
    }
    rows.push((Word::Prices.form(lang).into(), words(by_name(&report.prices.source, lang))));
    rows.push((Word::MadeAt.form(lang).into(), words(&report.made_at)));
    rows.push((Word::MadeBy.form(lang).into(), words(&report.generated_by)));
    Table {
        caption: Word::Summary.form(lang).into(),
        columns: vec![text("item", Word::Item, lang), number("value", Word::Value, lang)],
        rows: rows.into_iter().map(|(item, value)| Row::Data(vec![words(item), value])).collect(),
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
pub fn unit_prices(report: &MonthlyReport, lang: Lang) -> Table {
    let row = |(place, line): (usize, &super::MonthLine)| {
        let priced = line.priced.as_ref()?;
        let named = |case: &str, value: Option<Usd>| match value {
            Some(value) => Cell::Price(value).named(format!("price{case}_{}", place + 1)),
            None => Cell::Unknown,
        };
        Some(Row::Data(vec![
            words(&line.service),
            words(&line.usage_type),
            words(by_name(&line.purchase_option, lang)),
            words(&line.region),
            named("_low", Some(priced.unit_price.low)),
            named("", Some(priced.unit_price.expected)),
            named("_high", priced.unit_price.high),
            words(by_name(&line.pricing_unit, lang)),
            words(by_name(&priced.source.source, lang)),
            priced.source.as_of.clone().map_or(Cell::Empty, words),
        ]))
    };
    Table {
        caption: Word::UnitPrices.form(lang).into(),
        columns: vec![
            text("service", Word::Service, lang),
            text("usage_type", Word::UsageType, lang),
            text("purchase_option", Word::BoughtAs, lang),
            text("region", Word::Region, lang),
            number("unit_price_low", Word::UnitPriceLow, lang),
            number("unit_price", Word::UnitPrice, lang),
            number("unit_price_high", Word::UnitPriceHigh, lang),
            text("pricing_unit", Word::Unit, lang),
            text("price_source", Word::PriceFrom, lang),
            text("price_as_of", Word::AsOf, lang),
        ],
        rows: prices(report).into_iter().enumerate().filter_map(row).collect(),
    }
}

fn assumptions(report: &MonthlyReport, lang: Lang, currency: Option<&SecondCurrency>) -> Table {
    let columns: Vec<Column> = vec![
        number("line_id", Word::LineId, lang),
        text("name", Word::Line, lang),
        number("pricing_quantity_low", Word::QuantityLow, lang),
        number("pricing_quantity", Word::Quantity, lang),
        number("pricing_quantity_high", Word::QuantityHigh, lang),
        text("pricing_unit", Word::Unit, lang),
        text("derivation", Word::Derivation, lang),
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
            words(Word::ExchangeRate.form(lang)),
            Cell::Empty,
            Cell::Number(of.rate).named("exchange_rate"),
            Cell::Empty,
            words(format!("{}/USD", of.code)),
            words(format!("{}: {}", Word::RateDate.form(lang), of.date)),
        ]));
    }
    Table { caption: Word::Assumptions.form(lang).into(), columns, rows }
}
