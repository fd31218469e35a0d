//! Whose the cost of a simulation is: tables by queue, owner and end.

use super::allocation::{Shared, by, costs};
use super::headings;
use super::outcome::Ended;
use super::study::Run;
use crate::model::decimal::{self, Decimal};
use crate::report::{Cell, Column, Row, Said, Table};
use crate::workload::by::{By, ending};

/// Most rows that people see; the others are one row.
const MOST_ROWS: usize = 10;

/// The cost of a run by one thing.
#[derive(Clone, Debug)]
pub struct Shares {
    pub(super) by: By,
    /// What it is, and its jobs; the dearest first.
    pub(super) rows: Vec<(String, Shared)>,
    /// Whether any job has GPUs.
    with_gpus: bool,
}

/// What a run is shown by where nobody asks: queues, owners where they are known, and ends where attempts failed.
#[must_use]
pub fn usual(run: &Run) -> Vec<By> {
    let has_failed = run.outcome.uses.iter().any(|of| of.ended != Ended::Succeeded);
    let shown = |by: &By| by.is_known(&run.workload) && (*by != By::Reason || has_failed);
    [By::Queue, By::User, By::Account, By::Reason].into_iter().filter(shown).collect()
}

/// The cost of a run by each of these.
#[must_use]
pub fn shares(run: &Run, all: &[By]) -> Vec<Shares> {
    let Run { workload, outcome, model, figures, .. } = run;
    let costs = costs(outcome, model, workload, &figures.pools);
    let of = |kind: &By| {
        let found = by(outcome, workload, &costs, |of| match (kind, of.ended) {
            (By::Reason, Ended::Open) => "running at the end".into(),
            (By::Reason, Ended::Succeeded) => "succeeded".into(),
            (By::Reason, Ended::Failed(reason)) => ending(reason).into(),
            _ => kind.value(workload, of.job as usize),
        });
        let mut rows: Vec<(String, Shared)> =
            found.into_iter().map(|(value, shared)| (value.into_owned(), shared)).collect();
        let dollars = |shared: &Shared| shared.cost.known().unwrap_or_default();
        rows.sort_by(|(a_name, a), (b_name, b)| dollars(b).cmp(&dollars(a)).then_with(|| a_name.cmp(b_name)));
        Shares { by: kind.clone(), rows, with_gpus: workload.jobs().iter().any(|job| job.gpus > 0) }
    };
    all.iter().map(of).collect()
}

impl Shares {
    /// The table, the dearest rows first; beyond some the others as one, unless all are asked for.
    #[must_use]
    pub fn table(&self, all: bool) -> Table {
        let mut columns = vec![
            Column::text("value", self.by.heading()),
            Column::count("jobs", headings::jobs()),
            Column::count("attempts", headings::attempts()),
            Column::number("vcpu_hours", headings::vcpu_hours()),
        ];
        columns.extend(self.with_gpus.then(|| Column::number("gpu_hours", headings::gpu_hours())));
        columns.push(Column::number("cost", headings::cost()));
        let cells = |name: Said, shared: &Shared| {
            let mut cells = vec![
                Cell::Words(name),
                Cell::Number(shared.jobs.into()),
                Cell::Number(shared.attempts.into()),
                Cell::Number(rounded(shared.vcpu_hours())),
            ];
            cells.extend(self.with_gpus.then(|| Cell::Number(rounded(shared.gpu_hours()))));
            cells.push(Cell::Total(shared.cost));
            cells
        };
        let folded = if self.rows.len() > MOST_ROWS && !all { MOST_ROWS - 1 } else { self.rows.len() };
        let (shown, others) = self.rows.split_at(folded);
        let mut rows: Vec<Row> =
            shown.iter().map(|(name, shared)| Row::Data(cells(self.by.shown(name), shared))).collect();
        if !others.is_empty() {
            let name = if others.len() == 1 { headings::one_other() } else { headings::others(others.len()) };
            rows.push(Row::Data(cells(name, &sum(others))));
        }
        if self.rows.len() > 1 {
            // A job whose attempts ended differently is in several rows, and counts once in none of their sums.
            let mut all = cells(headings::all_of_them(), &sum(&self.rows));
            if self.by == By::Reason {
                all[1] = Cell::Empty;
            }
            rows.push(Row::Total(all));
        }
        Table { caption: headings::cost_by(self.by.in_words()), columns, rows }
    }
}

fn sum(rows: &[(String, Shared)]) -> Shared {
    rows.iter().map(|(_, shared)| shared).fold(Shared::default(), |sum, shared| sum.and(shared))
}

fn rounded(hours: Decimal) -> Decimal {
    decimal::round(hours, 2)
}
