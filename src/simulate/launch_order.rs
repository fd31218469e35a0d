//! Which instance type is launched first: what the allocation strategies say, and what decides where they say nothing.
//!
//! AWS Batch's user guide, "Allocation strategies" (docs.aws.amazon.com/batch/latest/userguide/allocation-strategies.html,
//! read 2026-11-28): BEST_FIT takes the lowest-cost type that fits, BEST_FIT_PROGRESSIVE prefers a lower cost per vCPU,
//! SPOT_CAPACITY_OPTIMIZED types that are less likely to be interrupted, SPOT_PRICE_CAPACITY_OPTIMIZED these and a low
//! price; only the `_ORDERED` and `_PRIORITIZED` strategies look at the order of `instance_types`. "Large enough for the jobs
//! in the queue" is all it says about sizes: that many small jobs share a large instance is told by AWS's engineers
//! (github.com/aws-samples/aws-genomics-workflows/issues/174, read 2026-11-28).
//!
//! So the rule is ours where AWS has none. `launch_size` decides among types that the strategy holds equal: the smaller or
//! the larger first; of one size the cheaper; then by name. How deep a Spot pool is AWS does not publish: the types that
//! `capacity_errors` says are refused least. The order in which types are written decides nothing else.

use super::first_fit::Capacity;
use super::model::{Environment, LaunchType};
use crate::model::decimal::Decimal;
use crate::model::money::Usd;
use crate::scenario::keys::batch::{AllocationStrategy, LaunchSize};

/// What waiting jobs of one node ask for together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    vcpus: u64,
    memory_mib: u64,
    gpus: u64,
}

impl Wanted {
    pub(super) fn add(&mut self, request: Capacity) {
        self.vcpus += u64::from(request.vcpus);
        self.memory_mib += u64::from(request.memory_mib);
        self.gpus += u64::from(request.gpus);
    }

    pub(super) fn remove(&mut self, request: Capacity) {
        self.vcpus -= u64::from(request.vcpus);
        self.memory_mib -= u64::from(request.memory_mib);
        self.gpus -= u64::from(request.gpus);
    }

    /// Whether it takes all the vCPUs, all the memory or all the GPUs of an instance.
    pub(super) fn fills(self, of: Capacity) -> bool {
        self.vcpus >= of.vcpus.into()
            || self.memory_mib >= of.memory_mib.into()
            || of.gpus > 0 && self.gpus >= of.gpus.into()
    }
}

/// Which of the sizes that a strategy holds equal is launched first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum First {
    Smallest,
    Largest,
}

impl Environment {
    /// The types that EC2 starts, in the order in which they are tried for a job that they hold. An unknown price comes
    /// last.
    pub(super) fn launch_order(&self, first: First) -> Vec<u16> {
        let mut order: Vec<u16> = (0..u16::try_from(self.types.len()).expect("types are few")).collect();
        order.retain(|index| self.types[usize::from(*index)].bid.starts());
        if !self.strategy.honours_order() {
            order.sort_by_cached_key(|index| self.preference(&self.types[usize::from(*index)], first));
        }
        order
    }

    /// The order in which types are launched for jobs of one node, where none is filled by what waits.
    pub(super) fn order(&self) -> Vec<u16> {
        match self.launch_size {
            Some(LaunchSize::Largest) => self.launch_order(First::Largest),
            Some(LaunchSize::Smallest | LaunchSize::Mixed) | None => self.launch_order(First::Smallest),
        }
    }

    /// The types that are launched before others if what waits fills them; none but for a mix of sizes.
    pub(super) fn filled_order(&self) -> Vec<u16> {
        match self.launch_size {
            Some(LaunchSize::Mixed) if !self.strategy.honours_order() => self.launch_order(First::Largest),
            _ => Vec::new(),
        }
    }

    /// The other end of what AWS does not document, where types would be launched in another order: the largest first
    /// unless `launch_size` decides, and of one size the dearest.
    pub(super) fn other_end(&self) -> Option<Environment> {
        let other = Environment {
            launch_size: Some(self.launch_size.unwrap_or(LaunchSize::Largest)),
            dearest_first: true,
            ..self.clone()
        };
        let differs = other.order() != self.order() || other.filled_order() != self.filled_order();
        differs.then_some(other)
    }

    /// The vCPUs of types in the order in which they are launched.
    pub(super) fn sizes(&self) -> Vec<u32> {
        self.order().iter().map(|kind| self.types[usize::from(*kind)].capacity.vcpus).collect()
    }

    /// What types are sorted by: refusals, price, family, size, price among equals, name.
    fn preference(&self, of: &LaunchType, first: First) -> (u32, Decimal, String, i64, Decimal, String) {
        let name = of.instance_type.to_string();
        let price = price(of);
        let sign = |is_turned: bool| if is_turned { Decimal::NEGATIVE_ONE } else { Decimal::ONE };
        let (refusals, cost, family) = match (self.strategy, first) {
            (AllocationStrategy::BestFit, First::Smallest) => (0, price, String::new()),
            (AllocationStrategy::BestFit | AllocationStrategy::BestFitProgressive, _) => {
                (0, per_vcpu(of), String::new())
            }
            // Sizes of one family differ little in their Spot prices: the family of the cheapest vCPU.
            (AllocationStrategy::SpotPriceCapacityOptimized, First::Largest) => {
                let own = family(&name);
                let members = self.types.iter().filter(|other| family(other.instance_type.as_str()) == own);
                let cheapest = members.map(per_vcpu).min().unwrap_or(Decimal::MAX);
                (of.refusals_per_million, cheapest, own.to_owned())
            }
            (AllocationStrategy::SpotPriceCapacityOptimized, First::Smallest) => {
                (of.refusals_per_million, per_vcpu(of), String::new())
            }
            _ => (of.refusals_per_million, Decimal::ZERO, String::new()),
        };
        let size = i64::from(of.capacity.vcpus);
        let size = if first == First::Largest { -size } else { size };
        (refusals, cost, family, size, price * sign(self.dearest_first), name)
    }
}

fn price(of: &LaunchType) -> Decimal {
    of.price.map_or(Decimal::MAX, Usd::amount)
}

fn per_vcpu(of: &LaunchType) -> Decimal {
    of.price.map_or(Decimal::MAX, |price| price.amount() / Decimal::from(of.capacity.vcpus))
}

fn family(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}
