//! What Spot did and may do: statistics per pool, next month's forecast, and where Spot pays.

pub mod backtest;
pub mod file;
mod headings;
mod json;
mod report;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Error;
use crate::interruption::{self, Expectation, Exposure};
use crate::model::commitment::Commitments;
use crate::model::decimal::Decimal;
use crate::model::money::Usd;
use crate::model::region::Region;
use crate::model::sku::{InstanceType, PurchaseOption, Sku};
use crate::model::time::{DAY, Month, Period, day};
use crate::model::units::Cases;
use crate::model::units::PricingUnit;
use crate::prices::forecast::{Calibration, Forecaster};
use crate::prices::history::{Pool, SpotHistory, SpotSeries, Statistics};
use crate::prices::{OnlyFor, Price, PriceList, Provenance, Source, Wanted, bundled};
use crate::report::{Note, Said};

/// What is asked of a history.
#[derive(Clone, Debug)]
pub struct Question {
    /// Only these types; all without any.
    pub types: Vec<InstanceType>,
    /// On-Demand prices, and where they are from; `None` where no region says which.
    pub on_demand: Option<OnDemand>,
    /// Days back from the end of the record.
    pub days: i64,
    /// A job on Spot: its name and what decides the cost of its interruptions.
    pub job: Option<(String, Exposure)>,
    /// Interruption bands of last month, where known.
    pub bands: BTreeMap<InstanceType, String>,
    /// What the reader must know about the history.
    pub remarks: Vec<Note>,
    /// For a Spot request of so many instances: how likely it succeeds, 1 to 10, by zone.
    pub scores: Option<(i32, BTreeMap<String, i32>)>,
}

/// On-Demand prices of one region.
#[derive(Clone, Debug)]
pub struct OnDemand {
    /// By type; a type without one is not in it.
    pub prices: BTreeMap<InstanceType, Usd>,
    /// When they were read at AWS; `None` for the bundled ones.
    pub read_at: Option<String>,
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
    pub forecast: Option<Cases<Usd>>,
    /// The On-Demand price, where one is known.
    pub on_demand: Option<Usd>,
    /// The Spot price below which the job costs less than On-Demand.
    pub break_even: Option<Usd>,
    /// Interruption band of last month.
    pub band: Option<String>,
    /// How likely the Spot request asked about succeeds in this zone, 1 to 10.
    pub score: Option<i32>,
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
    /// Months those windows span.
    pub calibration_months: Decimal,
    /// Each pool, by type and zone.
    pub pools: Vec<PoolAnswer>,
    /// The job that `break_even` is about.
    pub job: Option<String>,
    /// Whether placement scores were asked for.
    pub scored: bool,
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
    let mut notes = question.remarks.clone();
    let asked = |pool: &Pool| question.types.is_empty() || question.types.contains(&pool.instance_type);
    let pools: Vec<PoolAnswer> = history
        .pools
        .iter()
        .filter(|(pool, _)| asked(pool))
        .filter_map(|(pool, series)| {
            let listed = question.on_demand.as_ref().and_then(|list| list.prices.get(&pool.instance_type));
            let on_demand = listed.copied();
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
                score: question.scores.as_ref().and_then(|(_, scores)| scores.get(&pool.zone)).copied(),
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
    notes.push(Note::ForecastMethod { interval: calibration.source(), lead_days });
    notes.extend(above_on_demand(&pools));
    match &question.on_demand {
        None => notes.push(Note::OnDemandUnknown),
        Some(list) if pools.iter().any(|pool| pool.on_demand.is_some()) => notes.push(match &list.read_at {
            Some(as_of) => Note::OnDemandLive { as_of: as_of.clone() },
            None => Note::OnDemandAsOf { as_of: bundled::AS_OF.to_owned(), end: day(end) },
        }),
        Some(_) => {}
    }
    let instances = question.scores.as_ref().map(|(instances, _)| *instances);
    notes.extend(instances.map(|instances| Note::PlacementScores { instances }));
    Some(SpotAnswer {
        start,
        end,
        month,
        calibration_windows: calibration.windows,
        calibration_months: calibration.months(),
        pools,
        job: question.job.as_ref().map(|(name, _)| name.clone()),
        scored: question.scores.is_some(),
        notes,
    })
}

/// Says which types were above On-Demand at last.
fn above_on_demand(pools: &[PoolAnswer]) -> Option<Note> {
    let above =
        pools.iter().filter(|pool| pool.on_demand.is_some_and(|limit| pool.statistics.current > limit));
    let types: BTreeSet<&str> = above.map(|pool| pool.pool.instance_type.as_str()).collect();
    let types = types.into_iter().collect::<Vec<_>>().join(", ");
    (!types.is_empty()).then_some(Note::SpotAboveOnDemand { types })
}

/// From the end of a history to a month that can be forecast: two months [s].
const LONGEST_LEAD: i64 = 62 * DAY;

/// Whether a forecast from a history reaches a period: one that is not over by the end of the record, and does not
/// begin more than two months after it.
#[must_use]
pub fn reaches(history: &SpotHistory, period: Period) -> bool {
    let end = history.end().unwrap_or_default();
    period.start().as_second() - end <= LONGEST_LEAD && period.end().as_second() > end
}

/// Puts forecasts in the place of the Spot prices of a list, for the types the history has. A period
/// that is over by the end of the record, or begins more than two months after it, is refused.
pub fn forecast_prices(
    list: &mut PriceList,
    history: &SpotHistory,
    wanted: &Wanted,
    period: Period,
    path: &str,
) -> Result<(), Error> {
    let end = history.end().unwrap_or_default();
    let start = period.start().as_second();
    if !reaches(history, period) {
        return Err(Error::CommandLine {
            message: words::the_spot_price_history_ends(day(end), day(start)),
            hint: words::a_forecast_reaches_the_month(),
        });
    }
    let forecaster = Forecaster::new(history);
    let calibration = forecaster.calibrate(end);
    let lead = (start - end).max(0);
    for sku in wanted.iter().filter(|sku| sku.purchase == PurchaseOption::Spot) {
        let on_demand = list.rate(&sku.bought(PurchaseOption::OnDemand)).map(|rate| rate.price);
        let of_type =
            history.pools.iter().filter(|(pool, _)| sku.instance_type() == Some(&pool.instance_type));
        let forecasts: Option<Vec<(Cases<Usd>, i64)>> = of_type
            .map(|(pool, series)| {
                let forecast = forecaster.forecast(pool, end, lead, &calibration, on_demand)?;
                Some((with_elapsed(forecast, series, period, end), (end - series.first()) / DAY))
            })
            .collect();
        let price = forecasts
            .and_then(|forecasts| forecast_price(&forecasts, end, &calibration, on_demand, path, period));
        if let Some(price) = price {
            list.insert(sku, price);
        }
    }
    Ok(())
}

/// The mean of a period that has begun: what was measured counts for the time that is over, as far as the
/// record goes back, the forecast for the rest.
fn with_elapsed(forecast: Cases<Usd>, series: &SpotSeries, period: Period, end: i64) -> Cases<Usd> {
    let (start, until) = (period.start().as_second(), period.end().as_second());
    let from = start.max(series.first());
    let Some(measured) = series.statistics(from, end, None).filter(|_| from < end) else { return forecast };
    let share = Decimal::from(end - from) / Decimal::from(until - start);
    let mixed =
        |rest: Usd| (measured.time_weighted_mean.times(share) + rest.times(Decimal::ONE - share)).to_price();
    forecast.map(mixed)
}

/// Puts live Spot prices into a list: the forecast where one reaches the period, and else what the
/// record says, with the On-Demand price as the high end. A SKU without any record gets a gap.
pub fn price_live(list: &mut PriceList, history: &SpotHistory, wanted: &Wanted, period: Period) {
    // Without any record there is no pool, and the time does not matter.
    let end = history.end().unwrap_or_default();
    if reaches(history, period) && !history.pools.is_empty() {
        forecast_prices(list, history, wanted, period, LIVE).expect("the period is reached");
    }
    for sku in wanted.iter().filter(|sku| sku.purchase == PurchaseOption::Spot) {
        if list.get(sku).is_some() {
            continue;
        }
        let of_type: Vec<&SpotSeries> = history
            .pools
            .iter()
            .filter(|(pool, _)| sku.instance_type() == Some(&pool.instance_type))
            .map(|(_, series)| series)
            .collect();
        let on_demand = list.rate(&sku.bought(PurchaseOption::OnDemand)).map(|rate| rate.price);
        match measured_price(&of_type, end, period, on_demand) {
            Some(price) => list.insert(sku, price),
            None => {
                let (region, usage_type) = (sku.region, sku.usage_type());
                let reason = Said::new(
                    format!("EC2 has no Spot price of {usage_type} in {region}"),
                    format!("EC2 の記録に {region} の {usage_type} のスポット価格がない"),
                );
                list.set_gap(sku, reason);
            }
        }
    }
}

/// How a live history is called where a file has its path.
const LIVE: &str = "live";

/// What Spot hours cost by what was measured: over the period where the record covers all of it, and
/// then low and high are the cheapest and the dearest zone; else over the whole record, and then the
/// high end is the On-Demand price.
fn measured_price(zones: &[&SpotSeries], end: i64, period: Period, on_demand: Option<Usd>) -> Option<Price> {
    let first = zones.iter().map(|series| series.first()).min()?;
    let (start, until) = (period.start().as_second(), period.end().as_second());
    let covered = first <= start && until <= end;
    let (start, until) = if covered { (start, until) } else { (first, end) };
    let statistics: Vec<Statistics> =
        zones.iter().filter_map(|series| series.statistics(start, until, on_demand)).collect();
    let means = || statistics.iter().map(|statistics| statistics.time_weighted_mean);
    let count = Decimal::from(statistics.len());
    let mean = means().sum::<Usd>().per(count)?.to_price();
    let (low, high) = (means().min()?, means().max()?);
    let days = (until - start) / DAY;
    let window = format!("{} to {}", day(start), day(until));
    let detail = if covered {
        format!(
            "Spot prices of {window}, weighted by time: the mean over {count} zones, low and high the cheapest and the dearest zone"
        )
    } else {
        format!(
            "no forecast ({days} days of history, or the period is too far off): the mean of {window} over {count} zones, low the cheapest zone, high the On-Demand price"
        )
    };
    let high = if covered { Some(high) } else { on_demand.map(|price| price.max(high)) };
    let provenance = Provenance {
        source: Source::Measured(LIVE.to_owned()),
        as_of: Some(day(end)),
        sku: None,
        verified: None,
        detail,
        only_for: Some(OnlyFor::period(period)),
    };
    let mut price = Price::flat(mean, PricingUnit::Hours, provenance);
    price.spread = Some((low.min(mean), high.map(|high| high.max(mean))));
    Some(price)
}

/// What Spot hours of a type cost, from the forecasts of its zones and their days of history: expected
/// is the mean over the zones, low and high the lowest and the highest end of any.
fn forecast_price(
    forecasts: &[(Cases<Usd>, i64)],
    end: i64,
    calibration: &Calibration,
    on_demand: Option<Usd>,
    path: &str,
    period: Period,
) -> Option<Price> {
    let zones = Decimal::from(forecasts.len());
    let mean = forecasts.iter().map(|(forecast, _)| forecast.expected).sum::<Usd>().per(zones)?.to_price();
    let low = forecasts.iter().map(|(forecast, _)| forecast.low).min()?;
    let high = forecasts.iter().map(|(forecast, _)| forecast.high).max();
    let days = forecasts.iter().map(|(_, days)| *days).min()?;
    let from = period.start().as_second().max(end - days * DAY);
    let over = format!("; from {} to {} what was measured counts", day(from), day(end));
    let elapsed = if period.start().as_second() < end { over } else { String::new() };
    let ceiling = match on_demand {
        Some(_) => "On-Demand",
        None => "the highest price of the type in the record, for On-Demand is unknown",
    };
    let provenance = Provenance {
        source: Source::Forecast(path.to_owned()),
        as_of: Some(day(end)),
        sku: None,
        verified: None,
        detail: format!(
            "forecast from {days} days of history in {zones} zones: the mean over the zones, low and high the ends of any, none above {ceiling}{elapsed}; the interval comes from {}",
            calibration.source().en
        ),
        only_for: Some(OnlyFor::period(period)),
    };
    let mut price = Price::flat(mean, PricingUnit::Hours, provenance);
    price.spread = Some((low.min(mean), high.map(|high| high.max(mean))));
    Some(price)
}

impl OnDemand {
    /// The bundled prices of every type of a history.
    #[must_use]
    pub fn bundled(history: &SpotHistory, region: Region) -> OnDemand {
        let sku = |pool: &Pool| Sku::instance(region, &pool.instance_type, PurchaseOption::OnDemand);
        let wanted: Wanted = history.pools.keys().map(sku).collect();
        OnDemand {
            prices: OnDemand::of(&bundled::price_list(&wanted, &Commitments::default()), &wanted),
            read_at: None,
        }
    }

    /// The prices that a list has of these SKUs.
    #[must_use]
    pub fn of(list: &PriceList, wanted: &Wanted) -> BTreeMap<InstanceType, Usd> {
        let on_demand = wanted.iter().filter(|sku| sku.purchase == PurchaseOption::OnDemand);
        on_demand.filter_map(|sku| Some((sku.instance_type()?.clone(), list.rate(sku)?.price))).collect()
    }
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
