//! `suggest` beside charges: savings at the rates that were paid, the rest of a month, and what suggestions were worth.

use serde_json::{Value, json};

use super::cli::{Answer, Folder, snapshot};

/// At most one instance at $20 an hour, kept running.
const SCENARIO: &str = r#"
name = "one"
region = "us-east-1"
month = "2026-10"

[[batch.compute_environment]]
name = "gpu"
allocation_strategy = "BEST_FIT_PROGRESSIVE"
instance_types = ["p4d.24xlarge"]
min_vcpus = 96
max_vcpus = 96
launch_minutes = 0
scale_down_delay_minutes = 0

[[batch.job_queue]]
name = "main"
priority = 1
compute_environments = ["gpu"]

[workload]
trace = "jobs.csv"

[[price]]
usage_type = "BoxUsage:p4d.24xlarge"
purchase_option = "on_demand"
usd = "20"
unit = "Hours"
reason = "agreed"
"#;

const HEADER: &str = "job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status\n";

/// Whole instances for an hour each, submitted at these times.
fn jobs(times: &[&str]) -> String {
    let rows = times.iter().enumerate();
    let rows = rows.map(|(job, time)| format!("j{job},{time}:00:00Z,3600,96,1000,8,1,main,succeeded\n"));
    std::iter::once(HEADER.to_owned()).chain(rows).collect()
}

/// A FOCUS export with usage of instances: days of October, hours and dollars.
fn bill(rows: &[(u32, &str, &str, &str)]) -> String {
    let header = "ChargePeriodStart,ChargeCategory,ServiceName,x_ServiceCode,SkuMeter,ConsumedQuantity,BilledCost,EffectiveCost,BillingCurrency,RegionId\n";
    let row = |(day, kind, hours, usd): &(u32, &str, &str, &str)| {
        format!(
            "2026-10-{day:02}T00:00:00Z,Usage,Amazon Elastic Compute Cloud,AmazonEC2,{kind},{hours},{usd},{usd},USD,us-east-1\n"
        )
    };
    std::iter::once(header.to_owned()).chain(rows.iter().map(row)).collect()
}

fn run(folder: &Folder, more: &[&str]) -> Answer {
    folder.run(&[&["suggest", "scenario.toml", "--prices", "bundled"], more].concat())
}

fn document(answer: &Answer) -> Value {
    serde_json::from_str(&answer.stdout).unwrap_or_else(|_| panic!("{}", answer.text()))
}

#[test]
fn savings_are_also_stated_at_the_rates_that_were_paid() {
    // Jobs at 0 and 48 h; 100 h were charged at $1,500, $15 an hour. Kept running for 49 h, without for 2 h:
    // 47 h × $15 × 744 ÷ 48 = $10,927.50 instead of 47 × $20 × 15.5 = $14,570.
    let folder = Folder::new(SCENARIO).with("jobs.csv", jobs(&["2026-10-01T00", "2026-10-03T00"])).with(
        "bill.csv",
        bill(&[
            (1, "BoxUsage:p4d.24xlarge", "60", "900"),
            (2, "BoxUsage:p4d.24xlarge", "40", "600"),
            (2, "EBS:VolumeUsage.gp3", "5", "0.4"),
        ]),
    );
    let args = ["--actual", "focus:bill.csv"];
    let found = document(&run(&folder, &[&args[..], &["--format", "json"]].concat()));
    let paid = &found["at_paid_rates"];
    assert_eq!(found["suggestions"][0]["saving_usd_per_month"]["expected"], "14570");
    assert_eq!(
        paid["saving_usd_per_month"]["schedule-1"],
        json!({"low": "10927.5", "expected": "10927.5", "high": "10927.5"}),
        "{found}"
    );
    assert_eq!(
        (&paid["charged_usd"], &paid["instances_and_volumes_usd"]),
        (&json!("1500.4"), &json!("1500.4"))
    );
    assert_eq!(paid["current_usd_per_month"], "11392.5");
    let rate =
        json!([{"usage_type": "BoxUsage:p4d.24xlarge", "list_usd": "20", "paid_usd": "15", "hours": "100"}]);
    assert_eq!((&paid["rates"], &paid["at_list_price"]), (&rate, &json!([])));
    snapshot("suggest_paid", &run(&folder, &args).text());
    // A type that was not charged keeps its list price, and that is said.
    let folder = folder.with("bill.csv", bill(&[(1, "BoxUsage:g5.xlarge", "10", "10")]));
    let found = document(&run(&folder, &[&args[..], &["--format", "json"]].concat()));
    let paid = &found["at_paid_rates"];
    assert_eq!(paid["at_list_price"], json!(["BoxUsage:p4d.24xlarge"]));
    assert_eq!(paid["rates"][0]["paid_usd"], Value::Null);
    assert_eq!(paid["saving_usd_per_month"]["schedule-1"]["expected"], "14570");
    // Charges of another month say nothing.
    let folder =
        folder.with("bill.csv", bill(&[(1, "BoxUsage:g5.xlarge", "10", "10")]).replace("2026-10", "2026-09"));
    let answer = run(&folder, &args);
    assert_eq!(answer.code, Some(2), "{}", answer.text());
    assert!(answer.stderr.contains("has no charges for use in the scenario's period"), "{}", answer.text());
}

#[test]
fn the_rest_of_a_month_is_planned_by_what_is_spent() {
    // Three jobs at once and one a day later, and an hour until an idle instance goes. One instance: 3 h + 1 h; two: 3 h
    // and 2 h; three: 3 × 2 h; and 2 h for the last job: 6, 7 and 8 h, $120, $140 and $160 for 24 h. From 11 October
    // 504 h are left: × 21 = $2,520, $2,940, $3,360. $1,000 are spent of $4,000.
    let scenario = SCENARIO
        .replace("min_vcpus = 96\n", "")
        .replace("max_vcpus = 96", "max_vcpus = 288")
        .replace("scale_down_delay_minutes = 0", "scale_down_delay_minutes = 60");
    let trace = jobs(&["2026-10-01T00", "2026-10-01T00", "2026-10-01T00", "2026-10-02T00"]);
    let folder = Folder::new(&scenario).with("jobs.csv", &trace).with(
        "bill.csv",
        bill(&[(1, "BoxUsage:p4d.24xlarge", "30", "600"), (10, "BoxUsage:p4d.24xlarge", "20", "400")]),
    );
    let args = ["--actual", "focus:bill.csv", "--budget", "4000"];
    let found = document(&run(&folder, &[&args[..], &["--format", "json"]].concat()));
    let rest = &found["rest_of_month"];
    assert_eq!(
        (&rest["spent_usd"], &rest["from"], &rest["hours"]),
        (&json!("1000"), &json!("2026-10-11"), &json!("504"))
    );
    let caps: Vec<(u64, &str, &str, bool, bool)> = rest["caps"]
        .as_array()
        .expect("caps")
        .iter()
        .map(|cap| {
            let text = |key: &str| cap[key].as_str().expect("text");
            let is = |key: &str| cap[key].as_bool().expect("a truth value");
            (
                cap["max_vcpus"].as_u64().expect("a number"),
                text("rest_usd"),
                text("month_usd"),
                is("is_present"),
                is("is_largest_within_budget"),
            )
        })
        .collect();
    assert_eq!(
        caps,
        [
            (96, "2520", "3520", false, false),
            (192, "2940", "3940", false, true),
            (288, "3360", "4360", true, false)
        ]
    );
    snapshot("suggest_rest", &run(&folder, &args).text());
    // What exists whatever runs is paid for the rest of the month, too: 1,200 GiB at $0.145 a GB-month for 504 of 744 h.
    let lustre = "\n[[lustre]]\nname = \"data\"\ndeployment = \"PERSISTENT_2\"\nstorage = \"SSD\"\nthroughput_mbps_per_tib = 125\nsize_gib = 1200\n";
    let folder = Folder::new(format!("{scenario}{lustre}")).with("jobs.csv", trace).with(
        "bill.csv",
        bill(&[(1, "BoxUsage:p4d.24xlarge", "30", "600"), (10, "BoxUsage:p4d.24xlarge", "20", "400")]),
    );
    let found = document(&run(&folder, &[&args[..], &["--format", "json"]].concat()));
    let estimate = folder.run(&["estimate", "scenario.toml", "--prices", "bundled", "--format", "json"]);
    let total =
        document(&estimate)["total"]["expected"].as_str().expect("a total").parse::<f64>().expect("a number");
    let beside = found["rest_of_month"]["beside_instances_usd"]
        .as_str()
        .expect("text")
        .parse::<f64>()
        .expect("a number");
    assert!(total > 100.0 && (beside - total * 504.0 / 744.0).abs() < 1e-6, "{total} {beside}");
}

#[test]
fn suggestions_are_held_against_the_month_that_followed() {
    // September: jobs on the 1st and the 3rd. October: two jobs. Kept running for a month: 744 h × $20 = $14,880; without
    // 2 h, $40. The bill has 744 h at $15.
    let folder = Folder::new(SCENARIO)
        .with("jobs.csv", jobs(&["2026-09-01T00", "2026-09-03T00", "2026-10-05T00", "2026-10-20T12"]))
        .with("bill.csv", bill(&[(1, "BoxUsage:p4d.24xlarge", "744", "11160")]));
    let args = ["--backtest", "--actual", "focus:bill.csv", "--record", "record.csv"];
    let answer = run(&folder, &args);
    snapshot("suggest_backtest", &answer.text());
    let all = document(&run(&folder, &["--backtest", "--format", "json"]));
    let first = &all["tables"][0]["rows"][0];
    // September's promise: 720 h of its month for 2 h, × 744 ÷ 720.
    assert_eq!(
        (&first["id"], &first["promised"]),
        (&json!("schedule-1"), &json!("14838.6666666667")),
        "{all}"
    );
    assert_eq!((&first["realized"], &first["wait_p95"]), (&json!("14840"), &json!("0")));
    // The record has one row for each month and suggestion, however often it is made.
    let record = || std::fs::read_to_string(folder.path("record.csv")).expect("a record");
    let once = record();
    assert_eq!(once.lines().count(), 2, "{once}");
    assert!(
        once.ends_with(
            "2026-10,one,schedule-1,keep no instances of gpu running,14838.6666666667,14840,14880,11160\n"
        ),
        "{once}"
    );
    run(&folder, &args);
    assert_eq!(record(), once);
    // A saved answer of another month, and what it cannot be.
    let saved = run(&folder, &["--month", "2026-09", "--format", "json"]);
    let folder = folder.with("september.json", &saved.stdout);
    let answer = run(&folder, &["--backtest=september.json", "--format", "json"]);
    let rows = document(&answer)["tables"][0]["rows"].clone();
    assert_eq!((&rows[0]["id"], &rows[0]["realized"]), (&json!("schedule-1"), &json!("14840")), "{rows}");
    for (args, code, words) in [
        (&["--backtest=none.json"][..], 3, "none.json"),
        (&["--backtest=bill.csv"], 3, "is not an answer of `suggest --format json`"),
        (&["--backtest", "--month", "2026-09"], 2, "there are no jobs before 2026-09"),
        (&["--backtest", "--month", "2026-11"], 2, "2026-11"),
        (&["--backtest", "--record", "bill.csv"], 3, "is not a track record of suggestions"),
        (&["--record", "record.csv"], 2, "--backtest"),
        (&["--backtest", "--patch", "tf"], 2, "cannot be used with"),
    ] {
        let answer = run(&folder, args);
        assert_eq!(answer.code, Some(code), "{words}: {}", answer.text());
        assert!(answer.stderr.contains(words), "{words}: {}", answer.text());
    }
}
