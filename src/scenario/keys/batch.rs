//! Keys of AWS Batch: compute environments, queues, job definitions, and schedules of limits.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::compute::RootVolumeKeys;
use crate::scenario::value::{Amount, Count, Positive, Share, Whole};

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
    /// Fair-share scheduling policies.
    #[serde(default)]
    pub scheduling_policy: Vec<SchedulingPolicyKeys>,
    /// Consumable resources, such as licences.
    #[serde(default)]
    pub consumable_resource: Vec<ConsumableResourceKeys>,
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
    pub min_vcpus: Whole,
    /// vCPUs up to which instances are launched.
    pub max_vcpus: Whole,
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
    /// Spot interruptions per instance and hour. Default: in `simulate` and `suggest` that of the `[[compute]]` groups in it;
    /// without any, not modelled.
    pub interruptions_per_instance_hour: Option<Amount>,
    /// Share of the launches of a type that EC2 refuses for lack of capacity, 0 to 1, by type; `simulate` uses it.
    /// Default: none.
    #[serde(default)]
    pub capacity_errors: BTreeMap<String, Share>,
    /// Minutes until a refused type is asked for again. Default: 2.
    pub capacity_retry_minutes: Option<Positive>,
    /// Which size `simulate` launches for jobs that fit several, where the allocation strategy holds them equal: AWS does not
    /// document it. Default: smallest, and the answer shows what the largest would come to.
    pub launch_size: Option<LaunchSize>,
}

/// Which of several sizes is launched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LaunchSize {
    /// The smallest that holds the job.
    Smallest,
    /// The largest.
    Largest,
    /// The largest that the jobs waiting at that moment fill, else the smallest that holds the job.
    Mixed,
}

impl LaunchSize {
    /// Its name in a scenario.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            LaunchSize::Smallest => "smallest",
            LaunchSize::Largest => "largest",
            LaunchSize::Mixed => "mixed",
        }
    }
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

impl EnvironmentType {
    /// AWS's name.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            EnvironmentType::Ec2 => "EC2",
            EnvironmentType::Spot => "SPOT",
        }
    }
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
    /// Whether the order of `instance_types` decides.
    #[must_use]
    pub const fn honours_order(self) -> bool {
        matches!(
            self,
            AllocationStrategy::BestFitProgressiveOrdered
                | AllocationStrategy::SpotCapacityOptimizedPrioritized
        )
    }

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
    pub priority: Whole,
    /// Up to three compute environments, in order.
    pub compute_environments: Vec<String>,
    /// Fair-share scheduling policy; `simulate` uses it. Default: none, jobs go by submission.
    pub scheduling_policy: Option<String>,
    /// How long a job that is first may block the queue before it is cancelled; `simulate` uses it. Default: for ever.
    #[serde(default)]
    pub job_state_time_limit_actions: Vec<StateLimitKeys>,
}

/// A limit of the time that a RUNNABLE job is first in its queue for one reason; it is cancelled then.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StateLimitKeys {
    /// What the job waits for.
    pub reason: StateLimitReason,
    /// Seconds, 600 to 86400.
    pub max_time_seconds: Count,
}

/// Reasons of job state time limits that `simulate` can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
pub enum StateLimitReason {
    /// EC2 has no capacity in any compute environment of the queue.
    #[serde(rename = "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY")]
    InstanceCapacity,
    /// `max_vcpus` of every compute environment is lower than what the job asks for.
    #[serde(rename = "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE")]
    MaxResource,
    /// No instance type of any compute environment holds the job.
    #[serde(rename = "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT")]
    ResourceRequirement,
}

impl StateLimitReason {
    /// All of them.
    pub const ALL: [StateLimitReason; 3] = [
        StateLimitReason::InstanceCapacity,
        StateLimitReason::MaxResource,
        StateLimitReason::ResourceRequirement,
    ];

    /// AWS's name.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            StateLimitReason::InstanceCapacity => "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY",
            StateLimitReason::MaxResource => "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE",
            StateLimitReason::ResourceRequirement => "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT",
        }
    }
}

/// A fair-share scheduling policy.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SchedulingPolicyKeys {
    /// Unique name.
    pub name: String,
    /// Seconds over which the usage of a share counts, up to 604800. Default: 0, which AWS takes for 600.
    #[serde(default)]
    pub share_decay_seconds: Whole,
    /// Percent, 0 to 99: of the vCPUs, (this / 100) ^ active shares are kept free. Default: 0.
    #[serde(default)]
    pub compute_reservation: Whole,
    /// Weight factors; shares that are not here have 1. Default: none.
    #[serde(default)]
    pub share_distribution: Vec<ShareKeys>,
}

/// The weight of a share.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShareKeys {
    /// Share identifier, or a prefix that ends with `*`.
    pub share_identifier: String,
    /// 0.0001 to 999.9999; half the weight gets twice the vCPUs. Default: 1.
    pub weight_factor: Option<Positive>,
}

/// A consumable resource: a job that needs some of it starts only while there is enough.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsumableResourceKeys {
    /// Unique name.
    pub name: String,
    /// How much of it there is.
    pub total_quantity: Whole,
    /// Whether a job gives it back when it ends. Default: REPLENISHABLE.
    #[serde(default)]
    pub resource_type: ConsumableResourceType,
}

/// Types of consumable resource.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConsumableResourceType {
    /// Given back.
    #[default]
    Replenishable,
    /// Gone.
    NonReplenishable,
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
    pub gpus: Whole,
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
    /// What a node reads and writes on the Lustre file systems while it runs, in MB/s; `simulate` adds it up.
    /// Default: unknown.
    pub lustre_mbps: Option<Amount>,
    /// Scheduling priority within a share, 0 to 9999, higher first, for jobs that have none of their own. Default: 0.
    #[serde(default)]
    pub scheduling_priority: Whole,
    /// How much of which consumable resource each node takes while it runs. Default: none.
    #[serde(default)]
    pub consumable_resources: BTreeMap<String, Count>,
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
    pub max_vcpus: Option<Whole>,
    /// New `min_vcpus`, from then on. Default: unchanged.
    pub min_vcpus: Option<Whole>,
}
