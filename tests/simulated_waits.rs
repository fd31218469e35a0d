//! Room for every job that waits: no wait beyond a launch where the cap is out of reach, against a second
//! implementation that plans anew after every event, over random bursts, and in cases by hand.

use hpc_cost::model::decimal::Decimal;
use hpc_cost::scenario::keys::batch::AllocationStrategy;
use hpc_cost::simulate::model::{BatchModel, Environment, Limits, Queue};
use hpc_cost::simulate::{Capacity, Outcome, simulate};
use hpc_cost::workload::Workload;
use hpc_cost::workload::random::{Purpose, Stream};

use super::simulation::{elastic, jobs, launch_type, model};

const OUT_OF_REACH: u32 = 1_000_000;
const LAUNCH: u64 = 240;
const SCALE_DOWN: u64 = 300;

fn unlimited(vcpus: u32) -> Environment {
    Environment {
        types: vec![launch_type("any", vcpus, 0)],
        launch_seconds: LAUNCH,
        scale_down_seconds: SCALE_DOWN,
        ..elastic(OUT_OF_REACH)
    }
}

fn workload(rows: &[String]) -> Workload {
    jobs(&rows.iter().map(String::as_str).collect::<Vec<_>>())
}

fn starts(outcome: &Outcome) -> Vec<u64> {
    outcome.jobs.iter().map(|job| job.start_seconds).collect()
}

/// Bursts of arrays: `sizes` says how many vCPUs the jobs of one may take.
fn bursts(draws: &mut Stream, count: u64, sizes: &[u64], more: impl Fn(&mut Stream) -> String) -> Workload {
    let mut rows = Vec::new();
    let mut submit = 0;
    for array in 0..count {
        submit += draws.below(2400);
        let vcpus = sizes[draws.below(sizes.len() as u64) as usize];
        let more = more(draws);
        for child in 0..1 + draws.below(25) {
            let run = 1 + draws.below(3600);
            rows.push(format!("j{array}-{child} {} {run} {vcpus} {more}", submit + child * draws.below(6)));
        }
    }
    workload(&rows)
}

/// What is there of one instance in the second implementation.
struct Plain {
    ready: u64,
    ends: Vec<u64>,
    idle_since: u64,
}

/// The second implementation: jobs of one size by submission, run time and queue, `slots` to an instance, a cap out of reach.
/// After every event it forgets what it planned: whoever waits and finds no slot, neither free nor being launched, that those
/// before it leave gets one. The first queue goes before the second.
fn planned_anew(jobs: &[(u64, u64, usize)], slots: usize) -> Vec<u64> {
    let mut starts: Vec<Option<u64>> = vec![None; jobs.len()];
    let mut fleet: Vec<Plain> = Vec::new();
    let mut now = 0;
    while starts.contains(&None) {
        for instance in &mut fleet {
            let before = instance.ends.len();
            instance.ends.retain(|end| *end > now);
            if before > 0 && instance.ends.is_empty() {
                instance.idle_since = now;
            }
        }
        let here = (0..jobs.len()).filter(|job| jobs[*job].0 <= now && starts[*job].is_none());
        let mut waiting: Vec<usize> = here.collect();
        waiting.sort_by_key(|job| jobs[*job].2);
        let mut served = 0;
        for job in &waiting {
            let free = |of: &&mut Plain| of.ready <= now && of.ends.len() < slots;
            let Some(instance) = fleet.iter_mut().find(free) else { break };
            instance.ends.push(now + jobs[*job].1);
            starts[*job] = Some(now);
            served += 1;
        }
        let coming = fleet.iter().filter(|of| of.ready > now).count() * slots;
        for _ in 0..(waiting.len() - served).saturating_sub(coming).div_ceil(slots) {
            let ready = now + LAUNCH;
            fleet.push(Plain { ready, ends: Vec::new(), idle_since: ready });
        }
        fleet.retain(|of| of.ready > now || !of.ends.is_empty() || now < of.idle_since + SCALE_DOWN);
        let idle = fleet.iter().filter(|of| of.ends.is_empty()).map(|of| of.idle_since + SCALE_DOWN);
        let ends = fleet.iter().flat_map(|of| of.ends.iter().copied().chain([of.ready]));
        let submissions = jobs.iter().map(|(submit, ..)| *submit);
        let next = idle.chain(ends).chain(submissions).filter(|time| *time > now).min();
        now = next.expect("a job that waits is waited for");
    }
    starts.into_iter().flatten().collect()
}

#[test]
fn jobs_of_one_size_start_as_if_all_were_planned_anew_after_every_event() {
    for queues in [["high", "high"], ["high", "low"]] {
        let mut waited = 0;
        for seed in 0..200 {
            let mut draws = Stream::new(seed, Purpose::Arrivals);
            let slots = 1 + draws.below(8);
            let more = |draws: &mut Stream| format!("queue={}", queues[draws.below(2) as usize]);
            let workload = bursts(&mut draws, 12, &[1], more);
            let queue = |name: &str, priority| Queue {
                name: name.into(),
                priority,
                environments: vec![0],
                policy: None,
                limits: Vec::new(),
            };
            let both = vec![queue("low", 1), queue("high", 10)];
            let model = BatchModel { queues: both, ..model(vec![unlimited(slots as u32)]) };
            let outcome = simulate(&model, &workload, 1);
            let rank = |of: u16| usize::from(workload.queues()[usize::from(of)] == "low");
            let plain: Vec<(u64, u64, usize)> = workload
                .jobs()
                .iter()
                .map(|job| (job.submit_seconds, job.run_seconds.into(), rank(job.queue)))
                .collect();
            assert_eq!(starts(&outcome), planned_anew(&plain, slots as usize), "seed {seed}");
            waited += outcome.jobs.iter().filter(|job| job.wait_seconds() > Some(0)).count();
        }
        assert!(waited > 5000, "{waited}");
    }
}

#[test]
fn with_a_cap_out_of_reach_no_wait_is_longer_than_a_launch() {
    // Any sizes, with memory of their own, on two types; now and then several nodes.
    let mut waited = 0;
    for seed in 0..300 {
        let mut draws = Stream::new(seed, Purpose::Arrivals);
        let workload = bursts(&mut draws, 12, &[1, 2, 3, 5, 8, 13, 16], |draws| {
            let nodes = [1, 1, 1, 1, 1, 2, 3][draws.below(7) as usize];
            format!("nodes={nodes} memory_mib={}", draws.below(8192))
        });
        let types = vec![launch_type("eight", 8, 0), launch_type("sixteen", 16, 0)];
        let strategy = AllocationStrategy::BestFitProgressive;
        let environment = Environment { types, strategy, ..unlimited(16) };
        let outcome = simulate(&model(vec![environment]), &workload, seed);
        let waits = outcome.waits();
        assert!(waits.max <= LAUNCH, "seed {seed}: {}", waits.max);
        assert_eq!(outcome.counts().succeeded, workload.jobs().len() as u64);
        waited += outcome.jobs.iter().filter(|job| job.wait_seconds() > Some(0)).count();
    }
    assert!(waited > 10_000, "{waited}");
}

#[test]
fn with_several_environments_no_wait_is_longer_than_the_longest_launch() {
    let gpu = |launch_seconds| Environment {
        types: vec![launch_type("gpu", 96, 8)],
        launch_seconds,
        scale_down_seconds: SCALE_DOWN,
        ..elastic(OUT_OF_REACH)
    };
    for seed in 0..200 {
        let mut draws = Stream::new(seed, Purpose::Arrivals);
        let longest = 60 * (4 + draws.below(22));
        let workload = bursts(&mut draws, 15, &[2, 16, 36], |draws| {
            format!("gpus={}", if draws.below(4) == 0 { 8 } else { 0 })
        });
        let outcome = simulate(&model(vec![unlimited(36), gpu(longest)]), &workload, seed);
        assert!(outcome.waits().max <= longest, "seed {seed}: {} of {longest}", outcome.waits().max);
    }
}

#[test]
fn a_week_of_arrays_waits_no_longer_than_a_launch() {
    // One-GPU jobs on instances of eight, an array of 20 to 200 an hour on average: what was launched for a job that
    // starts elsewhere goes to another, and nobody is left without.
    let mut draws = Stream::new(11, Purpose::Arrivals);
    let (mut rows, mut submit) = (Vec::new(), 0);
    for array in 0..168 {
        submit += draws.exponential(Decimal::from(3600));
        for child in 0..20 + draws.below(181) {
            let run = 60 + draws.below(3541);
            rows.push(format!("a{array}-{child} {} {run} 12 gpus=1", submit + 4 * child));
        }
    }
    let environment = Environment { types: vec![launch_type("p4d", 96, 8)], ..unlimited(96) };
    let outcome = simulate(&model(vec![environment]), &workload(&rows), 1);
    let waits = outcome.waits();
    assert!(waits.max <= LAUNCH && waits.mean > 100, "{waits:?}");
}

#[test]
fn jobs_behind_a_slow_launch_keep_what_was_launched_for_them() {
    // The GPU instance is asked for at 0 and ready at 900. Fifty CPU jobs come at 1, behind the job that waits for it;
    // theirs are ready at 241 and stay, so all start at 900.
    let cpu = unlimited(36);
    let gpu = Environment { types: vec![launch_type("gpu", 96, 8)], launch_seconds: 900, ..unlimited(96) };
    let mut rows = vec!["g 0 3600 96 gpus=8".to_owned()];
    rows.extend((0..50).map(|job| format!("c{job} 1 600 36")));
    let outcome = simulate(&model(vec![cpu, gpu]), &workload(&rows), 1);
    assert!(starts(&outcome).iter().all(|start| *start == 900), "{:?}", starts(&outcome));
    // 50 instances, each from 1 to 900 + 600, and one from 0 to 4,500; the idle delay of 300 s, until the end at most.
    let launches: Vec<u64> = outcome.ran.iter().map(|ran| ran.launches).collect();
    assert_eq!(launches, [50, 1]);
    assert_eq!(outcome.ran[0].instance_seconds, 50 * (1500 + 300 - 1));
}

#[test]
fn what_a_higher_queue_takes_is_launched_again_at_once() {
    // Twenty jobs of the low queue come at 0; their instances are ready at 240, in the second in which twenty of the high
    // queue come and take them. The low ones get others, all at once, and start at 480.
    let queue = |name: &str, priority| Queue {
        name: name.into(),
        priority,
        environments: vec![0],
        ..Queue::default()
    };
    let queues = vec![queue("high", 10), queue("low", 1)];
    let two = BatchModel { queues, ..model(vec![unlimited(36)]) };
    let mut rows: Vec<String> = (0..20).map(|job| format!("l{job} 0 3600 36 queue=low")).collect();
    rows.extend((0..20).map(|job| format!("h{job} 240 36000 36 queue=high")));
    let outcome = simulate(&two, &workload(&rows), 1);
    assert_eq!(starts(&outcome), [[480; 20], [240; 20]].concat());
    assert_eq!(outcome.ran[0].launches, 40);
}

#[test]
fn a_small_job_leaves_room_that_was_launched_for_a_large_one_behind_it() {
    // Instances of 4. k comes at 0, i and m at 1 and 2 on a second instance (2 + 2). k starts at 60 on what f leaves, so
    // the first launch is free and j (4) gets it at 61. Ready at 240, it is j's: i would take half of it and leave j
    // without; it waits for its own at 241, and so does j behind it.
    let environment = Environment {
        limits: vec![Limits { from_seconds: 0, min_vcpus: 4, max_vcpus: OUT_OF_REACH }],
        ..unlimited(4)
    };
    let rows = ["f 0 60 4", "k 0 9999 4", "i 1 500 2", "m 2 500 2", "j 61 500 4"].map(str::to_owned);
    let outcome = simulate(&model(vec![environment]), &workload(&rows), 1);
    assert_eq!(starts(&outcome), [0, 60, 241, 241, 241]);
    assert_eq!(outcome.ran[0].launches, 3);
}

#[test]
fn an_instance_that_is_let_go_makes_room_below_the_cap_in_the_same_second() {
    // The cap is one large instance (8) or two small ones (4). a ends at 340; its small instance is idle until 640, and
    // b, which needs a large one, waits for it to go: asked for at 640, ready at 880. Nothing else happens in between.
    let types = vec![launch_type("small", 4, 0), launch_type("large", 8, 0)];
    let environment = Environment { types, ..Environment { limits: elastic(8).limits, ..unlimited(8) } };
    let rows = ["a 0 100 4", "b 10 50 8"].map(str::to_owned);
    let outcome = simulate(&model(vec![environment]), &workload(&rows), 1);
    assert_eq!(starts(&outcome), [240, 880]);
}

#[test]
fn a_memory_bound_instance_is_shared_by_what_fits() {
    // Room is counted in memory, too: two jobs of 1 vCPU and 3,000 MiB need an instance of 4,096 MiB each.
    let small = launch_type("four", 4, 0);
    assert_eq!(small.capacity, Capacity { vcpus: 4, memory_mib: 4096, gpus: 0 });
    let rows = ["a 0 10 1 memory_mib=3000", "b 0 10 1 memory_mib=3000"].map(str::to_owned);
    let outcome = simulate(&model(vec![unlimited(4)]), &workload(&rows), 1);
    assert_eq!((starts(&outcome), outcome.ran[0].launches), (vec![240, 240], 2));
}
