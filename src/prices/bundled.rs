//! The dated price table inside the binary.
//!
//! `ec2.csv` has the On-Demand list price and the mean Spot price of instance types, `other.csv`
//! everything else with a source and a date a row. A price that is in neither is not known.

use std::collections::BTreeMap;

use super::entry::implied_purchase;
use super::{Price, PriceList, Provenance, Source, Tier, Wanted};
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::region::Region;
use crate::model::sku::{InstanceType, PurchaseOption, Resource, Sku};
use crate::model::units::PricingUnit;

/// When the EC2 prices were read: early July 2026.
pub const AS_OF: &str = "2026-07-05";

const EC2_DETAIL: &str = "AWS Price List, Linux, shared tenancy, read in early July 2026";
const SPOT_DETAIL: &str =
    "mean Spot price, collected in early July 2026; how the mean was taken is not recorded";
const EC2: &str = include_str!("bundled/ec2.csv");
const OTHER: &str = include_str!("bundled/other.csv");

/// The bundled prices of the wanted SKUs; what has no price is left out.
#[must_use]
pub fn price_list(wanted: &Wanted) -> PriceList {
    let mut list = PriceList::new(Source::Bundled, Some(AS_OF));
    let instances = InstancePrices::new();
    let other = other_prices(wanted);
    for sku in wanted {
        let key = (sku.service().code(), sku.usage_type());
        let listed = other.get(&(key.0, key.1.as_str())).filter(|_| implied_purchase(&key.1) == sku.purchase);
        let price = match listed {
            Some(price) => Some(price.clone()),
            None => sku.instance_type().and_then(|t| instances.price(sku.region, t, sku.purchase)),
        };
        if let Some(price) = price {
            list.insert(sku, price);
        }
    }
    list
}

/// Every SKU of a region that has a bundled price.
#[must_use]
pub fn skus(region: Region) -> Wanted {
    let instances = InstancePrices::new();
    let mut found = Wanted::new();
    for name in instances.rows.keys() {
        let instance_type = InstanceType::new(name);
        for purchase in [PurchaseOption::OnDemand, PurchaseOption::Spot] {
            if instances.price(region, &instance_type, purchase).is_some() {
                found.insert(Sku::instance(region, &instance_type, purchase));
            }
        }
    }
    let all: Wanted = every_other_resource(region).into_iter().collect();
    let other = other_prices(&all);
    found.extend(
        all.into_iter().filter(|sku| other.contains_key(&(sku.service().code(), sku.usage_type().as_str()))),
    );
    found
}

/// Whether a Spot mean equals the On-Demand price to the four decimals in which means are kept:
/// the pool had nothing spare.
#[must_use]
pub fn starved(spot_mean: Usd, on_demand: Usd) -> bool {
    let tolerance = Usd::new(Decimal::new(1, 4));
    spot_mean + tolerance >= on_demand
}

struct InstancePrices {
    regions: Vec<&'static str>,
    rows: BTreeMap<&'static str, &'static str>,
}

impl InstancePrices {
    fn new() -> InstancePrices {
        let mut lines = EC2.lines().filter(|line| !line.starts_with('#'));
        let header = lines.next().expect("the bundled table has a header");
        let regions = header.split(',').skip(1).collect();
        let rows = lines.filter_map(|line| line.split_once(',')).collect();
        InstancePrices { regions, rows }
    }

    fn price(&self, region: Region, instance_type: &InstanceType, purchase: PurchaseOption) -> Option<Price> {
        let column = self.regions.iter().position(|code| *code == region.code())?;
        let cell = self.rows.get(instance_type.as_str())?.split(',').nth(column)?;
        if cell.is_empty() {
            return None;
        }
        let (on_demand, spot) = match cell.split_once('/') {
            Some((on_demand, spot)) => (usd(on_demand), Some(usd(spot))),
            None => (usd(cell), None),
        };
        let provenance = |detail: &str| Provenance {
            source: Source::Bundled,
            as_of: Some(AS_OF.into()),
            sku: None,
            verified: Some(true),
            detail: detail.into(),
            only_for: None,
        };
        match purchase {
            PurchaseOption::OnDemand => {
                Some(Price::flat(on_demand, PricingUnit::Hours, provenance(EC2_DETAIL)))
            }
            PurchaseOption::Spot => {
                let mean = spot?;
                let mut price = Price::flat(mean, PricingUnit::Hours, provenance(SPOT_DETAIL));
                // The default maximum Spot price is the On-Demand price. Means are kept to four
                // decimals, so a starved pool's may exceed it by less than that.
                price.spread = Some((mean, Some(on_demand.max(mean))));
                Some(price)
            }
            _ => None,
        }
    }
}

type OtherPrices = BTreeMap<(&'static str, &'static str), Price>;

fn other_prices(wanted: &Wanted) -> OtherPrices {
    let regions: Vec<&str> = wanted.iter().map(|sku| sku.region.code()).collect();
    let mut found = OtherPrices::new();
    for row in OTHER.lines().filter(|line| !line.starts_with('#')).skip(1) {
        let cells: Vec<&'static str> = row.split(',').collect();
        let [region, service, usage_type, unit, from, low, price, as_of, verified, source] = cells[..] else {
            unreachable!("every bundled row has ten cells: {row}");
        };
        if !regions.contains(&region) {
            continue;
        }
        let (unit, _) = PricingUnit::parse(unit).expect("bundled units are ours");
        let tier = Tier {
            from: if from.is_empty() { Decimal::ZERO } else { number(from) },
            price: (!price.is_empty()).then(|| usd(price)),
        };
        let slot = found.entry((service, usage_type)).or_insert_with(|| Price {
            unit,
            tiers: Vec::new(),
            spread: (!low.is_empty()).then(|| (usd(low), None)),
            provenance: Provenance {
                source: Source::Bundled,
                as_of: (!as_of.is_empty()).then(|| as_of.to_owned()),
                sku: source
                    .split("sku ")
                    .nth(1)
                    .map(|s| s.chars().take_while(char::is_ascii_alphanumeric).collect()),
                verified: Some(verified == "yes"),
                detail: source.to_owned(),
                only_for: None,
            },
        });
        slot.tiers.push(tier);
    }
    found
}

fn every_other_resource(region: Region) -> Vec<Sku> {
    use crate::model::sku::{EfsClass, LustreStorage, S3Class, VolumeType};
    let mut resources = vec![
        Resource::VolumeStorage(VolumeType::Gp3),
        Resource::VolumeStorage(VolumeType::Gp2),
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
    use crate::model::sku::Service;

    fn is_service(code: &str) -> bool {
        Service::ALL.iter().any(|service| service.code() == code)
    }

    fn region(code: &str) -> Region {
        Region::parse(code).expect("a known region")
    }

    fn price(region_code: &str, name: &str, purchase: PurchaseOption) -> Option<Price> {
        let sku = Sku::instance(region(region_code), &InstanceType::new(name), purchase);
        price_list(&Wanted::from([sku.clone()])).get(&sku).cloned()
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
        check("eu-west-3", "c5.large", PurchaseOption::OnDemand, None);
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
    fn every_row_is_well_formed_and_of_a_known_type() {
        let catalog = Catalog::bundled();
        let instances = InstancePrices::new();
        assert_eq!(instances.regions.len(), 15);
        let mut cells = 0;
        for (name, row) in &instances.rows {
            assert!(catalog.get(&InstanceType::new(name)).is_some(), "{name}");
            assert_eq!(row.split(',').count(), 15, "{name}");
            for cell in row.split(',').filter(|cell| !cell.is_empty()) {
                cells += 1;
                for figure in cell.split('/') {
                    assert!(number(figure) > Decimal::ZERO, "{name} {cell}");
                }
            }
        }
        // As many prices as the source has rows.
        assert_eq!(cells, 3232);
        for row in OTHER.lines().filter(|line| !line.starts_with('#')).skip(1) {
            let cells: Vec<&str> = row.split(',').collect();
            assert_eq!(cells.len(), 10, "{row}");
            assert!(Region::parse(cells[0]).is_some() && is_service(cells[1]), "{row}");
            assert!(PricingUnit::parse(cells[3]).is_some() && matches!(cells[8], "yes" | "no"), "{row}");
            assert!(cells[8] == "no" || !cells[7].is_empty(), "a verified figure has a date: {row}");
        }
    }

    #[test]
    fn every_other_row_is_reachable_by_a_sku() {
        let mut reachable = 0;
        for region in Region::all() {
            let all: Wanted = every_other_resource(region).into_iter().collect();
            let prices = other_prices(&all);
            let names: Vec<(&str, String)> =
                all.iter().map(|sku| (sku.service().code(), sku.usage_type())).collect();
            for key in prices.keys() {
                assert!(names.iter().any(|(service, usage)| (*service, usage.as_str()) == *key), "{key:?}");
                reachable += 1;
            }
        }
        assert!(reachable > 50);
    }
}
