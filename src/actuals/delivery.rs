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

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;

use super::asked::Dimension;
use super::grouped::Groups;
use super::packed::ENDINGS;
use super::source::Skip;
use super::{Bill, ChargeKey, PLACES, RecordType};
use crate::model::decimal::of_units;
use crate::model::money::Usd;
use crate::model::time::day;
use crate::prices::product::folded;

/// What is in one file.
pub(super) struct Delivered {
    pub(super) path: PathBuf,
    /// By account as the last dimension, where there are several files.
    pub(super) bill: Bill,
    /// Of its rows; the last bit is whether a row costs anything.
    identities: Vec<u64>,
    /// Rows that were left out since another file has them, and what they cost.
    skipped: (u64, i128),
}

impl Delivered {
    pub(super) fn new(path: PathBuf, dimensions: Vec<Dimension>) -> Delivered {
        let bill = Bill { dimensions, ..Bill::default() };
        Delivered { path, bill, identities: Vec::new(), skipped: (0, 0) }
    }

    /// Adds the sums of a thread.
    pub(super) fn pour(&mut self, mut groups: Groups<'_>) {
        self.identities.append(&mut groups.identities);
        self.skipped = (self.skipped.0 + groups.skipped.0, self.skipped.1 + groups.skipped.1);
        groups.pour(&mut self.bill);
    }

    pub(super) fn merge(&mut self, mut other: Delivered) {
        self.identities.append(&mut other.identities);
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
        let rows = self.bill.rows;
        let charges = if rows == 1 { "1 charge".to_owned() } else { format!("{rows} charges") };
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

/// Rows that several files have.
#[derive(Default)]
struct Shared {
    /// Whether a file itself has equal rows: then equal rows do not mean one charge.
    repeats: bool,
    /// All but the first time.
    skip: Skip,
    /// How many that cost anything two files have, the first of them and another.
    pairs: BTreeMap<(u32, u32), u64>,
    /// How many that cost anything a file has in common with any other.
    of_file: BTreeMap<u32, u64>,
}

fn shared(files: &[Delivered]) -> Shared {
    let mut all: Vec<(u64, u32)> = Vec::new();
    for (number, file) in files.iter().enumerate() {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        all.extend(file.identities.iter().map(|identity| (*identity, number)));
    }
    all.sort_unstable();
    let repeats = all.windows(2).any(|pair| pair[0] == pair[1] && costs(pair[0].0));
    let mut shared = Shared { repeats, ..Shared::default() };
    for same in all.chunk_by(|one, other| one.0 == other.0) {
        let mut holders: Vec<u32> = same.iter().map(|(_, file)| *file).collect();
        holders.dedup();
        let [first, others @ ..] = &holders[..] else { continue };
        for other in others {
            *shared.pairs.entry((*first, *other)).or_default() += u64::from(costs(same[0].0));
            shared.skip.entry(*other as usize).or_default().insert(same[0].0);
        }
        if !others.is_empty() && costs(same[0].0) {
            holders.iter().for_each(|file| *shared.of_file.entry(*file).or_default() += 1);
        }
    }
    shared
}

/// Which rows several files have, and what is to be done about it.
pub(super) fn overlap(files: &[Delivered]) -> Overlap {
    let Shared { repeats, skip, pairs, of_file } = shared(files);
    let costing = |file: &u32| files[*file as usize].identities.iter().filter(|identity| costs(**identity));
    let contained = |file: &u32| {
        of_file
            .get(file)
            .is_some_and(|shared| *shared == costing(file).collect::<FxHashSet<_>>().len() as u64)
    };
    let matters = |(one, other): &(u32, u32), shared: u64| {
        let smaller = costing(one).count().min(costing(other).count()) as u64;
        contained(one) || contained(other) || shared * ALIKE > smaller
    };
    let judged = |verdict| Overlap { skip: Skip::new(), verdict };
    if !pairs.iter().any(|(pair, shared)| matters(pair, *shared)) {
        return judged(by_sums(files).map_or(Judged::Apart, Judged::Refused));
    }
    let most = pairs.iter().max_by_key(|(_, shared)| **shared);
    if let Some(((one, other), shared)) = most.filter(|_| repeats) {
        let (one, other) = (&files[*one as usize], &files[*other as usize]);
        let why = format!(
            "they share {shared} charges, and since a file alone has several that are alike, it cannot be told whether they are the same"
        );
        // Two whole files of the same charges are one file twice, whatever they repeat.
        if !same_content(one, other) {
            return judged(Judged::Refused(refused(&[one, other], &why)));
        }
    }
    let with_leftovers = of_file.keys().filter(|file| !contained(file)).count();
    let verdict = if with_leftovers < 2 { Judged::Once } else { Judged::Leftovers };
    Overlap { skip, verdict }
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

/// All rows that more than one file has, in each of them.
pub(super) fn all_shared(files: &[Delivered]) -> Skip {
    let mut holders: BTreeMap<u64, BTreeSet<usize>> = BTreeMap::new();
    for (number, file) in files.iter().enumerate() {
        for identity in &file.identities {
            holders.entry(*identity).or_default().insert(number);
        }
    }
    let mut skip = Skip::new();
    for (identity, files) in holders.into_iter().filter(|(_, files)| files.len() > 1) {
        files.into_iter().for_each(|file| {
            skip.entry(file).or_default().insert(identity);
        });
    }
    skip
}

/// Refuses files of which what is not shared may be the same charges restated.
pub(super) fn hold_leftovers(files: &[Delivered], left: &[Delivered]) -> Result<(), String> {
    let shares = |number: &usize| left[*number].skipped.0 > 0;
    let numbers: Vec<usize> = (0..files.len()).filter(shares).collect();
    for (place, one) in numbers.iter().enumerate() {
        for other in &numbers[place + 1..] {
            let common = common(&left[*one].bill, &left[*other].bill);
            if let Some((key, _)) = common.first() {
                let (charges, cost) = left[*other].skipped;
                let why = format!(
                    "they share {}, together {}, and each has others for {} {} on {}, which may be the same restated",
                    if charges == 1 { "1 charge".to_owned() } else { format!("{charges} charges") },
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
        (key.record == RecordType::Usage && amounts.cost != Usd::ZERO && more.cost != Usd::ZERO)
            .then_some((key, (amounts.cost, more.cost)))
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
fn by_sums(files: &[Delivered]) -> Option<String> {
    let mut deliveries: BTreeMap<(PathBuf, String), Bill> = BTreeMap::new();
    let mut named: BTreeMap<(PathBuf, String), Delivered> = BTreeMap::new();
    for file in files.iter().filter(|file| file.bill.rows > 0) {
        let name = (folder(&file.path), series(&file.path));
        let bill = deliveries
            .entry(name.clone())
            .or_insert_with(|| Bill { dimensions: file.bill.dimensions.clone(), ..Bill::default() });
        bill.merge(file.bill.clone());
        let shown = |path: &Path| Delivered::new(path.to_owned(), file.bill.dimensions.clone());
        let is_first = !named.contains_key(&name);
        let shown = named.entry(name).or_insert_with(|| shown(&file.path));
        if !is_first {
            shown.path = shown.path.parent().unwrap_or(Path::new(".")).to_owned();
        }
        shown.bill.merge(file.bill.clone());
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

/// What usage costs.
fn used(bill: &Bill) -> Usd {
    let usage = bill.charges.iter().filter(|(key, _)| key.record == RecordType::Usage);
    usage.map(|(_, amounts)| amounts.cost).sum()
}

/// The folder of a file without its partitions: files of one table that differ in those are its parts.
fn folder(file: &Path) -> PathBuf {
    let parent = file.parent().unwrap_or(Path::new(""));
    parent.iter().filter(|name| !is_partition(&name.to_string_lossy())).collect()
}

fn is_partition(name: &str) -> bool {
    let splits = ["hour", "region", "service", "category", "type", "resource", "tag", "zone", "operation"];
    name.split_once('=').is_some_and(|(key, _)| splits.iter().any(|split| folded(key).contains(split)))
}

/// A file's name without its numbers and what says how it is packed: chunks of one delivery have one.
fn series(file: &Path) -> String {
    let name = file.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let bare = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(&name);
    let mut series = String::new();
    for letter in bare.chars() {
        match letter.is_ascii_digit() {
            true if series.ends_with('#') => {}
            true => series.push('#'),
            false => series.push(letter),
        }
    }
    series
}

/// What a path in Hive's layout says of all charges of a file, by the names that rules know it under: the column itself is
/// often left out of such files.
pub(super) fn constants(path: &Path) -> Vec<(String, String)> {
    let of = |name: &str| -> Option<(String, String)> {
        let (key, value) = name.split_once('=')?;
        let known = match folded(key).as_str() {
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
        Some((known.to_owned(), decoded(value)))
    };
    let folders = path.parent().into_iter().flat_map(Path::iter);
    folders.filter_map(|name| of(&name.to_string_lossy())).collect()
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
