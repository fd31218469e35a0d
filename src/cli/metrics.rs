//! `--metrics` and `--quotas` of `suggest`: how the account was used, and what it allows.

use std::path::Path;

use clap::Args;

use super::Session;
use super::words;
use crate::aws::{Answer, Question};
use crate::error::Result;
use crate::monitoring::cloudwatch::{self, MetricQuery, Window};
use crate::monitoring::{Metrics, file};
use crate::scenario::Scenario;
use crate::suggest::metrics::environments;
use crate::suggest::{Suggestions, Trials, quotas};

/// What of the account is asked for.
#[derive(Debug, Args)]
pub(super) struct AccountArgs {
    /// How GPUs and memory were used, how long jobs waited and how many failed: CloudWatch, which charges for each metric
    /// that is asked for, or a file: CSV with time, metric, value, or what `aws cloudwatch get-metric-data` or
    /// `get-metric-statistics` printed
    #[arg(long, value_name = "cloudwatch|FILE")]
    metrics: Option<String>,
    /// Ask Service Quotas whether the account allows what is suggested to be launched
    #[arg(long)]
    quotas: bool,
}

impl AccountArgs {
    /// What was measured; nothing where nothing is asked for.
    pub(super) fn metrics(&self, ctx: &Session<'_>, scenario: &Scenario) -> Result<Metrics> {
        let environments = environments(scenario);
        match self.metrics.as_deref() {
            None => return Ok(Metrics::default()),
            Some("cloudwatch") => {}
            Some(path) => return file::read(Path::new(path), &environments),
        }
        let query = MetricQuery {
            region: scenario.region,
            window: Window::of(scenario.period, ctx.context.now),
            environments: environments.keys().cloned().collect(),
        };
        let Answer::Metrics(readings) = ctx.ask_one(Question::Metrics(query.clone()))? else {
            unreachable!("metrics were asked for")
        };
        let (asked, found) = (readings.asked, readings.with_values());
        ctx.tell(words::cloudwatch_in_of_metrics_have(scenario.region, found, asked, ctx.answers()));
        Ok(cloudwatch::metrics(&query, &readings, &environments))
    }

    /// Holds suggestions against the quotas of the account, where that is asked for.
    pub(super) fn weigh(
        &self,
        ctx: &Session<'_>,
        trials: &Trials<'_>,
        found: &mut Suggestions,
    ) -> Result<()> {
        if !self.quotas {
            return Ok(());
        }
        let codes = quotas::needed(trials, found);
        if codes.is_empty() {
            ctx.tell(words::no_suggestion_launches_more_or());
        }
        let region = trials.study.scenario.region;
        let known = match codes.is_empty() {
            true => Default::default(),
            false => match ctx.ask_one(Question::Quotas { region, codes })? {
                Answer::Quotas(known) => known,
                _ => unreachable!("quotas were asked for"),
            },
        };
        quotas::weigh(trials, found, &known);
        Ok(())
    }
}
