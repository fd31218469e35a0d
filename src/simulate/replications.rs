//! Several runs with other seeds: the mean of a figure and its 95 % confidence interval, by Student's t.
//!
//! The seeds are the first one and those after it. Where nothing is drawn, all runs are one and the interval is empty.

use super::figures::Figures;
use crate::model::decimal::{self, Decimal, from_f64, to_f64};
use crate::model::statistics::student;

/// Places of means of figures.
const PLACES: u32 = 4;

/// A 95 % interval has a fortieth on either side.
const PROBABILITY: f64 = 0.975;

/// A figure over all runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interval {
    /// The figure's name.
    pub name: &'static str,
    /// Its mean.
    pub mean: Decimal,
    /// Half the width of the interval.
    pub half_width: Decimal,
    /// Least and most of any run.
    pub range: (Decimal, Decimal),
}

/// How a figure is read; `None` where a run has none.
type Read = fn(&Figures) -> Option<Decimal>;

/// The figures that are compared between runs.
const FIGURES: [(&str, Read); 7] = [
    ("wait_seconds_mean", |figures| Some(figures.waits.mean.into())),
    ("wait_seconds_p95", |figures| Some(figures.waits.p95.into())),
    ("vcpu_percent", |figures| figures.vcpu_percent),
    ("gpu_percent", |figures| figures.gpu_percent),
    ("interrupted_attempts", |figures| Some(figures.interrupted_attempts.into())),
    ("makespan_seconds", |figures| Some(figures.makespan_seconds.into())),
    ("cost", |figures| figures.unpriced.is_empty().then(|| figures.cost.amount())),
];

/// The intervals of at least two runs; a figure that a run does not have is left out.
#[must_use]
pub fn intervals(runs: &[Figures]) -> Vec<Interval> {
    if runs.len() < 2 {
        return Vec::new();
    }
    let of = |(name, read): &(&'static str, Read)| {
        let values: Vec<Decimal> = runs.iter().map(read).collect::<Option<_>>()?;
        interval(name, &values)
    };
    FIGURES.iter().filter_map(of).collect()
}

/// Mean, interval and range of a figure over runs; `None` for fewer than two.
#[must_use]
pub fn interval(name: &'static str, values: &[Decimal]) -> Option<Interval> {
    let count = values.len();
    if count < 2 {
        return None;
    }
    let mean = decimal::round(values.iter().sum::<Decimal>() / Decimal::from(count), PLACES);
    let squares: f64 = values.iter().map(|value| to_f64(*value - mean).powi(2)).sum();
    let half =
        student(PROBABILITY, count as f64 - 1.0) * (squares / (count as f64 - 1.0) / count as f64).sqrt();
    let (least, most) = (*values.iter().min()?, *values.iter().max()?);
    Some(Interval { name, mean, half_width: from_f64(half, PLACES)?, range: (least, most) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_students() {
        // 10, 12, 14: mean 12, variance 4, standard error √(4/3) = 1.1547, t(0.975, 2) = 4.30265: 4.9683.
        let found = interval("cost", &[10, 12, 14].map(Decimal::from)).expect("three values");
        assert_eq!((found.mean, found.half_width.to_string()), (Decimal::from(12), "4.9683".into()));
        assert_eq!(found.range, (Decimal::from(10), Decimal::from(14)));
        // 20 and 40 values of 0 and 1 in turn: mean 0.5, squares n/4, standard error √(1 / 4(n − 1));
        // t(0.975, 19) = 2.09302, t(0.975, 39) = 2.02269 (R, qt): 0.2401 and 0.1619.
        for (count, half) in [(20, "0.2401"), (40, "0.1619")] {
            let values: Vec<Decimal> = (0..count).map(|run| Decimal::from(run % 2)).collect();
            let found = interval("cost", &values).expect("many values");
            assert_eq!(found.half_width.to_string(), half, "{count} runs");
        }
        let same = interval("cost", &[Decimal::ONE; 5]).expect("five values");
        assert_eq!((same.mean, same.half_width), (Decimal::ONE, Decimal::ZERO));
    }
}
