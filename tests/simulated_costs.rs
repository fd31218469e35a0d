//! Whose the cost of a simulation is: parts worked out by hand, and parts that add up.

use std::fmt::Write as _;

use hpc_cost::model::decimal::{self, Decimal, parse};
use proptest::prelude::*;
use serde_json::Value;

use super::cli::Folder;

/// One dollar per 1,000 s of a c5.xlarge (4 vCPUs, 8 GiB), five cents for a c5.2xlarge on Spot.
const SCENARIO: &str = r#"
region = "us-east-1"
month = "2026-11"
[[batch.compute_environment]]
name = "small"
allocation_strategy = "BEST_FIT"
instance_types = ["c5.xlarge"]
max_vcpus = 400
launch_minutes = 5
scale_down_delay_minutes = 5
[[batch.compute_environment]]
name = "spot"
type = "SPOT"
allocation_strategy = "SPOT_CAPACITY_OPTIMIZED"
instance_types = ["c5.2xlarge"]
max_vcpus = 400
launch_minutes = 5
scale_down_delay_minutes = 5
interruptions_per_instance_hour = RATE
[[batch.job_queue]]
name = "q"
priority = 1
compute_environments = ["small"]
[[batch.job_queue]]
name = "s"
priority = 1
compute_environments = ["spot"]
[[price]]
usage_type = "BoxUsage:c5.xlarge"
purchase_option = "on_demand"
unit = "Hours"
usd = "3.6"
reason = "agreed"
[[price]]
usage_type = "SpotUsage:c5.2xlarge"
purchase_option = "spot"
unit = "Hours"
usd = "0.18"
reason = "agreed"
[workload]
trace = "jobs.csv"
"#;

const HEADER: &str = "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,attempts,user,account,reason,tags\n";

/// What the simulation says, and what each job cost.
fn simulated(rows: &str, rate: &str, more: &[&str]) -> (Value, Vec<(String, Decimal)>) {
    let folder = Folder::new(SCENARIO.replace("RATE", rate)).with("jobs.csv", format!("{HEADER}{rows}"));
    let args =
        ["simulate", "scenario.toml", "--prices", "bundled", "--format", "json", "--jobs-out", "o.csv"];
    let answer = folder.run(&[&args[..], more].concat());
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    let jobs = std::fs::read_to_string(folder.path("o.csv")).expect("the jobs");
    let mut lines = jobs.lines();
    assert!(lines.next().is_some_and(|header| header.ends_with(",attempts,reason,cost_usd")));
    let cost = |line: &str| {
        let (id, cost) = (line.split(',').next(), line.rsplit(',').next());
        (id.expect("an id").to_owned(), parse(cost.expect("a cost")).expect("a number"))
    };
    (serde_json::from_str(&answer.stdout).expect("JSON"), lines.map(cost).collect())
}

fn number(value: &Value) -> Decimal {
    parse(value.as_str().expect("a number as text")).expect("a number")
}

/// An hour is kept to ten decimals.
fn rounded(usd: Decimal) -> String {
    decimal::plain(decimal::round(usd, 6))
}

/// `value: jobs, attempts, dollars` of one list of the answer.
fn rows(answer: &Value, by: &str) -> Vec<String> {
    let lists = answer["shares"].as_array().expect("lists");
    let list = lists.iter().find(|list| list["by"] == by).unwrap_or_else(|| panic!("no list by {by}"));
    let row = |row: &Value| {
        let value = row["value"].as_str().expect("a text");
        let cost = rounded(number(&row["cost"]));
        format!("{value}: {}, {}, {cost}", row["jobs"], row["attempts"])
    };
    list["rows"].as_array().expect("rows").iter().map(row).collect()
}

#[test]
fn a_pool_is_paid_by_what_was_taken_of_it() {
    // Two instances live 300 + 3,600 + 300 s each: $8.40. a takes one whole, b a quarter of the other: 4 to 1.
    let jobs = "a,0,3600,4,1000,0,1,q,succeeded,1,ann,lab,,team=vision\n\
                b,0,3600,1,1000,0,1,q,failed,1,bob,lab,out_of_memory,team=audio;x=y\n";
    let more = ["--by", "user", "--by", "account", "--by", "reason", "--by", "tag:team", "--by", "queue"];
    let (answer, costs) = simulated(jobs, "0", &more);
    assert_eq!(rounded(number(&answer["cost"])), "8.4");
    let costs: Vec<String> = costs.iter().map(|(id, usd)| format!("{id} {}", rounded(*usd))).collect();
    assert_eq!(costs, ["a 6.72", "b 1.68"]);
    assert_eq!(rows(&answer, "user"), ["ann: 1, 1, 6.72", "bob: 1, 1, 1.68"]);
    assert_eq!(rows(&answer, "account"), ["lab: 2, 2, 8.4"]);
    assert_eq!(rows(&answer, "reason"), ["succeeded: 1, 1, 6.72", "out of memory: 1, 1, 1.68"]);
    assert_eq!(rows(&answer, "tag:team"), ["vision: 1, 1, 6.72", "audio: 1, 1, 1.68"]);
    assert_eq!(rows(&answer, "queue"), ["q: 2, 2, 8.4"]);
}

#[test]
fn owners_follow_their_jobs_whatever_the_order_of_rows() {
    // Jobs of one second stand by name; 3,600 and 1,800 s of a whole instance each.
    let one = "b,0,3600,4,1000,0,1,q,succeeded,1,bob,,,\n";
    let other = "a,0,1800,4,1000,0,1,q,succeeded,1,ann,,,\n";
    let of = |text: String| rows(&simulated(&text, "0", &["--by", "user"]).0, "user");
    let (this_way, that_way) = (of(format!("{one}{other}")), of(format!("{other}{one}")));
    assert_eq!(this_way, that_way);
    // The first instance lives 300 + 3,600 + 300 s, the other 300 + 1,800 + 300: $6.60, split 2 to 1.
    assert_eq!(this_way, ["bob: 1, 1, 4.4", "ann: 1, 1, 2.2"]);
}

#[test]
fn memory_counts_where_it_is_the_larger_share() {
    // Of 8 GiB less the reserve of 5 % (7,782 MiB) 3,891 MiB are half; so is 2 of 4 vCPUs.
    let jobs = "a,0,3600,1,3891,0,1,q,succeeded,,,,,\nb,0,3600,2,100,0,1,q,succeeded,,,,,\n";
    let (_, costs) = simulated(jobs, "0", &[]);
    assert_eq!(decimal::round(costs[0].1, 3), decimal::round(costs[1].1, 3), "{costs:?}");
}

#[test]
fn a_lost_attempt_is_paid_by_its_job_and_named() {
    // At 60 interruptions an hour an attempt of ten hours never ends: each of the five is lost.
    let jobs = "a,0,36000,8,1000,0,1,s,succeeded,5,ann,,,\nb,0,60,8,1000,0,1,q,cancelled,5,ann,,,\n";
    let jobs = jobs.replace(",8,1000,0,1,q", ",4,1000,0,1,q");
    let (answer, costs) = simulated(&jobs, "60", &["--by", "reason"]);
    let named = rows(&answer, "reason");
    assert!(
        named[0].starts_with("ended by its user: 1, 1, ")
            || named[1].starts_with("ended by its user: 1, 1, ")
    );
    assert!(named.iter().any(|row| row.starts_with("instance lost: 1, 5, ")), "{named:?}");
    // b: 300 + 60 + 300 s of $0.001.
    assert_eq!((costs[1].0.as_str(), rounded(costs[1].1).as_str()), ("b", "0.66"));
    assert_eq!(costs[0].1 + costs[1].1, number(&answer["cost"]));
}

#[test]
fn one_that_waits_for_good_costs_nothing() {
    let (answer, costs) =
        simulated("a,0,60,4,0,0,1,q,succeeded,,,,,\nb,0,60,999,0,0,1,q,succeeded,,,,,\n", "0", &[]);
    assert_eq!((answer["jobs"]["misfits"].as_u64(), costs[1].1), (Some(1), Decimal::ZERO));
    assert_eq!(costs[0].1, number(&answer["cost"]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn every_list_adds_up_to_the_cost(
        jobs in proptest::collection::vec((0_u32..20_000, 1_u32..9000, 1_u32..9, 0_u32..7000, 0_usize..2, 0_usize..4), 1..60),
        rate in 0_u32..3,
    ) {
        let mut text = String::new();
        for (index, (submit, run, vcpus, memory, queue, user)) in jobs.iter().enumerate() {
            let queue = if *vcpus > 4 { "s" } else { ["q", "s"][*queue] };
            let user = ["", "ann", "bob", "eve"][*user];
            writeln!(text, "{index},{submit},{run},{vcpus},{memory},0,1,{queue},succeeded,3,{user},,,").expect("written");
        }
        let (answer, costs) = simulated(&text, &rate.to_string(), &["--by", "user", "--by", "reason", "--by", "queue"]);
        let cost = number(&answer["cost"]);
        prop_assert_eq!(costs.iter().map(|(_, cost)| *cost).sum::<Decimal>(), cost);
        for list in answer["shares"].as_array().expect("lists") {
            let sum: Decimal = list["rows"].as_array().expect("rows").iter().map(|row| number(&row["cost"])).sum();
            prop_assert_eq!(sum, cost);
        }
    }
}

#[test]
fn what_is_asked_for_comes_first_and_whole() {
    let job = |user: u32| format!("{user},0,600,4,1000,0,1,q,succeeded,1,u{user:02},,,\n");
    let jobs: String = (0..15).map(job).collect();
    let folder = Folder::new(SCENARIO.replace("RATE", "0")).with("jobs.csv", format!("{HEADER}{jobs}"));
    let args = ["simulate", "scenario.toml", "--prices", "bundled", "--by", "user", "--format", "csv"];
    let simulated = folder.run(&args).stdout;
    assert_eq!(simulated.lines().next(), Some("value,jobs,attempts,vcpu_hours,cost"));
    assert_eq!(simulated.lines().count(), 16);
    let shown = folder.run(&["jobs", "show", "jobs.csv", "--by", "user", "--format", "csv"]).stdout;
    assert_eq!(shown.lines().next(), Some("value,jobs,attempts,vcpu_hours,gpu_hours"));
    assert_eq!(shown.lines().count(), 16);
}
