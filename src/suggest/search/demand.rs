//! When jobs ask for vCPUs: by hour of the week in a time zone, and the busy windows that follow.
//!
//! A job asks from when it could start until it has ended, waiting included, for the compute environment it ran in; one
//! that never ran is not counted. Time is cut into quarters of an hour, which every time zone keeps to. Windows are whole
//! hours, one for weekdays and one for the weekend, so that few schedules make them. A day is cut where it is quietest: a
//! night is one window, not two.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::model::decimal::{self, Decimal};
use crate::report::Said;
use crate::simulate::study::Run;

/// Length of a slot [s]: offsets of time zones are multiples of it.
const SLOT: u64 = 900;

/// Slots of a week.
const WEEK: usize = 7 * 24;

/// What counts as busy: the mean vCPUs of an hour above this many percent of the busiest hour's.
const LEVELS: [u32; 3] = [0, 10, 50];

/// What jobs ask of one compute environment.
#[derive(Clone, Debug)]
pub(in crate::suggest) struct Demand {
    /// Mean vCPUs by hour of the week, Monday 00:00 first; exact where it is nothing.
    hours: Vec<Decimal>,
}

/// Hours of a day, counted from where the day is cut: from, until.
type Span = (u32, u32);

/// Hours of the week in which something is asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    /// The hour at which a day is cut.
    cut: u32,
    /// Monday to Friday; `None` for none.
    weekdays: Option<Span>,
    /// Saturday and Sunday.
    weekend: Option<Span>,
}

/// A change by the clock.
#[derive(Clone, Debug)]
pub(in crate::suggest) struct Turn {
    /// Whether it is busy from then on.
    pub(in crate::suggest) busy: bool,
    /// Hour of the day.
    pub(in crate::suggest) hour: u32,
    /// Days of the week as in cron.
    pub(in crate::suggest) days: &'static str,
}

impl Demand {
    /// Of the environment that has this place in the scenario; the trace begins at `start` [s since the Unix epoch].
    pub(in crate::suggest) fn new(run: &Run, environment: usize, start: i64, zone: &TimeZone) -> Demand {
        // Slots are of the clock, not of the trace.
        let lead = u64::try_from(start.rem_euclid(SLOT as i64)).unwrap_or_default();
        let last = run.outcome.jobs.iter().map(|job| job.end_seconds).max().unwrap_or_default();
        let slots = usize::try_from((last + lead) / SLOT + 2).unwrap_or_default();
        // vCPU-seconds of slots asked for in part, and the change of vCPUs from slot to slot of those asked for whole.
        let (mut parts, mut steps) = (vec![0_u128; slots], vec![0_i128; slots + 1]);
        for (job, found) in run.workload.jobs().iter().zip(&run.outcome.jobs) {
            let ran = found.attempts > 0 && found.end_seconds > found.runnable_seconds;
            if !ran || usize::from(run.outcome.ran[usize::from(found.ran)].environment) != environment {
                continue;
            }
            let vcpus = u128::from(job.vcpus) * u128::from(job.nodes);
            let (from, until) = (found.runnable_seconds + lead, found.end_seconds + lead);
            let (first, end) = (slot(from), slot(until));
            if first == end {
                parts[first] += vcpus * u128::from(until - from);
                continue;
            }
            parts[first] += vcpus * u128::from((first as u64 + 1) * SLOT - from);
            parts[end] += vcpus * u128::from(until - end as u64 * SLOT);
            let vcpus = i128::try_from(vcpus).unwrap_or(i128::MAX);
            steps[first + 1] += vcpus;
            steps[end] -= vcpus;
        }
        let (mut sums, mut counts) = (vec![0_u128; WEEK], vec![0_u64; WEEK]);
        let mut whole = 0_i128;
        for (index, part) in parts.iter().enumerate() {
            whole += steps[index];
            let second = start - lead as i64 + (index as u64 * SLOT) as i64;
            let hour = hour_of_week(second, zone);
            sums[hour] += part + u128::try_from(whole).unwrap_or_default() * u128::from(SLOT);
            counts[hour] += 1;
        }
        let mean = |(sum, count): (&u128, &u64)| match count {
            0 => Decimal::ZERO,
            count => {
                let sum = Decimal::from(u64::try_from(*sum).unwrap_or(u64::MAX));
                sum / Decimal::from(SLOT) / Decimal::from(*count)
            }
        };
        Demand { hours: sums.iter().zip(&counts).map(mean).collect() }
    }

    /// Whether nothing was asked for.
    pub(in crate::suggest) fn is_nothing(&self) -> bool {
        self.hours.iter().all(Decimal::is_zero)
    }

    /// Mean vCPUs inside a window and outside it.
    pub(in crate::suggest) fn means(&self, window: &Window) -> (Decimal, Decimal) {
        let (mut inside, mut outside) = ((Decimal::ZERO, 0_u32), (Decimal::ZERO, 0_u32));
        for (hour, mean) in self.hours.iter().enumerate() {
            let side = if window.has(hour) { &mut inside } else { &mut outside };
            side.0 += *mean;
            side.1 += 1;
        }
        let of = |(sum, count): (Decimal, u32)| match count {
            0 => Decimal::ZERO,
            count => decimal::round(sum / Decimal::from(count), 1),
        };
        (of(inside), of(outside))
    }

    /// The hours of the day, Monday to Friday or on the weekend, at their mean.
    fn day(&self, weekend: bool, cut: u32) -> [Decimal; 24] {
        let days = if weekend { 5..7 } else { 0..5 };
        let count = Decimal::from(days.len());
        let at = |hour: usize| {
            let place = |day: usize| self.hours[(day * 24 + cut as usize + hour) % WEEK];
            days.clone().map(place).sum::<Decimal>() / count
        };
        std::array::from_fn(at)
    }

    /// Busy windows, the shortest first; none where it is busy around the clock, or never.
    pub(in crate::suggest) fn windows(&self) -> Vec<Window> {
        let cut = self.cut();
        let (weekdays, weekend) = (self.day(false, cut), self.day(true, cut));
        let peak = weekdays.iter().chain(&weekend).copied().max().unwrap_or_default();
        let mut windows = BTreeSet::new();
        for level in LEVELS {
            let least = peak * Decimal::from(level) / Decimal::ONE_HUNDRED;
            let span = |hours: &[Decimal; 24]| {
                let first = hours.iter().position(|mean| *mean > least)?;
                let last = hours.iter().rposition(|mean| *mean > least)?;
                Some((u32::try_from(first).ok()?, u32::try_from(last).ok()? + 1))
            };
            windows.extend(Window::of(cut, span(&weekdays), span(&weekend)));
        }
        let mut windows: Vec<Window> = windows.into_iter().collect();
        windows.sort_by_key(Window::hours);
        windows
    }

    /// The hour after the longest quiet time of the mean day: where a day begins.
    fn cut(&self) -> u32 {
        let mean = |hour: usize| (0..7).map(|day| self.hours[day * 24 + hour]).sum::<Decimal>();
        let day: [Decimal; 24] = std::array::from_fn(mean);
        let least = day.iter().min().copied().unwrap_or_default();
        let most = day.iter().max().copied().unwrap_or_default();
        // Quiet is what is nearer to the quietest hour than a tenth of the way to the busiest.
        let quiet = least + (most - least) / Decimal::from(10);
        let run = |start: usize| (0..24).take_while(|more| day[(start + more) % 24] <= quiet).count();
        let longest =
            (0..24).max_by_key(|start| (run(*start), std::cmp::Reverse(*start))).unwrap_or_default();
        u32::try_from((longest + run(longest)) % 24).unwrap_or_default()
    }
}

fn slot(second: u64) -> usize {
    usize::try_from(second / SLOT).unwrap_or(usize::MAX)
}

/// The hour of the week of an instant, Monday 00:00 first.
fn hour_of_week(second: i64, zone: &TimeZone) -> usize {
    let at = Timestamp::from_second(second).unwrap_or_default();
    let local = zone.to_datetime(at);
    let day = usize::try_from(local.weekday().to_monday_zero_offset()).unwrap_or_default();
    day * 24 + usize::try_from(local.hour()).unwrap_or_default()
}

impl Window {
    /// `None` where it is all the week, or nothing. Where one kind of day ends at the hour at which the other begins
    /// otherwise, both are taken alike: two changes at one instant have no order.
    fn of(cut: u32, weekdays: Option<Span>, weekend: Option<Span>) -> Option<Window> {
        let joined = |a: Span, b: Span| (a.0.min(b.0), a.1.max(b.1));
        let (weekdays, weekend) = match (weekdays, weekend) {
            (Some(a), Some(b)) if a.1 == 24 || b.1 == 24 => (Some(joined(a, b)), Some(joined(a, b))),
            other => other,
        };
        let is_all = weekdays == Some((0, 24)) && weekend == Some((0, 24));
        (!is_all && (weekdays.is_some() || weekend.is_some())).then_some(Window { cut, weekdays, weekend })
    }

    /// The same, beginning so many hours earlier; `None` where it then has no end.
    pub(in crate::suggest) fn earlier(&self, hours: u32) -> Option<Window> {
        let longer = |span: Span| (span.0, span.1 + hours);
        let fits = |span: &Option<Span>| span.is_none_or(|(_, until)| until < 24);
        // The earlier hour has to be of the same day.
        let cut = self.cut.checked_sub(hours)?;
        let (weekdays, weekend) = (self.weekdays.map(longer), self.weekend.map(longer));
        (fits(&weekdays) && fits(&weekend)).then_some(Window { cut, weekdays, weekend })
    }

    /// Hours of it in a week.
    pub(in crate::suggest) fn hours(&self) -> u32 {
        let of = |span: Option<Span>| span.map_or(0, |(from, until)| until - from);
        5 * of(self.weekdays) + 2 * of(self.weekend)
    }

    fn has(&self, hour_of_week: usize) -> bool {
        let shifted = (hour_of_week + WEEK - self.cut as usize) % WEEK;
        let span = if shifted / 24 < 5 { self.weekdays } else { self.weekend };
        let hour = u32::try_from(shifted % 24).unwrap_or_default();
        span.is_some_and(|(from, until)| (from..until).contains(&hour))
    }

    /// When it begins and ends.
    pub(in crate::suggest) fn turns(&self) -> Vec<Turn> {
        // The days, the days after them, the first of them, and the day after the last.
        let weekdays = ["1-5", "2-6", "1", "6"];
        let weekend = ["0,6", "0,1", "6", "1"];
        let all = ["*"; 4];
        match (self.weekdays, self.weekend) {
            (Some(a), Some(b)) if a == b => self.turns_of(a, &all),
            (a, b) => {
                let a = a.into_iter().flat_map(|span| self.turns_of(span, &weekdays));
                a.chain(b.into_iter().flat_map(|span| self.turns_of(span, &weekend))).collect()
            }
        }
    }

    fn turns_of(&self, (from, until): Span, days: &[&'static str; 4]) -> Vec<Turn> {
        let turn = |busy: bool, hour: u32, days: &'static str| Turn { busy, hour: hour % 24, days };
        let (begins, ends) = (self.cut + from, self.cut + until);
        if (from, until) == (0, 24) {
            return vec![turn(true, begins, days[2]), turn(false, ends, days[3])];
        }
        let on = |hour: u32| days[usize::from(hour >= 24)];
        vec![turn(true, begins, on(begins)), turn(false, ends, on(ends))]
    }

    /// In words of every language.
    pub(in crate::suggest) fn said(&self) -> Said {
        const DAYS: [[&str; 2]; 3] = [
            ["every day", "毎日"],
            ["Monday to Friday", "月曜～金曜"],
            ["Saturday and Sunday", "土曜・日曜"],
        ];
        let clock = |hour: u32| format!("{}:00", hour % 24);
        let span = |[en, ja]: [&str; 2], (from, until): Span| match (from, until) {
            (0, 24) => Said::new(format!("{en} around the clock"), format!("{ja}の終日")),
            _ => {
                let (from, until) = (clock(self.cut + from), clock(self.cut + until));
                Said::new(format!("{en} {from} to {until}"), format!("{ja}の {from}～{until} "))
            }
        };
        match (self.weekdays, self.weekend) {
            (Some(a), Some(b)) if a == b => span(DAYS[0], a),
            (Some(a), None) => span(DAYS[1], a),
            (None, Some(b)) => span(DAYS[2], b),
            (Some(a), Some(b)) => {
                let (a, b) = (span(DAYS[1], a), span(DAYS[2], b));
                Said::new(format!("{}, {}", a.en, b.en), format!("{}と{}", a.ja.trim_end(), b.ja))
            }
            (None, None) => Said::alike(""),
        }
    }
}

/// Windows of every form.
#[cfg(test)]
pub(in crate::suggest) fn any_window() -> impl proptest::strategy::Strategy<Value = Window> {
    use proptest::prelude::*;
    let span = || prop::option::of((0_u32..23).prop_flat_map(|from| (Just(from), from + 1..=24)));
    (0_u32..24, span(), span()).prop_filter_map("no window", |(cut, a, b)| Window::of(cut, a, b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::cron::Cron;

    fn demand(busy: impl Fn(usize, usize) -> u32) -> Demand {
        Demand { hours: (0..WEEK).map(|hour| Decimal::from(busy(hour / 24, hour % 24))).collect() }
    }

    fn turns(window: &Window) -> Vec<(bool, u32, &'static str)> {
        window.turns().into_iter().map(|turn| (turn.busy, turn.hour, turn.days)).collect()
    }

    #[test]
    fn a_day_at_the_office_is_one_window() {
        // 9 to 18 on weekdays, a little until 20.
        let of = |day: usize, hour: usize| match (day, hour) {
            (0..5, 9..18) => 100,
            (0..5, 18..20) => 20,
            _ => 0,
        };
        let windows = demand(of).windows();
        let words: Vec<String> = windows.iter().map(|window| window.said().en).collect();
        assert_eq!(words, ["Monday to Friday 9:00 to 18:00", "Monday to Friday 9:00 to 20:00"]);
        assert_eq!(turns(&windows[0]), [(true, 9, "1-5"), (false, 18, "1-5")]);
        // (9 × 100 × 5) / 45 inside; 2 × 20 × 5 / 123 outside.
        assert_eq!(demand(of).means(&windows[0]), (Decimal::from(100), decimal::parse("1.6").expect("")));
        let earlier = windows[0].earlier(1).expect("there is an hour before");
        assert_eq!(earlier.said().en, "Monday to Friday 8:00 to 18:00");
    }

    #[test]
    fn a_night_is_one_window_over_midnight() {
        // From 22:00 of a weekday to 6:00 of the next day: Saturday's first hours are Friday's night.
        let of = |day: usize, hour: usize| match (day, hour) {
            (0..5, 22..) | (1..6, ..6) => 96,
            _ => 0,
        };
        let windows = demand(of).windows();
        assert_eq!(windows.len(), 1, "{windows:?}");
        assert_eq!(windows[0].said().en, "Monday to Friday 22:00 to 6:00");
        assert_eq!(turns(&windows[0]), [(true, 22, "1-5"), (false, 6, "2-6")]);
        assert_eq!(windows[0].hours(), 40);
    }

    #[test]
    fn days_without_an_end_turn_once_a_week() {
        let weekdays = demand(|day, _| u32::from(day < 5)).windows();
        assert_eq!(turns(&weekdays[0]), [(true, 0, "1"), (false, 0, "6")]);
        assert_eq!(weekdays[0].said().en, "Monday to Friday around the clock");
        let weekend = demand(|day, _| u32::from(day >= 5)).windows();
        assert_eq!(turns(&weekend[0]), [(true, 0, "6"), (false, 0, "1")]);
        assert_eq!(demand(|_, _| 5).windows(), []);
        assert_eq!(demand(|_, _| 0).windows(), []);
        assert!(demand(|_, _| 0).is_nothing());
    }

    #[test]
    fn turns_hold_hour_by_hour_what_the_window_says() {
        // Every window of a few shapes, followed through two weeks by its turns: after the first week the state is that
        // of `has` in each hour.
        let spans = [None, Some((0, 24)), Some((0, 8)), Some((2, 23)), Some((5, 24))];
        for cut in [0, 7, 22] {
            for (weekdays, weekend) in spans.iter().flat_map(|a| spans.iter().map(move |b| (*a, *b))) {
                let Some(window) = Window::of(cut, weekdays, weekend) else { continue };
                let turns: Vec<(bool, Cron)> = window
                    .turns()
                    .iter()
                    .map(|turn| {
                        let cron = format!("0 {} * * {}", turn.hour, turn.days);
                        (turn.busy, Cron::parse(&cron).expect("valid"))
                    })
                    .collect();
                let mut busy = false;
                // 2 November 2026 is a Monday.
                let monday = jiff::civil::date(2026, 11, 2).at(0, 0, 0, 0);
                for hour in 0..2 * WEEK {
                    let at = monday + jiff::SignedDuration::from_hours(hour as i64);
                    for (becomes, _) in turns.iter().filter(|(_, cron)| cron.matches(at)) {
                        busy = *becomes;
                    }
                    if hour >= WEEK {
                        assert_eq!(busy, window.has(hour % WEEK), "{window:?} at {at}");
                    }
                }
            }
        }
    }
}
