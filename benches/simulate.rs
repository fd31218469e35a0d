//! How long a year of 1,000,000 jobs takes, reading its 60 MB included: 40 instances of 96 vCPUs that keep up, and
//! 24 on which 100,000 and more jobs wait; beside it the bare loop, first come, first served, on the same jobs. Measured,
//! never asserted.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::PathBuf;

use divan::Bencher;
use hpc_cost::model::decimal::Decimal;
use hpc_cost::model::sku::InstanceType;
use hpc_cost::scenario::batch::Bid;
use hpc_cost::scenario::keys::batch::{AllocationStrategy, EnvironmentType};
use hpc_cost::simulate::model::{BatchModel, CAPACITY_RETRY_SECONDS, Environment, LaunchType, Limits, Queue};
use hpc_cost::simulate::{Capacity, simulate};
use hpc_cost::workload::random::{Purpose, Stream};
use hpc_cost::workload::{Job, swf};

fn main() {
    divan::main();
}

const JOBS: u64 = 1_000_000;

/// A log of random jobs over a year: 1 to 96 processors, 3,100 on average at work. Made once.
fn log() -> PathBuf {
    let path = std::env::temp_dir().join("hpc-cost-bench.swf");
    if !path.exists() {
        let (mut arrivals, mut run_times) =
            (Stream::new(1, Purpose::Arrivals), Stream::new(1, Purpose::RunTimes));
        let (mut text, mut submit) = (String::from("; UnixStartTime: 1767225600\n"), 0);
        for job in 1..=JOBS {
            submit += arrivals.exponential(Decimal::from(31));
            let run = 1 + run_times.exponential(Decimal::from(5000));
            let processors =
                [1, 2, 4, 8, 16, 32, 48, 96][run_times.below(8) as usize].min(1 + run_times.below(96));
            let (user, queue) = (run_times.below(200), run_times.below(4));
            writeln!(
                text,
                "{job} {submit} -1 {run} {processors} -1 -1 {processors} 86400 -1 1 {user} 1 -1 {queue} -1 -1 -1"
            )
            .expect("memory");
        }
        fs::write(&path, text).expect("a temporary folder");
    }
    path
}

/// A fleet of instances that are there from the start.
fn fixed(instances: u32) -> BatchModel {
    let vcpus = instances * 96;
    let limits = Limits { from_seconds: 0, min_vcpus: vcpus, max_vcpus: vcpus };
    BatchModel {
        environments: vec![Environment {
            name: "fixed".into(),
            environment_type: EnvironmentType::Ec2,
            strategy: AllocationStrategy::BestFit,
            types: vec![LaunchType {
                instance_type: InstanceType::new("c5.24xlarge"),
                capacity: Capacity { vcpus: 96, memory_mib: 196_608, gpus: 0 },
                price: None,
                bid: Bid::Kept,
                refusals_per_million: 0,
                shortages: Vec::new(),
            }],
            limits: vec![limits],
            launch_seconds: 0,
            scale_down_seconds: 0,
            interruptions_per_instance_hour: Decimal::ZERO,
            capacity_retry_seconds: CAPACITY_RETRY_SECONDS,
            launch_size: None,
            dearest_first: false,
        }],
        queues: vec![Queue { name: "only".into(), priority: 1, environments: vec![0], ..Queue::default() }],
        job_definitions: Vec::new(),
        consumables: Vec::new(),
        lustre_kbps: None,
        end_seconds: None,
        at_least_seconds: 0,
    }
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn read(bencher: Bencher<'_, '_>) {
    let path = log();
    bencher.bench(|| {
        let input = BufReader::with_capacity(256 * 1024, File::open(&path).expect("made above"));
        swf::read(input, 96).expect("a log")
    });
}

#[divan::bench(args = [40, 24], sample_count = 5, sample_size = 1)]
fn read_and_simulate(bencher: Bencher<'_, '_>, instances: u32) {
    let (path, model) = (log(), fixed(instances));
    bencher.bench(|| {
        let input = BufReader::with_capacity(256 * 1024, File::open(&path).expect("made above"));
        let workload = swf::read(input, 96).expect("a log");
        let outcome = simulate(&model, &workload, 1);
        assert_eq!(outcome.counts().succeeded, JOBS);
        (outcome.waits(), outcome)
    });
}

#[divan::bench(args = [40, 24], sample_count = 5, sample_size = 1)]
fn only_simulate(bencher: Bencher<'_, '_>, instances: u32) {
    let input = BufReader::with_capacity(256 * 1024, File::open(log()).expect("made above"));
    let (workload, model) = (swf::read(input, 96).expect("a log"), fixed(instances));
    bencher.bench(|| simulate(&model, &workload, 1));
}

/// What any simulation of these jobs has to do: in order of submission each takes the first instance that has room, as soon
/// as one has. No launches, no queues, no figures. Returns the end of the last job.
fn bare(jobs: &[Job], instances: usize) -> u64 {
    let mut free = vec![96; instances];
    let mut running: BinaryHeap<Reverse<(u64, usize, u32)>> = BinaryHeap::new();
    let (mut now, mut last) = (0, 0);
    for job in jobs {
        now = now.max(job.submit_seconds);
        let place = loop {
            while running.peek().is_some_and(|Reverse((end, ..))| *end <= now) {
                let Reverse((_, place, vcpus)) = running.pop().expect("just seen");
                free[place] += vcpus;
            }
            match free.iter().position(|free| *free >= job.vcpus) {
                Some(place) => break place,
                None => now = running.peek().map_or(now, |Reverse((end, ..))| *end),
            }
        };
        free[place] -= job.vcpus;
        let end = now + u64::from(job.run_seconds);
        running.push(Reverse((end, place, job.vcpus)));
        last = last.max(end);
    }
    last
}

#[divan::bench(args = [40, 24], sample_count = 5, sample_size = 1)]
fn bare_loop(bencher: Bencher<'_, '_>, instances: usize) {
    let input = BufReader::with_capacity(256 * 1024, File::open(log()).expect("made above"));
    let workload = swf::read(input, 96).expect("a log");
    bencher.bench(|| bare(workload.jobs(), instances));
}

/// The same jobs on instances that are launched for them and let go: 40 at most, and without a limit.
#[divan::bench(args = [40, 100_000], sample_count = 5, sample_size = 1)]
fn elastic(bencher: Bencher<'_, '_>, instances: u32) {
    let input = BufReader::with_capacity(256 * 1024, File::open(log()).expect("made above"));
    let workload = swf::read(input, 96).expect("a log");
    let mut model = fixed(instances);
    model.environments[0].limits[0].min_vcpus = 0;
    model.environments[0].launch_seconds = 240;
    model.environments[0].scale_down_seconds = 300;
    bencher.bench(|| simulate(&model, &workload, 1));
}
