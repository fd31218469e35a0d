//! The answers about Spot as JSON: their keys.

use super::backtest::{Backtest, Score, Scores};
use super::{PoolAnswer, SpotAnswer};
use crate::model::decimal::{Decimal, plain, round};
use crate::model::json::{Entries, Object, keys, list, object};
use crate::model::time::instant;
use crate::prices::forecast::LEVEL;

keys! {
    SpotAnswer, |of| {
        window: object! { start: instant(of.start), end: instant(of.end) },
        forecast_month: of.month.to_string(),
        calibration_windows: of.calibration_windows,
        calibration_months: plain(of.calibration_months),
        job_definition: &of.job,
        pools: &of.pools,
        notes: &of.notes,
    }

    PoolAnswer, |of| {
        instance_type: &of.pool.instance_type,
        zone: &of.pool.zone,
        days: plain(round(of.days, 6)),
        time_weighted_mean: of.statistics.time_weighted_mean,
        p10: of.statistics.p10,
        p50: of.statistics.p50,
        p90: of.statistics.p90,
        current: of.statistics.current,
        on_demand: of.on_demand,
        share_of_time_at_or_above_on_demand: of.statistics.share_at_or_above_on_demand.map(plain),
        interruption_band: &of.band,
        placement_score: of.score,
        break_even: of.break_even,
        forecast: of.forecast.map(|forecast| object! {
            mean: forecast.expected,
            low: forecast.low,
            high: forecast.high,
            level: LEVEL.to_string(),
        }),
    }

    Backtest, |of| {
        level: LEVEL.to_string(),
        ..scores(&of.forecast),
        rivals: list([("last_price", &of.last_price), ("recent_mean", &of.recent_mean)].map(|(method, rival)| object! {
            method: method,
            ..scores(rival),
        })),
    }
}

fn scores(of: &Scores) -> Object<impl Entries> {
    let figure = |pick: fn(&Score) -> Decimal| of.all.as_ref().map(|score| plain(pick(score)));
    object! {
        cases: of.all.map_or(0, |score| score.cases),
        months: of.by_month.len(),
        mape: figure(|score| score.mape),
        coverage: figure(|score| score.coverage),
        mean_width: figure(|score| score.mean_width),
        interval_score: figure(|score| score.interval_score),
        by_month: list(of.by_month.iter().map(|(month, of)| object! { month: month.to_string(), ..score(of) })),
        by_type: list(of.by_type.iter().map(|(name, of)| object! { instance_type: name, ..score(of) })),
    }
}

fn score(of: &Score) -> Object<impl Entries> {
    object! {
        cases: of.cases,
        months: of.months,
        mape: plain(of.mape),
        coverage: plain(of.coverage),
        mean_width: plain(of.mean_width),
        interval_score: plain(of.interval_score),
    }
}
