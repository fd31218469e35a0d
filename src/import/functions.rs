//! Terraform's functions, those that depend on their arguments alone.
//!
//! Source: Terraform language, "Functions" (developer.hashicorp.com/terraform/language/functions).

use std::collections::BTreeMap;

use super::value::Value;
use crate::model::decimal::Decimal;

/// Longest list that `range` or `count` makes.
pub const MOST_ITEMS: u64 = 10_000;

/// Longest text that a function makes longer [bytes].
const LONGEST_TEXT: usize = 1 << 20;

/// Functions that work on the outside of a value: an unknown leaf does not spoil the rest.
const KEEP_UNKNOWN_LEAVES: [&str; 15] = [
    "jsonencode",
    "tolist",
    "tomap",
    "concat",
    "merge",
    "lookup",
    "length",
    "element",
    "flatten",
    "coalesce",
    "try",
    "values",
    "keys",
    "jsondecode",
    "zipmap",
];

type Answer = Result<Value, String>;

/// The value of a call; unknown where the function is not one of these or its arguments are unknown.
#[must_use]
pub fn call(name: &str, arguments: &[Value]) -> Value {
    let leaves_matter = !KEEP_UNKNOWN_LEAVES.contains(&name);
    let reason = |value: &Value| if leaves_matter { value.deep_reason() } else { value.reason() };
    if let Some(reason) = arguments.iter().find_map(reason)
        && !matches!(name, "jsonencode" | "coalesce" | "jsondecode")
    {
        return Value::Unknown(reason);
    }
    let answer = match name {
        "jsonencode" | "jsondecode" | "tostring" | "tonumber" | "tobool" | "tolist" | "toset" | "tomap" => {
            convert(name, arguments)
        }
        "format" | "join" | "lower" | "upper" | "replace" | "split" | "trimspace" | "substr"
        | "trimprefix" | "trimsuffix" | "title" => text(name, arguments),
        "max" | "min" | "floor" | "ceil" | "abs" => number(name, arguments),
        _ => collection(name, arguments),
    };
    answer.unwrap_or_else(Value::Unknown)
}

fn argument<'a>(name: &str, arguments: &'a [Value], place: usize) -> Result<&'a Value, String> {
    arguments.get(place).ok_or_else(|| format!("`{name}()` lacks an argument"))
}

fn list<'a>(name: &str, arguments: &'a [Value], place: usize) -> Result<&'a [Value], String> {
    match argument(name, arguments, place)? {
        Value::List(values) => Ok(values),
        other => {
            Err(other.reason().unwrap_or_else(|| format!("`{name}()` is given something that is no list")))
        }
    }
}

fn map<'a>(name: &str, arguments: &'a [Value], place: usize) -> Result<&'a BTreeMap<String, Value>, String> {
    match argument(name, arguments, place)? {
        Value::Map(values) => Ok(values),
        other => {
            Err(other.reason().unwrap_or_else(|| format!("`{name}()` is given something that is no map")))
        }
    }
}

fn whole(name: &str, arguments: &[Value], place: usize) -> Result<i64, String> {
    let number = argument(name, arguments, place)?.to_number()?;
    number
        .try_into()
        .ok()
        .filter(|_| number.is_integer())
        .ok_or_else(|| format!("`{name}()` needs a whole number"))
}

fn convert(name: &str, arguments: &[Value]) -> Answer {
    let value = argument(name, arguments, 0)?;
    Ok(match (name, value) {
        ("jsonencode", value) => Value::Json(Box::new(value.clone())),
        ("jsondecode", value) => value.parse_json()?,
        (_, Value::Null) => Value::Null,
        ("tostring", value) => Value::Text(value.to_text()?),
        ("tonumber", value) => Value::Number(value.to_number()?),
        ("tobool", value) => Value::Bool(value.to_bool()?),
        ("tolist", Value::List(values)) => Value::List(values.clone()),
        ("toset", Value::List(values)) => Value::List(set(values)?),
        ("tomap", Value::Map(values)) => Value::Map(values.clone()),
        _ => return Err(format!("`{name}()` is given something it cannot convert")),
    })
}

/// The values of a set: each once, texts in order as Terraform iterates over them.
pub fn set(values: &[Value]) -> Result<Vec<Value>, String> {
    let mut sorted: Vec<(Option<Decimal>, String, &Value)> = Vec::new();
    for value in values {
        let number = match value {
            Value::Number(number) => Some(*number),
            _ => None,
        };
        let text = value.to_text().map_err(|why| value.reason().unwrap_or(why))?;
        sorted.push((number, text, value));
    }
    sorted.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    sorted.dedup_by(|a, b| a.1 == b.1);
    Ok(sorted.into_iter().map(|(_, _, value)| value.clone()).collect())
}

fn text(name: &str, arguments: &[Value]) -> Answer {
    let at = |place| argument(name, arguments, place).and_then(Value::to_text);
    let first = at(0)?;
    Ok(Value::Text(match name {
        "lower" => first.to_lowercase(),
        "upper" => first.to_uppercase(),
        "trimspace" => first.trim().to_owned(),
        "title" => titled(&first),
        "trimprefix" => first.strip_prefix(at(1)?.as_str()).unwrap_or(&first).to_owned(),
        "trimsuffix" => first.strip_suffix(at(1)?.as_str()).unwrap_or(&first).to_owned(),
        "join" => {
            let mut parts = Vec::new();
            for place in 1..arguments.len() {
                for part in list(name, arguments, place)? {
                    parts.push(part.to_text()?);
                }
            }
            bounded(parts.len(), first.len())?;
            parts.join(&first)
        }
        "split" => {
            let parts = at(1)?;
            let parts: Vec<Value> = match first.is_empty() {
                true => parts.chars().map(|c| Value::Text(c.to_string())).collect(),
                false => parts.split(first.as_str()).map(|part| Value::Text(part.to_owned())).collect(),
            };
            return Ok(Value::List(parts));
        }
        "replace" => {
            let pattern = at(1)?;
            if pattern.len() > 1 && pattern.starts_with('/') && pattern.ends_with('/') {
                return Err("`replace()` is given a regular expression".into());
            }
            let other = at(2)?;
            bounded(first.matches(&pattern).count(), other.len())?;
            first.replace(&pattern, &other)
        }
        "substr" => {
            let characters: Vec<char> = first.chars().collect();
            let count = characters.len() as i64;
            let (offset, length) = (whole(name, arguments, 1)?, whole(name, arguments, 2)?);
            let start = if offset < 0 { count + offset } else { offset }.clamp(0, count);
            let end = if length < 0 { count } else { start.saturating_add(length).min(count) };
            characters[start as usize..end as usize].iter().collect()
        }
        _ => format(&first, &arguments[1..])?,
    }))
}

/// Refuses to write a text that often.
fn bounded(times: usize, bytes: usize) -> Result<(), String> {
    let large = times.checked_mul(bytes).is_none_or(|bytes| bytes > LONGEST_TEXT);
    if large { Err("its value is too large".into()) } else { Ok(()) }
}

fn titled(text: &str) -> String {
    let mut begins = true;
    let letter = |c: char| {
        let titled = if begins { c.to_uppercase().next().unwrap_or(c) } else { c };
        begins = c.is_whitespace();
        titled
    };
    text.chars().map(letter).collect()
}

/// `format()` with `%s`, `%d`, `%v`, `%%` and zeros before whole numbers, as `%03d`.
fn format(template: &str, arguments: &[Value]) -> Result<String, String> {
    let (mut out, mut rest, mut next) = (String::new(), template.chars(), arguments.iter());
    while let Some(c) = rest.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let mut width = String::new();
        let verb = loop {
            match rest.next() {
                Some(digit) if digit.is_ascii_digit() => width.push(digit),
                other => break other,
            }
        };
        let unread = || format!("`format()` with `%{width}{}`", verb.map_or_else(String::new, String::from));
        if (verb, width.as_str()) == (Some('%'), "") {
            out.push('%');
            continue;
        }
        let value = next.next().ok_or("`format()` lacks an argument")?;
        match (verb, width.as_str()) {
            (Some('s' | 'v'), "") => out.push_str(&value.to_text()?),
            (Some('d'), width) if width.is_empty() || width.starts_with('0') => {
                let number = value.to_number()?;
                let places: usize = if width.is_empty() { 0 } else { width.parse().map_err(|_| unread())? };
                let number: i64 =
                    number.try_into().ok().filter(|_| number.is_integer()).ok_or_else(unread)?;
                if places > 40 {
                    return Err(unread());
                }
                out.push_str(&format!("{number:0places$}"));
            }
            _ => return Err(unread()),
        }
    }
    Ok(out)
}

fn number(name: &str, arguments: &[Value]) -> Answer {
    let numbers: Vec<Decimal> = arguments.iter().map(Value::to_number).collect::<Result<_, _>>()?;
    let first = *numbers.first().ok_or_else(|| format!("`{name}()` lacks an argument"))?;
    Ok(Value::Number(match name {
        "max" => numbers.into_iter().fold(first, Decimal::max),
        "min" => numbers.into_iter().fold(first, Decimal::min),
        "floor" => first.floor(),
        "ceil" => first.ceil(),
        _ => first.abs(),
    }))
}

fn collection(name: &str, arguments: &[Value]) -> Answer {
    let entry = |key: &String| Value::Text(key.clone());
    Ok(match name {
        "length" => match argument(name, arguments, 0)? {
            Value::List(values) => count(values.len()),
            Value::Map(values) => count(values.len()),
            other => count(other.to_text()?.chars().count()),
        },
        "concat" => {
            let lists = (0..arguments.len()).map(|place| list(name, arguments, place));
            Value::List(lists.collect::<Result<Vec<_>, _>>()?.concat())
        }
        "merge" => {
            let maps = (0..arguments.len()).map(|place| match &arguments[place] {
                Value::Null => Ok(BTreeMap::new()),
                _ => map(name, arguments, place).cloned(),
            });
            Value::Map(maps.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
        }
        "lookup" => {
            match (map(name, arguments, 0)?.get(&argument(name, arguments, 1)?.to_text()?), arguments.get(2))
            {
                (Some(value), _) | (None, Some(value)) => value.clone(),
                (None, None) => return Err("`lookup()` finds no such key".into()),
            }
        }
        "element" => {
            let values = list(name, arguments, 0)?;
            let place = whole(name, arguments, 1)?;
            let length = i64::try_from(values.len()).unwrap_or(i64::MAX);
            let place = place.checked_rem_euclid(length).ok_or("`element()` of an empty list")?;
            values[usize::try_from(place).unwrap_or_default()].clone()
        }
        "keys" => Value::List(map(name, arguments, 0)?.keys().map(entry).collect()),
        "values" => Value::List(map(name, arguments, 0)?.values().cloned().collect()),
        "zipmap" => {
            let keys = list(name, arguments, 0)?.iter().map(Value::to_text).collect::<Result<Vec<_>, _>>()?;
            Value::Map(keys.into_iter().zip(list(name, arguments, 1)?.iter().cloned()).collect())
        }
        "contains" => Value::Bool(list(name, arguments, 0)?.contains(argument(name, arguments, 1)?)),
        "coalesce" | "try" => return first_of(name, arguments),
        "flatten" => Value::List(flat(list(name, arguments, 0)?)?),
        "compact" => {
            let empty =
                |value: &&Value| !matches!(value, Value::Null) && **value != Value::Text(String::new());
            Value::List(list(name, arguments, 0)?.iter().filter(empty).cloned().collect())
        }
        "distinct" => {
            let mut seen: Vec<Value> = Vec::new();
            for value in list(name, arguments, 0)? {
                if !seen.contains(value) {
                    seen.push(value.clone());
                }
            }
            Value::List(seen)
        }
        "range" => return range(arguments),
        "file" | "templatefile" | "filebase64" | "fileexists" | "fileset" => {
            return Err(format!("`{name}()` reads another file"));
        }
        _ => return Err(format!("`{name}()` is not computed here")),
    })
}

fn count(number: usize) -> Value {
    Value::Number(Decimal::from(number))
}

/// The first that is known to be something; an unknown one before it may be it.
fn first_of(name: &str, arguments: &[Value]) -> Answer {
    for value in arguments {
        match value.reason() {
            Some(reason) => return Err(reason),
            None if name == "coalesce" && (*value == Value::Null || *value == Value::Text(String::new())) => {
            }
            None => return Ok(value.clone()),
        }
    }
    Err(format!("`{name}()` is given nothing"))
}

fn flat(values: &[Value]) -> Result<Vec<Value>, String> {
    let mut out = Vec::new();
    for value in values {
        match value {
            Value::List(inner) => out.extend(flat(inner)?),
            // An unknown value may be a list of any length.
            Value::Unknown(reason) => return Err(reason.clone()),
            other => out.push(other.clone()),
        }
    }
    Ok(out)
}

fn range(arguments: &[Value]) -> Answer {
    let numbers: Vec<Decimal> = arguments.iter().map(Value::to_number).collect::<Result<_, _>>()?;
    let (start, limit, step) = match numbers[..] {
        [limit] => (Decimal::ZERO, limit, Decimal::ONE),
        [start, limit] => (start, limit, Decimal::ONE),
        [start, limit, step] => (start, limit, step),
        _ => return Err("`range()` takes one to three numbers".into()),
    };
    if step <= Decimal::ZERO {
        return Err("`range()` with a step that does not go up".into());
    }
    let (mut values, mut here) = (Vec::new(), start);
    while here < limit {
        if values.len() as u64 >= MOST_ITEMS {
            return Err("`range()` is too long".into());
        }
        values.push(Value::Number(here));
        here = here.checked_add(step).ok_or("`range()` is too long")?;
    }
    Ok(Value::List(values))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    fn number(number: i64) -> Value {
        Value::Number(Decimal::from(number))
    }

    #[test]
    fn functions_answer_as_terraform_documents_them() {
        let abc = Value::List(vec![text("a"), text("b"), text("c")]);
        let sides = Value::Map(BTreeMap::from([("l".to_owned(), number(1)), ("r".to_owned(), number(2))]));
        let cases = [
            ("format", vec![text("gpu-%03d-%s %%"), number(7), text("x")], text("gpu-007-x %")),
            ("join", vec![text("-"), abc.clone()], text("a-b-c")),
            ("split", vec![text(","), text("a,b,c")], abc.clone()),
            ("element", vec![abc.clone(), number(4)], text("b")),
            ("length", vec![abc.clone()], number(3)),
            ("substr", vec![text("hello world"), number(1), number(4)], text("ello")),
            ("substr", vec![text("hello world"), number(-5), number(-1)], text("world")),
            ("lookup", vec![sides.clone(), text("r"), number(9)], number(2)),
            ("lookup", vec![sides.clone(), text("x"), number(9)], number(9)),
            ("contains", vec![abc.clone(), text("b")], Value::Bool(true)),
            ("coalesce", vec![Value::Null, text(""), text("b")], text("b")),
            ("max", vec![number(5), number(12), number(9)], number(12)),
            ("ceil", vec![Value::Number(Decimal::new(51, 1))], number(6)),
            ("floor", vec![Value::Number(Decimal::new(-51, 1))], number(-6)),
            ("range", vec![number(1), number(4)], Value::List(vec![number(1), number(2), number(3)])),
            (
                "toset",
                vec![Value::List(vec![text("b"), text("a"), text("b")])],
                Value::List(vec![text("a"), text("b")]),
            ),
            (
                "flatten",
                vec![Value::List(vec![abc.clone(), text("d")])],
                Value::List(vec![text("a"), text("b"), text("c"), text("d")]),
            ),
            ("replace", vec![text("1 + 2 + 3"), text("+"), text("-")], text("1 - 2 - 3")),
            ("title", vec![text("hello world")], text("Hello World")),
        ];
        for (name, arguments, expected) in cases {
            assert_eq!(call(name, &arguments), expected, "{name}");
        }
    }

    #[test]
    fn what_is_not_pure_or_not_known_says_so() {
        let why = |name, arguments: &[Value]| call(name, arguments).reason().expect("unknown");
        assert_eq!(why("file", &[text("x.json")]), "`file()` reads another file");
        assert_eq!(why("timestamp", &[]), "`timestamp()` is not computed here");
        assert_eq!(why("upper", &[Value::unknown("why")]), "why");
        assert_eq!(why("format", &[text("%5.2f"), number(1)]), "`format()` with `%5.`");
        assert_eq!(why("coalesce", &[Value::unknown("why"), text("b")]), "why");
        assert!(why("replace", &[text("a"), text("/a/"), text("b")]).contains("regular expression"));
        // The outside is known although a leaf is not.
        let partly = Value::List(vec![Value::unknown("why"), number(2)]);
        assert_eq!(call("length", std::slice::from_ref(&partly)), number(2));
        assert_eq!(call("element", &[partly, number(1)]), number(2));
    }
}
