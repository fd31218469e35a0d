//! Instance types that a scenario declares.

use std::borrow::Cow;

use super::words;
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
                let message = words::is_known_otherwise(&declared.name, &known);
                let help = words::leave_the_table_out_or();
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
            let message = words::is_no_name_of_an(&keys.name);
            self.problem(&path.key("name"), message, words::a_family_a_point_and());
        }
        for (key, memory) in [("memory_mib", Some(keys.memory_mib)), ("gpu_memory_mib", keys.gpu_memory_mib)]
        {
            let fits = |memory: Positive| memory.0.is_integer() && memory.0 <= Decimal::from(MAX_MEMORY_MIB);
            if memory.is_some_and(|memory| !fits(memory)) {
                let help = words::a_whole_number_of_mib(MAX_MEMORY_MIB);
                self.problem(&path.key(key), words::no_instance_type_has_that(), help);
            }
        }
        match (keys.gpus.0, &keys.gpu_model) {
            (0, Some(_)) => {
                self.problem(&path.key("gpu_model"), words::it_has_no_gpus(), words::set_gpus_or_leave_the());
            }
            (0, None) if keys.gpu_memory_mib.is_some() => {
                let help = words::set_gpus_or_leave_the();
                self.problem(&path.key("gpu_memory_mib"), words::it_has_no_gpus(), help);
            }
            (1.., model) if model.as_ref().is_none_or(|model| model.trim().is_empty()) => {
                let help = words::the_name_of_the_gpu();
                self.problem(&path, words::a_type_with_gpus_needs(), help);
            }
            _ => {}
        }
    }
}
