//! Products of the AWS Price List: which one a SKU is, and what it costs.
//!
//! A SKU has a price only if exactly one product fits it, with one term and with rates above zero that
//! cover every quantity; anything else is a reason why it has none, and the reason names the
//! candidates. Products come from GetProducts ([`Product::parse`]) or from an offer file
//! (`offer_file`); both are judged here. Attributes and traps: AWS Price List user guide, "Finding services
//! and products", and offer files of 2026, read 2026-11-23.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Source;
use crate::model::text::folded;

/// A product and its terms, as the Price List has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Product {
    /// AWS's SKU.
    pub sku: String,
    /// The Price List's service code.
    pub service: String,
    /// Attributes by folded name; empty ones are left out.
    pub attributes: BTreeMap<String, String>,
    /// Everything it can be bought under.
    pub terms: Vec<Term>,
    /// The list it is from: `20260910195514`.
    pub version: String,
    /// When that list was published.
    pub published: String,
}

/// A term: what a product costs under one way of buying it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Term {
    /// `OnDemand` or `Reserved`.
    pub kind: String,
    /// Since when. AWS moves it to the first of each month, so it does not say when a price changed.
    pub effective: String,
    /// Reserved: `1yr`, `3yr`.
    pub lease: String,
    /// Reserved: `standard`, `convertible`.
    pub class: String,
    /// Reserved: `No Upfront`, `Partial Upfront`, `All Upfront`.
    pub payment: String,
    /// Rates by quantity, and one-time fees.
    pub dimensions: Vec<Dimension>,
}

/// A rate over a range of quantities.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dimension {
    /// AWS's rate code: SKU, term and dimension.
    pub rate_code: String,
    /// The unit as written.
    pub unit: String,
    /// First quantity, empty for a fee.
    pub begin: String,
    /// The quantity it ends at, or `Inf`; empty for a fee.
    pub end: String,
    /// Price per unit, by currency.
    pub prices: BTreeMap<String, String>,
    /// In AWS's words.
    pub description: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    product: ItemProduct,
    #[serde(default)]
    service_code: String,
    #[serde(default)]
    terms: BTreeMap<String, BTreeMap<String, ItemTerm>>,
    #[serde(default)]
    version: String,
    #[serde(default)]
    publication_date: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ItemProduct {
    sku: String,
    #[serde(default)]
    product_family: String,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ItemTerm {
    #[serde(default)]
    effective_date: String,
    #[serde(default)]
    price_dimensions: BTreeMap<String, ItemDimension>,
    #[serde(default)]
    term_attributes: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ItemDimension {
    #[serde(default)]
    rate_code: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    begin_range: String,
    #[serde(default)]
    end_range: String,
    #[serde(default)]
    price_per_unit: BTreeMap<String, String>,
    #[serde(default)]
    description: String,
}

impl Product {
    /// Reads one of the texts that GetProducts answers with. `Err` says why it is none.
    pub fn parse(text: &str) -> Result<Product, String> {
        let item: Item = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let mut attributes: BTreeMap<String, String> = item
            .product
            .attributes
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (folded(&name), value))
            .collect();
        if !item.product.product_family.is_empty() {
            attributes.insert("productfamily".into(), item.product.product_family);
        }
        let terms = item.terms.into_iter().flat_map(|(kind, terms)| {
            terms.into_values().map(move |term| Term {
                kind: kind.clone(),
                effective: term.effective_date,
                lease: term.term_attributes.get("LeaseContractLength").cloned().unwrap_or_default(),
                class: term.term_attributes.get("OfferingClass").cloned().unwrap_or_default(),
                payment: term.term_attributes.get("PurchaseOption").cloned().unwrap_or_default(),
                dimensions: term.price_dimensions.into_values().map(Dimension::from).collect(),
            })
        });
        Ok(Product {
            sku: item.product.sku,
            service: item.service_code,
            terms: terms.collect(),
            attributes,
            version: item.version,
            published: item.publication_date,
        })
    }

    /// The value of an attribute, by its folded name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
}

impl From<ItemDimension> for Dimension {
    fn from(item: ItemDimension) -> Dimension {
        Dimension {
            rate_code: item.rate_code,
            unit: item.unit,
            begin: item.begin_range,
            end: item.end_range,
            prices: item.price_per_unit,
            description: item.description,
        }
    }
}

/// Where a list of products is from, as a price says it.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Live or archived.
    pub source: Source,
    /// The day the price was in force: the day it was read, or the archived list's.
    pub as_of: String,
}
