//! Ads as JSON: an array of objects, or one object after the other. Only one object is in memory at a time.

use std::io::BufRead;

use serde_json::{Map, Value};

use super::History;
use super::ad::Ad;
use crate::workload::Refusal;

/// Longest ad [bytes].
const LONGEST_AD: usize = 8 << 20;

/// Reads all ads.
pub(super) fn ads(mut input: impl BufRead, history: &mut History) -> Result<(), Refusal> {
    let mut object = Object::default();
    let mut ad = Ad::default();
    let mut line = 1;
    loop {
        let refused = |error: std::io::Error| Refusal { line: Some(line), reason: error.to_string() };
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
            .skip(Refusal { line: Some(object.line), reason: "an object without its end".into() });
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
        history.runs.draft.skip(refused(format!("an ad longer than {LONGEST_AD} bytes")));
        return Ok(());
    }
    let values: Map<String, Value> = match serde_json::from_slice(&object.bytes) {
        Ok(values) => values,
        Err(error) => {
            history.runs.draft.skip(refused(format!("not JSON: {error}")));
            return Ok(());
        }
    };
    ad.line = object.line;
    for (name, value) in &values {
        match value {
            Value::String(text) => match text.strip_prefix("/Expr(").and_then(|text| text.strip_suffix(")/"))
            {
                Some(expression) => ad.set(name, expression),
                None => ad.set_text(name, text),
            },
            Value::Null => ad.set(name, "undefined"),
            Value::Bool(is) => ad.set(name, if *is { "true" } else { "false" }),
            Value::Number(number) => ad.set(name, &number.to_string()),
            Value::Array(_) | Value::Object(_) => {}
        }
    }
    history.add(ad)
}
