//! What is bought: a resource in a region under a purchasing option, and AWS's names for it.
//!
//! Usage types are AWS's own strings, the region's prefix included.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::region::Region;
use super::said::Said;
use super::units::PricingUnit;
use super::volume::{ProvisionedIops, VolumeType};

/// An EC2 instance type as AWS writes it, `hpc7a.96xlarge`. A string, not an enum: AWS adds types
/// every week; whether it exists is the catalogue's business.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct InstanceType(String);

impl InstanceType {
    /// Wraps a name as written.
    #[must_use]
    pub fn new(name: &str) -> InstanceType {
        InstanceType(name.to_owned())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for InstanceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// EC2's purchasing options.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PurchaseOption {
    /// List price, no commitment.
    OnDemand,
    /// Spare capacity at the Spot price.
    Spot,
    /// Covered by a Savings Plan.
    SavingsPlan,
    /// Covered by a Reserved Instance.
    Reserved,
    /// Inside a Capacity Block, paid up front.
    CapacityBlock,
    /// Not an instance: storage, requests, transfer.
    None,
}

impl PurchaseOption {
    /// Every option.
    pub const ALL: [PurchaseOption; 6] = [
        PurchaseOption::OnDemand,
        PurchaseOption::Spot,
        PurchaseOption::SavingsPlan,
        PurchaseOption::Reserved,
        PurchaseOption::CapacityBlock,
        PurchaseOption::None,
    ];

    /// The name in scenario files, JSON and CSV.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            PurchaseOption::OnDemand => "on_demand",
            PurchaseOption::Spot => "spot",
            PurchaseOption::SavingsPlan => "savings_plan",
            PurchaseOption::Reserved => "reserved",
            PurchaseOption::CapacityBlock => "capacity_block",
            PurchaseOption::None => "none",
        }
    }

    /// AWS's name in prose, in every language.
    #[must_use]
    pub fn said(self) -> Said {
        let ja = match self {
            PurchaseOption::OnDemand => "オンデマンド",
            PurchaseOption::Spot => "スポット",
            PurchaseOption::SavingsPlan => "Savings Plans",
            PurchaseOption::Reserved => "リザーブド",
            PurchaseOption::CapacityBlock => "キャパシティブロック",
            PurchaseOption::None => "",
        };
        Said::new(self.title(), ja)
    }

    /// AWS's name in prose.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            PurchaseOption::OnDemand => "On-Demand",
            PurchaseOption::Spot => "Spot",
            PurchaseOption::SavingsPlan => "Savings Plan",
            PurchaseOption::Reserved => "Reserved",
            PurchaseOption::CapacityBlock => "Capacity Block",
            PurchaseOption::None => "",
        }
    }
}

/// CUR product codes: the `service` of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// Instances, volumes, NAT gateways and their data transfer.
    AmazonEC2,
    /// File systems.
    AmazonFSx,
    /// Object storage.
    AmazonS3,
    /// NFS file systems.
    AmazonEFS,
    /// Container images.
    AmazonECR,
    /// Logs.
    AmazonCloudWatch,
    /// Public IPv4 addresses.
    AmazonVPC,
    /// Savings Plan fees.
    ComputeSavingsPlans,
}

impl Service {
    /// Every service.
    pub const ALL: [Service; 8] = [
        Service::AmazonEC2,
        Service::AmazonFSx,
        Service::AmazonS3,
        Service::AmazonEFS,
        Service::AmazonECR,
        Service::AmazonCloudWatch,
        Service::AmazonVPC,
        Service::ComputeSavingsPlans,
    ];

    /// The product code as CUR writes it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Service::AmazonEC2 => "AmazonEC2",
            Service::AmazonFSx => "AmazonFSx",
            Service::AmazonS3 => "AmazonS3",
            Service::AmazonEFS => "AmazonEFS",
            Service::AmazonECR => "AmazonECR",
            Service::AmazonCloudWatch => "AmazonCloudWatch",
            Service::AmazonVPC => "AmazonVPC",
            Service::ComputeSavingsPlans => "ComputeSavingsPlans",
        }
    }
}

/// Whether a public IPv4 address is attached to something that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PublicIpv4 {
    /// It is.
    InUse,
    /// It is kept for nothing.
    Idle,
}

/// What a Lustre file system is billed for per GB and month, by usage type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LustreStorage {
    /// SCRATCH_1 and SCRATCH_2.
    Scratch,
    /// SSD with this throughput [MB/s per TiB].
    Ssd(u32),
    /// HDD, of which a read cache on SSD makes every GB dearer.
    Hdd {
        /// Throughput [MB/s per TiB].
        tier: u32,
        /// Whether it has the cache.
        cache: bool,
    },
    /// Intelligent-Tiering, of which no source shows what AWS calls it.
    IntelligentTiering,
}

/// S3 storage classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(rename = "S3ClassKey")]
pub enum S3Class {
    /// Standard.
    #[default]
    Standard,
    /// Standard, infrequent access.
    StandardIa,
    /// One zone, infrequent access.
    OnezoneIa,
    /// Intelligent-Tiering; all of it counted in the frequent access tier.
    IntelligentTiering,
    /// Glacier Instant Retrieval.
    GlacierIr,
    /// Glacier Flexible Retrieval.
    Glacier,
    /// Glacier Deep Archive.
    DeepArchive,
}

impl S3Class {
    /// All of them.
    pub const ALL: [S3Class; 7] = [
        S3Class::Standard,
        S3Class::StandardIa,
        S3Class::OnezoneIa,
        S3Class::IntelligentTiering,
        S3Class::GlacierIr,
        S3Class::Glacier,
        S3Class::DeepArchive,
    ];
}

/// EFS storage classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EfsClass {
    /// Standard.
    Standard,
    /// Infrequent access.
    InfrequentAccess,
    /// Infrequent access of a file system with Elastic Throughput.
    InfrequentAccessElastic,
}

/// A kind of thing AWS bills, without region and purchasing option.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    /// A Linux instance with shared tenancy.
    Instance(InstanceType),
    /// EBS storage.
    VolumeStorage(VolumeType),
    /// gp3 operations per second above those included.
    VolumeIops,
    /// gp3 throughput above that included.
    VolumeThroughput,
    /// Operations per second of io1 and io2.
    ProvisionedIops(ProvisionedIops),
    /// EBS snapshots of the standard tier.
    VolumeSnapshots,
    /// Lustre storage.
    LustreStorage(LustreStorage),
    /// Lustre backups.
    LustreBackup,
    /// Lustre metadata operations above those included.
    LustreMetadataIops,
    /// Throughput of a Lustre Intelligent-Tiering file system.
    LustreThroughput,
    /// S3 storage.
    S3Storage(S3Class),
    /// S3 PUT, COPY, POST, LIST requests, priced by the class of what they touch.
    S3WriteRequests(S3Class),
    /// S3 GET and all other requests, likewise.
    S3ReadRequests(S3Class),
    /// EFS storage.
    EfsStorage(EfsClass),
    /// EFS provisioned throughput.
    EfsThroughput,
    /// Container images in ECR.
    EcrStorage,
    /// CloudWatch Logs taken in.
    LogsIngestion,
    /// CloudWatch Logs kept.
    LogsStorage,
    /// Data out to the internet.
    TransferOut,
    /// Data between Availability Zones, counted in each direction.
    TransferCrossAz,
    /// Data out to another region.
    TransferCrossRegion(Region),
    /// Hours of a NAT gateway.
    NatHours,
    /// Data through a NAT gateway.
    NatBytes,
    /// Hours of a public IPv4 address.
    PublicIpv4(PublicIpv4),
    /// Savings Plan commitment that nothing used.
    SavingsPlanUnused,
}

/// Everything that fixes a list price. `Ord`, so that maps iterate in one order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sku {
    /// Where.
    pub region: Region,
    /// What.
    pub resource: Resource,
    /// How it is bought.
    pub purchase: PurchaseOption,
}

impl Sku {
    /// An instance under a purchasing option.
    #[must_use]
    pub fn instance(region: Region, instance_type: &InstanceType, purchase: PurchaseOption) -> Sku {
        Sku { region, resource: Resource::Instance(instance_type.clone()), purchase }
    }

    /// Anything that is not an instance.
    #[must_use]
    pub const fn other(region: Region, resource: Resource) -> Sku {
        Sku { region, resource, purchase: PurchaseOption::None }
    }

    /// The same resource under another purchasing option.
    #[must_use]
    pub fn bought(&self, purchase: PurchaseOption) -> Sku {
        Sku { purchase, ..self.clone() }
    }

    /// The instance type, if this is an instance.
    #[must_use]
    pub const fn instance_type(&self) -> Option<&InstanceType> {
        match &self.resource {
            Resource::Instance(instance_type) => Some(instance_type),
            _ => None,
        }
    }

    /// The CUR product code it is billed under.
    #[must_use]
    pub const fn service(&self) -> Service {
        match self.resource {
            Resource::LustreStorage(_)
            | Resource::LustreBackup
            | Resource::LustreMetadataIops
            | Resource::LustreThroughput => Service::AmazonFSx,
            Resource::S3Storage(_) | Resource::S3WriteRequests(_) | Resource::S3ReadRequests(_) => {
                Service::AmazonS3
            }
            Resource::EfsStorage(_) | Resource::EfsThroughput => Service::AmazonEFS,
            Resource::EcrStorage => Service::AmazonECR,
            Resource::LogsIngestion | Resource::LogsStorage => Service::AmazonCloudWatch,
            Resource::PublicIpv4(_) => Service::AmazonVPC,
            Resource::SavingsPlanUnused => Service::ComputeSavingsPlans,
            Resource::Instance(_)
            | Resource::VolumeStorage(_)
            | Resource::VolumeIops
            | Resource::VolumeThroughput
            | Resource::ProvisionedIops(_)
            | Resource::VolumeSnapshots
            | Resource::TransferOut
            | Resource::TransferCrossAz
            | Resource::TransferCrossRegion(_)
            | Resource::NatHours
            | Resource::NatBytes => Service::AmazonEC2,
        }
    }

    /// AWS's usage type, region prefix included. On-demand, reserved, Savings Plan and Capacity
    /// Block hours are all `BoxUsage`.
    ///
    /// Where AWS shows them (read 2026-11-23 and 2026-11-27):
    /// * `BoxUsage`, `SpotUsage`, `EBS:…`, `NatGateway-…`: offer files of AmazonEC2, bills;
    /// * `Storage`, `Storage.SSD.…`, `Storage.HDD.…` with `.RC20` where a read cache is on 20 % of the size: values of
    ///   `usagetype` that GetAttributeValues of AmazonFSx answers, and the Price List's rows in the AWS Pricing Calculator;
    /// * `BackupUsage`, `MetadataIOPS`: the same rows; `ThroughputCapacity.P2`: one reading of the Price List of us-east-1,
    ///   other regions' by the same name;
    /// * `TimedStorage-…`, `Requests-…`: S3 user guide, "Understanding your AWS billing and usage reports for Amazon S3";
    /// * `…TimedStorage-…`, `ProvisionedTP-MiBpsHrs` of EFS: EFS user guide, "Understanding billing and usage reports";
    /// * `TimedStorage-ByteHrs`, `DataProcessing-Bytes` of ECR and CloudWatch, `DataTransfer-…`, `…-AWS-Out-Bytes`: the
    ///   Price List's rows in public bills and offer files;
    /// * `ComputeSP:…`: bills, with the term in place of `Unused`;
    /// * of Lustre's Intelligent-Tiering storage no source shows a usage type: what stands for it says what it is.
    #[must_use]
    pub fn usage_type(&self) -> String {
        let kind = match &self.resource {
            Resource::Instance(instance_type) => {
                let spot = self.purchase == PurchaseOption::Spot;
                format!("{}:{instance_type}", if spot { "SpotUsage" } else { "BoxUsage" })
            }
            Resource::VolumeStorage(volume) => format!("EBS:VolumeUsage.{}", volume.billed_as()),
            Resource::VolumeIops => "EBS:VolumeP-IOPS.gp3".into(),
            Resource::VolumeThroughput => "EBS:VolumeP-Throughput.gp3".into(),
            Resource::ProvisionedIops(iops) => format!("EBS:VolumeP-IOPS.{}", iops.billed_as()),
            Resource::VolumeSnapshots => "EBS:SnapshotUsage".into(),
            Resource::LustreStorage(LustreStorage::Scratch) => "Storage".into(),
            Resource::LustreStorage(LustreStorage::Ssd(tier)) => format!("Storage.SSD.{tier}"),
            Resource::LustreStorage(LustreStorage::Hdd { tier, cache }) => {
                format!("Storage.HDD.{tier}{}", if *cache { ".RC20" } else { "" })
            }
            Resource::LustreStorage(LustreStorage::IntelligentTiering) => {
                "Storage (Intelligent-Tiering)".into()
            }
            Resource::LustreBackup => "BackupUsage".into(),
            Resource::LustreMetadataIops => "MetadataIOPS".into(),
            Resource::LustreThroughput => "ThroughputCapacity.P2".into(),
            Resource::S3Storage(class) => s3_usage_type(*class).into(),
            Resource::S3WriteRequests(class) => format!("Requests-{}Tier1", s3_requests(*class)),
            Resource::S3ReadRequests(class) => format!("Requests-{}Tier2", s3_requests(*class)),
            Resource::EfsStorage(EfsClass::Standard) | Resource::EcrStorage | Resource::LogsStorage => {
                "TimedStorage-ByteHrs".into()
            }
            Resource::EfsStorage(EfsClass::InfrequentAccess) => "IATimedStorage-ByteHrs".into(),
            Resource::EfsStorage(EfsClass::InfrequentAccessElastic) => "IATimedStorage-ET-ByteHrs".into(),
            Resource::EfsThroughput => "ProvisionedTP-MiBpsHrs".into(),
            Resource::LogsIngestion => "DataProcessing-Bytes".into(),
            Resource::TransferOut => "DataTransfer-Out-Bytes".into(),
            Resource::TransferCrossAz => "DataTransfer-Regional-Bytes".into(),
            Resource::TransferCrossRegion(to) => {
                let from = self.region.transfer_code();
                return format!("{from}-{}-AWS-Out-Bytes", to.transfer_code());
            }
            Resource::NatHours => "NatGateway-Hours".into(),
            Resource::NatBytes => "NatGateway-Bytes".into(),
            Resource::PublicIpv4(PublicIpv4::InUse) => "PublicIPv4:InUseAddress".into(),
            Resource::PublicIpv4(PublicIpv4::Idle) => "PublicIPv4:IdleAddress".into(),
            Resource::SavingsPlanUnused => return "ComputeSP:Unused".into(),
        };
        format!("{}{kind}", self.usage_type_prefix())
    }

    /// What AWS puts before this usage type: the region's prefix, and for public addresses one in us-east-1 too.
    #[must_use]
    pub fn usage_type_prefix(&self) -> &'static str {
        match (&self.resource, self.region.usage_type_prefix()) {
            (Resource::PublicIpv4(_), "") => "USE1-",
            (_, prefix) => prefix,
        }
    }

    /// The regions in its usage type: its own, and where data goes to.
    #[must_use]
    pub fn regions(&self) -> Vec<Region> {
        match self.resource {
            Resource::TransferCrossRegion(to) => vec![self.region, to],
            _ => vec![self.region],
        }
    }

    /// The unit it is priced in.
    #[must_use]
    pub const fn unit(&self) -> PricingUnit {
        match self.resource {
            Resource::Instance(_) | Resource::NatHours | Resource::PublicIpv4(_) => PricingUnit::Hours,
            Resource::VolumeStorage(_)
            | Resource::VolumeSnapshots
            | Resource::LustreStorage(_)
            | Resource::LustreBackup
            | Resource::S3Storage(_)
            | Resource::EfsStorage(_)
            | Resource::EcrStorage
            | Resource::LogsStorage => PricingUnit::GbMonths,
            Resource::VolumeIops | Resource::ProvisionedIops(_) | Resource::LustreMetadataIops => {
                PricingUnit::IopsMonths
            }
            Resource::VolumeThroughput | Resource::LustreThroughput | Resource::EfsThroughput => {
                PricingUnit::MibpsMonths
            }
            Resource::S3WriteRequests(_) | Resource::S3ReadRequests(_) => PricingUnit::Requests,
            Resource::LogsIngestion
            | Resource::TransferOut
            | Resource::TransferCrossAz
            | Resource::TransferCrossRegion(_)
            | Resource::NatBytes => PricingUnit::Gb,
            Resource::SavingsPlanUnused => PricingUnit::Units,
        }
    }
}

const fn s3_usage_type(class: S3Class) -> &'static str {
    match class {
        S3Class::Standard => "TimedStorage-ByteHrs",
        S3Class::StandardIa => "TimedStorage-SIA-ByteHrs",
        S3Class::OnezoneIa => "TimedStorage-ZIA-ByteHrs",
        S3Class::IntelligentTiering => "TimedStorage-INT-FA-ByteHrs",
        S3Class::GlacierIr => "TimedStorage-GIR-ByteHrs",
        S3Class::Glacier => "TimedStorage-GlacierByteHrs",
        S3Class::DeepArchive => "TimedStorage-GDA-ByteHrs",
    }
}

/// What stands before the tier in the usage type of requests to a storage class.
const fn s3_requests(class: S3Class) -> &'static str {
    match class {
        S3Class::Standard => "",
        S3Class::StandardIa => "SIA-",
        S3Class::OnezoneIa => "ZIA-",
        S3Class::IntelligentTiering => "INT-",
        S3Class::GlacierIr => "GIR-",
        S3Class::Glacier => "GLACIER-",
        S3Class::DeepArchive => "GDA-",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(code: &str) -> Region {
        Region::parse(code).expect("a known region")
    }

    #[test]
    fn usage_types_are_as_aws_bills_them() {
        let p4d = InstanceType::new("p4d.24xlarge");
        let check = |sku: Sku, expected: &str| assert_eq!(sku.usage_type(), expected);
        check(Sku::instance(region("us-east-1"), &p4d, PurchaseOption::OnDemand), "BoxUsage:p4d.24xlarge");
        check(
            Sku::instance(region("ap-northeast-1"), &p4d, PurchaseOption::Spot),
            "APN1-SpotUsage:p4d.24xlarge",
        );
        check(Sku::instance(region("eu-west-1"), &p4d, PurchaseOption::Reserved), "EU-BoxUsage:p4d.24xlarge");
        check(Sku::other(region("ap-south-1"), Resource::NatHours), "APS3-NatGateway-Hours");
        check(
            Sku::other(region("us-east-1"), Resource::TransferCrossRegion(region("ap-northeast-1"))),
            "USE1-APN1-AWS-Out-Bytes",
        );
        check(
            Sku::other(region("us-east-1"), Resource::LustreStorage(LustreStorage::Ssd(250))),
            "Storage.SSD.250",
        );
        let hdd = |tier, cache| Resource::LustreStorage(LustreStorage::Hdd { tier, cache });
        check(Sku::other(region("us-east-1"), hdd(12, false)), "Storage.HDD.12");
        check(Sku::other(region("us-east-1"), hdd(12, true)), "Storage.HDD.12.RC20");
        check(Sku::other(region("ap-northeast-1"), hdd(40, true)), "APN1-Storage.HDD.40.RC20");
        let infrequent = Resource::EfsStorage(EfsClass::InfrequentAccessElastic);
        check(Sku::other(region("eu-south-2"), infrequent), "EUS2-IATimedStorage-ET-ByteHrs");
        let volumes = ["gp3", "gp2", "piops", "io2", "st1", "sc1"];
        for (volume, kind) in VolumeType::ALL.into_iter().zip(volumes) {
            let sku = Sku::other(region("us-east-1"), Resource::VolumeStorage(volume));
            check(sku, &format!("EBS:VolumeUsage.{kind}"));
        }
        let iops = ["piops", "io2", "io2.tier2", "io2.tier3"];
        for (of, kind) in ProvisionedIops::ALL.into_iter().zip(iops) {
            let sku = Sku::other(region("ap-northeast-1"), Resource::ProvisionedIops(of));
            check(sku, &format!("APN1-EBS:VolumeP-IOPS.{kind}"));
        }
        check(Sku::other(region("eu-west-1"), Resource::VolumeSnapshots), "EU-EBS:SnapshotUsage");
        let address = |code, state| Sku::other(region(code), Resource::PublicIpv4(state));
        check(address("us-east-1", PublicIpv4::InUse), "USE1-PublicIPv4:InUseAddress");
        check(address("eu-west-1", PublicIpv4::InUse), "EU-PublicIPv4:InUseAddress");
        check(address("ap-northeast-1", PublicIpv4::Idle), "APN1-PublicIPv4:IdleAddress");
        assert_eq!(address("ap-northeast-1", PublicIpv4::Idle).service().code(), "AmazonVPC");
        let kinds = ["", "SIA-", "ZIA-", "INT-", "GIR-", "GLACIER-", "GDA-"];
        for (class, kind) in S3Class::ALL.into_iter().zip(kinds) {
            let (writes, reads) = (Resource::S3WriteRequests(class), Resource::S3ReadRequests(class));
            check(Sku::other(region("us-east-1"), writes), &format!("Requests-{kind}Tier1"));
            check(Sku::other(region("ap-northeast-1"), reads), &format!("APN1-Requests-{kind}Tier2"));
        }
    }
}
