//! A scenario from disk: the file, the files it extends, `--set`, `--region`, `--month`.

use std::io::Read;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::keys::instance_type::InstanceTypeKeys;
use super::lint::Lint;
use crate::catalog::{Catalog, DeclaredType};
use crate::document::Document;
use crate::error::{Diagnostic, Error, Result, reason};
use crate::model::said::Said;
use crate::scenario::words;

/// Largest scenario file: far above any hand-written one, far below what would be a mistake.
pub const MAX_BYTES: u64 = 1024 * 1024;

/// Longest chain of `extends`.
const MAX_DEPTH: usize = 16;

/// What the command line changes in a scenario.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `--set PATH=VALUE`, in order.
    pub set: Vec<String>,
    /// `--region`.
    pub region: Option<String>,
    /// `--month`, as `YYYY-MM`.
    pub month: Option<String>,
}

/// Reads a scenario file and everything it extends, with the overrides laid over it.
pub fn read(path: &Path, overrides: &Overrides) -> Result<Document> {
    read_with(path, &read_text(path)?, overrides)
}

/// The same, as if this text stood in the file.
pub fn read_with(path: &Path, text: &str, overrides: &Overrides) -> Result<Document> {
    let mut document = load(path, text, &mut Vec::new())?;
    for assignment in &overrides.set {
        document.set(assignment).map_err(|problem| Error::Input(vec![*problem]))?;
        if document.has("extends") {
            return Err(Error::CommandLine {
                message: words::extends_cannot_be_set_on(),
                hint: words::write_a_file_that_extends(),
            });
        }
    }
    if let Some(region) = &overrides.region {
        document.put("--region", "region", region);
    }
    if let Some(month) = &overrides.month {
        document.remove("period");
        document.put("--month", "month", month);
    }
    Ok(document)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TypeFileKeys {
    #[serde(default)]
    instance_type: Vec<InstanceTypeKeys>,
}

/// Reads a file of `[[instance_type]]` tables, and adds its types to the catalogue.
pub fn read_types(path: &Path, catalog: &mut Catalog) -> Result<Vec<DeclaredType>> {
    let text = read_text(path)?;
    let document = Document::parse(&path.display().to_string(), &text).map_err(Error::Input)?;
    let keys: TypeFileKeys = document.read().map_err(|problem| Error::Input(vec![*problem]))?;
    let mut lint = Lint::new(&document);
    *catalog = lint.own_types(&keys.instance_type, catalog).into_owned();
    let (problems, _) = lint.finish();
    if problems.is_empty() {
        Ok(keys.instance_type.iter().map(InstanceTypeKeys::declared).collect())
    } else {
        Err(Error::Input(problems))
    }
}

fn load(path: &Path, text: &str, chain: &mut Vec<PathBuf>) -> Result<Document> {
    let origin = path.display().to_string();
    let mut document = Document::parse(&origin, text).map_err(Error::Input)?;
    let at = document.diagnostic(&crate::document::KeyPath::root().key("extends"), Said::alike(""), None);
    let Some(base) = document.take_string("extends") else { return Ok(document) };
    let here = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let base_path = path.parent().unwrap_or(Path::new("")).join(&base);
    chain.push(here);
    let problem = |message: Said, help: Said| {
        Error::Input(vec![Diagnostic { message, help: Some(help), ..at.clone() }])
    };
    let base_id = base_path.canonicalize().unwrap_or_else(|_| base_path.clone());
    if chain.contains(&base_id) {
        return Err(problem(words::extends_this_file_in_turn(&base), words::remove_one_of_the_extends()));
    }
    if chain.len() >= MAX_DEPTH {
        return Err(problem(words::more_than_files_extend_each(MAX_DEPTH), words::merge_some_of_them()));
    }
    match read_text(&base_path).and_then(|text| load(&base_path, &text, chain)) {
        Ok(mut lower) => {
            // A period is either a month or any other: the file nearest to the user says which.
            for (key, other) in [("month", "period"), ("period", "month")] {
                if document.has(key) {
                    lower.remove(other);
                }
            }
            Ok(lower.overlaid(document))
        }
        Err(Error::ScenarioFile { reason, .. }) => {
            Err(problem(words::cannot_read(&base, &reason), words::extends_is_relative_to_the()))
        }
        Err(error) => Err(error),
    }
}

/// The text of a scenario file, or why it cannot be one.
pub fn read_text(path: &Path) -> Result<String> {
    let refuse = |reason: Said| Error::ScenarioFile { path: path.to_owned(), reason };
    let io = |error: std::io::Error| refuse(reason(&error));
    let file = std::fs::File::open(path).map_err(io)?;
    if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return Err(refuse(words::it_is_a_directory()));
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(io)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(refuse(words::it_is_larger_than_1()));
    }
    if bytes.contains(&0) {
        return Err(refuse(words::it_is_not_a_text_file()));
    }
    let text = String::from_utf8(bytes).map_err(|_| refuse(words::it_is_not_a_text()))?;
    if text.trim().is_empty() {
        return Err(refuse(words::it_is_empty()));
    }
    Ok(text)
}
