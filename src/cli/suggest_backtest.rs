//! `--backtest` of `suggest`: what suggestions were worth in a month whose jobs are known.

use std::path::Path;

use super::Session;
use super::Verdict;
use super::simulate::{trace_name, unfit, unfit_for};
use super::suggest::SuggestArgs;
use super::words;
use crate::error::{Error, Result};
use crate::model::money::Usd;
use crate::model::said::Said;
use crate::prices::PriceList;
use crate::render::csv;
use crate::simulate::notes::notes;
use crate::simulate::study::{Jobs, Study};
use crate::simulate::unfit::Unfit;
use crate::suggest::backtest::{Backtest, Promise, RECORD, made, outcomes, saved};
use crate::suggest::{Market, Paid, Trials, suggest};

/// The month of the scenario under the suggestions of a file, or under those that the jobs before it lead to.
pub(super) fn run(
    ctx: &Session<'_>,
    args: &SuggestArgs,
    study: Study,
    list: &PriceList,
    seeds: Vec<u64>,
    budget: Option<Usd>,
    paid: Option<Paid>,
) -> Result<Verdict> {
    let Jobs::Trace(all) = &study.jobs else {
        return Err(wrong(words::the_scenario_draws_its_jobs(), words::name_the_jobs_of_the()));
    };
    let Some(month) = study.scenario.period.month().filter(|_| study.scenario.keys.period.is_none()) else {
        return Err(wrong(words::the_scenario_period_is_not(), words::month_yyyy_mm_or_month()));
    };
    let (start, end) = (study.scenario.period.start().as_second(), study.scenario.period.end().as_second());
    let of = |from: i64, to: i64| all.between(from, to);
    let jobs = of(start, end).map_err(|refusal| {
        unfit(Unfit::Jobs { reason: words::of_month(trace_name(&study.scenario), month, &refusal) })
    })?;
    let now = ctx.context.this_month;
    let hours = |from: i64, to: i64| u64::try_from((to - from) / 3600).unwrap_or_default();
    let with = |jobs, study: &Study| Study { jobs: Jobs::recorded(jobs, &study.scenario), ..study.clone() };
    let (promises, promised_by) = match args.saved_answer() {
        Some(path) => (read(ctx, path)?, path.display().to_string()),
        None => {
            let first = study.start(all) + i64::try_from(all.jobs()[0].submit_seconds).unwrap_or_default();
            let Ok(before) = of(first.min(start), start) else {
                return Err(wrong(
                    words::there_are_no_jobs_before(month),
                    words::add_them_with_jobs_import(),
                ));
            };
            let words = words::the_jobs_before(before.jobs().len(), month).en;
            let before = with(before, &study);
            let stands_for = Some(hours(first, start));
            let trials = Trials::new(&before, list, &ctx.catalog, now, seeds.clone(), stands_for);
            let trials = trials.map_err(unfit_for)?.within(budget);
            (made(&suggest(&trials, &Market::default()).map_err(unfit_for)?), words)
        }
    };
    let count = jobs.jobs().len();
    let study = with(jobs, &study);
    let trials = Trials::new(&study, list, &ctx.catalog, now, seeds, Some(hours(start, end)));
    let trials = trials.map_err(unfit_for)?;
    let (current, outcomes) = outcomes(&trials, promises).map_err(unfit_for)?;
    let answer = Backtest {
        scenario: study.scenario.name.clone(),
        month: month.to_string(),
        jobs: count,
        promised_by,
        prices: study.prices(),
        current,
        outcomes,
        paid,
    };
    let first = study.run(args.seed()).map_err(unfit)?;
    let report = answer.report(notes(&first, &study.scenario));
    ctx.write_page("suggestion_backtest", &report, args.output())?;
    if let Some(path) = args.record() {
        record(ctx, path, &answer)?;
    }
    Ok(Verdict::Yes)
}

fn wrong(message: Said, hint: Said) -> Error {
    Error::CommandLine { message: words::backtest(message), hint }
}

fn read(ctx: &Session<'_>, path: &Path) -> Result<Vec<Promise>> {
    let what = words::an_answer_of_suggest_format();
    let text = ctx.read_file(path)?;
    saved(&text).map_err(|message: String| Error::malformed(path, what, message.into()))
}

/// Adds the month to a track record.
fn record(ctx: &Session<'_>, path: &Path, answer: &Backtest) -> Result<()> {
    let _turn = ctx.turn(path)?;
    let before = ctx.read_if_there(path)?;
    let malformed =
        |message: String| Error::malformed(path, words::a_track_record_of_suggestions(), message.into());
    let rows = answer.recorded(before.as_deref()).map_err(malformed)?;
    ctx.write_file(path, csv::rows(&RECORD, rows.into_iter()).as_bytes())
}
