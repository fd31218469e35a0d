//! Every table: its columns, each declared once with what it holds, its unit, its meaning and where it is in a value.

use super::column::{Column, Holds, Value, column};
use super::jobs::{jobs, waits};
use super::lines::lines;
use crate::actuals::{Amounts, ChargeKey, Commitment, Costs, Dimension};
use crate::model::money::Usd;
use crate::model::sku::{PurchaseOption, Service};
use crate::monthly::Proposal;
use crate::prices::{Price, Tier};
use crate::suggest::Suggestion;

/// The tables.
pub const NAMES: [&str; 6] = ["charges", "lines", "jobs", "waits", "suggestions", "prices"];

/// A column in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Described {
    /// Its table.
    pub table: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// Its unit; empty where there is none.
    pub unit: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

/// Every column of every table.
#[must_use]
pub fn describe() -> Vec<Described> {
    let mut all = of("charges", &charges());
    all.extend(of("lines", &lines()));
    all.extend(of("jobs", &jobs()));
    all.extend(of("waits", &waits()));
    all.extend(of("suggestions", &suggestions()));
    all.extend(of("prices", &prices()));
    all
}

fn of<R>(table: &'static str, columns: &[Column<R>]) -> Vec<Described> {
    let described =
        |&Column { name, holds, unit, meaning, .. }: &_| Described { table, name, holds, unit, meaning };
    columns.iter().map(described).collect()
}

/// Charges of a bill that are alike.
pub(super) struct Charge<'a> {
    pub(super) key: &'a ChargeKey,
    pub(super) amounts: Amounts,
}

impl Charge<'_> {
    fn beside(&self, of: impl FnOnce(Costs) -> Option<Usd>) -> Value {
        self.amounts.costs.and_then(of).into()
    }
}

pub(super) fn charges<'a>() -> [Column<Charge<'a>>; 12] {
    use Holds::{Count, Date, Decimal, Text, Truth};
    [
        column("day", Date, "", "day of use, UTC", |row: &Charge<'_>| Value::Second(row.key.day)),
        column("service", Text, "", "CUR product code, such as AmazonEC2", |row| {
            Value::text(row.key.service.as_str())
        }),
        column("usage_type", Text, "", "AWS's usage type; null where the source has none", |row| {
            Value::text(row.key.usage_type.as_str())
        }),
        column("record", Text, "", "kind of charge: usage, tax, credit, …", |row| {
            Value::text(row.key.record.id())
        }),
        column(
            "commitment",
            Text,
            "",
            "what covers it or was not used of: savings_plan or reservation",
            |row| {
                let named = row.key.commitment.map(|of| match of {
                    Commitment::SavingsPlan => "savings_plan",
                    Commitment::Reservation => "reservation",
                });
                named.map(Value::text).into()
            },
        ),
        column("in_scope", Truth, "", "whether the scenario's [scope] answers for it", |row| {
            Value::Truth(row.key.in_scope)
        }),
        column("charges", Count, "", "how many charges are added up in the row", |row| {
            Value::count(row.amounts.charges)
        }),
        column(
            "quantity",
            Decimal,
            "the usage type's own",
            "how much; null where the source does not say",
            |row| row.amounts.quantity.into(),
        ),
        column("cost", Decimal, "USD", "by the cost basis that was asked for", |row| row.amounts.cost.into()),
        column("list_cost", Decimal, "USD", "FOCUS ListCost; null where the source does not say", |row| {
            row.beside(|costs| costs.list)
        }),
        column(
            "contracted_cost",
            Decimal,
            "USD",
            "FOCUS ContractedCost; null where the source does not say",
            |row| row.beside(|costs| costs.contracted),
        ),
        column(
            "effective_cost",
            Decimal,
            "USD",
            "FOCUS EffectiveCost; null where the source does not say",
            |row| row.beside(|costs| costs.effective),
        ),
    ]
}

/// The name of the column of a dimension: as `--by` names it.
pub(super) fn by_name(of: &Dimension) -> String {
    match of {
        // What `commitment` names is its kind.
        Dimension::Commitment => "commitment_id".into(),
        of => of.id(),
    }
}

/// A suggestion, as it is found or as a report of a month has kept it.
pub(super) struct Named<'a> {
    id: String,
    kind: &'a str,
    title: String,
    current: String,
    proposed: String,
    saving: (Usd, Usd, Option<Usd>),
    wait_p95: Option<(u64, u64)>,
    meets_target: Option<bool>,
    advice_only: bool,
    risk: String,
    undo: String,
}

impl<'a> Named<'a> {
    /// A suggestion.
    pub(super) fn of(id: String, of: &'a Suggestion) -> Named<'a> {
        let setting = of.proposal.setting();
        Named {
            id,
            kind: of.proposal.kind().id(),
            title: of.title().en,
            current: setting.current.en,
            proposed: setting.proposed.en,
            saving: (of.saving.low, of.saving.expected, Some(of.saving.high)),
            wait_p95: of.wait_seconds_p95.as_ref().map(|waits| (waits.current, waits.proposed)),
            meets_target: Some(of.meets_target),
            advice_only: of.proposal.is_advice(),
            risk: of.risk().en,
            undo: of.proposal.undo().en,
        }
    }

    /// A suggestion of a report.
    pub(super) fn kept(of: &'a Proposal) -> Named<'a> {
        Named {
            id: of.id.clone(),
            kind: &of.kind,
            title: of.title.en.clone(),
            current: of.current.en.clone(),
            proposed: of.proposed.en.clone(),
            saving: (of.saving.low, of.saving.expected, of.saving.high),
            wait_p95: of.wait_seconds_p95,
            meets_target: None,
            advice_only: of.settings.is_empty(),
            risk: of.risk.en.clone(),
            undo: of.way_back.en.clone(),
        }
    }
}

pub(super) fn suggestions<'a>() -> [Column<Named<'a>>; 14] {
    use Holds::{Count, Text, Truth};
    [
        column("id", Text, "", "as `suggest` names it", |row| Value::text(row.id.as_str())),
        column("kind", Text, "", "what it changes: max_vcpus, schedule, instance_types, …", |row| {
            Value::text(row.kind)
        }),
        column("title", Text, "", "in a few words", |row| Value::text(row.title.as_str())),
        column("setting_current", Text, "", "the setting as it is", |row| Value::text(row.current.as_str())),
        column("setting_proposed", Text, "", "the setting as proposed", |row| {
            Value::text(row.proposed.as_str())
        }),
        column("saving_low", Holds::Decimal, "USD a month", "at least, with 95 % confidence", |row| {
            row.saving.0.into()
        }),
        column(
            "saving",
            Holds::Decimal,
            "USD a month",
            "the mean over the runs; negative where it costs more",
            |row| row.saving.1.into(),
        ),
        column("saving_high", Holds::Decimal, "USD a month", "at most, with 95 % confidence", |row| {
            row.saving.2.into()
        }),
        column(
            "wait_p95_current_seconds",
            Count,
            "s",
            "95 % wait no longer now; null where no queue is touched",
            |row| row.wait_p95.map(|(now, _)| Value::count(now)).into(),
        ),
        column("wait_p95_proposed_seconds", Count, "s", "95 % wait no longer then", |row| {
            row.wait_p95.map(|(_, then)| Value::count(then)).into()
        }),
        column(
            "meets_target",
            Truth,
            "",
            "whether the wait target is missed now and kept then; a saved report does not say",
            |row| row.meets_target.into(),
        ),
        column("advice_only", Truth, "", "whether it is advice that no setting of the scenario has", |row| {
            Value::Truth(row.advice_only)
        }),
        column("risk", Text, "", "what may go wrong", |row| Value::text(row.risk.as_str())),
        column("undo", Text, "", "the way back", |row| Value::text(row.undo.as_str())),
    ]
}

/// A tier of a price.
pub(super) struct ListPrice<'a> {
    pub(super) service: Service,
    pub(super) usage_type: &'a str,
    pub(super) purchase: PurchaseOption,
    pub(super) price: &'a Price,
    pub(super) tier: &'a Tier,
}

pub(super) fn prices<'a>() -> [Column<ListPrice<'a>>; 13] {
    use Holds::{Text, Truth};
    let rate = "USD per pricing_unit";
    [
        column("service", Text, "", "CUR product code, such as AmazonEC2", |row: &ListPrice<'_>| {
            Value::text(row.service.code())
        }),
        column("usage_type", Text, "", "AWS's usage type", |row| Value::text(row.usage_type)),
        column("purchase_option", Text, "", "on_demand, spot, …; null where that does not apply", |row| {
            Value::text(row.purchase.id())
        }),
        column("pricing_unit", Text, "", "unit that the price is for", |row| {
            Value::text(row.price.unit.focus())
        }),
        column(
            "tier_from",
            Holds::Decimal,
            "pricing_unit",
            "first quantity a month that has this price",
            |row| row.tier.from.into(),
        ),
        column("unit_price", Holds::Decimal, rate, "the price; null where none is known", |row| {
            row.tier.price.into()
        }),
        column("unit_price_low", Holds::Decimal, rate, "of a price that moves, the lowest", |row| {
            row.price.spread.map(|(low, _)| low).into()
        }),
        column(
            "unit_price_high",
            Holds::Decimal,
            rate,
            "of a price that moves, the highest; null where nothing bounds it",
            |row| row.price.spread.and_then(|(_, high)| high).into(),
        ),
        column("price_source", Text, "", "who says so", |row| {
            Value::text(row.price.provenance.source.to_string())
        }),
        column("price_as_of", Text, "", "date of the price, as precise as it is known", |row| {
            row.price.provenance.as_of.clone().map(Value::text).into()
        }),
        column(
            "price_verified",
            Truth,
            "",
            "whether it is AWS's own, with a date; null where you answer for it",
            |row| row.price.provenance.verified.into(),
        ),
        column(
            "terms",
            Text,
            "",
            "commitment or period that it holds for, where it does not hold for all",
            |row| row.price.provenance.only_for.map(|of| Value::text(of.to_string())).into(),
        ),
        column("detail", Text, "", "what it is, in words", |row| Value::text(&row.price.provenance.detail)),
    ]
}
