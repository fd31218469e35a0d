//! Prices that were read from AWS, with the time each was read: what a cache file of a region holds.
//!
//! Each answer has its own time, so reading one price anew never makes another look younger. That a SKU
//! has no price is an answer too.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::history::{Pool, SpotHistory, SpotSeries};
use super::lock::{LockedPrice, locked, unlocked};
use super::{Entry, Price};
use crate::catalog::TypeDescription;
use crate::model::commitment::CommitmentTerms;
use crate::model::decimal;
use crate::model::money::Usd;
use crate::model::region::Region;
use crate::model::said::Said;
use crate::model::sku::{InstanceType, PurchaseOption, Sku};

/// What AWS answered about a SKU: its price, or why it has none.
pub type Answered = Result<Price, Said>;

/// The answers about one region.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptPrices {
    /// By service, usage type, purchasing option and terms, in one text.
    answers: BTreeMap<String, KeptAnswer>,
    /// What EC2 says about types.
    types: BTreeMap<String, KeptType>,
    /// What Spot did.
    spot: BTreeMap<String, KeptSpot>,
    /// What stands before its usage types, where this program's table does not have the region. It never changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    prefix: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptAnswer {
    read_at: i64,
    price: Option<LockedPrice>,
    /// Why there is no price.
    gap: Option<Said>,
}

/// What EC2 says about a type in a region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptType {
    /// When it was read [s since the Unix epoch].
    pub read_at: i64,
    /// Whether EC2 offers it here.
    pub offered: bool,
    /// What it is; `None` where EC2 does not describe it.
    pub described: Option<TypeDescription>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptSpot {
    read_at: i64,
    start: i64,
    /// By zone: changes and prices.
    pools: BTreeMap<String, Vec<(i64, String)>>,
}

fn key(sku: &Sku, terms: Option<CommitmentTerms>) -> String {
    let committed = matches!(sku.purchase, PurchaseOption::Reserved | PurchaseOption::SavingsPlan);
    let terms = terms.filter(|_| committed);
    let terms = terms.map_or_else(String::new, |terms| format!(" {terms}"));
    format!("{} {} {}{terms}", sku.service().code(), sku.usage_type(), sku.purchase.id())
}

impl KeptPrices {
    /// Reads what [`KeptPrices::to_json`] wrote. `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<KeptPrices> {
        serde_json::from_str(text).ok()
    }

    /// The answers as a text.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("answers are plain data")
    }

    /// A region that this program's table does not have, with the prefix of its usage types, if it is kept.
    #[must_use]
    pub fn region(&self, region: Region) -> Option<Region> {
        region.with_prefix(self.prefix.as_deref()?)
    }

    /// Keeps what stands before the region's usage types.
    pub fn keep_region(&mut self, region: Region) {
        self.prefix = Some(region.usage_type_prefix().to_owned());
    }

    /// What was answered about a SKU, and when [s since the Unix epoch].
    #[must_use]
    pub fn answer(&self, sku: &Sku, terms: Option<CommitmentTerms>) -> Option<(i64, Answered)> {
        let kept = self.answers.get(&key(sku, terms))?;
        let answer = match (&kept.price, &kept.gap) {
            (Some(price), _) => Ok(unlocked(price).ok()?.2),
            (None, Some(reason)) => Err(reason.clone()),
            (None, None) => return None,
        };
        Some((kept.read_at, answer))
    }

    /// Keeps an answer, unless a younger one is there.
    pub fn keep(&mut self, sku: &Sku, terms: Option<CommitmentTerms>, read_at: i64, answer: &Answered) {
        let kept = match answer {
            Ok(price) => {
                let price = locked(sku.service(), &sku.usage_type(), sku.purchase, price);
                KeptAnswer { read_at, price: Some(price), gap: None }
            }
            Err(reason) => KeptAnswer { read_at, price: None, gap: Some(reason.clone()) },
        };
        let slot = self.answers.entry(key(sku, terms)).or_insert_with(|| kept.clone());
        if slot.read_at <= read_at {
            *slot = kept;
        }
    }

    /// What EC2 says about a type.
    #[must_use]
    pub fn instance_type(&self, name: &InstanceType) -> Option<&KeptType> {
        self.types.get(name.as_str())
    }

    /// Keeps what EC2 says about a type, unless a younger answer is there.
    pub fn keep_type(&mut self, name: &InstanceType, kept: KeptType) {
        let slot = self.types.entry(name.to_string()).or_insert_with(|| kept.clone());
        if slot.read_at <= kept.read_at {
            *slot = kept;
        }
    }

    /// What Spot did with these types, as far as it is known of all of them, and when the oldest of it was
    /// read; `None` where one was never asked for. A type that EC2 has no Spot prices of has no pool.
    #[must_use]
    pub fn spot(&self, types: &BTreeSet<InstanceType>) -> Option<(i64, SpotHistory)> {
        let kept: Option<Vec<(&InstanceType, &KeptSpot)>> =
            types.iter().map(|name| Some((name, self.spot.get(name.as_str())?))).collect();
        let kept = kept?;
        let read_at = kept.iter().map(|(_, spot)| spot.read_at).min()?;
        let start = kept.iter().map(|(_, spot)| spot.start).max()?;
        let mut history = SpotHistory::default();
        for (name, spot) in kept {
            for (zone, changes) in &spot.pools {
                let changes: Option<Vec<(i64, Usd)>> = changes
                    .iter()
                    .map(|(time, price)| Some((*time, Usd::new(decimal::parse(price).ok()?))))
                    .collect();
                let pool = Pool { instance_type: name.clone(), zone: zone.clone() };
                history.pools.insert(pool, SpotSeries::new(changes?)?);
            }
        }
        Some((read_at, history.within(start, read_at)))
    }

    /// Whether EC2 had no Spot price of a type when it was asked.
    #[must_use]
    pub fn has_no_spot(&self, name: &InstanceType) -> bool {
        self.spot.get(name.as_str()).is_some_and(|kept| kept.pools.is_empty())
    }

    /// Keeps what Spot did with these types from `start` until `read_at`.
    pub fn keep_spot(
        &mut self,
        types: &BTreeSet<InstanceType>,
        start: i64,
        read_at: i64,
        history: &SpotHistory,
    ) {
        for name in types {
            let pools = history.pools.iter().filter(|(pool, _)| pool.instance_type == *name);
            let text = |(time, price): &(i64, Usd)| (*time, price.to_string());
            let pools =
                pools.map(|(pool, series)| (pool.zone.clone(), series.changes().iter().map(text).collect()));
            let kept = KeptSpot { read_at, start, pools: pools.collect() };
            if self.spot.get(name.as_str()).is_none_or(|known| known.read_at <= read_at) {
                self.spot.insert(name.to_string(), kept);
            }
        }
    }

    /// Forgets what claims to have been read after `now`: by a clock that was wrong then or is now.
    pub fn forget_after(&mut self, now: i64) {
        self.answers.retain(|_, kept| kept.read_at <= now);
        self.types.retain(|_, kept| kept.read_at <= now);
        self.spot.retain(|_, kept| kept.read_at <= now);
    }

    /// Adds answers that are younger than those here.
    pub fn merge(&mut self, other: &KeptPrices) {
        for (key, answer) in &other.answers {
            if self.answers.get(key).is_none_or(|known| known.read_at <= answer.read_at) {
                self.answers.insert(key.clone(), answer.clone());
            }
        }
        self.prefix = other.prefix.clone().or_else(|| self.prefix.take());
        for (name, kept) in &other.types {
            self.keep_type(&InstanceType::new(name), kept.clone());
        }
        for (name, spot) in &other.spot {
            if self.spot.get(name).is_none_or(|known| known.read_at <= spot.read_at) {
                self.spot.insert(name.clone(), spot.clone());
            }
        }
    }

    /// Every price with what it is of, and the time of the oldest.
    #[must_use]
    pub fn prices(&self) -> (Vec<Entry>, Option<i64>) {
        let one = |kept: &KeptAnswer| {
            let locked = kept.price.as_ref()?;
            let (service, purchase, price) = unlocked(locked).ok()?;
            Some((service, locked.usage_type().to_owned(), purchase, price))
        };
        let oldest = self.answers.values().filter(|kept| kept.price.is_some()).map(|kept| kept.read_at).min();
        (self.answers.values().filter_map(one).collect(), oldest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::commitment::{PaymentOption, Term};
    use crate::model::units::PricingUnit;
    use crate::prices::{Provenance, Source};

    fn price(dollars: i64) -> Answered {
        let provenance = Provenance {
            source: Source::Live,
            as_of: Some("2026-11-23".into()),
            sku: Some("H7NGEAC6UEHNTKSJ".into()),
            verified: Some(true),
            detail: "a test".into(),
            only_for: None,
        };
        Ok(Price::flat(Usd::new(dollars.into()), PricingUnit::Hours, provenance))
    }

    #[test]
    fn each_answer_keeps_its_own_time_and_a_younger_one_wins() {
        let region = Region::parse("us-east-1").expect("a known region");
        let (p4d, g5) = (InstanceType::new("p4d.24xlarge"), InstanceType::new("g5.xlarge"));
        let sku = |name: &InstanceType, option| Sku::instance(region, name, option);
        let mut kept = KeptPrices::default();
        kept.keep(&sku(&p4d, PurchaseOption::OnDemand), None, 100, &price(20));
        kept.keep(&sku(&g5, PurchaseOption::OnDemand), None, 200, &Err(Said::alike("nobody knows")));
        kept.keep(&sku(&p4d, PurchaseOption::OnDemand), None, 50, &price(30));
        let again = KeptPrices::parse(&kept.to_json()).expect("what was written");
        assert_eq!(again, kept);
        assert_eq!(again.answer(&sku(&p4d, PurchaseOption::OnDemand), None), Some((100, price(20))));
        let gap = Some((200, Err(Said::alike("nobody knows"))));
        assert_eq!(again.answer(&sku(&g5, PurchaseOption::OnDemand), None), gap);
        assert_eq!(again.answer(&sku(&g5, PurchaseOption::Spot), None), None);
    }

    #[test]
    fn a_plan_rate_is_kept_by_its_terms() {
        let region = Region::parse("us-east-1").expect("a known region");
        let sku = Sku::instance(region, &InstanceType::new("p4d.24xlarge"), PurchaseOption::SavingsPlan);
        let terms = |term| Some(CommitmentTerms { term, payment: PaymentOption::NoUpfront });
        let mut kept = KeptPrices::default();
        kept.keep(&sku, terms(Term::OneYear), 1, &price(15));
        assert_eq!(kept.answer(&sku, terms(Term::ThreeYears)), None);
        assert_eq!(kept.answer(&sku, terms(Term::OneYear)), Some((1, price(15))));
    }
}
