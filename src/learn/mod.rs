//! What the history of a scenario's jobs knows and a person would have to type: keys with their values and intervals.
//!
//! [`history`] says where and when each attempt ran; the modules beside it count one thing each, [`estimate`] turns counts
//! into values, [`written`] puts them into the user's file, [`answer`] shows them. Too little gives no value, and what a
//! record cannot tell is said with the column it would need. It reads and writes nothing.

mod answer;
mod arrivals;
mod estimate;
mod headings;
mod history;
mod interruptions;
mod launches;
mod resources;
mod segments;
mod speeds;
mod words;
mod written;

use crate::catalog::Catalog;
use crate::model::decimal::{self, Decimal};
use crate::model::text::counted;
use crate::model::time::{day, hours_text};
use crate::report::Said;
use crate::scenario::Scenario;
use crate::workload::Workload;

pub use answer::Answer;
pub use arrivals::{Arrivals, Rate, RunHours};
pub use estimate::Estimate;
pub use written::write;

use history::{History, Place};

/// How far the ends of an interval may be from the value, as a factor; beyond that there is too little to learn from.
const FACTOR: Decimal = Decimal::from_parts(3, 0, 0, false, 0);

/// The kinds of what is learned, each the key that it writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `interruptions_per_instance_hour` of a compute environment.
    Interruptions,
    /// `launch_minutes` of a compute environment.
    LaunchMinutes,
    /// An entry of `capacity_errors` of a compute environment.
    CapacityErrors,
    /// `memory_mib` of a job definition.
    Memory,
    /// `gpus` of a job definition.
    Gpus,
    /// An entry of `[relative_speed]`.
    RelativeSpeed,
    /// A `[[workload.arrivals]]` table.
    Arrivals,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 7] = [
        Kind::Interruptions,
        Kind::LaunchMinutes,
        Kind::CapacityErrors,
        Kind::Memory,
        Kind::Gpus,
        Kind::RelativeSpeed,
        Kind::Arrivals,
    ];

    /// The key.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Kind::Interruptions => "interruptions_per_instance_hour",
            Kind::LaunchMinutes => "launch_minutes",
            Kind::CapacityErrors => "capacity_errors",
            Kind::Memory => "memory_mib",
            Kind::Gpus => "gpus",
            Kind::RelativeSpeed => "relative_speed",
            Kind::Arrivals => "arrivals",
        }
    }
}

/// Which value of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// What it is.
    pub kind: Kind,
    /// The compute environment, job definition or arrivals it is of; empty for `[relative_speed]`.
    pub of: String,
    /// The instance type, where the value is of one.
    pub instance_type: Option<String>,
}

impl Target {
    pub(crate) fn of(kind: Kind, of: &str) -> Target {
        Target { kind, of: of.to_owned(), instance_type: None }
    }

    fn typed(kind: Kind, of: &str, instance_type: &str) -> Target {
        Target { instance_type: Some(instance_type.to_owned()), ..Target::of(kind, of) }
    }

    /// What it is called: `gpu.launch_minutes`, `relative_speed.g5.xlarge`.
    #[must_use]
    pub fn id(&self) -> String {
        let parts = [Some(self.of.as_str()).filter(|of| !of.is_empty()), Some(self.kind.key())];
        let parts = parts.into_iter().chain([self.instance_type.as_deref()]).flatten();
        parts.collect::<Vec<_>>().join(".")
    }

    /// Whether a word of the command line means it: its id, its key, or what it is of.
    #[must_use]
    pub fn is_meant_by(&self, word: &str) -> bool {
        word == self.id() || word == self.kind.key() || (!self.of.is_empty() && word == self.of)
    }
}

/// What was learned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A number.
    Number(Estimate),
    /// How jobs arrive and run.
    Arrivals(Box<Arrivals>),
}

/// What becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// The scenario says something else, or nothing.
    Proposed(Content),
    /// The scenario says just that.
    Kept(Content),
    /// It would be known, but something else stands in its place; why.
    LeftOut(Said),
    /// Too little was seen; what is missing.
    TooLittle(Said),
    /// The record does not say it; what it would need.
    NotRecorded(Said),
}

/// One value of a scenario and what the history says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which value.
    pub target: Target,
    /// What the scenario says now, as it is written there; `None` for nothing.
    pub now: Option<String>,
    /// What becomes of it.
    pub state: State,
    /// What was counted.
    pub counted: Said,
    /// What it assumes, and which way it errs.
    pub caveat: Said,
}

impl Finding {
    /// Whether a file is to change.
    #[must_use]
    pub const fn is_proposed(&self) -> bool {
        matches!(self.state, State::Proposed(_))
    }

    /// A number that was learned, beside the one that is there.
    fn number(target: Target, now: Option<Decimal>, found: Estimate, counted: Said, caveat: Said) -> Finding {
        let kept = now == Some(found.value);
        let content = Content::Number(found);
        let state = if kept { State::Kept(content) } else { State::Proposed(content) };
        Finding { target, now: now.map(decimal::plain), state, counted, caveat }
    }
}

/// Where the jobs are from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its file as the user names it.
    pub name: String,
    /// How many jobs are in it.
    pub jobs: u64,
    /// First and last submission [s of the Unix epoch], where it says when it starts.
    pub span: Option<(i64, i64)>,
    /// From the one to the other [s].
    pub seconds: u64,
}

impl Record {
    fn new(name: &str, workload: &Workload) -> Record {
        let first = workload.jobs().first().map_or(0, |job| job.submit_seconds);
        let last = workload.last_submit_seconds();
        let at = |start: i64, second: u64| start.saturating_add(i64::try_from(second).unwrap_or(i64::MAX));
        Record {
            name: name.to_owned(),
            jobs: workload.jobs().len() as u64,
            span: workload.start.map(|start| (at(start, first), at(start, last))),
            seconds: last - first,
        }
    }

    /// The file and when its jobs were submitted.
    #[must_use]
    pub fn words(&self) -> String {
        let Record { name, jobs, span, .. } = self;
        let jobs = counted(i64::try_from(*jobs).unwrap_or(i64::MAX), "job");
        match span {
            Some((first, last)) => format!("{name}, {jobs} from {} to {}", day(*first), day(*last)),
            None => format!("{name}, {jobs} in {} h", hours_text(self.seconds)),
        }
    }
}

/// What the history says of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Learned {
    /// Where from.
    pub record: Record,
    /// The time zone of hours of the week.
    pub zone: String,
    /// What of the record counts nowhere; `None` for nothing.
    pub left_out: Option<Said>,
    /// By kind, then in the order of the scenario.
    pub findings: Vec<Finding>,
}

/// Learns what the jobs of a record say of the scenario they ran under. `name` is the record's, `replaces_trace` whether arrivals
/// may take the place of a trace that the scenario names. The jobs are as [`crate::simulate::study::Jobs::recorded`] has them.
#[must_use]
pub fn learn(
    scenario: &Scenario,
    workload: &Workload,
    catalog: &Catalog,
    name: &str,
    replaces_trace: bool,
) -> Learned {
    let history = History::new(scenario, workload);
    let zone = arrivals::zone(scenario);
    let mut findings = interruptions::findings(&history);
    findings.extend(launches::findings(&history));
    findings.extend(resources::findings(&history));
    findings.extend(speeds::findings(&history, catalog));
    findings.extend(arrivals::findings(&history, &zone, replaces_trace));
    findings.sort_by_key(|finding| finding.target.kind);
    let elsewhere =
        history.attempts.iter().filter(|attempt| attempt.place == Place::Elsewhere).count() as u64;
    let left_out = (elsewhere > 0).then(|| words::elsewhere(words::count(elsewhere, "attempt")));
    Learned { record: Record::new(name, workload), zone, left_out, findings }
}
