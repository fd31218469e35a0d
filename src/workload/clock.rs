//! Times to the millisecond, as programs write them.

use crate::model::time::Zone;

/// A time [ms of the Unix epoch]: date and time, with or without a zone, or a whole number of milliseconds of the Unix epoch.
/// `None` for anything else, and for years before 2000 or after 2199.
pub(super) fn millis(text: &str, zone: &Zone) -> Option<u64> {
    let (whole, fraction) = match text.bytes().all(|byte| byte.is_ascii_digit()) {
        true => text.split_at_checked(text.len().checked_sub(3)?).filter(|(whole, _)| !whole.is_empty())?,
        false => text.split_once('.').unwrap_or((text, "")),
    };
    // A zone may stand behind the fraction.
    let zoned = fraction.find(|it: char| !it.is_ascii_digit());
    let digits = &fraction[..zoned.unwrap_or(fraction.len())];
    let second = zone.second(if zoned.is_some() { text } else { whole })?;
    let millis =
        digits.bytes().chain([b'0'; 3]).take(3).fold(0, |ms, digit| ms * 10 + u64::from(digit - b'0'));
    u64::try_from(second).ok()?.checked_mul(1000)?.checked_add(millis)
}

/// Seconds between two times [ms], rounded up; `None` where the first is not before the second, or for more than 136 years.
pub(super) fn seconds_between(start: u64, end: u64) -> Option<u32> {
    let millis = end.checked_sub(start).filter(|millis| *millis > 0)?;
    u32::try_from(millis.div_ceil(1000)).ok().filter(|seconds| *seconds < u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_to_the_millisecond() {
        let of = |text| millis(text, &Zone::parse("Asia/Tokyo").expect("a zone"));
        // 2026-08-20T01:00:00Z is second 1,787,187,600.
        assert_eq!(of("2026-08-20 10:00:00.000"), Some(1_787_187_600_000));
        assert_eq!(of("2026-08-20T01:00:00.5Z"), Some(1_787_187_600_500));
        assert_eq!(of("2026-08-20T03:00:00.123456+02:00"), Some(1_787_187_600_123));
        assert_eq!(
            (of("2026-08-20T01:00:00Z"), of("1787187600042")),
            (Some(1_787_187_600_000), Some(1_787_187_600_042))
        );
        for wrong in
            ["", "12", "123", "1787187600", "yesterday", "2026-08-20 10:00:00.1é", "9".repeat(40).as_str()]
        {
            assert_eq!(of(wrong), None, "{wrong}");
        }
        assert_eq!(
            (seconds_between(1, 1), seconds_between(1, 1002), seconds_between(2, 1)),
            (None, Some(2), None)
        );
    }
}
