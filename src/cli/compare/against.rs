//! `compare --against`: what was charged in another month.

use std::path::Path;

use clap::Args;

use super::super::Session;
use super::charges::{ChargeArgs, Wanted};
use crate::actuals::cost_explorer::price_of;
use crate::compare::movers::Then;
use crate::error::{Error, Result};
use crate::model::text::counted;
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
                message: format!("`{source}` has no charges of {name}"),
                hint: "`--against-month` names another month".into(),
            });
        }
        let then = Then::of_bill(&read.bill, name, period, source.clone(), ctx.context.now);
        if read.paid_calls > 0 {
            let cost = price_of(read.paid_calls).cents();
            ctx.tell(&format!("{} about {}, {cost}", counted(read.paid_calls, "request"), then.month));
        }
        Ok(Some(Then { paid_calls: read.paid_calls, query: read.query, ..then }))
    }

    /// The month that a source is asked about.
    fn month(&self, scenario: &Scenario) -> Result<(String, Period)> {
        let named = match &self.against_month {
            Some(text) => Some(Month::parse(text).ok_or_else(|| Error::CommandLine {
                message: format!("`--against-month {text}` is no month"),
                hint: "a year and a month, such as 2026-08".into(),
            })?),
            None => scenario.period.month().map(Month::previous),
        };
        let month = named.ok_or_else(|| Error::CommandLine {
            message: "the scenario's period is no calendar month, so none is before it".into(),
            hint: "`--against-month` names one".into(),
        })?;
        Ok((month.to_string(), month.period()))
    }

    /// What a saved report says was charged.
    fn of_report(&self, ctx: &Session<'_>, path: &Path, wanted: &Wanted<'_>) -> Result<Then> {
        let malformed = |message| Error::Malformed { path: path.to_owned(), what: "a saved report", message };
        let report = MonthlyReport::parse(&ctx.read_file(path)?).map_err(malformed)?;
        let refused = |message: String, hint: &str| Error::CommandLine { message, hint: hint.into() };
        let of_month = self.against_month.as_ref();
        if let Some(month) = of_month.filter(|month| **month != report.month) {
            let message = format!("`{}` is of {}, not of {month}", path.display(), report.month);
            return Err(refused(message, "leave `--against-month` out, or name that month's report.json"));
        }
        let source = format!("{} of the scenario `{}`", path.display(), report.scenario);
        let Some((charged, then)) = report.charged.as_ref().zip(report.then(source)) else {
            let message = format!("`{}` says nothing of what was charged", path.display());
            return Err(refused(message, "`hpc-cost report` keeps charges where it has `--actual`"));
        };
        let basis = wanted.basis.id();
        if charged.basis != basis {
            let message = format!("`{}` has {} cost, not {basis}", path.display(), charged.basis);
            return Err(refused(message, "compare on its basis: `--basis`"));
        }
        Ok(then)
    }
}

/// Whether a source is the report of a month.
fn is_report(source: &str) -> bool {
    let known = ["focus:", "cur:", "athena:"].iter().any(|kind| source.starts_with(kind));
    !known && Path::new(source).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}
