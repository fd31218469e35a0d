//! Usage lines of a scenario: how much of which SKU, with the words that explain it.

pub mod compute;
mod fit;

use crate::catalog::Catalog;
use crate::model::decimal::{self, Decimal};
use crate::model::sku::{EfsClass, InstanceType, PublicIpv4, Resource, Sku};
use crate::model::units::Cases;
use crate::model::usage::{Basis, Group, UsageLine};
use crate::report::Note;
use crate::scenario::Scenario;
use crate::scenario::keys::storage::{EbsKeys, EfsKeys, LustreKeys, S3Keys};
use crate::scenario::keys::{NatGatewayKeys, PublicIpv4Keys, TransferKeys, TransferKind};
use crate::scenario::lustre::{self, FileSystem};
use crate::scenario::value::{CaseAmount, Count};
use crate::scenario::volume::Volume;

/// What a scenario uses.
#[derive(Clone, Debug, Default)]
pub struct Usage {
    /// The lines, in the order of the file.
    pub lines: Vec<UsageLine>,
    /// Compute groups, for unit costs and for laying commitments over their use.
    pub groups: Vec<ComputeGroup>,
    /// What the reader must know about the quantities.
    pub notes: Vec<Note>,
}

/// A compute group as a whole.
#[derive(Clone, Debug)]
pub struct ComputeGroup {
    /// Its name.
    pub name: String,
    /// Its instance types, and how many of each run On-Demand side by side.
    pub concurrency: Vec<(InstanceType, Decimal)>,
    /// Billed GPU-hours, expected.
    pub gpu_hours: Decimal,
    /// GPU-hours of useful work, expected.
    pub useful_gpu_hours: Decimal,
    /// Billed vCPU-hours, expected.
    pub vcpu_hours: Decimal,
    /// Runs, and the useful hours of them all, expected.
    pub runs: Option<(Decimal, Decimal)>,
}

/// Everything the scenario declares, as usage lines.
#[must_use]
pub fn usage(scenario: &Scenario, catalog: &Catalog) -> Usage {
    let mut usage = Usage::default();
    for compute in &scenario.keys.compute {
        compute::add(scenario, compute, catalog, &mut usage);
    }
    for keys in &scenario.keys.lustre {
        lustre_lines(scenario, keys, &mut usage);
    }
    for keys in &scenario.keys.efs {
        efs_lines(scenario, keys, &mut usage);
    }
    for keys in &scenario.keys.ebs {
        ebs_lines(scenario, keys, &mut usage.lines);
    }
    for keys in &scenario.keys.ebs_snapshot {
        let sku = Sku::other(scenario.region, Resource::VolumeSnapshots);
        usage.lines.extend(kept(scenario, &keys.name, Group::Storage, sku, keys.storage_gib.0, None));
    }
    for keys in &scenario.keys.s3 {
        s3_lines(scenario, keys, &mut usage.lines);
    }
    for keys in &scenario.keys.ecr {
        let sku = Sku::other(scenario.region, Resource::EcrStorage);
        usage.lines.extend(kept(scenario, &keys.name, Group::Storage, sku, keys.storage_gib.0, None));
    }
    for keys in &scenario.keys.logs {
        let ingestion = Sku::other(scenario.region, Resource::LogsIngestion);
        let name = format!("{}: ingestion", keys.name);
        usage.lines.extend(counted(&name, Group::Other, ingestion, keys.ingestion_gib.0, "GiB"));
        let storage = Sku::other(scenario.region, Resource::LogsStorage);
        let name = format!("{}: storage", keys.name);
        usage.lines.extend(kept(scenario, &name, Group::Other, storage, keys.storage_gib.0, None));
    }
    for keys in &scenario.keys.transfer {
        transfer_lines(scenario, keys, &mut usage);
    }
    for keys in &scenario.keys.nat_gateway {
        nat_lines(scenario, keys, &mut usage.lines);
    }
    for keys in &scenario.keys.public_ipv4 {
        usage.lines.push(public_ipv4_line(scenario, keys));
    }
    usage
}

/// An amount kept over the period, or over the hours it exists; no line for nothing.
fn kept(
    scenario: &Scenario,
    name: &str,
    group: Group,
    sku: Sku,
    amount: Decimal,
    hours: Option<CaseAmount>,
) -> Option<UsageLine> {
    if amount.is_zero() {
        return None;
    }
    let period_hours = scenario.period.hours();
    let hours = hours.map_or(Cases::same(period_hours), |hours| hours.0);
    let months = hours.map(|hours| scenario.months_of(hours));
    let derivation = format!(
        "{} × {} {} ({} of {} h)",
        decimal::grouped_trimmed(amount, 6),
        decimal::grouped_trimmed(months.expected, 6),
        if months.expected == Decimal::ONE { "month" } else { "months" },
        decimal::grouped_trimmed(hours.expected, 6),
        decimal::grouped_trimmed(period_hours, 6),
    );
    let quantity = months.map(|months| amount * months);
    Some(UsageLine::new(name.into(), group, Basis::Fixed, sku, quantity).because(derivation))
}

/// An amount that is counted as it happens; no line for nothing.
fn counted(name: &str, group: Group, sku: Sku, amount: Decimal, what: &str) -> Option<UsageLine> {
    if amount.is_zero() {
        return None;
    }
    let derivation = format!("{} {what} in the period", decimal::grouped_trimmed(amount, 6));
    Some(UsageLine::new(name.into(), group, Basis::Usage, sku, Cases::same(amount)).because(derivation))
}

fn lustre_lines(scenario: &Scenario, keys: &LustreKeys, usage: &mut Usage) {
    let system = lustre::file_system(keys).expect("a checked scenario has possible file systems");
    let FileSystem { billed_as, size_gib, extra_metadata_iops, throughput_mibps } = system;
    let region = scenario.region;
    let mut add = |suffix: &str, resource: Resource, amount: Decimal| {
        let name = format!("{}{suffix}", keys.name);
        let sku = Sku::other(region, resource);
        usage.lines.extend(kept(scenario, &name, Group::Storage, sku, amount, keys.hours));
    };
    add("", Resource::LustreStorage(billed_as), size_gib);
    add(": throughput", Resource::LustreThroughput, throughput_mibps.into());
    add(": metadata", Resource::LustreMetadataIops, extra_metadata_iops.into());
    let backup = Sku::other(region, Resource::LustreBackup);
    let name = format!("{}: backups", keys.name);
    usage.lines.extend(kept(scenario, &name, Group::Storage, backup, keys.backup_gib.0, None));
    let Some(repository) = &keys.data_repository else { return };
    let mut requests = |suffix: &str, resource: Resource, amount: Decimal| {
        let sku = Sku::other(repository.region.unwrap_or(region), resource);
        let name = format!("{}: S3 {suffix}", keys.name);
        usage.lines.extend(counted(&name, Group::Storage, sku, amount, "requests"));
    };
    let class = repository.storage_class;
    requests("read requests", Resource::S3ReadRequests(class), repository.read_requests.0);
    requests("write requests", Resource::S3WriteRequests(class), repository.write_requests.0);
    match repository.region.filter(|bucket| *bucket != region) {
        None => usage.notes.push(Note::DataRepositorySameRegion { name: keys.name.clone() }),
        Some(bucket) => {
            let inward = Sku::other(bucket, Resource::TransferCrossRegion(region));
            let outward = Sku::other(region, Resource::TransferCrossRegion(bucket));
            for (suffix, sku, amount) in
                [("import", inward, repository.import_gib.0), ("export", outward, repository.export_gib.0)]
            {
                let name = format!("{}: {suffix}", keys.name);
                usage.lines.extend(counted(&name, Group::Storage, sku, amount, "GiB"));
            }
        }
    }
}

fn efs_lines(scenario: &Scenario, keys: &EfsKeys, usage: &mut Usage) {
    let infrequent = match keys.elastic_throughput {
        true => EfsClass::InfrequentAccessElastic,
        false => EfsClass::InfrequentAccess,
    };
    let mut add = |suffix: &str, resource: Resource, amount: Decimal| {
        let name = format!("{}{suffix}", keys.name);
        let sku = Sku::other(scenario.region, resource);
        usage.lines.extend(kept(scenario, &name, Group::Storage, sku, amount, keys.hours));
    };
    add("", Resource::EfsStorage(EfsClass::Standard), keys.storage_gib.0);
    add(": infrequent access", Resource::EfsStorage(infrequent), keys.infrequent_access_gib.0);
    add(": throughput", Resource::EfsThroughput, keys.provisioned_throughput_mibps.0);
    if keys.elastic_throughput {
        usage.notes.push(Note::ElasticThroughput { name: keys.name.clone() });
    }
}

fn ebs_lines(scenario: &Scenario, keys: &EbsKeys, lines: &mut Vec<UsageLine>) {
    let count = Decimal::from(keys.count.map_or(1, |count| count.0));
    for (part, resource, amount) in Volume::from(keys).parts() {
        let name = match part.trim_start() {
            "" => keys.name.clone(),
            part => format!("{}: {part}", keys.name),
        };
        let sku = Sku::other(scenario.region, resource);
        lines.extend(kept(scenario, &name, Group::Storage, sku, amount * count, keys.hours));
    }
}

fn s3_lines(scenario: &Scenario, keys: &S3Keys, lines: &mut Vec<UsageLine>) {
    let class = keys.storage_class;
    let sku = |resource| Sku::other(scenario.region, resource);
    lines.extend(kept(
        scenario,
        &keys.name,
        Group::Storage,
        sku(Resource::S3Storage(class)),
        keys.storage_gib.0,
        None,
    ));
    let writes = format!("{}: write requests", keys.name);
    lines.extend(counted(
        &writes,
        Group::Storage,
        sku(Resource::S3WriteRequests(class)),
        keys.write_requests.0,
        "requests",
    ));
    let reads = format!("{}: read requests", keys.name);
    lines.extend(counted(
        &reads,
        Group::Storage,
        sku(Resource::S3ReadRequests(class)),
        keys.read_requests.0,
        "requests",
    ));
}

fn transfer_lines(scenario: &Scenario, keys: &TransferKeys, usage: &mut Usage) {
    let gib = keys.gib.0;
    let (resource, amount, what) = match (keys.kind, keys.to_region) {
        (TransferKind::CrossAz, _) => {
            (Resource::TransferCrossAz, gib * Decimal::TWO, "GiB, both directions,")
        }
        (TransferKind::CrossRegion, Some(to)) => (Resource::TransferCrossRegion(to), gib, "GiB"),
        (TransferKind::Out, _) | (TransferKind::CrossRegion, None) => {
            usage.notes.push(Note::FreeTransfer { name: keys.name.clone() });
            (Resource::TransferOut, gib, "GiB")
        }
    };
    let sku = Sku::other(scenario.region, resource);
    usage.lines.extend(counted(&keys.name, Group::Other, sku, amount, what));
}

/// Hours that some of a thing exist, each on its own.
fn existing(
    scenario: &Scenario,
    name: String,
    resource: Resource,
    count: Option<Count>,
    hours: Option<CaseAmount>,
) -> UsageLine {
    let count = Decimal::from(count.map_or(1, |count| count.0));
    let hours = hours.map_or(Cases::same(scenario.period.hours()), |hours| hours.0);
    let derivation = format!("{count} × {} h", decimal::grouped_trimmed(hours.expected, 6));
    let sku = Sku::other(scenario.region, resource);
    let quantity = hours.map(|hours| hours * count);
    UsageLine::new(name, Group::Other, Basis::Fixed, sku, quantity).because(derivation)
}

fn nat_lines(scenario: &Scenario, keys: &NatGatewayKeys, lines: &mut Vec<UsageLine>) {
    let name = format!("{}: hours", keys.name);
    lines.push(existing(scenario, name, Resource::NatHours, keys.count, keys.hours));
    let bytes = Sku::other(scenario.region, Resource::NatBytes);
    let name = format!("{}: data", keys.name);
    lines.extend(counted(&name, Group::Other, bytes, keys.processed_gib.0, "GiB"));
}

fn public_ipv4_line(scenario: &Scenario, keys: &PublicIpv4Keys) -> UsageLine {
    let state = if keys.idle { PublicIpv4::Idle } else { PublicIpv4::InUse };
    existing(scenario, keys.name.clone(), Resource::PublicIpv4(state), keys.count, keys.hours)
}
