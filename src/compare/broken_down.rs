//! Charges by anything, costs at other prices and commitments as JSON.

use serde::Serialize;

use super::by::{Breakdown, By, ByRow};
use super::commitments::Commitments;
use crate::actuals::Costs;
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;

/// What the charges that are compared cost at the source's prices; null where it does not say of all of them.
#[derive(Debug, Serialize)]
pub(super) struct CostsDocument {
    list: Option<String>,
    contracted: Option<String>,
    effective: Option<String>,
}

impl CostsDocument {
    pub(super) fn new(costs: Costs) -> CostsDocument {
        CostsDocument {
            list: text(costs.list),
            contracted: text(costs.contracted),
            effective: text(costs.effective),
        }
    }
}

/// What commitments of a kind cover; shares are fractions.
#[derive(Debug, Serialize)]
pub(super) struct CommitmentsDocument {
    kind: &'static str,
    used: String,
    unused: String,
    utilization: Option<String>,
    covered_hours: Option<String>,
    coverable_hours: Option<String>,
    coverage_of_hours: Option<String>,
    coverage_of_list: Option<String>,
    savings: Option<String>,
}

impl CommitmentsDocument {
    pub(super) fn new(of: &Commitments) -> CommitmentsDocument {
        let share = |share: Option<Decimal>| share.map(|share| decimal::plain(decimal::round(share, 6)));
        CommitmentsDocument {
            kind: of.kind.id(),
            used: of.used.to_string(),
            unused: of.unused.to_string(),
            utilization: share(of.utilization()),
            covered_hours: of.hours.map(decimal::plain),
            coverable_hours: of.coverable_hours.map(decimal::plain),
            coverage_of_hours: share(of.coverage_of_hours()),
            coverage_of_list: share(of.coverage_of_list()),
            savings: text(of.savings()),
        }
    }
}

/// Charges by what was asked for.
#[derive(Debug, Serialize)]
pub(super) struct BreakdownDocument {
    by: Vec<String>,
    /// Whether it is of every charge of the source, or of what is compared.
    of_all_charges: bool,
    rows: Vec<RowDocument>,
    actual: String,
}

#[derive(Debug, Serialize)]
struct RowDocument {
    /// In the order of `by`; null where a charge has none.
    values: Vec<Option<String>>,
    /// Null where the scenario does not know.
    estimated: Option<String>,
    /// Whether lines of the estimate have no price.
    estimated_at_least: bool,
    actual: String,
    other_months: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    costs: Option<CostsDocument>,
}

impl BreakdownDocument {
    pub(super) fn new(breakdown: &Breakdown) -> BreakdownDocument {
        let row = |row: &ByRow| RowDocument {
            values: row.values.clone(),
            estimated: text(row.estimated),
            estimated_at_least: row.unpriced,
            actual: row.actual.to_string(),
            other_months: row.other_months.to_string(),
            costs: row.costs.map(CostsDocument::new),
        };
        BreakdownDocument {
            by: breakdown.by.iter().map(By::id).collect(),
            of_all_charges: breakdown.of_all,
            rows: breakdown.rows.iter().map(row).collect(),
            actual: breakdown.actual().to_string(),
        }
    }
}

fn text(usd: Option<Usd>) -> Option<String> {
    usd.map(|usd| usd.to_string())
}
