//! `hpc-cost suggest`: changes worth making, measured on the real jobs.

use std::path::{Path, PathBuf};

use clap::Args;

use super::commitment_offers::market;
use super::compare::BasisArg;
use super::compare::charges::{SourceArgs, Wanted};
use super::metrics::AccountArgs;
use super::output::{OutputArgs, no_stdout};
use super::simulate::{one, study, trace_name, unfit, unfit_for};
use super::terraform_patch::{PatchArgs, tell};
use super::words;
use super::{ChangeArgs, Format, PriceArgs, ScenarioArgs, Session, Verdict, suggest_backtest};
use crate::error::{Error, Result};
use crate::model::decimal;
use crate::model::json::GENERATED_BY;
use crate::model::money::Usd;
use crate::model::time::DAY;
use crate::render::json;
use crate::scenario::Scenario;
use crate::simulate::findings::findings;
use crate::simulate::notes::notes;
use crate::suggest::answer::Answer;
use crate::suggest::metrics;
use crate::suggest::realized::at_paid_rates;
use crate::suggest::remediation::observed;
use crate::suggest::rest_of_month::replan;
use crate::suggest::{Horizon, Paid, Suggestions, Trials, suggest, wanted};

/// Suggest changes of max_vcpus, schedules, instance types, checkpoints and storage
///
/// Simulates the scenario's jobs as it is and with each candidate under the same seeds. Nothing is suggested whose saving
/// is within the noise of the runs, that makes jobs wait longer than [target] wait_minutes, or that leaves more of them
/// unfinished. Changes nothing without `--apply`. Exits with 1 when something that ran has no price, or when no setting that
/// was tried keeps `--budget`.
#[derive(Debug, Args)]
pub(super) struct SuggestArgs {
    /// Scenario file
    #[arg(value_name = "SCENARIO")]
    scenario: PathBuf,
    #[command(flatten)]
    changes: ChangeArgs,
    /// What a month may cost, in USD, for instances and their root volumes: nothing is suggested that would cost more,
    /// unless it saves on the way there
    #[arg(long, value_name = "USD")]
    budget: Option<String>,
    /// Hours that the jobs of a trace stand for, such as 168 for a week. Default: from the first submission to the last
    #[arg(long, value_name = "HOURS", value_parser = clap::value_parser!(u64).range(24..=100_000))]
    trace_hours: Option<u64>,
    /// Seed of the first run
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Runs of each candidate, where anything is drawn
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u64).range(2..=1000))]
    replications: u64,
    /// Charges of the scenario's period, as `compare` takes them: savings are also stated at the rates that were paid,
    /// and with --budget the rest of a month that has begun is planned
    #[arg(long, value_name = "SOURCE")]
    actual: Option<String>,
    /// Months that are like these jobs, for Savings Plans and Reserved Instances: 12 allows one year, 36 three. Default:
    /// none, or a year where --actual has three months of charges
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=120))]
    horizon_months: Option<u32>,
    /// Which cost of the charges
    #[arg(long, value_enum, default_value_t = BasisArg::Amortized, requires = "actual")]
    basis: BasisArg,
    #[command(flatten)]
    source: SourceArgs,
    /// What suggestions would have saved in the scenario's month: those of a saved JSON answer, or those that the jobs
    /// before it lead to
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    backtest: Option<String>,
    /// Keep what the backtest found in this CSV file, a row for each month and suggestion
    #[arg(long, value_name = "FILE", requires = "backtest", value_parser = no_stdout())]
    record: Option<PathBuf>,
    #[command(flatten)]
    patch: PatchArgs,
    #[command(flatten)]
    account: AccountArgs,
    #[command(flatten)]
    prices: PriceArgs,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(ctx: &mut Session<'_>, args: &SuggestArgs) -> Result<Verdict> {
    args.patch.fits(args.output.format())?;
    let budget = args.budget.as_deref().map(dollars).transpose()?;
    let scenarios = ScenarioArgs { scenarios: vec![args.scenario.clone()], changes: args.changes.clone() };
    let source = args.prices.open()?;
    let scenario = one(scenarios.read_with(ctx, &source)?);
    let measured = args.account.metrics(ctx, &scenario)?;
    let more = wanted(&scenario, &ctx.catalog);
    let (study, list) = study(ctx, &args.prices, &source, scenario, more)?;
    let runs = if study.is_drawn() { args.replications } else { 1 };
    let seeds: Vec<u64> = (0..runs).map(|more| args.seed.wrapping_add(more)).collect();
    let paid = args.paid(ctx, &study.scenario)?;
    if args.backtest.is_some() {
        return suggest_backtest::run(ctx, args, study, &list, seeds, budget, paid);
    }
    let trials =
        Trials::new(&study, &list, &ctx.catalog, ctx.context.this_month, seeds.clone(), args.trace_hours)
            .map_err(unfit_for)?;
    let market = market(ctx, &args.prices, &source, &study, args.horizon(paid.as_ref()))?;
    let spinner = ctx.spinner();
    let tell_count = |simulated| spinner.count(simulated);
    let trials = trials.telling(&tell_count).within(budget);
    let mut found = suggest(&trials, &market).map_err(unfit_for)?;
    spinner.end();
    args.account.weigh(ctx, &trials, &mut found)?;
    beside_charges(ctx, &trials, &mut found, paid, budget)?;
    let patched = args.patch.run(ctx, &trials, &found, &study.scenario)?;
    found.together = args.patch.chosen(&trials, &found)?;
    let more_notes = found.notes.clone();
    let first = study.run(args.seed).map_err(unfit)?;
    let judged = metrics::judged(&measured);
    let answer = Answer {
        scenario: study.scenario.name.clone(),
        trace: trace_name(&study.scenario),
        prices: study.prices(),
        seeds: (args.seed, seeds.len()),
        findings: observed(
            &found.suggestions,
            &metrics::environments(&study.scenario),
            &findings(&first, &study.scenario),
            args.seed,
            &judged,
        ),
        found,
        patched,
        measured: judged,
        notes: more_notes
            .into_iter()
            .chain(notes(&first, &study.scenario))
            .chain(metrics::notes(&measured))
            .collect(),
    };
    match (args.output.format(), &answer.patched) {
        (Format::Table, Some(patched)) => ctx.write_for_programs(&patched.diff, &args.output.file)?,
        (Format::Json, _) => ctx.write(&json::render(&answer.document(GENERATED_BY)), &args.output.file)?,
        _ => ctx.write_page("suggestions", &answer.report(), &args.output)?,
    }
    if let Some(patched) = &answer.patched {
        tell(ctx, patched, &args.patch, &answer.found.monthly.cents());
    }
    let refused = answer.found.budget.as_ref().filter(|budget| budget.is_refused());
    if let Some(budget) = refused {
        ctx.tell(budget.words());
    }
    if !answer.is_priced() {
        ctx.tell(words::something_that_ran_has_no_price());
    }
    Ok(if answer.is_priced() && refused.is_none() { Verdict::Yes } else { Verdict::No })
}

/// What is left of a month that has begun, and what suggestions save at the rates that were paid.
fn beside_charges(
    ctx: &Session<'_>,
    trials: &Trials<'_>,
    found: &mut Suggestions,
    paid: Option<Paid>,
    budget: Option<Usd>,
) -> Result<()> {
    let Some(paid) = paid else { return Ok(()) };
    if let Some(budget) = budget {
        found.replan = replan(trials, found, &paid, budget)
            .inspect_err(|reason| ctx.tell(words::the_rest_of_the_month(reason.said())))
            .ok();
    }
    found.at_paid_rates = Some(at_paid_rates(trials, found, paid).map_err(unfit_for)?);
    Ok(())
}

impl SuggestArgs {
    /// What was charged, where that is asked for.
    fn paid(&self, ctx: &Session<'_>, scenario: &Scenario) -> Result<Option<Paid>> {
        let Some(actual) = &self.actual else { return Ok(None) };
        let wanted = Wanted::new(scenario, self.basis.basis());
        let charges = self.source.read(ctx, actual, &wanted)?;
        if charges.paid_calls > 0 {
            ctx.tell(words::requests_to_cost_explorer(charges.paid_calls));
        }
        Paid::new(&charges.bill, actual).map(Some).map_err(unfit_for)
    }

    /// For how long it is said what will run.
    pub(super) fn horizon(&self, paid: Option<&Paid>) -> Option<Horizon> {
        let days = paid.map(|paid| (paid.until() - paid.days.0) / DAY);
        self.horizon_months.map(Horizon::Declared).or(days.map(Horizon::Charged))
    }

    /// The file of `--backtest`; `None` where none is named.
    pub(super) fn saved_answer(&self) -> Option<&Path> {
        self.backtest.as_deref().filter(|path| !path.is_empty()).map(Path::new)
    }

    pub(super) const fn seed(&self) -> u64 {
        self.seed
    }

    pub(super) const fn output(&self) -> &OutputArgs {
        &self.output
    }

    pub(super) fn record(&self) -> Option<&Path> {
        self.record.as_deref()
    }
}

fn dollars(text: &str) -> Result<Usd> {
    let positive = decimal::parse(text).ok().filter(|number| *number > decimal::Decimal::ZERO);
    positive.map(Usd::new).ok_or_else(|| Error::CommandLine {
        message: words::budget_is_not_an_amount(text),
        hint: words::a_number_above_0_such_as(),
    })
}
