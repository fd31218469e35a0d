//! What a simulation comes to: waits, use, hours and cost, as the figures that answers show.
//!
//! Cost is that of the trace, instances from launch to termination and their root volumes, by the pricing function
//! of the estimate; what exists whatever runs (file systems, buckets) is not in it, and no commitment is laid over
//! it. Useful hours are the run times of jobs that succeeded.

use serde::Serialize;

use super::allocation::{hours, pools};
use super::model::BatchModel;
use super::outcome::{Counts, JobStatus, Outcome, Waits};
use super::policy::{BlockedBy, WHOLE_WEIGHT};
use super::usage::usage_lines;
use crate::estimate::Pricing;
use crate::estimate::pricing::LineItem;
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::sku::{PurchaseOption, Sku};
use crate::report::Cell;
use crate::scenario::Scenario;
use crate::workload::detail::Label;
use crate::workload::{MICROS, Workload};

/// Places of shares.
const PLACES: u32 = 4;

/// Instances of one type in one compute environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceHours {
    /// The compute environment.
    pub environment: String,
    /// The type.
    pub instance_type: String,
    /// How it is bought.
    pub purchase: PurchaseOption,
    /// Instances launched.
    pub launches: u64,
    /// Most at once.
    pub peak: u64,
    /// From launch to termination, of all of them.
    pub hours: Decimal,
    /// Launches that EC2 refused.
    pub refusals: u64,
    /// AWS's usage type of its hours.
    pub usage_type: String,
    /// What an hour cost, on average over all environments; `None` without a price.
    pub rate: Option<Usd>,
}

/// What jobs wait for: that of the first job of their queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitCause {
    /// An instance that is being launched.
    Launch,
    /// `max_vcpus` of a compute environment.
    MaxVcpus,
    /// EC2, which refused.
    Capacity,
    /// vCPUs that a scheduling policy keeps free for other shares.
    ComputeReservation,
    /// A consumable resource.
    ConsumableResource,
    /// A time limit: no instance can take the job.
    Misfit,
}

impl WaitCause {
    /// The name in JSON.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            WaitCause::Launch => "launch",
            WaitCause::MaxVcpus => "max_vcpus",
            WaitCause::Capacity => "capacity",
            WaitCause::ComputeReservation => "compute_reservation",
            WaitCause::ConsumableResource => "consumable_resource",
            WaitCause::Misfit => "misfit",
        }
    }
}

/// Time that jobs waited for one cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitedFor {
    /// For what.
    pub cause: WaitCause,
    /// In which compute environment; `None` where none holds jobs back.
    pub environment: Option<String>,
    /// For which consumable resource.
    pub resource: Option<String>,
    /// Waiting jobs × time [h].
    pub job_hours: Decimal,
    /// Of all waiting.
    pub percent: Decimal,
}

/// Waits of one share of a queue with a scheduling policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareWaits {
    /// The queue, as the workload names it.
    pub queue: String,
    /// The share identifier; empty for jobs without.
    pub share: String,
    /// Its weight factor.
    pub weight: Decimal,
    /// Of its jobs that started.
    pub waits: Waits,
}

/// The figures of one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    /// The seed.
    pub seed: u64,
    /// Jobs by what became of them.
    pub jobs: Counts,
    /// Attempts that an interruption ended.
    pub interrupted_attempts: u64,
    /// Of all jobs that started.
    pub waits: Waits,
    /// By the workload's queues.
    pub queues: Vec<(String, Waits)>,
    /// By share, of queues with a scheduling policy.
    pub shares: Vec<ShareWaits>,
    /// Jobs that job state time limits cancelled, by what they waited for.
    pub cancelled: Vec<(BlockedBy, u64)>,
    /// Jobs that waited longer than the scenario's target; `None` without one.
    pub over_wait_target: Option<u64>,
    /// What jobs waited for, the most first; further attempts included. Adds up to all waiting.
    pub waited_for: Vec<WaitedFor>,
    /// vCPU-seconds asked for by running jobs, in percent of those owned; `None` where none was owned.
    pub vcpu_percent: Option<Decimal>,
    /// The same of GPUs.
    pub gpu_percent: Option<Decimal>,
    /// What ran.
    pub instances: Vec<InstanceHours>,
    /// Most instances at once.
    pub peak_instances: u64,
    /// Most vCPUs at once.
    pub max_vcpus_used: u64,
    /// From the first submission to the end of the last job [s].
    pub makespan_seconds: u64,
    /// Instance-hours of work that interruptions lost, in vCPU-hours.
    pub lost_vcpu_hours: Decimal,
    /// Of jobs that failed, in vCPU-hours.
    pub failed_vcpu_hours: Decimal,
    /// GPU-hours of jobs that succeeded.
    pub useful_gpu_hours: Decimal,
    /// vCPU-hours of jobs that succeeded.
    pub useful_vcpu_hours: Decimal,
    /// What it costs; at least that, where something has no price.
    pub cost: Usd,
    /// The same by what ran, in the order of [`Outcome::ran`], root volumes included; `None` without a price.
    pub pools: Vec<Option<Usd>>,
    /// Usage types without a price.
    pub unpriced: Vec<String>,
}

impl Figures {
    /// Of a run.
    #[must_use]
    pub fn new(
        outcome: &Outcome,
        model: &BatchModel,
        workload: &Workload,
        scenario: &Scenario,
        pricing: &Pricing,
    ) -> Figures {
        let (items, unpriced) = pricing.price(&usage_lines(outcome, model, scenario));
        let waits = outcome.waits();
        let by_queue = match workload.queues() {
            // The waits of one queue are all of them.
            [_] => vec![waits],
            _ => outcome.waits_by_queue(workload),
        };
        let target = scenario.keys.target.as_ref().and_then(|target| target.wait_minutes);
        let over = |minutes: Decimal| {
            let seconds = decimal::truncate(minutes * Decimal::from(60), 0);
            outcome.over_wait(u64::try_from(seconds).unwrap_or(u64::MAX))
        };
        let ran = outcome.ran.iter().filter(|ran| ran.launches > 0 || ran.refusals > 0);
        let instances = ran.map(|ran| {
            let environment = &model.environments[usize::from(ran.environment)];
            let instance_type = &environment.types[usize::from(ran.kind)].instance_type;
            let sku = Sku::instance(scenario.region, instance_type, environment.purchase());
            InstanceHours {
                usage_type: sku.usage_type(),
                rate: rate(&items, &sku),
                environment: environment.name.clone(),
                instance_type: instance_type.to_string(),
                purchase: environment.purchase(),
                launches: ran.launches,
                peak: ran.peak,
                hours: hours(ran.instance_seconds.into()),
                refusals: ran.refusals,
            }
        });
        let (mut vcpu_micros, mut gpu_micros) = (0_u128, 0_u128);
        for (job, found) in workload.jobs().iter().zip(&outcome.jobs) {
            if found.status == JobStatus::Succeeded {
                let node_micros = u128::from(workload.useful_micros(job)) * u128::from(job.nodes);
                vcpu_micros += node_micros * u128::from(job.vcpus);
                gpu_micros += node_micros * u128::from(job.gpus);
            }
        }
        Figures {
            seed: outcome.seed,
            jobs: outcome.counts(),
            interrupted_attempts: outcome.interrupted_attempts,
            waits,
            queues: workload.queues().iter().cloned().zip(by_queue).collect(),
            shares: shares(outcome, model, workload),
            cancelled: cancelled(outcome),
            over_wait_target: target.map(|minutes| over(minutes.0)),
            waited_for: waited_for(outcome, model),
            vcpu_percent: percent(outcome.busy.vcpu_seconds, outcome.owned.vcpu_seconds),
            gpu_percent: percent(outcome.busy.gpu_seconds, outcome.owned.gpu_seconds),
            instances: instances.collect(),
            peak_instances: outcome.peak_instances,
            max_vcpus_used: outcome.max_vcpus_used,
            makespan_seconds: outcome.makespan_seconds,
            lost_vcpu_hours: hours(outcome.lost.vcpu_seconds),
            failed_vcpu_hours: hours(outcome.failed.vcpu_seconds),
            useful_gpu_hours: hours(gpu_micros / u128::from(MICROS)),
            useful_vcpu_hours: hours(vcpu_micros / u128::from(MICROS)),
            pools: pools(&items, outcome, model, scenario),
            cost: items.iter().map(|item| item.cost.expected).sum(),
            unpriced: unpriced.iter().map(|line| line.usage.sku.usage_type()).collect(),
        }
    }

    /// Dollars per useful GPU-hour; `None` without any, or while something has no price.
    #[must_use]
    pub fn per_useful_gpu_hour(&self) -> Option<Usd> {
        self.per(self.useful_gpu_hours)
    }

    /// Dollars per useful vCPU-hour.
    #[must_use]
    pub fn per_useful_vcpu_hour(&self) -> Option<Usd> {
        self.per(self.useful_vcpu_hours)
    }

    fn per(&self, hours: Decimal) -> Option<Usd> {
        self.cost.per(hours).filter(|_| self.unpriced.is_empty()).map(Usd::to_price)
    }
}

/// What an hour of an instance cost, on average over the lines of it; `None` without a price.
fn rate(items: &[LineItem], sku: &Sku) -> Option<Usd> {
    let own = items.iter().filter(|item| item.usage.sku == *sku);
    let (cost, hours) = own.fold((Usd::ZERO, Decimal::ZERO), |(cost, hours), item| {
        (cost + item.cost.expected, hours + item.usage.quantity.expected.amount)
    });
    cost.per(hours).filter(|_| !hours.is_zero())
}

/// Waits by share of the queues that have a policy.
fn shares(outcome: &Outcome, model: &BatchModel, workload: &Workload) -> Vec<ShareWaits> {
    let routes = model.routes(workload);
    let policy = |queue: u16| {
        let queue = routes.queues[usize::from(queue)];
        queue.and_then(|queue| model.queues[usize::from(queue)].policy.as_ref())
    };
    if model.queues.iter().all(|queue| queue.policy.is_none()) {
        return Vec::new();
    }
    let rows = outcome.waits_by_share(workload, |queue| policy(queue).is_some()).into_iter();
    rows.map(|(queue, share, waits)| {
        let name = &workload.labels(Label::Share)[share as usize];
        let weight = policy(queue).map_or(WHOLE_WEIGHT, |policy| policy.weight(name));
        ShareWaits {
            queue: workload.queues()[usize::from(queue)].clone(),
            share: name.to_string(),
            weight: Decimal::new(weight.into(), 4).normalize(),
            waits,
        }
    })
    .collect()
}

fn cancelled(outcome: &Outcome) -> Vec<(BlockedBy, u64)> {
    let count = |reason| outcome.cancelled.iter().filter(|(_, other)| *other == reason).count() as u64;
    BlockedBy::ALL.map(|reason| (reason, count(reason))).into_iter().filter(|(_, jobs)| *jobs > 0).collect()
}

/// What jobs waited for.
fn waited_for(outcome: &Outcome, model: &BatchModel) -> Vec<WaitedFor> {
    let waited = &outcome.waited;
    let names = || model.environments.iter().map(|environment| Some(environment.name.clone()));
    let of = |cause: WaitCause, seconds: &[u128]| -> Vec<_> {
        names().zip(seconds).map(|(name, seconds)| (cause, name, *seconds)).collect()
    };
    let resources = model.consumables.iter().map(|resource| Some(resource.name.clone()));
    let mut causes = vec![
        (WaitCause::Launch, None, waited.launch),
        (WaitCause::ComputeReservation, None, waited.compute_reservation),
        (WaitCause::Misfit, None, waited.misfit),
    ];
    causes.extend(
        resources
            .zip(&waited.consumable)
            .map(|(name, seconds)| (WaitCause::ConsumableResource, name, *seconds)),
    );
    causes.extend(of(WaitCause::MaxVcpus, &waited.max_vcpus));
    causes.extend(of(WaitCause::Capacity, &waited.capacity));
    causes.retain(|(.., seconds)| *seconds > 0);
    causes.sort_by_key(|(.., seconds)| std::cmp::Reverse(*seconds));
    let all = waited.all();
    let row = |(cause, name, seconds): (WaitCause, Option<String>, u128)| WaitedFor {
        cause,
        environment: name.clone().filter(|_| cause != WaitCause::ConsumableResource),
        resource: name.filter(|_| cause == WaitCause::ConsumableResource),
        job_hours: hours(seconds),
        percent: percent(seconds, all).unwrap_or_default(),
    };
    causes.into_iter().map(row).collect()
}

fn percent(part: u128, whole_of: u128) -> Option<Decimal> {
    (whole_of > 0).then(|| decimal::round(whole(part) * Decimal::ONE_HUNDRED / whole(whole_of), PLACES))
}

/// Counts of seconds are far below what a decimal holds: 10⁹ vCPUs for 136 years are 4 · 10¹⁸.
fn whole(number: u128) -> Decimal {
    Decimal::from(u64::try_from(number).unwrap_or(u64::MAX))
}

/// Of waits, where something has started.
pub(super) fn seconds(known: Option<u64>) -> Cell {
    known.map_or(Cell::Unknown, |seconds| Cell::Number(seconds.into()))
}
