//! `hpc-cost prices show`: what a list says, instances with what they have and what a part of them costs.

use std::cmp::Ordering;
use std::path::Path;

use clap::Args;

use super::super::output::OutputArgs;
use super::super::{Session, Verdict, region};
use super::words;
use crate::catalog::{Catalog, InstanceSpec, NEVER_ON_DEMAND};
use crate::cli::headings;
use crate::error::{Error, Result};
use crate::live;
use crate::model::commitment::Commitments;
use crate::model::decimal::{Decimal, round};
use crate::model::money::Total;
use crate::model::money::Usd;
use crate::model::region::Region;
use crate::model::sku::{InstanceType, PurchaseOption, Service};
use crate::model::time::instant;
use crate::model::usage_type::UsageType;
use crate::prices::cache_entry::KeptPrices;
use crate::prices::{Entry, OnlyFor, Price, PriceList, Wanted, bundled};
use crate::report::{Cell, Column, Kind, Note, Page, Row, Said, Table};
use crate::scenario::price_file::PriceFile;

/// List prices with their source and date: the bundled ones, those kept from AWS, or those of a lock
///
/// Instances stand with their vCPUs, memory and GPUs, and what an hour of one of those costs.
#[derive(Debug, Args)]
pub(in crate::cli) struct ShowArgs {
    /// Show usage types that contain one of these (can be repeated)
    #[arg(value_name = "PATTERN")]
    patterns: Vec<String>,
    /// Only this region
    #[arg(long)]
    region: Option<String>,
    /// Which prices: bundled, cache (whatever was read from AWS), or a lock file
    #[arg(long, default_value = "bundled", value_name = "bundled|cache|FILE")]
    prices: String,
    /// Only instances with GPUs of this model, such as A100
    #[arg(long, value_name = "MODEL")]
    gpu: Option<String>,
    /// Only instances with so many GPUs
    #[arg(long, value_name = "N")]
    gpus: Option<u32>,
    /// Only instances bought so: on_demand, spot or reserved
    #[arg(long, value_name = "OPTION", value_parser = ["on_demand", "spot", "reserved"])]
    bought: Option<String>,
    /// Sort instances by a column of the CSV form, such as usd_per_gpu_hour; with `-` before it, from the highest down
    #[arg(long, value_name = "COLUMN", allow_hyphen_values = true)]
    sort: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

/// What a column is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Everything,
    Instances,
    /// Everything but instances.
    Others,
}

/// A column of what is shown.
type Shown = (&'static str, fn() -> Said, Kind, u8, Of);

/// Columns: id (none in a column that only people see), heading (none in one that only CSV writes), what stands in it,
/// how readily people do without it, and what it is for.
const COLUMNS: [Shown; 19] = [
    ("region", headings::show_region, Kind::Text, 1, Of::Everything),
    ("service", headings::show_service, Kind::Text, 0, Of::Others),
    ("usage_type", Said::default, Kind::Text, 0, Of::Everything),
    ("", headings::show_type_of_instance, Kind::Text, 0, Of::Everything),
    ("purchase_option", headings::show_bought_as, Kind::Text, 0, Of::Instances),
    ("from", headings::show_from, Kind::Decimal, 0, Of::Others),
    ("usd", headings::show_usd, Kind::Decimal, 0, Of::Everything),
    ("unit", headings::show_per, Kind::Text, 0, Of::Others),
    ("vcpus", headings::show_vcpus, Kind::Count, 0, Of::Instances),
    ("memory_gib", headings::show_gib, Kind::Decimal, 0, Of::Instances),
    ("gpus", headings::show_gpus, Kind::Count, 0, Of::Instances),
    ("gpu_model", headings::show_gpu, Kind::Text, 0, Of::Instances),
    ("gpu_memory_gib", headings::show_gib_each, Kind::Decimal, 0, Of::Instances),
    ("usd_per_vcpu_hour", headings::show_a_vcpu_hour, Kind::Decimal, 2, Of::Instances),
    ("usd_per_gpu_hour", headings::show_a_gpu_hour, Kind::Decimal, 0, Of::Instances),
    ("as_of", headings::show_as_of, Kind::Text, 2, Of::Everything),
    ("verified", headings::show_verified, Kind::Text, 2, Of::Everything),
    ("source", headings::show_source, Kind::Text, 1, Of::Everything),
    ("terms", Said::default, Kind::Text, 0, Of::Instances),
];

/// The column that people read first.
const TYPE: usize = 3;

/// Places of what a part of an instance costs.
const PLACES: u32 = 6;

pub(super) fn run(ctx: &Session<'_>, args: &ShowArgs) -> Result<Verdict> {
    let only = args.region.as_deref().map(region).transpose()?;
    let regions: Vec<Region> = only.map_or_else(|| Region::all().collect(), |region| vec![region]);
    let sort = args.sort.as_deref().map(Sort::parse).transpose()?;
    let (title, fact, lists) = listed(ctx, &args.prices, &regions)?;
    let patterns: Vec<String> = args.patterns.iter().map(|pattern| pattern.to_lowercase()).collect();
    let (mut instances, mut others) = (Vec::new(), Vec::new());
    for (region, entries) in &lists {
        for (service, usage_type, purchase, price) in entries {
            let folded = usage_type.to_lowercase();
            let here = region.is_some() || only.is_none_or(|only| only.has_usage_type(usage_type));
            let named = patterns.is_empty() || patterns.iter().any(|pattern| folded.contains(pattern));
            if !here || !named {
                continue;
            }
            let spec = instance(&ctx.catalog, usage_type);
            if UsageType(usage_type).instance().is_some() {
                if has(args, spec) && args.bought.as_deref().is_none_or(|bought| bought == purchase.id()) {
                    instances.push(instance_cells(*region, *service, usage_type, *purchase, price, spec));
                }
            } else if args.gpu.is_none() && args.gpus.is_none() && args.bought.is_none() {
                others.extend(tiers(*region, *service, usage_type, *purchase, price));
            }
        }
    }
    let notes = never_on_demand(ctx, &patterns, &lists);
    // A type's prices stand together.
    let by_type = Sort { column: TYPE, falling: false };
    instances.sort_by(|a, b| sort.as_ref().unwrap_or(&by_type).compare(a, b));
    let found = !instances.is_empty() || !others.is_empty();
    ctx.write_page("prices", &Page { notes, ..report(title, fact, instances, others) }, &args.output)?;
    if !found {
        let place = args.region.as_deref().map_or_else(words::any_region, Said::alike);
        ctx.tell(match args.prices.as_str() {
            "bundled" => words::no_price_matches_in_hpc_cost(&place),
            "cache" => words::no_price_matches_in_hpc(&place),
            _ => words::no_price_matches_in(&place),
        });
    }
    Ok(if found { Verdict::Yes } else { Verdict::No })
}

fn report(title: Said, fact: (Said, Said), instances: Vec<Vec<Cell>>, others: Vec<Vec<Cell>>) -> Page {
    // People see the columns that something stands in.
    let is_shown = |of: Of| match of {
        Of::Everything => true,
        Of::Instances => !instances.is_empty(),
        Of::Others => !others.is_empty() || instances.is_empty(),
    };
    let column = |(id, heading, kind, spare, of): Shown| {
        let heading = match is_shown(of) {
            true if id == "usd" && !is_shown(Of::Others) => headings::show_an_hour(),
            true => heading(),
            false => Said::default(),
        };
        Column::of(kind, id, heading).spare(spare)
    };
    let columns = COLUMNS.map(column).to_vec();
    let rows = instances.into_iter().chain(others).map(Row::Data).collect();
    let tables = vec![Table { caption: Said::default(), columns, rows }];
    Page::new(title, tables, Vec::new()).with_facts(vec![fact])
}

/// By which column, and whether from the highest down.
struct Sort {
    column: usize,
    falling: bool,
}

impl Sort {
    fn parse(text: &str) -> Result<Sort> {
        let name = text.trim_start_matches('-');
        let names: Vec<&str> = COLUMNS.iter().map(|(id, ..)| *id).filter(|id| !id.is_empty()).collect();
        let column = COLUMNS.iter().position(|(id, ..)| !id.is_empty() && *id == name);
        let column = column.ok_or_else(|| Error::CommandLine {
            message: words::there_is_no_column_to(name),
            hint: words::the_columns_are(names.join(", ")),
        })?;
        Ok(Sort { column, falling: text.starts_with('-') })
    }

    /// What is unknown or does not apply comes last, whichever way.
    fn compare(&self, a: &[Cell], b: &[Cell]) -> Ordering {
        let turned = |order: Ordering| if self.falling { order.reverse() } else { order };
        match (&a[self.column], &b[self.column]) {
            (Cell::Price(a), Cell::Price(b)) => turned(a.cmp(b)),
            (Cell::Number(a), Cell::Number(b)) => turned(a.cmp(b)),
            (Cell::Text(a), Cell::Text(b)) => turned(a.cmp(b)),
            (Cell::Empty | Cell::Unknown, Cell::Empty | Cell::Unknown) => Ordering::Equal,
            (Cell::Empty | Cell::Unknown, _) => Ordering::Greater,
            (_, Cell::Empty | Cell::Unknown) => Ordering::Less,
            _ => Ordering::Equal,
        }
    }
}

/// Whether an instance has what is asked for.
fn has(args: &ShowArgs, spec: Option<&InstanceSpec>) -> bool {
    let count = |wanted| spec.is_some_and(|spec| spec.gpus == wanted);
    let model = |wanted: &String| {
        spec.is_some_and(|spec| spec.gpu_model.to_lowercase().contains(&wanted.to_lowercase()))
    };
    args.gpus.is_none_or(count) && args.gpu.as_ref().is_none_or(model)
}

/// A note on the families that are looked for and have no On-Demand price in any list.
fn never_on_demand(
    ctx: &Session<'_>,
    patterns: &[String],
    lists: &[(Option<Region>, Vec<Entry>)],
) -> Vec<Note> {
    let entries = lists.iter().flat_map(|(_, entries)| entries);
    let on_demand = entries.filter(|(_, _, purchase, _)| *purchase == PurchaseOption::OnDemand);
    let listed: Vec<&str> = on_demand.map(|(_, usage_type, ..)| usage_type.as_str()).collect();
    let is_asked_for = |family: &&str| {
        let of_family = format!("{family}.");
        let known = ctx.catalog.iter().map(|(name, _)| name).filter(|name| name.starts_with(&of_family));
        let names: Vec<String> =
            known.chain([of_family.as_str()]).map(|name| format!("boxusage:{name}")).collect();
        let asked = |pattern: &String| {
            pattern.starts_with(&of_family) || names.iter().any(|name| name.contains(pattern.as_str()))
        };
        let is_listed = listed.iter().any(|usage_type| usage_type.contains(&format!(":{of_family}")));
        !is_listed && (patterns.is_empty() || patterns.iter().any(asked))
    };
    let families: Vec<String> = NEVER_ON_DEMAND.into_iter().filter(is_asked_for).map(str::to_owned).collect();
    if families.is_empty() { Vec::new() } else { vec![Note::NeverOnDemand { families }] }
}

/// What is known of the instance of a usage type.
fn instance<'a>(catalog: &'a Catalog, usage_type: &str) -> Option<&'a InstanceSpec> {
    catalog.get(&InstanceType::new(UsageType(usage_type).instance()?.instance_type))
}

/// The cells of an instance.
fn instance_cells(
    region: Option<Region>,
    service: Service,
    usage_type: &str,
    purchase: PurchaseOption,
    price: &Price,
    spec: Option<&InstanceSpec>,
) -> Vec<Cell> {
    let number = |number: u64| Cell::Number(Decimal::from(number));
    let gib = |mib: u64| Cell::Number(round(Decimal::from(mib) / Decimal::from(1024), 2));
    let usd = price.tiers.first().and_then(|tier| tier.price);
    let a_part = |count: u32| match (usd, count) {
        (_, 0) => Cell::Empty,
        (None, _) => Cell::Unknown,
        (Some(usd), count) => Cell::Price(Usd::new(round(usd.amount() / Decimal::from(count), PLACES))),
    };
    let terms = match price.provenance.only_for {
        Some(OnlyFor::Terms(terms)) => Some(terms.to_string()),
        _ => None,
    };
    let bought = match &terms {
        Some(terms) => format!("{} {terms}", purchase.id()),
        None => purchase.id().to_owned(),
    };
    let name = usage_type.split_once(':').map_or(usage_type, |(_, name)| name);
    let mut cells = head(region, service, usage_type, name);
    cells.extend([text(&bought), Cell::Number(Decimal::ZERO), usd.map_or(Cell::Unknown, Cell::Price)]);
    cells.push(text(price.unit.focus()));
    match spec {
        Some(spec) => {
            cells.extend([number(spec.vcpus.into()), gib(spec.memory_mib)]);
            match spec.gpus {
                0 => cells.extend([Cell::Empty, Cell::Empty, Cell::Empty]),
                gpus => cells.extend([number(gpus.into()), text(spec.gpu_model), gib(spec.gpu_memory_mib)]),
            }
            cells.extend([a_part(spec.vcpus), a_part(spec.gpus)]);
        }
        None => cells.extend(std::iter::repeat_n(Cell::Unknown, OF_THE_TYPE)),
    }
    cells.extend(provenance(price));
    cells.push(terms.map_or(Cell::Empty, Cell::Text));
    cells
}

/// Columns that say what an instance type has, and what a part of it costs.
const OF_THE_TYPE: usize = 7;

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

/// The first cells of every row.
fn head(region: Option<Region>, service: Service, usage_type: &str, name: &str) -> Vec<Cell> {
    let region = region.map_or(Cell::Empty, |region| text(region.code()));
    vec![region, text(service.code()), text(usage_type), text(name)]
}

/// Date, whether it is from the Price List, source.
fn provenance(price: &Price) -> [Cell; 3] {
    [
        price.provenance.as_of.as_ref().map_or(Cell::Unknown, |date| text(date)),
        text(if price.provenance.verified == Some(true) { "yes" } else { "no" }),
        text(&price.provenance.detail),
    ]
}

/// Entries by region, a lock's without one, under a title and with their date.
type Listed = (Said, (Said, Said), Vec<(Option<Region>, Vec<Entry>)>);

fn entries(list: &PriceList) -> Vec<Entry> {
    let entry = |(service, usage_type, purchase, price): (Service, &str, PurchaseOption, &Price)| {
        (service, usage_type.to_owned(), purchase, price.clone())
    };
    list.iter().map(entry).collect()
}

fn listed(ctx: &Session<'_>, prices: &str, regions: &[Region]) -> Result<Listed> {
    Ok(match prices {
        "bundled" => {
            let lists = regions.iter().map(|region| (Some(*region), bundled::entries(*region))).collect();
            (headings::bundled_prices(), (headings::ec2_as_of(), Said::alike(bundled::AS_OF)), lists)
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
            let oldest = times
                .into_iter()
                .flatten()
                .min()
                .map_or_else(|| Total::Unknown.said(), |at| Said::alike(instant(at)));
            (headings::prices_read(), (headings::oldest_read_at(), oldest), lists)
        }
        path => {
            let file = PriceFile::read(Path::new(path))?;
            if let PriceFile::Table(_, table) = &file {
                let own = |region: &Region| {
                    let prices = table.prices.iter().filter(|(of, _)| of == region);
                    (Some(*region), prices.map(|(_, entry)| entry.clone()).collect())
                };
                let lists = regions.iter().map(own).collect();
                return Ok((
                    headings::prices_of(path),
                    (headings::read_at(), Said::alike(&table.read_at)),
                    lists,
                ));
            }
            let list = file.price_list(&Wanted::new(), &Commitments::default())?;
            let as_of = list.as_of.as_ref().map_or_else(|| Total::Unknown.said(), Said::alike);
            (headings::prices_of(path), (headings::show_as_of(), as_of), vec![(None, entries(&list))])
        }
    })
}

/// The rows of anything else, one for each tier.
fn tiers(
    region: Option<Region>,
    service: Service,
    usage_type: &str,
    purchase: PurchaseOption,
    price: &Price,
) -> Vec<Vec<Cell>> {
    let row = |tier: &crate::prices::Tier| {
        let mut cells = head(region, service, usage_type, usage_type);
        cells.extend([
            text(purchase.id()),
            Cell::Number(tier.from),
            tier.price.map_or(Cell::Unknown, Cell::Price),
            text(price.unit.focus()),
        ]);
        cells.extend(std::iter::repeat_n(Cell::Empty, OF_THE_TYPE));
        cells.extend(provenance(price));
        cells.push(Cell::Empty);
        cells
    };
    price.tiers.iter().map(row).collect()
}
