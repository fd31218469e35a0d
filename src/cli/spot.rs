//! `hpc-cost spot`: what Spot did, what it may do, and where it pays.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;

use super::output::OutputArgs;
use super::words;
use super::{Format, Session, Verdict, region};
use crate::aws::Answer;
use crate::document::nearest::did_you_mean;
use crate::error::{Error, Result};
use crate::interruption::Exposure;
use crate::live::Need;
use crate::model::commitment::Commitments;
use crate::model::decimal::{self, Decimal};
use crate::model::json::Envelope;
use crate::model::region::Region;
use crate::model::sku::{InstanceType, PurchaseOption, Sku};
use crate::prices::Wanted;
use crate::prices::history::SpotHistory;
use crate::render::json;
use crate::report::Note;
use crate::scenario::file::{Overrides, read};
use crate::scenario::usage::compute::job_exposure;
use crate::spot::backtest::backtest;
use crate::spot::file::{HistoryFile, interruption_bands};
use crate::spot::{OnDemand, Question, answer, file};

/// Show Spot prices per zone and forecast next month's mean
///
/// Asks EC2 for the types named, or reads the output of `aws ec2 describe-spot-price-history` from a
/// file. Exits with 1 when no pool matches or, with --backtest, when no month can be judged.
#[derive(Debug, Args)]
pub(super) struct SpotArgs {
    /// Instance types; with --history, all in the file without any
    #[arg(value_name = "TYPE")]
    types: Vec<String>,
    /// Spot price history instead of EC2's answer: the AWS CLI's JSON, plain or gzip
    #[arg(long, value_name = "FILE")]
    history: Option<PathBuf>,
    /// Region; with --history, only its zones, with On-Demand prices from the bundled table
    #[arg(long)]
    region: Option<String>,
    /// Days back from the end of the record; EC2 tells 90
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(i64).range(1..=3660))]
    days: i64,
    /// Judge the forecast on every month of the history instead
    #[arg(long, requires = "history", conflicts_with_all = ["scenario", "advisor", "days"])]
    backtest: bool,
    /// Scenario with the job definition of --job-definition
    #[arg(long, value_name = "FILE", requires = "job_definition")]
    scenario: Option<PathBuf>,
    /// Job definition whose break-even price is asked for
    #[arg(long, value_name = "NAME", requires_all = ["scenario", "interruptions"])]
    job_definition: Option<String>,
    /// Spot interruptions per instance and hour, for the break-even price
    #[arg(long, value_name = "RATE", requires = "job_definition")]
    interruptions: Option<String>,
    /// Spot Advisor data, for last month's interruption bands
    #[arg(long, value_name = "FILE", requires = "region")]
    advisor: Option<PathBuf>,
    /// Ask EC2 how likely a Spot request for this many instances succeeds in each zone
    #[arg(long, value_name = "INSTANCES", conflicts_with = "history", value_parser = clap::value_parser!(i32).range(1..))]
    placement_scores: Option<i32>,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(ctx: &Session<'_>, args: &SpotArgs) -> Result<Verdict> {
    let types: Vec<InstanceType> = args.types.iter().map(|name| InstanceType::new(name)).collect();
    let region = args.region.as_deref().map(region).transpose()?;
    let (history, on_demand, scores, remarks) = match &args.history {
        Some(path) => {
            let history = from_file(ctx, path, region, &types)?;
            if args.backtest {
                return judge(ctx, args, &history, &types);
            }
            let on_demand = region.map(|region| OnDemand::bundled(&history.history, region));
            (history.history, on_demand, None, Vec::new())
        }
        None => from_ec2(ctx, args, region, &types)?,
    };
    let bands = match (&args.advisor, region) {
        (Some(path), Some(region)) => interruption_bands(path, region.code())?,
        _ => BTreeMap::new(),
    };
    let question =
        Question { types, on_demand, days: args.days, job: job(ctx, args)?, bands, remarks, scores };
    let Some(answer) = answer(&history, &question) else {
        ctx.tell(words::no_pool_has_a_price());
        return Ok(Verdict::No);
    };
    match args.output.format() {
        Format::Json => ctx.write(&json::render(&Envelope::new("spot", &answer)), &args.output.file)?,
        _ => ctx.write_page("spot", &answer.report(), &args.output)?,
    }
    Ok(Verdict::Yes)
}

fn from_file(
    ctx: &Session<'_>,
    path: &Path,
    region: Option<Region>,
    types: &[InstanceType],
) -> Result<HistoryFile> {
    let mut history = file::read(path)?;
    ctx.say(words::read_records_of_pools(history.records, history.history.pools.len()));
    if let Some(region) = region {
        history = history.of_region(region)?;
    }
    for remark in history.remarks(region) {
        ctx.tell(&remark);
    }
    check_types(&history, types)?;
    Ok(history)
}

/// Spot prices move several times a day: after an hour EC2 is asked again [s].
const SPOT_FRESH: i64 = 3600;

type Scores = Option<(i32, BTreeMap<String, i32>)>;

/// What EC2 tells of the last 90 days, and the Price List of On-Demand.
fn from_ec2(
    ctx: &Session<'_>,
    args: &SpotArgs,
    region: Option<Region>,
    types: &[InstanceType],
) -> Result<(SpotHistory, Option<OnDemand>, Scores, Vec<Note>)> {
    let (Some(region), false) = (region, types.is_empty()) else {
        return Err(Error::CommandLine {
            message: words::ec2_is_asked_for_the(),
            hint: words::name_the_types_and_region(),
        });
    };
    if !region.is_commercial() {
        return Err(Error::CommandLine {
            message: words::the_spot_prices_of_cannot(region),
            hint: words::ec2_in_govcloud_answers_to(),
        });
    }
    let both = [PurchaseOption::Spot, PurchaseOption::OnDemand];
    let wanted: Wanted =
        types.iter().flat_map(|name| both.map(|option| Sku::instance(region, name, option))).collect();
    let period = ctx.context.this_month.period();
    let needs = [Need { region, period, wanted, commitments: Commitments::default() }];
    let known = match ctx.know(&needs, SPOT_FRESH)? {
        Some(known) => known,
        None => ctx.ask_anew(&needs)?,
    };
    let list = known.price_list(&needs[0], &ctx.catalog);
    let mut remarks: Vec<Note> = list
        .remarks
        .iter()
        .chain(list.type_remarks.values())
        .map(|remark| Note::PriceRemark { remark: remark.clone() })
        .collect();
    let history = known.spot_history(&needs[0]).unwrap_or_default();
    for name in types.iter().filter(|name| !history.pools.keys().any(|pool| pool.instance_type == **name)) {
        if !known.is_type(region, name) {
            return Err(Error::CommandLine {
                message: words::ec2_knows_no_instance_type(name, region),
                hint: did_you_mean(name.as_str(), ctx.catalog.iter().map(|(known, _)| known))
                    .unwrap_or_else(words::hpc_cost_prices_show_lists),
            });
        }
        remarks.push(Note::PriceRemark { remark: words::ec2_has_no_spot_price(name, region).en });
    }
    let on_demand = OnDemand { prices: OnDemand::of(&list, &needs[0].wanted), read_at: list.as_of.clone() };
    let scores = match args.placement_scores {
        Some(instances) => Some((instances, placement_scores(ctx, region, types, instances)?)),
        None => None,
    };
    Ok((history, Some(on_demand), scores, remarks))
}

/// EC2's scores by zone id, asked anew: they are about this minute.
fn placement_scores(
    ctx: &Session<'_>,
    region: Region,
    types: &[InstanceType],
    instances: i32,
) -> Result<BTreeMap<String, i32>> {
    let question = crate::aws::Question::PlacementScores { region, types: types.to_vec(), instances };
    match ctx.ask_one(question)? {
        Answer::PlacementScores(scores) => Ok(scores),
        _ => unreachable!("placement scores were asked for"),
    }
}

fn judge(
    ctx: &Session<'_>,
    args: &SpotArgs,
    history: &HistoryFile,
    types: &[InstanceType],
) -> Result<Verdict> {
    let found = backtest(&history.history, types);
    match args.output.format() {
        Format::Json => ctx.write(&json::render(&Envelope::new("backtest", &found)), &args.output.file)?,
        _ => ctx.write_page("backtest", &found.report(), &args.output)?,
    }
    if found.forecast.all.is_none() {
        ctx.tell(words::no_month_has_60_days());
        return Ok(Verdict::No);
    }
    Ok(Verdict::Yes)
}

fn check_types(history: &HistoryFile, types: &[InstanceType]) -> Result<()> {
    let known: Vec<&str> = history.history.pools.keys().map(|pool| pool.instance_type.as_str()).collect();
    match types.iter().find(|name| !known.contains(&name.as_str())) {
        None => Ok(()),
        Some(name) => {
            let mut distinct = known.clone();
            distinct.dedup();
            let hint = did_you_mean(name.as_str(), distinct.iter().copied())
                .unwrap_or_else(|| words::it_has(distinct.join(", ")));
            Err(Error::CommandLine { message: words::the_history_has_no(name), hint })
        }
    }
}

/// The job definition asked for and what interruptions at the given rate do to it.
fn job(ctx: &Session<'_>, args: &SpotArgs) -> Result<Option<(String, Exposure)>> {
    let (Some(path), Some(name), Some(rate)) = (&args.scenario, &args.job_definition, &args.interruptions)
    else {
        return Ok(None);
    };
    let overrides = Overrides::default();
    let scenario = ctx.scenario(read(path, &overrides)?, path, &overrides)?;
    let rate = decimal::parse(rate).ok().filter(|rate| *rate >= Decimal::ZERO).ok_or_else(|| {
        Error::CommandLine {
            message: words::is_not_a_rate(rate),
            hint: words::interruptions_takes_interruptions_per_instance(),
        }
    })?;
    let Some(job) = scenario.job(name) else {
        let names: Vec<&str> =
            scenario.keys.batch.job_definition.iter().map(|job| job.name.as_str()).collect();
        let hint =
            did_you_mean(name, names.iter().copied()).unwrap_or_else(|| words::it_has(names.join(", ")));
        return Err(Error::CommandLine { message: words::the_scenario_has_no_job(name), hint });
    };
    if job.checkpoint.is_none() && job.run_hours.is_none() {
        return Err(Error::CommandLine {
            message: words::has_neither_a_checkpoint_nor(name),
            hint: Note::InterruptionsWithoutJob { name: name.clone() }.said(),
        });
    }
    Ok(Some((name.clone(), job_exposure(job, rate, Decimal::ZERO))))
}
