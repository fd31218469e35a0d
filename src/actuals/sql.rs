//! How Athena's SQL says what a query is made of: names, texts, keys of maps, times.

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type in Hive's words: `string`, `double`, `map<string,string>`.
    pub data_type: String,
}

/// How a map may spell a key: as written, in lower case, and with its words apart as CUR 2.0 has them, each with and
/// without AWS's word for keys of users.
pub(super) fn spellings(key: &str) -> Vec<String> {
    let bare = key.strip_prefix("user:").unwrap_or(key);
    let mut apart = String::new();
    for letter in bare.chars() {
        if letter.is_ascii_uppercase() && apart.ends_with(|before: char| before.is_ascii_lowercase()) {
            apart.push('_');
        }
        apart.push(if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '_' });
    }
    let mut all = vec![key.to_owned()];
    for word in [bare.to_owned(), bare.to_lowercase(), apart] {
        for spelling in [word.clone(), format!("user:{word}"), format!("user_{word}")] {
            if !all.contains(&spelling) {
                all.push(spelling);
            }
        }
    }
    all
}

/// Whether a column holds text.
pub(super) fn is_text(column: &Column) -> bool {
    let kind = column.data_type.to_lowercase();
    kind == "string" || kind.starts_with("varchar") || kind.starts_with("char")
}

/// Whether it holds maps.
pub(super) fn is_map(column: &Column) -> bool {
    column.data_type.to_lowercase().starts_with("map")
}

/// A name.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// What a map has under a key.
pub(super) fn element(map: &Column, key: &str) -> String {
    format!("element_at({}, {})", quoted(&map.name), literal(key))
}

/// A text.
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// What a text column says; what files call empty is NULL.
pub(super) fn filled(column: &Column) -> String {
    let name = quoted(&column.name);
    format!("CASE WHEN trim({name}) NOT IN ('', 'NULL', 'null') THEN trim({name}) END")
}

/// A time in UTC, of text with or without a zone.
pub(super) fn instant_of(time: &Column) -> String {
    match is_text(time) {
        true => {
            let text = format!("replace(trim({}), ' ', 'T')", quoted(&time.name));
            format!("CAST(from_iso8601_timestamp({text}) AT TIME ZONE 'UTC' AS timestamp)")
        }
        false => quoted(&time.name),
    }
}

/// The UTC day of a time, as text.
pub(super) fn day_of(time: &Column) -> String {
    format!("CAST(CAST({} AS date) AS varchar)", instant_of(time))
}
