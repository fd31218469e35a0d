//! The queue of a cluster that schedules with AWS Batch: one compute environment behind one job queue.
//!
//! Source: `templates/awsbatch_builder.py` of aws-parallelcluster, read 2026-11-24: no allocation strategy is chosen, so
//! AWS Batch's own default holds (BEST_FIT); the queue has priority 1.

use super::networking;
use super::section::{Reading, Section};
use super::slurm::environment_type;
use crate::import::batch::{ComputeEnvironment, JobQueue, retired};
use crate::import::network::Subnets;
use crate::import::words;
use crate::import::yaml::{Node, Yaml};
use crate::import::{Attribute, Finding};

/// vCPUs of a compute resource that says nothing: `AwsBatchComputeResource` in `cluster_config.py`, read 2026-11-24.
const DEFAULT_MIN_VCPUS: u32 = 0;
const DEFAULT_MAX_VCPUS: u32 = 10;

pub(super) fn queues<'a>(scheduling: &mut Section<'a>, reading: &mut Reading<'a>) {
    let nodes = scheduling.list("AwsBatchQueues", reading);
    let [node] = nodes else {
        let message = words::there_are_awsbatchqueues(nodes.len());
        reading.problem(scheduling.node, message, words::write_exactly_one_queue());
        return;
    };
    let mut queue = reading.section(node, words::a_queue(), "AwsBatchQueues".into());
    let name = queue.text("Name", reading).known().cloned().unwrap_or_else(|| "queue".into());
    queue.address = format!("AwsBatchQueues/{name}");
    let environment_type = environment_type(&mut queue, reading);
    let subnets = match networking(&mut queue, reading) {
        0 => Subnets::Unknown,
        number => Subnets::Number(number),
    };
    let resources = queue.list("ComputeResources", reading);
    let [resource] = resources else {
        let message = words::there_are_computeresources(resources.len());
        reading.problem(queue.node, message, words::write_exactly_one_compute_resource());
        return;
    };
    let environment = environment(resource, &queue, environment_type, subnets, reading);
    let place = reading.file.place(resource);
    retired(&environment, reading.catalog, place.as_ref(), &mut reading.found);
    let reason = "the repository of its images (ECR) and their builds (CodeBuild) are not counted";
    reading.miss(&queue, "", node, reason);
    reading.found.queues.push(JobQueue {
        address: queue.address.clone(),
        name,
        priority: Attribute::Known(1, queue.origin("Name", reading)),
        compute_environments: Attribute::Known(
            vec![environment.name.clone()],
            queue.origin("ComputeResources", reading),
        ),
        scheduling_policy: Attribute::Absent,
        limits: Attribute::Absent,
    });
    reading.found.environments.push(environment);
    queue.finish(&[], reading);
}

fn environment<'a>(
    node: &'a Node,
    queue: &Section<'_>,
    environment_type: Attribute<String>,
    subnets: Subnets,
    reading: &mut Reading<'a>,
) -> ComputeEnvironment {
    let mut section = reading.section(node, words::a_compute_resource(), queue.address.clone());
    let name = section.text("Name", reading).known().cloned().unwrap_or_else(|| "compute".into());
    section.address = format!("{}/{name}", queue.address);
    let mut or_default =
        |key: &'static str, least: u32, default: u32, section: &mut Section<'a>| match section.count(
            key,
            least..=u32::MAX,
            reading,
        ) {
            Attribute::Absent => Attribute::Known(default, section.origin(key, reading)),
            known => known,
        };
    let min_vcpus = or_default("MinvCpus", 0, DEFAULT_MIN_VCPUS, &mut section);
    let max_vcpus = or_default("MaxvCpus", 1, DEFAULT_MAX_VCPUS, &mut section);
    let mut bid_percentage = section.count("SpotBidPercentage", 1..=100, reading);
    if let Attribute::Known(percent, origin) = &bid_percentage
        && environment_type.known().is_some_and(|kind| kind == "EC2")
    {
        let finding = Finding::BidOnDemand { address: section.address.clone(), percent: *percent };
        reading.found.find(finding, origin.place.as_ref());
        bid_percentage = Attribute::Absent;
    }
    let instance_types = instance_types(&mut section, reading);
    let reason = "the AMI decides the root volume of its instances; none is counted";
    reading.miss(&section, "", node, reason);
    let environment = ComputeEnvironment {
        address: section.address.clone(),
        name,
        environment_type,
        allocation_strategy: Attribute::Absent,
        instance_types,
        min_vcpus,
        max_vcpus,
        bid_percentage,
        scale_down_delay_minutes: Attribute::Absent,
        root_volume: None,
        subnets,
    };
    // How many there are the moment it is created.
    section.finish(&["DesiredvCpus"], reading);
    environment
}

fn instance_types<'a>(section: &mut Section<'a>, reading: &mut Reading<'a>) -> Attribute<Vec<String>> {
    let mut names = Vec::new();
    for item in section.list("InstanceTypes", reading) {
        match &item.value {
            Yaml::Text(name) => names.push(name.clone()),
            other => reading.problem(item, words::is_no_instance_type(other.kind()), words::write_a_name()),
        }
    }
    if names.is_empty() {
        reading.miss(section, "InstanceTypes", section.node, "none is written");
        return Attribute::Unknown;
    }
    Attribute::Known(names, section.origin("InstanceTypes", reading))
}
