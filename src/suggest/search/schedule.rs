//! Limits by the clock: hours of the week from demand, and what changes in them.
//!
//! A proposal is an edit or some schedules; which one is best is measured. What is common to `min_vcpus` and `max_vcpus`.

use jiff::tz::TimeZone;

use super::demand::{Demand, Window};
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::report::Said;
use crate::scenario::Scenario;
use crate::scenario::batch::ComputeEnvironment;
use crate::suggest::edit::{Edit, Table};
use crate::suggest::trials::{Measured, Trials};
use crate::suggest::{Change, Found, Kind, Saving, Suggestion, evidence, rejection};

/// A limit by the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::suggest) enum Limit {
    Min,
    Max,
}

impl Limit {
    pub(in crate::suggest) const fn key(self) -> &'static str {
        match self {
            Limit::Min => "min_vcpus",
            Limit::Max => "max_vcpus",
        }
    }

    const fn short(self) -> &'static str {
        match self {
            Limit::Min => "min",
            Limit::Max => "max",
        }
    }
}

/// When each compute environment is asked for anything.
#[derive(Debug)]
pub(in crate::suggest) struct Clock {
    /// The time zone, and whether the scenario names it.
    zone: (String, bool),
    demands: Vec<Demand>,
}

impl Clock {
    /// From the run of the scenario as it is, under the first seed.
    pub(in crate::suggest) fn new(trials: &Trials<'_>) -> Result<Clock, Said> {
        let scenario = &trials.study.scenario;
        let named = zone(scenario);
        let zone = (named.clone().unwrap_or_else(|| "UTC".into()), named.is_some());
        let known = TimeZone::get(&zone.0).map_err(|_| rejection::unknown_time_zone(&zone.0))?;
        let run = trials.first_run()?;
        let start = trials.study.start(&run.workload);
        let of = |place: usize| Demand::new(&run, place, start, &known);
        Ok(Clock { zone, demands: (0..scenario.environments.len()).map(of).collect() })
    }

    /// Of the environment at a place.
    pub(in crate::suggest) fn demand(&self, place: usize) -> &Demand {
        &self.demands[place]
    }

    /// Schedules that set a limit to `busy` in a window and to `quiet` outside it.
    pub(in crate::suggest) fn schedules(
        &self,
        of: &ComputeEnvironment,
        window: &Window,
        limit: Limit,
        busy: u32,
        quiet: u32,
    ) -> Vec<Edit> {
        let turn = |(place, turn): (usize, super::demand::Turn)| {
            let what = if turn.busy { "begins" } else { "ends" };
            let weekend = if place < 2 { "" } else { "-weekend" };
            Edit::of(Table::Schedule, &format!("{}-{}-busy-{what}{weekend}", of.name, limit.short()))
                .set("compute_environment", of.name.as_str())
                .set("cron", format!("0 {} * * {}", turn.hour, turn.days).as_str())
                .set("timezone", self.zone.0.as_str())
                .set(limit.key(), if turn.busy { busy } else { quiet })
        };
        window.turns().into_iter().enumerate().map(turn).collect()
    }

    /// What was asked for inside a window and outside it.
    pub(in crate::suggest) fn evidence(&self, place: usize, window: &Window) -> Said {
        let (inside, outside) = self.demands[place].means(window);
        let zone = match &self.zone {
            (zone, true) => Said::alike(zone),
            (zone, false) => evidence::zone_assumed(zone),
        };
        let [inside, outside] = [inside, outside].map(|vcpus| decimal::grouped_trimmed(vcpus, 1));
        evidence::asked_for(inside, window.said(), zone, outside)
    }

    /// The name of the time zone.
    pub(in crate::suggest) fn zone(&self) -> &str {
        &self.zone.0
    }
}

/// The time zone people work in, as far as the scenario says.
fn zone(scenario: &Scenario) -> Option<String> {
    let schedules = scenario.keys.schedule.iter().filter_map(|schedule| schedule.timezone.clone());
    let arrivals = scenario.arrivals().filter_map(|(kind, _)| kind.timezone.clone());
    schedules.chain(arrivals).next()
}

/// Whether the clock sets a limit of an environment already.
pub(in crate::suggest) fn is_scheduled(scenario: &Scenario, of: &ComputeEnvironment, limit: Limit) -> bool {
    scenario.keys.schedule.iter().any(|schedule| {
        let sets = match limit {
            Limit::Min => schedule.min_vcpus,
            Limit::Max => schedule.max_vcpus,
        };
        schedule.compute_environment == of.name && sets.is_some()
    })
}

/// A limit to try.
#[derive(Clone, Debug)]
pub(in crate::suggest) struct Proposal {
    pub(in crate::suggest) title: Said,
    pub(in crate::suggest) setting: Change<String>,
    pub(in crate::suggest) evidence: Vec<Said>,
    pub(in crate::suggest) risk: Said,
    pub(in crate::suggest) undo: Said,
    pub(in crate::suggest) edits: Vec<Edit>,
}

/// A proposal that was measured and is worth it.
pub(in crate::suggest) struct Best {
    proposal: Proposal,
    saving: Saving,
    trial: Measured,
}

impl Best {
    /// What meets a missed target goes before what does not, then what saves more.
    fn rank(&self, current: &Measured) -> (bool, Usd) {
        (current.misses_target() && !self.trial.misses_target(), self.saving.expected)
    }
}

/// Measures a proposal and keeps the better of it and the best so far; the other is rejected.
pub(in crate::suggest) fn try_one(
    trials: &Trials<'_>,
    current: &Measured,
    proposal: Proposal,
    best: &mut Option<Best>,
    found: &mut Found,
) {
    let judged = trials.with(&proposal.edits);
    let judged = judged.and_then(|trial| Ok((trials.judged(current, &trial)?, trial)));
    let one = match judged {
        Err(reason) => return found.reject(Kind::Schedule, proposal.title, reason),
        Ok((saving, trial)) => Best { proposal, saving, trial },
    };
    let second = match best.as_ref() {
        None => {
            *best = Some(one);
            return;
        }
        Some(known) if one.rank(current) > known.rank(current) => best.replace(one),
        Some(_) => Some(one),
    };
    if let (Some(first), Some(second)) = (best.as_ref(), second) {
        let better = first.proposal.title.clone();
        let reason = match first.saving.expected {
            same if same == second.saving.expected => rejection::same_in_fewer_hours(better),
            saving if saving > Usd::ZERO => rejection::saves_more(better),
            _ => rejection::is_cheaper(better),
        };
        found.reject(Kind::Schedule, second.proposal.title, reason);
    }
}

/// The best as a suggestion.
pub(in crate::suggest) fn suggested(
    trials: &Trials<'_>,
    current: &Measured,
    of: &ComputeEnvironment,
    best: Best,
) -> Suggestion {
    let Best { proposal, saving, trial } = best;
    let hours = |measured: &Measured| {
        let own = measured.first().instances.iter().filter(|ran| ran.environment == of.name);
        decimal::grouped_trimmed(own.map(|ran| ran.hours).sum::<Decimal>(), 1)
    };
    let mut evidence = vec![evidence::instance_hours(&of.name, hours(&trial), hours(current))];
    evidence.extend(proposal.evidence);
    Suggestion {
        kind: Kind::Schedule,
        title: proposal.title,
        setting: proposal.setting,
        saving,
        wait_seconds_p95: Trials::waits(current, &trial),
        meets_target: current.misses_target() && !trial.misses_target(),
        evidence,
        assumptions: trials.assumptions(),
        risk: proposal.risk,
        undo: proposal.undo,
        run_times: None,
        edits: proposal.edits,
    }
}
