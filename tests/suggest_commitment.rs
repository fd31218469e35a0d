//! Commitments in worlds whose best answer is known: a reservation by its rule, a plan by trying every amount.

use serde_json::{Value, json};

use super::cli::{Answer, Folder, snapshot};

/// Whole instances, there at once and gone at once, at $20 and $16 an hour.
const SCENARIO: &str = r#"
name = "committed"
region = "us-east-1"
month = "2026-10"

[[batch.compute_environment]]
name = "a"
allocation_strategy = "BEST_FIT_PROGRESSIVE"
instance_types = ["p4d.24xlarge"]
max_vcpus = 960
launch_minutes = 0
scale_down_delay_minutes = 0

[[batch.compute_environment]]
name = "b"
allocation_strategy = "BEST_FIT_PROGRESSIVE"
instance_types = ["g5.48xlarge"]
max_vcpus = 1920
launch_minutes = 0
scale_down_delay_minutes = 0

[[batch.job_queue]]
name = "a"
priority = 1
compute_environments = ["a"]

[[batch.job_queue]]
name = "b"
priority = 1
compute_environments = ["b"]

[workload]
trace = "jobs.csv"
"#;

fn price(kind: &str, option: &str, usd: &str) -> String {
    format!(
        "\n[[price]]\nusage_type = \"BoxUsage:{kind}\"\npurchase_option = \"{option}\"\nusd = \"{usd}\"\nunit = \"Hours\"\nreason = \"agreed\"\n"
    )
}

fn on_demand() -> String {
    price("p4d.24xlarge", "on_demand", "20") + &price("g5.48xlarge", "on_demand", "16")
}

/// Whole instances of a queue from hour 0 on, each for so many hours.
fn jobs(runs: &[(&str, u32)]) -> String {
    let header = "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status\n".to_owned();
    let row = |(job, (queue, hours)): (usize, &(&str, u32))| {
        let vcpus = if *queue == "a" { 96 } else { 192 };
        format!("j{job},0,{},{vcpus},1000,8,1,{queue},succeeded\n", hours * 3600)
    };
    std::iter::once(header).chain(runs.iter().enumerate().map(row)).collect()
}

/// Suggestions from the scenario's own prices and no others: the tables of the program know Reserved Instances.
fn run(folder: &Folder, more: &[&str]) -> Answer {
    let other = "[[price]]\nusage_type = \"BoxUsage:t3.nano\"\npurchase_option = \"on_demand\"\nusd = \"1\"\nunit = \"Hours\"\n";
    std::fs::write(folder.path("prices.toml"), other).expect("written");
    folder.run(
        &[&["suggest", "scenario.toml", "--prices", "prices.toml", "--trace-hours", "100"], more].concat(),
    )
}

fn document(answer: &Answer) -> Value {
    serde_json::from_str(&answer.stdout).unwrap_or_else(|_| panic!("{}", answer.text()))
}

fn commitment(document: &Value) -> Option<&Value> {
    document["suggestions"].as_array().expect("a list").iter().find(|of| of["kind"] == "commitment")
}

fn rejected(document: &Value) -> String {
    let all = document["rejected"].as_array().expect("a list").iter();
    let own = all.filter(|of| of["kind"] == "commitment");
    own.map(|of| format!("{}: {}\n", of["title"].as_str().unwrap_or(""), of["reason"].as_str().unwrap_or("")))
        .collect()
}

const YEAR: [&str; 4] = ["--horizon-months", "12", "--format", "json"];

#[test]
fn reservations_pay_up_to_the_share_of_hours_that_is_their_price() {
    // Of 100 h one is in use in 80, two in 60, three in 50. At $12 of $20 one pays from 60 % on: two, the second just so.
    // 140 h × $20 − 2 × 100 h × $12 = $400, × 744 ÷ 100.
    let three = jobs(&[("a", 80), ("a", 60), ("a", 50)]);
    let scenario = format!("{SCENARIO}{}{}", on_demand(), price("p4d.24xlarge", "reserved", "12"));
    let folder = Folder::new(&scenario).with("jobs.csv", &three);
    let found = document(&run(&folder, &YEAR));
    let bought = commitment(&found).unwrap_or_else(|| panic!("{found}"));
    assert_eq!(bought["proposed"], "2 × p4d.24xlarge");
    assert_eq!(bought["saving_usd_per_month"], json!({"low": "2976", "expected": "2976", "high": "2976"}));
    assert_eq!(bought["evidence"][0], "2 are in use in 60 % of the hours, 3 in 50 %; one pays from 60 % on");
    assert_eq!(
        found["commitments"][0],
        json!({"instance_type": "p4d.24xlarge", "hours_in_use_percent": "80", "mean_in_use": "1.9", "on_demand_usd": "20",
               "spot_usd": found["commitments"][0]["spot_usd"],
               "offers": [{"offer": "Reserved Instance, at the scenario's own rates", "usd_per_hour": "12", "break_even_percent": "60"}]})
    );
    // It is no part of what goes together, and what it changes is a scenario.
    let left_out = &found["together"]["left_out"];
    assert!(left_out.to_string().contains("decide it after the other changes"), "{left_out}");
    let overlay = bought["scenario_overlay"].as_str().expect("lines");
    let folder = folder.with("bought.toml", format!("extends = \"scenario.toml\"\n{overlay}"));
    let estimate = folder.run(&["estimate", "bought.toml", "--prices", "bundled"]);
    assert_eq!(estimate.code, Some(0), "{}", estimate.text());
    snapshot("suggest_commitment", &run(&folder, &YEAR[..2]).text());
    // A cent more an hour, and the second does not pay.
    let dearer = scenario.replace("usd = \"12\"", "usd = \"12.01\"");
    let found = document(&run(&Folder::new(&dearer).with("jobs.csv", &three), &YEAR));
    assert_eq!(commitment(&found).map(|of| &of["proposed"]), Some(&json!("1 × p4d.24xlarge")));
    // From 80 % on not even the first; at 80 % it pays for itself and saves nothing.
    for (usd, words) in
        [("16.2", "one is in use in 80 % of the hours, it pays from 81 % on"), ("16", "it saves nothing")]
    {
        let folder = Folder::new(scenario.replace("usd = \"12\"", &format!("usd = \"{usd}\"")))
            .with("jobs.csv", &three);
        let found = document(&run(&folder, &YEAR));
        assert!(commitment(&found).is_none() && rejected(&found).contains(words), "{}", rejected(&found));
    }
    // One that is there already fills first: of what is left one is in use in 60 h.
    let existing = "\n[[commitment]]\nname = \"old\"\nkind = \"reserved\"\ninstance_type = \"p4d.24xlarge\"\ncount = 1\nusd_per_hour = 11\n";
    let cheaper = scenario.replace("usd = \"12\"", "usd = \"11\"");
    let found = document(&run(&Folder::new(format!("{cheaper}{existing}")).with("jobs.csv", &three), &YEAR));
    let bought = commitment(&found).unwrap_or_else(|| panic!("{found}"));
    // 60 h × $20 − 100 h × $11 = $100.
    assert_eq!(
        (&bought["proposed"], &bought["saving_usd_per_month"]["expected"]),
        (&json!("1 × p4d.24xlarge"), &json!("744"))
    );
}

#[test]
fn a_plan_is_what_trying_every_amount_finds() {
    // Use by the hour and the rates, for both types; a plan goes where it saves most, to p4d at 0.6 before g5 at 0.75.
    let (a, b) = ([80_u32, 50, 35], [90_u32, 72, 20]);
    let rates = [(12.0, 20.0), (12.0, 16.0)];
    let saved = |dollars: f64| -> f64 {
        (0..100)
            .map(|hour| {
                let in_use = [a, b].map(|runs| runs.iter().filter(|hours| hour < **hours).count() as f64);
                let mut rest = dollars;
                let mut replaced = 0.0;
                for (used, (rate, on_demand)) in in_use.into_iter().zip(rates) {
                    let covered = used.min(rest / rate);
                    rest -= covered * rate;
                    replaced += covered * on_demand;
                }
                replaced - dollars
            })
            .sum()
    };
    let (best, saving) = (0..=800)
        .map(|tenth| f64::from(tenth) / 10.0)
        .map(|dollars| (dollars, saved(dollars)))
        .fold((0.0, 0.0), |best, next| if next.1 > best.1 + 1e-9 { next } else { best });
    let scenario = format!(
        "{SCENARIO}{}{}{}",
        on_demand(),
        price("p4d.24xlarge", "savings_plan", "12"),
        price("g5.48xlarge", "savings_plan", "12")
    );
    let runs: Vec<(&str, u32)> =
        a.map(|hours| ("a", hours)).into_iter().chain(b.map(|hours| ("b", hours))).collect();
    let folder = Folder::new(&scenario).with("jobs.csv", jobs(&runs));
    let found = document(&run(&folder, &YEAR));
    let bought = commitment(&found).unwrap_or_else(|| panic!("{found}"));
    assert!(best > 0.0, "{best}");
    assert_eq!(bought["proposed"], format!("${best} an hour"));
    let monthly =
        bought["saving_usd_per_month"]["expected"].as_str().expect("text").parse::<f64>().expect("a number");
    assert!((monthly - saving * 7.44).abs() < 0.01, "{monthly} {saving}");
    // A plan that is there already fills first: with the best one there, nothing more pays.
    let existing =
        format!("\n[[commitment]]\nname = \"old\"\nkind = \"savings_plan\"\nusd_per_hour = {best}\n");
    let found =
        document(&run(&Folder::new(format!("{scenario}{existing}")).with("jobs.csv", jobs(&runs)), &YEAR));
    assert!(commitment(&found).is_none(), "{found}");
    assert!(rejected(&found).contains("its first dollar replaces $"), "{}", rejected(&found));
}

#[test]
fn nothing_is_bought_for_a_time_of_which_nothing_is_said() {
    let three = jobs(&[("a", 80), ("a", 60), ("a", 50)]);
    let scenario = format!("{SCENARIO}{}", on_demand());
    let folder = Folder::new(format!("{scenario}{}", price("p4d.24xlarge", "reserved", "12")))
        .with("jobs.csv", &three);
    let found = document(&run(&folder, &["--format", "json"]));
    assert!(commitment(&found).is_none(), "{found}");
    assert!(
        rejected(&found).contains("give --horizon-months 12, or three months of charges"),
        "{}",
        rejected(&found)
    );
    let found = document(&run(&folder, &["--horizon-months", "11", "--format", "json"]));
    assert!(
        commitment(&found).is_none()
            && rejected(&found).contains("it binds for 1 year, and --horizon-months 11"),
        "{}",
        rejected(&found)
    );
    // Without a rate nothing is guessed.
    let found = document(&run(&Folder::new(&scenario).with("jobs.csv", &three), &YEAR));
    assert!(
        commitment(&found).is_none() && rejected(&found).contains("no rate of any is known"),
        "{}",
        rejected(&found)
    );
    // What an existing plan covers is not known without its rates.
    let existing = "\n[[commitment]]\nname = \"old\"\nkind = \"savings_plan\"\nusd_per_hour = 5\n";
    let folder = Folder::new(format!("{scenario}{}{existing}", price("p4d.24xlarge", "reserved", "12")))
        .with("jobs.csv", &three);
    let found = document(&run(&folder, &YEAR));
    assert!(
        rejected(&found).contains("what `old` covers is unknown, because its rate for p4d.24xlarge is"),
        "{}",
        rejected(&found)
    );
}
