//! Columns of a Parquet batch as what a bill needs: texts by id, seconds, whole units of 10⁻¹².

use std::collections::BTreeMap;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Decimal128Type, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType,
};
use arrow_array::{Array, ArrayRef, StringArray};
use arrow_schema::{DataType, TimeUnit};

use super::PLACES;
use super::file::{number, second};
use super::focus::object;
use crate::model::decimal::{LARGEST_INPUT, double_units, rescaled};

/// A text column of a batch: an id a row, and what each id says. Id 0 is no text.
pub(super) struct Texts {
    pub(super) name: String,
    pub(super) ids: Vec<usize>,
    pub(super) values: Vec<String>,
}

/// A text column; its words and where they stand.
pub(super) fn texts_of(name: String, column: &ArrayRef) -> std::result::Result<Texts, String> {
    let dictionary = column.as_dictionary_opt::<Int32Type>().ok_or_else(|| format!("{name} is no text"))?;
    let words = dictionary.values().as_any().downcast_ref::<StringArray>();
    let words = words.ok_or_else(|| format!("{name} is no text"))?;
    let mut values = vec![String::new()];
    values.extend(words.iter().map(|word| match word.unwrap_or("") {
        "NULL" | "null" => String::new(),
        word => word.to_owned(),
    }));
    let ids = dictionary.keys().iter().map(|key| key.map_or(0, |key| usize::try_from(key).unwrap_or(0) + 1));
    Ok(Texts { name, ids: ids.collect(), values })
}

/// A column of tag maps, as the JSON the CSV export has.
pub(super) fn tags_of(name: String, column: &ArrayRef) -> std::result::Result<Texts, String> {
    let maps = column.as_map_opt().ok_or_else(|| format!("{name} is no map"))?;
    let (mut ids, mut known): (Vec<usize>, BTreeMap<String, usize>) = Default::default();
    let mut values = vec![String::new()];
    for row in 0..maps.len() {
        let entries = maps.value(row);
        let text = |column: usize, place: usize| -> Option<&str> {
            let column = entries.column(column);
            let words = column.as_any().downcast_ref::<StringArray>()?;
            (!words.is_null(place)).then(|| words.value(place))
        };
        let pairs: BTreeMap<&str, &str> = (0..entries.len())
            .filter_map(|place| Some((text(0, place)?, text(1, place).unwrap_or(""))))
            .collect();
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
        DataType::Dictionary(..) => {
            let texts = texts_of("ChargePeriodStart".into(), column)?;
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
        DataType::Decimal128(_, scale) => {
            let scale = u32::try_from(*scale).map_err(|_| "a decimal of negative scale".to_owned())?;
            let values = column.as_primitive::<Decimal128Type>().iter();
            let most = i128::from(LARGEST_INPUT)
                * 10_i128.checked_pow(scale).unwrap_or(i128::MAX / i128::from(LARGEST_INPUT));
            let unit = |value: i128| match value.abs() <= most {
                true => Ok(rescaled(value, scale, PLACES)),
                false => Err(format!("an amount of {value} at scale {scale}, which is too large")),
            };
            values.map(|value| value.map(unit).transpose()).collect()
        }
        DataType::Null => Ok(vec![None; column.len()]),
        DataType::Int64 => {
            let values = column.as_primitive::<Int64Type>().iter();
            Ok(values.map(|value| value.map(|value| rescaled(i128::from(value), 0, PLACES))).collect())
        }
        DataType::Dictionary(..) => {
            let texts = texts_of("an amount".into(), column)?;
            let unit = |text: &String| {
                (!text.is_empty())
                    .then(|| number(text).map(|number| rescaled(number.mantissa(), number.scale(), PLACES)))
                    .transpose()
            };
            let values: Vec<Option<i128>> =
                texts.values.iter().map(unit).collect::<std::result::Result<_, String>>()?;
            Ok(texts.ids.iter().map(|id| values[*id]).collect())
        }
        other => Err(format!("an amount is {other}, not a number")),
    }
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
