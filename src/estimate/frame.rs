//! What the Batch limits allow: the floor, the ceiling, and what they cost. Beside the expected
//! total, never in it. At list prices, commitments aside.
#![deny(clippy::float_arithmetic)]

use std::collections::{BTreeMap, BTreeSet};

use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::sku::{InstanceType, PurchaseOption, Service, Sku};
use crate::prices::{PriceList, Source};
use crate::scenario::Scenario;
use crate::scenario::batch::{CapRule, ComputeEnvironment};
use crate::scenario::keys::batch::{EnvironmentType, JobDefinitionKeys};
use crate::scenario::usage::compute::volume_parts;

/// A weekend that nobody looks after: Saturday and Sunday.
pub(super) const WEEKEND_HOURS: i64 = 48;

/// The frame of a whole scenario. Dollars are `None` where a price is missing.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Each compute environment.
    pub environments: Vec<EnvironmentFrame>,
    /// `min_vcpus` over the period, in the cheapest instances.
    pub floor: Option<Usd>,
    /// `max_vcpus` over the period, in the dearest instances that may be launched.
    pub ceiling: Option<Usd>,
    /// Dollars per hour when everything runs that may.
    pub burn_per_hour_at_ceiling: Option<Usd>,
    /// Saturday and Sunday at the ceiling.
    pub weekend_at_ceiling: Option<Usd>,
    /// Hours at the ceiling until the budget is gone.
    pub hours_until_budget: Option<Decimal>,
    /// What one job can cost at worst.
    pub worst_jobs: Vec<WorstJob>,
    /// Every SKU whose price the frame uses.
    pub used: BTreeSet<Sku>,
    /// Compute environments whose `min_vcpus` no set of instances reaches: name, `min_vcpus`, vCPUs
    /// that are reached. The floor is that of the latter.
    pub unreached: Vec<(String, u32, u64)>,
    /// Types of a Spot environment with a floor whose expected price is above the bid: environment,
    /// type, price, bid. The floor counts the bid.
    pub above_the_bid: Vec<(String, InstanceType, Usd, Usd)>,
    /// What is missing a price: environment, `floor` or `ceiling`, usage types.
    pub missing: Vec<(String, &'static str, Vec<String>)>,
}

/// The frame of one compute environment.
#[derive(Clone, Debug)]
pub struct EnvironmentFrame {
    /// Its name.
    pub name: String,
    /// Limits in force and for how many hours: min, max, hours.
    pub limits: Vec<(u32, u32, Decimal)>,
    /// vCPUs of the cheapest set for each of `limits`; below `min_vcpus` where none reaches it.
    pub floor_vcpus: Vec<u64>,
    /// As in [`Frame`].
    pub floor: Option<Usd>,
    /// As in [`Frame`].
    pub ceiling: Option<Usd>,
    /// As in [`Frame`], at the highest limit of the period.
    pub burn_per_hour_at_ceiling: Option<Usd>,
    /// The dearest instances at the highest limit.
    pub dearest: Vec<(InstanceType, u64)>,
    /// vCPUs of the dearest set.
    pub dearest_vcpus: u64,
}

impl EnvironmentFrame {
    fn unreached(&self) -> BTreeSet<(String, u32, u64)> {
        let pairs = self.limits.iter().zip(&self.floor_vcpus);
        pairs
            .filter(|((min, ..), reached)| **reached < u64::from(*min))
            .map(|((min, ..), reached)| (self.name.clone(), *min, *reached))
            .collect()
    }
}

/// The worst case of a job: every attempt runs until its timeout.
#[derive(Clone, Debug)]
pub struct WorstJob {
    /// The job definition.
    pub name: String,
    /// Nodes, each on an instance of its own.
    pub nodes: u32,
    /// Attempts × timeout [h]; `None` without a timeout.
    pub hours: Option<Decimal>,
    /// The dearest type that fits.
    pub instance_type: Option<InstanceType>,
    /// What it costs.
    pub cost: Option<Usd>,
}

/// A type with what an hour of it costs, its volume included.
#[derive(Clone, Debug)]
struct Priced {
    instance_type: InstanceType,
    vcpus: u64,
    per_hour: Usd,
}

/// The frame of a scenario with compute environments; `None` without.
#[must_use]
pub fn frame(
    scenario: &Scenario,
    prices: &PriceList,
    discounts: &BTreeMap<Service, Decimal>,
) -> Option<Frame> {
    if scenario.environments.is_empty() {
        return None;
    }
    let pricer = Pricer { scenario, prices, discounts };
    let mut missing = Vec::new();
    let environments: Vec<EnvironmentFrame> = scenario
        .environments
        .iter()
        .map(|environment| pricer.environment(environment, &mut missing))
        .collect();
    let all = |part: fn(&EnvironmentFrame) -> Option<Usd>| -> Option<Usd> {
        environments.iter().map(part).sum::<Option<Usd>>()
    };
    let burn = all(|e| e.burn_per_hour_at_ceiling);
    let budget = scenario.keys.budget.as_ref().and_then(|b| b.fail_usd.or(b.warn_usd)).map(|d| d.0);
    Some(Frame {
        floor: all(|e| e.floor),
        ceiling: all(|e| e.ceiling),
        burn_per_hour_at_ceiling: burn,
        weekend_at_ceiling: burn.map(|burn| burn.times(Decimal::from(WEEKEND_HOURS))),
        hours_until_budget: budget.zip(burn).and_then(|(budget, burn)| budget.fraction_of(burn)),
        worst_jobs: scenario.keys.batch.job_definition.iter().map(|job| pricer.worst_job(job)).collect(),
        unreached: environments.iter().flat_map(EnvironmentFrame::unreached).collect(),
        above_the_bid: scenario.environments.iter().flat_map(|e| pricer.above_the_bid(e)).collect(),
        used: pricer.used(),
        environments,
        missing,
    })
}

struct Pricer<'a> {
    scenario: &'a Scenario,
    prices: &'a PriceList,
    discounts: &'a BTreeMap<Service, Decimal>,
}

impl Pricer<'_> {
    fn environment(
        &self,
        environment: &ComputeEnvironment,
        missing: &mut Vec<(String, &'static str, Vec<String>)>,
    ) -> EnvironmentFrame {
        let segments = self.scenario.timeline(environment);
        let mut seconds: BTreeMap<(u32, u32), i64> = BTreeMap::new();
        for segment in &segments {
            *seconds.entry((segment.min_vcpus, segment.max_vcpus)).or_default() += segment.seconds();
        }
        let hours = |seconds: i64| decimal::round(Decimal::from(seconds) / Decimal::from(3600), 6);
        let limits: BTreeMap<(u32, u32), Decimal> =
            seconds.into_iter().map(|(limits, seconds)| (limits, hours(seconds))).collect();
        let mut price_all = |price: fn(&Self, &ComputeEnvironment, &InstanceType) -> Result<Usd, String>,
                             what| {
            let (types, unknown) = self.priced(environment, price);
            let needed = if what == "floor" {
                limits.keys().any(|(min, _)| *min > 0)
            } else {
                limits.keys().any(|(_, max)| *max > 0)
            };
            if !unknown.is_empty() && needed {
                missing.push((environment.name.clone(), what, unknown.clone()));
            }
            (!needed || unknown.is_empty()).then_some(types)
        };
        let usual = price_all(Self::usual_price, "floor");
        let highest = price_all(Self::highest_price, "ceiling");
        let rule = environment.cap_rule();
        let dearest = highest.as_ref().map(|types| {
            let top = limits.keys().map(|(_, max)| *max).max().unwrap_or_default();
            dearest_set(types, top.into(), rule)
        });
        let sum = |part: &dyn Fn(u32, u32) -> Usd| -> Usd {
            limits.iter().map(|((min, max), hours)| part(*min, *max).times(*hours)).sum()
        };
        let cover = |types: &[Priced], min: u32, max: u32| {
            let within = (rule == CapRule::WithinMax).then_some(u64::from(max));
            cheapest_cover(types, min.into(), within)
        };
        let floor_vcpus = usual.as_ref().map_or_else(Vec::new, |types| {
            limits.keys().map(|(min, max)| cover(types, *min, *max).1).collect()
        });
        EnvironmentFrame {
            name: environment.name.clone(),
            floor: usual.map(|types| sum(&|min, max| cover(&types, min, max).0)),
            floor_vcpus,
            ceiling: highest.map(|types| sum(&|_, max| dearest_set(&types, max.into(), rule).0)),
            burn_per_hour_at_ceiling: dearest.as_ref().map(|(burn, _)| *burn),
            dearest_vcpus: dearest.as_ref().map_or(0, |(_, set)| set.iter().map(|(t, n)| t.vcpus * n).sum()),
            dearest: dearest.map_or_else(Vec::new, |(_, set)| {
                set.into_iter().map(|(priced, count)| (priced.instance_type, count)).collect()
            }),
            limits: limits.into_iter().map(|((min, max), hours)| (min, max, hours)).collect(),
        }
    }

    fn used(&self) -> BTreeSet<Sku> {
        let mut used = BTreeSet::new();
        for environment in &self.scenario.environments {
            for (instance_type, _) in &environment.types {
                used.insert(Sku::instance(self.scenario.region, instance_type, PurchaseOption::OnDemand));
                let floor = self.scenario.timeline(environment).iter().any(|segment| segment.min_vcpus > 0);
                if environment.environment_type == EnvironmentType::Spot && floor {
                    used.insert(Sku::instance(self.scenario.region, instance_type, PurchaseOption::Spot));
                }
            }
            let keys = self.scenario.environment(&environment.name).map(|(keys, _)| keys);
            if let Some(volume) = keys.and_then(|keys| keys.root_volume.as_ref()) {
                let skus =
                    volume_parts(volume).into_iter().map(|(_, r, _)| Sku::other(self.scenario.region, r));
                used.extend(skus);
            }
        }
        used
    }

    fn priced(
        &self,
        environment: &ComputeEnvironment,
        price: fn(&Self, &ComputeEnvironment, &InstanceType) -> Result<Usd, String>,
    ) -> (Vec<Priced>, Vec<String>) {
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for (instance_type, spec) in &environment.types {
            match price(self, environment, instance_type) {
                Ok(per_hour) => {
                    known.push(Priced {
                        instance_type: instance_type.clone(),
                        vcpus: spec.vcpus.into(),
                        per_hour,
                    });
                }
                Err(usage_type) => unknown.push(usage_type),
            }
        }
        unknown.dedup();
        (known, unknown)
    }

    fn rate(&self, sku: &Sku) -> Result<Usd, String> {
        let price = self.prices.get(sku).and_then(|price| price.first_rate().map(|rate| (price, rate)));
        let (price, rate) = price.ok_or_else(|| sku.usage_type())?;
        let listed = sku.purchase != PurchaseOption::Spot && price.provenance.source != Source::Scenario;
        let discount = self.discounts.get(&sku.service()).copied().filter(|_| listed).unwrap_or_default();
        Ok(rate.price.times(Decimal::ONE - discount).to_price())
    }

    /// Types of a Spot environment that has a floor, whose expected price is above the bid.
    fn above_the_bid(&self, environment: &ComputeEnvironment) -> Vec<(String, InstanceType, Usd, Usd)> {
        let floor = self.scenario.timeline(environment).iter().any(|segment| segment.min_vcpus > 0);
        if environment.environment_type == EnvironmentType::Ec2 || !floor {
            return Vec::new();
        }
        let above = |instance_type: &InstanceType| {
            let sku = |option| Sku::instance(self.scenario.region, instance_type, option);
            let price = self.rate(&sku(PurchaseOption::Spot)).ok()?;
            let bid = self.bid(environment, instance_type).ok()?;
            (price > bid).then(|| (environment.name.clone(), instance_type.clone(), price, bid))
        };
        environment.types.iter().filter_map(|(instance_type, _)| above(instance_type)).collect()
    }

    /// The highest Spot price that is paid: a share of On-Demand.
    fn bid(&self, environment: &ComputeEnvironment, instance_type: &InstanceType) -> Result<Usd, String> {
        let list =
            self.rate(&Sku::instance(self.scenario.region, instance_type, PurchaseOption::OnDemand))?;
        Ok(list.times(environment.bid_share).to_price())
    }

    /// What an hour usually costs: On-Demand, or the expected Spot price, at most the bid where
    /// that is known.
    fn usual_price(
        &self,
        environment: &ComputeEnvironment,
        instance_type: &InstanceType,
    ) -> Result<Usd, String> {
        let rate = |option| self.rate(&Sku::instance(self.scenario.region, instance_type, option));
        let instance = match environment.environment_type {
            EnvironmentType::Ec2 => rate(PurchaseOption::OnDemand)?,
            EnvironmentType::Spot => {
                let spot = rate(PurchaseOption::Spot)?;
                self.bid(environment, instance_type).map_or(spot, |bid| spot.min(bid))
            }
        };
        Ok(instance + self.volume_per_hour(environment)?)
    }

    /// What an hour costs at most: On-Demand, or for Spot the bid, a share of On-Demand.
    fn highest_price(
        &self,
        environment: &ComputeEnvironment,
        instance_type: &InstanceType,
    ) -> Result<Usd, String> {
        let instance = match environment.environment_type {
            EnvironmentType::Ec2 => {
                self.rate(&Sku::instance(self.scenario.region, instance_type, PurchaseOption::OnDemand))?
            }
            EnvironmentType::Spot => self.bid(environment, instance_type)?,
        };
        Ok(instance + self.volume_per_hour(environment)?)
    }

    fn volume_per_hour(&self, environment: &ComputeEnvironment) -> Result<Usd, String> {
        let keys =
            self.scenario.environment(&environment.name).and_then(|(keys, _)| keys.root_volume.as_ref());
        let Some(volume) = keys else { return Ok(Usd::ZERO) };
        let mut per_month = Usd::ZERO;
        for (_, resource, amount) in volume_parts(volume) {
            let rate = self.rate(&Sku::other(self.scenario.region, resource))?;
            per_month += rate.times(amount);
        }
        let per_hour = self.scenario.months() / self.scenario.period.hours();
        Ok(per_month.times(per_hour).to_price())
    }

    fn worst_job(&self, job: &JobDefinitionKeys) -> WorstJob {
        let nodes = job.nodes.map_or(1, |n| n.0);
        let attempts = Decimal::from(job.attempts.map_or(1, |a| a.0));
        let hours = job.timeout_minutes.map(|timeout| attempts * timeout.0 / Decimal::from(60));
        let may_run = |e: &&ComputeEnvironment| nodes == 1 || e.environment_type == EnvironmentType::Ec2;
        let fitting = self.scenario.environments.iter().filter(may_run).flat_map(|environment| {
            let highest = self.scenario.timeline(environment).iter().map(|s| s.max_vcpus).max().unwrap_or(0);
            let fits =
                environment.types.iter().filter(move |(_, spec)| environment.may_run(job, spec, highest));
            fits.map(move |(instance_type, _)| {
                (instance_type, self.highest_price(environment, instance_type))
            })
        });
        let prices: Option<Vec<(&InstanceType, Usd)>> =
            fitting.map(|(instance_type, price)| price.ok().map(|price| (instance_type, price))).collect();
        let dearest = prices.and_then(|prices| prices.into_iter().max_by_key(|(_, price)| *price));
        WorstJob {
            name: job.name.clone(),
            nodes,
            hours,
            instance_type: dearest.map(|(instance_type, _)| instance_type.clone()),
            cost: dearest.zip(hours).map(|((_, price), hours)| price.times(hours * Decimal::from(nodes))),
        }
    }
}

/// The instances that cost most among all sets that the launch rule can reach, and their price per
/// hour. While launches are allowed below the cap, the last one may be any type.
fn dearest_set(types: &[Priced], max_vcpus: u64, rule: CapRule) -> (Usd, Vec<(Priced, u64)>) {
    if max_vcpus == 0 || types.is_empty() {
        return (Usd::ZERO, Vec::new());
    }
    // Full below `room`, then one more launch where the rule still allows it.
    let room = match rule {
        CapRule::WithinMax => max_vcpus,
        CapRule::WhileBelowMax => max_vcpus - 1,
    };
    let (mut cost, mut set) = knapsack(types, room);
    let vcpus =
        |set: &[(Priced, u64)]| -> u64 { set.iter().map(|(priced, count)| priced.vcpus * count).sum() };
    assert!(vcpus(&set) <= room, "the set fits where launches are still allowed");
    if rule == CapRule::WhileBelowMax
        && let Some(last) = types.iter().max_by_key(|priced| priced.per_hour)
    {
        assert!(
            rule.may_launch(vcpus(&set), last.vcpus, max_vcpus),
            "the ceiling is a set that Batch can reach"
        );
        cost += last.per_hour;
        add(&mut set, last);
    }
    (cost, set)
}

fn add(set: &mut Vec<(Priced, u64)>, priced: &Priced) {
    match set.iter_mut().find(|(known, _)| known.instance_type == priced.instance_type) {
        Some((_, count)) => *count += 1,
        None => set.push((priced.clone(), 1)),
    }
}

/// The set of instances with at most `room` vCPUs that costs most (unbounded knapsack, exact).
fn knapsack(types: &[Priced], room: u64) -> (Usd, Vec<(Priced, u64)>) {
    // Of equal sizes only the dearest matters.
    let mut by_size: BTreeMap<u64, &Priced> = BTreeMap::new();
    for priced in types {
        let best = by_size.entry(priced.vcpus).or_insert(priced);
        if priced.per_hour > best.per_hour {
            *best = priced;
        }
    }
    let unit = by_size.keys().copied().fold(0, gcd).max(1);
    let sizes: Vec<(usize, &Priced)> = by_size
        .into_values()
        .map(|priced| (usize::try_from(priced.vcpus / unit).unwrap_or(usize::MAX), priced))
        .collect();
    let room = usize::try_from(room / unit).unwrap_or(usize::MAX);
    let (bulk, rest) = densest_bulk(&sizes, room);
    let mut best: Vec<(Usd, Option<usize>)> = vec![(Usd::ZERO, None); rest + 1];
    for capacity in 1..=rest {
        best[capacity] = (best[capacity - 1].0, None);
        for (index, (size, priced)) in sizes.iter().enumerate() {
            if *size <= capacity {
                let cost = best[capacity - size].0 + priced.per_hour;
                // Of equal costs, the fewer and larger instances.
                if cost >= best[capacity].0 {
                    best[capacity] = (cost, Some(index));
                }
            }
        }
    }
    let mut set: Vec<(Priced, u64)> = Vec::new();
    let mut capacity = rest;
    while capacity > 0 {
        match best[capacity].1 {
            Some(index) => {
                add(&mut set, sizes[index].1);
                capacity -= sizes[index].0;
            }
            None => capacity -= 1,
        }
    }
    let mut cost = best[rest].0;
    if let Some((priced, count)) = bulk {
        cost += priced.per_hour.times(Decimal::from(count));
        match set.iter_mut().find(|(known, _)| known.instance_type == priced.instance_type) {
            Some((_, existing)) => *existing += count,
            None => set.push((priced.clone(), count)),
        }
    }
    (cost, set)
}

/// How many of the type with the highest price per vCPU are in some best set for sure, and the
/// room that is left. Fewer than its size of all others are ever needed (of that many, some would
/// fill a multiple of its size and could be swapped for it), so beyond that room only it remains.
fn densest_bulk<'a>(sizes: &[(usize, &'a Priced)], room: usize) -> (Option<(&'a Priced, u64)>, usize) {
    let densest = sizes.iter().max_by(|(a_size, a), (b_size, b)| {
        let cross = |cost: Usd, size: usize| cost.times(Decimal::from(size));
        cross(a.per_hour, *b_size).cmp(&cross(b.per_hour, *a_size))
    });
    let largest = sizes.iter().map(|(size, _)| *size).max().unwrap_or(1);
    match densest {
        Some((size, priced)) if *size > 0 && room > size * largest + largest => {
            let count = (room - size * largest - largest) / size;
            (Some((priced, count as u64)), room - count * size)
        }
        _ => (None, room),
    }
}

/// The cheapest set with at least `min_vcpus`, and at most `max_vcpus` where there is such a limit:
/// price per hour and vCPUs. Where no set lies between, the cheapest of those with most vCPUs below.
fn cheapest_cover(types: &[Priced], min_vcpus: u64, max_vcpus: Option<u64>) -> (Usd, u64) {
    if min_vcpus == 0 || types.is_empty() {
        return (Usd::ZERO, 0);
    }
    let unit = types.iter().map(|priced| priced.vcpus).fold(0, gcd).max(1);
    let units = |vcpus: u64| usize::try_from(vcpus).unwrap_or(usize::MAX);
    let sizes: Vec<(usize, &Priced)> =
        types.iter().map(|priced| (units(priced.vcpus / unit), priced)).collect();
    let largest = sizes.iter().map(|(size, _)| *size).max().unwrap_or(1);
    let needed = units(min_vcpus.div_ceil(unit));
    // A set without which nothing is missing has less than `largest` more than is needed.
    let room = max_vcpus.map_or(usize::MAX, |max| units(max / unit)).min(needed + largest);
    let cheapest = sizes.iter().min_by(|(a_size, a), (b_size, b)| {
        a.per_hour.times(Decimal::from(*b_size)).cmp(&b.per_hour.times(Decimal::from(*a_size)))
    });
    // As in `densest_bulk`: beyond that need only the cheapest per vCPU remains.
    let sure = needed.min(room);
    let (bulk_cost, bulk) = match cheapest {
        Some((size, priced)) if sure > size * largest + 2 * largest => {
            let count = (sure - size * largest - 2 * largest) / size;
            (priced.per_hour.times(Decimal::from(count)), count * size)
        }
        _ => (Usd::ZERO, 0),
    };
    // Cost of the cheapest set of exactly so many units.
    let mut least: Vec<Option<Usd>> = vec![None; room - bulk + 1];
    least[0] = Some(Usd::ZERO);
    for total in 1..least.len() {
        let last = sizes.iter().filter(|(size, _)| *size <= total);
        least[total] = last.filter_map(|(size, priced)| Some(least[total - size]? + priced.per_hour)).min();
    }
    let enough = (needed - bulk..least.len()).filter_map(|total| Some((least[total]?, total))).min();
    let most = || (0..least.len()).rev().find_map(|total| Some((least[total]?, total)));
    let (cost, total) = enough.or_else(most).unwrap_or_default();
    (bulk_cost + cost, (total + bulk) as u64 * unit)
}

const fn gcd(a: u64, b: u64) -> u64 {
    if a == 0 { b } else { gcd(b % a, a) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn priced(name: &str, vcpus: u64, usd: &str) -> Priced {
        let per_hour = Usd::new(decimal::parse(usd).expect("a number"));
        Priced { instance_type: InstanceType::new(name), vcpus, per_hour }
    }

    #[test]
    fn the_guides_ceiling_by_hand() {
        // max 256, types p4d (96 vCPUs, $21.957642) and g5.48xlarge (192, $16.288), overshoot
        // allowed: at 255 or fewer two p4d (192) may run, and one more launch: three p4d, 288 vCPUs.
        let types = [priced("p4d.24xlarge", 96, "21.957642"), priced("g5.48xlarge", 192, "16.288")];
        let (cost, set) = dearest_set(&types, 256, CapRule::WhileBelowMax);
        assert_eq!(cost.to_string(), "65.872926");
        assert_eq!((set.len(), set[0].1), (1, 3));
        // BEST_FIT stays within: two p4d.
        assert_eq!(dearest_set(&types, 256, CapRule::WithinMax).0.to_string(), "43.915284");
        assert_eq!(dearest_set(&types, 0, CapRule::WhileBelowMax).0, Usd::ZERO);
    }

    #[test]
    fn types_of_one_price_do_not_matter_in_order() {
        let types = [priced("r5.12xlarge", 48, "3.552"), priced("m5.16xlarge", 64, "3.552")];
        assert_eq!(dearest_set(&types, 128, CapRule::WhileBelowMax).0.to_string(), "10.656");
    }

    #[test]
    fn the_floor_is_the_cheapest_cover() {
        let types = [priced("p4d.24xlarge", 96, "21.957642"), priced("g5.48xlarge", 192, "16.288")];
        let cover = |min, max| {
            let (cost, vcpus) = cheapest_cover(&types, min, max);
            (cost.to_string(), vcpus)
        };
        assert_eq!(cover(1, None), ("16.288".into(), 192));
        assert_eq!(cover(193, None), ("32.576".into(), 384));
        assert_eq!(cover(0, None), ("0".into(), 0));
        // Within 100 vCPUs only one p4d fits; of 97 it is the most that can be reached.
        assert_eq!(cover(1, Some(100)), ("21.957642".into(), 96));
        assert_eq!(cover(97, Some(100)), ("21.957642".into(), 96));
        assert_eq!(cover(97, Some(95)), ("0".into(), 0));
    }

    /// Every set that the rule can reach, launch by launch.
    fn search(types: &[Priced], owned: u64, cost: Usd, max: u64, rule: CapRule) -> Usd {
        let next = types.iter().filter(|t| rule.may_launch(owned, t.vcpus, max));
        next.map(|t| search(types, owned + t.vcpus, cost + t.per_hour, max, rule))
            .max()
            .unwrap_or(cost)
            .max(cost)
    }

    /// Every set within the limit: whether it has enough, vCPUs it lacks, what it costs, vCPUs.
    fn covers(types: &[Priced], owned: u64, cost: Usd, min: u64, max: Option<u64>) -> (u64, Usd) {
        if owned >= min {
            return (0, cost);
        }
        let next = types.iter().filter(|t| max.is_none_or(|max| owned + t.vcpus <= max));
        next.map(|t| covers(types, owned + t.vcpus, cost + t.per_hour, min, max))
            .chain([(min - owned, cost)])
            .min()
            .expect("there is this set")
    }

    proptest! {
        #[test]
        fn the_sets_are_those_an_exhaustive_search_finds(
            sizes in proptest::collection::vec((1_u64..12, 1_i64..500), 1..4),
            limit in 0_u64..40,
            slack in 0_u64..12,
            best_fit in any::<bool>(),
        ) {
            let types: Vec<Priced> = sizes
                .iter()
                .enumerate()
                .map(|(i, (vcpus, cents))| priced(&format!("t{i}"), vcpus * 2, &format!("{}.{:02}", cents / 100, cents % 100)))
                .collect();
            let rule = if best_fit { CapRule::WithinMax } else { CapRule::WhileBelowMax };
            prop_assert_eq!(dearest_set(&types, limit, rule).0, search(&types, 0, Usd::ZERO, limit, rule));
            for max in [None, Some(limit), Some(limit + slack)] {
                let (cost, vcpus) = cheapest_cover(&types, limit, max);
                let (lacking, least) = covers(&types, 0, Usd::ZERO, limit, max);
                prop_assert_eq!((limit.saturating_sub(vcpus), cost), (lacking, least));
            }
        }

        #[test]
        fn bulk_changes_nothing(a in 1_i64..99, b in 1_i64..99, limit in 1_u64..3000) {
            let types = [priced("a", 3, &a.to_string()), priced("b", 5, &b.to_string())];
            let mut best = vec![Usd::ZERO; limit as usize + 1];
            for room in 1..=limit as usize {
                best[room] = best[room - 1];
                for t in &types {
                    if t.vcpus as usize <= room {
                        best[room] = best[room].max(best[room - t.vcpus as usize] + t.per_hour);
                    }
                }
            }
            prop_assert_eq!(knapsack(&types, limit).0, best[limit as usize]);
        }
    }
}
