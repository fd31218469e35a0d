//! Queues of Slurm: a compute resource is a compute environment, a queue a job queue in front of its own.
//!
//! Slurm counts nodes, AWS Batch vCPUs. All types of a compute resource have the same number of them (User Guide,
//! `Instances`), so limits in nodes are limits in vCPUs. Where they differ, as they may with
//! `DisableSimultaneousMultithreading`, the limits are not known. By default jobs have 95 percent of a node's memory
//! (`SchedulableMemory`) and Spot costs no more than On-Demand (`SpotPrice`), as in a scenario that says nothing.

use std::collections::BTreeSet;

use super::section::{Reading, Section};
use super::{networking, root_volume, unique};
use crate::import::batch::{ComputeEnvironment, JobQueue, retired};
use crate::import::network::Subnets;
use crate::import::storage::RootVolume;
use crate::import::words;
use crate::import::yaml::{Node, Yaml};
use crate::import::{Attribute, Origin};
use crate::model::sku::InstanceType;

/// Nodes of a compute resource that says nothing: `DEFAULT_MIN_COUNT` and `DEFAULT_MAX_COUNT` in `constants.py`.
const DEFAULT_MIN_COUNT: u32 = 0;
const DEFAULT_MAX_COUNT: u32 = 10;

/// Minutes without a job after which a node is ended: User Guide, `ScaledownIdletime`.
const DEFAULT_IDLE_MINUTES: u32 = 10;

/// Slurm's `PriorityTier` of a partition that has none (slurm.conf).
const DEFAULT_PRIORITY: u32 = 1;

/// Compute environments a job queue may have.
const MOST_ENVIRONMENTS: usize = 3;

/// What holds for every queue.
struct Settings {
    idle_minutes: Attribute<u32>,
}

pub(super) fn queues<'a>(scheduling: &mut Section<'a>, reading: &mut Reading<'a>) {
    let settings = settings(scheduling, reading);
    let nodes = scheduling.list("SlurmQueues", reading);
    if nodes.is_empty() && reading.problems.is_empty() {
        reading.problem(
            scheduling.node,
            words::there_are_no_slurmqueues(),
            words::write_at_least_one_queue(),
        );
    }
    let (mut queues, mut environments) = (BTreeSet::new(), BTreeSet::new());
    for node in nodes {
        queue(node, &settings, &mut queues, &mut environments, reading);
    }
}

fn settings<'a>(scheduling: &mut Section<'a>, reading: &mut Reading<'a>) -> Settings {
    let origin = scheduling.origin("SlurmSettings", reading);
    let default = Attribute::Known(DEFAULT_IDLE_MINUTES, origin);
    let Some(mut settings) = scheduling.within("SlurmSettings", reading) else {
        return Settings { idle_minutes: default };
    };
    let never = settings.get("ScaledownIdletime").filter(|node| node.value == Yaml::Number((-1).into()));
    let idle_minutes = match never {
        Some(node) => {
            let reason = "-1: nodes are never ended when they are idle, which a scenario cannot say";
            reading.miss(&settings, "ScaledownIdletime", node, reason);
            Attribute::Unknown
        }
        None => match settings.count("ScaledownIdletime", 0..=u32::MAX, reading) {
            Attribute::Absent => default,
            minutes => minutes,
        },
    };
    let database = "the database of Slurm's accounting is not counted";
    settings.lacks("Database", database, reading);
    settings.lacks("ExternalSlurmdbd", database, reading);
    settings.finish(&["Dns", "QueueUpdateStrategy", "MungeKeySecretArn"], reading);
    Settings { idle_minutes }
}

/// A queue and what its compute resources share.
struct Queue<'a> {
    section: Section<'a>,
    name: String,
    environment_type: Attribute<String>,
    allocation_strategy: Attribute<String>,
    root_volume: Option<RootVolume>,
    subnets: Subnets,
}

fn queue<'a>(
    node: &'a Node,
    settings: &Settings,
    queues: &mut BTreeSet<String>,
    environments: &mut BTreeSet<String>,
    reading: &mut Reading<'a>,
) {
    let mut section = reading.section(node, words::a_queue(), "SlurmQueues".into());
    let Some(name) = named(&mut section, queues, reading) else { return };
    section.address = format!("SlurmQueues/{name}");
    let environment_type = environment_type(&mut section, reading);
    let allocation_strategy = allocation_strategy(&mut section, reading);
    let root_volume = match section.within("ComputeSettings", reading) {
        Some(mut compute) => {
            let volume = root_volume(&mut compute, reading);
            compute.finish(&[], reading);
            volume
        }
        None => {
            let reason = "no size is written, so the AMI decides; no root volume is counted";
            reading.miss(&section, "ComputeSettings.LocalStorage.RootVolume", node, reason);
            None
        }
    };
    let subnets = match networking(&mut section, reading) {
        0 => Subnets::Unknown,
        number => Subnets::Number(number),
    };
    capacity_reservation(&mut section, reading);
    let priority = priority(&mut section, reading);
    let exclusive = "the simulation lets jobs share a node, as AWS Batch does";
    section.lacks_switch("JobExclusiveAllocation", exclusive, reading);
    let resources = section.list("ComputeResources", reading);
    let order = section.origin("ComputeResources", reading);
    let mut queue = Queue { section, name, environment_type, allocation_strategy, root_volume, subnets };
    let (mut names, mut here) = (Vec::new(), BTreeSet::new());
    for resource in resources {
        names.extend(compute_resource(resource, &queue, settings, &mut here, environments, reading));
    }
    let compute_environments = match names.len() {
        1..=MOST_ENVIRONMENTS => Attribute::Known(names, order),
        number => {
            let reason = format!("it has {number}; a scenario's queue has one to {MOST_ENVIRONMENTS}");
            reading.miss(&queue.section, "ComputeResources", node, reason);
            Attribute::Unknown
        }
    };
    queue.section.get("Name");
    let address = queue.section.address.clone();
    reading.found.queues.push(JobQueue {
        address,
        name: queue.name,
        priority,
        compute_environments,
        scheduling_policy: Attribute::Absent,
        limits: Attribute::Absent,
    });
    queue.section.finish(&["Iam", "Image", "CustomActions", "HealthChecks", "Tags"], reading);
}

/// The name of a queue or of a compute resource, which is there once.
fn named<'a>(
    section: &mut Section<'a>,
    names: &mut BTreeSet<String>,
    reading: &mut Reading<'a>,
) -> Option<String> {
    match section.text("Name", reading) {
        Attribute::Known(name, _) => {
            if !names.insert(name.clone()) {
                let node = section.get("Name").unwrap_or(section.node);
                reading.problem(node, words::is_there_twice_3(&name), words::give_each_a_name_of());
            }
            Some(name)
        }
        Attribute::Absent => {
            reading.problem(section.node, words::there_is_no_name(), words::give_it_a_name());
            None
        }
        Attribute::Unknown => None,
    }
}

/// EC2 or SPOT.
pub(super) fn environment_type<'a>(
    section: &mut Section<'a>,
    reading: &mut Reading<'a>,
) -> Attribute<String> {
    const KEY: &str = "CapacityType";
    let origin = section.origin(KEY, reading);
    match section.word(KEY, &["ONDEMAND", "SPOT", "CAPACITY_BLOCK"], reading) {
        Attribute::Known(word, origin) if word == "SPOT" => Attribute::Known(word, origin),
        Attribute::Known(word, _) if word == "CAPACITY_BLOCK" => {
            let node = section.get(KEY).unwrap_or(section.node);
            let reason = "CAPACITY_BLOCK: what the block costs and how long it lasts is not in the configuration: add [[compute]] with capacity_block";
            reading.miss(section, KEY, node, reason);
            Attribute::Unknown
        }
        Attribute::Unknown => Attribute::Unknown,
        _ => Attribute::Known("EC2".into(), origin),
    }
}

/// What AWS Batch calls a strategy of EC2 Fleet. `lowest-price`, the default, goes to the next type where the cheapest
/// has no capacity, as BEST_FIT_PROGRESSIVE does (User Guide, `AllocationStrategy`).
fn allocation_strategy<'a>(section: &mut Section<'a>, reading: &mut Reading<'a>) -> Attribute<String> {
    const KEY: &str = "AllocationStrategy";
    let origin = section.origin(KEY, reading);
    let strategy = match section.text(KEY, reading) {
        Attribute::Known(strategy, _) => strategy,
        Attribute::Absent => "lowest-price".into(),
        Attribute::Unknown => return Attribute::Unknown,
    };
    let name = match strategy.as_str() {
        "lowest-price" => "BEST_FIT_PROGRESSIVE",
        "capacity-optimized" => "SPOT_CAPACITY_OPTIMIZED",
        "price-capacity-optimized" => "SPOT_PRICE_CAPACITY_OPTIMIZED",
        "prioritized" => "BEST_FIT_PROGRESSIVE_ORDERED",
        "capacity-optimized-prioritized" => "SPOT_CAPACITY_OPTIMIZED_PRIORITIZED",
        other => {
            let node = section.get(KEY).unwrap_or(section.node);
            reading.miss(section, KEY, node, format!("`{other}` is not a strategy of a scenario"));
            return Attribute::Unknown;
        }
    };
    Attribute::Known(name.into(), origin)
}

/// A partition of a higher tier goes first (slurm.conf, `PriorityTier`).
fn priority<'a>(section: &mut Section<'a>, reading: &mut Reading<'a>) -> Attribute<u32> {
    let origin = section.origin("CustomSlurmSettings", reading);
    let tier = section.within("CustomSlurmSettings", reading).map(|mut custom| {
        let tier = custom.count("PriorityTier", 0..=u32::from(u16::MAX), reading);
        custom.finish(&[], reading);
        tier
    });
    match tier {
        None | Some(Attribute::Absent) => Attribute::Known(DEFAULT_PRIORITY, origin),
        Some(tier) => tier,
    }
}

fn capacity_reservation<'a>(section: &mut Section<'a>, reading: &mut Reading<'a>) {
    let reason = "a capacity reservation is charged also while no instance uses it: that is not counted";
    section.lacks("CapacityReservationTarget", reason, reading);
}

/// The name of its compute environment.
fn compute_resource<'a>(
    node: &'a Node,
    queue: &Queue<'_>,
    settings: &Settings,
    here: &mut BTreeSet<String>,
    names: &mut BTreeSet<String>,
    reading: &mut Reading<'a>,
) -> Option<String> {
    let mut section = reading.section(node, words::a_compute_resource(), queue.section.address.clone());
    let own = named(&mut section, here, reading)?;
    section.address = format!("{}/{own}", queue.section.address);
    let instance_types = instance_types(&mut section, reading);
    let vcpus = vcpus(&section, &instance_types, reading);
    let min_vcpus = limit(&mut section, "MinCount", 0, DEFAULT_MIN_COUNT, vcpus, reading);
    let max_vcpus = limit(&mut section, "MaxCount", 1, DEFAULT_MAX_COUNT, vcpus, reading);
    let spot_price = "a highest Spot price in USD; a scenario has bid_percentage, percent of On-Demand";
    section.lacks("SpotPrice", spot_price, reading);
    let threads = "jobs see one thread of each core; a scenario counts vCPUs as EC2 does";
    section.lacks_switch("DisableSimultaneousMultithreading", threads, reading);
    section.lacks("SchedulableMemory", "the memory jobs may have: set memory_reserve_percent", reading);
    capacity_reservation(&mut section, reading);
    let name = unique(&format!("{}-{own}", queue.name), names);
    let environment = ComputeEnvironment {
        address: section.address.clone(),
        name: name.clone(),
        environment_type: queue.environment_type.clone(),
        allocation_strategy: queue.allocation_strategy.clone(),
        instance_types,
        min_vcpus,
        max_vcpus,
        bid_percentage: Attribute::Absent,
        scale_down_delay_minutes: settings.idle_minutes.clone(),
        root_volume: queue.root_volume.clone(),
        subnets: queue.subnets.clone(),
    };
    let place = reading.file.place(node);
    retired(&environment, reading.catalog, place.as_ref(), &mut reading.found);
    reading.found.environments.push(environment);
    section.finish(&["Efa", "Networking", "HealthChecks", "Tags"], reading);
    Some(name)
}

/// `InstanceType`, or those of `Instances`.
fn instance_types<'a>(section: &mut Section<'a>, reading: &mut Reading<'a>) -> Attribute<Vec<String>> {
    let one = section.text("InstanceType", reading);
    let several = section.get("Instances").is_some();
    match one {
        Attribute::Known(_, _) if several => {
            let message = words::both_instancetype_and_instances_are();
            reading.problem(section.node, message, words::a_compute_resource_has_one());
            Attribute::Unknown
        }
        Attribute::Known(name, origin) => Attribute::Known(vec![name], origin),
        Attribute::Unknown => Attribute::Unknown,
        Attribute::Absent if several => {
            let origin = section.origin("Instances", reading);
            let mut names = Vec::new();
            for node in section.list("Instances", reading) {
                let mut item = reading.section(node, words::an_item_of_instances(), section.address.clone());
                names.extend(item.text("InstanceType", reading).known().cloned());
                item.finish(&[], reading);
            }
            if names.is_empty() { Attribute::Unknown } else { Attribute::Known(names, origin) }
        }
        Attribute::Absent if section.get("CapacityReservationTarget").is_some() => {
            let reason = "its capacity reservation decides the type, which is not in the configuration";
            reading.miss(section, "InstanceType", section.node, reason);
            Attribute::Unknown
        }
        Attribute::Absent => {
            let message = words::a_compute_resource_without_instance();
            reading.problem(section.node, message, words::write_instancetype_or_instances());
            Attribute::Unknown
        }
    }
}

/// vCPUs of every type of a compute resource, if that is one number.
fn vcpus(section: &Section<'_>, types: &Attribute<Vec<String>>, reading: &mut Reading<'_>) -> Option<u32> {
    let (types, origin): (&[String], &Origin) = match types {
        Attribute::Known(types, origin) => (types, origin),
        _ => return None,
    };
    let place = origin.place.clone();
    let mut miss = |reason: String| reading.found.miss(&section.address, None, reason, place.as_ref());
    let mut numbers = BTreeSet::new();
    for name in types {
        match reading.catalog.get(&InstanceType::new(name)) {
            Some(spec) => _ = numbers.insert(spec.vcpus),
            None => {
                miss(format!(
                    "`{name}` is not among the types this program knows, so its vCPUs are not known"
                ));
                return None;
            }
        }
    }
    let only = numbers.first().copied().filter(|_| numbers.len() == 1);
    if only.is_none() {
        let reason = "its types have different numbers of vCPUs: limits in nodes are no limits in vCPUs";
        miss(reason.into());
    }
    only
}

/// A limit in vCPUs of one in nodes.
fn limit<'a>(
    section: &mut Section<'a>,
    key: &'static str,
    least: u32,
    default: u32,
    vcpus: Option<u32>,
    reading: &mut Reading<'a>,
) -> Attribute<u32> {
    let (nodes, origin) = match section.count(key, least..=u32::MAX, reading) {
        Attribute::Known(nodes, origin) => (nodes, origin),
        Attribute::Absent => (default, section.origin(key, reading)),
        Attribute::Unknown => return Attribute::Unknown,
    };
    match vcpus.map(|vcpus| nodes.checked_mul(vcpus)) {
        _ if nodes == 0 => Attribute::Known(0, origin),
        None => Attribute::Unknown,
        Some(Some(limit)) => Attribute::Known(limit, origin),
        Some(None) => {
            let node = section.get(key).unwrap_or(section.node);
            reading.miss(
                section,
                key,
                node,
                format!("{nodes} nodes are more vCPUs than a scenario can have"),
            );
            Attribute::Unknown
        }
    }
}
