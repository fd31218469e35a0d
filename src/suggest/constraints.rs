//! What a change has to leave: instances on which every job fits, and GPU models whose speed nobody compares.
//!
//! A refusal here is one of the scenario's parts: each compute environment keeps what may be submitted to its queues.

use crate::suggest::Rejection;
use crate::suggest::words;
use std::collections::{BTreeMap, BTreeSet};

use super::rejection;
use super::search::instance_types::{Model, named};
use crate::catalog::{Catalog, InstanceSpec};
use crate::model::decimal::{self, Decimal};
use crate::model::sku::InstanceType;
use crate::report::Said;
use crate::scenario::Scenario;
use crate::scenario::batch::ComputeEnvironment;
use crate::scenario::keys::batch::EnvironmentType;
use crate::simulate::study::{Jobs, Study};
use crate::workload::Workload;

/// What each node of a job asks for, and how many there are.
#[derive(Clone, Copy, Debug)]
struct Request {
    vcpus: Decimal,
    memory_mib: Decimal,
    gpus: u32,
    nodes: u32,
}

/// A request, and where it may be submitted.
#[derive(Clone, Debug)]
struct Demand {
    /// What it is called.
    name: Said,
    request: Request,
    /// Compute environments of its queues.
    environments: BTreeSet<String>,
    /// Whether it is a job definition: it has to fit whatever the trace holds.
    declared: bool,
}

/// Everything that has to fit.
#[derive(Clone, Debug)]
pub(super) struct Demands(Vec<Demand>);

impl Demands {
    /// Job definitions, and the jobs of a trace. A definition is bound to queues by the jobs and arrivals that name it;
    /// where none does it may be submitted to every queue.
    pub(super) fn new(study: &Study, workload: &Workload) -> Demands {
        let scenario = &study.scenario;
        let queues = &scenario.keys.batch.job_queue;
        let behind = |name: &str| -> BTreeSet<String> {
            let own = queues.iter().find(|queue| queues.len() == 1 || queue.name == name);
            own.into_iter().flat_map(|queue| queue.compute_environments.iter().cloned()).collect()
        };
        let mut bound: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for (keys, _) in scenario.arrivals() {
            bound.entry(&keys.job_definition).or_default().extend(behind(&keys.queue));
        }
        let by_queue: Vec<BTreeSet<String>> = workload.queues().iter().map(|name| behind(name)).collect();
        let pairs: BTreeSet<(u16, u16)> =
            workload.jobs().iter().map(|job| (job.job_definition, job.queue)).collect();
        for (definition, queue) in pairs {
            let name = workload.job_definitions()[usize::from(definition)].as_str();
            bound.entry(name).or_default().extend(by_queue[usize::from(queue)].iter().cloned());
        }
        let everywhere: BTreeSet<String> =
            queues.iter().flat_map(|queue| queue.compute_environments.iter().cloned()).collect();
        let declared = scenario.keys.batch.job_definition.iter().map(|keys| Demand {
            name: Said::alike(&keys.name),
            request: Request {
                vcpus: keys.vcpus.0,
                memory_mib: keys.memory_mib.0,
                gpus: keys.gpus.0,
                nodes: keys.nodes.map_or(1, |nodes| nodes.0),
            },
            environments: bound
                .get(keys.name.as_str())
                .filter(|known| !known.is_empty())
                .unwrap_or(&everywhere)
                .clone(),
            declared: true,
        });
        let mut all: Vec<Demand> = declared.collect();
        if let Jobs::Trace(_) = study.jobs {
            all.extend(traced(scenario, workload, &by_queue));
        }
        Demands(all)
    }

    /// Why a scenario must not take the place of another: some job that fits in a compute environment now would not any
    /// more, or jobs could land on other GPUs. `speed_known` is whether run times are those of the new types.
    pub(super) fn refuse(
        &self,
        before: &Scenario,
        after: &Scenario,
        catalog: &Catalog,
        speed_known: bool,
    ) -> Option<Rejection> {
        for now in &after.environments {
            let Some(was) = before.environments.iter().find(|of| of.name == now.name) else { continue };
            if !speed_known && let Some(reason) = other_gpus(was, now, catalog) {
                return Some(reason);
            }
            let types = |of: &ComputeEnvironment| {
                of.types.iter().map(|(name, _)| name.clone()).collect::<BTreeSet<InstanceType>>()
            };
            let changed = was.environment_type != now.environment_type || types(was) != types(now);
            let own = self.0.iter().filter(|demand| demand.environments.contains(&now.name));
            let mut own = own.filter(|demand| changed || demand.declared).peekable();
            if own.peek().is_none() {
                continue;
            }
            let (most, most_now) = (highest(before, was), highest(after, now));
            let lost = own
                .find(|Demand { request, .. }| request.may_run(was, most) && !request.may_run(now, most_now));
            if let Some(demand) = lost {
                return Some(demand.request.lost(demand.name.clone(), now));
            }
        }
        None
    }
}

/// Of the jobs that run in a compute environment now, those with the most memory for their vCPUs, GPUs and nodes: where
/// they fit the others do.
fn traced(scenario: &Scenario, workload: &Workload, by_queue: &[BTreeSet<String>]) -> Vec<Demand> {
    let environments: Vec<(&ComputeEnvironment, u32)> =
        scenario.environments.iter().map(|of| (of, highest(scenario, of))).collect();
    let (mut seen, mut largest) = (BTreeSet::new(), BTreeMap::new());
    for (index, job) in workload.jobs().iter().enumerate() {
        if !seen.insert((job.queue, job.vcpus, job.gpus, job.nodes, job.memory_mib)) {
            continue;
        }
        let request = Request {
            vcpus: job.vcpus.into(),
            memory_mib: job.memory_mib.into(),
            gpus: job.gpus.into(),
            nodes: job.nodes,
        };
        let here = &by_queue[usize::from(job.queue)];
        for (place, (of, most)) in environments.iter().enumerate() {
            if here.contains(&of.name) && request.may_run(of, *most) {
                let known =
                    largest.entry((place, job.vcpus, job.gpus, job.nodes)).or_insert((request, index));
                if request.memory_mib > known.0.memory_mib {
                    *known = (request, index);
                }
            }
        }
    }
    let demand = |((place, ..), (request, index)): ((usize, u32, u16, u32), (Request, usize))| Demand {
        name: words::job(workload.id(index)),
        request,
        environments: BTreeSet::from([environments[place].0.name.clone()]),
        declared: false,
    };
    largest.into_iter().map(demand).collect()
}

/// The highest `max_vcpus` of the period.
pub(super) fn highest(scenario: &Scenario, of: &ComputeEnvironment) -> u32 {
    scenario.timeline(of).iter().map(|segment| segment.max_vcpus).max().unwrap_or(of.max_vcpus)
}

impl Request {
    fn fits(&self, of: &ComputeEnvironment, spec: &InstanceSpec) -> bool {
        let memory = decimal::truncate(Decimal::from(spec.memory_mib) * of.usable_memory, 0);
        Decimal::from(spec.vcpus) >= self.vcpus && memory >= self.memory_mib && spec.gpus >= self.gpus
    }

    fn takes_nodes(&self, of: &ComputeEnvironment) -> bool {
        self.nodes == 1 || of.environment_type == EnvironmentType::Ec2
    }

    fn may_run(&self, of: &ComputeEnvironment, max_vcpus: u32) -> bool {
        let starts = |spec: &InstanceSpec| {
            let size = u64::from(spec.vcpus);
            let others = u64::from(self.nodes.saturating_sub(1));
            of.cap_rule().may_launch(size * others, size, max_vcpus.into())
        };
        self.takes_nodes(of) && of.types.iter().any(|(_, spec)| self.fits(of, spec) && starts(spec))
    }

    /// Why it may not run any more, in words.
    fn lost(&self, name: Said, of: &ComputeEnvironment) -> Rejection {
        let place = &of.name;
        let counted = |count: Decimal, what: &str| {
            let many = if count == Decimal::ONE { "" } else { "s" };
            let count = decimal::grouped_trimmed(count, 2);
            Said::new(format!("{count} {what}{many}"), format!("{count} {what}"))
        };
        if !of.types.iter().any(|(_, spec)| self.fits(of, spec)) {
            let lacks =
                |enough: &dyn Fn(&InstanceSpec) -> bool| !of.types.iter().any(|(_, spec)| enough(spec));
            let asks = if lacks(&|spec| spec.gpus >= self.gpus) {
                counted(self.gpus.into(), "GPU")
            } else if lacks(&|spec| Decimal::from(spec.vcpus) >= self.vcpus) {
                counted(self.vcpus, "vCPU")
            } else {
                Said::alike(format!("{} MiB", decimal::grouped_trimmed(self.memory_mib, 0)))
            };
            return rejection::no_longer_fits(name, asks, place);
        }
        let nodes = words::nodes(self.nodes);
        if !self.takes_nodes(of) {
            return rejection::spot_takes_no_nodes(name, nodes, place);
        }
        rejection::can_no_longer_start(name, nodes, place)
    }
}

/// Why jobs could land on GPUs that nobody compares with those that the file names.
fn other_gpus(was: &ComputeEnvironment, now: &ComputeEnvironment, catalog: &Catalog) -> Option<Rejection> {
    let gone = removed(was, now);
    if !gone.is_empty() {
        return Some(rejection::removes_model(gone.join(", ")));
    }
    // A retired type is named, though nothing launches it.
    let retired = was.retired.iter().filter_map(|name| Some((name, catalog.get(name)?)));
    let launched = was.types.iter().map(|(name, spec)| (name, spec));
    let known: BTreeSet<Model> =
        launched.chain(retired).map(|(name, spec)| Model::of(name.as_str(), spec)).collect();
    let is_new = |(name, spec): &&(InstanceType, InstanceSpec)| {
        spec.gpus > 0 && !known.contains(&Model::of(name.as_str(), spec))
    };
    let (name, spec) = now.types.iter().find(is_new)?;
    Some(rejection::adds_model(named(name, spec)))
}

/// The types of GPU models that a compute environment launches no more, each with its model.
pub(super) fn removed(was: &ComputeEnvironment, now: &ComputeEnvironment) -> Vec<String> {
    let left: BTreeSet<Model> = now.types.iter().map(|(name, spec)| Model::of(name.as_str(), spec)).collect();
    let gone = was
        .types
        .iter()
        .filter(|(name, spec)| spec.gpus > 0 && !left.contains(&Model::of(name.as_str(), spec)));
    gone.map(|(name, spec)| named(name, spec)).collect()
}
