//! Why the bill differs from the estimate, driver by driver.
//!
//! Instances that are in both go from the estimate to the bill in four steps, each changing one thing and
//! keeping the others: hours (at the estimate's mix, Spot share and prices), mix of types, share of Spot, price.
//! Joint effects therefore belong to the later step: more hours of a dearer type count in full as hours at the
//! estimate's average and as mix for the rest. The steps telescope, so nothing is left over.
//! A price the estimate does not have (Spot hours where it planned none) is the bill's, so it counts as Spot share.
#![deny(clippy::float_arithmetic)]

use std::collections::BTreeMap;

use super::{Comparison, Line};
use crate::model::decimal::Decimal;
use crate::model::money::Usd;

/// One reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Driver {
    /// More or fewer instance hours.
    Hours,
    /// Other instance types.
    Mix,
    /// More or fewer of the hours on Spot.
    SpotShare,
    /// Other prices per hour.
    Price,
    /// Volumes, file systems, buckets, images.
    Storage,
    /// Everything else that is in both.
    Other,
    /// Charged, and in the estimate without a price.
    Unpriced,
    /// Charged, and not in the estimate.
    OnlyCharged,
    /// In the estimate, and not charged.
    OnlyEstimated,
}

impl Driver {
    /// The name in answers.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Driver::Hours => "hours",
            Driver::Mix => "mix of types",
            Driver::SpotShare => "Spot share",
            Driver::Price => "price",
            Driver::Storage => "storage",
            Driver::Other => "other",
            Driver::Unpriced => "estimated without a price",
            Driver::OnlyCharged => "only charged",
            Driver::OnlyEstimated => "only estimated",
        }
    }
}

/// Hours and costs of one type under one purchasing option, estimated and charged.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    estimated: (Decimal, Usd),
    actual: (Decimal, Usd),
}

/// On-Demand (and all that is billed as such), and Spot.
type OfType = [Cell; 2];

/// The drivers; they add up to actual less estimated.
#[must_use]
pub fn bridge(comparison: &Comparison) -> Vec<(Driver, Usd)> {
    let types = types(comparison);
    let hours = |cells: &OfType, pick: fn(&Cell) -> (Decimal, Usd)| -> Decimal {
        cells.iter().map(|cell| pick(cell).0).sum()
    };
    let in_both: BTreeMap<&str, &OfType> = types
        .iter()
        .filter(|(_, cells)| {
            hours(cells, |cell| cell.estimated) > Decimal::ZERO
                && hours(cells, |cell| cell.actual) > Decimal::ZERO
        })
        .map(|(name, cells)| (name.as_str(), cells))
        .collect();
    let mut drivers: BTreeMap<Driver, Usd> = steps(in_both.values().copied());
    let mut add = |driver: Driver, amount: Usd| *drivers.entry(driver).or_default() += amount;
    for line in comparison.lines() {
        let of_instances = instance(line);
        if of_instances.as_ref().is_some_and(|found| in_both.contains_key(found.key.as_str()))
            && is_known(line)
        {
            continue;
        }
        let (actual, estimated) = (line.actual_cost, line.estimated_cost.unwrap_or_default());
        let driver = match (actual, line.estimated_quantity) {
            (Some(_), Some(_)) if line.unpriced => Driver::Unpriced,
            // In both, and on one side no hours: by a schedule, or charged for none.
            (Some(_), Some(_)) if of_instances.is_some() && is_known(line) => Driver::Hours,
            (Some(_), Some(_)) if is_storage(line) => Driver::Storage,
            (Some(_), Some(_)) => Driver::Other,
            (Some(_), None) => Driver::OnlyCharged,
            (None, _) => Driver::OnlyEstimated,
        };
        add(driver, actual.unwrap_or_default() - estimated);
    }
    drivers.into_iter().filter(|(_, amount)| *amount != Usd::ZERO).collect()
}

/// The four steps of the instances that are in both.
fn steps<'a>(types: impl Iterator<Item = &'a OfType> + Clone) -> BTreeMap<Driver, Usd> {
    let total = |pick: fn(&Cell) -> (Decimal, Usd)| {
        let cells = types.clone().flatten().map(pick);
        cells.fold((Decimal::ZERO, Usd::ZERO), |sum, (hours, cost)| (sum.0 + hours, sum.1 + cost))
    };
    let (estimated_hours, estimated) = total(|cell| cell.estimated);
    let (actual_hours, actual) = total(|cell| cell.actual);
    if estimated_hours <= Decimal::ZERO {
        return BTreeMap::new();
    }
    let with_hours = scaled(estimated, actual_hours, estimated_hours);
    let (mut with_mix, mut with_share) = (Usd::ZERO, Usd::ZERO);
    for cells in types {
        let hours = |pick: fn(&Cell) -> Decimal| -> Decimal { cells.iter().map(pick).sum() };
        let cost: Usd = cells.iter().map(|cell| cell.estimated.1).sum();
        with_mix += scaled(cost, hours(|cell| cell.actual.0), hours(|cell| cell.estimated.0));
        for cell in cells {
            with_share += match cell.estimated.0 {
                hours if hours > Decimal::ZERO => scaled(cell.estimated.1, cell.actual.0, hours),
                _ => cell.actual.1,
            };
        }
    }
    BTreeMap::from([
        (Driver::Hours, with_hours - estimated),
        (Driver::Mix, with_mix - with_hours),
        (Driver::SpotShare, with_share - with_mix),
        (Driver::Price, actual - with_share),
    ])
}

/// A cost of some hours, for other hours.
fn scaled(cost: Usd, hours: Decimal, of: Decimal) -> Usd {
    cost.times(hours).per(of).unwrap_or_default().to_price()
}

fn types(comparison: &Comparison) -> BTreeMap<String, OfType> {
    let mut types: BTreeMap<String, OfType> = BTreeMap::new();
    for line in comparison.lines().filter(|line| is_known(line)) {
        let Some(found) = instance(line) else { continue };
        let cell = &mut types.entry(found.key).or_default()[usize::from(found.spot)];
        cell.estimated.0 += line.estimated_quantity.unwrap_or_default();
        cell.estimated.1 += line.estimated_cost.unwrap_or_default();
        cell.actual.0 += line.actual_quantity.unwrap_or_default();
        cell.actual.1 += line.actual_cost.unwrap_or_default();
    }
    types
}

/// Whether hours and costs of a line are known on both sides, as far as it is on them.
fn is_known(line: &Line) -> bool {
    !line.unpriced && !line.unquantified
}

/// What a line of instance hours is of.
pub(super) struct InstanceLine<'a> {
    /// The region's prefix and the type: one type in two regions is two.
    key: String,
    /// The type.
    pub(super) name: &'a str,
    spot: bool,
}

/// What a line is of, if it is one of instance hours.
pub(super) fn instance(line: &Line) -> Option<InstanceLine<'_>> {
    if line.service != "AmazonEC2" {
        return None;
    }
    let (kind, name) = line.usage_type.split_once(':')?;
    let (prefix, kind) = kind.rsplit_once('-').unwrap_or(("", kind));
    let spot = match kind {
        "BoxUsage" => false,
        "SpotUsage" => true,
        _ => return None,
    };
    Some(InstanceLine { key: format!("{prefix} {name}"), name, spot })
}

fn is_storage(line: &Line) -> bool {
    let service = ["AmazonFSx", "AmazonS3", "AmazonEFS", "AmazonECR"].contains(&line.service.as_str());
    service || line.usage_type.contains("EBS:")
}
