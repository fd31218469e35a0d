//! A column as it is declared, and what its values become.

use polars::prelude::{
    BooleanChunked, Column as FrameColumn, DataFrame, Int32Chunked, Int64Chunked, Int128Chunked, IntoSeries,
    NewChunkedArray, PlSmallStr, PolarsResult, StringChunked, TimeUnit,
};

use crate::model::decimal::{Decimal, round};
use crate::model::money::Usd;
use crate::model::time::DAY;

/// Digits of a decimal of a frame, and those after the point. Prices and quantities have ten places each, so that their
/// product, which has as many places as the factors, is exact.
const DIGITS: (usize, u8) = (38, 20);

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Words.
    Text,
    /// Yes or no.
    Truth,
    /// Whole numbers of 64 bits.
    Count,
    /// Exact numbers.
    Decimal,
    /// Days in UTC.
    Date,
    /// Instants in UTC.
    Instant,
}

impl Holds {
    /// The type's name in SQL.
    #[must_use]
    pub fn sql(self) -> String {
        match self {
            Holds::Text => "VARCHAR".into(),
            Holds::Truth => "BOOLEAN".into(),
            Holds::Count => "BIGINT".into(),
            Holds::Decimal => format!("DECIMAL({},{})", DIGITS.0, DIGITS.1),
            Holds::Date => "DATE".into(),
            Holds::Instant => "TIMESTAMP".into(),
        }
    }
}

/// A value of a row. `Null` is what is not known or does not apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Null,
    Text(String),
    Truth(bool),
    Count(i64),
    Decimal(Decimal),
    /// A second of the Unix epoch: of a day any.
    Second(i64),
}

impl Value {
    /// Words; none are null.
    pub(super) fn text(text: impl Into<String>) -> Value {
        let text = text.into();
        if text.is_empty() { Value::Null } else { Value::Text(text) }
    }

    /// A number of things; what is beyond 64 bits is null.
    pub(super) fn count(count: impl TryInto<i64>) -> Value {
        count.try_into().map_or(Value::Null, Value::Count)
    }
}

impl From<Decimal> for Value {
    fn from(number: Decimal) -> Value {
        Value::Decimal(number)
    }
}

impl From<Usd> for Value {
    fn from(usd: Usd) -> Value {
        Value::Decimal(usd.amount())
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Value {
        Value::Truth(truth)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

/// A column of rows `R`.
pub(super) struct Column<R> {
    pub(super) name: &'static str,
    pub(super) holds: Holds,
    /// The unit; empty where there is none.
    pub(super) unit: &'static str,
    pub(super) meaning: &'static str,
    pub(super) value: fn(&R) -> Value,
}

/// A column: name, what it holds, unit, meaning, and how a row has it.
pub(super) const fn column<R>(
    name: &'static str,
    holds: Holds,
    unit: &'static str,
    meaning: &'static str,
    value: fn(&R) -> Value,
) -> Column<R> {
    Column { name, holds, unit, meaning, value }
}

/// The rows as a frame. Fails on an amount that does not fit its column.
pub(super) fn frame<R>(columns: &[Column<R>], rows: &[R]) -> PolarsResult<DataFrame> {
    let series = columns.iter().map(|column| {
        let values = rows.iter().map(|row| (column.value)(row));
        series(PlSmallStr::from_static(column.name), column.holds, values)
    });
    DataFrame::new(rows.len(), series.collect::<PolarsResult<Vec<_>>>()?)
}

fn series(name: PlSmallStr, holds: Holds, values: impl Iterator<Item = Value>) -> PolarsResult<FrameColumn> {
    let second = |value| match value {
        Value::Second(second) => Some(second),
        _ => None,
    };
    let series = match holds {
        Holds::Text => {
            let texts = values.map(|value| match value {
                Value::Text(text) => Some(text),
                _ => None,
            });
            StringChunked::from_iter_options(name, texts).into_series()
        }
        Holds::Truth => {
            let truths = values.map(|value| match value {
                Value::Truth(truth) => Some(truth),
                _ => None,
            });
            BooleanChunked::from_iter_options(name, truths).into_series()
        }
        Holds::Count => {
            let counts = values.map(|value| match value {
                Value::Count(count) => Some(count),
                _ => None,
            });
            Int64Chunked::from_iter_options(name, counts).into_series()
        }
        Holds::Decimal => {
            let units = values.map(|value| match value {
                Value::Decimal(number) => Some(units(number)),
                _ => None,
            });
            let units = Int128Chunked::from_iter_options(name, units);
            units.into_decimal(DIGITS.0, DIGITS.1.into())?.into_series()
        }
        Holds::Date => {
            let days = values.map(|value| i32::try_from(second(value)?.div_euclid(DAY)).ok());
            Int32Chunked::from_iter_options(name, days).into_date().into_series()
        }
        Holds::Instant => {
            let micros = values.map(|value| second(value)?.checked_mul(1_000_000));
            let instants = Int64Chunked::from_iter_options(name, micros);
            instants.into_datetime(TimeUnit::Microseconds, None).into_series()
        }
    };
    Ok(series.into())
}

/// A decimal as a whole number of its last place, half to even; what does not fit is beyond every column's digits.
fn units(number: Decimal) -> i128 {
    let places = u32::from(DIGITS.1);
    let rounded = round(number, places);
    let factor = 10_i128.checked_pow(places - rounded.scale());
    factor.and_then(|factor| rounded.mantissa().checked_mul(factor)).unwrap_or(i128::MAX)
}

/// A column of words that is not declared, such as a tag's.
pub(super) fn words<'a>(name: &str, values: impl Iterator<Item = Option<&'a str>>) -> FrameColumn {
    StringChunked::from_iter_options(name.into(), values).into_series().into()
}
