//! What changed during a period: levels of daily cost that rose or fell, and single days that stand apart, with the usage
//! types behind them.
//!
//! Looked at are the daily costs of whole days in scope, of each usage type with at least 1 % of the charges, the smaller
//! ones of a service together; the rule is in [`shift`](super::shift). Said is only what is worth reading: a step of at least
//! $1 a day, and a single day of at least $10 more than usual, that come to at least 2 % of the charges. A single day may
//! also be one of a whole service, where the usage type has no usual day of its own. The first of a month is never
//! said to stand apart: fees of a month and unused commitments stand there. Days after the last charge are not looked at,
//! so a source that stops is no step.
//!
//! Measured on quiet months (`tests/steps.rs`: 400 of each kind, of 14, 22 and 31 days with 1, 4 and 8 usage types; the
//! share with any alarm): normal costs 0 %, log-normal ones 0.3 % (σ 1) and 1 % (σ 1.5), autocorrelated ones 0 % (ρ 0.5)
//! and 1.3 % (ρ 0.8), log-normal and autocorrelated 0.3 %, weekly patterns 0 %, sparse costs 0.5 %, steady growth 0.3 %,
//! Pareto tails of index 2 2.8 %. With 20 series in 30 days it was at most 2 %, Pareto 5 %; at ρ 0.9 a wandering cost is
//! like a step, and up to 7 % were. Of steps in mid-month, among 10 series, it finds nearly all of 10 times the daily noise,
//! two thirds of 5 times and few of 3 times; without noise every one that leaves four days on either side. A
//! campaign of jobs that lasts for days is a step up and a step down, and that is what it is called.
#![deny(clippy::float_arithmetic)]

use std::collections::BTreeMap;
use std::ops::Range;

use super::month_end::{Daily, is_weekend};
use super::shift::{LEAST_DAYS, MOST_DAYS, Series};
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::time::{DAY, day};

/// What the smaller usage types of a service are called together.
pub const SMALLER: &str = "smaller usage types";

/// Places of an amount a day.
const PLACES: u32 = 4;

/// Percent of the charges from which a usage type stands on its own.
const OWN_PERCENT: u32 = 1;

/// Percent of the charges from which a change is said.
const SAID_PERCENT: u32 = 2;

/// Dollars from which a step is said, a day, and a single day.
const SAID_USD: [u32; 2] = [1, 10];

/// What kind of change it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// From this day on a day costs so much more, or less.
    Step,
    /// This day cost so much more than is usual.
    Outlier,
}

impl Change {
    /// The name in answers.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Change::Step => "step",
            Change::Outlier => "outlier",
        }
    }
}

/// A change of the daily cost of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// First second of the UTC day.
    pub day: i64,
    /// CUR product code.
    pub service: String,
    /// What kind of change.
    pub change: Change,
    /// Dollars a day of a step, of the day of an outlier; the sum of the usage types.
    pub amount: Usd,
    /// What rose or fell, the largest first.
    pub usage_types: Vec<(String, Usd)>,
}

/// The costs of one usage type, or of several, by day; all days are there.
type Costs = Vec<Usd>;

/// The days that are looked at.
struct Days {
    /// First second of the first.
    first: i64,
    weekend: Vec<bool>,
}

impl Days {
    fn second(&self, place: usize) -> i64 {
        i64::try_from(place).map_or(self.first, |place| self.first + place * DAY)
    }

    fn costs(&self, of: &BTreeMap<i64, Usd>) -> Costs {
        let cost = |place| of.get(&self.second(place)).copied().unwrap_or_default();
        (0..self.weekend.len()).map(cost).collect()
    }

    fn series(&self, costs: &Costs) -> Series {
        Series::new(costs, &self.weekend)
    }

    fn is_first_of_month(&self, place: usize) -> bool {
        day(self.second(place)).ends_with("-01")
    }

    /// The median of the days of a kind; `None` without any.
    fn usual(&self, costs: &Costs, days: &Range<usize>, weekend: bool) -> Option<Usd> {
        let of_kind = days.clone().filter(|place| self.weekend[*place] == weekend);
        let mut sorted: Vec<Usd> = of_kind.map(|place| costs[place]).collect();
        sorted.sort_unstable();
        let half = sorted.len() / 2;
        match sorted.len() {
            0 => None,
            count if count % 2 == 1 => Some(sorted[half]),
            _ => (sorted[half - 1] + sorted[half]).per(Decimal::TWO),
        }
    }

    /// By how much a usual day differs after a step, each kind of day as often as it is after it.
    fn step(&self, costs: &Costs, before: &Range<usize>, after: &Range<usize>) -> Usd {
        let (mut sum, mut days) = (Usd::ZERO, 0_usize);
        for weekend in [false, true] {
            let usual = |part| self.usual(costs, part, weekend);
            if let (Some(old), Some(new)) = (usual(before), usual(after)) {
                let count = after.clone().filter(|place| self.weekend[*place] == weekend).count();
                sum += (new - old).times(Decimal::from(count));
                days += count;
            }
        }
        Usd::new(decimal::round(sum.per(Decimal::from(days)).unwrap_or_default().amount(), PLACES))
    }

    /// By how much a day is above what is usual for its kind.
    fn excess(&self, costs: &Costs, place: usize) -> Usd {
        let all = 0..self.weekend.len();
        let usual = self.usual(costs, &all, self.weekend[place]).unwrap_or_default();
        Usd::new(decimal::round((costs[place] - usual).amount(), PLACES))
    }
}

/// Changes by service, kind and day, and of which usage types.
type Found = BTreeMap<(i64, String, Change), Vec<(String, Usd)>>;

/// The changes of the whole days from `start` until `until` [s since the Unix epoch], by day.
#[must_use]
pub fn steps(daily: &Daily, start: i64, until: i64) -> Vec<Step> {
    let first = (start + DAY - 1).div_euclid(DAY) * DAY;
    let charged = daily.values().flatten().filter(|(day, cost)| **day < until && **cost != Usd::ZERO);
    let last = charged.map(|(day, _)| day + DAY).max().unwrap_or(first).min(until);
    let count = usize::try_from((last - first).div_euclid(DAY)).unwrap_or(0);
    if !(LEAST_DAYS..=MOST_DAYS).contains(&count) {
        return Vec::new();
    }
    let weekend = (0..count as i64).map(|place| is_weekend(first + place * DAY)).collect();
    let days = Days { first, weekend };
    let types: BTreeMap<&(String, String), Costs> =
        daily.iter().map(|(name, of)| (name, days.costs(of))).collect();
    let total: Usd = types.values().flatten().copied().sum();
    let share = |percent: u32| total.times(Decimal::new(percent.into(), 2));
    let (own, said) = (share(OWN_PERCENT), share(SAID_PERCENT));
    if total <= Usd::ZERO {
        return Vec::new();
    }
    let looked_at = looked_at(types.iter().map(|(name, costs)| (*name, costs)), own);
    let mut found = Found::new();
    for ((service, usage_type), costs) in &looked_at {
        let name = |day, change| ((day, service.clone(), change), usage_type.clone());
        let series = days.series(costs);
        let apart = series.outliers(looked_at.len());
        for place in apart.iter().filter(|place| !days.is_first_of_month(**place)) {
            let (key, usage_type) = name(days.second(*place), Change::Outlier);
            found.entry(key).or_default().push((usage_type, days.excess(costs, *place)));
        }
        let mut ends = vec![0];
        ends.extend(series.without(&apart).steps(looked_at.len()));
        ends.push(count);
        for three in ends.windows(3) {
            let (before, after) = (three[0]..three[1], three[1]..three[2]);
            let amount = days.step(costs, &before, &after);
            let together = amount.times(Decimal::from(after.len()));
            if together.amount().abs() >= said.amount() {
                let (key, usage_type) = name(days.second(three[1]), Change::Step);
                found.entry(key).or_default().push((usage_type, amount));
            }
        }
    }
    single_days(&mut found, &days, &types, looked_at.len());
    let made = found.into_iter().map(|((day, service, change), mut usage_types)| {
        usage_types.sort_by_key(|(name, amount)| (std::cmp::Reverse(amount.amount().abs()), name.clone()));
        let amount = usage_types.iter().map(|(_, amount)| *amount).sum();
        Step { day, service, change, amount, usage_types }
    });
    made.filter(|of| is_said(of, said)).collect()
}

/// Whether a change is worth reading: the usage types of a service may have changed places.
fn is_said(of: &Step, least: Usd) -> bool {
    let moved: Decimal = of.usage_types.iter().map(|(_, amount)| amount.amount().abs()).sum();
    match of.change {
        Change::Step => moved >= Decimal::from(SAID_USD[0]),
        Change::Outlier => moved >= Decimal::from(SAID_USD[1]).max(least.amount()),
    }
}

/// The series that are looked at: usage types from `own` on, the smaller ones of a service as one.
fn looked_at<'a>(
    types: impl Iterator<Item = (&'a (String, String), &'a Costs)>,
    own: Usd,
) -> BTreeMap<(String, String), Costs> {
    let size = |costs: &Costs| -> Decimal { costs.iter().map(|cost| cost.amount().abs()).sum() };
    let mut series: BTreeMap<(String, String), Costs> = BTreeMap::new();
    for (name, costs) in types {
        if size(costs) >= own.amount() {
            series.insert(name.clone(), costs.clone());
            continue;
        }
        let slot = series.entry((name.0.clone(), SMALLER.to_owned()));
        let slot = slot.or_insert_with(|| vec![Usd::ZERO; costs.len()]);
        slot.iter_mut().zip(costs).for_each(|(sum, cost)| *sum += *cost);
    }
    series.retain(|_, costs| size(costs) >= own.amount());
    series
}

/// Adds single days of whole services, with the usage types that rose, where none of their own was found.
fn single_days(found: &mut Found, days: &Days, types: &BTreeMap<&(String, String), Costs>, series: usize) {
    let mut services: BTreeMap<&str, Costs> = BTreeMap::new();
    for ((service, _), costs) in types {
        let slot = services.entry(service).or_insert_with(|| vec![Usd::ZERO; costs.len()]);
        slot.iter_mut().zip(costs).for_each(|(sum, cost)| *sum += *cost);
    }
    for (service, costs) in services {
        let apart = days.series(&costs).outliers(series);
        for place in apart.into_iter().filter(|place| !days.is_first_of_month(*place)) {
            let key = (days.second(place), service.to_owned(), Change::Outlier);
            let amount = days.excess(&costs, place);
            found.entry(key).or_insert_with(|| {
                let of_service = types.iter().filter(|((of, _), _)| of == service);
                let moved = of_service.map(|((_, name), costs)| (name.clone(), days.excess(costs, place)));
                let tenth = amount.times(Decimal::new(1, 1));
                let mut shown: Vec<(String, Usd)> = moved.filter(|(_, usd)| *usd >= tenth).collect();
                let rest = amount - shown.iter().map(|(_, usd)| *usd).sum();
                if rest != Usd::ZERO {
                    shown.push((SMALLER.to_owned(), rest));
                }
                shown
            });
        }
    }
}
