//! A price file for `--prices`, which replaces the price list entirely: `[[price]]` entries, a lock, or a price table.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::keys::PriceKeys;
use crate::bounds;
use crate::catalog::TypeDescription;
use crate::document::{Document, KeyPath};
use crate::error::{Error, Result};
use crate::model::commitment::Commitments;
use crate::model::region::Region;
use crate::model::said::Said;
use crate::model::sku::InstanceType;
use crate::prices::entry::{self, PriceEntry};
use crate::prices::lock::Lock;
use crate::prices::table::PriceTable;
use crate::prices::{PriceList, Source, Wanted};
use crate::scenario::words;

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

/// A price file, read once.
#[derive(Debug)]
pub enum PriceFile {
    /// A lock, and its path.
    Lock(PathBuf, Box<Lock>),
    /// `[[price]]` entries, and their path.
    Entries(PathBuf, Box<Document>),
    /// A table of whole regions, and its path.
    Table(PathBuf, Box<PriceTable>),
}

impl PriceFile {
    /// Reads a file: a lock if it is JSON, a table if its first line says so, else `[[price]]` entries.
    pub fn read(path: &Path) -> Result<PriceFile> {
        let text = read_text(path)?;
        if text.trim_start().starts_with('{') {
            let lock = Lock::parse(&text).map_err(|message| malformed(path, message.into()))?;
            return Ok(PriceFile::Lock(path.to_owned(), Box::new(lock)));
        }
        if PriceTable::is_one(&text) {
            let malformed = |message: String| Error::malformed(path, words::a_price_table(), message.into());
            let table = PriceTable::parse(&text).map_err(malformed)?;
            return Ok(PriceFile::Table(path.to_owned(), Box::new(table)));
        }
        let document = Document::parse(&path.display().to_string(), &text).map_err(Error::Input)?;
        Ok(PriceFile::Entries(path.to_owned(), Box::new(document)))
    }

    fn lock(&self) -> Option<&Lock> {
        match self {
            PriceFile::Lock(_, lock) => Some(lock),
            PriceFile::Entries(..) | PriceFile::Table(..) => None,
        }
    }

    /// What the file says of instance types that this program's table does not have.
    pub fn types(&self) -> impl Iterator<Item = (InstanceType, &TypeDescription)> {
        self.lock().into_iter().flat_map(Lock::types)
    }

    /// Regions that this program's table does not have, with the prefixes of their usage types.
    pub fn regions(&self) -> impl Iterator<Item = Region> {
        self.lock().into_iter().flat_map(Lock::regions)
    }

    /// The prices for the wanted SKUs; the commitments say which Reserved rate of a table. What the file does not name has no
    /// price.
    pub fn price_list(&self, wanted: &Wanted, commitments: &Commitments) -> Result<PriceList> {
        match self {
            PriceFile::Lock(path, lock) => {
                lock.price_list().map_err(|message| malformed(path, message.into()))
            }
            PriceFile::Entries(path, document) => entries(path, document, wanted),
            PriceFile::Table(path, table) => {
                Ok(table.price_list(wanted, commitments, &path.display().to_string()))
            }
        }
    }
}

fn malformed(path: &Path, message: Said) -> Error {
    Error::malformed(path, words::a_price_lock(), message).with_hint(words::lock_writes_one())
}

fn entries(path: &Path, document: &Document, wanted: &Wanted) -> Result<PriceList> {
    let origin = path.display().to_string();
    let keys: PriceFileKeys = document.read().map_err(|problem| Error::Input(vec![*problem]))?;
    let entries: Vec<PriceEntry> =
        keys.price.iter().enumerate().map(|(i, price)| super::entry(i, price)).collect();
    let problems = super::lint::prices(document, &keys.price);
    if !problems.is_empty() {
        return Err(Error::Input(problems));
    }
    if entries.is_empty() {
        let message = words::no_price_in_this_file();
        let help = words::each_entry_has_usage_type_usd();
        return Err(Error::Input(vec![document.diagnostic(&KeyPath::root(), message, Some(help))]));
    }
    let mut list = PriceList::new(Source::File(origin.clone()), keys.as_of.as_deref());
    entry::apply(&mut list, &entries, &Source::File(origin), keys.as_of.as_deref(), wanted, document)
        .map_err(Error::Input)?;
    Ok(list)
}

fn read_text(path: &Path) -> Result<String> {
    let read = std::fs::File::open(path).and_then(|file| bounds::text(file, MAX_BYTES));
    read.map_err(|source| Error::Read { path: path.to_owned(), source })
}
