//! Which charge a row is: by the id that a Cost and Usage Report has for each, else by everything a row says.
//!
//! An identity is a hash of 64 bits. Two different rows among 10 million have one with a probability of 3 in a million.

use std::hash::{DefaultHasher, Hasher};

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use rustc_hash::FxHashMap;

use super::column::{Fault, times, units, words};
use super::kind::Kind;
use crate::prices::product::folded;

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
    pub(super) by_id: bool,
}

const CUR_ID: [&str; 2] = ["identitylineitemid", "identitytimeinterval"];

const CUR: [(&str, Part); 17] = [
    ("lineitemlineitemtype", Part::Text),
    ("lineitemusageaccountid", Part::Text),
    ("lineitemusagestartdate", Part::Time),
    ("lineitemusageenddate", Part::Time),
    ("lineitemproductcode", Part::Text),
    ("lineitemusagetype", Part::Text),
    ("lineitemoperation", Part::Text),
    ("lineitemresourceid", Part::Text),
    ("lineitemavailabilityzone", Part::Text),
    ("lineitemlineitemdescription", Part::Text),
    ("lineitemusageamount", Part::Amount),
    ("lineitemunblendedcost", Part::Amount),
    ("savingsplansavingsplanarn", Part::Text),
    ("reservationreservationarn", Part::Text),
    ("splitlineitemparentresourceid", Part::Text),
    ("billinvoiceid", Part::Text),
    ("billpayeraccountid", Part::Text),
];

const FOCUS: [(&str, Part); 24] = [
    ("billingaccountid", Part::Text),
    ("subaccountid", Part::Text),
    ("chargeperiodstart", Part::Time),
    ("chargeperiodend", Part::Time),
    ("chargecategory", Part::Text),
    ("chargeclass", Part::Text),
    ("chargedescription", Part::Text),
    ("chargefrequency", Part::Text),
    ("servicename", Part::Text),
    ("xservicecode", Part::Text),
    ("xusagetype", Part::Text),
    ("xoperation", Part::Text),
    ("skumeter", Part::Text),
    ("skuid", Part::Text),
    ("skupriceid", Part::Text),
    ("regionid", Part::Text),
    ("availabilityzone", Part::Text),
    ("resourceid", Part::Text),
    ("commitmentdiscountid", Part::Text),
    ("commitmentdiscountstatus", Part::Text),
    ("invoiceid", Part::Text),
    ("billedcost", Part::Amount),
    ("effectivecost", Part::Amount),
    ("consumedquantity", Part::Amount),
];

impl Identity {
    /// The identity of rows of an export with these columns.
    pub(super) fn new(kind: Kind, columns: &[String]) -> Identity {
        let names: Vec<String> = columns.iter().map(|name| folded(name)).collect();
        let has = |name: &str| names.iter().any(|known| known == name);
        let by_id = kind == Kind::Cur && CUR_ID.into_iter().all(has);
        let known: Vec<(&str, Part)> = match kind {
            _ if by_id => CUR_ID.into_iter().map(|name| (name, Part::Text)).collect(),
            Kind::Cur => CUR.to_vec(),
            Kind::Focus => FOCUS.to_vec(),
        };
        let known = known.into_iter().filter(|(name, _)| has(name));
        Identity { columns: known.map(|(name, part)| (name.to_owned(), part)).collect(), by_id }
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
        constants: &[(String, String)],
    ) -> Result<Vec<u64>, Fault> {
        let of_path = constants.iter().filter(|_| !self.by_id);
        let start = of_path.fold(0, |hash, (name, word)| mixed(hash, hash_of(&format!("{name}={word}"))));
        let mut hashes = vec![start; rows];
        for (name, part) in &self.columns {
            let Some(column) = column(name) else { continue };
            let mut add = |row: usize, part: u64| hashes[row] = mixed(hashes[row], part);
            match part {
                Part::Text if *column.data_type() == DataType::Utf8 => {
                    let texts = column.as_string::<i32>().iter().enumerate();
                    texts.for_each(|(row, text)| add(row, hash_of(text.unwrap_or("").trim())));
                }
                Part::Text => {
                    let words = words(name, column).map_err(Fault::of)?;
                    let known = words.values().as_string::<i32>().iter();
                    let known: Vec<u64> = known.map(|text| hash_of(text.unwrap_or("").trim())).collect();
                    let nothing = hash_of("");
                    for (row, key) in words.keys().iter().enumerate() {
                        let hash = key.and_then(|key| known.get(usize::try_from(key).ok()?).copied());
                        add(row, hash.unwrap_or(nothing));
                    }
                }
                Part::Time if column.null_count() == 0 => {
                    let times = times(column, &mut FxHashMap::default())?;
                    times.into_iter().enumerate().for_each(|(row, time)| add(row, time.cast_unsigned()));
                }
                Part::Time => {}
                Part::Amount => {
                    let units = units(column, true)?;
                    units
                        .into_iter()
                        .enumerate()
                        .for_each(|(row, units)| add(row, units.cast_unsigned() as u64));
                }
            }
        }
        Ok(hashes)
    }
}

/// The same on every machine, so that answers are.
fn hash_of(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish()
}

fn mixed(hash: u64, part: u64) -> u64 {
    let mixed = (hash.rotate_left(23) ^ part).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ mixed >> 29
}
