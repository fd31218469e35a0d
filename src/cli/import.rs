//! `hpc-cost import`: a scenario from infrastructure that is written elsewhere.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::output::FileArgs;
use super::words;
use super::{Session, Verdict, region};
use crate::catalog::Catalog;
use crate::document::Document;
use crate::error::{Diagnostic, Error, Result};
use crate::import::file::{Variables, cluster, read};
use crate::import::{Choices, Infrastructure, import, write};
use crate::model::said::Said;
use crate::model::time::{Month, Zone};
use crate::scenario::Scenario;
use crate::scenario::file::read_types;

/// Make a scenario of infrastructure that is written elsewhere
#[derive(Debug, Subcommand)]
pub(super) enum ImportCommand {
    Terraform(TerraformArgs),
    #[command(name = "parallelcluster")]
    ParallelCluster(ParallelClusterArgs),
    Batch(BatchArgs),
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
    types: TypeArgs,
    #[command(flatten)]
    output: FileArgs,
}

/// Make a scenario of a cluster of AWS ParallelCluster 3
///
/// Queues of Slurm or AWS Batch, the head node and FSx for Lustre become a scenario; what a scenario cannot have is listed
/// on stderr and at its head.
#[derive(Debug, Args)]
pub(super) struct ParallelClusterArgs {
    /// Configuration of the cluster, in YAML
    #[arg(value_name = "CLUSTER.YAML")]
    path: PathBuf,
    /// Month of the scenario, in which the head node is on: YYYY-MM
    #[arg(long)]
    month: Option<String>,
    #[command(flatten)]
    types: TypeArgs,
    #[command(flatten)]
    output: FileArgs,
}

/// Make a scenario of what AWS Batch and FSx for Lustre are in a region
///
/// AWS is asked for compute environments, job queues, the latest revision of each active job definition, file systems and
/// launch templates. Schedules of EventBridge are not read.
#[derive(Debug, Args)]
pub(super) struct BatchArgs {
    /// Region to ask
    #[arg(long)]
    region: String,
    /// Month of the scenario: YYYY-MM
    #[arg(long)]
    month: Option<String>,
    #[command(flatten)]
    types: TypeArgs,
    #[command(flatten)]
    output: FileArgs,
}

/// Instance types that this program does not know.
#[derive(Debug, Args)]
struct TypeArgs {
    /// File of [[instance_type]] tables: types that this program does not know
    #[arg(long, value_name = "FILE")]
    types: Option<PathBuf>,
}

impl TypeArgs {
    /// What an import needs to know of types, with those of the file, which it then writes into the scenario.
    fn import(
        &self,
        ctx: &Session<'_>,
        of: impl FnOnce(&Catalog) -> Result<Infrastructure>,
    ) -> Result<Infrastructure> {
        let Some(path) = &self.types else { return of(&ctx.catalog) };
        let mut catalog = ctx.catalog.clone();
        let declared = read_types(path, &mut catalog)?;
        let infrastructure = of(&catalog)?;
        Ok(Infrastructure { declared: Some((path.display().to_string(), declared)), ..infrastructure })
    }
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
        ImportCommand::ParallelCluster(args) => parallelcluster(ctx, args),
        ImportCommand::Batch(args) => batch(ctx, args),
    }
}

fn terraform(ctx: &Session<'_>, args: &TerraformArgs) -> Result<Verdict> {
    let choices = args.choices()?;
    let month = month_of(args.month.as_deref())?;
    ctx.say(words::read(args.path.display()));
    let resources = read(&args.path, &args.variables.values()?)?;
    let infrastructure = args.types.import(ctx, |catalog| Ok(import(resources, &choices, catalog)))?;
    finish(ctx, &infrastructure, month, &args.output)
}

fn parallelcluster(ctx: &Session<'_>, args: &ParallelClusterArgs) -> Result<Verdict> {
    let month = month_of(args.month.as_deref())?;
    ctx.say(words::read(args.path.display()));
    let infrastructure = args.types.import(ctx, |catalog| cluster(&args.path, catalog, month))?;
    finish(ctx, &infrastructure, month, &args.output)
}

fn batch(ctx: &Session<'_>, args: &BatchArgs) -> Result<Verdict> {
    let month = month_of(args.month.as_deref())?;
    let region = region(&args.region)?;
    let aws = ctx.aws(true)?.ok_or(Error::NoCredentials)?;
    let spinner = ctx.spinner();
    let resources = aws.infrastructure(region, &|text| spinner.tick(text))?;
    spinner.end();
    ctx.tell(words::aws_batch_and_fsx_for(region, ctx.answers()));
    if resources.all.is_empty() && resources.unresolved.is_empty() {
        ctx.tell(words::there_is_nothing_is_it());
        return Ok(Verdict::No);
    }
    let choices = Choices { region: Some(region), timezone: None };
    let infrastructure = args.types.import(ctx, |catalog| Ok(import(resources, &choices, catalog)))?;
    finish(ctx, &infrastructure, month, &args.output)
}

/// Writes the scenario and says what it lacks.
fn finish(
    ctx: &Session<'_>,
    infrastructure: &Infrastructure,
    month: Option<Month>,
    output: &FileArgs,
) -> Result<Verdict> {
    let scenario = write::scenario(infrastructure, month);
    ctx.write_for_programs(&scenario, output)?;
    tell(ctx, infrastructure);
    for problem in refused(ctx, &scenario) {
        ctx.tell(words::hpc_cost_check_will_refuse(&problem.message));
    }
    Ok(Verdict::Yes)
}

/// What is not known and what is worth a look, each with its place.
fn tell(ctx: &Session<'_>, found: &Infrastructure) {
    for unresolved in &found.unresolved {
        let place = unresolved.place.as_ref().map_or_else(Said::default, words::in_brackets);
        ctx.tell(words::not_known(unresolved, &place));
    }
    for (finding, place) in &found.findings {
        let place = place.as_ref().map_or_else(Said::default, words::in_brackets);
        ctx.tell(words::worth_a_look(finding, &place));
    }
    if !found.always_on.is_empty() {
        let names: Vec<&str> = found.always_on.iter().map(|of| of.name.as_str()).collect();
        ctx.tell(words::on_all_month(names.join(", ")));
    }
    ctx.tell(words::compute_environments_job_queues_job(
        found.environments.len(),
        found.queues.len(),
        found.job_definitions.len(),
        found.file_systems.len(),
        found.schedules.iter().filter(|schedule| schedule.compute_environment.is_some()).count(),
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
                message: words::unknown_time_zone(zone),
                hint: words::timezone_takes_an_iana_name(),
            });
        }
        let region = self.region.as_deref().map(region).transpose()?;
        Ok(Choices { region, timezone: self.timezone.clone() })
    }
}

impl VariableArgs {
    pub(super) fn values(&self) -> Result<Variables> {
        let pair = |text: &String| match text.split_once('=') {
            Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
            _ => Err(Error::CommandLine {
                message: words::var_sets_nothing(text),
                hint: words::write_var_name_value(),
            }),
        };
        let set = self.variables.iter().map(pair).collect::<Result<_>>()?;
        Ok(Variables { files: self.variable_files.clone(), set })
    }
}

fn month_of(text: Option<&str>) -> Result<Option<Month>> {
    let Some(text) = text else { return Ok(None) };
    let month = Month::parse(text).ok_or_else(|| Error::CommandLine {
        message: words::is_not_a_month(text),
        hint: words::month_takes_yyyy_mm_such(),
    })?;
    Ok(Some(month))
}
