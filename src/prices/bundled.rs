//! The dated price tables inside the binary, packed by region and unpacked when one is asked for.
//!
//! `bundled/ec2.csv` has instance types: the On-Demand list price, the mean Spot price, Reserved Instances paid all upfront.
//! `bundled/other.csv` has everything else with a source and a date a row. A price that is in neither is not known.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;

use flate2::read::GzDecoder;

use super::{Entry, OnlyFor, Price, PriceList, Provenance, Source, Tier, Wanted};
use crate::model::commitment::{CommitmentTerms, Commitments, PaymentOption, Term};
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::region::Region;
use crate::model::said::Said;
use crate::model::sku::{InstanceType, PurchaseOption, Resource, Service, Sku};
use crate::model::units::PricingUnit;
use crate::model::usage_type::UsageType;

/// When the EC2 prices were read: early July 2026.
pub const AS_OF: &str = "2026-07-05";

const EC2_DETAIL: &str = "AWS Price List, Linux, shared tenancy, read in early July 2026";
const SPOT_DETAIL: &str =
    "mean Spot price, collected in early July 2026; how the mean was taken is not recorded";
const RESERVED_DETAIL: &str = "AWS Price List, Linux, standard, all upfront, spread over the hours of the term, read in early July 2026";

/// Regions and their packed tables (`build.rs`): rows of instances, an empty line, rows of everything else.
const PACKED: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/prices.rs"));

/// The bundled prices of the wanted SKUs; what has no price is left out. `commitments` say which Reserved rate is wanted.
#[must_use]
pub fn price_list(wanted: &Wanted, commitments: &Commitments) -> PriceList {
    let mut list = PriceList::new(Source::Bundled, Some(AS_OF));
    let regions: BTreeSet<Region> = wanted.iter().map(|sku| sku.region).collect();
    for region in regions {
        let text = unpacked(region);
        let table = Table::of(&text);
        for sku in wanted.iter().filter(|sku| sku.region == region) {
            match table.price(sku, commitments) {
                Some(Ok(price)) => list.insert(sku, price),
                Some(Err(reason)) => list.set_gap(sku, reason),
                None => {}
            }
        }
    }
    list
}

/// Every bundled price of a region, as a bill names it; Reserved Instances once for each term.
#[must_use]
pub fn entries(region: Region) -> Vec<Entry> {
    let text = unpacked(region);
    let table = Table::of(&text);
    let mut found: Vec<Entry> = Vec::new();
    for (name, row) in &table.instances {
        let instance_type = InstanceType::new(name);
        for purchase in [PurchaseOption::OnDemand, PurchaseOption::Spot] {
            let usage_type = Sku::instance(region, &instance_type, purchase).usage_type();
            let price = instance_price(row, purchase, None);
            found.extend(price.map(|price| (Service::AmazonEC2, usage_type, purchase, price)));
        }
        for terms in Term::ALL.map(all_upfront) {
            let sku = Sku::instance(region, &instance_type, PurchaseOption::Reserved);
            let price = instance_price(row, sku.purchase, Some(terms));
            found.extend(price.map(|price| (Service::AmazonEC2, sku.usage_type(), sku.purchase, price)));
        }
    }
    for ((service, usage_type), price) in table.others {
        let mut known = Service::ALL.into_iter();
        let service = known.find(|known| known.code() == service).expect("bundled services are ours");
        let purchase = UsageType(usage_type).purchase();
        found.push((service, usage_type.to_owned(), purchase, price));
    }
    found.sort_by(|a, b| (a.0, &a.1, a.2).cmp(&(b.0, &b.1, b.2)));
    found
}

/// Whether a Spot mean equals the On-Demand price to the four decimals in which means are kept:
/// the pool had nothing spare.
#[must_use]
pub fn starved(spot_mean: Usd, on_demand: Usd) -> bool {
    let tolerance = Usd::new(Decimal::new(1, 4));
    spot_mean + tolerance >= on_demand
}

/// The tables of a region as text; empty where there are none.
fn unpacked(region: Region) -> String {
    let mut text = String::new();
    if let Some((_, packed)) = PACKED.iter().find(|(code, _)| *code == region.code()) {
        GzDecoder::new(*packed).read_to_string(&mut text).expect("what the build packed is whole");
    }
    text
}

/// The tables of a region.
struct Table<'a> {
    /// Cells by instance type: On-Demand, Spot, Reserved for one year and for three.
    instances: BTreeMap<&'a str, [&'a str; 4]>,
    /// By service code and usage type.
    others: BTreeMap<(&'a str, &'a str), Price>,
}

impl<'a> Table<'a> {
    fn of(text: &'a str) -> Table<'a> {
        let mut rows = text.lines();
        let instance = |row: &'a str| {
            let (name, cells) = row.split_once(',')?;
            Some((name, cells.split(',').collect::<Vec<_>>().try_into().ok()?))
        };
        let instances = rows.by_ref().take_while(|row| !row.is_empty());
        let instances = instances.map(|row| instance(row).expect("a bundled row has four prices")).collect();
        Table { instances, others: others(rows) }
    }

    /// The price of a SKU; `Err` says why it has none although the table knows of it.
    fn price(&self, sku: &Sku, commitments: &Commitments) -> Option<Result<Price, Said>> {
        let usage_type = sku.usage_type();
        let listed = self.others.get(&(sku.service().code(), usage_type.as_str()));
        if let Some(price) = listed.filter(|_| UsageType(&usage_type).purchase() == sku.purchase) {
            return Some(Ok(price.clone()));
        }
        let row = self.instances.get(sku.instance_type()?.as_str())?;
        let terms = match sku.purchase {
            PurchaseOption::Reserved => Some(commitments.terms(sku)?.ok()?),
            _ => None,
        };
        match terms.filter(|terms| terms.payment != PaymentOption::AllUpfront) {
            None => instance_price(row, sku.purchase, terms).map(Ok),
            Some(terms) => Some(Err(Said::new(
                format!(
                    "the bundled table has Reserved Instances paid all upfront, and the scenario's is {terms}: live prices know it, or `usd_per_hour`"
                ),
                format!(
                    "内蔵の価格表にあるリザーブドインスタンスは全額前払いのみで、シナリオは {terms} である。AWS から取得するか `usd_per_hour` で指定する"
                ),
            ))),
        }
    }
}

const fn all_upfront(term: Term) -> CommitmentTerms {
    CommitmentTerms { term, payment: PaymentOption::AllUpfront }
}

/// A price of the row of an instance type. `terms` are those of a Reserved Instance paid all upfront.
fn instance_price(
    [on_demand, spot, one_year, three_years]: &[&str; 4],
    purchase: PurchaseOption,
    terms: Option<CommitmentTerms>,
) -> Option<Price> {
    let known = |cell: &str| (!cell.is_empty()).then(|| usd(cell));
    let flat = |usd: Usd, detail: &str, only_for| {
        let provenance = Provenance {
            source: Source::Bundled,
            as_of: Some(AS_OF.into()),
            sku: None,
            verified: Some(true),
            detail: detail.into(),
            only_for,
        };
        Price::flat(usd, PricingUnit::Hours, provenance)
    };
    match (purchase, terms) {
        (PurchaseOption::OnDemand, _) => Some(flat(known(on_demand)?, EC2_DETAIL, None)),
        (PurchaseOption::Spot, _) => {
            let mean = known(spot)?;
            let mut price = flat(mean, SPOT_DETAIL, None);
            // The default maximum Spot price is the On-Demand price. Means are rounded, so a starved pool's may exceed it
            // by less than that.
            price.spread = Some((mean, known(on_demand).map(|most| most.max(mean))));
            Some(price)
        }
        (PurchaseOption::Reserved, Some(terms)) => {
            let cell = match terms.term {
                Term::OneYear => one_year,
                Term::ThreeYears => three_years,
            };
            Some(flat(known(cell)?, RESERVED_DETAIL, Some(OnlyFor::Terms(terms))))
        }
        _ => None,
    }
}

/// Prices of everything but instances: service, usage type, unit, first quantity of a tier, lower end, price, date, whether it
/// is from the Price List, source.
fn others<'a>(rows: impl Iterator<Item = &'a str>) -> BTreeMap<(&'a str, &'a str), Price> {
    let mut found = BTreeMap::new();
    for row in rows {
        let cells: Vec<&str> = row.split(',').collect();
        let [service, usage_type, unit, from, low, price, as_of, verified, source] = cells[..] else {
            unreachable!("every bundled row has nine cells: {row}");
        };
        let (unit, _) = PricingUnit::parse(unit).expect("bundled units are ours");
        let tier = Tier {
            from: if from.is_empty() { Decimal::ZERO } else { number(from) },
            price: (!price.is_empty()).then(|| usd(price)),
        };
        let sku = source.split("sku ").nth(1);
        let slot = found.entry((service, usage_type)).or_insert_with(|| Price {
            unit,
            tiers: Vec::new(),
            spread: (!low.is_empty()).then(|| (usd(low), None)),
            provenance: Provenance {
                source: Source::Bundled,
                as_of: (!as_of.is_empty()).then(|| as_of.to_owned()),
                sku: sku.map(|text| text.chars().take_while(char::is_ascii_alphanumeric).collect()),
                verified: Some(verified == "yes"),
                detail: source.to_owned(),
                only_for: None,
            },
        });
        slot.tiers.push(tier);
    }
    found
}

/// Everything that a scenario may be charged for but instances.
#[must_use]
pub fn every_other_resource(region: Region) -> Vec<Sku> {
    use crate::model::sku::{EfsClass, LustreStorage, PublicIpv4, S3Class};
    use crate::model::volume::{ProvisionedIops, VolumeType};
    let mut resources = vec![
        Resource::VolumeSnapshots,
        Resource::PublicIpv4(PublicIpv4::InUse),
        Resource::PublicIpv4(PublicIpv4::Idle),
        Resource::VolumeIops,
        Resource::VolumeThroughput,
        Resource::LustreStorage(LustreStorage::Scratch),
        Resource::LustreBackup,
        Resource::LustreMetadataIops,
        Resource::LustreThroughput,
        Resource::EfsStorage(EfsClass::Standard),
        Resource::EfsStorage(EfsClass::InfrequentAccess),
        Resource::EfsStorage(EfsClass::InfrequentAccessElastic),
        Resource::EfsThroughput,
        Resource::EcrStorage,
        Resource::LogsIngestion,
        Resource::LogsStorage,
        Resource::TransferOut,
        Resource::TransferCrossAz,
        Resource::NatHours,
        Resource::NatBytes,
    ];
    resources
        .extend([50, 100, 200, 125, 250, 500, 1000].map(|t| Resource::LustreStorage(LustreStorage::Ssd(t))));
    resources.extend(VolumeType::ALL.map(Resource::VolumeStorage));
    resources.extend(ProvisionedIops::ALL.map(Resource::ProvisionedIops));
    for class in S3Class::ALL {
        resources.extend([
            Resource::S3Storage(class),
            Resource::S3WriteRequests(class),
            Resource::S3ReadRequests(class),
        ]);
    }
    for (tier, cache) in [(12, false), (12, true), (40, false), (40, true)] {
        resources.push(Resource::LustreStorage(LustreStorage::Hdd { tier, cache }));
    }
    resources.extend(Region::all().map(Resource::TransferCrossRegion));
    let mut skus: Vec<Sku> = resources.into_iter().map(|r| Sku::other(region, r)).collect();
    skus.push(Sku::instance(region, &InstanceType::new("p5e.48xlarge"), PurchaseOption::Spot));
    skus
}

fn usd(text: &str) -> Usd {
    Usd::new(number(text))
}

fn number(text: &str) -> Decimal {
    decimal::parse(text).expect("bundled figures are decimal numbers")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    fn region(code: &str) -> Region {
        Region::parse(code).expect("a known region")
    }

    fn price(region_code: &str, name: &str, purchase: PurchaseOption) -> Option<Price> {
        let sku = Sku::instance(region(region_code), &InstanceType::new(name), purchase);
        price_list(&Wanted::from([sku.clone()]), &Commitments::default()).get(&sku).cloned()
    }

    #[test]
    fn the_guides_types_cost_what_the_source_says() {
        let rate = |price: Option<Price>| price.and_then(|p| p.first_rate()).map(|r| r.price.to_string());
        let check = |region, name, purchase, expected: Option<&str>| {
            assert_eq!(rate(price(region, name, purchase)).as_deref(), expected, "{region} {name}");
        };
        check("us-east-1", "p4d.24xlarge", PurchaseOption::OnDemand, Some("21.957642"));
        check("us-east-1", "p3.16xlarge", PurchaseOption::Spot, Some("6.577475"));
        check("ap-northeast-1", "p4d.24xlarge", PurchaseOption::OnDemand, Some("30.09784"));
        // No row, no price; never another region's, and no Spot for hpc types.
        check("ap-northeast-1", "p6-b200.48xlarge", PurchaseOption::OnDemand, None);
        check("us-east-2", "hpc7a.96xlarge", PurchaseOption::Spot, None);
        check("us-east-2", "p5e.48xlarge", PurchaseOption::OnDemand, None);
        check("eu-west-3", "c5.large", PurchaseOption::OnDemand, Some("0.101"));
        check("us-east-1", "g6f.large", PurchaseOption::OnDemand, Some("0.202"));
    }

    #[test]
    fn spot_is_bounded_by_on_demand_where_that_is_known() {
        let spread = |price: Option<Price>| price.and_then(|p| p.spread);
        let (low, high) = spread(price("us-east-1", "p3.16xlarge", PurchaseOption::Spot)).expect("has one");
        assert_eq!((low, high), (usd("6.577475"), Some(usd("24.48"))));
        let (low, high) = spread(price("us-east-2", "p5e.48xlarge", PurchaseOption::Spot)).expect("has one");
        assert_eq!((low, high), (usd("17.48"), None));
    }

    #[test]
    fn starved_pools_are_those_whose_mean_is_the_list_price() {
        assert!(starved(usd("23.6225"), usd("23.62246")));
        assert!(starved(usd("33.552"), usd("33.552")));
        assert!(!starved(usd("6.577475"), usd("24.48")));
    }

    #[test]
    fn reserved_instances_paid_all_upfront_are_known() {
        let p4d = InstanceType::new("p4d.24xlarge");
        let sku = Sku::instance(region("us-east-1"), &p4d, PurchaseOption::Reserved);
        let bought = |term, payment| Commitments {
            reserved: vec![(p4d.clone(), Some(CommitmentTerms { term, payment }))],
            ..Commitments::default()
        };
        let list = |commitments: &Commitments| price_list(&Wanted::from([sku.clone()]), commitments);
        for (term, expected) in [(Term::OneYear, "12.993037"), (Term::ThreeYears, "8.159056")] {
            let list = list(&bought(term, PaymentOption::AllUpfront));
            let price = list.get(&sku).expect("a price");
            assert_eq!(price.first_rate().map(|rate| rate.price), Some(usd(expected)));
            assert_eq!(price.provenance.only_for, Some(OnlyFor::Terms(all_upfront(term))));
        }
        // Another payment has no price, and says why; nothing is wanted without terms.
        let other = list(&bought(Term::ThreeYears, PaymentOption::NoUpfront));
        assert!(other.get(&sku).is_none());
        assert!(other.gap(&sku).is_some_and(|reason| reason.en.contains("is 3yr No Upfront")));
        assert!(list(&Commitments::default()).gap(&sku).is_none());
    }

    #[test]
    fn every_region_and_row_of_the_tables_is_in_the_program() {
        let count = |text: &str| text.lines().filter(|line| !line.starts_with('#')).skip(1).count();
        let instances = count(include_str!("bundled/ec2.csv"));
        let others = count(include_str!("bundled/other.csv"));
        let catalog = Catalog::bundled();
        let (mut found, mut tiers) = (0, 0);
        for (code, _) in PACKED {
            let text = unpacked(region(code));
            let table = Table::of(&text);
            found += table.instances.len();
            tiers += table.others.values().map(|price| price.tiers.len()).sum::<usize>();
            for (name, row) in &table.instances {
                assert!(catalog.get(&InstanceType::new(name)).is_some(), "{name}");
                assert!(!row[0].is_empty(), "{code} {name} has an On-Demand price");
                let prices = row.iter().filter(|cell| !cell.is_empty()).map(|cell| number(cell));
                assert!(prices.clone().all(|price| price > Decimal::ZERO), "{code} {name}");
            }
            for (key, price) in &table.others {
                let rising = price.tiers.windows(2).all(|pair| pair[0].from < pair[1].from);
                assert!(rising && price.tiers[0].from.is_zero(), "{code} {key:?}: tiers rise from 0");
                let verified = price.provenance.verified == Some(true);
                assert!(!verified || price.provenance.as_of.is_some(), "{code} {key:?}: a date");
            }
            assert!(entries(region(code)).len() >= table.instances.len(), "{code}");
        }
        assert_eq!((found, tiers), (instances, others));
    }

    #[test]
    fn every_other_row_is_reachable_by_a_sku() {
        let mut reachable = 0;
        for (code, _) in PACKED {
            let all: Wanted = every_other_resource(region(code)).into_iter().collect();
            let names: BTreeSet<(&str, String)> =
                all.iter().map(|sku| (sku.service().code(), sku.usage_type())).collect();
            let text = unpacked(region(code));
            for key in Table::of(&text).others.keys() {
                assert!(names.contains(&(key.0, key.1.to_owned())), "{code} {key:?}");
                reachable += 1;
            }
        }
        assert!(reachable > 700, "{reachable}");
    }
}
