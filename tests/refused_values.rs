//! Scenarios with a value, a key or a line that cannot be read, and mistakes in `--set`.

use super::cli::in_november;
use super::errors::{CHECK, Case};

/// Name, scenario, arguments, phrase. All of them exit with 2.
pub(crate) const CASES: &[Case] = &[
    (
        "lustre_scratch_hdd",
        in_november!(
            r#"
[[lustre]]
name = "data"
deployment = "SCRATCH_2"
storage = "HDD"
size_gib = 6000
"#
        ),
        CHECK,
        "SCRATCH_2 has no HDD storage",
    ),
    (
        "lustre_persistent_1_tiering",
        in_november!(
            r#"
[[lustre]]
name = "data"
deployment = "PERSISTENT_1"
storage = "INTELLIGENT_TIERING"
size_gib = 6000
"#
        ),
        CHECK,
        "PERSISTENT_1 has no INTELLIGENT_TIERING storage",
    ),
    (
        "lustre_persistent_2_hdd",
        in_november!(
            r#"
[[lustre]]
name = "data"
deployment = "PERSISTENT_2"
storage = "HDD"
size_gib = 6000
"#
        ),
        CHECK,
        "PERSISTENT_2 has no HDD storage",
    ),
    (
        "lustre_no_tier_to_choose",
        in_november!(
            r#"
[[lustre]]
name = "data"
deployment = "SCRATCH_2"
throughput_mbps_per_tib = 125
size_gib = 1200
"#
        ),
        CHECK,
        "SCRATCH_2 SSD has no throughput per TiB to choose",
    ),
    (
        "lustre_tier_missing",
        in_november!(
            r#"
[[lustre]]
name = "data"
deployment = "PERSISTENT_2"
size_gib = 1200
"#
        ),
        CHECK,
        "PERSISTENT_2 SSD needs throughput_mbps_per_tib",
    ),
    (
        "lustre_tier",
        in_november!(
            r#"
[[lustre]]
name = "data"
deployment = "PERSISTENT_2"
throughput_mbps_per_tib = 200
size_gib = 1200
"#
        ),
        CHECK,
        "PERSISTENT_2 SSD has no 200 MB/s per TiB",
    ),
    (
        "lustre_read_cache",
        in_november!(
            r#"
[[lustre]]
name = "data"
deployment = "SCRATCH_2"
read_cache = true
size_gib = 1200
"#
        ),
        CHECK,
        "a read cache goes with HDD storage only",
    ),
    (
        "lustre_scratch_backup",
        in_november!(
            r#"
[[lustre]]
name = "data"
deployment = "SCRATCH_2"
backup_gib = 10
size_gib = 1200
"#
        ),
        CHECK,
        "SCRATCH_2 has no backups",
    ),
    (
        "lustre_linked_backup",
        in_november!(
            r#"
[[lustre]]
name = "data"
deployment = "PERSISTENT_2"
throughput_mbps_per_tib = 125
backup_gib = 10
size_gib = 1200
data_repository = { import_gib = 1 }
"#
        ),
        CHECK,
        "a file system linked to S3 has no backups",
    ),
    (
        "lustre_metadata_of_scratch",
        in_november!(
            r#"
[[lustre]]
name = "data"
deployment = "SCRATCH_2"
metadata_iops = 1500
size_gib = 1200
"#
        ),
        CHECK,
        "SCRATCH_2 has no metadata operations to choose",
    ),
    (
        "lustre_metadata_of_tiering",
        in_november!(
            r#"
[[lustre]]
name = "data"
deployment = "PERSISTENT_2"
storage = "INTELLIGENT_TIERING"
throughput_mbps = 4000
metadata_iops = 1500
size_gib = 1200
"#
        ),
        CHECK,
        "Intelligent-Tiering has no 1500 metadata IOPS",
    ),
    (
        "lustre_metadata",
        in_november!(
            r#"
[[lustre]]
name = "data"
deployment = "PERSISTENT_2"
throughput_mbps_per_tib = 125
metadata_iops = 5000
size_gib = 1200
"#
        ),
        CHECK,
        "there are no 5000 metadata IOPS",
    ),
    (
        "lustre_tiering_throughput",
        in_november!(
            r#"
[[lustre]]
name = "data"
deployment = "PERSISTENT_2"
storage = "INTELLIGENT_TIERING"
throughput_mbps = 5000
size_gib = 1200
"#
        ),
        CHECK,
        "Intelligent-Tiering has no 5000 MB/s",
    ),
    (
        "lustre_tiering_without_throughput",
        in_november!(
            r#"
[[lustre]]
name = "data"
deployment = "PERSISTENT_2"
storage = "INTELLIGENT_TIERING"
size_gib = 1200
"#
        ),
        CHECK,
        "Intelligent-Tiering needs throughput_mbps",
    ),
    (
        "lustre_total_throughput",
        in_november!(
            r#"
[[lustre]]
name = "data"
deployment = "SCRATCH_2"
throughput_mbps = 4000
size_gib = 1200
"#
        ),
        CHECK,
        "scratch file systems have no throughput to choose",
    ),
    (
        "cron_four_fields",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = 64

[[schedule]]
compute_environment = "cpu"
cron = "0 22 * *"
timezone = "UTC"
max_vcpus = 8
"#
        ),
        CHECK,
        "cron has 5 fields, minute hour day month weekday; found 4",
    ),
    (
        "cron_of_aws",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = 64

[[schedule]]
compute_environment = "cpu"
cron = "0 22 ? * MON-FRI *"
timezone = "UTC"
max_vcpus = 8
"#
        ),
        CHECK,
        "AWS's own form has a year",
    ),
    (
        "cron_wrapped",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = 64

[[schedule]]
compute_environment = "cpu"
cron = "cron(0 22 * * 1-5 2026)"
timezone = "UTC"
max_vcpus = 8
"#
        ),
        CHECK,
        "AWS's own form has a year",
    ),
    (
        "cron_question_mark",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = 64

[[schedule]]
compute_environment = "cpu"
cron = "0 22 ? * 1-5"
timezone = "UTC"
max_vcpus = 8
"#
        ),
        CHECK,
        "`?` in day is",
    ),
    (
        "cron_step",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = 64

[[schedule]]
compute_environment = "cpu"
cron = "*/0 * * * *"
timezone = "UTC"
max_vcpus = 8
"#
        ),
        CHECK,
        "the step is not a number above 0",
    ),
    (
        "cron_backwards",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = 64

[[schedule]]
compute_environment = "cpu"
cron = "0 22 * * 5-1"
timezone = "UTC"
max_vcpus = 8
"#
        ),
        CHECK,
        "the range runs backwards",
    ),
    (
        "cron_out_of_range",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = 64

[[schedule]]
compute_environment = "cpu"
cron = "60 22 * * 1-5"
timezone = "UTC"
max_vcpus = 8
"#
        ),
        CHECK,
        "`60` is not valid for the minute: 0 to 59",
    ),
    (
        "cron_never",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = 64

[[schedule]]
compute_environment = "cpu"
cron = "0 0 30 2 *"
timezone = "UTC"
max_vcpus = 8
"#
        ),
        CHECK,
        "this never happens",
    ),
    (
        "number_of_words",
        in_november!(
            r#"
[[s3]]
name = "data"
storage_gib = "many"
"#
        ),
        CHECK,
        "`many` is not a finite number",
    ),
    (
        "number_nan",
        in_november!(
            r#"
[[s3]]
name = "data"
storage_gib = nan
"#
        ),
        CHECK,
        "`nan` is not a finite number",
    ),
    (
        "number_too_large",
        in_november!(
            r#"
[[s3]]
name = "data"
storage_gib = 1e30
"#
        ),
        CHECK,
        "`1e30` is too large",
    ),
    (
        "number_too_precise",
        in_november!(
            r#"
[[s3]]
name = "data"
storage_gib = 0.1234567890123456789012345
"#
        ),
        CHECK,
        "too precise",
    ),
    (
        "number_negative",
        in_november!(
            r#"
[[s3]]
name = "data"
storage_gib = -1
"#
        ),
        CHECK,
        "`-1` is negative",
    ),
    (
        "number_zero",
        in_november!(
            r#"
[[batch.job_definition]]
name = "job"
vcpus = 0
memory_mib = 3000
"#
        ),
        CHECK,
        "expected a number above 0",
    ),
    (
        "number_is_a_table",
        in_november!(
            r#"
[[s3]]
name = "data"
storage_gib = { low = 1 }
"#
        ),
        CHECK,
        "found a table, expected a number",
    ),
    (
        "share_above_1",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
spot_share = 50
"#
        ),
        CHECK,
        "write 50 % as 0.5",
    ),
    (
        "count_not_whole",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1.5 }
hours_per_instance = 100
"#
        ),
        CHECK,
        "`1.5` is not a whole number",
    ),
    (
        "count_too_large",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 2000000 }
hours_per_instance = 100
"#
        ),
        CHECK,
        "`2000000` is too large",
    ),
    (
        "count_zero",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
runs = 1
job_definition = "task"

[[batch.job_definition]]
name = "task"
vcpus = 1
memory_mib = 100
attempts = 0
run_hours = 1
"#
        ),
        CHECK,
        "`0` is not possible here",
    ),
    (
        "cases_wrong_kind",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = true
"#
        ),
        CHECK,
        "found true or false, expected a number or",
    ),
    (
        "cases_order",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = { low = 5, expected = 3, high = 9 }
"#
        ),
        CHECK,
        "`low`, `expected` and `high` are not in rising order",
    ),
    (
        "cases_incomplete",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = { low = 5, high = 9 }
"#
        ),
        CHECK,
        "missing key `expected`",
    ),
    (
        "instances_wrong_kind",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = "c5.large"
hours_per_instance = 100
"#
        ),
        CHECK,
        "found text `c5.large`, expected a table such as",
    ),
    (
        "instances_empty",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { }
hours_per_instance = 100
"#
        ),
        CHECK,
        "no instance types",
    ),
    (
        "region_unknown",
        r#"region = "us-est-3"
month = "2026-11"
"#,
        CHECK,
        "unknown region `us-est-3`",
    ),
    (
        "region_wrong_kind",
        r#"region = 1
month = "2026-11"
"#,
        CHECK,
        "found number `1`, expected a region such as",
    ),
    (
        "month_unknown",
        r#"region = "us-east-1"
month = "2026-13"
"#,
        CHECK,
        "`2026-13` is not a month",
    ),
    (
        "instant_unknown",
        r#"region = "us-east-1"
period = { start = "tomorrow", end = "2026-12-01" }
"#,
        CHECK,
        "`tomorrow` is not a day or an instant",
    ),
    (
        "service_unknown",
        in_november!(
            r#"
[[price]]
usage_type = "BoxUsage:c5.large"
usd = "0.07"
unit = "Hours"
service = "EC2"
"#
        ),
        CHECK,
        "unknown service `EC2`",
    ),
    (
        "purchase_option_unknown",
        in_november!(
            r#"
[[price]]
usage_type = "BoxUsage:c5.large"
usd = "0.07"
unit = "Hours"
purchase_option = "on-demand"
"#
        ),
        CHECK,
        "unknown purchase option `on-demand`",
    ),
    (
        "key_unknown",
        in_november!(
            r#"
[[s3]]
name = "data"
storage_gb = 1
"#
        ),
        CHECK,
        "unknown key `storage_gb`",
    ),
    (
        "key_unknown_at_top",
        in_november!(
            r#"owner = "me"
"#
        ),
        CHECK,
        "unknown key `owner`",
    ),
    (
        "key_missing",
        in_november!(
            r#"
[[ecr]]
name = "images"
"#
        ),
        CHECK,
        "missing key `storage_gib`",
    ),
    (
        "key_missing_at_top",
        r#"# A scenario.

name = "mine"
"#,
        CHECK,
        "missing key `region`",
    ),
    (
        "variant_unknown",
        in_november!(
            r#"
[[lustre]]
name = "data"
deployment = "persistent_2"
size_gib = 1200
"#
        ),
        CHECK,
        "unknown value `persistent_2`",
    ),
    (
        "variant_wrong_kind",
        in_november!(
            r#"
[[lustre]]
name = "data"
deployment = 2
size_gib = 1200
"#
        ),
        CHECK,
        "found a number, expected text",
    ),
    (
        "text_wrong_kind",
        in_november!(
            r#"name = 5
"#
        ),
        CHECK,
        "found number `5`, expected text in quotes",
    ),
    (
        "text_is_a_date",
        r#"region = "us-east-1"
month = 2026-11-01
"#,
        CHECK,
        "`2026-11-01` is not a month",
    ),
    (
        "flag_wrong_kind",
        in_november!(
            r#"
[[lustre]]
name = "data"
deployment = "SCRATCH_2"
read_cache = "yes"
size_gib = 1200
"#
        ),
        CHECK,
        "found text `yes`, expected true or false",
    ),
    (
        "array_wrong_kind",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = "c5.large"
max_vcpus = 64
"#
        ),
        CHECK,
        "found text `c5.large`, expected an array",
    ),
    (
        "table_wrong_kind",
        in_november!(
            r#"compute = 3
"#
        ),
        CHECK,
        "found number `3`, expected an array",
    ),
    (
        "vcpus_negative",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = -1
"#
        ),
        CHECK,
        "`-1` is negative",
    ),
    (
        "vcpus_not_whole",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = 1.5
"#
        ),
        CHECK,
        "`1.5` is not a whole number",
    ),
    (
        "vcpus_too_large",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = 5000000000
"#
        ),
        CHECK,
        "`5000000000` is too large",
    ),
    (
        "not_toml",
        in_november!(
            r#"name = 
"#
        ),
        CHECK,
        "not valid TOML",
    ),
    (
        "key_twice",
        in_november!(
            r#"month = "2026-12"
"#
        ),
        CHECK,
        "not valid TOML",
    ),
    (
        "set_without_equals",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100

[[s3]]
name = "data lake"
storage_gib = 10

[[s3]]
name = "results"
"#
        ),
        &["check", "scenario.toml", "--set", "compute.work.spot_share"],
        "no `=` between path and value",
    ),
    (
        "set_without_path",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100

[[s3]]
name = "data lake"
storage_gib = 10

[[s3]]
name = "results"
"#
        ),
        &["check", "scenario.toml", "--set", "=5"],
        "the path is empty or has an empty part",
    ),
    (
        "set_empty_part",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100

[[s3]]
name = "data lake"
storage_gib = 10

[[s3]]
name = "results"
"#
        ),
        &["check", "scenario.toml", "--set", "compute..spot_share=1"],
        "the path is empty or has an empty part",
    ),
    (
        "set_no_element",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100

[[s3]]
name = "data lake"
storage_gib = 10

[[s3]]
name = "results"
"#
        ),
        &["check", "scenario.toml", "--set", "s3.data-lak.storage_gib=5"],
        "no element `data-lak`",
    ),
    (
        "set_no_index",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100

[[s3]]
name = "data lake"
storage_gib = 10

[[s3]]
name = "results"
"#
        ),
        &["check", "scenario.toml", "--set", "compute.7.spot_share=1"],
        "no element `7`",
    ),
    (
        "set_below_a_value",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100

[[s3]]
name = "data lake"
storage_gib = 10

[[s3]]
name = "results"
"#
        ),
        &["check", "scenario.toml", "--set", "region.code=1"],
        "has no keys",
    ),
    (
        "set_unknown_key",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100

[[s3]]
name = "data lake"
storage_gib = 10

[[s3]]
name = "results"
"#
        ),
        &["check", "scenario.toml", "--set", "compute.work.spot_shere=0.5"],
        "unknown key `spot_shere`",
    ),
    (
        "set_bad_value",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100

[[s3]]
name = "data lake"
storage_gib = 10

[[s3]]
name = "results"
"#
        ),
        &["check", "scenario.toml", "--set", "compute.work.spot_share=2"],
        "`2` is above 1",
    ),
];
