//! How compute environments were used, as it was measured: GPUs, memory, waits, failures, as values.
//!
//! They come from CloudWatch ([`cloudwatch`]) or from a file ([`file`]). What they mean is not judged here, and what
//! was not measured is unknown, never a use of 0 %.

pub mod cloudwatch;
pub mod file;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::decimal::Decimal;

/// What was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// The share of time in which a GPU worked [%].
    Gpu,
    /// The share of the memory that was used [%].
    Memory,
    /// How long jobs waited [min].
    Wait,
    /// The share of jobs that failed [%].
    Failure,
}

impl Measure {
    /// All of them.
    pub const ALL: [Measure; 4] = [Measure::Gpu, Measure::Memory, Measure::Wait, Measure::Failure];

    /// The name in files and JSON.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Measure::Gpu => "gpu_percent",
            Measure::Memory => "memory_percent",
            Measure::Wait => "wait_minutes",
            Measure::Failure => "failure_percent",
        }
    }

    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Measure::Gpu => "the use of GPUs",
            Measure::Memory => "the use of memory",
            Measure::Wait => "how long jobs waited",
            Measure::Failure => "how many jobs failed",
        }
    }

    /// The largest value there can be.
    #[must_use]
    pub fn most(self) -> Option<Decimal> {
        (self != Measure::Wait).then_some(Decimal::ONE_HUNDRED)
    }
}

/// A value of some time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// From this second of the Unix epoch on.
    pub second: i64,
    /// In the unit of its measure.
    pub value: Decimal,
    /// How many samples it is the mean of: its weight.
    pub samples: Decimal,
}

/// Values of one measure, one place and one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// What was measured.
    pub measure: Measure,
    /// The compute environment; `None` for instances of the region that may be anybody's.
    pub environment: Option<String>,
    /// Namespace, metric and window, or file and lines.
    pub source: String,
    /// At least one.
    pub points: Vec<Point>,
}

/// Everything that was measured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metrics {
    /// By measure, environment and source.
    pub series: Vec<Series>,
    /// What is not known, and why.
    pub unknown: Vec<(Measure, String)>,
    /// What else is to be known, in words.
    pub remarks: Vec<String>,
}

/// What a compute environment of the scenario launches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Launches {
    /// Names of instance types.
    pub types: BTreeSet<String>,
    /// Whether one of them has GPUs.
    pub gpus: bool,
}

/// Compute environments by name.
pub type Environments = BTreeMap<String, Launches>;
