//! `hpc-cost prices`: what the price table in this program holds.

use clap::{Args, Subcommand};

use super::output::OutputArgs;
use super::{Session, Verdict};
use crate::document::nearest::did_you_mean;
use crate::error::{Error, Result};
use crate::model::sku::{PurchaseOption, Region};
use crate::prices::{Price, bundled};
use crate::report::{Cell, Column, Report, Row, Table};

/// Look into the price table
#[derive(Debug, Subcommand)]
pub(super) enum PricesCommand {
    Show(ShowArgs),
    Regions(RegionsArgs),
}

/// List bundled prices with their source and date
#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// Show usage types that contain one of these (can be repeated)
    #[arg(value_name = "PATTERN")]
    patterns: Vec<String>,
    /// Only this region
    #[arg(long)]
    region: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

/// List the regions the table has prices for
#[derive(Debug, Args)]
pub(super) struct RegionsArgs {
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(ctx: &Session<'_>, command: &PricesCommand) -> Result<Verdict> {
    match command {
        PricesCommand::Show(args) => show(ctx, args),
        PricesCommand::Regions(args) => regions(ctx, args),
    }
}

fn show(ctx: &Session<'_>, args: &ShowArgs) -> Result<Verdict> {
    let regions: Vec<Region> = match &args.region {
        Some(code) => vec![region(code)?],
        None => Region::all().collect(),
    };
    let patterns: Vec<String> = args.patterns.iter().map(|pattern| pattern.to_lowercase()).collect();
    let mut rows = Vec::new();
    for region in regions {
        let list = bundled::price_list(&bundled::skus(region));
        for (service, usage_type, purchase, price) in list.iter() {
            let folded = usage_type.to_lowercase();
            if patterns.is_empty() || patterns.iter().any(|pattern| folded.contains(pattern)) {
                rows.extend(tiers(region, service.code(), usage_type, purchase, price));
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
    let facts = vec![("EC2 as of", bundled::AS_OF.to_owned())];
    let report = Report { title: "Bundled prices".into(), facts, tables, notes: Vec::new() };
    ctx.write_report("prices", &report, &args.output)?;
    if !found {
        ctx.tell("no price matches");
    }
    Ok(if found { Verdict::Yes } else { Verdict::No })
}

fn tiers(
    region: Region,
    service: &str,
    usage_type: &str,
    purchase: PurchaseOption,
    price: &Price,
) -> Vec<Row> {
    let text = |text: &str| Cell::Text(text.to_owned());
    let row = |tier: &crate::prices::Tier| {
        Row::Data(vec![
            text(region.code()),
            text(service),
            text(usage_type),
            text(purchase.id()),
            Cell::Number(tier.from),
            tier.price.map_or(Cell::Unknown, Cell::Price),
            text(price.unit.focus()),
            price.provenance.as_of.as_ref().map_or(Cell::Unknown, |date| text(date)),
            text(if price.provenance.verified { "yes" } else { "no" }),
            text(&price.provenance.detail),
        ])
    };
    price.tiers.iter().map(row).collect()
}

fn regions(ctx: &Session<'_>, args: &RegionsArgs) -> Result<Verdict> {
    let with_instances = bundled::regions();
    let mut rows = Vec::new();
    for region in Region::all() {
        let count = bundled::skus(region).len();
        let instances = if with_instances.contains(&region.code()) { "yes" } else { "no" };
        rows.push(Row::Data(vec![
            Cell::Text(region.to_string()),
            Cell::Text(instances.into()),
            Cell::Number(count.into()),
        ]));
    }
    let columns = vec![
        Column::text("region", "Region"),
        Column::text("instances", "Instance prices"),
        Column::number("prices", "Prices"),
    ];
    let tables = vec![Table { caption: String::new(), columns, rows }];
    let report = Report { title: "Regions".into(), facts: Vec::new(), tables, notes: Vec::new() };
    ctx.write_report("regions", &report, &args.output)?;
    Ok(Verdict::Yes)
}

fn region(code: &str) -> Result<Region> {
    Region::parse(code).ok_or_else(|| Error::CommandLine {
        message: format!("unknown region `{code}`"),
        hint: did_you_mean(code, Region::all().map(Region::code))
            .unwrap_or_else(|| "`hpc-cost prices regions` lists the regions".into()),
    })
}
