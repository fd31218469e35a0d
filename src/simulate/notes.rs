//! What the reader of a simulation must know.

use super::allocation::hours;
use super::model::{BatchModel, Environment, LAUNCH_SECONDS, SCALE_DOWN_SECONDS};
use super::policy_answer::fair_share_notes;
use super::study::Run;
use crate::estimate::bid_note;
use crate::model::decimal::{self, Decimal};
use crate::report::Note;
use crate::scenario::Scenario;
use crate::scenario::keys::batch::{EnvironmentType, JobDefinitionKeys};
use crate::workload::Workload;

/// What was left out of the trace, what was assumed, and how Spot was priced.
#[must_use]
pub fn notes(run: &Run, scenario: &Scenario) -> Vec<Note> {
    let mut notes = notes_of_jobs(&run.workload, scenario);
    notes.extend(bids(&run.model));
    notes.extend(run.spot_note.clone());
    notes.extend(lustre_demand(run));
    notes
}

/// Types that EC2 does not start for the bid, or of which that is not known.
#[must_use]
pub fn bids(model: &BatchModel) -> Vec<Note> {
    let of = |environment: &Environment| -> Vec<Note> {
        let types = environment.types.iter();
        types.filter_map(|of| bid_note(&environment.name, &of.instance_type, of.bid)).collect()
    };
    model.environments.iter().flat_map(of).collect()
}

/// What is to be known before anything runs.
#[must_use]
pub fn notes_of_jobs(workload: &Workload, scenario: &Scenario) -> Vec<Note> {
    let mut notes = dropped(workload);
    notes.extend(undefined(workload, scenario));
    notes.extend(earlier(workload));
    notes.extend(drawn(workload, scenario));
    notes.extend(fair_share_notes(workload, scenario));
    let environments = scenario.keys.batch.compute_environment.iter();
    let named = |without: &dyn Fn(&crate::scenario::keys::batch::ComputeEnvironmentKeys) -> bool| {
        environments.clone().filter(|keys| without(keys)).map(|keys| keys.name.clone()).collect::<Vec<_>>()
    };
    let assumed = [
        ("launch_minutes", LAUNCH_SECONDS, named(&|keys| keys.launch_minutes.is_none())),
        (
            "scale_down_delay_minutes",
            SCALE_DOWN_SECONDS,
            named(&|keys| keys.scale_down_delay_minutes.is_none()),
        ),
    ];
    for (key, seconds, environments) in assumed {
        notes.extend((!environments.is_empty()).then_some(Note::AssumedDelay { environments, key, seconds }));
    }
    let uninterrupted = named(&|keys| {
        keys.environment_type == EnvironmentType::Spot && scenario.interruptions(&keys.name).rate.is_none()
    });
    let spot = environments.clone().filter(|keys| keys.environment_type == EnvironmentType::Spot);
    notes.extend(spot.filter_map(|keys| scenario.interruptions(&keys.name).note()));
    notes.extend(
        (!uninterrupted.is_empty()).then_some(Note::NeverInterrupted { environments: uninterrupted }),
    );
    notes.extend((!scenario.keys.commitment.is_empty()).then_some(Note::SimulatedWithoutCommitments));
    notes
}

/// That job definitions say something that holds for none of the jobs, or not for all.
#[must_use]
pub fn undefined(workload: &Workload, scenario: &Scenario) -> Option<Note> {
    let matters = |keys: &JobDefinitionKeys| {
        keys.attempts.is_some()
            || keys.timeout_minutes.is_some()
            || keys.checkpoint.is_some()
            || keys.lustre_mbps.is_some()
    };
    let definitions: Vec<&JobDefinitionKeys> =
        scenario.keys.batch.job_definition.iter().filter(|keys| matters(keys)).collect();
    let (jobs, all) = (workload.without_definition(), workload.jobs().len() as u64);
    if jobs == 0 || definitions.is_empty() {
        return None;
    }
    let has_room = |keys: &JobDefinitionKeys| {
        let room = [keys.vcpus.0, keys.memory_mib.0, keys.gpus.0.into()];
        workload.jobs().iter().all(|job| {
            let asked = [job.vcpus, job.memory_mib, job.gpus.into()].map(Decimal::from);
            asked.iter().zip(room).all(|(asked, room)| *asked <= room)
        })
    };
    // Which of several it is only the user knows.
    let offered = match &scenario.keys.batch.job_definition[..] {
        [only] if has_room(only) => Some(only.name.clone()),
        _ => None,
    };
    Some(Note::JobsWithoutDefinition {
        jobs,
        all,
        definitions: definitions.iter().map(|keys| keys.name.clone()).collect(),
        offered,
    })
}

/// That attempts before the last one of jobs are in no hours.
fn earlier(workload: &Workload) -> Option<Note> {
    let (mut jobs, mut attempts, mut vcpu_seconds) = (0, 0, 0_u128);
    for (index, job) in workload.jobs().iter().enumerate().take_while(|_| workload.has_details()) {
        let earlier = workload.detail(index).earlier;
        jobs += u64::from(!earlier.is_empty());
        attempts += earlier.len() as u64;
        let seconds: u128 = earlier.iter().map(|attempt| u128::from(attempt.run_seconds)).sum();
        vcpu_seconds += seconds * u128::from(job.vcpus) * u128::from(job.nodes);
    }
    (jobs > 0).then(|| Note::EarlierAttempts { jobs, attempts, vcpu_hours: hours(vcpu_seconds) })
}

/// The kinds of jobs that were drawn, how many, and what their run times come from.
fn drawn(workload: &Workload, scenario: &Scenario) -> Option<Note> {
    let kinds = scenario.arrivals().map(|(keys, _)| {
        let prefix = format!("{}-", keys.name);
        let is_number = |rest: &str| rest.bytes().all(|byte| byte.is_ascii_digit());
        let own = |job: &usize| workload.id(*job).strip_prefix(&prefix).is_some_and(is_number);
        let jobs = (0..workload.jobs().len()).filter(own).count();
        let run_times = match &keys.run_hours_lognormal {
            Some(lognormal) => format!(
                "run times lognormal, median {} h, sigma {} ({})",
                decimal::plain(lognormal.median_hours.0),
                decimal::plain(lognormal.sigma.0),
                lognormal.source
            ),
            None if keys.run_hours.is_empty() => "run times as in the job definition".into(),
            None => format!("run times from a list of {}", keys.run_hours.len()),
        };
        format!("{jobs} of {}, {run_times}", keys.name)
    });
    let kinds: Vec<String> = kinds.collect();
    (!kinds.is_empty()).then_some(Note::DrawnJobs { kinds })
}

/// That nothing is known of what jobs ask of the file systems.
fn lustre_demand(run: &Run) -> Option<Note> {
    let mbps = Decimal::from(run.model.lustre_kbps?) / Decimal::from(1000);
    let instances = run.outcome.peak_instances;
    (run.outcome.lustre.unknown_attempts > 0 && instances > 0).then(|| Note::LustreDemandUnknown {
        instances,
        each_mbps: mbps / Decimal::from(instances),
        mbps,
    })
}

fn dropped(workload: &Workload) -> Vec<Note> {
    let dropped = workload.dropped;
    let reasons = [
        (dropped.never_ran, "jobs cancelled before they ran"),
        (dropped.no_run_time, "jobs without a run time"),
        (dropped.no_processors, "jobs of an unknown number of processors"),
        (dropped.parts, "lines of parts of jobs"),
        (dropped.unknown_dependencies, "dependencies on jobs that are not in it, taken as met"),
    ];
    let reasons: Vec<String> = reasons
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, reason)| format!("{count} {reason}"))
        .collect();
    let mut notes = Vec::new();
    notes.extend((!reasons.is_empty()).then_some(Note::TraceLeftOut { reasons }));
    notes.extend((workload.out_of_order > 0).then_some(Note::TraceSorted { jobs: workload.out_of_order }));
    notes.extend(
        (workload.unknown_memory > 0).then_some(Note::TraceWithoutMemory { jobs: workload.unknown_memory }),
    );
    notes
}
