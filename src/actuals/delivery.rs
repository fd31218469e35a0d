//! What one delivery of a bill is, where several files lie side by side.
//!
//! * Where a manifest lies beside the data, it says which files a delivery has ([`super::manifest`]).
//! * Rows are told apart by what they say ([`super::identity`]). Rows that several files have are counted once. Where
//!   two files share rows and each has others for the same account, service, usage type and day, those others may be the
//!   same charges restated, and the files are refused.
//! * Deliveries that share no row (an hourly and a daily export) are told by their sums: names that differ in more than
//!   numbers, and charges of one account, service, usage type and day in both.
//!
//! Names of files decide nothing else: the same name in folders of payers, accounts, days or partitions is no duplicate.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;

use super::asked::Dimension;
use super::grouped::Groups;
use super::packed::ENDINGS;
use super::partition::folder;
use super::{Bill, ChargeKey, PLACES};
use crate::model::decimal::of_units;
use crate::model::money::Usd;
use crate::model::time::day;

/// Charges that are counted in another file, by the number of the file.
pub(super) type Skip = BTreeMap<usize, FxHashSet<u64>>;

/// What is in one file.
pub(super) struct Delivered {
    pub(super) path: PathBuf,
    /// By account as the last dimension, where there are several files.
    pub(super) bill: Bill,
    /// Of its rows; the last bit is whether a row costs anything.
    identities: Vec<u64>,
    /// Of rows that have an id: what they are but for their amounts, and their identity.
    charges: Vec<(u64, u64)>,
    /// Rows that were left out since another file has them, and what they cost.
    skipped: (u64, i128),
}

impl Delivered {
    pub(super) fn new(path: PathBuf, dimensions: Vec<Dimension>) -> Delivered {
        let bill = Bill { dimensions, ..Bill::default() };
        Delivered { path, bill, identities: Vec::new(), charges: Vec::new(), skipped: (0, 0) }
    }

    /// Adds the sums of a thread.
    pub(super) fn pour(&mut self, mut groups: Groups<'_>) {
        self.identities.append(&mut groups.identities);
        self.charges.append(&mut groups.charges);
        self.skipped = (self.skipped.0 + groups.skipped.0, self.skipped.1 + groups.skipped.1);
        groups.pour(&mut self.bill);
    }

    pub(super) fn merge(&mut self, mut other: Delivered) {
        self.identities.append(&mut other.identities);
        self.charges.append(&mut other.charges);
        self.skipped = (self.skipped.0 + other.skipped.0, self.skipped.1 + other.skipped.1);
        self.bill.merge(other.bill);
    }

    /// Its name, amount and days, for people.
    fn told(&self) -> String {
        let days: BTreeSet<i64> = self.bill.charges.keys().map(|key| key.day).collect();
        let span = match (days.first(), days.last()) {
            (Some(first), Some(last)) if first != last => format!(" from {} to {}", day(*first), day(*last)),
            (Some(first), _) => format!(" on {}", day(*first)),
            _ => String::new(),
        };
        let charges = charges_of(self.bill.rows);
        format!("`{}` ({}, {charges}{span})", self.path.display(), self.bill.source_total.cents())
    }
}

/// What several files are to each other, and what of them is counted elsewhere.
pub(super) struct Overlap {
    pub(super) skip: Skip,
    pub(super) verdict: Judged,
}

/// What is to be done.
pub(super) enum Judged {
    /// They share nothing.
    Apart,
    /// Each shared charge is counted once, which is to be said.
    Once,
    /// As that, unless what is not shared may be the same restated.
    Leftovers,
    /// They cannot be told apart.
    Refused(String),
}

/// The share of the rows of the smaller file up to which equal rows are charges that happen to be alike, in reports that
/// have no id for a row: one in a hundred.
const ALIKE: u64 = 100;

/// Rows that files of different deliveries have.
#[derive(Default)]
struct Shared {
    /// How many that cost anything two files have.
    pairs: BTreeMap<(usize, usize), u64>,
    /// How many that cost anything a file has in common with any other.
    of_file: BTreeMap<usize, u64>,
    /// Deliveries of which a file itself has equal rows: then equal rows do not mean one charge.
    repeating: BTreeSet<usize>,
    /// Charges of one id with other amounts, by two files that have them.
    restated: BTreeMap<(usize, usize), u64>,
}

/// Rows by their identity, and the files that have them.
fn rows(files: &[Delivered]) -> Vec<(u64, usize)> {
    let mut all: Vec<(u64, usize)> = Vec::new();
    for (number, file) in files.iter().enumerate() {
        all.extend(file.identities.iter().map(|identity| (*identity, number)));
    }
    all.sort_unstable();
    all
}

/// Each two of these files that are of different deliveries.
fn pairs<'a>(holders: &'a [usize], units: &'a [usize]) -> impl Iterator<Item = (usize, usize)> + 'a {
    let of =
        move |(place, one): (usize, &'a usize)| holders[place + 1..].iter().map(move |other| (*one, *other));
    holders.iter().enumerate().flat_map(of).filter(|(one, other)| units[*one] != units[*other])
}

fn shared(files: &[Delivered], units: &[usize], all: &[(u64, usize)]) -> Shared {
    let mut shared = Shared::default();
    for same in all.chunk_by(|one, other| one.0 == other.0).filter(|same| costs(same[0].0)) {
        let mut holders: Vec<usize> = same.iter().map(|(_, file)| *file).collect();
        let mut of_units: Vec<usize> = holders.iter().map(|file| units[*file]).collect();
        of_units.sort_unstable();
        shared.repeating.extend(of_units.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]));
        holders.dedup();
        let mut sharing = BTreeSet::new();
        for (one, other) in pairs(&holders, units) {
            *shared.pairs.entry((one, other)).or_default() += 1;
            sharing.extend([one, other]);
        }
        sharing.into_iter().for_each(|file| *shared.of_file.entry(file).or_default() += 1);
    }
    let mut charges: Vec<(u64, u64, usize)> = Vec::new();
    for (number, file) in files.iter().enumerate() {
        charges.extend(file.charges.iter().map(|(charge, row)| (*charge, *row, number)));
    }
    charges.sort_unstable();
    charges.dedup();
    for same in charges.chunk_by(|one, other| one.0 == other.0).filter(|same| same.len() > 1) {
        // A row that both have is counted once; of two that differ one is older.
        let differs = |file: usize| same.iter().filter(move |(.., of)| *of == file).map(|(_, row, _)| *row);
        let mut holders: Vec<usize> = same.iter().map(|(.., file)| *file).collect();
        holders.sort_unstable();
        holders.dedup();
        for (one, other) in pairs(&holders, units) {
            let rows: BTreeSet<u64> = differs(one).chain(differs(other)).collect();
            if rows.len() > 1 && rows.iter().any(|row| costs(*row)) {
                *shared.restated.entry((one, other)).or_default() += 1;
            }
        }
    }
    shared
}

/// Which rows files of different deliveries have, and what is to be done about it. `units` is the delivery of each file, where
/// a manifest says so; else each is its own.
pub(super) fn overlap(files: &[Delivered], units: &[usize]) -> Overlap {
    let judged = |verdict| Overlap { skip: Skip::new(), verdict };
    let all = rows(files);
    let Shared { pairs: found, of_file, repeating, restated } = shared(files, units, &all);
    if let Some(((one, other), count)) = restated.first_key_value() {
        let charges = if *count == 1 { "1 charge has".to_owned() } else { format!("{count} charges have") };
        let why = format!("{charges} one id and other amounts in them: one is restated");
        return judged(Judged::Refused(refused(&[&files[*one], &files[*other]], &why)));
    }
    let costing = |file: usize| files[file].identities.iter().filter(|identity| costs(**identity));
    let contained = |file: usize| {
        let distinct = || costing(file).collect::<FxHashSet<_>>().len() as u64;
        of_file.get(&file).is_some_and(|shared| *shared == distinct())
    };
    let matters = |(one, other): (usize, usize), shared: u64| {
        let smaller = costing(one).count().min(costing(other).count()) as u64;
        shared * ALIKE > smaller || contained(one) || contained(other)
    };
    let mattering: BTreeMap<(usize, usize), u64> =
        found.into_iter().filter(|(pair, shared)| matters(*pair, *shared)).collect();
    let Some(((one, other), count)) = mattering.iter().max_by_key(|(_, shared)| **shared) else {
        return judged(by_sums(files, units).map_or(Judged::Apart, Judged::Refused));
    };
    let (one, other) = (&files[*one], &files[*other]);
    let repeats =
        |(one, other): &(usize, usize)| [one, other].iter().any(|file| repeating.contains(&units[**file]));
    // Two whole files of the same charges are one file twice, whatever they repeat.
    if mattering.keys().any(repeats) && !same_content(one, other) {
        let why = format!(
            "they share {}, and since a file alone has several that are alike, it cannot be told whether they are the same",
            charges_of(*count)
        );
        return judged(Judged::Refused(refused(&[one, other], &why)));
    }
    let mut skip = Skip::new();
    for same in all.chunk_by(|one, other| one.0 == other.0) {
        let mut holders: Vec<usize> = same.iter().map(|(_, file)| *file).collect();
        holders.dedup();
        for (one, other) in pairs(&holders, units).filter(|pair| mattering.contains_key(pair)) {
            let first = skip.get(&one).is_none_or(|known: &FxHashSet<u64>| !known.contains(&same[0].0));
            if first {
                skip.entry(other).or_default().insert(same[0].0);
            }
        }
    }
    let involved: BTreeSet<usize> = mattering.keys().flat_map(|(one, other)| [*one, *other]).collect();
    let with_leftovers = involved.into_iter().filter(|file| !contained(*file)).count();
    let verdict = if with_leftovers < 2 { Judged::Once } else { Judged::Leftovers };
    Overlap { skip, verdict }
}

/// A number of charges in words.
fn charges_of(count: u64) -> String {
    if count == 1 { "1 charge".to_owned() } else { format!("{count} charges") }
}

/// Whether a row costs anything, by its identity.
const fn costs(identity: u64) -> bool {
    identity & 1 == 1
}

/// Whether two files have the same rows, each as often.
fn same_content(one: &Delivered, other: &Delivered) -> bool {
    let sorted = |file: &Delivered| {
        let mut identities = file.identities.clone();
        identities.sort_unstable();
        identities
    };
    sorted(one) == sorted(other)
}

/// All rows that more than one delivery has, in each of them.
pub(super) fn all_shared(files: &[Delivered], units: &[usize]) -> Skip {
    let mut skip = Skip::new();
    for same in rows(files).chunk_by(|one, other| one.0 == other.0) {
        let mut holders: Vec<usize> = same.iter().map(|(_, file)| *file).collect();
        holders.dedup();
        for (one, other) in pairs(&holders, units) {
            skip.entry(one).or_default().insert(same[0].0);
            skip.entry(other).or_default().insert(same[0].0);
        }
    }
    skip
}

/// Refuses files of which what is not shared may be the same charges restated.
pub(super) fn hold_leftovers(files: &[Delivered], left: &[Delivered], units: &[usize]) -> Result<(), String> {
    let shares = |number: &usize| left[*number].skipped.0 > 0;
    let numbers: Vec<usize> = (0..files.len()).filter(shares).collect();
    for (place, one) in numbers.iter().enumerate() {
        for other in &numbers[place + 1..] {
            let common = common(&left[*one].bill, &left[*other].bill);
            if units[*one] == units[*other] {
                continue;
            }
            if let Some((key, _)) = common.first() {
                let (charges, cost) = left[*other].skipped;
                let why = format!(
                    "they share {}, together {}, and each has others for {} {} on {}, which may be the same restated",
                    charges_of(charges),
                    Usd::new(of_units(cost, PLACES)).cents(),
                    key.service,
                    key.usage_type,
                    day(key.day)
                );
                return Err(refused(&[&files[*one], &files[*other]], &why));
            }
        }
    }
    Ok(())
}

/// What costs anything in both, by everything but its amounts, and what it costs in each.
fn common<'a>(one: &'a Bill, other: &'a Bill) -> Vec<(&'a ChargeKey, (Usd, Usd))> {
    let in_both = one.charges.iter().filter_map(|(key, amounts)| {
        let more = other.charges.get(key)?;
        (amounts.cost != Usd::ZERO && more.cost != Usd::ZERO).then_some((key, (amounts.cost, more.cost)))
    });
    in_both.collect()
}

/// That some charges are counted once: which files have them, how many there are and what they cost.
pub(super) fn said(files: &[Delivered], counted: &[Delivered], skip: &Skip) -> Vec<String> {
    let mut all = Vec::new();
    for (number, identities) in skip {
        let (charges, cost) = counted[*number].skipped;
        let holds =
            |other: &&Delivered| other.identities.iter().any(|identity| identities.contains(identity));
        let others: Vec<String> = files[..*number]
            .iter()
            .filter(holds)
            .map(|other| format!("`{}`", other.path.display()))
            .collect();
        let (noun, stand, are) =
            if charges == 1 { ("charge", "stands", "is") } else { ("charges", "stand", "are") };
        all.push(format!(
            "{charges} {noun} of `{}`, together {}, {stand} in {}, too, and {are} counted once",
            files[*number].path.display(),
            Usd::new(of_units(cost, PLACES)).cents(),
            others.join(", "),
        ));
    }
    all
}

/// Why files are not taken together, and what to do.
fn refused(files: &[&Delivered], why: &str) -> String {
    let files: Vec<String> = files.iter().map(|file| file.told()).collect();
    format!(
        "{} may be deliveries of the same charges: {why}; name the one that counts, remove what an earlier delivery left, or say with --parts that they are parts of one bill",
        files.join(" and ")
    )
}

/// The share of the smaller delivery's cost from which on charges in both are too many for parts of one bill [1/n].
const TOO_MUCH: i64 = 2;

/// Why deliveries that share no row may have the same charges: most of one is, by account, service, usage type and day, also
/// in another whose name differs in more than numbers, or which lies in another folder.
fn by_sums(files: &[Delivered], units: &[usize]) -> Option<String> {
    let mut deliveries: BTreeMap<(PathBuf, String), Bill> = BTreeMap::new();
    let mut named: BTreeMap<(PathBuf, String), Delivered> = BTreeMap::new();
    for (number, file) in files.iter().enumerate().filter(|(_, file)| file.bill.rows > 0) {
        let is_listed = units.iter().filter(|unit| **unit == units[number]).count() > 1;
        let name = match is_listed {
            true => (PathBuf::new(), units[number].to_string()),
            false => (folder(&file.path), series(&file.path)),
        };
        let dimensions = || file.bill.dimensions.clone();
        let bill = deliveries
            .entry(name.clone())
            .or_insert_with(|| Bill { dimensions: dimensions(), ..Bill::default() });
        bill.merge(file.bill.clone());
        match named.entry(name) {
            Entry::Vacant(slot) => {
                let shown = slot.insert(Delivered::new(file.path.clone(), dimensions()));
                shown.bill.merge(file.bill.clone());
            }
            Entry::Occupied(mut slot) => {
                let shown = slot.get_mut();
                shown.path = folder(&file.path);
                shown.bill.merge(file.bill.clone());
            }
        }
    }
    let all: Vec<(&(PathBuf, String), &Bill)> = deliveries.iter().collect();
    for (place, (name, one)) in all.iter().enumerate() {
        for (other_name, other) in &all[place + 1..] {
            let common = common(one, other);
            let cost =
                |pick: fn(&(Usd, Usd)) -> Usd| -> Usd { common.iter().map(|(_, costs)| pick(costs)).sum() };
            let shares = [(cost(|costs| costs.0), used(one)), (cost(|costs| costs.1), used(other))];
            let is_much =
                |(shared, of): &(Usd, Usd)| shared.times(TOO_MUCH.into()) >= *of && *shared > Usd::ZERO;
            if !common.is_empty() && shares.iter().any(is_much) {
                let equal = common.iter().filter(|(_, (one, other))| one == other).count();
                let why = format!(
                    "both have charges of the same account, service, usage type and day, {} here and {} there{}",
                    shares[0].0.cents(),
                    shares[1].0.cents(),
                    if equal == common.len() { ", day by day the same" } else { "" }
                );
                return Some(refused(&[&named[*name], &named[*other_name]], &why));
            }
        }
    }
    None
}

/// What all of it costs.
fn used(bill: &Bill) -> Usd {
    bill.charges.values().map(|amounts| amounts.cost).sum()
}

/// A file's name without its numbers and what says how it is packed: chunks of one delivery have one. A date in it is no
/// number of a chunk; what tells writers' parts apart (UUIDs, hashes) is one.
fn series(file: &Path) -> String {
    let name = file.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let bare = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(&name);
    let words: Vec<&str> = bare.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let is_year =
        |word: &str| word.len() == 4 && word.starts_with("20") && word.bytes().all(|b| b.is_ascii_digit());
    let is_date = |word: &str| {
        word.len() >= 8 && word.starts_with("20") && word.bytes().take(8).all(|b| b.is_ascii_digit())
    };
    let is_two = |word: Option<&&str>| {
        word.is_some_and(|word| word.len() == 2 && word.bytes().all(|b| b.is_ascii_digit()))
    };
    let mut series: Vec<String> = Vec::new();
    let mut place = 0;
    while let Some(word) = words.get(place) {
        if is_year(word) && is_two(words.get(place + 1)) {
            series.extend(words[place..(place + 3).min(words.len())].iter().map(|word| (*word).to_owned()));
            place += 3;
            continue;
        }
        let is_hash = word.len() >= 4
            && word.bytes().all(|b| b.is_ascii_hexdigit())
            && word.bytes().any(|b| b.is_ascii_digit());
        series.push(match word {
            word if is_date(word) => (*word).to_owned(),
            _ if is_hash => "#".to_owned(),
            word => without_numbers(word),
        });
        place += 1;
    }
    series.dedup_by(|one, other| one == "#" && other == "#");
    series.join("-")
}

/// A word with `#` for each run of digits.
fn without_numbers(word: &str) -> String {
    let mut bare = String::new();
    for letter in word.chars() {
        match letter.is_ascii_digit() {
            true if bare.ends_with('#') => {}
            true => bare.push('#'),
            false => bare.push(letter),
        }
    }
    bare
}
