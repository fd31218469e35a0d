//! Bills in files: CSV and Parquet, plain or packed; a file, a folder, a glob or a pipe.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::asked::{Asked, Dimension};
use super::delivery::{self, Delivered, Judged, Overlap, Skip};
pub use super::kind::Kind;
use super::manifest::{Manifest, in_manifests};
use super::source::{Source, sums};
use super::{Bill, packed};
use crate::bounds::{self, LARGEST_ANSWER};
use crate::error::{Error, Result};
use crate::model::time::Period;

/// The bill in the files of a path. Charges that several deliveries have are counted once, and said; where the content
/// cannot tell whether deliveries overlap they are refused, unless they are `parts` of one bill by the user's word.
pub fn read(kind: Kind, path: &str, asked: &Asked, parts: bool) -> Result<Bill> {
    let malformed = |message: String| Error::malformed(path, kind.what().into(), message.into());
    let overlapping = |message: String| Error::malformed(path, "one bill".into(), message.into());
    let Found { files, units, mut remarks } = files(path, asked.period)?;
    let root = root(path);
    // Of one delivery, as a manifest says, every row counts.
    let several = units.iter().any(|unit| *unit != units[0]);
    let mut wider = asked.clone();
    if several {
        // Whose a charge is and where tells deliveries apart.
        wider.by.extend([Dimension::Region, Dimension::Account]);
    }
    let sources: Vec<Source> = files.iter().map(|file| Source::new(kind, file, &root, several)).collect();
    let mut delivered = sums(&sources, &wider, asked.by.len(), &Skip::new())?;
    if several && !parts {
        let Overlap { skip, verdict } = delivery::overlap(&delivered, &units);
        match verdict {
            Judged::Apart => {}
            Judged::Once => {
                let counted = again(&sources, &wider, asked.by.len(), &skip)?;
                remarks.extend(delivery::said(&delivered, &counted, &skip));
                delivered = counted;
            }
            Judged::Leftovers => {
                let all = delivery::all_shared(&delivered, &units);
                let left = again(&sources, &wider, asked.by.len(), &all)?;
                delivery::hold_leftovers(&delivered, &left, &units).map_err(overlapping)?;
                let counted = again(&sources, &wider, asked.by.len(), &skip)?;
                remarks.extend(delivery::said(&delivered, &counted, &skip));
                delivered = counted;
            }
            Judged::Refused(message) => return Err(overlapping(message)),
        }
    }
    let mut bill = Bill { dimensions: wider.by, remarks, ..Bill::default() };
    delivered.into_iter().for_each(|delivered| bill.merge(delivered.bill));
    if several {
        bill.without_last_dimension();
        bill.without_last_dimension();
    }
    bill.hold_to(&asked.scope).map_err(malformed)?;
    bill.close();
    Ok(bill)
}

/// Reads the files again, without what is counted elsewhere.
fn again(sources: &[Source<'_>], asked: &Asked, named: usize, skip: &Skip) -> Result<Vec<Delivered>> {
    let sources: Vec<Source> = sources.iter().map(Source::again).collect();
    sums(&sources, asked, named, skip)
}

/// The folder that was asked for: of a glob what stands before its first sign, of a file the file.
fn root(path: &str) -> PathBuf {
    let place = Path::new(path);
    if place.exists() {
        return place.to_owned();
    }
    place.iter().take_while(|name| !name.to_string_lossy().contains(['*', '?', '['])).collect()
}

/// Files of a path.
struct Found {
    /// Sorted.
    files: Vec<PathBuf>,
    /// The delivery of each: of those that one manifest lists it is one, of others each is its own.
    units: Vec<usize>,
    /// What is to be said of what was left out.
    remarks: Vec<String>,
}

/// The files of a path, sorted, and what is to be said of those that were left out.
fn files(path: &str, period: Period) -> Result<Found> {
    let unreadable = |source| Error::Read { path: path.into(), source };
    let place = Path::new(path);
    let (mut found, mut remarks, mut listed) = (BTreeSet::new(), Vec::new(), BTreeMap::new());
    if place.is_dir() {
        let mut manifests = Vec::new();
        collect(place, &mut found, &mut manifests).map_err(unreadable)?;
        let manifests: Vec<Manifest> = manifests.into_iter().map(manifest).collect::<Result<_>>()?;
        let incomplete = |message: String| Error::malformed(path, "a whole delivery".into(), message.into());
        (listed, remarks) = in_manifests(&mut found, &manifests, period).map_err(incomplete)?;
        let empty = |file: &PathBuf| std::fs::metadata(file).is_ok_and(|metadata| metadata.len() == 0);
        for file in found.iter().filter(|file| empty(file)).cloned().collect::<Vec<_>>() {
            remarks.push(format!("`{}` is empty and was left out", file.display()));
            found.remove(&file);
        }
    } else if place.exists() || !path.contains(['*', '?', '[']) {
        std::fs::metadata(place).map_err(unreadable)?;
        found.insert(place.to_owned());
    } else {
        let matches = glob::glob(path).map_err(|error| unreadable(io::Error::other(error.msg)))?;
        for file in matches {
            found.insert(file.map_err(|error| unreadable(error.into()))?);
        }
    }
    if found.is_empty() {
        return Err(unreadable(io::Error::new(
            io::ErrorKind::NotFound,
            "there is no CSV or Parquet file in it",
        )));
    }
    // A pipe may be opened once only.
    for file in found.iter().filter(|file| file.is_file()) {
        File::open(file).map_err(|source| Error::Read { path: file.clone(), source })?;
    }
    let files: Vec<PathBuf> = found.into_iter().collect();
    let unit = |(number, file): (usize, &PathBuf)| listed.get(file).map_or(number, |unit| files.len() + unit);
    let units = files.iter().enumerate().map(unit).collect();
    Ok(Found { units, files, remarks })
}

/// A manifest with its text.
fn manifest(path: PathBuf) -> Result<Manifest> {
    let text = File::open(&path).and_then(|file| bounds::text(file, LARGEST_ANSWER));
    match text {
        Ok(text) => Ok(Manifest { path, text }),
        Err(source) => Err(Error::Read { path, source }),
    }
}

/// Files of a folder that may be bills, and manifests. What the system hides, what is no file and what is no table stays out.
fn collect(folder: &Path, found: &mut BTreeSet<PathBuf>, manifests: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        if name.starts_with('.') {
            continue;
        }
        // Athena's table of the status of a report, and the manifest of a query's result.
        if name == "cost_and_usage_data_status" || name.ends_with("-manifest.csv") {
            continue;
        }
        if path.is_dir() {
            collect(&path, found, manifests)?;
        } else if !path.is_file() {
            continue;
        } else if name.ends_with("-manifest.json") {
            manifests.push(path);
        } else if is_table(&name) {
            found.insert(path);
        }
    }
    Ok(())
}

/// Whether a file's name, in lower case, is that of a table: `.csv` or `.parquet`, packed or not.
fn is_table(name: &str) -> bool {
    let bare = packed::ENDINGS.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name);
    [".csv", ".parquet"].iter().any(|ending| bare.ends_with(ending) || name.ends_with(ending))
}
