//! Prices as the user writes them: `[[price]]` in a scenario, or a file of them for `--prices`.

use std::collections::{BTreeMap, BTreeSet};

use super::words;
use super::{Price, PriceList, Provenance, Source, Tier, Wanted};
use crate::document::{Document, KeyPath};
use crate::error::Diagnostic;
use crate::model::decimal::Decimal;
use crate::model::money::Usd;
use crate::model::said::Said;
use crate::model::sku::{PurchaseOption, Service, Sku};
use crate::model::units::PricingUnit;

/// One price of the user's own, checked and in our units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceEntry {
    /// AWS's usage type, region prefix included.
    pub usage_type: String,
    /// The service, where the usage type alone is not unique.
    pub service: Option<Service>,
    /// How it is bought.
    pub purchase: PurchaseOption,
    /// Dollars per unit.
    pub usd: Usd,
    /// Dollars per unit in the low and in the high case.
    pub spread: Option<(Usd, Usd)>,
    /// The unit as written.
    pub unit: String,
    /// Why, in the user's words.
    pub reason: String,
    /// Where it was written.
    pub path: KeyPath,
}

/// Puts the entries into the list, over what is there. Returns the entries that no wanted SKU
/// asked for.
pub fn apply<'a>(
    list: &mut PriceList,
    entries: &'a [PriceEntry],
    source: &Source,
    as_of: Option<&str>,
    wanted: &Wanted,
    document: &Document,
) -> Result<Vec<&'a PriceEntry>, Vec<Diagnostic>> {
    let mut unused = Vec::new();
    let mut problems = Vec::new();
    let mut priced: BTreeSet<&Sku> = BTreeSet::new();
    for entry in entries {
        let matching: Vec<&Sku> = wanted.iter().filter(|sku| matches(entry, sku)).collect();
        if let Some((message, help)) = ambiguous(entry, &matching, list) {
            problems.push(document.diagnostic(&entry.path.key("usage_type"), message, Some(help)));
            continue;
        }
        if matching.is_empty() {
            unused.push(entry);
        }
        for sku in matching {
            if !priced.insert(sku) {
                let message = words::a_second_price_for(&entry.usage_type);
                let path = entry.path.key("usage_type");
                problems.push(document.diagnostic(&path, message, Some(words::keep_one_of_them())));
                continue;
            }
            match price(entry, sku.unit(), source, as_of) {
                Ok(price) => {
                    list.insert(sku, price);
                }
                Err((message, help)) => {
                    problems.push(document.diagnostic(&entry.path.key("unit"), message, Some(help)));
                }
            }
        }
    }
    if problems.is_empty() { Ok(unused) } else { Err(problems) }
}

/// What is wrong with an entry whose usage type several services have, and what to write: none is picked, as another
/// service's price would be replaced silently. Those without a price stand first: they are what a price is missing for.
fn ambiguous(entry: &PriceEntry, matching: &[&Sku], list: &PriceList) -> Option<(Said, Said)> {
    // By service: whether all of it has a price.
    let mut services: BTreeMap<&str, bool> = BTreeMap::new();
    for sku in matching {
        let has_price = list.get(sku).is_some();
        services.entry(sku.service().code()).and_modify(|all| *all &= has_price).or_insert(has_price);
    }
    if services.len() < 2 {
        return None;
    }
    let mut services: Vec<(bool, &str)> = services.into_iter().map(|(code, priced)| (priced, code)).collect();
    services.sort_unstable();
    let told_apart = services.iter().any(|(priced, _)| *priced);
    let ways: Vec<Said> = services
        .iter()
        .map(|(priced, code)| match told_apart && !priced {
            true => words::service_without_a_price(code),
            false => words::service_is(code),
        })
        .collect();
    let codes: Vec<Said> = services.iter().map(|(_, code)| Said::alike(*code)).collect();
    Some((
        words::usage_type_belongs_to(&entry.usage_type, listed(&codes, words::and)),
        words::add_the_service(listed(&ways, words::or)),
    ))
}

/// `a, b and c`.
fn listed(items: &[Said], last: fn(Said, Said) -> Said) -> Said {
    match items {
        [] => Said::alike(""),
        [first, rest @ ..] => match rest {
            [] => first.clone(),
            [between @ .., end] => last(between.iter().fold(first.clone(), words::comma), end.clone()),
        },
    }
}

fn matches(entry: &PriceEntry, sku: &Sku) -> bool {
    sku.purchase == entry.purchase
        && entry.service.is_none_or(|service| service == sku.service())
        && sku.usage_type() == entry.usage_type
}

fn price(
    entry: &PriceEntry,
    unit: PricingUnit,
    source: &Source,
    as_of: Option<&str>,
) -> Result<Price, (Said, Said)> {
    let help = words::is_priced_per(&entry.usage_type, unit.singular());
    let Some((written, divisor)) = PricingUnit::parse(&entry.unit) else {
        return Err((words::unknown_unit(&entry.unit), help));
    };
    if written != unit {
        return Err((words::unit_does_not_fit(&entry.unit, &entry.usage_type), help));
    }
    let ours = |usd: Usd| usd.times(Decimal::ONE / Decimal::from(divisor)).to_price();
    let provenance = Provenance {
        source: source.clone(),
        as_of: as_of.map(str::to_owned),
        sku: None,
        verified: None,
        detail: entry.reason.clone(),
        only_for: None,
    };
    Ok(Price {
        unit,
        tiers: vec![Tier { from: Decimal::ZERO, price: Some(ours(entry.usd)) }],
        spread: entry.spread.map(|(low, high)| (ours(low), Some(ours(high)))),
        provenance,
    })
}
