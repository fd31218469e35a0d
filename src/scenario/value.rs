//! The scalar values a scenario may hold: each refuses what it cannot mean, where it stands.

use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

use super::words;
use crate::document::de::{NUMBER, NUMBER_OR_TABLE, Refusal, carried};
use crate::document::nearest::{did_you_mean, likely_and};
use crate::model::decimal::{self, Decimal, NumberError};
use crate::model::money::Usd;
use crate::model::region::Region;
use crate::model::said::Said;
use crate::model::sku::{InstanceType, PurchaseOption, Service};
use crate::model::time::Month;
use crate::model::units::Cases;

/// A number of 0 or more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount(pub Decimal);

/// A number above 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Positive(pub Decimal);

/// A number from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share(pub Decimal);

/// Dollars, 0 or more, in quotes or bare.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dollars(pub Usd);

/// One number, or one for each case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseAmount(pub Cases<Decimal>);

/// A whole number from 1 to 1,000,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count(pub u32);

/// A whole number from 0 to 1,000,000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Whole(pub u32);

/// A whole number from 1 to 1,000,000, or 0 for none: how a file takes away what it inherits.
struct CountOrNone(Option<Count>);

/// Instance types with their number, in the order written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Instances(pub Vec<(InstanceType, Count)>);

struct Text<T> {
    wanted: Said,
    read: fn(&str) -> Result<T, Refusal>,
    marker: PhantomData<T>,
}

impl<T> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&carried(&self.wanted))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        (self.read)(text).map_err(E::custom)
    }
}

fn number(text: &str) -> Result<Decimal, Refusal> {
    decimal::parse(text).map_err(|error| match error {
        NumberError::NotANumber => Refusal::new(words::not_finite(text), Some(words::plain_number())),
        error => Refusal::new(words::number_is(text, error.said()), None),
    })
}

fn at_least_zero(text: &str) -> Result<Decimal, Refusal> {
    let number = number(text)?;
    if number < Decimal::ZERO {
        return Err(Refusal::new(words::negative(text), Some(words::expected(words::zero_or_more()))));
    }
    Ok(number)
}

fn above_zero(text: &str) -> Result<Decimal, Refusal> {
    let number = at_least_zero(text)?;
    if number.is_zero() {
        return Err(Refusal::new(
            words::zero_is_not_possible(),
            Some(words::expected(words::more_than_zero())),
        ));
    }
    Ok(number)
}

fn share(text: &str) -> Result<Decimal, Refusal> {
    let number = at_least_zero(text)?;
    if number > Decimal::ONE {
        return Err(Refusal::new(words::above_one(text), Some(words::a_share_goes())));
    }
    Ok(number)
}

fn whole(text: &str) -> Result<u32, Refusal> {
    let number = at_least_zero(text)?;
    let count = number.is_integer().then(|| u32::try_from(number).ok()).flatten();
    count.filter(|count| *count <= 1_000_000).ok_or_else(|| {
        let message = if number.is_integer() { words::too_large(text) } else { words::not_whole(text) };
        Refusal::new(message, Some(words::expected_whole()))
    })
}

fn whole_above_zero(text: &str) -> Result<u32, Refusal> {
    above_zero(text).and_then(|_| whole(text))
}

macro_rules! number_type {
    ($name:ident, $wanted:expr, $read:expr, $schema:tt) => {
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let visitor = Text { wanted: $wanted, read: $read, marker: PhantomData };
                deserializer.deserialize_newtype_struct(NUMBER, visitor)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
}

number_type!(Amount, words::zero_or_more(), |t| at_least_zero(t).map(Amount), {
    "type": ["number", "string"], "minimum": 0, "pattern": "^[0-9.]+$"
});
number_type!(Positive, words::more_than_zero(), |t| above_zero(t).map(Positive), {
    "type": ["number", "string"], "exclusiveMinimum": 0, "pattern": "^[0-9.]+$"
});
number_type!(Share, words::zero_to_one(), |t| share(t).map(Share), {
    "type": ["number", "string"], "minimum": 0, "maximum": 1, "pattern": "^[0-9.]+$"
});
number_type!(Dollars, words::dollars(), |t| at_least_zero(t).map(|n| Dollars(Usd::new(n))), {
    "type": ["number", "string"], "minimum": 0, "pattern": "^[0-9.]+$"
});
number_type!(Whole, words::a_whole_number(), |t| whole(t).map(Whole), {
    "type": "integer", "minimum": 0, "maximum": 1_000_000
});
number_type!(Count, words::a_whole_number(), |t| whole_above_zero(t).map(Count), {
    "type": "integer", "minimum": 1, "maximum": 1_000_000
});

impl<'de> Deserialize<'de> for CountOrNone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = |text: &str| match at_least_zero(text) {
            Ok(number) if number.is_zero() => Ok(CountOrNone(None)),
            _ => whole(text).map(|count| CountOrNone(Some(Count(count)))),
        };
        let visitor = Text { wanted: words::a_whole_number(), read, marker: PhantomData };
        deserializer.deserialize_newtype_struct(NUMBER, visitor)
    }
}

impl<'de> Deserialize<'de> for CaseAmount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberOrCases;

        impl<'de> Visitor<'de> for NumberOrCases {
            type Value = CaseAmount;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&carried(&words::number_or_cases()))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<CaseAmount, E> {
                at_least_zero(text).map(|n| CaseAmount(Cases::same(n))).map_err(E::custom)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<CaseAmount, A::Error> {
                #[derive(serde::Deserialize)]
                #[serde(deny_unknown_fields)]
                struct Keys {
                    low: Amount,
                    expected: Amount,
                    high: Amount,
                }
                let Keys { low, expected, high } =
                    Keys::deserialize(de::value::MapAccessDeserializer::new(map))?;
                if low.0 > expected.0 || expected.0 > high.0 {
                    return Err(de::Error::custom(carried(&words::not_rising())));
                }
                Ok(CaseAmount(Cases { low: low.0, expected: expected.0, high: high.0 }))
            }
        }
        deserializer.deserialize_newtype_struct(NUMBER_OR_TABLE, NumberOrCases)
    }
}

impl JsonSchema for CaseAmount {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "CaseAmount".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let amount = generator.subschema_for::<Amount>();
        json_schema!({
            "anyOf": [
                { "type": "number", "minimum": 0 },
                {
                    "type": "object",
                    "properties": { "low": amount, "expected": amount, "high": amount },
                    "required": ["low", "expected", "high"],
                    "additionalProperties": false
                }
            ]
        })
    }
}

impl<'de> Deserialize<'de> for Instances {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Map;

        impl<'de> Visitor<'de> for Map {
            type Value = Instances;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&carried(&words::a_table_of_types()))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Instances, A::Error> {
                let mut instances = Vec::new();
                while let Some((name, count)) = map.next_entry::<String, CountOrNone>()? {
                    instances.extend(count.0.map(|count| (InstanceType::new(&name), count)));
                }
                if instances.is_empty() {
                    return Err(de::Error::custom(Refusal::new(
                        words::no_types(),
                        Some(words::name_one_type()),
                    )));
                }
                Ok(Instances(instances))
            }
        }
        deserializer.deserialize_map(Map)
    }
}

impl JsonSchema for Instances {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Instances".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let count = generator.subschema_for::<Count>();
        json_schema!({ "type": "object", "minProperties": 1, "additionalProperties": count })
    }
}

/// Serde for a type that is read from text, for `#[serde(deserialize_with)]`.
fn from_text<'de, T, D: Deserializer<'de>>(
    deserializer: D,
    wanted: Said,
    read: fn(&str) -> Result<T, Refusal>,
) -> Result<T, D::Error> {
    deserializer.deserialize_str(Text { wanted, read, marker: PhantomData })
}

pub(super) fn region<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Region, D::Error> {
    from_text(deserializer, words::a_region(), read_region)
}

pub(super) fn optional_region<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Region>, D::Error> {
    region(deserializer).map(Some)
}

fn read_region(text: &str) -> Result<Region, Refusal> {
    Region::parse(text).ok_or_else(|| {
        let likely = did_you_mean(text, Region::all().map(Region::code));
        Refusal::new(words::unknown_region(text), Some(likely_and(likely, words::regions_are_listed())))
    })
}

pub(super) fn month<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Month>, D::Error> {
    from_text(deserializer, words::a_month(), |text| {
        Month::parse(text)
            .map(Some)
            .ok_or_else(|| Refusal::new(words::not_a_month(text), Some(words::write_a_month())))
    })
}

pub(super) fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<jiff::Timestamp, D::Error> {
    from_text(deserializer, words::a_day(), |text| {
        crate::model::time::parse_instant(text)
            .ok_or_else(|| Refusal::new(words::not_an_instant(text), Some(words::write_an_instant())))
    })
}

pub(super) fn instance_type<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<InstanceType>, D::Error> {
    from_text(deserializer, words::an_instance_type(), |text| Ok(Some(InstanceType::new(text))))
}

pub(super) fn service<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Service>, D::Error> {
    from_text(deserializer, words::a_service_code(), |text| read_service(text).map(Some))
}

pub(super) fn read_service(text: &str) -> Result<Service, Refusal> {
    let known = Service::ALL.into_iter().find(|service| service.code() == text);
    known.ok_or_else(|| {
        let codes = Service::ALL.map(Service::code);
        Refusal::new(words::unknown_service(text), Some(words::valid_are(codes.join(", "))))
    })
}

pub(super) fn purchase_option<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<PurchaseOption>, D::Error> {
    from_text(deserializer, words::a_purchase_option(), |text| {
        let known = PurchaseOption::ALL.into_iter().find(|option| option.id() == text);
        known.map(Some).ok_or_else(|| {
            let ids = PurchaseOption::ALL.map(PurchaseOption::id);
            let help = likely_and(did_you_mean(text, ids), words::valid_are(ids.join(", ")));
            Refusal::new(words::unknown_purchase_option(text), Some(help))
        })
    })
}
