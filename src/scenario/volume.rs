//! An EBS volume, root or not: what it is billed for, and what EBS refuses.
//!
//! Limits are those of the EBS user guide, "Amazon EBS volume types" (read 2026-11-27).

use super::keys::compute::RootVolumeKeys;
use super::keys::storage::EbsKeys;
use crate::model::decimal::Decimal;
use crate::model::said::Said;
use crate::model::sku::Resource;
use crate::model::volume::{ProvisionedIops, VolumeType};
use crate::scenario::words;

/// gp3 operations per second included in its price.
const INCLUDED_IOPS: i64 = 3000;
/// gp3 throughput included in its price [MiB/s].
const INCLUDED_MIBPS: i64 = 125;
/// Highest throughput of gp3 [MiB/s].
const MAX_MIBPS: i64 = 2000;
/// io2 operations per second of a volume up to which each step is billed, and as what.
const IO2_STEPS: [(i64, ProvisionedIops); 2] =
    [(32_000, ProvisionedIops::Io2), (64_000, ProvisionedIops::Io2Tier2)];

/// A volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Volume {
    /// Its type.
    pub volume_type: VolumeType,
    /// Its size [GiB].
    pub size_gib: Decimal,
    /// Its operations per second, where they are chosen.
    pub iops: Option<Decimal>,
    /// Its throughput [MiB/s], where it is chosen.
    pub throughput_mibps: Option<Decimal>,
}

/// Something that EBS would refuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Impossible {
    /// The key that is wrong; `None` for the volume as a whole.
    pub key: Option<&'static str>,
    /// What is wrong.
    pub message: Said,
    /// What would be right.
    pub valid: Said,
}

/// What EBS allows for a type: sizes [GiB], and operations per second with how many of them a GiB may have.
struct Limits {
    size_gib: (i64, i64),
    iops: Option<(i64, i64, i64)>,
}

const fn limits(volume_type: VolumeType) -> Limits {
    match volume_type {
        VolumeType::Gp3 => Limits { size_gib: (1, 65_536), iops: Some((INCLUDED_IOPS, 80_000, 500)) },
        VolumeType::Gp2 => Limits { size_gib: (1, 16_384), iops: None },
        VolumeType::Io1 => Limits { size_gib: (4, 16_384), iops: Some((100, 64_000, 50)) },
        VolumeType::Io2 => Limits { size_gib: (4, 65_536), iops: Some((100, 256_000, 1000)) },
        VolumeType::St1 | VolumeType::Sc1 => Limits { size_gib: (125, 16_384), iops: None },
    }
}

impl From<&RootVolumeKeys> for Volume {
    fn from(keys: &RootVolumeKeys) -> Volume {
        Volume {
            volume_type: keys.volume_type,
            size_gib: keys.size_gib.0,
            iops: keys.iops.map(|iops| iops.0),
            throughput_mibps: keys.throughput_mibps.map(|rate| rate.0),
        }
    }
}

impl From<&EbsKeys> for Volume {
    fn from(keys: &EbsKeys) -> Volume {
        Volume {
            volume_type: keys.volume_type,
            size_gib: keys.size_gib.0,
            iops: keys.iops.map(|iops| iops.0),
            throughput_mibps: keys.throughput_mibps.map(|rate| rate.0),
        }
    }
}

impl Volume {
    /// What it is billed for per month: the end of the line's name, the resource, and how much of it.
    #[must_use]
    pub fn parts(&self) -> Vec<(&'static str, Resource, Decimal)> {
        let mut parts = vec![("", Resource::VolumeStorage(self.volume_type), self.size_gib)];
        let iops = self.iops.unwrap_or_default();
        match self.volume_type {
            VolumeType::Gp3 => {
                let above = |chosen: Option<Decimal>, included: i64| {
                    chosen.map_or(Decimal::ZERO, |chosen| chosen - Decimal::from(included))
                };
                let throughput = above(self.throughput_mibps, INCLUDED_MIBPS);
                parts.push((" iops", Resource::VolumeIops, above(self.iops, INCLUDED_IOPS)));
                parts.push((" throughput", Resource::VolumeThroughput, throughput));
            }
            VolumeType::Io1 => {
                parts.push((" iops", Resource::ProvisionedIops(ProvisionedIops::Io1), iops));
            }
            VolumeType::Io2 => {
                let mut below = Decimal::ZERO;
                for (step, of) in IO2_STEPS {
                    let step = Decimal::from(step);
                    parts.push((" iops", Resource::ProvisionedIops(of), iops.min(step) - below));
                    below = step;
                }
                parts.push((" iops", Resource::ProvisionedIops(ProvisionedIops::Io2Tier3), iops - below));
            }
            VolumeType::Gp2 | VolumeType::St1 | VolumeType::Sc1 => {}
        }
        parts.retain(|(_, _, amount)| *amount > Decimal::ZERO);
        parts
    }

    /// Everything that EBS would refuse.
    #[must_use]
    pub fn impossible(&self) -> Vec<Impossible> {
        let mut found = Vec::new();
        let mut add = |key: Option<&'static str>, message: Said, valid: Said| {
            found.push(Impossible { key, message, valid });
        };
        let name = self.volume_type.id();
        let limits = limits(self.volume_type);
        let is_gp3 = self.volume_type == VolumeType::Gp3;
        let chosen = match (limits.iops, is_gp3) {
            (None, _) if self.iops.is_some() || self.throughput_mibps.is_some() => Some("iops or throughput"),
            (Some(_), false) if self.throughput_mibps.is_some() => Some("throughput"),
            _ => None,
        };
        if let Some(what) = chosen {
            add(None, words::has_no_to_choose(name, what), words::use_type_gp3());
        }
        let numbers = [Some(self.size_gib), self.iops, self.throughput_mibps];
        if numbers.into_iter().flatten().any(|number| !number.is_integer()) {
            let message = words::ebs_volumes_come_in_whole();
            add(None, message, words::whole_gib_iops_and_mib());
        }
        if let Some((least, most, per_gib)) = limits.iops {
            let (least, most) = (Decimal::from(least), Decimal::from(most));
            let ratio = self.size_gib * Decimal::from(per_gib);
            match self.iops {
                None if !is_gp3 => {
                    let message = words::needs_iops_which_are_paid(name);
                    add(None, message, words::valid_to(least, most));
                }
                Some(iops) if !(least..=most).contains(&iops) => {
                    add(Some("iops"), words::has_no_such_iops(name), words::valid_to(least, most));
                }
                Some(iops) if iops > ratio.max(least) => {
                    let message = words::has_at_most_iops_per(name, per_gib);
                    add(Some("iops"), message, words::a_larger_volume_or_fewer());
                }
                _ => {}
            }
        }
        if let Some(rate) = self.throughput_mibps.filter(|_| is_gp3) {
            let (least, most) = (Decimal::from(INCLUDED_MIBPS), Decimal::from(MAX_MIBPS));
            let iops = self.iops.unwrap_or(Decimal::from(INCLUDED_IOPS));
            let key = Some("throughput_mibps");
            if !(least..=most).contains(&rate) {
                add(key, words::gp3_has_no_such_throughput(), words::valid_to(least, most));
            } else if rate > (iops / Decimal::from(4)).max(least) {
                let valid = words::more_iops_or_less_throughput();
                add(key, words::gp3_has_at_most_0(), valid);
            }
        }
        let (least, most) = limits.size_gib;
        if self.size_gib > Decimal::from(most) {
            add(Some("size_gib"), words::no_such_volume_is_that_large(), words::at_most_gib(most));
        } else if self.size_gib < Decimal::from(least) {
            add(Some("size_gib"), words::no_such_volume_is_that(), words::at_least_gib(least));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn volume(volume_type: VolumeType, size: i64, iops: Option<i64>, throughput: Option<i64>) -> Volume {
        Volume {
            volume_type,
            size_gib: Decimal::from(size),
            iops: iops.map(Decimal::from),
            throughput_mibps: throughput.map(Decimal::from),
        }
    }

    #[test]
    fn iops_of_io2_are_billed_in_steps_of_each_volume() {
        let amounts = |iops: i64| -> Vec<Decimal> {
            let parts = volume(VolumeType::Io2, 1000, Some(iops), None).parts();
            parts.iter().skip(1).map(|(_, _, amount)| *amount).collect()
        };
        assert_eq!(amounts(32_000), [32_000].map(Decimal::from));
        assert_eq!(amounts(32_001), [32_000, 1].map(Decimal::from));
        assert_eq!(amounts(100_000), [32_000, 32_000, 36_000].map(Decimal::from));
    }

    #[test]
    fn gp3_pays_above_what_is_included_and_hard_disks_for_their_size_alone() {
        let gp3 = volume(VolumeType::Gp3, 500, Some(6000), Some(250)).parts();
        let amounts: Vec<Decimal> = gp3.iter().map(|(_, _, amount)| *amount).collect();
        assert_eq!(amounts, [500, 3000, 125].map(Decimal::from));
        assert_eq!(volume(VolumeType::Gp3, 500, Some(3000), Some(125)).parts().len(), 1);
        assert_eq!(volume(VolumeType::St1, 500, None, None).parts().len(), 1);
    }

    #[test]
    fn what_ebs_refuses_is_found_at_its_limits_and_nothing_below_them() {
        let check = |of: Volume, expected: Option<&str>| {
            let found = of.impossible();
            let first = found.first().map(|one| one.message.en.as_str());
            assert_eq!(first, expected, "{of:?}");
        };
        use VolumeType::{Gp2, Gp3, Io1, Io2, Sc1, St1};
        check(volume(Gp3, 160, Some(80_000), Some(2000)), None);
        check(volume(Gp3, 159, Some(80_000), None), Some("gp3 has at most 500 iops per GiB"));
        check(volume(Gp3, 1, Some(3000), Some(750)), None);
        check(volume(Gp3, 1, None, Some(751)), Some("gp3 has at most 0.25 MiB/s per iops"));
        check(volume(Gp3, 1000, Some(80_001), None), Some("gp3 has no such iops"));
        check(volume(Gp3, 1000, Some(10_000), Some(2001)), Some("gp3 has no such throughput"));
        check(volume(Gp2, 16_384, None, None), None);
        check(volume(Gp2, 16_385, None, None), Some("no such volume is that large"));
        check(volume(Gp2, 100, Some(3000), None), Some("gp2 has no iops or throughput to choose"));
        check(volume(Io1, 100, Some(5000), None), None);
        check(volume(Io1, 100, Some(5001), None), Some("io1 has at most 50 iops per GiB"));
        check(volume(Io1, 100, None, None), Some("io1 needs `iops`, which are paid for from the first on"));
        check(volume(Io2, 256, Some(256_000), None), None);
        check(volume(Io2, 300, Some(256_001), None), Some("io2 has no such iops"));
        check(volume(Io2, 300, Some(1000), Some(500)), Some("io2 has no throughput to choose"));
        check(volume(St1, 125, None, None), None);
        check(volume(Sc1, 124, None, None), Some("no such volume is that small"));
    }
}
