//! What a charge is by its keys: everything but its day and its amounts.

use super::asked::{self, Asked, Dimension};
use super::keys::Cells;
use super::scope::Belonging;
use super::usage_type::ReadFrom;
use super::{Commitment, RecordType};

/// A part of what a charge costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Term {
    /// Which amount.
    pub(super) amount: &'static str,
    /// Whether it is taken off.
    pub(super) minus: bool,
    /// Whether a charge without it is an error: an export may leave columns out, and what decides the cost of a row is
    /// not nothing because nobody asked for it.
    pub(super) required: bool,
}

/// Charges of this amount.
pub(super) const fn cost_of(amount: &'static str) -> Term {
    Term { amount, minus: false, required: true }
}

/// What a charge is: everything but its day and its amounts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Class {
    pub(super) in_scope: bool,
    pub(super) regionless: bool,
    pub(super) categorised: bool,
    /// Whether it corrects a charge of an earlier billing period.
    pub(super) correction: bool,
    pub(super) record: RecordType,
    /// The kind in the source's own words, for errors.
    pub(super) kind: String,
    pub(super) service: String,
    pub(super) usage_type: String,
    pub(super) usage_type_from: ReadFrom,
    /// The currency, if it is another than USD and nobody asks for the charge.
    pub(super) currency: Option<String>,
    /// What covers it, or was not used.
    pub(super) commitment: Option<Commitment>,
    /// By the dimensions that are asked for.
    pub(super) by: Vec<Option<String>>,
    /// What it costs.
    pub(super) cost: Vec<Term>,
    /// Whether its quantity counts: a fee's does not.
    pub(super) counted: bool,
    /// What cannot be told of it.
    pub(super) doubt: Option<&'static str>,
}

impl Class {
    /// A charge of a kind that is used and costs one amount; scope, currency and dimensions by its cells.
    pub(super) fn of(
        record: RecordType,
        cells: &Cells<'_>,
        asked: &Asked,
        provider: Option<&str>,
    ) -> Result<Class, String> {
        let (tag, cost_category) =
            (|key: &str| cells.get(&asked::tag(key)), |key: &str| cells.get(&asked::cost_category(key)));
        let belonging = Belonging {
            record,
            account: cells.get("account"),
            region: cells.get("region"),
            provider: provider.or_else(|| cells.get("provider")),
            tag: &tag,
            cost_category: &cost_category,
        };
        let in_scope = asked.scope.has(&belonging);
        let categorised = asked.cost_categories().into_iter().any(|key| cost_category(key).is_some());
        Ok(Class {
            in_scope,
            regionless: asked.scope.lacks_region(&belonging),
            categorised,
            correction: cells.get("correction").is_some(),
            record,
            kind: String::new(),
            service: String::new(),
            usage_type: String::new(),
            usage_type_from: ReadFrom::UsageType,
            currency: foreign(cells.get("currency"), in_scope)?,
            commitment: None,
            by: asked.by.iter().map(|dimension| dimension_of(dimension, cells)).collect(),
            cost: Vec::new(),
            counted: true,
            doubt: None,
        })
    }
}

fn dimension_of(dimension: &Dimension, cells: &Cells<'_>) -> Option<String> {
    let text = cells.get(&dimension.id())?;
    Some(match dimension {
        Dimension::BillingPeriod => text.get(..10).unwrap_or(text).to_owned(),
        _ => text.to_owned(),
    })
}

/// The currency of a charge, if it is not USD. In scope that is an error: nothing here exchanges money.
fn foreign(currency: Option<&str>, in_scope: bool) -> Result<Option<String>, String> {
    let currency = currency.ok_or("a charge names no currency")?;
    match currency.eq_ignore_ascii_case("USD") {
        true => Ok(None),
        false if in_scope => Err(format!(
            "charges are in {currency}, not in USD; where they are of another account or provider, [scope] leaves them out"
        )),
        false => Ok(Some(currency.to_owned())),
    }
}
