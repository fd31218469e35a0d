//! An estimate as JSON. Money and quantities are decimal strings at full precision; what is
//! unknown is null, never zero.
#![deny(clippy::float_arithmetic)]

use serde::Serialize;

use super::calibrated::Calibrated;
use super::pricing::LineItem;
use super::{Estimate, Line};
use crate::model::decimal::{self, Decimal};
use crate::model::money::{CostRange, Rate, Usd};
use crate::model::units::Cases;

/// Version of the JSON documents' shape.
pub const SCHEMA_VERSION: u32 = 1;

/// The program and its version.
pub const GENERATED_BY: &str = concat!("hpc-cost ", env!("CARGO_PKG_VERSION"));

/// One estimate.
#[derive(Debug, Serialize)]
pub struct EstimateDocument {
    schema_version: u32,
    kind: &'static str,
    generated_by: &'static str,
    scenario: String,
    region: String,
    currency: &'static str,
    period: PeriodDocument,
    prices: PricesDocument,
    line_items: Vec<LineDocument>,
    unpriced: Vec<UnpricedDocument>,
    batch: Option<BatchDocument>,
    unit_costs: Vec<UnitCostDocument>,
    budget: Option<BudgetDocument>,
    #[serde(skip_serializing_if = "Option::is_none")]
    calibrated: Option<CalibratedDocument>,
    notes: Vec<String>,
    total: TotalDocument,
}

#[derive(Debug, Serialize)]
struct PeriodDocument {
    start: String,
    end: String,
    hours: String,
}

#[derive(Debug, Serialize)]
struct PricesDocument {
    source: String,
    as_of: Option<String>,
}

#[derive(Debug, Serialize)]
struct LineDocument {
    line_id: usize,
    name: String,
    group: &'static str,
    service: &'static str,
    usage_type: String,
    purchase_option: &'static str,
    pricing_quantity: String,
    pricing_quantity_range: RangeDocument,
    pricing_unit: &'static str,
    list_unit_price: Option<String>,
    list_cost: Option<String>,
    unit_price: String,
    unit_price_range: RangeDocument,
    cost: CostDocument,
    basis: &'static str,
    price_source: PriceSourceDocument,
    derivation: String,
}

#[derive(Debug, Serialize)]
struct RangeDocument {
    low: String,
    high: Option<String>,
}

#[derive(Debug, Serialize)]
struct CostDocument {
    low: String,
    expected: String,
    high: Option<String>,
}

#[derive(Debug, Serialize)]
struct PriceSourceDocument {
    source: String,
    as_of: Option<String>,
    sku: Option<String>,
    verified: Option<bool>,
    detail: String,
}

#[derive(Debug, Serialize)]
struct UnpricedDocument {
    line_id: usize,
    name: String,
    group: &'static str,
    service: &'static str,
    usage_type: String,
    purchase_option: &'static str,
    pricing_quantity: Option<String>,
    pricing_unit: &'static str,
    reason: String,
}

#[derive(Debug, Serialize)]
struct BatchDocument {
    floor: Option<String>,
    ceiling: Option<String>,
    burn_per_hour_at_ceiling: Option<String>,
    weekend_at_ceiling: Option<String>,
    hours_until_budget_at_ceiling: Option<String>,
    compute_environments: Vec<EnvironmentDocument>,
    worst_case_jobs: Vec<JobDocument>,
}

#[derive(Debug, Serialize)]
struct EnvironmentDocument {
    name: String,
    floor: Option<String>,
    ceiling: Option<String>,
    burn_per_hour_at_ceiling: Option<String>,
    ceiling_instances: Vec<InstancesDocument>,
    limits: Vec<LimitDocument>,
}

#[derive(Debug, Serialize)]
struct InstancesDocument {
    instance_type: String,
    count: u64,
}

#[derive(Debug, Serialize)]
struct LimitDocument {
    min_vcpus: u32,
    max_vcpus: u32,
    hours: String,
}

#[derive(Debug, Serialize)]
struct JobDocument {
    name: String,
    nodes: u32,
    hours: Option<String>,
    instance_type: Option<String>,
    cost: Option<String>,
}

#[derive(Debug, Serialize)]
struct UnitCostDocument {
    name: String,
    per_vcpu_hour: Option<String>,
    per_gpu_hour: Option<String>,
    per_useful_gpu_hour: Option<String>,
    per_run: Option<String>,
    per_useful_hour: Option<String>,
}

#[derive(Debug, Serialize)]
struct CalibratedDocument {
    months: usize,
    services: Vec<CalibratedService>,
    total: TotalDocument,
}

#[derive(Debug, Serialize)]
struct CalibratedService {
    service: &'static str,
    estimated: String,
    /// Whether lines of it have no price.
    estimated_at_least: bool,
    /// Charged over estimated; null where too few months had an estimate, and then the cost is as estimated.
    ratio: Option<RatioDocument>,
    cost: TotalDocument,
}

#[derive(Debug, Serialize)]
struct RatioDocument {
    low: String,
    expected: String,
    high: String,
}

#[derive(Debug, Serialize)]
struct BudgetDocument {
    verdict: Option<&'static str>,
    expected: String,
    limit: String,
}

#[derive(Debug, Serialize)]
struct TotalDocument {
    low: String,
    expected: String,
    high: Option<String>,
    /// True while lines have no price: the figures are lower bounds, and there is no upper one.
    at_least: bool,
}

fn text(number: Decimal) -> String {
    decimal::plain(number)
}

fn money(usd: Option<Usd>) -> Option<String> {
    usd.map(|usd| usd.to_string())
}

impl Estimate {
    /// The JSON document.
    #[must_use]
    pub fn document(&self) -> EstimateDocument {
        let period = self.scenario.period;
        let total = self.total();
        EstimateDocument {
            schema_version: SCHEMA_VERSION,
            kind: "estimate",
            generated_by: GENERATED_BY,
            scenario: self.scenario.name.clone(),
            region: self.scenario.region.to_string(),
            currency: "USD",
            period: PeriodDocument {
                start: period.start().to_string(),
                end: period.end().to_string(),
                hours: text(period.hours()),
            },
            prices: PricesDocument {
                source: self.price_source.0.to_string(),
                as_of: self.price_source.1.clone(),
            },
            line_items: self
                .lines()
                .filter_map(|(id, entry)| match entry {
                    Line::Priced(item) => Some(line(id, item)),
                    Line::Unpriced(_) => None,
                })
                .collect(),
            unpriced: self.unpriced_documents(),
            batch: self.batch_document(),
            unit_costs: self.unit_cost_documents(),
            budget: self.budget().map(|(verdict, limit)| BudgetDocument {
                verdict: verdict.id(),
                expected: self.judged_total().expected.to_string(),
                limit: limit.to_string(),
            }),
            calibrated: self.calibrated.as_ref().map(|calibrated| self.calibrated_document(calibrated)),
            notes: self.notes.iter().map(ToString::to_string).collect(),
            total: self.total_document(total),
        }
    }

    fn total_document(&self, total: CostRange) -> TotalDocument {
        TotalDocument {
            low: total.low.to_string(),
            expected: total.expected.to_string(),
            high: money(total.high.filter(|_| self.is_complete())),
            at_least: !self.is_complete(),
        }
    }

    fn lacks_price_of(&self, service: &str) -> bool {
        self.unpriced.iter().any(|line| line.usage.sku.service().code() == service)
    }

    fn calibrated_document(&self, calibrated: &Calibrated) -> CalibratedDocument {
        let ratio = |ratio: &Cases<Decimal>| RatioDocument {
            low: text(ratio.low),
            expected: text(ratio.expected),
            high: text(ratio.high),
        };
        let services = calibrated.services.iter().map(|(service, (estimated, by, cost))| CalibratedService {
            service,
            estimated: estimated.expected.to_string(),
            estimated_at_least: self.lacks_price_of(service),
            ratio: by.as_ref().map(ratio),
            cost: self.total_document(*cost),
        });
        CalibratedDocument {
            months: calibrated.months,
            services: services.collect(),
            total: self.total_document(calibrated.total()),
        }
    }

    fn unpriced_documents(&self) -> Vec<UnpricedDocument> {
        let document = |(line_id, line)| {
            let Line::Unpriced(line) = line else { return None };
            let quantity = line.usage.quantity.expected;
            Some(UnpricedDocument {
                line_id,
                name: line.usage.name.clone(),
                group: line.usage.group.id(),
                service: line.usage.sku.service().code(),
                usage_type: line.usage.sku.usage_type(),
                purchase_option: line.usage.sku.purchase.id(),
                pricing_quantity: (!quantity.amount.is_zero()).then(|| text(quantity.amount)),
                pricing_unit: quantity.unit.focus(),
                reason: line.reason.en.clone(),
            })
        };
        self.lines().filter_map(document).collect()
    }

    fn batch_document(&self) -> Option<BatchDocument> {
        let frame = self.frame.as_ref()?;
        let environment = |e: &super::frame::EnvironmentFrame| EnvironmentDocument {
            name: e.name.clone(),
            floor: money(e.floor),
            ceiling: money(e.ceiling),
            burn_per_hour_at_ceiling: money(e.burn_per_hour_at_ceiling),
            ceiling_instances: e
                .dearest
                .iter()
                .map(|(t, count)| InstancesDocument { instance_type: t.to_string(), count: *count })
                .collect(),
            limits: e
                .limits
                .iter()
                .map(|(min, max, hours)| LimitDocument {
                    min_vcpus: *min,
                    max_vcpus: *max,
                    hours: text(*hours),
                })
                .collect(),
        };
        let job = |job: &super::frame::WorstJob| JobDocument {
            name: job.name.clone(),
            nodes: job.nodes,
            hours: job.hours.map(text),
            instance_type: job.instance_type.as_ref().map(ToString::to_string),
            cost: money(job.cost),
        };
        Some(BatchDocument {
            floor: money(frame.floor),
            ceiling: money(frame.ceiling),
            burn_per_hour_at_ceiling: money(frame.burn_per_hour_at_ceiling),
            weekend_at_ceiling: money(frame.weekend_at_ceiling),
            hours_until_budget_at_ceiling: frame
                .hours_until_budget
                .map(|hours| text(decimal::round(hours, 6))),
            compute_environments: frame.environments.iter().map(environment).collect(),
            worst_case_jobs: frame.worst_jobs.iter().map(job).collect(),
        })
    }

    fn unit_cost_documents(&self) -> Vec<UnitCostDocument> {
        let document = |unit: &super::UnitCost| UnitCostDocument {
            name: unit.name.clone(),
            per_vcpu_hour: money(unit.per_vcpu_hour),
            per_gpu_hour: money(unit.per_gpu_hour),
            per_useful_gpu_hour: money(unit.per_useful_gpu_hour),
            per_run: money(unit.per_run),
            per_useful_hour: money(unit.per_useful_hour),
        };
        self.unit_costs.iter().map(document).collect()
    }
}

fn line(line_id: usize, item: &LineItem) -> LineDocument {
    let usage = &item.usage;
    let quantity = usage.quantity;
    let Cases { low, expected, high } = item.cost;
    LineDocument {
        line_id,
        name: usage.name.clone(),
        group: usage.group.id(),
        service: usage.sku.service().code(),
        usage_type: usage.sku.usage_type(),
        purchase_option: usage.sku.purchase.id(),
        pricing_quantity: text(quantity.expected.amount),
        pricing_quantity_range: RangeDocument {
            low: text(quantity.low.amount),
            high: Some(text(quantity.high.amount)),
        },
        pricing_unit: usage.quantity.expected.unit.focus(),
        list_unit_price: item.list_unit_price.map(|rate: Rate| rate.price.to_string()),
        list_cost: money(item.list_cost()),
        unit_price: item.unit_price.expected.to_string(),
        unit_price_range: RangeDocument {
            low: item.unit_price.low.to_string(),
            high: money(item.unit_price.high),
        },
        cost: CostDocument { low: low.to_string(), expected: expected.to_string(), high: money(high) },
        basis: match usage.basis {
            crate::model::usage::Basis::Fixed => "fixed",
            crate::model::usage::Basis::Usage => "usage",
        },
        price_source: PriceSourceDocument {
            source: item.provenance.source.to_string(),
            as_of: item.provenance.as_of.clone(),
            sku: item.provenance.sku.clone(),
            verified: item.provenance.verified,
            detail: item.provenance.detail.clone(),
        },
        derivation: usage.derivation.clone(),
    }
}
