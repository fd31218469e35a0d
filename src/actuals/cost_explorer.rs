//! A bill from two questions to Cost Explorer: usage of the scope by usage type, and everything by record type; a third,
//! about fees that are paid at once, where there are any.
//!
//! It allows two group keys, so neither question alone can tell both. What the second knows of usage and the
//! first does not is out of scope; so actual + out of scope + excluded is the second's own total.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::product_code::code;
use super::{Amounts, Bill, ChargeKey, CostBasis, Dimension, PLACES, RecordType, Row, Scope, paid_by_block};
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::text::folded;
use crate::model::time::{Month, Period};

/// What a paid request costs, in cents (AWS Cost Management pricing, read 2026-11-23).
const CENTS_PER_REQUEST: i64 = 1;

/// What so many paid requests cost.
#[must_use]
pub fn price_of(requests: u32) -> Usd {
    Usd::new(Decimal::new(i64::from(requests) * CENTS_PER_REQUEST, 2))
}

/// Record types that are usage.
/// In both spellings: a value that Cost Explorer does not know finds nothing and is no error.
const USAGE: [&str; 5] = [
    "Usage",
    "DiscountedUsage",
    "SavingsPlanCoveredUsage",
    "Reservation applied usage",
    "Savings Plan Covered Usage",
];

/// The record type of fees that are paid at once: of reservations, and of Capacity Blocks, whose hours then cost nothing.
const UPFRONT: &str = "Upfront";

/// By what, beside the service, charges are grouped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupedBy {
    /// USAGE_TYPE.
    UsageType,
    /// RECORD_TYPE.
    RecordType,
    /// What else charges are told apart by, and whether usage types stand in the place of services: two keys are all that
    /// Cost Explorer allows.
    Of(Dimension, bool),
}

/// A question.
#[derive(Clone, Debug)]
pub struct CostQuery {
    /// First second of the first day.
    pub start: i64,
    /// First second after the last day.
    pub end: i64,
    /// `AmortizedCost`, `UnblendedCost` or `NetAmortizedCost`.
    pub metric: &'static str,
    /// Beside the service.
    pub grouped_by: GroupedBy,
    /// Only these record types; all without any.
    pub record_types: Vec<String>,
    /// Only what is in scope.
    pub scope: Scope,
}

/// What AWS expects to be charged, from a midnight to another.
#[derive(Clone, Debug)]
pub struct ForecastQuery {
    /// First second of the first day: today or later.
    pub start: i64,
    /// First second after the last day.
    pub end: i64,
    /// Which cost.
    pub basis: CostBasis,
    /// Only these record types.
    pub record_types: Vec<String>,
    /// Only what is in scope.
    pub scope: Scope,
}

impl ForecastQuery {
    /// Of the usage of a scope.
    #[must_use]
    pub fn new(start: i64, end: i64, basis: CostBasis, scope: &Scope) -> ForecastQuery {
        let record_types = USAGE.map(str::to_owned).to_vec();
        ForecastQuery { start, end, basis, record_types, scope: scope.clone() }
    }
}

/// A group of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostGroup {
    /// Cost Explorer's name of the service.
    pub service: String,
    /// Usage type or record type.
    pub key: String,
    /// First second of the day, UTC.
    pub day: i64,
    /// What it costs [USD].
    #[serde(with = "crate::model::decimal::text")]
    pub cost: Decimal,
    /// How much was used, in whatever unit.
    #[serde(with = "crate::model::decimal::text")]
    pub quantity: Decimal,
    /// Whether AWS says that it may still change.
    pub estimated: bool,
}

/// The two questions about a period, which begins and ends at midnight UTC. Cost Explorer takes no end after
/// that of the running month.
#[must_use]
pub fn queries(period: Period, running: Month, basis: CostBasis, scope: &Scope) -> [CostQuery; 2] {
    let all = CostQuery {
        start: period.start().as_second(),
        end: period.end().as_second().min(running.seconds().1),
        metric: match basis {
            CostBasis::Amortized => "AmortizedCost",
            CostBasis::Unblended => "UnblendedCost",
            CostBasis::NetAmortized => "NetAmortizedCost",
        },
        grouped_by: GroupedBy::RecordType,
        record_types: Vec::new(),
        scope: Scope::default(),
    };
    let used = CostQuery {
        grouped_by: GroupedBy::UsageType,
        record_types: USAGE.map(str::to_owned).to_vec(),
        scope: scope.clone(),
        ..all.clone()
    };
    [used, all]
}

/// The third question, where the second found fees that are paid at once: which of them, in scope, are of Capacity Blocks,
/// and so pay for hours.
#[must_use]
pub fn upfront(used: &CostQuery, all: &[CostGroup]) -> Option<CostQuery> {
    let is_paid = |group: &CostGroup| is_upfront(group) && !group.cost.is_zero();
    all.iter().any(is_paid).then(|| CostQuery { record_types: vec![UPFRONT.to_owned()], ..used.clone() })
}

/// A further question: the usage of the first by this, too. `None` where Cost Explorer cannot tell it.
#[must_use]
pub fn told_apart(used: &CostQuery, by: &Dimension, usage_types: bool) -> Option<CostQuery> {
    use Dimension::{Account, CostCategory, Region, Tag};
    let known = matches!(by, Account | Region | Tag(_) | CostCategory(_));
    known.then(|| CostQuery { grouped_by: GroupedBy::Of(by.clone(), usage_types), ..used.clone() })
}

/// The bill in the answer to that. What it does not have of the whole bill (fees of Capacity Blocks, what is not used of
/// commitments) has no value there, so both come to the same.
#[must_use]
pub fn told_apart_bill(
    bill: &Bill,
    groups: &[CostGroup],
    by: &Dimension,
    usage_types: bool,
    period: Period,
) -> Bill {
    let named = |name: String| if usage_types { (String::new(), name) } else { (name, String::new()) };
    let key_of = |name: String, day: i64, value: Option<String>| {
        let (service, usage_type) = named(name);
        let (in_scope, record, commitment) = (true, RecordType::Usage, None);
        ChargeKey { in_scope, record, service, usage_type, day, commitment, by: vec![value] }
    };
    let mut told = Bill { dimensions: vec![by.clone()], ..Bill::default() };
    let mut rest: BTreeMap<(String, i64), Usd> = BTreeMap::new();
    let compared = bill.charges.iter().filter(|(key, _)| key.in_scope && key.record.is_compared());
    for (key, amounts) in compared {
        let name = if usage_types { &key.usage_type } else { &key.service };
        *rest.entry((name.clone(), key.day)).or_default() += amounts.cost;
    }
    let mut add = |key: ChargeKey, cost: Usd| {
        told.charge(key, Amounts { charges: 1, quantity: None, cost, costs: None });
    };
    let inside = period.start().as_second()..period.end().as_second();
    for group in groups.iter().filter(|group| inside.contains(&group.day)) {
        let name = if usage_types { group.service.clone() } else { code(&group.service).to_owned() };
        // Tags and cost categories come behind their key: `team$ml`, `team$` without one.
        let value = match by {
            Dimension::Tag(_) | Dimension::CostCategory(_) => {
                group.key.split_once('$').map_or("", |(_, value)| value)
            }
            _ => group.key.as_str(),
        };
        let cost = Usd::new(decimal::round(group.cost, PLACES));
        let slot = rest.entry((name.clone(), group.day)).or_default();
        *slot = *slot - cost;
        add(key_of(name, group.day, (!value.is_empty()).then(|| value.to_owned())), cost);
    }
    for ((name, day), cost) in rest.into_iter().filter(|(_, cost)| *cost != Usd::ZERO) {
        add(key_of(name, day, None), cost);
    }
    told
}

fn is_upfront(group: &CostGroup) -> bool {
    group.key.eq_ignore_ascii_case(UPFRONT)
}

/// Sums by service and day.
type Days = BTreeMap<(String, i64), Usd>;

/// The bill in the answers to the questions.
#[must_use]
pub fn bill(period: Period, basis: CostBasis, scope: &Scope, kept: &KeptCosts) -> Bill {
    let mut bill = Bill::default();
    let mut in_scope = Days::new();
    let row = |group: &CostGroup, record| Row {
        record,
        service: code(&group.service).to_owned(),
        usage_type: paid_by_block(&group.key).unwrap_or_else(|| group.key.clone()),
        time: group.day,
        quantity: Some(if paid_by_block(&group.key).is_some() { Decimal::ZERO } else { group.quantity }),
        cost: Usd::new(group.cost),
        in_scope: true,
    };
    for group in &kept.used {
        *in_scope.entry((group.service.clone(), group.day)).or_default() += Usd::new(group.cost);
        bill.add(row(group, RecordType::Usage), period);
    }
    // Of what is paid at once, what pays for hours of a Capacity Block is usage.
    let mut blocks = Days::new();
    for group in kept.upfront.iter().filter(|group| paid_by_block(&group.key).is_some()) {
        *blocks.entry((group.service.clone(), group.day)).or_default() += Usd::new(group.cost);
        bill.add(row(group, RecordType::Usage), period);
    }
    let mut usage: Days = in_scope.keys().map(|key| (key.clone(), Usd::ZERO)).collect();
    for group in &kept.all {
        let record = RecordType::of(&group.key);
        let unused = ["savingsplanrecurringfee", "rifee", "recurringreservationfee", "recurring"]
            .contains(&folded(&group.key).as_str());
        let key = (group.service.clone(), group.day);
        match record {
            RecordType::Usage => *usage.entry(key).or_default() += Usd::new(group.cost),
            RecordType::Fee if is_upfront(group) => {
                let rest = Usd::new(group.cost) - blocks.get(&key).copied().unwrap_or_default();
                let fee = Row { usage_type: String::new(), cost: rest, ..row(group, RecordType::Fee) };
                if rest != Usd::ZERO {
                    bill.add(fee, period);
                }
            }
            // Amortized, a fee is what nothing used of a commitment. Whose it is cannot be told in a scope.
            RecordType::Fee if unused && basis != CostBasis::Unblended && *scope == Scope::default() => {
                let mut row = row(group, RecordType::UnusedCommitment);
                row.usage_type =
                    if row.service == "ComputeSavingsPlans" { "ComputeSP:Unused" } else { "" }.to_owned();
                bill.add(row, period);
            }
            record => bill.add(Row { usage_type: String::new(), ..row(group, record) }, period),
        }
    }
    for ((service, day), total) in usage {
        let rest = total - in_scope.get(&(service.clone(), day)).copied().unwrap_or_default();
        if rest != Usd::ZERO {
            let row = Row {
                record: RecordType::Usage,
                service: code(&service).to_owned(),
                usage_type: String::new(),
                time: day,
                quantity: None,
                cost: rest,
                in_scope: false,
            };
            bill.add(row, period);
        }
    }
    let mut estimated: Vec<i64> =
        kept.all.iter().filter(|group| group.estimated).map(|group| group.day).collect();
    estimated.sort_unstable();
    estimated.dedup();
    bill.estimated_days = estimated;
    bill
}

/// What a cache file of these answers holds.
#[derive(Debug, Serialize, Deserialize)]
pub struct KeptCosts {
    /// When they were read [s since the Unix epoch].
    pub read_at: i64,
    /// Of the first question.
    pub used: Vec<CostGroup>,
    /// Of the second.
    pub all: Vec<CostGroup>,
    /// Of the third, if it was asked.
    #[serde(default)]
    pub upfront: Vec<CostGroup>,
    /// Of the further one, if it was asked.
    #[serde(default)]
    pub told_apart: Vec<CostGroup>,
}

/// After so many seconds the answers about a month that is not closed are asked again.
const OPEN: i64 = 6 * 3600;

/// So long after its end a month is closed: AWS finalizes bills within the first days of the next [s].
const CLOSED: i64 = 10 * 86_400;

impl KeptCosts {
    /// Reads what [`KeptCosts::to_json`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<KeptCosts> {
        serde_json::from_str(text).ok()
    }

    /// The answers as a text.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("answers are plain data")
    }

    /// Whether either says nothing at all: Cost Explorer, or a tag of the scope, may have been turned on too late,
    /// and the same question has an answer tomorrow.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.used.is_empty() || self.all.is_empty()
    }

    /// Whether they still hold: for good if the period was closed when they were read, else for hours. Empty ones
    /// never do.
    #[must_use]
    pub fn hold(&self, period: Period, now: i64) -> bool {
        if self.is_empty() {
            return false;
        }
        let open = self.all.iter().any(|group| group.estimated);
        let closed = !open && self.read_at >= period.end().as_second() + CLOSED;
        self.read_at <= now && (closed || now - self.read_at <= OPEN)
    }
}
