//! Charges by anything, at other prices, and under commitments: worked out by hand, and the same from files and SQL.

use serde_json::{Value, json};

use super::cli::{Answer, Folder};
use super::compare::{ask, json, run};
use super::loopback::{Cost, Loopback, World};
use hpc_cost::model::time::Month;

const SCENARIO: &str = "name = \"bill\"\nregion = \"us-east-1\"\nmonth = \"2026-09\"\n\n[[compute]]\nname = \"web\"\n\
                        instances = { \"m5.large\" = 1 }\nhours_per_instance = 100\n";

const FOCUS: &str = "BilledCost,EffectiveCost,ListCost,ContractedCost,BillingCurrency,ChargeCategory,ChargeClass,\
    ChargePeriodStart,BillingPeriodStart,InvoiceId,ConsumedQuantity,RegionId,ServiceName,SubAccountId,x_ServiceCode,\
    x_UsageType,ResourceId,CommitmentDiscountCategory,CommitmentDiscountId,CommitmentDiscountStatus,Tags
9.6,9.6,9.6,9.6,USD,Usage,,2026-09-10T00:00:00Z,2026-09-01T00:00:00Z,inv-1,100,us-east-1,Amazon Elastic Compute Cloud,111111111111,AmazonEC2,BoxUsage:m5.large,i-1,,,,\"{\"\"user:team\"\":\"\"ml\"\",\"\"aws:batch:compute-environment\"\":\"\"gpu\"\"}\"
0,6,9.6,9.6,USD,Usage,,2026-09-10T00:00:00Z,2026-09-01T00:00:00Z,inv-1,100,us-east-1,Amazon Elastic Compute Cloud,222222222222,AmazonEC2,BoxUsage:m5.large,i-2,Spend,sp-1,Used,\"{\"\"user:team\"\":\"\"web\"\"}\"
8,2,0,0,USD,Usage,,2026-09-11T00:00:00Z,2026-09-01T00:00:00Z,inv-1,1,us-east-1,Savings Plans for Compute,222222222222,ComputeSavingsPlans,ComputeSP:1yr,sp-1,Spend,sp-1,Unused,
3,3,5,4,USD,Usage,,2026-09-11T00:00:00Z,2026-09-01T00:00:00Z,inv-1,200,us-west-2,Amazon Elastic Compute Cloud,111111111111,AmazonEC2,USW2-SpotUsage:m5.large,i-3,,,,
5,5,5,5,USD,Tax,,2026-09-01T00:00:00Z,2026-09-01T00:00:00Z,inv-1,,,Amazon Elastic Compute Cloud,111111111111,AmazonEC2,,,,,,
1500,1500,1500,1500,USD,Usage,Correction,2026-08-01T00:00:00Z,2026-09-01T00:00:00Z,inv-2,10,us-east-1,Amazon Elastic Compute Cloud,111111111111,AmazonEC2,BoxUsage:m5.large,i-1,,,,
";

fn folder() -> Folder {
    Folder::new(SCENARIO).with("focus.csv", FOCUS)
}

/// Values, estimate and charge of each row.
fn rows(answer: &Answer) -> Vec<(Vec<Value>, Value, Value)> {
    let document = json(answer);
    let rows = document["breakdown"]["rows"].as_array().expect("rows");
    let row = |row: &Value| {
        let values = row["values"].as_array().expect("values").clone();
        (values, row["estimated"].clone(), row["actual"].clone())
    };
    rows.iter().map(row).collect()
}

fn by(what: &str) -> Vec<(Vec<Value>, Value, Value)> {
    rows(&run(&folder(), "focus:focus.csv", &["--by", what, "--format", "json"]))
}

fn charged(values: &[Value], actual: &str) -> (Vec<Value>, Value, Value) {
    (values.to_vec(), Value::Null, json!(actual))
}

#[test]
fn charges_are_told_apart_by_anything() {
    // Compared are 9.6 + 6 + 2 + 3 = 20.6; tax is no usage, and the correction is of August.
    assert_eq!(
        by("account"),
        [charged(&[json!("111111111111")], "12.6"), charged(&[json!("222222222222")], "8")]
    );
    assert_eq!(
        by("tag:team"),
        [charged(&[json!("ml")], "9.6"), charged(&[json!("web")], "6"), charged(&[Value::Null], "5")]
    );
    assert_eq!(by("day"), [charged(&[json!("2026-09-10")], "15.6"), charged(&[json!("2026-09-11")], "5")]);
    assert_eq!(
        by("resource"),
        [
            charged(&[json!("i-1")], "9.6"),
            charged(&[json!("i-2")], "6"),
            charged(&[json!("i-3")], "3"),
            charged(&[json!("sp-1")], "2")
        ]
    );
    // In order: the accounts by what they cost, in each the days.
    assert_eq!(
        by("account,day"),
        [
            charged(&[json!("111111111111"), json!("2026-09-10")], "9.6"),
            charged(&[json!("111111111111"), json!("2026-09-11")], "3"),
            charged(&[json!("222222222222"), json!("2026-09-10")], "6"),
            charged(&[json!("222222222222"), json!("2026-09-11")], "2"),
        ]
    );
    assert_eq!(by("commitment"), [charged(&[Value::Null], "12.6"), charged(&[json!("sp-1")], "8")]);
}

#[test]
fn the_estimate_stands_beside_what_a_scenario_knows() {
    // 100 h of m5.large at $0.096 are planned in us-east-1; Oregon is only charged.
    assert_eq!(
        by("region"),
        [
            (vec![json!("us-east-1")], json!("9.6"), json!("17.6")),
            (vec![json!("us-west-2")], Value::Null, json!("3")),
        ]
    );
    assert_eq!(
        by("service,usage_type"),
        [
            (vec![json!("AmazonEC2"), json!("BoxUsage:m5.large")], json!("9.6"), json!("15.6")),
            (vec![json!("AmazonEC2"), json!("USW2-SpotUsage:m5.large")], Value::Null, json!("3")),
            (vec![json!("ComputeSavingsPlans"), json!("ComputeSP:Unused")], Value::Null, json!("2")),
        ]
    );
    let batch = "[[batch.compute_environment]]\nname = \"gpu\"\ninstance_types = [\"m5.large\"]\nmin_vcpus = 0\nmax_vcpus = 16\n";
    let scenario = SCENARIO.replace("hours_per", "compute_environment = \"gpu\"\nhours_per") + batch;
    let folder = Folder::new(scenario).with("focus.csv", FOCUS);
    let answer = run(&folder, "focus:focus.csv", &["--by", "compute_environment", "--format", "json"]);
    let known = rows(&answer);
    assert_eq!(
        known,
        [(vec![Value::Null], Value::Null, json!("11")), (vec![json!("gpu")], json!("9.6"), json!("9.6"))],
        "{}",
        answer.text()
    );
}

#[test]
fn an_invoice_has_every_charge_and_those_of_other_months() {
    let answer =
        run(&folder(), "focus:focus.csv", &["--by", "billing_period,invoice", "--basis", "unblended"]);
    // 9.6 + 0 + 8 + 3 + 5 of tax; the correction of August is on another invoice of September.
    for words in [
        "2026-09-01       inv-1      $25.60   100.0 %             $0.00",
        "inv-2       $0.00     0.0 %         $1,500.00",
    ] {
        assert!(answer.stdout.contains(words), "{words}\n{}", answer.stdout);
    }
    let notes = json(&run(&folder(), "focus:focus.csv", &["--format", "json"]))["notes"].to_string();
    let said = "in scope $1,500.00 in 2026-08; $1,500.00 of it in 1 charge that correct";
    assert!(notes.contains(said), "{notes}");
    let kinds = by("kind");
    assert_eq!(
        kinds,
        [
            charged(&[json!("usage")], "18.6"),
            charged(&[json!("tax")], "5"),
            charged(&[json!("unused commitment")], "2")
        ]
    );
}

#[test]
fn commitments_and_other_prices_are_told() {
    let document = json(&run(&folder(), "focus:focus.csv", &["--format", "json"]));
    // 9.6 + 9.6 + 0 + 5, 9.6 + 9.6 + 0 + 4, 9.6 + 6 + 2 + 3.
    assert_eq!(document["costs"], json!({"list": "24.2", "contracted": "23.2", "effective": "20.6"}));
    // Used 6 of 8; 100 of 200 hours that are not Spot, 9.6 of 19.2 at list prices; 9.6 − 6 − 2 are saved.
    assert_eq!(
        document["commitments"],
        json!([{"kind": "Savings Plans", "used": "6", "unused": "2", "utilization": "0.75",
            "covered_hours": "100", "coverable_hours": "200", "coverage_of_hours": "0.5",
            "coverage_of_list": "0.5", "savings": "1.6"}])
    );
    // What is no instance hours is no part of their coverage: Fargate under the plan, at $80 of list.
    let row = "0,60,80,80,USD,Usage,,2026-09-10T00:00:00Z,2026-09-01T00:00:00Z,inv-1,100,us-east-1,x,222222222222,AmazonECS,Fargate-vCPU-Hours,i-9,Spend,sp-1,Used,\n";
    let more = folder().with("more.csv", format!("{FOCUS}{row}"));
    let document = json(&run(&more, "focus:more.csv", &["--format", "json"]));
    assert_eq!(document["commitments"][0]["coverage_of_list"], "0.5");
    assert_eq!(document["commitments"][0]["savings"], "21.6");
    // Of hours without a number nothing is known.
    let vague = FOCUS.replace(
        "inv-1,100,us-east-1,Amazon Elastic Compute Cloud,222",
        "inv-1,,us-east-1,Amazon Elastic Compute Cloud,222",
    );
    let vague = json(&run(&folder().with("vague.csv", vague), "focus:vague.csv", &["--format", "json"]));
    assert_eq!(vague["commitments"][0]["coverage_of_hours"], Value::Null);
    let unblended = json(&run(&folder(), "focus:focus.csv", &["--basis", "unblended", "--format", "json"]));
    assert_eq!(unblended["commitments"], Value::Null);
}

#[test]
fn what_a_source_does_not_say_is_refused() {
    let bare = FOCUS.replace("SubAccountId", "x_Other");
    let folder = folder().with("bare.csv", bare);
    for (source, by, code, words) in [
        ("focus:bare.csv", "account", 3, "it has no column of accounts"),
        ("focus:focus.csv", "colour", 2, "`--by colour` is not known"),
        ("focus:focus.csv", "day,day,day,day,day,day", 2, "takes 5 at most"),
        ("ce", "resource", 2, "Cost Explorer tells charges apart by two things at once"),
        ("ce", "account,region", 2, "Cost Explorer tells charges apart by two things at once"),
        ("ce", "service,usage_type,account", 2, "Cost Explorer tells charges apart by two things at once"),
    ] {
        let answer = run(&folder, source, &["--by", by]);
        assert_eq!(answer.code, Some(code), "{}", answer.text());
        assert!(answer.stderr.contains(words), "{words}\n{}", answer.text());
    }
}

#[test]
fn a_long_table_is_one_screen_and_csv_has_every_row() {
    let header = FOCUS.lines().next().expect("a header");
    let row = |number: u32| {
        format!(
            "1,1,1,1,USD,Usage,,2026-09-10T00:00:00Z,,,1,us-east-1,x,111111111111,AmazonEC2,Type:{number},,,,,"
        )
    };
    let lines: Vec<String> = (0..3000).map(row).collect();
    let folder = folder().with("long.csv", format!("{header}\n{}\n", lines.join("\n")));
    let table = run(&folder, "focus:long.csv", &["--by", "usage_type"]).stdout;
    assert!(table.lines().count() < 80 && table.contains("2961 more"), "{table}");
    let csv = run(&folder, "focus:long.csv", &["--by", "usage_type", "--format", "csv"]).stdout;
    // Every usage type, and the one that is only estimated, under a header.
    assert_eq!(csv.lines().count(), 3002);
    assert!(csv.starts_with("usage_type,estimated_cost,actual_cost,difference,share\n"), "{csv:.200}");
}

#[test]
fn cost_explorer_tells_one_thing_more_by_a_question_of_its_own() {
    let cost = |day: i64, usage_type, record, account, team, dollars: i64| Cost {
        day: Month::parse("2026-09").expect("a month").seconds().0 + day * 86_400,
        service: "Amazon Elastic Compute Cloud - Compute",
        usage_type,
        record,
        account,
        region: "us-east-1",
        tag: team,
        cost_category: None,
        micros: dollars * 1_000_000,
        quantity: 100,
    };
    let costs = vec![
        cost(0, "BoxUsage:m5.large", "Usage", "111", Some(("team", "ml")), 9),
        cost(1, "SpotUsage:m5.large", "Usage", "222", None, 4),
        // A block's fee and what is not used of a plan are in no answer to that question.
        cost(2, "CapacityBlockFee:m5.large", "Upfront", "111", None, 70),
        cost(3, "ComputeSP:1yr", "SavingsPlanRecurringFee", "111", None, 2),
        cost(4, "", "Tax", "111", None, 5),
    ];
    let aws = Loopback::new(World { costs, ..World::default() });
    let answer = |by: &str| rows(&ask(&folder(), &aws, &["--by", by]));
    let none = Value::Null;
    assert_eq!(
        answer("account"),
        [
            charged(std::slice::from_ref(&none), "72"),
            charged(&[json!("111")], "9"),
            charged(&[json!("222")], "4")
        ]
    );
    assert_eq!(
        answer("tag:team"),
        [charged(std::slice::from_ref(&none), "76"), charged(&[json!("ml")], "9")]
    );
    assert_eq!(
        answer("usage_type,account"),
        [
            charged(&[json!("BoxUsage:m5.large"), none.clone()], "70"),
            charged(&[json!("BoxUsage:m5.large"), json!("111")], "9"),
            charged(&[json!("SpotUsage:m5.large"), json!("222")], "4"),
            charged(&[none.clone(), none.clone()], "2"),
        ]
    );
    // Of what Cost Explorer tells anyway nothing more is asked: two questions and the one about fees.
    let before = aws.count("GetCostAndUsage");
    answer("day");
    assert_eq!(aws.count("GetCostAndUsage"), before + 3);
}
