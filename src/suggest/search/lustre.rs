//! The Lustre file system that gives what jobs ask for at the least price.
//!
//! Without bursts, from what jobs declare (`lustre_mbps`). Only where there is one file system: which of several a job
//! reads is not known. Data is never moved by a suggestion.

use super::lustre_lifetime::{cost, loading};
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::scenario::Scenario;
use crate::scenario::keys::storage::{Deployment, LustreKeys, LustreStorageKey};
use crate::scenario::lustre::file_system;
use crate::scenario::value::Count;
use crate::suggest::Rejection;
use crate::suggest::assumption;
use crate::suggest::lab::{Findings, Lab};
use crate::suggest::proposal::{FileSystem, Proposal};
use crate::suggest::trials::Trials;
use crate::suggest::{Candidate, Suggestion, evidence, rejection};

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

/// Every other file system that holds as much, as the scenario with it.
pub(in crate::suggest) fn candidates(scenario: &Scenario) -> Vec<Scenario> {
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
            let mut changed = scenario.clone();
            changed.keys.lustre = vec![other];
            changed
        })
        .collect()
}

fn chosen(keys: &LustreKeys) -> FileSystem {
    let throughput = keys.throughput_mbps_per_tib.map(|tier| tier.0);
    FileSystem { deployment: keys.deployment, storage: keys.storage, throughput }
}

fn gives(keys: &LustreKeys) -> Option<Decimal> {
    file_system(keys).ok().map(|system| system.baseline_mbps())
}

pub(in crate::suggest) fn search(lab: &Lab<'_>) -> Findings {
    let trials = lab.trials;
    let scenario = &trials.study.scenario;
    let rejecting = |reason: Rejection| Findings::rejecting(Candidate::LustreThroughput, reason);
    let keys = match &scenario.keys.lustre[..] {
        [] => return Findings::default(),
        [keys] => keys,
        _ => return rejecting(rejection::several_file_systems()),
    };
    let Ok(run) = trials.first_run() else { return Findings::default() };
    if run.outcome.lustre.unknown_attempts > 0 {
        return rejecting(rejection::demand_unknown());
    }
    let asked = Decimal::from(run.outcome.lustre.peak_kbps) / Decimal::from(1000);
    let short_now = gives(keys).is_some_and(|gives| gives < asked);
    let Some(now) = cost(trials, scenario) else {
        return rejecting(rejection::line_without_price());
    };
    let (mut enough, mut found) = enough(trials, keys, asked);
    enough.sort_by_key(|other| other.cost);
    let faster = enough.iter().position(|other| other.is_in_place());
    let best = faster.map(|place| enough.remove(place)).filter(|other| short_now || other.cost < now);
    // What another kind has to cost less than; where the present one is too slow and has no faster one, anything goes.
    let most = match &best {
        Some(other) => Some(other.cost),
        None if short_now => None,
        None => Some(now),
    };
    if best.is_none() {
        found.reject(Candidate::LustreThroughput, rejection::none_is_cheaper());
    }
    found.suggestions.extend(best.map(|other| suggested(trials, keys, other, now, asked)));
    // Another kind of file system is advice: AWS makes it anew, without the data. The cheapest that keeps copies, and
    // scratch, each where it costs less.
    for scratch in [false, true] {
        let is_scratch = |other: &Other| other.keys.deployment == Deployment::Scratch2;
        let own = enough.iter().filter(|other| !other.is_in_place() && is_scratch(other) == scratch);
        for (place, other) in own.enumerate() {
            if place == 0 && most.is_none_or(|most| other.cost < most) {
                let mut advice = suggested(trials, keys, other.clone(), now, asked);
                advice.evidence.push(loading(trials, keys).1);
                found.suggestions.push(advice);
            } else {
                found.reject(other.proposal.clone(), rejection::another_is_cheaper());
            }
        }
    }
    found
}

/// A file system that gives what jobs ask for.
#[derive(Clone)]
struct Other {
    cost: Usd,
    proposal: Proposal,
    keys: LustreKeys,
}

impl Other {
    fn is_in_place(&self) -> bool {
        !self.proposal.is_advice()
    }
}

/// The candidates that give what is asked for [MB/s]; the others are rejected.
fn enough(trials: &Trials<'_>, keys: &LustreKeys, asked: Decimal) -> (Vec<Other>, Findings) {
    let (mut enough, mut found) = (Vec::new(), Findings::default());
    for scenario in candidates(&trials.study.scenario) {
        let other = &scenario.keys.lustre[0];
        let proposal = Proposal::Lustre { name: keys.name.clone(), from: chosen(keys), to: chosen(other) };
        if let Err(impossible) = file_system(other) {
            found.reject(proposal, rejection::refused(impossible.message));
            continue;
        }
        let is_enough = gives(other).is_some_and(|gives| gives >= asked);
        match cost(trials, &scenario) {
            None => found.reject(proposal, rejection::no_price_here()),
            Some(_) if !is_enough => {
                found.reject(proposal, rejection::too_slow(decimal::grouped_trimmed(asked, 1)));
            }
            Some(cost) => enough.push(Other { cost, proposal, keys: other.clone() }),
        }
    }
    (enough, found)
}

fn suggested(trials: &Trials<'_>, keys: &LustreKeys, other: Other, now: Usd, asked: Decimal) -> Suggestion {
    // The estimate is of the scenario's period.
    let month = trials.window().1 / trials.study.scenario.period.hours();
    let saved = (now - other.cost).times(month).to_price();
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
    Suggestion::beside_the_queue(other.proposal, saved, evidence, vec![assumption::as_lustre_mbps()])
}
