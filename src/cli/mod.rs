//! The command line: what the user typed, and one command per file.

mod check;
mod completions;
mod estimate;
mod man;
mod output;
mod prices;
mod schema;
mod spot;

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::catalog::Catalog;
use crate::document::Document;
use crate::document::nearest::did_you_mean;
use crate::error::{Error, Result};
use crate::model::region::Region;
use crate::model::time::Month;
use crate::prices::{PriceList, Wanted, bundled};
use crate::render::clean;
use crate::scenario::file::{Overrides, read};
use crate::scenario::{Scenario, price_file};
use crate::spot::file::{self, HistoryFile};
use crate::spot::forecast_prices;

pub use output::Format;

/// What AWS Batch and FSx for Lustre cost
///
/// Prices a scenario file: instances, Spot, commitments, file systems, buckets, transfer. Every
/// answer has a range and the source of every price.
#[derive(Debug, Parser)]
#[command(version, name = "hpc-cost", arg_required_else_help = true)]
pub struct Cli {
    #[command(flatten)]
    common: CommonArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Args)]
struct CommonArgs {
    /// When to use colors (NO_COLOR is honored)
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto)]
    color: ColorChoice,
    /// Say nothing on stderr but errors
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Say on stderr what is read
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    verbose: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ColorChoice {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    Estimate(estimate::EstimateArgs),
    Check(check::CheckArgs),
    #[command(subcommand)]
    Prices(prices::PricesCommand),
    Spot(spot::SpotArgs),
    Schema(schema::SchemaArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
}

/// What comes from outside: read in `main` and nowhere else.
#[derive(Debug)]
pub struct Context {
    /// The month in which the command runs, UTC.
    pub this_month: Month,
    /// Whether `NO_COLOR` is set to anything.
    pub no_color: bool,
}

/// Whether the answer is yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Exit code 0.
    Yes,
    /// Exit code 1.
    No,
}

/// How a command ends: with a verdict or an error. The error is printed by `main`.
pub fn run(context: &Context, cli: &Cli) -> Result<Verdict> {
    let ctx = Session { context, common: &cli.common, catalog: Catalog::bundled() };
    match &cli.command {
        Command::Estimate(args) => estimate::run(&ctx, args),
        Command::Check(args) => check::run(&ctx, args),
        Command::Prices(command) => prices::run(&ctx, command),
        Command::Spot(args) => spot::run(&ctx, args),
        Command::Schema(args) => schema::run(&ctx, args),
        Command::Completions(args) => completions::run(&ctx, args),
        Command::Man(args) => man::run(&ctx, args),
    }
}

/// Whether errors are to be colored.
#[must_use]
pub fn color_errors(context: &Context, cli: &Cli) -> bool {
    colored(cli.common.color, context, std::io::stderr().is_terminal())
}

const fn colored(choice: ColorChoice, context: &Context, terminal: bool) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => terminal && !context.no_color,
    }
}

/// What every command has at hand.
struct Session<'a> {
    context: &'a Context,
    common: &'a CommonArgs,
    catalog: Catalog,
}

/// A region given on the command line.
fn region(code: &str) -> Result<Region> {
    Region::parse(code).ok_or_else(|| Error::CommandLine {
        message: format!("unknown region `{code}`"),
        hint: did_you_mean(code, Region::all().map(Region::code))
            .unwrap_or_else(|| "`hpc-cost prices regions` lists the regions".into()),
    })
}

/// Which scenarios, and what the command line changes in them.
#[derive(Debug, Args)]
struct ScenarioArgs {
    /// Scenario file (can be repeated)
    #[arg(required = true, value_name = "SCENARIO")]
    scenarios: Vec<PathBuf>,
    /// Change a value, such as compute.large-training.spot_share=0.5 (can be repeated)
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Region instead of the scenario's
    #[arg(long)]
    region: Option<String>,
    /// Month instead of the scenario's: YYYY-MM or previous
    #[arg(long)]
    month: Option<String>,
}

/// Where prices come from.
#[derive(Debug, Args)]
struct PriceArgs {
    /// Price list: auto or bundled (the table in this program), or a file of [[price]] entries that
    /// replaces it entirely
    #[arg(long, default_value = "auto", value_name = "auto|bundled|FILE")]
    prices: String,
    /// Spot price history to forecast Spot prices from: the AWS CLI's JSON, plain or gzip
    #[arg(long, value_name = "FILE")]
    spot_history: Option<PathBuf>,
}

impl ScenarioArgs {
    fn overrides(&self, ctx: &Session<'_>) -> Result<Overrides> {
        let month = match self.month.as_deref() {
            None => None,
            Some("previous") => Some(ctx.context.this_month.previous()),
            Some(text) => Some(Month::parse(text).ok_or_else(|| Error::CommandLine {
                message: format!("`{text}` is not a month"),
                hint: "`--month` takes YYYY-MM, such as 2026-11, or `previous`".into(),
            })?),
        };
        let month = month.map(|month| month.to_string());
        Ok(Overrides { set: self.set.clone(), region: self.region.clone(), month })
    }

    /// All scenarios; every problem of every file, where there are any.
    fn read(&self, ctx: &Session<'_>) -> Result<Vec<Scenario>> {
        let overrides = self.overrides(ctx)?;
        let (mut scenarios, mut problems) = (Vec::new(), Vec::new());
        for path in &self.scenarios {
            ctx.say(&format!("read {}", path.display()));
            match read(path, &overrides).and_then(|document| ctx.scenario(document, path, &overrides)) {
                Ok(scenario) => scenarios.push(scenario),
                Err(Error::Input(more)) => problems.extend(more),
                Err(error) => return Err(error),
            }
        }
        if problems.is_empty() { Ok(scenarios) } else { Err(Error::Input(problems)) }
    }
}

impl PriceArgs {
    /// The Spot price history that forecasts are made from, read once for all scenarios.
    fn history(&self) -> Result<Option<(&Path, HistoryFile)>> {
        self.spot_history.as_deref().map(|path| Ok((path, file::read(path)?))).transpose()
    }

    fn price_list(
        &self,
        ctx: &Session<'_>,
        scenario: &Scenario,
        wanted: &Wanted,
        history: Option<&(&Path, HistoryFile)>,
    ) -> Result<PriceList> {
        let mut list = match self.prices.as_str() {
            "auto" | "bundled" => bundled::price_list(wanted),
            "live" => {
                return Err(Error::CommandLine {
                    message: "this version has no live prices".into(),
                    hint: "use `--prices bundled`, or a file of [[price]] entries".into(),
                });
            }
            path => price_file::price_list(Path::new(path), wanted)?,
        };
        ctx.say(&format!("prices from {}: {} of {} wanted", list.source, list.iter().count(), wanted.len()));
        if let Some((path, file)) = history {
            file.check_region(scenario.region)?;
            forecast_prices(&mut list, &file.history, wanted, scenario.period, &path.display().to_string())?;
        }
        Ok(list)
    }
}

impl Session<'_> {
    fn scenario(&self, document: Document, path: &Path, overrides: &Overrides) -> Result<Scenario> {
        let name = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        let mut scenario = Scenario::from_document(document, &self.catalog, &name, self.context.this_month)
            .map_err(Error::Input)?;
        scenario.note_overrides(overrides.month.as_deref(), overrides.region.as_deref());
        Ok(scenario)
    }

    /// A line on stderr for those who want to know.
    fn say(&self, text: &str) {
        if self.common.verbose {
            let _ = writeln!(std::io::stderr(), "{}", clean(text));
        }
    }

    /// A line on stderr, unless it is to be quiet.
    fn tell(&self, text: &str) {
        if !self.common.quiet {
            let _ = writeln!(std::io::stderr(), "{}", clean(text));
        }
    }
}
