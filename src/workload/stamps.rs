//! Dates as the C library writes them: `Mon Jan 15 08:00:00 2024`, maybe without the year.

use crate::model::said::Said;
use crate::model::time::Zone;
use crate::workload::words;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/// A date and a time of day of an unnamed zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp<'a> {
    /// From Sunday, 0 to 6.
    weekday: usize,
    /// 1 to 12.
    month: usize,
    day: u8,
    /// `HH:MM:SS`.
    time: &'a str,
    pub(super) year: Option<i32>,
}

impl<'a> Stamp<'a> {
    /// The stamp at the beginning of a text and what stands behind it.
    pub(super) fn split(text: &'a str) -> Option<(Stamp<'a>, &'a str)> {
        let (weekday, rest) = word(text)?;
        let weekday = WEEKDAYS.iter().position(|name| *name == weekday)?;
        let (month, rest) = word(rest)?;
        let month = MONTHS.iter().position(|name| *name == month)? + 1;
        let (day, rest) = word(rest)?;
        let day = day.parse().ok().filter(|day| (1..=31).contains(day))?;
        let time = rest.get(..8).filter(|time| is_time(time))?;
        let rest = &rest[8..];
        let year = rest.get(..5).filter(|text| text.starts_with(' ')).and_then(|text| text[1..].parse().ok());
        let rest = if year.is_some() { &rest[5..] } else { rest };
        let begins_anew = rest.chars().next().is_none_or(|next| !next.is_alphanumeric());
        begins_anew.then_some((Stamp { weekday, month, day, time, year }, rest))
    }

    /// Its second of the Unix epoch. Without a year it is of `near`, or of the year before or after, as its weekday says.
    pub(super) fn second(&self, zone: &Zone, near: Option<i32>) -> Result<u64, Said> {
        let years = match (self.year, near) {
            (Some(year), _) => year..=year,
            (None, Some(near)) => near - 1..=near + 1,
            (None, None) => return Err(words::names_no_year_give_it(self)),
        };
        let fits = |year: &i32| weekday(*year, self.month, self.day) == self.weekday;
        let year = match self.year {
            // What names its year needs no weekday to say which.
            Some(year) => year,
            None => years
                .clone()
                .find(fits)
                .ok_or_else(|| words::is_on_another_weekday_in(self, years.start(), years.end()))?,
        };
        let text = format!("{year:04}-{:02}-{:02}T{}", self.month, self.day, self.time);
        let second = zone.second(&text).and_then(|second| u64::try_from(second).ok());
        second.ok_or_else(|| words::is_not_a_time_from_2000_to_2199_2(self))
    }
}

impl std::fmt::Display for Stamp<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {} {}", WEEKDAYS[self.weekday], MONTHS[self.month - 1], self.day, self.time)?;
        self.year.map_or(Ok(()), |year| write!(f, " {year}"))
    }
}

/// The next word and what stands behind the blanks after it.
fn word(text: &str) -> Option<(&str, &str)> {
    text.trim_start_matches(' ').split_once(' ').map(|(word, rest)| (word, rest.trim_start_matches(' ')))
}

fn is_time(text: &str) -> bool {
    text.bytes().enumerate().all(|(place, byte)| match place {
        2 | 5 => byte == b':',
        _ => byte.is_ascii_digit(),
    })
}

/// The weekday of a date of the Gregorian calendar, 0 for Sunday.
fn weekday(year: i32, month: usize, day: u8) -> usize {
    const SHIFTS: [i32; 12] = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
    let year = if month < 3 { year - 1 } else { year };
    let days = year + year / 4 - year / 100 + year / 400 + SHIFTS[month - 1] + i32::from(day);
    usize::try_from(days.rem_euclid(7)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weekday_says_which_year() {
        let second = |text, near| {
            let (stamp, _) = Stamp::split(text).expect("a stamp");
            stamp.second(&Zone::UTC, near)
        };
        // 2024-01-15 was a Monday: 19,737 days after 1970 and 8 hours.
        let expected = 19_737 * 86_400 + 8 * 3600;
        assert_eq!(second("Mon Jan 15 08:00:00 2024", None), Ok(expected));
        for near in [2023, 2024, 2025] {
            assert_eq!(second("Mon Jan 15 08:00:00", Some(near)), Ok(expected), "{near}");
        }
        assert!(second("Mon Jan 15 08:00:00", Some(2021)).is_err());
        let reason = second("Mon Jan 15 08:00:00", None).expect_err("no year");
        assert_eq!(reason.en, "`Mon Jan 15 08:00:00` names no year: give it with `--year`");
        // A leap day is of leap years alone.
        assert!(second("Thu Feb 29 00:00:00", Some(2023)).is_ok());
        assert!(second("Thu Feb 29 00:00:00", Some(2022)).is_err());
    }

    #[test]
    fn what_stands_behind_a_stamp_is_left() {
        let rest = |text| Stamp::split(text).map(|(stamp, rest)| (stamp.year, rest));
        assert_eq!(rest("Mon Jan  1 09:00:00 2024: Exited"), Some((Some(2024), ": Exited")));
        assert_eq!(rest("Mon Jan 1 09:00:00: Exited"), Some((None, ": Exited")));
        for wrong in
            ["", "Mon", "Foo Jan 1 09:00:00", "Mon Jan 32 09:00:00", "Mon Jan 1 9:00", "Mon Jan 1 09:00:00x"]
        {
            assert_eq!(rest(wrong), None, "{wrong}");
        }
    }
}
