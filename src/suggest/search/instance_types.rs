//! What a compute environment launches: other sizes of the same processor or GPU, replacements of retired types, other
//! models where their speed is known, Spot instead of On-Demand, and the allocation strategy.
//!
//! How fast a job runs on another model is not guessed: `[relative_speed]` says it, or the candidate is rejected.
//! Whether every job fits is decided by simulating it.

use std::collections::{BTreeMap, BTreeSet};

use super::purchase as spot;
use crate::catalog::{Catalog, InstanceSpec};
use crate::model::decimal::{self, Decimal};
use crate::model::sku::{InstanceType, PurchaseOption, Sku};
use crate::report::Said;
use crate::scenario::Scenario;
use crate::scenario::batch::ComputeEnvironment;
use crate::scenario::keys::batch::EnvironmentType;
use crate::suggest::constraints::highest;
use crate::suggest::edit::{CAPACITY_ERRORS, Edit, Setting};
use crate::suggest::side_effects::has_efa;
use crate::suggest::trials::{Measured, Trials};
use crate::suggest::{Change, Found, Kind, Suggestion, evidence, rejection, words};

/// What makes two types equally fast for the same vCPUs and GPUs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::suggest) enum Model {
    /// GPUs of a model with a memory each [MiB], if it is known, on a processor architecture.
    Gpu(String, Option<u64>, &'static str),
    /// The family of a type without GPUs: its processor.
    Family(String),
}

impl Model {
    pub(in crate::suggest) fn of(name: &str, spec: &InstanceSpec) -> Model {
        match spec.gpus {
            0 => Model::Family(name.split('.').next().unwrap_or(name).to_owned()),
            _ => Model::Gpu(spec.gpu_model.to_owned(), spec.gpu_memory(), spec.architecture),
        }
    }

    fn words(&self) -> String {
        match self {
            Model::Gpu(model, Some(memory), _) => format!("{model} of {} GiB", memory / 1024),
            Model::Gpu(model, None, _) => model.clone(),
            Model::Family(family) => family.clone(),
        }
    }
}

/// A type with its GPUs: `p4d.24xlarge (A100, 40 GiB)`.
pub(in crate::suggest) fn named(name: &InstanceType, spec: &InstanceSpec) -> String {
    match (spec.gpus, spec.gpu_memory()) {
        (0, _) => name.to_string(),
        (_, Some(memory)) => format!("{name} ({}, {} GiB)", spec.gpu_model, memory / 1024),
        (_, None) => format!("{name} ({})", spec.gpu_model),
    }
}

/// Types whose prices candidates need, beside those of the scenario.
#[must_use]
pub(in crate::suggest) fn candidate_types(scenario: &Scenario, catalog: &Catalog) -> BTreeSet<InstanceType> {
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

/// All types of the models that an environment launches; of bare metal only what it has already, since those boot for many
/// minutes.
pub(in crate::suggest) fn alike(
    of: &ComputeEnvironment,
    catalog: &Catalog,
) -> Vec<(InstanceType, InstanceSpec)> {
    let models: BTreeSet<Model> =
        of.types.iter().map(|(name, spec)| Model::of(&name.to_string(), spec)).collect();
    let has = |name: &str| of.types.iter().any(|(own, _)| own.as_str() == name);
    let usable = |name: &str, spec: &InstanceSpec| {
        !spec.retired()
            && (of.environment_type == EnvironmentType::Ec2 || spec.offers_spot())
            && (!name.contains(".metal") || has(name))
    };
    let same =
        catalog.iter().filter(|(name, spec)| usable(name, spec) && models.contains(&Model::of(name, spec)));
    same.map(|(name, spec)| (InstanceType::new(name), spec.clone())).collect()
}

pub(in crate::suggest) fn search(
    trials: &Trials<'_>,
    current: &Measured,
    found: &mut Found,
) -> Result<(), Said> {
    for of in &trials.study.scenario.environments {
        sizes(trials, current, of, found);
        models(trials, current, of, found);
        retired(trials, current, of, found);
        spot::search(trials, current, of, found);
    }
    Ok(())
}

/// Whether jobs of several nodes run on types that all have an Elastic Fabric Adapter: another might slow them, by how
/// much is not known.
fn needs_efa(trials: &Trials<'_>, of: &ComputeEnvironment) -> bool {
    let several = trials
        .study
        .jobs
        .under(trials.seeds[0])
        .is_ok_and(|workload| workload.jobs().iter().any(|job| job.nodes > 1));
    several && !of.types.is_empty() && of.types.iter().all(|(_, spec)| has_efa(spec))
}

/// Whether a price of a type is known as the environment would buy it: in the list, or in the scenario itself, where one
/// of a type that it does not use yet is applied once a trial does.
pub(in crate::suggest) fn is_priced(
    trials: &Trials<'_>,
    of: &ComputeEnvironment,
    name: &InstanceType,
) -> bool {
    let purchase = match of.environment_type {
        EnvironmentType::Ec2 => PurchaseOption::OnDemand,
        EnvironmentType::Spot => PurchaseOption::Spot,
    };
    let region = trials.study.scenario.region;
    let offered = !trials.list.not_offered.contains(&(region, name.clone()));
    let sku = Sku::instance(region, name, purchase);
    let own = trials.study.scenario.prices.iter();
    let mut own = own.filter(|entry| (&entry.usage_type, entry.purchase) == (&sku.usage_type(), purchase));
    let listed = trials.list.rate(&sku).is_some() || trials.study.pricing.unit_price(&sku).is_some();
    offered && (listed || own.next().is_some())
}

/// Other sizes of the same processor or GPU: each alone, and all together.
fn sizes(trials: &Trials<'_>, current: &Measured, of: &ComputeEnvironment, found: &mut Found) {
    let present: BTreeSet<String> = of.types.iter().map(|(name, _)| name.to_string()).collect();
    let all = alike(of, trials.catalog);
    let (priced, unpriced): (Vec<_>, Vec<_>) = all.iter().partition(|(name, _)| is_priced(trials, of, name));
    for (name, _) in unpriced {
        found.reject(Kind::InstanceTypes, rejection::type_in(name, &of.name), rejection::no_price_here());
    }
    let needs_efa = needs_efa(trials, of);
    let (priced, without): (Vec<_>, Vec<_>) =
        priced.into_iter().partition(|(_, spec)| !needs_efa || has_efa(spec));
    for (name, _) in without {
        found.reject(Kind::InstanceTypes, rejection::type_in(name, &of.name), rejection::no_efa());
    }
    // Most strategies may exceed max_vcpus by one instance: a larger one than all of it would raise the ceiling.
    let most = highest(&trials.study.scenario, of);
    let (priced, too_large): (Vec<_>, Vec<_>) =
        priced.into_iter().partition(|(name, spec)| spec.vcpus <= most || present.contains(name.as_str()));
    for (name, spec) in too_large {
        let reason = rejection::too_large(spec.vcpus, most);
        found.reject(Kind::InstanceTypes, rejection::type_in(name, &of.name), reason);
    }
    let names: Vec<String> = priced.iter().map(|(name, _)| name.to_string()).collect();
    let mut sets: BTreeSet<BTreeSet<String>> =
        names.iter().map(|name| BTreeSet::from([name.clone()])).collect();
    sets.insert(names.iter().cloned().collect());
    let mut best: Option<(Suggestion, BTreeSet<String>)> = None;
    for set in sets.into_iter().filter(|set| *set != present && !set.is_empty()) {
        let edits = vec![Edit::types(&trials.study.scenario, of, &set)];
        let title = words::types_in(shown(&set), &of.name);
        match measured(trials, current, edits, title.clone(), Kind::InstanceTypes) {
            Err(reason) => found.reject(Kind::InstanceTypes, title, reason),
            Ok((mut suggestion, trial)) => {
                if let Some(reason) = other_models(trials, current, &trial, of) {
                    found.reject(Kind::InstanceTypes, title, reason);
                    continue;
                }
                suggestion.setting = Change { current: shown(&present), proposed: shown(&set) };
                suggestion.evidence.insert(0, useful(current, &trial));
                suggestion.assumptions.push(evidence::as_fast());
                suggestion.risk = words::other_sizes();
                suggestion.undo = words::set_back("instance_types", &of.name, shown(&present));
                let better =
                    best.as_ref().is_none_or(|(known, _)| suggestion.saving.expected > known.saving.expected);
                if better {
                    if let Some((known, _)) = best.replace((suggestion, set)) {
                        let reason = second_to(&best, &known);
                        found.reject(Kind::InstanceTypes, known.title, reason);
                    }
                } else {
                    found.reject(Kind::InstanceTypes, title, second_to(&best, &suggestion));
                }
            }
        }
    }
    found.suggestions.extend(best.map(|(suggestion, _)| suggestion));
}

/// Why the run times of jobs would not hold: they would run on another model than as it is, or on several.
fn other_models(
    trials: &Trials<'_>,
    current: &Measured,
    trial: &Measured,
    of: &ComputeEnvironment,
) -> Option<Said> {
    let ran = |measured: &Measured| -> BTreeSet<Model> {
        let own = measured.figures.iter().flat_map(|figures| &figures.instances);
        let own = own.filter(|ran| ran.environment == of.name && ran.launches > 0);
        own.filter_map(|ran| {
            let spec = trials.catalog.get(&InstanceType::new(&ran.instance_type))?;
            Some(Model::of(&ran.instance_type, spec))
        })
        .collect()
    };
    let (before, after) = (ran(current), ran(trial));
    if before.is_empty() {
        // Nothing ran: run times are those of the types that the file names, and those models stay.
        return None;
    }
    match before == after {
        true if before.len() < 2 => None,
        true => Some(rejection::on_each_model(listed(&before))),
        false => Some(rejection::on_another_model(listed(&after), listed(&before))),
    }
}

/// Why a set that would do is not the one: with its dollars per useful hour, so that they can be ranked.
fn second_to(best: &Option<(Suggestion, BTreeSet<String>)>, second: &Suggestion) -> Said {
    let better = best.as_ref().map_or_else(|| Said::alike(""), |(best, _)| best.title.clone());
    match second.evidence.first() {
        Some(useful) => rejection::saves_more_than(better, useful.clone()),
        None => rejection::saves_more(better),
    }
}

pub(in crate::suggest) fn shown(set: &BTreeSet<String>) -> String {
    set.iter().cloned().collect::<Vec<_>>().join(", ")
}

/// Dollars per useful hour, before and after.
pub(in crate::suggest) fn useful(current: &Measured, trial: &Measured) -> Said {
    let price = |measured: &Measured| {
        let figures = measured.first();
        let per_gpu = figures.per_useful_gpu_hour().map(|usd| evidence::per_useful_gpu_hour(usd.price(4)));
        let per_vcpu =
            || figures.per_useful_vcpu_hour().map(|usd| evidence::per_useful_vcpu_hour(usd.price(4)));
        per_gpu.or_else(per_vcpu).unwrap_or_else(evidence::unknown)
    };
    evidence::useful(price(trial), price(current))
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
    let others = known.iter().filter(|(name, _)| !present.iter().any(|own| own == *name));
    let mut tried = false;
    for (name, speed) in others {
        let instance_type = InstanceType::new(name);
        let Some(spec) = trials.catalog.get(&instance_type) else { continue };
        if own.contains(&Model::of(name, spec)) {
            continue;
        }
        tried = true;
        let title = words::types_in(name, &of.name);
        let slower: Option<Vec<Decimal>> =
            present.iter().map(|own| known.get(own.as_str()).copied()).collect();
        let reason = match slower.as_deref() {
            None => Some(rejection::present_speed_unknown()),
            Some([]) => Some(rejection::nothing_to_compare()),
            Some(all) if all.iter().any(|other| *other != all[0]) => Some(rejection::present_speeds_differ()),
            Some(_) if of.types.iter().any(|(_, own)| own.architecture != spec.architecture) => {
                Some(rejection::another_architecture())
            }
            Some(_) if needs_efa(trials, of) && !has_efa(spec) => Some(rejection::no_efa()),
            Some(_) if scenario.environments.len() > 1 => Some(rejection::several_environments()),
            Some(_) if !is_priced(trials, of, &instance_type) => Some(rejection::no_price_here()),
            Some(_) => None,
        };
        if let Some(reason) = reason {
            found.reject(Kind::InstanceTypes, title, reason);
            continue;
        }
        let factor = slower.unwrap_or_default()[0] / *speed;
        let edits = vec![Edit::types(scenario, of, &BTreeSet::from([(*name).to_owned()]))];
        let trial = trials.with_run_times(&edits, factor);
        match trial.and_then(|trial| Ok((trials.judged(current, &trial)?, trial))) {
            Err(reason) => found.reject(Kind::InstanceTypes, title, reason),
            Ok((saving, trial)) => {
                let mut suggestion =
                    suggestion(trials, current, &trial, saving, edits, title, Kind::InstanceTypes);
                suggestion.setting = Change { current: present.join(", "), proposed: (*name).to_owned() };
                suggestion.run_times = Some(factor);
                suggestion.evidence.insert(0, useful(current, &trial));
                let factor = decimal::plain(decimal::round(factor, 4));
                suggestion.assumptions.push(evidence::run_times(factor));
                suggestion.risk = words::another_model();
                suggestion.undo = words::set_back("instance_types", &of.name, present.join(", "));
                found.suggestions.push(suggestion);
            }
        }
    }
    if !tried && own.iter().any(|model| matches!(model, Model::Gpu(..))) {
        let title = rejection::another_gpu(listed(&own), &of.name);
        found.reject(Kind::InstanceTypes, title, rejection::nothing_compared());
    }
}

/// Retired types, and those that the region does not offer: nothing launches them, so a type of the same model stands in
/// for them beside the present ones.
fn retired(trials: &Trials<'_>, current: &Measured, of: &ComputeEnvironment, found: &mut Found) {
    let region = trials.study.scenario.region;
    let not_offered =
        of.types.iter().filter(|(name, _)| trials.list.not_offered.contains(&(region, name.clone())));
    let gone: Vec<(&InstanceType, Said)> = of
        .retired
        .iter()
        .map(|name| (name, rejection::is_retired()))
        .chain(not_offered.map(|(name, _)| (name, rejection::is_not_offered())))
        .collect();
    let kept: BTreeSet<String> = of.types.iter().map(|(name, _)| name.to_string()).collect();
    for (name, why) in gone {
        let title = rejection::replacement(name, &of.name);
        let Some(spec) = trials.catalog.get(name) else { continue };
        let model = Model::of(name.as_str(), spec);
        let most = highest(&trials.study.scenario, of);
        let same = trials.catalog.replacements(spec).filter_map(|other| {
            let known = trials.catalog.get(&InstanceType::new(other))?;
            let may_be = known.vcpus <= most && is_priced(trials, of, &InstanceType::new(other));
            (Model::of(other, known) == model && may_be).then(|| other.to_owned())
        });
        let Some(other) = same.min_by_key(|other| kept.contains(other)).filter(|other| !kept.contains(other))
        else {
            let others: Vec<&str> = trials.catalog.replacements(spec).take(3).collect();
            let others =
                if others.is_empty() { rejection::none_such() } else { Said::alike(others.join(", ")) };
            let reason = rejection::no_replacement(why, model.words(), others);
            found.reject(Kind::InstanceTypes, title, reason);
            continue;
        };
        let mut set = kept.clone();
        set.remove(name.as_str());
        set.insert(other.clone());
        let edits = vec![Edit::types(&trials.study.scenario, of, &set)];
        let trial = trials.with(&edits).and_then(|trial| {
            trials.within_budget(current, &trial)?;
            Ok(trial)
        });
        let trial = match trial {
            Ok(trial) if trial.unfinished() <= current.unfinished() && trial.unpriced().is_none() => trial,
            Ok(_) => {
                found.reject(Kind::InstanceTypes, title, rejection::more_unfinished_or_unpriced());
                continue;
            }
            Err(reason) => {
                found.reject(Kind::InstanceTypes, title, reason);
                continue;
            }
        };
        let saving = trials.saving(current, &trial);
        let title = words::replace_type(&other, name, &of.name);
        let mut suggestion = suggestion(trials, current, &trial, saving, edits, title, Kind::InstanceTypes);
        suggestion.setting = Change { current: name.to_string(), proposed: other };
        suggestion.evidence.extend([evidence::request_fails(name, why), useful(current, &trial)]);
        suggestion.risk = words::another_size();
        suggestion.undo = words::no_way_back(name);
        found.suggestions.push(suggestion);
    }
}

fn listed(models: &BTreeSet<Model>) -> Said {
    let all = models.iter().map(|model| Said::alike(model.words()));
    all.reduce(rejection::both).unwrap_or_else(|| Said::alike(""))
}

/// Simulates and judges.
pub(in crate::suggest) fn measured(
    trials: &Trials<'_>,
    current: &Measured,
    edits: Vec<Edit>,
    title: Said,
    kind: Kind,
) -> Result<(Suggestion, Measured), Said> {
    let trial = trials.with(&edits)?;
    let saving = trials.judged(current, &trial)?;
    Ok((suggestion(trials, current, &trial, saving, edits, title, kind), trial))
}

pub(in crate::suggest) fn suggestion(
    trials: &Trials<'_>,
    current: &Measured,
    trial: &Measured,
    saving: crate::suggest::Saving,
    edits: Vec<Edit>,
    title: Said,
    kind: Kind,
) -> Suggestion {
    let mut assumptions = trials.assumptions();
    assumptions.extend(unrefused(trials, &edits));
    Suggestion {
        kind,
        title,
        setting: Change { current: String::new(), proposed: String::new() },
        saving,
        wait_seconds_p95: Trials::waits(current, trial),
        meets_target: current.misses_target() && !trial.misses_target(),
        evidence: finishing(current, trial).into_iter().collect(),
        assumptions,
        risk: Said::alike(""),
        undo: Said::alike(""),
        edits,
        run_times: None,
    }
}

/// That more jobs finish, where that is why.
pub(in crate::suggest) fn finishing(current: &Measured, trial: &Measured) -> Option<Said> {
    (trial.unfinished() < current.unfinished())
        .then(|| evidence::jobs_unfinished(trial.unfinished(), current.unfinished()))
}

/// That nothing is known of refusals of types that come, where it is of those that go.
fn unrefused(trials: &Trials<'_>, edits: &[Edit]) -> Option<Said> {
    let edit = edits.iter().find(|edit| edit.keys.iter().any(|(key, _)| *key == CAPACITY_ERRORS))?;
    let (keys, _) = trials.study.scenario.environment(&edit.name)?;
    let types = edit.keys.iter().find_map(|(_, setting)| match setting {
        Setting::Texts(types) => Some(types),
        _ => None,
    })?;
    let unsaid: Vec<&str> =
        types.iter().map(String::as_str).filter(|name| !keys.capacity_errors.contains_key(*name)).collect();
    (!unsaid.is_empty()).then(|| evidence::never_refused(unsaid.join(", ")))
}
