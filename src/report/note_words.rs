//! Words that several caveats and sentences share.

use crate::model::decimal::{self, Decimal};
use crate::model::said::{Said, day_in_japanese};

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

/// A list in Japanese.
pub(super) fn joined(names: &[String]) -> String {
    names.join("、")
}

/// The basis of charges in Japanese.
#[must_use]
pub(crate) fn basis_ja(basis: &str) -> &str {
    match basis {
        "amortized" => "償却コスト",
        "net-amortized" => "割引後の償却コスト",
        "unblended" => "非ブレンドコスト",
        other => other,
    }
}

/// Where prices are from, and as of when.
#[must_use]
pub(crate) fn prices(source: &str, as_of: Option<&str>) -> Said {
    let en = as_of.map_or_else(String::new, |date| format!(" as of {date}"));
    let ja = as_of.map_or_else(String::new, |date| format!("{}時点", day_in_japanese(date)));
    let ja = match (source, ja.is_empty()) {
        ("bundled", true) => "本ツール内蔵の価格表".to_owned(),
        ("bundled", false) => format!("本ツール内蔵の価格表（EC2 は{ja}）"),
        ("live", true) => "AWS Price List".to_owned(),
        ("live", false) => format!("AWS Price List（{ja}）"),
        (_, true) => format!(" {source} "),
        (_, false) => format!(" {source}（{ja}）"),
    };
    Said::new(format!("{source} prices{en}"), ja)
}
