//! The command line: what the user typed, and one command per file.

mod batch_jobs;
mod check;
mod commitment_offers;
mod compare;
mod completions;
mod estimate;
mod headings;
mod import;
mod jobs;
mod learn;
mod man;
mod metrics;
mod new_regions;
mod output;
mod packed;
mod prices;
mod query;
mod replace;
mod report;
mod schema;
mod simulate;
mod source;
mod spot;
mod suggest;
mod suggest_backtest;
mod terraform_patch;
mod words;

use std::cell::OnceCell;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::aws::Aws;
use crate::catalog::Catalog;
use crate::document::Document;
use crate::document::nearest::did_you_mean;
use crate::error::{Error, Result};
use crate::model::region::Region;
use crate::model::said::{Lang, Part};
use crate::model::time::Month;
use crate::render::clean;
use crate::scenario::Scenario;
use crate::scenario::file::{Overrides, read};

pub use output::Format;
use replace::real;
use source::{PriceArgs, PriceSource};

/// What AWS Batch and FSx for Lustre cost
///
/// Prices a scenario file: instances, Spot, commitments, file systems, buckets, transfer. Every
/// answer has a range and the source of every price.
#[derive(Debug, Parser)]
#[command(version, name = "hpc-cost", arg_required_else_help = true, max_term_width = 100)]
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
    /// Longest wait for one answer of AWS or for another process, in seconds
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
    /// Language of answers and errors. Default: that of the locale (LC_ALL, LC_MESSAGES, LANG), else en
    #[arg(long, global = true, value_enum)]
    lang: Option<LangArg>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum LangArg {
    En,
    Ja,
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
    Compare(compare::CompareArgs),
    #[command(subcommand)]
    Prices(prices::PricesCommand),
    Spot(spot::SpotArgs),
    #[command(subcommand)]
    Jobs(jobs::JobsCommand),
    Simulate(simulate::SimulateArgs),
    Suggest(Box<suggest::SuggestArgs>),
    Learn(learn::LearnArgs),
    Report(Box<report::ReportArgs>),
    Query(Box<query::QueryArgs>),
    #[command(subcommand)]
    Import(import::ImportCommand),
    Schema(schema::SchemaArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
}

/// What comes from outside: read in `main` and nowhere else.
#[derive(Debug)]
pub struct Context {
    /// When the command runs [s since the Unix epoch].
    pub now: i64,
    /// The month of that, UTC.
    pub this_month: Month,
    /// The profile that `AWS_PROFILE` names.
    pub profile: Option<String>,
    /// Where answers of AWS may be kept.
    pub cache: Option<PathBuf>,
    /// Which child of how many, in an array job of AWS Batch.
    pub array_child: Option<(u64, u64)>,
    /// How wide lines may be where stdout is no terminal: what `COLUMNS` says.
    pub columns: Option<usize>,
    /// Whether `NO_COLOR` is set to anything.
    pub no_color: bool,
    /// The language of answers and errors.
    pub lang: Lang,
    /// Files that the command line names, each with its option.
    pub said: Vec<(String, PathBuf)>,
}

/// The command line, and the files that it names, each with its option; ends the process where it cannot be meant.
#[must_use]
pub fn parse() -> (Cli, Vec<(String, PathBuf)>) {
    let matches = Cli::command().get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    (cli, said(&matches))
}

impl Cli {
    /// The language that the command line asks for.
    #[must_use]
    pub fn lang(&self) -> Option<Lang> {
        self.common.lang.map(|lang| match lang {
            LangArg::En => Lang::En,
            LangArg::Ja => Lang::Ja,
        })
    }
}

fn said(matches: &ArgMatches) -> Vec<(String, PathBuf)> {
    let mut said = Vec::new();
    for id in matches.ids().map(clap::Id::as_str) {
        let paths = matches.try_get_many::<PathBuf>(id).ok().flatten();
        said.extend(paths.into_iter().flatten().map(|path| (id.to_owned(), path.clone())));
        let texts =
            matches.try_get_many::<String>(id).ok().flatten().filter(|_| MAY_NAME_A_FILE.contains(&id));
        said.extend(texts.into_iter().flatten().map(|text| (id.to_owned(), PathBuf::from(text))));
    }
    if let Some((_, matches)) = matches.subcommand() {
        said.extend(self::said(matches));
    }
    said
}

/// Options that take a file or a word.
const MAY_NAME_A_FILE: [&str; 3] = ["actual", "prices", "backtest"];

/// Options whose file is written and not read.
const WRITTEN: [&str; 2] = ["output", "jobs_out"];

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
    let mut ctx = Session { context, common: &cli.common, catalog: Catalog::bundled(), aws: OnceCell::new() };
    for (option, value) in &context.said {
        if WRITTEN.contains(&option.as_str()) {
            continue;
        }
        ctx.may_read(value)?;
        // A file may follow what it is: `focus:bill.csv`.
        if let Some((_, path)) = value.to_string_lossy().split_once(':') {
            ctx.may_read(Path::new(path))?;
        }
    }
    match &cli.command {
        Command::Estimate(args) => estimate::run(&mut ctx, args),
        Command::Check(args) => check::run(&mut ctx, args),
        Command::Compare(args) => compare::run(&mut ctx, args),
        Command::Prices(command) => prices::run(&mut ctx, command),
        Command::Spot(args) => spot::run(&ctx, args),
        Command::Jobs(command) => jobs::run(&ctx, command),
        Command::Simulate(args) => simulate::run(&mut ctx, args),
        Command::Suggest(args) => suggest::run(&mut ctx, args),
        Command::Learn(args) => learn::run(&mut ctx, args),
        Command::Report(args) => report::run(&mut ctx, args),
        Command::Query(args) => query::run(&mut ctx, args),
        Command::Import(command) => import::run(&ctx, command),
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
    aws: OnceCell<Aws>,
}

/// A region given on the command line.
fn region(code: &str) -> Result<Region> {
    Region::parse(code).ok_or_else(|| Error::CommandLine {
        message: words::unknown_region(code),
        hint: did_you_mean(code, Region::all().map(Region::code))
            .unwrap_or_else(words::hpc_cost_prices_regions_lists),
    })
}

/// Which scenarios, and the changes.
#[derive(Clone, Debug, Args)]
struct ScenarioArgs {
    /// Scenario file (can be repeated)
    #[arg(required = true, value_name = "SCENARIO")]
    scenarios: Vec<PathBuf>,
    #[command(flatten)]
    changes: ChangeArgs,
}

/// What the command line changes in a scenario.
#[derive(Clone, Debug, Args)]
struct ChangeArgs {
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

impl ScenarioArgs {
    /// The same with one more value changed.
    fn with(&self, assignment: &str) -> ScenarioArgs {
        let mut with = self.clone();
        with.changes.set.push(assignment.to_owned());
        with
    }

    /// The month on the command line.
    fn month(&self, ctx: &Session<'_>) -> Result<Option<Month>> {
        Ok(match self.changes.month.as_deref() {
            None => None,
            Some("previous") => Some(ctx.context.this_month.previous()),
            Some(text) => Some(Month::parse(text).ok_or_else(|| Error::CommandLine {
                message: words::is_not_a_month(text),
                hint: words::month_takes_yyyy_mm_such_as(),
            })?),
        })
    }

    fn overrides(&self, ctx: &Session<'_>) -> Result<Overrides> {
        let month = self.month(ctx)?.map(|month| month.to_string());
        let ChangeArgs { set, region, .. } = self.changes.clone();
        Ok(Overrides { set, region, month })
    }

    /// All scenarios; types that the table in this program does not have are looked up where prices are.
    fn read_with(&self, ctx: &mut Session<'_>, source: &PriceSource) -> Result<Vec<Scenario>> {
        let live = match source {
            PriceSource::Bundled => return self.read(ctx),
            PriceSource::File(file) => {
                ctx.learn_from(file);
                return self.read(ctx);
            }
            PriceSource::Auto => false,
            PriceSource::Live => true,
        };
        let overrides = self.overrides(ctx)?;
        let mut problems = Vec::new();
        for path in &self.scenarios {
            // What is wrong with a file is said when it is read below.
            let Ok(document) = read(path, &overrides) else { continue };
            let unknown = ctx.learn_regions(&document, live)?;
            if !unknown.is_empty() {
                problems.extend(unknown);
                continue;
            }
            if let Some((region, types)) = Scenario::unknown_types(&document, &ctx.catalog)
                && !types.is_empty()
            {
                ctx.learn(region, &types, live)?;
            }
        }
        if !problems.is_empty() {
            return Err(Error::Input(problems));
        }
        self.read(ctx)
    }

    /// All scenarios; every problem of every file, where there are any.
    fn read(&self, ctx: &mut Session<'_>) -> Result<Vec<Scenario>> {
        let overrides = self.overrides(ctx)?;
        let (mut scenarios, mut problems) = (Vec::new(), Vec::new());
        for path in &self.scenarios {
            ctx.say(words::read(path.display()));
            match read(path, &overrides).and_then(|document| ctx.scenario(document, path, &overrides)) {
                Ok(scenario) => scenarios.push(scenario),
                Err(Error::Input(more)) => problems.extend(more),
                Err(error) => return Err(error),
            }
        }
        for scenario in &scenarios {
            problems.extend(scenario.declare_types(&mut ctx.catalog).err().unwrap_or_default());
        }
        if problems.is_empty() { Ok(scenarios) } else { Err(Error::Input(problems)) }
    }
}

impl Session<'_> {
    fn scenario(&self, document: Document, path: &Path, overrides: &Overrides) -> Result<Scenario> {
        for origin in document.origins() {
            self.may_read(Path::new(origin))?;
        }
        let name = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        let mut scenario = Scenario::from_document(document, &self.catalog, &name, self.context.this_month)
            .map_err(Error::Input)?;
        scenario.note_overrides(overrides.month.as_deref(), overrides.region.as_deref());
        Ok(scenario)
    }

    /// Refuses to read a file in whose place the answer is to be written.
    fn may_read(&self, path: &Path) -> Result<()> {
        let file = real(path);
        let is_output = |(option, output): &&(String, PathBuf)| {
            let is_written = WRITTEN.contains(&option.as_str()) && output.as_os_str() != output::STDOUT;
            is_written && output.is_file() && real(output) == file
        };
        let Some((option, output)) = self.context.said.iter().find(is_output) else { return Ok(()) };
        let option = option.replace('_', "-");
        Err(Error::CommandLine {
            message: words::would_replace_what_is_read(&option, output.display(), path.display()),
            hint: words::name_another_file(),
        })
    }

    /// A line on stderr for those who want to know.
    fn say(&self, said: impl Part) {
        if self.common.verbose {
            self.line(&said);
        }
    }

    /// A line on stderr, unless it is to be quiet.
    fn tell(&self, said: impl Part) {
        if !self.common.quiet {
            self.line(&said);
        }
    }

    fn line(&self, said: &impl Part) {
        let text = match self.context.lang {
            Lang::En => said.en(),
            Lang::Ja => said.ja(),
        };
        let _ = writeln!(std::io::stderr(), "{}", clean(&text));
    }
}
