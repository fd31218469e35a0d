//! `hpc-cost compare`: an estimate against what was charged.

use clap::{Args, ValueEnum};

use super::output::OutputArgs;
use super::{Format, PriceArgs, ScenarioArgs, Session, Verdict};
use crate::actuals::cost_explorer::{KeptCosts, bill, queries};
use crate::actuals::file::{Kind, read};
use crate::actuals::{Bill, CostBasis, Scope};
use crate::aws::Answer;
use crate::compare::{Comparison, Question, compare};
use crate::error::{Error, Result};
use crate::estimate::document::GENERATED_BY;
use crate::estimate::estimate;
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::time::{Period, instant};
use crate::prices::history::DAY;
use crate::prices::lock::digest;
use crate::render::json;
use crate::scenario::Scenario;

/// Compare an estimate with what was charged, and say why they differ
///
/// Charges come from Cost Explorer (each request costs $0.01), or from files: a FOCUS 1.0 or 1.2 export or a
/// Cost and Usage Report, as Parquet or CSV, plain or gzip.
/// Exits with 1 when the difference is above --fail-over or the estimate has lines without a price.
#[derive(Debug, Args)]
pub(super) struct CompareArgs {
    #[command(flatten)]
    scenarios: ScenarioArgs,
    /// Charges: ce for Cost Explorer; focus:PATH or cur:PATH, a file, a folder or a glob
    #[arg(long, value_name = "SOURCE")]
    actual: String,
    /// Which cost: amortized spreads commitments over what they cover, unblended is as invoiced
    #[arg(long, value_enum, default_value_t = BasisArg::Amortized)]
    basis: BasisArg,
    /// Exit with 1 when actual exceeds estimated by more than this: 10% or 500USD
    #[arg(long, value_name = "LIMIT")]
    fail_over: Option<String>,
    /// Stop before more paid requests than this
    #[arg(long, value_name = "N", default_value_t = 20)]
    max_requests: u32,
    #[command(flatten)]
    prices: PriceArgs,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum BasisArg {
    Amortized,
    Unblended,
    NetAmortized,
}

pub(super) fn run(ctx: &mut Session<'_>, args: &CompareArgs) -> Result<Verdict> {
    let limit = args.fail_over.as_deref().map(Limit::parse).transpose()?;
    let source = args.prices.open()?;
    let scenarios = args.scenarios.read_with(ctx, &source)?;
    let [scenario] = &scenarios[..] else {
        return Err(Error::CommandLine {
            message: "`compare` takes one scenario".into(),
            hint: "run it for each scenario on its own".into(),
        });
    };
    let lists = args.prices.price_lists(ctx, &source, &scenarios)?;
    let estimate = estimate(scenario, &lists[0], &ctx.catalog).map_err(Error::Input)?;
    let basis = match args.basis {
        BasisArg::Amortized => CostBasis::Amortized,
        BasisArg::Unblended => CostBasis::Unblended,
        BasisArg::NetAmortized => CostBasis::NetAmortized,
    };
    if scenario.period.start().as_second() > ctx.context.now {
        return Err(Error::CommandLine {
            message: format!("nothing is charged yet: the period begins on {}", scenario.period.start()),
            hint: "`--month previous` compares the last month".into(),
        });
    }
    let (bill, paid_calls) = charges(ctx, args, scenario, basis)?;
    let question = Question { source: args.actual.clone(), basis, now: ctx.context.now, paid_calls };
    if paid_calls > 0 {
        ctx.tell(&format!("{paid_calls} requests, {}", question.paid().cents()));
    }
    let comparison = compare(&estimate, &bill, &ctx.catalog, question);
    match args.output.format {
        Format::Json => ctx.write(&json::render(&comparison.document(GENERATED_BY)), &args.output.file)?,
        _ => ctx.write_report("comparison", &comparison.report(), &args.output)?,
    }
    Ok(verdict(ctx, &comparison, limit.as_ref()))
}

/// The bill, and how many paid requests it took.
fn charges(
    ctx: &Session<'_>,
    args: &CompareArgs,
    scenario: &Scenario,
    basis: CostBasis,
) -> Result<(Bill, u32)> {
    let keys = scenario.keys.scope.clone().unwrap_or_default();
    let scope = Scope { accounts: keys.accounts, regions: keys.regions, tags: keys.tags };
    let file = |kind, path| Ok((read(kind, path, scenario.period, basis, &scope)?, 0));
    match args.actual.split_once(':') {
        None if args.actual == "ce" => from_cost_explorer(ctx, args, scenario.period, basis, &scope),
        Some(("focus", path)) => file(Kind::Focus, path),
        Some(("cur", path)) => file(Kind::Cur, path),
        _ => Err(Error::CommandLine {
            message: format!("`{}` is no source of charges", args.actual),
            hint: "`--actual` takes ce, focus:PATH or cur:PATH".into(),
        }),
    }
}

/// The answers of the cache while they hold, else Cost Explorer's own.
fn from_cost_explorer(
    ctx: &Session<'_>,
    args: &CompareArgs,
    period: Period,
    basis: CostBasis,
    scope: &Scope,
) -> Result<(Bill, u32)> {
    if [period.start(), period.end()].iter().any(|instant| instant.as_second() % DAY != 0) {
        return Err(Error::CommandLine {
            message: "Cost Explorer knows whole days (UTC) only".into(),
            hint: "let the scenario's period begin and end at midnight UTC".into(),
        });
    }
    let queries = queries(period, ctx.context.this_month, basis, scope);
    // Whose bill it is, is whose key it is.
    let key = ctx.aws(true)?.ok_or(Error::NoCredentials)?.access_key();
    let digest = digest(format!("{key} {queries:?}").as_bytes());
    let name = format!("charges-{}.json", &digest[digest.len() - 16..]);
    let cache = ctx.cache()?;
    let kept = cache.as_ref().and_then(|cache| KeptCosts::parse(&cache.read(&name)?));
    if let Some(kept) = kept.filter(|kept| kept.hold(period, ctx.context.now)) {
        ctx.tell(&format!("charges were read from Cost Explorer at {}", instant(kept.read_at)));
        return Ok((bill(period, basis, scope, &kept.used, &kept.all), 0));
    }
    let (mut answers, mut asked) = (Vec::new(), 0);
    for query in queries {
        // One after the other, so that what is allowed holds for both together.
        let most = args.max_requests.saturating_sub(asked);
        let Answer::Costs(groups, more) = ctx.ask_one(crate::aws::Question::Costs { query, most })? else {
            unreachable!("costs were asked for")
        };
        asked += more;
        answers.push(groups);
    }
    let [used, all] = <[_; 2]>::try_from(answers).expect("two questions, two answers");
    let kept = KeptCosts { read_at: ctx.context.now, used, all };
    if let Some(cache) = cache
        && let Err(error) = cache.update(&name, |_| kept.to_json())
    {
        ctx.tell(&format!("the cache cannot be written ({})", crate::error::reason(&error)));
    }
    Ok((bill(period, basis, scope, &kept.used, &kept.all), asked))
}

/// Says on stderr why the answer is no.
fn verdict(ctx: &Session<'_>, comparison: &Comparison, limit: Option<&Limit>) -> Verdict {
    let mut verdict = Verdict::Yes;
    if !comparison.is_priced() {
        ctx.tell("the estimate has lines without a price: it is a lower bound");
        verdict = Verdict::No;
    }
    if let Some(limit) = limit.filter(|limit| limit.is_exceeded(comparison)) {
        let difference = comparison.difference().cents();
        ctx.tell(&format!("actual exceeds estimated by {difference}, more than {limit}"));
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
            message: format!("`{text}` is no limit"),
            hint: "`--fail-over` takes a percentage or dollars: 10% or 500USD".into(),
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
