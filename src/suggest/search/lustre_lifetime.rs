//! A Lustre file system that nobody reads for long: deleted and created again, as advice only.
//!
//! Deleting a file system deletes what is in it, so this never becomes an edit. From one simulation, when no job that
//! may use it runs; what it costs to load the data again as far as the scenario lets it be priced.

use crate::estimate::estimate;
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::time::hours;
use crate::report::Said;
use crate::scenario::Scenario;
use crate::scenario::keys::storage::LustreKeys;
use crate::scenario::lustre::file_system;
use crate::simulate::study::Run;
use crate::suggest::Evidence;
use crate::suggest::edit::{Edit, Table};
use crate::suggest::lab::{Findings, Lab};
use crate::suggest::trials::Trials;
use crate::suggest::{Candidate, Proposal, Suggestion, evidence, rejection};
use crate::suggest::{Rejection, assumption, words};

/// The shortest time without jobs that is worth a new file system [s]: half a day, a threshold of ours.
const QUIET_SECONDS: u64 = 12 * 3600;

/// Times without jobs, each at least so long: how many, and all of them [s].
fn quiet(spans: &mut Vec<(u64, u64)>, until: u64) -> (u64, u64) {
    spans.sort_unstable();
    spans.push((until, until));
    let (mut count, mut all, mut free_since) = (0, 0, 0_u64);
    for (start, end) in spans {
        let gap = (*start).min(until).saturating_sub(free_since);
        if gap >= QUIET_SECONDS {
            count += 1;
            all += gap;
        }
        free_since = free_since.max(*end);
    }
    (count, all)
}

/// When jobs ran that may use a file system: all but those that say they ask nothing of it.
fn used(run: &Run, scenario: &Scenario) -> Vec<(u64, u64)> {
    let names = run.workload.job_definitions().iter();
    let never = |name: &String| {
        scenario.job(name).and_then(|job| job.lustre_mbps).is_some_and(|asks| asks.0.is_zero())
    };
    let never: Vec<bool> = names.map(never).collect();
    let jobs = run.workload.jobs().iter().zip(&run.outcome.jobs);
    jobs.filter(|(job, found)| found.attempts > 0 && !never[usize::from(job.job_definition)])
        .map(|(_, found)| {
            let end = if found.status.has_ended() { found.end_seconds } else { run.outcome.end_seconds };
            (found.start_seconds, end)
        })
        .collect()
}

/// What the scenario costs in its period; `None` while something has no price.
pub(in crate::suggest) fn cost(trials: &Trials<'_>, scenario: &Scenario) -> Option<Usd> {
    let estimate = estimate(scenario, trials.list, trials.catalog).ok()?;
    estimate.is_complete().then(|| estimate.total().expected)
}

/// What it costs to load the data once, where that is known, and words for both cases.
pub(in crate::suggest) fn loading(trials: &Trials<'_>, keys: &LustreKeys) -> (Option<Usd>, Evidence) {
    let size = decimal::grouped_trimmed(keys.size_gib.0, 1);
    let unknown = |why: Said| (None, evidence::loading_unknown(&size, why));
    let Some(repository) = &keys.data_repository else {
        return unknown(words::no_bucket());
    };
    if repository.read_requests.0.is_zero() {
        return unknown(words::no_read_requests());
    }
    let none = Edit::of(Table::Lustre, &keys.name)
        .set("data_repository.import_gib", 0)
        .set("data_repository.read_requests", 0);
    let without = trials.overlaid(&[none]).ok().and_then(|other| cost(trials, &other));
    match cost(trials, &trials.study.scenario).zip(without) {
        None => unknown(words::line_without_price()),
        Some((with, without)) => {
            let once = with - without;
            let words = evidence::loading_once(
                once.price(4),
                decimal::grouped_trimmed(repository.import_gib.0, 1),
                decimal::grouped_trimmed(repository.read_requests.0, 0),
            );
            (Some(once), words)
        }
    }
}

pub(in crate::suggest) fn search(lab: &Lab<'_>) -> Findings {
    let [keys] = &lab.trials.study.scenario.keys.lustre[..] else {
        let several = lab.trials.study.scenario.keys.lustre.len() > 1;
        return match several {
            true => Findings::rejecting(Candidate::LustreLifetime, rejection::several_file_systems()),
            false => Findings::default(),
        };
    };
    let Ok(run) = lab.trials.first_run() else { return Findings::default() };
    let mut found = Findings::default();
    match advice(lab.trials, keys, &run) {
        Ok(suggestion) => found.suggestions.push(suggestion),
        Err(reason) => found.reject(Candidate::LustreLifetime, reason),
    }
    found
}

fn advice(trials: &Trials<'_>, keys: &LustreKeys, run: &Run) -> Result<Suggestion, Rejection> {
    let scenario = &trials.study.scenario;
    if keys.hours.is_some() {
        return Err(rejection::hours_are_set());
    }
    let (trace, month) = trials.window();
    let until = u64::try_from(decimal::truncate(trace * Decimal::from(3600), 0)).unwrap_or(u64::MAX);
    let (count, seconds) = quiet(&mut used(run, scenario), until);
    if count == 0 {
        return Err(rejection::never_without_jobs(QUIET_SECONDS / 3600));
    }
    let unused = hours(seconds);
    let period = scenario.period.hours();
    let hours = decimal::round(period * (Decimal::ONE - unused / trace), 4);
    let edit = Edit::of(Table::Lustre, &keys.name).set("hours", hours);
    let shorter = trials.overlaid(&[edit]).ok().and_then(|other| cost(trials, &other));
    let (now, then) = cost(trials, scenario).zip(shorter).ok_or_else(rejection::line_without_price)?;
    let gross = (now - then).times(month / period).to_price();
    let loads = Decimal::from(count) * month / trace;
    let (once, loading) = loading(trials, keys);
    let saved = once.map_or(gross, |once| (gross - once.times(loads)).to_price());
    if saved <= Usd::ZERO {
        return Err(rejection::would_save_nothing(loading));
    }
    let shown = |number: Decimal| decimal::grouped_trimmed(number, 1);
    let mut evidence = vec![
        evidence::without_jobs(shown(unused), shown(trace), count, QUIET_SECONDS / 3600),
        evidence::hours_without_jobs_cost(gross.cents(), shown(loads)),
        loading,
    ];
    if let Ok(system) = file_system(keys) {
        let mbps = system.baseline_mbps();
        if !mbps.is_zero() {
            let hours = keys.size_gib.0 * Decimal::from(1024) / mbps / Decimal::from(3600);
            evidence.push(evidence::filling(shown(keys.size_gib.0), shown(mbps), shown(hours)));
        }
    }
    let proposal = Proposal::LustreLifetime {
        name: keys.name.clone(),
        less: unused * month / trace,
        has_bucket: keys.data_repository.is_some(),
    };
    let assumptions = vec![assumption::as_these_hours(shown(trace))];
    Ok(Suggestion::beside_the_queue(proposal, saved, evidence, assumptions))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_times_without_jobs_are_added_up() {
        let hours =
            |spans: &[(u64, u64)]| spans.iter().map(|(a, b)| (a * 3600, b * 3600)).collect::<Vec<_>>();
        let of = |spans: &[(u64, u64)], until: u64| {
            let (count, seconds) = quiet(&mut hours(spans), until * 3600);
            (count, seconds / 3600)
        };
        // 0–2, 10–11 inside 1–20, then 20–40 and 45–100 free: 8 h are too short, 20 and 55 count.
        assert_eq!(of(&[(40, 45), (0, 2), (1, 20), (10, 11)], 100), (2, 75));
        assert_eq!(of(&[(12, 13)], 24), (1, 12));
        assert_eq!(of(&[], 24), (1, 24));
        // What runs beyond the window is cut at its end.
        assert_eq!(of(&[(30, 60)], 24), (1, 24));
        assert_eq!(of(&[(0, 60)], 24), (0, 0));
    }
}
