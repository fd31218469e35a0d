//! What to ask the Price List for, and which product is which SKU.
//!
//! One question covers as many SKUs as the API allows: `ANY_OF` over instance types or usage types. The
//! same conditions are checked again on every product that comes back, so that an answer that ignores
//! a filter, and an offer file that has none, are judged alike.

use std::collections::{BTreeMap, BTreeSet};

use super::Wanted;
use super::product::Product;
use crate::model::region::Region;
use crate::model::sku::{LustreStorage, PurchaseOption, Resource, S3Class, Service, Sku};
use crate::model::text::folded;

/// Longest value of a filter (API reference, Filter, read 2026-11-23).
const MAX_VALUE: usize = 1024;

/// What a product may lack and yet be the one: offer files before 2023 know no market option. Anything else that is
/// missing is another thing: File Cache has no `fileSystemType`.
const MAY_LACK: [&str; 1] = ["marketoption"];

/// How FSx creates a Lustre file system; File Cache's products, of the same service, have `CreateFileCache:Lustre`.
const CREATE_LUSTRE: &str = "CreateFileSystem:Lustre";

/// A usage type that is there in every region: what stands before it is the region's prefix.
const EVERYWHERE: &str = "EBS:VolumeUsage.gp3";

/// A question to the Price List.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Query {
    /// The Price List's service code.
    pub service: &'static str,
    /// The region whose offer file has the answer.
    pub region: Region,
    /// Attributes that must have this value.
    pub equals: Vec<(&'static str, String)>,
    /// An attribute that must have one of these values.
    pub any_of: Option<(&'static str, BTreeSet<String>)>,
}

/// The questions that together cover the wanted SKUs. Spot and Savings Plans are not in the Price List.
#[must_use]
pub fn queries(wanted: &Wanted) -> Vec<Query> {
    let mut grouped: BTreeMap<Query, BTreeSet<String>> = BTreeMap::new();
    for sku in wanted {
        let Some((query, values)) = question(sku) else { continue };
        grouped.entry(query).or_default().extend(values);
    }
    let mut found = Vec::new();
    for (query, values) in grouped {
        let Some((field, _)) = query.any_of else {
            found.push(query);
            continue;
        };
        let mut chunk = BTreeSet::new();
        let mut length = 0;
        for value in values {
            if length + value.len() + 1 > MAX_VALUE {
                found.push(Query { any_of: Some((field, std::mem::take(&mut chunk))), ..query.clone() });
                length = 0;
            }
            length += value.len() + 1;
            chunk.insert(value);
        }
        found.push(Query { any_of: Some((field, chunk)), ..query });
    }
    found
}

impl Query {
    /// Whether a product with these attributes (by folded name) answers this question. An attribute that it does not have
    /// is not the one that is asked for.
    pub fn selects<'a>(&self, attribute: impl Fn(&str) -> Option<&'a str>) -> bool {
        let equal = |(name, value): &(&str, String)| match attribute(&folded(name)) {
            Some(found) => found == value,
            None => MAY_LACK.contains(name),
        };
        let among = |(name, values): &(&str, BTreeSet<String>)| {
            attribute(&folded(name)).is_some_and(|found| values.contains(found))
        };
        self.equals.iter().all(equal) && self.any_of.as_ref().is_none_or(among)
    }
}

/// What to ask to learn the prefix of a region that the table of regions does not have.
#[must_use]
pub fn prefix_question(region: Region) -> Query {
    let equals = [
        ("regionCode", region.code()),
        ("locationType", "AWS Region"),
        ("productFamily", "Storage"),
        ("volumeApiName", "gp3"),
    ];
    let equals = equals.map(|(name, value)| (name, value.to_owned())).into();
    Query { service: "AmazonEC2", region, equals, any_of: None }
}

/// The region with the prefix that the answer to [`prefix_question`] shows; `None` where that is not one.
#[must_use]
pub fn region_named_by(region: Region, products: &[Product]) -> Option<Region> {
    let question = prefix_question(region);
    let here = products.iter().filter(|product| question.selects(|name| product.attribute(name)));
    let usage_types = here.filter_map(|product| product.attribute("usagetype"));
    let named: BTreeSet<Region> =
        usage_types.filter_map(|usage_type| region.named_by(usage_type, EVERYWHERE)).collect();
    match named.into_iter().collect::<Vec<_>>()[..] {
        [one] => Some(one),
        _ => None,
    }
}

/// The question about a SKU, and the values of its varied attribute.
fn question(sku: &Sku) -> Option<(Query, Vec<String>)> {
    let region = sku.region;
    let here = ("regionCode", region.code().to_owned());
    let query = |service, equals, field: Option<&'static str>| Query {
        service,
        region,
        equals,
        any_of: field.map(|field| (field, BTreeSet::new())),
    };
    if let Some(instance_type) = sku.instance_type() {
        if !matches!(sku.purchase, PurchaseOption::OnDemand | PurchaseOption::Reserved) {
            return None;
        }
        let metal = instance_type.as_str().contains(".metal");
        let family = if metal { "Compute Instance (bare metal)" } else { "Compute Instance" };
        let fixed = [
            ("operatingSystem", "Linux"),
            ("tenancy", "Shared"),
            ("preInstalledSw", "NA"),
            ("capacitystatus", "Used"),
            ("marketoption", "OnDemand"),
            ("licenseModel", "No License required"),
            ("locationType", "AWS Region"),
            ("productFamily", family),
        ];
        let mut equals = vec![here];
        equals.extend(fixed.map(|(name, value)| (name, value.to_owned())));
        return Some((query("AmazonEC2", equals, Some("instanceType")), vec![instance_type.to_string()]));
    }
    match sku.resource {
        Resource::SavingsPlanUnused => None,
        Resource::TransferOut | Resource::TransferCrossAz | Resource::TransferCrossRegion(_) => {
            Some((query("AWSDataTransfer", Vec::new(), Some("usagetype")), sku.spellings()))
        }
        // What Lustre's usage types are called is not documented: all of them, and the attributes decide.
        _ if sku.service() == Service::AmazonFSx => {
            Some((query("AmazonFSx", vec![here, ("fileSystemType", "Lustre".into())], None), Vec::new()))
        }
        _ => {
            let mut equals = vec![here, ("locationType", "AWS Region".to_owned())];
            // Overheads of other classes are listed under the usage type of Standard.
            if sku.resource == Resource::S3Storage(S3Class::Standard) {
                equals.push(("volumeType", "Standard".to_owned()));
            }
            let service = match sku.resource {
                Resource::S3Storage(S3Class::DeepArchive)
                | Resource::S3WriteRequests(S3Class::DeepArchive)
                | Resource::S3ReadRequests(S3Class::DeepArchive) => "AmazonS3GlacierDeepArchive",
                _ => sku.service().code(),
            };
            Some((query(service, equals, Some("usagetype")), sku.spellings()))
        }
    }
}

/// Whether a product is what a SKU means.
#[must_use]
pub fn fits(product: &Product, sku: &Sku) -> bool {
    let Some((query, values)) = question(sku) else { return false };
    let query =
        Query { any_of: query.any_of.map(|(field, _)| (field, values.into_iter().collect())), ..query };
    // Services share usage types: `TimedStorage-ByteHrs` is S3's, ECR's and CloudWatch's.
    if product.service != query.service || !query.selects(|name| product.attribute(name)) {
        return false;
    }
    let listed = product.attribute("usagetype").unwrap_or("");
    let named = sku.spellings().iter().any(|spelling| spelling == listed);
    match sku.resource {
        Resource::Instance(_) => true,
        Resource::LustreStorage(storage) => {
            product.attribute("operation") == Some(CREATE_LUSTRE)
                && match storage {
                    LustreStorage::Ssd(tier) => named || has_tier(product, "SSD", tier),
                    LustreStorage::Hdd { tier, cache } => {
                        (named || has_tier(product, "HDD", tier)) && has_read_cache(product) == cache
                    }
                    LustreStorage::Scratch | LustreStorage::IntelligentTiering => named,
                }
        }
        _ => named,
    }
}

/// Whether it is the price with a read cache: `cacheType` is `N/A` or `RC20`, a cache of 20 % (values that
/// GetAttributeValues of AmazonFSx answers, read 2026-11-27). A product that does not have it says so by its name.
fn has_read_cache(product: &Product) -> bool {
    match product.attribute("cachetype") {
        Some(kind) => kind == "RC20",
        None => product.attribute("usagetype").is_some_and(|listed| listed.ends_with(".RC20")),
    }
}

/// Storage of a Lustre file system with this throughput, whatever its usage type is called.
fn has_tier(product: &Product, storage: &str, tier: u32) -> bool {
    product.attribute("productfamily") == Some("Storage")
        && product.attribute("storagetype") == Some(storage)
        && product.attribute("throughputcapacity") == Some(tier.to_string().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sku::{InstanceType, PublicIpv4};
    use crate::model::volume::VolumeType;

    fn region(code: &str) -> Region {
        Region::parse(code).expect("a known region")
    }

    fn on_demand(code: &str, name: &str) -> Sku {
        Sku::instance(region(code), &InstanceType::new(name), PurchaseOption::OnDemand)
    }

    #[test]
    fn one_question_covers_the_types_of_a_region_and_no_other() {
        let wanted = Wanted::from([
            on_demand("us-east-1", "g5.xlarge"),
            on_demand("us-east-1", "p4d.24xlarge"),
            on_demand("us-east-1", "p4d.24xlarge").bought(PurchaseOption::Spot),
            on_demand("us-east-1", "p4d.24xlarge").bought(PurchaseOption::SavingsPlan),
            on_demand("us-west-2", "p4d.24xlarge"),
            on_demand("us-east-1", "m5.metal"),
        ]);
        let found = queries(&wanted);
        let types: Vec<(&str, Vec<&str>)> = found
            .iter()
            .map(|query| {
                let (_, values) = query.any_of.as_ref().expect("types");
                (query.region.code(), values.iter().map(String::as_str).collect())
            })
            .collect();
        assert_eq!(
            types,
            [
                ("us-east-1", vec!["g5.xlarge", "p4d.24xlarge"]),
                ("us-east-1", vec!["m5.metal"]),
                ("us-west-2", vec!["p4d.24xlarge"]),
            ]
        );
        assert!(found[1].equals.contains(&("productFamily", "Compute Instance (bare metal)".into())));
    }

    #[test]
    fn a_question_has_no_value_longer_than_the_api_takes() {
        let wanted: Wanted = (0..200).map(|n| on_demand("us-east-1", &format!("t{n}.48xlarge"))).collect();
        let found = queries(&wanted);
        let values = |query: &Query| -> Vec<String> {
            query.any_of.as_ref().expect("types").1.iter().cloned().collect()
        };
        assert!(found.len() > 1 && found.iter().all(|query| values(query).join(",").len() <= MAX_VALUE));
        assert_eq!(found.iter().map(|query| values(query).len()).sum::<usize>(), 200);
    }

    #[test]
    fn usage_types_are_asked_under_every_spelling_of_the_region() {
        let volume = |code| Sku::other(region(code), Resource::VolumeStorage(VolumeType::Gp3));
        assert_eq!(volume("us-east-1").spellings(), ["EBS:VolumeUsage.gp3", "USE1-EBS:VolumeUsage.gp3"]);
        assert_eq!(volume("eu-west-1").spellings(), ["EU-EBS:VolumeUsage.gp3", "EUW1-EBS:VolumeUsage.gp3"]);
        assert_eq!(volume("ap-northeast-1").spellings(), ["APN1-EBS:VolumeUsage.gp3"]);
        let mut address =
            Sku::other(region("us-east-1"), Resource::PublicIpv4(PublicIpv4::InUse)).spellings();
        address.sort_unstable();
        assert_eq!(address, ["PublicIPv4:InUseAddress", "USE1-PublicIPv4:InUseAddress"]);
    }

    fn lustre(attributes: &[(&str, &str)]) -> Product {
        let usual = [("regioncode", "us-east-1"), ("filesystemtype", "Lustre"), ("productfamily", "Storage")];
        let all =
            usual.iter().chain(attributes).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Product { service: "AmazonFSx".into(), attributes: all.collect(), ..Product::default() }
    }

    #[test]
    fn the_read_cache_decides_between_two_products_of_one_tier() {
        let hdd = |tier, cache| {
            Sku::other(region("us-east-1"), Resource::LustreStorage(LustreStorage::Hdd { tier, cache }))
        };
        let product = |usage, tier, cache: &str| {
            let mut attributes = vec![
                ("usagetype", usage),
                ("storagetype", "HDD"),
                ("throughputcapacity", tier),
                ("operation", "CreateFileSystem:Lustre"),
            ];
            attributes.extend((!cache.is_empty()).then_some(("cachetype", cache)));
            lustre(&attributes)
        };
        for cache_type in ["N/A", ""] {
            let plain = product("Storage.HDD.12", "12", cache_type);
            assert!(fits(&plain, &hdd(12, false)) && !fits(&plain, &hdd(12, true)), "{cache_type}");
            assert!(!fits(&plain, &hdd(40, false)));
        }
        for (tier, cache_type) in [("12", "RC20"), ("12 with cache", "RC20"), ("12", "")] {
            let cached = product("Storage.HDD.12.RC20", tier, cache_type);
            assert!(fits(&cached, &hdd(12, true)) && !fits(&cached, &hdd(12, false)), "{tier} {cache_type}");
        }
        // Whatever the usage type is called.
        let named_otherwise = product("HDD-12-RC20", "12", "RC20");
        assert!(fits(&named_otherwise, &hdd(12, true)) && !fits(&named_otherwise, &hdd(12, false)));
    }

    #[test]
    fn a_file_cache_is_no_lustre_file_system() {
        let ssd = Sku::other(region("us-east-1"), Resource::LustreStorage(LustreStorage::Ssd(1000)));
        let tier =
            [("usagetype", "Storage.SSD.1000"), ("storagetype", "SSD"), ("throughputcapacity", "1000")];
        let with = |operation: Option<&'static str>| {
            lustre(&tier.into_iter().chain(operation.map(|value| ("operation", value))).collect::<Vec<_>>())
        };
        assert!(fits(&with(Some("CreateFileSystem:Lustre")), &ssd));
        assert!(!fits(&with(Some("CreateFileCache:Lustre")), &ssd));
        assert!(!fits(&with(None), &ssd));
        let mut without_a_type = with(Some("CreateFileSystem:Lustre"));
        without_a_type.attributes.remove("filesystemtype");
        assert!(!fits(&without_a_type, &ssd));
    }

    #[test]
    fn an_attribute_that_is_missing_passes_no_filter_but_the_market_option() {
        let (query, values) = question(&on_demand("us-east-1", "g5.xlarge")).expect("is asked for");
        let query = Query { any_of: Some(("instanceType", values.into_iter().collect())), ..query };
        let mut attributes: BTreeMap<String, String> =
            query.equals.iter().map(|(name, value)| (folded(name), value.clone())).collect();
        attributes.insert("instancetype".into(), "g5.xlarge".into());
        let selected = |without: &str| {
            query.selects(|name| attributes.get(name).filter(|_| name != without).map(String::as_str))
        };
        assert!(selected("") && selected("marketoption"));
        for name in attributes.keys().filter(|name| *name != "marketoption") {
            assert!(!selected(name), "{name}");
        }
    }

    #[test]
    fn a_region_is_called_what_its_volumes_are_called() {
        let new = region("eu-west-9");
        let volume = |usage: &str, code: &str, place: &str| Product {
            attributes: [
                ("usagetype", usage),
                ("regioncode", code),
                ("locationtype", place),
                ("productfamily", "Storage"),
                ("volumeapiname", "gp3"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
            ..Product::default()
        };
        let own = volume("EUW9-EBS:VolumeUsage.gp3", "eu-west-9", "AWS Region");
        let zone = volume("EUW9-XYZ1-EBS:VolumeUsage.gp3", "eu-west-9", "AWS Local Zone");
        let other = volume("EUW8-EBS:VolumeUsage.gp3", "eu-west-8", "AWS Region");
        let named = region_named_by(new, &[zone, other, own.clone()]).expect("has one");
        assert_eq!(named.usage_type_prefix(), "EUW9-");
        assert_eq!(region_named_by(new, &[]), None);
        let second = volume("EUW7-EBS:VolumeUsage.gp3", "eu-west-9", "AWS Region");
        assert_eq!(region_named_by(new, &[own, second]), None);
    }

    #[test]
    fn services_that_share_a_usage_type_are_told_apart() {
        let product = |service: &str| Product {
            service: service.into(),
            attributes: [
                ("usagetype", "APN1-TimedStorage-ByteHrs"),
                ("regioncode", "ap-northeast-1"),
                ("locationtype", "AWS Region"),
                ("volumetype", "Standard"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
            ..Product::default()
        };
        let bucket = Sku::other(region("ap-northeast-1"), Resource::S3Storage(S3Class::Standard));
        let images = Sku::other(region("ap-northeast-1"), Resource::EcrStorage);
        assert!(fits(&product("AmazonS3"), &bucket) && !fits(&product("AmazonECR"), &bucket));
        assert!(fits(&product("AmazonECR"), &images) && !fits(&product("AmazonCloudWatch"), &images));
        let seoul = Sku::other(region("ap-northeast-2"), Resource::EcrStorage);
        assert!(!fits(&product("AmazonECR"), &seoul));
    }
}
