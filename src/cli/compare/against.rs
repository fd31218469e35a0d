//! `compare --against`: what was charged in another month.

use std::path::Path;

use clap::Args;

use super::super::Session;
use super::charges::{ChargeArgs, Wanted};
use super::words;
use crate::actuals::cost_explorer::price_of;
use crate::compare::movers::Then;
use crate::error::{Error, Result};
use crate::model::said::Said;
use crate::model::time::{Month, Period};
use crate::monthly::MonthlyReport;
use crate::scenario::Scenario;

/// What a comparison is held against, too.
#[derive(Debug, Args)]
pub(super) struct AgainstArgs {
    /// Show what moved most against another month: a source as `--actual` takes it, or the report.json of that month
    #[arg(long, value_name = "SOURCE")]
    against: Option<String>,
    /// Month of that source. Default: the one before the scenario's
    #[arg(long, value_name = "YYYY-MM", requires = "against")]
    against_month: Option<String>,
}

impl AgainstArgs {
    /// Refuses what can be seen to be wrong before anything is asked or paid for.
    pub(super) fn check(&self, scenario: &Scenario) -> Result<()> {
        match &self.against {
            Some(source) if !is_report(source) => self.month(scenario).map(|_| ()),
            _ => Ok(()),
        }
    }

    /// The charges of the other month, if they are asked for: in the scenario's scope, of the same basis.
    pub(super) fn then(
        &self,
        ctx: &Session<'_>,
        charges: &ChargeArgs,
        wanted: &Wanted<'_>,
        paid: u32,
    ) -> Result<Option<Then>> {
        let Some(source) = &self.against else { return Ok(None) };
        if is_report(source) {
            return self.of_report(ctx, Path::new(source), wanted).map(Some);
        }
        let scenario = wanted.scenario.expect("what is compared has a scenario");
        let (name, period) = self.month(scenario)?;
        let read = charges.source.read_more(ctx, source, &wanted.over(period), paid)?;
        if read.bill.rows == 0 {
            return Err(Error::CommandLine {
                message: words::has_no_charges_of(source, &name),
                hint: words::against_month_names_another_month(),
            });
        }
        let then = Then::of_bill(&read.bill, name, period, source.clone(), ctx.context.now);
        if read.paid_calls > 0 {
            let cost = price_of(read.paid_calls).cents();
            ctx.tell(words::about(Said::counted(read.paid_calls, "request"), &then.month, &cost));
        }
        Ok(Some(Then { paid_calls: read.paid_calls, query: read.query, ..then }))
    }

    /// The month that a source is asked about.
    fn month(&self, scenario: &Scenario) -> Result<(String, Period)> {
        let named = match &self.against_month {
            Some(text) => Some(Month::parse(text).ok_or_else(|| Error::CommandLine {
                message: words::against_month_is_no_month(text),
                hint: words::a_year_and_a_month(),
            })?),
            None => scenario.period.month().map(Month::previous),
        };
        let month = named.ok_or_else(|| Error::CommandLine {
            message: words::the_scenario_period_is_no(),
            hint: words::against_month_names_one(),
        })?;
        Ok((month.to_string(), month.period()))
    }

    /// What a saved report says was charged.
    fn of_report(&self, ctx: &Session<'_>, path: &Path, wanted: &Wanted<'_>) -> Result<Then> {
        let malformed = |message: String| Error::malformed(path, words::a_saved_report(), message.into());
        let report = MonthlyReport::parse(&ctx.read_file(path)?).map_err(malformed)?;
        let refused = |message: Said, hint: Said| Error::CommandLine { message, hint };
        let of_month = self.against_month.as_ref();
        if let Some(month) = of_month.filter(|month| **month != report.month) {
            let message = words::is_of_not_of(path.display(), &report.month, month);
            return Err(refused(message, words::leave_against_month_out_or()));
        }
        let source = words::of_the_scenario(path.display(), &report.scenario);
        let Some((charged, then)) = report.charged.as_ref().zip(report.then(source.en)) else {
            let message = words::says_nothing_of_what_was(path.display());
            return Err(refused(message, words::hpc_cost_report_keeps_charges()));
        };
        let basis = wanted.basis.id();
        if charged.basis != basis {
            let message = words::has_cost_not(path.display(), &charged.basis, basis);
            return Err(refused(message, words::compare_on_its_basis_basis()));
        }
        Ok(then)
    }
}

/// Whether a source is the report of a month.
fn is_report(source: &str) -> bool {
    let known = ["focus:", "cur:", "athena:"].iter().any(|kind| source.starts_with(kind));
    !known && Path::new(source).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}
