//! What changed between two price lists, and what that alone does to the cost of a scenario.
#![deny(clippy::float_arithmetic)]

use std::collections::BTreeMap;

use super::Estimate;
use super::headings;
use crate::model::decimal::Decimal;
use crate::model::money::Usd;
use crate::model::sku::{PurchaseOption, Service};
use crate::prices::{OnlyFor, Price, PriceList};
use crate::report::{Cell, Column, Page, Row, Said, Table};

type Key<'a> = (Service, &'a str, PurchaseOption);

/// Every price that is not the same in both: changed, gone or new.
#[must_use]
pub fn price_changes(before: &PriceList, after: &PriceList) -> Page {
    let mut both: BTreeMap<Key<'_>, (Option<&Price>, Option<&Price>)> = BTreeMap::new();
    for (service, usage_type, purchase, price) in before.iter() {
        both.entry((service, usage_type, purchase)).or_default().0 = Some(price);
    }
    for (service, usage_type, purchase, price) in after.iter() {
        both.entry((service, usage_type, purchase)).or_default().1 = Some(price);
    }
    let all = both.len();
    let rows: Vec<Row> = both.iter().flat_map(|(key, prices)| tier_rows(key, *prices)).collect();
    let same = both.values().filter(|(a, b)| same_price(*a, *b)).count();
    let date = |list: &PriceList| {
        let source = list.source.said();
        list.as_of.as_ref().map_or_else(|| source.clone(), |date| headings::of_date(&source, date))
    };
    Page::new(
        headings::changes_of_prices(),
        vec![Table {
            caption: Said::default(),
            columns: vec![
                Column::text("service", headings::service()),
                Column::text("usage_type", headings::usage_type()),
                Column::text("purchase_option", headings::bought_as()),
                Column::number("from", headings::from()),
                Column::number("before", headings::before()),
                Column::number("after", headings::after()),
                Column::number("change", headings::change()),
            ],
            rows,
        }],
        Vec::new(),
    )
    .with_facts(vec![
        (headings::before(), date(before)),
        (headings::after(), date(after)),
        (headings::unchanged(), headings::so_many_of(same, all)),
    ])
}

fn same_price(before: Option<&Price>, after: Option<&Price>) -> bool {
    before.zip(after).is_some_and(|(a, b)| a.tiers == b.tiers && a.spread == b.spread && a.unit == b.unit)
}

fn tier_rows(key: &Key<'_>, (before, after): (Option<&Price>, Option<&Price>)) -> Vec<Row> {
    if same_price(before, after) {
        return Vec::new();
    }
    let mut tiers: BTreeMap<Decimal, (Option<Usd>, Option<Usd>)> = BTreeMap::new();
    for tier in before.iter().flat_map(|price| &price.tiers) {
        tiers.entry(tier.from).or_default().0 = tier.price;
    }
    for tier in after.iter().flat_map(|price| &price.tiers) {
        tiers.entry(tier.from).or_default().1 = tier.price;
    }
    // Rates of other terms are other prices, not changed ones.
    let terms = |price: Option<&Price>| match price.and_then(|price| price.provenance.only_for) {
        Some(OnlyFor::Terms(terms)) => Some(terms),
        _ => None,
    };
    let comparable = terms(before) == terms(after);
    let price = |usd: Option<Usd>| usd.map_or(Cell::Unknown, Cell::Price);
    let row = |(from, (before, after)): (Decimal, (Option<Usd>, Option<Usd>))| {
        let change = before.zip(after).filter(|_| comparable);
        let change = change.and_then(|(before, after)| (after - before).fraction_of(before));
        Row::Data(vec![
            Cell::Text(key.0.code().into()),
            Cell::Text(key.1.into()),
            Cell::Words(key.2.said()),
            Cell::Number(from),
            price(before),
            price(after),
            change.map_or(Cell::Unknown, Cell::Percent),
        ])
    };
    tiers.into_iter().map(row).collect()
}

/// The same scenario with both lists: the difference is the prices' alone.
#[must_use]
pub fn cost_change(name: &str, before: &Estimate, after: &Estimate) -> Table {
    let (before, after) = (before.expected(), after.expected());
    let change = after.whole().zip(before.whole()).map(|(after, before)| after - before);
    Table {
        caption: headings::cost_of_the_scenario_by_prices_alone_expected(),
        columns: vec![
            Column::text("scenario", headings::scenario()),
            Column::number("before", headings::before()),
            Column::number("after", headings::after()),
            Column::number("change", headings::change()),
        ],
        rows: vec![Row::Data(vec![
            Cell::Text(name.into()),
            Cell::Total(before),
            Cell::Total(after),
            change.map_or(Cell::Unknown, Cell::Change),
        ])],
    }
}
