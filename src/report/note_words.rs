//! Words that several caveats share.

use crate::model::decimal::{self, Decimal};

pub(super) fn short(number: Decimal, places: u32) -> String {
    decimal::grouped_trimmed(number, places)
}

pub(super) fn minutes(hours: Decimal) -> String {
    short(hours * Decimal::from(60), 1)
}

pub(super) fn instead(replacements: &[String]) -> String {
    if replacements.is_empty() {
        return "no type in the table could replace it in this region".into();
    }
    format!(
        "with at least its GPUs, memory and vCPUs this region has {} (speed differs)",
        replacements.join(", ")
    )
}
