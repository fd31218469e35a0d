//! `hpc-cost suggest`: changes worth making, measured on the real jobs.

use std::path::PathBuf;

use clap::Args;

use super::output::OutputArgs;
use super::simulate::{one, study, trace_name, unfit};
use super::{ChangeArgs, Format, PriceArgs, ScenarioArgs, Session, Verdict};
use crate::error::{Error, Result};
use crate::estimate::document::GENERATED_BY;
use crate::model::decimal;
use crate::model::money::Usd;
use crate::render::json;
use crate::simulate::findings::findings;
use crate::simulate::notes::notes;
use crate::suggest::answer::Answer;
use crate::suggest::{Trials, suggest, wanted};

/// Suggest changes of max_vcpus, schedules, instance types, checkpoints and storage
///
/// Simulates the scenario's jobs as it is and with each candidate under the same seeds. Nothing is suggested whose saving
/// is within the noise of the runs, that makes jobs wait longer than [target] wait_minutes, or that leaves more of them
/// unfinished. Changes nothing. Exits with 1 when something that ran has no price.
#[derive(Debug, Args)]
pub(super) struct SuggestArgs {
    /// Scenario file
    #[arg(value_name = "SCENARIO")]
    scenario: PathBuf,
    #[command(flatten)]
    changes: ChangeArgs,
    /// What a month may cost, in USD: no max_vcpus is suggested that would cost more
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
    #[command(flatten)]
    prices: PriceArgs,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(ctx: &mut Session<'_>, args: &SuggestArgs) -> Result<Verdict> {
    let budget = args.budget.as_deref().map(dollars).transpose()?;
    let scenarios = ScenarioArgs { scenarios: vec![args.scenario.clone()], changes: args.changes.clone() };
    let source = args.prices.open()?;
    let scenario = one(scenarios.read_with(ctx, &source)?);
    let more = wanted(&scenario, &ctx.catalog);
    let (study, list) = study(ctx, &args.prices, &source, scenario, more)?;
    let runs = if study.is_drawn() { args.replications } else { 1 };
    let seeds: Vec<u64> = (0..runs).map(|more| args.seed.wrapping_add(more)).collect();
    let trials =
        Trials::new(&study, &list, &ctx.catalog, ctx.context.this_month, seeds.clone(), args.trace_hours)
            .map_err(unfit)?;
    let spinner = ctx.spinner();
    let tell = |simulated| spinner.count(simulated);
    let found = suggest(&trials.telling(&tell), budget).map_err(unfit)?;
    spinner.end();
    let more_notes = found.notes.clone();
    let first = study.run(args.seed).map_err(unfit)?;
    let answer = Answer {
        scenario: study.scenario.name.clone(),
        trace: trace_name(&study.scenario),
        prices: study.prices(),
        seeds: (args.seed, seeds.len()),
        found,
        findings: findings(&first, &study.scenario),
        notes: more_notes.into_iter().chain(notes(&first, &study.scenario)).collect(),
    };
    match args.output.format {
        Format::Json => ctx.write(&json::render(&answer.document(GENERATED_BY)), &args.output.file)?,
        _ => ctx.write_report("suggestions", &answer.report(), &args.output)?,
    }
    if answer.is_priced() {
        return Ok(Verdict::Yes);
    }
    ctx.tell("something that ran has no price: costs are lower bounds");
    Ok(Verdict::No)
}

fn dollars(text: &str) -> Result<Usd> {
    let positive = decimal::parse(text).ok().filter(|number| *number > decimal::Decimal::ZERO);
    positive.map(Usd::new).ok_or_else(|| Error::CommandLine {
        message: format!("`--budget {text}` is not an amount of dollars"),
        hint: "a number above 0, such as 12000".into(),
    })
}
