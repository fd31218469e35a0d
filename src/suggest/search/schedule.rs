//! Limits by the clock: hours of the week from demand, and what changes in them.
//!
//! A proposal is an edit or some schedules; which one is best is measured. What is common to `min_vcpus` and `max_vcpus`.

use crate::suggest::Evidence;
use crate::suggest::{Rejection, words};
use jiff::tz::TimeZone;

use super::demand::{Demand, Window};
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::report::Said;
use crate::scenario::Scenario;
use crate::scenario::batch::ComputeEnvironment;
use crate::suggest::lab::{Findings, Lab};
use crate::suggest::proposal::{Limit, Proposal};
use crate::suggest::trials::{Measured, Trials};
use crate::suggest::{Suggestion, evidence, rejection};

/// When each compute environment is asked for anything.
#[derive(Debug)]
pub(in crate::suggest) struct Clock {
    /// The time zone, and whether the scenario names it.
    zone: (String, bool),
    demands: Vec<Demand>,
}

impl Clock {
    /// From the run of the scenario as it is, under the first seed.
    pub(in crate::suggest) fn new(trials: &Trials<'_>) -> Result<Clock, Rejection> {
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

    /// A limit that is `busy` in a window and `quiet` outside it.
    pub(in crate::suggest) fn proposal(
        &self,
        of: &ComputeEnvironment,
        limit: Limit,
        window: &Window,
        (busy, quiet): (u32, u32),
    ) -> Proposal {
        let from = match limit {
            Limit::Min => of.min_vcpus,
            Limit::Max => of.max_vcpus,
        };
        let (environment, zone) = (of.name.clone(), self.zone.0.clone());
        Proposal::Schedule { environment, limit, from, window: window.clone(), zone, busy, quiet }
    }

    /// What was asked for inside a window and outside it.
    pub(in crate::suggest) fn evidence(&self, place: usize, window: &Window) -> Evidence {
        let (inside, outside) = self.demands[place].means(window);
        let zone = match &self.zone {
            (zone, true) => Said::alike(zone),
            (zone, false) => words::zone_assumed(zone),
        };
        let [inside, outside] = [inside, outside].map(|vcpus| decimal::grouped_trimmed(vcpus, 1));
        evidence::asked_for(inside, window.said(), zone, outside)
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

/// The best limit of an environment so far, and those that fell through.
pub(in crate::suggest) struct Contest<'a> {
    lab: &'a Lab<'a>,
    clock: &'a Clock,
    /// The environment and its place in the scenario.
    of: (&'a ComputeEnvironment, usize),
    best: Option<Suggestion>,
    pub(in crate::suggest) found: Findings,
}

impl<'a> Contest<'a> {
    pub(in crate::suggest) fn new(
        lab: &'a Lab<'a>,
        clock: &'a Clock,
        of: (&'a ComputeEnvironment, usize),
    ) -> Contest<'a> {
        Contest { lab, clock, of, best: None, found: Findings::default() }
    }

    /// Measures a proposal, and keeps it where it is better than all before it.
    pub(in crate::suggest) fn enter(&mut self, proposal: Proposal) {
        let (mut one, trial) = match self.lab.measured(&proposal) {
            Ok(measured) => measured,
            Err(reason) => return self.found.reject(proposal, reason),
        };
        let (of, place) = self.of;
        let hours = |measured: &Measured| {
            let own = measured.first().instances.iter().filter(|ran| ran.environment == of.name);
            decimal::grouped_trimmed(own.map(|ran| ran.hours).sum::<Decimal>(), 1)
        };
        one.evidence.push(evidence::instance_hours(&of.name, hours(&trial), hours(self.lab.current)));
        if let Proposal::Schedule { window, .. } = &proposal {
            one.evidence.push(self.clock.evidence(place, window));
        }
        self.found.keep_better(&mut self.best, one, |better, worse| {
            let name = better.proposal.title();
            match better.saving.expected {
                same if same == worse.saving.expected => rejection::same_in_fewer_hours(name),
                saving if saving > Usd::ZERO => rejection::saves_more(name),
                _ => rejection::is_cheaper(name),
            }
        });
    }

    /// What came of it.
    pub(in crate::suggest) fn findings(self) -> Findings {
        let mut found = self.found;
        found.suggestions.extend(self.best);
        found
    }
}
