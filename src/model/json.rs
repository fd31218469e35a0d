//! What a value is as JSON: its keys in one list, in their order, each with the expression that is its value. No type
//! mirrors another for it. Money and quantities are texts of all digits, what is unknown is null.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// The program and its version.
pub const GENERATED_BY: &str = concat!("hpc-cost ", env!("CARGO_PKG_VERSION"));

/// The JSON of a command: what it is, who made it, and the keys of the answer.
#[derive(Debug, Serialize)]
pub struct Envelope<T> {
    schema_version: u32,
    kind: &'static str,
    generated_by: &'static str,
    #[serde(flatten)]
    answer: T,
}

impl<T: Serialize> Envelope<T> {
    /// The envelope of an answer, which is an object.
    pub const fn new(kind: &'static str, answer: T) -> Envelope<T> {
        Envelope { schema_version: 1, kind, generated_by: GENERATED_BY, answer }
    }
}

/// A list of what is an object each.
pub fn list<T: Serialize>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    items.into_iter().collect()
}

/// Keys that are written in their order.
pub trait Entries {
    /// Writes them.
    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;
}

impl Entries for () {
    fn write<M: SerializeMap>(&self, _: &mut M) -> Result<(), M::Error> {
        Ok(())
    }
}

/// A key with its value, and the keys after it.
#[derive(Debug)]
pub struct Key<V, R>(pub &'static str, pub V, pub R);

impl<V: Serialize, R: Entries> Entries for Key<V, R> {
    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        map.serialize_entry(self.0, &self.1)?;
        self.2.write(map)
    }
}

/// A key that is there only with a value, and the keys after it.
#[derive(Debug)]
pub struct Given<V, R>(pub &'static str, pub Option<V>, pub R);

impl<V: Serialize, R: Entries> Entries for Given<V, R> {
    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        if let Some(value) = &self.1 {
            map.serialize_entry(self.0, value)?;
        }
        self.2.write(map)
    }
}

/// The keys of another object, and those after them.
#[derive(Debug)]
pub struct With<E, R>(pub Object<E>, pub R);

impl<E: Entries, R: Entries> Entries for With<E, R> {
    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        self.0.0.write(map)?;
        self.1.write(map)
    }
}

/// What [`object!`] makes.
#[derive(Debug)]
pub struct Object<E>(pub E);

impl<E: Entries> Serialize for Object<E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.0.write(&mut map)?;
        map.end()
    }
}

/// An object: `key: value`, `#[given] key: option` for a key that is there only with a value, `..object` for all keys
/// of another.
macro_rules! object {
    ($($body:tt)*) => { $crate::model::json::Object($crate::model::json::entries!($($body)*)) };
}

macro_rules! entries {
    () => { () };
    (#[given] $key:ident: $value:expr $(, $($rest:tt)*)?) => {
        $crate::model::json::Given(stringify!($key), $value, $crate::model::json::entries!($($($rest)*)?))
    };
    (.. $object:expr $(, $($rest:tt)*)?) => {
        $crate::model::json::With($object, $crate::model::json::entries!($($($rest)*)?))
    };
    ($key:ident: $value:expr $(, $($rest:tt)*)?) => {
        $crate::model::json::Key(stringify!($key), $value, $crate::model::json::entries!($($($rest)*)?))
    };
}

/// Serialises types as objects: `keys! { Line, |of| { name: &of.name } }`.
macro_rules! keys {
    ($($type:ty, |$of:ident| { $($body:tt)* })+) => {$(
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let $of = self;
                serde::Serialize::serialize(&$crate::model::json::object!($($body)*), serializer)
            }
        }
    )+};
}

pub(crate) use {entries, keys, object};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stand_in_their_order_and_those_without_a_value_are_left_out() {
        let inner = object! { zone: "a", #[given] band: None::<u8>, #[given] score: Some(3) };
        let text = serde_json::to_string(&object! { zero: 0, ..inner, last: object! {} }).expect("an object");
        assert_eq!(text, r#"{"zero":0,"zone":"a","score":3,"last":{}}"#);
        let whole = Envelope { generated_by: "x", ..Envelope::new("k", object! { b: 1, a: None::<u8> }) };
        let text = serde_json::to_string(&whole).expect("an object");
        assert_eq!(text, r#"{"schema_version":1,"kind":"k","generated_by":"x","b":1,"a":null}"#);
    }
}
