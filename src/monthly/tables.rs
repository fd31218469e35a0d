//! The report's tables for finance: what CSV files and sheets hold. Costs are products and totals sums of other cells, so
//! that a workbook recalculates.

use super::sentence::{Sentence, driver_word, month_said};
use super::{MonthLine, MonthlyReport, Word};
use crate::model::decimal::Decimal;
use crate::model::money::{CostRange, Total, Usd};
use crate::report::{Cell, Column, Formula, Row, Said, Table};

pub(super) fn text(id: &'static str, word: Word) -> Column {
    Column::text(id, word.said())
}

pub(super) fn number(id: &'static str, word: Word) -> Column {
    Column::number(id, word.said())
}

pub(super) fn words(text: impl Into<String>) -> Cell {
    Cell::Text(text.into())
}

pub(super) fn usd(amount: Option<Usd>) -> Cell {
    amount.map_or(Cell::Unknown, Cell::Usd)
}

fn price(amount: Option<Usd>) -> Cell {
    amount.map_or(Cell::Unknown, Cell::Price)
}

/// Prices that lines share, in the order of the lines.
pub(super) fn prices(report: &MonthlyReport) -> Vec<&MonthLine> {
    let mut found: Vec<&MonthLine> = Vec::new();
    for line in &report.lines {
        if price_place(&found, line).is_none() && line.priced.as_ref().is_some_and(|priced| !priced.fee) {
            found.push(line);
        }
    }
    found
}

fn price_place(prices: &[&MonthLine], line: &MonthLine) -> Option<usize> {
    let key = |line: &MonthLine| {
        let unit_price = line.priced.as_ref().map(|priced| priced.unit_price);
        (
            line.region.clone(),
            line.service.clone(),
            line.usage_type.clone(),
            line.purchase_option.clone(),
            unit_price,
        )
    };
    prices.iter().position(|known| key(known) == key(line))
}

/// Every line of the estimate: `lines.csv`.
#[must_use]
pub fn lines(report: &MonthlyReport) -> Table {
    let prices = prices(report);
    Table {
        caption: Word::Lines.said(),
        columns: line_columns(),
        rows: report.lines.iter().map(|line| Row::Data(line_cells(report, &prices, line))).collect(),
    }
}

fn line_columns() -> Vec<Column> {
    vec![
        text("scenario", Word::Scenario),
        text("region", Word::Region),
        text("period_start", Word::PeriodStart),
        text("period_end", Word::PeriodEnd),
        text("currency", Word::Currency),
        number("line_id", Word::LineId),
        text("group", Word::Group),
        text("name", Word::Line),
        text("service", Word::Service),
        text("usage_type", Word::UsageType),
        text("purchase_option", Word::BoughtAs),
        number("pricing_quantity_low", Word::QuantityLow),
        number("pricing_quantity", Word::Quantity),
        number("pricing_quantity_high", Word::QuantityHigh),
        text("pricing_unit", Word::Unit),
        number("list_unit_price", Word::ListUnitPrice),
        number("unit_price_low", Word::UnitPriceLow),
        number("unit_price", Word::UnitPrice),
        number("unit_price_high", Word::UnitPriceHigh),
        number("cost_low", Word::CostLow),
        number("cost_expected", Word::Cost),
        number("cost_high", Word::CostHigh),
        text("basis", Word::Basis),
        text("price_source", Word::PriceFrom),
        text("price_as_of", Word::AsOf),
        text("price_verified", Word::Verified),
        text("price_detail", Word::PriceDetail),
        text("sku", Word::Sku),
        text("derivation", Word::Derivation),
        text("missing_reason", Word::MissingReason),
    ]
}

fn line_cells(report: &MonthlyReport, prices: &[&MonthLine], line: &MonthLine) -> Vec<Cell> {
    let id = line.line_id;
    let quantity = |case: &str, value: Decimal| {
        Cell::Number(value).computed(Formula::Product(vec![format!("quantity{case}_{id}")]))
    };
    let priced = line.priced.as_ref();
    let place = price_place(prices, line).map(|place| place + 1);
    let unit = |case: &str, value: Option<Usd>| match place {
        Some(place) if value.is_some() => {
            price(value).computed(Formula::Product(vec![format!("price{case}_{place}")]))
        }
        _ => price(value),
    };
    // A cost that is no product of what stands beside it (a fee, or a cheaper case that takes a dearer price) is a number.
    let cost = |case: &str, quantity: Decimal, unit: Option<Usd>, cost: Option<Usd>| match (place, unit, cost)
    {
        (Some(place), Some(unit), Some(cost)) if unit.times(quantity) == cost => Cell::Usd(cost)
            .computed(Formula::Product(vec![format!("quantity{case}_{id}"), format!("price{case}_{place}")])),
        _ => usd(cost),
    };
    let unit_price = priced.map(|priced| priced.unit_price);
    let (low, expected, high) =
        (unit_price.map(|b| b.low), unit_price.map(|b| b.expected), unit_price.and_then(|b| b.high));
    let costs = priced.map(|priced| priced.cost);
    let source =
        |pick: fn(&super::Priced) -> Option<String>| priced.and_then(pick).map_or(Cell::Empty, words);
    vec![
        words(&report.scenario),
        words(&line.region),
        words(&report.start),
        words(&report.end),
        words("USD"),
        Cell::Number(Decimal::from(id)),
        words(&line.group),
        words(&line.name),
        words(&line.service),
        words(&line.usage_type),
        words(&line.purchase_option),
        quantity("_low", line.quantity_low),
        quantity("", line.quantity),
        quantity("_high", line.quantity_high),
        words(&line.pricing_unit),
        price(priced.and_then(|priced| priced.list_unit_price)),
        unit("_low", low),
        unit("", expected),
        unit("_high", high),
        cost("_low", line.quantity_low, low, costs.map(|b| b.low)),
        cost("", line.quantity, expected, costs.map(|b| b.expected)),
        cost("_high", line.quantity_high, high, costs.and_then(|b| b.high)),
        words(&line.basis),
        source(|of| Some(of.source.source.clone())),
        source(|of| of.source.as_of.clone()),
        source(|of| of.verified.map(|yes| yes.to_string())),
        source(|of| Some(of.detail.clone())),
        source(|of| of.sku.clone()),
        words(&line.derivation),
        line.missing_reason.as_ref().map_or(Cell::Empty, |why| Cell::Words(why.clone())),
    ]
}

/// One row for the month: `summary.csv`.
#[must_use]
pub fn summary_row(report: &MonthlyReport) -> Table {
    let charged = report.charged.as_ref();
    let CostRange { low, expected, high } = report.total;
    let limit = report.budget.as_ref().and_then(super::Budget::limit);
    let saving =
        report.proposals.as_ref().map(|of| of.together.as_ref().map_or(Usd::ZERO, |(_, b)| b.expected));
    let optional = |amount: Option<Usd>| amount.map_or(Cell::Empty, Cell::Usd);
    let fields: Vec<(Column, Cell)> = vec![
        (text("scenario", Word::Scenario), words(&report.scenario)),
        (text("month", Word::Month), words(&report.month)),
        (text("region", Word::Region), words(&report.region)),
        (text("currency", Word::Currency), words("USD")),
        (number("estimate_low", Word::Low), Cell::Usd(low)),
        (number("estimate_expected", Word::Expected), Cell::Usd(expected)),
        (number("estimate_high", Word::High), usd(high)),
        (text("estimate_at_least", Word::AtLeast), words(report.at_least.to_string())),
        (text("compared_until", Word::Period), charged.map_or(Cell::Empty, |of| words(&of.until))),
        (number("estimated", Word::Estimated), optional(charged.map(|of| of.estimated))),
        (number("charged", Word::Charged), optional(charged.map(|of| of.actual))),
        (number("difference", Word::Difference), optional(charged.map(|of| of.actual - of.estimated))),
        (number("budget", Word::Budget), optional(limit)),
        (number("saving_a_month", Word::CouldSave), optional(saving)),
        (text("prices", Word::Prices), words(&report.prices.source)),
        (text("made_at", Word::MadeAt), words(&report.made_at)),
    ];
    let (columns, cells) = fields.into_iter().unzip();
    Table { caption: Said::default(), columns, rows: vec![Row::Data(cells)] }
}

/// Why charges and estimate differ: `bridge.csv`.
#[must_use]
pub fn bridge(report: &MonthlyReport) -> Table {
    let drivers = report.charged.iter().flat_map(|of| {
        let at = move |(place, (id, amount)): (usize, &'_ (String, Usd))| {
            (id.clone(), *amount, of.behind.get(place))
        };
        of.bridge.iter().enumerate().map(at)
    });
    let rows = drivers.map(|(id, amount, behind)| reason(&id, amount, behind)).collect();
    reasons(rows)
}

/// The same for people: without reasons that are rounding of other figures.
#[must_use]
pub fn bridge_shown(report: &MonthlyReport) -> Table {
    let drivers = report.charged.iter().flat_map(super::Charged::reasons);
    reasons(drivers.map(|(id, amount, behind)| reason(id, amount, behind)).collect())
}

fn reason(id: &str, amount: Usd, behind: Option<&super::Behind>) -> Row {
    let mostly = behind.and_then(|behind| behind.mostly.clone());
    let mostly = mostly.map_or(Cell::Empty, words);
    Row::Data(vec![Cell::Words(driver_word(id).said()), mostly, Cell::Change(amount)])
}

fn reasons(rows: Vec<Row>) -> Table {
    Table {
        caption: Word::Bridge.said(),
        columns: vec![
            text("driver", Word::Reason),
            text("mostly", Word::Mostly),
            number("amount", Word::Amount),
        ],
        rows,
    }
}

/// Usage types behind the reasons.
#[must_use]
pub fn behind(report: &MonthlyReport) -> Table {
    let reasons = report.charged.iter().flat_map(|of| of.behind.iter().zip(&of.bridge));
    let rows = reasons.flat_map(|(of, (id, _))| of.parts.iter().map(|part| behind_row(id, part)));
    behind_table(rows.collect())
}

/// The same for people: so many of each reason at most, and its others in one row.
#[must_use]
pub fn behind_shown(report: &MonthlyReport, most: usize) -> Table {
    let mut rows = Vec::new();
    for (id, _, of) in report.charged.iter().flat_map(super::Charged::reasons) {
        let parts = of.map_or(&[][..], |of| &of.parts[..]);
        // A row that stands for a single usage type would save nothing.
        let shown = if parts.len() > most + 1 { most } else { parts.len() };
        let (shown, others) = parts.split_at(shown);
        rows.extend(shown.iter().map(|part| behind_row(id, part)));
        if !others.is_empty() {
            let said = Sentence::OtherUsageTypes { number: others.len() }.said();
            let sum = Cell::Change(others.iter().map(|part| part.amount).sum());
            let name = Cell::Words(driver_word(id).said());
            rows.push(Row::Data(vec![name, Cell::Empty, Cell::Words(said), sum]));
        }
    }
    behind_table(rows)
}

fn behind_row(id: &str, part: &super::BehindPart) -> Row {
    let (service, usage_type) = (words(&part.service), words(&part.usage_type));
    Row::Data(vec![Cell::Words(driver_word(id).said()), service, usage_type, Cell::Change(part.amount)])
}

fn behind_table(rows: Vec<Row>) -> Table {
    Table {
        caption: Word::Behind.said(),
        columns: vec![
            text("driver", Word::Reason),
            text("service", Word::Service),
            text("usage_type", Word::UsageType),
            number("amount", Word::Amount),
        ],
        rows,
    }
}

/// Charges by day.
#[must_use]
pub fn daily(report: &MonthlyReport) -> Table {
    let days = report.charged.iter().flat_map(|of| &of.daily);
    let row = |day: &super::DayCost| {
        Row::Data(vec![words(&day.day), Cell::Usd(day.cost), words(day.complete.to_string())])
    };
    Table {
        caption: Word::Daily.said(),
        columns: vec![
            text("day", Word::Day),
            number("charged", Word::Charged),
            text("complete", Word::Complete),
        ],
        rows: days.map(row).collect(),
    }
}

/// Every change, with what it saves: `suggestions.csv`.
#[must_use]
pub fn suggestions(report: &MonthlyReport) -> Table {
    let row = |of: &super::Proposal| {
        let wait = |pick: fn(&(u64, u64)) -> u64| {
            of.wait_seconds_p95.as_ref().map_or(Cell::Empty, |waits| Cell::Number(pick(waits).into()))
        };
        Row::Data(vec![
            words(&of.id),
            words(&of.kind),
            Cell::Words(of.title.clone()),
            Cell::Words(of.current.clone()),
            Cell::Words(of.proposed.clone()),
            Cell::Usd(of.saving.expected),
            Cell::Usd(of.saving.low),
            usd(of.saving.high),
            wait(|waits| waits.0),
            wait(|waits| waits.1),
            words(of.settings.join("\n")),
            Cell::Words(of.risk.clone()),
            Cell::Words(of.way_back.clone()),
        ])
    };
    Table {
        caption: Word::Actions.said(),
        columns: vec![
            text("id", Word::Id),
            text("kind", Word::Kind),
            text("title", Word::Change),
            text("current", Word::Now),
            text("proposed", Word::Then),
            number("saving_expected", Word::Saves),
            number("saving_low", Word::AtLeast),
            number("saving_high", Word::AtMost),
            number("wait_p95_current", Word::WaitNow),
            number("wait_p95_proposed", Word::WaitThen),
            text("settings", Word::Value),
            text("risk", Word::Risk),
            text("way_back", Word::WayBack),
        ],
        rows: report.proposals.iter().flat_map(|of| &of.changes).map(row).collect(),
    }
}

/// By service, what an earlier report had and what this one has.
pub(super) fn since(report: &MonthlyReport, earlier: &MonthlyReport) -> Table {
    let whole = |of: &MonthlyReport| {
        let mut sums: std::collections::BTreeMap<String, Total> = std::collections::BTreeMap::new();
        for line in &of.lines {
            let sum = sums.get(&line.service).map_or(line.cost(), |sum| *sum + line.cost());
            sums.insert(line.service.clone(), sum);
        }
        sums
    };
    let (before, after) = (whole(earlier), whole(report));
    let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let row = |name: Cell, before: Option<Total>, after: Option<Total>| {
        let shown = |amount: Option<Total>| amount.map_or(Cell::Empty, Cell::Total);
        let none = Total::Whole(Usd::ZERO);
        let change = after.unwrap_or(none).whole().zip(before.unwrap_or(none).whole());
        let change = change.map_or(Cell::Unknown, |(after, before)| Cell::Change(after - before));
        Row::Data(vec![name, shown(before), shown(after), change])
    };
    let mut rows: Vec<Row> = names
        .into_iter()
        .map(|name| row(words(name), before.get(name).copied(), after.get(name).copied()))
        .collect();
    // What is charged of a part of a month says nothing beside a whole one.
    let whole_charge = |of: &super::Charged| (of.open_days == 0).then_some(Total::Whole(of.actual));
    let charged = |of: &MonthlyReport| of.charged.as_ref().and_then(whole_charge);
    if let (Some(before), Some(after)) = (charged(earlier), charged(report)) {
        rows.push(row(Cell::Words(Word::Charged.said()), Some(before), Some(after)));
    }
    Table {
        caption: Word::Since.said(),
        columns: vec![
            text("service", Word::Service),
            Column::number("before", month_said(&earlier.month)),
            Column::number("after", month_said(&report.month)),
            number("change", Word::Difference),
        ],
        rows,
    }
}
