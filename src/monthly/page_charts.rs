//! The charts of the monthly report, as data.

use super::sentence::driver_word;
use super::{CapFrontier, Charged, MonthlyReport, Queue, SpotPool, Word, second};
use crate::model::decimal::{self, Decimal};
use crate::model::money::{Total, Usd};
use crate::model::said::{day_in_japanese, words};
use crate::model::time::{DAY, day};
use crate::report::{Across, Band, Bar, BarChart, Block, Chart, Line, Said};

words! {
    titled(name, what) "{name}: {what}" "{name}: {what}";
    valued(name, amount) "{name} {amount}" "{name} {amount}";
    bounded(name, bound) "{name} ({bound})" "{name} ({bound})";
    both_sides(service, estimated, charged) "{service}: {estimated} / {charged}" "{service}: {estimated} / {charged}";
    peak_day(first, last, cost, on, estimate)
        "{first} to {last}: peak {cost} on {on}; estimate, evenly by day, {estimate}"
        "{first}～{last}：最大 {cost}（{on}）、見積額（日割り）{estimate}";
    peak_and_cap(peak, vcpus, cap, most) "{peak} {vcpus} vCPU, {cap} {most}" "{peak} {vcpus} vCPU, {cap} {most}";
    of_cap(cap, cost, wait) "max_vcpus {cap}: {cost}, p95 {wait}" "max_vcpus {cap}: {cost}, p95 {wait}";
    in_seconds(number) "{number} s" "{number} 秒";
}

fn on_day(second: i64) -> Said {
    let day = day(second);
    let ja = day_in_japanese(&day);
    Said::new(day, ja)
}

fn joined(parts: impl IntoIterator<Item = Said>) -> Said {
    Said::joined(parts, "; ", "; ")
}

/// Cost by day beside the estimate, drawn evenly, with its range.
pub(super) fn by_day(report: &MonthlyReport, charged: &Charged) -> Option<Block> {
    let first = second(&charged.daily.first()?.day);
    let (start, end) = report.seconds();
    let mut points: Vec<(i64, Decimal)> =
        charged.daily.iter().map(|day| (second(&day.day), day.cost.amount())).collect();
    let last = second(&charged.daily.last()?.day);
    points.push((last + DAY, charged.daily.last()?.cost.amount()));
    let days = Decimal::from(end - start) / Decimal::from(DAY);
    let evenly = |amount: Usd| amount.per(days).unwrap_or_default().to_price().amount();
    let total = report.total;
    let of_a_day = report.of_all(Usd::new(evenly(total.expected)));
    let line = Line {
        name: match of_a_day {
            Total::Whole(_) => Word::DailyEstimate.said(),
            _ => bounded(Word::DailyEstimate.said(), Word::LowerBound.said()),
        },
        points: vec![(start, evenly(total.expected)), (end, evenly(total.expected))],
    };
    let bands = total.high.map(|high| Band {
        name: Word::Range.said(),
        points: vec![(start, evenly(total.low), evenly(high)), (end, evenly(total.low), evenly(high))],
    });
    // The first of the dearest days.
    let highest = charged.daily.iter().rev().max_by_key(|day| day.cost)?;
    let words = peak_day(
        on_day(first),
        on_day(last),
        highest.cost.cents(),
        on_day(second(&highest.day)),
        of_a_day.said(),
    );
    let chart = Chart {
        title: Word::CostByDay.said(),
        across: Across::Time,
        y_label: Word::UsdPerDay.said(),
        lines: vec![Line { name: Word::Charged.said(), points }, line],
        bands: bands.into_iter().collect(),
    };
    Some(Block::Chart(chart, words))
}

/// Estimated and charged, service by service.
pub(super) fn by_service(report: &MonthlyReport) -> Block {
    let mut bars = Vec::new();
    let mut words = Vec::new();
    for (service, estimated, actual) in report.services() {
        let actual = actual.map(Total::Whole);
        let mut bar = |name: &str, amount: Option<Total>, color| {
            let amount = amount?;
            bars.push(Bar {
                name: Said::alike(name),
                from: Decimal::ZERO,
                // What is unknown has a place and a word, and no length.
                to: amount.known().unwrap_or_default().amount(),
                color,
                figure: amount.said(),
            });
            Some(amount)
        };
        let first = bar(&service, estimated, 0).is_some();
        bar(if first { "" } else { &service }, actual, 1);
        let shown = |amount: Option<Total>| amount.map_or_else(|| Said::alike("–"), Total::said);
        words.push(match report.charged {
            Some(_) => both_sides(service, shown(estimated), shown(actual)),
            None => titled(service, shown(estimated)),
        });
    }
    let legend = [Word::Estimated, Word::Charged];
    let shown = if report.charged.is_some() { 2 } else { 1 };
    let chart = BarChart {
        title: Word::CostByService.said(),
        unit: Word::Usd.said(),
        legend: legend.into_iter().take(shown).map(Word::said).collect(),
        bars,
    };
    Block::Bars(chart, joined(words))
}

/// From the estimate to the charges, driver by driver.
pub(super) fn waterfall(charged: &Charged) -> Block {
    let mut bars = vec![Bar {
        name: Word::Estimated.said(),
        from: Decimal::ZERO,
        to: charged.estimated.amount(),
        color: 0,
        figure: charged.estimate().said(),
    }];
    let mut so_far = charged.estimated;
    let mut words = vec![valued(Word::Estimated.said(), charged.estimate().said())];
    for (driver, amount, _) in charged.reasons() {
        let after = so_far + amount;
        let name = driver_word(driver).said();
        let figure = if amount > Usd::ZERO { format!("+{}", amount.cents()) } else { amount.cents() };
        words.push(valued(name.clone(), &figure));
        let color = if amount > Usd::ZERO { 2 } else { 3 };
        bars.push(Bar {
            name,
            from: so_far.amount(),
            to: after.amount(),
            color,
            figure: Said::alike(figure),
        });
        so_far = after;
    }
    bars.push(Bar {
        name: Word::Charged.said(),
        from: Decimal::ZERO,
        to: charged.actual.amount(),
        color: 1,
        figure: Said::alike(charged.actual.cents()),
    });
    words.push(valued(Word::Charged.said(), charged.actual.cents()));
    let chart =
        BarChart { title: Word::WhyDifferent.said(), unit: Word::Usd.said(), legend: Vec::new(), bars };
    Block::Bars(chart, joined(words))
}

/// Demand, instances and cap.
pub(super) fn demand(queue: &Queue) -> Option<Block> {
    let at = |place: usize| queue.start + place as i64 * queue.step_seconds as i64;
    let line = |word: Word, pick: fn(&(u64, u64, u64)) -> u64| Line {
        name: word.said(),
        points: queue
            .steps
            .iter()
            .enumerate()
            .map(|(place, step)| (at(place), Decimal::from(pick(step))))
            .collect(),
    };
    let highest = queue.steps.iter().map(|step| step.0).max()?;
    let cap = queue.steps.iter().map(|step| step.2).max()?;
    let words = peak_and_cap(Word::PeakDemand.said(), highest, Word::Cap.said(), cap);
    let chart = Chart {
        title: Word::DemandAndCap.said(),
        across: Across::Time,
        y_label: Word::Vcpus.said(),
        lines: vec![
            line(Word::VcpusDemanded, |step| step.0),
            line(Word::VcpusOwned, |step| step.1),
            line(Word::Cap, |step| step.2),
        ],
        bands: Vec::new(),
    };
    Some(Block::Chart(chart, words))
}

fn seconds(seconds: u64) -> Said {
    in_seconds(decimal::grouped_trimmed(seconds.into(), 0))
}

/// Cost by cap.
pub(super) fn frontier(of: &CapFrontier) -> Option<Block> {
    let (first, last) = (of.points.first()?, of.points.last()?);
    let words = [first, last].map(|of| {
        let (cap, cost, wait) = (of.max_vcpus, of.monthly.cents(), seconds(of.wait_seconds_p95));
        of_cap(cap, cost, wait)
    });
    let words = joined(words);
    let points = |pick: fn(&super::CapPoint) -> Decimal| {
        of.points.iter().map(|point| (i64::from(point.max_vcpus), pick(point))).collect()
    };
    let chart = Chart {
        title: titled(&of.environment, Word::MonthlyCost.said()),
        across: Across::Number(Said::alike("max_vcpus")),
        y_label: Word::Usd.said(),
        lines: vec![Line { name: Word::MonthlyCost.said(), points: points(|point| point.monthly.amount()) }],
        bands: Vec::new(),
    };
    Some(Block::Chart(chart, words))
}

/// Waits by cap.
pub(super) fn frontier_waits(of: &CapFrontier) -> Block {
    let line = |name: &str, pick: fn(&super::CapPoint) -> u64| Line {
        name: Said::alike(name),
        points: of
            .points
            .iter()
            .map(|point| (i64::from(point.max_vcpus), Decimal::from(pick(point))))
            .collect(),
    };
    let words: Vec<Said> =
        of.points.iter().map(|of| titled(of.max_vcpus, seconds(of.wait_seconds_p95))).collect();
    let chart = Chart {
        title: titled(&of.environment, Word::WaitP95.said()),
        across: Across::Number(Said::alike("max_vcpus")),
        y_label: Word::Seconds.said(),
        lines: vec![line("p95", |point| point.wait_seconds_p95), line("p50", |point| point.wait_seconds_p50)],
        bands: Vec::new(),
    };
    Block::Chart(chart, joined(words))
}

/// The history of a type's prices by zone, and the forecast of the month after it.
pub(super) fn spot(pools: &[&SpotPool]) -> Option<Block> {
    let of = pools.first()?;
    let mut lines = Vec::new();
    let mut bands = Vec::new();
    for pool in pools {
        let mut points: Vec<(i64, Decimal)> =
            pool.history.iter().map(|(time, price)| (*time, price.amount())).collect();
        points.push((pool.until, pool.current.amount()));
        lines.push(Line { name: Said::alike(&pool.zone), points });
    }
    // Where zones differ little their forecasts lie over each other: the first zone's is drawn, the table has all.
    if let Some(forecast) = &of.forecast {
        let (low, high) = (forecast.low.amount(), forecast.high.amount());
        let mean = forecast.mean.amount();
        let name = valued(Word::ForecastFor.said(), &of.zone);
        lines.push(Line { name, points: vec![(forecast.start, mean), (forecast.end, mean)] });
        bands.push(Band {
            name: Said::alike(format!("80 % {}", of.zone)),
            points: vec![(forecast.start, low, high), (forecast.end, low, high)],
        });
    }
    let words: Vec<Said> = pools
        .iter()
        .map(|pool| titled(&pool.zone, valued(Word::MeanPrice.said(), pool.mean.price(6))))
        .collect();
    let chart = Chart {
        title: titled(&of.instance_type, Word::SpotHistory.said()),
        across: Across::Time,
        y_label: Word::UsdPerHour.said(),
        lines,
        bands,
    };
    Some(Block::Chart(chart, joined(words)))
}
