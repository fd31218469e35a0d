//! A table as Parquet or as an Arrow file: amounts as exact decimals, counts as integers, times as instants of UTC, what is
//! unknown as null.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, Date32Array, Decimal128Array, Int64Array, RecordBatch, RecordBatchOptions, StringArray,
    TimestampMicrosecondArray,
};
use arrow_ipc::writer::FileWriter;
use arrow_schema::{Field, Schema};
use parquet::arrow::ArrowWriter;

use super::{clean, raw};
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::time::parse_instant;
use crate::report::{Cell, Column, Kind, Row, Table};

/// Digits of a decimal, and those after the point: quantities and prices have ten places each, so their product fits. What
/// has more, such as a ratio, is rounded there, half to even.
pub const DIGITS: (u8, i8) = (38, 20);

const SECONDS_A_DAY: i64 = 86_400;

/// The table as a Parquet file. Its columns are those of the CSV: what has no id is for people alone. `Err` says what does
/// not fit.
pub fn parquet(table: &Table) -> Result<Vec<u8>, String> {
    let batch = batch(table)?;
    let mut writer =
        ArrowWriter::try_new(Vec::new(), batch.schema(), None).map_err(|error| error.to_string())?;
    writer.write(&batch).map_err(|error| error.to_string())?;
    writer.into_inner().map_err(|error| error.to_string())
}

/// The table as a file of the Arrow IPC format.
pub fn arrow(table: &Table) -> Result<Vec<u8>, String> {
    let batch = batch(table)?;
    let mut writer = FileWriter::try_new(Vec::new(), &batch.schema()).map_err(|error| error.to_string())?;
    writer.write(&batch).map_err(|error| error.to_string())?;
    writer.into_inner().map_err(|error| error.to_string())
}

fn batch(table: &Table) -> Result<RecordBatch, String> {
    let data = table.rows.iter().filter_map(|row| match row {
        Row::Data(cells) => Some(cells),
        Row::Heading(_) | Row::Total(_) => None,
    });
    let rows: Vec<&Vec<Cell>> = data.collect();
    let (mut fields, mut arrays) = (Vec::new(), Vec::new());
    for (place, column) in table.columns.iter().enumerate().filter(|(_, column)| !column.id.is_empty()) {
        let array = array(column, rows.iter().map(|cells| &cells[place]))
            .map_err(|reason| format!("column {}: {reason}", column.id))?;
        fields.push(Field::new(column.id.as_ref(), array.data_type().clone(), true));
        arrays.push(array);
    }
    let rows = RecordBatchOptions::new().with_row_count(Some(rows.len()));
    let schema = Arc::new(Schema::new(fields));
    RecordBatch::try_new_with_options(schema, arrays, &rows).map_err(|error| error.to_string())
}

fn array<'a>(column: &Column, cells: impl Iterator<Item = &'a Cell>) -> Result<ArrayRef, String> {
    Ok(match column.kind {
        Kind::Text => Arc::new(cells.map(text).collect::<StringArray>()),
        Kind::Decimal => {
            let values = each(cells, |cell| number(cell)?.map(units).transpose())?;
            let array = Decimal128Array::from(values).with_precision_and_scale(DIGITS.0, DIGITS.1);
            Arc::new(array.map_err(|error| error.to_string())?)
        }
        Kind::Count => Arc::new(Int64Array::from(each(cells, |cell| {
            let whole =
                |text: String| text.parse().map_err(|_| format!("`{text}` is not a whole number of 64 bits"));
            text(cell).map(whole).transpose()
        })?)),
        Kind::Date => Arc::new(Date32Array::from(each(cells, |cell| {
            let days = second(cell)?.map(|second| second.div_euclid(SECONDS_A_DAY));
            days.map(i32::try_from).transpose().map_err(|error| error.to_string())
        })?)),
        Kind::Instant => {
            let values = each(cells, |cell| Ok(second(cell)?.map(|second| second * 1_000_000)))?;
            Arc::new(TimestampMicrosecondArray::from(values).with_timezone("UTC"))
        }
    })
}

/// Every cell as a value; none where none is known.
fn each<'a, T>(
    cells: impl Iterator<Item = &'a Cell>,
    of: impl Fn(&Cell) -> Result<Option<T>, String>,
) -> Result<Vec<Option<T>>, String> {
    cells.map(of).collect()
}

fn text(cell: &Cell) -> Option<String> {
    Some(clean(&raw(cell)).into_owned()).filter(|text| !text.is_empty())
}

fn second(cell: &Cell) -> Result<Option<i64>, String> {
    let Some(text) = text(cell) else { return Ok(None) };
    match parse_instant(&text) {
        Some(instant) => Ok(Some(instant.as_second())),
        None => Err(format!("`{text}` is not a time from 2000 to 2199")),
    }
}

/// The number of a cell; none where none is known.
fn number(cell: &Cell) -> Result<Option<Decimal>, String> {
    Ok(match cell {
        Cell::Usd(usd) | Cell::Change(usd) | Cell::Price(usd) => Some(usd.amount()),
        Cell::Total(total) => total.known().map(Usd::amount),
        Cell::Number(number) | Cell::Percent(number) => Some(*number),
        Cell::Live { value, .. } => number(value)?,
        Cell::Text(text) if text.is_empty() => None,
        Cell::Text(text) => Some(decimal::parse(text).map_err(|error| error.to_string())?),
        Cell::Words(_) | Cell::Range(..) | Cell::Unknown | Cell::Empty => None,
    })
}

/// A decimal as a whole number of the last place.
fn units(number: Decimal) -> Result<i128, String> {
    let places = u32::from(DIGITS.1.unsigned_abs());
    let rounded = decimal::round(number, places);
    let units = 10_i128.checked_pow(places - rounded.scale());
    let units = units.and_then(|factor| rounded.mantissa().checked_mul(factor));
    units.filter(|units| units.unsigned_abs() < 10_u128.pow(DIGITS.0.into())).ok_or_else(|| {
        let digits = u32::from(DIGITS.0) - places;
        format!("{} has more than {digits} digits before its point", decimal::plain(number))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_keep_every_digit() {
        let units = |text: &str| units(decimal::parse(text).expect("a number"));
        assert_eq!(units("-1.5"), Ok(-150_000_000_000_000_000_000));
        assert_eq!(units("0.00000000000000000001"), Ok(1));
        assert_eq!(units("12"), Ok(1_200_000_000_000_000_000_000));
        // A third has 28 digits: 20 are kept.
        let third = Decimal::ONE / Decimal::from(3);
        assert_eq!(super::units(third), Ok(33_333_333_333_333_333_333));
        // 18 digits before the point and 20 after it are 38.
        let most = Decimal::from(999_999_999_999_999_999_i64);
        assert_eq!(super::units(most), Ok(99_999_999_999_999_999_900_000_000_000_000_000_000));
        assert!(super::units(most + Decimal::ONE).is_err());
    }
}
