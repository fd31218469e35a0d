//! What a name in an expression refers to: a variable, a local value, an attribute of a resource, an instance of it.

use std::collections::BTreeMap;

use hcl_edit::expr::{Expression, Traversal, TraversalOperator};

use super::evaluate::{Bindings, Instance, Scope};
use super::functions;
use super::value::{Reference, Value};
use crate::model::decimal::Decimal;

impl Scope<'_> {
    pub(super) fn traversal(&self, traversal: &Traversal, bindings: &Bindings) -> Value {
        let steps: Vec<&TraversalOperator> = traversal.operators.iter().map(|step| step.value()).collect();
        let Expression::Variable(root) = &traversal.expr else {
            let start = self.evaluate(&traversal.expr, bindings);
            return self.steps(start, &steps, bindings);
        };
        let root = root.as_str();
        if let Some(value) = bindings.get(root) {
            return self.steps(value.clone(), &steps, bindings);
        }
        let name = match steps.first() {
            Some(TraversalOperator::GetAttr(name)) => name.as_str(),
            _ => return Value::unknown(format!("`{root}` is not a value")),
        };
        match root {
            "var" => {
                let undeclared = || Value::unknown(format!("no variable `{name}` is declared"));
                let value = self.variables.get(name).cloned().unwrap_or_else(undeclared);
                self.steps(value, &steps[1..], bindings)
            }
            "local" => self.steps(self.local(name), &steps[1..], bindings),
            "module" | "data" | "path" | "terraform" | "self" | "each" | "count" | "ephemeral" => {
                Value::unknown(format!("refers to `{}`", self.written(root, &steps, bindings)))
            }
            _ => self.resource(root, name, &steps[1..], bindings),
        }
    }

    fn local(&self, name: &str) -> Value {
        if let Some(known) = self.known_locals.borrow().get(name) {
            return known.clone();
        }
        let Some(expression) = self.locals.get(name) else {
            return Value::unknown(format!("no local value `{name}` is declared"));
        };
        let circle = Value::unknown(format!("`local.{name}` refers to itself"));
        self.known_locals.borrow_mut().insert(name.to_owned(), circle);
        let value = self.evaluate(expression, &Bindings::new());
        self.known_locals.borrow_mut().insert(name.to_owned(), value.clone());
        value
    }

    /// Attributes, indexes and splats after a value.
    fn steps(&self, mut value: Value, steps: &[&TraversalOperator], bindings: &Bindings) -> Value {
        for (number, step) in steps.iter().enumerate() {
            if let Some(reason) = value.reason() {
                return Value::Unknown(reason);
            }
            value = match step {
                TraversalOperator::GetAttr(name) => member(&value, name.as_str()),
                TraversalOperator::Index(index) => match self.evaluate(index, bindings) {
                    Value::Text(key) => member(&value, &key),
                    index => item(&value, &index),
                },
                TraversalOperator::LegacyIndex(index) => {
                    item(&value, &Value::Number(Decimal::from(*index.value())))
                }
                TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => {
                    let rest = &steps[number + 1..];
                    let each = match value {
                        Value::List(values) => values,
                        Value::Null => Vec::new(),
                        one => vec![one],
                    };
                    return Value::List(
                        each.into_iter().map(|one| self.steps(one, rest, bindings)).collect(),
                    );
                }
            };
        }
        value
    }

    /// A reference to a resource, such as `aws_subnet.private[*].id`.
    fn resource(&self, kind: &str, name: &str, steps: &[&TraversalOperator], bindings: &Bindings) -> Value {
        let address = format!("{kind}.{name}");
        let (index, rest) = match steps.first() {
            Some(TraversalOperator::Index(index)) => match self.evaluate(index, bindings) {
                Value::Text(key) => (format!("[\"{key}\"]"), &steps[1..]),
                Value::Number(number) => (format!("[{}]", number.normalize()), &steps[1..]),
                other => {
                    return Value::Unknown(
                        other.reason().unwrap_or_else(|| format!("refers to one of `{address}`")),
                    );
                }
            },
            Some(TraversalOperator::LegacyIndex(index)) => (format!("[{}]", index.value()), &steps[1..]),
            Some(TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_)) => {
                let attribute = attribute(&steps[1..]);
                let Ok(instances) = self.instances(&address) else {
                    return Value::Reference(Reference { address, attribute, every: true });
                };
                let of = |instance: Instance| {
                    let address = format!("{address}{}", instance.index);
                    Value::Reference(Reference { address, attribute: attribute.clone(), every: false })
                };
                return Value::List(instances.into_iter().map(of).collect());
            }
            _ => (String::new(), steps),
        };
        let attribute = attribute(rest);
        self.written_attribute(&address, &index, &attribute).unwrap_or_else(|| {
            Value::Reference(Reference { address: format!("{address}{index}"), attribute, every: false })
        })
    }

    /// What a resource's own attribute says, where it is written and known.
    fn written_attribute(&self, address: &str, index: &str, attribute: &str) -> Option<Value> {
        let written = self.resources.get(address)?.body.get_attribute(attribute)?;
        let instance = self.instances(address).ok()?.into_iter().find(|instance| instance.index == index)?;
        let name = format!("{address}{index}.{attribute}");
        let value = self.once(&name, || self.evaluate(&written.value, &instance.bindings))?;
        value.deep_reason().is_none().then_some(value)
    }

    /// Computes what has this name, unless that is being done already.
    fn once<T>(&self, name: &str, compute: impl FnOnce() -> T) -> Option<T> {
        if !self.busy.borrow_mut().insert(name.to_owned()) {
            return None;
        }
        let answer = compute();
        self.busy.borrow_mut().remove(name);
        Some(answer)
    }

    /// The instances of a resource that is written here. `Err` says why they are not known.
    pub fn instances(&self, address: &str) -> Result<Vec<Instance>, String> {
        let written =
            self.resources.get(address).ok_or_else(|| format!("`{address}` is not in these files"))?;
        if let Some(count) = written.body.get_attribute("count") {
            let count = self
                .count_or_each(address, &count.value)
                .to_number()
                .map_err(|why| format!("count: {why}"))?;
            let count = whole(count).map_err(|why| format!("count: {why}"))?;
            if count > functions::MOST_ITEMS {
                return Err(format!("count: {count} instances are too many"));
            }
            let index =
                |number: u64| Value::Map(BTreeMap::from([("index".into(), Value::Number(number.into()))]));
            let one = |number| Instance {
                index: format!("[{number}]"),
                bindings: Bindings::from([("count".to_owned(), index(number))]),
            };
            return Ok((0..count).map(one).collect());
        }
        let Some(each) = written.body.get_attribute("for_each") else {
            return Ok(vec![Instance { index: String::new(), bindings: Bindings::new() }]);
        };
        let items: BTreeMap<String, Value> = match self.count_or_each(address, &each.value) {
            Value::Map(values) => values,
            Value::List(values) => {
                let pairs = values.into_iter().map(|value| Ok((value.to_text()?, value)));
                pairs.collect::<Result<_, String>>().map_err(|why| format!("for_each: {why}"))?
            }
            other => {
                let reason = other.reason().unwrap_or_else(|| "it is not a map or set".into());
                return Err(format!("for_each: {reason}"));
            }
        };
        let one = |(key, value): (String, Value)| {
            let each =
                BTreeMap::from([("key".to_owned(), Value::Text(key.clone())), ("value".to_owned(), value)]);
            Instance {
                index: format!("[\"{key}\"]"),
                bindings: Bindings::from([("each".to_owned(), Value::Map(each))]),
            }
        };
        Ok(items.into_iter().map(one).collect())
    }

    /// What Terraform would refuse of a resource's `count` or `for_each`, and where that is written; `None` where they are
    /// not known, too.
    pub fn refused(&self, address: &str) -> Option<(&Expression, String)> {
        let body = self.resources.get(address)?.body;
        let (attribute, counts) = match body.get_attribute("count") {
            Some(count) => (count, true),
            None => (body.get_attribute("for_each")?, false),
        };
        let value = self.count_or_each(address, &attribute.value);
        if value.deep_reason().is_some() {
            return None;
        }
        let reason = match (counts, &value) {
            (true, value) => value.to_number().and_then(whole).err()?,
            (false, Value::List(values)) => {
                let other = values.iter().find(|value| !matches!(value, Value::Text(_)))?;
                let shown = other.to_text().unwrap_or_else(|_| "a value".into());
                format!("{shown} is no text: a map or a set of texts is needed")
            }
            (false, Value::Map(_)) => return None,
            (false, _) => "it is no map and no set of texts".into(),
        };
        let name = if counts { "count" } else { "for_each" };
        Some((&attribute.value, format!("the `{name}` of `{address}` cannot be used: {reason}")))
    }

    fn count_or_each(&self, address: &str, expression: &Expression) -> Value {
        let value = self.once(address, || self.evaluate(expression, &Bindings::new()));
        value.unwrap_or_else(|| Value::unknown("it refers to itself"))
    }

    /// A reference as it is written.
    fn written(&self, root: &str, steps: &[&TraversalOperator], bindings: &Bindings) -> String {
        let mut text = root.to_owned();
        for step in steps {
            match step {
                TraversalOperator::GetAttr(name) => text.push_str(&format!(".{}", name.as_str())),
                TraversalOperator::LegacyIndex(index) => text.push_str(&format!(".{}", index.value())),
                TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => text.push_str("[*]"),
                TraversalOperator::Index(index) => match self.evaluate(index, bindings) {
                    Value::Text(key) => text.push_str(&format!("[\"{key}\"]")),
                    value => text.push_str(&format!("[{}]", value.to_text().unwrap_or_else(|_| "…".into()))),
                },
            }
        }
        text
    }
}

/// A whole number from 0 up, as Terraform needs where it counts; `Err` says that it is none.
fn whole(number: Decimal) -> Result<u64, String> {
    let whole = u64::try_from(number).ok().filter(|_| number.is_integer());
    whole.ok_or_else(|| format!("{} is not a whole number from 0 up", number.normalize()))
}

/// The attribute that names follow each other to.
fn attribute(steps: &[&TraversalOperator]) -> String {
    let names = steps.iter().map_while(|step| match step {
        TraversalOperator::GetAttr(name) => Some(name.as_str()),
        _ => None,
    });
    names.collect::<Vec<_>>().join(".")
}

fn member(value: &Value, name: &str) -> Value {
    match value {
        Value::Map(values) => values
            .get(name)
            .cloned()
            .unwrap_or_else(|| Value::unknown(format!("there is no `{name}` in the value"))),
        _ => Value::unknown(format!("`.{name}` follows something that has no attributes")),
    }
}

fn item(value: &Value, index: &Value) -> Value {
    let place = index.to_number().ok().and_then(|number| usize::try_from(whole(number).ok()?).ok());
    match (value, place) {
        (Value::List(values), Some(place)) => values
            .get(place)
            .cloned()
            .unwrap_or_else(|| Value::unknown(format!("the list has no item {place}"))),
        _ => Value::Unknown(index.reason().unwrap_or_else(|| "an index follows no list".into())),
    }
}
