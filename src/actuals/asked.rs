//! What is asked of a source of charges, and by what beside service, usage type and day charges are told apart.

use super::{CostBasis, Scope};
use crate::model::time::Period;

/// A question to a source of charges.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Of which time.
    pub period: Period,
    /// Which cost.
    pub basis: CostBasis,
    /// Which charges the scenario answers for.
    pub scope: Scope,
    /// What tells charges apart beside their service, usage type, kind and day, in this order.
    pub by: Vec<Dimension>,
    /// Whether list, contracted and effective costs are wanted, too.
    pub costs: bool,
}

impl Asked {
    /// By service, usage type, kind and day alone.
    #[must_use]
    pub const fn new(period: Period, basis: CostBasis, scope: Scope) -> Asked {
        Asked { period, basis, scope, by: Vec::new(), costs: false }
    }

    /// The tags that the scope or the grouping asks for, each once.
    pub(super) fn tags(&self) -> Vec<&str> {
        let by = self.by.iter().filter_map(|dimension| match dimension {
            Dimension::Tag(key) => Some(key.as_str()),
            _ => None,
        });
        each_once(self.scope.tags.keys().map(String::as_str).chain(by))
    }

    /// The cost categories that the scope or the grouping asks for, each once.
    pub(super) fn cost_categories(&self) -> Vec<&str> {
        let by = self.by.iter().filter_map(|dimension| match dimension {
            Dimension::CostCategory(key) => Some(key.as_str()),
            _ => None,
        });
        each_once(self.scope.cost_categories.keys().map(String::as_str).chain(by))
    }

    /// Whether accounts matter.
    pub(super) fn accounts(&self) -> bool {
        !self.scope.accounts.is_empty() || self.by.contains(&Dimension::Account)
    }

    /// Whether regions matter.
    pub(super) fn regions(&self) -> bool {
        !self.scope.regions.is_empty() || self.by.contains(&Dimension::Region)
    }
}

fn each_once<'a>(keys: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = Vec::new();
    for key in keys {
        if !seen.contains(&key) {
            seen.push(key);
        }
    }
    seen
}

/// What charges may be told apart by, in FOCUS's words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dimension {
    /// SubAccountId: the account that used something.
    Account,
    /// RegionId.
    Region,
    /// ResourceId.
    Resource,
    /// The value of a tag.
    Tag(String),
    /// The value of a cost category.
    CostCategory(String),
    /// The first day of the billing period a charge is invoiced in.
    BillingPeriod,
    /// InvoiceId.
    Invoice,
    /// CommitmentDiscountId: the Savings Plan or the reservation that covers, or is unused.
    Commitment,
}

impl Dimension {
    /// Its name: of the key that rules of a source know its values by, and on the command line.
    #[must_use]
    pub fn id(&self) -> String {
        match self {
            Dimension::Account => "account".into(),
            Dimension::Region => "region".into(),
            Dimension::Resource => "resource".into(),
            Dimension::Tag(key) => tag(key),
            Dimension::CostCategory(key) => cost_category(key),
            Dimension::BillingPeriod => "billing_period".into(),
            Dimension::Invoice => "invoice".into(),
            Dimension::Commitment => "commitment".into(),
        }
    }

    /// In words, for what an export lacks.
    pub(super) fn plural(&self) -> String {
        match self {
            Dimension::Account => "accounts".into(),
            Dimension::Region => "regions".into(),
            Dimension::Resource => "resources".into(),
            Dimension::Tag(key) => format!("tags, and `{key}` is asked for"),
            Dimension::CostCategory(key) => format!("cost categories, and `{key}` is asked for"),
            Dimension::BillingPeriod => "billing periods".into(),
            Dimension::Invoice => "invoices".into(),
            Dimension::Commitment => "commitments".into(),
        }
    }
}

/// By which name the rules of a source know the value of a tag.
pub(super) fn tag(key: &str) -> String {
    format!("tag:{key}")
}

/// By which name the rules of a source know the value of a cost category.
pub(super) fn cost_category(key: &str) -> String {
    format!("cost_category:{key}")
}
