//! The JSON of a plan or state (`terraform show -json`) as resources.
//!
//! Source: Terraform, "JSON output format" (developer.hashicorp.com/terraform/internals/json-format).
//! `planned_values` has what is known; what `after_unknown` marks is a reference where `configuration` names one
//! resource, and unknown otherwise.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::value::{Reference, Value, from_json};
use super::{Resource, Resources, Unresolved};

/// The resources of a plan. `Err` says what it is not.
pub fn read(text: &str) -> Result<Resources, String> {
    let plan: Json = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let version = plan["format_version"].as_str().ok_or("it has no `format_version`")?;
    if !matches!(version.split('.').next(), Some("0" | "1")) {
        return Err(format!("its format has version {version}, this program reads 0 and 1"));
    }
    let root = match (&plan["planned_values"]["root_module"], &plan["values"]["root_module"]) {
        (Json::Null, Json::Null) => return Err("it has neither `planned_values` nor `values`".into()),
        (Json::Null, values) => values,
        (planned, _) => planned,
    };
    let changes = plan["resource_changes"].as_array().map_or(&[][..], Vec::as_slice);
    let unknown = changes
        .iter()
        .filter_map(|change| Some((change["address"].as_str()?, &change["change"]["after_unknown"])));
    let reading = Reading { plan: &plan, unknown: unknown.collect() };
    let mut resources = Resources::default();
    let region = reading.region("aws");
    match &region {
        Value::Text(region) => resources.region = Some(region.clone()),
        other => {
            if let Some(reason) = other.reason() {
                let address = "provider.aws".to_owned();
                let attribute = Some("region".to_owned());
                resources.unresolved.push(Unresolved { address, attribute, reason, place: None });
            }
        }
    }
    reading.module(root, &mut resources);
    if resources.region.is_none() {
        resources.region = only_region(&resources.all);
    }
    Ok(resources)
}

/// The one region that all resources name themselves, as of version 6 of the AWS provider.
fn only_region(all: &[Resource]) -> Option<String> {
    let mut regions = all.iter().filter_map(|resource| resource.attributes.at("region")?.to_text().ok());
    let first = regions.next()?;
    regions.all(|region| region == first).then_some(first)
}

struct Reading<'a> {
    plan: &'a Json,
    unknown: BTreeMap<&'a str, &'a Json>,
}

/// A module's configuration: its calls from the root on.
struct Module<'a> {
    /// `module.hpc.` before addresses in it; empty for the root.
    prefix: String,
    calls: Vec<&'a Json>,
    configuration: &'a Json,
}

impl Reading<'_> {
    fn module(&self, module: &Json, resources: &mut Resources) {
        for resource in module["resources"].as_array().into_iter().flatten() {
            if resource["mode"].as_str() == Some("managed")
                && let Some(resource) = self.resource(resource)
            {
                resources.all.push(resource);
            }
        }
        for child in module["child_modules"].as_array().into_iter().flatten() {
            self.module(child, resources);
        }
    }

    fn resource(&self, resource: &Json) -> Option<Resource> {
        let address = resource["address"].as_str()?;
        let kind = resource["type"].as_str()?;
        let plain = resource["name"].as_str()?;
        let module = self.configuration(address);
        let written = module.configuration["resources"].as_array().into_iter().flatten();
        let local = format!("{kind}.{plain}");
        let written = written
            .clone()
            .find(|written| written["address"].as_str() == Some(&local))
            .unwrap_or(&Json::Null);
        let unknown = self.unknown.get(address).copied().unwrap_or(&Json::Null);
        let attributes = self.overlaid(&resource["values"], unknown, &written["expressions"], &module);
        let of_provider = || match written["provider_config_key"].as_str() {
            Some(key) if key.rsplit(':').next() != Some("aws") => self.region(key),
            _ => self.plan["configuration"]["provider_config"]["aws"]
                .is_object()
                .then(|| self.region("aws"))
                .filter(|region| matches!(region, Value::Text(_)))
                .unwrap_or(Value::Null),
        };
        let index = match &resource["index"] {
            Json::Null => String::new(),
            Json::String(key) => format!("[\"{key}\"]"),
            number => format!("[{number}]"),
        };
        Some(Resource {
            address: address.to_owned(),
            kind: kind.to_owned(),
            name: format!("{plain}{index}"),
            region: attributes
                .at("region")
                .filter(|_| kind.starts_with("aws_"))
                .cloned()
                .unwrap_or_else(of_provider),
            attributes,
            origins: BTreeMap::new(),
            place: None,
        })
    }

    /// The configuration of the module an address is in.
    fn configuration(&self, address: &str) -> Module<'_> {
        let mut module = Module {
            prefix: String::new(),
            calls: Vec::new(),
            configuration: &self.plan["configuration"]["root_module"],
        };
        let mut rest = address;
        while let Some(after) = rest.strip_prefix("module.") {
            let end = end_of_step(after);
            let (step, next) = after.split_at(end);
            let name = step.split('[').next().unwrap_or_default();
            let call = &module.configuration["module_calls"][name];
            module.prefix.push_str(&format!("module.{step}."));
            module.calls.push(call);
            module.configuration = &call["module"];
            rest = next.trim_start_matches('.');
        }
        module
    }

    /// The region of a provider configuration.
    fn region(&self, key: &str) -> Value {
        let expression = &self.plan["configuration"]["provider_config"][key]["expressions"]["region"];
        match &expression["constant_value"] {
            Json::Null => {}
            constant => return from_json(constant),
        }
        let references: Vec<&str> =
            expression["references"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
        match references[..] {
            [] => Value::Null,
            [first, ..] => {
                match first.strip_prefix("var.").map(|name| &self.plan["variables"][name]["value"]) {
                    Some(Json::String(region)) => Value::Text(region.clone()),
                    _ => Value::unknown(format!("refers to `{first}`")),
                }
            }
        }
    }

    /// Values with what is unknown laid over them.
    fn overlaid(&self, values: &Json, unknown: &Json, expression: &Json, module: &Module<'_>) -> Value {
        match (values, unknown) {
            (_, Json::Bool(true)) => self.reference(expression, module),
            (Json::Object(values), _) => {
                let empty = serde_json::Map::new();
                let marks = unknown.as_object().unwrap_or(&empty);
                let names = values.keys().chain(marks.keys());
                // What a written block does not write is AWS's default, as it is of a folder. Blocks made by `dynamic`
                // are not in the configuration: there it is unknown.
                let is_block = expression.as_object().is_some_and(|keys| {
                    !keys.contains_key("references") && !keys.contains_key("constant_value")
                });
                let value = |name: &String| {
                    if is_block && expression.get(name).is_none() && unknown[name] == Json::Bool(true) {
                        return (name.clone(), Value::Null);
                    }
                    let here = values.get(name).unwrap_or(&Json::Null);
                    (name.clone(), self.overlaid(here, &unknown[name], &expression[name], module))
                };
                Value::Map(names.map(value).collect())
            }
            (Json::Array(values), Json::Array(marks)) => {
                // Of a list of attributes there is one expression: its references are those of the unknown items.
                let references = self.references(expression, module);
                let places: Vec<usize> =
                    (0..marks.len()).filter(|place| marks[*place] == Json::Bool(true)).collect();
                let count = values.len().max(marks.len());
                let item = |place: usize| {
                    let here = values.get(place).unwrap_or(&Json::Null);
                    let inner = if expression.is_array() { &expression[place] } else { expression };
                    match places.iter().position(|unknown| *unknown == place) {
                        Some(number) if references.len() == places.len() => references[number].clone(),
                        _ => self.overlaid(here, marks.get(place).unwrap_or(&Json::Null), inner, module),
                    }
                };
                Value::List((0..count).map(item).collect())
            }
            (values, _) => from_json(values),
        }
    }

    /// What an unknown value refers to, if it is one thing.
    fn reference(&self, expression: &Json, module: &Module<'_>) -> Value {
        match &self.references(expression, module)[..] {
            [] => Value::unknown("it is known after `terraform apply`"),
            [one] => one.clone(),
            several => {
                let reasons: Vec<String> = several.iter().filter_map(Value::reason).collect();
                Value::Unknown(reasons.join(", "))
            }
        }
    }

    /// Everything an expression refers to, each once, as references or reasons.
    fn references(&self, expression: &Json, module: &Module<'_>) -> Vec<Value> {
        let mut kept: Vec<&str> = Vec::new();
        let all = expression["references"].as_array().into_iter().flatten().filter_map(Json::as_str);
        for reference in all {
            // Terraform names `a.b.arn` and after it `a.b`.
            let covered = |longer: &&str| {
                longer
                    .strip_prefix(reference)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
            };
            if !kept.iter().any(covered) {
                kept.push(reference);
            }
        }
        kept.into_iter()
            .filter(|name| !name.starts_with("each.") && !name.starts_with("count."))
            .map(|name| self.named(name, module))
            .collect()
    }

    fn named(&self, name: &str, module: &Module<'_>) -> Value {
        let unknown = || Value::unknown(format!("refers to `{}{name}`", module.prefix));
        match name.split('.').next().unwrap_or_default() {
            "var" => self.handed(name, module).unwrap_or_else(unknown),
            "data" | "local" | "module" | "path" | "terraform" | "self" => unknown(),
            _ => {
                let Some((kind, rest)) = name.split_once('.') else { return unknown() };
                let (own, attribute) = rest.split_at(end_of_step(rest));
                let address = format!("{}{kind}.{own}", module.prefix);
                let attribute = attribute.trim_start_matches('.').to_owned();
                // Without an attribute Terraform names what is behind an index or a splat.
                let every = attribute.is_empty();
                Value::Reference(Reference { address, attribute, every })
            }
        }
    }

    /// What the caller of a module hands to its variable.
    fn handed(&self, name: &str, module: &Module<'_>) -> Option<Value> {
        let variable = name.strip_prefix("var.")?.split(['.', '[']).next()?;
        let call = *module.calls.last()?;
        let outer = module.prefix.trim_end_matches('.');
        let outer = outer.rsplit_once(".module.").map_or_else(String::new, |(outer, _)| format!("{outer}."));
        let outer = self.configuration(&outer);
        Some(self.reference(&call["expressions"][variable], &outer))
    }
}

/// Where the first part of an address ends: at a dot outside of brackets.
fn end_of_step(text: &str) -> usize {
    let (mut depth, mut quoted) = (0_u32, false);
    for (place, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted => depth = depth.saturating_sub(1),
            '.' if !quoted && depth == 0 => return place,
            _ => {}
        }
    }
    text.len()
}
