//! The symptoms that operators look for, each with the figure behind it.
//!
//! Of a job that waits long three causes are told apart: the cap (`max_vcpus` was reached while it waited in the
//! run), EC2's capacity (launches were refused), a request that fits nothing. What the simulation does not know
//! (memory that jobs really use, the throughput they ask of a file system) is not guessed.

use std::collections::BTreeMap;

use serde::Serialize;

use super::figures::Figures;
use super::model::{BatchModel, Misfit};
use super::timeline::Timeline;
use crate::model::decimal::{self, Decimal};
use crate::scenario::Scenario;
use crate::workload::Workload;

/// A symptom and its figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// In the words of an operations guide.
    pub symptom: &'static str,
    /// The figure, in words.
    pub evidence: String,
}

/// A finding as JSON.
#[derive(Debug, Serialize)]
pub struct FindingDocument {
    symptom: &'static str,
    evidence: String,
}

impl Finding {
    /// As JSON.
    #[must_use]
    pub fn document(&self) -> FindingDocument {
        FindingDocument { symptom: self.symptom, evidence: self.evidence.clone() }
    }
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
    }
}

/// Jobs that can never run, by reason, with how many and the first of them. Known before a run.
#[must_use]
pub fn impossible(model: &BatchModel, workload: &Workload) -> Vec<Finding> {
    let mut by_reason: BTreeMap<&'static str, (u64, usize)> = BTreeMap::new();
    for (index, misfit) in model.misfits(workload) {
        by_reason.entry(reason(misfit)).or_insert((0, index)).0 += 1;
    }
    let finding = |(reason, (jobs, first)): (&str, (u64, usize))| Finding {
        symptom: "RUNNABLE for ever: impossible jobs",
        evidence: format!(
            "{jobs} of {} jobs, the first `{}`: {reason}; they are set aside, AWS would let each block its queue",
            workload.jobs().len(),
            workload.id(first)
        ),
    };
    by_reason.into_iter().map(finding).collect()
}

/// What stands out in a run.
#[must_use]
pub fn findings(figures: &Figures, timeline: &Timeline, scenario: &Scenario) -> Vec<Finding> {
    let mut found = Vec::new();
    found.extend(long_waits(figures, timeline, scenario));
    found.extend(low_use(figures, scenario));
    if figures.interrupted_attempts > 0 {
        found.push(Finding {
            symptom: "Spot interruptions",
            evidence: format!(
                "{} attempts were interrupted, {} vCPU-hours of work were lost",
                figures.interrupted_attempts,
                decimal::grouped_trimmed(figures.lost_vcpu_hours, 1)
            ),
        });
    }
    found.extend(failures(figures, scenario));
    found
}

/// Waits over the target, and how much of the time the cap held launches back.
fn long_waits(figures: &Figures, timeline: &Timeline, scenario: &Scenario) -> Option<Finding> {
    let over = figures.over_wait_target.filter(|over| *over > 0)?;
    let minutes = scenario.keys.target.as_ref()?.wait_minutes?.0;
    let waiting: Vec<_> =
        timeline.steps.iter().filter(|step| step.demanded_vcpus > step.owned_vcpus).collect();
    let at_cap = waiting.iter().filter(|step| step.owned_vcpus >= step.max_vcpus).count();
    let share = match waiting.len() {
        0 => "demand never exceeded what ran: jobs wait for room of their shape, or behind the head of their queue".into(),
        all => format!(
            "of the time in which more vCPUs were asked for than ran, max_vcpus was reached in {} %",
            at_cap * 100 / all
        ),
    };
    Some(Finding {
        symptom: "RUNNABLE for long",
        evidence: format!(
            "{over} jobs waited longer than {} min (p95 {} s, longest {} s); {share}",
            decimal::grouped_trimmed(minutes, 2),
            figures.waits.p95,
            figures.waits.max
        ),
    })
}

fn low_use(figures: &Figures, scenario: &Scenario) -> Option<Finding> {
    let target = scenario.keys.target.as_ref()?.gpu_utilization_percent?.0;
    let percent = figures.gpu_percent.filter(|percent| *percent < target)?;
    Some(Finding {
        symptom: "GPUs idle",
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
        symptom: "Jobs fail",
        evidence: format!(
            "{} of {ended} jobs failed, {} %; the target is {} %; they took {} vCPU-hours",
            figures.jobs.failed,
            decimal::grouped_trimmed(percent, 1),
            decimal::grouped_trimmed(target, 1),
            decimal::grouped_trimmed(figures.failed_vcpu_hours, 1)
        ),
    })
}
