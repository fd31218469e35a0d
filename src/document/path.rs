//! The way to a value: `compute[0].hours_per_instance`.

use std::fmt;

/// One step on the way to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// A key of a table.
    Key(String),
    /// An element of an array, from 0.
    Index(usize),
}

/// The way from the root to a value. Names of array elements are kept for printing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyPath {
    segments: Vec<Segment>,
    names: Vec<Option<String>>,
}

impl KeyPath {
    /// The path of the whole document.
    #[must_use]
    pub fn root() -> KeyPath {
        KeyPath::default()
    }

    /// The path to a key below this one.
    #[must_use]
    pub fn key(&self, key: &str) -> KeyPath {
        self.with(Segment::Key(key.to_owned()), None)
    }

    /// The path to an element below this one.
    #[must_use]
    pub fn index(&self, index: usize) -> KeyPath {
        self.with(Segment::Index(index), None)
    }

    /// The path to an element below this one that has a name.
    #[must_use]
    pub fn index_named(&self, index: usize, name: &str) -> KeyPath {
        self.with(Segment::Index(index), Some(name.to_owned()))
    }

    /// The steps.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The innermost key.
    #[must_use]
    pub fn last_key(&self) -> Option<&str> {
        self.segments.iter().rev().find_map(|segment| match segment {
            Segment::Key(key) => Some(key.as_str()),
            Segment::Index(_) => None,
        })
    }

    /// The outermost key.
    #[must_use]
    pub fn first_key(&self) -> Option<&str> {
        match self.segments.first() {
            Some(Segment::Key(key)) => Some(key),
            _ => None,
        }
    }

    /// Whether a key of this name is on the way.
    #[must_use]
    pub fn has_key(&self, name: &str) -> bool {
        self.segments.iter().any(|segment| matches!(segment, Segment::Key(key) if key == name))
    }

    fn with(&self, segment: Segment, name: Option<String>) -> KeyPath {
        let mut path = self.clone();
        path.segments.push(segment);
        path.names.push(name);
        path
    }
}

/// As `--set` takes it: names with hyphens for spaces, other elements by index.
impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (segment, name)) in self.segments.iter().zip(&self.names).enumerate() {
            if place > 0 {
                f.write_str(".")?;
            }
            match (segment, name) {
                (_, Some(name)) => f.write_str(&slug(name))?,
                (Segment::Key(key), None) if key.contains(['.', ' ']) => write!(f, "\"{key}\"")?,
                (Segment::Key(key), None) => f.write_str(key)?,
                (Segment::Index(index), None) => write!(f, "{index}")?,
            }
        }
        Ok(())
    }
}

/// A name as it stands in a path: spaces become hyphens, other than that as written.
pub(super) fn slug(name: &str) -> String {
    if name.contains('.') { format!("\"{name}\"") } else { name.replace(' ', "-") }
}
