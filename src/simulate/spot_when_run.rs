//! Spot at the price of the hours in which instances ran, where a history has recorded them.
//!
//! Which zone an instance runs in is not simulated: the price is the mean over the zones of the record. Hours before
//! or after the record cost what the price list says; the answer says how many those are.

use std::collections::BTreeMap;

use super::model::BatchModel;
use super::outcome::Outcome;
use crate::estimate::Pricing;
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::region::Region;
use crate::model::sku::{InstanceType, PurchaseOption, Sku};
use crate::model::time::day;
use crate::model::units::PricingUnit;
use crate::prices::history::{SpotHistory, SpotSeries};
use crate::prices::{Price, Provenance, Source};
use crate::report::Note;

/// A Spot price history and what it is called: its path, or `live`.
#[derive(Clone, Debug)]
pub struct RecordedSpot {
    /// The record.
    pub history: SpotHistory,
    /// Its path, or `live`.
    pub name: String,
}

/// A zone's price added up over time.
struct Integral<'a> {
    series: &'a SpotSeries,
    /// Price × seconds from the first change to each.
    before: Vec<Decimal>,
    /// Where the record ends.
    end: i64,
}

impl<'a> Integral<'a> {
    fn new(series: &'a SpotSeries, end: i64) -> Integral<'a> {
        let (mut before, mut sum) = (vec![Decimal::ZERO], Decimal::ZERO);
        for pair in series.changes().windows(2) {
            sum += pair[0].1.amount() * Decimal::from(pair[1].0 - pair[0].0);
            before.push(sum);
        }
        Integral { series, before, end }
    }

    /// Price × seconds from the first change until a second of the record.
    fn until(&self, time: i64) -> Decimal {
        let changes = self.series.changes();
        let place = changes.partition_point(|(at, _)| *at <= time).max(1) - 1;
        self.before[place] + changes[place].1.amount() * Decimal::from(time - changes[place].0)
    }

    /// Price × seconds of what the record has of a span, and those seconds.
    fn over(&self, start: i64, end: i64) -> (Decimal, i64) {
        let (start, end) = (start.max(self.series.first()), end.min(self.end));
        if start >= end { (Decimal::ZERO, 0) } else { (self.until(end) - self.until(start), end - start) }
    }
}

/// What the zones of a type have recorded of the lives of its instances.
#[derive(Clone, Copy, Default)]
struct Recorded {
    /// Price × seconds, over all zones.
    price_seconds: Decimal,
    /// Seconds recorded, over all zones.
    recorded: i64,
    /// Seconds that there were to record, over all zones.
    all: i64,
}

/// The prices with Spot at the time of each instance, and a note that says so. A rate of the scenario's own stays.
#[must_use]
pub fn at_own_time(
    pricing: &Pricing,
    spot: &RecordedSpot,
    outcome: &Outcome,
    model: &BatchModel,
    region: Region,
    start: i64,
) -> (Pricing, Option<Note>) {
    let end = spot.history.end().unwrap_or_default();
    let mut zones: BTreeMap<&InstanceType, Vec<Integral<'_>>> = BTreeMap::new();
    for (pool, series) in &spot.history.pools {
        zones.entry(&pool.instance_type).or_default().push(Integral::new(series, end));
    }
    let second = |seconds: u64| start.saturating_add(i64::try_from(seconds).unwrap_or(i64::MAX));
    let mut found: BTreeMap<&InstanceType, Recorded> = BTreeMap::new();
    for life in &outcome.lives {
        let ran = outcome.ran[usize::from(life.ran)];
        let environment = &model.environments[usize::from(ran.environment)];
        if environment.purchase() != PurchaseOption::Spot {
            continue;
        }
        let of = &environment.types[usize::from(ran.kind)];
        let recorded = found.entry(&of.instance_type).or_default();
        for zone in zones.get(&of.instance_type).into_iter().flatten() {
            let (price_seconds, seconds) = zone.over(second(life.launched), second(life.ended));
            recorded.price_seconds += price_seconds;
            recorded.recorded += seconds;
            recorded.all += second(life.ended) - second(life.launched);
        }
    }
    let mut own = pricing.clone();
    let mut shares = Vec::new();
    for (instance_type, recorded) in found {
        let sku = Sku::instance(region, instance_type, PurchaseOption::Spot);
        if pricing.is_own(&sku) {
            continue;
        }
        let zones = zones.get(instance_type).map_or(0, Vec::len);
        shares.push((instance_type.to_string(), decimal::round(recorded.share() * Decimal::ONE_HUNDRED, 1)));
        if let Some(price) = recorded.price(pricing.unit_price(&sku)) {
            own.set(&sku, Price::flat(price, PricingUnit::Hours, recorded.provenance(spot, zones, end)));
        }
    }
    let note = Note::SpotAtItsTime { record: spot.name.clone(), shares };
    (own, Some(note).filter(|note| !matches!(note, Note::SpotAtItsTime { shares, .. } if shares.is_empty())))
}

impl Recorded {
    /// How much of the time is recorded.
    fn share(&self) -> Decimal {
        if self.all == 0 { Decimal::ZERO } else { Decimal::from(self.recorded) / Decimal::from(self.all) }
    }

    /// The mean price of an hour: recorded where it is, the list's for the rest. `None` without any record.
    fn price(&self, listed: Option<Usd>) -> Option<Usd> {
        let own = Usd::new(self.price_seconds).per(Decimal::from(self.recorded))?;
        let share = self.share();
        let rest = listed.unwrap_or(own).times(Decimal::ONE - share);
        Some((own.times(share) + rest).to_price())
    }

    fn provenance(&self, spot: &RecordedSpot, zones: usize, end: i64) -> Provenance {
        Provenance {
            source: Source::Measured(spot.name.clone()),
            as_of: Some(day(end)),
            sku: None,
            verified: None,
            detail: format!("Spot prices of the hours in which instances ran, the mean over {zones} zones"),
            only_for: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(text: &str) -> Usd {
        Usd::new(decimal::parse(text).expect("a number"))
    }

    #[test]
    fn a_span_costs_what_it_cost_then() {
        // 1.00 from 100 on, 3.00 from 160 on, the record ends at 200.
        let series = SpotSeries::new(vec![(100, usd("1")), (160, usd("3"))]).expect("not empty");
        let zone = Integral::new(&series, 200);
        // 150 to 170: 10 × 1 + 10 × 3; 50 to 110: 10 × 1; 190 to 300: 10 × 3; outside nothing.
        assert_eq!(zone.over(150, 170), (Decimal::from(40), 20));
        assert_eq!(zone.over(50, 110), (Decimal::from(10), 10));
        assert_eq!(zone.over(190, 300), (Decimal::from(30), 10));
        assert_eq!((zone.over(0, 100), zone.over(200, 300)), ((Decimal::ZERO, 0), (Decimal::ZERO, 0)));
    }

    #[test]
    fn what_is_not_recorded_costs_what_the_list_says() {
        // Half of the time at a mean of 2, the list says 5: 0.5 × 2 + 0.5 × 5 = 3.5.
        let recorded = Recorded { price_seconds: Decimal::from(200), recorded: 100, all: 200 };
        assert_eq!(recorded.price(Some(usd("5"))), Some(usd("3.5")));
        assert_eq!(recorded.price(None), Some(usd("2")));
        assert_eq!(Recorded { recorded: 0, ..recorded }.price(Some(usd("5"))), None);
    }
}
