//! What Spot did and may do: statistics per pool, next month's forecast, and where Spot pays.

pub mod backtest;
pub mod file;
mod report;

use std::collections::BTreeMap;

use crate::interruption::{self, Expectation, Exposure};
use crate::model::decimal::Decimal;
use crate::model::money::Usd;
use crate::model::sku::{InstanceType, PurchaseOption, Region, Sku};
use crate::model::time::{Month, Period, day};
use crate::model::units::PricingUnit;
use crate::prices::forecast::{Forecast, Forecaster};
use crate::prices::history::{DAY, Pool, SpotHistory, SpotSeries, Statistics};
use crate::prices::{Price, Provenance, bundled};
use crate::report::Note;

/// What is asked of a history.
#[derive(Clone, Debug)]
pub struct Question {
    /// Only these types; all without any.
    pub types: Vec<InstanceType>,
    /// Where On-Demand prices are looked up.
    pub region: Option<Region>,
    /// Days back from the end of the record.
    pub days: i64,
    /// A job on Spot: its name and what decides the cost of its interruptions.
    pub job: Option<(String, Exposure)>,
    /// Interruption bands of last month, where known.
    pub bands: BTreeMap<InstanceType, String>,
}

/// What is known of one pool.
#[derive(Clone, Debug)]
pub struct PoolAnswer {
    /// The pool.
    pub pool: Pool,
    /// Over the window.
    pub statistics: Statistics,
    /// Days of the window that the record covers.
    pub days: Decimal,
    /// Of the coming calendar month; `None` with less than 28 days of history.
    pub forecast: Option<Forecast>,
    /// The On-Demand price, where one is known.
    pub on_demand: Option<Usd>,
    /// The Spot price below which the job costs less than On-Demand.
    pub break_even: Option<Usd>,
    /// Interruption band of last month.
    pub band: Option<String>,
    /// The prices in the window, for a chart: seconds and prices.
    pub curve: Vec<(i64, Usd)>,
}

/// The whole answer.
#[derive(Clone, Debug)]
pub struct SpotAnswer {
    /// First second of the window.
    pub start: i64,
    /// The end of the record.
    pub end: i64,
    /// The month that is forecast.
    pub month: Month,
    /// Windows the interval was learned from.
    pub calibration_windows: usize,
    /// Each pool, by type and zone.
    pub pools: Vec<PoolAnswer>,
    /// The job that `break_even` is about.
    pub job: Option<String>,
    /// What the reader must know.
    pub notes: Vec<Note>,
}

/// Answers a question from a history. `None` when no pool is of a type that was asked for.
#[must_use]
pub fn answer(history: &SpotHistory, question: &Question) -> Option<SpotAnswer> {
    let end = history.end()?;
    let start = end - question.days * DAY;
    let month = Month::of_second(Month::of_second(end).seconds().1);
    let forecaster = Forecaster::new(history);
    let calibration = forecaster.calibrate(end);
    let factor = question.job.as_ref().and_then(|(_, exposure)| interruption::billed_per_useful(exposure));
    let mut notes = Vec::new();
    let asked = |pool: &Pool| question.types.is_empty() || question.types.contains(&pool.instance_type);
    let pools: Vec<PoolAnswer> = history
        .pools
        .iter()
        .filter(|(pool, _)| asked(pool))
        .filter_map(|(pool, series)| {
            let on_demand = question.region.and_then(|region| on_demand(region, &pool.instance_type));
            let forecast = forecaster.forecast(pool, end, month.seconds().0 - end, &calibration, on_demand);
            Some(PoolAnswer {
                pool: pool.clone(),
                statistics: series.statistics(start, end, on_demand)?,
                days: Decimal::from(end - start.max(series.first())) / Decimal::from(DAY),
                forecast,
                on_demand,
                break_even: on_demand.zip(factor).and_then(|(price, factor)| match factor {
                    Expectation::BilledPerUseful(factor) => price.per(factor).map(Usd::to_price),
                    Expectation::PracticallyNever => None,
                }),
                band: question.bands.get(&pool.instance_type).cloned(),
                curve: curve(series, start, end),
            })
        })
        .collect();
    if pools.is_empty() {
        return None;
    }
    if let (Some((job, _)), Some(Expectation::PracticallyNever)) = (&question.job, factor) {
        notes.push(Note::NeverFinishes { name: "break-even".into(), job: job.clone() });
    }
    if pools.iter().any(|pool| pool.forecast.is_none()) {
        notes.push(Note::HistoryTooShort { days: 28 });
    }
    let lead_days = Decimal::from((month.seconds().0 - end + DAY / 2) / DAY);
    notes.push(Note::ForecastMethod { windows: calibration.windows, lead_days });
    match question.region {
        None => notes.push(Note::OnDemandUnknown),
        Some(_) if pools.iter().any(|pool| pool.on_demand.is_some()) => {
            let (as_of, end) = (bundled::AS_OF.to_owned(), day(end));
            notes.push(Note::OnDemandAsOf { as_of, end });
        }
        Some(_) => {}
    }
    let job = question.job.as_ref().map(|(name, _)| name.clone());
    Some(SpotAnswer { start, end, month, calibration_windows: calibration.windows, pools, job, notes })
}

/// What Spot hours of a type cost in a period, from its pools' forecasts: expected is the mean over the
/// zones, low and high the lowest and the highest end of any. `None` without a forecast.
#[must_use]
pub fn forecast_price(
    history: &SpotHistory,
    sku: &Sku,
    period: Period,
    on_demand: Option<Usd>,
    source: &str,
) -> Option<Price> {
    let end = history.end()?;
    let forecaster = Forecaster::new(history);
    let calibration = forecaster.calibrate(end);
    let lead = (period.start().as_second() - end).max(0);
    let of_type = history.pools.iter().filter(|(pool, _)| sku.instance_type() == Some(&pool.instance_type));
    let mut forecasts = Vec::new();
    let mut days = i64::MAX;
    for (pool, series) in of_type {
        forecasts.push(forecaster.forecast(pool, end, lead, &calibration, on_demand)?);
        days = days.min((end - series.first()) / DAY);
    }
    let zones = Decimal::from(forecasts.len());
    let mean = forecasts.iter().map(|forecast| forecast.mean).sum::<Usd>().per(zones)?.to_price();
    let low = forecasts.iter().map(|forecast| forecast.low).min()?;
    let high = forecasts.iter().map(|forecast| forecast.high).max();
    let provenance = Provenance {
        source: source.to_owned(),
        as_of: Some(day(end)),
        sku: None,
        verified: None,
        detail: format!(
            "forecast from {days} days of history in {zones} zones: the mean over the zones, low and high the ends of any; {} past windows gave the interval",
            calibration.windows
        ),
    };
    let mut price = Price::flat(mean, PricingUnit::Hours, provenance);
    price.spread = Some((low.min(mean), high.map(|high| high.max(mean))));
    Some(price)
}

/// The bundled On-Demand price.
fn on_demand(region: Region, instance_type: &InstanceType) -> Option<Usd> {
    let sku = Sku::instance(region, instance_type, PurchaseOption::OnDemand);
    bundled::price_list(&[sku.clone()].into()).rate(&sku).map(|rate| rate.price)
}

/// The steps of a price in a window.
fn curve(series: &SpotSeries, start: i64, end: i64) -> Vec<(i64, Usd)> {
    let inside = series.changes().iter().filter(|(time, _)| start < *time && *time < end).copied();
    let first = start.max(series.first());
    std::iter::once((first, series.price_before(first + 1)))
        .chain(inside)
        .chain([(end, series.price_before(end))])
        .collect()
}
