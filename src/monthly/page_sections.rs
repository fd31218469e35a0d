//! The sections of the page: what stands in the tables for people.

use super::tables::{number, text, usd, words};
use super::{CapFrontier, MonthlyReport, Proposal, Queue, SpotPool, Word, by_name};
use crate::model::decimal::Decimal;
use crate::model::money::{Total, Usd};
use crate::report::{Cell, Row, Said, Table};

/// Changes with what they save and what may go wrong.
pub(super) fn actions(changes: &[Proposal]) -> Table {
    let row = |of: &Proposal| {
        let wait = |pick: fn(&(u64, u64)) -> u64| {
            of.wait_seconds_p95.as_ref().map_or(Cell::Empty, |waits| Cell::Number(pick(waits).into()))
        };
        let settings = match &of.settings[..] {
            [] => Cell::Words(Word::AdviceOnly.said()),
            lines => words(lines.join("\n")),
        };
        Row::Data(vec![
            words(&of.id),
            Cell::Words(of.title.clone()),
            Cell::Usd(of.saving.expected),
            Cell::Range(of.saving.low, of.saving.high),
            wait(|waits| waits.0),
            wait(|waits| waits.1),
            settings,
        ])
    };
    Table {
        caption: Word::Actions.said(),
        columns: vec![
            text("id", Word::Id),
            text("title", Word::Change),
            number("saving_expected", Word::Saves),
            number("saving_range", Word::Range),
            number("wait_p95_current", Word::WaitNow),
            number("wait_p95_proposed", Word::WaitThen),
            text("settings", Word::Then),
        ],
        rows: changes.iter().map(row).collect(),
    }
}

/// What each change rests on, what may go wrong, and how to undo it.
pub(super) fn risks(changes: &[Proposal]) -> Vec<Said> {
    let risk = |of: &Proposal| {
        let (id, risk, undo) = (&of.id, &of.risk, &of.way_back);
        let evidence = of.evidence.iter().cloned().reduce(Said::and);
        match evidence {
            None => Said::new(
                format!("{id}: risk: {}; to undo: {}", risk.en, undo.en),
                format!("{id}：リスク：{}。元に戻す方法：{}。", risk.ja, undo.ja),
            ),
            Some(all) => Said::new(
                format!("{id}: risk: {}; to undo: {}; evidence: {}", risk.en, undo.en, all.en),
                format!("{id}：リスク：{}。元に戻す方法：{}。根拠：{}。", risk.ja, undo.ja, all.ja),
            ),
        }
    };
    changes.iter().map(risk).collect()
}

pub(super) fn queue(of: &Queue) -> Table {
    let percent = |value: Option<Decimal>| {
        value.map_or(Cell::Empty, |value| Cell::Percent(value / Decimal::ONE_HUNDRED))
    };
    let count = |value: u64| Cell::Number(Decimal::from(value));
    Table {
        caption: Word::Queue.said(),
        columns: vec![
            number("jobs", Word::Jobs),
            number("succeeded", Word::Succeeded),
            number("failed", Word::Failed),
            number("unfinished", Word::Unfinished),
            number("interrupted", Word::Interruptions),
            number("wait_p50", Word::WaitP50),
            number("wait_p95", Word::WaitP95),
            number("gpus", Word::GpusInUse),
            number("vcpus", Word::VcpusInUse),
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

pub(super) fn frontier(of: &CapFrontier) -> Table {
    let row = |point: &super::CapPoint| {
        Row::Data(vec![
            Cell::Number(point.max_vcpus.into()),
            Cell::Usd(point.monthly),
            Cell::Number(point.wait_seconds_p50.into()),
            Cell::Number(point.wait_seconds_p95.into()),
        ])
    };
    Table {
        caption: Said::alike(format!("max_vcpus: {}", of.environment)),
        columns: vec![
            number("max_vcpus", Word::Cap),
            number("monthly", Word::MonthlyCost),
            number("p50", Word::WaitP50),
            number("p95", Word::WaitP95),
        ],
        rows: of.points.iter().map(row).collect(),
    }
}

pub(super) fn spot(pools: &[SpotPool]) -> Table {
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
        caption: Word::SpotHistory.said(),
        columns: vec![
            text("instance_type", Word::InstanceType),
            text("zone", Word::Zone),
            number("mean", Word::MeanPrice),
            number("current", Word::CurrentPrice),
            number("forecast", Word::ForecastFor),
            number("low", Word::Low),
            number("high", Word::High),
            number("on_demand", Word::OnDemand),
        ],
        rows: pools.iter().map(row).collect(),
    }
}

/// Every line with its cost, and the total.
pub(super) fn lines(report: &MonthlyReport) -> Table {
    let mut rows = Vec::new();
    for (group, word) in [("compute", Word::Compute), ("storage", Word::Storage), ("other", Word::Other)] {
        let mut of_group = report.lines.iter().filter(|line| line.group == group).peekable();
        if of_group.peek().is_some() {
            rows.push(Row::Heading(word.said()));
        }
        rows.extend(of_group.map(|line| {
            let priced = line.priced.as_ref();
            let range = priced.map(|of| Cell::Range(of.cost.low, of.cost.high));
            Row::Data(vec![
                words(&line.name),
                words(&line.usage_type),
                Cell::Number(line.quantity),
                Cell::Words(by_name(&line.pricing_unit)),
                priced.map_or(Cell::Unknown, |of| Cell::Price(of.unit_price.expected)),
                usd(priced.map(|of| of.cost.expected)),
                range.unwrap_or(Cell::Unknown),
            ])
        }));
    }
    let total = report.total;
    let sum = report.estimate();
    rows.push(Row::Total(vec![
        Cell::Words(Word::Total.said()),
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
        caption: Word::Lines.said(),
        columns: vec![
            text("name", Word::Line),
            text("usage_type", Word::UsageType),
            number("quantity", Word::Quantity),
            text("unit", Word::Unit),
            number("unit_price", Word::UnitPrice),
            number("cost", Word::Cost),
            number("range", Word::Range),
        ],
        rows,
    }
}

/// Estimated and charged by service.
pub(super) fn services(report: &MonthlyReport) -> Table {
    let row = |(service, estimated, actual): (String, Option<Total>, Option<Usd>)| {
        let estimated = estimated.map_or(Cell::Empty, Cell::Total);
        Row::Data(vec![words(service), estimated, actual.map_or(Cell::Empty, Cell::Usd)])
    };
    let mut rows: Vec<Row> = report.services().into_iter().map(row).collect();
    let (estimated, charged) = match &report.charged {
        Some(of) => (of.estimate(), Cell::Usd(of.actual)),
        None => (report.estimate(), Cell::Empty),
    };
    rows.push(Row::Total(vec![Cell::Words(Word::Total.said()), Cell::Total(estimated), charged]));
    Table {
        caption: Word::CostByService.said(),
        columns: vec![
            text("service", Word::Service),
            number("estimated", Word::Estimated),
            number("charged", Word::Charged),
        ],
        rows,
    }
}

/// The scenario's own numbers.
pub(super) fn inputs(report: &MonthlyReport) -> Table {
    Table {
        caption: Word::Assumptions.said(),
        columns: vec![text("key", Word::Key), number("value", Word::Value)],
        rows: report.inputs.iter().map(|(key, value)| Row::Data(vec![words(key), words(value)])).collect(),
    }
}

/// Amounts that stand apart from the comparison.
pub(super) fn apart(caption: Word, amounts: &[(String, Usd)]) -> Table {
    Table {
        caption: caption.said(),
        columns: vec![text("item", Word::Item), number("amount", Word::Amount)],
        rows: amounts
            .iter()
            .map(|(name, amount)| Row::Data(vec![Cell::Words(by_name(name)), Cell::Usd(*amount)]))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::super::build;
    use super::*;
    use crate::render::markdown;
    use crate::report::{Block, Lang, Page};
    use crate::suggest::proposal::any;
    use crate::suggest::{Change, Saving, SideEffect, Suggestion};

    fn suggestion() -> impl Strategy<Value = Suggestion> {
        let usd = || (-90_000_000_i64..90_000_000).prop_map(|cents| Usd::new(Decimal::new(cents, 2)));
        let effects = prop_oneof![
            Just(SideEffect::Goes { gone: "p4d.24xlarge (A100, 40 GiB)".into() }),
            (8_u64..20, 24_u64..80).prop_map(|(less, more)| SideEffect::LessGpuMemory { less, more }),
            Just(SideEffect::EfaGoes { name: "g5.12xlarge".into() }),
            (usd(), usd()).prop_map(|(before, after)| SideEffect::CeilingRises {
                environment: "gpu".into(),
                before,
                after
            }),
        ];
        let seconds = || 2_u64..90_000;
        (
            any::proposal(),
            (usd(), usd(), usd()),
            prop::option::of((seconds(), seconds())),
            prop::collection::vec(effects, 0..3),
        )
            .prop_map(|(proposal, (low, expected, high), waits, side_effects)| Suggestion {
                proposal,
                saving: Saving { low, expected, high },
                wait_seconds_p95: waits.map(|(current, proposed)| Change { current, proposed }),
                meets_target: false,
                evidence: Vec::new(),
                assumptions: Vec::new(),
                side_effects,
                quota_risks: None,
            })
    }

    /// Figures, and names of keys, types and strategies.
    fn facts(text: &str) -> BTreeSet<&str> {
        let outside = |c: char| !c.is_ascii_alphanumeric() && !"._,:-".contains(c);
        let words = text.split(outside).map(|word| word.trim_matches(['.', ',', ':', '-']));
        let is_fact = |word: &&str| {
            word.contains(|c: char| c.is_ascii_digit() || c == '_')
                || word.len() > 2 && word.chars().all(|c| c.is_ascii_uppercase())
        };
        // 「1 か月」 is "a month", 1yr is 1 年, and a quota belongs to "vCPUs".
        let common = ["1", "1yr", "3yr", "3", "GPU", "EFA", "AWS", "S3", "EC2"];
        words.filter(is_fact).filter(|word| !common.contains(word)).collect()
    }

    proptest! {
        #[test]
        fn both_languages_tell_the_same_of_a_suggestion(all in prop::collection::vec(suggestion(), 1..5)) {
            let changes: Vec<Proposal> =
                (1..).zip(&all).map(|(place, of)| build::proposal(format!("change-{place}"), of)).collect();
            let settings = changes.iter().map(|of| Said::joined(
                [Said::alike(&of.id), of.current.clone(), of.proposed.clone()], " | ", " | "
            ));
            let blocks = vec![
                Block::Table(actions(&changes)), Block::List(risks(&changes)), Block::List(settings.collect()),
            ];
            let page = Page { title: Said::alike("suggestions"), blocks, ..Page::default() };
            let [en, ja] = [Lang::En, Lang::Ja].map(|lang| markdown::render(&page, lang).replace('\\', ""));
            let lines = en.lines().zip(ja.lines()).filter(|(en, _)| en.contains("change-"));
            prop_assert_eq!(lines.clone().count(), 3 * all.len());
            prop_assert!(ja.lines().filter(|line| line.contains("リスク")).count() == all.len());
            for (en, ja) in lines {
                prop_assert_eq!(facts(en), facts(ja), "{} | {}", en, ja);
                for (english, japanese) in [
                    ("raise max_vcpus", "引き上げる"), ("lower max_vcpus", "引き下げる"), ("advice:", "助言："),
                    ("keep no", "稼働させない"), ("Spot for ", "をスポットにする"),
                    ("On-Demand for ", "をオンデマンドにする"), ("removes ", "を外す）"), ("goes; ", "がなくなる。"),
                    ("the ceiling", "上限"), ("wait for instances", "起動を待つ"), ("whether jobs come", "ジョブがなくても"),
                ] {
                    prop_assert_eq!(
                        en.contains(english), ja.contains(japanese), "{} of {} | {}", english, en, ja
                    );
                }
            }
        }
    }
}
