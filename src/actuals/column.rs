//! Columns of a batch, whatever they are made of, as what a bill needs: texts, seconds, whole units of 10⁻¹².
//!
//! What a table is written with decides what its columns are: Parquet of AWS, pandas, polars, DuckDB and Spark, and every
//! cell of CSV is text. So a column is cast to what is needed of it, and refused only where no cast is exact.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal128Type, Decimal256Type, Float32Type, Float64Type,
    Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, DictionaryArray, StringArray};
use arrow_cast::cast::{CastOptions, cast_with_options};
use arrow_schema::{DataType, TimeUnit};
use rustc_hash::FxHashMap;

use super::PLACES;
use crate::model::decimal::{LARGEST_INPUT, NumberError, double_units, parse_rounded, rescaled};
use crate::model::time::{DAY, parse_utc};

/// What is no amount, in the place of one.
pub(super) const NONE: i128 = i128::MIN;

/// Columns of account ids, which are of twelve digits.
pub(super) const ACCOUNTS: [&str; 3] = ["subaccountid", "lineitemusageaccountid", "billpayeraccountid"];

/// An account id as AWS writes it: a table of numbers loses up to three zeros before it, and may have made a double of it.
pub(super) fn account(text: &str) -> String {
    let whole = text.strip_suffix(".0").unwrap_or(text);
    let is_short = (9..12).contains(&whole.len()) && whole.bytes().all(|b| b.is_ascii_digit());
    if is_short { format!("{whole:0>12}") } else { whole.to_owned() }
}

/// A text column as ids of its distinct words; of no word the key is null.
pub(super) type Words = DictionaryArray<Int32Type>;

/// The text of a column by the ids of its distinct words. Whole numbers are text, too: of account ids the zeros before
/// them are filled in.
pub(super) fn words(name: &str, column: &ArrayRef) -> Result<Words, String> {
    let not_text = || format!("{name} is {}, not text", column.data_type());
    let text = match column.data_type() {
        DataType::Dictionary(key, value) if **key == DataType::Int32 && **value == DataType::Utf8 => {
            return Ok(column.as_dictionary::<Int32Type>().clone());
        }
        DataType::Utf8 => Arc::clone(column),
        DataType::Null => Arc::new(StringArray::new_null(column.len())),
        DataType::Float32 | DataType::Float64 => floats_as_text(column).ok_or_else(not_text)?,
        kind if kind.is_integer() || matches!(kind, DataType::Decimal128(_, 0)) => {
            let values = whole(column).ok_or_else(not_text)?;
            let texts = values.into_iter().map(|value| value.map(|value| value.to_string()));
            Arc::new(texts.collect::<StringArray>())
        }
        kind if kind.is_nested() => return Err(not_text()),
        _ => cast(column, &DataType::Utf8).map_err(|error| format!("{name}: {error}"))?,
    };
    let words = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let words = cast(&text, &words).map_err(|error| format!("{name}: {error}"))?;
    Ok(words.as_dictionary::<Int32Type>().clone())
}

/// Casts, and refuses what does not fit instead of leaving it out.
fn cast(column: &ArrayRef, kind: &DataType) -> Result<ArrayRef, String> {
    let options = CastOptions { safe: false, ..CastOptions::default() };
    cast_with_options(column, kind, &options).map_err(|error| error.to_string())
}

/// Whole numbers that a table with gaps has as doubles.
fn floats_as_text(column: &ArrayRef) -> Option<ArrayRef> {
    let doubles = cast(column, &DataType::Float64).ok()?;
    let text = |value: Option<f64>| match value {
        Some(value) if !value.is_nan() => {
            let exact = value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0;
            exact.then(|| Some(format!("{value:.0}")))
        }
        _ => Some(None),
    };
    let texts: Option<Vec<Option<String>>> = doubles.as_primitive::<Float64Type>().iter().map(text).collect();
    Some(Arc::new(StringArray::from(texts?)))
}

/// The values of a column of whole numbers; `None` if it is none.
fn whole(column: &ArrayRef) -> Option<Vec<Option<i128>>> {
    fn all<T: ArrowPrimitiveType<Native: Into<i128>>>(column: &ArrayRef) -> Vec<Option<i128>> {
        column.as_primitive::<T>().iter().map(|value| value.map(Into::into)).collect()
    }
    Some(match column.data_type() {
        DataType::Int8 => all::<Int8Type>(column),
        DataType::Int16 => all::<Int16Type>(column),
        DataType::Int32 => all::<Int32Type>(column),
        DataType::Int64 => all::<Int64Type>(column),
        DataType::UInt8 => all::<UInt8Type>(column),
        DataType::UInt16 => all::<UInt16Type>(column),
        DataType::UInt32 => all::<UInt32Type>(column),
        DataType::UInt64 => all::<UInt64Type>(column),
        DataType::Decimal128(_, 0) => all::<Decimal128Type>(column),
        _ => return None,
    })
}

/// Entries of a column of maps, or of lists of keys and values: where those of each row begin and end, keys and values.
pub(super) struct Entries {
    pub(super) ends: Vec<(usize, usize)>,
    pub(super) keys: ArrayRef,
    pub(super) values: ArrayRef,
}

/// The entries of a column; `None` where it is of another kind.
pub(super) fn entries(column: &ArrayRef) -> Option<Entries> {
    let place = |offset: i64| usize::try_from(offset).unwrap_or(0);
    let (offsets, inner): (Vec<i64>, ArrayRef) = match column.data_type() {
        DataType::Map(..) => {
            let maps = column.as_map();
            let offsets = maps.value_offsets().iter().map(|offset| i64::from(*offset)).collect();
            (offsets, Arc::new(maps.entries().clone()))
        }
        DataType::List(_) => {
            let lists = column.as_list::<i32>();
            let offsets = lists.value_offsets().iter().map(|offset| i64::from(*offset)).collect();
            (offsets, Arc::clone(lists.values()))
        }
        DataType::LargeList(_) => {
            let lists = column.as_list::<i64>();
            (lists.value_offsets().to_vec(), Arc::clone(lists.values()))
        }
        _ => return None,
    };
    let inner = inner.as_struct_opt().filter(|inner| inner.num_columns() == 2)?;
    let ends = offsets.windows(2).enumerate().map(|(row, ends)| match column.is_null(row) {
        true => (0, 0),
        false => (place(ends[0]), place(ends[1])),
    });
    // By their names where they have those; of a map they stand in their order.
    let fields = inner.fields();
    let named = |name: &str| fields.iter().position(|field| field.name().eq_ignore_ascii_case(name));
    let is_map = matches!(column.data_type(), DataType::Map(..));
    let (key, value) = match (named("key"), named("value")) {
        (Some(key), Some(value)) if key != value => (key, value),
        _ if is_map => (0, 1),
        _ => return None,
    };
    let of = |at: usize| Arc::clone(inner.column(at));
    Some(Entries { ends: ends.collect(), keys: of(key), values: of(value) })
}

/// Seconds since the Unix epoch; `known` keeps what texts were read as.
pub(super) fn times(column: &ArrayRef, known: &mut FxHashMap<String, i64>) -> Result<Vec<i64>, Fault> {
    // By a number that is known when it is compiled: a division costs a tenth.
    fn all<T: ArrowPrimitiveType<Native: Into<i64>>, const TIMES: i64, const PER_SECOND: i64>(
        column: &ArrayRef,
    ) -> Result<Vec<i64>, Fault> {
        let column = column.as_primitive::<T>();
        if column.null_count() > 0 {
            let row = (0..column.len()).find(|row| column.is_null(*row)).unwrap_or(0);
            return Err(Fault::at(row, "a charge without a time".into()));
        }
        Ok(column.values().iter().map(|value| ((*value).into() * TIMES).div_euclid(PER_SECOND)).collect())
    }
    match column.data_type() {
        DataType::Timestamp(TimeUnit::Second, _) => all::<TimestampSecondType, 1, 1>(column),
        DataType::Timestamp(TimeUnit::Millisecond, _) => all::<TimestampMillisecondType, 1, 1_000>(column),
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            all::<TimestampMicrosecondType, 1, 1_000_000>(column)
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            all::<TimestampNanosecondType, 1, 1_000_000_000>(column)
        }
        DataType::Date32 => all::<Date32Type, DAY, 1>(column),
        DataType::Date64 => all::<Date64Type, 1, 1_000>(column),
        DataType::Utf8 => {
            let mut time = |(row, text): (usize, Option<&str>)| {
                let text = text.unwrap_or("").trim();
                if let Some(time) = known.get(text) {
                    return Ok(*time);
                }
                let none = || Fault::at(row, "a charge without a time".to_owned());
                let read = if text.is_empty() {
                    Err(none())
                } else {
                    second(text).map_err(|why| Fault::at(row, why))
                };
                read.inspect(|time| {
                    if known.len() >= MOST_KNOWN {
                        known.clear();
                    }
                    known.insert(text.to_owned(), *time);
                })
            };
            column.as_string::<i32>().iter().enumerate().map(&mut time).collect()
        }
        kind if kind.is_nested() || kind.is_numeric() => {
            Err(Fault::of(format!("the time of a charge is {kind}")))
        }
        _ => {
            let text = cast(column, &DataType::Utf8).map_err(Fault::of)?;
            times(&text, known)
        }
    }
}

/// Most texts that are kept of a column: beyond it they are read anew.
pub(super) const MOST_KNOWN: usize = 1 << 16;

/// What is wrong, in which row if it is in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) row: Option<usize>,
    pub(super) why: String,
}

impl Fault {
    pub(super) const fn at(row: usize, why: String) -> Fault {
        Fault { row: Some(row), why }
    }

    pub(super) const fn of(why: String) -> Fault {
        Fault { row: None, why }
    }
}

/// Amounts in 10⁻¹²; [`NONE`] where there is none. An amount beyond all bounds is an error, or none where it may be
/// `unbounded`: there is no telling what it is.
pub(super) fn units(column: &ArrayRef, unbounded: bool) -> Result<Vec<i128>, Fault> {
    let refuse = |row: usize, why: String| if unbounded { Ok(NONE) } else { Err(Fault::at(row, why)) };
    if column.null_count() == column.len() || *column.data_type() == DataType::Null {
        return Ok(vec![NONE; column.len()]);
    }
    match column.data_type() {
        DataType::Float64 => {
            let values = column.as_primitive::<Float64Type>();
            let unit = |(row, value): (usize, f64)| match double_units(value, PLACES) {
                Some(units) => Ok(units),
                None => refuse(row, format!("an amount of {value}")),
            };
            let all: Result<Vec<i128>, Fault> = match values.null_count() {
                0 => values.values().iter().copied().enumerate().map(unit).collect(),
                _ => values
                    .iter()
                    .enumerate()
                    .map(|(row, value)| value.map_or(Ok(NONE), |value| unit((row, value))))
                    .collect(),
            };
            all
        }
        // By its digits: 9.6 is no 9.600000381.
        DataType::Float32 => {
            let values = column.as_primitive::<Float32Type>().iter().enumerate();
            let unit = |(row, value): (usize, Option<f32>)| match value {
                Some(value) => {
                    of_text(&format!("{value}")).or_else(|_| refuse(row, format!("an amount of {value}")))
                }
                None => Ok(NONE),
            };
            values.map(unit).collect()
        }
        DataType::Utf8 => {
            let values = column.as_string::<i32>().iter().enumerate();
            let unit = |(row, text): (usize, Option<&str>)| match text.map_or("", str::trim) {
                "" | "NULL" | "null" => Ok(NONE),
                text => of_text(text).or_else(|error| {
                    let why = format!("`{text}` is {error}");
                    if error == NumberError::TooLarge { refuse(row, why) } else { Err(Fault::at(row, why)) }
                }),
            };
            values.map(unit).collect()
        }
        DataType::Decimal128(_, scale) => decimals(
            column.as_primitive::<Decimal128Type>().iter().map(|value| value.map(Some)),
            *scale,
            refuse,
        ),
        DataType::Decimal256(_, scale) => {
            let values = column.as_primitive::<Decimal256Type>().iter();
            decimals(values.map(|value| value.map(|value| value.to_i128())), *scale, refuse)
        }
        kind if kind.is_nested() || kind.is_temporal() || *kind == DataType::Boolean => {
            Err(Fault::of(format!("an amount is {kind}, not a number")))
        }
        _ => match whole(column) {
            Some(values) => decimals(values.into_iter().map(|value| value.map(Some)), 0, refuse),
            None => units(&cast(column, &DataType::Utf8).map_err(Fault::of)?, unbounded),
        },
    }
}

fn of_text(text: &str) -> Result<i128, NumberError> {
    if let Some(units) = plain_units(text.as_bytes()) {
        return Ok(units);
    }
    let number = parse_rounded(text, PLACES)?;
    Ok(rescaled(number.mantissa(), number.scale(), PLACES))
}

/// What most amounts are: at most 36 digits, at most 20 of them after the point, as [`parse_rounded`] takes exactly.
fn plain_units(text: &[u8]) -> Option<i128> {
    let (minus, digits) = match text.split_first()? {
        (b'-', rest) => (true, rest),
        _ => (false, text),
    };
    if digits.len() > 36 {
        return None;
    }
    // The first 18 in a machine's own word.
    let (mut mantissa, mut low, mut lower, mut point) = (0_i128, 0_u64, 0_u32, None);
    for (place, byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                low = low * 10 + u64::from(byte - b'0');
                lower += 1;
                if lower == 18 {
                    mantissa = mantissa * 1_000_000_000_000_000_000 + i128::from(low);
                    (low, lower) = (0, 0);
                }
            }
            b'.' if point.is_none() => point = Some(place),
            _ => return None,
        }
    }
    let places = point.map_or(0, |place| digits.len() - place - 1);
    let count = digits.len() - usize::from(point.is_some());
    let whole = count - places;
    if count == 0 || places > 20 || whole > 12 {
        return None;
    }
    let mantissa = mantissa * 10_i128.pow(lower) + i128::from(low);
    // What a decimal does not hold is a double with all its digits.
    if mantissa >> 96 != 0 {
        return None;
    }
    let units = rescaled(mantissa, places as u32, PLACES);
    Some(if minus { -units } else { units })
}

/// Amounts of a scale, in 10⁻¹²; `Some(None)` is one that is beyond all bounds.
fn decimals(
    values: impl Iterator<Item = Option<Option<i128>>>,
    scale: i8,
    refuse: impl Fn(usize, String) -> Result<i128, Fault>,
) -> Result<Vec<i128>, Fault> {
    let scale = u32::try_from(scale).map_err(|_| Fault::of("a decimal of negative scale".to_owned()))?;
    let most = 10_i128.checked_pow(scale).and_then(|one| one.checked_mul(i128::from(LARGEST_INPUT)));
    let most = most.unwrap_or(i128::MAX);
    let unit = |(row, value): (usize, Option<Option<i128>>)| match value {
        None => Ok(NONE),
        Some(Some(value)) if value.unsigned_abs() <= most.unsigned_abs() => {
            Ok(rescaled(value, scale, PLACES))
        }
        Some(_) => refuse(row, format!("an amount at scale {scale} is above {LARGEST_INPUT}")),
    };
    values.enumerate().map(unit).collect()
}

/// An instant as exports write it; without a zone it is UTC.
fn second(text: &str) -> Result<i64, String> {
    parse_utc(text).ok_or_else(|| format!("`{text}` is not a time"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_short_way_reads_as_the_long_one(whole in 0_u64..1_000_000_000_000, fraction in "[0-9]{0,20}", minus in any::<bool>()) {
            let text = format!("{}{whole}.{fraction}", if minus { "-" } else { "" });
            let long = parse_rounded(&text, PLACES).expect("a number");
            let long = rescaled(long.mantissa(), long.scale(), PLACES);
            if let Some(units) = plain_units(text.as_bytes()) {
                prop_assert_eq!(units, long);
            } else {
                prop_assert!(whole >= 100_000_000 && fraction.len() > 16);
            }
        }
    }

    #[test]
    fn what_is_not_plain_goes_the_long_way() {
        for text in ["", "-", ".", "1e3", "1,5", "+5", "1.5.2", "0.123456789012345678901", "1000000000000000"]
        {
            assert_eq!(plain_units(text.as_bytes()), None, "{text}");
        }
        assert_eq!(plain_units(b"1.0000000000005"), Some(1_000_000_000_000), "half to even");
        assert_eq!(plain_units(b"1.0000000000015"), Some(1_000_000_000_002));
    }
}
