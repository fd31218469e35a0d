//! The comparison as JSON.

use serde::Serialize;

use super::bridge::{Bridged, Contribution};
use super::broken_down::{BreakdownDocument, CommitmentsDocument, CostsDocument};
use super::daily::{DayDocument, StepDocument};
use super::month_end::LEVEL_PERCENT;
use super::movers::{Against, AgainstDocument};
use super::{Comparison, Line, sum};
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::time::{day, instant};
use crate::model::units::Cases;

/// The document of `compare --format json`.
#[derive(Debug, Serialize)]
pub struct Document {
    schema_version: u32,
    kind: &'static str,
    generated_by: &'static str,
    scenario: String,
    source: String,
    basis: &'static str,
    currency: &'static str,
    period: Period,
    prices: String,
    matched: Vec<LineDocument>,
    only_estimated: Vec<LineDocument>,
    only_charged: Vec<LineDocument>,
    out_of_scope: Amounts,
    excluded: Amounts,
    bridge: Vec<DriverDocument>,
    totals: Totals,
    unit_costs: Vec<UnitCostDocument>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jobs: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    budget: Option<BudgetDocument>,
    #[serde(skip_serializing_if = "Option::is_none")]
    month_end: Option<MonthEndDocument>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aws_forecast: Option<AwsForecastDocument>,
    /// By service and day: adds up to what is charged in scope, days that are not complete included.
    daily: Vec<DayDocument>,
    /// What changed during the period.
    steps: Vec<StepDocument>,
    /// What is compared, at the source's own prices.
    #[serde(skip_serializing_if = "Option::is_none")]
    costs: Option<CostsDocument>,
    /// What commitments cover, and what is not used of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    commitments: Vec<CommitmentsDocument>,
    /// By what was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    breakdown: Option<BreakdownDocument>,
    #[serde(skip_serializing_if = "Option::is_none")]
    against: Option<AgainstDocument>,
    settled: Settled,
    requests: Requests,
    notes: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Period {
    start: String,
    end: String,
    compared_until: String,
}

#[derive(Debug, Serialize)]
struct LineDocument {
    service: String,
    usage_type: String,
    estimated_quantity: Option<String>,
    actual_quantity: Option<String>,
    estimated_cost: Option<String>,
    actual_cost: Option<String>,
    difference: Option<String>,
}

#[derive(Debug, Serialize)]
struct Amounts {
    charges: Vec<Amount>,
    sum: String,
}

#[derive(Debug, Serialize)]
struct Amount {
    name: String,
    amount: String,
}

#[derive(Debug, Serialize)]
struct DriverDocument {
    driver: &'static str,
    amount: String,
    contributions: Vec<ContributionDocument>,
}

/// A usage type's part of a driver.
#[derive(Debug, Serialize)]
struct ContributionDocument {
    service: String,
    usage_type: String,
    amount: String,
    estimated_quantity: Option<String>,
    actual_quantity: Option<String>,
    estimated_unit_price: Option<String>,
    actual_unit_price: Option<String>,
}

#[derive(Debug, Serialize)]
struct UnitCostDocument {
    unit: &'static str,
    estimated_usd: Option<String>,
    actual_usd: Option<String>,
}

#[derive(Debug, Serialize)]
struct Totals {
    estimated: String,
    /// Whether lines of the estimate have no price.
    estimated_at_least: bool,
    actual: String,
    difference: String,
    out_of_scope: String,
    excluded: String,
    source_total: String,
}

#[derive(Debug, Serialize)]
struct BudgetDocument {
    verdict: Option<&'static str>,
    actual: String,
    limit: String,
}

/// The whole month: charged so far and the days to come.
#[derive(Debug, Serialize)]
struct MonthEndDocument {
    charged: String,
    days: usize,
    days_to_come: usize,
    rest: Cases<Usd>,
    total: Cases<Usd>,
    level: String,
    estimated: String,
}

#[derive(Debug, Serialize)]
struct AwsForecastDocument {
    from: String,
    rest: Cases<Usd>,
    level: String,
}

#[derive(Debug, Serialize)]
struct Requests {
    paid_calls: u32,
    cost_usd: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    athena: Option<AthenaDocument>,
}

#[derive(Debug, Serialize)]
struct AthenaDocument {
    region: String,
    workgroup: String,
    output_location: String,
    scanned_bytes: u64,
    cost_usd: String,
}

#[derive(Debug, Serialize)]
struct Settled {
    complete: bool,
    open_days: i64,
    /// Null while the period is not over.
    days_since_end: Option<i64>,
    /// The day after which there is no use worth mentioning, of a period that is compared whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_use: Option<String>,
}

impl Comparison {
    /// The JSON document; `generated_by` is the program and its version.
    #[must_use]
    pub fn document(&self, generated_by: &'static str) -> Document {
        let lines = |lines: &[Line]| lines.iter().map(line).collect();
        Document {
            schema_version: 1,
            kind: "comparison",
            generated_by,
            scenario: self.scenario.clone(),
            source: self.question.source.clone(),
            basis: self.question.basis.id(),
            currency: "USD",
            period: Period {
                start: self.period.start().to_string(),
                end: self.period.end().to_string(),
                compared_until: instant(self.until),
            },
            prices: self.prices.clone(),
            matched: lines(&self.matched),
            only_estimated: lines(&self.only_estimated),
            only_charged: lines(&self.only_charged),
            out_of_scope: amounts(&self.out_of_scope),
            excluded: amounts(&self.excluded),
            bridge: self.bridge.iter().map(driver).collect(),
            totals: Totals {
                estimated: self.estimated().to_string(),
                estimated_at_least: !self.is_priced(),
                actual: self.actual().to_string(),
                difference: self.difference().to_string(),
                out_of_scope: sum(&self.out_of_scope).to_string(),
                excluded: sum(&self.excluded).to_string(),
                source_total: self.source_total.to_string(),
            },
            requests: Requests {
                paid_calls: self.question.paid_calls,
                cost_usd: self.paid().to_string(),
                athena: self.question.query.as_ref().map(|run| AthenaDocument {
                    region: run.region.clone(),
                    workgroup: run.workgroup.clone(),
                    output_location: run.output_location.clone(),
                    scanned_bytes: run.scanned_bytes,
                    cost_usd: run.cost().to_string(),
                }),
            },
            unit_costs: self
                .unit_costs
                .iter()
                .map(|cost| UnitCostDocument {
                    unit: cost.unit,
                    estimated_usd: cost.estimated.map(|usd| usd.to_string()),
                    actual_usd: cost.actual.map(|usd| usd.to_string()),
                })
                .collect(),
            jobs: self.jobs.map(decimal::plain),
            budget: self.budget_document(),
            month_end: self.month_end_document(),
            aws_forecast: self.question.aws_forecast.map(|(from, rest)| AwsForecastDocument {
                from: instant(from),
                rest,
                level: level(),
            }),
            costs: self.costs.map(CostsDocument::new),
            commitments: self.commitments.iter().map(CommitmentsDocument::new).collect(),
            breakdown: self.breakdown.as_ref().map(BreakdownDocument::new),
            daily: self.daily_documents(),
            steps: self.step_documents(),
            against: self.against.as_ref().map(Against::document),
            settled: self.settled_document(),
            notes: self.notes.iter().map(ToString::to_string).collect(),
        }
    }

    fn settled_document(&self) -> Settled {
        let days_since_end = self.days_since_end();
        Settled {
            complete: self.open_days == 0,
            open_days: self.open_days,
            days_since_end,
            last_use: self.last_use.map(day),
        }
    }

    fn budget_document(&self) -> Option<BudgetDocument> {
        self.budget.map(|(verdict, limit)| BudgetDocument {
            verdict: verdict.id(),
            actual: self.billed().to_string(),
            limit: limit.to_string(),
        })
    }

    fn month_end_document(&self) -> Option<MonthEndDocument> {
        self.month_end.as_ref().map(|end| MonthEndDocument {
            charged: end.charged.to_string(),
            days: end.days,
            days_to_come: end.days_to_come,
            rest: end.rest,
            total: end.total(),
            level: level(),
            estimated: self.estimated_whole.to_string(),
        })
    }
}

fn level() -> String {
    decimal::plain(Decimal::from(LEVEL_PERCENT) / Decimal::ONE_HUNDRED)
}

fn line(line: &Line) -> LineDocument {
    let number = |number: Option<Decimal>| number.map(decimal::plain);
    let usd = |usd: Option<Usd>| usd.map(|usd| usd.to_string());
    LineDocument {
        service: line.service.clone(),
        usage_type: line.usage_type.clone(),
        estimated_quantity: number(line.estimated_quantity),
        actual_quantity: number(line.actual_quantity),
        estimated_cost: usd(line.estimated_cost.filter(|_| !line.unpriced)),
        actual_cost: usd(line.actual_cost),
        difference: usd(line.difference()),
    }
}

fn driver(of: &Bridged) -> DriverDocument {
    let contribution = |part: &Contribution| {
        let Contribution { line: of, amount } = part;
        let whole = line(of);
        let price = |usd: Option<Usd>| usd.map(|usd| usd.to_string());
        ContributionDocument {
            service: whole.service,
            usage_type: whole.usage_type,
            amount: amount.to_string(),
            estimated_quantity: whole.estimated_quantity,
            actual_quantity: whole.actual_quantity,
            estimated_unit_price: price(of.estimated_unit_price()),
            actual_unit_price: price(of.actual_unit_price()),
        }
    };
    DriverDocument {
        driver: of.driver.id(),
        amount: of.amount().to_string(),
        contributions: of.contributions.iter().map(contribution).collect(),
    }
}

fn amounts(charges: &[(String, Usd)]) -> Amounts {
    Amounts {
        charges: charges
            .iter()
            .map(|(name, amount)| Amount { name: name.clone(), amount: amount.to_string() })
            .collect(),
        sum: sum(charges).to_string(),
    }
}
