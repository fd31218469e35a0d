//! What is simulated: compute environments, job queues, job definitions, as plain values.
//!
//! [`super::from_scenario`] makes one of a scenario. It knows no prices but the order of types that they give, and no
//! jobs.
//!
//! # AWS Batch and this model
//!
//! | AWS Batch | here |
//! |---|---|
//! | desired vCPUs follow RUNNABLE jobs | simulated: room for every waiting job, launched at once |
//! | which size is launched for many small jobs: not documented | `launch_size`; without it the smallest, and a span ([`super::span`]) |
//! | SPOT_CAPACITY_OPTIMIZED takes the deepest pools: not published | those refused least (`capacity_errors`), then a span |
//! | a blocked head of a queue blocks those behind it | simulated: strict, no backfill, so traces of Slurm wait longer here |
//! | multi-node jobs wait for all their nodes | simulated; idle instances are kept for the one at the head |
//! | instances are not scaled in while jobs need them | simulated, by reservation |
//! | `minScaleDownDelayMinutes` holds only for instances that had a job | left out: it holds for all |
//! | an interrupted attempt is retried up to `attempts`; a timeout is not | simulated |
//! | retry conditions (`evaluate_on_exit`) | AWS's recommended ones are simulated: an interruption is retried, a failure of the trace never |
//! | fair-share scheduling policies, job priorities | simulated ([`super::fair_share`] says what AWS leaves open) |
//! | job state time limits, consumable resources | simulated; cancelling by hand is left out |
//! | quota shares and their preemption, for training jobs of SageMaker AI | left out |
//! | attempts that failed before the last one | left out: a trace has the last one's run time |
//!
//! Left out beside these: quotas of vCPUs; zones, placement groups, and what Spot prices do to the choice of a type; EBS,
//! network, and how much longer jobs run on a file system that is asked for more than it gives (that is said, not
//! simulated); updates of compute environments; EC2's minimum of 60 s.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::attempt::Checkpoints;
use super::first_fit::Capacity;
use super::policy::{BlockedBy, Consumable, FairShare, StateLimit};
use crate::model::decimal::Decimal;
use crate::model::money::Usd;
use crate::model::sku::{InstanceType, PurchaseOption};
use crate::scenario::batch::{Bid, CapRule};
use crate::scenario::keys::batch::{AllocationStrategy, EnvironmentType, LaunchSize};
use crate::workload::{Job, Workload};

/// From the request of an instance to the start of its first job, image pull included, where nothing is said
/// [s]. AWS does not publish it; an assumption.
pub const LAUNCH_SECONDS: u64 = 240;
/// How long an instance without a job is kept, where nothing is said [s]. AWS does not publish it for a compute
/// environment without `minScaleDownDelayMinutes`; an assumption.
pub const SCALE_DOWN_SECONDS: u64 = 300;
/// After how long a type whose launch was refused for lack of capacity is asked for again, where nothing is said
/// [s]. AWS does not publish it; an assumption.
pub const CAPACITY_RETRY_SECONDS: u64 = 120;

/// Everything the simulator knows of AWS Batch's settings.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchModel {
    /// Compute environments.
    pub environments: Vec<Environment>,
    /// Job queues. With a single one every job goes to it, whatever its queue's name.
    pub queues: Vec<Queue>,
    /// Job definitions that jobs may name.
    pub job_definitions: Vec<Definition>,
    /// Consumable resources that job definitions name.
    pub consumables: Vec<Consumable>,
    /// What the Lustre file systems give together [kB/s]; `None` without any.
    pub lustre_kbps: Option<u64>,
    /// When the simulation ends [s]; jobs that have not ended by then are unfinished. Default: when the
    /// last job has ended.
    pub end_seconds: Option<u64>,
    /// How long the simulation goes on at least [s], where it has no end: what `min_vcpus` keeps running is there until
    /// then. Default: no longer than there are jobs.
    pub at_least_seconds: u64,
}

/// A managed compute environment.
#[derive(Clone, Debug, PartialEq)]
pub struct Environment {
    /// Its name.
    pub name: String,
    /// On-Demand or Spot.
    pub environment_type: EnvironmentType,
    /// How Batch chooses.
    pub strategy: AllocationStrategy,
    /// Instance types, in the order written, which only the strategies look at that AWS says do. At least one.
    pub types: Vec<LaunchType>,
    /// Limits by time; the first hold from second 0.
    pub limits: Vec<Limits>,
    /// From the request of an instance to the start of its first job [s].
    pub launch_seconds: u64,
    /// How long an instance without a job is kept [s].
    pub scale_down_seconds: u64,
    /// Spot interruptions per instance and hour; 0 On-Demand.
    pub interruptions_per_instance_hour: Decimal,
    /// After how long a refused type is asked for again [s].
    pub capacity_retry_seconds: u64,
    /// Which of the sizes is launched that the strategy holds equal. Without it the smallest, and the answer shows what the
    /// largest would come to.
    pub launch_size: Option<LaunchSize>,
    /// Whether of types that are alike to the strategy and in size the dearest is launched first, not the cheapest: the
    /// other end of what AWS does not document.
    pub dearest_first: bool,
}

/// An instance type that may be launched.
#[derive(Clone, Debug, PartialEq)]
pub struct LaunchType {
    /// Its name.
    pub instance_type: InstanceType,
    /// What jobs can ask for: vCPUs, memory less the reserve, GPUs.
    pub capacity: Capacity,
    /// Price of an hour, for the strategies that look at it.
    pub price: Option<Usd>,
    /// How the Spot price stands to the bid: above it no strategy launches the type, and none waits for it.
    pub bid: Bid,
    /// Launches refused for lack of capacity, in a million.
    pub refusals_per_million: u32,
    /// Spans in which every launch is refused, start and end [s].
    pub shortages: Vec<(u64, u64)>,
}

/// Limits in force from a second on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Since [s].
    pub from_seconds: u64,
    /// vCPUs kept running.
    pub min_vcpus: u32,
    /// vCPUs at which launches stop.
    pub max_vcpus: u32,
}

/// A job queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Queue {
    /// Its name.
    pub name: String,
    /// Higher goes first; queues of the same priority by name.
    pub priority: u32,
    /// Compute environments, by index, in the order they are tried.
    pub environments: Vec<u16>,
    /// Who goes before whom; `None` for strictly by submission.
    pub policy: Option<FairShare>,
    /// How long a job may block it.
    pub limits: Vec<StateLimit>,
}

/// What a job definition says beside resources, which the trace has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Definition {
    /// Its name.
    pub name: String,
    /// How often a job is tried, where the trace does not say.
    pub attempts: u16,
    /// After which an attempt is ended [s].
    pub timeout_seconds: Option<u64>,
    /// How the job saves its state.
    pub checkpoints: Option<Checkpoints>,
    /// What a node asks of the Lustre file systems while it runs [kB/s]; `None` for unknown.
    pub lustre_kbps: Option<u64>,
    /// Scheduling priority of its jobs within their share, where the trace does not say.
    pub scheduling_priority: u16,
    /// How much each node takes of which consumable resource.
    pub consumes: Vec<(u16, u64)>,
}

/// Why a job can never run: said before the run, not after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// Its queue is none of several.
    UnknownQueue,
    /// Its job definition is none of those declared.
    UnknownJobDefinition,
    /// No instance type of its queue has the vCPUs, the memory and the GPUs.
    NoInstanceType,
    /// It has several nodes, and only Spot would take it.
    MultiNodeOnSpot,
    /// `max_vcpus` is never high enough.
    AboveMaxVcpus,
    /// The Spot price of all that could take it is above the bid.
    AboveBid,
}

impl Environment {
    /// When it may launch.
    #[must_use]
    pub const fn cap_rule(&self) -> CapRule {
        CapRule::of(self.strategy, self.environment_type)
    }

    /// How its instances are bought.
    #[must_use]
    pub const fn purchase(&self) -> PurchaseOption {
        match self.environment_type {
            EnvironmentType::Ec2 => PurchaseOption::OnDemand,
            EnvironmentType::Spot => PurchaseOption::Spot,
        }
    }

    /// Whether another type is tried when the preferred one is refused: BEST_FIT waits for it.
    pub(super) const fn tries_others(&self) -> bool {
        !matches!(self.strategy, AllocationStrategy::BestFit)
    }

    fn highest_max(&self) -> u64 {
        self.limits.iter().map(|limits| u64::from(limits.max_vcpus)).max().unwrap_or_default()
    }
}

/// What a node of a job asks for.
pub(super) fn request(job: &Job) -> Capacity {
    Capacity { vcpus: job.vcpus, memory_mib: job.memory_mib, gpus: job.gpus.into() }
}

/// Which of the model's queues and job definitions the names of a workload are.
pub(super) struct Routes {
    pub(super) queues: Vec<Option<u16>>,
    /// `None` for a name that the model does not have; no name is a definition without limits.
    pub(super) definitions: Vec<Option<Definition>>,
}

impl BatchModel {
    /// Queues by priority, those of the same by name: in which order they are written never matters.
    pub(super) fn queues_by_priority(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.queues.len()).collect();
        order.sort_by_key(|index| (Reverse(self.queues[*index].priority), &self.queues[*index].name));
        order
    }

    /// Compute environments by name.
    pub(super) fn environments_by_name(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.environments.len()).collect();
        order.sort_by_key(|index| &self.environments[*index].name);
        order
    }

    pub(super) fn routes(&self, workload: &Workload) -> Routes {
        let index: BTreeMap<&str, u16> =
            self.queues.iter().map(|queue| queue.name.as_str()).zip(0..).collect();
        let only = (self.queues.len() == 1).then_some(0);
        let definition = |name: &String| match name.as_str() {
            "" => Some(Definition { attempts: 1, ..Definition::default() }),
            name => self.job_definitions.iter().find(|definition| definition.name == name).cloned(),
        };
        Routes {
            queues: workload.queues().iter().map(|name| only.or(index.get(name.as_str()).copied())).collect(),
            definitions: workload.job_definitions().iter().map(definition).collect(),
        }
    }

    /// By queue of the workload, the instance types its jobs may run on.
    pub(super) fn types_by_queue(&self, workload: &Workload) -> Vec<Vec<(&InstanceType, Capacity)>> {
        let of = |queue: &Option<u16>| {
            let queues = queue.iter().map(|queue| &self.queues[usize::from(*queue)]);
            let environments = queues.flat_map(|queue| &queue.environments);
            let types = environments.flat_map(|index| &self.environments[usize::from(*index)].types);
            types.map(|of| (&of.instance_type, of.capacity)).collect()
        };
        self.routes(workload).queues.iter().map(of).collect()
    }

    /// The jobs that can never run, by index. In AWS each would block its queue; the simulation sets them aside and
    /// counts them as unfinished.
    #[must_use]
    pub fn misfits(&self, workload: &Workload) -> Vec<(usize, Misfit)> {
        let routes = self.routes(workload);
        let jobs = workload.jobs().iter().enumerate();
        jobs.filter_map(|(index, job)| Some((index, self.misfit(job, &routes)?))).collect()
    }

    /// The limit of the time after which a job that nothing can take is cancelled, where its queue has one.
    pub(super) fn limit_of(&self, job: &Job, misfit: Misfit, routes: &Routes) -> Option<StateLimit> {
        let reason = match misfit {
            Misfit::NoInstanceType => BlockedBy::ResourceRequirement,
            Misfit::AboveMaxVcpus => BlockedBy::MaxResource,
            _ => return None,
        };
        let queue = &self.queues[usize::from(routes.queues[usize::from(job.queue)]?)];
        queue.limits.iter().find(|limit| limit.reason == reason).copied()
    }

    /// Why this job can never run, if so.
    pub(super) fn misfit(&self, job: &Job, routes: &Routes) -> Option<Misfit> {
        let Some(queue) = routes.queues[usize::from(job.queue)] else { return Some(Misfit::UnknownQueue) };
        if routes.definitions[usize::from(job.job_definition)].is_none() {
            return Some(Misfit::UnknownJobDefinition);
        }
        let request = request(job);
        let others = u64::from(job.nodes) - 1;
        let (mut holds, mut on_demand, mut starts) = (false, false, false);
        for index in &self.queues[usize::from(queue)].environments {
            let environment = &self.environments[usize::from(*index)];
            let is_spot = environment.environment_type == EnvironmentType::Spot;
            for of in environment.types.iter().filter(|of| of.capacity.holds(request)) {
                let size = u64::from(of.capacity.vcpus);
                holds = true;
                if job.nodes > 1 && is_spot {
                    continue;
                }
                on_demand = true;
                if !of.bid.starts() {
                    continue;
                }
                starts = true;
                if environment.cap_rule().may_launch(size * others, size, environment.highest_max()) {
                    return None;
                }
            }
        }
        Some(match (holds, on_demand, starts) {
            (false, ..) => Misfit::NoInstanceType,
            (true, false, _) => Misfit::MultiNodeOnSpot,
            (true, true, false) => Misfit::AboveBid,
            (true, true, true) => Misfit::AboveMaxVcpus,
        })
    }
}
