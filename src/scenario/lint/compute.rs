//! Rules of what runs and what is committed to.

use super::words;
use super::{Lint, at};
use crate::catalog::{Catalog, InstanceSpec};
use crate::document::KeyPath;
use crate::model::decimal::{self, Decimal};
use crate::model::sku::InstanceType;
use crate::model::time::Period;
use crate::model::units::Cases;
use crate::model::volume::VolumeType;
use crate::scenario::keys::ScenarioKeys;
use crate::scenario::keys::batch::{EnvironmentType, JobDefinitionKeys};
use crate::scenario::keys::compute::{CommitmentKeys, CommitmentKind, ComputeKeys, RootVolumeKeys};

/// Instances a Capacity Block may have (EC2 API reference, DescribeCapacityBlockOfferings).
const MAX_BLOCK_INSTANCES: u32 = 64;

impl Lint<'_> {
    pub(super) fn compute(
        &mut self,
        index: usize,
        compute: &ComputeKeys,
        keys: &ScenarioKeys,
        catalog: &Catalog,
    ) {
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
                words::job_definition(),
                jobs.clone().map(|j| j.name.as_str()),
            );
            jobs.clone().find(|j| j.name == *name)
        });
        if let Some(name) = &compute.compute_environment {
            let known = keys.batch.compute_environment.iter().map(|e| e.name.as_str());
            self.reference(&path.key("compute_environment"), name, words::compute_environment(), known);
        }
        let environments = &keys.batch.compute_environment;
        let environment = environments.iter().find(|e| compute.compute_environment.as_ref() == Some(&e.name));
        let many_nodes = job.is_some_and(|j| j.nodes.is_some_and(|n| n.0 > 1));
        if many_nodes && environment.is_some_and(|e| e.environment_type == EnvironmentType::Spot) {
            let message = words::multi_node_parallel_jobs_cannot();
            let help = words::name_a_compute_environment_with();
            self.problem(&path.key("compute_environment"), message, help);
        }
        if many_nodes && compute.spot_share.0 > Decimal::ZERO {
            let message = words::multi_node_parallel_jobs_cannot();
            self.problem(&path.key("spot_share"), message, words::set_spot_share_0_or_use());
        }
        if let Some(volume) = &compute.root_volume {
            self.root_volume(&path.key("root_volume"), volume);
        }
        self.capacity_block(&path, compute, catalog);
    }

    pub(super) fn spot_is_offered(
        &mut self,
        path: &KeyPath,
        name: &InstanceType,
        spec: &InstanceSpec,
        compute: &ComputeKeys,
    ) {
        if compute.spot_share.0 > Decimal::ZERO && !spec.offers_spot() {
            let message = words::is_not_offered_as_spot(name);
            self.problem(&path.key("spot_share"), message, words::set_spot_share_0_for_groups());
        }
    }

    pub(super) fn capacity_block(&mut self, path: &KeyPath, compute: &ComputeKeys, catalog: &Catalog) {
        let Some(block) = &compute.capacity_block else { return };
        let path = path.key("capacity_block");
        let [(instance_type, count)] = &compute.instances.0[..] else {
            self.problem(&path, words::a_capacity_block_is_for(), words::give_each_type_a_group());
            return;
        };
        if catalog.get(instance_type).is_some_and(|spec| !spec.offers_capacity_blocks()) {
            let known: Vec<&str> =
                catalog.iter().filter(|(_, s)| s.offers_capacity_blocks()).map(|(n, _)| n).collect();
            let message = words::is_not_offered_in_capacity(instance_type);
            self.problem(&path, message, words::valid(known.join(", ")));
        }
        if count.0 > MAX_BLOCK_INSTANCES {
            let help = words::at_most_give_the_rest(MAX_BLOCK_INSTANCES);
            self.problem(&path, words::more_instances_than_a_capacity(), help);
        }
        let hours = block.hours.0;
        let (day, week) = (Decimal::from(24), Decimal::from(168));
        let valid = (hours % day).is_zero() && hours <= Decimal::from(336)
            || (hours % week).is_zero() && hours <= Decimal::from(4368);
        if !valid {
            let message = words::there_is_no_capacity_block(decimal::plain(hours));
            self.problem(&path.key("hours"), message, words::whole_days_24_up_to());
        }
    }

    pub(super) fn hours(
        &mut self,
        path: &KeyPath,
        compute: &ComputeKeys,
        job: Option<&JobDefinitionKeys>,
        delay: Option<Decimal>,
        period: Period,
        catalog: &Catalog,
    ) {
        let given = [
            ("hours_per_instance", compute.hours_per_instance),
            ("instance_hours", compute.instance_hours),
            ("runs", compute.runs),
        ];
        let given: Vec<_> =
            given.into_iter().filter_map(|(key, hours)| hours.map(|hours| (key, hours.0))).collect();
        let one_of = words::hours_per_instance_instance_hours_or_runs();
        let count: u32 = compute.instances.0.iter().map(|(_, count)| count.0).sum();
        let per_instance = match given[..] {
            [("hours_per_instance", hours)] => Some(("hours_per_instance", hours)),
            [("instance_hours", hours)] => Some(("instance_hours", hours.map(|h| h / Decimal::from(count)))),
            [(key, runs)] => {
                self.hours_of_runs(path, compute, job, runs, count, catalog).map(|hours| (key, hours))
            }
            [] if compute.capacity_block.is_some() => None,
            [] => {
                self.problem(path, words::no_hours(), words::set_one_of(&one_of));
                None
            }
            [_, (second, _), ..] => {
                self.problem(&path.key(second), words::hours_are_given_twice(), words::keep_one_of(&one_of));
                None
            }
        };
        let Some((key, Cases { high, .. })) = per_instance else { return };
        let billed = high + compute.launches.0 * delay.unwrap_or_default() / Decimal::from(60);
        if billed > period.hours() {
            let message = words::hours_for_each_instance_boot(
                decimal::grouped_trimmed(billed, 2),
                decimal::grouped_trimmed(period.hours(), 2),
            );
            self.problem(&path.key(key), message, words::more_instances_or_fewer_hours());
        }
    }

    pub(super) fn hours_of_runs(
        &mut self,
        path: &KeyPath,
        compute: &ComputeKeys,
        job: Option<&JobDefinitionKeys>,
        runs: Cases<Decimal>,
        count: u32,
        catalog: &Catalog,
    ) -> Option<Cases<Decimal>> {
        let runs_path = path.key("runs");
        let Some(job) = job else {
            if compute.job_definition.is_none() {
                self.problem(&runs_path, words::runs_of_what(), words::set_job_definition_to_the_job());
            }
            return None;
        };
        let Some(run_hours) = job.run_hours else {
            let help = words::set_run_hours_in_the_job(&job.name);
            self.problem(&runs_path, words::the_hours_of_a_run(), help);
            return None;
        };
        for (instance_type, _) in &compute.instances.0 {
            let spec = catalog.get(instance_type);
            let holds = |spec: &InstanceSpec| {
                Decimal::from(spec.vcpus) >= job.vcpus.0
                    && Decimal::from(spec.memory_mib) >= job.memory_mib.0
                    && spec.gpus >= job.gpus.0
            };
            if spec.is_some_and(|spec| !holds(spec)) {
                let message = words::a_run_of_does_not(&job.name, instance_type);
                self.problem(&path.key("instances"), message, words::types_with_its_vcpus_memory());
            }
        }
        let nodes = job.nodes.map_or(1, |n| n.0);
        if nodes > count {
            let message = words::a_run_of_needs_nodes(&job.name, nodes, count);
            self.problem(&path.key("instances"), message, words::at_least_instances(nodes));
        }
        let factor = run_hours.0 * Decimal::from(nodes) / Decimal::from(count);
        Some(runs.map(|runs| runs * factor))
    }

    pub(super) fn root_volume(&mut self, path: &KeyPath, volume: &RootVolumeKeys) {
        if matches!(volume.volume_type, VolumeType::St1 | VolumeType::Sc1) {
            let message = words::no_instance_starts_from_a();
            self.problem(&path.key("type"), message, words::valid_gp3_gp2_io1_io2());
        }
        self.volume(path, &volume.into());
    }

    pub(super) fn commitment(&mut self, index: usize, commitment: &CommitmentKeys, catalog: &Catalog) {
        let path = at("commitment", index);
        match commitment.kind {
            CommitmentKind::SavingsPlan => {
                if commitment.usd_per_hour.is_none() {
                    self.problem(
                        &path,
                        words::a_savings_plan_needs_usd_per_hour(),
                        words::the_commitment_in_usd_per(),
                    );
                }
                if commitment.instance_type.is_some() || commitment.count.is_some() {
                    self.problem(
                        &path,
                        words::a_savings_plan_is_dollars(),
                        words::leave_out_instance_type_and_count(),
                    );
                }
            }
            CommitmentKind::Reserved => {
                let Some(instance_type) = &commitment.instance_type else {
                    self.problem(
                        &path,
                        words::reserved_instances_need_instance_type(),
                        words::the_type_that_is_reserved(),
                    );
                    return;
                };
                if commitment.count.is_none() {
                    self.problem(
                        &path,
                        words::reserved_instances_need_count(),
                        words::how_many_instances_are_reserved(),
                    );
                }
                self.known_type(&path.key("instance_type"), instance_type, catalog);
            }
        }
    }
}
