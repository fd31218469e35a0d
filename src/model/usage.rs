//! How much of which SKU is used, in which case, and why: what the pricing function takes.

use super::decimal::Decimal;
use super::money::Usd;
use super::said::Said;
use super::sku::Sku;
use super::units::{Cases, Quantity};

/// The part of the answer a line belongs to, as in the guide's cost table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Instances, their volumes and commitments.
    Compute,
    /// File systems, buckets, images.
    Storage,
    /// Logs, transfer, gateways.
    Other,
}

impl Group {
    /// Every group, in the order of the answer.
    pub const ALL: [Group; 3] = [Group::Compute, Group::Storage, Group::Other];

    /// The heading.
    #[must_use]
    pub fn said(self) -> Said {
        match self {
            Group::Compute => Said::new("Compute", "コンピューティング"),
            Group::Storage => Said::new("Storage", "ストレージ"),
            Group::Other => Said::new("Other", "その他"),
        }
    }

    /// The name in CSV and JSON.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Group::Compute => "compute",
            Group::Storage => "storage",
            Group::Other => "other",
        }
    }
}

/// Whether a cost falls due by the calendar or by use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// Due whatever runs: file systems, commitments, gateways.
    Fixed,
    /// Grows with use: instance hours, requests, transfer.
    Usage,
}

impl Basis {
    /// The name in CSV and JSON.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Basis::Fixed => "fixed",
            Basis::Usage => "usage",
        }
    }
}

/// An amount of one SKU that is used in a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageLine {
    /// The name in the scenario, with what the line is of it: `training: root volume`.
    pub name: String,
    /// The compute group the line belongs to, for unit costs.
    pub owner: Option<String>,
    /// The part of the answer.
    pub group: Group,
    /// By the calendar or by use.
    pub basis: Basis,
    /// What is used.
    pub sku: Sku,
    /// How much, in the unit of the SKU.
    pub quantity: Cases<Quantity>,
    /// Dollars paid whatever the price list says (a Capacity Block, an unused commitment).
    pub fee: Option<Cases<Usd>>,
    /// Highest Spot price this line would pay, as a share of On-Demand.
    pub bid_share: Option<Decimal>,
    /// How the quantity came about, in words and numbers.
    pub derivation: String,
    /// Why the line has no price although its SKU might have one.
    pub unpriceable: Option<Said>,
}

impl UsageLine {
    /// A line without fee.
    #[must_use]
    pub fn new(name: String, group: Group, basis: Basis, sku: Sku, amount: Cases<Decimal>) -> UsageLine {
        let unit = sku.unit();
        UsageLine {
            name,
            owner: None,
            group,
            basis,
            sku,
            quantity: amount.map(|amount| Quantity::new(amount, unit)),
            fee: None,
            bid_share: None,
            derivation: String::new(),
            unpriceable: None,
        }
    }

    /// The line with its derivation.
    #[must_use]
    pub fn because(self, derivation: String) -> UsageLine {
        UsageLine { derivation, ..self }
    }
}
