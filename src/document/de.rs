//! From tree to typed values, through serde, with the place of every refusal.
//!
//! Numbers reach our own types as text (see [`NUMBER`]), so that money never is a binary float.

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;

use super::nearest::{alternatives, did_you_mean};
use super::{Document, Entry, Location, Node, UNSET, Value, words};
use crate::error::Diagnostic;
use crate::model::said::Said;

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong.
    pub message: Said,
    /// What would be valid.
    pub help: Option<Said>,
    at: Option<Location>,
}

/// Between the languages and parts of words on their way through serde, which carries text only.
const BETWEEN: char = '\u{1f}';

/// Words as serde carries them.
#[must_use]
pub fn carried(said: &Said) -> String {
    format!("{}{BETWEEN}{}", said.en, said.ja)
}

fn received(text: &str) -> (Said, Option<Said>) {
    match text.split(BETWEEN).collect::<Vec<_>>()[..] {
        [en, ja] => (Said::new(en, ja), None),
        [en, ja, help_en, help_ja] => (Said::new(en, ja), Some(Said::new(help_en, help_ja))),
        _ => (Said::alike(text), None),
    }
}

impl Refusal {
    /// A value that cannot be meant, and what would be valid.
    #[must_use]
    pub const fn new(message: Said, help: Option<Said>) -> Refusal {
        Refusal { message, help, at: None }
    }

    fn located(mut self, at: &Location) -> Refusal {
        self.at.get_or_insert_with(|| at.clone());
        self
    }
}

/// As serde carries it.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&carried(&self.message))?;
        self.help.as_ref().map_or(Ok(()), |help| write!(f, "{BETWEEN}{}", carried(help)))
    }
}

impl std::error::Error for Refusal {}

fn valid_keys(expected: &[&str]) -> Said {
    words::valid_here(expected.join(", "))
}

fn expected_words(expected: &dyn de::Expected) -> Said {
    match expected.to_string().as_str() {
        "a sequence" => words::an_array_of_tables(),
        "a boolean" => words::true_or_false(),
        "a string" => words::text_in_quotes(),
        "a map" => words::a_table(),
        struct_of if struct_of.starts_with("struct ") => words::a_table(),
        other => received(other).0,
    }
}

impl de::Error for Refusal {
    fn custom<T: fmt::Display>(message: T) -> Refusal {
        let (message, help) = received(&message.to_string());
        Refusal::new(message, help)
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn de::Expected) -> Refusal {
        Refusal::new(words::found_expected(plain(&unexpected), expected_words(expected)), None)
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn de::Expected) -> Refusal {
        Refusal::new(words::found_expected(plain(&unexpected), received(&expected.to_string()).0), None)
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Refusal {
        if field == UNSET {
            return Refusal::new(words::nothing_to_unset(), Some(words::unset_names_keys()));
        }
        let help = match did_you_mean(field, expected.iter().copied()) {
            Some(likely) => words::likely_among(likely, valid_keys(expected)),
            None => valid_keys(expected),
        };
        Refusal::new(words::unknown_key(field), Some(help))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Refusal {
        let help = did_you_mean(variant, expected.iter().copied())
            .map(|likely| words::likely_among(likely, words::valid(expected.join(", "))))
            .unwrap_or_else(|| words::valid(alternatives(expected)));
        Refusal::new(words::unknown_value(variant), Some(help))
    }

    fn missing_field(field: &'static str) -> Refusal {
        Refusal::new(words::missing_key(field), Some(words::add_key(field)))
    }
}

fn plain(unexpected: &Unexpected<'_>) -> Said {
    match unexpected {
        Unexpected::Str(text) => words::the_text(text),
        Unexpected::Other(text) => received(text).0,
        Unexpected::Bool(flag) => Said::alike(format!("`{flag}`")),
        Unexpected::Unsigned(number) => words::the_number(number),
        Unexpected::Signed(number) => words::the_number(number),
        Unexpected::Map => words::a_table(),
        Unexpected::Seq => words::an_array(),
        other => Said::alike(other.to_string()),
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
                _ => Err(de::Error::invalid_type(
                    Unexpected::Other(&carried(&words::the_number(text))),
                    &visitor,
                )),
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
                let refusal = Refusal::new(words::found_expected(self.kind(), words::a_number()), None);
                Err(refusal.located(&self.at))
            }
            (Value::Table(_), NUMBER_OR_TABLE) => self.deserialize_any(visitor),
            (_, NUMBER_OR_TABLE) => {
                let wanted = words::a_number_or_cases();
                let refusal = Refusal::new(words::found_expected(self.kind(), wanted), None);
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
            return Err(
                Refusal::new(words::found_expected(self.kind(), words::text()), None).located(&self.at)
            );
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
