//! What a cluster shares: FSx for Lustre and EFS; what a scenario cannot have is listed.

use std::collections::BTreeSet;

use super::section::{Reading, Section};
use super::{DEFAULT_VOLUME_TYPE, unique};
use crate::import::storage::{ELASTIC, LustreFileSystem, Stored, across_zones};
use crate::import::yaml::Node;
use crate::import::{Attribute, Finding};
use crate::model::decimal;

/// Deployment type of a file system that names none: `CHANGELOG.md`, as of version 3.2.0.
const DEFAULT_DEPLOYMENT: &str = "SCRATCH_2";
/// Size of a shared volume that names none [GiB]: `EBS_VOLUME_SIZE_DEFAULT` in `constants.py`.
const DEFAULT_VOLUME_GIB: u32 = 40;
/// Volumes of an array that says nothing: User Guide, `NumberOfVolumes`.
const DEFAULT_RAID_VOLUMES: u32 = 2;

pub(super) fn shared<'a>(top: &mut Section<'a>, reading: &mut Reading<'a>) {
    let (mut lustre, mut efs) = (BTreeSet::new(), BTreeSet::new());
    for node in top.list("SharedStorage", reading) {
        let mut item = reading.section(node, "an item of `SharedStorage`", "SharedStorage".into());
        let name = item.text("Name", reading).known().cloned().unwrap_or_else(|| "shared".into());
        item.address = format!("SharedStorage/{name}");
        match item.text("StorageType", reading) {
            Attribute::Known(kind, _) => match kind.as_str() {
                "FsxLustre" => file_system(&mut item, unique(&name, &mut lustre), reading),
                "Efs" => efs_file_system(&mut item, unique(&name, &mut efs), reading),
                "Ebs" => volume(&mut item, reading),
                other => {
                    reading.miss(&item, "", node, format!("a scenario has no {other}: it is not counted"))
                }
            },
            Attribute::Absent => {
                let help = "one of Ebs, Efs, FsxLustre, FsxOntap, FsxOpenZfs, FileCache";
                reading.problem(node, "there is no `StorageType`".into(), help);
            }
            Attribute::Unknown => {}
        }
        let free = ["MountDir", "FsxLustreSettings", "EfsSettings", "EbsSettings", "FsxOntapSettings"];
        item.finish(&[&free[..], &["FsxOpenZfsSettings", "FileCacheSettings"]].concat(), reading);
    }
}

fn file_system<'a>(item: &mut Section<'a>, name: String, reading: &mut Reading<'a>) {
    let node = item.node;
    let Some(mut settings) = item.within("FsxLustreSettings", reading) else {
        reading.problem(node, "there are no `FsxLustreSettings`".into(), "write `StorageCapacity`");
        return;
    };
    if let Some(id) = settings.get("FileSystemId") {
        let reason = "it exists already, and how large it is, is not in the configuration: `hpc-cost import batch` reads it";
        reading.miss(&settings, "FileSystemId", id, reason);
        return;
    }
    let deployment = match settings.text("DeploymentType", reading) {
        Attribute::Absent => {
            Attribute::Known(DEFAULT_DEPLOYMENT.into(), settings.origin("DeploymentType", reading))
        }
        known => known,
    };
    let size_gib = match settings.number("StorageCapacity", reading) {
        Attribute::Absent => {
            let why = match settings.get("BackupId") {
                Some(_) => "its backup decides, whose size is not in the configuration",
                None => "it is not written",
            };
            reading.miss(&settings, "StorageCapacity", settings.node, why);
            Attribute::Unknown
        }
        size => size,
    };
    settings.get("BackupId");
    paths(&mut settings, &deployment, reading);
    if settings.number("AutomaticBackupRetentionDays", reading).known().is_some_and(|days| !days.is_zero()) {
        let reason = "how large backups are is not in the configuration: set backup_gib";
        reading.miss(&settings, "AutomaticBackupRetentionDays", settings.node, reason);
    }
    let read_cache = match settings.word("DriveCacheType", &["READ", "NONE"], reading) {
        Attribute::Known(word, origin) => Attribute::Known(word == "READ", origin),
        Attribute::Absent => Attribute::Absent,
        Attribute::Unknown => Attribute::Unknown,
    };
    let storage = settings.text("StorageType", reading);
    let throughput_mbps_per_tib = settings.count("PerUnitStorageThroughput", 1..=u32::MAX, reading);
    let address = settings.address.clone();
    reading.found.file_systems.push(LustreFileSystem {
        address: address.clone(),
        name,
        deployment,
        storage,
        size_gib,
        throughput_mbps_per_tib,
        throughput_mbps: Attribute::Absent,
        read_cache,
        metadata_iops: Attribute::Absent,
    });
    let place = reading.file.place(node);
    across_zones(&address, place.as_ref(), &mut reading.found);
    let free = [
        "DataCompressionType",
        "ImportedFileChunkSize",
        "WeeklyMaintenanceStartTime",
        "DailyAutomaticBackupStartTime",
        "CopyTagsToBackups",
        "KmsKeyId",
        "DeletionPolicy",
        "FileSystemTypeVersion",
    ];
    settings.finish(&free, reading);
}

/// Links to buckets.
fn paths<'a>(settings: &mut Section<'a>, deployment: &Attribute<String>, reading: &mut Reading<'a>) {
    let keys = ["ImportPath", "ExportPath", "AutoImportPolicy"];
    let written: Vec<(&str, &Node)> =
        keys.into_iter().filter_map(|key| settings.get(key).map(|node| (key, node))).collect();
    let linked = settings.get("DataRepositoryAssociations").or(written.first().map(|(_, node)| *node));
    if let Some(node) = linked {
        let reason = "what moves between bucket and file system is not in the configuration: set data_repository of [[lustre]]";
        reading.miss(settings, "", node, reason);
    }
    if let (Some((_, first)), Some("PERSISTENT_2")) =
        (written.first(), deployment.known().map(String::as_str))
    {
        let attributes = written.iter().map(|(key, _)| (*key).to_owned()).collect();
        let finding = Finding::PathOnPersistent2 { address: settings.address.clone(), attributes };
        reading.found.find(finding, reading.file.place(first).as_ref());
    }
}

fn efs_file_system<'a>(item: &mut Section<'a>, name: String, reading: &mut Reading<'a>) {
    let (node, address) = (item.node, item.address.clone());
    reading.found.stored.push(Stored { address, name, table: "efs" });
    let reason = "how much it holds is not in the configuration: its block is written as a comment";
    reading.miss(item, "", node, reason);
    if let Some(mut settings) = item.within("EfsSettings", reading) {
        let reason = "set provisioned_throughput_mibps to what is above the storage's own";
        settings.lacks("ProvisionedThroughput", reason, reading);
        if settings.text("ThroughputMode", reading).known().is_some_and(|mode| mode == ELASTIC.0) {
            settings.lacks("ThroughputMode", ELASTIC.1, reading);
        }
        let free = [
            "Encrypted",
            "KmsKeyId",
            "PerformanceMode",
            "FileSystemId",
            "DeletionPolicy",
            "EncryptionInTransit",
            "IamAuthorization",
            "AccessPointId",
        ];
        settings.finish(&free, reading);
    }
}

/// A volume of the head node that the others mount: a scenario has volumes of instances only.
fn volume<'a>(item: &mut Section<'a>, reading: &mut Reading<'a>) {
    let node = item.node;
    let Some(mut settings) = item.within("EbsSettings", reading) else {
        let reason = format!(
            "an EBS volume of {DEFAULT_VOLUME_GIB} GiB {DEFAULT_VOLUME_TYPE}, the defaults, has no place in a scenario: it is not counted"
        );
        reading.miss(item, "", node, reason);
        return;
    };
    let what = if settings.get("VolumeId").is_some() {
        "an EBS volume that exists already".to_owned()
    } else {
        let raid = settings.within("Raid", reading);
        let number = raid.map(|mut raid| raid.count("NumberOfVolumes", 1..=u32::MAX, reading));
        let number = number.map(|number| number.known().copied().unwrap_or(DEFAULT_RAID_VOLUMES));
        let size = settings.number("Size", reading).known().map(|size| decimal::plain(*size));
        let from_snapshot = settings.get("SnapshotId").is_some();
        let size = match (size, from_snapshot) {
            (Some(size), _) => format!("{size} GiB"),
            (None, true) => "the size of its snapshot".into(),
            (None, false) => format!("{DEFAULT_VOLUME_GIB} GiB"),
        };
        let kind = settings.text("VolumeType", reading).known().cloned();
        let kind = kind.unwrap_or_else(|| DEFAULT_VOLUME_TYPE.into());
        match number {
            Some(number) => format!("{number} EBS volumes of {size} {kind}"),
            None => format!("an EBS volume of {size} {kind}"),
        }
    };
    reading.miss(
        &settings,
        "",
        node,
        format!("{what}: a scenario has volumes of instances only, it is not counted"),
    );
}
