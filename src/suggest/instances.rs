//! What a compute environment launches: other sizes of the same processor or GPU, replacements of retired types, other
//! models where their speed is known, Spot instead of On-Demand, and the allocation strategy.
//!
//! How fast a job runs on another model is not guessed: `[relative_speed]` says it, or the candidate is rejected.
//! Whether every job fits is decided by simulating it.

use std::collections::{BTreeMap, BTreeSet};

use super::edit::{Edit, Setting};
use super::trial::{Measured, Trials};
use super::{Change, Found, Kind, Suggestion};
use crate::catalog::{Catalog, InstanceSpec};
use crate::model::decimal::{self, Decimal};
use crate::model::sku::{InstanceType, PurchaseOption, Sku};
use crate::scenario::Scenario;
use crate::scenario::batch::ComputeEnvironment;
use crate::scenario::keys::batch::{AllocationStrategy, EnvironmentType};

/// What makes two types equally fast for the same vCPUs and GPUs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Model {
    /// GPUs of a model with a memory each [MiB], on a processor architecture.
    Gpu(String, u64, &'static str),
    /// The family of a type without GPUs: its processor.
    Family(String),
}

impl Model {
    fn of(name: &str, spec: &InstanceSpec) -> Model {
        match spec.gpus {
            0 => Model::Family(name.split('.').next().unwrap_or(name).to_owned()),
            _ => Model::Gpu(spec.gpu_model.to_owned(), spec.gpu_memory_mib, spec.architecture),
        }
    }

    fn words(&self) -> String {
        match self {
            Model::Gpu(model, memory, _) => format!("{model} of {} GiB", memory / 1024),
            Model::Family(family) => family.clone(),
        }
    }
}

/// Types whose prices candidates need, beside those of the scenario.
#[must_use]
pub(super) fn candidate_types(scenario: &Scenario, catalog: &Catalog) -> BTreeSet<InstanceType> {
    let mut types = BTreeSet::new();
    for of in &scenario.environments {
        types.extend(alike(of, catalog).into_iter().map(|(name, _)| name));
        for retired in of.retired.iter().filter_map(|name| catalog.get(name)) {
            types.extend(catalog.replacements(retired).map(InstanceType::new));
        }
    }
    types.extend(scenario.keys.relative_speed.keys().map(|name| InstanceType::new(name)));
    types.retain(|name| catalog.get(name).is_some());
    types
}

/// All types of the models that an environment launches.
fn alike(of: &ComputeEnvironment, catalog: &Catalog) -> Vec<(InstanceType, InstanceSpec)> {
    let models: BTreeSet<Model> =
        of.types.iter().map(|(name, spec)| Model::of(&name.to_string(), spec)).collect();
    let usable = |spec: &InstanceSpec| {
        !spec.retired() && (of.environment_type == EnvironmentType::Ec2 || spec.offers_spot())
    };
    let same = catalog.iter().filter(|(name, spec)| usable(spec) && models.contains(&Model::of(name, spec)));
    same.map(|(name, spec)| (InstanceType::new(name), spec.clone())).collect()
}

pub(super) fn search(trials: &Trials<'_>, current: &Measured, found: &mut Found) -> Result<(), String> {
    for of in &trials.study.scenario.environments {
        sizes(trials, current, of, found);
        models(trials, current, of, found);
        spot(trials, current, of, found);
        strategy(trials, current, of, found);
    }
    Ok(())
}

/// Whether a price of a type is known as the environment would buy it.
fn is_priced(trials: &Trials<'_>, of: &ComputeEnvironment, name: &InstanceType) -> bool {
    let purchase = match of.environment_type {
        EnvironmentType::Ec2 => PurchaseOption::OnDemand,
        EnvironmentType::Spot => PurchaseOption::Spot,
    };
    let region = trials.study.scenario.region;
    let offered = !trials.list.not_offered.contains(&(region, name.clone()));
    offered && trials.list.rate(&Sku::instance(region, name, purchase)).is_some()
}

/// Other sizes of the same processor or GPU: each alone, and all together.
fn sizes(trials: &Trials<'_>, current: &Measured, of: &ComputeEnvironment, found: &mut Found) {
    let present: BTreeSet<String> = of.types.iter().map(|(name, _)| name.to_string()).collect();
    let all = alike(of, trials.catalog);
    let (priced, unpriced): (Vec<_>, Vec<_>) = all.iter().partition(|(name, _)| is_priced(trials, of, name));
    for (name, _) in unpriced {
        found.reject(Kind::InstanceTypes, format!("{name} in {}", of.name), "no price in this region");
    }
    let names: Vec<String> = priced.iter().map(|(name, _)| name.to_string()).collect();
    let mut sets: BTreeSet<BTreeSet<String>> =
        names.iter().map(|name| BTreeSet::from([name.clone()])).collect();
    sets.insert(names.iter().cloned().collect());
    let mut best: Option<(Suggestion, BTreeSet<String>)> = None;
    for set in sets.into_iter().filter(|set| *set != present && !set.is_empty()) {
        let types = Setting::Texts(set.iter().cloned().collect());
        let edits = vec![Edit::environment(&of.name).set("instance_types", types)];
        let title = format!("{} in {}", shown(&set), of.name);
        match measured(trials, current, edits, title.clone(), Kind::InstanceTypes) {
            Err(reason) => found.reject(Kind::InstanceTypes, title, reason),
            Ok((mut suggestion, trial)) => {
                suggestion.setting = Change { current: shown(&present), proposed: shown(&set) };
                suggestion.evidence.insert(0, useful(current, &trial));
                suggestion
                    .assumptions
                    .push("a vCPU or GPU of one size works as fast as one of another".into());
                suggestion.risk =
                    "EC2 may have less capacity of other sizes; jobs share instances, or have them alone, otherwise than now".into();
                suggestion.undo = format!("set instance_types of {} to {} again", of.name, shown(&present));
                let better =
                    best.as_ref().is_none_or(|(known, _)| suggestion.saving.expected > known.saving.expected);
                if better {
                    if let Some((known, _)) = best.replace((suggestion, set)) {
                        found.reject(Kind::InstanceTypes, known.title, second_to(&best));
                    }
                } else {
                    found.reject(Kind::InstanceTypes, title, second_to(&best));
                }
            }
        }
    }
    found.suggestions.extend(best.map(|(suggestion, _)| suggestion));
}

fn second_to(best: &Option<(Suggestion, BTreeSet<String>)>) -> String {
    let name = best.as_ref().map_or_else(String::new, |(best, _)| best.title.clone());
    format!("{name} saves more")
}

fn shown(set: &BTreeSet<String>) -> String {
    set.iter().cloned().collect::<Vec<_>>().join(", ")
}

/// Dollars per useful hour, before and after.
fn useful(current: &Measured, trial: &Measured) -> String {
    let price = |measured: &Measured| {
        let figures = measured.first();
        let per_gpu =
            figures.per_useful_gpu_hour().map(|usd| format!("{} per useful GPU-hour", usd.price(4)));
        per_gpu.or_else(|| {
            figures.per_useful_vcpu_hour().map(|usd| format!("{} per useful vCPU-hour", usd.price(4)))
        })
    };
    let words = |price: Option<String>| price.unwrap_or_else(|| "unknown".into());
    format!("{} in the first run (now {})", words(price(trial)), words(price(current)))
}

/// Other models, where their speed is known; retired types get a model of today.
fn models(trials: &Trials<'_>, current: &Measured, of: &ComputeEnvironment, found: &mut Found) {
    let scenario = &trials.study.scenario;
    let speeds = &scenario.keys.relative_speed;
    let known: BTreeMap<&str, Decimal> =
        speeds.iter().map(|(name, speed)| (name.as_str(), speed.0)).collect();
    let present: Vec<String> = of.types.iter().map(|(name, _)| name.to_string()).collect();
    let own: BTreeSet<Model> =
        of.types.iter().map(|(name, spec)| Model::of(&name.to_string(), spec)).collect();
    for retired in &of.retired {
        let title = format!("{retired} in {}", of.name);
        let reason = "it is retired and nothing launches it: name a type of today in instance_types";
        found.reject(Kind::InstanceTypes, title, reason);
    }
    let others = known.iter().filter(|(name, _)| !present.iter().any(|own| own == *name));
    let mut tried = false;
    for (name, speed) in others {
        let instance_type = InstanceType::new(name);
        let Some(spec) = trials.catalog.get(&instance_type) else { continue };
        if own.contains(&Model::of(name, spec)) {
            continue;
        }
        tried = true;
        let title = format!("{name} in {}", of.name);
        let slower: Option<Vec<Decimal>> =
            present.iter().map(|own| known.get(own.as_str()).copied()).collect();
        let reason = match slower.as_deref() {
            None => Some("how fast the present types are is not in [relative_speed]"),
            Some([]) => Some("there is no present type to compare with"),
            Some(all) if all.iter().any(|other| *other != all[0]) => {
                Some("the present types differ in speed: how long a job runs depends on where it landed")
            }
            Some(_) if scenario.environments.len() > 1 => {
                Some("several compute environments share the jobs: which would run faster is not known")
            }
            Some(_) if !is_priced(trials, of, &instance_type) => Some("no price in this region"),
            Some(_) => None,
        };
        if let Some(reason) = reason {
            found.reject(Kind::InstanceTypes, title, reason);
            continue;
        }
        let factor = slower.unwrap_or_default()[0] / *speed;
        let types = Setting::Texts(vec![(*name).to_owned()]);
        let edits = vec![Edit::environment(&of.name).set("instance_types", types)];
        let trial = trials.with_run_times(&edits, factor);
        match trial.and_then(|trial| Ok((trials.judged(current, &trial)?, trial))) {
            Err(reason) => found.reject(Kind::InstanceTypes, title, reason),
            Ok((saving, trial)) => {
                let mut suggestion =
                    suggestion(trials, current, &trial, saving, edits, title, Kind::InstanceTypes);
                suggestion.setting = Change { current: present.join(", "), proposed: (*name).to_owned() };
                suggestion.run_times = Some(factor);
                suggestion.evidence.insert(0, useful(current, &trial));
                suggestion.assumptions.push(format!(
                    "run times are {} times as long, as [relative_speed] says",
                    decimal::plain(decimal::round(factor, 4))
                ));
                suggestion.risk =
                    "software may have to be built anew, and memory of a GPU may be less".into();
                suggestion.undo =
                    format!("set instance_types of {} to {} again", of.name, present.join(", "));
                found.suggestions.push(suggestion);
            }
        }
    }
    if !tried && own.iter().any(|model| matches!(model, Model::Gpu(..))) {
        let title = format!("another GPU than {} in {}", words(&own), of.name);
        found.reject(Kind::InstanceTypes, title, "speed unknown: [relative_speed] compares no other model");
    }
}

fn words(models: &BTreeSet<Model>) -> String {
    models.iter().map(Model::words).collect::<Vec<_>>().join(" and ")
}

/// Spot instead of On-Demand.
fn spot(trials: &Trials<'_>, current: &Measured, of: &ComputeEnvironment, found: &mut Found) {
    if of.environment_type == EnvironmentType::Spot {
        return;
    }
    let title = format!("Spot for {}", of.name);
    let keys = trials.study.scenario.environment(&of.name);
    if keys.is_none_or(|(keys, _)| keys.interruptions_per_instance_hour.is_none()) {
        let reason = "how often EC2 would interrupt it is not known: give interruptions_per_instance_hour of the compute environment";
        found.reject(Kind::InstanceTypes, title, reason);
        return;
    }
    let strategy = AllocationStrategy::SpotPriceCapacityOptimized.id();
    let edits = vec![Edit::environment(&of.name).set("type", "SPOT").set("allocation_strategy", strategy)];
    match measured(trials, current, edits, title.clone(), Kind::InstanceTypes) {
        Err(reason) => found.reject(Kind::InstanceTypes, title, reason),
        Ok((mut suggestion, trial)) => {
            suggestion.setting = Change { current: "EC2 (On-Demand)".into(), proposed: "SPOT".into() };
            suggestion.evidence.insert(
                0,
                format!(
                    "{} attempts interrupted and {} vCPU-hours of work lost in the first run; {}",
                    trial.first().interrupted_attempts,
                    decimal::grouped_trimmed(trial.first().lost_vcpu_hours, 1),
                    useful(current, &trial)
                ),
            );
            suggestion.risk = "EC2 takes Spot instances back at any time, and prices move".into();
            suggestion.undo = format!("a compute environment with type EC2 instead of {}", of.name);
            found.suggestions.push(suggestion);
        }
    }
}

/// The strategies that AWS recommends for each kind of environment (AWS Batch user guide, "Instance type allocation
/// strategies", read 2026-11-23).
fn strategy(trials: &Trials<'_>, current: &Measured, of: &ComputeEnvironment, found: &mut Found) {
    if of.strategy != AllocationStrategy::BestFit {
        return;
    }
    let proposed = match of.environment_type {
        EnvironmentType::Ec2 => AllocationStrategy::BestFitProgressive,
        EnvironmentType::Spot => AllocationStrategy::SpotPriceCapacityOptimized,
    };
    let title = format!("{} for {}", proposed.id(), of.name);
    let edits = vec![Edit::environment(&of.name).set("allocation_strategy", proposed.id())];
    match measured(trials, current, edits, title.clone(), Kind::AllocationStrategy) {
        Err(reason) => {
            let why = "BEST_FIT waits for one type and cannot be updated in place, which AWS advises against";
            found.reject(Kind::AllocationStrategy, title, format!("{reason} in this trace; {why}"));
        }
        Ok((mut suggestion, _)) => {
            suggestion.setting = Change { current: of.strategy.id().into(), proposed: proposed.id().into() };
            suggestion.risk = "it may exceed max_vcpus by one instance".into();
            suggestion.undo = format!("a compute environment with {} instead", of.strategy.id());
            found.suggestions.push(suggestion);
        }
    }
}

/// Simulates and judges.
fn measured(
    trials: &Trials<'_>,
    current: &Measured,
    edits: Vec<Edit>,
    title: String,
    kind: Kind,
) -> Result<(Suggestion, Measured), String> {
    let trial = trials.with(&edits)?;
    let saving = trials.judged(current, &trial)?;
    Ok((suggestion(trials, current, &trial, saving, edits, title, kind), trial))
}

fn suggestion(
    trials: &Trials<'_>,
    current: &Measured,
    trial: &Measured,
    saving: super::Saving,
    edits: Vec<Edit>,
    title: String,
    kind: Kind,
) -> Suggestion {
    Suggestion {
        kind,
        title,
        setting: Change { current: String::new(), proposed: String::new() },
        saving,
        wait_seconds_p95: Trials::waits(current, trial),
        meets_target: current.misses_target() && !trial.misses_target(),
        evidence: Vec::new(),
        assumptions: trials.assumptions(),
        risk: String::new(),
        undo: String::new(),
        edits,
        run_times: None,
    }
}
