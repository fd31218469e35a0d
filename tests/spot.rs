//! Spot: the forecast against figures from an independent implementation, and the backtest end to end.

use std::fs;
use std::path::{Path, PathBuf};

use hpc_cost::model::decimal::{Decimal, to_f64};
use hpc_cost::model::money::Usd;
use hpc_cost::model::sku::InstanceType;
use hpc_cost::prices::forecast::Forecaster;
use hpc_cost::prices::history::{Pool, SpotHistory, SpotSeries};
use hpc_cost::spot::backtest::backtest;
use hpc_cost::spot::file;
use serde_json::Value;

use super::cli::{Folder, snapshot};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/spot").join(name)
}

/// Forecasts of a synthetic history, by a reference written in another language from the description
/// in `prices/forecast.rs`.
fn reference() -> Value {
    serde_json::from_str(&fs::read_to_string(data("synthetic-forecasts.json")).expect("readable"))
        .expect("JSON")
}

fn near(found: Usd, expected: &Value) -> bool {
    let expected = expected.as_f64().expect("a number");
    (to_f64(found.amount()) / expected - 1.0).abs() < 1e-7
}

#[test]
fn forecasts_equal_those_of_the_reference() {
    let history = file::read(&data("synthetic-history.json.gz")).expect("readable").history;
    let forecaster = Forecaster::new(&history);
    let reference = reference();
    let cases = reference["cases"].as_array().expect("cases");
    assert!(cases.len() > 40);
    for case in cases {
        let text = |key: &str| case[key].as_str().expect("text");
        let pool = Pool { instance_type: InstanceType::new(text("type")), zone: text("zone").into() };
        let origin: jiff::Timestamp = text("origin").parse().expect("an instant");
        let origin = origin.as_second();
        let lead = (case["lead_days"].as_f64().expect("a number") * 86_400.0) as i64;
        let calibration = forecaster.calibrate(origin);
        assert_eq!(calibration.windows as u64, case["windows"].as_u64().expect("a number"));
        assert!((to_f64(calibration.months()) - case["months"].as_f64().expect("a number")).abs() <= 0.05);
        let list = reference["on_demand"][text("type")].to_string();
        let list = Usd::new(hpc_cost::model::decimal::parse(&list).expect("a number"));
        for (on_demand, key) in [(Some(list), "forecast_mean_low_high"), (None, "without_on_demand")] {
            let found =
                forecaster.forecast(&pool, origin, lead, &calibration, on_demand).expect("enough history");
            for (found, index) in [(found.expected, 0), (found.low, 1), (found.high, 2)] {
                assert!(near(found, &case[key][index]), "{key} {index} of {case}: {found}");
            }
        }
    }
}

#[test]
fn the_backtest_is_honest_about_its_error() {
    let folder =
        Folder::empty().with("h.json.gz", fs::read(data("synthetic-history.json.gz")).expect("readable"));
    let answer = folder.run(&["spot", "--history", "h.json.gz", "--backtest", "--format", "json"]);
    let document: Value = serde_json::from_str(&answer.stdout).expect("JSON");
    assert_eq!(document["kind"], "backtest");
    // The same figures from the reference, for the forecast and for its rivals.
    let reference = &reference()["backtest"];
    assert_eq!(document["rivals"][0]["method"], "last_price");
    assert_eq!(document["rivals"][1]["method"], "recent_mean");
    let methods = [("forecast", &document), ("last_price", &document["rivals"][0])];
    for (name, found) in methods.into_iter().chain([("recent_mean", &document["rivals"][1])]) {
        let expected = &reference[name];
        for figure in ["mape", "coverage", "mean_width", "interval_score"] {
            let printed: f64 = found[figure].as_str().expect("text").parse().expect("a number");
            let expected = expected[figure].as_f64().expect("a number");
            assert!((printed - expected).abs() < 3e-6, "{name} {figure}: {printed} {expected}");
        }
        for count in ["cases", "months"] {
            assert_eq!(found[count], expected[count], "{name}");
        }
        for parts in ["by_month", "by_type"] {
            let parts = found[parts].as_array().expect("parts");
            let cases: u64 = parts.iter().filter_map(|part| part["cases"].as_u64()).sum();
            assert_eq!(Some(cases), found["cases"].as_u64(), "{name}");
        }
        assert_eq!(found["by_month"].as_array().map(Vec::len), Some(5));
    }
}

#[test]
fn the_future_is_not_known() {
    // What happens after an origin must not change what is forecast at it.
    let whole = file::read(&data("synthetic-history.json.gz")).expect("readable").history;
    let origin = whole.end().expect("not empty") - 60 * 86_400;
    let mut cut = whole.clone();
    cut.pools = cut
        .pools
        .into_iter()
        .filter_map(|(pool, series)| {
            let known = series.changes().iter().copied().filter(|(time, _)| *time < origin).collect();
            SpotSeries::new(known).map(|series| (pool, series))
        })
        .collect();
    let (all, past) = (Forecaster::new(&whole), Forecaster::new(&cut));
    for pool in cut.pools.keys() {
        let of = |forecaster: &Forecaster<'_>| {
            // Windows that end at the origin itself need its first record, which the cut has not.
            forecaster.forecast(pool, origin, 0, &past.calibrate(origin), None)
        };
        assert_eq!(of(&all), of(&past), "{pool:?}");
    }
    assert!(all.calibrate(origin).windows >= past.calibrate(origin).windows);
}

fn folder() -> Folder {
    let history = fs::read(data("synthetic-history.json.gz")).expect("readable");
    let advisor = r#"{"ranges": [{"index": 4, "label": ">20%"}], "spot_advisor": {"us-east-1": {"Linux": {"g5.xlarge": {"s": 59, "r": 4}}}}}"#;
    let scenario = "region = \"us-east-1\"\nmonth = \"2024-01\"\n[[compute]]\nname = \"inference\"\n\
                    instances = { \"g5.xlarge\" = 4 }\nhours_per_instance = 300\nspot_share = 1\n\
                    [[batch.job_definition]]\nname = \"train\"\nvcpus = 4\nmemory_mib = 8000\nattempts = 5\nrun_hours = 20\n\
                    checkpoint = { interval_minutes = 30, write_minutes = 2, restart_minutes = 10 }\n";
    Folder::new(scenario).with("h.json.gz", history).with("advisor.json", advisor)
}

#[test]
fn the_answers_about_spot() {
    let answers: [(&str, &[&str]); 6] = [
        ("spot_table", &["spot", "--history", "h.json.gz", "--region", "us-east-1"]),
        (
            "spot_break_even",
            &[
                "spot",
                "g5.xlarge",
                "--history",
                "h.json.gz",
                "--region",
                "us-east-1",
                "--advisor",
                "advisor.json",
                "--scenario",
                "scenario.toml",
                "--job-definition",
                "train",
                "--interruptions",
                "0.2",
            ],
        ),
        ("spot_json", &["spot", "g5.xlarge", "--history", "h.json.gz", "--format", "json"]),
        ("spot_backtest", &["spot", "--history", "h.json.gz", "--backtest"]),
        ("spot_backtest_json", &["spot", "--history", "h.json.gz", "--backtest", "--format", "json"]),
        ("spot_estimate", &["estimate", "scenario.toml", "--spot-history", "h.json.gz"]),
    ];
    for (name, args) in answers {
        let answer = folder().run(args);
        assert_eq!(answer.code, Some(0), "{}", answer.text());
        snapshot(name, &answer.text());
    }
}

#[test]
fn the_break_even_is_on_demand_over_what_interruptions_cost() {
    // On-Demand 1.006; 1.1637931 billed hours per useful hour (M = 5 h, τ = 30, δ = 2, R = 10 min).
    let args = [
        "spot",
        "g5.xlarge",
        "--history",
        "h.json.gz",
        "--region",
        "us-east-1",
        "--scenario",
        "scenario.toml",
        "--job-definition",
        "train",
        "--interruptions",
        "0.2",
        "--format",
        "json",
    ];
    let document: Value = serde_json::from_str(&folder().run(&args).stdout).expect("JSON");
    let found: f64 = document["pools"][0]["break_even"].as_str().expect("text").parse().expect("a number");
    assert!((found - 1.006 / 1.163793).abs() < 1e-5, "{found}");
}

#[test]
fn charts_are_svg_and_pages_need_no_network() {
    let folder = folder();
    let wanted = ["spot", "g5.xlarge", "--history", "h.json.gz", "-o", "chart.svg", "--region", "us-east-1"];
    assert_eq!(folder.run(&wanted).code, Some(0));
    let chart = fs::read_to_string(folder.path("chart.svg")).expect("written");
    assert!(chart.starts_with("<svg") && chart.contains("us-east-1a") && chart.contains("On-Demand"));
    let page = folder.run(&["spot", "--history", "h.json.gz", "--format", "html"]).stdout;
    assert_eq!(page.matches("<svg").count(), 2);
    assert!(page.starts_with("<!DOCTYPE html>") && page.trim_end().ends_with("</html>"));
    let addresses = page.replace("http://www.w3.org/2000/svg", "");
    assert!(!addresses.contains("http") && !page.contains("<script"));
}

#[test]
fn zone_ids_stand_for_zones_where_every_record_has_one() {
    let record = |description: &str, price: &str| {
        format!(
            r#"{{"AvailabilityZone": "us-east-1a", "AvailabilityZoneId": "use1-az6", "InstanceType": "g5.xlarge", "ProductDescription": "{description}", "SpotPrice": "{price}", "Timestamp": "2026-10-01T00:00:00.000Z"}}"#
        )
    };
    let records =
        [record("Linux/UNIX", "0.4"), record("Linux/UNIX (Amazon VPC)", "0.4"), record("Windows", "0.9")]
            .join(",");
    let folder = Folder::empty().with("h.json", format!("{{\"SpotPriceHistory\": [{records}]}}"));
    let read = file::read(&folder.path("h.json")).expect("readable");
    assert_eq!((read.records, read.read.left_out), (3, 1));
    let pools: Vec<String> = read.history.pools.keys().map(|pool| pool.zone.clone()).collect();
    assert_eq!(pools, ["use1-az6"]);
    assert_eq!(read.history.pools.values().map(|series| series.changes().len()).sum::<usize>(), 1);
}

#[test]
fn the_latest_change_of_all_is_known() {
    let changes = |price: &str, time: &str| {
        format!(
            r#"{{"AvailabilityZone": "us-east-1a", "InstanceType": "g5.xlarge", "SpotPrice": "{price}", "Timestamp": "{time}"}}"#
        )
    };
    let records = [changes("0.4", "2026-10-01T00:00:00Z"), changes("0.6", "2026-10-02T00:00:00Z")].join(",");
    let folder = Folder::empty().with("h.json", format!("{{\"SpotPriceHistory\": [{records}]}}"));
    let answer = folder.run(&["spot", "--history", "h.json", "--format", "json"]);
    let document: Value = serde_json::from_str(&answer.stdout).expect("JSON");
    assert_eq!(document["pools"][0]["current"], "0.6");
    assert_eq!(document["pools"][0]["forecast"], Value::Null);
}

/// How a whole market moves in a synthetic history, on the log scale, by day.
type Market = fn(i64) -> f64;

/// A history of 17 months from 2023-01-01 on: six types of four zones, which follow the market, each zone a little more or
/// less, on top of walks of their own, some of them calm and some wild; every fifth stands still for weeks on end.
fn synthetic(market: Market) -> SpotHistory {
    let mut state = 88_172_645_463_325_252_u64;
    let mut uniform = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut history = SpotHistory::default();
    for number in 0..24_i64 {
        let (size, follows) = (0.001 + 0.009 * uniform() * uniform(), 0.7 + 0.6 * uniform());
        let (mut own, mut price, mut changes) = (-1.5 - uniform(), 0.0, Vec::new());
        for day in 0..517 {
            own += size * 1.7 * (uniform() + uniform() - 1.0) * 2.0;
            if number % 5 > 0 || day % 40 == 0 {
                price = (own + follows * market(day)).min(0.0);
            }
            let usd = Decimal::from((price.exp() * 1e4) as i64) / Decimal::from(10_000);
            changes.push((1_672_531_200 + day * 86_400, Usd::new(usd)));
        }
        let instance_type = InstanceType::new(&format!("m{}.large", number / 4));
        let zone = format!("us-east-1{}", ["a", "b", "c", "d"][number as usize % 4]);
        history.pools.insert(Pool { instance_type, zone }, SpotSeries::new(changes).expect("prices"));
    }
    history
}

#[test]
fn the_interval_holds_by_months_whatever_the_market_does() {
    let markets: [(&str, Market); 5] = [
        ("calm", |_| 0.0),
        ("a steady fall", |day| -0.0015 * day as f64),
        ("a jump of the whole market and half of it back", |day| {
            0.4 * ((day - 199) as f64 / 20.0).clamp(0.0, 1.0)
                - 0.2 * ((day - 330) as f64 / 25.0).clamp(0.0, 1.0)
        }),
        ("a sudden fall after ten calm months", |day| if day < 310 { 0.0 } else { -0.35 }),
        ("waves of four months", |day| 0.2 * (day as f64 / 19.0).sin()),
    ];
    for (name, market) in markets {
        let history = synthetic(market);
        let found = backtest(&history, &[]);
        let [ours, last, recent] = [&found.forecast, &found.last_price, &found.recent_mean];
        let [all, last, recent] = [ours, last, recent].map(|scores| scores.all.expect("cases"));
        let months: Vec<f64> = ours.by_month.values().map(|score| to_f64(score.coverage)).collect();
        let text = format!("{name}: {all:?} {last:?} {recent:?} {months:?}");
        assert_eq!((all.cases, all.months), (24 * 14, 14), "{text}");
        assert!(all.mape <= last.mape, "{text}");
        let (most, dearer) = match name {
            "calm" => (0.97, 1.2),
            "a steady fall" => (0.9, 1.05),
            _ => (0.9, 1.0),
        };
        assert!((0.75..most).contains(&to_f64(all.coverage)), "{text}");
        assert!(months.iter().filter(|share| **share < 0.4).count() <= 2, "{text}");
        assert!(all.interval_score < recent.interval_score, "{text}");
        // What guards against a move costs a little where none comes.
        let insured = to_f64(all.interval_score) / to_f64(last.interval_score);
        assert!(insured < dearer, "{text}");
    }
}

#[test]
fn calm_weeks_promise_no_calm() {
    // 14 months without any move: 13.3 months of windows weigh more than the prior, and a pool that stood still is no
    // narrower than the floor of 3 %.
    let changes = (0..430).map(|day| (1_672_531_200 + day * 86_400, Usd::new(Decimal::new(5, 1)))).collect();
    let pool = Pool { instance_type: InstanceType::new("m5.large"), zone: "us-east-1a".into() };
    let mut history = SpotHistory::default();
    history.pools.insert(pool.clone(), SpotSeries::new(changes).expect("prices"));
    let forecaster = Forecaster::new(&history);
    let origin = history.end().expect("not empty");
    let on_demand = Some(Usd::new(Decimal::ONE));
    let of = |known: i64| {
        let calibration = forecaster.calibrate(known);
        forecaster.forecast(&pool, origin, 0, &calibration, on_demand).expect("enough history")
    };
    let found = of(origin);
    assert!((to_f64(found.low.amount()) - 0.5 * (-0.03_f64).exp()).abs() < 1e-9, "{found:?}");
    assert!((to_f64(found.high.amount()) - 0.5 * 0.03_f64.exp()).abs() < 1e-9, "{found:?}");
    // Nothing learned yet: the prior, 9 % on the log scale.
    let found = of(history.pools[&pool].first() + 28 * 86_400);
    assert!((to_f64(found.high.amount()) - 0.5 * 0.09_f64.exp()).abs() < 1e-9, "{found:?}");
}

fn record(instance_type: &str, zone: &str, price: &str, time: &str) -> Value {
    serde_json::json!({
        "AvailabilityZone": zone, "InstanceType": instance_type, "ProductDescription": "Linux/UNIX",
        "SpotPrice": price, "Timestamp": time
    })
}

fn of_records(records: &[Value]) -> Folder {
    Folder::empty().with("h.json", serde_json::json!({ "SpotPriceHistory": records }).to_string())
}

/// What the first pool of an answer about a history is forecast to cost: mean, low and high.
fn forecast_of(folder: &Folder, args: &[&str]) -> [f64; 3] {
    let args = [&["spot", "--history", "h.json", "--format", "json"], args].concat();
    let answer = folder.run(&args);
    let document: Value = serde_json::from_str(&answer.stdout).expect("JSON");
    let forecast = &document["pools"][0]["forecast"];
    ["mean", "low", "high"].map(|end| forecast[end].as_str().expect("text").parse().expect("a number"))
}

#[test]
fn no_upper_end_is_above_on_demand_or_the_highest_price_of_the_record() {
    let spikes = |instance_type: &str, [calm, dear]: [&str; 2]| {
        let prices = [(calm, "08-01"), (dear, "08-31"), (calm, "09-30"), (dear, "10-30")];
        let record = |(price, day): (&str, &str)| {
            record(instance_type, "us-east-1b", price, &format!("2026-{day}T00:00:00Z"))
        };
        of_records(&prices.map(record))
    };
    // No On-Demand price is known of it, and none of g5.xlarge without its region.
    let [mean, low, high] = forecast_of(&spikes("g7.8xlarge", ["1.4", "26"]), &["--region", "us-east-1"]);
    assert!(mean <= 26.0 && low < 26.0 && (high - 26.0).abs() < 1e-9, "{mean} {low} {high}");
    let spiky = spikes("g5.xlarge", ["0.4", "0.98"]);
    assert!((forecast_of(&spiky, &[])[2] - 0.98).abs() < 1e-9);
    assert!((forecast_of(&spiky, &["--region", "us-east-1"])[2] - 1.006).abs() < 1e-9);
    // A record above On-Demand, $1.006, does not raise it, and the interval is no sliver.
    let [mean, low, high] = forecast_of(&spikes("g5.xlarge", ["1.4", "26"]), &["--region", "us-east-1"]);
    assert!((mean - 1.006).abs() < 1e-9 && (high - 1.006).abs() < 1e-9 && low < 0.97, "{mean} {low} {high}");
    // Most days at $1.40, every seventh and the last two at $26.
    let day =
        |day: i64| jiff::Timestamp::from_second(1_785_542_400 + day * 86_400).expect("a time").to_string();
    let price = |day: i64| if day % 7 == 6 || day > 87 { "26" } else { "1.4" };
    let daily: Vec<Value> = (0..90).map(|n| record("g7.8xlarge", "us-east-1b", price(n), &day(n))).collect();
    let [_, low, high] = forecast_of(&of_records(&daily), &[]);
    assert!((high - 26.0).abs() < 1e-9 && low < 26.0, "{low} {high}");
}

#[test]
fn a_history_of_several_regions_is_read_for_one() {
    let folder = of_records(&[
        record("g5.xlarge", "us-east-1a", "0.4", "2026-08-01T00:00:00Z"),
        record("g5.xlarge", "eu-west-1a", "0.5", "2026-08-01T00:00:00Z"),
        record("g5.xlarge", "eu-west-1b", "0.6", "2026-08-01T00:00:00Z"),
    ])
    .with("scenario.toml", "region = \"us-east-1\"\nmonth = \"2026-09\"\n");
    let region = ["spot", "g5.xlarge", "--history", "h.json", "--region", "us-east-1", "--format", "json"];
    let answer = folder.run(&region);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    assert_eq!(answer.stderr, "2 records of other regions than us-east-1 are left out\n");
    let document: Value = serde_json::from_str(&answer.stdout).expect("JSON");
    let zones: Vec<&Value> =
        document["pools"].as_array().expect("pools").iter().map(|pool| &pool["zone"]).collect();
    assert_eq!(zones, ["us-east-1a"]);
    // A backtest and an estimate leave out the same.
    let backtest = folder.run(&["spot", "--history", "h.json", "--region", "eu-west-1", "--backtest"]);
    assert!(backtest.stderr.starts_with("1 record of other regions than eu-west-1 is left out\n"));
    let estimate = folder.run(&["estimate", "scenario.toml", "--spot-history", "h.json"]);
    assert!(estimate.stderr.contains("2 records of other regions than us-east-1 are left out\n"));
    // A region that it has nothing of.
    let none = folder.run(&["spot", "--history", "h.json", "--region", "us-west-2"]);
    assert_eq!(none.code, Some(2));
    assert!(
        none.stderr.contains("has no zone of us-west-2") && none.stderr.contains("eu-west-1b, us-east-1a")
    );
}

#[test]
fn two_prices_of_a_pool_in_one_second_are_said() {
    let second = "2026-08-01T00:00:00Z";
    let at_odds = [
        record("g5.xlarge", "us-east-1a", "0.4", second),
        record("g5.xlarge", "us-east-1a", "0.9", second),
        record("g5.xlarge", "us-east-1b", "0.4", second),
        record("g5.xlarge", "us-east-1b", "0.4", second),
    ];
    let answer = of_records(&at_odds).run(&["spot", "--history", "h.json", "--format", "json"]);
    assert_eq!(
        answer.stderr,
        "g5.xlarge in us-east-1a has several prices at 2026-08-01T00:00:00Z, of which the highest counts\n"
    );
    let document: Value = serde_json::from_str(&answer.stdout).expect("JSON");
    assert_eq!(document["pools"][0]["current"], "0.9");
    // Several prices at one second are one case; another pool is another.
    let more = [
        at_odds.to_vec(),
        vec![
            record("g5.xlarge", "us-east-1a", "0.5", second),
            record("g5.xlarge", "us-east-1b", "0.5", second),
        ],
    ];
    let answer = of_records(&more.concat()).run(&["spot", "--history", "h.json"]);
    assert!(answer.stderr.ends_with("the highest counts; so it is in 1 more case\n"), "{}", answer.stderr);
}
