//! An offer file of the Price List in CSV: a row per rate, hundreds of megabytes for EC2, so it is read
//! row by row and only what a question selects is kept.
//!
//! Five lines of `"name","value"` come first, then the header (offer files of 2025 and 2026, read
//! 2026-11-23).

use std::collections::BTreeMap;
use std::io::{self, Read};

use super::product::{Dimension, Product, Term};
use super::query::Query;
use crate::bounds::Records;
use crate::model::text::folded;

/// Columns that are not attributes of the product.
const OF_THE_RATE: [&str; 14] = [
    "sku",
    "offertermcode",
    "ratecode",
    "termtype",
    "pricedescription",
    "effectivedate",
    "startingrange",
    "endingrange",
    "unit",
    "priceperunit",
    "currency",
    "leasecontractlength",
    "purchaseoption",
    "offeringclass",
];

/// The products of a file that any of the questions selects. `Err` says why it is no such file.
pub fn read(file: impl Read, queries: &[&Query]) -> Result<Vec<Product>, String> {
    let file = Records::new(Noting { file, last: b'\n' });
    let mut rows = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(file);
    let mut row = csv::StringRecord::new();
    let mut facts: BTreeMap<String, String> = BTreeMap::new();
    let columns: Vec<String> = loop {
        if !rows.read_record(&mut row).map_err(|error| error.to_string())? {
            return Err("it ends before the header".into());
        }
        rows.get_mut().ended();
        if row.get(0) == Some("SKU") {
            break row.iter().map(folded).collect();
        }
        if facts.len() > 20 {
            return Err("no header within its first lines".into());
        }
        facts.insert(folded(row.get(0).unwrap_or("")), row.get(1).unwrap_or("").to_owned());
    };
    for needed in ["termtype", "ratecode", "unit", "priceperunit", "currency"] {
        if !columns.iter().any(|column| column == needed) {
            return Err(format!("it has no column {needed}"));
        }
    }
    let fact = |name: &str| facts.get(name).cloned().unwrap_or_default();
    let (service, version, published) = (fact("offercode"), fact("version"), fact("publicationdate"));
    let places: BTreeMap<&str, usize> =
        columns.iter().enumerate().map(|(place, column)| (column.as_str(), place)).collect();
    let mut products: BTreeMap<String, Product> = BTreeMap::new();
    while rows.read_record(&mut row).map_err(|error| error.to_string())? {
        rows.get_mut().ended();
        if row.len() != columns.len() {
            let line = row.position().map_or(0, csv::Position::line);
            return Err(format!("line {line} has {} cells, the header {}", row.len(), columns.len()));
        }
        let cell = |name: &str| places.get(name).map_or("", |place| &row[*place]);
        if !queries.iter().any(|query| query.selects(|name| Some(cell(name)).filter(|cell| !cell.is_empty())))
        {
            continue;
        }
        let attributes = columns
            .iter()
            .zip(&row)
            .filter(|(name, value)| !value.is_empty() && !OF_THE_RATE.contains(&name.as_str()));
        let product = Product {
            sku: cell("sku").to_owned(),
            service: service.clone(),
            attributes: attributes.map(|(name, value)| (name.clone(), value.to_owned())).collect(),
            terms: Vec::new(),
            version: version.clone(),
            published: published.clone(),
        };
        add_rate(products.entry(product.sku.clone()).or_insert(product), &cell);
    }
    // Every cell is quoted: a last one that is not closed is cut.
    if !matches!(rows.get_ref().inner().last, b'\n' | b'\r' | b'"') {
        return Err("it ends within a cell".into());
    }
    Ok(products.into_values().collect())
}

/// A file that remembers its last byte.
struct Noting<R> {
    file: R,
    last: u8,
}

impl<R: Read> Read for Noting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.file.read(buffer)?;
        self.last = buffer[..length].last().copied().unwrap_or(self.last);
        Ok(length)
    }
}

/// Adds the rate of a row to the term it is of.
fn add_rate<'a>(product: &mut Product, cell: &impl Fn(&str) -> &'a str) {
    let term = Term {
        kind: cell("termtype").to_owned(),
        effective: cell("effectivedate").to_owned(),
        lease: cell("leasecontractlength").to_owned(),
        class: cell("offeringclass").to_owned(),
        payment: cell("purchaseoption").to_owned(),
        dimensions: Vec::new(),
    };
    let dimension = Dimension {
        rate_code: cell("ratecode").to_owned(),
        unit: cell("unit").to_owned(),
        begin: cell("startingrange").to_owned(),
        end: cell("endingrange").to_owned(),
        prices: BTreeMap::from([(cell("currency").to_owned(), cell("priceperunit").to_owned())]),
        description: cell("pricedescription").to_owned(),
    };
    let same = |known: &&mut Term| Term { dimensions: Vec::new(), ..(**known).clone() } == term;
    match product.terms.iter_mut().find(same) {
        Some(known) => known.dimensions.push(dimension),
        None => product.terms.push(Term { dimensions: vec![dimension], ..term }),
    }
}
