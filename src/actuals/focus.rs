//! FOCUS 1.0 to 1.2 (FinOps Open Cost and Usage Specification, <https://focus.finops.org>): which column means what.
//!
//! FOCUS has two costs: BilledCost as invoiced, and EffectiveCost, which spreads commitments and is after all
//! discounts. It is the amortized and the net amortized cost alike.

use super::asked::{Asked, Dimension};
use super::class::{Class, cost_of};
use super::keys::{COSTS, Cells, Draft, Place, QUANTITY};
use super::product_code::code;
use super::usage_type::{ReadFrom, STAND_INS, inferred};
use super::{Commitment, CostBasis, RecordType, paid_by_block};

/// Columns without which a file is no FOCUS export.
pub(super) const REQUIRED: [&str; 5] =
    ["billedcost", "effectivecost", "chargecategory", "chargeperiodstart", "billingcurrency"];

/// Whether an export with these folded columns has one of usage types: AWS's own in 1.0, its `SkuMeter` in 1.2.
#[must_use]
pub(super) fn names_usage_types(columns: &[String]) -> bool {
    columns.iter().any(|column| ["xusagetype", "skumeter"].contains(&column.as_str()))
}

/// The column that is a cost basis.
const fn cost(basis: CostBasis) -> &'static str {
    match basis {
        CostBasis::Unblended => "billedcost",
        CostBasis::Amortized | CostBasis::NetAmortized => "effectivecost",
    }
}

/// What of an export decides what a charge is; `named` is whether it has a column of usage types.
pub(super) fn draft(draft: &mut Draft<'_>, asked: &Asked, named: bool) {
    for name in [
        "chargecategory",
        "servicename",
        "xservicecode",
        "commitmentdiscountstatus",
        "commitmentdiscountcategory",
    ] {
        draft.column(name);
    }
    draft.columns("currency", &["billingcurrency"]);
    draft.columns("usage_type", &["xusagetype", "skumeter"]);
    draft.key("correction", [Place::Begins { column: "chargeclass".into(), with: "Correction" }]);
    if asked.regions() || !named {
        draft.columns("region", &["regionid"]);
    }
    if !named {
        STAND_INS.into_iter().for_each(|name| draft.column(name));
    }
    if asked.accounts() {
        draft.columns("account", &["subaccountid"]);
    }
    if !asked.scope.providers.is_empty() {
        draft.columns("provider", &["serviceprovidername", "providername"]);
    }
    for dimension in &asked.by {
        let column = match dimension {
            Dimension::Resource => "resourceid",
            Dimension::BillingPeriod => "billingperiodstart",
            Dimension::Invoice => "invoiceid",
            Dimension::Commitment => "commitmentdiscountid",
            _ => continue,
        };
        draft.columns(dimension.id(), &[column]);
    }
    draft.amount(cost(asked.basis), &[cost(asked.basis)]);
    draft.amount(QUANTITY, &["consumedquantity", "pricingquantity"]);
    if asked.costs {
        for (name, column) in COSTS.into_iter().zip(["listcost", "contractedcost", "effectivecost"]) {
            draft.amount(name, &[column]);
        }
    }
}

/// What a charge is; `named` is whether the export has a column of usage types. `Err` says what is wrong with it.
pub(super) fn class(cells: &Cells<'_>, named: bool, asked: &Asked) -> Result<Class, String> {
    let category = cells.text("chargecategory").to_lowercase();
    let service = cells.get("xservicecode").unwrap_or_else(|| cells.text("servicename"));
    let stands_in = !named && category == "usage" && code(service) == "AmazonEC2";
    let inferred = if stands_in { inferred(cells) } else { None };
    let (usage_type, usage_type_from) = inferred
        .as_ref()
        .map_or((cells.text("usage_type"), ReadFrom::UsageType), |(text, from)| (text.as_str(), *from));
    let support = cells.text("servicename").contains("Support");
    let record = match category.as_str() {
        "usage" | "purchase" if support => RecordType::Support,
        "usage" if cells.text("commitmentdiscountstatus").eq_ignore_ascii_case("Unused") => {
            RecordType::UnusedCommitment
        }
        "usage" => RecordType::Usage,
        "purchase" => RecordType::Fee,
        "tax" => RecordType::Tax,
        "credit" => RecordType::Credit,
        "adjustment" => RecordType::Refund,
        _ => RecordType::Other,
    };
    let block = paid_by_block(usage_type);
    let record = if block.is_some() { RecordType::Usage } else { record };
    // What is unused of a Savings Plan has one usage type in an estimate, whatever the plan is called.
    let unused_plan = record == RecordType::UnusedCommitment && usage_type.contains("ComputeSP");
    let (service, usage_type) =
        if unused_plan { ("ComputeSavingsPlans", "ComputeSP:Unused") } else { (service, usage_type) };
    Ok(Class {
        kind: cells.text("chargecategory").to_owned(),
        service: code(service).to_owned(),
        counted: block.is_none(),
        usage_type: block.unwrap_or_else(|| usage_type.to_owned()),
        usage_type_from,
        commitment: commitment(cells),
        cost: vec![cost_of(cost(asked.basis))],
        ..Class::of(record, cells, asked, None)?
    })
}

/// What covers a charge, or was not used.
fn commitment(cells: &Cells<'_>) -> Option<Commitment> {
    cells.get("commitmentdiscountstatus")?;
    match cells.text("commitmentdiscountcategory") {
        "Spend" => Some(Commitment::SavingsPlan),
        "Usage" => Some(Commitment::Reservation),
        _ => None,
    }
}
