//! `max_vcpus`: what every cap of whole instances would cost and make jobs wait, and which one to choose.
//!
//! Of caps that keep the wait target the smallest is chosen; without a target the one that saves without making jobs
//! wait longer. The knee is the point farthest from the line between the ends of the frontier, both axes from 0 to 1
//! (Satopaa et al. 2011, "Finding a kneedle in a haystack").

use crate::suggest::Evidence;
use crate::suggest::Rejection;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::model::decimal::Decimal;
use crate::model::money::Usd;
use crate::model::time::hours_text;
use crate::report::{Note, Said};
use crate::scenario::batch::{CapRule, ComputeEnvironment};
use crate::scenario::value::Amount;
use crate::simulate::figures::Figures;
use crate::suggest::edit::Edit;
use crate::suggest::lab::{Findings, Lab};
use crate::suggest::trials::{Measured, Trials};
use crate::suggest::{Candidate, Proposal, Suggestion, evidence, rejection, words};
use crate::workload::Job;

/// Most points of a frontier.
const MOST_POINTS: u64 = 32;

/// Above any fleet: what jobs would take if nothing held them back.
const UNBOUNDED: u32 = 1_000_000;

/// What each cap of one compute environment would do.
#[derive(Clone, Debug)]
pub struct Frontier {
    /// The compute environment.
    pub environment: String,
    /// By rising cap.
    pub points: Vec<FrontierPoint>,
}

/// What one cap would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrontierPoint {
    /// The cap.
    pub max_vcpus: u32,
    /// What a month would cost; at least that, where something has no price.
    pub monthly: Usd,
    /// Half of the jobs wait no longer [s].
    pub wait_seconds_p50: u64,
    /// 95 % of the jobs wait no longer [s].
    pub wait_seconds_p95: u64,
    /// GPUs in use, in percent; `None` without any.
    pub gpu_percent: Option<Decimal>,
    /// From the first submission to the end of the last job [s], the first run.
    pub makespan_seconds: u64,
    /// Jobs that would not finish.
    pub unfinished: u64,
    /// What it stands out by.
    pub marks: BTreeSet<Mark>,
}

/// What a cap stands out by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// The largest that keeps the budget.
    Budget,
    /// The point of diminishing returns.
    Knee,
    /// The present one.
    Present,
    /// The smallest that keeps the wait target.
    Target,
}

impl Mark {
    /// What it stands out by, in every language; in English the name in JSON.
    #[must_use]
    pub fn said(self) -> Said {
        match self {
            Mark::Budget => words::mark_budget(),
            Mark::Knee => words::mark_knee(),
            Mark::Present => words::mark_present(),
            Mark::Target => words::mark_target(),
        }
    }
}

/// A cap for each compute environment, and what every cap would do.
pub(in crate::suggest) fn search(lab: &Lab<'_>) -> Result<(Findings, Vec<Frontier>), Rejection> {
    let (mut found, mut frontiers) = (Findings::default(), Vec::new());
    for of in lab.environments() {
        let schedules = &lab.trials.study.scenario.keys.schedule;
        if schedules.iter().any(|s| s.compute_environment == of.name && s.max_vcpus.is_some()) {
            found.reject(Candidate::MaxVcpus { environment: of.name.clone() }, rejection::set_by_schedule());
            continue;
        }
        let measured = measure(lab.trials, of)?;
        let mut points: Vec<FrontierPoint> =
            measured.iter().map(|(cap, measured)| point(lab.trials, *cap, measured)).collect();
        mark(&mut points, of.max_vcpus, lab);
        frontiers.push(Frontier { environment: of.name.clone(), points });
        match choose(lab, of, &measured) {
            Ok(suggestion) => found.suggestions.push(suggestion),
            Err(reason) => found.reject(Candidate::MaxVcpus { environment: of.name.clone() }, reason),
        }
    }
    Ok((found, frontiers))
}

/// What the reader must know of frontiers.
pub(in crate::suggest) fn notes(trials: &Trials<'_>, frontiers: &[Frontier]) -> Result<Vec<Note>, Rejection> {
    let several = frontiers.iter().any(|frontier| frontier.points.len() > 1);
    Ok(if several && waits_may_grow(trials)? { vec![Note::MoreVcpusLongerWaits] } else { Vec::new() })
}

/// Whether the jobs are of more than one kind, several types run them, or launches take time: then a higher cap may place
/// them otherwise, or find other instances there.
fn waits_may_grow(trials: &Trials<'_>) -> Result<bool, Rejection> {
    let workload = trials.study.jobs.under(trials.seeds[0]).map_err(rejection::refused)?;
    let kind = |job: &Job| (job.vcpus, job.memory_mib, job.gpus, job.nodes, job.run_seconds, job.queue);
    let mut kinds = workload.jobs().iter().map(kind);
    let first = kinds.next();
    let scenario = &trials.study.scenario;
    let types = scenario.environments.iter().map(|of| of.types.len()).sum::<usize>();
    let at_once = |minutes: Option<Amount>| minutes.is_some_and(|minutes| minutes.0.is_zero());
    let slow = scenario.keys.batch.compute_environment.iter().any(|keys| !at_once(keys.launch_minutes));
    Ok(slow || types > 1 || kinds.any(|kind| Some(kind) != first))
}

/// The caps that are looked at: whole instances of the largest type, up to what jobs would take without a cap, at
/// most [`MOST_POINTS`] of them, and the present one.
fn measure(trials: &Trials<'_>, of: &ComputeEnvironment) -> Result<Vec<(u32, Measured)>, Rejection> {
    let at = |cap: u32| trials.with(&[Edit::environment(&of.name).set("max_vcpus", cap)]);
    let free = at(UNBOUNDED)?;
    let used = free.figures.iter().map(|figures| peak(figures, of)).max().unwrap_or_default();
    let unit = of.types.iter().map(|(_, spec)| u64::from(spec.vcpus)).max().unwrap_or(1);
    let units = used.div_ceil(unit).max(1);
    let step = units.div_ceil(MOST_POINTS);
    let mut caps: BTreeSet<u32> = (1..=units.div_ceil(step))
        .filter_map(|count| u32::try_from((count * step).min(units) * unit).ok())
        .collect();
    caps.insert(of.max_vcpus);
    let allowed = |cap: &u32| *cap >= of.min_vcpus && *cap <= UNBOUNDED;
    let mut measured = Vec::new();
    for cap in caps.into_iter().filter(allowed) {
        // A cap that a job of the scenario needs more than is no candidate: the scenario refuses it.
        if let Ok(trial) = at(cap) {
            measured.push((cap, trial));
        }
    }
    Ok(measured)
}

/// vCPUs of the most instances of each type that ran at once.
fn peak(figures: &Figures, of: &ComputeEnvironment) -> u64 {
    let own = figures.instances.iter().filter(|ran| ran.environment == of.name);
    let vcpus = |name: &str| {
        let (_, spec) = of.types.iter().find(|(known, _)| known.to_string() == name)?;
        Some(u64::from(spec.vcpus))
    };
    own.map(|ran| ran.peak * vcpus(&ran.instance_type).unwrap_or_default()).sum()
}

fn point(trials: &Trials<'_>, max_vcpus: u32, measured: &Measured) -> FrontierPoint {
    FrontierPoint {
        max_vcpus,
        monthly: trials.monthly(measured.mean_cost()),
        wait_seconds_p50: measured.p50(),
        wait_seconds_p95: measured.p95(),
        gpu_percent: measured.first().gpu_percent,
        makespan_seconds: measured.first().makespan_seconds,
        unfinished: measured.unfinished(),
        marks: BTreeSet::new(),
    }
}

fn mark(points: &mut [FrontierPoint], present: u32, lab: &Lab<'_>) {
    let least = points.iter().map(|point| point.unfinished).min().unwrap_or_default();
    let of = |points: &[FrontierPoint], is: &dyn Fn(&FrontierPoint) -> bool| points.iter().position(is);
    let target = lab.current.target_seconds().and_then(|target| {
        of(points, &|point| point.unfinished == least && point.wait_seconds_p95 <= target)
    });
    let kept = lab.trials.budget.and_then(|budget| points.iter().rposition(|point| point.monthly <= budget));
    let marks = [
        (Mark::Present, of(points, &|point| point.max_vcpus == present)),
        (Mark::Target, target),
        (Mark::Budget, kept),
        (Mark::Knee, knee(points)),
    ];
    for (name, place) in marks {
        if let Some(place) = place {
            points[place].marks.insert(name);
        }
    }
}

/// The point farthest below the line between the ends, of caps against the p95 of waits; `None` on a straight line.
fn knee(points: &[FrontierPoint]) -> Option<usize> {
    let (first, last) = (points.first()?, points.last()?);
    let share = |value: Decimal, from: Decimal, to: Decimal| {
        if from == to { Decimal::ZERO } else { (value - from) / (to - from) }
    };
    let caps = (Decimal::from(first.max_vcpus), Decimal::from(last.max_vcpus));
    let waits = (Decimal::from(first.wait_seconds_p95), Decimal::from(last.wait_seconds_p95));
    let gain = |point: &FrontierPoint| {
        share(point.wait_seconds_p95.into(), waits.0, waits.1) - share(point.max_vcpus.into(), caps.0, caps.1)
    };
    let (place, best) =
        points.iter().map(gain).enumerate().max_by(|(a, x), (b, y)| x.cmp(y).then(b.cmp(a)))?;
    (best > Decimal::ZERO).then_some(place)
}

/// The cap to propose: the smallest that keeps the target (with a budget, that keeps both); without a target the one
/// that saves most.
fn choose(
    lab: &Lab<'_>,
    of: &ComputeEnvironment,
    measured: &[(u32, Measured)],
) -> Result<Suggestion, Rejection> {
    let current = lab.current;
    let others = measured.iter().filter(|(cap, _)| *cap != of.max_vcpus);
    let mut judged = others.filter_map(|(cap, trial)| Some((*cap, lab.judged(trial).ok()?, trial)));
    let best = match current.misses_target() {
        true => judged.find(|(_, _, trial)| !trial.misses_target()),
        false => judged.max_by_key(|(cap, saving, _)| (saving.expected, std::cmp::Reverse(*cap))),
    };
    let (cap, saving, trial) = best.ok_or_else(|| match (current.misses_target(), lab.trials.budget) {
        (true, None) => rejection::no_cap_keeps_target(),
        (true, Some(_)) => rejection::no_cap_keeps_target_and_budget(),
        (false, _) => rejection::no_cap_saves(),
    })?;
    let (before, after) = (current.first(), trial.first());
    let proposal = Proposal::MaxVcpus { environment: of.name.clone(), from: of.max_vcpus, to: cap };
    let mut suggestion = lab.suggestion(proposal, saving, trial);
    suggestion.evidence.extend([
        evidence::one_of_caps(cap, measured.len()),
        evidence::most_at_once(after.max_vcpus_used, before.max_vcpus_used, trial.p50(), current.p50()),
        overshoot(of, cap, after),
        evidence::makespan(hours_text(after.makespan_seconds), hours_text(before.makespan_seconds)),
    ]);
    Ok(suggestion)
}

/// What running above the cap comes to: all strategies but BEST_FIT On-Demand may exceed it by one instance.
fn overshoot(of: &ComputeEnvironment, cap: u32, figures: &Figures) -> Evidence {
    let above = peak(figures, of).saturating_sub(cap.into());
    match (of.cap_rule(), above) {
        (CapRule::WithinMax, _) => evidence::never_exceeds(),
        (CapRule::WhileBelowMax, 0) => evidence::may_exceed(of.strategy.id()),
        (CapRule::WhileBelowMax, above) => evidence::exceeds(of.strategy.id(), above),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(max_vcpus: u32, wait_seconds_p95: u64) -> FrontierPoint {
        FrontierPoint {
            max_vcpus,
            monthly: Usd::ZERO,
            wait_seconds_p50: 0,
            wait_seconds_p95,
            gpu_percent: None,
            makespan_seconds: 0,
            unfinished: 0,
            marks: BTreeSet::new(),
        }
    }

    #[test]
    fn the_knee_is_farthest_from_the_line() {
        // Waits 100, 20, 10, 0 at 0, 1/3, 2/3, 1 of the caps: shares of waits 0, 0.8, 0.9, 1: the second gains
        // 0.8 − 0.333 = 0.467, the third 0.9 − 0.667 = 0.233.
        let points = [point(96, 100), point(192, 20), point(288, 10), point(384, 0)];
        assert_eq!(knee(&points), Some(1));
        assert_eq!(knee(&[point(96, 100), point(192, 50), point(288, 0)]), None);
        assert_eq!(knee(&[point(96, 5)]), None);
    }
}
