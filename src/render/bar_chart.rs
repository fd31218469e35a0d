//! Bars below each other as SVG: names on the left, figures on the right, so that no label meets another.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::chart::{COLORS, Drawn};
use super::clean;
use crate::model::decimal::to_f64;
use crate::report::{BarChart, Lang, Said};

const WIDTH: i32 = 960;
/// Height of a bar with the space below it [px].
const ROW: i32 = 26;
/// Where bars may begin and end [px].
const PLOT: (i32, i32) = (270, 800);
/// Above the bars, for title and legend [px].
const TOP: i32 = 64;
/// More letters than this are cut from a name.
const LONGEST_NAME: usize = 34;

/// The chart as an SVG document.
pub(super) fn svg(chart: &BarChart, lang: Lang) -> String {
    let mut text = String::new();
    draw(chart, lang, &mut text).expect("drawing into memory does not fail");
    text
}

fn draw(chart: &BarChart, lang: Lang, text: &mut String) -> Drawn {
    let words = |said: &Said| clean(said.in_language(lang)).into_owned();
    let height = TOP + ROW * i32::try_from(chart.bars.len()).unwrap_or(i32::MAX / ROW - TOP) + 8;
    let area =
        SVGBackend::with_string(text, (WIDTH.unsigned_abs(), height.unsigned_abs())).into_drawing_area();
    area.fill(&WHITE)?;
    let middle = |size: i32, at: HPos| {
        TextStyle::from(("sans-serif", size)).color(&BLACK).pos(Pos::new(at, VPos::Center))
    };
    area.draw_text(&words(&chart.title), &middle(20, HPos::Left), (12, 18))?;
    let ends = chart.bars.iter().flat_map(|bar| [to_f64(bar.from), to_f64(bar.to)]);
    let (lowest, highest) = ends.fold((0.0_f64, 0.0_f64), |(low, high), end| (low.min(end), high.max(end)));
    let span = (highest - lowest).max(f64::EPSILON);
    let across =
        |figure: f64| PLOT.0 + (f64::from(PLOT.1 - PLOT.0) * (figure - lowest) / span).round() as i32;
    let mut place = PLOT.0;
    for (color, name) in chart.legend.iter().enumerate() {
        area.draw(&Rectangle::new([(place, 38), (place + 12, 50)], COLORS[color].filled()))?;
        area.draw_text(&words(name), &middle(13, HPos::Left), (place + 18, 44))?;
        place += 170;
    }
    area.draw_text(&words(&chart.unit), &middle(13, HPos::Right), (PLOT.0 - 10, 44))?;
    for (row, bar) in chart.bars.iter().enumerate() {
        let top = TOP + ROW * i32::try_from(row).unwrap_or_default();
        let (from, to) = (across(to_f64(bar.from)), across(to_f64(bar.to)));
        let (left, right) = (from.min(to), from.max(to).max(from.min(to) + 1));
        let color = COLORS[bar.color % COLORS.len()];
        area.draw(&Rectangle::new([(left, top), (right, top + ROW - 8)], color.filled()))?;
        let center = top + (ROW - 8) / 2;
        area.draw_text(&cut(bar.name.in_language(lang)), &middle(14, HPos::Right), (PLOT.0 - 10, center))?;
        area.draw_text(&words(&bar.figure), &middle(13, HPos::Left), (right + 6, center))?;
    }
    area.draw(&PathElement::new(vec![(across(0.0), TOP - 4), (across(0.0), height - 6)], BLACK.mix(0.6)))?;
    area.present()?;
    Ok(())
}

fn cut(name: &str) -> String {
    let name = clean(name);
    match name.char_indices().nth(LONGEST_NAME) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.into_owned(),
    }
}
