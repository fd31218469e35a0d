//! Amounts as other programs write them, as whole numbers of our units.

use super::LONGEST_SECONDS;
use super::csv::small;
use crate::model::decimal::{self, Decimal};
use crate::model::said::Said;
use crate::workload::words;

/// Most memory of a node [MiB]: 4 PiB.
const MOST_MEMORY_MIB: u32 = u32::MAX;

/// A mebibyte [bytes].
pub(super) const MIB: u64 = 1 << 20;

/// A number that is not negative; the fragment that says why not.
pub(super) fn amount(text: &str, name: &str) -> Result<Decimal, Said> {
    match decimal::parse(text) {
        Ok(number) if number < Decimal::ZERO => Err(words::is_negative(name, text)),
        Ok(number) => Ok(number),
        Err(error) => Err(words::number_is(name, text, error.said())),
    }
}

/// A time [s], rounded up.
pub(super) fn seconds(text: &str, name: &str) -> Result<u32, Said> {
    let too_long = || words::is_above_s_which_are(name, text, LONGEST_SECONDS);
    let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty();
    match amount(text, name) {
        Ok(number) if number.scale() == 0 => u32::try_from(number).map_err(|_| too_long()),
        Ok(number) => u32::try_from(number.ceil()).map_err(|_| too_long()),
        Err(_) if digits => Err(too_long()),
        Err(reason) => Err(reason),
    }
}

/// A count, rounded up, at most `largest`.
pub(super) fn count(number: Decimal, name: &str, largest: u32) -> Result<u32, Said> {
    let count = u32::try_from(number.ceil()).ok().filter(|count| *count <= largest);
    count.ok_or_else(|| words::is_too_large_at_most(name, number, largest))
}

/// Memory of `number` units of `unit` bytes [MiB], rounded up.
pub(super) fn memory_mib(number: Decimal, unit: u64, name: &str) -> Result<u32, Said> {
    if let Some(number) = whole(number) {
        // In 128 bits nothing overflows.
        let mib = (u128::from(number) * u128::from(unit)).div_ceil(u128::from(MIB));
        if let Ok(mib) = u32::try_from(mib) {
            return Ok(mib);
        }
    }
    let bytes = number.checked_mul(Decimal::from(unit));
    let mib = bytes.map(|bytes| bytes / Decimal::from(MIB));
    count(mib.unwrap_or(Decimal::MAX), name, MOST_MEMORY_MIB)
}

/// A number without a fraction that is not negative, as most are.
fn whole(number: Decimal) -> Option<u64> {
    (number.scale() == 0).then(|| u64::try_from(number.mantissa()).ok())?
}

/// The bytes of a letter of the powers of 1024.
pub(super) const fn binary_unit(letter: u8) -> Option<u64> {
    Some(match letter {
        b'K' | b'k' => 1 << 10,
        b'M' => MIB,
        b'G' => 1 << 30,
        b'T' => 1 << 40,
        b'P' => 1 << 50,
        b'E' => 1 << 60,
        _ => return None,
    })
}

/// Microseconds of a unit of time as programs write it, `ms` to `weeks`; `None` for another word.
pub(super) fn time_unit(word: &str) -> Option<u64> {
    const SECOND: u64 = super::MICROS;
    Some(match word.to_ascii_lowercase().as_str() {
        "us" | "µs" | "microseconds" => 1,
        "ms" | "msec" | "millis" | "milliseconds" => SECOND / 1000,
        "s" | "sec" | "secs" | "second" | "seconds" => SECOND,
        "m" | "min" | "mins" | "minute" | "minutes" => 60 * SECOND,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3600 * SECOND,
        "d" | "day" | "days" => 86_400 * SECOND,
        "w" | "week" | "weeks" => 7 * 86_400 * SECOND,
        _ => return None,
    })
}

/// A time in words, `1h 59m 30s`, `547ms`, `1 day, 2:03:04` [s], rounded up. A number alone is of `unit` microseconds.
pub(super) fn span(text: &str, name: &str, unit: u64) -> Result<u32, Said> {
    let wrong = || words::is_no_length_of_time(name, text);
    let too_long = || words::is_more_than_136_years(name, text);
    let micros =
        |number: &str, unit: u64| amount(number, name)?.checked_mul(Decimal::from(unit)).ok_or_else(too_long);
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(wrong());
    }
    let mut all = Decimal::ZERO;
    while !rest.is_empty() {
        let end = rest.find(|it: char| !(it.is_ascii_digit() || matches!(it, '.' | ':' | '-')));
        let (number, after) = rest.split_at(end.unwrap_or(rest.len()));
        let after = after.trim_start();
        let end = after.find(|it: char| !it.is_alphabetic()).unwrap_or(after.len());
        let (word, after) = after.split_at(end);
        let part = match (number, word) {
            (number, "") if number.contains(':') => {
                Decimal::from(clock(number, name)?) * Decimal::from(super::MICROS)
            }
            // Only a number that is all there is needs no unit.
            (number, "") if number == text.trim() => micros(number, unit)?,
            (_, "") | ("", _) => return Err(wrong()),
            (number, word) => micros(number, time_unit(word).ok_or_else(wrong)?)?,
        };
        all = all.checked_add(part).ok_or_else(too_long)?;
        rest = after.trim_start_matches([',', ' ', '\t']);
    }
    let seconds = match whole(all) {
        Some(micros) => Decimal::from(micros.div_ceil(super::MICROS)),
        None => (all / Decimal::from(super::MICROS)).ceil(),
    };
    u32::try_from(seconds).ok().filter(|seconds| u64::from(*seconds) < LONGEST_SECONDS).ok_or_else(too_long)
}

/// Bytes of a unit of memory, `B` to `PiB`; as most programs mean it, `GB` is a power of 1024 like `GiB` and `G`.
pub(super) fn memory_unit(word: &str) -> Option<u64> {
    let word = word.to_ascii_lowercase();
    if matches!(word.as_str(), "b" | "byte" | "bytes") {
        return Some(1);
    }
    let letter =
        word.strip_suffix("ib").or_else(|| word.strip_suffix('b')).or_else(|| word.strip_suffix('i'));
    match letter.unwrap_or(&word).as_bytes() {
        [letter] => binary_unit(letter.to_ascii_uppercase()),
        _ => None,
    }
}

/// An amount of memory in words, `8 GB`, `512Mi` [MiB], rounded up. A number alone is of `unit` bytes.
pub(super) fn memory(text: &str, name: &str, unit: u64) -> Result<u32, Said> {
    let text = text.trim();
    let end = text.find(|it: char| !(it.is_ascii_digit() || matches!(it, '.' | '-'))).unwrap_or(text.len());
    let (number, word) = text.split_at(end);
    let unit = match word.trim() {
        "" => unit,
        word => memory_unit(word).ok_or_else(|| words::has_an_unknown_unit(name, text))?,
    };
    memory_mib(amount(number, name)?, unit, name)
}

/// `[DD-[HH:]]MM:SS`, with or without a fraction [s].
pub(super) fn clock(text: &str, name: &str) -> Result<u32, Said> {
    let wrong = || words::is_not_dd_hh_mm(name, text);
    if text.starts_with('-') {
        return Err(words::is_negative(name, text));
    }
    let (days, clock) = text.split_once('-').unwrap_or(("0", text));
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let begun = u64::from(fraction.bytes().any(|byte| byte != b'0'));
    let parts: Vec<u64> =
        clock.split(':').map(|part| part.parse().ok()).collect::<Option<_>>().ok_or_else(wrong)?;
    if !(2..=3).contains(&parts.len()) {
        return Err(wrong());
    }
    let days: u64 = days.parse().map_err(|_| wrong())?;
    let clock = parts.iter().try_fold(0_u64, |sum, part| sum.checked_mul(60)?.checked_add(*part));
    let total = clock.and_then(|clock| days.checked_mul(86_400)?.checked_add(clock)?.checked_add(begun));
    match total {
        Some(total) if total <= LONGEST_SECONDS => Ok(small(total)),
        _ => Err(words::is_more_than_136_years(name, text)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whole_numbers_are_rounded_up_as_all_are(number in 0..=1_000_000_000_000_u64, power in 0..7_u32, places in 0..3_u32) {
            let unit = 1 << (10 * power);
            let number = Decimal::new(i64::try_from(number).expect("small"), places);
            // Of 128 bits, with a fraction or without.
            let scaled = u128::try_from(number.mantissa()).expect("positive") * u128::from(unit);
            let mib = scaled.div_ceil(u128::from(MIB) * 10_u128.pow(places));
            let found = memory_mib(number, unit, "memory").ok().map(u128::from);
            prop_assert_eq!(found, (mib <= u128::from(u32::MAX)).then_some(mib));
            let text = format!("{number}s");
            let seconds = u128::try_from(number.mantissa()).expect("positive").div_ceil(10_u128.pow(places));
            let expected = (seconds < u128::from(LONGEST_SECONDS)).then_some(seconds);
            prop_assert_eq!(span(&text, "time", 1).ok().map(u128::from), expected);
        }
    }

    #[test]
    fn clocks_are_seconds() {
        let of = |text| clock(text, "Elapsed");
        // 1 day + 2 h + 3 min + 4 s = 86,400 + 7,200 + 180 + 4.
        assert_eq!(of("1-02:03:04"), Ok(93_784));
        assert_eq!(of("0:00:03"), Ok(3));
        // A fraction is a second begun.
        assert_eq!((of("03:04.500"), of("03:04.000")), (Ok(185), Ok(184)));
        assert!(of("ten").is_err() && of("1:2:3:4").is_err());
        assert_eq!(of("-1:00:00").expect_err("-1:00:00").en, "Elapsed `-1:00:00` is negative");
        assert_eq!(of("9223372036854775808-00:00:00").ok(), None);
        assert_eq!(
            of("49711-00:00:00").expect_err("49711-00:00:00").en,
            "Elapsed `49711-00:00:00` is more than 136 years"
        );
    }

    #[test]
    fn spans_of_time_are_in_many_words() {
        let of = |text| span(text, "realtime", super::super::MICROS / 1000);
        // 3,600 + 59 · 60 + 30.
        assert_eq!((of("1h 59m 30s"), of("20m 8s"), of("8.2s")), (Ok(7170), Ok(1208), Ok(9)));
        assert_eq!((of("547ms"), of("1500"), of("0")), (Ok(1), Ok(2), Ok(0)));
        assert_eq!((of("1 day, 2:03:04"), of("2d3h"), of("1:30:00")), (Ok(93_784), Ok(183_600), Ok(5400)));
        for wrong in ["", "h", "1x", "1h 5", "-5s", "1h -", "9999999999999999999999999999h", "é"] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn memory_is_in_many_words() {
        let of = |text| memory(text, "memory", 1);
        assert_eq!(
            (of("8 GB"), of("512Mi"), of("1.5GiB"), of("1024k")),
            (Ok(8192), Ok(512), Ok(1536), Ok(1))
        );
        assert_eq!((of("1048577"), of("3 bytes"), of("2T")), (Ok(2), Ok(1), Ok(2_097_152)));
        for wrong in ["", "GB", "8 XB", "-8 GB", "8 GBB", "8 µB"] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }
}
