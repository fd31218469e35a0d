//! Job definitions of AWS Batch: what one node asks for, however it is written.

use std::collections::BTreeSet;

use super::scheduling::{consumed, name, retries};
use super::value::Value;
use super::{Attribute, Finding, Infrastructure, Names, Reader, Resource, whole};
use crate::model::decimal::Decimal;

/// A job definition; resources are per node.
#[derive(Clone, Debug)]
pub struct JobDefinition {
    /// Its resource.
    pub address: String,
    /// Unique name in the scenario.
    pub name: String,
    /// vCPUs.
    pub vcpus: Attribute<Decimal>,
    /// Memory [MiB].
    pub memory_mib: Attribute<Decimal>,
    /// GPUs.
    pub gpus: Attribute<u32>,
    /// Nodes of a multi-node parallel job.
    pub nodes: Attribute<u32>,
    /// How often a job is tried.
    pub attempts: Attribute<u32>,
    /// Seconds after which an attempt is ended.
    pub timeout_seconds: Attribute<Decimal>,
    /// Within a share.
    pub scheduling_priority: Attribute<u32>,
    /// Names of consumable resources in the scenario, and how much each node takes.
    pub consumable_resources: Attribute<Vec<(String, u32)>>,
}

/// Reads every job definition.
pub(super) fn job_definitions(all: &[Resource], found: &mut Infrastructure) {
    let mut names = Names::default();
    for resource in all.iter().filter(|resource| resource.kind == "aws_batch_job_definition") {
        let mut reader = Reader::new(resource);
        if let Some(reason) = no_container(&reader) {
            reader.miss("", reason);
            reader.finish(found);
            continue;
        }
        let name = name(&mut reader, &["name"], &mut names);
        retries(&mut reader, found);
        let consumable_resources = consumed(&mut reader, all, found);
        let asked = asked(&mut reader, found);
        found.job_definitions.push(JobDefinition {
            address: resource.address.clone(),
            name,
            vcpus: asked.vcpus,
            memory_mib: asked.memory_mib,
            gpus: asked.gpus,
            nodes: asked.nodes,
            attempts: reader.whole("retry_strategy.attempts"),
            timeout_seconds: reader.number("timeout.attempt_duration_seconds"),
            // A plan has 0 where none is written.
            scheduling_priority: match reader.whole("scheduling_priority") {
                Attribute::Known(0, _) => Attribute::Absent,
                priority => priority,
            },
            consumable_resources,
        });
        reader.finish(found);
    }
}

/// Why a job definition has no place in a scenario.
fn no_container(reader: &Reader<'_>) -> Option<String> {
    let platforms = match reader.at("platform_capabilities") {
        Some(Value::List(platforms)) => {
            platforms.iter().filter_map(|platform| platform.to_text().ok()).collect()
        }
        _ => Vec::new(),
    };
    if platforms.iter().any(|platform| platform == "FARGATE") {
        return Some("it is for FARGATE: a scenario has jobs on EC2 only".into());
    }
    ["eks_properties", "ecs_properties"]
        .into_iter()
        .find(|path| match reader.at(path) {
            Some(Value::List(blocks)) => !blocks.is_empty(),
            other => other.is_some(),
        })
        .map(|path| format!("its {path} are not read: a scenario has jobs of one container for each node"))
}

/// What a job asks for.
struct Asked {
    vcpus: Attribute<Decimal>,
    memory_mib: Attribute<Decimal>,
    gpus: Attribute<u32>,
    nodes: Attribute<u32>,
}

fn asked(reader: &mut Reader<'_>, found: &mut Infrastructure) -> Asked {
    let multinode = reader.at("type").and_then(|value| value.to_text().ok()).as_deref() == Some("multinode");
    let path = if multinode { "node_properties" } else { "container_properties" };
    let properties = match reader.read(path, Value::parse_json) {
        Attribute::Known(properties, _) => properties,
        other => {
            if other == Attribute::Absent {
                reader.miss(path, "it is not written");
            }
            return nothing_known(multinode);
        }
    };
    let (containers, nodes) = match multinode {
        false => (vec![properties], Attribute::Absent),
        true => (node_containers(&properties), node_count(reader, path, &properties)),
    };
    let mut each: Vec<[Result<Option<Decimal>, String>; 3]> = Vec::new();
    for container in &containers {
        each.push(
            [("VCPU", "vcpus"), ("MEMORY", "memory"), ("GPU", "")]
                .map(|(kind, old)| requirement(container, kind, old)),
        );
    }
    if each.windows(2).any(|pair| pair[0] != pair[1]) {
        reader.miss(path, "its nodes ask for different resources: a scenario has one size for all of them");
        return Asked { nodes, ..nothing_known(true) };
    }
    let Some([vcpus, memory_mib, gpus]) = each.pop() else {
        reader.miss(path, "it has no container");
        return Asked { nodes, ..nothing_known(true) };
    };
    let mut needed = |kind: &str, answer: Result<Option<Decimal>, String>| match answer {
        Ok(Some(number)) => Attribute::Known(number, reader.origin(path)),
        Ok(None) if kind == "GPU" => Attribute::Absent,
        Ok(None) => {
            reader.miss(path, format!("it asks for no {kind}"));
            Attribute::Unknown
        }
        Err(reason) => {
            reader.miss(path, format!("{kind}: {reason}"));
            Attribute::Unknown
        }
    };
    let (vcpus, memory_mib) = (needed("VCPU", vcpus), needed("MEMORY", memory_mib));
    let gpus = match needed("GPU", gpus) {
        Attribute::Known(number, origin) => match whole(&Value::Number(number)) {
            Ok(number) => Attribute::Known(number, origin),
            Err(reason) => {
                reader.miss(path, format!("GPU: {reason}"));
                Attribute::Unknown
            }
        },
        Attribute::Absent => Attribute::Absent,
        Attribute::Unknown => Attribute::Unknown,
    };
    if let Some(gpus) = gpus.known() {
        let devices = containers.iter().map(nvidia_devices).max().unwrap_or_default();
        if devices > 0 && devices < *gpus {
            let place = reader.origin(path).place;
            let address = reader.resource.address.clone();
            found.find(Finding::FewerDevices { address, gpus: *gpus, devices }, place.as_ref());
        }
    }
    Asked { vcpus, memory_mib, gpus, nodes }
}

fn node_count(reader: &mut Reader<'_>, path: &str, properties: &Value) -> Attribute<u32> {
    let origin = reader.origin(path);
    match properties.at("numNodes").map_or(Err("it has no numNodes".into()), whole) {
        Ok(nodes) => Attribute::Known(nodes, origin),
        Err(reason) => {
            reader.miss("node_properties.numNodes", reason);
            Attribute::Unknown
        }
    }
}

const fn nothing_known(multinode: bool) -> Asked {
    let nodes = if multinode { Attribute::Unknown } else { Attribute::Absent };
    Asked { vcpus: Attribute::Unknown, memory_mib: Attribute::Unknown, gpus: Attribute::Unknown, nodes }
}

fn node_containers(properties: &Value) -> Vec<Value> {
    let ranges = properties.blocks("nodeRangeProperties").unwrap_or_default();
    ranges.iter().filter_map(|range| range.at("container").cloned()).collect()
}

/// What a container asks for of a kind, in `resourceRequirements` or in the key that was there before.
fn requirement(container: &Value, kind: &str, old: &str) -> Result<Option<Decimal>, String> {
    for requirement in container.blocks("resourceRequirements")? {
        let named = requirement
            .at("type")
            .map_or_else(|| Err("a requirement has no type".to_owned()), Value::to_text)?;
        if named == kind {
            return requirement.at("value").map(Value::to_number).transpose();
        }
    }
    if old.is_empty() { Ok(None) } else { container.at(old).map(Value::to_number).transpose() }
}

/// How many devices such as `/dev/nvidia0` a container names.
fn nvidia_devices(container: &Value) -> u32 {
    let devices = container.blocks("linuxParameters.devices").unwrap_or_default();
    let paths: BTreeSet<String> = devices
        .iter()
        .filter_map(|device| device.at("hostPath")?.to_text().ok())
        .filter(|path| is_gpu(path))
        .collect();
    u32::try_from(paths.len()).unwrap_or(u32::MAX)
}

fn is_gpu(path: &str) -> bool {
    path.strip_prefix("/dev/nvidia")
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
}
