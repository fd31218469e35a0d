//! Keys of what is kept: Lustre and EFS file systems, volumes and their snapshots, buckets, container images.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::model::region::Region;
use crate::model::sku::S3Class;
use crate::model::volume::VolumeType;
use crate::scenario::value::{self, Amount, CaseAmount, Count, Positive};

/// An FSx for Lustre file system.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LustreKeys {
    /// Unique name.
    pub name: String,
    /// Deployment type.
    pub deployment: Deployment,
    /// Storage class. Default: SSD.
    #[serde(default)]
    pub storage: LustreStorageKey,
    /// Throughput per TiB in MB/s, for persistent SSD and HDD.
    pub throughput_mbps_per_tib: Option<Count>,
    /// Throughput of an Intelligent-Tiering file system in MB/s: a multiple of 4000.
    pub throughput_mbps: Option<Count>,
    /// Size in GiB, rounded up to AWS's steps; for Intelligent-Tiering, the data kept.
    pub size_gib: Positive,
    /// SSD read cache in front of HDD, of 20 % of its size: a higher price for all of it. Default: false.
    #[serde(default)]
    pub read_cache: bool,
    /// Hours it exists in the period. Default: all.
    pub hours: Option<CaseAmount>,
    /// Backups kept, in GiB. Default: 0.
    #[serde(default)]
    pub backup_gib: Amount,
    /// Metadata operations per second of PERSISTENT_2. Default: those included with the size.
    pub metadata_iops: Option<Count>,
    /// A linked S3 bucket and what moves between it and the file system.
    pub data_repository: Option<DataRepositoryKeys>,
}

/// FSx for Lustre deployment types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Deployment {
    /// The first scratch generation.
    #[serde(rename = "SCRATCH_1")]
    Scratch1,
    /// Temporary storage.
    #[serde(rename = "SCRATCH_2")]
    Scratch2,
    /// The first persistent generation.
    #[serde(rename = "PERSISTENT_1")]
    Persistent1,
    /// Longer-term storage.
    #[serde(rename = "PERSISTENT_2")]
    Persistent2,
}

impl Deployment {
    /// AWS's name.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Deployment::Scratch1 => "SCRATCH_1",
            Deployment::Scratch2 => "SCRATCH_2",
            Deployment::Persistent1 => "PERSISTENT_1",
            Deployment::Persistent2 => "PERSISTENT_2",
        }
    }
}

/// FSx for Lustre storage classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum LustreStorageKey {
    /// Solid state.
    #[default]
    #[serde(rename = "SSD")]
    Ssd,
    /// Hard disks.
    #[serde(rename = "HDD")]
    Hdd,
    /// Elastic tiers.
    #[serde(rename = "INTELLIGENT_TIERING")]
    IntelligentTiering,
}

impl LustreStorageKey {
    /// AWS's name.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            LustreStorageKey::Ssd => "SSD",
            LustreStorageKey::Hdd => "HDD",
            LustreStorageKey::IntelligentTiering => "INTELLIGENT_TIERING",
        }
    }
}

/// Traffic between a Lustre file system and its S3 bucket.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DataRepositoryKeys {
    /// Region of the bucket. Default: the scenario's. Data from or to another region is charged.
    #[serde(default, deserialize_with = "value::optional_region")]
    #[schemars(with = "Option<String>")]
    pub region: Option<Region>,
    /// Storage class of the data in the bucket, which its requests are charged by. Default: STANDARD.
    #[serde(default)]
    pub storage_class: S3Class,
    /// Data imported in the period, in GiB. Default: 0.
    #[serde(default)]
    pub import_gib: Amount,
    /// Data exported in the period, in GiB. Default: 0.
    #[serde(default)]
    pub export_gib: Amount,
    /// S3 GET and HEAD requests of the import. Default: 0.
    #[serde(default)]
    pub read_requests: Amount,
    /// S3 PUT and LIST requests of import and export. Default: 0.
    #[serde(default)]
    pub write_requests: Amount,
}

/// An EFS file system.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EfsKeys {
    /// Unique name.
    pub name: String,
    /// Standard storage, average in the period, in GiB. Default: 0.
    #[serde(default)]
    pub storage_gib: Amount,
    /// Infrequent access storage, average in the period, in GiB. Default: 0.
    #[serde(default)]
    pub infrequent_access_gib: Amount,
    /// Provisioned throughput above what the storage includes, in MiB/s. Default: 0.
    #[serde(default)]
    pub provisioned_throughput_mibps: Amount,
    /// Elastic Throughput: infrequent access has a price of its own; what is read and written, which AWS also charges, is
    /// not counted. Default: false.
    #[serde(default)]
    pub elastic_throughput: bool,
    /// Hours it exists in the period. Default: all.
    pub hours: Option<CaseAmount>,
}

/// EBS volumes that are not root volumes of instances.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EbsKeys {
    /// Unique name.
    pub name: String,
    /// Volume type: gp3, gp2, io1, io2, st1 or sc1. Default: gp3.
    #[serde(default, rename = "type")]
    pub volume_type: VolumeType,
    /// Size of each in GiB.
    pub size_gib: Positive,
    /// Operations per second of each, of gp3, where 3000 are included, io1 and io2. Default: 3000 of gp3; io1 and io2
    /// need them.
    pub iops: Option<Positive>,
    /// Throughput of each in MiB/s, of gp3, where 125 are included. Default: 125.
    pub throughput_mibps: Option<Positive>,
    /// How many. Default: 1.
    pub count: Option<Count>,
    /// Hours each exists in the period, attached or not. Default: all.
    pub hours: Option<CaseAmount>,
}

/// EBS snapshots of the standard tier.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EbsSnapshotKeys {
    /// Unique name.
    pub name: String,
    /// Blocks kept, each counted once however many snapshots have it, average in the period, in GiB.
    pub storage_gib: Amount,
}

/// An S3 bucket.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct S3Keys {
    /// Unique name.
    pub name: String,
    /// Storage class. Default: STANDARD.
    #[serde(default)]
    pub storage_class: S3Class,
    /// Data kept, average in the period, in GiB. Default: 0.
    #[serde(default)]
    pub storage_gib: Amount,
    /// PUT, COPY, POST and LIST requests in the period. Default: 0.
    #[serde(default)]
    pub write_requests: Amount,
    /// GET and all other requests in the period. Default: 0.
    #[serde(default)]
    pub read_requests: Amount,
}

/// Container images in ECR.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EcrKeys {
    /// Unique name.
    pub name: String,
    /// Images kept, average in the period, in GiB.
    pub storage_gib: Amount,
}
