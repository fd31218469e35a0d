//! Which kind a charge is, one rule for every source, and whose product it is.

use super::cli::Folder;
use super::compare::{ask, json, run};
use super::deliveries::WEB;
use super::loopback::{Cost, Loopback, World};
use hpc_cost::model::time::Month;

const CUR: &str = "line_item_line_item_type,line_item_usage_start_date,line_item_product_code,line_item_usage_type,\
    line_item_usage_amount,line_item_currency_code,line_item_unblended_cost,line_item_usage_account_id,\
    line_item_line_item_description,product_product_name";

fn report(rows: &[&str]) -> Folder {
    Folder::new(WEB).with("cur.csv", format!("{CUR}\n{}\n", rows.join("\n")))
}

/// What is excluded under a name.
fn excluded(folder: &Folder, source: &str, name: &str) -> String {
    let document = json(&run(folder, source, &["--format", "json"]));
    let charges = document["excluded"]["charges"].as_array().expect("charges").clone();
    let found = charges.iter().find(|charge| charge["name"] == name).map(|charge| charge["amount"].clone());
    found.map_or_else(String::new, |amount| amount.as_str().expect("text").to_owned())
}

#[test]
fn a_refund_of_a_returned_plan_costs_nothing_amortized_and_others_what_they_are() {
    let day = "2026-09-10T00:00:00Z";
    let folder = report(&[
        &format!("Usage,{day},AmazonEC2,BoxUsage:m5.large,100,USD,9.6,1,,"),
        &format!("Refund,{day},ComputeSavingsPlans,ComputeSP:1yr,1,USD,-50,1,Enterprise Program Discount,"),
        &format!(
            "Refund,{day},ComputeSavingsPlans,ComputeSP:1yr,1,USD,-700,1,Refund for one-time fee for Savings Plan ID: 1,"
        ),
    ]);
    assert_eq!(excluded(&folder, "cur:cur.csv", "refund"), "-50");
    let invoiced = json(&run(&folder, "cur:cur.csv", &["--basis", "unblended", "--format", "json"]));
    assert_eq!(invoiced["totals"]["source_total"], "-740.4");
}

#[test]
fn tax_and_credit_of_a_support_plan_stay_what_they_are() {
    let row = |kind: &str, cost: &str| {
        format!("{kind},2026-09-10T00:00:00Z,AWSSupportBusiness,Dollar,1,USD,{cost},1,,")
    };
    let rows = [row("Usage", "100"), row("Tax", "10"), row("Credit", "-4")];
    let folder = report(&rows.iter().map(String::as_str).collect::<Vec<_>>());
    for (name, amount) in [("support", "100"), ("tax", "10"), ("credit", "-4")] {
        assert_eq!(excluded(&folder, "cur:cur.csv", name), amount, "{name}");
    }
}

#[test]
fn a_product_of_the_marketplace_has_its_name() {
    let id = "5fej2qkz0b9x1c7d8e9f0a1b2";
    let folder = report(&[&format!(
        "Usage,2026-09-10T00:00:00Z,{id},SoftwareUsage,1,USD,3,1,,Rocky Linux 9 by Some Company"
    )]);
    let document = json(&run(&folder, "cur:cur.csv", &["--format", "json"]));
    assert_eq!(document["only_charged"][0]["service"], "Rocky Linux 9 by Some Company");
}

#[test]
fn an_upfront_fee_is_a_fee_for_cost_explorer_too() {
    let cost = |usage_type, record, micros| Cost {
        day: Month::parse("2026-09").expect("a month").seconds().0,
        service: "Amazon Elastic Compute Cloud - Compute",
        usage_type,
        record,
        account: "111",
        region: "us-east-1",
        tag: None,
        cost_category: None,
        micros,
        quantity: 100,
    };
    let costs = vec![
        cost("BoxUsage:m5.large", "Usage", 9_600_000),
        cost("HeavyUsage:m5.large", "Upfront", 3_000_000_000),
        cost("CapacityBlockFee:m5.large", "Upfront", 70_000_000),
        cost("HeavyUsage:m5.large", "Recurring", 12_000_000),
    ];
    let aws = Loopback::new(World { costs, ..World::default() });
    let document = json(&ask(&Folder::new(WEB), &aws, &["--basis", "unblended"]));
    // The fee of the block joins the hours it pays for; the reservation's fees are none of the scenario's.
    assert_eq!(document["totals"]["actual"], "79.6");
    assert_eq!(document["totals"]["excluded"], "3012");
    assert_eq!(document["totals"]["source_total"], "3091.6");
    assert_eq!(aws.count("GetCostAndUsage"), 3);
}

#[test]
fn a_scope_keeps_to_one_provider() {
    let bill = "BilledCost,EffectiveCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ConsumedQuantity,ProviderName,\
        RegionId,ServiceName,SubAccountId,x_ServiceCode,x_UsageType
9.6,9.6,USD,Usage,2026-09-10T00:00:00Z,100,AWS,us-east-1,Amazon Elastic Compute Cloud,1,AmazonEC2,BoxUsage:m5.large
800,800,USD,Usage,2026-09-10T00:00:00Z,10,Microsoft,japaneast,Virtual Machines,sub-1,,
75000,75000,JPY,Usage,2026-09-10T00:00:00Z,10,Microsoft,japaneast,Virtual Machines,sub-1,,
";
    let folder = Folder::new(format!("{WEB}[scope]\nproviders = [\"AWS\"]\n")).with("bill.csv", bill);
    let document = json(&run(&folder, "focus:bill.csv", &["--format", "json"]));
    assert_eq!(document["totals"]["actual"], "9.6");
    assert_eq!(document["totals"]["out_of_scope"], "800");
    let notes = document["notes"].to_string();
    assert!(notes.contains("1 charge out of scope in JPY, together 75000: in no total"), "{notes}");
    // Without the scope it is an error that says what would leave them out.
    let open = Folder::new(WEB).with("bill.csv", bill);
    let answer = run(&open, "focus:bill.csv", &[]);
    assert_eq!(answer.code, Some(3), "{}", answer.text());
    assert!(answer.stderr.contains("line 4: charges are in JPY, not in USD"), "{}", answer.text());
}
