//! What is worth a look in infrastructure that was read, in one list with one wording each.
#![expect(missing_docs, reason = "every field stands in the wording of its variant")]

use derive_more::Display;

/// Something that is wrong, costs money or is read in one of two ways.
#[derive(Clone, Debug, Display, PartialEq, Eq)]
pub enum Finding {
    /// AWS refuses it. FSx for Lustre API reference, "CreateFileSystemLustreConfiguration": `ImportPath` and
    /// `ExportPath` are not supported for PERSISTENT_2 file systems.
    #[display(
        "{address}: PERSISTENT_2 takes no {}: AWS refuses to create it; link the bucket with a data repository association",
        attributes.join(" and no ")
    )]
    PathOnPersistent2 { address: String, attributes: Vec<String> },
    /// Traffic between Availability Zones is charged in both directions.
    #[display(
        "{address} is in one subnet, and so in one Availability Zone; {} run in {subnets}: what they read and write across zones is charged as data transfer, see [[transfer]]",
        environments.join(", ")
    )]
    AcrossZones { address: String, environments: Vec<String>, subnets: String },
    /// Nothing of that type can be launched.
    #[display("{address}: {} cannot be launched any more: retired by EC2", instance_types.join(", "))]
    RetiredType { address: String, instance_types: Vec<String> },
    /// A container that names some of its devices. AWS Batch user guide, "Use a GPU workload AMI": Batch pins the
    /// GPUs that a job asks for to its container.
    #[display(
        "{address}: asks for {gpus} GPUs, but linuxParameters names {devices} /dev/nvidia device{}: leave the devices out, Batch gives the container the GPUs it asks for",
        plural(*devices)
    )]
    FewerDevices { address: String, gpus: u32, devices: u32 },
    /// A clock that nobody may have meant.
    #[display(
        "{address}: names no time zone, so `{expression}` is in UTC{in_tokyo}; `--timezone` sets another one"
    )]
    ScheduleIsUtc { address: String, expression: String, in_tokyo: String },
    /// The command line's clock.
    #[display(
        "{address}: names no time zone, so AWS takes `{expression}` in UTC; {zone} comes from --timezone"
    )]
    ZoneFromCommandLine { address: String, expression: String, zone: String },
    /// Something that is switched off.
    #[display("{address}: is DISABLED; the scenario has it as if it were enabled")]
    Disabled { address: String },
    /// AWS's recommended retry strategy. AWS Batch user guide, "Job retries", and best practices for Spot.
    #[display(
        "{address}: a job is tried again when its host is lost, and ends at any other failure, which is what `simulate` does"
    )]
    RetriedAsSimulated { address: String },
    /// A bid where there is nothing to bid on.
    #[display("{address}: bid_percentage = {percent} has no effect On-Demand and is left out")]
    BidOnDemand { address: String, percent: u32 },
}

const fn plural(number: u32) -> &'static str {
    if number == 1 { "" } else { "s" }
}
