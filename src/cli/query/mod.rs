//! `hpc-cost query`: SQL over charges, the estimate, jobs, waits, suggestions and prices.

#[cfg(feature = "polars")]
mod gather;
#[cfg(feature = "polars")]
mod headings;
#[cfg(not(feature = "polars"))]
mod without;
#[cfg(feature = "polars")]
mod words;

use std::path::PathBuf;

use clap::Args;

use super::compare::BasisArg;
use super::compare::charges::SourceArgs;
use super::output::OutputArgs;
use super::{ChangeArgs, PriceArgs, Session, Verdict};
use crate::error::{Error, Result};
#[cfg(feature = "polars")]
use crate::report::{Cell, Column, Page, Row, Said, Table};

/// Ask in SQL: charges, estimate, jobs, waits, suggestions and prices as tables
///
/// Tables are filled from what is named: `charges` from --actual; `lines`, `prices`, `waits` and `suggestions` from
/// --scenario, the latter two by simulating its jobs; `lines` and `suggestions` also from a saved report (--from); `jobs` from
/// --jobs or the scenario. They can be joined. Amounts are exact decimals; what is unknown is NULL, which sums leave out.
/// Only in a build with the feature `polars`.
#[derive(Debug, Args)]
pub(super) struct QueryArgs {
    /// The question, such as 'SELECT service, SUM(cost) AS cost FROM charges GROUP BY service'
    #[arg(value_name = "SQL", required_unless_present = "describe")]
    sql: Option<String>,
    /// List the tables and columns, each with its type, unit and meaning
    #[arg(long, conflicts_with = "sql")]
    describe: bool,
    /// Charges, as `compare` takes them, of the period of --scenario, --from or --month
    #[arg(long, value_name = "SOURCE")]
    actual: Option<String>,
    /// Which cost of the charges
    #[arg(long, value_enum, default_value_t = BasisArg::Amortized, requires = "actual")]
    basis: BasisArg,
    /// Tell charges apart by these, too, each a column: account, region, resource, tag:KEY, cost_category:KEY, billing_period,
    /// invoice, commitment_id (files and Athena)
    #[arg(long, value_name = "DIMENSION", value_delimiter = ',', requires = "actual")]
    by: Vec<String>,
    /// Scenario file
    #[arg(long, value_name = "FILE", conflicts_with = "from")]
    scenario: Option<PathBuf>,
    #[command(flatten)]
    changes: ChangeArgs,
    /// Jobs instead of those of the scenario's [workload]: a workload CSV, or a log named *.swf
    #[arg(long, value_name = "FILE")]
    jobs: Option<PathBuf>,
    /// Report of a month that `report` saved: its report.json
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Seed of the simulation of `waits`, and the first one of `suggestions`
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    prices: PriceArgs,
    #[command(flatten)]
    output: OutputArgs,
}

#[cfg(not(feature = "polars"))]
pub(super) fn run(_: &mut Session<'_>, _: &QueryArgs) -> Result<Verdict> {
    Err(Error::CommandLine {
        message: without::this_build_has_no_sql(),
        hint: without::cargo_install_path_features_polars(),
    })
}

#[cfg(feature = "polars")]
pub(super) fn run(ctx: &mut Session<'_>, args: &QueryArgs) -> Result<Verdict> {
    let report = match &args.sql {
        None => described(),
        Some(sql) => answered(ctx, args, sql)?,
    };
    ctx.write_page("query", &report, &args.output)?;
    if args.sql.is_some() && report.tables().all(|table| table.rows.is_empty()) {
        ctx.tell(words::no_row_answers_this());
    }
    Ok(Verdict::Yes)
}

#[cfg(feature = "polars")]
fn answered(ctx: &mut Session<'_>, args: &QueryArgs, sql: &str) -> Result<Page> {
    let names = crate::frames::asked_for(sql).map_err(refused)?;
    let mut gathered = gather::Gathered::new(ctx, args);
    let mut tables = Vec::new();
    for name in names {
        tables.push((name, gathered.table(name)?));
    }
    let facts = gathered.facts;
    let table = crate::frames::ask(sql, tables).map_err(refused)?;
    Ok(Page::new(headings::query(), vec![table], Vec::new()).with_facts(facts))
}

#[cfg(feature = "polars")]
fn refused(of: crate::frames::Refused) -> Error {
    let hint = of.hint.unwrap_or_else(words::hpc_cost_query_describe_lists);
    Error::CommandLine { message: of.message, hint }
}

#[cfg(feature = "polars")]
fn described() -> Page {
    let rows = crate::frames::describe().into_iter().map(|of| {
        let cells = [of.table, of.name, &of.holds.sql(), of.unit, of.meaning];
        Row::Data(cells.map(|text| Cell::Text(text.to_owned())).to_vec())
    });
    let columns = vec![
        Column::text("table", headings::table()),
        Column::text("column", headings::column()),
        Column::text("type", headings::type_of_instance()),
        Column::text("unit", headings::unit()),
        Column::text("meaning", headings::meaning()),
    ];
    let table = Table { caption: Said::default(), columns, rows: rows.collect() };
    Page::new(headings::tables_of_hpc_cost_query(), vec![table], Vec::new())
}
