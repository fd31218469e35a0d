//! What a unit costs: a price list as a plain value, and where each price comes from.

pub mod bundled;
pub mod entry;
pub mod forecast;
pub mod history;
pub mod kept;
pub mod lock;
pub mod offer_file;
pub mod product;
pub mod query;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::model::decimal::Decimal;
use crate::model::money::{Rate, Usd};
use crate::model::sku::{InstanceType, PurchaseOption, Service, Sku};
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
    gaps: BTreeMap<PriceKey, String>,
    /// Types that EC2 does not offer in the region, whatever the list says they cost.
    pub not_offered: BTreeSet<InstanceType>,
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
    pub fn gap(&self, sku: &Sku) -> Option<&str> {
        self.gaps.get(&PriceKey::of(sku)).map(String::as_str)
    }

    /// Says why a SKU has no price.
    pub fn set_gap(&mut self, sku: &Sku, reason: String) {
        self.gaps.insert(PriceKey::of(sku), reason);
    }

    /// The same, of what a bill would call so.
    pub fn set_gap_named(
        &mut self,
        service: Service,
        usage_type: &str,
        purchase: PurchaseOption,
        reason: String,
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

    /// Adds the prices of another list of the same source.
    pub fn extend(&mut self, other: PriceList) {
        self.prices.extend(other.prices);
        self.replaced.extend(other.replaced);
        self.gaps.extend(other.gaps);
        self.not_offered.extend(other.not_offered);
        let new = other.remarks.into_iter().filter(|remark| !self.remarks.contains(remark));
        self.remarks.extend(new.collect::<Vec<_>>());
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

/// The SKUs a price is wanted for.
pub type Wanted = BTreeSet<Sku>;
