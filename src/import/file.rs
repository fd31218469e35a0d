//! Opens a Terraform folder, the JSON of a plan, or the configuration of a cluster.

use std::fs;
use std::path::{Path, PathBuf};

use super::hcl::{self, Folder, Source};
use super::words;
use super::yaml::File;
use super::{Infrastructure, Resources, parallelcluster, plan};
use crate::bounds;
use crate::catalog::Catalog;
use crate::error::{Diagnostic, Error, Result};
use crate::model::time::Month;

/// Largest file of Terraform or ParallelCluster: far above any hand-written one [bytes].
const MOST_WRITTEN: u64 = 4 << 20;
/// Largest plan [bytes].
const MOST_PLAN: u64 = 128 << 20;

/// What the command line says of variables.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    /// `--var-file`, in order.
    pub files: Vec<PathBuf>,
    /// `--var`: name and text, in order.
    pub set: Vec<(String, String)>,
}

/// The resources of a folder of `*.tf`, or of a file that is the JSON of a plan.
pub fn read(path: &Path, variables: &Variables) -> Result<Resources> {
    let metadata = fs::metadata(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    if metadata.is_dir() {
        return hcl::read(&folder(path, variables, None)?);
    }
    if path.extension().is_some_and(|ending| ending == "tf") {
        return Err(Error::CommandLine {
            message: words::is_one_file_of_terraform(path.display()),
            hint: words::give_its_folder_terraform_reads(),
        });
    }
    if !(variables.files.is_empty() && variables.set.is_empty()) {
        return Err(Error::CommandLine {
            message: words::var_and_var_file_are(),
            hint: words::a_plan_has_the_values(),
        });
    }
    let malformed = |message: String| {
        Error::malformed(path, words::the_json_of_a_terraform(), message.into())
            .with_hint(words::terraform_show_writes_one())
    };
    plan::read(&text(path, MOST_PLAN)?).map_err(malformed)
}

/// What the configuration of a cluster says.
pub fn cluster(path: &Path, catalog: &Catalog, month: Option<Month>) -> Result<Infrastructure> {
    let Source { name, text, .. } = source(path)?;
    parallelcluster::read(&File { name, text }, catalog, month)
}

/// The files that Terraform would read in a folder, and `values`, another file of values, which may not be there yet.
/// Source: Terraform language, "Files and configuration structure" and "Input variables".
pub fn folder(path: &Path, variables: &Variables, values: Option<&Path>) -> Result<Folder> {
    let failed = |source| Error::Read { path: path.to_owned(), source };
    let mut names = Vec::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        names.push((entry.file_name().to_string_lossy().into_owned(), entry.path()));
    }
    names.sort();
    let mut folder = Folder { set: variables.set.clone(), ..Folder::default() };
    let mut automatic = Vec::new();
    for (name, file) in names.iter().filter(|(name, file)| !name.starts_with('.') && file.is_file()) {
        let is_override = ["override.tf", "override.tf.json"]
            .iter()
            .any(|end| name == end || name.ends_with(&format!("_{end}")));
        if is_override {
            folder.not_read.push((name.clone(), "what an override file changes is not read"));
        } else if name.ends_with(".tf") {
            folder.files.push(source(file)?);
        } else if name.ends_with(".tf.json") {
            folder.not_read.push((name.clone(), "Terraform in JSON is not read"));
        } else if name == "terraform.tfvars" {
            folder.values.push(source(file)?);
        } else if name.ends_with(".auto.tfvars") {
            automatic.push(source(file)?);
        } else if name == "terraform.tfvars.json" || name.ends_with(".auto.tfvars.json") {
            folder.not_read.push((name.clone(), "variables in JSON are not read: `--var` sets them"));
        }
    }
    folder.values.append(&mut automatic);
    for file in &variables.files {
        folder.values.push(source(file)?);
    }
    if let Some(values) = values {
        admit(path, values, &mut folder)?;
    }
    if folder.files.is_empty() {
        let message = words::it_has_no_file_that();
        return Err(
            Error::malformed(path, words::a_terraform_folder(), message).with_hint(words::give_the_folder())
        );
    }
    Ok(folder)
}

/// A file of values where Terraform reads it: by its name in the folder, or else last, as `-var-file` gives it.
fn admit(path: &Path, values: &Path, folder: &mut Folder) -> Result<()> {
    let name = values.display().to_string();
    let same = |known: &Source| {
        known.name == name
            || fs::canonicalize(&known.name)
                .is_ok_and(|known| fs::canonicalize(values).is_ok_and(|own| own == known))
    };
    if let Some(known) = folder.values.iter_mut().find(|known| same(known)) {
        known.name = name;
        return Ok(());
    }
    let new = match values.exists() {
        true => source(values)?,
        false => Source { name, text: "".into(), marked: false },
    };
    let own = values.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let here = values.parent().is_some_and(|parent| {
        parent == path
            || fs::canonicalize(parent).is_ok_and(|own| fs::canonicalize(path).is_ok_and(|path| own == path))
    });
    let read_before = |known: &Source| {
        let known = Path::new(&known.name).file_name().map(|name| name.to_string_lossy().into_owned());
        known.is_some_and(|known| {
            known == "terraform.tfvars" || known.ends_with(".auto.tfvars") && known < own
        })
    };
    let at = match own.as_str() {
        "terraform.tfvars" if here => 0,
        name if here && name.ends_with(".auto.tfvars") => {
            folder.values.iter().take_while(|known| read_before(known)).count()
        }
        _ => folder.values.len(),
    };
    folder.values.insert(at, new);
    Ok(())
}

fn source(path: &Path) -> Result<Source> {
    let text = text(path, MOST_WRITTEN)?;
    let bare = text.strip_prefix('\u{feff}');
    let marked = bare.is_some();
    Ok(Source { name: path.display().to_string(), text: bare.unwrap_or(&text).into(), marked })
}

/// The text of a file that is not larger than it should be.
fn text(path: &Path, most: u64) -> Result<String> {
    let failed = |source| Error::Read { path: path.to_owned(), source };
    let bytes = fs::File::open(path).and_then(|file| bounds::whole(file, most)).map_err(failed)?;
    String::from_utf8(bytes).map_err(|_| {
        let message = words::is_not_a_text_file(path.display());
        Error::Input(vec![Diagnostic { message, excerpt: None, help: None }])
    })
}
