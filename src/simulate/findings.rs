//! The symptoms that operators look for, each with the figure behind it.
//!
//! Of jobs that wait long the causes are told apart: `max_vcpus`, EC2's capacity, launches, and requests that fit
//! nothing. What the simulation does not know (memory and GPUs that jobs really use) is not guessed.

use std::collections::BTreeMap;

use super::figures::{Figures, WaitedFor};
use super::model::{BatchModel, Misfit};
use super::outcome::UsedUp;
use super::study::Run;
use crate::model::decimal::{self, Decimal};
use crate::model::text::counted;
use crate::report::{Cell, Column, Row, Table};
use crate::scenario::Scenario;
use crate::workload::{Job, Workload};

/// What operators look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symptom {
    /// Jobs that nothing can run.
    Impossible,
    /// Jobs that only Spot above the bid could run.
    Bid,
    /// Jobs wait since `max_vcpus` is reached.
    MaxVcpus,
    /// Jobs wait since EC2 has no capacity.
    Capacity,
    /// Jobs wait for launches.
    Launches,
    /// Jobs wait since a scheduling policy keeps vCPUs free.
    ComputeReservation,
    /// Jobs wait for a consumable resource.
    Consumable,
    /// Jobs that need more of a consumable resource than will ever be left.
    UsedUp,
    /// Memory decides how many jobs share an instance.
    MemoryRequests,
    /// GPUs that no job holds.
    GpusIdle,
    /// Attempts that Spot ended.
    Interruptions,
    /// Jobs that fail.
    Failures,
    /// Lustre gives less than jobs ask for.
    Lustre,
}

impl Symptom {
    /// In the words of an operations guide.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Symptom::Impossible => "RUNNABLE for ever: impossible jobs",
            Symptom::Bid => "RUNNABLE for ever: Spot above the bid",
            Symptom::MaxVcpus => "RUNNABLE for long: max_vcpus",
            Symptom::Capacity => "RUNNABLE for long: capacity",
            Symptom::Launches => "RUNNABLE for long: launches",
            Symptom::ComputeReservation => "RUNNABLE for long: compute reservation",
            Symptom::Consumable => "RUNNABLE for long: consumable resource",
            Symptom::UsedUp => "RUNNABLE for ever: consumable resource used up",
            Symptom::MemoryRequests => "Memory requests waste vCPUs or GPUs",
            Symptom::GpusIdle => "GPUs idle",
            Symptom::Interruptions => "Spot interruptions",
            Symptom::Failures => "Jobs fail",
            Symptom::Lustre => "Lustre is too slow for the fleet",
        }
    }
}

/// A symptom and its figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub symptom: Symptom,
    /// The compute environment, of which it is one.
    pub environment: Option<String>,
    /// How many jobs, where they are counted.
    pub jobs: Option<u64>,
    /// The figure, in words.
    pub evidence: String,
}

/// The findings as a table; `None` without any.
#[must_use]
pub fn table(caption: &str, findings: &[Finding]) -> Option<Table> {
    let row = |finding: &Finding| {
        Row::Data(vec![Cell::Text(finding.symptom.words().to_owned()), Cell::Text(finding.evidence.clone())])
    };
    (!findings.is_empty()).then(|| Table {
        caption: caption.into(),
        columns: vec![Column::text("symptom", "Symptom"), Column::text("evidence", "Evidence")],
        rows: findings.iter().map(row).collect(),
    })
}

/// Why a job can never run, in words.
const fn reason(misfit: Misfit) -> &'static str {
    match misfit {
        Misfit::UnknownQueue => "their queue is none of the scenario's",
        Misfit::UnknownJobDefinition => "their job definition is none of the scenario's",
        Misfit::NoInstanceType => {
            "no instance type of their queue has the vCPUs, the memory (less the reserve) and the GPUs"
        }
        Misfit::MultiNodeOnSpot => "they have several nodes, and only Spot would take them",
        Misfit::AboveMaxVcpus => "max_vcpus is never high enough for them",
        Misfit::AboveBid => {
            "the Spot price of every instance type of their queue that could take them is above the bid (bid_percentage)"
        }
    }
}

/// Jobs that can never run, by reason, with how many and the first of them. Known before a run.
#[must_use]
pub fn impossible(misfits: &[(usize, Misfit)], model: &BatchModel, workload: &Workload) -> Vec<Finding> {
    let routes = model.routes(workload);
    let mut by_reason: BTreeMap<(&'static str, bool), (u64, usize, Symptom)> = BTreeMap::new();
    for (index, misfit) in misfits {
        let symptom = if *misfit == Misfit::AboveBid { Symptom::Bid } else { Symptom::Impossible };
        let ends = model.limit_of(&workload.jobs()[*index], *misfit, &routes).is_some();
        by_reason.entry((reason(*misfit), ends)).or_insert((0, *index, symptom)).0 += 1;
    }
    let finding = |((reason, ends), (jobs, first, symptom)): ((&str, bool), (u64, usize, Symptom))| Finding {
        symptom,
        environment: None,
        jobs: Some(jobs),
        evidence: format!(
            "{jobs} of {} jobs, the first `{}`: {reason}; {}",
            workload.jobs().len(),
            workload.id(first),
            match ends {
                true => "each blocks its queue until its time limit cancels it",
                false => "they are set aside, AWS would let each block its queue",
            }
        ),
    };
    by_reason.into_iter().map(finding).collect()
}

/// What stands out in a run.
#[must_use]
pub fn findings(run: &Run, scenario: &Scenario) -> Vec<Finding> {
    let figures = &run.figures;
    let mut found = match (figures.jobs.misfits, &figures.cancelled[..]) {
        (0, []) => Vec::new(),
        _ => impossible(&run.model.misfits(&run.workload), &run.model, &run.workload),
    };
    found.extend(run.outcome.used_up.iter().map(|of| used_up(run, of)));
    found.extend(long_waits(figures, scenario));
    found.extend(memory_requests(run));
    found.extend(low_use(figures, scenario));
    if figures.interrupted_attempts > 0 {
        found.push(Finding {
            symptom: Symptom::Interruptions,
            environment: None,
            jobs: None,
            evidence: format!(
                "{} attempts were interrupted, {} vCPU-hours of work were lost",
                figures.interrupted_attempts,
                decimal::grouped_trimmed(figures.lost_vcpu_hours, 1)
            ),
        });
    }
    found.extend(failures(figures, scenario));
    found.extend(lustre(run));
    found
}

/// Jobs that wait for what never comes back.
fn used_up(run: &Run, of: &UsedUp) -> Finding {
    let resource = &run.model.consumables[usize::from(of.resource)];
    let jobs = counted(of.jobs, "job");
    let (verb, each) = if of.jobs == 1 { ("needs", "it") } else { ("need", "each") };
    Finding {
        symptom: Symptom::UsedUp,
        environment: None,
        jobs: Some(of.jobs),
        evidence: format!(
            "{jobs}, the first `{}`, {verb} more of `{}` than is left: {} of {}, and nothing gives it back (NON_REPLENISHABLE); {each} blocks its queue",
            run.workload.id(of.first as usize),
            resource.name,
            of.left,
            resource.total,
        ),
    }
}

/// Waits over the target, one finding for each cause with its share of all waiting.
fn long_waits(figures: &Figures, scenario: &Scenario) -> Vec<Finding> {
    let minutes = scenario.keys.target.as_ref().and_then(|target| target.wait_minutes);
    let (Some(over), Some(minutes)) = (figures.over_wait_target.filter(|over| *over > 0), minutes) else {
        return Vec::new();
    };
    let finding = |waited: &WaitedFor| {
        let (symptom, what) = match (waited.cause, &waited.environment) {
            ("max_vcpus", Some(environment)) => {
                (Symptom::MaxVcpus, format!("max_vcpus of {environment} was reached"))
            }
            ("capacity", Some(environment)) => (Symptom::Capacity, refusals(figures, environment)),
            ("compute_reservation", _) => {
                (Symptom::ComputeReservation, "the scheduling policy kept vCPUs free for other shares".into())
            }
            ("consumable_resource", _) => {
                let name = waited.resource.as_deref().unwrap_or_default();
                (Symptom::Consumable, format!("`{name}` was in use"))
            }
            ("misfit", _) => (Symptom::Impossible, "a job that no instance can take was first".into()),
            _ => (Symptom::Launches, "an instance was being launched".into()),
        };
        Finding {
            symptom,
            environment: waited.environment.clone(),
            jobs: None,
            evidence: format!(
                "{over} jobs waited longer than {} min (p95 {} s, longest {} s); in {} % of all waiting, {} job-hours, {what}",
                decimal::grouped_trimmed(minutes.0, 2),
                figures.waits.p95,
                figures.waits.max,
                decimal::grouped_trimmed(waited.percent, 1),
                decimal::grouped_trimmed(waited.job_hours, 1),
            ),
        }
    };
    figures.waited_for.iter().map(finding).collect()
}

/// How often EC2 refused.
fn refusals(figures: &Figures, environment: &str) -> String {
    let of = figures.instances.iter().filter(|ran| ran.environment == environment && ran.refusals > 0);
    let each: Vec<String> = of
        .map(|ran| {
            let asked = ran.refusals + ran.launches;
            format!("{} of {asked} requests for {}", ran.refusals, ran.instance_type)
        })
        .collect();
    format!("EC2 had no capacity for {environment}: it refused {}", each.join(", "))
}

/// Jobs of which memory, and neither vCPUs nor GPUs, decides how many share an instance.
fn memory_requests(run: &Run) -> Option<Finding> {
    let (model, workload) = (&run.model, &run.workload);
    let types = model.types_by_queue(workload);
    let bound = |job: &Job| {
        let types = types.get(usize::from(job.queue)).filter(|_| job.memory_mib > 0 && job.nodes == 1)?;
        types.iter().find_map(|(name, has)| {
            let by_memory = has.memory_mib / job.memory_mib;
            let by_gpus = has.gpus.checked_div(job.gpus.into()).unwrap_or(u32::MAX);
            let otherwise = (has.vcpus / job.vcpus).min(by_gpus);
            // A job that fits none is impossible, and said to be.
            (by_memory > 0 && by_memory < otherwise).then_some((name, by_memory, otherwise))
        })
    };
    let mut found = workload.jobs().iter().enumerate().filter_map(|(index, job)| Some((index, bound(job)?)));
    let (index, (instance_type, by_memory, otherwise)) = found.next()?;
    let (job, jobs) = (workload.jobs()[index], 1 + found.count());
    Some(Finding {
        symptom: Symptom::MemoryRequests,
        environment: None,
        jobs: None,
        evidence: format!(
            "{jobs} of {} jobs ask for so much memory that fewer share an instance than vCPUs and GPUs allow: `{}` asks for {} MiB, so {instance_type} takes {by_memory} at once instead of {otherwise}; what jobs really use is not known",
            workload.jobs().len(),
            workload.id(index),
            decimal::grouped_trimmed(job.memory_mib.into(), 0),
        ),
    })
}

/// What jobs asked of the file systems, where it was more than those give.
fn lustre(run: &Run) -> Option<Finding> {
    let gives = run.model.lustre_kbps?;
    let found = run.outcome.lustre;
    let mbps = |kbps: u64| decimal::grouped_trimmed(Decimal::from(kbps) / Decimal::from(1000), 1);
    (found.peak_kbps > gives).then(|| Finding {
        symptom: Symptom::Lustre,
        environment: None,
        jobs: None,
        evidence: format!(
            "jobs asked for up to {} MB/s at once, the file systems give {} MB/s without bursts; for {} h it was more than that, and jobs would have run longer than simulated",
            mbps(found.peak_kbps),
            mbps(gives),
            decimal::grouped_trimmed(Decimal::from(found.seconds_above) / Decimal::from(3600), 1),
        ),
    })
}

fn low_use(figures: &Figures, scenario: &Scenario) -> Option<Finding> {
    let target = scenario.keys.target.as_ref()?.gpu_utilization_percent?.0;
    let percent = figures.gpu_percent.filter(|percent| *percent < target)?;
    Some(Finding {
        symptom: Symptom::GpusIdle,
        environment: None,
        jobs: None,
        evidence: format!(
            "jobs held {} % of the GPU-hours that were paid for, the target is {} %; what a job does with its GPU is not known",
            decimal::grouped_trimmed(percent, 1),
            decimal::grouped_trimmed(target, 1)
        ),
    })
}

fn failures(figures: &Figures, scenario: &Scenario) -> Option<Finding> {
    let target = scenario.keys.target.as_ref()?.failure_percent?.0;
    let ended = figures.jobs.succeeded + figures.jobs.failed;
    let percent = (ended > 0)
        .then(|| Decimal::from(figures.jobs.failed) * Decimal::ONE_HUNDRED / Decimal::from(ended))
        .filter(|percent| *percent > target)?;
    Some(Finding {
        symptom: Symptom::Failures,
        environment: None,
        jobs: None,
        evidence: format!(
            "{} of {ended} jobs failed, {} %; the target is {} %; they took {} vCPU-hours",
            figures.jobs.failed,
            decimal::grouped_trimmed(percent, 1),
            decimal::grouped_trimmed(target, 1),
            decimal::grouped_trimmed(figures.failed_vcpu_hours, 1)
        ),
    })
}
