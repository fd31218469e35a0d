//! The estimate as FOCUS 1.2 rows, one for each priced line at its expected cost, so that estimate and bill stack in one
//! table. Source of columns and values: FOCUS specification 1.2, https://focus.finops.org/focus-specification/v1-2/
//! (read 2026-11-24).

use super::{MonthLine, MonthlyReport, Priced, second};
use crate::model::money::Usd;
use crate::model::time::{Month, instant};
use crate::report::{Cell, Column, Kind, Row, Said, Table};

/// What stands where a bill names an account: no account of AWS is called so.
const NO_ACCOUNT: &str = "estimate";

/// FOCUS names of a service: its name, category and subcategory.
fn service(code: &str) -> [&str; 3] {
    match code {
        "AmazonEC2" => ["Amazon Elastic Compute Cloud", "Compute", "Virtual Machines"],
        "AmazonFSx" => ["Amazon FSx", "Storage", "File Storage"],
        "AmazonEFS" => ["Amazon Elastic File System", "Storage", "File Storage"],
        "AmazonS3" => ["Amazon Simple Storage Service", "Storage", "Object Storage"],
        "AmazonECR" => ["Amazon Elastic Container Registry", "Compute", "Containers"],
        "AmazonCloudWatch" => ["AmazonCloudWatch", "Management and Governance", "Observability"],
        "AWSDataTransfer" => ["AWS Data Transfer", "Networking", "Other (Networking)"],
        "AmazonVPC" => ["Amazon Virtual Private Cloud", "Networking", "Virtual Private Cloud"],
        other => [other, "Other", "Other (Other)"],
    }
}

/// FOCUS's pricing category of a purchasing option.
fn pricing_category(purchase_option: &str) -> &'static str {
    match purchase_option {
        "spot" => "Dynamic",
        "savings_plan" | "reserved" => "Committed",
        "capacity_block" => "Other",
        _ => "Standard",
    }
}

/// FOCUS 1.2's columns and ours, and whether they hold numbers, in the order of [`row`].
const COLUMNS: [(&str, bool); 62] = [
    ("AvailabilityZone", false),
    ("BilledCost", true),
    ("BillingAccountId", false),
    ("BillingAccountName", false),
    ("BillingAccountType", false),
    ("BillingCurrency", false),
    ("BillingPeriodEnd", false),
    ("BillingPeriodStart", false),
    ("CapacityReservationId", false),
    ("CapacityReservationStatus", false),
    ("ChargeCategory", false),
    ("ChargeClass", false),
    ("ChargeDescription", false),
    ("ChargeFrequency", false),
    ("ChargePeriodEnd", false),
    ("ChargePeriodStart", false),
    ("CommitmentDiscountCategory", false),
    ("CommitmentDiscountId", false),
    ("CommitmentDiscountName", false),
    ("CommitmentDiscountQuantity", true),
    ("CommitmentDiscountStatus", false),
    ("CommitmentDiscountType", false),
    ("CommitmentDiscountUnit", false),
    ("ConsumedQuantity", true),
    ("ConsumedUnit", false),
    ("ContractedCost", true),
    ("ContractedUnitPrice", true),
    ("EffectiveCost", true),
    ("InvoiceId", false),
    ("InvoiceIssuerName", false),
    ("ListCost", true),
    ("ListUnitPrice", true),
    ("PricingCategory", false),
    ("PricingCurrency", false),
    ("PricingCurrencyContractedUnitPrice", true),
    ("PricingCurrencyEffectiveCost", true),
    ("PricingCurrencyListUnitPrice", true),
    ("PricingQuantity", true),
    ("PricingUnit", false),
    ("ProviderName", false),
    ("PublisherName", false),
    ("RegionId", false),
    ("RegionName", false),
    ("ResourceId", false),
    ("ResourceName", false),
    ("ResourceType", false),
    ("ServiceCategory", false),
    ("ServiceName", false),
    ("ServiceSubcategory", false),
    ("SkuId", false),
    ("SkuMeter", false),
    ("SkuPriceDetails", false),
    ("SkuPriceId", false),
    ("SubAccountId", false),
    ("SubAccountName", false),
    ("SubAccountType", false),
    ("Tags", false),
    ("x_Scenario", false),
    ("x_ServiceCode", false),
    ("x_UsageType", false),
    ("x_CostLow", true),
    ("x_CostHigh", true),
];

/// Lines without a price have no cost, and no row.
#[must_use]
pub fn focus(report: &MonthlyReport) -> Table {
    let kind = |id: &str, numeric| match numeric {
        true => Kind::Decimal,
        false if id.ends_with("PeriodStart") || id.ends_with("PeriodEnd") => Kind::Instant,
        false => Kind::Text,
    };
    let column = |(id, numeric): (&'static str, bool)| Column::of(kind(id, numeric), id, Said::alike(id));
    let rows = report.lines.iter().filter_map(|line| Some((line, line.priced.as_ref()?)));
    Table {
        caption: Said::default(),
        columns: COLUMNS.into_iter().map(column).collect(),
        rows: rows.map(|(line, priced)| Row::Data(row(report, line, priced))).collect(),
    }
}

fn row(report: &MonthlyReport, line: &MonthLine, priced: &Priced) -> Vec<Cell> {
    let mut cells = charge(report, line, priced);
    cells.extend(usage(report, line, priced));
    assert_eq!(cells.len(), COLUMNS.len(), "a cell for each column");
    cells
}

/// Whose charge it is, when and of which kind: the columns before `ConsumedQuantity`.
fn charge(report: &MonthlyReport, line: &MonthLine, priced: &Priced) -> Vec<Cell> {
    let (start, end) = report.seconds();
    let (billing_start, billing_end) =
        (Month::of_second(start).seconds().0, Month::of_second(end - 1).seconds().1);
    let committed = pricing_category(&line.purchase_option) == "Committed";
    // Strings are ASCII where they are ours: the specification's validator asks for it.
    let description = format!("{}: {}", line.name, line.derivation.replace('×', "x"));
    let cost = Some(priced.cost.expected);
    // What is paid of a commitment without use is a line of its own, at what is paid.
    let status = if priced.fee { "Unused" } else { "Used" };
    vec![
        word(""),
        money(cost),
        word(NO_ACCOUNT),
        word(NO_ACCOUNT),
        word(NO_ACCOUNT),
        word("USD"),
        word(&instant(billing_end)),
        word(&instant(billing_start)),
        word(""),
        word(""),
        word("Usage"),
        word(""),
        word(&description),
        word("Usage-Based"),
        word(&instant(second(&report.end))),
        word(&instant(second(&report.start))),
        word(if committed { "Usage" } else { "" }),
        word(if committed { NO_ACCOUNT } else { "" }),
        word(if committed { NO_ACCOUNT } else { "" }),
        if committed { Cell::Number(line.quantity) } else { Cell::Unknown },
        word(if committed { status } else { "" }),
        word(if committed { &line.purchase_option } else { "" }),
        word(if committed { &line.pricing_unit } else { "" }),
    ]
}

/// How much of what it is, and at which price: the columns from `ConsumedQuantity` on.
fn usage(report: &MonthlyReport, line: &MonthLine, priced: &Priced) -> Vec<Cell> {
    let [service_name, category, subcategory] = service(&line.service);
    let cost = Some(priced.cost.expected);
    // A fee has no unit: it is one purchase.
    let unit_price = Some(priced.unit_price.expected).filter(|_| !priced.fee);
    let list = priced.list_unit_price.filter(|_| !priced.fee);
    let list_cost = list.map_or(cost, |price| Some(price.times(line.quantity)));
    vec![
        Cell::Number(line.quantity),
        word(&line.pricing_unit),
        money(cost),
        money(unit_price),
        money(cost),
        word(""),
        word("Amazon Web Services, Inc."),
        money(list_cost),
        money(list.or(unit_price)),
        word(pricing_category(&line.purchase_option)),
        word("USD"),
        money(unit_price),
        money(cost),
        money(list.or(unit_price)),
        Cell::Number(line.quantity),
        word(&line.pricing_unit),
        word("AWS"),
        word("Amazon Web Services, Inc."),
        word(&line.region),
        word(&line.region),
        word(""),
        word(""),
        word(""),
        word(category),
        word(service_name),
        word(subcategory),
        word(priced.sku.as_deref().unwrap_or(&line.usage_type)),
        word(&line.usage_type),
        word(""),
        word(priced.sku.as_deref().unwrap_or(&line.usage_type)),
        word(""),
        word(""),
        word(""),
        word(""),
        word(&report.scenario),
        word(&line.service),
        word(&line.usage_type),
        money(Some(priced.cost.low)),
        money(priced.cost.high),
    ]
}

fn word(value: &str) -> Cell {
    if value.is_empty() { Cell::Unknown } else { Cell::Text(value.to_owned()) }
}

fn money(value: Option<Usd>) -> Cell {
    value.map_or(Cell::Unknown, Cell::Price)
}
