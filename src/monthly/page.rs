//! The monthly report as a page in one language: the month in three sentences and four figures, then the reasons, what to
//! do, and what all of it rests on.

use std::collections::BTreeMap;

use super::page_charts as charts;
use super::page_sections as sections;
use super::sentence::{Sentence, in_three, largest, month_words, no_changes, without_price};
use super::{
    Budget, Charged, MonthlyReport, SecondCurrency, SpotPool, Word, changed, charged, second, sheets, tables,
};
use crate::model::money::{Total, Usd};
use crate::model::said::day_in_japanese;
use crate::model::time::day;
use crate::prices::history::DAY;
use crate::report::{Block, Figure, Lang, Page, Verbatim};

/// Usage types of one reason that a page shows.
const MOST_BEHIND: usize = 5;

/// How a reader wants it.
#[derive(Clone, Copy, Debug, Default)]
pub struct View<'a> {
    /// In which language.
    pub lang: Lang,
    /// Beside dollars.
    pub currency: Option<&'a SecondCurrency>,
    /// What it is compared with.
    pub earlier: Option<&'a MonthlyReport>,
}

/// The page.
#[must_use]
pub fn page(report: &MonthlyReport, view: &View<'_>) -> Page {
    let lang = view.lang;
    let mut blocks: Vec<Block> = in_three(report).iter().map(|of| paragraph(of, lang)).collect();
    blocks.push(Block::Figures(figures(report, view)));
    if let Some(of) = view.currency {
        let (code, rate, date) = (of.code.clone(), of.rate, of.date.clone());
        blocks.push(paragraph(&Sentence::Rate { code, rate, date }, lang));
    }
    costs(report, lang, &mut blocks);
    actions(report, lang, &mut blocks);
    queue(report, lang, &mut blocks);
    spot(&report.spot, lang, &mut blocks);
    if let Some(earlier) = view.earlier {
        since(report, earlier, lang, &mut blocks);
    }
    foundations(report, lang, &mut blocks);
    let (scenario, month) = (&report.scenario, month_words(&report.month, lang));
    let title = match lang {
        Lang::En => format!("{scenario}: AWS costs, {month}"),
        Lang::Ja => format!("{scenario}：AWS 費用月次報告（{month}）"),
    };
    Page { lang, title, blocks }
}

fn heading(word: Word, lang: Lang) -> Block {
    Block::Heading(word.form(lang).to_owned())
}

fn paragraph(sentence: &Sentence, lang: Lang) -> Block {
    Block::Paragraph(sentence.said().in_language(lang).to_owned())
}

/// Dollars, with the second currency where there is one.
fn with_currency(amount: Total, view: &View<'_>) -> String {
    let dollars = amount.shown(view.lang);
    let Some(of) = view.currency.filter(|_| amount.known().is_some()) else { return dollars };
    let other = amount.shown_as(view.lang, |amount| of.shown(amount));
    match view.lang {
        Lang::En => format!("{dollars} ({other})"),
        Lang::Ja => format!("{dollars}（{other}）"),
    }
}

/// Four: what was charged, what was estimated, the budget, what could be saved; forecasts in place of what is not there.
fn figures(report: &MonthlyReport, view: &View<'_>) -> Vec<Figure> {
    let lang = view.lang;
    let money = |amount: Total| with_currency(amount, view);
    let sum = |word: Word, value: Option<Total>, missing: Word, remark: String| Figure {
        label: word.form(lang).to_owned(),
        value: value.map_or_else(|| missing.form(lang).to_owned(), money),
        remark,
    };
    let figure = |word: Word, value: Option<Usd>, missing: Word, remark: String| {
        sum(word, value.map(Total::Whole), missing, remark)
    };
    let total = report.total;
    let range = |low: Usd, high: Option<Usd>| {
        let high = Total::from(high).shown(lang);
        match lang {
            Lang::En => format!("{} to {high}", low.cents()),
            Lang::Ja => format!("{}～{high}", low.cents()),
        }
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
            charged.map_or_else(String::new, |of| days(report, of, lang)),
        ),
        match report.lines.is_empty() {
            true => figure(Word::EstimatedWhole, None, Word::NotEstimated, String::new()),
            false => {
                let remark = match report.estimate().whole() {
                    Some(_) => range(total.low, total.high),
                    None => without_price(report.unpriced(), lang),
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
                limit.map_or_else(String::new, |limit| {
                    format!("{} {}", Word::Budget.form(lang), limit.cents())
                }),
            ),
        },
        figure(
            Word::CouldSave,
            saving,
            Word::NotSimulated,
            match saving {
                Some(saving) if saving < Usd::ZERO => Word::ForTarget.form(lang).to_owned(),
                _ => String::new(),
            },
        ),
    ]
}

/// The first and the last day that is compared.
fn days(report: &MonthlyReport, of: &Charged, lang: Lang) -> String {
    let start = second(&report.start);
    let last = (second(&of.until) - 1).max(start);
    match lang {
        Lang::En => format!("{} to {}", day(start), day(last)),
        Lang::Ja => format!("{}～{}", day_in_japanese(&day(start)), day_in_japanese(&day(last))),
    }
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

fn costs(report: &MonthlyReport, lang: Lang, blocks: &mut Vec<Block>) {
    if let Some(of) = &report.charged
        && let Some(chart) = charts::by_day(report, of, lang)
    {
        blocks.push(heading(Word::CostByDay, lang));
        blocks.push(chart);
        blocks.push(paragraph(&Sentence::EvenlyByDay, lang));
    }
    blocks.push(heading(Word::CostByService, lang));
    blocks.push(charts::by_service(report, lang));
    blocks.push(Block::Table(sections::services(report, lang)));
    if let Some(of) = &report.charged {
        blocks.push(heading(Word::WhyDifferent, lang));
        blocks.push(paragraph(&largest(of), lang));
        if !of.bridge.is_empty() {
            blocks.push(charts::waterfall(of, lang));
            blocks.push(Block::Table(tables::bridge_shown(report, lang)));
            let behind = tables::behind_shown(report, MOST_BEHIND, lang);
            blocks.extend((!behind.rows.is_empty()).then_some(Block::Table(behind)));
        }
        changed::section(of, lang, blocks);
        blocks.push(heading(Word::ChargedUsage, lang));
        blocks.push(Block::Table(charged::largest(of, lang)));
    }
}

fn actions(report: &MonthlyReport, lang: Lang, blocks: &mut Vec<Block>) {
    blocks.push(heading(Word::Actions, lang));
    let Some(found) = &report.proposals else {
        blocks.push(paragraph(&no_changes(report), lang));
        return;
    };
    if found.changes.is_empty() {
        blocks.push(paragraph(&Sentence::NothingToSave, lang));
    } else {
        blocks.push(paragraph(&Sentence::ActionsAreAlone, lang));
        if lang == Lang::Ja && found.changes.iter().any(|of| of.title.en == of.title.ja) {
            blocks.push(paragraph(&Sentence::KeptInEnglish, lang));
        }
        blocks.push(Block::Table(sections::actions(&found.changes, lang)));
        blocks.push(Block::List(sections::risks(&found.changes, lang)));
    }
    if let Some((ids, saving)) = found.together.as_ref().filter(|(ids, _)| ids.len() > 1) {
        let together = Sentence::TogetherSave { ids: ids.clone(), saving: saving.expected };
        blocks.push(paragraph(&together, lang));
    }
}

fn queue(report: &MonthlyReport, lang: Lang, blocks: &mut Vec<Block>) {
    let Some(of) = &report.queue else { return };
    blocks.push(heading(Word::Queue, lang));
    blocks.push(Block::Table(sections::queue(of, lang)));
    if !of.findings.is_empty() {
        blocks.push(Block::List(of.findings.iter().map(|of| of.in_language(lang).to_owned()).collect()));
    }
    blocks.extend(charts::demand(of, lang));
    let frontiers = report.proposals.iter().flat_map(|of| &of.frontiers).filter(|of| of.points.len() > 1);
    for (place, of) in frontiers.enumerate() {
        if place == 0 {
            blocks.push(heading(Word::Frontier, lang));
        }
        blocks.extend(charts::frontier(of, lang));
        blocks.push(charts::frontier_waits(of, lang));
        blocks.push(Block::Table(sections::frontier(of, lang)));
    }
}

fn spot(pools: &[SpotPool], lang: Lang, blocks: &mut Vec<Block>) {
    if pools.is_empty() {
        return;
    }
    blocks.push(heading(Word::SpotHistory, lang));
    let mut by_type: BTreeMap<&str, Vec<&SpotPool>> = BTreeMap::new();
    for pool in pools {
        by_type.entry(&pool.instance_type).or_default().push(pool);
    }
    blocks.extend(by_type.values().filter_map(|pools| charts::spot(pools, lang)));
    blocks.push(Block::Table(sections::spot(pools, lang)));
}

fn since(report: &MonthlyReport, earlier: &MonthlyReport, lang: Lang, blocks: &mut Vec<Block>) {
    blocks.push(heading(Word::Since, lang));
    let (before, after) = (earlier.estimate(), report.estimate());
    blocks.push(paragraph(&Sentence::SinceThen { month: earlier.month.clone(), before, after }, lang));
    blocks.push(Block::Table(super::tables::since(report, earlier, lang)));
    charged::moved(report, earlier, lang, blocks);
}

/// What the figures rest on.
fn foundations(report: &MonthlyReport, lang: Lang, blocks: &mut Vec<Block>) {
    let said = |sentence: Sentence| sentence.said().in_language(lang).to_owned();
    blocks.push(heading(Word::Lines, lang));
    blocks.push(Block::Table(sections::lines(report, lang)));
    if let Some(of) = &report.limits {
        blocks.push(heading(Word::Limits, lang));
        let (floor, ceiling, per_hour) = (of.floor, of.ceiling, of.burn_per_hour);
        blocks.push(paragraph(&Sentence::Ceiling { floor, ceiling, per_hour }, lang));
    }
    blocks.push(heading(Word::Assumptions, lang));
    blocks.push(Block::Table(sections::inputs(report, lang)));
    blocks.push(heading(Word::UnitPrices, lang));
    blocks.push(Block::Table(sheets::unit_prices(report, lang)));
    if let Some(of) = &report.charged {
        for (word, amounts) in [(Word::OutOfScope, &of.out_of_scope), (Word::Excluded, &of.excluded)] {
            if !amounts.is_empty() {
                blocks.push(Block::Table(sections::apart(word, amounts, lang)));
            }
        }
    }
    blocks.push(heading(Word::Coverage, lang));
    let priced = report.lines.iter().filter(|line| line.priced.is_some()).count();
    let mut coverage = vec![said(Sentence::LinesPriced { priced, lines: report.lines.len() })];
    coverage.extend(report.charged.as_ref().map(|of| said(matched(of))));
    blocks.push(Block::List(coverage));
    if let Some(text) = &report.missing_prices {
        blocks.push(paragraph(&Sentence::MissingPrices, lang));
        let (caption, text) = (Word::MissingPrices.form(lang).to_owned(), text.trim_end().to_owned());
        blocks.push(Block::Verbatim(Verbatim { caption, language: "toml", text }));
    }
    blocks.push(heading(Word::Method, lang));
    blocks.push(Block::List(methods(report).into_iter().map(said).collect()));
    if !report.notes.is_empty() {
        blocks.push(heading(Word::Notes, lang));
        blocks.push(Block::List(report.notes.iter().map(|note| note.in_language(lang).to_owned()).collect()));
    }
    let made = |word: Word, text: &str| format!("{}: {text}", word.form(lang));
    blocks.push(Block::List(vec![
        made(Word::MadeAt, &moment(second(&report.made_at), lang)),
        made(Word::MadeBy, &report.generated_by),
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
