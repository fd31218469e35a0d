//! Where a simulation has its interruptions from: the compute environment, or the groups that run in it.

use serde_json::Value;

use super::cli::Folder;

/// Notes that only simulations have, with their words below.
pub(crate) const NOTES: [&str; 3] = ["InterruptionsOfGroups", "InterruptionsDiffer", "InterruptionsOpen"];

const SCENARIO: &str = r#"
name = "spot"
region = "us-east-1"
month = "2026-11"
[[batch.compute_environment]]
name = "ce"
type = "SPOT"
allocation_strategy = "SPOT_CAPACITY_OPTIMIZED"
instance_types = ["c5.2xlarge"]
max_vcpus = 80
launch_minutes = 4
scale_down_delay_minutes = 5
[[batch.job_queue]]
name = "q"
priority = 1
compute_environments = ["ce"]
[[batch.job_definition]]
name = "d"
vcpus = 8
memory_mib = 8000
attempts = 10
run_hours = 5
[workload]
trace = "jobs.csv"
"#;

/// A group in the environment: name, rate, and the rest of it.
fn group(name: &str, rate: &str, more: &str) -> String {
    format!(
        "[[compute]]\nname = \"{name}\"\ncompute_environment = \"ce\"\ninstances = {{ \"c5.2xlarge\" = 2 }}\n\
        interruptions_per_instance_hour = {rate}\n{more}\n"
    )
}

/// The answer about 20 jobs of five hours.
fn simulated(scenario: &str) -> Value {
    let mut jobs =
        "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,job_definition\n"
            .to_owned();
    for job in 0..20 {
        jobs += &format!("j{job},0,18000,8,8000,0,1,q,succeeded,d\n");
    }
    let folder = Folder::new(scenario).with("jobs.csv", jobs);
    let answer = folder.run(&["simulate", "scenario.toml", "--prices", "bundled", "--format", "json"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    serde_json::from_str(&answer.stdout).expect("JSON")
}

/// The answer where the environment has a rate of its own.
fn with_own(rate: &str) -> Value {
    let own = format!("type = \"SPOT\"\ninterruptions_per_instance_hour = {rate}");
    simulated(&SCENARIO.replace("type = \"SPOT\"", &own))
}

/// That two answers are the same but for the notes.
fn alike(found: &Value, expected: &Value) {
    let without = |of: &Value| {
        let mut of = of.clone();
        of["notes"] = Value::Null;
        of
    };
    assert_eq!(without(found), without(expected));
}

fn says(found: &Value, words: &str) -> bool {
    let notes = found["notes"].as_array().expect("notes");
    notes.iter().any(|note| note.as_str().is_some_and(|note| note.contains(words)))
}

#[test]
fn the_rate_of_a_group_reaches_the_simulation_of_its_environment() {
    let own = with_own("0.1");
    assert!(own["jobs"]["interrupted_attempts"].as_u64() > Some(3), "{own}");
    let one = group("g", "0.1", "hours_per_instance = 100\nspot_share = 1");
    let found = simulated(&[SCENARIO, &one].concat());
    alike(&found, &own);
    assert!(
        says(&found, "ce: interruptions_per_instance_hour is 0.1 here, taken from [[compute]] g 0.1"),
        "{found}"
    );
    assert!(!says(&found, "never interrupted") && says(&simulated(SCENARIO), "never interrupted"));
}

#[test]
fn groups_that_differ_are_weighed_by_their_spot_hours() {
    // 2 × 150 h at 0.1, half of 200 h at 0.4, 10 runs of 5 h at 1: (30 + 40 + 50) / 450 h.
    let groups = [
        group("a", "0.1", "hours_per_instance = 150\nspot_share = 1"),
        group("b", "0.4", "instance_hours = 200\nspot_share = 0.5"),
        group("c", "1", "runs = 10\njob_definition = \"d\"\nspot_share = 1"),
    ];
    let found = simulated(&[SCENARIO, &groups.concat()].concat());
    alike(&found, &with_own("0.266667"));
    let words = "is 0.266667 here, the mean, weighted by Spot hours, of [[compute]] a 0.1, b 0.4, c 1";
    assert!(says(&found, words), "{found}");
    // Without Spot hours there is nothing to weigh by.
    let none = groups.concat().replace("spot_share = 1", "spot_share = 0").replace("0.5", "0");
    let found = simulated(&[SCENARIO, &none].concat());
    alike(&found, &simulated(SCENARIO));
    assert!(says(&found, "no Spot hours to weight a mean with: a 0.1, b 0.4, c 1"), "{found}");
    assert!(says(&found, "never interrupted"), "{found}");
    // Where they agree no hours are needed.
    let same = none.replace("= 0.4", "= 0.1").replace("hour = 1\n", "hour = 0.1\n");
    alike(&simulated(&[SCENARIO, &same].concat()), &with_own("0.1"));
}

#[test]
fn an_environments_own_rate_wins() {
    let own = SCENARIO.replace("type = \"SPOT\"", "type = \"SPOT\"\ninterruptions_per_instance_hour = 0.2");
    let other = group("a", "0.1", "hours_per_instance = 150\nspot_share = 1");
    let same = group("b", "0.2", "hours_per_instance = 150\nspot_share = 1");
    let found = simulated(&[&own, &other, &same].map(String::as_str).concat());
    alike(&found, &with_own("0.2"));
    assert!(
        says(
            &found,
            "its own interruptions_per_instance_hour of 0.2 is used here; [[compute]] says otherwise: a 0.1"
        ),
        "{found}"
    );
    assert!(!says(&simulated(&[&own, &same].map(String::as_str).concat()), "otherwise"));
}
