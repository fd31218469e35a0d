//! Rules for the jobs of a simulation.

use super::Lint;
use super::words;
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
            (None, []) => {
                self.problem(path, words::the_workload_has_no_jobs(), words::name_a_file_as_trace())
            }
            (Some(_), [_, ..]) => {
                self.problem(
                    &path.key("arrivals"),
                    words::both_a_trace_and_arrivals(),
                    words::keep_one_of_them(),
                );
            }
            _ => {}
        }
    }

    fn definition_of_all(&mut self, path: &KeyPath, workload: &WorkloadKeys, keys: &ScenarioKeys) {
        let Some(name) = &workload.job_definition else { return };
        let path = path.key("job_definition");
        if !workload.arrivals.is_empty() {
            self.problem(&path, words::it_is_for_the_jobs(), words::each_of_workload_arrivals_names());
        }
        let definitions = keys.batch.job_definition.iter().map(|job| job.name.as_str());
        self.reference(&path, name, words::job_definition(), definitions);
    }

    fn references(&mut self, path: &KeyPath, kind: &ArrivalKeys, keys: &ScenarioKeys) {
        let queues = keys.batch.job_queue.iter().map(|queue| queue.name.as_str());
        self.reference(&path.key("queue"), &kind.queue, words::job_queue(), queues);
        let definitions = keys.batch.job_definition.iter().map(|job| job.name.as_str());
        self.reference(
            &path.key("job_definition"),
            &kind.job_definition,
            words::job_definition(),
            definitions,
        );
    }

    fn run_times(&mut self, path: &KeyPath, kind: &ArrivalKeys, keys: &ScenarioKeys) {
        match (&kind.run_hours[..], &kind.run_hours_lognormal) {
            ([_, ..], Some(_)) => {
                let message = words::both_run_hours_and_run_hours_lognormal();
                self.problem(&path.key("run_hours_lognormal"), message, words::keep_one_of_them());
            }
            ([], None) => {
                let job = keys.batch.job_definition.iter().find(|job| job.name == kind.job_definition);
                if job.is_some_and(|job| job.run_hours.is_none()) {
                    let message = words::how_long_the_jobs_of(&kind.name);
                    let help = words::give_run_hours_or_run_hours_lognormal_here();
                    self.problem(path, message, help);
                }
            }
            (_, Some(lognormal)) => {
                let path = path.key("run_hours_lognormal");
                if lognormal.sigma.0 > MOST_SIGMA {
                    let message = words::no_run_times_spread_so();
                    self.problem(&path.key("sigma"), message, words::the_standard_deviation_of_the());
                }
                if lognormal.source.trim().is_empty() {
                    self.problem(
                        &path.key("source"),
                        words::no_source(),
                        words::say_where_median_and_sigma(),
                    );
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
                self.problem(&path.key("rates").index(index), reason, words::such_as_weekdays_1_5());
                return None;
            }
        };
        let expected = rates.expected(period);
        if expected.is_zero() {
            self.problem(path, words::no_job_of_is_ever(&kind.name), words::give_jobs_per_hour());
        } else if expected > Decimal::from(MOST_JOBS) {
            let jobs = decimal::grouped_trimmed(decimal::round(expected, 0), 0);
            let message = words::jobs_of_are_expected_in(&jobs, &kind.name);
            self.problem(path, message, words::at_5_000_000_at_most());
        }
        Some(rates)
    }
}
