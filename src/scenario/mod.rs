//! What the user intends to run: a scenario, valid by construction.
//!
//! [`file`] finds the text, [`keys`] types it, [`lint`] holds it against AWS's rules, [`usage`]
//! turns it into usage lines.

pub mod arrivals;
pub mod batch;
pub mod cron;
pub mod file;
pub mod interruptions;
pub mod keys;
pub mod lint;
pub mod lustre;
pub mod price_file;
pub mod schedule;
pub mod usage;
pub mod value;
pub mod volume;
mod words;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::catalog::Catalog;
use crate::document::nearest::nearest;
use crate::document::{Document, KeyPath};
use crate::error::Diagnostic;
use crate::model::decimal::Decimal;
use crate::model::region::Region;
use crate::model::said::Said;
use crate::model::sku::InstanceType;
use crate::model::time::{Month, Period};
use crate::model::usage_type::UsageType;
use crate::prices::entry::PriceEntry;
use crate::report::Note;

use arrivals::ArrivalRates;
use batch::ComputeEnvironment;
use keys::batch::{ComputeEnvironmentKeys, JobDefinitionKeys};
use keys::workload::ArrivalKeys;
use keys::{PriceKeys, ScenarioKeys};
use schedule::{Schedule, Segment};

/// A scenario in which every name resolves and every value is one that AWS would accept.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Its name.
    pub name: String,
    /// Its region.
    pub region: Region,
    /// The period it is about.
    pub period: Period,
    /// The keys, as written and merged.
    pub keys: ScenarioKeys,
    /// Compute environments, in the order of the file.
    pub environments: Vec<ComputeEnvironment>,
    /// Prices of its own.
    pub prices: Vec<PriceEntry>,
    /// The text, for problems that are found later.
    pub document: Document,
    /// What is valid but doubtful.
    pub doubts: Vec<Note>,
    schedules: Vec<Schedule>,
    arrivals: Vec<ArrivalRates>,
}

impl Scenario {
    /// Types and checks a document. `fallback_name` is for a scenario without a name, `now` for one
    /// without a month.
    pub fn from_document(
        document: Document,
        catalog: &Catalog,
        fallback_name: &str,
        now: Month,
    ) -> Result<Scenario, Vec<Diagnostic>> {
        let mut keys: ScenarioKeys = document.read().map_err(|problem| vec![*problem])?;
        let new = new_regions(&mut keys, catalog);
        let mut lint = lint::Lint::new(&document);
        let catalog = &*lint.own_types(&keys.instance_type, catalog);
        let period = lint.period(&keys, now);
        let (environments, schedules) = lint.names(&keys, catalog);
        let arrivals = lint.rules(&keys, &environments, &schedules, catalog, period);
        let (problems, mut doubts) = lint.finish();
        if !problems.is_empty() {
            return Err(problems);
        }
        let new: BTreeSet<Region> = new.into_iter().map(|(_, region)| region).collect();
        doubts.splice(0..0, new.into_iter().map(new_region));
        if keys.month.is_none() && keys.period.is_none() {
            doubts.insert(0, Note::MonthFromClock { month: now.to_string() });
        }
        let prices = keys.price.iter().enumerate().map(|(index, price)| entry(index, price)).collect();
        let name = keys.name.clone().unwrap_or_else(|| fallback_name.to_owned());
        Ok(Scenario {
            name,
            region: keys.region,
            period,
            keys,
            environments,
            prices,
            document,
            doubts,
            schedules,
            arrivals,
        })
    }

    /// Regions that a document names and of which it is not known what usage types call them, and where it names them.
    #[must_use]
    pub fn new_regions(document: &Document, catalog: &Catalog) -> Vec<(KeyPath, Region)> {
        let keys = document.read::<ScenarioKeys>();
        keys.map_or_else(|_| Vec::new(), |mut keys| new_regions(&mut keys, catalog))
    }

    /// Where a document is about, and the instance types it names that the catalogue does not have; `None`
    /// for a document that cannot be read.
    #[must_use]
    pub fn unknown_types(document: &Document, catalog: &Catalog) -> Option<(Region, BTreeSet<InstanceType>)> {
        let keys: ScenarioKeys = document.read().ok()?;
        let mut named: BTreeSet<InstanceType> = BTreeSet::new();
        for compute in &keys.compute {
            named.extend(compute.instances.0.iter().map(|(name, _)| name.clone()));
        }
        named.extend(keys.commitment.iter().filter_map(|commitment| commitment.instance_type.clone()));
        let environments = keys.batch.compute_environment.iter();
        let launched = environments.flat_map(|environment| environment.instance_types.iter());
        // A name without a point is a family.
        named.extend(launched.filter(|name| name.contains('.')).map(|name| InstanceType::new(name)));
        let own = |name: &InstanceType| keys.instance_type.iter().any(|own| own.name == name.as_str());
        named.retain(|name| catalog.get(name).is_none() && !own(name));
        Some((catalog.region(keys.region), named))
    }

    /// Adds the types that the scenario declares to the catalogue that its usage and prices are found with.
    pub fn declare_types(&self, catalog: &mut Catalog) -> Result<(), Vec<Diagnostic>> {
        let mut problems = Vec::new();
        for (index, keys) in self.keys.instance_type.iter().enumerate() {
            if let Err(known) = catalog.declare(&keys.declared()) {
                let path = KeyPath::root().key("instance_type").index(index).key("name");
                let message = words::another_scenario_declares_with(&keys.name, &known);
                let help = Some(words::a_type_is_the_same());
                problems.push(self.document.diagnostic(&path, message, help));
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    /// Notes what the command line put in the place of the scenario's own month and region.
    pub fn note_overrides(&mut self, month: Option<&str>, region: Option<&str>) {
        let region = region.map(|region| Note::RegionOverridden { region: region.to_owned() });
        let month = month.map(|month| Note::MonthOverridden { month: month.to_owned() });
        self.doubts.splice(0..0, month.into_iter().chain(region));
    }

    /// Where a file is that the scenario names at this key: relative to the file the name is written in, or, where it
    /// was set on the command line, to the current folder.
    #[must_use]
    pub fn beside(&self, key: &[&str], name: &str) -> PathBuf {
        let path = key.iter().fold(KeyPath::root(), |path, key| path.key(key));
        let place = self.document.diagnostic(&path, Said::alike(""), None).excerpt;
        let origin = place.map(|excerpt| excerpt.origin).filter(|origin| !origin.starts_with("--"));
        match origin.as_ref().and_then(|origin| Path::new(origin).parent()) {
            Some(folder) => folder.join(name),
            None => PathBuf::from(name),
        }
    }

    /// The keys of a compute environment and the environment itself.
    #[must_use]
    pub fn environment(&self, name: &str) -> Option<(&ComputeEnvironmentKeys, &ComputeEnvironment)> {
        let index = self.environments.iter().position(|environment| environment.name == name)?;
        Some((&self.keys.batch.compute_environment[index], &self.environments[index]))
    }

    /// A job definition.
    #[must_use]
    pub fn job(&self, name: &str) -> Option<&JobDefinitionKeys> {
        self.keys.batch.job_definition.iter().find(|job| job.name == name)
    }

    /// The limits of a compute environment over the period.
    #[must_use]
    pub fn timeline(&self, environment: &ComputeEnvironment) -> Vec<Segment> {
        timeline(environment, &self.schedules, self.period)
    }

    /// The limits of a compute environment over any period.
    #[must_use]
    pub fn timeline_over(&self, environment: &ComputeEnvironment, period: Period) -> Vec<Segment> {
        timeline(environment, &self.schedules, period)
    }

    /// The kinds of jobs that arrive, each with its rates.
    pub fn arrivals(&self) -> impl Iterator<Item = (&ArrivalKeys, &ArrivalRates)> {
        let keys = self.keys.workload.iter().flat_map(|workload| &workload.arrivals);
        keys.zip(&self.arrivals)
    }

    /// Months the period has: what a size is multiplied by to give GB-months.
    #[must_use]
    pub fn months(&self) -> Decimal {
        self.period.months(self.hours_per_month())
    }

    /// Months that `hours` of a resource are: each whole period is exactly [`Scenario::months`]; a part
    /// of it counts by `hours_per_month`, or else by the month's real hours, and never for more.
    #[must_use]
    pub fn months_of(&self, hours: Decimal) -> Decimal {
        let period = self.period.hours();
        let (whole, part) = ((hours / period).floor(), hours % period);
        let part = match self.hours_per_month() {
            Some(basis) => (part / basis).min(self.months()),
            None => self.months() * part / period,
        };
        whole * self.months() + part
    }

    fn hours_per_month(&self) -> Option<Decimal> {
        self.keys.hours_per_month.map(|hours| hours.0)
    }
}

/// That a region is new to this program, or misspelled.
fn new_region(region: Region) -> Note {
    let alike = nearest(region.code(), Region::all().map(Region::code), 3);
    Note::NewRegion { region: region.to_string(), alike: alike.into_iter().map(str::to_owned).collect() }
}

/// Gives every region the prefix that is known, and returns those of which none is.
fn new_regions(keys: &mut ScenarioKeys, catalog: &Catalog) -> Vec<(KeyPath, Region)> {
    let mut new = Vec::new();
    for (path, region) in keys.regions_mut() {
        *region = catalog.region(*region);
        if !region.has_prefix() {
            new.push((path, *region));
        }
    }
    new
}

fn timeline(environment: &ComputeEnvironment, schedules: &[Schedule], period: Period) -> Vec<Segment> {
    let own: Vec<&Schedule> =
        schedules.iter().filter(|s| s.compute_environment == environment.name).collect();
    schedule::timeline(environment.min_vcpus, environment.max_vcpus, &own, period)
}

/// A `[[price]]` entry as the price list takes it.
#[must_use]
pub fn entry(index: usize, keys: &PriceKeys) -> PriceEntry {
    let usd = keys.usd.0;
    let spread = (keys.usd_low.is_some() || keys.usd_high.is_some())
        .then(|| (keys.usd_low.map_or(usd, |d| d.0), keys.usd_high.map_or(usd, |d| d.0)));
    PriceEntry {
        usage_type: keys.usage_type.clone(),
        service: keys.service,
        purchase: keys.purchase_option.unwrap_or_else(|| UsageType(&keys.usage_type).purchase()),
        usd,
        spread,
        unit: keys.unit.clone(),
        reason: keys.reason.clone(),
        path: KeyPath::root().key("price").index(index),
    }
}
