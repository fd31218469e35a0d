//! How a commitment is bought: for how long, and when it is paid.

use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;

use super::decimal::Decimal;
use super::said::Said;
use super::sku::{InstanceType, PurchaseOption, Sku};

/// Commitment terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
pub enum Term {
    /// One year.
    #[serde(rename = "1yr")]
    OneYear,
    /// Three years.
    #[serde(rename = "3yr")]
    ThreeYears,
}

impl Term {
    /// All of them.
    pub const ALL: [Term; 2] = [Term::OneYear, Term::ThreeYears];

    /// How many years.
    #[must_use]
    pub const fn years(self) -> u8 {
        match self {
            Term::OneYear => 1,
            Term::ThreeYears => 3,
        }
    }
}

/// Commitment payment options.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Payment")]
pub enum PaymentOption {
    /// Monthly.
    NoUpfront,
    /// Half at once.
    PartialUpfront,
    /// All at once.
    AllUpfront,
}

/// Length and payment of a Savings Plan or a Reserved Instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CommitmentTerms {
    /// For how long.
    pub term: Term,
    /// When it is paid.
    pub payment: PaymentOption,
}

/// The commitments of a scenario, as far as they decide a price. Terms that are not written are `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Commitments {
    /// Of each Savings Plan.
    pub plans: Vec<Option<CommitmentTerms>>,
    /// Of each Reserved Instance.
    pub reserved: Vec<(InstanceType, Option<CommitmentTerms>)>,
}

impl Commitments {
    /// The terms a committed SKU is bought under; `None` where no commitment is about it. `Err` says why
    /// its price cannot be looked up.
    pub fn terms(&self, sku: &Sku) -> Option<Result<CommitmentTerms, Said>> {
        let (what, terms): (&str, Vec<Option<CommitmentTerms>>) = match sku.purchase {
            PurchaseOption::SavingsPlan => ("Savings Plan", self.plans.clone()),
            PurchaseOption::Reserved => {
                let own = self.reserved.iter().filter(|(name, _)| Some(name) == sku.instance_type());
                ("Reserved Instance", own.map(|(_, terms)| *terms).collect())
            }
            _ => return None,
        };
        let first = *terms.first()?;
        Some(match first {
            None => Err(Said::new(
                format!(
                    "a {what}'s rate is looked up by its `term` and `payment`, which the scenario leaves open"
                ),
                format!("{what} の単価は `term` と `payment` で決まるが、シナリオに指定がない"),
            )),
            Some(_) if terms.iter().any(|other| *other != first) => Err(Said::new(
                format!(
                    "the scenario has {what}s of different `term` or `payment`, so one rate does not fit all"
                ),
                format!("シナリオの {what} は `term` または `payment` が異なり、一つの単価では足りない"),
            )),
            Some(terms) => Ok(terms),
        })
    }
}

/// `1yr No Upfront`.
impl fmt::Display for CommitmentTerms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.lease(), self.payment())
    }
}

impl CommitmentTerms {
    /// Reads what `Display` writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<CommitmentTerms> {
        let payments = [PaymentOption::NoUpfront, PaymentOption::PartialUpfront, PaymentOption::AllUpfront];
        let all =
            payments.into_iter().flat_map(|payment| Term::ALL.map(|term| CommitmentTerms { term, payment }));
        all.into_iter().find(|terms| terms.to_string() == text)
    }

    /// As the Price List writes the length: `1yr`, `3yr`.
    #[must_use]
    pub const fn lease(self) -> &'static str {
        match self.term {
            Term::OneYear => "1yr",
            Term::ThreeYears => "3yr",
        }
    }

    /// As AWS writes the payment: `No Upfront`.
    #[must_use]
    pub const fn payment(self) -> &'static str {
        match self.payment {
            PaymentOption::NoUpfront => "No Upfront",
            PaymentOption::PartialUpfront => "Partial Upfront",
            PaymentOption::AllUpfront => "All Upfront",
        }
    }

    /// Hours of the term: years of 365 days (durationSeconds 31536000 and 94608000 in the Savings
    /// Plans API).
    #[must_use]
    pub fn hours(self) -> Decimal {
        Decimal::from(u32::from(self.term.years()) * 8760)
    }
}
