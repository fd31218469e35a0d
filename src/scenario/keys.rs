//! The keys of a scenario file, as `hpc-cost schema` prints them. Each comment says what the key
//! means, its unit and its default.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::value::{self, Amount, CaseAmount, Count, Dollars, Instances, Positive, Share};
use crate::model::sku::{InstanceType, PurchaseOption, Region, Service};
use crate::model::time::Month;

/// What a team runs on AWS in a period.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScenarioKeys {
    /// Name in headings and reports. Default: the file's name.
    pub name: Option<String>,
    /// AWS region of everything in the file, such as "us-east-1".
    #[serde(deserialize_with = "value::region")]
    #[schemars(with = "String")]
    pub region: Region,
    /// Calendar month in UTC, "YYYY-MM". Default: the month in which the command runs.
    #[serde(default, deserialize_with = "value::month")]
    #[schemars(with = "Option<String>")]
    pub month: Option<Month>,
    /// Any other period, instead of `month`.
    pub period: Option<PeriodKeys>,
    /// Hours a month has for resources that exist for a part of it. Default: the month's real hours.
    pub hours_per_month: Option<Positive>,
    /// Another scenario file, relative to this one, that this file changes.
    pub extends: Option<String>,
    /// Instances that are planned to run.
    #[serde(default)]
    pub compute: Vec<ComputeKeys>,
    /// Savings Plans and Reserved Instances: paid every hour, used or not.
    #[serde(default)]
    pub commitment: Vec<CommitmentKeys>,
    /// FSx for Lustre file systems.
    #[serde(default)]
    pub lustre: Vec<LustreKeys>,
    /// EFS file systems.
    #[serde(default)]
    pub efs: Vec<EfsKeys>,
    /// S3 buckets.
    #[serde(default)]
    pub s3: Vec<S3Keys>,
    /// ECR repositories.
    #[serde(default)]
    pub ecr: Vec<EcrKeys>,
    /// CloudWatch Logs.
    #[serde(default)]
    pub logs: Vec<LogsKeys>,
    /// Data transfer.
    #[serde(default)]
    pub transfer: Vec<TransferKeys>,
    /// NAT gateways.
    #[serde(default)]
    pub nat_gateway: Vec<NatGatewayKeys>,
    /// AWS Batch: what the queue may start at most, and what its jobs ask for.
    #[serde(default)]
    pub batch: BatchKeys,
    /// Changes of a compute environment's limits by the clock, each in force until the next.
    #[serde(default)]
    pub schedule: Vec<ScheduleKeys>,
    /// Real or assumed jobs, for simulation.
    pub workload: Option<WorkloadKeys>,
    /// Useful work per hour of instance types, in any common unit.
    #[serde(default)]
    pub relative_speed: BTreeMap<String, Positive>,
    /// Which charges of a bill this scenario answers for.
    pub scope: Option<ScopeKeys>,
    /// What the platform should reach.
    pub target: Option<TargetKeys>,
    /// Limits for the expected total of the period.
    pub budget: Option<BudgetKeys>,
    /// Agreed or assumed rates, over the price list.
    #[serde(default)]
    pub price: Vec<PriceKeys>,
    /// Discount on list prices by service code, as a share: AmazonEC2 = 0.07 is 7 % off. It leaves
    /// Spot, commitments, Capacity Blocks and `[[price]]` alone. Default: none.
    #[serde(default)]
    pub discount: BTreeMap<String, Share>,
    /// A tax to mention; never part of a total.
    pub tax: Option<TaxKeys>,
}

/// A period in UTC, end-exclusive.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeriodKeys {
    /// First day ("2026-11-01", midnight UTC) or instant (RFC 3339).
    #[serde(deserialize_with = "value::instant")]
    #[schemars(with = "String")]
    pub start: jiff::Timestamp,
    /// First day or instant after the period.
    #[serde(deserialize_with = "value::instant")]
    #[schemars(with = "String")]
    pub end: jiff::Timestamp,
}

/// Instances that are planned to run. One of `hours_per_instance`, `instance_hours` and `runs`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ComputeKeys {
    /// Unique name.
    pub name: String,
    /// Instance types and how many of each run side by side.
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
    /// Volume type. Default: gp3.
    #[serde(default, rename = "type")]
    pub volume_type: VolumeTypeKey,
    /// Size in GiB.
    pub size_gib: Positive,
    /// Operations per second of gp3; 3000 are included. Default: 3000.
    pub iops: Option<Positive>,
    /// Throughput of gp3 in MiB/s; 125 are included. Default: 125.
    pub throughput_mibps: Option<Positive>,
}

/// EBS volume types.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum VolumeTypeKey {
    /// General purpose, third generation.
    #[default]
    Gp3,
    /// General purpose, second generation.
    Gp2,
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
    /// How long it binds; for the record. Default: none.
    pub term: Option<Term>,
    /// When it is paid; for the record. Default: none.
    pub payment: Option<Payment>,
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

/// Commitment terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum Term {
    /// One year.
    #[serde(rename = "1yr")]
    OneYear,
    /// Three years.
    #[serde(rename = "3yr")]
    ThreeYears,
}

/// Commitment payment options.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Payment {
    /// Monthly.
    NoUpfront,
    /// Half at once.
    PartialUpfront,
    /// All at once.
    AllUpfront,
}

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
    /// SSD read cache in front of HDD (20 % of the size). Default: false.
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
    /// Hours it exists in the period. Default: all.
    pub hours: Option<CaseAmount>,
}

/// An S3 bucket.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct S3Keys {
    /// Unique name.
    pub name: String,
    /// Storage class. Default: STANDARD.
    #[serde(default)]
    pub storage_class: S3ClassKey,
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

/// S3 storage classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum S3ClassKey {
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

/// Container images in ECR.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EcrKeys {
    /// Unique name.
    pub name: String,
    /// Images kept, average in the period, in GiB.
    pub storage_gib: Amount,
}

/// CloudWatch Logs.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogsKeys {
    /// Unique name.
    pub name: String,
    /// Logs taken in during the period, in GiB. Default: 0.
    #[serde(default)]
    pub ingestion_gib: Amount,
    /// Logs kept, average in the period, in GiB. Default: 0.
    #[serde(default)]
    pub storage_gib: Amount,
}

/// Data transfer.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferKeys {
    /// Unique name.
    pub name: String,
    /// Where to.
    pub kind: TransferKind,
    /// Data moved in the period, in GiB. Between zones AWS charges each direction: count data once,
    /// the estimate counts it twice.
    pub gib: Amount,
    /// Target region of `cross_region`.
    #[serde(default, deserialize_with = "value::optional_region")]
    #[schemars(with = "Option<String>")]
    pub to_region: Option<Region>,
}

/// Where data goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransferKind {
    /// To the internet. The free 100 GB a month of an account are not subtracted.
    Out,
    /// Between Availability Zones.
    CrossAz,
    /// To another region.
    CrossRegion,
}

/// NAT gateways.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NatGatewayKeys {
    /// Unique name.
    pub name: String,
    /// How many. Default: 1.
    pub count: Option<Count>,
    /// Hours each exists in the period. Default: all.
    pub hours: Option<CaseAmount>,
    /// Data through all of them in the period, in GiB. Default: 0.
    #[serde(default)]
    pub processed_gib: Amount,
}

/// AWS Batch.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchKeys {
    /// Compute environments.
    #[serde(default)]
    pub compute_environment: Vec<ComputeEnvironmentKeys>,
    /// Job queues.
    #[serde(default)]
    pub job_queue: Vec<JobQueueKeys>,
    /// Job definitions.
    #[serde(default)]
    pub job_definition: Vec<JobDefinitionKeys>,
}

/// A managed compute environment.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ComputeEnvironmentKeys {
    /// Unique name.
    pub name: String,
    /// On-Demand (EC2) or Spot. Default: EC2.
    #[serde(default, rename = "type")]
    pub environment_type: EnvironmentType,
    /// Allocation strategy. Default: BEST_FIT, as AWS's.
    #[serde(default)]
    pub allocation_strategy: AllocationStrategy,
    /// Instance types, families ("g5") or "optimal".
    pub instance_types: Vec<String>,
    /// vCPUs kept running, billed also when nothing runs. Default: 0.
    #[serde(default)]
    pub min_vcpus: u32,
    /// vCPUs up to which instances are launched.
    pub max_vcpus: u32,
    /// Highest Spot price in percent of On-Demand, 1 to 100. Default: 100.
    pub bid_percentage: Option<Count>,
    /// Root volume of each instance. Default: none counted.
    pub root_volume: Option<RootVolumeKeys>,
    /// Minutes from request to first job start, image pull included. Default: unknown, not counted.
    pub launch_minutes: Option<Amount>,
    /// Minutes an instance is kept after its last job. Default: unknown, not counted.
    pub scale_down_delay_minutes: Option<Amount>,
    /// Percent of the nominal memory that ECS and the AMI keep. Default: 5.
    pub memory_reserve_percent: Option<Amount>,
    /// Spot interruptions per instance and hour. Default: not modelled.
    pub interruptions_per_instance_hour: Option<Amount>,
}

/// Types of compute environment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EnvironmentType {
    /// On-Demand.
    #[default]
    Ec2,
    /// Spot.
    Spot,
}

/// Allocation strategies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AllocationStrategy {
    /// The cheapest type that fits; waits for it.
    #[default]
    BestFit,
    /// The cheapest type that fits, then others.
    BestFitProgressive,
    /// As BEST_FIT_PROGRESSIVE, in the order of `instance_types`; EC2 only.
    BestFitProgressiveOrdered,
    /// Spot pools with the most spare capacity; Spot only.
    SpotCapacityOptimized,
    /// As SPOT_CAPACITY_OPTIMIZED, honouring the order of `instance_types`; Spot only.
    SpotCapacityOptimizedPrioritized,
    /// Spot pools with spare capacity and a low price; Spot only.
    SpotPriceCapacityOptimized,
}

impl AllocationStrategy {
    /// Whether the strategy is for Spot alone.
    #[must_use]
    pub const fn spot_only(self) -> bool {
        matches!(
            self,
            AllocationStrategy::SpotCapacityOptimized
                | AllocationStrategy::SpotCapacityOptimizedPrioritized
                | AllocationStrategy::SpotPriceCapacityOptimized
        )
    }

    /// AWS's name.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            AllocationStrategy::BestFit => "BEST_FIT",
            AllocationStrategy::BestFitProgressive => "BEST_FIT_PROGRESSIVE",
            AllocationStrategy::BestFitProgressiveOrdered => "BEST_FIT_PROGRESSIVE_ORDERED",
            AllocationStrategy::SpotCapacityOptimized => "SPOT_CAPACITY_OPTIMIZED",
            AllocationStrategy::SpotCapacityOptimizedPrioritized => "SPOT_CAPACITY_OPTIMIZED_PRIORITIZED",
            AllocationStrategy::SpotPriceCapacityOptimized => "SPOT_PRICE_CAPACITY_OPTIMIZED",
        }
    }
}

/// A job queue.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JobQueueKeys {
    /// Unique name.
    pub name: String,
    /// Higher goes first.
    pub priority: u32,
    /// Up to three compute environments, in order.
    pub compute_environments: Vec<String>,
}

/// A job definition: resources are per node.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JobDefinitionKeys {
    /// Unique name.
    pub name: String,
    /// vCPUs per node.
    pub vcpus: Positive,
    /// Memory per node in MiB.
    pub memory_mib: Positive,
    /// GPUs per node. Default: 0.
    #[serde(default)]
    pub gpus: u32,
    /// Nodes of a multi-node parallel job. Default: 1.
    pub nodes: Option<Count>,
    /// How often a job is tried, 1 to 10. Default: 1.
    pub attempts: Option<Count>,
    /// Minutes after which an attempt is ended. Default: never.
    pub timeout_minutes: Option<Positive>,
    /// Useful hours of one run.
    pub run_hours: Option<Positive>,
    /// How the job saves its state. Default: not at all.
    pub checkpoint: Option<CheckpointKeys>,
}

/// How a job saves its state.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckpointKeys {
    /// Useful minutes between two checkpoints.
    pub interval_minutes: Positive,
    /// Minutes to write one. Default: 0.
    #[serde(default)]
    pub write_minutes: Amount,
    /// Minutes from an interruption to useful work again. Default: 0.
    #[serde(default)]
    pub restart_minutes: Amount,
}

/// A change of a compute environment's limits by the clock.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScheduleKeys {
    /// Unique name, to change it from a file that extends this one. Default: none.
    pub name: Option<String>,
    /// Whose limits.
    pub compute_environment: String,
    /// minute hour day month weekday; 0 and 7 are Sunday.
    pub cron: String,
    /// IANA time zone of `cron`. Default: UTC.
    pub timezone: Option<String>,
    /// New `max_vcpus`, from then on. Default: unchanged.
    pub max_vcpus: Option<u32>,
    /// New `min_vcpus`, from then on. Default: unchanged.
    pub min_vcpus: Option<u32>,
}

/// Jobs for simulation.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkloadKeys {
    /// Workload file, relative to this file.
    pub trace: String,
}

/// Charges that belong to this scenario.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScopeKeys {
    /// Account ids. Default: all.
    #[serde(default)]
    pub accounts: Vec<String>,
    /// Tags and their values. Default: any.
    #[serde(default)]
    pub tags: BTreeMap<String, Vec<String>>,
    /// Regions. Default: all.
    #[serde(default)]
    pub regions: Vec<String>,
}

/// What the platform should reach.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetKeys {
    /// Longest acceptable wait of a job, in minutes. Default: none.
    pub wait_minutes: Option<Amount>,
    /// Lowest acceptable GPU utilization, in percent. Default: none.
    pub gpu_utilization_percent: Option<Amount>,
    /// Highest acceptable memory use, in percent. Default: none.
    pub memory_percent: Option<Amount>,
    /// Highest acceptable share of failed jobs, in percent. Default: none.
    pub failure_percent: Option<Amount>,
}

/// Limits for the expected total of the period.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BudgetKeys {
    /// Above this the answer carries a warning, in USD. Default: none.
    pub warn_usd: Option<Dollars>,
    /// Above this the command exits with 1, in USD. Default: none.
    pub fail_usd: Option<Dollars>,
}

/// An agreed or assumed rate.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceKeys {
    /// AWS's usage type, region prefix included.
    pub usage_type: String,
    /// Service code, where the usage type alone is not unique. Default: from the usage type.
    #[serde(default, deserialize_with = "value::service")]
    #[schemars(with = "Option<String>")]
    pub service: Option<Service>,
    /// on_demand, spot, savings_plan, reserved, capacity_block or none. Default: from the usage type.
    #[serde(default, deserialize_with = "value::purchase_option")]
    #[schemars(with = "Option<String>")]
    pub purchase_option: Option<PurchaseOption>,
    /// USD per unit.
    pub usd: Dollars,
    /// USD per unit in the low case. Default: `usd`.
    pub usd_low: Option<Dollars>,
    /// USD per unit in the high case. Default: `usd`.
    pub usd_high: Option<Dollars>,
    /// Pricing unit, in FOCUS's or the Price List's spelling: "Hours" or "Hrs", "GB-Months" or "GB-Mo".
    pub unit: String,
    /// Where the rate comes from.
    #[serde(default)]
    pub reason: String,
}

/// A tax to mention.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TaxKeys {
    /// Its name.
    pub name: String,
    /// Its rate in percent.
    pub percent: Amount,
}
