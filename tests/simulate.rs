//! The command `simulate`: figures by hand, the same bytes again, sweeps whole and in parts, what is refused.

use serde_json::Value;

use super::cli::{Answer, Folder, snapshot};

/// Notes that only simulations have; a test below asks for the words of each.
pub(crate) const NOTES: [&str; 7] = [
    "TraceLeftOut",
    "TraceSorted",
    "TraceWithoutMemory",
    "AssumedDelay",
    "NeverInterrupted",
    "SimulatedWithoutCommitments",
    "SweptUnderSchedule",
];

/// One instance of 96 vCPUs at most, launched at once and gone an hour after its last job.
const SCENARIO: &str = r#"
name = "one"
region = "us-east-1"
month = "2026-10"

[[batch.compute_environment]]
name = "gpu"
allocation_strategy = "BEST_FIT"
instance_types = ["p4d.24xlarge"]
max_vcpus = 96
launch_minutes = 0
scale_down_delay_minutes = 60

[[batch.job_queue]]
name = "high"
priority = 10
compute_environments = ["gpu"]

[[batch.job_queue]]
name = "low"
priority = 1
compute_environments = ["gpu"]

[workload]
trace = "jobs.csv"

[target]
wait_minutes = 30
failure_percent = 10

[[price]]
usage_type = "BoxUsage:p4d.24xlarge"
purchase_option = "on_demand"
usd = "20"
unit = "Hours"
reason = "agreed"
"#;

/// A price of something else.
const OTHER: &str = "[[price]]\nusage_type = \"BoxUsage:c5.large\"\npurchase_option = \"on_demand\"\nusd = \"1\"\nunit = \"Hours\"\nreason = \"another\"\n";

/// Each takes the whole instance for an hour: a and b of the low queue at once, c of the high one a second later.
const JOBS: &str = "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status
a,0,3600,96,1000,8,1,low,succeeded
b,0,3600,96,1000,8,1,low,failed
c,1,3600,96,1000,8,1,high,succeeded
";

fn folder() -> Folder {
    Folder::new(SCENARIO).with("jobs.csv", JOBS)
}

fn run(folder: &Folder, more: &[&str]) -> Answer {
    folder.run(&[&["simulate", "scenario.toml", "--prices", "bundled"], more].concat())
}

fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.stdout).unwrap_or_else(|_| panic!("{}", answer.text()))
}

#[test]
fn three_jobs_on_one_instance_are_as_worked_out_by_hand() {
    let folder = folder();
    let answer = run(&folder, &["--jobs-out", "out.csv"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    snapshot("simulate_three_jobs", &answer.text());
    let out = std::fs::read_to_string(folder.path("out.csv")).expect("the jobs");
    // a at once; c of the higher queue before b. Each pays a third of $80.
    assert_eq!(
        out,
        "job_id,submit_seconds,start_seconds,end_seconds,status,instance_type,attempts,reason,cost_usd\n\
         a,0,0,3600,succeeded,p4d.24xlarge,1,,26.6666666667\n\
         b,0,7200,10800,failed,p4d.24xlarge,1,,26.6666666667\n\
         c,1,3600,7200,succeeded,p4d.24xlarge,1,,26.6666666666\n"
    );
    // Who cancelled a job or why it failed stands there in the words of the workload.
    let jobs = "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,reason\n\
         a,0,3600,96,1000,8,1,low,succeeded,\nb,0,3600,96,1000,8,1,low,cancelled,\n\
         c,1,3600,96,1000,8,1,high,failed,out_of_memory\n";
    let other = Folder::new(SCENARIO).with("jobs.csv", jobs);
    let answer = run(&other, &["--jobs-out", "out.csv"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let out = std::fs::read_to_string(other.path("out.csv")).expect("the jobs");
    let ends: Vec<Vec<&str>> = out
        .lines()
        .map(|row| {
            let cells: Vec<&str> = row.split(',').collect();
            vec![cells[0], cells[4], cells[7]]
        })
        .collect();
    assert_eq!(
        ends,
        [
            ["job_id", "status", "reason"],
            ["a", "succeeded", ""],
            ["b", "failed", "user"],
            ["c", "failed", "out_of_memory"]
        ]
    );
    let document = json(&run(&folder, &["--format", "json"]));
    // Waits 0, 3,599 and 7,200: mean 3,599.67. Three hours of work and one of idling, at $20.
    let waits = serde_json::json!({"mean": 3600, "p50": 3599, "p90": 7200, "p95": 7200, "max": 7200});
    assert_eq!(document["wait_seconds"], waits);
    assert_eq!((&document["cost"], &document["instances"]["hours"][0]["hours"]), (&"80".into(), &"4".into()));
    assert_eq!(document["utilization"]["gpu_percent"], "75");
    // 16 GPU-hours of the two that succeeded.
    assert_eq!(document["usd_per_useful_gpu_hour"], "5");
    assert_eq!((&document["over_wait_target"], &document["makespan_seconds"]), (&2.into(), &10_800.into()));
    let findings = document["findings"].to_string();
    assert!(findings.contains("1 of 3 jobs failed, 33.3 %"), "{findings}");
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_runs_give_intervals() {
    let spot = SCENARIO
        .replace("name = \"gpu\"\n", "name = \"gpu\"\ntype = \"SPOT\"\ninterruptions_per_instance_hour = 0.5\n")
        .replace("[[batch.job_queue]]\nname = \"high\"", "[[batch.job_definition]]\nname = \"train\"\nvcpus = 96\nmemory_mib = 1000\nattempts = 10\n\n[[batch.job_queue]]\nname = \"high\"");
    let jobs: String = JOBS
        .lines()
        .zip(["job_definition", "train", "train", "train"])
        .map(|(row, more)| format!("{row},{more}\n"))
        .collect();
    let folder = Folder::new(spot).with("jobs.csv", jobs);
    let more = ["--replications", "20", "--seed", "7", "--format", "json"];
    let (once, again) = (run(&folder, &more), run(&folder, &more));
    assert_eq!(once.stdout, again.stdout);
    let document = json(&once);
    assert_eq!((&document["seed"], &document["replications"]["runs"]), (&7.into(), &20.into()));
    let figures = document["replications"]["figures"].as_array().expect("figures");
    let interrupted =
        figures.iter().find(|figure| figure["figure"] == "interrupted_attempts").expect("it is there");
    let mean: f64 = interrupted["mean"].as_str().expect("text").parse().expect("a number");
    // Each of three hours ends well with e^-0.5; e^0.5 - 1 = 0.65 interruptions are expected for each.
    assert!((0.8..3.5).contains(&mean), "{interrupted}");
    // A run alone is what it is among others.
    let eighth = json(&run(&folder, &["--seed", "8", "--format", "json"]));
    assert_ne!(eighth["seed"], document["seed"]);
}

#[test]
fn a_sweep_in_parts_is_the_sweep_whole() {
    let folder = folder();
    let sweep = ["--sweep", "batch.gpu.max_vcpus=96..288:96", "--format", "json"];
    let whole = run(&folder, &sweep);
    assert_eq!(whole.code, Some(0), "{}", whole.text());
    let document = json(&whole);
    let rows = document["rows"].as_array().expect("rows");
    // With two instances b starts at once and c an hour later; with three nobody waits.
    let waits: Vec<u64> =
        rows.iter().map(|row| row["wait_seconds_mean"].as_u64().expect("a number")).collect();
    assert_eq!(waits, [3600, 1200, 0]);
    // 4 h; 2 + 1 h of work and 2 of idling; 3 × 2 h.
    let costs: Vec<&str> = rows.iter().map(|row| row["cost"].as_str().expect("text")).collect();
    assert_eq!(costs, ["80", "100", "120"]);
    snapshot("simulate_sweep", &run(&folder, &sweep[..2]).text());
    for part in ["0", "1"] {
        let shard = format!("{part}/2");
        let file = format!("part-{part}.json");
        run(&folder, &[&sweep[..], &["--shard", &shard, "-o", &file]].concat());
    }
    let merged = folder.run(&["simulate", "--merge", "part-1.json", "part-0.json", "--format", "json"]);
    assert_eq!(merged.stdout, whole.stdout, "{}", merged.text());
    // A child of an array job does its part without being told.
    let mut command = folder.command(&[
        "simulate",
        "scenario.toml",
        "--prices",
        "bundled",
        "--sweep",
        sweep[1],
        "--format",
        "json",
    ]);
    command.env("AWS_BATCH_JOB_ARRAY_INDEX", "1").env("AWS_BATCH_JOB_ARRAY_SIZE", "2");
    let child = Answer::of(command, &["simulate"]);
    assert_eq!(child.stdout, std::fs::read_to_string(folder.path("part-1.json")).expect("the part"));
    let refused = |parts: &[&str], words: &str| {
        let answer = folder.run(&[&["simulate", "--merge"], parts].concat());
        assert_eq!(answer.code, Some(3), "{}", answer.text());
        assert!(answer.stderr.contains(words), "{words}: {}", answer.text());
    };
    refused(&["part-0.json"], "each has to be there once");
    refused(&["part-0.json", "part-0.json"], "each has to be there once");
    run(&folder, &[&sweep[..], &["--shard", "1/2", "--seed", "9", "-o", "other.json"]].concat());
    refused(&["part-0.json", "other.json"], "is of another sweep");
    refused(&["jobs.csv"], "a part of a sweep");
}

#[test]
fn a_sweep_that_a_schedule_overrules_says_so() {
    let schedule = "[[schedule]]\ncompute_environment = \"gpu\"\ncron = \"0 0 * * *\"\nmax_vcpus = 96\n";
    let folder = Folder::new(format!("{SCENARIO}{schedule}")).with("jobs.csv", JOBS);
    let sweep = |key: &str| json(&run(&folder, &["--sweep", key, "--format", "json"]))["notes"].to_string();
    let notes = sweep("batch.gpu.max_vcpus=96..192:96");
    assert!(notes.contains("a [[schedule]] sets max_vcpus of gpu; from then on the swept value"), "{notes}");
    assert_eq!(sweep("batch.gpu.min_vcpus=0..96:96"), "[]");
}

#[test]
fn what_cannot_be_simulated_is_said() {
    let unpriced = SCENARIO.split("[[price]]").next().expect("the part before");
    let cases: [(&str, &[&str], i32, &str); 6] = [
        (&SCENARIO.replace("[workload]\ntrace = \"jobs.csv\"\n", ""), &[], 2, "has no jobs to simulate"),
        (&SCENARIO.replace("jobs.csv", "none.csv"), &[], 3, "none.csv"),
        (SCENARIO, &["--sweep", "batch.gpu.max_vcpus=5"], 2, "a sweep is FROM..TO:STEP"),
        (
            SCENARIO,
            &["--sweep", "batch.gpu.max_vcpus=96..192:96", "--shard", "2/2"],
            2,
            "is no part of a sweep",
        ),
        (SCENARIO, &["--sweep", "batch.none.max_vcpus=96..192:96"], 2, "none"),
        (unpriced, &["--prices", "other.toml"], 1, "lower bound"),
    ];
    for (scenario, more, code, words) in cases {
        let folder = Folder::new(scenario).with("jobs.csv", JOBS).with("other.toml", OTHER);
        let mut args = vec!["simulate", "scenario.toml"];
        if !more.contains(&"--prices") {
            args.extend(["--prices", "bundled"]);
        }
        args.extend(more);
        let answer = folder.run(&args);
        assert_eq!(answer.code, Some(code), "{words}: {}", answer.text());
        assert!(answer.stderr.contains(words), "{words}: {}", answer.text());
    }
}

/// The key that is missing is named, and the advice is about what is wrong.
#[test]
fn a_scenario_that_cannot_be_simulated_says_what_it_lacks() {
    let without = |table: &str| {
        let tables =
            SCENARIO.split_inclusive("\n\n").filter(|part| !part.starts_with(&format!("[[{table}]]")));
        Folder::new(tables.collect::<String>()).with("jobs.csv", JOBS)
    };
    let queue = run(&without("batch.job_queue"), &[]);
    assert_eq!(queue.code, Some(2));
    assert!(queue.stderr.contains("the scenario has no [[batch.job_queue]]"), "{}", queue.stderr);
    assert!(queue.stderr.contains("the README shows"), "{}", queue.stderr);
    let japanese = run(&without("batch.job_queue"), &["--lang", "ja"]);
    assert_eq!(japanese.code, Some(2));
    assert!(japanese.stderr.contains("シナリオに [[batch.job_queue]] がない"), "{}", japanese.stderr);
    // Three jobs of some seconds say nothing of a month: what to do is about the jobs.
    let short = folder().run(&["suggest", "scenario.toml", "--prices", "bundled"]);
    assert_eq!(short.code, Some(2));
    assert!(
        short.stderr.contains("hint: give a record of more days, or `--trace-hours`"),
        "{}",
        short.stderr
    );
}

#[test]
fn impossible_jobs_are_said_before_the_run() {
    let jobs = format!("{JOBS}d,2,10,97,1000,0,1,low,succeeded\ne,3,10,1,1000,0,2,nowhere,succeeded\n");
    let folder = folder().with("jobs.csv", jobs);
    let answer = run(&folder, &["--format", "json"]);
    assert!(
        answer.stderr.contains("1 of 5 jobs, the first `d`: no instance type of their queue"),
        "{}",
        answer.text()
    );
    assert!(
        answer.stderr.contains("the first `e`: their queue is none of the scenario's"),
        "{}",
        answer.text()
    );
    let document = json(&answer);
    assert_eq!((&document["jobs"]["unfinished"], &document["jobs"]["misfits"]), (&2.into(), &2.into()));
}

#[test]
fn what_is_assumed_and_left_out_is_noted() {
    let scenario = SCENARIO
        .replace("launch_minutes = 0\n", "")
        .replace("name = \"gpu\"\n", "name = \"gpu\"\ntype = \"SPOT\"\n")
        + "[[commitment]]\nname = \"plan\"\nkind = \"savings_plan\"\nusd_per_hour = \"1\"\n";
    let jobs = format!(
        "{JOBS}late,9,10,1,1,0,1,low,succeeded\nearly,5,10,1,1,0,1,low,succeeded\ngone,6,0,1,1,0,1,low,cancelled\n"
    );
    let document = json(&run(&Folder::new(scenario).with("jobs.csv", jobs), &["--format", "json"]));
    let notes = document["notes"].to_string();
    for words in [
        "gpu without launch_minutes: 240 s are assumed",
        "gpu: Spot without interruptions_per_instance_hour is never interrupted in this simulation",
        "[[commitment]] is not applied to simulated hours",
        "left out of the trace: 1 jobs cancelled before they ran",
        "1 job of the trace stood after later ones",
    ] {
        assert!(notes.contains(words), "{words}: {notes}");
    }
    // Job 1 at 0 for 60 s on 4 processors, its memory unknown (-1).
    let log = "; a log\n1 0 -1 60 4 -1 -1 4 -1 -1 1 1 1 1 1 1 -1 -1\n";
    let folder = Folder::new(SCENARIO.replace("jobs.csv", "jobs.swf")).with("jobs.swf", log);
    let notes =
        json(&run(&folder, &["--set", "batch.job_queue.low.priority=2", "--format", "json"]))["notes"]
            .to_string();
    assert!(notes.contains("memory is unknown for 1 job of the trace"), "{notes}");
}

#[test]
fn a_trace_is_beside_the_file_that_names_it() {
    let folder = Folder::new("extends = \"base/one.toml\"\nname = \"two\"\n");
    std::fs::create_dir(folder.path("base")).expect("a folder");
    std::fs::write(folder.path("base/one.toml"), SCENARIO).expect("a file");
    std::fs::write(folder.path("base/jobs.csv"), JOBS).expect("a file");
    assert_eq!(run(&folder, &[]).code, Some(0), "{}", run(&folder, &[]).text());
    let here = folder.with("here.csv", JOBS);
    assert_eq!(run(&here, &["--set", "workload.trace=here.csv"]).code, Some(0));
}
