//! How often jobs on Spot save their state and how often they are tried.
//!
//! The interval is Daly's for the rate of the environment; whether it pays is simulated. More attempts are proposed
//! where interruptions fail jobs that others would have finished.

use crate::interruption::{Checkpoint, Exposure, best_interval};
use crate::model::decimal::{self, Decimal};
use crate::report::Said;
use crate::scenario::keys::batch::{CheckpointKeys, EnvironmentType, JobDefinitionKeys};
use crate::suggest::edit::{Edit, Table};
use crate::suggest::trials::{Measured, Trials};
use crate::suggest::{Change, Found, Kind, Suggestion, evidence, rejection, words};

/// Attempts that are tried, the fewest first; AWS Batch allows 10.
const ATTEMPTS: [u32; 3] = [3, 5, 10];

/// Another interval than the present one, as a share: what is nearer is the same to a person.
const DIFFERENT: Decimal = Decimal::from_parts(1, 0, 0, false, 1);

pub(in crate::suggest) fn search(
    trials: &Trials<'_>,
    current: &Measured,
    found: &mut Found,
) -> Result<(), Said> {
    let scenario = &trials.study.scenario;
    let environments = scenario.keys.batch.compute_environment.iter();
    let rates = environments
        .filter(|keys| keys.environment_type == EnvironmentType::Spot)
        .filter_map(|keys| scenario.interruptions(&keys.name).rate);
    let Some(rate) = rates.max().filter(|rate| *rate > Decimal::ZERO) else { return Ok(()) };
    for job in &scenario.keys.batch.job_definition {
        interval(trials, current, job, rate, found);
        attempts(trials, current, job, found)?;
    }
    Ok(())
}

fn interval(
    trials: &Trials<'_>,
    current: &Measured,
    job: &JobDefinitionKeys,
    rate: Decimal,
    found: &mut Found,
) {
    let title = rejection::checkpoints_of(&job.name);
    let Some(keys) = job.checkpoint.as_ref() else {
        found.reject(Kind::Checkpoint, title, rejection::write_time_unknown());
        return;
    };
    let Some((best, _)) = best_interval(&exposure(job, keys, rate)) else {
        found.reject(Kind::Checkpoint, title, rejection::no_best_interval());
        return;
    };
    let minutes = decimal::round(best * Decimal::from(60), 0).max(Decimal::ONE);
    let present = keys.interval_minutes.0;
    if ((minutes - present) / present).abs() < DIFFERENT {
        let reason = rejection::best_already(decimal::plain(present));
        found.reject(Kind::Checkpoint, title, reason);
        return;
    }
    let shown = decimal::plain(minutes);
    let edits = vec![Edit::of(Table::JobDefinition, &job.name).set("checkpoint.interval_minutes", minutes)];
    let trial = trials.with(&edits);
    match trial.and_then(|trial| Ok((trials.judged(current, &trial)?, trial))) {
        Err(reason) => {
            found.reject(Kind::Checkpoint, rejection::checkpoints_every(&job.name, &shown), reason)
        }
        Ok((saving, trial)) => found.suggestions.push(Suggestion {
            kind: Kind::Checkpoint,
            title: words::checkpoints(&job.name, &shown),
            setting: Change {
                current: format!("{} min", decimal::plain(present)),
                proposed: format!("{shown} min"),
            },
            saving,
            wait_seconds_p95: Trials::waits(current, &trial),
            meets_target: current.misses_target() && !trial.misses_target(),
            evidence: vec![
                evidence::work_lost(
                    decimal::grouped_trimmed(trial.first().lost_vcpu_hours, 1),
                    decimal::grouped_trimmed(current.first().lost_vcpu_hours, 1),
                ),
                against_none(trials, &trial, job),
            ],
            assumptions: {
                let mut all = trials.assumptions();
                all.push(evidence::daly(decimal::plain(rate)));
                all
            },
            risk: words::rate_is_given(),
            undo: words::set_back("interval_minutes", &job.name, decimal::plain(present)),
            edits,
            run_times: None,
        }),
    }
}

/// What checkpoints cost against none at all.
fn against_none(trials: &Trials<'_>, trial: &Measured, job: &JobDefinitionKeys) -> Said {
    match trials.without_checkpoints(&job.name) {
        Err(reason) => evidence::without_checkpoints_unknown(reason),
        Ok(none) => evidence::without_checkpoints(
            trials.monthly(none.mean_cost()).cents(),
            none.failed() + none.unfinished(),
            trials.monthly(trial.mean_cost()).cents(),
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
fn attempts(
    trials: &Trials<'_>,
    current: &Measured,
    job: &JobDefinitionKeys,
    found: &mut Found,
) -> Result<(), Said> {
    let present = job.attempts.map_or(1, |attempts| attempts.0);
    let mut tried = Vec::new();
    for attempts in ATTEMPTS.into_iter().filter(|attempts| *attempts > present) {
        let edits = vec![Edit::of(Table::JobDefinition, &job.name).set("attempts", attempts)];
        tried.push((attempts, trials.with(&edits)?, edits));
    }
    let Some(fewest) = tried.iter().map(|(_, trial, _)| trial.failed()).min() else { return Ok(()) };
    let title = rejection::more_attempts(&job.name);
    if fewest >= current.failed() {
        found.reject(Kind::Retry, title, rejection::attempts_are_enough());
        return Ok(());
    }
    let (attempts, trial, edits) =
        tried.into_iter().find(|(_, trial, _)| trial.failed() == fewest).expect("it is the least of these");
    if let Err(reason) = trials.within_budget(current, &trial) {
        found.reject(Kind::Retry, words::attempts(&job.name, attempts), reason);
        return Ok(());
    }
    found.suggestions.push(Suggestion {
        kind: Kind::Retry,
        title: words::attempts(&job.name, attempts),
        setting: Change { current: present.to_string(), proposed: attempts.to_string() },
        saving: trials.saving(current, &trial),
        wait_seconds_p95: Trials::waits(current, &trial),
        meets_target: current.misses_target() && !trial.misses_target(),
        evidence: vec![evidence::jobs_failing(fewest, current.failed())],
        assumptions: trials.assumptions(),
        risk: words::failures_are_paid(),
        undo: words::set_back("attempts", &job.name, present),
        edits,
        run_times: None,
    });
    Ok(())
}
