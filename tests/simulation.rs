//! The simulator against what is known without it: a second implementation, queueing theory, conservation laws.

use std::fmt::Write as _;

use hpc_cost::interruption::{Checkpoint, Expectation, Exposure, billed_per_useful};
use hpc_cost::model::decimal::{Decimal, parse, to_f64};
use hpc_cost::model::sku::InstanceType;
use hpc_cost::scenario::batch::{Bid, CapRule};
use hpc_cost::scenario::keys::batch::{AllocationStrategy, EnvironmentType};
use hpc_cost::simulate::model::{BatchModel, Definition, Environment, LaunchType, Limits, Queue};
use hpc_cost::simulate::outcome::JobStatus;
use hpc_cost::simulate::{Capacity, Checkpoints, Outcome, simulate};
use hpc_cost::workload::random::{Purpose, Stream};
use hpc_cost::workload::{Job, Workload, csv, swf};
use proptest::prelude::*;

/// A type of so many vCPUs, with a GiB of memory for each, and GPUs.
pub(crate) fn launch_type(name: &str, vcpus: u32, gpus: u32) -> LaunchType {
    LaunchType {
        instance_type: InstanceType::new(name),
        capacity: Capacity { vcpus, memory_mib: vcpus * 1024, gpus },
        price: None,
        bid: Bid::Kept,
        refusals_per_million: 0,
        shortages: Vec::new(),
    }
}

/// On-Demand instances of 4 vCPUs, launched and let go at once, up to a maximum that is never exceeded.
pub(crate) fn elastic(max_vcpus: u32) -> Environment {
    Environment {
        name: "ce".into(),
        environment_type: EnvironmentType::Ec2,
        strategy: AllocationStrategy::BestFit,
        types: vec![launch_type("four", 4, 0)],
        limits: vec![Limits { from_seconds: 0, min_vcpus: 0, max_vcpus }],
        launch_seconds: 0,
        scale_down_seconds: 0,
        interruptions_per_instance_hour: Decimal::ZERO,
        capacity_retry_seconds: 60,
        launch_size: None,
        dearest_first: false,
    }
}

/// So many instances that are always there.
pub(crate) fn fixed(instances: u32, of: LaunchType) -> Environment {
    let vcpus = instances * of.capacity.vcpus;
    let limits = Limits { from_seconds: 0, min_vcpus: vcpus, max_vcpus: vcpus };
    Environment { types: vec![of], limits: vec![limits], ..elastic(0) }
}

/// One queue on the environments, in their order.
pub(crate) fn model(environments: Vec<Environment>) -> BatchModel {
    let all = (0..u16::try_from(environments.len()).expect("few")).collect();
    BatchModel {
        environments,
        queues: vec![Queue { name: "q".into(), priority: 1, environments: all, ..Queue::default() }],
        job_definitions: Vec::new(),
        consumables: Vec::new(),
        lustre_kbps: None,
        end_seconds: None,
        at_least_seconds: 0,
    }
}

/// Jobs by `id submit run vcpus`, then `key=value` of other columns.
pub(crate) fn jobs(rows: &[&str]) -> Workload {
    let columns = [
        "memory_mib",
        "gpus",
        "nodes",
        "queue",
        "status",
        "attempts",
        "depends_on",
        "job_definition",
        "share",
        "scheduling_priority",
    ];
    let mut text = format!("job_id,submit_seconds,run_seconds,vcpus,{}\n", columns.join(","));
    for row in rows {
        let words: Vec<&str> = row.split(' ').collect();
        text.push_str(&words[..4].join(","));
        for column in columns {
            let given =
                words[4..].iter().find_map(|word| word.split_once('=').filter(|(key, _)| *key == column));
            let otherwise = match column {
                "memory_mib" => "0",
                "queue" => "q",
                "status" => "succeeded",
                _ => "",
            };
            write!(text, ",{}", given.map_or(otherwise, |(_, value)| value)).expect("memory");
        }
        text.push('\n');
    }
    csv::read(text.as_bytes()).unwrap_or_else(|refusal| panic!("{refusal}\n{text}"))
}

/// `id start-end` of every job, with `!` behind one that failed, and `…` for what never was.
pub(crate) fn times(outcome: &Outcome, workload: &Workload) -> String {
    let one = |(index, job): (usize, &hpc_cost::simulate::outcome::JobOutcome)| {
        let start = if job.attempts > 0 { job.start_seconds.to_string() } else { "…".into() };
        let end = if job.status.has_ended() { job.end_seconds.to_string() } else { "…".into() };
        let mark = if job.status == JobStatus::Failed { "!" } else { "" };
        format!("{} {start}-{end}{mark}", workload.id(index))
    };
    outcome.jobs.iter().enumerate().map(one).collect::<Vec<_>>().join(", ")
}

/// The second implementation: strict FIFO, first fit over instances of one size that are always there. For each
/// job in turn, time moves on until an instance has room.
fn plain_fifo(jobs: &[Job], instances: usize, size: Capacity) -> Vec<u64> {
    let mut free = vec![(size.vcpus, size.memory_mib, size.gpus); instances];
    let mut running: Vec<(u64, usize, &Job)> = Vec::new();
    let mut now = 0;
    let mut starts = Vec::new();
    for job in jobs {
        now = now.max(job.submit_seconds);
        loop {
            running.retain(|(end, instance, ended)| {
                if *end <= now {
                    free[*instance].0 += ended.vcpus;
                    free[*instance].1 += ended.memory_mib;
                    free[*instance].2 += u32::from(ended.gpus);
                }
                *end > now
            });
            let fits = |free: &(u32, u32, u32)| {
                free.0 >= job.vcpus && free.1 >= job.memory_mib && free.2 >= u32::from(job.gpus)
            };
            if let Some(instance) = free.iter().position(fits) {
                free[instance].0 -= job.vcpus;
                free[instance].1 -= job.memory_mib;
                free[instance].2 -= u32::from(job.gpus);
                running.push((now + u64::from(job.run_seconds), instance, job));
                break;
            }
            now = running.iter().map(|(end, ..)| *end).min().expect("every job fits an empty instance");
        }
        starts.push(now);
    }
    starts
}

fn same_starts(workload: &Workload, instances: u32, size: Capacity) {
    let of = LaunchType { capacity: size, ..launch_type("any", size.vcpus, size.gpus) };
    let outcome = simulate(&model(vec![fixed(instances, of)]), workload, 1);
    let found: Vec<u64> = outcome.jobs.iter().map(|job| job.start_seconds).collect();
    assert_eq!(found, plain_fifo(workload.jobs(), instances as usize, size));
    assert_eq!(outcome.counts().succeeded, workload.jobs().len() as u64);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn job_by_job_as_the_second_implementation(
        instances in 1..12_u32,
        rows in proptest::collection::vec((0..300_u32, 1..400_u32, 1..=8_u32, 0..=4096_u32, 0..3_u32), 1..150),
    ) {
        let rows: Vec<String> = rows.iter().enumerate().map(|(id, (submit, run, vcpus, memory, gpus))| {
            format!("j{id} {submit} {run} {vcpus} memory_mib={memory} gpus={gpus}")
        }).collect();
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        same_starts(&jobs(&rows), instances, Capacity { vcpus: 8, memory_mib: 4096, gpus: 2 });
    }
}

#[test]
fn job_by_job_on_a_log() {
    // A log of 3,000 jobs on 6 instances of 16: 1 to 16 processors, at work nine tenths of the time.
    let mut draws = Stream::new(5, Purpose::Arrivals);
    let (mut text, mut submit) = (String::from("; UnixStartTime: 1767225600\n"), 0);
    for job in 1..=3000 {
        submit += draws.below(500);
        let (run, processors) = (1 + draws.exponential(Decimal::from(2000)), 1 + draws.below(16));
        writeln!(text, "{job} {submit} -1 {run} {processors} -1 -1 {processors} -1 -1 1").expect("memory");
    }
    let workload = swf::read(text.as_bytes(), 16).expect("a log");
    same_starts(&workload, 6, Capacity { vcpus: 16, memory_mib: 16, gpus: 0 });
}

/// Mean and half-width of the 99.9 % interval of 30 replications: Student's t with 29 degrees of freedom.
fn interval(replications: &[f64]) -> (f64, f64) {
    assert_eq!(replications.len(), 30);
    let count = replications.len() as f64;
    let mean = replications.iter().sum::<f64>() / count;
    let variance = replications.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (count - 1.0);
    (mean, 3.659 * (variance / count).sqrt())
}

const SERVICE: u32 = 10_000;

/// Mean wait [s] of 4,000 jobs after 1,000 to warm up, on servers of one vCPU.
fn mean_wait(servers: u32, mean_interarrival: u32, is_random: bool, seed: u64) -> f64 {
    let (mut arrivals, mut run_times) =
        (Stream::new(seed, Purpose::Arrivals), Stream::new(seed, Purpose::RunTimes));
    let (mut text, mut submit) = (String::new(), 0);
    for job in 1..=5000 {
        submit += arrivals.exponential(Decimal::from(mean_interarrival));
        let run = if is_random { run_times.exponential(Decimal::from(SERVICE)) } else { SERVICE.into() };
        writeln!(text, "{job} {submit} -1 {run} 1").expect("memory");
    }
    let workload = swf::read(text.as_bytes(), 1).expect("a log");
    let outcome = simulate(&model(vec![fixed(servers, launch_type("one", 1, 0))]), &workload, seed);
    let waits: Vec<u64> = outcome.jobs[1000..].iter().filter_map(|job| job.wait_seconds()).collect();
    waits.iter().sum::<u64>() as f64 / waits.len() as f64
}

#[test]
fn many_servers_wait_as_erlang_c_says() {
    // M/M/4 with a job every 3,125 s: a = 3.2 Erlang. Erlang (1917); Wq = C(c, a) · s / (c − a).
    let (servers, offered) = (4_u32, 3.2_f64);
    let mut term = 1.0;
    let mut sum = 1.0;
    for n in 1..servers {
        term *= offered / f64::from(n);
        sum += term;
    }
    let last = term * offered / f64::from(servers) * f64::from(servers) / (f64::from(servers) - offered);
    let expected = last / (sum + last) * f64::from(SERVICE) / (f64::from(servers) - offered);
    let waits: Vec<f64> = (0..30).map(|seed| mean_wait(servers, 3125, true, seed)).collect();
    let (mean, half) = interval(&waits);
    assert!((mean - expected).abs() <= half && half < expected / 3.0, "{mean} ± {half}, expected {expected}");
}

#[test]
fn one_server_of_fixed_time_waits_as_pollaczek_and_khinchine_say() {
    // M/D/1 with a job every 12,500 s: ρ = 0.8, Wq = ρ s / (2 (1 − ρ)) = 2 s = 20,000 s.
    let waits: Vec<f64> = (100..130).map(|seed| mean_wait(1, 12_500, false, seed)).collect();
    let (mean, half) = interval(&waits);
    assert!((mean - 20_000.0).abs() <= half && half < 5000.0, "{mean} ± {half}");
}

/// A run on Spot in the setting of the formula: every job on an instance of its own at once, no delays, as many
/// attempts as it takes.
fn billed_factor(checkpoints: Option<Checkpoints>, run_seconds: u32, per_hour: &str, seed: u64) -> f64 {
    let spot = Environment {
        environment_type: EnvironmentType::Spot,
        interruptions_per_instance_hour: parse(per_hour).expect("a number"),
        ..elastic(1_000_000)
    };
    let definition =
        Definition { name: "d".into(), attempts: u16::MAX, checkpoints, ..Definition::default() };
    let model = BatchModel { job_definitions: vec![definition], ..model(vec![spot]) };
    let rows: Vec<String> = (0..100).map(|job| format!("{job} 0 {run_seconds} 4 job_definition=d")).collect();
    let workload = jobs(&rows.iter().map(String::as_str).collect::<Vec<_>>());
    let outcome = simulate(&model, &workload, seed);
    assert_eq!(outcome.counts().succeeded, 100);
    assert_eq!(outcome.busy.node_seconds, outcome.owned.node_seconds, "billed is what ran");
    outcome.owned.node_seconds as f64 / (100.0 * f64::from(run_seconds))
}

#[test]
fn interruptions_cost_what_the_formula_says() {
    let minutes = |minutes: i64| Decimal::from(minutes) / Decimal::from(60);
    let check =
        |checkpoints: Option<Checkpoints>, exposure: &Exposure, seconds: u32, per_hour: &str, seed: u64| {
            let Some(Expectation::BilledPerUseful(expected)) = billed_per_useful(exposure) else {
                panic!("finite")
            };
            let factors: Vec<f64> =
                (seed..seed + 30).map(|seed| billed_factor(checkpoints, seconds, per_hour, seed)).collect();
            let ((mean, half), expected) = (interval(&factors), to_f64(expected));
            assert!((mean - expected).abs() <= half && half < 0.05, "{mean} ± {half}, expected {expected}");
        };
    // The hand example of `interruption`: 20 h, a checkpoint every 30 min of 2 min, 10 min to restart: 1.16379.
    let saved = Exposure {
        rate: parse("0.2").expect("a number"),
        nodes: 1,
        run_hours: Some(Decimal::from(20)),
        checkpoint: Some(Checkpoint { interval_hours: minutes(30), write_hours: minutes(2) }),
        restart_hours: minutes(10),
    };
    let checkpoints = Checkpoints { interval_seconds: 1800, write_seconds: 120, restart_seconds: 600 };
    check(Some(checkpoints), &saved, 72_000, "0.2", 0);
    // Without: 2 h at 0.2 an hour, 5 (e^0.4 − 1) / 2 = 1.2296.
    let bare =
        Exposure { checkpoint: None, run_hours: Some(Decimal::TWO), restart_hours: Decimal::ZERO, ..saved };
    check(None, &bare, 7200, "0.2", 50);
}

const STRATEGIES: [(AllocationStrategy, EnvironmentType); 7] = [
    (AllocationStrategy::BestFit, EnvironmentType::Ec2),
    (AllocationStrategy::BestFitProgressive, EnvironmentType::Ec2),
    (AllocationStrategy::BestFitProgressiveOrdered, EnvironmentType::Ec2),
    (AllocationStrategy::BestFit, EnvironmentType::Spot),
    (AllocationStrategy::SpotCapacityOptimized, EnvironmentType::Spot),
    (AllocationStrategy::SpotCapacityOptimizedPrioritized, EnvironmentType::Spot),
    (AllocationStrategy::SpotPriceCapacityOptimized, EnvironmentType::Spot),
];

fn any_environment(draws: &mut Stream, index: u64) -> Environment {
    let (strategy, environment_type) = STRATEGIES[draws.below(7) as usize];
    let types = (0..1 + draws.below(3)).map(|kind| {
        let of = launch_type(&format!("t{kind}"), 4 << draws.below(4), (draws.below(3) * 2) as u32);
        let shortage = (draws.below(20_000), 20_000 + draws.below(20_000));
        let shortages = if draws.below(4) == 0 { vec![shortage] } else { Vec::new() };
        LaunchType { refusals_per_million: [0, 0, 300_000][draws.below(3) as usize], shortages, ..of }
    });
    let types = types.collect();
    let mut from_seconds = 0;
    let limits = (0..1 + draws.below(4)).map(|_| {
        let limits = Limits {
            from_seconds,
            min_vcpus: [0, 0, 8, 40][draws.below(4) as usize],
            max_vcpus: 8 + draws.below(120) as u32,
        };
        from_seconds += 1 + draws.below(30_000);
        limits
    });
    let limits = limits.collect();
    let rate = ["0", "0.1", "2"][draws.below(3) as usize];
    let is_spot = environment_type == EnvironmentType::Spot;
    Environment {
        name: format!("ce{index}"),
        environment_type,
        strategy,
        types,
        limits,
        launch_seconds: draws.below(3) * 100,
        scale_down_seconds: draws.below(3) * 200,
        interruptions_per_instance_hour: parse(if is_spot { rate } else { "0" }).expect("a number"),
        capacity_retry_seconds: 60,
        launch_size: None,
        dearest_first: false,
    }
}

pub(crate) fn any_model(draws: &mut Stream) -> BatchModel {
    let environments: Vec<Environment> =
        (0..1 + draws.below(3)).map(|index| any_environment(draws, index)).collect();
    let count = environments.len() as u64;
    let queues = (0..1 + draws.below(3)).map(|queue| {
        let mut environments: Vec<u16> = (0..count as u16).filter(|_| draws.below(2) == 0).collect();
        if environments.is_empty() {
            environments.push(draws.below(count) as u16);
        }
        Queue { name: format!("q{queue}"), priority: draws.below(3) as u32, environments, ..Queue::default() }
    });
    let queues: Vec<Queue> = queues.collect();
    let checkpoints = Checkpoints { interval_seconds: 600, write_seconds: 30, restart_seconds: 60 };
    BatchModel {
        environments,
        queues,
        job_definitions: vec![
            Definition {
                name: "a".into(),
                attempts: 3,
                timeout_seconds: Some(4000),
                ..Definition::default()
            },
            Definition {
                name: "b".into(),
                attempts: 5,
                checkpoints: Some(checkpoints),
                lustre_kbps: Some(7),
                ..Definition::default()
            },
        ],
        consumables: Vec::new(),
        lustre_kbps: Some(50),
        end_seconds: (draws.below(3) == 0).then(|| draws.below(60_000)),
        at_least_seconds: 0,
    }
}

pub(crate) fn any_jobs(draws: &mut Stream) -> Workload {
    let rows: Vec<String> = (0..1 + draws.below(120))
        .map(|job| {
            let nodes = [1, 1, 1, 1, 1, 1, 2, 3][draws.below(8) as usize];
            let after = if job > 0 && draws.below(8) == 0 {
                format!("depends_on=j{}", draws.below(job))
            } else {
                String::new()
            };
            format!(
                "j{job} {} {} {} memory_mib={} gpus={} nodes={nodes} queue=q{} status={} job_definition={} {after}",
                draws.below(30_000),
                draws.below(9000),
                1 + draws.below(16),
                draws.below(16_000),
                [0, 0, 0, 1, 2][draws.below(5) as usize],
                draws.below(3),
                ["succeeded", "succeeded", "failed"][draws.below(3) as usize],
                ["", "a", "b"][draws.below(3) as usize],
            )
        })
        .collect();
    jobs(&rows.iter().map(String::as_str).collect::<Vec<_>>())
}

/// What holds in any run, whatever the settings. The cap rule, Little's law and used ≤ owned are asserted inside.
fn holds(model: &BatchModel, workload: &Workload, seed: u64) -> Outcome {
    let outcome = simulate(model, workload, seed);
    assert_eq!(outcome, simulate(model, workload, seed), "the same seed, the same bytes");
    let counts = outcome.counts();
    assert_eq!(counts.submitted, counts.succeeded + counts.failed + counts.unfinished);
    assert_eq!(counts.submitted, workload.jobs().len() as u64);
    for (job, found) in workload.jobs().iter().zip(&outcome.jobs) {
        if found.attempts > 0 {
            assert!(
                job.submit_seconds <= found.runnable_seconds && found.runnable_seconds <= found.start_seconds
            );
        }
        if found.status == JobStatus::Succeeded {
            assert!(found.end_seconds - found.start_seconds >= job.run_seconds.into());
        }
        assert!(!found.status.has_ended() || found.end_seconds <= outcome.end_seconds);
    }
    let waits = outcome.waits();
    assert!(
        waits.p50 <= waits.p90 && waits.p90 <= waits.p95 && waits.p95 <= waits.max && waits.mean <= waits.max
    );
    let by_queue: u64 = outcome.waits_by_queue(workload).iter().map(|waits| waits.jobs).sum();
    assert_eq!(by_queue, waits.jobs);
    let sum = |spent: hpc_cost::simulate::outcome::Spent| {
        (spent.node_seconds, spent.vcpu_seconds, spent.gpu_seconds)
    };
    let (busy, lost, failed) = (sum(outcome.busy), sum(outcome.lost), sum(outcome.failed));
    assert!(lost.0 <= busy.0 && lost.1 <= busy.1 && lost.2 <= busy.2 && failed.1 <= busy.1);
    // No more is owned than the highest cap and one instance beyond it, where the rule lets it.
    let most: u64 = model.environments.iter().map(most_vcpus).sum();
    assert!(outcome.max_vcpus_used <= most, "{} of {most}", outcome.max_vcpus_used);
    let highest = outcome.timeline.steps.iter().map(|step| step.owned_vcpus).max();
    assert!(highest.unwrap_or_default() <= outcome.max_vcpus_used);
    outcome
}

fn most_vcpus(environment: &Environment) -> u64 {
    let max = environment.limits.iter().map(|limits| u64::from(limits.max_vcpus)).max().expect("limits");
    let largest = environment.types.iter().map(|of| u64::from(of.capacity.vcpus)).max().expect("types");
    match environment.cap_rule() {
        CapRule::WithinMax => max,
        CapRule::WhileBelowMax => max - 1 + largest,
    }
}

#[test]
fn everything_holds_in_500_random_settings() {
    let (mut ended, mut interrupted, mut together) = (0, 0, 0);
    for seed in 0..500 {
        let checked = std::panic::catch_unwind(|| {
            let mut draws = Stream::new(seed, Purpose::Arrivals);
            let (model, workload) = (any_model(&mut draws), any_jobs(&mut draws));
            let outcome = holds(&model, &workload, seed);
            let jobs = workload.jobs().iter().zip(&outcome.jobs);
            let together = jobs.filter(|(job, found)| job.nodes > 1 && found.status.has_ended()).count();
            (outcome.counts().succeeded, outcome.interrupted_attempts, together)
        });
        let found = checked.unwrap_or_else(|_| panic!("settings of seed {seed}"));
        ended += found.0;
        interrupted += found.1;
        together += found.2;
    }
    // The settings are no empty ones.
    assert!(ended > 5000 && interrupted > 500 && together > 300, "{ended} {interrupted} {together}");
}
