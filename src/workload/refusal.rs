//! What is refused in a record of jobs, and where.

use std::fmt;

use crate::model::said::Said;

/// Why a trace cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Where, from 1, if it has a place.
    pub line: Option<u64>,
    /// A lower-case fragment, values in backticks.
    pub reason: String,
}

impl Refusal {
    /// With its place.
    #[must_use]
    pub fn said(&self) -> Said {
        self.to_string().into()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.reason),
            None => f.write_str(&self.reason),
        }
    }
}
