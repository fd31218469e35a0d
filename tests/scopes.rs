//! Which charges are a scenario's: tags and cost categories as AWS writes them, regions wherever a format has them, and
//! every way in which Parquet holds a text or a number.

use std::sync::Arc;

use arrow_array::builder::{
    BinaryBuilder, LargeStringBuilder, ListBuilder, MapBuilder, StringBuilder, StringViewBuilder,
};
use arrow_array::types::{Int8Type, UInt32Type};
use arrow_array::{
    ArrayRef, BinaryArray, Date32Array, DictionaryArray, Float32Array, Float64Array, Int32Array, Int64Array,
    NullArray, StringArray,
};
use serde_json::Value;

use super::cli::{Answer, Folder};
use super::compare::{json, run};
use super::parquet_file::of_columns;

const WEB: &str = "region = \"us-east-1\"\nmonth = \"2026-09\"\n\n[[compute]]\nname = \"web\"\n\
                   instances = { \"m5.large\" = 1 }\nhours_per_instance = 100\n";

/// The same department under four heads, as FOCUS 1.2 and CUR 2.0 have them in one column.
const LABELS: &str = "\"{\"\"resourceTags/department\"\":\"\"teamA\"\",\"\"userAttribute/department\"\":\"\"teamB\"\",\
                      \"\"accountTag/department\"\":\"\"teamC\"\",\"\"costCategory/department\"\":\"\"teamD\"\"}\"";

const FOCUS_HEADER: &str = "BilledCost,EffectiveCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ConsumedQuantity,\
                            RegionId,ServiceName,SubAccountId,x_ServiceCode,x_UsageType,Tags";

/// A Cost and Usage Report 2.0 with the columns that tell where a charge is from.
pub(crate) const CUR_2: &str = "line_item_line_item_type,line_item_usage_start_date,line_item_product_code,\
    line_item_usage_type,line_item_operation,line_item_usage_amount,line_item_currency_code,line_item_unblended_cost,\
    line_item_usage_account_id,product_region_code,product_from_region_code,product,tags
Usage,2026-10-10T00:00:00Z,AmazonEC2,BoxUsage:p4d.24xlarge,RunInstances,10,USD,219.57,111,us-east-1,,\"{\"\"region\"\":\"\"us-east-1\"\"}\",\"{\"\"resourceTags/team\"\":\"\"ml\"\",\"\"costCategory/team\"\":\"\"research\"\"}\"
Usage,2026-10-10T00:00:00Z,AWSDataTransfer,DataTransfer-Out-Bytes,RunInstances,1000,USD,90,111,,us-west-2,\"{\"\"region\"\":\"\"us-east-1\"\"}\",\"{\"\"team\"\":\"\"ml\"\"}\"
Usage,2026-10-10T00:00:00Z,AWSDataTransfer,USW2-USE1-AWS-Out-Bytes,RunInstances,100,USD,2,111,,us-west-2,,\"{\"\"accountTag/team\"\":\"\"ml\"\"}\"
Usage,2026-10-10T00:00:00Z,AmazonRoute53,DNS-Queries,A,1,USD,0.5,111,,,,\"{\"\"costCategory/team\"\":\"\"ml\"\"}\"
Tax,2026-10-01T00:00:00Z,AmazonEC2,,,1,USD,9,111,,,,
";

fn web(scope: &str) -> Folder {
    let row = "9.6,9.6,USD,Usage,2026-09-10T00:00:00Z,100,us-east-1,Amazon Elastic Compute Cloud,123456789012,\
               AmazonEC2,BoxUsage:m5.large";
    Folder::new(format!("{WEB}[scope]\n{scope}\n"))
        .with("focus.csv", format!("{FOCUS_HEADER}\n{row},{LABELS}\n"))
        .with("cur.csv", {
            let header = "line_item_line_item_type,line_item_usage_start_date,line_item_product_code,\
                          line_item_usage_type,line_item_usage_amount,line_item_currency_code,line_item_unblended_cost,tags";
            let row = "Usage,2026-09-10T00:00:00Z,AmazonEC2,BoxUsage:m5.large,100,USD,9.6";
            format!("{header}\n{row},{LABELS}\n")
        })
}

/// What is in scope and what is not.
fn split(answer: &Answer) -> (Value, Value) {
    let totals = json(answer)["totals"].clone();
    (totals["actual"].clone(), totals["out_of_scope"].clone())
}

fn asked(folder: &Folder, actual: &str) -> (Value, Value) {
    split(&run(folder, actual, &["--format", "json"]))
}

#[test]
fn a_tag_is_no_cost_category_and_no_account_tag_although_one_column_holds_them() {
    let (inside, outside) = (("9.6".into(), "0".into()), ("0".into(), "9.6".into()));
    for source in ["focus:focus.csv", "cur:cur.csv"] {
        for (scope, expected) in [
            ("tags = { department = [\"teamA\"] }", &inside),
            ("tags = { department = [\"teamB\", \"teamC\", \"teamD\"] }", &outside),
            ("cost_categories = { department = [\"teamD\"] }", &inside),
            ("cost_categories = { department = [\"teamA\", \"teamB\", \"teamC\"] }", &outside),
        ] {
            assert_eq!(&asked(&web(scope), source), expected, "{source}, {scope}");
        }
    }
}

fn transfer(scope: &str) -> Folder {
    let scenario = "region = \"us-east-1\"\nmonth = \"2026-10\"\n\n[[transfer]]\nname = \"results\"\nkind = \"out\"\n\
                    gib = 1000\n";
    Folder::new(format!("{scenario}[scope]\n{scope}\n")).with("cur.csv", CUR_2)
}

#[test]
fn the_region_of_a_transfer_is_read_where_the_report_has_it() {
    // By hand: 219.57 by product_region_code and 90 by product['region']; 2 by product_from_region_code; 0.5 names none.
    for (region, inside, outside) in [("us-east-1", "309.57", "2.5"), ("us-west-2", "2", "310.07")] {
        let answer =
            run(&transfer(&format!("regions = [\"{region}\"]")), "cur:cur.csv", &["--format", "json"]);
        assert_eq!(split(&answer), (inside.into(), outside.into()), "{region}");
        // Tax names no region and is not of another one for that.
        assert_eq!(json(&answer)["totals"]["excluded"], "9", "{region}");
    }
    let said = run(&transfer("regions = [\"us-east-1\"]"), "cur:cur.csv", &["--format", "csv"]).stderr;
    for words in [
        "1 charge of usage names no region: together $0.50, out of scope, since [scope] asks for regions",
        "1 charge that no estimate answers for, such as tax, names no region: together $9.00, excluded, not out of scope",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let all = run(&transfer("accounts = [\"111\"]"), "cur:cur.csv", &["--format", "csv"]).stderr;
    assert!(!all.contains("no region"), "{all}");
}

/// A charge of $9.60, with some columns otherwise or besides.
fn focus_parquet(folder: &Folder, others: Vec<(&'static str, ArrayRef)>) {
    let text = |text: &str| -> ArrayRef { Arc::new(StringArray::from(vec![text])) };
    let mut columns: Vec<(&str, ArrayRef)> = vec![
        ("BilledCost", Arc::new(Float64Array::from(vec![9.6]))),
        ("EffectiveCost", Arc::new(Float64Array::from(vec![9.6]))),
        ("BillingCurrency", text("USD")),
        ("ChargeCategory", text("Usage")),
        ("ChargePeriodStart", text("2026-09-10T00:00:00Z")),
        ("ConsumedQuantity", Arc::new(Float64Array::from(vec![100.0]))),
        ("RegionId", text("us-east-1")),
        ("ServiceName", text("Amazon Elastic Compute Cloud")),
        ("SubAccountId", text("012345678901")),
        ("x_ServiceCode", text("AmazonEC2")),
        ("x_UsageType", text("BoxUsage:m5.large")),
    ];
    for (name, column) in others {
        match columns.iter_mut().find(|(known, _)| *known == name) {
            Some(known) => known.1 = column,
            None => columns.push((name, column)),
        }
    }
    of_columns(&folder.path("bill.parquet"), columns);
}

/// A map `department` → `teamA`, of whichever kind of text.
macro_rules! map_of {
    ($builder:ty, $key:expr, $value:expr) => {{
        let mut map = MapBuilder::new(None, <$builder>::new(), <$builder>::new());
        map.keys().append_value($key);
        map.values().append_value($value);
        map.append(true).expect("a value for the key");
        Arc::new(map.finish()) as ArrayRef
    }};
}

#[test]
fn tags_in_a_map_are_read_whatever_kind_of_text_they_are() {
    let maps = [
        ("text", map_of!(StringBuilder, "department", "teamA")),
        ("large text", map_of!(LargeStringBuilder, "department", "teamA")),
        ("views", map_of!(StringViewBuilder, "department", "teamA")),
        ("bytes", map_of!(BinaryBuilder, b"resourceTags/department", b"teamA")),
    ];
    for (kind, map) in maps {
        let folder = web("tags = { department = [\"teamA\"] }");
        focus_parquet(&folder, vec![("Tags", map)]);
        assert_eq!(asked(&folder, "focus:bill.parquet"), ("9.6".into(), "0".into()), "{kind}");
    }
}

#[test]
fn tags_that_cannot_be_read_are_refused_where_a_scope_asks_for_them_and_only_there() {
    let list = || {
        let mut list = ListBuilder::new(StringBuilder::new());
        list.values().append_value("department=teamA");
        list.append(true);
        Arc::new(list.finish()) as ArrayRef
    };
    let folder = web("tags = { department = [\"teamA\"] }");
    focus_parquet(&folder, vec![("Tags", list())]);
    let answer = run(&folder, "focus:bill.parquet", &[]);
    assert_eq!(answer.code, Some(3), "{}", answer.text());
    assert!(answer.stderr.contains("tags is List"), "{}", answer.text());
    let folder = web("accounts = [\"012345678901\"]");
    focus_parquet(&folder, vec![("Tags", list())]);
    assert_eq!(asked(&folder, "focus:bill.parquet"), ("9.6".into(), "0".into()));
    // Not text in UTF-8: said, and no panic.
    focus_parquet(&folder, vec![("ChargeCategory", Arc::new(BinaryArray::from(vec![&b"\xff"[..]])))]);
    let answer = run(&folder, "focus:bill.parquet", &[]);
    assert_eq!(answer.code, Some(3), "{}", answer.text());
    assert!(answer.stderr.contains("UTF-8"), "{}", answer.text());
}

#[test]
fn a_column_is_what_it_says_however_parquet_holds_it() {
    let small: DictionaryArray<Int8Type> = vec!["USD"].into_iter().collect();
    let wide: DictionaryArray<UInt32Type> = vec!["USD"].into_iter().collect();
    // 2026-09-10 is day 20,706 of the Unix epoch.
    let columns: [(&str, &'static str, ArrayRef); 9] = [
        ("categories of pandas", "BillingCurrency", Arc::new(small)),
        ("categories of polars", "BillingCurrency", Arc::new(wide)),
        ("text without its mark", "ChargeCategory", Arc::new(BinaryArray::from(vec![&b"Usage"[..]]))),
        ("nothing at all", "CommitmentDiscountStatus", Arc::new(NullArray::new(1))),
        (
            "nothing among numbers",
            "CommitmentDiscountStatus",
            Arc::new(Float64Array::from(vec![None::<f64>])),
        ),
        ("an account without its zero", "SubAccountId", Arc::new(Int64Array::from(vec![12_345_678_901]))),
        ("a day", "ChargePeriodStart", Arc::new(Date32Array::from(vec![20_706]))),
        ("short numbers", "EffectiveCost", Arc::new(Float32Array::from(vec![9.6]))),
        ("whole numbers", "ConsumedQuantity", Arc::new(Int32Array::from(vec![100]))),
    ];
    for (what, name, column) in columns {
        let folder = web("accounts = [\"012345678901\"]");
        focus_parquet(&folder, vec![(name, column)]);
        let answer = run(&folder, "focus:bill.parquet", &["--format", "json"]);
        assert_eq!(split(&answer), ("9.6".into(), "0".into()), "{what}");
        assert_eq!(json(&answer)["matched"][0]["actual_quantity"], "100", "{what}");
    }
}

#[test]
fn a_report_in_parquet_has_the_scopes_of_one_in_text() {
    let folder = transfer("regions = [\"us-east-1\"]");
    let texts = |pick: fn(usize) -> Option<&'static str>| -> ArrayRef {
        Arc::new((0..2).map(pick).collect::<StringArray>())
    };
    let mut product = MapBuilder::new(None, LargeStringBuilder::new(), LargeStringBuilder::new());
    for region in ["us-east-1", "us-west-2"] {
        product.keys().append_value("region");
        product.values().append_value(region);
        product.append(true).expect("a value for the key");
    }
    of_columns(
        &folder.path("cur.parquet"),
        vec![
            ("line_item_line_item_type", texts(|_| Some("Usage"))),
            ("line_item_usage_start_date", texts(|_| Some("2026-10-10T00:00:00Z"))),
            ("line_item_product_code", texts(|_| Some("AWSDataTransfer"))),
            ("line_item_usage_type", texts(|_| Some("DataTransfer-Out-Bytes"))),
            ("line_item_currency_code", texts(|_| Some("USD"))),
            ("line_item_unblended_cost", Arc::new(Float64Array::from(vec![90.0, 2.0]))),
            ("product_region_code", texts(|_| None)),
            ("product", Arc::new(product.finish())),
            // Nobody asks for these.
            ("resource_tags", Arc::new(Int32Array::from(vec![1, 2]))),
            ("line_item_net_unblended_cost", texts(|_| Some("no number"))),
        ],
    );
    assert_eq!(asked(&folder, "cur:cur.parquet"), ("90".into(), "2".into()));
}
