//! Commitments are paid every hour and fill On-Demand use first, never Spot.
//!
//! Reserved Instances fill their type, then Savings Plans fill what saves most (AWS Savings Plans
//! user guide, "How Savings Plans apply to your usage", read 2026-11-23). How much they fill
//! depends on what runs at the same time, which a scenario does not say. Three layouts bound it:
//!
//! * all use is spread evenly over the period, so commitments are filled best;
//! * the instances of a group run side by side, the groups one after another, starting over at the
//!   period's start when it is full: the expected case;
//! * every group starts with the period.
//!
//! The low case is the cheapest of the three, the high case the dearest.
//!
//! Left out: size flexibility of Reserved Instances (a commitment covers its own type only).
#![deny(clippy::float_arithmetic)]

use std::collections::{BTreeMap, BTreeSet};

use super::pricing::plan_unknown;
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::sku::{InstanceType, PurchaseOption, Resource, Sku};
use crate::model::units::{Cases, Quantity};
use crate::model::usage::{Basis, Group, UsageLine};
use crate::prices::PriceList;
use crate::report::Note;
use crate::scenario::Scenario;
use crate::scenario::keys::compute::{CommitmentKeys, CommitmentKind};
use crate::scenario::usage::ComputeGroup;

/// Hours below which a rest is a rounding: four milliseconds.
const ROUNDING_HOURS: Decimal = Decimal::from_parts(1, 0, 0, false, 6);

/// On-Demand use of one type by one group.
type LoadKey = (String, InstanceType);
/// Hours of each load that a commitment covers.
type Covered = BTreeMap<LoadKey, Decimal>;

/// A load with its place in time.
struct Placed<'a> {
    key: &'a LoadKey,
    /// Instances side by side.
    concurrency: Decimal,
    /// Hours from the period's start; the end may lie beyond the period's, and wraps.
    start: Decimal,
    duration: Decimal,
}

/// Splits On-Demand lines into covered and uncovered hours, and adds what is unused.
#[must_use]
pub fn apply(
    lines: Vec<UsageLine>,
    groups: &[ComputeGroup],
    scenario: &Scenario,
    prices: &PriceList,
) -> (Vec<UsageLine>, Vec<Note>) {
    let commitments = &scenario.keys.commitment;
    if commitments.is_empty() {
        return (lines, Vec::new());
    }
    if let Some((lines, notes)) = without_rates(&lines, commitments, scenario, prices) {
        return (lines, notes);
    }
    let hours = scenario.period.hours();
    let loads = loads(&lines);
    let case = |layout: Layout, pick: fn(&Cases<Decimal>) -> Decimal| {
        let placed = place(&loads, groups, layout, pick, hours);
        fill(&placed, commitments, scenario, prices, hours)
    };
    let layouts = [Layout::Even, Layout::OneAfterAnother, Layout::AllAtOnce];
    let uncovered = |covered: &Vec<Covered>, pick: fn(&Cases<Decimal>) -> Decimal| -> Usd {
        let left = |(key, hours): (&LoadKey, &Cases<Decimal>)| {
            let covered: Decimal = covered.iter().filter_map(|one| one.get(key)).sum();
            let sku = Sku::instance(scenario.region, &key.1, PurchaseOption::OnDemand);
            prices.rate(&sku).map_or(Usd::ZERO, |rate| rate.price.times(pick(hours) - covered))
        };
        loads.iter().map(left).sum()
    };
    // Spreading use evenly fills commitments best in nearly every world; of the three layouts the
    // low case takes the cheapest and the high case the dearest, so that they bound the expected one.
    let low = layouts.map(|layout| case(layout, |hours| hours.low));
    let low = low.into_iter().min_by_key(|covered| uncovered(covered, |hours| hours.low)).unwrap_or_default();
    let expected = case(Layout::OneAfterAnother, |hours| hours.expected);
    let high = layouts.map(|layout| case(layout, |hours| hours.high));
    let high =
        high.into_iter().max_by_key(|covered| uncovered(covered, |hours| hours.high)).unwrap_or_default();
    let mut notes = Vec::new();
    let mut covered: Vec<BTreeMap<LoadKey, Cases<Decimal>>> = Vec::new();
    for index in 0..commitments.len() {
        let of = |map: &Covered, key: &LoadKey| map.get(key).copied().unwrap_or_default();
        let in_cases = loads.keys().map(|key| {
            let hours = Cases {
                low: of(&low[index], key),
                expected: of(&expected[index], key),
                high: of(&high[index], key),
            };
            (key.clone(), hours)
        });
        covered.push(in_cases.collect());
        if covered[index].values().all(|hours| *hours == Cases::default()) {
            notes.push(Note::CommitmentUnused { name: commitments[index].name.clone() });
        }
    }
    // Where nothing is covered in any case, there are no cases to explain.
    if notes.len() < commitments.len() {
        notes.insert(0, Note::CommitmentCases);
    }
    (rebuild(lines, &loads, &covered, scenario, prices), notes)
}

/// Which hours a Savings Plan covers is unknown while a type in use has no rate: then neither is
/// what remains On-Demand, and both would be guesses.
fn without_rates(
    lines: &[UsageLine],
    commitments: &[CommitmentKeys],
    scenario: &Scenario,
    prices: &PriceList,
) -> Option<(Vec<UsageLine>, Vec<Note>)> {
    let plan = commitments.iter().find(|c| c.kind == CommitmentKind::SavingsPlan)?;
    let covered = lines.iter().filter(|line| line.sku.purchase == PurchaseOption::OnDemand);
    let rates: BTreeSet<Sku> = covered.map(|line| line.sku.bought(PurchaseOption::SavingsPlan)).collect();
    let missing: Vec<&Sku> = rates.iter().filter(|sku| prices.rate(sku).is_none()).collect();
    if missing.is_empty() {
        return None;
    }
    let reason = plan_unknown(&plan.name, &missing, prices);
    let unknown = |mut line: UsageLine| {
        if line.sku.purchase == PurchaseOption::OnDemand {
            line.unpriceable = Some(reason.clone());
        }
        line
    };
    let mut lines: Vec<UsageLine> = lines.iter().cloned().map(unknown).collect();
    for commitment in commitments {
        let none = Cases::same(Decimal::ZERO);
        lines.extend(unused_line(commitment, none, Cases::same(Usd::ZERO), scenario, ""));
    }
    Some((lines, Vec::new()))
}

fn loads(lines: &[UsageLine]) -> BTreeMap<LoadKey, Cases<Decimal>> {
    let mut loads: BTreeMap<LoadKey, Cases<Decimal>> = BTreeMap::new();
    for line in lines {
        if let Some(key) = load_key(line) {
            let sum = loads.entry(key).or_default();
            *sum = sum.zip(line.quantity, |sum, quantity| sum + quantity.amount);
        }
    }
    loads
}

fn load_key(line: &UsageLine) -> Option<LoadKey> {
    let on_demand = line.sku.purchase == PurchaseOption::OnDemand;
    let instance_type = line.sku.instance_type().filter(|_| on_demand)?;
    Some((line.owner.clone()?, instance_type.clone()))
}

#[derive(Clone, Copy)]
enum Layout {
    Even,
    OneAfterAnother,
    AllAtOnce,
}

fn place<'a>(
    loads: &'a BTreeMap<LoadKey, Cases<Decimal>>,
    groups: &[ComputeGroup],
    layout: Layout,
    pick: fn(&Cases<Decimal>) -> Decimal,
    period_hours: Decimal,
) -> Vec<Placed<'a>> {
    let mut placed = Vec::new();
    let mut cursor = Decimal::ZERO;
    for group in groups {
        let mut longest = Decimal::ZERO;
        for (instance_type, concurrency) in &group.concurrency {
            let Some((key, hours)) = loads.get_key_value(&(group.name.clone(), instance_type.clone())) else {
                continue;
            };
            let hours = pick(hours);
            if hours.is_zero() || concurrency.is_zero() {
                continue;
            }
            let even = matches!(layout, Layout::Even);
            let duration = if even { period_hours } else { hours / concurrency };
            let start = if matches!(layout, Layout::OneAfterAnother) { cursor } else { Decimal::ZERO };
            placed.push(Placed { key, concurrency: hours / duration, start, duration });
            longest = longest.max(duration);
        }
        cursor = (cursor + longest) % period_hours;
    }
    placed
}

/// Fills the commitments in every stretch of time in which the same loads run.
fn fill(
    placed: &[Placed<'_>],
    commitments: &[CommitmentKeys],
    scenario: &Scenario,
    prices: &PriceList,
    period_hours: Decimal,
) -> Vec<Covered> {
    let spans: Vec<(usize, Decimal, Decimal)> = placed
        .iter()
        .enumerate()
        .flat_map(|(index, load)| {
            let end = load.start + load.duration;
            let wrapped = (end > period_hours).then(|| (index, Decimal::ZERO, end - period_hours));
            [Some((index, load.start, end.min(period_hours))), wrapped]
        })
        .flatten()
        .collect();
    let bounds: BTreeSet<Decimal> = spans.iter().flat_map(|(_, start, end)| [*start, *end]).collect();
    let bounds: Vec<Decimal> = bounds.into_iter().collect();
    let mut covered = vec![Covered::new(); commitments.len()];
    for pair in bounds.windows(2) {
        let (start, end) = (pair[0], pair[1]);
        let running: Vec<&Placed<'_>> = spans
            .iter()
            .filter(|(_, s, e)| *s <= start && end <= *e)
            .map(|(index, ..)| &placed[*index])
            .collect();
        let shares = cover(&running, commitments, scenario, prices);
        for (index, by_type) in shares.iter().enumerate() {
            for load in &running {
                let share = by_type.get(&load.key.1).copied().unwrap_or_default();
                if !share.is_zero() {
                    *covered[index].entry(load.key.clone()).or_default() +=
                        (end - start) * load.concurrency * share;
                }
            }
        }
    }
    covered
}

/// For each commitment, the share of each type's running instances that it covers.
fn cover(
    running: &[&Placed<'_>],
    commitments: &[CommitmentKeys],
    scenario: &Scenario,
    prices: &PriceList,
) -> Vec<BTreeMap<InstanceType, Decimal>> {
    let mut demand: BTreeMap<&InstanceType, Decimal> = BTreeMap::new();
    for load in running {
        *demand.entry(&load.key.1).or_default() += load.concurrency;
    }
    let total = demand.clone();
    let mut shares = vec![BTreeMap::new(); commitments.len()];
    for kind in [CommitmentKind::Reserved, CommitmentKind::SavingsPlan] {
        for (index, commitment) in commitments.iter().enumerate().filter(|(_, c)| c.kind == kind) {
            let mut dollars = commitment.usd_per_hour.unwrap_or_default().0;
            for instance_type in order(commitment, &total, scenario, prices) {
                let rest = demand[instance_type];
                let instances = match kind {
                    CommitmentKind::Reserved => rest.min(Decimal::from(commitment.count.map_or(0, |c| c.0))),
                    CommitmentKind::SavingsPlan => {
                        let sku = Sku::instance(scenario.region, instance_type, PurchaseOption::SavingsPlan);
                        let rate = prices.rate(&sku).expect("rates were checked").price;
                        let affordable = dollars.fraction_of(rate).unwrap_or(rest);
                        let instances = rest.min(affordable);
                        dollars = dollars - rate.times(instances);
                        instances
                    }
                };
                *demand.get_mut(instance_type).expect("it is in the total") -= instances;
                shares[index].insert(instance_type.clone(), instances / total[instance_type]);
            }
        }
    }
    shares
}

/// The types a commitment may cover, those that save most first.
fn order<'a>(
    commitment: &CommitmentKeys,
    total: &BTreeMap<&'a InstanceType, Decimal>,
    scenario: &Scenario,
    prices: &PriceList,
) -> Vec<&'a InstanceType> {
    if commitment.kind == CommitmentKind::Reserved {
        return total.keys().copied().filter(|t| commitment.instance_type.as_ref() == Some(*t)).collect();
    }
    let remaining_price = |instance_type: &InstanceType| {
        let rate =
            |option| prices.rate(&Sku::instance(scenario.region, instance_type, option)).map(|r| r.price);
        let list = rate(PurchaseOption::OnDemand);
        rate(PurchaseOption::SavingsPlan).zip(list).and_then(|(plan, list)| plan.fraction_of(list))
    };
    let mut types: Vec<&InstanceType> = total.keys().copied().collect();
    types.sort_by_key(|instance_type| remaining_price(instance_type).unwrap_or(Decimal::ONE));
    types
}

/// Of each commitment and type: hours covered, and what the lines so far took of them.
type Sums = BTreeMap<(usize, InstanceType), (Cases<Decimal>, Cases<Decimal>)>;

/// The hours of a line that each commitment covers, and the rest.
fn split(
    line: &UsageLine,
    key: &LoadKey,
    load: Cases<Decimal>,
    covered: &[BTreeMap<LoadKey, Cases<Decimal>>],
    sums: &mut Sums,
) -> (Vec<(usize, Cases<Decimal>)>, Cases<Decimal>) {
    let mut rest = line.quantity.map(|quantity| quantity.amount);
    let mut hours_by: Vec<(usize, Cases<Decimal>)> = Vec::new();
    for (index, by_load) in covered.iter().enumerate() {
        let share = by_load[key].zip(load, covered_share);
        let (exact, taken) = sums.entry((index, key.1.clone())).or_default();
        *exact = exact.zip(line.quantity.zip(share, |q, share| q.amount * share), |a, b| a + b);
        // The sum over a type's lines is rounded, not each line, so that layouts that cover as much
        // cost the same. Down, so that no more is covered than was committed; the allowance keeps
        // a sum whose divisions left a rest in the last digit from losing a whole step.
        let allowance = Decimal::new(1, 12);
        let sum = exact.map(|exact| decimal::truncate(exact + allowance, Quantity::PLACES));
        let left = sum.zip(*taken, |sum, taken| (sum - taken).max(Decimal::ZERO));
        let hours = left.zip(rest, Decimal::min);
        *taken = taken.zip(hours, |taken, hours| taken + hours);
        if hours != Cases::default() {
            rest = rest.zip(hours, |rest, hours| rest - hours);
            hours_by.push((index, hours));
        }
    }
    if let Some((index, last)) = hours_by.last_mut() {
        let rounding = rest.map(|rest| if rest < ROUNDING_HOURS { rest } else { Decimal::ZERO });
        *last = last.zip(rounding, |last, rounding| last + rounding);
        let (_, taken) = sums.entry((*index, key.1.clone())).or_default();
        *taken = taken.zip(rounding, |taken, rounding| taken + rounding);
        rest = rest.zip(rounding, |rest, rounding| rest - rounding);
    }
    (hours_by, rest)
}

fn rebuild(
    lines: Vec<UsageLine>,
    loads: &BTreeMap<LoadKey, Cases<Decimal>>,
    covered: &[BTreeMap<LoadKey, Cases<Decimal>>],
    scenario: &Scenario,
    prices: &PriceList,
) -> Vec<UsageLine> {
    let commitments = &scenario.keys.commitment;
    let mut rebuilt = Vec::new();
    let mut used_hours = vec![Cases::<Decimal>::default(); commitments.len()];
    let mut used_dollars = vec![Cases::<Usd>::default(); commitments.len()];
    let mut sums = Sums::new();
    let mut last_covered: Vec<Option<usize>> = vec![None; commitments.len()];
    for line in lines {
        let Some(key) = load_key(&line) else {
            rebuilt.push(line);
            continue;
        };
        let load = loads[&key];
        let (hours_by, rest) = split(&line, &key, load, covered, &mut sums);
        let mut parts = Vec::new();
        for (index, hours) in hours_by {
            used_hours[index] = used_hours[index].zip(hours, |sum, hours| sum + hours);
            let part = covered_line(&line, &commitments[index], hours, prices);
            used_dollars[index] = used_dollars[index].zip(hours, |sum, hours| sum + part.1.times(hours));
            parts.push((index, part.0));
        }
        if parts.is_empty() || rest != Cases::default() {
            let quantity = line.quantity.zip(rest, |q, amount| Quantity { amount, unit: q.unit });
            rebuilt.push(UsageLine { quantity, ..line });
        }
        for (index, part) in parts {
            last_covered[index] = Some(rebuilt.len());
            rebuilt.push(part);
        }
    }
    for (index, commitment) in commitments.iter().enumerate() {
        if let Some(last) = last_covered[index] {
            let (hours, dollars) = (&mut used_hours[index], &mut used_dollars[index]);
            settle_rounding(&mut rebuilt[last], commitment, hours, dollars, scenario, prices);
        }
        rebuilt.extend(unused_line(commitment, used_hours[index], used_dollars[index], scenario, ": unused"));
    }
    rebuilt
}

/// The share of a load that is covered; all of it, where only a rounding is left.
fn covered_share(covered: Decimal, load: Decimal) -> Decimal {
    if load - covered < ROUNDING_HOURS {
        return if load.is_zero() { Decimal::ZERO } else { Decimal::ONE };
    }
    covered.checked_div(load).unwrap_or_default()
}

/// A commitment that is used up but for what rounding hours left over is used up: the rest goes to
/// the last line it covers, so that it is paid in full in every case.
fn settle_rounding(
    line: &mut UsageLine,
    commitment: &CommitmentKeys,
    used_hours: &mut Cases<Decimal>,
    used_dollars: &mut Cases<Usd>,
    scenario: &Scenario,
    prices: &PriceList,
) {
    let count = Decimal::from(commitment.count.map_or(1, |count| count.0));
    let hours = count * scenario.period.hours();
    let hourly = commitment.usd_per_hour.map(|rate| rate.0);
    let dollars = hourly.unwrap_or_default().times(hours);
    let idle = used_hours.map(|used| hours - used);
    let left = used_dollars.map(|used| dollars - used);
    let used_up = match commitment.kind {
        CommitmentKind::SavingsPlan => left.map(|left| left < Usd::new(Decimal::new(1, 2))),
        CommitmentKind::Reserved => idle.map(|idle| idle < ROUNDING_HOURS),
    };
    *used_hours = used_hours.zip(used_up, |used, all| if all { hours } else { used });
    if hourly.is_some() {
        let rest = left.zip(used_up, |left, all| if all { left } else { Usd::ZERO });
        let rate = prices.rate(&line.sku).map_or(Usd::ZERO, |rate| rate.price);
        let at_rate = line.quantity.map(|quantity| rate.times(quantity.amount));
        if rest != Cases::default() {
            line.fee = Some(line.fee.unwrap_or(at_rate).zip(rest, |fee, rest| fee + rest));
        }
        *used_dollars = used_dollars.zip(rest, |used, rest| used + rest);
    }
}

const fn purchase_option(commitment: &CommitmentKeys) -> PurchaseOption {
    match commitment.kind {
        CommitmentKind::SavingsPlan => PurchaseOption::SavingsPlan,
        CommitmentKind::Reserved => PurchaseOption::Reserved,
    }
}

/// The covered part of a line, and the price of one covered hour where it is known.
fn covered_line(
    line: &UsageLine,
    commitment: &CommitmentKeys,
    hours: Cases<Decimal>,
    prices: &PriceList,
) -> (UsageLine, Usd) {
    let sku = line.sku.bought(purchase_option(commitment));
    let listed = prices.rate(&sku).map_or(Usd::ZERO, |rate| rate.price);
    let own = commitment.usd_per_hour.filter(|_| commitment.kind == CommitmentKind::Reserved);
    let at = own.map_or_else(String::new, |rate| format!(", at {} an hour", rate.0.price(10)));
    let derivation = format!("{}, the part that `{}` covers{at}", line.derivation, commitment.name);
    let mut covered =
        UsageLine::new(line.name.clone(), line.group, Basis::Fixed, sku, hours).because(derivation);
    covered.owner.clone_from(&line.owner);
    covered.fee = own.map(|rate| hours.map(|hours| rate.0.times(hours)));
    (covered, own.map_or(listed, |rate| rate.0))
}

/// What is paid for and not used; no line for nothing.
fn unused_line(
    commitment: &CommitmentKeys,
    used_hours: Cases<Decimal>,
    used_dollars: Cases<Usd>,
    scenario: &Scenario,
    suffix: &str,
) -> Option<UsageLine> {
    let period_hours = scenario.period.hours();
    let name = format!("{}{suffix}", commitment.name);
    let option = purchase_option(commitment);
    let hourly = commitment.usd_per_hour.map(|d| d.0);
    let period = decimal::grouped_trimmed(period_hours, 6);
    let line = match (commitment.kind, &commitment.instance_type) {
        (CommitmentKind::Reserved, Some(instance_type)) => {
            let count = Decimal::from(commitment.count.map_or(0, |c| c.0));
            let sku = Sku::instance(scenario.region, instance_type, option);
            let hours = used_hours.map(|used| count * period_hours - used);
            let at = hourly.map_or_else(String::new, |rate| format!(", at {} an hour", rate.price(10)));
            let derivation = format!("{count} × {period} h, less what is used{at}");
            let mut line = UsageLine::new(name, Group::Compute, Basis::Fixed, sku, hours).because(derivation);
            line.fee = hourly.map(|rate| hours.map(|hours| rate.times(hours)));
            line
        }
        _ => {
            let rate = hourly.unwrap_or_default();
            let sku =
                Sku { region: scenario.region, resource: Resource::SavingsPlanUnused, purchase: option };
            let derivation = format!(
                "{} an hour × {period} h = {} committed, less {} used",
                rate.price(10),
                rate.times(period_hours).cents(),
                used_dollars.expected.cents()
            );
            let once = Cases::same(Decimal::ONE);
            let mut line = UsageLine::new(name, Group::Compute, Basis::Fixed, sku, once).because(derivation);
            line.fee = Some(used_dollars.map(|used| (rate.times(period_hours) - used).max(Usd::ZERO)));
            line
        }
    };
    let nothing = match line.fee {
        Some(fee) => fee == Cases::default(),
        None => line.quantity.high.amount.is_zero() && line.quantity.low.amount.is_zero(),
    };
    (!nothing).then_some(line)
}
