//! Columns of a Parquet batch as what a bill needs: texts by id, seconds, whole units of 10⁻¹².

use std::collections::BTreeMap;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Decimal128Type, Decimal256Type, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};

use super::PLACES;
use super::file::{number, second};
use super::focus::object;
use crate::model::decimal::{LARGEST_INPUT, double_units, rescaled};
use crate::prices::history::DAY;

/// A text column of a batch: an id a row, and what each id says. Id 0 is no text.
pub(super) struct Texts {
    pub(super) name: String,
    pub(super) ids: Vec<usize>,
    pub(super) values: Vec<String>,
}

/// A text column; its words and where they stand. Whole numbers are text, too: of account ids the zeros before them are
/// filled in.
pub(super) fn texts_of(name: String, column: &ArrayRef) -> std::result::Result<Texts, String> {
    let mut texts = words_of(name, column)?;
    for word in texts.values.iter_mut().filter(|word| matches!(word.as_str(), "NULL" | "null")) {
        word.clear();
    }
    Ok(texts)
}

fn words_of(name: String, column: &ArrayRef) -> std::result::Result<Texts, String> {
    let mut values = vec![String::new()];
    if let Some(dictionary) = column.as_dictionary_opt::<Int32Type>() {
        let words = dictionary.values();
        let none = || format!("{name} is {}, not text", column.data_type());
        if let Some(words) = words.as_string_opt::<i32>() {
            values.extend(words.iter().map(|word| word.unwrap_or("").to_owned()));
        } else {
            // Text without the mark that it is.
            for word in words.as_binary_opt::<i32>().ok_or_else(none)? {
                let word =
                    std::str::from_utf8(word.unwrap_or(b"")).map_err(|_| format!("{name} is not UTF-8"))?;
                values.push(word.to_owned());
            }
        }
        let ids =
            dictionary.keys().iter().map(|key| key.map_or(0, |key| usize::try_from(key).unwrap_or(0) + 1));
        return Ok(Texts { ids: ids.collect(), name, values });
    }
    let whole = match column.null_count() == column.len() || *column.data_type() == DataType::Null {
        true => vec![None; column.len()],
        false => whole(column).ok_or_else(|| format!("{name} is {}, not text", column.data_type()))?,
    };
    let digits = if ACCOUNTS.contains(&name.as_str()) { 12 } else { 0 };
    let mut known: BTreeMap<i128, usize> = BTreeMap::new();
    let mut id = |number: i128| {
        *known.entry(number).or_insert_with(|| {
            values.push(format!("{number:0digits$}"));
            values.len() - 1
        })
    };
    let ids = whole.into_iter().map(|number| number.map_or(0, &mut id)).collect();
    Ok(Texts { name, ids, values })
}

/// Columns of account ids, which are of twelve digits.
const ACCOUNTS: [&str; 2] = ["subaccountid", "lineitemusageaccountid"];

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
        _ => return None,
    })
}

/// A column of tag maps, as the JSON the CSV export has.
pub(super) fn tags_of(name: String, column: &ArrayRef) -> std::result::Result<Texts, String> {
    let maps = column.as_map_opt().ok_or_else(|| format!("{name} is no map"))?;
    let entries = maps.entries();
    let keys = words_of(format!("a key of {name}"), entries.column(0))?;
    let words = words_of(format!("a value of {name}"), entries.column(1))?;
    let (mut ids, mut known): (Vec<usize>, BTreeMap<String, usize>) = Default::default();
    let mut values = vec![String::new()];
    for (row, ends) in maps.value_offsets().windows(2).enumerate() {
        let place = |offset: i32| usize::try_from(offset).unwrap_or(0);
        let here = if maps.is_null(row) { 0..0 } else { place(ends[0])..place(ends[1]) };
        let pair =
            |place: usize| (keys.values[keys.ids[place]].as_str(), words.values[words.ids[place]].as_str());
        let pairs: BTreeMap<&str, &str> = here.filter(|place| keys.ids[*place] != 0).map(pair).collect();
        let json = object(pairs.into_iter());
        let next = values.len();
        let id = *known.entry(json.clone()).or_insert(next);
        if id == next {
            values.push(json);
        }
        ids.push(id);
    }
    Ok(Texts { name, ids, values })
}

/// Seconds since the Unix epoch.
pub(super) fn times(column: &ArrayRef) -> std::result::Result<Vec<i64>, String> {
    let none = || "a charge without a time".to_owned();
    let all = |values: Vec<Option<i64>>, per_second: i64| -> std::result::Result<Vec<i64>, String> {
        values.into_iter().map(|value| Ok(value.ok_or_else(none)?.div_euclid(per_second))).collect()
    };
    match column.data_type() {
        DataType::Timestamp(TimeUnit::Second, _) => {
            all(column.as_primitive::<TimestampSecondType>().iter().collect(), 1)
        }
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            all(column.as_primitive::<TimestampMillisecondType>().iter().collect(), 1_000)
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            all(column.as_primitive::<TimestampMicrosecondType>().iter().collect(), 1_000_000)
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            all(column.as_primitive::<TimestampNanosecondType>().iter().collect(), 1_000_000_000)
        }
        DataType::Date32 => {
            let days = column.as_primitive::<Date32Type>().iter();
            all(days.map(|day| day.map(|day| i64::from(day) * DAY)).collect(), 1)
        }
        DataType::Dictionary(..) => {
            let texts = texts_of("the time of a charge".into(), column)?;
            let times: Vec<Option<i64>> = texts
                .values
                .iter()
                .map(|text| (!text.is_empty()).then(|| second(text)).transpose())
                .collect::<std::result::Result<_, _>>()?;
            texts.ids.iter().map(|id| times[*id].ok_or_else(none)).collect()
        }
        other => Err(format!("the time of a charge is {other}")),
    }
}

/// Amounts in 10⁻¹²; `None` where there is none.
pub(super) fn units(column: &ArrayRef) -> std::result::Result<Vec<Option<i128>>, String> {
    match column.data_type() {
        DataType::Float64 => {
            let unit =
                |value: f64| double_units(value, PLACES).ok_or_else(|| format!("an amount of {value}"));
            column.as_primitive::<Float64Type>().iter().map(|value| value.map(unit).transpose()).collect()
        }
        // By its digits: 9.6 is no 9.600000381.
        DataType::Float32 => {
            let unit = |value: f32| of_text(&format!("{value}"));
            column.as_primitive::<Float32Type>().iter().map(|value| value.map(unit).transpose()).collect()
        }
        DataType::Decimal128(_, scale) => {
            decimals(column.as_primitive::<Decimal128Type>().iter().map(|value| value.map(Some)), *scale)
        }
        DataType::Decimal256(_, scale) => {
            let values = column.as_primitive::<Decimal256Type>().iter();
            decimals(values.map(|value| value.map(|value| value.to_i128())), *scale)
        }
        DataType::Null => Ok(vec![None; column.len()]),
        DataType::Dictionary(..) => {
            let texts = texts_of("an amount".into(), column)?;
            let unit = |text: &String| (!text.is_empty()).then(|| of_text(text)).transpose();
            let values: Vec<Option<i128>> =
                texts.values.iter().map(unit).collect::<std::result::Result<_, String>>()?;
            Ok(texts.ids.iter().map(|id| values[*id]).collect())
        }
        other => match whole(column) {
            Some(values) => decimals(values.into_iter().map(|value| value.map(Some)), 0),
            None => Err(format!("an amount is {other}, not a number")),
        },
    }
}

fn of_text(text: &str) -> std::result::Result<i128, String> {
    number(text).map(|number| rescaled(number.mantissa(), number.scale(), PLACES))
}

/// Amounts of a scale, in 10⁻¹²; `Some(None)` is one that is beyond all bounds.
fn decimals(
    values: impl Iterator<Item = Option<Option<i128>>>,
    scale: i8,
) -> std::result::Result<Vec<Option<i128>>, String> {
    let scale = u32::try_from(scale).map_err(|_| "a decimal of negative scale".to_owned())?;
    let most = 10_i128.checked_pow(scale).and_then(|one| one.checked_mul(i128::from(LARGEST_INPUT)));
    let most = most.unwrap_or(i128::MAX);
    let unit = |value: Option<i128>| match value.filter(|value| value.unsigned_abs() <= most.unsigned_abs()) {
        Some(value) => Ok(rescaled(value, scale, PLACES)),
        None => Err(format!("an amount at scale {scale} is above {LARGEST_INPUT}")),
    };
    values.map(|value| value.map(unit).transpose()).collect()
}

/// The consumed quantity of each row, else the pricing quantity; `None` without either.
pub(super) fn quantities(
    numbers: &BTreeMap<String, ArrayRef>,
    rows: usize,
) -> std::result::Result<Vec<Option<i128>>, String> {
    let mut found: Vec<Option<i128>> = vec![None; rows];
    for name in ["consumedquantity", "pricingquantity"] {
        let Some(column) = numbers.get(name) else { continue };
        for (slot, value) in found.iter_mut().zip(units(column)?) {
            *slot = slot.or(value);
        }
    }
    Ok(found)
}
