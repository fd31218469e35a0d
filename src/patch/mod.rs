//! What suggestions mean in the user's own Terraform files: changed text, and what has to be done by hand.
//!
//! A literal is replaced at its place; a value that comes from a variable goes to a file of values; a limit that is not
//! written is added to its block; schedules become resources of EventBridge Scheduler. Everything else in the files keeps
//! its bytes. Each suggestion is applied as a whole or not at all, and only if the changed folder, imported again,
//! differs from the present one in that suggestion and in nothing else.

mod block;
mod scheduler;
mod setting;
mod variable;

use std::sync::Arc;

use crate::catalog::Catalog;
use crate::error::{Error, Result};
use crate::import::hcl::{self, Folder, Source};
use crate::import::write::{self, Settings};
use crate::import::{Choices, Infrastructure, import};
use crate::scenario::Scenario;
use crate::suggest::edit::{Edit, Setting, Table, merged};
pub use scheduler::FILE as SCHEDULES;

/// A folder of Terraform and what changes in it.
#[derive(Clone, Debug)]
pub struct Tree<'a> {
    /// Its files as they are.
    pub folder: Folder,
    /// Path of the folder as the user names it, with which those of its files begin.
    pub path: String,
    /// The name of the one of its files of values that may change.
    pub values: Option<String>,
    /// What was said at the import.
    pub choices: Choices,
    /// What instance types are.
    pub catalog: &'a Catalog,
}

/// What changes.
#[derive(Clone, Debug, Default)]
pub struct Patch {
    /// Files, by name.
    pub files: Vec<Changed>,
    /// Suggestions that are in them.
    pub applied: Vec<String>,
    /// Suggestions that are not, and why.
    pub by_hand: Vec<ByHand>,
    /// What to know before Terraform applies it.
    pub remarks: Vec<String>,
}

/// A file that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// As the user would write it.
    pub name: String,
    /// What is in it; `None` where it is not there yet.
    pub before: Option<Arc<str>>,
    /// What will be.
    pub after: Arc<str>,
}

/// A suggestion that this program does not write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByHand {
    /// The suggestion.
    pub id: String,
    /// Why.
    pub reason: String,
}

/// The folder while suggestions are laid over it.
#[derive(Clone, Debug)]
struct State {
    folder: Folder,
    values: Option<String>,
    remarks: Vec<String>,
}

/// Lays suggestions over a folder, each with its id. `scenario` is what they were made for: a setting that is otherwise in
/// the files is not touched. `Err` where the files cannot be read as they are.
pub fn patch(tree: &Tree<'_>, scenario: &Scenario, suggestions: &[(String, Vec<Edit>)]) -> Result<Patch> {
    let mut state = State { folder: tree.folder.clone(), values: tree.values.clone(), remarks: Vec::new() };
    tree.imported(&state)?;
    let mut patch = Patch::default();
    for (id, edits) in suggestions {
        match with(tree, scenario, &state, edits) {
            Ok(next) => {
                state = next;
                patch.applied.push(id.clone());
            }
            Err(reason) => patch.by_hand.push(ByHand { id: id.clone(), reason }),
        }
    }
    patch.remarks = std::mem::take(&mut state.remarks);
    patch.files = changed(tree, &state);
    Ok(patch)
}

/// The folder with one suggestion more. `Err` says why that has to be done by hand.
fn with(
    tree: &Tree<'_>,
    scenario: &Scenario,
    before: &State,
    edits: &[Edit],
) -> std::result::Result<State, String> {
    if edits.is_empty() {
        return Err("it is advice, with nothing to write".into());
    }
    let mut state = before.clone();
    let present = tree.read(&state)?;
    let mut expected = write::settings(&present);
    let (schedules, others): (Vec<Edit>, Vec<Edit>) =
        merged(edits).into_iter().partition(|edit| edit.table == Table::Schedule);
    for edit in &others {
        for key in &edit.unset {
            let found = tree.read(&state)?;
            setting::agrees(&found, scenario, edit, key)?;
            setting::remove(&found, &mut state, edit, key)?;
            expected.remove(&(edit.table.path().into(), edit.name.clone(), (*key).into()));
        }
        for (key, to) in &edit.keys {
            if let Setting::Without(names) = to {
                state.remark(format!(
                    "the scenario's {key} of {} is not in Terraform: take {} out of it there",
                    edit.name,
                    names.join(", ")
                ));
                continue;
            }
            let found = tree.read(&state)?;
            setting::agrees(&found, scenario, edit, key)?;
            setting::change(&found, &mut state, edit, key, to)?;
            expected.insert((edit.table.path().into(), edit.name.clone(), (*key).into()), Some(to.toml()));
        }
    }
    if !schedules.is_empty() {
        scheduler::add(&present, &mut state, &tree.path, &schedules)?;
        for edit in &schedules {
            for (key, to) in &edit.keys {
                expected
                    .insert((edit.table.path().into(), edit.name.clone(), (*key).into()), Some(to.toml()));
            }
        }
    }
    let after = write::settings(&tree.read(&state)?);
    match difference(&expected, &after) {
        None => Ok(state),
        Some(other) => Err(format!("these files, changed so, would also change {other}")),
    }
}

/// The first setting in which two infrastructures differ, in words; names are no settings.
fn difference(expected: &Settings, found: &Settings) -> Option<String> {
    let keys = expected.keys().chain(found.keys());
    let other = keys.filter(|(_, _, key)| key != "name").find(|at| expected.get(*at) != found.get(*at))?;
    let (table, name, key) = other;
    let shown = |settings: &Settings| match settings.get(other) {
        Some(Some(value)) => value.clone(),
        Some(None) => "something unknown".into(),
        None => "nothing".into(),
    };
    Some(format!("{key} of {name} ({table}) to {} instead of {}", shown(found), shown(expected)))
}

impl Tree<'_> {
    fn imported(&self, state: &State) -> Result<Infrastructure> {
        Ok(import(hcl::read(&state.folder)?, &self.choices, self.catalog))
    }

    fn read(&self, state: &State) -> std::result::Result<Infrastructure, String> {
        self.imported(state).map_err(|error| match error {
            Error::Input(problems) => {
                let first =
                    problems.into_iter().next().map_or_else(String::new, |problem| problem.message.en);
                format!("the changed files could not be read again: {first}")
            }
            other => other.to_string(),
        })
    }
}

/// Files whose text differs.
fn changed(tree: &Tree<'_>, state: &State) -> Vec<Changed> {
    let all = |folder: &Folder| folder.files.iter().chain(&folder.values).cloned().collect::<Vec<_>>();
    let old = all(&tree.folder);
    let whole = |source: &Source| -> Arc<str> {
        if source.marked { format!("\u{feff}{}", source.text).into() } else { source.text.clone() }
    };
    let mut changed = Vec::new();
    for new in all(&state.folder) {
        let before = old.iter().find(|source| source.name == new.name && !source.text.is_empty());
        if before.map_or("", |source| &source.text) != &*new.text {
            changed.push(Changed { name: new.name.clone(), before: before.map(whole), after: whole(&new) });
        }
    }
    changed.sort_by(|a, b| a.name.cmp(&b.name));
    changed
}

impl State {
    /// Something to know before Terraform applies it, once.
    fn remark(&mut self, text: String) {
        if !self.remarks.contains(&text) {
            self.remarks.push(text);
        }
    }

    /// The file of a name.
    fn file(&mut self, name: &str) -> Option<&mut Source> {
        self.folder.files.iter_mut().find(|source| source.name == name)
    }
}

impl Patch {
    /// A unified diff; paths are those in the folder `root`.
    #[must_use]
    pub fn diff(&self, root: &str) -> String {
        let one = |file: &Changed| {
            let name = inside(&file.name, root);
            let before = file.before.as_deref().unwrap_or("");
            let from = if file.before.is_some() { format!("a/{name}") } else { "/dev/null".to_owned() };
            similar::TextDiff::from_lines(before, &file.after)
                .unified_diff()
                .context_radius(3)
                .header(&from, &format!("b/{name}"))
                .to_string()
        };
        self.files.iter().map(one).collect()
    }
}

/// The path of a file in a folder, with `/` between its parts.
#[must_use]
pub fn inside(name: &str, root: &str) -> String {
    let rest = name.strip_prefix(root).unwrap_or(name);
    rest.trim_start_matches(['/', '\\']).replace('\\', "/")
}
