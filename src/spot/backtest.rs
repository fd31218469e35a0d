//! How good the forecast was: for every pool and month of a history, what was forecast against what
//! happened.

use std::collections::BTreeMap;

use serde::Serialize;

use super::report::fraction;
use crate::model::decimal::{self, Decimal};
use crate::model::sku::InstanceType;
use crate::prices::forecast::{Case, Forecaster, LEVEL};
use crate::prices::history::SpotHistory;
use crate::report::{Cell, Column, Report, Row, Table};

/// Errors of some cases, as fractions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Score {
    /// Cases.
    pub cases: usize,
    /// Mean absolute percentage error of the mean.
    pub mape: Decimal,
    /// Share of cases inside the interval.
    pub coverage: Decimal,
    /// Mean width of the interval, as a share of the forecast.
    pub mean_width: Decimal,
}

/// A whole backtest.
#[derive(Clone, Debug)]
pub struct Backtest {
    /// Over all cases; `None` when the history has no month to judge by.
    pub all: Option<Score>,
    /// By instance type.
    pub by_type: BTreeMap<InstanceType, Score>,
}

/// The backtest as JSON.
#[derive(Debug, Serialize)]
pub struct BacktestDocument {
    schema_version: u32,
    kind: &'static str,
    generated_by: &'static str,
    cases: usize,
    mape: Option<String>,
    coverage: Option<String>,
    mean_width: Option<String>,
    level: String,
    by_type: Vec<TypeDocument>,
}

#[derive(Debug, Serialize)]
struct TypeDocument {
    instance_type: String,
    cases: usize,
    mape: String,
    coverage: String,
    mean_width: String,
}

/// Judges the forecast on a history, of these types or of all.
#[must_use]
pub fn backtest(history: &SpotHistory, types: &[InstanceType]) -> Backtest {
    let mut cases = Forecaster::new(history).backtest();
    cases.retain(|case| types.is_empty() || types.contains(&case.pool.instance_type));
    let mut by_type: BTreeMap<InstanceType, Vec<&Case>> = BTreeMap::new();
    for case in &cases {
        by_type.entry(case.pool.instance_type.clone()).or_default().push(case);
    }
    let score_of = |(instance_type, cases): (InstanceType, Vec<&Case>)| Some((instance_type, score(&cases)?));
    Backtest {
        all: score(&cases.iter().collect::<Vec<_>>()),
        by_type: by_type.into_iter().filter_map(score_of).collect(),
    }
}

fn score(cases: &[&Case]) -> Option<Score> {
    let number = Decimal::from(cases.len());
    let mean = |value: &dyn Fn(&Case) -> Option<Decimal>| -> Option<Decimal> {
        let sum: Decimal = cases.iter().map(|case| value(case)).sum::<Option<Decimal>>()?;
        fraction(sum, number)
    };
    Some(Score {
        cases: cases.len(),
        mape: mean(&|case| {
            (case.forecast.mean - case.actual).fraction_of(case.actual).map(|error| error.abs())
        })?,
        coverage: mean(&|case| Some(Decimal::from(u8::from(inside(case)))))?,
        mean_width: mean(&|case| (case.forecast.high - case.forecast.low).fraction_of(case.forecast.mean))?,
    })
}

/// Inside the interval, to a billionth: a pool at its ceiling is exactly on the edge.
fn inside(case: &Case) -> bool {
    let hair = Decimal::new(1, 9);
    let (low, high) = (case.forecast.low, case.forecast.high);
    low.times(Decimal::ONE - hair) <= case.actual && case.actual <= high.times(Decimal::ONE + hair)
}

impl Backtest {
    /// The JSON document; `generated_by` is the program and its version.
    #[must_use]
    pub fn document(&self, generated_by: &'static str) -> BacktestDocument {
        let figure = |pick: fn(&Score) -> Decimal| self.all.as_ref().map(|score| decimal::plain(pick(score)));
        let of_type = |(instance_type, score): (&InstanceType, &Score)| TypeDocument {
            instance_type: instance_type.to_string(),
            cases: score.cases,
            mape: decimal::plain(score.mape),
            coverage: decimal::plain(score.coverage),
            mean_width: decimal::plain(score.mean_width),
        };
        BacktestDocument {
            schema_version: 1,
            kind: "backtest",
            generated_by,
            cases: self.all.map_or(0, |score| score.cases),
            mape: figure(|score| score.mape),
            coverage: figure(|score| score.coverage),
            mean_width: figure(|score| score.mean_width),
            level: LEVEL.to_string(),
            by_type: self.by_type.iter().map(of_type).collect(),
        }
    }

    /// The report: all cases and each type.
    #[must_use]
    pub fn report(&self) -> Report {
        let cells = |name: String, score: &Score| {
            vec![
                Cell::Text(name),
                Cell::Number(score.cases.into()),
                Cell::Percent(score.mape),
                Cell::Percent(score.coverage),
                Cell::Percent(score.mean_width),
            ]
        };
        let of_type = |(instance_type, score): (&InstanceType, &Score)| {
            Row::Data(cells(instance_type.to_string(), score))
        };
        let mut rows: Vec<Row> = self.by_type.iter().map(of_type).collect();
        rows.extend(self.all.as_ref().map(|score| Row::Total(cells("All".into(), score))));
        let columns = vec![
            Column::text("instance_type", "Type"),
            Column::number("cases", "Cases"),
            Column::number("mape", "Mean error"),
            Column::number("coverage", "Inside the interval"),
            Column::number("mean_width", "Width of the interval"),
        ];
        Report {
            title: "Backtest of the Spot forecast".into(),
            facts: vec![
                ("Cases", "every zone and calendar month with 60 days of record before it and a complete record of it".into()),
                ("Forecast", "from what was known at the start of the month; On-Demand prices are not used".into()),
                ("Interval", format!("meant to cover {} %", LEVEL * 100.0)),
            ],
            tables: vec![Table { caption: String::new(), columns, rows }],
            ..Report::default()
        }
    }
}
