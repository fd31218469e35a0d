//! The scalar values a scenario may hold: each refuses what it cannot mean, where it stands.

use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

use crate::document::de::{NUMBER, NUMBER_OR_TABLE};
use crate::document::nearest::did_you_mean;
use crate::model::decimal::{self, Decimal, NumberError};
use crate::model::money::Usd;
use crate::model::region::Region;
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
    wanted: &'static str,
    read: fn(&str) -> Result<T, String>,
    marker: PhantomData<T>,
}

impl<T> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.wanted)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        (self.read)(text).map_err(E::custom)
    }
}

fn number(text: &str) -> Result<Decimal, String> {
    decimal::parse(text).map_err(|error| match error {
        NumberError::NotANumber => {
            format!("`{text}` is not a finite number\nwrite a plain number, without unit or comma")
        }
        error => format!("`{text}` is {error}"),
    })
}

fn at_least_zero(text: &str) -> Result<Decimal, String> {
    let number = number(text)?;
    if number < Decimal::ZERO {
        return Err(format!("`{text}` is negative\nexpected a number of 0 or more"));
    }
    Ok(number)
}

fn above_zero(text: &str) -> Result<Decimal, String> {
    let number = at_least_zero(text)?;
    if number.is_zero() {
        return Err("`0` is not possible here\nexpected a number above 0".into());
    }
    Ok(number)
}

fn share(text: &str) -> Result<Decimal, String> {
    let number = at_least_zero(text)?;
    if number > Decimal::ONE {
        return Err(format!("`{text}` is above 1\na share goes from 0 to 1: write 50 % as 0.5"));
    }
    Ok(number)
}

fn whole(text: &str) -> Result<u32, String> {
    let number = at_least_zero(text)?;
    let count = number.is_integer().then(|| u32::try_from(number).ok()).flatten();
    count.filter(|count| *count <= 1_000_000).ok_or_else(|| {
        let what = if number.is_integer() { "too large" } else { "not a whole number" };
        format!("`{text}` is {what}\nexpected a whole number, at most 1000000")
    })
}

fn whole_above_zero(text: &str) -> Result<u32, String> {
    above_zero(text).and_then(|_| whole(text))
}

macro_rules! number_type {
    ($name:ident, $wanted:literal, $read:expr, $schema:tt) => {
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

number_type!(Amount, "a number of 0 or more", |t| at_least_zero(t).map(Amount), {
    "type": ["number", "string"], "minimum": 0, "pattern": "^[0-9.]+$"
});
number_type!(Positive, "a number above 0", |t| above_zero(t).map(Positive), {
    "type": ["number", "string"], "exclusiveMinimum": 0, "pattern": "^[0-9.]+$"
});
number_type!(Share, "a number from 0 to 1", |t| share(t).map(Share), {
    "type": ["number", "string"], "minimum": 0, "maximum": 1, "pattern": "^[0-9.]+$"
});
number_type!(Dollars, "dollars", |t| at_least_zero(t).map(|n| Dollars(Usd::new(n))), {
    "type": ["number", "string"], "minimum": 0, "pattern": "^[0-9.]+$"
});
number_type!(Whole, "a whole number", |t| whole(t).map(Whole), {
    "type": "integer", "minimum": 0, "maximum": 1_000_000
});
number_type!(Count, "a whole number", |t| whole_above_zero(t).map(Count), {
    "type": "integer", "minimum": 1, "maximum": 1_000_000
});

impl<'de> Deserialize<'de> for CountOrNone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = |text: &str| match at_least_zero(text) {
            Ok(number) if number.is_zero() => Ok(CountOrNone(None)),
            _ => whole(text).map(|count| CountOrNone(Some(Count(count)))),
        };
        let visitor = Text { wanted: "a whole number", read, marker: PhantomData };
        deserializer.deserialize_newtype_struct(NUMBER, visitor)
    }
}

impl<'de> Deserialize<'de> for CaseAmount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberOrCases;

        impl<'de> Visitor<'de> for NumberOrCases {
            type Value = CaseAmount;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number or { low = …, expected = …, high = … }")
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
                    return Err(de::Error::custom("`low`, `expected` and `high` are not in rising order"));
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
                f.write_str("a table such as { \"p4d.24xlarge\" = 2 }")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Instances, A::Error> {
                let mut instances = Vec::new();
                while let Some((name, count)) = map.next_entry::<String, CountOrNone>()? {
                    instances.extend(count.0.map(|count| (InstanceType::new(&name), count)));
                }
                if instances.is_empty() {
                    return Err(de::Error::custom(
                        "no instance types\nname at least one: { \"p4d.24xlarge\" = 2 }",
                    ));
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
    wanted: &'static str,
    read: fn(&str) -> Result<T, String>,
) -> Result<T, D::Error> {
    deserializer.deserialize_str(Text { wanted, read, marker: PhantomData })
}

pub(super) fn region<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Region, D::Error> {
    from_text(deserializer, "a region such as \"us-east-1\"", read_region)
}

pub(super) fn optional_region<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Region>, D::Error> {
    region(deserializer).map(Some)
}

fn read_region(text: &str) -> Result<Region, String> {
    Region::parse(text).ok_or_else(|| {
        let likely = did_you_mean(text, Region::all().map(Region::code));
        let likely = likely.map_or_else(String::new, |likely| format!("{likely} "));
        format!("unknown region `{text}`\n{likely}`hpc-cost prices regions` lists those with prices")
    })
}

pub(super) fn month<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Month>, D::Error> {
    from_text(deserializer, "a month such as \"2026-11\"", |text| {
        Month::parse(text).map(Some).ok_or_else(|| {
            format!("`{text}` is not a month\nwrite it as \"2026-11\", from 2000-01 to 2199-12")
        })
    })
}

pub(super) fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<jiff::Timestamp, D::Error> {
    from_text(deserializer, "a day such as \"2026-11-01\"", |text| {
        crate::model::time::parse_instant(text).ok_or_else(|| {
            format!("`{text}` is not a day or an instant\nwrite \"2026-11-01\" (midnight UTC) or \"2026-11-01T00:00:00Z\"")
        })
    })
}

pub(super) fn instance_type<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<InstanceType>, D::Error> {
    from_text(deserializer, "an instance type", |text| Ok(Some(InstanceType::new(text))))
}

pub(super) fn service<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Service>, D::Error> {
    from_text(deserializer, "a service code such as \"AmazonEC2\"", |text| read_service(text).map(Some))
}

pub(super) fn read_service(text: &str) -> Result<Service, String> {
    let known = Service::ALL.into_iter().find(|service| service.code() == text);
    known.ok_or_else(|| {
        let codes = Service::ALL.map(Service::code);
        format!("unknown service `{text}`\nvalid: {}", codes.join(", "))
    })
}

pub(super) fn purchase_option<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<PurchaseOption>, D::Error> {
    from_text(deserializer, "a purchase option", |text| {
        let known = PurchaseOption::ALL.into_iter().find(|option| option.id() == text);
        known.map(Some).ok_or_else(|| {
            let ids = PurchaseOption::ALL.map(PurchaseOption::id);
            let likely = did_you_mean(text, ids).map_or_else(String::new, |likely| format!("{likely} "));
            format!("unknown purchase option `{text}`\n{likely}valid: {}", ids.join(", "))
        })
    })
}
