//! Why the bill differs from the estimate, driver by driver, and what is behind each driver.
//!
//! **Instances** go from the estimate to the bill in steps, line by line (a type in a region, On-Demand and Spot apart;
//! reserved and covered hours are billed as On-Demand), each changing one thing and keeping the others. With E dollars
//! for h hours estimated of a line and A for H charged, and h' and H' the hours of its type on both lines:
//!
//! 1. *hours and mix*: E → E·H'/h', the type's hours at the Spot share and the prices of the estimate;
//! 2. *Spot share*: → E·H/h, the hours of this line at the estimate's price;
//! 3. *price*: → A. What is charged for no hours is *other*.
//!
//! The first step is divided within a class: types with GPUs, and types without (Trainium and Inferentia among them).
//! There, a type's change of hours is weighed in list dollars: (H' − h') × its On-Demand price. Where some types of a
//! class rise by U and others fall by D, the smaller of the two is a shift: of each type on the smaller side all of its
//! step 1 is *mix*, of each on the larger side its share min(U, D)/max(U, D); the rest is *hours*. So mix needs a type that
//! fell and one that rose; and it comes to nothing, unless the estimate, or the bill for a type that the estimate does not
//! have, pays more per list dollar for one than for the other (by Spot, plans or discounts). A type on one side only takes part in the shift with its hours of zero on the
//! other, which is how a type that replaced another is mix; the rest of it is *only charged* or *only estimated*.
//!
//! Example: 100 h of g5.xlarge at $1.006 and 500 h of m5.large at $0.096 were estimated. Charged are 20 h and
//! 2,500 h, and of g6.xlarge, which the estimate does not have, 125 h at its list price of $0.8048: $100.60. In the class of GPUs g5
//! falls by D = $80.48 and g6 rises by U = $100.60: mix is −$80.48 of g5 and +$80.48 of g6, in all $0.00; the other
//! $20.12 of g6 are only charged. Without GPUs one type changed: hours +$192.00, all of m5.large.
//!
//! The weight of a type is the list price that the estimate has, else that of the bundled table, else what an hour costs in
//! the estimate or the bill. A price the estimate does not have is the bill's: Spot hours where it planned none are in full
//! Spot share, hours of another type in full mix or only charged. Amounts are rounded to the places of a bill where a step
//! divides; a step of a line below a millionth of a dollar is that rounding: it stands in the line's largest step, a driver
//! of nothing else in the largest of the four. A line's parts add up to its difference exactly; nothing is left over.
//!
//! **Everything else** is one part of one driver: storage, other, or what is on one side only or has no price.
#![deny(clippy::float_arithmetic)]

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Comparison, Line};
use crate::actuals::PLACES;
use crate::catalog::Catalog;
use crate::estimate::Estimate;
use crate::model::commitment::Commitments;
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::region::Region;
use crate::model::sku::{InstanceType, PurchaseOption, Sku};
use crate::model::usage_type::{InstanceHours, UsageType};
use crate::prices::bundled;

/// Below this [USD] a step is rounding: quantities and prices have ten places.
const NOTHING: Decimal = Decimal::from_parts(1, 0, 0, false, 6);

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
    /// Every driver, in the order of an answer.
    pub const ALL: [Driver; 9] = [
        Driver::Hours,
        Driver::Mix,
        Driver::SpotShare,
        Driver::Price,
        Driver::Storage,
        Driver::Other,
        Driver::Unpriced,
        Driver::OnlyCharged,
        Driver::OnlyEstimated,
    ];

    /// The one that is meant: by its name, or by a part that only its name has, upper and lower case alike and with
    /// spaces, hyphens or underscores between words.
    #[must_use]
    pub fn named(text: &str) -> Option<Driver> {
        let spelled = |text: &str| text.trim().to_lowercase().replace(['-', '_'], " ");
        let wanted = spelled(text);
        let whole = Driver::ALL.into_iter().find(|driver| spelled(driver.id()) == wanted);
        let mut with_part = Driver::ALL.into_iter().filter(|driver| spelled(driver.id()).contains(&wanted));
        whole.or_else(|| with_part.next().filter(|_| with_part.next().is_none()))
    }

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

/// A line's part of a driver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// The line, with what is estimated and charged of it.
    pub line: Line,
    /// [USD], positive where it makes the bill higher.
    pub amount: Usd,
}

/// A driver with what is behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bridged {
    /// The reason.
    pub driver: Driver,
    /// None is zero; largest first, whatever their sign.
    pub contributions: Vec<Contribution>,
}

impl Bridged {
    /// The contributions' sum.
    #[must_use]
    pub fn amount(&self) -> Usd {
        self.contributions.iter().map(|part| part.amount).sum()
    }

    /// Whether it is rounding of the prices and quantities of instances, and nothing that a person would look for.
    #[must_use]
    pub fn is_rounding(&self) -> bool {
        self.contributions.iter().all(|part| is_tiny(part.amount) && instance(&part.line).is_some())
    }
}

/// The drivers; they add up to actual less estimated, and each line's parts to its own difference.
pub(super) fn bridge(comparison: &Comparison, estimate: &Estimate, catalog: &Catalog) -> Vec<Bridged> {
    let types = types(comparison);
    let mut parts = Parts::default();
    let shifted = shifted(&types, estimate, catalog);
    for (key, of) in &types {
        let share = shifted.get(key).copied().unwrap_or_default();
        of.lines.iter().for_each(|line| parts.add_line(line, &steps(of, line, share)));
    }
    for line in comparison.lines().filter(|line| !(is_known(line) && instance(line).is_some())) {
        let driver = match (line.actual_cost, line.estimated_quantity) {
            (Some(_), Some(_)) if line.unpriced => Driver::Unpriced,
            (Some(_), Some(_)) if is_storage(line) => Driver::Storage,
            (Some(_), Some(_)) => Driver::Other,
            (Some(_), None) => Driver::OnlyCharged,
            (None, _) => Driver::OnlyEstimated,
        };
        parts.add(
            driver,
            line,
            line.actual_cost.unwrap_or_default() - line.estimated_cost.unwrap_or_default(),
        );
    }
    parts.bridged()
}

/// A type in a region, with its lines: On-Demand (and all that is billed as such), and Spot.
struct OfType<'a> {
    name: &'a str,
    lines: Vec<&'a Line>,
}

impl OfType<'_> {
    fn estimated_hours(&self) -> Decimal {
        self.lines.iter().filter_map(|line| line.estimated_quantity).sum()
    }

    fn actual_hours(&self) -> Decimal {
        self.lines.iter().filter_map(|line| line.actual_quantity).sum()
    }

    /// Where a change of its hours stands that is no shift.
    fn of_hours(&self) -> Driver {
        let estimated = self.lines.iter().any(|line| line.estimated_quantity.is_some());
        let charged = self.lines.iter().any(|line| line.actual_cost.is_some());
        match (estimated, charged) {
            (true, true) => Driver::Hours,
            (false, _) => Driver::OnlyCharged,
            (true, false) => Driver::OnlyEstimated,
        }
    }

    /// What is paid for an hour of it, estimated or else charged.
    fn paid(&self) -> Option<Usd> {
        let paid = |cost: fn(&Line) -> Option<Usd>, hours: Decimal| {
            self.lines.iter().filter_map(|line| cost(line)).sum::<Usd>().per(hours)
        };
        let estimated = paid(|line| line.estimated_cost, self.estimated_hours());
        estimated.or_else(|| paid(|line| line.actual_cost, self.actual_hours()))
    }
}

/// The region's prefix and the type: one type in two regions is two.
type TypeKey<'a> = (&'a str, &'a str);

fn types(comparison: &Comparison) -> BTreeMap<TypeKey<'_>, OfType<'_>> {
    let mut types: BTreeMap<TypeKey<'_>, OfType<'_>> = BTreeMap::new();
    for line in comparison.lines().filter(|line| is_known(line)) {
        let Some(InstanceHours { prefix, instance_type: name, .. }) = instance(line) else { continue };
        let of_type = || OfType { name, lines: Vec::new() };
        types.entry((prefix, name)).or_insert_with(of_type).lines.push(line);
    }
    types
}

/// Types of a class, and by how many hours each changed.
type Changes<'a> = BTreeMap<TypeKey<'a>, Decimal>;

/// What share of a type's change of hours is a shift between it and others of its class; absent where none is.
fn shifted<'a>(
    types: &BTreeMap<TypeKey<'a>, OfType<'a>>,
    estimate: &Estimate,
    catalog: &Catalog,
) -> BTreeMap<TypeKey<'a>, Decimal> {
    let mut classes: BTreeMap<bool, Changes<'a>> = BTreeMap::new();
    for (key, of) in types {
        let (before, after) = (of.estimated_hours(), of.actual_hours());
        let Some(spec) = catalog.get(&InstanceType::new(of.name)) else { continue };
        // Hours taken back of a type that nobody planned are no shift.
        if before != after && (before > Decimal::ZERO || after > Decimal::ZERO) {
            classes.entry(spec.gpus > 0).or_default().insert(*key, after - before);
        }
    }
    let rises = |hours: &&Decimal| **hours > Decimal::ZERO;
    classes.retain(|_, changes| (1..changes.len()).contains(&changes.values().filter(rises).count()));
    let prices = list_prices(estimate, classes.values().flat_map(BTreeMap::keys).copied());
    let weight = |key: &TypeKey<'a>| {
        let known = prices.get(key).copied().or_else(|| types.get(key)?.paid());
        known.unwrap_or_default().amount().max(Decimal::ZERO)
    };
    classes.values().flat_map(|changes| shares(changes, &weight)).collect()
}

/// The same within a class.
fn shares<'a>(
    changes: &Changes<'a>,
    weight: &dyn Fn(&TypeKey<'a>) -> Decimal,
) -> Vec<(TypeKey<'a>, Decimal)> {
    let work: Vec<(TypeKey<'a>, Decimal)> =
        changes.iter().map(|(key, hours)| (*key, *hours * weight(key))).collect();
    let sum = |of: fn(&Decimal) -> bool| -> Decimal { work.iter().map(|(_, work)| *work).filter(of).sum() };
    let (more, fewer) = (sum(|work| *work > Decimal::ZERO), -sum(|work| *work < Decimal::ZERO));
    let shift = more.min(fewer);
    let share = |(key, work): &(TypeKey<'a>, Decimal)| {
        let side = if *work > Decimal::ZERO { more } else { fewer };
        let share = if side == shift { Decimal::ONE } else { shift / side };
        (!work.is_zero() && !shift.is_zero()).then_some((*key, share))
    };
    work.iter().filter_map(share).collect()
}

/// On-Demand list prices of an hour: of the estimate, else of the bundled table.
fn list_prices<'a>(
    estimate: &'a Estimate,
    of: impl Iterator<Item = TypeKey<'a>>,
) -> BTreeMap<TypeKey<'a>, Usd> {
    let prefix = |region: Region| region.usage_type_prefix().trim_end_matches('-');
    let own = estimate.line_items.iter().filter_map(|item| {
        let sku = &item.usage.sku;
        Some(((prefix(sku.region), sku.instance_type()?.as_str()), item.list_unit_price?.price))
    });
    let mut prices: BTreeMap<TypeKey<'a>, Usd> = own.filter(|(_, price)| *price > Usd::ZERO).collect();
    let missing = of.filter(|key| !prices.contains_key(key)).filter_map(|key| {
        let region = Region::all().find(|region| prefix(*region) == key.0)?;
        Some((key, Sku::instance(region, &InstanceType::new(key.1), PurchaseOption::OnDemand)))
    });
    let missing: BTreeMap<TypeKey<'a>, Sku> = missing.collect();
    let bundled = bundled::price_list(&missing.values().cloned().collect(), &Commitments::default());
    prices.extend(missing.into_iter().filter_map(|(key, sku)| Some((key, bundled.rate(&sku)?.price))));
    prices
}

/// From the estimate of a line to its charge, with the share of its type's hours that is a shift.
fn steps(of: &OfType<'_>, line: &Line, share: Decimal) -> Vec<(Driver, Usd)> {
    let (estimated, actual) = (line.estimated_cost.unwrap_or_default(), line.actual_cost.unwrap_or_default());
    let (before, after) =
        (line.estimated_quantity.unwrap_or_default(), line.actual_quantity.unwrap_or_default());
    let (all_before, all_after) = (of.estimated_hours(), of.actual_hours());
    let with_hours =
        if all_before > Decimal::ZERO { scaled(estimated, all_after, all_before) } else { actual };
    let with_share = match before > Decimal::ZERO {
        true => scaled(estimated, after, before),
        false => actual,
    };
    let change = with_hours - estimated;
    let mix = Usd::new(decimal::round(change.times(share).amount(), PLACES));
    // What is charged for no hours at all has no price per hour.
    let rest = if after.is_zero() && before > Decimal::ZERO { Driver::Other } else { Driver::Price };
    vec![
        (of.of_hours(), change - mix),
        (Driver::Mix, mix),
        (Driver::SpotShare, with_share - with_hours),
        (rest, actual - with_share),
    ]
}

/// A cost of some hours, for other hours.
fn scaled(cost: Usd, hours: Decimal, of: Decimal) -> Usd {
    if hours == of {
        return cost;
    }
    Usd::new(decimal::round(cost.times(hours).per(of).unwrap_or_default().amount(), PLACES))
}

/// Whether an amount is below a millionth of a dollar: rounding of quantities and prices.
#[must_use]
pub fn is_tiny(amount: Usd) -> bool {
    amount.amount().abs() < NOTHING
}

/// Contributions by driver.
#[derive(Default)]
struct Parts(BTreeMap<Driver, Vec<Contribution>>);

impl Parts {
    fn add(&mut self, driver: Driver, line: &Line, amount: Usd) {
        if amount != Usd::ZERO {
            self.0.entry(driver).or_default().push(Contribution { line: line.clone(), amount });
        }
    }

    /// Adds a line's steps; those that are rounding, as part of the largest.
    fn add_line(&mut self, line: &Line, steps: &[(Driver, Usd)]) {
        let size = |(_, amount): &&(Driver, Usd)| amount.amount().abs();
        let Some((largest, _)) = steps.iter().rev().max_by_key(size) else { return };
        let mut of_line: BTreeMap<Driver, Usd> = BTreeMap::new();
        for (driver, amount) in steps {
            *of_line.entry(if is_tiny(*amount) { *largest } else { *driver }).or_default() += *amount;
        }
        of_line.into_iter().for_each(|(driver, amount)| self.add(driver, line, amount));
    }

    /// Drivers of instances that are rounding alone, as part of the largest of them: no reason of their own.
    fn fold_rounding(&mut self) {
        let steps = [Driver::Hours, Driver::Mix, Driver::SpotShare, Driver::Price];
        let is_rounding = |parts: &Vec<Contribution>| parts.iter().all(|part| is_tiny(part.amount));
        let size = |parts: &Vec<Contribution>| -> Decimal {
            parts.iter().map(|part| part.amount).sum::<Usd>().amount().abs()
        };
        let real = |driver: &&Driver| self.0.get(driver).is_some_and(|parts| !is_rounding(parts));
        let Some(largest) = steps.iter().rev().filter(real).max_by_key(|driver| self.0.get(driver).map(size))
        else {
            return;
        };
        for driver in steps {
            if let Some(parts) = self.0.get(&driver).filter(|parts| is_rounding(parts)).cloned() {
                self.0.remove(&driver);
                self.0.entry(*largest).or_default().extend(parts);
            }
        }
    }

    fn bridged(mut self) -> Vec<Bridged> {
        self.fold_rounding();
        let of_driver = |(driver, mut contributions): (Driver, Vec<Contribution>)| {
            contributions.sort_by_cached_key(|part| {
                let line = &part.line;
                (Reverse(part.amount.amount().abs()), line.service.clone(), line.usage_type.clone())
            });
            Bridged { driver, contributions }
        };
        self.0.into_iter().map(of_driver).collect()
    }
}

/// Whether hours and costs of a line are known on both sides, as far as it is on them.
fn is_known(line: &Line) -> bool {
    !line.unpriced && !line.unquantified
}

/// What a line is of, if it is one of instance hours.
pub(super) fn instance(line: &Line) -> Option<InstanceHours<'_>> {
    if line.service == "AmazonEC2" { UsageType(&line.usage_type).instance() } else { None }
}

fn is_storage(line: &Line) -> bool {
    let service = ["AmazonFSx", "AmazonS3", "AmazonEFS", "AmazonECR"].contains(&line.service.as_str());
    service || UsageType(&line.usage_type).ebs().is_some()
}
