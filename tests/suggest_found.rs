//! What `suggest` finds in worlds whose best answer is known by construction.

use hpc_cost::simulate::simulate;
use proptest::prelude::*;
use serde_json::Value;

use super::cli::{Answer, Folder};
use super::simulation::{elastic, jobs, model};

/// Notes that cases here show.
pub(crate) const NOTES: [&str; 1] = ["MoreVcpusLongerWaits"];

const HEADER: &str = "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status\n";

/// One compute environment of these keys, and more tables.
fn scenario(environment: &str, more: &str) -> String {
    format!(
        r#"
name = "known"
region = "us-east-1"
month = "2026-10"

[[batch.compute_environment]]
name = "gpu"
{environment}

[[batch.job_queue]]
name = "main"
priority = 1
compute_environments = ["gpu"]

[workload]
trace = "jobs.csv"

{more}"#
    )
}

fn price(usage_type: &str, purchase: &str, usd: &str) -> String {
    format!(
        "[[price]]\nusage_type = \"{usage_type}\"\npurchase_option = \"{purchase}\"\nusd = \"{usd}\"\nunit = \"Hours\"\nreason = \"agreed\"\n"
    )
}

/// Jobs by submission [s] and run time [s], each asking for so much.
fn trace(rows: impl IntoIterator<Item = (u64, u64)>, asks: &str) -> String {
    let rows = rows.into_iter().enumerate();
    let rows = rows.map(|(job, (submit, run))| format!("j{job},{submit},{run},{asks},main,succeeded\n"));
    std::iter::once(HEADER.to_owned()).chain(rows).collect()
}

fn run(folder: &Folder, more: &[&str]) -> Answer {
    folder.run(&[&["suggest", "scenario.toml", "--prices", "bundled"], more].concat())
}

fn json(folder: &Folder, more: &[&str]) -> Value {
    let answer = run(folder, &[&["--format", "json"], more].concat());
    serde_json::from_str(&answer.stdout).unwrap_or_else(|_| panic!("{}", answer.text()))
}

fn suggested<'v>(document: &'v Value, title: &str) -> Option<&'v Value> {
    let mut all = document["suggestions"].as_array().expect("a list").iter();
    all.find(|of| of["title"].as_str().is_some_and(|known| known.contains(title)))
}

fn found<'v>(document: &'v Value, title: &str) -> &'v Value {
    suggested(document, title).unwrap_or_else(|| panic!("{title}: {document:#}"))
}

/// Why the candidates of this title were rejected.
fn reason(document: &Value, title: &str) -> String {
    let all = document["rejected"].as_array().expect("a list").iter();
    let own = all.filter(|of| of["title"].as_str().is_some_and(|known| known.contains(title)));
    own.map(|of| of["reason"].as_str().expect("text")).collect::<Vec<_>>().join("; ")
}

const HOUR: u64 = 3600;

/// Second of an hour of a day of October 2026, days from 1; the 1st is a Thursday.
const fn october(day: u64, hour: u64) -> u64 {
    (day - 1) * 24 * HOUR + hour * HOUR
}

/// Monday to Friday of the first four weeks of October 2026.
fn weekdays() -> impl Iterator<Item = u64> {
    (1..=28).filter(|day| !matches!((day + 2) % 7, 5 | 6))
}

const ON_DEMAND: &str = "allocation_strategy = \"BEST_FIT_PROGRESSIVE\"\ninstance_types = [\"p4d.24xlarge\"]\nscale_down_delay_minutes = 0\n";

#[test]
fn demand_only_at_night_is_served_only_at_night() {
    // Jobs of two hours at 22:00 of 20 weekdays, one instance at $20 that is always there: 672 h to the end of the last,
    // $13,440. A launch takes 30 min and nobody may wait for more than 10: without min_vcpus they would, and so they
    // would if it were raised at 22:00. From 21:00 to 24:00 it is 3 h on 20 days, $1,200. The trace is 648 h from the
    // first submission to the last, October 744: × 1.148148. ($13,440 − $1,200) × 1.148148 = $14,053.33.
    let keys = format!("{ON_DEMAND}min_vcpus = 96\nmax_vcpus = 96\nlaunch_minutes = 30\n");
    let more = format!("[target]\nwait_minutes = 10\n{}", price("BoxUsage:p4d.24xlarge", "on_demand", "20"));
    let nights = trace(weekdays().map(|day| (october(day, 22), 2 * HOUR)), "96,1000,8,1");
    let folder = Folder::new(scenario(&keys, &more)).with("jobs.csv", nights);
    let document = json(&folder, &[]);
    let night = found(&document, "running Monday to Friday 21:00 to 0:00 only");
    assert_eq!(night["kind"], "schedule");
    let saving = night["saving_usd_per_month"]["expected"].as_str().expect("text");
    assert!(saving.starts_with("14053.33"), "{saving}");
    assert_eq!(night["wait_seconds_p95"], serde_json::json!({"current": 0, "proposed": 0}));
    let overlay = night["scenario_overlay"].as_str().expect("lines");
    assert!(overlay.contains("cron = \"0 21 * * 1-5\"\ntimezone = \"UTC\"\nmin_vcpus = 96\n"), "{overlay}");
    assert!(overlay.contains("cron = \"0 0 * * 2-6\"\ntimezone = \"UTC\"\nmin_vcpus = 0\n"), "{overlay}");
    let evidence = night["evidence"].to_string();
    assert!(evidence.contains("the scenario names no time zone"), "{evidence}");
    let waits = "95 % of the jobs would wait up to 1800 s, the target is 600 s";
    assert_eq!(reason(&document, "keep no instances"), waits);
    assert_eq!(reason(&document, "Monday to Friday 22:00 to 0:00 only"), waits);
    // Where a schedule sets it already, it is left alone.
    let scheduled = "[[schedule]]\ncompute_environment = \"gpu\"\ncron = \"0 0 * * *\"\ntimezone = \"UTC\"\nmin_vcpus = 96\nmax_vcpus = 96\n";
    let nights = trace(weekdays().map(|day| (october(day, 22), 2 * HOUR)), "96,1000,8,1");
    let folder = Folder::new(scenario(&keys, &format!("{scheduled}{more}"))).with("jobs.csv", nights);
    let document = json(&folder, &[]);
    assert_eq!(reason(&document, "another min_vcpus of gpu"), "a [[schedule]] sets it by the clock");
    assert_eq!(reason(&document, "by the clock"), "a [[schedule]] sets it already");
}

#[test]
fn jobs_that_wait_for_launches_find_instances_in_busy_hours() {
    // Three jobs of two hours at 9:00 of 20 weekdays; a launch takes 30 min, and at most 10 may be waited. Two of three
    // kept are not enough, for a third of the jobs would wait. 3 × (8:00 to 11:00, 3 h) × 20 = 180 instance-hours
    // instead of 3 × 2.5 h × 20 = 150: 30 × $20 × 744 ÷ 648 = $688.89 more.
    let keys = format!("{ON_DEMAND}max_vcpus = 480\nlaunch_minutes = 30\n");
    let more = format!("[target]\nwait_minutes = 10\n{}", price("BoxUsage:p4d.24xlarge", "on_demand", "20"));
    let mornings = weekdays().flat_map(|day| [(october(day, 9), 2 * HOUR); 3]);
    let folder = Folder::new(scenario(&keys, &more)).with("jobs.csv", trace(mornings, "96,1000,8,1"));
    let document = json(&folder, &[]);
    let kept = found(&document, "keep 288 vCPUs of gpu running Monday to Friday 8:00 to 11:00");
    assert_eq!((&kept["meets_wait_target"], &kept["current"]), (&true.into(), &"0".into()));
    assert_eq!(kept["wait_seconds_p95"], serde_json::json!({"current": 1800, "proposed": 0}));
    let saving = kept["saving_usd_per_month"]["expected"].as_str().expect("text");
    assert!(saving.starts_with("-688.88"), "{saving}");
    assert!(reason(&document, "max_vcpus of gpu").contains("it is not max_vcpus that jobs wait for"));
}

#[test]
fn a_cap_may_be_higher_in_busy_hours_only() {
    // Two jobs of two hours at 9:00 of 20 weekdays, one instance at most: every second job waits for 2 h. With two
    // instances nobody waits, and the hours are the same, so it costs nothing.
    let keys = format!("{ON_DEMAND}max_vcpus = 96\nlaunch_minutes = 0\n");
    let more = format!("[target]\nwait_minutes = 60\n{}", price("BoxUsage:p4d.24xlarge", "on_demand", "20"));
    let mornings = || weekdays().flat_map(|day| [(october(day, 9), 2 * HOUR); 2]);
    let folder = Folder::new(scenario(&keys, &more)).with("jobs.csv", trace(mornings(), "96,1000,8,1"));
    let document = json(&folder, &[]);
    // One after the other they ask for 192 from 9:00 to 11:00 and for 96 until 13:00: the shorter window is enough.
    let raised = found(&document, "raise max_vcpus of gpu to 192 Monday to Friday 9:00 to 11:00");
    assert_eq!(raised["proposed"], "192 Monday to Friday 9:00 to 11:00 (UTC), else 96");
    assert!(reason(&document, "9:00 to 13:00").ends_with("does as much in fewer hours"));
    assert_eq!(raised["meets_wait_target"], true);
    assert_eq!(raised["saving_usd_per_month"]["expected"], "0");
    // Over the budget it is not: 80 h × $20 × 744 ÷ 648 = $1,837.04.
    let poor = json(&folder, &["--budget", "1837"]);
    assert!(suggested(&poor, "raise max_vcpus").is_none(), "{poor:#}");
    assert!(suggested(&json(&folder, &["--budget", "1838"]), "raise max_vcpus of gpu to 192 Mon").is_some());
}

#[test]
fn a_queue_that_needs_four_instances_gets_four() {
    // Twelve jobs of an hour at once, on two days. With k instances the last of them wait ⌈12 ÷ k⌉ − 1 hours; of 24
    // waits the 23rd is the p95, so one of those. At most 2 h: k = 4, for with 3 it is 3 h.
    let keys = format!("{ON_DEMAND}max_vcpus = 96\nlaunch_minutes = 0\n");
    let more = format!("[target]\nwait_minutes = 120\n{}", price("BoxUsage:p4d.24xlarge", "on_demand", "20"));
    let bursts = [1, 8].into_iter().flat_map(|day| [(october(day, 9), HOUR); 12]);
    let folder = Folder::new(scenario(&keys, &more)).with("jobs.csv", trace(bursts, "96,1000,8,1"));
    let document = json(&folder, &[]);
    assert_eq!(found(&document, "raise max_vcpus of gpu to 384")["meets_wait_target"], true);
    let marked = document["frontier"].as_array().expect("points").iter();
    let mut marked = marked.filter(|point| point["marks"].to_string().contains("target"));
    let point = marked.next().expect("one keeps it");
    assert_eq!((&point["max_vcpus"], &point["wait_seconds_p95"]), (&384.into(), &7200.into()));
    // The frontier ends at the twelve that jobs would take without a cap, and these wait for nothing.
    let last = document["frontier"].as_array().and_then(|all| all.last()).expect("points");
    assert_eq!((&last["max_vcpus"], &last["wait_seconds_p95"]), (&1152.into(), &0.into()));
    assert!(document["simulated"].as_u64().is_some_and(|count| (14..60).contains(&count)), "{document:#}");
}

#[test]
fn a_dominated_type_is_replaced() {
    // Jobs of 48 vCPUs and 4 GPUs, an hour each, one at a time: alone on g5.48xlarge at $30, or on g5.12xlarge of the same
    // GPU at $6. Three of them in 48 h: 3 × $24 × 15.5 = $1,116.
    let keys = "allocation_strategy = \"BEST_FIT_PROGRESSIVE\"\ninstance_types = [\"g5.48xlarge\"]\nscale_down_delay_minutes = 0\nmax_vcpus = 192\nlaunch_minutes = 0\n";
    let usd = [("g5.48xlarge", "30"), ("g5.24xlarge", "12"), ("g5.12xlarge", "6")];
    let prices: String =
        usd.iter().map(|(name, usd)| price(&format!("BoxUsage:{name}"), "on_demand", usd)).collect();
    let three = [(0, HOUR), (24 * HOUR, HOUR), (48 * HOUR, HOUR)];
    let folder = Folder::new(scenario(keys, &prices)).with("jobs.csv", trace(three, "48,1000,4,1"));
    let document = json(&folder, &[]);
    let best = found(&document, "g5.12xlarge in gpu");
    assert_eq!(best["proposed"], "g5.12xlarge");
    assert_eq!(best["saving_usd_per_month"]["expected"], "1116");
    // What a job does not fit on is no candidate.
    assert!(reason(&document, "g5.4xlarge in gpu").contains("would not finish"), "{document:#}");
}

#[test]
fn above_the_uncapped_peak_a_cap_changes_nothing() {
    // Three jobs of 4 vCPUs at once are 12: any cap from there on is the run without one.
    let three = jobs(&["a 0 100 4", "b 0 50 4", "c 10 100 4"]);
    let free = simulate(&model(vec![elastic(1_000_000)]), &three, 1);
    assert_eq!(free.max_vcpus_used, 12);
    for cap in [12, 13, 400] {
        let capped = simulate(&model(vec![elastic(cap)]), &three, 1);
        assert_eq!((&capped.jobs, &capped.ran), (&free.jobs, &free.ran), "{cap}");
    }
    assert_ne!(simulate(&model(vec![elastic(11)]), &three, 1).jobs, free.jobs);
}

#[test]
fn more_vcpus_are_not_said_to_be_better_for_mixed_jobs() {
    let mixed = format!(
        "{HEADER}a,0,3600,96,1000,8,1,main,succeeded\nb,0,7200,48,1000,4,1,main,succeeded\nc,86400,9,1,1,0,1,main,succeeded\n"
    );
    let keys = format!("{ON_DEMAND}max_vcpus = 96\nlaunch_minutes = 0\n");
    let more = price("BoxUsage:p4d.24xlarge", "on_demand", "20");
    let folder = Folder::new(scenario(&keys, &more)).with("jobs.csv", mixed);
    let words = "more vCPUs may make some jobs wait longer";
    assert!(json(&folder, &[])["notes"].to_string().contains(words));
    let equal = || trace([(0, HOUR), (0, HOUR), (24 * HOUR, HOUR)], "96,1000,8,1");
    let folder = folder.with("jobs.csv", equal());
    assert!(!json(&folder, &[])["notes"].to_string().contains(words));
    // The delay of launches is assumed to be some minutes where nothing is said.
    let slow = scenario(&format!("{ON_DEMAND}max_vcpus = 96\n"), &more);
    let folder = Folder::new(slow).with("jobs.csv", equal());
    assert!(json(&folder, &[])["notes"].to_string().contains(words));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn with_one_type_and_equal_jobs_more_vcpus_never_make_the_mean_wait_worse(
        submissions in proptest::collection::vec(0..2000_u32, 1..80),
        run in 1..600_u32,
        vcpus in 1..=4_u32,
        kept in 0..120_u64,
    ) {
        // Instances are there at once. Where launches take time it does not hold: another instance may be the one that
        // is still there when the next jobs come.
        let rows: Vec<String> =
            submissions.iter().enumerate().map(|(job, at)| format!("j{job} {at} {run} {vcpus}")).collect();
        let workload = jobs(&rows.iter().map(String::as_str).collect::<Vec<_>>());
        let mut before = None;
        for instances in 1..=12 {
            let environment = hpc_cost::simulate::model::Environment {
                scale_down_seconds: kept,
                ..elastic(instances * 4)
            };
            let waited = simulate(&model(vec![environment]), &workload, 1).waited_seconds;
            if let Some(before) = before {
                prop_assert!(waited <= before, "{} instances: {} s instead of {}", instances, waited, before);
            }
            before = Some(waited);
        }
    }
}
