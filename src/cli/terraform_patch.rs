//! `--patch` of `suggest`: suggestions as changes of the user's own Terraform files.

use std::path::{Path, PathBuf};

use clap::Args;

use super::import::VariableArgs;
use super::output::no_stdout;
use super::words;
use super::{Format, Session};
use crate::error::{Error, Result};
use crate::import::Choices;
use crate::import::file::folder;
use crate::patch::{Patch, Tree, inside, patch};
use crate::scenario::Scenario;
use crate::suggest::answer::Patched;
use crate::suggest::edit::Edit;
use crate::suggest::{Suggestions, Together, Trials};

#[derive(Debug, Args)]
pub(super) struct PatchArgs {
    /// Suggestion to take, by its id (can be repeated). Default: those that pay together
    #[arg(long = "only", value_name = "ID")]
    pub(super) only: Vec<String>,
    /// Terraform folder the scenario comes from: prints a unified diff of its files instead of the suggestions
    #[arg(long = "patch", value_name = "DIR", conflicts_with = "backtest")]
    folder: Option<PathBuf>,
    /// File of values in that folder for what comes from variables; made where there is none
    #[arg(long, value_name = "FILE", requires = "folder", value_parser = no_stdout())]
    tfvars: Option<PathBuf>,
    /// Write the changed files, all or none; the old ones are kept beside them unless the folder is under git
    #[arg(long, requires = "folder")]
    apply: bool,
    #[command(flatten)]
    variables: VariableArgs,
}

impl PatchArgs {
    /// Refuses a format that has no place for a diff.
    pub(super) fn fits(&self, format: Format) -> Result<()> {
        if self.folder.is_none() || format != Format::Csv {
            return Ok(());
        }
        Err(Error::CommandLine {
            message: words::patch_has_no_rows_for(),
            hint: words::without_format_it_is_a(),
        })
    }

    /// What changes in the folder that is named, if one is; written where that is asked for.
    pub(super) fn run(
        &self,
        ctx: &Session<'_>,
        trials: &Trials<'_>,
        found: &Suggestions,
        scenario: &Scenario,
    ) -> Result<Option<Patched>> {
        let Some(path) = &self.folder else { return Ok(None) };
        let chosen = self.chosen(trials, found)?;
        let root = path.display().to_string();
        if !path.is_dir() {
            return Err(Error::CommandLine {
                message: words::is_not_a_folder(&root),
                hint: words::patch_takes_the_folder_of(),
            });
        }
        if let Some(outside) = self.tfvars.as_ref().filter(|file| !lies_in(file, path)) {
            return Err(Error::CommandLine {
                message: words::tfvars_is_not_in(outside.display(), &root),
                hint: words::name_a_file_in_that(root.trim_end_matches('/')),
            });
        }
        ctx.say(words::read_2(&root));
        let tree = Tree {
            folder: folder(path, &self.variables.values()?, self.tfvars.as_deref())?,
            path: root.clone(),
            values: self.tfvars.as_ref().map(|file| file.display().to_string()),
            choices: Choices { region: Some(scenario.region), timezone: None },
            catalog: &ctx.catalog,
        };
        let suggestions: Vec<(String, Vec<Edit>)> = match &chosen {
            None => Vec::new(),
            Some(chosen) => (found.named())
                .filter(|(id, _)| chosen.ids.contains(id))
                .map(|(id, suggestion)| (id, suggestion.proposal.edits()))
                .collect(),
        };
        let changes = patch(&tree, scenario, &suggestions)?;
        let promised = self.promised(trials, found, &changes, chosen)?;
        if self.apply {
            ctx.write_changed(path, &changes)?;
        }
        Ok(Some(Patched {
            diff: changes.diff(&root),
            applied: changes.applied,
            by_hand: changes.by_hand.into_iter().map(|of| (of.id, of.reason)).collect(),
            remarks: changes.remarks,
            promised,
        }))
    }

    /// The suggestions to apply; `None` where there are none.
    pub(super) fn chosen(&self, trials: &Trials<'_>, found: &Suggestions) -> Result<Option<Together>> {
        if self.only.is_empty() {
            return Ok(found.together.clone());
        }
        found.only(trials, &self.only).map(Some).map_err(|reason| Error::CommandLine {
            message: reason.into(),
            hint: words::only_takes_ids_of_suggestions(),
        })
    }

    /// What those that are in the files do together.
    fn promised(
        &self,
        trials: &Trials<'_>,
        found: &Suggestions,
        changes: &Patch,
        chosen: Option<Together>,
    ) -> Result<Option<Together>> {
        match chosen {
            _ if changes.applied.is_empty() => Ok(None),
            Some(chosen) if chosen.ids == changes.applied => Ok(Some(chosen)),
            _ => found.only(trials, &changes.applied).map(Some).map_err(super::simulate::unfit_for),
        }
    }
}

/// What a person has to know beside the diff.
pub(super) fn tell(ctx: &Session<'_>, patched: &Patched, folder_of: &PatchArgs, monthly_now: &str) {
    for (id, reason) in &patched.by_hand {
        ctx.tell(words::by_hand(id, reason));
    }
    for remark in &patched.remarks {
        ctx.tell(words::note_2(remark));
    }
    let Some(promised) = &patched.promised else {
        ctx.tell(words::no_suggestion_is_in_the());
        return;
    };
    ctx.tell(words::a_month_instead_of_95(
        patched.applied.join(", "),
        promised.monthly.cents(),
        monthly_now,
        promised.measured.p95(),
    ));
    if let Some(words) = &promised.above_budget {
        ctx.tell(words.said());
    }
    if let Some(folder) = folder_of.folder.as_ref().filter(|_| !folder_of.apply) {
        ctx.tell(words::to_apply_patch_p1_d(folder.display()));
    }
}

/// Whether a file, which need not be there, is in a folder.
fn lies_in(file: &Path, folder: &Path) -> bool {
    let name = inside(&file.display().to_string(), &folder.display().to_string());
    file.starts_with(folder) && !name.is_empty() && !name.contains("..")
}
