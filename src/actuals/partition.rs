//! Folders in Hive's layout, `key=value`: what they say of all rows of a file, and whether they make deliveries or parts.

use crate::model::text::folded;
use std::path::{Path, PathBuf};

/// Words of keys that number deliveries of the same charges, and part none of them.
const OF_DELIVERY: [&str; 14] = [
    "load",
    "loaded",
    "ingest",
    "ingested",
    "ingestion",
    "version",
    "execution",
    "snapshot",
    "run",
    "batch",
    "stage",
    "assembly",
    "delivery",
    "export",
];

/// What Hive writes where a row has no value.
const NOTHING: &str = "__HIVE_DEFAULT_PARTITION__";

/// The partitions between the folder that was asked for and a file.
fn partitions<'a>(path: &'a Path, root: &'a Path) -> impl Iterator<Item = (String, String)> + 'a {
    let inside = path.strip_prefix(root).unwrap_or(Path::new(""));
    let folders = inside.parent().into_iter().flat_map(Path::iter);
    folders.filter_map(|name| {
        let name = name.to_string_lossy();
        let (key, value) = name.split_once('=')?;
        Some((key.to_owned(), decoded(value)))
    })
}

/// Whether a key numbers deliveries.
fn is_of_delivery(key: &str) -> bool {
    let words = key.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    words.into_iter().any(|word| OF_DELIVERY.contains(&word.as_str()))
}

/// What a path says of all charges of a file, by the names that rules know it under: the column itself is often left out of
/// such files.
pub(super) fn constants(path: &Path, root: &Path) -> Vec<(String, String)> {
    let of = |(key, value): (String, String)| -> Option<(String, String)> {
        let known = match folded(&key).as_str() {
            "subaccountid"
            | "accountid"
            | "account"
            | "usageaccountid"
            | "linkedaccountid"
            | "lineitemusageaccountid" => "account",
            "regionid" | "region" | "productregioncode" => "region",
            "providername" | "provider" => "provider",
            "billingperiod" => "billing_period",
            "chargecategory" => "chargecategory",
            "servicename" => "servicename",
            "xservicecode" => "xservicecode",
            _ => return None,
        };
        let value = if known == "account" { super::column::account(&value) } else { value };
        (value != NOTHING).then(|| (known.to_owned(), value))
    };
    partitions(path, root).filter_map(of).collect()
}

/// The partitions of a file that tell its rows from equal ones elsewhere.
pub(super) fn of_rows(path: &Path, root: &Path) -> Vec<String> {
    let own = partitions(path, root).filter(|(key, _)| !is_of_delivery(key));
    own.map(|(key, value)| format!("{}={value}", folded(&key))).collect()
}

/// The folder of a file without its partitions: files of one table that differ in those are its parts.
pub(super) fn folder(file: &Path) -> PathBuf {
    let parent = file.parent().unwrap_or(Path::new(""));
    let is_part = |name: &str| name.split_once('=').is_some_and(|(key, _)| !is_of_delivery(key));
    parent.iter().filter(|name| !is_part(&name.to_string_lossy())).collect()
}

/// A value of a path, `%20` and the like as they are meant.
fn decoded(value: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), value.as_bytes());
    while let Some((first, more)) = rest.split_first() {
        let hex = more.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &more[2..];
            }
            None => {
                bytes.push(*first);
                rest = more;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| value.to_owned())
}
