//! Which types are launched: sizes that the strategy holds equal, and that the order in which anything is written decides
//! nothing where AWS has no order.

use std::collections::BTreeMap;

use hpc_cost::catalog::Catalog;
use hpc_cost::document::Document;
use hpc_cost::model::decimal::{Decimal, parse};
use hpc_cost::model::money::Usd;
use hpc_cost::model::time::Month;
use hpc_cost::scenario::Scenario;
use hpc_cost::scenario::batch::Bid;
use hpc_cost::scenario::keys::batch::{AllocationStrategy, EnvironmentType, LaunchSize};
use hpc_cost::simulate::model::{BatchModel, Environment, LaunchType};
use hpc_cost::simulate::simulate;
use hpc_cost::simulate::study::Jobs;
use hpc_cost::workload::csv;
use hpc_cost::workload::random::{Purpose, Stream};

use super::cli::Folder;
use super::simulation::{elastic, jobs, launch_type, model};

/// Notes that only simulations have, with their words below.
pub(crate) const NOTES: [&str; 2] = ["LaunchSizeOpen", "SpotPoolOpen"];

/// Launches of each type by name, for jobs of so many vCPUs that come at once.
fn launches(environment: &Environment, rows: &[&str]) -> Vec<(String, u64)> {
    let outcome = simulate(&model(vec![environment.clone()]), &jobs(rows), 1);
    let name = |kind: u16| environment.types[usize::from(kind)].instance_type.to_string();
    let launched = outcome.ran.iter().filter(|ran| ran.launches > 0);
    let mut launched: Vec<_> = launched.map(|ran| (name(ran.kind), ran.launches)).collect();
    launched.sort();
    launched
}

fn named(expected: &[(&str, u64)]) -> Vec<(String, u64)> {
    expected.iter().map(|(name, launches)| ((*name).to_owned(), *launches)).collect()
}

#[test]
fn the_size_that_is_launched_is_the_scenarios() {
    use AllocationStrategy::*;
    let usd = |text: &str| Some(Usd::new(parse(text).expect("a number")));
    let priced = |name, vcpus, price| LaunchType { price: usd(price), ..launch_type(name, vcpus, 0) };
    // Every vCPU costs 0.10 an hour.
    let types = vec![priced("f.16", 16, "1.60"), priced("f.4", 4, "0.40"), priced("f.64", 64, "6.40")];
    let nine: Vec<String> = (0..9).map(|job| format!("j{job} 0 9 4")).collect();
    let nine: Vec<&str> = nine.iter().map(String::as_str).collect();
    for strategy in [BestFit, BestFitProgressive, SpotCapacityOptimized, SpotPriceCapacityOptimized] {
        let environment_type =
            if strategy.spot_only() { EnvironmentType::Spot } else { EnvironmentType::Ec2 };
        let of = |launch_size| Environment {
            strategy,
            environment_type,
            types: types.clone(),
            launch_size,
            ..elastic(1000)
        };
        assert_eq!(launches(&of(None), &nine), named(&[("f.4", 9)]), "{strategy:?}");
        assert_eq!(launches(&of(Some(LaunchSize::Smallest)), &nine), named(&[("f.4", 9)]));
        assert_eq!(launches(&of(Some(LaunchSize::Largest)), &nine), named(&[("f.64", 1)]));
        // 36 vCPUs are wanted, and then 20: each fills the middle one. Then 4 are: they fill the small one.
        let mixed = of(Some(LaunchSize::Mixed));
        assert_eq!(launches(&mixed, &nine), named(&[("f.16", 2), ("f.4", 1)]), "{strategy:?}");
        // Three vCPUs fill none: the smallest that holds them.
        assert_eq!(launches(&mixed, &["a 0 9 3"]), named(&[("f.4", 1)]));
        // Nodes take whole instances, the smallest.
        let nodes = of(Some(LaunchSize::Largest));
        if !strategy.spot_only() {
            assert_eq!(launches(&nodes, &["a 0 9 4 nodes=3"]), named(&[("f.4", 3)]));
        }
    }
}

#[test]
fn memory_and_gpus_fill_an_instance_too() {
    let types = vec![launch_type("one", 8, 1), launch_type("eight", 64, 8)];
    let mixed = Environment {
        strategy: AllocationStrategy::BestFitProgressive,
        launch_size: Some(LaunchSize::Mixed),
        types,
        ..elastic(1000)
    };
    // Eight GPUs with 2 vCPUs each; seven do not fill it. A GiB for each vCPU: 16 jobs of 4 GiB take all of the large one.
    let rows = |count: u32, columns: &str| -> Vec<String> {
        (0..count).map(|job| format!("j{job} 0 9 1 {columns}")).collect()
    };
    for (count, columns, expected) in [
        (8, "gpus=1", [("eight", 1)].as_slice()),
        (7, "gpus=1", &[("one", 7)]),
        (16, "memory_mib=4096", &[("eight", 1)]),
        (15, "memory_mib=4096", &[("one", 8)]),
    ] {
        let rows = rows(count, columns);
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        assert_eq!(launches(&mixed, &rows), named(expected), "{count} {columns}");
    }
}

#[test]
fn what_waits_below_the_cap_is_counted_once() {
    // The cap holds one large instance, so 16 of the 40 vCPUs run at a time. When they end the instance is free again for
    // those behind them: nothing else is launched, and the last two take half of it.
    let usd = |text: &str| Some(Usd::new(parse(text).expect("a number")));
    let types = vec![
        LaunchType { price: usd("1.60"), ..launch_type("f.16", 16, 0) },
        LaunchType { price: usd("0.40"), ..launch_type("f.4", 4, 0) },
    ];
    let mixed =
        Environment { types, launch_size: Some(LaunchSize::Mixed), scale_down_seconds: 60, ..elastic(16) };
    let rows: Vec<String> = (0..10).map(|job| format!("j{job} 0 100 4")).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let outcome = simulate(&model(vec![mixed.clone()]), &jobs(&rows), 1);
    let starts: Vec<u64> = outcome.jobs.iter().map(|job| job.start_seconds).collect();
    assert_eq!(starts, [0, 0, 0, 0, 100, 100, 100, 100, 200, 200]);
    assert_eq!(launches(&mixed, &rows), named(&[("f.16", 1)]));
}

/// Moves everything anywhere.
fn shuffled<T>(mut all: Vec<T>, draws: &mut Stream) -> Vec<T> {
    for place in (1..all.len()).rev() {
        all.swap(place, draws.below(place as u64 + 1) as usize);
    }
    all
}

/// Blocks of a scenario and rows of a trace, in no order. Instance types apart, where their order says nothing.
struct Written {
    environments: Vec<(String, Vec<&'static str>)>,
    queues: Vec<String>,
    definitions: Vec<String>,
    rows: Vec<String>,
}

const TYPES: [&str; 10] = [
    "c5.xlarge",
    "c5.2xlarge",
    "c5.9xlarge",
    "m5.xlarge",
    "m5.2xlarge",
    "r5.2xlarge",
    "c6i.xlarge",
    "c6i.8xlarge",
    "g5.2xlarge",
    "g5.12xlarge",
];

fn written(draws: &mut Stream) -> Written {
    let pick = |draws: &mut Stream, of: &[&'static str]| of[draws.below(of.len() as u64) as usize];
    let environment = |name: &str, draws: &mut Stream| {
        let mut types: Vec<&str> = shuffled(TYPES.to_vec(), draws);
        types.truncate(2 + draws.below(5) as usize);
        let spot = draws.below(2) == 0;
        let strategies: &[&str] = match spot {
            true => &["SPOT_CAPACITY_OPTIMIZED", "SPOT_PRICE_CAPACITY_OPTIMIZED", "BEST_FIT_PROGRESSIVE"],
            false => &["BEST_FIT", "BEST_FIT_PROGRESSIVE"],
        };
        let mut block = format!(
            "[[batch.compute_environment]]\nname = \"{name}\"\nallocation_strategy = \"{}\"\nmin_vcpus = {}\n\
            max_vcpus = {}\nlaunch_minutes = {}\nscale_down_delay_minutes = 5\n",
            pick(draws, strategies),
            [0, 0, 8, 40][draws.below(4) as usize],
            40 + draws.below(200),
            draws.below(9)
        );
        if spot {
            block += "type = \"SPOT\"\ninterruptions_per_instance_hour = 0.5\n";
        }
        if draws.below(2) == 0 {
            block += &format!("capacity_errors = {{ \"{}\" = 0.4, \"{}\" = 0.2 }}\n", types[0], types[1]);
        }
        let size = pick(draws, &["", "smallest", "largest", "mixed"]);
        if !size.is_empty() {
            block += &format!("launch_size = \"{size}\"\n");
        }
        (block, types)
    };
    let queue = |name: &str, of: &str, draws: &mut Stream| {
        format!(
            "[[batch.job_queue]]\nname = \"{name}\"\npriority = {}\ncompute_environments = [{of}]\n",
            1 + draws.below(2)
        )
    };
    let definition = |name: &str| {
        format!("[[batch.job_definition]]\nname = \"{name}\"\nvcpus = 1\nmemory_mib = 1\nattempts = 4\n")
    };
    let row = |job: u64, draws: &mut Stream| {
        let (submit, run) = (60 * draws.below(20), 1 + draws.below(5000));
        let (vcpus, nodes) = ([1, 2, 4, 8][draws.below(4) as usize], 1 + draws.below(12) / 11);
        let (queue, definition) = (pick(draws, &["high", "low"]), pick(draws, &["d", "e", ""]));
        format!("j{job},{submit},{run},{vcpus},{},0,{nodes},{queue},succeeded,{definition}", 512 * vcpus)
    };
    Written {
        environments: ["x", "a", "m"].iter().map(|name| environment(name, draws)).collect(),
        queues: vec![queue("high", "\"x\", \"a\"", draws), queue("low", "\"m\", \"x\"", draws)],
        definitions: vec![definition("d"), definition("e")],
        rows: (0..60).map(|job| row(job, draws)).collect(),
    }
}

/// What a simulation says of it: every job by name, and hours and launches by environment and type.
fn said(of: &Written, seed: u64) -> (BTreeMap<String, String>, BTreeMap<String, (u64, u64)>) {
    let mut text = "name = \"s\"\nregion = \"us-east-1\"\nmonth = \"2026-11\"\n".to_owned();
    for (block, types) in &of.environments {
        text += &format!("{block}instance_types = {types:?}\n");
    }
    text += &[of.queues.concat(), of.definitions.concat()].concat();
    let document = Document::parse("s.toml", &text).expect("TOML");
    let now = Month::parse("2026-11").expect("a month");
    let scenario = Scenario::from_document(document, &Catalog::bundled(), "s", now).expect("valid");
    let header = "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,job_definition";
    let trace = csv::read(format!("{header}\n{}\n", of.rows.join("\n")).as_bytes()).expect("valid");
    let workload = Jobs::recorded(trace, &scenario).under(seed).expect("a trace");
    // A dollar for every four vCPUs, g5 more: sizes and families tie.
    let price = |name: &_, _| {
        let spec = Catalog::bundled().get(name).expect("known").clone();
        Some(Usd::new(Decimal::from(spec.vcpus + spec.gpus) / Decimal::from(4)))
    };
    let model = BatchModel::from_scenario(&scenario, &workload, price, |_, _| Bid::Kept).expect("a model");
    let outcome = simulate(&model, &workload, seed);
    let type_of = |ran: u16| {
        let ran = &outcome.ran[usize::from(ran)];
        let environment = &model.environments[usize::from(ran.environment)];
        format!("{} {}", environment.name, environment.types[usize::from(ran.kind)].instance_type)
    };
    let jobs = outcome.jobs.iter().enumerate().map(|(index, job)| {
        let ran = if job.attempts > 0 { type_of(job.ran) } else { String::new() };
        let times = (job.start_seconds, job.end_seconds, job.attempts, job.status);
        (workload.id(index).to_owned(), format!("{times:?} {ran}"))
    });
    let ran = (0..).zip(&outcome.ran).filter(|(_, ran)| ran.launches > 0);
    (jobs.collect(), ran.map(|(kind, ran)| (type_of(kind), (ran.launches, ran.instance_seconds))).collect())
}

#[test]
fn the_order_in_which_things_are_written_changes_nothing() {
    let (mut interrupted, mut chosen) = (0, 0);
    for seed in 0..120 {
        let mut draws = Stream::new(seed, Purpose::Arrivals);
        let before = written(&mut draws);
        let expected = said(&before, seed);
        interrupted += expected.0.values().filter(|job| !job.contains(", 1, Succeeded")).count();
        chosen += usize::from(expected.1.len() > 3);
        let Written { environments, queues, definitions, rows } = before;
        let environments =
            environments.into_iter().map(|(block, types)| (block, shuffled(types, &mut draws))).collect();
        let after = Written {
            environments: shuffled(environments, &mut draws),
            queues: shuffled(queues, &mut draws),
            definitions: shuffled(definitions, &mut draws),
            rows: shuffled(rows, &mut draws),
        };
        assert_eq!(said(&after, seed), expected, "seed {seed}");
    }
    assert!(interrupted > 100 && chosen > 40, "{interrupted} {chosen}");
}

#[test]
fn an_order_that_aws_honours_decides() {
    let of = |strategy, environment_type, types: [&str; 2]| {
        let types = types.map(|name| launch_type(name, 4, 0)).to_vec();
        launches(&Environment { strategy, environment_type, types, ..elastic(96) }, &["a 0 1 4"])
    };
    use AllocationStrategy::*;
    use EnvironmentType::*;
    for (strategy, of_type) in [(BestFitProgressiveOrdered, Ec2), (SpotCapacityOptimizedPrioritized, Spot)] {
        assert_eq!(of(strategy, of_type, ["a", "b"]), named(&[("a", 1)]));
        assert_eq!(of(strategy, of_type, ["b", "a"]), named(&[("b", 1)]));
    }
    for (strategy, of_type) in [(BestFit, Ec2), (BestFitProgressive, Spot), (SpotCapacityOptimized, Spot)] {
        assert_eq!(of(strategy, of_type, ["b", "a"]), named(&[("a", 1)]));
    }
}

const TWO: &str = r#"
name = "ord"
region = "us-east-1"
month = "2026-11"
[[batch.compute_environment]]
name = "ce"
type = "SPOT"
allocation_strategy = "SPOT_CAPACITY_OPTIMIZED"
instance_types = ["c6i.2xlarge", "c6i.32xlarge"]
max_vcpus = 256
launch_minutes = 4
scale_down_delay_minutes = 5
interruptions_per_instance_hour = 0
[[batch.job_queue]]
name = "q"
priority = 1
compute_environments = ["ce"]
[workload]
trace = "ord.csv"
[[price]]
usage_type = "SpotUsage:c6i.2xlarge"
purchase_option = "spot"
usd = "0.1"
unit = "Hours"
[[price]]
usage_type = "SpotUsage:c6i.32xlarge"
purchase_option = "spot"
usd = "2"
unit = "Hours"
"#;

const TWO_JOBS: &str = "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status
a,0,36000,8,8000,0,1,q,succeeded
b,0,36000,8,8000,0,1,q,succeeded
";

#[test]
fn what_aws_does_not_document_is_a_span() {
    let folder = Folder::new(TWO).with("ord.csv", TWO_JOBS);
    let run = |more: &[&str]| {
        let fixed = ["simulate", "scenario.toml", "--prices", "bundled", "--format", "json"];
        let answer = folder.run(&[&fixed, more].concat());
        assert_eq!(answer.code, Some(0), "{}", answer.text());
        answer.stdout
    };
    let shown = run(&[]);
    let turned = run(&["--set", "batch.ce.instance_types=[\"c6i.32xlarge\",\"c6i.2xlarge\"]"]);
    let value: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
    let ends = &value["launched_types"]["ends"];
    // Each for 240 s of launch, 36,000 s of work and 300 s until it goes, 10.15 h: two at $0.10 or one at $2.
    assert_eq!(
        (&ends[0]["launched_first"], &ends[1]["launched_first"]),
        (&"smallest".into(), &"largest".into())
    );
    assert_eq!((&ends[0]["cost"], &ends[1]["cost"]), (&"2.03".into(), &"20.3".into()), "{ends}");
    assert_eq!(value["cost"], "2.03");
    assert!(
        shown.contains("$2.03 with the smallest first, as shown, and $20.30 with the largest first"),
        "{shown}"
    );
    // The list of instances alone stands in the order written.
    let mut turned: serde_json::Value = serde_json::from_str(&turned).expect("JSON");
    turned["instances"] = value["instances"].clone();
    assert_eq!(turned, value);
    // A report says it in its language.
    for (lang, words) in [("en", "20.30 with the largest first"), ("ja", "最大を優先すると \\$20.30 になる")]
    {
        let out = folder.path(lang).display().to_string();
        let args = ["report", "scenario.toml", "--prices", "bundled", "--out", &out, "--lang", lang];
        let answer = folder.run(&args);
        let page = std::fs::read_to_string(folder.path(lang).join("report.md")).unwrap_or_default();
        assert!(page.contains(words), "{}\n{page}", answer.text());
    }
    // With the key the cost is one, and nothing is in question.
    for (size, cost) in [("smallest", "2.03"), ("largest", "20.3"), ("mixed", "2.03")] {
        let of: serde_json::Value =
            serde_json::from_str(&run(&["--set", &format!("batch.ce.launch_size=\"{size}\"")]))
                .expect("JSON");
        assert_eq!((&of["cost"], &of["launched_types"]), (&cost.into(), &serde_json::Value::Null), "{size}");
    }
}

#[test]
fn pools_of_one_size_are_a_span_too() {
    // The other pool at $0.30: three times as much.
    let pools = TWO.replace("c6i.32xlarge", "m6i.2xlarge").replace("\"2\"", "\"0.3\"");
    let folder = Folder::new(&pools).with("ord.csv", TWO_JOBS);
    let run = |more: &[&str]| {
        let fixed = ["simulate", "scenario.toml", "--prices", "bundled", "--format", "json"];
        folder.run(&[&fixed, more].concat()).stdout
    };
    let shown = run(&[]);
    assert!(
        shown.contains("$2.03 with the cheapest first, as shown, and $6.09 with the dearest first"),
        "{shown}"
    );
    // EC2 refuses the cheaper more often: it goes last, and nothing is in question.
    let refused = run(&["--set", "batch.ce.capacity_errors={ \"c6i.2xlarge\" = 0.1 }"]);
    assert!(refused.contains("m6i.2xlarge"), "{refused}");
    assert!(!refused.contains("launched_types"), "{refused}");
}

#[test]
fn a_size_beside_an_order_is_refused() {
    let ordered = TWO.replace("_OPTIMIZED\"", "_OPTIMIZED_PRIORITIZED\"\nlaunch_size = \"mixed\"");
    let folder = Folder::new(&ordered).with("ord.csv", TWO_JOBS);
    let answer = folder.run(&["check", "scenario.toml"]);
    assert_ne!(answer.code, Some(0));
    assert!(answer.stderr.contains("takes sizes in the order of instance_types"), "{}", answer.text());
}

#[test]
fn a_saving_that_rests_on_small_instances_says_so() {
    // Three jobs, one of 16 vCPUs, on r6i.4xlarge. With every size up to r6i.8xlarge the two small jobs take r6i.large, if
    // AWS does so; if it takes the largest, all three take an instance of twice the price.
    let wide = r#"
name = "wide"
region = "us-east-1"
month = "2026-11"
[[batch.compute_environment]]
name = "ce"
allocation_strategy = "BEST_FIT_PROGRESSIVE"
instance_types = ["r6i.4xlarge"]
max_vcpus = 32
launch_minutes = 4
scale_down_delay_minutes = 5
[[batch.job_queue]]
name = "q"
priority = 1
compute_environments = ["ce"]
[workload]
trace = "wide.csv"
"#;
    let rows = "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status
a,0,5400,2,3000,0,1,q,succeeded
b,90000,5400,16,100000,0,1,q,succeeded
c,180000,5400,2,3000,0,1,q,succeeded
";
    let folder = Folder::new(wide).with("wide.csv", rows);
    let run = |more: &[&str]| {
        let answer = folder.run(&[&["suggest", "scenario.toml", "--prices", "bundled"], more].concat());
        assert_eq!(answer.code, Some(0), "{}", answer.text());
        answer.stdout
    };
    // 3 × (5,400 + 240 + 300) s × $1.008 in 50 h, 14.4 times in 720 h: $71.85. Twice that is $71.85 more.
    let open = run(&[]);
    assert!(open.contains("$71.85 a month for instances"), "{open}");
    assert!(open.contains("with the largest first it costs $71.85 a month more"), "{open}");
    let decided = run(&["--set", "batch.ce.launch_size=\"smallest\""]);
    assert!(decided.contains("r6i.large") && !decided.contains("does not document"), "{decided}");
}
