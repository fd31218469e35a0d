//! Why a bill differs: hours in list dollars by class, shifts between types, and what is behind each driver.

use std::collections::BTreeMap;

use hpc_cost::actuals::Row;
use hpc_cost::compare::Comparison;
use hpc_cost::compare::bridge::{Bridged, Driver};
use hpc_cost::model::decimal::Decimal;
use hpc_cost::model::money::Usd;
use proptest::prelude::*;
use serde_json::Value;

use super::cli::{Answer, Folder};
use super::compare::{arbitrary_row, compared, drivers, estimated, json, rows};

fn number(text: &str) -> Decimal {
    text.parse().expect("a number")
}

fn usd(text: &str) -> Usd {
    Usd::new(number(text))
}

/// A scenario of these groups: type, hours, share on Spot.
fn scenario(groups: &[(&str, &str, &str)]) -> String {
    let mut text = "region = \"us-east-1\"\nmonth = \"2026-10\"\n".to_owned();
    for (place, (name, hours, spot)) in groups.iter().enumerate() {
        text += &format!(
            "[[compute]]\nname = \"g{place}\"\ninstances = {{ \"{name}\" = 1 }}\nhours_per_instance = {hours}\nspot_share = {spot}\n"
        );
    }
    text
}

/// A bill of these lines: usage type, hours, cost.
fn bill(like: &Row, lines: &[(&str, &str, &str)]) -> Vec<Row> {
    let row = |(usage_type, hours, cost): &(&str, &str, &str)| Row {
        service: "AmazonEC2".into(),
        usage_type: (*usage_type).into(),
        quantity: Some(number(hours)),
        cost: usd(cost),
        ..like.clone()
    };
    lines.iter().map(row).collect()
}

fn held(groups: &[(&str, &str, &str)], lines: &[(&str, &str, &str)]) -> Comparison {
    let estimate = estimated(&scenario(groups));
    let like = rows(&estimate).remove(0);
    compared(&estimate, bill(&like, lines))
}

/// Contributions by driver and usage type, all digits.
fn parts(comparison: &Comparison) -> Vec<(Driver, String, String)> {
    let of = |of: &Bridged| {
        let driver = of.driver;
        let part = move |part: &hpc_cost::compare::bridge::Contribution| {
            let amount = part.amount.amount().normalize().to_string();
            (driver, part.line.usage_type.clone(), amount)
        };
        of.contributions.iter().map(part).collect::<Vec<_>>()
    };
    comparison.bridge.iter().flat_map(of).collect()
}

fn part(driver: Driver, usage_type: &str, amount: &str) -> (Driver, String, String) {
    (driver, usage_type.into(), amount.into())
}

fn titles(comparison: &Comparison) -> Vec<String> {
    comparison.bridge.iter().map(|of| of.title().en).collect()
}

#[test]
fn hours_of_a_cheap_type_are_its_hours_alone() {
    // 2,000 h more of m5.large at 0.096; p4d.24xlarge as planned.
    let groups = [("p4d.24xlarge", "100", "0"), ("m5.large", "500", "0")];
    let found =
        held(&groups, &[("BoxUsage:p4d.24xlarge", "100", "2195.7642"), ("BoxUsage:m5.large", "2500", "240")]);
    assert_eq!(parts(&found), [part(Driver::Hours, "BoxUsage:m5.large", "192")]);
    assert_eq!(titles(&found), ["hours: more of m5.large"]);
}

#[test]
fn the_example_of_the_rule() {
    let groups = [("g5.xlarge", "100", "0"), ("m5.large", "500", "0")];
    let found = held(
        &groups,
        &[
            ("BoxUsage:g5.xlarge", "20", "20.12"),
            ("BoxUsage:m5.large", "2500", "240"),
            ("BoxUsage:g6.xlarge", "125", "100.60"),
        ],
    );
    assert_eq!(
        parts(&found),
        [
            part(Driver::Hours, "BoxUsage:m5.large", "192"),
            part(Driver::Mix, "BoxUsage:g5.xlarge", "-80.48"),
            part(Driver::Mix, "BoxUsage:g6.xlarge", "80.48"),
            part(Driver::OnlyCharged, "BoxUsage:g6.xlarge", "20.12"),
        ]
    );
    assert_eq!(
        titles(&found),
        ["hours: more of m5.large", "mix of types: from g5.xlarge to g6.xlarge", "only charged: g6.xlarge"]
    );
}

#[test]
fn a_type_for_another_at_the_same_list_dollars_is_mix() {
    // 100 h × 1.006 = 100.60 = 125 h × 0.8048.
    let found = held(&[("g5.xlarge", "100", "0")], &[("BoxUsage:g6.xlarge", "125", "100.60")]);
    assert_eq!(
        parts(&found),
        [part(Driver::Mix, "BoxUsage:g5.xlarge", "-100.6"), part(Driver::Mix, "BoxUsage:g6.xlarge", "100.6"),]
    );
    assert_eq!(found.bridge[0].amount(), Usd::ZERO);
    // Also where both are planned and paid on Spot: the weights are list prices, the amounts those of the estimate.
    let groups = [("g5.xlarge", "100", "1"), ("g6.xlarge", "100", "1")];
    let lines = [("SpotUsage:g5.xlarge", "20", "12.172"), ("SpotUsage:g6.xlarge", "200", "74.396")];
    // Spot 0.6086 and 0.37198: g5 −80 h = −48.688, list −80.48; g6 +100 h = +37.198, list +80.48.
    let found = held(&groups, &lines);
    assert_eq!(drivers(&found), BTreeMap::from([(Driver::Mix, "-$11.49".to_owned())]));
    assert_eq!(
        parts(&found),
        [
            part(Driver::Mix, "SpotUsage:g5.xlarge", "-48.688"),
            part(Driver::Mix, "SpotUsage:g6.xlarge", "37.198"),
        ]
    );
}

#[test]
fn a_gpu_for_a_cpu_is_no_shift() {
    let groups = [("g5.xlarge", "100", "0"), ("m5.large", "500", "0")];
    let lines = [("BoxUsage:g5.xlarge", "50", "50.30"), ("BoxUsage:m5.large", "1000", "96")];
    assert_eq!(
        parts(&held(&groups, &lines)),
        [part(Driver::Hours, "BoxUsage:g5.xlarge", "-50.3"), part(Driver::Hours, "BoxUsage:m5.large", "48"),]
    );
}

#[test]
fn fewer_hours_of_one_and_more_of_another_leave_the_balance() {
    // Of p4d −100 h = −2,195.7642, of g5 +50 h = +50.30: 50.30 moved, the rest of p4d is fewer hours.
    let groups = [("p4d.24xlarge", "200", "0"), ("g5.xlarge", "200", "0")];
    let lines = [("BoxUsage:p4d.24xlarge", "100", "2195.7642"), ("BoxUsage:g5.xlarge", "250", "251.5")];
    let found = held(&groups, &lines);
    assert_eq!(
        parts(&found),
        [
            part(Driver::Hours, "BoxUsage:p4d.24xlarge", "-2145.4642"),
            part(Driver::Mix, "BoxUsage:g5.xlarge", "50.3"),
            part(Driver::Mix, "BoxUsage:p4d.24xlarge", "-50.3"),
        ]
    );
    assert_eq!(titles(&found)[0], "hours: fewer of p4d.24xlarge");
}

#[test]
fn spot_that_nobody_planned_is_spot_share_and_other_prices_are_price() {
    // 100 h at 1.006; charged 60 h at 1.1 and 40 h of Spot at 0.5.
    let lines = [("BoxUsage:g5.xlarge", "60", "66"), ("SpotUsage:g5.xlarge", "40", "20")];
    let found = held(&[("g5.xlarge", "100", "0")], &lines);
    assert_eq!(
        parts(&found),
        [
            part(Driver::SpotShare, "BoxUsage:g5.xlarge", "-40.24"),
            part(Driver::SpotShare, "SpotUsage:g5.xlarge", "20"),
            part(Driver::Price, "BoxUsage:g5.xlarge", "5.64"),
        ]
    );
}

#[test]
fn a_part_of_a_month_leaves_no_rounding_as_a_driver() {
    // A third of 100 h: 33.3333333333 h at 1.006, which costs 33.5333333333; charged for a third of an hour more.
    let lines = [("BoxUsage:g5.xlarge", "33.6666666667", "33.868666666700")];
    let found = held(&[("g5.xlarge", "33.3333333333", "0")], &lines);
    assert_eq!(found.bridge.len(), 1, "{:?}", parts(&found));
    assert_eq!((found.bridge[0].driver, found.bridge[0].amount()), (Driver::Hours, found.difference()));
    // What differs by rounding alone is in no table, and still in the sum.
    let lines = [("BoxUsage:g5.xlarge", "100", "100.5999999995")];
    let found = held(&[("g5.xlarge", "100", "0")], &lines);
    assert_eq!(parts(&found), [part(Driver::Price, "BoxUsage:g5.xlarge", "-0.0000000005")]);
    let page = found.report();
    let bridge = page.tables().nth(2).expect("the bridge");
    assert!(!bridge.rows.iter().any(|row| format!("{row:?}").contains("price")));
}

#[test]
fn rounding_of_one_type_makes_no_driver_beside_the_hours_of_another() {
    // A bill's sum of 744 hourly rows, each rounded, is off by 0.00000001; it stands in its own line, in no other driver.
    let groups = [("p4d.24xlarge", "100", "0"), ("m5.large", "500", "0")];
    let lines = [("BoxUsage:p4d.24xlarge", "100", "2195.76420001"), ("BoxUsage:m5.large", "2500", "240")];
    assert_eq!(
        parts(&held(&groups, &lines)),
        [
            part(Driver::Hours, "BoxUsage:m5.large", "192"),
            part(Driver::Hours, "BoxUsage:p4d.24xlarge", "0.00000001"),
        ]
    );
}

#[test]
fn another_region_is_another_type_at_its_own_list_price() {
    // g5.xlarge is 1.006 in us-east-1 and 1.459 in ap-northeast-1: 72.95 of 100.60 moved, 27.65 are fewer.
    let found = held(&[("g5.xlarge", "100", "0")], &[("APN1-BoxUsage:g5.xlarge", "50", "36.475")]);
    assert_eq!(
        parts(&found),
        [
            part(Driver::Mix, "BoxUsage:g5.xlarge", "-72.95"),
            part(Driver::Mix, "APN1-BoxUsage:g5.xlarge", "36.475"),
            part(Driver::OnlyEstimated, "BoxUsage:g5.xlarge", "-27.65"),
        ]
    );
    assert_eq!(titles(&found)[0], "mix of types: from g5.xlarge to APN1 g5.xlarge");
}

/// Hours and costs of lines of a few types, in any order.
fn arbitrary_bill() -> impl Strategy<Value = Vec<(&'static str, i64, i64)>> {
    let names = prop::sample::select(vec![
        "BoxUsage:p4d.24xlarge",
        "SpotUsage:p4d.24xlarge",
        "BoxUsage:g5.xlarge",
        "SpotUsage:g5.xlarge",
        "BoxUsage:g6.xlarge",
        "SpotUsage:g6.xlarge",
        "BoxUsage:m5.large",
        "SpotUsage:c5.large",
        "USW2-BoxUsage:m5.large",
        "BoxUsage:zz9.plural",
    ]);
    prop::collection::vec((names, -1_000_i64..1_000_000, -1_000_000_i64..1_000_000_000), 0..25)
}

fn arbitrary_groups() -> impl Strategy<Value = Vec<(&'static str, u32, u32)>> {
    let names = prop::sample::select(vec!["p4d.24xlarge", "g5.xlarge", "m5.large", "c5.large"]);
    prop::collection::vec((names, 1_u32..700, 0_u32..=10), 1..5)
}

fn of(groups: &[(&'static str, u32, u32)]) -> hpc_cost::estimate::Estimate {
    let texts: Vec<(String, String, String)> = groups
        .iter()
        .map(|(name, hours, tenths)| {
            ((*name).to_owned(), hours.to_string(), Decimal::new((*tenths).into(), 1).to_string())
        })
        .collect();
    let groups: Vec<(&str, &str, &str)> =
        texts.iter().map(|(name, hours, spot)| (name.as_str(), hours.as_str(), spot.as_str())).collect();
    estimated(&scenario(&groups))
}

fn rows_of(like: &Row, lines: &[(&'static str, i64, i64)]) -> Vec<Row> {
    let row = |(usage_type, hours, cost): &(&'static str, i64, i64)| Row {
        service: "AmazonEC2".into(),
        usage_type: (*usage_type).into(),
        quantity: Some(Decimal::new(*hours, 3)),
        cost: Usd::new(Decimal::new(*cost, 7)),
        ..like.clone()
    };
    lines.iter().map(row).collect()
}

/// Holds that the drivers add up to the difference, and each line's parts to its own.
fn adds_up(comparison: &Comparison) -> Result<(), TestCaseError> {
    let bridged: Usd = comparison.bridge.iter().map(Bridged::amount).sum();
    prop_assert_eq!(bridged, comparison.difference());
    let mut by_line: BTreeMap<(String, String), Usd> = BTreeMap::new();
    for part in comparison.bridge.iter().flat_map(|of| &of.contributions) {
        prop_assert!(part.amount != Usd::ZERO);
        let key = (part.line.service.clone(), part.line.usage_type.clone());
        *by_line.entry(key).or_default() += part.amount;
        prop_assert!(part.amount.amount().normalize().scale() <= 12, "{}", part.amount);
    }
    for line in comparison.lines() {
        let key = (line.service.clone(), line.usage_type.clone());
        let own = line.actual_cost.unwrap_or_default() - line.estimated_cost.unwrap_or_default();
        prop_assert_eq!(by_line.remove(&key).unwrap_or_default(), own, "{:?}", line);
    }
    prop_assert!(by_line.is_empty());
    for of in &comparison.bridge {
        let sizes: Vec<Decimal> = of.contributions.iter().map(|part| part.amount.amount().abs()).collect();
        prop_assert!(sizes.is_sorted_by(|a, b| a >= b));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_parts_of_a_line_are_its_difference(groups in arbitrary_groups(), lines in arbitrary_bill()) {
        let estimate = of(&groups);
        let like = rows(&estimate).remove(0);
        let found = compared(&estimate, rows_of(&like, &lines));
        adds_up(&found)?;
        // The order of lines decides nothing.
        let turned: Vec<_> = lines.iter().rev().copied().collect();
        prop_assert_eq!(parts(&found), parts(&compared(&estimate, rows_of(&like, &turned))));
    }

    #[test]
    fn anything_in_a_bill_adds_up_by_line(rows in prop::collection::vec(arbitrary_row(), 0..60)) {
        adds_up(&compared(&estimated(super::compare::SCENARIO), rows))?;
    }

    /// Only hours of one type are others: all of it is hours of that type, whatever else there is.
    #[test]
    fn one_type_with_other_hours_is_hours(groups in arbitrary_groups(), place in 0_usize..4, permille in 1_i64..4000) {
        prop_assume!(permille != 1000);
        let estimate = of(&groups);
        let mut lines = rows(&estimate);
        let name = groups[place % groups.len()].0;
        let times = Decimal::new(permille, 3);
        for row in lines.iter_mut().filter(|row| row.usage_type.ends_with(&format!(":{name}"))) {
            row.cost = row.cost.times(times);
            *row.quantity.as_mut().expect("hours") *= times;
        }
        let found = compared(&estimate, lines);
        let of: Vec<Driver> = found.bridge.iter().map(|of| of.driver).collect();
        prop_assert_eq!(of, [Driver::Hours]);
        let names = found.bridge[0].contributions.iter().map(|part| part.line.usage_type.rsplit(':').next());
        prop_assert!(names.into_iter().all(|found| found == Some(name)));
    }

    /// In a class the mix comes to nothing where all is planned at list prices.
    #[test]
    fn mix_moves_list_dollars(lines in arbitrary_bill()) {
        let groups = [("p4d.24xlarge", 100, 0), ("g5.xlarge", 300, 0), ("m5.large", 500, 0), ("c5.large", 50, 0)];
        let estimate = of(&groups);
        let like = rows(&estimate).remove(0);
        let known = |name: &str| name.starts_with("BoxUsage") && groups.iter().any(|of| name.ends_with(of.0));
        let lines: Vec<_> = lines.into_iter().filter(|line| known(line.0)).collect();
        let found = compared(&estimate, rows_of(&like, &lines));
        let mix: Usd = found.bridge.iter().filter(|of| of.driver == Driver::Mix).map(Bridged::amount).sum();
        prop_assert!(mix.amount().abs() < number("0.00000001"), "{}", mix);
    }
}

const MIX: &str = "region=\"us-east-1\"
month=\"2026-09\"
[[compute]]
name=\"training\"
instances={ \"p4d.24xlarge\"=1 }
hours_per_instance=100
[[compute]]
name=\"head nodes\"
instances={ \"m5.large\"=2 }
hours_per_instance=500
";

const CHARGES: &str = "line_item_line_item_type,line_item_usage_start_date,line_item_product_code,line_item_usage_type,line_item_operation,line_item_usage_amount,line_item_currency_code,line_item_unblended_cost,line_item_usage_account_id,product_region_code
Usage,2026-09-30T00:00:00Z,AmazonEC2,BoxUsage:p4d.24xlarge,RunInstances,100,USD,2195.7642,123456789012,us-east-1
Usage,2026-09-30T00:00:00Z,AmazonEC2,BoxUsage:m5.large,RunInstances,3000,USD,288,123456789012,us-east-1
Usage,2026-09-30T00:00:00Z,AmazonVPC,PublicIPv4:IdleAddress,AllocateAddressVPC,720,USD,3.6,123456789012,us-east-1
Usage,2026-09-30T00:00:00Z,AmazonCloudWatch,TimedStorage-ByteHrs,,10,USD,0.3,123456789012,us-east-1
";

fn explained(more: &[&str]) -> Answer {
    let folder = Folder::new(MIX).with("cur.csv", CHARGES);
    super::compare::run(&folder, "cur:cur.csv", more)
}

#[test]
fn a_driver_names_what_is_behind_nearly_all_of_it() {
    let text = explained(&[]).text();
    for words in ["hours: more of m5.large", "only charged: PublicIPv4:IdleAddress"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!text.contains("mix of types"), "{text}");
}

#[test]
fn a_driver_opens_in_every_format() {
    let csv = explained(&["--explain", "hours", "--format", "csv"]).stdout;
    let mut lines = csv.lines();
    assert_eq!(
        lines.next(),
        Some(
            "driver,service,usage_type,estimated_quantity,actual_quantity,estimated_unit_price,actual_unit_price,amount"
        )
    );
    assert_eq!(lines.next(), Some("hours,AmazonEC2,BoxUsage:m5.large,1000,3000,0.096,0.096,192"));
    for format in ["table", "markdown", "html"] {
        let text = explained(&["--explain", "HOURS", "--format", format]).stdout;
        for words in ["BoxUsage:m5.large", "1,000", "3,000", "0.096", "192.00"] {
            assert!(text.contains(words), "{format} {words}: {text}");
        }
        assert!(!text.contains("IdleAddress"), "{format}: {text}");
    }
    let document = json(&explained(&["--explain", "only-charged", "--format", "json"]));
    let text = document.to_string();
    assert!(text.contains("IdleAddress") && text.contains("TimedStorage-ByteHrs"), "{text}");
    assert!(text.find("IdleAddress") < text.find("TimedStorage-ByteHrs"), "{text}");
}

#[test]
fn the_document_has_what_is_behind_every_driver() {
    let document = json(&explained(&["--format", "json"]));
    let part = &document["bridge"][0]["contributions"][0];
    let expected = serde_json::json!({
        "service": "AmazonEC2", "usage_type": "BoxUsage:m5.large", "amount": "192",
        "estimated_quantity": "1000", "actual_quantity": "3000",
        "estimated_unit_price": "0.096", "actual_unit_price": "0.096",
    });
    assert_eq!(*part, expected);
    assert_eq!(document["bridge"][1]["driver"], Value::from("only charged"));
}

#[test]
fn a_driver_that_is_not_in_the_answer_is_refused_with_those_that_are() {
    for (name, words) in [
        ("price", ["no driver `price`", "this answer has hours, only charged"]),
        ("mix", ["no driver `mix of types`", "this answer has hours, only charged"]),
        ("only", ["no driver `only`", "the drivers are hours, mix of types, Spot share, price"]),
        ("", ["no driver ``", "the drivers are hours"]),
    ] {
        let answer = explained(&["--explain", name]);
        assert_eq!(answer.code, Some(2), "{}", answer.text());
        assert!(words.iter().all(|words| answer.stderr.contains(words)), "{name}: {}", answer.text());
    }
    let found = ["MIX", "spot_share", "price", "without"].map(Driver::named);
    assert_eq!(found, [Driver::Mix, Driver::SpotShare, Driver::Price, Driver::Unpriced].map(Some));
    assert!(Driver::ALL.iter().all(|driver| Driver::named(driver.id()) == Some(*driver)));
}

/// [discount] against a bill with the private discount in a column of net costs and in a row of its own.
const DISCOUNTED: &str = "line_item_line_item_type,line_item_usage_start_date,line_item_product_code,line_item_usage_type,line_item_operation,line_item_usage_amount,line_item_currency_code,line_item_unblended_cost,line_item_usage_account_id,product_region_code,line_item_net_unblended_cost
Usage,2026-09-30T00:00:00Z,AmazonEC2,BoxUsage:m5.large,RunInstances,100,USD,9.6,123456789012,us-east-1,8.64
EdpDiscount,2026-09-30T00:00:00Z,AmazonEC2,BoxUsage:m5.large,,0,USD,-0.96,123456789012,us-east-1,0
";

const ONE: &str = "region=\"us-east-1\"
month=\"2026-09\"
[[compute]]
name=\"web\"
instances={ \"m5.large\"=1 }
hours_per_instance=100
";

#[test]
fn a_discount_apart_is_named_with_the_basis_that_has_it() {
    let folder = Folder::new(format!("{ONE}[discount]\nAmazonEC2 = 0.1\n")).with("cur.csv", DISCOUNTED);
    let of = |basis: &str| {
        json(&super::compare::run(&folder, "cur:cur.csv", &["--format", "json", "--basis", basis]))
    };
    for basis in ["amortized", "unblended"] {
        let document = of(basis);
        assert_eq!(document["totals"]["difference"], "0.96");
        let words = format!(
            "--basis {basis} is before discounts: those of the bill, -$0.96, are shown apart under excluded; with --basis net-amortized they are in the prices"
        );
        assert!(document["notes"].to_string().contains(&words), "{document}");
    }
    let net = of("net-amortized");
    assert_eq!(net["totals"]["difference"], "0");
    assert!(!net["notes"].to_string().contains("before discounts"), "{net}");
    // A scenario without discounts agrees with the prices before them.
    let folder = Folder::new(ONE).with("cur.csv", DISCOUNTED);
    let document = json(&super::compare::run(&folder, "cur:cur.csv", &["--format", "json"]));
    assert_eq!(document["totals"]["difference"], "0");
    assert!(!document["notes"].to_string().contains("before discounts"), "{document}");
}

#[test]
fn covered_hours_as_invoiced_are_said_to_be_at_list_prices() {
    let folder = super::compare::folder("");
    let notes = |basis: &str| {
        let answer = super::compare::run(&folder, "cur:cur.csv", &["--format", "json", "--basis", basis]);
        json(&answer)["notes"].to_string()
    };
    // The fee of a plan, 30, and of a reservation, 500.
    let words =
        "On-Demand prices; what takes those back, -$43.92, and fees, $530.00, are shown apart under excluded";
    assert!(notes("unblended").contains(words), "{}", notes("unblended"));
    assert!(!notes("amortized").contains("takes those back"), "{}", notes("amortized"));
}

#[test]
fn prices_of_another_time_are_said_once() {
    let notes = json(&explained(&["--format", "json"]))["notes"].clone();
    let about =
        notes.as_array().expect("notes").iter().filter(|note| note.to_string().contains("2026-07-05"));
    assert_eq!(about.count(), 1, "{notes}");
}

#[test]
fn a_month_shows_the_largest_usage_types_of_each_reason() {
    let usage = |number: i64| {
        format!(
            "Usage,2026-09-30T00:00:00Z,AmazonVPC,Kind{number},,1,USD,{},123456789012,us-east-1\n",
            1 << number
        )
    };
    let charges = (0..9).map(usage).fold(CHARGES.to_owned(), |text, row| text + &row);
    let folder = Folder::new(MIX).with("cur.csv", charges);
    for (lang, hours, mostly, others) in [
        ("en", "Instance hours", "Charged, not estimated", "6 other usage types"),
        ("ja", "インスタンスの稼働時間の差", "見積外の請求", "ほか 6 件の使用量タイプ"),
    ] {
        let args =
            ["report", "scenario.toml", "--prices", "bundled", "--actual", "cur:cur.csv", "--lang", lang];
        let answer = folder.run(&[&args[..], &["--out", lang]].concat());
        assert_eq!(answer.code, Some(0), "{}", answer.text());
        let page = std::fs::read_to_string(folder.path(format!("{lang}/report.md"))).expect("a page");
        let page = page.replace('\\', "");
        // 256 + 128 + 64 + 32 + 16 stand alone; 8 + 4 + 2 + 1 + 3.60 + 0.30 together.
        for row in [
            format!("| {hours} | m5.large | +$192.00 |"),
            format!("| {hours} | AmazonEC2 | BoxUsage:m5.large | +$192.00 |"),
            format!("| {mostly} | AmazonVPC | Kind8 | +$256.00 |"),
            format!("| {mostly} | AmazonVPC | Kind4 | +$16.00 |"),
            format!("| {mostly} |  | {others} | +$18.90 |"),
        ] {
            assert!(page.contains(&row), "{row}: {page}");
        }
        assert!(!page.contains("Kind3 |"), "{page}");
    }
}
