//! Spot or On-Demand, more Spot pools, the allocation strategy; and the Spot price below which Spot pays.
//!
//! Break-even is the On-Demand price ÷ billed hours per useful hour (Daly 2006, in [`crate::interruption`]), for the
//! longest run of each job definition; per zone where a price history is at hand.

use crate::suggest::{Rejection, words};
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::instance_types::{alike, is_priced, present, proposal, useful};
use crate::catalog::InstanceSpec;
use crate::estimate::Pricing;
use crate::interruption::{Expectation, Exposure, billed_per_useful};
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::sku::{InstanceType, PurchaseOption, Sku};
use crate::model::time;
use crate::report::{Cell, Column, Row, Said, Table};
use crate::scenario::batch::ComputeEnvironment;
use crate::scenario::keys::batch::{AllocationStrategy, EnvironmentType};
use crate::scenario::usage::compute::job_exposure;
use crate::suggest::constraints::highest;
use crate::suggest::headings;
use crate::suggest::lab::{Findings, Lab};
use crate::suggest::proposal::{Proposal, Types, recommended};
use crate::suggest::trials::Trials;
use crate::suggest::{Suggestion, evidence, rejection};
use crate::workload::{Job, MICROS, Workload};

/// Fewer types than this are too few pools for Spot: a threshold of ours, not one of AWS.
const FEW_TYPES: usize = 3;

/// Where Spot pays for a job, and where it does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SpotPay {
    compute_environment: String,
    instance_type: String,
    /// A zone, or `None` for the price list's mean of all.
    zone: Option<String>,
    job_definition: String,
    on_demand_usd: String,
    /// `None` where a job would practically never finish.
    break_even_usd: Option<String>,
    spot_usd: Option<String>,
    /// `None` where the Spot price is not known.
    pays: Option<bool>,
}

/// Jobs of one definition: how many, and what decides the cost of their interruptions for the longest of them.
struct Kindred {
    name: String,
    jobs: Vec<u32>,
    exposure: Exposure,
}

/// `types` is what was suggested for the environment's instance types.
pub(in crate::suggest) fn search(
    lab: &Lab<'_>,
    of: &ComputeEnvironment,
    types: &[Suggestion],
) -> (Findings, Vec<SpotPay>) {
    let mut found = strategy(lab, of);
    let is_spot = of.environment_type == EnvironmentType::Spot;
    if is_spot {
        found.extend(diversify(lab, of, types));
        found.extend(highest_bid(lab, of));
    }
    let other = if is_spot { EnvironmentType::Ec2 } else { EnvironmentType::Spot };
    let proposal = purchase(of, other);
    let Some(rate) = lab.trials.study.scenario.interruptions(&of.name).rate else {
        found.reject(proposal, rejection::rate_unknown());
        return (found, Vec::new());
    };
    let kindred = kindred(lab.trials, of, rate);
    let measured = if is_spot { on_demand(lab, &proposal, &kindred) } else { spot(lab, &proposal, &kindred) };
    found.take(proposal, measured);
    (found, pays(lab.trials, of, &kindred))
}

/// An environment that buys otherwise.
fn purchase(of: &ComputeEnvironment, to: EnvironmentType) -> Proposal {
    Proposal::Purchase { environment: of.name.clone(), to, bid: of.bid_share.map(percent) }
}

/// How long a job works without checkpoints, to the second above.
fn useful_seconds(workload: &Workload, job: &Job) -> u32 {
    u32::try_from(workload.useful_micros(job).div_ceil(MICROS)).expect("no more than the run time")
}

/// The jobs whose queue may use the environment.
fn kindred(trials: &Trials<'_>, of: &ComputeEnvironment, rate: Decimal) -> Vec<Kindred> {
    let scenario = &trials.study.scenario;
    let Ok(workload) = trials.study.jobs.under(trials.seeds[0]) else { return Vec::new() };
    let queues = &scenario.keys.batch.job_queue;
    let uses = |name: &String| {
        let own = queues.iter().find(|queue| queues.len() == 1 || queue.name == *name);
        own.is_some_and(|queue| queue.compute_environments.contains(&of.name))
    };
    let here: Vec<bool> = workload.queues().iter().map(uses).collect();
    let mut groups: BTreeMap<u16, (Vec<u32>, u32)> = BTreeMap::new();
    for job in workload.jobs().iter().filter(|job| here[usize::from(job.queue)]) {
        let (runs, nodes) = groups.entry(job.job_definition).or_default();
        runs.push(useful_seconds(&workload, job));
        *nodes = (*nodes).max(job.nodes);
    }
    let keys = scenario.environment(&of.name).map(|(keys, _)| keys);
    let boot = keys.and_then(|keys| keys.launch_minutes).unwrap_or_default().0;
    let group = |(definition, (jobs, nodes)): (u16, (Vec<u32>, u32))| {
        let name = workload.job_definitions()[usize::from(definition)].clone();
        let longest = Some(time::hours(jobs.iter().copied().max().unwrap_or_default()));
        let bare = || Exposure {
            rate,
            nodes,
            run_hours: longest,
            checkpoint: None,
            restart_hours: boot / Decimal::from(60),
        };
        let declared = scenario.job(&name).map(|keys| job_exposure(keys, rate, boot));
        let exposure = declared.map_or_else(bare, |known| Exposure { nodes, run_hours: longest, ..known });
        Kindred { name, jobs, exposure }
    };
    groups.into_iter().map(group).filter(|kindred| kindred.exposure.run_hours > Some(Decimal::ZERO)).collect()
}

impl Kindred {
    /// What such jobs are called.
    fn words(&self) -> Said {
        if self.name.is_empty() { words::jobs_without_definition() } else { Said::alike(&self.name) }
    }

    fn expected(&self) -> Option<Expectation> {
        billed_per_useful(&self.exposure)
    }

    /// How many would practically never finish.
    fn endless(&self) -> usize {
        if self.expected() != Some(Expectation::PracticallyNever) {
            return 0;
        }
        let never = |seconds: &&u32| {
            let run_hours = Some(time::hours(**seconds)).filter(|hours| !hours.is_zero());
            billed_per_useful(&Exposure { run_hours, ..self.exposure }) == Some(Expectation::PracticallyNever)
        };
        self.jobs.iter().filter(never).count()
    }
}

/// Which jobs would practically never finish on Spot, in words; `None` without any.
fn endless(kindred: &[Kindred]) -> Option<Said> {
    let own = kindred.iter().map(|of| (of, of.endless())).filter(|(_, count)| *count > 0);
    let words = own.map(|(of, count)| {
        let longest = decimal::grouped_trimmed(of.exposure.run_hours.unwrap_or_default(), 1);
        match of.exposure.checkpoint {
            Some(_) => words::endless(count, of.jobs.len(), of.words(), longest),
            None => words::endless_without_checkpoints(count, of.jobs.len(), of.words(), longest),
        }
    });
    words
        .reduce(|all, more| Said::new(format!("{}, {}", all.en, more.en), format!("{}、{}", all.ja, more.ja)))
}

/// Spot instead of On-Demand.
fn spot(lab: &Lab<'_>, proposal: &Proposal, kindred: &[Kindred]) -> Result<Suggestion, Rejection> {
    if let Some(jobs) = endless(kindred) {
        let rate = kindred.first().map(|of| decimal::plain(of.exposure.rate)).unwrap_or_default();
        return Err(rejection::endless_at(jobs, rate));
    }
    let (mut one, trial) = lab.measured(proposal)?;
    let strategy = recommended(EnvironmentType::Spot).id();
    let environment = proposal.environment().unwrap_or_default();
    one.evidence.extend([
        evidence::interrupted(
            trial.first().interrupted_attempts,
            decimal::grouped_trimmed(trial.first().lost_vcpu_hours, 1),
            useful(lab.current, &trial),
        ),
        evidence::strategy_why(strategy, environment, evidence::price_capacity()),
    ]);
    Ok(one)
}

/// On-Demand instead of Spot: where interruptions cost more than the lower price saves.
fn on_demand(lab: &Lab<'_>, proposal: &Proposal, kindred: &[Kindred]) -> Result<Suggestion, Rejection> {
    let (trials, current) = (lab.trials, lab.current);
    let trial = lab.trial(proposal)?;
    let never = endless(kindred);
    let cures = never.is_some()
        && trial.unpriced().is_none()
        && trial.unfinished() + trial.failed() < current.unfinished() + current.failed();
    let saving = match lab.judged(&trial) {
        // What never finishes on Spot costs more where it does.
        Err(_) if cures && trials.within_budget(current, &trial).is_ok() => trials.saving(current, &trial),
        judged => judged?,
    };
    let mut one = lab.suggestion(proposal.clone(), saving, &trial);
    one.evidence = vec![evidence::jobs_lost(
        trial.failed() + trial.unfinished(),
        current.failed() + current.unfinished(),
        useful(current, &trial),
    )];
    one.evidence.extend(never.map(evidence::never_finish));
    Ok(one)
}

/// More types of the same model: more pools from which Spot can come. No saving is claimed, so it may not cost more
/// than the noise. Nothing where `types` has the same.
fn diversify(lab: &Lab<'_>, of: &ComputeEnvironment, types: &[Suggestion]) -> Findings {
    if of.types.len() >= FEW_TYPES {
        return Findings::default();
    }
    let (trials, current, present) = (lab.trials, lab.current, present(of));
    let largest = of.types.iter().map(|(_, spec)| spec.vcpus).max().unwrap_or_default();
    let most = highest(&trials.study.scenario, of);
    let fits = |spec: &InstanceSpec| {
        spec.vcpus <= most
            && of.types.iter().all(|(_, own)| spec.gpus >= own.gpus && spec.memory_mib >= own.memory_mib)
            && spec.vcpus >= largest
    };
    let others = alike(of, trials.catalog);
    let others = others.iter().filter(|(name, spec)| is_priced(trials, of, name) && fits(spec));
    let mut set = present.clone();
    set.extend(others.map(|(name, _)| name.to_string()));
    let is_new = set != present;
    let pools = evidence::more_types(set.len(), present.len(), pools(trials, &set, &present));
    let known = types.iter().any(|other| match &other.proposal {
        Proposal::InstanceTypes { to, .. } => *to == set,
        _ => false,
    });
    if known {
        return Findings::default();
    }
    let shown = set.iter().cloned().collect::<Vec<_>>().join(", ");
    let proposal = proposal(lab, of, set, Types::Pools);
    if !is_new {
        return Findings::rejecting(proposal, rejection::no_larger_pool());
    }
    let measured = lab.trial(&proposal).and_then(|trial| {
        let saving = trials.saving(current, &trial);
        let worse = trial.unfinished() > current.unfinished()
            || trial.failed() > current.failed()
            || trial.unpriced().is_some()
            || (!current.misses_target() && trial.misses_target());
        trials.within_budget(current, &trial)?;
        if worse || saving.high < Usd::ZERO {
            return Err(rejection::dearer_or_later(shown));
        }
        let mut one = lab.suggestion(proposal.clone(), saving, &trial);
        one.evidence.extend([pools, evidence::for_capacity(), useful(current, &trial)]);
        Ok(one)
    });
    let mut found = Findings::default();
    found.take(proposal, measured);
    found
}

/// What AWS pays at most without a percentage, where the price of some type is above the bid.
fn highest_bid(lab: &Lab<'_>, of: &ComputeEnvironment) -> Findings {
    let mut found = Findings::default();
    let region = lab.trials.study.scenario.region;
    let above = of.types.iter().any(|(name, _)| !lab.trials.study.pricing.bid(region, of, name).starts());
    let Some(share) = of.bid_share.filter(|_| above) else { return found };
    let proposal = Proposal::NoBid { environment: of.name.clone(), percent: percent(share) };
    let measured = lab.measured(&proposal).map(|(mut one, trial)| {
        one.evidence.push(useful(lab.current, &trial));
        one
    });
    found.take(proposal, measured);
    found
}

fn percent(share: Decimal) -> Decimal {
    (share * Decimal::ONE_HUNDRED).normalize()
}

/// How many Spot pools these types are, where a history tells.
fn pools(trials: &Trials<'_>, set: &BTreeSet<String>, present: &BTreeSet<String>) -> Said {
    let Some(spot) = &trials.study.spot else { return words::zones_unknown() };
    let count = |names: &BTreeSet<String>| {
        spot.history.pools.keys().filter(|pool| names.contains(pool.instance_type.as_str())).count()
    };
    words::pools(count(set), count(present), &spot.name)
}

/// The strategies that AWS recommends for each kind of environment (AWS Batch user guide, "Instance type allocation
/// strategies", read 2026-11-23; API reference, `allocationStrategy`, read 2026-11-24).
fn strategy(lab: &Lab<'_>, of: &ComputeEnvironment) -> Findings {
    let mut found = Findings::default();
    let why = match (of.environment_type, of.strategy) {
        (_, AllocationStrategy::BestFit) => evidence::best_fit_waits(),
        (
            EnvironmentType::Spot,
            AllocationStrategy::BestFitProgressive | AllocationStrategy::SpotCapacityOptimized,
        ) => evidence::price_capacity(),
        _ => return found,
    };
    let to = recommended(of.environment_type);
    let proposal = Proposal::Strategy { environment: of.name.clone(), from: of.strategy, to };
    match lab.measured(&proposal) {
        Err(reason) => found.reject(proposal, rejection::in_this_trace(reason, why)),
        Ok((mut one, _)) => {
            one.evidence.push(why);
            found.suggestions.push(one);
        }
    }
    found
}

/// Where Spot pays, by type, zone and job definition.
fn pays(trials: &Trials<'_>, of: &ComputeEnvironment, kindred: &[Kindred]) -> Vec<SpotPay> {
    let region = trials.study.scenario.region;
    let [on_demand, spot] =
        [(EnvironmentType::Ec2, PurchaseOption::OnDemand), (EnvironmentType::Spot, PurchaseOption::Spot)]
            .map(|(buys, option)| (trials.pricing(&purchase(of, buys).edits()), option));
    let price = |name: &InstanceType, (pricing, purchase): &(Option<Pricing>, PurchaseOption)| {
        pricing.as_ref()?.unit_price(&Sku::instance(region, name, *purchase))
    };
    let mut rows = Vec::new();
    for (name, _) in of.types.iter().filter(|(_, spec)| spec.offers_spot()) {
        let Some(list_price) = price(name, &on_demand) else { continue };
        let recorded = trials.study.spot.iter().flat_map(|spot| {
            let end = spot.history.end().unwrap_or_default();
            let own = spot.history.pools.iter().filter(|(pool, _)| pool.instance_type == *name);
            own.map(move |(pool, series)| (Some(pool.zone.clone()), Some(series.price_before(end))))
        });
        let mut zones: Vec<(Option<String>, Option<Usd>)> = recorded.collect();
        if zones.is_empty() {
            zones.push((None, price(name, &spot)));
        }
        for (zone, now) in zones {
            for job in kindred {
                let break_even = match job.expected() {
                    Some(Expectation::BilledPerUseful(factor)) => list_price.per(factor).map(Usd::to_price),
                    _ => None,
                };
                rows.push(SpotPay {
                    compute_environment: of.name.clone(),
                    instance_type: name.to_string(),
                    zone: zone.clone(),
                    job_definition: job.name.clone(),
                    on_demand_usd: list_price.to_string(),
                    break_even_usd: break_even.map(|usd| usd.to_string()),
                    spot_usd: now.map(|usd| usd.to_string()),
                    pays: now.map(|now| break_even.is_some_and(|limit| now < limit)),
                });
            }
        }
    }
    rows
}

/// The table of where Spot pays.
pub(in crate::suggest) fn table(pays: &[SpotPay]) -> Option<Table> {
    let row = |of: &SpotPay| {
        let text = |text: &str| Cell::Text(text.to_owned());
        let usd =
            |usd: &str| decimal::parse(usd).map_or(Cell::Unknown, |usd| Cell::Number(decimal::round(usd, 4)));
        Row::Data(vec![
            text(&of.compute_environment),
            text(&of.instance_type),
            text(of.zone.as_deref().unwrap_or("as the price list has it")),
            text(&of.job_definition),
            usd(&of.on_demand_usd),
            of.break_even_usd.as_deref().map_or_else(|| text("never finishes"), usd),
            of.spot_usd.as_deref().map_or(Cell::Unknown, usd),
            of.pays.map_or(Cell::Unknown, |pays| text(if pays { "yes" } else { "no" })),
        ])
    };
    (!pays.is_empty()).then(|| Table {
        caption: headings::spot_pays_below_this_price(),
        columns: vec![
            Column::text("compute_environment", headings::compute_environment()),
            Column::text("instance_type", headings::type_of_instance()),
            Column::text("zone", headings::zone()),
            Column::text("job_definition", headings::job_definition()),
            Column::number("on_demand_usd", headings::on_demand()),
            Column::number("break_even_usd", headings::pays_below()),
            Column::number("spot_usd", headings::spot_now()),
            Column::text("pays", headings::pays()),
        ],
        rows: pays.iter().map(row).collect(),
    })
}
