//! Reads the output of `aws ec2 describe-spot-price-history`, plain or gzip, and Spot Advisor data.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use serde::Deserialize;

use crate::bounds::{self, LARGEST_HISTORY};
use crate::error::{Error, Result};
use crate::guard::guarded;
use crate::model::decimal;
use crate::model::money::Usd;
use crate::model::region::Region;
use crate::model::sku::InstanceType;
use crate::model::time::is_in_range;
use crate::prices::history::{SpotHistory, SpotRecord};

/// A history, and what of the file it leaves out.
#[derive(Clone, Debug, Default)]
pub struct HistoryFile {
    /// The prices.
    pub history: SpotHistory,
    /// Records read.
    pub records: usize,
    /// Records of other systems than Linux/UNIX, or without a price above zero.
    pub left_out: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object with `SpotPriceHistory`")]
struct Answer {
    spot_price_history: Vec<Record>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "a record with `InstanceType`, `SpotPrice` and `Timestamp`")]
struct Record {
    availability_zone: Option<String>,
    availability_zone_id: Option<String>,
    instance_type: String,
    product_description: Option<String>,
    spot_price: String,
    timestamp: String,
}

/// The history in a file of the AWS CLI's JSON. Linux only: both of its product descriptions, once.
pub fn read(path: &Path) -> Result<HistoryFile> {
    let malformed =
        |message: String| Error::Malformed { path: path.to_owned(), what: "a Spot price history", message };
    let bytes = bytes(path)?;
    let answer: Answer = serde_json::from_slice(&bytes).map_err(|error| malformed(error.to_string()))?;
    let mut file = HistoryFile { records: answer.spot_price_history.len(), ..HistoryFile::default() };
    let mut records = Vec::new();
    for record in answer.spot_price_history {
        let price = decimal::parse(&record.spot_price)
            .map_err(|error| malformed(format!("price `{}` is {error}", record.spot_price)))?;
        let time: jiff::Timestamp =
            record.timestamp.parse::<jiff::Timestamp>().ok().filter(|time| is_in_range(*time)).ok_or_else(
                || {
                    malformed(format!(
                        "`{}` is not a time from 2000 to 2199, such as 2026-10-31T23:59:59Z",
                        record.timestamp
                    ))
                },
            )?;
        records.push(SpotRecord {
            zone: record.availability_zone,
            zone_id: record.availability_zone_id,
            instance_type: record.instance_type,
            product_description: record.product_description,
            price: Usd::new(price),
            time: time.as_second(),
        });
    }
    let zoneless = |name| malformed(format!("a record of {name} names no zone"));
    (file.history, file.left_out) = SpotHistory::of_records(records).map_err(zoneless)?;
    if file.history.pools.is_empty() {
        return Err(malformed("it has no price of a Linux pool".into()));
    }
    Ok(file)
}

impl HistoryFile {
    /// Refuses a history of another region than this one.
    pub fn check_region(&self, wanted: Region) -> Result<()> {
        match self.history.pools.keys().find(|pool| !wanted.has_zone(&pool.zone)) {
            None => Ok(()),
            Some(pool) => Err(Error::CommandLine {
                message: format!("the Spot price history has zone `{}`, which is not in {wanted}", pool.zone),
                hint: "give the history of the region".into(),
            }),
        }
    }
}

#[derive(Deserialize)]
struct Advisor {
    ranges: Vec<AdvisorRange>,
    spot_advisor: BTreeMap<String, BTreeMap<String, BTreeMap<String, AdvisorType>>>,
}

#[derive(Deserialize)]
struct AdvisorRange {
    index: u32,
    label: String,
}

#[derive(Deserialize)]
struct AdvisorType {
    r: u32,
}

/// Interruption bands of last month by instance type, from a file of Spot Advisor data; a type
/// that is not in it has none.
pub fn interruption_bands(path: &Path, region: &str) -> Result<BTreeMap<InstanceType, String>> {
    let malformed =
        |message: String| Error::Malformed { path: path.to_owned(), what: "Spot Advisor data", message };
    let advisor: Advisor =
        serde_json::from_slice(&bytes(path)?).map_err(|error| malformed(error.to_string()))?;
    let types = advisor.spot_advisor.get(region).and_then(|systems| systems.get("Linux"));
    let Some(types) = types else { return Err(malformed(format!("it has no Linux types of {region}"))) };
    let label =
        |index: u32| advisor.ranges.iter().find(|range| range.index == index).map(|r| r.label.clone());
    let bands = types.iter().filter_map(|(name, found)| Some((InstanceType::new(name), label(found.r)?)));
    Ok(bands.collect())
}

fn bytes(path: &Path) -> Result<Vec<u8>> {
    let read = || -> std::io::Result<Vec<u8>> {
        let mut file = BufReader::new(File::open(path)?);
        let mut magic = [0_u8; 2];
        let start = file.read(&mut magic)?;
        let whole = std::io::Cursor::new(magic[..start].to_vec()).chain(file);
        if magic == [0x1f, 0x8b] {
            bounds::whole(flate2::read::MultiGzDecoder::new(whole), LARGEST_HISTORY)
        } else {
            bounds::whole(whole, LARGEST_HISTORY)
        }
    };
    let damaged = |_| Err(std::io::Error::new(std::io::ErrorKind::InvalidData, "it is damaged"));
    guarded(read).unwrap_or_else(damaged).map_err(|source| Error::Read { path: path.to_owned(), source })
}
