//! What was charged: a bill as a value, added up by service, usage type, kind of charge and day.
//!
//! Every source brings its rows into one form ([`Row`]); what a kind of charge means for a comparison is
//! decided here, once.

pub mod athena;
mod column;
pub mod cost_explorer;
pub mod cur;
pub mod file;
pub mod focus;
mod parquet;
pub mod product_code;
pub mod usage_type;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::time::Period;
use crate::prices::history::DAY;
use crate::prices::product::folded;
use usage_type::ReadFrom;

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
            // `Upfront` is what Cost Explorer calls the fee of a Capacity Block.
            "usage"
            | "discountedusage"
            | "savingsplancoveredusage"
            | "reservationappliedusage"
            | "upfront" => RecordType::Usage,
            "tax" => RecordType::Tax,
            "credit" => RecordType::Credit,
            "refund" => RecordType::Refund,
            "support" | "supportfee" => RecordType::Support,
            "fee"
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

/// One charge of a source, in our words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What kind it is.
    pub record: RecordType,
    /// CUR product code where the table knows it, else the source's own name.
    pub service: String,
    /// AWS's usage type, prefix included; empty where the source has none.
    pub usage_type: String,
    /// Where the source says so.
    pub usage_type_from: ReadFrom,
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
}

/// A bill of a period, added up.
#[derive(Clone, Debug, Default)]
pub struct Bill {
    /// Quantity and cost. The quantity is unknown where that of any of them is.
    pub charges: BTreeMap<ChargeKey, (Option<Decimal>, Usd)>,
    /// The sum of every row, taken on its own.
    pub source_total: Usd,
    /// Rows of the period.
    pub rows: u64,
    /// Rows of other periods.
    pub outside: u64,
    /// Days that the source itself calls not final.
    pub estimated_days: Vec<i64>,
    /// Charges whose usage type was read from another column, and their cost.
    pub inferred: BTreeMap<ReadFrom, (u64, Usd)>,
    /// What the reader must know about the source, in words.
    pub remarks: Vec<String>,
}

/// Costs are rounded to this many places before any sum, half to even: AWS writes them as doubles, and a
/// sum of doubles depends on its order.
pub const PLACES: u32 = 12;

impl Bill {
    /// Adds a row, if it is of the period.
    pub fn add(&mut self, row: Row, period: Period) {
        self.add_group(row, 1, period);
    }

    /// Adds a row that is the sum of so many charges, if it is of the period.
    pub fn add_group(&mut self, row: Row, charges: u64, period: Period) {
        if row.time < period.start().as_second() || row.time >= period.end().as_second() {
            self.outside += charges;
            return;
        }
        let cost = Usd::new(decimal::round(row.cost.amount(), PLACES));
        self.rows += charges;
        self.source_total += cost;
        if row.usage_type_from != ReadFrom::UsageType {
            let slot = self.inferred.entry(row.usage_type_from).or_default();
            *slot = (slot.0 + charges, slot.1 + cost);
        }
        let key = ChargeKey {
            in_scope: row.in_scope,
            record: row.record,
            service: row.service,
            usage_type: row.usage_type,
            day: row.time - row.time.rem_euclid(DAY),
        };
        self.charge(key, row.quantity.map(|quantity| decimal::round(quantity, PLACES)), cost);
    }

    /// Adds a quantity and a cost.
    fn charge(&mut self, key: ChargeKey, quantity: Option<Decimal>, cost: Usd) {
        let slot = self.charges.entry(key).or_insert((Some(Decimal::ZERO), Usd::ZERO));
        slot.0 = slot.0.zip(quantity).map(|(sum, quantity)| sum + quantity);
        slot.1 += cost;
    }

    /// Adds to the remarks what is to be said of it as a whole.
    pub fn close(&mut self) {
        for (from, (charges, cost)) in &self.inferred {
            let s = if *charges == 1 { "" } else { "s" };
            self.remarks.push(format!(
                "the export has no usage types: those of {charges} charge{s}, together {}, were read from {}",
                cost.cents(),
                from.column()
            ));
        }
        if self.outside > 0 {
            self.remarks.push(format!(
                "{} charges of other periods are in the source and not in this answer",
                self.outside
            ));
        }
    }

    /// The days with any usage, free of charge or not.
    #[must_use]
    pub fn used_days(&self) -> BTreeSet<i64> {
        let used = self.charges.iter().filter(|(key, (quantity, cost))| {
            key.record == RecordType::Usage && (*cost != Usd::ZERO || *quantity != Some(Decimal::ZERO))
        });
        used.map(|(key, _)| key.day).collect()
    }
}

/// Which charges a scenario answers for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Account ids; all without any.
    pub accounts: Vec<String>,
    /// Regions; all without any.
    pub regions: Vec<String>,
    /// Tags and their values; any without one.
    pub tags: BTreeMap<String, Vec<String>>,
    /// Cost categories and their values; any without one.
    pub cost_categories: BTreeMap<String, Vec<String>>,
}

/// Tags or cost categories of a charge, their keys as [`label_key`] spells them. Two keys may be one there, and
/// both values stand.
pub type Labels = Vec<(String, String)>;

/// What a scope asks of a charge; empty where the source does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Belonging {
    /// Account id.
    pub account: String,
    /// Region.
    pub region: String,
    /// Tags.
    pub tags: Labels,
    /// Cost categories.
    pub cost_categories: Labels,
}

impl Scope {
    /// Whether a charge is in it. What a source does not say is in no scope that asks for it.
    #[must_use]
    pub fn has(&self, charge: &Belonging) -> bool {
        let among = |values: &[String], value: &String| values.is_empty() || values.contains(value);
        let labelled = |asked: &BTreeMap<String, Vec<String>>, labels: &Labels| {
            asked.iter().all(|(key, values)| {
                let key = label_key(key);
                labels.iter().any(|(known, value)| *known == key && among(values, value))
            })
        };
        among(&self.accounts, &charge.account)
            && among(&self.regions, &charge.region)
            && labelled(&self.tags, &charge.tags)
            && labelled(&self.cost_categories, &charge.cost_categories)
    }

    /// Whether it asks for tags or cost categories.
    #[must_use]
    pub fn asks_for_labels(&self) -> bool {
        !self.tags.is_empty() || !self.cost_categories.is_empty()
    }
}

/// A tag's or cost category's key without what exports put before it, in place of its signs and between its words:
/// `user:CostCenter`, `user_cost_center` and `cost-center` are one.
#[must_use]
pub fn label_key(key: &str) -> String {
    let folded: String =
        key.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
    let heads = ["resource_tags_", "resourcetags_", "cost_category_", "costcategory_"];
    let bare = heads.iter().find_map(|head| folded.strip_prefix(head));
    let bare = bare.unwrap_or(&folded);
    bare.strip_prefix("user_").unwrap_or(bare).replace('_', "")
}
