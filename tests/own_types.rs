//! Instance types that a scenario declares, everywhere the catalogue is; and those that are sold in blocks only.

use serde_json::Value;

use super::cli::{Answer, Folder};

const TYPE: &str = r#"
[[instance_type]]
name = "p9.48xlarge"
vcpus = 192
memory_mib = 2097152
gpus = 8
gpu_model = "X9"
"#;

const PRICE: &str = r#"
[[price]]
usage_type = "BoxUsage:p9.48xlarge"
usd = "100"
unit = "Hours"
"#;

const RUNS: &str = r#"
[[compute]]
name = "work"
instances = { "p9.48xlarge" = 2 }
hours_per_instance = 10
"#;

const BATCH: &str = r#"
[[batch.compute_environment]]
name = "gpu"
allocation_strategy = "BEST_FIT_PROGRESSIVE"
instance_types = ["p9"]
max_vcpus = 384
launch_minutes = 0
scale_down_delay_minutes = 0

[[batch.job_queue]]
name = "q"
priority = 1
compute_environments = ["gpu"]

[[batch.job_definition]]
name = "j"
vcpus = 96
memory_mib = 900_000
gpus = 4
run_hours = 3
"#;

fn scenario(keys: &[&str]) -> Folder {
    Folder::new(format!("region = \"us-east-1\"\nmonth = \"2026-11\"\n{}", keys.concat()))
}

fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.stdout).unwrap_or_else(|_| panic!("{}", answer.text()))
}

#[test]
fn a_declared_type_is_priced_and_counted_by_its_figures() {
    let folder = scenario(&[TYPE, PRICE, RUNS, BATCH]);
    let answer = folder.run(&["estimate", "scenario.toml", "--format", "json"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let document = json(&answer);
    // 2 × 10 h × 100; an hour of a vCPU is 100 / 192, of a GPU 100 / 8.
    assert_eq!(document["total"]["expected"], "2000");
    assert_eq!(document["unit_costs"][0]["per_gpu_hour"], "12.5");
    assert_eq!(document["unit_costs"][0]["per_vcpu_hour"], "0.5208333333");
    // 384 vCPUs are two instances.
    assert_eq!(document["batch"]["compute_environments"][0]["burn_per_hour_at_ceiling"], "200", "{document}");
    // Without its price it is a line without one.
    let answer = scenario(&[TYPE, RUNS]).run(&["estimate", "scenario.toml", "--prices", "bundled"]);
    assert_eq!(answer.code, Some(1), "{}", answer.text());
    assert!(answer.stdout.contains("the bundled price list has none in us-east-1"), "{}", answer.text());
    // Without its table nobody knows it, and the help says what can be done.
    let answer = scenario(&[PRICE, RUNS]).run(&["check", "scenario.toml"]);
    assert_eq!(answer.code, Some(2), "{}", answer.text());
    assert!(answer.stderr.contains("[[instance_type]] declares one that is new"), "{}", answer.text());
}

#[test]
fn jobs_are_simulated_on_a_declared_type() {
    // Two jobs of 4 of 8 GPUs share an instance: four jobs of 3 h side by side on two instances are 6 hours at 100.
    let row = |n: u32| format!("{n},2026-11-02T00:00:00Z,10800,96,900000,4,1,q,succeeded\n");
    let header = "job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status\n";
    let jobs = format!("{header}{}", (1..=4).map(row).collect::<String>());
    let folder =
        scenario(&[TYPE, PRICE, BATCH, "[workload]\ntrace = \"jobs.csv\"\n"]).with("jobs.csv", &*jobs);
    let answer = folder.run(&["simulate", "scenario.toml", "--format", "json"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    assert!(answer.stdout.contains("\"600\""), "{}", answer.text());
    // Half the size at a fifth of the price, both declared: each job alone on one, 4 × 3 h × 20.
    let half = TYPE
        .replace("48xlarge", "24xlarge")
        .replace("192", "96")
        .replace("2097152", "1048576")
        .replace("gpus = 8", "gpus = 4");
    let cheaper = PRICE.replace("48xlarge", "24xlarge").replace("\"100\"", "\"20\"");
    let batch = BATCH.replace("\"p9\"", "\"p9.48xlarge\"");
    let trace = "[workload]\ntrace = \"jobs.csv\"\n";
    let folder = scenario(&[TYPE, &half, PRICE, &cheaper, &batch, trace]).with("jobs.csv", jobs);
    let answer = folder.run(&["suggest", "scenario.toml", "--trace-hours", "720", "--format", "json"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let found = json(&answer)["suggestions"].clone();
    let of_types = found.as_array().expect("a list").iter().find(|one| one["kind"] == "instance_types");
    let of_types = of_types.unwrap_or_else(|| panic!("{}", answer.text()));
    assert!(of_types["title"].to_string().contains("p9.24xlarge"), "{of_types}");
    assert!(of_types.to_string().contains("\"360\""), "{of_types}");
}

#[test]
fn a_declared_type_is_the_scenarios_own() {
    let figures = |vcpus: &str| TYPE.replace("192", vcpus);
    let with = |folder: Folder, name: &str, keys: &[&str]| {
        folder.with(name, format!("region = \"us-east-1\"\nmonth = \"2026-11\"\n{}", keys.concat()))
    };
    let both = |other: &[&str]| with(scenario(&[TYPE, PRICE, RUNS]), "other.toml", other);
    let command = ["estimate", "scenario.toml", "other.toml"];
    let same = both(&[TYPE, PRICE, RUNS]).run(&command);
    assert_eq!(same.code, Some(0), "{}", same.text());
    let otherwise = both(&[&figures("96"), PRICE, RUNS]).run(&command);
    assert_eq!(otherwise.code, Some(2), "{}", otherwise.text());
    let phrase = "another scenario declares `p9.48xlarge` with 192 vCPUs";
    assert!(otherwise.stderr.contains(phrase), "{}", otherwise.text());
    let undeclared = both(&[PRICE, RUNS]).run(&command);
    assert_eq!(undeclared.code, Some(2), "{}", undeclared.text());
    assert!(undeclared.stderr.contains("unknown instance type `p9.48xlarge`"), "{}", undeclared.text());
    // What this program knows with the same figures stays as it is known.
    let known = "[[instance_type]]\nname = \"g5.xlarge\"\nvcpus = 4\nmemory_mib = 16384\ngpus = 1\ngpu_model = \"A10G\"\n";
    let runs = RUNS.replace("p9.48xlarge", "g5.xlarge");
    let answer = scenario(&[known, &runs]).run(&["estimate", "scenario.toml", "--format", "json"]);
    assert_eq!(json(&answer)["total"]["expected"], "20.12", "{}", answer.text());
}

#[test]
fn what_has_no_on_demand_price_anywhere_says_how_it_is_sold() {
    let runs = RUNS.replace("p9.48xlarge", "p5e.48xlarge");
    let folder = scenario(&[&runs]);
    let answer = folder.run(&["estimate", "scenario.toml", "--prices", "bundled", "--format", "json"]);
    assert_eq!(answer.code, Some(1), "{}", answer.text());
    let reason = json(&answer)["unpriced"][0]["reason"].as_str().expect("a reason").to_owned();
    let how = "AWS lists no On-Demand price for p5e.48xlarge in any region: it is sold as Capacity Blocks or UltraServers";
    assert!(reason.contains(how) && reason.ends_with("add it to the scenario as [[price]]"), "{reason}");
    // Of another type nothing of it is said.
    let huge = RUNS.replace("p9.48xlarge", "hpc7a.96xlarge");
    let answer =
        scenario(&[&huge]).run(&["estimate", "scenario.toml", "--prices", "bundled", "--format", "json"]);
    let reason = json(&answer)["unpriced"][0]["reason"].to_string();
    assert!(!reason.contains("Capacity Blocks"), "{reason}");
    for (pattern, code) in [("trn2", 1), ("trn2u.48xlarge", 1), ("BoxUsage:p6e-gb200", 1), ("p5e", 0)] {
        let answer = folder.run(&["prices", "show", pattern]);
        assert_eq!(answer.code, Some(code), "{}", answer.text());
        assert!(answer.stdout.contains("AWS lists no On-Demand price for"), "{}", answer.text());
    }
    for pattern in ["p4d", "trn1", "EBS"] {
        let answer = folder.run(&["prices", "show", pattern]);
        assert!(!answer.stdout.contains("UltraServers"), "{pattern}: {}", answer.text());
    }
}

#[test]
fn an_import_knows_declared_types_and_writes_them() {
    let cluster = "Image: {Os: alinux2023}\nRegion: us-east-1\nHeadNode:\n  InstanceType: c5.large\n  \
        Networking: {SubnetId: subnet-1}\nScheduling:\n  Scheduler: slurm\n  SlurmQueues:\n  - Name: q\n    \
        Networking: {SubnetIds: [subnet-1]}\n    ComputeResources:\n    - {Name: a, InstanceType: p9.48xlarge, MaxCount: 10}\n";
    let folder = Folder::empty().with("cluster.yaml", cluster).with("types.toml", TYPE);
    let unknown = folder.run(&["import", "parallelcluster", "cluster.yaml"]);
    assert!(unknown.stdout.contains("# max_vcpus = ?"), "{}", unknown.text());
    let args = ["import", "parallelcluster", "cluster.yaml", "--types", "types.toml", "-o", "scenario.toml"];
    let answer = folder.run(&[&args[..], &["--month", "2026-11"]].concat());
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let scenario = std::fs::read_to_string(folder.path("scenario.toml")).expect("it was written");
    // 10 × 192 vCPUs.
    assert!(scenario.contains("\nmax_vcpus = 1920\n"), "{scenario}");
    assert!(
        scenario.contains("# types.toml\n[[instance_type]]\nname = \"p9.48xlarge\"\nvcpus = 192\n"),
        "{scenario}"
    );
    let answer = folder.run(&["check", "scenario.toml"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    // A file that says otherwise what is known is refused.
    let folder = folder.with("types.toml", TYPE.replace("p9.48xlarge", "p5.48xlarge"));
    let answer = folder.run(&args);
    assert_eq!(answer.code, Some(2), "{}", answer.text());
    assert!(answer.stderr.contains("`p5.48xlarge` is known otherwise: H100"), "{}", answer.text());
}
