//! The charts of the monthly report, as data.

use super::sentence::driver_word;
use super::{CapFrontier, Charged, MonthlyReport, Queue, SpotPool, Word, second};
use crate::model::decimal::{self, Decimal};
use crate::model::money::{Total, Usd};
use crate::model::said::day_in_japanese;
use crate::model::time::day;
use crate::prices::history::DAY;
use crate::report::{Across, Band, Bar, BarChart, Block, Chart, Lang, Line};

/// Cost by day beside the estimate, drawn evenly, with its range.
pub(super) fn by_day(report: &MonthlyReport, charged: &Charged, lang: Lang) -> Option<Block> {
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
            Total::Whole(_) => Word::DailyEstimate.form(lang).to_owned(),
            _ => format!("{} ({})", Word::DailyEstimate.form(lang), Word::LowerBound.form(lang)),
        },
        points: vec![(start, evenly(total.expected)), (end, evenly(total.expected))],
    };
    let bands = total.high.map(|high| Band {
        name: Word::Range.form(lang).into(),
        points: vec![(start, evenly(total.low), evenly(high)), (end, evenly(total.low), evenly(high))],
    });
    // The first of the dearest days.
    let highest = charged.daily.iter().rev().max_by_key(|day| day.cost)?;
    let (on, estimate) = (day(second(&highest.day)), of_a_day.shown(lang));
    let words = match lang {
        Lang::En => format!(
            "{} to {}: peak {} on {on}; estimate, evenly by day, {estimate}",
            day(first),
            day(last),
            highest.cost.cents()
        ),
        Lang::Ja => format!(
            "{}～{}：最大 {}（{}）、見積額（日割り）{estimate}",
            day_in_japanese(&day(first)),
            day_in_japanese(&day(last)),
            highest.cost.cents(),
            day_in_japanese(&on)
        ),
    };
    let chart = Chart {
        title: Word::CostByDay.form(lang).into(),
        across: Across::Time,
        y_label: Word::UsdPerDay.form(lang).into(),
        lines: vec![Line { name: Word::Charged.form(lang).into(), points }, line],
        bands: bands.into_iter().collect(),
    };
    Some(Block::Chart(chart, words))
}

/// Estimated and charged, service by service.
pub(super) fn by_service(report: &MonthlyReport, lang: Lang) -> Block {
    let mut bars = Vec::new();
    let mut words = Vec::new();
    for (service, estimated, actual) in report.services() {
        let actual = actual.map(Total::Whole);
        let mut bar = |name: &str, amount: Option<Total>, color| {
            let amount = amount?;
            bars.push(Bar {
                name: name.to_owned(),
                from: Decimal::ZERO,
                // What is unknown has a place and a word, and no length.
                to: amount.known().unwrap_or_default().amount(),
                color,
                figure: amount.shown(lang),
            });
            Some(amount)
        };
        let first = bar(&service, estimated, 0).is_some();
        bar(if first { "" } else { &service }, actual, 1);
        let shown = |amount: Option<Total>| amount.map_or_else(|| "–".to_owned(), |of| of.shown(lang));
        words.push(match report.charged {
            Some(_) => format!("{service}: {} / {}", shown(estimated), shown(actual)),
            None => format!("{service}: {}", shown(estimated)),
        });
    }
    let legend = [Word::Estimated, Word::Charged];
    let shown = if report.charged.is_some() { 2 } else { 1 };
    let chart = BarChart {
        title: Word::CostByService.form(lang).into(),
        unit: Word::Usd.form(lang).into(),
        legend: legend.iter().take(shown).map(|word| word.form(lang).to_owned()).collect(),
        bars,
    };
    Block::Bars(chart, words.join("; "))
}

/// From the estimate to the charges, driver by driver.
pub(super) fn waterfall(charged: &Charged, lang: Lang) -> Block {
    let mut bars = vec![Bar {
        name: Word::Estimated.form(lang).into(),
        from: Decimal::ZERO,
        to: charged.estimated.amount(),
        color: 0,
        figure: charged.estimate().shown(lang),
    }];
    let mut so_far = charged.estimated;
    let mut words = vec![format!("{} {}", Word::Estimated.form(lang), charged.estimate().shown(lang))];
    for (driver, amount, _) in charged.reasons() {
        let after = so_far + amount;
        let name = driver_word(driver).form(lang);
        let figure = if amount > Usd::ZERO { format!("+{}", amount.cents()) } else { amount.cents() };
        words.push(format!("{name} {figure}"));
        let color = if amount > Usd::ZERO { 2 } else { 3 };
        bars.push(Bar { name: name.into(), from: so_far.amount(), to: after.amount(), color, figure });
        so_far = after;
    }
    bars.push(Bar {
        name: Word::Charged.form(lang).into(),
        from: Decimal::ZERO,
        to: charged.actual.amount(),
        color: 1,
        figure: charged.actual.cents(),
    });
    words.push(format!("{} {}", Word::Charged.form(lang), charged.actual.cents()));
    let chart = BarChart {
        title: Word::WhyDifferent.form(lang).into(),
        unit: Word::Usd.form(lang).into(),
        legend: Vec::new(),
        bars,
    };
    Block::Bars(chart, words.join("; "))
}

/// Demand, instances and cap.
pub(super) fn demand(queue: &Queue, lang: Lang) -> Option<Block> {
    let at = |place: usize| queue.start + place as i64 * queue.step_seconds as i64;
    let line = |word: Word, pick: fn(&(u64, u64, u64)) -> u64| Line {
        name: word.form(lang).into(),
        points: queue
            .steps
            .iter()
            .enumerate()
            .map(|(place, step)| (at(place), Decimal::from(pick(step))))
            .collect(),
    };
    let highest = queue.steps.iter().map(|step| step.0).max()?;
    let cap = queue.steps.iter().map(|step| step.2).max()?;
    let words = format!("{} {highest} vCPU, {} {cap}", Word::PeakDemand.form(lang), Word::Cap.form(lang));
    let chart = Chart {
        title: Word::DemandAndCap.form(lang).into(),
        across: Across::Time,
        y_label: Word::Vcpus.form(lang).into(),
        lines: vec![
            line(Word::VcpusDemanded, |step| step.0),
            line(Word::VcpusOwned, |step| step.1),
            line(Word::Cap, |step| step.2),
        ],
        bands: Vec::new(),
    };
    Some(Block::Chart(chart, words))
}

fn seconds(seconds: u64, lang: Lang) -> String {
    let number = decimal::grouped_trimmed(seconds.into(), 0);
    match lang {
        Lang::En => format!("{number} s"),
        Lang::Ja => format!("{number} 秒"),
    }
}

/// Cost by cap.
pub(super) fn frontier(of: &CapFrontier, lang: Lang) -> Option<Block> {
    let (first, last) = (of.points.first()?, of.points.last()?);
    let words = [first, last].map(|of| {
        let (cap, cost, wait) = (of.max_vcpus, of.monthly.cents(), seconds(of.wait_seconds_p95, lang));
        format!("max_vcpus {cap}: {cost}, p95 {wait}")
    });
    let words = words.join("; ");
    let points = |pick: fn(&super::CapPoint) -> Decimal| {
        of.points.iter().map(|point| (i64::from(point.max_vcpus), pick(point))).collect()
    };
    let chart = Chart {
        title: format!("{}: {}", of.environment, Word::MonthlyCost.form(lang)),
        across: Across::Number("max_vcpus".into()),
        y_label: Word::Usd.form(lang).into(),
        lines: vec![Line {
            name: Word::MonthlyCost.form(lang).into(),
            points: points(|point| point.monthly.amount()),
        }],
        bands: Vec::new(),
    };
    Some(Block::Chart(chart, words))
}

/// Waits by cap.
pub(super) fn frontier_waits(of: &CapFrontier, lang: Lang) -> Block {
    let line = |name: &str, pick: fn(&super::CapPoint) -> u64| Line {
        name: name.into(),
        points: of
            .points
            .iter()
            .map(|point| (i64::from(point.max_vcpus), Decimal::from(pick(point))))
            .collect(),
    };
    let words: Vec<String> = of
        .points
        .iter()
        .map(|of| format!("{}: {}", of.max_vcpus, seconds(of.wait_seconds_p95, lang)))
        .collect();
    let chart = Chart {
        title: format!("{}: {}", of.environment, Word::WaitP95.form(lang)),
        across: Across::Number("max_vcpus".into()),
        y_label: Word::Seconds.form(lang).into(),
        lines: vec![line("p95", |point| point.wait_seconds_p95), line("p50", |point| point.wait_seconds_p50)],
        bands: Vec::new(),
    };
    Block::Chart(chart, words.join("; "))
}

/// The history of a type's prices by zone, and the forecast of the month after it.
pub(super) fn spot(pools: &[&SpotPool], lang: Lang) -> Option<Block> {
    let of = pools.first()?;
    let mut lines = Vec::new();
    let mut bands = Vec::new();
    for pool in pools {
        let mut points: Vec<(i64, Decimal)> =
            pool.history.iter().map(|(time, price)| (*time, price.amount())).collect();
        points.push((pool.until, pool.current.amount()));
        lines.push(Line { name: pool.zone.clone(), points });
    }
    // Where zones differ little their forecasts lie over each other: the first zone's is drawn, the table has all.
    if let Some(forecast) = &of.forecast {
        let (low, high) = (forecast.low.amount(), forecast.high.amount());
        let mean = forecast.mean.amount();
        let name = format!("{} {}", Word::ForecastFor.form(lang), of.zone);
        lines.push(Line { name, points: vec![(forecast.start, mean), (forecast.end, mean)] });
        bands.push(Band {
            name: format!("80 % {}", of.zone),
            points: vec![(forecast.start, low, high), (forecast.end, low, high)],
        });
    }
    let words: Vec<String> = pools
        .iter()
        .map(|pool| format!("{}: {} {}", pool.zone, Word::MeanPrice.form(lang), pool.mean.price(6)))
        .collect();
    let chart = Chart {
        title: format!("{}: {}", of.instance_type, Word::SpotHistory.form(lang)),
        across: Across::Time,
        y_label: Word::UsdPerHour.form(lang).into(),
        lines,
        bands,
    };
    Some(Block::Chart(chart, words.join("; ")))
}
