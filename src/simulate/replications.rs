//! Several runs with other seeds: the mean of a figure and its 95 % confidence interval, by Student's t.
//!
//! The seeds are the first one and those after it. Where nothing is drawn, all runs are one and the interval is empty.

use super::figures::Figures;
use crate::model::decimal::{self, Decimal, from_f64, to_f64};

/// Places of means of figures.
const PLACES: u32 = 4;

/// Quantiles of Student's t at 0.975 for 1 to 30 degrees of freedom (Abramowitz and Stegun 1964, table 26.10).
const STUDENT: [f64; 30] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/// The quantile beyond the table, of the normal distribution.
const NORMAL: f64 = 1.960;

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
    let quantile = STUDENT.get(count - 2).copied().unwrap_or(NORMAL);
    let half = quantile * (squares / (count as f64 - 1.0) / count as f64).sqrt();
    let (least, most) = (*values.iter().min()?, *values.iter().max()?);
    Some(Interval { name, mean, half_width: from_f64(half, PLACES)?, range: (least, most) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_students() {
        // 10, 12, 14: mean 12, variance 4, standard error √(4/3) = 1.1547, t(0.975, 2) = 4.303: 4.9687.
        let found = interval("cost", &[10, 12, 14].map(Decimal::from)).expect("three values");
        assert_eq!((found.mean, found.half_width.to_string()), (Decimal::from(12), "4.9687".into()));
        assert_eq!(found.range, (Decimal::from(10), Decimal::from(14)));
        let same = interval("cost", &[Decimal::ONE; 5]).expect("five values");
        assert_eq!((same.mean, same.half_width), (Decimal::ONE, Decimal::ZERO));
    }
}
