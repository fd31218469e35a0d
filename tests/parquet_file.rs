//! FOCUS exports in Parquet, as AWS writes them: text in dictionaries, doubles, timestamps in UTC.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::builder::{MapBuilder, StringBuilder};
use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

/// One charge.
#[derive(Clone, Debug)]
pub(crate) struct Charge {
    pub(crate) category: &'static str,
    pub(crate) service: &'static str,
    pub(crate) usage_type: &'static str,
    pub(crate) account: &'static str,
    pub(crate) currency: &'static str,
    /// Seconds.
    pub(crate) time: i64,
    pub(crate) cost: f64,
    pub(crate) quantity: f64,
    pub(crate) team: Option<&'static str>,
}

/// Writes so many charges of a row group each.
pub(crate) fn write(path: &Path, charges: impl Iterator<Item = Charge>, group: usize, left_out: &[&str]) {
    let mut charges = charges.peekable();
    let mut writer: Option<ArrowWriter<File>> = None;
    while charges.peek().is_some() {
        let some: Vec<Charge> = charges.by_ref().take(group).collect();
        let batch = batch(&some, left_out);
        let writer = writer.get_or_insert_with(|| {
            let properties = WriterProperties::builder()
                .set_compression(Compression::ZSTD(ZstdLevel::default()))
                .set_max_row_group_row_count(Some(group))
                .build();
            let file = File::create(path).expect("a file");
            ArrowWriter::try_new(file, batch.schema(), Some(properties)).expect("a schema")
        });
        writer.write(&batch).expect("written");
    }
    writer.expect("some charges").close().expect("closed");
}

fn batch(charges: &[Charge], left_out: &[&str]) -> RecordBatch {
    let text = |pick: fn(&Charge) -> Option<&'static str>| -> ArrayRef {
        Arc::new(charges.iter().map(pick).collect::<StringArray>())
    };
    let number = |pick: fn(&Charge) -> f64| -> ArrayRef {
        Arc::new(charges.iter().map(pick).collect::<Float64Array>())
    };
    let time = |more: i64| -> ArrayRef {
        let times = charges.iter().map(|charge| (charge.time + more) * 1_000_000);
        Arc::new(TimestampMicrosecondArray::from_iter_values(times).with_timezone("UTC"))
    };
    let mut tags = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
    for charge in charges {
        if let Some(team) = charge.team {
            tags.keys().append_value("user:team");
            tags.values().append_value(team);
        }
        tags.append(true).expect("as many keys as values");
    }
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("BilledCost", number(|charge| charge.cost)),
        ("EffectiveCost", number(|charge| charge.cost)),
        ("ListCost", number(|charge| charge.cost * 1.1)),
        ("ChargeCategory", text(|charge| Some(charge.category))),
        ("ChargePeriodStart", time(0)),
        ("ChargePeriodEnd", time(3600)),
        ("BillingCurrency", text(|charge| Some(charge.currency))),
        ("ConsumedQuantity", number(|charge| charge.quantity)),
        ("PricingQuantity", number(|charge| charge.quantity)),
        ("ServiceName", text(|charge| Some(charge.service))),
        ("x_ServiceCode", text(|charge| Some(charge.service))),
        ("SkuMeter", text(|charge| (!charge.usage_type.is_empty()).then_some(charge.usage_type))),
        ("SubAccountId", text(|charge| Some(charge.account))),
        ("RegionId", text(|_| Some("us-east-1"))),
        ("CommitmentDiscountStatus", text(|_| None)),
        ("Tags", Arc::new(tags.finish())),
    ];
    let columns = columns.into_iter().filter(|(name, _)| !left_out.contains(name));
    let nullable = columns.map(|(name, column)| (name, column, true));
    RecordBatch::try_from_iter_with_nullable(nullable).expect("columns of one length")
}

/// Writes a CSV text as Parquet: columns of numbers as doubles, of times as timestamps, the rest as text.
pub(crate) fn of_csv(path: &Path, csv: &str, numbers: &[&str], times: &[&str]) {
    let rows: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    let (header, rows) = rows.split_first().expect("a header");
    let columns = header.iter().enumerate().map(|(place, name)| {
        let cells = || rows.iter().map(move |row| Some(row[place]).filter(|cell| !cell.is_empty()));
        let column: ArrayRef = if numbers.contains(name) {
            Arc::new(
                cells()
                    .map(|cell| cell.map(|cell| cell.parse().expect("a number")))
                    .collect::<Float64Array>(),
            )
        } else if times.contains(name) {
            let second = |text: &str| text.parse::<jiff::Timestamp>().expect("a time").as_microsecond();
            Arc::new(cells().map(|cell| cell.map(second)).collect::<TimestampMicrosecondArray>())
        } else {
            Arc::new(cells().collect::<StringArray>())
        };
        (*name, column, true)
    });
    let batch = RecordBatch::try_from_iter_with_nullable(columns).expect("columns of one length");
    let mut writer =
        ArrowWriter::try_new(File::create(path).expect("a file"), batch.schema(), None).expect("a schema");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
}

/// Writes columns as one row group.
pub(crate) fn of_columns(path: &Path, columns: Vec<(&str, ArrayRef)>) {
    let nullable = columns.into_iter().map(|(name, column)| (name, column, true));
    let batch = RecordBatch::try_from_iter_with_nullable(nullable).expect("columns of one length");
    let mut writer =
        ArrowWriter::try_new(File::create(path).expect("a file"), batch.schema(), None).expect("a schema");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
}
