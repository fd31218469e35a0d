//! `hpc-cost prices capacity-blocks`: what EC2 offers now, as a scenario writes it.

use clap::Args;

use super::super::output::OutputArgs;
use super::super::{Session, Verdict, region};
use super::words;
use crate::aws::{Answer, CapacityBlockOffering, Question};
use crate::cli::headings;
use crate::error::Result;
use crate::model::decimal::Decimal;
use crate::model::sku::InstanceType;
use crate::model::time::{self, instant};
use crate::report::{Cell, Column, Note, Page, Row, Said, Table};

/// List the Capacity Blocks that EC2 offers now
///
/// Prices move with demand and are paid up front, for every hour, used or not. Exits with 1 when
/// there is none.
#[derive(Debug, Args)]
pub(in crate::cli) struct CapacityBlocksArgs {
    /// Instance type
    #[arg(value_name = "TYPE")]
    instance_type: String,
    /// Region
    #[arg(long)]
    region: String,
    /// Hours: days of 24 up to 14, then weeks of 168 up to 26
    #[arg(long, value_parser = clap::value_parser!(i32).range(24..=4368))]
    hours: i32,
    /// Instances
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(i32).range(1..=64))]
    instances: i32,
    #[command(flatten)]
    output: OutputArgs,
}

pub(in crate::cli) fn run(ctx: &Session<'_>, args: &CapacityBlocksArgs) -> Result<Verdict> {
    let region = region(&args.region)?;
    let instance_type = InstanceType::new(&args.instance_type);
    let question =
        Question::CapacityBlocks { region, instance_type, count: args.instances, hours: args.hours };
    let Answer::CapacityBlocks(mut offerings) = ctx.ask_one(question)? else {
        unreachable!("Capacity Blocks were asked for")
    };
    offerings.sort_by_key(|offering| (offering.upfront, offering.start));
    let columns = vec![
        Column::text("start", headings::start()),
        Column::text("end", headings::end()),
        Column::text("zone", headings::zone()),
        Column::count("instances", headings::instances()),
        Column::number("upfront_usd", headings::up_front()),
        Column::number("usd_per_instance_hour", headings::per_instance_hour()),
        Column::text("offering_id", headings::offering()),
    ];
    let tables = vec![Table { caption: Said::default(), columns, rows: offerings.iter().map(row).collect() }];
    let remark = format!(
        "up front is for the whole block; an operating system that costs something comes on top. In a scenario: capacity_block = {{ upfront_usd = \"…\", hours = {} }}",
        args.hours
    );
    let report = Page::new(
        headings::blocks_of(&args.instance_type, region, args.hours),
        tables,
        vec![Note::PriceRemark { remark }],
    )
    .with_facts(vec![(headings::read_at(), Said::alike(instant(ctx.context.now)))]);
    ctx.write_page("capacity_blocks", &report, &args.output)?;
    if offerings.is_empty() {
        ctx.tell(words::ec2_offers_no_such_block());
        return Ok(Verdict::No);
    }
    Ok(Verdict::Yes)
}

fn row(offering: &CapacityBlockOffering) -> Row {
    let hours = time::hours(offering.end - offering.start);
    let per_hour = offering.upfront.per(hours * Decimal::from(offering.count));
    Row::Data(vec![
        Cell::Text(instant(offering.start)),
        Cell::Text(instant(offering.end)),
        Cell::Text(offering.zone.clone()),
        Cell::Number(offering.count.into()),
        Cell::Usd(offering.upfront),
        per_hour.map_or(Cell::Unknown, |price| Cell::Price(price.to_price())),
        Cell::Text(offering.id.clone()),
    ])
}
