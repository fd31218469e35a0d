//! How long a FOCUS export in Parquet takes: 16 columns, zstd, row groups of 500,000. Measured, never asserted.
//!
//! At the end it says the most memory that the process had, making the files left out: run it twice.

use std::io::Write;
use std::path::PathBuf;

use divan::Bencher;
use hpc_cost::actuals::file::{Kind, read};
use hpc_cost::actuals::{Asked, CostBasis, Scope};
use hpc_cost::model::time::Month;

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

/// A file of so many charges of October 2026, by a fixed pseudo-random walk; made once.
fn file(rows: u64) -> PathBuf {
    let path = std::env::temp_dir().join(format!("hpc-cost-bench-{rows}.parquet"));
    if !path.exists() {
        let start = Month::parse("2026-10").expect("a month").seconds().0;
        let mut state = 88_172_645_463_325_252_u64;
        let charges = (0..rows).map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
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
        });
        write(&path, charges, 500_000, &[]);
    }
    path
}

#[divan::bench(args = [1_000_000, 10_000_000], sample_count = 5, sample_size = 1)]
fn focus_parquet(bencher: Bencher<'_, '_>, rows: u64) {
    let path = file(rows);
    let path = path.to_str().expect("UTF-8");
    let october = Month::parse("2026-10").expect("a month").period();
    let asked = Asked::new(october, CostBasis::Amortized, Scope::default());
    bencher.bench(|| {
        let bill = read(Kind::Focus, path, &asked, false).expect("a bill");
        assert_eq!(bill.rows, rows);
        bill
    });
}
