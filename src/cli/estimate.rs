//! `hpc-cost estimate`: what a scenario costs.

use std::path::{Path, PathBuf};

use clap::Args;

use super::output::OutputArgs;
use super::words;
use super::{Format, PriceArgs, ScenarioArgs, Session, Verdict};
use crate::document::nearest::did_you_mean;
use crate::error::{Error, Result};
use crate::estimate::{BudgetVerdict, Estimate, comparison, estimate};
use crate::model::json::{Envelope, list, object};
use crate::model::time::Month;
use crate::render::json;
use crate::report::Note;

/// Estimate what a scenario costs
///
/// Several scenarios become columns, each with its difference to the first. Exits with 1 when a
/// line has no price or `fail_usd` is exceeded.
#[derive(Debug, Args)]
pub(super) struct EstimateArgs {
    #[command(flatten)]
    scenarios: ScenarioArgs,
    #[command(flatten)]
    prices: PriceArgs,
    #[command(flatten)]
    output: OutputArgs,
    /// Show the arithmetic of a line by its line_id, or of lines whose name or usage type contains this
    #[arg(long, value_name = "LINE", conflicts_with = "sensitivity")]
    explain: Option<String>,
    /// Vary every input by a tenth and rank them by their effect on the total
    #[arg(long)]
    sensitivity: bool,
    /// Show how wrong this scenario's estimates were in closed months: the file that `compare --calibration` writes
    #[arg(long, value_name = "FILE")]
    calibration: Option<PathBuf>,
    /// Go by that track record: charged over estimated, service by service
    #[arg(long, requires = "calibration")]
    calibrated: bool,
}

pub(super) fn run(ctx: &mut Session<'_>, args: &EstimateArgs) -> Result<Verdict> {
    let source = args.prices.open()?;
    let scenarios = args.scenarios.read_with(ctx, &source)?;
    let lists = args.prices.price_lists(ctx, &source, &scenarios)?;
    let priced = scenarios.iter().zip(&lists);
    let mut estimates: Vec<Estimate> = priced
        .map(|(scenario, list)| estimate(scenario, list, &ctx.catalog).map_err(Error::Input))
        .collect::<Result<_>>()?;
    if args.calibrated && estimates.len() > 1 {
        return Err(Error::CommandLine {
            message: words::calibrated_takes_one_scenario(),
            hint: words::without_it_the_track_record_of(),
        });
    }
    if let Some(path) = &args.calibration {
        calibrate(ctx, path, args.calibrated, &mut estimates)?;
    }
    match (&args.explain, args.sensitivity, &estimates[..]) {
        (Some(line), _, [only]) => ctx.write_page("explanation", &explained(only, line)?, &args.output)?,
        (None, true, [only]) => {
            let report = only.sensitivity(&lists[0], &ctx.catalog, ctx.context.this_month);
            ctx.write_page("sensitivity", &report, &args.output)?;
        }
        (None, false, [only]) => write_one(ctx, args, only)?,
        (None, false, several) => write_several(ctx, args, several)?,
        _ => return Err(one_scenario_only()),
    }
    // The notes of a CSV estimate have said on stderr why the answer is no.
    let said = args.output.format() == Format::Csv && args.explain.is_none() && !args.sensitivity;
    Ok(verdict(ctx, said, &estimates))
}

/// Brings the track record in. It goes by months before the one estimated.
fn calibrate(ctx: &Session<'_>, path: &Path, used: bool, estimates: &mut [Estimate]) -> Result<()> {
    let Some(file) = ctx.read_calibration(path)? else {
        let source =
            crate::error::refused(std::io::ErrorKind::NotFound, words::compare_calibration_writes_it());
        return Err(Error::Read { path: path.to_owned(), source });
    };
    for estimate in estimates {
        let month = Month::of(estimate.scenario.period.start());
        let record = file.before(&estimate.scenario.name, month);
        estimate.calibrate(&record, used).map_err(|message| Error::CommandLine {
            message: words::calibrated_cannot_be_answered_by(path.display(), &message),
            hint: words::without_it_the_track_record(),
        })?;
    }
    Ok(())
}

fn write_one(ctx: &Session<'_>, args: &EstimateArgs, estimate: &Estimate) -> Result<()> {
    match args.output.format() {
        Format::Json => ctx.write(&json::render(&Envelope::new("estimate", estimate)), &args.output.file),
        _ => ctx.write_page("estimate", &estimate.report(), &args.output),
    }
}

fn write_several(ctx: &Session<'_>, args: &EstimateArgs, estimates: &[Estimate]) -> Result<()> {
    match args.output.format() {
        Format::Json => {
            let each = list(estimates.iter().map(|estimate| Envelope::new("estimate", estimate)));
            let all = Envelope::new("estimate_comparison", object! { estimates: each });
            ctx.write(&json::render(&all), &args.output.file)
        }
        Format::Csv => ctx.write_page("estimate", &comparison::stacked(estimates), &args.output),
        _ => ctx.write_page("estimate", &comparison::report(estimates), &args.output),
    }
}

fn explained(estimate: &Estimate, line: &str) -> Result<crate::report::Page> {
    estimate.explain(line).ok_or_else(|| {
        let names = estimate.line_names();
        let likely = did_you_mean(line, names.iter().map(String::as_str));
        let hint = likely.unwrap_or_else(|| words::the_lines_are(names.join(", ")));
        Error::CommandLine { message: words::no_line_contains(line), hint }
    })
}

fn one_scenario_only() -> Error {
    Error::CommandLine {
        message: words::explain_and_sensitivity_take_one(),
        hint: words::run_them_for_each_scenario(),
    }
}

/// Says on stderr why the answer is no.
fn verdict(ctx: &Session<'_>, said: bool, estimates: &[Estimate]) -> Verdict {
    for estimate in estimates.iter().filter(|estimate| !said && !estimate.passes()) {
        let unpriced = estimate.unpriced.len();
        if unpriced > 0 {
            let lines = if unpriced == 1 { words::at_1_line_has() } else { words::lines_have(unpriced) };
            ctx.tell(words::no_price_the_total_is(&estimate.scenario.name, &lines));
        }
        if let Some((BudgetVerdict::Fail, limit)) = estimate.budget() {
            let expected = estimate.judged_total().expected;
            ctx.tell(format!("{}: {}", estimate.scenario.name, Note::BudgetExceeded { expected, limit }));
        }
    }
    if estimates.iter().all(Estimate::passes) { Verdict::Yes } else { Verdict::No }
}
