//! The arithmetic of one line: quantity × price = cost, with where each comes from.
#![deny(clippy::float_arithmetic)]

use super::pricing::{LineItem, Unpriced};
use super::table::line_label;
use super::{Estimate, Line};
use crate::model::decimal;
use crate::model::money::Usd;
use crate::model::sku::PurchaseOption;
use crate::model::units::{Cases, Quantity};
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
        let columns = vec![Column::machine("line"), Column::text("what", "What"), Column::text("how", "How")];
        let tables = vec![Table { caption: Said::default(), columns, rows }];
        (!tables[0].rows.is_empty()).then(|| {
            Page::new(format!("{}: how the figures come about", self.scenario.name), tables, Vec::new())
                .with_facts(self.facts())
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

fn rows(usage: &UsageLine, rows: Vec<(&str, String)>) -> Vec<Row> {
    let label = line_label(usage);
    let data = rows.into_iter().map(|(what, how)| {
        Row::Data(vec![Cell::Text(label.clone()), Cell::Text(what.into()), Cell::Text(how)])
    });
    std::iter::once(Row::Heading(label.clone().into())).chain(data).collect()
}

fn all_digits(usd: Usd) -> String {
    usd.price(20)
}

fn amount(quantity: Quantity) -> String {
    format!("{} {}", decimal::grouped_trimmed(quantity.amount, 6), quantity.unit.focus())
}

fn quantities(quantity: Cases<Quantity>) -> String {
    let expected = amount(quantity.expected);
    if quantity.low == quantity.expected && quantity.expected == quantity.high {
        return expected;
    }
    let (low, high) = (quantity.low.amount, quantity.high.amount);
    let number = |n| decimal::grouped_trimmed(n, 6);
    format!("{expected} (low {}, high {})", number(low), number(high))
}

fn priced_rows(item: &LineItem) -> Vec<Row> {
    let usage = &item.usage;
    let quantity = usage.quantity.expected;
    let exact = item.unit_price.expected.times(quantity.amount) == item.cost.expected;
    let price = item.unit_price.expected.price(10);
    let mut steps = vec![("usage", usage.derivation.clone()), ("quantity", quantities(usage.quantity))];
    if usage.fee.is_some() {
        steps.push(("fee", format!("{}, as declared in the scenario", all_digits(item.cost.expected))));
        steps.push(("effective price", format!("{price} per {}", quantity.unit.singular())));
    } else {
        if let Some(list) = item.list_unit_price {
            let cost =
                item.list_cost().map_or_else(String::new, |cost| format!(", {} for all", all_digits(cost)));
            let what =
                if usage.sku.purchase == PurchaseOption::Spot { "On-Demand would be" } else { "list price" };
            steps.push((what, format!("{} per {}{cost}", list.price.price(10), list.per.singular())));
        }
        if !item.discount.is_zero() {
            let percent =
                decimal::grouped_trimmed(item.discount * crate::model::decimal::Decimal::ONE_HUNDRED, 4);
            steps.push(("discount", format!("{percent} %")));
        }
        steps.push(("unit price", format!("{price} per {}", quantity.unit.singular())));
        let sign = if exact { "=" } else { "≈" };
        steps.push((
            "cost",
            format!("{} × {price} {sign} {}", amount(quantity), all_digits(item.cost.expected)),
        ));
    }
    let high = item.cost.high.map_or_else(|| "unknown".to_owned(), all_digits);
    if item.cost.high != Some(item.cost.low) {
        steps.push(("low case", all_digits(item.cost.low)));
        steps.push(("high case", high));
        let Cases { low, high: top, .. } = item.unit_price;
        if usage.fee.is_none() && top != Some(low) {
            let top = top.map_or_else(|| "unknown".to_owned(), |top| top.price(10));
            steps.push(("range of the price", format!("{} to {top}", low.price(10))));
        }
    }
    let source = &item.provenance;
    let as_of = source.as_of.as_ref().map_or_else(|| "no date".to_owned(), |date| format!("as of {date}"));
    let detail = if source.detail.is_empty() { String::new() } else { format!("; {}", source.detail) };
    let verified = if source.verified == Some(false) { "; unverified" } else { "" };
    steps.push(("price from", format!("{}, {as_of}{detail}{verified}", source.source)));
    if let Some(sku) = &source.sku {
        steps.push(("sku", sku.clone()));
    }
    rows(usage, steps)
}

fn unpriced_rows(line: &Unpriced) -> Vec<Row> {
    let steps = vec![
        ("usage", line.usage.derivation.clone()),
        ("quantity", quantities(line.usage.quantity)),
        ("cost", format!("unknown: {}", line.reason.en)),
    ];
    rows(&line.usage, steps)
}
