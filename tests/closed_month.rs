//! A month that is over: compared whole once its charges no longer change, until the source stops before that.

use hpc_cost::actuals::Row;
use hpc_cost::compare::Comparison;
use hpc_cost::compare::bridge::Driver;
use hpc_cost::model::decimal::Decimal;
use hpc_cost::model::money::Usd;
use hpc_cost::report::Note;

use super::cli::Folder;
use super::compare::{AGREED, closed_october, compared_at, drivers, estimated, json, rows, run};

/// A campaign of 600 h, which at the bundled price cost $3,403.20.
const CAMPAIGN: &str = "region=\"us-east-1\"
month=\"2026-10\"
[[compute]]
name=\"training\"
instances={ \"g5.12xlarge\"=2 }
hours_per_instance=300
";

/// 2026-10-01.
const START: i64 = 1_790_812_800;

/// 50 h a day on the first days of October, and a row of next to nothing on another.
fn campaign(days: i64, trifle_on: Option<i64>) -> Vec<Row> {
    let like = rows(&estimated(CAMPAIGN)).remove(0);
    let on = |day: i64| START + (day - 1) * 86_400;
    let day = |day: i64| Row {
        time: on(day),
        quantity: Some(Decimal::from(50)),
        cost: Usd::new(Decimal::new(28_360, 2)),
        ..like.clone()
    };
    let trifle = |day: i64| Row {
        time: on(day),
        service: "AmazonS3".into(),
        usage_type: "TimedStorage-ByteHrs".into(),
        quantity: Some(Decimal::new(1, 3)),
        cost: Usd::new(Decimal::new(1, 5)),
        ..like.clone()
    };
    (1..=days).map(day).chain(trifle_on.map(trifle)).collect()
}

fn held(rows: Vec<Row>, now: &str) -> Comparison {
    compared_at(&estimated(CAMPAIGN), rows, now)
}

/// After the window of late charges, which ends five days after the month.
const LATER: &str = "2026-11-06T00:00:00Z";

#[test]
fn a_month_whose_charges_no_longer_change_is_compared_whole() {
    let found = held(campaign(12, None), LATER);
    assert_eq!((found.difference(), found.estimated().cents()), (Usd::ZERO, "$3,403.20".to_owned()));
    assert_eq!((found.until, found.open_days), (START + 31 * 86_400, 0));
    // 19 of 31 days: 3,403.20 × 19/31 = 2,085.83.
    let note = found.notes.iter().find_map(|note| match note {
        Note::UseStopped { last, days, planned } => Some((last.as_str(), *days, planned.whole()?.cents())),
        _ => None,
    });
    assert_eq!(note, Some(("2026-10-12", 19, "$2,085.83".to_owned())));
    assert_eq!(found.closed.expect("kept").services[0].actual, Decimal::new(340_320, 2));
}

#[test]
fn a_trifle_on_the_last_day_changes_nothing_else() {
    let (bare, trifle) = (held(campaign(12, None), LATER), held(campaign(12, Some(31)), LATER));
    assert_eq!(trifle.difference() - bare.difference(), Usd::new(Decimal::new(1, 5)));
    assert_eq!(
        (trifle.until, trifle.open_days, trifle.last_use),
        (bare.until, bare.open_days, bare.last_use)
    );
    assert!(trifle.closed.is_ok() && bare.closed.is_ok());
    // How rows are cut is no matter: all of it on the twelfth is the same answer.
    let mut one = campaign(12, None);
    one.iter_mut().for_each(|row| row.time = START + 11 * 86_400);
    let one = held(one, LATER);
    assert_eq!((one.difference(), one.until, one.last_use), (Usd::ZERO, bare.until, bare.last_use));
}

#[test]
fn a_younger_month_is_compared_until_the_source_stops() {
    let found = held(campaign(12, None), "2026-11-05T23:59:59Z");
    // 12 of 31 days of 600 h are 232.258065 h.
    assert_eq!((found.until, found.open_days), (START + 12 * 86_400, 19));
    assert_eq!(drivers(&found).get(&Driver::Hours).map(String::as_str), Some("$2,085.83"));
    assert!(found.last_use.is_none() && found.closed.is_err());
    let said = |of: &Comparison, words: &str| of.notes.iter().any(|note| note.to_string().contains(words));
    assert!(said(
        &found,
        "no usage on the last 19 days of the period: both sides are compared until 2026-10-13"
    ));
    // One day short.
    let found = held(campaign(30, None), "2026-11-04T00:00:00Z");
    assert!(said(&found, "no usage on the last 1 day of the period"), "{:?}", found.notes);
    let facts = format!("{:?}", found.report().facts);
    assert!(facts.contains("the period ended 3 days ago, 1 of its days is missing"), "{facts}");
    // Rows of a whole month stand on its first day.
    let found = held(campaign(1, None), "2026-11-03T00:00:00Z");
    assert_eq!((found.until, found.open_days), (START + 31 * 86_400, 30));
    assert!(said(&found, "if the export ends there, the missing charges are not savings"));
}

#[test]
fn use_to_the_last_day_did_not_stop() {
    let found = held(campaign(31, None), LATER);
    assert_eq!((found.last_use, found.open_days), (None, 0));
    // Storage that goes on at a fiftieth of a mean day is use.
    let mut rows = campaign(12, None);
    let storage = rows[0].clone();
    rows.extend((1..=31).map(|day| Row {
        time: START + (day - 1) * 86_400,
        service: "AmazonS3".into(),
        usage_type: "TimedStorage-ByteHrs".into(),
        cost: Usd::new(Decimal::TWO),
        ..storage.clone()
    }));
    assert_eq!(held(rows, LATER).last_use, None);
}

#[test]
fn use_of_others_does_not_hide_that_ours_stopped() {
    let mut rows = campaign(12, None);
    let other = Row { time: START + 30 * 86_400, in_scope: false, ..rows[0].clone() };
    rows.push(other);
    assert_eq!(held(rows, LATER).last_use, Some(START + 11 * 86_400));
}

#[test]
fn a_month_that_is_kept_says_when_its_use_stopped() {
    // 20 of 31 days: 4,000 of 6,200.
    let twenty: Vec<String> = closed_october(100).lines().take(1 + 40).map(str::to_owned).collect();
    let folder = Folder::new(AGREED).with("part.csv", twenty.join("\n"));
    let args = ["--format", "json", "--calibration", "record.json", "--fail-over", "1%"];
    let answer = run(&folder, "focus:part.csv", &args);
    let document = json(&answer);
    assert_eq!(document["period"]["compared_until"], "2026-11-01T00:00:00Z");
    assert_eq!(document["matched"][0]["difference"], "-2200");
    let settled = serde_json::json!({ "complete": true, "open_days": 0, "last_use": "2026-10-20" });
    for (key, value) in settled.as_object().expect("keys") {
        assert_eq!(document["settled"][key], *value, "{key}");
    }
    // 6,374.00 × 11/31: of 6,200 and of the file system's 174.
    let notes = document["notes"].to_string();
    let words = "the last usage is on 2026-10-20: the period is over and is compared whole, with $2,261.74 planned for the 11 days after it";
    assert!(notes.contains(words), "{notes}");
    assert!(
        answer.stderr.contains("is in record.json, with its last use on 2026-10-20"),
        "{}",
        answer.text()
    );
    assert_eq!(answer.code, Some(0));
    let text = run(&folder, "focus:part.csv", &[]).text();
    assert!(text.contains("and is compared whole, its last use is of 2026-10-20"), "{text}");
}
