//! Infrastructure that is written elsewhere, as a scenario: [`file`] reads Terraform into resources, [`import`] says
//! what they are, [`write`] makes a scenario of that. What AWS answers comes as such resources too; [`parallelcluster`]
//! says by itself what a cluster is.
//!
//! A Terraform folder ([`hcl`], [`evaluate`]) and a plan ([`plan`]) become the same [`Resource`]s, so that what they
//! mean is said once ([`batch`], [`job_definition`], [`scheduling`], [`storage`], [`volume`],
//! [`schedule`]). Nothing is guessed: what cannot be known is an
//! [`Unresolved`] with its address and the reason, and where each value came from is its [`Origin`].

pub mod batch;
pub mod evaluate;
pub mod file;
mod finding;
pub mod functions;
pub mod hcl;
pub mod job_definition;
mod network;
pub mod parallelcluster;
pub mod plan;
mod refer;
pub mod schedule;
pub mod scheduling;
pub mod storage;
pub mod value;
pub mod volume;
pub mod write;
pub mod yaml;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;

use crate::catalog::{Catalog, DeclaredType};
use crate::model::decimal::Decimal;
use crate::model::region::Region;
use batch::{ComputeEnvironment, JobQueue};
pub use finding::Finding;
use job_definition::JobDefinition;
use schedule::Schedule;
use scheduling::{ConsumableResource, SchedulingPolicy};
use storage::{LustreFileSystem, Stored};
use value::{Reference, Value};
use volume::{Address, EbsVolume};

/// Where a value stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file as the user named its folder.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// The bytes of the expression.
    pub span: Range<usize>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// How a value is written at its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// As the value itself: it can be changed there.
    Literal,
    /// As this variable and nothing else.
    Variable(String),
    /// As any other expression.
    Computed,
    /// Not written: it is in a plan.
    Planned,
}

/// Where a value came from, for an edit of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The block as written, such as `aws_batch_compute_environment.gpu`; all its instances share it.
    pub block: String,
    /// The attribute in it, such as `compute_resources.max_vcpus`.
    pub attribute: String,
    /// How it is written.
    pub form: Form,
    /// Where, unless it is from a plan.
    pub place: Option<Place>,
}

/// An attribute of a resource, as far as it can be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attribute<T> {
    /// Not written, or null.
    Absent,
    /// Known, and where from.
    Known(T, Origin),
    /// Written, but not known; the reason is among the [`Unresolved`].
    Unknown,
}

impl<T> Attribute<T> {
    /// The value, where it is known.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Attribute::Known(value, _) => Some(value),
            _ => None,
        }
    }

    /// Where the value came from, where it is known.
    pub const fn origin(&self) -> Option<&Origin> {
        match self {
            Attribute::Known(_, origin) => Some(origin),
            _ => None,
        }
    }

    /// Whether it is written but not known.
    pub const fn is_unknown(&self) -> bool {
        matches!(self, Attribute::Unknown)
    }
}

/// One instance of a resource, whatever it was read from.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Such as `module.hpc.aws_batch_compute_environment.gpu[0]`.
    pub address: String,
    /// Its type, such as `aws_batch_compute_environment`.
    pub kind: String,
    /// Its name in Terraform, with the index.
    pub name: String,
    /// The region it is in; `Unknown` where none is written.
    pub region: Value,
    /// Its attributes and blocks, the latter as lists of maps.
    pub attributes: Value,
    /// Where attributes came from, by their path; none in a plan.
    pub origins: BTreeMap<String, Origin>,
    /// Where its block begins, unless it is from a plan.
    pub place: Option<Place>,
}

/// Where infrastructure is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// A folder or a plan.
    #[default]
    Terraform,
    /// The configuration of a cluster.
    ParallelCluster,
    /// An account of AWS.
    Aws,
}

impl Source {
    /// What says it, for a sentence.
    #[must_use]
    pub const fn says(self) -> &'static str {
        match self {
            Source::Terraform => "Terraform",
            Source::ParallelCluster => "the configuration",
            Source::Aws => "AWS's answers",
        }
    }
}

/// Everything that was read.
#[derive(Clone, Debug, Default)]
pub struct Resources {
    /// Where it was read.
    pub source: Source,
    /// In the order written; a plan's order is by address.
    pub all: Vec<Resource>,
    /// The region of the default provider; `None` where none is known.
    pub region: Option<String>,
    /// What was not read, and why.
    pub unresolved: Vec<Unresolved>,
}

/// Something that the scenario lacks since it cannot be known, or has no place in one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unresolved {
    /// Of what.
    pub address: String,
    /// Which attribute, unless it is the whole.
    pub attribute: Option<String>,
    /// Why, a lower-case fragment.
    pub reason: String,
    /// Where it is written, if it is known: file, line and column.
    pub place: Option<String>,
}

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.attribute {
            Some(attribute) => write!(f, "{} {attribute}: {}", self.address, self.reason),
            None => write!(f, "{}: {}", self.address, self.reason),
        }
    }
}

/// What the user says beside Terraform.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// Region instead of the provider's.
    pub region: Option<Region>,
    /// Time zone of schedules that name none.
    pub timezone: Option<String>,
}

/// The infrastructure as a scenario has it.
#[derive(Clone, Debug, Default)]
pub struct Infrastructure {
    /// Where it is written.
    pub source: Source,
    /// Where it is; `None` where that is not known.
    pub region: Option<String>,
    /// Compute environments of AWS Batch on EC2.
    pub environments: Vec<ComputeEnvironment>,
    /// Types that the user declares beside it, and the file that does.
    pub declared: Option<(String, Vec<DeclaredType>)>,
    /// Instances that are on all the time.
    pub always_on: Vec<AlwaysOn>,
    /// Their queues.
    pub queues: Vec<JobQueue>,
    /// Job definitions.
    pub job_definitions: Vec<JobDefinition>,
    /// Fair-share scheduling policies.
    pub policies: Vec<SchedulingPolicy>,
    /// Consumable resources.
    pub consumable_resources: Vec<ConsumableResource>,
    /// FSx for Lustre.
    pub file_systems: Vec<LustreFileSystem>,
    /// EBS volumes that are not root volumes.
    pub volumes: Vec<EbsVolume>,
    /// Elastic IP addresses.
    pub addresses: Vec<Address>,
    /// EFS, S3 and ECR: their sizes are not in Terraform.
    pub stored: Vec<Stored>,
    /// Changes of limits by the clock.
    pub schedules: Vec<Schedule>,
    /// What cannot be known, in the order found.
    pub unresolved: Vec<Unresolved>,
    /// What is worth a look, in the order found, and where.
    pub findings: Vec<(Finding, Option<Place>)>,
}

/// Instances that are on all the time, such as the head node of a cluster.
#[derive(Clone, Debug)]
pub struct AlwaysOn {
    /// What it is.
    pub address: String,
    /// Unique name in the scenario.
    pub name: String,
    /// Their type.
    pub instance_type: Attribute<String>,
    /// How many.
    pub count: Attribute<u32>,
    /// The root volume of each.
    pub root_volume: Option<storage::RootVolume>,
}

/// Resource types that become part of a scenario, or of something that does.
const READ: [&str; 16] = [
    "aws_batch_compute_environment",
    "aws_batch_job_definition",
    "aws_batch_job_queue",
    "aws_batch_scheduling_policy",
    "aws_batch_consumable_resource",
    "aws_fsx_lustre_file_system",
    "aws_ebs_volume",
    "aws_eip",
    "aws_launch_template",
    "aws_autoscaling_schedule",
    "aws_scheduler_schedule",
    "aws_efs_file_system",
    "aws_s3_bucket",
    "aws_ecr_repository",
    "aws_subnet",
    "aws_fsx_data_repository_association",
];

/// What resources are, in words of a scenario.
#[must_use]
pub fn import(mut resources: Resources, choices: &Choices, catalog: &Catalog) -> Infrastructure {
    let mut infrastructure = Infrastructure {
        source: resources.source,
        unresolved: std::mem::take(&mut resources.unresolved),
        ..Default::default()
    };
    infrastructure.region = choices.region.map(|region| region.code().to_owned()).or(resources.region.take());
    if infrastructure.region.is_none() {
        infrastructure.miss("provider.aws", Some("region"), "no region is known; `--region` sets one", None);
    }
    resources.all.sort_by_cached_key(|resource| natural(&resource.address));
    infrastructure.keep_one_region(&mut resources.all, choices);
    let all = &resources.all[..];
    batch::environments(all, catalog, &mut infrastructure);
    scheduling::policies(all, &mut infrastructure);
    scheduling::consumable_resources(all, &mut infrastructure);
    batch::queues(all, &mut infrastructure);
    job_definition::job_definitions(all, &mut infrastructure);
    storage::file_systems(all, &mut infrastructure);
    volume::volumes(all, &mut infrastructure);
    volume::addresses(all, &mut infrastructure);
    storage::stored(all, &mut infrastructure);
    schedule::schedules(all, choices, &mut infrastructure);
    infrastructure.name_the_rest(all);
    infrastructure
}

impl Infrastructure {
    fn miss(
        &mut self,
        address: &str,
        attribute: Option<&str>,
        reason: impl Into<String>,
        place: Option<&Place>,
    ) {
        self.unresolved.push(Unresolved {
            address: address.to_owned(),
            attribute: attribute.map(str::to_owned),
            reason: reason.into(),
            place: place.map(Place::to_string),
        });
    }

    fn find(&mut self, finding: Finding, place: Option<&Place>) {
        self.findings.push((finding, place.cloned()));
    }

    /// A scenario has one region: what is in another one is listed.
    fn keep_one_region(&mut self, all: &mut Vec<Resource>, choices: &Choices) {
        let here = self.region.clone();
        all.retain(|resource| {
            if !READ.contains(&resource.kind.as_str()) {
                return true;
            }
            let why = match (&resource.region, &here) {
                (Value::Text(region), Some(here)) if region != here => {
                    format!(
                        "it is in {region}, the scenario is of {here}: import it with `--region {region}`"
                    )
                }
                (Value::Null | Value::Text(_), _) => return true,
                (unknown, _) if choices.region.is_none() => {
                    format!("its region is not known: {}", unknown.reason().unwrap_or_default())
                }
                _ => return true,
            };
            self.miss(&resource.address, None, why, resource.place.as_ref());
            false
        });
    }

    /// Types of resource that the import does not read, by name.
    fn name_the_rest(&mut self, all: &[Resource]) {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for resource in all.iter().filter(|resource| !READ.contains(&resource.kind.as_str())) {
            *counts.entry(&resource.kind).or_default() += 1;
        }
        if counts.is_empty() {
            return;
        }
        let counted =
            |(kind, count): (&str, u64)| if count == 1 { kind.to_owned() } else { format!("{count} {kind}") };
        let names: Vec<String> = counts.into_iter().map(counted).collect();
        self.miss("other resources", None, format!("the import does not read {}", names.join(", ")), None);
    }
}

/// Addresses in the order of a plan: instances by number.
fn natural(address: &str) -> (String, u64, String) {
    let (before, index) = address.rsplit_once('[').unwrap_or((address, ""));
    let number = index.trim_end_matches(']').parse().unwrap_or_default();
    (before.to_owned(), number, address.to_owned())
}

/// The resources a reference means: the one of that address, or all its instances.
fn resolve<'a>(all: &'a [Resource], reference: &Reference) -> Vec<&'a Resource> {
    let exact = all.iter().filter(|resource| resource.address == reference.address);
    let exact: Vec<&Resource> = exact.collect();
    if !exact.is_empty() {
        return exact;
    }
    let instances = format!("{}[", reference.address);
    all.iter().filter(|resource| resource.address.starts_with(&instances)).collect()
}

/// Reads attributes of one resource and lists those that are not known.
struct Reader<'a> {
    resource: &'a Resource,
    /// Reasons, by path.
    missed: Vec<(String, String)>,
}

impl<'a> Reader<'a> {
    const fn new(resource: &'a Resource) -> Reader<'a> {
        Reader { resource, missed: Vec::new() }
    }

    fn at(&self, path: &str) -> Option<&'a Value> {
        self.resource.attributes.at(path)
    }

    /// An attribute as something; what it cannot be made is listed.
    fn read<T>(&mut self, path: &str, of: impl Fn(&'a Value) -> Result<T, String>) -> Attribute<T> {
        let Some(value) = self.at(path) else { return Attribute::Absent };
        match of(value) {
            Ok(value) => Attribute::Known(value, self.origin(path)),
            Err(reason) => {
                self.missed.push((path.to_owned(), reason));
                Attribute::Unknown
            }
        }
    }

    fn text(&mut self, path: &str) -> Attribute<String> {
        self.read(path, Value::to_text)
    }

    fn number(&mut self, path: &str) -> Attribute<Decimal> {
        self.read(path, Value::to_number)
    }

    fn whole(&mut self, path: &str) -> Attribute<u32> {
        self.read(path, whole)
    }

    fn texts(&mut self, path: &str) -> Attribute<Vec<String>> {
        self.read(path, |value| match value {
            Value::List(values) => values.iter().map(Value::to_text).collect(),
            other => Err(other.reason().unwrap_or_else(|| "it is not a list".into())),
        })
    }

    /// Where an attribute is written.
    fn origin(&self, path: &str) -> Origin {
        self.resource.origins.get(path).cloned().unwrap_or_else(|| Origin {
            block: self.resource.address.clone(),
            attribute: path.to_owned(),
            form: Form::Planned,
            place: None,
        })
    }

    fn miss(&mut self, path: &str, reason: impl Into<String>) {
        self.missed.push((path.to_owned(), reason.into()));
    }

    /// Lists what was not known.
    fn finish(self, infrastructure: &mut Infrastructure) {
        for (path, reason) in self.missed {
            let place = self.resource.origins.get(&path).and_then(|origin| origin.place.as_ref());
            let attribute = (!path.is_empty()).then_some(path.as_str());
            infrastructure.miss(
                &self.resource.address,
                attribute,
                reason,
                place.or(self.resource.place.as_ref()),
            );
        }
    }
}

/// A whole number of at most 32 bits.
fn whole(value: &Value) -> Result<u32, String> {
    let number = value.to_number()?;
    let whole = u32::try_from(number).ok().filter(|_| number.is_integer());
    whole.ok_or_else(|| format!("{} is not a whole number from 0 up", number.normalize()))
}

/// Names of a kind, each once.
#[derive(Debug, Default)]
struct Names(BTreeSet<String>);

impl Names {
    /// The name, or where another one has it the name in Terraform, or the address.
    fn unique(&mut self, wanted: Option<&str>, resource: &Resource) -> String {
        let candidates = [wanted.unwrap_or(&resource.name), &resource.name, &resource.address];
        let free = candidates.into_iter().find(|name| !name.is_empty() && !self.0.contains(*name));
        let name = free.unwrap_or(&resource.address).to_owned();
        self.0.insert(name.clone());
        name
    }
}
