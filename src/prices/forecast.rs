//! Next month's mean Spot price of a pool, with an 80 % interval that knows its own error.
//!
//! The forecast is the last price and a short, damped trend; how far the trend carries is learned
//! from all pools together, never from one. The interval comes from the errors the same method made
//! on windows that had ended by then (rolling origin, pooled over pools), each error measured in
//! units of its pool's own recent volatility. Percentiles of past prices are not used: they say
//! where a price was, not where its mean will be.
//!
//! What it assumes: prices move gradually, with momentum or none (if they revert, the learned trend
//! goes to 0 and the last price remains); the errors of the last 120 days are like the next month's,
//! up to each pool's volatility; coverage holds over many pools, calm ones get more than 80 %, wild
//! ones less. With few pools or 90 days in all, the interval leans on fixed starting quantiles.
//! The constants were chosen on synthetic series (random walks, momentum, mean reversion, jumps,
//! plateaus at On-Demand, changes of volatility), not on the series it is used for.

use super::history::{DAY, Pool, SpotHistory, SpotSeries};
use crate::model::decimal::{from_f64, to_f64};
use crate::model::money::Usd;
use crate::model::time::Month;

/// Share of cases the interval is meant to cover.
pub const LEVEL: f64 = 0.8;
/// History a backtest asks for before a month [days].
const BACKTEST_DAYS: i64 = 60;

/// Days of daily changes in the trend, and their half-life [days].
const TREND_DAYS: usize = 28;
const TREND_HALF_LIFE: f64 = 4.0;
/// A day's change counts at most this much towards the trend: a jump is not a trend.
const TREND_CLIP: f64 = 0.02;
/// Days of daily changes in the volatility, and their half-life [days].
const SCALE_DAYS: usize = 60;
const SCALE_HALF_LIFE: f64 = 20.0;
/// Added to the mean absolute daily change; and the power that turns it into a scale.
const SCALE_FLOOR: f64 = 0.002;
const SCALE_POWER: f64 = 0.75;
/// Days of trend that are carried forward before anything is learned; as many residuals as that
/// weighs; and the most.
const BETA_START: f64 = 4.0;
const BETA_WEIGHT: f64 = 30.0;
const BETA_MOST: f64 = 10.0;
/// Quantiles of scaled residuals before anything is learned, and as many residuals as they weigh.
const QUANTILE_START: f64 = 3.0;
const QUANTILE_WEIGHT: f64 = 50.0;
/// A calibration window and the step between two [days]; older residuals are dropped [days].
const HORIZON: i64 = 30;
const STEP: i64 = 7;
const POOL_WINDOW: i64 = 120;

/// How much of the interval is learned from so many past windows; the rest is the fixed start.
fn learned_share(windows: usize) -> f64 {
    windows as f64 / (windows as f64 + QUANTILE_WEIGHT)
}

/// Where an interval learned from so many past windows comes from, in words.
#[must_use]
pub fn interval_source(windows: usize) -> String {
    let percent = (learned_share(windows) * 100.0).round();
    match windows {
        0 => "a fixed multiple of each pool's volatility, for the record is too short to learn from".into(),
        _ => format!(
            "{windows} past windows of all pools (weight {percent} %) and a fixed multiple of each pool's volatility ({} %)",
            100.0 - percent
        ),
    }
}

/// The same in Japanese.
#[must_use]
pub fn interval_source_ja(windows: usize) -> String {
    let percent = (learned_share(windows) * 100.0).round();
    match windows {
        0 => "各プールの変動性の一定倍（記録が短く、学習できないため）".into(),
        _ => format!(
            "全プールの過去 {windows} 期間（重み {percent} %）と各プールの変動性の一定倍（{} %）",
            100.0 - percent
        ),
    }
}

/// A mean price and the interval that covers it with [`LEVEL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// Expected mean.
    pub mean: Usd,
    /// Lower end.
    pub low: Usd,
    /// Upper end.
    pub high: Usd,
}

/// What a pool looked like at an origin.
#[derive(Clone, Copy, Debug)]
struct Features {
    /// Logarithm of the last price.
    last: f64,
    /// Trend per day times its efficiency.
    trend: f64,
    /// Mean absolute daily change of the logarithm.
    volatility: f64,
}

/// A calibration window of one pool that ended at `end`.
#[derive(Clone, Copy, Debug)]
struct Observation {
    end: i64,
    features: Features,
    /// Logarithm of the mean price in the window.
    realized: f64,
}

/// What all pools together have taught by an origin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    beta: f64,
    low: f64,
    high: f64,
    /// Windows it was learned from.
    pub windows: usize,
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
    observations: Vec<Observation>,
}

/// One case of a backtest.
#[derive(Clone, Debug)]
pub struct Case {
    /// The pool.
    pub pool: Pool,
    /// The month that was forecast from what was known at its start.
    pub month: Month,
    /// What was forecast.
    pub forecast: Forecast,
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

    fn integral(&self, time: i64) -> f64 {
        let index = self.index_before(time);
        self.integral[index] + self.prices[index] * (time - self.times[index]) as f64
    }

    fn mean(&self, start: i64, end: i64) -> f64 {
        (self.integral(end) - self.integral(start)) / (end - start) as f64
    }

    fn highest(&self, start: i64, end: i64) -> f64 {
        let from = self.times.partition_point(|at| *at <= start).saturating_sub(1);
        let to = self.times.partition_point(|at| *at < end).max(from + 1);
        self.prices[from..to].iter().copied().fold(0.0, f64::max)
    }

    fn features(&self, origin: i64) -> Option<Features> {
        let days = usize::try_from((origin - self.times[0]).div_euclid(DAY)).ok()?.min(SCALE_DAYS);
        if days < TREND_DAYS {
            return None;
        }
        let logs: Vec<f64> = (0..=days)
            .map(|age| libm::log(self.prices[self.index_before(origin - age as i64 * DAY)]))
            .collect();
        let (mut trend, mut size, mut trend_weight) = (0.0, 0.0, 0.0);
        let (mut volatility, mut scale_weight) = (0.0, 0.0);
        for age in 0..days {
            let change = logs[age] - logs[age + 1];
            if age < TREND_DAYS {
                let weight = libm::pow(0.5, age as f64 / TREND_HALF_LIFE);
                trend += weight * change.clamp(-TREND_CLIP, TREND_CLIP);
                size += weight * change.abs();
                trend_weight += weight;
            }
            let weight = libm::pow(0.5, age as f64 / SCALE_HALF_LIFE);
            volatility += weight * change.abs();
            scale_weight += weight;
        }
        let (trend, size) = (trend / trend_weight, size / trend_weight);
        let trend = if size > 0.0 { trend * trend.abs() / size } else { 0.0 };
        Some(Features { last: logs[0], trend, volatility: volatility / scale_weight })
    }

    /// Every calibration window of the record: it starts on a whole week of the Unix epoch.
    fn observations(&self) -> Vec<Observation> {
        let end_of_record = self.times[self.times.len() - 1];
        let step = STEP * DAY;
        let first = (self.times[0] + TREND_DAYS as i64 * DAY + step - 1).div_euclid(step) * step;
        (0..)
            .map(|window| first + window * step)
            .take_while(|origin| origin + HORIZON * DAY <= end_of_record)
            .filter_map(|origin| {
                let end = origin + HORIZON * DAY;
                let realized = libm::log(self.mean(origin, end));
                Some(Observation { end, features: self.features(origin)?, realized })
            })
            .collect()
    }
}

impl<'a> Forecaster<'a> {
    /// Prepares a history; the windows of all its pools calibrate every forecast.
    #[must_use]
    pub fn new(history: &'a SpotHistory) -> Forecaster<'a> {
        let pools: Vec<(&Pool, &SpotSeries, Curve)> =
            history.pools.iter().map(|(pool, series)| (pool, series, Curve::new(series))).collect();
        let observations = pools.iter().flat_map(|(.., curve)| curve.observations()).collect();
        Forecaster { pools, observations }
    }

    /// What is known at `origin`: only windows that had ended by then.
    #[must_use]
    pub fn calibrate(&self, origin: i64) -> Calibration {
        let ended = origin - POOL_WINDOW * DAY..=origin;
        let known: Vec<&Observation> = self.observations.iter().filter(|o| ended.contains(&o.end)).collect();
        let windows = known.len();
        if windows == 0 {
            return Calibration { beta: BETA_START, low: -QUANTILE_START, high: QUANTILE_START, windows };
        }
        let beta = learned_beta(&known);
        let mut residuals: Vec<f64> = known
            .iter()
            .map(|o| (o.realized - o.features.last - beta * o.features.trend) / scale(o.features.volatility))
            .collect();
        residuals.sort_unstable_by(f64::total_cmp);
        let learned = learned_share(windows);
        let tail = (1.0 - LEVEL) / 2.0;
        let low = learned * quantile(&residuals, tail) - (1.0 - learned) * QUANTILE_START;
        let high = learned * quantile(&residuals, 1.0 - tail) + (1.0 - learned) * QUANTILE_START;
        Calibration { beta, low: low.min(0.0), high: high.max(0.0), windows }
    }

    /// The mean of the month that starts `lead` seconds after `origin`, from what is known at
    /// `origin`. `None` for an unknown pool or less than 28 days of history. An On-Demand price that
    /// the last 90 days never exceeded is a ceiling.
    #[must_use]
    pub fn forecast(
        &self,
        pool: &Pool,
        origin: i64,
        lead: i64,
        calibration: &Calibration,
        on_demand: Option<Usd>,
    ) -> Option<Forecast> {
        let curve = &self.pools.iter().find(|(known, ..)| *known == pool)?.2;
        forecast(curve, origin, lead, calibration, on_demand)
    }

    /// Every pool and calendar month with 60 days of record before it and a complete record of it
    /// (to within a day: an unchanged price is repeated daily), forecast at the month's start.
    #[must_use]
    pub fn backtest(&self) -> Vec<Case> {
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
                for (pool, _, curve) in self.pools.iter().filter(|(_, series, _)| complete(series)) {
                    let forecast = forecast(curve, start, 0, &calibration, None);
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

fn forecast(
    curve: &Curve,
    origin: i64,
    lead: i64,
    calibration: &Calibration,
    on_demand: Option<Usd>,
) -> Option<Forecast> {
    let features = curve.features(origin)?;
    let center = features.last + calibration.beta * features.trend;
    // Errors grow with the time between origin and month, faster than a random walk's.
    let grown = libm::pow(1.0 + lead as f64 / DAY as f64 / 10.0, 2.0 / 3.0);
    let width = scale(features.volatility) * grown;
    let ceiling = on_demand.map(|price| to_f64(price.amount()));
    let ceiling = ceiling.filter(|price| curve.highest(origin - 90 * DAY, origin) <= price * 1.0001);
    let price = |log: f64| usd(libm::exp(log).min(ceiling.unwrap_or(f64::INFINITY)));
    Some(Forecast {
        mean: price(center)?,
        low: price(center + calibration.low * width)?,
        high: price(center + calibration.high * width)?,
    })
}

fn usd(price: f64) -> Option<Usd> {
    from_f64(price, 10).map(Usd::new)
}

fn scale(volatility: f64) -> f64 {
    libm::pow(SCALE_FLOOR + volatility, SCALE_POWER)
}

/// Days of trend that best explain what happened: a weighted median, pulled towards its start.
fn learned_beta(known: &[&Observation]) -> f64 {
    let size = known.iter().map(|o| o.features.trend.abs()).sum::<f64>() / known.len() as f64;
    if size <= 0.0 {
        return BETA_START;
    }
    let mut days: Vec<(f64, f64)> = known
        .iter()
        .filter(|o| o.features.trend != 0.0)
        .map(|o| ((o.realized - o.features.last) / o.features.trend, o.features.trend.abs()))
        .chain([(BETA_START, BETA_WEIGHT * size)])
        .collect();
    days.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let total: f64 = days.iter().map(|(_, weight)| weight).sum();
    let mut cumulated = 0.0;
    let median = days.iter().find(|(_, weight)| {
        cumulated += weight;
        cumulated >= total / 2.0
    });
    median.map_or(BETA_START, |(days, _)| days.clamp(0.0, BETA_MOST))
}

/// Linear between order statistics at rank q (n + 1), the ends clamped.
fn quantile(sorted: &[f64], q: f64) -> f64 {
    let rank = q * (sorted.len() as f64 + 1.0) - 1.0;
    if rank <= 0.0 {
        return sorted[0];
    }
    let below = rank as usize;
    match sorted.get(below + 1) {
        Some(above) => sorted[below] + (rank - below as f64) * (above - sorted[below]),
        None => sorted[sorted.len() - 1],
    }
}
