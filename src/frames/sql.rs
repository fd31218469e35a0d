//! SQL over frames, and its answer as a table.

use polars::prelude::{AnyValue, DataFrame, DataType, IntoLazy, PolarsError, TimeUnit};
use polars::sql::keywords::all_functions;
use polars::sql::{SQLContext, extract_table_identifiers};

use super::NAMES;
use super::words;
use crate::document::nearest::did_you_mean;
use crate::guard::guarded;
use crate::model::decimal::{self, Decimal};
use crate::model::time::{DAY, day, instant};
use crate::report::{Cell, Column, Kind, Row, Said, Table};

/// Places that are kept of a double, such as a mean.
const PLACES: u32 = 12;

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What is wrong.
    pub message: Said,
    /// What may help.
    pub hint: Option<Said>,
}

/// The tables that a question reads, of those that there are. What it names beside them may be its own (`WITH`).
pub fn asked_for(sql: &str) -> Result<Vec<&'static str>, Refused> {
    only_questions(sql)?;
    let named =
        caught(|| extract_table_identifiers(sql, false, true))?.map_err(|error| refused(&error, &[]))?;
    let named = |table: &&str| named.iter().any(|name| name.eq_ignore_ascii_case(table));
    Ok(NAMES.into_iter().filter(named).collect())
}

/// The answer of a question about tables.
pub fn ask(sql: &str, tables: Vec<(&'static str, DataFrame)>) -> Result<Table, Refused> {
    let columns: Vec<String> =
        tables.iter().flat_map(|(_, frame)| frame.get_column_names_owned()).map(Into::into).collect();
    // What the engine has to say about its own next version is for its callers, not for whoever asks.
    polars::error::set_warning_function(|_, _| {});
    let found = caught(|| {
        let mut context = SQLContext::new();
        for (name, frame) in tables {
            context.register(name, frame.lazy());
        }
        context.execute(sql)?.collect()
    })?;
    found.map_err(|error| refused(&error, &columns)).and_then(|frame| table(&frame))
}

fn caught<T>(work: impl FnOnce() -> T) -> Result<T, Refused> {
    guarded(work).map_err(|words| Refused {
        message: words::the_sql_engine_gave_up(words.lines().next().unwrap_or_default()),
        hint: None,
    })
}

/// Statements that ask nothing: the engine knows them.
const COMMANDS: [&str; 9] =
    ["CREATE", "DELETE", "DESCRIBE", "DROP", "EXPLAIN", "INSERT", "SHOW", "TRUNCATE", "UPDATE"];

/// Refuses what changes or lists tables.
fn only_questions(sql: &str) -> Result<(), Refused> {
    let first = sql.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
    if !COMMANDS.contains(&first.as_str()) {
        return Ok(());
    }
    Err(Refused { message: words::asks_nothing(&first), hint: Some(words::a_question_is_a_select()) })
}

fn refused(error: &PolarsError, columns: &[String]) -> Refused {
    let message = error.to_string();
    // The rest is about the engine's own interface.
    let ends = ["\n\n", ". It's possible that", "; valid columns: "];
    let end = ends.into_iter().filter_map(|end| message.find(end)).min().unwrap_or(message.len());
    let message = message[..end].trim().to_owned();
    let asked = message.split(['\'', '"', '`']).nth(1).unwrap_or_default();
    let among = |candidates: Vec<&str>| did_you_mean(asked, candidates);
    let hint = if matches!(error, PolarsError::Duplicate(_)) {
        Some(words::columns_of_an_answer_are())
    } else if message.contains("relation ") {
        among(NAMES.to_vec())
    } else if message.contains("unsupported function") {
        among(all_functions())
    } else if message.contains("found") && !message.contains("parser") {
        let mut names: Vec<&str> = columns.iter().map(String::as_str).collect();
        names.sort_unstable();
        names.dedup();
        among(names)
    } else {
        None
    };
    Refused { message: Said::alike(message), hint }
}

/// A frame as a table: its columns have its names for people and machines.
fn table(frame: &DataFrame) -> Result<Table, Refused> {
    let kinds: Vec<Kind> = frame.columns().iter().map(|column| kind(column.dtype())).collect();
    let columns = frame.columns().iter().zip(&kinds).map(|(column, kind)| {
        let name = column.name().to_string();
        Column::of(*kind, name.clone(), Said::alike(&name))
    });
    let row = |index: usize| {
        let cells = frame.columns().iter().map(|column| {
            let value = column.get(index).map_err(|error| refused(&error, &[]))?;
            cell(&value).ok_or_else(|| Refused {
                message: words::column_has_values_of_the(column.name(), column.dtype()),
                hint: Some(words::a_table_of_an_answer()),
            })
        });
        cells.collect::<Result<_, _>>().map(Row::Data)
    };
    let rows = (0..frame.height()).map(row).collect::<Result<_, _>>()?;
    Ok(Table { caption: Said::default(), columns: columns.collect(), rows })
}

fn kind(of: &DataType) -> Kind {
    match of {
        DataType::Date => Kind::Date,
        DataType::Datetime(..) => Kind::Instant,
        DataType::Decimal(..) | DataType::Float32 | DataType::Float64 => Kind::Decimal,
        of if of.is_integer() => Kind::Count,
        _ => Kind::Text,
    }
}

/// A value as a cell; `None` of a type that has no place in a table.
fn cell(value: &AnyValue<'_>) -> Option<Cell> {
    Some(match value {
        AnyValue::Null => Cell::Empty,
        AnyValue::Boolean(truth) => Cell::Text(truth.to_string()),
        AnyValue::String(text) => Cell::Text((*text).to_owned()),
        AnyValue::StringOwned(text) => Cell::Text(text.to_string()),
        AnyValue::Date(days) => Cell::Text(day(i64::from(*days) * DAY)),
        AnyValue::Datetime(time, unit, _) => Cell::Text(instant(second(*time, *unit))),
        AnyValue::DatetimeOwned(time, unit, _) => Cell::Text(instant(second(*time, *unit))),
        AnyValue::Decimal(units, _, scale) => number(*units, u32::try_from(*scale).ok()?)?,
        // Not a number, and what is beyond all numbers, is null.
        AnyValue::Float32(double) => of_double(f64::from(*double))?,
        AnyValue::Float64(double) => of_double(*double)?,
        value if value.is_integer() => Cell::Number(Decimal::from(value.extract::<i64>()?)),
        _ => return None,
    })
}

/// Whole units of the last place as a number of at most 28 digits, half to even where there are more.
fn number(units: i128, scale: u32) -> Option<Cell> {
    let fits = |units: i128| units.unsigned_abs() < 1 << 96;
    let to = (0..=scale.min(28)).rev().find(|to| fits(decimal::rescaled(units, scale, *to)))?;
    Some(Cell::Number(decimal::of_units(decimal::rescaled(units, scale, to), to)))
}

fn of_double(double: f64) -> Option<Cell> {
    if !double.is_finite() {
        return Some(Cell::Empty);
    }
    decimal::from_f64(double, PLACES).map(Cell::Number)
}

fn second(time: i64, unit: TimeUnit) -> i64 {
    time.div_euclid(match unit {
        TimeUnit::Nanoseconds => 1_000_000_000,
        TimeUnit::Microseconds => 1_000_000,
        TimeUnit::Milliseconds => 1_000,
    })
}
