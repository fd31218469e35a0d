//! What is kept: FSx for Lustre, root volumes of launch templates; EFS, S3 and ECR, whose sizes Terraform does not say.

use super::network::Subnets;
use super::value::Value;
use super::volume::{NO_ROOT, has_iops, is_root, name};
use super::{Attribute, Finding, Infrastructure, Names, Place, Reader, Resource, resolve};
use crate::model::decimal::Decimal;

/// A root volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootVolume {
    /// gp3, gp2, io1 or io2.
    pub volume_type: String,
    /// Size [GiB].
    pub size_gib: Decimal,
    /// Operations per second, of types that have a choice.
    pub iops: Option<Decimal>,
    /// Throughput of gp3 [MiB/s].
    pub throughput_mibps: Option<Decimal>,
}

/// An FSx for Lustre file system.
#[derive(Clone, Debug)]
pub struct LustreFileSystem {
    /// Its resource.
    pub address: String,
    /// Unique name in the scenario.
    pub name: String,
    /// Deployment type.
    pub deployment: Attribute<String>,
    /// Storage class.
    pub storage: Attribute<String>,
    /// Size [GiB].
    pub size_gib: Attribute<Decimal>,
    /// Throughput per TiB [MB/s].
    pub throughput_mbps_per_tib: Attribute<u32>,
    /// Throughput of Intelligent-Tiering [MB/s].
    pub throughput_mbps: Attribute<u32>,
    /// Whether there is an SSD read cache in front of HDD.
    pub read_cache: Attribute<bool>,
    /// Metadata operations per second, where they are chosen.
    pub metadata_iops: Attribute<u32>,
}

/// Something whose size Terraform does not say.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its resource.
    pub address: String,
    /// Unique name among those of its table.
    pub name: String,
    /// Its table in a scenario: `efs`, `s3` or `ecr`.
    pub table: &'static str,
}

/// What to do about a file system with Elastic Throughput, `elastic` as a throughput mode.
pub(super) const ELASTIC: (&str, &str) =
    ("elastic", "set elastic_throughput = true, under which infrequent access has a price of its own");

/// Where ECS-optimized AMIs have their root volume (AWS Batch user guide, "Compute resource AMIs"),
/// and where Ubuntu has it.
const ROOT_DEVICES: [&str; 2] = ["/dev/xvda", "/dev/sda1"];

/// The root volume of the launch template that a block names; what is not known of it is listed.
pub(super) fn root_volume(reader: &mut Reader<'_>, path: &str, all: &[Resource]) -> Option<RootVolume> {
    if matches!(reader.at(path), None | Some(Value::List(_))) && !is_written(reader, path) {
        reader.miss("", "it names no launch template, so the AMI decides the root volume: none is counted");
        return None;
    }
    let template = template(reader, path, all);
    for device in template.as_ref().map(|template| further_devices(template)).unwrap_or_default() {
        reader.miss(path, format!("its volume {device} is not the root volume; a scenario counts only that"));
    }
    match template.and_then(volume_of) {
        Ok(volume) => Some(volume),
        Err(reason) => {
            reader.miss(path, format!("{reason}; no root volume is counted"));
            None
        }
    }
}

fn is_written(reader: &Reader<'_>, path: &str) -> bool {
    reader.resource.attributes.blocks(path).is_ok_and(|blocks| !blocks.is_empty())
}

fn template<'a>(reader: &Reader<'a>, path: &str, all: &'a [Resource]) -> Result<&'a Resource, String> {
    let templates = || all.iter().filter(|resource| resource.kind == "aws_launch_template");
    let id = reader.at(&format!("{path}.launch_template_id"));
    let name = reader.at(&format!("{path}.launch_template_name"));
    let text_of = |resource: &Resource, attribute: &str| resource.attributes.at(attribute)?.to_text().ok();
    let value = id.or(name).ok_or("it names no launch template")?;
    if let Value::Reference(reference) = value {
        return match resolve(all, reference)[..] {
            [one] if one.kind == "aws_launch_template" => Ok(one),
            _ => Err(reference.reason()),
        };
    }
    let wanted = value.to_text()?;
    let attribute = if id.is_some() { "id" } else { "name" };
    let found = templates().find(|template| text_of(template, attribute).as_deref() == Some(&wanted));
    found.ok_or_else(|| format!("there is no launch template `{wanted}` here"))
}

/// The devices of a template that are not the root volume, by name where one is known.
fn further_devices(template: &Resource) -> Vec<String> {
    let mappings = template.attributes.blocks("block_device_mappings").unwrap_or_default();
    let device = |mapping: &Value| mapping.at("device_name").and_then(|name| name.to_text().ok());
    let further =
        |mapping: &&Value| device(mapping).is_none_or(|device| !ROOT_DEVICES.contains(&device.as_str()));
    let named =
        |mapping| device(mapping).map_or_else(|| "of unknown name".into(), |name| format!("`{name}`"));
    mappings.iter().filter(further).map(named).collect()
}

fn volume_of(template: &Resource) -> Result<RootVolume, String> {
    let attributes = &template.attributes;
    let of = |reason: String| format!("`{}`: {reason}", template.address);
    let mut root = None;
    for mapping in attributes.blocks("block_device_mappings").map_err(of)? {
        let device =
            mapping.at("device_name").map_or_else(|| Ok(String::new()), Value::to_text).map_err(of)?;
        if ROOT_DEVICES.contains(&device.as_str()) {
            root = Some(mapping);
        }
    }
    let root = root.ok_or_else(|| of("it maps no root device".into()))?;
    let text = |name: &str| root.at(&format!("ebs.{name}")).map(Value::to_text).transpose().map_err(of);
    // A plan has 0 where none is written.
    let number = |name: &str| {
        let number = root.at(&format!("ebs.{name}")).map(Value::to_number).transpose().map_err(of)?;
        Ok::<_, String>(number.filter(|number| !number.is_zero()))
    };
    let volume_type = text("volume_type")?.filter(|kind| !kind.is_empty());
    let volume_type = volume_type.ok_or_else(|| of("it names no volume_type, so the AMI decides".into()))?;
    if !is_root(&volume_type) {
        return Err(of(format!("{NO_ROOT}, not {volume_type}")));
    }
    let size_gib =
        number("volume_size")?.ok_or_else(|| of("it names no volume_size, so the AMI decides".into()))?;
    let gp3 = volume_type == "gp3";
    let iops = number("iops")?.filter(|_| has_iops(&volume_type));
    if !gp3 && has_iops(&volume_type) && iops.is_none() {
        return Err(of("it names no iops".into()));
    }
    Ok(RootVolume { volume_type, size_gib, iops, throughput_mibps: number("throughput")?.filter(|_| gp3) })
}

/// Reads every Lustre file system; compute environments are known by then.
pub(super) fn file_systems(all: &[Resource], found: &mut Infrastructure) {
    let mut names = Names::default();
    for resource in all.iter().filter(|resource| resource.kind == "aws_fsx_lustre_file_system") {
        let name = name(resource, &[], &mut names);
        let mut reader = Reader::new(resource);
        let says = found.source.says();
        let file_system = file_system(&mut reader, name, says);
        look_at(&file_system, &reader, found);
        if reader.number("automatic_backup_retention_days").known().is_some_and(|days| !days.is_zero()) {
            reader.miss(
                "automatic_backup_retention_days",
                format!("how large backups are is not in {says}: set backup_gib"),
            );
        }
        found.file_systems.push(file_system);
        reader.finish(found);
    }
}

fn file_system(reader: &mut Reader<'_>, name: String, says: &str) -> LustreFileSystem {
    let storage = reader.text("storage_type");
    let tiering = storage.known().is_some_and(|storage| storage == "INTELLIGENT_TIERING");
    let size_gib = match reader.number("storage_capacity") {
        Attribute::Absent => {
            let why = match tiering {
                true => format!("what is kept in it is not in {says}"),
                false => "it is not written".into(),
            };
            reader.miss("storage_capacity", why);
            Attribute::Unknown
        }
        size => size,
    };
    // A plan has 0 where none is written.
    let chosen = |reader: &mut Reader<'_>, path: &str| match reader.whole(path) {
        Attribute::Known(0, _) => Attribute::Absent,
        other => other,
    };
    LustreFileSystem {
        address: reader.resource.address.clone(),
        name,
        deployment: reader.text("deployment_type"),
        storage,
        size_gib,
        throughput_mbps_per_tib: chosen(reader, "per_unit_storage_throughput"),
        throughput_mbps: chosen(reader, "throughput_capacity"),
        read_cache: reader.read("drive_cache_type", |value| value.to_text().map(|cache| cache == "READ")),
        metadata_iops: match reader.text("metadata_configuration.mode").known().map(String::as_str) {
            Some("AUTOMATIC") => Attribute::Absent,
            _ => chosen(reader, "metadata_configuration.iops"),
        },
    }
}

/// What is worth a look in a file system.
fn look_at(file_system: &LustreFileSystem, reader: &Reader<'_>, found: &mut Infrastructure) {
    let address = &file_system.address;
    if file_system.deployment.known().is_some_and(|deployment| deployment == "PERSISTENT_2") {
        let paths = ["import_path", "export_path", "auto_import_policy"];
        let written = paths.into_iter().filter(|path| {
            reader.at(path).is_some_and(|value| {
                *value != Value::Text(String::new()) && *value != Value::Text("NONE".into())
            })
        });
        let attributes: Vec<String> = written.map(str::to_owned).collect();
        if let Some(first) = attributes.first() {
            let place = reader.origin(first).place;
            found.find(Finding::PathOnPersistent2 { address: address.clone(), attributes }, place.as_ref());
        }
    }
    let place = reader.origin("subnet_ids").place.or_else(|| reader.resource.place.clone());
    across_zones(address, place.as_ref(), found);
}

/// Compute environments in several subnets, and a file system that is in one.
pub(super) fn across_zones(address: &str, place: Option<&Place>, found: &mut Infrastructure) {
    let mut environments = Vec::new();
    let mut subnets = Vec::new();
    for environment in &found.environments {
        let text = match &environment.subnets {
            Subnets::Number(number) if *number > 1 => format!("{number} subnets"),
            Subnets::Every(address) => format!("every `{address}`"),
            _ => continue,
        };
        environments.push(environment.address.clone());
        if !subnets.contains(&text) {
            subnets.push(text);
        }
    }
    if !environments.is_empty() {
        let subnets = subnets.join(" or ");
        found.find(Finding::AcrossZones { address: address.to_owned(), environments, subnets }, place);
    }
}

/// Reads what Terraform names without saying how large it is.
pub(super) fn stored(all: &[Resource], found: &mut Infrastructure) {
    for (kind, table, own) in [
        ("aws_efs_file_system", "efs", &["creation_token"][..]),
        ("aws_s3_bucket", "s3", &["bucket"]),
        ("aws_ecr_repository", "ecr", &["name"]),
    ] {
        let mut names = Names::default();
        for resource in all.iter().filter(|resource| resource.kind == kind) {
            let name = name(resource, own, &mut names);
            found.stored.push(Stored { address: resource.address.clone(), name, table });
            let says = found.source.says();
            let reason = format!("how much it holds is not in {says}: its block is written as a comment");
            found.miss(&resource.address, None, reason, resource.place.as_ref());
            let mode = resource.attributes.at("throughput_mode").and_then(|mode| mode.to_text().ok());
            if table == "efs" && mode.is_some_and(|mode| mode == ELASTIC.0) {
                let attribute = Some("throughput_mode");
                found.miss(&resource.address, attribute, ELASTIC.1.to_owned(), resource.place.as_ref());
            }
        }
    }
    for resource in all.iter().filter(|resource| resource.kind == "aws_fsx_data_repository_association") {
        let says = found.source.says();
        let reason = format!(
            "what moves between bucket and file system is not in {says}: set data_repository of [[lustre]]"
        );
        found.miss(&resource.address, None, reason, resource.place.as_ref());
    }
}
