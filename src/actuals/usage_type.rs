//! The usage type of instance hours in exports that have no column of it, from what else they say.
//!
//! FOCUS 1.2 has `SkuPriceDetails` (FOCUS column library, `InstanceType` among its properties); every version has
//! `ChargeDescription`, in which AWS writes "$21.957642 per On Demand Linux p4d.24xlarge Instance Hour" or
//! "p3.16xlarge Linux/UNIX Spot Instance-hour in US East (Virginia)" (public bills of AWS, read 2026-11-23).
//! Anything less plain than that keeps no usage type.

use super::keys::Cells;
use super::labels;
use super::scope::label_key;
use crate::model::region::Region;
use crate::model::sku::{InstanceType, PurchaseOption, Sku};

/// Where a usage type was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReadFrom {
    /// The column that is for it, or nowhere.
    #[default]
    UsageType,
    /// The details of the price.
    SkuPriceDetails,
    /// The words of the charge.
    ChargeDescription,
}

impl ReadFrom {
    /// The column's name.
    #[must_use]
    pub const fn column(self) -> &'static str {
        match self {
            ReadFrom::UsageType => "x_UsageType or SkuMeter",
            ReadFrom::SkuPriceDetails => "SkuPriceDetails",
            ReadFrom::ChargeDescription => "ChargeDescription",
        }
    }
}

/// Columns that stand in where an export has none of usage types.
pub(super) const STAND_INS: [&str; 5] =
    ["skupricedetails", "chargedescription", "pricingcategory", "pricingunit", "capacityreservationstatus"];

/// The usage type of a charge for instance hours.
pub(super) fn inferred(cells: &Cells<'_>) -> Option<(String, ReadFrom)> {
    let region = Region::parse(cells.text("region")).filter(|region| region.has_prefix())?;
    // Hours of a reservation of capacity repeat those of the instances in it, or are of none.
    let words = cells.text("chargedescription").to_lowercase();
    let of_capacity = words.contains("reservation") || cells.text("capacityreservationstatus") == "Unused";
    if of_capacity {
        return None;
    }
    let written = |(purchase, name): (PurchaseOption, &str), from| {
        Some((Sku::instance(region, &InstanceType::new(name), purchase).usage_type(), from))
    };
    let name = instance_type(cells.text("skupricedetails"));
    match (name, purchase(cells.text("pricingcategory"))) {
        (Some(name), Some(purchase)) if is_hours(cells.text("pricingunit")) => {
            written((purchase, &name), ReadFrom::SkuPriceDetails)
        }
        _ => written(described(cells.text("chargedescription"))?, ReadFrom::ChargeDescription),
    }
}

/// The instance type among the details of a price, of instances that share their host.
fn instance_type(details: &str) -> Option<String> {
    let details = labels::pairs(details).ok()?;
    let of = |key: &str| {
        details.iter().find(|(known, _)| label_key(known) == key).map(|(_, value)| value.as_str())
    };
    let shared = of("xtenancy").is_none_or(|tenancy| tenancy == "Shared");
    of("instancetype").filter(|name| shared && is_instance_type(name)).map(str::to_owned)
}

fn purchase(category: &str) -> Option<PurchaseOption> {
    match category {
        "Standard" | "Committed" => Some(PurchaseOption::OnDemand),
        "Dynamic" => Some(PurchaseOption::Spot),
        _ => None,
    }
}

fn is_hours(unit: &str) -> bool {
    ["hours", "hrs", "hour"].contains(&unit.to_lowercase().as_str())
}

/// How it is bought and the type in AWS's words, if there is one of each.
fn described(text: &str) -> Option<(PurchaseOption, &str)> {
    let lower = text.to_lowercase();
    let spot = lower.contains("spot instance-hour") || lower.contains("spot instance hour");
    let box_usage = lower.contains("per on demand") || lower.contains("reserved instance applied");
    let purchase = match (spot, box_usage) {
        (true, false) => PurchaseOption::Spot,
        (false, true) if !lower.contains("dedicated") => PurchaseOption::OnDemand,
        _ => return None,
    };
    let mut names = text.split([' ', ',', ';']).filter(|word| is_instance_type(word));
    let name = names.next()?;
    names.all(|other| other == name).then_some((purchase, name))
}

/// Whether a word has the form of an instance type: a family, a point, a size.
fn is_instance_type(word: &str) -> bool {
    let Some((family, size)) = word.split_once('.') else { return false };
    let sizes = ["nano", "micro", "small", "medium", "large", "xlarge"];
    let plain = |text: &str| {
        text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') && !text.is_empty()
    };
    plain(family)
        && family.starts_with(|c: char| c.is_ascii_lowercase())
        && family.contains(|c: char| c.is_ascii_digit() || c == '-')
        && plain(size)
        && (sizes.contains(&size.trim_start_matches(|c: char| c.is_ascii_digit()))
            || size.starts_with("metal"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cells: &[(&str, &str)], expected: Option<(&str, ReadFrom)>) {
        let cell = |name: &str| match cells.iter().find(|(known, _)| *known == name) {
            Some((_, text)) => Some(*text),
            None if name == "region" => Some("ap-northeast-1"),
            None => None,
        };
        let found = inferred(&Cells { of: &cell });
        assert_eq!(found.as_ref().map(|(text, from)| (text.as_str(), *from)), expected, "{cells:?}");
    }

    #[test]
    fn instance_hours_are_recognised_and_nothing_else_is() {
        use ReadFrom::{ChargeDescription, SkuPriceDetails};
        let details = ("skupricedetails", r#"{"InstanceType":"g5.xlarge","CoreCount":2}"#);
        let hours = ("pricingunit", "Hours");
        let category = |name| ("pricingcategory", name);
        check(&[details, hours, category("Standard")], Some(("APN1-BoxUsage:g5.xlarge", SkuPriceDetails)));
        check(&[details, hours, category("Dynamic")], Some(("APN1-SpotUsage:g5.xlarge", SkuPriceDetails)));
        check(&[details, hours, category("Committed")], Some(("APN1-BoxUsage:g5.xlarge", SkuPriceDetails)));
        // A volume of an instance, an unknown category, a tenancy of its own, a region nobody knows.
        check(&[details, ("pricingunit", "GB-Mo"), category("Standard")], None);
        check(&[details, hours, category("Other")], None);
        let own = ("skupricedetails", r#"{"InstanceType":"g5.xlarge","x_Tenancy":"Dedicated"}"#);
        check(&[own, hours, category("Standard")], None);
        for nobody_knows in ["", "global", "eu-west-9"] {
            check(&[details, hours, category("Standard"), ("region", nobody_knows)], None);
        }
        let words = |text| ("chargedescription", text);
        check(
            &[words("$32.7726 per On Demand Linux p4d.24xlarge Instance Hour")],
            Some(("APN1-BoxUsage:p4d.24xlarge", ChargeDescription)),
        );
        check(
            &[words("p3.16xlarge Linux/UNIX Spot Instance-hour in Asia Pacific (Tokyo) in VPC Zone #3")],
            Some(("APN1-SpotUsage:p3.16xlarge", ChargeDescription)),
        );
        check(
            &[words("Linux/UNIX (Amazon VPC), u-6tb1.metal reserved instance applied")],
            Some(("APN1-BoxUsage:u-6tb1.metal", ChargeDescription)),
        );
        check(&[words("$0.08 per GB-month of General Purpose (gp3) provisioned storage")], None);
        check(&[words("$0.5 per Dedicated Usage On Demand Linux m5.large Instance Hour")], None);
        check(&[words("$0.01 per On Demand m5.large or c5.large Instance Hour")], None);
        check(&[words("$1.5 per On Demand hour of something")], None);
        check(&[details, hours, category("Standard"), words("$0.00 per Reservation")], None);
        check(&[details, hours, category("Standard"), ("capacityreservationstatus", "Unused")], None);
    }
}
