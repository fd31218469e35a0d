//! An estimate against a bill: what joins, what does not, and what is left out of the comparison.
//!
//! Lines join by service and usage type: On-Demand, reserved, Savings Plan and Capacity Block hours are all
//! `BoxUsage`, so they are one line. Every charge of the source is in exactly one place:
//! actual + out of scope + excluded = the source's own total, to the last digit.
#![deny(clippy::float_arithmetic)]

pub mod bridge;
mod document;
mod table;

use std::collections::BTreeMap;

use crate::actuals::athena::Run;
use crate::actuals::cost_explorer::USD_PER_REQUEST;
use crate::actuals::{Bill, CostBasis, RecordType};
use crate::catalog::{Catalog, InstanceSpec};
use crate::estimate::Estimate;
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::sku::InstanceType;
use crate::model::time::{Month, Period, day};
use crate::prices::Source;
use crate::prices::history::DAY;
use crate::report::Note;
use bridge::Driver;

/// Days after the end of a month in which charges of it still change (AWS Cost Management user guide).
const LATE_DAYS: i64 = 5;

/// A line of the comparison. `None` is unknown or absent, never zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// CUR product code.
    pub service: String,
    /// AWS's usage type.
    pub usage_type: String,
    /// In the estimate, for the time compared.
    pub estimated_quantity: Option<Decimal>,
    /// In the bill.
    pub actual_quantity: Option<Decimal>,
    /// In the estimate, for the time compared.
    pub estimated_cost: Option<Usd>,
    /// In the bill.
    pub actual_cost: Option<Usd>,
    /// Whether the estimate has the line but no price for it.
    pub unpriced: bool,
}

impl Line {
    /// Actual less estimated, where both are known.
    #[must_use]
    pub fn difference(&self) -> Option<Usd> {
        match (self.actual_cost, self.estimated_cost) {
            (_, None) if self.unpriced => None,
            (actual, estimated) => Some(actual.unwrap_or_default() - estimated.unwrap_or_default()),
        }
    }
}

/// What is compared with what.
#[derive(Clone, Debug)]
pub struct Question {
    /// Where the charges are from, as on the command line.
    pub source: String,
    /// Which cost.
    pub basis: CostBasis,
    /// Now [s since the Unix epoch].
    pub now: i64,
    /// Paid requests that were made for it.
    pub paid_calls: u32,
    /// The query of Athena that was run for it.
    pub query: Option<Run>,
}

/// Dollars per hour that was paid for, over the instances whose size is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitCost {
    /// `GPU-hour` or `vCPU-hour`.
    pub unit: &'static str,
    /// In the estimate.
    pub estimated: Option<Usd>,
    /// In the bill.
    pub actual: Option<Usd>,
}

impl Question {
    /// What the paid requests cost.
    #[must_use]
    pub fn paid_for_calls(&self) -> Usd {
        let each = decimal::parse(USD_PER_REQUEST).expect("a constant");
        Usd::new(each * Decimal::from(self.paid_calls))
    }

    /// What it cost to ask.
    #[must_use]
    pub fn paid(&self) -> Usd {
        self.paid_for_calls() + self.query.as_ref().map_or(Usd::ZERO, Run::cost)
    }
}

/// The answer.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The scenario's name.
    pub scenario: String,
    /// What was asked.
    pub question: Question,
    /// The period of the scenario.
    pub period: Period,
    /// Until when charges are compared: the period's end, or the end of the last whole day.
    pub until: i64,
    /// Which part of the estimate is compared, in words of the prices it was made with.
    pub prices: String,
    /// In both.
    pub matched: Vec<Line>,
    /// Only in the estimate.
    pub only_estimated: Vec<Line>,
    /// Only in the bill.
    pub only_charged: Vec<Line>,
    /// Charges of other accounts, regions or tags.
    pub out_of_scope: Vec<(String, Usd)>,
    /// Charges of kinds that no estimate answers for.
    pub excluded: Vec<(String, Usd)>,
    /// Why actual and estimated differ; adds up to the difference.
    pub bridge: Vec<(Driver, Usd)>,
    /// The sum of every row of the source, as the source adds it up.
    pub source_total: Usd,
    /// What an hour of a GPU and of a vCPU costs.
    pub unit_costs: Vec<UnitCost>,
    /// Days of the period that are not complete.
    pub open_days: i64,
    /// What the reader must know.
    pub notes: Vec<Note>,
}

impl Comparison {
    /// The sum of what the estimate has a price for.
    #[must_use]
    pub fn estimated(&self) -> Usd {
        self.lines().filter_map(|line| line.estimated_cost).sum()
    }

    /// The sum of the charges that are compared.
    #[must_use]
    pub fn actual(&self) -> Usd {
        self.lines().filter_map(|line| line.actual_cost).sum()
    }

    /// Actual less estimated.
    #[must_use]
    pub fn difference(&self) -> Usd {
        self.actual() - self.estimated()
    }

    /// Whether every line of the estimate has a price.
    #[must_use]
    pub fn is_priced(&self) -> bool {
        !self.lines().any(|line| line.unpriced)
    }

    /// Every line.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.matched.iter().chain(&self.only_estimated).chain(&self.only_charged)
    }
}

/// The sum of named amounts.
#[must_use]
pub fn sum(amounts: &[(String, Usd)]) -> Usd {
    amounts.iter().map(|(_, amount)| *amount).sum()
}

/// Holds an estimate against a bill of the same period.
#[must_use]
pub fn compare(estimate: &Estimate, bill: &Bill, catalog: &Catalog, question: Question) -> Comparison {
    let period = estimate.scenario.period;
    let (start, end) = (period.start().as_second(), period.end().as_second());
    let until = whole_days(bill, period, question.now);
    let share = Decimal::from(until - start) / Decimal::from(end - start);
    let mut lines = estimated_lines(estimate, share);
    let mut excluded: BTreeMap<String, Usd> = BTreeMap::new();
    let mut out_of_scope: BTreeMap<String, Usd> = BTreeMap::new();
    for (key, (quantity, cost)) in &bill.charges {
        if !key.in_scope {
            *out_of_scope.entry(key.service.clone()).or_default() += *cost;
        } else if !key.record.is_compared() {
            *excluded.entry(key.record.id().to_owned()).or_default() += *cost;
        } else if key.day >= until {
            *excluded.entry(format!("from {} on, not complete", day(until))).or_default() += *cost;
        } else {
            let line = lines
                .entry((key.service.clone(), one_spelling(&key.usage_type)))
                .or_insert_with(|| Line::new(&key.service, &one_spelling(&key.usage_type)));
            *line.actual_cost.get_or_insert_default() += *cost;
            if key.record == RecordType::Usage {
                *line.actual_quantity.get_or_insert_default() += *quantity;
            }
        }
    }
    let (mut matched, mut only_estimated, mut only_charged) = (Vec::new(), Vec::new(), Vec::new());
    for line in lines.into_values() {
        match (line.estimated_quantity, line.actual_cost) {
            (Some(_), Some(_)) => matched.push(line),
            (Some(_), None) => only_estimated.push(line),
            (None, _) => only_charged.push(line),
        }
    }
    let mut comparison = Comparison {
        scenario: estimate.scenario.name.clone(),
        prices: estimate.prices_text(),
        open_days: open_days(bill, period, until),
        source_total: bill.source_total,
        bridge: Vec::new(),
        unit_costs: Vec::new(),
        notes: Vec::new(),
        out_of_scope: out_of_scope.into_iter().collect(),
        excluded: excluded.into_iter().collect(),
        question,
        period,
        until,
        matched,
        only_estimated,
        only_charged,
    };
    comparison.bridge = bridge::bridge(&comparison);
    comparison.unit_costs = unit_costs(&comparison, catalog);
    comparison.notes = notes(&comparison, estimate, bill);
    comparison
}

impl Line {
    fn new(service: &str, usage_type: &str) -> Line {
        Line {
            service: service.to_owned(),
            usage_type: usage_type.to_owned(),
            estimated_quantity: None,
            actual_quantity: None,
            estimated_cost: None,
            actual_cost: None,
            unpriced: false,
        }
    }
}

/// The spelling of an estimate: newer usage types of us-east-1 carry `USE1-`, and some of eu-west-1 `EUW1-`.
fn one_spelling(usage_type: &str) -> String {
    if usage_type.ends_with("-AWS-Out-Bytes") {
        return usage_type.to_owned();
    }
    match (usage_type.strip_prefix("USE1-"), usage_type.strip_prefix("EUW1-")) {
        (Some(kind), _) => kind.to_owned(),
        (_, Some(kind)) => format!("EU-{kind}"),
        _ => usage_type.to_owned(),
    }
}

type Lines = BTreeMap<(String, String), Line>;

/// The lines of the estimate by service and usage type, for this share of its period.
fn estimated_lines(estimate: &Estimate, share: Decimal) -> Lines {
    let part = |amount: Decimal| decimal::round(amount * share, 10);
    let mut lines = Lines::new();
    let mut line = |service: &str, usage_type: String, quantity: Decimal, cost: Option<Usd>| {
        let key = (service.to_owned(), usage_type);
        let line = lines.entry(key.clone()).or_insert_with(|| Line::new(&key.0, &key.1));
        *line.estimated_quantity.get_or_insert_default() += part(quantity);
        match cost {
            Some(cost) => *line.estimated_cost.get_or_insert_default() += Usd::new(part(cost.amount())),
            None => line.unpriced = true,
        }
    };
    for item in &estimate.line_items {
        let (sku, amount) = (&item.usage.sku, item.usage.quantity.expected.amount);
        line(sku.service().code(), sku.usage_type(), amount, Some(item.cost.expected));
    }
    for unpriced in &estimate.unpriced {
        let (sku, amount) = (&unpriced.usage.sku, unpriced.usage.quantity.expected.amount);
        line(sku.service().code(), sku.usage_type(), amount, None);
    }
    lines
}

/// Until when both sides are compared: to the end of a period that is over; else to the start of the last day with
/// usage, since that day has more to come.
fn whole_days(bill: &Bill, period: Period, now: i64) -> i64 {
    let (start, end) = (period.start().as_second(), period.end().as_second());
    let today = now - now.rem_euclid(DAY);
    if now >= end { end } else { bill.last_day().map_or(start, |day| day.min(today).clamp(start, end)) }
}

/// Days of a period that are not complete: those not compared, or those after the last usage of the source.
fn open_days(bill: &Bill, period: Period, until: i64) -> i64 {
    let end = period.end().as_second();
    let known = bill.last_day().map_or(until, |day| if until < end { until } else { (day + DAY).min(end) });
    (end - known + DAY - 1) / DAY
}

/// How many units an instance has.
type Count = fn(&InstanceSpec) -> u32;

/// Of GPU-hours, the instances that have GPUs; of vCPU-hours, all.
fn unit_costs(comparison: &Comparison, catalog: &Catalog) -> Vec<UnitCost> {
    let units: [(&'static str, Count); 2] =
        [("GPU-hour", |spec| spec.gpus), ("vCPU-hour", |spec| spec.vcpus)];
    let cost = |count: Count, pick: fn(&Line) -> Option<(Decimal, Usd)>| {
        let (mut hours, mut cost) = (Decimal::ZERO, Usd::ZERO);
        for line in comparison.lines().filter(|line| !line.unpriced) {
            let spec = bridge::instance(line).and_then(|found| catalog.get(&InstanceType::new(found.name)));
            let Some((spec, (quantity, dollars))) = spec.zip(pick(line)) else { continue };
            let number = count(spec);
            if number > 0 {
                hours += quantity * Decimal::from(number);
                cost += dollars;
            }
        }
        cost.per(hours).map(Usd::to_price)
    };
    let found = units.map(|(unit, count)| UnitCost {
        unit,
        estimated: cost(count, |line| line.estimated_quantity.zip(line.estimated_cost)),
        actual: cost(count, |line| line.actual_quantity.zip(line.actual_cost)),
    });
    found.into_iter().filter(|unit| unit.estimated.is_some() || unit.actual.is_some()).collect()
}

fn notes(comparison: &Comparison, estimate: &Estimate, bill: &Bill) -> Vec<Note> {
    let mut notes = Vec::new();
    let end = comparison.period.end().as_second();
    let now = comparison.question.now;
    if comparison.until < end {
        notes.push(Note::PartialPeriod { until: day(comparison.until), open_days: comparison.open_days });
    } else if now - end < LATE_DAYS * DAY {
        notes.push(Note::LateCharges { end: day(end) });
    }
    if comparison.until == end && comparison.open_days > 0 {
        notes.push(Note::SourceStops { days: comparison.open_days });
    }
    if let (Source::Live | Source::Bundled, as_of) = &estimate.price_source
        && now >= end
    {
        let date = as_of.as_ref().map_or_else(String::new, |date| format!(" as of {date}"));
        notes.push(Note::PricesOfAnotherTime {
            prices: format!("{}{date}", estimate.price_source.0),
            month: Month::of_second(comparison.period.start().as_second()).to_string(),
        });
    }
    if !bill.estimated_days.is_empty() {
        let days = bill.estimated_days.iter().map(|second| day(*second)).collect();
        notes.push(Note::EstimatedDays { days });
    }
    if bill.rows > 0
        && bill.last_day().is_some()
        && !bill.charges.keys().any(|key| key.in_scope && key.record == RecordType::Usage)
    {
        let remark =
            "no usage of the source is in the scenario's [scope]: is an account, region or tag misspelled?";
        notes.push(Note::PriceRemark { remark: remark.to_owned() });
    }
    if bill.rows == 0 {
        notes.push(Note::NoCharges {
            period: format!("{} to {}", comparison.period.start(), comparison.period.end()),
        });
    }
    let unpriced: Vec<String> =
        comparison.lines().filter(|line| line.unpriced).map(|line| line.usage_type.clone()).collect();
    if !unpriced.is_empty() {
        notes.push(Note::ComparedWithoutPrice { usage_types: unpriced });
    }
    if comparison.only_charged.iter().any(|line| line.usage_type.is_empty()) {
        notes.push(Note::NoUsageType);
    }
    notes.extend(bill.remarks.iter().map(|remark| Note::PriceRemark { remark: remark.clone() }));
    let about_prices = |note: &&Note| {
        matches!(
            note,
            Note::BundledPrices { .. }
                | Note::ScenarioPrices { .. }
                | Note::Unverified { .. }
                | Note::PriceRemark { .. }
        )
    };
    notes.extend(estimate.notes.iter().filter(about_prices).cloned());
    notes
}
