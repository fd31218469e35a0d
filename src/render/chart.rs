//! Charts as SVG.

use plotters::prelude::*;

use crate::model::decimal::{Decimal, to_f64};
use crate::report::{Across, Chart};

const SIZE: (u32, u32) = (960, 420);

/// A chart as an SVG document. Figures are drawn as the steps they are.
#[must_use]
pub fn svg(chart: &Chart) -> String {
    let mut text = String::new();
    draw(chart, &mut text).expect("drawing into memory does not fail");
    text
}

type Drawn = Result<(), Box<dyn std::error::Error>>;

fn draw(chart: &Chart, text: &mut String) -> Drawn {
    let times = chart.lines.iter().flat_map(|line| &line.points).map(|(time, _)| *time);
    let (Some(first), Some(last)) = (times.clone().min(), times.max()) else { return Ok(()) };
    let figures = chart.lines.iter().flat_map(|line| &line.points).map(|(_, figure)| to_f64(*figure));
    let highest = figures.fold(0.0, f64::max);
    let area = SVGBackend::with_string(text, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let mut plot = ChartBuilder::on(&area)
        .caption(&chart.title, ("sans-serif", 20))
        .margin(12)
        .x_label_area_size(if chart.across == Across::Time { 32 } else { 48 })
        .y_label_area_size(72)
        .build_cartesian_2d(first..last.max(first + 1), 0.0..highest * 1.08 + f64::EPSILON)?;
    let across = |place: &i64| match chart.across {
        Across::Time => crate::model::time::day(*place),
        Across::Number(_) => place.to_string(),
    };
    let below = match &chart.across {
        Across::Time => "",
        Across::Number(what) => what,
    };
    plot.configure_mesh()
        .light_line_style(WHITE)
        .x_labels(8)
        .x_desc(below)
        .x_label_formatter(&across)
        .y_desc(&chart.y_label)
        .y_label_formatter(&|figure| {
            if highest < 1000.0 { format!("{figure:.2}") } else { format!("{figure:.0}") }
        })
        .draw()?;
    for (index, line) in chart.lines.iter().enumerate() {
        let color = Palette99::pick(index).to_rgba();
        let steps = steps(&line.points);
        plot.draw_series(LineSeries::new(steps, color.stroke_width(2)))?
            .label(&line.name)
            .legend(move |(x, y)| PathElement::new(vec![(x, y), (x + 18, y)], color.stroke_width(2)));
    }
    plot.configure_series_labels()
        .position(SeriesLabelPosition::LowerLeft)
        .background_style(WHITE.mix(0.85))
        .border_style(BLACK.mix(0.2))
        .draw()?;
    area.present()?;
    Ok(())
}

/// A figure holds until the next one: each change is a corner.
fn steps(points: &[(i64, Decimal)]) -> Vec<(i64, f64)> {
    let mut steps = Vec::with_capacity(points.len() * 2);
    let mut before = None;
    for (time, figure) in points {
        let figure = to_f64(*figure);
        steps.extend(before.map(|before| (*time, before)));
        steps.push((*time, figure));
        before = Some(figure);
    }
    steps
}
