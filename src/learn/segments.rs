//! In which hours of the week jobs arrive alike: days that do not differ are taken together, and a day is cut where its rate
//! changes by more than chance.
//!
//! The days are Monday to Sunday as one, or Monday to Friday and the weekend, or each by itself: the first that a test of
//! likelihood ratios does not reject at 1 %. A day's 24 hours are cut so that the likelihood of the counts, less a penalty of
//! ln(jobs) for each part (Schwarz 1978), is largest. Both take the counts to vary as much more than Poisson as they do from
//! week to week.

use crate::model::decimal::{Decimal, from_f64, to_f64};
use crate::model::statistics::chi_squared_beyond;

/// Hours of a week.
pub(super) const WEEK: usize = 168;

/// Seconds of an hour.
const SECONDS_PER_HOUR: u64 = 3600;

/// Days are told apart at this level.
const LEVEL: f64 = 0.01;

/// Jobs that came in one hour of the calendar, or in a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hour {
    /// From Monday 0:00 on, 0 to 167.
    pub(super) of_week: usize,
    /// How long it was in the record [s].
    pub(super) seconds: u64,
    /// How many came.
    pub(super) jobs: u64,
}

/// Hours of the week with one rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// Days, 0 for Monday.
    pub(super) days: (usize, usize),
    /// First and last hour of each.
    pub(super) hours: (usize, usize),
    /// How many came in them.
    pub(super) jobs: u64,
    /// How long they were in the record [s].
    pub(super) seconds: u128,
}

#[derive(Clone, Copy, Default)]
struct Count {
    jobs: f64,
    seconds: f64,
}

impl Count {
    fn and(self, other: Count) -> Count {
        Count { jobs: self.jobs + other.jobs, seconds: self.seconds + other.seconds }
    }

    /// Logarithm of the likelihood of the count under its own rate, but for what all ways to cut have in common.
    fn likelihood(self) -> f64 {
        if self.jobs > 0.0 { self.jobs * libm::log(self.jobs / self.seconds) } else { 0.0 }
    }
}

/// How many times as much as Poisson the counts of the same hour of the day vary, on weekdays and on weekends; at least 1.
///
/// The first and the last hour of a record are cut off at a job, so they have one by construction: only whole hours count.
pub(super) fn spread(hours: &[Hour]) -> Decimal {
    let hours: Vec<&Hour> = hours.iter().filter(|hour| hour.seconds == SECONDS_PER_HOUR).collect();
    let mut cells = [[Count::default(); 24]; 2];
    let cell = |hour: &Hour| (usize::from(hour.of_week >= 120), hour.of_week % 24);
    for hour in &hours {
        let (day, of_day) = cell(hour);
        cells[day][of_day] = cells[day][of_day].and(Count::of(hour));
    }
    let (mut squares, mut freedom) = (0.0, 0.0);
    for hour in &hours {
        let (day, of_day) = cell(hour);
        let Count { jobs, seconds } = cells[day][of_day];
        let expected = jobs / seconds * hour.seconds as f64;
        if expected > 0.0 {
            squares += (hour.jobs as f64 - expected).powi(2) / expected;
            freedom += 1.0;
        }
    }
    freedom -= cells.iter().flatten().filter(|cell| cell.jobs > 0.0).count() as f64;
    let spread = if freedom > 0.0 { squares / freedom } else { 1.0 };
    from_f64(spread.max(1.0), 2).unwrap_or(Decimal::ONE)
}

impl Count {
    fn of(hour: &Hour) -> Count {
        Count { jobs: hour.jobs as f64, seconds: hour.seconds as f64 }
    }
}

/// The week in blocks, in order; `spread` is that of [`spread`].
pub(super) fn blocks(hours: &[Hour], spread: Decimal) -> Vec<Block> {
    let spread = to_f64(spread);
    let mut week = [Count::default(); WEEK];
    for hour in hours {
        week[hour.of_week] = week[hour.of_week].and(Count::of(hour));
    }
    let sum = |from: usize, to: usize| week[from..to].iter().fold(Count::default(), |sum, one| sum.and(*one));
    let days: Vec<Count> = (0..7).map(|day| sum(day * 24, day * 24 + 24)).collect();
    let groups: Vec<(usize, usize)> = if alike(&days, spread) {
        vec![(0, 6)]
    } else if alike(&days[..5], spread) && alike(&days[5..], spread) {
        vec![(0, 4), (5, 6)]
    } else {
        (0..7).map(|day| (day, day)).collect()
    };
    let jobs = sum(0, WEEK).jobs;
    let mut blocks = Vec::new();
    for (first, last) in groups {
        let of_day: Vec<Count> = (0..24)
            .map(|hour| (first..=last).fold(Count::default(), |sum, day| sum.and(week[day * 24 + hour])))
            .collect();
        for (from, to) in cut(&of_day, spread, libm::log(jobs.max(2.0))) {
            let whole = of_day[from..=to].iter().fold(Count::default(), |sum, one| sum.and(*one));
            blocks.push(Block {
                days: (first, last),
                hours: (from, to),
                jobs: whole.jobs as u64,
                seconds: whole.seconds as u128,
            });
        }
    }
    blocks
}

/// Whether the rates of days differ by no more than chance.
fn alike(days: &[Count], spread: f64) -> bool {
    let whole = days.iter().fold(Count::default(), |sum, one| sum.and(*one));
    let better = days.iter().map(|day| day.likelihood()).sum::<f64>() - whole.likelihood();
    let freedom = days.iter().filter(|day| day.seconds > 0.0).count() as f64 - 1.0;
    freedom < 1.0 || chi_squared_beyond((2.0 * better / spread).max(0.0), freedom) >= LEVEL
}

/// The best way to cut a day, by dynamic programming over its hours.
fn cut(hours: &[Count], spread: f64, penalty: f64) -> Vec<(usize, usize)> {
    // best[n]: of the first n hours, and where their last part begins.
    let mut best: Vec<(f64, usize)> = vec![(0.0, 0)];
    for end in 1..=hours.len() {
        let (mut part, mut found) = (Count::default(), (f64::NEG_INFINITY, 0));
        for start in (0..end).rev() {
            part = part.and(hours[start]);
            let value = best[start].0 + part.likelihood() / spread - penalty;
            if value > found.0 {
                found = (value, start);
            }
        }
        best.push(found);
    }
    let (mut parts, mut end) = (Vec::new(), hours.len());
    while end > 0 {
        let start = best[end].1;
        parts.push((start, end - 1));
        end = start;
    }
    parts.reverse();
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four weeks in which so many jobs come in each hour.
    fn weeks(jobs: impl Fn(usize) -> u64) -> Vec<Hour> {
        let hour = |place: usize| Hour { of_week: place % WEEK, seconds: 3600, jobs: jobs(place % WEEK) };
        (0..4 * WEEK).map(hour).collect()
    }

    #[test]
    fn working_hours_are_found() {
        let busy = |hour: usize| if hour < 120 && (9..18).contains(&(hour % 24)) { 4 } else { 1 };
        let hours = weeks(busy);
        assert_eq!(spread(&hours), Decimal::ONE);
        let found: Vec<_> = blocks(&hours, Decimal::ONE)
            .into_iter()
            .map(|block| (block.days, block.hours, block.jobs))
            .collect();
        // 4 weeks × 5 days × 9 h, 9 h × 4, 6 h; 4 × 2 × 24 h.
        let expected =
            [((0, 4), (0, 8), 180), ((0, 4), (9, 17), 720), ((0, 4), (18, 23), 120), ((5, 6), (0, 23), 192)];
        assert_eq!(found, expected);
        assert_eq!(blocks(&weeks(|_| 2), Decimal::ONE).len(), 1);
        // One day of its own: all days by themselves.
        assert_eq!(blocks(&weeks(|hour| if hour < 24 { 5 } else { 1 }), Decimal::ONE).len(), 7);
    }

    #[test]
    fn bursts_are_no_hours_of_their_own() {
        // Fifty jobs in one hour of each week, each week another one.
        let mut hours = weeks(|_| 0);
        for week in 0..4 {
            hours[week * WEEK + week * 31 + 3].jobs = 50;
        }
        let spread = spread(&hours);
        assert!(spread > Decimal::from(20), "{spread}");
        assert_eq!(blocks(&hours, spread).len(), 1);
        assert!(blocks(&hours, Decimal::ONE).len() > 4);
    }
}
