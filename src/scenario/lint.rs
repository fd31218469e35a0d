//! AWS's rules and our own: what cannot be (problems) and what is doubtful (notes).
//!
//! Sources: AWS Batch, EC2 and FSx API references and the AWS Batch user guide, read 2026-11-23.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;

use super::batch::{ComputeEnvironment, default_usable_memory, slots};
use super::cron::Cron;
use super::keys::*;
use super::lustre;
use super::schedule::Schedule;
use super::usage_compute::delay_minutes;
use super::value;
use crate::catalog::{Catalog, InstanceSpec};
use crate::document::nearest::{alternatives, did_you_mean};
use crate::document::{Document, KeyPath};
use crate::error::Diagnostic;
use crate::model::decimal::{self, Decimal};
use crate::model::sku::InstanceType;
use crate::model::time::{Month, Period};
use crate::model::units::{Cases, PricingUnit};
use crate::prices::entry::implied_purchase;
use crate::report::Note;

/// Attempts a Batch job may have.
const MAX_ATTEMPTS: u32 = 10;
/// Compute environments a job queue may have.
const MAX_ENVIRONMENTS_PER_QUEUE: usize = 3;
/// Nodes a multi-node parallel job may have.
const MAX_NODES: u32 = 1000;

/// Collects problems and doubts about one document.
pub struct Lint<'a> {
    document: &'a Document,
    problems: Vec<Diagnostic>,
    doubts: Vec<Note>,
}

fn at(section: &str, index: usize) -> KeyPath {
    KeyPath::root().key(section).index(index)
}

fn batch(section: &str, index: usize) -> KeyPath {
    KeyPath::root().key("batch").key(section).index(index)
}

impl<'a> Lint<'a> {
    /// Nothing found yet.
    #[must_use]
    pub fn new(document: &'a Document) -> Lint<'a> {
        Lint { document, problems: Vec::new(), doubts: Vec::new() }
    }

    /// Everything found.
    #[must_use]
    pub fn finish(self) -> (Vec<Diagnostic>, Vec<Note>) {
        (self.problems, self.doubts)
    }

    fn problem(&mut self, path: &KeyPath, message: impl Into<String>, help: impl Into<String>) {
        let help = Some(help.into()).filter(|help| !help.is_empty());
        self.problems.push(self.document.diagnostic(path, message.into(), help));
    }

    /// The period; the present month where it is broken, so that checking can go on.
    pub fn period(&mut self, keys: &ScenarioKeys, now: Month) -> Period {
        let root = KeyPath::root();
        match (keys.month, &keys.period) {
            (Some(_), Some(_)) => {
                self.problem(&root.key("period"), "both `month` and `period`", "keep one of them");
                now.period()
            }
            (Some(month), None) => month.period(),
            (None, None) => now.period(),
            (None, Some(period)) => Period::new(period.start, period.end).unwrap_or_else(|| {
                self.problem(
                    &root.key("period"),
                    "the period ends before it starts",
                    "`end` is the first day after the period",
                );
                now.period()
            }),
        }
    }

    /// Checks names and resolves what names refer to.
    pub fn names(
        &mut self,
        keys: &ScenarioKeys,
        catalog: &Catalog,
    ) -> (Vec<ComputeEnvironment>, Vec<Schedule>) {
        let root = KeyPath::root();
        let batch = root.key("batch");
        self.unique(&root.key("compute"), keys.compute.iter().map(|k| Some(&k.name)));
        self.unique(&root.key("commitment"), keys.commitment.iter().map(|k| Some(&k.name)));
        self.unique(&root.key("lustre"), keys.lustre.iter().map(|k| Some(&k.name)));
        self.unique(&root.key("efs"), keys.efs.iter().map(|k| Some(&k.name)));
        self.unique(&root.key("s3"), keys.s3.iter().map(|k| Some(&k.name)));
        self.unique(&root.key("ecr"), keys.ecr.iter().map(|k| Some(&k.name)));
        self.unique(&root.key("logs"), keys.logs.iter().map(|k| Some(&k.name)));
        self.unique(&root.key("transfer"), keys.transfer.iter().map(|k| Some(&k.name)));
        self.unique(&root.key("nat_gateway"), keys.nat_gateway.iter().map(|k| Some(&k.name)));
        self.unique(&root.key("schedule"), keys.schedule.iter().map(|k| k.name.as_ref()));
        let b = &keys.batch;
        self.unique(&batch.key("compute_environment"), b.compute_environment.iter().map(|k| Some(&k.name)));
        self.unique(&batch.key("job_queue"), b.job_queue.iter().map(|k| Some(&k.name)));
        self.unique(&batch.key("job_definition"), b.job_definition.iter().map(|k| Some(&k.name)));
        let environments = b
            .compute_environment
            .iter()
            .enumerate()
            .filter_map(|(index, keys)| self.environment(index, keys, catalog))
            .collect();
        let schedules =
            keys.schedule.iter().enumerate().filter_map(|(i, s)| self.schedule(i, s, keys)).collect();
        (environments, schedules)
    }

    fn unique<'n>(&mut self, path: &KeyPath, names: impl Iterator<Item = Option<&'n String>>) {
        let mut seen = BTreeSet::new();
        for (index, name) in names.enumerate() {
            let Some(name) = name else { continue };
            let path = path.index(index).key("name");
            if name.trim().is_empty() {
                self.problem(&path, "the name is empty", "give it a name that is unique among its kind");
            } else if !seen.insert(name) {
                self.problem(&path, format!("duplicate name `{name}`"), "names are unique among their kind");
            }
        }
    }

    fn known_type(&mut self, path: &KeyPath, name: &InstanceType, catalog: &Catalog) {
        if catalog.get(name).is_none() {
            let (message, help) = unknown_type(name, catalog);
            self.problem(path, message, help);
        }
    }

    /// As [`Lint::known_type`], for a type that is a key.
    fn known_type_key(&mut self, path: &KeyPath, name: &InstanceType, catalog: &Catalog) {
        if catalog.get(name).is_none() {
            let (message, help) = unknown_type(name, catalog);
            self.problems.push(self.document.diagnostic_at_key(path, message, Some(help)));
        }
    }

    fn environment(
        &mut self,
        index: usize,
        keys: &ComputeEnvironmentKeys,
        catalog: &Catalog,
    ) -> Option<ComputeEnvironment> {
        let path = batch("compute_environment", index);
        let types_path = path.key("instance_types");
        let environment = match ComputeEnvironment::resolve(keys, catalog) {
            Ok(environment) => environment,
            Err(bad) => {
                self.known_type(
                    &types_path.index(bad),
                    &InstanceType::new(&keys.instance_types[bad]),
                    catalog,
                );
                return None;
            }
        };
        if environment.types.is_empty() && environment.retired.is_empty() {
            self.problem(&types_path, "no instance types", "name at least one type, family or `optimal`");
            return None;
        }
        Some(environment)
    }

    fn schedule(&mut self, index: usize, keys: &ScheduleKeys, all: &ScenarioKeys) -> Option<Schedule> {
        let path = at("schedule", index);
        let environments = all.batch.compute_environment.iter().map(|e| e.name.as_str());
        self.reference(
            &path.key("compute_environment"),
            &keys.compute_environment,
            "compute environment",
            environments,
        );
        if keys.max_vcpus.is_none() && keys.min_vcpus.is_none() {
            self.problem(&path, "the schedule changes nothing", "set `max_vcpus`, `min_vcpus` or both");
        }
        let cron = Cron::parse(&keys.cron)
            .map_err(|message| {
                self.problem(
                    &path.key("cron"),
                    message,
                    "such as \"0 22 * * 1-5\": 22:00 on Monday to Friday",
                )
            })
            .ok();
        let zone_name = keys.timezone.as_deref().unwrap_or("UTC");
        let zone = TimeZone::get(zone_name).ok();
        if zone.is_none() {
            let names: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
            let likely = did_you_mean(zone_name, names.iter().map(String::as_str)).unwrap_or_default();
            self.problem(&path.key("timezone"), format!("unknown time zone `{zone_name}`"), likely);
        }
        if keys.timezone.is_none() {
            let (environment, cron) = (keys.compute_environment.clone(), keys.cron.clone());
            self.doubts.push(Note::ScheduleInUtc { environment, cron });
        }
        Some(Schedule {
            compute_environment: keys.compute_environment.clone(),
            cron: cron?,
            zone: zone?,
            max_vcpus: keys.max_vcpus,
            min_vcpus: keys.min_vcpus,
        })
    }

    fn reference<'n>(
        &mut self,
        path: &KeyPath,
        name: &str,
        what: &str,
        known: impl Iterator<Item = &'n str>,
    ) -> bool {
        let known: Vec<&str> = known.collect();
        if known.contains(&name) {
            return true;
        }
        let help = did_you_mean(name, known.iter().copied()).unwrap_or_else(|| match known[..] {
            [] => format!("the file has no {what}"),
            _ => format!("valid: {}", alternatives(&known)),
        });
        self.problem(path, format!("unknown {what} `{name}`"), help);
        false
    }

    /// The rules that need everything else to be resolved.
    pub fn rules(
        &mut self,
        keys: &ScenarioKeys,
        environments: &[ComputeEnvironment],
        schedules: &[Schedule],
        catalog: &Catalog,
        period: Period,
    ) {
        for (index, compute) in keys.compute.iter().enumerate() {
            self.compute(index, compute, keys, catalog);
            let environment = keys
                .batch
                .compute_environment
                .iter()
                .find(|e| compute.compute_environment.as_ref() == Some(&e.name));
            let job =
                keys.batch.job_definition.iter().find(|j| compute.job_definition.as_ref() == Some(&j.name));
            self.hours(&at("compute", index), compute, job, delay_minutes(compute, environment), period);
        }
        for (index, commitment) in keys.commitment.iter().enumerate() {
            self.commitment(index, commitment, catalog);
        }
        self.storage(keys, period);
        for (index, transfer) in keys.transfer.iter().enumerate() {
            self.transfer(index, transfer, keys);
        }
        for (index, keys) in keys.batch.compute_environment.iter().enumerate() {
            if let Some(environment) = environments.iter().find(|e| e.name == keys.name) {
                self.environment_rules(index, keys, environment, schedules, period);
            }
        }
        self.queues_and_jobs(keys, environments);
        self.other(keys, catalog);
    }

    fn compute(&mut self, index: usize, compute: &ComputeKeys, keys: &ScenarioKeys, catalog: &Catalog) {
        let path = at("compute", index);
        for (instance_type, _) in &compute.instances.0 {
            let type_path = path.key("instances").key(instance_type.as_str());
            self.known_type_key(&type_path, instance_type, catalog);
            if let Some(spec) = catalog.get(instance_type) {
                self.spot_is_offered(&path, instance_type, spec, compute);
            }
        }
        let jobs = keys.batch.job_definition.iter();
        let job = compute.job_definition.as_ref().and_then(|name| {
            self.reference(
                &path.key("job_definition"),
                name,
                "job definition",
                jobs.clone().map(|j| j.name.as_str()),
            );
            jobs.clone().find(|j| j.name == *name)
        });
        if let Some(name) = &compute.compute_environment {
            let known = keys.batch.compute_environment.iter().map(|e| e.name.as_str());
            self.reference(&path.key("compute_environment"), name, "compute environment", known);
        }
        if job.is_some_and(|j| j.nodes.is_some_and(|n| n.0 > 1)) && compute.spot_share.0 > Decimal::ZERO {
            let message = "multi-node parallel jobs cannot run on Spot";
            self.problem(
                &path.key("spot_share"),
                message,
                "set spot_share = 0, or use a job definition with one node",
            );
        }
        if let Some(volume) = &compute.root_volume {
            self.root_volume(&path.key("root_volume"), volume);
        }
        self.capacity_block(&path, compute, catalog);
    }

    fn spot_is_offered(
        &mut self,
        path: &KeyPath,
        name: &InstanceType,
        spec: &InstanceSpec,
        compute: &ComputeKeys,
    ) {
        if compute.spot_share.0 > Decimal::ZERO && !spec.offers_spot() {
            let message = format!("{name} is not offered as Spot");
            self.problem(&path.key("spot_share"), message, "set spot_share = 0 for groups with this type");
        }
    }

    fn capacity_block(&mut self, path: &KeyPath, compute: &ComputeKeys, catalog: &Catalog) {
        let Some(block) = &compute.capacity_block else { return };
        let path = path.key("capacity_block");
        let [(instance_type, _)] = &compute.instances.0[..] else {
            self.problem(
                &path,
                "a Capacity Block is for one instance type",
                "give each type a group of its own",
            );
            return;
        };
        if catalog.get(instance_type).is_some_and(|spec| !spec.offers_capacity_blocks()) {
            let known: Vec<&str> =
                catalog.iter().filter(|(_, s)| s.offers_capacity_blocks()).map(|(n, _)| n).collect();
            let message = format!("{instance_type} is not offered in Capacity Blocks");
            self.problem(&path, message, format!("valid: {}", known.join(", ")));
        }
        let hours = block.hours.0;
        let (day, week) = (Decimal::from(24), Decimal::from(168));
        let valid = (hours % day).is_zero() && hours <= Decimal::from(336)
            || (hours % week).is_zero() && hours <= Decimal::from(4368);
        if !valid {
            let message = format!("there is no Capacity Block of {} hours", decimal::plain(hours));
            self.problem(
                &path.key("hours"),
                message,
                "whole days (24) up to 336 hours, then whole weeks (168) up to 4368",
            );
        }
    }

    fn hours(
        &mut self,
        path: &KeyPath,
        compute: &ComputeKeys,
        job: Option<&JobDefinitionKeys>,
        delay: Option<Decimal>,
        period: Period,
    ) {
        let given = [
            ("hours_per_instance", compute.hours_per_instance),
            ("instance_hours", compute.instance_hours),
            ("runs", compute.runs),
        ];
        let given: Vec<_> =
            given.into_iter().filter_map(|(key, hours)| hours.map(|hours| (key, hours.0))).collect();
        let one_of = "`hours_per_instance`, `instance_hours` or `runs`";
        let count: u32 = compute.instances.0.iter().map(|(_, count)| count.0).sum();
        let per_instance = match given[..] {
            [("hours_per_instance", hours)] => Some(("hours_per_instance", hours)),
            [("instance_hours", hours)] => Some(("instance_hours", hours.map(|h| h / Decimal::from(count)))),
            [(key, runs)] => self.hours_of_runs(path, compute, job, runs, count).map(|hours| (key, hours)),
            [] if compute.capacity_block.is_some() => None,
            [] => {
                self.problem(path, "no hours", format!("set one of {one_of}"));
                None
            }
            [_, (second, _), ..] => {
                self.problem(&path.key(second), "hours are given twice", format!("keep one of {one_of}"));
                None
            }
        };
        let Some((key, Cases { high, .. })) = per_instance else { return };
        let billed = high + compute.launches.0 * delay.unwrap_or_default() / Decimal::from(60);
        if billed > period.hours() {
            let message = format!(
                "{} hours for each instance, boot and idle included, but the period has {}",
                decimal::grouped_trimmed(billed, 2),
                decimal::grouped_trimmed(period.hours(), 2)
            );
            self.problem(&path.key(key), message, "more instances, or fewer hours");
        }
    }

    fn hours_of_runs(
        &mut self,
        path: &KeyPath,
        compute: &ComputeKeys,
        job: Option<&JobDefinitionKeys>,
        runs: Cases<Decimal>,
        count: u32,
    ) -> Option<Cases<Decimal>> {
        let runs_path = path.key("runs");
        let Some(job) = job else {
            if compute.job_definition.is_none() {
                self.problem(
                    &runs_path,
                    "`runs` of what?",
                    "set `job_definition` to the job definition of the runs",
                );
            }
            return None;
        };
        let Some(run_hours) = job.run_hours else {
            let help = format!("set `run_hours` in the job definition `{}`", job.name);
            self.problem(&runs_path, "the hours of a run are unknown", help);
            return None;
        };
        let nodes = job.nodes.map_or(1, |n| n.0);
        if nodes > count {
            let message =
                format!("a run of `{}` needs {nodes} nodes, the group has {count} instances", job.name);
            self.problem(&path.key("instances"), message, format!("at least {nodes} instances"));
        }
        let factor = run_hours.0 * Decimal::from(nodes) / Decimal::from(count);
        Some(runs.map(|runs| runs * factor))
    }

    fn root_volume(&mut self, path: &KeyPath, volume: &RootVolumeKeys) {
        let gp3 = volume.volume_type == VolumeTypeKey::Gp3;
        let range = |value: Option<value::Positive>, low: i64, high: i64| {
            value.is_none_or(|v| (Decimal::from(low)..=Decimal::from(high)).contains(&v.0))
        };
        if !gp3 && (volume.iops.is_some() || volume.throughput_mibps.is_some()) {
            self.problem(path, "gp2 has no iops or throughput to choose", "use type = \"gp3\"");
        }
        if gp3 && !range(volume.iops, 3000, 80_000) {
            self.problem(&path.key("iops"), "gp3 has no such iops", "valid: 3000 to 80000");
        }
        if gp3 && !range(volume.throughput_mibps, 125, 2000) {
            self.problem(&path.key("throughput_mibps"), "gp3 has no such throughput", "valid: 125 to 2000");
        }
        if volume.size_gib.0 > Decimal::from(65_536) {
            self.problem(&path.key("size_gib"), "no EBS volume is that large", "at most 65536 GiB");
        }
    }

    fn commitment(&mut self, index: usize, commitment: &CommitmentKeys, catalog: &Catalog) {
        let path = at("commitment", index);
        match commitment.kind {
            CommitmentKind::SavingsPlan => {
                if commitment.usd_per_hour.is_none() {
                    self.problem(
                        &path,
                        "a Savings Plan needs `usd_per_hour`",
                        "the commitment in USD per hour, such as \"10.00\"",
                    );
                }
                if commitment.instance_type.is_some() || commitment.count.is_some() {
                    self.problem(
                        &path,
                        "a Savings Plan is dollars per hour, not instances",
                        "leave out `instance_type` and `count`",
                    );
                }
            }
            CommitmentKind::Reserved => {
                let Some(instance_type) = &commitment.instance_type else {
                    self.problem(&path, "reserved instances need `instance_type` and `count`", "");
                    return;
                };
                if commitment.count.is_none() {
                    self.problem(&path, "reserved instances need `count`", "how many instances are reserved");
                }
                self.known_type(&path.key("instance_type"), instance_type, catalog);
            }
        }
    }

    fn storage(&mut self, keys: &ScenarioKeys, period: Period) {
        for (index, keys) in keys.lustre.iter().enumerate() {
            let path = at("lustre", index);
            match lustre::file_system(keys) {
                Err(impossible) => {
                    self.problem(&path.key(impossible.key), impossible.message, impossible.valid)
                }
                Ok(system) if system.size_gib != keys.size_gib.0 => self.doubts.push(Note::LustreRounded {
                    name: keys.name.clone(),
                    asked_gib: keys.size_gib.0,
                    size_gib: system.size_gib,
                }),
                Ok(_) => {}
            }
            self.lifetime(&path, keys.hours, period);
        }
        for (index, keys) in keys.efs.iter().enumerate() {
            self.lifetime(&at("efs", index), keys.hours, period);
        }
        for (index, keys) in keys.nat_gateway.iter().enumerate() {
            self.lifetime(&at("nat_gateway", index), keys.hours, period);
        }
    }

    fn lifetime(&mut self, path: &KeyPath, hours: Option<value::CaseAmount>, period: Period) {
        if hours.is_some_and(|hours| hours.0.high > period.hours()) {
            let has = decimal::grouped_trimmed(period.hours(), 2);
            self.problem(
                &path.key("hours"),
                format!("more hours than the period has ({has})"),
                "leave the key out for all of them",
            );
        }
    }

    fn transfer(&mut self, index: usize, transfer: &TransferKeys, keys: &ScenarioKeys) {
        let path = at("transfer", index);
        match (transfer.kind, transfer.to_region) {
            (TransferKind::CrossRegion, None) => {
                self.problem(&path, "cross_region needs `to_region`", "the region the data goes to");
            }
            (TransferKind::CrossRegion, Some(to)) if to == keys.region => {
                self.problem(
                    &path.key("to_region"),
                    "the data stays in its region",
                    "another region, or kind = \"cross_az\"",
                );
            }
            (TransferKind::Out | TransferKind::CrossAz, Some(_)) => {
                self.problem(
                    &path.key("to_region"),
                    "only cross_region has a target region",
                    "leave the key out",
                );
            }
            _ => {}
        }
    }

    fn environment_rules(
        &mut self,
        index: usize,
        keys: &ComputeEnvironmentKeys,
        environment: &ComputeEnvironment,
        schedules: &[Schedule],
        period: Period,
    ) {
        let path = batch("compute_environment", index);
        self.strategy(&path, keys, environment);
        if let Some(volume) = &keys.root_volume {
            self.root_volume(&path.key("root_volume"), volume);
        }
        if keys.bid_percentage.is_some_and(|p| p.0 > 100) {
            self.problem(
                &path.key("bid_percentage"),
                "a bid above 100 % of On-Demand buys nothing",
                "valid: 1 to 100",
            );
        }
        if keys.memory_reserve_percent.is_some_and(|p| p.0 >= Decimal::ONE_HUNDRED) {
            self.problem(
                &path.key("memory_reserve_percent"),
                "no memory would be left",
                "a percentage below 100",
            );
        }
        let architectures: BTreeSet<&str> =
            environment.types.iter().map(|(_, spec)| spec.architecture).collect();
        if architectures.len() > 1 {
            let message = "x86 and arm types in one compute environment";
            self.problem(
                &path.key("instance_types"),
                message,
                "one compute environment for each architecture",
            );
        }
        for segment in super::timeline(environment, schedules, period) {
            if segment.min_vcpus > segment.max_vcpus {
                let (min, max) = (segment.min_vcpus, segment.max_vcpus);
                let message =
                    format!("min_vcpus = {min} is above max_vcpus = {max} from {} on", segment.start);
                self.problem(
                    &path.key("min_vcpus"),
                    message,
                    "keep min_vcpus at or below max_vcpus, schedules included",
                );
                break;
            }
        }
        self.cap(&path, environment, schedules, period);
    }

    fn strategy(&mut self, path: &KeyPath, keys: &ComputeEnvironmentKeys, environment: &ComputeEnvironment) {
        let spot = keys.environment_type == EnvironmentType::Spot;
        let strategy = keys.allocation_strategy;
        if strategy.spot_only() && !spot {
            let message = format!("{} is for Spot only", strategy.id());
            self.problem(
                &path.key("allocation_strategy"),
                message,
                "valid for EC2: BEST_FIT, BEST_FIT_PROGRESSIVE, BEST_FIT_PROGRESSIVE_ORDERED",
            );
        }
        if strategy == AllocationStrategy::BestFitProgressiveOrdered && spot {
            let message = format!("{} is for EC2 only", strategy.id());
            self.problem(&path.key("allocation_strategy"), message, "valid for SPOT: SPOT_PRICE_CAPACITY_OPTIMIZED, SPOT_CAPACITY_OPTIMIZED, SPOT_CAPACITY_OPTIMIZED_PRIORITIZED, BEST_FIT_PROGRESSIVE, BEST_FIT");
        }
        if spot && let Some((name, _)) = environment.types.iter().find(|(_, spec)| !spec.offers_spot()) {
            let message = format!("{name} is not offered as Spot");
            self.problem(&path.key("instance_types"), message, "leave it out, or use type = \"EC2\"");
        }
        if keys.bid_percentage.is_some() && !spot {
            self.problem(
                &path.key("bid_percentage"),
                "a bid is for Spot only",
                "leave the key out, or use type = \"SPOT\"",
            );
        }
    }

    fn cap(
        &mut self,
        path: &KeyPath,
        environment: &ComputeEnvironment,
        schedules: &[Schedule],
        period: Period,
    ) {
        let Some(smallest) = environment.types.iter().min_by_key(|(_, spec)| spec.vcpus) else { return };
        let timeline = super::timeline(environment, schedules, period);
        let highest = timeline.iter().map(|s| s.max_vcpus).max().unwrap_or(environment.max_vcpus);
        if highest > 0 && highest < smallest.1.vcpus {
            let message = format!("max_vcpus = {highest} is below one instance: jobs would wait for ever");
            let help = format!("at least {}, the vCPUs of a {}", smallest.1.vcpus, smallest.0);
            self.problem(&path.key("max_vcpus"), message, help);
            return;
        }
        if timeline.iter().any(|s| s.max_vcpus == 0) {
            self.doubts.push(Note::CapIsZero { environment: environment.name.clone() });
        }
        for (instance_type, spec) in &environment.types {
            let rule = environment.cap_rule();
            if highest > 0 && (!rule.may_launch(0, spec.vcpus.into(), highest.into()) || spec.vcpus > highest)
            {
                self.doubts.push(Note::TypeAboveCap {
                    environment: environment.name.clone(),
                    instance_type: instance_type.to_string(),
                    max_vcpus: highest,
                });
            }
        }
    }

    fn queues_and_jobs(&mut self, keys: &ScenarioKeys, environments: &[ComputeEnvironment]) {
        let known: Vec<&str> = keys.batch.compute_environment.iter().map(|e| e.name.as_str()).collect();
        for (index, queue) in keys.batch.job_queue.iter().enumerate() {
            let path = batch("job_queue", index).key("compute_environments");
            if !(1..=MAX_ENVIRONMENTS_PER_QUEUE).contains(&queue.compute_environments.len()) {
                let message =
                    format!("a job queue with {} compute environments", queue.compute_environments.len());
                self.problem(&path, message, format!("1 to {MAX_ENVIRONMENTS_PER_QUEUE}"));
            }
            for (place, name) in queue.compute_environments.iter().enumerate() {
                self.reference(&path.index(place), name, "compute environment", known.iter().copied());
            }
        }
        for (index, job) in keys.batch.job_definition.iter().enumerate() {
            self.job(index, job, keys, environments);
        }
    }

    fn job(
        &mut self,
        index: usize,
        job: &JobDefinitionKeys,
        keys: &ScenarioKeys,
        environments: &[ComputeEnvironment],
    ) {
        let path = batch("job_definition", index);
        if job.attempts.is_some_and(|a| a.0 > MAX_ATTEMPTS) {
            self.problem(
                &path.key("attempts"),
                "more attempts than Batch allows",
                format!("valid: 1 to {MAX_ATTEMPTS}"),
            );
        }
        let nodes = job.nodes.map_or(1, |n| n.0);
        if nodes > MAX_NODES {
            self.problem(
                &path.key("nodes"),
                "more nodes than a job may have",
                format!("valid: 1 to {MAX_NODES}"),
            );
        }
        if job.timeout_minutes.is_some_and(|t| t.0 < Decimal::ONE) {
            self.problem(
                &path.key("timeout_minutes"),
                "a timeout below Batch's shortest",
                "at least 1 minute",
            );
        }
        let spot_only = |e: &&ComputeEnvironment| e.environment_type == EnvironmentType::Spot;
        if nodes > 1 && !environments.is_empty() && environments.iter().all(|e| spot_only(&e)) {
            let message = "multi-node parallel jobs cannot run on Spot";
            self.problem(&path.key("nodes"), message, "add a compute environment with type = \"EC2\"");
        }
        let checkpointed = keys
            .compute
            .iter()
            .any(|c| c.job_definition.as_ref() == Some(&job.name) && c.spot_share.0 > Decimal::ZERO);
        if checkpointed && job.attempts.is_none_or(|a| a.0 == 1) {
            self.doubts.push(Note::OneAttemptOnSpot { job: job.name.clone() });
        }
        let fits = |e: &ComputeEnvironment| e.types.iter().any(|(_, spec)| e.slots(job, spec) > 0);
        let may_run: Vec<&ComputeEnvironment> =
            environments.iter().filter(|e| nodes == 1 || !spot_only(e)).collect();
        if may_run.iter().any(|e| !e.types.is_empty()) && !may_run.iter().any(|e| fits(e)) {
            let wish = format!(
                "{} vCPUs, {} MiB and {} GPUs",
                decimal::plain(job.vcpus.0),
                decimal::plain(job.memory_mib.0),
                job.gpus
            );
            let message = format!("`{}` is larger than every instance type: it asks for {wish}", job.name);
            self.problem(&path, message, largest(&may_run));
        }
    }

    fn other(&mut self, keys: &ScenarioKeys, catalog: &Catalog) {
        let root = KeyPath::root();
        for name in keys.relative_speed.keys() {
            self.known_type_key(&root.key("relative_speed").key(name), &InstanceType::new(name), catalog);
        }
        for name in keys.discount.keys() {
            if let Err(text) = value::read_service(name) {
                let (message, help) = text.split_once('\n').unwrap_or((&text, ""));
                let path = root.key("discount").key(name);
                let help = Some(help.to_owned());
                self.problems.push(self.document.diagnostic_at_key(&path, message.to_owned(), help));
            }
        }
        if let Some(BudgetKeys { warn_usd: Some(warn), fail_usd: Some(fail) }) = &keys.budget
            && warn.0 > fail.0
        {
            self.problem(
                &root.key("budget").key("warn_usd"),
                "`warn_usd` is above `fail_usd`",
                "warn before you fail",
            );
        }
        let mut seen = BTreeSet::new();
        for (index, price) in keys.price.iter().enumerate() {
            self.price(&at("price", index), price);
            let option = price.purchase_option.unwrap_or_else(|| implied_purchase(&price.usage_type));
            if !seen.insert((&price.usage_type, option, price.service)) {
                let message = format!("a second price for `{}`", price.usage_type);
                self.problem(&at("price", index).key("usage_type"), message, "keep one of them");
            }
        }
    }

    fn price(&mut self, path: &KeyPath, price: &PriceKeys) {
        let instance = price.usage_type.contains("BoxUsage") || price.usage_type.contains("SpotUsage");
        match PricingUnit::parse(&price.unit) {
            None => {
                let message = format!("unknown unit `{}`", price.unit);
                self.problem(&path.key("unit"), message, "valid: Hours, GB-Months, GB, IOPS-Months, MiBps-Months, Requests and the Price List's short forms");
            }
            Some((unit, _)) if instance && unit != PricingUnit::Hours => {
                let message = format!("unit `{}` does not fit `{}`", price.unit, price.usage_type);
                self.problem(
                    &path.key("unit"),
                    message,
                    format!("`{}` is priced per Hours", price.usage_type),
                );
            }
            Some(_) => {}
        }
        let (low, high) = (price.usd_low.unwrap_or(price.usd).0, price.usd_high.unwrap_or(price.usd).0);
        if low > price.usd.0 || price.usd.0 > high {
            self.problem(path, "`usd_low`, `usd` and `usd_high` are not in rising order", "");
        }
    }
}

fn unknown_type(name: &InstanceType, catalog: &Catalog) -> (String, String) {
    let likely = did_you_mean(name.as_str(), catalog.iter().map(|(known, _)| known));
    let likely = likely.map_or_else(String::new, |likely| format!("{likely} "));
    let help =
        format!("{likely}`hpc-cost prices show --region REGION` lists instance types with their prices");
    (format!("unknown instance type `{name}`"), help)
}

fn largest(environments: &[&ComputeEnvironment]) -> String {
    let all = environments.iter().flat_map(|e| e.types.iter().map(|(name, spec)| (*e, name, spec)));
    all.max_by_key(|(_, _, spec)| (spec.gpus, spec.vcpus, spec.memory_mib)).map_or_else(
        String::new,
        |(e, name, spec)| {
            let usable = decimal::truncate(Decimal::from(spec.memory_mib) * e.usable_memory, 0);
            format!(
                "the largest, {name}, has {} vCPUs, {} MiB for jobs of its {} MiB, and {} GPUs",
                spec.vcpus,
                decimal::plain(usable),
                spec.memory_mib,
                spec.gpus
            )
        },
    )
}

/// Nodes of a job that run side by side on a type, where no compute environment says what memory
/// is kept.
#[must_use]
pub fn slots_on(
    job: &JobDefinitionKeys,
    spec: &InstanceSpec,
    environment: Option<&ComputeEnvironment>,
) -> u32 {
    slots(job, spec, environment.map_or_else(default_usable_memory, |e| e.usable_memory))
}
