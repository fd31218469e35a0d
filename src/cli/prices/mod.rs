//! `hpc-cost prices`: look into price lists, freeze them, compare them.

mod capacity_blocks;
mod fetch;
mod show;
mod update;
mod words;

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::output::{FileArgs, OutputArgs};
use super::source::need;
use super::{PriceArgs, ScenarioArgs, Session, Verdict};
use crate::cli::headings;
use crate::error::{Error, Result};
use crate::estimate::price_diff::{cost_change, price_changes};
use crate::estimate::{commitments, estimate, wanted};
use crate::live::Need;
use crate::model::json::GENERATED_BY;
use crate::model::region::Region;
use crate::model::sku::Service;
use crate::model::usage_type::UsageType;
use crate::prices::lock::Lock;
use crate::prices::{PriceList, Wanted, bundled};
use crate::render::json;
use crate::report::{Block, Cell, Column, Page, Row, Said, Table};
use crate::scenario::file::{Overrides, read};
use crate::scenario::price_file::PriceFile;

/// See, freeze and compare price lists
#[derive(Debug, Subcommand)]
pub(super) enum PricesCommand {
    Fetch(fetch::FetchArgs),
    Show(show::ShowArgs),
    Update(update::UpdateArgs),
    Regions(RegionsArgs),
    Lock(LockArgs),
    Diff(DiffArgs),
    CapacityBlocks(capacity_blocks::CapacityBlocksArgs),
}

/// List the regions the table has prices for
#[derive(Debug, Args)]
pub(super) struct RegionsArgs {
    #[command(flatten)]
    output: OutputArgs,
}

/// Freeze every price that estimates of these scenarios use
///
/// `estimate --prices LOCK` then gives the same answer without the table or the history it came from.
#[derive(Debug, Args)]
pub(super) struct LockArgs {
    #[command(flatten)]
    scenarios: ScenarioArgs,
    #[command(flatten)]
    prices: PriceArgs,
    #[command(flatten)]
    file: FileArgs,
}

/// Compare two price files, and what a scenario costs with each
///
/// Price files are locks, or files of [[price]] entries where a scenario says what they are for.
#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    /// Price file, the earlier
    before: PathBuf,
    /// Price file, the later
    after: PathBuf,
    /// Scenario whose cost changes by the prices alone
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
    #[command(flatten)]
    output: OutputArgs,
}

/// Services the table has prices of.
const SERVICES: [Service; 7] = [
    Service::AmazonEC2,
    Service::AmazonFSx,
    Service::AmazonS3,
    Service::AmazonEFS,
    Service::AmazonECR,
    Service::AmazonCloudWatch,
    Service::AmazonVPC,
];

pub(super) fn run(ctx: &mut Session<'_>, command: &PricesCommand) -> Result<Verdict> {
    match command {
        PricesCommand::Fetch(args) => fetch::run(ctx, args),
        PricesCommand::Show(args) => show::run(ctx, args),
        PricesCommand::Update(args) => update::run(ctx, args),
        PricesCommand::Regions(args) => regions(ctx, args),
        PricesCommand::Lock(args) => lock(ctx, args),
        PricesCommand::Diff(args) => diff(ctx, args),
        PricesCommand::CapacityBlocks(args) => capacity_blocks::run(ctx, args),
    }
}

fn regions(ctx: &Session<'_>, args: &RegionsArgs) -> Result<Verdict> {
    let mut rows = Vec::new();
    for region in Region::all() {
        let entries = bundled::entries(region);
        let instance = |usage_type| UsageType(usage_type).instance();
        let types: BTreeSet<&str> = entries
            .iter()
            .filter_map(|(_, usage_type, ..)| Some(instance(usage_type)?.instance_type))
            .collect();
        let mut cells = vec![Cell::Text(region.to_string()), Cell::Number(types.len().into())];
        for service in SERVICES {
            let own = entries
                .iter()
                .filter(|(of, usage_type, ..)| *of == service && instance(usage_type).is_none());
            cells.push(Cell::Number(own.count().into()));
        }
        rows.push(Row::Data(cells));
    }
    let mut columns = vec![
        Column::text("region", headings::region()),
        Column::count("instance_types", headings::instance_types()),
    ];
    columns.extend(SERVICES.map(|service| match service {
        Service::AmazonEC2 => Column::count("AmazonEC2", headings::ebs_nat_transfer()),
        service => Column::count(service.code(), Said::alike(service.code())),
    }));
    let tables = vec![Table { caption: Said::default(), columns, rows }];
    let report = Page::new(headings::number_of_bundled_prices_by_region(), tables, Vec::new());
    ctx.write_page("regions", &report, &args.output)?;
    Ok(Verdict::Yes)
}

fn lock(ctx: &mut Session<'_>, args: &LockArgs) -> Result<Verdict> {
    let source = args.prices.open()?;
    let scenarios = args.scenarios.read_with(ctx, &source)?;
    let lists = args.prices.price_lists(ctx, &source, &scenarios)?;
    let needs: Vec<Need> = scenarios.iter().map(|scenario| need(ctx, scenario)).collect();
    ctx.write(&json::render(&frozen(ctx, &needs, lists)?), &args.file)?;
    Ok(Verdict::Yes)
}

/// One lock of these lists, if one can stand for all.
fn frozen(ctx: &Session<'_>, needs: &[Need], lists: Vec<PriceList>) -> Result<Lock> {
    let mut lists = lists.into_iter();
    let mut list = lists.next().expect("the command line asks for at least one scenario");
    for other in lists {
        list.merge(other).map_err(|reason| Error::CommandLine {
            message: words::one_lock_cannot_stand_for(&reason),
            hint: words::lock_them_one_by_one(),
        })?;
    }
    let all: Wanted = needs.iter().flat_map(|need| need.wanted.iter().cloned()).collect();
    Ok(Lock::new(&list, &all, &ctx.catalog, GENERATED_BY))
}

fn diff(ctx: &mut Session<'_>, args: &DiffArgs) -> Result<Verdict> {
    let overrides = Overrides::default();
    let files = [PriceFile::read(&args.before)?, PriceFile::read(&args.after)?];
    files.iter().for_each(|file| ctx.learn_from(file));
    let scenario = match &args.scenario {
        Some(path) => Some(ctx.scenario(read(path, &overrides)?, path, &overrides)?),
        None => None,
    };
    if let Some(scenario) = &scenario {
        scenario.declare_types(&mut ctx.catalog).map_err(Error::Input)?;
    }
    let wanted = scenario.as_ref().map_or_else(Wanted::new, |scenario| wanted(scenario, &ctx.catalog));
    let bought = scenario.as_ref().map(commitments).unwrap_or_default();
    let [before, after] = files;
    let (mut before, mut after) = (before.price_list(&wanted, &bought)?, after.price_list(&wanted, &bought)?);
    if let Some(scenario) = &scenario {
        // Periods may differ: that is what is compared. Rates of other terms are not the scenario's.
        before.hold_to(&wanted, &commitments(scenario), None);
        after.hold_to(&wanted, &commitments(scenario), None);
    }
    let mut report = price_changes(&before, &after);
    if let Some(scenario) = &scenario {
        let total = |list: &PriceList| estimate(scenario, list, &ctx.catalog).map_err(Error::Input);
        report.blocks.push(Block::Table(cost_change(&scenario.name, &total(&before)?, &total(&after)?)));
    }
    ctx.write_page("price_diff", &report, &args.output)?;
    Ok(Verdict::Yes)
}
