//! Five-field cron expressions in a time zone.
//!
//! Written here and not taken from a library since two things are needed together: the last event
//! *before* an instant, and EventBridge Scheduler's rule for daylight saving (a local time that
//! does not exist is skipped, one that exists twice counts once; EventBridge Scheduler user guide,
//! "Schedule types", read 2026-11-23).

use crate::model::said::Said;
use crate::scenario::words;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};

const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// 29 February falls on a given weekday at least once in 40 years.
const LOOK_BACK_DAYS: usize = 40 * 366;

/// A parsed expression: minute hour day-of-month month day-of-week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cron {
    minutes: Field,
    hours: Field,
    days: Field,
    months: Field,
    weekdays: Field,
}

/// The values a field allows, as bits, and whether it begins with `*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Field {
    bits: u64,
    any: bool,
}

impl Field {
    const fn allows(self, value: i8) -> bool {
        self.bits >> value & 1 == 1
    }
}

impl Cron {
    /// Reads `0 22 * * 1-5`: numbers, ranges, lists, steps, month and weekday names.
    pub fn parse(text: &str) -> Result<Cron, Said> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [minute, hour, day, month, weekday] = fields[..] else {
            return Err(if fields.len() == 6 || text.starts_with("cron(") {
                words::cron_of_aws(fields.len())
            } else {
                words::cron_has_five_fields(fields.len())
            });
        };
        let mut weekdays = field(weekday, &words::weekday(), 0, 7, &WEEKDAYS)?;
        // 7 is Sunday as well as 0.
        weekdays.bits = (weekdays.bits | weekdays.bits >> 7 & 1) & 0x7f;
        let cron = Cron {
            minutes: field(minute, &words::minute(), 0, 59, &[])?,
            hours: field(hour, &words::hour(), 0, 23, &[])?,
            days: field(day, &words::day(), 1, 31, &[])?,
            months: field(month, &words::month(), 1, 12, &MONTHS)?,
            weekdays,
        };
        if !cron.ever_happens() {
            return Err(words::no_month_has_such_a());
        }
        Ok(cron)
    }

    /// When both day fields are restricted, either is enough; a field that begins with `*`, as `*/2`,
    /// is not restricted in this sense (Vixie cron's rule).
    fn happens_on(&self, day: Date) -> bool {
        let by_day = self.days.allows(day.day());
        let by_weekday = self.weekdays.allows(day.weekday().to_sunday_zero_offset());
        let matches = match (self.days.any, self.weekdays.any) {
            (false, false) => by_day || by_weekday,
            _ => by_day && by_weekday,
        };
        matches && self.months.allows(day.month())
    }

    /// Whether the local minute is one of the expression's, time zones aside.
    #[must_use]
    pub fn matches(&self, local: DateTime) -> bool {
        self.happens_on(local.date())
            && self.minutes.allows(local.minute())
            && self.hours.allows(local.hour())
    }

    fn ever_happens(&self) -> bool {
        let longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let reachable = (1..=12_i8)
            .zip(longest)
            .any(|(month, days)| self.months.allows(month) && (1..=days).any(|day| self.days.allows(day)));
        reachable || !self.weekdays.any
    }

    /// The instants of one local day, in order.
    fn instants_on(&self, day: Date, zone: &TimeZone) -> Vec<Timestamp> {
        let mut instants = Vec::new();
        if !self.happens_on(day) {
            return instants;
        }
        for hour in (0..24).filter(|hour| self.hours.allows(*hour)) {
            for minute in (0..60).filter(|minute| self.minutes.allows(*minute)) {
                let local = zone.to_ambiguous_timestamp(day.at(hour, minute, 0, 0));
                if matches!(local.offset(), AmbiguousOffset::Gap { .. }) {
                    continue;
                }
                // Of a time that exists twice, the first.
                instants.extend(local.earlier());
            }
        }
        instants.sort_unstable();
        instants
    }

    /// Every event with `start` ≤ time < `end`, in order.
    #[must_use]
    pub fn between(&self, start: Timestamp, end: Timestamp, zone: &TimeZone) -> Vec<Timestamp> {
        let first = start.to_zoned_datetime(zone.clone()).date().yesterday().unwrap_or(Date::MIN);
        let last = end.to_zoned_datetime(zone.clone()).date();
        first
            .series(jiff::Span::new().days(1))
            .take_while(|day| *day <= last)
            .flat_map(|day| self.instants_on(day, zone))
            .filter(|instant| start <= *instant && *instant < end)
            .collect()
    }

    /// The last event before `instant`, if there ever was one.
    #[must_use]
    pub fn last_before(&self, instant: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let from = instant.to_zoned_datetime(zone.clone()).date().tomorrow().ok()?;
        from.series(jiff::Span::new().days(-1))
            .take(LOOK_BACK_DAYS)
            .find_map(|day| self.instants_on(day, zone).into_iter().rev().find(|event| *event < instant))
    }
}

fn field(text: &str, what: &Said, min: u32, max: u32, names: &[&str]) -> Result<Field, Said> {
    let mut bits = 0_u64;
    for part in text.split(',') {
        if part.is_empty() || part.starts_with('-') || part.ends_with('-') {
            return Err(words::in_a_value_is_missing(text, what));
        }
        if part.contains('?') {
            return Err(words::in_is_aws_own_form(what));
        }
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => {
                let step = step.parse::<u32>().ok().filter(|step| *step > 0);
                (range, Some(step.ok_or_else(|| words::in_the_step_is_not(part, what))?))
            }
            None => (part, None),
        };
        let (low, high) = match range.split_once('-') {
            _ if range == "*" => (min, max),
            Some((low, high)) => (value(low, what, min, max, names)?, value(high, what, min, max, names)?),
            None => {
                let low = value(range, what, min, max, names)?;
                (low, if step.is_some() { max } else { low })
            }
        };
        if low > high {
            return Err(words::in_the_range_runs_backwards(part, what));
        }
        for value in (low..=high).step_by(step.unwrap_or(1) as usize) {
            bits |= 1 << value;
        }
    }
    Ok(Field { bits, any: text.starts_with('*') })
}

fn value(text: &str, what: &Said, min: u32, max: u32, names: &[&str]) -> Result<u32, Said> {
    let named = names.iter().position(|name| name.eq_ignore_ascii_case(text));
    let number = match named {
        Some(index) => u32::try_from(index).ok().map(|index| index + min),
        None => text.parse().ok(),
    };
    number
        .filter(|number| (min..=max).contains(number))
        .ok_or_else(|| words::is_not_valid_for_the(text, what, min, max))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).expect("a bundled zone")
    }

    fn instant(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    #[test]
    fn says_what_is_wrong() {
        let check = |text: &str, part: &str| {
            let error = Cron::parse(text).expect_err(text);
            assert!(error.en.contains(part), "{text}: {error:?}");
        };
        check("0 22 * *", "found 4");
        check("0 22 ? * MON-FRI *", "SUN = 1");
        check("60 22 * * 1-5", "`60` is not valid for the minute: 0 to 59");
        check("0 22 * * 8", "`8` is not valid for the weekday: 0 to 7");
        check("0 22 * * 5-1", "runs backwards");
        check("*/0 * * * *", "step");
        check("0 0 30 2 *", "never happens");
        check("0 0 ? * 1", "`?`");
    }

    #[test]
    fn sunday_is_0_and_7_and_has_a_name() {
        let by_zero = Cron::parse("0 8 * * 0").expect("valid");
        assert_eq!(Cron::parse("0 8 * * 7"), Ok(by_zero.clone()));
        assert_eq!(Cron::parse("0 8 * * sun"), Ok(by_zero));
    }

    #[test]
    fn the_last_event_may_be_long_ago() {
        let cron = Cron::parse("30 6 29 2 *").expect("valid");
        let before = cron.last_before(instant("2026-11-01T00:00:00Z"), &zone("Asia/Tokyo"));
        assert_eq!(before, Some(instant("2024-02-28T21:30:00Z")));
    }

    #[test]
    fn a_missing_local_time_is_skipped_and_a_double_one_counts_once() {
        // New York, 2026: 8 March 02:30 does not exist; 1 November 01:30 exists twice.
        let new_york = zone("America/New_York");
        let skipped = Cron::parse("30 2 * * *").expect("valid");
        let march =
            skipped.between(instant("2026-03-07T00:00:00Z"), instant("2026-03-10T00:00:00Z"), &new_york);
        assert_eq!(march, [instant("2026-03-07T07:30:00Z"), instant("2026-03-09T06:30:00Z")]);
        let twice = Cron::parse("30 1 * * *").expect("valid");
        let november =
            twice.between(instant("2026-11-01T00:00:00Z"), instant("2026-11-02T00:00:00Z"), &new_york);
        assert_eq!(november, [instant("2026-11-01T05:30:00Z")]);
    }
}
