//! `max_vcpus` by the clock: the cap that keeps the wait target in busy hours only, or a lower one outside them.
//!
//! A cap costs nothing by itself; by the clock it keeps the ceiling of the other hours where it was. Where waits may be
//! longer a lower cap in quiet hours lets jobs share instances.

use super::max_vcpus::{Frontier, Mark};
use super::schedule::{Clock, Contest, is_scheduled};
use crate::scenario::batch::ComputeEnvironment;
use crate::suggest::lab::{Findings, Lab};
use crate::suggest::proposal::Limit;
use crate::suggest::trials::Measured;
use crate::suggest::{Candidate, rejection};

/// `frontiers` is what each cap would do around the clock.
pub(in crate::suggest) fn search(lab: &Lab<'_>, clock: &Clock, frontiers: &[Frontier]) -> Findings {
    let mut found = Findings::default();
    for (place, of) in lab.environments().iter().enumerate() {
        let candidate = Candidate::MaxVcpusByClock { environment: of.name.clone() };
        if is_scheduled(&lab.trials.study.scenario, of, Limit::Max) {
            found.reject(candidate, rejection::scheduled_already());
            continue;
        }
        let windows = clock.demand(place).windows();
        if windows.is_empty() {
            let reason = match clock.demand(place).is_nothing() {
                true => rejection::no_job_ran(),
                false => rejection::around_the_clock(),
            };
            found.reject(candidate, reason);
            continue;
        }
        let frontier = frontiers.iter().find(|frontier| frontier.environment == of.name);
        let Some(caps) = caps(lab.current, of, frontier) else {
            found.reject(candidate, rejection::no_cap_for_target());
            continue;
        };
        let mut contest = Contest::new(lab, clock, (of, place));
        for window in &windows {
            for caps in &caps {
                contest.enter(clock.proposal(of, Limit::Max, window, *caps));
            }
        }
        found.extend(contest.findings());
    }
    found
}

/// Caps to try, busy and quiet: the one that keeps a missed target, as the frontier says, with the present one; else the
/// present one with half of it and with one instance. `None` where no cap keeps the target.
fn caps(current: &Measured, of: &ComputeEnvironment, frontier: Option<&Frontier>) -> Option<Vec<(u32, u32)>> {
    if current.misses_target() {
        let enough = frontier?.points.iter().find(|point| point.marks.contains(&Mark::Target))?;
        return (enough.max_vcpus > of.max_vcpus).then(|| vec![(enough.max_vcpus, of.max_vcpus)]);
    }
    let unit = of.types.iter().map(|(_, spec)| spec.vcpus).max().unwrap_or(1);
    let half = of.max_vcpus / 2 / unit * unit;
    let mut quiet: Vec<u32> = [half, unit].into_iter().filter(|cap| *cap >= of.min_vcpus).collect();
    quiet.retain(|cap| *cap > 0 && *cap < of.max_vcpus);
    quiet.dedup();
    Some(quiet.into_iter().map(|quiet| (of.max_vcpus, quiet)).collect())
}
