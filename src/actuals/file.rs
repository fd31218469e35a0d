//! Bills in files: CSV, plain or gzip, and Parquet; a file, a folder, or a glob.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::{Path, PathBuf};

use super::{Bill, CostBasis, PLACES, Row, Scope, cur, focus, parquet};
use crate::bounds::Records;
use crate::error::{Error, Result};
use crate::guard::guarded;
use crate::model::decimal::{self, Decimal};
use crate::model::time::{Period, parse_utc};
use crate::prices::product::folded;

/// What is said of a file whose reader panics.
pub(super) const DAMAGED: &str = "it is damaged: what is in it does not fit together";

/// Which kind of bill a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A FOCUS export.
    Focus,
    /// A Cost and Usage Report.
    Cur,
}

impl Kind {
    pub(super) const fn what(self) -> &'static str {
        match self {
            Kind::Focus => "a FOCUS export",
            Kind::Cur => "a Cost and Usage Report",
        }
    }

    /// Whether a file with these columns says what a scope asks for.
    pub(super) fn answers(self, scope: &Scope, columns: &[String]) -> std::result::Result<(), String> {
        let asked = [
            ("accounts", scope.accounts.is_empty()),
            ("regions", scope.regions.is_empty()),
            ("tags", scope.tags.is_empty()),
            ("cost_categories", scope.cost_categories.is_empty()),
        ];
        let answers = |key: &str, column: &str| match (self, key) {
            (Kind::Focus, "accounts") => column == "subaccountid",
            (Kind::Focus, "regions") => column == "regionid",
            (Kind::Focus, "tags") => column == "tags",
            (Kind::Focus, _) => ["xcostcategories", "tags"].contains(&column),
            (Kind::Cur, "accounts") => column == "lineitemusageaccountid",
            (Kind::Cur, "regions") => ["productregioncode", "productregion", cur::PRODUCT].contains(&column),
            (Kind::Cur, "tags") => column.starts_with("resourcetags") || column == "tags",
            (Kind::Cur, _) => column.starts_with("costcategory") || column == "tags",
        };
        match asked.iter().find(|(key, all)| !all && !columns.iter().any(|column| answers(key, column))) {
            Some((key, _)) => {
                Err(format!("the scenario's [scope] asks for {key}, and it has no column of them"))
            }
            None => Ok(()),
        }
    }

    /// Whether one of these columns is for cost categories alone.
    pub(super) fn has_categories(self, columns: &[String]) -> bool {
        columns.iter().any(|column| match self {
            Kind::Focus => column == "xcostcategories",
            Kind::Cur => column.starts_with("costcategory"),
        })
    }

    pub(super) const fn required(self) -> &'static [&'static str] {
        match self {
            Kind::Focus => &focus::REQUIRED,
            Kind::Cur => &cur::REQUIRED,
        }
    }
}

/// The bill of a period in the files of a path. The same file twice is an error, not twice the cost.
pub fn read(kind: Kind, path: &str, period: Period, basis: CostBasis, scope: &Scope) -> Result<Bill> {
    let mut bill = Bill::default();
    let files = files(path)?;
    if let Some((first, file)) = twice(&files)? {
        let message = format!("it is the same file as `{}`, and would count twice", first.display());
        return Err(Error::Malformed { path: file, what: kind.what(), message });
    }
    let mut counted: BTreeMap<(String, Option<String>), PathBuf> = BTreeMap::new();
    for file in files {
        let before = bill.rows;
        let is_parquet = is_parquet(&file)?;
        let read = guarded(|| match (kind, is_parquet) {
            (Kind::Focus, true) => parquet::read_focus(&file, period, basis, scope, &mut bill),
            (Kind::Cur, true) => parquet::read_cur(&file, period, basis, scope, &mut bill),
            (_, false) => csv(kind, &file, period, basis, scope, &mut bill),
        });
        // A reader that panics leaves half a file in the bill, which goes with it.
        read.unwrap_or_else(|_| {
            Err(Error::Malformed { path: file.clone(), what: kind.what(), message: DAMAGED.into() })
        })?;
        // Exports may deliver a month anew, whole, under another folder. What corrects it is in another month's.
        if bill.rows > before
            && let Some(first) = counted.insert((stem(&file), billed_in(&file)), file.clone())
        {
            let message = format!(
                "it and `{}` both have charges of this period under one name: two deliveries of one month would count twice; name one of them",
                first.display()
            );
            return Err(Error::Malformed { path: file, what: kind.what(), message });
        }
    }
    bill.hold_to(scope).map_err(|message| Error::Malformed {
        path: path.into(),
        what: kind.what(),
        message,
    })?;
    bill.close();
    Ok(bill)
}

/// The name without what says how it is packed: a file and its gzip are one delivery.
fn stem(file: &Path) -> String {
    let name = file.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let bare = name.strip_suffix(".gz").unwrap_or(&name);
    let bare = bare.strip_suffix(".csv").or_else(|| bare.strip_suffix(".parquet")).unwrap_or(bare);
    bare.strip_suffix(".snappy").unwrap_or(bare).to_owned()
}

/// The billing period in a path as exports lay them out: `BILLING_PERIOD=2026-10`, or `20261001-20261101`.
fn billed_in(file: &Path) -> Option<String> {
    let dates = |name: &str| {
        name.len() == 17
            && name.split('-').all(|date| date.len() == 8 && date.bytes().all(|b| b.is_ascii_digit()))
    };
    let folders = file.iter().rev().skip(1).map(|name| name.to_string_lossy().to_lowercase());
    folders.into_iter().find(|name| name.starts_with("billing_period=") || dates(name))
}

/// The files of a path, sorted.
fn files(path: &str) -> Result<Vec<PathBuf>> {
    let unreadable = |source| Error::Read { path: path.into(), source };
    let place = Path::new(path);
    let mut found = BTreeSet::new();
    if place.is_dir() {
        collect(place, &mut found).map_err(unreadable)?;
    } else if place.exists() || !path.contains(['*', '?', '[']) {
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
    Ok(found.into_iter().collect())
}

fn collect(folder: &Path, found: &mut BTreeSet<PathBuf>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        if path.is_dir() {
            collect(&path, found)?;
        } else if [".csv", ".csv.gz", ".parquet"].iter().any(|ending| name.ends_with(ending)) {
            found.insert(path);
        }
    }
    Ok(())
}

/// By its first bytes, whatever it is called.
fn is_parquet(path: &Path) -> Result<bool> {
    let unreadable = |source| Error::Read { path: path.to_owned(), source };
    let mut magic = Vec::new();
    File::open(path).map_err(unreadable)?.take(4).read_to_end(&mut magic).map_err(unreadable)?;
    Ok(magic == b"PAR1")
}

/// That a report has no net costs, where they are asked for: AWS leaves the columns out of accounts without
/// private discounts, and users of exports may.
pub(super) fn without_net(kind: Kind, basis: CostBasis, has: impl Fn(&str) -> bool) -> Option<String> {
    let missing = kind == Kind::Cur && basis == CostBasis::NetAmortized && !has("lineitemnetunblendedcost");
    missing.then(|| "a report has no net costs: those before discounts stand in".to_owned())
}

/// Two files of the same content. Only those of the same length are read for it.
fn twice(files: &[PathBuf]) -> Result<Option<(PathBuf, PathBuf)>> {
    let mut by_length: BTreeMap<u64, Vec<&PathBuf>> = BTreeMap::new();
    for file in files {
        let metadata =
            std::fs::metadata(file).map_err(|source| Error::Read { path: file.clone(), source })?;
        by_length.entry(metadata.len()).or_default().push(file);
    }
    for alike in by_length.values().filter(|alike| alike.len() > 1) {
        let mut seen: BTreeMap<String, &PathBuf> = BTreeMap::new();
        for file in alike {
            if let Some(first) = seen.insert(digest(file)?, file) {
                return Ok(Some((first.clone(), (*file).clone())));
            }
        }
    }
    Ok(None)
}

fn digest(path: &Path) -> Result<String> {
    let unreadable = |source| Error::Read { path: path.to_owned(), source };
    let file = File::open(path).map_err(unreadable)?;
    crate::prices::lock::digest_of(BufReader::new(file)).map_err(unreadable)
}

fn csv(
    kind: Kind,
    path: &Path,
    period: Period,
    basis: CostBasis,
    scope: &Scope,
    bill: &mut Bill,
) -> Result<()> {
    let unreadable = |source| Error::Read { path: path.to_owned(), source };
    let malformed = |message: String| Error::Malformed { path: path.to_owned(), what: kind.what(), message };
    let broken = |error: csv::Error, line: u64| match error.into_kind() {
        csv::ErrorKind::Io(source) if source.kind() == io::ErrorKind::FileTooLarge => {
            malformed(format!("line {line}: {source}"))
        }
        csv::ErrorKind::Io(source) => Error::Read { path: path.to_owned(), source },
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => malformed(format!(
            "line {} has {len} cells, the header has {expected_len}",
            pos.map_or(0, |position| position.line())
        )),
        other => malformed(format!("{other:?}")),
    };
    let file = open(path).map_err(unreadable)?;
    let mut rows = csv::ReaderBuilder::new().from_reader(Records::new(file));
    let header = rows.headers().map_err(|error| broken(error, 1))?.clone();
    let names: Vec<String> = header.iter().map(folded).collect();
    let places: BTreeMap<&str, usize> =
        names.iter().enumerate().rev().map(|(place, name)| (name.as_str(), place)).collect();
    let missing: Vec<&str> =
        kind.required().iter().copied().filter(|name| !places.contains_key(name)).collect();
    if !missing.is_empty() {
        return Err(malformed(format!("it has no column {}", missing.join(", "))));
    }
    kind.answers(scope, &names).map_err(malformed)?;
    bill.has_categories |= kind.has_categories(&names);
    bill.remarks.extend(without_net(kind, basis, |name| places.contains_key(name)));
    let named = focus::names_usage_types(&names);
    let mut row = csv::StringRecord::new();
    loop {
        let begins = rows.position().line();
        if !rows.read_record(&mut row).map_err(|error| broken(error, begins))? {
            return Ok(());
        }
        rows.get_mut().ended();
        let line = row.position().map_or(0, csv::Position::line);
        let cell = |name: &str| match places.get(name).map_or("", |place| row[*place].trim()) {
            "NULL" | "null" => "",
            text => text,
        };
        let labels = || {
            let labelled = header.iter().zip(&row).filter(|(name, _)| cur::is_label(&folded(name)));
            cur::labels(labelled, &cell)
        };
        let read = match kind {
            Kind::Focus => focus::row(&cell, named, basis, scope).map(Some),
            Kind::Cur => cur::row(&cell, labels, basis, scope),
        };
        let read: Option<Row> = read.map_err(|reason| malformed(format!("line {line}: {reason}")))?;
        if let Some(read) = read {
            bill.add(read, period);
        }
    }
}

/// The file, unpacked if it is gzip.
fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    let mut file = File::open(path)?;
    let mut magic = [0_u8; 2];
    let length = file.read(&mut magic)?;
    file.rewind()?;
    let file = BufReader::with_capacity(1 << 18, file);
    Ok(if length == 2 && magic == [0x1f, 0x8b] {
        Box::new(flate2::read::MultiGzDecoder::new(file))
    } else {
        Box::new(file)
    })
}

/// An amount as exports write it, rounded to the places of costs.
pub(super) fn number(text: &str) -> std::result::Result<Decimal, String> {
    decimal::parse_rounded(text, PLACES).map_err(|error| format!("`{text}` is {error}"))
}

/// An instant as exports write it; without a zone it is UTC.
pub(super) fn second(text: &str) -> std::result::Result<i64, String> {
    parse_utc(text).ok_or_else(|| format!("`{text}` is not a time"))
}
