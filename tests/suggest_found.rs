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
    let four = found(&document, "raise max_vcpus of gpu to 384");
    assert_eq!(four["meets_wait_target"], true);
    let words = "BEST_FIT_PROGRESSIVE may exceed it by one instance; it does not here";
    assert!(four["evidence"].to_string().contains(words), "{four}");
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
    // The next best are ranked by what a useful hour costs: $12 ÷ 4 GPUs.
    let second = reason(&document, "g5.24xlarge in gpu");
    assert!(
        second.contains("g5.12xlarge in gpu saves more; with this one $3.00 per useful GPU-hour"),
        "{second}"
    );
    // What a job does not fit on is no candidate.
    assert!(
        reason(&document, "g5.4xlarge in gpu").contains("(4 GPUs) no longer fits in gpu"),
        "{document:#}"
    );
}

const AT_ONCE: &str = "scale_down_delay_minutes = 0\nlaunch_minutes = 0\n";

#[test]
fn types_that_do_not_fit_every_job_are_rejected_with_the_reason() {
    // Two nodes each on c7i.48xlarge, which has EFA; of its family only the largest have it.
    let keys = format!(
        "allocation_strategy = \"BEST_FIT_PROGRESSIVE\"\ninstance_types = [\"c7i.48xlarge\"]\nmax_vcpus = 384\n{AT_ONCE}"
    );
    let speeds = "[relative_speed]\n\"c7i.48xlarge\" = 1.0\n\"c7g.16xlarge\" = 1.0\n";
    let several = || trace([(0, HOUR), (24 * HOUR, HOUR)], "8,1000,0,2");
    let folder = Folder::new(scenario(&keys, speeds)).with("jobs.csv", several());
    let document = json(&folder, &[]);
    assert!(reason(&document, "c7i.24xlarge in gpu").contains("it has no EFA"), "{document:#}");
    assert!(reason(&document, "c7g.16xlarge in gpu").contains("another processor architecture"));
    // Jobs of one node do not need it.
    let single = trace([(0, HOUR), (24 * HOUR, HOUR)], "8,1000,0,1");
    let document = json(&folder.with("jobs.csv", single), &[]);
    assert!(!reason(&document, "c7i.24xlarge in gpu").contains("EFA"), "{document:#}");
    // A retired type launches nothing.
    let keys = keys.replace("\"c7i.48xlarge\"", "\"p3.16xlarge\", \"c7i.48xlarge\"");
    let folder = Folder::new(scenario(&keys, "")).with("jobs.csv", several());
    let why = reason(&json(&folder, &[]), "a replacement of p3.16xlarge in gpu");
    assert!(why.starts_with("it is retired and nothing launches it"), "{why}");
}

#[test]
fn spot_pays_below_what_interruptions_leave() {
    // Two useful hours at 0.2 interruptions an hour, nothing saved: 5 · (e^0.4 − 1) ÷ 2 = 1.22956 billed hours for each
    // useful one. $20 On-Demand ÷ 1.22956 = $16.266.
    let keys =
        format!("{ON_DEMAND}max_vcpus = 96\nlaunch_minutes = 0\ninterruptions_per_instance_hour = 0.2\n");
    let prices =
        price("BoxUsage:p4d.24xlarge", "on_demand", "20") + &price("SpotUsage:p4d.24xlarge", "spot", "7");
    let two = trace([(0, 2 * HOUR), (24 * HOUR, HOUR)], "96,1000,8,1");
    let folder = Folder::new(scenario(&keys, &prices)).with("jobs.csv", two);
    let document = json(&folder, &["--replications", "2"]);
    let row = &document["spot_break_even"][0];
    assert!(row["break_even_usd"].as_str().is_some_and(|usd| usd.starts_with("16.26")), "{row}");
    assert_eq!((&row["spot_usd"], &row["pays"], &row["zone"]), (&"7".into(), &true.into(), &Value::Null));
    // By zone where a history is at hand.
    let record = |zone: &str, usd: &str| {
        serde_json::json!({
            "AvailabilityZone": zone, "InstanceType": "p4d.24xlarge", "ProductDescription": "Linux/UNIX",
            "SpotPrice": usd, "Timestamp": "2026-09-01T00:00:00Z"
        })
    };
    let history =
        serde_json::json!({"SpotPriceHistory": [record("us-east-1a", "18"), record("us-east-1b", "5")]});
    let folder = folder.with("history.json", history.to_string());
    let document = json(&folder, &["--replications", "2", "--spot-history", "history.json"]);
    let rows: Vec<String> = document["spot_break_even"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| format!("{} {} {}", row["zone"], row["spot_usd"], row["pays"]))
        .collect();
    assert_eq!(rows, ["\"us-east-1a\" \"18\" false", "\"us-east-1b\" \"5\" true"]);
    let table = run(&folder, &["--replications", "2"]).stdout;
    assert!(table.contains("Spot pays below this price"), "{table}");
    // e^0.4 = 1.4918246976: 20 ÷ (5 × 0.4918246976 ÷ 2) = 16.2660.
    assert!(table.contains(" 16.266 "), "{table}");
}

#[test]
fn spot_is_refused_for_jobs_that_would_never_finish() {
    // 48.5 useful hours at 0.15 interruptions an hour without checkpoints: e^7.275 ÷ 7.275, some 198 billed for each.
    let keys =
        format!("{ON_DEMAND}max_vcpus = 96\nlaunch_minutes = 0\ninterruptions_per_instance_hour = 0.15\n");
    let jobs = || trace([(0, 97 * HOUR / 2), (72 * HOUR, HOUR)], "96,1000,8,1");
    let folder = Folder::new(scenario(&keys, "")).with("jobs.csv", jobs());
    let document = json(&folder, &["--replications", "2"]);
    let why = reason(&document, "Spot for gpu");
    assert!(
        why.starts_with("1 of 2 runs of jobs without a definition (up to 48.5 h without checkpoints)"),
        "{why}"
    );
    assert!(why.contains("would practically never finish at 0.15 interruptions an hour"), "{why}");
    let row = &document["spot_break_even"][0];
    assert_eq!((&row["break_even_usd"], &row["pays"]), (&Value::Null, &false.into()), "{row}");
    // Where they are on Spot already, and one attempt each, On-Demand is what cures it, at its price.
    let spot = keys
        .replace("BEST_FIT_PROGRESSIVE", "SPOT_PRICE_CAPACITY_OPTIMIZED")
        .replace("max_vcpus", "type = \"SPOT\"\nmax_vcpus");
    let folder = Folder::new(scenario(&spot, "")).with("jobs.csv", jobs());
    let document = json(&folder, &["--replications", "4"]);
    let cure = found(&document, "On-Demand for gpu");
    assert!(cure["evidence"].to_string().contains("practically never finish on Spot"), "{cure}");
}

#[test]
fn spot_of_one_type_gets_more_pools() {
    let keys = format!(
        "type = \"SPOT\"\nallocation_strategy = \"SPOT_PRICE_CAPACITY_OPTIMIZED\"\ninstance_types = [\"g5.12xlarge\"]\nmax_vcpus = 192\n{AT_ONCE}"
    );
    // For each vCPU the larger ones cost as much, so the smallest that fits stays first.
    let usd = [("g5.12xlarge", "2"), ("g5.24xlarge", "4"), ("g5.48xlarge", "8")];
    let prices: String =
        usd.iter().map(|(name, usd)| price(&format!("SpotUsage:{name}"), "spot", usd)).collect();
    let folder = Folder::new(scenario(&keys, &prices))
        .with("jobs.csv", trace([(0, HOUR), (24 * HOUR, HOUR)], "48,1000,4,1"));
    let document = json(&folder, &[]);
    let more = found(&document, "more Spot pools for gpu");
    assert_eq!(more["proposed"], "g5.12xlarge, g5.24xlarge, g5.48xlarge");
    assert_eq!(more["saving_usd_per_month"]["expected"], "0");
    assert!(more["evidence"].to_string().contains("3 instance types instead of 1"), "{more}");
    assert!(more["evidence"].to_string().contains("the saving may be none"), "{more}");
}

/// 4,800 GiB that cost $0.21 a GB-month.
const DATA: &str = r#"
[[lustre]]
name = "data"
deployment = "PERSISTENT_2"
storage = "SSD"
throughput_mbps_per_tib = 250
size_gib = 4800
"#;

#[test]
fn a_file_system_without_readers_is_advice_and_never_an_edit() {
    // Jobs at 0 and 72 h, an hour each: of 72 h it is free for 71. 4,800 × $0.21 × 71 ÷ 72 = $994.
    let keys = format!("{ON_DEMAND}max_vcpus = 96\nlaunch_minutes = 0\n");
    let two = || trace([(0, HOUR), (72 * HOUR, HOUR)], "96,1000,8,1");
    let folder = Folder::new(scenario(&keys, DATA)).with("jobs.csv", two());
    let document = json(&folder, &[]);
    let advice = found(&document, "advice: have data only while jobs run");
    assert_eq!((&advice["kind"], &advice["advice_only"]), (&"storage".into(), &true.into()));
    assert_eq!(advice["scenario_overlay"], "");
    let saving = advice["saving_usd_per_month"]["expected"].as_str().expect("text");
    assert!(saving.starts_with("994.0"), "{saving}");
    let evidence = advice["evidence"].to_string();
    assert!(evidence.contains("runs for 71 of 72 h, in 1 stretches"), "{evidence}");
    assert!(
        evidence.contains("is not known and not in the saving: the scenario links no S3 bucket"),
        "{evidence}"
    );
    assert!(advice["risk"].as_str().is_some_and(|risk| risk.contains("everything in it is lost")));
    assert!(run(&folder, &[]).stdout.contains("advice only: by hand, in no patch"));
    // Loaded with a million requests at $0.0004 a thousand, 744 ÷ 72 times a month: 10.3333 × $0.40 = $4.13 less.
    let linked = format!("{DATA}data_repository = {{ import_gib = 4000, read_requests = 1000000 }}\n");
    let folder = Folder::new(scenario(&keys, &linked)).with("jobs.csv", two());
    let document = json(&folder, &[]);
    let advice = found(&document, "advice: have data only while jobs run");
    let saving = advice["saving_usd_per_month"]["expected"].as_str().expect("text");
    assert!(saving.starts_with("989.8"), "{saving}");
    assert!(advice["evidence"].to_string().contains("loading once costs $0.4"), "{advice}");
    // Used every few hours it stays.
    let always = trace((0..24).map(|of| (of * 6 * HOUR, HOUR)), "96,1000,8,1");
    let document = json(&folder.with("jobs.csv", always), &[]);
    assert_eq!(reason(&document, "only while jobs run"), "it is never without jobs for 12 h");
    let declared = DATA.replace("size_gib", "hours = 100\nsize_gib");
    let folder = Folder::new(scenario(&keys, &declared)).with("jobs.csv", two());
    assert!(reason(&json(&folder, &[]), "only while jobs run").contains("hours says already"));
}

#[test]
fn another_kind_of_file_system_is_advice() {
    let training =
        "\n[[batch.job_definition]]\nname = \"train\"\nvcpus = 96\nmemory_mib = 1000\nlustre_mbps = 500\n";
    let keys = format!("{ON_DEMAND}max_vcpus = 96\nlaunch_minutes = 0\n");
    let defined: String = trace([(0, HOUR), (24 * HOUR, HOUR)], "96,1000,8,1")
        .lines()
        .zip(["job_definition", "train", "train"])
        .map(|(row, more)| format!("{row},{more}\n"))
        .collect();
    let folder = Folder::new(scenario(&keys, &format!("{DATA}{training}"))).with("jobs.csv", defined);
    let document = json(&folder, &[]);
    // 4,800 GiB at $0.21; $0.145 at 125 MB/s per TiB, in place, which gives 125 × 4.6875 = 585.9 MB/s; $0.14 on
    // SCRATCH_2, which gives 937.5. PERSISTENT_1 at 100 gives 468.8, too little.
    assert_eq!(found(&document, "125 MB/s per TiB for data")["saving_usd_per_month"]["expected"], "312");
    let scratch = found(&document, "advice: SCRATCH_2 SSD for data");
    assert_eq!(scratch["saving_usd_per_month"]["expected"], "336");
    assert_eq!((&scratch["proposed"], &scratch["scenario_overlay"]), (&"SCRATCH_2 SSD".into(), &"".into()));
    assert!(
        scratch["risk"].as_str().is_some_and(|risk| risk.contains("scratch keeps no copies")),
        "{scratch}"
    );
    assert!(
        scratch["evidence"].to_string().contains("what loading up to 4,800 GiB again costs is not known")
    );
    assert!(reason(&document, "PERSISTENT_1 SSD at 100").contains("jobs ask for up to 500 MB/s"));
    // With backups there is no scratch.
    let kept = DATA.replace("size_gib", "backup_gib = 10\nsize_gib");
    let folder = folder.with("scenario.toml", scenario(&keys, &format!("{kept}{training}")));
    let why = reason(&json(&folder, &[]), "SCRATCH_2 SSD");
    assert_eq!(why, "SCRATCH_2 has no backups");
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
