//! What runs On-Demand by the hour, and what commitments cover of it.

use crate::suggest::Rejection;
use std::collections::{BTreeMap, BTreeSet};

use crate::model::decimal::Decimal;
use crate::model::money::Usd;
use crate::model::sku::{InstanceType, PurchaseOption, Sku};
use crate::scenario::keys::compute::CommitmentKind;
use crate::suggest::market::Market;
use crate::suggest::rejection;
use crate::suggest::trials::Trials;

const SECONDS: u64 = 3600;

/// Instances of each type by hour, under one seed.
pub(in crate::suggest) type Use = BTreeMap<InstanceType, Vec<Decimal>>;

/// Use under each seed, in the hours of the window.
pub(in crate::suggest) fn all_use(trials: &Trials<'_>) -> Result<Vec<Use>, Rejection> {
    let (start, hours) = trials.window_seconds();
    let hours = usize::try_from(hours / SECONDS).map_err(|_| rejection::window_too_long())?;
    let mut all = Vec::new();
    for run in trials.runs()? {
        let mut seconds: BTreeMap<InstanceType, Vec<u64>> = BTreeMap::new();
        for life in &run.outcome.lives {
            let ran = run.outcome.ran[usize::from(life.ran)];
            let environment = &run.model.environments[usize::from(ran.environment)];
            if environment.purchase() != PurchaseOption::OnDemand {
                continue;
            }
            let name = environment.types[usize::from(ran.kind)].instance_type.clone();
            let own = seconds.entry(name).or_insert_with(|| vec![0; hours]);
            let (mut from, to) = (life.launched.max(start), life.ended.min(start + hours as u64 * SECONDS));
            while from < to {
                let hour = (from - start) / SECONDS;
                let next = (start + (hour + 1) * SECONDS).min(to);
                own[usize::try_from(hour).unwrap_or_default()] += next - from;
                from = next;
            }
        }
        let instances = |seconds: Vec<u64>| {
            seconds.into_iter().map(|of| Decimal::from(of) / Decimal::from(SECONDS)).collect()
        };
        all.push(seconds.into_iter().map(|(name, seconds)| (name, instances(seconds))).collect::<Use>());
    }
    let types: BTreeSet<InstanceType> = all.iter().flat_map(BTreeMap::keys).cloned().collect();
    for one in &mut all {
        for name in &types {
            one.entry(name.clone()).or_insert_with(|| vec![Decimal::ZERO; hours]);
        }
    }
    Ok(all)
}

/// The On-Demand rate of a type, if it has one.
pub(in crate::suggest) fn on_demand(trials: &Trials<'_>, name: &InstanceType) -> Option<Usd> {
    let sku = Sku::instance(trials.study.scenario.region, name, PurchaseOption::OnDemand);
    trials.study.pricing.unit_price(&sku)
}

/// What the commitments of the scenario leave On-Demand.
pub(in crate::suggest) fn after_existing(
    trials: &Trials<'_>,
    market: &Market,
    all: &[Use],
) -> Result<Vec<Use>, Rejection> {
    let mut left = all.to_vec();
    for commitment in &trials.study.scenario.keys.commitment {
        match (commitment.kind, &commitment.instance_type) {
            (CommitmentKind::Reserved, Some(name)) => {
                let count = Decimal::from(commitment.count.map_or(1, |count| count.0));
                for hour in left.iter_mut().filter_map(|one| one.get_mut(name)).flatten() {
                    *hour = (*hour - count).max(Decimal::ZERO);
                }
            }
            (CommitmentKind::Reserved, None) => {}
            (CommitmentKind::SavingsPlan, _) => {
                let types: BTreeSet<InstanceType> = left.iter().flat_map(BTreeMap::keys).cloned().collect();
                let mut rates = BTreeMap::new();
                for name in types {
                    let known = market.plans.get(&commitment.name).and_then(|rates| rates.get(&name));
                    let rate = *known.ok_or_else(|| rejection::cover_unknown(&commitment.name, &name))?;
                    rates.insert(name, rate);
                }
                let dollars = commitment.usd_per_hour.map_or(Decimal::ZERO, |usd| usd.0.amount());
                left = left.iter().map(|one| uncovered(one, &order(trials, &rates), dollars)).collect();
            }
        }
    }
    Ok(left)
}

/// Types in the order in which a plan is spent, each with its rate and the On-Demand rate; those it does not make cheaper
/// are left out.
pub(in crate::suggest) fn order(
    trials: &Trials<'_>,
    rates: &BTreeMap<InstanceType, Usd>,
) -> Vec<(InstanceType, Decimal, Decimal)> {
    let mut order: Vec<_> = rates
        .iter()
        .filter_map(|(name, rate)| Some((name.clone(), rate.amount(), on_demand(trials, name)?.amount())))
        .filter(|(_, rate, on_demand)| rate < on_demand && *rate > Decimal::ZERO)
        .collect();
    order.sort_by_key(|(name, rate, on_demand)| (*rate / *on_demand, name.clone()));
    order
}

/// What a plan of so many dollars an hour leaves.
pub(in crate::suggest) fn uncovered(
    one: &Use,
    order: &[(InstanceType, Decimal, Decimal)],
    dollars: Decimal,
) -> Use {
    let mut left = one.clone();
    let hours = one.values().next().map_or(0, Vec::len);
    for hour in 0..hours {
        let mut rest = dollars;
        for (name, rate, _) in order {
            if let Some(of) = left.get_mut(name) {
                let covered = of[hour].min(rest / *rate);
                of[hour] -= covered;
                rest -= covered * *rate;
            }
        }
    }
    left
}
