//! Next month's mean Spot price of a pool, with an 80 % interval that is right on months.
//!
//! The forecast is the last price. Half the width of its interval, on the log scale, is how far prices moved from a
//! last price to the mean of the 30 days after it, in 80 % of the months so far: over all windows of all pools that had
//! ended by then, each month counting as much as another however many pools it has, since pools of one month move
//! together. A prior counts as two months more, so a short or a calm record does not promise calm. A pool that moved
//! more or less than the others has a wider or a narrower interval, never less than half as wide. Where the whole type
//! moved in the last week, the interval reaches as much further that way, and only what a window moved beyond that counts
//! as its move. No end is above On-Demand or, where that is unknown, above the highest price of the type so far.
//!
//! What it assumes: a market that moves is seen in the record or in the prior; a month like none of these is outside.
//! The prior: between June 2025 (savings in the Spot Advisor data) and July 2026 (mean Spot prices) four of five Linux
//! types in 34 regions moved by less than 0.54 on the log scale; a random walk that does so in 12 months moves by less
//! than 0.09 from a last price to the mean of the month after it.
//! Where On-Demand is unknown and a type rises to prices that the record has not, its highest price cuts the interval.
//! The other constants were chosen on synthetic series (calm, drift, walks, jumps of the whole market, plateaus), not on
//! the series it is used for. Percentiles of past prices are not used: they say where a price was, not where it will be.

use std::collections::BTreeMap;

use super::history::{Pool, SpotHistory, SpotSeries};
use crate::model::decimal::{Decimal, from_f64, plain, to_f64};
use crate::model::money::Usd;
use crate::model::said::Said;
use crate::model::sku::InstanceType;
use crate::model::time::{DAY, Month};
use crate::model::units::Cases;

/// Share of cases the interval is meant to cover.
pub const LEVEL: f64 = 0.8;
/// History a forecast asks for, and a backtest before a month [days].
const FORECAST_DAYS: i64 = 28;
const BACKTEST_DAYS: i64 = 60;

/// The prior: moves are exponential, 80 % of them smaller than this; and as many months as it weighs.
const PRIOR_MOVE: f64 = 0.09;
const PRIOR_MONTHS: f64 = 2.0;
/// The least half width of a pool that moves like the others.
const LEAST_MOVE: f64 = 0.03;
/// As many windows of all pools count beside a pool's own; and the narrowest that a calm pool's interval gets.
const SHARED_WINDOWS: f64 = 8.0;
const NARROWEST: f64 = 0.5;
/// How far back a move of the whole type is looked for [days].
const TREND_DAYS: i64 = 7;
/// A window, the step between two, and the month they are counted in [days].
const HORIZON: i64 = 30;
const STEP: i64 = 7;
/// How far back the mean of the second rival goes [days].
const RECENT_DAYS: i64 = 90;

/// How a backtest forecasts: the method of this module, and plain rivals that show what it adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The method of this module.
    Forecast,
    /// The last price, with the 80 % quantile of the absolute moves of all earlier windows of all pools on either side.
    LastPrice,
    /// The mean of the last 90 days, from their p10 to their p90.
    RecentMean,
}

/// A window of one pool: from its last price to the mean of the 30 days after it.
#[derive(Clone, Copy, Debug)]
struct Window {
    pool: usize,
    start: i64,
    /// Share of the last price that the mean was away from it.
    apart: f64,
    /// The same on the log scale, beyond where the type's last week already went.
    beyond: f64,
}

/// What all pools together have taught by an origin.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibration {
    /// Half the width on the log scale, for a pool that moves like the others.
    half_width: f64,
    /// How much more or less each pool moves, where that is known.
    relative: BTreeMap<Pool, f64>,
    /// The 80 % quantile of the absolute moves, as shares of the last price; 0 without any.
    apart: f64,
    /// Windows it was learned from.
    pub windows: usize,
    /// As many months as they span.
    months: f64,
}

/// A series as binary floats, with its running integral.
struct Curve {
    times: Vec<i64>,
    prices: Vec<f64>,
    integral: Vec<f64>,
}

/// A history ready to be forecast.
pub struct Forecaster<'a> {
    pools: Vec<(&'a Pool, &'a SpotSeries, Curve)>,
    windows: Vec<Window>,
}

/// One case of a backtest.
#[derive(Clone, Debug)]
pub struct Case {
    /// The pool.
    pub pool: Pool,
    /// The month that was forecast from what was known at its start.
    pub month: Month,
    /// What was forecast.
    pub forecast: Cases<Usd>,
    /// What the mean was.
    pub actual: Usd,
}

impl Curve {
    fn new(series: &SpotSeries) -> Curve {
        let times: Vec<i64> = series.changes().iter().map(|(time, _)| *time).collect();
        let prices: Vec<f64> = series.changes().iter().map(|(_, price)| to_f64(price.amount())).collect();
        let mut integral = vec![0.0];
        for index in 1..times.len() {
            let held = (times[index] - times[index - 1]) as f64;
            integral.push(integral[index - 1] + prices[index - 1] * held);
        }
        Curve { times, prices, integral }
    }

    fn index_before(&self, time: i64) -> usize {
        self.times.partition_point(|at| *at < time).saturating_sub(1)
    }

    fn price_before(&self, time: i64) -> f64 {
        self.prices[self.index_before(time)]
    }

    fn integral(&self, time: i64) -> f64 {
        let index = self.index_before(time);
        self.integral[index] + self.prices[index] * (time - self.times[index]) as f64
    }

    fn mean(&self, start: i64, end: i64) -> f64 {
        (self.integral(end) - self.integral(start)) / (end - start) as f64
    }

    /// The highest price before an instant.
    fn highest(&self, before: i64) -> f64 {
        let count = self.times.partition_point(|at| *at < before);
        self.prices[..count].iter().copied().fold(0.0, f64::max)
    }

    fn has(&self, days: i64, before: i64) -> bool {
        self.times[0] + days * DAY <= before
    }

    /// Where the windows of the record start: on whole weeks of the Unix epoch.
    fn starts(&self) -> impl Iterator<Item = i64> {
        let step = STEP * DAY;
        let first = (self.times[0] + FORECAST_DAYS * DAY + step - 1).div_euclid(step) * step;
        let last = self.times[self.times.len() - 1] - HORIZON * DAY;
        (0..).map(move |week| first + week * step).take_while(move |start| *start <= last)
    }
}

impl Calibration {
    /// Months the windows span, to a tenth: a week's start is 7/30 of one, for all pools together.
    #[must_use]
    pub fn months(&self) -> Decimal {
        from_f64(self.months, 1).unwrap_or_default()
    }

    /// Where the interval comes from, in words.
    #[must_use]
    pub fn source(&self) -> Said {
        let percent = |share: f64| (share * 100.0).round();
        let (level, prior) = (percent(LEVEL), percent(PRIOR_MOVE));
        let learned = percent(self.months / (self.months + PRIOR_MONTHS));
        let (windows, months, rest) = (self.windows, plain(self.months()), 100.0 - learned);
        match windows {
            0 => Said::new(
                format!(
                    "a prior in which {level} % of months move a price by less than {prior} %, for the record is too short to learn from"
                ),
                format!(
                    "{level}% の月で価格の動きが {prior}% 未満という事前分布（記録が短く、誤差を学習できないため）"
                ),
            ),
            _ => Said::new(
                format!(
                    "{windows} past windows of all pools in {months} months (weight {learned} %) and a prior in which {level} % of months move a price by less than {prior} % ({rest} %)"
                ),
                format!(
                    "全プールの過去 {windows} 期間の誤差（{months} か月分、重み {learned}%）と、{level}% の月で価格の動きが {prior}% 未満という事前分布（重み {rest}%）"
                ),
            ),
        }
    }
}

impl<'a> Forecaster<'a> {
    /// Prepares a history; the windows of all its pools calibrate every forecast.
    #[must_use]
    pub fn new(history: &'a SpotHistory) -> Forecaster<'a> {
        let pools: Vec<(&Pool, &SpotSeries, Curve)> =
            history.pools.iter().map(|(pool, series)| (pool, series, Curve::new(series))).collect();
        let mut forecaster = Forecaster { pools, windows: Vec::new() };
        forecaster.windows = forecaster.all_windows();
        forecaster
    }

    fn all_windows(&self) -> Vec<Window> {
        let mut trends: BTreeMap<(&InstanceType, i64), f64> = BTreeMap::new();
        let mut windows = Vec::new();
        for (index, (pool, _, curve)) in self.pools.iter().enumerate() {
            for start in curve.starts() {
                let key = (&pool.instance_type, start);
                let trend = *trends.entry(key).or_insert_with(|| self.trend(&pool.instance_type, start));
                let ratio = curve.mean(start, start + HORIZON * DAY) / curve.price_before(start);
                let moved = libm::log(ratio);
                let foreseen = if moved * trend > 0.0 { trend.abs() } else { 0.0 };
                let beyond = (moved.abs() - foreseen).max(0.0);
                windows.push(Window { pool: index, start, apart: (ratio - 1.0).abs(), beyond });
            }
        }
        windows
    }

    /// How far a type moved in the last week, on the log scale: the median over its zones with that much record.
    fn trend(&self, instance_type: &InstanceType, origin: i64) -> f64 {
        let of_type = self.pools.iter().filter(|(pool, ..)| pool.instance_type == *instance_type);
        let mut moves: Vec<f64> = of_type
            .filter(|(.., curve)| curve.has(TREND_DAYS, origin))
            .map(|(.., curve)| {
                libm::log(curve.price_before(origin) / curve.price_before(origin - TREND_DAYS * DAY))
            })
            .collect();
        moves.sort_unstable_by(f64::total_cmp);
        match moves.len() {
            0 => 0.0,
            count => f64::midpoint(moves[(count - 1) / 2], moves[count / 2]),
        }
    }

    /// What is known at `origin`: only windows that had ended by then.
    #[must_use]
    pub fn calibrate(&self, origin: i64) -> Calibration {
        let known: Vec<&Window> =
            self.windows.iter().filter(|window| window.start + HORIZON * DAY <= origin).collect();
        let relative = self.relative(&known);
        let mut of_week: BTreeMap<i64, u32> = BTreeMap::new();
        for window in &known {
            *of_week.entry(window.start).or_default() += 1;
        }
        let week = STEP as f64 / HORIZON as f64;
        let mut moves: Vec<(f64, f64)> = known
            .iter()
            .map(|window| (window.beyond / relative[window.pool], week / f64::from(of_week[&window.start])))
            .collect();
        moves.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let mut apart: Vec<f64> = known.iter().map(|window| window.apart).collect();
        apart.sort_unstable_by(f64::total_cmp);
        let pools = self.pools.iter().map(|(pool, ..)| (*pool).clone());
        Calibration {
            half_width: level_of(&moves).max(LEAST_MOVE),
            relative: pools.zip(relative).collect(),
            apart: quantile(&apart, LEVEL),
            windows: known.len(),
            months: week * of_week.len() as f64,
        }
    }

    /// How much more or less each pool moved than all pools, pulled towards them.
    fn relative(&self, known: &[&Window]) -> Vec<f64> {
        let mean = known.iter().map(|window| window.beyond).sum::<f64>() / known.len() as f64;
        let mut own = vec![(0.0, 0.0); self.pools.len()];
        for window in known {
            own[window.pool].0 += window.beyond;
            own[window.pool].1 += 1.0;
        }
        let pulled =
            |(sum, count): (f64, f64)| (sum + SHARED_WINDOWS * mean) / (count + SHARED_WINDOWS) / mean;
        own.into_iter().map(|own| if mean > 0.0 { pulled(own).max(NARROWEST) } else { 1.0 }).collect()
    }

    /// The mean of the month that starts `lead` seconds after `origin`, from what is known at
    /// `origin`. `None` for an unknown pool or less than 28 days of history. No end is above the On-Demand price or,
    /// without one, above the highest price of the type before `origin`; a last price above it counts as it.
    #[must_use]
    pub fn forecast(
        &self,
        pool: &Pool,
        origin: i64,
        lead: i64,
        calibration: &Calibration,
        on_demand: Option<Usd>,
    ) -> Option<Cases<Usd>> {
        let curve = &self.pools.iter().find(|(known, ..)| *known == pool)?.2;
        if !curve.has(FORECAST_DAYS, origin) {
            return None;
        }
        let ceiling = match on_demand {
            Some(price) => to_f64(price.amount()),
            None => self.highest(&pool.instance_type, origin),
        };
        let center = curve.price_before(origin).min(ceiling);
        // Errors grow with the time between origin and month, faster than a random walk's.
        let grown = libm::pow(1.0 + lead as f64 / DAY as f64 / 10.0, 2.0 / 3.0);
        let half = calibration.half_width * calibration.relative.get(pool).unwrap_or(&1.0) * grown;
        let trend = self.trend(&pool.instance_type, origin);
        let price = |log: f64| usd((center * libm::exp(log)).min(ceiling));
        Some(Cases {
            low: price(trend.min(0.0) - half)?,
            expected: price(0.0)?,
            high: price(trend.max(0.0) + half)?,
        })
    }

    fn highest(&self, instance_type: &InstanceType, before: i64) -> f64 {
        let of_type = self.pools.iter().filter(|(pool, ..)| pool.instance_type == *instance_type);
        of_type.map(|(.., curve)| curve.highest(before)).fold(0.0, f64::max)
    }

    /// Every pool and calendar month with 60 days of record before it and a complete record of it
    /// (to within a day: an unchanged price is repeated daily), forecast at the month's start. On-Demand prices are
    /// not used.
    #[must_use]
    pub fn backtest(&self, method: Method) -> Vec<Case> {
        let first = self.pools.iter().map(|(_, series, _)| series.first()).min();
        let last = self.pools.iter().map(|(_, series, _)| series.last()).max();
        let (Some(first), Some(last)) = (first, last) else { return Vec::new() };
        let mut cases = Vec::new();
        let mut month = Month::of_second(first);
        while month.seconds().0 <= last {
            let (start, end) = month.seconds();
            let complete = |series: &SpotSeries| {
                series.first() <= start - BACKTEST_DAYS * DAY && series.last() >= end - DAY
            };
            if self.pools.iter().any(|(_, series, _)| complete(series)) {
                let calibration = self.calibrate(start);
                for (pool, series, curve) in self.pools.iter().filter(|(_, series, _)| complete(series)) {
                    let forecast = match method {
                        Method::Forecast => self.forecast(pool, start, 0, &calibration, None),
                        Method::LastPrice => last_price(curve, start, calibration.apart),
                        Method::RecentMean => recent_mean(series, start),
                    };
                    let actual = usd(curve.mean(start, end));
                    cases.extend(forecast.zip(actual).map(|(forecast, actual)| Case {
                        pool: (*pool).clone(),
                        month,
                        forecast,
                        actual,
                    }));
                }
            }
            month = Month::of_second(end);
        }
        cases
    }
}

fn last_price(curve: &Curve, origin: i64, apart: f64) -> Option<Cases<Usd>> {
    let last = curve.price_before(origin);
    Some(Cases {
        low: usd(last * (1.0 - apart).max(0.0))?,
        expected: usd(last)?,
        high: usd(last * (1.0 + apart))?,
    })
}

fn recent_mean(series: &SpotSeries, origin: i64) -> Option<Cases<Usd>> {
    let recent = series.statistics(origin - RECENT_DAYS * DAY, origin, None)?;
    Some(Cases { low: recent.p10, expected: recent.time_weighted_mean, high: recent.p90 })
}

fn usd(price: f64) -> Option<Usd> {
    from_f64(price, 10).map(Usd::new)
}

/// The move that [`LEVEL`] of all months stay below: of these moves (by size, each with the months it weighs) and of
/// the prior.
fn level_of(moves: &[(f64, f64)]) -> f64 {
    let months: f64 = moves.iter().map(|(_, weight)| weight).sum();
    let wanted = LEVEL * (months + PRIOR_MONTHS);
    let scale = -PRIOR_MOVE / libm::log(1.0 - LEVEL);
    // Where the prior alone reaches what the moves so far leave open.
    let of_prior = |below: f64| match (wanted - below) / PRIOR_MONTHS {
        share if share < 1.0 => -scale * libm::log(1.0 - share.max(0.0)),
        _ => f64::INFINITY,
    };
    let mut below = 0.0;
    for (size, weight) in moves {
        if of_prior(below) <= *size {
            return of_prior(below);
        }
        below += weight;
        if of_prior(below) <= *size {
            return *size;
        }
    }
    of_prior(below)
}

/// Linear between order statistics at rank q (n + 1), the ends clamped; 0 of nothing.
fn quantile(sorted: &[f64], q: f64) -> f64 {
    let rank = q * (sorted.len() as f64 + 1.0) - 1.0;
    let Some(last) = sorted.last() else { return 0.0 };
    if rank <= 0.0 {
        return sorted[0];
    }
    let below = rank as usize;
    sorted
        .get(below + 1)
        .map_or(*last, |above| sorted[below] + (rank - below as f64) * (above - sorted[below]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_weighs_as_much_as_another_and_the_prior_as_two() {
        let near = |found: f64, expected: f64| (found - expected).abs() < 1e-12;
        // The prior alone: 80 % of its moves are below 0.09.
        assert!(near(level_of(&[]), 0.09));
        // Three months at 0.05 and two of the prior: 4 of 5 months are wanted, 3 + 2 (1 − 5^(−5/9)) = 4.18 are at or below
        // 0.05, and 1.18 below it.
        assert!(near(level_of(&[(0.05, 3.0)]), 0.05));
        // Three months without any move: the prior has to bring 1 of its 2 months, 0.09 ln 2 ÷ ln 5.
        assert!(near(level_of(&[(0.0, 3.0)]), 0.038_760_890_226_605_4));
        // Eight months of 0.5: more than the prior can bring are above anything less.
        assert!(near(level_of(&[(0.5, 8.0)]), 0.5));
        // Twenty months without any move: 17.6 of 22 are at 0 already.
        assert!(near(level_of(&[(0.0, 20.0)]), 0.0));
        // Half a month each at 0.01 and 0.3: 2.4 of 3 months; 0.5 + 2 (1 − e^(−x ln 5 ÷ 0.09)) = 2.4 at ln 20 × 0.09 ÷ ln 5.
        assert!(near(level_of(&[(0.01, 0.5), (0.3, 0.5)]), 0.167_521_780_453_210_8));
    }

    #[test]
    fn quantiles_lie_between_order_statistics() {
        // Rank 0.8 × 5 = 4 of four; rank 0.8 × 10 = 8 of nine; nothing has none.
        assert!((quantile(&[1.0, 2.0, 3.0, 4.0], 0.8) - 4.0).abs() < 1e-12);
        let nine: Vec<f64> = (1..10).map(f64::from).collect();
        assert!((quantile(&nine, 0.8) - 8.0).abs() < 1e-12 && (quantile(&nine, 0.25) - 2.5).abs() < 1e-12);
        assert!(quantile(&[], 0.8).abs() < 1e-12);
    }
}
