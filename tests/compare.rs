//! Estimate against charges: the same usage on both sides agrees, one change moves one driver, every charge is
//! in one place.

use std::collections::BTreeMap;

use hpc_cost::actuals::{Bill, CostBasis, RecordType, Row};
use hpc_cost::catalog::Catalog;
use hpc_cost::compare::bridge::{Bridged, Driver};
use hpc_cost::compare::{Comparison, Question, compare, sum};
use hpc_cost::document::Document;
use hpc_cost::estimate::{Estimate, estimate, wanted};
use hpc_cost::model::commitment::Commitments;
use hpc_cost::model::decimal::Decimal;
use hpc_cost::model::money::Usd;
use hpc_cost::model::time::Month;
use hpc_cost::prices::bundled;
use hpc_cost::scenario::Scenario;
use proptest::prelude::*;
use serde_json::Value;

use super::cli::{Answer, Folder, snapshot};
use super::loopback::{Cost, Fault, Loopback, World};
use super::parquet_file::{Charge, of_csv, write};

pub(crate) const SCENARIO: &str = r#"
region = "us-east-1"
month = "2026-10"

[[compute]]
name = "training"
instances = { "p4d.24xlarge" = 2 }
hours_per_instance = 100

[[compute]]
name = "inference"
instances = { "g5.xlarge" = 4 }
hours_per_instance = 100
spot_share = 0.5

[[lustre]]
name = "data"
deployment = "PERSISTENT_2"
storage = "SSD"
throughput_mbps_per_tib = 125
size_gib = 1200

[[s3]]
name = "results"
storage_gib = 1000
"#;

/// Notes that only comparisons have; a test below asks for the words of each.
pub(crate) const NOTES: [&str; 22] = [
    "PricesOfAnotherTime",
    "SourceStops",
    "PartialPeriod",
    "LateCharges",
    "EstimatedDays",
    "NoCharges",
    "ComparedWithoutPrice",
    "NoUsageType",
    "TooFewDays",
    "ChargedOverBudget",
    "MonthEndOverBudget",
    "JobsOfScenario",
    "TrackRecord",
    "NoTrackRecord",
    "NotCalibrated",
    "NeverEstimated",
    "SourceStopsAt",
    "UseStopped",
    "DiscountsApart",
    "CoveredAtListPrice",
    "ChargedWithoutQuantity",
    "CalibratedTotal",
];

pub(crate) fn estimated(scenario: &str) -> Estimate {
    let catalog = Catalog::bundled();
    let document = Document::parse("scenario.toml", scenario).expect("TOML");
    let now = Month::parse("2026-11").expect("a month");
    let scenario = Scenario::from_document(document, &catalog, "scenario", now).expect("valid");
    let list = bundled::price_list(&wanted(&scenario, &catalog), &Commitments::default());
    estimate(&scenario, &list, &catalog).expect("priced")
}

/// The bill of exactly what an estimate says, on the first day of its period.
pub(crate) fn rows(estimate: &Estimate) -> Vec<Row> {
    let row = |item: &hpc_cost::estimate::pricing::LineItem| Row {
        record: RecordType::Usage,
        service: item.usage.sku.service().code().to_owned(),
        usage_type: item.usage.sku.usage_type(),
        time: estimate.scenario.period.start().as_second(),
        quantity: Some(item.usage.quantity.expected.amount),
        cost: item.cost.expected,
        in_scope: true,
    };
    estimate.line_items.iter().map(row).collect()
}

pub(crate) fn compared(estimate: &Estimate, rows: Vec<Row>) -> Comparison {
    compared_at(estimate, rows, "2026-11-23T00:00:00Z")
}

pub(crate) fn compared_at(estimate: &Estimate, rows: Vec<Row>, now: &str) -> Comparison {
    let mut bill = Bill::default();
    for row in rows {
        bill.add(row, estimate.scenario.period);
    }
    let now = now.parse::<jiff::Timestamp>().expect("a time").as_second();
    compare(
        estimate,
        &bill,
        &Catalog::bundled(),
        Question {
            source: "test".into(),
            basis: CostBasis::Amortized,
            now,
            paid_calls: 0,
            query: None,
            aws_forecast: None,
        },
    )
}

pub(crate) fn drivers(comparison: &Comparison) -> BTreeMap<Driver, String> {
    comparison.bridge.iter().map(|of| (of.driver, of.amount().cents())).collect()
}

fn only(driver: Driver, amount: &str) -> BTreeMap<Driver, String> {
    BTreeMap::from([(driver, amount.to_owned())])
}

#[test]
fn the_same_usage_on_both_sides_agrees_to_the_last_digit() {
    let estimate = estimated(SCENARIO);
    let comparison = compared(&estimate, rows(&estimate));
    assert_eq!(comparison.difference(), Usd::ZERO);
    assert!(comparison.bridge.is_empty() && comparison.only_charged.is_empty());
    assert_eq!(comparison.actual(), estimate.total().expected);
    // All of it stands on the first day; the month has been over for three weeks, so it is compared whole.
    assert_eq!((comparison.matched.len(), comparison.open_days), (5, 0));
    assert!(comparison.notes.iter().any(|note| note.to_string().contains("are not savings")));
}

#[test]
fn one_change_moves_one_driver() {
    let estimate = estimated(SCENARIO);
    let change = |change: &dyn Fn(&mut Row)| {
        let mut rows = rows(&estimate);
        rows.iter_mut().for_each(change);
        drivers(&compared(&estimate, rows))
    };
    let of = |row: &Row, name: &str| row.usage_type.ends_with(name);
    let instance = |row: &Row| row.usage_type.contains("Usage:") && row.unit_is_hours();
    // Twice the hours of everything, at the same prices: 4,391.5284 + 201.20 + 200 × the Spot mean.
    let spot = rows(&estimate).iter().find(|row| row.usage_type.contains("Spot")).expect("Spot").cost;
    let twice = change(&|row| {
        if instance(row) {
            *row.quantity.as_mut().expect("known") *= Decimal::TWO;
            row.cost = row.cost.times(Decimal::TWO);
        }
    });
    let hours = Usd::new("4592.7284".parse().expect("a number")) + spot;
    assert_eq!(twice, only(Driver::Hours, &hours.cents()));
    // A tenth more for p4d: 439.15.
    let dearer = change(&|row| {
        if of(row, ":p4d.24xlarge") {
            row.cost = row.cost.times("1.1".parse().expect("a number"));
        }
    });
    assert_eq!(dearer, only(Driver::Price, "$439.15"));
    // 100 h more on Spot and 100 h fewer On-Demand, each at its price: -100 × 1.006 + 100 × the Spot price.
    let shifted = change(&|row| {
        if of(row, "BoxUsage:g5.xlarge") {
            row.cost = row.cost.times("0.5".parse().expect("a number"));
            *row.quantity.as_mut().expect("known") *= "0.5".parse::<Decimal>().expect("a number");
        }
        if of(row, "SpotUsage:g5.xlarge") {
            row.cost = row.cost.times("1.5".parse().expect("a number"));
            *row.quantity.as_mut().expect("known") *= "1.5".parse::<Decimal>().expect("a number");
        }
    });
    let expected =
        spot.times("0.5".parse().expect("a number")) - Usd::new("100.6".parse().expect("a number"));
    assert_eq!(shifted, only(Driver::SpotShare, &expected.cents()));
    let storage = change(&|row| {
        if row.service == "AmazonFSx" {
            row.cost = row.cost.times(Decimal::TWO);
        }
    });
    assert_eq!(storage, only(Driver::Storage, "$174.00"));
}

#[test]
fn what_is_on_one_side_only_stands_apart() {
    let estimate = estimated(SCENARIO);
    let mut rows = rows(&estimate);
    rows.retain(|row| row.service != "AmazonS3");
    rows.push(Row {
        record: RecordType::Usage,
        service: "AmazonRDS".into(),
        usage_type: "InstanceUsage:db.r6g.large".into(),
        time: estimate.scenario.period.start().as_second(),
        quantity: Some(Decimal::ONE),
        cost: Usd::new(Decimal::TEN),
        in_scope: true,
    });
    let comparison = compared(&estimate, rows);
    // 1,000 GB-months of S3 at 0.023.
    let expected =
        [(Driver::OnlyCharged, "$10.00".to_owned()), (Driver::OnlyEstimated, "-$23.00".to_owned())];
    assert_eq!(drivers(&comparison), BTreeMap::from(expected));
}

trait Hours {
    fn unit_is_hours(&self) -> bool;
}

impl Hours for Row {
    fn unit_is_hours(&self) -> bool {
        self.usage_type.starts_with("BoxUsage") || self.usage_type.starts_with("SpotUsage")
    }
}

pub(crate) fn arbitrary_row() -> impl Strategy<Value = Row> {
    let records = prop::sample::select(vec![
        RecordType::Usage,
        RecordType::Usage,
        RecordType::UnusedCommitment,
        RecordType::Tax,
        RecordType::Credit,
        RecordType::SavingsPlanNegation,
    ]);
    let lines = prop::sample::select(vec![
        ("AmazonEC2", "BoxUsage:p4d.24xlarge"),
        ("AmazonEC2", "SpotUsage:p4d.24xlarge"),
        ("AmazonEC2", "BoxUsage:g5.xlarge"),
        ("AmazonEC2", "SpotUsage:g5.xlarge"),
        ("AmazonEC2", "EBS:VolumeUsage.gp3"),
        ("AmazonFSx", "Storage.SSD.125"),
        ("AmazonS3", "TimedStorage-ByteHrs"),
        ("AWSLambda", ""),
    ]);
    (records, lines, 0_i64..31, 0_i64..10_000_000, -10_000_000_i64..10_000_000_000, any::<bool>()).prop_map(
        |(record, (service, usage_type), day, quantity, cost, in_scope)| Row {
            record,
            service: service.into(),
            usage_type: usage_type.into(),
            time: 1_790_812_800 + day * 86_400,
            quantity: (quantity % 7 != 0).then(|| Decimal::new(quantity, 3)),
            cost: Usd::new(Decimal::new(cost, 7)),
            in_scope,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn the_bridge_leaves_nothing_over_and_every_charge_has_one_place(
        rows in prop::collection::vec(arbitrary_row(), 0..60),
    ) {
        let estimate = estimated(SCENARIO);
        let total: Usd = rows.iter().map(|row| row.cost).sum();
        let comparison = compared(&estimate, rows);
        let bridged: Usd = comparison.bridge.iter().map(Bridged::amount).sum();
        prop_assert_eq!(bridged, comparison.difference());
        let placed = comparison.actual() + sum(&comparison.out_of_scope) + sum(&comparison.excluded);
        prop_assert_eq!(placed, comparison.source_total);
        prop_assert_eq!(total, comparison.source_total);
    }
}

/// A FOCUS 1.2 export of AWS.
pub(crate) const FOCUS: &str = "BilledCost,EffectiveCost,ChargeCategory,ChargePeriodStart,BillingCurrency,ConsumedQuantity,ServiceName,x_ServiceCode,SkuMeter,SubAccountId,RegionId,Tags,CommitmentDiscountStatus
4391.5284,4391.5284,Usage,2026-10-02T00:00:00Z,USD,200,Amazon Elastic Compute Cloud,AmazonEC2,BoxUsage:p4d.24xlarge,111,us-east-1,\"{\"\"user:team\"\": \"\"ml\"\"}\",
0.0000008,8e-7,Usage,2026-10-31 00:00:00,USD,2,Amazon Simple Queue Service,AWSQueueService,Requests-Tier1,111,us-east-1,NULL,
174.00,174.00,Usage,2026-10-01T00:00:00.000Z,USD,1200,Amazon FSx,AmazonFSx,Storage.SSD.125,111,us-east-1,,
90.12345678901234567,90.12345678901234567,Tax,2026-10-01T00:00:00Z,USD,,Tax,,,111,,,
-50,-50,Credit,2026-10-01T00:00:00Z,USD,,Amazon Elastic Compute Cloud,AmazonEC2,,111,,,
30,30,Usage,2026-10-01T00:00:00Z,USD,30,Amazon Elastic Compute Cloud,AmazonEC2,BoxUsage:c5.large,222,us-east-1,,
99,99,Usage,2026-11-01T00:00:00Z,USD,99,Amazon Elastic Compute Cloud,AmazonEC2,BoxUsage:c5.large,111,us-east-1,,
100,0,Purchase,2026-10-01T00:00:00Z,USD,1,Savings Plans for Compute,ComputeSavingsPlans,ComputeSP:1yrNoUpfront,111,,,
";

pub(crate) const CUR: &str = "lineItem/LineItemType,lineItem/UsageStartDate,lineItem/ProductCode,lineItem/UsageType,lineItem/Operation,lineItem/UsageAmount,lineItem/CurrencyCode,lineItem/UnblendedCost,lineItem/UsageAccountId,product/regionCode,savingsPlan/SavingsPlanEffectiveCost,savingsPlan/TotalCommitmentToDate,savingsPlan/UsedCommitment,reservation/EffectiveCost,reservation/ReservationARN,resourceTags/user:team
Usage,2026-10-01T00:00:00Z,AmazonEC2,BoxUsage:g5.xlarge,RunInstances,10,USD,10.06,111,us-east-1,,,,,,ml
SavingsPlanCoveredUsage,2026-10-01T00:00:00Z,AmazonEC2,BoxUsage:p4d.24xlarge,RunInstances,2,USD,43.915284,111,us-east-1,28.5,,,,,ml
SavingsPlanNegation,2026-10-01T00:00:00Z,ComputeSavingsPlans,,,2,USD,-43.915284,111,us-east-1,,,,,,
SavingsPlanRecurringFee,2026-10-01T00:00:00Z,ComputeSavingsPlans,ComputeSP:1yrNoUpfront,,1,USD,30,111,,,30,28.5,,,
DiscountedUsage,2026-10-01T00:00:00Z,AmazonEC2,BoxUsage:c5.large,RunInstances,5,USD,0,111,us-east-1,,,,0.25,arn,ml
Fee,2026-10-01T00:00:00Z,AmazonEC2,,,1,USD,500,111,,,,,,arn,
Usage,2026-10-01T00:00:00Z,AmazonEC2,BoxUsage:g5.xlarge,ECSTask-EC2,10,USD,10.06,111,us-east-1,,,,,,ml
Usage,2026-10-01T00:00:00Z,AmazonS3,TimedStorage-ByteHrs,,3,USD,0.069,333,us-east-1,,,,,,ops
Tax,2026-10-01T00:00:00Z,AmazonEC2,,,1,USD,5,111,,,,,,,
";

pub(crate) fn folder(scope: &str) -> Folder {
    Folder::new(format!("{SCENARIO}{scope}")).with("focus.csv", FOCUS).with("cur.csv", CUR)
}

pub(crate) fn run(folder: &Folder, actual: &str, more: &[&str]) -> Answer {
    let mut args = vec!["compare", "scenario.toml", "--prices", "bundled", "--actual", actual];
    args.extend(more);
    folder.run(&args)
}

pub(crate) fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.stdout).unwrap_or_else(|_| panic!("{}", answer.text()))
}

#[test]
fn a_focus_export_is_compared_line_by_line() {
    let folder = folder("[scope]\naccounts = [\"111\"]\n");
    let answer = run(&folder, "focus:focus.csv", &[]);
    snapshot("compare_focus", &answer.text());
    let words: Vec<&str> = answer.stdout.split_whitespace().collect();
    assert!(words.join(" ").contains("`hpc-cost prices fetch --month 2026-10` gets those"));
    assert_eq!(answer.code, Some(0));
    let document = json(&run(&folder, "focus:focus.csv", &["--format", "json"]));
    let totals = &document["totals"];
    // 4,391.5284 + 174 + 0.0000008; 90.123456789012 - 50, the purchase has no amortized cost; 30 of another account.
    assert_eq!(totals["actual"], "4565.5284008");
    assert_eq!(totals["excluded"], "40.123456789012");
    assert_eq!(totals["out_of_scope"], "30");
    assert_eq!(totals["source_total"], "4635.651857589012");
    let billed = json(&run(&folder, "focus:focus.csv", &["--format", "json", "--basis", "unblended"]));
    assert_eq!(billed["totals"]["source_total"], "4735.651857589012");
}

#[test]
fn a_cost_and_usage_report_is_amortized_by_awss_rules() {
    let document = json(&run(&folder(""), "cur:cur.csv", &["--format", "json"]));
    // 10.06 + 28.5 + (30 - 28.5) + 0.25 + 0.069; tax 5; the split row repeats an instance.
    assert_eq!(document["totals"]["actual"], "40.379");
    assert_eq!(document["totals"]["source_total"], "45.379");
    let unused = document["only_charged"].as_array().expect("lines").iter();
    let unused = unused.filter(|line| line["usage_type"] == "ComputeSP:Unused");
    assert_eq!(unused.map(|line| line["actual_cost"].clone()).collect::<Vec<_>>(), ["1.5"]);
    let invoiced = json(&run(&folder(""), "cur:cur.csv", &["--format", "json", "--basis", "unblended"]));
    // 10.06 + 43.915284 + 0 + 0.069; and -43.915284 + 30 + 500 + 5 excluded.
    assert_eq!(invoiced["totals"]["actual"], "54.044284");
    assert_eq!(invoiced["totals"]["excluded"], "491.084716");
    let scoped =
        json(&run(&folder("[scope]\ntags = { team = [\"ml\"] }\n"), "cur:cur.csv", &["--format", "json"]));
    assert_eq!(scoped["totals"]["actual"], "38.81");
}

#[test]
fn the_answer_is_no_when_the_difference_is_too_large() {
    let folder = folder("");
    let over = |limit: &str| run(&folder, "cur:cur.csv", &["--fail-over", limit]).code;
    // Far below the estimate.
    assert_eq!((over("0%"), over("0USD")), (Some(0), Some(0)));
    let small = Folder::new(
        "region = \"us-east-1\"\nmonth = \"2026-10\"\n[[compute]]\nname = \"a\"\ninstances = { \"g5.xlarge\" = 1 }\nhours_per_instance = 40\n",
    )
    .with("cur.csv", CUR);
    // Actual 40.379, estimated 40.24: 0.139 more, 0.345 %.
    let over = |limit: &str| run(&small, "cur:cur.csv", &["--fail-over", limit]).code;
    assert_eq!(
        [over("0.3%"), over("0.4%"), over("0.13USD"), over("0.14USD")],
        [Some(1), Some(0), Some(1), Some(0)]
    );
    assert_eq!(over("ten"), Some(2));
}

#[test]
fn an_open_month_is_compared_for_its_whole_days() {
    // The bill of this month: 10 days of the estimate's pace, the last one cut short.
    let now = super::loopback::unix_now();
    let month = Month::of_second(now);
    let start = month.seconds().0;
    let days = (now - start) / 86_400;
    if days < 2 {
        return; // In the first two days of a month there is no whole day to compare.
    }
    let mut export = FOCUS.lines().next().expect("a header").to_owned();
    for day in 0..=days {
        let time = jiff::Timestamp::from_second(start + day * 86_400).expect("in range");
        export += &format!("\n10,10,Usage,{time},USD,10,x,AmazonEC2,BoxUsage:p4d.24xlarge,111,us-east-1,,");
    }
    let scenario = SCENARIO.replace("2026-10", &month.to_string());
    let folder = Folder::new(scenario).with("focus.csv", export);
    let document = json(&run(&folder, "focus:focus.csv", &["--format", "json"]));
    let total = (month.seconds().1 - start) / 86_400;
    assert_eq!(document["settled"]["open_days"], total - days);
    assert_eq!(document["totals"]["actual"], (days * 10).to_string());
    assert_eq!(document["totals"]["excluded"], "10");
    let line = &document["matched"][0];
    let expected = 200.0 * days as f64 / total as f64;
    let found: f64 = line["estimated_quantity"].as_str().expect("text").parse().expect("a number");
    assert!((found - expected).abs() < 1e-9, "{found} {expected}");
    assert!(document["notes"].to_string().contains("the period is not over"));
}

#[test]
fn bad_bills_are_refused_whole() {
    let euro = FOCUS.replacen("Z,USD", "Z,EUR", 1);
    let folder = folder("")
        .with("euro.csv", euro)
        .with("short.csv", FOCUS.replacen(",BilledCost", "", 0).replacen("BilledCost,", "Cost,", 1))
        .with("broken.csv", FOCUS.replacen("4391.5284,4391.5284,Usage", "4391.5284,Usage", 1))
        .with("letters.csv", FOCUS.replacen("4391.5284,4391.5284", "many,many", 1))
        .with("when.csv", FOCUS.replacen("2026-10-02T00:00:00Z", "yesterday", 1))
        .with("again.csv", FOCUS);
    let cases = [
        ("focus:euro.csv", 3, "line 2: charges are in EUR, not in USD"),
        ("focus:short.csv", 3, "it has no column billedcost"),
        ("focus:broken.csv", 3, "line 2 has 12 cells, the header has 13"),
        ("focus:letters.csv", 3, "`many` is not a number"),
        ("focus:when.csv", 3, "`yesterday` is not a time"),
        ("focus:nothing.csv", 3, "cannot read"),
        ("focus:no*thing.csv", 3, "there is no CSV or Parquet file in it"),
        ("cur:focus.csv", 3, "is not a Cost and Usage Report"),
        ("elsewhere:focus.csv", 2, "is no source of charges"),
    ];
    for (actual, code, phrase) in cases {
        let answer = run(&folder, actual, &["-o", "answer.txt"]);
        assert_eq!(answer.code, Some(code), "{}", answer.text());
        assert!(answer.stderr.contains(phrase), "{phrase}\n{}", answer.text());
        assert!(!folder.path("answer.txt").exists());
    }
    let future = run(&folder, "focus:focus.csv", &["--month", "2199-01"]);
    assert_eq!(future.code, Some(2), "{}", future.text());
    let empty = run(&folder, "focus:focus.csv", &["--month", "2026-09"]);
    assert!(empty.stdout.contains("the source has no charges from"), "{}", empty.text());
}

/// October 2026 of two accounts, with everything that is no usage.
fn costs() -> Vec<Cost> {
    let start = Month::parse("2026-10").expect("a month").seconds().0;
    let cost = |day: i64, service, usage_type, record, account, dollars: i64, quantity| Cost {
        day: start + day * 86_400,
        service,
        usage_type,
        record,
        account,
        region: "us-east-1",
        tag: Some(("team", if account == "111" { "ml" } else { "ops" })),
        cost_category: (quantity == 90).then_some(("Project", "training")),
        micros: dollars * 1_000_000 + 123,
        quantity,
    };
    let ec2 = "Amazon Elastic Compute Cloud - Compute";
    vec![
        cost(0, ec2, "BoxUsage:p4d.24xlarge", "Usage", "111", 2000, 90),
        cost(1, ec2, "BoxUsage:p4d.24xlarge", "SavingsPlanCoveredUsage", "111", 2000, 110),
        cost(1, ec2, "BoxUsage:p4d.24xlarge", "Usage", "222", 77, 3),
        cost(2, "EC2 - Other", "EBS:VolumeUsage.gp3", "Usage", "111", 8, 100),
        cost(30, "Amazon FSx", "Storage.SSD.125", "Usage", "111", 174, 1200),
        cost(
            3,
            "Savings Plans for AWS Compute usage",
            "ComputeSP:1yrNoUpfront",
            "SavingsPlanRecurringFee",
            "111",
            5,
            1,
        ),
        cost(3, "Savings Plans for AWS Compute usage", "", "SavingsPlanNegation", "111", 0, 1),
        cost(30, "Tax", "", "Tax", "111", 400, 1),
        cost(30, ec2, "", "Credit", "111", -50, 1),
        cost(30, "AWS Support (Business)", "", "Support fee", "111", 100, 1),
    ]
}

pub(crate) fn ask(folder: &Folder, aws: &Loopback, more: &[&str]) -> Answer {
    let mut args =
        vec!["compare", "scenario.toml", "--prices", "bundled", "--actual", "ce", "--format", "json"];
    args.extend(more);
    folder.asking(aws, &args, &[("AWS_MAX_ATTEMPTS", "1")])
}

#[test]
fn cost_explorer_is_asked_twice_and_every_charge_has_one_place() {
    let aws = Loopback::new(World { costs: costs(), page: Some(2), ..World::default() });
    let folder = folder("[scope]\naccounts = [\"111\"]\n");
    let answer = ask(&folder, &aws, &[]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let document = json(&answer);
    // 4 usage charges of 111: 2,000 + 2,000 + 8 + 174 and 4 × 0.000123.
    assert_eq!(document["totals"]["actual"], "4182.000492");
    assert_eq!(document["totals"]["out_of_scope"], "77.000123");
    // In a scope nobody can say whose the unused part of a plan is: 5 + 0 + 400 - 50 + 100 and 5 × 0.000123.
    assert_eq!(document["totals"]["excluded"], "455.000615");
    assert_eq!(document["totals"]["source_total"], "4714.00123");
    // 4 and 9 groups, two a page.
    assert_eq!((aws.count("GetCostAndUsage"), &document["requests"]["paid_calls"]), (7, &7.into()));
    assert_eq!(document["requests"]["cost_usd"], "0.07");
    assert!(answer.stderr.contains("7 requests, $0.07"), "{}", answer.text());
    let matched = document["matched"].as_array().expect("lines");
    let quantity = matched.iter().find(|line| line["usage_type"] == "BoxUsage:p4d.24xlarge").expect("p4d");
    assert_eq!(quantity["actual_quantity"], "200");
    // The month is closed: not asked again, and the same answer but for what was paid.
    let again = json(&ask(&folder, &aws, &[]));
    assert_eq!((aws.count("GetCostAndUsage"), &again["totals"]), (7, &document["totals"]));
    assert_eq!(again["requests"]["paid_calls"], 0);
    // Another basis is another question.
    ask(&folder, &aws, &["--basis", "unblended"]);
    assert_eq!(aws.count("GetCostAndUsage"), 14);
}

#[test]
fn volumes_snapshots_and_addresses_join_a_bill() {
    let scenario = "region = \"us-east-1\"\nmonth = \"2026-10\"\n\
        [[ebs]]\nname = \"shared\"\ntype = \"io1\"\nsize_gib = 100\niops = 1000\n\
        [[ebs_snapshot]]\nname = \"images\"\nstorage_gib = 300\n\
        [[public_ipv4]]\nname = \"addresses\"\ncount = 2\n";
    let start = Month::parse("2026-10").expect("a month").seconds().0;
    let cost = |service, usage_type, dollars: i64, quantity| Cost {
        day: start + 30 * 86_400,
        service,
        usage_type,
        record: "Usage",
        account: "111",
        region: "us-east-1",
        tag: None,
        cost_category: None,
        micros: dollars * 1_000_000,
        quantity,
    };
    // As Cost Explorer names them: volumes and snapshots under EC2, addresses under VPC and with the prefix.
    let costs = vec![
        cost("EC2 - Other", "EBS:VolumeUsage.piops", 13, 100),
        cost("EC2 - Other", "EBS:VolumeP-IOPS.piops", 65, 1000),
        cost("EC2 - Other", "EBS:SnapshotUsage", 15, 300),
        cost("Amazon Virtual Private Cloud", "USE1-PublicIPv4:InUseAddress", 7, 1488),
    ];
    let aws = Loopback::new(World { costs, ..World::default() });
    let document = json(&ask(&Folder::new(scenario), &aws, &[]));
    let lines = |key: &str| document[key].as_array().expect("lines").len();
    assert_eq!((lines("matched"), lines("only_estimated"), lines("only_charged")), (4, 0, 0), "{document}");
}

#[test]
fn without_a_scope_the_unused_part_of_a_plan_is_compared() {
    let aws = Loopback::new(World { costs: costs(), ..World::default() });
    let document = json(&ask(&folder(""), &aws, &[]));
    assert_eq!(document["totals"]["out_of_scope"], "0");
    let unused = document["only_charged"].as_array().expect("lines").iter();
    let unused: Vec<&Value> = unused.filter(|line| line["usage_type"] == "ComputeSP:Unused").collect();
    assert_eq!(unused[0]["actual_cost"], "5.000123");
}

#[test]
fn cost_explorer_filters_by_tag_and_cost_category() {
    let aws = Loopback::new(World { costs: costs(), ..World::default() });
    let actual = |scope: &str| {
        let document = json(&ask(&folder(scope), &aws, &[]));
        assert_eq!(document["totals"]["source_total"], "4714.00123");
        document["totals"]["actual"].as_str().expect("a sum").to_owned()
    };
    // 2,000 + 2,000 + 8 + 174 of the team, 2,000 of the project, 77 of the other team, each 0.000123 more.
    assert_eq!(actual("[scope]\ntags = { \"user:team\" = [\"ml\"] }\n"), "4182.000492");
    assert_eq!(actual("[scope]\ntags = { team = [\"ops\", \"none\"] }\n"), "77.000123");
    assert_eq!(actual("[scope]\ncost_categories = { Project = [\"training\"] }\n"), "2000.000123");
    let both = "[scope]\naccounts = [\"222\"]\ncost_categories = { Project = [\"training\"] }\n";
    assert_eq!(actual(both), "0");
    // Any value: those that have the key.
    assert_eq!(actual("[scope]\ntags = { team = [] }\n"), "4259.000615");
    assert_eq!(actual("[scope]\ncost_categories = { Project = [] }\n"), "2000.000123");
}

#[test]
fn no_more_is_paid_than_is_allowed() {
    let aws = Loopback::new(World { costs: costs(), page: Some(2), ..World::default() });
    let answer = ask(&folder(""), &aws, &["--max-requests", "3"]);
    assert_eq!(answer.code, Some(3), "{}", answer.text());
    assert!(answer.stderr.contains("allow more with `--max-requests`"), "{}", answer.text());
    assert_eq!(aws.count("GetCostAndUsage"), 3);
}

#[test]
fn what_cost_explorer_does_not_call_final_is_named() {
    let start = Month::parse("2026-10").expect("a month").seconds().0;
    let aws = Loopback::new(World {
        costs: costs(),
        estimated_from: Some(start + 30 * 86_400),
        ..World::default()
    });
    let document = json(&ask(&folder(""), &aws, &[]));
    assert!(document["notes"].to_string().contains("as estimated: 2026-10-31"), "{document}");
}

#[test]
fn cost_explorers_faults_are_errors_and_nothing_is_kept() {
    let folder = folder("");
    let throttled = Fault::Error(400, "LimitExceededException", "Rate exceeded");
    let aws = Loopback::new(World { costs: costs(), ..World::default() })
        .with_faults_on("GetCostAndUsage", [throttled]);
    assert_eq!(ask(&folder, &aws, &[]).code, Some(3));
    let yen = Loopback::new(World { costs: costs(), currency: Some("JPY"), ..World::default() });
    let answer = ask(&folder, &yen, &[]);
    assert_eq!(answer.code, Some(3));
    assert!(answer.stderr.contains("charges are in JPY, not in USD"), "{}", answer.text());
    assert!(!folder.path("cache").exists());
}

/// What Cost Explorer says of the first days of October, each with this in it.
fn days(number: usize, content: &str) -> &'static str {
    let day = |day| {
        let (start, end) = (Month::parse("2026-10").expect("a month").seconds().0 + day * 86_400, 86_400);
        let [start, end] = [start, start + end].map(hpc_cost::model::time::day);
        format!("{{\"TimePeriod\": {{\"Start\": \"{start}\", \"End\": \"{end}\"}}, {content}}}")
    };
    let days: Vec<String> = (0..i64::try_from(number).expect("few")).map(day).collect();
    format!("{{\"ResultsByTime\": [{}]}}", days.join(", ")).leak()
}

const JSON: &str = "application/x-amz-json-1.1";

#[test]
fn an_answer_without_its_days_is_no_bill() {
    let cases = [
        ("{}", "the answer has no list of what was asked for"),
        (days(0, ""), "it says nothing of 31 days that were asked for, first 2026-10-01"),
        (days(30, "\"Groups\": []"), "it says nothing of 1 days that were asked for, first 2026-10-31"),
        (days(31, "\"Other\": []"), "2026-10-01 without groups"),
    ];
    for (body, phrase) in cases {
        let aws = Loopback::new(World { costs: costs(), ..World::default() })
            .with_faults_on("GetCostAndUsage", [Fault::Raw(200, JSON, body)]);
        let folder = folder("");
        let answer = ask(&folder, &aws, &[]);
        assert_eq!(answer.code, Some(3), "{}", answer.text());
        assert!(answer.stderr.contains(phrase), "{phrase}\n{}", answer.text());
        assert!(!folder.path("cache").exists());
        assert_eq!(json(&ask(&folder, &aws, &[]))["totals"]["source_total"], "4714.00123");
    }
}

#[test]
fn an_empty_bill_is_neither_complete_nor_kept() {
    let empty = || Fault::Raw(200, JSON, days(31, "\"Groups\": [], \"Estimated\": false"));
    let aws = Loopback::new(World { costs: costs(), ..World::default() })
        .with_faults_on("GetCostAndUsage", [empty(), empty()]);
    let folder = folder("");
    let answer = ask(&folder, &aws, &[]);
    let document = json(&answer);
    assert_eq!(
        (&document["settled"]["complete"], &document["settled"]["open_days"]),
        (&false.into(), &31.into())
    );
    assert!(
        document["notes"].to_string().contains("the bill is empty, which is not the same as $0"),
        "{document}"
    );
    assert!(answer.stderr.contains("its answer is not kept"), "{}", answer.text());
    // The same question the next day: charges, and those are kept.
    assert_eq!(json(&ask(&folder, &aws, &[]))["totals"]["source_total"], "4714.00123");
    assert_eq!(json(&ask(&folder, &aws, &[]))["totals"]["source_total"], "4714.00123");
    assert_eq!(aws.count("GetCostAndUsage"), 4);
}

#[test]
fn a_scope_without_charges_is_asked_again() {
    let aws = Loopback::new(World { costs: costs(), ..World::default() });
    let folder = folder("[scope]\ntags = { project = [\"activated later\"] }\n");
    for asked in [2, 4] {
        assert_eq!(json(&ask(&folder, &aws, &[]))["totals"]["actual"], "0");
        assert_eq!(aws.count("GetCostAndUsage"), asked);
    }
}

#[test]
fn kept_charges_are_asked_anew_where_that_is_wanted() {
    let aws = Loopback::new(World { costs: costs(), ..World::default() });
    let folder = folder("");
    for (more, asked) in [(&[][..], 2), (&[], 2), (&["--refresh"], 4), (&[], 4)] {
        assert_eq!(json(&ask(&folder, &aws, more))["totals"]["source_total"], "4714.00123");
        assert_eq!(aws.count("GetCostAndUsage"), asked, "{more:?}");
    }
}

#[test]
fn a_month_that_has_only_just_ended_says_that_charges_change() {
    let estimate = estimated(SCENARIO);
    let mut bill = Bill::default();
    for row in rows(&estimate) {
        bill.add(row, estimate.scenario.period);
    }
    let now = "2026-11-02T00:00:00Z".parse::<jiff::Timestamp>().expect("a time").as_second();
    let question = Question {
        source: "test".into(),
        basis: CostBasis::Amortized,
        now,
        paid_calls: 0,
        query: None,
        aws_forecast: None,
    };
    let notes: Vec<String> = compare(&estimate, &bill, &Catalog::bundled(), question)
        .notes
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(notes.iter().any(|note| note.contains("charges until 2026-11-01 may still change")), "{notes:?}");
}

#[test]
fn lines_without_price_or_usage_type_are_named() {
    let unpriced = SCENARIO.replace("1000", "60000000");
    let nameless = FOCUS.replace(",Requests-Tier1,", ",,");
    let folder = Folder::new(unpriced.replace("us-east-1", "us-gov-west-1")).with("focus.csv", nameless);
    let answer = run(&folder, "focus:focus.csv", &["--format", "json"]);
    assert_eq!(answer.code, Some(1), "{}", answer.text());
    let notes = json(&answer)["notes"].to_string();
    assert!(
        notes.contains("the estimate has no price for") && notes.contains("name no usage type"),
        "{notes}"
    );
}

/// The charges of [`FOCUS`] as Parquet has them: doubles, and tags as a map.
fn focus_charges(folder: &Folder, name: &str, group: usize, left_out: &[&str]) {
    let second = |text: &str| text.parse::<jiff::Timestamp>().expect("a time").as_second();
    let charge = |category, service, usage_type, account, time: &str, cost, quantity, team| Charge {
        category,
        service,
        usage_type,
        account,
        currency: "USD",
        time: second(time),
        cost,
        quantity,
        team,
    };
    let charges = vec![
        charge(
            "Usage",
            "AmazonEC2",
            "BoxUsage:p4d.24xlarge",
            "111",
            "2026-10-02T00:00:00Z",
            4391.5284,
            200.0,
            Some("ml"),
        ),
        charge("Usage", "AWSQueueService", "Requests-Tier1", "111", "2026-10-31T00:00:00Z", 8e-7, 2.0, None),
        charge("Usage", "AmazonFSx", "Storage.SSD.125", "111", "2026-10-01T00:00:00Z", 174.0, 1200.0, None),
        charge("Tax", "Tax", "", "111", "2026-10-01T00:00:00Z", 90.123_456_789_012_35, 0.0, None),
        charge("Credit", "AmazonEC2", "", "111", "2026-10-01T00:00:00Z", -50.0, 0.0, None),
        charge("Usage", "AmazonEC2", "BoxUsage:c5.large", "222", "2026-10-01T00:00:00Z", 30.0, 30.0, None),
        charge("Usage", "AmazonEC2", "BoxUsage:c5.large", "111", "2026-11-01T00:00:00Z", 99.0, 99.0, None),
    ];
    write(&folder.path(name), charges.into_iter(), group, left_out);
}

#[test]
fn parquet_and_csv_of_the_same_charges_are_one_bill() {
    let folder = folder("[scope]\naccounts = [\"111\"]\n");
    let csv = json(&run(&folder, "focus:focus.csv", &["--format", "json"]));
    for group in [2, 3, 100] {
        focus_charges(&folder, "focus.parquet", group, &[]);
        let parquet = json(&run(&folder, "focus:focus.parquet", &["--format", "json"]));
        for part in ["matched", "only_estimated", "only_charged", "out_of_scope", "bridge", "totals"] {
            assert_eq!(parquet[part], csv[part], "{part}, {group} rows a group");
        }
    }
    let scoped = self::folder("[scope]\ntags = { team = [\"ml\"] }\n");
    focus_charges(&scoped, "focus.parquet", 3, &[]);
    let document = json(&run(&scoped, "focus:focus.parquet", &["--format", "json"]));
    assert_eq!(document["totals"]["actual"], "4391.5284");
}

#[test]
fn bad_parquet_is_refused_whole() {
    let folder = folder("");
    focus_charges(&folder, "good.parquet", 3, &[]);
    focus_charges(&folder, "short.parquet", 3, &["EffectiveCost"]);
    let whole = std::fs::read(folder.path("good.parquet")).expect("readable");
    let folder = folder.with("cut.parquet", &whole[..whole.len() / 2]).with("torn.parquet", {
        let mut torn = whole.clone();
        torn[whole.len() / 3..whole.len() / 2].fill(0x55);
        torn
    });
    let cases = [
        ("focus:short.parquet", "it has no column effectivecost"),
        ("focus:cut.parquet", "is not a FOCUS export"),
        ("focus:torn.parquet", "is not a FOCUS export"),
        ("cur:good.parquet", "is not a Cost and Usage Report"),
    ];
    for (actual, phrase) in cases {
        let answer = run(&folder, actual, &["-o", "answer.txt"]);
        assert_eq!(answer.code, Some(3), "{}", answer.text());
        assert!(answer.stderr.contains(phrase) && !answer.stderr.contains("bug"), "{}", answer.text());
        assert!(!folder.path("answer.txt").exists());
    }
}

#[test]
fn an_hour_of_a_gpu_has_its_price_on_both_sides() {
    let estimate = estimated(SCENARIO);
    let mut rows = rows(&estimate);
    for row in rows.iter_mut().filter(|row| row.usage_type.contains("p4d")) {
        row.cost = row.cost.times(Decimal::TWO);
    }
    let costs = compared(&estimate, rows).unit_costs;
    // p4d: 200 h × 8 GPUs; g5: 400 h × 1 GPU. 2,000 GPU-hours, and 200 × 96 + 400 × 4 = 20,800 vCPU-hours.
    let planned = estimate.line_items[..3].iter().map(|item| item.cost.expected).sum::<Usd>();
    let per = |dollars: Usd, hours: i64| dollars.per(Decimal::from(hours)).map(Usd::to_price);
    let paid = planned + Usd::new("4391.5284".parse().expect("a number"));
    assert_eq!(
        (costs[0].unit, costs[0].estimated, costs[0].actual),
        ("GPU-hour", per(planned, 2000), per(paid, 2000))
    );
    assert_eq!(
        (costs[1].unit, costs[1].estimated, costs[1].actual),
        ("vCPU-hour", per(planned, 20_800), per(paid, 20_800))
    );
}

#[test]
fn a_report_in_parquet_is_the_same_bill_as_in_csv() {
    // CUR 2.0 spells its columns in snake case.
    let numbers = [
        "line_item_usage_amount",
        "line_item_unblended_cost",
        "savings_plan_savings_plan_effective_cost",
        "savings_plan_total_commitment_to_date",
        "savings_plan_used_commitment",
        "reservation_effective_cost",
    ];
    let (header, rows) = CUR.split_once('\n').expect("a header");
    let header = header
        .replace("lineItem/UsageStartDate", "line_item_usage_start_date")
        .replace("lineItem/UsageAmount", "line_item_usage_amount")
        .replace("lineItem/UnblendedCost", "line_item_unblended_cost")
        .replace("savingsPlan/SavingsPlanEffectiveCost", "savings_plan_savings_plan_effective_cost")
        .replace("savingsPlan/TotalCommitmentToDate", "savings_plan_total_commitment_to_date")
        .replace("savingsPlan/UsedCommitment", "savings_plan_used_commitment")
        .replace("reservation/EffectiveCost", "reservation_effective_cost")
        .replace("reservation/ReservationARN", "reservation_reservation_a_r_n");
    let folder = folder("");
    let text = format!("{header}\n{}", rows.trim_end());
    super::parquet_file::of_csv(
        &folder.path("cur.parquet"),
        &text,
        &numbers,
        &["line_item_usage_start_date"],
    );
    for basis in ["amortized", "unblended"] {
        let more = ["--format", "json", "--basis", basis];
        let (csv, parquet) =
            (json(&run(&folder, "cur:cur.csv", &more)), json(&run(&folder, "cur:cur.parquet", &more)));
        for part in ["matched", "only_charged", "excluded", "bridge", "totals"] {
            assert_eq!(parquet[part], csv[part], "{part}, {basis}");
        }
    }
}

#[test]
fn a_bill_is_counted_once_and_by_whose_it_is() {
    // Two deliveries of one month under one name.
    let folder = folder("");
    for (place, more) in [("one", ""), ("two", "\n")] {
        std::fs::create_dir_all(folder.path(format!("exports/{place}"))).expect("a folder");
        let text = if more.is_empty() { FOCUS.to_owned() } else { FOCUS.replace("30,30,", "31,31,") };
        std::fs::write(folder.path(format!("exports/{place}/data-1.csv")), text).expect("written");
    }
    let twice = run(&folder, "focus:exports", &[]);
    assert_eq!(twice.code, Some(3), "{}", twice.text());
    assert!(twice.stderr.contains("may be deliveries of the same charges"), "{}", twice.text());
    // Another key is another bill, whatever is kept.
    let aws = Loopback::new(World { costs: costs(), ..World::default() });
    ask(&folder, &aws, &[]);
    let asked = aws.count("GetCostAndUsage");
    let args = ["compare", "scenario.toml", "--prices", "bundled", "--actual", "ce"];
    folder.asking(&aws, &args, &[("AWS_ACCESS_KEY_ID", "AKIDOTHER")]);
    assert_eq!(aws.count("GetCostAndUsage"), asked + 2);
}

#[test]
fn the_spellings_of_a_usage_type_join() {
    let plan = "716,716,Usage,2026-10-01T00:00:00Z,USD,,Savings Plans for Compute,ComputeSavingsPlans,ComputeSP:1yrNoUpfront,111,,,Unused\n";
    let text = FOCUS.replace(",Storage.SSD.125,", ",USE1-Storage.SSD.125,") + plan;
    let document = json(&run(&folder("").with("use1.csv", text), "focus:use1.csv", &["--format", "json"]));
    let names = |part: &str| document[part].to_string();
    assert!(names("matched").contains("\"Storage.SSD.125\""), "{document}");
    assert!(names("only_charged").contains("ComputeSP:Unused"), "{document}");
}

#[test]
fn what_a_report_leaves_out_is_not_nothing() {
    let header = CUR.replacen("savingsPlan/SavingsPlanEffectiveCost", "savingsPlan/Other", 1);
    let folder = folder("").with("short.csv", header);
    let answer = run(&folder, "cur:short.csv", &[]);
    assert_eq!(answer.code, Some(3), "{}", answer.text());
    assert!(
        answer.stderr.contains(
            "a charge of type SavingsPlanCoveredUsage for AmazonEC2 BoxUsage:p4d.24xlarge has no savingsplan"
        ),
        "{}",
        answer.text()
    );
    let gross =
        json(&run(&self::folder(""), "cur:cur.csv", &["--basis", "net-amortized", "--format", "json"]));
    assert!(gross["notes"].to_string().contains("a report has no net costs"), "{gross}");
    let tiny = FOCUS.replace("0.0000008,8e-7", "5.421010862427522E-20,4.9E-324");
    let answer = run(&self::folder("").with("tiny.csv", tiny), "focus:tiny.csv", &["--format", "json"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let scope = self::folder("[scope]\naccounts = [\"999\"]\n");
    let nothing = json(&run(&scope, "focus:focus.csv", &["--format", "json"]));
    assert!(nothing["notes"].to_string().contains("is an account, region or tag misspelled"), "{nothing}");
}

#[test]
fn the_fee_of_a_capacity_block_joins_the_hours_it_pays_for() {
    let block = "region = \"us-east-1\"\nmonth = \"2026-10\"\n[[compute]]\nname = \"block\"\ninstances = { \"p4d.24xlarge\" = 2 }\ncapacity_block = { upfront_usd = \"3000\", hours = 48 }\n";
    let hours = "0,0,Usage,2026-10-02T00:00:00Z,USD,96,x,AmazonEC2,BoxUsage:p4d.24xlarge,111,us-east-1,,\n";
    let fee = "3000,3000,Purchase,2026-10-01T00:00:00Z,USD,1,x,AmazonEC2,CapacityBlockFee:p4d.24xlarge,111,us-east-1,,\n";
    let header = FOCUS.split_inclusive('\n').next().expect("a header");
    let cur = CUR.split_inclusive('\n').next().expect("a header").to_owned()
        + "Usage,2026-10-02T00:00:00Z,AmazonEC2,BoxUsage:p4d.24xlarge,RunInstances:CB,96,USD,0,111,us-east-1,,,,,,\n\
           Fee,2026-10-01T00:00:00Z,AmazonEC2,CapacityBlockFee:p4d.24xlarge,,1,USD,3000,111,us-east-1,,,,,,\n";
    let folder = Folder::new(block).with("focus.csv", format!("{header}{hours}{fee}")).with("cur.csv", cur);
    let text = format!("{header}{hours}{fee}");
    let numbers = ["BilledCost", "EffectiveCost", "ConsumedQuantity"];
    super::parquet_file::of_csv(&folder.path("focus.parquet"), &text, &numbers, &["ChargePeriodStart"]);
    for source in ["focus:focus.csv", "focus:focus.parquet", "cur:cur.csv"] {
        let document = json(&run(&folder, source, &["--format", "json"]));
        assert_eq!(document["totals"]["difference"], "0", "{document}");
        let line = &document["matched"][0];
        assert_eq!((&line["actual_quantity"], &line["actual_cost"]), (&"96".into(), &"3000".into()));
    }
    let start = Month::parse("2026-10").expect("a month").seconds().0;
    let cost = |service, usage_type, record, micros, quantity| Cost {
        day: start,
        service,
        usage_type,
        record,
        account: "111",
        region: "us-east-1",
        tag: None,
        cost_category: None,
        micros,
        quantity,
    };
    let aws = Loopback::new(World {
        costs: vec![
            cost("Amazon Elastic Compute Cloud - Compute", "BoxUsage:p4d.24xlarge", "Usage", 0, 96),
            cost("EC2 - Other", "CapacityBlockFee:p4d.24xlarge", "Upfront", 3_000_000_000, 1),
        ],
        ..World::default()
    });
    let document = json(&ask(&folder, &aws, &[]));
    assert_eq!(document["totals"]["difference"], "0", "{document}");
}

#[test]
fn an_export_without_usage_types_says_where_it_read_them() {
    let header = "EffectiveCost,BilledCost,ChargeCategory,ChargePeriodStart,BillingCurrency,ConsumedQuantity,ServiceName,RegionId,PricingCategory,PricingUnit,SkuPriceDetails,ChargeDescription";
    let row = |cost, hours, category, details, words| {
        format!(
            "{cost},{cost},Usage,2026-10-02T00:00:00Z,USD,{hours},Amazon Elastic Compute Cloud,us-east-1,{category},Hours,{details},{words}"
        )
    };
    let rows = [
        row("4391.5284", "200", "Standard", "\"{\"\"InstanceType\"\":\"\"p4d.24xlarge\"\"}\"", ""),
        row("10", "20", "Dynamic", "", "g5.xlarge Linux/UNIX Spot Instance-hour in US East (Virginia)"),
        row("3", "7", "Standard", "", "$0.08 per GB-month of gp3 storage"),
    ];
    let csv = format!("{header}\n{}\n", rows.join("\n"));
    let folder = folder("").with("no-types.csv", &csv);
    let document = json(&run(&folder, "focus:no-types.csv", &["--format", "json"]));
    let lines = |part: &str| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        let lines = document[part].as_array().expect("lines").iter();
        lines.map(|line| (text(&line["usage_type"]), text(&line["actual_cost"]))).collect()
    };
    let pair = |name: &str, cost: &str| (name.to_owned(), cost.to_owned());
    let matched = [pair("BoxUsage:p4d.24xlarge", "4391.5284"), pair("SpotUsage:g5.xlarge", "10")];
    assert_eq!(lines("matched"), matched);
    assert_eq!(lines("only_charged"), [pair("", "3")]);
    let notes = document["notes"].to_string();
    for words in [
        "the export has no usage types: those of 1 charge, together $4,391.53, were read from SkuPriceDetails",
        "those of 1 charge, together $10.00, were read from ChargeDescription",
    ] {
        assert!(notes.contains(words), "{words}: {notes}");
    }
    // The same charges in Parquet are the same bill. A comma in a cell is beyond the writer of the tests.
    let plain = csv.replace("\"{\"\"", "{'").replace("\"\"}\"", "'}").replace("\"\"", "'");
    let numbers = ["EffectiveCost", "BilledCost", "ConsumedQuantity"];
    of_csv(&folder.path("no-types.parquet"), &plain.replace('\'', "\""), &numbers, &["ChargePeriodStart"]);
    let parquet = json(&run(&folder, "focus:no-types.parquet", &["--format", "json"]));
    for part in ["matched", "only_charged", "totals", "notes"] {
        assert_eq!(parquet[part], document[part], "{part}");
    }
}

#[test]
fn a_scope_asks_for_what_the_bill_has() {
    let folder = folder("[scope]\ncost_categories = { Project = [\"training\"] }\n");
    let answer = run(&folder, "focus:focus.csv", &[]);
    assert_eq!(answer.code, Some(3), "{}", answer.text());
    assert!(answer.stderr.contains("[scope] asks for cost_categories"), "{}", answer.text());
    // A legacy report has a column a category, and a tag under two keys that are one in a scope.
    let header = CUR.lines().next().expect("a header");
    let rows: Vec<String> = CUR.lines().skip(1).map(|row| format!("{row},training,x")).collect();
    let csv = format!("{header},costCategory/Project,resourceTags/user:Team\n{}\n", rows.join("\n"));
    let folder = folder.with("categories.csv", csv);
    let document = json(&run(&folder, "cur:categories.csv", &["--format", "json"]));
    assert_eq!(document["totals"]["out_of_scope"], "0");
    let both = self::folder("[scope]\ntags = { team = [\"ml\"] }\n");
    let csv = std::fs::read(folder.path("categories.csv")).expect("the file");
    let both = json(&run(&both.with("categories.csv", csv), "cur:categories.csv", &["--format", "json"]));
    let one = json(&run(
        &self::folder("[scope]\ntags = { team = [\"ml\"] }\n"),
        "cur:cur.csv",
        &["--format", "json"],
    ));
    assert_eq!(both["totals"], one["totals"]);
}

/// $100 of p4d on each of the first days of October, and $40 on the running one, at noon of which it is asked.
fn open_october(scenario: &str, days: i64) -> Comparison {
    let estimate = estimated(scenario);
    let start = estimate.scenario.period.start().as_second();
    let mut bill = Bill::default();
    for day in 0..=days {
        let row = Row {
            record: RecordType::Usage,
            service: "AmazonEC2".into(),
            usage_type: "BoxUsage:p4d.24xlarge".into(),
            time: start + day * 86_400,
            quantity: Some(Decimal::from(5)),
            cost: Usd::new(Decimal::from(if day < days { 100 } else { 40 })),
            in_scope: true,
        };
        bill.add(row, estimate.scenario.period);
    }
    let now = start + days * 86_400 + 43_200;
    let basis = CostBasis::Amortized;
    let question =
        Question { source: "test".into(), basis, now, paid_calls: 0, query: None, aws_forecast: None };
    compare(&estimate, &bill, &Catalog::bundled(), question)
}

fn note_texts(comparison: &Comparison) -> String {
    comparison.notes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn an_open_month_is_forecast_and_held_against_the_budget() {
    let budget = "[budget]\nwarn_usd = \"1000\"\nfail_usd = \"1300\"\n";
    let comparison = open_october(&format!("{SCENARIO}{budget}"), 12);
    let end = comparison.month_end.as_ref().expect("twelve days are enough");
    // 12 × 100 so far, 19 days to come.
    assert_eq!((end.charged.cents(), end.total().expected.cents()), ("$1,200.00".into(), "$3,100.00".into()));
    assert_eq!(comparison.estimated_whole, estimated(SCENARIO).total().expected);
    let notes = note_texts(&comparison);
    assert!(notes.contains("the charges of $1,240.00 are above warn_usd = $1,000.00"), "{notes}");
    assert!(notes.contains("the month-end forecast of $3,100.00 is above fail_usd = $1,300.00"), "{notes}");
    let early = note_texts(&open_october(SCENARIO, 3));
    assert!(
        early.contains("the month end is not forecast: 3 whole days are too few, at least 5 are needed"),
        "{early}"
    );
    snapshot(
        "compare_open_month",
        &hpc_cost::render::markdown::render(&comparison.report(), hpc_cost::report::Lang::En),
    );
}

#[test]
fn what_is_charged_above_the_budget_is_no() {
    let budget = "[scope]\naccounts = [\"111\"]\n[budget]\nfail_usd = \"4565\"\n";
    let answer = run(&folder(budget), "focus:focus.csv", &["--format", "json"]);
    assert_eq!(answer.code, Some(1), "{}", answer.text());
    assert!(
        answer.stderr.contains("the charges of $4,565.53 are above fail_usd = $4,565.00"),
        "{}",
        answer.text()
    );
    let budget = &json(&answer)["budget"];
    assert_eq!((&budget["verdict"], &budget["actual"]), (&"fail".into(), &"4565.5284008".into()));
    let within = run(&folder("[budget]\nfail_usd = \"5000\"\n"), "focus:focus.csv", &["--format", "json"]);
    assert_eq!((within.code, &json(&within)["budget"]["verdict"]), (Some(0), &"within".into()));
}

#[test]
fn a_job_has_its_cost_where_the_scenario_says_how_many_there_are() {
    let scenario = r#"
region = "us-east-1"
month = "2026-10"

[[compute]]
name = "training"
instances = { "p4d.24xlarge" = 1 }
runs = 31
job_definition = "train"

[[batch.job_definition]]
name = "train"
vcpus = 96
memory_mib = 1000000
gpus = 8
run_hours = 10
"#;
    let comparison = open_october(scenario, 12);
    // 12 of 31 days are 12 jobs; each is estimated at 10 h × $21.957642, and cost $100.
    let job = comparison.unit_costs.iter().find(|cost| cost.unit == "job").expect("jobs are known");
    assert_eq!(job.actual.expect("charged").to_string(), "100");
    let each = job.estimated.expect("priced").amount().round_dp(4).to_string();
    assert_eq!(each, "219.5764");
    // Where no instance is charged, nobody knows what a job cost.
    let none = compared(&estimated(scenario), Vec::new());
    let job = none.unit_costs.iter().find(|cost| cost.unit == "job").expect("jobs are known");
    assert!(job.actual.is_none() && job.estimated.is_some());
    let notes = note_texts(&comparison);
    assert!(notes.contains("$ per job uses the 12 jobs that the scenario declares"), "{notes}");
}

#[test]
fn scheduled_hours_come_by_their_schedule() {
    let scenario = format!(
        "{}{}",
        SCENARIO.replacen(
            "hours_per_instance = 100",
            "hours_per_instance = 100\ncompute_environment = \"gpu\"",
            1
        ),
        r#"
[[batch.compute_environment]]
name = "gpu"
instance_types = ["p4d.24xlarge"]
max_vcpus = 96

[[schedule]]
compute_environment = "gpu"
cron = "0 0 1 * *"
max_vcpus = 96

[[schedule]]
compute_environment = "gpu"
cron = "0 0 16 * *"
max_vcpus = 288
"#
    );
    let comparison = open_october(&scenario, 16);
    let quantity = |usage_type: &str| {
        let line = comparison.lines().find(|line| line.usage_type == usage_type).expect("a line");
        line.estimated_quantity.expect("estimated").to_string()
    };
    // vCPU-days: 15 × 96 + 1 × 288 of 15 × 96 + 16 × 288, two sevenths of 200 h; the file system by days, 16 of 31.
    assert_eq!(quantity("BoxUsage:p4d.24xlarge"), "57.1428571429");
    assert_eq!(quantity("BoxUsage:g5.xlarge"), "103.2258064516");
    assert!(quantity("Storage.SSD.125").starts_with("619.354838"));
}

#[test]
fn aws_is_asked_for_its_forecast_on_request_only() {
    let this_month = SCENARIO.replace("month = \"2026-10\"\n", "");
    let folder = Folder::new(this_month);
    let now = super::loopback::unix_now();
    let first = Month::of_second(now).seconds().0;
    let costs_now = costs().into_iter().map(|cost| Cost { day: first, ..cost }).collect();
    let aws = Loopback::new(World { costs: costs_now, ..World::default() });
    ask(&folder, &aws, &[]);
    assert_eq!(aws.count("GetCostForecast"), 0);
    let answer = ask(&folder, &aws, &["--aws-forecast"]);
    let document = json(&answer);
    let days = (Month::of_second(now).seconds().1 - (now - now.rem_euclid(86_400))) / 86_400;
    let rest = &document["aws_forecast"]["rest"];
    let expected = [90, 100, 110].map(|dollars| Value::from((days * dollars).to_string()));
    assert_eq!([&rest["low"], &rest["expected"], &rest["high"]], expected.each_ref());
    // The charges were kept: only the forecast was paid.
    assert_eq!((document["requests"]["paid_calls"].as_u64(), aws.count("GetCostForecast")), (Some(1), 1));
    let none = ask(&folder, &aws, &["--aws-forecast", "--max-requests", "0"]);
    assert_eq!(none.code, Some(2), "{}", none.text());
    let closed = ask(
        &self::folder(""),
        &Loopback::new(World { costs: costs(), ..World::default() }),
        &["--aws-forecast"],
    );
    assert_eq!(closed.code, Some(2), "{}", closed.text());
}

/// October by day: what is charged is the estimate times a percentage, and logs that nobody estimated.
pub(crate) fn closed_october(percent: i64) -> String {
    let mut export = FOCUS.lines().next().expect("a header").to_owned();
    let row = |day: i64, service, usage_type, cost: Decimal| {
        format!(
            "\n{cost},{cost},Usage,2026-10-{day:02}T00:00:00Z,USD,1,x,{service},{usage_type},111,us-east-1,,"
        )
    };
    let cents = |dollars: i64| Decimal::new(dollars * percent, 2);
    for day in 1..=31 {
        // 200 a day of 6,200, and $2 of logs.
        export += &row(day, "AmazonEC2", "BoxUsage:p4d.24xlarge", cents(200));
        export += &row(day, "AmazonCloudWatch", "VendedLog-Bytes", Decimal::from(2));
    }
    export
}

/// 6,200 of p4d a month, at an agreed price.
pub(crate) const AGREED: &str = r#"
name = "agreed"
region = "us-east-1"
month = "2026-10"

[[compute]]
name = "training"
instances = { "p4d.24xlarge" = 1 }
hours_per_instance = 620

[[lustre]]
name = "data"
deployment = "PERSISTENT_2"
storage = "SSD"
throughput_mbps_per_tib = 125
size_gib = 1200

[budget]
fail_usd = "6900"

[[price]]
usage_type = "BoxUsage:p4d.24xlarge"
purchase_option = "on_demand"
usd = "10"
unit = "Hours"
reason = "agreed"
"#;

#[test]
fn closed_months_make_a_track_record_that_estimates_show_and_go_by_on_request() {
    let without_lustre = AGREED.replace("size_gib = 1200", "size_gib = 1200\nhours = 0");
    let folder = Folder::new(&without_lustre).with("october.csv", closed_october(110));
    let september = closed_october(120).replace("2026-10-31", "2026-10-30").replace("2026-10", "2026-09");
    let folder = folder.with("september.csv", september);
    let keep = |month: &str, bill: &str| {
        let args = ["--month", month, "--calibration", "record.json"];
        run(&folder, &format!("focus:{bill}.csv"), &args)
    };
    let kept = keep("2026-10", "october");
    assert!(kept.stderr.contains("2026-10 of agreed is in record.json"), "{}", kept.text());
    let several = folder.run(&[
        "estimate",
        "scenario.toml",
        "scenario.toml",
        "--calibration",
        "record.json",
        "--calibrated",
    ]);
    assert_eq!(several.code, Some(2), "{}", several.text());
    let estimate = |more: &[&str]| {
        let mut args = vec!["estimate", "scenario.toml", "--prices", "bundled", "--month", "2026-11"];
        args.extend(["--calibration", "record.json"]);
        args.extend(more);
        folder.run(&args)
    };
    // 6,820 + 62 against 6,200: 11 %.
    let shown = estimate(&[]);
    let note = "last month: mean error 11 %, worst +11 % (2026-10), charged (amortized) against estimated";
    assert!(shown.stdout.contains(note), "{}", shown.text());
    let too_few = estimate(&["--calibrated"]);
    assert_eq!(too_few.code, Some(2), "{}", too_few.text());
    keep("2026-09", "september");
    // September: 31 × 240 + 62, as 2 days stand on the 30th, against 6,200: 21 %.
    let both = estimate(&["--calibrated", "--format", "json"]);
    let document = json(&both);
    let calibrated = &document["calibrated"];
    let ec2 = &calibrated["services"][0];
    assert_eq!((&calibrated["months"], &ec2["service"]), (&2.into(), &"AmazonEC2".into()));
    let ratio = serde_json::json!({"low": "1.1", "expected": "1.15", "high": "1.2"});
    assert_eq!(ec2["ratio"], ratio);
    // 6,200 × 1.15 = 7,130 is above fail_usd; the lines stay as they are.
    assert_eq!(calibrated["total"]["expected"], "7130");
    assert_eq!((&document["total"]["expected"], both.code), (&"6200".into(), Some(1)));
    assert_eq!(
        (&document["budget"]["expected"], &document["budget"]["verdict"]),
        (&"7130".into(), &"fail".into())
    );
    let notes = document["notes"].to_string();
    for words in ["mean error 16 %, worst +21 % (2026-09)", "AmazonCloudWatch ($62.00 a month)"] {
        assert!(notes.contains(words), "{words}: {notes}");
    }
    assert_eq!(estimate(&[]).code, Some(0));
    snapshot("estimate_calibrated", &estimate(&["--calibrated"]).text());
    // The file system has no closed month with an estimate.
    let folder = folder.with("scenario.toml", AGREED);
    let args = ["estimate", "scenario.toml", "--prices", "bundled", "--month", "2026-11", "--calibration"];
    let answer = folder.run(&[&args[..], &["record.json", "--calibrated"]].concat());
    let note = "not calibrated, because there are too few closed months with an estimate: AmazonFSx";
    assert!(answer.stdout.contains(note), "{}", answer.text());
    let nobody = folder.run(&[&args[..], &["record.json", "--set", "name=other"]].concat());
    assert!(nobody.stdout.contains("no closed month of `other` before the period"), "{}", nobody.text());
    for (name, text, words) in [("absent.json", "", "writes it"), ("bad.json", "{}", "bad.json")] {
        if !text.is_empty() {
            std::fs::write(folder.path(name), text).expect("a file");
        }
        let answer = folder.run(&[&args[..], &[name]].concat());
        assert_eq!(answer.code, Some(3), "{}", answer.text());
        assert!(answer.stderr.contains(words), "{}", answer.text());
    }
}

#[test]
fn a_month_without_every_price_is_not_kept() {
    let folder = Folder::new(AGREED).with("october.csv", closed_october(100));
    let more = ["--calibration", "record.json", "--region", "ap-northeast-3"];
    let answer = run(&folder, "focus:october.csv", &more);
    let words = "not kept in record.json: the estimate has lines without a price";
    assert!(answer.stderr.contains(words), "{}", answer.text());
    assert!(!folder.path("record.json").exists());
}

#[test]
fn a_scope_that_finds_nothing_makes_no_track_record() {
    let folder = Folder::new(format!("{AGREED}[scope]\naccounts = [\"999\"]\n"))
        .with("october.csv", closed_october(110));
    let answer = run(&folder, "focus:october.csv", &["--calibration", "record.json"]);
    assert!(
        answer.stderr.contains("not kept in record.json: nothing that is estimated was charged"),
        "{}",
        answer.text()
    );
}

#[test]
fn what_has_no_quantity_has_no_price_per_hour() {
    let folder = folder("").with("bare.csv", FOCUS.replace("USD,200,", "USD,,"));
    let document = json(&run(&folder, "focus:bare.csv", &["--format", "json"]));
    let line = document["matched"]
        .as_array()
        .expect("lines")
        .iter()
        .find(|line| line["usage_type"] == "BoxUsage:p4d.24xlarge");
    assert_eq!(line.expect("p4d")["actual_quantity"], Value::Null);
    assert_eq!(document["unit_costs"][0]["actual_usd"], Value::Null);
    assert!(
        document["notes"]
            .to_string()
            .contains("charged without a quantity, so not in any price per hour: BoxUsage:p4d")
    );
    let bridged: Decimal = document["bridge"]
        .as_array()
        .expect("drivers")
        .iter()
        .map(|driver| driver["amount"].as_str().expect("text").parse::<Decimal>().expect("a number"))
        .sum();
    assert_eq!(bridged.to_string(), document["totals"]["difference"].as_str().expect("text"));
}

#[test]
fn a_gzip_beside_its_file_is_one_delivery_and_a_correction_another() {
    let folder = folder("");
    let twice = folder.path("twice");
    std::fs::create_dir(&twice).expect("a folder");
    std::fs::write(twice.join("e.csv"), FOCUS).expect("a file");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, FOCUS.as_bytes()).expect("memory");
    std::fs::write(twice.join("e.csv.gz"), packed.finish().expect("memory")).expect("a file");
    let answer = run(&folder, "focus:twice", &[]);
    assert!(answer.text().contains("of `twice/e.csv.gz`, together $4,635.65"), "{}", answer.text());
    let (once, alone) = (["focus:twice", "focus:twice/e.csv"], ["--format", "json"]);
    let [once, alone] = once.map(|source| json(&run(&folder, source, &alone))["totals"].clone());
    assert_eq!(once, alone);
    // What a later billing period takes back of October counts, too.
    let header = FOCUS.lines().next().expect("a header");
    let back = format!(
        "{header}\n-5,-5,Usage,2026-10-31T00:00:00Z,USD,0,x,AmazonFSx,Storage.SSD.125,111,us-east-1,,\n"
    );
    for (month, text) in [("2026-10", FOCUS), ("2026-11", back.as_str())] {
        let place = folder.path(format!("export/BILLING_PERIOD={month}"));
        std::fs::create_dir_all(&place).expect("folders");
        std::fs::write(place.join("e-00001.csv"), text).expect("a file");
    }
    let document = json(&run(&folder, "focus:export", &["--format", "json"]));
    let once = json(&run(&folder, "focus:focus.csv", &["--format", "json"]));
    let total =
        |document: &Value| document["totals"]["source_total"].as_str().expect("text").parse::<Decimal>();
    assert_eq!(total(&document).expect("a number"), total(&once).expect("a number") - Decimal::from(5));
}

#[test]
fn a_key_is_one_however_an_export_spells_it() {
    use hpc_cost::actuals::label_key;
    for spelling in [
        "user:CostCenter",
        "user_cost_center",
        "cost-center",
        "resourceTags/user:CostCenter",
        "resource_tags_user_cost_center",
    ] {
        assert_eq!(label_key(spelling), "costcenter", "{spelling}");
    }
    assert_eq!(label_key("aws:batch:compute-environment"), label_key("aws_batch_compute_environment"));
}

#[test]
fn the_running_day_counts_for_the_budget() {
    let comparison = open_october(&format!("{SCENARIO}[budget]\nfail_usd = \"1230\"\n"), 12);
    // 1,200 compared and 40 on the running day.
    assert_eq!(
        (comparison.actual().cents(), comparison.billed().cents()),
        ("$1,200.00".into(), "$1,240.00".into())
    );
    assert!(note_texts(&comparison).contains("the charges of $1,240.00 are above fail_usd = $1,230.00"));
}
