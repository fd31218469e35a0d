//! Commitments on offer, for `suggest`: their rates from the scenario's own prices and from AWS.

use std::collections::{BTreeMap, BTreeSet};

use super::Session;
use super::source::{PriceArgs, PriceSource};
use crate::error::{Error, Result};
use crate::estimate::commitments;
use crate::model::commitment::{CommitmentTerms, PaymentOption, Term};
use crate::model::region::Region;
use crate::model::sku::{InstanceType, PurchaseOption, Sku};
use crate::prices::entry::apply;
use crate::prices::{OnlyFor, PriceList, Source};
use crate::scenario::keys::batch::EnvironmentType;
use crate::scenario::keys::compute::CommitmentKind;
use crate::simulate::study::Study;
use crate::suggest::{Horizon, Market, Offer};

/// Everything that may be bought for the types that run On-Demand. Without a horizon AWS is not asked.
pub(super) fn market(
    ctx: &Session<'_>,
    prices: &PriceArgs,
    source: &PriceSource,
    study: &Study,
    horizon: Option<Horizon>,
) -> Result<Market> {
    let scenario = &study.scenario;
    let on_demand = scenario.environments.iter().filter(|of| of.environment_type == EnvironmentType::Ec2);
    let types: BTreeSet<InstanceType> =
        on_demand.flat_map(|of| of.types.iter().map(|(name, _)| name.clone())).collect();
    let types: Vec<InstanceType> = types.into_iter().collect();
    let mut offers = own(study, &types)?;
    if horizon.is_some() && !types.is_empty() {
        for terms in all_terms() {
            let list = prices.commitment_rates(ctx, source, scenario, &types, terms)?;
            offers.extend(
                KINDS.into_iter().filter_map(|kind| offer(&list, scenario.region, &types, kind, Some(terms))),
            );
        }
        // A file of prices may have rates that do not say for which terms they are.
        let list = prices.commitment_rates(ctx, source, scenario, &types, FIRST)?;
        offers.extend(KINDS.into_iter().filter_map(|kind| offer(&list, scenario.region, &types, kind, None)));
    }
    let mut plans = BTreeMap::new();
    let declared = scenario.keys.commitment.iter().filter(|of| of.kind == CommitmentKind::SavingsPlan);
    for (commitment, terms) in declared.zip(commitments(scenario).plans) {
        let list = match terms.filter(|_| horizon.is_some()) {
            Some(terms) => prices.commitment_rates(ctx, source, scenario, &types, terms)?,
            None => PriceList::default(),
        };
        let rates = types.iter().filter_map(|name| {
            let sku = Sku::instance(scenario.region, name, PurchaseOption::OnDemand);
            let own = offers.iter().find(|of| of.kind == CommitmentKind::SavingsPlan && of.terms.is_none());
            let own = own.and_then(|of| of.rates.get(name).copied());
            let listed = || list.rate(&sku.bought(PurchaseOption::SavingsPlan)).map(|rate| rate.price);
            Some((name.clone(), own.or_else(listed)?))
        });
        plans.insert(commitment.name.clone(), rates.collect());
    }
    Ok(Market { horizon, offers, plans })
}

const fn purchase(kind: CommitmentKind) -> PurchaseOption {
    match kind {
        CommitmentKind::SavingsPlan => PurchaseOption::SavingsPlan,
        CommitmentKind::Reserved => PurchaseOption::Reserved,
    }
}

fn all_terms() -> impl Iterator<Item = CommitmentTerms> {
    let payments = [PaymentOption::NoUpfront, PaymentOption::PartialUpfront, PaymentOption::AllUpfront];
    Term::ALL.into_iter().flat_map(move |term| payments.map(|payment| CommitmentTerms { term, payment }))
}

const KINDS: [CommitmentKind; 2] = [CommitmentKind::SavingsPlan, CommitmentKind::Reserved];

/// Any terms, for asking.
const FIRST: CommitmentTerms = CommitmentTerms { term: Term::OneYear, payment: PaymentOption::NoUpfront };

/// What a list has of a kind of commitment under these terms, or under none that it says.
fn offer(
    list: &PriceList,
    region: Region,
    types: &[InstanceType],
    kind: CommitmentKind,
    terms: Option<CommitmentTerms>,
) -> Option<Offer> {
    let rate = |name: &InstanceType| {
        let sku = Sku::instance(region, name, PurchaseOption::OnDemand).bought(purchase(kind));
        let said = match list.get(&sku)?.provenance.only_for {
            Some(OnlyFor::Terms(terms)) => Some(terms),
            _ => None,
        };
        (said == terms).then_some(())?;
        Some((name.clone(), list.rate(&sku)?.price))
    };
    let rates: BTreeMap<InstanceType, _> = types.iter().filter_map(rate).collect();
    (!rates.is_empty()).then_some(Offer { kind, terms, rates })
}

/// Rates of the scenario's own [[price]] entries, which say no terms.
fn own(study: &Study, types: &[InstanceType]) -> Result<Vec<Offer>> {
    let scenario = &study.scenario;
    let sku =
        |name, kind| Sku::instance(scenario.region, name, PurchaseOption::OnDemand).bought(purchase(kind));
    let wanted = types.iter().flat_map(|name| KINDS.map(|kind| sku(name, kind))).collect();
    let mut list = PriceList::default();
    apply(&mut list, &scenario.prices, &Source::Scenario, None, &wanted, &scenario.document)
        .map_err(Error::Input)?;
    Ok(KINDS.into_iter().filter_map(|kind| offer(&list, scenario.region, types, kind, None)).collect())
}
