//! What scheduling policies and job state time limits add to the answer of `simulate`.

use super::figures::{ShareWaits, seconds};
use super::headings;
use crate::report::{Cell, Column, Note, Row, Table};
use crate::scenario::Scenario;
use crate::workload::Workload;
use crate::workload::detail::Label;

/// What is assumed of fair-share scheduling, and jobs that have shares where there is none, or none where there is.
pub(super) fn fair_share_notes(workload: &Workload, scenario: &Scenario) -> Vec<Note> {
    let queues = &scenario.keys.batch.job_queue;
    let has_policy = |name: &String| match &queues[..] {
        [only] => only.scheduling_policy.is_some(),
        all => all.iter().any(|queue| queue.name == *name && queue.scheduling_policy.is_some()),
    };
    let with_policy: Vec<bool> = workload.queues().iter().map(has_policy).collect();
    let (mut without_share, mut without_policy, mut first_share, mut is_told_apart) = (0, 0, None, false);
    for (index, job) in workload.jobs().iter().enumerate() {
        let share = workload.label(Label::Share, index);
        let has_priority = workload.scheduling_priority(index).is_some();
        if with_policy[usize::from(job.queue)] {
            without_share += u64::from(share == 0);
        } else if share != 0 || has_priority {
            without_policy += 1;
            is_told_apart |= has_priority || *first_share.get_or_insert(share) != share;
        }
    }
    let mut notes = Vec::new();
    let queues: Vec<String> = workload
        .queues()
        .iter()
        .zip(&with_policy)
        .filter(|(_, has)| **has)
        .map(|(name, _)| name.clone())
        .collect();
    notes.extend((!queues.is_empty()).then_some(Note::FairShareAssumed { queues }));
    notes.extend((without_share > 0).then_some(Note::JobsWithoutShare { jobs: without_share }));
    // One share for all of them, such as the only quality of service of a cluster, changes no order.
    notes.extend(is_told_apart.then_some(Note::SharesWithoutPolicy { jobs: without_policy }));
    notes
}

pub(super) fn share_table(shares: &[ShareWaits]) -> Table {
    let mut columns = vec![
        Column::text("queue", headings::waits_s()),
        Column::text("share", headings::share()),
        Column::number("weight_factor", headings::weight()),
        Column::count("jobs", headings::started()),
    ];
    columns.extend(headings::of_waits().map(|heading| Column::number("", heading)));
    let row = |of: &ShareWaits| {
        let share = if of.share.is_empty() { "(none)" } else { of.share.as_str() };
        let mut cells =
            vec![Cell::Text(of.queue.clone()), Cell::Text(share.to_owned()), Cell::Number(of.weight)];
        cells.push(Cell::Number(of.waits.jobs.into()));
        cells.extend(of.waits.known().map(seconds));
        Row::Data(cells)
    };
    Table {
        caption: headings::by_share_from_runnable_to_the_first_start(),
        columns,
        rows: shares.iter().map(row).collect(),
    }
}
