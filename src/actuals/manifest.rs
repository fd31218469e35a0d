//! Manifests: which files a delivery of a Cost and Usage Report or of a Data Export has.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::model::time::{Month, Period};

/// A manifest of a Cost and Usage Report or of a Data Export: the objects of a delivery.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    /// Of a report: keys in the bucket.
    report_keys: Option<Vec<String>>,
    /// Of an export: `s3://BUCKET/KEY`.
    data_files: Option<Vec<String>>,
}

/// A manifest as it was read.
pub(super) struct Manifest {
    pub(super) path: PathBuf,
    pub(super) text: String,
}

/// The delivery of each file that a manifest lists, and what is to be said.
pub(super) type InManifests = (BTreeMap<PathBuf, usize>, Vec<String>);

/// Leaves out files that no manifest lists where one lists others of their folder: an earlier delivery left them. What is
/// listed and not there is an error, if it is of the period: the bill would lack its charges.
pub(super) fn in_manifests(
    found: &mut BTreeSet<PathBuf>,
    manifests: &[Manifest],
    period: Period,
) -> Result<InManifests, String> {
    let mut by_name: BTreeMap<String, Vec<&PathBuf>> = BTreeMap::new();
    for file in found.iter() {
        by_name.entry(names(file).pop().unwrap_or_default()).or_default().push(file);
    }
    let (mut kept, mut units, mut remarks) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
    for (unit, Manifest { path, text }) in of_highest(manifests).into_iter().enumerate() {
        // A file of such a name that is none of AWS's says nothing.
        let Ok(manifest) = serde_json::from_str::<Listed>(text) else { continue };
        let lists = [manifest.report_keys, manifest.data_files];
        let keys: Vec<String> = lists.into_iter().flatten().flatten().collect();
        let root = root_of(path);
        let place = |key: &String| {
            let key: Vec<&str> = key.split('/').collect();
            let candidates = by_name.get(*key.last()?)?.iter();
            let fits = candidates.filter(|file| file.starts_with(&root) && agree(&key, &names(file)));
            fits.max_by_key(|file| alike(&key, &names(file))).map(|file| (*file).clone())
        };
        let places: Vec<Option<PathBuf>> = keys.iter().map(place).collect();
        // A manifest alone, without the data it is about, says nothing of other data.
        if places.iter().all(Option::is_none) {
            continue;
        }
        if let Some((key, _)) = keys.iter().zip(&places).find(|(_, place)| place.is_none()) {
            let message = format!(
                "its manifest `{}` lists `{}`, which is not there: the bill would lack its charges",
                path.display(),
                key.rsplit('/').next().unwrap_or(key)
            );
            if is_about(path, period) {
                return Err(message);
            }
            remarks.push(message);
        }
        for file in places.into_iter().flatten() {
            units.insert(file.clone(), unit);
            kept.insert(file, path.clone());
        }
    }
    drop(by_name);
    remarks.extend(without(found, &kept));
    Ok((units, remarks))
}

/// The names of a path.
fn names(path: &Path) -> Vec<String> {
    path.iter().map(|name| name.to_string_lossy().into_owned()).collect()
}

/// The folder of the report or export that a manifest is of.
fn root_of(manifest: &Path) -> PathBuf {
    if period_of(manifest).is_none() {
        return manifest.parent().unwrap_or(Path::new("")).to_owned();
    }
    let above = above_period(manifest);
    match above.file_name() {
        Some(name) if name == "metadata" => above.parent().unwrap_or(Path::new("")).to_owned(),
        _ => above,
    }
}

/// Whether a key of a bucket may be of a file: of the same billing period, in it in the same folders, and in no other
/// partition.
fn agree(key: &[&str], file: &[String]) -> bool {
    let period = |names: &[String]| names.iter().position(|name| is_period(name));
    let key: Vec<String> = key.iter().map(|name| (*name).to_owned()).collect();
    if let (Some(in_key), Some(in_file)) = (period(&key), period(file)) {
        return key[in_key].eq_ignore_ascii_case(&file[in_file]) && key[in_key + 1..] == file[in_file + 1..];
    }
    let value = |names: &[String], of: &str| {
        let mut found = names.iter().filter_map(|name| name.split_once('='));
        found.find(|(key, _)| key.eq_ignore_ascii_case(of)).map(|(_, value)| value.to_owned())
    };
    let mut parts = key.iter().filter_map(|name| name.split_once('='));
    parts.all(|(name, own)| value(file, name).is_none_or(|value| value == own))
}

/// How many names from the end a key of a bucket and a path have in common.
fn alike(key: &[&str], file: &[String]) -> usize {
    key.iter().rev().zip(file.iter().rev()).take_while(|(one, other)| *one == other).count()
}

/// Whether a manifest is of the billing period that a time is in, or does not say.
fn is_about(manifest: &Path, period: Period) -> bool {
    let Some(name) = period_of(manifest) else { return true };
    let digits: String = name.chars().filter(char::is_ascii_digit).take(6).collect();
    let start = digits
        .get(..4)
        .zip(digits.get(4..6))
        .and_then(|(year, month)| Month::parse(&format!("{year}-{month}")));
    start.is_none_or(|month| {
        let (begin, end) = month.seconds();
        begin < period.end().as_second() && end > period.start().as_second()
    })
}

/// Takes out what no manifest lists beside what one does, or in the folder of another assembly of the same period.
fn without(found: &mut BTreeSet<PathBuf>, kept: &BTreeMap<PathBuf, PathBuf>) -> Vec<String> {
    let folders: BTreeMap<&Path, &PathBuf> =
        kept.iter().filter_map(|(file, manifest)| Some((file.parent()?, manifest))).collect();
    let mut remarks = Vec::new();
    let left: Vec<PathBuf> = found.iter().filter(|file| !kept.contains_key(*file)).cloned().collect();
    for file in left {
        let Some(parent) = file.parent() else { continue };
        let of_period = || {
            let period = period_of(parent)?;
            let same = |folder: &Path| {
                period_of(folder) == Some(period.clone()) && above_period(folder) == above_period(parent)
            };
            folders.iter().find(|(folder, _)| same(folder)).map(|(_, manifest)| *manifest)
        };
        if let Some(manifest) = folders.get(parent).copied().or_else(of_period) {
            remarks.push(format!(
                "`{}` is not in the manifest `{}` and was left out: an earlier delivery left it",
                file.display(),
                manifest.display()
            ));
            found.remove(&file);
        }
    }
    remarks
}

/// The folder of the billing period in a path.
fn period_of(path: &Path) -> Option<String> {
    path.iter().map(|name| name.to_string_lossy().into_owned()).find(|name| is_period(name))
}

/// What stands above the folder of the billing period.
fn above_period(folder: &Path) -> PathBuf {
    folder.iter().take_while(|name| !is_period(&name.to_string_lossy())).collect()
}

/// Whether a folder is that of a billing period: `BILLING_PERIOD=2026-10`, or `20261001-20261101`.
fn is_period(name: &str) -> bool {
    let dates = |name: &str| {
        name.len() == 17
            && name.split('-').all(|date| date.len() == 8 && date.bytes().all(|b| b.is_ascii_digit()))
    };
    name.to_lowercase().starts_with("billing_period=") || dates(name)
}

/// Of the manifests of one billing period those that lie highest: AWS keeps that of the current delivery above those of
/// each assembly.
fn of_highest(manifests: &[Manifest]) -> Vec<&Manifest> {
    let depth = |path: &Path| path.iter().count();
    let about = |path: &Path| {
        let name = path.file_name().map(ToOwned::to_owned);
        let period = period_of(path);
        (period.is_some().then(|| above_period(path)), period, name)
    };
    let is_highest = |manifest: &&Manifest| {
        let path = &manifest.path;
        let others = manifests.iter().filter(|other| about(&other.path) == about(path));
        about(path).1.is_none() || others.map(|other| depth(&other.path)).min() == Some(depth(path))
    };
    manifests.iter().filter(is_highest).collect()
}
