//! Sections of a configuration: their keys by type, and which of them nobody read.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use crate::catalog::Catalog;
use crate::error::Diagnostic;
use crate::import::words;
use crate::import::yaml::{File, Node, Yaml};
use crate::import::{Attribute, Form, Infrastructure, Origin};
use crate::model::decimal::Decimal;
use crate::model::said::Said;

/// A configuration while it is read.
pub(super) struct Reading<'a> {
    pub(super) file: &'a File,
    pub(super) catalog: &'a Catalog,
    pub(super) found: Infrastructure,
    /// What ParallelCluster itself would refuse.
    pub(super) problems: Vec<Diagnostic>,
}

/// A mapping, such as a queue.
pub(super) struct Section<'a> {
    /// What it belongs to, such as `SlurmQueues/spot`.
    pub(super) address: String,
    pub(super) node: &'a Node,
    /// Before the names of its keys, such as `LocalStorage.RootVolume.`.
    path: String,
    entries: &'a [(String, Node)],
    read: BTreeSet<&'static str>,
}

impl<'a> Reading<'a> {
    pub(super) fn problem(&mut self, node: &Node, message: Said, help: Said) {
        let excerpt = Some(self.file.excerpt(node.line, node.column));
        self.problems.push(Diagnostic { message, excerpt, help: Some(help) });
    }

    /// A mapping; anything else is a problem and has no keys.
    pub(super) fn section(&mut self, node: &'a Node, what: Said, address: String) -> Section<'a> {
        let entries = match &node.value {
            Yaml::Map(entries) => &entries[..],
            Yaml::Null => &[],
            other => {
                self.problem(node, words::section_is(&what, other.kind()), words::write_a_mapping_of_keys());
                &[]
            }
        };
        Section { address, node, path: String::new(), entries, read: BTreeSet::new() }
    }

    /// Lists what a scenario lacks.
    pub(super) fn miss(&mut self, of: &Section<'_>, key: &str, node: &Node, reason: impl Into<String>) {
        let place = self.file.place(node);
        let path = format!("{}{key}", of.path);
        let path = path.trim_end_matches('.');
        self.found.miss(&of.address, (!path.is_empty()).then_some(path), reason, place.as_ref());
    }
}

impl<'a> Section<'a> {
    /// What stands at a key; nothing is as if it were not there.
    pub(super) fn get(&mut self, key: &'static str) -> Option<&'a Node> {
        self.read.insert(key);
        let (_, node) = self.entries.iter().find(|(name, _)| name == key)?;
        (node.value != Yaml::Null).then_some(node)
    }

    /// The mapping at a key, with the same address.
    pub(super) fn within(&mut self, key: &'static str, reading: &mut Reading<'a>) -> Option<Section<'a>> {
        let node = self.get(key)?;
        let mut inner = reading.section(node, Said::alike(format!("`{key}`")), self.address.clone());
        inner.path = format!("{}{key}.", self.path);
        Some(inner)
    }

    /// The items at a key.
    pub(super) fn list(&mut self, key: &'static str, reading: &mut Reading<'a>) -> &'a [Node] {
        let Some(node) = self.get(key) else { return &[] };
        if let Yaml::List(items) = &node.value {
            return items;
        }
        reading.problem(node, words::is(key, node.value.kind()), words::write_a_list());
        &[]
    }

    /// Where a key is written; of one that is not, where its section is.
    pub(super) fn origin(&self, key: &str, reading: &Reading<'_>) -> Origin {
        let node = self.entries.iter().find(|(name, _)| name == key).map_or(self.node, |(_, node)| node);
        Origin {
            block: self.address.clone(),
            attribute: format!("{}{key}", self.path),
            form: Form::Literal,
            place: reading.file.place(node),
        }
    }

    pub(super) fn text(&mut self, key: &'static str, reading: &mut Reading<'a>) -> Attribute<String> {
        let Some(node) = self.get(key) else { return Attribute::Absent };
        match &node.value {
            Yaml::Text(text) => Attribute::Known(text.clone(), self.origin(key, reading)),
            other => {
                reading.problem(node, words::is_not_a_name(key, other.kind()), words::write_a_text());
                Attribute::Unknown
            }
        }
    }

    /// One of a few words.
    pub(super) fn word(
        &mut self,
        key: &'static str,
        allowed: &[&str],
        reading: &mut Reading<'a>,
    ) -> Attribute<String> {
        match self.text(key, reading) {
            Attribute::Known(word, _) if !allowed.contains(&word.as_str()) => {
                let node = self.get(key).unwrap_or(self.node);
                reading.problem(node, words::is_no(&word, key), words::valid(allowed.join(", ")));
                Attribute::Unknown
            }
            known => known,
        }
    }

    pub(super) fn number(&mut self, key: &'static str, reading: &mut Reading<'a>) -> Attribute<Decimal> {
        let Some(node) = self.get(key) else { return Attribute::Absent };
        match decimal(node) {
            Some(number) if number >= Decimal::ZERO => Attribute::Known(number, self.origin(key, reading)),
            _ => {
                let message = words::is_not_a_number_from(key, node.value.kind());
                reading.problem(node, message, words::write_a_number());
                Attribute::Unknown
            }
        }
    }

    /// A whole number in a range, also in quotes, as ParallelCluster takes it.
    pub(super) fn count(
        &mut self,
        key: &'static str,
        range: RangeInclusive<u32>,
        reading: &mut Reading<'a>,
    ) -> Attribute<u32> {
        let Some(node) = self.get(key) else { return Attribute::Absent };
        let whole = decimal(node).filter(|number| number.is_integer());
        let whole = whole.and_then(|number| u32::try_from(number).ok()).filter(|whole| range.contains(whole));
        match whole {
            Some(whole) => Attribute::Known(whole, self.origin(key, reading)),
            None => {
                let message = words::is(key, node.value.kind());
                let help = words::a_whole_number_from_to(range.start(), range.end());
                reading.problem(node, message, help);
                Attribute::Unknown
            }
        }
    }

    /// Lists a key that is there and says why it has no place in a scenario.
    pub(super) fn lacks(&mut self, key: &'static str, reason: &str, reading: &mut Reading<'a>) {
        if let Some(node) = self.get(key) {
            reading.miss(self, key, node, reason);
        }
    }

    /// Lists a switch that is on: whatever is written but `false`.
    pub(super) fn lacks_switch(&mut self, key: &'static str, reason: &str, reading: &mut Reading<'a>) {
        if let Some(node) = self.get(key).filter(|node| !is_off(node)) {
            reading.miss(self, key, node, reason);
        }
    }

    /// Lists every key that nobody read, but those that cost nothing.
    pub(super) fn finish(self, free: &[&str], reading: &mut Reading<'a>) {
        for (key, node) in self.entries {
            if !self.read.contains(key.as_str()) && !free.contains(&key.as_str()) && node.value != Yaml::Null
            {
                reading.miss(&self, key, node, "the import does not read it");
            }
        }
    }
}

fn is_off(node: &Node) -> bool {
    node.value == Yaml::Bool(false) || node.value == Yaml::Text("false".into())
}

fn decimal(node: &Node) -> Option<Decimal> {
    match &node.value {
        Yaml::Number(number) => Some(*number),
        Yaml::Text(text) => crate::import::value::parse_number(text),
        _ => None,
    }
}
