//! Savings Plans and Reserved Instances: how much of them the hours in use pay for.
//!
//! Use is the instances of each type in each hour of the simulated runs, On-Demand only; what the scenario has bought already
//! fills first. A Reserved Instance pays while the hours that use it cost more On-Demand than all hours cost reserved: the
//! k-th while the share of hours with k in use is at least the rate ÷ the On-Demand rate. A Savings Plan is spent on what it
//! saves most on (AWS Savings Plans user guide, "How Savings Plans apply to your usage", read 2026-11-23); another dollar an
//! hour pays while, over all hours, it replaces at least a dollar On-Demand. Both are found exactly.
//!
//! A simulation knows no commitment, so its costs do not change: what is saved is worked out here.

use crate::suggest::Evidence;
use crate::suggest::{Rejection, assumption, words};
use std::collections::{BTreeMap, BTreeSet};

use super::hourly_use::{Use, after_existing, all_use, on_demand, order, uncovered};
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::sku::{InstanceType, PurchaseOption, Sku};
use crate::report::Said;
use crate::scenario::keys::compute::CommitmentKind;
use crate::suggest::lab::{Findings, Lab};
use crate::suggest::market::{Horizon, Market, Offer};
use crate::suggest::proposal::{Amount, Proposal, offer as named};
use crate::suggest::trials::Trials;
use crate::suggest::{Candidate, Suggestion, evidence, rejection};

/// Places of a Savings Plan's commitment: AWS sells tenths of a cent an hour (API reference, CreateSavingsPlan).
const PLAN_PLACES: u32 = 3;

/// An offer beside On-Demand, for one type.
#[derive(Clone, Debug)]
pub struct Beside {
    /// The type.
    pub instance_type: InstanceType,
    /// Share of hours with at least one in use, in percent.
    pub hours_percent: Decimal,
    /// Mean number in use.
    pub mean: Decimal,
    /// On-Demand, Spot: dollars an hour.
    pub on_demand: Option<Usd>,
    /// Spot.
    pub spot: Option<Usd>,
    /// Each offer's name, its rate, and the share of hours from which on it pays, in percent.
    pub offers: Vec<(Said, Option<(Usd, Decimal)>)>,
}

/// The best commitment, and what each offer costs beside On-Demand.
pub(in crate::suggest) fn search(
    lab: &Lab<'_>,
    market: &Market,
) -> Result<(Findings, Vec<Beside>), Rejection> {
    let all = all_use(lab.trials)?;
    let types: BTreeSet<&InstanceType> = all.iter().flat_map(BTreeMap::keys).collect();
    let rows = types.iter().map(|name| beside(lab.trials, market, &all, name)).collect();
    let found = match types.is_empty() {
        true => Findings::default(),
        false => best(lab.trials, market, &all),
    };
    Ok((found, rows))
}

fn best(trials: &Trials<'_>, market: &Market, all: &[Use]) -> Findings {
    let rejecting = |reason: Rejection| Findings::rejecting(Candidate::Commitments, reason);
    let Some(horizon) = &market.horizon else {
        return rejecting(rejection::horizon_unknown());
    };
    let left = match after_existing(trials, market, all) {
        Ok(left) => left,
        Err(reason) => return rejecting(reason),
    };
    if market.offers.is_empty() {
        return rejecting(rejection::no_rates());
    }
    let (mut found, mut best) = (Findings::default(), None);
    for offer in &market.offers {
        if offer.years() > horizon.years() {
            let years = offer.years();
            let years = if years == 1 { words::one_year() } else { words::years(years) };
            let candidate = Candidate::Offer { kind: offer.kind, terms: offer.terms };
            found.reject(candidate, rejection::binds_longer(years, horizon.words()));
            continue;
        }
        for bought in amounts(trials, offer, &left) {
            match bought.judged(trials, offer, horizon, &left) {
                Err(reason) => found.reject(bought.proposal(trials, offer), reason),
                Ok(one) => found
                    .keep_better(&mut best, one, |better, _| rejection::saves_more(better.proposal.name())),
            }
        }
    }
    found.suggestions.extend(best);
    found
}

fn beside(trials: &Trials<'_>, market: &Market, all: &[Use], name: &InstanceType) -> Beside {
    let region = trials.study.scenario.region;
    let on_demand = on_demand(trials, name);
    let every = || all.iter().filter_map(|one| one.get(name)).flatten();
    let hours = Decimal::from(all.iter().filter_map(|one| one.values().next()).map(Vec::len).sum::<usize>());
    let used = Decimal::from(every().filter(|instances| **instances >= Decimal::ONE).count());
    let share = |part: Decimal, whole: Decimal| decimal::round(part * Decimal::ONE_HUNDRED / whole, 1);
    let offer = |offer: &Offer| {
        let rate = offer.rates.get(name).copied();
        let priced = rate.zip(on_demand).filter(|(_, on_demand)| *on_demand > Usd::ZERO);
        let from = priced.map(|(rate, on_demand)| (rate, share(rate.amount(), on_demand.amount())));
        (named(offer.kind, offer.terms), from)
    };
    Beside {
        instance_type: name.clone(),
        hours_percent: share(used, hours),
        mean: decimal::round(every().sum::<Decimal>() / hours, 2),
        on_demand,
        spot: trials.list.rate(&Sku::instance(region, name, PurchaseOption::Spot)).map(|rate| rate.price),
        offers: market.offers.iter().map(offer).collect(),
    }
}

/// An amount of an offer, and what it comes from, or why it is nothing.
struct Bought {
    amount: Amount,
    evidence: Result<Evidence, Rejection>,
}

fn amounts(trials: &Trials<'_>, offer: &Offer, left: &[Use]) -> Vec<Bought> {
    let types: BTreeSet<&InstanceType> = left.iter().flat_map(BTreeMap::keys).collect();
    match offer.kind {
        CommitmentKind::SavingsPlan => vec![plan(trials, offer, left)],
        CommitmentKind::Reserved => types
            .into_iter()
            .filter_map(|name| {
                let (rate, on_demand) = (*offer.rates.get(name)?, on_demand(trials, name)?.amount());
                Some(reservation(left, name, rate, on_demand))
            })
            .collect(),
    }
}

/// The most instances of a type that pay.
fn reservation(left: &[Use], name: &InstanceType, usd: Usd, on_demand: Decimal) -> Bought {
    let rate = usd.amount();
    let every: Vec<Decimal> = left.iter().filter_map(|one| one.get(name)).flatten().copied().collect();
    let hours = Decimal::from(left.iter().filter_map(|one| one.values().next()).map(Vec::len).sum::<usize>());
    let mut count = 0_u32;
    loop {
        // The part of the next one that is in use, hour by hour.
        let below = Decimal::from(count);
        let used: Decimal = every.iter().map(|of| (*of - below).clamp(Decimal::ZERO, Decimal::ONE)).sum();
        if used * on_demand < hours * rate || used.is_zero() {
            break;
        }
        count += 1;
    }
    let percent = |share: Decimal| decimal::grouped_trimmed(share * Decimal::ONE_HUNDRED, 1);
    let least = percent(rate / on_demand);
    let share_of = |count: u32| {
        let enough = every.iter().filter(|of| **of >= Decimal::from(count)).count();
        percent(Decimal::from(enough) / hours)
    };
    let evidence = match count {
        0 => Err(rejection::seldom_in_use(share_of(1), least)),
        _ => Ok(evidence::in_use(count, share_of(count), count + 1, share_of(count + 1), least)),
    };
    Bought { amount: Amount::Reserved(name.clone(), count, usd), evidence }
}

/// The commitment at which one dollar an hour more no longer replaces a dollar On-Demand.
fn plan(trials: &Trials<'_>, offer: &Offer, left: &[Use]) -> Bought {
    let order = order(trials, &offer.rates);
    // In each hour a further dollar replaces On-Demand ÷ rate dollars of the type it is spent on, in the order of the
    // plan. Over all hours that falls at the dollars where a type of some hour is used up.
    let mut steps: BTreeMap<Decimal, Decimal> = BTreeMap::new();
    let mut hours = 0_usize;
    for one in left {
        let count = one.values().next().map_or(0, Vec::len);
        hours += count;
        for hour in 0..count {
            let mut dollars = Decimal::ZERO;
            for (name, rate, on_demand) in &order {
                let used = one.get(name).map_or(Decimal::ZERO, |of| of[hour]);
                if used > Decimal::ZERO {
                    let worth = *on_demand / *rate;
                    *steps.entry(dollars).or_default() += worth;
                    dollars += used * *rate;
                    *steps.entry(dollars).or_default() -= worth;
                }
            }
        }
    }
    let hours = Decimal::from(hours);
    let (mut best, mut worth) = (Decimal::ZERO, Decimal::ZERO);
    for (dollars, change) in &steps {
        if *dollars > Decimal::ZERO && worth >= hours {
            best = *dollars;
        } else if *dollars > Decimal::ZERO {
            break;
        }
        worth += *change;
    }
    let best = decimal::truncate(best, PLAN_PLACES);
    let first = steps.get(&Decimal::ZERO).copied().unwrap_or_default();
    let evidence = if best.is_zero() {
        Err(match order.is_empty() {
            true => rejection::no_type_cheaper(),
            false => rejection::first_dollar(decimal::grouped_trimmed(first / hours, 2)),
        })
    } else {
        let full = left.iter().map(|one| spent_hours(one, &order, best)).sum::<usize>();
        let share = Decimal::from(full) * Decimal::ONE_HUNDRED / hours;
        Ok(evidence::used_up(decimal::grouped_trimmed(share, 1)))
    };
    Bought { amount: Amount::Plan(best), evidence }
}

/// Hours in which a plan is used up.
fn spent_hours(one: &Use, order: &[(InstanceType, Decimal, Decimal)], dollars: Decimal) -> usize {
    let hours = one.values().next().map_or(0, Vec::len);
    let used = |hour: usize| {
        order
            .iter()
            .map(|(name, rate, _)| one.get(name).map_or(Decimal::ZERO, |of| of[hour] * *rate))
            .sum::<Decimal>()
    };
    (0..hours).filter(|hour| used(*hour) >= dollars).count()
}

impl Bought {
    fn proposal(&self, trials: &Trials<'_>, offer: &Offer) -> Proposal {
        let unused = Usd::new(self.amount.hourly() * trials.window().1);
        Proposal::Commitment { amount: self.amount.clone(), terms: offer.terms, unused }
    }

    fn judged(
        &self,
        trials: &Trials<'_>,
        offer: &Offer,
        horizon: &Horizon,
        left: &[Use],
    ) -> Result<Suggestion, Rejection> {
        let evidence = self.evidence.clone()?;
        let saved: Vec<Decimal> = left.iter().map(|one| self.saved(trials, offer, one)).collect();
        let saving = trials.mean_saving(&saved);
        if saving.low <= Usd::ZERO {
            return Err(match saving.expected > Usd::ZERO {
                true => rejection::within_noise_of_runs(saving.expected.cents()),
                false => rejection::saves_nothing(),
            });
        }
        let mut assumptions = trials.assumptions();
        assumptions.extend([horizon.words(), assumption::without_commitments()]);
        let proposal = self.proposal(trials, offer);
        let one = Suggestion::beside_the_queue(proposal, saving.expected, vec![evidence], assumptions);
        Ok(Suggestion { saving, ..one })
    }

    /// What the hours of one run save [USD].
    fn saved(&self, trials: &Trials<'_>, offer: &Offer, one: &Use) -> Decimal {
        let hours = Decimal::from(one.values().next().map_or(0, Vec::len));
        let after = match &self.amount {
            Amount::Plan(hourly) => uncovered(one, &order(trials, &offer.rates), *hourly),
            Amount::Reserved(name, count, _) => {
                let mut after = one.clone();
                for hour in after.get_mut(name).into_iter().flatten() {
                    *hour = (*hour - Decimal::from(*count)).max(Decimal::ZERO);
                }
                after
            }
        };
        let cost = |of: &Use| -> Decimal {
            let one = |(name, hours): (&InstanceType, &Vec<Decimal>)| {
                Some(hours.iter().sum::<Decimal>() * on_demand(trials, name)?.amount())
            };
            of.iter().filter_map(one).sum()
        };
        cost(one) - cost(&after) - hours * self.amount.hourly()
    }
}
