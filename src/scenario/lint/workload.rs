//! Rules for the jobs of a simulation.

use super::Lint;
use crate::document::KeyPath;
use crate::model::decimal::{self, Decimal};
use crate::model::time::Period;
use crate::scenario::arrivals::ArrivalRates;
use crate::scenario::keys::ScenarioKeys;
use crate::scenario::keys::workload::{ArrivalKeys, WorkloadKeys};

/// Most jobs that one kind may be expected to have: a simulation of more takes minutes.
const MOST_JOBS: u32 = 5_000_000;

/// A sigma above this is a slip: the longest of a thousand jobs would run a million times as long as the median.
const MOST_SIGMA: Decimal = Decimal::from_parts(5, 0, 0, false, 0);

impl Lint<'_> {
    /// Checks the jobs, and returns the rates of every kind of arrival that can be read.
    pub(super) fn workload(&mut self, keys: &ScenarioKeys, period: Period) -> Vec<ArrivalRates> {
        let Some(workload) = &keys.workload else { return Vec::new() };
        let path = KeyPath::root().key("workload");
        self.one_kind(&path, workload);
        self.definition_of_all(&path, workload, keys);
        self.unique(&path.key("arrivals"), workload.arrivals.iter().map(|kind| Some(&kind.name)));
        let mut found = Vec::new();
        for (index, kind) in workload.arrivals.iter().enumerate() {
            let path = path.key("arrivals").index(index);
            self.references(&path, kind, keys);
            self.run_times(&path, kind, keys);
            found.extend(self.rates(&path, kind, period));
        }
        found
    }

    fn one_kind(&mut self, path: &KeyPath, workload: &WorkloadKeys) {
        match (&workload.trace, &workload.arrivals[..]) {
            (None, []) => self.problem(
                path,
                "the workload has no jobs",
                "name a file as `trace`, or describe [[workload.arrivals]]",
            ),
            (Some(_), [_, ..]) => {
                self.problem(&path.key("arrivals"), "both a trace and arrivals", "keep one of them");
            }
            _ => {}
        }
    }

    fn definition_of_all(&mut self, path: &KeyPath, workload: &WorkloadKeys, keys: &ScenarioKeys) {
        let Some(name) = &workload.job_definition else { return };
        let path = path.key("job_definition");
        if !workload.arrivals.is_empty() {
            self.problem(
                &path,
                "it is for the jobs of a trace",
                "each of [[workload.arrivals]] names its own",
            );
        }
        let definitions = keys.batch.job_definition.iter().map(|job| job.name.as_str());
        self.reference(&path, name, "job definition", definitions);
    }

    fn references(&mut self, path: &KeyPath, kind: &ArrivalKeys, keys: &ScenarioKeys) {
        let queues = keys.batch.job_queue.iter().map(|queue| queue.name.as_str());
        self.reference(&path.key("queue"), &kind.queue, "job queue", queues);
        let definitions = keys.batch.job_definition.iter().map(|job| job.name.as_str());
        self.reference(&path.key("job_definition"), &kind.job_definition, "job definition", definitions);
    }

    fn run_times(&mut self, path: &KeyPath, kind: &ArrivalKeys, keys: &ScenarioKeys) {
        match (&kind.run_hours[..], &kind.run_hours_lognormal) {
            ([_, ..], Some(_)) => {
                let message = "both `run_hours` and `run_hours_lognormal`";
                self.problem(&path.key("run_hours_lognormal"), message, "keep one of them");
            }
            ([], None) => {
                let job = keys.batch.job_definition.iter().find(|job| job.name == kind.job_definition);
                if job.is_some_and(|job| job.run_hours.is_none()) {
                    let message = format!("how long the jobs of `{}` run is not known", kind.name);
                    let help = "give `run_hours` or `run_hours_lognormal` here, or `run_hours` in the job definition";
                    self.problem(path, message, help);
                }
            }
            (_, Some(lognormal)) => {
                let path = path.key("run_hours_lognormal");
                if lognormal.sigma.0 > MOST_SIGMA {
                    let message = "no run times spread so far";
                    self.problem(
                        &path.key("sigma"),
                        message,
                        "the standard deviation of the natural logarithm, up to 5",
                    );
                }
                if lognormal.source.trim().is_empty() {
                    self.problem(&path.key("source"), "no source", "say where median and sigma come from");
                }
            }
            (_, None) => {}
        }
    }

    fn rates(&mut self, path: &KeyPath, kind: &ArrivalKeys, period: Period) -> Option<ArrivalRates> {
        let zone = self.zone(&path.key("timezone"), kind.timezone.as_deref())?;
        let rates = match ArrivalRates::new(kind, zone) {
            Ok(rates) => rates,
            Err((index, reason)) => {
                self.problem(
                    &path.key("rates").index(index),
                    reason,
                    "such as { weekdays = \"1-5\", hours = \"9-17\", jobs_per_hour = 2 }",
                );
                return None;
            }
        };
        let expected = rates.expected(period);
        if expected.is_zero() {
            self.problem(
                path,
                format!("no job of `{}` is ever submitted", kind.name),
                "give `jobs_per_hour`",
            );
        } else if expected > Decimal::from(MOST_JOBS) {
            let jobs = decimal::grouped_trimmed(decimal::round(expected, 0), 0);
            let message = format!("{jobs} jobs of `{}` are expected in the period", kind.name);
            self.problem(path, message, "5,000,000 at most: `jobs_per_hour` is per hour");
        }
        Some(rates)
    }
}
