//! How long bills take: FOCUS in Parquet (16 columns, zstd, row groups of 500,000), FOCUS in CSV, and a Cost and Usage Report
//! 2.0 in Parquet with its maps. Measured, never asserted.
//!
//! At the end it says the most memory that the process had, making the files left out: run it twice.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::builder::{MapBuilder, StringBuilder};
use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use divan::Bencher;
use hpc_cost::actuals::file::{Kind, read};
use hpc_cost::actuals::{Asked, CostBasis, Scope};
use hpc_cost::model::time::Month;
use parquet::arrow::ArrowWriter;

#[path = "../tests/parquet_file.rs"]
#[expect(dead_code, reason = "the tests use all of it")]
mod parquet_file;

use parquet_file::{Charge, write};

fn main() {
    divan::main();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let told = format!("peak memory: {}\n", peak.map_or("unknown on this system", str::trim));
    std::io::stderr().write_all(told.as_bytes()).expect("stderr");
}

const SERVICES: [&str; 5] = ["AmazonEC2", "AmazonFSx", "AmazonS3", "AmazonCloudWatch", "AWSLambda"];
const KINDS: [&str; 8] = [
    "BoxUsage:p4d.24xlarge",
    "SpotUsage:g5.xlarge",
    "BoxUsage:c5.large",
    "EBS:VolumeUsage.gp3",
    "Storage.SSD.125",
    "TimedStorage-ByteHrs",
    "DataProcessing-Bytes",
    "Lambda-GB-Second",
];

/// The start of October 2026 [s since the Unix epoch].
fn october() -> i64 {
    Month::parse("2026-10").expect("a month").seconds().0
}

/// Numbers of a fixed pseudo-random walk.
fn walk() -> impl Iterator<Item = u64> {
    std::iter::successors(Some(88_172_645_463_325_252_u64), |state| {
        let mut state = *state;
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        Some(state)
    })
}

/// So many charges of October.
fn charges(rows: u64) -> impl Iterator<Item = Charge> {
    let start = october();
    walk().skip(1).zip(0..rows).map(move |(state, _)| {
        let pick = |among: u64| (state >> 20) % among;
        Charge {
            category: if pick(100) == 0 { "Tax" } else { "Usage" },
            service: SERVICES[(state % 5) as usize],
            usage_type: KINDS[((state >> 8) % 8) as usize],
            account: ["111", "222"][(state >> 16 & 1) as usize],
            currency: "USD",
            time: start + (pick(744) * 3600) as i64,
            cost: (state % 1_000_003) as f64 / 7919.0,
            quantity: (state % 10_007) as f64 / 13.0,
            team: None,
        }
    })
}

/// A file for a bench, made once.
fn made(name: &str, make: impl FnOnce(&PathBuf)) -> PathBuf {
    let path = std::env::temp_dir().join(format!("hpc-cost-bench-{name}"));
    if !path.exists() {
        make(&path);
    }
    path
}

fn focus_file(rows: u64) -> PathBuf {
    made(&format!("{rows}.parquet"), |path| write(path, charges(rows), 500_000, &[]))
}

fn focus_text(rows: u64) -> PathBuf {
    made(&format!("{rows}.csv"), |path| {
        let mut file = BufWriter::new(File::create(path).expect("a file"));
        let header = "BilledCost,EffectiveCost,ListCost,ChargeCategory,ChargePeriodStart,BillingCurrency,ConsumedQuantity,\
                      ServiceName,x_ServiceCode,SkuMeter,SubAccountId,RegionId,CommitmentDiscountStatus,ChargeDescription";
        writeln!(file, "{header}").expect("written");
        for charge in charges(rows) {
            let Charge { category, service, usage_type, account, cost, quantity, .. } = charge;
            let hour = (charge.time - october()) / 3600;
            let (day, hour) = (hour / 24 + 1, hour % 24);
            writeln!(
                file,
                "{cost},{cost},{},{category},2026-10-{day:02}T{hour:02}:00:00Z,USD,{quantity},{service},{service},{usage_type},{account},us-east-1,,a description that nobody reads",
                cost * 1.1
            )
            .expect("written");
        }
    })
}

/// A report with ids, maps and the columns of commitments.
fn report_file(rows: usize) -> PathBuf {
    made(&format!("{rows}-cur.parquet"), |path| {
        let mut numbers = walk();
        let mut writer = None;
        for _ in 0..rows.div_ceil(100_000) {
            let some: Vec<u64> = numbers.by_ref().take(100_000).collect();
            let batch = report_batch(&some);
            let file = || File::create(path).expect("a file");
            let new = || ArrowWriter::try_new(file(), batch.schema(), None).expect("a schema");
            writer.get_or_insert_with(new).write(&batch).expect("written");
        }
        writer.expect("some rows").close().expect("closed");
    })
}

fn report_batch(states: &[u64]) -> RecordBatch {
    const TYPES: [&str; 5] =
        ["Usage", "Usage", "SavingsPlanCoveredUsage", "SavingsPlanNegation", "DiscountedUsage"];
    let text = |pick: &dyn Fn(u64) -> String| -> ArrayRef {
        Arc::new(states.iter().map(|state| Some(pick(*state))).collect::<StringArray>())
    };
    let number = |pick: &dyn Fn(u64) -> f64| -> ArrayRef {
        Arc::new(states.iter().map(|state| Some(pick(*state))).collect::<Float64Array>())
    };
    let (mut tags, mut product) = (map(), map());
    for state in states {
        let put = |map: &mut MapBuilder<StringBuilder, StringBuilder>, pairs: [(&str, String); 2]| {
            for (key, value) in pairs {
                map.keys().append_value(key);
                map.values().append_value(value);
            }
            map.append(true).expect("as many keys as values");
        };
        put(
            &mut tags,
            [("user_team", format!("team{}", state % 12)), ("user_project", format!("p{}", state % 50))],
        );
        put(&mut product, [("region", "us-east-1".into()), ("instance_type", format!("g5.{}", state % 9))]);
    }
    let times = states.iter().map(|state| (october() + ((state >> 20) % 744 * 3600) as i64) * 1_000_000);
    let cost = |state: u64| (state % 1_000_003) as f64 / 7919.0;
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("identity_line_item_id", text(&|state| format!("{state:016x}"))),
        ("line_item_line_item_type", text(&|state| TYPES[(state % 5) as usize].into())),
        (
            "line_item_usage_start_date",
            Arc::new(TimestampMicrosecondArray::from_iter_values(times).with_timezone("UTC")),
        ),
        ("line_item_product_code", text(&|state| SERVICES[(state % 5) as usize].into())),
        (
            "line_item_usage_type",
            text(&|state| format!("{}{}", KINDS[(state >> 8) as usize % 8], state % 40)),
        ),
        ("line_item_operation", text(&|_| "RunInstances".into())),
        ("line_item_usage_amount", number(&|state| (state % 10_007) as f64 / 13.0)),
        ("line_item_currency_code", text(&|_| "USD".into())),
        ("line_item_unblended_cost", number(&cost)),
        ("line_item_usage_account_id", text(&|state| ["111", "222"][(state >> 16 & 1) as usize].into())),
        ("line_item_resource_id", text(&|state| format!("i-{}", state % 5000))),
        ("savings_plan_savings_plan_effective_cost", number(&|state| cost(state) * 0.6)),
        ("savings_plan_total_commitment_to_date", number(&|_| 0.0)),
        ("savings_plan_used_commitment", number(&|_| 0.0)),
        ("reservation_effective_cost", number(&|state| cost(state) * 0.5)),
        ("reservation_reservation_a_r_n", text(&|_| String::new())),
        ("pricing_public_on_demand_cost", number(&|state| cost(state) * 1.2)),
        ("product", Arc::new(product.finish())),
        ("resource_tags", Arc::new(tags.finish())),
    ];
    let nullable = columns.into_iter().map(|(name, column)| (name, column, true));
    RecordBatch::try_from_iter_with_nullable(nullable).expect("columns of one length")
}

fn map() -> MapBuilder<StringBuilder, StringBuilder> {
    MapBuilder::new(None, StringBuilder::new(), StringBuilder::new())
}

/// Reads a bill with everything that `compare` asks for.
fn bench(bencher: Bencher<'_, '_>, kind: Kind, path: &std::path::Path, rows: u64) {
    let path = path.to_str().expect("UTF-8");
    let october = Month::parse("2026-10").expect("a month").period();
    let asked = Asked { costs: true, ..Asked::new(october, CostBasis::Amortized, Scope::default()) };
    bencher.bench(|| {
        let bill = read(kind, path, &asked, false).expect("a bill");
        assert_eq!(bill.rows, rows);
        bill
    });
}

#[divan::bench(args = [1_000_000, 10_000_000], sample_count = 5, sample_size = 1)]
fn focus_parquet(bencher: Bencher<'_, '_>, rows: u64) {
    bench(bencher, Kind::Focus, &focus_file(rows), rows);
}

#[divan::bench(args = [2_000_000], sample_count = 5, sample_size = 1)]
fn focus_csv(bencher: Bencher<'_, '_>, rows: u64) {
    bench(bencher, Kind::Focus, &focus_text(rows), rows);
}

#[divan::bench(args = [2_000_000], sample_count = 5, sample_size = 1)]
fn report_parquet(bencher: Bencher<'_, '_>, rows: usize) {
    bench(bencher, Kind::Cur, &report_file(rows), rows as u64);
}
