//! What a compute environment launches: other sizes of the same processor or GPU, replacements of retired types, other
//! models where their speed is known, Spot instead of On-Demand, and the allocation strategy.
//!
//! How fast a job runs on another model is not guessed: `[relative_speed]` says it, or the candidate is rejected.
//! Whether every job fits is decided by simulating it.

use crate::suggest::Evidence;
use crate::suggest::{Rejection, assumption, words};
use std::collections::BTreeSet;

use crate::catalog::{Catalog, InstanceSpec};
use crate::model::decimal::{self, Decimal};
use crate::model::sku::{InstanceType, PurchaseOption, Sku};
use crate::report::Said;
use crate::scenario::Scenario;
use crate::scenario::batch::ComputeEnvironment;
use crate::scenario::keys::batch::EnvironmentType;
use crate::suggest::constraints::highest;
use crate::suggest::lab::{Findings, Lab};
use crate::suggest::proposal::{Proposal, Types};
use crate::suggest::side_effects::has_efa;
use crate::suggest::trials::{Measured, Trials};
use crate::suggest::{Candidate, Suggestion, evidence, rejection};

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
    let models = models_of(of);
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

pub(in crate::suggest) fn search(lab: &Lab<'_>, of: &ComputeEnvironment) -> Findings {
    let mut found = sizes(lab, of);
    found.extend(models(lab, of));
    found.extend(retired(lab, of));
    found
}

/// Other types of an environment. What the scenario says of types that go leaves with them.
pub(super) fn proposal(lab: &Lab<'_>, of: &ComputeEnvironment, to: BTreeSet<String>, why: Types) -> Proposal {
    let keys = lab.trials.study.scenario.environment(&of.name).map(|(keys, _)| keys);
    let refused = keys.into_iter().flat_map(|keys| keys.capacity_errors.keys());
    let refusals_of = refused.filter(|name| !to.contains(*name)).cloned().collect();
    Proposal::InstanceTypes { environment: of.name.clone(), from: present(of), to, why, refusals_of }
}

/// The types that an environment has.
pub(super) fn present(of: &ComputeEnvironment) -> BTreeSet<String> {
    of.types.iter().map(|(name, _)| name.to_string()).collect()
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
fn sizes(lab: &Lab<'_>, of: &ComputeEnvironment) -> Findings {
    let (trials, current) = (lab.trials, lab.current);
    let mut found = Findings::default();
    let present = present(of);
    let needs_efa = needs_efa(trials, of);
    // Most strategies may exceed max_vcpus by one instance: a larger one than all of it would raise the ceiling.
    let most = highest(&trials.study.scenario, of);
    let mut names = BTreeSet::new();
    let unfit = |name: &InstanceType, spec: &InstanceSpec| {
        if !is_priced(trials, of, name) {
            Some(rejection::no_price_here())
        } else if needs_efa && !has_efa(spec) {
            Some(rejection::no_efa())
        } else {
            (spec.vcpus > most && !present.contains(name.as_str()))
                .then(|| rejection::too_large(spec.vcpus, most))
        }
    };
    for (name, spec) in alike(of, trials.catalog) {
        match unfit(&name, &spec) {
            None => {
                names.insert(name.to_string());
            }
            Some(reason) => {
                let environment = of.name.clone();
                found.reject(Candidate::InstanceType { instance_type: name, environment }, reason);
            }
        }
    }
    let mut sets: BTreeSet<BTreeSet<String>> =
        names.iter().map(|name| BTreeSet::from([name.clone()])).collect();
    sets.insert(names);
    let mut best = None;
    for set in sets.into_iter().filter(|set| *set != present && !set.is_empty()) {
        let proposal = proposal(lab, of, set, Types::Sizes);
        let measured = lab
            .measured(&proposal)
            .and_then(|(one, trial)| other_models(trials, current, &trial, of).map_or(Ok((one, trial)), Err));
        match measured {
            Err(reason) => found.reject(proposal, reason),
            Ok((mut one, trial)) => {
                one.evidence.insert(0, useful(current, &trial));
                one.assumptions.push(assumption::as_fast());
                found.keep_better(&mut best, one, second_to);
            }
        }
    }
    found.suggestions.extend(best);
    found
}

/// Why the run times of jobs would not hold: they would run on another model than as it is, or on several.
fn other_models(
    trials: &Trials<'_>,
    current: &Measured,
    trial: &Measured,
    of: &ComputeEnvironment,
) -> Option<Rejection> {
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
fn second_to(better: &Suggestion, worse: &Suggestion) -> Rejection {
    let name = better.proposal.title();
    match worse.evidence.iter().find(|of| matches!(of, Evidence::Useful { .. })) {
        Some(useful) => rejection::saves_more_than(name, useful.clone()),
        None => rejection::saves_more(name),
    }
}

/// Dollars per useful hour, before and after.
pub(in crate::suggest) fn useful(current: &Measured, trial: &Measured) -> Evidence {
    let price = |measured: &Measured| {
        let figures = measured.first();
        let per_gpu = figures.per_useful_gpu_hour().map(|usd| words::per_useful_gpu_hour(usd.price(4)));
        let per_vcpu = || figures.per_useful_vcpu_hour().map(|usd| words::per_useful_vcpu_hour(usd.price(4)));
        per_gpu.or_else(per_vcpu).unwrap_or_else(words::unknown)
    };
    evidence::useful(price(trial), price(current))
}

/// Other models, where their speed is known; retired types get a model of today.
fn models(lab: &Lab<'_>, of: &ComputeEnvironment) -> Findings {
    let mut found = Findings::default();
    let speeds = &lab.trials.study.scenario.keys.relative_speed;
    let (types, own) = (present(of), models_of(of));
    let mut tried = false;
    for (name, speed) in speeds.iter().filter(|(name, _)| !types.contains(*name)) {
        let instance_type = InstanceType::new(name);
        let Some(spec) = lab.trials.catalog.get(&instance_type) else { continue };
        if own.contains(&Model::of(name, spec)) {
            continue;
        }
        tried = true;
        let factor = comparable(lab, of, &instance_type, spec).map(|present| present / speed.0);
        let to = BTreeSet::from([name.clone()]);
        let proposal = proposal(lab, of, to, Types::Model(factor.clone().unwrap_or(Decimal::ONE)));
        let measured = factor.and_then(|factor| {
            let (mut one, trial) = lab.measured(&proposal)?;
            one.evidence.insert(0, useful(lab.current, &trial));
            one.assumptions.push(assumption::run_times(decimal::plain(decimal::round(factor, 4))));
            Ok(one)
        });
        found.take(proposal, measured);
    }
    if !tried && own.iter().any(|model| matches!(model, Model::Gpu(..))) {
        let candidate = Candidate::AnotherGpu { models: listed(&own), environment: of.name.clone() };
        found.reject(candidate, rejection::nothing_compared());
    }
    found
}

fn models_of(of: &ComputeEnvironment) -> BTreeSet<Model> {
    of.types.iter().map(|(name, spec)| Model::of(name.as_str(), spec)).collect()
}

/// How fast the present types are, where another one can be compared with them.
fn comparable(
    lab: &Lab<'_>,
    of: &ComputeEnvironment,
    name: &InstanceType,
    spec: &InstanceSpec,
) -> Result<Decimal, Rejection> {
    let scenario = &lab.trials.study.scenario;
    let speed = |own: &InstanceType| Some(scenario.keys.relative_speed.get(own.as_str())?.0);
    let speeds: Option<Vec<Decimal>> = of.types.iter().map(|(own, _)| speed(own)).collect();
    let refusal = match speeds.as_deref() {
        None => rejection::present_speed_unknown(),
        Some([]) => rejection::nothing_to_compare(),
        Some([first, others @ ..]) if others.iter().any(|other| other != first) => {
            rejection::present_speeds_differ()
        }
        Some(_) if of.types.iter().any(|(_, own)| own.architecture != spec.architecture) => {
            rejection::another_architecture()
        }
        Some(_) if needs_efa(lab.trials, of) && !has_efa(spec) => rejection::no_efa(),
        Some(_) if scenario.environments.len() > 1 => rejection::several_environments(),
        Some(_) if !is_priced(lab.trials, of, name) => rejection::no_price_here(),
        Some([first, ..]) => return Ok(*first),
    };
    Err(refusal)
}

/// Retired types, and those that the region does not offer: nothing launches them, so a type of the same model stands in
/// for them beside the present ones.
fn retired(lab: &Lab<'_>, of: &ComputeEnvironment) -> Findings {
    let (trials, current) = (lab.trials, lab.current);
    let mut found = Findings::default();
    let region = trials.study.scenario.region;
    let not_offered =
        of.types.iter().filter(|(name, _)| trials.list.not_offered.contains(&(region, name.clone())));
    let gone = of.retired.iter().map(|name| (name, words::is_retired()));
    for (name, why) in gone.chain(not_offered.map(|(name, _)| (name, words::is_not_offered()))) {
        let Some(spec) = trials.catalog.get(name) else { continue };
        let Some(by) = replacement(lab, of, name, spec) else {
            let others: Vec<&str> = trials.catalog.replacements(spec).take(3).collect();
            let others = if others.is_empty() { words::none_such() } else { Said::alike(others.join(", ")) };
            let model = Model::of(name.as_str(), spec).words();
            let candidate = Candidate::Replacement { gone: name.clone(), environment: of.name.clone() };
            found.reject(candidate, rejection::no_replacement(why, model, others));
            continue;
        };
        let mut to = present(of);
        to.remove(name.as_str());
        to.insert(by.to_string());
        let proposal = proposal(lab, of, to, Types::Replacement { gone: name.clone(), by });
        let measured = lab.trial(&proposal).and_then(|trial| {
            trials.within_budget(current, &trial)?;
            if trial.unfinished() > current.unfinished() || trial.unpriced().is_some() {
                return Err(rejection::more_unfinished_or_unpriced());
            }
            let saving = trials.saving(current, &trial);
            let mut one = lab.suggestion(proposal.clone(), saving, &trial);
            one.evidence.extend([evidence::request_fails(name, why), useful(current, &trial)]);
            Ok(one)
        });
        found.take(proposal, measured);
    }
    found
}

/// A type of the same model that an environment does not have yet.
fn replacement(
    lab: &Lab<'_>,
    of: &ComputeEnvironment,
    gone: &InstanceType,
    spec: &InstanceSpec,
) -> Option<InstanceType> {
    let (trials, kept) = (lab.trials, present(of));
    let model = Model::of(gone.as_str(), spec);
    let most = highest(&trials.study.scenario, of);
    let same = trials.catalog.replacements(spec).map(InstanceType::new).filter(|other| {
        let known = trials.catalog.get(other);
        known.is_some_and(|known| {
            known.vcpus <= most && is_priced(trials, of, other) && Model::of(other.as_str(), known) == model
        })
    });
    same.min_by_key(|other| kept.contains(other.as_str())).filter(|other| !kept.contains(other.as_str()))
}

fn listed(models: &BTreeSet<Model>) -> Said {
    let all = models.iter().map(|model| Said::alike(model.words()));
    all.reduce(words::both).unwrap_or_else(|| Said::alike(""))
}
