//! How long an instance takes to be there, and how often EC2 has none: from jobs that came when nothing of their compute
//! environment ran.
//!
//! Such a job waits for one launch and nothing else. Taken are jobs of one node without dependencies, in the first environment
//! of their queue, which keeps nothing running, if no job waited or ran there for its scale-down delay and ten minutes
//! before. A wait of less than half a minute contains no launch: the instance was still there. The value is the median,
//! so that a few waits with other causes do not count; what EC2 refused and gave at a later try makes a wait longer.

use std::collections::BTreeMap;

use super::estimate::{quantile, share};
use super::history::{History, Place};
use super::words::count;
use super::{FACTOR, Finding, Kind, State, Target, words};
use crate::model::decimal::{self, Decimal};
use crate::report::Said;
use crate::scenario::keys::batch::ComputeEnvironmentKeys;
use crate::simulate::model::SCALE_DOWN_SECONDS;
use crate::workload::detail::Reason;

/// How much longer than its scale-down delay an environment has to be quiet [s]: when Batch looks is not published.
const MARGIN_SECONDS: u64 = 600;

/// How much longer a job may have been there whose waits are not all known [s].
const UNKNOWN_WAIT_SECONDS: u64 = 3600;

/// A shorter wait contains no launch [s].
const SHORTEST_LAUNCH: u64 = 30;

/// Waits that a 95 % interval of their median needs.
const WAITS: usize = 6;

/// A job that came when nothing of its environment ran.
struct First<'a> {
    environment: usize,
    wait: Option<u64>,
    /// Where its first attempt ran, if it did and the record says so.
    instance_type: &'a str,
    refused: bool,
}

pub(super) fn findings(history: &History<'_>) -> Vec<Finding> {
    let firsts = firsts(history);
    let places = 0..history.scenario.environments.len();
    places
        .flat_map(|place| {
            let own: Vec<&First<'_>> = firsts.iter().filter(|first| first.environment == place).collect();
            let mut findings = vec![launch(history, place, &own)];
            findings.extend(refusals(history, place, &own));
            findings
        })
        .collect()
}

fn firsts<'a>(history: &History<'a>) -> Vec<First<'a>> {
    let scenario = history.scenario;
    let mut waits_for_others = vec![false; history.workload.jobs().len()];
    for dependency in history.workload.dependencies() {
        waits_for_others[dependency.job as usize] = true;
    }
    let quiet: Vec<u64> = scenario.keys.batch.compute_environment.iter().map(quiet_seconds).collect();
    // Until when jobs waited or ran, by environment.
    let mut busy = vec![0_u64; scenario.environments.len()];
    let mut found = Vec::new();
    for attempts in history.attempts.chunk_by(|a, b| a.job == b.job) {
        let Some((first, last)) = attempts.first().zip(attempts.last()) else { continue };
        let job = &history.workload.jobs()[first.job];
        let places = match &first.place {
            Place::In(place) => vec![*place],
            Place::OneOf(places) => places.clone(),
            Place::Elsewhere => Vec::new(),
        };
        let detail = history.workload.detail(first.job);
        let known = detail.wait_seconds.is_some() && attempts.len() == 1;
        let until = last.end + if known { 0 } else { UNKNOWN_WAIT_SECONDS };
        if let [place] = places[..] {
            let was_quiet = busy[place] == 0 || busy[place] + quiet[place] <= job.submit_seconds;
            let is_first = history.environments(job).first() == Some(&place);
            if was_quiet && is_first && job.nodes == 1 && !waits_for_others[first.job] {
                found.push(First {
                    environment: place,
                    wait: detail.wait_seconds.map(u64::from),
                    instance_type: first.instance_type,
                    refused: first.reason == Some(Reason::Capacity),
                });
            }
        }
        for place in places {
            busy[place] = busy[place].max(until);
        }
    }
    found
}

fn quiet_seconds(keys: &ComputeEnvironmentKeys) -> u64 {
    let minutes = keys.scale_down_delay_minutes.map(|minutes| minutes.0 * Decimal::from(60));
    let seconds = minutes.and_then(|seconds| u64::try_from(seconds.ceil()).ok());
    seconds.unwrap_or(SCALE_DOWN_SECONDS) + MARGIN_SECONDS
}

/// Whether an environment keeps something running at any time.
fn keeps_running(history: &History<'_>, keys: &ComputeEnvironmentKeys) -> bool {
    let schedules = history.scenario.keys.schedule.iter().filter(|of| of.compute_environment == keys.name);
    keys.min_vcpus.0 > 0 || schedules.filter_map(|of| of.min_vcpus).any(|min| min.0 > 0)
}

fn launch(history: &History<'_>, place: usize, firsts: &[&First<'_>]) -> Finding {
    let keys = &history.scenario.keys.batch.compute_environment[place];
    let target = Target::of(Kind::LaunchMinutes, &keys.name);
    let now = keys.launch_minutes.map(|minutes| minutes.0);
    let started = firsts.iter().filter(|first| !first.refused).filter_map(|first| first.wait);
    let (mut waits, short): (Vec<u64>, Vec<u64>) = started.partition(|wait| *wait >= SHORTEST_LAUNCH);
    waits.sort_unstable();
    let counted = words::waits(count(waits.len() as u64, "job"), short.len() as u64);
    let caveat = words::waits_caveat();
    let without = |state: State| Finding {
        target: target.clone(),
        now: now.map(decimal::plain),
        state,
        counted: counted.clone(),
        caveat: caveat.clone(),
    };
    if !history.says.waits {
        return without(State::NotRecorded(words::needs_wait()));
    }
    if keeps_running(history, keys) {
        return without(State::NotRecorded(words::keeps_running()));
    }
    match quantile(&waits, 50).filter(|found| waits.len() >= WAITS && found.is_within(FACTOR)) {
        Some(found) => Finding::number(
            target.clone(),
            now,
            found.per(Decimal::from(60)),
            counted.clone(),
            caveat.clone(),
        ),
        None => without(State::TooLittle(words::few_waits(count(waits.len() as u64, "wait"), WAITS as u64))),
    }
}

/// What EC2 refused, by instance type; a line for the environment where nothing can be said.
fn refusals(history: &History<'_>, place: usize, firsts: &[&First<'_>]) -> Vec<Finding> {
    let environment = &history.scenario.environments[place];
    let keys = &history.scenario.keys.batch.compute_environment[place];
    let only = match &environment.types[..] {
        [(name, _)] => name.as_str(),
        _ => "",
    };
    // Refused, and asked for, by type.
    let mut counts: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for first in firsts {
        let name = if first.instance_type.is_empty() { only } else { first.instance_type };
        let (refused, asked) = counts.entry(name).or_default();
        *refused += u64::from(first.refused);
        *asked += 1;
    }
    let ended = history.attempts.iter().filter(|of| of.reason == Some(Reason::Capacity));
    let ended = ended.filter(|of| history.environments(&history.workload.jobs()[of.job]).contains(&place));
    let without = |target: Target, state: State, counted: Said| Finding {
        target,
        now: None,
        state,
        counted,
        caveat: words::refusals_caveat(),
    };
    let whole = Target::of(Kind::CapacityErrors, &keys.name);
    if ended.count() == 0 {
        let state = match history.says.reasons {
            true => State::TooLittle(words::no_refusal()),
            false => State::NotRecorded(words::needs_reason()),
        };
        return vec![without(
            whole,
            state,
            words::refusals(0, count(counts.values().map(|of| of.1).sum(), "job")),
        )];
    }
    let mut findings = Vec::new();
    for (name, (refused, asked)) in counts {
        let counted = words::refusals(refused, count(asked, "job"));
        if name.is_empty() {
            let state = State::NotRecorded(words::needs_type(count(asked, "attempt")));
            findings.push(without(whole.clone(), state, counted));
            continue;
        }
        let target = Target::typed(Kind::CapacityErrors, &keys.name, name);
        let now = keys.capacity_errors.get(name).map(|share| share.0);
        findings.push(match share(refused, asked).filter(|found| found.is_within(FACTOR)) {
            Some(found) => Finding::number(target, now, found, counted, words::refusals_caveat()),
            None => {
                let state = State::TooLittle(words::few_refusals(refused, asked));
                Finding { now: now.map(decimal::plain), ..without(target, state, counted) }
            }
        });
    }
    if findings.is_empty() {
        findings.push(without(
            whole,
            State::TooLittle(words::no_refusal()),
            words::refusals(0, count(0, "job")),
        ));
    }
    findings
}
