//! The answer of `simulate`: figures of every run, their intervals, what stands out, as report.

use super::figures::{Figures, WaitCause, WaitedFor, seconds};
use super::findings::{self, Finding};
use super::outcome::Waits;
use super::policy_answer::share_table;
use super::replications::{Interval, intervals};
use super::shares::Shares;
use super::span::Span;
use super::timeline::{Step, Timeline};
use crate::model::decimal::{self, Decimal};
use crate::model::money::{Total, Usd};
use crate::model::time::{hours, instant};
use crate::report::{Across, Cell, Chart, Column, Line, Note, Page, Row, Said, Table};

/// Steps of a picture.
const STEPS: usize = 480;

/// What `simulate` says.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The scenario's name.
    pub scenario: String,
    /// The workload as it was named.
    pub trace: String,
    /// When the trace begins [s since the Unix epoch].
    pub start: i64,
    /// What the prices are, in words.
    pub prices: String,
    /// Every run; the first is the one shown.
    pub runs: Vec<Figures>,
    /// Whose the cost of the first run is.
    pub shares: Vec<Shares>,
    /// Whether these were asked for: then they come first, whole.
    pub shares_asked_for: bool,
    /// What stands out in the first run.
    pub findings: Vec<Finding>,
    /// What that run and the other end of what AWS does not document come to, where it matters.
    pub span: Option<Span>,
    /// Of the first run.
    pub timeline: Timeline,
    /// What the reader must know.
    pub notes: Vec<Note>,
}

impl Answer {
    /// Whether everything that ran has a price.
    #[must_use]
    pub fn is_priced(&self) -> bool {
        self.first().unpriced.is_empty()
    }

    pub(super) fn first(&self) -> &Figures {
        &self.runs[0]
    }

    /// The report.
    #[must_use]
    pub fn report(&self) -> Page {
        let first = self.first();
        let seeds = match self.runs.len() {
            1 => first.seed.to_string(),
            several => format!(
                "{} to {}, {several} runs; shown is the first",
                first.seed,
                first.seed + several as u64 - 1
            ),
        };
        let facts = vec![
            ("Workload", self.trace.clone()),
            ("From", instant(self.start)),
            ("Seed", seeds),
            ("Prices", self.prices.clone()),
        ];
        let mut tables = vec![self.figure_table(), queue_table(first)];
        tables.extend((!first.shares.is_empty()).then(|| share_table(&first.shares)));
        tables.extend((!first.waited_for.is_empty()).then(|| cause_table(&first.waited_for)));
        tables.push(instance_table(first));
        let shares = self.shares.iter().map(|shares| shares.table(self.shares_asked_for));
        match self.shares_asked_for {
            true => drop(tables.splice(0..0, shares)),
            false => tables.extend(shares),
        }
        tables.extend(self.span.iter().map(Span::table));
        tables.extend((self.runs.len() > 1).then(|| interval_table(&intervals(&self.runs))));
        tables.extend(findings::table("What stands out", &self.findings));
        Page::new(format!("{}: simulation", self.scenario), tables, self.notes.clone())
            .with_facts(facts)
            .with_charts(vec![self.chart()])
    }

    fn figure_table(&self) -> Table {
        let first = self.first();
        let cost = Cell::Total(Total::new(first.cost, self.is_priced()));
        let number = |number: u64| Cell::Number(number.into());
        let optional = |number: Option<Decimal>| number.map_or(Cell::Unknown, Cell::Number);
        let price = |price: Option<Usd>| price.map_or(Cell::Unknown, Cell::Price);
        let mut rows = vec![
            ("jobs_submitted", "Jobs", number(first.jobs.submitted)),
            ("jobs_succeeded", "  succeeded", number(first.jobs.succeeded)),
            ("jobs_failed", "  failed", number(first.jobs.failed)),
            ("jobs_unfinished", "  unfinished", number(first.jobs.unfinished)),
            ("interrupted_attempts", "Attempts interrupted", number(first.interrupted_attempts)),
            (
                "makespan_hours",
                "Makespan [h]",
                Cell::Number(decimal::round(hours(first.makespan_seconds), 2)),
            ),
            ("vcpu_percent", "vCPUs in use [%]", optional(first.vcpu_percent)),
            ("gpu_percent", "GPUs in use [%]", optional(first.gpu_percent)),
            ("peak_instances", "Most instances at once", number(first.peak_instances)),
            ("max_vcpus_used", "Most vCPUs at once", number(first.max_vcpus_used)),
            ("lost_vcpu_hours", "vCPU-hours lost to interruptions", Cell::Number(first.lost_vcpu_hours)),
            ("failed_vcpu_hours", "vCPU-hours of failed jobs", Cell::Number(first.failed_vcpu_hours)),
            ("cost", "Cost of the trace", cost),
            ("usd_per_useful_vcpu_hour", "$ per useful vCPU-hour", price(first.per_useful_vcpu_hour())),
        ];
        if first.useful_gpu_hours > Decimal::ZERO {
            rows.push((
                "usd_per_useful_gpu_hour",
                "$ per useful GPU-hour",
                price(first.per_useful_gpu_hour()),
            ));
        }
        let cancelled: u64 = first.cancelled.iter().map(|(_, jobs)| jobs).sum();
        if cancelled > 0 {
            rows.insert(3, ("jobs_cancelled", "    cancelled by a time limit", number(cancelled)));
        }
        if let Some(over) = first.over_wait_target {
            let place = if cancelled > 0 { 5 } else { 4 };
            rows.insert(place, ("over_wait_target", "Jobs over the wait target", number(over)));
        }
        let row = |(id, name, cell): (&str, &str, Cell)| {
            Row::Data(vec![Cell::Text(id.into()), Cell::Text(name.into()), cell])
        };
        Table {
            caption: Said::default(),
            columns: vec![
                Column::machine("figure"),
                Column::text("", "Figure"),
                Column::number("value", "Value"),
            ],
            rows: rows.into_iter().map(row).collect(),
        }
    }

    fn chart(&self) -> Chart {
        let (seconds, steps) = self.timeline.thinned(STEPS);
        let line = |name: &str, pick: fn(&Step) -> u64| {
            let points = (0_i64..).zip(&steps).map(|(place, step)| {
                (self.start + place * i64::try_from(seconds).unwrap_or(i64::MAX), Decimal::from(pick(step)))
            });
            Line { name: name.to_owned().into(), points: points.collect() }
        };
        Chart {
            title: format!("{}: vCPUs", self.scenario).into(),
            across: Across::Time,
            y_label: "vCPUs".into(),
            lines: vec![
                line("asked for", |step| step.demanded_vcpus),
                line("running", |step| step.owned_vcpus),
                line("max_vcpus", |step| step.max_vcpus),
            ],
            bands: Vec::new(),
        }
    }
}

fn queue_table(first: &Figures) -> Table {
    let mut columns = vec![Column::text("queue", "Waits [s]"), Column::count("jobs", "Started")];
    columns.extend(["Mean", "p50", "p90", "p95", "Max"].map(|heading| Column::number("", heading)));
    let cells = |name: &str, waits: &Waits| {
        [Cell::Text(name.to_owned()), Cell::Number(waits.jobs.into())]
            .into_iter()
            .chain(waits.known().map(seconds))
            .collect()
    };
    let mut rows: Vec<Row> = first.queues.iter().map(|(name, waits)| Row::Data(cells(name, waits))).collect();
    rows.push(Row::Total(cells("all", &first.waits)));
    Table { caption: "From runnable to the first start".into(), columns, rows }
}

fn cause_table(waited_for: &[WaitedFor]) -> Table {
    let row = |waited: &WaitedFor| {
        let (cause, environment) = (waited.cause, waited.environment.as_deref().unwrap_or_default());
        let words = match cause {
            WaitCause::MaxVcpus => format!("max_vcpus of {environment}"),
            WaitCause::Capacity => format!("EC2's capacity for {environment}"),
            WaitCause::ComputeReservation => {
                "vCPUs that the scheduling policy keeps free for other shares".into()
            }
            WaitCause::ConsumableResource => format!("`{}`", waited.resource.as_deref().unwrap_or_default()),
            WaitCause::Misfit => "a time limit: no instance can take it".into(),
            WaitCause::Launch => "an instance being launched".into(),
        };
        Row::Data(vec![
            Cell::Text(cause.id().into()),
            Cell::Text(environment.to_owned()),
            Cell::Text(words),
            Cell::Number(waited.job_hours),
            Cell::Number(waited.percent),
        ])
    };
    Table {
        caption: "What jobs waited for, further attempts included".into(),
        columns: vec![
            Column::machine("cause"),
            Column::machine("environment"),
            Column::text("", "The first of their queue waited for"),
            Column::number("job_hours", "Job-hours"),
            Column::number("percent", "%"),
        ],
        rows: waited_for.iter().map(row).collect(),
    }
}

fn instance_table(first: &Figures) -> Table {
    let row = |ran: &super::figures::InstanceHours| {
        Row::Data(vec![
            Cell::Text(ran.environment.clone()),
            Cell::Text(ran.instance_type.clone()),
            Cell::Text(ran.purchase.id().to_owned()),
            Cell::Number(ran.launches.into()),
            Cell::Number(ran.peak.into()),
            Cell::Number(ran.hours),
        ])
    };
    Table {
        caption: "Instances, from launch to termination".into(),
        columns: vec![
            Column::text("environment", "Compute environment"),
            Column::text("instance_type", "Type"),
            Column::text("purchase_option", "Bought as"),
            Column::count("launches", "Launches"),
            Column::count("peak", "Most at once"),
            Column::number("hours", "Hours"),
        ],
        rows: first.instances.iter().map(row).collect(),
    }
}

fn interval_table(found: &[Interval]) -> Table {
    let row = |interval: &Interval| {
        Row::Data(vec![
            Cell::Text(interval.name.to_owned()),
            Cell::Number(interval.mean),
            Cell::Number(interval.half_width),
            Cell::Number(interval.range.0),
            Cell::Number(interval.range.1),
        ])
    };
    Table {
        caption: "Over all runs, 95 % confidence".into(),
        columns: vec![
            Column::text("figure", "Figure"),
            Column::number("mean", "Mean"),
            Column::number("half_width", "±"),
            Column::number("least", "Least"),
            Column::number("most", "Most"),
        ],
        rows: found.iter().map(row).collect(),
    }
}
