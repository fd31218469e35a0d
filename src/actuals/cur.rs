//! AWS Cost and Usage Reports, legacy and 2.0: which column means what, and AWS's rules for amortized costs.
//!
//! The rules are those of AWS's own dashboards (aws-samples/aws-cudos-framework-deployment, summary view, read
//! 2026-11-23). Rows of split cost allocation repeat the cost of their instance and are left out.

use super::file::{number, second};
use super::product_code::code;
use super::usage_type::ReadFrom;
use super::{Belonging, CostBasis, Labels, RecordType, Row, Scope, label_key};
use crate::model::decimal::Decimal;
use crate::model::money::Usd;
use crate::prices::product::folded;

/// Columns without which a file is no such report.
pub const REQUIRED: [&str; 6] = [
    "lineitemlineitemtype",
    "lineitemusagestartdate",
    "lineitemproductcode",
    "lineitemusagetype",
    "lineitemunblendedcost",
    "lineitemcurrencycode",
];

/// Amounts; what is no amount, and not the time, is text.
pub const AMOUNTS: [&str; 13] = [
    "lineitemusageamount",
    "lineitemunblendedcost",
    "lineitemnetunblendedcost",
    "savingsplansavingsplaneffectivecost",
    "savingsplannetsavingsplaneffectivecost",
    "savingsplantotalcommitmenttodate",
    "savingsplanusedcommitment",
    "reservationeffectivecost",
    "reservationneteffectivecost",
    "reservationunusedamortizedupfrontfeeforbillingperiod",
    "reservationnetunusedamortizedupfrontfeeforbillingperiod",
    "reservationunusedrecurringfee",
    "reservationnetunusedrecurringfee",
];

/// Where a report may say of which region a charge is, the surest first: CUR 2.0 leaves `product_region_code` empty for
/// data transfer.
pub const REGIONS: [&str; 3] = ["productregioncode", "productregion", "productfromregioncode"];

/// The column of CUR 2.0 that holds what has none of its own, `region` among it.
pub const PRODUCT: &str = "product";

/// The columns, beside those of legacy labels, that a question needs.
#[must_use]
pub fn needed(basis: CostBasis, scope: &Scope) -> Vec<&'static str> {
    let mut wanted = REQUIRED.to_vec();
    wanted.extend(["lineitemoperation", "lineitemusageamount"]);
    if basis != CostBasis::Unblended {
        let amortized =
            AMOUNTS.iter().filter(|name| name.starts_with("savingsplan") || name.starts_with("reservation"));
        wanted.extend(amortized.filter(|name| basis == CostBasis::NetAmortized || !is_net(name)));
        wanted.push("reservationreservationarn");
    }
    wanted.extend((basis == CostBasis::NetAmortized).then_some("lineitemnetunblendedcost"));
    wanted.extend((!scope.accounts.is_empty()).then_some("lineitemusageaccountid"));
    if !scope.regions.is_empty() {
        wanted.extend(REGIONS);
        wanted.push(PRODUCT);
    }
    wanted.extend((!scope.tags.is_empty()).then_some("resourcetags"));
    wanted.extend((!scope.cost_categories.is_empty()).then_some("costcategory"));
    wanted.extend(scope.asks_for_labels().then_some("tags"));
    wanted
}

/// Whether an amount is after private discounts.
fn is_net(name: &str) -> bool {
    name.starts_with("savingsplannet") || name.starts_with("reservationnet")
}

/// Operations whose rows repeat the cost of an instance.
const SPLIT: [&str; 2] = ["EKSPod-EC2", "ECSTask-EC2"];

/// A row in our words; `None` for one that repeats another's cost. `Err` says what is wrong with it.
pub fn row<'a>(
    cell: &super::focus::Cells<'a>,
    labels: impl FnOnce() -> Result<(Labels, Labels), String>,
    basis: CostBasis,
    scope: &Scope,
) -> Result<Option<Row>, String> {
    if SPLIT.contains(&cell("lineitemoperation")) {
        return Ok(None);
    }
    let currency = cell("lineitemcurrencycode");
    if currency != "USD" {
        return Err(format!("charges are in {currency}, not in USD"));
    }
    let kind = cell("lineitemlineitemtype");
    let product = cell("lineitemproductcode");
    let (record, cost) = match basis {
        CostBasis::Unblended => (RecordType::of(kind), required(cell, kind, &["lineitemunblendedcost"])?),
        CostBasis::Amortized => amortized(cell, kind, product, false)?,
        CostBasis::NetAmortized => amortized(cell, kind, product, true)?,
    };
    let record = if product.contains("Support") { RecordType::Support } else { record };
    let block = super::paid_by_block(cell("lineitemusagetype"));
    let (record, cost) = match block {
        Some(_) => (RecordType::Usage, required(cell, kind, &["lineitemunblendedcost"])?),
        None => (record, cost),
    };
    // What is unused of a Savings Plan has one usage type in an estimate, whatever the plan is called.
    let unused_plan = record == RecordType::UnusedCommitment && product == "ComputeSavingsPlans";
    let usage_type = if unused_plan { "ComputeSP:Unused" } else { cell("lineitemusagetype") };
    let used = if unused_plan || block.is_some() {
        Some(Decimal::ZERO)
    } else {
        known(cell("lineitemusageamount"))?
    };
    let (tags, cost_categories) =
        if scope.asks_for_labels() { labels()? } else { (Labels::new(), Labels::new()) };
    let belonging = Belonging {
        record,
        account: cell("lineitemusageaccountid").to_owned(),
        region: if scope.regions.is_empty() { String::new() } else { region(cell)? },
        tags,
        cost_categories,
    };
    Ok(Some(Row {
        record,
        service: code(product).to_owned(),
        usage_type: block.unwrap_or_else(|| usage_type.to_owned()),
        usage_type_from: ReadFrom::UsageType,
        time: second(cell("lineitemusagestartdate"))?,
        quantity: used,
        cost: Usd::new(cost),
        in_scope: scope.has(&belonging),
        regionless: scope.lacks_region(&belonging),
        categorised: !belonging.cost_categories.is_empty(),
    }))
}

/// The region of a charge, from whichever column says it; empty where none does.
fn region<'a>(cell: &super::focus::Cells<'a>) -> Result<String, String> {
    let [code, legacy, from] = REGIONS.map(cell);
    if let Some(named) = [code, legacy].into_iter().find(|text| !text.is_empty()) {
        return Ok(named.to_owned());
    }
    let product = super::focus::pairs(cell(PRODUCT)).map_err(|reason| reason.replacen("tags", PRODUCT, 1))?;
    let of_product = |key: &str| product.iter().find(|(known, text)| known == key && !text.is_empty());
    let found = of_product("region").or_else(|| of_product("region_code")).map(|(_, text)| text.clone());
    Ok(found.unwrap_or_else(|| from.to_owned()))
}

/// The amortized cost of a line item and what it then is.
fn amortized<'a>(
    cell: &super::focus::Cells<'a>,
    kind: &str,
    product: &str,
    net: bool,
) -> Result<(RecordType, Decimal), String> {
    let pick = |gross: &'static str, after: &'static str| -> Result<Decimal, String> {
        if net { required(cell, kind, &[after, gross]) } else { required(cell, kind, &[gross]) }
    };
    let part = |gross: &'static str, after: &'static str| -> Result<Decimal, String> {
        if net { amount(cell, &[after, gross]) } else { amount(cell, &[gross]) }
    };
    let nothing = |record| Ok((record, Decimal::ZERO));
    match kind {
        "SavingsPlanCoveredUsage" => Ok((
            RecordType::Usage,
            pick("savingsplansavingsplaneffectivecost", "savingsplannetsavingsplaneffectivecost")?,
        )),
        "SavingsPlanRecurringFee" => Ok((
            RecordType::UnusedCommitment,
            amount(cell, &["savingsplantotalcommitmenttodate"])?
                - amount(cell, &["savingsplanusedcommitment"])?,
        )),
        "SavingsPlanNegation" => nothing(RecordType::SavingsPlanNegation),
        "SavingsPlanUpfrontFee" => nothing(RecordType::Fee),
        "DiscountedUsage" => {
            Ok((RecordType::Usage, pick("reservationeffectivecost", "reservationneteffectivecost")?))
        }
        "RIFee" => Ok((
            RecordType::UnusedCommitment,
            part(
                "reservationunusedamortizedupfrontfeeforbillingperiod",
                "reservationnetunusedamortizedupfrontfeeforbillingperiod",
            )? + part("reservationunusedrecurringfee", "reservationnetunusedrecurringfee")?,
        )),
        "Fee" if !cell("reservationreservationarn").is_empty() => nothing(RecordType::Fee),
        "Refund" if product == "ComputeSavingsPlans" => nothing(RecordType::Refund),
        kind => Ok((RecordType::of(kind), pick("lineitemunblendedcost", "lineitemnetunblendedcost")?)),
    }
}

/// The first of these cells that has anything in it. None is an error: a report may leave columns out, and what
/// decides the cost of a row is not nothing because nobody asked for it.
fn required<'a>(cell: &super::focus::Cells<'a>, kind: &str, names: &[&str]) -> Result<Decimal, String> {
    let text = names.iter().map(|name| cell(name)).find(|text| !text.is_empty());
    number(text.ok_or_else(|| format!("a charge of type {kind} has no {}", names.join(" or ")))?)
}

/// The first of these cells that has anything in it; nothing is zero here, since the cells of other kinds of
/// line items are empty.
fn amount<'a>(cell: &super::focus::Cells<'a>, names: &[&str]) -> Result<Decimal, String> {
    let text = names.iter().map(|name| cell(name)).find(|text| !text.is_empty()).unwrap_or("0");
    number(text)
}

/// Whether a column is a tag or a cost category of the legacy report, by its folded name.
#[must_use]
pub fn is_label(column: &str) -> bool {
    let more = |head: &str| column.strip_prefix(head).is_some_and(|name| !name.is_empty());
    more("resourcetags") || more("costcategory")
}

/// An amount, if there is one.
fn known(text: &str) -> Result<Option<Decimal>, String> {
    (!text.is_empty()).then(|| number(text)).transpose()
}

/// The tags and the cost categories of a row: the columns `resourceTags/…` and `costCategory/…` of the legacy
/// report, given with their names, or the maps of CUR 2.0, one of each kind or one of all kinds.
pub fn labels<'a>(
    columns: impl Iterator<Item = (&'a str, &'a str)>,
    cell: &super::focus::Cells<'a>,
) -> Result<(Labels, Labels), String> {
    let (mut tags, mut cost_categories) = super::focus::split_labels(cell("tags"))?;
    tags.extend(super::focus::labels(cell("resourcetags"))?);
    cost_categories.extend(super::focus::labels(cell("costcategory"))?);
    for (column, value) in columns.filter(|(_, value)| !value.is_empty()) {
        let categories = folded(column).starts_with("costcategory");
        let labels = if categories { &mut cost_categories } else { &mut tags };
        labels.push((label_key(column), value.to_owned()));
    }
    Ok((tags, cost_categories))
}
