//! What a job asks for, in the words of AWS Batch and Kubernetes, as numbers.

use super::{Container, Pod};
use crate::model::decimal::Decimal;
use crate::model::said::Said;
use crate::workload::quantity::{amount, binary_unit};
use crate::workload::words;

/// Vcpus, bytes of memory and GPUs of a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Need(pub(super) [Decimal; 3]);

impl Pod {
    /// What it asks for: all containers at once, or the init container that asks for more.
    pub(super) fn need(&self) -> Result<Need, Said> {
        let mut all = Need::default();
        for container in &self.containers {
            let need = container.need()?;
            all = Need([0, 1, 2].map(|of| all.0[of].saturating_add(need.0[of])));
        }
        for container in &self.init_containers {
            all = all.or(container.need()?);
        }
        Ok(all)
    }
}

impl Container {
    fn need(&self) -> Result<Need, Said> {
        Ok(Need([
            quantity(self.vcpus.as_deref(), "the number of vCPUs")?,
            quantity(self.memory.as_deref(), "the memory")?,
            quantity(self.gpus.as_deref(), "the number of GPUs")?,
        ]))
    }
}

impl Need {
    pub(super) fn or(self, other: Need) -> Need {
        Need([0, 1, 2].map(|of| self.0[of].max(other.0[of])))
    }
}

/// An amount, 0 for none: AWS Batch takes plain numbers, and memory with `Mi` (API reference of
/// EksContainerResourceRequirements); what else Kubernetes writes is read too.
pub(super) fn quantity(text: Option<&str>, name: &str) -> Result<Decimal, Said> {
    let Some(text) = text.map(str::trim) else { return Ok(Decimal::ZERO) };
    if let Some(digits) = text.strip_suffix('m') {
        return Ok(amount(digits, name)? / Decimal::from(1000));
    }
    let (digits, unit) = match text.strip_suffix('i') {
        None => (text, 1),
        Some(text) => {
            let letter = text.bytes().last().and_then(binary_unit);
            (
                &text[..text.len().saturating_sub(1)],
                letter.ok_or_else(|| words::i_has_an_unknown_unit(name, text))?,
            )
        }
    };
    let product = amount(digits, name)?.checked_mul(Decimal::from(unit));
    product.ok_or_else(|| words::is_too_large(name, text))
}

/// First and last of a range of nodes, both inclusive (API reference of NodeRangeProperty).
pub(super) fn span(target: &str, nodes: u32) -> Option<(u32, u32)> {
    let (first, last) = target.split_once(':').unwrap_or((target, target));
    let first = if first.is_empty() { 0 } else { first.parse().ok()? };
    let last = if last.is_empty() { first.max(nodes - 1) } else { last.parse().ok()? };
    (first <= last).then_some((first, last))
}
