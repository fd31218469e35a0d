//! `hpc-cost prices update`: a price table of whole regions from AWS, to be priced from offline.

use std::collections::BTreeSet;
use std::str::FromStr;

use clap::Args;

use super::super::output::FileArgs;
use super::super::{Session, Verdict, region};
use super::words;
use crate::error::{Error, Result};
use crate::live::{Need, SPOT_WINDOW};
use crate::model::commitment::{CommitmentTerms, Commitments, PaymentOption, Term};
use crate::model::region::Region;
use crate::model::sku::{InstanceType, PurchaseOption, Service, Sku};
use crate::model::time::{Period, instant};
use crate::prices::table::{HEADER, MARK, PriceTable};
use crate::prices::{Entry, OnlyFor, Price, PriceList, Wanted, bundled};
use crate::render::csv;

/// Read prices of whole regions from AWS into a table that `--prices FILE` reads
///
/// Instance types have their On-Demand price, Reserved Instances paid all upfront, and what Spot cost on average over the last
/// 90 days. A team that shares the file estimates with newer prices than this program has, without an account.
#[derive(Debug, Args)]
pub(in crate::cli) struct UpdateArgs {
    /// Only instance types whose name contains one of these (can be repeated). Default: all that this program knows
    #[arg(value_name = "PATTERN")]
    patterns: Vec<String>,
    /// Region (can be repeated)
    #[arg(long, required = true)]
    region: Vec<String>,
    /// Only this service, such as AmazonEC2 (can be repeated). Default: all
    #[arg(long)]
    service: Vec<ServiceName>,
    #[command(flatten)]
    file: FileArgs,
}

/// A service by its code.
#[derive(Clone, Copy, Debug)]
struct ServiceName(Service);

impl FromStr for ServiceName {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<ServiceName, String> {
        let known = Service::ALL.into_iter().filter(|of| *of != Service::ComputeSavingsPlans);
        let found = known.clone().find(|of| of.code().eq_ignore_ascii_case(text));
        let names = || known.map(Service::code).collect::<Vec<_>>().join(", ");
        found.map(ServiceName).ok_or_else(|| words::the_services_are(names()).en)
    }
}

pub(in crate::cli) fn run(ctx: &Session<'_>, args: &UpdateArgs) -> Result<Verdict> {
    let regions: BTreeSet<Region> = args.region.iter().map(|code| region(code)).collect::<Result<_>>()?;
    let types = types(ctx, args)?;
    let needs: Vec<Need> = regions.iter().flat_map(|region| needs(ctx, args, *region, &types)).collect();
    let known = ctx.ask_anew(&needs)?;
    let mut prices: Vec<(Region, Entry)> = Vec::new();
    for need in &needs {
        let list = known.price_list(need, &ctx.catalog);
        prices.extend(entries(&list).map(|entry| (need.region, entry)));
    }
    prices.sort_by(|(a, x), (b, y)| (a, x.0, &x.1, x.2).cmp(&(b, y.0, &y.1, y.2)));
    if prices.is_empty() {
        return Err(Error::CommandLine {
            message: words::aws_has_no_prices_of(),
            hint: words::prices_show_lists_what_this(),
        });
    }
    let rows = prices.iter().flat_map(|(region, entry)| PriceTable::rows(*region, entry));
    let text = format!("{MARK}{}\n{}", instant(ctx.context.now), csv::rows(&HEADER, rows));
    ctx.write(&text, &args.file)?;
    ctx.tell(words::prices_of_regions(prices.len(), regions.len()));
    Ok(Verdict::Yes)
}

/// The instance types that are asked for.
fn types(ctx: &Session<'_>, args: &UpdateArgs) -> Result<Vec<InstanceType>> {
    let is_named =
        |name: &str| args.patterns.is_empty() || args.patterns.iter().any(|of| name.contains(of.as_str()));
    let types: Vec<InstanceType> = ctx
        .catalog
        .iter()
        .map(|(name, _)| name)
        .filter(|name| is_named(name))
        .map(InstanceType::new)
        .collect();
    if types.is_empty() {
        return Err(Error::CommandLine {
            message: words::no_instance_type_contains(args.patterns.join("` or `")),
            hint: words::such_as_hpc_cost_prices(),
        });
    }
    Ok(types)
}

/// What is asked about a region: everything, and Reserved Instances once for each term.
fn needs(ctx: &Session<'_>, args: &UpdateArgs, region: Region, types: &[InstanceType]) -> Vec<Need> {
    let is_wanted =
        |service: Service| args.service.is_empty() || args.service.iter().any(|of| of.0 == service);
    let now = ctx.context.now;
    let period = Period::of_seconds(now - SPOT_WINDOW, now).expect("the last 90 days are a period");
    let need = |wanted, commitments| Need { region, period, wanted, commitments };
    let mut all: Wanted = bundled::every_other_resource(region)
        .into_iter()
        .filter(|sku| sku.instance_type().is_none() && is_wanted(sku.service()))
        .collect();
    if !is_wanted(Service::AmazonEC2) {
        return vec![need(all, Commitments::default())];
    }
    let instances = |purchase| types.iter().map(move |name| Sku::instance(region, name, purchase));
    all.extend(instances(PurchaseOption::OnDemand));
    all.extend(instances(PurchaseOption::Spot));
    let mut needs = vec![need(all, Commitments::default())];
    for term in Term::ALL {
        let terms = CommitmentTerms { term, payment: PaymentOption::AllUpfront };
        let reserved = types.iter().map(|name| (name.clone(), Some(terms))).collect();
        let commitments = Commitments { reserved, ..Commitments::default() };
        needs.push(need(instances(PurchaseOption::Reserved).collect(), commitments));
    }
    needs
}

/// The prices of a list as the table has them: a mean of Spot holds for no period in particular.
fn entries(list: &PriceList) -> impl Iterator<Item = Entry> {
    list.iter().map(|(service, usage_type, purchase, price)| {
        let mut price: Price = price.clone();
        if matches!(price.provenance.only_for, Some(OnlyFor::Period(..))) {
            price.provenance.only_for = None;
            price.provenance.detail =
                format!("mean of the 90 days before it was read; {}", price.provenance.detail);
        }
        (service, usage_type.to_owned(), purchase, price)
    })
}
