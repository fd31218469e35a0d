//! Amounts that a rate multiplies, and the three cases of a range.

use serde::{Deserialize, Serialize};

use super::decimal::{self, Decimal};
use super::said::Said;

/// FOCUS pricing units of the services this tool prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PricingUnit {
    /// Hours of an instance or a gateway.
    Hours,
    /// Gigabytes (AWS means GiB) kept for a month.
    GbMonths,
    /// Gigabytes moved.
    Gb,
    /// Provisioned operations per second for a month.
    IopsMonths,
    /// Provisioned MiB/s for a month.
    MibpsMonths,
    /// API requests.
    Requests,
    /// Things bought once.
    Units,
}

impl PricingUnit {
    /// The unit as FOCUS spells it.
    #[must_use]
    pub const fn focus(self) -> &'static str {
        match self {
            PricingUnit::Hours => "Hours",
            PricingUnit::GbMonths => "GB-Months",
            PricingUnit::Gb => "GB",
            PricingUnit::IopsMonths => "IOPS-Months",
            PricingUnit::MibpsMonths => "MiBps-Months",
            PricingUnit::Requests => "Requests",
            PricingUnit::Units => "Units",
        }
    }

    /// FOCUS's name, and what people call it in Japanese.
    #[must_use]
    pub fn said(self) -> Said {
        let ja = match self {
            PricingUnit::Hours => "時間",
            PricingUnit::GbMonths => "GB-月",
            PricingUnit::Gb => "GB",
            PricingUnit::IopsMonths => "IOPS-月",
            PricingUnit::MibpsMonths => "MiBps-月",
            PricingUnit::Requests => "リクエスト",
            PricingUnit::Units => "個",
        };
        Said::new(self.focus(), ja)
    }

    /// One of the unit, as in "per Hour".
    #[must_use]
    pub fn singular(self) -> &'static str {
        let plural = self.focus();
        plural.strip_suffix('s').unwrap_or(plural)
    }

    /// Reads a unit in FOCUS's or the Price List's spelling. The second value is the number of our
    /// units in one of theirs: a price per GiBps-month is 1,024 prices per MiBps-month.
    #[must_use]
    pub fn parse(text: &str) -> Option<(PricingUnit, u32)> {
        let folded: String =
            text.to_ascii_lowercase().chars().filter(|c| !matches!(c, ' ' | '-' | '_' | '.')).collect();
        Some(match folded.as_str() {
            "hours" | "hour" | "hrs" | "hr" | "h" => (PricingUnit::Hours, 1),
            "gbmonths" | "gbmonth" | "gbmo" => (PricingUnit::GbMonths, 1),
            "gb" | "gigabytes" => (PricingUnit::Gb, 1),
            "iopsmonths" | "iopsmonth" | "iopsmo" => (PricingUnit::IopsMonths, 1),
            "mibpsmonths" | "mibpsmonth" | "mibpsmo" => (PricingUnit::MibpsMonths, 1),
            "gibpsmonths" | "gibpsmonth" | "gibpsmo" => (PricingUnit::MibpsMonths, 1024),
            "requests" | "request" => (PricingUnit::Requests, 1),
            "units" | "unit" | "quantity" => (PricingUnit::Units, 1),
            _ => return None,
        })
    }
}

/// An amount that is multiplied by a rate: FOCUS PricingQuantity and PricingUnit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// At most [`Quantity::PLACES`] digits after the point.
    pub amount: Decimal,
    /// What is counted.
    pub unit: PricingUnit,
}

impl Quantity {
    /// Digits after the point of every quantity, as in CUR usage amounts. With ten digits in a price,
    /// a cost has at most twenty, so products and sums stay exact up to 700 million dollars.
    pub const PLACES: u32 = 10;

    /// The amount, rounded half to even.
    #[must_use]
    pub fn new(amount: Decimal, unit: PricingUnit) -> Quantity {
        Quantity { amount: decimal::round(amount, Quantity::PLACES), unit }
    }
}

/// Low, expected and high of one thing: the cases of a scenario, a forecast with its interval, a mean with its own.
/// Not a sorted triple: the unused part of a commitment is largest in the low case. With `Option` as `H`, the high
/// one is `None` where nothing bounds it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cases<T, H = T> {
    /// In the case that costs least.
    pub low: T,
    /// In the expected case.
    pub expected: T,
    /// In the case that costs most.
    pub high: H,
}

impl<T> Cases<T> {
    /// The same in every case.
    #[must_use]
    pub fn same(value: T) -> Cases<T>
    where
        T: Clone,
    {
        Cases { low: value.clone(), expected: value.clone(), high: value }
    }

    /// Applies `f` to each case.
    pub fn map<U>(self, mut f: impl FnMut(T) -> U) -> Cases<U> {
        Cases { low: f(self.low), expected: f(self.expected), high: f(self.high) }
    }

    /// Applies `f` to each case of both.
    pub fn zip<U, V>(self, other: Cases<U>, mut f: impl FnMut(T, U) -> V) -> Cases<V> {
        Cases {
            low: f(self.low, other.low),
            expected: f(self.expected, other.expected),
            high: f(self.high, other.high),
        }
    }

    /// References to each case.
    pub const fn as_ref(&self) -> Cases<&T> {
        Cases { low: &self.low, expected: &self.expected, high: &self.high }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_read_in_both_spellings() {
        let check = |text: &str, expected| assert_eq!(PricingUnit::parse(text), expected, "{text}");
        check("Hrs", Some((PricingUnit::Hours, 1)));
        check("Hours", Some((PricingUnit::Hours, 1)));
        check("GB-Mo", Some((PricingUnit::GbMonths, 1)));
        check("GB-Months", Some((PricingUnit::GbMonths, 1)));
        check("GiBps-mo", Some((PricingUnit::MibpsMonths, 1024)));
        check("fortnights", None);
    }

    #[test]
    fn every_unit_reads_its_own_spelling() {
        use PricingUnit::*;
        for unit in [Hours, GbMonths, Gb, IopsMonths, MibpsMonths, Requests, Units] {
            assert_eq!(PricingUnit::parse(unit.focus()), Some((unit, 1)));
        }
    }
}
