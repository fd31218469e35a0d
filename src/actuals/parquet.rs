//! Bills in Parquet: only the columns that are needed, batch by batch, row groups side by side.
//!
//! Text columns are read as the dictionaries they are stored as. What a row is, is decided once for each
//! combination of its texts, by the same rules as for CSV; then a row costs an addition. Costs are AWS's doubles:
//! each becomes a whole number of 10⁻¹² dollars, half to even, before any sum, so the order does not matter.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use parquet::file::metadata::ColumnChunkMetaData;

use super::column::{Texts, quantities, tags_of, texts_of, times, units};
use super::file::{DAMAGED, Kind, without_net};
use super::usage_type::{ReadFrom, STAND_INS};
use super::{Bill, CostBasis, PLACES, RecordType, Scope, cur, focus, label_key};
use crate::bounds::{LARGEST_COLUMN, mebibytes};
use crate::error::{Error, Result};
use crate::guard::guarded;
use crate::model::decimal::{Decimal, of_units, plain};
use crate::model::money::Usd;
use crate::model::time::{Period, instant};
use crate::prices::history::DAY;
use crate::prices::product::folded;

/// Rows of a batch.
const BATCH: usize = 16_384;

/// Largest table of text combinations of a batch; beyond it they are looked up in a tree.
const TABLE: usize = 1 << 20;

/// What a row is, beside its day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Class {
    counts: bool,
    in_scope: bool,
    regionless: bool,
    categorised: bool,
    record: RecordType,
    service: String,
    usage_type: String,
    usage_type_from: ReadFrom,
}

/// Quantity and cost in 10⁻¹², of so many rows, of which so many have no quantity.
#[derive(Clone, Copy, Default)]
struct Sum {
    quantity: i128,
    cost: i128,
    rows: u64,
    without_quantity: u64,
}

/// Sums of one thread: by class and day of the period, quantity and cost in 10⁻¹².
#[derive(Default)]
struct Sums {
    classes: BTreeMap<Class, usize>,
    /// Whether the quantity of a class counts: a fee's does not.
    counts: Vec<bool>,
    cells: Vec<Sum>,
    days: usize,
    total: i128,
    rows: u64,
    outside: u64,
}

/// What a thread needs to know.
#[derive(Clone, Copy)]
struct Task<'a> {
    /// Whether the export has a column of usage types.
    named: bool,
    period: Period,
    basis: CostBasis,
    scope: &'a Scope,
}

/// A file that was opened, and the places of the columns that are needed.
struct Opened {
    metadata: ArrowReaderMetadata,
    places: Vec<usize>,
    /// Whether it has a column of usage types.
    named: bool,
    /// Whether it has a column of cost categories.
    has_categories: bool,
}

fn open(path: &Path) -> Result<File> {
    File::open(path).map_err(|source| Error::Read { path: path.to_owned(), source })
}

fn malformed(kind: Kind, path: &Path) -> impl Fn(String) -> Error {
    move |message| Error::Malformed { path: path.to_owned(), what: kind.what(), message }
}

fn opened(kind: Kind, path: &Path, wanted: &[&str], scope: &Scope) -> Result<Opened> {
    let malformed = malformed(kind, path);
    let load = |options| {
        ArrowReaderMetadata::load(&open(path)?, options).map_err(|error| malformed(error.to_string()))
    };
    // By Parquet's own types: what the writer had in memory (categories, large or viewed text) is no other column.
    let plain = load(ArrowReaderOptions::new().with_skip_arrow_metadata(true))?;
    let schema = Arc::new(with_dictionaries(plain.schema()));
    let metadata = load(ArrowReaderOptions::new().with_schema(schema))?;
    let names: Vec<String> = metadata.schema().fields().iter().map(|field| folded(field.name())).collect();
    let missing: Vec<&str> =
        kind.required().iter().copied().filter(|name| !names.iter().any(|known| known == name)).collect();
    if !missing.is_empty() {
        return Err(malformed(format!("it has no column {}", missing.join(", "))));
    }
    kind.answers(scope, &names).map_err(&malformed)?;
    let named = kind == Kind::Cur || focus::names_usage_types(&names);
    let asked: Vec<String> =
        scope.tags.keys().chain(scope.cost_categories.keys()).map(|key| label_key(key)).collect();
    let needed = |place: usize| {
        let name = names[place].as_str();
        let label = kind == Kind::Cur && cur::is_label(name);
        wanted.contains(&name)
            || label && asked.contains(&label_key(metadata.schema().field(place).name()))
            || !named && STAND_INS.contains(&name)
    };
    let places: Vec<usize> = (0..names.len()).filter(|place| needed(*place)).collect();
    hold_to_bounds(&metadata, &places).map_err(&malformed)?;
    Ok(Opened { has_categories: kind.has_categories(&names), metadata, places, named })
}

/// Refuses places before the file, and columns of which a page, or a single text, may take more memory than there is.
fn hold_to_bounds(metadata: &ArrowReaderMetadata, places: &[usize]) -> std::result::Result<(), String> {
    let schema = metadata.parquet_schema();
    for (number, group) in metadata.metadata().row_groups().iter().enumerate() {
        let columns = group.columns().iter().enumerate();
        let negative = |column: &ColumnChunkMetaData| {
            let dictionary = column.dictionary_page_offset().unwrap_or(0);
            [column.data_page_offset(), dictionary, column.compressed_size()].iter().any(|place| *place < 0)
        };
        if group.columns().iter().any(negative) {
            return Err(DAMAGED.into());
        }
        for (leaf, column) in columns.filter(|(leaf, _)| places.contains(&schema.get_column_root_idx(*leaf)))
        {
            if u64::try_from(column.uncompressed_size()).is_ok_and(|bytes| bytes > LARGEST_COLUMN) {
                return Err(format!(
                    "column {} of row group {number} takes {} unpacked, more than {}: write it with smaller row groups",
                    schema.column(leaf).path().string(),
                    mebibytes(column.uncompressed_size().unsigned_abs()),
                    mebibytes(LARGEST_COLUMN)
                ));
            }
        }
    }
    Ok(())
}

impl Opened {
    /// The batches of some row groups.
    fn batches(
        &self,
        file: File,
        groups: Vec<usize>,
    ) -> std::result::Result<impl Iterator<Item = std::result::Result<RecordBatch, String>>, String> {
        let mask = ProjectionMask::roots(self.metadata.parquet_schema(), self.places.iter().copied());
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone())
            .with_projection(mask)
            .with_row_groups(groups)
            .with_batch_size(BATCH)
            .build();
        let reader = reader.map_err(|error| error.to_string())?;
        Ok(reader.map(|batch| batch.map_err(|error| error.to_string())))
    }

    fn groups(&self) -> usize {
        self.metadata.metadata().num_row_groups()
    }
}

/// Reads a FOCUS export in Parquet into the bill.
pub(super) fn read_focus(
    path: &Path,
    period: Period,
    basis: CostBasis,
    scope: &Scope,
    bill: &mut Bill,
) -> Result<()> {
    let opened = opened(Kind::Focus, path, &needed(basis, scope), scope)?;
    bill.has_categories |= opened.has_categories;
    let task = Task { named: opened.named, period, basis, scope };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(opened.groups().max(1));
    let files: Vec<File> = (0..threads).map(|_| open(path)).collect::<Result<_>>()?;
    let sums: std::result::Result<Vec<Sums>, String> = std::thread::scope(|scope| {
        let opened = &opened;
        let parts: Vec<_> = files
            .into_iter()
            .enumerate()
            .map(|(part, file)| {
                let groups: Vec<usize> = (part..opened.groups()).step_by(threads).collect();
                scope.spawn(move || {
                    guarded(|| {
                        let mut sums = Sums { days: days(task.period), ..Sums::default() };
                        for batch in opened.batches(file, groups)? {
                            sums.add(&batch?, task)?;
                        }
                        Ok(sums)
                    })
                })
            })
            .collect();
        parts
            .into_iter()
            .map(|part| part.join().expect("a panic is caught").unwrap_or_else(|_| Err(DAMAGED.into())))
            .collect()
    });
    for sums in sums.map_err(malformed(Kind::Focus, path))? {
        sums.pour(bill, period);
    }
    Ok(())
}

/// Reads a Cost and Usage Report in Parquet into the bill, row by row: what a row costs depends on many columns.
pub(super) fn read_cur(
    path: &Path,
    period: Period,
    basis: CostBasis,
    scope: &Scope,
    bill: &mut Bill,
) -> Result<()> {
    let malformed = malformed(Kind::Cur, path);
    let opened = opened(Kind::Cur, path, &cur::needed(basis, scope), scope)?;
    let has = |name: &str| opened.metadata.schema().fields().iter().any(|field| folded(field.name()) == name);
    bill.has_categories |= opened.has_categories;
    bill.remarks.extend(without_net(Kind::Cur, basis, has));
    let groups = (0..opened.groups()).collect();
    for batch in opened.batches(open(path)?, groups).map_err(&malformed)? {
        add_rows(&batch.map_err(&malformed)?, period, basis, scope, bill).map_err(&malformed)?;
    }
    Ok(())
}

fn add_rows(
    batch: &RecordBatch,
    period: Period,
    basis: CostBasis,
    scope: &Scope,
    bill: &mut Bill,
) -> std::result::Result<(), String> {
    const TIME: &str = "lineitemusagestartdate";
    let (mut texts, mut labels, mut amounts, mut when) = (Vec::new(), Vec::new(), Vec::new(), None);
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        match (folded(field.name()), column.data_type()) {
            (name, _) if name == TIME => when = Some(times(column)?),
            (name, _) if cur::AMOUNTS.contains(&name.as_str()) => {
                let values = units(column).map_err(|reason| format!("{name}: {reason}"))?;
                amounts.push((name, values));
            }
            (name, DataType::Map(..)) => texts.push(tags_of(name, column)?),
            (name, _) if cur::is_label(&name) => labels.push((field.name().clone(), texts_of(name, column)?)),
            (name, _) => texts.push(texts_of(name, column)?),
        }
    }
    let when = when.ok_or("it has no time of usage")?;
    for row in 0..batch.num_rows() {
        let time = instant(when[row]);
        let numbers: Vec<(&str, String)> = amounts
            .iter()
            .filter_map(|(name, values)| Some((name.as_str(), plain(of_units(values[row]?, PLACES)))))
            .collect();
        let cell = |name: &str| -> &str {
            if name == TIME {
                return &time;
            }
            let text =
                texts.iter().find(|text| text.name == name).map(|text| text.values[text.ids[row]].as_str());
            let number = || numbers.iter().find(|(known, _)| *known == name).map(|(_, text)| text.as_str());
            text.or_else(number).unwrap_or("")
        };
        let labels = || {
            let labelled =
                labels.iter().map(|(name, text)| (name.as_str(), text.values[text.ids[row]].as_str()));
            cur::labels(labelled, &cell)
        };
        if let Some(row) = cur::row(&cell, labels, basis, scope)? {
            bill.add(row, period);
        }
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
    wanted.extend(scope.asks_for_labels().then_some("tags"));
    wanted.extend((!scope.cost_categories.is_empty()).then_some("xcostcategories"));
    wanted
}

/// The file's schema with text as dictionaries, also in maps: whatever the writer had it as, and with or without the mark
/// that bytes are text.
fn with_dictionaries(schema: &Schema) -> Schema {
    let fields: Vec<_> = schema.fields().iter().map(with_dictionary).collect();
    Schema::new_with_metadata(fields, schema.metadata().clone())
}

fn with_dictionary(field: &Arc<Field>) -> Arc<Field> {
    let of = |data_type| Arc::new(field.as_ref().clone().with_data_type(data_type));
    match field.data_type() {
        DataType::Utf8 | DataType::Binary => {
            of(DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)))
        }
        DataType::Map(entries, sorted) => of(DataType::Map(with_dictionary(entries), *sorted)),
        DataType::Struct(fields) => of(DataType::Struct(fields.iter().map(with_dictionary).collect())),
        _ => Arc::clone(field),
    }
}

fn days(period: Period) -> usize {
    let (start, end) = (first_day(period), period.end().as_second());
    usize::try_from((end - start + DAY - 1) / DAY).unwrap_or(0)
}

fn first_day(period: Period) -> i64 {
    let start = period.start().as_second();
    start - start.rem_euclid(DAY)
}

impl Sums {
    fn add(&mut self, batch: &RecordBatch, task: Task<'_>) -> std::result::Result<(), String> {
        let mut texts: Vec<Texts> = Vec::new();
        let mut numbers: BTreeMap<String, ArrayRef> = BTreeMap::new();
        for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
            let name = folded(field.name());
            match column.data_type() {
                _ if is_number(&name) => {
                    numbers.insert(name, Arc::clone(column));
                }
                DataType::Map(..) => texts.push(tags_of(name, column)?),
                _ => texts.push(texts_of(name, column)?),
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
                self.outside += 1;
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
            if self.counts[class] {
                cell.quantity += quantities[row].unwrap_or_default();
                cell.without_quantity += u64::from(quantities[row].is_none());
            }
            cell.cost += cost;
            cell.rows += 1;
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
            "billedcost" | "effectivecost" => "0",
            "consumedquantity" | "pricingquantity" => "1",
            name => cell(name),
        };
        let row = focus::row(&cell, task.named, task.basis, task.scope)?;
        let counts = row.quantity == Some(Decimal::ONE);
        let class = Class {
            counts,
            in_scope: row.in_scope,
            regionless: row.regionless,
            categorised: row.categorised,
            record: row.record,
            service: row.service,
            usage_type: row.usage_type,
            usage_type_from: row.usage_type_from,
        };
        let next = self.classes.len();
        let place = *self.classes.entry(class).or_insert(next);
        if place == next {
            self.counts.push(counts);
        }
        self.cells.resize(self.classes.len() * self.days, Sum::default());
        Ok(place)
    }

    /// Adds the sums to a bill.
    fn pour(self, bill: &mut Bill, period: Period) {
        let first = first_day(period);
        for (class, place) in self.classes {
            for day in 0..self.days {
                let Sum { quantity, cost, rows, without_quantity } = self.cells[place * self.days + day];
                if rows == 0 {
                    continue;
                }
                if class.usage_type_from != ReadFrom::UsageType {
                    let slot = bill.inferred.entry(class.usage_type_from).or_default();
                    *slot = (slot.0 + rows, slot.1 + Usd::new(of_units(cost, PLACES)));
                }
                bill.has_categories |= class.categorised;
                if class.regionless {
                    let slot = bill.regionless.entry(class.in_scope).or_default();
                    *slot = (slot.0 + rows, slot.1 + Usd::new(of_units(cost, PLACES)));
                }
                let key = super::ChargeKey {
                    in_scope: class.in_scope,
                    record: class.record,
                    service: class.service.clone(),
                    usage_type: class.usage_type.clone(),
                    day: first + DAY * i64::try_from(day).unwrap_or(0),
                };
                let quantity = (without_quantity == 0).then(|| of_units(quantity, PLACES));
                bill.charge(key, quantity, Usd::new(of_units(cost, PLACES)));
            }
        }
        bill.source_total += Usd::new(of_units(self.total, PLACES));
        bill.rows += self.rows;
        bill.outside += self.outside;
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

#[cfg(test)]
mod tests {
    use parquet::file::metadata::{FileMetaData, ParquetMetaData, RowGroupMetaData};
    use parquet::schema::parser::parse_message_type;
    use parquet::schema::types::SchemaDescriptor;

    use super::*;

    /// A row group of two columns of these sizes, unpacked.
    fn metadata(sizes: [u64; 2]) -> ArrowReaderMetadata {
        let message = "message m { optional binary a (UTF8); optional binary b (UTF8); }";
        let schema =
            Arc::new(SchemaDescriptor::new(Arc::new(parse_message_type(message).expect("a schema"))));
        let column = |(place, size): (usize, u64)| {
            let size = i64::try_from(size).expect("it fits");
            let column = ColumnChunkMetaData::builder(schema.column(place)).set_total_uncompressed_size(size);
            column.build().expect("a column")
        };
        let columns = sizes.into_iter().enumerate().map(column).collect();
        let group = RowGroupMetaData::builder(schema.clone()).set_num_rows(1).set_column_metadata(columns);
        let file = FileMetaData::new(2, 1, None, None, schema.clone(), None);
        let metadata = ParquetMetaData::new(file, vec![group.build().expect("a row group")]);
        ArrowReaderMetadata::try_new(Arc::new(metadata), ArrowReaderOptions::new()).expect("a file")
    }

    #[test]
    fn a_needed_column_may_be_as_large_as_the_bound_and_others_larger() {
        assert_eq!(hold_to_bounds(&metadata([LARGEST_COLUMN, 0]), &[0]), Ok(()));
        assert_eq!(hold_to_bounds(&metadata([0, LARGEST_COLUMN * 2]), &[0]), Ok(()));
        let refused = hold_to_bounds(&metadata([0, LARGEST_COLUMN * 2]), &[0, 1]).expect_err("too large");
        assert!(
            refused.starts_with("column b of row group 0 takes 512 MiB unpacked, more than 256 MiB"),
            "{refused}"
        );
    }
}
