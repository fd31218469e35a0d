//! AWS Cost and Usage Reports, legacy and 2.0: which column means what, and AWS's rules for amortized costs.
//!
//! The rules are those of AWS's own dashboards (aws-solutions-library-samples/cloud-intelligence-dashboards-framework,
//! summary view, read 2026-11-23; of refunds as its pull request 1515 of 2026-06-30 has them, read 2026-11-28). Rows of
//! split cost allocation repeat the cost of their instance and are left out.

use super::asked::{Asked, Dimension};
use super::class::{Class, Term, cost_of};
use super::keys::{COSTS, Cells, Draft, Place, QUANTITY, Under};
use super::product_code::code;
use super::{Commitment, CostBasis, RecordType, paid_by_block};

/// Columns without which a file is no such report.
pub(super) const REQUIRED: [&str; 6] = [
    "lineitemlineitemtype",
    "lineitemusagestartdate",
    "lineitemproductcode",
    "lineitemusagetype",
    "lineitemunblendedcost",
    "lineitemcurrencycode",
];

/// The column of CUR 2.0 that holds what has none of its own, `region` among it.
pub(super) const PRODUCT: &str = "product";

/// Operations whose rows repeat the cost of an instance.
const SPLIT: [&str; 2] = ["EKSPod-EC2", "ECSTask-EC2"];

/// The key that says that a refund is of a Savings Plan that was returned, which takes back its fee.
pub(super) const RETURNED: &str = "returned";

/// How AWS describes such a refund.
const OF_RETURN: &str = "Refund for one-time fee for Savings Plan ID";

/// Amounts by the names that the rules have for them, and their columns: after private discounts and before.
const AMOUNTS: [(&str, &str, &str); 7] = [
    ("unblended", "lineitemnetunblendedcost", "lineitemunblendedcost"),
    (
        "savings_plan_effective",
        "savingsplannetsavingsplaneffectivecost",
        "savingsplansavingsplaneffectivecost",
    ),
    ("commitment", "", "savingsplantotalcommitmenttodate"),
    ("used_commitment", "", "savingsplanusedcommitment"),
    ("reservation_effective", "reservationneteffectivecost", "reservationeffectivecost"),
    (
        "unused_upfront",
        "reservationnetunusedamortizedupfrontfeeforbillingperiod",
        "reservationunusedamortizedupfrontfeeforbillingperiod",
    ),
    ("unused_recurring", "reservationnetunusedrecurringfee", "reservationunusedrecurringfee"),
];

/// The amount that is read without discounts under every basis: the fee of a Capacity Block.
const GROSS: &str = "gross";

/// The columns of an amount.
pub(super) fn columns_of(amount: &str) -> Vec<&'static str> {
    AMOUNTS
        .iter()
        .find(|(name, ..)| *name == amount)
        .map_or(vec!["lineitemunblendedcost"], |(.., gross)| vec![*gross])
}

/// What of a report decides what a charge is.
pub(super) fn draft(draft: &mut Draft<'_>, asked: &Asked) {
    for name in ["lineitemlineitemtype", "lineitemproductcode", "lineitemusagetype"] {
        draft.column(name);
    }
    draft.columns("currency", &["lineitemcurrencycode"]);
    draft.key(
        "split",
        [
            Place::Among { column: "lineitemoperation".into(), values: &SPLIT },
            Place::Begins { column: "splitlineitemparentresourceid".into(), with: "" },
        ],
    );
    draft.key(
        "product_name",
        [
            Place::Column("productproductname".into()),
            Place::Label { column: PRODUCT.into(), under: Under::Keys(&["product_name"]) },
        ],
    );
    if asked.basis != CostBasis::Unblended {
        draft.key("reserved", [Place::Begins { column: "reservationreservationarn".into(), with: "" }]);
        draft
            .key(RETURNED, [Place::Begins { column: "lineitemlineitemdescription".into(), with: OF_RETURN }]);
    }
    if asked.accounts() {
        draft.columns("account", &["lineitemusageaccountid"]);
    }
    if asked.regions() {
        // CUR 2.0 leaves `product_region_code` empty for data transfer.
        draft.key(
            "region",
            [
                Place::Column("productregioncode".into()),
                Place::Column("productregion".into()),
                Place::Label { column: PRODUCT.into(), under: Under::Keys(&["region", "region_code"]) },
                Place::Column("productfromregioncode".into()),
            ],
        );
    }
    for dimension in &asked.by {
        let columns: &[&str] = match dimension {
            Dimension::Resource => &["lineitemresourceid"],
            Dimension::BillingPeriod => &["billbillingperiodstartdate"],
            Dimension::Invoice => &["billinvoiceid"],
            Dimension::Commitment => &["savingsplansavingsplanarn", "reservationreservationarn"],
            _ => continue,
        };
        draft.columns(dimension.id(), columns);
    }
    let amortized = asked.basis != CostBasis::Unblended;
    for (name, net, gross) in AMOUNTS.into_iter().filter(|(name, ..)| amortized || *name == "unblended") {
        match asked.basis {
            CostBasis::NetAmortized if !net.is_empty() => draft.amount(name, &[net, gross]),
            _ => draft.amount(name, &[gross]),
        }
    }
    draft.amount(GROSS, &["lineitemunblendedcost"]);
    draft.amount(QUANTITY, &["lineitemusageamount"]);
    if asked.costs {
        draft.amount(COSTS[0], &["pricingpublicondemandcost"]);
    }
}

/// What a charge is; `None` for one that repeats another's cost. `returns` is whether the report can tell refunds of
/// Savings Plans that were returned from others.
pub(super) fn class(cells: &Cells<'_>, asked: &Asked, returns: bool) -> Result<Option<Class>, String> {
    if cells.get("split").is_some() {
        return Ok(None);
    }
    let (kind, product) = (cells.text("lineitemlineitemtype"), cells.text("lineitemproductcode"));
    let (record, cost) = match asked.basis {
        CostBasis::Unblended => (RecordType::of(kind), vec![cost_of("unblended")]),
        CostBasis::Amortized | CostBasis::NetAmortized => amortized(cells, kind, product),
    };
    let of_support = product.contains("Support")
        && !matches!(
            record,
            RecordType::Tax | RecordType::Credit | RecordType::Refund | RecordType::Discount
        );
    let record = if of_support { RecordType::Support } else { record };
    let block = paid_by_block(cells.text("lineitemusagetype"));
    let (record, cost) = match block {
        Some(_) => (RecordType::Usage, vec![cost_of(GROSS)]),
        None => (record, cost),
    };
    // What is unused of a Savings Plan has one usage type in an estimate, whatever the plan is called.
    let unused_plan = record == RecordType::UnusedCommitment && product == "ComputeSavingsPlans";
    let usage_type = if unused_plan { "ComputeSP:Unused" } else { cells.text("lineitemusagetype") };
    let of_plan = kind == "Refund" && product == "ComputeSavingsPlans" && asked.basis != CostBasis::Unblended;
    let doubt = (of_plan && !returns).then_some(
        "refunds of Savings Plans: they count, which those of returned plans would not, amortized, but \
         the report has no column line_item_line_item_description, which would tell",
    );
    Ok(Some(Class {
        kind: kind.to_owned(),
        service: named(code(product), cells.get("product_name")).to_owned(),
        counted: !unused_plan && block.is_none(),
        usage_type: block.unwrap_or_else(|| usage_type.to_owned()),
        commitment: match kind {
            "SavingsPlanCoveredUsage" | "SavingsPlanRecurringFee" => Some(Commitment::SavingsPlan),
            "DiscountedUsage" | "RIFee" => Some(Commitment::Reservation),
            _ => None,
        },
        cost,
        doubt,
        ..Class::of(record, cells, asked, Some("AWS"))?
    }))
}

/// A product of the Marketplace has an id for a code; people know its name.
fn named<'a>(code: &'a str, name: Option<&'a str>) -> &'a str {
    let is_id = code.len() >= 20 && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    name.filter(|_| is_id).unwrap_or(code)
}

/// What a line item is and costs, amortized.
fn amortized(cells: &Cells<'_>, kind: &str, product: &str) -> (RecordType, Vec<Term>) {
    let part = |amount| Term { amount, minus: false, required: false };
    match kind {
        "SavingsPlanCoveredUsage" => (RecordType::Usage, vec![cost_of("savings_plan_effective")]),
        "SavingsPlanRecurringFee" => (
            RecordType::UnusedCommitment,
            vec![part("commitment"), Term { minus: true, ..part("used_commitment") }],
        ),
        "SavingsPlanNegation" => (RecordType::SavingsPlanNegation, Vec::new()),
        "SavingsPlanUpfrontFee" => (RecordType::Fee, Vec::new()),
        "DiscountedUsage" => (RecordType::Usage, vec![cost_of("reservation_effective")]),
        "RIFee" => (RecordType::UnusedCommitment, vec![part("unused_upfront"), part("unused_recurring")]),
        "Fee" if cells.get("reserved").is_some() => (RecordType::Fee, Vec::new()),
        "Refund" if product == "ComputeSavingsPlans" && cells.get(RETURNED).is_some() => {
            (RecordType::Refund, Vec::new())
        }
        kind => (RecordType::of(kind), vec![cost_of("unblended")]),
    }
}
