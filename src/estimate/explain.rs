//! The arithmetic of one line: quantity × price = cost, with where each comes from.
#![deny(clippy::float_arithmetic)]

use super::headings;
use super::pricing::{LineItem, Unpriced};
use super::table::line_label;
use super::{Estimate, Line};
use crate::model::decimal;
use crate::model::money::{Total, Usd};
use crate::model::sku::PurchaseOption;
use crate::model::units::{Cases, PricingUnit, Quantity};
use crate::model::usage::UsageLine;
use crate::report::{Cell, Column, Page, Row, Said, Table};

impl Estimate {
    /// The arithmetic of the line with the `line_id` that CSV and JSON give it, or of every line whose
    /// name is `wanted`, or else of those whose name or usage type contains it, upper and lower case
    /// alike; `None` when there is none.
    #[must_use]
    pub fn explain(&self, wanted: &str) -> Option<Page> {
        let wanted = wanted.to_lowercase();
        let exact = self.line_names().iter().any(|name| name.to_lowercase() == wanted);
        let numbered = wanted.parse().ok().filter(|id| (1..=self.lines().count()).contains(id));
        let matches = |id: usize, usage: &UsageLine| {
            if exact {
                return usage.name.to_lowercase() == wanted;
            }
            if let Some(numbered) = numbered {
                return id == numbered;
            }
            usage.name.to_lowercase().contains(&wanted)
                || usage.sku.usage_type().to_lowercase().contains(&wanted)
        };
        let asked = self.lines().filter(|(id, line)| matches(*id, line.usage()));
        let rows: Vec<Row> = asked
            .flat_map(|(_, line)| match line {
                Line::Priced(item) => priced_rows(item),
                Line::Unpriced(line) => unpriced_rows(line),
            })
            .collect();
        let columns = vec![
            Column::machine("line"),
            Column::text("what", headings::what()),
            Column::text("how", headings::how()),
        ];
        let tables = vec![Table { caption: Said::default(), columns, rows }];
        (!tables[0].rows.is_empty()).then(|| {
            Page::new(headings::how_of(&self.scenario.name), tables, Vec::new()).with_facts(self.facts())
        })
    }

    /// The names under which lines can be asked for.
    #[must_use]
    pub fn line_names(&self) -> Vec<String> {
        let priced = self.line_items.iter().map(|item| item.usage.name.clone());
        let mut names: Vec<String> =
            priced.chain(self.unpriced.iter().map(|line| line.usage.name.clone())).collect();
        names.dedup();
        names
    }
}

fn rows(usage: &UsageLine, rows: Vec<(Said, Said)>) -> Vec<Row> {
    let label = line_label(usage);
    let data = rows
        .into_iter()
        .map(|(what, how)| Row::Data(vec![Cell::Text(label.clone()), Cell::Words(what), Cell::Words(how)]));
    std::iter::once(Row::Heading(Said::alike(&label))).chain(data).collect()
}

fn all_digits(usd: Usd) -> String {
    usd.price(20)
}

fn amount(quantity: Quantity) -> Said {
    let (number, unit) = (decimal::grouped_trimmed(quantity.amount, 6), quantity.unit.said());
    Said::new(format!("{number} {}", unit.en), format!("{number} {}", unit.ja))
}

fn quantities(quantity: Cases<Quantity>) -> Said {
    let expected = amount(quantity.expected);
    if quantity.low == quantity.expected && quantity.expected == quantity.high {
        return expected;
    }
    let (low, high) = (quantity.low.amount, quantity.high.amount);
    let number = |n| decimal::grouped_trimmed(n, 6);
    headings::low_and_high(expected, number(low), number(high))
}

fn per(price: &str, unit: PricingUnit) -> Said {
    headings::per_unit(price, Said::new(unit.singular(), unit.said().ja))
}

fn priced_rows(item: &LineItem) -> Vec<Row> {
    let usage = &item.usage;
    let quantity = usage.quantity.expected;
    let exact = item.unit_price.expected.times(quantity.amount) == item.cost.expected;
    let price = item.unit_price.expected.price(10);
    let mut steps = vec![
        (headings::step_usage(), Said::alike(&usage.derivation)),
        (headings::step_quantity(), quantities(usage.quantity)),
    ];
    if usage.fee.is_some() {
        steps.push((headings::step_fee(), headings::as_declared(all_digits(item.cost.expected))));
        steps.push((headings::step_effective_price(), per(&price, quantity.unit)));
    } else {
        if let Some(list) = item.list_unit_price {
            let what = match usage.sku.purchase {
                PurchaseOption::Spot => headings::step_on_demand(),
                _ => headings::step_list_price(),
            };
            let price = per(&list.price.price(10), list.per);
            steps.push((
                what,
                match item.list_cost() {
                    Some(cost) => headings::for_all(price, all_digits(cost)),
                    None => price,
                },
            ));
        }
        if !item.discount.is_zero() {
            let percent =
                decimal::grouped_trimmed(item.discount * crate::model::decimal::Decimal::ONE_HUNDRED, 4);
            steps.push((headings::step_discount(), Said::new(format!("{percent} %"), format!("{percent}%"))));
        }
        steps.push((headings::step_unit_price(), per(&price, quantity.unit)));
        let sign = if exact { "=" } else { "≈" };
        steps.push((
            headings::step_cost(),
            headings::product(amount(quantity), &price, sign, all_digits(item.cost.expected)),
        ));
    }
    let high = item.cost.high.map_or_else(|| Total::Unknown.said(), |usd| Said::alike(all_digits(usd)));
    if item.cost.high != Some(item.cost.low) {
        steps.push((headings::step_low(), Said::alike(all_digits(item.cost.low))));
        steps.push((headings::step_high(), high));
        let Cases { low, high: top, .. } = item.unit_price;
        if usage.fee.is_none() && top != Some(low) {
            let top = top.map_or_else(|| Total::Unknown.said(), |top| Said::alike(top.price(10)));
            steps.push((headings::step_price_range(), headings::span(low.price(10), top)));
        }
    }
    let source = &item.provenance;
    let as_of = source.as_of.as_ref().map_or_else(headings::no_date, headings::as_of_date);
    let mut from = vec![headings::source_as_of(source.source.said(), as_of)];
    from.extend((!source.detail.is_empty()).then(|| Said::alike(&source.detail)));
    from.extend((source.verified == Some(false)).then(headings::not_verified));
    steps.push((headings::step_price_from(), Said::joined(from, "; ", "、")));
    if let Some(sku) = &source.sku {
        steps.push((Said::alike("sku"), Said::alike(sku)));
    }
    rows(usage, steps)
}

fn unpriced_rows(line: &Unpriced) -> Vec<Row> {
    let steps = vec![
        (headings::step_usage(), Said::alike(&line.usage.derivation)),
        (headings::step_quantity(), quantities(line.usage.quantity)),
        (headings::step_cost(), headings::unknown_because(&line.reason)),
    ];
    rows(&line.usage, steps)
}
