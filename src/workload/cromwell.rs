//! Metadata of Cromwell's workflows, `GET /api/workflows/v1/{id}/metadata`: JSON, one document or several, or an array.
//!
//! Source: <https://cromwell.readthedocs.io/en/stable/api/RESTAPI/> and
//! <https://cromwell.readthedocs.io/en/stable/RuntimeAttributes/>, read 2026-11-28; broadinstitute/cromwell and its test
//! fixtures.
//!
//! A call of a task is a job, each shard of a scatter is one; attempts of one shard are one job, of the last attempt's run
//! time. A call of a subworkflow is none: its own calls are, where `subWorkflowMetadata` has them (`expandSubWorkflows=true`).
//! A call that call caching answered did not run. It is submitted when Cromwell gives it to its backend, which is the start of
//! the event `RunningJob`, and runs to that event's end: Cromwell does not say when an instance was found, so a wait for one
//! is in the run time. The id is `jobId`, as AWS Batch or the scheduler calls the job, else `WORKFLOW/CALL:SHARD`. `GB` is a
//! power of 1024. A call of which this cannot be read is left out and counted.

use std::collections::BTreeMap;
use std::io::BufRead;
use std::num::NonZeroU8;

use rustc_hash::FxHashSet;
use serde::Deserialize;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::clock::{millis, seconds_between};
use super::detail::{Attempt, Detail, Reason, tags};
use super::quantity::{amount, count, memory};
use super::{Draft, Job, Recorded, Refusal};
use crate::bounds::{LARGEST_METADATA, mebibytes};
use crate::model::said::Said;
use crate::model::text::agreeing;
use crate::model::time::Zone;
use crate::workload::words;

/// Most vCPUs of a call.
const MOST: u32 = 1_000_000;

/// Most attempts AWS Batch gives a job:
/// <https://docs.aws.amazon.com/batch/latest/APIReference/API_RetryStrategy.html>, read 2026-11-28.
const MOST_ATTEMPTS: u32 = 10;

/// The event of a call that its backend has.
const RUNNING: &str = "RunningJob";

/// Reads metadata. `vcpus` are those of a call that names none; calls are named as job definitions where they are asked for.
pub fn draft(
    input: impl BufRead,
    vcpus: Option<u32>,
    definitions: bool,
) -> Result<(Draft, Option<i64>), Refusal> {
    let mut calls = Calls { vcpus, definitions, ..Calls::default() };
    let mut input = input.take(LARGEST_METADATA);
    loop {
        // Blanks between documents.
        let blank = input
            .fill_buf()
            .map_err(|error| Refusal { line: None, reason: crate::error::reason_of(&error) })?;
        let Some(first) = blank.first().copied() else { break };
        if first.is_ascii_whitespace() {
            input.consume(1);
            continue;
        }
        let mut reader = serde_json::Deserializer::from_reader(&mut input);
        if let Err(error) = (Documents { calls: &mut calls }).deserialize(&mut reader) {
            if let Some(kind) = error.io_error_kind() {
                return Err(Refusal {
                    line: None,
                    reason: Said::alike(std::io::Error::from(kind).to_string()),
                });
            }
            let reason = match input.limit() {
                0 => words::it_is_larger_than(mebibytes(LARGEST_METADATA)),
                _ => words::not_json_2(&error),
            };
            calls.draft.skip(Refusal { line: None, reason });
            break;
        }
    }
    calls.done()
}

/// One attempt of one shard of a call, or a subworkflow.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Call {
    execution_status: Option<String>,
    backend_status: Option<String>,
    shard_index: Option<i64>,
    attempt: Option<u32>,
    start: Option<String>,
    end: Option<String>,
    return_code: Option<i64>,
    job_id: Option<String>,
    call_caching: Option<Caching>,
    runtime_attributes: Option<BTreeMap<String, Value>>,
    execution_events: Option<Vec<Event>>,
    failures: Option<Vec<Failure>>,
    sub_workflow_metadata: Option<Box<RawValue>>,
    sub_workflow_id: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Caching {
    hit: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Event {
    description: Option<String>,
    start_time: Option<String>,
    end_time: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Failure {
    message: Option<String>,
    caused_by: Option<Vec<Failure>>,
}

impl Failure {
    fn says(&self, what: &str) -> bool {
        self.message.as_deref().is_some_and(|message| message.contains(what))
            || self.caused_by.iter().flatten().any(|failure| failure.says(what))
    }
}

impl Call {
    /// What it did at its backend.
    fn running(&self) -> Option<&Event> {
        let events = self.execution_events.iter().flatten();
        events.rev().find(|event| event.description.as_deref() == Some(RUNNING))
    }

    /// A runtime attribute that is a small number; 0 for none.
    fn whole(&self, name: &str) -> Result<u16, Said> {
        match self.attribute(name) {
            text if text.is_empty() => Ok(0),
            text => {
                let number = count(amount(&text, name)?, name, u16::MAX.into())?;
                u16::try_from(number).map_err(|_| words::is_too_large(name, &text))
            }
        }
    }

    /// How often it may be tried: a machine that may be taken away is asked for so often before another one, and a failure is
    /// tried again so often. `None` for once.
    fn allowed(&self) -> Option<NonZeroU8> {
        let of = |name: &str| self.whole(name).map_or(0, u32::from);
        let retries = of("maxRetries") + of("preemptible");
        let tried = self.attempt.unwrap_or(1).max(retries + 1).min(MOST_ATTEMPTS);
        u8::try_from(tried).ok().filter(|tried| *tried > 1).and_then(NonZeroU8::new)
    }

    /// Given to its backend, and ended there [ms of the Unix epoch].
    fn times(&self) -> Result<(Option<u64>, Option<u64>), Said> {
        let running = self.running();
        let start = running.and_then(|event| event.start_time.as_deref()).or(self.start.as_deref());
        let end = running.and_then(|event| event.end_time.as_deref()).or(self.end.as_deref());
        let of = |text: Option<&str>| match text {
            None => Ok(None),
            Some(text) => {
                let wrong = || words::is_not_a_time_from_2000_to_2199_such_as_2026(text);
                millis(text, &Zone::UTC).map(Some).ok_or_else(wrong)
            }
        };
        Ok((of(start)?, of(end)?))
    }

    /// A runtime attribute as text; empty for none.
    fn attribute(&self, name: &str) -> String {
        match self.runtime_attributes.as_ref().and_then(|attributes| attributes.get(name)) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(other) => other.to_string(),
        }
    }

    fn says(&self, what: &str) -> bool {
        self.failures.iter().flatten().any(|failure| failure.says(what))
    }

    /// Why it did not succeed.
    fn reason(&self) -> Option<Reason> {
        let status = self.execution_status.as_deref().unwrap_or_default();
        if status == "Done" {
            None
        } else if self.backend_status.as_deref() == Some("Preempted") || self.says("Host EC2") {
            Some(Reason::Spot)
        } else if self.says("OutOfMemory") || self.says("OOMKilled") {
            Some(Reason::OutOfMemory)
        } else if self.says("attempt duration exceeded timeout") {
            Some(Reason::Timeout)
        } else if status == "Aborted" {
            Some(Reason::User)
        } else {
            self.return_code.and_then(Reason::of_exit_code)
        }
    }
}

/// The attempts before the last one, and when the first of all was submitted [ms of the Unix epoch].
fn before_last(before: &[Call], started: u64) -> Result<(Vec<Attempt<'static>>, u64), Said> {
    let (mut earlier, mut submitted) = (Vec::new(), started);
    for call in before {
        let (start, end) = call.times()?;
        submitted = submitted.min(start.unwrap_or(submitted));
        let run_seconds = start.zip(end).and_then(|(start, end)| seconds_between(start, end));
        let reason = call.reason();
        earlier.extend(run_seconds.map(|run_seconds| Attempt { run_seconds, reason, instance_type: "" }));
    }
    Ok((earlier, submitted))
}

/// What was read so far.
#[derive(Default)]
struct Calls {
    draft: Draft,
    vcpus: Option<u32>,
    definitions: bool,
    ids: FxHashSet<String>,
    share_an_id: bool,
    without_events: u64,
    no_cpus: u64,
    defaulted: u64,
    not_expanded: u64,
    gpus: u64,
}

/// A workflow, its calls by name.
#[derive(Default)]
struct Workflow {
    id: Option<String>,
    labels: BTreeMap<String, Value>,
    calls: Vec<(String, Call)>,
}

impl Calls {
    /// Adds the calls of a workflow; those of a subworkflow are of the workflow that called it, too.
    fn add(&mut self, workflow: Workflow, parent: Option<&str>) {
        let id = workflow.id.as_deref().or(parent).unwrap_or_default().to_owned();
        let labels: Vec<(&str, String)> = workflow
            .labels
            .iter()
            .map(|(key, value)| {
                (key.as_str(), value.as_str().map_or_else(|| value.to_string(), str::to_owned))
            })
            .collect();
        let labels = tags(labels.iter().map(|(key, value)| (*key, value.as_str())));
        let mut shards: BTreeMap<(String, i64), Vec<Call>> = BTreeMap::new();
        for (name, mut call) in workflow.calls {
            if let Some(sub) = call.sub_workflow_metadata.take() {
                let mut inner = Workflow::default();
                let read = Fields { workflow: &mut inner, calls: self }
                    .deserialize(&mut serde_json::Deserializer::from_str(sub.get()));
                match read {
                    Ok(()) => self.add(inner, Some(&id)),
                    Err(error) => self.skip(&name, &words::a_subworkflow_that_is(error)),
                }
            } else if call.sub_workflow_id.is_some() {
                self.not_expanded += 1;
            } else {
                shards.entry((name, call.shard_index.unwrap_or(-1))).or_default().push(call);
            }
        }
        for ((name, shard), mut attempts) in shards {
            attempts.sort_by_key(|call| call.attempt.unwrap_or(1));
            let full = if shard < 0 { name.clone() } else { format!("{name}:{shard}") };
            if let Err(reason) = self.job(&id, &name, &full, &attempts, &labels) {
                self.skip(&full, &reason);
            }
        }
    }

    fn skip(&mut self, name: &str, reason: &Said) {
        self.draft.skip(Refusal { line: None, reason: words::call_is_refused(name, reason) });
    }

    /// How a call ended; `None` for one that is left out.
    fn end(&mut self, call: &Call) -> Result<Option<Recorded>, Said> {
        let dropped = &mut self.draft.dropped;
        if call.call_caching.as_ref().is_some_and(|caching| caching.hit == Some(true)) {
            dropped.cached += 1;
            return Ok(None);
        }
        Ok(Some(match call.execution_status.as_deref().unwrap_or_default() {
            "Done" => Recorded::Succeeded,
            "Failed" | "RetryableFailure" => Recorded::Failed,
            "Aborted" => Recorded::Cancelled,
            "Bypassed" | "Unstartable" => {
                dropped.never_ran += 1;
                return Ok(None);
            }
            "" => return Err(words::it_has_no_executionstatus()),
            _ => {
                dropped.unfinished += 1;
                return Ok(None);
            }
        }))
    }

    /// Adds the attempts of one shard, unless they are left out.
    fn job(
        &mut self,
        workflow: &str,
        name: &str,
        full: &str,
        attempts: &[Call],
        labels: &str,
    ) -> Result<(), Said> {
        let Some((last, before)) = attempts.split_last() else { return Ok(()) };
        let Some(recorded) = self.end(last)? else { return Ok(()) };
        let (started, ended) = last.times()?;
        let run_seconds = started.zip(ended).and_then(|(start, end)| seconds_between(start, end));
        let (Some(run_seconds), Some(started)) = (run_seconds, started) else {
            match recorded {
                Recorded::Cancelled => self.draft.dropped.never_ran += 1,
                _ => self.draft.dropped.no_run_time += 1,
            }
            return Ok(());
        };
        let vcpus = match last.attribute("cpu") {
            text if text.is_empty() => self.vcpus.inspect(|_| self.defaulted += 1).unwrap_or_default(),
            text => count(amount(&text, "cpu")?, "cpu", MOST)?,
        };
        if vcpus == 0 {
            self.no_cpus += 1;
            self.draft.dropped.no_processors += 1;
            return Ok(());
        }
        let (earlier, submitted) = before_last(before, started)?;
        let queue = last.attribute("queueArn");
        let job = Job {
            submit_seconds: submitted / 1000,
            run_seconds,
            vcpus,
            memory_mib: match last.attribute("memory") {
                text if text.is_empty() => 0,
                text => memory(&text, "memory", 1)?,
            },
            nodes: 1,
            gpus: last.whole("gpuCount")?,
            queue: self.draft.queue(queue.rsplit('/').next().unwrap_or_default())?,
            job_definition: self.draft.job_definition(if self.definitions { name } else { "" })?,
            attempts: last.allowed(),
            recorded,
        };
        let own = format!("{workflow}/{full}");
        let id = last.job_id.as_deref().filter(|id| !id.is_empty()).unwrap_or(&own);
        self.share_an_id |= !self.ids.insert(id.to_owned());
        self.gpus += u64::from(job.gpus);
        self.draft.unknown_memory += u64::from(job.memory_mib == 0);
        self.without_events += u64::from(last.running().is_none());
        self.draft.push(job, id, 0)?;
        let detail = Detail { name: full, tags: labels, reason: last.reason(), earlier, ..Detail::default() };
        self.draft.describe(&detail)
    }

    fn done(mut self) -> Result<(Draft, Option<i64>), Refusal> {
        if self.share_an_id {
            self.draft.tell_apart().map_err(|reason| Refusal { line: None, reason })?;
        }
        let jobs = u64::from(self.draft.len());
        let said = [
            (
                "run time|times is|are from when Cromwell gave the call to its backend: a wait for an instance is in them",
                jobs,
            ),
            (
                "call|calls has|have no event `RunningJob`: what Cromwell did itself is in the run time",
                self.without_events,
            ),
            ("call|calls names|name no `cpu`: that of `--default` counts", self.defaulted),
            ("call|calls names|name no `cpu`, and there is no `--default vcpus=`", self.no_cpus),
            (
                "subworkflow|subworkflows is|are not in it: ask for metadata with `expandSubWorkflows=true`",
                self.not_expanded,
            ),
        ];
        let said = said.into_iter().filter(|(_, count)| *count > 0);
        self.draft.remarks.extend(said.map(|(what, count)| agreeing(count, what)));
        if self.gpus == 0 && jobs > 0 {
            let jobs = agreeing(jobs, "job|jobs counts|count as without");
            let why = "no call names `gpuCount`";
            self.draft.gpus_unknown = Some(format!("GPUs unknown: {jobs}; {why}"));
        }
        let start = self.draft.earliest();
        self.draft.count_from(start)?;
        Ok((self.draft, i64::try_from(start).ok()))
    }
}

/// One document, or an array of them.
struct Documents<'a> {
    calls: &'a mut Calls,
}

impl<'de> DeserializeSeed<'de> for Documents<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Documents<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("metadata of a workflow")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Documents { calls: &mut *self.calls })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let mut workflow = Workflow::default();
        Fields { workflow: &mut workflow, calls: &mut *self.calls }.visit_map(map)?;
        self.calls.add(workflow, None);
        Ok(())
    }
}

/// The fields of a workflow that are used; calls that cannot be read are counted.
struct Fields<'a> {
    workflow: &'a mut Workflow,
    calls: &'a mut Calls,
}

impl<'de> DeserializeSeed<'de> for Fields<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Fields<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("metadata of a workflow")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "id" => self.workflow.id = map.next_value::<Value>()?.as_str().map(str::to_owned),
                "labels" => {
                    if let Value::Object(labels) = map.next_value()? {
                        self.workflow.labels = labels.into_iter().collect();
                    }
                }
                "calls" => {
                    let of_name = map.next_value::<BTreeMap<String, Vec<Box<RawValue>>>>()?;
                    for (name, calls) in of_name {
                        for call in calls {
                            match serde_json::from_str::<Call>(call.get()) {
                                Ok(call) => self.workflow.calls.push((name.clone(), call)),
                                Err(error) => self.calls.skip(&name, &Said::alike(error.to_string())),
                            }
                        }
                    }
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}
