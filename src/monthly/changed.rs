//! What changed during a month, in words.

use super::sentence::{Sentence, signed};
use super::{Charged, ChargedStep, Word, by_name};
use crate::model::said::day_in_japanese as day_words;
use crate::report::{Block, Lang, Said};

/// Usage types that a sentence names.
const MOST_NAMED: usize = 3;

/// `From 2026-10-09 on AmazonEC2 costs +$41.00 a day: SpotUsage:g5.48xlarge +$41.00.`
pub(super) fn words(of: &ChargedStep, lang: Lang) -> String {
    let named = of.usage_types.iter().take(MOST_NAMED);
    let mut types: Vec<String> = named
        .map(|(name, amount)| format!("{} {}", by_name(name).in_language(lang), signed(*amount)))
        .collect();
    let more = of.usage_types.len().saturating_sub(MOST_NAMED);
    let (day, service, amount) = (&of.day, &of.service, signed(of.amount));
    match lang {
        Lang::En => {
            types.extend((more > 0).then(|| format!("{more} more")));
            let types = types.join(", ");
            match of.once {
                true => format!("On {day} {service} cost {amount} against a usual day: {types}."),
                false => format!("From {day} on {service} costs {amount} a day: {types}."),
            }
        }
        Lang::Ja => {
            types.extend((more > 0).then(|| format!("ほか {more} 件")));
            let types = types.join("、");
            match of.once {
                true => {
                    format!("{}の {service} は通常の日と比べて {amount}（内訳：{types}）。", day_words(day))
                }
                false => {
                    format!("{}以降、{service} は 1 日あたり {amount}（内訳：{types}）。", day_words(day))
                }
            }
        }
    }
}

/// The section, if anything changed.
pub(super) fn section(of: &Charged, blocks: &mut Vec<Block>) {
    if of.steps.is_empty() {
        return;
    }
    let said = |step: &ChargedStep| -> Said { Sentence::Changed { step: step.clone() }.said() };
    blocks.push(Block::Heading(Word::WhatChanged.said()));
    blocks.push(Block::List(of.steps.iter().map(said).collect()));
}
