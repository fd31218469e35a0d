//! The Lustre file system that gives what jobs ask for at the least price.
//!
//! Without bursts, from what jobs declare (`lustre_mbps`). Only where there is one file system: which of several a job
//! reads is not known. Data is never moved by a suggestion.

use super::lustre_lifetime::{cost, loading};
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::report::Said;
use crate::scenario::Scenario;
use crate::scenario::keys::storage::{Deployment, LustreKeys, LustreStorageKey};
use crate::scenario::lustre::file_system;
use crate::scenario::value::Count;
use crate::suggest::edit::{Edit, Table};
use crate::suggest::trials::Trials;
use crate::suggest::{Change, Found, Kind, Saving, Suggestion, evidence, rejection, words};

/// Deployments, storage and throughput that are looked at [MB/s per TiB, 0 for none to choose]. SCRATCH_1 is what
/// SCRATCH_2 replaced; Intelligent-Tiering bills requests, and how many there would be is not known.
const KINDS: [(Deployment, LustreStorageKey, u32); 10] = [
    (Deployment::Persistent2, LustreStorageKey::Ssd, 125),
    (Deployment::Persistent2, LustreStorageKey::Ssd, 250),
    (Deployment::Persistent2, LustreStorageKey::Ssd, 500),
    (Deployment::Persistent2, LustreStorageKey::Ssd, 1000),
    (Deployment::Persistent1, LustreStorageKey::Ssd, 50),
    (Deployment::Persistent1, LustreStorageKey::Ssd, 100),
    (Deployment::Persistent1, LustreStorageKey::Ssd, 200),
    (Deployment::Persistent1, LustreStorageKey::Hdd, 12),
    (Deployment::Persistent1, LustreStorageKey::Hdd, 40),
    (Deployment::Scratch2, LustreStorageKey::Ssd, 0),
];

/// What scratch is (AWS CDK reference, `LustreDeploymentType`; re:Post, "FSx for Lustre scratch file system", on backups;
/// both read 2026-11-24).
fn scratch() -> Said {
    words::scratch()
}

/// Every other file system that holds as much: its name, and the scenario with it.
pub(in crate::suggest) fn candidates(scenario: &Scenario) -> Vec<(Said, Scenario)> {
    let [keys] = &scenario.keys.lustre[..] else { return Vec::new() };
    let present = (keys.deployment, keys.storage, keys.throughput_mbps_per_tib.map_or(0, |tier| tier.0));
    let others = KINDS.into_iter().filter(|kind| *kind != present);
    others
        .map(|(deployment, storage, tier)| {
            let of_persistent_2 = deployment == Deployment::Persistent2;
            let other = LustreKeys {
                deployment,
                storage,
                throughput_mbps_per_tib: (tier > 0).then_some(Count(tier)),
                throughput_mbps: None,
                metadata_iops: keys.metadata_iops.filter(|_| of_persistent_2),
                read_cache: keys.read_cache && storage == LustreStorageKey::Hdd,
                ..keys.clone()
            };
            let name = match in_place(keys, &other) {
                true => words::throughput(tier, &keys.name),
                false => words::file_system(kind(deployment, storage, tier), &keys.name),
            };
            let mut changed = scenario.clone();
            changed.keys.lustre = vec![other];
            (name, changed)
        })
        .collect()
}

fn kind(deployment: Deployment, storage: LustreStorageKey, tier: u32) -> Said {
    let kind = format!("{} {}", deployment.id(), storage.id());
    if tier == 0 { Said::alike(kind) } else { words::kind_at(kind, tier) }
}

fn kind_of(keys: &LustreKeys) -> String {
    kind(keys.deployment, keys.storage, keys.throughput_mbps_per_tib.map_or(0, |tier| tier.0)).en
}

/// Whether AWS changes the one to the other in place: only the throughput of persistent SSD (FSx for Lustre user guide,
/// "Managing provisioned throughput capacity", read 2026-11-24).
fn in_place(from: &LustreKeys, to: &LustreKeys) -> bool {
    (from.deployment, from.storage) == (to.deployment, to.storage) && from.storage == LustreStorageKey::Ssd
}

fn gives(keys: &LustreKeys) -> Option<Decimal> {
    file_system(keys).ok().map(|system| system.baseline_mbps())
}

pub(in crate::suggest) fn search(trials: &Trials<'_>, found: &mut Found) {
    let scenario = &trials.study.scenario;
    let title = rejection::another_throughput();
    let keys = match &scenario.keys.lustre[..] {
        [] => return,
        [keys] => keys,
        _ => {
            found.reject(Kind::Storage, title, rejection::several_file_systems());
            return;
        }
    };
    let Ok(run) = trials.first_run() else { return };
    if run.outcome.lustre.unknown_attempts > 0 {
        found.reject(Kind::Storage, title, rejection::demand_unknown());
        return;
    }
    let asked = Decimal::from(run.outcome.lustre.peak_kbps) / Decimal::from(1000);
    let short_now = gives(keys).is_some_and(|gives| gives < asked);
    let Some(now) = cost(trials, scenario) else {
        found.reject(Kind::Storage, title, evidence::line_without_price());
        return;
    };
    let mut enough = enough(trials, asked, found);
    enough.sort_by_key(|other| other.cost);
    let best = enough.iter().position(|other| in_place(keys, &other.keys));
    let best = best.map(|place| enough.remove(place)).filter(|other| short_now || other.cost < now);
    // What another kind has to cost less than; where the present one is too slow and has no faster one, anything goes.
    let most = match &best {
        Some(other) => Some(other.cost),
        None if short_now => None,
        None => Some(now),
    };
    if best.is_none() {
        found.reject(Kind::Storage, title, rejection::none_is_cheaper());
    }
    found.suggestions.extend(best.map(|other| suggested(trials, keys, other, now, asked)));
    advise(trials, keys, &enough, (now, most), asked, found);
}

/// Another kind of file system is advice: AWS makes it anew, without the data. The cheapest that keeps copies, and
/// scratch, each where it costs less than `most`.
fn advise(
    trials: &Trials<'_>,
    keys: &LustreKeys,
    enough: &[Other],
    (now, most): (Usd, Option<Usd>),
    asked: Decimal,
    found: &mut Found,
) {
    for scratch in [false, true] {
        let is_scratch = |other: &Other| other.keys.deployment == Deployment::Scratch2;
        let own = enough.iter().filter(|other| !in_place(keys, &other.keys) && is_scratch(other) == scratch);
        for (place, other) in own.enumerate() {
            if place == 0 && most.is_none_or(|most| other.cost < most) {
                let loading = loading(trials, keys).1;
                let mut advice = suggested(trials, keys, other.clone(), now, asked);
                advice.title = words::advice(advice.title);
                advice.evidence.push(loading);
                let lost = if scratch { self::scratch() } else { words::both_exist() };
                advice.risk = words::another_file_system(lost);
                advice.undo = words::copied_back(&keys.name);
                advice.edits.clear();
                found.suggestions.push(advice);
            } else {
                found.reject(Kind::Storage, other.name.clone(), rejection::another_is_cheaper());
            }
        }
    }
}

/// A file system that gives what jobs ask for.
#[derive(Clone)]
struct Other {
    cost: Usd,
    name: Said,
    keys: LustreKeys,
}

/// The candidates that give what is asked for [MB/s]; the others are rejected.
fn enough(trials: &Trials<'_>, asked: Decimal, found: &mut Found) -> Vec<Other> {
    let mut enough = Vec::new();
    for (name, other) in candidates(&trials.study.scenario) {
        if let Err(impossible) = file_system(&other.keys.lustre[0]) {
            found.reject(Kind::Storage, name, Said::alike(impossible.message));
            continue;
        }
        let gives = gives(&other.keys.lustre[0]).is_some_and(|gives| gives >= asked);
        match cost(trials, &other) {
            None => found.reject(Kind::Storage, name, rejection::no_price_here()),
            Some(_) if !gives => {
                let asked = decimal::grouped_trimmed(asked, 1);
                found.reject(Kind::Storage, name, rejection::too_slow(asked));
            }
            Some(cost) => enough.push(Other { cost, name, keys: other.keys.lustre[0].clone() }),
        }
    }
    enough
}

fn suggested(trials: &Trials<'_>, keys: &LustreKeys, other: Other, now: Usd, asked: Decimal) -> Suggestion {
    // The estimate is of the scenario's period.
    let month = trials.window().1 / trials.study.scenario.period.hours();
    let saved = (now - other.cost).times(month).to_price();
    let same = in_place(keys, &other.keys);
    let shown = |keys: &LustreKeys| match same {
        true => {
            keys.throughput_mbps_per_tib.map_or_else(String::new, |tier| format!("{} MB/s per TiB", tier.0))
        }
        false => kind_of(keys),
    };
    let size = |keys: &LustreKeys| file_system(keys).map_or(keys.size_gib.0, |system| system.size_gib);
    let mut evidence = vec![evidence::lustre_speed(
        decimal::grouped_trimmed(asked, 1),
        decimal::grouped_trimmed(gives(&other.keys).unwrap_or_default(), 1),
        decimal::grouped_trimmed(gives(keys).unwrap_or_default(), 1),
    )];
    if size(keys) != size(&other.keys) {
        let [then, now] = [size(&other.keys), size(keys)].map(|gib| decimal::grouped_trimmed(gib, 0));
        evidence.push(evidence::lustre_steps(then, now));
    }
    let edit = Edit::of(Table::Lustre, &keys.name);
    let edit = match other.keys.throughput_mbps_per_tib {
        Some(tier) => edit.set("throughput_mbps_per_tib", tier.0),
        None => edit,
    };
    let setting = Change { current: shown(keys), proposed: shown(&other.keys) };
    let tier = keys.throughput_mbps_per_tib.map_or(0, |tier| tier.0);
    let undo = words::throughput_again(&keys.name, tier);
    Suggestion {
        kind: Kind::Storage,
        title: other.name,
        setting,
        saving: Saving { low: saved, expected: saved, high: saved },
        wait_seconds_p95: None,
        meets_target: false,
        evidence,
        assumptions: vec![evidence::as_lustre_mbps()],
        risk: words::changed_in_place(),
        undo,
        run_times: None,
        edits: vec![edit],
    }
}
