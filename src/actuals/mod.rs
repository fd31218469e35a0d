//! What was charged: a bill as a value, added up by service, usage type, kind of charge and day.
//!
//! Every source brings its rows into one form ([`Row`]); what a kind of charge means for a comparison is
//! decided here, once.

mod asked;
pub mod athena;
mod bill;
mod class;
mod column;
pub mod cost_explorer;
mod csv;
mod cur;
mod delivery;
pub mod file;
mod focus;
mod grouped;
mod identity;
mod keys;
mod kind;
mod labels;
mod manifest;
mod packed;
mod parquet;
mod partition;
mod plan;
pub mod product_code;
mod scope;
mod source;
mod sql;
pub mod usage_type;
mod words;

pub use asked::{Asked, Dimension};
pub use bill::{Amounts, Bill, ChargeKey, Costs, Outside};
pub use scope::{LABEL_HEADS, LabelOf, Scope, label_key, label_of};

use crate::model::decimal::Decimal;
use crate::model::money::Usd;
use crate::model::text::folded;

/// Which cost of a charge is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CostBasis {
    /// Commitments spread over what they cover: what a workload cost.
    Amortized,
    /// As invoiced: commitments on the day they are paid.
    Unblended,
    /// Amortized, after private discounts.
    NetAmortized,
}

impl CostBasis {
    /// The name on the command line and in JSON.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            CostBasis::Amortized => "amortized",
            CostBasis::Unblended => "unblended",
            CostBasis::NetAmortized => "net-amortized",
        }
    }
}

/// What kind of charge a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordType {
    /// Something was used: the only kind that an estimate is held against.
    Usage,
    /// A commitment that nothing used, in amortized costs.
    UnusedCommitment,
    /// Tax.
    Tax,
    /// Credit.
    Credit,
    /// Refund.
    Refund,
    /// Support plans.
    Support,
    /// Fees of commitments and of the marketplace.
    Fee,
    /// What a Savings Plan takes back of the On-Demand price of the hours it covers.
    SavingsPlanNegation,
    /// Discounts on their own row.
    Discount,
    /// Anything else, by no name we know.
    Other,
}

impl RecordType {
    /// Whether an estimate answers for it.
    #[must_use]
    pub const fn is_compared(self) -> bool {
        matches!(self, RecordType::Usage | RecordType::UnusedCommitment)
    }

    /// The name in answers.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            RecordType::Usage => "usage",
            RecordType::UnusedCommitment => "unused commitment",
            RecordType::Tax => "tax",
            RecordType::Credit => "credit",
            RecordType::Refund => "refund",
            RecordType::Support => "support",
            RecordType::Fee => "fee",
            RecordType::SavingsPlanNegation => "Savings Plan negation",
            RecordType::Discount => "discount",
            RecordType::Other => "other",
        }
    }

    /// By the names of CUR and Cost Explorer, in either spelling.
    #[must_use]
    pub fn of(name: &str) -> RecordType {
        match folded(name).as_str() {
            "usage" | "discountedusage" | "savingsplancoveredusage" | "reservationappliedusage" => {
                RecordType::Usage
            }
            "tax" => RecordType::Tax,
            "credit" => RecordType::Credit,
            "refund" => RecordType::Refund,
            "support" | "supportfee" => RecordType::Support,
            // `Upfront` and `Recurring` are Cost Explorer's; what of `Upfront` pays for a Capacity Block is usage.
            "fee"
            | "upfront"
            | "recurring"
            | "rifee"
            | "recurringreservationfee"
            | "upfrontreservationfee"
            | "savingsplanrecurringfee"
            | "savingsplanupfrontfee"
            | "otheroutofcyclecharges" => RecordType::Fee,
            "savingsplannegation" => RecordType::SavingsPlanNegation,
            name if name.ends_with("discount") => RecordType::Discount,
            _ => RecordType::Other,
        }
    }
}

/// What a commitment is to, in FOCUS's CommitmentDiscountCategory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Commitment {
    /// `Spend`: a Savings Plan.
    SavingsPlan,
    /// `Usage`: a reservation.
    Reservation,
}

/// One charge of a source, in our words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What kind it is.
    pub record: RecordType,
    /// CUR product code where the table knows it, else the source's own name.
    pub service: String,
    /// AWS's usage type, prefix included; empty where the source has none.
    pub usage_type: String,
    /// Since when [s since the Unix epoch].
    pub time: i64,
    /// How much, if the source says so.
    pub quantity: Option<Decimal>,
    /// What it costs.
    pub cost: Usd,
    /// Whether the scenario's `[scope]` answers for it.
    pub in_scope: bool,
}

/// The usage type of the hours that a Capacity Block's fee pays for, if this is such a fee: `CapacityBlockFee:T` is
/// paid at once for hours that stand as `BoxUsage:T` at $0 (public bills of AWS, read 2026-11-23).
#[must_use]
pub fn paid_by_block(usage_type: &str) -> Option<String> {
    let (kind, instance_type) = usage_type.split_once(':')?;
    let prefix = kind.strip_suffix("CapacityBlockFee")?;
    Some(format!("{prefix}BoxUsage:{instance_type}"))
}

/// Costs are rounded to this many places before any sum, half to even: AWS writes them as doubles, and a
/// sum of doubles depends on its order.
pub const PLACES: u32 = 12;
