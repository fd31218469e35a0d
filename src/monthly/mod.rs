//! The report of a month as a value: estimate, charges, bridge, forecast, queue, Spot and suggestions, with every figure
//! that a document shows. It is kept as JSON and read again: documents are made from it and from nothing else, so they
//! agree, and an old month renders again without prices or network.
#![deny(clippy::float_arithmetic)]

mod behind;
mod changed;
pub mod charged;
mod check;
pub mod focus;
pub mod build;
pub mod page;
mod page_charts;
mod page_sections;
pub mod sentence;
pub mod sheets;
mod sums;
pub mod tables;
mod words;

pub use behind::{Behind, BehindPart};

use serde::{Deserialize, Serialize};

use crate::compare::bridge::is_tiny;
use crate::model::decimal::{self, Decimal};
use crate::model::money::{CostRange, Usd};
use crate::model::time::parse_utc;
use crate::report::Said;
use crate::suggest::Mark;
pub use words::Word;
use words::by_name;

/// What a saved report says that it is.
pub const KIND: &str = "monthly_report";

/// Version of the shape.
pub const SCHEMA_VERSION: u32 = 2;

/// The oldest version that is still read: it kept what changes are, their risks and why lines have no price in English only,
/// and of compared lines not whether a part of them has no price.
const OLDEST_VERSION: u32 = 1;

/// The whole report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MonthlyReport {
    /// Of this shape.
    pub schema_version: u32,
    /// [`KIND`].
    pub kind: String,
    /// The program and its version.
    pub generated_by: String,
    /// When, RFC 3339.
    pub made_at: String,
    /// Name of the scenario.
    pub scenario: String,
    /// AWS region.
    pub region: String,
    /// The month, or the first and the last day.
    pub month: String,
    /// First instant, RFC 3339.
    pub start: String,
    /// First instant after, RFC 3339.
    pub end: String,
    /// Which prices.
    pub prices: PricesUsed,
    /// The estimate.
    pub lines: Vec<MonthLine>,
    /// The sum of what has a price.
    pub total: CostRange,
    /// Whether lines have no price: the total is a lower bound.
    pub at_least: bool,
    /// What AWS Batch may cost at its limits.
    pub limits: Option<BatchLimits>,
    /// The scenario's numbers: key and value as written.
    pub inputs: Vec<(String, String)>,
    /// The scenario's limits of spending.
    pub budget: Option<Budget>,
    /// What was charged.
    pub charged: Option<Charged>,
    /// What the queues did in the simulation.
    pub queue: Option<Queue>,
    /// Spot prices, by pool.
    pub spot: Vec<SpotPool>,
    /// What could be changed.
    pub proposals: Option<Proposals>,
    /// Why that could not be looked for although there are jobs.
    pub no_proposals: Option<Said>,
    /// What the reader must know.
    pub notes: Vec<Said>,
    /// Tables of the prices that lines wait for, to be added to the scenario with their dollars.
    #[serde(default)]
    pub missing_prices: Option<String>,
}

/// Which prices an estimate is made with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PricesUsed {
    /// `bundled`, `live`, a file.
    pub source: String,
    /// Their day.
    pub as_of: Option<String>,
}

/// A line of the estimate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthLine {
    /// From 1, as in every answer.
    pub line_id: usize,
    /// Its name in the scenario.
    pub name: String,
    /// `compute`, `storage` or `other`.
    pub group: String,
    /// CUR product code.
    pub service: String,
    /// AWS region of the SKU.
    pub region: String,
    /// AWS's usage type.
    pub usage_type: String,
    /// `on_demand`, `spot`, …; empty where it does not apply.
    pub purchase_option: String,
    /// FOCUS pricing unit.
    pub pricing_unit: String,
    /// In the expected case.
    #[serde(with = "decimal::text")]
    pub quantity: Decimal,
    /// In the low case.
    #[serde(with = "decimal::text")]
    pub quantity_low: Decimal,
    /// In the high case.
    #[serde(with = "decimal::text")]
    pub quantity_high: Decimal,
    /// `fixed` or `usage`.
    pub basis: String,
    /// What it costs, where it has a price.
    pub priced: Option<Priced>,
    /// How the quantity came about.
    pub derivation: String,
    /// Why it has no price.
    pub missing_reason: Option<Said>,
}

/// Price and cost of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Priced {
    /// Dollars paid whatever the quantity.
    pub fee: bool,
    /// On-Demand price or first tier.
    pub list_unit_price: Option<Usd>,
    /// Per unit.
    pub unit_price: CostRange,
    /// Of the line.
    pub cost: CostRange,
    /// Where the price is from.
    pub source: PricesUsed,
    /// Whether it was read from the Price List itself.
    pub verified: Option<bool>,
    /// AWS's SKU.
    pub sku: Option<String>,
    /// The source in words.
    pub detail: String,
}

/// What AWS Batch may cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchLimits {
    /// At `min_vcpus` all the time.
    pub floor: Option<Usd>,
    /// At `max_vcpus` all the time.
    pub ceiling: Option<Usd>,
    /// An hour at the ceiling.
    pub burn_per_hour: Option<Usd>,
}

/// A budget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// `warn_usd`.
    pub warn_usd: Option<Usd>,
    /// `fail_usd`.
    pub fail_usd: Option<Usd>,
}

impl Budget {
    /// The limit that ends spending: `fail_usd`, without it `warn_usd`.
    #[must_use]
    pub fn limit(&self) -> Option<Usd> {
        self.fail_usd.or(self.warn_usd)
    }
}

/// What was charged, beside the estimate of the same days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charged {
    /// Where the charges are from.
    pub source: String,
    /// Which cost.
    pub basis: String,
    /// Both sides are compared until this instant.
    pub until: String,
    /// Days of the period that are not complete.
    pub open_days: i64,
    /// Charged until then, by lines that an estimate answers for.
    pub actual: Usd,
    /// With days that are not complete: what a budget judges.
    pub billed: Usd,
    /// The estimate until then.
    pub estimated: Usd,
    /// Lines of either side.
    pub lines: Vec<ComparedLine>,
    /// Why they differ; adds up to `actual` less `estimated`.
    pub bridge: Vec<(String, Usd)>,
    /// What is behind each reason, in the same order; empty in reports that did not keep it.
    #[serde(default)]
    pub behind: Vec<Behind>,
    /// Of other accounts, regions or tags.
    pub out_of_scope: Vec<(String, Usd)>,
    /// Of kinds that no estimate answers for.
    pub excluded: Vec<(String, Usd)>,
    /// The sum of every row, taken on its own.
    pub source_total: Usd,
    /// By day, and whether the day is complete.
    pub daily: Vec<DayCost>,
    /// Where the month ends, while it is open.
    pub month_end: Option<CostRange>,
    /// Daily costs that rose or fell, and days that stand apart; an earlier version did not keep them.
    #[serde(default)]
    pub steps: Vec<ChargedStep>,
}

/// A change of the daily cost of a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChargedStep {
    /// `YYYY-MM-DD`, UTC.
    pub day: String,
    /// CUR product code.
    pub service: String,
    /// Whether it is of that day alone, not of those from it on.
    pub once: bool,
    /// Dollars a day, or of the day.
    pub amount: Usd,
    /// What rose or fell, the largest first.
    pub usage_types: Vec<(String, Usd)>,
}

impl Charged {
    /// The reasons that a person looks for, with what is behind them: not those that are rounding of other figures.
    pub(crate) fn reasons(&self) -> impl Iterator<Item = (&str, Usd, Option<&Behind>)> {
        let reasons = self.bridge.iter().enumerate();
        let reasons = reasons.map(|(place, (id, amount))| (id.as_str(), *amount, self.behind.get(place)));
        reasons.filter(move |(_, amount, behind)| {
            let parts = behind.iter().flat_map(|of| &of.parts).map(|part| part.amount);
            !std::iter::once(*amount).chain(parts).all(is_tiny)
        })
    }
}

/// A day's charges in scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayCost {
    /// `YYYY-MM-DD`, UTC.
    pub day: String,
    /// Of it.
    pub cost: Usd,
    /// Whether nothing of it is still to come in the normal course.
    pub complete: bool,
}

/// A line of the comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedLine {
    /// CUR product code.
    pub service: String,
    /// AWS's usage type.
    pub usage_type: String,
    /// How much, by the estimate; an earlier version did not keep quantities.
    #[serde(default, with = "decimal::optional_text")]
    pub estimated_quantity: Option<Decimal>,
    /// How much, by the bill, if it says so.
    #[serde(default, with = "decimal::optional_text")]
    pub actual_quantity: Option<Decimal>,
    /// By the estimate; `None` where it has no such line, or no price for it.
    pub estimated: Option<Usd>,
    /// By the bill.
    pub actual: Option<Usd>,
    /// Whether both sides have the line.
    pub matched: bool,
    /// Whether some of it was estimated without a price.
    #[serde(default)]
    pub unpriced: bool,
}

/// What the queues did, in the first run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    /// Where the jobs are from.
    pub trace: String,
    /// Seed of the run.
    pub seed: u64,
    /// Submitted.
    pub jobs: u64,
    /// Succeeded.
    pub succeeded: u64,
    /// Failed.
    pub failed: u64,
    /// Neither, at the end.
    pub unfinished: u64,
    /// Attempts that EC2 ended.
    pub interrupted_attempts: u64,
    /// Half of the jobs that started waited no longer [s]; `None` where none did.
    pub wait_seconds_p50: Option<u64>,
    /// 95 % waited no longer [s].
    pub wait_seconds_p95: Option<u64>,
    /// Wait that is aimed at [s].
    pub wait_target_seconds: Option<u64>,
    /// GPUs in use, in percent of those that ran.
    #[serde(with = "decimal::optional_text")]
    pub gpu_percent: Option<Decimal>,
    /// vCPUs in use, in percent of those that ran.
    #[serde(with = "decimal::optional_text")]
    pub vcpu_percent: Option<Decimal>,
    /// What operators look for.
    pub findings: Vec<Said>,
    /// First second of the timeline [s of the Unix epoch].
    pub start: i64,
    /// Length of its steps [s].
    pub step_seconds: u64,
    /// vCPUs demanded, of instances, and the cap.
    pub steps: Vec<(u64, u64, u64)>,
}

/// Spot prices of a type in a zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpotPool {
    /// Instance type.
    pub instance_type: String,
    /// Availability Zone.
    pub zone: String,
    /// Time-weighted, over the window.
    pub mean: Usd,
    /// The last.
    pub current: Usd,
    /// On-Demand, for comparison.
    pub on_demand: Option<Usd>,
    /// Second of the Unix epoch, and the price from then on.
    pub history: Vec<(i64, Usd)>,
    /// End of the record.
    pub until: i64,
    /// The mean of the month after it.
    pub forecast: Option<SpotForecast>,
}

/// A forecast mean of a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpotForecast {
    /// First second.
    pub start: i64,
    /// First second after.
    pub end: i64,
    /// The mean.
    pub mean: Usd,
    /// A tenth of months are below.
    pub low: Usd,
    /// A tenth are above.
    pub high: Usd,
}

/// What could be changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposals {
    /// Instances and their root volumes a month, as it is.
    pub monthly: Usd,
    /// Each on its own.
    pub changes: Vec<Proposal>,
    /// What those that pay beside each other save.
    pub together: Option<(Vec<String>, CostRange)>,
    /// By cap.
    pub frontiers: Vec<CapFrontier>,
}

/// A change worth making.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// As in `suggest`.
    pub id: String,
    /// Its kind's name in JSON.
    pub kind: String,
    /// In a few words, as `suggest` says it.
    pub title: Said,
    /// What it changes, as lines of the scenario; empty where it is advice.
    pub settings: Vec<String>,
    /// As it is.
    pub current: Said,
    /// As proposed.
    pub proposed: Said,
    /// Dollars a month.
    pub saving: CostRange,
    /// 95 % wait no longer [s], now and then.
    pub wait_seconds_p95: Option<(u64, u64)>,
    /// The figures behind it.
    pub evidence: Vec<Said>,
    /// What may go wrong.
    pub risk: Said,
    /// How to undo it.
    pub way_back: Said,
}

/// What each cap of an environment does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CapFrontier {
    /// Compute environment.
    pub environment: String,
    /// By rising cap.
    pub points: Vec<CapPoint>,
}

/// What one cap does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CapPoint {
    /// The cap.
    pub max_vcpus: u32,
    /// Cost a month.
    pub monthly: Usd,
    /// Half wait no longer [s].
    pub wait_seconds_p50: u64,
    /// 95 % wait no longer [s].
    pub wait_seconds_p95: u64,
    /// What it stands out by.
    pub marks: Vec<Mark>,
}

/// A second currency, by a rate that somebody declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondCurrency {
    /// ISO 4217.
    pub code: String,
    /// Units of it for one dollar.
    pub rate: Decimal,
    /// Whose rate it is: `YYYY-MM-DD`.
    pub date: String,
}

impl SecondCurrency {
    /// An amount in it, in words: without decimals where the currency has none (ISO 4217).
    #[must_use]
    pub fn shown(&self, amount: Usd) -> String {
        let places = if matches!(self.code.as_str(), "JPY" | "KRW" | "VND" | "CLP" | "ISK") { 0 } else { 2 };
        let number = decimal::grouped(amount.amount() * self.rate, places);
        if self.code == "JPY" {
            format!("¥{number}").replace("¥-", "-¥")
        } else {
            format!("{number} {}", self.code)
        }
    }
}

impl MonthlyReport {
    /// A saved report. `Err` says why it is none, or what in it contradicts what else.
    pub fn parse(text: &str) -> Result<MonthlyReport, String> {
        let report: MonthlyReport = serde_json::from_str(text).map_err(|error| error.to_string())?;
        match (&report.kind[..], report.schema_version) {
            (KIND, OLDEST_VERSION..=SCHEMA_VERSION) => {
                check::check(&report).map(|()| MonthlyReport { schema_version: SCHEMA_VERSION, ..report })
            }
            (KIND, version) => Err(format!(
                "its schema_version is {version}, this program reads {OLDEST_VERSION} to {SCHEMA_VERSION}"
            )),
            (kind, _) => Err(format!("it is a `{kind}`, not a `{KIND}`")),
        }
    }

    /// Seconds of the Unix epoch from the first to the first after.
    #[must_use]
    pub fn seconds(&self) -> (i64, i64) {
        (second(&self.start), second(&self.end))
    }
}

/// The second of the Unix epoch of a day or an instant that this program wrote.
#[must_use]
pub fn second(text: &str) -> i64 {
    parse_utc(text).unwrap_or_default()
}
