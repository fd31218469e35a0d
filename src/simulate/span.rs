//! What an answer rests on that AWS does not document: which of several instance types is launched.
//!
//! The run that is shown launches one end of it ([`super::launch_order`]), a second run the other: the same jobs, prices
//! and seed. Nothing is simulated twice where no environment has types to choose among.

use super::figures::{Figures, seconds};
use super::headings;
use super::model::BatchModel;
use super::study::{Prepared, Run, Study, side_by_side};
use super::unfit::Unfit;
use crate::model::money::Total;
use crate::report::{Cell, Column, Note, Row, Said, Table};

/// What both ends come to.
#[derive(Clone, Debug)]
pub struct Span {
    /// The compute environments in question.
    pub(super) environments: Vec<String>,
    /// Whether sizes are in question, or pools of one size alone.
    of_sizes: bool,
    /// As shown, and the other end.
    pub(super) ends: [Figures; 2],
}

impl BatchModel {
    /// The other end of what AWS does not document; `None` where nothing is in question.
    fn other_end(&self) -> Option<BatchModel> {
        let ends: Vec<_> = self.environments.iter().map(|of| of.other_end()).collect();
        let in_question = ends.iter().any(Option::is_some);
        let environments = self.environments.iter().zip(ends);
        let environments = environments.map(|(of, end)| end.unwrap_or_else(|| of.clone())).collect();
        in_question.then(|| BatchModel { environments, ..self.clone() })
    }
}

impl Prepared<'_> {
    /// Runs it, and where types are in question and it matters the other end beside it.
    #[must_use]
    pub fn run_both_ends(self) -> (Run, Option<Span>) {
        let Some(model) = self.model.other_end() else { return (self.run(), None) };
        let other = Prepared { model, ..self.clone() };
        let mut runs = side_by_side(&[self, other], |prepared| prepared.clone().run()).into_iter();
        let (Some(shown), Some(other)) = (runs.next(), runs.next()) else {
            unreachable!("two were asked for")
        };
        let span = Span::between(&shown, &other);
        (shown, span)
    }
}

impl Study {
    /// Figures at the other end of what AWS does not document; `None` where nothing is in question. `Err` says why it cannot
    /// be run.
    pub fn other_end(&self, seed: u64) -> Result<Option<Figures>, Unfit> {
        let prepared = self.prepare(seed)?;
        let other = prepared.model.other_end();
        Ok(other.map(|model| Prepared { model, ..prepared }.run().figures))
    }
}

impl Span {
    /// Between two runs, where they differ in what is paid or how long jobs wait.
    fn between(shown: &Run, other: &Run) -> Option<Span> {
        let (a, b) = (&shown.figures, &other.figures);
        let differs = (a.cost, a.waits, a.jobs) != (b.cost, b.waits, b.jobs);
        let pairs = shown.model.environments.iter().zip(&other.model.environments);
        let in_question: Vec<_> = pairs.filter(|(shown, other)| shown != other).collect();
        let environments: Vec<String> = in_question.iter().map(|(of, _)| of.name.clone()).collect();
        let of_sizes = in_question.iter().any(|(shown, other)| shown.sizes() != other.sizes());
        differs.then(|| Span { environments, of_sizes, ends: [a.clone(), b.clone()] })
    }

    pub(super) fn names(&self) -> [(&'static str, Said); 2] {
        match self.of_sizes {
            true => [("smallest", headings::smallest()), ("largest", headings::largest())],
            false => [("cheapest", headings::cheapest()), ("dearest", headings::dearest())],
        }
    }

    /// What the reader must know.
    #[must_use]
    pub fn note(&self) -> Note {
        let [shown, other] = self.ends.each_ref().map(cost);
        let environments = self.environments.clone();
        match self.of_sizes {
            true => Note::LaunchSizeOpen { environments, smallest: shown, largest: other },
            false => Note::SpotPoolOpen { environments, cheapest: shown, dearest: other },
        }
    }

    /// The table.
    #[must_use]
    pub fn table(&self) -> Table {
        let row = |((id, words), figures): ((&str, Said), &Figures)| {
            let [mean, _, _, p95, max] = figures.waits.known();
            let launches: u64 = figures.instances.iter().map(|of| of.launches).sum();
            let text = [Cell::Text(id.to_owned()), Cell::Words(words)];
            let waits = [mean, p95, max].map(seconds);
            let rest = [Cell::Number(launches.into()), Cell::Total(cost(figures))];
            Row::Data(text.into_iter().chain(waits).chain(rest).collect())
        };
        Table {
            caption: headings::types_open(self.environments.join(", ")),
            columns: vec![
                Column::machine("first"),
                Column::text("", headings::launched_first()),
                Column::number("mean_wait_seconds", headings::mean_wait_s()),
                Column::number("p95_wait_seconds", headings::p95_s()),
                Column::number("max_wait_seconds", headings::max_s()),
                Column::count("launches", headings::launches()),
                Column::number("cost", headings::cost()),
            ],
            rows: self.names().into_iter().zip(&self.ends).map(row).collect(),
        }
    }
}

fn cost(figures: &Figures) -> Total {
    Total::new(figures.cost, figures.unpriced.is_empty())
}
