//! The sections of the page: what stands in the tables for people.

use super::tables::{number, text, usd, words};
use super::{CapFrontier, MonthlyReport, Proposal, Queue, SpotPool, Word, by_name};
use crate::model::decimal::Decimal;
use crate::model::money::{Total, Usd};
use crate::report::{Cell, Lang, Row, Table};

/// Changes with what they save and what may go wrong.
pub(super) fn actions(changes: &[Proposal], lang: Lang) -> Table {
    let row = |of: &Proposal| {
        let wait = |pick: fn(&(u64, u64)) -> u64| {
            of.wait_seconds_p95.as_ref().map_or(Cell::Empty, |waits| Cell::Number(pick(waits).into()))
        };
        let settings = match &of.settings[..] {
            [] => Word::AdviceOnly.form(lang).to_owned(),
            lines => lines.join("\n"),
        };
        Row::Data(vec![
            words(&of.id),
            words(of.title.in_language(lang)),
            Cell::Usd(of.saving.expected),
            Cell::Range(of.saving.low, of.saving.high),
            wait(|waits| waits.0),
            wait(|waits| waits.1),
            words(settings),
        ])
    };
    Table {
        caption: Word::Actions.form(lang).into(),
        columns: vec![
            text("id", Word::Id, lang),
            text("title", Word::Change, lang),
            number("saving_expected", Word::Saves, lang),
            number("saving_range", Word::Range, lang),
            number("wait_p95_current", Word::WaitNow, lang),
            number("wait_p95_proposed", Word::WaitThen, lang),
            text("settings", Word::Then, lang),
        ],
        rows: changes.iter().map(row).collect(),
    }
}

/// What may go wrong with each change, and how to undo it.
/// What each change rests on, what may go wrong, and how to undo it.
pub(super) fn risks(changes: &[Proposal], lang: Lang) -> Vec<String> {
    let risk = |of: &Proposal| {
        let (risk, undo) = (of.risk.in_language(lang), of.way_back.in_language(lang));
        let evidence: Vec<&str> = of.evidence.iter().map(|said| said.in_language(lang)).collect();
        match (lang, &evidence[..]) {
            (Lang::En, []) => format!("{}: risk: {risk}; to undo: {undo}", of.id),
            (Lang::En, all) => {
                format!("{}: risk: {risk}; to undo: {undo}; evidence: {}", of.id, all.join("; "))
            }
            (Lang::Ja, []) => format!("{}：リスク：{risk}。元に戻す方法：{undo}。", of.id),
            (Lang::Ja, all) => {
                format!("{}：リスク：{risk}。元に戻す方法：{undo}。根拠：{}。", of.id, all.join("。"))
            }
        }
    };
    changes.iter().map(risk).collect()
}

pub(super) fn queue(of: &Queue, lang: Lang) -> Table {
    let percent = |value: Option<Decimal>| {
        value.map_or(Cell::Empty, |value| Cell::Percent(value / Decimal::ONE_HUNDRED))
    };
    let count = |value: u64| Cell::Number(Decimal::from(value));
    Table {
        caption: Word::Queue.form(lang).into(),
        columns: vec![
            number("jobs", Word::Jobs, lang),
            number("succeeded", Word::Succeeded, lang),
            number("failed", Word::Failed, lang),
            number("unfinished", Word::Unfinished, lang),
            number("interrupted", Word::Interruptions, lang),
            number("wait_p50", Word::WaitP50, lang),
            number("wait_p95", Word::WaitP95, lang),
            number("gpus", Word::GpusInUse, lang),
            number("vcpus", Word::VcpusInUse, lang),
        ],
        rows: vec![Row::Data(vec![
            count(of.jobs),
            count(of.succeeded),
            count(of.failed),
            count(of.unfinished),
            count(of.interrupted_attempts),
            of.wait_seconds_p50.map_or(Cell::Unknown, count),
            of.wait_seconds_p95.map_or(Cell::Unknown, count),
            percent(of.gpu_percent),
            percent(of.vcpu_percent),
        ])],
    }
}

pub(super) fn frontier(of: &CapFrontier, lang: Lang) -> Table {
    let row = |point: &super::CapPoint| {
        Row::Data(vec![
            Cell::Number(point.max_vcpus.into()),
            Cell::Usd(point.monthly),
            Cell::Number(point.wait_seconds_p50.into()),
            Cell::Number(point.wait_seconds_p95.into()),
        ])
    };
    Table {
        caption: format!("max_vcpus: {}", of.environment),
        columns: vec![
            number("max_vcpus", Word::Cap, lang),
            number("monthly", Word::MonthlyCost, lang),
            number("p50", Word::WaitP50, lang),
            number("p95", Word::WaitP95, lang),
        ],
        rows: of.points.iter().map(row).collect(),
    }
}

pub(super) fn spot(pools: &[SpotPool], lang: Lang) -> Table {
    let row = |of: &SpotPool| {
        let forecast = of.forecast.as_ref();
        let price = |amount: Option<Usd>| amount.map_or(Cell::Unknown, Cell::Price);
        Row::Data(vec![
            words(&of.instance_type),
            words(&of.zone),
            Cell::Price(of.mean),
            Cell::Price(of.current),
            price(forecast.map(|of| of.mean)),
            price(forecast.map(|of| of.low)),
            price(forecast.map(|of| of.high)),
            price(of.on_demand),
        ])
    };
    Table {
        caption: Word::SpotHistory.form(lang).into(),
        columns: vec![
            text("instance_type", Word::InstanceType, lang),
            text("zone", Word::Zone, lang),
            number("mean", Word::MeanPrice, lang),
            number("current", Word::CurrentPrice, lang),
            number("forecast", Word::ForecastFor, lang),
            number("low", Word::Low, lang),
            number("high", Word::High, lang),
            number("on_demand", Word::OnDemand, lang),
        ],
        rows: pools.iter().map(row).collect(),
    }
}

/// Every line with its cost, and the total.
pub(super) fn lines(report: &MonthlyReport, lang: Lang) -> Table {
    let mut rows = Vec::new();
    for (group, word) in [("compute", Word::Compute), ("storage", Word::Storage), ("other", Word::Other)] {
        let mut of_group = report.lines.iter().filter(|line| line.group == group).peekable();
        if of_group.peek().is_some() {
            rows.push(Row::Heading(word.form(lang).into()));
        }
        rows.extend(of_group.map(|line| {
            let priced = line.priced.as_ref();
            let range = priced.map(|of| Cell::Range(of.cost.low, of.cost.high));
            Row::Data(vec![
                words(&line.name),
                words(&line.usage_type),
                Cell::Number(line.quantity),
                words(by_name(&line.pricing_unit, lang)),
                priced.map_or(Cell::Unknown, |of| Cell::Price(of.unit_price.expected)),
                usd(priced.map(|of| of.cost.expected)),
                range.unwrap_or(Cell::Unknown),
            ])
        }));
    }
    let total = report.total;
    let sum = report.estimate();
    rows.push(Row::Total(vec![
        words(Word::Total.form(lang)),
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Total(sum),
        match sum.whole() {
            Some(_) => Cell::Range(total.low, total.high),
            None => Cell::Total(report.of_all(total.low)),
        },
    ]));
    Table {
        caption: Word::Lines.form(lang).into(),
        columns: vec![
            text("name", Word::Line, lang),
            text("usage_type", Word::UsageType, lang),
            number("quantity", Word::Quantity, lang),
            text("unit", Word::Unit, lang),
            number("unit_price", Word::UnitPrice, lang),
            number("cost", Word::Cost, lang),
            number("range", Word::Range, lang),
        ],
        rows,
    }
}

/// Estimated and charged by service.
pub(super) fn services(report: &MonthlyReport, lang: Lang) -> Table {
    let row = |(service, estimated, actual): (String, Option<Total>, Option<Usd>)| {
        let estimated = estimated.map_or(Cell::Empty, Cell::Total);
        Row::Data(vec![words(service), estimated, actual.map_or(Cell::Empty, Cell::Usd)])
    };
    let mut rows: Vec<Row> = report.services().into_iter().map(row).collect();
    let (estimated, charged) = match &report.charged {
        Some(of) => (of.estimate(), Cell::Usd(of.actual)),
        None => (report.estimate(), Cell::Empty),
    };
    rows.push(Row::Total(vec![words(Word::Total.form(lang)), Cell::Total(estimated), charged]));
    Table {
        caption: Word::CostByService.form(lang).into(),
        columns: vec![
            text("service", Word::Service, lang),
            number("estimated", Word::Estimated, lang),
            number("charged", Word::Charged, lang),
        ],
        rows,
    }
}

/// The scenario's own numbers.
pub(super) fn inputs(report: &MonthlyReport, lang: Lang) -> Table {
    Table {
        caption: Word::Assumptions.form(lang).into(),
        columns: vec![text("key", Word::Key, lang), number("value", Word::Value, lang)],
        rows: report.inputs.iter().map(|(key, value)| Row::Data(vec![words(key), words(value)])).collect(),
    }
}

/// Amounts that stand apart from the comparison.
pub(super) fn apart(caption: Word, amounts: &[(String, Usd)], lang: Lang) -> Table {
    Table {
        caption: caption.form(lang).into(),
        columns: vec![text("item", Word::Item, lang), number("amount", Word::Amount, lang)],
        rows: amounts
            .iter()
            .map(|(name, amount)| Row::Data(vec![words(by_name(name, lang)), Cell::Usd(*amount)]))
            .collect(),
    }
}
