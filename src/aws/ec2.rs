//! EC2: what Spot did, what is offered where, what a type is, Capacity Blocks, placement scores.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::Client;
use aws_sdk_ec2::config::interceptors::AfterDeserializationInterceptorContextRef;
use aws_sdk_ec2::config::{ConfigBag, Intercept, Region as SdkRegion, RuntimeComponents};
use aws_sdk_ec2::error::BoxError;
use aws_sdk_ec2::primitives::DateTime;
use aws_sdk_ec2::types::{
    Filter, GpuDeviceInfo, InstanceTypeInfo, LocationType, SpotPrice, TargetCapacityUnitType,
};

use super::Link;
use super::failure::Call;
use super::words;
use crate::catalog::TypeDescription;
use crate::error::{Error, Result};
use crate::model::decimal;
use crate::model::money::Usd;
use crate::model::region::Region;
use crate::model::said::Said;
use crate::model::sku::InstanceType;
use crate::prices::history::SpotRecord;

pub(super) const SERVICE: &str = "Amazon EC2";
/// Largest page of Spot prices and of offerings; of type descriptions and Capacity Blocks.
const PAGE: i32 = 1000;
const SMALL_PAGE: i32 = 100;
/// Values of one filter (API reference, Filter: 200).
const FILTER_VALUES: usize = 100;
/// Both names of Linux: the second is what accounts from before 2013 get.
const LINUX: [&str; 2] = ["Linux/UNIX", "Linux/UNIX (Amazon VPC)"];

/// A Capacity Block that could be bought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapacityBlockOffering {
    /// The offering's id.
    pub id: String,
    /// The zone's name.
    pub zone: String,
    /// Instances.
    pub count: i32,
    /// First second [s since the Unix epoch].
    pub start: i64,
    /// The end [s since the Unix epoch].
    pub end: i64,
    /// The whole price, paid up front.
    pub upfront: Usd,
}

/// Wants the end of EC2's XML: what comes without a length and breaks off between two items reads like a shorter list.
#[derive(Debug)]
struct WholeXml;

impl Intercept for WholeXml {
    fn name(&self) -> &'static str {
        "WholeXml"
    }

    fn read_after_deserialization(
        &self,
        answered: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> std::result::Result<(), BoxError> {
        // An error says more than the end that it lacks.
        let text = answered.response().body().bytes().filter(|_| answered.output_or_error().is_ok());
        match text.is_none_or(ends_with_its_root) {
            true => Ok(()),
            false => Err("it breaks off before its end".into()),
        }
    }
}

/// Whether the last tag of a document closes its first.
fn ends_with_its_root(document: &[u8]) -> bool {
    let text = String::from_utf8_lossy(document);
    let is_name = |c: char| !c.is_whitespace() && c != '>' && c != '/';
    let name = |rest: &str| rest.split(|c| !is_name(c)).next().unwrap_or("").to_owned();
    let mut tags = text.split('<').skip(1).filter(|tag| !tag.starts_with(['?', '!']));
    let root = tags.next().map(name).filter(|root| !root.is_empty());
    let last = text.trim_end().rsplit_once("</").map(|(_, end)| end);
    root.is_some_and(|root| {
        last.is_some_and(|last| last.strip_prefix(&root).is_some_and(|end| end.trim_start() == ">"))
    })
}

impl Link {
    pub(super) fn ec2(&self, region: Region) -> Client {
        let config = aws_sdk_ec2::config::Builder::from(&self.config);
        let config = config.region(SdkRegion::from_static(region.code())).interceptor(WholeXml);
        Client::from_conf(config.build())
    }

    pub(super) async fn spot_history(
        &self,
        region: Region,
        types: &[InstanceType],
        start: i64,
        end: i64,
    ) -> Result<Vec<SpotRecord>> {
        let client = self.ec2(region);
        let call = self.call(SERVICE, "DescribeSpotPriceHistory", region.code());
        let records = self
            .pages(call, async |token| {
                let page = client
                    .describe_spot_price_history()
                    .filters(named(types))
                    .set_product_descriptions(Some(LINUX.map(str::to_owned).to_vec()))
                    .start_time(DateTime::from_secs(start))
                    .end_time(DateTime::from_secs(end))
                    .max_results(PAGE)
                    .set_next_token(token)
                    .send()
                    .await
                    .map_err(|error| call.failed(&error))?;
                Ok((page.spot_price_history, page.next_token))
            })
            .await?;
        records.iter().map(|record| spot_record(record, region, types, call)).collect()
    }

    pub(super) async fn offered(
        &self,
        region: Region,
        types: &[InstanceType],
    ) -> Result<BTreeSet<InstanceType>> {
        let client = self.ec2(region);
        let call = self.call(SERVICE, "DescribeInstanceTypeOfferings", region.code());
        let mut found = BTreeSet::new();
        for chunk in types.chunks(FILTER_VALUES) {
            let offerings = self
                .pages(call, async |token| {
                    let page = client
                        .describe_instance_type_offerings()
                        .location_type(LocationType::Region)
                        .filters(named(chunk))
                        .max_results(PAGE)
                        .set_next_token(token)
                        .send()
                        .await
                        .map_err(|error| call.failed(&error))?;
                    Ok((page.instance_type_offerings, page.next_token))
                })
                .await?;
            for offering in &offerings {
                let name = offering
                    .instance_type()
                    .ok_or_else(|| call.broken(words::an_offering_without_a_type()))?;
                found.insert(InstanceType::new(name.as_str()));
            }
        }
        Ok(found)
    }

    pub(super) async fn described(
        &self,
        region: Region,
        types: &[InstanceType],
    ) -> Result<BTreeMap<InstanceType, TypeDescription>> {
        let client = self.ec2(region);
        let call = self.call(SERVICE, "DescribeInstanceTypes", region.code());
        let mut found = BTreeMap::new();
        for chunk in types.chunks(FILTER_VALUES) {
            // By a filter: the list of names fails as a whole on one that is retired.
            let infos = self
                .pages(call, async |token| {
                    let page = client
                        .describe_instance_types()
                        .filters(named(chunk))
                        .max_results(SMALL_PAGE)
                        .set_next_token(token)
                        .send()
                        .await
                        .map_err(|error| call.failed(&error))?;
                    Ok((page.instance_types, page.next_token))
                })
                .await?;
            for info in &infos {
                let name =
                    info.instance_type().ok_or_else(|| call.broken(words::a_description_without_a_type()))?;
                found.insert(InstanceType::new(name.as_str()), description(info, call)?);
            }
        }
        Ok(found)
    }

    pub(super) async fn capacity_blocks(
        &self,
        region: Region,
        instance_type: &InstanceType,
        count: i32,
        hours: i32,
    ) -> Result<Vec<CapacityBlockOffering>> {
        let client = self.ec2(region);
        let call = self.call(SERVICE, "DescribeCapacityBlockOfferings", region.code());
        let offerings = self
            .pages(call, async |token| {
                let page = client
                    .describe_capacity_block_offerings()
                    .instance_type(instance_type.as_str())
                    .instance_count(count)
                    .capacity_duration_hours(hours)
                    .max_results(SMALL_PAGE)
                    .set_next_token(token)
                    .send()
                    .await
                    .map_err(|error| call.failed(&error))?;
                Ok((page.capacity_block_offerings, page.next_token))
            })
            .await?;
        let read = |offering: &aws_sdk_ec2::types::CapacityBlockOffering| {
            let id = offering.capacity_block_offering_id().unwrap_or("without an id").to_owned();
            let currency = offering.currency_code().unwrap_or("USD");
            if currency != "USD" {
                return Err(call.broken(words::offering_is_priced_in_not(&id, currency)));
            }
            let fee = offering.upfront_fee().unwrap_or("");
            let upfront = decimal::parse(fee).ok().filter(|fee| *fee > decimal::Decimal::ZERO);
            let upfront = upfront.ok_or_else(|| call.broken(words::offering_has_the_fee_which(&id, fee)))?;
            let time = |date: Option<&DateTime>| {
                date.map(DateTime::secs).ok_or_else(|| call.broken(words::offering_lacks_a_date(&id)))
            };
            let (start, end) = (time(offering.start_date())?, time(offering.end_date())?);
            Ok(CapacityBlockOffering {
                zone: offering.availability_zone().unwrap_or("").to_owned(),
                count: offering.instance_count().unwrap_or(count),
                start,
                end,
                upfront: Usd::new(upfront),
                id,
            })
        };
        offerings.iter().map(read).collect()
    }

    pub(super) async fn placement_scores(
        &self,
        region: Region,
        types: &[InstanceType],
        instances: i32,
    ) -> Result<BTreeMap<String, i32>> {
        let client = self.ec2(region);
        let call = self.call(SERVICE, "GetSpotPlacementScores", region.code());
        let scores = self
            .pages(call, async |token| {
                let page = client
                    .get_spot_placement_scores()
                    .set_instance_types(Some(types.iter().map(ToString::to_string).collect()))
                    .target_capacity(instances)
                    .target_capacity_unit_type(TargetCapacityUnitType::Units)
                    .single_availability_zone(true)
                    .region_names(region.code())
                    .max_results(PAGE)
                    .set_next_token(token)
                    .send()
                    .await
                    .map_err(|error| call.failed(&error))?;
                Ok((page.spot_placement_scores, page.next_token))
            })
            .await?;
        let known = |score: &aws_sdk_ec2::types::SpotPlacementScore| {
            Some((score.availability_zone_id()?.to_owned(), score.score()?))
        };
        Ok(scores.iter().filter_map(known).collect())
    }
}

fn named(types: &[InstanceType]) -> Filter {
    let names = types.iter().map(ToString::to_string).collect();
    Filter::builder().name("instance-type").set_values(Some(names)).build()
}

/// A record of the history; one without type, price or time, or of what was not asked for, is no answer of EC2.
fn spot_record(
    record: &SpotPrice,
    region: Region,
    types: &[InstanceType],
    call: Call<'_>,
) -> Result<SpotRecord> {
    let text = record.spot_price().unwrap_or("");
    let price =
        decimal::parse(text).map_err(|error| call.broken(words::a_spot_price_of_which_is(text, error)))?;
    let missing = |what: Said| -> Error { call.broken(words::a_spot_price_without(&what)) };
    if record.availability_zone().is_none() && record.availability_zone_id().is_none() {
        return Err(missing(words::a_zone()));
    }
    let name = record.instance_type().ok_or_else(|| missing(words::a_type()))?.as_str();
    if !types.iter().any(|asked| asked.as_str() == name) {
        return Err(call.broken(words::a_spot_price_of_which(name)));
    }
    if let Some(zone) = record.availability_zone().filter(|zone| !zone.starts_with(region.code())) {
        return Err(call.broken(words::a_spot_price_in_which(zone, region)));
    }
    Ok(SpotRecord {
        zone: record.availability_zone().map(str::to_owned),
        zone_id: record.availability_zone_id().map(str::to_owned),
        instance_type: name.to_owned(),
        product_description: record.product_description().map(|text| text.as_str().to_owned()),
        price: Usd::new(price),
        time: record.timestamp().ok_or_else(|| missing(words::a_time()))?.secs(),
    })
}

fn description(info: &InstanceTypeInfo, call: Call<'_>) -> Result<TypeDescription> {
    let name = info.instance_type().map_or_else(words::a_type, |name| Said::alike(name.as_str()));
    let missing = |what: Said| -> Error { call.broken(words::without(&name, &what)) };
    let vcpus = info.v_cpu_info().and_then(|cpu| cpu.default_v_cpus());
    let memory = info.memory_info().and_then(|memory| memory.size_in_mib());
    // A type without GPUs has no such part; one that has it says how many.
    let gpus = info.gpu_info().map_or(&[][..], |gpu| gpu.gpus());
    let count = |gpu: &GpuDeviceInfo| gpu.count().and_then(|n| u32::try_from(n).ok());
    let counts: Option<u32> = gpus.iter().map(count).sum();
    let first = gpus.first();
    let gpu_memory = first.and_then(|gpu| gpu.memory_info()).and_then(|memory| memory.size_in_mib());
    let processors = info.processor_info().map_or(&[][..], |info| info.supported_architectures());
    if processors.is_empty() {
        return Err(missing(words::an_architecture()));
    }
    let arm = processors.iter().any(|architecture| architecture.as_str().starts_with("arm"));
    Ok(TypeDescription {
        vcpus: vcpus.and_then(|n| u32::try_from(n).ok()).ok_or_else(|| missing(Said::alike("vCPUs")))?,
        memory_mib: memory.and_then(|n| u64::try_from(n).ok()).ok_or_else(|| missing(words::memory()))?,
        gpus: counts
            .filter(|gpus| info.gpu_info().is_none() || *gpus > 0)
            .ok_or_else(|| missing(words::a_number_of_gpus()))?,
        gpu_model: first.and_then(|gpu| gpu.name()).unwrap_or("").to_owned(),
        gpu_memory_mib: gpu_memory.and_then(|n| u64::try_from(n).ok()).unwrap_or(0),
        architecture: if arm { "arm" } else { "x86" }.to_owned(),
        classes: info.supported_usage_classes().iter().map(|class| class.as_str().to_owned()).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_whole_where_its_root_is_closed() {
        let whole =
            "<?xml version=\"1.0\"?>\n<!-- c --><AResponse xmlns=\"x\"><set><item>1</item></set></AResponse>";
        assert!(ends_with_its_root(whole.as_bytes()));
        assert!(ends_with_its_root(
            format!("{}\n", whole.replace("</AResponse>", "</AResponse >")).as_bytes()
        ));
        for length in 0..whole.len() {
            assert!(!ends_with_its_root(&whole.as_bytes()[..length]), "{}", &whole[..length]);
        }
        // The name alone does not do it.
        assert!(!ends_with_its_root(b"<A><AB></AB>"));
        assert!(!ends_with_its_root(b"<A/>"));
    }
}
