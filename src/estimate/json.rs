//! An estimate as JSON: its keys.
#![deny(clippy::float_arithmetic)]

use serde::Serialize;

use super::calibrated::Calibrated;
use super::pricing::{LineItem, Unpriced};
use super::spend_bounds::{EnvironmentFrame, Frame};
use super::{Estimate, Line};
use crate::model::decimal::{plain, round};
use crate::model::json::{Entries, Object, keys, list, object};
use crate::model::money::CostRange;
use crate::model::usage::UsageLine;

keys! {
    Estimate, |of| {
        scenario: &of.scenario.name,
        region: of.scenario.region.code(),
        currency: "USD",
        period: object! {
            start: of.scenario.period.start().to_string(),
            end: of.scenario.period.end().to_string(),
            hours: plain(of.scenario.period.hours()),
        },
        prices: object! { source: of.price_source.0.to_string(), as_of: &of.price_source.1 },
        line_items: list(of.lines().filter_map(|(line_id, line)| match line {
            Line::Priced(item) => Some(line_item(line_id, item)),
            Line::Unpriced(_) => None,
        })),
        unpriced: list(of.lines().filter_map(|(line_id, line)| match line {
            Line::Unpriced(line) => Some(unpriced(line_id, line)),
            Line::Priced(_) => None,
        })),
        batch: &of.frame,
        unit_costs: &of.unit_costs,
        budget: of.budget().map(|(verdict, limit)| object! {
            verdict: verdict.id(),
            expected: of.judged_total().expected,
            limit: limit,
        }),
        #[given] calibrated: of.calibrated.as_ref().map(|calibrated| of.calibrated_by_service(calibrated)),
        notes: &of.notes,
        total: of.bounded(of.total()),
    }

    Frame, |of| {
        floor: of.floor,
        ceiling: of.ceiling,
        burn_per_hour_at_ceiling: of.burn_per_hour_at_ceiling,
        weekend_at_ceiling: of.weekend_at_ceiling,
        hours_until_budget_at_ceiling: of.hours_until_budget.map(|hours| plain(round(hours, 6))),
        compute_environments: &of.environments,
        worst_case_jobs: &of.worst_jobs,
    }

    EnvironmentFrame, |of| {
        name: &of.name,
        floor: of.floor,
        ceiling: of.ceiling,
        burn_per_hour_at_ceiling: of.burn_per_hour_at_ceiling,
        ceiling_instances: list(of.dearest.iter().map(|(instance_type, count)| object! {
            instance_type: instance_type,
            count: count,
        })),
        limits: list(of.limits.iter().map(|(min, max, hours)| object! {
            min_vcpus: min,
            max_vcpus: max,
            hours: plain(*hours),
        })),
    }
}

impl Estimate {
    /// While lines have no price, the figures are lower bounds, and there is no upper one.
    fn bounded(&self, total: CostRange) -> impl Serialize {
        object! {
            low: total.low,
            expected: total.expected,
            high: total.high.filter(|_| self.is_complete()),
            at_least: !self.is_complete(),
        }
    }

    fn calibrated_by_service(&self, calibrated: &Calibrated) -> impl Serialize {
        object! {
            months: calibrated.months,
            services: list(calibrated.services.iter().map(|(service, (estimated, ratio, cost))| object! {
                service: service,
                estimated: estimated.expected,
                estimated_at_least: self.lacks_price_of(service),
                ratio: ratio.map(|ratio| ratio.map(plain)),
                cost: self.bounded(*cost),
            })),
            total: self.bounded(calibrated.total()),
        }
    }

    fn lacks_price_of(&self, service: &str) -> bool {
        self.unpriced.iter().any(|line| line.usage.sku.service().code() == service)
    }
}

/// What every line starts with, whether it has a price or not.
fn start(line_id: usize, usage: &UsageLine) -> Object<impl Entries> {
    object! {
        line_id: line_id,
        name: &usage.name,
        group: usage.group.id(),
        service: usage.sku.service().code(),
        usage_type: usage.sku.usage_type(),
        purchase_option: usage.sku.purchase.id(),
    }
}

fn unpriced(line_id: usize, line: &Unpriced) -> impl Serialize {
    let quantity = line.usage.quantity.expected;
    object! {
        ..start(line_id, &line.usage),
        pricing_quantity: (!quantity.amount.is_zero()).then(|| plain(quantity.amount)),
        pricing_unit: quantity.unit.focus(),
        reason: &line.reason.en,
    }
}

fn line_item(line_id: usize, item: &LineItem) -> impl Serialize {
    let quantity = item.usage.quantity;
    object! {
        ..start(line_id, &item.usage),
        pricing_quantity: plain(quantity.expected.amount),
        pricing_quantity_range: object! { low: plain(quantity.low.amount), high: plain(quantity.high.amount) },
        pricing_unit: quantity.expected.unit.focus(),
        list_unit_price: item.list_unit_price.map(|rate| rate.price),
        list_cost: item.list_cost(),
        unit_price: item.unit_price.expected,
        unit_price_range: object! { low: item.unit_price.low, high: item.unit_price.high },
        cost: item.cost,
        basis: item.usage.basis.id(),
        price_source: object! {
            source: item.provenance.source.to_string(),
            as_of: &item.provenance.as_of,
            sku: &item.provenance.sku,
            verified: item.provenance.verified,
            detail: &item.provenance.detail,
        },
        derivation: &item.usage.derivation,
    }
}
