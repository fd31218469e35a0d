//! Dollars and prices: exact decimals, never a float.
#![deny(clippy::float_arithmetic)]

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::decimal::{self, Decimal};
use super::said::{Lang, Said};
use super::units::{Cases, PricingUnit, Quantity};

/// US dollars, exact. Another currency is an error at the edge, never a silent mix.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Usd(Decimal);

impl Usd {
    /// No dollars.
    pub const ZERO: Usd = Usd(Decimal::ZERO);

    /// The amount as dollars.
    #[must_use]
    pub const fn new(amount: Decimal) -> Usd {
        Usd(amount)
    }

    /// The number of dollars.
    #[must_use]
    pub const fn amount(self) -> Decimal {
        self.0
    }

    /// The amount times a pure number (a discount, a tax rate, a number of instances).
    #[must_use]
    pub fn times(self, factor: Decimal) -> Usd {
        Usd(self.0 * factor)
    }

    /// This amount as a fraction of `whole`; `None` when `whole` is zero.
    #[must_use]
    pub fn fraction_of(self, whole: Usd) -> Option<Decimal> {
        self.0.checked_div(whole.0)
    }

    /// The amount divided by a number; `None` when the number is zero.
    #[must_use]
    pub fn per(self, number: Decimal) -> Option<Usd> {
        self.0.checked_div(number).map(Usd)
    }

    /// Rounded to the places in which prices per unit are kept, half to even.
    #[must_use]
    pub fn to_price(self) -> Usd {
        Usd(decimal::round(self.0, Rate::PLACES))
    }

    /// `$4,391.53`: rounded to the cent, half to even.
    #[must_use]
    pub fn cents(self) -> String {
        signed_dollars(self.0, &decimal::grouped(self.0.abs(), 2))
    }

    /// `$21.957642`: at least two digits after the point, at most `places`.
    #[must_use]
    pub fn price(self, places: u32) -> String {
        let digits = decimal::round(self.0, places).normalize().scale().max(2);
        signed_dollars(self.0, &decimal::grouped(self.0.abs(), digits))
    }
}

/// The dollars of a sum, and whether they are all of it: something without a price is never nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Total {
    /// Everything in it has a price.
    Whole(Usd),
    /// Something in it has no price and comes on top.
    AtLeast(Usd),
    /// Nothing in it has a price.
    Unknown,
}

impl Total {
    /// These dollars, of which it is known whether they are all.
    #[must_use]
    pub const fn new(known: Usd, complete: bool) -> Total {
        if complete { Total::Whole(known) } else { Total::AtLeast(known) }
    }

    /// The dollars that are known; `None` where none are.
    #[must_use]
    pub const fn known(self) -> Option<Usd> {
        match self {
            Total::Whole(usd) | Total::AtLeast(usd) => Some(usd),
            Total::Unknown => None,
        }
    }

    /// The dollars, if they are all.
    #[must_use]
    pub const fn whole(self) -> Option<Usd> {
        match self {
            Total::Whole(usd) => Some(usd),
            Total::AtLeast(_) | Total::Unknown => None,
        }
    }

    /// The same of other dollars, such as a part of these.
    #[must_use]
    pub fn map(self, of: impl FnOnce(Usd) -> Usd) -> Total {
        match self {
            Total::Whole(usd) => Total::Whole(of(usd)),
            Total::AtLeast(usd) => Total::AtLeast(of(usd)),
            Total::Unknown => Total::Unknown,
        }
    }

    /// `$845.41`, `≥ $845.41`, `unknown`: the one way in which people see a sum, in a language.
    #[must_use]
    pub fn shown(self, lang: Lang) -> String {
        self.shown_as(lang, Usd::cents)
    }

    /// The same in every language.
    #[must_use]
    pub fn said(self) -> Said {
        Said::each(|lang| self.shown(lang))
    }

    /// The same with the amount in another form, such as another currency.
    #[must_use]
    pub fn shown_as(self, lang: Lang, amount: impl Fn(Usd) -> String) -> String {
        match (self, lang) {
            (Total::Whole(usd), _) => amount(usd),
            (Total::AtLeast(usd), _) => format!("≥ {}", amount(usd)),
            (Total::Unknown, Lang::En) => "unknown".to_owned(),
            (Total::Unknown, Lang::Ja) => "不明".to_owned(),
        }
    }

    /// `at least $845.41`: the same within a sentence.
    #[must_use]
    pub fn in_words(self, lang: Lang) -> String {
        match (self, lang) {
            (Total::Whole(usd), _) => usd.cents(),
            (Total::AtLeast(usd), Lang::En) => format!("at least {}", usd.cents()),
            (Total::AtLeast(usd), Lang::Ja) => format!("{} 以上", usd.cents()),
            (Total::Unknown, Lang::En) => "an unknown amount".to_owned(),
            (Total::Unknown, Lang::Ja) => "不明な額".to_owned(),
        }
    }
}

impl Add for Total {
    type Output = Total;
    fn add(self, other: Total) -> Total {
        match (self, other) {
            (Total::Whole(a), Total::Whole(b)) => Total::Whole(a + b),
            (Total::Unknown, Total::Unknown) => Total::Unknown,
            (a, b) => Total::AtLeast(a.known().unwrap_or_default() + b.known().unwrap_or_default()),
        }
    }
}

impl Sum for Total {
    fn sum<I: Iterator<Item = Total>>(totals: I) -> Total {
        totals.reduce(Add::add).unwrap_or(Total::Whole(Usd::ZERO))
    }
}

/// What a line costs; `None` where it has no price.
impl From<Option<Usd>> for Total {
    fn from(cost: Option<Usd>) -> Total {
        cost.map_or(Total::Unknown, Total::Whole)
    }
}

fn signed_dollars(amount: Decimal, magnitude: &str) -> String {
    let zero = magnitude.bytes().all(|b| matches!(b, b'0' | b'.' | b','));
    let sign = if amount.is_sign_negative() && !zero { "-" } else { "" };
    format!("{sign}${magnitude}")
}

/// All digits, without the currency sign.
impl fmt::Display for Usd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&decimal::plain(self.0))
    }
}

/// As text: JSON's numbers are floats to many readers.
impl Serialize for Usd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        decimal::text::serialize(&self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for Usd {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Usd, D::Error> {
        decimal::text::deserialize(deserializer).map(Usd)
    }
}

impl Add for Usd {
    type Output = Usd;
    fn add(self, other: Usd) -> Usd {
        Usd(self.0 + other.0)
    }
}

impl AddAssign for Usd {
    fn add_assign(&mut self, other: Usd) {
        self.0 += other.0;
    }
}

impl Sub for Usd {
    type Output = Usd;
    fn sub(self, other: Usd) -> Usd {
        Usd(self.0 - other.0)
    }
}

impl Neg for Usd {
    type Output = Usd;
    fn neg(self) -> Usd {
        Usd(-self.0)
    }
}

impl Sum for Usd {
    fn sum<I: Iterator<Item = Usd>>(amounts: I) -> Usd {
        amounts.fold(Usd::ZERO, Add::add)
    }
}

/// Dollars in three cases; the high one may be unknown.
pub type CostRange = Cases<Usd, Option<Usd>>;

impl From<Cases<Usd>> for CostRange {
    fn from(Cases { low, expected, high }: Cases<Usd>) -> CostRange {
        Cases { low, expected, high: Some(high) }
    }
}

/// Case by case; unknown if one of them is.
impl Sum for CostRange {
    fn sum<I: Iterator<Item = CostRange>>(costs: I) -> CostRange {
        costs.fold(Cases::same(Usd::ZERO).into(), |sum, cost| Cases {
            low: sum.low + cost.low,
            expected: sum.expected + cost.expected,
            high: sum.high.zip(cost.high).map(|(a, b)| a + b),
        })
    }
}

/// Price of one pricing unit: FOCUS "unit price", AWS "price per unit".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Dollars per unit.
    pub price: Usd,
    /// The unit.
    pub per: PricingUnit,
}

impl Rate {
    /// Digits after the point that a price per unit may have: AWS prints ten.
    pub const PLACES: u32 = 10;

    /// FOCUS: unit price × pricing quantity = cost, exactly.
    #[must_use]
    pub fn cost(self, quantity: Quantity) -> Usd {
        assert_eq!(self.per, quantity.unit, "a rate prices only its own unit");
        Usd(self.price.0 * quantity.amount)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn usd(text: &str) -> Usd {
        Usd(decimal::parse(text).expect("a number"))
    }

    #[test]
    fn prints_for_people_and_for_machines() {
        assert_eq!(usd("4391.5284").cents(), "$4,391.53");
        assert_eq!(usd("-0.004").cents(), "$0.00");
        assert_eq!(usd("-12.5").cents(), "-$12.50");
        assert_eq!(usd("21.957642").price(6), "$21.957642");
        assert_eq!(usd("0.21").price(10), "$0.21");
        assert_eq!(usd("7").price(10), "$7.00");
        assert_eq!(usd("4391.5284").to_string(), "4391.5284");
    }

    #[test]
    fn a_sum_with_something_unknown_in_it_is_a_lower_bound() {
        let of =
            |costs: &[Option<&str>]| -> Total { costs.iter().map(|cost| Total::from(cost.map(usd))).sum() };
        assert_eq!(of(&[Some("1"), Some("2.5")]), Total::Whole(usd("3.5")));
        assert_eq!(of(&[Some("1"), None, Some("2.5")]), Total::AtLeast(usd("3.5")));
        assert_eq!(of(&[None, Some("1")]), Total::AtLeast(usd("1")));
        assert_eq!(of(&[None, None]), Total::Unknown);
        assert_eq!(of(&[]), Total::Whole(Usd::ZERO));
        assert_eq!(of(&[None, Some("1234.5")]).shown(Lang::Ja), "≥ $1,234.50");
        assert_eq!(of(&[None]).shown(Lang::Ja), "不明");
    }

    #[test]
    fn a_rate_times_a_quantity_is_exact() {
        // 200 h × $21.957642 = $4,391.5284 (by hand).
        let rate = Rate { price: usd("21.957642"), per: PricingUnit::Hours };
        let hours = Quantity::new(Decimal::from(200), PricingUnit::Hours);
        assert_eq!(rate.cost(hours), usd("4391.5284"));
    }

    proptest! {
        // Price × quantity has at most 20 decimals.
        #[test]
        fn sums_do_not_depend_on_order(cents in proptest::collection::vec((0_i64..1_000_000_000_000, 6_u32..20), 0..40)) {
            let amounts: Vec<Usd> = cents.iter().map(|(m, s)| Usd(Decimal::new(*m, *s))).collect();
            let forward: Usd = amounts.iter().copied().sum();
            let backward: Usd = amounts.iter().rev().copied().sum();
            prop_assert_eq!(forward, backward);
            let taken_away = amounts.iter().fold(forward, |rest, amount| rest - *amount);
            prop_assert_eq!(taken_away, Usd::ZERO);
        }

        #[test]
        fn cost_is_linear_in_quantity(price in 0_i64..1_000_000_000_000, a in 0_i64..10_000_000_000_000_000, b in 0_i64..10_000_000_000_000_000) {
            let rate = Rate { price: Usd(Decimal::new(price, 10)), per: PricingUnit::Hours };
            let hours = |n: i64| Quantity::new(Decimal::new(n, 10), PricingUnit::Hours);
            prop_assert_eq!(rate.cost(hours(a)) + rate.cost(hours(b)), rate.cost(hours(a + b)));
        }
    }
}
