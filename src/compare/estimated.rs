//! The estimate's side: its lines, for the part of the period that is compared.
//!
//! Declared hours and what is kept run evenly: their part is the share of the days. Hours of a compute environment
//! whose limits change by the clock come when it may launch: their part is its `max_vcpus` over the time compared,
//! as a share of that over the period.

use std::collections::BTreeMap;

use super::Line;
use crate::estimate::Estimate;
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::usage::UsageLine;
use crate::scenario::Scenario;
use crate::scenario::batch::ComputeEnvironment;
use crate::scenario::schedule::Segment;

pub(super) type Lines = BTreeMap<(String, String), Line>;

/// How much of the estimate belongs to the time compared.
pub(super) struct Part<'a> {
    scenario: &'a Scenario,
    until: i64,
    /// Of the days.
    share: Decimal,
}

impl<'a> Part<'a> {
    /// From the period's start until a second of the Unix epoch.
    pub(super) fn new(scenario: &'a Scenario, until: i64) -> Part<'a> {
        let (start, end) = (scenario.period.start().as_second(), scenario.period.end().as_second());
        let share = Decimal::from(until - start) / Decimal::from(end - start);
        Part { scenario, until, share }
    }

    /// The share of what belongs to a compute group, or to none.
    pub(super) fn share(&self, group: Option<&str>) -> Decimal {
        let group = group.and_then(|name| self.scenario.keys.compute.iter().find(|group| group.name == name));
        let environment =
            group.and_then(|group| self.scenario.environment(group.compute_environment.as_ref()?));
        environment.and_then(|(_, environment)| self.of_schedule(environment)).unwrap_or(self.share)
    }

    /// `None` where nothing changes by the clock, or nothing may ever be launched.
    fn of_schedule(&self, environment: &ComputeEnvironment) -> Option<Decimal> {
        let segments = self.scenario.timeline(environment);
        let vcpu_seconds = |end: i64| -> Decimal {
            let length = |segment: &Segment| {
                (segment.end.as_second().min(end) - segment.start.as_second().min(end)).max(0)
            };
            segments
                .iter()
                .map(|segment| Decimal::from(segment.max_vcpus) * Decimal::from(length(segment)))
                .sum()
        };
        let first = segments.first()?.max_vcpus;
        let all = vcpu_seconds(self.scenario.period.end().as_second());
        (segments.iter().any(|segment| segment.max_vcpus != first) && !all.is_zero())
            .then(|| vcpu_seconds(self.until) / all)
    }
}

/// The lines of the estimate by service and usage type, as far as they belong to the time compared.
pub(super) fn estimated_lines(estimate: &Estimate, part: &Part<'_>) -> Lines {
    let mut lines = Lines::new();
    let mut line = |usage: &UsageLine, cost: Option<Usd>| {
        let share = part.share(usage.owner.as_deref());
        let of_share = |amount: Decimal| decimal::round(amount * share, 10);
        let key = (usage.sku.service().code().to_owned(), usage.sku.usage_type());
        let line = lines.entry(key.clone()).or_insert_with(|| Line::new(&key.0, &key.1));
        *line.estimated_quantity.get_or_insert_default() += of_share(usage.quantity.expected.amount);
        match cost {
            Some(cost) => *line.estimated_cost.get_or_insert_default() += Usd::new(of_share(cost.amount())),
            None => line.unpriced = true,
        }
    };
    estimate.line_items.iter().for_each(|item| line(&item.usage, Some(item.cost.expected)));
    estimate.unpriced.iter().for_each(|unpriced| line(&unpriced.usage, None));
    lines
}
