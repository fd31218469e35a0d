//! One scenario with its jobs and prices, to be run under any seed: what `simulate` and its sweeps do, and what
//! suggestions are measured by.

use super::headings;
use crate::report::Said;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::attempt::Checkpoints;
use super::figures::Figures;
use super::from_scenario::{arrivals, checkpoints};
use super::model::{BatchModel, Misfit};
use super::outcome::Outcome;
use super::simulate_without;
use super::spot_when_run::{RecordedSpot, at_own_time};
use super::unfit::Unfit;
use crate::estimate::Pricing;
use crate::model::decimal::Decimal;
use crate::model::sku::{PurchaseOption, Sku};
use crate::report::Note;
use crate::scenario::Scenario;
use crate::scenario::keys::batch::ComputeEnvironmentKeys;
use crate::workload::drawn::{Arrivals, draw};
use crate::workload::{Refusal, Workload, Written};

/// Where jobs come from.
#[derive(Clone, Debug)]
pub enum Jobs {
    /// A trace: the same jobs under every seed.
    Trace(Arc<Workload>),
    /// Drawn: other jobs under every seed.
    Drawn {
        /// The kinds.
        arrivals: Vec<Arrivals>,
        /// When the trace begins [s since the Unix epoch].
        start: i64,
    },
}

impl Jobs {
    /// The jobs that a scenario describes; `None` where it names a trace, or nothing.
    #[must_use]
    pub fn described(scenario: &Scenario) -> Option<Jobs> {
        let arrivals = arrivals(scenario);
        let start = scenario.period.start().as_second();
        (!arrivals.is_empty()).then_some(Jobs::Drawn { arrivals, start })
    }

    /// A trace, whose jobs are of the scenario's `[workload] job_definition` where they name none, recorded while they wrote
    /// the checkpoints that the job definitions say: their time to write is in the run times already. Jobs of one second stand by name.
    #[must_use]
    pub fn recorded(trace: Workload, scenario: &Scenario) -> Jobs {
        let written = |name: &str| {
            let keys = scenario.keys.batch.job_definition.iter().find(|keys| keys.name == name)?;
            let checkpoints = checkpoints(keys)?;
            let Checkpoints { interval_seconds, write_seconds, .. } = checkpoints;
            Some(Written { interval_seconds, write_seconds })
        };
        let of_all = scenario.keys.workload.as_ref().and_then(|keys| keys.job_definition.as_ref());
        let trace = match of_all {
            Some(name) => trace.defined_as(name),
            None => trace,
        };
        Jobs::Trace(Arc::new(trace.ties_by_name().recorded_with(written)))
    }

    /// The same jobs, each running so many times as long; `None` where one would run for too long.
    #[must_use]
    pub fn scaled(&self, factor: Decimal) -> Option<Jobs> {
        Some(match self {
            Jobs::Trace(workload) => Jobs::Trace(Arc::new(workload.scaled(factor)?)),
            Jobs::Drawn { arrivals, start } => Jobs::Drawn {
                arrivals: arrivals.iter().map(|kind| kind.scaled(factor)).collect::<Option<_>>()?,
                start: *start,
            },
        })
    }

    /// The jobs under a seed.
    pub fn under(&self, seed: u64) -> Result<Arc<Workload>, Refusal> {
        match self {
            Jobs::Trace(workload) => Ok(Arc::clone(workload)),
            Jobs::Drawn { arrivals, start } => Ok(Arc::new(draw(arrivals, *start, seed)?)),
        }
    }
}

/// A scenario ready to run.
#[derive(Clone, Debug)]
pub struct Study {
    /// The scenario.
    pub scenario: Scenario,
    /// Its prices.
    pub pricing: Pricing,
    /// What Spot was recorded to cost, where a history is at hand.
    pub spot: Option<Arc<RecordedSpot>>,
    /// Its jobs.
    pub jobs: Jobs,
    /// How long a run goes on at least [s]; 0 for no longer than there are jobs.
    pub at_least_seconds: u64,
}

/// One run and all that belongs to it.
#[derive(Clone, Debug)]
pub struct Run {
    /// The jobs.
    pub workload: Arc<Workload>,
    /// The model.
    pub model: BatchModel,
    /// What happened.
    pub outcome: Outcome,
    /// What it comes to.
    pub figures: Figures,
    /// How Spot was priced, where not by the list alone.
    pub spot_note: Option<Note>,
}

/// A study under one seed, before it runs.
#[derive(Clone, Debug)]
pub struct Prepared<'a> {
    pub(super) study: &'a Study,
    pub(super) seed: u64,
    /// The jobs.
    pub workload: Arc<Workload>,
    /// The model.
    pub model: BatchModel,
    /// Jobs that can never run, by index, and why.
    pub misfits: Vec<(usize, Misfit)>,
}

impl Prepared<'_> {
    /// Runs it.
    #[must_use]
    pub fn run(self) -> Run {
        let Prepared { study, seed, workload, model, misfits } = self;
        let outcome = simulate_without(&misfits, &model, &workload, seed);
        let (figures, spot_note) = study.figures(&outcome, &model, &workload);
        Run { workload, model, outcome, figures, spot_note }
    }
}

impl Study {
    /// The model for some jobs. `Err` says why there is none.
    fn model(&self, workload: &Workload) -> Result<BatchModel, Unfit> {
        let region = self.scenario.region;
        let price = |name: &_, purchase| self.pricing.unit_price(&Sku::instance(region, name, purchase));
        let bid = |of: &_, name: &_| self.pricing.bid(region, of, name);
        let model = BatchModel::from_scenario(&self.scenario, workload, price, bid)?;
        Ok(BatchModel { at_least_seconds: self.at_least_seconds, ..model })
    }

    /// What the prices are, in words.
    #[must_use]
    pub fn prices(&self) -> Said {
        let prices = self.pricing.words();
        match &self.spot {
            Some(spot) => headings::spot_by_the_hour(prices, &spot.name),
            None => prices,
        }
    }

    /// When second 0 of a trace is [s since the Unix epoch].
    #[must_use]
    pub fn start(&self, workload: &Workload) -> i64 {
        workload.start.unwrap_or_else(|| self.scenario.period.start().as_second())
    }

    /// Whether anything is drawn, so that seeds differ.
    #[must_use]
    pub fn is_drawn(&self) -> bool {
        let drawn = |keys: &ComputeEnvironmentKeys| {
            let interrupted =
                self.scenario.interruptions(&keys.name).rate.is_some_and(|rate| !rate.is_zero());
            interrupted || keys.capacity_errors.values().any(|share| !share.0.is_zero())
        };
        matches!(self.jobs, Jobs::Drawn { .. })
            || self.scenario.keys.batch.compute_environment.iter().any(drawn)
    }

    /// What there is to run. `Err` says why it cannot be run.
    pub fn prepare(&self, seed: u64) -> Result<Prepared<'_>, Unfit> {
        let workload = self.jobs.under(seed).map_err(|refusal| Unfit::Jobs { reason: refusal.said() })?;
        let model = self.model(&workload)?;
        let misfits = model.misfits(&workload);
        Ok(Prepared { study: self, seed, workload, model, misfits })
    }

    /// Runs it. `Err` says why it cannot be run.
    pub fn run(&self, seed: u64) -> Result<Run, Unfit> {
        Ok(self.prepare(seed)?.run())
    }

    fn figures(&self, outcome: &Outcome, model: &BatchModel, workload: &Workload) -> (Figures, Option<Note>) {
        let figures = |pricing| Figures::new(outcome, model, workload, &self.scenario, pricing);
        let has_spot = model.environments.iter().any(|of| of.purchase() == PurchaseOption::Spot);
        let Some(recorded) = self.spot.as_ref().filter(|_| has_spot && !outcome.lives.is_empty()) else {
            return (figures(&self.pricing), None);
        };
        let (region, start) = (self.scenario.region, self.start(workload));
        let (pricing, note) = at_own_time(&self.pricing, recorded, outcome, model, region, start);
        (figures(&pricing), note)
    }
}

/// Works on all cores; the answers are in the order of the questions.
pub fn side_by_side<Q: Sync, A: Send>(questions: &[Q], work: impl Fn(&Q) -> A + Sync) -> Vec<A> {
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(questions.len().max(1));
    let mut answers: Vec<(usize, A)> = std::thread::scope(|scope| {
        let worker = || {
            let mut done = Vec::new();
            loop {
                let place = next.fetch_add(1, Ordering::Relaxed);
                let Some(question) = questions.get(place) else { return done };
                done.push((place, work(question)));
            }
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("a simulation does not panic")).collect()
    });
    answers.sort_by_key(|(place, _)| *place);
    answers.into_iter().map(|(_, answer)| answer).collect()
}
