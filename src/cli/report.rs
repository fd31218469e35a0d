//! `hpc-cost report`: a month for managers and for finance, as a folder of documents.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clap::Args;

use super::commitment_offers::market;
use super::compare::BasisArg;
use super::compare::charges::{SourceArgs, Wanted as WantedCharges};
use super::output::{Summary, name_inside, no_stdout};
use super::replace::Document;
use super::simulate::{one, study, trace_name, unfit};
use super::words;
use super::{ChangeArgs, PriceArgs, ScenarioArgs, Session, Verdict};
use crate::compare::{Comparison, Question, compare};
use crate::error::{Error, Result};
use crate::estimate::{self, Estimate};
use crate::model::decimal::{self, Decimal};
use crate::model::json::GENERATED_BY;
use crate::model::sku::{InstanceType, PurchaseOption};
use crate::model::time::{date, day};
use crate::monthly::build::{Parts, monthly};
use crate::monthly::page::{View, page};
use crate::monthly::{MonthlyReport, SecondCurrency, charged, focus, second, sheets, tables};
use crate::prices::{PriceList, Wanted};
use crate::render::{columnar, csv, html, json, markdown, xlsx};
use crate::report::{Lang, Note, Said, Table};
use crate::scenario::Scenario;
use crate::simulate::notes::notes;
use crate::simulate::span::Span;
use crate::simulate::spot_when_run::RecordedSpot;
use crate::simulate::study::Study;
use crate::spot::{self, OnDemand, SpotAnswer};
use crate::suggest::{Suggestions, Trials, suggest, wanted};

/// Days of Spot history that a report shows: what EC2 keeps.
const SPOT_DAYS: i64 = 90;

/// Write the month's report: a page, Markdown, a workbook, CSV and FOCUS files
///
/// Estimate, charges, the bridge between them, forecast, queue and suggestions, from one set of figures. Everything is
/// written into a new folder, or nothing is. Exits with 1 when a line has no price or `fail_usd` is exceeded.
#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// Scenario file
    #[arg(value_name = "SCENARIO", required_unless_present = "from")]
    scenario: Option<PathBuf>,
    /// Folder to write
    #[arg(long, value_name = "DIR", value_parser = no_stdout())]
    out: PathBuf,
    /// Write the documents of a saved report.json again: no prices, no network
    #[arg(long, value_name = "FILE", conflicts_with_all = ["scenario", "actual", "set", "region", "month"])]
    from: Option<PathBuf>,
    /// Say what changed since another report.json
    #[arg(long, value_name = "FILE")]
    compare_to: Option<PathBuf>,
    /// Replace the folder if it holds a report
    #[arg(long)]
    force: bool,
    /// Open the page
    #[arg(long)]
    open: bool,
    /// Show this currency beside USD, such as JPY
    #[arg(long, value_name = "CODE", requires = "rate")]
    currency: Option<String>,
    /// Its units for 1 USD
    #[arg(long, value_name = "NUMBER", requires = "currency")]
    rate: Option<String>,
    /// Day of that rate. Default: the day of the report
    #[arg(long, value_name = "YYYY-MM-DD", requires = "rate")]
    rate_date: Option<String>,
    /// Begin CSV files with a byte order mark, for Excel
    #[arg(long)]
    bom: bool,
    /// Keep the month's row in this CSV file, too, in place of an earlier one of the same scenario and month
    #[arg(long, value_name = "FILE", value_parser = no_stdout())]
    summary: Option<PathBuf>,
    /// Charges of the month, as `compare` takes them
    #[arg(long, value_name = "SOURCE")]
    actual: Option<String>,
    /// Which cost of the charges
    #[arg(long, value_enum, default_value_t = BasisArg::Amortized)]
    basis: BasisArg,
    #[command(flatten)]
    source: SourceArgs,
    /// Hours that the jobs of a trace stand for, such as 168 for a week. Default: from the first submission to the last
    #[arg(long, value_name = "HOURS", value_parser = clap::value_parser!(u64).range(24..=100_000))]
    trace_hours: Option<u64>,
    /// Seed of the first simulation
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Runs of each candidate, where anything is drawn
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u64).range(2..=1000))]
    replications: u64,
    #[command(flatten)]
    changes: ChangeArgs,
    #[command(flatten)]
    prices: PriceArgs,
}

pub(super) fn run(ctx: &mut Session<'_>, args: &ReportArgs) -> Result<Verdict> {
    // What can be seen before anything is asked or paid for.
    let summary = args.summary.as_deref();
    let own = summary.map(|path| name_inside(path, &args.out)).transpose()?.flatten();
    ctx.may_write_folder(&args.out, args.force, own.as_deref())?;
    summary.map(|path| ctx.read_if_there(path)).transpose()?;
    let earlier = args.compare_to.as_deref().map(|path| saved(ctx, path)).transpose()?;
    let report = match (&args.from, &args.scenario) {
        (Some(path), _) => saved(ctx, path)?,
        (None, Some(path)) => month(ctx, args, path)?,
        (None, None) => unreachable!("a scenario is required without --from"),
    };
    let currency = args.currency(&report)?;
    let documents = documents(args, ctx.context.lang, &report, earlier.as_ref(), currency.as_ref())?;
    let row = tables::summary_row(&report);
    let summary = summary.map(|path| Summary { path, row: &row, mark: args.bom });
    ctx.write_month(&args.out, documents, args.force, summary.as_ref())?;
    if args.open {
        let page = args.out.join("report.html");
        open::that_detached(&page).map_err(|source| Error::Read { path: page, source })?;
    }
    Ok(verdict(ctx, &report))
}

pub(super) fn saved(ctx: &Session<'_>, path: &Path) -> Result<MonthlyReport> {
    let malformed = |message: String| Error::malformed(path, words::a_saved_report(), message.into());
    MonthlyReport::parse(&ctx.read_file(path)?).map_err(malformed)
}

/// Says on stderr why the answer is no.
fn verdict(ctx: &Session<'_>, report: &MonthlyReport) -> Verdict {
    let mut verdict = Verdict::Yes;
    if report.at_least {
        ctx.tell(words::lines_have_no_price_the());
        verdict = Verdict::No;
    }
    let used = report.charged.as_ref().map_or(report.total.expected, |of| of.billed);
    let limit = report.budget.as_ref().and_then(|budget| budget.fail_usd);
    if let Some(limit) = limit.filter(|limit| used > *limit) {
        ctx.tell(match report.charged {
            Some(_) => Note::ChargedOverBudget { actual: used, limit, key: "fail_usd" }.to_string(),
            None => Note::BudgetExceeded { expected: used, limit }.to_string(),
        });
        verdict = Verdict::No;
    }
    verdict
}

impl ReportArgs {
    fn currency(&self, report: &MonthlyReport) -> Result<Option<SecondCurrency>> {
        let Some((code, rate)) = self.currency.as_ref().zip(self.rate.as_ref()) else { return Ok(None) };
        let wrong = |message: Said, hint: Said| Error::CommandLine { message, hint };
        if code.len() != 3 || !code.bytes().all(|letter| letter.is_ascii_uppercase()) {
            return Err(wrong(words::currency_is_no_currency(code), words::a_code_of_iso_4217()));
        }
        let rate = decimal::parse(rate)
            .ok()
            .filter(|rate| *rate > Decimal::ZERO)
            .ok_or_else(|| wrong(words::rate_is_no_rate(rate), words::a_number_above_0_such()))?;
        let date = self.rate_date.clone().unwrap_or_else(|| day(second(&report.made_at)));
        if date.len() != 10 || crate::model::time::parse_instant(&date).is_none() {
            return Err(wrong(words::rate_date_is_no_day(&date), words::yyyy_mm_dd_such_as()));
        }
        Ok(Some(SecondCurrency { code: code.clone(), rate, date }))
    }
}

/// The report of a scenario's month.
fn month(ctx: &mut Session<'_>, args: &ReportArgs, path: &Path) -> Result<MonthlyReport> {
    let scenarios = ScenarioArgs { scenarios: vec![path.to_owned()], changes: args.changes.clone() };
    let source = args.prices.open()?;
    let scenario = one(scenarios.read_with(ctx, &source)?);
    let more = wanted(&scenario, &ctx.catalog);
    let (study, list, recorded) = match scenario.keys.workload {
        Some(_) => {
            let (study, list) = study(ctx, &args.prices, &source, scenario.clone(), more)?;
            let recorded = study.spot.as_deref().cloned();
            (Some(study), list, recorded)
        }
        None => {
            let (list, recorded) = args.prices.price_list_and_record(ctx, &source, &scenario, more)?;
            (None, list, recorded)
        }
    };
    let estimate = estimate::estimate(&scenario, &list, &ctx.catalog).map_err(Error::Input)?;
    let comparison = read_charges(ctx, args, &estimate)?;
    let spot = recorded.and_then(|recorded| spot_answer(ctx, &scenario, &list, &recorded));
    let Some(study) = study else {
        return Ok(monthly(&Parts {
            generated_by: GENERATED_BY,
            now: ctx.context.now,
            estimate: &estimate,
            comparison: comparison.as_ref(),
            run: None,
            suggestions: None,
            spot: spot.as_ref(),
            notes: Vec::new(),
        }));
    };
    let found = suggestions(ctx, args, &study, &list, &source)?;
    if let Err(reason) = &found {
        ctx.tell(words::no_change_was_looked_for(&reason.en));
    }
    let (run, span) = study.prepare(args.seed).map_err(unfit)?.run_both_ends();
    let mut notes = notes(&run, &study.scenario);
    notes.extend(span.as_ref().map(Span::note));
    Ok(monthly(&Parts {
        generated_by: GENERATED_BY,
        now: ctx.context.now,
        estimate: &estimate,
        comparison: comparison.as_ref(),
        notes,
        run: Some((&study, &run, trace_name(&study.scenario))),
        suggestions: Some(found.as_ref()),
        spot: spot.as_ref(),
    }))
}

fn read_charges(ctx: &Session<'_>, args: &ReportArgs, estimate: &Estimate) -> Result<Option<Comparison>> {
    let Some(source) = args.actual.clone() else { return Ok(None) };
    let scenario = &estimate.scenario;
    if scenario.period.start().as_second() > ctx.context.now {
        return Err(Error::CommandLine {
            message: words::nothing_is_charged_yet_the(scenario.period.start()),
            hint: words::month_previous_reports_the_last(),
        });
    }
    let basis = args.basis.basis();
    let charges = args.source.read(ctx, &source, &WantedCharges::new(scenario, basis))?;
    let (paid_calls, query) = (charges.paid_calls, charges.query.clone());
    let question = Question { source, basis, now: ctx.context.now, paid_calls, query, aws_forecast: None };
    if question.paid_calls > 0 {
        ctx.tell(words::requests(question.paid_calls, question.paid_for_calls().cents()));
    }
    Ok(Some(compare(estimate, &charges.bill, &ctx.catalog, question)))
}

/// Prices of the types that the scenario has on Spot.
fn spot_answer(
    ctx: &Session<'_>,
    scenario: &Scenario,
    list: &PriceList,
    recorded: &RecordedSpot,
) -> Option<SpotAnswer> {
    let wanted: Wanted = estimate::wanted(scenario, &ctx.catalog);
    let on_spot = wanted.iter().filter(|sku| sku.purchase == PurchaseOption::Spot);
    let types: BTreeSet<&InstanceType> = on_spot.filter_map(|sku| sku.instance_type()).collect();
    if types.is_empty() {
        return None;
    }
    let on_demand = OnDemand { prices: OnDemand::of(list, &wanted), read_at: list.as_of.clone() };
    let question = spot::Question {
        types: types.into_iter().cloned().collect(),
        on_demand: Some(on_demand),
        days: SPOT_DAYS,
        job: None,
        bands: BTreeMap::new(),
        remarks: Vec::new(),
        scores: None,
    };
    // Which On-Demand prices these are, is said of the estimate.
    let of_estimate = |note: &Note| matches!(note, Note::OnDemandLive { .. } | Note::OnDemandAsOf { .. });
    let mut answer = spot::answer(&recorded.history, &question)?;
    answer.notes.retain(|note| !of_estimate(note));
    Some(answer)
}

fn suggestions(
    ctx: &Session<'_>,
    args: &ReportArgs,
    study: &Study,
    list: &PriceList,
    source: &super::PriceSource,
) -> Result<std::result::Result<Suggestions, Said>> {
    let runs = if study.is_drawn() { args.replications } else { 1 };
    let seeds = (0..runs).map(|more| args.seed.wrapping_add(more)).collect();
    let this_month = ctx.context.this_month;
    let trials = match Trials::new(study, list, &ctx.catalog, this_month, seeds, args.trace_hours) {
        Ok(trials) => trials,
        // The rest of the report stays useful.
        Err(reason) => return Ok(Err(reason.said())),
    };
    let market = market(ctx, &args.prices, source, study, None)?;
    let spinner = ctx.spinner();
    let tell_count = |simulated| spinner.count(simulated);
    let budget = study.scenario.keys.budget.as_ref().and_then(|budget| budget.fail_usd).map(|usd| usd.0);
    let trials = trials.telling(&tell_count).within(budget);
    let found = suggest(&trials, &market);
    spinner.end();
    Ok(found.map_err(Said::from))
}

/// Every document of the folder.
fn documents(
    args: &ReportArgs,
    lang: Lang,
    report: &MonthlyReport,
    earlier: Option<&MonthlyReport>,
    currency: Option<&SecondCurrency>,
) -> Result<Vec<Document>> {
    let page = page(report, &View { currency, earlier });
    let csv = |table: &Table| {
        let mark = if args.bom { "\u{feff}" } else { "" };
        format!("{mark}{}", csv::table(table)).into_bytes()
    };
    let unwritable = |name: &str| {
        let path = args.out.join(name);
        move |message: String| Error::Write { path, source: std::io::Error::other(message) }
    };
    let focus = focus::focus(report);
    let workbook = xlsx::workbook(&sheets::sheets(report, currency), lang, date(second(&report.made_at)));
    let document = |name: &str, bytes| Document { name: name.into(), bytes };
    Ok(vec![
        document("report.html", html::render(&page, lang).into_bytes()),
        document("report.md", markdown::render(&page, lang).into_bytes()),
        document("report.json", json::render(report).into_bytes()),
        document("lines.csv", csv(&tables::lines(report))),
        document("summary.csv", csv(&tables::summary_row(report))),
        document("bridge.csv", csv(&tables::bridge(report))),
        document("charged.csv", csv(&charged::charged(report))),
        document("suggestions.csv", csv(&tables::suggestions(report))),
        document("report.xlsx", workbook.map_err(unwritable("report.xlsx"))?),
        document("focus.csv", csv(&focus)),
        document("focus.parquet", columnar::parquet(&focus).map_err(unwritable("focus.parquet"))?),
    ])
}
