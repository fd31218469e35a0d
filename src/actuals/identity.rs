//! Which charge a row is: by everything it says that another delivery of it would say, too. Ids alone do not tell: AWS has
//! them unique in a part of a delivery only, and keeps them where a charge is restated (Data Exports user guide, identity
//! columns of CUR 2.0, read 2026-11-28).
//!
//! An identity is a hash of 64 bits. Two different rows among 10 million have one with a probability of 3 in a million.

use std::hash::{DefaultHasher, Hasher};

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use rustc_hash::FxHashMap;

use super::column::{Fault, entries, times, units, words};
use super::kind::Kind;
use crate::model::text::folded;

/// What of a row is part of its identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Text,
    Time,
    Amount,
}

/// The columns that tell rows apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    columns: Vec<(String, Part)>,
    /// Whether the export itself has an id for each row.
    by_id: bool,
}

/// The ids of a report, by folded name.
const IDS: [&str; 2] = ["identitylineitemid", "identitytimeinterval"];

/// Columns that say when or how something was delivered, not what it is.
const OF_DELIVERY: [&str; 6] = [
    "billinvoiceid",
    "billinvoicingentity",
    "billbilltype",
    "invoiceid",
    "invoiceissuername",
    "billingperiodend",
];

/// What a column is for a charge, by its folded name.
fn part_of(kind: Kind, column: &str) -> Option<Part> {
    let is_time = |ends: &[&str]| ends.iter().any(|end| column.ends_with(end));
    let is_amount = match kind {
        Kind::Cur => {
            let ends =
                ["cost", "amount", "rate", "commitment", "fee", "todate", "factor", "discount", "ratio"];
            ends.iter().any(|end| column.ends_with(end)) || column.contains("feeforbillingperiod")
        }
        Kind::Focus => {
            column.ends_with("cost") || column.ends_with("quantity") || column.ends_with("unitprice")
        }
    };
    match column {
        name if OF_DELIVERY.contains(&name) => None,
        _ if is_amount && !is_label(column) => Some(Part::Amount),
        _ if is_time(&["startdate", "enddate", "periodstart", "periodend"]) => Some(Part::Time),
        _ => Some(Part::Text),
    }
}

fn is_label(column: &str) -> bool {
    ["resourcetags", "costcategory", "tags", "xcostcategories"].iter().any(|head| column.starts_with(head))
}

/// What tells the rows of a batch apart.
pub(super) struct Identities {
    /// Everything a row says.
    pub(super) rows: Vec<u64>,
    /// Its id and everything but its amounts, where it has one: of two that have this and are not the same row, one restates
    /// the other.
    pub(super) charges: Vec<Option<u64>>,
}

impl Identity {
    /// The identity of rows of an export with these columns.
    pub(super) fn new(kind: Kind, columns: &[String]) -> Identity {
        let mut names: Vec<String> = columns.iter().map(|name| folded(name)).collect();
        let by_id = kind == Kind::Cur && IDS.into_iter().all(|id| names.iter().any(|name| name == id));
        names.sort_unstable();
        names.dedup();
        let known = names.into_iter().filter_map(|name| part_of(kind, &name).map(|part| (name, part)));
        Identity { columns: known.collect(), by_id }
    }

    /// Whether a column, by folded name, is part of it.
    pub(super) fn needs(&self, column: &str) -> bool {
        self.columns.iter().any(|(name, _)| name == column)
    }

    /// The identity of each row; what the path says of all of them is part of it.
    pub(super) fn of<'b>(
        &self,
        column: &impl Fn(&str) -> Option<&'b ArrayRef>,
        rows: usize,
        of_path: &[String],
    ) -> Result<Identities, Fault> {
        let start = of_path.iter().fold(0, |hash, folder| mixed(hash, hash_of(folder)));
        let (mut all, mut charges) = (vec![start; rows], vec![start; rows]);
        let mut has_id = vec![self.by_id; rows];
        let nothing = hash_of("");
        for (name, part) in &self.columns {
            let Some(column) = column(name) else { continue };
            let hashes = hashes(name, *part, column)?;
            for (row, hash) in hashes.into_iter().enumerate() {
                all[row] = mixed(all[row], hash);
                if *part != Part::Amount {
                    charges[row] = mixed(charges[row], hash);
                }
                if hash == nothing && name == IDS[0] {
                    has_id[row] = false;
                }
            }
        }
        let charges = charges.into_iter().zip(has_id).map(|(charge, has_id)| has_id.then_some(charge));
        Ok(Identities { rows: all, charges: charges.collect() })
    }
}

/// A hash of what a column says in each row. What is of another kind than its name says is taken as text, or left out.
fn hashes(name: &str, part: Part, column: &ArrayRef) -> Result<Vec<u64>, Fault> {
    let nothing = hash_of("");
    if part == Part::Time
        && column.null_count() == 0
        && let Ok(times) = times(column, &mut FxHashMap::default())
    {
        return Ok(times.into_iter().map(i64::cast_unsigned).collect());
    }
    if part == Part::Amount
        && let Ok(units) = units(column, true)
    {
        return Ok(units.into_iter().map(|units| units.cast_unsigned() as u64).collect());
    }
    if let DataType::Utf8 = column.data_type() {
        return Ok(column.as_string::<i32>().iter().map(|text| hash_of(text.unwrap_or("").trim())).collect());
    }
    if let Some(entries) = entries(column) {
        let (keys, values) =
            (hashes(name, Part::Text, &entries.keys)?, hashes(name, Part::Text, &entries.values)?);
        // In whatever order they are.
        let of = |(begin, end): (usize, usize)| {
            (begin..end).fold(nothing, |sum: u64, at| sum.wrapping_add(mixed(keys[at], values[at])))
        };
        return Ok(entries.ends.into_iter().map(of).collect());
    }
    if let Some(fields) = column.as_struct_opt() {
        let mut all = vec![0; column.len()];
        for field in fields.columns() {
            let more = hashes(name, Part::Text, field)?;
            all.iter_mut().zip(more).for_each(|(hash, more)| *hash = mixed(*hash, more));
        }
        return Ok(all);
    }
    let Ok(words) = words(name, column) else { return Ok(vec![nothing; column.len()]) };
    // Of a row group's dictionary a batch may use a small part: each word is looked at when it is met.
    let texts = words.values().as_string::<i32>();
    let mut known: FxHashMap<i32, u64> = FxHashMap::default();
    let mut of = |key: Option<i32>| {
        let Some(key) = key else { return nothing };
        let place = usize::try_from(key).unwrap_or(usize::MAX);
        let is_word = place < texts.len() && texts.is_valid(place);
        let word = || if is_word { hash_of(texts.value(place).trim()) } else { nothing };
        *known.entry(key).or_insert_with(word)
    };
    Ok(words.keys().iter().map(&mut of).collect())
}

/// The same on every machine, so that answers are.
fn hash_of(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish()
}

const fn mixed(hash: u64, part: u64) -> u64 {
    let mixed = (hash.rotate_left(23) ^ part).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ mixed >> 29
}
