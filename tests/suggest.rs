//! The command `suggest`: savings worked out by hand, what falls through and why, and what is promised, simulated again.

use serde_json::Value;

use super::cli::{Answer, Folder, snapshot};

/// At most one instance at $20 an hour, there at once and gone at once.
const SCENARIO: &str = r#"
name = "one"
region = "us-east-1"
month = "2026-10"

[[batch.compute_environment]]
name = "gpu"
allocation_strategy = "BEST_FIT_PROGRESSIVE"
instance_types = ["p4d.24xlarge"]
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

const HEADER: &str = "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status\n";

/// Whole instances for an hour each, submitted at these hours.
fn jobs(hours: &[u32]) -> String {
    let rows = hours.iter().enumerate();
    let rows = rows.map(|(job, hour)| format!("j{job},{},3600,96,1000,8,1,main,succeeded\n", hour * 3600));
    std::iter::once(HEADER.to_owned()).chain(rows).collect()
}

fn run(folder: &Folder, more: &[&str]) -> Answer {
    folder.run(&[&["suggest", "scenario.toml", "--prices", "bundled"], more].concat())
}

fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.stdout).unwrap_or_else(|_| panic!("{}", answer.text()))
}

fn suggested<'v>(document: &'v Value, kind: &str) -> Option<&'v Value> {
    document["suggestions"].as_array().expect("a list").iter().find(|of| of["kind"] == kind)
}

fn reasons(document: &Value) -> String {
    document["rejected"].to_string()
}

#[test]
fn instances_that_nobody_uses_are_let_go() {
    // Jobs at 0 and 48 h: 48 h of trace stand for October's 744 h, × 15.5. Kept running, the instance is there for
    // 49 h, $980; without min_vcpus for 2 h, $40. ($980 − $40) × 15.5 = $14,570 of $15,190 a month.
    let folder = Folder::new(SCENARIO.replace("max_vcpus = 96", "min_vcpus = 96\nmax_vcpus = 96"))
        .with("jobs.csv", jobs(&[0, 48]));
    let answer = run(&folder, &["--format", "json"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let document = json(&answer);
    assert_eq!(document["current"]["cost_usd_per_month"], "15190");
    let found = suggested(&document, "schedule").expect("a schedule");
    let saving = serde_json::json!({"low": "14570", "expected": "14570", "high": "14570"});
    assert_eq!(found["saving_usd_per_month"], saving);
    assert_eq!(found["title"], "keep no instances of gpu running");
    assert_eq!((&found["current"], &found["proposed"]), (&"96".into(), &"0".into()));
    assert!(reasons(&document).contains("keep no instances of gpu running saves more"), "{document}");
    // A week of which only these 48 h had jobs: the instance is there for all of it, 168 h × $20 × 744 ÷ 168.
    let week = json(&run(&folder, &["--format", "json", "--trace-hours", "168"]));
    assert_eq!(week["current"]["cost_usd_per_month"], "14880");
    assert_eq!(run(&folder, &["--trace-hours", "40"]).code, Some(2));
    // Two months are no month: the mean one of 730 h, ÷ 48 × $980 = $14,904.17.
    let two = SCENARIO
        .replace("month = \"2026-10\"", "period = { start = \"2026-10-01\", end = \"2026-12-01\" }")
        .replace("max_vcpus = 96", "min_vcpus = 96\nmax_vcpus = 96");
    let two = Folder::new(two).with("jobs.csv", jobs(&[0, 48]));
    let cost = json(&run(&two, &["--format", "json"]))["current"]["cost_usd_per_month"].clone();
    assert!(cost.as_str().is_some_and(|cost| cost.starts_with("14904.16")), "{cost}");
    snapshot("suggest_floor", &run(&folder, &[]).text());
}

#[test]
fn a_missed_target_is_met_by_the_smallest_cap_that_does() {
    // Three jobs at once and one a day later: with one instance they wait 0, 1 and 2 h, p95 is 2 h; with two 1 h at
    // most; with three none. The target is 90 min: two instances. The hours are four in every case.
    let scenario = format!("{SCENARIO}[target]\nwait_minutes = 90\n");
    let folder = Folder::new(&scenario).with("jobs.csv", jobs(&[0, 0, 0, 24]));
    let document = json(&run(&folder, &["--format", "json"]));
    let found = suggested(&document, "max_vcpus").expect("a cap");
    assert_eq!((&found["current"], &found["proposed"]), (&"96".into(), &"192".into()));
    assert_eq!(found["wait_seconds_p95"], serde_json::json!({"current": 7200, "proposed": 3600}));
    assert_eq!(found["saving_usd_per_month"]["expected"], "0");
    assert_eq!(found["meets_wait_target"], true);
    let frontier: Vec<(u64, u64, String)> = document["frontier"]
        .as_array()
        .expect("points")
        .iter()
        .map(|point| {
            let number = |key: &str| point[key].as_u64().expect("a number");
            (number("max_vcpus"), number("wait_seconds_p95"), point["marks"].to_string())
        })
        .collect();
    let expected = [(96, 7200, r#"["present"]"#), (192, 3600, r#"["target"]"#), (288, 0, "[]")];
    assert_eq!(frontier, expected.map(|(cap, wait, marks)| (cap, wait, marks.to_owned())));
    // $80 for 24 h are $2,480 a month. A budget below leaves no cap.
    assert_eq!(document["frontier"][1]["cost_usd"], "2480");
    let poor = json(&run(&folder, &["--format", "json", "--budget", "2400"]));
    assert!(suggested(&poor, "max_vcpus").is_none());
    assert!(reasons(&poor).contains("no cap keeps the wait target and the budget"), "{poor}");
    let enough = json(&run(&folder, &["--format", "json", "--budget", "2480"]));
    assert!(suggested(&enough, "max_vcpus").is_some());
    // Without a target nobody is made to wait, and there is nothing to gain.
    let folder = Folder::new(SCENARIO).with("jobs.csv", jobs(&[0, 0, 0, 24]));
    assert!(suggested(&json(&run(&folder, &["--format", "json"])), "max_vcpus").is_none());
}

#[test]
fn another_gpu_needs_its_speed() {
    // At half the speed and $6 an hour each of three jobs takes 2 h: $36 instead of $60 in 48 h: × 15.5 = $372.
    let other = "[[price]]\nusage_type = \"BoxUsage:g5.48xlarge\"\npurchase_option = \"on_demand\"\nusd = \"6\"\nunit = \"Hours\"\nreason = \"agreed\"\n";
    let scenario = SCENARIO.replace("max_vcpus = 96", "max_vcpus = 192");
    let folder = Folder::new(format!("{scenario}{other}")).with("jobs.csv", jobs(&[0, 24, 48]));
    let document = json(&run(&folder, &["--format", "json"]));
    assert!(suggested(&document, "instance_types").is_none());
    assert!(reasons(&document).contains("speed unknown: [relative_speed] compares no other model"));
    let speeds = "[relative_speed]\n\"p4d.24xlarge\" = 1.0\n\"g5.48xlarge\" = 0.5\n";
    let folder = Folder::new(format!("{scenario}{other}{speeds}")).with("jobs.csv", jobs(&[0, 24, 48]));
    let document = json(&run(&folder, &["--format", "json"]));
    let found = suggested(&document, "instance_types").unwrap_or_else(|| panic!("{document}"));
    assert_eq!(found["proposed"], "g5.48xlarge");
    assert_eq!(found["saving_usd_per_month"]["expected"], "372");
    assert!(found["assumptions"].to_string().contains("run times are 2 times as long"), "{found}");
    // At a quarter of it they would cost $72.
    let slow = speeds.replace("0.5", "0.25");
    let folder = Folder::new(format!("{scenario}{other}{slow}")).with("jobs.csv", jobs(&[0, 24, 48]));
    let document = json(&run(&folder, &["--format", "json"]));
    assert!(reasons(&document).contains("it would cost $186.00 a month more"), "{document}");
}

#[test]
fn lustre_gives_what_jobs_ask_for() {
    // 4,800 GiB at 500 MB/s per TiB cost $0.34 a GB-month, at 250 $0.21: 4,800 × 0.13 = $624. One job at a time asks
    // for 1,000 MB/s; 250 × 4.6875 TiB = 1,171.9 is enough, 125 gives 585.9.
    let storage = r#"
[[lustre]]
name = "data"
deployment = "PERSISTENT_2"
storage = "SSD"
throughput_mbps_per_tib = 500
size_gib = 4800

[[batch.job_definition]]
name = "train"
vcpus = 96
memory_mib = 1000
lustre_mbps = 1000
"#;
    let defined: String = jobs(&[0, 24])
        .lines()
        .zip(["job_definition", "train", "train"])
        .map(|(row, more)| format!("{row},{more}\n"))
        .collect();
    let folder = Folder::new(format!("{SCENARIO}{storage}")).with("jobs.csv", defined);
    let document = json(&run(&folder, &["--format", "json"]));
    let mut all = document["suggestions"].as_array().expect("a list").iter();
    let found = all.find(|of| of["title"] == "250 MB/s per TiB for data");
    let found = found.unwrap_or_else(|| panic!("{document}"));
    assert_eq!(
        (&found["current"], &found["proposed"]),
        (&"500 MB/s per TiB".into(), &"250 MB/s per TiB".into())
    );
    assert_eq!(found["saving_usd_per_month"]["expected"], "624");
    assert!(reasons(&document).contains("jobs ask for up to 1,000 MB/s at once"), "{document}");
    let unsaid = Folder::new(format!("{SCENARIO}{storage}")).with("jobs.csv", jobs(&[0, 24]));
    let document = json(&run(&unsaid, &["--format", "json"]));
    assert!(reasons(&document).contains("give lustre_mbps of every job definition"), "{document}");
}

#[test]
fn sizes_of_another_gpu_are_not_taken_for_sizes() {
    // The jobs run on half of a g5.48xlarge, $16.288, the cheapest for its vCPUs. A p4d at $10 an hour would cost less, but it
    // has another GPU: nothing says how long the jobs would take on it, nor on a g5 what people have the p4d for. Both stay;
    // with every size of the g5 beside the p4d the jobs run on a g5.24xlarge, $8.144: 3 × $8.144 × 15.5 less.
    let scenario = SCENARIO
        .replace("[\"p4d.24xlarge\"]", "[\"p4d.24xlarge\", \"g5.48xlarge\"]")
        .replace("usd = \"20\"", "usd = \"10\"");
    let trace = jobs(&[0, 24, 48]).replace(",96,1000,8,", ",48,1000,4,");
    let document = json(&run(&Folder::new(scenario).with("jobs.csv", trace), &["--format", "json"]));
    let found = suggested(&document, "instance_types").unwrap_or_else(|| panic!("{document:#}"));
    let all = "g5.12xlarge, g5.16xlarge, g5.24xlarge, g5.2xlarge, g5.48xlarge, g5.4xlarge, g5.8xlarge, g5.xlarge, p4d.24xlarge";
    assert_eq!(found["proposed"], all);
    assert_eq!(found["saving_usd_per_month"]["expected"], "378.696");
    for gone in ["p4d.24xlarge (A100, 40 GiB)", "g5.48xlarge (A10G, 22 GiB)"] {
        let words = format!("speed unknown: it removes {gone}, and no [relative_speed] says");
        assert!(reasons(&document).contains(&words), "{}", reasons(&document));
    }
}

/// Drawn jobs on Spot with interruptions, one attempt each, and checkpoints far too often.
const DRAWN: &str = r#"
name = "drawn"
region = "us-east-1"
month = "2026-10"

[[batch.compute_environment]]
name = "spot"
type = "SPOT"
allocation_strategy = "SPOT_PRICE_CAPACITY_OPTIMIZED"
instance_types = ["g4dn.12xlarge"]
max_vcpus = 960
launch_minutes = 0
scale_down_delay_minutes = 0
interruptions_per_instance_hour = 0.05

[[batch.job_queue]]
name = "main"
priority = 1
compute_environments = ["spot"]

[[batch.job_definition]]
name = "infer"
vcpus = 48
memory_mib = 100000
gpus = 4
attempts = 10
checkpoint = { interval_minutes = 5, write_minutes = 2, restart_minutes = 5 }

[[workload.arrivals]]
name = "i"
queue = "main"
job_definition = "infer"
jobs_per_hour = 0.5
run_hours = [4, 8]
"#;

#[test]
fn what_is_promised_is_what_the_changed_scenario_does() {
    let folder = Folder::new(DRAWN);
    let more = ["--format", "json", "--replications", "6", "--seed", "3"];
    let document = json(&run(&folder, &more));
    let found = suggested(&document, "checkpoint").unwrap_or_else(|| panic!("{document}"));
    let evidence = found["evidence"].to_string();
    assert!(evidence.contains("without checkpoints a month costs $"), "{evidence}");
    // With τ = 5 min and δ = 2 min nearly 2/7 of all hours write checkpoints.
    let number = |value: &Value| value.as_str().expect("text").parse::<f64>().expect("a number");
    let share = number(&found["saving_usd_per_month"]["expected"])
        / number(&document["current"]["cost_usd_per_month"]);
    assert!((0.15..0.30).contains(&share), "{share}");
    assert!(number(&found["saving_usd_per_month"]["low"]) > 0.0);
    // The same lines in a file that extends the scenario, under the same seeds.
    let overlay = found["scenario_overlay"].as_str().expect("lines");
    let folder = folder.with("changed.toml", format!("extends = \"scenario.toml\"\n{overlay}"));
    let mean = |scenario: &str| {
        let answer = folder.run(&[&["simulate", scenario, "--prices", "bundled"], &more[..]].concat());
        let figures = json(&answer)["replications"]["figures"].clone();
        let of = |name: &str| {
            let found = figures.as_array().expect("figures").iter().find(|of| of["figure"] == name);
            number(&found.expect("it is there")["mean"])
        };
        (of("cost"), of("wait_seconds_p95"))
    };
    let (before, after) = (mean("scenario.toml"), mean("changed.toml"));
    // A drawn month stands for itself.
    let saved = number(&found["saving_usd_per_month"]["expected"]);
    assert!((before.0 - after.0 - saved).abs() < 0.01, "{before:?} {after:?} {saved}");
    assert_eq!(found["wait_seconds_p95"]["proposed"].as_f64(), Some(after.1.floor()));
    // Again the same bytes.
    assert_eq!(json(&run(&folder, &more)), document);
    // One attempt fails what is interrupted: more are suggested, and cost more.
    let once = Folder::new(DRAWN.replace("attempts = 10", "attempts = 1"));
    let document = json(&run(&once, &more));
    let found = suggested(&document, "retry").unwrap_or_else(|| panic!("{document}"));
    assert!(number(&found["saving_usd_per_month"]["expected"]) < 0.0, "{found}");
    assert!(found["evidence"].to_string().contains("0 jobs fail on average"), "{found}");
}

/// A scenario, when its jobs are submitted, arguments, exit code and words.
type Refused<'a> = (String, Vec<u32>, &'a [&'a str], i32, &'a str);

#[test]
fn what_cannot_be_judged_is_said() {
    let cases: [Refused<'_>; 5] = [
        (SCENARIO.into(), vec![0, 23], &[], 2, "the jobs are submitted within 23 h: too short a time"),
        (
            SCENARIO.into(),
            vec![0, 24],
            &["--budget", "much"],
            2,
            "`--budget much` is not an amount of dollars",
        ),
        (SCENARIO.into(), vec![0, 24], &["--budget=-1"], 2, "`--budget -1` is not"),
        (
            SCENARIO.replace("[workload]\ntrace = \"jobs.csv\"\n", ""),
            vec![0, 24],
            &[],
            2,
            "has no jobs to simulate",
        ),
        (SCENARIO.replace("jobs.csv", "none.csv"), vec![0, 24], &[], 3, "none.csv"),
    ];
    for (scenario, hours, more, code, words) in cases {
        let answer = run(&Folder::new(scenario).with("jobs.csv", jobs(&hours)), more);
        assert_eq!(answer.code, Some(code), "{words}: {}", answer.text());
        assert!(answer.stderr.contains(words), "{words}: {}", answer.text());
    }
    let other = "[[price]]\nusage_type = \"BoxUsage:c5.large\"\npurchase_option = \"on_demand\"\nusd = \"1\"\nunit = \"Hours\"\nreason = \"another\"\n";
    let unpriced = SCENARIO.split("[[price]]").next().expect("the part before");
    let folder = Folder::new(unpriced).with("jobs.csv", jobs(&[0, 24])).with("other.toml", other);
    let answer = folder.run(&["suggest", "scenario.toml", "--prices", "other.toml"]);
    assert_eq!(answer.code, Some(1), "{}", answer.text());
    assert!(answer.stdout.contains("at least $0.00 a month"), "{}", answer.text());
}
