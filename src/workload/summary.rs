//! What a workload holds: per queue how much was asked for and how long it ran, and when jobs arrive.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::by::{By, ending};
use super::headings;
use super::{Job, Recorded, Workload};
use crate::model::decimal::{self, Decimal};
use crate::model::text::agreeing;
use crate::model::time::instant;
use crate::report::{Cell, Column, Page, Row, Said, Table};

/// Hours that share a column of the table of arrivals.
const HOURS_A_COLUMN: usize = 3;

/// The seconds of an hour, a day and a week.
const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;
const WEEK: u64 = 7 * DAY;

/// The epoch began on a Thursday: its first Monday was four days later.
const FIRST_MONDAY: u64 = 4 * DAY;

/// Days of the week from Monday on.
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Machine names of the columns of arrivals.
const COLUMNS: [&str; 24 / HOURS_A_COLUMN] =
    ["h00_03", "h03_06", "h06_09", "h09_12", "h12_15", "h15_18", "h18_21", "h21_24"];

/// The jobs of one queue, or of all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// How many.
    pub jobs: u64,
    /// vCPUs × nodes × run time [s].
    pub vcpu_seconds: u128,
    /// GPUs × nodes × run time [s].
    pub gpu_seconds: u128,
    /// Most vCPUs, memory [MiB] and GPUs of a node, and most nodes; not all of one job.
    pub largest: [u32; 4],
    /// Run times in order [s].
    run_seconds: Vec<u32>,
}

impl Share {
    fn add(&mut self, job: &Job) {
        let node_seconds = u128::from(job.nodes) * u128::from(job.run_seconds);
        self.jobs += 1;
        self.vcpu_seconds += u128::from(job.vcpus) * node_seconds;
        self.gpu_seconds += u128::from(job.gpus) * node_seconds;
        let asked = [job.vcpus, job.memory_mib, job.gpus.into(), job.nodes];
        for (largest, asked) in self.largest.iter_mut().zip(asked) {
            *largest = asked.max(*largest);
        }
        self.run_seconds.push(job.run_seconds);
    }

    /// The run time that so many percent of the jobs do not exceed, by nearest rank [s].
    #[must_use]
    pub fn run_seconds(&self, percent: usize) -> u32 {
        let rank = (self.run_seconds.len() * percent).div_ceil(100).max(1);
        self.run_seconds.get(rank - 1).copied().unwrap_or_default()
    }
}

/// Shares by name of the queue.
#[must_use]
pub fn by_queue(workload: &Workload) -> BTreeMap<&str, Share> {
    let mut shares = vec![Share::default(); workload.queues.len()];
    for job in workload.jobs() {
        shares[usize::from(job.queue)].add(job);
    }
    for share in &mut shares {
        share.run_seconds.sort_unstable();
    }
    let named = workload.queues.iter().map(String::as_str).zip(shares);
    named.filter(|(_, share)| share.jobs > 0).collect()
}

/// Jobs submitted in each hour of the week from Monday 0:00 UTC on; `None` where the trace does not say when it
/// starts.
#[must_use]
pub fn arrivals(workload: &Workload) -> Option<[u64; 168]> {
    let start = workload.start.and_then(|start| u64::try_from(start).ok())?;
    let mut arrivals = [0; 168];
    for job in workload.jobs() {
        let of_week = (start + job.submit_seconds + WEEK - FIRST_MONDAY) % WEEK;
        arrivals[usize::try_from(of_week / HOUR).expect("below 168")] += 1;
    }
    Some(arrivals)
}

/// Time that jobs with something in common had on instances.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Jobs with an attempt among them.
    pub jobs: u64,
    /// Attempts that are known of.
    pub attempts: u64,
    /// vCPUs × nodes × time [s].
    pub vcpu_seconds: u128,
    /// GPUs × nodes × time [s].
    pub gpu_seconds: u128,
    last: Option<usize>,
}

impl Taken {
    fn add(&mut self, index: usize, job: &Job, seconds: u32) {
        let node_seconds = u128::from(job.nodes) * u128::from(seconds);
        self.jobs += u64::from(self.last != Some(index));
        self.last = Some(index);
        self.attempts += 1;
        self.vcpu_seconds += u128::from(job.vcpus) * node_seconds;
        self.gpu_seconds += u128::from(job.gpus) * node_seconds;
    }
}

/// Attempts by something that their jobs have in common, the earlier ones of a job too; by the ends of the attempts
/// themselves for [`By::Reason`].
#[must_use]
pub fn by<'a>(workload: &'a Workload, kind: &By) -> BTreeMap<Cow<'a, str>, Taken> {
    let mut found: BTreeMap<Cow<'a, str>, Taken> = BTreeMap::new();
    for (index, job) in workload.jobs().iter().enumerate() {
        let value = kind.value(workload, index);
        for earlier in &workload.detail(index).earlier {
            let of_it = match kind {
                By::Reason => ending(earlier.reason).into(),
                _ => value.clone(),
            };
            found.entry(of_it).or_default().add(index, job, earlier.run_seconds);
        }
        found.entry(value).or_default().add(index, job, job.run_seconds);
    }
    found
}

/// What a workload is shown by where nobody asks: owners where they are known, and ends where attempts failed.
fn usual(workload: &Workload) -> Vec<By> {
    let has_failed = workload.jobs().iter().any(|job| job.recorded != Recorded::Succeeded)
        || (0..workload.jobs().len()).any(|job| !workload.detail(job).earlier.is_empty());
    let shown = |by: &By| by.is_known(workload) && (*by != By::Reason || has_failed);
    [By::User, By::Account, By::Share, By::Reason].into_iter().filter(shown).collect()
}

/// The answer of `jobs show`, by some things; by the usual ones where there are none.
#[must_use]
pub fn report(workload: &Workload, kinds: &[By]) -> Page {
    let jobs = workload.jobs();
    let span = workload.last_submit_seconds() - jobs.first().map_or(0, |job| job.submit_seconds);
    let days = decimal::of_units(i128::from(span) * 100 / i128::from(DAY), 2);
    let mut facts = vec![(headings::jobs(), Said::alike(jobs.len().to_string()))];
    let at = |seconds: u64| {
        let start = workload.start?;
        Some(instant(start.saturating_add(i64::try_from(seconds).ok()?)))
    };
    let ends = (at(jobs.first().map_or(0, |job| job.submit_seconds)), at(workload.last_submit_seconds()));
    facts.push((
        headings::submitted(),
        match ends {
            (Some(first), Some(last)) => headings::span_of_days(first, last, days.to_string()),
            _ => headings::within_days(days.to_string()),
        },
    ));
    let counts = [
        (headings::dropped(), workload.dropped.reasons().collect()),
        (headings::sorted_in(), some(workload.out_of_order, "job|jobs stood after a later one")),
        (
            headings::memory(),
            some(workload.unknown_memory, "job|jobs does|do not say how much: taken as asking for none"),
        ),
        (headings::dependencies(), some(workload.dependencies.len() as u64, "in all")),
    ];
    let said = counts.into_iter().filter(|(_, texts): &(_, Vec<String>)| !texts.is_empty());
    facts.extend(said.map(|(name, texts)| (name, Said::alike(texts.join(", ")))));
    let mut tables: Vec<Table> = kinds.iter().map(|kind| by_table(workload, kind, true)).collect();
    tables.push(queue_table(workload));
    if kinds.is_empty() {
        tables.extend(usual(workload).iter().map(|kind| by_table(workload, kind, false)));
    }
    tables.extend(arrivals(workload).map(|arrivals| arrival_table(&arrivals)));
    Page::new(headings::title(), tables, Vec::new()).with_facts(facts)
}

fn some(count: u64, what: &str) -> Vec<String> {
    if count == 0 { Vec::new() } else { vec![agreeing(count, what)] }
}

fn queue_table(workload: &Workload) -> Table {
    let columns = vec![
        Column::text("queue", headings::queue()),
        Column::count("jobs", headings::jobs()),
        Column::number("vcpu_hours", headings::vcpu_hours()),
        Column::number("gpu_hours", headings::gpu_hours()),
        Column::count("vcpus_max", headings::most_vcpus()),
        Column::count("memory_mib_max", headings::most_mib()),
        Column::count("gpus_max", headings::most_gpus()),
        Column::count("nodes_max", headings::most_nodes()),
        Column::count("run_seconds_p50", headings::run_p50_s()),
        Column::count("run_seconds_p90", headings::run_p90_s()),
        Column::count("run_seconds_max", headings::run_max_s()),
    ];
    let rows = by_queue(workload).into_iter().map(|(queue, share)| {
        let mut cells = vec![
            Cell::Text(queue.to_owned()),
            Cell::Number(share.jobs.into()),
            hours(share.vcpu_seconds),
            hours(share.gpu_seconds),
        ];
        cells.extend(share.largest.map(|largest| Cell::Number(largest.into())));
        cells.extend([50, 90, 100].map(|percent| Cell::Number(share.run_seconds(percent).into())));
        Row::Data(cells)
    });
    Table { caption: Said::default(), columns, rows: rows.collect() }
}

/// Most rows that people see; the others are one row.
const MOST_ROWS: usize = 10;

fn by_table(workload: &Workload, kind: &By, all: bool) -> Table {
    let mut found: Vec<(Said, Taken)> =
        by(workload, kind).into_iter().map(|(value, taken)| (kind.shown(&value), taken)).collect();
    found.sort_by_key(|(_, taken)| Reverse((taken.gpu_seconds, taken.vcpu_seconds)));
    let cells = |name: Said, taken: &Taken| {
        vec![
            Cell::Words(name),
            Cell::Number(taken.jobs.into()),
            Cell::Number(taken.attempts.into()),
            hours(taken.vcpu_seconds),
            hours(taken.gpu_seconds),
        ]
    };
    let shown = if found.len() > MOST_ROWS && !all { MOST_ROWS - 1 } else { found.len() };
    let mut rows: Vec<Row> =
        found[..shown].iter().map(|(name, taken)| Row::Data(cells(name.clone(), taken))).collect();
    let others = &found[shown..];
    if !others.is_empty() {
        let sum = others.iter().fold(Taken::default(), |sum, (_, taken)| Taken {
            jobs: sum.jobs + taken.jobs,
            attempts: sum.attempts + taken.attempts,
            vcpu_seconds: sum.vcpu_seconds + taken.vcpu_seconds,
            gpu_seconds: sum.gpu_seconds + taken.gpu_seconds,
            last: None,
        });
        rows.push(Row::Data(cells(
            if others.len() == 1 { headings::one_other() } else { headings::others(others.len()) },
            &sum,
        )));
    }
    Table {
        caption: headings::hours_by(kind.in_words()),
        columns: vec![
            Column::text("value", kind.heading()),
            Column::count("jobs", headings::jobs()),
            Column::count("attempts", headings::attempts()),
            Column::number("vcpu_hours", headings::vcpu_hours()),
            Column::number("gpu_hours", headings::gpu_hours()),
        ],
        rows,
    }
}

/// Hours to two decimals, rounded to nearest.
fn hours(seconds: u128) -> Cell {
    match i128::try_from(seconds.saturating_add(18) / 36) {
        Ok(hundredths) => Cell::Number(decimal::of_units(hundredths, 2)),
        Err(_) => Cell::Unknown,
    }
}

fn arrival_table(arrivals: &[u64; 168]) -> Table {
    let mut columns = vec![Column::text("day", headings::day())];
    for (id, first) in COLUMNS.into_iter().zip((0..24).step_by(HOURS_A_COLUMN)) {
        columns.push(Column::count(
            id,
            headings::hours_of_day(format!("{first:02}"), format!("{:02}", first + HOURS_A_COLUMN)),
        ));
    }
    let rows = DAYS.iter().zip(arrivals.chunks(24)).map(|(day, hours)| {
        let sums =
            hours.chunks(HOURS_A_COLUMN).map(|some| Cell::Number(Decimal::from(some.iter().sum::<u64>())));
        Row::Data(std::iter::once(Cell::Text((*day).to_owned())).chain(sums).collect())
    });
    Table { caption: headings::submissions_by_hour_of_the_week_utc(), columns, rows: rows.collect() }
}
