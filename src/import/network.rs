//! Subnets of compute environments.

use super::value::Value;
use super::{Resource, resolve};

/// Subnets of a compute environment, as far as they are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subnets {
    /// Not known how many.
    Unknown,
    /// So many.
    Number(usize),
    /// All of a resource whose number is not known.
    Every(String),
}

pub(super) fn subnets(value: Option<&Value>, all: &[Resource]) -> Subnets {
    let one = |value: &Value| match value {
        Value::Reference(reference) => match (resolve(all, reference).len(), reference.every) {
            (0, true) => Subnets::Every(reference.address.clone()),
            (0, false) => Subnets::Number(1),
            (number, _) => Subnets::Number(number),
        },
        Value::Text(_) => Subnets::Number(1),
        _ => Subnets::Unknown,
    };
    match value {
        Some(Value::List(values)) => {
            let numbers = values.iter().map(|value| match one(value) {
                Subnets::Number(number) => Ok(number),
                other => Err(other),
            });
            numbers.sum::<Result<usize, Subnets>>().map_or_else(|other| other, Subnets::Number)
        }
        Some(value @ Value::Reference(_)) => one(value),
        _ => Subnets::Unknown,
    }
}
