//! What moved most: which lines a reader sees first, which are folded into one, and the charges of another month beside
//! those of this one.
//!
//! Lines stand by the size of their difference, the largest first; one whose difference is unknown comes before all. A
//! reader sees the first [`MOST_SHOWN`]; of these, the smallest that come to less than [`SMALL_PERCENT`] % of the larger total
//! together are folded, too. A folded line is in a row that says how many there are and what they come to, so every table
//! adds up. Months of as many days are compared as they are; of others the costs of a day are, which is said.
#![deny(clippy::float_arithmetic)]

use std::collections::{BTreeMap, BTreeSet};

use super::Comparison;
use super::headings;
use super::settled::whole_days;
use crate::actuals::athena::Run;
use crate::actuals::{Amounts, Bill};
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::time::{DAY, Period};
use crate::model::usage_type::UsageType;
use crate::report::{Cell, Column, Row, Said, Table};

/// Lines that a reader sees of a table: one screen.
pub const MOST_SHOWN: usize = 25;

/// Percent of the larger total that the lines which are small come to together, at most.
pub const SMALL_PERCENT: u32 = 1;

/// Places of dollars a day.
const PLACES: u32 = 4;

/// How much of a comparison is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// For a reader: small lines are folded.
    Folded,
    /// For a reader: every line.
    All,
    /// For a program: every line, and columns and rows that only programs want.
    Data,
}

/// What a line has on both sides.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sides {
    /// In the estimate, or then.
    pub before: Usd,
    /// In the bill, or now.
    pub after: Usd,
    /// Their difference, by which lines stand; `None` is unknown.
    pub difference: Option<Usd>,
}

/// The lines by the size of their difference: those that are shown, and those that are folded, at least two of a `part`.
pub fn folded<'a, T>(
    lines: impl Iterator<Item = &'a T>,
    sides: impl Fn(&T) -> Sides,
    part: impl Fn(&T) -> usize,
    detail: Detail,
) -> (Vec<&'a T>, BTreeMap<usize, Vec<&'a T>>) {
    let mut lines: Vec<&T> = lines.collect();
    let size = |usd: Usd| usd.amount().abs();
    lines.sort_by_key(|line| {
        let of = sides(line);
        let largest = size(of.before).max(size(of.after));
        std::cmp::Reverse((of.difference.is_none(), of.difference.map(size), largest))
    });
    if detail != Detail::Folded {
        return (lines, BTreeMap::new());
    }
    let total = |pick: fn(Sides) -> Usd| size(lines.iter().map(|line| pick(sides(line))).sum());
    let larger = total(|of| of.before).max(total(|of| of.after));
    let mut left = larger * Decimal::new(SMALL_PERCENT.into(), 2);
    let largest = |line: &T| size(sides(line).before).max(size(sides(line).after));
    let mut by_size: Vec<usize> = (0..lines.len()).collect();
    by_size.sort_by_key(|place| largest(lines[*place]));
    let small: BTreeSet<usize> = by_size
        .into_iter()
        .take_while(|place| {
            left -= largest(lines[*place]);
            left > Decimal::ZERO
        })
        .collect();
    let (mut shown, mut rest) = (Vec::new(), BTreeMap::<usize, Vec<&T>>::new());
    for (place, line) in lines.into_iter().enumerate() {
        let is_small = small.contains(&place) && sides(line).difference.is_some();
        match is_small || place >= MOST_SHOWN {
            true => rest.entry(part(line)).or_default().push(line),
            false => shown.push(line),
        }
    }
    // One line alone takes no more room than a row that says so.
    rest.retain(|_, lines| match lines[..] {
        [line] => {
            shown.push(line);
            false
        }
        _ => true,
    });
    (shown, rest)
}

/// What was charged in another month, for what an estimate answers for.
#[derive(Clone, Debug)]
pub struct Then {
    /// The month, or the first and the last day.
    pub month: String,
    /// Where the charges are from, as on the command line.
    pub source: String,
    /// Its first second.
    pub start: i64,
    /// Until when its days are whole [s since the Unix epoch].
    pub until: i64,
    /// Its first second after.
    pub end: i64,
    /// By service and usage type, until then.
    pub charges: BTreeMap<(String, String), Usd>,
    /// Paid requests that were made for it.
    pub paid_calls: u32,
    /// The query of Athena that was run for it.
    pub query: Option<Run>,
}

impl Then {
    /// The charges of a bill in scope, on whole days.
    #[must_use]
    pub fn of_bill(bill: &Bill, month: String, period: Period, source: String, now: i64) -> Then {
        let until = whole_days(bill, period, now);
        let mut charges: BTreeMap<(String, String), Usd> = BTreeMap::new();
        for (key, Amounts { cost, .. }) in &bill.charges {
            if key.in_scope && key.record.is_compared() && key.day < until {
                *charges
                    .entry((key.service.clone(), UsageType(&key.usage_type).one_spelling()))
                    .or_default() += *cost;
            }
        }
        let (start, end) = (period.start().as_second(), period.end().as_second());
        Then { month, source, start, until, end, charges, paid_calls: 0, query: None }
    }
}

/// A usage type, then and now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mover {
    /// CUR product code.
    pub service: String,
    /// AWS's usage type.
    pub usage_type: String,
    /// Charged then, if it was.
    pub then: Option<Usd>,
    /// Charged now, if it is.
    pub now: Option<Usd>,
}

/// This month's charges against another's.
#[derive(Clone, Debug)]
pub struct Against {
    /// The other.
    pub then: Then,
    /// Every usage type of either.
    pub movers: Vec<Mover>,
    /// Whole days then and now.
    pub days: (Decimal, Decimal),
}

impl Against {
    /// Of a comparison.
    fn new(comparison: &Comparison, then: Then) -> Against {
        let now: BTreeMap<(String, String), Usd> = comparison
            .lines()
            .filter_map(|line| Some(((line.service.clone(), line.usage_type.clone()), line.actual_cost?)))
            .collect();
        Against::of(then, &now, (comparison.period.start().as_second(), comparison.until))
    }

    /// Of charges from a first second until another.
    #[must_use]
    pub fn of(then: Then, now: &BTreeMap<(String, String), Usd>, time: (i64, i64)) -> Against {
        let names: BTreeSet<&(String, String)> = then.charges.keys().chain(now.keys()).collect();
        let mover = |name: &(String, String)| Mover {
            service: name.0.clone(),
            usage_type: name.1.clone(),
            then: then.charges.get(name).copied(),
            now: now.get(name).copied(),
        };
        let movers = names.into_iter().map(mover).collect();
        let days = |from: i64, until: i64| Decimal::from(until - from) / Decimal::from(DAY);
        let days = (days(then.start, then.until), days(time.0, time.1));
        Against { then, movers, days }
    }

    /// Whether both have as many days, so that amounts are compared as they are.
    #[must_use]
    pub fn is_of_as_many_days(&self) -> bool {
        self.days.0 == self.days.1
    }

    /// The difference by which a mover stands: of the amounts where both have as many days, else of a day's; `None` where
    /// either has no whole day.
    #[must_use]
    pub fn difference(&self, of: &Mover) -> Option<Usd> {
        let (then, now) = (of.then.unwrap_or_default(), of.now.unwrap_or_default());
        if self.is_of_as_many_days() {
            return Some(now - then);
        }
        let (then, now) = (then.per(self.days.0)?, now.per(self.days.1)?);
        Some(Usd::new(decimal::round((now - then).amount(), PLACES)))
    }

    /// All of it, without a name.
    #[must_use]
    pub fn total(&self) -> Mover {
        sum_of(self.movers.iter())
    }

    /// The movers that are shown, and how many are not, with their sum.
    #[must_use]
    pub fn folded(&self, detail: Detail) -> (Vec<&Mover>, Option<(usize, Mover)>) {
        let (shown, mut rest) = folded(self.movers.iter(), |of| self.sides(of), |_| 0, detail);
        let rest = rest.remove(&0).map(|lines| (lines.len(), sum_of(lines.into_iter())));
        (shown, rest)
    }

    fn sides(&self, of: &Mover) -> Sides {
        let (before, after) = (of.then.unwrap_or_default(), of.now.unwrap_or_default());
        Sides { before, after, difference: self.difference(of) }
    }

    /// What is compared with what, in words.
    pub(super) fn text(&self) -> Said {
        let Then { month, source, until, end, .. } = &self.then;
        let days = |days: Decimal| decimal::grouped_trimmed(days, 1);
        let (then, now) = (days(self.days.0), days(self.days.1));
        let stops = if until < end { headings::no_more() } else { Said::default() };
        match self.is_of_as_many_days() {
            true => headings::as_many_days(month, source, then, stops),
            false => headings::other_days(month, source, then, stops, now),
        }
    }

    pub(super) fn table(&self, detail: Detail) -> Table {
        let alike = self.is_of_as_many_days();
        let (shown, rest) = self.folded(detail);
        let mut rows: Vec<Row> = shown.into_iter().map(|of| Row::Data(self.cells(of))).collect();
        let named = |service: String, of: Mover| self.cells(&Mover { service, ..of });
        rows.extend(rest.map(|(lines, of)| Row::Data(named(smaller(lines), of))));
        rows.push(Row::Total(named("Total".into(), self.total())));
        let mut columns = vec![
            Column::text("service", headings::service()),
            Column::text("usage_type", headings::usage_type()),
            Column::number("then", Said::alike(&self.then.month)),
            Column::number("now", headings::now()),
        ];
        columns.push(match alike {
            true => Column::number("difference", headings::difference()),
            false => Column::number("difference_a_day", headings::difference_a_day()),
        });
        Table { caption: headings::top_movers(&self.then.month), columns, rows }
    }

    fn cells(&self, of: &Mover) -> Vec<Cell> {
        let usd = |usd: Option<Usd>| usd.map_or(Cell::Empty, Cell::Usd);
        let difference = self.difference(of).map_or(Cell::Unknown, Cell::Change);
        vec![
            Cell::Text(of.service.clone()),
            Cell::Text(of.usage_type.clone()),
            usd(of.then),
            usd(of.now),
            difference,
        ]
    }

    /// The difference of a day, where the days are not as many.
    pub(super) fn of_a_day(&self, of: &Mover) -> Option<Usd> {
        if self.is_of_as_many_days() { None } else { self.difference(of) }
    }
}

fn sum_of<'a>(movers: impl Iterator<Item = &'a Mover> + Clone) -> Mover {
    Mover {
        service: String::new(),
        usage_type: String::new(),
        then: Some(movers.clone().filter_map(|of| of.then).sum()),
        now: Some(movers.filter_map(|of| of.now).sum()),
    }
}

/// What a row of folded lines is called.
#[must_use]
pub fn smaller(lines: usize) -> String {
    format!("{lines} more lines")
}

impl Comparison {
    /// With the charges of another month beside its own.
    #[must_use]
    pub fn against(mut self, then: Then) -> Comparison {
        self.question.paid_calls += then.paid_calls;
        let against = Some(Against::new(&self, then));
        Comparison { against, ..self }
    }

    /// What it cost to ask, about either month.
    #[must_use]
    pub fn paid(&self) -> Usd {
        let query = self.against.as_ref().and_then(|against| against.then.query.as_ref());
        self.question.paid() + query.map_or(Usd::ZERO, Run::cost)
    }
}
