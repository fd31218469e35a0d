//! `learn` against worlds whose keys are known: each is simulated or drawn 200 times, and every key has to be within its
//! interval in nine of ten.

use std::collections::BTreeMap;

use hpc_cost::catalog::Catalog;
use hpc_cost::document::Document;
use hpc_cost::learn::{Content, Estimate, Learned, Rate, RunHours, State, learn};
use hpc_cost::model::decimal::{Decimal, parse};
use hpc_cost::model::time::Month;
use hpc_cost::scenario::Scenario;
use hpc_cost::scenario::batch::Bid;
use hpc_cost::simulate::model::BatchModel;
use hpc_cost::simulate::outcome::JobStatus;
use hpc_cost::simulate::simulate;
use hpc_cost::simulate::study::{Jobs, side_by_side};
use hpc_cost::workload::detail::{Detail, Reason};
use hpc_cost::workload::random::{Purpose, Stream};
use hpc_cost::workload::{Draft, Job, Recorded, Workload, csv};

const SEEDS: u64 = 200;

fn scenario(text: &str) -> Scenario {
    let document = Document::parse("world.toml", text).unwrap_or_else(|problems| panic!("{problems:?}"));
    let month = Month::parse("2026-08").expect("a month");
    Scenario::from_document(document, &Catalog::bundled(), "world", month)
        .unwrap_or_else(|problems| panic!("{problems:?}\n{text}"))
}

/// What a helper says of a job beside what the simulation says of it.
type Describe<'a> = dyn Fn(usize, &mut Job, &mut Detail<'_>) + 'a;

/// Simulates a world and writes the record of its jobs as a file has it, with waits, instance types and reasons. Each job is
/// tried once, so what did not succeed was interrupted.
fn record(world: &Scenario, seed: u64, describe: &Describe<'_>) -> Workload {
    let jobs = Jobs::described(world).expect("arrivals").under(seed).expect("jobs");
    let model = BatchModel::from_scenario(world, &jobs, |_, _| None, |_, _| Bid::Kept).expect("a model");
    let outcome = simulate(&model, &jobs, seed);
    let mut draft = Draft::default();
    for (number, (job, found)) in jobs.jobs().iter().zip(&outcome.jobs).enumerate() {
        let ran = outcome.ran[usize::from(found.ran)];
        let environment = &model.environments[usize::from(ran.environment)];
        let kind = environment.types[usize::from(ran.kind)].instance_type.to_string();
        let lost = found.status == JobStatus::Failed;
        let mut written = Job {
            run_seconds: u32::try_from(found.end_seconds - found.start_seconds).expect("short"),
            queue: draft.queue(&jobs.queues()[usize::from(job.queue)]).expect("few"),
            job_definition: draft
                .job_definition(&jobs.job_definitions()[usize::from(job.job_definition)])
                .expect("few"),
            recorded: if lost { Recorded::Failed } else { Recorded::Succeeded },
            ..*job
        };
        let wait = found.wait_seconds().and_then(|wait| u32::try_from(wait).ok());
        let mut detail = Detail {
            instance_type: &kind,
            reason: lost.then_some(Reason::Spot),
            wait_seconds: wait,
            ..Detail::default()
        };
        describe(number, &mut written, &mut detail);
        draft.push(written, jobs.id(number), 1).expect("pushed");
        draft.describe(&detail).expect("described");
    }
    let mut text = Vec::new();
    csv::write(&draft.finish(jobs.start).expect("jobs"), &mut text).expect("memory");
    csv::read(&text[..]).unwrap_or_else(|refusal| panic!("{refusal}"))
}

fn learned(known: &Scenario, record: Workload) -> Learned {
    let jobs = Jobs::recorded(record, known).under(0).expect("a trace");
    learn(known, &jobs, &Catalog::bundled(), "jobs.csv", false)
}

/// The number that was learned for a key.
fn number(learned: &Learned, id: &str) -> Option<Estimate> {
    let finding = learned.findings.iter().find(|finding| finding.target.id() == id)?;
    match &finding.state {
        State::Proposed(Content::Number(found)) | State::Kept(Content::Number(found)) => Some(found.clone()),
        _ => None,
    }
}

fn holds(estimate: &Estimate, truth: Decimal) -> bool {
    estimate.low.is_none_or(|low| low <= truth) && estimate.high.is_none_or(|high| truth <= high)
}

/// How often each key was learned, and how often its interval held the truth.
#[derive(Default)]
struct Coverage(BTreeMap<String, (u64, u64)>);

impl Coverage {
    fn add(&mut self, key: &str, held: Option<bool>) {
        let (found, right) = self.0.entry(key.to_owned()).or_default();
        *found += u64::from(held.is_some());
        *right += u64::from(held == Some(true));
    }

    /// Nine of ten of all seeds, whether a value was found or not.
    fn is_enough(&self, fitted: &[&str]) {
        assert!(!self.0.is_empty());
        for (key, (found, right)) in &self.0 {
            let of = if fitted.contains(&key.as_str()) { *found } else { SEEDS };
            let enough = right * 10 >= of * 9 && found * 10 >= SEEDS * 9;
            assert!(enough, "{key}: within its interval in {right} of {found} of {SEEDS}");
        }
    }
}

fn over_seeds(of_seed: impl Fn(u64) -> Vec<(String, Option<bool>)> + Sync) -> Coverage {
    let seeds: Vec<u64> = (1..=SEEDS).collect();
    let mut coverage = Coverage::default();
    for found in side_by_side(&seeds, |seed| of_seed(*seed)) {
        found.into_iter().for_each(|(key, held)| coverage.add(&key, held));
    }
    coverage
}

fn decimal(text: &str) -> Decimal {
    parse(text).expect("a number")
}

/// Whether a rate is for an hour of the week, 0 for Monday at 0:00.
fn is_in(rate: &Rate, hour: usize) -> bool {
    const DAYS: [&str; 7] = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];
    let day = match rate.weekdays.as_str() {
        "" => true,
        "MON-FRI" => hour < 120,
        "SAT,SUN" => hour >= 120,
        one => DAYS[hour / 24] == one,
    };
    let number = |text: &str| text.parse::<usize>().expect("an hour");
    let (first, last) = match rate.hours.split_once('-') {
        _ if rate.hours.is_empty() => (0, 23),
        Some((first, last)) => (number(first), number(last)),
        None => (number(&rate.hours), number(&rate.hours)),
    };
    day && (first..=last).contains(&(hour % 24))
}

/// A platform without the keys to learn; `keys` are those of the world.
fn platform(buys: &str, keys: &str, arrivals: &str) -> String {
    format!(
        r#"name = "world"
region = "us-east-1"
month = "2026-08"
[[batch.compute_environment]]
name = "ce"
type = "{buys}"
allocation_strategy = "BEST_FIT_PROGRESSIVE"
instance_types = ["g5.12xlarge"]
max_vcpus = 9600
scale_down_delay_minutes = 5
{keys}
[[batch.job_queue]]
name = "q"
priority = 1
compute_environments = ["ce"]
[[batch.job_definition]]
name = "train"
vcpus = 12
memory_mib = 40000
gpus = 1
{arrivals}"#
    )
}

const ARRIVALS: &str = r#"
[[workload.arrivals]]
name = "train"
queue = "q"
job_definition = "train"
jobs_per_hour = JOBS
RATES
run_hours_lognormal = { median_hours = MEDIAN, sigma = SIGMA, source = "the world" }
"#;

fn arrivals(jobs: &str, rates: &str, median: &str, sigma: &str) -> String {
    let text = ARRIVALS.replace("JOBS", jobs).replace("RATES", rates);
    text.replace("MEDIAN", median).replace("SIGMA", sigma)
}

/// Four jobs share an instance, so an interruption is seen by up to four.
#[test]
fn interruptions_of_shared_instances_are_recovered() {
    let keys = "launch_minutes = 4\ninterruptions_per_instance_hour = 0.05";
    let world = scenario(&platform("SPOT", keys, &arrivals("1.5", "", "1.5", "0.8")));
    let known = scenario(&platform("SPOT", "", ""));
    let truth = decimal("0.05");
    let coverage = over_seeds(|seed| {
        let record = record(&world, seed, &|_, _, _| ());
        let naive = record.jobs().iter().filter(|job| job.recorded == Recorded::Failed).count();
        let found = learned(&known, record);
        let rate = number(&found, "ce.interruptions_per_instance_hour");
        // What it would be if every job lost were an event of its own: the interval without the grouping.
        let own = rate.as_ref().map(|rate| {
            let half = Decimal::TWO / Decimal::from(naive).sqrt_rounded();
            let (low, high) = (rate.value * (Decimal::ONE - half), rate.value * (Decimal::ONE + half));
            low <= truth && truth <= high
        });
        vec![("rate".into(), rate.map(|rate| holds(&rate, truth))), ("ungrouped".into(), own)]
    });
    let (_, ungrouped) = coverage.0["ungrouped"];
    assert!(ungrouped * 20 < SEEDS * 19, "sharing matters in this world: {ungrouped}");
    let rate = Coverage(BTreeMap::from([("rate".into(), coverage.0["rate"])]));
    rate.is_enough(&[]);
}

/// A square root that is good enough to compare.
trait Root {
    fn sqrt_rounded(self) -> Decimal;
}

impl Root for Decimal {
    fn sqrt_rounded(self) -> Decimal {
        let mut root = self;
        for _ in 0..60 {
            root = (root + self / root) / Decimal::TWO;
        }
        root
    }
}

/// Working hours in Tokyo, lognormal run times, launches that take 4 minutes give or take, and peaks of memory.
#[test]
fn arrivals_run_times_launches_and_memory_are_recovered() {
    let rates = "rates = [{ weekdays = \"MON-FRI\", hours = \"9-18\", jobs_per_hour = 2 }]\ntimezone = \"Asia/Tokyo\"";
    let world = scenario(&platform("EC2", "launch_minutes = 4", &arrivals("0.3", rates, "0.7", "0.9")));
    let zone = "[[schedule]]\ncompute_environment = \"ce\"\ncron = \"0 0 * * *\"\ntimezone = \"Asia/Tokyo\"\nmax_vcpus = 9600\n";
    let known = scenario(&platform("EC2", "", zone));
    // A lognormal of median 20000 MiB and deviation 0.2: the 99th percentile is 20000 × e^(2.326348 × 0.2) = 31849; a tenth
    // more is 35034, and the next multiple of 128 is 35072.
    let memory = decimal("35072");
    let coverage = over_seeds(|seed| {
        let stream = std::cell::RefCell::new(Stream::nth(seed, Purpose::Capacity, 7));
        let record = record(&world, seed, &|_, _, detail| {
            let mut stream = stream.borrow_mut();
            let peak = stream.lognormal(Decimal::from(20_000), decimal("0.2"));
            detail.peak_memory_mib = u32::try_from(peak).ok();
            let jitter = stream.lognormal(Decimal::from(1000), decimal("0.15"));
            let wait = detail.wait_seconds.map(|wait| u64::from(wait) * jitter / 1000);
            detail.wait_seconds = wait.and_then(|wait| u32::try_from(wait).ok());
        });
        let found = learned(&known, record);
        let mut held = Vec::new();
        let launch = number(&found, "ce.launch_minutes");
        held.push(("launch_minutes".into(), launch.map(|launch| holds(&launch, Decimal::from(4)))));
        let asked = number(&found, "train.memory_mib");
        held.push(("memory_mib".into(), asked.map(|asked| holds(&asked, memory))));
        let of =
            found.findings.iter().find(|finding| finding.target.id() == "train.arrivals").expect("a finding");
        let State::Proposed(Content::Arrivals(of)) = &of.state else { panic!("{:?}", of.state) };
        // Every hour of the week: the rate of its block is that of the world.
        for hour in 0..168_usize {
            let rate = of.rates.iter().find(|rate| is_in(rate, hour)).unwrap_or(&of.otherwise);
            let is_busy = hour < 120 && (9..19).contains(&(hour % 24));
            let truth = if is_busy { Decimal::TWO } else { decimal("0.3") };
            held.push((format!("jobs_per_hour of hour {hour}"), Some(holds(&rate.jobs_per_hour, truth))));
        }
        let fit = match &of.run_hours {
            RunHours::Lognormal { median, sigma } => {
                Some((holds(median, decimal("0.7")), holds(sigma, decimal("0.9"))))
            }
            RunHours::Seen(_) => None,
        };
        held.push(("median_hours".into(), fit.map(|fit| fit.0)));
        held.push(("sigma".into(), fit.map(|fit| fit.1)));
        held
    });
    coverage.is_enough(&["median_hours", "sigma"]);
}

/// Jobs on one of two GPU models, of which one is 2.5 times as fast, and a share of launches that EC2 refuses.
#[test]
fn speeds_and_capacity_errors_are_recovered() {
    let world = scenario(&platform("EC2", "launch_minutes = 4", &arrivals("0.3", "", "0.1", "0.6")));
    let known = platform("EC2", "", "").replace("[\"g5.12xlarge\"]", "[\"g5.12xlarge\", \"p4d.24xlarge\"]");
    let known = scenario(&known);
    let coverage = over_seeds(|seed| {
        let stream = std::cell::RefCell::new(Stream::nth(seed, Purpose::Capacity, 9));
        let record = record(&world, seed, &|_, job, detail| {
            let mut stream = stream.borrow_mut();
            if stream.below(100) < 40 {
                detail.instance_type = "p4d.24xlarge";
                job.run_seconds = (job.run_seconds * 2 / 5).max(1);
            } else if stream.below(100) < 30 {
                // Refused, until its queue gave it up.
                job.recorded = Recorded::Failed;
                job.run_seconds = 0;
                detail.reason = Some(Reason::Capacity);
                detail.wait_seconds = None;
            }
        });
        let found = learned(&known, record);
        let on_a100 = number(&found, "relative_speed.p4d.24xlarge");
        let on_a10g = number(&found, "relative_speed.g5.12xlarge");
        let speed = on_a100.zip(on_a10g).map(|(fast, slow)| {
            // One of them is the reference.
            if slow.value == Decimal::ONE && slow.low == slow.high {
                holds(&fast, decimal("2.5"))
            } else {
                holds(&slow, decimal("0.4"))
            }
        });
        let refused = number(&found, "ce.capacity_errors.g5.12xlarge");
        vec![
            ("relative_speed".into(), speed),
            ("capacity_errors".into(), refused.map(|share| holds(&share, decimal("0.3")))),
        ]
    });
    coverage.is_enough(&[]);
}
