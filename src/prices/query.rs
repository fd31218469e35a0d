//! What to ask the Price List for, and which product is which SKU.
//!
//! One question covers as many SKUs as the API allows: `ANY_OF` over instance types or usage types. The
//! same conditions are checked again on every product that comes back, so that an answer that ignores
//! a filter, and an offer file that has none, are judged alike.

use std::collections::{BTreeMap, BTreeSet};

use super::Wanted;
use super::product::{Product, folded};
use crate::model::region::Region;
use crate::model::sku::{LustreStorage, PurchaseOption, Resource, S3Class, Service, Sku};

/// Longest value of a filter (API reference, Filter, read 2026-11-23).
const MAX_VALUE: usize = 1024;

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
    /// Whether a product with these attributes (by folded name) answers this question. An attribute the list does not have at all (offer files
    /// before 2023 know no market option) excludes nothing, but the one that is varied must be there.
    pub fn selects<'a>(&self, attribute: impl Fn(&str) -> Option<&'a str>) -> bool {
        let equal =
            |(name, value): &(&str, String)| attribute(&folded(name)).is_none_or(|found| found == value);
        let among = |(name, values): &(&str, BTreeSet<String>)| {
            attribute(&folded(name)).is_some_and(|found| values.contains(found))
        };
        self.equals.iter().all(equal) && self.any_of.as_ref().is_none_or(among)
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
            Some((query("AWSDataTransfer", Vec::new(), Some("usagetype")), spellings(sku)))
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
            Some((query(service, equals, Some("usagetype")), spellings(sku)))
        }
    }
}

/// Usage types under which the list may have a SKU: newer rows of us-east-1 carry `USE1-`, and some of
/// eu-west-1 `EUW1-`.
fn spellings(sku: &Sku) -> Vec<String> {
    let usual = sku.usage_type();
    let kind = usual.strip_prefix(sku.region.usage_type_prefix()).unwrap_or(&usual);
    let mut found = vec![usual.clone()];
    match sku.region.code() {
        _ if matches!(sku.resource, Resource::TransferCrossRegion(_)) => {}
        "us-east-1" => found.push(format!("USE1-{kind}")),
        "eu-west-1" => found.push(format!("EUW1-{kind}")),
        _ => {}
    }
    found
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
    let named = spellings(sku).iter().any(|spelling| spelling == listed);
    match sku.resource {
        Resource::Instance(_) => true,
        Resource::LustreStorage(LustreStorage::Ssd(tier)) => named || has_tier(product, "SSD", tier),
        Resource::LustreStorage(LustreStorage::Hdd(tier)) => named || has_tier(product, "HDD", tier),
        _ => named,
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
    use crate::model::sku::{InstanceType, VolumeType};

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
        assert_eq!(spellings(&volume("us-east-1")), ["EBS:VolumeUsage.gp3", "USE1-EBS:VolumeUsage.gp3"]);
        assert_eq!(spellings(&volume("eu-west-1")), ["EU-EBS:VolumeUsage.gp3", "EUW1-EBS:VolumeUsage.gp3"]);
        assert_eq!(spellings(&volume("ap-northeast-1")), ["APN1-EBS:VolumeUsage.gp3"]);
    }

    #[test]
    fn services_that_share_a_usage_type_are_told_apart() {
        let product = |service: &str| Product {
            service: service.into(),
            attributes: [
                ("usagetype", "APN1-TimedStorage-ByteHrs"),
                ("regioncode", "ap-northeast-1"),
                ("locationtype", "AWS Region"),
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
