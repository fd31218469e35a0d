//! The scenario file of an infrastructure, as text.
//!
//! A block of which a needed value is unknown is written as a comment with `?` in its place, and so is what refers to
//! it: whoever fills it in takes the comment signs away.

use std::collections::{BTreeMap, BTreeSet};

use super::storage::RootVolume;
use super::{AlwaysOn, Attribute, Infrastructure, Source};
use crate::catalog::DeclaredType;
use crate::model::decimal::{self, Decimal};
use crate::model::text::is_harmful;
use crate::model::time::Month;
use crate::scenario::keys::batch::StateLimitReason;

/// Digits after the point that a scenario's numbers may have.
const PLACES: u32 = 10;

/// One table of the file.
struct Block {
    table: &'static str,
    address: String,
    /// Keys with their values in TOML; `None` for unknown.
    keys: Vec<(&'static str, Option<String>)>,
    /// Why it is a comment although every value is known.
    comment: bool,
}

/// The scenario of an infrastructure; without a month it is of the month in which a command runs.
#[must_use]
pub fn scenario(found: &Infrastructure, month: Option<Month>) -> String {
    let mut out = String::new();
    head(found, &mut out);
    match &found.region {
        Some(region) => out.push_str(&format!("region = {}\n", text(region))),
        None => out.push_str("# region = ?\n"),
    }
    match month {
        Some(month) => out.push_str(&format!("month = \"{month}\"\n")),
        None => out.push_str("# month = \"YYYY-MM\"   # default: the month in which a command runs\n"),
    }
    for block in blocks(found, month) {
        write_block(&block, &mut out);
    }
    out
}

fn head(found: &Infrastructure, out: &mut String) {
    for line in said(found.source) {
        out.push_str(&format!("# {line}\n"));
    }
    let mut section = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            out.push_str(&format!("#\n# {title}\n"));
        }
        for line in lines {
            out.push_str(&format!("# - {}\n", one_line(&line)));
        }
    };
    section("Not known, and not guessed:", found.unresolved.iter().map(ToString::to_string).collect());
    section("Worth a look:", found.findings.iter().map(|(finding, _)| finding.to_string()).collect());
    out.push('\n');
}

/// Where a scenario is from, and what holds for all of it.
const fn said(source: Source) -> &'static [&'static str] {
    match source {
        Source::Terraform => &[
            "What Terraform says, as a scenario; written by `hpc-cost import terraform`.",
            "How long anything runs is not in Terraform: add [[compute]] with hours, or simulate jobs.",
        ],
        Source::ParallelCluster => &[
            "What a cluster of AWS ParallelCluster is, as a scenario; written by `hpc-cost import parallelcluster`.",
            "How long jobs run is not in its configuration: add [[compute]] with hours, or simulate jobs.",
            "A queue of Slurm is a job queue here, a compute resource a compute environment: its limits in vCPUs are",
            "MinCount and MaxCount, which are nodes, times the vCPUs of its types. The simulation places jobs as AWS Batch",
            "does: by priority (PriorityTier, 1 where none is written, so queues are equal), without backfill.",
        ],
        Source::Aws => &[
            "What AWS Batch and FSx for Lustre are in an account, as a scenario; written by `hpc-cost import batch`.",
            "How long anything runs is not in it: add [[compute]] with hours, or simulate jobs (`jobs import --from batch`).",
            "Schedules were not read (EventBridge Scheduler), nor what is linked to file systems, nor EFS, S3 and ECR.",
        ],
    }
}

fn write_block(block: &Block, out: &mut String) {
    let comment = block.comment || block.keys.iter().any(|(_, value)| value.is_none());
    let sign = if comment { "# " } else { "" };
    out.push_str(&format!("\n# {}\n{sign}[[{}]]\n", one_line(&block.address), block.table));
    for (key, value) in &block.keys {
        out.push_str(&format!("{sign}{key} = {}\n", value.as_deref().unwrap_or("?")));
    }
}

/// Values of a scenario by table, name and key, as TOML writes them; `None` for unknown.
pub type Settings = BTreeMap<(String, String, String), Option<String>>;

/// Every setting of the scenario that an infrastructure becomes, those of blocks in comments included.
#[must_use]
pub fn settings(found: &Infrastructure) -> Settings {
    let mut settings = Settings::new();
    for block in blocks(found, None) {
        let name = block.keys.first().and_then(|(_, name)| name.clone()).unwrap_or_default();
        let name = name.trim_matches('"').to_owned();
        for (key, value) in block.keys {
            settings.insert((block.table.to_owned(), name.clone(), key.to_owned()), value);
        }
    }
    settings
}

/// All tables, in the order of the schema.
fn blocks(found: &Infrastructure, month: Option<Month>) -> Vec<Block> {
    let mut blocks: Vec<Block> = found.always_on.iter().map(|of| always_on(of, month)).collect();
    blocks.extend(lustre(found));
    blocks.extend(volumes(found));
    for of in &found.addresses {
        let keys = vec![("name", Some(text(&of.name)))];
        blocks.push(Block { table: "public_ipv4", address: of.address.clone(), keys, comment: false });
    }
    for stored in &found.stored {
        let keys = vec![("name", Some(text(&stored.name))), ("storage_gib", None)];
        blocks.push(Block { table: stored.table, address: stored.address.clone(), keys, comment: true });
    }
    blocks.extend(declared(found));
    let environments = environments(found);
    let is_comment = |block: &Block| block.comment || block.keys.iter().any(|(_, value)| value.is_none());
    let named = |block: &Block| block.keys.first().and_then(|(_, name)| name.clone());
    let missing: BTreeSet<String> =
        environments.iter().filter(|block| is_comment(block)).filter_map(named).collect();
    blocks.extend(environments);
    for queue in &found.queues {
        let names = queue.compute_environments.known();
        let comment = names.is_some_and(|names| names.iter().any(|name| missing.contains(&text(name))));
        let mut keys = vec![
            ("name", Some(text(&queue.name))),
            ("priority", required(&queue.priority, |n| n.to_string())),
            ("compute_environments", required(&queue.compute_environments, |names| list(names))),
        ];
        optional(&mut keys, "scheduling_policy", &queue.scheduling_policy, |name| text(name));
        optional(&mut keys, "job_state_time_limit_actions", &queue.limits, |limits| state_limits(limits));
        blocks.push(Block { table: "batch.job_queue", address: queue.address.clone(), keys, comment });
    }
    blocks.extend(policies(found));
    blocks.extend(consumable_resources(found));
    blocks.extend(job_definitions(found));
    for schedule in &found.schedules {
        let mut keys = vec![
            ("name", Some(text(&schedule.name))),
            ("compute_environment", schedule.compute_environment.as_deref().map(text)),
            ("cron", Some(text(&schedule.cron))),
        ];
        keys.extend(schedule.timezone.as_ref().map(|zone| ("timezone", Some(text(zone)))));
        keys.extend(schedule.max_vcpus.map(|limit| ("max_vcpus", Some(limit.to_string()))));
        keys.extend(schedule.min_vcpus.map(|limit| ("min_vcpus", Some(limit.to_string()))));
        if schedule.compute_environment.is_none() {
            keys.push(("max_vcpus", None));
        }
        let environment = schedule.compute_environment.as_deref().map(text);
        let comment = environment.is_some_and(|environment| missing.contains(&environment));
        blocks.push(Block { table: "schedule", address: schedule.address.clone(), keys, comment });
    }
    blocks
}

/// Instances that are on all the hours of the month, if it is known which.
fn always_on(of: &AlwaysOn, month: Option<Month>) -> Block {
    let instances = match (&of.instance_type, &of.count) {
        (Attribute::Known(name, _), Attribute::Known(count, _)) => {
            Some(format!("{{ {} = {count} }}", text(name)))
        }
        _ => None,
    };
    let mut keys = vec![
        ("name", Some(text(&of.name))),
        ("instances", instances),
        ("hours_per_instance", month.map(|month| number(month.period().hours()))),
    ];
    keys.extend(of.root_volume.as_ref().map(|volume| ("root_volume", Some(root_volume(volume)))));
    Block { table: "compute", address: of.address.clone(), keys, comment: false }
}

fn lustre(found: &Infrastructure) -> Vec<Block> {
    let of = |file_system: &super::storage::LustreFileSystem| {
        // Terraform's defaults of `deployment_type` and `storage_type`.
        let mut keys = vec![
            ("name", Some(text(&file_system.name))),
            ("deployment", or_default(&file_system.deployment, |name| text(name), "\"SCRATCH_1\"")),
            ("storage", or_default(&file_system.storage, |name| text(name), "\"SSD\"")),
        ];
        optional(&mut keys, "throughput_mbps_per_tib", &file_system.throughput_mbps_per_tib, |n| {
            n.to_string()
        });
        optional(&mut keys, "throughput_mbps", &file_system.throughput_mbps, |n| n.to_string());
        keys.push(("size_gib", required(&file_system.size_gib, |n| number(*n))));
        if file_system.read_cache.known() != Some(&false) {
            optional(&mut keys, "read_cache", &file_system.read_cache, |cache| cache.to_string());
        }
        optional(&mut keys, "metadata_iops", &file_system.metadata_iops, |n| n.to_string());
        Block { table: "lustre", address: file_system.address.clone(), keys, comment: false }
    };
    found.file_systems.iter().map(of).collect()
}

fn volumes(found: &Infrastructure) -> Vec<Block> {
    let of = |volume: &super::volume::EbsVolume| {
        // EC2's default of the type.
        let mut keys = vec![
            ("name", Some(text(&volume.name))),
            ("type", or_default(&volume.volume_type, |name| text(name), "\"gp2\"")),
            ("size_gib", required(&volume.size_gib, |n| number(*n))),
        ];
        optional(&mut keys, "iops", &volume.iops, |n| n.to_string());
        optional(&mut keys, "throughput_mibps", &volume.throughput_mibps, |n| n.to_string());
        if volume.count > 1 {
            keys.push(("count", Some(volume.count.to_string())));
        }
        Block { table: "ebs", address: volume.address.clone(), keys, comment: false }
    };
    found.volumes.iter().map(of).collect()
}

/// The types that the user declares, without which nobody would know them in the scenario.
fn declared(found: &Infrastructure) -> Vec<Block> {
    let Some((file, types)) = &found.declared else { return Vec::new() };
    let of = |declared: &DeclaredType| {
        let mut keys = vec![
            ("name", Some(text(declared.name.as_str()))),
            ("vcpus", Some(declared.vcpus.to_string())),
            ("memory_mib", Some(declared.memory_mib.to_string())),
            ("gpus", Some(declared.gpus.to_string())),
        ];
        let mut known = |key, value: Option<String>| keys.extend(value.map(|value| (key, Some(value))));
        known("gpu_model", declared.gpu_model.as_deref().map(text));
        known("gpu_memory_mib", declared.gpu_memory_mib.map(|memory| memory.to_string()));
        known("architecture", declared.architecture.map(text));
        known("efa", declared.efa_interfaces.map(|efa| efa.to_string()));
        Block { table: "instance_type", address: file.clone(), keys, comment: false }
    };
    types.iter().map(of).collect()
}

fn environments(found: &Infrastructure) -> Vec<Block> {
    let of = |environment: &super::batch::ComputeEnvironment| {
        let mut keys = vec![
            ("name", Some(text(&environment.name))),
            ("type", required(&environment.environment_type, |name| text(name))),
            (
                "allocation_strategy",
                or_default(&environment.allocation_strategy, |name| text(name), "\"BEST_FIT\""),
            ),
            ("instance_types", required(&environment.instance_types, |names| list(names))),
            ("min_vcpus", or_default(&environment.min_vcpus, |n| n.to_string(), "0")),
            ("max_vcpus", required(&environment.max_vcpus, |n| n.to_string())),
        ];
        optional(&mut keys, "bid_percentage", &environment.bid_percentage, |n| n.to_string());
        let delay = &environment.scale_down_delay_minutes;
        optional(&mut keys, "scale_down_delay_minutes", delay, |n| n.to_string());
        keys.extend(
            environment.root_volume.as_ref().map(|volume| ("root_volume", Some(root_volume(volume)))),
        );
        Block {
            table: "batch.compute_environment",
            address: environment.address.clone(),
            keys,
            comment: false,
        }
    };
    found.environments.iter().map(of).collect()
}

fn root_volume(volume: &RootVolume) -> String {
    let mut keys = vec![
        format!("type = {}", text(&volume.volume_type)),
        format!("size_gib = {}", number(volume.size_gib)),
    ];
    keys.extend(volume.iops.map(|iops| format!("iops = {}", number(iops))));
    keys.extend(volume.throughput_mibps.map(|rate| format!("throughput_mibps = {}", number(rate))));
    format!("{{ {} }}", keys.join(", "))
}

fn job_definitions(found: &Infrastructure) -> Vec<Block> {
    let of = |job: &super::job_definition::JobDefinition| {
        let mut keys = vec![
            ("name", Some(text(&job.name))),
            ("vcpus", required(&job.vcpus, |n| number(*n))),
            ("memory_mib", required(&job.memory_mib, |n| number(*n))),
        ];
        optional(&mut keys, "gpus", &job.gpus, |n| n.to_string());
        optional(&mut keys, "nodes", &job.nodes, |n| n.to_string());
        optional(&mut keys, "attempts", &job.attempts, |n| n.to_string());
        let minutes = |seconds: &Decimal| number(decimal::round(*seconds / Decimal::from(60), PLACES));
        optional(&mut keys, "timeout_minutes", &job.timeout_seconds, minutes);
        optional(&mut keys, "scheduling_priority", &job.scheduling_priority, |n| n.to_string());
        optional(&mut keys, "consumable_resources", &job.consumable_resources, |each| {
            let each = each.iter().map(|(name, quantity)| format!("{} = {quantity}", text(name)));
            format!("{{ {} }}", each.collect::<Vec<_>>().join(", "))
        });
        Block { table: "batch.job_definition", address: job.address.clone(), keys, comment: false }
    };
    found.job_definitions.iter().map(of).collect()
}

fn state_limits(limits: &[(StateLimitReason, u32)]) -> String {
    let one = |(reason, seconds): &(StateLimitReason, u32)| {
        format!("{{ reason = {}, max_time_seconds = {seconds} }}", text(reason.id()))
    };
    format!("[{}]", limits.iter().map(one).collect::<Vec<_>>().join(", "))
}

fn policies(found: &Infrastructure) -> Vec<Block> {
    let of = |policy: &super::scheduling::SchedulingPolicy| {
        let mut keys = vec![("name", Some(text(&policy.name)))];
        optional(&mut keys, "share_decay_seconds", &policy.share_decay_seconds, |n| n.to_string());
        optional(&mut keys, "compute_reservation", &policy.compute_reservation, |n| n.to_string());
        let share = |(name, weight): &(String, Option<Decimal>)| {
            let weight = weight.map(|weight| format!(", weight_factor = {}", number(weight)));
            format!("{{ share_identifier = {}{} }}", text(name), weight.unwrap_or_default())
        };
        optional(&mut keys, "share_distribution", &policy.shares, |shares| {
            format!("[{}]", shares.iter().map(share).collect::<Vec<_>>().join(", "))
        });
        Block { table: "batch.scheduling_policy", address: policy.address.clone(), keys, comment: false }
    };
    found.policies.iter().map(of).collect()
}

fn consumable_resources(found: &Infrastructure) -> Vec<Block> {
    let of = |resource: &super::scheduling::ConsumableResource| {
        let mut keys = vec![
            ("name", Some(text(&resource.name))),
            ("total_quantity", required(&resource.total_quantity, |n| n.to_string())),
        ];
        optional(&mut keys, "resource_type", &resource.resource_type, |name| text(name));
        Block { table: "batch.consumable_resource", address: resource.address.clone(), keys, comment: false }
    };
    found.consumable_resources.iter().map(of).collect()
}

fn required<T>(attribute: &Attribute<T>, toml: impl Fn(&T) -> String) -> Option<String> {
    attribute.known().map(toml)
}

/// A value, or where none is written what then holds.
fn or_default<T>(attribute: &Attribute<T>, toml: impl Fn(&T) -> String, default: &str) -> Option<String> {
    match attribute {
        Attribute::Absent => Some(default.to_owned()),
        other => required(other, toml),
    }
}

fn optional<T>(
    keys: &mut Vec<(&'static str, Option<String>)>,
    key: &'static str,
    attribute: &Attribute<T>,
    toml: impl Fn(&T) -> String,
) {
    if !matches!(attribute, Attribute::Absent) {
        keys.push((key, required(attribute, toml)));
    }
}

fn number(number: Decimal) -> String {
    decimal::plain(number)
}

fn list(names: &[String]) -> String {
    format!("[{}]", names.iter().map(|name| text(name)).collect::<Vec<_>>().join(", "))
}

/// A TOML basic string.
fn text(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() || is_harmful(c) => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A comment ends with its line and may hold no control characters.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || is_harmful(c) { ' ' } else { c }).collect()
}
