//! How often a Spot instance is taken away: attempts that ended with their host, by the hours of attempts on Spot.
//!
//! A job sees what becomes of its instance while it runs, so an hour of an attempt is an hour in which an interruption would
//! have been seen, and the ratio is the rate of an instance. Jobs that share an instance see the same interruption: that
//! counts as often as there are jobs, above and below, so the ratio stays right, but there are fewer events than
//! jobs lost. What was lost of one type in the same five minutes counts as one event of that weight in the interval
//! ([`super::estimate::rate`]): one host, or several taken at once, which are no independent events either.

use std::collections::BTreeMap;

use super::estimate::rate;
use super::history::{History, Place};
use super::words::count;
use super::{FACTOR, Finding, Kind, State, Target, words};
use crate::model::decimal;
use crate::model::time::hours_text;
use crate::report::Said;
use crate::scenario::value::Amount;
use crate::workload::detail::Reason;

/// Losses of one type in a span of this length are one event [s]: the records of jobs of one host end within seconds.
const TOGETHER_SECONDS: u64 = 300;

/// The same where waits are unknown, so that it is not known when an attempt ended [s].
const TOGETHER_WITHOUT_WAITS: u64 = 3600;

/// Events that an interval within [`FACTOR`] needs: of 6 the lower end is 2.202, of 5 it is 1.623.
const EVENTS: u64 = 6;

#[derive(Clone, Debug, Default)]
struct Seen<'a> {
    /// By instance type, when attempts were lost.
    lost: BTreeMap<&'a str, Vec<u64>>,
    seconds: u128,
    attempts: u64,
}

pub(super) fn findings(history: &History<'_>) -> Vec<Finding> {
    let mut seen = vec![Seen::default(); history.scenario.environments.len()];
    let mut unknown = vec![0_u64; seen.len()];
    for attempt in &history.attempts {
        let nodes = history.workload.jobs()[attempt.job].nodes;
        match &attempt.place {
            Place::In(place) => {
                let seen = &mut seen[*place];
                seen.seconds += u128::from(attempt.run_seconds) * u128::from(nodes);
                seen.attempts += 1;
                if attempt.reason == Some(Reason::Spot) {
                    seen.lost.entry(attempt.instance_type).or_default().push(attempt.end);
                }
            }
            Place::OneOf(places) => places.iter().for_each(|place| unknown[*place] += 1),
            Place::Elsewhere => {}
        }
    }
    let places = (0..seen.len()).filter(|place| history.is_spot(*place));
    places.map(|place| finding(history, place, &seen[place], unknown[place])).collect()
}

fn finding(history: &History<'_>, place: usize, seen: &Seen<'_>, unknown: u64) -> Finding {
    let name = &history.scenario.environments[place].name;
    let keys = &history.scenario.keys.batch.compute_environment[place];
    let target = Target::of(Kind::Interruptions, name);
    let now = keys.interruptions_per_instance_hour.map(|Amount(rate)| rate);
    let groups = groups(seen, history.says.waits);
    let lost: u64 = groups.iter().sum();
    let together = if history.says.waits { TOGETHER_SECONDS } else { TOGETHER_WITHOUT_WAITS };
    let counted = words::lost(
        count(lost, "attempt"),
        count(groups.len() as u64, "interruption"),
        hours_text(seen.seconds),
        count(seen.attempts, "attempt"),
    );
    let caveat = words::lost_caveat(together / 60);
    let caveat = match unknown {
        0 => caveat,
        unknown => caveat.and(words::lost_elsewhere(count(unknown, "attempt"))),
    };
    let without = |state: State, counted: Said| Finding {
        target: target.clone(),
        now: now.map(decimal::plain),
        state,
        counted,
        caveat: caveat.clone(),
    };
    if !history.says.reasons {
        return without(State::NotRecorded(words::needs_reason()), counted);
    }
    if seen.seconds == 0 && unknown > 0 {
        return without(State::NotRecorded(words::needs_type(count(unknown, "attempt"))), counted);
    }
    let Some(found) = rate(&groups, seen.seconds) else {
        return without(State::TooLittle(words::no_hours()), counted);
    };
    if found.is_within(FACTOR) {
        return Finding::number(target, now, found, counted, caveat);
    }
    let missing = match groups.len() as u64 {
        0 => words::no_loss(found.high.map_or_else(String::new, decimal::plain)),
        events => {
            let wanted = EVENTS.max(events + 1);
            let more = seen.seconds * u128::from(wanted - events) / u128::from(events);
            words::few_losses(
                count(events, "interruption"),
                hours_text(seen.seconds),
                wanted,
                hours_text(more),
            )
        }
    };
    without(State::TooLittle(missing), counted)
}

/// How many attempts were lost in each event.
fn groups(seen: &Seen<'_>, waits: bool) -> Vec<u64> {
    let together = if waits { TOGETHER_SECONDS } else { TOGETHER_WITHOUT_WAITS };
    let mut groups = Vec::new();
    for ends in seen.lost.values() {
        let mut by_span: BTreeMap<u64, u64> = BTreeMap::new();
        for end in ends {
            *by_span.entry(end / together).or_default() += 1;
        }
        groups.extend(by_span.into_values());
    }
    groups
}
