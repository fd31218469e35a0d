//! The report's tables for finance: what CSV files and sheets hold. Costs are products and totals sums of other cells, so
//! that a workbook recalculates.

use super::sentence::{Sentence, driver_word};
use super::{MonthLine, MonthlyReport, Word};
use crate::model::decimal::Decimal;
use crate::model::money::{CostRange, Total, Usd};
use crate::report::{Cell, Column, Formula, Lang, Row, Table};

pub(super) fn text(id: &'static str, word: Word, lang: Lang) -> Column {
    Column::text(id, word.form(lang))
}

pub(super) fn number(id: &'static str, word: Word, lang: Lang) -> Column {
    Column::number(id, word.form(lang))
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
pub fn lines(report: &MonthlyReport, lang: Lang) -> Table {
    let prices = prices(report);
    Table {
        caption: Word::Lines.form(lang).into(),
        columns: line_columns(lang),
        rows: report.lines.iter().map(|line| Row::Data(line_cells(report, &prices, line, lang))).collect(),
    }
}

fn line_columns(lang: Lang) -> Vec<Column> {
    vec![
        text("scenario", Word::Scenario, lang),
        text("region", Word::Region, lang),
        text("period_start", Word::PeriodStart, lang),
        text("period_end", Word::PeriodEnd, lang),
        text("currency", Word::Currency, lang),
        number("line_id", Word::LineId, lang),
        text("group", Word::Group, lang),
        text("name", Word::Line, lang),
        text("service", Word::Service, lang),
        text("usage_type", Word::UsageType, lang),
        text("purchase_option", Word::BoughtAs, lang),
        number("pricing_quantity_low", Word::QuantityLow, lang),
        number("pricing_quantity", Word::Quantity, lang),
        number("pricing_quantity_high", Word::QuantityHigh, lang),
        text("pricing_unit", Word::Unit, lang),
        number("list_unit_price", Word::ListUnitPrice, lang),
        number("unit_price_low", Word::UnitPriceLow, lang),
        number("unit_price", Word::UnitPrice, lang),
        number("unit_price_high", Word::UnitPriceHigh, lang),
        number("cost_low", Word::CostLow, lang),
        number("cost_expected", Word::Cost, lang),
        number("cost_high", Word::CostHigh, lang),
        text("basis", Word::Basis, lang),
        text("price_source", Word::PriceFrom, lang),
        text("price_as_of", Word::AsOf, lang),
        text("price_verified", Word::Verified, lang),
        text("price_detail", Word::PriceDetail, lang),
        text("sku", Word::Sku, lang),
        text("derivation", Word::Derivation, lang),
        text("missing_reason", Word::MissingReason, lang),
    ]
}

fn line_cells(report: &MonthlyReport, prices: &[&MonthLine], line: &MonthLine, lang: Lang) -> Vec<Cell> {
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
        line.missing_reason.as_ref().map_or(Cell::Empty, |why| words(why.in_language(lang))),
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
        (text("scenario", Word::Scenario, Lang::En), words(&report.scenario)),
        (text("month", Word::Month, Lang::En), words(&report.month)),
        (text("region", Word::Region, Lang::En), words(&report.region)),
        (text("currency", Word::Currency, Lang::En), words("USD")),
        (number("estimate_low", Word::Low, Lang::En), Cell::Usd(low)),
        (number("estimate_expected", Word::Expected, Lang::En), Cell::Usd(expected)),
        (number("estimate_high", Word::High, Lang::En), usd(high)),
        (text("estimate_at_least", Word::AtLeast, Lang::En), words(report.at_least.to_string())),
        (text("compared_until", Word::Period, Lang::En), charged.map_or(Cell::Empty, |of| words(&of.until))),
        (number("estimated", Word::Estimated, Lang::En), optional(charged.map(|of| of.estimated))),
        (number("charged", Word::Charged, Lang::En), optional(charged.map(|of| of.actual))),
        (
            number("difference", Word::Difference, Lang::En),
            optional(charged.map(|of| of.actual - of.estimated)),
        ),
        (number("budget", Word::Budget, Lang::En), optional(limit)),
        (number("saving_a_month", Word::CouldSave, Lang::En), optional(saving)),
        (text("prices", Word::Prices, Lang::En), words(&report.prices.source)),
        (text("made_at", Word::MadeAt, Lang::En), words(&report.made_at)),
    ];
    let (columns, cells) = fields.into_iter().unzip();
    Table { caption: String::new(), columns, rows: vec![Row::Data(cells)] }
}

/// Why charges and estimate differ: `bridge.csv`.
#[must_use]
pub fn bridge(report: &MonthlyReport, lang: Lang) -> Table {
    let drivers = report.charged.iter().flat_map(|of| {
        let at = move |(place, (id, amount)): (usize, &'_ (String, Usd))| {
            (id.clone(), *amount, of.behind.get(place))
        };
        of.bridge.iter().enumerate().map(at)
    });
    let rows = drivers.map(|(id, amount, behind)| reason(&id, amount, behind, lang)).collect();
    reasons(rows, lang)
}

/// The same for people: without reasons that are rounding of other figures.
#[must_use]
pub fn bridge_shown(report: &MonthlyReport, lang: Lang) -> Table {
    let drivers = report.charged.iter().flat_map(super::Charged::reasons);
    reasons(drivers.map(|(id, amount, behind)| reason(id, amount, behind, lang)).collect(), lang)
}

fn reason(id: &str, amount: Usd, behind: Option<&super::Behind>, lang: Lang) -> Row {
    let mostly = behind.and_then(|behind| behind.mostly.clone());
    let mostly = mostly.map_or(Cell::Empty, words);
    Row::Data(vec![words(driver_word(id).form(lang)), mostly, Cell::Change(amount)])
}

fn reasons(rows: Vec<Row>, lang: Lang) -> Table {
    Table {
        caption: Word::Bridge.form(lang).into(),
        columns: vec![
            text("driver", Word::Reason, lang),
            text("mostly", Word::Mostly, lang),
            number("amount", Word::Amount, lang),
        ],
        rows,
    }
}

/// Usage types behind the reasons.
#[must_use]
pub fn behind(report: &MonthlyReport, lang: Lang) -> Table {
    let reasons = report.charged.iter().flat_map(|of| of.behind.iter().zip(&of.bridge));
    let rows = reasons.flat_map(|(of, (id, _))| of.parts.iter().map(|part| behind_row(id, part, lang)));
    behind_table(rows.collect(), lang)
}

/// The same for people: so many of each reason at most, and its others in one row.
#[must_use]
pub fn behind_shown(report: &MonthlyReport, most: usize, lang: Lang) -> Table {
    let mut rows = Vec::new();
    for (id, _, of) in report.charged.iter().flat_map(super::Charged::reasons) {
        let parts = of.map_or(&[][..], |of| &of.parts[..]);
        // A row that stands for a single usage type would save nothing.
        let shown = if parts.len() > most + 1 { most } else { parts.len() };
        let (shown, others) = parts.split_at(shown);
        rows.extend(shown.iter().map(|part| behind_row(id, part, lang)));
        if !others.is_empty() {
            let said = Sentence::OtherUsageTypes { number: others.len() }.said();
            let sum = Cell::Change(others.iter().map(|part| part.amount).sum());
            let name = words(driver_word(id).form(lang));
            rows.push(Row::Data(vec![name, Cell::Empty, words(said.in_language(lang)), sum]));
        }
    }
    behind_table(rows, lang)
}

fn behind_row(id: &str, part: &super::BehindPart, lang: Lang) -> Row {
    let (service, usage_type) = (words(&part.service), words(&part.usage_type));
    Row::Data(vec![words(driver_word(id).form(lang)), service, usage_type, Cell::Change(part.amount)])
}

fn behind_table(rows: Vec<Row>, lang: Lang) -> Table {
    Table {
        caption: Word::Behind.form(lang).into(),
        columns: vec![
            text("driver", Word::Reason, lang),
            text("service", Word::Service, lang),
            text("usage_type", Word::UsageType, lang),
            number("amount", Word::Amount, lang),
        ],
        rows,
    }
}

/// Charges by day.
#[must_use]
pub fn daily(report: &MonthlyReport, lang: Lang) -> Table {
    let days = report.charged.iter().flat_map(|of| &of.daily);
    let row = |day: &super::DayCost| {
        Row::Data(vec![words(&day.day), Cell::Usd(day.cost), words(day.complete.to_string())])
    };
    Table {
        caption: Word::Daily.form(lang).into(),
        columns: vec![
            text("day", Word::Day, lang),
            number("charged", Word::Charged, lang),
            text("complete", Word::Complete, lang),
        ],
        rows: days.map(row).collect(),
    }
}

/// Every change, with what it saves: `suggestions.csv`.
#[must_use]
pub fn suggestions(report: &MonthlyReport, lang: Lang) -> Table {
    let row = |of: &super::Proposal| {
        let wait = |pick: fn(&(u64, u64)) -> u64| {
            of.wait_seconds_p95.as_ref().map_or(Cell::Empty, |waits| Cell::Number(pick(waits).into()))
        };
        Row::Data(vec![
            words(&of.id),
            words(&of.kind),
            words(of.title.in_language(lang)),
            words(&of.current),
            words(&of.proposed),
            Cell::Usd(of.saving.expected),
            Cell::Usd(of.saving.low),
            usd(of.saving.high),
            wait(|waits| waits.0),
            wait(|waits| waits.1),
            words(of.settings.join("\n")),
            words(of.risk.in_language(lang)),
            words(of.way_back.in_language(lang)),
        ])
    };
    Table {
        caption: Word::Actions.form(lang).into(),
        columns: vec![
            text("id", Word::Id, lang),
            text("kind", Word::Kind, lang),
            text("title", Word::Change, lang),
            text("current", Word::Now, lang),
            text("proposed", Word::Then, lang),
            number("saving_expected", Word::Saves, lang),
            number("saving_low", Word::AtLeast, lang),
            number("saving_high", Word::AtMost, lang),
            number("wait_p95_current", Word::WaitNow, lang),
            number("wait_p95_proposed", Word::WaitThen, lang),
            text("settings", Word::Value, lang),
            text("risk", Word::Risk, lang),
            text("way_back", Word::WayBack, lang),
        ],
        rows: report.proposals.iter().flat_map(|of| &of.changes).map(row).collect(),
    }
}

/// By service, what an earlier report had and what this one has.
pub(super) fn since(report: &MonthlyReport, earlier: &MonthlyReport, lang: Lang) -> Table {
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
    let row = |name: &String, before: Option<Total>, after: Option<Total>| {
        let shown = |amount: Option<Total>| amount.map_or(Cell::Empty, Cell::Total);
        let none = Total::Whole(Usd::ZERO);
        let change = after.unwrap_or(none).whole().zip(before.unwrap_or(none).whole());
        let change = change.map_or(Cell::Unknown, |(after, before)| Cell::Change(after - before));
        Row::Data(vec![words(name), shown(before), shown(after), change])
    };
    let mut rows: Vec<Row> = names
        .into_iter()
        .map(|name| row(name, before.get(name).copied(), after.get(name).copied()))
        .collect();
    // What is charged of a part of a month says nothing beside a whole one.
    let whole_charge = |of: &super::Charged| (of.open_days == 0).then_some(Total::Whole(of.actual));
    let charged = |of: &MonthlyReport| of.charged.as_ref().and_then(whole_charge);
    if let (Some(before), Some(after)) = (charged(earlier), charged(report)) {
        rows.push(row(&Word::Charged.form(lang).to_owned(), Some(before), Some(after)));
    }
    Table {
        caption: Word::Since.form(lang).into(),
        columns: vec![
            text("service", Word::Service, lang),
            Column::number("before", &super::sentence::month_words(&earlier.month, lang)),
            Column::number("after", &super::sentence::month_words(&report.month, lang)),
            number("change", Word::Difference, lang),
        ],
        rows,
    }
}
