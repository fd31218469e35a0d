//! FOCUS 1.0 and 1.2 (FinOps Open Cost and Usage Specification, <https://focus.finops.org>): which column
//! means what.
//!
//! FOCUS has two costs: BilledCost as invoiced, and EffectiveCost, which spreads commitments and is after all
//! discounts. It is the amortized and the net amortized cost alike.

use std::collections::BTreeMap;

use super::product_code::code;
use super::usage_type::{ReadFrom, inferred};
use super::{Belonging, CostBasis, Labels, RecordType, Row, Scope, label_key};
use crate::model::money::Usd;

/// Columns without which a file is no FOCUS export.
pub const REQUIRED: [&str; 5] =
    ["billedcost", "effectivecost", "chargecategory", "chargeperiodstart", "billingcurrency"];

/// Columns that are read where they are there.
pub const READ: [&str; 17] = [
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
    "xcostcategories",
    "commitmentdiscountstatus",
    "skupricedetails",
    "chargedescription",
    "pricingcategory",
    "pricingunit",
    "capacityreservationstatus",
];

/// A row's cells by folded column name; empty where there is none.
pub type Cells<'a> = dyn Fn(&str) -> &'a str + 'a;

/// Whether an export with these folded columns has one of usage types: AWS's own in 1.0, its `SkuMeter` in 1.2.
#[must_use]
pub fn names_usage_types(columns: &[String]) -> bool {
    columns.iter().any(|column| ["xusagetype", "skumeter"].contains(&column.as_str()))
}

/// A row in our words; `named` is whether the export has a column of usage types. `Err` says what is wrong with it.
pub fn row<'a>(cell: &Cells<'a>, named: bool, basis: CostBasis, scope: &Scope) -> Result<Row, String> {
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
    let stands_in = !named && cell("chargecategory") == "Usage" && code(service) == "AmazonEC2";
    let inferred = if stands_in { inferred(cell) } else { None };
    let (usage_type, usage_type_from) =
        inferred.as_ref().map_or((usage_type, ReadFrom::UsageType), |(text, from)| (text.as_str(), *from));
    let quantity = [cell("consumedquantity"), cell("pricingquantity")];
    let quantity = quantity.into_iter().find(|text| !text.is_empty());
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
    let quantity = if block.is_some() { Some("0") } else { quantity };
    // What is unused of a Savings Plan has one usage type in an estimate, whatever the plan is called.
    let unused_plan = record == RecordType::UnusedCommitment && usage_type.contains("ComputeSP");
    let (service, usage_type) =
        if unused_plan { ("ComputeSavingsPlans", "ComputeSP:Unused") } else { (service, usage_type) };
    let belonging = Belonging {
        account: cell("subaccountid").to_owned(),
        region: cell("regionid").to_owned(),
        tags: if scope.tags.is_empty() { Labels::new() } else { labels(cell("tags"))? },
        cost_categories: match scope.cost_categories.is_empty() {
            true => Labels::new(),
            false => labels(cell("xcostcategories"))?,
        },
    };
    Ok(Row {
        record,
        service: code(service).to_owned(),
        usage_type: block.unwrap_or_else(|| usage_type.to_owned()),
        usage_type_from,
        time: super::file::second(cell("chargeperiodstart"))?,
        quantity: quantity.map(super::file::number).transpose()?,
        cost: Usd::new(super::file::number(cost)?),
        in_scope: scope.has(&belonging),
    })
}

/// Tags or cost categories as exports in text have them: what [`labels`] reads.
pub(super) fn object<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    serde_json::to_string(&pairs.collect::<BTreeMap<_, _>>()).expect("text is plain data")
}

/// Tags or cost categories as a JSON object; none where there is no text.
pub(super) fn labels(text: &str) -> Result<Labels, String> {
    if text.is_empty() {
        return Ok(Labels::new());
    }
    let object: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(text).map_err(|error| format!("tags `{text:.60}`: {error}"))?;
    let words = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => text,
        serde_json::Value::Null => String::new(),
        other => other.to_string(),
    };
    Ok(object.into_iter().map(|(key, value)| (label_key(&key), words(value))).collect())
}
