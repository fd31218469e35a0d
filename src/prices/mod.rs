//! What a unit costs: a price list as a plain value, and where each price comes from.

pub mod bundled;
pub mod entry;
pub mod forecast;
pub mod history;
pub mod cache_entry;
pub mod lock;
pub mod matching;
pub mod offer_file;
pub mod product;
pub mod query;
pub mod table;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::model::commitment::{CommitmentTerms, Commitments};
use crate::model::decimal::Decimal;
use crate::model::money::{Rate, Usd};
use crate::model::region::Region;
use crate::model::said::Said;
use crate::model::sku::{InstanceType, LustreStorage, PurchaseOption, Resource, Service, Sku};
use crate::model::time::{Period, instant, parse_utc};
use crate::model::units::PricingUnit;

/// Who says what something costs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// The table inside the program.
    #[default]
    Bundled,
    /// The scenario itself.
    Scenario,
    /// A price file, by its path.
    File(String),
    /// A forecast from a Spot price history, by its path or `live`.
    Forecast(String),
    /// What Spot did over the period, from a history, by its path or `live`.
    Measured(String),
    /// AWS's own APIs.
    Live,
    /// A list of AWS's archive.
    Archive,
}

/// `bundled`, `scenario`, `live`, `archive`, or the path of a file.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Source::Bundled => "bundled",
            Source::Scenario => "scenario",
            Source::Live => "live",
            Source::Archive => "archive",
            Source::File(path) | Source::Forecast(path) | Source::Measured(path) => path,
        })
    }
}

impl Source {
    /// The same in words.
    #[must_use]
    pub fn said(&self) -> Said {
        match self {
            Source::Bundled => Said::new("bundled", "内蔵の価格表"),
            Source::Scenario => Said::new("scenario", "シナリオ"),
            Source::Live => Said::new("live", "AWS の価格表"),
            Source::Archive => Said::new("archive", "AWS の過去の価格表"),
            Source::File(path) | Source::Forecast(path) | Source::Measured(path) => Said::alike(path),
        }
    }
}

/// Where a price comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// Who says so.
    pub source: Source,
    /// Date of the figure, as precise as it is known.
    pub as_of: Option<String>,
    /// The SKU in the Price List, where known.
    pub sku: Option<String>,
    /// Whether the figure is AWS's own, with a date; `None` where the user answers for it.
    pub verified: Option<bool>,
    /// What it is, in words.
    pub detail: String,
    /// What it holds for, where that is less than its SKU.
    pub only_for: Option<OnlyFor>,
}

/// What a price holds for, where that is less than its SKU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnlyFor {
    /// A commitment bought so.
    Terms(CommitmentTerms),
    /// A period: from one second of the Unix epoch to another.
    Period(i64, i64),
}

/// `1yr No Upfront`, or `2026-11-01T00:00:00Z to 2026-12-01T00:00:00Z`.
impl fmt::Display for OnlyFor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OnlyFor::Terms(terms) => terms.fmt(f),
            OnlyFor::Period(start, end) => write!(f, "{} to {}", instant(*start), instant(*end)),
        }
    }
}

impl OnlyFor {
    /// Reads what `Display` writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<OnlyFor> {
        match text.split_once(" to ") {
            Some((start, end)) => {
                let second = |text: &str| parse_utc(text);
                Some(OnlyFor::Period(second(start)?, second(end)?))
            }
            None => CommitmentTerms::parse(text).map(OnlyFor::Terms),
        }
    }

    /// That it is for this period.
    #[must_use]
    pub fn period(period: Period) -> OnlyFor {
        OnlyFor::Period(period.start().as_second(), period.end().as_second())
    }
}

/// From which quantity on a rate applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tier {
    /// First quantity of the tier.
    pub from: Decimal,
    /// Dollars per unit; `None` where no price is known.
    pub price: Option<Usd>,
}

/// What one unit of a SKU costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// The unit.
    pub unit: PricingUnit,
    /// At least one, by rising quantity, the first from 0.
    pub tiers: Vec<Tier>,
    /// For prices that move: lowest and highest, the highest unknown where nothing bounds it.
    pub spread: Option<(Usd, Option<Usd>)>,
    /// Where it comes from.
    pub provenance: Provenance,
}

impl Price {
    /// A price that is the same for every unit.
    #[must_use]
    pub fn flat(price: Usd, unit: PricingUnit, provenance: Provenance) -> Price {
        let tiers = vec![Tier { from: Decimal::ZERO, price: Some(price) }];
        Price { unit, tiers, spread: None, provenance }
    }

    /// The rate of the first tier.
    #[must_use]
    pub fn first_rate(&self) -> Option<Rate> {
        let price = self.tiers.first()?.price?;
        Some(Rate { price, per: self.unit })
    }
}

/// What identifies a price, as a bill does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PriceKey {
    service: Service,
    usage_type: String,
    purchase: PurchaseOption,
}

impl PriceKey {
    fn of(sku: &Sku) -> PriceKey {
        PriceKey { service: sku.service(), usage_type: sku.usage_type(), purchase: sku.purchase }
    }
}

/// Prices of the SKUs that somebody asked for. One price per SKU.
#[derive(Clone, Debug, Default)]
pub struct PriceList {
    prices: BTreeMap<PriceKey, Price>,
    /// Prices of the list that a rate of the scenario's own stands in for.
    replaced: BTreeMap<PriceKey, Price>,
    /// Why a SKU has no price, where more is known than that the list has none.
    gaps: BTreeMap<PriceKey, Said>,
    /// Types that EC2 does not offer in a region, whatever the list says they cost.
    pub not_offered: BTreeSet<(Region, InstanceType)>,
    /// What the reader must know about a type, in words.
    pub type_remarks: BTreeMap<InstanceType, String>,
    /// What the reader must know about the list as a whole, in words.
    pub remarks: Vec<String>,
    /// What the list is.
    pub source: Source,
    /// Its date, if it has one.
    pub as_of: Option<String>,
}

impl PriceList {
    /// An empty list.
    #[must_use]
    pub fn new(source: Source, as_of: Option<&str>) -> PriceList {
        PriceList { source, as_of: as_of.map(str::to_owned), ..PriceList::default() }
    }

    /// The price of a SKU, if there is one. Never another SKU's.
    #[must_use]
    pub fn get(&self, sku: &Sku) -> Option<&Price> {
        self.prices.get(&PriceKey::of(sku))
    }

    /// Why a SKU has no price, where more is known than that the list has none.
    #[must_use]
    pub fn gap(&self, sku: &Sku) -> Option<&Said> {
        self.gaps.get(&PriceKey::of(sku))
    }

    /// Says why a SKU has no price.
    pub fn set_gap(&mut self, sku: &Sku, reason: Said) {
        self.gaps.insert(PriceKey::of(sku), reason);
    }

    /// The same, of what a bill would call so.
    pub fn set_gap_named(
        &mut self,
        service: Service,
        usage_type: &str,
        purchase: PurchaseOption,
        reason: Said,
    ) {
        self.gaps.insert(PriceKey { service, usage_type: usage_type.to_owned(), purchase }, reason);
    }

    /// The rate of the first tier of a SKU's price.
    #[must_use]
    pub fn rate(&self, sku: &Sku) -> Option<Rate> {
        self.get(sku)?.first_rate()
    }

    /// The rate the list itself has for a SKU, whatever stands in for it.
    #[must_use]
    pub fn list_rate(&self, sku: &Sku) -> Option<Rate> {
        match self.replaced.get(&PriceKey::of(sku)) {
            Some(price) => price.first_rate(),
            None => self.rate(sku),
        }
    }

    /// Sets the price of a SKU; one that was there remains the list's own.
    pub fn insert(&mut self, sku: &Sku, price: Price) {
        let key = PriceKey::of(sku);
        self.gaps.remove(&key);
        if let Some(before) = self.prices.insert(key.clone(), price) {
            self.replaced.entry(key).or_insert(before);
        }
    }

    /// Sets the price of what a bill would call so.
    pub fn insert_named(
        &mut self,
        service: Service,
        usage_type: &str,
        purchase: PurchaseOption,
        price: Price,
    ) {
        self.prices.insert(PriceKey { service, usage_type: usage_type.to_owned(), purchase }, price);
    }

    /// Adds the prices of another list. `Err` says where the two do not agree: then no list can stand
    /// for both.
    pub fn merge(&mut self, other: PriceList) -> Result<(), String> {
        if (&self.source, &self.as_of, &self.remarks) != (&other.source, &other.as_of, &other.remarks) {
            return Err("the prices were read at different times".into());
        }
        for (key, price) in other.prices {
            if self.prices.get(&key).is_some_and(|known| *known != price) || self.gaps.contains_key(&key) {
                return Err(format!("{} has two prices", key.usage_type));
            }
            self.prices.insert(key, price);
        }
        for (key, reason) in other.gaps {
            if self.prices.contains_key(&key) {
                return Err(format!("{} has a price in one and none in the other", key.usage_type));
            }
            self.gaps.entry(key).or_insert(reason);
        }
        self.not_offered.extend(other.not_offered);
        self.type_remarks.extend(other.type_remarks);
        Ok(())
    }

    /// Takes away what holds for other commitments or another period than these, and says so where a
    /// line would use it.
    /// `period` is `None` where any will do.
    pub fn hold_to(&mut self, wanted: &Wanted, commitments: &Commitments, period: Option<Period>) {
        for sku in wanted {
            let key = PriceKey::of(sku);
            let Some(only_for) = self.prices.get(&key).and_then(|price| price.provenance.only_for) else {
                continue;
            };
            let asked = match only_for {
                OnlyFor::Period(..) if period.is_none() => continue,
                OnlyFor::Period(..) => period.map(OnlyFor::period),
                OnlyFor::Terms(_) => match commitments.terms(sku) {
                    None => continue,
                    Some(Ok(terms)) => Some(OnlyFor::Terms(terms)),
                    Some(Err(_)) => None,
                },
            };
            if asked != Some(only_for) {
                let [en, ja] = asked.map_or_else(Default::default, |asked| {
                    [format!(", the scenario's is {asked}"), format!("、シナリオは {asked} である")]
                });
                let usage_type = &key.usage_type;
                let reason = Said::new(
                    format!("the price of {usage_type} in this list is for {only_for}{en}"),
                    format!("この価格表の {usage_type} の単価は {only_for} のものである{ja}"),
                );
                self.prices.remove(&key);
                self.gaps.insert(key, reason);
            }
        }
    }

    /// Every price applied, by service, usage type and purchasing option.
    pub fn iter(&self) -> impl Iterator<Item = (Service, &str, PurchaseOption, &Price)> {
        self.prices.iter().map(|(key, price)| (key.service, key.usage_type.as_str(), key.purchase, price))
    }

    /// The same list with one price scaled: the whole price, tiers and spread.
    #[must_use]
    pub fn scaled(&self, sku: &Sku, factor: Decimal) -> PriceList {
        let mut copy = self.clone();
        if let Some(price) = copy.prices.get_mut(&PriceKey::of(sku)) {
            for tier in &mut price.tiers {
                tier.price = tier.price.map(|p| p.times(factor).to_price());
            }
            price.spread = price
                .spread
                .map(|(low, high)| (low.times(factor).to_price(), high.map(|h| h.times(factor).to_price())));
        }
        copy
    }
}

/// Why nothing can be found of a SKU: it is not known what AWS calls it.
#[must_use]
pub fn unnamed(sku: &Sku) -> Option<Said> {
    if let Some(region) = sku.regions().into_iter().find(|region| !region.has_prefix()) {
        return Some(Said::new(
            format!("what usage types are called in {region} is only known with live prices"),
            format!("{region} の使用タイプの名前は live の単価でしか分からない"),
        ));
    }
    let unknown = Resource::LustreStorage(LustreStorage::IntelligentTiering);
    (sku.resource == unknown).then(|| {
        Said::new(
            "this program does not know what AWS calls Lustre's Intelligent-Tiering storage in bills and price lists",
            "FSx for Lustre の Intelligent-Tiering ストレージの、請求書と価格表での名前をこのプログラムは知らない",
        )
    })
}

/// A price and what a bill calls it.
pub type Entry = (Service, String, PurchaseOption, Price);

/// The SKUs a price is wanted for.
pub type Wanted = BTreeSet<Sku>;
