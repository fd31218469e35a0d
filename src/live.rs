//! Price lists from AWS, through the cache: what is known, what has to be asked, what came of it.
//!
//! Answers are kept with the time each was read. A list says the time of its oldest answer; where a
//! refresh failed and older answers stand in, the list says so itself.

mod words;

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::{Answer, Aws, Question};
use crate::cache::Cache;
use crate::catalog::{Catalog, TypeDescription};
use crate::error::{Error, Result};
use crate::model::commitment::{CommitmentTerms, Commitments};
use crate::model::money::Usd;
use crate::model::region::Region;
use crate::model::said::Said;
use crate::model::sku::{InstanceType, PurchaseOption, Resource, Sku};
use crate::model::time::{DAY, Period, day, instant};
use crate::model::units::PricingUnit;
use crate::prices::cache_entry::{Answered, KeptPrices, KeptType};
use crate::prices::history::{SpotHistory, SpotRecord};
use crate::prices::matching;
use crate::prices::product::{Origin, Product};
use crate::prices::query::{Query, queries};
use crate::prices::{OnlyFor, Price, PriceList, Provenance, Source, Wanted};
use crate::spot;
use crate::turn::Waiting;

/// Until when a kept answer is as good as a new one [s].
pub const FRESH: i64 = DAY;

/// No run takes longer [s].
const LONGEST_RUN: i64 = 3600;

/// How far back EC2 tells Spot prices [s] (API reference, DescribeSpotPriceHistory).
pub const SPOT_WINDOW: i64 = 90 * DAY;

/// Types of one Spot question: few enough that long histories are read side by side.
const SPOT_TYPES: usize = 4;

/// What one scenario needs.
#[derive(Clone, Debug)]
pub struct Need {
    /// Where.
    pub region: Region,
    /// When.
    pub period: Period,
    /// The prices.
    pub wanted: Wanted,
    /// What decides the rates of commitments.
    pub commitments: Commitments,
}

/// The answers about several regions, and what became of asking.
#[derive(Clone, Debug, Default)]
pub struct Known {
    regions: BTreeMap<Region, KeptPrices>,
    /// When the oldest answer that is used was read.
    as_of: Option<String>,
    /// Why older answers stand in, where they do.
    stale: Option<String>,
}

impl Need {
    /// Types that EC2 is asked about. In GovCloud it answers only to credentials of GovCloud, which are not good for the
    /// Price List.
    fn types(&self) -> BTreeSet<InstanceType> {
        if !self.region.is_commercial() {
            return BTreeSet::new();
        }
        self.wanted.iter().filter_map(|sku| sku.instance_type().cloned()).collect()
    }

    fn spot_types(&self) -> BTreeSet<InstanceType> {
        if !self.region.is_commercial() {
            return BTreeSet::new();
        }
        let spot = self.wanted.iter().filter(|sku| sku.purchase == PurchaseOption::Spot);
        spot.filter_map(|sku| sku.instance_type().cloned()).collect()
    }

    /// Whether AWS has nothing to say about it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.listed().next().is_none() && self.types().is_empty()
    }

    /// SKUs whose answer is a price or a gap of its own, with the terms they are asked under. Spot comes
    /// from its history, fees are in the scenario, commitments only where there is one.
    fn listed(&self) -> impl Iterator<Item = (&Sku, Option<CommitmentTerms>)> {
        self.wanted.iter().filter_map(|sku| match sku.purchase {
            PurchaseOption::Spot | PurchaseOption::CapacityBlock => None,
            PurchaseOption::SavingsPlan if !self.region.is_commercial() => None,
            PurchaseOption::SavingsPlan | PurchaseOption::Reserved => {
                let terms = self.commitments.terms(sku)?.ok()?;
                Some((sku, Some(terms)))
            }
            PurchaseOption::OnDemand => Some((sku, None)),
            PurchaseOption::None => (sku.resource != Resource::SavingsPlanUnused).then_some((sku, None)),
        })
    }
}

impl Known {
    /// What the cache holds about these needs.
    #[must_use]
    pub fn kept(cache: Option<&Cache>, needs: &[Need], now: i64) -> Known {
        let regions: BTreeSet<Region> = needs.iter().map(|need| need.region).collect();
        let read = |region: &Region| {
            let mut kept = KeptPrices::parse(&cache?.read(&file(*region))?)?;
            kept.forget_after(now);
            Some(kept)
        };
        let regions = regions.iter().map(|region| (*region, read(region).unwrap_or_default()));
        let mut known = Known { regions: regions.collect(), ..Known::default() };
        known.as_of = known.oldest(needs).map(instant);
        known
    }

    /// When the oldest answer that these needs use was read; `None` where one is missing, or where they
    /// need none at all.
    #[must_use]
    pub fn oldest(&self, needs: &[Need]) -> Option<i64> {
        let mut times = Vec::new();
        for need in needs {
            let kept = &self.regions[&need.region];
            for (sku, terms) in need.listed() {
                times.push(kept.answer(sku, terms)?.0);
            }
            for name in need.types() {
                times.push(kept.instance_type(&name)?.read_at);
            }
            if let Some(found) = self.spot(need) {
                times.push(found?.0);
            }
        }
        times.into_iter().min()
    }

    /// Whether AWS had nothing to say about something that these needs have: no price, no such type, no Spot price.
    /// It may have tomorrow, and what was nothing may have been a fault, so that is asked anew.
    #[must_use]
    pub fn has_gaps(&self, needs: &[Need]) -> bool {
        needs.iter().any(|need| {
            let kept = &self.regions[&need.region];
            let unsold = |name: &InstanceType| kept.instance_type(name).is_some_and(|kept| !kept.offered);
            need.listed().any(|(sku, terms)| matches!(kept.answer(sku, terms), Some((_, Err(_)))))
                || need.types().iter().any(unsold)
                || need.spot_types().iter().any(|name| kept.has_no_spot(name))
        })
    }

    /// `None` where no Spot price is wanted; what is known of it else.
    fn spot(&self, need: &Need) -> Option<Option<(i64, SpotHistory)>> {
        let types = need.spot_types();
        (!types.is_empty()).then(|| self.regions[&need.region].spot(&types))
    }

    /// Says that older answers stand in because asking anew failed.
    pub fn stand_in(&mut self, error: &Error) {
        self.stale = Some(error.to_string());
    }

    /// Asks AWS everything these needs have, of all regions side by side, and keeps it as read at `now`.
    pub fn ask(&mut self, aws: &Aws, needs: &[Need], now: i64, progress: &dyn Fn(&str)) -> Result<()> {
        let (mut asked, mut questions) = (Vec::new(), Vec::new());
        for region in self.regions.keys() {
            let needs: Vec<&Need> = needs.iter().filter(|need| need.region == *region).collect();
            for (kind, question) in questions_of(*region, &needs, now) {
                asked.push((*region, kind));
                questions.push(question);
            }
        }
        let answers = aws.ask(questions, progress)?;
        let mut found: BTreeMap<Region, Found> = BTreeMap::new();
        for ((region, kind), answer) in asked.into_iter().zip(answers) {
            found.entry(region).or_default().take(kind, answer);
        }
        for need in needs {
            if let (Some(found), Some(kept)) = (found.get(&need.region), self.regions.get_mut(&need.region)) {
                found.keep(need, kept, now)?;
            }
        }
        self.as_of = self.oldest(needs).map(instant);
        Ok(())
    }

    /// Writes everything known into the cache, beside what other runs wrote.
    pub fn save(&self, cache: &Cache, now: i64, waiting: Waiting<'_>) -> std::io::Result<()> {
        for (region, known) in &self.regions {
            cache.update(&file(*region), waiting, |before| {
                let mut all = before.and_then(|text| KeptPrices::parse(&text)).unwrap_or_default();
                // Runs at the same time began a little later than this one.
                all.forget_after(now + LONGEST_RUN);
                all.merge(known);
                all.to_json()
            })?;
        }
        Ok(())
    }

    /// Adds what EC2 says the types of these needs are.
    pub fn describe(&self, needs: &[Need], catalog: &mut Catalog) {
        for need in needs {
            for name in need.types() {
                let kept = self.regions[&need.region].instance_type(&name);
                if let Some(described) = kept.and_then(|kept| kept.described.as_ref()) {
                    catalog.add(&name, described);
                }
            }
        }
    }

    /// Whether EC2 knows a type at all.
    #[must_use]
    pub fn is_type(&self, region: Region, name: &InstanceType) -> bool {
        self.regions[&region].instance_type(name).is_some_and(|kept| kept.offered || kept.described.is_some())
    }

    /// The price list of a need.
    #[must_use]
    pub fn price_list(&self, need: &Need, catalog: &Catalog) -> PriceList {
        let kept = &self.regions[&need.region];
        let mut list = PriceList::new(Source::Live, self.as_of.as_deref());
        for (sku, terms) in need.listed() {
            let Some((_, answer)) = kept.answer(sku, terms) else { continue };
            match answer {
                Ok(price) => list.insert(sku, price),
                Err(reason) => list.set_gap(sku, reason),
            }
        }
        for sku in &need.wanted {
            if let Some(Err(reason)) = need.commitments.terms(sku) {
                list.set_gap(sku, reason);
            }
        }
        if !need.region.is_commercial() {
            without_ec2(need, &mut list);
        }
        for name in need.types() {
            let Some(found) = kept.instance_type(&name) else { continue };
            if !found.offered {
                list.not_offered.insert((need.region, name.clone()));
            }
            if let Some(remark) = found.described.as_ref().and_then(|d| differs(&name, d, catalog)) {
                list.type_remarks.insert(name, remark);
            }
        }
        if let Some(Some((_, history))) = self.spot(need) {
            spot::price_live(&mut list, &history, &need.wanted, need.period);
        }
        if let (Some(reason), Some(as_of)) = (&self.stale, &list.as_of) {
            list.remarks
                .insert(0, format!("prices were read at {as_of}; reading them anew failed: {reason}"));
        }
        list
    }

    /// The Spot history of some types of a region, if it is known.
    #[must_use]
    pub fn spot_history(&self, need: &Need) -> Option<SpotHistory> {
        self.spot(need).flatten().map(|(_, history)| history)
    }
}

/// Says what the commercial Price List does not have of GovCloud.
fn without_ec2(need: &Need, list: &mut PriceList) {
    let region = need.region;
    list.remarks.push(format!(
        "prices of {region} are the commercial Price List's; Spot prices, Savings Plan rates and which types EC2 offers there need credentials of GovCloud, and are not read"
    ));
    for sku in &need.wanted {
        if matches!(sku.purchase, PurchaseOption::Spot | PurchaseOption::SavingsPlan) {
            let option = sku.purchase.title();
            let reason = Said::new(
                format!("{option} prices of {region} can be read with credentials of GovCloud only"),
                format!("{region} の {option} の単価は GovCloud の認証情報でしか読めない"),
            );
            list.set_gap(sku, reason);
        }
    }
}

/// The cache file of a region.
#[must_use]
pub fn file(region: Region) -> String {
    format!("prices-{region}.json")
}

/// What the table in this program says otherwise than EC2 does.
fn differs(name: &InstanceType, described: &TypeDescription, catalog: &Catalog) -> Option<String> {
    let spec = catalog.get(name)?;
    let table = (spec.vcpus, spec.memory_mib, spec.gpus);
    let ec2 = (described.vcpus, described.memory_mib, described.gpus);
    let used = if catalog.is_declared(name) { "the scenario" } else { "this program's table" };
    (table != ec2).then(|| {
        format!(
            "EC2 describes {name} with {} vCPUs, {} MiB and {} GPUs; {used}, which is used, has {}, {} and {}",
            ec2.0, ec2.1, ec2.2, table.0, table.1, table.2
        )
    })
}

/// The price lists of needs as they were in force at a second of the Unix epoch, from AWS's archive. Spot
/// and Savings Plan rates are not in it.
pub fn archived(aws: &Aws, needs: &[Need], at: i64, progress: &dyn Fn(&str)) -> Result<Vec<PriceList>> {
    let mut by_file: BTreeMap<(Region, &str), BTreeSet<Query>> = BTreeMap::new();
    for need in needs {
        for query in queries(&need.listed().map(|(sku, _)| sku.clone()).collect()) {
            by_file.entry((query.region, query.service)).or_default().insert(query);
        }
    }
    // Of all regions: which one a product is of is judged with the rest of it.
    let (mut products, mut names) = (Vec::new(), Vec::new());
    for ((region, service), queries) in by_file {
        let queries: Vec<&Query> = queries.iter().collect();
        match aws.archived(service, region, at, &queries, progress)? {
            Some(list) => {
                names.push(list.arn);
                products.extend(list.products);
            }
            None => names.push(format!("none of {service} in {region}")),
        }
    }
    let remark = format!("prices are those of AWS's lists in force on {}: {}", day(at), names.join(", "));
    let list = |need: &Need| {
        let mut list = archived_list(need, &products, at);
        list.remarks.push(remark.clone());
        list
    };
    Ok(needs.iter().map(list).collect())
}

fn archived_list(need: &Need, products: &[Product], at: i64) -> PriceList {
    let mut list = PriceList::new(Source::Archive, Some(&day(at)));
    let origin = Origin { source: Source::Archive, as_of: day(at) };
    for (sku, terms) in need.listed().filter(|(sku, _)| sku.purchase != PurchaseOption::SavingsPlan) {
        match matching::price(sku, terms, products, &origin) {
            Ok(price) => list.insert(sku, price),
            Err(reason) => {
                let day = day(at);
                let reason = Said::new(
                    format!("{} (in force on {day})", reason.en),
                    format!("{}（{day} 時点）", reason.ja),
                );
                list.set_gap(sku, reason);
            }
        }
    }
    for sku in &need.wanted {
        match (sku.purchase, need.commitments.terms(sku)) {
            (_, Some(Err(reason))) => list.set_gap(sku, reason),
            (PurchaseOption::Spot, _) | (PurchaseOption::SavingsPlan, Some(Ok(_))) => {
                let (usage_type, option) = (sku.usage_type(), sku.purchase.title());
                list.set_gap(
                    sku,
                    Said::new(
                        format!("the archive of price lists has no {option} prices ({usage_type})"),
                        format!("過去の価格表には {option} の単価がない（{usage_type}）"),
                    ),
                );
            }
            _ => {}
        }
    }
    list
}

/// What a question was about, to sort its answer.
enum Kind {
    Any,
    Plan(CommitmentTerms),
}

fn questions_of(region: Region, needs: &[&Need], now: i64) -> Vec<(Kind, Question)> {
    let mut found = Vec::new();
    let all: Wanted = needs.iter().flat_map(|need| need.listed().map(|(sku, _)| sku.clone())).collect();
    found.extend(queries(&all).into_iter().map(|query| (Kind::Any, Question::Products(query))));
    let types: Vec<InstanceType> =
        needs.iter().flat_map(|need| need.types()).collect::<BTreeSet<_>>().into_iter().collect();
    if !types.is_empty() {
        found.push((Kind::Any, Question::Offered { region, types: types.clone() }));
        found.push((Kind::Any, Question::Described { region, types }));
    }
    let spot: Vec<InstanceType> =
        needs.iter().flat_map(|need| need.spot_types()).collect::<BTreeSet<_>>().into_iter().collect();
    for types in spot.chunks(SPOT_TYPES) {
        let (types, start) = (types.to_vec(), now - SPOT_WINDOW);
        found.push((Kind::Any, Question::SpotHistory { region, types, start, end: now }));
    }
    let mut plans: BTreeMap<_, BTreeSet<InstanceType>> = BTreeMap::new();
    for need in needs {
        for (sku, terms) in need.listed().filter(|(sku, _)| sku.purchase == PurchaseOption::SavingsPlan) {
            plans.entry(terms).or_default().extend(sku.instance_type().cloned());
        }
    }
    for (terms, types) in plans {
        let Some(terms) = terms else { continue };
        let types = types.into_iter().collect();
        found.push((Kind::Plan(terms), Question::PlanRates { region, types, terms }));
    }
    found
}

type PlanRates = BTreeMap<InstanceType, std::result::Result<(Usd, String), Said>>;

/// The answers about one region, sorted.
#[derive(Default)]
struct Found {
    products: Vec<Product>,
    offered: BTreeSet<InstanceType>,
    described: BTreeMap<InstanceType, TypeDescription>,
    records: Vec<SpotRecord>,
    plans: BTreeMap<CommitmentTerms, PlanRates>,
}

impl Found {
    fn take(&mut self, kind: Kind, answer: Answer) {
        match (kind, answer) {
            (_, Answer::Products(products)) => self.products.extend(products),
            (_, Answer::Offered(types)) => self.offered.extend(types),
            (_, Answer::Described(types)) => self.described.extend(types),
            (_, Answer::SpotHistory(records)) => self.records.extend(records),
            (Kind::Plan(terms), Answer::PlanRates(rates)) => {
                self.plans.insert(terms, rates);
            }
            _ => unreachable!("nothing else is asked here"),
        }
    }

    fn keep(&self, need: &Need, kept: &mut KeptPrices, now: i64) -> Result<()> {
        let origin = Origin { source: Source::Live, as_of: day(now) };
        for (sku, terms) in need.listed() {
            let answer: Answered = match terms.filter(|_| sku.purchase == PurchaseOption::SavingsPlan) {
                Some(terms) => {
                    let rates = self.plans.get(&terms).and_then(|rates| rates.get(sku.instance_type()?));
                    rates
                        .cloned()
                        .unwrap_or_else(|| Err(Said::new("it was not asked for", "問い合わせていない")))
                        .map(|(price, offering)| {
                            let detail = format!("Compute Savings Plan rate, {terms}, {offering}");
                            let provenance = Provenance {
                                source: Source::Live,
                                as_of: Some(origin.as_of.clone()),
                                sku: None,
                                verified: Some(true),
                                detail,
                                only_for: Some(OnlyFor::Terms(terms)),
                            };
                            Price::flat(price, PricingUnit::Hours, provenance)
                        })
                }
                None => matching::price(sku, terms, &self.products, &origin),
            };
            kept.keep(sku, terms, now, &answer);
        }
        for name in need.types() {
            let described = self.described.get(&name).cloned();
            let offered = self.offered.contains(&name);
            kept.keep_type(&name, KeptType { read_at: now, offered, described });
        }
        let spot = need.spot_types();
        if !spot.is_empty() {
            let start = now - SPOT_WINDOW;
            let (history, _) = SpotHistory::of_records(self.records.clone()).map_err(|name| {
                Error::malformed(
                    "Amazon EC2",
                    words::a_spot_price_history(),
                    words::a_record_of_names_no(name),
                )
            })?;
            kept.keep_spot(&spot, start, now, &history.within(start, now));
        }
        Ok(())
    }
}
