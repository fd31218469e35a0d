//! What a job definition needs: memory from the peaks of its jobs, GPUs from what they asked for.
//!
//! Memory is the 99th percentile of the peaks and a tenth more, up to a multiple of 128 MiB. A job that ran out of memory would
//! have used more than its peak: it counts as one that used the most. GPUs are what 99 of 100 jobs asked for or less;
//! how busy they were no job record says.

use super::estimate::quantile;
use super::history::History;
use super::words::count;
use super::{Estimate, Finding, Kind, State, Target, words};
use crate::model::decimal::{self, Decimal};
use crate::scenario::keys::batch::JobDefinitionKeys;
use crate::workload::detail::Reason;

/// Jobs without which the 99th percentile is the largest peak.
const JOBS: usize = 100;

/// Peaks from which the 99th percentile has an upper end.
const JOBS_FOR_AN_END: usize = 368;

/// Percent of the 99th percentile that are asked for.
const WITH_HEADROOM: i64 = 110;

/// Memory is asked for in steps of this [MiB].
const STEP_MIB: i64 = 128;

pub(super) fn findings(history: &History<'_>) -> Vec<Finding> {
    let definitions = &history.scenario.keys.batch.job_definition;
    definitions.iter().flat_map(|keys| of_definition(history, keys)).collect()
}

fn of_definition(history: &History<'_>, keys: &JobDefinitionKeys) -> Vec<Finding> {
    let workload = history.workload;
    let names = workload.job_definitions();
    let own = |number: &usize| names[usize::from(workload.jobs()[*number].job_definition)] == keys.name;
    let jobs: Vec<usize> = (0..workload.jobs().len()).filter(own).collect();
    if jobs.is_empty() {
        let without = |kind: Kind, now: Decimal| Finding {
            target: Target::of(kind, &keys.name),
            now: Some(decimal::plain(now)),
            state: State::NotRecorded(words::needs_definition()),
            counted: words::jobs_of_definition(count(0, "job")),
            caveat: words::memory_caveat(),
        };
        return vec![without(Kind::Memory, keys.memory_mib.0)];
    }
    vec![memory(history, keys, &jobs), gpus(history, keys, &jobs)]
}

fn memory(history: &History<'_>, keys: &JobDefinitionKeys, jobs: &[usize]) -> Finding {
    let mut peaks: Vec<u64> = Vec::new();
    let mut short = 0_u64;
    for job in jobs {
        let detail = history.workload.detail(*job);
        let out = detail.reason == Some(Reason::OutOfMemory);
        let out = out || detail.earlier.iter().any(|of| of.reason == Some(Reason::OutOfMemory));
        short += u64::from(out);
        peaks.extend(detail.peak_memory_mib.filter(|_| !out).map(u64::from));
    }
    peaks.sort_unstable();
    let all = peaks.len() + usize::try_from(short).unwrap_or_default();
    let counted = words::peaks(count(peaks.len() as u64, "job"), short);
    let now = keys.memory_mib.0;
    let target = Target::of(Kind::Memory, &keys.name);
    let without = |state: State| Finding {
        target: target.clone(),
        now: Some(decimal::plain(now)),
        state,
        counted: counted.clone(),
        caveat: words::memory_caveat(),
    };
    if peaks.is_empty() {
        return without(State::NotRecorded(words::needs_peak()));
    }
    if all < JOBS {
        return without(State::TooLittle(words::few_peaks(count(all as u64, "peak"), JOBS as u64)));
    }
    // Those that ran out of memory stand behind the others.
    let unknown = u64::MAX;
    peaks.resize(all, unknown);
    let known = |end: Decimal| (end != Decimal::from(unknown)).then_some(end);
    let Some(found) = quantile(&peaks, 99) else { return without(State::TooLittle(words::no_hours())) };
    if known(found.value).is_none() {
        return without(State::TooLittle(words::out_of_memory(short, count(all as u64, "job"))));
    }
    let open = all < JOBS_FOR_AN_END;
    let found = Estimate {
        value: asked(found.value),
        low: found.low.and_then(known).map(asked),
        high: found.high.and_then(known).map(asked),
    };
    let mut caveat = words::memory_caveat();
    if open {
        caveat = caveat.and(words::open_end(count(all as u64, "job"), JOBS_FOR_AN_END));
    }
    let above: Vec<u64> =
        peaks.iter().copied().filter(|peak| *peak != unknown && Decimal::from(*peak) > found.value).collect();
    if let Some(largest) = above.last() {
        caveat = caveat.and(words::would_not_fit(count(above.len() as u64, "job"), *largest));
    }
    Finding::number(target, Some(now), found, counted, caveat)
}

/// A peak with headroom, in whole steps [MiB].
fn asked(peak: Decimal) -> Decimal {
    let step = Decimal::from(STEP_MIB);
    (peak * Decimal::from(WITH_HEADROOM) / Decimal::from(100) / step).ceil() * step
}

fn gpus(history: &History<'_>, keys: &JobDefinitionKeys, jobs: &[usize]) -> Finding {
    let mut asked: Vec<u64> = jobs.iter().map(|job| history.workload.jobs()[*job].gpus.into()).collect();
    asked.sort_unstable();
    let target = Target::of(Kind::Gpus, &keys.name);
    let now = Decimal::from(keys.gpus.0);
    let counted = words::jobs_of_definition(count(asked.len() as u64, "job"));
    let (least, most) = (asked.first().copied().unwrap_or(0), asked.last().copied().unwrap_or(0));
    match quantile(&asked, 99).filter(|_| asked.len() >= JOBS || least == most) {
        Some(found) => {
            let found = Estimate { value: found.value, low: Some(least.into()), high: Some(most.into()) };
            Finding::number(target, Some(now), found, counted, words::gpus_caveat())
        }
        None => Finding {
            target,
            now: Some(decimal::plain(now)),
            state: State::TooLittle(words::few_gpus(count(asked.len() as u64, "job"), JOBS)),
            counted,
            caveat: words::gpus_caveat(),
        },
    }
}
