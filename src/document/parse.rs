//! From text to tree, and `--set PATH=VALUE`.

use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use super::path::slug;
use super::{Document, Entry, Location, Node, Source, Value, words};
use crate::document::nearest::did_you_mean;
use crate::error::{Diagnostic, Excerpt};
use crate::model::said::Said;

impl Document {
    /// Reads a TOML text. `origin` is the path as the user gave it.
    pub fn parse(origin: &str, text: &str) -> Result<Document, Vec<Diagnostic>> {
        let table = DeTable::parse(text).map_err(|error| {
            let span = error.span().unwrap_or(0..0);
            let excerpt = Excerpt { origin: origin.into(), text: text.into(), span };
            let message = words::not_valid_toml(error.message().trim_end_matches('.'));
            vec![Diagnostic { message, excerpt: Some(excerpt), help: None }]
        })?;
        let span = table.span();
        let sources = vec![Source { origin: origin.into(), text: text.into() }];
        let entries = entries(table.get_ref());
        let root =
            Node { at: Location { source: 0, span: first_line(text, &span) }, value: Value::Table(entries) };
        Ok(Document { sources, root })
    }

    /// Applies one `--set PATH=VALUE`. Elements of arrays are named by index or by their name,
    /// spaces written as hyphens; a key with a dot in quotes.
    pub fn set(&mut self, assignment: &str) -> Result<(), Box<Diagnostic>> {
        let source = self.sources.len();
        self.sources.push(Source { origin: "--set".into(), text: assignment.into() });
        let problem = |message: Said, help: Option<Said>, span: std::ops::Range<usize>| {
            let text: Arc<str> = assignment.into();
            let excerpt = Some(Excerpt { origin: "--set".into(), text, span });
            Box::new(Diagnostic { message, excerpt, help })
        };
        let Some((path, value)) = split_assignment(assignment) else {
            return Err(problem(words::no_equals(), Some(words::form_of_set()), 0..assignment.len()));
        };
        let segments = split_path(path).ok_or_else(|| {
            problem(words::path_has_an_empty_part(), Some(words::form_of_set()), 0..path.len())
        })?;
        let node = parse_value(value, source, path.len() + 1);
        let words: Vec<&str> = segments.iter().map(String::as_str).collect();
        let at = Location { source, span: 0..path.len() };
        self.root.assign(&words, &at, node).map_err(|(message, help)| problem(message, help, 0..path.len()))
    }
}

impl Document {
    /// Puts text in the place of a key of the root table; `origin` says who wants it there.
    pub fn put(&mut self, origin: &str, key: &str, text: &str) {
        let source = self.sources.len();
        self.sources.push(Source { origin: origin.into(), text: text.into() });
        let at = Location { source, span: 0..text.len() };
        self.remove(key);
        if let Value::Table(entries) = &mut self.root.value {
            let node = Node { at: at.clone(), value: Value::String(text.to_owned()) };
            entries.push(Entry { key: key.to_owned(), key_at: at, node });
        }
    }
}

fn entries(table: &DeTable<'_>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            key_at: Location { source: 0, span: key.span() },
            node: node(value.get_ref(), value.span()),
        })
        .collect();
    // The map sorts by key; what the user wrote first comes first.
    entries.sort_by_key(|entry| entry.key_at.span.start);
    entries
}

fn node(value: &DeValue<'_>, span: std::ops::Range<usize>) -> Node {
    let value = match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(integer) => Value::Number(
            i128::from_str_radix(integer.as_str(), integer.radix())
                .map_or_else(|_| integer.as_str().to_owned(), |number| number.to_string()),
        ),
        DeValue::Float(float) => Value::Number(float.as_str().to_owned()),
        DeValue::Boolean(flag) => Value::Boolean(*flag),
        DeValue::Datetime(datetime) => Value::Datetime(datetime.to_string()),
        DeValue::Array(items) => {
            Value::Array(items.iter().map(|item| node(item.get_ref(), item.span())).collect())
        }
        DeValue::Table(table) => Value::Table(entries(table)),
    };
    Node { at: Location { source: 0, span }, value }
}

fn first_line(text: &str, span: &std::ops::Range<usize>) -> std::ops::Range<usize> {
    let start = span.start.min(text.len());
    let end = text[start..].find('\n').map_or(text.len(), |length| start + length);
    start..end.max(start)
}

fn split_assignment(assignment: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    for (at, c) in assignment.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '=' if !quoted => return Some((&assignment[..at], &assignment[at + 1..])),
            _ => {}
        }
    }
    None
}

fn split_path(path: &str) -> Option<Vec<String>> {
    let mut segments = vec![String::new()];
    let mut quoted = false;
    for c in path.trim().chars() {
        match c {
            '"' => quoted = !quoted,
            '.' if !quoted => segments.push(String::new()),
            c => segments.last_mut()?.push(c),
        }
    }
    (!quoted && segments.iter().all(|segment| !segment.is_empty())).then_some(segments)
}

/// A value as TOML writes it; what is not TOML is text, so that quotes may be left out.
fn parse_value(text: &str, source: usize, offset: usize) -> Node {
    let mut parsed = DeValue::parse(text.trim()).map_or_else(
        |_| Node { at: Location { source: 0, span: 0..0 }, value: Value::String(text.trim().to_owned()) },
        |value| node(value.get_ref(), value.span()),
    );
    let whole = Location { source, span: offset..offset + text.len() };
    relocate(&mut parsed, &whole);
    parsed
}

fn relocate(node: &mut Node, at: &Location) {
    node.at = at.clone();
    match &mut node.value {
        Value::Array(nodes) => nodes.iter_mut().for_each(|node| relocate(node, at)),
        Value::Table(entries) => {
            for entry in entries {
                entry.key_at = at.clone();
                relocate(&mut entry.node, at);
            }
        }
        _ => {}
    }
}

type Refusal = (Said, Option<Said>);

/// Words of a path that may together be one key with dots in it, or one name.
const MAX_DOTS: usize = 8;

impl Node {
    /// Puts `node` at the end of the path. Several words may make one key that has dots in it.
    fn assign(&mut self, words: &[&str], at: &Location, node: Node) -> Result<(), Refusal> {
        match &mut self.value {
            Value::Table(entries) => {
                for taken in (1..=words.len().min(MAX_DOTS)).rev() {
                    let key = words[..taken].join(".");
                    if let Some(entry) = entries.iter_mut().find(|entry| entry.key == key) {
                        return descend(&mut entry.node, &words[taken..], at, node);
                    }
                }
                for entry in entries.iter_mut() {
                    if let Value::Array(items) = &mut entry.node.value
                        && let Some((index, taken)) = element_named(items, words)
                    {
                        return descend(&mut items[index], &words[taken..], at, node);
                    }
                }
                let (node, key) = match words {
                    [only] => (node, (*only).to_owned()),
                    [first, rest @ ..] => {
                        let mut table = Node { at: at.clone(), value: Value::Table(Vec::new()) };
                        table.assign(rest, at, node)?;
                        (table, (*first).to_owned())
                    }
                    [] => return Err((super::words::path_is_empty(), None)),
                };
                entries.push(Entry { key, key_at: at.clone(), node });
                Ok(())
            }
            Value::Array(items) => {
                let Some(first) = words.first() else { return Err((super::words::path_is_empty(), None)) };
                let found = first
                    .parse::<usize>()
                    .ok()
                    .filter(|index| *index < items.len())
                    .map(|index| (index, 1))
                    .or_else(|| element_named(items, words));
                let Some((index, taken)) = found else { return Err(no_element(items, first)) };
                descend(&mut items[index], &words[taken..], at, node)
            }
            _ => Err((super::words::has_no_keys(words.join("."), self.kind()), None)),
        }
    }
}

fn descend(target: &mut Node, rest: &[&str], at: &Location, node: Node) -> Result<(), Refusal> {
    if rest.is_empty() {
        *target = node;
        return Ok(());
    }
    target.assign(rest, at, node)
}

fn element_named(items: &[Node], words: &[&str]) -> Option<(usize, usize)> {
    (1..=words.len().min(MAX_DOTS)).rev().find_map(|taken| {
        let wanted = words[..taken].join(".");
        let named = |node: &Node| {
            node.text_of("name").is_some_and(|name| name == wanted || slug(name).trim_matches('"') == wanted)
        };
        items.iter().position(named).map(|index| (index, taken))
    })
}

fn no_element(items: &[Node], written: &str) -> Refusal {
    let names: Vec<String> = items.iter().filter_map(|item| item.text_of("name")).map(slug).collect();
    let known = names.iter().map(String::as_str);
    let help = did_you_mean(written, known).or_else(|| match items.len() {
        0 => None,
        _ if !names.is_empty() => Some(words::the_elements(names.join(", "))),
        1 => Some(words::one_element()),
        count => Some(words::elements(count, count - 1)),
    });
    (words::no_element(written), help)
}
