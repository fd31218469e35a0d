//! `hpc-cost simulate`: what the queues of AWS Batch would do with recorded jobs.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::output::{OutputArgs, no_stdout};
use super::source::PriceSource;
use super::words;
use super::{ChangeArgs, Format, PriceArgs, ScenarioArgs, Session, Verdict};
use crate::error::{Error, Result};
use crate::estimate::Pricing;
use crate::model::digest::digest;
use crate::model::json::{Envelope, GENERATED_BY};
use crate::prices::{PriceList, Wanted};
use crate::render::{csv, json};
use crate::report::{Note, Said};
use crate::scenario::Scenario;
use crate::simulate::allocation::{by_job, costs};
use crate::simulate::answer::Answer;
use crate::simulate::figures::Figures;
use crate::simulate::findings::{findings, impossible};
use crate::simulate::notes::{bids, notes, notes_of_jobs};
use crate::simulate::shares::{shares, usual};
use crate::simulate::span::Span;
use crate::simulate::study::{Jobs, Run, Study, side_by_side};
use crate::simulate::sweep::{Shard, Sweep, SweepRow, Values};
use crate::simulate::unfit::Unfit;
use crate::suggest::Rejection;
use crate::workload::Workload;
use crate::workload::by::{self, By};
use crate::workload::file::read;

/// Simulate what the job queues would do, and what it costs
///
/// Takes the compute environments, queues, job definitions and schedules of the scenario, and the jobs of its
/// [workload]: a trace (a workload CSV or a log in Standard Workload Format, *.swf), or arrivals to draw. The same seed gives the same bytes.
/// Exits with 1 when something that ran has no price.
#[derive(Debug, Args)]
pub(super) struct SimulateArgs {
    /// Scenario file
    #[arg(required_unless_present = "merge", value_name = "SCENARIO")]
    scenario: Option<PathBuf>,
    #[command(flatten)]
    changes: ChangeArgs,
    /// Seed of what is drawn: Spot interruptions, refused launches, described jobs
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Runs with this seed and those after it, for intervals
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    replications: u64,
    /// Whose the cost is: queue, user, account, share, name, job_definition, reason or tag:KEY (can be repeated).
    /// Default: queue, user and account where they are known, and reason. The first that is asked for comes first, in CSV too
    #[arg(long, value_name = "THING", value_parser = by::parse, conflicts_with = "sweep")]
    by: Vec<By>,
    /// Write what became of each job in the first run, as CSV
    #[arg(long, value_name = "FILE", value_parser = no_stdout())]
    jobs_out: Option<PathBuf>,
    /// Run at many values of a setting, such as batch.gpu.max_vcpus=96..1920:96
    #[arg(long, value_name = "KEY=FROM..TO:STEP", conflicts_with_all = ["replications", "jobs_out"])]
    sweep: Option<String>,
    /// Do one part of a sweep, counted from 0. Default in an array job of AWS Batch: the child's own
    #[arg(long, value_name = "I/N", requires = "sweep")]
    shard: Option<String>,
    /// Join the parts of a sweep, as --shard --format json wrote them, instead of simulating
    #[arg(long, value_name = "PART", num_args = 1.., conflicts_with_all = ["scenario", "sweep", "jobs_out"])]
    merge: Vec<PathBuf>,
    #[command(flatten)]
    prices: PriceArgs,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(ctx: &mut Session<'_>, args: &SimulateArgs) -> Result<Verdict> {
    let Some(path) = &args.scenario else { return merge(ctx, args) };
    let scenarios = ScenarioArgs { scenarios: vec![path.clone()], changes: args.changes.clone() };
    let source = args.prices.open()?;
    if let Some(sweep) = &args.sweep {
        return run_sweep(ctx, args, &scenarios, &source, sweep);
    }
    let scenario = one(scenarios.read_with(ctx, &source)?);
    let (study, _) = study(ctx, &args.prices, &source, scenario, Wanted::new())?;
    let prepared = study.prepare(args.seed).map_err(unfit)?;
    for finding in impossible(&prepared.misfits, &prepared.model, &prepared.workload) {
        ctx.tell(finding.said());
    }
    let (first, span) = prepared.run_both_ends();
    let more: Vec<u64> = (1..args.replications).map(|more| args.seed.wrapping_add(more)).collect();
    let mut runs = vec![first.figures.clone()];
    for run in side_by_side(&more, |seed| study.run(*seed).map(|run| run.figures)) {
        runs.push(run.map_err(unfit)?);
    }
    if let Some(path) = &args.jobs_out {
        ctx.write_text(path, &jobs_csv(&first))?;
    }
    let mut notes = notes(&first, &study.scenario);
    notes.extend(span.as_ref().map(Span::note));
    let answer = Answer {
        scenario: study.scenario.name.clone(),
        trace: trace_name(&study.scenario),
        start: study.start(&first.workload),
        prices: study.prices(),
        runs,
        shares_asked_for: !args.by.is_empty(),
        shares: shares(&first, &if args.by.is_empty() { usual(&first) } else { args.by.clone() }),
        findings: findings(&first, &study.scenario),
        notes,
        span,
        timeline: first.outcome.timeline,
    };
    match args.output.format() {
        Format::Json => ctx.write(&json::render(&Envelope::new("simulation", &answer)), &args.output.file)?,
        _ => ctx.write_page("simulation", &answer.report(), &args.output)?,
    }
    if answer.is_priced() {
        return Ok(Verdict::Yes);
    }
    ctx.tell(words::something_that_ran_has_no());
    Ok(Verdict::No)
}

/// Joins parts.
fn merge(ctx: &Session<'_>, args: &SimulateArgs) -> Result<Verdict> {
    let part = |path: &PathBuf| {
        let malformed = |message| Error::malformed(path.clone(), words::a_part_of_a_sweep(), message);
        Sweep::parse(&ctx.read_file(path)?).map_err(malformed)
    };
    let parts: Vec<Sweep> = args.merge.iter().map(part).collect::<Result<_>>()?;
    let malformed = |message| Error::malformed(args.merge[0].clone(), words::a_sweep_in_parts(), message);
    let whole = Sweep::merge(parts).map_err(malformed)?;
    write_sweep(ctx, &whole, &args.output)
}

fn write_sweep(ctx: &Session<'_>, sweep: &Sweep, output: &OutputArgs) -> Result<Verdict> {
    match output.format() {
        Format::Json => ctx.write(&json::render(sweep), &output.file)?,
        _ => ctx.write_page("sweep", &sweep.report(), output)?,
    }
    Ok(if sweep.rows.iter().all(SweepRow::is_priced) { Verdict::Yes } else { Verdict::No })
}

pub(super) fn one(mut scenarios: Vec<Scenario>) -> Scenario {
    scenarios.pop().expect("one file is one scenario")
}

pub(super) fn trace_name(scenario: &Scenario) -> String {
    let keys = scenario.keys.workload.as_ref();
    let described = || words::drawn_from_workload_arrivals().en;
    keys.map_or_else(String::new, |keys| keys.trace.clone().unwrap_or_else(described))
}

/// A scenario that cannot be simulated, and why.
pub(super) fn unfit(of: Unfit) -> Error {
    Error::CommandLine { message: of.said(), hint: of.remedy().said() }
}

/// Jobs of which no suggestion can be made, and why.
pub(super) fn unfit_for(of: Rejection) -> Error {
    Error::CommandLine { message: of.said(), hint: of.remedy() }
}

/// The jobs of a scenario. Its trace is relative to the file that names it.
fn jobs(ctx: &Session<'_>, scenario: &Scenario) -> Result<Jobs> {
    if let Some(described) = Jobs::described(scenario) {
        return Ok(described);
    }
    let Some(trace) = scenario.keys.workload.as_ref().and_then(|keys| keys.trace.as_ref()) else {
        return Err(Error::CommandLine {
            message: words::has_no_jobs_to_simulate(&scenario.name),
            hint: words::name_a_file_of_them(),
        });
    };
    Ok(Jobs::recorded(read_trace(ctx, scenario, trace)?, scenario))
}

/// The jobs of a trace, whose path is relative to the file that names it.
pub(super) fn read_trace(ctx: &Session<'_>, scenario: &Scenario, trace: &str) -> Result<Workload> {
    let path = scenario.beside(&["workload", "trace"], trace);
    ctx.may_read(&path)?;
    ctx.say(words::read(path.display()));
    let types = scenario.environments.iter().flat_map(|environment| &environment.types);
    let widest = types.map(|(_, spec)| spec.vcpus).max().unwrap_or(u32::MAX);
    read(&path, widest)
}

/// A scenario with its jobs and prices, and the list of these, with `more` beside what the scenario wants.
pub(super) fn study(
    ctx: &Session<'_>,
    prices: &PriceArgs,
    source: &PriceSource,
    scenario: Scenario,
    more: Wanted,
) -> Result<(Study, PriceList)> {
    let (list, spot) = prices.price_list_and_record(ctx, source, &scenario, more)?;
    let jobs = jobs(ctx, &scenario)?;
    let pricing = Pricing::new(&scenario, &list, &ctx.catalog).map_err(Error::Input)?;
    Ok((Study { scenario, pricing, spot: spot.map(Arc::new), jobs, at_least_seconds: 0 }, list))
}

/// `batch.gpu.max_vcpus` is short for `batch.compute_environment.gpu.max_vcpus`.
fn long_key(key: &str) -> String {
    match key.split('.').collect::<Vec<_>>()[..] {
        ["batch", name, limit @ ("max_vcpus" | "min_vcpus")] => {
            format!("batch.compute_environment.{name}.{limit}")
        }
        _ => key.to_owned(),
    }
}

/// That a schedule sets the limit that is swept.
fn overruled(scenario: &Scenario, key: &str) -> Option<Note> {
    let (environment, limit) = key.strip_prefix("batch.compute_environment.")?.rsplit_once('.')?;
    let mut own =
        scenario.keys.schedule.iter().filter(|schedule| schedule.compute_environment == environment);
    let sets = own.any(|schedule| match limit {
        "max_vcpus" => schedule.max_vcpus.is_some(),
        "min_vcpus" => schedule.min_vcpus.is_some(),
        _ => false,
    });
    sets.then(|| Note::SweptUnderSchedule { environment: environment.into(), limit: limit.into() })
}

fn run_sweep(
    ctx: &mut Session<'_>,
    args: &SimulateArgs,
    scenarios: &ScenarioArgs,
    source: &PriceSource,
    sweep: &str,
) -> Result<Verdict> {
    let wrong = |message: Said| Error::CommandLine {
        message: words::sweep(sweep, &message),
        hint: words::such_as_sweep_batch_gpu(),
    };
    let (key, values) = sweep.split_once('=').ok_or_else(|| wrong(words::it_names_no_values()))?;
    let values = Values::parse(values).map_err(wrong)?.0;
    let shard = match (&args.shard, ctx.context.array_child) {
        (Some(text), _) => Some(Shard::parse(text).map_err(wrong)?),
        (None, child) => child.map(|(index, count)| Shard { index, count }),
    };
    let mine: Vec<u64> = values
        .iter()
        .zip(0..)
        .filter(|(_, place)| shard.is_none_or(|shard| shard.has(*place)))
        .map(|(value, _)| *value)
        .collect();
    let scenario = one(scenarios.read_with(ctx, source)?);
    let (whole, list) = study(ctx, &args.prices, source, scenario, Wanted::new())?;
    let first = whole.prepare(args.seed).map_err(unfit)?;
    let mut studies = Vec::new();
    for value in &mine {
        let at = scenarios.with(&format!("{}={value}", long_key(key)));
        let scenario = one(at.read_with(ctx, source)?);
        let jobs = Jobs::described(&scenario).unwrap_or_else(|| whole.jobs.clone());
        let pricing = Pricing::new(&scenario, &list, &ctx.catalog).map_err(Error::Input)?;
        studies.push(Study { scenario, pricing, jobs, spot: whole.spot.clone(), at_least_seconds: 0 });
    }
    let figures = side_by_side(&studies, |study| study.run(args.seed).map(|run| run.figures));
    let figures: Vec<Figures> = figures.into_iter().map(|run| run.map_err(unfit)).collect::<Result<_>>()?;
    let rows = mine.iter().zip(&figures).map(|(value, figures)| SweepRow::new(*value, figures)).collect();
    let scenario = &whole.scenario;
    let spot = whole.spot.as_ref().map(|spot| &spot.history);
    let inputs = format!("{:?} {:?} {list:?} {spot:?} {values:?}", scenario.keys, whole.jobs);
    let mut sweep = Sweep::new(GENERATED_BY, key, args.seed);
    sweep.scenario.clone_from(&scenario.name);
    sweep.trace = trace_name(scenario);
    sweep.prices = whole.prices().en;
    sweep.inputs = digest(inputs.as_bytes());
    sweep.values = values.len() as u64;
    sweep.shard = shard;
    sweep.rows = rows;
    let mut all = notes_of_jobs(&first.workload, scenario);
    all.extend(overruled(scenario, &long_key(key)));
    // Under another bid another price is above it.
    if !key.ends_with("bid_percentage") {
        all.extend(bids(&first.model));
    }
    sweep.notes = all.iter().map(ToString::to_string).collect();
    write_sweep(ctx, &sweep, &args.output)
}

/// What became of each job, by the columns of the contract.
fn jobs_csv(run: &Run) -> String {
    let Run { outcome, model, workload, figures, .. } = run;
    let header = [
        "job_id",
        "submit_seconds",
        "start_seconds",
        "end_seconds",
        "status",
        "instance_type",
        "attempts",
        "reason",
        "cost_usd",
    ];
    let reasons = outcome.reasons();
    let costs = by_job(outcome, &costs(outcome, model, workload, &figures.pools));
    let rows = outcome.jobs.iter().zip(workload.jobs()).enumerate().map(|(index, (found, job))| {
        let known = |is: bool, text: String| if is { text } else { String::new() };
        let ran = outcome.ran.get(usize::from(found.ran)).filter(|_| found.attempts > 0);
        let instance_type = ran.map(|ran| {
            let environment = &model.environments[usize::from(ran.environment)];
            environment.types[usize::from(ran.kind)].instance_type.to_string()
        });
        [
            workload.id(index).to_owned(),
            job.submit_seconds.to_string(),
            known(found.attempts > 0, found.start_seconds.to_string()),
            known(found.status.has_ended(), found.end_seconds.to_string()),
            found.status.id().to_owned(),
            instance_type.unwrap_or_default(),
            found.attempts.to_string(),
            reasons[index].map_or_else(String::new, |reason| reason.id().to_owned()),
            costs[index].map_or_else(String::new, |usd| usd.to_string()),
        ]
    });
    csv::rows(&header, rows)
}
