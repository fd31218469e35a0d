//! A price list as a file: everything an estimate used, so that it can be made again without network and
//! without the table it came from. A hash tells a lock that was edited from one that was not.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};

use super::{OnlyFor, Price, PriceList, Provenance, Source, Tier, Wanted};
use crate::catalog::{Catalog, TypeDescription};
use crate::model::decimal;
use crate::model::digest::digest;
use crate::model::money::Usd;
use crate::model::region::Region;
use crate::model::said::Said;
use crate::model::sku::{InstanceType, PurchaseOption, Service, Sku};
use crate::model::units::PricingUnit;

const KIND: &str = "price_lock";
const SCHEMA_VERSION: u32 = 2;

/// A lock file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    schema_version: u32,
    kind: String,
    generated_by: String,
    source: String,
    as_of: Option<String>,
    prices: Vec<LockedPrice>,
    /// What was wanted and had no price: it has none when the lock is used either.
    missing: Vec<Missing>,
    /// Types that EC2 did not offer, by region.
    not_offered: Vec<(String, String)>,
    /// What the reader must know about a type.
    type_remarks: BTreeMap<String, String>,
    /// What EC2 says of types that this program's table does not have.
    types: BTreeMap<String, TypeDescription>,
    /// What usage types call the regions that this program's table does not have.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    regions: BTreeMap<String, String>,
    /// What the reader must know about the list as a whole.
    remarks: Vec<String>,
    hash: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Missing {
    service: String,
    usage_type: String,
    purchase_option: String,
    /// Why, where it is known: a text in locks that were made before there were two languages.
    #[serde(serialize_with = "as_kept")]
    reason: Option<Said>,
}

/// What was read as one text is written as one again: the hash of a lock is over what it holds.
fn as_kept<S: Serializer>(reason: &Option<Said>, serializer: S) -> Result<S::Ok, S::Error> {
    match reason {
        Some(said) if said.en == said.ja => said.en.serialize(serializer),
        reason => reason.serialize(serializer),
    }
}

/// A price as files hold it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LockedPrice {
    service: String,
    usage_type: String,
    purchase_option: String,
    unit: String,
    tiers: Vec<LockedTier>,
    low: Option<String>,
    high: Option<String>,
    source: String,
    as_of: Option<String>,
    sku: Option<String>,
    verified: Option<bool>,
    detail: String,
    only_for: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LockedTier {
    from: String,
    usd: Option<String>,
}

impl LockedPrice {
    /// AWS's usage type.
    pub(super) fn usage_type(&self) -> &str {
        &self.usage_type
    }
}

impl Lock {
    /// Freezes a list, and what of the wanted SKUs it does not have.
    #[must_use]
    pub fn new(list: &PriceList, wanted: &Wanted, catalog: &Catalog, generated_by: &str) -> Lock {
        let used = |name: &InstanceType| wanted.iter().any(|sku| sku.instance_type() == Some(name));
        let learned = catalog.learned().filter(|(name, _)| used(name));
        let named = |region: Region| wanted.iter().any(|sku| sku.regions().contains(&region));
        let regions = catalog.learned_regions().filter(|region| named(*region));
        let prices: Vec<LockedPrice> = list
            .iter()
            .map(|(service, usage, purchase, price)| locked(service, usage, purchase, price))
            .collect();
        let missing = wanted.iter().filter(|sku| list.get(sku).is_none());
        let key = |sku: &Sku| Missing {
            service: sku.service().code().to_owned(),
            usage_type: sku.usage_type(),
            purchase_option: sku.purchase.id().to_owned(),
            reason: list.gap(sku).cloned(),
        };
        let mut lock = Lock {
            schema_version: SCHEMA_VERSION,
            kind: KIND.to_owned(),
            generated_by: generated_by.to_owned(),
            source: written(&list.source),
            as_of: list.as_of.clone(),
            prices,
            missing: missing.map(key).collect(),
            not_offered: list.not_offered.iter().map(|(r, name)| (r.to_string(), name.to_string())).collect(),
            type_remarks: list.type_remarks.iter().map(|(n, text)| (n.to_string(), text.clone())).collect(),
            types: learned.map(|(name, described)| (name.to_string(), described.clone())).collect(),
            regions: regions.map(|r| (r.to_string(), r.usage_type_prefix().to_owned())).collect(),
            remarks: list.remarks.clone(),
            hash: String::new(),
        };
        lock.hash = lock.digest();
        lock
    }

    /// Reads a lock. `Err` says why it is none, or that it was changed after it was made.
    pub fn parse(text: &str) -> Result<Lock, String> {
        let lock: Lock = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if lock.kind != KIND || lock.schema_version != SCHEMA_VERSION {
            return Err(format!("it is a `{}` of version {}", lock.kind, lock.schema_version));
        }
        if lock.digest() != lock.hash {
            return Err("its hash does not fit: it was changed after it was locked".to_owned());
        }
        Ok(lock)
    }

    /// The list as it was.
    pub fn price_list(&self) -> Result<PriceList, String> {
        let mut list = PriceList::new(read(&self.source), self.as_of.as_deref());
        for locked in &self.prices {
            let (service, purchase, price) = unlocked(locked)?;
            list.insert_named(service, &locked.usage_type, purchase, price);
        }
        for missing in &self.missing {
            let Some(reason) = &missing.reason else { continue };
            let service = service(&missing.service, &missing.usage_type)?;
            let purchase = purchase(&missing.purchase_option, &missing.usage_type)?;
            list.set_gap_named(service, &missing.usage_type, purchase, reason.clone());
        }
        for (region, name) in &self.not_offered {
            let region = Region::parse(region).ok_or_else(|| format!("region `{region}`"))?;
            list.not_offered.insert((region, InstanceType::new(name)));
        }
        let remarks = self.type_remarks.iter();
        list.type_remarks = remarks.map(|(name, text)| (InstanceType::new(name), text.clone())).collect();
        list.remarks.clone_from(&self.remarks);
        Ok(list)
    }

    /// What instance types are that this program's table does not have.
    pub fn types(&self) -> impl Iterator<Item = (InstanceType, &TypeDescription)> {
        self.types.iter().map(|(name, described)| (InstanceType::new(name), described))
    }

    /// Regions that this program's table does not have, with the prefixes of their usage types.
    pub fn regions(&self) -> impl Iterator<Item = Region> {
        self.regions.iter().filter_map(|(code, prefix)| Region::parse(code)?.with_prefix(prefix))
    }

    /// Over everything but the hash and the program's version.
    fn digest(&self) -> String {
        let prices = (&self.source, &self.as_of, &self.prices, &self.missing);
        let content = (prices, &self.not_offered, &self.type_remarks, &self.types, &self.remarks);
        // Locks without such regions have the hash that they had before there were any.
        let bytes = match self.regions.is_empty() {
            true => serde_json::to_vec(&content),
            false => serde_json::to_vec(&(content, &self.regions)),
        };
        digest(&bytes.expect("a lock is plain data"))
    }
}

/// A source as the lock writes it: files and forecasts with what they are before their path.
fn written(source: &Source) -> String {
    match source {
        Source::Bundled | Source::Scenario | Source::Live | Source::Archive => source.to_string(),
        Source::File(path) => format!("file:{path}"),
        Source::Forecast(path) => format!("forecast:{path}"),
        Source::Measured(path) => format!("measured:{path}"),
    }
}

fn read(text: &str) -> Source {
    match (text, text.split_once(':')) {
        ("bundled", _) => Source::Bundled,
        ("scenario", _) => Source::Scenario,
        ("live", _) => Source::Live,
        ("archive", _) => Source::Archive,
        (_, Some(("measured", path))) => Source::Measured(path.to_owned()),
        (_, Some(("forecast", path))) => Source::Forecast(path.to_owned()),
        (_, Some(("file", path))) => Source::File(path.to_owned()),
        _ => Source::File(text.to_owned()),
    }
}

fn service(code: &str, usage_type: &str) -> Result<Service, String> {
    let found = Service::ALL.into_iter().find(|service| service.code() == code);
    found.ok_or_else(|| format!("service `{code}` of {usage_type}"))
}

fn purchase(id: &str, usage_type: &str) -> Result<PurchaseOption, String> {
    let found = PurchaseOption::ALL.into_iter().find(|option| option.id() == id);
    found.ok_or_else(|| format!("purchase option `{id}` of {usage_type}"))
}

/// A price in the form of files.
pub(super) fn locked(
    service: Service,
    usage_type: &str,
    purchase: PurchaseOption,
    price: &Price,
) -> LockedPrice {
    let tier = |tier: &Tier| LockedTier {
        from: decimal::plain(tier.from),
        usd: tier.price.map(|usd| usd.to_string()),
    };
    let provenance = &price.provenance;
    LockedPrice {
        service: service.code().to_owned(),
        usage_type: usage_type.to_owned(),
        purchase_option: purchase.id().to_owned(),
        unit: price.unit.focus().to_owned(),
        tiers: price.tiers.iter().map(tier).collect(),
        low: price.spread.map(|(low, _)| low.to_string()),
        high: price.spread.and_then(|(_, high)| high).map(|high| high.to_string()),
        source: written(&provenance.source),
        as_of: provenance.as_of.clone(),
        sku: provenance.sku.clone(),
        verified: provenance.verified,
        detail: provenance.detail.clone(),
        only_for: provenance.only_for.map(|only_for| only_for.to_string()),
    }
}

/// The price in a file's form, and what it is of.
pub(super) fn unlocked(locked: &LockedPrice) -> Result<(Service, PurchaseOption, Price), String> {
    let bad = |what: &str, value: &str| format!("{what} `{value}` of {}", locked.usage_type);
    let only_for = |text: &String| OnlyFor::parse(text).ok_or_else(|| bad("limit", text));
    let usd = |text: &String| decimal::parse(text).map(Usd::new).map_err(|_| bad("price", text));
    let (unit, _) = PricingUnit::parse(&locked.unit).ok_or_else(|| bad("unit", &locked.unit))?;
    let tiers: Result<Vec<Tier>, String> = locked
        .tiers
        .iter()
        .map(|tier| {
            let from = decimal::parse(&tier.from).map_err(|_| bad("tier", &tier.from))?;
            Ok(Tier { from, price: tier.usd.as_ref().map(usd).transpose()? })
        })
        .collect();
    let tiers = tiers?;
    if tiers.is_empty() {
        return Err(bad("no tier in unit", &locked.unit));
    }
    let low = locked.low.as_ref().map(usd).transpose()?;
    let high = locked.high.as_ref().map(usd).transpose()?;
    let provenance = Provenance {
        source: read(&locked.source),
        as_of: locked.as_of.clone(),
        sku: locked.sku.clone(),
        verified: locked.verified,
        detail: locked.detail.clone(),
        only_for: locked.only_for.as_ref().map(only_for).transpose()?,
    };
    let price = Price { unit, tiers, spread: low.map(|low| (low, high)), provenance };
    let service = service(&locked.service, &locked.usage_type)?;
    let purchase = purchase(&locked.purchase_option, &locked.usage_type)?;
    Ok((service, purchase, price))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::commitment::Commitments;
    use crate::model::sku::{Resource, S3Class};
    use crate::prices::bundled;

    fn wanted() -> Wanted {
        let region = Region::parse("us-east-1").expect("a known region");
        let p4d = InstanceType::new("p4d.24xlarge");
        Wanted::from([
            Sku::instance(region, &p4d, PurchaseOption::OnDemand),
            Sku::instance(region, &p4d, PurchaseOption::Spot),
            Sku::instance(region, &p4d, PurchaseOption::SavingsPlan),
            Sku::other(region, Resource::S3Storage(S3Class::Standard)),
        ])
    }

    #[test]
    fn what_is_locked_is_what_was_there() {
        let list = bundled::price_list(&wanted(), &Commitments::default());
        let text = serde_json::to_string(&Lock::new(&list, &wanted(), &Catalog::bundled(), "test"))
            .expect("plain data");
        let again = Lock::parse(&text).and_then(|lock| lock.price_list()).expect("a good lock");
        let all = |list: &PriceList| -> Vec<(Service, String, PurchaseOption, Price)> {
            list.iter().map(|(s, usage, p, price)| (s, usage.to_owned(), p, price.clone())).collect()
        };
        assert_eq!(all(&again), all(&list));
        assert_eq!((again.source, again.as_of), (list.source, list.as_of));
        assert!(text.contains(r#""missing":[{"service":"AmazonEC2""#));
    }

    #[test]
    fn an_edited_lock_is_refused() {
        let list = bundled::price_list(&wanted(), &Commitments::default());
        let text = serde_json::to_string(&Lock::new(&list, &wanted(), &Catalog::bundled(), "test"))
            .expect("plain data");
        let edited = text.replace("21.957642", "1.957642");
        assert!(Lock::parse(&edited).is_err_and(|error| error.contains("changed after")));
        assert!(Lock::parse(&text[..text.len() / 2]).is_err());
        assert!(Lock::parse("{}").is_err());
    }
}
