//! Reads the output of `aws ec2 describe-spot-price-history`, plain or gzip, and Spot Advisor data.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use serde::Deserialize;

use super::words;
use crate::bounds::{self, LARGEST_HISTORY};
use crate::error::{Error, Result};
use crate::guard::guarded;
use crate::model::decimal;
use crate::model::money::Usd;
use crate::model::region::Region;
use crate::model::said::Said;
use crate::model::sku::InstanceType;
use crate::model::time::{instant, is_in_range};
use crate::prices::history::{RecordsRead, SpotHistory, SpotRecord};

/// A history, and what of the file it leaves out.
#[derive(Clone, Debug, Default)]
pub struct HistoryFile {
    /// The prices.
    pub history: SpotHistory,
    /// Records in the file.
    pub records: usize,
    /// What is to be said of them.
    pub read: RecordsRead,
    /// Records of other regions than the one asked for.
    pub elsewhere: usize,
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
    let malformed = |message: Said| {
        Error::malformed(path, words::a_spot_price_history(), message).with_hint(words::aws_writes_one())
    };
    let bytes = bytes(path)?;
    let answer: Answer =
        serde_json::from_slice(&bytes).map_err(|error| malformed(Said::alike(error.to_string())))?;
    let mut file = HistoryFile { records: answer.spot_price_history.len(), ..HistoryFile::default() };
    let mut records = Vec::new();
    for record in answer.spot_price_history {
        let price = decimal::parse(&record.spot_price)
            .map_err(|error| malformed(words::price_is(&record.spot_price, error.said())))?;
        let time: jiff::Timestamp = record
            .timestamp
            .parse::<jiff::Timestamp>()
            .ok()
            .filter(|time| is_in_range(*time))
            .ok_or_else(|| malformed(words::is_not_a_time_from(&record.timestamp)))?;
        records.push(SpotRecord {
            zone: record.availability_zone,
            zone_id: record.availability_zone_id,
            instance_type: record.instance_type,
            product_description: record.product_description,
            price: Usd::new(price),
            time: time.as_second(),
        });
    }
    let zoneless = |name| malformed(words::a_record_of_names_no(&name));
    (file.history, file.read) = SpotHistory::of_records(records).map_err(zoneless)?;
    if file.history.pools.is_empty() {
        return Err(malformed(words::it_has_no_price_of()));
    }
    Ok(file)
}

impl HistoryFile {
    /// The part of one region; refuses a history that has nothing of it.
    pub fn of_region(mut self, wanted: Region) -> Result<HistoryFile> {
        let zones: Vec<String> = self.read.of_zone.keys().cloned().collect();
        self.read.of_zone.retain(|zone, records| {
            let kept = wanted.has_zone(zone);
            self.elsewhere += if kept { 0 } else { *records };
            kept
        });
        self.read.at_odds.retain(|(pool, _)| wanted.has_zone(&pool.zone));
        self.history.pools.retain(|pool, _| wanted.has_zone(&pool.zone));
        if self.history.pools.is_empty() {
            return Err(Error::CommandLine {
                message: words::the_spot_price_history_has(wanted),
                hint: words::it_has_give_the_history(zones.join(", ")),
            });
        }
        Ok(self)
    }

    /// What the reader must know about the file, a line each.
    #[must_use]
    pub fn remarks(&self, region: Option<Region>) -> Vec<String> {
        let mut remarks = Vec::new();
        let left_out = self.read.left_out;
        if left_out > 0 {
            remarks.push(format!(
                "{} of other systems than Linux/UNIX, of Local Zones, or without a price above zero {} left out",
                records(left_out),
                if left_out == 1 { "is" } else { "are" }
            ));
        }
        if let (Some(region), 1..) = (region, self.elsewhere) {
            let (number, verb) = (self.elsewhere, if self.elsewhere == 1 { "is" } else { "are" });
            remarks.push(format!("{} of other regions than {region} {verb} left out", records(number)));
        }
        if let [(pool, second), more @ ..] = self.read.at_odds.as_slice() {
            let first = format!(
                "{} in {} has several prices at {}, of which the highest counts",
                pool.instance_type,
                pool.zone,
                instant(*second)
            );
            remarks.push(match more.len() {
                0 => first,
                1 => format!("{first}; so it is in 1 more case"),
                number => format!("{first}; so it is in {number} more cases"),
            });
        }
        remarks
    }
}

fn records(number: usize) -> String {
    match number {
        1 => "1 record".into(),
        _ => format!("{number} records"),
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
    let malformed = |message: Said| Error::malformed(path, words::spot_advisor_data(), message);
    let advisor: Advisor =
        serde_json::from_slice(&bytes(path)?).map_err(|error| malformed(Said::alike(error.to_string())))?;
    let types = advisor.spot_advisor.get(region).and_then(|systems| systems.get("Linux"));
    let Some(types) = types else { return Err(malformed(words::it_has_no_linux_types(region))) };
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
    let damaged = |_| Err(crate::error::refused(std::io::ErrorKind::InvalidData, words::it_is_damaged()));
    guarded(read).unwrap_or_else(damaged).map_err(|source| Error::Read { path: path.to_owned(), source })
}
