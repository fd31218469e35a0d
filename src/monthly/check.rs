//! Whether a saved report is one that this program could have written: anybody may have edited the file. Times are times,
//! and what stands as a sum is the sum of what stands beside it.

use std::collections::BTreeSet;

use super::{Charged, MonthlyReport, Queue, SpotPool, second};
use crate::model::decimal::Decimal;
use crate::model::money::{CostRange, Usd};
use crate::model::time::{DAY, Period, day, instant, parse_utc};

/// Sums agree to the last place in which amounts are written, but for what products were rounded to.
const TOLERANCE: Decimal = Decimal::from_parts(1, 0, 0, false, 6);

/// `Err` says what in the report contradicts what else.
pub(super) fn check(report: &MonthlyReport) -> Result<(), String> {
    time("made_at", &report.made_at)?;
    let (start, end) = (time("start", &report.start)?, time("end", &report.end)?);
    let period = Period::of_seconds(start, end)
        .ok_or_else(|| format!("`end` is {}, which is not after `start`, {}", report.end, report.start))?;
    let month = match period.month() {
        Some(month) => month.to_string(),
        None => format!("{}_{}", day(start), day(end - 1)),
    };
    if report.month != month {
        return Err(format!("`month` is {}, but `start` and `end` are those of {month}", report.month));
    }
    estimate(report)?;
    if let Some(of) = &report.charged {
        charged(of, start, end)?;
    }
    report.queue.as_ref().map_or(Ok(()), queue)?;
    report.spot.iter().try_for_each(spot)?;
    let Some(found) = &report.proposals else { return Ok(()) };
    let known: BTreeSet<&String> = found.changes.iter().map(|of| &of.id).collect();
    let together = found.together.iter().flat_map(|(ids, _)| ids);
    match together.into_iter().find(|id| !known.contains(id)) {
        Some(id) => Err(format!("`proposals.together` names {id}, which is no change of the report")),
        None => Ok(()),
    }
}

/// The second of a day or an instant, written as this program writes it.
fn time(name: &str, text: &str) -> Result<i64, String> {
    let written = |second: &i64| instant(*second) == text || day(*second) == text;
    let read = parse_utc(text).filter(written);
    read.ok_or_else(|| format!("`{name}` is `{text}`, not a time such as 2026-11-06T00:30:00Z"))
}

/// A second of the Unix epoch before 2200.
fn moment(name: &str, second: i64) -> Result<(), String> {
    let known = (0..=second_of_2200()).contains(&second);
    if known { Ok(()) } else { Err(format!("`{name}` is {second}, not a second from 1970 to 2199")) }
}

fn second_of_2200() -> i64 {
    second("2200-01-01T00:00:00Z")
}

fn same(name: &str, written: Usd, sum: Usd, of: &str) -> Result<(), String> {
    match (written - sum).amount().abs() <= TOLERANCE {
        true => Ok(()),
        false => Err(format!("`{name}` is {written}, but {of} {sum}")),
    }
}

fn in_order(name: &str, range: &CostRange) -> Result<(), String> {
    let above = range.high.is_none_or(|high| range.expected <= high);
    match range.low <= range.expected && above {
        true => Ok(()),
        false => Err(format!("`{name}.expected` is {}, outside of its own range", range.expected)),
    }
}

fn estimate(report: &MonthlyReport) -> Result<(), String> {
    let mut ids = BTreeSet::new();
    if let Some(twice) = report.lines.iter().find(|line| !ids.insert(line.line_id)) {
        return Err(format!("two of its `lines` have the `line_id` {}", twice.line_id));
    }
    let costs = || report.lines.iter().filter_map(|line| line.priced.as_ref()).map(|priced| priced.cost);
    let unpriced = report.lines.iter().any(|line| line.priced.is_none());
    if report.at_least != unpriced {
        return Err(format!("`at_least` is {}, but {unpriced} by its lines", report.at_least));
    }
    let total = &report.total;
    let sum = "its lines add up to";
    same("total.low", total.low, costs().map(|cost| cost.low).sum(), sum)?;
    same("total.expected", total.expected, costs().map(|cost| cost.expected).sum(), sum)?;
    let high = costs().map(|cost| cost.high).try_fold(Usd::ZERO, |sum, high| high.map(|high| sum + high));
    match (total.high, high.filter(|_| !unpriced)) {
        (Some(written), Some(high)) => same("total.high", written, high, sum)?,
        (None, None) => {}
        (Some(written), None) => return Err(format!("`total.high` is {written}, but unknown by its lines")),
        (None, Some(high)) => return Err(format!("`total.high` is unknown, but {sum} {high}")),
    }
    in_order("total", total)
}

fn charged(of: &Charged, start: i64, end: i64) -> Result<(), String> {
    let until = time("charged.until", &of.until)?;
    if !(start..=end).contains(&until) {
        return Err(format!("`charged.until` is {}, outside of its period", of.until));
    }
    let sum = |amounts: &[(String, Usd)]| -> Usd { amounts.iter().map(|(_, amount)| *amount).sum() };
    let lines = "the lines charged add up to";
    same("charged.actual", of.actual, of.lines.iter().filter_map(|line| line.actual).sum(), lines)?;
    let lines = "the lines beside it add up to";
    same("charged.estimated", of.estimated, of.lines.iter().filter_map(|line| line.estimated).sum(), lines)?;
    same("charged.actual", of.actual, of.estimated + sum(&of.bridge), "estimate and bridge add up to")?;
    if !of.behind.is_empty() && of.behind.len() != of.bridge.len() {
        return Err("`charged.behind` has not one entry for each of `charged.bridge`".into());
    }
    for ((_, amount), behind) in of.bridge.iter().zip(&of.behind) {
        let parts = behind.parts.iter().map(|part| part.amount).sum();
        same("charged.bridge", *amount, parts, "what is behind it adds up to")?;
    }
    let parts = of.actual + sum(&of.out_of_scope) + sum(&of.excluded);
    same("charged.source_total", of.source_total, parts, "its parts add up to")?;
    for date in &of.daily {
        let at = time("charged.daily", &date.day)?;
        if at <= start - DAY || at >= end {
            return Err(format!("`charged.daily` has {}, which is not of its period", date.day));
        }
    }
    same("charged.billed", of.billed, of.daily.iter().map(|of| of.cost).sum(), "its days add up to")?;
    for step in &of.steps {
        let at = time("charged.steps", &step.day)?;
        if at <= start - DAY || at >= end {
            return Err(format!("`charged.steps` has {}, which is not of its period", step.day));
        }
        let moved = step.usage_types.iter().map(|(_, amount)| *amount).sum();
        same("charged.steps.amount", step.amount, moved, "its usage types add up to")?;
    }
    of.month_end.as_ref().map_or(Ok(()), |of| in_order("charged.month_end", of))
}

fn queue(of: &Queue) -> Result<(), String> {
    moment("queue.start", of.start)?;
    let steps = u64::try_from(of.steps.len()).unwrap_or(u64::MAX);
    let length = of.step_seconds.checked_mul(steps).and_then(|length| i64::try_from(length).ok());
    let end = length.and_then(|length| of.start.checked_add(length));
    moment("queue.step_seconds", end.ok_or("`queue.step_seconds` is too large")?)
}

fn spot(of: &SpotPool) -> Result<(), String> {
    of.history.iter().try_for_each(|(at, _)| moment("spot.history", *at))?;
    moment("spot.until", of.until)?;
    let Some(forecast) = &of.forecast else { return Ok(()) };
    moment("spot.forecast.start", forecast.start)?;
    moment("spot.forecast.end", forecast.end)
}
