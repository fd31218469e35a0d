//! Sheets as a workbook for spreadsheets: tables, named cells and live formulas.

use std::collections::BTreeMap;

use rust_xlsxwriter::{
    Chart, ChartType, DocProperties, ExcelDateTime, Format, Formula as CellFormula, Table as SheetTable,
    TableColumn, Workbook, Worksheet, XlsxError,
};

use super::{clean, defused, raw, shown};
use crate::model::decimal::to_f64;
use crate::model::money::Total;
use crate::report::{Cell, Column, Formula, Lang, Row, Sheet};

/// The workbook's bytes; the same sheets give the same bytes. `made_on` is year, month and day. Fails on what a workbook cannot
/// hold: too many rows, a text that is too long.
pub fn workbook(sheets: &[Sheet], lang: Lang, made_on: (u16, u8, u8)) -> Result<Vec<u8>, String> {
    Book { sheets, lang }.write(made_on).map_err(|error| error.to_string())
}

/// Sheets in a language.
#[derive(Clone, Copy)]
struct Book<'a> {
    sheets: &'a [Sheet],
    lang: Lang,
}

impl Book<'_> {
    fn write(self, (year, month, day): (u16, u8, u8)) -> Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        let made = ExcelDateTime::from_ymd(year, month, day)?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
        for (name, place) in self.names() {
            workbook.define_name(name, &format!("={place}"))?;
        }
        for sheet in self.sheets {
            let worksheet = workbook.add_worksheet();
            worksheet.set_name(sheet.table.caption.in_language(self.lang))?;
            self.fill(worksheet, sheet)?;
        }
        workbook.save_to_buffer()
    }

    /// Cells with names, and where they are.
    fn names(self) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        for sheet in self.sheets {
            for (row, cells) in data(sheet).enumerate() {
                for (column, cell) in cells.iter().enumerate() {
                    if let Cell::Live { name: Some(name), .. } = cell {
                        let place = format!("{}!${}${}", self.quoted(sheet), letters(column), row + 2);
                        found.insert(name.clone(), place);
                    }
                }
            }
        }
        found
    }

    fn quoted(self, sheet: &Sheet) -> String {
        format!("'{}'", sheet.table.caption.in_language(self.lang).replace('\'', "''"))
    }

    fn fill(self, worksheet: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
        let columns = &sheet.table.columns;
        let bold = Format::new().set_bold();
        let heading = |column: &Column| match column.heading.in_language(self.lang) {
            "" => column.id.to_string(),
            heading => heading.to_owned(),
        };
        let mut last = 0;
        for (place, column) in (0_u16..).zip(columns) {
            worksheet.write_string_with_format(0, place, heading(column), &bold)?;
        }
        for (row, cells) in (1_u32..).zip(data(sheet)) {
            for (column, cell) in (0_u16..).zip(cells) {
                self.put(worksheet, row, column, cell)?;
            }
            last = row;
        }
        worksheet.set_freeze_panes(1, 0)?;
        if let (1.., Some(last_column)) = (last, columns.len().checked_sub(1)) {
            let headings: Vec<TableColumn> =
                columns.iter().map(|column| TableColumn::new().set_header(heading(column))).collect();
            let table = SheetTable::new().set_name(format!("table_{}", sheet.id)).set_columns(&headings);
            let last_column = u16::try_from(last_column).unwrap_or(u16::MAX);
            worksheet.add_table(0, 0, last, last_column, &table)?;
            if let Some((across, upwards)) = charted(sheet, self.sheets) {
                let name = sheet.table.caption.in_language(self.lang);
                let at = |place: usize| u16::try_from(place).unwrap_or(u16::MAX);
                let mut chart = Chart::new(ChartType::Column);
                chart
                    .add_series()
                    .set_name(columns[upwards].heading.in_language(self.lang))
                    .set_categories((name, 1, at(across), last, at(across)))
                    .set_values((name, 1, at(upwards), last, at(upwards)));
                chart.title().set_name(name);
                worksheet.insert_chart(last + 2, 1, &chart)?;
            }
        }
        worksheet.autofit();
        Ok(())
    }

    fn put(self, worksheet: &mut Worksheet, row: u32, column: u16, cell: &Cell) -> Result<(), XlsxError> {
        match cell {
            Cell::Live { value, formula: Some(formula), .. } => {
                let formula =
                    CellFormula::new(format!("={}", self.expression(formula))).set_result(raw(value));
                worksheet.write_formula_with_format(row, column, formula, &format(value))?;
            }
            Cell::Live { value, formula: None, .. } => self.put(worksheet, row, column, value)?,
            Cell::Usd(usd)
            | Cell::Change(usd)
            | Cell::Price(usd)
            | Cell::Total(Total::Whole(usd) | Total::AtLeast(usd)) => {
                worksheet.write_number_with_format(row, column, to_f64(usd.amount()), &format(cell))?;
            }
            Cell::Number(number) | Cell::Percent(number) => {
                worksheet.write_number_with_format(row, column, to_f64(*number), &format(cell))?;
            }
            Cell::Text(_) | Cell::Words(_) => {
                let text = shown(cell, self.lang);
                if !text.is_empty() {
                    worksheet.write_string(row, column, defused(clean(&text).into_owned()))?;
                }
            }
            Cell::Total(Total::Unknown) | Cell::Range(..) | Cell::Unknown | Cell::Empty => {}
        }
        Ok(())
    }

    fn expression(self, formula: &Formula) -> String {
        match formula {
            Formula::Product(names) => names.join("*"),
            Formula::Difference(from, less) => format!("{from}-{less}"),
            Formula::ColumnSum { sheet, column } => {
                let found = self
                    .sheets
                    .iter()
                    .find(|of| of.id == *sheet)
                    .expect("a sum is of a sheet of the workbook");
                let place = found.table.columns.iter().position(|of| of.id == *column);
                let letters = letters(place.expect("a sum is of a column of its sheet"));
                let last = data(found).count().max(1) + 1;
                format!("SUM({}!${letters}$2:${letters}${last})", self.quoted(found))
            }
        }
    }
}

fn data(sheet: &Sheet) -> impl Iterator<Item = &Vec<Cell>> {
    sheet.table.rows.iter().filter_map(|row| match row {
        Row::Data(cells) | Row::Total(cells) => Some(cells),
        Row::Heading(_) => None,
    })
}

/// `A`, `Z`, `AA`.
fn letters(column: usize) -> String {
    let letter = |place: usize| char::from(b'A' + u8::try_from(place).unwrap_or_default());
    match column {
        0..26 => letter(column).to_string(),
        _ => format!("{}{}", letters(column / 26 - 1), letter(column % 26)),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        assert_eq!([0, 25, 26, 51, 52].map(letters), ["A", "Z", "AA", "AZ", "BA"]);
    }
}
