//! What suggestions would have saved in a month whose jobs are known, beside what was paid.
//!
//! The suggestions are those of an earlier answer, or are made anew from the jobs before the month. The month's own jobs
//! are then simulated as it was and with each of them. Which was in force, nobody says: the bill is shown beside both.

use crate::suggest::Rejection;
use std::collections::BTreeMap;

use serde_json::Value;

use super::headings;
use super::realized::Paid;
use super::{Measured, Saving, Suggestions, Trials, rejection};
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::report::{Cell, Column, Note, Page, Row, Said, Table};

/// What an earlier answer promised.
#[derive(Clone, Debug)]
pub struct Promise {
    /// Its id there; `together` for all that pay beside each other.
    pub id: String,
    /// In a few words.
    pub title: String,
    /// Dollars a month.
    pub saving: Usd,
    /// The p95 of waits [s], where a queue is touched.
    pub wait_seconds_p95: Option<u64>,
    /// Lines that lie over the scenario; none for advice.
    pub overlay: String,
    /// How many times as long jobs then run.
    pub run_times: Decimal,
}

/// What became of a promise.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The promise.
    pub promise: Promise,
    /// What it would have saved in the month, and the p95 of waits; or why that cannot be said.
    pub kept: Result<(Saving, u64, Measured), Rejection>,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct Backtest {
    /// The scenario's name.
    pub scenario: String,
    /// The month, such as 2026-10.
    pub month: String,
    /// Jobs of the month.
    pub jobs: usize,
    /// Where the promises come from, in words.
    pub promised_by: String,
    /// What the prices are, in words.
    pub prices: Said,
    /// The month as it is.
    pub current: Measured,
    /// Every promise.
    pub outcomes: Vec<Outcome>,
    /// What was charged.
    pub paid: Option<Paid>,
}

/// The id of all that pay beside each other.
const TOGETHER: &str = "together";

/// The promises of a saved answer of `suggest --format json`.
pub fn saved(text: &str) -> Result<Vec<Promise>, String> {
    let document: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if document["kind"] != "suggestions" {
        return Err("its `kind` is not `suggestions`".into());
    }
    let all = document["suggestions"].as_array().ok_or("it has no list of `suggestions`")?;
    let mut promises = all.iter().map(promise).collect::<Result<Vec<_>, _>>()?;
    let together = &document["together"];
    if together["ids"].as_array().is_some_and(|ids| ids.len() > 1) {
        let ids: Vec<&str> =
            together["ids"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let title = ids.join(", ");
        let mut one = promise_of(together, TOGETHER.into(), title)?;
        one.wait_seconds_p95 = together["wait_seconds_p95"].as_u64();
        promises.push(one);
    }
    Ok(promises)
}

fn promise(value: &Value) -> Result<Promise, String> {
    let text = |key: &str| value[key].as_str().map(str::to_owned);
    let id = text("id").ok_or("a suggestion has no `id`")?;
    let title = text("title").ok_or_else(|| format!("{id} has no `title`"))?;
    let mut promise = promise_of(value, id, title)?;
    promise.wait_seconds_p95 = value["wait_seconds_p95"]["proposed"].as_u64();
    Ok(promise)
}

fn promise_of(value: &Value, id: String, title: String) -> Result<Promise, String> {
    let saving = value["saving_usd_per_month"]["expected"].as_str();
    let saving = saving.and_then(|text| decimal::parse(text).ok());
    let saving = saving.ok_or_else(|| format!("{id} has no expected saving"))?;
    let run_times = match &value["run_times"] {
        Value::Null => Decimal::ONE,
        other => other
            .as_str()
            .and_then(|text| decimal::parse(text).ok())
            .ok_or_else(|| format!("`run_times` of {id} is not a number"))?,
    };
    let overlay =
        value["scenario_overlay"].as_str().ok_or_else(|| format!("{id} has no `scenario_overlay`"))?;
    Ok(Promise {
        saving: Usd::new(saving),
        wait_seconds_p95: None,
        overlay: overlay.to_owned(),
        run_times,
        id,
        title,
    })
}

/// The promises of suggestions that were just made.
#[must_use]
pub fn made(found: &Suggestions) -> Vec<Promise> {
    let mut promises: Vec<Promise> = found
        .named()
        .map(|(id, of)| Promise {
            id,
            title: of.title().en,
            saving: of.saving.expected,
            wait_seconds_p95: of.wait_seconds_p95.as_ref().map(|waits| waits.proposed),
            overlay: super::edit::overlay(&of.proposal.edits()),
            run_times: of.proposal.run_times().unwrap_or(Decimal::ONE),
        })
        .collect();
    if let Some(together) = found.together.as_ref().filter(|together| together.ids.len() > 1) {
        promises.push(Promise {
            id: TOGETHER.into(),
            title: together.ids.join(", "),
            saving: together.saving.expected,
            wait_seconds_p95: Some(together.measured.p95()),
            overlay: super::edit::overlay(&together.edits),
            run_times: together.run_times,
        });
    }
    promises
}

/// The month as it was, and under each promise.
pub fn outcomes(trials: &Trials<'_>, promises: Vec<Promise>) -> Result<(Measured, Vec<Outcome>), Rejection> {
    let current = trials.current()?;
    let outcome = |promise: Promise| {
        let kept = match (promise.overlay.is_empty(), promise.wait_seconds_p95) {
            (true, _) => Err(rejection::nothing_was_to_be_set()),
            (false, None) => Err(rejection::as_promised()),
            (false, Some(_)) => {
                trials.under(&promise.overlay, promise.run_times).and_then(|trial| match trial.unpriced() {
                    Some(kind) => Err(rejection::without_price(kind)),
                    None => Ok((trials.saving(&current, &trial), trial.p95(), trial)),
                })
            }
        };
        Outcome { promise, kept }
    };
    let outcomes = promises.into_iter().map(outcome).collect();
    Ok((current, outcomes))
}

impl Backtest {
    /// The report.
    #[must_use]
    pub fn report(&self, notes: Vec<Note>) -> Page {
        let cost = self.current.mean_cost();
        let facts = vec![
            (headings::month(), Said::alike(&self.month)),
            (headings::jobs(), Said::alike(decimal::grouped_trimmed(Decimal::from(self.jobs), 0))),
            (headings::promised_by(), Said::alike(&self.promised_by)),
            (headings::prices(), self.prices.clone()),
            (headings::as_it_was(), headings::simulated_for(cost.cents(), self.current.p95())),
        ];
        let mut tables = vec![self.table()];
        tables.extend(self.paid.as_ref().map(|paid| self.against(paid)));
        Page::new(headings::worth_of(&self.scenario), tables, notes).with_facts(facts)
    }

    fn table(&self) -> Table {
        let row = |of: &Outcome| {
            let number = |number: u64| Cell::Number(number.into());
            let (saving, wait, why) = match &of.kept {
                Ok((saving, wait, _)) => (Some(*saving), number(*wait), String::new()),
                Err(reason) => (None, Cell::Empty, reason.said().en),
            };
            let usd =
                |pick: fn(&Saving) -> Usd| saving.as_ref().map_or(Cell::Unknown, |of| Cell::Usd(pick(of)));
            Row::Data(vec![
                Cell::Text(self.month.clone()),
                Cell::Text(of.promise.id.clone()),
                Cell::Text(of.promise.title.clone()),
                Cell::Usd(of.promise.saving),
                usd(|of| of.expected),
                usd(|of| of.low),
                usd(|of| of.high),
                of.promise.wait_seconds_p95.map_or(Cell::Empty, number),
                wait,
                Cell::Text(why),
            ])
        };
        Table {
            caption: headings::promised_and_what_it_would_have_been(),
            columns: vec![
                Column::text("month", headings::month()),
                Column::text("id", headings::id()),
                Column::text("title", headings::change()),
                Column::number("promised", headings::promised_a_month()),
                Column::number("realized", headings::saving_of_the_month()),
                Column::number("realized_low", headings::and_at_least()),
                Column::number("realized_high", headings::and_at_most()),
                Column::number("wait_p95_promised", headings::p95_wait_promised_s()),
                Column::number("wait_p95", headings::was_s()),
                Column::text("remark", headings::remark()),
            ],
            rows: self.outcomes.iter().map(row).collect(),
        }
    }

    /// What was paid, beside what the month costs with and without.
    fn against(&self, paid: &Paid) -> Table {
        let mut rows = vec![(
            "simulated as it was".to_owned(),
            self.current.mean_cost(),
            Some(paid.mean_cost(&self.current)),
        )];
        for of in &self.outcomes {
            if let Ok((.., measured)) = &of.kept {
                let name = format!("simulated with {}", of.promise.id);
                rows.push((name, measured.mean_cost(), Some(paid.mean_cost(measured))));
            }
        }
        rows.push((format!("paid, by {}", paid.source), paid.instances, None));
        let row = |(name, list, at_paid): (String, Usd, Option<Usd>)| {
            let shown = at_paid.unwrap_or(list);
            Row::Data(vec![
                Cell::Text(name),
                at_paid.map_or(Cell::Empty, |_| Cell::Usd(list)),
                Cell::Usd(shown),
                Cell::Usd(shown - paid.instances),
            ])
        };
        Table {
            caption: headings::where_the_bill_is_nearer(),
            columns: vec![
                Column::text("what", headings::what()),
                Column::number("list", headings::at_list_price()),
                Column::number("paid", headings::at_the_rates_paid()),
                Column::number("above_paid", headings::above_what_was_paid()),
            ],
            rows: rows.into_iter().map(row).collect(),
        }
    }

    /// A track record with this month in it: one row for each suggestion, earlier rows of the same replaced. `Err` says
    /// what is wrong with the one that is there.
    pub fn recorded(&self, before: Option<&str>) -> Result<Vec<[String; 8]>, String> {
        let mut rows: BTreeMap<(String, String, String), [String; 8]> = BTreeMap::new();
        let mut reader = csv::Reader::from_reader(before.unwrap_or_default().as_bytes());
        if before.is_some_and(|text| !text.trim().is_empty()) {
            let header = reader.headers().map_err(|error| error.to_string())?;
            if header.iter().ne(RECORD) {
                return Err(format!("its first line is not `{}`", RECORD.join(",")));
            }
            for row in reader.records() {
                let row = row.map_err(|error| error.to_string())?;
                let cells: Vec<String> = row.iter().map(str::to_owned).collect();
                let cells = <[String; 8]>::try_from(cells).map_err(|_| "a row has not 8 columns")?;
                rows.insert((cells[0].clone(), cells[1].clone(), cells[2].clone()), cells);
            }
        }
        rows.retain(|(month, scenario, _), _| *month != self.month || *scenario != self.scenario);
        for of in &self.outcomes {
            let saving = of.kept.as_ref().ok().map(|(saving, ..)| saving.expected.to_string());
            let paid = self.paid.as_ref().map(|paid| paid.instances.to_string());
            let cells = [
                self.month.clone(),
                self.scenario.clone(),
                of.promise.id.clone(),
                of.promise.title.clone(),
                of.promise.saving.to_string(),
                saving.unwrap_or_default(),
                self.current.mean_cost().to_string(),
                paid.unwrap_or_default(),
            ];
            rows.insert((cells[0].clone(), cells[1].clone(), cells[2].clone()), cells);
        }
        Ok(rows.into_values().collect())
    }
}

/// Columns of the track record; empty for unknown.
pub const RECORD: [&str; 8] = [
    "month",
    "scenario",
    "suggestion",
    "change",
    "promised_usd",
    "realized_usd",
    "simulated_usd",
    "paid_usd",
];
