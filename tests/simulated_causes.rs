//! What jobs wait for, what they ask of memory and file systems, Spot by the hour, and jobs that are drawn.

use serde_json::Value;

use super::cli::{Answer, Folder};

/// Notes that these tests ask the words of.
pub(crate) const NOTES: [&str; 3] = ["DrawnJobs", "SpotAtItsTime", "LustreDemandUnknown"];

/// At most two instances of 96 vCPUs, ready after an hour and gone an hour after their last job.
const SCENARIO: &str = r#"
name = "causes"
region = "us-east-1"
month = "2026-10"

[[lustre]]
name = "data"
deployment = "PERSISTENT_2"
storage = "SSD"
throughput_mbps_per_tib = 250
size_gib = 2400

[[batch.compute_environment]]
name = "gpu"
type = "EC2"
allocation_strategy = "BEST_FIT"
instance_types = ["p4d.24xlarge"]
max_vcpus = 192
launch_minutes = 60
scale_down_delay_minutes = 60

[[batch.job_queue]]
name = "main"
priority = 1
compute_environments = ["gpu"]

[[batch.job_definition]]
name = "train"
vcpus = 96
memory_mib = 1000
gpus = 8
run_hours = 2

[workload]
trace = "jobs.csv"

[target]
wait_minutes = 30
"#;

const HEADER: &str =
    "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,job_definition\n";

fn run(folder: &Folder, more: &[&str]) -> Answer {
    folder.run(&[&["simulate", "scenario.toml", "--prices", "bundled"], more].concat())
}

fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.stdout).unwrap_or_else(|_| panic!("{}", answer.text()))
}

fn three_jobs() -> String {
    let job = |id: &str| format!("{id},0,7200,96,1000,8,1,main,succeeded,train\n");
    [HEADER.to_owned(), job("a"), job("b"), job("c")].concat()
}

#[test]
fn every_hour_of_waiting_has_a_cause() {
    // a and b wait an hour for their launches while c, third in line, waits behind b: until 1 h the first in line
    // has an instance under way, so 3 job-hours are launching; then c waits 2 h for the cap of two instances.
    let folder = Folder::new(SCENARIO).with("jobs.csv", three_jobs());
    let document = json(&run(&folder, &["--format", "json"]));
    let waited = document["waited_for"].as_array().expect("causes");
    let causes: Vec<(&str, &str, &str)> = waited
        .iter()
        .map(|cause| {
            let text = |key: &str| cause[key].as_str().unwrap_or("");
            (text("cause"), text("compute_environment"), text("job_hours"))
        })
        .collect();
    assert_eq!(causes, [("launch", "", "3"), ("max_vcpus", "gpu", "2")]);
    assert_eq!((&waited[0]["percent"], &waited[1]["percent"]), (&"60".into(), &"40".into()));
    let findings = document["findings"].to_string();
    assert!(findings.contains("RUNNABLE for long: max_vcpus"), "{findings}");
    assert!(
        findings.contains("in 40 % of all waiting, 2 job-hours, max_vcpus of gpu was reached"),
        "{findings}"
    );
}

#[test]
fn refused_launches_are_counted_and_waited_for() {
    // EC2 refuses every launch: nothing ever runs, and the first refusals are those of the first minutes.
    let scenario = SCENARIO.replace(
        "max_vcpus = 192\n",
        "max_vcpus = 192\ncapacity_errors = { \"p4d.24xlarge\" = 0.5 }\ncapacity_retry_minutes = 30\n",
    );
    let folder = Folder::new(scenario).with("jobs.csv", three_jobs());
    let runs: Vec<Value> = (1..=20)
        .map(|seed| json(&run(&folder, &["--format", "json", "--seed", &seed.to_string()])))
        .collect();
    let refusals = |run: &Value| run["instances"]["hours"][0]["refused_launches"].as_u64().expect("a count");
    // Each launch is refused with 1/2: one refusal is expected for each of about two launches.
    let all: u64 = runs.iter().map(refusals).sum();
    assert!((20..70).contains(&all), "{all}");
    let refused = runs.iter().find(|run| refusals(run) > 0).expect("half of all launches are refused");
    let findings = refused["findings"].to_string();
    assert!(findings.contains("RUNNABLE for long: capacity"), "{findings}");
    assert!(findings.contains("EC2 had no capacity for gpu: it refused"), "{findings}");
    // Waiting for capacity lasts whole half hours, times jobs in line.
    let capacity =
        refused["waited_for"].as_array().expect("causes").iter().find(|of| of["cause"] == "capacity");
    let hours: f64 =
        capacity.expect("a cause")["job_hours"].as_str().expect("text").parse().expect("a number");
    assert_eq!((hours * 2.0).fract(), 0.0, "{hours}");
}

#[test]
fn file_systems_are_held_against_what_jobs_ask() {
    // 2,400 GiB × 250 MB/s per TiB = 585.9 MB/s; two jobs at once ask for 800 from 1 h to 3 h, then c for 400.
    let asked = SCENARIO.replace("run_hours = 2", "run_hours = 2\nlustre_mbps = 400");
    let folder = Folder::new(asked).with("jobs.csv", three_jobs());
    let document = json(&run(&folder, &["--format", "json"]));
    let findings = document["findings"].to_string();
    assert!(
        findings.contains(
            "jobs asked for up to 800 MB/s at once, the file systems give 585.9 MB/s without bursts; for 2 h"
        ),
        "{findings}"
    );
    assert!(!document["notes"].to_string().contains("lustre_mbps"), "{document}");
    let unsaid = Folder::new(SCENARIO).with("jobs.csv", three_jobs());
    let document = json(&run(&unsaid, &["--format", "json"]));
    let notes = document["notes"].to_string();
    assert!(notes.contains("at the peak of 2 instances each has 293 MB/s of 585.9"), "{notes}");
    assert!(!document["findings"].to_string().contains("Lustre"));
}

#[test]
fn memory_that_wastes_gpus_is_found() {
    // 1,152 GiB less 5 % are 1,120,665 MiB: three of 300,000 fit, four by 24 vCPUs and 2 GPUs each.
    let job = |id: &str, memory: u32| format!("{id},0,60,24,{memory},2,1,main,succeeded,\n");
    let jobs = [HEADER.to_owned(), job("a", 280_000), job("b", 300_000), job("c", 300_000)].concat();
    let findings = |jobs: String| {
        json(&run(&Folder::new(SCENARIO).with("jobs.csv", jobs), &["--format", "json"]))["findings"]
            .to_string()
    };
    let found = findings(jobs);
    assert!(
        found.contains("2 of 3 jobs ask for so much memory")
            && found.contains("`b` asks for 300,000 MiB, so p4d.24xlarge takes 3 at once instead of 4"),
        "{found}"
    );
    assert!(!findings([HEADER.to_owned(), job("a", 280_000)].concat()).contains("memory"));
}

/// A history of p4d.24xlarge in two zones, in the AWS CLI's JSON.
fn history(changes: &[(&str, &str, &str)]) -> String {
    let record = |(zone, time, price): &(&str, &str, &str)| {
        format!(
            r#"{{"AvailabilityZone":"{zone}","InstanceType":"p4d.24xlarge","ProductDescription":"Linux/UNIX","SpotPrice":"{price}","Timestamp":"{time}"}}"#
        )
    };
    let records: Vec<String> = changes.iter().map(record).collect();
    format!("{{\"SpotPriceHistory\":[{}]}}", records.join(","))
}

#[test]
fn spot_costs_what_it_cost_then() {
    let scenario = SCENARIO
        .replace("type = \"EC2\"", "type = \"SPOT\"")
        .replace("launch_minutes = 60", "launch_minutes = 0");
    let jobs = "job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status\n\
                a,2026-10-02T00:00:00Z,7200,96,1000,8,1,main,succeeded\n";
    // The instance runs from 0:00 to 3:00. Zone a: 1 h at 2, 2 h at 5; zone b: 3 h at 2: 18 for 6 hours, $3 an hour.
    let record = history(&[
        ("us-east-1a", "2026-10-01T00:00:00Z", "2.0"),
        ("us-east-1a", "2026-10-02T01:00:00Z", "5.0"),
        ("us-east-1b", "2026-10-01T00:00:00Z", "2.0"),
        ("us-east-1b", "2026-10-03T00:00:00Z", "2.1"),
    ]);
    let folder = Folder::new(&scenario).with("jobs.csv", jobs).with("h.json", record);
    let more = ["--format", "json", "--spot-history", "h.json"];
    let answer = run(&folder, &more);
    let document = json(&answer);
    assert_eq!(document["cost"], "9", "{}", answer.text());
    let notes = document["notes"].to_string();
    assert!(
        notes.contains("from the record h.json: it covers 100 % of the hours of p4d.24xlarge"),
        "{notes}"
    );
    // A month that the record has whole is no month to forecast, and still it counts.
    let later = jobs.replace("2026-10-02T", "2026-12-02T");
    let past = Folder::new(&scenario).with("jobs.csv", later).with(
        "h.json",
        history(&[
            ("us-east-1a", "2026-10-01T00:00:00Z", "2.0"),
            ("us-east-1a", "2026-12-31T00:00:00Z", "2.0"),
        ]),
    );
    assert_eq!(json(&run(&past, &more))["cost"], "6");
    // A rate of the scenario's own stays: 3 h × $4.
    let own = format!(
        "{scenario}[[price]]\nusage_type = \"SpotUsage:p4d.24xlarge\"\npurchase_option = \"spot\"\nusd = \"4\"\nunit = \"Hours\"\nreason = \"agreed\"\n"
    );
    let record = history(&[("us-east-1a", "2026-10-01T00:00:00Z", "2.0")]);
    let folder = Folder::new(own).with("jobs.csv", jobs).with("h.json", record);
    assert_eq!(json(&run(&folder, &more))["cost"], "12");
}

#[test]
fn jobs_are_drawn_by_the_hour_of_the_week() {
    let scenario = SCENARIO.replace(
        "trace = \"jobs.csv\"\n",
        r#"
[[workload.arrivals]]
name = "day"
queue = "main"
job_definition = "train"
rates = [{ weekdays = "MON-FRI", hours = "9-17", jobs_per_hour = 0.5 }]
timezone = "Asia/Tokyo"
run_hours = [1, 2, 3]

[[workload.arrivals]]
name = "any"
queue = "main"
job_definition = "train"
jobs_per_hour = 0.1
run_hours_lognormal = { median_hours = 0.5, sigma = 0.8, source = "runs of September" }
"#,
    );
    let folder = Folder::new(scenario);
    let answer = run(&folder, &["--jobs-out", "out.csv", "--format", "json", "--replications", "3"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let document = json(&answer);
    let out = std::fs::read_to_string(folder.path("out.csv")).expect("the jobs");
    let submitted = |kind: &str| -> Vec<u64> {
        let rows = out.lines().filter(|row| row.starts_with(kind));
        rows.map(|row| row.split(',').nth(1).expect("a column").parse().expect("a number")).collect()
    };
    // October 2026 begins on a Thursday: 22 weekdays, 9:00 to 18:00 in Tokyo is 0:00 to 9:00 UTC: 198 h × 0.5 = 99
    // expected, deviation √99 = 9.95; 744 h × 0.1 = 74.4, deviation 8.6. Within 4 of them.
    let (day, any) = (submitted("day-"), submitted("any-"));
    assert!(day.len().abs_diff(99) < 40 && any.len().abs_diff(74) < 35, "{} {}", day.len(), any.len());
    for second in &day {
        let (hour, weekday) = (second / 3600 % 24, (second / 86_400 + 4) % 7);
        assert!(hour < 9 && (1..=5).contains(&weekday), "{second}");
    }
    assert!(any.iter().any(|second| second / 3600 % 24 > 9));
    let notes = document["notes"].to_string();
    assert!(notes.contains(&format!("{} of day, run times from a list of 3", day.len())), "{notes}");
    assert!(notes.contains("lognormal, median 0.5 h, sigma 0.8 (runs of September)"), "{notes}");
    // Other seeds draw other jobs; the same seed the same.
    let cost = &document["replications"]["figures"].as_array().expect("figures")[6];
    assert_ne!(cost["least"], cost["most"], "{cost}");
    let again = run(&folder, &["--format", "json", "--replications", "3"]);
    assert_eq!(json(&again), document);
}
