//! What decides beside priorities and resources when a job of AWS Batch starts: scheduling policies, job state time limits,
//! consumable resources; and what a retry strategy does, held against what a simulation does.
//!
//! Sources, read 2026-11-28: AWS Batch API reference, EvaluateOnExit ("If none of the EvaluateOnExit conditions in a
//! RetryStrategy match, then the job is retried"), JobStateTimeLimitAction; Terraform's AWS provider,
//! aws_batch_scheduling_policy, aws_batch_job_queue, aws_batch_consumable_resource.

use super::value::Value;
use super::{Attribute, Finding, Infrastructure, Names, Reader, Resource, resolve, whole};
use crate::model::decimal::Decimal;
use crate::scenario::keys::batch::StateLimitReason;

/// The attribute that has a resource's name: the first that is written.
pub(super) fn name(reader: &mut Reader<'_>, paths: &[&str], names: &mut Names) -> String {
    let written = paths.iter().map(|path| reader.text(path)).find(|name| *name != Attribute::Absent);
    names.unique(written.as_ref().and_then(Attribute::known).map(String::as_str), reader.resource)
}

const POLICY: &str = "aws_batch_scheduling_policy";
const CONSUMABLE: &str = "aws_batch_consumable_resource";

/// A fair-share scheduling policy.
#[derive(Clone, Debug)]
pub struct SchedulingPolicy {
    /// Its resource.
    pub address: String,
    /// Unique name in the scenario.
    pub name: String,
    /// Over which usage counts [s].
    pub share_decay_seconds: Attribute<u32>,
    /// In percent.
    pub compute_reservation: Attribute<u32>,
    /// Share identifiers and their weights, in the order written.
    pub shares: Attribute<Vec<(String, Option<Decimal>)>>,
}

/// A consumable resource.
#[derive(Clone, Debug)]
pub struct ConsumableResource {
    /// Its resource.
    pub address: String,
    /// Unique name in the scenario.
    pub name: String,
    /// How much there is.
    pub total_quantity: Attribute<u32>,
    /// REPLENISHABLE or NON_REPLENISHABLE.
    pub resource_type: Attribute<String>,
}

/// Reads every scheduling policy.
pub(super) fn policies(all: &[Resource], found: &mut Infrastructure) {
    let mut names = Names::default();
    for resource in all.iter().filter(|resource| resource.kind == POLICY) {
        let mut reader = Reader::new(resource);
        if has_block(&reader, "quota_share_policy") {
            reader.miss(
                "",
                "it is a quota share policy, for training jobs of SageMaker AI: a scenario has none",
            );
            reader.finish(found);
            continue;
        }
        let name = name(&mut reader, &["name"], &mut names);
        let block = "fair_share_policy";
        let mut policy = SchedulingPolicy {
            address: resource.address.clone(),
            name,
            share_decay_seconds: reader.whole(&format!("{block}.share_decay_seconds")),
            compute_reservation: reader.whole(&format!("{block}.compute_reservation")),
            shares: Attribute::Absent,
        };
        policy.shares = match shares(&reader, block) {
            Ok(shares) if shares.is_empty() => Attribute::Absent,
            Ok(shares) => Attribute::Known(shares, reader.origin(block)),
            Err(reason) => {
                reader.miss(&format!("{block}.share_distribution"), reason);
                Attribute::Unknown
            }
        };
        found.policies.push(policy);
        reader.finish(found);
    }
}

fn has_block(reader: &Reader<'_>, path: &str) -> bool {
    reader.at(path).is_some_and(|block| !matches!(block, Value::Null) && *block != Value::List(Vec::new()))
}

fn shares(reader: &Reader<'_>, block: &str) -> Result<Vec<(String, Option<Decimal>)>, String> {
    let blocks = reader.resource.attributes.blocks(block)?;
    let mut shares = Vec::new();
    for of in blocks.iter().map(|block| block.blocks("share_distribution")) {
        for share in of? {
            let name = share.at("share_identifier").ok_or("it has no share_identifier")?.to_text()?;
            let weight = share.at("weight_factor").filter(|weight| !matches!(weight, Value::Null));
            shares.push((name, weight.map(Value::to_number).transpose()?));
        }
    }
    // To AWS they are a set; plans sort them.
    shares.sort();
    Ok(shares)
}

/// Reads every consumable resource.
pub(super) fn consumable_resources(all: &[Resource], found: &mut Infrastructure) {
    let mut names = Names::default();
    for resource in all.iter().filter(|resource| resource.kind == CONSUMABLE) {
        let mut reader = Reader::new(resource);
        let name = name(&mut reader, &["name"], &mut names);
        let total_quantity = reader.whole("total_quantity");
        if total_quantity == Attribute::Absent {
            reader.miss("total_quantity", "it is not written");
        }
        let resource_type = reader.text("resource_type");
        let address = resource.address.clone();
        found.consumable_resources.push(ConsumableResource { address, name, total_quantity, resource_type });
        reader.finish(found);
    }
}

/// The scheduling policy of a queue, by its name in the scenario; one that is not known is left out, and said.
pub(super) fn policy_of(
    reader: &mut Reader<'_>,
    all: &[Resource],
    found: &Infrastructure,
) -> Attribute<String> {
    let path = "scheduling_policy_arn";
    let Some(value) = reader.at(path) else { return Attribute::Absent };
    let named = found.policies.iter().map(|policy| (policy.address.as_str(), policy.name.as_str()));
    match meant(value, all, POLICY, ":scheduling-policy/", named) {
        Ok(name) => Attribute::Known(name, reader.origin(path)),
        Err(reason) => {
            reader.miss(path, format!("{reason}: jobs of the scenario's queue go by submission"));
            Attribute::Absent
        }
    }
}

/// What a reference, an ARN or a name means, by its name in the scenario.
fn meant<'a>(
    value: &Value,
    all: &[Resource],
    kind: &str,
    infix: &str,
    mut named: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<String, String> {
    let resource = match value {
        Value::Reference(reference) => match resolve(all, reference)[..] {
            [one] => one,
            _ => return Err(reference.reason()),
        },
        other => {
            let text = other.to_text()?;
            let short = text.rsplit_once(infix).map_or(text.as_str(), |(_, name)| name);
            let is = |resource: &&Resource, path: &str, wanted: &str| {
                let value = resource.attributes.at(path).and_then(|value| value.to_text().ok());
                value.as_deref() == Some(wanted)
            };
            let mut of_kind = all.iter().filter(|resource| resource.kind == kind);
            of_kind
                .find(|resource| is(resource, "arn", &text) || is(resource, "name", short))
                .ok_or_else(|| format!("`{short}` is not here"))?
        }
    };
    let imported = named.find(|(address, _)| *address == resource.address);
    imported
        .map(|(_, name)| name.to_owned())
        .ok_or_else(|| format!("`{}` is not in the scenario", resource.address))
}

/// The job state time limits of a queue: reasons and seconds. Those that a simulation cannot tell are named.
pub(super) fn limits(reader: &mut Reader<'_>) -> Attribute<Vec<(StateLimitReason, u32)>> {
    let path = "job_state_time_limit_action";
    let blocks = match reader.resource.attributes.blocks(path) {
        Ok(blocks) => blocks.to_vec(),
        Err(reason) => {
            reader.miss(path, reason);
            return Attribute::Absent;
        }
    };
    let mut limits = Vec::new();
    for block in &blocks {
        match limit(block) {
            Ok(limit) => limits.push(limit),
            Err(reason) => reader.miss(path, reason),
        }
    }
    if limits.is_empty() { Attribute::Absent } else { Attribute::Known(limits, reader.origin(path)) }
}

fn limit(block: &Value) -> Result<(StateLimitReason, u32), String> {
    let text = |key: &str| block.at(key).map_or_else(|| Err(format!("it has no {key}")), Value::to_text);
    let (written, action) = (text("reason")?, text("action")?);
    let reason = StateLimitReason::ALL.into_iter().find(|reason| reason.id() == written);
    let reason =
        reason.ok_or_else(|| format!("a simulation cannot tell `{written}`: no job is cancelled for it"))?;
    if action != "CANCEL" {
        return Err(format!("its action is `{action}`: a scenario has CANCEL only"));
    }
    let seconds = block.at("max_time_seconds").map_or(Err("it has no max_time_seconds".into()), whole)?;
    Ok((reason, seconds))
}

/// What each node of a job takes of consumable resources; those that are not known are left out, and said.
pub(super) fn consumed(
    reader: &mut Reader<'_>,
    all: &[Resource],
    found: &Infrastructure,
) -> Attribute<Vec<(String, u32)>> {
    let path = "consumable_resource_properties";
    let mut lists = match reader.resource.attributes.blocks(path) {
        Ok(blocks) => blocks.to_vec(),
        Err(reason) => {
            reader.miss(path, reason);
            return Attribute::Absent;
        }
    };
    let of_nodes = of_nodes(reader.at("node_properties"));
    if of_nodes.windows(2).any(|pair| pair[0] != pair[1]) {
        let reason = "its nodes need different resources: no job of the scenario waits for them";
        reader.miss(&format!("node_properties.{path}"), reason);
    } else {
        lists.extend(of_nodes.into_iter().next().flatten());
    }
    let mut consumed = Vec::new();
    for list in &lists {
        match of_list(list, all, found) {
            Ok(each) => consumed.extend(each),
            Err(reason) => reader.miss(path, format!("{reason}: no job of the scenario waits for it")),
        }
    }
    if consumed.is_empty() { Attribute::Absent } else { Attribute::Known(consumed, reader.origin(path)) }
}

/// What each range of the nodes of a multi-node job needs.
fn of_nodes(properties: Option<&Value>) -> Vec<Option<Value>> {
    let Some(Ok(properties)) = properties.map(Value::parse_json) else { return Vec::new() };
    let ranges = properties.blocks("nodeRangeProperties").unwrap_or_default();
    let of_range = |range: &Value| {
        let keys = ["consumable_resource_properties", "consumableResourceProperties"];
        let list = keys.into_iter().find_map(|key| range.blocks(key).ok()?.first().cloned());
        list.filter(|list| *list != Value::Null)
    };
    ranges.iter().map(of_range).collect()
}

fn of_list(list: &Value, all: &[Resource], found: &Infrastructure) -> Result<Vec<(String, u32)>, String> {
    let of = |requirement: &Value| {
        let resource = requirement.at("consumable_resource").or(requirement.at("consumableResource"));
        let resource = resource.ok_or("it names no consumable resource")?;
        let named = found.consumable_resources.iter().map(|of| (of.address.as_str(), of.name.as_str()));
        let name = meant(resource, all, CONSUMABLE, ":consumable-resource/", named)?;
        let quantity = requirement.at("quantity").map_or(Err("it has no quantity".into()), whole)?;
        Ok((name, quantity))
    };
    let lists = ["consumable_resource_list", "consumableResourceList"];
    let all = lists.into_iter().map(|key| list.blocks(key)).collect::<Result<Vec<_>, _>>()?;
    all.into_iter().flatten().map(of).collect()
}

/// One rule of a retry strategy.
struct Rule {
    /// Conditions in words, such as `on_exit_code = "137"`.
    words: String,
    retries: bool,
    /// Whether it holds for a lost host, whose attempts have a status reason and nothing else.
    of_host: bool,
    /// Whether it holds for a lost host and for nothing else that a job ends with.
    of_host_alone: bool,
    /// Whether it holds for everything.
    of_all: bool,
}

impl Rule {
    fn new(block: &Value) -> Result<Rule, String> {
        let read = |key: &str| match block.at(key) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => value.to_text().map(|text| Some(text).filter(|text| !text.is_empty())),
        };
        let status = read("on_status_reason")?;
        let (reason, code) = (read("on_reason")?, read("on_exit_code")?);
        let action = read("action")?.ok_or("a rule has no action")?;
        let named = [("on_status_reason", &status), ("on_reason", &reason), ("on_exit_code", &code)];
        let words = named.iter().filter_map(|(key, text)| Some(format!("{key} = \"{}\"", text.as_ref()?)));
        let words = words.collect::<Vec<_>>().join(", ");
        let is_host = |pattern: &String| match pattern.strip_suffix('*') {
            Some(prefix) => "Host EC2 (instance ".starts_with(prefix) || prefix.starts_with("Host EC2"),
            None => false,
        };
        let any = |pattern: &Option<String>| pattern.as_ref().is_none_or(|pattern| pattern == "*");
        let by_status =
            status.as_ref().is_some_and(|pattern| pattern.starts_with("Host EC2") && is_host(pattern));
        Ok(Rule {
            words,
            retries: action.eq_ignore_ascii_case("RETRY"),
            of_host: status.as_ref().is_none_or(is_host) && any(&reason) && code.is_none(),
            of_host_alone: by_status && any(&reason) && code.is_none(),
            of_all: any(&status) && any(&reason) && any(&code),
        })
    }
}

/// Holds the rules of a retry strategy against what is simulated: a lost host is tried again, a failure is not.
pub(super) fn retries(reader: &mut Reader<'_>, found: &mut Infrastructure) {
    let path = "retry_strategy.evaluate_on_exit";
    let strategies = reader.resource.attributes.blocks("retry_strategy").unwrap_or_default();
    let Some(strategy) = strategies.first() else { return };
    let attempts = strategy.at("attempts").and_then(|attempts| whole(attempts).ok());
    let rules = strategy.blocks("evaluate_on_exit").and_then(|rules| rules.iter().map(Rule::new).collect());
    let rules: Vec<Rule> = match rules {
        Ok(rules) => rules,
        Err(reason) => {
            return reader.miss(path, format!("{reason}: a lost host is tried again here, a failure is not"));
        }
    };
    if rules.is_empty() {
        if let Some(attempts) = attempts.filter(|attempts| *attempts > 1) {
            let words = "without evaluate_on_exit a job that failed is tried again too";
            reader.miss(
                "retry_strategy",
                format!("{words}, {attempts} attempts in all; here only one whose host is lost is"),
            );
        }
        return;
    }
    let differences = differences(&rules);
    if differences.is_empty() {
        let address = reader.resource.address.clone();
        let place = reader.origin(path).place.or_else(|| reader.resource.place.clone());
        found.find(Finding::RetriedAsSimulated { address }, place.as_ref());
    } else {
        reader.miss(path, differences.join("; "));
    }
}

fn differences(rules: &[Rule]) -> Vec<String> {
    let mut differences = Vec::new();
    if let Some(rule) = rules.iter().find(|rule| rule.of_host).filter(|rule| !rule.retries) {
        let words = &rule.words;
        differences.push(format!("{words} ends a job whose host is lost; here it is tried again"));
    }
    let last = rules.iter().position(|rule| rule.of_all);
    let reached = &rules[..last.map_or(rules.len(), |last| last + 1)];
    for rule in reached.iter().filter(|rule| rule.retries && !rule.of_host_alone) {
        let words = &rule.words;
        differences.push(format!("{words} is tried again; here a job that failed is not"));
    }
    if last.is_none() {
        let words = "what no rule matches is tried again; here a job that failed is not";
        differences.push(words.to_owned());
    }
    differences
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// `status reason code ACTION` with `-` for none.
    fn said(rules: &[&str]) -> Vec<String> {
        let rule = |text: &&str| {
            let words: Vec<&str> = text.split('|').collect();
            let keys = ["on_status_reason", "on_reason", "on_exit_code", "action"];
            let values = keys.into_iter().zip(words).filter(|(_, word)| *word != "-");
            let map: BTreeMap<String, Value> =
                values.map(|(key, word)| (key.to_owned(), Value::Text(word.to_owned()))).collect();
            Rule::new(&Value::Map(map)).expect("a rule")
        };
        differences(&rules.iter().map(rule).collect::<Vec<_>>())
    }

    #[test]
    fn the_recommended_recipe_is_what_is_simulated() {
        let none: [String; 0] = [];
        assert_eq!(said(&["Host EC2*|-|-|RETRY", "-|*|-|EXIT"]), none);
        assert_eq!(said(&["Host EC2*|-|-|retry", "-|-|1|EXIT", "-|-|*|exit"]), none);
        assert_eq!(said(&["-|CannotPull*|-|EXIT", "Host EC2*|-|-|RETRY", "*|-|-|EXIT"]), none);
        // What stands behind a rule for everything never holds.
        assert_eq!(said(&["Host EC2*|-|-|RETRY", "-|*|-|EXIT", "-|-|137|RETRY"]), none);
    }

    #[test]
    fn other_rules_are_named_for_what_differs() {
        let failed = "here a job that failed is not";
        assert_eq!(
            said(&["Host EC2*|-|-|RETRY", "-|-|137|RETRY", "-|*|-|EXIT"]),
            [format!("on_exit_code = \"137\" is tried again; {failed}")]
        );
        assert_eq!(
            said(&["Host EC2*|-|-|RETRY"]),
            [format!("what no rule matches is tried again; {failed}")]
        );
        assert_eq!(
            said(&["-|*|-|EXIT"]),
            ["on_reason = \"*\" ends a job whose host is lost; here it is tried again"]
        );
        assert_eq!(said(&["*|-|-|RETRY"]), [format!("on_status_reason = \"*\" is tried again; {failed}")]);
    }
}
