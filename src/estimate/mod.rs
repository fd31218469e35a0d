//! What a scenario costs: usage × prices, line by line, with a range and what had no price.
#![deny(clippy::float_arithmetic)]

pub mod calibrated;
pub mod commitment;
pub mod comparison;
pub mod explain;
mod fleet;
pub mod spend_bounds;
mod headings;
mod json;
mod notes;
pub mod price_diff;
pub mod pricing;
pub mod sensitivity;
mod table;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::catalog::Catalog;
use crate::error::Diagnostic;
use crate::model::commitment::{CommitmentTerms, Commitments};
use crate::model::decimal::Decimal;
use crate::model::money::{CostRange, Total, Usd};
use crate::model::region::Region;
use crate::model::sku::{InstanceType, PurchaseOption, Resource, Service, Sku};
use crate::model::usage::{Basis, Group, UsageLine};
use crate::model::volume::VolumeType;
use crate::prices::entry::apply;
use crate::prices::{Price, PriceList, Source, Wanted};
use crate::report::{Note, Said};
use crate::scenario::Scenario;
use crate::scenario::batch::{Bid, ComputeEnvironment};
use crate::scenario::keys::BudgetKeys;
use crate::scenario::keys::batch::EnvironmentType;
use crate::scenario::keys::compute::CommitmentKind;
use crate::scenario::usage::{ComputeGroup, Usage, usage};
use crate::scenario::volume::Volume;

use calibrated::Calibrated;
pub use notes::{bid_note, retired_types};
use pricing::{LineItem, Unpriced};
use spend_bounds::Frame;

/// The answer for one scenario.
#[derive(Clone, Debug)]
pub struct Estimate {
    /// The scenario.
    pub scenario: Scenario,
    /// What the price list is, and its date.
    pub price_source: (Source, Option<String>),
    /// Every priced line.
    pub line_items: Vec<LineItem>,
    /// Every line without a price.
    pub unpriced: Vec<Unpriced>,
    /// What the Batch limits allow.
    pub frame: Option<Frame>,
    /// Cost per unit of work, by compute group.
    pub unit_costs: Vec<UnitCost>,
    /// By the track record, where the answer goes by it.
    pub calibrated: Option<Calibrated>,
    /// What the reader must know.
    pub notes: Vec<Note>,
}

/// Whether the expected total keeps the budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BudgetVerdict {
    /// At or below every limit.
    Within,
    /// Above `warn_usd`.
    Warn,
    /// Above `fail_usd`.
    Fail,
    /// Not exceeded by what has a price, but something has none.
    Unknown,
}

impl BudgetVerdict {
    /// The name in JSON; none while it is open.
    #[must_use]
    pub const fn id(self) -> Option<&'static str> {
        match self {
            BudgetVerdict::Within => Some("within"),
            BudgetVerdict::Warn => Some("warn"),
            BudgetVerdict::Fail => Some("fail"),
            BudgetVerdict::Unknown => None,
        }
    }
}

/// What a unit of work of one compute group costs, expected; root volumes included, the unused part
/// of commitments not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnitCost {
    /// The group.
    pub name: String,
    /// Whether every line of the group has a price; without, nothing below is known.
    #[serde(skip)]
    pub complete: bool,
    /// Whether the group has GPUs; without, nothing per GPU-hour applies.
    #[serde(skip)]
    pub has_gpus: bool,
    /// Per billed vCPU-hour.
    pub per_vcpu_hour: Option<Usd>,
    /// Per billed GPU-hour.
    pub per_gpu_hour: Option<Usd>,
    /// Per GPU-hour of useful work: boot, idle and lost work are in its price.
    pub per_useful_gpu_hour: Option<Usd>,
    /// Per run of the job definition.
    pub per_run: Option<Usd>,
    /// Per useful hour of a run.
    pub per_useful_hour: Option<Usd>,
}

/// Every SKU whose price this scenario needs.
#[must_use]
pub fn wanted(scenario: &Scenario, catalog: &Catalog) -> Wanted {
    wanted_by(&usage(scenario, catalog).lines, scenario, catalog)
}

/// The same of a scenario whose usage is known.
fn wanted_by(lines: &[UsageLine], scenario: &Scenario, catalog: &Catalog) -> Wanted {
    let mut wanted = Wanted::new();
    for line in lines {
        if let Some(instance_type) = line.sku.instance_type() {
            for option in [PurchaseOption::OnDemand, PurchaseOption::SavingsPlan, PurchaseOption::Reserved] {
                wanted.insert(Sku::instance(line.sku.region, instance_type, option));
            }
            if let Some(spec) = catalog.get(instance_type).filter(|spec| spec.retired()) {
                let names = catalog.replacements(spec).map(crate::model::sku::InstanceType::new);
                wanted.extend(
                    names.map(|name| Sku::instance(line.sku.region, &name, PurchaseOption::OnDemand)),
                );
            }
        }
        wanted.insert(line.sku.clone());
    }
    for commitment in &scenario.keys.commitment {
        if let Some(instance_type) = &commitment.instance_type {
            wanted.insert(Sku::instance(scenario.region, instance_type, PurchaseOption::Reserved));
        }
    }
    for environment in &scenario.environments {
        for (instance_type, _) in &environment.types {
            wanted.insert(Sku::instance(scenario.region, instance_type, PurchaseOption::OnDemand));
            if environment.environment_type == EnvironmentType::Spot {
                wanted.insert(Sku::instance(scenario.region, instance_type, PurchaseOption::Spot));
            }
        }
        for instance_type in &environment.retired {
            let spec = catalog.get(instance_type).expect("resolved types are in the catalogue");
            let names = catalog.replacements(spec).map(crate::model::sku::InstanceType::new);
            wanted.extend(names.map(|name| Sku::instance(scenario.region, &name, PurchaseOption::OnDemand)));
        }
        for resource in [
            Resource::VolumeStorage(VolumeType::Gp3),
            Resource::VolumeStorage(VolumeType::Gp2),
            Resource::VolumeIops,
            Resource::VolumeThroughput,
        ] {
            wanted.insert(Sku::other(scenario.region, resource));
        }
        let root = scenario.environment(&environment.name).and_then(|(keys, _)| keys.root_volume.as_ref());
        let parts = root.map_or_else(Vec::new, |volume| Volume::from(volume).parts());
        wanted.extend(parts.into_iter().map(|(_, resource, _)| Sku::other(scenario.region, resource)));
    }
    wanted
}

/// The commitments of a scenario, as far as they decide a price.
#[must_use]
pub fn commitments(scenario: &Scenario) -> Commitments {
    let mut found = Commitments::default();
    for commitment in &scenario.keys.commitment {
        let terms = commitment.term.zip(commitment.payment);
        let terms = terms.map(|(term, payment)| CommitmentTerms { term, payment });
        match (commitment.kind, &commitment.instance_type) {
            (CommitmentKind::SavingsPlan, _) => found.plans.push(terms),
            (CommitmentKind::Reserved, Some(name)) if commitment.usd_per_hour.is_none() => {
                found.reserved.push((name.clone(), terms));
            }
            (CommitmentKind::Reserved, _) => {}
        }
    }
    found
}

/// Whether the scenario's own prices fit the lines they are for; what `check` looks at.
pub fn own_prices_fit(scenario: &Scenario, catalog: &Catalog) -> Result<(), Vec<Diagnostic>> {
    let wanted = wanted(scenario, catalog);
    let mut list = PriceList::default();
    apply(&mut list, &scenario.prices, &Source::Scenario, None, &wanted, &scenario.document).map(|_| ())
}

/// Prices a scenario. The list holds the wanted SKUs; the scenario's own prices go over it. Only a
/// price of the scenario that does not fit its line is an error; a missing price is part of the
/// answer.
pub fn estimate(
    scenario: &Scenario,
    list: &PriceList,
    catalog: &Catalog,
) -> Result<Estimate, Vec<Diagnostic>> {
    let Priced { prices, unused, groups, notes: usage_notes, line_items, unpriced } =
        priced(scenario, list, catalog)?;
    let discounts = discounts(scenario);
    let frame = spend_bounds::frame(scenario, &prices, &discounts);
    let mut estimate = Estimate {
        scenario: scenario.clone(),
        price_source: (prices.source.clone(), prices.as_of.clone()),
        unit_costs: unit_costs(&groups, &line_items, &unpriced),
        line_items,
        unpriced,
        frame,
        calibrated: None,
        notes: Vec::new(),
    };
    estimate.notes = notes::collect(&estimate, &prices, catalog, usage_notes, &unused);
    Ok(estimate)
}

/// The lines of a scenario with their prices, and what a report about them needs.
struct Priced {
    prices: PriceList,
    /// Usage types of the scenario's own prices that no line uses.
    unused: Vec<String>,
    groups: Vec<ComputeGroup>,
    notes: Vec<Note>,
    line_items: Vec<LineItem>,
    unpriced: Vec<Unpriced>,
}

/// The prices of a scenario, for usage that is not written in it: what a simulation used.
#[derive(Clone, Debug)]
pub struct Pricing {
    prices: PriceList,
    discounts: BTreeMap<Service, Decimal>,
    month_shares: Vec<Decimal>,
}

impl Pricing {
    /// The list with the scenario's own prices over it.
    pub fn new(scenario: &Scenario, list: &PriceList, catalog: &Catalog) -> Result<Pricing, Vec<Diagnostic>> {
        let (prices, _) = own_prices_over(scenario, list, || wanted(scenario, catalog))?;
        let month_shares = scenario.period.month_shares();
        Ok(Pricing { prices, discounts: discounts(scenario), month_shares })
    }

    /// Prices lines as [`estimate`] does; commitments are not laid over them.
    #[must_use]
    pub fn price(&self, usage: &[UsageLine]) -> (Vec<LineItem>, Vec<Unpriced>) {
        pricing::price(usage, &self.prices, &self.discounts, &self.month_shares)
    }

    /// The price of one unit of a SKU, before discounts.
    #[must_use]
    pub fn unit_price(&self, sku: &Sku) -> Option<Usd> {
        self.prices.rate(sku).map(|rate| rate.price)
    }

    /// How the Spot price of a type stands to the bid of a compute environment.
    #[must_use]
    pub fn bid(&self, region: Region, of: &ComputeEnvironment, instance_type: &InstanceType) -> Bid {
        if of.environment_type == EnvironmentType::Ec2 {
            return Bid::Kept;
        }
        let sku = |option| Sku::instance(region, instance_type, option);
        let on_demand = self.prices.list_rate(&sku(PurchaseOption::OnDemand)).map(|rate| rate.price);
        Bid::of(of.bid_share, self.unit_price(&sku(PurchaseOption::Spot)), on_demand)
    }

    /// Whether the price of a SKU is the scenario's own.
    #[must_use]
    pub fn is_own(&self, sku: &Sku) -> bool {
        self.prices.get(sku).is_some_and(|price| price.provenance.source == Source::Scenario)
    }

    /// Puts a price in the place of the list's.
    pub fn set(&mut self, sku: &Sku, price: Price) {
        self.prices.insert(sku, price);
    }

    /// What the prices are, in words.
    #[must_use]
    pub fn words(&self) -> Said {
        prices_text(&self.prices.source, self.prices.as_of.as_deref())
    }
}

/// The list with the scenario's own prices over it, and the usage types of those that nothing wants.
fn own_prices_over(
    scenario: &Scenario,
    list: &PriceList,
    wanted: impl FnOnce() -> Wanted,
) -> Result<(PriceList, Vec<String>), Vec<Diagnostic>> {
    let mut prices = list.clone();
    if scenario.prices.is_empty() {
        return Ok((prices, Vec::new()));
    }
    let entries =
        apply(&mut prices, &scenario.prices, &Source::Scenario, None, &wanted(), &scenario.document)?;
    let unused = entries.iter().map(|entry| entry.usage_type.clone()).collect();
    Ok((prices, unused))
}

/// What prices are, in words.
fn prices_text(source: &Source, as_of: Option<&str>) -> Said {
    match (source, as_of) {
        (Source::Bundled, Some(date)) => headings::bundled_as_of(source.said(), date),
        (_, Some(date)) => headings::as_of(source.said(), date),
        (_, None) => headings::undated(source.said()),
    }
}

fn priced(scenario: &Scenario, list: &PriceList, catalog: &Catalog) -> Result<Priced, Vec<Diagnostic>> {
    let Usage { lines, groups, mut notes } = usage(scenario, catalog);
    let (prices, unused) = own_prices_over(scenario, list, || wanted_by(&lines, scenario, catalog))?;
    let (lines, commitment_notes) = commitment::apply(lines, &groups, scenario, &prices);
    notes.extend(commitment_notes);
    let month_shares = scenario.period.month_shares();
    let (line_items, unpriced) = pricing::price(&lines, &prices, &discounts(scenario), &month_shares);
    Ok(Priced { prices, unused, groups, notes, line_items, unpriced })
}

/// The expected total alone, as [`estimate`] finds it, and how many lines have no price.
fn expected_total(scenario: &Scenario, list: &PriceList, catalog: &Catalog) -> Option<(Usd, usize)> {
    let priced = priced(scenario, list, catalog).ok()?;
    Some((priced.line_items.iter().map(|item| item.cost.expected).sum(), priced.unpriced.len()))
}

fn discounts(scenario: &Scenario) -> BTreeMap<Service, Decimal> {
    let by_name = |service: &Service| scenario.keys.discount.get(service.code()).map(|share| share.0);
    Service::ALL.into_iter().filter_map(|service| by_name(&service).map(|share| (service, share))).collect()
}

/// A line of an estimate, with a price or without.
#[derive(Clone, Copy, Debug)]
pub enum Line<'a> {
    /// With a price.
    Priced(&'a LineItem),
    /// Without.
    Unpriced(&'a Unpriced),
}

impl<'a> Line<'a> {
    const fn usage(self) -> &'a UsageLine {
        match self {
            Line::Priced(item) => &item.usage,
            Line::Unpriced(line) => &line.usage,
        }
    }
}

impl Estimate {
    /// Every line with its `line_id`, from 1, the same in every format: by group, what is priced before
    /// what is not.
    pub fn lines(&self) -> impl Iterator<Item = (usize, Line<'_>)> {
        let priced = self.line_items.iter().map(Line::Priced);
        let mut lines: Vec<Line<'_>> = priced.chain(self.unpriced.iter().map(Line::Unpriced)).collect();
        lines.sort_by_key(|line| Group::ALL.iter().position(|group| *group == line.usage().group));
        lines.into_iter().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// The sum of all lines, case by case; at least that, where lines have no price.
    #[must_use]
    pub fn total(&self) -> CostRange {
        self.line_items.iter().map(|item| item.cost).sum()
    }

    /// The sum of the lines with this basis.
    #[must_use]
    pub fn subtotal(&self, basis: Basis) -> CostRange {
        let of_basis = self.line_items.iter().filter(|item| item.usage.basis == basis);
        of_basis.map(|item| item.cost).sum()
    }

    /// The expected total.
    #[must_use]
    pub fn expected(&self) -> Total {
        self.expected_of(|_| true)
    }

    /// What some of the lines are expected to cost.
    #[must_use]
    pub fn expected_of(&self, of: impl Fn(&UsageLine) -> bool) -> Total {
        let priced = self.line_items.iter().filter(|item| of(&item.usage));
        let unpriced = self.unpriced.iter().filter(|line| of(&line.usage));
        priced.map(|item| Total::Whole(item.cost.expected)).chain(unpriced.map(|_| Total::Unknown)).sum()
    }

    /// Whether every line has a price.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.unpriced.is_empty()
    }

    /// The prices that are missing as `[[price]]` tables of the scenario, with all but their dollars; `None` where no
    /// line waits for one.
    #[must_use]
    pub fn missing_prices(&self) -> Option<String> {
        let mut skus: Vec<&Sku> = Vec::new();
        for line in self.unpriced.iter().filter(|line| line.asks) {
            if !skus.contains(&&line.usage.sku) {
                skus.push(&line.usage.sku);
            }
        }
        let table = |sku: &&Sku| {
            let option = match sku.purchase {
                PurchaseOption::None => String::new(),
                option => format!("purchase_option = \"{}\"\n", option.id()),
            };
            format!(
                "[[price]]\nservice = \"{}\"\nusage_type = \"{}\"\n{option}usd = \"\" # dollars per {}\nunit = \"{}\"\n",
                sku.service().code(),
                sku.usage_type(),
                sku.unit().singular(),
                sku.unit().focus()
            )
        };
        (!skus.is_empty()).then(|| skus.iter().map(table).collect::<Vec<_>>().join("\n"))
    }

    /// The verdict on the budget, with the limit that decides it.
    #[must_use]
    pub fn budget(&self) -> Option<(BudgetVerdict, Usd)> {
        judged(self.scenario.keys.budget.as_ref()?, self.judged_total().expected, self.is_complete())
    }

    /// Whether the answer is yes: every line has a price and `fail_usd` is not exceeded.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.is_complete() && !matches!(self.budget(), Some((BudgetVerdict::Fail, _)))
    }
}

/// The verdict of a budget on an amount, with the limit that decides it. `complete` is whether the amount is all.
#[must_use]
pub fn judged(budget: &BudgetKeys, amount: Usd, complete: bool) -> Option<(BudgetVerdict, Usd)> {
    let (warn, fail) = (budget.warn_usd.map(|d| d.0), budget.fail_usd.map(|d| d.0));
    let exceeded = |limit: Option<Usd>| limit.filter(|limit| amount > *limit);
    if let Some(limit) = exceeded(fail) {
        return Some((BudgetVerdict::Fail, limit));
    }
    if let Some(limit) = exceeded(warn) {
        return Some((BudgetVerdict::Warn, limit));
    }
    let limit = warn.or(fail)?;
    Some((if complete { BudgetVerdict::Within } else { BudgetVerdict::Unknown }, limit))
}

fn unit_costs(groups: &[ComputeGroup], items: &[LineItem], unpriced: &[Unpriced]) -> Vec<UnitCost> {
    let of_group = |group: &ComputeGroup| {
        let known = !unpriced.iter().any(|line| line.usage.owner.as_ref() == Some(&group.name));
        let own = items.iter().filter(|item| item.usage.owner.as_ref() == Some(&group.name));
        let cost: Usd = own.map(|item| item.cost.expected).sum();
        let per = |number: Decimal| cost.per(number).filter(|_| known).map(Usd::to_price);
        UnitCost {
            name: group.name.clone(),
            complete: known,
            has_gpus: !group.gpu_hours.is_zero(),
            per_vcpu_hour: per(group.vcpu_hours),
            per_gpu_hour: per(group.gpu_hours),
            per_useful_gpu_hour: per(group.useful_gpu_hours),
            per_run: group.runs.and_then(|(runs, _)| per(runs)),
            per_useful_hour: group.runs.and_then(|(_, hours)| per(hours)),
        }
    };
    groups.iter().map(of_group).collect()
}
