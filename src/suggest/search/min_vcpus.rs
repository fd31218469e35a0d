//! `min_vcpus` by the clock: lower where nobody uses the instances, higher where jobs wait for launches and miss the
//! wait target.
//!
//! The hours come from what jobs ask for in one simulation; every proposal is simulated before it is one.

use super::demand::Window;
use super::schedule::{Best, Clock, Limit, Proposal, is_scheduled, suggested, try_one};
use crate::report::Said;
use crate::scenario::batch::ComputeEnvironment;
use crate::suggest::edit::Edit;
use crate::suggest::trials::{Measured, Trials};
use crate::suggest::{Change, Found, Kind, rejection, words};

/// How long before busy hours instances are launched for them, in whole hours of the schedule.
const LEAD_HOURS: u32 = 1;

pub(in crate::suggest) fn search(trials: &Trials<'_>, current: &Measured, clock: &Clock, found: &mut Found) {
    for (place, of) in trials.study.scenario.environments.iter().enumerate() {
        if is_scheduled(&trials.study.scenario, of, Limit::Min) {
            let title = rejection::another_floor(&of.name);
            found.reject(Kind::Schedule, title, rejection::set_by_schedule());
            continue;
        }
        let windows = clock.demand(place).windows();
        let mut best = None;
        if of.min_vcpus > 0 {
            lower(trials, current, (clock, place), of, &windows, &mut best, found);
        }
        if current.misses_target() {
            higher(trials, current, (clock, place), of, &windows, &mut best, found);
        }
        found.suggestions.extend(best.map(|best| suggested(trials, current, of, best)));
    }
}

fn lower(
    trials: &Trials<'_>,
    current: &Measured,
    (clock, place): (&Clock, usize),
    of: &ComputeEnvironment,
    windows: &[Window],
    best: &mut Option<Best>,
    found: &mut Found,
) {
    let never = Proposal {
        title: words::keep_none(&of.name),
        setting: Change { current: of.min_vcpus.to_string(), proposed: "0".into() },
        evidence: Vec::new(),
        risk: words::first_jobs_wait(),
        undo: words::set_back("min_vcpus", &of.name, of.min_vcpus),
        edits: vec![Edit::environment(&of.name).set("min_vcpus", 0)],
    };
    try_one(trials, current, never, best, found);
    // What is kept from the first busy hour on is still being launched in it.
    let earlier = windows.iter().filter_map(|window| window.earlier(LEAD_HOURS));
    for window in windows.iter().cloned().chain(earlier) {
        let hours = window.words();
        let proposal = Proposal {
            title: words::keep_only_in(&of.name, window.said()),
            setting: Change {
                current: of.min_vcpus.to_string(),
                proposed: format!("{} {hours} ({}), else 0", of.min_vcpus, clock.zone()),
            },
            evidence: vec![clock.evidence(place, &window)],
            risk: words::first_jobs_wait(),
            undo: undo(of),
            edits: clock.schedules(of, &window, Limit::Min, of.min_vcpus, 0),
        };
        try_one(trials, current, proposal, best, found);
    }
}

fn undo(of: &ComputeEnvironment) -> Said {
    words::without_schedules("min_vcpus", &of.name, of.min_vcpus)
}

/// The fewest instances kept in busy hours with which the target is met, by halving; in each window.
fn higher(
    trials: &Trials<'_>,
    current: &Measured,
    (clock, place): (&Clock, usize),
    of: &ComputeEnvironment,
    windows: &[Window],
    best: &mut Option<Best>,
    found: &mut Found,
) {
    let launches = current.figures.iter().flat_map(|figures| &figures.waited_for);
    let title = rejection::higher_floor(&of.name);
    if !launches.clone().any(|waited| waited.cause == "launch") || clock.demand(place).is_nothing() {
        found.reject(Kind::Schedule, title, rejection::no_launch_waits());
        return;
    }
    let unit = of.types.iter().map(|(_, spec)| spec.vcpus).max().unwrap_or(1);
    let own = current.figures.iter().flat_map(|figures| &figures.instances);
    let peak = own.filter(|ran| ran.environment == of.name).map(|ran| ran.peak).max().unwrap_or_default();
    let kept = of.min_vcpus / unit;
    let most = u32::try_from(peak).unwrap_or(u32::MAX).min(of.max_vcpus / unit);
    if most <= kept {
        found.reject(Kind::Schedule, title, rejection::enough_kept());
        return;
    }
    // Where it is busy around the clock the limit is higher all the time.
    let hours: Vec<Option<Window>> = match windows {
        [] => vec![None],
        windows => windows.iter().map(|window| window.earlier(LEAD_HOURS).or(Some(window.clone()))).collect(),
    };
    for window in hours {
        let edits = |count: u32| match &window {
            Some(window) => clock.schedules(of, window, Limit::Min, count * unit, of.min_vcpus),
            None => vec![Edit::environment(&of.name).set("min_vcpus", count * unit)],
        };
        let meets = |count: u32| trials.with(&edits(count)).map(|trial| !trial.misses_target());
        let hours = window.as_ref().map_or_else(words::all_the_time, Window::said);
        if let Some(reason) = why_not(meets(most)) {
            let title = rejection::floor_in(most * unit, &of.name, hours);
            found.reject(Kind::Schedule, title, reason);
            continue;
        }
        let (mut misses, mut enough) = (kept, most);
        while enough - misses > 1 {
            let middle = misses + (enough - misses) / 2;
            if meets(middle) == Ok(true) {
                enough = middle;
            } else {
                misses = middle;
            }
        }
        let min = enough * unit;
        let zone = clock.zone();
        let proposal = Proposal {
            title: words::keep_vcpus_in(&of.name, min, hours.clone()),
            setting: Change {
                current: of.min_vcpus.to_string(),
                proposed: match &window {
                    Some(_) => format!("{min} {} ({zone}), else {}", hours.en, of.min_vcpus),
                    None => min.to_string(),
                },
            },
            evidence: window.iter().map(|window| clock.evidence(place, window)).collect(),
            risk: words::paid_without_jobs(),
            undo: undo(of),
            edits: edits(enough),
        };
        try_one(trials, current, proposal, best, found);
    }
}

/// Why not, of whether the target is met, or of a refusal.
fn why_not(meets: Result<bool, Said>) -> Option<Said> {
    match meets {
        Ok(true) => None,
        Ok(false) => Some(rejection::target_still_missed()),
        Err(refusal) => Some(refusal),
    }
}
