//! AWS Batch compute environments with their instance types resolved, and Batch's placement rules.
//!
//! Source: AWS Batch API reference of `maxvCpus` and `allocationStrategy`, read 2026-11-23.

use super::keys::batch::{AllocationStrategy, ComputeEnvironmentKeys, EnvironmentType, JobDefinitionKeys};
use crate::catalog::{Catalog, InstanceSpec};
use crate::model::decimal::{self, Decimal, truncate};
use crate::model::money::Usd;
use crate::model::sku::InstanceType;

/// Percent of nominal memory that ECS and the AMI keep when the scenario does not say. An
/// m4.large of 8 GiB registers 7,985 MiB (AWS Batch user guide, memory management); with the
/// agent's own reserve about 3 to 8 % are gone.
const MEMORY_RESERVE_PERCENT: i64 = 5;

/// Families that `optimal` stands for: AWS's default x86 set.
const OPTIMAL: [&str; 4] = ["m6i", "c6i", "r6i", "c7i"];

/// When Batch may launch one more instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CapRule {
    /// BEST_FIT On-Demand: never above `max_vcpus`.
    WithinMax,
    /// Everything else, BEST_FIT on Spot too: while below `max_vcpus`, so the last instance may go beyond.
    WhileBelowMax,
}

impl CapRule {
    /// The rule of a strategy.
    #[must_use]
    pub const fn of(strategy: AllocationStrategy, environment: EnvironmentType) -> CapRule {
        match (strategy, environment) {
            (AllocationStrategy::BestFit, EnvironmentType::Ec2) => CapRule::WithinMax,
            _ => CapRule::WhileBelowMax,
        }
    }

    /// Whether an instance of `size` vCPUs may be launched while `owned` vCPUs run. The only place
    /// that knows.
    #[must_use]
    pub const fn may_launch(self, owned: u64, size: u64, max_vcpus: u64) -> bool {
        match self {
            CapRule::WithinMax => owned + size <= max_vcpus,
            CapRule::WhileBelowMax => owned < max_vcpus,
        }
    }
}

/// How the Spot price of a type stands to what a compute environment pays for it at most.
///
/// EC2 starts no Spot Instance while the price is above that (AWS Batch API reference, `bidPercentage`: a percentage of
/// the type's On-Demand price, 100 where none is given; read 2026-11-27). Both are list prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bid {
    /// Instances start: the price is not above it, or they are not Spot.
    Kept,
    /// No instance starts.
    Exceeded {
        /// The Spot price of an hour.
        price: Usd,
        /// The highest that is paid.
        bid: Usd,
    },
    /// A percentage is given, but the Spot price or the On-Demand price is not known.
    Unknown,
}

impl Bid {
    /// Of the two list prices of an hour. The only place that knows the rule.
    #[must_use]
    pub fn of(share: Option<Decimal>, spot: Option<Usd>, on_demand: Option<Usd>) -> Bid {
        // Spot prices have four decimals, On-Demand prices more: a mean that is all of On-Demand is not above it.
        let rounded = |usd: Usd| decimal::round(usd.amount(), 4);
        let highest = on_demand.map(|usd| highest_spot_price(usd, share.unwrap_or(Decimal::ONE)));
        match (spot, highest) {
            (Some(price), Some(bid)) if rounded(price) > rounded(bid) => Bid::Exceeded { price, bid },
            (Some(_), Some(_)) => Bid::Kept,
            _ if share.is_none() => Bid::Kept,
            _ => Bid::Unknown,
        }
    }

    /// Whether instances start, as far as is known.
    #[must_use]
    pub const fn starts(self) -> bool {
        !matches!(self, Bid::Exceeded { .. })
    }
}

/// The most that is paid for an hour of Spot: a share of the On-Demand price.
#[must_use]
pub fn highest_spot_price(on_demand: Usd, share: Decimal) -> Usd {
    on_demand.times(share).to_price()
}

/// A compute environment whose instance types are in the catalogue.
#[derive(Clone, Debug)]
pub struct ComputeEnvironment {
    /// Its name.
    pub name: String,
    /// On-Demand or Spot.
    pub environment_type: EnvironmentType,
    /// How Batch chooses.
    pub strategy: AllocationStrategy,
    /// Every type it may launch, retired ones left out, in the order written.
    pub types: Vec<(InstanceType, InstanceSpec)>,
    /// Types it names that are retired.
    pub retired: Vec<InstanceType>,
    /// Kept running.
    pub min_vcpus: u32,
    /// Launches stop here.
    pub max_vcpus: u32,
    /// Highest Spot price as a share of On-Demand; `None` where none is given: AWS's is all of it.
    pub bid_share: Option<Decimal>,
    /// Share of the nominal memory that jobs can ask for.
    pub usable_memory: Decimal,
}

impl ComputeEnvironment {
    /// Resolves types, families and `optimal`. `Err` holds the first name that is none of them.
    pub fn resolve(keys: &ComputeEnvironmentKeys, catalog: &Catalog) -> Result<ComputeEnvironment, usize> {
        let (mut types, mut retired) = (Vec::new(), Vec::new());
        for (index, name) in keys.instance_types.iter().enumerate() {
            let members = expand(name, catalog);
            if members.is_empty() {
                return Err(index);
            }
            for (instance_type, spec) in members {
                if spec.retired() {
                    retired.push(instance_type);
                } else if !types.iter().any(|(known, _)| *known == instance_type) {
                    types.push((instance_type, spec));
                }
            }
        }
        let hundred = Decimal::ONE_HUNDRED;
        let reserve = keys.memory_reserve_percent.map_or(Decimal::from(MEMORY_RESERVE_PERCENT), |p| p.0);
        Ok(ComputeEnvironment {
            name: keys.name.clone(),
            environment_type: keys.environment_type,
            strategy: keys.allocation_strategy,
            types,
            retired,
            min_vcpus: keys.min_vcpus.0,
            max_vcpus: keys.max_vcpus.0,
            bid_share: keys.bid_percentage.map(|p| Decimal::from(p.0) / hundred),
            usable_memory: (hundred - reserve).max(Decimal::ZERO) / hundred,
        })
    }

    /// When it may launch.
    #[must_use]
    pub const fn cap_rule(&self) -> CapRule {
        CapRule::of(self.strategy, self.environment_type)
    }

    /// How many nodes of the job run side by side on one instance; 0 where none fits.
    #[must_use]
    pub fn slots(&self, job: &JobDefinitionKeys, spec: &InstanceSpec) -> u32 {
        slots(job, spec, self.usable_memory)
    }

    /// Whether all nodes of the job fit and may be launched on a type, up to `max_vcpus`. All nodes of
    /// a multi-node parallel job use one type (AWS Batch user guide, "Create a multi-node parallel
    /// job definition"), each an instance of its own.
    #[must_use]
    pub fn may_run(&self, job: &JobDefinitionKeys, spec: &InstanceSpec, max_vcpus: u32) -> bool {
        let others = u64::from(job.nodes.map_or(1, |n| n.0)).saturating_sub(1);
        let size = u64::from(spec.vcpus);
        self.slots(job, spec) > 0 && self.cap_rule().may_launch(size * others, size, max_vcpus.into())
    }
}

/// How many nodes of `job` fit on one instance by vCPUs, usable memory and whole GPUs.
#[must_use]
fn slots(job: &JobDefinitionKeys, spec: &InstanceSpec, usable_memory: Decimal) -> u32 {
    let by_vcpus = floor_to_u32(Decimal::from(spec.vcpus) / job.vcpus.0);
    let by_memory = floor_to_u32(Decimal::from(spec.memory_mib) * usable_memory / job.memory_mib.0);
    let by_gpus = spec.gpus.checked_div(job.gpus.0).unwrap_or(u32::MAX);
    by_vcpus.min(by_memory).min(by_gpus)
}

/// How many nodes of `job` fit on one instance of a type, in a compute environment or, without one,
/// with the usual share of memory.
#[must_use]
pub fn slots_on(
    job: &JobDefinitionKeys,
    spec: &InstanceSpec,
    environment: Option<&ComputeEnvironment>,
) -> u32 {
    let usual = (Decimal::ONE_HUNDRED - Decimal::from(MEMORY_RESERVE_PERCENT)) / Decimal::ONE_HUNDRED;
    slots(job, spec, environment.map_or(usual, |environment| environment.usable_memory))
}

fn expand(name: &str, catalog: &Catalog) -> Vec<(InstanceType, InstanceSpec)> {
    let exact = InstanceType::new(name);
    if let Some(spec) = catalog.get(&exact) {
        return vec![(exact, spec.clone())];
    }
    let families: Vec<&str> = if name == "optimal" { OPTIMAL.to_vec() } else { vec![name] };
    catalog
        .iter()
        .filter(|(known, _)| known.split_once('.').is_some_and(|(family, _)| families.contains(&family)))
        .map(|(known, spec)| (InstanceType::new(known), spec.clone()))
        .collect()
}

/// The whole number at or below, at most `u32::MAX`.
fn floor_to_u32(number: Decimal) -> u32 {
    truncate(number, 0).try_into().unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bid_is_a_share_of_on_demand() {
        // 60 % of $23.62 are $14.172: one cent more does not start. Without a percentage all of it is paid.
        let usd = |text: &str| crate::model::decimal::parse(text).map(Usd::new).ok();
        let (share, on_demand) = (crate::model::decimal::parse("0.6").ok(), usd("23.62"));
        let bid = usd("14.172").expect("a price");
        assert_eq!(Bid::of(share, Some(bid), on_demand), Bid::Kept);
        let price = usd("14.182").expect("a price");
        assert_eq!(Bid::of(share, Some(price), on_demand), Bid::Exceeded { price, bid });
        assert_eq!(Bid::of(None, Some(price), on_demand), Bid::Kept);
        assert!(!Bid::of(None, usd("23.63"), on_demand).starts());
        // $23.62246 are $23.6225 to the four decimals that Spot prices have.
        assert!(Bid::of(None, usd("23.6225"), usd("23.62246")).starts());
        assert_eq!([Bid::of(share, None, on_demand), Bid::of(share, usd("1"), None)], [Bid::Unknown; 2]);
        assert_eq!(Bid::of(None, usd("1"), None), Bid::Kept);
    }

    #[test]
    fn the_cap_is_one_rule() {
        // max_vcpus = 256, p4d = 96 vCPUs: 96, 192, and a third only where overshoot is allowed.
        assert!(CapRule::WithinMax.may_launch(96, 96, 256));
        assert!(!CapRule::WithinMax.may_launch(192, 96, 256));
        assert!(CapRule::WhileBelowMax.may_launch(192, 96, 256));
        assert!(!CapRule::WhileBelowMax.may_launch(256, 96, 256));
        let best_fit = AllocationStrategy::BestFit;
        assert_eq!(CapRule::of(best_fit, EnvironmentType::Ec2), CapRule::WithinMax);
        assert_eq!(CapRule::of(best_fit, EnvironmentType::Spot), CapRule::WhileBelowMax);
    }
}
