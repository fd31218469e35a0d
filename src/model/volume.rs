//! EBS volumes in AWS's words: their types, and operations per second that are paid for.

use schemars::JsonSchema;
use serde::Deserialize;

/// EBS volume types.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "VolumeTypeKey")]
pub enum VolumeType {
    /// General purpose, third generation.
    #[default]
    Gp3,
    /// General purpose, second generation.
    Gp2,
    /// Provisioned IOPS, first generation.
    Io1,
    /// Provisioned IOPS, second generation.
    Io2,
    /// Throughput-optimized hard disks; not for root volumes.
    St1,
    /// Cold hard disks; not for root volumes.
    Sc1,
}

impl VolumeType {
    /// All of them.
    pub const ALL: [VolumeType; 6] = [
        VolumeType::Gp3,
        VolumeType::Gp2,
        VolumeType::Io1,
        VolumeType::Io2,
        VolumeType::St1,
        VolumeType::Sc1,
    ];

    /// AWS's name.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            VolumeType::Gp3 => "gp3",
            VolumeType::Gp2 => "gp2",
            VolumeType::Io1 => "io1",
            VolumeType::Io2 => "io2",
            VolumeType::St1 => "st1",
            VolumeType::Sc1 => "sc1",
        }
    }

    /// The name in its usage type: that of io1 is older than the name io1.
    pub(super) const fn billed_as(self) -> &'static str {
        match self {
            VolumeType::Io1 => "piops",
            other => other.id(),
        }
    }
}

/// Operations per second that are paid for from the first on. Those of io2 become cheaper above two steps, each of
/// which AWS bills under a usage type of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProvisionedIops {
    /// Of io1.
    Io1,
    /// Of io2, up to 32,000.
    Io2,
    /// Of io2, from there to 64,000.
    Io2Tier2,
    /// Of io2, above 64,000.
    Io2Tier3,
}

impl ProvisionedIops {
    /// All of them.
    pub const ALL: [ProvisionedIops; 4] =
        [ProvisionedIops::Io1, ProvisionedIops::Io2, ProvisionedIops::Io2Tier2, ProvisionedIops::Io2Tier3];

    /// The name in its usage type.
    pub(super) const fn billed_as(self) -> &'static str {
        match self {
            ProvisionedIops::Io1 => "piops",
            ProvisionedIops::Io2 => "io2",
            ProvisionedIops::Io2Tier2 => "io2.tier2",
            ProvisionedIops::Io2Tier3 => "io2.tier3",
        }
    }
}
