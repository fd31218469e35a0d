//! Movers: what is largest comes first, what is small is folded into a row that says so, and nothing is lost; another month
//! beside this one, never scaled in silence.

use std::fmt::Write as _;

use hpc_cost::compare::movers::{Detail, MOST_SHOWN, Sides, folded};
use hpc_cost::model::decimal::Decimal;
use hpc_cost::model::money::Usd;
use proptest::prelude::*;
use serde_json::Value;

use super::cli::{Answer, Folder};

/// 720 h of m5.large at $0.096: $69.12.
const SCENARIO: &str = r#"
name = "bill"
region = "us-east-1"
month = "2026-09"

[[compute]]
name = "web"
instances = { "m5.large" = 1 }
hours_per_instance = 720
"#;

const HEAD: &str = "line_item_line_item_type,line_item_usage_start_date,line_item_product_code,line_item_usage_type,line_item_operation,line_item_usage_amount,line_item_currency_code,line_item_unblended_cost,line_item_usage_account_id,product_region_code\n";

/// A Cost and Usage Report of rows: day, service, usage type, quantity, cost.
fn cur(rows: &[(&str, &str, &str, &str, &str)]) -> String {
    let mut text = HEAD.to_owned();
    for (day, service, usage_type, quantity, cost) in rows {
        writeln!(
            text,
            "Usage,{day}T00:00:00Z,{service},{usage_type},,{quantity},USD,{cost},123456789012,us-east-1"
        )
        .expect("text");
    }
    text
}

fn compared(folder: &Folder, more: &[&str]) -> Answer {
    folder.run(
        &[&["compare", "scenario.toml", "--actual", "cur:now.csv", "--prices", "bundled"], more].concat(),
    )
}

fn json(folder: &Folder, more: &[&str]) -> Value {
    let answer = compared(folder, &[more, &["--format", "json"]].concat());
    serde_json::from_str(&answer.stdout).unwrap_or_else(|_| panic!("no JSON: {}", answer.stderr))
}

/// The sum of a column of a CSV file; empty cells are nothing.
fn column(csv: &str, name: &str) -> Decimal {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let place = reader.headers().expect("a header").iter().position(|id| id == name).expect("the column");
    let cells = reader.records().map(|record| record.expect("a row")[place].to_owned());
    cells.filter(|cell| !cell.is_empty()).map(|cell| cell.parse::<Decimal>().expect("a number")).sum()
}

/// The dollars of a cell as people see them.
fn dollars(cell: &str) -> Decimal {
    cell.trim().replace(['$', ',', '+', '*', '\\'], "").parse().unwrap_or_default()
}

/// The first table of a Markdown answer, cell by cell.
fn first_table(markdown: &str) -> Vec<Vec<String>> {
    let rows =
        markdown.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    rows.skip(2)
        .map(|row| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect()
}

#[test]
fn the_largest_difference_comes_first_and_small_lines_are_one() {
    // Estimated $69.12, charged $70 of it, $500 of NAT, $40 of S3, and four lines of 1 to 4 cents: 10 cents are less
    // than 1 % of $610.10.
    let folder = Folder::new(SCENARIO).with(
        "now.csv",
        cur(&[
            ("2026-09-30", "AmazonEC2", "BoxUsage:m5.large", "720", "70"),
            ("2026-09-30", "AmazonS3", "TimedStorage-ByteHrs", "1700", "40"),
            ("2026-09-30", "AmazonEC2", "NatGateway-Hours", "11111", "500"),
            ("2026-09-30", "AWSLambda", "Request", "1", "0.01"),
            ("2026-09-30", "AmazonSNS", "Requests-Tier1", "1", "0.02"),
            ("2026-09-30", "AmazonSQS", "Requests-Tier1", "1", "0.03"),
            ("2026-09-30", "AWSKMS", "Requests", "1", "0.04"),
        ]),
    );
    let table = first_table(&compared(&folder, &["--format", "markdown"]).stdout);
    let names: Vec<String> =
        table.iter().map(|row| format!("{} {}", row[0], row[1]).replace('*', "")).collect();
    assert_eq!(
        names,
        [
            "AmazonEC2 NatGateway-Hours",
            "AmazonS3 TimedStorage-ByteHrs",
            "AmazonEC2 BoxUsage:m5.large",
            "4 more lines only charged",
            "Total ",
        ]
    );
    let last = |row: &Vec<String>| dollars(row.last().expect("a cell"));
    assert_eq!(table.iter().map(last).take(4).sum::<Decimal>(), last(&table[4]));
    assert_eq!((last(&table[3]), last(&table[4])), (Decimal::new(10, 2), Decimal::new(54_098, 2)));
    let whole = first_table(&compared(&folder, &["--all", "--format", "markdown"]).stdout);
    assert_eq!(whole.len(), 7 + 1, "{whole:?}");
    // Programs get every line, whatever its size.
    let csv = compared(&folder, &["--format", "csv"]).stdout;
    assert_eq!((csv.lines().count(), column(&csv, "actual_cost")), (8, Decimal::new(61_010, 2)));
    let document = json(&folder, &[]);
    assert_eq!(document["only_charged"].as_array().map(Vec::len), Some(6));
    let text = compared(&folder, &[]).stdout;
    assert!(text.contains("3 of 7 shown, the largest differences first"), "{text}");
}

#[test]
fn three_thousand_usage_types_are_one_screen() {
    let names: Vec<(String, String)> =
        (0..3000).map(|of| (format!("type-{of}"), format!("{}.{:02}", 1 + of % 997, of % 100))).collect();
    let rows: Vec<(&str, &str, &str, &str, &str)> = names
        .iter()
        .map(|(name, cost)| ("2026-09-30", "AmazonEC2", name.as_str(), "1", cost.as_str()))
        .collect();
    let folder = Folder::new(SCENARIO).with("now.csv", cur(&rows));
    let markdown = compared(&folder, &["--format", "markdown"]).stdout;
    let table = first_table(&markdown);
    // 25 lines, the row of the others, the estimated line alone, and the total.
    assert!((27..=28).contains(&table.len()), "{} rows", table.len());
    assert!(compared(&folder, &[]).stdout.lines().count() < 70, "and what follows it");
    let cell = |row: &Vec<String>, place: usize| dollars(&row[place]);
    let cost = table[0].len() - 2;
    let rows = &table[..table.len() - 1];
    let total = cell(table.last().expect("a total"), cost);
    assert_eq!(rows.iter().map(|row| cell(row, cost)).sum::<Decimal>(), total);
    let independent: Decimal = names.iter().map(|(_, cost)| cost.parse::<Decimal>().expect("a number")).sum();
    assert_eq!(total, independent);
    let shown: Vec<Decimal> = rows[..25].iter().map(|row| cell(row, cost)).collect();
    assert!(shown.is_sorted_by(|a, b| a >= b), "{shown:?}");
    assert!(compared(&folder, &["--all"]).stdout.lines().count() > 3000);
    assert_eq!(compared(&folder, &["--format", "csv"]).stdout.lines().count(), 1 + 3001);
}

#[test]
fn services_of_no_dollars_are_not_listed_out_of_scope() {
    let scenario = format!("{SCENARIO}\n[scope]\nregions = [\"us-east-1\"]\n");
    let elsewhere = |cost: &str, service: &str| {
        format!("Usage,2026-09-30T00:00:00Z,{service},Requests,,1,USD,{cost},123456789012,eu-west-1\n")
    };
    let bill = cur(&[("2026-09-30", "AmazonEC2", "BoxUsage:m5.large", "720", "69.12")])
        + &elsewhere("0", "AWSLambda")
        + &elsewhere("0.001", "AmazonSNS")
        + &elsewhere("5", "AmazonSQS");
    let folder = Folder::new(scenario).with("now.csv", bill);
    let text = compared(&folder, &[]).stdout;
    let apart = text.split("Out of scope").nth(1).expect("the table");
    let apart = apart.split("\n\n").next().expect("its rows");
    assert!(apart.contains("AWSQueueService") || apart.contains("AmazonSQS"), "{apart}");
    assert!(
        !apart.contains("AWSLambda") && !apart.contains("AmazonSNS") && !apart.contains("$0.00"),
        "{apart}"
    );
    let document = json(&folder, &[]);
    assert_eq!(document["out_of_scope"]["charges"].as_array().map(Vec::len), Some(3));
    assert_eq!(document["out_of_scope"]["sum"], "5.001");
}

/// August: 31 days of $3 a day of m5.large, $62 of gp3, and $10 of a fee.
fn august() -> String {
    let mut rows = Vec::new();
    let days: Vec<String> = (1..=31).map(|day| format!("2026-08-{day:02}")).collect();
    for day in &days {
        rows.push((day.as_str(), "AmazonEC2", "BoxUsage:m5.large", "24", "3"));
        rows.push((day.as_str(), "AmazonEC2", "EBS:VolumeUsage.gp3", "1", "2"));
    }
    rows.push(("2026-08-01", "AmazonS3", "Requests-Tier1", "1", "10"));
    cur(&rows)
}

/// September: 30 days of $5 a day of m5.large, $2 of gp3, and $30 of NAT on the last.
fn september() -> String {
    let mut rows = Vec::new();
    let days: Vec<String> = (1..=30).map(|day| format!("2026-09-{day:02}")).collect();
    for day in &days {
        rows.push((day.as_str(), "AmazonEC2", "BoxUsage:m5.large", "24", "5"));
        rows.push((day.as_str(), "AmazonEC2", "EBS:VolumeUsage.gp3", "1", "2"));
    }
    rows.push(("2026-09-30", "AmazonEC2", "NatGateway-Hours", "1", "30"));
    cur(&rows)
}

#[test]
fn months_of_another_length_are_compared_by_the_day() {
    let folder = Folder::new(SCENARIO).with("now.csv", september()).with("then.csv", august());
    let against = &json(&folder, &["--against", "cur:then.csv"])["against"];
    assert_eq!(
        (&against["month"], &against["days_then"], &against["days_now"]),
        (&"2026-08".into(), &"31".into(), &"30".into())
    );
    // Then 31 × 5 + 10 = 165, now 30 × 7 + 30 = 240.
    assert_eq!((&against["then"], &against["now"]), (&"165".into(), &"240".into()));
    // A day: $5 − $3; 30 ÷ 30; −10 ÷ 31; nothing for gp3 although it is $62 and $60.
    let movers: Vec<[&str; 5]> = against["movers"]
        .as_array()
        .expect("movers")
        .iter()
        .map(|of| {
            ["usage_type", "then", "now", "difference", "difference_a_day"]
                .map(|key| of[key].as_str().unwrap_or("-"))
        })
        .collect();
    assert_eq!(
        movers,
        [
            ["BoxUsage:m5.large", "93", "150", "57", "2"],
            ["NatGateway-Hours", "-", "30", "30", "1"],
            ["Requests-Tier1", "10", "-", "-10", "-0.3226"],
            ["EBS:VolumeUsage.gp3", "62", "60", "-2", "0"],
        ]
    );
    let text = compared(&folder, &["--against", "cur:then.csv"]).stdout;
    assert!(
        text.contains("2026-08, cur:then.csv: 31 days, beside 30 here, so differences are those of a day"),
        "{text}"
    );
    let table = text.split("Top movers against 2026-08").nth(1).expect("the table");
    assert!(table.contains("Difference a day") && table.contains("+$2.00"), "{table}");
    // In CSV every line has both months, and what was charged only then has a row: both add up.
    let csv = compared(&folder, &["--against", "cur:then.csv", "--format", "csv"]).stdout;
    assert_eq!(
        (column(&csv, "then_cost"), column(&csv, "actual_cost")),
        (Decimal::from(165), Decimal::from(240))
    );
    assert_eq!(column(&csv, "change"), Decimal::from(75));
    assert!(csv.contains("\nonly_then,AmazonS3,Requests-Tier1,,,,,,10,-10,-0.3226"), "{csv}");
}

#[test]
fn months_of_one_length_are_compared_as_they_are() {
    let march = SCENARIO.replace("2026-09", "2026-08");
    let july = august().replace("2026-08", "2026-07").replace("USD,3,", "USD,4,");
    let folder = Folder::new(march).with("now.csv", august()).with("then.csv", july);
    let answer = json(&folder, &["--against", "cur:then.csv"]);
    let first = &answer["against"]["movers"][0];
    assert_eq!((&first["usage_type"], &first["difference"]), (&"BoxUsage:m5.large".into(), &"-31".into()));
    assert_eq!(first.get("difference_a_day"), None);
    let text = compared(&folder, &["--against", "cur:then.csv"]).stdout;
    assert!(text.contains("31 days, as many as are compared here"), "{text}");
    // The month may be named.
    let named = json(&folder, &["--against", "cur:now.csv", "--against-month", "2026-08"]);
    assert!(named["against"]["movers"].as_array().expect("movers").iter().all(|of| of["difference"] == "0"));
}

#[test]
fn a_saved_report_says_what_was_charged_then() {
    let folder = Folder::new(SCENARIO)
        .with("now.csv", september())
        .with("then.csv", august())
        .with("august.toml", SCENARIO.replace("2026-09", "2026-08"));
    let made = folder.run(&[
        "report",
        "august.toml",
        "--actual",
        "cur:then.csv",
        "--prices",
        "bundled",
        "--out",
        "august",
    ]);
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    let by_report = json(&folder, &["--against", "august/report.json"]);
    let by_source = json(&folder, &["--against", "cur:then.csv"]);
    assert_eq!(by_report["against"]["movers"], by_source["against"]["movers"]);
    let refused = |more: &[&str], words: &str| {
        let answer = compared(&folder, more);
        assert_eq!(answer.code, Some(2), "{}", answer.text());
        assert!(answer.stderr.contains(words), "{}", answer.stderr);
    };
    refused(
        &["--against", "august/report.json", "--basis", "unblended"],
        "has amortized cost, not unblended",
    );
    refused(
        &["--against", "august/report.json", "--against-month", "2026-07"],
        "is of 2026-08, not of 2026-07",
    );
    refused(&["--against", "cur:then.csv", "--against-month", "2026-06"], "has no charges of 2026-06");
    refused(&["--against", "cur:then.csv", "--against-month", "June"], "is no month");
    refused(&["--against-month", "2026-07"], "--against");
    // A report without charges has nothing to compare with.
    folder.run(&["report", "august.toml", "--prices", "bundled", "--out", "planned"]);
    refused(&["--against", "planned/report.json"], "says nothing of what was charged");
}

/// A report of a month beside another one, and what it says.
fn reported(lang: &str) -> (Folder, String) {
    let folder = Folder::new(SCENARIO)
        .with("now.csv", september())
        .with("then.csv", august())
        .with("august.toml", SCENARIO.replace("2026-09", "2026-08"));
    let of = |more: &[&str]| {
        let answer = folder.run(&[&["report", "--prices", "bundled"], more].concat());
        assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    };
    of(&["august.toml", "--actual", "cur:then.csv", "--out", "august"]);
    let earlier = ["--compare-to", "august/report.json", "--lang", lang];
    of(&[&["scenario.toml", "--actual", "cur:now.csv", "--out", "now"][..], &earlier].concat());
    let page = std::fs::read_to_string(folder.path("now/report.md")).expect("a page").replace('\\', "");
    (folder, page)
}

#[test]
fn the_month_shows_what_was_charged() {
    let (folder, page) = reported("en");
    let section = page.split("## Charged usage types").nth(1).expect("the section");
    let rows = first_table(section);
    // By what was charged: $150 of 720 h, $60 of gp3, $30 of NAT; the total is that of the page.
    let words: Vec<String> =
        rows.iter().map(|row| row.join(" ").replace('*', "").trim().to_owned()).collect();
    assert_eq!(
        words,
        [
            "AmazonEC2 BoxUsage:m5.large 720 720 $150.00 $69.12",
            "AmazonEC2 EBS:VolumeUsage.gp3 30  $60.00",
            "AmazonEC2 NatGateway-Hours 1  $30.00",
            "Total    $240.00 $69.12",
        ]
    );
    let csv = std::fs::read_to_string(folder.path("now/charged.csv")).expect("a file");
    assert_eq!(column(&csv, "charged_cost"), Decimal::from(240));
    assert_eq!(column(&csv, "estimated_cost"), Decimal::new(6912, 2));
    assert!(csv.contains("\nAmazonEC2,NatGateway-Hours,1,,30,\n"), "{csv}");
    let page = std::fs::read_to_string(folder.path("now/report.html")).expect("a page");
    assert!(page.contains("NatGateway-Hours"));
}

#[test]
fn what_the_charges_moved_by_is_said_by_usage_type() {
    let (folder, page) = reported("en");
    let said = "Charges of August 2026 cover 31 whole days and those of September 2026 cover 30, so differences are per day.";
    assert!(page.contains(said), "{page}");
    let moved = page.split("What the charges moved by").nth(1).expect("the table");
    let rows: Vec<String> =
        first_table(moved).iter().map(|row| row.join(" ").replace('*', "").trim().to_owned()).collect();
    assert_eq!(
        rows,
        [
            "AmazonEC2 BoxUsage:m5.large $93.00 $150.00 +$2.00",
            "AmazonEC2 NatGateway-Hours  $30.00 +$1.00",
            "AmazonS3 Requests-Tier1 $10.00  -$0.32",
            "AmazonEC2 EBS:VolumeUsage.gp3 $62.00 $60.00 $0.00",
            // 240 ÷ 30 − 165 ÷ 31.
            "Total  $165.00 $240.00 +$2.68",
        ]
    );
    // A report of an earlier version has neither quantities nor steps, and says as much as it can.
    let text = std::fs::read_to_string(folder.path("august/report.json")).expect("a report");
    let mut old: Value = serde_json::from_str(&text).expect("JSON");
    old["charged"].as_object_mut().expect("charges").remove("steps").expect("steps");
    for line in old["charged"]["lines"].as_array_mut().expect("lines") {
        let line = line.as_object_mut().expect("a line");
        line.remove("actual_quantity").expect("a quantity");
        line.remove("estimated_quantity").expect("a quantity");
    }
    let folder = folder.with("old.json", old.to_string());
    let args = ["report", "--from", "now/report.json", "--compare-to", "old.json", "--out", "again"];
    let answer = folder.run(&args);
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    let again = std::fs::read_to_string(folder.path("again/report.md")).expect("a page").replace('\\', "");
    assert_eq!(again, page);
    let shown = folder.run(&["report", "--from", "old.json", "--out", "old"]);
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    let csv = std::fs::read_to_string(folder.path("old/charged.csv")).expect("a file");
    assert!(csv.contains("\nAmazonEC2,BoxUsage:m5.large,,,93,"), "{csv}");
}

#[test]
fn the_month_in_japanese_shows_the_same() {
    let (_, page) = reported("ja");
    for words in [
        "## 請求された使用量タイプ",
        "請求額の増減",
        "2026年8月の請求は 31 日分、2026年9月は 30 日分（いずれも確定した日）であるため、差額は 1 日あたりで示す。",
        "+$2.00",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
}

#[derive(Clone, Debug)]
struct Amounts(Usd, Usd, Option<Usd>, usize);

proptest! {
    /// Whatever the lines: none is lost, those that are shown stand in order, unknown differences first, and what is folded is
    /// more than one line of its part.
    #[test]
    fn folding_loses_nothing(
        lines in prop::collection::vec((-5_000_000_i64..50_000_000, 0_i64..50_000_000, 0_usize..3, prop::bool::weighted(0.1)), 0..80)
    ) {
        let lines: Vec<Amounts> = lines
            .into_iter()
            .map(|(before, after, part, unknown)| {
                let usd = |cents| Usd::new(Decimal::new(cents, 2));
                let difference = (!unknown).then(|| usd(after) - usd(before));
                Amounts(usd(before), usd(after), difference, part)
            })
            .collect();
        let sides = |of: &Amounts| Sides { before: of.0, after: of.1, difference: of.2 };
        let (shown, rest) = folded(lines.iter(), sides, |of| of.3, Detail::Folded);
        let all = || shown.iter().chain(rest.values().flatten());
        prop_assert_eq!(all().count(), lines.len());
        prop_assert_eq!(all().map(|of| of.1).sum::<Usd>(), lines.iter().map(|of| of.1).sum::<Usd>());
        prop_assert!(rest.values().all(|lines| lines.len() > 1));
        prop_assert!(shown.len() <= MOST_SHOWN + 3);
        // Single lines of a part stand last.
        let ordered = &shown[..shown.len().min(MOST_SHOWN).saturating_sub(3)];
        let size = |of: &&Amounts| of.2.map(|usd| usd.amount().abs());
        let in_order = |a: &&Amounts, b: &&Amounts| match (size(a), size(b)) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(a), Some(b)) => a >= b,
        };
        prop_assert!(ordered.is_sorted_by(in_order), "{ordered:?}");
        // What is folded although there is room comes to less than 1 % of the larger total.
        if lines.len() <= MOST_SHOWN {
            let total = |pick: fn(&Amounts) -> Usd| lines.iter().map(pick).sum::<Usd>().amount().abs();
            let larger = total(|of| of.0).max(total(|of| of.1));
            let hidden: Decimal = rest.values().flatten().map(|of| of.0.amount().abs().max(of.1.amount().abs())).sum();
            prop_assert!(hidden.is_zero() || hidden * Decimal::from(100) < larger);
        }
    }
}
