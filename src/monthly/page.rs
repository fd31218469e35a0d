//! The monthly report as a page: the month in three sentences and four figures, then the reasons, what to
//! do, and what all of it rests on.

use std::collections::BTreeMap;

use super::page_charts as charts;
use super::page_sections as sections;
use super::sentence::{Sentence, in_three, largest, month_said, no_changes, without_price};
use super::{
    Budget, Charged, MonthlyReport, SecondCurrency, SpotPool, Word, changed, charged, second, sheets, tables,
};
use crate::model::money::{Total, Usd};
use crate::model::said::day_in_japanese;
use crate::model::time::{DAY, day};
use crate::report::{Block, Figure, Lang, Page, Said, Verbatim};

/// Usage types of one reason that a page shows.
const MOST_BEHIND: usize = 5;

/// How a reader wants it.
#[derive(Clone, Copy, Debug, Default)]
pub struct View<'a> {
    /// Beside dollars.
    pub currency: Option<&'a SecondCurrency>,
    /// What it is compared with.
    pub earlier: Option<&'a MonthlyReport>,
}

/// The page.
#[must_use]
pub fn page(report: &MonthlyReport, view: &View<'_>) -> Page {
    let mut blocks: Vec<Block> = in_three(report).iter().map(paragraph).collect();
    blocks.push(Block::Figures(figures(report, view)));
    if let Some(of) = view.currency {
        let (code, rate, date) = (of.code.clone(), of.rate, of.date.clone());
        blocks.push(paragraph(&Sentence::Rate { code, rate, date }));
    }
    costs(report, &mut blocks);
    actions(report, &mut blocks);
    queue(report, &mut blocks);
    spot(&report.spot, &mut blocks);
    if let Some(earlier) = view.earlier {
        since(report, earlier, &mut blocks);
    }
    foundations(report, &mut blocks);
    let (scenario, month) = (&report.scenario, month_said(&report.month));
    let title = Said::new(
        format!("{scenario}: AWS costs, {}", month.en),
        format!("{scenario}：AWS 費用月次報告（{}）", month.ja),
    );
    Page { title, blocks, ..Page::default() }
}

fn heading(word: Word) -> Block {
    Block::Heading(word.said())
}

fn paragraph(sentence: &Sentence) -> Block {
    Block::Paragraph(sentence.said())
}

/// Dollars, with the second currency where there is one.
fn with_currency(amount: Total, view: &View<'_>) -> Said {
    let dollars = amount.said();
    let Some(of) = view.currency.filter(|_| amount.known().is_some()) else { return dollars };
    let other = Said::each(|lang| amount.shown_as(lang, |amount| of.shown(amount)));
    Said::new(format!("{} ({})", dollars.en, other.en), format!("{}（{}）", dollars.ja, other.ja))
}

/// Four: what was charged, what was estimated, the budget, what could be saved; forecasts in place of what is not there.
fn figures(report: &MonthlyReport, view: &View<'_>) -> Vec<Figure> {
    let money = |amount: Total| with_currency(amount, view);
    let sum = |word: Word, value: Option<Total>, missing: Word, remark: Said| Figure {
        label: word.said(),
        value: value.map_or_else(|| missing.said(), money),
        remark,
    };
    let figure = |word: Word, value: Option<Usd>, missing: Word, remark: Said| {
        sum(word, value.map(Total::Whole), missing, remark)
    };
    let total = report.total;
    let range = |low: Usd, high: Option<Usd>| {
        let (low, high) = (low.cents(), Total::from(high).said());
        Said::new(format!("{low} to {}", high.en), format!("{low}～{}", high.ja))
    };
    let charged = report.charged.as_ref();
    let limit = report.budget.as_ref().and_then(Budget::limit);
    let used = charged.map_or(total.expected, |of| of.billed);
    let month_end = charged.and_then(|of| of.month_end);
    let saving =
        report.proposals.as_ref().map(|of| of.together.as_ref().map_or(Usd::ZERO, |(_, b)| b.expected));
    vec![
        figure(
            Word::Charged,
            charged.map(|of| of.actual),
            Word::NotCharged,
            charged.map_or_else(Said::default, |of| days(report, of)),
        ),
        match report.lines.is_empty() {
            true => figure(Word::EstimatedWhole, None, Word::NotEstimated, Said::default()),
            false => {
                let remark = match report.estimate().whole() {
                    Some(_) => range(total.low, total.high),
                    None => Said::each(|lang| without_price(report.unpriced(), lang)),
                };
                sum(Word::EstimatedWhole, Some(report.estimate()), Word::Unknown, remark)
            }
        },
        match month_end {
            Some(of) => figure(Word::MonthEnd, Some(of.expected), Word::Unknown, range(of.low, of.high)),
            None => figure(
                Word::LeftOfBudget,
                // What is left of it is unknown while lines have no price and nothing is charged.
                limit.filter(|_| charged.is_some() || !report.at_least).map(|limit| limit - used),
                if limit.is_some() { Word::Unknown } else { Word::NoBudget },
                limit.map_or_else(Said::default, |limit| {
                    Said::each(|lang| format!("{} {}", Word::Budget.said().in_language(lang), limit.cents()))
                }),
            ),
        },
        figure(
            Word::CouldSave,
            saving,
            Word::NotSimulated,
            match saving {
                Some(saving) if saving < Usd::ZERO => Word::ForTarget.said(),
                _ => Said::default(),
            },
        ),
    ]
}

/// The first and the last day that is compared.
fn days(report: &MonthlyReport, of: &Charged) -> Said {
    let start = second(&report.start);
    let last = (second(&of.until) - 1).max(start);
    Said::new(
        format!("{} to {}", day(start), day(last)),
        format!("{}～{}", day_in_japanese(&day(start)), day_in_japanese(&day(last))),
    )
}

/// When: in UTC, or in Japan's time, which has no summer time, for those who read Japanese.
fn moment(second: i64, lang: Lang) -> String {
    let of = |second: i64| (day(second), second.rem_euclid(DAY) / 3600, second.rem_euclid(3600) / 60);
    match lang {
        Lang::En => {
            let (day, hour, minute) = of(second);
            format!("{day} {hour:02}:{minute:02} UTC")
        }
        Lang::Ja => {
            let (day, hour, minute) = of(second + 9 * 3600);
            format!("{} {hour:02}:{minute:02}（日本時間）", day_in_japanese(&day))
        }
    }
}

fn costs(report: &MonthlyReport, blocks: &mut Vec<Block>) {
    if let Some(of) = &report.charged
        && let Some(chart) = charts::by_day(report, of)
    {
        blocks.push(heading(Word::CostByDay));
        blocks.push(chart);
        blocks.push(paragraph(&Sentence::EvenlyByDay));
    }
    blocks.push(heading(Word::CostByService));
    blocks.push(charts::by_service(report));
    blocks.push(Block::Table(sections::services(report)));
    if let Some(of) = &report.charged {
        blocks.push(heading(Word::WhyDifferent));
        blocks.push(paragraph(&largest(of)));
        if !of.bridge.is_empty() {
            blocks.push(charts::waterfall(of));
            blocks.push(Block::Table(tables::bridge_shown(report)));
            let behind = tables::behind_shown(report, MOST_BEHIND);
            blocks.extend((!behind.rows.is_empty()).then_some(Block::Table(behind)));
        }
        changed::section(of, blocks);
        blocks.push(heading(Word::ChargedUsage));
        blocks.push(Block::Table(charged::largest(of)));
    }
}

fn actions(report: &MonthlyReport, blocks: &mut Vec<Block>) {
    blocks.push(heading(Word::Actions));
    let Some(found) = &report.proposals else {
        blocks.push(paragraph(&no_changes(report)));
        return;
    };
    if found.changes.is_empty() {
        blocks.push(paragraph(&Sentence::NothingToSave));
    } else {
        blocks.push(paragraph(&Sentence::ActionsAreAlone));
        if found.changes.iter().any(|of| of.title.en == of.title.ja) {
            blocks.push(paragraph(&Sentence::KeptInEnglish));
        }
        blocks.push(Block::Table(sections::actions(&found.changes)));
        blocks.push(Block::List(sections::risks(&found.changes)));
    }
    if let Some((ids, saving)) = found.together.as_ref().filter(|(ids, _)| ids.len() > 1) {
        let together = Sentence::TogetherSave { ids: ids.clone(), saving: saving.expected };
        blocks.push(paragraph(&together));
    }
}

fn queue(report: &MonthlyReport, blocks: &mut Vec<Block>) {
    let Some(of) = &report.queue else { return };
    blocks.push(heading(Word::Queue));
    blocks.push(Block::Table(sections::queue(of)));
    if !of.findings.is_empty() {
        blocks.push(Block::List(of.findings.clone()));
    }
    blocks.extend(charts::demand(of));
    let frontiers = report.proposals.iter().flat_map(|of| &of.frontiers).filter(|of| of.points.len() > 1);
    for (place, of) in frontiers.enumerate() {
        if place == 0 {
            blocks.push(heading(Word::Frontier));
        }
        blocks.extend(charts::frontier(of));
        blocks.push(charts::frontier_waits(of));
        blocks.push(Block::Table(sections::frontier(of)));
    }
}

fn spot(pools: &[SpotPool], blocks: &mut Vec<Block>) {
    if pools.is_empty() {
        return;
    }
    blocks.push(heading(Word::SpotHistory));
    let mut by_type: BTreeMap<&str, Vec<&SpotPool>> = BTreeMap::new();
    for pool in pools {
        by_type.entry(&pool.instance_type).or_default().push(pool);
    }
    blocks.extend(by_type.values().filter_map(|pools| charts::spot(pools)));
    blocks.push(Block::Table(sections::spot(pools)));
}

fn since(report: &MonthlyReport, earlier: &MonthlyReport, blocks: &mut Vec<Block>) {
    blocks.push(heading(Word::Since));
    let (before, after) = (earlier.estimate(), report.estimate());
    blocks.push(paragraph(&Sentence::SinceThen { month: earlier.month.clone(), before, after }));
    blocks.push(Block::Table(super::tables::since(report, earlier)));
    charged::moved(report, earlier, blocks);
}

/// What the figures rest on.
fn foundations(report: &MonthlyReport, blocks: &mut Vec<Block>) {
    blocks.push(heading(Word::Lines));
    blocks.push(Block::Table(sections::lines(report)));
    if let Some(of) = &report.limits {
        blocks.push(heading(Word::Limits));
        let (floor, ceiling, per_hour) = (of.floor, of.ceiling, of.burn_per_hour);
        blocks.push(paragraph(&Sentence::Ceiling { floor, ceiling, per_hour }));
    }
    blocks.push(heading(Word::Assumptions));
    blocks.push(Block::Table(sections::inputs(report)));
    blocks.push(heading(Word::UnitPrices));
    blocks.push(Block::Table(sheets::unit_prices(report)));
    if let Some(of) = &report.charged {
        for (word, amounts) in [(Word::OutOfScope, &of.out_of_scope), (Word::Excluded, &of.excluded)] {
            if !amounts.is_empty() {
                blocks.push(Block::Table(sections::apart(word, amounts)));
            }
        }
    }
    blocks.push(heading(Word::Coverage));
    let priced = report.lines.iter().filter(|line| line.priced.is_some()).count();
    let mut coverage = vec![Sentence::LinesPriced { priced, lines: report.lines.len() }.said()];
    coverage.extend(report.charged.as_ref().map(|of| matched(of).said()));
    blocks.push(Block::List(coverage));
    if let Some(text) = &report.missing_prices {
        blocks.push(paragraph(&Sentence::MissingPrices));
        let (caption, text) = (Said::default(), text.trim_end().to_owned());
        blocks.push(Block::Verbatim(Verbatim { caption, language: "toml", text }));
    }
    blocks.push(heading(Word::Method));
    blocks.push(Block::List(methods(report).iter().map(Sentence::said).collect()));
    if !report.notes.is_empty() {
        blocks.push(heading(Word::Notes));
        blocks.push(Block::List(report.notes.clone()));
    }
    let made = |word: Word, text: Said| {
        Said::new(format!("{}: {}", word.said().en, text.en), format!("{}: {}", word.said().ja, text.ja))
    };
    blocks.push(Block::List(vec![
        made(Word::MadeAt, Said::each(|lang| moment(second(&report.made_at), lang))),
        made(Word::MadeBy, Said::alike(&report.generated_by)),
    ]));
}

fn matched(of: &Charged) -> Sentence {
    let matched = of.lines.iter().filter(|line| line.matched).filter_map(|line| line.actual).sum();
    Sentence::ChargesMatched { matched, charged: of.actual }
}

fn methods(report: &MonthlyReport) -> Vec<Sentence> {
    let prices = report.prices.clone();
    let mut methods = vec![Sentence::HowEstimated { source: prices.source, as_of: prices.as_of }];
    if let Some(of) = &report.charged {
        let (source, basis) = (of.source.clone(), of.basis.clone());
        let last = day((second(&of.until) - 1).max(second(&report.start)));
        methods.push(Sentence::HowCharged { source, basis, last });
        methods.push(Sentence::HowBridged);
    }
    methods.extend(
        report.queue.as_ref().map(|of| Sentence::HowSimulated { trace: of.trace.clone(), seed: of.seed }),
    );
    if !report.spot.is_empty() {
        methods.push(Sentence::HowForecast);
    }
    methods
}
