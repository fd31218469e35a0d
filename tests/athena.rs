//! A bill in Amazon Athena: the SQL, the way of a query, and the same sums as from files.
//!
//! The SQL is run by DuckDB where it is installed. Two functions have other names there and are given Athena's.

use serde_json::json;

use super::cli::{Answer, Folder, snapshot};
use super::compare::{CUR, FOCUS, folder, json};
use super::duckdb;
use super::loopback::{AthenaTable, Fault, Loopback, World};
use super::scopes::CUR_2;

/// Names of columns, and rows; `None` is NULL.
type Rows = (Vec<String>, Vec<Vec<Option<String>>>);

/// FOCUS 1.2 as a Data Export's table has it: column, type, header of the CSV.
const FOCUS_TABLE: [(&str, &str, &str); 13] = [
    ("billedcost", "double", "BilledCost"),
    ("effectivecost", "double", "EffectiveCost"),
    ("chargecategory", "string", "ChargeCategory"),
    ("chargeperiodstart", "timestamp", "ChargePeriodStart"),
    ("billingcurrency", "string", "BillingCurrency"),
    ("consumedquantity", "double", "ConsumedQuantity"),
    ("servicename", "string", "ServiceName"),
    ("x_servicecode", "string", "x_ServiceCode"),
    ("skumeter", "string", "SkuMeter"),
    ("subaccountid", "string", "SubAccountId"),
    ("regionid", "string", "RegionId"),
    ("tags", "map<string,string>", "Tags"),
    ("commitmentdiscountstatus", "string", "CommitmentDiscountStatus"),
];

/// A legacy report as a crawler names its columns.
const CUR_TABLE: [(&str, &str, &str); 16] = [
    ("line_item_line_item_type", "string", "lineItem/LineItemType"),
    ("line_item_usage_start_date", "timestamp", "lineItem/UsageStartDate"),
    ("line_item_product_code", "string", "lineItem/ProductCode"),
    ("line_item_usage_type", "string", "lineItem/UsageType"),
    ("line_item_operation", "string", "lineItem/Operation"),
    ("line_item_usage_amount", "double", "lineItem/UsageAmount"),
    ("line_item_currency_code", "string", "lineItem/CurrencyCode"),
    ("line_item_unblended_cost", "double", "lineItem/UnblendedCost"),
    ("line_item_usage_account_id", "string", "lineItem/UsageAccountId"),
    ("product_region_code", "string", "product/regionCode"),
    ("savings_plan_savings_plan_effective_cost", "double", "savingsPlan/SavingsPlanEffectiveCost"),
    ("savings_plan_total_commitment_to_date", "double", "savingsPlan/TotalCommitmentToDate"),
    ("savings_plan_used_commitment", "double", "savingsPlan/UsedCommitment"),
    ("reservation_effective_cost", "double", "reservation/EffectiveCost"),
    ("reservation_reservation_a_r_n", "string", "reservation/ReservationARN"),
    ("resource_tags_user_team", "string", "resourceTags/user:team"),
];

/// A report 2.0 with maps, as a Data Export's table has it.
const CUR_2_TABLE: [(&str, &str, &str); 13] = [
    ("line_item_line_item_type", "string", "line_item_line_item_type"),
    ("line_item_usage_start_date", "timestamp", "line_item_usage_start_date"),
    ("line_item_product_code", "string", "line_item_product_code"),
    ("line_item_usage_type", "string", "line_item_usage_type"),
    ("line_item_operation", "string", "line_item_operation"),
    ("line_item_usage_amount", "double", "line_item_usage_amount"),
    ("line_item_currency_code", "string", "line_item_currency_code"),
    ("line_item_unblended_cost", "double", "line_item_unblended_cost"),
    ("line_item_usage_account_id", "string", "line_item_usage_account_id"),
    ("product_region_code", "string", "product_region_code"),
    ("product_from_region_code", "string", "product_from_region_code"),
    ("product", "map<string,string>", "product"),
    ("tags", "map<string,string>", "tags"),
];

/// The table `bills.charges` in Virginia, cut by billing period.
fn table(columns: &[(&'static str, &'static str, &'static str)]) -> AthenaTable {
    AthenaTable {
        region: "us-east-1",
        database: "bills",
        table: "charges",
        columns: columns.iter().map(|(name, kind, _)| (*name, *kind)).collect(),
        partitions: vec![("billing_period", "string")],
        scanned_bytes: 123_456_789,
        ..AthenaTable::default()
    }
}

fn ask(folder: &Folder, aws: &Loopback, more: &[&str]) -> Answer {
    let mut args =
        vec!["compare", "scenario.toml", "--prices", "bundled", "--actual", "athena:bills.charges"];
    args.extend(more);
    folder.asking(aws, &args, &[("AWS_MAX_ATTEMPTS", "2")])
}

fn aws(athena: AthenaTable) -> Loopback {
    Loopback::new(World { athena, ..World::default() })
}

/// Three groups by the SQL of the snapshot: p4d hours, tax, hours of another account.
fn answer() -> Rows {
    let names =
        "charge_day chargecategory servicename xservicecode commitmentdiscountstatus currency usage_type account
         effectivecost quantity quantity_known effective_cost effective_cost_known charges";
    let row = |text: &str| {
        text.split(',').map(|cell| Some(cell.to_owned()).filter(|cell| !cell.is_empty())).collect()
    };
    let ec2 = "Amazon Elastic Compute Cloud,AmazonEC2";
    let rows = vec![
        row(&format!(
            "2026-10-02,Usage,{ec2},,USD,BoxUsage:p4d.24xlarge,111,4391.528400000000,200.000000000000,744,4391.528400000000,744,744"
        )),
        row("2026-10-01,Tax,Tax,,,USD,,111,90.123456789012,,0,90.123456789012,2,2"),
        row(&format!(
            "2026-10-01,Usage,{ec2},,USD,BoxUsage:c5.large,222,30.000000000000,30.000000000000,30,30.000000000000,30,30"
        )),
    ];
    (names.split_whitespace().map(str::to_owned).collect(), rows)
}

const SCOPE: &str = "[scope]\naccounts = [\"111\"]\n";

#[test]
fn the_sql_is_shown_and_nothing_is_run() {
    let folder = folder(SCOPE);
    let focus = aws(table(&FOCUS_TABLE));
    let answer = ask(&folder, &focus, &["--dry-run"]);
    snapshot("athena_focus_sql", &answer.text());
    assert_eq!((focus.count("GetTableMetadata"), focus.count("StartQueryExecution")), (1, 0));
    let mut cur = table(&CUR_TABLE);
    cur.partitions = vec![("year", "string"), ("month", "string")];
    let report = aws(cur);
    let scoped = self::folder("[scope]\nregions = [\"us-east-1\"]\ntags = { \"user:team\" = [\"ml\"] }\n");
    snapshot("athena_cur_sql", &ask(&scoped, &report, &["--dry-run", "--basis", "net-amortized"]).text());
    let file = folder.run(&["compare", "scenario.toml", "--actual", "focus:focus.csv", "--dry-run"]);
    assert_eq!(file.code, Some(2), "{}", file.text());
}

#[test]
fn a_query_is_run_and_what_it_took_is_said() {
    let folder = folder(SCOPE);
    let world = World {
        athena: AthenaTable { answer: answer(), ..table(&FOCUS_TABLE) },
        page: Some(2),
        ..World::default()
    };
    let aws = Loopback::new(world);
    let place = ["--athena-workgroup", "nowhere", "--athena-output", "s3://ours/"];
    let document = json(&ask(&folder, &aws, &[&["--format", "json"], &place[..]].concat()));
    assert_eq!(document["totals"]["actual"], "4391.5284");
    assert_eq!(document["totals"]["excluded"], "90.123456789012");
    assert_eq!(document["totals"]["out_of_scope"], "30");
    // Four rows with the names, two a page; looked at three times until it was over.
    assert_eq!((aws.count("GetQueryResults"), aws.count("GetQueryExecution")), (2, 3));
    // 124 MB at $5 per million MB.
    let athena = json!({"region": "us-east-1", "workgroup": "nowhere", "scanned_bytes": 123_456_789,
        "output_location": "s3://ours/query-1.csv", "cost_usd": "0.00062"});
    assert_eq!(document["requests"]["athena"], athena);
    assert_eq!(
        (&document["requests"]["paid_calls"], &document["requests"]["cost_usd"]),
        (&json!(0), &json!("0.00062"))
    );
    let text = ask(&folder, &aws, &[]);
    let said = "workgroup primary, result in s3://results/query-1.csv, 123.5 MB read, about $0.00062";
    assert!(text.stdout.contains(said) && text.stderr.contains(said), "{}", text.text());
}

#[test]
fn faults_of_athena_are_errors() {
    let folder = folder(SCOPE);
    let refused = |aws: &Loopback, more: &[&str], code: i32, words: &str| {
        let answer = ask(&folder, aws, more);
        assert_eq!(answer.code, Some(code), "{}", answer.text());
        assert!(answer.stderr.contains(words), "{words}: {}", answer.text());
        assert_eq!(answer.stdout, "");
    };
    let fine = || AthenaTable { answer: answer(), ..table(&FOCUS_TABLE) };
    refused(&aws(AthenaTable { table: "other", ..fine() }), &[], 3, "MetadataException: Table not found");
    refused(&aws(fine()), &["--athena-workgroup", "nowhere"], 3, "No output location provided");
    let exhausted = Some("Query exhausted resources at this scale factor");
    refused(
        &aws(AthenaTable { fails: exhausted, ..fine() }),
        &[],
        3,
        "query query-1 is FAILED: Query exhausted",
    );
    refused(&aws(AthenaTable { region: "ap-northeast-1", ..fine() }), &[], 3, "SignatureDoesNotMatch");
    let tokyo = aws(AthenaTable { region: "ap-northeast-1", ..fine() });
    assert_eq!(ask(&folder, &tokyo, &["--athena-region", "ap-northeast-1"]).code, Some(0));
    let columns = FOCUS_TABLE.iter().filter(|(name, ..)| *name != "billedcost");
    let columns: Vec<_> = columns.copied().collect();
    refused(&aws(table(&columns)), &[], 3, "no billedcost");
    let mut short = fine();
    short.answer.1[1].pop();
    refused(&aws(short), &[], 3, "a row of 13 columns, not of 14");
    // A cost that is absent is no zero: its group has none.
    let mut absent = fine();
    absent.answer.1[0][8] = None;
    refused(&aws(absent), &[], 3, "athena:bills.charges");
    let throttled = aws(fine())
        .with_faults_on("GetQueryExecution", [Fault::Error(400, "ThrottlingException", "Rate exceeded")]);
    assert_eq!(ask(&folder, &throttled, &[]).code, Some(0));
    let answer = folder.run(&["compare", "scenario.toml", "--actual", "athena:charges"]);
    assert_eq!(answer.code, Some(2), "{}", answer.text());
}

/// Makes a table of a CSV, runs a query, writes its rows as JSON, numbers as Athena writes decimals.
const ENGINE: &str = r#"
import duckdb, json, sys
task = json.load(sys.stdin)
db = duckdb.connect()
db.execute("CREATE MACRO element_at(map, key) AS map[key]")
db.execute("CREATE MACRO json_format(value) AS CAST(value AS varchar)")
db.execute("CREATE MACRO json_extract_scalar(text, path) AS json_extract_string(text, path)")
db.execute("CREATE MACRO from_iso8601_timestamp(text) AS CAST(text AS timestamptz)")
db.execute("CREATE SCHEMA bills")
types = {"string": "varchar", "map<string,string>": "map(varchar, varchar)"}
def cell(header, kind):
    if task["raw"]: return f'"{header}"'
    text = f"nullif(nullif(trim(\"{header}\"), ''), 'NULL')"
    text = f"CAST({text} AS json)" if kind.startswith("map") else text
    text = f"CAST({text} AS timestamptz)" if kind == "timestamp" else text
    return f"CAST({text} AS {types.get(kind, kind)})"
db.execute("SET TimeZone = 'UTC'")
columns = ", ".join(f'{cell(header, kind)} AS "{name}"' for name, kind, header in task["columns"])
db.execute(f"CREATE TABLE bills.charges AS SELECT {columns}, '2026-10' AS billing_period "
           f"FROM read_csv('{task['csv']}', all_varchar = true, header = true)")
found = db.execute(task["sql"])
text = lambda value: None if value is None else format(value, "f") if hasattr(value, "as_tuple") else str(value)
json.dump({"names": [column[0] for column in found.description],
           "rows": [[text(value) for value in row] for row in found.fetchall()]}, sys.stdout)
"#;

/// The rows that DuckDB answers; `None` where it is not installed.
fn run_sql(csv: &str, columns: &[(&str, &str, &str)], sql: &str) -> Option<Rows> {
    let raw = columns.iter().all(|(_, kind, _)| *kind == "string");
    let task = json!({"csv": csv, "columns": columns, "sql": sql, "raw": raw});
    let answer = duckdb::answer(ENGINE, &task)?;
    let parse = |part: &str| serde_json::from_value(answer[part].clone()).expect("text");
    let names: Vec<String> = parse("names");
    let rows = serde_json::from_value(answer["rows"].clone()).expect("rows of text");
    Some((names, rows))
}

#[test]
fn another_engine_gets_the_same_sums_from_the_sql_as_files_give() {
    let questions = [
        ("", "amortized"),
        ("", "unblended"),
        (SCOPE, "net-amortized"),
        ("[scope]\ntags = { team = [\"ml\"] }\n", "amortized"),
        ("[scope]\nregions = [\"us-east-1\"]\ntags = { \"user:team\" = [] }\n", "unblended"),
    ];
    // A table over CSV files has text alone: as the files have it, empty and NULL, with any time.
    let text: Vec<_> = FOCUS_TABLE.iter().map(|(name, _, header)| (*name, "string", *header)).collect();
    let messy = FOCUS
        .replace("2026-10-01T00:00:00.000Z", "2026-10-01")
        .replace("Usage,2026-10-01T00:00:00Z,USD,30", "Usage,2026-11-01T00:30:00+09:00,USD,30");
    // Labels of all kinds in one column, and regions in several.
    let labelled = FOCUS.replace("user:team", "resourceTags/team").replace(
        "us-east-1,NULL,",
        "us-east-1,\"{\"\"costCategory/team\"\":\"\"ml\"\",\"\"accountTag/team\"\":\"\"ml\"\"}\",",
    );
    let scoped = [
        ("[scope]\ntags = { team = [\"ml\"] }\n", "amortized"),
        ("[scope]\ncost_categories = { Team = [\"ml\", \"research\"] }\n", "unblended"),
        ("[scope]\nregions = [\"us-east-1\"]\n", "amortized"),
        ("[scope]\nregions = [\"us-west-2\"]\n", "net-amortized"),
    ];
    let texts: Vec<_> = CUR_2_TABLE.iter().map(|(name, _, header)| (*name, "string", *header)).collect();
    let sources: [(&str, &str, &[_], &[_]); 6] = [
        ("focus:focus.csv", FOCUS, &FOCUS_TABLE, &questions),
        ("cur:cur.csv", CUR, &CUR_TABLE, &questions),
        ("focus:bill.csv", &messy, &text, &questions[..3]),
        ("focus:bill.csv", &labelled, &FOCUS_TABLE, &scoped[..3]),
        ("cur:bill.csv", CUR_2, &CUR_2_TABLE, &scoped),
        ("cur:bill.csv", CUR_2, &texts, &scoped),
    ];
    for (source, csv, columns, questions) in sources {
        for (scope, basis) in questions {
            let folder = folder(scope).with("bill.csv", csv);
            let more = ["--basis", basis, "--format", "json"];
            let file = super::compare::run(&folder, source, &more);
            let sql = ask(&folder, &aws(table(columns)), &["--dry-run", "--basis", basis]).stdout;
            let path = folder.path("bill.csv").display().to_string();
            let Some(answer) = run_sql(&path, columns, &sql) else { return };
            let asked = aws(AthenaTable { answer, ..table(columns) });
            let (file, asked) = (json(&file), json(&ask(&folder, &asked, &more)));
            for part in [
                "matched",
                "only_estimated",
                "only_charged",
                "out_of_scope",
                "excluded",
                "bridge",
                "totals",
                "costs",
            ] {
                assert_eq!(asked[part], file[part], "{part} of {source}, {basis}, {scope}\n{sql}");
            }
        }
    }
}
