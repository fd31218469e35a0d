//! The one pricing function: usage lines × price list → line items, and what had no price.
#![deny(clippy::float_arithmetic)]

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::never_on_demand;
use crate::model::decimal::{self, Decimal};
use crate::model::money::{CostRange, Rate, Usd};
use crate::model::sku::{PurchaseOption, Service, Sku};
use crate::model::units::{Cases, Quantity};
use crate::model::usage::UsageLine;
use crate::prices::{Price, PriceList, Provenance, Source, Tier, unnamed};
use crate::report::Said;
use crate::scenario::batch::highest_spot_price;

/// A priced line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineItem {
    /// What is used.
    pub usage: UsageLine,
    /// On-Demand list price; `None` where there is none.
    pub list_unit_price: Option<Rate>,
    /// The prices applied, per unit of the quantity.
    pub unit_price: CostRange,
    /// What it costs.
    pub cost: CostRange,
    /// Where the price comes from.
    pub provenance: Provenance,
    /// The discount in `unit_price`, as a share.
    pub discount: Decimal,
}

impl LineItem {
    /// What the expected quantity costs at list price.
    #[must_use]
    pub fn list_cost(&self) -> Option<Usd> {
        self.list_unit_price.map(|rate| rate.cost(self.usage.quantity.expected))
    }
}

/// A line without a price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unpriced {
    /// What is used.
    pub usage: UsageLine,
    /// Why it has no price.
    pub reason: Said,
    /// Whether a `[[price]]` of the scenario would give it one.
    pub asks: bool,
}

/// Prices every line. Cannot fail: a line without a price is part of the answer. Lines of the same
/// SKU share its tiers in the order given, as a bill does. Tiers are per calendar month; use is
/// taken to be even over the period, which `month_shares` divides.
#[must_use]
pub fn price(
    usage: &[UsageLine],
    prices: &PriceList,
    discounts: &BTreeMap<Service, Decimal>,
    month_shares: &[Decimal],
) -> (Vec<LineItem>, Vec<Unpriced>) {
    let (mut items, mut unpriced) = (Vec::new(), Vec::new());
    let mut used: BTreeMap<&Sku, Cases<Decimal>> = BTreeMap::new();
    for line in usage {
        if let Some(reason) = &line.unpriceable {
            unpriced.push(Unpriced { usage: line.clone(), reason: reason.clone(), asks: false });
            continue;
        }
        let list_unit_price = list_rate(&line.sku, prices);
        if let Some(fee) = line.fee {
            items.push(paid_anyway(line, fee, list_unit_price, prices));
            continue;
        }
        let Some(price) = prices.get(&line.sku) else {
            let reason = missing(&line.sku, prices);
            unpriced.push(Unpriced { usage: line.clone(), reason, asks: true });
            continue;
        };
        let before = used.entry(&line.sku).or_default();
        let parts = split_by_tier(line, price, *before, month_shares);
        *before = before.zip(line.quantity, |sum, quantity| sum + quantity.amount);
        for (part, tier) in parts {
            let discount = discount(&line.sku, price, discounts);
            match tier.price {
                Some(rate) => {
                    let bid = bid(&part, prices);
                    items.push(item(part, rate, price, list_unit_price, discount, bid));
                }
                None => {
                    let from = decimal::grouped_trimmed(tier.from, 0);
                    let unit = price.unit.focus();
                    let reason = Said::new(
                        format!("the price above {from} {unit} is not known"),
                        format!("{from} {unit} を超える分の単価が不明である"),
                    );
                    unpriced.push(Unpriced { usage: part, reason, asks: false });
                }
            }
        }
    }
    (items, unpriced)
}

/// Why a list has no price of a SKU, and what can be done.
fn missing(sku: &Sku, prices: &PriceList) -> Said {
    let known = prices.gap(sku).cloned().or_else(|| unnamed(sku)).unwrap_or_else(|| {
        let (source, region) = (&prices.source, sku.region);
        let list = match source {
            Source::Bundled => "内蔵の価格表".to_owned(),
            source => format!("価格表（{source}）"),
        };
        Said::new(
            format!("the {source} price list has none in {region}"),
            format!("{list}に {region} の単価がない"),
        )
    });
    let never = sku.instance_type().filter(|_| sku.purchase == PurchaseOption::OnDemand);
    let known = match never.filter(|name| never_on_demand(name).is_some()) {
        Some(name) => known.and(Said::new(
            format!(
                "AWS lists no On-Demand price for {name} in any region: it is sold as Capacity Blocks or UltraServers"
            ),
            format!(
                "{name} のオンデマンド単価はどのリージョンの一覧にもなく、キャパシティブロックまたは UltraServer として販売されている"
            ),
        )),
        None => known,
    };
    known.and(Said::new("add it to the scenario as [[price]]", "シナリオの [[price]] で指定する"))
}

/// Why the hours that a Savings Plan covers have no price: rates of it are missing.
pub(super) fn plan_unknown(name: &str, rates: &[&Sku], prices: &PriceList) -> Said {
    const OPTION: &str = "purchase_option = \"savings_plan\"";
    let why: BTreeSet<&Said> = rates.iter().filter_map(|sku| prices.gap(sku)).collect();
    let en: String = why.iter().map(|reason| format!(" ({})", reason.en)).collect();
    let ja: String = why.iter().map(|reason| format!("（{}）", reason.ja)).collect();
    let rates: BTreeSet<String> = rates.iter().map(|sku| sku.usage_type()).collect();
    let rates = rates.into_iter().collect::<Vec<_>>().join(", ");
    Said::new(
        format!(
            "which hours `{name}` covers is unknown{en}: add the rate as [[price]] with {OPTION} for {rates}"
        ),
        format!(
            "`{name}` がどの時間に充当されるかは不明である{ja}。{rates} の単価を {OPTION} の [[price]] で指定する"
        ),
    )
}

/// The On-Demand list price of an instance; of anything else, the price of its first tier.
fn list_rate(sku: &Sku, prices: &PriceList) -> Option<Rate> {
    match sku.instance_type() {
        Some(_) => prices.list_rate(&sku.bought(PurchaseOption::OnDemand)),
        None => prices.list_rate(sku),
    }
}

/// Discounts are on list prices: not on Spot, commitments or what the user set by hand.
fn discount(sku: &Sku, price: &Price, discounts: &BTreeMap<Service, Decimal>) -> Decimal {
    let at_list = matches!(sku.purchase, PurchaseOption::OnDemand | PurchaseOption::None);
    let own = price.provenance.source == Source::Scenario;
    discounts.get(&sku.service()).copied().filter(|_| at_list && !own).unwrap_or_default()
}

/// A fee beside which no price is known.
pub(super) fn own_fee() -> Provenance {
    Provenance {
        source: Source::Scenario,
        as_of: None,
        sku: None,
        verified: None,
        detail: "the scenario's own fee".into(),
        only_for: None,
    }
}

fn paid_anyway(
    line: &UsageLine,
    fee: Cases<Usd>,
    list_unit_price: Option<Rate>,
    prices: &PriceList,
) -> LineItem {
    let quantity = line.quantity.expected;
    // What a Savings Plan covers is at its rate, a rounding aside. Of another fee, where nothing is
    // expected, what an hour costs is seen in the other cases.
    let plan = prices.get(&line.sku).filter(|_| line.sku.purchase == PurchaseOption::SavingsPlan);
    let rate = plan.and_then(Price::first_rate).map(|rate| rate.price);
    let per_unit = |fee: Usd, quantity: Quantity| fee.per(quantity.amount).map(Usd::to_price);
    let unit_price = rate
        .or_else(|| per_unit(fee.expected, quantity))
        .or_else(|| per_unit(fee.high, line.quantity.high))
        .or_else(|| per_unit(fee.low, line.quantity.low))
        .unwrap_or_default();
    LineItem {
        usage: line.clone(),
        list_unit_price,
        unit_price: Cases::same(unit_price).into(),
        cost: fee.into(),
        provenance: plan.map_or_else(own_fee, |price| price.provenance.clone()),
        discount: Decimal::ZERO,
    }
}

/// The highest Spot price a line would pay.
fn bid(line: &UsageLine, prices: &PriceList) -> Option<Usd> {
    let on_demand = list_rate(&line.sku, prices)?;
    Some(highest_spot_price(on_demand.price, line.bid_share?))
}

fn item(
    usage: UsageLine,
    tier: Usd,
    price: &Price,
    list: Option<Rate>,
    discount: Decimal,
    bid: Option<Usd>,
) -> LineItem {
    let after = |usd: Usd| usd.times(Decimal::ONE - discount).to_price();
    let rate = |usd: Usd| Rate { price: after(usd), per: price.unit };
    let (low, high) = price.spread.unwrap_or((tier, Some(tier)));
    // A bid caps what Spot can cost; an expected price above it is named in a note.
    let high = match (price.spread, bid) {
        (Some(_), Some(bid)) => Some(high.map_or(bid, |high| high.min(bid)).max(tier)),
        _ => high,
    };
    let quantity = usage.quantity;
    let flat = price.tiers.len() == 1;
    LineItem {
        list_unit_price: if flat { list } else { Some(Rate { price: tier, per: price.unit }) },
        unit_price: Cases { low: after(low), expected: after(tier), high: high.map(after) },
        cost: Cases {
            low: rate(low).cost(quantity.low),
            expected: rate(tier).cost(quantity.expected),
            high: high.map(|high| rate(high).cost(quantity.high)),
        },
        usage,
        provenance: price.provenance.clone(),
        discount,
    }
}

/// The part of a line in each tier of its price, when `before` of the SKU is already used. A price
/// with one tier leaves the line whole.
fn split_by_tier(
    line: &UsageLine,
    price: &Price,
    before: Cases<Decimal>,
    month_shares: &[Decimal],
) -> Vec<(UsageLine, Tier)> {
    let [only] = price.tiers[..] else {
        let mut parts: Vec<(UsageLine, Tier)> = Vec::new();
        let mut rest = line.quantity;
        for (index, tier) in price.tiers.iter().enumerate() {
            let until = price.tiers.get(index + 1).map(|next| next.from);
            let inside = |before: Decimal, quantity: Quantity| {
                let in_month = |share: &Decimal| {
                    let all = (before + quantity.amount) * share;
                    let end = until.map_or(all, |until| all.min(until));
                    (end - (before * share).max(tier.from)).max(Decimal::ZERO)
                };
                Quantity::new(month_shares.iter().map(in_month).sum(), quantity.unit)
            };
            // What rounding leaves over belongs to the last tier.
            let quantity = match until {
                Some(_) => before.zip(line.quantity, inside).zip(rest, least),
                None => rest,
            };
            rest = rest.zip(quantity, |rest, taken| Quantity { amount: rest.amount - taken.amount, ..rest });
            if quantity.high.amount.is_zero() && quantity.expected.amount.is_zero() {
                continue;
            }
            let mut part = UsageLine { quantity, ..line.clone() };
            if line.quantity != quantity {
                part.name = match until {
                    Some(until) if tier.from.is_zero() => {
                        format!("{} (first {})", line.name, thousands(until))
                    }
                    _ => format!("{} (above {})", line.name, thousands(tier.from)),
                };
            }
            parts.push((part, *tier));
        }
        return parts;
    };
    vec![(line.clone(), only)]
}

fn least(a: Quantity, b: Quantity) -> Quantity {
    if a.amount <= b.amount { a } else { b }
}

fn thousands(number: Decimal) -> String {
    decimal::grouped_trimmed(number, 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::commitment::Commitments;
    use crate::model::region::Region;
    use crate::model::sku::{InstanceType, Resource, S3Class};
    use crate::model::usage::{Basis, Group};
    use crate::prices::{Wanted, bundled};

    fn region() -> Region {
        Region::parse("us-east-1").expect("a known region")
    }

    fn bucket(name: &str, gib: i64) -> UsageLine {
        let sku = Sku::other(region(), Resource::S3Storage(S3Class::Standard));
        UsageLine::new(name.into(), Group::Storage, Basis::Fixed, sku, Cases::same(Decimal::from(gib)))
    }

    fn list(lines: &[UsageLine]) -> PriceList {
        bundled::price_list(
            &lines.iter().map(|line| line.sku.clone()).collect::<Wanted>(),
            &Commitments::default(),
        )
    }

    #[test]
    fn tiers_are_lines_of_their_own() {
        // 60,000 GB-months: 51,200 × 0.023 = 1,177.60 and 8,800 × 0.022 = 193.60.
        let lines = [bucket("data", 60_000)];
        let (items, unpriced) = price(&lines, &list(&lines), &BTreeMap::new(), &[Decimal::ONE]);
        let costs: Vec<String> = items.iter().map(|i| i.cost.expected.to_string()).collect();
        assert_eq!((costs, unpriced.len()), (vec!["1177.6".to_owned(), "193.6".to_owned()], 0));
        assert_eq!(items[0].usage.name, "data (first 51,200)");
        assert_eq!(items[1].usage.name, "data (above 51,200)");
    }

    #[test]
    fn two_buckets_share_the_tiers() {
        let lines = [bucket("a", 50_000), bucket("b", 10_000)];
        let (items, _) = price(&lines, &list(&lines), &BTreeMap::new(), &[Decimal::ONE]);
        let total: Usd = items.iter().map(|i| i.cost.expected).sum();
        assert_eq!(total.to_string(), "1371.2");
        assert_eq!(items.len(), 3);
    }

    #[test]
    fn tiers_start_again_every_month() {
        // 40,000 in each of two months stays in the first tier: 80,000 × 0.023 = 1,840.
        let lines = [bucket("data", 80_000)];
        let half = Decimal::new(5, 1);
        let (items, _) = price(&lines, &list(&lines), &BTreeMap::new(), &[half, half]);
        let costs: Vec<String> = items.iter().map(|i| i.cost.expected.to_string()).collect();
        assert_eq!(costs, ["1840"]);
    }

    #[test]
    fn a_missing_price_is_a_gap_and_never_zero() {
        let hpc = InstanceType::new("hpc7a.96xlarge");
        let sku = Sku::instance(region(), &hpc, PurchaseOption::OnDemand);
        let lines =
            [UsageLine::new("mpi".into(), Group::Compute, Basis::Usage, sku, Cases::same(Decimal::TEN))];
        let (items, unpriced) = price(&lines, &list(&lines), &BTreeMap::new(), &[Decimal::ONE]);
        assert!(items.is_empty());
        assert!(unpriced[0].reason.en.starts_with("the bundled price list has none in us-east-1"));
    }

    proptest! {
        #[test]
        fn unit_price_times_quantity_is_the_cost(gib in 0_i64..2_000_000, more in 0_i64..2_000_000, off in 0_i64..100) {
            let lines = [bucket("a", gib), bucket("b", more)];
            let discounts = BTreeMap::from([(Service::AmazonS3, Decimal::new(off, 2))]);
            let (items, _) = price(&lines, &list(&lines), &discounts, &[Decimal::ONE]);
            let mut quantity = Decimal::ZERO;
            for item in &items {
                let rate = Rate { price: item.unit_price.expected, per: item.usage.quantity.expected.unit };
                prop_assert_eq!(rate.cost(item.usage.quantity.expected), item.cost.expected);
                prop_assert!(item.cost.expected <= item.list_cost().expect("S3 has list prices"));
                quantity += item.usage.quantity.expected.amount;
            }
            prop_assert_eq!(quantity, Decimal::from(gib + more));
        }
    }
}
