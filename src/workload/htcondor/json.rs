//! Ads as JSON: an array of objects, or one object after the other. Only one object is in memory at a time.

use std::fmt;
use std::io::BufRead;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::History;
use super::ad::{Ad, Place};
use crate::workload::Refusal;
use crate::workload::words;

/// Longest ad [bytes].
const LONGEST_AD: usize = 8 << 20;

/// Reads all ads.
pub(super) fn ads(mut input: impl BufRead, history: &mut History) -> Result<(), Refusal> {
    let mut object = Object::default();
    let mut ad = Ad::default();
    let mut line = 1;
    loop {
        let refused =
            |error: std::io::Error| Refusal { line: Some(line), reason: crate::error::reason_of(&error) };
        let buffer = input.fill_buf().map_err(refused)?;
        if buffer.is_empty() {
            break;
        }
        let length = buffer.len();
        for byte in buffer {
            line += u64::from(*byte == b'\n');
            if object.take(*byte, line) {
                add(&mut object, &mut ad, history)?;
            }
        }
        input.consume(length);
    }
    if object.depth > 0 {
        history
            .runs
            .draft
            .skip(Refusal { line: Some(object.line), reason: words::an_object_without_its_end() });
    }
    Ok(())
}

/// The bytes of an object as they come.
#[derive(Default)]
struct Object {
    bytes: Vec<u8>,
    line: u64,
    depth: u32,
    in_string: bool,
    escaped: bool,
    too_long: bool,
}

impl Object {
    /// Takes a byte; whether it ends an object.
    fn take(&mut self, byte: u8, line: u64) -> bool {
        if self.depth == 0 {
            if byte != b'{' {
                return false;
            }
            self.bytes.clear();
            (self.line, self.in_string, self.escaped, self.too_long) = (line, false, false, false);
        }
        match self.bytes.len() < LONGEST_AD {
            true => self.bytes.push(byte),
            false => self.too_long = true,
        }
        match (self.in_string, byte) {
            (true, _) if self.escaped => self.escaped = false,
            (true, b'\\') => self.escaped = true,
            (true, b'"') => self.in_string = false,
            (true, _) => {}
            (false, b'"') => self.in_string = true,
            (false, b'{' | b'[') => self.depth += 1,
            (false, b'}' | b']') => self.depth -= 1,
            (false, _) => {}
        }
        self.depth == 0
    }
}

fn add(object: &mut Object, ad: &mut Ad, history: &mut History) -> Result<(), Refusal> {
    let refused = |reason| Refusal { line: Some(object.line), reason };
    if object.too_long {
        history.runs.draft.skip(refused(words::an_ad_longer_than_bytes(LONGEST_AD)));
        return Ok(());
    }
    let mut json = serde_json::Deserializer::from_slice(&object.bytes);
    if let Err(error) = Values(ad).deserialize(&mut json).and_then(|()| json.end()) {
        history.runs.draft.skip(refused(words::not_json_2(&error)));
        ad.clear();
        return Ok(());
    }
    ad.line = object.line;
    history.add(ad)
}

/// The attributes of an ad, of which those that are not needed are passed over.
struct Values<'a>(&'a mut Ad);

impl<'de> DeserializeSeed<'de> for Values<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Values<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an ad")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Name(place)) = map.next_key()? {
            match place {
                Some(place) => take(self.0, place, &map.next_value()?),
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// Where the attribute of a name stands.
struct Name(Option<Place>);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Name, D::Error> {
        struct Of;
        impl Visitor<'_> for Of {
            type Value = Name;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of an attribute")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Name, E> {
                Ok(Name(Place::of(name)))
            }
        }
        deserializer.deserialize_str(Of)
    }
}

/// Takes the value of an attribute; lists and objects are none.
fn take(ad: &mut Ad, place: Place, value: &Value) {
    match value {
        Value::String(text) => match text.strip_prefix("/Expr(").and_then(|text| text.strip_suffix(")/")) {
            Some(expression) => ad.set(place, expression),
            None => ad.set_text(place, text),
        },
        Value::Null => ad.set(place, "undefined"),
        Value::Bool(is) => ad.set(place, if *is { "true" } else { "false" }),
        Value::Number(number) => ad.set(place, &number.to_string()),
        Value::Array(_) | Value::Object(_) => {}
    }
}
