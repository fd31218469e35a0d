//! A tenth more and a tenth less of every input, ranked by what it does to the expected total:
//! what to measure next.
#![deny(clippy::float_arithmetic)]

use std::collections::BTreeSet;

use super::{Estimate, expected_total};
use crate::catalog::Catalog;
use crate::document::KeyPath;
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::sku::Sku;
use crate::model::time::Month;
use crate::prices::PriceList;
use crate::report::{Cell, Column, Note, Report, Row, Table};
use crate::scenario::Scenario;

/// Sections whose numbers are limits and records, not inputs of the total.
const NOT_INPUTS: [&str; 7] = ["budget", "target", "tax", "relative_speed", "scope", "workload", "period"];

/// One input and what varying it does.
struct Effect {
    input: String,
    value: Cell,
    /// Change of the total; `None` where the varied value is not valid.
    less: Option<Usd>,
    more: Option<Usd>,
}

impl Effect {
    fn size(&self) -> Usd {
        let magnitude = |usd: Usd| if usd < Usd::ZERO { -usd } else { usd };
        self.less.map(magnitude).max(self.more.map(magnitude)).unwrap_or_default()
    }
}

impl Estimate {
    /// Every number of the scenario and every price applied, varied one at a time.
    #[must_use]
    pub fn sensitivity(&self, list: &PriceList, catalog: &Catalog, now: Month) -> Report {
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
        let without_effect = effects.iter().filter(|effect| effect.size() == Usd::ZERO).count();
        effects.retain(|effect| effect.size() > Usd::ZERO);
        effects.sort_by(|a, b| b.size().cmp(&a.size()).then_with(|| a.input.cmp(&b.input)));
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
            expected_total(&scenario, list, catalog)
        };
        let base = self.total().expected;
        if path.first_key() == Some("compute") && path.has_key("instances") {
            // Instances are whole: the effect of one more, scaled to a tenth.
            let one_more = total_with(value + Decimal::ONE)? - base;
            let tenth = one_more.times(value / Decimal::TEN);
            let value = Cell::Number(value);
            return Some(Effect { input: path.to_string(), value, less: Some(-tenth), more: Some(tenth) });
        }
        let change = |tenth: i64| total_with(value * tenths(tenth)).map(|total| total - base);
        let (less, more) = (change(9), change(11));
        let value = Cell::Number(value);
        (less.is_some() || more.is_some()).then(|| Effect { input: path.to_string(), value, less, more })
    }

    fn vary_prices(&self, list: &PriceList, catalog: &Catalog) -> Vec<Effect> {
        let skus: BTreeSet<&Sku> = self
            .line_items
            .iter()
            .filter(|item| item.usage.fee.is_none() && item.provenance.source != "scenario")
            .map(|item| &item.usage.sku)
            .collect();
        let base = self.total().expected;
        let vary = |sku: &Sku| {
            let total =
                |factor| Some(expected_total(&self.scenario, &list.scaled(sku, factor), catalog)? - base);
            let price = list.rate(sku)?.price;
            let option = sku.purchase.title();
            let service = sku.service().code();
            let input = format!("price of {service} {} {option}", sku.usage_type()).trim().to_owned();
            Some(Effect { input, value: Cell::Price(price), less: total(tenths(9)), more: total(tenths(11)) })
        };
        skus.into_iter().filter_map(vary).collect()
    }

    fn sensitivity_report(
        &self,
        effects: &[Effect],
        without_effect: usize,
        not_varied: Vec<String>,
    ) -> Report {
        let total = self.total().expected;
        let rows = effects.iter().map(|effect| {
            Row::Data(vec![
                Cell::Text(effect.input.clone()),
                effect.value.clone(),
                effect.less.map_or(Cell::Empty, Cell::Change),
                effect.more.map_or(Cell::Empty, Cell::Change),
                effect.size().fraction_of(total).map_or(Cell::Unknown, Cell::Percent),
            ])
        });
        let mut notes = Vec::new();
        if !not_varied.is_empty() {
            notes.push(Note::NotVaried { inputs: not_varied });
        }
        notes.extend(self.notes.iter().filter(|note| matches!(note, Note::Unpriced { .. })).cloned());
        let mut facts = self.facts();
        facts
            .push(("Total", if self.is_complete() { total.cents() } else { format!("≥ {}", total.cents()) }));
        facts.push(("Inputs without effect", without_effect.to_string()));
        Report {
            title: format!(
                "{}: effect of a tenth less and a tenth more of each input on the total",
                self.scenario.name
            ),
            facts,
            tables: vec![Table {
                caption: String::new(),
                columns: vec![
                    Column::text("input", "Input"),
                    Column::number("value", "Value"),
                    Column::number("less_10_percent", "-10 %"),
                    Column::number("more_10_percent", "+10 %"),
                    Column::number("share_of_total", "Of the total"),
                ],
                rows: rows.collect(),
            }],
            charts: Vec::new(),
            notes,
        }
    }
}

fn tenths(number: i64) -> Decimal {
    Decimal::new(number, 1)
}
