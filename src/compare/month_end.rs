//! What an open month will have cost at its end: what is charged so far, and a forecast of the days to come.
//!
//! A day to come costs what days so far cost on average; working days and weekends (UTC) stand apart once there are
//! four of each. A charge that came on one day only counts, and is not expected again; what is billed on a day that is
//! not complete is the least that the days to come will cost. The interval is Student's t
//! over the daily residuals, widened by their lag-1 autocorrelation ρ, by (1 + ρ)/(1 − ρ) (Bartlett 1935: the
//! variance of a mean of dependent values), since a training run that goes on for days is no independent day. It
//! assumes that the rest of the month is like what was seen; it knows nothing of plans.

use std::collections::BTreeMap;

use crate::model::decimal::{from_f64, to_f64};
use crate::model::money::Usd;
use crate::model::statistics::student;
use crate::model::time::DAY;
use crate::model::units::Cases;

/// Fewer whole days than this say too little.
pub const LEAST_DAYS: usize = 5;

/// Days of each kind from which on working days and weekends stand apart.
const LEAST_OF_A_KIND: usize = 4;

/// The interval holds the truth in so many percent of months.
pub const LEVEL_PERCENT: u32 = 80;

/// An 80 % interval has a tenth on either side.
const PROBABILITY: f64 = 0.9;

/// Largest autocorrelation that is believed of a part of a month.
const MOST_CORRELATED: f64 = 0.9;

/// Places of a forecast: cents and a little.
const PLACES: u32 = 4;

/// Costs of a day, by service and usage type.
pub type Daily = BTreeMap<(String, String), BTreeMap<i64, Usd>>;

/// The end of an open month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthEnd {
    /// Charged on the whole days so far.
    pub charged: Usd,
    /// Whole days so far.
    pub days: usize,
    /// Days to come, the running one included.
    pub days_to_come: usize,
    /// What they will cost; a tenth of months end below, a tenth above.
    pub rest: Cases<Usd>,
}

impl MonthEnd {
    /// What the whole month will have cost.
    #[must_use]
    pub fn total(&self) -> Cases<Usd> {
        self.rest.map(|rest| self.charged + rest)
    }
}

/// The forecast from `start` over the whole days until `until` to `end` [s since the Unix epoch]; `None` where there
/// are too few.
#[must_use]
pub fn month_end(daily: &Daily, start: i64, until: i64, end: i64) -> Option<MonthEnd> {
    // A first day that is not whole says nothing of a day.
    let first = (start + DAY - 1).div_euclid(DAY) * DAY;
    let days: Vec<i64> = (first..until).step_by(86_400).collect();
    let to_come: Vec<(i64, f64)> =
        (until..end).step_by(86_400).map(|day| (day, (end - day).min(DAY) as f64 / DAY as f64)).collect();
    if days.len() < LEAST_DAYS || to_come.is_empty() || until.rem_euclid(DAY) != 0 {
        return None;
    }
    let sum = |costs: &BTreeMap<i64, Usd>, of: fn(i64, i64) -> bool| -> Usd {
        costs.iter().filter(|(day, _)| of(**day, until)).map(|(_, cost)| *cost).sum()
    };
    let charged = daily.values().map(|costs| sum(costs, |day, until| day < until)).sum();
    let recurs = |costs: &&BTreeMap<i64, Usd>| {
        costs.iter().filter(|(day, cost)| **day < until && **cost != Usd::ZERO).count() > 1
    };
    let mut costs: BTreeMap<i64, f64> = days.iter().map(|day| (*day, 0.0)).collect();
    for (day, cost) in daily.values().filter(recurs).flatten() {
        if let Some(sum) = costs.get_mut(day) {
            *sum += to_f64(cost.amount());
        }
    }
    let observed: Vec<(i64, f64)> = costs.into_iter().collect();
    let (expected, deviation, quantile) = forecast(&observed, &to_come);
    let billed = |costs: &BTreeMap<i64, Usd>| sum(costs, |day, until| day >= until);
    let again: Usd = daily.values().filter(recurs).map(billed).sum();
    let once: Usd = daily.values().filter(|costs| !recurs(costs)).map(billed).sum();
    let usd = |number: f64| Some(Usd::new(from_f64(number.max(0.0), PLACES)?).max(again) + once);
    let rest = Cases {
        low: usd(expected - quantile * deviation)?,
        expected: usd(expected)?,
        high: usd(expected + quantile * deviation)?,
    };
    Some(MonthEnd { charged, days: days.len(), days_to_come: to_come.len(), rest })
}

/// The sum over the days to come, its standard deviation, and the quantile that goes with it.
fn forecast(observed: &[(i64, f64)], to_come: &[(i64, f64)]) -> (f64, f64, f64) {
    let weekends = observed.iter().filter(|(day, _)| is_weekend(*day)).count();
    let apart = weekends >= LEAST_OF_A_KIND && observed.len() - weekends >= LEAST_OF_A_KIND;
    let kind = |day: i64| usize::from(apart && is_weekend(day));
    let mut sums = [(0.0, 0.0); 2];
    for (day, cost) in observed {
        let (cost_sum, days) = &mut sums[kind(*day)];
        *cost_sum += cost;
        *days += 1.0;
    }
    let means = sums.map(|(cost, days)| if days > 0.0 { cost / days } else { 0.0 });
    let residuals: Vec<f64> = observed.iter().map(|(day, cost)| cost - means[kind(*day)]).collect();
    let mut coming = [0.0; 2];
    to_come.iter().for_each(|(day, part)| coming[kind(*day)] += part);
    let expected = means[0] * coming[0] + means[1] * coming[1];
    let (count, kinds) = (observed.len() as f64, if apart { 2.0 } else { 1.0 });
    let squares: f64 = residuals.iter().map(|residual| residual * residual).sum();
    if squares <= 0.0 {
        return (expected, 0.0, 0.0);
    }
    let products: f64 = residuals.windows(2).map(|pair| pair[0] * pair[1]).sum();
    // In a short series the estimate is low by about (1 + 4ρ)/n (Kendall 1954).
    let measured = products / squares;
    let correlation = (measured + (1.0 + 4.0 * measured) / count).clamp(0.0, MOST_CORRELATED);
    let widened = (1.0 + correlation) / (1.0 - correlation);
    let of_means: f64 =
        coming.iter().zip(&sums).filter(|(_, (_, days))| *days > 0.0).map(|(m, (_, n))| m * m / n).sum();
    let variance = squares / (count - kinds) * widened * (coming[0] + coming[1] + of_means);
    let freedom = (count / widened - kinds).max(1.0);
    (expected, variance.sqrt(), student(PROBABILITY, freedom))
}

/// Saturday or Sunday, UTC; 1970-01-01 was a Thursday.
pub(super) fn is_weekend(day: i64) -> bool {
    matches!(day.div_euclid(DAY).rem_euclid(7), 2 | 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-01, a Sunday.
    const START: i64 = 1_793_491_200;

    fn daily(costs: &[(&str, Vec<i64>)]) -> Daily {
        let days = |costs: &[i64]| {
            let days = costs.iter().enumerate().filter(|(_, dollars)| **dollars != 0);
            days.map(|(day, dollars)| (START + day as i64 * DAY, Usd::new((*dollars).into()))).collect()
        };
        costs.iter().map(|(name, costs)| (("AmazonEC2".into(), (*name).into()), days(costs))).collect()
    }

    fn ended(costs: &[(&str, Vec<i64>)], days: i64) -> Option<MonthEnd> {
        month_end(&daily(costs), START, START + days * DAY, START + 30 * DAY)
    }

    fn dollars(number: i64) -> Usd {
        Usd::new(number.into())
    }

    #[test]
    fn the_same_every_day_goes_on_without_doubt() {
        let end = ended(&[("a", vec![100; 12])], 12).expect("enough days");
        assert_eq!((end.charged, end.days, end.days_to_come), (dollars(1200), 12, 18));
        let all = Cases::same(dollars(3000));
        assert_eq!(end.total(), all);
    }

    #[test]
    fn what_came_once_counts_and_is_not_expected_again() {
        let mut once = vec![0; 12];
        once[0] = 500;
        let end = ended(&[("a", vec![100; 12]), ("upfront", once)], 12).expect("enough days");
        assert_eq!((end.charged, end.rest.expected), (dollars(1700), dollars(1800)));
    }

    #[test]
    fn what_is_billed_on_the_running_day_is_the_least() {
        // 12 days of 100; on the 13th a fee of 5,000 and 40 so far: 18 days of 100 and the fee.
        let mut fee = vec![0; 13];
        fee[12] = 5000;
        let mut days = vec![100; 12];
        days.push(40);
        let end = ended(&[("a", days.clone()), ("fee", fee)], 12).expect("enough days");
        assert_eq!((end.charged, end.rest.expected), (dollars(1200), dollars(6800)));
        days[12] = 9000;
        assert_eq!(ended(&[("a", days)], 12).expect("enough days").rest.low, dollars(9000));
    }

    #[test]
    fn a_period_may_begin_and_end_at_noon() {
        // From noon of the 1st: seven whole days until the 9th, 50 on the first; to noon of the 20th 11.5 days.
        let mut costs = vec![100; 8];
        costs[0] = 50;
        let (start, until) = (START + DAY / 2, START + 8 * DAY);
        let end =
            month_end(&daily(&[("a", costs)]), start, until, START + 19 * DAY + DAY / 2).expect("seven days");
        assert_eq!((end.days, end.charged, end.rest.expected), (7, dollars(750), dollars(1150)));
    }

    #[test]
    fn weekends_stand_apart_once_there_are_four_of_their_days() {
        // Sunday the 1st, 7, 8, 14 cost 10, working days 100; 18 days to come from the 15th: weekend days 15, 21,
        // 22, 28, 29 and 11 working days.
        let cost = |day: usize| if is_weekend(START + day as i64 * DAY) { 10 } else { 100 };
        let end = ended(&[("a", (0..14).map(cost).collect())], 14).expect("enough days");
        assert_eq!(end.rest.expected, dollars(5 * 10 + 11 * 100));
        // Too few weekends: 4 × 100 and 2 × 10 over 6 days, 24 to come.
        let early = ended(&[("a", (0..7).map(cost).collect())], 7).expect("enough days");
        assert_eq!(early.rest.expected.cents(), "$1,708.57");
    }

    #[test]
    fn the_interval_is_students() {
        // 90 and 110 in turn, 20 days: mean 100, squares 2,000, s² = 2,000/19 = 105.263; neighbours are opposite,
        // so ρ is 0; 10 days to come: variance 105.263 × (10 + 100/20) = 1,578.95, deviation 39.736;
        // t(0.9, 19) = 1.3277, so ± 52.76.
        // Days a week apart are of one kind.
        let observed: Vec<(i64, f64)> =
            (0..20).map(|day| (DAY * 7 * day, if day % 2 == 0 { 90.0 } else { 110.0 })).collect();
        let coming: Vec<(i64, f64)> = (20..30).map(|day| (DAY * 7 * day, 1.0)).collect();
        let (expected, deviation, quantile) = forecast(&observed, &coming);
        assert!((expected - 1000.0).abs() < 1e-9 && (deviation - 39.736).abs() < 1e-3, "{deviation}");
        assert!((quantile - 1.3277).abs() < 1e-4, "{quantile}");
    }

    #[test]
    fn too_few_days_say_nothing() {
        assert_eq!(ended(&[("a", vec![100; 4])], 4), None);
        assert_eq!(ended(&[("a", vec![100; 30])], 30), None);
    }

    /// Days of a series with this autocorrelation, mean 100, from a linear congruential generator (Knuth's MMIX).
    fn series(seed: u64, correlation: f64) -> Vec<f64> {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut uniform = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1_u64 << 53) as f64
        };
        // A sum of twelve uniforms is normal enough.
        let mut last = 0.0;
        let mut normal = || (0..12).map(|_| uniform()).sum::<f64>() - 6.0;
        let days = (0..130).map(|_| {
            last = correlation * last + (1.0 - correlation * correlation).sqrt() * normal();
            100.0 + 20.0 * last
        });
        days.skip(100).collect()
    }

    #[test]
    fn the_interval_holds_what_it_says() {
        // 400 months each, seen for 10 or 20 days: of 80 % the standard error is 2 points.
        for (correlation, seen, least, most) in
            [(0.0, 10, 75, 92), (0.0, 20, 75, 90), (0.5, 10, 68, 90), (0.5, 20, 70, 88)]
        {
            let held = (0..400).filter(|seed| {
                let days = series(*seed, correlation);
                let observed: Vec<(i64, f64)> = days[..seen]
                    .iter()
                    .enumerate()
                    .map(|(day, cost)| (7 * DAY * day as i64, *cost))
                    .collect();
                let coming: Vec<(i64, f64)> = (seen as i64..30).map(|day| (7 * DAY * day, 1.0)).collect();
                let (expected, deviation, quantile) = forecast(&observed, &coming);
                let truth: f64 = days[seen..].iter().sum();
                (truth - expected).abs() <= quantile * deviation
            });
            let percent = held.count() * 100 / 400;
            assert!((least..=most).contains(&percent), "{correlation}, {seen} days: {percent} %");
        }
    }
}
