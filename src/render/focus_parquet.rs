//! A table of FOCUS columns as Parquet: amounts as exact decimals, dates as instants of UTC.

use std::sync::Arc;

use arrow_array::{ArrayRef, Decimal128Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use parquet::arrow::ArrowWriter;

use super::{clean, raw};
use crate::model::decimal;
use crate::model::time::parse_instant;
use crate::report::{Cell, Column, Row, Table};

/// Digits of a decimal, and those after the point: quantities and prices have ten places each.
const DIGITS: (u8, i8) = (38, 20);

/// The file's bytes; no bytes of a table without columns are a Parquet file.
pub fn parquet(table: &Table) -> Result<Vec<u8>, String> {
    let (mut fields, mut arrays) = (Vec::new(), Vec::new());
    for (place, column) in table.columns.iter().enumerate() {
        let cells: Vec<&Cell> = table
            .rows
            .iter()
            .filter_map(|row| match row {
                Row::Data(cells) => cells.get(place),
                Row::Heading(_) | Row::Total(_) => None,
            })
            .collect();
        let (kind, array) = array(column, &cells)?;
        fields.push(Field::new(column.id, kind, true));
        arrays.push(array);
    }
    let schema = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays).map_err(|error| error.to_string())?;
    let mut writer = ArrowWriter::try_new(Vec::new(), schema, None).map_err(|error| error.to_string())?;
    writer.write(&batch).map_err(|error| error.to_string())?;
    writer.into_inner().map_err(|error| error.to_string())
}

fn array(column: &Column, cells: &[&Cell]) -> Result<(DataType, ArrayRef), String> {
    let text = |cell: &&Cell| Some(clean(&raw(cell)).into_owned()).filter(|text| !text.is_empty());
    if column.numeric {
        let units = |cell: &&Cell| text(cell).map(|text| units(&text)).transpose();
        let values: Vec<Option<i128>> = cells.iter().map(units).collect::<Result<_, _>>()?;
        let array = Decimal128Array::from(values).with_precision_and_scale(DIGITS.0, DIGITS.1);
        let array = array.map_err(|error| error.to_string())?;
        return Ok((DataType::Decimal128(DIGITS.0, DIGITS.1), Arc::new(array)));
    }
    if column.id.ends_with("PeriodStart") || column.id.ends_with("PeriodEnd") {
        let micros =
            |cell: &&Cell| parse_instant(&text(cell)?).map(|instant| instant.as_second() * 1_000_000);
        let values: Vec<Option<i64>> = cells.iter().map(micros).collect();
        let array = TimestampMicrosecondArray::from(values).with_timezone("UTC");
        return Ok((DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), Arc::new(array)));
    }
    let values: Vec<Option<String>> = cells.iter().map(text).collect();
    Ok((DataType::Utf8, Arc::new(StringArray::from(values))))
}

/// A decimal as a whole number of its last place.
fn units(text: &str) -> Result<i128, String> {
    let places = DIGITS.1.unsigned_abs();
    let number = decimal::parse_rounded(text, places.into()).map_err(|error| error.to_string())?;
    let plain = decimal::plain(number);
    let (whole, rest) = plain.split_once('.').unwrap_or((&plain, ""));
    let width = usize::from(places);
    format!("{whole}{rest:0<width$}").parse::<i128>().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_keep_every_digit() {
        assert_eq!(units("-1.5"), Ok(-150_000_000_000_000_000_000));
        assert_eq!(units("0.00000000000000000001"), Ok(1));
        assert_eq!(units("12"), Ok(1_200_000_000_000_000_000_000));
    }
}
