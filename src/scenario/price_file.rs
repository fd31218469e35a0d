//! A price file for `--prices`, which replaces the price list entirely: `[[price]]` entries, or a lock.

use std::path::Path;

use serde::Deserialize;

use super::keys::PriceKeys;
use crate::catalog::TypeDescription;
use crate::document::{Document, KeyPath};
use crate::error::{Error, Result};
use crate::model::sku::InstanceType;
use crate::prices::entry::{self, PriceEntry};
use crate::prices::lock::Lock;
use crate::prices::{PriceList, Source, Wanted};

/// Largest price file.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PriceFileKeys {
    /// When the prices were read or agreed.
    as_of: Option<String>,
    #[serde(default)]
    price: Vec<PriceKeys>,
}

/// The prices of the file for the wanted SKUs. What the file does not name has no price.
pub fn price_list(path: &Path, wanted: &Wanted) -> Result<PriceList> {
    let origin = path.display().to_string();
    let text = read_text(path)?;
    if text.trim_start().starts_with('{') {
        let malformed = |message| Error::Malformed { path: path.to_owned(), what: "a price lock", message };
        return Lock::parse(&text).and_then(|lock| lock.price_list()).map_err(malformed);
    }
    let document = Document::parse(&origin, &text).map_err(Error::Input)?;
    let keys: PriceFileKeys = document.read().map_err(|problem| Error::Input(vec![*problem]))?;
    let entries: Vec<PriceEntry> =
        keys.price.iter().enumerate().map(|(i, price)| super::entry(i, price)).collect();
    let problems = super::lint::prices(&document, &keys.price);
    if !problems.is_empty() {
        return Err(Error::Input(problems));
    }
    if entries.is_empty() {
        let message = "no [[price]] in this file".to_owned();
        let help = "each entry has usage_type, usd and unit".to_owned();
        return Err(Error::Input(vec![document.diagnostic(&KeyPath::root(), message, Some(help))]));
    }
    let mut list = PriceList::new(Source::File(origin.clone()), keys.as_of.as_deref());
    entry::apply(&mut list, &entries, &Source::File(origin), keys.as_of.as_deref(), wanted, &document)
        .map_err(Error::Input)?;
    Ok(list)
}

/// What a lock says of instance types that this program's table does not have; any other file says nothing.
pub fn types(path: &Path) -> Result<Vec<(InstanceType, TypeDescription)>> {
    let text = read_text(path)?;
    if !text.trim_start().starts_with('{') {
        return Ok(Vec::new());
    }
    let malformed = |message| Error::Malformed { path: path.to_owned(), what: "a price lock", message };
    let lock = Lock::parse(&text).map_err(malformed)?;
    Ok(lock.types().map(|(name, described)| (name, described.clone())).collect())
}

fn read_text(path: &Path) -> Result<String> {
    use std::io::Read;
    let read = || -> std::io::Result<String> {
        let mut text = String::new();
        std::fs::File::open(path)?.take(MAX_BYTES + 1).read_to_string(&mut text)?;
        if text.len() as u64 > MAX_BYTES {
            return Err(std::io::Error::new(std::io::ErrorKind::FileTooLarge, "it is larger than 16 MiB"));
        }
        Ok(text)
    };
    read().map_err(|source| Error::Read { path: path.to_owned(), source })
}
