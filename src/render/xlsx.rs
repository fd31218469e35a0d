//! Sheets as a workbook for spreadsheets: tables, named cells and live formulas.

use std::collections::BTreeMap;

use rust_xlsxwriter::{
    Chart, ChartType, DocProperties, ExcelDateTime, Format, Formula as CellFormula, Table as SheetTable,
    TableColumn, Workbook, Worksheet, XlsxError,
};

use super::{clean, defused, raw};
use crate::model::decimal::to_f64;
use crate::model::money::Total;
use crate::report::{Cell, Formula, Row, Sheet};

/// The workbook's bytes; the same sheets give the same bytes. `made_on` is year, month and day. Fails on what a workbook cannot
/// hold: too many rows, a text that is too long.
pub fn workbook(sheets: &[Sheet], made_on: (u16, u8, u8)) -> Result<Vec<u8>, String> {
    write(sheets, made_on).map_err(|error| error.to_string())
}

fn write(sheets: &[Sheet], (year, month, day): (u16, u8, u8)) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let made = ExcelDateTime::from_ymd(year, month, day)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
    for (name, place) in names(sheets) {
        workbook.define_name(name, &format!("={place}"))?;
    }
    for sheet in sheets {
        let worksheet = workbook.add_worksheet();
        worksheet.set_name(&sheet.table.caption)?;
        fill(worksheet, sheet, sheets)?;
    }
    workbook.save_to_buffer()
}

/// Cells with names, and where they are.
fn names(sheets: &[Sheet]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for sheet in sheets {
        for (row, cells) in data(sheet).enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                if let Cell::Live { name: Some(name), .. } = cell {
                    found.insert(name.clone(), format!("{}!${}${}", quoted(sheet), letters(column), row + 2));
                }
            }
        }
    }
    found
}

fn data(sheet: &Sheet) -> impl Iterator<Item = &Vec<Cell>> {
    sheet.table.rows.iter().filter_map(|row| match row {
        Row::Data(cells) | Row::Total(cells) => Some(cells),
        Row::Heading(_) => None,
    })
}

fn quoted(sheet: &Sheet) -> String {
    format!("'{}'", sheet.table.caption.replace('\'', "''"))
}

/// `A`, `Z`, `AA`.
fn letters(column: usize) -> String {
    let letter = |place: usize| char::from(b'A' + u8::try_from(place).unwrap_or_default());
    match column {
        0..26 => letter(column).to_string(),
        _ => format!("{}{}", letters(column / 26 - 1), letter(column % 26)),
    }
}

fn fill(worksheet: &mut Worksheet, sheet: &Sheet, sheets: &[Sheet]) -> Result<(), XlsxError> {
    let columns = &sheet.table.columns;
    let bold = Format::new().set_bold();
    let mut last = 0;
    for (place, column) in (0_u16..).zip(columns) {
        let heading = if column.heading.is_empty() { &column.id } else { column.heading.as_str() };
        worksheet.write_string_with_format(0, place, heading, &bold)?;
    }
    for (row, cells) in (1_u32..).zip(data(sheet)) {
        for (column, cell) in (0_u16..).zip(cells) {
            put(worksheet, row, column, cell, sheets)?;
        }
        last = row;
    }
    worksheet.set_freeze_panes(1, 0)?;
    if let (1.., Some(last_column)) = (last, columns.len().checked_sub(1)) {
        let headings: Vec<TableColumn> = columns
            .iter()
            .map(|column| {
                TableColumn::new().set_header(if column.heading.is_empty() {
                    &column.id
                } else {
                    column.heading.as_str()
                })
            })
            .collect();
        let table = SheetTable::new().set_name(format!("table_{}", sheet.id)).set_columns(&headings);
        let last_column = u16::try_from(last_column).unwrap_or(u16::MAX);
        worksheet.add_table(0, 0, last, last_column, &table)?;
        if let Some((across, upwards)) = charted(sheet, sheets) {
            let (name, at) =
                (sheet.table.caption.as_str(), |place: usize| u16::try_from(place).unwrap_or(u16::MAX));
            let mut chart = Chart::new(ChartType::Column);
            chart
                .add_series()
                .set_name(&columns[upwards].heading)
                .set_categories((name, 1, at(across), last, at(across)))
                .set_values((name, 1, at(upwards), last, at(upwards)));
            chart.title().set_name(name);
            worksheet.insert_chart(last + 2, 1, &chart)?;
        }
    }
    worksheet.autofit();
    Ok(())
}

/// The columns of a sheet's chart: days, or, in a workbook without any, lines with their costs.
fn charted(sheet: &Sheet, sheets: &[Sheet]) -> Option<(usize, usize)> {
    let has_days = sheets.iter().any(|of| of.id == "daily" && data(of).next().is_some());
    let place = |id: &str| sheet.table.columns.iter().position(|column| column.id == id);
    match sheet.id {
        "daily" => Some((place("day")?, place("charged")?)),
        "lines" if !has_days => Some((place("name")?, place("cost_expected")?)),
        _ => None,
    }
}

fn put(
    worksheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    sheets: &[Sheet],
) -> Result<(), XlsxError> {
    match cell {
        Cell::Live { value, formula: Some(formula), .. } => {
            let formula =
                CellFormula::new(format!("={}", expression(formula, sheets))).set_result(raw(value));
            worksheet.write_formula_with_format(row, column, formula, &format(value))?;
        }
        Cell::Live { value, formula: None, .. } => put(worksheet, row, column, value, sheets)?,
        Cell::Usd(usd)
        | Cell::Change(usd)
        | Cell::Price(usd)
        | Cell::Total(Total::Whole(usd) | Total::AtLeast(usd)) => {
            worksheet.write_number_with_format(row, column, to_f64(usd.amount()), &format(cell))?;
        }
        Cell::Number(number) | Cell::Percent(number) => {
            worksheet.write_number_with_format(row, column, to_f64(*number), &format(cell))?;
        }
        Cell::Text(text) if text.is_empty() => {}
        Cell::Text(text) => {
            worksheet.write_string(row, column, defused(clean(text).into_owned()))?;
        }
        Cell::Total(Total::Unknown) | Cell::Range(..) | Cell::Unknown | Cell::Empty => {}
    }
    Ok(())
}

fn format(cell: &Cell) -> Format {
    Format::new().set_num_format(match cell {
        Cell::Price(_) => "$#,##0.00########",
        Cell::Number(_) => "#,##0.##########",
        Cell::Percent(_) => "0.0%",
        Cell::Total(Total::AtLeast(_)) => "\"≥ \"$#,##0.00",
        Cell::Live { value, .. } => return format(value),
        _ => "$#,##0.00;-$#,##0.00",
    })
}

fn expression(formula: &Formula, sheets: &[Sheet]) -> String {
    match formula {
        Formula::Product(names) => names.join("*"),
        Formula::Difference(from, less) => format!("{from}-{less}"),
        Formula::ColumnSum { sheet, column } => {
            let found =
                sheets.iter().find(|of| of.id == *sheet).expect("a sum is of a sheet of the workbook");
            let place = found.table.columns.iter().position(|of| of.id == *column);
            let letters = letters(place.expect("a sum is of a column of its sheet"));
            let last = data(found).count().max(1) + 1;
            format!("SUM({}!${letters}$2:${letters}${last})", quoted(found))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        assert_eq!([0, 25, 26, 51, 52].map(letters), ["A", "Z", "AA", "AZ", "BA"]);
    }
}
