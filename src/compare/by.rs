//! Charges by anything: account, region, tag, day, …, with the estimate beside them where the scenario knows it.
//!
//! A scenario knows service, usage type, region and compute environment of what it declares; of accounts, tags, days,
//! resources and queues it says nothing, and the column stays empty. What carries no value (no tag, no name) is a row of
//! its own, so every table adds up to what it is of: the charges that are compared, or, by billing period, invoice or
//! kind of charge, every charge of the source.
#![deny(clippy::float_arithmetic)]

use std::collections::BTreeMap;

use super::Comparison;
use super::estimated::Part;
use super::headings;
use super::movers::Detail;
use crate::actuals::{Bill, ChargeKey, Costs, Dimension};
use crate::estimate::Estimate;
use crate::model::decimal::{self, Decimal};
use crate::model::money::{Total, Usd};
use crate::model::time::day;
use crate::model::usage::UsageLine;
use crate::model::usage_type::UsageType;
use crate::report::{Cell, Column, Kind, Row, Said, Table};

/// The tag that AWS Batch puts on the instances of a compute environment (AWS Batch user guide, read 2026-11-28). It has to
/// be activated as a cost allocation tag.
const ENVIRONMENT_TAG: &str = "aws:batch:compute-environment";

/// The tag of the queue a job came through, of rows of split cost allocation and of what the user tags so.
const QUEUE_TAG: &str = "aws:batch:job-queue";

/// What charges are told apart by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// The service, by its product code.
    Service,
    /// The usage type.
    UsageType,
    /// The UTC day.
    Day,
    /// The kind of charge.
    Kind,
    /// Anything else the source says.
    Of(Dimension),
}

impl By {
    /// By its name on the command line.
    #[must_use]
    pub fn parse(text: &str) -> Option<By> {
        let key = |head: &str| text.strip_prefix(head).filter(|key| !key.is_empty()).map(str::to_owned);
        Some(match text {
            "service" => By::Service,
            "usage_type" => By::UsageType,
            "day" => By::Day,
            "kind" => By::Kind,
            "account" => By::Of(Dimension::Account),
            "region" => By::Of(Dimension::Region),
            "resource" => By::Of(Dimension::Resource),
            "billing_period" => By::Of(Dimension::BillingPeriod),
            "invoice" => By::Of(Dimension::Invoice),
            "commitment" => By::Of(Dimension::Commitment),
            "queue" => By::Of(Dimension::Tag(QUEUE_TAG.into())),
            "compute_environment" => By::Of(Dimension::Tag(ENVIRONMENT_TAG.into())),
            _ => match (key("tag:"), key("cost_category:")) {
                (Some(key), _) => By::Of(Dimension::Tag(key)),
                (_, Some(key)) => By::Of(Dimension::CostCategory(key)),
                _ => return None,
            },
        })
    }

    /// The names on the command line.
    pub const NAMES: [&str; 14] = [
        "service",
        "usage_type",
        "account",
        "region",
        "day",
        "tag:KEY",
        "cost_category:KEY",
        "resource",
        "queue",
        "compute_environment",
        "kind",
        "billing_period",
        "invoice",
        "commitment",
    ];

    /// The name on the command line.
    #[must_use]
    pub fn id(&self) -> String {
        match self {
            By::Service => "service".into(),
            By::UsageType => "usage_type".into(),
            By::Day => "day".into(),
            By::Kind => "kind".into(),
            By::Of(Dimension::Tag(key)) if key == QUEUE_TAG => "queue".into(),
            By::Of(Dimension::Tag(key)) if key == ENVIRONMENT_TAG => "compute_environment".into(),
            By::Of(dimension) => dimension.id(),
        }
    }

    /// What the source has to tell apart for it.
    #[must_use]
    pub fn dimension(&self) -> Option<Dimension> {
        match self {
            By::Of(dimension) => Some(dimension.clone()),
            _ => None,
        }
    }

    /// Heading, and what stands for no value.
    fn words(&self) -> (Said, Said) {
        let key = |key: &String| Said::alike(key);
        match self {
            By::Service => (headings::service(), headings::none()),
            By::UsageType => (headings::usage_type(), headings::none()),
            By::Day => (headings::date(), headings::none()),
            By::Kind => (headings::kind(), headings::none()),
            By::Of(Dimension::Account) => (headings::account(), headings::none()),
            By::Of(Dimension::Region) => (headings::region(), headings::none()),
            By::Of(Dimension::Resource) => (headings::resource(), headings::none()),
            By::Of(Dimension::BillingPeriod) => (headings::billing_period(), headings::none()),
            By::Of(Dimension::Invoice) => (headings::invoice(), headings::not_invoiced()),
            By::Of(Dimension::Commitment) => (headings::commitment(), headings::none()),
            By::Of(Dimension::CostCategory(of)) => (key(of), headings::uncategorized()),
            By::Of(Dimension::Tag(of)) if of == QUEUE_TAG => (headings::queue_of(), headings::untagged()),
            By::Of(Dimension::Tag(of)) if of == ENVIRONMENT_TAG => {
                (headings::environment_of(), headings::untagged())
            }
            By::Of(Dimension::Tag(of)) => (key(of), headings::untagged()),
        }
    }

    /// Whether it is about all charges, not those alone that an estimate answers for.
    const fn is_of_all(&self) -> bool {
        matches!(self, By::Kind | By::Of(Dimension::BillingPeriod | Dimension::Invoice))
    }
}

/// One row: the values it is of, `None` where a charge has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByRow {
    /// In the order that was asked for.
    pub values: Vec<Option<String>>,
    /// In the estimate for the time compared, where the scenario knows it.
    pub estimated: Option<Usd>,
    /// Whether lines of the estimate have no price: then it is at least that.
    pub unpriced: bool,
    /// In the bill.
    pub actual: Usd,
    /// In the bill, of charges of other months.
    pub other_months: Usd,
    /// What it costs otherwise, where the source says so.
    pub costs: Option<Costs>,
}

/// Charges by what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breakdown {
    /// What charges are told apart by, in order.
    pub by: Vec<By>,
    /// The largest first, group by group.
    pub rows: Vec<ByRow>,
    /// Whether it is of all charges of the source.
    pub of_all: bool,
    /// Whether the scenario knows what it estimates of each row.
    pub is_estimated: bool,
}

impl Breakdown {
    /// The charges of a bill, and the estimate of the time compared where the scenario knows it. The bill has to tell apart
    /// what is asked for.
    #[must_use]
    pub fn new(by: Vec<By>, estimate: &Estimate, bill: &Bill, until: i64) -> Breakdown {
        let of_all = by.iter().any(By::is_of_all);
        let mut rows: BTreeMap<Vec<Option<String>>, ByRow> = BTreeMap::new();
        let mut add = |values: Vec<Option<String>>, change: &dyn Fn(&mut ByRow)| {
            let slot = rows.entry(values.clone()).or_insert_with(|| ByRow {
                values,
                estimated: None,
                unpriced: false,
                actual: Usd::ZERO,
                other_months: Usd::ZERO,
                costs: None,
            });
            change(slot);
        };
        for (key, amounts) in &bill.charges {
            let is_compared = key.in_scope && key.record.is_compared() && key.day < until;
            if of_all || is_compared {
                let values = by.iter().map(|by| value_of(by, key, bill)).collect();
                add(values, &|row| {
                    let first = row.actual == Usd::ZERO && row.costs.is_none();
                    row.actual += amounts.cost;
                    row.costs = if first { amounts.costs } else { sum(row.costs, amounts.costs) };
                });
            }
        }
        let invoiced = |by: &By| matches!(by, By::Of(Dimension::BillingPeriod | Dimension::Invoice));
        if by.iter().any(invoiced) {
            for (dimensions, (_, cost)) in &bill.outside.by {
                let value = |by: &By| match by {
                    By::Of(dimension) => dimension_of(dimension, dimensions, bill),
                    _ => None,
                };
                add(by.iter().map(value).collect(), &|row| row.other_months += *cost);
            }
        }
        let is_estimated = !of_all && by.iter().all(is_known_to_scenarios);
        if is_estimated {
            let part = Part::new(&estimate.scenario, until);
            let mut line = |usage: &UsageLine, cost: Option<Usd>| {
                let share = part.share(usage.owner.as_deref());
                let of_share = |cost: Usd| Usd::new(decimal::round(cost.amount() * share, 10));
                let values = by.iter().map(|by| estimated_value(by, usage, estimate)).collect();
                add(values, &|row| {
                    *row.estimated.get_or_insert_default() += cost.map_or(Usd::ZERO, of_share);
                    row.unpriced |= cost.is_none();
                });
            };
            estimate.line_items.iter().for_each(|item| line(&item.usage, Some(item.cost.expected)));
            estimate.unpriced.iter().for_each(|unpriced| line(&unpriced.usage, None));
        }
        let rows = ordered(&by, rows.into_values().collect());
        Breakdown { by, rows, of_all, is_estimated }
    }

    /// The sum of the charges.
    #[must_use]
    pub fn actual(&self) -> Usd {
        self.rows.iter().map(|row| row.actual).sum()
    }
}

/// Sums of costs beside, each unknown where it is in either.
fn sum(one: Option<Costs>, other: Option<Costs>) -> Option<Costs> {
    let add = |one: Option<Usd>, other: Option<Usd>| one.zip(other).map(|(one, other)| one + other);
    one.zip(other).map(|(one, other)| Costs {
        list: add(one.list, other.list),
        contracted: add(one.contracted, other.contracted),
        effective: add(one.effective, other.effective),
    })
}

/// Rows group by group: groups and what is in them the largest first, days in their order.
fn ordered(by: &[By], mut rows: Vec<ByRow>) -> Vec<ByRow> {
    let size = |row: &ByRow| {
        let amounts = [row.actual, row.estimated.unwrap_or_default(), row.other_months];
        amounts.into_iter().map(|usd| usd.amount().abs()).max().unwrap_or_default()
    };
    let mut groups: BTreeMap<Vec<Option<String>>, Decimal> = BTreeMap::new();
    for row in &rows {
        for depth in 1..=row.values.len() {
            *groups.entry(row.values[..depth].to_vec()).or_default() += size(row);
        }
    }
    rows.sort_by_cached_key(|row| {
        let level = |depth: usize| {
            let group = row.values[..depth].to_vec();
            let size = if by[depth - 1] == By::Day { Decimal::ZERO } else { groups[&group] };
            (std::cmp::Reverse(size), group)
        };
        (1..=row.values.len()).map(level).collect::<Vec<_>>()
    });
    rows
}

fn value_of(by: &By, key: &ChargeKey, bill: &Bill) -> Option<String> {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    match by {
        By::Service => text(&key.service),
        By::UsageType => text(&UsageType(&key.usage_type).one_spelling()),
        By::Day => Some(day(key.day)),
        By::Kind => Some(key.record.id().to_owned()),
        By::Of(dimension) => dimension_of(dimension, &key.by, bill),
    }
}

fn dimension_of(dimension: &Dimension, values: &[Option<String>], bill: &Bill) -> Option<String> {
    let place = bill.dimensions.iter().position(|known| known == dimension)?;
    values.get(place)?.clone()
}

/// Whether a scenario says of everything it declares what it is by this.
fn is_known_to_scenarios(by: &By) -> bool {
    match by {
        By::Service | By::UsageType | By::Of(Dimension::Region) => true,
        By::Of(Dimension::Tag(key)) => key == ENVIRONMENT_TAG,
        _ => false,
    }
}

fn estimated_value(by: &By, usage: &UsageLine, estimate: &Estimate) -> Option<String> {
    match by {
        By::Service => Some(usage.sku.service().code().to_owned()),
        By::UsageType => Some(usage.sku.usage_type()),
        By::Of(Dimension::Region) => Some(usage.sku.region.code().to_owned()),
        By::Of(Dimension::Tag(_)) => {
            let name = usage.owner.as_deref()?;
            let group = estimate.scenario.keys.compute.iter().find(|group| group.name == name)?;
            group.compute_environment.clone()
        }
        _ => None,
    }
}

impl Comparison {
    /// The charges by what was asked for.
    #[must_use]
    pub fn broken_down(mut self, by: Vec<By>, estimate: &Estimate, bill: &Bill) -> Comparison {
        let until = self.until;
        self.breakdown = Some(Breakdown::new(by, estimate, bill, until));
        self
    }
}

/// Rows that a reader sees: one screen.
const MOST_SHOWN: usize = 40;

impl Breakdown {
    /// For a reader, or with every row.
    pub(super) fn table(&self, detail: Detail) -> Table {
        let is_data = detail == Detail::Data;
        let most = if detail == Detail::Folded { MOST_SHOWN } else { usize::MAX };
        let total = self.actual();
        let has_other_months = self.rows.iter().any(|row| row.other_months != Usd::ZERO);
        let (shown, rest) = self.rows.split_at(most.min(self.rows.len()));
        // One row alone takes no more room than a row that says so.
        let (shown, rest) = if rest.len() == 1 { (&self.rows[..], &[][..]) } else { (shown, rest) };
        let amounts = |estimated: Option<(Usd, bool)>, actual: Usd, other_months: Usd| {
            let mut cells = Vec::new();
            if self.is_estimated {
                let known = estimated.map(|(usd, unpriced)| Total::new(usd, !unpriced));
                cells.push(known.map_or(Cell::Empty, Cell::Total));
            }
            cells.push(Cell::Usd(actual));
            if self.is_estimated {
                cells.push(match estimated {
                    Some((_, true)) => Cell::Unknown,
                    estimated => Cell::Change(actual - estimated.map_or(Usd::ZERO, |(usd, _)| usd)),
                });
            }
            cells.push(actual.fraction_of(total).map_or(Cell::Empty, Cell::Percent));
            if has_other_months {
                cells.push(Cell::Usd(other_months));
            }
            cells
        };
        let of_row = |row: &ByRow| row.estimated.map(|usd| (usd, row.unpriced));
        let row = |row: &ByRow| {
            let value = |(value, by): (&Option<String>, &By)| match value {
                Some(text) => Cell::Text(text.clone()),
                None if is_data => Cell::Empty,
                None => Cell::Words(by.words().1),
            };
            let values = row.values.iter().zip(&self.by).map(value);
            Row::Data(values.chain(amounts(of_row(row), row.actual, row.other_months)).collect())
        };
        let sum = |name: Said, rows: &[ByRow]| {
            let estimated: Usd = rows.iter().filter_map(|row| row.estimated).sum();
            let unpriced = rows.iter().any(|row| row.unpriced);
            let mut cells = vec![Cell::Words(name)];
            cells.resize(self.by.len(), Cell::Empty);
            let actual = rows.iter().map(|row| row.actual).sum();
            let other_months = rows.iter().map(|row| row.other_months).sum();
            cells.extend(amounts(Some((estimated, unpriced)), actual, other_months));
            cells
        };
        let mut rows: Vec<Row> = shown.iter().map(row).collect();
        rows.extend((!rest.is_empty()).then(|| Row::Data(sum(headings::more_rows(rest.len()), rest))));
        rows.push(Row::Total(sum(headings::total(), &self.rows)));
        Table { caption: self.caption(), columns: self.columns(has_other_months), rows }
    }

    fn caption(&self) -> Said {
        let by: Vec<String> = self.by.iter().map(By::id).collect();
        let of = match self.of_all {
            true => headings::every_charge(),
            false => headings::what_is_compared(),
        };
        headings::by_of(of, by.join(", "))
    }

    fn columns(&self, has_other_months: bool) -> Vec<Column> {
        let mut columns: Vec<Column> = Vec::new();
        for by in &self.by {
            columns.push(Column::of(by.kind(), by.id(), by.words().0));
        }
        columns.extend(self.is_estimated.then(|| Column::number("estimated_cost", headings::estimated())));
        columns.push(Column::number("actual_cost", headings::charged()));
        columns.extend(self.is_estimated.then(|| Column::number("difference", headings::difference())));
        columns.push(Column::number("share", headings::share()));
        columns.extend(has_other_months.then(|| Column::number("other_months", headings::of_other_months())));
        columns
    }
}

/// Most that charges can be told apart by at once.
pub const MOST: usize = 5;

impl By {
    /// What its values are.
    const fn kind(&self) -> Kind {
        match self {
            By::Day | By::Of(Dimension::BillingPeriod) => Kind::Date,
            _ => Kind::Text,
        }
    }
}
