//! A TOML text as a tree in which every value knows where it was written.
//!
//! Several texts lie over each other (`extends`, `--set`), so a problem found after merging still
//! points at the line that caused it. The only module that names the `toml` crate.

pub mod de;
pub mod nearest;
mod parse;
mod path;
mod words;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::error::{Diagnostic, Excerpt};
use crate::model::decimal::{self, Decimal};
use crate::model::said::Said;

/// The key of any table whose names are taken out of the table below, since a value cannot say that there is none.
pub const UNSET: &str = "unset";

pub use path::{KeyPath, Segment};

/// Where a value was written: which text, which bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    source: usize,
    span: Range<usize>,
}

/// A value and its place.
#[derive(Clone, Debug)]
pub struct Node {
    at: Location,
    value: Value,
}

#[derive(Clone, Debug)]
enum Value {
    String(String),
    /// An integer or a float, as written: numbers are read exactly, never as binary floats.
    Number(String),
    Boolean(bool),
    Datetime(String),
    Array(Vec<Node>),
    Table(Vec<Entry>),
}

#[derive(Clone, Debug)]
struct Entry {
    key: String,
    key_at: Location,
    node: Node,
}

#[derive(Clone, Debug)]
struct Source {
    origin: String,
    text: Arc<str>,
}

/// A tree made of one or more texts.
#[derive(Clone, Debug)]
pub struct Document {
    sources: Vec<Source>,
    root: Node,
}

impl Document {
    /// Lays `upper` over this document: tables merge key by key, arrays of tables by the name of
    /// their elements, anything else is replaced; keys that `unset` names leave first. A name that is
    /// not there stays in `unset`, which no table knows, so that reading refuses it.
    #[must_use]
    pub fn overlaid(mut self, mut upper: Document) -> Document {
        let offset = self.sources.len();
        upper.root.shift_sources(offset);
        self.sources.append(&mut upper.sources);
        self.root.overlay(upper.root);
        self
    }

    /// What it was read from, the lowest first: paths of files, and `--set` and the like.
    pub fn origins(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().map(|source| source.origin.as_str())
    }

    /// The problem `message` at the value that `path` names, or at the nearest table around it.
    #[must_use]
    pub fn diagnostic(&self, path: &KeyPath, message: Said, help: Option<Said>) -> Diagnostic {
        let location = self.root.locate(path.segments());
        Diagnostic { message, excerpt: Some(self.excerpt(&location)), help }
    }

    /// The problem `message` at the last key of `path` itself, not at its value.
    #[must_use]
    pub fn diagnostic_at_key(&self, path: &KeyPath, message: Said, help: Option<Said>) -> Diagnostic {
        let location = self.root.locate_key(path.segments());
        Diagnostic { message, excerpt: Some(self.excerpt(&location)), help }
    }

    /// The text of a string at `path`, removed from the tree; used for keys that steer the reading.
    pub fn take_string(&mut self, key: &str) -> Option<String> {
        let Value::Table(entries) = &mut self.root.value else { return None };
        let index = entries.iter().position(|e| e.key == key)?;
        match &entries[index].node.value {
            Value::String(text) => {
                let text = text.clone();
                entries.remove(index);
                Some(text)
            }
            _ => None,
        }
    }

    /// Whether the root table has the key.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.root.get(key).is_some()
    }

    /// Removes a key of the root table, and says whether it was there.
    pub fn remove(&mut self, key: &str) -> bool {
        let Value::Table(entries) = &mut self.root.value else { return false };
        let before = entries.len();
        entries.retain(|e| e.key != key);
        entries.len() < before
    }

    /// Every number in the tree with its path, in the order written.
    #[must_use]
    pub fn numbers(&self) -> Vec<(KeyPath, Decimal)> {
        let mut found = Vec::new();
        self.root.collect_numbers(&KeyPath::root(), &mut found);
        found
    }

    /// The same tree with another number at `path`.
    #[must_use]
    pub fn with_number(&self, path: &KeyPath, number: Decimal) -> Document {
        let mut copy = self.clone();
        if let Some(node) = copy.root.find_mut(path.segments()) {
            node.value = Value::Number(decimal::plain(number));
        }
        copy
    }

    fn excerpt(&self, location: &Location) -> Excerpt {
        let source = &self.sources[location.source];
        Excerpt { origin: source.origin.clone(), text: Arc::clone(&source.text), span: location.span.clone() }
    }
}

impl Node {
    fn shift_sources(&mut self, offset: usize) {
        self.at.source += offset;
        match &mut self.value {
            Value::Array(nodes) => nodes.iter_mut().for_each(|node| node.shift_sources(offset)),
            Value::Table(entries) => {
                for entry in entries {
                    entry.key_at.source += offset;
                    entry.node.shift_sources(offset);
                }
            }
            _ => {}
        }
    }

    fn overlay(&mut self, upper: Node) {
        match (&mut self.value, upper.value) {
            (Value::Table(lower), Value::Table(mut upper_entries)) => {
                take_away(lower, &mut upper_entries);
                for entry in upper_entries {
                    match lower.iter_mut().find(|e| e.key == entry.key) {
                        Some(existing) => {
                            existing.key_at = entry.key_at;
                            existing.node.overlay(entry.node);
                        }
                        None => lower.push(entry),
                    }
                }
                self.at = upper.at;
            }
            (Value::Array(lower), Value::Array(upper_nodes))
                if is_tables(lower) && is_tables(&upper_nodes) =>
            {
                let inherited = lower.len();
                for node in upper_nodes {
                    let twin = node.identity().and_then(|id| {
                        lower[..inherited].iter().position(|n| n.identity().as_ref() == Some(&id))
                    });
                    match twin {
                        Some(index) => lower[index].overlay(node),
                        None => lower.push(node),
                    }
                }
            }
            (slot, value) => {
                *slot = value;
                self.at = upper.at;
            }
        }
    }

    /// What tells one element of an array of tables from another: its name, or for a price its
    /// usage type and purchasing option.
    fn identity(&self) -> Option<String> {
        if let Some(name) = self.text_of("name") {
            return Some(name.to_owned());
        }
        let usage_type = self.text_of("usage_type")?;
        let option = self.text_of("purchase_option").unwrap_or("");
        Some(format!("{usage_type}|{option}|{}", self.text_of("service").unwrap_or("")))
    }

    fn text_of(&self, key: &str) -> Option<&str> {
        match self.get(key).map(|node| &node.value) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    fn get(&self, key: &str) -> Option<&Node> {
        match &self.value {
            Value::Table(entries) => entries.iter().find(|e| e.key == key).map(|e| &e.node),
            _ => None,
        }
    }

    fn locate(&self, path: &[Segment]) -> Location {
        let Some((first, rest)) = path.split_first() else { return self.at.clone() };
        self.child(first).map_or_else(|| self.at.clone(), |node| node.locate(rest))
    }

    fn child(&self, segment: &Segment) -> Option<&Node> {
        match (segment, &self.value) {
            (Segment::Key(key), _) => self.get(key),
            (Segment::Index(index), Value::Array(nodes)) => nodes.get(*index),
            _ => None,
        }
    }

    fn locate_key(&self, path: &[Segment]) -> Location {
        match (path, &self.value) {
            ([Segment::Key(key)], Value::Table(entries)) => {
                let entry = entries.iter().find(|entry| entry.key == *key);
                entry.map_or_else(|| self.at.clone(), |entry| entry.key_at.clone())
            }
            ([first, rest @ ..], _) => {
                self.child(first).map_or_else(|| self.at.clone(), |node| node.locate_key(rest))
            }
            ([], _) => self.at.clone(),
        }
    }

    fn find_mut(&mut self, path: &[Segment]) -> Option<&mut Node> {
        let Some((first, rest)) = path.split_first() else { return Some(self) };
        let child = match (first, &mut self.value) {
            (Segment::Key(key), Value::Table(entries)) => {
                entries.iter_mut().find(|e| e.key == *key).map(|e| &mut e.node)
            }
            (Segment::Index(index), Value::Array(nodes)) => nodes.get_mut(*index),
            _ => None,
        };
        child?.find_mut(rest)
    }

    fn collect_numbers(&self, path: &KeyPath, found: &mut Vec<(KeyPath, Decimal)>) {
        match &self.value {
            Value::Number(text) => found.extend(decimal::parse(text).ok().map(|n| (path.clone(), n))),
            // Money is written as text so that no tool turns it into a float on the way.
            Value::String(text) if path.last_key().is_some_and(|key| key.contains("usd")) => {
                found.extend(decimal::parse(text).ok().map(|n| (path.clone(), n)));
            }
            Value::Array(nodes) => {
                for (index, node) in nodes.iter().enumerate() {
                    let segment = match node.text_of("name") {
                        Some(name) => path.index_named(index, name),
                        None => path.index(index),
                    };
                    node.collect_numbers(&segment, found);
                }
            }
            Value::Table(entries) => {
                for entry in entries {
                    entry.node.collect_numbers(&path.key(&entry.key), found);
                }
            }
            _ => {}
        }
    }

    fn kind(&self) -> Said {
        match self.value {
            Value::String(_) => words::text(),
            Value::Number(_) => words::a_number(),
            Value::Boolean(_) => words::true_or_false(),
            Value::Datetime(_) => words::a_date(),
            Value::Array(_) => words::an_array(),
            Value::Table(_) => words::a_table(),
        }
    }
}

/// Takes the keys out of a table that `unset` of the table over it names.
fn take_away(lower: &mut Vec<Entry>, upper: &mut Vec<Entry>) {
    let Some(place) = upper.iter().position(|entry| entry.key == UNSET) else { return };
    let Value::Array(names) = &mut upper[place].node.value else { return };
    names.retain(|name| {
        let Value::String(name) = &name.value else { return true };
        let before = lower.len();
        lower.retain(|entry| entry.key != *name);
        lower.len() == before
    });
    if names.is_empty() {
        upper.remove(place);
    }
}

fn is_tables(nodes: &[Node]) -> bool {
    !nodes.is_empty() && nodes.iter().all(|node| matches!(node.value, Value::Table(_)))
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Value::String(text) | Value::Number(text) | Value::Datetime(text) => f.write_str(text),
            Value::Boolean(flag) => write!(f, "{flag}"),
            Value::Array(_) | Value::Table(_) => f.write_str(&self.kind().en),
        }
    }
}
