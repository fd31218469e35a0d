//! The model that a scenario declares.
//!
//! Keys become seconds and whole MiB here, and AWS's unpublished delays get their defaults. What the keys mean, and
//! which are refused, is decided in `scenario`.

use super::attempt::Checkpoints;
use super::first_fit::Capacity;
use super::model::{
    BatchModel, CAPACITY_RETRY_SECONDS, Definition, Environment, LAUNCH_SECONDS, LaunchType, Limits, Queue,
    SCALE_DOWN_SECONDS,
};
use super::policy::{Consumable, FairShare, SHORTEST_DECAY_SECONDS, StateLimit, WHOLE_WEIGHT};
use super::unfit::Unfit;
use crate::model::decimal::{Decimal, round, truncate};
use crate::model::money::Usd;
use crate::model::sku::{InstanceType, PurchaseOption};
use crate::model::time::Period;
use crate::scenario::Scenario;
use crate::scenario::arrivals::ArrivalRates;
use crate::scenario::batch::{Bid, ComputeEnvironment};
use crate::scenario::keys::batch::{
    ComputeEnvironmentKeys, ConsumableResourceKeys, ConsumableResourceType, EnvironmentType,
    JobDefinitionKeys, JobQueueKeys, SchedulingPolicyKeys, StateLimitKeys,
};
use crate::scenario::keys::workload::ArrivalKeys;
use crate::scenario::lustre;
use crate::scenario::value::{Amount, Positive, Share};
use crate::workload::Workload;
use crate::workload::drawn::{Arrivals, RunTimes};

/// How long after the last submission schedules still change limits [s]; then the last ones hold.
const AFTERMATH_SECONDS: u64 = 366 * 24 * 3600;

impl BatchModel {
    /// The scenario's compute environments, queues and job definitions, with its schedules from the start of the
    /// trace on: the trace's own start, or else that of the scenario's period. `price` is what an hour of a type
    /// costs, which decides the order of some strategies; `bid` is how a type stands to an environment's bid.
    pub fn from_scenario(
        scenario: &Scenario,
        workload: &Workload,
        price: impl Fn(&InstanceType, PurchaseOption) -> Option<Usd>,
        bid: impl Fn(&ComputeEnvironment, &InstanceType) -> Bid,
    ) -> Result<BatchModel, Unfit> {
        let keys = &scenario.keys.batch;
        if keys.compute_environment.is_empty() {
            return Err(Unfit::NoComputeEnvironment);
        }
        if keys.job_queue.is_empty() {
            return Err(Unfit::NoJobQueue);
        }
        let start = workload.start.unwrap_or_else(|| scenario.period.start().as_second());
        let span = i64::try_from(workload.last_submit_seconds() + AFTERMATH_SECONDS).unwrap_or(i64::MAX);
        let period = Period::of_seconds(start, start.saturating_add(span)).ok_or(Unfit::EndsTooLate)?;
        let environments = keys.compute_environment.iter().zip(&scenario.environments);
        Ok(BatchModel {
            environments: environments
                .map(|(keys, resolved)| environment(scenario, keys, resolved, period, (&price, &bid)))
                .collect(),
            queues: keys.job_queue.iter().map(|keys| queue(scenario, keys)).collect(),
            job_definitions: keys.job_definition.iter().map(|keys| definition(scenario, keys)).collect(),
            consumables: keys.consumable_resource.iter().map(consumable).collect(),
            lustre_kbps: lustre_kbps(scenario),
            end_seconds: None,
            at_least_seconds: 0,
        })
    }
}

fn environment(
    scenario: &Scenario,
    keys: &ComputeEnvironmentKeys,
    resolved: &ComputeEnvironment,
    period: Period,
    (price, bid): (
        &impl Fn(&InstanceType, PurchaseOption) -> Option<Usd>,
        &impl Fn(&ComputeEnvironment, &InstanceType) -> Bid,
    ),
) -> Environment {
    let start = period.start().as_second();
    let timeline = scenario.timeline_over(resolved, period);
    let limits = timeline.iter().map(|segment| Limits {
        from_seconds: u64::try_from(segment.start.as_second() - start).expect("segments begin in the period"),
        min_vcpus: segment.min_vcpus,
        max_vcpus: segment.max_vcpus,
    });
    let purchase = match resolved.environment_type {
        EnvironmentType::Ec2 => PurchaseOption::OnDemand,
        EnvironmentType::Spot => PurchaseOption::Spot,
    };
    let types = resolved.types.iter().map(|(instance_type, spec)| {
        let usable = truncate(Decimal::from(spec.memory_mib) * resolved.usable_memory, 0);
        LaunchType {
            instance_type: instance_type.clone(),
            capacity: Capacity {
                vcpus: spec.vcpus,
                memory_mib: u32::try_from(usable).unwrap_or(u32::MAX),
                gpus: spec.gpus,
            },
            price: price(instance_type, purchase),
            bid: bid(resolved, instance_type),
            refusals_per_million: keys.capacity_errors.get(&instance_type.to_string()).map_or(0, per_million),
            shortages: Vec::new(),
        }
    });
    let rate = scenario.interruptions(&keys.name).rate.filter(|_| purchase == PurchaseOption::Spot);
    let seconds =
        |minutes: Option<Amount>, otherwise| minutes.map_or(otherwise, |amount| seconds_of(amount.0));
    Environment {
        name: keys.name.clone(),
        environment_type: resolved.environment_type,
        strategy: resolved.strategy,
        types: types.collect(),
        limits: limits.collect(),
        launch_seconds: seconds(keys.launch_minutes, LAUNCH_SECONDS),
        scale_down_seconds: seconds(keys.scale_down_delay_minutes, SCALE_DOWN_SECONDS),
        interruptions_per_instance_hour: rate.unwrap_or_default(),
        capacity_retry_seconds: keys
            .capacity_retry_minutes
            .map_or(CAPACITY_RETRY_SECONDS, |Positive(minutes)| seconds_of(minutes).max(1)),
        launch_size: keys.launch_size,
        dearest_first: false,
    }
}

fn queue(scenario: &Scenario, keys: &JobQueueKeys) -> Queue {
    let index = |name: &String| {
        let found = scenario.environments.iter().position(|environment| environment.name == *name);
        u16::try_from(found.expect("a checked scenario has the environments of its queues"))
            .expect("they are few")
    };
    let environments = keys.compute_environments.iter().map(index).collect();
    let named = |name: &String| scenario.keys.batch.scheduling_policy.iter().find(|of| of.name == *name);
    let limit =
        |keys: &StateLimitKeys| StateLimit { reason: keys.reason, seconds: keys.max_time_seconds.0.into() };
    Queue {
        name: keys.name.clone(),
        priority: keys.priority.0,
        environments,
        policy: keys.scheduling_policy.as_ref().and_then(named).map(policy),
        limits: keys.job_state_time_limit_actions.iter().map(limit).collect(),
    }
}

fn policy(keys: &SchedulingPolicyKeys) -> FairShare {
    let weight = |factor: &Option<Positive>| {
        let factor = factor.map_or(Decimal::ONE, |factor| factor.0);
        u32::try_from(round(factor * Decimal::from(WHOLE_WEIGHT), 0)).expect("a weight factor is below 1000")
    };
    let shares = keys.share_distribution.iter();
    FairShare {
        name: keys.name.clone(),
        decay_seconds: match keys.share_decay_seconds.0 {
            0 => SHORTEST_DECAY_SECONDS,
            seconds => seconds.into(),
        },
        compute_reservation: keys.compute_reservation.0,
        weights: shares.map(|keys| (keys.share_identifier.clone(), weight(&keys.weight_factor))).collect(),
    }
}

fn consumable(keys: &ConsumableResourceKeys) -> Consumable {
    Consumable {
        name: keys.name.clone(),
        total: keys.total_quantity.0.into(),
        replenishable: keys.resource_type == ConsumableResourceType::Replenishable,
    }
}

/// The checkpoints of a job definition.
pub(super) fn checkpoints(keys: &JobDefinitionKeys) -> Option<Checkpoints> {
    keys.checkpoint.as_ref().map(|checkpoint| Checkpoints {
        interval_seconds: small(checkpoint.interval_minutes.0).max(1),
        write_seconds: small(checkpoint.write_minutes.0),
        restart_seconds: small(checkpoint.restart_minutes.0),
    })
}

fn definition(scenario: &Scenario, keys: &JobDefinitionKeys) -> Definition {
    let index = |name: &String| {
        let mut resources = scenario.keys.batch.consumable_resource.iter().zip(0_u16..);
        resources.find(|(resource, _)| resource.name == *name).map(|(_, index)| index)
    };
    let consumes = keys.consumable_resources.iter();
    Definition {
        name: keys.name.clone(),
        attempts: u16::try_from(keys.attempts.map_or(1, |attempts| attempts.0)).expect("at most 10"),
        timeout_seconds: keys.timeout_minutes.map(|Positive(minutes)| seconds_of(minutes).max(1)),
        checkpoints: checkpoints(keys),
        lustre_kbps: keys.lustre_mbps.map(|Amount(mbps)| kbps(mbps)),
        scheduling_priority: u16::try_from(keys.scheduling_priority.0).expect("at most 9999"),
        consumes: consumes.filter_map(|(name, quantity)| Some((index(name)?, quantity.0.into()))).collect(),
    }
}

/// What the file systems give together.
fn lustre_kbps(scenario: &Scenario) -> Option<u64> {
    let systems = scenario.keys.lustre.iter();
    let gives = |keys| lustre::file_system(keys).expect("a checked scenario has possible file systems");
    let mbps: Decimal = systems.clone().map(|keys| gives(keys).baseline_mbps()).sum();
    (systems.len() > 0).then(|| kbps(mbps))
}

fn kbps(mbps: Decimal) -> u64 {
    u64::try_from(round(mbps * Decimal::from(1000), 0)).unwrap_or(u64::MAX)
}

fn per_million(share: &Share) -> u32 {
    u32::try_from(round(share.0 * Decimal::from(1_000_000), 0)).expect("a share is at most 1")
}

/// The jobs that a scenario describes, to draw from; none where it names a trace.
#[must_use]
pub fn arrivals(scenario: &Scenario) -> Vec<Arrivals> {
    let until = scenario.period.end().as_second() - scenario.period.start().as_second();
    let described = |(keys, rates): (&ArrivalKeys, &ArrivalRates)| {
        let job = scenario.job(&keys.job_definition).expect("a checked scenario has its job definitions");
        let run_seconds = |hours: Decimal| seconds_of(hours * Decimal::from(60)).max(1);
        let seen = |hours: &Positive| u32::try_from(run_seconds(hours.0)).unwrap_or(u32::MAX);
        let run_times = match (&keys.run_hours_lognormal, &keys.run_hours[..]) {
            (Some(lognormal), _) => RunTimes::Lognormal {
                median_seconds: lognormal.median_hours.0 * Decimal::from(3600),
                sigma: lognormal.sigma.0,
            },
            (None, []) => RunTimes::Seen(job.run_hours.iter().map(seen).collect()),
            (None, hours) => RunTimes::Seen(hours.iter().map(seen).collect()),
        };
        Arrivals {
            name: keys.name.clone(),
            queue: keys.queue.clone(),
            share: keys.share.clone().unwrap_or_default(),
            job_definition: keys.job_definition.clone(),
            vcpus: u32::try_from(job.vcpus.0.ceil()).unwrap_or(u32::MAX),
            memory_mib: u32::try_from(job.memory_mib.0.ceil()).unwrap_or(u32::MAX),
            gpus: u16::try_from(job.gpus.0).unwrap_or(u16::MAX),
            nodes: job.nodes.map_or(1, |nodes| nodes.0),
            rates: rates.steps(scenario.period),
            until: u64::try_from(until).expect("a period ends after it starts"),
            run_times,
        }
    };
    scenario.arrivals().map(described).collect()
}

/// Minutes in whole seconds, to the nearest. An input is below 10¹² minutes.
fn seconds_of(minutes: Decimal) -> u64 {
    u64::try_from(round(minutes * Decimal::from(60), 0)).expect("amounts are not negative")
}

fn small(minutes: Decimal) -> u32 {
    u32::try_from(seconds_of(minutes)).unwrap_or(u32::MAX)
}
