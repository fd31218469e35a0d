//! What a compute environment's limits are, hour by hour: state changes in force until the next.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::cron::Cron;
use crate::model::time::Period;

/// One schedule, ready to be evaluated.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// Whose limits.
    pub compute_environment: String,
    /// When.
    pub cron: Cron,
    /// In which zone.
    pub zone: TimeZone,
    /// New `max_vcpus`.
    pub max_vcpus: Option<u32>,
    /// New `min_vcpus`.
    pub min_vcpus: Option<u32>,
}

/// Limits that hold from `start` to `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// First instant.
    pub start: Timestamp,
    /// First instant after.
    pub end: Timestamp,
    /// In force.
    pub min_vcpus: u32,
    /// In force.
    pub max_vcpus: u32,
}

impl Segment {
    /// Its length, exact where hours would need rounding.
    #[must_use]
    pub fn seconds(&self) -> i64 {
        self.end.as_second() - self.start.as_second()
    }
}

/// The limits over the whole period. What holds at its start is decided by the last event before
/// it; the compute environment's own limits hold only where no event ever was. Of two events at
/// the same instant the one later in the file wins.
#[must_use]
pub fn timeline(min_vcpus: u32, max_vcpus: u32, schedules: &[&Schedule], period: Period) -> Vec<Segment> {
    let mut min = in_force_at_start(schedules, period, |s| s.min_vcpus).unwrap_or(min_vcpus);
    let mut max = in_force_at_start(schedules, period, |s| s.max_vcpus).unwrap_or(max_vcpus);
    let mut events: Vec<(Timestamp, usize)> = Vec::new();
    for (index, schedule) in schedules.iter().enumerate() {
        let times = schedule.cron.between(period.start(), period.end(), &schedule.zone);
        events.extend(times.into_iter().map(|time| (time, index)));
    }
    events.sort_unstable();
    let mut segments: Vec<Segment> = Vec::new();
    let mut start = period.start();
    for (time, index) in events {
        let next = (schedules[index].min_vcpus.unwrap_or(min), schedules[index].max_vcpus.unwrap_or(max));
        if next != (min, max) {
            push(&mut segments, start, time, min, max);
            (start, (min, max)) = (time, next);
        }
    }
    push(&mut segments, start, period.end(), min, max);
    segments
}

fn push(segments: &mut Vec<Segment>, start: Timestamp, end: Timestamp, min_vcpus: u32, max_vcpus: u32) {
    if start < end {
        segments.push(Segment { start, end, min_vcpus, max_vcpus });
    }
}

fn in_force_at_start(
    schedules: &[&Schedule],
    period: Period,
    limit: impl Fn(&Schedule) -> Option<u32>,
) -> Option<u32> {
    schedules
        .iter()
        .filter_map(|schedule| {
            let value = limit(schedule)?;
            Some((schedule.cron.last_before(period.start(), &schedule.zone)?, value))
        })
        .reduce(|latest, event| if event.0 >= latest.0 { event } else { latest })
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::time::{Month, parse_instant};

    fn schedule(cron: &str, zone: &str, max_vcpus: u32) -> Schedule {
        Schedule {
            compute_environment: "gpu".into(),
            cron: Cron::parse(cron).expect("valid"),
            zone: TimeZone::get(zone).expect("a bundled zone"),
            max_vcpus: Some(max_vcpus),
            min_vcpus: None,
        }
    }

    fn seconds_at(segments: &[Segment], max_vcpus: u32) -> i64 {
        segments.iter().filter(|s| s.max_vcpus == max_vcpus).map(Segment::seconds).sum()
    }

    #[test]
    fn the_guides_nights_last_until_the_next_event() {
        // November 2026, Tokyo: up at 22:00 Monday to Friday, down at 08:00 Monday to Friday.
        // UTC month = 1 Nov 09:00 to 1 Dec 09:00 JST. It begins on a Sunday, up since Friday:
        // until Monday 2 Nov 08:00 that is 23 h. Then 4 nights of 10 h (40 h) and a weekend from
        // Friday 22:00 to Monday 08:00 (58 h) a week, four times: 392 h, ending Monday 30 Nov 08:00.
        // Monday 30 Nov 22:00 to Tuesday 1 Dec 08:00: 10 h. 23 + 392 + 10 = 425 h.
        let up = schedule("0 22 * * 1-5", "Asia/Tokyo", 512);
        let down = schedule("0 8 * * 1-5", "Asia/Tokyo", 96);
        let month = Month::parse("2026-11").expect("a month").period();
        let segments = timeline(0, 96, &[&up, &down], month);
        assert_eq!(seconds_at(&segments, 512), 425 * 3600);
        assert_eq!(seconds_at(&segments, 96), 295 * 3600);
    }

    #[test]
    fn without_events_the_environments_own_limits_hold() {
        let month = Month::parse("2026-11").expect("a month").period();
        let segments = timeline(8, 64, &[], month);
        assert_eq!(segments.len(), 1);
        assert_eq!((segments[0].min_vcpus, segments[0].max_vcpus), (8, 64));
        assert_eq!(segments[0].seconds(), 720 * 3600);
    }

    /// Minute by minute over a year, with nothing but the local clock: the value in force at each
    /// minute is that of the latest earlier minute whose local time matches.
    fn brute_force(schedules: &[Schedule], zone: &TimeZone, period: Period, own: u32) -> Vec<(u32, i64)> {
        let mut minutes: std::collections::BTreeMap<u32, i64> = std::collections::BTreeMap::new();
        let mut current = own;
        let before = 400 * 24 * 60;
        let start = period.start().as_second() / 60;
        let end = period.end().as_second() / 60;
        let mut latest_local = None;
        for minute in start - before..end {
            let at = Timestamp::from_second(minute * 60).expect("in range");
            let zoned = at.to_zoned_datetime(zone.clone());
            let local = zoned.datetime();
            // A clock set back shows minutes it has shown before: those do not count again.
            let repeated = latest_local.is_some_and(|latest| local <= latest);
            latest_local =
                Some(latest_local.map_or(local, |latest: jiff::civil::DateTime| latest.max(local)));
            if !repeated {
                for schedule in schedules.iter().filter(|s| s.cron.matches(local)) {
                    current = schedule.max_vcpus.expect("set by the test");
                }
            }
            if minute >= start {
                *minutes.entry(current).or_default() += 1;
            }
        }
        minutes.into_iter().collect()
    }

    fn cron_text() -> impl Strategy<Value = String> {
        let minute = prop_oneof![Just("0".to_owned()), Just("30".to_owned()), Just("*/20".to_owned())];
        let hour = prop_oneof![
            (0..24_u32).prop_map(|h| h.to_string()),
            (0..23_u32).prop_map(|h| format!("{h}-{}", h + 1)),
        ];
        let day = prop_oneof![4 => Just("*".to_owned()), 1 => (1..29_u32).prop_map(|d| d.to_string())];
        let weekday = prop_oneof![Just("*"), Just("1-5"), Just("0,6"), Just("7"), Just("MON")];
        (minute, hour, day, weekday).prop_map(|(m, h, d, w)| format!("{m} {h} {d} * {w}"))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

        #[test]
        fn schedule_hours_equal_a_minute_count_over_a_year(
            crons in proptest::collection::vec(cron_text(), 1..4),
            zone in prop_oneof![Just("Asia/Tokyo"), Just("America/New_York"), Just("UTC")],
            year in 2024..2028_i32,
        ) {
            let schedules: Vec<Schedule> =
                crons.iter().enumerate().map(|(i, c)| schedule(c, zone, 100 + i as u32)).collect();
            let period = Period::new(
                parse_instant(&format!("{year}-01-01")).expect("a day"),
                parse_instant(&format!("{}-01-01", year + 1)).expect("a day"),
            ).expect("in order");
            let segments = timeline(0, 7, &schedules.iter().collect::<Vec<_>>(), period);
            let counted = brute_force(&schedules, &schedules[0].zone, period, 7);
            let total: i64 = counted.iter().map(|(_, minutes)| minutes).sum();
            prop_assert_eq!(total * 60, period.end().as_second() - period.start().as_second());
            for (max_vcpus, minutes) in counted {
                prop_assert_eq!(seconds_at(&segments, max_vcpus), minutes * 60, "{} {:?}", max_vcpus, &crons);
            }
        }
    }
}
