//! Jobs that name no job definition: what is said of them, and the one that a scenario gives them.

use serde_json::Value;

use super::cli::{Answer, Folder};

/// The note that these tests ask for the words of.
pub(crate) const NOTES: [&str; 3] = ["JobsWithoutDefinition", "TraceUnread", "EarlierAttempts"];

const SCENARIO: &str = r#"
region = "us-east-1"
month = "2026-11"
[[batch.compute_environment]]
name = "spot"
type = "SPOT"
allocation_strategy = "SPOT_CAPACITY_OPTIMIZED"
instance_types = ["g5.12xlarge"]
max_vcpus = 96
launch_minutes = 5
scale_down_delay_minutes = 5
interruptions_per_instance_hour = 0.1
[[batch.job_queue]]
name = "q"
priority = 1
compute_environments = ["spot"]
[[batch.job_definition]]
name = "train"
vcpus = 32
memory_mib = 128000
gpus = 4
attempts = 3
checkpoint = { interval_minutes = 30, write_minutes = 2, restart_minutes = 10 }
lustre_mbps = 500
[[lustre]]
name = "scratch"
deployment = "PERSISTENT_2"
throughput_mbps_per_tib = 250
size_gib = 1200
[workload]
trace = "a3.csv"
"#;

/// Twelve jobs of ten hours.
fn folder(column: bool) -> Folder {
    let (name, value) = if column { (",job_definition", ",train") } else { ("", "") };
    let header =
        format!("job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status{name}\n");
    let row = |job: u32| format!("j{job},{},36000,32,128000,4,1,q,succeeded{value}\n", job * 20_000);
    Folder::new(SCENARIO).with("a3.csv", header + &(0..12).map(row).collect::<String>())
}

fn run(folder: &Folder, args: &[&str]) -> Answer {
    let answer = folder.run(&[args, &["scenario.toml"]].concat());
    assert!(matches!(answer.code, Some(0 | 1)), "{}", answer.stderr);
    answer
}

/// Without the line breaks of a terminal.
fn words(answer: &Answer) -> String {
    answer.stdout.split_whitespace().collect::<Vec<_>>().join(" ")
}

const SAID: &str = "the jobs of the trace name no job definition: attempts, timeouts, checkpoints and lustre_mbps of train \
are not theirs; `[workload] job_definition = \"train\"` gives them one, a column job_definition each its own";

#[test]
fn every_command_says_that_no_job_is_of_a_definition() {
    let folder = folder(false);
    for command in [&["check"][..], &["simulate", "--prices", "bundled"], &["suggest", "--prices", "bundled"]]
    {
        assert!(words(&run(&folder, command)).contains(SAID), "{command:?}");
    }
}

#[test]
fn one_definition_for_all_is_the_column_in_every_row() {
    let of_all =
        ["simulate", "--prices", "bundled", "--format", "json", "--set", "workload.job_definition=train"];
    let of_all = run(&folder(false), &of_all);
    let column = run(&folder(true), &of_all_without_set());
    assert_eq!(of_all.stdout, column.stdout);
    assert!(!of_all.stdout.contains("no job definition"));
    // Without it each job that is interrupted fails at once.
    let failed = |answer: &Answer| {
        let answer: Value = serde_json::from_str(&answer.stdout).expect("JSON");
        answer["jobs"]["failed"].as_u64().expect("a number")
    };
    let bare = run(&folder(false), &of_all_without_set());
    assert!(failed(&bare) > failed(&column), "{} of {}", failed(&bare), failed(&column));
}

fn of_all_without_set() -> [&'static str; 5] {
    ["simulate", "--prices", "bundled", "--format", "json"]
}

#[test]
fn a_definition_that_is_too_small_is_not_offered() {
    let folder = folder(false);
    let answer = run(&folder, &["check", "--set", "batch.job_definition.train.gpus=2"]);
    assert!(
        words(&answer).contains("gives each its own, `[workload] job_definition` all of them one"),
        "{}",
        answer.stdout
    );
}

#[test]
fn some_jobs_without_one_are_counted() {
    let folder = folder(true);
    let path = folder.path("a3.csv");
    let text = std::fs::read_to_string(&path).expect("the jobs").replacen(",train\n", ",\n", 2);
    std::fs::write(path, text).expect("written");
    assert!(words(&run(&folder, &["check"])).contains("2 of 12 jobs of the trace name no job definition"));
}

#[test]
fn one_that_is_not_there_is_refused() {
    let answer = folder(false).run(&["check", "scenario.toml", "--set", "workload.job_definition=trian"]);
    assert_eq!(answer.code, Some(2));
    assert!(answer.stderr.contains("train"), "{}", answer.stderr);
}

#[test]
fn check_says_that_it_has_not_seen_the_trace() {
    let folder = Folder::new(SCENARIO);
    let answer = run(&folder, &["check"]);
    assert!(words(&answer).contains("the trace a3.csv was not checked: "), "{}", answer.stdout);
}

#[test]
fn attempts_that_are_not_simulated_are_counted() {
    // 3,600 + 1,800 s of 32 vCPUs are 48 vCPU-hours.
    let header = "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,job_definition,earlier_attempts\n";
    let jobs = "a,0,600,32,128000,4,1,q,succeeded,train,3600:spot:g5.12xlarge 1800\nb,0,600,32,128000,4,1,q,succeeded,train,\n";
    let folder = Folder::new(SCENARIO).with("a3.csv", format!("{header}{jobs}"));
    let answer = words(&run(&folder, &["simulate", "--prices", "bundled"]));
    let said = "1 job of the record had 2 attempts before the last one, 48 vCPU-hours that are not simulated";
    assert!(answer.contains(said), "{answer}");
}

#[test]
fn check_refuses_a_trace_that_cannot_be_simulated() {
    let header = "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,depends_on\n";
    let row = |id: &str, on: &str| format!("{id},0,600,4,1000,0,1,q,succeeded,{on}\n");
    let circle = [row("a", "b"), row("b", "c"), row("c", "a")].concat();
    let answer =
        Folder::new(SCENARIO).with("a3.csv", format!("{header}{circle}")).run(&["check", "scenario.toml"]);
    assert_eq!(answer.code, Some(3), "{}", answer.text());
    assert!(answer.stderr.contains("circle"), "{}", answer.stderr);
}
