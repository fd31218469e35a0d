//! EBS volumes that are not root volumes, and Elastic IP addresses.

use super::{Attribute, Infrastructure, Names, Reader, Resource};
use crate::model::decimal::Decimal;
use crate::model::volume::VolumeType;

/// A volume that is no root volume.
#[derive(Clone, Debug)]
pub struct EbsVolume {
    /// Its resource.
    pub address: String,
    /// Unique name in the scenario.
    pub name: String,
    /// Its type.
    pub volume_type: Attribute<String>,
    /// Size [GiB].
    pub size_gib: Attribute<Decimal>,
    /// Operations per second, of types that have a choice.
    pub iops: Attribute<u32>,
    /// Throughput of gp3 [MiB/s].
    pub throughput_mibps: Attribute<u32>,
    /// How many there are.
    pub count: u32,
}

/// A public address that is kept.
#[derive(Clone, Debug)]
pub struct Address {
    /// Its resource.
    pub address: String,
    /// Unique name in the scenario.
    pub name: String,
}

/// The name a resource goes by: its own, that of its `Name` tag, or the one in Terraform.
pub(super) fn name(resource: &Resource, own: &[&str], names: &mut Names) -> String {
    let text = |path: &&str| resource.attributes.at(path).and_then(|value| value.to_text().ok());
    let written = own.iter().chain(&["tags.Name"]).find_map(text).filter(|name| !name.is_empty());
    names.unique(written.as_deref(), resource)
}

/// Whether a scenario may choose the operations per second of a type.
pub(super) fn has_iops(volume_type: &str) -> bool {
    matches!(volume_type, "gp3" | "io1" | "io2")
}

/// Which root volumes a scenario has.
pub(super) const NO_ROOT: &str = "a scenario has root volumes of gp3, gp2, io1 and io2";

/// Whether a scenario has root volumes of a type.
pub(super) fn is_root(volume_type: &str) -> bool {
    volume_type == "gp2" || has_iops(volume_type)
}

/// Whether a scenario has volumes of a type: magnetic ones it has not.
pub(super) fn is_known(volume_type: &str) -> bool {
    VolumeType::ALL.iter().any(|known| known.id() == volume_type)
}

/// Reads every volume of its own.
pub(super) fn volumes(all: &[Resource], found: &mut Infrastructure) {
    let mut names = Names::default();
    for resource in all.iter().filter(|resource| resource.kind == "aws_ebs_volume") {
        let name = name(resource, &[], &mut names);
        let mut reader = Reader::new(resource);
        let volume_type = reader.text("type");
        match volume_type.known() {
            Some(kind) if !is_known(kind) => {
                reader.miss("type", format!("a scenario has no volumes of {kind}: it is not counted"));
            }
            kind => {
                let kind = kind.cloned().unwrap_or_default();
                let volume = volume(&mut reader, name, volume_type, &kind);
                found.volumes.push(volume);
            }
        }
        reader.finish(found);
    }
}

fn volume(reader: &mut Reader<'_>, name: String, volume_type: Attribute<String>, kind: &str) -> EbsVolume {
    let size_gib = match reader.number("size") {
        Attribute::Absent => {
            let why = match reader.at("snapshot_id") {
                Some(_) => "its snapshot decides, whose size is not known here",
                None => "it is not written",
            };
            reader.miss("size", why);
            Attribute::Unknown
        }
        size => size,
    };
    // A plan has 0 where none is written, and state what a type without a choice comes with.
    let mut chosen = |path: &str, has: bool| match has.then(|| reader.whole(path)) {
        None | Some(Attribute::Known(0, _)) => Attribute::Absent,
        Some(other) => other,
    };
    let iops = chosen("iops", has_iops(kind));
    let throughput_mibps = chosen("throughput", kind == "gp3");
    let address = reader.resource.address.clone();
    EbsVolume { address, name, volume_type, size_gib, iops, throughput_mibps, count: 1 }
}

/// Reads every Elastic IP address; those that somebody brought along are not charged.
pub(super) fn addresses(all: &[Resource], found: &mut Infrastructure) {
    let mut names = Names::default();
    for resource in all.iter().filter(|resource| resource.kind == "aws_eip") {
        let name = name(resource, &[], &mut names);
        let mut reader = Reader::new(resource);
        match reader.text("public_ipv4_pool") {
            Attribute::Known(pool, _) if !matches!(pool.as_str(), "" | "amazon") => {
                reader.miss("public_ipv4_pool", "addresses of a pool of one's own are not charged");
            }
            Attribute::Unknown => {}
            _ => found.addresses.push(Address { address: resource.address.clone(), name }),
        }
        reader.finish(found);
    }
}
