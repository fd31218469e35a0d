//! Periods in UTC, end-exclusive, and how many months they are.
//!
//! AWS bills in UTC; FOCUS charge periods exclude their end.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{self, Date};
use jiff::tz::TimeZone;

use super::decimal::{self, Decimal};
use super::said::Said;

/// Seconds of a day.
pub const DAY: i64 = 86_400;

/// A calendar month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(Date);

impl Month {
    /// The month that contains the instant, in UTC.
    #[must_use]
    pub fn of(instant: Timestamp) -> Month {
        Month(instant.to_zoned_datetime(TimeZone::UTC).date().first_of_month())
    }

    /// The month that contains this second of the Unix epoch, in UTC.
    #[must_use]
    pub fn of_second(second: i64) -> Month {
        Month::of(Timestamp::from_second(second).unwrap_or(Timestamp::MAX))
    }

    /// Its first second and the first after it, of the Unix epoch.
    #[must_use]
    pub fn seconds(self) -> (i64, i64) {
        let period = self.period();
        (period.start.as_second(), period.end.as_second())
    }

    /// The month before.
    #[must_use]
    pub fn previous(self) -> Month {
        Month(self.0.yesterday().expect("a parsed month is after year 1").first_of_month())
    }

    /// Reads `YYYY-MM`, years 2000 to 2199.
    #[must_use]
    pub fn parse(text: &str) -> Option<Month> {
        let (year, month) = text.split_once('-')?;
        if year.len() != 4 || month.len() != 2 {
            return None;
        }
        let (year, month): (i16, i8) = (year.parse().ok()?, month.parse().ok()?);
        let known = (2000..2200).contains(&year) && (1..=12).contains(&month);
        known.then(|| Month(civil::date(year, month, 1)))
    }

    /// From the first instant of the month to the first of the next, UTC.
    #[must_use]
    pub fn period(self) -> Period {
        let next = self.0.last_of_month().tomorrow().expect("a parsed month is before year 9999");
        Period { start: midnight(self.0), end: midnight(next) }
    }

    /// `November 2026`.
    #[must_use]
    pub fn long(self) -> String {
        self.0.strftime("%B %Y").to_string()
    }

    /// The same in every language.
    #[must_use]
    pub fn said(self) -> Said {
        Said::new(self.long(), self.0.strftime("%Y年%-m月").to_string())
    }
}

/// `2026-11`.
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.strftime("%Y-%m"))
    }
}

/// A half-open span of time in UTC. Invariant: `start` is before `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    start: Timestamp,
    end: Timestamp,
}

impl Period {
    /// The period, if it starts before it ends.
    #[must_use]
    pub fn new(start: Timestamp, end: Timestamp) -> Option<Period> {
        (start < end).then_some(Period { start, end })
    }

    /// The period between two seconds of the Unix epoch, if it is one, from 2000 to 2199.
    #[must_use]
    pub fn of_seconds(start: i64, end: i64) -> Option<Period> {
        let (start, end) = (Timestamp::from_second(start).ok()?, Timestamp::from_second(end).ok()?);
        if is_in_range(start) && is_in_range(end) { Period::new(start, end) } else { None }
    }

    /// The first instant.
    #[must_use]
    pub const fn start(self) -> Timestamp {
        self.start
    }

    /// The first instant after.
    #[must_use]
    pub const fn end(self) -> Timestamp {
        self.end
    }

    /// Length in hours, exact to the second.
    #[must_use]
    pub fn hours(self) -> Decimal {
        hours_between(self.start, self.end)
    }

    /// The month, if the period is exactly one.
    #[must_use]
    pub fn month(self) -> Option<Month> {
        let month = Month::of(self.start);
        (month.period() == self).then_some(month)
    }

    /// Length in months: 1 for each whole calendar month, and for a part of one its share of that
    /// month's hours (or of `hours_per_month`, where that is given).
    #[must_use]
    pub fn months(self, hours_per_month: Option<Decimal>) -> Decimal {
        let mut total = Decimal::ZERO;
        let mut month = Month::of(self.start);
        while month.period().start < self.end {
            let whole = month.period();
            let (start, end) = (whole.start.max(self.start), whole.end.min(self.end));
            total += if (start, end) == (whole.start, whole.end) {
                Decimal::ONE
            } else {
                hours_between(start, end) / hours_per_month.unwrap_or(whole.hours())
            };
            month = Month::of(whole.end);
        }
        total
    }
}

impl Period {
    /// How the period divides over calendar months, as shares that add up to 1 (to the last digit).
    #[must_use]
    pub fn month_shares(self) -> Vec<Decimal> {
        let mut shares = Vec::new();
        let mut month = Month::of(self.start);
        while month.period().start < self.end {
            let whole = month.period();
            let inside = Period { start: whole.start.max(self.start), end: whole.end.min(self.end) };
            shares.push(inside.months(None) / self.months(None));
            month = Month::of(whole.end);
        }
        shares
    }
}

/// The day of a second of the Unix epoch in UTC: `2026-11-23`.
#[must_use]
pub fn day(second: i64) -> String {
    Timestamp::from_second(second).map_or_else(|_| String::new(), |at| at.strftime("%Y-%m-%d").to_string())
}

/// Year, month and day of a second of the Unix epoch in UTC, from 1970 on.
#[must_use]
pub fn date(second: i64) -> (u16, u8, u8) {
    let at = Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH);
    let day = at.to_zoned_datetime(TimeZone::UTC).date().max(civil::date(1970, 1, 1));
    (day.year().unsigned_abs(), day.month().unsigned_abs(), day.day().unsigned_abs())
}

/// A second of the Unix epoch in RFC 3339, UTC.
#[must_use]
pub fn instant(second: i64) -> String {
    Timestamp::from_second(second).map_or_else(|_| String::new(), |at| at.to_string())
}

/// Hours from `start` to `end`, exact to the second.
#[must_use]
pub fn hours_between(start: Timestamp, end: Timestamp) -> Decimal {
    hours(end.as_second() - start.as_second())
}

/// Seconds as hours, exact.
#[must_use]
pub fn hours(seconds: impl TryInto<i64>) -> Decimal {
    // Counts are far below: 10⁹ vCPUs for 136 years are 4 · 10¹⁸ seconds.
    Decimal::from(seconds.try_into().unwrap_or(i64::MAX)) / Decimal::from(3600)
}

/// The same for people, to a tenth.
#[must_use]
pub fn hours_text(seconds: impl TryInto<i64>) -> String {
    decimal::grouped_trimmed(hours(seconds), 1)
}

/// Reads `YYYY-MM-DD` (midnight UTC) or an RFC 3339 instant of a whole second.
#[must_use]
pub fn parse_instant(text: &str) -> Option<Timestamp> {
    if text.len() == 10 {
        let day: Date = text.parse().ok()?;
        return (2000..2200).contains(&day.year()).then(|| midnight(day));
    }
    let instant: Timestamp = text.parse().ok()?;
    (instant.subsec_nanosecond() == 0 && is_in_range(instant)).then_some(instant)
}

/// The second of an instant as AWS writes it: RFC 3339, or date and time without a zone, which is UTC. The end of
/// a period is one, so it may be the first of 2200.
#[must_use]
pub fn parse_utc(text: &str) -> Option<i64> {
    // BigQuery and others write `2026-09-30 00:00:00 UTC`, or a blank before the offset.
    let text = text.trim();
    let named = [" Etc/UTC", " UTC", " GMT", " Z"].iter().find_map(|zone| text.strip_suffix(zone));
    let named = named.map(|time| format!("{time}Z"));
    let spaced = [" +", " -"].iter().find_map(|sign| {
        let (time, offset) = text.rsplit_once(sign)?;
        Some(format!("{time}{}{offset}", &sign[1..]))
    });
    let text = named.as_deref().or(spaced.as_deref()).unwrap_or(text);
    let instant: Timestamp = text.parse().ok().or_else(|| {
        // A zone by its name alone would be passed over.
        let civil: jiff::civil::DateTime = text.parse().ok().filter(|_| !text.contains('['))?;
        Some(civil.to_zoned_datetime(TimeZone::UTC).ok()?.timestamp())
    })?;
    let latest = civil::date(2200, 1, 1);
    (is_in_range(instant) || instant == midnight(latest)).then_some(instant.as_second())
}

/// A time zone of the IANA database, by which times that name none are read.
#[derive(Clone, Debug)]
pub struct Zone(TimeZone);

impl Zone {
    /// UTC.
    pub const UTC: Zone = Zone(TimeZone::UTC);

    /// The zone of a name, such as `Asia/Tokyo`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Zone> {
        TimeZone::get(name).ok().map(Zone)
    }

    /// The second of the Unix epoch of a time from 2000 to 2199: RFC 3339, a number of seconds of the Unix epoch,
    /// or date and time of this zone; of a local time that exists twice the first. Fractions are cut off.
    #[must_use]
    pub fn second(&self, text: &str) -> Option<i64> {
        if let Some(civil) = plain_time(text)
            && let Ok(instant) = self.0.to_timestamp(civil)
        {
            return is_in_range(instant).then_some(instant.as_second());
        }
        let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
        let instant = match whole.bytes().all(|byte| byte.is_ascii_digit()) {
            true => Timestamp::from_second(whole.parse().ok()?).ok()?,
            false => text.parse().ok().or_else(|| {
                let civil: jiff::civil::DateTime = text.parse().ok()?;
                Some(civil.to_zoned_datetime(self.0.clone()).ok()?.timestamp())
            })?,
        };
        is_in_range(instant).then_some(instant.as_second())
    }

    /// The second of a local time that exists twice, as clocks are put back: the later of both. `None` for any other time.
    #[must_use]
    pub fn second_again(&self, text: &str) -> Option<i64> {
        let civil: jiff::civil::DateTime = text.parse().ok()?;
        let ambiguous = self.0.to_ambiguous_zoned_datetime(civil);
        let later = ambiguous.is_ambiguous().then(|| ambiguous.later().ok())??.timestamp();
        (is_in_range(later) && Some(later.as_second()) != self.second(text)).then_some(later.as_second())
    }

    /// The hour of the week of a second of the Unix epoch by this zone's clock: 0 is Monday from 0:00 on, 167 the last one.
    #[must_use]
    pub fn hour_of_week(&self, second: i64) -> Option<usize> {
        let local = self.0.to_datetime(Timestamp::from_second(second).ok()?);
        let day = usize::try_from(local.weekday().to_monday_zero_offset()).ok()?;
        Some(day * 24 + usize::try_from(local.hour()).ok()?)
    }
}

/// `YYYY-MM-DDTHH:MM:SS` or with a blank, and a fraction that is cut off: what most records write, read without trying
/// other forms first.
fn plain_time(text: &str) -> Option<civil::DateTime> {
    let (bytes, fraction) = text.as_bytes().split_at_checked(19)?;
    let is_fraction = match fraction {
        [] => true,
        [b'.', digits @ ..] => (1..=9).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if !is_fraction {
        return None;
    }
    let breaks = [bytes[4], bytes[7], bytes[13], bytes[16]];
    if breaks != *b"--::" || !matches!(bytes[10], b'T' | b' ') {
        return None;
    }
    let number = |from: usize, to: usize| {
        bytes[from..to].iter().try_fold(0_i16, |number, byte| {
            byte.is_ascii_digit().then(|| number * 10 + i16::from(byte - b'0'))
        })
    };
    let small = |from: usize| number(from, from + 2).and_then(|number| i8::try_from(number).ok());
    let date = (number(0, 4)?, small(5)?, small(8)?);
    let (hour, minute, second) = (small(11)?, small(14)?, small(17)?);
    civil::DateTime::new(date.0, date.1, date.2, hour, minute, second, 0).ok()
}

/// Whether an instant is from 2000 to 2199: what months and periods are made for.
#[must_use]
pub fn is_in_range(instant: Timestamp) -> bool {
    (2000..2200).contains(&instant.to_zoned_datetime(TimeZone::UTC).year())
}

fn midnight(day: Date) -> Timestamp {
    day.to_zoned_datetime(TimeZone::UTC).expect("dates between 2000 and 2200 are in range").timestamp()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::decimal;

    proptest! {
        #[test]
        fn plain_times_are_read_as_all_are(second in 946_684_700..7_258_118_500_i64, blank in any::<bool>(), zone in 0..3_usize, odd in 0..2000_usize) {
            let zone = ["UTC", "Asia/Tokyo", "America/New_York"][zone];
            let instant = Timestamp::from_second(second).expect("a time");
            let text = instant.to_zoned_datetime(TimeZone::get(zone).expect("a zone")).datetime().to_string();
            let mut text = if blank { text.replace('T', " ") } else { text };
            // Now and then one digit is another.
            if odd < 19 && text.is_char_boundary(odd) {
                text.replace_range(odd..=odd, "6");
            }
            text.push_str(["", ".5", ".123456789", "."][odd % 4]);
            let any = text.parse::<civil::DateTime>().ok();
            let any = any.and_then(|any| any.to_zoned_datetime(TimeZone::get(zone).expect("a zone")).ok());
            let any = any.map(|any| any.timestamp()).filter(|instant| is_in_range(*instant));
            prop_assert_eq!(Zone::parse(zone).expect("a zone").second(&text), any.map(|any| any.as_second()), "{}", text);
        }
    }

    #[test]
    fn a_second_has_a_date() {
        assert_eq!(date(1_790_812_799), (2026, 9, 30));
        assert_eq!(
            (date(1_790_812_800), date(-1), date(i64::MAX)),
            ((2026, 10, 1), (1970, 1, 1), (1970, 1, 1))
        );
    }

    #[test]
    fn months_have_their_real_hours() {
        let check = |month: &str, hours: i64| {
            let period = Month::parse(month).expect("a month").period();
            assert_eq!(period.hours(), Decimal::from(hours), "{month}");
            assert_eq!(period.months(None), Decimal::ONE);
        };
        check("2026-11", 720);
        check("2026-12", 744);
        check("2026-02", 672);
        check("2028-02", 696);
    }

    #[test]
    fn a_part_of_a_month_is_its_share() {
        // 2026-11-16 to 2027-01-01: half of November (360 of 720 h) and all of December.
        let start = parse_instant("2026-11-16").expect("a day");
        let end = parse_instant("2027-01-01").expect("a day");
        let period = Period::new(start, end).expect("in order");
        assert_eq!(period.months(None), decimal::parse("1.5").expect("a number"));
        // On a basis of 730 h the half is 360 / 730; December is still exactly one.
        let basis = Some(Decimal::from(730));
        assert_eq!(decimal::plain(decimal::round(period.months(basis), 6)), "1.493151");
        assert_eq!(period.month(), None);
    }

    #[test]
    fn only_real_months_and_days() {
        for text in ["2026-13", "26-11", "2026-1", "1999-12", "", "2026-11-01", "abcd-ef"] {
            assert_eq!(Month::parse(text), None, "{text}");
        }
        for text in ["2026-11-01T00:00:00.5Z", "2026-02-30", "1026-02-01", "tomorrow", "2026-11-01T00:00:00"]
        {
            assert_eq!(parse_instant(text), None, "{text}");
        }
        assert_eq!(Month::parse("2026-01").map(|m| m.previous().to_string()).as_deref(), Some("2025-12"));
    }
}
