//! AWS Batch's own rules.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;

use super::words;
use super::{Lint, at};
use crate::catalog::{Catalog, InstanceSpec};
use crate::document::KeyPath;
use crate::document::nearest::did_you_mean;
use crate::model::decimal::{self, Decimal};
use crate::model::said::Said;
use crate::model::sku::InstanceType;
use crate::model::time::Period;
use crate::report::Note;
use crate::scenario::batch::ComputeEnvironment;
use crate::scenario::cron::Cron;
use crate::scenario::keys::ScenarioKeys;
use crate::scenario::keys::batch::{
    AllocationStrategy, ComputeEnvironmentKeys, EnvironmentType, JobDefinitionKeys, ScheduleKeys,
};
use crate::scenario::schedule::Schedule;
use crate::scenario::timeline;

/// Attempts a Batch job may have.
const MAX_ATTEMPTS: u32 = 10;
/// Compute environments a job queue may have.
const MAX_ENVIRONMENTS_PER_QUEUE: usize = 3;
/// Nodes a multi-node parallel job may have.
const MAX_NODES: u32 = 1000;

pub(super) fn batch(section: &str, index: usize) -> KeyPath {
    KeyPath::root().key("batch").key(section).index(index)
}

impl Lint<'_> {
    pub(super) fn environment(
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
        if environment.types.is_empty() {
            let message = match environment.retired.is_empty() {
                true => words::no_instance_types(),
                false => words::every_one_of_these_instance(),
            };
            self.problem(&types_path, message, words::name_at_least_one_type());
            return None;
        }
        Some(environment)
    }

    pub(super) fn schedule(
        &mut self,
        index: usize,
        keys: &ScheduleKeys,
        all: &ScenarioKeys,
    ) -> Option<Schedule> {
        let path = at("schedule", index);
        let environments = all.batch.compute_environment.iter().map(|e| e.name.as_str());
        self.reference(
            &path.key("compute_environment"),
            &keys.compute_environment,
            words::compute_environment(),
            environments,
        );
        if keys.max_vcpus.is_none() && keys.min_vcpus.is_none() {
            self.problem(
                &path,
                words::the_schedule_changes_nothing(),
                words::set_max_vcpus_min_vcpus_or_both(),
            );
        }
        let cron = Cron::parse(&keys.cron)
            .map_err(|message| self.problem(&path.key("cron"), message, words::such_as_0_22_1()))
            .ok();
        let zone = self.zone(&path.key("timezone"), keys.timezone.as_deref());
        if keys.timezone.is_none() {
            let (environment, cron) = (keys.compute_environment.clone(), keys.cron.clone());
            self.doubts.push(Note::ScheduleInUtc { environment, cron });
        }
        Some(Schedule {
            compute_environment: keys.compute_environment.clone(),
            cron: cron?,
            zone: zone?,
            max_vcpus: keys.max_vcpus.map(|n| n.0),
            min_vcpus: keys.min_vcpus.map(|n| n.0),
        })
    }

    /// The time zone of a name; UTC without one.
    pub(super) fn zone(&mut self, path: &KeyPath, name: Option<&str>) -> Option<TimeZone> {
        let name = name.unwrap_or("UTC");
        let zone = TimeZone::get(name).ok();
        if zone.is_none() {
            let names: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
            let likely =
                did_you_mean(name, names.iter().map(String::as_str).filter(|name| name.contains('/')));
            let likely = likely.unwrap_or_else(words::an_iana_name_such_as);
            self.problem(path, words::unknown_time_zone(name), likely);
        }
        zone
    }

    /// Refusals of launches are of types that the environment launches.
    fn capacity_errors(
        &mut self,
        path: &KeyPath,
        keys: &ComputeEnvironmentKeys,
        environment: &ComputeEnvironment,
    ) {
        let launched: Vec<String> = environment.types.iter().map(|(name, _)| name.to_string()).collect();
        for refused in keys.capacity_errors.keys() {
            self.reference(
                &path.key("capacity_errors").key(refused),
                refused,
                words::instance_type_of_this_compute(),
                launched.iter().map(String::as_str),
            );
        }
    }

    pub(super) fn environment_rules(
        &mut self,
        index: usize,
        keys: &ComputeEnvironmentKeys,
        environment: &ComputeEnvironment,
        schedules: &[Schedule],
        period: Period,
    ) {
        let path = batch("compute_environment", index);
        self.strategy(&path, keys, environment);
        self.capacity_errors(&path, keys, environment);
        if let Some(volume) = &keys.root_volume {
            self.root_volume(&path.key("root_volume"), volume);
        }
        if keys.bid_percentage.is_some_and(|p| p.0 > 100) {
            self.problem(&path.key("bid_percentage"), words::a_bid_above_100_of(), words::valid_1_to_100());
        }
        if keys.memory_reserve_percent.is_some_and(|p| p.0 >= Decimal::ONE_HUNDRED) {
            self.problem(
                &path.key("memory_reserve_percent"),
                words::no_memory_would_be_left(),
                words::a_percentage_below_100(),
            );
        }
        let architectures: BTreeSet<&str> =
            environment.types.iter().map(|(_, spec)| spec.architecture).collect();
        if architectures.len() > 1 {
            let message = words::x86_and_arm_types_in();
            self.problem(&path.key("instance_types"), message, words::one_compute_environment_for_each());
        }
        for segment in timeline(environment, schedules, period) {
            if segment.min_vcpus > segment.max_vcpus {
                let (min, max) = (segment.min_vcpus, segment.max_vcpus);
                let message = words::min_vcpus_is_above_max_vcpus_from(min, max, segment.start);
                self.problem(&path.key("min_vcpus"), message, words::keep_min_vcpus_at_or_below());
                break;
            }
        }
        self.cap(&path, environment, schedules, period);
    }

    pub(super) fn strategy(
        &mut self,
        path: &KeyPath,
        keys: &ComputeEnvironmentKeys,
        environment: &ComputeEnvironment,
    ) {
        let spot = keys.environment_type == EnvironmentType::Spot;
        let strategy = keys.allocation_strategy;
        if strategy.spot_only() && !spot {
            let message = words::is_for_spot_only(strategy.id());
            self.problem(
                &path.key("allocation_strategy"),
                message,
                words::valid_for_ec2_best_fit_best_fit_progressive(),
            );
        }
        if strategy == AllocationStrategy::BestFitProgressiveOrdered && spot {
            let message = words::is_for_ec2_only(strategy.id());
            self.problem(
                &path.key("allocation_strategy"),
                message,
                words::valid_for_spot_spot_price_capacity_optimized_spot_capacity_optimized(),
            );
        }
        if spot && let Some((name, _)) = environment.types.iter().find(|(_, spec)| !spec.offers_spot()) {
            let message = words::is_not_offered_as_spot(name);
            self.problem(&path.key("instance_types"), message, words::leave_it_out_or_use());
        }
        if keys.launch_size.is_some() && strategy.honours_order() {
            let message = words::takes_sizes_in_the_order(strategy.id());
            self.problem(&path.key("launch_size"), message, words::leave_the_key_out_or_order());
        }
        if keys.bid_percentage.is_some() && !spot {
            self.problem(
                &path.key("bid_percentage"),
                words::a_bid_is_for_spot(),
                words::leave_the_key_out_or(),
            );
        }
    }

    pub(super) fn cap(
        &mut self,
        path: &KeyPath,
        environment: &ComputeEnvironment,
        schedules: &[Schedule],
        period: Period,
    ) {
        let Some(smallest) = environment.types.iter().min_by_key(|(_, spec)| spec.vcpus) else { return };
        let timeline = timeline(environment, schedules, period);
        let highest = timeline.iter().map(|s| s.max_vcpus).max().unwrap_or(environment.max_vcpus);
        if highest > 0 && highest < smallest.1.vcpus {
            let message = words::max_vcpus_is_below_one_instance(highest);
            let help = words::at_least_the_vcpus_of(smallest.1.vcpus, &smallest.0);
            self.problem(&path.key("max_vcpus"), message, help);
            return;
        }
        if timeline.iter().any(|s| s.max_vcpus == 0) {
            self.doubts.push(Note::CapIsZero { environment: environment.name.clone() });
        }
        for (instance_type, spec) in &environment.types {
            let reachable = environment.cap_rule().may_launch(0, spec.vcpus.into(), highest.into());
            if highest > 0 && !reachable {
                self.doubts.push(Note::TypeAboveCap {
                    environment: environment.name.clone(),
                    instance_type: instance_type.to_string(),
                    max_vcpus: highest,
                });
            }
        }
    }

    pub(super) fn queues_and_jobs(
        &mut self,
        keys: &ScenarioKeys,
        environments: &[ComputeEnvironment],
        schedules: &[Schedule],
        period: Period,
    ) {
        let known: Vec<&str> = keys.batch.compute_environment.iter().map(|e| e.name.as_str()).collect();
        for (index, queue) in keys.batch.job_queue.iter().enumerate() {
            let path = batch("job_queue", index).key("compute_environments");
            if !(1..=MAX_ENVIRONMENTS_PER_QUEUE).contains(&queue.compute_environments.len()) {
                let message = words::a_job_queue_with_compute(queue.compute_environments.len());
                self.problem(&path, message, words::at_1_to(MAX_ENVIRONMENTS_PER_QUEUE));
            }
            for (place, name) in queue.compute_environments.iter().enumerate() {
                self.reference(&path.index(place), name, words::compute_environment(), known.iter().copied());
                if queue.compute_environments[..place].contains(name) {
                    self.problem(&path.index(place), words::is_there_twice(name), words::once_is_enough());
                }
            }
            let of_queue = environments.iter().filter(|e| queue.compute_environments.contains(&e.name));
            let types = of_queue.flat_map(|e| e.types.iter().map(|(_, spec)| spec.architecture));
            if types.collect::<BTreeSet<_>>().len() > 1 {
                let help = words::one_job_queue_for_each();
                self.problem(&path, words::x86_and_arm_compute_environments(), help);
            }
        }
        for (index, job) in keys.batch.job_definition.iter().enumerate() {
            self.job(index, job, keys, environments);
            self.job_size(index, job, environments, schedules, period);
        }
    }

    pub(super) fn job(
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
                words::more_attempts_than_batch_allows(),
                words::valid_1_to_2(MAX_ATTEMPTS),
            );
        }
        let nodes = job.nodes.map_or(1, |n| n.0);
        if nodes > MAX_NODES {
            self.problem(&path.key("nodes"), words::more_nodes_than_a_job(), words::valid_1_to(MAX_NODES));
        }
        if job.timeout_minutes.is_some_and(|t| t.0 < Decimal::ONE) {
            self.problem(
                &path.key("timeout_minutes"),
                words::a_timeout_below_batch_shortest(),
                words::at_least_1_minute(),
            );
        }
        let spot_only = |e: &&ComputeEnvironment| e.environment_type == EnvironmentType::Spot;
        if nodes > 1 && !environments.is_empty() && environments.iter().all(|e| spot_only(&e)) {
            let message = words::multi_node_parallel_jobs_cannot();
            self.problem(&path.key("nodes"), message, words::add_a_compute_environment_with());
        }
        let checkpointed = keys
            .compute
            .iter()
            .any(|c| c.job_definition.as_ref() == Some(&job.name) && c.spot_share.0 > Decimal::ZERO);
        if checkpointed && job.attempts.is_none_or(|a| a.0 == 1) {
            self.doubts.push(Note::OneAttemptOnSpot { job: job.name.clone() });
        }
    }

    /// Whether some compute environment can launch an instance, or as many as the job has nodes, on
    /// which the job fits.
    fn job_size(
        &mut self,
        index: usize,
        job: &JobDefinitionKeys,
        environments: &[ComputeEnvironment],
        schedules: &[Schedule],
        period: Period,
    ) {
        let path = batch("job_definition", index);
        if !job.vcpus.0.is_integer() {
            self.problem(&path.key("vcpus"), words::vcpus_on_ec2_are_whole(), words::a_whole_number());
        }
        let nodes = u64::from(job.nodes.map_or(1, |n| n.0));
        let on_demand = |e: &&ComputeEnvironment| e.environment_type == EnvironmentType::Ec2;
        let may_run: Vec<&ComputeEnvironment> =
            environments.iter().filter(|e| nodes == 1 || on_demand(e)).collect();
        if may_run.iter().all(|e| e.types.is_empty()) {
            return;
        }
        let wish = words::vcpus_mib_and_gpus(
            decimal::plain(job.vcpus.0),
            decimal::plain(job.memory_mib.0),
            job.gpus.0,
        );
        let fitting = |e: &&ComputeEnvironment| e.types.iter().any(|(_, spec)| e.slots(job, spec) > 0);
        if !may_run.iter().any(fitting) {
            let message = words::is_larger_than_every_instance(&job.name, &wish);
            self.problem(&path, message, largest(&may_run));
            return;
        }
        let all_nodes_start = |e: &&ComputeEnvironment| {
            let highest = timeline(e, schedules, period).iter().map(|s| s.max_vcpus).max().unwrap_or(0);
            e.types.iter().any(|(_, spec)| e.may_run(job, spec, highest))
        };
        if !may_run.iter().any(all_nodes_start) {
            let message = words::can_never_start_max_vcpus_is(&job.name, nodes);
            let help = words::a_larger_max_vcpus_smaller_instances();
            self.problem(&path, message, help);
        }
    }
}

/// The most of each resource that any type has, so that the reader sees which one is missing.
fn largest(environments: &[&ComputeEnvironment]) -> Said {
    let most = |amount: &dyn Fn(&ComputeEnvironment, &InstanceSpec) -> Decimal| {
        let types =
            environments.iter().flat_map(|e| e.types.iter().map(|(name, spec)| (amount(e, spec), name)));
        let (amount, name) = types.max_by_key(|(amount, _)| *amount)?;
        Some(format!("{} ({name})", decimal::plain(decimal::truncate(amount, 0))))
    };
    let vcpus = most(&|_, spec| spec.vcpus.into()).unwrap_or_default();
    let memory = most(&|e, spec| Decimal::from(spec.memory_mib) * e.usable_memory).unwrap_or_default();
    let gpus = most(&|_, spec| spec.gpus.into()).unwrap_or_default();
    words::one_type_must_have_it(&vcpus, &memory, &gpus)
}
