//! `hpc-cost prices`: look into price lists, freeze them, compare them.

mod capacity_blocks;
mod fetch;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::output::{FileArgs, OutputArgs};
use super::source::need;
use super::{PriceArgs, ScenarioArgs, Session, Verdict, region};
use crate::error::{Error, Result};
use crate::estimate::document::GENERATED_BY;
use crate::estimate::price_diff::{cost_change, price_changes};
use crate::estimate::{commitments, estimate, wanted};
use crate::live::{self, Need};
use crate::model::region::Region;
use crate::model::sku::{PurchaseOption, Service};
use crate::model::time::instant;
use crate::prices::kept::KeptPrices;
use crate::prices::lock::Lock;
use crate::prices::{Entry, Price, PriceList, Wanted, bundled};
use crate::render::json;
use crate::report::{Cell, Column, Report, Row, Table};
use crate::scenario::file::{Overrides, read};
use crate::scenario::price_file::PriceFile;

/// See, freeze and compare price lists
#[derive(Debug, Subcommand)]
pub(super) enum PricesCommand {
    Fetch(fetch::FetchArgs),
    Show(ShowArgs),
    Regions(RegionsArgs),
    Lock(LockArgs),
    Diff(DiffArgs),
    CapacityBlocks(capacity_blocks::CapacityBlocksArgs),
}

/// List prices with their source and date: the bundled ones, those kept from AWS, or those of a lock
#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// Show usage types that contain one of these (can be repeated)
    #[arg(value_name = "PATTERN")]
    patterns: Vec<String>,
    /// Only this region
    #[arg(long)]
    region: Option<String>,
    /// Which prices: bundled, cache (whatever was read from AWS), or a lock file
    #[arg(long, default_value = "bundled", value_name = "bundled|cache|FILE")]
    prices: String,
    #[command(flatten)]
    output: OutputArgs,
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
const SERVICES: [Service; 6] = [
    Service::AmazonEC2,
    Service::AmazonFSx,
    Service::AmazonS3,
    Service::AmazonEFS,
    Service::AmazonECR,
    Service::AmazonCloudWatch,
];

pub(super) fn run(ctx: &mut Session<'_>, command: &PricesCommand) -> Result<Verdict> {
    match command {
        PricesCommand::Fetch(args) => fetch::run(ctx, args),
        PricesCommand::Show(args) => show(ctx, args),
        PricesCommand::Regions(args) => regions(ctx, args),
        PricesCommand::Lock(args) => lock(ctx, args),
        PricesCommand::Diff(args) => diff(ctx, args),
        PricesCommand::CapacityBlocks(args) => capacity_blocks::run(ctx, args),
    }
}

fn show(ctx: &Session<'_>, args: &ShowArgs) -> Result<Verdict> {
    let only = args.region.as_deref().map(region).transpose()?;
    let regions: Vec<Region> = only.map_or_else(|| Region::all().collect(), |region| vec![region]);
    let (title, fact, lists) = listed(ctx, &args.prices, &regions)?;
    let patterns: Vec<String> = args.patterns.iter().map(|pattern| pattern.to_lowercase()).collect();
    let mut rows = Vec::new();
    for (region, entries) in &lists {
        for (service, usage_type, purchase, price) in entries {
            let folded = usage_type.to_lowercase();
            let here = region.is_some() || only.is_none_or(|only| only.has_usage_type(usage_type));
            if here && (patterns.is_empty() || patterns.iter().any(|pattern| folded.contains(pattern))) {
                rows.extend(tiers(*region, service.code(), usage_type, *purchase, price));
            }
        }
    }
    let found = !rows.is_empty();
    let columns = vec![
        Column::text("region", "Region"),
        Column::text("service", "Service"),
        Column::text("usage_type", "Usage type"),
        Column::text("purchase_option", "Bought as"),
        Column::number("from", "From"),
        Column::number("usd", "USD"),
        Column::text("unit", "Per"),
        Column::text("as_of", "As of"),
        Column::text("verified", "Verified"),
        Column::text("source", "Source"),
    ];
    let tables = vec![Table { caption: String::new(), columns, rows }];
    let report = Report {
        title,
        facts: vec![fact],
        tables,
        charts: Vec::new(),
        verbatim: Vec::new(),
        notes: Vec::new(),
    };
    ctx.write_report("prices", &report, &args.output)?;
    if !found {
        let place = args.region.as_deref().unwrap_or("any region");
        ctx.tell(&match args.prices.as_str() {
            "bundled" => {
                format!("no price matches in {place}; `hpc-cost prices regions` says what the table has")
            }
            "cache" => format!("no price matches in {place}; `hpc-cost prices fetch` reads some from AWS"),
            _ => format!("no price matches in {place}"),
        });
    }
    Ok(if found { Verdict::Yes } else { Verdict::No })
}

/// Entries by region, a lock's without one, under a title and with their date.
type Listed = (String, (&'static str, String), Vec<(Option<Region>, Vec<Entry>)>);

fn entries(list: &PriceList) -> Vec<Entry> {
    let entry = |(service, usage_type, purchase, price): (Service, &str, PurchaseOption, &Price)| {
        (service, usage_type.to_owned(), purchase, price.clone())
    };
    list.iter().map(entry).collect()
}

fn listed(ctx: &Session<'_>, prices: &str, regions: &[Region]) -> Result<Listed> {
    Ok(match prices {
        "bundled" => {
            let list =
                |region: &Region| (Some(*region), entries(&bundled::price_list(&bundled::skus(*region))));
            let lists = regions.iter().map(list).collect();
            ("Bundled prices".to_owned(), ("EC2 as of", bundled::AS_OF.to_owned()), lists)
        }
        "cache" => {
            let cache = ctx.cache()?;
            let kept = |region: &Region| {
                let text = cache.as_ref()?.read(&live::file(*region))?;
                let mut kept = KeptPrices::parse(&text)?;
                kept.forget_after(ctx.context.now);
                let (prices, oldest) = kept.prices();
                Some((oldest, (Some(*region), prices)))
            };
            let (times, lists): (Vec<_>, Vec<_>) = regions.iter().filter_map(kept).unzip();
            let oldest = times.into_iter().flatten().min().map_or("unknown".to_owned(), instant);
            ("Prices read from AWS".to_owned(), ("Oldest read at", oldest), lists)
        }
        path => {
            let list = PriceFile::read(Path::new(path))?.price_list(&Wanted::new())?;
            let as_of = list.as_of.clone().unwrap_or_else(|| "unknown".into());
            (format!("Prices of {path}"), ("As of", as_of), vec![(None, entries(&list))])
        }
    })
}

fn tiers(
    region: Option<Region>,
    service: &str,
    usage_type: &str,
    purchase: PurchaseOption,
    price: &Price,
) -> Vec<Row> {
    let text = |text: &str| Cell::Text(text.to_owned());
    let row = |tier: &crate::prices::Tier| {
        Row::Data(vec![
            region.map_or(Cell::Empty, |region| text(region.code())),
            text(service),
            text(usage_type),
            text(purchase.id()),
            Cell::Number(tier.from),
            tier.price.map_or(Cell::Unknown, Cell::Price),
            text(price.unit.focus()),
            price.provenance.as_of.as_ref().map_or(Cell::Unknown, |date| text(date)),
            text(if price.provenance.verified == Some(true) { "yes" } else { "no" }),
            text(&price.provenance.detail),
        ])
    };
    price.tiers.iter().map(row).collect()
}

fn regions(ctx: &Session<'_>, args: &RegionsArgs) -> Result<Verdict> {
    let mut rows = Vec::new();
    for region in Region::all() {
        let skus = bundled::skus(region);
        let mut cells = vec![Cell::Text(region.to_string())];
        for service in SERVICES {
            let count =
                skus.iter().filter(|sku| sku.service() == service && sku.instance_type().is_none()).count();
            cells.push(Cell::Number(count.into()));
        }
        let instances = skus.iter().filter(|sku| sku.instance_type().is_some()).count();
        cells.insert(1, Cell::Number(instances.into()));
        rows.push(Row::Data(cells));
    }
    let mut columns = vec![Column::text("region", "Region"), Column::number("instances", "Instances")];
    columns.extend(SERVICES.map(|service| match service {
        Service::AmazonEC2 => Column::number("AmazonEC2", "EBS, NAT, transfer"),
        service => Column::number(service.code(), service.code()),
    }));
    let tables = vec![Table { caption: String::new(), columns, rows }];
    let report = Report {
        title: "Number of bundled prices by region".into(),
        facts: Vec::new(),
        tables,
        charts: Vec::new(),
        notes: Vec::new(),
        verbatim: Vec::new(),
    };
    ctx.write_report("regions", &report, &args.output)?;
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
            message: format!("one lock cannot stand for all of these scenarios: {reason}"),
            hint: "lock them one by one".into(),
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
    let wanted = scenario.as_ref().map_or_else(Wanted::new, |scenario| wanted(scenario, &ctx.catalog));
    let [before, after] = files;
    let (mut before, mut after) = (before.price_list(&wanted)?, after.price_list(&wanted)?);
    if let Some(scenario) = &scenario {
        // Periods may differ: that is what is compared. Rates of other terms are not the scenario's.
        before.hold_to(&wanted, &commitments(scenario), None);
        after.hold_to(&wanted, &commitments(scenario), None);
    }
    let mut report = price_changes(&before, &after);
    if let Some(scenario) = &scenario {
        let total = |list: &PriceList| estimate(scenario, list, &ctx.catalog).map_err(Error::Input);
        report.tables.push(cost_change(&scenario.name, &total(&before)?, &total(&after)?));
    }
    ctx.write_report("price_diff", &report, &args.output)?;
    Ok(Verdict::Yes)
}
