//! Every rule of the simulator in a case worked out by hand. Instances have 4 vCPUs unless the case says otherwise.

use hpc_cost::catalog::Catalog;
use hpc_cost::document::Document;
use hpc_cost::model::decimal::{Decimal, parse};
use hpc_cost::model::money::Usd;
use hpc_cost::model::time::Month;
use hpc_cost::scenario::Scenario;
use hpc_cost::scenario::batch::Bid;
use hpc_cost::scenario::keys::batch::{AllocationStrategy, EnvironmentType};
use hpc_cost::simulate::model::{BatchModel, Definition, Environment, LaunchType, Limits, Misfit, Queue};
use hpc_cost::simulate::usage::usage_lines;
use hpc_cost::simulate::{Checkpoints, Outcome, simulate};
use hpc_cost::workload::random::{Purpose, Stream};
use hpc_cost::workload::{Workload, Written, csv, swf};

use super::simulation::{elastic, fixed, jobs, launch_type, model, times};

/// Simulates rows of jobs and compares when they ran.
fn check(model: &BatchModel, rows: &[&str], expected: &str) -> Outcome {
    let workload = jobs(rows);
    let outcome = simulate(model, &workload, 1);
    assert_eq!(times(&outcome, &workload), expected);
    outcome
}

fn instance_seconds(outcome: &Outcome) -> u64 {
    outcome.ran.iter().map(|ran| ran.instance_seconds).sum()
}

fn limits(from_seconds: u64, min_vcpus: u32, max_vcpus: u32) -> Limits {
    Limits { from_seconds, min_vcpus, max_vcpus }
}

#[test]
fn a_job_that_does_not_fit_blocks_those_behind_it() {
    // One instance: b needs 2 of the 1 that a leaves; c would fit, but stands behind b.
    let rows = ["a 0 100 3", "b 0 50 2", "c 0 10 1"];
    let outcome =
        check(&model(vec![fixed(1, launch_type("four", 4, 0))]), &rows, "a 0-100, b 100-150, c 100-110");
    // Waits 0, 100, 100: mean 66.7, half wait no longer than 100.
    let waits = outcome.waits();
    assert_eq!(
        (waits.mean, waits.p50, waits.max, outcome.over_wait(99), outcome.over_wait(100)),
        (67, 100, 100, 2, 0)
    );
    // 3 · 100 + 2 · 50 + 1 · 10 of 4 · 150 vCPU-seconds.
    assert_eq!((outcome.busy.vcpu_seconds, outcome.owned.vcpu_seconds), (410, 600));
}

#[test]
fn a_blocked_queue_blocks_no_queue_below_it() {
    let queue = |name: &str, priority| Queue {
        name: name.into(),
        priority,
        environments: vec![0],
        ..Queue::default()
    };
    let queues = vec![queue("low", 1), queue("high", 9)];
    let two = BatchModel { queues, ..model(vec![fixed(1, launch_type("four", 4, 0))]) };
    // a runs; of the high queue b does not fit, so c of the low one starts. When a ends, b is before d.
    let rows = ["a 0 100 3 queue=high", "b 1 50 3 queue=high", "c 1 200 1 queue=low", "d 2 10 1 queue=low"];
    check(&two, &rows, "a 0-100, b 100-150, c 1-201, d 150-160");
    // In the same second the high queue is first, whatever the order of the trace.
    check(&two, &["a 0 10 4 queue=low", "b 0 10 4 queue=high"], "a 10-20, b 0-10");
}

#[test]
fn only_best_fit_on_demand_stays_within_the_maximum() {
    // max_vcpus = 10: two instances are 8. A third would be 12: BEST_FIT does not, the others do, once.
    let rows = ["a 0 100 4", "b 0 100 4", "c 0 100 4", "d 0 100 4"];
    let outcome = check(&model(vec![elastic(10)]), &rows, "a 0-100, b 0-100, c 100-200, d 100-200");
    assert_eq!((outcome.max_vcpus_used, outcome.peak_instances), (8, 2));
    let progressive = Environment { strategy: AllocationStrategy::BestFitProgressive, ..elastic(10) };
    let outcome = check(&model(vec![progressive]), &rows, "a 0-100, b 0-100, c 0-100, d 100-200");
    assert_eq!((outcome.max_vcpus_used, outcome.peak_instances), (12, 3));
}

#[test]
fn a_lower_cap_leaves_running_instances_alone() {
    // From second 100 on only one instance may be launched. Both run on; c takes the place of b; d has to wait
    // for the raised cap at 1,000, since by then b's instance is gone.
    let environment =
        Environment { limits: vec![limits(0, 0, 8), limits(100, 0, 4), limits(1000, 0, 8)], ..elastic(8) };
    let rows = ["a 0 1500 4", "b 0 300 4", "c 150 100 4", "d 500 10 4"];
    let outcome = check(&model(vec![environment]), &rows, "a 0-1500, b 0-300, c 300-400, d 1000-1010");
    assert_eq!(outcome.max_vcpus_used, 8);
    assert_eq!(instance_seconds(&outcome), 1500 + 400 + 10);
}

#[test]
fn launches_and_idle_instances_take_their_time() {
    // Asked for at 0, ready at 60; a ends at 160; b comes at 180, before the 30 s are over, and starts at once.
    // Ended at 190, idle until 220: 220 s are billed.
    let environment = Environment { launch_seconds: 60, scale_down_seconds: 30, ..elastic(4) };
    let outcome =
        check(&model(vec![environment.clone()]), &["a 0 100 4", "b 180 10 4"], "a 60-160, b 180-190");
    assert_eq!((instance_seconds(&outcome), outcome.ran[0].launches), (220, 1));
    // At 191 it is gone, and b waits for another one: 190 s and 60 + 10 + 30 s.
    let outcome = check(&model(vec![environment]), &["a 0 100 4", "b 191 10 4"], "a 60-160, b 251-261");
    assert_eq!((instance_seconds(&outcome), outcome.ran[0].launches), (290, 2));
}

#[test]
fn instances_being_launched_are_shared_and_released() {
    // One launch for a and b (2 + 2), a second for c. At 50 a place is free on the first instance of x: c takes
    // none there (3 > 1). At 60 both are ready.
    let environment = Environment { launch_seconds: 60, ..elastic(12) };
    let outcome = check(
        &model(vec![environment.clone()]),
        &["a 0 10 2", "b 1 10 2", "c 2 10 3"],
        "a 60-70, b 60-70, c 62-72",
    );
    assert_eq!(outcome.ran[0].launches, 2);
    // x runs from 60 to 100. y is planned for a launch at 90 but starts on x's instance at 100, so z, which comes at
    // 110 while y runs, needs no third one: it starts at 150 on what was launched for y.
    let outcome = check(
        &model(vec![environment]),
        &["x 0 40 4", "y 90 500 4", "z 110 10 4"],
        "x 60-100, y 100-600, z 150-160",
    );
    assert_eq!(outcome.ran[0].launches, 2);
}

#[test]
fn min_vcpus_run_before_and_after_all_jobs() {
    // 4 vCPUs are kept from the start: no launch delay for a. They are billed to the end, 200; b's own launch takes
    // 60 s, from 100 to 160 and 10 s of idleness.
    let environment = Environment {
        launch_seconds: 60,
        scale_down_seconds: 10,
        limits: vec![limits(0, 4, 8)],
        ..elastic(8)
    };
    let one = model(vec![environment.clone()]);
    let outcome = check(&one, &["a 50 150 4", "b 100 20 4"], "a 50-200, b 160-180");
    assert_eq!(instance_seconds(&outcome), 200 + (190 - 100));
    // A schedule lets the kept instance go at 300: idle for long, it goes at once.
    let scheduled = Environment { limits: vec![limits(0, 4, 8), limits(300, 0, 8)], ..environment };
    let until = BatchModel { end_seconds: Some(1000), ..model(vec![scheduled]) };
    let outcome = check(&until, &["a 50 150 4"], "a 50-200");
    assert_eq!((instance_seconds(&outcome), outcome.end_seconds), (300, 1000));
    // Without the schedule it is billed to the end.
    let outcome = check(&BatchModel { end_seconds: Some(1000), ..one }, &["a 50 150 4"], "a 50-200");
    assert_eq!(instance_seconds(&outcome), 1000);
}

fn defined(environments: Vec<Environment>, definition: Definition) -> BatchModel {
    BatchModel { job_definitions: vec![definition], ..model(environments) }
}

fn definition() -> Definition {
    Definition { name: "d".into(), attempts: 3, ..Definition::default() }
}

#[test]
fn a_timeout_ends_the_job_without_a_retry() {
    let limited = Definition { timeout_seconds: Some(100), ..definition() };
    let model = defined(vec![fixed(1, launch_type("four", 4, 0))], limited);
    let rows = ["a 0 101 4 job_definition=d", "b 0 100 4 job_definition=d", "c 0 7 4 status=failed"];
    let outcome = check(&model, &rows, "a 0-100!, b 100-200, c 200-207!");
    assert!(outcome.jobs.iter().all(|job| job.attempts == 1));
    // Waste: 100 s of a and 7 s of c.
    assert_eq!((outcome.failed.node_seconds, outcome.busy.node_seconds), (107, 207));
}

/// When Spot instances are interrupted after they are ready, in order of launch [s].
fn draws(mean_seconds: i64, seed: u64) -> impl Iterator<Item = u64> {
    let mut stream = Stream::new(seed, Purpose::Interruptions);
    std::iter::repeat_with(move || stream.exponential(Decimal::from(mean_seconds)))
}

fn spot() -> Environment {
    // One interruption in 1,000 s.
    Environment {
        environment_type: EnvironmentType::Spot,
        interruptions_per_instance_hour: parse("3.6").expect("a number"),
        launch_seconds: 60,
        ..elastic(4)
    }
}

#[test]
fn an_interruption_takes_an_attempt() {
    let rows = jobs(&["a 0 900 4 job_definition=d"]);
    let mut seen = [0; 3];
    for seed in 0..60 {
        // By hand: each attempt starts 60 s after the one before was interrupted.
        let (mut start, mut expected) = (60, None);
        for (attempt, after) in draws(1000, seed).take(3).enumerate() {
            if after > 900 {
                expected = Some((start + 900, attempt + 1, true));
                break;
            }
            expected = Some((start + after, attempt + 1, false));
            start += after + 60;
        }
        let (end, attempts, succeeds) = expected.expect("three draws");
        let outcome = simulate(&defined(vec![spot()], definition()), &rows, seed);
        let job = outcome.jobs[0];
        assert_eq!((job.end_seconds, usize::from(job.attempts)), (end, attempts), "seed {seed}");
        assert_eq!(outcome.counts().succeeded, u64::from(succeeds), "seed {seed}");
        assert_eq!(outcome.interrupted_attempts, attempts as u64 - u64::from(succeeds));
        // Billed: from each request on, 60 s of launch and the attempt.
        assert_eq!(u128::from(instance_seconds(&outcome)), outcome.busy.node_seconds + 60 * attempts as u128);
        seen[attempts - 1] += 1;
    }
    assert!(seen.iter().all(|count| *count > 3), "{seen:?}");
}

#[test]
fn a_timeout_counts_each_attempt_and_checkpoints_keep_what_was_saved() {
    let checkpoints = Checkpoints { interval_seconds: 100, write_seconds: 10, restart_seconds: 30 };
    let saving = Definition {
        attempts: 9,
        timeout_seconds: Some(1000),
        checkpoints: Some(checkpoints),
        lustre_kbps: None,
        ..definition()
    };
    let rows = jobs(&["a 0 1200 4 job_definition=d"]);
    let mut seen = [0; 2];
    for seed in 0..60 {
        // 1,200 s and 12 checkpoints are 1,320 s: more than the timeout, unless an interruption comes before it.
        let (mut start, mut left, mut lost, mut expected) = (60, 1200, 0, None);
        for (attempt, after) in draws(1000, seed).take(9).enumerate() {
            let restart = if attempt > 0 { 30 } else { 0 };
            let whole = restart + left + left / 10;
            let lasts = whole.min(1000);
            if after > lasts {
                expected = Some((start + lasts, whole <= 1000));
                break;
            }
            let written = after.saturating_sub(restart) / 110;
            left -= written * 100;
            lost += after - written * 110;
            start += after + 60;
        }
        let Some((end, succeeds)) = expected else { continue };
        let outcome = simulate(&defined(vec![spot()], saving.clone()), &rows, seed);
        assert_eq!(
            (outcome.jobs[0].end_seconds, outcome.lost.node_seconds),
            (end, lost.into()),
            "seed {seed}"
        );
        assert_eq!(outcome.counts().succeeded, u64::from(succeeds), "seed {seed}");
        seen[usize::from(succeeds)] += 1;
    }
    assert!(seen.iter().all(|count| *count > 3), "{seen:?}");
}

#[test]
fn a_recorded_run_has_its_checkpoints_in_it() {
    // 72,000 s by the clock, 2 min written every 30: 72,000 × 30/32 = 67,500 s of work. With the same checkpoints it takes
    // 72,000 s again; every 60 min 67,500 × 62/60 = 69,750 s; without any 67,500 s. Drawn, 72,000 s are work: 76,800 s.
    let minutes = |interval: u32| Checkpoints {
        interval_seconds: 60 * interval,
        write_seconds: 120,
        restart_seconds: 600,
    };
    let drawn = jobs(&["a 0 72000 4 job_definition=d", "b 0 72000 4"]);
    let written = |name: &str| {
        let written = Written { interval_seconds: 1800, write_seconds: 120 };
        (name == "d").then_some(written)
    };
    let recorded = drawn.clone().recorded_with(written);
    let two = || vec![fixed(2, launch_type("four", 4, 0))];
    let ends = |workload: &Workload, checkpoints| {
        let outcome = simulate(&defined(two(), Definition { checkpoints, ..definition() }), workload, 1);
        outcome.jobs.iter().map(|job| job.end_seconds).collect::<Vec<_>>()
    };
    assert_eq!(ends(&recorded, Some(minutes(30))), [72_000, 72_000]);
    assert_eq!(ends(&recorded, Some(minutes(60))), [69_750, 72_000]);
    assert_eq!(ends(&recorded, None), [67_500, 72_000]);
    assert_eq!(ends(&drawn, Some(minutes(30))), [76_800, 72_000]);
    // Any run time comes out to the second, whatever the checkpoints.
    for seconds in 1..400 {
        for (interval_seconds, write_seconds) in [(1800, 120), (7, 3), (1, 1), (3, 1000), (600, 0)] {
            let written = |_: &str| Some(Written { interval_seconds, write_seconds });
            let row = format!("a 0 {seconds} 4 job_definition=d");
            let recorded = jobs(&[&row]).recorded_with(written);
            let checkpoints = Checkpoints { interval_seconds, write_seconds, restart_seconds: 0 };
            assert_eq!(ends(&recorded, Some(checkpoints)), [seconds], "{interval_seconds} {write_seconds}");
        }
    }
}

#[test]
fn all_nodes_start_together_on_instances_of_their_own() {
    // b's nodes would fit beside a, but each takes a whole instance: it waits for both. c stands behind it.
    let two = model(vec![fixed(2, launch_type("four", 4, 0))]);
    let outcome =
        check(&two, &["a 0 100 1", "b 0 50 1 nodes=2", "c 0 10 1"], "a 0-100, b 100-150, c 150-160");
    assert_eq!(outcome.busy.vcpu_seconds, 100 + 2 * 50 + 10);
    // Instances that are let go at once: when a ends, its instance is kept for b, and one more is launched.
    let environment = Environment { launch_seconds: 60, ..elastic(8) };
    let outcome =
        check(&model(vec![environment]), &["a 0 100 4", "b 10 50 4 nodes=2"], "a 60-160, b 220-270");
    assert_eq!((outcome.ran[0].launches, instance_seconds(&outcome)), (2, 270 + 110));
}

#[test]
fn what_fits_nowhere_is_said_at_once_and_blocks_nobody() {
    let spot = Environment { environment_type: EnvironmentType::Spot, ..elastic(8) };
    let queue = |name: &str, environment| Queue {
        name: name.into(),
        priority: 1,
        environments: vec![environment],
        ..Queue::default()
    };
    let queues = vec![queue("on-demand", 0), queue("spot", 1)];
    let two = BatchModel { queues, ..model(vec![elastic(8), spot]) };
    let rows = [
        "a 0 10 5 queue=on-demand",
        "b 0 10 1 queue=on-demand memory_mib=4097",
        "c 0 10 1 queue=on-demand gpus=1",
        "d 0 10 1 queue=spot nodes=2",
        "e 0 10 1 queue=on-demand nodes=3",
        "f 0 10 1 queue=nowhere",
        "g 0 10 1 queue=spot job_definition=unheard-of",
        "h 0 10 4 queue=on-demand memory_mib=4096",
        "i 0 10 1 queue=on-demand depends_on=a",
    ];
    use Misfit::*;
    let reasons = [
        NoInstanceType,
        NoInstanceType,
        NoInstanceType,
        MultiNodeOnSpot,
        AboveMaxVcpus,
        UnknownQueue,
        UnknownJobDefinition,
    ];
    assert_eq!(two.misfits(&jobs(&rows)), reasons.into_iter().enumerate().collect::<Vec<_>>());
    let never = "a …-…, b …-…, c …-…, d …-…, e …-…, f …-…, g …-…, h 0-10, i …-…";
    let counts = check(&two, &rows, never).counts();
    assert_eq!((counts.submitted, counts.succeeded, counts.unfinished, counts.misfits), (9, 1, 8, 8));
}

#[test]
fn gpus_are_whole_and_a_cpu_job_may_sit_before_them() {
    // Two GPUs and 4 vCPUs: a and b take the GPUs, c has to wait although 2 vCPUs are free.
    let gpus = model(vec![fixed(1, launch_type("gpu", 4, 2))]);
    let outcome =
        check(&gpus, &["a 0 100 1 gpus=1", "b 0 50 1 gpus=1", "c 0 10 1 gpus=1"], "a 0-100, b 0-50, c 50-60");
    assert_eq!((outcome.busy.gpu_seconds, outcome.owned.gpu_seconds), (160, 200));
    check(&gpus, &["a 0 100 4", "b 0 50 1 gpus=2"], "a 0-100, b 100-150");
}

#[test]
fn dependencies_are_met_failed_or_thought_about() {
    let one = model(vec![fixed(1, launch_type("four", 4, 0))]);
    // b waits for both; its wait counts from 100. d fails with c, and e with d.
    let rows = [
        "a 0 100 1",
        "b 1 10 1 depends_on=a;c2",
        "c2 2 5 1",
        "c 3 10 1 status=failed",
        "d 4 10 1 depends_on=c",
        "e 5 10 1 depends_on=d",
        "f 300 1 1 depends_on=e",
    ];
    let outcome = check(&one, &rows, "a 0-100, b 100-110, c2 2-7, c 3-13!, d …-13!, e …-13!, f …-13!");
    assert_eq!((outcome.jobs[1].wait_seconds(), outcome.waits().max), (Some(0), 0));
    // Standard Workload Format: job 2 follows job 1, whatever became of it, after 30 s.
    let log = "1 0 -1 100 1 -1 -1 1 -1 -1 0\n2 10 -1 5 1 -1 -1 1 -1 -1 1 -1 -1 -1 -1 -1 1 30\n";
    let workload = swf::read(log.as_bytes(), 4).expect("a log");
    assert_eq!(times(&simulate(&one, &workload, 1), &workload), "1 0-100!, 2 130-135");
}

#[test]
fn types_above_the_bid_are_never_launched() {
    let usd = |text: &str| parse(text).map(Usd::new).expect("a price");
    let dear = Bid::Exceeded { price: usd("2"), bid: usd("1") };
    let above = |name, vcpus| LaunchType { bid: dear, ..launch_type(name, vcpus, 0) };
    let spot = |strategy, types| Environment {
        environment_type: EnvironmentType::Spot,
        strategy,
        types,
        ..elastic(96)
    };
    // The small type would be first by every strategy: none launches it, and BEST_FIT does not wait for it.
    for strategy in [
        AllocationStrategy::BestFit,
        AllocationStrategy::BestFitProgressive,
        AllocationStrategy::SpotCapacityOptimized,
        AllocationStrategy::SpotPriceCapacityOptimized,
    ] {
        let both = spot(strategy, vec![above("small", 4), launch_type("large", 8, 0)]);
        let outcome = check(&model(vec![both]), &["a 0 10 4"], "a 0-10");
        assert_eq!((outcome.ran[0].launches, outcome.ran[1].launches), (0, 1), "{strategy:?}");
    }
    // Where all types are above it jobs go to the next environment, or never start, and that is why.
    let closed = || spot(AllocationStrategy::SpotPriceCapacityOptimized, vec![above("small", 4)]);
    let next = check(&model(vec![closed(), elastic(4)]), &["a 0 10 4"], "a 0-10");
    assert_eq!((next.ran[0].launches, next.ran[1].launches), (0, 1));
    let alone = model(vec![closed()]);
    assert_eq!(alone.misfits(&jobs(&["a 0 10 4"])), [(0, Misfit::AboveBid)]);
    assert_eq!(alone.misfits(&jobs(&["a 0 10 5"])), [(0, Misfit::NoInstanceType)]);
}

#[test]
fn refused_launches_wait_or_go_elsewhere() {
    let short = LaunchType { shortages: vec![(0, 500)], ..launch_type("short", 4, 0) };
    let both = |strategy| Environment {
        strategy,
        types: vec![short.clone(), launch_type("other", 8, 0)],
        ..elastic(96)
    };
    // BEST_FIT waits for the smallest that fits; BEST_FIT_PROGRESSIVE takes the other type.
    let best_fit = check(&model(vec![both(AllocationStrategy::BestFit)]), &["a 0 10 4"], "a 500-510");
    assert_eq!((best_fit.ran[0].launches, best_fit.ran[1].launches), (1, 0));
    let progressive =
        check(&model(vec![both(AllocationStrategy::BestFitProgressive)]), &["a 0 10 4"], "a 0-10");
    assert_eq!((progressive.ran[0].launches, progressive.ran[1].launches), (0, 1));
    // The queue's next compute environment is used when the first one cannot launch.
    let next = check(&model(vec![both(AllocationStrategy::BestFit), elastic(4)]), &["a 0 10 4"], "a 0-10");
    assert_eq!(next.ran[2].launches, 1);
    // Refused by chance, it is asked for again after 60 s: the draws say how often.
    let unlucky = LaunchType { refusals_per_million: 500_000, ..launch_type("four", 4, 0) };
    let workload = jobs(&["a 0 10 4"]);
    for seed in 0..20 {
        let mut stream = Stream::new(seed, Purpose::Capacity);
        let refusals =
            std::iter::repeat_with(|| stream.below(1_000_000)).take_while(|draw| *draw < 500_000).count();
        let environment = Environment { types: vec![unlucky.clone()], ..elastic(4) };
        let outcome = simulate(&model(vec![environment]), &workload, seed);
        assert_eq!(outcome.jobs[0].start_seconds, 60 * refusals as u64, "seed {seed}");
    }
}

#[test]
fn strategies_prefer_what_they_say() {
    let usd = |text: &str| Some(hpc_cost::model::money::Usd::new(parse(text).expect("a number")));
    let priced = |name, vcpus, price| LaunchType { price: usd(price), ..launch_type(name, vcpus, 0) };
    // An hour of each: 0.40, 1.20 and 0.90; of a vCPU: 0.10, 0.075 and 0.1125.
    let types = vec![priced("small", 4, "0.40"), priced("large", 16, "1.20"), priced("middle", 8, "0.90")];
    let launched = |strategy, environment_type, row: &str| {
        let environment = Environment { strategy, environment_type, types: types.clone(), ..elastic(96) };
        let outcome = simulate(&model(vec![environment]), &jobs(&[row]), 1);
        outcome.ran.iter().position(|ran| ran.launches == 1)
    };
    use AllocationStrategy::*;
    use EnvironmentType::*;
    assert_eq!(launched(BestFit, Ec2, "a 0 1 2"), Some(0));
    assert_eq!(launched(BestFit, Ec2, "a 0 1 5"), Some(2));
    assert_eq!(launched(BestFitProgressive, Ec2, "a 0 1 5"), Some(1));
    assert_eq!(launched(BestFitProgressiveOrdered, Ec2, "a 0 1 2"), Some(0));
    assert_eq!(launched(SpotPriceCapacityOptimized, Spot, "a 0 1 2"), Some(1));
    assert_eq!(launched(SpotCapacityOptimizedPrioritized, Spot, "a 0 1 5"), Some(1));
    // Nothing is known of the pools: the smallest that fits.
    assert_eq!(launched(SpotCapacityOptimized, Spot, "a 0 1 2"), Some(0));
    assert_eq!(launched(SpotCapacityOptimized, Spot, "a 0 1 5"), Some(2));
}

#[test]
fn jobs_without_length_and_runs_without_jobs() {
    let one = model(vec![elastic(4)]);
    check(&one, &["a 0 0 4", "b 0 0 4", "c 7 1 4"], "a 0-0, b 0-0, c 7-8");
    // An end in the middle: a runs on, b waits, c was not submitted.
    let until = BatchModel { end_seconds: Some(50), ..one };
    let outcome = check(&until, &["a 0 100 4", "b 10 1 4", "c 60 1 4"], "a 0-…, b …-…, c …-…");
    assert_eq!((outcome.counts().unfinished, outcome.waited_seconds, outcome.busy.node_seconds), (3, 40, 50));
    assert_eq!((outcome.over_wait(39), outcome.over_wait(40)), (1, 0));
}

const SCENARIO: &str = r#"
name = "s"
region = "us-east-1"
month = "2026-11"
[[batch.compute_environment]]
name = "ce"
instance_types = ["c5.large", "c5.xlarge"]
allocation_strategy = "BEST_FIT_PROGRESSIVE"
max_vcpus = 2
launch_minutes = 1.5
root_volume = { size_gib = 100 }
[[batch.job_queue]]
name = "q"
priority = 1
compute_environments = ["ce"]
[[batch.job_definition]]
name = "d"
vcpus = 2
memory_mib = 1000
attempts = 2
timeout_minutes = 10
checkpoint = { interval_minutes = 30, write_minutes = 2, restart_minutes = 10 }
[[schedule]]
compute_environment = "ce"
cron = "0 12 * * *"
timezone = "UTC"
max_vcpus = 4
"#;

#[test]
fn a_scenario_declares_the_model() {
    let document = Document::parse("s.toml", SCENARIO).expect("TOML");
    let now = Month::parse("2026-11").expect("a month");
    let scenario = Scenario::from_document(document, &Catalog::bundled(), "s", now).expect("valid");
    // c5.large has 4,096 MiB, of which 5 % are kept: 3,891 are left.
    let text = "job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status\n\
        a,2026-12-24T11:00:00Z,7200,2,3891,0,1,q,succeeded\n\
        b,2026-12-24T11:00:01Z,3600,2,3892,0,1,q,succeeded\n";
    let workload = csv::read(text.as_bytes()).expect("valid");
    let model =
        BatchModel::from_scenario(&scenario, &workload, |_, _| None, |_, _| Bid::Kept).expect("a model");
    let environment = &model.environments[0];
    assert_eq!(environment.types[0].capacity.memory_mib, 3891);
    assert_eq!((environment.launch_seconds, environment.scale_down_seconds), (90, 300));
    let definition = &model.job_definitions[0];
    assert_eq!((definition.attempts, definition.timeout_seconds), (2, Some(600)));
    // The trace is of December, after the scenario's month: the schedule's noons are those of the trace. Since 24
    // November 12:00 the maximum is 4 for good.
    assert_eq!(environment.limits, [limits(0, 0, 4)]);
    // a on c5.large at 90 s; b needs the next size, which is launched while 2 of 4 vCPUs are owned.
    let outcome = simulate(&model, &workload, 1);
    assert_eq!(times(&outcome, &workload), "a 90-7290, b 91-3691");
    let lines = usage_lines(&outcome, &model, &scenario);
    let found: Vec<(String, Decimal)> =
        lines.iter().map(|line| (line.sku.usage_type(), line.quantity.expected.amount)).collect();
    let hours = |seconds: i64| Decimal::from(seconds) / Decimal::from(3600);
    // 7,290 s and 3,690 s, and 300 s each to scale down: 2.1083 and 1.1083 h; of 100 GB for 3.2167 of 720 h.
    let expected = [("BoxUsage:c5.large", hours(7590)), ("BoxUsage:c5.xlarge", hours(3990))];
    for ((name, hours), (found, amount)) in expected.into_iter().zip(&found) {
        assert_eq!((name, hpc_cost::model::decimal::round(hours, 10)), (found.as_str(), *amount));
    }
    assert_eq!(found[2].0, "EBS:VolumeUsage.gp3");
    assert_eq!(hpc_cost::model::decimal::round(found[2].1, 6), parse("0.446759").expect("a number"));
}

#[test]
fn bad_workloads_are_refused_with_their_line() {
    let header = "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status";
    let refused =
        |rows: &str| csv::read(format!("{header}\n{rows}").as_bytes()).expect_err("refused").to_string();
    assert_eq!(refused(""), "it has no jobs");
    assert_eq!(csv::read(&b""[..]).expect_err("refused").to_string(), "it has no jobs");
    assert_eq!(
        csv::read(&b"job_id,submit_seconds\n"[..]).expect_err("refused").to_string(),
        "line 1: there is no column `run_seconds`"
    );
    assert_eq!(
        csv::read(&b"job_id,run_seconds\n"[..]).expect_err("refused").to_string(),
        "line 1: there is no column `submit_seconds`, nor `submitted_at`"
    );
    assert_eq!(refused("a,0,-5,1,1,0,1,q,succeeded"), "line 2: run_seconds `-5` is negative");
    assert_eq!(
        refused("a,0,5,1,1,0,1,q,succeeded\na,1,5,1,1,0,1,q,failed"),
        "line 3: job id `a` is that of line 2 too"
    );
    assert_eq!(
        refused("a,0,9223372036854775808,1,1,0,1,q,succeeded"),
        "line 2: run_seconds `9223372036854775808` is too large: at most 4294967295"
    );
    assert_eq!(
        refused("a,0,99999999999999999999999,1,1,0,1,q,succeeded"),
        "line 2: run_seconds `99999999999999999999999` is too large: at most 4294967295"
    );
    assert_eq!(refused("a,0,1.5,1,1,0,1,q,succeeded"), "line 2: run_seconds `1.5` is not a whole number");
    assert_eq!(refused("a,0,1,0,1,0,1,q,succeeded"), "line 2: vcpus `0` is not possible");
    assert_eq!(
        refused("a,0,1,1,1,0,1,q,done"),
        "line 2: status `done` is none of succeeded, failed, cancelled"
    );
    assert_eq!(refused("a,0,1,1\n"), "line 2: 4 columns; the header has 9");
    assert_eq!(
        refused("a,0,,1,1,0,1,q,failed\nb,0,,1,1,0,1,q,cancelled"),
        "of its 2 jobs, none has a known run time and size"
    );
    assert_eq!(refused(",0,1,1,1,0,1,q,failed"), "line 2: the job has no `job_id`");
}

#[test]
fn jobs_that_wait_for_each_other_are_refused_by_name() {
    let header = "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,depends_on";
    let refused =
        |rows: &str| csv::read(format!("{header}\n{rows}").as_bytes()).expect_err("refused").to_string();
    // z and c stand outside: z is waited for, c waits.
    assert_eq!(
        refused(
            "c,9,1,1,0,0,1,q,succeeded,a\na,5,1,1,0,0,1,q,succeeded,b z\nb,7,1,1,0,0,1,q,succeeded,d\n\
            z,0,1,1,0,0,1,q,succeeded,\nd,1,1,1,0,0,1,q,succeeded,a"
        ),
        "line 6: jobs wait for each other in a circle, so none ever starts: `d` → `a` → `b` → `d`"
    );
    let long: Vec<String> =
        (0..20).map(|job| format!("{job},0,1,1,0,0,1,q,succeeded,{}", (job + 1) % 20)).collect();
    let found = refused(&long.join("\n"));
    assert!(found.ends_with("`0` → `1` → `2` → `3` → `4` → `5` → `6` → `7` → 12 more"), "{found}");
    // Logs in Standard Workload Format have dependencies, too.
    let log =
        "1 0 -1 100 1 -1 -1 1 -1 -1 1 -1 -1 -1 -1 -1 2 0\n2 10 -1 5 1 -1 -1 1 -1 -1 1 -1 -1 -1 -1 -1 1 30\n";
    let found = swf::read(log.as_bytes(), 4).expect_err("refused").to_string();
    assert!(found.contains("`1` → `2` → `1`"), "{found}");
}

#[test]
fn rows_of_the_same_second_in_any_order_are_the_same_workload() {
    let header = "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,depends_on";
    let mut draws = Stream::new(3, Purpose::Arrivals);
    for _ in 0..100 {
        let row = |job: u64, draws: &mut Stream| {
            let (submit, run, vcpus) = (draws.below(3), 1 + draws.below(90), 1 + draws.below(4));
            let queue = ["p", "q"][draws.below(2) as usize];
            let on = if job > 2 && draws.below(3) == 0 { format!("j{}", job - 2) } else { String::new() };
            format!("j{job},{submit},{run},{vcpus},0,0,1,{queue},succeeded,{on}")
        };
        let mut rows: Vec<String> = (0..30).map(|job| row(job, &mut draws)).collect();
        let read = |rows: &[String]| {
            let workload = csv::read(format!("{header}\n{}", rows.join("\n")).as_bytes()).expect("valid");
            let workload = workload.ties_by_name();
            let outcome = simulate(&model(vec![elastic(8)]), &workload, 1);
            (times(&outcome, &workload), outcome.ran[0].instance_seconds)
        };
        let before = read(&rows);
        for place in (1..rows.len()).rev() {
            rows.swap(place, draws.below(place as u64 + 1) as usize);
        }
        assert_eq!(read(&rows), before);
    }
}

#[test]
fn a_workload_is_sorted_and_says_what_it_left_out() {
    let text = "status,queue,nodes,gpus,memory_mib,vcpus,run_seconds,submit_seconds,job_id,note,depends_on\n\
        succeeded,q,,,100,1,5,20,late,x,early missing\n\
        failed,q,2,1,100,1,5,10,early,x,\n\
        cancelled,q,1,0,100,1,0,11,gone,x,\n\
        failed,q,1,0,100,1,,12,unknown,x,\n";
    let workload = csv::read(text.as_bytes()).expect("valid");
    assert_eq!((workload.id(0), workload.id(1), workload.out_of_order), ("early", "late", 1));
    assert_eq!((workload.dependencies()[0].on, workload.dependencies()[0].job), (0, 1));
    let dropped = workload.dropped;
    assert_eq!((dropped.never_ran, dropped.no_run_time, dropped.unknown_dependencies), (1, 1, 1));
}
