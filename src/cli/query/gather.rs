//! What the tables of a question are filled from: only those that it names, each source read once.

use crate::frames::polars::prelude::{DataFrame, PolarsResult};

use super::QueryArgs;
use crate::actuals::{Bill, Dimension};
use crate::cli::commitment_offers::market;
use crate::cli::compare::charges::Wanted;
use crate::cli::report::saved;
use crate::cli::simulate::{one, study, unfit, unfit_for};
use crate::cli::source::PriceSource;
use crate::cli::{ScenarioArgs, Session, region};
use crate::compare::by::By;
use crate::error::{Error, Result};
use crate::estimate::{Estimate, estimate};
use crate::frames;
use crate::model::time::{Period, day};
use crate::monthly::MonthlyReport;
use crate::prices::{PriceList, Wanted as WantedPrices, bundled};
use crate::scenario::Scenario;
use crate::simulate::study::Study;
use crate::suggest::{Trials, suggest, wanted};
use crate::workload::Workload;
use crate::workload::file::read;

/// vCPUs of the largest instance, as `jobs show` takes a log.
const NODE_VCPUS: u32 = 192;

/// Runs of each candidate of a suggestion where anything is drawn, as `suggest` does.
const RUNS: u64 = 10;

/// What has been read so far.
pub(super) struct Gathered<'a, 'b> {
    ctx: &'a mut Session<'b>,
    args: &'a QueryArgs,
    source: Option<PriceSource>,
    scenario: Option<Scenario>,
    saved: Option<MonthlyReport>,
    /// What each table is from, in words.
    pub(super) facts: Vec<(&'static str, String)>,
}

impl<'a, 'b> Gathered<'a, 'b> {
    pub(super) fn new(ctx: &'a mut Session<'b>, args: &'a QueryArgs) -> Gathered<'a, 'b> {
        Gathered { ctx, args, source: None, scenario: None, saved: None, facts: Vec::new() }
    }

    /// A table by its name.
    pub(super) fn table(&mut self, name: &'static str) -> Result<DataFrame> {
        let (frame, from) = match name {
            "charges" => self.charges()?,
            "lines" => self.lines()?,
            "jobs" => self.jobs()?,
            "waits" => self.waits()?,
            "suggestions" => self.suggestions()?,
            _ => self.prices()?,
        };
        let frame = frame.map_err(|error| Error::CommandLine {
            message: format!("the table `{name}` cannot be made: {error}"),
            hint: "an amount is larger than the table can hold".into(),
        })?;
        let rows = match frame.height() {
            1 => "1 row".to_owned(),
            rows => format!("{rows} rows"),
        };
        self.facts.push((name, format!("{from}: {rows}")));
        Ok(frame)
    }

    fn charges(&mut self) -> Result<(PolarsResult<DataFrame>, String)> {
        let Some(actual) = &self.args.actual else {
            return Err(missing("charges", "`--actual SOURCE` brings it, such as `--actual focus:exports/`"));
        };
        let basis = self.args.basis.basis();
        let period = self.period()?;
        let by: Vec<Dimension> = self.args.by.iter().map(|name| dimension(name)).collect::<Result<_>>()?;
        let wanted = match &self.scenario {
            Some(scenario) => Wanted::new(scenario, basis),
            None => Wanted::of(period, basis),
        };
        // Before anything is paid for.
        if actual == "ce" && !by.is_empty() {
            return Err(Error::CommandLine {
                message: format!(
                    "`{actual}` does not tell charges apart by `--by {}`",
                    self.args.by.join(",")
                ),
                hint: "files and Athena do".into(),
            });
        }
        let wanted = wanted.by(by);
        let charges = self.args.source.read(self.ctx, actual, &wanted)?;
        if charges.paid_calls > 0 {
            self.ctx.tell(&format!("{} requests to Cost Explorer", charges.paid_calls));
        }
        let Bill { remarks, .. } = &charges.bill;
        remarks.iter().for_each(|remark| self.ctx.tell(&format!("charges: {remark}")));
        let (start, end) = (period.start().as_second(), period.end().as_second());
        let from = format!("{actual}, {}, {} to {}", basis.id(), day(start), day(end - 1));
        Ok((frames::charges(&charges.bill), from))
    }

    /// The period of the scenario, of the saved report, or the month that is named.
    fn period(&mut self) -> Result<Period> {
        if self.args.scenario.is_some() {
            self.read_scenario()?;
        }
        if let Some(scenario) = &self.scenario {
            return Ok(scenario.period);
        }
        if let Some(report) = self.saved()? {
            let (start, end) = report.seconds();
            return Period::of_seconds(start, end)
                .ok_or_else(|| missing("charges", "the saved report has no period: name a `--month`"));
        }
        let named = ScenarioArgs { scenarios: Vec::new(), changes: self.args.changes.clone() };
        let month = named.month(self.ctx)?;
        let hint = "`--month` says it, such as 2026-10 or previous; `--scenario` and `--from` have one";
        month.map(|month| month.period()).ok_or_else(|| Error::CommandLine {
            message: "it is not known of which month the charges are asked".into(),
            hint: hint.into(),
        })
    }

    fn saved(&mut self) -> Result<Option<&MonthlyReport>> {
        if let (Some(path), None) = (&self.args.from, &self.saved) {
            self.saved = Some(saved(self.ctx, path)?);
        }
        Ok(self.saved.as_ref())
    }

    /// Reads the scenario, once, with the jobs that are named instead of its own.
    fn read_scenario(&mut self) -> Result<()> {
        let Some(path) = self.args.scenario.as_ref().filter(|_| self.scenario.is_none()) else {
            return Ok(());
        };
        let mut changes = self.args.changes.clone();
        changes.set.extend(self.args.jobs.as_ref().map(|jobs| format!("workload.trace={}", jobs.display())));
        let source = self.args.prices.open()?;
        let scenarios = ScenarioArgs { scenarios: vec![path.clone()], changes };
        self.scenario = Some(one(scenarios.read_with(self.ctx, &source)?));
        self.source = Some(source);
        Ok(())
    }

    /// The scenario; `table` is what needs it.
    fn scenario(&mut self, table: &str, brings: &str) -> Result<(&Scenario, &PriceSource)> {
        self.read_scenario()?;
        self.scenario.as_ref().zip(self.source.as_ref()).ok_or_else(|| missing(table, brings))
    }

    fn price_list(&mut self, table: &str, brings: &str) -> Result<PriceList> {
        self.scenario(table, brings)?;
        let (Some(scenario), Some(source)) = (&self.scenario, &self.source) else {
            return Err(missing(table, brings));
        };
        let mut lists = self.args.prices.price_lists(self.ctx, source, std::slice::from_ref(scenario))?;
        Ok(lists.remove(0))
    }

    fn lines(&mut self) -> Result<(PolarsResult<DataFrame>, String)> {
        if let Some(report) = self.saved()? {
            let frame = frames::lines_of(report);
            let from = format!("{}, {}, made at {}", report.scenario, report.month, report.made_at);
            let unpriced = report.lines.iter().filter(|line| line.priced.is_none()).count();
            self.tell_unpriced(unpriced);
            return Ok((frame, from));
        }
        let list = self.price_list("lines", "`--scenario FILE` brings it, or `--from report.json`")?;
        let scenario = self.scenario.as_ref().expect("it was read for its prices");
        let found: Estimate = estimate(scenario, &list, &self.ctx.catalog).map_err(Error::Input)?;
        self.tell_unpriced(found.unpriced.len());
        let from = format!("{}, {}, prices {}", scenario.name, scenario.period.start(), found.prices_text());
        Ok((frames::lines(&found), from))
    }

    /// A sum without what is unknown looks whole.
    fn tell_unpriced(&self, lines: usize) {
        match lines {
            0 => {}
            1 => self.ctx.tell("1 line has no price: its cost is NULL, and a sum is a lower bound"),
            _ => self
                .ctx
                .tell(&format!("{lines} lines have no price: their cost is NULL, and sums are lower bounds")),
        }
    }

    fn jobs(&mut self) -> Result<(PolarsResult<DataFrame>, String)> {
        if let (Some(path), None) = (&self.args.jobs, &self.args.scenario) {
            let workload = read(path, NODE_VCPUS)?;
            self.tell_of_jobs(&workload);
            return Ok((frames::jobs(&workload), path.display().to_string()));
        }
        let (study, _) = self.study(
            "jobs",
            "`--jobs FILE` brings it, or `--scenario` with a [workload]",
            WantedPrices::new(),
        )?;
        let prepared = study.prepare(self.args.seed).map_err(unfit)?;
        self.tell_of_jobs(&prepared.workload);
        Ok((frames::jobs(&prepared.workload), format!("jobs of {}", study.scenario.name)))
    }

    fn tell_of_jobs(&self, workload: &Workload) {
        for reason in workload.dropped.reasons() {
            self.ctx.tell(&format!("jobs dropped: {reason}"));
        }
        workload.remarks.iter().for_each(|remark| self.ctx.tell(&format!("jobs: {remark}")));
    }

    fn study(&mut self, table: &str, brings: &str, more: WantedPrices) -> Result<(Study, PriceList)> {
        let scenario = self.scenario(table, brings)?.0.clone();
        let source = self.source.as_ref().expect("it was opened for the scenario");
        study(self.ctx, &self.args.prices, source, scenario, more)
    }

    fn waits(&mut self) -> Result<(PolarsResult<DataFrame>, String)> {
        let brings = "`--scenario FILE` brings it, with `--jobs FILE` or a [workload]";
        let (study, _) = self.study("waits", brings, WantedPrices::new())?;
        let run = study.run(self.args.seed).map_err(unfit)?;
        Ok((frames::waits(&run), format!("{} simulated, seed {}", study.scenario.name, self.args.seed)))
    }

    fn suggestions(&mut self) -> Result<(PolarsResult<DataFrame>, String)> {
        let brings =
            "`--scenario FILE` brings it, with `--jobs FILE` or a [workload]; `--from report.json`, too";
        if let Some(report) = self.saved()? {
            let from = format!("{}, {}, made at {}", report.scenario, report.month, report.made_at);
            return match frames::suggestions_of(report).transpose() {
                Some(frame) => Ok((frame, from)),
                None => {
                    Err(missing("suggestions", "the saved report looked for none: `--scenario FILE` does"))
                }
            };
        }
        let scenario = self.scenario("suggestions", brings)?.0.clone();
        let more = wanted(&scenario, &self.ctx.catalog);
        let (study, list) = self.study("suggestions", brings, more)?;
        let runs = if study.is_drawn() { RUNS } else { 1 };
        let seeds: Vec<u64> = (0..runs).map(|more| self.args.seed.wrapping_add(more)).collect();
        let month = self.ctx.context.this_month;
        let trials = Trials::new(&study, &list, &self.ctx.catalog, month, seeds, None).map_err(unfit_for)?;
        let source = self.source.as_ref().expect("it was opened for the scenario");
        let market = market(self.ctx, &self.args.prices, source, &study, None)?;
        let found = suggest(&trials, &market).map_err(unfit_for)?;
        let s = if runs == 1 { "" } else { "s" };
        let from = format!("{}, {runs} run{s} from seed {}", study.scenario.name, self.args.seed);
        Ok((frames::suggestions(&found), from))
    }

    fn prices(&mut self) -> Result<(PolarsResult<DataFrame>, String)> {
        let brings =
            "`--scenario FILE` brings what it needs, `--region REGION` the bundled table of a region";
        if let (None, Some(code)) = (&self.args.scenario, &self.args.changes.region) {
            let frame = frames::prices_of(&bundled::entries(region(code)?));
            return Ok((frame, format!("bundled, {code}, EC2 as of {}", bundled::AS_OF)));
        }
        let list = self.price_list("prices", brings)?;
        let scenario = self.scenario.as_ref().expect("it was read for its prices");
        let as_of = list.as_of.as_ref().map_or_else(String::new, |date| format!(", as of {date}"));
        let from = format!("{}{as_of}, those of {}", list.source, scenario.name);
        Ok((frames::prices(&list), from))
    }
}

fn dimension(name: &str) -> Result<Dimension> {
    // `commitment` is the kind of one: a column that `charges` has anyway.
    let of = match name {
        "commitment_id" => Some(Dimension::Commitment),
        "commitment" => None,
        name => By::parse(name).and_then(|by| by.dimension()),
    };
    of.ok_or_else(|| Error::CommandLine {
        message: format!("`--by {name}` is nothing to tell charges apart by"),
        hint: "account, region, resource, queue, compute_environment, tag:KEY, cost_category:KEY, billing_period, invoice or commitment_id".into(),
    })
}

fn missing(table: &str, brings: &str) -> Error {
    Error::CommandLine {
        message: format!("the table `{table}` was not given its source"),
        hint: brings.into(),
    }
}
