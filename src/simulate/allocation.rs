//! What each job cost: the cost of a trace, split over the attempts of jobs.
//!
//! Instances of one type in one compute environment are a pool. An attempt takes of its instance the largest of its shares of
//! vCPUs, memory and GPUs, a multi-node job all of it, for as long as it ran; the cost of the pool, from launch to
//! termination and with root volumes, is split in proportion to that. So whoever uses a pool pays for what stood idle in
//! it, too. A pool without a job is paid by the jobs of its compute environment, else by all. The parts add up to the
//! cost of the trace, to the last digit.
#![deny(clippy::float_arithmetic)]

use std::collections::BTreeMap;

use super::model::{BatchModel, request};
use super::outcome::{Outcome, Ran, Spent, Use};
use crate::estimate::pricing::LineItem;
use crate::model::decimal::{self, Decimal};
use crate::model::money::{Total, Usd};
use crate::model::sku::Sku;
use crate::model::time;
use crate::scenario::Scenario;
use crate::workload::Workload;

/// A whole instance.
const WHOLE: u128 = 1_000_000;

/// Places to which a part is rounded; the last one gets what that leaves.
const PLACES: u32 = 10;

/// Places of hours.
const HOUR_PLACES: u32 = 4;

/// What the instances of one pool cost, in the order of [`Outcome::ran`]; `None` without a price.
#[must_use]
pub(super) fn pools(
    items: &[LineItem],
    outcome: &Outcome,
    model: &BatchModel,
    scenario: &Scenario,
) -> Vec<Option<Usd>> {
    let mut pools = vec![Some(Usd::ZERO); outcome.ran.len()];
    for (environment, index) in model.environments.iter().zip(0_u16..) {
        let own = |item: &&LineItem| item.usage.owner.as_ref() == Some(&environment.name);
        let of = |ran: &Ran| ran.environment == index;
        let mut rest: Usd = items.iter().filter(own).map(|item| item.cost.expected).sum();
        for (pool, ran) in pools.iter_mut().zip(&outcome.ran).filter(|(_, ran)| of(ran) && ran.launches > 0) {
            let instance_type = &environment.types[usize::from(ran.kind)].instance_type;
            let sku = Sku::instance(scenario.region, instance_type, environment.purchase());
            let instances: Vec<&LineItem> =
                items.iter().filter(own).filter(|item| item.usage.sku == sku).collect();
            let cost: Usd = instances.iter().map(|item| item.cost.expected).sum();
            rest = rest - cost;
            *pool = (!instances.is_empty()).then_some(cost);
        }
        // What is not the hours of instances is their root volumes.
        let seconds = outcome.ran.iter().map(|ran| if of(ran) { ran.instance_seconds.into() } else { 0 });
        for (pool, volumes) in pools.iter_mut().zip(split(rest, seconds.collect())) {
            *pool = pool.map(|pool| pool + volumes);
        }
    }
    pools
}

/// The cost of every use of [`Outcome::uses`]; `None` where its pool has no price.
#[must_use]
pub fn costs(
    outcome: &Outcome,
    model: &BatchModel,
    workload: &Workload,
    pools: &[Option<Usd>],
) -> Vec<Option<Usd>> {
    let mut weights = vec![Vec::new(); outcome.ran.len()];
    for of in &outcome.uses {
        weights[usize::from(of.ran)].push(weight(of, outcome, model, workload));
    }
    let all: Vec<u128> = weights.iter().map(|weights| weights.iter().sum()).collect();
    let pools = paid(outcome, pools, &all);
    let split_pools: Vec<Option<Vec<Usd>>> =
        pools.iter().zip(weights).map(|(pool, weights)| pool.map(|cost| split(cost, weights))).collect();
    let mut next = vec![0; pools.len()];
    let cost = |of: &Use| {
        let pool = usize::from(of.ran);
        next[pool] += 1;
        split_pools[pool].as_ref().map(|parts| parts[next[pool] - 1])
    };
    outcome.uses.iter().map(cost).collect()
}

/// The share of an instance that an attempt took [millionths], times its seconds and nodes.
fn weight(of: &Use, outcome: &Outcome, model: &BatchModel, workload: &Workload) -> u128 {
    let job = &workload.jobs()[of.job as usize];
    let ran = outcome.ran[usize::from(of.ran)];
    let has = model.environments[usize::from(ran.environment)].types[usize::from(ran.kind)].capacity;
    let asks = request(job);
    let share = |asked: u64, of: u64| u128::from(asked) * WHOLE / u128::from(of.max(1));
    let share = match job.nodes {
        0 | 1 => share(asks.vcpus.into(), has.vcpus.into())
            .max(share(asks.memory_mib.into(), has.memory_mib.into()))
            .max(share(asks.gpus.into(), has.gpus.into()))
            .clamp(1, WHOLE),
        _ => WHOLE,
    };
    share * u128::from(of.seconds) * u128::from(job.nodes)
}

/// The costs of pools with those that nobody used added to others.
fn paid(outcome: &Outcome, pools: &[Option<Usd>], weights: &[u128]) -> Vec<Option<Usd>> {
    let mut paid = pools.to_vec();
    for (unused, ran) in outcome.ran.iter().enumerate().filter(|(pool, _)| weights[*pool] == 0) {
        let Some(cost) = pools[unused].filter(|cost| *cost != Usd::ZERO) else { continue };
        let same = |pool: usize| outcome.ran[pool].environment == ran.environment;
        let payers = |may: &dyn Fn(usize) -> bool| -> Vec<u128> {
            let weight =
                |(pool, weight): (usize, &u128)| if may(pool) && pools[pool].is_some() { *weight } else { 0 };
            weights.iter().enumerate().map(weight).collect()
        };
        let own = payers(&same);
        let shares = if own.iter().any(|weight| *weight > 0) { own } else { payers(&|_| true) };
        if shares.iter().all(|weight| *weight == 0) {
            continue;
        }
        paid[unused] = Some(Usd::ZERO);
        for (pool, part) in paid.iter_mut().zip(split(cost, shares)) {
            *pool = pool.map(|pool| pool + part);
        }
    }
    paid
}

/// Splits dollars in proportion to weights: the parts add up. All of them are zero where all weights are.
fn split(cost: Usd, weights: Vec<u128>) -> Vec<Usd> {
    let all: u128 = weights.iter().sum();
    let last = weights.iter().rposition(|weight| *weight > 0);
    let (mut so_far, mut given) = (0, Usd::ZERO);
    let part = |(place, weight): (usize, u128)| {
        if weight == 0 {
            return Usd::ZERO;
        }
        so_far += weight;
        let up_to = match Some(place) == last {
            true => cost,
            false => Usd::new(decimal::round(cost.times(ratio(so_far, all)).amount(), PLACES)),
        };
        let part = up_to - given;
        given = up_to;
        part
    };
    weights.into_iter().enumerate().map(part).collect()
}

/// A share of weights, of which the lowest bits go where they are more than a decimal holds.
fn ratio(part: u128, all: u128) -> Decimal {
    let shift = (u128::BITS - all.leading_zeros()).saturating_sub(95);
    let whole = |number: u128| decimal::of_units(i128::try_from(number >> shift).unwrap_or(i128::MAX), 0);
    whole(part) / whole(all)
}

/// Jobs that have something in common: their time on instances and what it cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// Jobs with an attempt among them.
    pub jobs: u64,
    /// Attempts.
    pub attempts: u64,
    /// What they asked for while they ran.
    pub spent: Spent,
    /// What that cost, with what stood idle for it; at least that, where a pool has no price.
    pub cost: Total,
    last: Option<u32>,
}

/// None.
impl Default for Shared {
    fn default() -> Shared {
        Shared { jobs: 0, attempts: 0, spent: Spent::default(), cost: Total::Whole(Usd::ZERO), last: None }
    }
}

impl Shared {
    /// These and others. Jobs of both count twice.
    #[must_use]
    pub(super) fn and(&self, others: &Shared) -> Shared {
        let (a, b) = (self.spent, others.spent);
        Shared {
            jobs: self.jobs + others.jobs,
            attempts: self.attempts + others.attempts,
            spent: Spent {
                node_seconds: a.node_seconds + b.node_seconds,
                vcpu_seconds: a.vcpu_seconds + b.vcpu_seconds,
                gpu_seconds: a.gpu_seconds + b.gpu_seconds,
            },
            cost: if self.attempts == 0 { others.cost } else { self.cost + others.cost },
            last: None,
        }
    }

    /// vCPU-hours.
    #[must_use]
    pub fn vcpu_hours(&self) -> Decimal {
        hours(self.spent.vcpu_seconds)
    }

    /// GPU-hours.
    #[must_use]
    pub fn gpu_hours(&self) -> Decimal {
        hours(self.spent.gpu_seconds)
    }
}

/// Attempts by something that they have in common.
#[must_use]
pub fn by<K: Ord>(
    outcome: &Outcome,
    workload: &Workload,
    costs: &[Option<Usd>],
    key: impl Fn(&Use) -> K,
) -> BTreeMap<K, Shared> {
    let mut found: BTreeMap<K, Shared> = BTreeMap::new();
    let mut order: Vec<u32> = (0..).take(outcome.uses.len()).collect();
    // Attempts of one job one after the other, so that it counts once.
    order.sort_by_key(|index| outcome.uses[*index as usize].job);
    for index in order {
        let (of, cost) = (&outcome.uses[index as usize], costs[index as usize]);
        let job = &workload.jobs()[of.job as usize];
        let shared = found.entry(key(of)).or_default();
        shared.jobs += u64::from(shared.last != Some(of.job));
        shared.last = Some(of.job);
        shared.cost = if shared.attempts == 0 { cost.into() } else { shared.cost + cost.into() };
        shared.attempts += 1;
        shared.spent.add(of.seconds, job.nodes.into(), job.vcpus, job.gpus.into());
    }
    found
}

/// What every job cost, of all its attempts; `None` where one of them ran in a pool without a price. In the order of the
/// workload.
#[must_use]
pub fn by_job(outcome: &Outcome, costs: &[Option<Usd>]) -> Vec<Option<Usd>> {
    let mut jobs = vec![Some(Usd::ZERO); outcome.jobs.len()];
    for (of, cost) in outcome.uses.iter().zip(costs) {
        let job = &mut jobs[of.job as usize];
        *job = job.zip(*cost).map(|(sum, cost)| sum + cost);
    }
    jobs
}

/// Seconds as hours, to the places of figures.
pub(super) fn hours(seconds: u128) -> Decimal {
    decimal::round(time::hours(seconds), HOUR_PLACES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up_to_the_last_digit() {
        let cost = Usd::new(decimal::parse("10.00000000000000001").expect("a number"));
        let parts = split(cost, vec![1, 0, 1, 1]);
        assert_eq!(parts.iter().copied().sum::<Usd>(), cost);
        assert_eq!(parts[0], Usd::new(decimal::parse("3.3333333333").expect("a number")));
        assert_eq!(parts[1], Usd::ZERO);
        assert_eq!(split(cost, vec![0, 0]), [Usd::ZERO; 2]);
        // Weights beyond a decimal.
        let parts = split(cost, vec![u128::MAX / 4; 3]);
        assert_eq!(parts.iter().copied().sum::<Usd>(), cost);
    }
}
