//! Manifests: which files a delivery of a Cost and Usage Report or of a Data Export has.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// A manifest of a Cost and Usage Report or of a Data Export: the objects of a delivery.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    /// Of a report: keys in the bucket.
    #[serde(default)]
    report_keys: Vec<String>,
    /// Of an export: `s3://BUCKET/KEY`.
    #[serde(default)]
    data_files: Vec<String>,
}

/// A manifest as it was read.
pub(super) struct Manifest {
    pub(super) path: PathBuf,
    pub(super) text: String,
}

/// Leaves out files that no manifest lists where one lists others of their folder: an earlier delivery left them. What is
/// listed and not there is an error: the bill would lack its charges.
pub(super) fn listed(
    found: &mut BTreeSet<PathBuf>,
    manifests: &[Manifest],
    root: &Path,
) -> Result<Vec<String>, String> {
    let mut kept: BTreeMap<PathBuf, PathBuf> = BTreeMap::new();
    for Manifest { path, text } in of_highest(manifests) {
        let manifest: Listed = serde_json::from_str(text)
            .map_err(|error| format!("its manifest `{}` cannot be read: {error}", path.display()))?;
        let keys: Vec<&String> = manifest.report_keys.iter().chain(&manifest.data_files).collect();
        let place = |key: &&String| {
            let nearest = found.iter().max_by_key(|file| alike(key, file, root));
            nearest.filter(|file| alike(key, file, root) > 0)
        };
        let places: Vec<Option<&PathBuf>> = keys.iter().map(place).collect();
        // A manifest alone, without the data it is about, says nothing of other data.
        if places.iter().all(Option::is_none) {
            continue;
        }
        if let Some((key, _)) = keys.iter().zip(&places).find(|(_, place)| place.is_none()) {
            return Err(format!(
                "its manifest `{}` lists `{}`, which is not there: the bill would lack its charges",
                path.display(),
                key.rsplit('/').next().unwrap_or(key)
            ));
        }
        kept.extend(places.into_iter().flatten().map(|file| (file.clone(), path.clone())));
    }
    Ok(without(found, &kept))
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

/// How many names from the end a key of a bucket and a path under the folder that was asked for have in common.
fn alike(key: &str, file: &Path, root: &Path) -> usize {
    let own = file.strip_prefix(root).unwrap_or(file);
    let names: Vec<String> = own.iter().map(|name| name.to_string_lossy().into_owned()).collect();
    key.rsplit('/').zip(names.iter().rev()).take_while(|(one, other)| one == other).count()
}
