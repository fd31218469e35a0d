//! FOCUS 1.0 and 1.2 (FinOps Open Cost and Usage Specification, <https://focus.finops.org>): which column
//! means what.
//!
//! FOCUS has two costs: BilledCost as invoiced, and EffectiveCost, which spreads commitments and is after all
//! discounts. It is the amortized and the net amortized cost alike.

use std::collections::BTreeMap;

use super::product_code::code;
use super::{CostBasis, RecordType, Row, Scope, tag_key};
use crate::model::money::Usd;

/// Columns without which a file is no FOCUS export.
pub const REQUIRED: [&str; 5] =
    ["billedcost", "effectivecost", "chargecategory", "chargeperiodstart", "billingcurrency"];

/// Columns that are read where they are there.
pub const READ: [&str; 12] = [
    "chargeclass",
    "consumedquantity",
    "pricingquantity",
    "servicename",
    "xservicecode",
    "xusagetype",
    "skumeter",
    "subaccountid",
    "regionid",
    "tags",
    "commitmentdiscountstatus",
    "chargedescription",
];

/// A row's cells by folded column name; empty where there is none.
pub type Cells<'a> = dyn Fn(&str) -> &'a str + 'a;

/// A row in our words. `Err` says what is wrong with it.
pub fn row<'a>(cell: &Cells<'a>, basis: CostBasis, scope: &Scope) -> Result<Row, String> {
    let currency = cell("billingcurrency");
    if currency != "USD" {
        return Err(format!("charges are in {currency}, not in USD"));
    }
    let cost = match basis {
        CostBasis::Unblended => cell("billedcost"),
        CostBasis::Amortized | CostBasis::NetAmortized => cell("effectivecost"),
    };
    let service = if cell("xservicecode").is_empty() { cell("servicename") } else { cell("xservicecode") };
    let usage_type = if cell("xusagetype").is_empty() { cell("skumeter") } else { cell("xusagetype") };
    let quantity = [cell("consumedquantity"), cell("pricingquantity")];
    let quantity = quantity.into_iter().find(|text| !text.is_empty()).unwrap_or("0");
    let record = match cell("chargecategory") {
        "Usage" if cell("servicename").contains("Support") => RecordType::Support,
        "Usage" if cell("commitmentdiscountstatus") == "Unused" => RecordType::UnusedCommitment,
        "Usage" => RecordType::Usage,
        "Purchase" if cell("servicename").contains("Support") => RecordType::Support,
        "Purchase" => RecordType::Fee,
        "Tax" => RecordType::Tax,
        "Credit" => RecordType::Credit,
        "Adjustment" => RecordType::Refund,
        _ => RecordType::Other,
    };
    let block = super::paid_by_block(usage_type);
    let record = if block.is_some() { RecordType::Usage } else { record };
    let quantity = if block.is_some() { "0" } else { quantity };
    // What is unused of a Savings Plan has one usage type in an estimate, whatever the plan is called.
    let unused_plan = record == RecordType::UnusedCommitment && usage_type.contains("ComputeSP");
    let (service, usage_type) =
        if unused_plan { ("ComputeSavingsPlans", "ComputeSP:Unused") } else { (service, usage_type) };
    let tags = if scope.tags.is_empty() { BTreeMap::new() } else { tags(cell("tags"))? };
    Ok(Row {
        record,
        service: code(service).to_owned(),
        usage_type: block.unwrap_or_else(|| usage_type.to_owned()),
        time: super::file::second(cell("chargeperiodstart"))?,
        quantity: super::file::number(quantity)?,
        cost: Usd::new(super::file::number(cost)?),
        in_scope: scope.has(cell("subaccountid"), cell("regionid"), &tags),
    })
}

/// Tags as a JSON object; none where there is no text.
pub(super) fn tags(text: &str) -> Result<BTreeMap<String, String>, String> {
    if text.is_empty() {
        return Ok(BTreeMap::new());
    }
    let object: BTreeMap<String, Option<String>> =
        serde_json::from_str(text).map_err(|error| format!("tags `{text:.60}`: {error}"))?;
    Ok(object.into_iter().map(|(key, value)| (tag_key(&key), value.unwrap_or_default())).collect())
}
