//! Scheduling policies and consumable resources of AWS Batch, and what job queues and job definitions say of them and of
//! retries, as the resources and attributes that Terraform would make of it.
//!
//! Sources: API reference, DescribeSchedulingPolicies (up to 100 ARNs) and ListConsumableResources (up to 100 a page), read
//! 2026-11-28.

use std::collections::BTreeSet;

use aws_sdk_batch::types::{
    ConsumableResourceProperties, ConsumableResourceSummary, EvaluateOnExit, JobDefinition, JobQueueDetail,
    SchedulingPolicyDetail,
};

use super::Link;
use super::resources::{Found, Part, block, map, number, text};
use super::words;
use crate::error::Result;
use crate::import::Resource;
use crate::import::value::Value;
use crate::model::decimal::{Decimal, parse};
use crate::model::region::Region;

const SERVICE: &str = "AWS Batch";

/// Policies described at once, and resources a page.
const AT_ONCE: usize = 100;

/// What is to be asked once queues and job definitions are known: the policies that queues name, and, where a job definition
/// needs some, the consumable resources.
pub(super) fn parts(all: &[Resource]) -> Vec<Part> {
    let arn = |resource: &Resource| resource.attributes.at("scheduling_policy_arn")?.to_text().ok();
    let arns: BTreeSet<String> = all.iter().filter_map(arn).collect();
    let arns: Vec<String> = arns.into_iter().collect();
    let mut parts: Vec<Part> =
        arns.chunks(AT_ONCE).map(|arns| Part::SchedulingPolicies(arns.to_vec())).collect();
    let needs = |resource: &Resource| {
        resource.attributes.at("consumable_resource_properties").is_some()
            || resource.attributes.at("node_properties").is_some_and(of_a_node)
    };
    parts.extend(all.iter().any(needs).then_some(Part::ConsumableResources));
    parts
}

/// Whether the nodes of a multi-node job need consumable resources.
fn of_a_node(properties: &Value) -> bool {
    let Ok(properties) = properties.parse_json() else { return false };
    let ranges = properties.blocks("nodeRangeProperties").unwrap_or_default();
    ranges.iter().any(|range| range.at("consumable_resource_properties").is_some())
}

impl Link {
    pub(super) async fn scheduling_policies(
        &self,
        region: Region,
        arns: Vec<String>,
        found: &mut Found,
    ) -> Result<()> {
        let call = self.call(SERVICE, "DescribeSchedulingPolicies", region.code());
        let asked = self.batch(region).describe_scheduling_policies().set_arns(Some(arns));
        let answer = asked.send().await.map_err(|error| call.failed(&error))?;
        for of in answer.scheduling_policies() {
            let name = of.name().filter(|name| !name.is_empty());
            let name = name.ok_or_else(|| call.broken(words::a_scheduling_policy_without_a()))?;
            let address = format!("scheduling-policy/{name}");
            found.push("aws_batch_scheduling_policy", address, name, policy(name, of));
        }
        Ok(())
    }

    pub(super) async fn consumable_resources(&self, region: Region, found: &mut Found) -> Result<()> {
        let client = self.batch(region);
        let call = self.call(SERVICE, "ListConsumableResources", region.code());
        let most = i32::try_from(AT_ONCE).expect("small");
        let resources: Vec<ConsumableResourceSummary> = self
            .pages(call, async |token| {
                let asked = client.list_consumable_resources().max_results(most).set_next_token(token);
                let page = asked.send().await.map_err(|error| call.failed(&error))?;
                Ok((page.consumable_resources, page.next_token))
            })
            .await?;
        for of in &resources {
            let name = of.consumable_resource_name().filter(|name| !name.is_empty());
            let name = name.ok_or_else(|| call.broken(words::a_consumable_resource_without_a()))?;
            let attributes = map([
                ("name", text(Some(name))),
                ("arn", text(of.consumable_resource_arn())),
                ("total_quantity", whole(of.total_quantity())),
                ("resource_type", text(of.resource_type())),
            ]);
            let address = format!("consumable-resource/{name}");
            found.push("aws_batch_consumable_resource", address, name, attributes);
        }
        Ok(())
    }
}

fn policy(name: &str, of: &SchedulingPolicyDetail) -> Value {
    let fair = of.fairshare_policy().map(|policy| {
        let shares = policy.share_distribution().iter().map(|share| {
            // The shortest number that is this one in single precision, as it was written.
            let weight = share.weight_factor().and_then(|weight| parse(&weight.to_string()).ok());
            map([
                ("share_identifier", text(share.share_identifier())),
                ("weight_factor", weight.map(Value::Number)),
            ])
        });
        block([
            ("share_decay_seconds", number(policy.share_decay_seconds())),
            ("compute_reservation", number(policy.compute_reservation())),
            ("share_distribution", Some(Value::List(shares.collect()))),
        ])
    });
    map([
        ("name", text(Some(name))),
        ("arn", text(of.arn())),
        ("fair_share_policy", fair),
        ("quota_share_policy", of.quota_share_policy().map(|_| block([]))),
    ])
}

/// The job state time limits of a queue.
pub(super) fn limits(of: &JobQueueDetail) -> Option<Value> {
    let limits = of.job_state_time_limit_actions().iter().map(|limit| {
        map([
            ("reason", text(limit.reason())),
            ("state", text(limit.state().map(|state| state.as_str()))),
            ("max_time_seconds", number(limit.max_time_seconds())),
            ("action", text(limit.action().map(|action| action.as_str()))),
        ])
    });
    Some(Value::List(limits.collect()))
}

/// A rule of a retry strategy.
pub(super) fn rule(of: &EvaluateOnExit) -> Value {
    map([
        ("on_status_reason", text(of.on_status_reason())),
        ("on_reason", text(of.on_reason())),
        ("on_exit_code", text(of.on_exit_code())),
        ("action", text(of.action().map(|action| action.as_str()))),
    ])
}

/// What the jobs of a definition need of consumable resources.
pub(super) fn needed(of: &JobDefinition) -> Option<Value> {
    requirements(of.consumable_resource_properties())
}

/// Of a job, or of a node of one; none where nothing is needed.
pub(super) fn requirements(of: Option<&ConsumableResourceProperties>) -> Option<Value> {
    let list = of?.consumable_resource_list();
    let each = list.iter().map(|one| {
        map([("consumable_resource", text(one.consumable_resource())), ("quantity", whole(one.quantity()))])
    });
    (!list.is_empty()).then(|| block([("consumable_resource_list", Some(Value::List(each.collect())))]))
}

fn whole(number: Option<i64>) -> Option<Value> {
    number.map(|number| Value::Number(Decimal::from(number)))
}
