//! The answer of `simulate`: figures of every run, their intervals, what stands out, as report.

use super::figures::{Figures, WaitCause, WaitedFor, seconds};
use super::findings::{self, Finding};
use super::headings;
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
    pub prices: Said,
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
            1 => Said::alike(first.seed.to_string()),
            several => headings::seeds_of(first.seed, first.seed + several as u64 - 1, several),
        };
        let facts = vec![
            (headings::workload(), Said::alike(&self.trace)),
            (headings::from(), Said::alike(instant(self.start))),
            (headings::seed(), seeds),
            (headings::prices(), self.prices.clone()),
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
        tables.extend(findings::table(headings::what_stands_out(), &self.findings));
        Page::new(headings::simulation_of(&self.scenario), tables, self.notes.clone())
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
            ("jobs_submitted", headings::fig_jobs(), number(first.jobs.submitted)),
            ("jobs_succeeded", headings::fig_succeeded(), number(first.jobs.succeeded)),
            ("jobs_failed", headings::fig_failed(), number(first.jobs.failed)),
            ("jobs_unfinished", headings::fig_unfinished(), number(first.jobs.unfinished)),
            ("interrupted_attempts", headings::fig_interrupted(), number(first.interrupted_attempts)),
            (
                "makespan_hours",
                headings::fig_makespan(),
                Cell::Number(decimal::round(hours(first.makespan_seconds), 2)),
            ),
            ("vcpu_percent", headings::fig_vcpus(), optional(first.vcpu_percent)),
            ("gpu_percent", headings::fig_gpus(), optional(first.gpu_percent)),
            ("peak_instances", headings::fig_instances(), number(first.peak_instances)),
            ("max_vcpus_used", headings::fig_most_vcpus(), number(first.max_vcpus_used)),
            ("lost_vcpu_hours", headings::fig_lost(), Cell::Number(first.lost_vcpu_hours)),
            ("failed_vcpu_hours", headings::fig_failed_hours(), Cell::Number(first.failed_vcpu_hours)),
            ("cost", headings::fig_cost(), cost),
            ("usd_per_useful_vcpu_hour", headings::fig_per_vcpu(), price(first.per_useful_vcpu_hour())),
        ];
        if first.useful_gpu_hours > Decimal::ZERO {
            rows.push((
                "usd_per_useful_gpu_hour",
                headings::fig_per_gpu(),
                price(first.per_useful_gpu_hour()),
            ));
        }
        let cancelled: u64 = first.cancelled.iter().map(|(_, jobs)| jobs).sum();
        if cancelled > 0 {
            rows.insert(3, ("jobs_cancelled", headings::fig_cancelled(), number(cancelled)));
        }
        if let Some(over) = first.over_wait_target {
            let place = if cancelled > 0 { 5 } else { 4 };
            rows.insert(place, ("over_wait_target", headings::fig_over(), number(over)));
        }
        let row = |(id, name, cell): (&str, Said, Cell)| {
            Row::Data(vec![Cell::Text(id.into()), Cell::Words(name), cell])
        };
        Table {
            caption: Said::default(),
            columns: vec![
                Column::machine("figure"),
                Column::text("", headings::figure()),
                Column::number("value", headings::value()),
            ],
            rows: rows.into_iter().map(row).collect(),
        }
    }

    fn chart(&self) -> Chart {
        let (seconds, steps) = self.timeline.thinned(STEPS);
        let line = |name: Said, pick: fn(&Step) -> u64| {
            let points = (0_i64..).zip(&steps).map(|(place, step)| {
                (self.start + place * i64::try_from(seconds).unwrap_or(i64::MAX), Decimal::from(pick(step)))
            });
            Line { name, points: points.collect() }
        };
        Chart {
            title: Said::new(format!("{}: vCPUs", self.scenario), format!("{}：vCPU", self.scenario)),
            across: Across::Time,
            y_label: Said::new("vCPUs", "vCPU"),
            lines: vec![
                line(headings::asked_for(), |step| step.demanded_vcpus),
                line(headings::running(), |step| step.owned_vcpus),
                line(Said::alike("max_vcpus"), |step| step.max_vcpus),
            ],
            bands: Vec::new(),
        }
    }
}

fn queue_table(first: &Figures) -> Table {
    let mut columns =
        vec![Column::text("queue", headings::waits_s()), Column::count("jobs", headings::started())];
    columns.extend(headings::of_waits().map(|heading| Column::number("", heading)));
    let cells = |name: Said, waits: &Waits| {
        [Cell::Words(name), Cell::Number(waits.jobs.into())]
            .into_iter()
            .chain(waits.known().map(seconds))
            .collect()
    };
    let mut rows: Vec<Row> =
        first.queues.iter().map(|(name, waits)| Row::Data(cells(Said::alike(name), waits))).collect();
    rows.push(Row::Total(cells(headings::all_of_them(), &first.waits)));
    Table { caption: headings::from_runnable_to_the_first_start(), columns, rows }
}

fn cause_table(waited_for: &[WaitedFor]) -> Table {
    let row = |waited: &WaitedFor| {
        let (cause, environment) = (waited.cause, waited.environment.as_deref().unwrap_or_default());
        let words = match cause {
            WaitCause::MaxVcpus => headings::for_max_vcpus(environment),
            WaitCause::Capacity => headings::for_capacity(environment),
            WaitCause::ComputeReservation => headings::for_reservation(),
            WaitCause::ConsumableResource => {
                Said::alike(format!("`{}`", waited.resource.as_deref().unwrap_or_default()))
            }
            WaitCause::Misfit => headings::for_time_limit(),
            WaitCause::Launch => headings::for_launch(),
        };
        Row::Data(vec![
            Cell::Text(cause.id().into()),
            Cell::Text(environment.to_owned()),
            Cell::Words(words),
            Cell::Number(waited.job_hours),
            Cell::Number(waited.percent),
        ])
    };
    Table {
        caption: headings::what_jobs_waited_for_further_attempts_included(),
        columns: vec![
            Column::machine("cause"),
            Column::machine("environment"),
            Column::text("", headings::the_first_of_their_queue_waited_for()),
            Column::number("job_hours", headings::job_hours()),
            Column::number("percent", Said::alike("%")),
        ],
        rows: waited_for.iter().map(row).collect(),
    }
}

fn instance_table(first: &Figures) -> Table {
    let row = |ran: &super::figures::InstanceHours| {
        Row::Data(vec![
            Cell::Text(ran.environment.clone()),
            Cell::Text(ran.instance_type.clone()),
            Cell::Words(Said::new(ran.purchase.id(), ran.purchase.said().ja)),
            Cell::Number(ran.launches.into()),
            Cell::Number(ran.peak.into()),
            Cell::Number(ran.hours),
        ])
    };
    Table {
        caption: headings::instances_from_launch_to_termination(),
        columns: vec![
            Column::text("environment", headings::compute_environment()),
            Column::text("instance_type", headings::type_of_instance()),
            Column::text("purchase_option", headings::bought_as()),
            Column::count("launches", headings::launches()),
            Column::count("peak", headings::most_at_once()),
            Column::number("hours", headings::hours()),
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
        caption: headings::over_all_runs_95_percent_confidence(),
        columns: vec![
            Column::text("figure", headings::figure()),
            Column::number("mean", headings::mean()),
            Column::number("half_width", Said::alike("±")),
            Column::number("least", headings::least()),
            Column::number("most", headings::most()),
        ],
        rows: found.iter().map(row).collect(),
    }
}
