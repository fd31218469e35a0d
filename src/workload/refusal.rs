//! What is refused in a record of jobs, and where.

use std::fmt;

use super::words;
use crate::model::said::Said;

/// Why a trace cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Where, from 1, if it has a place.
    pub line: Option<u64>,
    /// A lower-case fragment, values in backticks.
    pub reason: Said,
}

impl Refusal {
    /// With its place.
    #[must_use]
    pub fn said(&self) -> Said {
        match self.line {
            Some(line) => words::at_line(line, &self.reason),
            None => self.reason.clone(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said().en)
    }
}
