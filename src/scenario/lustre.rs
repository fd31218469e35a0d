//! What FSx for Lustre sells: deployment types, tiers and sizes.
//!
//! Source: FSx API reference, CreateFileSystem and LustreConfiguration; default metadata
//! operations by size: FSx for Lustre user guide, "Managing metadata performance". Read 2026-11-23.

use super::keys::storage::{Deployment, LustreKeys, LustreStorageKey};
use crate::model::decimal::Decimal;
use crate::model::said::Said;
use crate::model::sku::LustreStorage;
use crate::scenario::words;

/// A file system that AWS would create.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileSystem {
    /// What its storage is billed as.
    pub billed_as: LustreStorage,
    /// The size AWS creates [GiB].
    pub size_gib: Decimal,
    /// Billed metadata operations per second, above those included.
    pub extra_metadata_iops: u32,
    /// Billed throughput of Intelligent-Tiering [MiB/s].
    pub throughput_mibps: u32,
}

/// What the disks of a scratch file system give for each TiB in reads without bursts [MB/s]; half of it in writes (FSx
/// for Lustre user guide, "Performance characteristics of SSD and HDD storage classes", read 2026-11-23).
const SCRATCH_MBPS_PER_TIB: u32 = 200;

impl FileSystem {
    /// What its disks give in reads without bursts [MB/s]: the chosen throughput of each TiB, or of all.
    #[must_use]
    pub fn baseline_mbps(&self) -> Decimal {
        let tib = self.size_gib / Decimal::from(1024);
        match self.billed_as {
            LustreStorage::Ssd(tier) | LustreStorage::Hdd { tier, .. } => tib * Decimal::from(tier),
            LustreStorage::Scratch => tib * Decimal::from(SCRATCH_MBPS_PER_TIB),
            LustreStorage::IntelligentTiering => Decimal::from(self.throughput_mibps),
        }
    }
}

/// Why a combination is impossible: the key at fault, what is wrong, what is valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Impossible {
    /// The key to blame.
    pub key: &'static str,
    /// What is wrong.
    pub message: Said,
    /// What would be valid.
    pub valid: Said,
}

fn impossible<T>(key: &'static str, message: Said, valid: Said) -> Result<T, Impossible> {
    Err(Impossible { key, message, valid })
}

/// The file system the keys describe, with its size rounded up to what AWS sells.
pub fn file_system(keys: &LustreKeys) -> Result<FileSystem, Impossible> {
    let deployment = keys.deployment.id();
    let tiers: &[u32] = match (keys.deployment, keys.storage) {
        (Deployment::Scratch1 | Deployment::Scratch2, LustreStorageKey::Ssd) => &[],
        (Deployment::Persistent1, LustreStorageKey::Ssd) => &[50, 100, 200],
        (Deployment::Persistent1, LustreStorageKey::Hdd) => &[12, 40],
        (Deployment::Persistent2, LustreStorageKey::Ssd) => &[125, 250, 500, 1000],
        (Deployment::Persistent2, LustreStorageKey::IntelligentTiering) => &[],
        (_, storage) => {
            let message = words::has_no_storage(deployment, storage.id());
            let valid = match keys.deployment {
                Deployment::Scratch1 | Deployment::Scratch2 => words::valid_ssd(),
                Deployment::Persistent1 => words::valid_ssd_hdd(),
                Deployment::Persistent2 => words::valid_ssd_intelligent_tiering(),
            };
            return impossible("storage", message, valid);
        }
    };
    let throughput = throughput_tier(keys, tiers)?;
    let billed_as = match (keys.storage, throughput) {
        (LustreStorageKey::IntelligentTiering, _) => LustreStorage::IntelligentTiering,
        (LustreStorageKey::Hdd, tier) => LustreStorage::Hdd { tier, cache: keys.read_cache },
        (LustreStorageKey::Ssd, 0) => LustreStorage::Scratch,
        (LustreStorageKey::Ssd, tier) => LustreStorage::Ssd(tier),
    };
    check_extras(keys)?;
    let size_gib = rounded_size(keys, throughput);
    Ok(FileSystem {
        billed_as,
        size_gib,
        extra_metadata_iops: extra_metadata_iops(keys, size_gib)?,
        throughput_mibps: elastic_throughput(keys)?,
    })
}

fn throughput_tier(keys: &LustreKeys, tiers: &[u32]) -> Result<u32, Impossible> {
    const KEY: &str = "throughput_mbps_per_tib";
    let kind = format!("{} {}", keys.deployment.id(), keys.storage.id());
    let valid = tiers.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
    match (keys.throughput_mbps_per_tib.map(|t| t.0), tiers) {
        (None, []) => Ok(0),
        (Some(_), []) => impossible(KEY, words::has_no_throughput_per_tib(&kind), words::leave_the_key_out()),
        (None, _) => impossible(KEY, words::needs(&kind, KEY), words::valid(&valid)),
        (Some(tier), tiers) if tiers.contains(&tier) => Ok(tier),
        (Some(tier), _) => impossible(KEY, words::has_no_mb_s_per(&kind, tier), words::valid(&valid)),
    }
}

fn check_extras(keys: &LustreKeys) -> Result<(), Impossible> {
    let scratch = matches!(keys.deployment, Deployment::Scratch1 | Deployment::Scratch2);
    if keys.read_cache && keys.storage != LustreStorageKey::Hdd {
        return impossible("read_cache", words::a_read_cache_goes_with(), words::leave_the_key_out());
    }
    if !keys.backup_gib.0.is_zero() && scratch {
        let message = words::has_no_backups(keys.deployment.id());
        return impossible("backup_gib", message, words::valid_0_or_a_persistent());
    }
    if !keys.backup_gib.0.is_zero() && keys.data_repository.is_some() {
        let message = words::a_file_system_linked_to();
        return impossible("backup_gib", message, words::valid_0_or_no_data_repository());
    }
    Ok(())
}

/// Sizes AWS sells: 1200, 2400 and then steps of 2400 (SCRATCH_1: 3600); HDD in steps of 6000 at
/// 12 MB/s per TiB and of 1800 at 40. Intelligent-Tiering has no size to choose.
fn rounded_size(keys: &LustreKeys, tier: u32) -> Decimal {
    let asked = keys.size_gib.0;
    let up_to = |step: i64| (asked / Decimal::from(step)).ceil() * Decimal::from(step);
    match (keys.deployment, keys.storage) {
        (_, LustreStorageKey::IntelligentTiering) => asked,
        (_, LustreStorageKey::Hdd) => up_to(if tier == 12 { 6000 } else { 1800 }),
        _ if asked <= Decimal::from(1200) => Decimal::from(1200),
        _ if asked <= Decimal::from(2400) => Decimal::from(2400),
        (Deployment::Scratch1, _) => up_to(3600),
        _ => up_to(2400),
    }
}

fn extra_metadata_iops(keys: &LustreKeys, size_gib: Decimal) -> Result<u32, Impossible> {
    const KEY: &str = "metadata_iops";
    let Some(iops) = keys.metadata_iops.map(|n| n.0) else { return Ok(0) };
    if keys.deployment != Deployment::Persistent2 {
        let message = words::has_no_metadata_operations_to(keys.deployment.id());
        return impossible(KEY, message, words::leave_the_key_out_or());
    }
    if keys.storage == LustreStorageKey::IntelligentTiering {
        return match iops {
            6000 | 12000 => Ok(0),
            _ => impossible(KEY, words::intelligent_tiering_has_no_metadata(iops), words::valid_6000_12000()),
        };
    }
    let valid = matches!(iops, 1500 | 3000 | 6000) || (iops.is_multiple_of(12_000) && iops <= 192_000);
    if !valid {
        return impossible(KEY, words::there_are_no_metadata_iops(iops), words::valid_1500_3000_6000_12000());
    }
    Ok(iops.saturating_sub(included_metadata_iops(size_gib)))
}

/// Metadata operations per second that come with the size.
fn included_metadata_iops(size_gib: Decimal) -> u32 {
    let size: u64 = size_gib.try_into().unwrap_or(u64::MAX);
    match size {
        0..=1200 => 1500,
        1201..=2400 => 3000,
        2401..=9600 => 6000,
        9601..=45_600 => 12_000,
        larger => u32::try_from(larger / 24_000 * 12_000).unwrap_or(u32::MAX),
    }
}

fn elastic_throughput(keys: &LustreKeys) -> Result<u32, Impossible> {
    const KEY: &str = "throughput_mbps";
    match (keys.storage, keys.throughput_mbps.map(|t| t.0)) {
        (LustreStorageKey::IntelligentTiering, Some(t)) if t.is_multiple_of(4000) => Ok(t),
        (LustreStorageKey::IntelligentTiering, Some(t)) => {
            impossible(KEY, words::intelligent_tiering_has_no_mb(t), words::valid_multiples_of_4000())
        }
        (LustreStorageKey::IntelligentTiering, None) => {
            impossible(KEY, words::intelligent_tiering_needs(KEY), words::valid_multiples_of_4000())
        }
        (LustreStorageKey::Ssd, Some(_))
            if matches!(keys.deployment, Deployment::Scratch1 | Deployment::Scratch2) =>
        {
            impossible(KEY, words::scratch_file_systems_have_no(), words::leave_the_key_out())
        }
        (_, Some(_)) => impossible(
            KEY,
            words::storage_has_no_total_throughput(keys.storage.id()),
            words::use_throughput_mbps_per_tib(),
        ),
        (_, None) => Ok(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::decimal;
    use crate::scenario::value::{Amount, Count, Positive};

    fn keys(deployment: Deployment, storage: LustreStorageKey, tier: Option<u32>, size: &str) -> LustreKeys {
        LustreKeys {
            name: "data".into(),
            deployment,
            storage,
            throughput_mbps_per_tib: tier.map(Count),
            throughput_mbps: None,
            size_gib: Positive(decimal::parse(size).expect("a number")),
            read_cache: false,
            hours: None,
            backup_gib: Amount::default(),
            metadata_iops: None,
            data_repository: None,
        }
    }

    #[test]
    fn sizes_round_up_to_what_aws_sells() {
        use Deployment::*;
        use LustreStorageKey::*;
        let check = |deployment, storage, tier, asked: &str, expected: &str| {
            let size =
                file_system(&keys(deployment, storage, tier, asked)).map(|f| decimal::plain(f.size_gib));
            assert_eq!(size.as_deref(), Ok(expected), "{asked}");
        };
        check(Persistent2, Ssd, Some(250), "1200", "1200");
        check(Persistent2, Ssd, Some(250), "1", "1200");
        check(Persistent2, Ssd, Some(250), "1201", "2400");
        check(Persistent2, Ssd, Some(250), "2401", "4800");
        check(Persistent2, Ssd, Some(250), "4800.5", "7200");
        check(Scratch1, Ssd, None, "2401", "3600");
        check(Scratch1, Ssd, None, "3601", "7200");
        check(Scratch2, Ssd, None, "3601", "4800");
        check(Persistent1, Hdd, Some(12), "6001", "12000");
        check(Persistent1, Hdd, Some(40), "1801", "3600");
    }

    #[test]
    fn impossible_combinations_name_the_valid_values() {
        use Deployment::*;
        use LustreStorageKey::*;
        let check = |keys: LustreKeys, key: &str, valid: &str| {
            let error = file_system(&keys).expect_err(key);
            assert_eq!((error.key, error.valid.en.contains(valid)), (key, true), "{error:?}");
        };
        check(keys(Persistent2, Ssd, Some(200), "1200"), "throughput_mbps_per_tib", "125, 250, 500, 1000");
        check(keys(Persistent1, Ssd, Some(250), "1200"), "throughput_mbps_per_tib", "50, 100, 200");
        check(keys(Persistent1, Hdd, Some(50), "6000"), "throughput_mbps_per_tib", "12, 40");
        check(keys(Persistent2, Hdd, Some(12), "6000"), "storage", "SSD, INTELLIGENT_TIERING");
        check(keys(Scratch2, Hdd, None, "6000"), "storage", "SSD");
        check(keys(Scratch2, Ssd, Some(125), "1200"), "throughput_mbps_per_tib", "leave the key out");
        check(keys(Persistent2, Ssd, None, "1200"), "throughput_mbps_per_tib", "125");
        check(
            LustreKeys { backup_gib: Amount(Decimal::ONE), ..keys(Scratch2, Ssd, None, "1200") },
            "backup_gib",
            "PERSISTENT",
        );
        check(keys(Persistent2, IntelligentTiering, None, "1"), "throughput_mbps", "4000");
        let odd =
            LustreKeys { metadata_iops: Some(Count(5000)), ..keys(Persistent2, Ssd, Some(125), "1200") };
        check(odd, "metadata_iops", "1500");
    }

    #[test]
    fn only_metadata_operations_above_the_included_are_billed() {
        let with = |size: &str, iops: u32| {
            let keys = LustreKeys {
                metadata_iops: Some(Count(iops)),
                ..keys(Deployment::Persistent2, LustreStorageKey::Ssd, Some(125), size)
            };
            file_system(&keys).map(|f| f.extra_metadata_iops)
        };
        assert_eq!(with("1200", 1500), Ok(0));
        assert_eq!(with("1200", 6000), Ok(4500));
        assert_eq!(with("4800", 12_000), Ok(6000));
        assert_eq!(with("48000", 24_000), Ok(0));
    }
}
