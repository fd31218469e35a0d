//! From tree to typed values, through serde, with the place of every refusal.
//!
//! Numbers reach our own types as text (see [`NUMBER`]), so that money never is a binary float.

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;

use super::nearest::{alternatives, did_you_mean};
use super::{Document, Entry, Location, Node, UNSET, Value};
use crate::error::Diagnostic;

/// Name of a newtype that wants a number as the text that was written; money may stand in quotes.
pub const NUMBER: &str = "hpc_cost::Number";

/// Name of a newtype that wants a number as text (see [`NUMBER`]), or else a table.
pub const NUMBER_OR_TABLE: &str = "hpc_cost::NumberOrTable";

impl Document {
    /// The whole document as a `T`.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Box<Diagnostic>> {
        T::deserialize(&self.root).map_err(|refusal| {
            let location = refusal.at.unwrap_or_else(|| self.root.at.clone());
            Box::new(Diagnostic {
                message: refusal.message,
                excerpt: Some(self.excerpt(&location)),
                help: refusal.help,
            })
        })
    }
}

/// Why a value was refused, and where it stands once that is known.
#[derive(Debug)]
pub struct Refusal {
    message: String,
    help: Option<String>,
    at: Option<Location>,
}

impl Refusal {
    fn new(message: String, help: Option<String>) -> Refusal {
        Refusal { message, help, at: None }
    }

    fn located(mut self, at: &Location) -> Refusal {
        self.at.get_or_insert_with(|| at.clone());
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}

fn valid_keys(expected: &[&str]) -> String {
    format!("valid here: {}", expected.join(", "))
}

impl de::Error for Refusal {
    /// Our own types separate what is wrong from what would be valid by a line break.
    fn custom<T: fmt::Display>(message: T) -> Refusal {
        let text = message.to_string();
        match text.split_once('\n') {
            Some((message, help)) => Refusal::new(message.to_owned(), Some(help.to_owned())),
            None => Refusal::new(text, None),
        }
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn de::Expected) -> Refusal {
        let expected = match expected.to_string().as_str() {
            "a sequence" => "an array: [ … ], or [[…]] for an array of tables".to_owned(),
            "a boolean" => "true or false".to_owned(),
            "a string" => "text in quotes".to_owned(),
            "a map" => "a table".to_owned(),
            other => other.strip_prefix("struct ").map_or_else(|| other.to_owned(), |_| "a table".to_owned()),
        };
        Refusal::new(format!("found {}, expected {expected}", plain(&unexpected)), None)
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn de::Expected) -> Refusal {
        Refusal::new(format!("found {}, expected {expected}", plain(&unexpected)), None)
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Refusal {
        if field == UNSET {
            let message = "`unset` takes away what is not set below".to_owned();
            let help = "it names keys that the same table of the extended file has; leave the others out";
            return Refusal::new(message, Some(help.to_owned()));
        }
        let likely = did_you_mean(field, expected.iter().copied());
        let help = match likely {
            Some(likely) => format!("{likely} ({})", valid_keys(expected)),
            None => valid_keys(expected),
        };
        Refusal::new(format!("unknown key `{field}`"), Some(help))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Refusal {
        let help = did_you_mean(variant, expected.iter().copied())
            .map(|likely| format!("{likely} (valid: {})", expected.join(", ")))
            .unwrap_or_else(|| format!("valid: {}", alternatives(expected)));
        Refusal::new(format!("unknown value `{variant}`"), Some(help))
    }

    fn missing_field(field: &'static str) -> Refusal {
        Refusal::new(format!("missing key `{field}`"), Some(format!("add `{field} = …`")))
    }
}

fn plain(unexpected: &Unexpected<'_>) -> String {
    match unexpected {
        Unexpected::Str(text) => format!("text `{text}`"),
        Unexpected::Other(text) => (*text).to_owned(),
        Unexpected::Bool(flag) => format!("`{flag}`"),
        Unexpected::Unsigned(number) => format!("number `{number}`"),
        Unexpected::Signed(number) => format!("number `{number}`"),
        Unexpected::Map => "a table".to_owned(),
        Unexpected::Seq => "an array".to_owned(),
        other => other.to_string(),
    }
}

impl<'de> de::Deserializer<'de> for &'de Node {
    type Error = Refusal;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        let result = match &self.value {
            Value::String(text) | Value::Datetime(text) => visitor.visit_str(text),
            Value::Number(text) => match (text.parse::<u64>(), text.parse::<i64>()) {
                (Ok(number), _) => visitor.visit_u64(number),
                (_, Ok(number)) => visitor.visit_i64(number),
                _ => Err(de::Error::invalid_type(Unexpected::Other(&format!("number `{text}`")), &visitor)),
            },
            Value::Boolean(flag) => visitor.visit_bool(*flag),
            Value::Array(nodes) => visitor.visit_seq(Items { rest: nodes.iter() }),
            Value::Table(entries) => visitor.visit_map(Entries { rest: entries.iter(), current: None }),
        };
        result.map_err(|refusal| refusal.located(&self.at))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        match (&self.value, name) {
            (Value::Number(text) | Value::String(text), NUMBER | NUMBER_OR_TABLE) => {
                visitor.visit_str(text).map_err(|refusal: Refusal| refusal.located(&self.at))
            }
            (_, NUMBER) => {
                let refusal = Refusal::new(format!("found {}, expected a number", self.kind()), None);
                Err(refusal.located(&self.at))
            }
            (Value::Table(_), NUMBER_OR_TABLE) => self.deserialize_any(visitor),
            (_, NUMBER_OR_TABLE) => {
                let wanted = "expected a number or { low = …, expected = …, high = … }";
                let refusal = Refusal::new(format!("found {}, {wanted}", self.kind()), None);
                Err(refusal.located(&self.at))
            }
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        let Value::String(text) = &self.value else {
            return Err(Refusal::new(format!("found {}, expected text", self.kind()), None).located(&self.at));
        };
        let name: StrDeserializer<'_, Refusal> = text.as_str().into_deserializer();
        visitor.visit_enum(name).map_err(|refusal| refusal.located(&self.at))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

struct Items<'de> {
    rest: std::slice::Iter<'de, Node>,
}

impl<'de> de::SeqAccess<'de> for Items<'de> {
    type Error = Refusal;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Refusal> {
        self.rest.next().map(|node| seed.deserialize(node)).transpose()
    }
}

struct Entries<'de> {
    rest: std::slice::Iter<'de, Entry>,
    current: Option<&'de Entry>,
}

impl<'de> de::MapAccess<'de> for Entries<'de> {
    type Error = Refusal;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Refusal> {
        let Some(entry) = self.rest.next() else { return Ok(None) };
        self.current = Some(entry);
        let key: StrDeserializer<'_, Refusal> = entry.key.as_str().into_deserializer();
        seed.deserialize(key).map(Some).map_err(|refusal| refusal.located(&entry.key_at))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Refusal> {
        let entry = self.current.take().expect("serde asks for a key before its value");
        seed.deserialize(&entry.node).map_err(|refusal| refusal.located(&entry.node.at))
    }
}
