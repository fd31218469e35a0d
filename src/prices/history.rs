//! Spot price history: what each pool cost at each time, and statistics weighted by time.
//!
//! The records of `aws ec2 describe-spot-price-history` are changes: a price holds until the next
//! one, and the last one until now (EC2 API reference, DescribeSpotPriceHistory, read 2026-11-23).
//! A pool is an instance type in an Availability Zone; pools are never averaged into one here.

use std::collections::BTreeMap;

use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::sku::InstanceType;

/// A pool: instance type and zone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pool {
    /// The instance type.
    pub instance_type: InstanceType,
    /// The zone's id where every record has one, else its name.
    pub zone: String,
}

/// The price of one pool over time. Invariant: at least one change, by rising time, one a second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpotSeries {
    changes: Vec<(i64, Usd)>,
}

/// The prices of many pools over time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpotHistory {
    /// Each pool's prices.
    pub pools: BTreeMap<Pool, SpotSeries>,
    /// Until when it is known that no other change came [s], where that is known: then the last prices
    /// hold until then.
    pub until: Option<i64>,
}

/// A record of DescribeSpotPriceHistory: from this time on the pool had this price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpotRecord {
    /// The zone's name in this account.
    pub zone: Option<String>,
    /// The zone's id, the same in every account.
    pub zone_id: Option<String>,
    /// The instance type.
    pub instance_type: String,
    /// The system, `Linux/UNIX` where it is not given.
    pub product_description: Option<String>,
    /// Dollars per hour.
    pub price: Usd,
    /// Since when [s].
    pub time: i64,
}

/// What is to be said of the records that a history was read from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordsRead {
    /// Records that are not in the history.
    pub left_out: usize,
    /// Records of each zone that are.
    pub of_zone: BTreeMap<String, usize>,
    /// Pools and seconds with several prices, of which the highest counts.
    pub at_odds: Vec<(Pool, i64)>,
}

/// One pool over a window, weighted by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statistics {
    /// Mean price.
    pub time_weighted_mean: Usd,
    /// The price below or at which it was for a tenth of the time.
    pub p10: Usd,
    /// For half of the time.
    pub p50: Usd,
    /// For nine tenths of the time.
    pub p90: Usd,
    /// The price at the end of the window.
    pub current: Usd,
    /// Share of the time at or above On-Demand; `None` without an On-Demand price.
    pub share_at_or_above_on_demand: Option<Decimal>,
}

impl SpotSeries {
    /// The series of these changes: seconds since the Unix epoch and prices above zero. Of several
    /// at one second the highest counts. `None` without any.
    #[must_use]
    pub fn new(mut changes: Vec<(i64, Usd)>) -> Option<SpotSeries> {
        changes.retain(|(_, price)| *price > Usd::ZERO);
        changes.sort_unstable();
        changes.reverse();
        changes.dedup_by_key(|(time, _)| *time);
        changes.reverse();
        (!changes.is_empty()).then_some(SpotSeries { changes })
    }

    /// Every change, by time.
    #[must_use]
    pub fn changes(&self) -> &[(i64, Usd)] {
        &self.changes
    }

    /// Time of the first record.
    #[must_use]
    pub fn first(&self) -> i64 {
        self.changes[0].0
    }

    /// Time of the last record.
    #[must_use]
    pub fn last(&self) -> i64 {
        self.changes[self.changes.len() - 1].0
    }

    /// The price in force just before an instant: the latest change earlier than it.
    #[must_use]
    pub fn price_before(&self, time: i64) -> Usd {
        let after = self.changes.partition_point(|(at, _)| *at < time);
        self.changes[after.saturating_sub(1)].1
    }

    /// Prices with the seconds they held in a window. The price in force at its start is clamped to
    /// it, the last one is carried to its end.
    pub fn spans(&self, start: i64, end: i64) -> impl Iterator<Item = (Usd, i64)> {
        let ends = self.changes.iter().skip(1).map(|(time, _)| *time).chain([i64::MAX]);
        self.changes
            .iter()
            .zip(ends)
            .map(move |((time, price), until)| (*price, until.min(end) - (*time).max(start)))
            .filter(|(_, seconds)| *seconds > 0)
    }

    /// Statistics of the part of `start..end` that the record covers; `None` where it covers nothing.
    #[must_use]
    pub fn statistics(&self, start: i64, end: i64, on_demand: Option<Usd>) -> Option<Statistics> {
        let mut by_price: BTreeMap<Usd, i64> = BTreeMap::new();
        let mut sum = Usd::ZERO;
        for (price, seconds) in self.spans(start, end) {
            *by_price.entry(price).or_default() += seconds;
            sum += price.times(Decimal::from(seconds));
        }
        let total: i64 = by_price.values().sum();
        let time_weighted_mean = sum.per(Decimal::from(total))?.to_price();
        let quantile = |tenths: i64| {
            let mut held = 0;
            let reached = by_price.iter().find(|(_, seconds)| {
                held += *seconds;
                held * 10 >= total * tenths
            });
            reached.map_or(Usd::ZERO, |(price, _)| *price)
        };
        let at_or_above = |on_demand: Usd| {
            let seconds: i64 = by_price.range(on_demand..).map(|(_, seconds)| *seconds).sum();
            decimal::round(Decimal::from(seconds) / Decimal::from(total), 6)
        };
        Some(Statistics {
            time_weighted_mean,
            p10: quantile(1),
            p50: quantile(5),
            p90: quantile(9),
            current: self.price_before(end),
            share_at_or_above_on_demand: on_demand.map(at_or_above),
        })
    }
}

/// Whether a zone, by id or name, is an Availability Zone: `usw2-az1` and `us-west-2a`, not `usw2-lax1-az1` and
/// `us-west-2-lax-1a` (EC2 user guide, Regions and Zones).
fn is_regional(zone: &str) -> bool {
    let parts = zone.split('-').count();
    let id = zone.rsplit('-').next().is_some_and(|last| last.starts_with("az"));
    if id { parts <= 2 } else { parts <= 3 || (parts == 4 && zone.starts_with("us-gov-")) }
}

impl SpotHistory {
    /// The history in these records, and what is to be said of them. Kept are: Linux only, both of its product
    /// descriptions, once; prices above zero; zones of a region, not its Local Zones, where its fleets do not launch. Zone names differ between accounts, ids do not: ids,
    /// where every record has one. `Err` names a type whose record has no zone.
    pub fn of_records(records: Vec<SpotRecord>) -> Result<(SpotHistory, RecordsRead), String> {
        let ids = records.iter().all(|record| record.zone_id.is_some());
        let mut pools: BTreeMap<Pool, Vec<(i64, Usd)>> = BTreeMap::new();
        let mut read = RecordsRead::default();
        for record in records {
            let linux = record.product_description.is_none_or(|text| text.starts_with("Linux"));
            let zone = if ids { record.zone_id } else { record.zone };
            let Some(zone) = zone else { return Err(record.instance_type) };
            if !linux || record.price <= Usd::ZERO || !is_regional(&zone) {
                read.left_out += 1;
                continue;
            }
            *read.of_zone.entry(zone.clone()).or_default() += 1;
            let pool = Pool { instance_type: InstanceType::new(&record.instance_type), zone };
            pools.entry(pool).or_default().push((record.time, record.price));
        }
        for (pool, changes) in &mut pools {
            changes.sort_unstable();
            changes.dedup();
            let at_odds = changes.windows(2).filter(|pair| pair[0].0 == pair[1].0);
            read.at_odds.extend(at_odds.map(|pair| (pool.clone(), pair[0].0)));
        }
        read.at_odds.dedup();
        let series = pools.into_iter().filter_map(|(pool, changes)| Some((pool, SpotSeries::new(changes)?)));
        Ok((SpotHistory { pools: series.collect(), until: None }, read))
    }

    /// The part from `start` on, known until `until`: the price in force at the start begins there.
    #[must_use]
    pub fn within(self, start: i64, until: i64) -> SpotHistory {
        let clamped = |(pool, series): (Pool, SpotSeries)| {
            let later = series.changes.iter().filter(|(time, _)| start < *time && *time < until).copied();
            let before = series.changes.iter().rfind(|(time, _)| *time <= start);
            let changes = before.map(|(_, price)| (start, *price)).into_iter().chain(later).collect();
            Some((pool, SpotSeries::new(changes)?))
        };
        SpotHistory { pools: self.pools.into_iter().filter_map(clamped).collect(), until: Some(until) }
    }

    /// Where the record ends: the first second after its latest change, or until when it is known.
    #[must_use]
    pub fn end(&self) -> Option<i64> {
        let last = self.pools.values().map(|series| series.last() + 1).max()?;
        Some(self.until.map_or(last, |until| until.max(last)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn usd(text: &str) -> Usd {
        Usd::new(decimal::parse(text).expect("a number"))
    }

    fn series(changes: &[(i64, &str)]) -> SpotSeries {
        SpotSeries::new(changes.iter().map(|(time, price)| (*time, usd(price))).collect()).expect("not empty")
    }

    #[test]
    fn the_newest_price_weighs_until_the_end_and_the_oldest_from_the_start() {
        // Window 100..200: 1.00 from before it until 150, 3.00 until 190, 2.00 to the end:
        // (50 × 1 + 40 × 3 + 10 × 2) / 100 = 1.90. Below or at 1 for 50 %, 2 for 60 %, 3 for all.
        let pool = series(&[(20, "1"), (150, "3"), (190, "2")]);
        let found = pool.statistics(100, 200, Some(usd("2.5"))).expect("covered");
        assert_eq!(found.time_weighted_mean, usd("1.9"));
        assert_eq!(
            (found.p10, found.p50, found.p90, found.current),
            (usd("1"), usd("1"), usd("3"), usd("2"))
        );
        assert_eq!(found.share_at_or_above_on_demand.map(decimal::plain).as_deref(), Some("0.4"));
    }

    #[test]
    fn local_zones_are_no_zones_of_a_region() {
        for zone in ["usw2-az1", "us-west-2a", "us-gov-west-1b", "apne1-az4"] {
            assert!(is_regional(zone), "{zone}");
        }
        for zone in ["usw2-lax1-az1", "us-west-2-lax-1a", "use1-bos1-az1", "us-east-1-wl1-bos-wlz-1"] {
            assert!(!is_regional(zone), "{zone}");
        }
    }

    #[test]
    fn a_single_record_and_a_window_before_it() {
        let pool = series(&[(100, "0.5")]);
        assert_eq!(pool.statistics(100, 200, None).map(|s| s.time_weighted_mean), Some(usd("0.5")));
        assert_eq!(pool.statistics(0, 50, None), None);
    }

    #[test]
    fn both_product_descriptions_of_one_change_count_once() {
        let pool = series(&[(100, "0.5"), (100, "0.5"), (200, "0.7")]);
        assert_eq!(pool.changes().len(), 2);
        assert_eq!(SpotSeries::new(vec![(1, Usd::ZERO)]), None);
    }

    proptest! {
        #[test]
        fn the_mean_is_the_sum_second_by_second(
            changes in proptest::collection::vec((0_i64..300, 1_i64..1000), 1..20),
            start in 0_i64..200,
            length in 1_i64..200,
        ) {
            let pool = SpotSeries::new(changes.iter().map(|(t, p)| (*t, Usd::new(Decimal::new(*p, 3)))).collect()).expect("not empty");
            let covered: Vec<i64> = (start..start + length).filter(|second| *second >= pool.first()).collect();
            let found = pool.statistics(start, start + length, None);
            prop_assert_eq!(found.is_some(), !covered.is_empty());
            if let Some(found) = found {
                let sum: Usd = covered.iter().map(|second| pool.price_before(second + 1)).sum();
                let mean = sum.per(Decimal::from(covered.len())).map(Usd::to_price);
                prop_assert_eq!(Some(found.time_weighted_mean), mean);
                prop_assert!(found.p10 <= found.p50 && found.p50 <= found.p90);
            }
        }
    }
}
