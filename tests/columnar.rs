//! The table of an answer as Parquet and as an Arrow file: cell by cell what CSV has, with types that do not depend on it.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Decimal128Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, TimeUnit};
use hpc_cost::model::decimal::{of_units, plain};
use hpc_cost::model::time::{day, instant};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use tempfile::TempDir;

use super::cli::{Answer, Folder};
use super::duckdb;

pub(crate) const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Every command that answers with a table and needs no AWS, run in the root.
const RUNS: [&[&str]; 18] = [
    &["estimate", "scenarios/guide-full.toml", "--prices", "bundled"],
    &["estimate", "scenarios/arrays-on-spot.toml", "--prices", "bundled"],
    &["estimate", "scenarios/guide.toml", "scenarios/guide-full.toml", "--prices", "bundled"],
    &["estimate", "scenarios/guide.toml", "--prices", "bundled", "--sensitivity"],
    &["estimate", "scenarios/guide.toml", "--prices", "bundled", "--explain", "training"],
    &["check", "scenarios/guide.toml", "scenarios/october.toml"],
    &["prices", "regions"],
    &["prices", "show", "p4d", "TimedStorage"],
    &["prices", "diff", "scenarios/guide-prices.toml", "scenarios/guide-prices.toml"],
    &["jobs", "show", "scenarios/october-jobs.csv"],
    &["spot", "--history", "scenarios/october-spot.json", "--region", "us-east-1"],
    &["spot", "--history", "tests/data/spot/synthetic-history.json.gz", "--backtest"],
    &["simulate", "scenarios/october.toml", "--prices", "bundled"],
    &["simulate", "scenarios/october.toml", "--prices", "bundled", "--replications", "3"],
    &[
        "simulate",
        "scenarios/october.toml",
        "--prices",
        "bundled",
        "--sweep",
        "batch.gpu.max_vcpus=96..192:96",
    ],
    &["suggest", "scenarios/october.toml", "--prices", "bundled", "--replications", "2"],
    &["compare", "scenarios/october.toml", "--prices", "bundled", "--actual", CHARGES],
    &[
        "compare",
        "scenarios/october.toml",
        "--prices",
        "bundled",
        "--actual",
        CHARGES,
        "--basis",
        "unblended",
    ],
];

const CHARGES: &str = "focus:scenarios/october-charges.csv";

pub(crate) fn run(args: &[&str]) -> Answer {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("hpc-cost"));
    command.args(args).current_dir(ROOT).env_clear();
    Answer::of(command, args)
}

/// The rows of a CSV text under their header; `None` for an empty cell.
pub(crate) type Rows = (Vec<String>, Vec<Vec<Option<String>>>);

pub(crate) fn csv_rows(text: &str) -> Rows {
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    let cell = |cell: &str| Some(cell.to_owned()).filter(|cell| !cell.is_empty());
    let rows = reader.records().map(|record| record.expect("a row").iter().map(cell).collect());
    (header, rows.collect())
}

pub(crate) fn parquet_batch(path: &Path) -> RecordBatch {
    let reader =
        ParquetRecordBatchReaderBuilder::try_new(File::open(path).expect("a file")).expect("Parquet");
    let empty = RecordBatch::new_empty(reader.schema().clone());
    let mut reader = reader.with_batch_size(1 << 20).build().expect("a reader");
    reader.next().map_or(empty, |batch| batch.expect("readable"))
}

fn arrow_batch(path: &Path) -> RecordBatch {
    let mut reader =
        arrow_ipc::reader::FileReader::try_new(File::open(path).expect("a file"), None).expect("Arrow");
    let batch = reader.next().expect("a batch").expect("readable");
    assert!(reader.next().is_none());
    batch
}

/// A cell as CSV would have it.
fn cell(column: &dyn Array, row: usize) -> Option<String> {
    if column.is_null(row) {
        return None;
    }
    Some(match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().value(row).to_owned(),
        DataType::Decimal128(38, 20) => {
            plain(of_units(column.as_primitive::<Decimal128Type>().value(row), 20))
        }
        DataType::Int64 => column.as_primitive::<Int64Type>().value(row).to_string(),
        DataType::Date32 => day(i64::from(column.as_primitive::<Date32Type>().value(row)) * 86_400),
        DataType::Timestamp(TimeUnit::Microsecond, Some(zone)) if **zone == *"UTC" => {
            instant(column.as_primitive::<TimestampMicrosecondType>().value(row) / 1_000_000)
        }
        other => panic!("a type that tables do not have: {other}"),
    })
}

/// A decimal of the CSV with the places that these files have, half to even.
fn at_most_20_places(cell: &str) -> String {
    let (whole, rest) = cell.split_once('.').unwrap_or((cell, ""));
    let Some(more) = rest.len().checked_sub(20) else { return cell.to_owned() };
    let (units, cut): (i128, i128) =
        (format!("{whole}{rest}").parse().expect("digits"), 10_i128.pow(u32::try_from(more).expect("few")));
    let (down, left) = (units.div_euclid(cut), units.rem_euclid(cut));
    let up = left * 2 > cut || left * 2 == cut && down % 2 != 0;
    plain(of_units(down + i128::from(up), 20))
}

fn compare(of: &str, batch: &RecordBatch, (header, rows): &Rows) {
    let schema = batch.schema();
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!(names, *header, "{of}");
    assert_eq!(batch.num_rows(), rows.len(), "{of}");
    for (place, name) in names.iter().enumerate() {
        let column = batch.column(place);
        for (row, cells) in rows.iter().enumerate() {
            let wanted = cells[place].as_deref().map(|text| match column.data_type() {
                DataType::Decimal128(..) => at_most_20_places(text),
                _ => text.trim_start_matches('\'').to_owned(),
            });
            assert_eq!(cell(column.as_ref(), row), wanted, "{of}: {name} of row {row}");
        }
    }
}

#[test]
fn every_table_is_the_same_as_csv_parquet_and_arrow() {
    let folder = TempDir::new().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let mut cells = 0;
    for args in RUNS {
        let of = args.join(" ");
        let csv = run(&[args, &["--format", "csv"][..]].concat());
        let rows = csv_rows(&csv.stdout);
        for (name, read) in [("x.parquet", parquet_batch as fn(&Path) -> _), ("x.arrow", arrow_batch)] {
            let file = path(name).display().to_string();
            let answer = run(&[args, &["-o", &file][..]].concat());
            assert_eq!((answer.code, answer.stdout.as_str()), (csv.code, ""), "{of}\n{}", answer.text());
            let wrote = format!("wrote {file}\n");
            assert!(answer.stderr.contains(&wrote), "{of}\n{}", answer.text());
            assert_eq!(answer.stderr.replace(&wrote, ""), csv.stderr, "{of}");
            compare(&of, &read(&path(name)), &rows);
            fs::remove_file(path(name)).expect("it was written");
        }
        cells += rows.0.len() * rows.1.len();
    }
    assert!(cells > 5_000, "{cells} cells were compared");
}

#[test]
fn types_are_those_of_the_columns_whatever_stands_in_them() {
    // Nothing has a price, so every price and cost is unknown; and quantities are whole.
    let folder = Folder::new(UNPRICED).with("none.toml", OTHER);
    let answer = folder.run(&["estimate", "scenario.toml", "--prices", "none.toml", "-o", "x.parquet"]);
    assert_eq!(answer.code, Some(1), "{}", answer.text());
    let batch = parquet_batch(&folder.path("x.parquet"));
    let kind = |name: &str| batch.schema().field_with_name(name).expect(name).data_type().clone();
    let decimal = DataType::Decimal128(38, 20);
    assert_eq!(
        [kind("cost_expected"), kind("unit_price"), kind("pricing_quantity")],
        [(); 3].map(|()| decimal.clone())
    );
    assert_eq!(kind("line_id"), DataType::Int64);
    assert_eq!(kind("period_start"), DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())));
    assert_eq!(kind("usage_type"), DataType::Utf8);
    let cost = batch.column_by_name("cost_expected").expect("a column");
    assert_eq!((cost.len(), cost.null_count()), (1, 1));
}

const OTHER: &str = "[[price]]\nusage_type = \"BoxUsage:c5.large\"\nusd = \"0.085\"\nunit = \"Hours\"\n";

const UNPRICED: &str = r#"region = "us-east-1"
month = "2026-11"

[[compute]]
name = "training"
instances = { "p4d.24xlarge" = 2 }
hours_per_instance = 100
"#;

#[test]
fn a_file_that_asks_for_a_table_gets_a_table_or_nothing() {
    let folder = Folder::new(UNPRICED);
    let refused: [&[&str]; 6] = [
        &["estimate", "scenario.toml", "--format", "json", "-o", "x.parquet"],
        &["estimate", "scenario.toml", "--format", "html", "-o", "x.arrow"],
        &["estimate", "scenario.toml", "--format", "markdown", "-o", "x.PARQUET"],
        &["schema", "-o", "x.parquet"],
        &["completions", "bash", "-o", "x.arrow"],
        &["man", "-o", "x.parquet"],
    ];
    for args in refused {
        let answer = folder.run(args);
        assert_eq!(answer.code, Some(2), "{}", answer.text());
        assert!(answer.stderr.contains("asks for a table, and this answer is text"), "{}", answer.text());
        assert_eq!(folder.names(), ["scenario.toml"], "{args:?}");
    }
    // What is there stays as it is.
    fs::write(folder.path("x.parquet"), "before").expect("a file");
    assert_eq!(folder.run(&["estimate", "none.toml", "-o", "x.parquet"]).code, Some(2));
    assert_eq!(fs::read(folder.path("x.parquet")).expect("a file"), b"before");
    let csv = folder.run(&["estimate", "scenario.toml", "--format", "csv", "-o", "x.parquet"]);
    assert_eq!(csv.code, Some(0), "{}", csv.text());
    assert_eq!(parquet_batch(&folder.path("x.parquet")).num_rows(), 1);
}

/// Types and sums as another engine reads them.
const ENGINE: &str = r#"
import duckdb, json, sys
path = json.load(sys.stdin)["path"]
of = duckdb.connect()
kinds = {name: kind for name, kind, *_ in of.execute(f"describe select * from '{path}'").fetchall()}
total = of.execute(f"select cast(sum(cost_expected) as varchar), count(*) from '{path}'").fetchone()
json.dump([kinds["cost_expected"], kinds["line_id"], kinds["period_start"], *total], sys.stdout)
"#;

#[test]
fn another_engine_reads_the_same_types_and_sums() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("x.parquet").display().to_string();
    assert_eq!(run(&["estimate", "scenarios/guide.toml", "--prices", "bundled", "-o", &file]).code, Some(0));
    let Some(answer) = duckdb::answer(ENGINE, &serde_json::json!({"path": file})) else { return };
    // 4391.5284 + 5261.98 + 252, the total that the README shows; TIMESTAMP WITH TIME ZONE needs no package to describe.
    let wanted = serde_json::json!([
        "DECIMAL(38,20)",
        "BIGINT",
        "TIMESTAMP WITH TIME ZONE",
        "9905.50840000000000000000",
        3
    ]);
    assert_eq!(answer, wanted);
}
