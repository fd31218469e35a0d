//! How often jobs on Spot save their state and how often they are tried.
//!
//! The interval is Daly's for the rate of the environment; whether it pays is simulated. More attempts are proposed
//! where interruptions fail jobs that others would have finished.

use crate::interruption::{Checkpoint, Exposure, best_interval};
use crate::model::decimal::{self, Decimal};
use crate::scenario::keys::batch::{CheckpointKeys, EnvironmentType, JobDefinitionKeys};
use crate::suggest::Evidence;
use crate::suggest::lab::{Findings, Lab};
use crate::suggest::trials::Measured;
use crate::suggest::{Candidate, Proposal, evidence, rejection};
use crate::suggest::{Rejection, assumption};

/// Attempts that are tried, the fewest first; AWS Batch allows 10.
const ATTEMPTS: [u32; 3] = [3, 5, 10];

/// Another interval than the present one, as a share: what is nearer is the same to a person.
const DIFFERENT: Decimal = Decimal::from_parts(1, 0, 0, false, 1);

pub(in crate::suggest) fn search(lab: &Lab<'_>) -> Result<Findings, Rejection> {
    let scenario = &lab.trials.study.scenario;
    let mut found = Findings::default();
    let environments = scenario.keys.batch.compute_environment.iter();
    let rates = environments
        .filter(|keys| keys.environment_type == EnvironmentType::Spot)
        .filter_map(|keys| scenario.interruptions(&keys.name).rate);
    let Some(rate) = rates.max().filter(|rate| *rate > Decimal::ZERO) else { return Ok(found) };
    for job in &scenario.keys.batch.job_definition {
        found.extend(interval(lab, job, rate));
        found.extend(attempts(lab, job)?);
    }
    Ok(found)
}

fn interval(lab: &Lab<'_>, job: &JobDefinitionKeys, rate: Decimal) -> Findings {
    let rejecting =
        |reason: Rejection| Findings::rejecting(Candidate::Checkpoints { job: job.name.clone() }, reason);
    let Some(keys) = job.checkpoint.as_ref() else {
        return rejecting(rejection::write_time_unknown());
    };
    let Some((best, _)) = best_interval(&exposure(job, keys, rate)) else {
        return rejecting(rejection::no_best_interval());
    };
    let to = decimal::round(best * Decimal::from(60), 0).max(Decimal::ONE);
    let from = keys.interval_minutes.0;
    if ((to - from) / from).abs() < DIFFERENT {
        return rejecting(rejection::best_already(decimal::plain(from)));
    }
    let proposal = Proposal::Checkpoint { job: job.name.clone(), from, to };
    let measured = lab.measured(&proposal).map(|(mut one, trial)| {
        one.evidence.extend([
            evidence::work_lost(
                decimal::grouped_trimmed(trial.first().lost_vcpu_hours, 1),
                decimal::grouped_trimmed(lab.current.first().lost_vcpu_hours, 1),
            ),
            against_none(lab, &trial, job),
        ]);
        one.assumptions.push(assumption::daly(decimal::plain(rate)));
        one
    });
    let mut found = Findings::default();
    found.take(proposal, measured);
    found
}

/// What checkpoints cost against none at all.
fn against_none(lab: &Lab<'_>, trial: &Measured, job: &JobDefinitionKeys) -> Evidence {
    let monthly = |of: &Measured| lab.trials.monthly(of.mean_cost()).cents();
    match lab.trials.without_checkpoints(&job.name) {
        Err(reason) => evidence::without_checkpoints_unknown(reason),
        Ok(none) => evidence::without_checkpoints(
            monthly(&none),
            none.failed() + none.unfinished(),
            monthly(trial),
            trial.failed() + trial.unfinished(),
        ),
    }
}

/// What decides the cost of interruptions of a job.
fn exposure(job: &JobDefinitionKeys, keys: &CheckpointKeys, rate: Decimal) -> Exposure {
    let hours = |minutes: Decimal| minutes / Decimal::from(60);
    let checkpoint = Checkpoint {
        interval_hours: hours(keys.interval_minutes.0),
        write_hours: hours(keys.write_minutes.0),
    };
    Exposure {
        rate,
        nodes: job.nodes.map_or(1, |nodes| nodes.0),
        run_hours: job.run_hours.map(|hours| hours.0),
        checkpoint: Some(checkpoint),
        restart_hours: hours(keys.restart_minutes.0),
    }
}

/// The fewest attempts with which no more jobs fail than with the most.
fn attempts(lab: &Lab<'_>, job: &JobDefinitionKeys) -> Result<Findings, Rejection> {
    let current = lab.current;
    let mut found = Findings::default();
    let from = job.attempts.map_or(1, |attempts| attempts.0);
    let mut tried = Vec::new();
    for to in ATTEMPTS.into_iter().filter(|attempts| *attempts > from) {
        let proposal = Proposal::Attempts { job: job.name.clone(), from, to };
        tried.push((lab.trial(&proposal)?, proposal));
    }
    let Some(fewest) = tried.iter().map(|(trial, _)| trial.failed()).min() else { return Ok(found) };
    if fewest >= current.failed() {
        found.reject(Candidate::Attempts { job: job.name.clone() }, rejection::attempts_are_enough());
        return Ok(found);
    }
    let enough = tried.into_iter().find(|(trial, _)| trial.failed() == fewest);
    let (trial, proposal) = enough.expect("it is the least of these");
    let measured = lab.trials.within_budget(current, &trial).map(|()| {
        let saving = lab.trials.saving(current, &trial);
        let mut one = lab.suggestion(proposal.clone(), saving, &trial);
        one.evidence.push(evidence::jobs_failing(fewest, current.failed()));
        one
    });
    found.take(proposal, measured);
    Ok(found)
}
