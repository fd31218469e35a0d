//! What is behind a driver of the bridge.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::Comparison;
use super::bridge::{Bridged, Contribution, Driver, instance};
use super::headings;
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::report::{Cell, Column, Page, Row, Said, Table};

/// A contribution dominates from this share of them all on, in percent.
const DOMINANT_PERCENT: Decimal = Decimal::from_parts(80, 0, 0, false, 0);

impl Comparison {
    /// What is behind a driver; `None` where this answer does not have it.
    #[must_use]
    pub fn explain(&self, driver: Driver) -> Option<Page> {
        let found = self.bridge.iter().find(|of| of.driver == driver)?;
        let mut facts = self.facts();
        facts.push((headings::driver(), headings::mostly(found.driver.said(), found.driver.meaning())));
        Some(
            Page::new(
                headings::explained_of(&self.scenario, found.driver.said()),
                vec![contributions(found)],
                self.notes.clone(),
            )
            .with_facts(facts),
        )
    }
}

impl Driver {
    /// Its name, in English that of data.
    #[must_use]
    pub(super) fn said(self) -> Said {
        let ja = match self {
            Driver::Hours => "インスタンスの稼働時間の差",
            Driver::Mix => "インスタンスタイプ構成の差",
            Driver::SpotShare => "スポットの割合の差",
            Driver::Price => "単価の差",
            Driver::Storage => "ストレージの差",
            Driver::Other => "その他の項目の差",
            Driver::Unpriced => "単価不明の見積項目",
            Driver::OnlyCharged => "見積外の請求",
            Driver::OnlyEstimated => "請求のなかった見積項目",
        };
        Said::new(self.id(), ja)
    }

    /// What it is, in words.
    #[must_use]
    pub fn meaning(self) -> Said {
        match self {
            Driver::Hours => headings::meaning_hours(),
            Driver::Mix => headings::meaning_mix(),
            Driver::SpotShare => headings::meaning_spot_share(),
            Driver::Price => headings::meaning_price(),
            Driver::Storage => headings::meaning_storage(),
            Driver::Other => headings::meaning_other(),
            Driver::Unpriced => headings::meaning_unpriced(),
            Driver::OnlyCharged => headings::meaning_only_charged(),
            Driver::OnlyEstimated => headings::meaning_only_estimated(),
        }
    }
}

/// What is behind nearly all of a driver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mostly {
    /// A type, or a usage type of what is no instance.
    Of(String),
    /// One type in place of another.
    From(String, String),
}

/// `m5.large`, `g5.xlarge → g6.xlarge`: in no language.
impl fmt::Display for Mostly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Mostly::Of(name) => f.write_str(name),
            Mostly::From(from, to) => write!(f, "{from} → {to}"),
        }
    }
}

impl Bridged {
    /// The driver, with what is behind nearly all of it.
    #[must_use]
    pub fn title(&self) -> Said {
        let driver = self.driver.said();
        let more = self.amount() > Usd::ZERO;
        let what = match (self.mostly(), self.driver) {
            (None, _) => return driver,
            (Some(Mostly::From(from, to)), _) => headings::replaced(from, to),
            (Some(Mostly::Of(name)), Driver::Hours) if more => headings::more_of(name),
            (Some(Mostly::Of(name)), Driver::Hours) => headings::fewer_of(name),
            (Some(Mostly::Of(name)), Driver::Price) if more => headings::higher_for(name),
            (Some(Mostly::Of(name)), Driver::Price) => headings::lower_for(name),
            (Some(Mostly::Of(name)), _) => Said::alike(name),
        };
        headings::mostly(driver, what)
    }

    /// What is behind nearly all of it, if anything is.
    #[must_use]
    pub fn mostly(&self) -> Option<Mostly> {
        match self.driver {
            Driver::Mix => self.shift().map(|(from, to)| Mostly::From(from, to)),
            _ => self.dominant().map(Mostly::Of),
        }
    }

    /// Contributions by instance type, or by usage type of what is no instance; where types are of several regions, with
    /// the prefix of each.
    fn named(&self) -> BTreeMap<String, Usd> {
        let prefixes = self.contributions.iter().filter_map(|part| instance(&part.line));
        let prefixes: BTreeSet<&str> = prefixes.map(|found| found.prefix).collect();
        let mut named: BTreeMap<String, Usd> = BTreeMap::new();
        for part in &self.contributions {
            let name = match instance(&part.line) {
                Some(found) if prefixes.len() > 1 && !found.prefix.is_empty() => {
                    format!("{} {}", found.prefix, found.instance_type)
                }
                Some(found) => found.instance_type.to_owned(),
                None if part.line.usage_type.is_empty() => part.line.service.clone(),
                None => part.line.usage_type.clone(),
            };
            *named.entry(name).or_default() += part.amount;
        }
        named
    }

    /// What is behind nearly all of it.
    fn dominant(&self) -> Option<String> {
        let named = self.named();
        let with_sign: Vec<(String, Usd)> = named.into_iter().collect();
        let (name, amount) = dominant(&with_sign)?;
        ((amount > Usd::ZERO) == (self.amount() > Usd::ZERO)).then(|| name.to_owned())
    }

    /// What was replaced by what.
    fn shift(&self) -> Option<(String, String)> {
        let (to, from): (Vec<_>, Vec<_>) =
            self.named().into_iter().partition(|(_, amount)| *amount > Usd::ZERO);
        Some((dominant(&from)?.0.to_owned(), dominant(&to)?.0.to_owned()))
    }
}

/// The one that is only or clearly largest.
fn dominant(named: &[(String, Usd)]) -> Option<(&str, Usd)> {
    let size = |amount: Usd| amount.amount().abs();
    let all: Decimal = named.iter().map(|(_, amount)| size(*amount)).sum();
    let (name, amount) = named.iter().max_by_key(|(_, amount)| size(*amount))?;
    (size(*amount) * Decimal::ONE_HUNDRED >= all * DOMINANT_PERCENT).then_some((name, *amount))
}

/// Contributions to a driver, largest first.
fn contributions(of: &Bridged) -> Table {
    let quantity = |number: Option<Decimal>| number.map_or(Cell::Empty, Cell::Number);
    let price = |usd: Option<Usd>| {
        usd.map_or(Cell::Empty, |usd| Cell::Price(Usd::new(decimal::round(usd.amount(), 6))))
    };
    let row = |part: &Contribution| {
        let line = &part.line;
        Row::Data(vec![
            Cell::Text(of.driver.id().into()),
            Cell::Text(line.service.clone()),
            Cell::Text(line.usage_type.clone()),
            quantity(line.estimated_quantity),
            if line.unquantified { Cell::Unknown } else { quantity(line.actual_quantity) },
            price(line.estimated_unit_price()),
            price(line.actual_unit_price()),
            Cell::Change(part.amount),
        ])
    };
    let mut rows: Vec<Row> = of.contributions.iter().map(row).collect();
    let mut total = vec![Cell::Empty, Cell::Words(headings::total())];
    total.extend([Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty]);
    total.push(Cell::Change(of.amount()));
    rows.push(Row::Total(total));
    let columns = vec![
        Column::machine("driver"),
        Column::text("service", headings::service()),
        Column::text("usage_type", headings::usage_type()),
        Column::number("estimated_quantity", headings::estimated()).spare(1),
        Column::number("actual_quantity", headings::charged()).spare(1),
        Column::number("estimated_unit_price", headings::estimated_price()).spare(2),
        Column::number("actual_unit_price", headings::charged_price()).spare(2),
        Column::number("amount", headings::amount()),
    ];
    Table { caption: Said::default(), columns, rows }
}
