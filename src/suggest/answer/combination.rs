//! What suggestions do together, and what of them is in a patch, as tables and JSON.

use serde::Serialize;

use super::pair;
use crate::model::decimal::{self, Decimal};
use crate::report::{Column, Table, Verbatim};
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
        together.left_out.iter().map(|(id, reason)| ("without", format!("{id}: {}", reason.said().en))),
    );
    Table {
        caption: headings::together(),
        columns: vec![Column::text("item", headings::item()), Column::text("detail", headings::detail())],
        rows: rows.into_iter().map(pair).collect(),
    }
}

fn joined(together: &Together, current: &Measured) -> Vec<(&'static str, String)> {
    let mut rows = vec![
        ("changes", together.ids.join(", ")),
        (
            "saves a month",
            format!(
                "{} ({} to {}); instances and their root volumes then cost {}",
                together.saving.expected.cents(),
                together.saving.low.cents(),
                together.saving.high.cents(),
                together.monthly.cents()
            ),
        ),
        ("95 % wait up to", format!("{} s (now {} s)", together.measured.p95(), current.p95())),
    ];
    rows.extend(together.above_budget.iter().map(|words| ("budget", words.said().en)));
    rows
}

/// What the patch leaves to people; `None` for nothing.
pub(in crate::suggest) fn by_hand_table(patched: &Patched) -> Option<Table> {
    let mut rows: Vec<(&str, String)> =
        patched.by_hand.iter().map(|(id, reason)| ("by hand", format!("{id}: {reason}"))).collect();
    rows.extend(patched.remarks.iter().map(|remark| ("before applying", remark.clone())));
    (!rows.is_empty()).then(|| Table {
        caption: headings::beside_the_patch(),
        columns: vec![Column::text("item", headings::item()), Column::text("detail", headings::detail())],
        rows: rows.into_iter().map(pair).collect(),
    })
}

pub(in crate::suggest) fn diff(patched: &Patched) -> Verbatim {
    let caption = format!("Patch: {}", patched.applied.join(", "));
    Verbatim { caption: caption.into(), language: "diff", text: patched.diff.clone() }
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
