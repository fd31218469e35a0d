//! Rules of fair-share scheduling, job state time limits and consumable resources.
//!
//! Sources: AWS Batch API reference, FairsharePolicy, ShareAttributes, JobStateTimeLimitAction, RegisterJobDefinition
//! (schedulingPriority), read 2026-11-28.

use super::Lint;
use super::batch::batch;
use super::words;
use crate::document::KeyPath;
use crate::model::decimal::{self, Decimal};
use crate::scenario::keys::ScenarioKeys;
use crate::scenario::keys::batch::{JobDefinitionKeys, SchedulingPolicyKeys, StateLimitKeys};

/// Longest `shareDecaySeconds`: a week.
const MOST_DECAY_SECONDS: u32 = 604_800;
/// Highest `computeReservation` [%].
const MOST_RESERVATION: u32 = 99;
/// Longest share identifier, without the asterisk.
const MOST_CHARACTERS: usize = 255;
/// Highest scheduling priority.
const MOST_PRIORITY: u32 = 9999;
/// Shortest and longest limit of the time in a state [s].
const LIMIT_SECONDS: std::ops::RangeInclusive<u32> = 600..=86_400;

impl Lint<'_> {
    pub(super) fn scheduling(&mut self, keys: &ScenarioKeys) {
        for (index, policy) in keys.batch.scheduling_policy.iter().enumerate() {
            self.policy(&batch("scheduling_policy", index), policy);
        }
        let policies = || keys.batch.scheduling_policy.iter().map(|policy| policy.name.as_str());
        for (index, queue) in keys.batch.job_queue.iter().enumerate() {
            let path = batch("job_queue", index);
            if let Some(name) = &queue.scheduling_policy {
                self.reference(&path.key("scheduling_policy"), name, words::scheduling_policy(), policies());
            }
            self.limits(&path.key("job_state_time_limit_actions"), &queue.job_state_time_limit_actions);
        }
        for (index, job) in keys.batch.job_definition.iter().enumerate() {
            self.consumed(&batch("job_definition", index), job, keys);
        }
        let arrivals = keys.workload.iter().flat_map(|workload| &workload.arrivals).enumerate();
        for (index, kind) in arrivals {
            if let Some(share) = &kind.share {
                let path = KeyPath::root().key("workload").key("arrivals").index(index);
                self.identifier(&path.key("share"), share);
            }
        }
    }

    fn policy(&mut self, path: &KeyPath, policy: &SchedulingPolicyKeys) {
        if policy.share_decay_seconds.0 > MOST_DECAY_SECONDS {
            let message = words::a_share_decay_above_the();
            self.problem(&path.key("share_decay_seconds"), message, words::valid_0_to_3(MOST_DECAY_SECONDS));
        }
        if policy.compute_reservation.0 > MOST_RESERVATION {
            let message = words::a_compute_reservation_above_the();
            self.problem(&path.key("compute_reservation"), message, words::valid_0_to_2(MOST_RESERVATION));
        }
        let path = path.key("share_distribution");
        let least = Decimal::new(1, 4);
        for (place, share) in policy.share_distribution.iter().enumerate() {
            let path = path.index(place);
            let name = &share.share_identifier;
            self.identifier(&path.key("share_identifier"), name.strip_suffix('*').unwrap_or(name));
            if let Some(weight) = &share.weight_factor
                && (weight.0 < least
                    || weight.0 >= Decimal::from(1000)
                    || decimal::truncate(weight.0, 4) != weight.0)
            {
                let help = words::valid_0_0001_to_999();
                self.problem(&path.key("weight_factor"), words::no_weight_factor_of_aws(), help);
            }
            let before = policy.share_distribution[..place].iter().map(|other| &other.share_identifier);
            if let Some(other) = before.into_iter().find(|other| overlap(other, name)) {
                let message = words::overlaps(name, other);
                self.problem(&path.key("share_identifier"), message, words::a_share_has_one_weight());
            }
        }
    }

    /// A share identifier, without an asterisk at its end.
    fn identifier(&mut self, path: &KeyPath, name: &str) {
        let valid = name.bytes().all(|byte| byte.is_ascii_alphanumeric()) && name.len() <= MOST_CHARACTERS;
        if !valid {
            let help = words::up_to_letters_and_digits(MOST_CHARACTERS);
            self.problem(path, words::is_no_share_identifier_of(name), help);
        }
    }

    fn limits(&mut self, path: &KeyPath, limits: &[StateLimitKeys]) {
        for (place, limit) in limits.iter().enumerate() {
            let path = path.index(place);
            if !LIMIT_SECONDS.contains(&limit.max_time_seconds.0) {
                let help = words::valid_to(LIMIT_SECONDS.start(), LIMIT_SECONDS.end());
                self.problem(&path.key("max_time_seconds"), words::no_time_limit_of_aws(), help);
            }
            if limits[..place].iter().any(|other| other.reason == limit.reason) {
                let message = words::two_limits_for(limit.reason.id());
                self.problem(&path.key("reason"), message, words::keep_one_of_them());
            }
        }
    }

    fn consumed(&mut self, path: &KeyPath, job: &JobDefinitionKeys, keys: &ScenarioKeys) {
        if job.scheduling_priority.0 > MOST_PRIORITY {
            let message = words::a_scheduling_priority_above_the();
            self.problem(&path.key("scheduling_priority"), message, words::valid_0_to(MOST_PRIORITY));
        }
        let names = || keys.batch.consumable_resource.iter().map(|resource| resource.name.as_str());
        for (name, quantity) in &job.consumable_resources {
            let path = path.key("consumable_resources").key(name);
            self.reference(&path, name, words::consumable_resource(), names());
            let total = keys.batch.consumable_resource.iter().find(|resource| resource.name == *name);
            let nodes = u64::from(job.nodes.map_or(1, |nodes| nodes.0));
            let needed = u64::from(quantity.0) * nodes;
            if let Some(total) =
                total.map(|of| of.total_quantity.0).filter(|total| u64::from(*total) < needed)
            {
                let message = words::can_never_start_it_needs(&job.name, needed, total, name);
                self.problem(&path, message, words::a_lower_quantity_or_a());
            }
        }
    }
}

/// Whether a share could be meant by both of two entries.
fn overlap(one: &str, other: &str) -> bool {
    match (one.strip_suffix('*'), other.strip_suffix('*')) {
        (None, None) => one == other,
        (Some(prefix), None) => other.starts_with(prefix),
        (None, Some(prefix)) => one.starts_with(prefix),
        (Some(one), Some(other)) => one.starts_with(other) || other.starts_with(one),
    }
}
