//! Where a series of daily costs changes its level, and which of its days stand apart: the rule behind `steps`.
//!
//! **Level.** The days are cut into two, three or four parts of at least [`LEAST_SIDE`] days so that the costs are nearest
//! to the median of their part (least absolute deviations, by dynamic programming); working days and weekends (UTC) have
//! medians of their own, so a weekly pattern is no step. A cut stands if all of its steps pass two tests, and the finest
//! one that stands is taken. (1) The days before and after are separated: the exact two-sided chance of the Mann–Whitney
//! statistic, stratified by kind of day (van Elteren 1960), is at most [`CHANCE`] divided by the number of series that are
//! looked at; no assumption about how costs are distributed is in it. (2) The step is larger than [`LEAST_SIZE`] times its
//! own error: the noise about the medians (the larger of 1.4826 × the median and 1.2533 × the mean deviation), widened by
//! the lag-1 autocorrelation ρ of the residuals by √((1 + ρ)/(1 − ρ)) (Bartlett 1935), ρ corrected for the levels that
//! were fitted (Kendall 1954). Where every day costs something, that must hold of the logarithms, too.
//!
//! **Single days.** The one or two highest days stand apart if each is further above its kind's median than
//! [`APART`] × √(number of series) times the next day is, and by more than [`LEAST_LOG`] robust deviations of the
//! logarithms. The largest of values with a tail of index 2 is r times the next with a chance of 1/r² (Rényi 1953), whence
//! the root. A series that is charged on fewer than half of its days has no usual day.

use std::ops::Range;

use crate::model::decimal::to_f64;
use crate::model::money::Usd;

/// A level takes so many days.
pub(super) const LEAST_SIDE: usize = 4;

/// Fewer days say nothing of a level.
pub(super) const LEAST_DAYS: usize = 10;

/// Fewer days say nothing of a single one.
const LEAST_DAYS_FOR_ONE: usize = 14;

/// More are no month, nor a quarter.
pub(super) const MOST_DAYS: usize = 92;

const MOST_STEPS: usize = 3;
const CHANCE: f64 = 0.005;
const LEAST_SIZE: f64 = 8.0;
const APART: f64 = 9.0;
const LEAST_LOG: f64 = 8.0;
const MOST_CORRELATED: f64 = 0.9;

/// Costs of days that follow each other, and which are of a weekend.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Series {
    costs: Vec<f64>,
    weekend: Vec<bool>,
}

impl Series {
    /// Of these costs.
    pub(super) fn new(costs: &[Usd], weekend: &[bool]) -> Series {
        let costs = costs.iter().map(|cost| to_f64(cost.amount())).collect();
        Series { costs, weekend: weekend.to_vec() }
    }

    fn of_kind(&self, days: &Range<usize>, weekend: bool) -> Vec<f64> {
        days.clone().filter(|day| self.weekend[*day] == weekend).map(|day| self.costs[day]).collect()
    }

    /// The medians of working days and of weekends.
    fn levels(&self, days: &Range<usize>) -> [f64; 2] {
        [false, true].map(|weekend| median(&mut self.of_kind(days, weekend)))
    }

    /// What the days differ by from the medians of their part.
    fn residuals(&self, days: &Range<usize>) -> Vec<f64> {
        let levels = self.levels(days);
        days.clone().map(|day| self.costs[day] - levels[usize::from(self.weekend[day])]).collect()
    }

    /// The days on which a new level begins, by their place; `series` is how many are looked at in one bill.
    pub(super) fn steps(&self, series: usize) -> Vec<usize> {
        let count = self.costs.len();
        if !(LEAST_DAYS..=MOST_DAYS).contains(&count) {
            return Vec::new();
        }
        let table = self.deviations();
        let logarithms = self.logarithms();
        let stands = |ends: &[usize]| {
            self.stands(ends, series) && logarithms.as_ref().is_none_or(|of| of.stands(ends, series))
        };
        let mut cuts = (2..=MOST_STEPS + 1).filter_map(|parts| partition(&table, parts));
        let finest = cuts.rfind(|ends| stands(ends));
        finest.map_or_else(Vec::new, |ends| ends[1..ends.len() - 1].to_vec())
    }

    /// By the first day and the end of a part, how far its days are from their medians together; infinite where they are too
    /// few.
    fn deviations(&self) -> Vec<Vec<f64>> {
        let count = self.costs.len();
        let mut table = vec![vec![f64::INFINITY; count + 1]; count];
        for (start, row) in table.iter_mut().enumerate() {
            let mut kinds = [Vec::new(), Vec::new()];
            for day in start..count {
                let sorted: &mut Vec<f64> = &mut kinds[usize::from(self.weekend[day])];
                sorted.insert(sorted.partition_point(|cost| *cost < self.costs[day]), self.costs[day]);
                if day + 1 - start >= LEAST_SIDE {
                    row[day + 1] = kinds.iter().map(|sorted| from_median(sorted)).sum();
                }
            }
        }
        table
    }

    fn logarithms(&self) -> Option<Series> {
        let costs = self.costs.iter().map(|cost| (*cost > 0.0).then(|| cost.ln())).collect::<Option<_>>()?;
        Some(Series { costs, weekend: self.weekend.clone() })
    }

    /// Whether every step between parts, given by their ends, is one.
    fn stands(&self, ends: &[usize], series: usize) -> bool {
        let parts: Vec<Range<usize>> = ends.windows(2).map(|pair| pair[0]..pair[1]).collect();
        let residuals: Vec<f64> = parts.iter().flat_map(|part| self.residuals(part)).collect();
        let error = noise(&residuals, parts.len());
        let chance = CHANCE / series.max(1) as f64;
        parts.windows(2).all(|pair| {
            let (before, after) = (self.levels(&pair[0]), self.levels(&pair[1]));
            let (mut weights, mut weighted) = (0.0, 0.0);
            for weekend in [false, true] {
                let days = |part: &Range<usize>| self.of_kind(part, weekend).len() as f64;
                let (first, second) = (days(&pair[0]), days(&pair[1]));
                if first > 0.0 && second > 0.0 {
                    let weight = first * second / (first + second);
                    weights += weight;
                    weighted += weight * (after[usize::from(weekend)] - before[usize::from(weekend)]);
                }
            }
            // The mean step is weighted / weights, and its error the noise / √weights.
            let size = if weights > 0.0 { weighted.abs() / weights.sqrt() } else { 0.0 };
            size > 0.0
                && size > LEAST_SIZE * error
                && self.chance(&pair[0], &pair[1], weighted > 0.0) <= chance
        })
    }

    /// How likely days are separated so far or further if they are all of one kind: exact, two-sided. Ties count half, which
    /// makes it larger than it is; a kind of day whose costs are all the same says nothing.
    fn chance(&self, before: &Range<usize>, after: &Range<usize>, up: bool) -> f64 {
        let (mut arrangements, mut reached) = (vec![1.0], 0.0);
        for weekend in [false, true] {
            let (first, second) = (self.of_kind(before, weekend), self.of_kind(after, weekend));
            let mut all = first.iter().chain(&second);
            let Some(one) = all.next() else { continue };
            if all.all(|cost| cost.total_cmp(one).is_eq()) {
                continue;
            }
            for (cost, later) in first.iter().flat_map(|cost| second.iter().map(move |later| (cost, later))) {
                reached += match (later.total_cmp(cost), up) {
                    (std::cmp::Ordering::Equal, _) => 0.5,
                    (std::cmp::Ordering::Greater, true) | (std::cmp::Ordering::Less, false) => 1.0,
                    _ => 0.0,
                };
            }
            arrangements = convolved(&arrangements, &mann_whitney(first.len(), second.len()));
        }
        let tail =
            arrangements.iter().enumerate().filter(|(statistic, _)| *statistic as f64 + 0.5 >= reached);
        let share = tail.map(|(_, count)| count).sum::<f64>() / arrangements.iter().sum::<f64>();
        (2.0 * share).min(1.0)
    }

    /// The days, at most two, that stand apart above the others, by their place.
    pub(super) fn outliers(&self, series: usize) -> Vec<usize> {
        let count = self.costs.len();
        let charged = self.costs.iter().filter(|cost| **cost > 0.0).count();
        if !(LEAST_DAYS_FOR_ONE..=MOST_DAYS).contains(&count) || charged * 2 < count {
            return Vec::new();
        }
        let (levels, excess) = (self.levels(&(0..count)), self.residuals(&(0..count)));
        let logarithm = |day: usize| {
            let usual = levels[usize::from(self.weekend[day])];
            (self.costs[day] > 0.0 && usual > 0.0).then(|| (self.costs[day] / usual).ln())
        };
        let mut sizes: Vec<f64> = (0..count).filter_map(logarithm).map(f64::abs).collect();
        let least = LEAST_LOG * 1.4826 * median(&mut sizes);
        let apart = APART * (series.max(1) as f64).sqrt();
        let mut order: Vec<usize> = (0..count).collect();
        order.sort_by(|a, b| excess[*b].total_cmp(&excess[*a]));
        let found = (1..=2).find(|days| {
            let (last, next) = (order[days - 1], order[*days]);
            excess[last] > 0.0
                && excess[last] > apart * excess[next].max(0.0)
                && logarithm(last).is_none_or(|size| size > least)
        });
        let mut days = found.map_or_else(Vec::new, |days| order[..days].to_vec());
        days.sort_unstable();
        days
    }

    /// With days at the level of their kind.
    pub(super) fn without(mut self, days: &[usize]) -> Series {
        let levels = self.levels(&(0..self.costs.len()));
        for day in days {
            self.costs[*day] = levels[usize::from(self.weekend[*day])];
        }
        self
    }
}

/// The ends of the parts, 0 first, whose deviations are least together; of several the latest. `table` has the deviation
/// of the days from a first to an end.
fn partition(table: &[Vec<f64>], parts: usize) -> Option<Vec<usize>> {
    let count = table.len();
    let mut best = vec![vec![(f64::INFINITY, 0); count + 1]; parts + 1];
    best[0][0].0 = 0.0;
    for part in 1..=parts {
        for end in part * LEAST_SIDE..=count {
            for start in (part - 1) * LEAST_SIDE..=end - LEAST_SIDE {
                let deviation = best[part - 1][start].0 + table[start][end];
                if deviation <= best[part][end].0 {
                    best[part][end] = (deviation, start);
                }
            }
        }
    }
    if !best[parts][count].0.is_finite() {
        return None;
    }
    let mut ends = vec![count];
    for part in (1..=parts).rev() {
        ends.extend(ends.last().map(|end| best[part][*end].1));
    }
    ends.reverse();
    Some(ends)
}

/// The noise of a day, as far as it tells how well a level is known.
fn noise(residuals: &[f64], parts: usize) -> f64 {
    let (count, parts) = (residuals.len() as f64, parts as f64);
    let mut sizes: Vec<f64> = residuals.iter().map(|residual| residual.abs()).collect();
    let mean = sizes.iter().sum::<f64>() / (count - 2.0 * parts).max(1.0);
    let spread = (1.4826 * median(&mut sizes)).max(1.2533 * mean);
    let squares: f64 = residuals.iter().map(|residual| residual * residual).sum();
    let products: f64 = residuals.windows(2).map(|pair| pair[0] * pair[1]).sum();
    let measured = if squares > 0.0 { products / squares } else { 0.0 };
    let correlation = measured + parts * (1.0 + 4.0 * measured.max(0.0)) / count;
    let correlation = correlation.clamp(0.0, MOST_CORRELATED);
    spread * ((1.0 + correlation) / (1.0 - correlation)).sqrt()
}

/// In how many ways so many and so many values stand so that the Mann–Whitney statistic is 0, 1, …: the coefficients of the
/// Gaussian binomial.
fn mann_whitney(first: usize, second: usize) -> Vec<f64> {
    let most = first * second;
    let mut counts = vec![0.0; most + 1];
    counts[0] = 1.0;
    for place in 1..=first {
        for value in (second + place..=most).rev() {
            counts[value] -= counts[value - second - place];
        }
        for value in place..=most {
            counts[value] += counts[value - place];
        }
    }
    counts
}

fn convolved(first: &[f64], second: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0; first.len() + second.len() - 1];
    for (place, one) in first.iter().enumerate() {
        for (more, other) in second.iter().enumerate() {
            sums[place + more] += one * other;
        }
    }
    sums
}

/// What values in order differ by from their median together: the largest and the smallest by what is between them, and so
/// on inwards.
fn from_median(sorted: &[f64]) -> f64 {
    let half = sorted.len() / 2;
    sorted.iter().rev().take(half).sum::<f64>() - sorted.iter().take(half).sum::<f64>()
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    match values.len() {
        0 => 0.0,
        count if count % 2 == 1 => values[half],
        _ => f64::midpoint(values[half - 1], values[half]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(costs: &[f64]) -> Series {
        Series { costs: costs.to_vec(), weekend: vec![false; costs.len()] }
    }

    /// Every choice of `first` of `all` places, by hand: how often the statistic is each number.
    fn counted(first: usize, second: usize) -> Vec<f64> {
        let all = first + second;
        let mut counts = vec![0.0; first * second + 1];
        for choice in (0..1_u32 << all).filter(|choice| choice.count_ones() as usize == first) {
            let is_first = |place: usize| choice >> place & 1 == 1;
            let pairs = (0..all).flat_map(|one| (0..all).map(move |other| (one, other)));
            let statistic =
                pairs.filter(|(one, other)| is_first(*one) && !is_first(*other) && other > one).count();
            counts[statistic] += 1.0;
        }
        counts
    }

    #[test]
    fn the_chance_is_exact() {
        for (first, second) in [(1, 1), (2, 2), (4, 3), (4, 6), (5, 5), (3, 9)] {
            assert_eq!(mann_whitney(first, second), counted(first, second), "{first} and {second}");
        }
        // Of 70 ways in which four and four stand, two separate them.
        let apart = series(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
        assert!((apart.chance(&(0..4), &(4..8), true) - 2.0 / 70.0).abs() < 1e-12);
        // One pair the wrong way round: 15 or 16 of 16, twice.
        let nearly = series(&[1.0, 2.0, 3.0, 5.0, 4.0, 6.0, 7.0, 8.0]);
        assert!((nearly.chance(&(0..4), &(4..8), true) - 4.0 / 70.0).abs() < 1e-12);
        assert!(nearly.chance(&(0..4), &(4..8), false) > 0.99);
        // Kinds of days are compared among themselves: two and two twice are 6 × 6 ways.
        let mut weeks = series(&[1.0, 2.0, 10.0, 20.0, 3.0, 4.0, 30.0, 40.0]);
        weeks.weekend = vec![false, false, true, true, false, false, true, true];
        assert!((weeks.chance(&(0..4), &(4..8), true) - 2.0 / 36.0).abs() < 1e-12);
        // Nothing but ties says nothing.
        assert!((series(&[1.0; 8]).chance(&(0..4), &(4..8), true) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_parts_are_those_of_least_deviation() {
        // 1 and 2 in turn to the fifth day, then 8 and 9: cut anywhere else a part has both levels.
        let costs = series(&[1.0, 2.0, 1.0, 2.0, 1.0, 9.0, 8.0, 9.0, 8.0, 9.0]);
        let table = costs.deviations();
        assert_eq!(partition(&table, 2), Some(vec![0, 5, 10]));
        assert!((table[0][5] - 2.0).abs() < 1e-12 && (table[5][10] - 2.0).abs() < 1e-12);
        assert_eq!(partition(&table, 3), None, "three parts of four days are twelve");
        for (start, row) in table.iter().enumerate() {
            for (end, deviation) in row.iter().enumerate().skip(start + LEAST_SIDE) {
                let residuals: f64 = costs.residuals(&(start..end)).iter().map(|of| of.abs()).sum();
                assert!((residuals - deviation).abs() < 1e-9, "{start} to {end}");
            }
        }
    }

    #[test]
    fn noise_that_is_alike_from_day_to_day_is_wider() {
        let wave: Vec<f64> = (0..24).map(|day| if day % 12 < 6 { 1.0 } else { -1.0 }).collect();
        let turns: Vec<f64> = (0..24).map(|day| if day % 2 == 0 { 1.0 } else { -1.0 }).collect();
        assert!(noise(&wave, 2) > 2.5 * noise(&turns, 2));
        // In turn: 1.4826 × 1, and 1.2533 × 24/20 = 1.504 is larger; ρ = −23/24 + 2/24 is no correlation.
        assert!((noise(&turns, 2) - 1.2533 * 1.2).abs() < 1e-9);
        assert!(noise(&[0.0; 12], 2).abs() < 1e-12);
    }
}
