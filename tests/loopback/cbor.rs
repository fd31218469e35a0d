//! CBOR (RFC 8949) to JSON and back, as far as Smithy's RPC v2 needs it: a second implementation beside the SDK's.
//!
//! A time (tag 1) is `{"$time": seconds}` in JSON. A number with a point is a double.

use serde_json::{Map, Value, json};

/// The JSON of a document.
pub(crate) fn decode(bytes: &[u8]) -> Value {
    let mut rest = bytes;
    let value = item(&mut rest).expect("an item");
    assert!(rest.is_empty(), "{} bytes are left", rest.len());
    value
}

fn take<'b>(rest: &mut &'b [u8], length: usize) -> &'b [u8] {
    let (taken, left) = rest.split_at(length);
    *rest = left;
    taken
}

/// The number that an initial byte announces; `None` for an indefinite length.
fn argument(rest: &mut &[u8], additional: u8) -> Option<u64> {
    let length = match additional {
        0..=23 => return Some(additional.into()),
        24 => 1,
        25 => 2,
        26 => 4,
        27 => 8,
        31 => return None,
        other => panic!("reserved: {other}"),
    };
    Some(take(rest, length).iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// `None` at a break.
fn item(rest: &mut &[u8]) -> Option<Value> {
    let initial = take(rest, 1)[0];
    if initial == 0xff {
        return None;
    }
    let (major, additional) = (initial >> 5, initial & 31);
    if major == 7 {
        return Some(match additional {
            20 => json!(false),
            21 => json!(true),
            22 => Value::Null,
            26 => json!(f32::from_be_bytes(take(rest, 4).try_into().expect("four bytes"))),
            27 => json!(f64::from_be_bytes(take(rest, 8).try_into().expect("eight bytes"))),
            other => panic!("simple value {other}"),
        });
    }
    let number = argument(rest, additional);
    let items = |rest: &mut &[u8], each: u64| -> Vec<Value> {
        match number {
            Some(count) => (0..count * each).map(|_| item(rest).expect("no break")).collect(),
            None => std::iter::from_fn(|| item(rest)).collect(),
        }
    };
    Some(match major {
        0 => json!(number.expect("a number")),
        1 => json!(-1 - i64::try_from(number.expect("a number")).expect("in range")),
        3 => {
            let length = usize::try_from(number.expect("the SDK writes whole texts")).expect("in range");
            json!(std::str::from_utf8(take(rest, length)).expect("UTF-8"))
        }
        4 => Value::Array(items(rest, 1)),
        5 => {
            let pairs = items(rest, 2);
            let pair = |two: &[Value]| (two[0].as_str().expect("a name").to_owned(), two[1].clone());
            Value::Object(pairs.chunks(2).map(pair).collect())
        }
        6 => {
            assert_eq!(number, Some(1), "a time");
            json!({"$time": item(rest).expect("a number")})
        }
        other => panic!("major type {other}"),
    })
}

/// A document with this JSON.
pub(crate) fn encode(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(value, &mut bytes);
    bytes
}

fn head(major: u8, number: u64, bytes: &mut Vec<u8>) {
    bytes.push(major << 5 | 27);
    bytes.extend(number.to_be_bytes());
}

fn write(value: &Value, bytes: &mut Vec<u8>) {
    match value {
        Value::Null => bytes.push(0xf6),
        Value::Bool(yes) => bytes.push(if *yes { 0xf5 } else { 0xf4 }),
        Value::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(positive), _) => head(0, positive, bytes),
            (_, Some(negative)) => head(1, u64::try_from(-1 - negative).expect("below 0"), bytes),
            _ => {
                bytes.push(0xfb);
                bytes.extend(number.as_f64().expect("a double").to_be_bytes());
            }
        },
        Value::String(text) => {
            head(3, text.len() as u64, bytes);
            bytes.extend(text.as_bytes());
        }
        Value::Array(items) => {
            head(4, items.len() as u64, bytes);
            items.iter().for_each(|item| write(item, bytes));
        }
        Value::Object(pairs) => object(pairs, bytes),
    }
}

fn object(pairs: &Map<String, Value>, bytes: &mut Vec<u8>) {
    if let Some(seconds) = pairs.get("$time") {
        head(6, 1, bytes);
        return write(seconds, bytes);
    }
    head(5, pairs.len() as u64, bytes);
    for (name, value) in pairs {
        write(&Value::String(name.clone()), bytes);
        write(value, bytes);
    }
}
