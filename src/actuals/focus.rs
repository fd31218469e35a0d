//! FOCUS 1.0 and 1.2 (FinOps Open Cost and Usage Specification, <https://focus.finops.org>): which column
//! means what.
//!
//! FOCUS has two costs: BilledCost as invoiced, and EffectiveCost, which spreads commitments and is after all
//! discounts. It is the amortized and the net amortized cost alike.

use std::collections::BTreeMap;

use super::product_code::code;
use super::usage_type::{ReadFrom, inferred};
use super::{Belonging, CostBasis, LabelOf, Labels, RecordType, Row, Scope, label_key, label_of};
use crate::model::money::Usd;

/// Columns without which a file is no FOCUS export.
pub const REQUIRED: [&str; 5] =
    ["billedcost", "effectivecost", "chargecategory", "chargeperiodstart", "billingcurrency"];

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
    let (tags, cost_categories) =
        if scope.asks_for_labels() { labels_of(cell, scope)? } else { (Labels::new(), Labels::new()) };
    let belonging = Belonging {
        record,
        account: cell("subaccountid").to_owned(),
        region: cell("regionid").to_owned(),
        tags,
        cost_categories,
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
        regionless: scope.lacks_region(&belonging),
        categorised: !belonging.cost_categories.is_empty(),
    })
}

/// Tags or cost categories as exports in text have them: what [`labels`] reads.
pub(super) fn object<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    serde_json::to_string(&pairs.collect::<BTreeMap<_, _>>()).expect("text is plain data")
}

/// The tags and the cost categories of a row: 1.0 has a column for each, 1.2 both in one.
fn labels_of<'a>(cell: &Cells<'a>, scope: &Scope) -> Result<(Labels, Labels), String> {
    let (tags, mut cost_categories) = split_labels(cell("tags"))?;
    if !scope.cost_categories.is_empty() {
        cost_categories.extend(labels(cell("xcostcategories"))?);
    }
    Ok((tags, cost_categories))
}

/// The tags of resources and the cost categories among the labels of a column that holds both.
pub(super) fn split_labels(text: &str) -> Result<(Labels, Labels), String> {
    let (mut tags, mut cost_categories) = (Labels::new(), Labels::new());
    for (key, value) in pairs(text)? {
        match label_of(&key) {
            (LabelOf::Tag, key) => tags.push((label_key(key), value)),
            (LabelOf::CostCategory, key) => cost_categories.push((label_key(key), value)),
            (LabelOf::Other, _) => {}
        }
    }
    Ok((tags, cost_categories))
}

/// The labels of a column that holds one kind.
pub(super) fn labels(text: &str) -> Result<Labels, String> {
    Ok(pairs(text)?.into_iter().map(|(key, value)| (label_key(&key), value)).collect())
}

/// Keys and values of a JSON object; none where there is no text.
pub(super) fn pairs(text: &str) -> Result<Vec<(String, String)>, String> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let object: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(text).map_err(|error| format!("tags `{text:.60}`: {error}"))?;
    let words = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => text,
        serde_json::Value::Null => String::new(),
        other => other.to_string(),
    };
    Ok(object.into_iter().map(|(key, value)| (key, words(value))).collect())
}
