//! The configuration of a cluster of AWS ParallelCluster 3, in YAML.
//!
//! Sources, read 2026-11-24: AWS ParallelCluster User Guide, "Cluster configuration file"
//! (docs.aws.amazon.com/parallelcluster/latest/ug/cluster-configuration-file-v3.html: HeadNode, LoginNodes, Scheduling,
//! SharedStorage), and of github.com/aws/aws-parallelcluster `schemas/cluster_schema.py` (which values are refused),
//! `constants.py` (defaults) and `CHANGELOG.md`.
//!
//! What ParallelCluster itself would refuse is refused here too, with its place. What a scenario cannot have is listed.

mod batch;
mod section;
mod slurm;
mod storage;

use std::collections::BTreeSet;

use self::section::{Reading, Section};
use super::storage::RootVolume;
use super::volume::{NO_ROOT, has_iops, is_root};
use super::yaml::{File, Node, parse};
use super::{AlwaysOn, Attribute, Infrastructure, Source};
use crate::catalog::Catalog;
use crate::error::{Diagnostic, Error, Result};
use crate::import::words;
use crate::model::said::Said;
use crate::model::time::Month;

/// Type of volumes that name none: `EBS_VOLUME_TYPE_DEFAULT` in `constants.py`, as of version 3.2.0.
const DEFAULT_VOLUME_TYPE: &str = "gp3";

/// What a cluster is; the head node's hours are those of the month.
pub fn read(file: &File, catalog: &Catalog, month: Option<Month>) -> Result<Infrastructure> {
    refuse_version_2(file)?;
    let root = parse(file).map_err(|problem| Error::Input(vec![*problem]))?;
    let found = Infrastructure { source: Source::ParallelCluster, ..Infrastructure::default() };
    let mut reading = Reading { file, catalog, found, problems: Vec::new() };
    cluster(&root, month, &mut reading);
    if reading.problems.is_empty() { Ok(reading.found) } else { Err(Error::Input(reading.problems)) }
}

/// Version 2 had INI files, whose sections have these names.
fn refuse_version_2(file: &File) -> Result<()> {
    let mut offset = 0;
    for line in file.text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let line = line.trim().trim_start_matches('\u{feff}');
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        let section = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let word = section.and_then(|section| section.split_whitespace().next());
        if !matches!(word, Some("global" | "aws" | "aliases" | "cluster" | "vpc" | "queue")) {
            return Ok(());
        }
        let number = file.text[..start].matches('\n').count() + 1;
        return Err(Error::Input(vec![Diagnostic {
            message: words::a_configuration_of_parallelcluster_2(),
            excerpt: Some(file.excerpt(number, 1)),
            help: Some(words::pcluster3_config_converter_makes_one()),
        }]));
    }
    Ok(())
}

fn cluster<'a>(root: &'a Node, month: Option<Month>, reading: &mut Reading<'a>) {
    let mut top = reading.section(root, words::the_configuration(), "cluster".into());
    let Some(scheduling) = top.get("Scheduling") else {
        let help = words::a_cluster_of_parallelcluster_3();
        reading.problem(root, words::there_is_no_scheduling(), help);
        return;
    };
    reading.found.region = top.text("Region", reading).known().cloned();
    if reading.found.region.is_none() {
        let reason = "it is not written: ParallelCluster takes it from its environment";
        reading.found.miss(&top.address, Some("Region"), reason, None);
    }
    let mut names = BTreeSet::new();
    head_node(&mut top, &mut names, reading);
    login_nodes(&mut top, &mut names, reading);
    if month.is_none() && !reading.found.always_on.is_empty() {
        let reason = "instances that are on all the hours of the month: `--month` writes how many those are";
        reading.found.miss("HeadNode and LoginNodes", Some("hours_per_instance"), reason, None);
    }
    let mut scheduling = reading.section(scheduling, Said::alike("`Scheduling`"), "Scheduling".into());
    match scheduling.word("Scheduler", &["slurm", "awsbatch"], reading).known().map(String::as_str) {
        Some("slurm") => slurm::queues(&mut scheduling, reading),
        Some(_) => batch::queues(&mut scheduling, reading),
        None if scheduling.get("Scheduler").is_none() => {
            let help = words::write_scheduler_slurm_or_scheduler();
            reading.problem(scheduling.node, words::scheduling_has_no_scheduler(), help);
        }
        None => {}
    }
    scheduling.finish(&["ScalingStrategy", "SlurmQueues", "SlurmSettings", "AwsBatchQueues"], reading);
    storage::shared(&mut top, reading);
    let place = top.get("Monitoring").and_then(|node| reading.file.place(node));
    let reason =
        "CloudWatch logs, dashboard and alarms, which are on by default, are not counted: add [[logs]]";
    reading.found.miss(&top.address, Some("Monitoring"), reason, place.as_ref());
    let free = ["Image", "Tags", "Iam", "Imds", "DeploymentSettings", "CustomS3Bucket", "DevSettings"];
    top.finish(&free, reading);
}

/// The head node is on until somebody stops the cluster.
fn head_node<'a>(top: &mut Section<'a>, names: &mut BTreeSet<String>, reading: &mut Reading<'a>) {
    let Some(node) = top.get("HeadNode") else {
        let reason = "it is not written: its instance is not counted";
        reading.found.miss(&top.address, Some("HeadNode"), reason, None);
        return;
    };
    let mut head = reading.section(node, Said::alike("`HeadNode`"), "HeadNode".into());
    let instance_type = instance_type(&mut head, reading);
    let root_volume = root_volume(&mut head, reading);
    networking(&mut head, reading);
    head.lacks("SharedStorageType", "an EFS file system for what the cluster shares is not counted", reading);
    let count = Attribute::Known(1, head.origin("InstanceType", reading));
    let address = head.address.clone();
    let name = unique("head-node", names);
    reading.found.always_on.push(AlwaysOn { address, name, instance_type, count, root_volume });
    let free = ["DisableSimultaneousMultithreading", "Ssh", "Dcv", "CustomActions", "Iam", "Imds", "Image"];
    head.finish(&free, reading);
}

fn login_nodes<'a>(top: &mut Section<'a>, names: &mut BTreeSet<String>, reading: &mut Reading<'a>) {
    let Some(mut section) = top.within("LoginNodes", reading) else { return };
    for node in section.list("Pools", reading) {
        let mut pool = reading.section(node, words::a_pool_of_login_nodes(), "LoginNodes".into());
        let name = pool.text("Name", reading).known().cloned().unwrap_or_else(|| "login".into());
        pool.address = format!("LoginNodes/{name}");
        let instance_type = instance_type(&mut pool, reading);
        let count = pool.count("Count", 0..=u32::MAX, reading);
        if count == Attribute::Absent {
            reading.miss(&pool, "Count", node, "it is not written");
        }
        networking(&mut pool, reading);
        reading.miss(
            &pool,
            "",
            node,
            "its load balancer and its root volumes, which the AMI decides, are not counted",
        );
        let (address, name) = (pool.address.clone(), unique(&format!("login-{name}"), names));
        reading.found.always_on.push(AlwaysOn { address, name, instance_type, count, root_volume: None });
        pool.finish(&["Ssh", "Image", "CustomActions", "Iam", "GracetimePeriod", "Dcv"], reading);
    }
    section.finish(&[], reading);
}

fn instance_type<'a>(section: &mut Section<'a>, reading: &mut Reading<'a>) -> Attribute<String> {
    let name = section.text("InstanceType", reading);
    if name == Attribute::Absent {
        reading.miss(section, "InstanceType", section.node, "it is not written");
    }
    name
}

/// How many subnets a section names; addresses that are charged are listed.
fn networking<'a>(section: &mut Section<'a>, reading: &mut Reading<'a>) -> usize {
    let Some(mut network) = section.within("Networking", reading) else { return 0 };
    let reason = "public IPv4 addresses are charged by the hour, and not counted: add [[public_ipv4]]";
    network.lacks_switch("ElasticIp", reason, reading);
    network.lacks_switch("AssignPublicIp", reason, reading);
    let subnets = network.list("SubnetIds", reading).len();
    let free = ["SubnetId", "SecurityGroups", "AdditionalSecurityGroups", "PlacementGroup", "Proxy"];
    network.finish(&free, reading);
    subnets
}

/// The root volume of a section's `LocalStorage`; without a size the AMI decides (User Guide, `LocalStorage`).
fn root_volume<'a>(section: &mut Section<'a>, reading: &mut Reading<'a>) -> Option<RootVolume> {
    let local = section.within("LocalStorage", reading);
    let (root, rest) = match local {
        Some(mut local) => (local.within("RootVolume", reading), Some(local)),
        None => (None, None),
    };
    let volume = match root {
        Some(mut root) => {
            let volume = volume(&mut root, reading);
            root.finish(&["Encrypted", "DeleteOnTermination"], reading);
            volume
        }
        None => Err((section.node, "no size is written, so the AMI decides".into())),
    };
    if let Some(local) = rest {
        local.finish(&["EphemeralVolume"], reading);
    }
    match volume {
        Ok(volume) => volume,
        Err((node, reason)) => {
            let reason = format!("{reason}; no root volume is counted");
            reading.miss(section, "LocalStorage.RootVolume", node, reason);
            None
        }
    }
}

/// `None` where a value was refused.
fn volume<'a>(
    root: &mut Section<'a>,
    reading: &mut Reading<'a>,
) -> std::result::Result<Option<RootVolume>, (&'a Node, String)> {
    let size = root.number("Size", reading);
    let volume_type = root.text("VolumeType", reading);
    let (iops, throughput) = (root.number("Iops", reading), root.number("Throughput", reading));
    let volume_type = match volume_type {
        Attribute::Known(name, _) => name,
        Attribute::Absent => DEFAULT_VOLUME_TYPE.to_owned(),
        Attribute::Unknown => return Ok(None),
    };
    if !is_root(&volume_type) {
        return Err((root.node, format!("{NO_ROOT}, not {volume_type}")));
    }
    let gp3 = volume_type == "gp3";
    let iops = iops.known().copied().filter(|_| has_iops(&volume_type));
    if !gp3 && has_iops(&volume_type) && iops.is_none() {
        return Err((root.node, format!("no Iops are written for {volume_type}")));
    }
    match size {
        Attribute::Known(size_gib, _) => Ok(Some(RootVolume {
            volume_type,
            size_gib,
            iops,
            throughput_mibps: throughput.known().copied().filter(|_| gp3),
        })),
        Attribute::Absent => Err((root.node, "no size is written, so the AMI decides".into())),
        Attribute::Unknown => Ok(None),
    }
}

/// The name, or one with a number behind it where it is taken.
fn unique(wanted: &str, names: &mut BTreeSet<String>) -> String {
    let numbered = (2_u64..).map(|number| format!("{wanted}-{number}"));
    let name = std::iter::once(wanted.to_owned()).chain(numbered).find(|name| !names.contains(name));
    let name = name.expect("numbers do not end");
    names.insert(name.clone());
    name
}
