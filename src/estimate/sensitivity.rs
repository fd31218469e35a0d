//! A tenth more and a tenth less of every input, ranked by what it does to the expected total:
//! what to measure next.
#![deny(clippy::float_arithmetic)]

use std::collections::BTreeSet;

use super::headings;
use super::{Estimate, expected_total};
use crate::catalog::Catalog;
use crate::document::KeyPath;
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::sku::Sku;
use crate::model::time::Month;
use crate::prices::{PriceList, Source};
use crate::report::{Cell, Column, Note, Page, Row, Said, Table};
use crate::scenario::Scenario;

/// Sections whose numbers are limits and records, not inputs of the total.
const NOT_INPUTS: [&str; 7] = ["budget", "target", "tax", "relative_speed", "scope", "workload", "period"];

/// One input and what varying it does.
struct Effect {
    input: Said,
    value: Cell,
    less: Change,
    more: Change,
}

/// What a varied value does to the total.
#[derive(Clone, Copy)]
enum Change {
    /// It is not a valid value.
    Invalid,
    /// Other lines than before have no price: neither total says what the change is.
    Unknown,
    /// The difference.
    By(Usd),
}

impl Change {
    fn cell(self) -> Cell {
        match self {
            Change::Invalid => Cell::Empty,
            Change::Unknown => Cell::Unknown,
            Change::By(usd) => Cell::Change(usd),
        }
    }

    fn size(self) -> Usd {
        match self {
            Change::By(usd) if usd < Usd::ZERO => -usd,
            Change::By(usd) => usd,
            Change::Invalid | Change::Unknown => Usd::ZERO,
        }
    }

    fn is_unknown(self) -> bool {
        matches!(self, Change::Unknown)
    }
}

impl Effect {
    fn size(&self) -> Usd {
        self.less.size().max(self.more.size())
    }

    fn is_unknown(&self) -> bool {
        self.less.is_unknown() || self.more.is_unknown()
    }
}

impl Estimate {
    /// Every number of the scenario and every price applied, varied one at a time.
    #[must_use]
    pub fn sensitivity(&self, list: &PriceList, catalog: &Catalog, now: Month) -> Page {
        let (mut effects, mut not_varied) = (Vec::new(), Vec::new());
        for (path, value) in self.scenario.document.numbers() {
            if path.first_key().is_none_or(|key| NOT_INPUTS.contains(&key)) || value.is_zero() {
                continue;
            }
            match self.vary_number(&path, value, list, catalog, now) {
                Some(effect) => effects.push(effect),
                None => not_varied.push(path.to_string()),
            }
        }
        effects.extend(self.vary_prices(list, catalog));
        let before = effects.len();
        effects.retain(|effect| effect.size() > Usd::ZERO || effect.is_unknown());
        let without_effect = before - effects.len();
        // What makes the total unknown comes first: it matters most.
        effects.sort_by(|a, b| {
            let by_size = b.size().cmp(&a.size());
            b.is_unknown().cmp(&a.is_unknown()).then(by_size).then_with(|| a.input.cmp(&b.input))
        });
        self.sensitivity_report(&effects, without_effect, not_varied)
    }

    fn vary_number(
        &self,
        path: &KeyPath,
        value: Decimal,
        list: &PriceList,
        catalog: &Catalog,
        now: Month,
    ) -> Option<Effect> {
        let total_with = |value: Decimal| {
            let document = self.scenario.document.with_number(path, decimal::round(value, 10));
            let scenario = Scenario::from_document(document, catalog, &self.scenario.name, now).ok()?;
            Some(self.change(expected_total(&scenario, list, catalog)?))
        };
        if path.first_key() == Some("compute") && path.has_key("instances") {
            // Instances are whole: the effect of one more, scaled to a tenth.
            let (less, more) = match total_with(value + Decimal::ONE)? {
                Change::By(one_more) => {
                    let tenth = one_more.times(value / Decimal::TEN);
                    (Change::By(-tenth), Change::By(tenth))
                }
                other => (other, other),
            };
            return Some(Effect {
                input: Said::alike(path.to_string()),
                value: Cell::Number(value),
                less,
                more,
            });
        }
        let (less, more) = (total_with(value * tenths(9)), total_with(value * tenths(11)));
        (less.is_some() || more.is_some()).then(|| Effect {
            input: Said::alike(path.to_string()),
            value: Cell::Number(value),
            less: less.unwrap_or(Change::Invalid),
            more: more.unwrap_or(Change::Invalid),
        })
    }

    /// The difference to this estimate, where the same lines have a price.
    fn change(&self, (total, unpriced): (Usd, usize)) -> Change {
        if unpriced == self.unpriced.len() {
            Change::By(total - self.total().expected)
        } else {
            Change::Unknown
        }
    }

    fn vary_prices(&self, list: &PriceList, catalog: &Catalog) -> Vec<Effect> {
        let skus: BTreeSet<&Sku> = self
            .line_items
            .iter()
            .filter(|item| item.usage.fee.is_none() && item.provenance.source != Source::Scenario)
            .map(|item| &item.usage.sku)
            .collect();
        let vary = |sku: &Sku| {
            let total = |factor| {
                Some(self.change(expected_total(&self.scenario, &list.scaled(sku, factor), catalog)?))
            };
            let price = list.rate(sku)?.price;
            let option = sku.purchase.title();
            let service = sku.service().code();
            let input = headings::price_of(format!("{service} {} {option}", sku.usage_type()).trim());
            Some(Effect {
                input,
                value: Cell::Price(price),
                less: total(tenths(9))?,
                more: total(tenths(11))?,
            })
        };
        skus.into_iter().filter_map(vary).collect()
    }

    fn sensitivity_report(&self, effects: &[Effect], without_effect: usize, not_varied: Vec<String>) -> Page {
        let total = self.total().expected;
        let rows = effects.iter().map(|effect| {
            Row::Data(vec![
                Cell::Words(effect.input.clone()),
                effect.value.clone(),
                effect.less.cell(),
                effect.more.cell(),
                effect.size().fraction_of(total).map_or(Cell::Unknown, Cell::Percent),
            ])
        });
        let mut notes = Vec::new();
        if !not_varied.is_empty() {
            notes.push(Note::NotVaried { inputs: not_varied });
        }
        notes.extend(self.notes.iter().filter(|note| matches!(note, Note::Unpriced { .. })).cloned());
        let mut facts = self.facts();
        facts.push((headings::total(), self.expected().said()));
        facts.push((headings::inputs_without_effect(), Said::alike(without_effect.to_string())));
        Page::new(
            headings::sensitivity_of(&self.scenario.name),
            vec![Table {
                caption: Said::default(),
                columns: vec![
                    Column::text("input", headings::input()),
                    Column::number("value", headings::value()),
                    Column::number("less_10_percent", headings::tenth_less()),
                    Column::number("more_10_percent", headings::tenth_more()),
                    Column::number("share_of_total", headings::of_the_total()),
                ],
                rows: rows.collect(),
            }],
            notes,
        )
        .with_facts(facts)
    }
}

fn tenths(number: i64) -> Decimal {
    Decimal::new(number, 1)
}
