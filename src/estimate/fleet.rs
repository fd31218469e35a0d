//! Sets of instances: the dearest that Batch's launch rule can reach, the cheapest that fills a floor.
//! Exact, as unbounded knapsacks.
#![deny(clippy::float_arithmetic)]

use std::collections::BTreeMap;

use crate::model::decimal::Decimal;
use crate::model::money::Usd;
use crate::model::sku::InstanceType;
use crate::scenario::batch::CapRule;

/// A type with what an hour of it costs, its volume included.
#[derive(Clone, Debug)]
pub(super) struct Priced {
    pub(super) instance_type: InstanceType,
    pub(super) vcpus: u64,
    pub(super) per_hour: Usd,
}

/// The instances that cost most among all sets that the launch rule can reach, and their price per
/// hour. While launches are allowed below the cap, the last one may be any type.
pub(super) fn dearest_set(types: &[Priced], max_vcpus: u64, rule: CapRule) -> (Usd, Vec<(Priced, u64)>) {
    if max_vcpus == 0 || types.is_empty() {
        return (Usd::ZERO, Vec::new());
    }
    // Full below `room`, then one more launch where the rule still allows it.
    let room = match rule {
        CapRule::WithinMax => max_vcpus,
        CapRule::WhileBelowMax => max_vcpus - 1,
    };
    let (mut cost, mut set) = knapsack(types, room);
    let vcpus =
        |set: &[(Priced, u64)]| -> u64 { set.iter().map(|(priced, count)| priced.vcpus * count).sum() };
    assert!(vcpus(&set) <= room, "the set fits where launches are still allowed");
    if rule == CapRule::WhileBelowMax
        && let Some(last) = types.iter().max_by_key(|priced| priced.per_hour)
    {
        assert!(
            rule.may_launch(vcpus(&set), last.vcpus, max_vcpus),
            "the ceiling is a set that Batch can reach"
        );
        cost += last.per_hour;
        add(&mut set, last);
    }
    (cost, set)
}

fn add(set: &mut Vec<(Priced, u64)>, priced: &Priced) {
    match set.iter_mut().find(|(known, _)| known.instance_type == priced.instance_type) {
        Some((_, count)) => *count += 1,
        None => set.push((priced.clone(), 1)),
    }
}

/// The set of instances with at most `room` vCPUs that costs most (unbounded knapsack, exact).
fn knapsack(types: &[Priced], room: u64) -> (Usd, Vec<(Priced, u64)>) {
    // Of equal sizes only the dearest matters.
    let mut by_size: BTreeMap<u64, &Priced> = BTreeMap::new();
    for priced in types {
        let best = by_size.entry(priced.vcpus).or_insert(priced);
        if priced.per_hour > best.per_hour {
            *best = priced;
        }
    }
    let unit = by_size.keys().copied().fold(0, gcd).max(1);
    let sizes: Vec<(usize, &Priced)> = by_size
        .into_values()
        .map(|priced| (usize::try_from(priced.vcpus / unit).unwrap_or(usize::MAX), priced))
        .collect();
    let room = usize::try_from(room / unit).unwrap_or(usize::MAX);
    let (bulk, rest) = densest_bulk(&sizes, room);
    let mut best: Vec<(Usd, Option<usize>)> = vec![(Usd::ZERO, None); rest + 1];
    for capacity in 1..=rest {
        best[capacity] = (best[capacity - 1].0, None);
        for (index, (size, priced)) in sizes.iter().enumerate() {
            if *size <= capacity {
                let cost = best[capacity - size].0 + priced.per_hour;
                // Of equal costs, the fewer and larger instances.
                if cost >= best[capacity].0 {
                    best[capacity] = (cost, Some(index));
                }
            }
        }
    }
    let mut set: Vec<(Priced, u64)> = Vec::new();
    let mut capacity = rest;
    while capacity > 0 {
        match best[capacity].1 {
            Some(index) => {
                add(&mut set, sizes[index].1);
                capacity -= sizes[index].0;
            }
            None => capacity -= 1,
        }
    }
    let mut cost = best[rest].0;
    if let Some((priced, count)) = bulk {
        cost += priced.per_hour.times(Decimal::from(count));
        match set.iter_mut().find(|(known, _)| known.instance_type == priced.instance_type) {
            Some((_, existing)) => *existing += count,
            None => set.push((priced.clone(), count)),
        }
    }
    (cost, set)
}

/// How many of the type with the highest price per vCPU are in some best set for sure, and the
/// room that is left. Fewer than its size of all others are ever needed (of that many, some would
/// fill a multiple of its size and could be swapped for it), so beyond that room only it remains.
fn densest_bulk<'a>(sizes: &[(usize, &'a Priced)], room: usize) -> (Option<(&'a Priced, u64)>, usize) {
    let densest = sizes.iter().max_by(|(a_size, a), (b_size, b)| {
        let cross = |cost: Usd, size: usize| cost.times(Decimal::from(size));
        cross(a.per_hour, *b_size).cmp(&cross(b.per_hour, *a_size))
    });
    let largest = sizes.iter().map(|(size, _)| *size).max().unwrap_or(1);
    match densest {
        Some((size, priced)) if *size > 0 && room > size * largest + largest => {
            let count = (room - size * largest - largest) / size;
            (Some((priced, count as u64)), room - count * size)
        }
        _ => (None, room),
    }
}

/// The cheapest set with at least `min_vcpus`, and at most `max_vcpus` where there is such a limit:
/// price per hour and vCPUs. Where no set lies between, the cheapest of those with most vCPUs below.
pub(super) fn cheapest_cover(types: &[Priced], min_vcpus: u64, max_vcpus: Option<u64>) -> (Usd, u64) {
    if min_vcpus == 0 || types.is_empty() {
        return (Usd::ZERO, 0);
    }
    let unit = types.iter().map(|priced| priced.vcpus).fold(0, gcd).max(1);
    let units = |vcpus: u64| usize::try_from(vcpus).unwrap_or(usize::MAX);
    let sizes: Vec<(usize, &Priced)> =
        types.iter().map(|priced| (units(priced.vcpus / unit), priced)).collect();
    let largest = sizes.iter().map(|(size, _)| *size).max().unwrap_or(1);
    let needed = units(min_vcpus.div_ceil(unit));
    // A set without which nothing is missing has less than `largest` more than is needed.
    let room = max_vcpus.map_or(usize::MAX, |max| units(max / unit)).min(needed + largest);
    let cheapest = sizes.iter().min_by(|(a_size, a), (b_size, b)| {
        a.per_hour.times(Decimal::from(*b_size)).cmp(&b.per_hour.times(Decimal::from(*a_size)))
    });
    // As in `densest_bulk`: beyond that need only the cheapest per vCPU remains.
    let sure = needed.min(room);
    let (bulk_cost, bulk) = match cheapest {
        Some((size, priced)) if sure > size * largest + 2 * largest => {
            let count = (sure - size * largest - 2 * largest) / size;
            (priced.per_hour.times(Decimal::from(count)), count * size)
        }
        _ => (Usd::ZERO, 0),
    };
    // Cost of the cheapest set of exactly so many units.
    let mut least: Vec<Option<Usd>> = vec![None; room - bulk + 1];
    least[0] = Some(Usd::ZERO);
    for total in 1..least.len() {
        let last = sizes.iter().filter(|(size, _)| *size <= total);
        least[total] = last.filter_map(|(size, priced)| Some(least[total - size]? + priced.per_hour)).min();
    }
    let enough = (needed - bulk..least.len()).filter_map(|total| Some((least[total]?, total))).min();
    let most = || (0..least.len()).rev().find_map(|total| Some((least[total]?, total)));
    let (cost, total) = enough.or_else(most).unwrap_or_default();
    (bulk_cost + cost, (total + bulk) as u64 * unit)
}

const fn gcd(a: u64, b: u64) -> u64 {
    if a == 0 { b } else { gcd(b % a, a) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::decimal;

    fn priced(name: &str, vcpus: u64, usd: &str) -> Priced {
        let per_hour = Usd::new(decimal::parse(usd).expect("a number"));
        Priced { instance_type: InstanceType::new(name), vcpus, per_hour }
    }

    #[test]
    fn the_guides_ceiling_by_hand() {
        // max 256, types p4d (96 vCPUs, $21.957642) and g5.48xlarge (192, $16.288), overshoot
        // allowed: at 255 or fewer two p4d (192) may run, and one more launch: three p4d, 288 vCPUs.
        let types = [priced("p4d.24xlarge", 96, "21.957642"), priced("g5.48xlarge", 192, "16.288")];
        let (cost, set) = dearest_set(&types, 256, CapRule::WhileBelowMax);
        assert_eq!(cost.to_string(), "65.872926");
        assert_eq!((set.len(), set[0].1), (1, 3));
        // BEST_FIT stays within: two p4d.
        assert_eq!(dearest_set(&types, 256, CapRule::WithinMax).0.to_string(), "43.915284");
        assert_eq!(dearest_set(&types, 0, CapRule::WhileBelowMax).0, Usd::ZERO);
    }

    #[test]
    fn types_of_one_price_do_not_matter_in_order() {
        let types = [priced("r5.12xlarge", 48, "3.552"), priced("m5.16xlarge", 64, "3.552")];
        assert_eq!(dearest_set(&types, 128, CapRule::WhileBelowMax).0.to_string(), "10.656");
    }

    #[test]
    fn the_floor_is_the_cheapest_cover() {
        let types = [priced("p4d.24xlarge", 96, "21.957642"), priced("g5.48xlarge", 192, "16.288")];
        let cover = |min, max| {
            let (cost, vcpus) = cheapest_cover(&types, min, max);
            (cost.to_string(), vcpus)
        };
        assert_eq!(cover(1, None), ("16.288".into(), 192));
        assert_eq!(cover(193, None), ("32.576".into(), 384));
        assert_eq!(cover(0, None), ("0".into(), 0));
        // Within 100 vCPUs only one p4d fits; of 97 it is the most that can be reached.
        assert_eq!(cover(1, Some(100)), ("21.957642".into(), 96));
        assert_eq!(cover(97, Some(100)), ("21.957642".into(), 96));
        assert_eq!(cover(97, Some(95)), ("0".into(), 0));
    }

    /// Every set that the rule can reach, launch by launch.
    fn search(types: &[Priced], owned: u64, cost: Usd, max: u64, rule: CapRule) -> Usd {
        let next = types.iter().filter(|t| rule.may_launch(owned, t.vcpus, max));
        next.map(|t| search(types, owned + t.vcpus, cost + t.per_hour, max, rule))
            .max()
            .unwrap_or(cost)
            .max(cost)
    }

    /// Every set within the limit: whether it has enough, vCPUs it lacks, what it costs, vCPUs.
    fn covers(types: &[Priced], owned: u64, cost: Usd, min: u64, max: Option<u64>) -> (u64, Usd) {
        if owned >= min {
            return (0, cost);
        }
        let next = types.iter().filter(|t| max.is_none_or(|max| owned + t.vcpus <= max));
        next.map(|t| covers(types, owned + t.vcpus, cost + t.per_hour, min, max))
            .chain([(min - owned, cost)])
            .min()
            .expect("there is this set")
    }

    proptest! {
        #[test]
        fn the_sets_are_those_an_exhaustive_search_finds(
            sizes in proptest::collection::vec((1_u64..12, 1_i64..500), 1..4),
            limit in 0_u64..40,
            slack in 0_u64..12,
            best_fit in any::<bool>(),
        ) {
            let types: Vec<Priced> = sizes
                .iter()
                .enumerate()
                .map(|(i, (vcpus, cents))| priced(&format!("t{i}"), vcpus * 2, &format!("{}.{:02}", cents / 100, cents % 100)))
                .collect();
            let rule = if best_fit { CapRule::WithinMax } else { CapRule::WhileBelowMax };
            prop_assert_eq!(dearest_set(&types, limit, rule).0, search(&types, 0, Usd::ZERO, limit, rule));
            for max in [None, Some(limit), Some(limit + slack)] {
                let (cost, vcpus) = cheapest_cover(&types, limit, max);
                let (lacking, least) = covers(&types, 0, Usd::ZERO, limit, max);
                prop_assert_eq!((limit.saturating_sub(vcpus), cost), (lacking, least));
            }
        }

        #[test]
        fn bulk_changes_nothing(a in 1_i64..99, b in 1_i64..99, limit in 1_u64..3000) {
            let types = [priced("a", 3, &a.to_string()), priced("b", 5, &b.to_string())];
            let mut best = vec![Usd::ZERO; limit as usize + 1];
            for room in 1..=limit as usize {
                best[room] = best[room - 1];
                for t in &types {
                    if t.vcpus as usize <= room {
                        best[room] = best[room].max(best[room - t.vcpus as usize] + t.per_hour);
                    }
                }
            }
            prop_assert_eq!(knapsack(&types, limit).0, best[limit as usize]);
        }
    }
}
