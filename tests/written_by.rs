//! One bill, written by whatever writes tables: the same answer, byte for byte.
//!
//! DuckDB, where it is installed, writes the types of DuckDB, pandas, polars, Spark and BigQuery.

use serde_json::json;

use super::cli::Folder;
use super::compare::{json, run};
use super::deliveries::WEB;
use super::duckdb;

const SCOPE: &str = "[scope]\naccounts = [\"012345678901\"]\ntags = { project = [\"a\"] }\n";

/// Two charges in scope, $7.5 and $2.25, and one of another account; zeros stand before the id.
const BILL: &str = "BilledCost,EffectiveCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ConsumedQuantity,RegionId,\
    ServiceName,SubAccountId,x_ServiceCode,x_UsageType,CommitmentDiscountStatus,Tags
7.5,7.5,USD,Usage,2026-09-10T00:00:00Z,80,us-east-1,Amazon Elastic Compute Cloud,012345678901,AmazonEC2,BoxUsage:m5.large,,\"{\"\"project\"\":\"\"a\"\"}\"
2.25,2.25,USD,Usage,2026-09-30T00:00:00Z,20,us-east-1,Amazon Elastic Compute Cloud,012345678901,AmazonEC2,BoxUsage:m5.large,,\"{\"\"project\"\":\"\"a\"\"}\"
4,4,USD,Usage,2026-09-30T00:00:00Z,1,us-east-1,Amazon Elastic Compute Cloud,222222222222,AmazonEC2,BoxUsage:m5.large,,\"{\"\"project\"\":\"\"b\"\"}\"
";

/// Replacements of columns of the table `t`, which has text alone, and how Parquet packs them.
const WRITTEN: [(&str, &str); 22] = [
    ("text alone", ""),
    (
        "doubles and timestamps",
        "ChargePeriodStart::TIMESTAMP AS ChargePeriodStart, EffectiveCost::DOUBLE AS EffectiveCost",
    ),
    ("floats", "EffectiveCost::FLOAT AS EffectiveCost, ConsumedQuantity::FLOAT AS ConsumedQuantity"),
    ("decimals", "EffectiveCost::DECIMAL(18,4) AS EffectiveCost, BilledCost::DECIMAL(38,15) AS BilledCost"),
    ("integers", "ConsumedQuantity::INTEGER AS ConsumedQuantity, SubAccountId::BIGINT AS SubAccountId"),
    (
        "small integers",
        "ConsumedQuantity::UTINYINT AS ConsumedQuantity, SubAccountId::UBIGINT AS SubAccountId",
    ),
    ("an id as a double", "SubAccountId::DOUBLE AS SubAccountId"),
    ("an id as a decimal", "SubAccountId::DECIMAL(12,0) AS SubAccountId"),
    ("a column of nothing", "NULL AS CommitmentDiscountStatus"),
    ("nothing as doubles", "NULL::DOUBLE AS CommitmentDiscountStatus"),
    ("dates", "ChargePeriodStart[1:10]::DATE AS ChargePeriodStart"),
    ("seconds", "ChargePeriodStart::TIMESTAMP_S AS ChargePeriodStart"),
    ("milliseconds", "ChargePeriodStart::TIMESTAMP_MS AS ChargePeriodStart"),
    ("nanoseconds", "ChargePeriodStart::TIMESTAMP_NS AS ChargePeriodStart"),
    ("a zone", "ChargePeriodStart::TIMESTAMPTZ AS ChargePeriodStart"),
    ("BigQuery's text", "ChargePeriodStart[1:10] || ' 00:00:00 UTC' AS ChargePeriodStart"),
    ("pandas' text", "ChargePeriodStart[1:10] || ' 00:00:00+00:00' AS ChargePeriodStart"),
    ("DuckDB's text", "ChargePeriodStart[1:10] || ' 00:00:00+00' AS ChargePeriodStart"),
    ("Spark's text", "ChargePeriodStart[1:10] || ' 00:00:00.000' AS ChargePeriodStart"),
    ("categories", "BillingCurrency::ENUM('USD') AS BillingCurrency, x_UsageType::BLOB AS x_UsageType"),
    ("maps", "map_from_entries([{'k': 'project', 'v': Tags->>'project'}]) AS Tags"),
    ("structs", "{'project': Tags->>'project', 'other': NULL::VARCHAR} AS Tags"),
];

const ENGINE: &str = r#"
import duckdb, json, sys
task = json.load(sys.stdin)
db = duckdb.connect()
db.execute("SET TimeZone = 'UTC'")
db.execute(f"CREATE TABLE t AS SELECT * FROM read_csv('{task['csv']}', all_varchar = true, header = true)")
for number, replaced in enumerate(task["written"]):
    columns = f"* REPLACE ({replaced})" if replaced else "*"
    db.execute(f"COPY (SELECT {columns} FROM t) TO '{task['folder']}/{number}.parquet' (FORMAT parquet)")
for codec in ["snappy", "gzip", "zstd", "lz4_raw", "brotli", "uncompressed"]:
    db.execute(f"COPY t TO '{task['folder']}/{codec}.parquet' (FORMAT parquet, COMPRESSION {codec})")
pair = "[{'key': 'project', 'value': Tags->>'project'}] AS Tags"
db.execute(f"COPY (SELECT * REPLACE ({pair}) FROM t) TO '{task['folder']}/pairs.parquet' (FORMAT parquet)")
print("true")
"#;

#[test]
fn one_bill_written_by_anyone_gives_the_same_bytes() {
    let folder = Folder::new(format!("{WEB}{SCOPE}")).with("bill.csv", BILL);
    let written: Vec<&str> = WRITTEN.iter().map(|(_, replaced)| *replaced).collect();
    let task = json!({"csv": folder.path("bill.csv"), "folder": folder.path(""), "written": written});
    if duckdb::answer(ENGINE, &task).is_none() {
        return;
    }
    let answer = |name: &str| {
        let source = format!("focus:{name}");
        let answer = run(&folder, &source, &["--format", "json"]);
        assert_eq!(answer.code, Some(0), "{name}: {}", answer.text());
        answer.stdout.replace(&source, "focus:bill")
    };
    let from_text = answer("bill.csv");
    let document: serde_json::Value = serde_json::from_str(&from_text).expect("JSON");
    assert_eq!(document["totals"]["actual"], "9.75");
    assert_eq!(document["totals"]["out_of_scope"], "4");
    assert_eq!(document["matched"][0]["actual_quantity"], "100");
    for (number, (what, _)) in WRITTEN.iter().enumerate() {
        assert_eq!(answer(&format!("{number}.parquet")), from_text, "{what}");
    }
    for name in ["snappy", "gzip", "zstd", "lz4_raw", "brotli", "uncompressed", "pairs"] {
        assert_eq!(answer(&format!("{name}.parquet")), from_text, "{name}");
    }
}

#[test]
fn text_is_read_whatever_separates_its_cells() {
    let plain = BILL
        .replace(",\"{\"\"project\"\":\"\"a\"\"}\"", ",a")
        .replace(",\"{\"\"project\"\":\"\"b\"\"}\"", ",b");
    let plain = plain.replace(",Tags", ",x_Project");
    let folder = Folder::new(WEB.to_owned() + "[scope]\naccounts = [\"012345678901\"]\n");
    let write = |name: &str, bytes: Vec<u8>| std::fs::write(folder.path(name), bytes).expect("written");
    write("comma.csv", plain.clone().into_bytes());
    write("semicolon.csv", plain.replace(',', ";").into_bytes());
    write("tab.csv", plain.replace(',', "\t").into_bytes());
    write("bar.csv", plain.replace(',', "|").into_bytes());
    write("returns.csv", plain.replace('\n', "\r\n").into_bytes());
    write("mark.csv", [b"\xef\xbb\xbf", plain.as_bytes()].concat());
    write("blank.csv", format!("{plain}\n,,,,,,,,,,,,\n").into_bytes());
    write("lower.csv", plain.replace("USD", "usd").replace("Usage,", "usage,").into_bytes());
    // A byte that is not UTF-8, in a column that nobody asks for.
    write(
        "latin.csv",
        plain.replace(",a\n", ",caf\u{1}\n").bytes().map(|b| if b == 1 { 0xe9 } else { b }).collect(),
    );
    for name in ["comma", "semicolon", "tab", "bar", "returns", "mark", "blank", "lower", "latin"] {
        let document = json(&run(&folder, &format!("focus:{name}.csv"), &["--format", "json"]));
        assert_eq!(document["totals"]["actual"], "9.75", "{name}");
    }
}

#[test]
fn what_is_wrong_with_a_text_is_named_with_its_line() {
    let folder = Folder::new(WEB);
    let utf_16: Vec<u8> = b"\xff\xfe".iter().copied().chain(BILL.bytes().flat_map(|b| [b, 0])).collect();
    let bytes = |old: &str, new: &[u8]| {
        let place = BILL.find(old).expect("it is there");
        [&BILL.as_bytes()[..place], new, &BILL.as_bytes()[place + old.len()..]].concat()
    };
    let cases: [(&str, Vec<u8>, &str); 7] = [
        ("utf16", utf_16, "it is text in UTF-16: save it as UTF-8"),
        (
            "latin",
            bytes("m5.large,,\"{\"\"project\"\":\"\"b", b"caf\xe9,,\"{\"\"project\"\":\"\"b"),
            "line 4: x_UsageType is not text in UTF-8",
        ),
        (
            "amount",
            BILL.replace(",4,4,", ",x,x,").replace("\n4,4,", "\n4,abc,").into_bytes(),
            "line 4: effectivecost: `abc` is not a number",
        ),
        (
            "returns",
            BILL.replace("\n4,4,", "\n4,abc,").replace('\n', "\r\n").into_bytes(),
            "line 4: effectivecost: `abc` is not a number",
        ),
        (
            "nan",
            BILL.replace("\n4,4,", "\n4,NaN,").into_bytes(),
            "line 4: effectivecost: `NaN` is not a number",
        ),
        (
            "cost",
            BILL.replace("\n4,4,", "\n4,,").into_bytes(),
            "line 4: a charge of type Usage for AmazonEC2 BoxUsage:m5.large has no effectivecost",
        ),
        ("currency", BILL.replace("\n4,4,USD", "\n4,4,").into_bytes(), "line 4: a charge names no currency"),
    ];
    for (name, bytes, words) in cases {
        std::fs::write(folder.path(format!("{name}.csv")), bytes).expect("written");
        let answer = run(&folder, &format!("focus:{name}.csv"), &[]);
        assert_eq!(answer.code, Some(3), "{name}: {}", answer.text());
        assert!(answer.stderr.contains(words), "{name}: {words}\n{}", answer.text());
    }
    // A quantity beyond all bounds is not known; what it costs is.
    let large = BILL.replace(",80,", ",1e15,");
    std::fs::write(folder.path("large.csv"), large).expect("written");
    let document = json(&run(&folder, "focus:large.csv", &["--format", "json"]));
    assert_eq!(
        (&document["totals"]["actual"], &document["matched"][0]["actual_quantity"]),
        (&"13.75".into(), &serde_json::Value::Null)
    );
}
