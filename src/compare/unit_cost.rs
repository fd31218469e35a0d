//! What an hour of a GPU, an hour of a vCPU and a job cost, estimated and charged.

use super::estimated::Part;
use super::{Comparison, Line, bridge};
use crate::catalog::{Catalog, InstanceSpec};
use crate::estimate::Estimate;
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::sku::InstanceType;

/// How many units an instance has.
type Count = fn(&InstanceSpec) -> u32;

/// Dollars per unit of what was paid for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitCost {
    /// `GPU-hour`, `vCPU-hour` or `job`.
    pub unit: &'static str,
    /// In the estimate.
    pub estimated: Option<Usd>,
    /// In the bill.
    pub actual: Option<Usd>,
}

/// Of GPU-hours, the instances whose size is known and that have GPUs; of vCPU-hours, all whose size is known; of
/// jobs, all instances.
pub(super) fn unit_costs(comparison: &Comparison, catalog: &Catalog, jobs: Option<Decimal>) -> Vec<UnitCost> {
    let units: [(&'static str, Count); 2] =
        [("GPU-hour", |spec| spec.gpus), ("vCPU-hour", |spec| spec.vcpus)];
    let cost = |count: Count, pick: fn(&Line) -> Option<(Decimal, Usd)>| {
        let (mut hours, mut cost) = (Decimal::ZERO, Usd::ZERO);
        for line in comparison.lines() {
            let spec =
                bridge::instance(line).and_then(|found| catalog.get(&InstanceType::new(found.instance_type)));
            let Some((spec, (quantity, dollars))) = spec.zip(pick(line)) else { continue };
            let number = count(spec);
            if number > 0 {
                hours += quantity * Decimal::from(number);
                cost += dollars;
            }
        }
        cost.per(hours).map(Usd::to_price)
    };
    // What lacks the price or the hours of some instances is no price of them all.
    let instances = || comparison.lines().filter(|line| bridge::instance(line).is_some());
    let priced = !instances().any(|line| line.unpriced);
    let quantified = !instances().any(|line| line.unquantified);
    let found = units.map(|(unit, count)| UnitCost {
        unit,
        estimated: cost(count, |line| line.estimated_quantity.zip(line.estimated_cost)).filter(|_| priced),
        actual: cost(count, |line| line.actual_quantity.zip(line.actual_cost)).filter(|_| quantified),
    });
    let per_job = jobs.map(|jobs| {
        let per = |cost: Usd| cost.per(jobs).map(Usd::to_price);
        let charged = instances().any(|line| line.actual_cost.is_some());
        UnitCost {
            unit: "job",
            estimated: per(instances().filter_map(|line| line.estimated_cost).sum()).filter(|_| priced),
            actual: per(instances().filter_map(|line| line.actual_cost).sum()).filter(|_| charged),
        }
    });
    let known = found.into_iter().filter(|unit| unit.estimated.is_some() || unit.actual.is_some());
    known.chain(per_job).collect()
}

/// How many jobs the scenario declares for the time compared; `None` where a group of instances declares none.
pub(super) fn jobs(estimate: &Estimate, part: &Part<'_>) -> Option<Decimal> {
    let groups = estimate.scenario.keys.compute.iter();
    let jobs = groups.map(|group| {
        let runs = group.runs?.0.expected;
        Some(decimal::round(runs * part.share(Some(&group.name)), 10))
    });
    let jobs: Decimal = jobs.sum::<Option<Decimal>>()?;
    (jobs > Decimal::ZERO).then_some(jobs)
}
