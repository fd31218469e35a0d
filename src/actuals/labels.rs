//! Labels as exports in text have them: a JSON object, or what Athena writes of a map.

use std::collections::BTreeMap;

use super::keys::Under;

/// Keys and values of a JSON object; none where there is no text.
pub(super) fn pairs(text: &str) -> Result<Vec<(String, String)>, String> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    if let Some(inner) = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'))
        && !inner.trim_start().starts_with('"')
        && inner.contains('=')
    {
        return Ok(of_map_text(inner));
    }
    let object: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(text).map_err(|error| format!("tags `{text:.60}`: {error}"))?;
    let words = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => text,
        serde_json::Value::Null => String::new(),
        other => other.to_string(),
    };
    Ok(object.into_iter().map(|(key, value)| (key, words(value))).collect())
}

/// What Athena and Hive write of a map: `user_team=ml, user_project=a`.
fn of_map_text(inner: &str) -> Vec<(String, String)> {
    let pair =
        |text: &str| text.split_once('=').map(|(key, value)| (key.trim().to_owned(), value.to_owned()));
    inner.split(", ").filter_map(pair).collect()
}

/// What stands under a key, of the keys that fit the best.
pub(super) fn under(text: &str, under: &Under) -> Result<Option<String>, String> {
    let pairs = match (pairs(text), under) {
        // What no scope asks for may be of any kind.
        (Err(_), Under::Keys(_)) => return Ok(None),
        (read, _) => read?,
    };
    let ranked = pairs.into_iter().filter_map(|(key, value)| Some((under.rank(&key)?, value)));
    let said = ranked.map(|(rank, value)| (rank, value.trim().to_owned()));
    let said = said.filter(|(_, value)| !matches!(value.as_str(), "" | "NULL" | "null"));
    Ok(said.min_by_key(|(rank, _)| *rank).map(|(_, value)| value))
}
