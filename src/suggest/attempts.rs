//! How often jobs on Spot save their state and how often they are tried.
//!
//! The interval is Daly's for the rate of the environment; whether it pays is simulated. More attempts are proposed
//! where interruptions fail jobs that others would have finished.

use super::edit::{Edit, Table};
use super::trial::{Measured, Trials};
use super::{Change, Found, Kind, Suggestion, words};
use crate::interruption::{Checkpoint, Exposure, best_interval};
use crate::model::decimal::{self, Decimal};
use crate::scenario::keys::batch::{CheckpointKeys, EnvironmentType, JobDefinitionKeys};

/// Attempts that are tried, the fewest first; AWS Batch allows 10.
const ATTEMPTS: [u32; 3] = [3, 5, 10];

/// Another interval than the present one, as a share: what is nearer is the same to a person.
const DIFFERENT: Decimal = Decimal::from_parts(1, 0, 0, false, 1);

pub(super) fn search(trials: &Trials<'_>, current: &Measured, found: &mut Found) -> Result<(), String> {
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
    let title = format!("checkpoints of {}", job.name);
    let Some(keys) = job.checkpoint.as_ref() else {
        let reason = "how long it takes to write one is not known: give checkpoint = { interval_minutes, write_minutes, restart_minutes }";
        found.reject(Kind::Checkpoint, title, reason);
        return;
    };
    let Some((best, _)) = best_interval(&exposure(job, keys, rate)) else {
        let reason = "writing one takes no time, so the formula has no best interval: the shorter the better";
        found.reject(Kind::Checkpoint, title, reason);
        return;
    };
    let minutes = decimal::round(best * Decimal::from(60), 0).max(Decimal::ONE);
    let present = keys.interval_minutes.0;
    if ((minutes - present) / present).abs() < DIFFERENT {
        let reason = format!("{} minutes are about the best already", decimal::plain(present));
        found.reject(Kind::Checkpoint, title, reason);
        return;
    }
    let shown = decimal::plain(minutes);
    let edits = vec![Edit::of(Table::JobDefinition, &job.name).set("checkpoint.interval_minutes", minutes)];
    let trial = trials.with(&edits);
    match trial.and_then(|trial| Ok((trials.judged(current, &trial)?, trial))) {
        Err(reason) => found.reject(Kind::Checkpoint, format!("{title} every {shown} minutes"), reason),
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
                format!(
                    "{} vCPU-hours of work lost in the first run (now {})",
                    decimal::grouped_trimmed(trial.first().lost_vcpu_hours, 1),
                    decimal::grouped_trimmed(current.first().lost_vcpu_hours, 1)
                ),
                against_none(trials, &trial, job),
            ],
            assumptions: {
                let mut all = trials.assumptions();
                all.push(format!(
                    "{} interruptions per instance and hour, and Daly's formula (2006)",
                    decimal::plain(rate)
                ));
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
fn against_none(trials: &Trials<'_>, trial: &Measured, job: &JobDefinitionKeys) -> String {
    match trials.without_checkpoints(&job.name) {
        Err(reason) => format!("what it would cost without checkpoints is not known: {reason}"),
        Ok(none) => format!(
            "without checkpoints a month costs {} and {} jobs fail or do not finish; with these {} and {}",
            trials.monthly(none.mean_cost()).cents(),
            none.failed() + none.unfinished(),
            trials.monthly(trial.mean_cost()).cents(),
            trial.failed() + trial.unfinished()
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
) -> Result<(), String> {
    let present = job.attempts.map_or(1, |attempts| attempts.0);
    let mut tried = Vec::new();
    for attempts in ATTEMPTS.into_iter().filter(|attempts| *attempts > present) {
        let edits = vec![Edit::of(Table::JobDefinition, &job.name).set("attempts", attempts)];
        tried.push((attempts, trials.with(&edits)?, edits));
    }
    let Some(fewest) = tried.iter().map(|(_, trial, _)| trial.failed()).min() else { return Ok(()) };
    let title = format!("more attempts of {}", job.name);
    if fewest >= current.failed() {
        found.reject(Kind::Retry, title, "no job fails for want of attempts");
        return Ok(());
    }
    let (attempts, trial, edits) =
        tried.into_iter().find(|(_, trial, _)| trial.failed() == fewest).expect("it is the least of these");
    if let Err(reason) = trials.within_budget(current, &trial) {
        found.reject(Kind::Retry, format!("{attempts} attempts of {}", job.name), reason);
        return Ok(());
    }
    found.suggestions.push(Suggestion {
        kind: Kind::Retry,
        title: words::attempts(&job.name, attempts),
        setting: Change { current: present.to_string(), proposed: attempts.to_string() },
        saving: trials.saving(current, &trial),
        wait_seconds_p95: Trials::waits(current, &trial),
        meets_target: current.misses_target() && !trial.misses_target(),
        evidence: vec![format!("{fewest} jobs fail on average (now {})", current.failed())],
        assumptions: trials.assumptions(),
        risk: words::failures_are_paid(),
        undo: words::set_back("attempts", &job.name, present),
        edits,
        run_times: None,
    });
    Ok(())
}
