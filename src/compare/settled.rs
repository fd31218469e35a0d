//! How much of a period is compared, and when its use stopped.
//!
//! A period that has been over for longer than charges come late is compared whole, whatever the days of its rows: what
//! is not charged by then was not used, or the source stops before. When use stopped is said, by cost: the last day
//! that has at least a thousandth of a mean day's charges, so that a row of a hundred-thousandth of a dollar decides nothing.
//! Before that, what is missing may still come, and both sides are compared until the source stops.

use std::collections::BTreeMap;

use super::LATE_DAYS;
use super::month_end::LEAST_DAYS;
use crate::actuals::{Amounts, Bill};
use crate::model::decimal::Decimal;
use crate::model::money::Usd;
use crate::model::time::{DAY, Period};

/// A day has use with at least a mean day's charges by this.
const OF_A_MEAN_DAY: Decimal = Decimal::ONE_THOUSAND;

/// Whether a period has been over for longer than its charges come late.
pub(super) fn is_final(period: Period, now: i64) -> bool {
    now >= period.end().as_second() + LATE_DAYS * DAY
}

/// Until when both sides are compared: of a period that is not over to the start of the last day with usage, since
/// that day has more to come; of one that has only just ended to that of the last day with usage where a source of
/// days stops before; else to its end. Usage on a few days only is no such source: rows of months stand on their first
/// day, and what ran for two days may be all there was.
pub(super) fn whole_days(bill: &Bill, period: Period, now: i64) -> i64 {
    let (start, end) = (period.start().as_second(), period.end().as_second());
    let today = now - now.rem_euclid(DAY);
    let days = bill.used_days();
    match days.last() {
        None if now < end => start,
        Some(last) if now < end => (*last).min(today).clamp(start, end),
        Some(last) if days.len() >= LEAST_DAYS && !is_final(period, now) => (last + DAY).min(end),
        _ => end,
    }
}

/// Days of a period that are not complete: those not compared, those after the last usage of a source that may have
/// more to come, or all of them where it has no charge at all.
pub(super) fn open_days(bill: &Bill, period: Period, until: i64, now: i64) -> i64 {
    let (start, end) = (period.start().as_second(), period.end().as_second());
    if bill.rows == 0 {
        return (end - start + DAY - 1) / DAY;
    }
    let last = bill.used_days().last().copied();
    let known = match last {
        Some(day) if until == end && !is_final(period, now) => (day + DAY).min(end),
        _ => until,
    };
    (end - known + DAY - 1) / DAY
}

/// The last day with use in scope [first second], where days of a period that is final follow it.
pub(super) fn last_use(bill: &Bill, period: Period, now: i64) -> Option<i64> {
    let (start, end) = (period.start().as_second(), period.end().as_second());
    if !is_final(period, now) {
        return None;
    }
    let mut days: BTreeMap<i64, Decimal> = BTreeMap::new();
    for (key, Amounts { cost, .. }) in
        bill.charges.iter().filter(|(key, _)| key.in_scope && key.record.is_compared())
    {
        *days.entry(key.day).or_default() += cost.amount();
    }
    let all: Usd = days.values().map(|cost| Usd::new(*cost)).sum();
    let least = all.amount() / Decimal::from((end - start + DAY - 1) / DAY) / OF_A_MEAN_DAY;
    let (last, _) = days.iter().rfind(|(_, cost)| **cost >= least)?;
    (last + DAY < end).then_some(*last)
}
