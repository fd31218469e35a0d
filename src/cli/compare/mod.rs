//! `hpc-cost compare`: an estimate against what was charged.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

mod against;
pub(super) mod charges;
mod words;

use super::output::{OutputArgs, no_stdout};
use super::{Format, PriceArgs, ScenarioArgs, Session, Verdict};
use crate::actuals::CostBasis;
use crate::compare::bridge::Driver;
use crate::compare::by::{self, By};
use crate::compare::movers::Detail;
use crate::compare::{Comparison, Question, compare};
use crate::error::{Error, Result};
use crate::estimate::{BudgetVerdict, estimate};
use crate::model::decimal::{self, Decimal};
use crate::model::json::Envelope;
use crate::model::money::Usd;
use crate::model::said::Said;
use crate::model::time::day;
use crate::render::json;
use crate::report::{Note, Page};
use charges::{ChargeArgs, Charges, Wanted};

/// Compare an estimate with what was charged, and say why they differ
///
/// Charges come from Cost Explorer (each request costs $0.01), or from a FOCUS 1.0 or 1.2 export or a Cost and
/// Usage Report: in files, as Parquet or CSV, plain or gzip, or in Amazon Athena.
/// Exits with 1 when the difference is above --fail-over, what is charged is above the budget's fail_usd, or the
/// estimate has lines without a price.
#[derive(Debug, Args)]
pub(super) struct CompareArgs {
    #[command(flatten)]
    scenarios: ScenarioArgs,
    #[command(flatten)]
    charges: ChargeArgs,
    /// Which cost: amortized spreads commitments over what they cover, unblended is as invoiced
    #[arg(long, value_enum, default_value_t = BasisArg::Amortized)]
    basis: BasisArg,
    /// Exit with 1 when actual exceeds estimated by more than this: 10% or 500USD
    #[arg(long, value_name = "LIMIT")]
    fail_over: Option<String>,
    /// Show what is behind one driver of the bridge, by usage type: hours, "mix of types", "Spot share", price, …
    #[arg(long, value_name = "DRIVER")]
    explain: Option<String>,
    /// Show charges by these, in order: service, usage_type, account, region, day, tag:KEY, cost_category:KEY, resource,
    /// queue, compute_environment, kind, billing_period, invoice, commitment
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    by: Vec<String>,
    /// Keep the error of a closed month in this file, for `estimate --calibration`
    #[arg(long, value_name = "FILE", value_parser = no_stdout())]
    calibration: Option<PathBuf>,
    #[command(flatten)]
    against: against::AgainstArgs,
    /// Show every line, however small
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    prices: PriceArgs,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum BasisArg {
    Amortized,
    Unblended,
    NetAmortized,
}

impl BasisArg {
    pub(super) const fn basis(self) -> CostBasis {
        match self {
            BasisArg::Amortized => CostBasis::Amortized,
            BasisArg::Unblended => CostBasis::Unblended,
            BasisArg::NetAmortized => CostBasis::NetAmortized,
        }
    }
}

pub(super) fn run(ctx: &mut Session<'_>, args: &CompareArgs) -> Result<Verdict> {
    let limit = args.fail_over.as_deref().map(Limit::parse).transpose()?;
    let source = args.prices.open()?;
    let scenarios = args.scenarios.read_with(ctx, &source)?;
    let [scenario] = &scenarios[..] else {
        return Err(Error::CommandLine {
            message: words::compare_takes_one_scenario(),
            hint: words::run_it_for_each_scenario(),
        });
    };
    let basis = args.basis.basis();
    if scenario.period.start().as_second() > ctx.context.now {
        return Err(Error::CommandLine {
            message: words::nothing_is_charged_yet_the(scenario.period.start()),
            hint: words::month_previous_compares_the_last(),
        });
    }
    // Before anything is asked or paid for.
    let explain = args.explain.as_deref().map(driver).transpose()?;
    args.against.check(scenario)?;
    args.calibration.as_deref().map(|path| ctx.read_calibration(path)).transpose()?;
    let by = told_apart(&args.by, &args.charges.actual)?;
    let mut wanted = Wanted::new(scenario, basis);
    wanted.by = by.iter().filter_map(By::dimension).collect();
    wanted.usage_types = by.contains(&By::UsageType);
    wanted.costs = true;
    if args.charges.dry_run {
        ctx.write(&args.charges.sql(ctx, &wanted)?, &args.output.file)?;
        return Ok(Verdict::Yes);
    }
    let lists = args.prices.price_lists(ctx, &source, &scenarios)?;
    let estimate = estimate(scenario, &lists[0], &ctx.catalog).map_err(Error::Input)?;
    let Charges { bill, told_apart, paid_calls, query, aws_forecast } = args.charges.read(ctx, &wanted)?;
    let source = args.charges.actual.clone();
    let question = Question { source, basis, now: ctx.context.now, paid_calls, query, aws_forecast };
    if paid_calls > 0 {
        ctx.tell(words::paid_requests(
            Said::counted(paid_calls, "request"),
            question.paid_for_calls().cents(),
        ));
    }
    let mut comparison = compare(&estimate, &bill, &ctx.catalog, question);
    if !by.is_empty() {
        comparison = comparison.broken_down(by, &estimate, told_apart.as_ref().unwrap_or(&bill));
    }
    let comparison = match args.against.then(ctx, &args.charges, &wanted, paid_calls)? {
        Some(then) => comparison.against(then),
        None => comparison,
    };
    let detail = match args.output.format() {
        Format::Csv => Detail::Data,
        _ if args.all => Detail::All,
        _ => Detail::Folded,
    };
    match (explain, args.output.format()) {
        (Some(driver), _) => {
            ctx.write_page("explanation", &explained(&comparison, driver)?, &args.output)?;
        }
        (None, Format::Json) => {
            ctx.write(&json::render(&Envelope::new("comparison", &comparison)), &args.output.file)?
        }
        (None, _) => ctx.write_page("comparison", &comparison.report_with(detail), &args.output)?,
    }
    if let Some(path) = &args.calibration {
        record(ctx, path, &comparison)?;
    }
    Ok(verdict(ctx, &comparison, limit.as_ref()))
}

/// What `--by` names.
fn told_apart(names: &[String], actual: &str) -> Result<Vec<By>> {
    let refused = |message: Said, hint: Said| Err(Error::CommandLine { message, hint });
    if names.len() > by::MOST {
        return refused(words::by_takes_at_most(by::MOST), words::leave_some_out());
    }
    let mut all = Vec::new();
    for name in names {
        match By::parse(name) {
            Some(by) => all.push(by),
            None => {
                return refused(words::by_is_not_known(name), words::it_takes(By::NAMES.join(", ")));
            }
        }
    }
    let (services, usage_types) = (all.contains(&By::Service), all.contains(&By::UsageType));
    if actual == "ce" && services && usage_types && all.iter().any(|by| by.dimension().is_some()) {
        return refused(words::cost_explorer_tells_charges_apart(), words::leave_out_service_or_usage_type());
    }
    Ok(all)
}

/// The driver that `--explain` names.
fn driver(text: &str) -> Result<Driver> {
    Driver::named(text).ok_or_else(|| no_driver(text, words::the_drivers_are, Driver::ALL.iter()))
}

fn explained(comparison: &Comparison, driver: Driver) -> Result<Page> {
    comparison.explain(driver).ok_or_else(|| {
        let drivers = comparison.bridge.iter().map(|of| &of.driver);
        no_driver(driver.id(), words::this_answer_has, drivers)
    })
}

fn no_driver<'a>(text: &str, these: fn(String) -> Said, drivers: impl Iterator<Item = &'a Driver>) -> Error {
    let names: Vec<&str> = drivers.map(|driver| driver.id()).collect();
    Error::CommandLine {
        message: words::there_is_no_driver(text),
        hint: match names.is_empty() {
            true => words::estimate_and_charges_do_not(),
            false => these(names.join(", ")),
        },
    }
}

/// Keeps a closed month in the track record, or says why not.
fn record(ctx: &Session<'_>, path: &Path, comparison: &Comparison) -> Result<()> {
    match &comparison.closed {
        Ok(month) => {
            let _turn = ctx.turn(path)?;
            let mut file = ctx.read_calibration(path)?.unwrap_or_default();
            file.record(month.clone());
            ctx.write_calibration(path, &file)?;
            let stopped = comparison.last_use.map(|last| words::with_its_last_use_on(day(last)));
            let stopped = stopped.unwrap_or_default();
            ctx.tell(words::of_is_in(&month.month, &month.scenario, path.display(), &stopped));
        }
        Err(reason) => ctx.tell(words::not_kept_in(path.display(), reason)),
    }
    Ok(())
}

/// Says on stderr why the answer is no.
fn verdict(ctx: &Session<'_>, comparison: &Comparison, limit: Option<&Limit>) -> Verdict {
    let mut verdict = Verdict::Yes;
    if !comparison.is_priced() {
        ctx.tell(words::the_estimate_has_lines_without());
        verdict = Verdict::No;
    }
    if let Some((BudgetVerdict::Fail, limit)) = comparison.budget {
        let actual = comparison.billed();
        ctx.tell(Note::ChargedOverBudget { actual, limit, key: "fail_usd" }.said());
        verdict = Verdict::No;
    }
    if let Some(limit) = limit.filter(|limit| limit.is_exceeded(comparison)) {
        let difference = comparison.difference().cents();
        ctx.tell(words::actual_exceeds_estimated_by_more(&difference, limit));
        verdict = Verdict::No;
    }
    verdict
}

/// How much more than estimated is too much.
#[derive(Debug)]
enum Limit {
    /// A share of the estimate, in percent.
    Percent(Decimal),
    /// An amount.
    Amount(Usd),
}

impl Limit {
    fn parse(text: &str) -> Result<Limit> {
        let number = |text: &str| decimal::parse(text).ok().filter(|number| *number >= Decimal::ZERO);
        let percent = text.strip_suffix('%').and_then(number).map(Limit::Percent);
        let amount = text.strip_suffix("USD").and_then(number).map(|amount| Limit::Amount(Usd::new(amount)));
        percent.or(amount).ok_or_else(|| Error::CommandLine {
            message: words::is_no_limit(text),
            hint: words::fail_over_takes_a_percentage(),
        })
    }

    fn is_exceeded(&self, comparison: &Comparison) -> bool {
        let difference = comparison.difference();
        match self {
            Limit::Amount(limit) => difference > *limit,
            Limit::Percent(percent) => {
                difference > comparison.estimated().times(*percent / Decimal::ONE_HUNDRED)
            }
        }
    }
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Limit::Percent(percent) => write!(f, "{} %", decimal::plain(*percent)),
            Limit::Amount(limit) => f.write_str(&limit.cents()),
        }
    }
}
