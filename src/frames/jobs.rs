//! The tables `jobs`, what was recorded or drawn, and `waits`, what becomes of it in a simulation.

use super::column::{Column, Holds, Value, column};
use crate::model::money::Usd;
use crate::simulate::model::{Environment, LaunchType};
use crate::simulate::outcome::JobOutcome;
use crate::simulate::study::Run;
use crate::workload::detail::Detail;
use crate::workload::{Recorded, Workload};

/// A job of a workload.
pub(super) struct Job<'a> {
    pub(super) workload: &'a Workload,
    pub(super) index: usize,
}

impl Job<'_> {
    fn job(&self) -> &crate::workload::Job {
        &self.workload.jobs()[self.index]
    }

    fn detail(&self) -> Detail<'_> {
        self.workload.detail(self.index)
    }

    fn submitted_at(&self) -> Value {
        let second = |start: i64| start.checked_add_unsigned(self.job().submit_seconds);
        self.workload.start.and_then(second).map_or(Value::Null, Value::Second)
    }

    fn queue(&self) -> Value {
        Value::text(&self.workload.queues()[usize::from(self.job().queue)])
    }
}

pub(super) fn jobs<'a>() -> Vec<Column<Job<'a>>> {
    size().into_iter().chain(detail()).collect()
}

/// What a job asks for, and when.
fn size<'a>() -> [Column<Job<'a>>; 12] {
    use Holds::{Count, Instant, Text};
    [
        column("job_id", Text, "", "what the record calls the job", |row| {
            Value::text(row.workload.id(row.index))
        }),
        column("queue", Text, "", "job queue", |row: &Job<'_>| row.queue()),
        column("job_definition", Text, "", "job definition; null where the record names none", |row| {
            Value::text(&row.workload.job_definitions()[usize::from(row.job().job_definition)])
        }),
        column(
            "submitted_at",
            Instant,
            "",
            "when it was submitted; null where the record does not say when it starts",
            |row: &Job<'_>| row.submitted_at(),
        ),
        column("submit_seconds", Count, "s", "when it was submitted, from the start of the record", |row| {
            Value::count(row.job().submit_seconds)
        }),
        column("run_seconds", Count, "s", "how long it ran", |row| Value::count(row.job().run_seconds)),
        column("nodes", Count, "", "nodes that start together", |row| Value::count(row.job().nodes)),
        column("vcpus", Count, "per node", "vCPUs", |row| Value::count(row.job().vcpus)),
        column("memory_mib", Count, "MiB per node", "memory; null where the record does not say", |row| {
            match row.job().memory_mib {
                0 => Value::Null,
                memory => Value::count(memory),
            }
        }),
        column("gpus", Count, "per node", "whole GPUs", |row| Value::count(row.job().gpus)),
        column(
            "attempts",
            Count,
            "",
            "how often it may be tried; null where the record does not say",
            |row| row.job().attempts.map(|attempts| Value::count(attempts.get())).into(),
        ),
        column("status", Text, "", "how it ended: succeeded, failed or cancelled", |row| {
            Value::text(match row.job().recorded {
                Recorded::Succeeded => "succeeded",
                Recorded::Failed => "failed",
                Recorded::Cancelled => "cancelled",
            })
        }),
    ]
}

/// Whose a job is and how it went, where the record says so.
fn detail<'a>() -> [Column<Job<'a>>; 11] {
    use Holds::{Count, Text};
    [
        column("name", Text, "", "what its user calls it", |row: &Job<'_>| Value::text(row.detail().name)),
        column("user", Text, "", "who submitted it", |row: &Job<'_>| Value::text(row.detail().user)),
        column("account", Text, "", "project, account or namespace", |row: &Job<'_>| {
            Value::text(row.detail().account)
        }),
        column("share", Text, "", "share identifier or quality of service", |row: &Job<'_>| {
            Value::text(row.detail().share)
        }),
        column("tags", Text, "", "tags, key=value;key=value", |row: &Job<'_>| Value::text(row.detail().tags)),
        column("instance_type", Text, "", "where its last attempt ran", |row: &Job<'_>| {
            Value::text(row.detail().instance_type)
        }),
        column("scheduling_priority", Count, "", "priority within its share", |row: &Job<'_>| {
            row.detail().scheduling_priority.map(Value::count).into()
        }),
        column(
            "reason",
            Text,
            "",
            "why it did not succeed, such as spot, out_of_memory or timeout",
            |row: &Job<'_>| row.detail().reason.map(|reason| Value::text(reason.id())).into(),
        ),
        column("wait_seconds", Count, "s", "from when it could run to its first start", |row: &Job<'_>| {
            row.detail().wait_seconds.map(Value::count).into()
        }),
        column("peak_memory_mib", Count, "MiB per node", "most memory that it used", |row: &Job<'_>| {
            row.detail().peak_memory_mib.map(Value::count).into()
        }),
        column("earlier_attempts", Count, "", "attempts before the last one", |row: &Job<'_>| {
            Value::count(row.detail().earlier.len())
        }),
    ]
}

/// A job of a simulation.
pub(super) struct Simulated<'a> {
    pub(super) run: &'a Run,
    pub(super) index: usize,
    /// What it cost; `None` without a price.
    pub(super) cost: Option<Usd>,
}

impl Simulated<'_> {
    const fn outcome(&self) -> &JobOutcome {
        &self.run.outcome.jobs.as_slice()[self.index]
    }

    /// Its outcome, if it ever started.
    fn started(&self) -> Option<&JobOutcome> {
        Some(self.outcome()).filter(|outcome| outcome.attempts > 0)
    }

    fn job(&self) -> Job<'_> {
        Job { workload: &self.run.workload, index: self.index }
    }

    /// What its last attempt ran on.
    fn ran_on(&self) -> Option<(&Environment, &LaunchType)> {
        let outcome = self.outcome();
        let ran = self.run.outcome.ran.get(usize::from(outcome.ran)).filter(|_| outcome.attempts > 0)?;
        let environment = &self.run.model.environments[usize::from(ran.environment)];
        Some((environment, &environment.types[usize::from(ran.kind)]))
    }
}

pub(super) fn waits<'a>() -> [Column<Simulated<'a>>; 14] {
    use Holds::{Count, Decimal, Instant, Text};
    [
        column("job_id", Text, "", "what the record calls the job", |row: &Simulated<'_>| {
            Value::text(row.run.workload.id(row.index))
        }),
        column("queue", Text, "", "job queue of the record", |row: &Simulated<'_>| row.job().queue()),
        column(
            "submitted_at",
            Instant,
            "",
            "when it is submitted; null where the record does not say when it starts",
            |row| row.job().submitted_at(),
        ),
        column("submit_seconds", Count, "s", "when it is submitted, from the start of the record", |row| {
            Value::count(row.job().job().submit_seconds)
        }),
        column(
            "runnable_seconds",
            Count,
            "s",
            "when it could start, from the start of the record; null if it never started",
            |row| row.started().map(|outcome| Value::count(outcome.runnable_seconds)).into(),
        ),
        column(
            "start_seconds",
            Count,
            "s",
            "when its first attempt starts, from the start of the record",
            |row| row.started().map(|outcome| Value::count(outcome.start_seconds)).into(),
        ),
        column("end_seconds", Count, "s", "when it ends, from the start of the record", |row| {
            let ended = row.outcome().status.has_ended();
            ended.then(|| Value::count(row.outcome().end_seconds)).into()
        }),
        column(
            "wait_seconds",
            Count,
            "s",
            "from when it could start to when it does; null if it never does",
            |row| row.outcome().wait_seconds().map(Value::count).into(),
        ),
        column("attempts", Count, "", "attempts that start", |row| Value::count(row.outcome().attempts)),
        column(
            "status",
            Text,
            "",
            "what becomes of it: succeeded, failed, running, runnable, pending or impossible",
            |row| Value::text(row.outcome().status.id()),
        ),
        column("compute_environment", Text, "", "what its last attempt runs in", |row| {
            row.ran_on().map(|(environment, _)| Value::text(&environment.name)).into()
        }),
        column("instance_type", Text, "", "what its last attempt runs on", |row| {
            row.ran_on().map(|(_, of)| Value::text(of.instance_type.as_str())).into()
        }),
        column("purchase_option", Text, "", "how that is bought: on_demand or spot", |row| {
            row.ran_on().map(|(environment, _)| Value::text(environment.purchase().id())).into()
        }),
        column(
            "cost",
            Decimal,
            "USD",
            "its part of the cost of the simulation; null without a price",
            |row| row.cost.map(Value::from).into(),
        ),
    ]
}
