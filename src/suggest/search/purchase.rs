//! Spot or On-Demand, more Spot pools, the allocation strategy; and the Spot price below which Spot pays.
//!
//! Break-even is the On-Demand price ÷ billed hours per useful hour (Daly 2006, in [`crate::interruption`]), for the
//! longest run of each job definition; per zone where a price history is at hand.

use std::collections::BTreeMap;

use serde::Serialize;

use super::instance_types::{alike, is_priced, measured, shown, useful};
use crate::estimate::Pricing;
use crate::interruption::{Expectation, Exposure, billed_per_useful};
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::sku::{InstanceType, PurchaseOption, Sku};
use crate::report::{Cell, Column, Row, Said, Table};
use crate::scenario::batch::ComputeEnvironment;
use crate::scenario::keys::batch::{AllocationStrategy, EnvironmentType};
use crate::scenario::usage::compute::job_exposure;
use crate::suggest::constraints::highest;
use crate::suggest::edit::Edit;
use crate::suggest::trials::{Measured, Trials};
use crate::suggest::{Change, Found, Kind, evidence, rejection, words};
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

pub(in crate::suggest) fn search(
    trials: &Trials<'_>,
    current: &Measured,
    of: &ComputeEnvironment,
    found: &mut Found,
) {
    strategy(trials, current, of, found);
    let rate = trials.study.scenario.interruptions(&of.name).rate;
    let is_spot = of.environment_type == EnvironmentType::Spot;
    let title = if is_spot { words::on_demand_for(&of.name) } else { words::spot_for(&of.name) };
    if is_spot {
        diversify(trials, current, of, found);
        highest_bid(trials, current, of, found);
    }
    let Some(rate) = rate else {
        found.reject(Kind::InstanceTypes, title, rejection::rate_unknown());
        return;
    };
    let kindred = kindred(trials, of, rate);
    found.spot_pays.extend(pays(trials, of, &kindred));
    if is_spot {
        on_demand(trials, current, of, title, &kindred, found);
    } else {
        spot(trials, current, of, title, &kindred, found);
    }
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
        let longest = Some(in_hours(jobs.iter().copied().max().unwrap_or_default()));
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

fn in_hours(seconds: u32) -> Decimal {
    Decimal::from(seconds) / Decimal::from(3600)
}

impl Kindred {
    /// What such jobs are called.
    fn words(&self) -> Said {
        if self.name.is_empty() { evidence::jobs_without_definition() } else { Said::alike(&self.name) }
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
            let run_hours = Some(in_hours(**seconds)).filter(|hours| !hours.is_zero());
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
            Some(_) => evidence::endless(count, of.jobs.len(), of.words(), longest),
            None => evidence::endless_without_checkpoints(count, of.jobs.len(), of.words(), longest),
        }
    });
    words
        .reduce(|all, more| Said::new(format!("{}, {}", all.en, more.en), format!("{}、{}", all.ja, more.ja)))
}

/// Spot instead of On-Demand.
fn spot(
    trials: &Trials<'_>,
    current: &Measured,
    of: &ComputeEnvironment,
    title: Said,
    kindred: &[Kindred],
    found: &mut Found,
) {
    if let Some(jobs) = endless(kindred) {
        let rate = kindred.first().map(|of| decimal::plain(of.exposure.rate)).unwrap_or_default();
        let reason = rejection::endless_at(jobs, rate);
        found.reject(Kind::InstanceTypes, title, reason);
        return;
    }
    let strategy = AllocationStrategy::SpotPriceCapacityOptimized;
    let edits = vec![Edit::purchase(&trials.study.scenario, of, EnvironmentType::Spot, strategy)];
    match measured(trials, current, edits, title.clone(), Kind::InstanceTypes) {
        Err(reason) => found.reject(Kind::InstanceTypes, title, reason),
        Ok((mut suggestion, trial)) => {
            suggestion.setting = Change { current: "EC2 (On-Demand)".into(), proposed: "SPOT".into() };
            suggestion.evidence.extend([
                evidence::interrupted(
                    trial.first().interrupted_attempts,
                    decimal::grouped_trimmed(trial.first().lost_vcpu_hours, 1),
                    useful(current, &trial),
                ),
                evidence::strategy_why(strategy.id(), &of.name, evidence::price_capacity()),
            ]);
            suggestion.risk = words::taken_back();
            suggestion.undo = words::environment_of_type("EC2", &of.name);
            found.suggestions.push(suggestion);
        }
    }
}

/// On-Demand instead of Spot: where interruptions cost more than the lower price saves.
fn on_demand(
    trials: &Trials<'_>,
    current: &Measured,
    of: &ComputeEnvironment,
    title: Said,
    kindred: &[Kindred],
    found: &mut Found,
) {
    let strategy = AllocationStrategy::BestFitProgressive;
    let edits = vec![Edit::purchase(&trials.study.scenario, of, EnvironmentType::Ec2, strategy)];
    let trial = match trials.with(&edits) {
        Ok(trial) => trial,
        Err(reason) => return found.reject(Kind::InstanceTypes, title, reason),
    };
    let never = endless(kindred);
    let cures = never.is_some()
        && trial.unpriced().is_none()
        && trial.unfinished() + trial.failed() < current.unfinished() + current.failed();
    let saving = match trials.judged(current, &trial) {
        Ok(saving) => saving,
        // What never finishes on Spot costs more where it does.
        Err(_) if cures && trials.within_budget(current, &trial).is_ok() => trials.saving(current, &trial),
        Err(reason) => return found.reject(Kind::InstanceTypes, title, reason),
    };
    let mut suggestion =
        super::instance_types::suggestion(trials, current, &trial, saving, edits, title, Kind::InstanceTypes);
    suggestion.setting = match of.bid_share {
        None => Change { current: "SPOT".into(), proposed: "EC2 (On-Demand)".into() },
        Some(share) => Change {
            current: format!("SPOT, bid_percentage {}", percent(share)),
            proposed: "EC2 (On-Demand), no bid_percentage".into(),
        },
    };
    suggestion.evidence = vec![evidence::jobs_lost(
        trial.failed() + trial.unfinished(),
        current.failed() + current.unfinished(),
        useful(current, &trial),
    )];
    suggestion.evidence.extend(never.map(evidence::never_finish));
    suggestion.risk = words::on_demand_is_paid();
    suggestion.undo = match of.bid_share {
        None => words::environment_of_type("SPOT", &of.name),
        Some(share) => words::spot_environment_with_bid(percent(share), &of.name),
    };
    found.suggestions.push(suggestion);
}

/// More types of the same model: more pools from which Spot can come. No saving is claimed, so it may not cost more
/// than the noise.
fn diversify(trials: &Trials<'_>, current: &Measured, of: &ComputeEnvironment, found: &mut Found) {
    let title = words::more_pools(&of.name);
    if of.types.len() >= FEW_TYPES {
        return;
    }
    let present: std::collections::BTreeSet<String> =
        of.types.iter().map(|(name, _)| name.to_string()).collect();
    let largest = of.types.iter().map(|(_, spec)| spec.vcpus).max().unwrap_or_default();
    let most = highest(&trials.study.scenario, of);
    let fits = |spec: &crate::catalog::InstanceSpec| {
        spec.vcpus <= most
            && of.types.iter().all(|(_, own)| spec.gpus >= own.gpus && spec.memory_mib >= own.memory_mib)
            && spec.vcpus >= largest
    };
    let others = alike(of, trials.catalog);
    let others = others.iter().filter(|(name, spec)| is_priced(trials, of, name) && fits(spec));
    let mut set = present.clone();
    set.extend(others.map(|(name, _)| name.to_string()));
    if set == present {
        found.reject(Kind::InstanceTypes, title, rejection::no_larger_pool());
        return;
    }
    let known = found
        .suggestions
        .iter()
        .any(|other| other.kind == Kind::InstanceTypes && other.setting.proposed == shown(&set));
    if known {
        return;
    }
    let edits = vec![Edit::types(&trials.study.scenario, of, &set)];
    let trial = match trials.with(&edits) {
        Ok(trial) => trial,
        Err(reason) => return found.reject(Kind::InstanceTypes, title, reason),
    };
    let saving = trials.saving(current, &trial);
    let worse = trial.unfinished() > current.unfinished()
        || trial.failed() > current.failed()
        || trial.unpriced().is_some()
        || (!current.misses_target() && trial.misses_target());
    if let Err(reason) = trials.within_budget(current, &trial) {
        return found.reject(Kind::InstanceTypes, title, reason);
    }
    if worse || saving.high < Usd::ZERO {
        let reason = rejection::dearer_or_later(shown(&set));
        found.reject(Kind::InstanceTypes, title, reason);
        return;
    }
    let mut suggestion =
        super::instance_types::suggestion(trials, current, &trial, saving, edits, title, Kind::InstanceTypes);
    suggestion.setting = Change { current: shown(&present), proposed: shown(&set) };
    suggestion.evidence.extend([
        evidence::more_types(set.len(), present.len(), pools(trials, &set, &present)),
        evidence::for_capacity(),
        useful(current, &trial),
    ]);
    suggestion.risk = words::larger_instance();
    suggestion.undo = words::set_back("instance_types", &of.name, shown(&present));
    found.suggestions.push(suggestion);
}

/// What AWS pays at most without a percentage, where the price of some type is above the bid.
fn highest_bid(trials: &Trials<'_>, current: &Measured, of: &ComputeEnvironment, found: &mut Found) {
    let region = trials.study.scenario.region;
    let above = of.types.iter().any(|(name, _)| !trials.study.pricing.bid(region, of, name).starts());
    let Some(share) = of.bid_share.filter(|_| above) else { return };
    let title = words::no_bid(&of.name);
    let edits = vec![Edit::environment(&of.name).without_bid(&trials.study.scenario)];
    match measured(trials, current, edits, title.clone(), Kind::InstanceTypes) {
        Err(reason) => found.reject(Kind::InstanceTypes, title, reason),
        Ok((mut suggestion, trial)) => {
            suggestion.setting = Change {
                current: format!("bid_percentage {}", percent(share)),
                proposed: "no bid_percentage, up to the On-Demand price".into(),
            };
            suggestion.evidence.push(useful(current, &trial));
            suggestion.risk = words::up_to_on_demand();
            suggestion.undo = words::set_back("bid_percentage", &of.name, percent(share));
            found.suggestions.push(suggestion);
        }
    }
}

fn percent(share: Decimal) -> String {
    decimal::plain((share * Decimal::ONE_HUNDRED).normalize())
}

/// How many Spot pools these types are, where a history tells.
fn pools(
    trials: &Trials<'_>,
    set: &std::collections::BTreeSet<String>,
    present: &std::collections::BTreeSet<String>,
) -> Said {
    let Some(spot) = &trials.study.spot else { return evidence::zones_unknown() };
    let count = |names: &std::collections::BTreeSet<String>| {
        spot.history.pools.keys().filter(|pool| names.contains(pool.instance_type.as_str())).count()
    };
    evidence::pools(count(set), count(present), &spot.name)
}

/// The strategies that AWS recommends for each kind of environment (AWS Batch user guide, "Instance type allocation
/// strategies", read 2026-11-23; API reference, `allocationStrategy`, read 2026-11-24).
fn strategy(trials: &Trials<'_>, current: &Measured, of: &ComputeEnvironment, found: &mut Found) {
    let (proposed, why) = match (of.environment_type, of.strategy) {
        (EnvironmentType::Ec2, AllocationStrategy::BestFit) => {
            (AllocationStrategy::BestFitProgressive, evidence::best_fit_waits())
        }
        (EnvironmentType::Spot, AllocationStrategy::BestFit) => {
            (AllocationStrategy::SpotPriceCapacityOptimized, evidence::best_fit_waits())
        }
        (EnvironmentType::Spot, AllocationStrategy::BestFitProgressive)
        | (EnvironmentType::Spot, AllocationStrategy::SpotCapacityOptimized) => {
            (AllocationStrategy::SpotPriceCapacityOptimized, evidence::price_capacity())
        }
        _ => return,
    };
    let title = words::strategy_for(proposed.id(), &of.name);
    let edits = vec![Edit::environment(&of.name).set("allocation_strategy", proposed.id())];
    match measured(trials, current, edits, title.clone(), Kind::AllocationStrategy) {
        Err(reason) => {
            found.reject(Kind::AllocationStrategy, title, rejection::in_this_trace(reason, why));
        }
        Ok((mut suggestion, _)) => {
            suggestion.setting = Change { current: of.strategy.id().into(), proposed: proposed.id().into() };
            suggestion.evidence.push(why);
            suggestion.risk = words::exceeds_cap();
            suggestion.undo = words::environment_of_strategy(of.strategy.id());
            found.suggestions.push(suggestion);
        }
    }
}

/// Where Spot pays, by type, zone and job definition.
fn pays(trials: &Trials<'_>, of: &ComputeEnvironment, kindred: &[Kindred]) -> Vec<SpotPay> {
    let region = trials.study.scenario.region;
    let [on_demand, spot] = [
        (EnvironmentType::Ec2, AllocationStrategy::BestFitProgressive, PurchaseOption::OnDemand),
        (EnvironmentType::Spot, AllocationStrategy::SpotPriceCapacityOptimized, PurchaseOption::Spot),
    ]
    .map(|(buys, strategy, purchase)| {
        let edit = Edit::purchase(&trials.study.scenario, of, buys, strategy);
        (trials.pricing(&[edit]), purchase)
    });
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
        caption: "Spot pays below this price, for the longest run of each job definition".into(),
        columns: vec![
            Column::text("compute_environment", "Compute environment"),
            Column::text("instance_type", "Type"),
            Column::text("zone", "Zone"),
            Column::text("job_definition", "Job definition"),
            Column::number("on_demand_usd", "On-Demand"),
            Column::number("break_even_usd", "Pays below"),
            Column::number("spot_usd", "Spot now"),
            Column::text("pays", "Pays"),
        ],
        rows: pays.iter().map(row).collect(),
    })
}
