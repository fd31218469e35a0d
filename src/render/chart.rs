//! Charts as SVG.

use plotters::prelude::*;

use super::clean;
use crate::model::decimal::{Decimal, from_f64, grouped, to_f64};
use crate::report::{Across, Chart, Lang, Said};

const SIZE: (u32, u32) = (960, 420);

/// A chart as an SVG document. Figures are drawn as the steps they are.
#[must_use]
pub fn svg(chart: &Chart, lang: Lang) -> String {
    let mut text = String::new();
    draw(chart, lang, &mut text).expect("drawing into memory does not fail");
    text
}

/// Colors with a contrast of 3 and more on white and on black: blue, orange, red, green, violet, teal.
pub(super) const COLORS: [RGBColor; 6] = [
    RGBColor(0x3b, 0x82, 0xc4),
    RGBColor(0xd0, 0x70, 0x10),
    RGBColor(0xd1, 0x4b, 0x4b),
    RGBColor(0x2e, 0x93, 0x58),
    RGBColor(0x95, 0x68, 0xd0),
    RGBColor(0x1f, 0x8f, 0x8f),
];

pub(super) type Drawn = Result<(), Box<dyn std::error::Error>>;

fn draw(chart: &Chart, lang: Lang, text: &mut String) -> Drawn {
    let words = |said: &Said| clean(said.in_language(lang)).into_owned();
    let of_bands = chart.bands.iter().flat_map(|band| &band.points);
    let of_lines = chart.lines.iter().flat_map(|line| &line.points).map(|(time, _)| *time);
    let times = of_lines.chain(of_bands.clone().map(|(time, _, _)| *time));
    let (Some(first), Some(last)) = (times.clone().min(), times.max()) else { return Ok(()) };
    let figures = chart.lines.iter().flat_map(|line| &line.points).map(|(_, figure)| to_f64(*figure));
    let highest = figures.chain(of_bands.map(|(_, _, high)| to_f64(*high))).fold(0.0, f64::max);
    // Room for the legend above the lines.
    let headroom = 1.1 + 0.07 * (chart.lines.len() + chart.bands.len()) as f64;
    let area = SVGBackend::with_string(text, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let mut plot = ChartBuilder::on(&area)
        .caption(words(&chart.title), ("sans-serif", 20))
        .margin(12)
        .x_label_area_size(if chart.across == Across::Time { 32 } else { 48 })
        .y_label_area_size(72)
        .build_cartesian_2d(first..last.max(first + 1), 0.0..highest * headroom + f64::EPSILON)?;
    let across = |place: &i64| match chart.across {
        Across::Time => crate::model::time::day(*place),
        Across::Number(_) => place.to_string(),
    };
    let below = match &chart.across {
        Across::Time => String::new(),
        Across::Number(what) => words(what),
    };
    plot.configure_mesh()
        .light_line_style(WHITE)
        .x_labels(8)
        .x_desc(below)
        .x_label_formatter(&across)
        .y_desc(words(&chart.y_label))
        .y_label_formatter(&|figure| {
            if highest < 100.0 {
                format!("{figure:.2}")
            } else {
                grouped(from_f64(*figure, 0).unwrap_or_default(), 0)
            }
        })
        .draw()?;
    for (index, band) in chart.bands.iter().enumerate() {
        let color = COLORS[(index + 1) % COLORS.len()].mix(0.25);
        let low = steps(band.points.iter().map(|(time, low, _)| (*time, *low)));
        let high = steps(band.points.iter().map(|(time, _, high)| (*time, *high)));
        let outline: Vec<(i64, f64)> = low.into_iter().chain(high.into_iter().rev()).collect();
        plot.draw_series(std::iter::once(Polygon::new(outline, color.filled())))?
            .label(words(&band.name))
            .legend(move |(x, y)| Rectangle::new([(x, y - 5), (x + 18, y + 5)], color.filled()));
    }
    for (index, line) in chart.lines.iter().enumerate() {
        let color = COLORS[index % COLORS.len()].to_rgba();
        let steps = steps(line.points.iter().copied());
        plot.draw_series(LineSeries::new(steps, color.stroke_width(2)))?
            .label(words(&line.name))
            .legend(move |(x, y)| PathElement::new(vec![(x, y), (x + 18, y)], color.stroke_width(2)));
    }
    plot.configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.85))
        .border_style(BLACK.mix(0.2))
        .draw()?;
    area.present()?;
    Ok(())
}

/// A figure holds until the next one: each change is a corner.
fn steps(points: impl Iterator<Item = (i64, Decimal)>) -> Vec<(i64, f64)> {
    let mut steps = Vec::new();
    let mut before = None;
    for (time, figure) in points {
        let figure = to_f64(figure);
        steps.extend(before.map(|before| (time, before)));
        steps.push((time, figure));
        before = Some(figure);
    }
    steps
}
