//! An estimate against a bill: what joins, what does not, and what is left out of the comparison.
//!
//! Lines join by service and usage type: On-Demand, reserved, Savings Plan and Capacity Block hours are all
//! `BoxUsage`, so they are one line. Every charge of the source is in exactly one place:
//! actual + out of scope + excluded = the source's own total, to the last digit.
#![deny(clippy::float_arithmetic)]

pub mod bridge;
pub mod by;
pub mod commitments;
mod daily;
mod estimated;
mod explain;
mod headings;
mod json;
mod lines;
#[expect(clippy::float_arithmetic, reason = "statistics of costs, which come back as decimals")]
pub mod month_end;
pub mod movers;
mod notes;
mod settled;
#[expect(clippy::float_arithmetic, reason = "statistics of costs: which day, never how much")]
mod shift;
pub mod steps;
mod table;
mod unit_cost;

use crate::report::Said;
use std::collections::BTreeMap;

use crate::actuals::athena::Run;
use crate::actuals::cost_explorer::price_of;
use crate::actuals::{Amounts, Bill, CostBasis, Costs, RecordType};
use crate::calibration::{ClosedMonth, ServiceMonth};
use crate::catalog::Catalog;
use crate::estimate::{BudgetVerdict, Estimate, judged};
use crate::model::decimal::Decimal;
use crate::model::money::Usd;
use crate::model::time::{DAY, Period, day, instant};
use crate::model::units::Cases;
use crate::model::usage_type::UsageType;
use crate::report::Note;
use bridge::Bridged;
use estimated::{Lines, Part, estimated_lines};
use month_end::{Daily, MonthEnd, month_end};
use movers::Against;
use steps::Step;
pub use unit_cost::UnitCost;

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
    /// In the bill, if it says so of every charge of the line.
    pub actual_quantity: Option<Decimal>,
    /// In the estimate, for the time compared.
    pub estimated_cost: Option<Usd>,
    /// In the bill.
    pub actual_cost: Option<Usd>,
    /// Whether the estimate has the line but no price for it.
    pub unpriced: bool,
    /// Whether the bill has charges of it without a quantity.
    pub unquantified: bool,
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

    /// What a unit costs in the estimate, on average.
    #[must_use]
    pub fn estimated_unit_price(&self) -> Option<Usd> {
        let cost = self.estimated_cost.filter(|_| !self.unpriced)?;
        cost.per(self.estimated_quantity?).map(Usd::to_price)
    }

    /// What a unit costs in the bill, on average.
    #[must_use]
    pub fn actual_unit_price(&self) -> Option<Usd> {
        self.actual_cost?.per(self.actual_quantity?).map(Usd::to_price)
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
    /// What AWS expects from a day on, if it was asked.
    pub aws_forecast: Option<(i64, Cases<Usd>)>,
}

impl Question {
    /// What the paid requests cost.
    #[must_use]
    pub fn paid_for_calls(&self) -> Usd {
        price_of(self.paid_calls)
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
    pub prices: Said,
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
    pub bridge: Vec<Bridged>,
    /// The sum of every row of the source, as the source adds it up.
    pub source_total: Usd,
    /// What an hour of a GPU and of a vCPU costs, and a job where the scenario says how many there are.
    pub unit_costs: Vec<UnitCost>,
    /// Jobs of the time compared, by the scenario.
    pub jobs: Option<Decimal>,
    /// What is charged, by the scenario's budget, with the limit that decides it.
    pub budget: Option<(BudgetVerdict, Usd)>,
    /// The end of a month that is open.
    pub month_end: Option<MonthEnd>,
    /// Charged on days that are not complete, and so not compared.
    pub open: Usd,
    /// The estimate of the whole period; at least that, where lines have no price.
    pub estimated_whole: Usd,
    /// The month as a track record keeps it, or why it is not kept.
    pub closed: Result<ClosedMonth, String>,
    /// Days of the period that are not complete.
    pub open_days: i64,
    /// The last day with use [its first second], where days of a period that is compared whole follow it.
    pub last_use: Option<i64>,
    /// Charges in scope that an estimate answers for, by the first second of the UTC day.
    pub daily: BTreeMap<i64, Usd>,
    /// The same by service and usage type.
    pub by_usage_type: Daily,
    /// Levels of daily cost that rose or fell, and days that stand apart.
    pub steps: Vec<Step>,
    /// Another month's charges beside these.
    pub against: Option<Against>,
    /// Charges by what was asked for.
    pub breakdown: Option<by::Breakdown>,
    /// What the charges that are compared cost at other prices, where the source says so.
    pub costs: Option<Costs>,
    /// What commitments cover, and what is not used of them.
    pub commitments: Vec<commitments::Commitments>,
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

    /// What is charged for usage in scope, days that are not complete included: what a budget judges.
    #[must_use]
    pub fn billed(&self) -> Usd {
        self.actual() + self.open
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

    /// How long the period has been over [days]; `None` while it is not.
    #[must_use]
    pub fn days_since_end(&self) -> Option<i64> {
        let since = self.question.now - self.period.end().as_second();
        (since >= 0).then_some(since / DAY)
    }

    /// What a track record keeps; `Err` says why nothing of it.
    fn closed_month(&self, bill: &Bill) -> Result<ClosedMonth, String> {
        let now = self.question.now;
        let month = self.period.month().ok_or("the period is no calendar month")?;
        if !settled::is_final(self.period, now) {
            return Err(format!("charges of a month change until {LATE_DAYS} days after it"));
        }
        if self.open_days > 0 || !bill.estimated_days.is_empty() || bill.rows == 0 {
            return Err("the source is not complete for the month".into());
        }
        if !self.is_priced() {
            return Err("the estimate has lines without a price".into());
        }
        if self.matched.is_empty() {
            return Err("nothing that is estimated was charged: is [scope] or the month right?".into());
        }
        let mut services: BTreeMap<&str, (Usd, Usd)> = BTreeMap::new();
        for line in self.lines() {
            let slot = services.entry(&line.service).or_default();
            slot.0 += line.estimated_cost.unwrap_or_default();
            slot.1 += line.actual_cost.unwrap_or_default();
        }
        let service = |(service, (estimated, actual)): (&str, (Usd, Usd))| ServiceMonth {
            service: service.to_owned(),
            estimated: estimated.amount(),
            actual: actual.amount(),
        };
        Ok(ClosedMonth {
            scenario: self.scenario.clone(),
            month: month.to_string(),
            basis: self.question.basis.id().to_owned(),
            source: self.question.source.clone(),
            prices: self.prices.en.clone(),
            recorded_at: instant(now),
            services: services.into_iter().map(service).collect(),
        })
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
    let until = settled::whole_days(bill, period, question.now);
    let part = Part::new(&estimate.scenario, until);
    let mut lines = estimated_lines(estimate, &part);
    let (mut daily, mut open) = (Daily::new(), Usd::ZERO);
    let (mut excluded, mut out_of_scope) = (BTreeMap::new(), BTreeMap::<String, Usd>::new());
    for (key, Amounts { quantity, cost, .. }) in &bill.charges {
        if !key.in_scope {
            *out_of_scope.entry(key.service.clone()).or_default() += *cost;
        } else if !key.record.is_compared() {
            *excluded.entry(key.record.id().to_owned()).or_insert(Usd::ZERO) += *cost;
        } else if key.day >= until {
            let name = (key.service.clone(), UsageType(&key.usage_type).one_spelling());
            *daily.entry(name).or_default().entry(key.day).or_default() += *cost;
            open += *cost;
            *excluded.entry(format!("from {} on, not complete", day(until))).or_default() += *cost;
        } else {
            let name = (key.service.clone(), UsageType(&key.usage_type).one_spelling());
            *daily.entry(name.clone()).or_default().entry(key.day).or_default() += *cost;
            let line = lines.entry(name.clone()).or_insert_with(|| Line::new(&name.0, &name.1));
            *line.actual_cost.get_or_insert_default() += *cost;
            if key.record == RecordType::Usage {
                line.unquantified |= quantity.is_none();
                *line.actual_quantity.get_or_insert_default() += quantity.unwrap_or_default();
            }
        }
    }
    let [matched, only_estimated, only_charged] = parts(lines);
    let mut comparison = Comparison {
        scenario: estimate.scenario.name.clone(),
        prices: estimate.prices_text(),
        open_days: settled::open_days(bill, period, until, question.now),
        last_use: settled::last_use(bill, period, question.now),
        source_total: bill.source_total,
        bridge: Vec::new(),
        unit_costs: Vec::new(),
        jobs: unit_cost::jobs(estimate, &part),
        budget: None,
        closed: Err(String::new()),
        month_end: (question.now < end).then(|| month_end(&daily, start, until, end)).flatten(),
        daily: by_day(&daily),
        steps: steps::steps(&daily, start, until),
        by_usage_type: daily,
        against: None,
        open,
        estimated_whole: estimate.total().expected,
        breakdown: None,
        costs: commitments::costs(bill, until),
        commitments: commitments::commitments(bill, until, question.basis),
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
    comparison.bridge = bridge::bridge(&comparison, estimate, catalog);
    comparison.unit_costs = unit_cost::unit_costs(&comparison, catalog, comparison.jobs);
    let judge = |budget| judged(budget, comparison.billed(), true);
    comparison.budget = estimate.scenario.keys.budget.as_ref().and_then(judge);
    comparison.closed = comparison.closed_month(bill);
    comparison.notes = notes::notes(&comparison, estimate, bill);
    comparison
}

/// What is in both, only estimated, and only charged.
fn parts(lines: Lines) -> [Vec<Line>; 3] {
    let mut parts = [Vec::new(), Vec::new(), Vec::new()];
    for mut line in lines.into_values() {
        line.actual_quantity = line.actual_quantity.filter(|_| !line.unquantified);
        parts[match (line.estimated_quantity, line.actual_cost) {
            (Some(_), Some(_)) => 0,
            (Some(_), None) => 1,
            (None, _) => 2,
        }]
        .push(line);
    }
    parts
}

/// The sum of all lines by day.
fn by_day(daily: &Daily) -> BTreeMap<i64, Usd> {
    let mut days: BTreeMap<i64, Usd> = BTreeMap::new();
    for (day, cost) in daily.values().flatten() {
        *days.entry(*day).or_default() += *cost;
    }
    days
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
            unquantified: false,
        }
    }
}
