//! The notes of an estimate: everything that makes a number less than certain.
#![deny(clippy::float_arithmetic)]

use std::collections::{BTreeMap, BTreeSet};

use super::pricing::{LineItem, own_fee};
use super::{BudgetVerdict, Estimate};
use crate::catalog::Catalog;
use crate::model::commitment::Commitments;
use crate::model::decimal::Decimal;
use crate::model::money::Usd;
use crate::model::sku::{InstanceType, PurchaseOption, Sku};
use crate::prices::{PriceList, Source, bundled};
use crate::report::{Note, Said};
use crate::scenario::Scenario;
use crate::scenario::batch::Bid;

/// Replacements a retired type is given, cheapest first.
const REPLACEMENTS: usize = 3;

/// Everything the reader of this estimate must know, in the order: answer, input, prices, use.
pub(super) fn collect(
    estimate: &Estimate,
    prices: &PriceList,
    catalog: &Catalog,
    usage_notes: Vec<Note>,
    unused_prices: &[String],
) -> Vec<Note> {
    let mut notes: Vec<Note> = budget(estimate).into_iter().collect();
    notes.extend(unpriced(estimate));
    if estimate.line_items.is_empty() && estimate.unpriced.is_empty() {
        notes.push(Note::NothingToPrice);
    }
    if estimate.scenario.keys.workload.is_some() {
        notes.push(Note::WorkloadUnused);
    }
    notes.extend(estimate.scenario.doubts.iter().cloned());
    notes.extend(retired(&estimate.scenario, prices, catalog));
    if let (Source::Bundled, Some(as_of)) = (&prices.source, &prices.as_of) {
        notes.push(Note::BundledPrices { as_of: as_of.clone() });
    }
    notes.extend(prices.remarks.iter().map(|remark| Note::PriceRemark { remark: remark.clone() }));
    notes.extend(type_remarks(estimate, prices));
    notes.extend(not_offered(estimate, prices, catalog));
    notes.extend(spot(estimate, prices));
    notes.extend(provenance(estimate, prices));
    notes.extend(unused_prices.iter().map(|usage_type| Note::PriceUnused {
        usage_type: usage_type.clone(),
        region: estimate.scenario.region.to_string(),
        here: alike_here(usage_type, estimate),
    }));
    notes.extend(usage_notes);
    notes.extend(frame(estimate));
    notes.extend(tax(estimate));
    let mut seen = Vec::new();
    notes.retain(|note| {
        !seen.contains(note) && {
            seen.push(note.clone());
            true
        }
    });
    notes
}

/// One note a reason, with what to do about a price that is missing.
fn unpriced(estimate: &Estimate) -> Vec<Note> {
    let mut by_reason: Vec<(Said, Vec<String>)> = Vec::new();
    for line in &estimate.unpriced {
        let sku = &line.usage.sku;
        let text = format!("{} ({}, {})", line.usage.name, sku.usage_type(), sku.unit().focus());
        match by_reason.iter_mut().find(|(reason, _)| *reason == line.reason) {
            Some((_, lines)) => lines.push(text),
            None => by_reason.push((line.reason.clone(), vec![text])),
        }
    }
    by_reason.into_iter().map(|(reason, lines)| Note::Unpriced { lines, reason }).collect()
}

pub(super) fn budget(estimate: &Estimate) -> Option<Note> {
    let expected = estimate.judged_total().expected;
    let (verdict, limit) = estimate.budget()?;
    match verdict {
        BudgetVerdict::Within => None,
        BudgetVerdict::Warn => Some(Note::BudgetWarning { expected, limit }),
        BudgetVerdict::Fail => Some(Note::BudgetExceeded { expected, limit }),
        BudgetVerdict::Unknown => Some(Note::BudgetUnknown { limit }),
    }
}

/// Retired types the scenario names, without prices.
#[must_use]
pub fn retired_types(scenario: &Scenario, catalog: &Catalog) -> Vec<Note> {
    retired(scenario, &PriceList::default(), catalog)
}

fn retired(scenario: &Scenario, prices: &PriceList, catalog: &Catalog) -> Vec<Note> {
    let mut types: BTreeSet<InstanceType> = BTreeSet::new();
    for compute in &scenario.keys.compute {
        types.extend(compute.instances.0.iter().map(|(instance_type, _)| instance_type.clone()));
    }
    types.extend(scenario.keys.commitment.iter().filter_map(|c| c.instance_type.clone()));
    types.extend(scenario.environments.iter().flat_map(|e| e.retired.iter().cloned()));
    let mut notes = Vec::new();
    for instance_type in types {
        let Some(spec) = catalog.get(&instance_type).filter(|spec| spec.retired()) else { continue };
        let on_demand =
            |name: &str| Sku::instance(scenario.region, &InstanceType::new(name), PurchaseOption::OnDemand);
        // A bundled price in the region is the evidence there is for an offer; the price shown is
        // that of the list in use.
        let offered = bundled::price_list(
            &catalog.replacements(spec).map(on_demand).collect(),
            &Commitments::default(),
        );
        let mut offers: Vec<(Usd, &str)> = catalog
            .replacements(spec)
            .filter(|name| !prices.not_offered.contains(&(scenario.region, InstanceType::new(name))))
            .filter_map(|name| Some((offered.rate(&on_demand(name))?.price, name)))
            .collect();
        offers.sort_unstable();
        let text = |name: &str| match prices.rate(&on_demand(name)) {
            Some(rate) => format!("{name} ({}/h)", rate.price.price(6)),
            None => name.to_owned(),
        };
        let replacements = offers.into_iter().take(REPLACEMENTS).map(|(_, name)| text(name)).collect();
        notes.push(Note::Retired { instance_type: instance_type.to_string(), replacements });
    }
    notes
}

/// What must be known about the types of lines and of compute environments.
fn type_remarks(estimate: &Estimate, prices: &PriceList) -> Vec<Note> {
    let lines = estimate.line_items.iter().filter_map(|item| item.usage.sku.instance_type());
    let environments = estimate.scenario.environments.iter().flat_map(|environment| &environment.types);
    let used: BTreeSet<&InstanceType> = lines.chain(environments.map(|(name, _)| name)).collect();
    let remarks = used.into_iter().filter_map(|name| prices.type_remarks.get(name));
    remarks.map(|remark| Note::PriceRemark { remark: remark.clone() }).collect()
}

/// Types of lines that EC2 does not offer; of retired ones there is a note already.
fn not_offered(estimate: &Estimate, prices: &PriceList, catalog: &Catalog) -> Option<Note> {
    let used = estimate.line_items.iter().filter_map(|item| item.usage.sku.instance_type());
    let gone = |name: &&InstanceType| {
        prices.not_offered.contains(&(estimate.scenario.region, (*name).clone()))
            && !catalog.get(name).is_some_and(|spec| spec.retired())
    };
    let types: BTreeSet<String> = used.filter(gone).map(ToString::to_string).collect();
    let region = estimate.scenario.region.to_string();
    (!types.is_empty()).then(|| Note::NotOffered { types: types.into_iter().collect(), region })
}

fn spot(estimate: &Estimate, prices: &PriceList) -> Vec<Note> {
    let region = estimate.scenario.region.to_string();
    let (mut without_history, mut notes) = (BTreeSet::new(), Vec::new());
    for item in estimate.line_items.iter().filter(|item| item.usage.sku.purchase == PurchaseOption::Spot) {
        let Some(instance_type) = item.usage.sku.instance_type().map(ToString::to_string) else { continue };
        let usage_type = item.usage.sku.usage_type();
        let on_demand = prices.list_rate(&item.usage.sku.bought(PurchaseOption::OnDemand));
        notes.extend(bid(item, on_demand.map(|rate| rate.price)));
        match (&item.provenance.source, on_demand) {
            (Source::Forecast(_) | Source::Measured(_), _) => {
                notes.push(Note::SpotForecast { usage_type, detail: item.provenance.detail.clone() });
            }
            (Source::Bundled, Some(on_demand)) => {
                without_history.insert(usage_type);
                if bundled::starved(item.unit_price.expected, on_demand.price) {
                    notes.push(Note::SpotStarved { instance_type, region: region.clone() });
                }
            }
            _ => {}
        }
        if item.cost.high.is_none() {
            let instance_type = item.usage.sku.instance_type().map(ToString::to_string).unwrap_or_default();
            notes.push(Note::SpotUnbounded { instance_type, region: region.clone() });
        }
    }
    if !without_history.is_empty() {
        notes.insert(0, Note::SpotWithoutHistory { usage_types: without_history.into_iter().collect() });
    }
    notes
}

fn bid(item: &LineItem, on_demand: Option<Usd>) -> Option<Note> {
    let (name, instance_type) = (item.usage.owner.as_ref()?, item.usage.sku.instance_type()?);
    bid_note(name, instance_type, Bid::of(item.usage.bid_share, Some(item.unit_price.expected), on_demand))
}

/// What the reader must know of the bid for a type, of a group or a compute environment.
#[must_use]
pub fn bid_note(name: &str, instance_type: &InstanceType, bid: Bid) -> Option<Note> {
    let (name, instance_type) = (name.to_owned(), instance_type.to_string());
    match bid {
        Bid::Kept => None,
        Bid::Exceeded { price, bid } => Some(Note::BidBelowSpot { name, instance_type, price, bid }),
        Bid::Unknown => Some(Note::BidUnknown { name, instance_type }),
    }
}

/// A source without the SKU in it, which would keep figures of one source apart.
fn without_sku(detail: &str) -> String {
    let sku = detail.split_once(" (sku ").and_then(|(before, rest)| Some((before, rest.split_once(')')?.1)));
    sku.map_or_else(|| detail.to_owned(), |(before, after)| format!("{before}{after}"))
}

/// Notes about figures that are not the list's own, of the lines and of the frame.
fn provenance(estimate: &Estimate, prices: &PriceList) -> Vec<Note> {
    let lines = estimate.line_items.iter().filter(|item| item.provenance != own_fee());
    let lines = lines.map(|item| (&item.usage.sku, item.unit_price.expected, &item.provenance));
    let frame = estimate.frame.iter().flat_map(|frame| &frame.used).filter_map(|sku| {
        let price = prices.get(sku)?;
        Some((sku, price.first_rate()?.price, &price.provenance))
    });
    let mut unverified: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut own: BTreeSet<String> = BTreeSet::new();
    for (sku, price, provenance) in lines.chain(frame) {
        if provenance.source == Source::Scenario {
            own.insert(sku.usage_type());
        } else if provenance.verified == Some(false) {
            let date = provenance.as_of.as_ref().map_or_else(String::new, |date| format!(", {date}"));
            let figure = format!("{} {} at {}", sku.service().code(), sku.usage_type(), price.price(10));
            let source = without_sku(&provenance.detail);
            unverified.entry(format!("{source}{date}")).or_default().insert(figure);
        }
    }
    let mut notes = Vec::new();
    if !unverified.is_empty() {
        let group = |(source, figures): (String, BTreeSet<String>)| {
            format!("{} (from {source})", figures.into_iter().collect::<Vec<_>>().join(", "))
        };
        let figures = unverified.into_iter().map(group).collect();
        notes.push(Note::Unverified { figures });
    }
    if !own.is_empty() {
        notes.push(Note::ScenarioPrices { usage_types: own.into_iter().collect() });
    }
    notes
}

/// What a usage type of another region may be here: those of lines that end with it.
fn alike_here(usage_type: &str, estimate: &Estimate) -> Vec<String> {
    let here = |line: &String| line.ends_with(usage_type) && *line != usage_type;
    let used = estimate.line_items.iter().map(|item| item.usage.sku.usage_type());
    let unpriced = estimate.unpriced.iter().map(|line| line.usage.sku.usage_type());
    used.chain(unpriced).filter(here).collect::<BTreeSet<String>>().into_iter().collect()
}

fn frame(estimate: &Estimate) -> Vec<Note> {
    let Some(frame) = &estimate.frame else { return Vec::new() };
    let unknown = frame.missing.iter().map(|(environment, what, missing)| Note::FrameUnknown {
        environment: environment.clone(),
        what: what.said(),
        missing: missing.clone(),
    });
    let unreached = frame.unreached.iter().map(|(environment, min_vcpus, reached)| Note::FloorUnreached {
        environment: environment.clone(),
        min_vcpus: *min_vcpus,
        reached: *reached,
    });
    let bids = frame.bids.iter().filter_map(|(environment, name, bid)| bid_note(environment, name, *bid));
    let endless = frame.worst_jobs.iter().filter(|job| job.hours.is_none());
    unknown
        .chain(unreached)
        .chain(bids)
        .chain(endless.map(|job| Note::NoTimeout { job: job.name.clone() }))
        .collect()
}

fn tax(estimate: &Estimate) -> Option<Note> {
    let tax = estimate.scenario.keys.tax.as_ref()?;
    let percent = tax.percent.0;
    let amount = estimate.total().expected.times(percent / Decimal::ONE_HUNDRED);
    Some(Note::Tax { name: tax.name.clone(), percent, amount, at_least: !estimate.is_complete() })
}
