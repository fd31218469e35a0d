//! What the Batch limits allow: the floor, the ceiling, and what they cost. Beside the expected
//! total, never in it. At list prices, commitments aside.
#![deny(clippy::float_arithmetic)]

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::fleet::{Priced, cheapest_cover, dearest_set};
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::said::Said;
use crate::model::sku::{InstanceType, PurchaseOption, Service, Sku};
use crate::model::time;
use crate::prices::{PriceList, Source};
use crate::scenario::Scenario;
use crate::scenario::batch::{Bid, CapRule, ComputeEnvironment, highest_spot_price};
use crate::scenario::keys::batch::{EnvironmentType, JobDefinitionKeys};
use crate::scenario::volume::Volume;

/// An end of what compute environments may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// At `min_vcpus` all the time.
    Floor,
    /// At `max_vcpus` all the time.
    Ceiling,
}

impl Bound {
    /// Its name.
    #[must_use]
    pub fn said(self) -> Said {
        match self {
            Bound::Floor => Said::new("floor", "min_vcpus での費用"),
            Bound::Ceiling => Said::new("ceiling", "max_vcpus での費用"),
        }
    }
}

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
    /// Types of Spot environments with a floor: environment, type, how its price stands to the bid. The floor counts
    /// the bid where the price is above it.
    pub bids: Vec<(String, InstanceType, Bid)>,
    /// What is missing a price: environment, end, usage types.
    pub missing: Vec<(String, Bound, Vec<String>)>,
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
#[derive(Clone, Debug, Serialize)]
pub struct WorstJob {
    /// The job definition.
    pub name: String,
    /// Nodes, each on an instance of its own.
    pub nodes: u32,
    /// Attempts × timeout [h]; `None` without a timeout.
    #[serde(with = "decimal::optional_text")]
    pub hours: Option<Decimal>,
    /// The dearest type that fits.
    pub instance_type: Option<InstanceType>,
    /// What it costs.
    pub cost: Option<Usd>,
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
        bids: scenario.environments.iter().flat_map(|e| pricer.bids(e)).collect(),
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
        missing: &mut Vec<(String, Bound, Vec<String>)>,
    ) -> EnvironmentFrame {
        let segments = self.scenario.timeline(environment);
        let mut seconds: BTreeMap<(u32, u32), i64> = BTreeMap::new();
        for segment in &segments {
            *seconds.entry((segment.min_vcpus, segment.max_vcpus)).or_default() += segment.seconds();
        }
        let hours = |seconds: i64| decimal::round(time::hours(seconds), 6);
        let limits: BTreeMap<(u32, u32), Decimal> =
            seconds.into_iter().map(|(limits, seconds)| (limits, hours(seconds))).collect();
        let mut price_all = |price: fn(&Self, &ComputeEnvironment, &InstanceType) -> Result<Usd, String>,
                             what| {
            let (types, unknown) = self.priced(environment, price);
            let needed = if what == Bound::Floor {
                limits.keys().any(|(min, _)| *min > 0)
            } else {
                limits.keys().any(|(_, max)| *max > 0)
            };
            if !unknown.is_empty() && needed {
                missing.push((environment.name.clone(), what, unknown.clone()));
            }
            (!needed || unknown.is_empty()).then_some(types)
        };
        let usual = price_all(Self::usual_price, Bound::Floor);
        let highest = price_all(Self::highest_price, Bound::Ceiling);
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
                let skus = Volume::from(volume)
                    .parts()
                    .into_iter()
                    .map(|(_, r, _)| Sku::other(self.scenario.region, r));
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

    /// How the types of a Spot environment that has a floor stand to its bid.
    fn bids(&self, environment: &ComputeEnvironment) -> Vec<(String, InstanceType, Bid)> {
        let floor = self.scenario.timeline(environment).iter().any(|segment| segment.min_vcpus > 0);
        if environment.environment_type == EnvironmentType::Ec2 || !floor {
            return Vec::new();
        }
        let bid = |instance_type: &InstanceType| {
            let spot = self.rate(&Sku::instance(self.scenario.region, instance_type, PurchaseOption::Spot));
            Bid::of(environment.bid_share, spot.ok(), self.list_price(instance_type))
        };
        let types = environment.types.iter();
        types.map(|(name, _)| (environment.name.clone(), name.clone(), bid(name))).collect()
    }

    /// What the list has for an hour On-Demand, of which a bid is a share: whatever was agreed.
    fn list_price(&self, instance_type: &InstanceType) -> Option<Usd> {
        let sku = Sku::instance(self.scenario.region, instance_type, PurchaseOption::OnDemand);
        self.prices.list_rate(&sku).map(|rate| rate.price)
    }

    /// The highest Spot price that is paid: a share of On-Demand.
    fn bid(&self, environment: &ComputeEnvironment, instance_type: &InstanceType) -> Result<Usd, String> {
        let share = environment.bid_share.unwrap_or(Decimal::ONE);
        let sku = Sku::instance(self.scenario.region, instance_type, PurchaseOption::OnDemand);
        let list = self.list_price(instance_type).ok_or_else(|| sku.usage_type())?;
        Ok(highest_spot_price(list, share))
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
        for (_, resource, amount) in Volume::from(volume).parts() {
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
