//! Amounts as other programs write them, as whole numbers of our units.

use super::LONGEST_SECONDS;
use super::csv::small;
use crate::model::decimal::{self, Decimal};

/// Most memory of a node [MiB]: 4 PiB.
const MOST_MEMORY_MIB: u32 = u32::MAX;

/// A mebibyte [bytes].
pub(super) const MIB: u64 = 1 << 20;

/// A number that is not negative; the fragment that says why not.
pub(super) fn amount(text: &str, name: &str) -> Result<Decimal, String> {
    match decimal::parse(text) {
        Ok(number) if number < Decimal::ZERO => Err(format!("{name} `{text}` is negative")),
        Ok(number) => Ok(number),
        Err(error) => Err(format!("{name} `{text}` is {error}")),
    }
}

/// A time [s], rounded up.
pub(super) fn seconds(text: &str, name: &str) -> Result<u32, String> {
    let too_long = || format!("{name} `{text}` is above {LONGEST_SECONDS} s, which are 136 years");
    let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty();
    match amount(text, name) {
        Ok(number) => u32::try_from(number.ceil()).map_err(|_| too_long()),
        Err(_) if digits => Err(too_long()),
        Err(reason) => Err(reason),
    }
}

/// A count, rounded up, at most `largest`.
pub(super) fn count(number: Decimal, name: &str, largest: u32) -> Result<u32, String> {
    let count = u32::try_from(number.ceil()).ok().filter(|count| *count <= largest);
    count.ok_or_else(|| format!("{name} `{number}` is too large: at most {largest}"))
}

/// Memory of `number` units of `unit` bytes [MiB], rounded up.
pub(super) fn memory_mib(number: Decimal, unit: u64, name: &str) -> Result<u32, String> {
    let bytes = number.checked_mul(Decimal::from(unit));
    let mib = bytes.map(|bytes| bytes / Decimal::from(MIB));
    count(mib.unwrap_or(Decimal::MAX), name, MOST_MEMORY_MIB)
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

/// `[DD-[HH:]]MM:SS`, with or without a fraction [s].
pub(super) fn clock(text: &str, name: &str) -> Result<u32, String> {
    let wrong = || format!("{name} `{text}` is not [DD-]HH:MM:SS");
    if text.starts_with('-') {
        return Err(format!("{name} `{text}` is negative"));
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
        _ => Err(format!("{name} `{text}` is more than 136 years")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_seconds() {
        let of = |text| clock(text, "Elapsed");
        // 1 day + 2 h + 3 min + 4 s = 86,400 + 7,200 + 180 + 4.
        assert_eq!(of("1-02:03:04"), Ok(93_784));
        assert_eq!(of("0:00:03"), Ok(3));
        // A fraction is a second begun.
        assert_eq!((of("03:04.500"), of("03:04.000")), (Ok(185), Ok(184)));
        assert!(of("ten").is_err() && of("1:2:3:4").is_err());
        assert_eq!(of("-1:00:00"), Err("Elapsed `-1:00:00` is negative".into()));
        assert_eq!(of("9223372036854775808-00:00:00").ok(), None);
        assert_eq!(of("49711-00:00:00"), Err("Elapsed `49711-00:00:00` is more than 136 years".into()));
    }
}
