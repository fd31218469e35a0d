//! A bill as a value: charges added up by what they are, and what is to be said of them.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::asked::Dimension;
use super::class::Class;
use super::scope::Scope;
use super::usage_type::ReadFrom;
use super::{Commitment, PLACES, RecordType, Row};
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::time::{DAY, Month, Period};

/// What identifies charges that are added up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChargeKey {
    /// Whether the scenario answers for it.
    pub in_scope: bool,
    /// What kind it is.
    pub record: RecordType,
    /// CUR product code, or the source's own name.
    pub service: String,
    /// AWS's usage type.
    pub usage_type: String,
    /// First second of the UTC day.
    pub day: i64,
    /// What it is covered by, or was not used of.
    pub commitment: Option<Commitment>,
    /// By the dimensions of the bill, in their order; `None` where the source says nothing.
    pub by: Vec<Option<String>>,
}

/// Costs beside the one that is compared [USD]; unknown where that of any charge is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Costs {
    /// FOCUS ListCost: at public On-Demand prices.
    pub list: Option<Usd>,
    /// FOCUS ContractedCost: at negotiated prices, before commitments.
    pub contracted: Option<Usd>,
    /// FOCUS EffectiveCost: after all discounts, commitments spread.
    pub effective: Option<Usd>,
}

/// What is added up of charges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amounts {
    /// How many charges.
    pub charges: u64,
    /// Unknown where that of any of them is.
    pub quantity: Option<Decimal>,
    /// By the basis that was asked for.
    pub cost: Usd,
    /// Where they were asked for.
    pub costs: Option<Costs>,
}

impl Amounts {
    fn add(&mut self, more: Amounts) {
        let sum = |one: Option<Usd>, other: Option<Usd>| one.zip(other).map(|(one, other)| one + other);
        self.charges += more.charges;
        self.quantity = self.quantity.zip(more.quantity).and_then(|(sum, more)| sum.checked_add(more));
        self.cost += more.cost;
        self.costs = self.costs.zip(more.costs).map(|(one, other)| Costs {
            list: sum(one.list, other.list),
            contracted: sum(one.contracted, other.contracted),
            effective: sum(one.effective, other.effective),
        });
    }
}

/// Adds counts and costs.
fn add_all<K: Ord>(sums: &mut BTreeMap<K, (u64, Usd)>, more: BTreeMap<K, (u64, Usd)>) {
    for (key, (charges, cost)) in more {
        let slot = sums.entry(key).or_default();
        *slot = (slot.0 + charges, slot.1 + cost);
    }
}

/// Charges of other months than those that were asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outside {
    /// How many rows.
    pub rows: u64,
    /// In scope, by the month in which they begin: how many and what they cost.
    pub months: BTreeMap<Month, (u64, Usd)>,
    /// In any scope, by the dimensions of the bill.
    pub by: BTreeMap<Vec<Option<String>>, (u64, Usd)>,
    /// Of those, what corrects charges of an earlier billing period.
    pub corrections: (u64, Usd),
}

impl Outside {
    pub(super) fn add(&mut self, class: &Class, month: Month, rows: u64, cost: Decimal) {
        if class.currency.is_some() {
            return;
        }
        let add = |slot: &mut (u64, Usd)| *slot = (slot.0 + rows, slot.1 + Usd::new(cost));
        add(self.by.entry(class.by.clone()).or_default());
        if !class.in_scope {
            return;
        }
        add(self.months.entry(month).or_default());
        if class.correction {
            add(&mut self.corrections);
        }
    }

    fn merge(&mut self, other: Outside) {
        self.rows += other.rows;
        add_all(&mut self.months, other.months);
        add_all(&mut self.by, other.by);
        self.corrections =
            (self.corrections.0 + other.corrections.0, self.corrections.1 + other.corrections.1);
    }
}

/// A bill of a period, added up.
#[derive(Clone, Debug, Default)]
pub struct Bill {
    /// What charges are told apart by, beside service, usage type, kind and day.
    pub dimensions: Vec<Dimension>,
    /// What is added up of each.
    pub charges: BTreeMap<ChargeKey, Amounts>,
    /// The sum of every row in USD, taken on its own.
    pub source_total: Usd,
    /// Rows of the period.
    pub rows: u64,
    /// Charges of other months.
    pub outside: Outside,
    /// Charges of the period that correct those of an earlier billing period.
    pub corrections: (u64, Usd),
    /// Charges out of scope in another currency, which are in no total: how many, and how much in that currency.
    pub foreign: BTreeMap<String, (u64, Decimal)>,
    /// Days that the source itself calls not final.
    pub estimated_days: Vec<i64>,
    /// Charges whose usage type was read from another column, and their cost.
    pub inferred: BTreeMap<ReadFrom, (u64, Usd)>,
    /// Charges that name no region although the scope asks for some, and their cost: by whether they are in it.
    pub regionless: BTreeMap<bool, (u64, Usd)>,
    /// What cannot be told of charges in scope, and their cost.
    pub doubts: BTreeMap<&'static str, (u64, Usd)>,
    /// Whether the source has cost categories: a column of them, or a charge with one that is asked for.
    pub has_categories: bool,
    /// What the reader must know about the source, in words.
    pub remarks: Vec<String>,
}

impl Bill {
    /// Adds a charge, if it is of the period.
    pub fn add(&mut self, row: Row, period: Period) {
        if row.time < period.start().as_second() || row.time >= period.end().as_second() {
            self.outside.rows += 1;
            return;
        }
        let key = ChargeKey {
            in_scope: row.in_scope,
            record: row.record,
            service: row.service,
            usage_type: row.usage_type,
            day: row.time - row.time.rem_euclid(DAY),
            commitment: None,
            by: Vec::new(),
        };
        let cost = Usd::new(decimal::round(row.cost.amount(), PLACES));
        let quantity = row.quantity.map(|quantity| decimal::round(quantity, PLACES));
        self.rows += 1;
        self.source_total += cost;
        self.charge(key, Amounts { charges: 1, quantity, cost, costs: None });
    }

    /// Adds so many charges of a class and a day: their quantity, their cost, and what else they cost.
    pub(super) fn add_class(
        &mut self,
        class: &Class,
        day: i64,
        charges: u64,
        (quantity, cost, costs): (Option<Decimal>, Decimal, Option<Costs>),
    ) {
        self.rows += charges;
        if let Some(currency) = &class.currency {
            let slot = self.foreign.entry(currency.clone()).or_default();
            *slot = (slot.0 + charges, slot.1 + cost);
            return;
        }
        let cost = Usd::new(cost);
        self.source_total += cost;
        let add = |slot: &mut (u64, Usd)| *slot = (slot.0 + charges, slot.1 + cost);
        if class.usage_type_from != ReadFrom::UsageType {
            add(self.inferred.entry(class.usage_type_from).or_default());
        }
        if class.regionless {
            add(self.regionless.entry(class.in_scope).or_default());
        }
        if class.correction && class.in_scope {
            add(&mut self.corrections);
        }
        if let Some(doubt) = class.doubt.filter(|_| class.in_scope) {
            add(self.doubts.entry(doubt).or_default());
        }
        self.has_categories |= class.categorised;
        let key = ChargeKey {
            in_scope: class.in_scope,
            record: class.record,
            service: class.service.clone(),
            usage_type: class.usage_type.clone(),
            day,
            commitment: class.commitment,
            by: class.by.clone(),
        };
        self.charge(key, Amounts { charges, quantity, cost, costs });
    }

    pub(super) fn charge(&mut self, key: ChargeKey, amounts: Amounts) {
        match self.charges.entry(key) {
            Entry::Vacant(slot) => {
                slot.insert(amounts);
            }
            Entry::Occupied(mut slot) => slot.get_mut().add(amounts),
        }
    }

    /// Adds another bill of the same period and dimensions.
    pub(super) fn merge(&mut self, other: Bill) {
        self.rows += other.rows;
        self.source_total += other.source_total;
        self.outside.merge(other.outside);
        self.corrections =
            (self.corrections.0 + other.corrections.0, self.corrections.1 + other.corrections.1);
        for (currency, (charges, amount)) in other.foreign {
            let slot = self.foreign.entry(currency).or_default();
            *slot = (slot.0 + charges, slot.1 + amount);
        }
        add_all(&mut self.inferred, other.inferred);
        add_all(&mut self.regionless, other.regionless);
        add_all(&mut self.doubts, other.doubts);
        self.has_categories |= other.has_categories;
        for remark in other.remarks {
            if !self.remarks.contains(&remark) {
                self.remarks.push(remark);
            }
        }
        for (key, amounts) in other.charges {
            self.charge(key, amounts);
        }
    }

    /// Without its last dimension.
    pub(super) fn without_last_dimension(&mut self) {
        self.dimensions.pop();
        for (mut key, amounts) in std::mem::take(&mut self.charges) {
            key.by.pop();
            self.charge(key, amounts);
        }
        for (mut by, sums) in std::mem::take(&mut self.outside.by) {
            by.pop();
            add_all(&mut self.outside.by, BTreeMap::from([(by, sums)]));
        }
    }

    /// Adds to the remarks what is to be said of it as a whole.
    pub(super) fn close(&mut self) {
        let charges =
            |count: u64| if count == 1 { "1 charge".to_owned() } else { format!("{count} charges") };
        let mut remarks = Vec::new();
        for (from, (count, cost)) in &self.inferred {
            remarks.push(format!(
                "the export has no usage types: those of {}, together {}, were read from {}",
                charges(*count),
                cost.cents(),
                from.column()
            ));
        }
        for (in_scope, (count, cost)) in &self.regionless {
            let name = if *count == 1 { "names" } else { "name" };
            let (of, place) = match in_scope {
                true => ("that no estimate answers for, such as tax,", "excluded, not out of scope"),
                false => ("of usage", "out of scope, since [scope] asks for regions"),
            };
            let charges = charges(*count);
            remarks.push(format!("{charges} {of} {name} no region: together {}, {place}", cost.cents()));
        }
        for (doubt, (count, cost)) in &self.doubts {
            remarks.push(format!("{}, together {}, of {doubt}", charges(*count), cost.cents()));
        }
        for (currency, (count, amount)) in &self.foreign {
            remarks.push(format!(
                "{} out of scope in {currency}, together {}: in no total, since nothing here exchanges money",
                charges(*count),
                decimal::plain(*amount)
            ));
        }
        let (count, cost) = self.corrections;
        if count > 0 {
            let verb = if count == 1 { "corrects" } else { "correct" };
            remarks.push(format!(
                "{} of the period {verb} earlier billing periods: together {}",
                charges(count),
                cost.cents()
            ));
        }
        if self.outside.rows > 0 {
            let is = if self.outside.rows == 1 { "is" } else { "are" };
            let month = |(month, (_, cost)): (&Month, &(u64, Usd))| format!("{} in {month}", cost.cents());
            let months: Vec<String> = self.outside.months.iter().map(month).collect();
            let amounts =
                if months.is_empty() { String::new() } else { format!(": in scope {}", months.join(", ")) };
            let (count, cost) = self.outside.corrections;
            let corrections = match count {
                0 => String::new(),
                _ => format!(
                    "; {} of it in {} that correct earlier billing periods",
                    cost.cents(),
                    charges(count)
                ),
            };
            remarks.push(format!(
                "{} of other periods {is} in the source and not in this answer{amounts}{corrections}",
                charges(self.outside.rows)
            ));
        }
        self.remarks.extend(remarks);
    }

    /// Refuses a bill in which a scope looks for cost categories in vain: its tags may hold them, or not.
    pub fn hold_to(&self, scope: &Scope) -> Result<(), String> {
        if scope.cost_categories.is_empty() || self.rows == 0 || self.has_categories {
            return Ok(());
        }
        Err("the scenario's [scope] asks for cost_categories, and it has neither a column of them nor any of these among its tags"
            .into())
    }

    /// The days with any usage, free of charge or not.
    #[must_use]
    pub fn used_days(&self) -> BTreeSet<i64> {
        let used = self.charges.iter().filter(|(key, amounts)| {
            let Amounts { quantity, cost, .. } = amounts;
            key.record == RecordType::Usage && (*cost != Usd::ZERO || *quantity != Some(Decimal::ZERO))
        });
        used.map(|(key, _)| key.day).collect()
    }
}
