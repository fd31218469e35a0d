//! AWS Batch: compute environments and job queues.

use super::network::{Subnets, subnets};
use super::scheduling::{limits, name, policy_of};
use super::storage::{RootVolume, root_volume};
use super::value::Value;
use super::{Attribute, Finding, Infrastructure, Names, Place, Reader, Resource, resolve, whole};
use crate::catalog::Catalog;
use crate::model::sku::InstanceType;
use crate::scenario::keys::batch::{AllocationStrategy as Strategy, StateLimitReason};

/// A compute environment on EC2.
#[derive(Clone, Debug)]
pub struct ComputeEnvironment {
    /// Its resource.
    pub address: String,
    /// Unique name in the scenario.
    pub name: String,
    /// EC2 or SPOT.
    pub environment_type: Attribute<String>,
    /// AWS's name of the strategy.
    pub allocation_strategy: Attribute<String>,
    /// Types, families or `optimal`.
    pub instance_types: Attribute<Vec<String>>,
    /// Kept running.
    pub min_vcpus: Attribute<u32>,
    /// Launches stop here.
    pub max_vcpus: Attribute<u32>,
    /// Highest Spot price in percent of On-Demand.
    pub bid_percentage: Attribute<u32>,
    /// How long an instance is kept after its last job [minutes].
    pub scale_down_delay_minutes: Attribute<u32>,
    /// Root volume of its launch template.
    pub root_volume: Option<RootVolume>,
    /// Where its instances run.
    pub subnets: Subnets,
}

/// A job queue.
#[derive(Clone, Debug)]
pub struct JobQueue {
    /// Its resource.
    pub address: String,
    /// Unique name in the scenario.
    pub name: String,
    /// Higher goes first.
    pub priority: Attribute<u32>,
    /// Names of its compute environments in the scenario, in order.
    pub compute_environments: Attribute<Vec<String>>,
    /// Name of its scheduling policy in the scenario.
    pub scheduling_policy: Attribute<String>,
    /// How long a job may block it [s], by reason.
    pub limits: Attribute<Vec<(StateLimitReason, u32)>>,
}

/// Reads every compute environment.
pub(super) fn environments(all: &[Resource], catalog: &Catalog, found: &mut Infrastructure) {
    let mut names = Names::default();
    for resource in all.iter().filter(|resource| resource.kind == "aws_batch_compute_environment") {
        let mut reader = Reader::new(resource);
        if let Some(reason) = not_on_ec2(&mut reader) {
            reader.miss("", reason);
            reader.finish(found);
            continue;
        }
        let name = name(&mut reader, &["compute_environment_name", "name"], &mut names);
        let environment = environment(&mut reader, name, all);
        let environment = checked(environment, &mut reader, catalog, found);
        found.environments.push(environment);
        reader.finish(found);
    }
}

/// Why a compute environment has no place in a scenario.
fn not_on_ec2(reader: &mut Reader<'_>) -> Option<String> {
    let kind = reader.at("type").and_then(|value| value.to_text().ok());
    if kind.as_deref() == Some("UNMANAGED") {
        return Some("it is UNMANAGED: Batch does not choose its instances".into());
    }
    let compute = reader.at("compute_resources.type").and_then(|value| value.to_text().ok());
    let fargate = compute.filter(|compute| !matches!(compute.as_str(), "EC2" | "SPOT"))?;
    Some(format!("it is of type {fargate}: a scenario has compute environments on EC2 only"))
}

fn environment(reader: &mut Reader<'_>, name: String, all: &[Resource]) -> ComputeEnvironment {
    let block = "compute_resources";
    let at = |attribute: &str| format!("{block}.{attribute}");
    let allocation_strategy = match reader.text(&at("allocation_strategy")) {
        Attribute::Known(strategy, _) if strategy_of(&strategy).is_none() => {
            reader.miss(&at("allocation_strategy"), format!("`{strategy}` is not a strategy of a scenario"));
            Attribute::Unknown
        }
        known => known,
    };
    let ordered = allocation_strategy.known().is_some_and(|strategy| is_ordered(strategy));
    let instance_types = match reader.texts(&at("instance_type")) {
        // To AWS they are a set unless the strategy goes by their order; plans sort them.
        Attribute::Known(mut types, origin) if !ordered => {
            types.sort();
            Attribute::Known(types, origin)
        }
        types => types,
    };
    ComputeEnvironment {
        address: reader.resource.address.clone(),
        name,
        environment_type: reader.text(&at("type")),
        allocation_strategy,
        instance_types,
        min_vcpus: reader.whole(&at("min_vcpus")),
        max_vcpus: reader.whole(&at("max_vcpus")),
        bid_percentage: match reader.whole(&at("bid_percentage")) {
            // A plan has 0 where none is written.
            Attribute::Known(0, _) => Attribute::Absent,
            bid => bid,
        },
        scale_down_delay_minutes: reader.whole(&at("scaling_policy.min_scale_down_delay_minutes")),
        root_volume: root_volume(reader, &at("launch_template"), all),
        subnets: subnets(reader.at(&at("subnets")), all),
    }
}

fn strategy_of(name: &str) -> Option<Strategy> {
    let all = [
        Strategy::BestFit,
        Strategy::BestFitProgressive,
        Strategy::BestFitProgressiveOrdered,
        Strategy::SpotCapacityOptimized,
        Strategy::SpotCapacityOptimizedPrioritized,
        Strategy::SpotPriceCapacityOptimized,
    ];
    all.into_iter().find(|strategy| strategy.id() == name)
}

fn is_ordered(name: &str) -> bool {
    matches!(
        strategy_of(name),
        Some(Strategy::BestFitProgressiveOrdered | Strategy::SpotCapacityOptimizedPrioritized)
    )
}

/// What is required, and what is worth a look.
fn checked(
    mut environment: ComputeEnvironment,
    reader: &mut Reader<'_>,
    catalog: &Catalog,
    found: &mut Infrastructure,
) -> ComputeEnvironment {
    let (address, place) = (environment.address.clone(), reader.resource.place.clone());
    for (attribute, absent) in [
        ("type", environment.environment_type == Attribute::Absent),
        ("instance_type", environment.instance_types == Attribute::Absent),
        ("max_vcpus", environment.max_vcpus == Attribute::Absent),
    ] {
        if absent {
            reader.miss(&format!("compute_resources.{attribute}"), "it is not written");
        }
    }
    disabled(reader, found);
    if reader.at("eks_configuration").is_some_and(|block| *block != Value::List(Vec::new())) {
        reader.miss("eks_configuration", "it is in a cluster of EKS, whose own price is not counted");
    }
    retired(&environment, catalog, place.as_ref(), found);
    if let Some(percent) = environment.bid_percentage.known().copied()
        && environment.environment_type.known().is_some_and(|kind| kind == "EC2")
    {
        let at = environment.bid_percentage.origin().and_then(|origin| origin.place.clone());
        found.find(Finding::BidOnDemand { address, percent }, at.as_ref());
        environment.bid_percentage = Attribute::Absent;
    }
    environment
}

/// Types of which nothing can be launched.
pub(super) fn retired(
    environment: &ComputeEnvironment,
    catalog: &Catalog,
    place: Option<&Place>,
    found: &mut Infrastructure,
) {
    let types = environment.instance_types.known().map_or(&[][..], Vec::as_slice);
    let gone = |name: &&String| catalog.get(&InstanceType::new(name)).is_some_and(|spec| spec.retired());
    let instance_types: Vec<String> = types.iter().filter(gone).cloned().collect();
    if !instance_types.is_empty() {
        let at = environment.instance_types.origin().and_then(|origin| origin.place.clone());
        let address = environment.address.clone();
        found.find(Finding::RetiredType { address, instance_types }, at.as_ref().or(place));
    }
}

fn disabled(reader: &mut Reader<'_>, found: &mut Infrastructure) {
    if reader.at("state").and_then(|state| state.to_text().ok()).as_deref() == Some("DISABLED") {
        let address = reader.resource.address.clone();
        found.find(Finding::Disabled { address }, reader.resource.place.as_ref());
    }
}

/// Reads every job queue; compute environments are known by then.
pub(super) fn queues(all: &[Resource], found: &mut Infrastructure) {
    let mut names = Names::default();
    for resource in all.iter().filter(|resource| resource.kind == "aws_batch_job_queue") {
        let mut reader = Reader::new(resource);
        let name = name(&mut reader, &["name"], &mut names);
        disabled(&mut reader, found);
        let scheduling_policy = policy_of(&mut reader, all, found);
        let limits = limits(&mut reader);
        let (path, values) = match ordered_environments(&reader) {
            Ok(Some(values)) => ("compute_environment_order", Ok(values)),
            Ok(None) => ("compute_environments", listed_environments(&reader)),
            Err(reason) => ("compute_environment_order", Err(reason)),
        };
        let mut known = values.and_then(|values| environment_names(&values, all, found));
        if matches!(&known, Ok(names) if names.is_empty()) {
            known = Err("none is written".into());
        }
        let compute_environments = match known {
            Ok(names) => Attribute::Known(names, reader.origin(path)),
            Err(reason) => {
                reader.miss(path, reason);
                Attribute::Unknown
            }
        };
        let priority = reader.whole("priority");
        found.queues.push(JobQueue {
            address: resource.address.clone(),
            name,
            priority,
            compute_environments,
            scheduling_policy,
            limits,
        });
        reader.finish(found);
    }
}

/// Blocks with an order; `None` where there are none.
fn ordered_environments(reader: &Reader<'_>) -> Result<Option<Vec<Value>>, String> {
    let blocks = reader.resource.attributes.blocks("compute_environment_order")?;
    let mut ordered = Vec::new();
    for block in blocks {
        let order = block.at("order").map_or(Err("it has no order".into()), whole)?;
        let environment = block.at("compute_environment").ok_or("it names no compute environment")?;
        ordered.push((order, environment.clone()));
    }
    ordered.sort_by_key(|(order, _)| *order);
    Ok((!blocks.is_empty()).then(|| ordered.into_iter().map(|(_, environment)| environment).collect()))
}

fn listed_environments(reader: &Reader<'_>) -> Result<Vec<Value>, String> {
    match reader.at("compute_environments") {
        None => Ok(Vec::new()),
        Some(Value::List(values)) => Ok(values.clone()),
        Some(one @ Value::Reference(_)) => Ok(vec![one.clone()]),
        Some(other) => Err(other.reason().unwrap_or_else(|| "it is not a list".into())),
    }
}

fn environment_names(
    values: &[Value],
    all: &[Resource],
    found: &Infrastructure,
) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    for value in values {
        names.push(environment_name(value, all, found)?);
    }
    Ok(names)
}

/// The compute environment that a reference, an ARN or a name means, by its name in the scenario.
pub(super) fn environment_name(
    value: &Value,
    all: &[Resource],
    found: &Infrastructure,
) -> Result<String, String> {
    let resource = match value {
        Value::Reference(reference) => match resolve(all, reference)[..] {
            [one] => one,
            [] => return Err(reference.reason()),
            _ => return Err(format!("{}, of which there are several", reference.reason())),
        },
        other => {
            let text = other.to_text()?;
            let name = text.rsplit_once(":compute-environment/").map_or(text.as_str(), |(_, name)| name);
            let is = |resource: &&Resource, paths: &[&str], wanted: &str| {
                paths.iter().any(|path| {
                    resource.attributes.at(path).and_then(|value| value.to_text().ok()).as_deref()
                        == Some(wanted)
                })
            };
            let environments =
                || all.iter().filter(|resource| resource.kind == "aws_batch_compute_environment");
            environments()
                .find(|resource| is(resource, &["arn"], &text))
                .or_else(|| {
                    environments().find(|resource| is(resource, &["compute_environment_name", "name"], name))
                })
                .ok_or_else(|| format!("there is no compute environment `{name}` here"))?
        }
    };
    let imported = found.environments.iter().find(|environment| environment.address == resource.address);
    let reason = || format!("`{}` is not in the scenario", resource.address);
    imported.map(|environment| environment.name.clone()).ok_or_else(reason)
}
