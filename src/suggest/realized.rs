//! What was charged beside what is simulated: the rates that were really paid, and what is left of a budget.
//!
//! A paid rate is cost ÷ quantity of a usage type in the bill, in the cost basis asked for: private discounts are in it, and
//! in amortized costs what commitments made of On-Demand prices. What a commitment covers is paid whether it is used or
//! not, so a saving at paid rates is what the hours cost, not what the next bill must be lower by; answers say so.

use crate::suggest::{Rejection, rejection};
use std::collections::{BTreeMap, BTreeSet};

use super::trials::{Measured, Trials};
use super::{Saving, Suggestions};
use crate::actuals::{Amounts, Bill, RecordType};
use crate::model::decimal::Decimal;
use crate::model::money::Usd;
use crate::model::time::DAY;
use crate::model::usage_type::UsageType;
use crate::simulate::figures::Figures;

/// What hours cost in a bill.
#[derive(Clone, Debug)]
pub struct Paid {
    /// The source, as it was named.
    pub source: String,
    /// First and last day with usage [s since the Unix epoch].
    pub days: (i64, i64),
    /// Everything that is charged for use in scope.
    pub total: Usd,
    /// Of that, instances and volumes: what a simulation prices.
    pub instances: Usd,
    /// By usage type of instances: hours and cost.
    pub hours: BTreeMap<String, (Decimal, Usd)>,
}

impl Paid {
    /// Of a bill. `Err` where nothing in it is in scope.
    pub fn new(bill: &Bill, source: &str) -> Result<Paid, Rejection> {
        let charges = || bill.charges.iter().filter(|(key, _)| key.in_scope && key.record.is_compared());
        let days: BTreeSet<i64> = charges().map(|(key, _)| key.day).collect();
        let (Some(first), Some(last)) = (days.first(), days.last()) else {
            return Err(rejection::no_charges(source));
        };
        let mut paid = Paid {
            source: source.to_owned(),
            days: (*first, *last),
            total: Usd::ZERO,
            instances: Usd::ZERO,
            hours: BTreeMap::new(),
        };
        for (key, Amounts { quantity, cost, .. }) in charges() {
            paid.total += *cost;
            let kind = UsageType(&key.usage_type);
            let is_instance = kind.instance().is_some();
            if is_instance || kind.ebs().is_some_and(|what| what.starts_with("Volume")) {
                paid.instances += *cost;
            }
            if is_instance
                && key.record == RecordType::Usage
                && let Some(quantity) = quantity
            {
                let slot = paid.hours.entry(key.usage_type.clone()).or_default();
                *slot = (slot.0 + *quantity, slot.1 + *cost);
            }
        }
        Ok(paid)
    }

    /// What an hour of a usage type cost; `None` where none was charged.
    #[must_use]
    pub fn rate(&self, usage_type: &str) -> Option<Usd> {
        let (hours, cost) = self.hours.get(usage_type)?;
        cost.per(*hours).filter(|_| *hours > Decimal::ZERO)
    }

    /// What a run costs at the rates that were paid; types that were not, as the list has them.
    fn cost(&self, figures: &Figures) -> Usd {
        let more = figures.instances.iter().filter_map(|ran| {
            let (paid, list) = (self.rate(&ran.usage_type)?, ran.rate?);
            Some((paid - list).times(ran.hours))
        });
        figures.cost + more.sum::<Usd>()
    }

    /// Usage types of runs that were not charged for, so that their list price stands.
    pub(super) fn unknown<'m>(&self, runs: impl Iterator<Item = &'m Measured>) -> BTreeSet<String> {
        let ran = runs.flat_map(|measured| measured.figures.iter()).flat_map(|figures| &figures.instances);
        let unknown = ran.filter(|ran| ran.launches > 0 && self.rate(&ran.usage_type).is_none());
        unknown.map(|ran| ran.usage_type.clone()).collect()
    }

    /// The mean cost of the trace at paid rates.
    pub(super) fn mean_cost(&self, measured: &Measured) -> Usd {
        let all: Usd = measured.figures.iter().map(|figures| self.cost(figures)).sum();
        all.per(Decimal::from(measured.figures.len())).unwrap_or_default()
    }

    /// What a month saves at paid rates.
    fn saving(&self, trials: &Trials<'_>, before: &Measured, after: &Measured) -> Saving {
        let pairs = before.figures.iter().zip(&after.figures);
        let saved: Vec<Decimal> =
            pairs.map(|(before, after)| self.cost(before).amount() - self.cost(after).amount()).collect();
        trials.mean_saving(&saved)
    }

    /// The second after the last day.
    #[must_use]
    pub const fn until(&self) -> i64 {
        self.days.1 + DAY
    }
}

/// Savings at the rates that were paid.
#[derive(Clone, Debug)]
pub struct AtPaidRates {
    /// The bill's.
    pub paid: Paid,
    /// What a month costs as it is.
    pub monthly: Usd,
    /// By suggestion.
    pub savings: BTreeMap<String, Saving>,
    /// Usage types that were not charged: their list price stands.
    pub at_list: BTreeSet<String>,
    /// What ran: usage type, list price and paid rate of an hour, and the hours charged.
    pub rates: Vec<(String, Option<Usd>, Option<Usd>, Decimal)>,
}

/// What every suggestion that touches the queue saves at the rates that were paid. Those beside it keep their saving.
pub fn at_paid_rates(trials: &Trials<'_>, found: &Suggestions, paid: Paid) -> Result<AtPaidRates, Rejection> {
    let mut savings = BTreeMap::new();
    let mut runs = vec![found.current.clone()];
    for (id, suggestion) in found.named() {
        if suggestion.proposal.is_advice() || suggestion.wait_seconds_p95.is_none() {
            continue;
        }
        let trial = trials.with_proposal(&suggestion.proposal)?;
        savings.insert(id, paid.saving(trials, &found.current, &trial));
        runs.push(trial);
    }
    let list: BTreeMap<&str, Option<Usd>> = runs
        .iter()
        .flat_map(|run| run.figures.iter().flat_map(|figures| &figures.instances))
        .map(|ran| (ran.usage_type.as_str(), ran.rate))
        .collect();
    let charged = |kind: &str| paid.hours.get(kind).map_or(Decimal::ZERO, |(hours, _)| *hours);
    let rates = list.iter().map(|(kind, list)| ((*kind).to_owned(), *list, paid.rate(kind), charged(kind)));
    Ok(AtPaidRates {
        monthly: trials.monthly(paid.mean_cost(&found.current)),
        at_list: paid.unknown(runs.iter()),
        rates: rates.collect(),
        savings,
        paid,
    })
}
