//! What Savings Plans and reservations cover, what is not used of them, and what the same usage costs at other prices.
//!
//! * *Utilization* is what was used of a commitment's cost, of all of it: used ÷ (used + unused).
//! * *Coverage* is of the instance hours that a commitment could cover, On-Demand and covered (Spot it never covers): by
//!   hours, and by list cost where the source has that.
//! * *Savings* are the list cost of what is covered less all that the commitment costs, unused included.
//!
//! All of it is of the charges that are compared, under a basis that spreads commitments; as invoiced, covered hours stand
//! at other prices and nothing can be told.
#![deny(clippy::float_arithmetic)]

use super::Comparison;
use super::headings;
use crate::actuals::{Amounts, Bill, ChargeKey, Commitment, CostBasis, Costs, RecordType};
use crate::model::decimal::Decimal;
use crate::model::money::Usd;
use crate::model::sku::PurchaseOption;
use crate::model::usage_type::UsageType;
use crate::report::{Cell, Column, Row, Table};

/// What the commitments of a kind come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commitments {
    /// Savings Plans or reservations.
    pub kind: Commitment,
    /// The cost of what they covered.
    pub used: Usd,
    /// What was paid for and covered nothing.
    pub unused: Usd,
    /// All that is covered, at list prices.
    pub list: Option<Usd>,
    /// Instance hours that are covered, if the source says so of all.
    pub hours: Option<Decimal>,
    /// Those at list prices.
    pub hours_list: Option<Usd>,
    /// Instance hours that are covered by anything, or On-Demand.
    pub coverable_hours: Option<Decimal>,
    /// Those at list prices.
    pub coverable_list: Option<Usd>,
}

impl Commitments {
    /// The share that was used of what they cost.
    #[must_use]
    pub fn utilization(&self) -> Option<Decimal> {
        self.used.fraction_of(self.used + self.unused)
    }

    /// The share of instance hours that they cover.
    #[must_use]
    pub fn coverage_of_hours(&self) -> Option<Decimal> {
        self.hours?.checked_div(self.coverable_hours?)
    }

    /// The share of the list cost of instance hours that they cover.
    #[must_use]
    pub fn coverage_of_list(&self) -> Option<Decimal> {
        self.hours_list?.fraction_of(self.coverable_list?)
    }

    /// What they save against list prices, unused parts taken off.
    #[must_use]
    pub fn savings(&self) -> Option<Usd> {
        Some(self.list? - self.used - self.unused)
    }
}

impl Commitment {
    /// The name in answers.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Commitment::SavingsPlan => "Savings Plans",
            Commitment::Reservation => "Reserved Instances",
        }
    }
}

/// The charges that are compared.
fn compared(bill: &Bill, until: i64) -> impl Iterator<Item = (&ChargeKey, &Amounts)> {
    bill.charges.iter().filter(move |(key, _)| key.in_scope && key.record.is_compared() && key.day < until)
}

/// What commitments of each kind cover, until a second of the Unix epoch; none under a basis that does not spread them.
#[must_use]
pub fn commitments(bill: &Bill, until: i64, basis: CostBasis) -> Vec<Commitments> {
    if basis == CostBasis::Unblended {
        return Vec::new();
    }
    let is_hours = |key: &ChargeKey| {
        key.record == RecordType::Usage && UsageType(&key.usage_type).purchase() == PurchaseOption::OnDemand
    };
    let list = |amounts: &Amounts| amounts.costs.and_then(|costs| costs.list);
    let coverable = || compared(bill, until).filter(|(key, _)| is_hours(key) && key.service == "AmazonEC2");
    let coverable_hours: Option<Decimal> = coverable().map(|(_, amounts)| amounts.quantity).sum();
    let coverable_list: Option<Usd> = coverable().map(|(_, amounts)| list(amounts)).sum();
    let of = |kind: Commitment| {
        let of_kind = || compared(bill, until).filter(move |(key, _)| key.commitment == Some(kind));
        of_kind().next()?;
        let used = || of_kind().filter(|(key, _)| key.record == RecordType::Usage);
        let unused = of_kind().filter(|(key, _)| key.record == RecordType::UnusedCommitment);
        let covered = || coverable().filter(move |(key, _)| key.commitment == Some(kind));
        Some(Commitments {
            kind,
            used: used().map(|(_, amounts)| amounts.cost).sum(),
            unused: unused.map(|(_, amounts)| amounts.cost).sum(),
            list: used().map(|(_, amounts)| list(amounts)).sum(),
            hours: covered().map(|(_, amounts)| amounts.quantity).sum(),
            hours_list: covered().map(|(_, amounts)| list(amounts)).sum(),
            coverable_hours,
            coverable_list,
        })
    };
    [Commitment::SavingsPlan, Commitment::Reservation].into_iter().filter_map(of).collect()
}

/// What the charges that are compared cost at list, contracted and effective prices; `None` where the source has none of
/// these, or was not asked.
#[must_use]
pub fn costs(bill: &Bill, until: i64) -> Option<Costs> {
    let all: Option<Vec<Costs>> = compared(bill, until).map(|(_, amounts)| amounts.costs).collect();
    let all = all.filter(|all| !all.is_empty())?;
    let sum = |pick: fn(&Costs) -> Option<Usd>| all.iter().map(pick).sum::<Option<Usd>>();
    let costs = Costs {
        list: sum(|of| of.list),
        contracted: sum(|of| of.contracted),
        effective: sum(|of| of.effective),
    };
    (costs != Costs::default()).then_some(costs)
}

impl Comparison {
    /// What the same usage costs at other prices.
    pub(super) fn costs_table(&self) -> Option<Table> {
        // Effective costs alone are what is compared already.
        let costs = self.costs.filter(|costs| costs.list.is_some() || costs.contracted.is_some())?;
        let list = costs.list.unwrap_or_default();
        let row = |name: &str, cost: Option<Usd>| {
            let cost = cost?;
            let off =
                costs.list.filter(|list| *list != Usd::ZERO).and_then(|_| (list - cost).fraction_of(list));
            Some(Row::Data(vec![
                Cell::Text(name.into()),
                Cell::Usd(cost),
                off.map_or(Cell::Empty, Cell::Percent),
            ]))
        };
        let rows =
            [row("list", costs.list), row("contracted", costs.contracted), row("effective", costs.effective)];
        Some(Table {
            caption: headings::what_is_compared_at_the_sources_prices(),
            columns: vec![
                Column::text("cost", headings::cost()),
                Column::number("amount", headings::amount()),
                Column::number("below_list", headings::below_list()),
            ],
            rows: rows.into_iter().flatten().collect(),
        })
    }

    /// Coverage, utilization, and what was not used.
    pub(super) fn commitment_table(&self) -> Option<Table> {
        let share = |share: Option<Decimal>| share.map_or(Cell::Unknown, Cell::Percent);
        let row = |of: &Commitments| {
            Row::Data(vec![
                Cell::Text(of.kind.id().into()),
                Cell::Usd(of.used),
                Cell::Usd(of.unused),
                share(of.utilization()),
                share(of.coverage_of_hours()),
                share(of.coverage_of_list()),
                of.savings().map_or(Cell::Unknown, Cell::Change),
            ])
        };
        (!self.commitments.is_empty()).then(|| Table {
            caption: headings::commitments(),
            columns: vec![
                Column::text("kind", headings::kind()),
                Column::number("used", headings::used()),
                Column::number("unused", headings::unused()),
                Column::number("utilization", headings::utilization()),
                Column::number("coverage_hours", headings::hours_covered()),
                Column::number("coverage_list", headings::list_cost_covered()).spare(1),
                Column::number("savings", headings::saved()),
            ],
            rows: self.commitments.iter().map(row).collect(),
        })
    }
}
