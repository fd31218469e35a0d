//! Measuring a candidate: the scenario with some edits, simulated under the same seeds as the scenario itself.

use crate::suggest::Assumption;
use crate::suggest::{Rejection, assumption, words};
use std::cell::RefCell;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use super::budget::Tried;
use super::constraints::Demands;
use super::edit::{Edit, overlay};
use super::proposal::Proposal;
use super::{Saving, rejection};
use crate::catalog::Catalog;
use crate::document::Document;
use crate::error::Diagnostic;
use crate::estimate::Pricing;
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::time::{Month, hours, hours_text};
use crate::prices::PriceList;
use crate::report::Said;
use crate::scenario::Scenario;
use crate::simulate::figures::Figures;
use crate::simulate::replications::interval;
use crate::simulate::study::{Jobs, Run, Study, side_by_side};

/// The shortest trace that says something about a month [s]: a day.
const SHORTEST_TRACE: u64 = 24 * 3600;

/// Hours of a month on average: 365 × 24 / 12.
const MEAN_MONTH_HOURS: Decimal = Decimal::from_parts(730, 0, 0, false, 0);

/// How much longer the p95 of waits may be where no target is set, as a share.
const LONGER_WAITS: Decimal = Decimal::from_parts(10, 0, 0, false, 2);

/// What all candidates of a scenario are measured by.
#[derive(Debug)]
pub struct Trials<'a> {
    /// The scenario, its jobs and prices.
    pub study: &'a Study,
    /// The list behind those prices, candidates' types included.
    pub list: &'a PriceList,
    /// What instance types are.
    pub catalog: &'a Catalog,
    /// The month in which the command runs, for scenarios without one.
    pub now: Month,
    /// The seeds.
    pub seeds: Vec<u64>,
    trace_seconds: u64,
    at_least_seconds: u64,
    starts_at: u64,
    /// What a month may cost.
    pub(super) budget: Option<Usd>,
    demands: Demands,
    /// What every setting came to.
    pub(super) tried: RefCell<Vec<Tried>>,
    simulated: AtomicU64,
    progress: Progress<'a>,
}

/// Who is told, before each, how many candidates were simulated.
struct Progress<'a>(&'a dyn Fn(u64));

impl fmt::Debug for Progress<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Progress")
    }
}

/// A scenario under all seeds.
#[derive(Clone, Debug)]
pub struct Measured {
    /// The scenario.
    pub scenario: Scenario,
    /// Its figures, by seed.
    pub figures: Vec<Figures>,
}

impl<'a> Trials<'a> {
    /// `stands_for` are the hours that the jobs are those of, where that is more than from the first submission to the
    /// last: a week whose last job came on Friday. `Err` where they are too few to speak of a month, or there is
    /// nothing to run.
    pub fn new(
        study: &'a Study,
        list: &'a PriceList,
        catalog: &'a Catalog,
        now: Month,
        seeds: Vec<u64>,
        stands_for: Option<u64>,
    ) -> Result<Trials<'a>, Rejection> {
        let workload = study.jobs.under(seeds[0]).map_err(rejection::refused)?;
        let trace_seconds = match &study.jobs {
            Jobs::Trace(_) => {
                let first = workload.jobs().first().map_or(0, |job| job.submit_seconds);
                workload.last_submit_seconds() - first
            }
            Jobs::Drawn { .. } => {
                let period = study.scenario.period;
                u64::try_from(period.end().as_second() - period.start().as_second()).unwrap_or_default()
            }
        };
        let trace_seconds = match stands_for.map(|hours| hours.saturating_mul(3600)) {
            Some(seconds) if seconds < trace_seconds => {
                let hours = hours_text(trace_seconds);
                return Err(rejection::stands_for_less(hours));
            }
            Some(seconds) => seconds,
            None => trace_seconds,
        };
        if trace_seconds < SHORTEST_TRACE {
            let hours = hours_text(trace_seconds);
            return Err(rejection::too_short(hours));
        }
        // What is kept running is there as long as the jobs stand for.
        let at_least_seconds = match (&study.jobs, stands_for) {
            (Jobs::Trace(_), None) => 0,
            _ => trace_seconds,
        };
        let first = workload.jobs().first().map_or(0, |job| job.submit_seconds);
        let starts_at = if at_least_seconds == 0 { first } else { 0 };
        let (simulated, progress) = (AtomicU64::new(0), Progress(&|_| {}));
        Ok(Trials {
            study,
            list,
            catalog,
            now,
            seeds,
            trace_seconds,
            at_least_seconds,
            starts_at,
            budget: None,
            demands: Demands::new(study, &workload),
            tried: RefCell::default(),
            simulated,
            progress,
        })
    }

    /// The same with what a month may cost: no candidate passes that costs more than it does now, and more than that.
    #[must_use]
    pub fn within(self, budget: Option<Usd>) -> Trials<'a> {
        Trials { budget, ..self }
    }

    /// The same, telling before each candidate how many were simulated.
    #[must_use]
    pub fn telling(self, tell: &'a dyn Fn(u64)) -> Trials<'a> {
        Trials { progress: Progress(tell), ..self }
    }

    /// How many settings were simulated, each under every seed, the scenario as it is included.
    #[must_use]
    pub fn simulated(&self) -> u64 {
        self.simulated.load(Ordering::Relaxed)
    }

    /// Hours of the trace, and of the scenario's month; of a mean one where it has another period.
    #[must_use]
    pub fn window(&self) -> (Decimal, Decimal) {
        let scenario = &self.study.scenario;
        let month = match scenario.keys.period {
            Some(_) => MEAN_MONTH_HOURS,
            None => scenario.period.hours(),
        };
        (hours(self.trace_seconds), month)
    }

    /// The first second of the window in the trace, and its length [s].
    pub(super) fn window_seconds(&self) -> (u64, u64) {
        (self.starts_at, self.trace_seconds)
    }

    /// The runs of the scenario as it is, one for each seed.
    pub(super) fn runs(&self) -> Result<Vec<Run>, Rejection> {
        let study = Study { at_least_seconds: self.at_least_seconds, ..self.study.clone() };
        let runs = side_by_side(&self.seeds, |seed| study.run(*seed).map_err(rejection::refused));
        runs.into_iter().collect()
    }

    /// Dollars of the trace as dollars of a month.
    #[must_use]
    pub fn monthly(&self, of_trace: Usd) -> Usd {
        let (trace, month) = self.window();
        of_trace.times(month / trace).to_price()
    }

    /// The scenario as it is.
    pub(super) fn current(&self) -> Result<Measured, Rejection> {
        self.measure(self.study)
    }

    /// One run of the scenario as it is, under the first seed.
    pub(super) fn first_run(&self) -> Result<Run, Rejection> {
        let study = Study { at_least_seconds: self.at_least_seconds, ..self.study.clone() };
        study.run(self.seeds[0]).map_err(rejection::refused)
    }

    /// The scenario with some edits; what they make it refuse is the error, and what they must not take away.
    pub(super) fn with(&self, edits: &[Edit]) -> Result<Measured, Rejection> {
        self.measure(&self.repriced(edits, false)?)
    }

    /// The scenario with a proposal.
    pub(super) fn with_proposal(&self, proposal: &Proposal) -> Result<Measured, Rejection> {
        match proposal.run_times() {
            None => self.with(&proposal.edits()),
            Some(factor) => self.with_run_times(&proposal.edits(), factor),
        }
    }

    /// What a proposal saves where AWS launches the types at the other end of what it does not document; `None` where none
    /// are in question.
    pub(super) fn saving_at_other_end(&self, proposal: &Proposal) -> Result<Option<Saving>, Rejection> {
        let study = self.repriced(&proposal.edits(), proposal.run_times().is_some())?;
        let jobs = match proposal.run_times() {
            None => study.jobs.clone(),
            Some(factor) => study.jobs.scaled(factor).ok_or_else(rejection::ran_too_long)?,
        };
        let at_least_seconds = self.at_least_seconds;
        let studies = [self.study.clone(), Study { jobs, ..study }];
        let [before, after] = studies.map(|study| Study { at_least_seconds, ..study });
        let cost = |study: &Study, seed: u64| -> Result<(bool, Decimal), Rejection> {
            let other = study.other_end(seed).map_err(rejection::refused)?;
            let is_open = other.is_some();
            let figures = other
                .map_or_else(|| study.run(seed).map(|run| run.figures), Ok)
                .map_err(rejection::refused)?;
            Ok((is_open, figures.cost.amount()))
        };
        let saved = side_by_side(&self.seeds, |seed| {
            let ((was_open, before), (is_open, after)) = (cost(&before, *seed)?, cost(&after, *seed)?);
            Ok((was_open || is_open, before - after))
        });
        let saved: Vec<(bool, Decimal)> = saved.into_iter().collect::<Result<_, Rejection>>()?;
        let is_open = saved.iter().any(|(is_open, _)| *is_open);
        let saved: Vec<Decimal> = saved.into_iter().map(|(_, saved)| saved).collect();
        Ok(is_open.then(|| self.mean_saving(&saved)))
    }

    /// The same, with every job running so many times as long.
    pub(super) fn with_run_times(&self, edits: &[Edit], factor: Decimal) -> Result<Measured, Rejection> {
        let study = self.repriced(edits, true)?;
        let jobs = study.jobs.scaled(factor).ok_or_else(rejection::ran_too_long)?;
        self.measure(&Study { jobs, ..study })
    }

    /// The scenario alone.
    pub(super) fn overlaid(&self, edits: &[Edit]) -> Result<Scenario, Rejection> {
        overlaid(&self.study.scenario, edits, self.catalog, self.now)
    }

    /// The scenario with these lines over it, every job running so many times as long.
    pub(super) fn under(&self, lines: &str, factor: Decimal) -> Result<Measured, Rejection> {
        let scenario = overlaid_by(&self.study.scenario, lines, self.catalog, self.now)?;
        let study = self.priced(scenario)?;
        let jobs = study.jobs.scaled(factor).ok_or_else(rejection::ran_too_long)?;
        self.measure(&Study { jobs, ..study })
    }

    /// Its prices, those of the scenario's own [[price]] included.
    pub(super) fn pricing(&self, edits: &[Edit]) -> Option<Pricing> {
        Pricing::new(&self.overlaid(edits).ok()?, self.list, self.catalog).ok()
    }

    /// `speed_known` is whether jobs are made to run as long as they do on other GPUs.
    fn repriced(&self, edits: &[Edit], speed_known: bool) -> Result<Study, Rejection> {
        let scenario = self.overlaid(edits)?;
        let refusal = self.demands.refuse(&self.study.scenario, &scenario, self.catalog, speed_known);
        refusal.map_or(Ok(()), Err)?;
        self.priced(scenario)
    }

    fn priced(&self, scenario: Scenario) -> Result<Study, Rejection> {
        let pricing =
            Pricing::new(&scenario, self.list, self.catalog).map_err(|_| rejection::price_does_not_fit())?;
        let jobs = Jobs::described(&scenario).unwrap_or_else(|| self.study.jobs.clone());
        Ok(Study { scenario, pricing, jobs, spot: self.study.spot.clone(), at_least_seconds: 0 })
    }

    /// The scenario with the checkpoints of a job definition left out: lines over it cannot take anything away.
    pub(super) fn without_checkpoints(&self, job: &str) -> Result<Measured, Rejection> {
        let mut study = self.study.clone();
        let definitions = study.scenario.keys.batch.job_definition.iter_mut();
        for keys in definitions.filter(|keys| keys.name == job) {
            keys.checkpoint = None;
        }
        self.hypothetical(&study)
    }

    fn measure(&self, study: &Study) -> Result<Measured, Rejection> {
        let measured = self.hypothetical(study)?;
        self.tried.borrow_mut().push(Tried::new(self, &measured));
        Ok(measured)
    }

    /// Runs of what is no setting to choose.
    fn hypothetical(&self, study: &Study) -> Result<Measured, Rejection> {
        (self.progress.0)(self.simulated.fetch_add(1, Ordering::Relaxed));
        let study = Study { at_least_seconds: self.at_least_seconds, ..study.clone() };
        let run = |seed: &u64| study.run(*seed).map(|run| run.figures).map_err(rejection::refused);
        let figures = side_by_side(&self.seeds, run).into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(Measured { scenario: study.scenario.clone(), figures })
    }

    /// The saving of a month by what each run saves [USD], with its 95 % confidence interval.
    pub(super) fn mean_saving(&self, saved: &[Decimal]) -> Saving {
        let mean = saved.iter().sum::<Decimal>() / Decimal::from(saved.len());
        let half = interval("saving", saved).map_or(Decimal::ZERO, |found| found.half_width);
        let [low, expected, high] = [mean - half, mean, mean + half].map(|usd| self.monthly(Usd::new(usd)));
        Saving { low, expected, high }
    }

    /// What a month of `candidate` saves against `current`.
    pub(super) fn saving(&self, current: &Measured, candidate: &Measured) -> Saving {
        let pairs = current.figures.iter().zip(&candidate.figures);
        let saved: Vec<Decimal> =
            pairs.map(|(before, after)| before.cost.amount() - after.cost.amount()).collect();
        self.mean_saving(&saved)
    }

    /// Why a candidate is no better than the scenario as it is, if so; with what it saves.
    pub(super) fn judged(&self, current: &Measured, candidate: &Measured) -> Result<Saving, Rejection> {
        if let Some(usage_type) = candidate.unpriced() {
            return Err(rejection::without_price(usage_type));
        }
        if candidate.unfinished() > current.unfinished() {
            let (before, after) = (current.unfinished(), candidate.unfinished());
            return Err(rejection::more_unfinished(after, before));
        }
        if candidate.failed() > current.failed() {
            let (before, after) = (current.failed(), candidate.failed());
            return Err(rejection::more_failures(after, before));
        }
        let saving = self.saving(current, candidate);
        // Jobs that never start have no waits and cost nothing: nothing can be compared with that.
        if candidate.unfinished() < current.unfinished() {
            return self.within_budget(current, candidate).map(|()| saving);
        }
        let (before, after) = (current.p95(), candidate.p95());
        match current.target_seconds() {
            Some(target) if after > target.max(before) || (before <= target && after > target) => {
                return Err(rejection::waits_over_target(after, target));
            }
            None if Decimal::from(after) > Decimal::from(before) * (Decimal::ONE + LONGER_WAITS) => {
                return Err(rejection::longer_waits(after, before));
            }
            _ => {}
        }
        if current.misses_target() && !candidate.misses_target() {
            return self.within_budget(current, candidate).map(|()| saving);
        }
        if saving.expected <= Usd::ZERO {
            let more = Usd::ZERO - saving.expected;
            return Err(if more == Usd::ZERO {
                rejection::no_effect()
            } else {
                rejection::costs_more(more.cents())
            });
        }
        if saving.low <= Usd::ZERO {
            return Err(rejection::within_noise(saving.expected.cents(), self.seeds.len()));
        }
        Ok(saving)
    }

    /// What all figures rest on.
    pub(super) fn assumptions(&self) -> Vec<Assumption> {
        let (trace, month) = self.window();
        let runs = match self.seeds.len() {
            1 => words::one_run(),
            several => words::several_runs(several),
        };
        let (trace, month) = (decimal::grouped_trimmed(trace, 1), decimal::grouped_trimmed(month, 0));
        vec![assumption::as_these_jobs(trace, month, runs)]
    }
}

/// A scenario with some edits.
pub(super) fn overlaid(
    scenario: &Scenario,
    edits: &[Edit],
    catalog: &Catalog,
    now: Month,
) -> Result<Scenario, Rejection> {
    overlaid_by(scenario, &overlay(edits), catalog, now)
}

fn overlaid_by(
    scenario: &Scenario,
    lines: &str,
    catalog: &Catalog,
    now: Month,
) -> Result<Scenario, Rejection> {
    let refused = |problems: Vec<Diagnostic>| {
        rejection::refused(problems.into_iter().next().map_or_else(Said::default, |problem| problem.message))
    };
    let upper = Document::parse("the suggestion", lines).map_err(refused)?;
    let document = scenario.document.clone().overlaid(upper);
    Scenario::from_document(document, catalog, &scenario.name, now).map_err(refused)
}

impl Measured {
    fn mean(&self, of: impl Fn(&Figures) -> u64) -> u64 {
        let all: u64 = self.figures.iter().map(of).sum();
        all / self.figures.len() as u64
    }

    /// The mean cost of the trace.
    #[must_use]
    pub fn mean_cost(&self) -> Usd {
        let all: Usd = self.figures.iter().map(|figures| figures.cost).sum();
        all.per(Decimal::from(self.figures.len())).unwrap_or_default()
    }

    /// The p95 of waits, the mean over the runs [s].
    #[must_use]
    pub fn p95(&self) -> u64 {
        self.mean(|figures| figures.waits.p95)
    }

    /// The p50 of waits, the mean over the runs [s].
    #[must_use]
    pub fn p50(&self) -> u64 {
        self.mean(|figures| figures.waits.p50)
    }

    /// Jobs that did not finish, the mean over the runs.
    #[must_use]
    pub fn unfinished(&self) -> u64 {
        self.mean(|figures| figures.jobs.unfinished)
    }

    /// Jobs that failed, the mean over the runs.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.mean(|figures| figures.jobs.failed)
    }

    /// The longest wait that the scenario accepts [s].
    #[must_use]
    pub fn target_seconds(&self) -> Option<u64> {
        let minutes = self.scenario.keys.target.as_ref()?.wait_minutes?.0;
        u64::try_from(decimal::truncate(minutes * Decimal::from(60), 0)).ok()
    }

    /// Whether more than 5 % of the jobs wait longer than the target.
    #[must_use]
    pub fn misses_target(&self) -> bool {
        self.target_seconds().is_some_and(|target| self.p95() > target)
    }

    /// The first usage type without a price.
    pub(super) fn unpriced(&self) -> Option<&str> {
        self.figures.iter().find_map(|figures| figures.unpriced.first()).map(String::as_str)
    }

    /// The first run.
    #[must_use]
    pub fn first(&self) -> &Figures {
        &self.figures[0]
    }
}
