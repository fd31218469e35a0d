//! Scenarios that read well and say what AWS or this program refuses.

use super::cli::in_november;
use super::errors::{CHECK, Case};

/// Name, scenario, arguments, phrase. All of them exit with 2.
pub(crate) const CASES: &[Case] = &[
    (
        "scheduling_policy_unknown",
        r#"region = "us-east-1"
month = "2026-11"

[[batch.compute_environment]]
name = "ce"
instance_types = ["c5.large"]
max_vcpus = 20

[[batch.job_queue]]
name = "q"
priority = 1
compute_environments = ["ce"]
scheduling_policy = "team"

[[batch.scheduling_policy]]
name = "teams"
"#,
        CHECK,
        "unknown scheduling policy `team`",
    ),
    (
        "share_decay_too_long",
        r#"region = "us-east-1"
month = "2026-11"

[[batch.compute_environment]]
name = "ce"
instance_types = ["c5.large"]
max_vcpus = 20

[[batch.job_queue]]
name = "q"
priority = 1
compute_environments = ["ce"]

[[batch.scheduling_policy]]
name = "teams"
share_decay_seconds = 604801
"#,
        CHECK,
        "a share decay above the longest of AWS Batch",
    ),
    (
        "compute_reservation_too_high",
        r#"region = "us-east-1"
month = "2026-11"

[[batch.compute_environment]]
name = "ce"
instance_types = ["c5.large"]
max_vcpus = 20

[[batch.job_queue]]
name = "q"
priority = 1
compute_environments = ["ce"]

[[batch.scheduling_policy]]
name = "teams"
compute_reservation = 100
"#,
        CHECK,
        "a compute reservation above the highest of AWS Batch",
    ),
    (
        "weight_factor_too_high",
        r#"region = "us-east-1"
month = "2026-11"

[[batch.compute_environment]]
name = "ce"
instance_types = ["c5.large"]
max_vcpus = 20

[[batch.job_queue]]
name = "q"
priority = 1
compute_environments = ["ce"]

[[batch.scheduling_policy]]
name = "teams"
share_distribution = [{ share_identifier = "A", weight_factor = 1000 }]
"#,
        CHECK,
        "no weight factor of AWS Batch",
    ),
    (
        "share_identifier_odd",
        r#"region = "us-east-1"
month = "2026-11"

[[batch.compute_environment]]
name = "ce"
instance_types = ["c5.large"]
max_vcpus = 20

[[batch.job_queue]]
name = "q"
priority = 1
compute_environments = ["ce"]

[[batch.scheduling_policy]]
name = "teams"
share_distribution = [{ share_identifier = "team-a" }]
"#,
        CHECK,
        "`team-a` is no share identifier of AWS Batch",
    ),
    (
        "shares_overlap",
        r#"region = "us-east-1"
month = "2026-11"

[[batch.compute_environment]]
name = "ce"
instance_types = ["c5.large"]
max_vcpus = 20

[[batch.job_queue]]
name = "q"
priority = 1
compute_environments = ["ce"]

[[batch.scheduling_policy]]
name = "teams"
share_distribution = [{ share_identifier = "A*" }, { share_identifier = "A1" }]
"#,
        CHECK,
        "`A1` overlaps `A*`",
    ),
    (
        "state_limit_too_short",
        r#"region = "us-east-1"
month = "2026-11"

[[batch.compute_environment]]
name = "ce"
instance_types = ["c5.large"]
max_vcpus = 20

[[batch.job_queue]]
name = "q"
priority = 1
compute_environments = ["ce"]
job_state_time_limit_actions = [{ reason = "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY", max_time_seconds = 599 }]
"#,
        CHECK,
        "no time limit of AWS Batch",
    ),
    (
        "state_limit_twice",
        r#"region = "us-east-1"
month = "2026-11"

[[batch.compute_environment]]
name = "ce"
instance_types = ["c5.large"]
max_vcpus = 20

[[batch.job_queue]]
name = "q"
priority = 1
compute_environments = ["ce"]
job_state_time_limit_actions = [
    { reason = "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY", max_time_seconds = 600 },
    { reason = "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY", max_time_seconds = 900 },
]
"#,
        CHECK,
        "two limits for CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY",
    ),
    (
        "scheduling_priority_too_high",
        r#"region = "us-east-1"
month = "2026-11"

[[batch.compute_environment]]
name = "ce"
instance_types = ["c5.large"]
max_vcpus = 20

[[batch.job_queue]]
name = "q"
priority = 1
compute_environments = ["ce"]

[[batch.job_definition]]
name = "work"
vcpus = 1
memory_mib = 100
scheduling_priority = 10000
"#,
        CHECK,
        "a scheduling priority above the highest of AWS Batch",
    ),
    (
        "consumable_resource_unknown",
        r#"region = "us-east-1"
month = "2026-11"

[[batch.compute_environment]]
name = "ce"
instance_types = ["c5.large"]
max_vcpus = 20

[[batch.job_queue]]
name = "q"
priority = 1
compute_environments = ["ce"]

[[batch.job_definition]]
name = "work"
vcpus = 1
memory_mib = 100
consumable_resources = { licence = 1 }
"#,
        CHECK,
        "unknown consumable resource `licence`",
    ),
    (
        "consumable_resource_too_little",
        r#"region = "us-east-1"
month = "2026-11"

[[batch.compute_environment]]
name = "ce"
instance_types = ["c5.large"]
max_vcpus = 20

[[batch.job_queue]]
name = "q"
priority = 1
compute_environments = ["ce"]

[[batch.consumable_resource]]
name = "licence"
total_quantity = 3

[[batch.job_definition]]
name = "work"
vcpus = 1
memory_mib = 100
nodes = 2
consumable_resources = { licence = 2 }
"#,
        CHECK,
        "`work` can never start: it needs 4 of the 3 of `licence`",
    ),
    (
        "period_and_month",
        in_november!(
            r#"period = { start = "2026-11-01", end = "2026-12-01" }
"#
        ),
        CHECK,
        "both `month` and `period`",
    ),
    (
        "period_backwards",
        r#"region = "us-east-1"
period = { start = "2026-12-01", end = "2026-11-01" }
"#,
        CHECK,
        "the period ends before it starts",
    ),
    (
        "name_empty",
        in_november!(
            r#"
[[s3]]
name = " "
"#
        ),
        CHECK,
        "the name is empty",
    ),
    (
        "name_twice",
        in_november!(
            r#"
[[s3]]
name = "data"

[[s3]]
name = "data"
"#
        ),
        CHECK,
        "duplicate name `data`",
    ),
    (
        "type_unknown",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "p4d.24xlarg" = 1 }
hours_per_instance = 100
"#
        ),
        CHECK,
        "unknown instance type `p4d.24xlarg`",
    ),
    (
        "environment_type_unknown",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large", "g99"]
max_vcpus = 64
"#
        ),
        CHECK,
        "unknown instance type `g99`",
    ),
    (
        "environment_without_types",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = []
max_vcpus = 64
"#
        ),
        CHECK,
        "no instance types",
    ),
    (
        "commitment_type_unknown",
        in_november!(
            r#"
[[commitment]]
name = "plan"
kind = "reserved"
instance_type = "x"
count = 1
"#
        ),
        CHECK,
        "unknown instance type `x`",
    ),
    (
        "speed_type_unknown",
        in_november!(
            r#"
[relative_speed]
"p9.huge" = 2
"#
        ),
        CHECK,
        "unknown instance type `p9.huge`",
    ),
    (
        "schedule_of_nothing",
        in_november!(
            r#"
[[schedule]]
compute_environment = "cpu"
cron = "0 8 * * *"
timezone = "UTC"
max_vcpus = 8
"#
        ),
        CHECK,
        "the file has no compute environment",
    ),
    (
        "schedule_changes_nothing",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = 64

[[schedule]]
compute_environment = "cpu"
cron = "0 8 * * *"
timezone = "UTC"
"#
        ),
        CHECK,
        "the schedule changes nothing",
    ),
    (
        "schedule_timezone",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = 64

[[schedule]]
compute_environment = "cpu"
cron = "0 8 * * *"
timezone = "Asia/Tokio"
max_vcpus = 8
"#
        ),
        CHECK,
        "unknown time zone `Asia/Tokio`",
    ),
    (
        "reference_like_another",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
job_definition = "jobb"

[[batch.job_definition]]
name = "job"
vcpus = 2
memory_mib = 3000
"#
        ),
        CHECK,
        "did you mean `job`?",
    ),
    (
        "reference_like_none",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
compute_environment = "zzz"

[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = 64
"#
        ),
        CHECK,
        "valid: `cpu`",
    ),
    (
        "multi_node_group_on_spot",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 4 }
hours_per_instance = 100
spot_share = 0.5
job_definition = "job"

[[batch.job_definition]]
name = "job"
vcpus = 2
memory_mib = 3000
nodes = 4
"#
        ),
        CHECK,
        "multi-node parallel jobs cannot run on Spot",
    ),
    (
        "spot_not_offered",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "hpc7a.96xlarge" = 1 }
hours_per_instance = 100
spot_share = 0.5
"#
        ),
        CHECK,
        "hpc7a.96xlarge is not offered as Spot",
    ),
    (
        "block_of_two_types",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "p5.48xlarge" = 1, "p4d.24xlarge" = 1 }
hours_per_instance = 100
capacity_block = { upfront_usd = "100", hours = 24 }
"#
        ),
        CHECK,
        "a Capacity Block is for one instance type",
    ),
    (
        "block_not_offered",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
capacity_block = { upfront_usd = "100", hours = 24 }
"#
        ),
        CHECK,
        "c5.large is not offered in Capacity Blocks",
    ),
    (
        "block_hours",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "p5.48xlarge" = 1 }
hours_per_instance = 20
capacity_block = { upfront_usd = "100", hours = 25 }
"#
        ),
        CHECK,
        "there is no Capacity Block of 25 hours",
    ),
    (
        "no_hours",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
"#
        ),
        CHECK,
        "no hours",
    ),
    (
        "hours_twice",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
instance_hours = 100
"#
        ),
        CHECK,
        "hours are given twice",
    ),
    (
        "hours_above_period",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 715
launches = 10
boot_minutes = 60
"#
        ),
        CHECK,
        "725 hours for each instance, boot and idle included, but the period has 720",
    ),
    (
        "instance_hours_above_period",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 2 }
instance_hours = 1500
"#
        ),
        CHECK,
        "750 hours for each instance",
    ),
    (
        "runs_of_what",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
runs = 5
"#
        ),
        CHECK,
        "`runs` of what?",
    ),
    (
        "runs_without_hours",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
runs = 5
job_definition = "job"

[[batch.job_definition]]
name = "job"
vcpus = 2
memory_mib = 3000
"#
        ),
        CHECK,
        "the hours of a run are unknown",
    ),
    (
        "runs_above_period",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
runs = 500
job_definition = "job"

[[batch.job_definition]]
name = "job"
vcpus = 2
memory_mib = 3000
run_hours = 2
"#
        ),
        CHECK,
        "1,000 hours for each instance",
    ),
    (
        "runs_need_nodes",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 2 }
runs = 5
job_definition = "job"

[[batch.job_definition]]
name = "job"
vcpus = 2
memory_mib = 3000
nodes = 4
run_hours = 2
"#
        ),
        CHECK,
        "a run of `job` needs 4 nodes, the group has 2 instances",
    ),
    (
        "volume_gp2_iops",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
root_volume = { type = "gp2", size_gib = 100, iops = 3000 }
"#
        ),
        CHECK,
        "gp2 has no iops or throughput to choose",
    ),
    (
        "volume_iops",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
root_volume = { size_gib = 100, iops = 100 }
"#
        ),
        CHECK,
        "gp3 has no such iops",
    ),
    (
        "volume_throughput",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
root_volume = { size_gib = 100, throughput_mibps = 100 }
"#
        ),
        CHECK,
        "gp3 has no such throughput",
    ),
    (
        "volume_size",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = 64
root_volume = { size_gib = 70000 }
"#
        ),
        CHECK,
        "no such volume is that large",
    ),
    (
        "savings_plan_rate",
        in_november!(
            r#"
[[commitment]]
name = "plan"
kind = "savings_plan"
"#
        ),
        CHECK,
        "a Savings Plan needs `usd_per_hour`",
    ),
    (
        "savings_plan_instances",
        in_november!(
            r#"
[[commitment]]
name = "plan"
kind = "savings_plan"
usd_per_hour = "1.00"
instance_type = "c5.large"
"#
        ),
        CHECK,
        "a Savings Plan is dollars per hour, not instances",
    ),
    (
        "reserved_type",
        in_november!(
            r#"
[[commitment]]
name = "plan"
kind = "reserved"
usd_per_hour = "1.00"
"#
        ),
        CHECK,
        "reserved instances need `instance_type`",
    ),
    (
        "reserved_count",
        in_november!(
            r#"
[[commitment]]
name = "plan"
kind = "reserved"
instance_type = "c5.large"
"#
        ),
        CHECK,
        "reserved instances need `count`",
    ),
    (
        "lustre_hours",
        in_november!(
            r#"
[[lustre]]
name = "data"
deployment = "SCRATCH_2"
size_gib = 1200
hours = 800
"#
        ),
        CHECK,
        "more hours than the period has (720)",
    ),
    (
        "efs_hours",
        in_november!(
            r#"
[[efs]]
name = "home"
storage_gib = 10
hours = 721
"#
        ),
        CHECK,
        "more hours than the period has (720)",
    ),
    (
        "nat_hours",
        in_november!(
            r#"
[[nat_gateway]]
name = "nat"
hours = 721
"#
        ),
        CHECK,
        "more hours than the period has (720)",
    ),
    (
        "transfer_without_region",
        in_november!(
            r#"
[[transfer]]
name = "out"
gib = 10
kind = "cross_region"
"#
        ),
        CHECK,
        "cross_region needs `to_region`",
    ),
    (
        "transfer_to_itself",
        in_november!(
            r#"
[[transfer]]
name = "out"
gib = 10
kind = "cross_region"
to_region = "us-east-1"
"#
        ),
        CHECK,
        "the data stays in its region",
    ),
    (
        "transfer_with_region",
        in_november!(
            r#"
[[transfer]]
name = "out"
gib = 10
kind = "out"
to_region = "us-east-2"
"#
        ),
        CHECK,
        "only cross_region has a target region",
    ),
    (
        "bid_above_100",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = 64
type = "SPOT"
bid_percentage = 120
"#
        ),
        CHECK,
        "a bid above 100 % of On-Demand buys nothing",
    ),
    (
        "bid_on_demand",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = 64
bid_percentage = 50
"#
        ),
        CHECK,
        "a bid is for Spot only",
    ),
    (
        "memory_reserve",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = 64
memory_reserve_percent = 100
"#
        ),
        CHECK,
        "no memory would be left",
    ),
    (
        "two_architectures",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large", "c7g.large"]
max_vcpus = 64
"#
        ),
        CHECK,
        "x86 and arm types in one compute environment",
    ),
    (
        "min_above_max",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = 64
min_vcpus = 128
"#
        ),
        CHECK,
        "min_vcpus = 128 is above max_vcpus = 64",
    ),
    (
        "min_above_max_by_schedule",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = 64
min_vcpus = 32

[[schedule]]
compute_environment = "cpu"
cron = "0 8 2 11 *"
timezone = "Asia/Tokyo"
max_vcpus = 16
"#
        ),
        CHECK,
        "min_vcpus = 32 is above max_vcpus = 16",
    ),
    (
        "strategy_for_spot",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = 64
allocation_strategy = "SPOT_CAPACITY_OPTIMIZED"
"#
        ),
        CHECK,
        "SPOT_CAPACITY_OPTIMIZED is for Spot only",
    ),
    (
        "strategy_for_ec2",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = 64
type = "SPOT"
allocation_strategy = "BEST_FIT_PROGRESSIVE_ORDERED"
"#
        ),
        CHECK,
        "BEST_FIT_PROGRESSIVE_ORDERED is for EC2 only",
    ),
    (
        "environment_spot_not_offered",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["hpc7a.96xlarge"]
max_vcpus = 192
type = "SPOT"
"#
        ),
        CHECK,
        "hpc7a.96xlarge is not offered as Spot",
    ),
    (
        "cap_below_one_instance",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.24xlarge"]
max_vcpus = 64
"#
        ),
        CHECK,
        "max_vcpus = 64 is below one instance",
    ),
    (
        "queue_without_environment",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = 64

[[batch.job_queue]]
name = "queue"
priority = 1
compute_environments = []
"#
        ),
        CHECK,
        "a job queue with 0 compute environments",
    ),
    (
        "queue_with_four",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = 64

[[batch.job_queue]]
name = "queue"
priority = 1
compute_environments = ["cpu", "cpu", "cpu", "cpu"]
"#
        ),
        CHECK,
        "a job queue with 4 compute environments",
    ),
    (
        "queue_unknown_environment",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = 64

[[batch.job_queue]]
name = "queue"
priority = 1
compute_environments = ["cpu", "gpu"]
"#
        ),
        CHECK,
        "unknown compute environment `gpu`",
    ),
    (
        "job_attempts",
        in_november!(
            r#"
[[batch.job_definition]]
name = "job"
vcpus = 2
memory_mib = 3000
attempts = 11
"#
        ),
        CHECK,
        "more attempts than Batch allows",
    ),
    (
        "job_nodes",
        in_november!(
            r#"
[[batch.job_definition]]
name = "job"
vcpus = 2
memory_mib = 3000
nodes = 1001
"#
        ),
        CHECK,
        "more nodes than a job may have",
    ),
    (
        "job_timeout",
        in_november!(
            r#"
[[batch.job_definition]]
name = "job"
vcpus = 2
memory_mib = 3000
timeout_minutes = 0.5
"#
        ),
        CHECK,
        "a timeout below Batch's shortest",
    ),
    (
        "job_nodes_on_spot",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = 64
type = "SPOT"

[[batch.job_definition]]
name = "job"
vcpus = 2
memory_mib = 3000
nodes = 2
"#
        ),
        CHECK,
        r#"add a compute environment with type = "EC2""#,
    ),
    (
        "job_too_large",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = 64

[[batch.job_definition]]
name = "job"
vcpus = 4
memory_mib = 3000
"#
        ),
        CHECK,
        "`job` is larger than every instance type",
    ),
    (
        "discount_service",
        in_november!(
            r#"discount = { AmazonECC = 0.1 }
"#
        ),
        CHECK,
        "unknown service `AmazonECC`",
    ),
    (
        "budget_order",
        in_november!(
            r#"budget = { warn_usd = 20, fail_usd = 10 }
"#
        ),
        CHECK,
        "`warn_usd` is above `fail_usd`",
    ),
    (
        "price_twice",
        in_november!(
            r#"
[[price]]
usage_type = "BoxUsage:c5.large"
usd = "0.07"
unit = "Hours"

[[price]]
usage_type = "BoxUsage:c5.large"
usd = "0.07"
unit = "Hours"
"#
        ),
        CHECK,
        "a second price for `BoxUsage:c5.large`",
    ),
    (
        "price_unit_unknown",
        in_november!(
            r#"
[[price]]
usage_type = "BoxUsage:c5.large"
usd = "0.07"
unit = "fortnights"
"#
        ),
        CHECK,
        "unknown unit `fortnights`",
    ),
    (
        "price_unit_of_instances",
        in_november!(
            r#"
[[price]]
usage_type = "BoxUsage:c5.large"
usd = "0.07"
unit = "GB-Mo"
"#
        ),
        CHECK,
        "unit `GB-Mo` does not fit `BoxUsage:c5.large`",
    ),
    (
        "price_of_a_commitment_in_cases",
        in_november!(
            r#"
[[price]]
usage_type = "BoxUsage:c5.large"
purchase_option = "savings_plan"
usd = "0.053"
usd_low = "0.04"
unit = "Hours"
"#
        ),
        CHECK,
        "the rate of a commitment is fixed when it is bought",
    ),
    (
        "price_order",
        in_november!(
            r#"
[[price]]
usage_type = "BoxUsage:c5.large"
usd = "0.07"
unit = "Hours"
usd_low = "0.08"
"#
        ),
        CHECK,
        "`usd_low`, `usd` and `usd_high` are not in rising order",
    ),
    (
        "several_problems",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
job_definition = "job"

[[s3]]
name = "data"

[[s3]]
name = "data"
"#
        ),
        CHECK,
        "3 problems",
    ),
    (
        "volume_iops_of_size",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
root_volume = { size_gib = 10, iops = 6000 }
"#
        ),
        CHECK,
        "at most 500 iops per GiB",
    ),
    (
        "volume_throughput_of_iops",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
root_volume = { size_gib = 100, throughput_mibps = 1000 }
"#
        ),
        CHECK,
        "at most 0.25 MiB/s per iops",
    ),
    (
        "volume_not_whole",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
root_volume = { size_gib = 10.5 }
"#
        ),
        CHECK,
        "EBS volumes come in whole numbers",
    ),
    (
        "volume_gp2_size",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
root_volume = { type = "gp2", size_gib = 20000 }
"#
        ),
        CHECK,
        "no such volume is that large",
    ),
    (
        "block_too_many",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "p5.48xlarge" = 65 }
capacity_block = { upfront_usd = 1, hours = 24 }
"#
        ),
        CHECK,
        "more instances than a Capacity Block has",
    ),
    (
        "queue_environment_twice",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = 64

[[batch.job_queue]]
name = "main"
priority = 1
compute_environments = ["cpu", "cpu"]
"#
        ),
        CHECK,
        "`cpu` is there twice",
    ),
    (
        "queue_architectures",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = 64

[[batch.compute_environment]]
name = "arm"
instance_types = ["c7g.large"]
max_vcpus = 64

[[batch.job_queue]]
name = "main"
priority = 1
compute_environments = ["cpu", "arm"]
"#
        ),
        CHECK,
        "x86 and arm compute environments in one job queue",
    ),
    (
        "environment_all_retired",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["p3.16xlarge"]
max_vcpus = 64
"#
        ),
        CHECK,
        "every one of these instance types is retired",
    ),
    (
        "job_never_starts",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.24xlarge", "c5.large"]
max_vcpus = 48

[[batch.job_definition]]
name = "task"
memory_mib = 100
vcpus = 40
"#
        ),
        CHECK,
        "`task` can never start",
    ),
    (
        "job_nodes_never_start",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
allocation_strategy = "BEST_FIT_PROGRESSIVE"
instance_types = ["c5.24xlarge"]
max_vcpus = 192

[[batch.job_definition]]
name = "task"
memory_mib = 100
vcpus = 96
nodes = 8
"#
        ),
        CHECK,
        "max_vcpus is too low for its 8 instances",
    ),
    (
        "job_vcpus_not_whole",
        in_november!(
            r#"
[[batch.job_definition]]
name = "task"
memory_mib = 100
vcpus = 0.5

[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = 64
"#
        ),
        CHECK,
        "vCPUs on EC2 are whole",
    ),
    (
        "run_does_not_fit",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
runs = 2
job_definition = "task"

[[batch.job_definition]]
name = "task"
memory_mib = 100
vcpus = 32
run_hours = 1
"#
        ),
        CHECK,
        "a run of `task` does not fit on a c5.large",
    ),
    (
        "nodes_in_a_spot_environment",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 2 }
hours_per_instance = 1
job_definition = "task"
compute_environment = "spot"

[[batch.compute_environment]]
name = "spot"
type = "SPOT"
instance_types = ["c5.large"]
max_vcpus = 64

[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = 64

[[batch.job_definition]]
name = "task"
memory_mib = 100
vcpus = 2
nodes = 2
"#
        ),
        CHECK,
        "multi-node parallel jobs cannot run on Spot",
    ),
    (
        "period_too_long",
        r#"region = "us-east-1"
period = { start = "2026-01-01", end = "2032-01-01" }
"#,
        CHECK,
        "the period is longer than 5 years",
    ),
    (
        "price_of_two_services_in_check",
        in_november!(
            r#"
[[s3]]
name = "data"
storage_gib = 1

[[ecr]]
name = "images"
storage_gib = 1

[[price]]
usage_type = "TimedStorage-ByteHrs"
usd = 1
unit = "GB-Mo"
"#
        ),
        CHECK,
        "belongs to AmazonECR and AmazonS3",
    ),
    (
        "price_unit_of_a_line",
        in_november!(
            r#"
[[s3]]
name = "data"
storage_gib = 1

[[price]]
usage_type = "TimedStorage-ByteHrs"
usd = 1
unit = "Hrs"
"#
        ),
        CHECK,
        "unit `Hrs` does not fit `TimedStorage-ByteHrs`",
    ),
    (
        "set_extends",
        in_november!(""),
        &["check", "scenario.toml", "--set", "extends=other.toml"],
        "`extends` cannot be set on the command line",
    ),
    (
        "workload_empty",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "gpu"
instance_types = ["p4d.24xlarge"]
max_vcpus = 96

[[batch.job_queue]]
name = "main"
priority = 1
compute_environments = ["gpu"]

[[batch.job_definition]]
name = "train"
vcpus = 8
memory_mib = 1000

[workload]
"#
        ),
        CHECK,
        "the workload has no jobs",
    ),
    (
        "workload_trace_and_arrivals",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "gpu"
instance_types = ["p4d.24xlarge"]
max_vcpus = 96

[[batch.job_queue]]
name = "main"
priority = 1
compute_environments = ["gpu"]

[[batch.job_definition]]
name = "train"
vcpus = 8
memory_mib = 1000

[workload]
trace = "jobs.csv"

[[workload.arrivals]]
name = "day"
queue = "main"
job_definition = "train"
jobs_per_hour = 1
run_hours = [1]
"#
        ),
        CHECK,
        "both a trace and arrivals",
    ),
    (
        "arrivals_queue_unknown",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "gpu"
instance_types = ["p4d.24xlarge"]
max_vcpus = 96

[[batch.job_queue]]
name = "main"
priority = 1
compute_environments = ["gpu"]

[[batch.job_definition]]
name = "train"
vcpus = 8
memory_mib = 1000

[[workload.arrivals]]
name = "day"
queue = "mian"
job_definition = "train"
jobs_per_hour = 1
run_hours = [1]
"#
        ),
        CHECK,
        "unknown job queue `mian`",
    ),
    (
        "arrivals_definition_unknown",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "gpu"
instance_types = ["p4d.24xlarge"]
max_vcpus = 96

[[batch.job_queue]]
name = "main"
priority = 1
compute_environments = ["gpu"]

[[batch.job_definition]]
name = "train"
vcpus = 8
memory_mib = 1000

[[workload.arrivals]]
name = "day"
queue = "main"
job_definition = "trian"
jobs_per_hour = 1
run_hours = [1]
"#
        ),
        CHECK,
        "unknown job definition `trian`",
    ),
    (
        "arrivals_without_run_time",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "gpu"
instance_types = ["p4d.24xlarge"]
max_vcpus = 96

[[batch.job_queue]]
name = "main"
priority = 1
compute_environments = ["gpu"]

[[batch.job_definition]]
name = "train"
vcpus = 8
memory_mib = 1000

[[workload.arrivals]]
name = "day"
queue = "main"
job_definition = "train"
jobs_per_hour = 1
"#
        ),
        CHECK,
        "how long the jobs of `day` run is not known",
    ),
    (
        "arrivals_two_run_times",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "gpu"
instance_types = ["p4d.24xlarge"]
max_vcpus = 96

[[batch.job_queue]]
name = "main"
priority = 1
compute_environments = ["gpu"]

[[batch.job_definition]]
name = "train"
vcpus = 8
memory_mib = 1000

[[workload.arrivals]]
name = "day"
queue = "main"
job_definition = "train"
jobs_per_hour = 1
run_hours = [1]
run_hours_lognormal = { median_hours = 1, sigma = 1, source = "x" }
"#
        ),
        CHECK,
        "both `run_hours` and `run_hours_lognormal`",
    ),
    (
        "arrivals_sigma",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "gpu"
instance_types = ["p4d.24xlarge"]
max_vcpus = 96

[[batch.job_queue]]
name = "main"
priority = 1
compute_environments = ["gpu"]

[[batch.job_definition]]
name = "train"
vcpus = 8
memory_mib = 1000

[[workload.arrivals]]
name = "day"
queue = "main"
job_definition = "train"
jobs_per_hour = 1
run_hours_lognormal = { median_hours = 1, sigma = 6, source = "x" }
"#
        ),
        CHECK,
        "no run times spread so far",
    ),
    (
        "arrivals_source",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "gpu"
instance_types = ["p4d.24xlarge"]
max_vcpus = 96

[[batch.job_queue]]
name = "main"
priority = 1
compute_environments = ["gpu"]

[[batch.job_definition]]
name = "train"
vcpus = 8
memory_mib = 1000

[[workload.arrivals]]
name = "day"
queue = "main"
job_definition = "train"
jobs_per_hour = 1
run_hours_lognormal = { median_hours = 1, sigma = 1, source = " " }
"#
        ),
        CHECK,
        "no source",
    ),
    (
        "arrivals_hours",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "gpu"
instance_types = ["p4d.24xlarge"]
max_vcpus = 96

[[batch.job_queue]]
name = "main"
priority = 1
compute_environments = ["gpu"]

[[batch.job_definition]]
name = "train"
vcpus = 8
memory_mib = 1000

[[workload.arrivals]]
name = "day"
queue = "main"
job_definition = "train"
run_hours = [1]
rates = [{ hours = "9-25", jobs_per_hour = 1 }]
"#
        ),
        CHECK,
        "9-25",
    ),
    (
        "arrivals_hours_two_fields",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "gpu"
instance_types = ["p4d.24xlarge"]
max_vcpus = 96

[[batch.job_queue]]
name = "main"
priority = 1
compute_environments = ["gpu"]

[[batch.job_definition]]
name = "train"
vcpus = 8
memory_mib = 1000

[[workload.arrivals]]
name = "day"
queue = "main"
job_definition = "train"
run_hours = [1]
rates = [{ hours = "9 17", jobs_per_hour = 1 }]
"#
        ),
        CHECK,
        "one field of cron each",
    ),
    (
        "arrivals_timezone",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "gpu"
instance_types = ["p4d.24xlarge"]
max_vcpus = 96

[[batch.job_queue]]
name = "main"
priority = 1
compute_environments = ["gpu"]

[[batch.job_definition]]
name = "train"
vcpus = 8
memory_mib = 1000

[[workload.arrivals]]
name = "day"
queue = "main"
job_definition = "train"
run_hours = [1]
jobs_per_hour = 1
timezone = "Asia/Tokio"
"#
        ),
        CHECK,
        "unknown time zone `Asia/Tokio`",
    ),
    (
        "arrivals_none",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "gpu"
instance_types = ["p4d.24xlarge"]
max_vcpus = 96

[[batch.job_queue]]
name = "main"
priority = 1
compute_environments = ["gpu"]

[[batch.job_definition]]
name = "train"
vcpus = 8
memory_mib = 1000

[[workload.arrivals]]
name = "day"
queue = "main"
job_definition = "train"
run_hours = [1]
"#
        ),
        CHECK,
        "no job of `day` is ever submitted",
    ),
    (
        "arrivals_too_many",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "gpu"
instance_types = ["p4d.24xlarge"]
max_vcpus = 96

[[batch.job_queue]]
name = "main"
priority = 1
compute_environments = ["gpu"]

[[batch.job_definition]]
name = "train"
vcpus = 8
memory_mib = 1000

[[workload.arrivals]]
name = "day"
queue = "main"
job_definition = "train"
run_hours = [1]
jobs_per_hour = 100000
"#
        ),
        CHECK,
        "jobs of `day` are expected in the period",
    ),
    (
        "capacity_errors_of_another_type",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "gpu"
instance_types = ["p4d.24xlarge"]
max_vcpus = 96
capacity_errors = { "p4d.24xlareg" = 0.5 }

[[batch.job_queue]]
name = "main"
priority = 1
compute_environments = ["gpu"]

[[batch.job_definition]]
name = "train"
vcpus = 8
memory_mib = 1000
"#
        ),
        CHECK,
        "unknown instance type of this compute environment",
    ),
    (
        "ebs_iops_per_gib",
        in_november!(
            r#"
[[ebs]]
name = "scratch"
size_gib = 10
iops = 6000
"#
        ),
        CHECK,
        "gp3 has at most 500 iops per GiB",
    ),
    (
        "ebs_io2_without_iops",
        in_november!(
            r#"
[[ebs]]
name = "database"
type = "io2"
size_gib = 100
"#
        ),
        CHECK,
        "io2 needs `iops`",
    ),
    (
        "ebs_disk_too_small",
        in_november!(
            r#"
[[ebs]]
name = "disk"
type = "st1"
size_gib = 100
"#
        ),
        CHECK,
        "no such volume is that small",
    ),
    (
        "ebs_hours",
        in_november!(
            r#"
[[ebs]]
name = "scratch"
size_gib = 10
hours = 721
"#
        ),
        CHECK,
        "more hours than the period has (720)",
    ),
    (
        "ebs_name_twice",
        in_november!(
            r#"
[[ebs]]
name = "scratch"
size_gib = 10

[[ebs]]
name = "scratch"
size_gib = 20
"#
        ),
        CHECK,
        "duplicate name `scratch`",
    ),
    (
        "public_ipv4_hours",
        in_november!(
            r#"
[[public_ipv4]]
name = "addresses"
hours = 721
"#
        ),
        CHECK,
        "more hours than the period has (720)",
    ),
    (
        "root_volume_on_disk",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 1
root_volume = { type = "st1", size_gib = 500 }
"#
        ),
        CHECK,
        "no instance starts from a hard disk",
    ),
    (
        "instance_type_known_otherwise",
        in_november!(
            r#"
[[instance_type]]
name = "g5.xlarge"
vcpus = 8
memory_mib = 16384
gpus = 1
gpu_model = "A10G"
"#
        ),
        CHECK,
        "`g5.xlarge` is known otherwise: 4 vCPUs",
    ),
    (
        "instance_type_without_model",
        in_november!(
            r#"
[[instance_type]]
name = "p9.48xlarge"
vcpus = 192
memory_mib = 2097152
gpus = 8
"#
        ),
        CHECK,
        "a type with GPUs needs `gpu_model`",
    ),
    (
        "instance_type_model_without_gpus",
        in_november!(
            r#"
[[instance_type]]
name = "c9.large"
vcpus = 2
memory_mib = 4096
gpu_model = "X9"
"#
        ),
        CHECK,
        "it has no GPUs",
    ),
    (
        "instance_type_name",
        in_november!(
            r#"
[[instance_type]]
name = "c9"
vcpus = 2
memory_mib = 4096
"#
        ),
        CHECK,
        "`c9` is no name of an instance type",
    ),
    (
        "instance_type_twice",
        in_november!(
            r#"
[[instance_type]]
name = "c9.large"
vcpus = 2
memory_mib = 4096

[[instance_type]]
name = "c9.large"
vcpus = 2
memory_mib = 4096
"#
        ),
        CHECK,
        "duplicate name `c9.large`",
    ),
    (
        "instance_type_memory",
        in_november!(
            r#"
[[instance_type]]
name = "c9.large"
vcpus = 2
memory_mib = 0.5
"#
        ),
        CHECK,
        "no instance type has that memory",
    ),
];
