//! AWS regions: codes, the prefixes of their usage types, their zones.
//!
//! The prefix is a table: it cannot be derived from the region's code (`APS3` is Mumbai, `EU` is
//! Ireland, Virginia has none). A region that is younger than the table has none until the Price List
//! has told it.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// Regions and what AWS calls them in usage types (AWS Global Infrastructure documentation, "AWS Region billing
/// codes"; those before Calgary also in the EFS and S3 user guides, "Understanding billing and usage reports"; read
/// 2026-11-27). Before a usage type us-east-1's is left out.
const REGIONS: [(&str, &str); 36] = [
    ("af-south-1", "AFS1-"),
    ("ap-east-1", "APE1-"),
    ("ap-east-2", "APE2-"),
    ("ap-northeast-1", "APN1-"),
    ("ap-northeast-2", "APN2-"),
    ("ap-northeast-3", "APN3-"),
    ("ap-south-1", "APS3-"),
    ("ap-south-2", "APS5-"),
    ("ap-southeast-1", "APS1-"),
    ("ap-southeast-2", "APS2-"),
    ("ap-southeast-3", "APS4-"),
    ("ap-southeast-4", "APS6-"),
    ("ap-southeast-5", "APS7-"),
    ("ap-southeast-6", "APS8-"),
    ("ap-southeast-7", "APS9-"),
    ("ca-central-1", "CAN1-"),
    ("ca-west-1", "CAN2-"),
    ("eu-central-1", "EUC1-"),
    ("eu-central-2", "EUC2-"),
    ("eu-north-1", "EUN1-"),
    ("eu-south-1", "EUS1-"),
    ("eu-south-2", "EUS2-"),
    ("eu-west-1", "EU-"),
    ("eu-west-2", "EUW2-"),
    ("eu-west-3", "EUW3-"),
    ("il-central-1", "ILC1-"),
    ("me-central-1", "MEC1-"),
    ("me-south-1", "MES1-"),
    ("mx-central-1", "MXC1-"),
    ("sa-east-1", "SAE1-"),
    ("us-east-1", ""),
    ("us-east-2", "USE2-"),
    ("us-gov-east-1", "UGE1-"),
    ("us-gov-west-1", "UGW1-"),
    ("us-west-1", "USW1-"),
    ("us-west-2", "USW2-"),
];

/// Where in an area a region may be.
const DIRECTIONS: [&str; 9] =
    ["north", "south", "east", "west", "central", "northeast", "northwest", "southeast", "southwest"];

/// An AWS region whose prices are in dollars: one of the table, or another of the same form.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region {
    code: &'static str,
    /// The code stands for one that is not known.
    prefix: &'static str,
}

impl Region {
    /// The region with this code, such as `ap-northeast-1`; `None` for what no region is called, and for those of
    /// China and of partitions that have price lists of their own.
    #[must_use]
    pub fn parse(code: &str) -> Option<Region> {
        let new = || Region { code: kept(code), prefix: kept(&format!("{code}-")) };
        let known = Region::all().find(|known| known.code == code);
        known.or_else(|| is_like_a_region(code).then(new))
    }

    /// Every region of the table, by code.
    pub fn all() -> impl Iterator<Item = Region> {
        REGIONS.iter().map(|(code, prefix)| Region { code, prefix })
    }

    /// The code, such as `us-east-1`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.code
    }

    /// What AWS puts before a usage type in this region: `APN1-`, or nothing in us-east-1. Where that is not known, the
    /// code stands for it, `eu-west-9-`, which no usage type of AWS's begins with.
    #[must_use]
    pub const fn usage_type_prefix(self) -> &'static str {
        self.prefix
    }

    /// Whether it is known what AWS puts before its usage types.
    #[must_use]
    pub fn has_prefix(self) -> bool {
        !self.prefix.starts_with(self.code)
    }

    /// The same region with the prefix of a usage type that is its own: `EUW9-` of `EUW9-EBS:VolumeUsage.gp3`, where
    /// `kind` is what follows it. `None` where the usage type is another, or has none.
    #[must_use]
    pub fn named_by(self, usage_type: &str, kind: &str) -> Option<Region> {
        let prefix = usage_type.strip_suffix(kind)?;
        self.with_prefix(prefix)
    }

    /// The same region with this prefix, `EUW9-`; `None` for what is none.
    #[must_use]
    pub fn with_prefix(self, prefix: &str) -> Option<Region> {
        let word = prefix.strip_suffix('-')?;
        let is_one = !word.is_empty() && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
        is_one.then(|| Region { prefix: kept(prefix), ..self })
    }

    /// Whether commercial credentials are good for all of its APIs. Those of GovCloud are an account of their own;
    /// its prices are in the commercial Price List all the same.
    #[must_use]
    pub fn is_commercial(self) -> bool {
        !self.code().starts_with("us-gov-")
    }

    /// Whether a zone, by name or by id, is in this region: `us-east-1a` and `use1-az1` are in
    /// `us-east-1`. Ids shorten the compass points to a letter (AWS RAM user guide, "Availability
    /// Zone IDs for your AWS resources").
    #[must_use]
    pub fn has_zone(self, zone: &str) -> bool {
        let mut id = self.code().replace('-', "");
        for point in ["north", "south", "east", "west", "central", "gov"] {
            id = id.replace(point, &point[..1]);
        }
        let named = zone.strip_prefix(self.code()).is_some_and(|rest| !rest.is_empty());
        named || zone.strip_prefix(&id).is_some_and(|rest| rest.starts_with('-'))
    }

    /// Whether a usage type is of this region, by its prefix. What carries no prefix is us-east-1's.
    #[must_use]
    pub fn has_usage_type(self, usage_type: &str) -> bool {
        let others = |other: Region| {
            !other.usage_type_prefix().is_empty() && usage_type.starts_with(other.usage_type_prefix())
        };
        match self.usage_type_prefix() {
            "" => !Region::all().any(others),
            prefix => usage_type.starts_with(prefix),
        }
    }

    /// What usage types of transfer between regions call it: `APN1`, and `USE1` for us-east-1.
    pub(super) fn transfer_code(self) -> &'static str {
        match self.prefix {
            "" => "USE1",
            prefix => prefix.trim_end_matches('-'),
        }
    }
}

/// Whether a code has the form of one whose prices are in dollars and in the one Price List: an area, a direction and a
/// number. China and the sovereign and secret partitions are other clouds.
fn is_like_a_region(code: &str) -> bool {
    let parts: Vec<&str> = code.split('-').collect();
    let (area, direction, number) = match parts[..] {
        [area, direction, number] | ["us", area @ "gov", direction, number] => (area, direction, number),
        _ => return false,
    };
    let is_area =
        area == "gov" || (area.len() == 2 && area != "cn" && area.chars().all(|c| c.is_ascii_lowercase()));
    let is_number = matches!(number.len(), 1 | 2)
        && !number.starts_with('0')
        && number.chars().all(|c| c.is_ascii_digit());
    is_area && DIRECTIONS.contains(&direction) && is_number
}

/// A word that the table does not have, kept once for as long as the program runs.
fn kept(word: &str) -> &'static str {
    static WORDS: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut words = WORDS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = words.get(word) {
        return known;
    }
    let new: &'static str = word.to_owned().leak();
    words.insert(new);
    new
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_name_their_region() {
        let tokyo = Region::parse("ap-northeast-1").expect("is known");
        for zone in ["ap-northeast-1a", "apne1-az4"] {
            assert!(tokyo.has_zone(zone), "{zone}");
        }
        for zone in ["ap-northeast-2a", "apne2-az1", "apn1-az1", "ap-northeast-1", "use1-az1", ""] {
            assert!(!tokyo.has_zone(zone), "{zone}");
        }
        let ids = ["use1-az6", "usw2-lax1-az1", "euc1-az1", "apse2-az3", "usgw1-az1", "sae1-az1", "mes1-az2"];
        for id in ids {
            assert_eq!(Region::all().filter(|region| region.has_zone(id)).count(), 1, "{id}");
        }
    }

    #[test]
    fn regions_read_back_and_prefixes_are_distinct() {
        let mut prefixes: Vec<_> = Region::all().map(Region::usage_type_prefix).collect();
        for region in Region::all() {
            assert_eq!(Region::parse(region.code()), Some(region));
            assert!(is_like_a_region(region.code()), "{region}");
        }
        prefixes.sort_unstable();
        prefixes.dedup();
        assert_eq!(prefixes.len(), REGIONS.len());
        assert_eq!(Region::all().filter(|region| region.is_commercial()).count(), 34);
        assert!(REGIONS.is_sorted());
    }

    #[test]
    fn a_region_that_is_new_has_no_prefix_until_a_usage_type_shows_it() {
        let new = Region::parse("eu-west-9").expect("the form of a region");
        assert_eq!(Region::parse("eu-west-9"), Some(new));
        assert!(!new.has_prefix());
        assert_eq!((new.usage_type_prefix(), new.transfer_code()), ("eu-west-9-", "eu-west-9"));
        let kind = "EBS:VolumeUsage.gp3";
        let named = new.named_by("EUW9-EBS:VolumeUsage.gp3", kind).expect("has a prefix");
        assert_eq!((named.usage_type_prefix(), named.transfer_code()), ("EUW9-", "EUW9"));
        assert_eq!(named.code(), "eu-west-9");
        for other in ["EBS:VolumeUsage.gp3", "-EBS:VolumeUsage.gp3", "EUW9-EBS:VolumeUsage.gp2", "euw9-x", ""]
        {
            assert_eq!(new.named_by(other, kind), None, "{other}");
        }
    }

    #[test]
    fn what_no_region_is_called_is_none() {
        let others = [
            "",
            "us",
            "us-east",
            "us-est-1",
            "us-east-0",
            "us-east-01",
            "us-east-100",
            "us-east-1a",
            "US-EAST-1",
            "useast1",
            "us--1",
            "usa-east-1",
            "eu-gov-east-1",
            "cn-north-1",
            "us-iso-east-1",
            "eusc-de-east-1",
            "us-east-1-bos-1",
            "us-east-\u{663}",
        ];
        for other in others {
            assert_eq!(Region::parse(other), None, "{other}");
        }
        for new in ["us-east-3", "af-north-12", "us-gov-central-1"] {
            assert!(Region::parse(new).is_some_and(|region| !region.has_prefix()), "{new}");
        }
    }
}
