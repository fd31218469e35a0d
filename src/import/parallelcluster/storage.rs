//! What a cluster shares: FSx for Lustre, EFS, volumes; what a scenario cannot have is listed.

use std::collections::BTreeSet;

use super::section::{Reading, Section};
use super::{DEFAULT_VOLUME_TYPE, unique};
use crate::import::storage::{ELASTIC, LustreFileSystem, Stored, across_zones};
use crate::import::volume::{EbsVolume, has_iops, is_known};
use crate::import::words;
use crate::import::yaml::Node;
use crate::import::{Attribute, Finding};
use crate::model::decimal::Decimal;

/// Deployment type of a file system that names none: `CHANGELOG.md`, as of version 3.2.0.
const DEFAULT_DEPLOYMENT: &str = "SCRATCH_2";
/// Size of a shared volume that names none [GiB]: `EBS_VOLUME_SIZE_DEFAULT` in `constants.py`.
const DEFAULT_VOLUME_GIB: u32 = 40;
/// Volumes of an array that says nothing: User Guide, `NumberOfVolumes`.
const DEFAULT_RAID_VOLUMES: u32 = 2;

pub(super) fn shared<'a>(top: &mut Section<'a>, reading: &mut Reading<'a>) {
    let (mut lustre, mut efs, mut ebs) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for node in top.list("SharedStorage", reading) {
        let mut item = reading.section(node, words::an_item_of_sharedstorage(), "SharedStorage".into());
        let name = item.text("Name", reading).known().cloned().unwrap_or_else(|| "shared".into());
        item.address = format!("SharedStorage/{name}");
        match item.text("StorageType", reading) {
            Attribute::Known(kind, _) => match kind.as_str() {
                "FsxLustre" => file_system(&mut item, unique(&name, &mut lustre), reading),
                "Efs" => efs_file_system(&mut item, unique(&name, &mut efs), reading),
                "Ebs" => volume(&mut item, unique(&name, &mut ebs), reading),
                other => {
                    reading.miss(&item, "", node, format!("a scenario has no {other}: it is not counted"))
                }
            },
            Attribute::Absent => {
                let help = words::one_of_ebs_efs_fsxlustre();
                reading.problem(node, words::there_is_no_storagetype(), help);
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
        reading.problem(node, words::there_are_no_fsxlustresettings(), words::write_storagecapacity());
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

/// Volumes of the head node that the others mount.
fn volume<'a>(item: &mut Section<'a>, name: String, reading: &mut Reading<'a>) {
    let origin = item.origin("EbsSettings", reading);
    let mut volume = EbsVolume {
        address: item.address.clone(),
        name,
        volume_type: Attribute::Known(DEFAULT_VOLUME_TYPE.into(), origin.clone()),
        size_gib: Attribute::Known(Decimal::from(DEFAULT_VOLUME_GIB), origin),
        iops: Attribute::Absent,
        throughput_mibps: Attribute::Absent,
        count: 1,
    };
    if let Some(mut settings) = item.within("EbsSettings", reading) {
        if let Some(id) = settings.get("VolumeId") {
            let reason = "it exists already, and how large it is, is not in the configuration";
            reading.miss(&settings, "VolumeId", id, reason);
            return;
        }
        if let Some(mut raid) = settings.within("Raid", reading) {
            let number = raid.count("NumberOfVolumes", 1..=u32::MAX, reading);
            volume.count = number.known().copied().unwrap_or(DEFAULT_RAID_VOLUMES);
            raid.finish(&["Type"], reading);
        }
        match settings.text("VolumeType", reading) {
            Attribute::Absent => {}
            written => volume.volume_type = written,
        }
        let kind = volume.volume_type.known().cloned().unwrap_or_default();
        if !is_known(&kind) && !volume.volume_type.is_unknown() {
            let reason = format!("a scenario has no volumes of {kind}: it is not counted");
            reading.miss(&settings, "VolumeType", settings.node, reason);
            return;
        }
        match (settings.number("Size", reading), settings.get("SnapshotId")) {
            (Attribute::Absent, Some(snapshot)) => {
                let reason = "its snapshot decides, whose size is not in the configuration";
                reading.miss(&settings, "Size", snapshot, reason);
                volume.size_gib = Attribute::Unknown;
            }
            (Attribute::Absent, None) => {}
            (size, _) => volume.size_gib = size,
        }
        let iops = settings.count("Iops", 1..=u32::MAX, reading);
        let throughput = settings.count("Throughput", 1..=u32::MAX, reading);
        if has_iops(&kind) {
            volume.iops = iops;
        }
        if kind == "gp3" {
            volume.throughput_mibps = throughput;
        } else if has_iops(&kind) && volume.iops == Attribute::Absent {
            reading.miss(&settings, "Iops", settings.node, "they are not written");
            volume.iops = Attribute::Unknown;
        }
        settings.finish(&["Encrypted", "KmsKeyId", "DeletionPolicy"], reading);
    }
    reading.found.volumes.push(volume);
}
