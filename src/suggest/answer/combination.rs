//! What suggestions do together, and what of them is in a patch, as tables and JSON.

use serde::Serialize;

use super::pair;
use crate::model::decimal::{self, Decimal};
use crate::report::{Column, Said, Table, Verbatim};
use crate::suggest::Saving;
use crate::suggest::edit::overlay;
use crate::suggest::headings;
use crate::suggest::{Measured, Together};

/// Suggestions as changes of Terraform files.
#[derive(Clone, Debug)]
pub struct Patched {
    /// A unified diff, empty where nothing changes.
    pub diff: String,
    /// Suggestions that are in it.
    pub applied: Vec<String>,
    /// Suggestions that are not, and why.
    pub by_hand: Vec<(String, String)>,
    /// What to know before Terraform applies it.
    pub remarks: Vec<String>,
    /// What those in it do together; `None` where there are none.
    pub promised: Option<Together>,
}

/// What pays beside each other.
pub(in crate::suggest) fn together_table(together: &Together, current: &Measured) -> Table {
    let mut rows = if together.ids.is_empty() { Vec::new() } else { joined(together, current) };
    rows.extend(
        together
            .left_out
            .iter()
            .map(|(id, reason)| (headings::without(), headings::named(id, reason.said()))),
    );
    Table {
        caption: headings::together(),
        columns: vec![Column::text("item", headings::item()), Column::text("detail", headings::detail())],
        rows: rows.into_iter().map(pair).collect(),
    }
}

fn joined(together: &Together, current: &Measured) -> Vec<(Said, Said)> {
    let saving = &together.saving;
    let saves = headings::saving_of(
        saving.expected.cents(),
        saving.low.cents(),
        saving.high.cents(),
        together.monthly.cents(),
    );
    let mut rows = vec![
        (headings::changes(), Said::alike(together.ids.join(", "))),
        (headings::then_saves(), saves),
        (headings::most_wait(), headings::wait_was(together.measured.p95(), current.p95())),
    ];
    rows.extend(together.above_budget.iter().map(|words| (headings::budget_is(), words.said())));
    rows
}

/// What the patch leaves to people; `None` for nothing.
pub(in crate::suggest) fn by_hand_table(patched: &Patched) -> Option<Table> {
    let by_hand = patched.by_hand.iter();
    let mut rows: Vec<(Said, Said)> =
        by_hand.map(|(id, reason)| (headings::by_hand(), headings::named(id, reason))).collect();
    rows.extend(patched.remarks.iter().map(|remark| (headings::before_applying(), Said::alike(remark))));
    (!rows.is_empty()).then(|| Table {
        caption: headings::beside_the_patch(),
        columns: vec![Column::text("item", headings::item()), Column::text("detail", headings::detail())],
        rows: rows.into_iter().map(pair).collect(),
    })
}

pub(in crate::suggest) fn diff(patched: &Patched) -> Verbatim {
    let caption = headings::patch_of(patched.applied.join(", "));
    Verbatim { caption, language: "diff", text: patched.diff.clone() }
}

#[derive(Debug, Serialize)]
pub(in crate::suggest) struct TogetherDocument {
    ids: Vec<String>,
    cost_usd_per_month: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    above_budget: Option<String>,
    saving_usd_per_month: Saving,
    wait_seconds_p95: u64,
    left_out: Vec<LeftOutDocument>,
    scenario_overlay: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    run_times: Option<String>,
}

#[derive(Debug, Serialize)]
struct LeftOutDocument {
    id: String,
    reason: String,
}

impl LeftOutDocument {
    fn new(id: &str, reason: &str) -> LeftOutDocument {
        LeftOutDocument { id: id.to_owned(), reason: reason.to_owned() }
    }
}

impl TogetherDocument {
    pub(in crate::suggest) fn new(of: &Together) -> TogetherDocument {
        TogetherDocument {
            ids: of.ids.clone(),
            cost_usd_per_month: of.monthly.to_string(),
            above_budget: of.above_budget.as_ref().map(|words| words.said().en),
            saving_usd_per_month: of.saving,
            wait_seconds_p95: of.measured.p95(),
            left_out: of
                .left_out
                .iter()
                .map(|(id, reason)| LeftOutDocument::new(id, &reason.said().en))
                .collect(),
            scenario_overlay: overlay(&of.edits),
            run_times: Some(of.run_times).filter(|of| *of != Decimal::ONE).map(decimal::plain),
        }
    }
}

#[derive(Debug, Serialize)]
pub(in crate::suggest) struct PatchDocument {
    diff: String,
    applied: Vec<String>,
    by_hand: Vec<LeftOutDocument>,
    remarks: Vec<String>,
    promised: Option<TogetherDocument>,
}

impl PatchDocument {
    pub(in crate::suggest) fn new(of: &Patched) -> PatchDocument {
        PatchDocument {
            diff: of.diff.clone(),
            applied: of.applied.clone(),
            by_hand: of.by_hand.iter().map(|(id, reason)| LeftOutDocument::new(id, reason)).collect(),
            remarks: of.remarks.clone(),
            promised: of.promised.as_ref().map(TogetherDocument::new),
        }
    }
}
