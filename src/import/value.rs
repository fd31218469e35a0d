//! What a place in Terraform holds: a JSON-like value in which a leaf may be a reference or unknown, with the reason.

use std::collections::BTreeMap;

use crate::model::decimal::{self, Decimal};

/// A value as Terraform has it; sets are sorted lists, objects are maps.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Not set.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(Decimal),
    /// A text.
    Text(String),
    /// A list, tuple or set.
    List(Vec<Value>),
    /// A map or object.
    Map(BTreeMap<String, Value>),
    /// The JSON text of a value, kept as the value: an unknown leaf does not hide the rest.
    Json(Box<Value>),
    /// A text of which parts are unknown.
    Template(Vec<Piece>),
    /// An attribute of a resource that only AWS or another part of the import knows.
    Reference(Reference),
    /// Not known without Terraform, and why.
    Unknown(String),
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// Known.
    Text(String),
    /// Not known, and why.
    Unknown(String),
}

/// An attribute of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The resource, such as `aws_subnet.private` or `module.hpc.aws_subnet.private[0]`.
    pub address: String,
    /// The attribute, such as `arn`.
    pub attribute: String,
    /// Whether every instance of the resource is meant (a splat).
    pub every: bool,
}

impl Reference {
    /// Why it is not a value.
    #[must_use]
    pub fn reason(&self) -> String {
        let every = if self.every { "[*]" } else { "" };
        let dot = if self.attribute.is_empty() { "" } else { "." };
        format!("refers to `{}{every}{dot}{}`", self.address, self.attribute)
    }
}

impl Value {
    /// An unknown value.
    pub fn unknown(reason: impl Into<String>) -> Value {
        Value::Unknown(reason.into())
    }

    /// How large the value is: its leaves, and 16 bytes of text as one more.
    #[must_use]
    pub fn size(&self) -> u64 {
        let text = |text: &str| 1 + text.len() as u64 / 16;
        match self {
            Value::Text(inner) | Value::Unknown(inner) => text(inner),
            Value::List(values) => 1 + values.iter().map(Value::size).sum::<u64>(),
            Value::Map(values) => 1 + values.iter().map(|(key, value)| text(key) + value.size()).sum::<u64>(),
            Value::Json(inner) => inner.size(),
            Value::Template(pieces) => {
                let piece = |piece: &Piece| match piece {
                    Piece::Text(inner) | Piece::Unknown(inner) => text(inner),
                };
                pieces.iter().map(piece).sum()
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Reference(_) => 1,
        }
    }

    /// Why the value itself is not known; what is inside a list or map is not looked at.
    #[must_use]
    pub fn reason(&self) -> Option<String> {
        match self {
            Value::Unknown(reason) => Some(reason.clone()),
            Value::Reference(reference) => Some(reference.reason()),
            Value::Template(pieces) => pieces.iter().find_map(|piece| match piece {
                Piece::Unknown(reason) => Some(reason.clone()),
                Piece::Text(_) => None,
            }),
            _ => None,
        }
    }

    /// Why the value is not known as a whole, down to its leaves.
    #[must_use]
    pub fn deep_reason(&self) -> Option<String> {
        match self {
            Value::List(values) => values.iter().find_map(Value::deep_reason),
            Value::Map(values) => values.values().find_map(Value::deep_reason),
            Value::Json(inner) => inner.deep_reason(),
            other => other.reason(),
        }
    }

    /// The value as text, as Terraform converts it.
    pub fn to_text(&self) -> Result<String, String> {
        match self {
            Value::Text(text) => Ok(text.clone()),
            Value::Bool(value) => Ok(value.to_string()),
            Value::Number(number) => Ok(decimal::plain(*number)),
            Value::Json(inner) => match inner.deep_reason() {
                Some(reason) => Err(reason),
                None => Ok(to_json(inner).to_string()),
            },
            Value::Null => Err("it is null".into()),
            Value::List(_) | Value::Map(_) => Err("it is not a text".into()),
            other => Err(other.reason().unwrap_or_default()),
        }
    }

    /// The value as a number, as Terraform converts it.
    pub fn to_number(&self) -> Result<Decimal, String> {
        match self {
            Value::Number(number) => Ok(*number),
            Value::Text(text) => parse_number(text).ok_or_else(|| format!("`{text}` is not a number")),
            other => Err(other.reason().unwrap_or_else(|| "it is not a number".into())),
        }
    }

    /// The value as a truth value, as Terraform converts it.
    pub fn to_bool(&self) -> Result<bool, String> {
        match self {
            Value::Bool(value) => Ok(*value),
            Value::Text(text) if text == "true" => Ok(true),
            Value::Text(text) if text == "false" => Ok(false),
            other => Err(other.reason().unwrap_or_else(|| "it is not true or false".into())),
        }
    }

    /// What stands at a path such as `compute_resources.max_vcpus`. A list of one block is looked through. Where
    /// something on the way is unknown, that is the answer; null is nothing.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<&Value> {
        let mut here = self;
        for step in path.split('.') {
            if let Value::List(values) = here {
                here = values.first()?;
            }
            here = match here {
                Value::Map(values) => values.get(step)?,
                other if other.reason().is_some() => return Some(other),
                _ => return None,
            };
        }
        (*here != Value::Null).then_some(here)
    }

    /// The blocks of a name, each a map. `Err` where they are not known.
    pub fn blocks(&self, path: &str) -> Result<&[Value], String> {
        match self.at(path) {
            None => Ok(&[]),
            Some(Value::List(values)) => Ok(values),
            Some(one @ Value::Map(_)) => Ok(std::slice::from_ref(one)),
            Some(other) => Err(other.reason().unwrap_or_else(|| "it is not a block".into())),
        }
    }

    /// What a JSON text holds: an unknown part of a text in it is an unknown leaf.
    pub fn parse_json(&self) -> Result<Value, String> {
        match self {
            Value::Json(inner) => Ok((**inner).clone()),
            Value::Text(text) => from_json_text(text, &[]),
            Value::Template(pieces) => {
                let (text, reasons) = with_marks(pieces);
                from_json_text(&text, &reasons)
            }
            other => Err(other.reason().unwrap_or_else(|| "it is not a JSON text".into())),
        }
    }
}

/// A decimal number, with an exponent or without.
#[must_use]
pub fn parse_number(text: &str) -> Option<Decimal> {
    decimal::parse(text).ok().or_else(|| Decimal::from_scientific(text).ok())
}

/// Stands for an unknown part: a character that no text has reason to contain.
const MARK: char = '\u{fdd0}';

/// The text with marks in place of what is unknown; outside of a JSON string a mark becomes one.
fn with_marks(pieces: &[Piece]) -> (String, Vec<String>) {
    let (mut text, mut reasons) = (String::new(), Vec::new());
    let (mut quoted, mut escaped) = (false, false);
    for piece in pieces {
        match piece {
            Piece::Text(part) => {
                for c in part.chars() {
                    match c {
                        '"' if !escaped => quoted = !quoted,
                        _ => {}
                    }
                    escaped = c == '\\' && !escaped;
                }
                text.push_str(part);
            }
            Piece::Unknown(reason) => {
                let quote = if quoted { "" } else { "\"" };
                text.push_str(&format!("{quote}{MARK}{}{MARK}{quote}", reasons.len()));
                reasons.push(reason.clone());
            }
        }
    }
    (text, reasons)
}

fn from_json_text(text: &str, reasons: &[String]) -> Result<Value, String> {
    match serde_json::from_str(text) {
        Ok(json) => Ok(marked(from_json(&json), reasons)),
        Err(error) => Err(format!("it is not valid JSON: {error}")),
    }
}

fn marked(value: Value, reasons: &[String]) -> Value {
    match value {
        Value::Text(text) => {
            let index = text.split(MARK).nth(1).and_then(|index| index.parse::<usize>().ok());
            match index.and_then(|index| reasons.get(index)) {
                Some(reason) => Value::Unknown(reason.clone()),
                None => Value::Text(text),
            }
        }
        Value::List(values) => Value::List(values.into_iter().map(|v| marked(v, reasons)).collect()),
        Value::Map(values) => Value::Map(values.into_iter().map(|(k, v)| (k, marked(v, reasons))).collect()),
        other => other,
    }
}

/// JSON as a value; a number that is no decimal is unknown.
#[must_use]
pub fn from_json(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => Value::Bool(*value),
        serde_json::Value::Number(number) => {
            let text = number.to_string();
            parse_number(&text).map_or_else(
                || Value::unknown(format!("`{text}` is not a number this program reads")),
                Value::Number,
            )
        }
        serde_json::Value::String(text) => Value::Text(text.clone()),
        serde_json::Value::Array(values) => Value::List(values.iter().map(from_json).collect()),
        serde_json::Value::Object(values) => {
            Value::Map(values.iter().map(|(key, value)| (key.clone(), from_json(value))).collect())
        }
    }
}

/// A known value as JSON.
fn to_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Bool(value) => (*value).into(),
        Value::Number(number) => serde_json::from_str(&decimal::plain(*number)).unwrap_or_default(),
        Value::Text(text) => text.clone().into(),
        Value::List(values) => values.iter().map(to_json).collect(),
        Value::Map(values) => values.iter().map(|(key, value)| (key.clone(), to_json(value))).collect(),
        Value::Json(inner) => to_json(inner).to_string().into(),
        Value::Null | Value::Template(_) | Value::Reference(_) | Value::Unknown(_) => serde_json::Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_part_of_a_json_text_hides_no_more_than_itself() {
        let pieces = vec![
            Piece::Text(r#"{"image": ""#.into()),
            Piece::Unknown("refers to `a`".into()),
            Piece::Text(r#":latest", "say": "\"", "memory": 4096, "vcpus": "#.into()),
            Piece::Unknown("refers to `b`".into()),
            Piece::Text("}".into()),
        ];
        let value = Value::Template(pieces).parse_json().expect("JSON");
        assert_eq!(value.at("image"), Some(&Value::unknown("refers to `a`")));
        assert_eq!(value.at("say"), Some(&Value::Text("\"".into())));
        assert_eq!(value.at("memory"), Some(&Value::Number(Decimal::from(4096))));
        assert_eq!(value.at("vcpus"), Some(&Value::unknown("refers to `b`")));
    }

    #[test]
    fn a_path_looks_through_one_block_and_stops_at_the_unknown() {
        let inner =
            Value::Map(BTreeMap::from([("max".into(), Value::Bool(true)), ("min".into(), Value::Null)]));
        let outer = Value::Map(BTreeMap::from([
            ("block".into(), Value::List(vec![inner])),
            ("gone".into(), Value::unknown("why")),
        ]));
        assert_eq!(outer.at("block.max"), Some(&Value::Bool(true)));
        assert_eq!(outer.at("block.min"), None);
        assert_eq!(outer.at("gone.deeper"), Some(&Value::unknown("why")));
        assert_eq!(outer.at("block.none"), None);
    }
}
