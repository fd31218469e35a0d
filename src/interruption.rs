//! Spot interruptions × checkpoints → expected billed hours per useful hour.
//!
//! Daly (2006), "A higher order estimate of the optimum checkpoint interval for restart dumps",
//! Future Generation Computer Systems 22, eq. 13. With M the mean time between interruptions,
//! interval τ, write time δ, restart time R and useful time Ts, the expected wall time is
//!
//! ```text
//! T = M · e^(R/M) · (e^((τ+δ)/M) − 1) · Ts/τ
//! ```
//!
//! It assumes: interruptions come at random with a constant rate (exponential), also while a
//! checkpoint is written and while the job restarts; every one loses the work since the last
//! checkpoint; attempts are unlimited; the last segment is written like every other, and a part of
//! a segment costs its part. Without checkpoints τ = Ts and δ = 0.

use crate::model::decimal::{self, Decimal};

/// Above this many billed hours per useful hour a job practically never finishes: on average more
/// than nine tenths of what it is billed for is lost.
pub const NEVER_ABOVE: f64 = 10.0;

/// Digits after the point of a factor.
const FACTOR_PLACES: u32 = 10;

/// What decides the cost of interruptions. Times in hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// Interruptions per instance and hour.
    pub rate: Decimal,
    /// Nodes of one run: an interruption of one stops all.
    pub nodes: u32,
    /// Useful hours of one run; needed without checkpoints.
    pub run_hours: Option<Decimal>,
    /// Interval and write time of checkpoints.
    pub checkpoint: Option<Checkpoint>,
    /// From an interruption to useful work again.
    pub restart_hours: Decimal,
}

/// How a job saves its state. Times in hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Useful time between two checkpoints.
    pub interval_hours: Decimal,
    /// To write one.
    pub write_hours: Decimal,
}

/// What the formula says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// Billed hours per useful hour, 1 or more.
    BilledPerUseful(Decimal),
    /// More than [`NEVER_ABOVE`]: a figure would only look like one.
    PracticallyNever,
}

/// Expected billed hours per useful hour; `None` where neither checkpoints nor run hours are known.
#[must_use]
pub fn billed_per_useful(exposure: &Exposure) -> Option<Expectation> {
    let (interval, write) = segment(exposure)?;
    let factor = factor(exposure, interval, write);
    if factor > NEVER_ABOVE {
        return Some(Expectation::PracticallyNever);
    }
    decimal::from_f64(factor, FACTOR_PLACES).map(Expectation::BilledPerUseful)
}

/// Expected interruptions in one run: how many attempts beyond the first it takes.
#[must_use]
pub fn interruptions_per_run(exposure: &Exposure, billed_per_useful: Decimal) -> Option<Decimal> {
    let hours = exposure.run_hours? * billed_per_useful;
    Some(decimal::round(hours * exposure.rate * Decimal::from(exposure.nodes), 2))
}

/// The checkpoint interval [h] that costs least, and its factor: found numerically, since
/// √(2δM) is only its first approximation. `None` where writing costs nothing (the shorter the
/// better) or nothing interrupts (the longer the better).
#[must_use]
pub fn best_interval(exposure: &Exposure) -> Option<(Decimal, Decimal)> {
    let write = decimal::to_f64(exposure.checkpoint?.write_hours);
    if write <= 0.0 || exposure.rate.is_zero() {
        return None;
    }
    // The factor falls, then rises, in the interval: golden-section search on its logarithm,
    // from a second to the run's length (or a year).
    let longest = exposure.run_hours.map_or(8760.0, decimal::to_f64);
    let (mut low, mut high) = (libm::log(1.0 / 3600.0), libm::log(longest));
    let ratio = (libm::sqrt(5.0) - 1.0) / 2.0;
    let cost = |log_interval: f64| factor(exposure, libm::exp(log_interval), write);
    while high - low > 1e-9 {
        let (left, right) = (high - ratio * (high - low), low + ratio * (high - low));
        if cost(left) <= cost(right) {
            high = right;
        } else {
            low = left;
        }
    }
    let interval = libm::exp((low + high) / 2.0);
    let best = factor(exposure, interval, write);
    Some((decimal::from_f64(interval, FACTOR_PLACES)?, decimal::from_f64(best, FACTOR_PLACES)?))
}

fn segment(exposure: &Exposure) -> Option<(f64, f64)> {
    let run = exposure.run_hours.map(decimal::to_f64);
    match (exposure.checkpoint, run) {
        (Some(checkpoint), run) => {
            let interval = decimal::to_f64(checkpoint.interval_hours);
            let interval = run.map_or(interval, |run| interval.min(run));
            Some((interval, decimal::to_f64(checkpoint.write_hours)))
        }
        (None, Some(run)) => Some((run, 0.0)),
        (None, None) => None,
    }
}

fn factor(exposure: &Exposure, interval: f64, write: f64) -> f64 {
    let rate = decimal::to_f64(exposure.rate) * f64::from(exposure.nodes);
    if rate <= 0.0 {
        // The limit for M → ∞: only writing is left.
        return (interval + write) / interval;
    }
    let mean = 1.0 / rate;
    let restart = decimal::to_f64(exposure.restart_hours);
    mean * libm::exp(restart / mean) * libm::expm1((interval + write) / mean) / interval
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(text: &str) -> Decimal {
        decimal::parse(text).expect("a number")
    }

    fn minutes(n: i64) -> Decimal {
        Decimal::from(n) / Decimal::from(60)
    }

    fn exposure() -> Exposure {
        Exposure {
            rate: hours("0.2"),
            nodes: 1,
            run_hours: Some(hours("20")),
            checkpoint: Some(Checkpoint { interval_hours: minutes(30), write_hours: minutes(2) }),
            restart_hours: minutes(10),
        }
    }

    fn finite(exposure: &Exposure) -> f64 {
        match billed_per_useful(exposure) {
            Some(Expectation::BilledPerUseful(factor)) => decimal::to_f64(factor),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_hand_example() {
        // M = 300 min: 300 · e^(10/300) · (e^(32/300) − 1) / 30 = 10 · 1.033895 · 0.112564 = 1.16379.
        assert!((finite(&exposure()) - 1.16379).abs() < 1e-5);
        assert_eq!(format!("{:.3}", finite(&exposure())), "1.164");
    }

    #[test]
    fn limits() {
        // Without interruptions only writing costs: 32 / 30.
        let calm = Exposure { rate: Decimal::ZERO, ..exposure() };
        assert!((finite(&calm) - 32.0 / 30.0).abs() < 1e-6);
        // Nodes that fail together multiply the rate.
        let together = Exposure { rate: hours("0.1"), nodes: 2, ..exposure() };
        assert_eq!(billed_per_useful(&together), billed_per_useful(&exposure()));
        // Without checkpoints the run is one segment: M (e^(Ts/M) − 1) / Ts = 5 (e^0.4 − 1) / 2.
        let bare = Exposure {
            checkpoint: None,
            run_hours: Some(hours("2")),
            restart_hours: Decimal::ZERO,
            ..exposure()
        };
        assert!((finite(&bare) - 5.0 * (0.4_f64.exp() - 1.0) / 2.0).abs() < 1e-6);
        assert_eq!(billed_per_useful(&Exposure { run_hours: None, ..bare }), None);
    }

    #[test]
    fn a_hopeless_job_has_no_figure() {
        // 48.5 useful hours at 0.15 interruptions an hour without checkpoints: e^7.275 / 7.275 ≈ 198.
        let hopeless = Exposure {
            rate: hours("0.15"),
            run_hours: Some(hours("48.5")),
            checkpoint: None,
            restart_hours: Decimal::ZERO,
            nodes: 1,
        };
        assert_eq!(billed_per_useful(&hopeless), Some(Expectation::PracticallyNever));
        let endless = Exposure { run_hours: Some(hours("1000000")), ..hopeless };
        assert_eq!(billed_per_useful(&endless), Some(Expectation::PracticallyNever));
    }

    #[test]
    fn the_best_interval_is_a_minimum() {
        let (interval, best) = best_interval(&exposure()).expect("writing costs something");
        let at = |interval: Decimal| {
            let checkpoint = Some(Checkpoint { interval_hours: interval, write_hours: minutes(2) });
            finite(&Exposure { checkpoint, ..exposure() })
        };
        let best = decimal::to_f64(best);
        // By a plain search over 100,000 intervals up to 2 h.
        let searched = (500..100_000)
            .map(|n| at(Decimal::from(n) / Decimal::from(50_000)))
            .fold(f64::INFINITY, f64::min);
        assert!((best - searched).abs() < 2e-6, "{best} {searched}");
        assert!(best <= finite(&exposure()));
        // √(2δM) = √(2 · 2 · 300) = 34.6 min is near, but not it.
        assert!((decimal::to_f64(interval) * 60.0 - 33.3).abs() < 0.2, "{interval}");
    }
}
