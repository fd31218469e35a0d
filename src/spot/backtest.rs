//! How good the forecast was: for every pool and month of a history, what was forecast against what
//! happened, beside plain rivals that show what the forecast adds.

use std::collections::{BTreeMap, BTreeSet};

use super::headings;
use super::report::fraction;
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::sku::InstanceType;
use crate::model::time::Month;
use crate::prices::forecast::{Case, Forecaster, LEVEL, Method};
use crate::prices::history::SpotHistory;
use crate::report::{Cell, Column, Page, Row, Table};

/// Errors of some cases, as fractions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Score {
    /// Cases.
    pub cases: usize,
    /// Months they are of: the cases of one month move together.
    pub months: usize,
    /// Mean absolute percentage error of the mean.
    pub mape: Decimal,
    /// Share of cases inside the interval.
    pub coverage: Decimal,
    /// Mean width of the interval, as a share of the forecast.
    pub mean_width: Decimal,
    /// Mean of ((high − low) + 10 × how far the truth lies outside) ÷ truth: the lower the better.
    pub interval_score: Decimal,
}

/// How one method did.
#[derive(Clone, Debug, Default)]
pub struct Scores {
    /// Over all cases; `None` when the history has no month to judge by.
    pub all: Option<Score>,
    /// By calendar month.
    pub by_month: BTreeMap<Month, Score>,
    /// By instance type.
    pub by_type: BTreeMap<InstanceType, Score>,
}

/// A whole backtest.
#[derive(Clone, Debug)]
pub struct Backtest {
    /// The forecast.
    pub forecast: Scores,
    /// The last price, with the moves of all earlier windows on either side.
    pub last_price: Scores,
    /// The mean of 90 days, from their p10 to their p90.
    pub recent_mean: Scores,
}

/// Judges the forecast and its rivals on a history, of these types or of all.
#[must_use]
pub fn backtest(history: &SpotHistory, types: &[InstanceType]) -> Backtest {
    let forecaster = Forecaster::new(history);
    let scores = |method: Method| {
        let mut cases = forecaster.backtest(method);
        cases.retain(|case| types.is_empty() || types.contains(&case.pool.instance_type));
        Scores {
            all: score(&cases.iter().collect::<Vec<_>>()),
            by_month: by(&cases, |case| case.month),
            by_type: by(&cases, |case| case.pool.instance_type.clone()),
        }
    };
    Backtest {
        forecast: scores(Method::Forecast),
        last_price: scores(Method::LastPrice),
        recent_mean: scores(Method::RecentMean),
    }
}

fn by<K: Ord>(cases: &[Case], key: fn(&Case) -> K) -> BTreeMap<K, Score> {
    let mut parts: BTreeMap<K, Vec<&Case>> = BTreeMap::new();
    for case in cases {
        parts.entry(key(case)).or_default().push(case);
    }
    parts.into_iter().filter_map(|(key, cases)| Some((key, score(&cases)?))).collect()
}

fn score(cases: &[&Case]) -> Option<Score> {
    let number = Decimal::from(cases.len());
    let mean = |value: &dyn Fn(&Case) -> Option<Decimal>| -> Option<Decimal> {
        let sum: Decimal = cases.iter().map(|case| value(case)).sum::<Option<Decimal>>()?;
        fraction(sum, number)
    };
    Some(Score {
        cases: cases.len(),
        months: cases.iter().map(|case| case.month).collect::<BTreeSet<_>>().len(),
        mape: mean(&|case| {
            (case.forecast.expected - case.actual).fraction_of(case.actual).map(|error| error.abs())
        })?,
        coverage: mean(&|case| Some(Decimal::from(u8::from(inside(case)))))?,
        mean_width: mean(&|case| {
            (case.forecast.high - case.forecast.low).fraction_of(case.forecast.expected)
        })?,
        interval_score: mean(&interval_score)?,
    })
}

/// Inside the interval, to a billionth: a pool at its ceiling is exactly on the edge.
fn inside(case: &Case) -> bool {
    let hair = Decimal::new(1, 9);
    let (low, high) = (case.forecast.low, case.forecast.high);
    low.times(Decimal::ONE - hair) <= case.actual && case.actual <= high.times(Decimal::ONE + hair)
}

/// The interval score of Winkler at a level of 80 %, as a share of the truth.
fn interval_score(case: &Case) -> Option<Decimal> {
    let (low, high, actual) = (case.forecast.low, case.forecast.high, case.actual);
    let outside = (low - actual).max(actual - high).max(Usd::ZERO);
    ((high - low) + outside.times(Decimal::TEN)).fraction_of(actual)
}

impl Backtest {
    /// The report: every month beside the rivals, every type, and the methods as a whole.
    #[must_use]
    pub fn report(&self) -> Page {
        let (cases, months) =
            (self.forecast.all.map_or(0, |score| score.cases), self.forecast.by_month.len());
        Page::new(
            headings::backtest_of_the_spot_forecast(),
            vec![self.month_table(), self.type_table(), self.method_table()],
            Vec::new(),
        )
        .with_facts(vec![
            (headings::cases(), headings::cases_in(cases, months)),
            (headings::months(), headings::zones_move_together()),
            (headings::forecast(), headings::known_at_start()),
            (headings::interval(), headings::meant_to_cover(LEVEL * 100.0)),
            (headings::score(), headings::score_is()),
        ])
    }

    fn month_table(&self) -> Table {
        let mut columns = vec![Column::text("month", headings::month())];
        columns.extend(score_columns());
        columns.push(Column::number("last_price_score", headings::score_of_the_last_price()));
        columns.push(Column::number("recent_mean_score", headings::score_of_the_90_day_mean()));
        let cells = |name: String, score: &Score, rivals: [Option<&Score>; 2]| {
            let rivals =
                rivals.map(|score| score.map_or(Cell::Unknown, |score| number(score.interval_score)));
            [vec![Cell::Text(name)], score_cells(score), rivals.to_vec()].concat()
        };
        let of_month = |(month, score): (&Month, &Score)| {
            let rivals = [&self.last_price, &self.recent_mean].map(|rival| rival.by_month.get(month));
            Row::Data(cells(month.to_string(), score, rivals))
        };
        let mut rows: Vec<Row> = self.forecast.by_month.iter().map(of_month).collect();
        let rivals = [&self.last_price, &self.recent_mean].map(|rival| rival.all.as_ref());
        rows.extend(self.forecast.all.as_ref().map(|score| Row::Total(cells("All".into(), score, rivals))));
        Table { caption: headings::by_month(), columns, rows }
    }

    fn type_table(&self) -> Table {
        let mut columns = vec![
            Column::text("instance_type", headings::type_of_instance()),
            Column::count("months", headings::months()),
        ];
        columns.extend(score_columns());
        let rows = self.forecast.by_type.iter().map(|(name, score)| named_row(name.as_str(), score));
        Table { caption: headings::by_type(), columns, rows: rows.collect() }
    }

    fn method_table(&self) -> Table {
        let mut columns =
            vec![Column::text("method", headings::method()), Column::count("months", headings::months())];
        columns.extend(score_columns());
        let methods = [
            ("the forecast", &self.forecast),
            ("the last price, the moves of all earlier windows on either side", &self.last_price),
            ("the mean of 90 days, p10 to p90", &self.recent_mean),
        ];
        let rows = methods.iter().filter_map(|(name, scores)| Some(named_row(name, scores.all.as_ref()?)));
        Table { caption: headings::what_the_forecast_adds(), columns, rows: rows.collect() }
    }
}

fn named_row(name: &str, score: &Score) -> Row {
    let first = vec![Cell::Text(name.into()), Cell::Number(score.months.into())];
    Row::Data([first, score_cells(score)].concat())
}

fn score_columns() -> [Column; 5] {
    [
        Column::count("cases", headings::cases()),
        Column::number("mape", headings::mean_error()),
        Column::number("coverage", headings::inside_the_interval()),
        Column::number("mean_width", headings::width_of_the_interval()),
        Column::number("interval_score", headings::score()),
    ]
}

fn score_cells(score: &Score) -> Vec<Cell> {
    vec![
        Cell::Number(score.cases.into()),
        Cell::Percent(score.mape),
        Cell::Percent(score.coverage),
        Cell::Percent(score.mean_width),
        number(score.interval_score),
    ]
}

fn number(score: Decimal) -> Cell {
    Cell::Number(decimal::round(score, 3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::units::Cases;
    use crate::prices::history::Pool;

    fn case(month: &str, [low, mean, high, actual]: [&str; 4]) -> Case {
        let usd = |text: &str| Usd::new(decimal::parse(text).expect("a number"));
        Case {
            pool: Pool { instance_type: InstanceType::new("g5.xlarge"), zone: "us-east-1a".into() },
            month: Month::parse(month).expect("a month"),
            forecast: Cases { low: usd(low), expected: usd(mean), high: usd(high) },
            actual: usd(actual),
        }
    }

    #[test]
    fn scores_are_those_by_hand() {
        // Inside: width 0.4 ÷ 2 = 0.2. Above by 0.2: (0.4 + 2) ÷ 2.5 = 0.96. Below by 0.3: (0.4 + 3) ÷ 0.5 = 6.8.
        let cases = [
            case("2026-08", ["1.9", "2", "2.3", "2"]),
            case("2026-09", ["1.9", "2", "2.3", "2.5"]),
            case("2026-09", ["0.8", "1", "1.2", "0.5"]),
        ];
        let found = score(&cases.iter().collect::<Vec<_>>()).expect("cases");
        let text = |number: Decimal| decimal::plain(number);
        assert_eq!((found.cases, found.months), (3, 2));
        // Errors 0, 0.2 and 1; widths 0.2, 0.2 and 0.4.
        assert_eq!((text(found.mape), text(found.coverage)), ("0.4".into(), "0.333333".into()));
        assert_eq!(
            (text(found.mean_width), text(found.interval_score)),
            ("0.266667".into(), "2.653333".into())
        );
        let months = by(&cases, |case| case.month);
        let cases_of: Vec<(String, usize)> =
            months.iter().map(|(month, score)| (month.to_string(), score.cases)).collect();
        assert_eq!(cases_of, [("2026-08".into(), 1), ("2026-09".into(), 2)]);
    }
}
