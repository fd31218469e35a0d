//! YAML as a tree in which every value knows where it is written. The only place that decides what a scalar is: `yes`
//! and `on` are true, as PyYAML has it, with which ParallelCluster reads.

use std::fmt;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

use super::Place;
use super::value::parse_number;
use super::words;
use crate::error::{Diagnostic, Excerpt};
use crate::guard::guarded;
use crate::model::decimal::{self, Decimal};
use crate::model::said::Said;

/// Deepest nesting: a cluster has eight levels.
const MOST_DEPTH: usize = 64;
/// Most values, aliases expanded.
const MOST_VALUES: usize = 100_000;

/// A text with its name.
#[derive(Clone, Debug)]
pub struct File {
    /// As the user gave it.
    pub name: String,
    /// The whole text.
    pub text: Arc<str>,
}

/// A value and its place.
#[derive(Clone, Debug)]
pub struct Node {
    /// What is there.
    pub value: Yaml,
    /// From 1; 0 where it is not known.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Yaml {
    /// Nothing, `~` or `null`.
    Null,
    /// `true` or `false`, also `yes` or `no`.
    Bool(bool),
    /// A number.
    Number(Decimal),
    /// Anything else that is one word or more.
    Text(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the order written.
    Map(Vec<(String, Node)>),
}

impl PartialEq for Node {
    fn eq(&self, other: &Node) -> bool {
        self.value == other.value
    }
}

impl Yaml {
    /// What kind of thing it is, for a message.
    #[must_use]
    pub fn kind(&self) -> Said {
        match self {
            Yaml::Null => words::nothing(),
            Yaml::Bool(value) => Said::alike(format!("`{value}`")),
            Yaml::Number(number) => Said::alike(format!("`{}`", decimal::plain(*number))),
            Yaml::Text(text) => Said::alike(format!("`{text}`")),
            Yaml::List(_) => words::a_list(),
            Yaml::Map(_) => words::a_mapping(),
        }
    }
}

/// The one document of a text.
pub fn parse(file: &File) -> Result<Node, Box<Diagnostic>> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_depth: MOST_DEPTH, max_nodes: MOST_VALUES },
        with_snippet: false,
    };
    let parsed = guarded(|| serde_saphyr::from_str_with_options(&file.text, options));
    let unreadable = |_| {
        let message = words::not_valid_yaml_nobody_can();
        Box::new(Diagnostic { message, excerpt: Some(file.excerpt(1, 1)), help: None })
    };
    parsed.map_err(unreadable)?.map_err(|error: serde_saphyr::Error| {
        let message = error.without_snippet().to_string();
        let reason = reason(message.lines().next().unwrap_or_default());
        let at = error.location().map(|at| (whole(at.line()), whole(at.column())));
        Box::new(Diagnostic {
            message: words::not_valid_yaml(&reason),
            excerpt: at.map(|(line, column)| file.excerpt(line, column)),
            help: None,
        })
    })
}

/// What the reader says, without how a program would set it up otherwise.
fn reason(message: &str) -> Said {
    let message = message.split(" at line ").next().unwrap_or_default();
    let message = message.strip_prefix("validation error: ").unwrap_or(message);
    if let Some(key) = message.strip_prefix("duplicate mapping key: ") {
        return words::is_there_twice_2(key.split(',').next().unwrap_or_default());
    }
    if message.starts_with("multiple YAML documents") {
        return words::there_is_more_than_one();
    }
    let limits = ["budget breached", "recursion limit", "alias "];
    match limits.iter().any(|limit| message.starts_with(limit)) && !message.contains("unknown anchor") {
        true => words::it_nests_or_repeats_values(),
        false => Said::alike(message),
    }
}

impl File {
    /// The place of a problem.
    #[must_use]
    pub fn excerpt(&self, line: usize, column: usize) -> Excerpt {
        let start = self.offset(line, column);
        let word =
            self.text[start..].find([' ', '\n', '\r', ',', '[', ']', '{', '}', '#']).unwrap_or_default();
        Excerpt { origin: self.name.clone(), text: self.text.clone(), span: start..start + word }
    }

    /// The place of a value.
    #[must_use]
    pub fn place(&self, node: &Node) -> Option<Place> {
        let span = self.excerpt(node.line, node.column).span;
        let place = Place { file: self.name.clone(), line: node.line, column: node.column, span };
        (node.line > 0).then_some(place)
    }

    /// The byte of a line and a column, both from 1; the end where the text is shorter.
    fn offset(&self, line: usize, column: usize) -> usize {
        let before: usize = self.text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
        let rest = &self.text[before..];
        let within = rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(at, _)| at);
        before + within
    }
}

fn whole(number: u64) -> usize {
    usize::try_from(number).unwrap_or_default()
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Node, D::Error> {
        let spanned = Spanned::<Yaml>::deserialize(deserializer)?;
        let (line, column) = (whole(spanned.defined.line()), whole(spanned.defined.column()));
        Ok(Node { value: spanned.value, line, column })
    }
}

impl<'de> Deserialize<'de> for Yaml {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Yaml, D::Error> {
        deserializer.deserialize_any(Any)
    }
}

struct Any;

fn number(text: &str) -> Yaml {
    parse_number(text).map_or_else(|| Yaml::Text(text.to_owned()), Yaml::Number)
}

impl<'de> Visitor<'de> for Any {
    type Value = Yaml;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Yaml, E> {
        Ok(Yaml::Null)
    }

    fn visit_none<E>(self) -> Result<Yaml, E> {
        Ok(Yaml::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Yaml, E> {
        Ok(Yaml::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Yaml, E> {
        Ok(Yaml::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Yaml, E> {
        Ok(Yaml::Number(value.into()))
    }

    /// The shortest text of the number is what was written, up to 15 digits.
    fn visit_f64<E>(self, value: f64) -> Result<Yaml, E> {
        Ok(number(&value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Yaml, E> {
        Ok(Yaml::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Yaml, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = access.next_element()? {
            values.push(value);
        }
        Ok(Yaml::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Yaml, A::Error> {
        let mut values = Vec::new();
        while let Some(entry) = access.next_entry()? {
            values.push(entry);
        }
        Ok(Yaml::Map(values))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Node, Box<Diagnostic>> {
        parse(&File { name: "a.yaml".into(), text: text.into() })
    }

    #[test]
    fn values_know_their_line_and_column() {
        let file = File {
            name: "a.yaml".into(),
            text: "名前: 1\nb:\n  - {c: 0.25, d: yes}\n  - *x\n".replace("*x", "\"q\"").as_str().into(),
        };
        let node = parse(&file).expect("YAML");
        let Yaml::Map(entries) = &node.value else { panic!("{node:?}") };
        assert_eq!((entries[0].1.line, entries[0].1.column), (1, 5));
        let Yaml::List(items) = &entries[1].1.value else { panic!("{node:?}") };
        let Yaml::Map(inner) = &items[0].value else { panic!("{node:?}") };
        assert_eq!(inner[0].1.value, Yaml::Number(Decimal::new(25, 2)));
        assert_eq!((inner[0].1.line, inner[0].1.column), (3, 9));
        assert_eq!(file.text[file.place(&inner[0].1).expect("a place").span], *"0.25");
        assert_eq!(inner[1].1.value, Yaml::Bool(true));
        assert_eq!((items[1].line, &items[1].value), (4, &Yaml::Text("q".into())));
    }

    #[test]
    fn what_would_fill_the_memory_is_refused() {
        let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
        assert!(read(&deep).is_err());
        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..9 {
            let before = format!("*a{}", level - 1);
            bomb.push_str(&format!("a{level}: &a{level} [{}]\n", vec![before; 10].join(", ")));
        }
        assert!(read(&bomb).is_err());
        let problem = read("a: [1, 2\nb: 3\n").expect_err("not closed");
        assert!(problem.message.en.starts_with("not valid YAML: "), "{problem:?}");
        assert!(problem.excerpt.is_some_and(|excerpt| excerpt.line_and_column().0 > 0));
        assert!(read("a: 1\na: 2\n").is_err(), "a key is there once");
        assert!(read("a: 1\n---\na: 2\n").is_err(), "one document");
    }
}
