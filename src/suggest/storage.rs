//! The Lustre file system that gives what jobs ask for at the least price.
//!
//! Without bursts, from what jobs declare (`lustre_mbps`). Only where there is one file system: which of several a job
//! reads is not known. Data is never moved by a suggestion.

use super::edit::{Edit, Table};
use super::trial::Trials;
use super::{Change, Found, Kind, Saving, Suggestion};
use crate::estimate::estimate;
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::scenario::Scenario;
use crate::scenario::keys::storage::{Deployment, LustreKeys, LustreStorageKey};
use crate::scenario::lustre::file_system;

/// Tiers that are looked at [MB/s per TiB].
const TIERS: [u32; 4] = [125, 250, 500, 1000];

/// Every other file system of the same size.
pub(super) fn candidates(scenario: &Scenario) -> Vec<(String, Edit)> {
    let [keys] = &scenario.keys.lustre[..] else { return Vec::new() };
    let is_persistent_ssd =
        keys.deployment == Deployment::Persistent2 && keys.storage == LustreStorageKey::Ssd;
    let present = keys.throughput_mbps_per_tib.map(|tier| tier.0);
    let others = TIERS.into_iter().filter(|tier| is_persistent_ssd && Some(*tier) != present);
    others
        .map(|tier| {
            let edit = Edit::of(Table::Lustre, &keys.name).set("throughput_mbps_per_tib", tier);
            (format!("{tier} MB/s per TiB for {}", keys.name), edit)
        })
        .collect()
}

fn gives(keys: &LustreKeys) -> Option<Decimal> {
    file_system(keys).ok().map(|system| system.baseline_mbps())
}

pub(super) fn search(trials: &Trials<'_>, found: &mut Found) {
    let scenario = &trials.study.scenario;
    let title = "another throughput of Lustre";
    let keys = match &scenario.keys.lustre[..] {
        [] => return,
        [keys] => keys,
        _ => {
            found.reject(
                Kind::Storage,
                title,
                "several file systems: which of them a job reads is not known",
            );
            return;
        }
    };
    let Ok(run) = trials.first_run() else { return };
    if run.outcome.lustre.unknown_attempts > 0 {
        let reason = "what jobs ask for is not known: give lustre_mbps of every job definition";
        found.reject(Kind::Storage, title, reason);
        return;
    }
    let asked = Decimal::from(run.outcome.lustre.peak_kbps) / Decimal::from(1000);
    let short_now = gives(keys).is_some_and(|gives| gives < asked);
    let cost = |scenario: &Scenario| {
        let estimate = estimate(scenario, trials.list, trials.catalog).ok()?;
        estimate.is_complete().then(|| estimate.total().expected)
    };
    let Some(now) = cost(scenario) else {
        found.reject(Kind::Storage, title, "a line of the estimate has no price");
        return;
    };
    let best = cheapest(trials, asked, &cost, found);
    let Some((cost, name, edit, other)) = best.filter(|(cost, ..)| short_now || *cost < now) else {
        found.reject(Kind::Storage, title, "none that is enough is cheaper");
        return;
    };
    let saved = now - cost;
    let tier = |keys: &LustreKeys| {
        keys.throughput_mbps_per_tib.map_or_else(String::new, |tier| format!("{} MB/s per TiB", tier.0))
    };
    found.suggestions.push(Suggestion {
        kind: Kind::Storage,
        title: name,
        setting: Change { current: tier(keys), proposed: tier(&other.keys.lustre[0]) },
        saving: Saving { low: saved, expected: saved, high: saved },
        wait_seconds_p95: None,
        meets_target: false,
        evidence: vec![format!(
            "jobs ask for up to {} MB/s at once in the first run; it would give {} without bursts (now {})",
            decimal::grouped_trimmed(asked, 1),
            decimal::grouped_trimmed(gives(&other.keys.lustre[0]).unwrap_or_default(), 1),
            decimal::grouped_trimmed(gives(keys).unwrap_or_default(), 1)
        )],
        assumptions: vec!["jobs ask for what lustre_mbps says, and for no more when more is there".into()],
        risk: "AWS changes the throughput of a file system in place while it is unavailable for some minutes"
            .into(),
        undo: format!("set throughput_mbps_per_tib of {} to {} again", keys.name, tier(keys)),
        edits: vec![edit],
        run_times: None,
    });
}

/// The cheapest candidate that gives what is asked for [MB/s]: its cost, name, edit and scenario.
fn cheapest(
    trials: &Trials<'_>,
    asked: Decimal,
    cost: &dyn Fn(&Scenario) -> Option<Usd>,
    found: &mut Found,
) -> Option<(Usd, String, Edit, Scenario)> {
    let mut best: Option<(Usd, String, Edit, Scenario)> = None;
    for (name, edit) in candidates(&trials.study.scenario) {
        let Ok(other) = trials.overlaid(std::slice::from_ref(&edit)) else { continue };
        let enough = gives(&other.keys.lustre[0]).is_some_and(|gives| gives >= asked);
        match cost(&other) {
            None => found.reject(Kind::Storage, name, "no price in this region"),
            Some(_) if !enough => {
                let reason =
                    format!("jobs ask for up to {} MB/s at once", decimal::grouped_trimmed(asked, 1));
                found.reject(Kind::Storage, name, reason);
            }
            Some(cost) if best.as_ref().is_none_or(|(known, ..)| cost < *known) => {
                best = Some((cost, name, edit, other));
            }
            Some(_) => found.reject(Kind::Storage, name, "more than jobs ask for, and dearer"),
        }
    }
    best
}
