//! `hpc-cost prices fetch`: prices from AWS, those of now into the cache, those of a month into a lock.

use clap::Args;

use super::super::output::OutputArgs;
use super::super::source::{HistoryArgs, PriceSource, need};
use super::super::{ScenarioArgs, Session, Verdict};
use super::frozen;
use super::words;
use crate::cli::headings;
use crate::error::{Error, Result};
use crate::estimate::estimate;
use crate::estimate::pricing::Unpriced;
use crate::live::{self, Need};
use crate::model::time::Month;
use crate::prices::PriceList;
use crate::render::json;
use crate::report::{Cell, Column, Note, Page, Row, Said, Table};
use crate::scenario::Scenario;

/// Get the prices that these scenarios use from AWS
///
/// Fills the cache and says what came of it; exits with 1 when a price is missing. With --month it
/// instead writes a price lock of the lists that were in force when that month began: they come from
/// AWS's archive, whose file of EC2 prices has 300 MB a region.
#[derive(Debug, Args)]
pub(in crate::cli) struct FetchArgs {
    #[command(flatten)]
    scenarios: ScenarioArgs,
    #[command(flatten)]
    history: HistoryArgs,
    #[command(flatten)]
    output: OutputArgs,
}

pub(in crate::cli) fn run(ctx: &mut Session<'_>, args: &FetchArgs) -> Result<Verdict> {
    let scenarios = args.scenarios.read_with(ctx, &PriceSource::Live)?;
    let needs: Vec<Need> = scenarios.iter().map(|scenario| need(ctx, scenario)).collect();
    match args.scenarios.month(ctx)? {
        Some(month) => archived(ctx, args, &scenarios, &needs, month),
        None => current(ctx, args, &scenarios, &needs),
    }
}

fn current(ctx: &Session<'_>, args: &FetchArgs, scenarios: &[Scenario], needs: &[Need]) -> Result<Verdict> {
    let known = ctx.ask_anew(needs)?;
    let mut lists: Vec<PriceList> = needs.iter().map(|need| known.price_list(need, &ctx.catalog)).collect();
    args.history.apply(ctx, needs, &mut lists)?;
    let (mut rows, mut notes, mut complete) = (Vec::new(), Vec::new(), true);
    for ((scenario, need), list) in scenarios.iter().zip(needs).zip(&lists) {
        let gaps = gaps(ctx, scenario, list)?;
        complete &= gaps.is_empty();
        rows.push(Row::Data(vec![
            Cell::Text(scenario.name.clone()),
            Cell::Text(need.region.to_string()),
            Cell::Number(list.iter().count().into()),
            Cell::Number(gaps.len().into()),
            list.as_of.as_ref().map_or(Cell::Unknown, |as_of| Cell::Text(as_of.clone())),
        ]));
        notes.extend(gaps.into_iter().map(|gap| Note::PriceRemark { remark: gap.en }));
        let remarks = list.remarks.iter().chain(list.type_remarks.values());
        notes.extend(remarks.map(|remark| Note::PriceRemark { remark: remark.clone() }));
    }
    let columns = vec![
        Column::text("scenario", headings::scenario()),
        Column::text("region", headings::region()),
        Column::count("prices", headings::prices()),
        Column::count("missing", headings::missing()),
        Column::text("read_at", headings::read_at()),
    ];
    let tables = vec![Table { caption: Said::default(), columns, rows }];
    let report = Page::new(headings::prices_read(), tables, notes);
    ctx.write_page("price_fetch", &report, &args.output)?;
    Ok(if complete { Verdict::Yes } else { Verdict::No })
}

/// The lines of a scenario that have no price in a list, and why.
fn gaps(ctx: &Session<'_>, scenario: &Scenario, list: &PriceList) -> Result<Vec<Said>> {
    let estimate = estimate(scenario, list, &ctx.catalog).map_err(Error::Input)?;
    let line = |line: &Unpriced| words::no_price_for(&line.usage.name, &line.reason);
    let frame = estimate.frame.iter().flat_map(|frame| &frame.missing);
    let limit = frame.map(|(environment, what, missing)| {
        words::no_of_no_price_for(what.said(), environment, missing.join(", "))
    });
    Ok(estimate.unpriced.iter().map(line).chain(limit).collect())
}

fn archived(
    ctx: &Session<'_>,
    args: &FetchArgs,
    scenarios: &[Scenario],
    needs: &[Need],
    month: Month,
) -> Result<Verdict> {
    if month > ctx.context.this_month {
        return Err(Error::CommandLine {
            message: words::aws_has_no_price_list(month),
            hint: words::month_takes_the_running_month(),
        });
    }
    let aws = ctx.aws(true)?.ok_or(Error::NoCredentials)?;
    let spinner = ctx.spinner();
    let mut lists = live::archived(aws, needs, month.seconds().0, &|text| spinner.tick(text))?;
    spinner.end();
    args.history.apply(ctx, needs, &mut lists)?;
    let mut complete = true;
    for (scenario, list) in scenarios.iter().zip(&lists) {
        for gap in gaps(ctx, scenario, list)? {
            ctx.tell(&gap);
            complete = false;
        }
    }
    let lock = frozen(ctx, needs, lists)?;
    ctx.write(&json::render(&lock), &args.output.file)?;
    Ok(if complete { Verdict::Yes } else { Verdict::No })
}
