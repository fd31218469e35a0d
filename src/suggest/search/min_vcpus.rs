//! `min_vcpus` by the clock: lower where nobody uses the instances, higher where jobs wait for launches and miss the
//! wait target.
//!
//! The hours come from what jobs ask for in one simulation; every proposal is simulated before it is one.

use super::demand::Window;
use super::schedule::{Clock, Contest, is_scheduled};
use crate::scenario::batch::ComputeEnvironment;
use crate::simulate::figures::WaitCause;
use crate::suggest::Rejection;
use crate::suggest::lab::{Findings, Lab};
use crate::suggest::proposal::{Limit, Proposal};
use crate::suggest::{Candidate, rejection};

/// How long before busy hours instances are launched for them, in whole hours of the schedule.
const LEAD_HOURS: u32 = 1;

pub(in crate::suggest) fn search(lab: &Lab<'_>, clock: &Clock) -> Findings {
    let mut found = Findings::default();
    for (place, of) in lab.environments().iter().enumerate() {
        if is_scheduled(&lab.trials.study.scenario, of, Limit::Min) {
            let candidate = Candidate::MinVcpus { environment: of.name.clone() };
            found.reject(candidate, rejection::set_by_schedule());
            continue;
        }
        let windows = clock.demand(place).windows();
        let mut contest = Contest::new(lab, clock, (of, place));
        if of.min_vcpus > 0 {
            lower(clock, of, &windows, &mut contest);
        }
        if lab.current.misses_target() {
            higher(lab, (clock, place), of, &windows, &mut contest);
        }
        found.extend(contest.findings());
    }
    found
}

/// None kept, or those that are kept in busy hours only.
fn lower(clock: &Clock, of: &ComputeEnvironment, windows: &[Window], contest: &mut Contest<'_>) {
    contest.enter(Proposal::MinVcpus { environment: of.name.clone(), from: of.min_vcpus, to: 0 });
    // What is kept from the first busy hour on is still being launched in it.
    let earlier = windows.iter().filter_map(|window| window.earlier(LEAD_HOURS));
    for window in windows.iter().cloned().chain(earlier) {
        contest.enter(clock.proposal(of, Limit::Min, &window, (of.min_vcpus, 0)));
    }
}

/// The fewest instances kept in busy hours with which the target is met, by halving; in each window.
fn higher(
    lab: &Lab<'_>,
    (clock, place): (&Clock, usize),
    of: &ComputeEnvironment,
    windows: &[Window],
    contest: &mut Contest<'_>,
) {
    let figures = &lab.current.figures;
    let candidate = Candidate::HigherMinVcpus { environment: of.name.clone() };
    let mut waits = figures.iter().flat_map(|figures| &figures.waited_for);
    if !waits.any(|waited| waited.cause == WaitCause::Launch) || clock.demand(place).is_nothing() {
        return contest.found.reject(candidate, rejection::no_launch_waits());
    }
    let unit = of.types.iter().map(|(_, spec)| spec.vcpus).max().unwrap_or(1);
    let own = figures.iter().flat_map(|figures| &figures.instances);
    let peak = own.filter(|ran| ran.environment == of.name).map(|ran| ran.peak).max().unwrap_or_default();
    let kept = of.min_vcpus / unit;
    let most = u32::try_from(peak).unwrap_or(u32::MAX).min(of.max_vcpus / unit);
    if most <= kept {
        return contest.found.reject(candidate, rejection::enough_kept());
    }
    // Where it is busy around the clock the limit is higher all the time.
    let hours: Vec<Option<Window>> = match windows {
        [] => vec![None],
        windows => windows.iter().map(|window| window.earlier(LEAD_HOURS).or(Some(window.clone()))).collect(),
    };
    for window in hours {
        let proposal = |count: u32| match &window {
            Some(window) => clock.proposal(of, Limit::Min, window, (count * unit, of.min_vcpus)),
            None => {
                let environment = of.name.clone();
                Proposal::MinVcpus { environment, from: of.min_vcpus, to: count * unit }
            }
        };
        let meets = |count: u32| lab.trial(&proposal(count)).map(|trial| !trial.misses_target());
        if let Some(reason) = why_not(meets(most)) {
            contest.found.reject(proposal(most), reason);
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
        contest.enter(proposal(enough));
    }
}

/// Why not, of whether the target is met, or of a refusal.
fn why_not(meets: Result<bool, Rejection>) -> Option<Rejection> {
    match meets {
        Ok(true) => None,
        Ok(false) => Some(rejection::target_still_missed()),
        Err(refusal) => Some(refusal),
    }
}
