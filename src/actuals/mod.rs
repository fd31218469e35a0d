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
mod sql;
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
    /// Whether that asks for regions and the charge names none.
    pub regionless: bool,
    /// Whether that asks for cost categories and the charge has any.
    pub categorised: bool,
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
    /// Charges that name no region although the scope asks for some, and their cost: by whether they are in it.
    pub regionless: BTreeMap<bool, (u64, Usd)>,
    /// Whether the source has cost categories: a column of them, or a charge with one.
    pub has_categories: bool,
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
        self.has_categories |= row.categorised;
        if row.regionless {
            let slot = self.regionless.entry(row.in_scope).or_default();
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
        for (in_scope, (charges, cost)) in &self.regionless {
            let (s, name) = if *charges == 1 { ("", "names") } else { ("s", "name") };
            let (of, place) = match in_scope {
                true => ("that no estimate answers for, such as tax,", "excluded, not out of scope"),
                false => ("of usage", "out of scope, since [scope] asks for regions"),
            };
            self.remarks.push(format!(
                "{charges} charge{s} {of} {name} no region: together {}, {place}",
                cost.cents()
            ));
        }
        if self.outside > 0 {
            self.remarks.push(format!(
                "{} charges of other periods are in the source and not in this answer",
                self.outside
            ));
        }
    }

    /// Refuses a bill in which a scope looks for cost categories in vain: its tags may hold them, or not.
    pub fn hold_to(&self, scope: &Scope) -> Result<(), String> {
        if scope.cost_categories.is_empty() || self.rows == 0 || self.has_categories {
            return Ok(());
        }
        Err("the scenario's [scope] asks for cost_categories, and it has neither a column of them nor any among its tags"
            .into())
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Belonging {
    /// What kind of charge it is.
    pub record: RecordType,
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
    /// Whether a charge is in it. What a source does not say is in no scope that asks for it; but of the kinds that no
    /// estimate answers for (tax, credits, fees of plans) AWS names no region, and that alone does not put them out of it.
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
            && (among(&self.regions, &charge.region)
                || self.lacks_region(charge) && !charge.record.is_compared())
            && labelled(&self.tags, &charge.tags)
            && labelled(&self.cost_categories, &charge.cost_categories)
    }

    /// Whether it asks for regions and a charge names none.
    #[must_use]
    pub fn lacks_region(&self, charge: &Belonging) -> bool {
        !self.regions.is_empty() && charge.region.is_empty()
    }

    /// Whether it asks for tags or cost categories.
    #[must_use]
    pub fn asks_for_labels(&self) -> bool {
        !self.tags.is_empty() || !self.cost_categories.is_empty()
    }
}

/// What a key among the tags of an export is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelOf {
    /// A resource.
    Tag,
    /// A rule of Cost Management.
    CostCategory,
    /// An account or a user: no scope asks for those.
    Other,
}

/// What stands before the keys of the four kinds of labels that CUR 2.0 has in its column `tags` and FOCUS 1.2 in `Tags`
/// (AWS Data Exports user guide, "Tags columns" of CUR 2.0 and "FOCUS 1.2 with AWS columns", read 2026-11-24).
pub const LABEL_HEADS: [(&str, LabelOf); 4] = [
    ("resourceTags/", LabelOf::Tag),
    ("costCategory/", LabelOf::CostCategory),
    ("userAttribute/", LabelOf::Other),
    ("accountTag/", LabelOf::Other),
];

/// What a key among the tags of an export is of, and the key without what says so. Without that it is a resource's tag.
#[must_use]
pub fn label_of(key: &str) -> (LabelOf, &str) {
    let bare = |head: &str| key.strip_prefix(head);
    let known = LABEL_HEADS.iter().find_map(|(head, of)| Some((*of, bare(head)?)));
    known.unwrap_or((LabelOf::Tag, key))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_before_a_key_says_what_it_is_of() {
        assert_eq!(label_of("resourceTags/department"), (LabelOf::Tag, "department"));
        assert_eq!(label_of("costCategory/department"), (LabelOf::CostCategory, "department"));
        assert_eq!(label_of("accountTag/department"), (LabelOf::Other, "department"));
        assert_eq!(label_of("userAttribute/department"), (LabelOf::Other, "department"));
        assert_eq!(label_of("user:department"), (LabelOf::Tag, "user:department"));
        // A resource's own key may hold a sign.
        assert_eq!(label_of("resourceTags/costCategory/x"), (LabelOf::Tag, "costCategory/x"));
    }

    #[test]
    fn a_tax_that_names_no_region_is_not_of_another_region() {
        let scope = Scope { regions: vec!["us-east-1".into()], ..Scope::default() };
        let charge = |record, region: &str| Belonging {
            record,
            account: String::new(),
            region: region.into(),
            tags: Labels::new(),
            cost_categories: Labels::new(),
        };
        for (record, region, expected) in [
            (RecordType::Usage, "us-east-1", true),
            (RecordType::Usage, "us-west-2", false),
            (RecordType::Usage, "", false),
            (RecordType::UnusedCommitment, "", false),
            (RecordType::Tax, "", true),
            (RecordType::Tax, "us-west-2", false),
            (RecordType::Fee, "", true),
        ] {
            assert_eq!(scope.has(&charge(record, region)), expected, "{record:?} {region}");
        }
    }
}
