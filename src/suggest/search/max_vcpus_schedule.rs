//! `max_vcpus` by the clock: the cap that keeps the wait target in busy hours only, or a lower one outside them.
//!
//! A cap costs nothing by itself; by the clock it keeps the ceiling of the other hours where it was. Where waits may be
//! longer a lower cap in quiet hours lets jobs share instances.

use super::schedule::{Clock, Limit, Proposal, is_scheduled, suggested, try_one};
use crate::scenario::batch::ComputeEnvironment;
use crate::suggest::trials::{Measured, Trials};
use crate::suggest::{Change, Found, Kind, rejection, words};

pub(in crate::suggest) fn search(trials: &Trials<'_>, current: &Measured, clock: &Clock, found: &mut Found) {
    for (place, of) in trials.study.scenario.environments.iter().enumerate() {
        let title = rejection::cap_by_clock(&of.name);
        if is_scheduled(&trials.study.scenario, of, Limit::Max) {
            found.reject(Kind::Schedule, title, rejection::scheduled_already());
            continue;
        }
        let windows = clock.demand(place).windows();
        if windows.is_empty() {
            let reason = match clock.demand(place).is_nothing() {
                true => rejection::no_job_ran(),
                false => rejection::around_the_clock(),
            };
            found.reject(Kind::Schedule, title, reason);
            continue;
        }
        let Some(caps) = caps(current, of, found) else {
            found.reject(Kind::Schedule, title, rejection::no_cap_for_target());
            continue;
        };
        let mut best = None;
        for window in &windows {
            for (busy, quiet) in &caps {
                let proposal = proposal(of, clock, place, window, (*busy, *quiet));
                try_one(trials, current, proposal, &mut best, found);
            }
        }
        found.suggestions.extend(best.map(|best| suggested(trials, current, of, best)));
    }
}

/// Caps to try, busy and quiet: the one that keeps a missed target, as found before, with the present one; else the
/// present one with half of it and with one instance. `None` where no cap keeps the target.
fn caps(current: &Measured, of: &ComputeEnvironment, found: &Found) -> Option<Vec<(u32, u32)>> {
    if current.misses_target() {
        let frontier = found.frontiers.iter().find(|frontier| frontier.environment == of.name)?;
        let enough = frontier.points.iter().find(|point| point.marks.contains("target"))?;
        return (enough.max_vcpus > of.max_vcpus).then(|| vec![(enough.max_vcpus, of.max_vcpus)]);
    }
    let unit = of.types.iter().map(|(_, spec)| spec.vcpus).max().unwrap_or(1);
    let half = of.max_vcpus / 2 / unit * unit;
    let mut quiet: Vec<u32> = [half, unit].into_iter().filter(|cap| *cap >= of.min_vcpus).collect();
    quiet.retain(|cap| *cap > 0 && *cap < of.max_vcpus);
    quiet.dedup();
    Some(quiet.into_iter().map(|quiet| (of.max_vcpus, quiet)).collect())
}

fn proposal(
    of: &ComputeEnvironment,
    clock: &Clock,
    place: usize,
    window: &super::demand::Window,
    (busy, quiet): (u32, u32),
) -> Proposal {
    let (hours, said) = (window.words(), window.said());
    let higher = busy > of.max_vcpus;
    let title = match higher {
        true => words::raise_cap_in(&of.name, busy, said),
        false => words::lower_cap_but_in(&of.name, quiet, said),
    };
    Proposal {
        title,
        setting: Change {
            current: of.max_vcpus.to_string(),
            proposed: format!("{busy} {hours} ({}), else {quiet}", clock.zone()),
        },
        evidence: vec![clock.evidence(place, window)],
        risk: if higher { words::ceiling_rises_in_these_hours() } else { words::quiet_hours_wait() },
        undo: words::without_schedules("max_vcpus", &of.name, of.max_vcpus),
        edits: clock.schedules(of, window, Limit::Max, busy, quiet),
    }
}
