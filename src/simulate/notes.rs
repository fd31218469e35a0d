//! What the reader of a simulation must know.

use super::model::{LAUNCH_SECONDS, SCALE_DOWN_SECONDS};
use crate::report::Note;
use crate::scenario::Scenario;
use crate::scenario::keys::batch::EnvironmentType;
use crate::workload::Workload;

/// What was left out of the trace, and what was assumed.
#[must_use]
pub fn notes(scenario: &Scenario, workload: &Workload) -> Vec<Note> {
    let mut notes: Vec<Note> = dropped(workload);
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
        keys.environment_type == EnvironmentType::Spot && keys.interruptions_per_instance_hour.is_none()
    });
    notes.extend(
        (!uninterrupted.is_empty()).then_some(Note::NeverInterrupted { environments: uninterrupted }),
    );
    notes.extend((!scenario.keys.commitment.is_empty()).then_some(Note::SimulatedWithoutCommitments));
    notes
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
