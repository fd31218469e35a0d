//! Spot: the forecast against figures from an independent implementation, and the backtest end to end.

use std::fs;
use std::path::{Path, PathBuf};

use hpc_cost::model::decimal::to_f64;
use hpc_cost::model::money::Usd;
use hpc_cost::model::sku::InstanceType;
use hpc_cost::prices::forecast::Forecaster;
use hpc_cost::prices::history::Pool;
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
        assert_eq!(calibration.windows as u64, case["n_residuals"].as_u64().expect("a number"));
        let list = reference["on_demand"][text("type")].to_string();
        let list = Usd::new(hpc_cost::model::decimal::parse(&list).expect("a number"));
        for (on_demand, key) in [(Some(list), "forecast_mean_low_high"), (None, "without_on_demand")] {
            let found =
                forecaster.forecast(&pool, origin, lead, &calibration, on_demand).expect("enough history");
            for (found, index) in [(found.mean, 0), (found.low, 1), (found.high, 2)] {
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
    let history = file::read(&data("synthetic-history.json.gz")).expect("readable").history;
    let cases = Forecaster::new(&history).backtest();
    assert_eq!(document["cases"].as_u64(), Some(cases.len() as u64));
    assert_eq!(document["kind"], "backtest");
    // The same figures from the cases, another way.
    let error = |case: &hpc_cost::prices::forecast::Case| {
        (to_f64(case.forecast.mean.amount()) / to_f64(case.actual.amount()) - 1.0).abs()
    };
    let mape: f64 = cases.iter().map(error).sum::<f64>() / cases.len() as f64;
    let printed: f64 = document["mape"].as_str().expect("text").parse().expect("a number");
    assert!((printed - mape).abs() < 1e-6, "{printed} {mape}");
    let by_type: u64 =
        document["by_type"].as_array().expect("types").iter().filter_map(|t| t["cases"].as_u64()).sum();
    assert_eq!(Some(by_type), document["cases"].as_u64());
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
            hpc_cost::prices::history::SpotSeries::new(known).map(|series| (pool, series))
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
    assert!(page.starts_with("<!doctype html>") && page.trim_end().ends_with("</html>"));
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
    assert_eq!((read.records, read.left_out), (3, 1));
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
