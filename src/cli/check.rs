//! `hpc-cost check`: is a scenario valid, and would AWS accept it.

use clap::Args;

use super::headings;
use super::output::OutputArgs;
use super::simulate::read_trace;
use super::{ScenarioArgs, Session, Verdict};
use crate::error::{Error, Result};
use crate::estimate::{own_prices_fit, retired_types};
use crate::report::{Cell, Column, Note, Page, Row, Said, Table};
use crate::scenario::Scenario;
use crate::scenario::usage::usage;
use crate::simulate::notes::undefined;
use crate::simulate::study::Jobs;

/// Check scenario files without pricing anything
///
/// Exits with 2 when a file is invalid or says something that AWS would refuse; what is merely
/// doubtful is a note.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    scenarios: ScenarioArgs,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(ctx: &mut Session<'_>, args: &CheckArgs) -> Result<Verdict> {
    let scenarios = args.scenarios.read(ctx)?;
    let (mut rows, mut notes) = (Vec::new(), Vec::new());
    for (scenario, path) in scenarios.iter().zip(&args.scenarios.scenarios) {
        own_prices_fit(scenario, &ctx.catalog).map_err(Error::Input)?;
        let usage = usage(scenario, &ctx.catalog);
        let mut doubts = scenario.doubts.clone();
        doubts.extend(retired_types(scenario, &ctx.catalog));
        doubts.extend(usage.notes);
        doubts.extend(jobs(ctx, scenario)?);
        rows.push(Row::Data(vec![
            Cell::Text(path.display().to_string()),
            Cell::Text(scenario.name.clone()),
            Cell::Words(headings::valid()),
            Cell::Number(usage.lines.len().into()),
            Cell::Number(doubts.len().into()),
        ]));
        notes.extend(doubts);
    }
    let columns = vec![
        Column::text("file", headings::file()),
        Column::text("scenario", headings::scenario()),
        Column::text("verdict", headings::verdict()),
        Column::count("lines", headings::usage_lines()),
        Column::count("notes", headings::notes()),
    ];
    let tables = vec![Table { caption: Said::default(), columns, rows }];
    let report = Page::new(headings::check(), tables, notes);
    ctx.write_page("check", &report, &args.output)?;
    Ok(Verdict::Yes)
}

/// What is doubtful about the jobs of a trace. One that is there and cannot be used is an error, as for `simulate`.
fn jobs(ctx: &Session<'_>, scenario: &Scenario) -> Result<Option<Note>> {
    let Some(trace) = scenario.keys.workload.as_ref().and_then(|keys| keys.trace.as_ref()) else {
        return Ok(None);
    };
    match read_trace(ctx, scenario, trace).map(|trace| Jobs::recorded(trace, scenario)) {
        Ok(Jobs::Trace(jobs)) => Ok(undefined(&jobs, scenario)),
        Ok(Jobs::Drawn { .. }) => Ok(None),
        Err(error @ Error::Malformed { .. }) => Err(error),
        Err(error) => Ok(Some(Note::TraceUnread { path: trace.clone(), reason: error.to_string() })),
    }
}
