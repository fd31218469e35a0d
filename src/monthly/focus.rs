//! The estimate as FOCUS 1.2 rows, one for each priced line at its expected cost, so that estimate and bill stack in one
//! table. Source of columns and values: FOCUS specification 1.2, https://focus.finops.org/focus-specification/v1-2/
//! (read 2026-11-24).

use super::{MonthLine, MonthlyReport, Priced, second};
use crate::model::money::Usd;
use crate::model::time::{Month, instant};
use crate::report::{Cell, Column, Row, Table};

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

/// Lines without a price have no cost, and no row.
#[must_use]
pub fn focus(report: &MonthlyReport) -> Table {
    let rows = report.lines.iter().filter_map(|line| Some((line, line.priced.as_ref()?)));
    let cells: Vec<Vec<(Column, Cell)>> = rows.map(|(line, priced)| row(report, line, priced)).collect();
    let columns =
        cells.first().map(|row| row.iter().map(|(column, _)| column.clone()).collect()).unwrap_or_default();
    let rows =
        cells.into_iter().map(|row| Row::Data(row.into_iter().map(|(_, cell)| cell).collect())).collect();
    Table { caption: String::new(), columns, rows }
}

fn row(report: &MonthlyReport, line: &MonthLine, priced: &Priced) -> Vec<(Column, Cell)> {
    let word = |id: &'static str, value: &str| {
        (Column::text(id, id), if value.is_empty() { Cell::Unknown } else { Cell::Text(value.to_owned()) })
    };
    let money = |id: &'static str, value: Option<Usd>| {
        (Column::number(id, id), value.map_or(Cell::Unknown, Cell::Price))
    };
    let number = |id: &'static str, value| (Column::number(id, id), Cell::Number(value));
    let [service_name, category, subcategory] = service(&line.service);
    let (start, end) = report.seconds();
    let (billing_start, billing_end) =
        (Month::of_second(start).seconds().0, Month::of_second(end - 1).seconds().1);
    let cost = Some(priced.cost.expected);
    // A fee has no unit: it is one purchase.
    let unit_price = Some(priced.unit_price.expected).filter(|_| !priced.fee);
    let list = priced.list_unit_price.filter(|_| !priced.fee);
    let list_cost = list.map_or(cost, |price| Some(price.times(line.quantity)));
    let committed = pricing_category(&line.purchase_option) == "Committed";
    let description = format!("{}: {}", line.name, line.derivation);
    vec![
        word("AvailabilityZone", ""),
        money("BilledCost", cost),
        word("BillingAccountId", NO_ACCOUNT),
        word("BillingAccountName", NO_ACCOUNT),
        word("BillingAccountType", NO_ACCOUNT),
        word("BillingCurrency", "USD"),
        word("BillingPeriodEnd", &instant(billing_end)),
        word("BillingPeriodStart", &instant(billing_start)),
        word("CapacityReservationId", ""),
        word("CapacityReservationStatus", ""),
        word("ChargeCategory", "Usage"),
        word("ChargeClass", ""),
        word("ChargeDescription", &description),
        word("ChargeFrequency", "Usage-Based"),
        word("ChargePeriodEnd", &instant(second(&report.end))),
        word("ChargePeriodStart", &instant(second(&report.start))),
        word("CommitmentDiscountCategory", if committed { "Usage" } else { "" }),
        word("CommitmentDiscountId", if committed { NO_ACCOUNT } else { "" }),
        word("CommitmentDiscountName", if committed { NO_ACCOUNT } else { "" }),
        (
            Column::number("CommitmentDiscountQuantity", "CommitmentDiscountQuantity"),
            match committed {
                true => Cell::Number(line.quantity),
                false => Cell::Unknown,
            },
        ),
        word("CommitmentDiscountStatus", if committed { "Used" } else { "" }),
        word("CommitmentDiscountType", if committed { &line.purchase_option } else { "" }),
        word("CommitmentDiscountUnit", if committed { &line.pricing_unit } else { "" }),
        number("ConsumedQuantity", line.quantity),
        word("ConsumedUnit", &line.pricing_unit),
        money("ContractedCost", cost),
        money("ContractedUnitPrice", unit_price),
        money("EffectiveCost", cost),
        word("InvoiceId", ""),
        word("InvoiceIssuerName", "Amazon Web Services, Inc."),
        money("ListCost", list_cost),
        money("ListUnitPrice", list.or(unit_price)),
        word("PricingCategory", pricing_category(&line.purchase_option)),
        word("PricingCurrency", "USD"),
        money("PricingCurrencyContractedUnitPrice", unit_price),
        money("PricingCurrencyEffectiveCost", cost),
        money("PricingCurrencyListUnitPrice", list.or(unit_price)),
        number("PricingQuantity", line.quantity),
        word("PricingUnit", &line.pricing_unit),
        word("ProviderName", "AWS"),
        word("PublisherName", "Amazon Web Services, Inc."),
        word("RegionId", &line.region),
        word("RegionName", &line.region),
        word("ResourceId", ""),
        word("ResourceName", ""),
        word("ResourceType", ""),
        word("ServiceCategory", category),
        word("ServiceName", service_name),
        word("ServiceSubcategory", subcategory),
        word("SkuId", priced.sku.as_deref().unwrap_or(&line.usage_type)),
        word("SkuMeter", &line.usage_type),
        word("SkuPriceDetails", ""),
        word("SkuPriceId", priced.sku.as_deref().unwrap_or(&line.usage_type)),
        word("SubAccountId", ""),
        word("SubAccountName", ""),
        word("SubAccountType", ""),
        word("Tags", ""),
        word("x_Scenario", &report.scenario),
        word("x_ServiceCode", &line.service),
        word("x_UsageType", &line.usage_type),
        money("x_CostLow", Some(priced.cost.low)),
        money("x_CostHigh", priced.cost.high),
    ]
}
