//! What the tables of a question are filled from: only those that it names, each source read once.

use super::words;
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
use crate::model::said::Said;
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
    pub(super) facts: Vec<(Said, Said)>,
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
            message: words::the_table_cannot_be_made(name, &error),
            hint: words::an_amount_is_larger_than(),
        })?;
        let rows = match frame.height() {
            1 => words::at_1_row(),
            rows => words::rows(rows),
        };
        self.facts.push((Said::alike(name), words::rows_from(from, rows)));
        Ok(frame)
    }

    fn charges(&mut self) -> Result<(PolarsResult<DataFrame>, Said)> {
        let Some(actual) = &self.args.actual else {
            return Err(missing("charges", words::actual_source_brings_it_such()));
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
                message: words::does_not_tell_charges_apart(actual, self.args.by.join(",")),
                hint: words::files_and_athena_do(),
            });
        }
        let wanted = wanted.by(by);
        let charges = self.args.source.read(self.ctx, actual, &wanted)?;
        if charges.paid_calls > 0 {
            self.ctx.tell(words::requests_to_cost_explorer(charges.paid_calls));
        }
        let Bill { remarks, .. } = &charges.bill;
        remarks.iter().for_each(|remark| self.ctx.tell(words::charges(remark)));
        let (start, end) = (period.start().as_second(), period.end().as_second());
        let from = words::charges_of(actual, basis.id(), day(start), day(end - 1));
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
                .ok_or_else(|| missing("charges", words::the_saved_report_has_no()));
        }
        let named = ScenarioArgs { scenarios: Vec::new(), changes: self.args.changes.clone() };
        let month = named.month(self.ctx)?;
        let hint = words::month_says_it_such_as();
        month
            .map(|month| month.period())
            .ok_or_else(|| Error::CommandLine { message: words::it_is_not_known_of(), hint })
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
    fn scenario(&mut self, table: &str, brings: Said) -> Result<(&Scenario, &PriceSource)> {
        self.read_scenario()?;
        self.scenario.as_ref().zip(self.source.as_ref()).ok_or_else(|| missing(table, brings))
    }

    fn price_list(&mut self, table: &str, brings: Said) -> Result<PriceList> {
        self.scenario(table, brings.clone())?;
        let (Some(scenario), Some(source)) = (&self.scenario, &self.source) else {
            return Err(missing(table, brings));
        };
        let mut lists = self.args.prices.price_lists(self.ctx, source, std::slice::from_ref(scenario))?;
        Ok(lists.remove(0))
    }

    fn lines(&mut self) -> Result<(PolarsResult<DataFrame>, Said)> {
        if let Some(report) = self.saved()? {
            let frame = frames::lines_of(report);
            let from = words::made_at(&report.scenario, &report.month, &report.made_at);
            let unpriced = report.lines.iter().filter(|line| line.priced.is_none()).count();
            self.tell_unpriced(unpriced);
            return Ok((frame, from));
        }
        let list = self.price_list("lines", words::scenario_file_brings_it_or())?;
        let scenario = self.scenario.as_ref().expect("it was read for its prices");
        let found: Estimate = estimate(scenario, &list, &self.ctx.catalog).map_err(Error::Input)?;
        self.tell_unpriced(found.unpriced.len());
        let from = words::prices(&scenario.name, scenario.period.start(), found.prices_text());
        Ok((frames::lines(&found), from))
    }

    /// A sum without what is unknown looks whole.
    fn tell_unpriced(&self, lines: usize) {
        match lines {
            0 => {}
            1 => self.ctx.tell(words::at_1_line_has_no_price()),
            _ => self.ctx.tell(words::lines_have_no_price_their(lines)),
        }
    }

    fn jobs(&mut self) -> Result<(PolarsResult<DataFrame>, Said)> {
        if let (Some(path), None) = (&self.args.jobs, &self.args.scenario) {
            let workload = read(path, NODE_VCPUS)?;
            self.tell_of_jobs(&workload);
            return Ok((frames::jobs(&workload), Said::alike(path.display().to_string())));
        }
        let (study, _) = self.study("jobs", words::jobs_file_brings_it_or(), WantedPrices::new())?;
        let prepared = study.prepare(self.args.seed).map_err(unfit)?;
        self.tell_of_jobs(&prepared.workload);
        Ok((frames::jobs(&prepared.workload), words::jobs_of(&study.scenario.name)))
    }

    fn tell_of_jobs(&self, workload: &Workload) {
        for reason in workload.dropped.reasons() {
            self.ctx.tell(words::jobs_dropped(&reason));
        }
        workload.remarks.iter().for_each(|remark| self.ctx.tell(words::jobs(remark)));
    }

    fn study(&mut self, table: &str, brings: Said, more: WantedPrices) -> Result<(Study, PriceList)> {
        let scenario = self.scenario(table, brings)?.0.clone();
        let source = self.source.as_ref().expect("it was opened for the scenario");
        study(self.ctx, &self.args.prices, source, scenario, more)
    }

    fn waits(&mut self) -> Result<(PolarsResult<DataFrame>, Said)> {
        let brings = words::scenario_file_brings_it_with_jobs();
        let (study, _) = self.study("waits", brings, WantedPrices::new())?;
        let run = study.run(self.args.seed).map_err(unfit)?;
        Ok((frames::waits(&run), words::simulated_seed(&study.scenario.name, self.args.seed)))
    }

    fn suggestions(&mut self) -> Result<(PolarsResult<DataFrame>, Said)> {
        let brings = words::scenario_file_brings_it_with();
        if let Some(report) = self.saved()? {
            let from = words::made_at(&report.scenario, &report.month, &report.made_at);
            return match frames::suggestions_of(report).transpose() {
                Some(frame) => Ok((frame, from)),
                None => Err(missing("suggestions", words::the_saved_report_looked_for())),
            };
        }
        let scenario = self.scenario("suggestions", brings.clone())?.0.clone();
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
        Ok((frames::suggestions(&found), Said::alike(from)))
    }

    fn prices(&mut self) -> Result<(PolarsResult<DataFrame>, Said)> {
        let brings = words::scenario_file_brings_what_it();
        if let (None, Some(code)) = (&self.args.scenario, &self.args.changes.region) {
            let frame = frames::prices_of(&bundled::entries(region(code)?));
            return Ok((frame, words::bundled_ec2_as_of(code, bundled::AS_OF)));
        }
        let list = self.price_list("prices", brings)?;
        let scenario = self.scenario.as_ref().expect("it was read for its prices");
        let as_of = list.as_of.as_ref().map_or_else(Said::default, words::as_of);
        let from = words::those_of(&list.source, &as_of, &scenario.name);
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
        message: words::by_is_nothing_to_tell(name),
        hint: words::account_region_resource_queue_compute_environment(),
    })
}

fn missing(table: &str, brings: Said) -> Error {
    Error::CommandLine { message: words::the_table_was_not_given(table), hint: brings }
}
