//! Fair-share scheduling, job state time limits and consumable resources: cases by hand, a second implementation that adds
//! up every share's usage anew after every event, and what holds for any jobs.

use hpc_cost::simulate::model::{BatchModel, Definition, Environment, Queue};
use hpc_cost::simulate::outcome::UsedUp;
use hpc_cost::simulate::policy::{BlockedBy, Consumable, FairShare, StateLimit, WHOLE_WEIGHT};
use hpc_cost::simulate::{Outcome, simulate};
use hpc_cost::workload::Workload;
use hpc_cost::workload::detail::Label;
use hpc_cost::workload::random::{Purpose, Stream};
use serde_json::{Value, json};

use super::cli::{Answer, Folder};
use super::simulation::{any_jobs, any_model, elastic, fixed, jobs, launch_type, model, times};

/// Notes that these tests ask the words of.
pub(crate) const NOTES: [&str; 3] = ["FairShareAssumed", "JobsWithoutShare", "SharesWithoutPolicy"];

/// Weights in ten-thousandths.
fn policy(decay_seconds: u64, compute_reservation: u32, weights: &[(&str, u32)]) -> FairShare {
    let weights = weights.iter().map(|(share, weight)| ((*share).to_owned(), *weight)).collect();
    FairShare { name: "teams".into(), decay_seconds, compute_reservation, weights }
}

/// So many instances of one vCPU that are always there, and a queue with a policy.
fn shared(instances: u32, policy: FairShare) -> BatchModel {
    let model = model(vec![fixed(instances, launch_type("one", 1, 0))]);
    let queues = model.queues.iter().map(|queue| Queue { policy: Some(policy.clone()), ..queue.clone() });
    BatchModel { queues: queues.collect(), ..model }
}

fn check(model: &BatchModel, rows: &[&str], expected: &str) -> Outcome {
    let workload = jobs(rows);
    let outcome = simulate(model, &workload, 1);
    assert_eq!(times(&outcome, &workload), expected);
    outcome
}

#[test]
fn a_share_of_half_the_weight_gets_twice_the_vcpus() {
    // Three vCPUs, jobs of 100 s. At 0 nobody has used any: A's first is older, then B, then A, 1 × 1 against 1 × 2. At 100
    // A has used 200 × 1 and B 100 × 2, and so on; B has them alone when A's twelve are through, at 600.
    let rows: Vec<String> =
        (0..24).map(|job| format!("{job} 0 100 1 share={}", ["A", "B"][job / 12])).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let outcome = simulate(&shared(3, policy(600, 0, &[("B", 2 * WHOLE_WEIGHT)])), &jobs(&rows), 1);
    let starts: Vec<u64> = outcome.jobs.iter().map(|job| job.start_seconds / 100).collect();
    assert_eq!(starts[..12], [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
    assert_eq!(starts[12..], [0, 1, 2, 3, 4, 5, 6, 6, 6, 7, 7, 7]);
}

#[test]
fn what_is_older_than_the_decay_counts_nothing() {
    // One vCPU, a window of 600 s. At 600 A has used 600 and B nothing: B. At 700 500 against 100, at 800 400 against 200, at
    // 900 300 against 300: the older one, A. At 1000 A has 200 + 100 and no more jobs.
    let rows = [
        "a0 0 600 1 share=A",
        "a1 0 100 1 share=A",
        "b0 0 100 1 share=B",
        "b1 0 100 1 share=B",
        "b2 0 100 1 share=B",
        "b3 0 100 1 share=B",
    ];
    let expected = "a0 0-600, a1 900-1000, b0 600-700, b1 700-800, b2 800-900, b3 1000-1100";
    check(&shared(1, policy(600, 0, &[])), &rows, expected);
    // Of the last 100 s alone: at 700 A has used nothing since 600, B 100.
    let expected = "a0 0-600, a1 700-800, b0 600-700, b1 800-900, b2 900-1000, b3 1000-1100";
    check(&shared(1, policy(100, 0, &[])), &rows, expected);
}

#[test]
fn within_a_share_the_higher_priority_goes_first() {
    let definition =
        Definition { name: "d".into(), attempts: 1, scheduling_priority: 7, ..Definition::default() };
    let model = BatchModel { job_definitions: vec![definition], ..shared(1, policy(600, 0, &[])) };
    // `low` has used nothing yet when `a` to `e`, one share, are through their first: priority says nothing between shares.
    let rows = [
        "a 0 10 1 share=S scheduling_priority=1",
        "b 0 10 1 share=S scheduling_priority=5",
        "c 0 10 1 share=S scheduling_priority=5",
        "d 0 10 1 share=S job_definition=d",
        "e 0 10 1 share=S scheduling_priority=8 job_definition=d",
        "f 0 10 1 share=S",
        "low 0 10 1 share=T",
    ];
    check(&model, &rows, "a 50-60, b 30-40, c 40-50, d 20-30, e 0-10, f 60-70, low 10-20");
}

#[test]
fn a_reservation_keeps_vcpus_free_for_shares_that_come() {
    // Of 4 vCPUs one active share may use 2, two 3. A0 and A1 start; B comes at 100 and starts at once. At 1000 A2 and A3
    // start, at 1100 B ends and is active until 1700: until then three may run, afterwards two.
    let rows = [
        "a0 0 1000 1 share=A",
        "a1 0 1000 1 share=A",
        "a2 0 1000 1 share=A",
        "a3 0 1000 1 share=A",
        "b0 100 1000 1 share=B",
        "a4 1650 10 1 share=A",
        "a5 1750 10 1 share=A",
    ];
    let expected =
        "a0 0-1000, a1 0-1000, a2 1000-2000, a3 1000-2000, b0 100-1100, a4 1650-1660, a5 2000-2010";
    let outcome = check(&shared(4, policy(600, 50, &[])), &rows, expected);
    assert_eq!(outcome.waited.compute_reservation, 1000 + 1000 + 250);
    assert_eq!(outcome.waited.all(), outcome.waited.compute_reservation);
    // Nothing is launched for jobs that may not start.
    let launched = Environment { types: vec![launch_type("one", 1, 0)], launch_seconds: 60, ..elastic(4) };
    let queues = shared(4, policy(600, 50, &[])).queues;
    let model = BatchModel { queues, ..model(vec![launched]) };
    let outcome = check(&model, &rows[..4], "a0 60-1060, a1 60-1060, a2 1060-2060, a3 1060-2060");
    assert_eq!(outcome.peak_instances, 2);
}

#[test]
fn waits_are_told_by_share() {
    let rows = ["a 0 100 1 share=A", "b 0 10 1 share=A", "c 0 10 1 share=B", "d 5 10 1"];
    let workload = jobs(&rows);
    let outcome = simulate(&shared(1, policy(600, 0, &[])), &workload, 1);
    assert_eq!(times(&outcome, &workload), "a 0-100, b 120-130, c 100-110, d 110-120");
    let waits = outcome.waits_by_share(&workload, |_| true);
    let of = |(_, share, waits): &(u16, u32, hpc_cost::simulate::outcome::Waits)| {
        (workload.labels(Label::Share)[*share as usize].to_string(), waits.jobs, waits.mean, waits.max)
    };
    let expected = [("", 1, 105, 105), ("A", 2, 60, 120), ("B", 1, 100, 100)];
    let expected = expected.map(|(share, jobs, mean, max)| (share.to_owned(), jobs, mean, max));
    assert_eq!(waits.iter().map(of).collect::<Vec<_>>(), expected);
}

#[test]
fn a_queue_of_one_share_is_first_in_first_out() {
    for seed in 0..300 {
        let mut draws = Stream::new(seed, Purpose::Arrivals);
        let fifo = any_model(&mut draws);
        let workload = any_jobs(&mut draws);
        let policy = Some(policy(1 + draws.below(5000), 0, &[]));
        let queues = fifo.queues.iter().map(|queue| Queue { policy: policy.clone(), ..queue.clone() });
        let shared = BatchModel { queues: queues.collect(), ..fifo.clone() };
        assert_eq!(simulate(&shared, &workload, seed), simulate(&fifo, &workload, seed), "seed {seed}");
    }
}

/// A job of the second implementation.
struct Plain {
    submit: u64,
    run: u64,
    vcpus: u64,
    share: usize,
    priority: u16,
    start: Option<u64>,
}

impl Plain {
    fn end(&self) -> Option<u64> {
        Some(self.start? + self.run)
    }

    /// vCPU-seconds from one second to another.
    fn used(&self, from: u64, to: u64) -> u64 {
        let (Some(start), Some(end)) = (self.start, self.end()) else { return 0 };
        end.min(to).saturating_sub(start.max(from)) * self.vcpus
    }
}

/// The second implementation: instances of one size that are always there, first fit. After every event, and after every
/// start, the usage of every share is added up from its jobs.
fn added_up(jobs: &mut [Plain], instances: usize, size: u64, weights: &[u64], window: u64, percent: u64) {
    let mut on: Vec<Option<usize>> = vec![None; jobs.len()];
    let mut now = 0;
    loop {
        let runs = |job: &Plain| job.start.is_some() && job.end() > Some(now);
        let waits = |job: &Plain| job.start.is_none() && job.submit <= now;
        loop {
            let first_of = |share: usize| {
                let of_share = (0..jobs.len()).filter(|job| jobs[*job].share == share && waits(&jobs[*job]));
                of_share.min_by_key(|job| (std::cmp::Reverse(jobs[*job].priority), *job))
            };
            let usage = |share: usize| {
                let of_share = jobs.iter().filter(|job| job.share == share);
                let each = of_share.map(|job| {
                    job.used(now.saturating_sub(window), now) + if runs(job) { job.vcpus } else { 0 }
                });
                each.sum::<u64>() * weights[share]
            };
            let firsts = (0..weights.len()).filter_map(|share| Some((usage(share), first_of(share)?)));
            let Some((_, first)) = firsts.min() else { break };
            let is_active = |share: &usize| {
                let mut of_share = jobs.iter().filter(|job| job.share == *share && job.submit <= now);
                of_share.any(|job| job.end().is_none_or(|end| end + window > now))
            };
            let active = (0..weights.len()).filter(is_active).count() as u32;
            // All but (percent / 100) ^ active; here at most 8 shares.
            let all = instances as u64 * size;
            let (whole, part) = (100_u128.pow(active), u128::from(percent).pow(active));
            let usable = u128::from(all) * (whole - part) / whole;
            let running: u64 = jobs.iter().filter(|job| runs(job)).map(|job| job.vcpus).sum();
            if u128::from(running + jobs[first].vcpus) > usable {
                break;
            }
            let load = |instance: usize| {
                let there = (0..jobs.len()).filter(|job| on[*job] == Some(instance) && runs(&jobs[*job]));
                there.map(|job| jobs[job].vcpus).sum::<u64>()
            };
            let Some(instance) = (0..instances).find(|of| load(*of) + jobs[first].vcpus <= size) else {
                break;
            };
            (jobs[first].start, on[first]) = (Some(now), Some(instance));
        }
        let times = jobs.iter().flat_map(|job| [Some(job.submit), job.end()]).flatten();
        let Some(next) = times.filter(|time| *time > now).min() else { return };
        now = next;
    }
}

#[test]
fn jobs_start_as_if_usage_were_added_up_anew_after_every_event() {
    let (mut waited, mut held) = (0, 0);
    for seed in 0..150 {
        let mut draws = Stream::new(seed, Purpose::Arrivals);
        let (instances, size) = (1 + draws.below(4), 1 + draws.below(8));
        let shares = 1 + draws.below(6);
        let window = [50, 600, 3600][draws.below(3) as usize];
        let percent = [0, 0, 30, 60][draws.below(4) as usize];
        let weights: Vec<u64> = (0..shares).map(|_| 1 + draws.below(30_000)).collect();
        let (mut plain, mut rows, mut submit) = (Vec::new(), Vec::new(), 0);
        for job in 0..120 {
            submit += draws.below(60);
            let (run, vcpus) = (1 + draws.below(400), 1 + draws.below(size.min(3)));
            let (share, priority) = (draws.below(shares) as usize, draws.below(3) as u16);
            rows.push(format!("{job} {submit} {run} {vcpus} share=S{share} scheduling_priority={priority}"));
            plain.push(Plain { submit, run, vcpus, share, priority, start: None });
        }
        let names: Vec<String> = (0..shares).map(|share| format!("S{share}")).collect();
        let named: Vec<(&str, u32)> =
            names.iter().zip(&weights).map(|(name, weight)| (name.as_str(), *weight as u32)).collect();
        let policy = policy(window, percent as u32, &named);
        let ours = model(vec![fixed(instances as u32, launch_type("any", size as u32, 0))]);
        let queues = vec![Queue { policy: Some(policy), ..ours.queues[0].clone() }];
        let workload = jobs(&rows.iter().map(String::as_str).collect::<Vec<_>>());
        let outcome = simulate(&BatchModel { queues, ..ours }, &workload, 1);
        added_up(&mut plain, instances as usize, size, &weights, window, percent);
        let starts: Vec<Option<u64>> =
            outcome.jobs.iter().map(|job| (job.attempts > 0).then_some(job.start_seconds)).collect();
        assert_eq!(starts, plain.iter().map(|job| job.start).collect::<Vec<_>>(), "seed {seed}");
        waited += starts.iter().zip(&plain).filter(|(start, job)| **start > Some(job.submit)).count();
        held += usize::from(outcome.waited.compute_reservation > 0);
    }
    assert!(waited > 8000 && held > 40, "{waited} {held}");
}

#[test]
fn a_busy_queue_gives_shares_vcpus_by_the_inverse_of_their_weights() {
    for seed in 0..20 {
        let mut draws = Stream::new(seed, Purpose::Arrivals);
        let weights: Vec<u32> = (0..2 + draws.below(4)).map(|_| 2000 + draws.below(40_000) as u32).collect();
        let names: Vec<String> = (0..weights.len()).map(|share| format!("S{share}")).collect();
        // All of them always have jobs waiting: 16 vCPUs run 2,560 jobs of 250 s in 40,000 s. All that ran counts.
        let rows: Vec<String> = (0..weights.len() * 3000)
            .map(|job| format!("{job} 0 {} 1 share={}", 1 + draws.below(499), names[job % names.len()]))
            .collect();
        let named: Vec<(&str, u32)> =
            names.iter().zip(&weights).map(|(name, weight)| (name.as_str(), *weight)).collect();
        let workload = jobs(&rows.iter().map(String::as_str).collect::<Vec<_>>());
        let until = BatchModel { end_seconds: Some(40_000), ..shared(16, policy(604_800, 0, &named)) };
        let outcome = simulate(&until, &workload, 1);
        let used = |share: usize| -> f64 {
            let own = outcome
                .jobs
                .iter()
                .enumerate()
                .filter(|(job, of)| job % names.len() == share && of.attempts > 0);
            own.map(|(job, of)| {
                let end = of.start_seconds + u64::from(workload.jobs()[job].run_seconds);
                (end.min(40_000) - of.start_seconds) as f64
            })
            .sum()
        };
        let inverse: f64 = weights.iter().map(|weight| 1.0 / f64::from(*weight)).sum();
        for (share, weight) in weights.iter().enumerate() {
            let expected = 16.0 * 40_000.0 / f64::from(*weight) / inverse;
            let error = used(share) / expected - 1.0;
            assert!(error.abs() < 0.05, "seed {seed}, share {share} of {weights:?}: {error}");
        }
    }
}

#[test]
fn every_share_gets_room_where_the_cap_is_out_of_reach() {
    // That no job waits longer than a launch since the last one came that may go before it is asserted at every start.
    for seed in 0..100 {
        let mut draws = Stream::new(seed, Purpose::Arrivals);
        let mut submit = 0;
        let rows: Vec<String> = (0..400)
            .map(|job| {
                submit += if draws.below(20) == 0 { draws.below(3000) } else { draws.below(5) };
                let (run, vcpus, share) = (1 + draws.below(2000), 1 + draws.below(16), draws.below(5));
                let nodes = [1, 1, 1, 1, 2][draws.below(5) as usize];
                let priority = draws.below(3);
                format!(
                    "{job} {submit} {run} {vcpus} share=S{share} scheduling_priority={priority} nodes={nodes}"
                )
            })
            .collect();
        let types = vec![launch_type("eight", 8, 0), launch_type("sixteen", 16, 0)];
        let environment =
            Environment { types, launch_seconds: 240, scale_down_seconds: 300, ..elastic(1_000_000) };
        let ours = model(vec![environment]);
        let weights = [("S1", 500), ("S2", 90_000)];
        let queues = vec![Queue { policy: Some(policy(600, 0, &weights)), ..ours.queues[0].clone() }];
        let workload = jobs(&rows.iter().map(String::as_str).collect::<Vec<_>>());
        let outcome = simulate(&BatchModel { queues, ..ours }, &workload, seed);
        assert_eq!(outcome.counts().succeeded, 400, "seed {seed}");
        let first =
            workload.jobs().iter().zip(&outcome.jobs).filter(|(_, of)| of.wait_seconds() == Some(0)).count();
        assert!(first < 400 && outcome.waits().max >= 240, "seed {seed}: some wait for a launch");
    }
}

fn limited(environment: Environment, limits: &[(BlockedBy, u64)]) -> BatchModel {
    let limits = limits.iter().map(|(reason, seconds)| StateLimit { reason: *reason, seconds: *seconds });
    let ours = model(vec![environment]);
    let queues = vec![Queue { limits: limits.collect(), ..ours.queues[0].clone() }];
    BatchModel { queues, ..ours }
}

#[test]
fn a_job_that_waits_too_long_for_capacity_is_cancelled() {
    // EC2 has no capacity until 5000. `a` is first from 0, `b` from 600, `d` from 4900; `c` needs `a`.
    let mut of = launch_type("four", 4, 0);
    of.shortages = vec![(0, 5000)];
    let environment = Environment { types: vec![of], ..elastic(8) };
    let rows = ["a 0 10 4", "b 10 10 4", "c 20 10 4 depends_on=a", "d 4900 10 4"];
    let limit = [(BlockedBy::InstanceCapacity, 600)];
    let expected = "a …-600!, b …-1200!, c …-600!, d 5000-5010";
    let outcome = check(&limited(environment.clone(), &limit), &rows, expected);
    assert_eq!(outcome.cancelled, [(0, BlockedBy::InstanceCapacity), (1, BlockedBy::InstanceCapacity)]);
    assert_eq!(outcome.waited.capacity, [600 + 1190 + 100]);
    assert_eq!(outcome.counts().failed, 3);
    // Other reasons do not count, and nor does a wait at max_vcpus.
    let other = [(BlockedBy::MaxResource, 600), (BlockedBy::ResourceRequirement, 600)];
    check(&limited(environment, &other), &rows, "a 5000-5010, b 5000-5010, c 5010-5020, d 5010-5020");
    let rows = ["a 0 5000 4", "b 0 10 4"];
    check(&limited(elastic(4), &limit), &rows, "a 0-5000, b 5000-5010");
}

#[test]
fn the_time_counts_again_when_there_was_capacity_in_between() {
    // `a` gets the instance that comes at 500; `b` waits from 500 for one of its own, until 500 + 600.
    let mut of = launch_type("four", 4, 0);
    of.shortages = vec![(0, 500), (501, 5000)];
    let environment = Environment { types: vec![of], ..elastic(8) };
    let model = limited(environment, &[(BlockedBy::InstanceCapacity, 600)]);
    check(&model, &["a 0 9000 4", "b 501 10 4"], "a 500-9500, b …-1101!");
}

#[test]
fn a_job_that_nothing_can_take_blocks_its_queue_until_it_is_cancelled() {
    let rows = ["a 0 10 5", "b 0 10 4", "c 0 10 4 nodes=3", "d 0 10 4", "e 0 10 4 depends_on=c"];
    // Without limits it is set aside.
    check(&limited(elastic(8), &[]), &rows, "a …-…, b 0-10, c …-…, d 0-10, e …-…");
    let both = [(BlockedBy::ResourceRequirement, 600), (BlockedBy::MaxResource, 700)];
    let expected = "a …-600!, b 600-610, c …-1300!, d 1300-1310, e …-1300!";
    let outcome = check(&limited(elastic(8), &both), &rows, expected);
    assert_eq!(outcome.cancelled, [(0, BlockedBy::ResourceRequirement), (2, BlockedBy::MaxResource)]);
    // a and the three behind it 600 s; c and d 700 s more.
    assert_eq!(outcome.waited.misfit, 4 * 600 + 2 * 700);
    let one = limited(elastic(8), &both[1..]);
    check(&one, &rows, "a …-…, b 0-10, c …-700!, d 700-710, e …-700!");
}

fn with_licences(total: u64, replenishable: bool, instances: u32) -> BatchModel {
    let definition =
        Definition { name: "d".into(), attempts: 1, consumes: vec![(0, 1)], ..Definition::default() };
    BatchModel {
        job_definitions: vec![definition],
        consumables: vec![Consumable { name: "licence".into(), total, replenishable }],
        ..model(vec![fixed(instances, launch_type("one", 1, 0))])
    }
}

#[test]
fn jobs_wait_for_consumable_resources() {
    let rows = [
        "a 0 100 1 job_definition=d",
        "b 0 150 1 job_definition=d",
        "c 0 100 1 job_definition=d",
        "d 0 100 1",
    ];
    // `d` needs none, and stands behind `c`.
    let outcome = check(&with_licences(2, true, 4), &rows, "a 0-100, b 0-150, c 100-200, d 100-200");
    assert_eq!((outcome.waited.consumable[0], outcome.waited.all()), (200, 200));
    assert_eq!(outcome.used_up, []);
    // `d` waits behind `c` for ever, but not for the licence.
    let outcome = check(&with_licences(2, false, 4), &rows, "a 0-100, b 0-150, c …-…, d …-…");
    assert_eq!(outcome.used_up, [UsedUp { resource: 0, left: 0, jobs: 1, first: 2 }]);
    // Each node takes one.
    let rows = ["a 0 100 1 job_definition=d nodes=2", "b 0 50 1 job_definition=d"];
    check(&with_licences(2, true, 4), &rows, "a 0-100, b 100-150");
    check(&with_licences(3, true, 4), &rows, "a 0-100, b 0-50");
}

#[test]
fn waits_are_unknown_where_nothing_starts() {
    let jobs = "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status\n\
        a,0,60,1,100000,0,1,q,succeeded\n";
    let folder = Folder::new(SCENARIO).with("jobs.csv", jobs);
    let document: Value = serde_json::from_str(&answer(&folder, &["--format", "json"]).stdout).expect("JSON");
    let unknown = json!({"mean": null, "p50": null, "p90": null, "p95": null, "max": null});
    assert_eq!((&document["wait_seconds"], &document["jobs"]["succeeded"]), (&unknown, &json!(0)));
    assert_eq!(document["queues"][0]["wait_seconds"], unknown);
    let text = answer(&folder, &[]).text();
    let row = text.lines().find(|line| line.starts_with(" all ")).expect("a row");
    let row: Vec<_> = row.split_whitespace().collect();
    assert_eq!(row, ["all", "0", "unknown", "unknown", "unknown", "unknown", "unknown"]);
    let sweep = ["--sweep", "batch.ce.max_vcpus=2..4:2", "--format", "json"];
    let document: Value = serde_json::from_str(&answer(&folder, &sweep).stdout).expect("JSON");
    assert!(document["rows"][0]["wait_seconds_p95"].is_null(), "{document}");
}

#[test]
fn what_is_used_up_for_good_stands_out() {
    let scenario =
        SCENARIO.replace("total_quantity = 1", "total_quantity = 1\nresource_type = \"NON_REPLENISHABLE\"");
    assert_ne!(scenario, SCENARIO);
    let folder = Folder::new(&scenario).with("jobs.csv", JOBS);
    let text = answer(&folder, &[]).text();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // `e` takes the one licence, and keeps it.
    for words in [
        "RUNNABLE for ever: consumable resource used up",
        "1 job, the first `f`, needs more of `licence` than is left: 0 of 1",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
}

#[test]
fn no_more_of_a_resource_is_in_use_than_there_is() {
    for seed in 0..100 {
        let mut draws = Stream::new(seed, Purpose::Arrivals);
        let fleet = any_model(&mut draws);
        let total = 1 + draws.below(6);
        let resource = Consumable { name: "licence".into(), total, replenishable: true };
        let definitions = fleet.job_definitions.iter();
        let definitions = definitions.map(|of| Definition { consumes: vec![(0, 1)], ..of.clone() });
        let model =
            BatchModel { job_definitions: definitions.collect(), consumables: vec![resource], ..fleet };
        let workload = any_jobs(&mut draws);
        let outcome = simulate(&model, &workload, seed);
        most_in_use(&outcome, &workload, total, seed);
    }
}

/// Last attempts alone are known in an outcome; what they take at once is a lower bound of what is in use.
fn most_in_use(outcome: &Outcome, workload: &Workload, total: u64, seed: u64) {
    let mut changes = Vec::new();
    for (job, of) in workload.jobs().iter().zip(&outcome.jobs) {
        let takes = !workload.job_definitions()[usize::from(job.job_definition)].is_empty();
        if takes && of.attempts == 1 && of.status.has_ended() {
            changes.push((of.start_seconds, 1, i64::from(job.nodes)));
            changes.push((of.end_seconds, 0, -i64::from(job.nodes)));
        }
    }
    changes.sort_unstable();
    let mut in_use = 0;
    for (time, _, change) in changes {
        in_use += change;
        assert!(in_use <= i64::try_from(total).expect("small"), "seed {seed}, second {time}: {in_use}");
    }
}

const SCENARIO: &str = r#"
name = "policies"
region = "us-east-1"
month = "2026-11"

[[batch.compute_environment]]
name = "ce"
instance_types = ["c5.large"]
min_vcpus = 2
max_vcpus = 2
launch_minutes = 0
scale_down_delay_minutes = 0

[[batch.job_queue]]
name = "q"
priority = 1
compute_environments = ["ce"]
scheduling_policy = "teams"
job_state_time_limit_actions = [
    { reason = "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT", max_time_seconds = 600 },
]

[[batch.scheduling_policy]]
name = "teams"
share_decay_seconds = 3600
share_distribution = [{ share_identifier = "A*", weight_factor = 0.5 }]

[[batch.consumable_resource]]
name = "licence"
total_quantity = 1

[[batch.job_definition]]
name = "solve"
vcpus = 1
memory_mib = 100
consumable_resources = { licence = 1 }

[workload]
trace = "jobs.csv"
"#;

const JOBS: &str = "\
job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,job_definition,share
a,0,1000,2,100,0,1,q,succeeded,,A1
b,0,1000,2,100,0,1,q,succeeded,,B1
c,0,1000,2,100,0,1,q,succeeded,,A2
d,0,1000,4,100,0,1,q,succeeded,,A2
e,5000,500,1,100,0,1,q,succeeded,solve,
f,5000,500,1,100,0,1,q,succeeded,solve,
";

fn answer(folder: &Folder, more: &[&str]) -> Answer {
    folder.run(&[&["simulate", "scenario.toml", "--prices", "bundled"], more].concat())
}

#[test]
fn the_answer_tells_waits_by_share_what_was_cancelled_and_what_was_waited_for() {
    let folder = Folder::new(SCENARIO).with("jobs.csv", JOBS);
    let document: Value = serde_json::from_str(&answer(&folder, &["--format", "json"]).stdout).expect("JSON");
    // `a` runs to 1000; then B1 and A2 have used nothing: `b`, the older one, to 2000, `c`, to 3000. `d`, which
    // nothing can take, is first from 2000 to 2600. `e` and `f` have no share.
    let shares: Vec<(Option<&str>, &str, u64, u64)> = document["fair_share"]
        .as_array()
        .expect("shares")
        .iter()
        .map(|of| {
            let number = |value: &Value| value.as_u64().expect("a number");
            let weight = of["weight_factor"].as_str().expect("a weight");
            (of["share_identifier"].as_str(), weight, number(&of["jobs"]), number(&of["wait_seconds"]["max"]))
        })
        .collect();
    let expected = [
        (None, "1", 2, 500),
        (Some("A1"), "0.5", 1, 0),
        (Some("B1"), "1", 1, 1000),
        (Some("A2"), "0.5", 1, 2000),
    ];
    assert_eq!(shares, expected);
    assert_eq!(
        document["jobs"]["cancelled"],
        json!([{ "reason": "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT", "jobs": 1 }])
    );
    let waited = document["waited_for"].as_array().expect("causes");
    let licence = waited.iter().find(|of| of["cause"] == "consumable_resource").expect("a cause");
    // f waits 500 s for the licence of e.
    assert_eq!(
        (&licence["consumable_resource"], &licence["job_hours"]),
        (&json!("licence"), &json!("0.1389"))
    );
    let text =
        answer(&folder, &[]).text() + &document["findings"].to_string() + &document["notes"].to_string();
    for words in [
        "By share, from runnable to the first start",
        "cancelled by a time limit",
        "each blocks its queue until its time limit cancels it",
        "fair share of q: the usage of a share is taken as its vCPU-seconds within share_decay_seconds",
        "2 jobs without a share identifier",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
}

#[test]
fn shares_without_a_policy_are_said_to_be_first_in_first_out() {
    let fifo = SCENARIO.replace("scheduling_policy = \"teams\"\n", "");
    let folder = Folder::new(&fifo).with("jobs.csv", JOBS);
    let words = "4 jobs of the trace with a share or a scheduling priority: their queue has no scheduling_policy here";
    let text = answer(&folder, &["--format", "json"]).text();
    assert!(text.contains(words) && !text.contains("\"fair_share\""), "{text}");
    // One share for all of them tells nobody apart.
    let one = JOBS.replace(",A1", ",normal").replace(",A2", ",normal").replace(",B1", ",normal");
    let folder = Folder::new(&fifo).with("jobs.csv", one);
    assert!(!answer(&folder, &["--format", "json"]).text().contains("scheduling_policy here"));
}
