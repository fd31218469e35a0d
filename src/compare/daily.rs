//! The daily series by service, and what changed in it.

use std::collections::BTreeMap;

use super::Comparison;
use super::headings;
use super::steps::{Change, Step};
use crate::model::money::Usd;
use crate::model::time::day;
use crate::report::{Cell, Column, Row, Table};

/// Usage types that a row names.
const MOST_NAMED: usize = 5;

impl Comparison {
    /// Charges in scope that an estimate answers for, by service and the first second of the UTC day. They add up to
    /// [`billed`](Comparison::billed).
    #[must_use]
    pub fn daily_by_service(&self) -> BTreeMap<&str, BTreeMap<i64, Usd>> {
        let mut services: BTreeMap<&str, BTreeMap<i64, Usd>> = BTreeMap::new();
        for ((service, _), days) in &self.by_usage_type {
            let slot = services.entry(service).or_default();
            days.iter().for_each(|(day, cost)| *slot.entry(*day).or_default() += *cost);
        }
        services
    }

    /// What changed, if anything did.
    pub(super) fn steps_table(&self) -> Option<Table> {
        let row = |step: &Step| {
            let (when, per) = match step.change {
                Change::Step => (format!("from {}", day(step.day)), "day"),
                Change::Outlier => (format!("on {}", day(step.day)), "once"),
            };
            Row::Data(vec![
                Cell::Text(when),
                Cell::Text(step.service.clone()),
                Cell::Change(step.amount),
                Cell::Text(per.into()),
                Cell::Text(moved(step)),
            ])
        };
        let columns = vec![
            Column::text("when", headings::when()),
            Column::text("service", headings::service()),
            Column::number("amount", headings::change()),
            Column::text("per", headings::per()),
            Column::text("usage_types", headings::usage_types()),
        ];
        (!self.steps.is_empty()).then(|| Table {
            caption: headings::what_changed_during_the_period(),
            columns,
            rows: self.steps.iter().map(row).collect(),
        })
    }
}

/// The usage types of a change, each with its amount.
fn moved(step: &Step) -> String {
    let signed = |(name, amount): &(String, Usd)| match amount.cmp(&Usd::ZERO) {
        std::cmp::Ordering::Greater => format!("{name} +{}", amount.cents()),
        _ => format!("{name} {}", amount.cents()),
    };
    let mut words: Vec<String> = step.usage_types.iter().take(MOST_NAMED).map(signed).collect();
    let more = step.usage_types.len().saturating_sub(MOST_NAMED);
    words.extend((more > 0).then(|| format!("{more} more")));
    words.join(", ")
}
