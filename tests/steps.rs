//! What changed during a month: known steps are found with day, amount and usage type, and quiet months stay quiet.

use std::collections::BTreeMap;

use hpc_cost::compare::month_end::Daily;
use hpc_cost::compare::steps::{Change, SMALLER, Step, steps};
use hpc_cost::model::decimal::{self, Decimal};
use hpc_cost::model::money::Usd;
use serde_json::Value;

use super::cli::Folder;

const DAY: i64 = 86_400;

/// 2026-10-01, a Thursday.
const START: i64 = 1_790_812_800;

/// Daily costs by service and usage type, from the first of the month on.
fn daily(series: &[(&str, &str, Vec<f64>)]) -> Daily {
    let mut daily = Daily::new();
    for (service, usage_type, costs) in series {
        let days: BTreeMap<i64, Usd> = costs
            .iter()
            .enumerate()
            .filter(|(_, cost)| **cost != 0.0)
            .map(|(day, cost)| {
                (START + day as i64 * DAY, Usd::new(decimal::from_f64(*cost, 6).expect("a number")))
            })
            .collect();
        daily.insert(((*service).to_owned(), (*usage_type).to_owned()), days);
    }
    daily
}

fn found(series: &[(&str, &str, Vec<f64>)]) -> Vec<Step> {
    let days = series.iter().map(|(_, _, costs)| costs.len()).max().unwrap_or(0);
    steps(&daily(series), START, START + days as i64 * DAY)
}

/// `day service kind amount: type amount, …`, the day of October.
fn words(found: &[Step]) -> Vec<String> {
    let of = |step: &Step| {
        let types: Vec<String> =
            step.usage_types.iter().map(|(name, usd)| format!("{name} {}", usd.cents())).collect();
        let day = (step.day - START) / DAY + 1;
        format!("{day} {} {} {}: {}", step.service, step.change.id(), step.amount.cents(), types.join(", "))
    };
    found.iter().map(of).collect()
}

fn level(from: f64, to: f64, day: usize) -> Vec<f64> {
    (1..=31).map(|of| if of >= day { to } else { from }).collect()
}

#[test]
fn a_step_is_found_with_its_day_its_amount_and_its_usage_type() {
    // 8 days of $60 and 23 of $101: $41 a day more from the 9th.
    let base = ("AmazonEC2", "BoxUsage:m5.large", vec![20.0; 31]);
    let up = ("AmazonEC2", "SpotUsage:g5.48xlarge", level(60.0, 101.0, 9));
    assert_eq!(words(&found(&[base.clone(), up])), ["9 AmazonEC2 step $41.00: SpotUsage:g5.48xlarge $41.00"]);
    let mut sizes = Vec::new();
    for (from, to, day) in [
        (100.0, 110.0, 5),
        (100.0, 150.0, 16),
        (100.0, 400.0, 28),
        (100.0, 60.0, 12),
        (0.0, 41.0, 9),
        (50.0, 0.0, 20),
    ] {
        let series = [base.clone(), ("AmazonEC2", "BoxUsage:g5.xlarge", level(from, to, day))];
        sizes.extend(words(&found(&series)));
    }
    assert_eq!(
        sizes,
        [
            "5 AmazonEC2 step $10.00: BoxUsage:g5.xlarge $10.00",
            "16 AmazonEC2 step $50.00: BoxUsage:g5.xlarge $50.00",
            "28 AmazonEC2 step $300.00: BoxUsage:g5.xlarge $300.00",
            "12 AmazonEC2 step -$40.00: BoxUsage:g5.xlarge -$40.00",
            // A usage type that starts, and one that stops.
            "9 AmazonEC2 step $41.00: BoxUsage:g5.xlarge $41.00",
            "20 AmazonEC2 step -$50.00: BoxUsage:g5.xlarge -$50.00",
        ]
    );
}

#[test]
fn two_steps_are_two_and_usage_types_of_one_day_are_one() {
    // $100, from the 11th $150, from the 21st $120.
    let both: Vec<f64> = (1..=31)
        .map(|day| {
            if day >= 21 {
                120.0
            } else if day >= 11 {
                150.0
            } else {
                100.0
            }
        })
        .collect();
    assert_eq!(
        words(&found(&[("AmazonFSx", "SSD", both)])),
        ["11 AmazonFSx step $50.00: SSD $50.00", "21 AmazonFSx step -$30.00: SSD -$30.00"]
    );
    // On-Demand for Spot from the 15th: $90 less and $30 more.
    let moved = [
        ("AmazonEC2", "BoxUsage:g5.xlarge", level(100.0, 10.0, 15)),
        ("AmazonEC2", "SpotUsage:g5.xlarge", level(0.0, 30.0, 15)),
        ("AmazonS3", "TimedStorage-ByteHrs", vec![5.0; 31]),
    ];
    assert_eq!(
        words(&found(&moved)),
        ["15 AmazonEC2 step -$60.00: BoxUsage:g5.xlarge -$90.00, SpotUsage:g5.xlarge $30.00"]
    );
}

#[test]
fn working_days_alone_may_step() {
    // $100 on working days and $10 on weekends; from Monday the 12th $160 and $10. From the 12th to the 31st are 15
    // working days and 5 of weekends: 15 × $60 / 20 = $45 a day.
    let costs: Vec<f64> = (1..=31)
        .map(|day| match ((day + 2) % 7 >= 5, day >= 12) {
            (true, _) => 10.0,
            (false, true) => 160.0,
            (false, false) => 100.0,
        })
        .collect();
    assert_eq!(words(&found(&[("AmazonEC2", "a", costs)])), ["12 AmazonEC2 step $45.00: a $45.00"]);
}

#[test]
fn a_day_that_stands_apart_is_found() {
    // $5 a day and $315 on the 14th.
    let mut out = vec![5.0; 31];
    out[13] = 315.0;
    let base = ("AmazonEC2", "BoxUsage:m5.large", vec![100.0; 31]);
    let of = |out: Vec<f64>| [base.clone(), ("AmazonEC2", "DataTransfer-Out-Bytes", out)];
    let expected = ["14 AmazonEC2 outlier $310.00: DataTransfer-Out-Bytes $310.00"];
    assert_eq!(words(&found(&of(out))), expected);
    // A usage type of one day has no usual one: its service has.
    let mut once = vec![0.0; 31];
    once[13] = 310.0;
    assert_eq!(words(&found(&of(once.clone()))), expected);
    assert_eq!(words(&found(&[("AmazonEC2", "DataTransfer-Out-Bytes", once)])), [""; 0]);
    // Two days: the 14th and the 20th, the smaller one on a day of $8.
    let mut two: Vec<f64> = (0..31).map(|day| if day % 2 == 0 { 5.0 } else { 8.0 }).collect();
    (two[13], two[19]) = (316.0, 208.0);
    // The median of $5 and $8 in turn is $5 or $8 for working days; both days are far above it.
    let days: Vec<i64> = found(&of(two)).iter().map(|step| (step.day - START) / DAY + 1).collect();
    assert_eq!(days, [14, 20]);
}

#[test]
fn small_usage_types_step_together() {
    // 200 types of $0.10 that cost $0.30 from the 11th: none has 1 % of the bill, together $40 a day more.
    let names: Vec<String> = (0..200).map(|of| format!("type-{of}")).collect();
    let series: Vec<(&str, &str, Vec<f64>)> =
        names.iter().map(|name| ("AmazonEC2", name.as_str(), level(0.1, 0.3, 11))).collect();
    assert_eq!(words(&found(&series)), [format!("11 AmazonEC2 step $40.00: {SMALLER} $40.00")]);
}

#[test]
fn what_is_no_change_is_silent() {
    let silent = |what: &str, series: &[(&str, &str, Vec<f64>)]| {
        assert_eq!(words(&found(series)), [""; 0], "{what}");
    };
    let month = |cost: &dyn Fn(usize) -> f64| (1..=31).map(cost).collect::<Vec<f64>>();
    silent("constant", &[("AmazonEC2", "a", vec![100.0; 31])]);
    silent("weekends", &[("AmazonEC2", "a", month(&|day| if (day + 2) % 7 >= 5 { 0.0 } else { 100.0 }))]);
    silent(
        "a fee of the month",
        &[
            ("AmazonEC2", "a", vec![10.0; 31]),
            ("AmazonEC2", "HeavyUsage:m5.large", month(&|day| if day == 1 { 900.0 } else { 0.0 })),
            ("OCBPremiumSupport", "Dollar", month(&|day| if day == 1 { 300.0 } else { 0.0 })),
        ],
    );
    silent("all on one day", &[("AmazonEC2", "a", month(&|day| if day == 10 { 900.0 } else { 0.0 }))]);
    silent("too few days", &[("AmazonEC2", "a", vec![1.0, 1.0, 1.0, 1.0, 50.0, 50.0, 50.0, 50.0, 50.0])]);
    silent(
        "a source that stops",
        &[
            ("AmazonEC2", "a", month(&|day| if day > 17 { 0.0 } else { 100.0 })),
            ("AmazonS3", "b", month(&|day| if day > 17 { 0.0 } else { 10.0 })),
        ],
    );
    silent(
        "its last day is not complete",
        &[(
            "AmazonEC2",
            "a",
            month(&|day| match day {
                1..20 => 100.0,
                20 => 31.0,
                _ => 0.0,
            }),
        )],
    );
    silent("steady growth", &[("AmazonS3", "a", month(&|day| 100.0 + 2.0 * day as f64))]);
    silent("a cent", &[("AmazonS3", "a", level(0.01, 0.04, 10))]);
    silent("nothing", &[]);
    silent("credits only", &[("AmazonS3", "a", level(-5.0, -50.0, 10))]);
}

/// A stream of numbers from splitmix64 (Steele, Lea and Flood 2014).
struct Stream(u64);

impl Stream {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Box and Muller 1958.
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

/// A quiet series: the level does not change.
fn quiet(kind: &str, stream: &mut Stream, days: usize) -> Vec<f64> {
    let mut last = stream.normal();
    let growth = 0.01 + 0.01 * stream.uniform();
    let mut correlated = |stream: &mut Stream, by: f64| {
        last = by * last + (1.0 - by * by).sqrt() * stream.normal();
        last
    };
    let cost = |day: usize| {
        let weekend = (day + 3) % 7 >= 5;
        let usual = if weekend { 20.0 } else { 100.0 };
        match kind {
            "normal" => 100.0 + 20.0 * stream.normal(),
            "wide normal" => 100.0 + 50.0 * stream.normal(),
            "log-normal" => 100.0 * stream.normal().exp(),
            "heavy log-normal" => 100.0 * (1.5 * stream.normal()).exp(),
            "autocorrelated 0.5" => 100.0 + 20.0 * correlated(stream, 0.5),
            "autocorrelated 0.8" => 100.0 + 20.0 * correlated(stream, 0.8),
            "autocorrelated log-normal" => 100.0 * (0.7 * correlated(stream, 0.7)).exp(),
            "weekly" => usual * (1.0 + 0.15 * stream.normal()),
            "weekly log-normal" => usual * (0.7 * stream.normal()).exp(),
            "never on weekends" => {
                if weekend {
                    0.0
                } else {
                    100.0 * (0.5 * stream.normal()).exp()
                }
            }
            "sparse" => {
                let cost = 100.0 * stream.normal().exp();
                if stream.uniform() < 0.4 { cost } else { 0.0 }
            }
            "growing" => 100.0 * (1.0 + growth * day as f64) * (1.0 + 0.02 * stream.normal()),
            "Pareto" => 100.0 * (1.0 - stream.uniform()).powf(-0.5),
            _ => unreachable!("{kind}"),
        }
    };
    (0..days).map(cost).map(|cost| cost.max(0.0)).collect()
}

#[test]
fn quiet_months_are_silent() {
    let kinds = [
        "normal",
        "wide normal",
        "log-normal",
        "heavy log-normal",
        "autocorrelated 0.5",
        "autocorrelated 0.8",
        "autocorrelated log-normal",
        "weekly",
        "weekly log-normal",
        "never on weekends",
        "sparse",
        "growing",
        "Pareto",
    ];
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let mut rates = Vec::new();
    for kind in kinds {
        let alarms = (0..400_u64).filter(|seed| {
            let mut stream = Stream(seed * 1_000_003 + 17);
            // One, four or eight usage types of two services, in 14, 22 or 31 days.
            let (types, days) = ([1, 4, 8][(*seed % 3) as usize], [31, 22, 14][(*seed / 3 % 3) as usize]);
            let series: Vec<(&str, &str, Vec<f64>)> = names[..types]
                .iter()
                .enumerate()
                .map(|(place, name)| {
                    let size = 1.0 / (1.0 + place as f64);
                    let costs = quiet(kind, &mut stream, days).iter().map(|cost| size * cost).collect();
                    (if place % 2 == 0 { "AmazonEC2" } else { "AmazonS3" }, *name, costs)
                })
                .collect();
            !found(&series).is_empty()
        });
        rates.push((kind, alarms.count() as f64 / 4.0));
    }
    for (kind, percent) in &rates {
        // Of 400 months with a chance of 5 % no more than 28 have an alarm, in 97 of 100 tests.
        assert!(*percent <= 5.0, "{kind}: {percent} % of 400 months, all kinds: {rates:?}");
    }
}

#[test]
fn steps_in_noise_are_found_from_some_size_on() {
    // Of $100 a day with a noise of $5, from the 16th on $50 or $25 more; beside it four quiet usage types.
    let share = |more: f64| {
        let months = (0..100_u64).filter(|seed| {
            let mut stream = Stream(seed * 7_919 + 3);
            let step: Vec<f64> = (1..=31)
                .map(|day| 100.0 + if day >= 16 { more } else { 0.0 } + 5.0 * stream.normal())
                .collect();
            let mut series = vec![("AmazonEC2", "stepped", step)];
            for name in ["a", "b", "c", "d"] {
                series.push(("AmazonS3", name, quiet("weekly", &mut stream, 31)));
            }
            let steps = found(&series);
            let near = |step: &Step| {
                let off =
                    ((step.amount - Usd::new(decimal::from_f64(more, 0).expect("dollars"))).amount()).abs();
                ((step.day - START) / DAY - 15).abs() <= 1
                    && step.change == Change::Step
                    && step.usage_types[0].0 == "stepped"
                    && off < Decimal::from(8)
            };
            steps.len() == 1 && near(&steps[0])
        });
        months.count()
    };
    let (large, middle, none) = (share(50.0), share(25.0), share(5.0));
    assert!(large >= 98 && middle >= 60 && none <= 5, "found: {large}, {middle} and {none} of 100");
}

const SCENARIO: &str = r#"
region = "us-east-1"
month = "2026-09"

[[compute]]
name = "web"
instances = { "m5.large" = 1 }
hours_per_instance = 720
"#;

const HEAD: &str = "line_item_line_item_type,line_item_usage_start_date,line_item_product_code,line_item_usage_type,line_item_operation,line_item_usage_amount,line_item_currency_code,line_item_unblended_cost,line_item_usage_account_id,product_region_code\n";

/// September: m5.large all day, from the 9th two g5.48xlarge on Spot for $41 a day, $2.50 of S3 every day, $310 of transfer more than usual
/// on the 14th, and a tax.
pub(crate) fn charges() -> String {
    let row = |day: usize, service: &str, usage_type: &str, amount: &str, cost: &str| {
        format!(
            "Usage,2026-09-{day:02}T00:00:00Z,{service},{usage_type},,{amount},USD,{cost},123456789012,us-east-1\n"
        )
    };
    let mut text = HEAD.to_owned();
    for day in 1..=30 {
        text += &row(day, "AmazonEC2", "BoxUsage:m5.large", "24", "2.304");
        text += &row(day, "AmazonS3", "TimedStorage-ByteHrs", "100", "2.5");
        if day >= 9 {
            text += &row(day, "AmazonEC2", "SpotUsage:g5.48xlarge", "10", "41");
        }
        let transfer = if day == 14 { "312.5" } else { "2.5" };
        text += &row(day, "AWSDataTransfer", "DataTransfer-Out-Bytes", "30", transfer);
    }
    text + "Tax,2026-09-30T00:00:00Z,AmazonEC2,,,1,USD,77,123456789012,us-east-1\n"
}

#[test]
fn compare_says_what_changed_and_has_every_day_of_every_service() {
    let folder = Folder::new(SCENARIO).with("cur.csv", charges());
    let args = ["compare", "scenario.toml", "--actual", "cur:cur.csv", "--prices", "bundled", "--format"];
    let json: Value =
        serde_json::from_str(&folder.run(&[&args[..], &["json"]].concat()).stdout).expect("JSON");
    let changed = serde_json::json!([
        {
            "day": "2026-09-09", "service": "AmazonEC2", "kind": "step", "amount": "41",
            "usage_types": [{ "usage_type": "SpotUsage:g5.48xlarge", "amount": "41" }],
        },
        {
            "day": "2026-09-14", "service": "AmazonEC2", "kind": "outlier", "amount": "310",
            "usage_types": [{ "usage_type": "DataTransfer-Out-Bytes", "amount": "310" }],
        },
    ]);
    assert_eq!(json["steps"], changed);
    let daily = json["daily"].as_array().expect("days");
    assert_eq!(daily.len(), 2 * 30);
    let ninth = serde_json::json!({ "service": "AmazonEC2", "day": "2026-09-09", "charged": "45.804", "complete": true });
    assert!(daily.contains(&ninth), "{daily:?}");
    let number = |value: &Value| value.as_str().expect("text").parse::<Decimal>().expect("a number");
    let sum: Decimal = daily.iter().map(|day| number(&day["charged"])).sum();
    // 30 × (2.304 + 2.50 + 2.50) + 22 × 41 + 310; tax stands apart.
    assert_eq!((sum, number(&json["totals"]["actual"])), (Decimal::new(1_431_120, 3), sum));
    let table = folder.run(&[&args[..], &["table"]].concat()).stdout;
    let caption = table.split("What changed during the period").nth(1).expect("the table");
    for words in ["from 2026-09-09", "+$41.00", "SpotUsage:g5.48xlarge +$41.00", "on 2026-09-14", "+$310.00"]
    {
        assert!(caption.contains(words), "{words}: {caption}");
    }
    // The same use all month: nothing is said.
    let quiet: String = charges()
        .lines()
        .filter(|line| !line.contains("g5.") && !line.contains("Transfer"))
        .map(|line| format!("{line}\n"))
        .collect();
    let quiet = Folder::new(SCENARIO).with("cur.csv", quiet);
    assert!(!quiet.run(&[&args[..], &["table"]].concat()).stdout.contains("What changed"));
}

#[test]
fn the_months_report_says_what_changed_in_both_languages() {
    let folder = Folder::new(SCENARIO).with("cur.csv", charges());
    for (lang, words) in [
        (
            "en",
            [
                "From 2026-09-09 on AmazonEC2 costs +$41.00 a day: SpotUsage:g5.48xlarge +$41.00.",
                "On 2026-09-14 AmazonEC2 cost +$310.00 against a usual day: DataTransfer-Out-Bytes +$310.00.",
            ],
        ),
        (
            "ja",
            [
                "2026年9月9日以降、AmazonEC2 は 1 日あたり +$41.00（内訳：SpotUsage:g5.48xlarge +$41.00）。",
                "2026年9月14日の AmazonEC2 は通常の日と比べて +$310.00（内訳：DataTransfer-Out-Bytes +$310.00）。",
            ],
        ),
    ] {
        let args = [
            "report",
            "scenario.toml",
            "--prices",
            "bundled",
            "--actual",
            "cur:cur.csv",
            "--lang",
            lang,
            "--out",
            lang,
        ];
        let answer = folder.run(&args);
        assert_eq!(answer.code, Some(0), "{}", answer.stderr);
        let page = std::fs::read_to_string(folder.path(format!("{lang}/report.md")))
            .expect("a page")
            .replace('\\', "");
        for words in words {
            assert!(page.contains(words), "{words}: {page}");
        }
    }
    // A step whose usage types do not add up to it was edited.
    let text = std::fs::read_to_string(folder.path("en/report.json")).expect("a report");
    let mut edited: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(edited["charged"]["steps"][0]["amount"], "41");
    edited["charged"]["steps"][0]["amount"] = "42".into();
    let folder = folder.with("edited.json", edited.to_string());
    let answer = folder.run(&["report", "--from", "edited.json", "--out", "no"]);
    assert_eq!(answer.code, Some(3), "{}", answer.text());
    assert!(answer.stderr.contains("`charged.steps.amount` is 42"), "{}", answer.stderr);
}
