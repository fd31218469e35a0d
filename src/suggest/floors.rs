//! `min_vcpus` by the clock: instances that nobody uses at night and on weekends.
//!
//! From one simulation, in which hours of the week jobs ask for anything, by the time zone of the environment's
//! schedules or of the arrivals, else UTC. Every proposal is simulated before it is one.

use super::edit::{Edit, Table};
use super::trial::{Measured, Trials};
use super::{Change, Found, Kind, Saving, Suggestion};
use crate::scenario::Scenario;
use crate::scenario::batch::ComputeEnvironment;
use crate::scenario::keys::ScenarioKeys;

/// A floor that is lifted for busy hours: weekdays and hours as in cron.
struct Busy {
    weekdays: &'static str,
    words: &'static str,
    from: u32,
    until: u32,
}

/// Office hours that are tried, the shortest first.
const BUSY: [Busy; 4] = [
    Busy { weekdays: "1-5", words: "Monday to Friday", from: 9, until: 18 },
    Busy { weekdays: "1-5", words: "Monday to Friday", from: 8, until: 20 },
    Busy { weekdays: "1-5", words: "Monday to Friday", from: 7, until: 23 },
    Busy { weekdays: "*", words: "every day", from: 8, until: 22 },
];

pub(super) fn search(trials: &Trials<'_>, current: &Measured, found: &mut Found) -> Result<(), String> {
    let scenario = &trials.study.scenario;
    for of in scenario.environments.iter().filter(|of| of.min_vcpus > 0) {
        let scheduled = scenario.keys.schedule.iter();
        if scheduled.clone().any(|s| s.compute_environment == of.name && s.min_vcpus.is_some()) {
            let title = format!("another min_vcpus of {}", of.name);
            found.reject(Kind::Schedule, title, "a [[schedule]] sets it by the clock");
            continue;
        }
        let zone = zone(scenario, &scenario.keys);
        let proposals = std::iter::once(Proposal::never(of))
            .chain(BUSY.iter().map(|busy| Proposal::by_the_clock(of, busy, &zone)));
        let mut best: Option<(Saving, Proposal, Measured)> = None;
        for proposal in proposals {
            let trial = trials.with(&proposal.edits)?;
            match trials.judged(current, &trial) {
                Err(reason) => found.reject(Kind::Schedule, proposal.title, reason),
                Ok(saving) if best.as_ref().is_none_or(|(known, ..)| saving.expected > known.expected) => {
                    if let Some((_, second, _)) = best.take() {
                        let reason = format!("{} saves more", proposal.title);
                        found.reject(Kind::Schedule, second.title, reason);
                    }
                    best = Some((saving, proposal, trial));
                }
                Ok(_) => {
                    let first = best.as_ref().map(|(_, best, _)| best.title.clone()).unwrap_or_default();
                    found.reject(Kind::Schedule, proposal.title, format!("{first} saves more"));
                }
            }
        }
        if let Some((saving, proposal, trial)) = best {
            found.suggestions.push(proposal.suggestion(trials, current, of, saving, &trial));
        }
    }
    Ok(())
}

/// The time zone people work in, as far as the scenario says.
fn zone(scenario: &Scenario, keys: &ScenarioKeys) -> String {
    let schedules = keys.schedule.iter().filter_map(|schedule| schedule.timezone.clone());
    let arrivals = scenario.arrivals().filter_map(|(kind, _)| kind.timezone.clone());
    schedules.chain(arrivals).next().unwrap_or_else(|| "UTC".into())
}

/// A floor to try.
struct Proposal {
    title: String,
    proposed: String,
    undo: String,
    edits: Vec<Edit>,
}

impl Proposal {
    fn never(of: &ComputeEnvironment) -> Proposal {
        Proposal {
            title: format!("keep no instances of {} running", of.name),
            proposed: "0".into(),
            undo: format!("set min_vcpus of {} to {} again", of.name, of.min_vcpus),
            edits: vec![Edit::environment(&of.name).set("min_vcpus", 0)],
        }
    }

    fn by_the_clock(of: &ComputeEnvironment, busy: &Busy, zone: &str) -> Proposal {
        let Busy { weekdays, words, from, until } = busy;
        let event = |what: &str, hour: u32, min: u32| {
            Edit::of(Table::Schedule, &format!("{}-{what}", of.name))
                .set("compute_environment", of.name.as_str())
                .set("cron", format!("0 {hour} * * {weekdays}").as_str())
                .set("timezone", zone)
                .set("min_vcpus", min)
        };
        Proposal {
            title: format!("keep instances of {} running {words} {from}:00 to {until}:00 only", of.name),
            proposed: format!("{} {words} {from}:00 to {until}:00 ({zone}), else 0", of.min_vcpus),
            undo: format!("remove both schedules and set min_vcpus of {} to {} again", of.name, of.min_vcpus),
            edits: vec![event("work-begins", *from, of.min_vcpus), event("work-ends", *until, 0)],
        }
    }

    fn suggestion(
        self,
        trials: &Trials<'_>,
        current: &Measured,
        of: &ComputeEnvironment,
        saving: Saving,
        trial: &Measured,
    ) -> Suggestion {
        let hours = |measured: &Measured| {
            let own = measured.first().instances.iter().filter(|ran| ran.environment == of.name);
            own.map(|ran| ran.hours).sum::<crate::model::decimal::Decimal>()
        };
        let shown = |hours| crate::model::decimal::grouped_trimmed(hours, 1);
        Suggestion {
            kind: Kind::Schedule,
            title: self.title,
            setting: Change { current: of.min_vcpus.to_string(), proposed: self.proposed },
            saving,
            wait_seconds_p95: Trials::waits(current, trial),
            meets_target: current.misses_target() && !trial.misses_target(),
            evidence: vec![format!(
                "{} instance-hours of {} in the first run (now {})",
                shown(hours(trial)),
                of.name,
                shown(hours(current))
            )],
            assumptions: trials.assumptions(),
            risk: "the first jobs after a quiet time wait for instances to be launched".into(),
            undo: self.undo,
            edits: self.edits,
            run_times: None,
        }
    }
}
