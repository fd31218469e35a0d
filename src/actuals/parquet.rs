//! Bills in Parquet: only the columns that are needed, batch by batch, row groups side by side.
//!
//! Text columns are read as the dictionaries they are stored as. What a row is, is decided once for each
//! combination of its texts, by the same rules as for CSV; then a row costs an addition. Costs are AWS's doubles:
//! each becomes a whole number of 10⁻¹² dollars, half to even, before any sum, so the order does not matter.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Decimal128Type, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType,
};
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};

use super::file::{Kind, folded, number, second};
use super::{Bill, CostBasis, PLACES, RecordType, Scope, focus};
use crate::error::{Error, Result};
use crate::model::decimal::{double_units, of_units, rescaled};
use crate::model::money::Usd;
use crate::model::time::Period;

/// Rows of a batch.
const BATCH: usize = 16_384;

/// Largest table of text combinations of a batch; beyond it they are looked up in a tree.
const TABLE: usize = 1 << 20;

const DAY: i64 = 86_400;

/// What a row is, beside its day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Class {
    in_scope: bool,
    record: RecordType,
    service: String,
    usage_type: String,
}

/// Sums of one thread: by class and day of the period, quantity and cost in 10⁻¹².
#[derive(Default)]
struct Sums {
    classes: BTreeMap<Class, usize>,
    cells: Vec<(i128, i128)>,
    days: usize,
    total: i128,
    rows: u64,
}

/// What a thread needs to know.
#[derive(Clone, Copy)]
struct Task<'a> {
    period: Period,
    basis: CostBasis,
    scope: &'a Scope,
}

/// Reads a FOCUS export in Parquet into the bill.
pub(super) fn read(
    path: &Path,
    period: Period,
    basis: CostBasis,
    scope: &Scope,
    bill: &mut Bill,
) -> Result<()> {
    let malformed =
        |message: String| Error::Malformed { path: path.to_owned(), what: Kind::Focus.what(), message };
    let open = || File::open(path).map_err(|source| Error::Read { path: path.to_owned(), source });
    let plain = ArrowReaderMetadata::load(&open()?, ArrowReaderOptions::new())
        .map_err(|error| malformed(error.to_string()))?;
    let schema = Arc::new(with_dictionaries(plain.schema()));
    let metadata = ArrowReaderMetadata::load(&open()?, ArrowReaderOptions::new().with_schema(schema))
        .map_err(|error| malformed(error.to_string()))?;
    let names: Vec<String> = metadata.schema().fields().iter().map(|field| folded(field.name())).collect();
    let missing: Vec<&str> =
        focus::REQUIRED.iter().copied().filter(|name| !names.iter().any(|known| known == name)).collect();
    if !missing.is_empty() {
        return Err(malformed(format!("it has no column {}", missing.join(", "))));
    }
    let wanted = needed(basis, scope);
    let places: Vec<usize> =
        (0..names.len()).filter(|place| wanted.contains(&names[*place].as_str())).collect();
    let groups: Vec<usize> = (0..metadata.metadata().num_row_groups()).collect();
    let task = Task { period, basis, scope };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(groups.len().max(1));
    let sums: std::result::Result<Vec<Sums>, String> = std::thread::scope(|scope| {
        let parts: Vec<_> = (0..threads)
            .map(|part| {
                let groups: Vec<usize> = groups.iter().copied().skip(part).step_by(threads).collect();
                let (metadata, places, file) = (metadata.clone(), &places, open());
                scope.spawn(move || {
                    let file = file.map_err(|error| error.to_string())?;
                    let mask = ProjectionMask::roots(metadata.parquet_schema(), places.iter().copied());
                    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata)
                        .with_projection(mask)
                        .with_row_groups(groups)
                        .with_batch_size(BATCH)
                        .build();
                    let mut sums = Sums { days: days(task.period), ..Sums::default() };
                    for batch in reader.map_err(|error| error.to_string())? {
                        sums.add(&batch.map_err(|error| error.to_string())?, task)?;
                    }
                    Ok(sums)
                })
            })
            .collect();
        parts
            .into_iter()
            .map(|part| part.join().unwrap_or_else(|_| Err("it breaks its reader".into())))
            .collect()
    });
    for sums in sums.map_err(malformed)? {
        sums.pour(bill, period);
    }
    Ok(())
}

/// Columns of this question.
fn needed(basis: CostBasis, scope: &Scope) -> Vec<&'static str> {
    let mut wanted = vec![
        "chargecategory",
        "chargeperiodstart",
        "billingcurrency",
        "servicename",
        "xservicecode",
        "xusagetype",
        "skumeter",
        "commitmentdiscountstatus",
        "consumedquantity",
        "pricingquantity",
        if basis == CostBasis::Unblended { "billedcost" } else { "effectivecost" },
    ];
    wanted.extend((!scope.accounts.is_empty()).then_some("subaccountid"));
    wanted.extend((!scope.regions.is_empty()).then_some("regionid"));
    wanted.extend((!scope.tags.is_empty()).then_some("tags"));
    wanted
}

/// The file's schema with text as dictionaries.
fn with_dictionaries(schema: &Schema) -> Schema {
    let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let field = |field: &Arc<Field>| match field.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
            Arc::new(field.as_ref().clone().with_data_type(dictionary.clone()))
        }
        _ => Arc::clone(field),
    };
    Schema::new_with_metadata(
        schema.fields().iter().map(field).collect::<Vec<_>>(),
        schema.metadata().clone(),
    )
}

fn days(period: Period) -> usize {
    let (start, end) = (first_day(period), period.end().as_second());
    usize::try_from((end - start + DAY - 1) / DAY).unwrap_or(0)
}

fn first_day(period: Period) -> i64 {
    let start = period.start().as_second();
    start - start.rem_euclid(DAY)
}

/// A text column of a batch: an id a row, and what each id says. Id 0 is no text.
struct Texts {
    name: String,
    ids: Vec<usize>,
    values: Vec<String>,
}

impl Sums {
    fn add(&mut self, batch: &RecordBatch, task: Task<'_>) -> std::result::Result<(), String> {
        let mut texts: Vec<Texts> = Vec::new();
        let mut numbers: BTreeMap<String, ArrayRef> = BTreeMap::new();
        for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
            let name = folded(field.name());
            match column.data_type() {
                DataType::Dictionary(..) if !is_number(&name) => texts.push(texts_of(name, column)?),
                DataType::Map(..) => texts.push(tags_of(name, column)?),
                _ => {
                    numbers.insert(name, Arc::clone(column));
                }
            }
        }
        let times = times(numbers.get("chargeperiodstart").ok_or("ChargePeriodStart is no time")?)?;
        let cost = if task.basis == CostBasis::Unblended { "billedcost" } else { "effectivecost" };
        let costs = units(numbers.get(cost).ok_or_else(|| format!("{cost} is no number"))?)?;
        let rows = batch.num_rows();
        let quantities = quantities(&numbers, rows)?;
        let sizes: Vec<usize> = texts.iter().map(|text| text.values.len()).collect();
        let size = sizes.iter().try_fold(1_usize, |product, size| product.checked_mul(*size));
        let mut table: Vec<usize> = vec![usize::MAX; size.filter(|size| *size <= TABLE).unwrap_or(0)];
        let mut tree: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
        let (start, end) = (task.period.start().as_second(), task.period.end().as_second());
        let first = first_day(task.period);
        for row in 0..rows {
            let time = times[row];
            if time < start || time >= end {
                continue;
            }
            let class = if table.is_empty() {
                let ids: Vec<usize> = texts.iter().map(|text| text.ids[row]).collect();
                match tree.get(&ids) {
                    Some(class) => *class,
                    None => {
                        let class = self.class(&texts, row, task)?;
                        tree.insert(ids, class);
                        class
                    }
                }
            } else {
                let code = texts.iter().zip(&sizes).fold(0, |code, (text, size)| code * size + text.ids[row]);
                if table[code] == usize::MAX {
                    table[code] = self.class(&texts, row, task)?;
                }
                table[code]
            };
            let cost =
                costs[row].ok_or_else(|| format!("a charge of {} without a cost", texts_at(&texts, row)))?;
            let day = usize::try_from((time - first) / DAY).unwrap_or(0);
            let cell = &mut self.cells[class * self.days + day];
            cell.0 += quantities[row];
            cell.1 += cost;
            self.total += cost;
            self.rows += 1;
        }
        Ok(())
    }

    /// The class of a row, by the rules for CSV.
    fn class(&mut self, texts: &[Texts], row: usize, task: Task<'_>) -> std::result::Result<usize, String> {
        let cell = |name: &str| match name {
            "chargeperiodstart" => "2000-01-01T00:00:00Z",
            _ => texts.iter().find(|text| text.name == name).map_or("", |text| &text.values[text.ids[row]]),
        };
        let cell = |name: &str| match name {
            "billedcost" | "effectivecost" | "consumedquantity" | "pricingquantity" => "0",
            name => cell(name),
        };
        let row = focus::row(&cell, task.basis, task.scope)?;
        let class = Class {
            in_scope: row.in_scope,
            record: row.record,
            service: row.service,
            usage_type: row.usage_type,
        };
        let next = self.classes.len();
        let place = *self.classes.entry(class).or_insert(next);
        self.cells.resize(self.classes.len() * self.days, (0, 0));
        Ok(place)
    }

    /// Adds the sums to a bill.
    fn pour(self, bill: &mut Bill, period: Period) {
        let first = first_day(period);
        for (class, place) in self.classes {
            for day in 0..self.days {
                let (quantity, cost) = self.cells[place * self.days + day];
                if (quantity, cost) == (0, 0) {
                    continue;
                }
                let key = super::ChargeKey {
                    in_scope: class.in_scope,
                    record: class.record,
                    service: class.service.clone(),
                    usage_type: class.usage_type.clone(),
                    day: first + DAY * i64::try_from(day).unwrap_or(0),
                };
                let slot = bill.charges.entry(key).or_default();
                slot.0 += of_units(quantity, PLACES);
                slot.1 += Usd::new(of_units(cost, PLACES));
            }
        }
        bill.source_total += Usd::new(of_units(self.total, PLACES));
        bill.rows += self.rows;
    }
}

fn is_number(name: &str) -> bool {
    ["billedcost", "effectivecost", "consumedquantity", "pricingquantity", "chargeperiodstart"]
        .contains(&name)
}

fn texts_at(texts: &[Texts], row: usize) -> String {
    let of = |name: &str| {
        texts.iter().find(|text| text.name == name).map_or("", |text| &text.values[text.ids[row]])
    };
    format!("{} {}", of("servicename"), of("skumeter"))
}

fn texts_of(name: String, column: &ArrayRef) -> std::result::Result<Texts, String> {
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
fn tags_of(name: String, column: &ArrayRef) -> std::result::Result<Texts, String> {
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
        let json = serde_json::to_string(&pairs).expect("text is plain data");
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
fn times(column: &ArrayRef) -> std::result::Result<Vec<i64>, String> {
    let none = || "a charge without ChargePeriodStart".to_owned();
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
        other => Err(format!("ChargePeriodStart is {other}, not a time")),
    }
}

/// Amounts in 10⁻¹²; `None` where there is none.
fn units(column: &ArrayRef) -> std::result::Result<Vec<Option<i128>>, String> {
    match column.data_type() {
        DataType::Float64 => {
            let unit =
                |value: f64| double_units(value, PLACES).ok_or_else(|| format!("an amount of {value}"));
            column.as_primitive::<Float64Type>().iter().map(|value| value.map(unit).transpose()).collect()
        }
        DataType::Decimal128(_, scale) => {
            let scale = u32::try_from(*scale).map_err(|_| "a decimal of negative scale".to_owned())?;
            let values = column.as_primitive::<Decimal128Type>().iter();
            Ok(values.map(|value| value.map(|value| rescaled(value, scale, PLACES))).collect())
        }
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

/// The consumed quantity of each row, else the pricing quantity, else nothing.
fn quantities(numbers: &BTreeMap<String, ArrayRef>, rows: usize) -> std::result::Result<Vec<i128>, String> {
    let mut found: Vec<Option<i128>> = vec![None; rows];
    for name in ["consumedquantity", "pricingquantity"] {
        let Some(column) = numbers.get(name) else { continue };
        for (slot, value) in found.iter_mut().zip(units(column)?) {
            *slot = slot.or(value);
        }
    }
    Ok(found.into_iter().map(Option::unwrap_or_default).collect())
}
