//! How jobs of one kind arrive and how long they run, as `[[workload.arrivals]]` says it.
//!
//! A kind is the jobs of a queue and a job definition. Jobs that name none are of the only definition that asks for what they
//! ask for, or else a kind of their own; for such a kind, and for a definition that the scenario does not have, one is
//! written. Rates are those of [`super::segments`] in the scenario's time zone; a record shorter than a week, or one that
//! does not say when it starts, gives one rate. Run times are those of jobs that ended by themselves, without the
//! checkpoints in them: lognormal where that is not rejected, else a list.

use std::collections::BTreeMap;

use super::estimate::{Lognormal, lognormal, short, spread_rate};
use super::history::History;
use super::segments::{Block, Hour, blocks, spread};
use super::words::count;
use super::{Content, Estimate, FACTOR, Finding, Kind, State, Target, words};
use crate::model::decimal::{Decimal, plain};
use crate::model::time::{Zone, hours_text};
use crate::scenario::Scenario;
use crate::scenario::keys::batch::JobDefinitionKeys;
use crate::scenario::keys::workload::ArrivalKeys;
use crate::workload::{Job, MICROS};

/// Local hours begin on quarters of UTC hours in every time zone in use.
const QUARTER: i64 = 15 * 60;

/// A record shorter than this has one rate [s].
const WEEK_SECONDS: u64 = 7 * 24 * 3600;

/// Run times that a test of their distribution needs.
const RUNS_FOR_A_FIT: usize = 20;

/// Run times that a list needs.
const RUNS: usize = 6;

/// Longest list of run times; of more each is the mean of a hundredth of them.
const MOST_RUNS: usize = 100;

/// Most kinds of jobs without a job definition: the largest.
const MOST_SHAPES: usize = 10;

/// How jobs of one kind arrive and run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrivals {
    /// The job queue.
    pub queue: String,
    /// The job definition.
    pub job_definition: String,
    /// What it asks for, where the scenario does not have it.
    pub definition: Option<Shape>,
    /// Jobs per hour in all other hours than those of `rates`, and how many were seen in how many hours.
    pub otherwise: Rate,
    /// Other rates.
    pub rates: Vec<Rate>,
    /// How long they run.
    pub run_hours: RunHours,
}

/// What a job asks for, per node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shape {
    /// vCPUs.
    pub vcpus: u32,
    /// Memory [MiB].
    pub memory_mib: u32,
    /// GPUs.
    pub gpus: u16,
    /// Nodes.
    pub nodes: u32,
}

/// A rate in some hours of the week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Days as in cron; empty for all.
    pub weekdays: String,
    /// Hours as in cron; empty for all.
    pub hours: String,
    /// Jobs per hour.
    pub jobs_per_hour: Estimate,
    /// Jobs that were seen.
    pub jobs: u64,
    /// In so many hours, as text.
    pub in_hours: String,
}

/// How long jobs run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunHours {
    /// As a lognormal distribution.
    Lognormal {
        /// Median [h].
        median: Estimate,
        /// Standard deviation of the logarithm.
        sigma: Estimate,
    },
    /// Each of these equally often [h].
    Seen(Vec<Decimal>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Class<'a> {
    Definition(&'a str),
    Shape(Shape),
}

/// The time zone people work in, as far as the scenario says; UTC otherwise.
pub(super) fn zone(scenario: &Scenario) -> String {
    let schedules = scenario.keys.schedule.iter().filter_map(|schedule| schedule.timezone.clone());
    let arrivals = scenario.arrivals().filter_map(|(kind, _)| kind.timezone.clone());
    schedules.chain(arrivals).next().unwrap_or_else(|| "UTC".into())
}

const fn shape(job: &Job) -> Shape {
    Shape { vcpus: job.vcpus, memory_mib: job.memory_mib, gpus: job.gpus, nodes: job.nodes }
}

pub(super) fn findings(history: &History<'_>, zone: &str, replaces_trace: bool) -> Vec<Finding> {
    let workload = history.workload;
    let trace = history.scenario.keys.workload.as_ref().and_then(|keys| keys.trace.as_ref());
    let total = workload.jobs().len() as u64;
    let alone = |state: State, jobs: u64| Finding {
        target: Target::of(Kind::Arrivals, ""),
        now: trace.map(|trace| format!("trace {trace}")),
        state,
        counted: words::arrived(count(jobs, "job"), hours_text(span(history))),
        caveat: words::arrivals_caveat(),
    };
    if let Some(trace) = trace.filter(|_| !replaces_trace) {
        return vec![alone(State::LeftOut(words::trace_stays(trace)), total)];
    }
    let mut classes: BTreeMap<(usize, Class<'_>), Vec<usize>> = BTreeMap::new();
    let mut lost = 0;
    for (number, job) in workload.jobs().iter().enumerate() {
        let Some(queue) = history.queue(job) else {
            lost += 1;
            continue;
        };
        classes.entry((queue, class(history, job))).or_default().push(number);
    }
    let mut shapes: Vec<usize> = classes
        .iter()
        .filter(|((_, class), _)| matches!(class, Class::Shape(_)))
        .map(|(_, jobs)| jobs.len())
        .collect();
    shapes.sort_unstable_by(|a, b| b.cmp(a));
    let least = shapes.get(MOST_SHAPES - 1).copied().unwrap_or(0);
    let (mut findings, mut small) = (Vec::new(), 0);
    let clock = Clock::new(history, zone);
    for ((queue, class), jobs) in &classes {
        if matches!(class, Class::Shape(_)) && (jobs.len() < least || jobs.len() < RUNS) {
            small += jobs.len() as u64;
            continue;
        }
        findings.push(of_class(history, &clock, *queue, *class, jobs));
    }
    if small > 0 {
        findings.push(alone(State::TooLittle(words::small_kinds()), small));
    }
    if lost > 0 {
        findings.push(alone(State::NotRecorded(words::unknown_queue()), lost));
    }
    findings
}

/// The job definition that a job names, or else the only one of the scenario that asks for as much.
fn class<'a>(history: &History<'a>, job: &Job) -> Class<'a> {
    let name = history.workload.job_definitions()[usize::from(job.job_definition)].as_str();
    if !name.is_empty() {
        return Class::Definition(name);
    }
    let asks = |keys: &&JobDefinitionKeys| {
        let nodes = keys.nodes.map_or(1, |nodes| nodes.0);
        keys.vcpus.0 == Decimal::from(job.vcpus)
            && keys.memory_mib.0 == Decimal::from(job.memory_mib)
            && keys.gpus.0 == u32::from(job.gpus)
            && nodes == job.nodes
    };
    let mut alike = history.scenario.keys.batch.job_definition.iter().filter(asks);
    match (alike.next(), alike.next()) {
        (Some(only), None) => Class::Definition(&only.name),
        _ => Class::Shape(shape(job)),
    }
}

/// From the first submission of the record to its last one [s].
fn span(history: &History<'_>) -> u64 {
    let first = history.workload.jobs().first().map_or(0, |job| job.submit_seconds);
    history.workload.last_submit_seconds() - first
}

/// The hours that a record spans.
struct Clock {
    zone: String,
    /// Whether it says in which hours of the week.
    is_known: bool,
    /// By the calendar; each with the second at which it ends, from the start of the trace.
    hours: Vec<(u64, Hour)>,
}

impl Clock {
    fn new(history: &History<'_>, name: &str) -> Clock {
        let zone = Zone::parse(name).unwrap_or(Zone::UTC);
        let workload = history.workload;
        let start = workload.start.unwrap_or_default();
        let at = |second: u64| start + i64::try_from(second).unwrap_or(i64::MAX - start);
        let first = at(workload.jobs().first().map_or(0, |job| job.submit_seconds));
        // The second of the last submission is one of them.
        let end = at(workload.last_submit_seconds()) + 1;
        let mut hours: Vec<(u64, Hour)> = Vec::new();
        let mut now = first;
        while now < end {
            let next = ((now.div_euclid(QUARTER) + 1) * QUARTER).min(end);
            let of_week = zone.hour_of_week(now).unwrap_or_default();
            let seconds = u64::try_from(next - now).unwrap_or_default();
            let until = u64::try_from(next - start).unwrap_or_default();
            match hours.last_mut().filter(|(_, hour)| hour.of_week == of_week && hour.seconds < 3600) {
                Some((end, hour)) => {
                    *end = until;
                    hour.seconds += seconds;
                }
                None => hours.push((until, Hour { of_week, seconds, jobs: 0 })),
            }
            now = next;
        }
        let is_known = workload.start.is_some() && span(history) >= WEEK_SECONDS;
        Clock { zone: name.to_owned(), is_known, hours }
    }

    /// The hours with the jobs that came in them.
    fn with(&self, submitted: impl Iterator<Item = u64>) -> Vec<Hour> {
        let mut hours: Vec<Hour> = self.hours.iter().map(|(_, hour)| *hour).collect();
        for second in submitted {
            let place = self.hours.partition_point(|(end, _)| *end <= second);
            if let Some(hour) = hours.get_mut(place) {
                hour.jobs += 1;
            }
        }
        hours
    }
}

/// What a kind of job is called.
struct Named {
    queue: String,
    definition: String,
    /// What its definition asks for, where the scenario has none of that name.
    shape: Option<Shape>,
}

fn named(history: &History<'_>, queue: usize, class: Class<'_>, jobs: &[usize]) -> Named {
    let queue = history.scenario.keys.batch.job_queue[queue].name.clone();
    let mut counts: BTreeMap<Shape, u64> = BTreeMap::new();
    for job in jobs {
        *counts.entry(shape(&history.workload.jobs()[*job])).or_default() += 1;
    }
    let usual = counts.iter().max_by_key(|(_, count)| **count).map(|(shape, _)| *shape);
    let definition = match class {
        Class::Definition(name) => name.to_owned(),
        Class::Shape(Shape { vcpus, memory_mib, gpus, nodes }) => {
            let gpus = if gpus > 0 { format!("-{gpus}gpu") } else { String::new() };
            let nodes = if nodes > 1 { format!("-{nodes}nodes") } else { String::new() };
            format!("{queue}-{vcpus}vcpu-{memory_mib}mib{gpus}{nodes}")
        }
    };
    let shape = usual.filter(|_| history.scenario.job(&definition).is_none());
    Named { queue, definition, shape }
}

/// The table of a kind that is there, or what a new one is called.
fn table<'a>(scenario: &'a Scenario, named: &Named) -> (Option<&'a ArrivalKeys>, String) {
    let same = |keys: &&ArrivalKeys| keys.queue == named.queue && keys.job_definition == named.definition;
    let all = || scenario.keys.workload.iter().flat_map(|keys| &keys.arrivals);
    if let Some(keys) = all().find(same) {
        return (Some(keys), keys.name.clone());
    }
    let several = format!("{} in {}", named.definition, named.queue);
    let is_taken = all().any(|keys| keys.name == named.definition);
    (
        None,
        if is_taken || scenario.keys.batch.job_queue.len() > 1 { several } else { named.definition.clone() },
    )
}

fn of_class(history: &History<'_>, clock: &Clock, queue: usize, class: Class, jobs: &[usize]) -> Finding {
    let workload = history.workload;
    let named = named(history, queue, class, jobs);
    let (keys, name) = table(history.scenario, &named);
    let target = Target::of(Kind::Arrivals, &name);
    let hours_of = clock.with(jobs.iter().map(|job| workload.jobs()[*job].submit_seconds));
    let spread = spread(&hours_of);
    let seconds: u128 = hours_of.iter().map(|hour| u128::from(hour.seconds)).sum();
    let mut runs: Vec<u64> = jobs
        .iter()
        .filter(|job| history.is_whole(**job))
        .map(|job| workload.useful_micros(&workload.jobs()[*job]).div_ceil(MICROS).max(1))
        .collect();
    runs.sort_unstable();
    let fit = lognormal(&runs).filter(|_| runs.len() >= RUNS_FOR_A_FIT);
    let counted = words::arrived(count(jobs.len() as u64, "job"), hours_text(seconds))
        .and(words::ran(count(runs.len() as u64, "job"), jobs.len() - runs.len()));
    let caveat = match fit {
        Some(_) => words::arrivals_caveat().and(words::fitted()),
        None if runs.len() >= RUNS_FOR_A_FIT => words::arrivals_caveat().and(words::not_fitted()),
        None => words::arrivals_caveat(),
    };
    let caveat = match (clock.is_known, workload.start) {
        (true, _) => caveat,
        (false, Some(_)) => caveat.and(words::short_record()),
        (false, None) => caveat.and(words::needs_instant()),
    };
    let caveat = if spread > Decimal::TWO { caveat.and(words::bursts(words::times(spread))) } else { caveat };
    let finding = |state: State, now: Option<String>| Finding {
        target: target.clone(),
        now,
        state,
        counted: counted.clone(),
        caveat: caveat.clone(),
    };
    let now = keys.map(shown);
    let whole = spread_rate(jobs.len() as u64, seconds, spread);
    if !whole.is_some_and(|rate| rate.is_within(FACTOR)) || runs.len() < RUNS {
        let missing = words::few_arrivals(count(jobs.len() as u64, "job"), runs.len(), RUNS);
        return finding(State::TooLittle(missing), now);
    }
    if named.shape.is_some_and(|shape| shape.memory_mib == 0) {
        return finding(State::NotRecorded(words::needs_memory(&named.definition)), now);
    }
    let found = arrivals(named, clock, &hours_of, spread, run_hours(&runs, fit));
    let is_kept = keys.is_some_and(|keys| agrees(keys, &found, &clock.zone));
    let content = Content::Arrivals(Box::new(found));
    finding(if is_kept { State::Kept(content) } else { State::Proposed(content) }, now)
}

/// The rates of a kind by hour of the week: that of most hours, and the others.
fn arrivals(
    named: Named,
    clock: &Clock,
    hours_of: &[Hour],
    spread: Decimal,
    run_hours: RunHours,
) -> Arrivals {
    let blocks = match clock.is_known {
        true => blocks(hours_of, spread),
        false => vec![Block {
            days: (0, 6),
            hours: (0, 23),
            jobs: hours_of.iter().map(|hour| hour.jobs).sum(),
            seconds: hours_of.iter().map(|hour| u128::from(hour.seconds)).sum(),
        }],
    };
    let usual = blocks.iter().enumerate().max_by_key(|(place, of)| (of.of_week(), usize::MAX - place));
    let usual = usual.map_or(0, |(place, _)| place);
    let mut rates: Vec<Rate> = blocks.iter().map(|block| rate(block, spread)).collect();
    let otherwise = rates.remove(usual);
    let Named { queue, definition, shape } = named;
    Arrivals { queue, job_definition: definition, definition: shape, otherwise, rates, run_hours }
}

impl Block {
    /// How many hours of the week it is.
    const fn of_week(&self) -> usize {
        (self.days.1 - self.days.0 + 1) * (self.hours.1 - self.hours.0 + 1)
    }
}

fn rate(block: &Block, spread: Decimal) -> Rate {
    const DAYS: [&str; 7] = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];
    let weekdays = match block.days {
        (0, 6) => String::new(),
        (5, 6) => "SAT,SUN".into(),
        (first, last) if first == last => DAYS[first].into(),
        (first, last) => format!("{}-{}", DAYS[first], DAYS[last]),
    };
    let span = match block.hours {
        (0, 23) => String::new(),
        (first, last) if first == last => first.to_string(),
        (first, last) => format!("{first}-{last}"),
    };
    let none = Estimate { value: Decimal::ZERO, low: None, high: None };
    let jobs_per_hour = spread_rate(block.jobs, block.seconds, spread).unwrap_or(none);
    Rate { weekdays, hours: span, jobs_per_hour, jobs: block.jobs, in_hours: hours_text(block.seconds) }
}

fn run_hours(runs: &[u64], fit: Option<Lognormal>) -> RunHours {
    let hour = Decimal::from(3600);
    if let Some(Lognormal { median, sigma }) = fit {
        return RunHours::Lognormal { median: median.per(hour), sigma };
    }
    let parts = runs.len().min(MOST_RUNS);
    let mean = |place: usize| {
        let part = &runs[place * runs.len() / parts..(place + 1) * runs.len() / parts];
        let sum: u64 = part.iter().sum();
        short(Decimal::from(sum) / Decimal::from(part.len()) / hour)
    };
    RunHours::Seen((0..parts).map(mean).collect())
}

/// What a table says, for people.
fn shown(keys: &ArrivalKeys) -> String {
    let rates =
        if keys.rates.is_empty() { String::new() } else { format!(" and {} rates", keys.rates.len()) };
    format!("{} an hour{rates}", plain(keys.jobs_per_hour.0))
}

/// Whether a table says just this.
fn agrees(keys: &ArrivalKeys, found: &Arrivals, zone: &str) -> bool {
    let rates = keys.rates.iter().map(|rate| {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        (text(&rate.weekdays), text(&rate.hours), rate.jobs_per_hour.0)
    });
    let wanted =
        found.rates.iter().map(|rate| (rate.weekdays.clone(), rate.hours.clone(), rate.jobs_per_hour.value));
    let runs = match (&found.run_hours, &keys.run_hours_lognormal) {
        (RunHours::Lognormal { median, sigma }, Some(own)) => {
            keys.run_hours.is_empty() && own.median_hours.0 == median.value && own.sigma.0 == sigma.value
        }
        (RunHours::Seen(seen), None) => keys.run_hours.iter().map(|hours| &hours.0).eq(seen),
        _ => false,
    };
    keys.jobs_per_hour.0 == found.otherwise.jobs_per_hour.value
        && rates.eq(wanted)
        && runs
        && (found.rates.is_empty() || keys.timezone.as_deref().unwrap_or("UTC") == zone)
}
