//! How often jobs arrive over a period: rates by hour of the week in a time zone, as steps of time.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::cron::Cron;
use super::keys::workload::ArrivalKeys;
use crate::model::decimal::Decimal;
use crate::model::said::Said;
use crate::model::time::Period;
use crate::scenario::words;

/// Local hours begin on quarters of UTC hours in every time zone in use (IANA time zone database, read 2026-11-23).
const QUARTER: i64 = 15 * 60;

/// Rates of one kind of job, ready to be evaluated.
#[derive(Clone, Debug)]
pub struct ArrivalRates {
    zone: TimeZone,
    otherwise: Decimal,
    /// The hours each rate is for, in the order written.
    rates: Vec<(Cron, Decimal)>,
}

impl ArrivalRates {
    /// The rates of the keys; the index of the entry that cannot be read, and why.
    pub fn new(keys: &ArrivalKeys, zone: TimeZone) -> Result<ArrivalRates, (usize, Said)> {
        let rate = |(index, rate): (usize, &super::keys::workload::RateKeys)| {
            let field = |text: &Option<String>| text.clone().unwrap_or_else(|| "*".into());
            let (hours, weekdays) = (field(&rate.hours), field(&rate.weekdays));
            if [&hours, &weekdays].iter().any(|text| text.split_whitespace().count() != 1) {
                return Err((index, words::hours_and_weekdays_are_one()));
            }
            let cron = Cron::parse(&format!("* {hours} * * {weekdays}")).map_err(|reason| (index, reason))?;
            Ok((cron, rate.jobs_per_hour.0))
        };
        let rates = keys.rates.iter().enumerate().map(rate).collect::<Result<_, _>>()?;
        Ok(ArrivalRates { zone, otherwise: keys.jobs_per_hour.0, rates })
    }

    /// Jobs per hour at an instant.
    fn at(&self, instant: Timestamp) -> Decimal {
        let local = self.zone.to_datetime(instant);
        let named = self.rates.iter().rev().find(|(hours, _)| hours.matches(local));
        named.map_or(self.otherwise, |(_, rate)| *rate)
    }

    /// From which second of the period on how many jobs arrive per hour; each holds until the next.
    #[must_use]
    pub fn steps(&self, period: Period) -> Vec<(u64, Decimal)> {
        let (start, end) = (period.start().as_second(), period.end().as_second());
        let mut steps: Vec<(u64, Decimal)> = Vec::new();
        let mut now = start;
        while now < end {
            let rate = Timestamp::from_second(now).map_or(Decimal::ZERO, |instant| self.at(instant));
            if steps.last().is_none_or(|(_, last)| *last != rate) {
                steps.push((u64::try_from(now - start).expect("not before the start"), rate));
            }
            now = (now / QUARTER + 1) * QUARTER;
        }
        steps
    }

    /// Jobs to be expected over a period.
    #[must_use]
    pub fn expected(&self, period: Period) -> Decimal {
        let steps = self.steps(period);
        let end = u64::try_from(period.end().as_second() - period.start().as_second()).unwrap_or_default();
        let ends = steps.iter().skip(1).map(|(from, _)| *from).chain([end]);
        let seconds = steps.iter().zip(ends).map(|((from, rate), until)| *rate * Decimal::from(until - from));
        seconds.sum::<Decimal>() / Decimal::from(3600)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::decimal;
    use crate::model::time::Month;
    use crate::scenario::keys::workload::RateKeys;
    use crate::scenario::value::Amount;

    fn rates(base: i64, rates: &[(&str, &str, i64)], zone: &str) -> ArrivalRates {
        let entry = |(weekdays, hours, rate): &(&str, &str, i64)| RateKeys {
            weekdays: Some((*weekdays).into()),
            hours: Some((*hours).into()),
            jobs_per_hour: Amount(Decimal::from(*rate)),
        };
        let keys = ArrivalKeys {
            name: "a".into(),
            queue: "q".into(),
            job_definition: "d".into(),
            share: None,
            jobs_per_hour: Amount(Decimal::from(base)),
            rates: rates.iter().map(entry).collect(),
            timezone: None,
            run_hours: Vec::new(),
            run_hours_lognormal: None,
        };
        ArrivalRates::new(&keys, TimeZone::get(zone).expect("a bundled zone")).expect("valid")
    }

    fn month(text: &str) -> Period {
        Month::parse(text).expect("a month").period()
    }

    #[test]
    fn hours_of_the_week_are_local() {
        // November 2026 has 21 weekdays (it begins on a Sunday). In Tokyo, 9:00 to 17:59 is 0:00 to 8:59 UTC, on
        // the same UTC days from the 2nd on: 21 × 9 h × 4 + (720 − 189) h × 1 = 756 + 531.
        let found = rates(1, &[("1-5", "9-17", 4)], "Asia/Tokyo");
        assert_eq!(decimal::plain(found.expected(month("2026-11"))), "1287");
        let steps = found.steps(month("2026-11"));
        assert_eq!(steps[..3], [(0, Decimal::ONE), (86_400, Decimal::from(4)), (118_800, Decimal::ONE)]);
    }

    #[test]
    fn a_later_rate_goes_over_an_earlier_one_and_summer_time_counts_its_hours() {
        // March 2026 in New York: 2:00 to 2:59 on Sunday the 8th does not exist. 31 days − 1 = 30 h of it.
        let found = rates(0, &[("*", "2", 1)], "America/New_York");
        assert_eq!(decimal::plain(found.expected(month("2026-03"))), "30");
        // Kathmandu is 5:45 ahead: hours begin on quarters. 720 h − 30 h at 0 of 1.
        let found = rates(0, &[("*", "*", 1), ("*", "12", 0)], "Asia/Kathmandu");
        assert_eq!(decimal::plain(found.expected(month("2026-11"))), "690");
    }
}
