//! Exact decimal numbers: how they are read, rounded and printed.
//!
//! The only module that names the decimal library. Binary floating point enters through
//! [`from_f64`] alone, for results of formulae that need `exp`.

use rust_decimal::RoundingStrategy;
use rust_decimal::prelude::FromPrimitive;

use super::said::Said;

/// An exact decimal number of up to 28 significant digits.
pub type Decimal = rust_decimal::Decimal;

/// Largest magnitude a number in an input file may have. Ten times a million instances all year
/// stays below it, and products with a rate stay exact.
pub const LARGEST_INPUT: u64 = 1_000_000_000_000;

/// Why a text is not a number that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberError {
    /// Not a number at all, or `nan`, or `inf`.
    NotANumber,
    /// Beyond [`LARGEST_INPUT`].
    TooLarge,
    /// More digits after the point than an exact decimal holds.
    TooPrecise,
}

impl std::fmt::Display for NumberError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.said().en)
    }
}

impl NumberError {
    /// What the text is.
    #[must_use]
    pub fn said(self) -> Said {
        match self {
            NumberError::NotANumber => Said::new("not a number", "数値でない"),
            NumberError::TooLarge => Said::new(
                "too large: at most 1000000000000 (10^12)",
                "大きすぎる（最大 1000000000000、10^12）",
            ),
            NumberError::TooPrecise => Said::new(
                "too precise: at most 20 digits after the point",
                "桁数が多すぎる（小数点以下は最大 20 桁）",
            ),
        }
    }
}

/// The number of up to 12 digits, maybe with a point among them, which is what nearly all texts are; `None` for others.
fn short(text: &str) -> Option<Decimal> {
    let (mut digits, mut count, mut point) = (0_i64, 0, None);
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' if count < 12 => {
                digits = digits * 10 + i64::from(byte - b'0');
                count += 1;
            }
            b'.' if point.is_none() => point = Some(count),
            _ => return None,
        }
    }
    let mut scale = count - point.unwrap_or(count);
    while scale > 0 && digits % 10 == 0 {
        (digits, scale) = (digits / 10, scale - 1);
    }
    (count > 0).then(|| Decimal::new(digits, scale))
}

/// Returns the number written in `text`: digits, an optional sign and point, an optional exponent.
/// Exact or an error, never rounded.
pub fn parse(text: &str) -> Result<Decimal, NumberError> {
    let text = text.trim();
    short(text).map_or_else(|| parse_any(text), Ok)
}

/// A number as long or as odd as it may be.
fn parse_any(text: &str) -> Result<Decimal, NumberError> {
    let bare = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match bare.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => {
            let exponent: i32 = exponent.parse().map_err(|_| NumberError::NotANumber)?;
            (mantissa, exponent)
        }
        None => (bare, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits_only = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !digits_only(whole) || !digits_only(fraction) {
        return Err(NumberError::NotANumber);
    }
    if whole.len() + fraction.len() > 60 || exponent.unsigned_abs() > 40 {
        let zero = format!("{whole}{fraction}").bytes().all(|b| b == b'0');
        return match (zero, exponent < 0) {
            (true, _) => Ok(Decimal::ZERO),
            (false, true) => Err(NumberError::TooPrecise),
            (false, false) => Err(NumberError::TooLarge),
        };
    }
    let digits = format!("{whole}{fraction}");
    let scale = fraction.len() as i32 - exponent;
    let trimmed = digits.trim_end_matches('0');
    let scale = scale - (digits.len() - trimmed.len()) as i32;
    let trimmed = trimmed.trim_start_matches('0');
    if trimmed.is_empty() {
        return Ok(Decimal::ZERO);
    }
    if trimmed.len() as i32 - scale > 13 {
        return Err(NumberError::TooLarge);
    }
    if scale > 20 {
        return Err(NumberError::TooPrecise);
    }
    let mut mantissa: i128 = trimmed.parse().map_err(|_| NumberError::TooPrecise)?;
    let scale = if scale < 0 {
        mantissa *= 10_i128.pow(scale.unsigned_abs());
        0
    } else {
        scale as u32
    };
    let magnitude =
        Decimal::try_from_i128_with_scale(mantissa, scale).map_err(|_| NumberError::TooPrecise)?;
    if magnitude > Decimal::from(LARGEST_INPUT) {
        return Err(NumberError::TooLarge);
    }
    Ok(if text.starts_with('-') { -magnitude } else { magnitude })
}

/// Returns the number written in `text` rounded half to even at `places` digits after the point: for
/// figures that were doubles once and have more digits than an exact decimal holds.
pub fn parse_rounded(text: &str, places: u32) -> Result<Decimal, NumberError> {
    match parse(text) {
        // A double with all its digits: by its value, so that it is the same from text and from a binary file.
        Err(NumberError::TooPrecise) => {
            let number: f64 = text.trim().parse().map_err(|_| NumberError::NotANumber)?;
            double_units(number, places).map(|units| of_units(units, places)).ok_or(NumberError::TooLarge)
        }
        read => read.map(|number| round(number, places)),
    }
}

/// A double as a whole number of 10⁻ᵖˡᵃᶜᵉˢ, half to even of its exact binary value; `None` when it is not finite or
/// beyond [`LARGEST_INPUT`].
#[must_use]
pub fn double_units(number: f64, places: u32) -> Option<i128> {
    if !number.is_finite() || number.abs() > LARGEST_INPUT as f64 {
        return None;
    }
    let bits = number.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i32;
    let fraction = i128::from(bits & ((1 << 52) - 1));
    let (mantissa, exponent) =
        if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) };
    // At most 53 + 40 bits: exact.
    let one = power(places);
    let scaled = mantissa * one;
    let magnitude = match exponent {
        0.. => scaled << exponent,
        -126..=-1 => {
            let shift = exponent.unsigned_abs();
            let (whole, rest, half) = (scaled >> shift, scaled & ((1 << shift) - 1), 1_i128 << (shift - 1));
            // Nearer to a tie than the double is to its neighbors: the shortest text that means it decides.
            if (rest - half).abs() <= one
                && let Some(units) = shortest_units(number, places)
            {
                return Some(units);
            }
            whole + i128::from(rest > half || (rest == half && whole & 1 == 1))
        }
        _ => 0,
    };
    Some(if number.is_sign_negative() { -magnitude } else { magnitude })
}

/// The shortest text that means a double, as a whole number of 10⁻ᵖˡᵃᶜᵉˢ, half to even; `None` where it takes more than 38
/// digits.
fn shortest_units(number: f64, places: u32) -> Option<i128> {
    use std::io::Write;
    let mut text = [0_u8; 40];
    let mut rest = &mut text[..];
    write!(rest, "{number:e}").ok()?;
    let length = 40 - rest.len();
    // One digit, maybe a point and more, and an exponent.
    let (mut mantissa, mut after_point, mut exponent) = (0_i128, -1_i32, 0_i32);
    let mut bytes = text[..length].iter();
    for byte in bytes.by_ref() {
        match byte {
            b'-' => {}
            b'.' => after_point = 0,
            b'0'..=b'9' => {
                mantissa = mantissa * 10 + i128::from(byte - b'0');
                after_point += i32::from(after_point >= 0);
            }
            _ => break,
        }
    }
    let mut is_minus = false;
    for byte in bytes {
        match byte {
            b'-' => is_minus = true,
            byte => exponent = exponent * 10 + i32::from(byte - b'0'),
        }
    }
    let scale = after_point.max(0) - if is_minus { -exponent } else { exponent };
    let units = match u32::try_from(scale) {
        Ok(scale) if scale <= places + 30 => rescaled(mantissa, scale, places),
        Ok(_) => 0,
        Err(_) => mantissa.checked_mul(10_i128.checked_pow(scale.unsigned_abs() + places)?)?,
    };
    Some(if number.is_sign_negative() { -units } else { units })
}

/// A whole number of 10⁻ᵖˡᵃᶜᵉˢ as a decimal, exact up to 28 digits.
#[must_use]
pub fn of_units(units: i128, places: u32) -> Decimal {
    Decimal::try_from_i128_with_scale(units, places).map_or(Decimal::MAX, |number| number.normalize())
}

/// Powers of ten, which are looked up far more often than they would be worked out.
const POWERS: [i128; 39] = {
    let mut powers = [1; 39];
    let mut place = 1;
    while place < powers.len() {
        powers[place] = powers[place - 1] * 10;
        place += 1;
    }
    powers
};

/// Ten to a power of at most 38.
const fn power(of: u32) -> i128 {
    POWERS[of as usize]
}

/// A whole number at one scale, at another: half to even where digits go.
#[must_use]
pub fn rescaled(units: i128, from: u32, to: u32) -> i128 {
    if to >= from {
        return units * power(to - from);
    }
    if from - to >= POWERS.len() as u32 {
        return 0;
    }
    let factor = power(from - to);
    let (whole, rest) = (units.div_euclid(factor), units.rem_euclid(factor));
    whole + i128::from(rest * 2 > factor || (rest * 2 == factor && whole & 1 == 1))
}

/// Decimals as text in files: all digits.
pub mod text {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::{Decimal, plain};

    /// Writes all digits.
    pub fn serialize<S: Serializer>(number: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&plain(*number))
    }

    /// Reads them.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
        let text = String::deserialize(deserializer)?;
        super::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// Decimals that may be unknown, as text in files: all digits or nothing.
pub mod optional_text {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{Decimal, plain};

    /// Writes all digits.
    pub fn serialize<S: Serializer>(number: &Option<Decimal>, serializer: S) -> Result<S::Ok, S::Error> {
        number.map(plain).serialize(serializer)
    }

    /// Reads them.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Decimal>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| super::parse(&text).map_err(serde::de::Error::custom)).transpose()
    }
}

/// Rounds half to even at `places` digits after the point, as AWS does in its bills.
#[must_use]
pub fn round(number: Decimal, places: u32) -> Decimal {
    number.round_dp_with_strategy(places, RoundingStrategy::MidpointNearestEven)
}

/// Rounds towards zero at `places` digits after the point.
#[must_use]
pub fn truncate(number: Decimal, places: u32) -> Decimal {
    number.round_dp_with_strategy(places, RoundingStrategy::ToZero)
}

/// The result of a formula in binary floating point as a decimal of `places` digits after the
/// point; `None` when it is not finite or beyond [`LARGEST_INPUT`].
#[must_use]
pub fn from_f64(number: f64, places: u32) -> Option<Decimal> {
    let decimal = Decimal::from_f64(number)?;
    (decimal.abs() <= Decimal::from(LARGEST_INPUT)).then(|| round(decimal, places))
}

/// The nearest binary floating point number, for formulae that need `exp`.
#[must_use]
pub fn to_f64(number: Decimal) -> f64 {
    use rust_decimal::prelude::ToPrimitive;
    number.to_f64().expect("every decimal has a nearest f64")
}

/// All digits, no trailing zeros: what JSON and CSV carry.
#[must_use]
pub fn plain(number: Decimal) -> String {
    number.normalize().to_string()
}

/// Rounded to `places` digits, thousands separated by commas: what people read.
#[must_use]
pub fn grouped(number: Decimal, places: u32) -> String {
    let rounded = round(number, places);
    let text = format!("{:.*}", places as usize, rounded.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::new();
    if rounded.is_sign_negative() && !rounded.is_zero() {
        out.push('-');
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// As [`grouped`] with at most `places` digits, trailing zeros dropped.
#[must_use]
pub fn grouped_trimmed(number: Decimal, places: u32) -> String {
    let digits = round(number, places).normalize().scale();
    grouped(number, digits)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_what_people_write() {
        let check = |text: &str, expected: &str| {
            assert_eq!(parse(text).map(plain).as_deref(), Ok(expected), "{text}");
        };
        check("200", "200");
        check("21.957642", "21.957642");
        check("-0.50", "-0.5");
        check("1e3", "1000");
        check("1.5e-3", "0.0015");
        check(".5", "0.5");
        check("0.0", "0");
        check("0e999999999", "0");
        check("+7.00", "7");
        check("1000000000000", "1000000000000");
    }

    proptest! {
        #[test]
        fn short_numbers_are_read_as_any_other(text in "[0-9]{0,13}[.]?[0-9.]{0,8}|[-+ ]?[0-9]{1,3}[.e]?[0-9]{0,3} ?|0*[.]0*") {
            let (read, any) = (parse(&text), parse_any(text.trim()));
            prop_assert_eq!(read, any, "{}", text);
            // Nor do they differ in how they are held.
            let held = |of: Result<Decimal, NumberError>| of.map(|it| (it.mantissa(), it.scale()));
            prop_assert_eq!(held(read), held(any), "{}", text);
        }

        #[test]
        fn the_shortest_text_of_a_double_is_read_digit_by_digit(number in -1e12_f64..1e12, small in -12_i32..0) {
            for number in [number, number * 10_f64.powi(small)] {
                if let Ok(written) = parse(&format!("{number:e}")) {
                    let rounded = round(written, 12);
                    let expected = rescaled(rounded.mantissa(), rounded.scale(), 12);
                    prop_assert_eq!(shortest_units(number, 12), Some(expected), "{}", number);
                }
            }
        }
    }

    #[test]
    fn refuses_what_it_cannot_hold() {
        let check = |text: &str, expected: NumberError| {
            assert_eq!(parse(text), Err(expected), "{text}");
        };
        check("nan", NumberError::NotANumber);
        check("", NumberError::NotANumber);
        check("1,000", NumberError::NotANumber);
        check("0x10", NumberError::NotANumber);
        check("inf", NumberError::NotANumber);
        check("-inf", NumberError::NotANumber);
        check("--1", NumberError::NotANumber);
        check("1e400", NumberError::TooLarge);
        check("1000000000001", NumberError::TooLarge);
        check("0.000000000000000000001", NumberError::TooPrecise);
        check("1e-400", NumberError::TooPrecise);
    }

    #[test]
    fn groups_thousands() {
        let check = |text: &str, places: u32, expected: &str| {
            assert_eq!(grouped(parse(text).expect("a number"), places), expected);
        };
        check("4391.5284", 2, "4,391.53");
        check("999.995", 2, "1,000.00");
        check("0.125", 2, "0.12");
        check("0.135", 2, "0.14");
        check("-1234567", 0, "-1,234,567");
        check("-0.001", 2, "0.00");
        check("100", 2, "100.00");
    }

    proptest! {
        #[test]
        fn print_then_parse_is_identity(mantissa in -1_000_000_000_000_i64..1_000_000_000_000, scale in 0_u32..12) {
            let number = Decimal::new(mantissa, scale);
            prop_assert_eq!(parse(&plain(number)), Ok(number));
        }

        #[test]
        fn any_text_is_answered(text in "\\PC{0,40}") {
            let _ = parse(&text);
        }
    }

    #[test]
    fn doubles_become_whole_units_half_to_even() {
        // 0.1 is a little more than a tenth; 2^-13 has thirteen digits and ends in a 5.
        for (number, units) in [
            (0.000_006_250_012_5, 6_250_012),
            (0.1, 100_000_000_000),
            (-4391.5284, -4_391_528_400_000_000),
            (8e-7, 800_000),
            (1.0 / 8192.0, 122_070_312),
            (3.0 / 8192.0, 366_210_938),
            (5e-324, 0),
            (1e12, 10_i128.pow(24)),
            (0.0, 0),
        ] {
            assert_eq!(double_units(number, 12), Some(units), "{number}");
        }
        assert_eq!((double_units(f64::NAN, 12), double_units(1e13, 12)), (None, None));
    }

    #[test]
    fn units_change_their_scale_half_to_even() {
        for (units, from, to, expected) in
            [(25, 1, 0, 2), (35, 1, 0, 4), (-25, 1, 0, -2), (-26, 1, 0, -3), (7, 0, 2, 700)]
        {
            assert_eq!(rescaled(units, from, to), expected, "{units}");
        }
    }
}
