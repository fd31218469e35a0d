//! Keys of what runs, and of what is committed to: instances, their volumes, Capacity Blocks,
//! Savings Plans, Reserved Instances.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::model::commitment::{PaymentOption, Term};
use crate::model::sku::InstanceType;
use crate::model::volume::VolumeType;
use crate::scenario::value::{self, Amount, CaseAmount, Count, Dollars, Instances, Positive, Share};

/// Instances that are planned to run. One of `hours_per_instance`, `instance_hours` and `runs`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ComputeKeys {
    /// Unique name.
    pub name: String,
    /// Instance types and how many of each run side by side; 0 takes away one that is inherited.
    pub instances: Instances,
    /// Hours each instance works in the period; a number, or low, expected and high.
    pub hours_per_instance: Option<CaseAmount>,
    /// Hours of all instances together, shared by their number.
    pub instance_hours: Option<CaseAmount>,
    /// Runs of `job_definition` in the period. A run takes `nodes` whole instances for `run_hours`;
    /// the low case lets as many runs share an instance as fit.
    pub runs: Option<CaseAmount>,
    /// Share of the instance-hours bought as Spot, 0 to 1. Default: 0.
    #[serde(default)]
    pub spot_share: Share,
    /// Spot interruptions per instance and hour. Default: that of the compute environment; without
    /// either, interruptions are not modelled.
    pub interruptions_per_instance_hour: Option<Amount>,
    /// Job definition whose checkpoints and run hours decide what an interruption costs.
    pub job_definition: Option<String>,
    /// Compute environment whose root volume, interruption rate and delays apply.
    pub compute_environment: Option<String>,
    /// A Capacity Block, paid used or not; it is used before anything else.
    pub capacity_block: Option<CapacityBlockKeys>,
    /// Launches per instance in the period; each is billed boot and idle time. Default: 0.
    #[serde(default)]
    pub launches: Amount,
    /// Minutes from launch to useful work. Default: `launch_minutes` of the compute environment.
    pub boot_minutes: Option<Amount>,
    /// Minutes from the last useful work to termination. Default: `scale_down_delay_minutes` of the
    /// compute environment.
    pub idle_minutes: Option<Amount>,
    /// Root volume of each instance. Default: that of the compute environment, or none.
    pub root_volume: Option<RootVolumeKeys>,
}

/// A Capacity Block for the instances of a group.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CapacityBlockKeys {
    /// The whole fee for all instances, in USD.
    pub upfront_usd: Dollars,
    /// Duration in hours: whole days up to 14, then whole weeks up to 26.
    pub hours: Positive,
}

/// An EBS root volume.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RootVolumeKeys {
    /// Volume type: gp3, gp2, io1 or io2. Default: gp3.
    #[serde(default, rename = "type")]
    pub volume_type: VolumeType,
    /// Size in GiB.
    pub size_gib: Positive,
    /// Operations per second of gp3, where 3000 are included, io1 and io2. Default: 3000 of gp3; io1 and io2 need them.
    pub iops: Option<Positive>,
    /// Throughput of gp3 in MiB/s; 125 are included. Default: 125.
    pub throughput_mibps: Option<Positive>,
}

/// A commitment: paid every hour of the period; it fills On-Demand use first, never Spot.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommitmentKeys {
    /// Unique name.
    pub name: String,
    /// What kind.
    pub kind: CommitmentKind,
    /// Savings Plan: the commitment in USD per hour. Reserved: USD per hour of one instance, upfront
    /// payments spread over the term (default: a [[price]] with purchase_option "reserved").
    pub usd_per_hour: Option<Dollars>,
    /// Reserved: the instance type.
    #[serde(default, deserialize_with = "value::instance_type")]
    #[schemars(with = "Option<String>")]
    pub instance_type: Option<InstanceType>,
    /// Reserved: how many.
    pub count: Option<Count>,
    /// How long it binds: decides the rate that is looked up live. Default: none.
    pub term: Option<Term>,
    /// When it is paid: decides the rate that is looked up live. Default: none.
    pub payment: Option<PaymentOption>,
}

/// Kinds of commitment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CommitmentKind {
    /// Dollars per hour, for any instance type that has a Savings Plan rate.
    SavingsPlan,
    /// A number of instances of one type.
    Reserved,
}
