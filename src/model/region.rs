//! AWS regions: codes, the prefixes of their usage types, their zones.
//!
//! The prefix is a table: it cannot be derived from the region's code (`APS3` is Mumbai, `EU` is
//! Ireland, Virginia has none).

use std::fmt;

/// Regions: code, usage-type prefix, code in transfer usage types.
/// Prefixes as seen in AWS bills and price lists, read 2026-11-23.
const REGIONS: [(&str, &str, &str); 22] = [
    ("af-south-1", "AFS1-", "AFS1"),
    ("ap-east-1", "APE1-", "APE1"),
    ("ap-northeast-1", "APN1-", "APN1"),
    ("ap-northeast-2", "APN2-", "APN2"),
    ("ap-northeast-3", "APN3-", "APN3"),
    ("ap-south-1", "APS3-", "APS3"),
    ("ap-southeast-1", "APS1-", "APS1"),
    ("ap-southeast-2", "APS2-", "APS2"),
    ("ca-central-1", "CAN1-", "CAN1"),
    ("eu-central-1", "EUC1-", "EUC1"),
    ("eu-north-1", "EUN1-", "EUN1"),
    ("eu-south-1", "EUS1-", "EUS1"),
    ("eu-west-1", "EU-", "EU"),
    ("eu-west-2", "EUW2-", "EUW2"),
    ("eu-west-3", "EUW3-", "EUW3"),
    ("me-south-1", "MES1-", "MES1"),
    ("sa-east-1", "SAE1-", "SAE1"),
    ("us-east-1", "", "USE1"),
    ("us-east-2", "USE2-", "USE2"),
    ("us-gov-west-1", "UGW1-", "UGW1"),
    ("us-west-1", "USW1-", "USW1"),
    ("us-west-2", "USW2-", "USW2"),
];

/// An AWS region whose usage types this tool can name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(u8);

impl Region {
    /// The region with this code, such as `ap-northeast-1`.
    #[must_use]
    pub fn parse(code: &str) -> Option<Region> {
        let index = REGIONS.iter().position(|(known, ..)| *known == code)?;
        u8::try_from(index).ok().map(Region)
    }

    /// Every known region, by code.
    pub fn all() -> impl Iterator<Item = Region> {
        (0..REGIONS.len()).filter_map(|index| u8::try_from(index).ok().map(Region))
    }

    /// The code, such as `us-east-1`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        REGIONS[self.0 as usize].0
    }

    /// What AWS puts before a usage type in this region: `APN1-`, or nothing in us-east-1.
    #[must_use]
    pub const fn usage_type_prefix(self) -> &'static str {
        REGIONS[self.0 as usize].1
    }

    /// Whether the same credentials and the same price list serve it as other regions: GovCloud has its own.
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

    pub(super) const fn transfer_code(self) -> &'static str {
        REGIONS[self.0 as usize].2
    }
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
        }
        prefixes.sort_unstable();
        prefixes.dedup();
        assert_eq!(prefixes.len(), REGIONS.len());
        assert_eq!(Region::parse("us-east-9"), None);
    }
}
