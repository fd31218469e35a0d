//! Amounts as other programs write them, as whole numbers of our units.

use super::LONGEST_SECONDS;
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
