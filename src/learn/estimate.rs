//! Values with their 95 % intervals, from counts and times. Binary floats: an interval is an estimate. Decimals come out.
//!
//! What each interval assumes stands at its function. A value of which too little was seen is none.

use crate::model::decimal::{Decimal, from_f64, round, to_f64};
use crate::model::statistics::{
    chi_squared, chi_squared_beyond, normal_below, quantile_ranks, share as share_bounds, student,
    weighted_poisson,
};

/// Digits that a learned value has: an interval allows no more.
const DIGITS: i32 = 4;

/// Most decimals of a value.
const MOST_PLACES: u32 = 9;

/// Both tails are left out.
const PROBABILITY: f64 = 0.975;

/// A value and its 95 % interval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// What is expected.
    pub value: Decimal,
    /// Lower end; `None` where the record has too little to say.
    pub low: Option<Decimal>,
    /// Upper end; `None` where the record has too little to say.
    pub high: Option<Decimal>,
}

impl Estimate {
    fn of(value: f64, low: f64, high: f64) -> Option<Estimate> {
        Some(Estimate {
            value: significant(value)?,
            low: Some(significant(low)?),
            high: Some(significant(high)?),
        })
    }

    /// Whether neither end is farther from the value than this factor.
    pub(super) fn is_within(&self, factor: Decimal) -> bool {
        let (Some(low), Some(high)) = (self.low, self.high) else { return false };
        !self.value.is_zero() && low * factor >= self.value && high <= self.value * factor
    }

    /// The same in another unit.
    pub(super) fn per(self, divisor: Decimal) -> Estimate {
        let scaled = |number: Decimal| significant(to_f64(number / divisor)).unwrap_or(number / divisor);
        Estimate { value: scaled(self.value), low: self.low.map(scaled), high: self.high.map(scaled) }
    }
}

/// A number with as many digits as a learned value has.
pub(super) fn significant(number: f64) -> Option<Decimal> {
    if number <= 0.0 {
        return (number == 0.0).then_some(Decimal::ZERO);
    }
    let above = libm::floor(libm::log10(number)) as i32 + 1;
    let places = u32::try_from((DIGITS - above).max(0)).ok()?.min(MOST_PLACES);
    from_f64(number, places).map(|number| round(number, places).normalize())
}

/// A decimal with as many digits as a learned value has.
pub(super) fn short(number: Decimal) -> Decimal {
    significant(to_f64(number)).unwrap_or(number)
}

/// Events per hour: `groups` are events that came together, each group one Poisson event of that weight.
pub(super) fn rate(groups: &[u64], seconds: u128) -> Option<Estimate> {
    let weights = groups.iter().map(|group| *group as f64);
    let largest = weights.clone().fold(1.0, f64::max);
    per_hour(weights.clone().sum(), weights.map(|weight| weight * weight).sum(), largest, seconds)
}

/// Events per hour that vary `spread` times as much as Poisson, at least once.
pub(super) fn spread_rate(events: u64, seconds: u128, spread: Decimal) -> Option<Estimate> {
    let (events, spread) = (events as f64, to_f64(spread).max(1.0));
    per_hour(events, events * spread, spread, seconds)
}

fn per_hour(sum: f64, squares: f64, largest: f64, seconds: u128) -> Option<Estimate> {
    let hours = seconds as f64 / 3600.0;
    let (low, high) = weighted_poisson(sum, squares, largest);
    if seconds == 0 { None } else { Estimate::of(sum / hours, low / hours, high / hours) }
}

/// A share of what was counted.
pub(super) fn share(hits: u64, counted: u64) -> Option<Estimate> {
    let (low, high) = share_bounds(hits, counted.max(1));
    if counted == 0 { None } else { Estimate::of(hits as f64 / counted as f64, low, high) }
}

/// A quantile by nearest rank, in percent, of values in order, by which of them its ends are.
pub(super) fn quantile(sorted: &[u64], percent: u32) -> Option<Estimate> {
    let count = sorted.len();
    let rank = (count * percent as usize).div_ceil(100);
    let (low, high) = quantile_ranks(f64::from(percent) / 100.0, count as u64);
    let at = |rank: u64| sorted.get(usize::try_from(rank).ok()?.checked_sub(1)?).map(|x| Decimal::from(*x));
    Some(Estimate { value: at(rank as u64)?, low: low.and_then(at), high: high.and_then(at) })
}

/// Run times of which the logarithm is normal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lognormal {
    /// Median [s].
    pub(super) median: Estimate,
    /// Standard deviation of the logarithm.
    pub(super) sigma: Estimate,
}

/// The 5 % point of A*² where mean and deviation are estimated (Stephens 1986, in D'Agostino and Stephens, "Goodness-of-fit
/// techniques", table 4.7).
const ANDERSON_DARLING: f64 = 0.752;

/// Fits a lognormal distribution to times [s], unless the test of Anderson and Darling rejects it at 5 %.
pub(super) fn lognormal(times: &[u64]) -> Option<Lognormal> {
    let mut logs: Vec<f64> = times.iter().map(|time| libm::log((*time).max(1) as f64)).collect();
    logs.sort_by(f64::total_cmp);
    let count = logs.len() as f64;
    let Spread { mean, deviation } = Spread::of(&logs)?;
    let share = |log: &f64| normal_below((log - mean) / deviation).clamp(1e-300, 1.0 - 1e-16);
    let terms = logs.iter().zip(logs.iter().rev()).zip(0..).map(|((low, high), place)| {
        (f64::from(place) * 2.0 + 1.0) * (libm::log(share(low)) + libm::log(1.0 - share(high)))
    });
    let squared = -count - terms.sum::<f64>() / count;
    let adjusted = squared * (1.0 + 0.75 / count + 2.25 / (count * count));
    if adjusted.is_nan() || adjusted > ANDERSON_DARLING {
        return None;
    }
    let half = student(PROBABILITY, count - 1.0) * deviation / count.sqrt();
    let sigma = |probability| deviation * ((count - 1.0) / chi_squared(probability, count - 1.0)).sqrt();
    Some(Lognormal {
        median: Estimate::of(libm::exp(mean), libm::exp(mean - half), libm::exp(mean + half))?,
        sigma: Estimate::of(deviation, sigma(PROBABILITY), sigma(1.0 - PROBABILITY))?,
    })
}

struct Spread {
    mean: f64,
    deviation: f64,
}

impl Spread {
    /// `None` of fewer than two, or where all are the same.
    fn of(values: &[f64]) -> Option<Spread> {
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let deviation = (squares / (count - 1.0)).sqrt();
        (values.len() > 1 && deviation > 0.0).then_some(Spread { mean, deviation })
    }
}

/// Times of jobs of one kind on two models [s].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pair {
    /// On the one that others are compared with.
    pub(super) reference: Vec<u64>,
    /// On the other.
    pub(super) other: Vec<u64>,
}

/// Smallest variance of the mean of logarithms: whole seconds cannot tell less.
const LEAST_VARIANCE: f64 = 1e-8;

/// How many times as fast the other one is: ratios of geometric means, by Welch 1947 in each kind, over kinds by the inverse of
/// their variance. Where kinds differ by more than chance (Cochran's Q, 5 %), the interval is that of a kind drawn from them.
/// `None` without a kind that has two jobs on either side.
pub(super) fn speed(pairs: &[Pair]) -> Option<Estimate> {
    let logs =
        |times: &[u64]| -> Vec<f64> { times.iter().map(|time| libm::log((*time).max(1) as f64)).collect() };
    let mean_of = |logs: &[f64]| {
        let count = logs.len() as f64;
        let mean = logs.iter().sum::<f64>() / count;
        let squares: f64 = logs.iter().map(|log| (log - mean).powi(2)).sum();
        (mean, squares / (count - 1.0) / count, count - 1.0)
    };
    let mut found = Vec::new();
    for pair in pairs.iter().filter(|pair| pair.reference.len() > 1 && pair.other.len() > 1) {
        let (of_reference, first, first_freedom) = mean_of(&logs(&pair.reference));
        let (of_other, second, second_freedom) = mean_of(&logs(&pair.other));
        let variance = (first + second).max(LEAST_VARIANCE);
        let parts = first * first / first_freedom + second * second / second_freedom;
        let freedom = if parts > 0.0 { variance * variance / parts } else { first_freedom + second_freedom };
        found.push((of_reference - of_other, variance, freedom.max(1.0)));
    }
    let weights: f64 = found.iter().map(|(_, variance, _)| 1.0 / variance).sum();
    if found.is_empty() {
        return None;
    }
    let mean = found.iter().map(|(ratio, variance, _)| ratio / variance).sum::<f64>() / weights;
    let between: f64 = found.iter().map(|(ratio, variance, _)| (ratio - mean).powi(2) / variance).sum();
    let kinds = found.len() as f64 - 1.0;
    let half = match kinds > 0.0 && chi_squared_beyond(between, kinds) < 0.05 {
        true => student(PROBABILITY, kinds) * (between / kinds / weights).sqrt(),
        false => {
            let freedom: f64 = found.iter().map(|(.., freedom)| freedom).sum();
            student(PROBABILITY, freedom) / weights.sqrt()
        }
    };
    Estimate::of(libm::exp(mean), libm::exp(mean - half), libm::exp(mean + half))
}

/// How many times as many of each are needed for ends that are within a factor of each other.
pub(super) fn times_as_many(estimate: &Estimate, factor: Decimal) -> Option<Decimal> {
    let (low, high) = (to_f64(estimate.low?), to_f64(estimate.high?));
    let ratio = libm::log(high / low) / libm::log(to_f64(factor));
    from_f64(ratio * ratio, 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::decimal::{parse, plain};

    fn shown(estimate: &Estimate) -> [String; 3] {
        let end = |end: Option<Decimal>| end.map_or_else(String::new, plain);
        [plain(estimate.value), end(estimate.low), end(estimate.high)]
    }

    #[test]
    fn values_have_four_digits() {
        for (number, text) in [(0.051_234_9, "0.05123"), (12.0, "12"), (123_456.0, "123456"), (0.0, "0")] {
            assert_eq!(significant(number).map(plain).as_deref(), Some(text));
        }
    }

    #[test]
    fn a_rate_is_events_by_hours() {
        // 9 events in 100 h: 0.09, Garwood's 4.115 and 17.085 by 100. In threes: 3 events of weight 3, 0.619 × 3 and
        // 8.767 × 3.
        let one_by_one = rate(&[1; 9], 360_000).expect("a rate");
        assert_eq!(shown(&one_by_one), ["0.09", "0.04115", "0.1708"]);
        let in_threes = rate(&[3, 3, 3], 360_000).expect("a rate");
        assert_eq!(shown(&in_threes), ["0.09", "0.01856", "0.263"]);
        // Three times the variance of Poisson is the same as coming in threes.
        assert_eq!(spread_rate(9, 360_000, Decimal::from(3)), Some(in_threes));
    }

    #[test]
    fn a_lognormal_is_fitted_unless_the_times_are_otherwise() {
        // Logarithms about −2, −1, 0, 1, 2 tenths from ln 3600, thrice: mean ln 3600, s near √(3 × 0.1 / 14) = 0.14639; to the
        // second 0.14646.
        let near: Vec<u64> = [2947, 3257, 3600, 3979, 4397].repeat(3);
        let fit = lognormal(&near).expect("near enough");
        assert_eq!(plain(fit.median.value), "3600");
        assert_eq!(plain(fit.sigma.value), "0.1465");
        // t(0.975, 14) = 2.1448: 3600 × e^(±2.1448 × 0.1464 / √15) = 3319.6, 3904.0 (within rounding of the logs).
        let ends = [fit.median.low, fit.median.high].map(|end| to_f64(end.expect("an end")));
        assert!((ends[0] - 3319.6).abs() < 1.0 && (ends[1] - 3904.0).abs() < 1.0, "{ends:?}");
        // Two kinds of run, an hour and a day.
        let mut two: Vec<u64> = (0..20).map(|more| 3600 + more * 7).collect();
        two.extend((0..20).map(|more| 86_400 + more * 11));
        assert_eq!(lognormal(&two), None);
        assert_eq!(lognormal(&[60; 30]), None);
    }

    #[test]
    fn a_speed_is_a_ratio_of_geometric_means() {
        // Geometric means 2000 of (1000, 4000) and 1000 of (500, 2000): twice as fast.
        let pair = Pair { reference: vec![1000, 4000], other: vec![500, 2000] };
        let found = speed(std::slice::from_ref(&pair)).expect("a speed");
        assert_eq!(plain(found.value), "2");
        // Each logarithm deviates by ln 2: variances of the means 0.48045 each, Welch with 2 degrees: t = 4.3027,
        // 2 × e^(±4.30265 × √0.96091): 0.029465 and 135.756.
        let [_, low, high] = shown(&found);
        assert_eq!((low.as_str(), high.as_str()), ("0.02946", "135.8"));
        assert_eq!(speed(&[Pair { reference: vec![1], other: vec![1, 2] }]), None);
        // Kinds that disagree: 2 and 8 times as fast, each sharply: the middle 4, and t with 1 degree of freedom.
        let kinds = [
            Pair { reference: vec![1000, 1001], other: vec![500, 501] },
            Pair { reference: vec![8000, 8001], other: vec![1000, 1001] },
        ];
        let apart = speed(&kinds).expect("a speed");
        assert!(apart.low.is_some_and(|low| low < Decimal::ONE), "{apart:?}");
    }

    #[test]
    fn precision_is_a_factor() {
        let estimate =
            Estimate { value: Decimal::from(6), low: parse("2.2").ok(), high: parse("13.06").ok() };
        assert!(estimate.is_within(Decimal::from(3)) && !estimate.is_within(Decimal::TWO));
        assert_eq!(
            quantile(&[10, 20, 30, 40, 50, 60], 50).map(|found| shown(&found).join(" ")).as_deref(),
            Some("30 10 60")
        );
    }
}
