//! What is deployed as it comes in: resources and their attributes, under Terraform's names.

use std::collections::BTreeMap;

use crate::import::value::Value;
use crate::import::{Resource, Resources, Unresolved};
use crate::model::decimal::Decimal;
use crate::model::region::Region;

/// A part of what is deployed.
#[derive(Clone, Debug)]
pub enum Part {
    /// DescribeComputeEnvironments.
    ComputeEnvironments,
    /// DescribeJobQueues.
    JobQueues,
    /// DescribeJobDefinitions.
    JobDefinitions,
    /// DescribeSchedulingPolicies, of these ARNs.
    SchedulingPolicies(Vec<String>),
    /// ListConsumableResources.
    ConsumableResources,
    /// DescribeFileSystems of FSx.
    FileSystems,
    /// DescribeLaunchTemplateVersions of EC2.
    LaunchTemplate(Template),
}

/// One version of a launch template.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Template {
    /// Whether `key` is its id, not its name.
    pub by_id: bool,
    /// Id or name.
    pub key: String,
    /// A number, `$Latest` or `$Default`.
    pub version: String,
}

impl Template {
    /// Its address as a resource.
    pub(super) fn address(&self) -> String {
        format!("launch-template/{}:{}", self.key, self.version)
    }
}

/// Resources as they come.
pub(super) struct Found {
    pub(super) region: Region,
    pub(super) resources: Resources,
    pub(super) templates: Vec<Template>,
}

impl Found {
    pub(super) fn push(&mut self, kind: &str, address: String, name: &str, attributes: Value) {
        self.resources.all.push(Resource {
            address,
            kind: kind.to_owned(),
            name: name.to_owned(),
            region: Value::Text(self.region.code().to_owned()),
            attributes,
            origins: BTreeMap::new(),
            place: None,
        });
    }

    pub(super) fn miss(&mut self, address: &str, attribute: Option<&str>, reason: impl Into<String>) {
        self.resources.unresolved.push(Unresolved {
            address: address.to_owned(),
            attribute: attribute.map(str::to_owned),
            reason: reason.into(),
            place: None,
        });
    }
}

/// What is there, by name.
pub(super) fn map<const N: usize>(entries: [(&str, Option<Value>); N]) -> Value {
    let there = entries.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    Value::Map(there.collect())
}

/// A block, which is a list of one map.
pub(super) fn block<const N: usize>(entries: [(&str, Option<Value>); N]) -> Value {
    Value::List(vec![map(entries)])
}

pub(super) fn text(text: Option<&str>) -> Option<Value> {
    text.map(|text| Value::Text(text.to_owned()))
}

pub(super) fn texts(texts: &[String]) -> Value {
    Value::List(texts.iter().map(|text| Value::Text(text.clone())).collect())
}

pub(super) fn number(number: Option<i32>) -> Option<Value> {
    number.map(|number| Value::Number(Decimal::from(number)))
}
