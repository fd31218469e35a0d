//! `hpc-cost import`: a scenario from infrastructure that is written elsewhere.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::output::FileArgs;
use super::{Session, Verdict, region};
use crate::document::Document;
use crate::error::{Diagnostic, Error, Result};
use crate::import::file::{Variables, read};
use crate::import::{Choices, Infrastructure, import, write};
use crate::model::time::{Month, Zone};
use crate::scenario::Scenario;

/// Make a scenario of infrastructure that is written elsewhere
#[derive(Debug, Subcommand)]
pub(super) enum ImportCommand {
    Terraform(TerraformArgs),
}

/// Make a scenario of a Terraform folder or plan
///
/// The plan knows most: `terraform show -json plan.out > plan.json`. Of a folder this program reads what is written in its
/// files. What cannot be known is listed on stderr and at the head of the scenario, never guessed.
#[derive(Debug, Args)]
pub(super) struct TerraformArgs {
    /// Folder of *.tf files, or the JSON of a plan or state
    #[arg(value_name = "DIR|PLAN.JSON")]
    path: PathBuf,
    #[command(flatten)]
    variables: VariableArgs,
    /// Time zone of schedules that name none, such as Asia/Tokyo
    #[arg(long, value_name = "ZONE")]
    timezone: Option<String>,
    /// Region where Terraform names none, or which of several
    #[arg(long)]
    region: Option<String>,
    /// Month of the scenario: YYYY-MM
    #[arg(long)]
    month: Option<String>,
    #[command(flatten)]
    output: FileArgs,
}

/// Values of Terraform's variables.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct VariableArgs {
    /// Value of a Terraform variable (can be repeated)
    #[arg(long = "var", value_name = "NAME=VALUE")]
    variables: Vec<String>,
    /// File with values of Terraform variables (can be repeated)
    #[arg(long = "var-file", value_name = "FILE")]
    variable_files: Vec<PathBuf>,
}

pub(super) fn run(ctx: &Session<'_>, command: &ImportCommand) -> Result<Verdict> {
    match command {
        ImportCommand::Terraform(args) => terraform(ctx, args),
    }
}

fn terraform(ctx: &Session<'_>, args: &TerraformArgs) -> Result<Verdict> {
    let choices = args.choices()?;
    let month = args.month()?;
    ctx.say(&format!("read {}", args.path.display()));
    let resources = read(&args.path, &args.variables.values()?)?;
    let infrastructure = import(resources, &choices, &ctx.catalog);
    let scenario = write::scenario(&infrastructure, month);
    ctx.write(&scenario, &args.output)?;
    tell(ctx, &infrastructure);
    for problem in refused(ctx, &scenario) {
        ctx.tell(&format!("`hpc-cost check` will refuse the scenario: {}", problem.message));
    }
    Ok(Verdict::Yes)
}

/// What is not known and what is worth a look, each with its place.
fn tell(ctx: &Session<'_>, found: &Infrastructure) {
    for unresolved in &found.unresolved {
        let place = unresolved.place.as_ref().map_or_else(String::new, |place| format!(" ({place})"));
        ctx.tell(&format!("not known: {unresolved}{place}"));
    }
    for (finding, place) in &found.findings {
        let place = place.as_ref().map_or_else(String::new, |place| format!(" ({place})"));
        ctx.tell(&format!("worth a look: {finding}{place}"));
    }
    ctx.tell(&format!(
        "{} compute environments, {} job queues, {} job definitions, {} Lustre file systems, {} schedules; no hours of use: add [[compute]]",
        found.environments.len(),
        found.queues.len(),
        found.job_definitions.len(),
        found.file_systems.len(),
        found.schedules.iter().filter(|schedule| schedule.compute_environment.is_some()).count()
    ));
}

/// What AWS's rules, or a missing region, have against the scenario.
fn refused(ctx: &Session<'_>, scenario: &str) -> Vec<Diagnostic> {
    let document = match Document::parse("the scenario", scenario) {
        Ok(document) => document,
        Err(problems) => return problems,
    };
    let read = Scenario::from_document(document, &ctx.catalog, "import", ctx.context.this_month);
    read.err().unwrap_or_default()
}

impl TerraformArgs {
    fn choices(&self) -> Result<Choices> {
        if let Some(zone) = self.timezone.as_deref().filter(|zone| Zone::parse(zone).is_none()) {
            return Err(Error::CommandLine {
                message: format!("unknown time zone `{zone}`"),
                hint: "`--timezone` takes an IANA name, such as Asia/Tokyo".into(),
            });
        }
        let region = self.region.as_deref().map(region).transpose()?;
        Ok(Choices { region, timezone: self.timezone.clone() })
    }

    fn month(&self) -> Result<Option<Month>> {
        let Some(text) = &self.month else { return Ok(None) };
        let month = Month::parse(text).ok_or_else(|| Error::CommandLine {
            message: format!("`{text}` is not a month"),
            hint: "`--month` takes YYYY-MM, such as 2026-11".into(),
        })?;
        Ok(Some(month))
    }
}

impl VariableArgs {
    pub(super) fn values(&self) -> Result<Variables> {
        let pair = |text: &String| match text.split_once('=') {
            Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
            _ => Err(Error::CommandLine {
                message: format!("`--var {text}` sets nothing"),
                hint: "write `--var NAME=VALUE`".into(),
            }),
        };
        let set = self.variables.iter().map(pair).collect::<Result<_>>()?;
        Ok(Variables { files: self.variable_files.clone(), set })
    }
}
