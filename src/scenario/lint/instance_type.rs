//! Instance types that a scenario declares.

use std::borrow::Cow;

use super::{Lint, at};
use crate::catalog::{Catalog, DeclaredType};
use crate::model::decimal::Decimal;
use crate::scenario::keys::instance_type::InstanceTypeKeys;
use crate::scenario::value::Positive;

/// Most memory of a type [MiB]: a PiB, of which EC2's largest has a thirtieth.
const MAX_MEMORY_MIB: i64 = 1024 * 1024 * 1024;

impl Lint<'_> {
    /// The catalogue with the types that the scenario declares, and without those that only others do.
    pub fn own_types<'c>(&mut self, own: &[InstanceTypeKeys], catalog: &'c Catalog) -> Cow<'c, Catalog> {
        for (index, keys) in own.iter().enumerate() {
            self.declared(index, keys);
        }
        let declared: Vec<DeclaredType> = own.iter().map(InstanceTypeKeys::declared).collect();
        if declared.is_empty() && !catalog.has_declared() {
            return Cow::Borrowed(catalog);
        }
        let mut catalog = catalog.without_declared();
        for (index, declared) in declared.iter().enumerate() {
            if let Err(known) = catalog.declare(declared) {
                let message = format!("`{}` is known otherwise: {known}", declared.name);
                let help = "leave the table out, or correct it: [[instance_type]] is for types that this program does not know";
                self.problem(&at("instance_type", index).key("name"), message, help);
            }
        }
        Cow::Owned(catalog)
    }

    fn declared(&mut self, index: usize, keys: &InstanceTypeKeys) {
        let path = at("instance_type", index);
        let plain = |text: &str| {
            let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            !text.is_empty() && text.chars().all(fits)
        };
        if !keys.name.split_once('.').is_some_and(|(family, size)| plain(family) && plain(size)) {
            let message = format!("`{}` is no name of an instance type", keys.name);
            self.problem(&path.key("name"), message, "a family, a point and a size, such as p9.48xlarge");
        }
        for (key, memory) in [("memory_mib", Some(keys.memory_mib)), ("gpu_memory_mib", keys.gpu_memory_mib)]
        {
            let fits = |memory: Positive| memory.0.is_integer() && memory.0 <= Decimal::from(MAX_MEMORY_MIB);
            if memory.is_some_and(|memory| !fits(memory)) {
                let help = format!("a whole number of MiB, at most {MAX_MEMORY_MIB}");
                self.problem(&path.key(key), "no instance type has that memory", help);
            }
        }
        match (keys.gpus.0, &keys.gpu_model) {
            (0, Some(_)) => {
                self.problem(&path.key("gpu_model"), "it has no GPUs", "set `gpus`, or leave the key out");
            }
            (0, None) if keys.gpu_memory_mib.is_some() => {
                let help = "set `gpus`, or leave the key out";
                self.problem(&path.key("gpu_memory_mib"), "it has no GPUs", help);
            }
            (1.., model) if model.as_ref().is_none_or(|model| model.trim().is_empty()) => {
                let help = "the name of the GPU, by which types are told apart";
                self.problem(&path, "a type with GPUs needs `gpu_model`", help);
            }
            _ => {}
        }
    }
}
