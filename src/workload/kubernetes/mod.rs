//! Job manifests of Kubernetes, API `batch/v1`: YAML or JSON, several documents, lists.
//!
//! Source: <https://kubernetes.io/docs/concepts/workloads/controllers/job/>, read 2026-11-23. Every completion is a job of
//! one node in the queue `default`; without `completions`, a work queue, every parallel pod is. With less parallelism than
//! completions a pod waits for the success of the one `parallelism` before it: Kubernetes starts the next pod when any of
//! them ends, which is the same where all run equally long. `Indexed` makes no difference, nor does `suspend`, which queues
//! set on jobs that they will start; a job of parallelism 0 is paused. Retries up to `backoffLimit` are those of all pods in
//! Kubernetes, here each pod has them, up to AWS Batch's most.
//!
//! A pod runs as long as the annotation `hpc-cost/run-seconds` says, else the job's own time from start to end divided by its
//! rounds, else a time given for all. `activeDeadlineSeconds` cuts the round it falls into, and what would start later
//! never runs; time in the queue does not count. Of a failed job as many pods succeeded as its status says.
//!
//! The namespace is the account of its pods, the name of the job is theirs, its labels are their tags; the label
//! `kueue.x-k8s.io/queue-name` of Kueue (<https://kueue.sigs.k8s.io/docs/tasks/run/jobs/>, read 2026-11-28) is their queue.
//!
//! A manifest that cannot be used is left out and named. A file without one manifest is refused.

mod pod;

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU8;

use serde_json::Value;

use self::pod::{Need, need, unread};
use super::detail::{Detail, Reason, tags};
use super::quantity::{count, memory_mib, seconds};
use super::{Draft, Job, Recorded, Refusal, Workload};
use crate::guard::guarded;
use crate::model::decimal::Decimal;
use crate::model::said::Said;
use crate::model::text::{agreeing, counted};
use crate::model::time::Zone;
use crate::workload::words;

/// Retries of a job that says nothing: Job documentation, "Pod backoff failure policy".
const DEFAULT_BACKOFF_LIMIT: u32 = 6;

/// Most attempts AWS Batch gives a job:
/// <https://docs.aws.amazon.com/batch/latest/APIReference/API_RetryStrategy.html>, read 2026-11-23.
const MOST_ATTEMPTS: u32 = 10;

/// Most pods of a job: 100,000, as many as an Indexed one may run at once:
/// <https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/job-v1/>, read 2026-11-23.
const MOST_PODS: u32 = 100_000;

/// The label that says which queue of Kueue a job is in.
const QUEUE: &str = "kueue.x-k8s.io/queue-name";

/// The annotation that says how long a pod runs [s].
const RUN_SECONDS: &str = "hpc-cost/run-seconds";

/// Most vCPUs of a pod.
const MOST_VCPUS: u32 = 1_000_000;

/// Reads manifests; `run_seconds` is for those that do not say how long they run.
pub fn read(text: &str, run_seconds: Option<u32>) -> Result<Workload, Refusal> {
    let (draft, start) = draft(text, run_seconds)?;
    draft.finish(start)
}

/// The jobs, maybe none, and the second of the Unix epoch they count from, where the manifests say so.
pub fn draft(text: &str, run_seconds: Option<u32>) -> Result<(Draft, Option<i64>), Refusal> {
    let mut found = Found::default();
    let mut odd: Option<Refusal> = None;
    let mut manifests = 0;
    for (line, text) in documents(text) {
        match parse(text, line) {
            Ok(values) => {
                for value in values.into_iter().filter(|value| !value.is_null()) {
                    manifests += u64::from(value["kind"].is_string());
                    found.collect(value, line, "");
                }
            }
            Err(refusal) => {
                found.leave_out(&format!("document at line {line}"), &refusal.to_string());
                odd = odd.or(Some(refusal));
            }
        }
    }
    if manifests == 0 {
        let none = Refusal { line: None, reason: words::no_document_has_a_kind() };
        return match (odd, found.documents) {
            (Some(refusal), _) => Err(refusal),
            (None, 0) => Ok((Draft::default(), None)),
            (None, _) => Err(none),
        };
    }
    found.draft(run_seconds)
}

/// The documents of a text and the lines at which they begin; `---` at the start of a line begins one.
fn documents(text: &str) -> impl Iterator<Item = (u64, &str)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (mut parts, mut begin, mut at, mut first) = (Vec::new(), 0, 0, 1);
    for (line, content) in (1..).zip(text.split_inclusive('\n')) {
        if at > 0 && (content.trim_end() == "---" || content.starts_with("--- ")) {
            parts.push((first, &text[begin..at]));
            (begin, first) = (at, line);
        }
        at += content.len();
    }
    parts.push((first, &text[begin..]));
    // Nothing but comments and directives.
    let says = |line: &str| !(line.is_empty() || line == "---" || line.starts_with(['#', '%']));
    parts.into_iter().filter(move |(_, text)| text.lines().any(|line| says(line.trim())))
}

fn parse(text: &str, first: u64) -> Result<Vec<Value>, Refusal> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_documents: 1_000_000,
            max_nodes: 20_000_000,
            max_events: 50_000_000,
        },
        with_snippet: false,
    };
    let parsed = guarded(|| serde_saphyr::from_multiple_with_options::<Value>(text, options));
    let unreadable = |_| Refusal { line: Some(first), reason: words::not_yaml_nobody_can_make() };
    parsed.map_err(unreadable)?.map_err(|error| {
        let line = error.location().map(|location| location.line() + first - 1);
        let message = error.without_snippet().to_string();
        let reason = message.lines().next().unwrap_or_default();
        // It would count from the document on.
        let reason = reason.split(" at line ").next().unwrap_or_default();
        Refusal { line, reason: words::not_yaml(reason) }
    })
}

/// Manifests of jobs, and what was beside them.
#[derive(Default)]
struct Found {
    /// With the line of the document.
    jobs: Vec<(Value, u64)>,
    documents: u64,
    draft: Draft,
    without_cpu: u64,
    /// Pods whose run time was given for all that do not say theirs.
    assumed: u64,
    unread: BTreeSet<String>,
}

impl Found {
    fn collect(&mut self, value: Value, line: u64, within: &str) {
        self.documents += 1;
        let kind = value["kind"].as_str().unwrap_or_default();
        let version = value["apiVersion"].as_str().unwrap_or_default();
        match (kind, version) {
            ("List" | "JobList", _) if value["items"].is_array() => {
                let list = kind.to_owned();
                if let Value::Object(mut fields) = value
                    && let Some(Value::Array(items)) = fields.remove("items")
                {
                    items.into_iter().for_each(|item| self.collect(item, line, &list));
                }
            }
            ("Job", "batch/v1") => self.jobs.push((value, line)),
            // The items of a JobList may go without.
            ("", "") if within == "JobList" && value.is_object() => self.jobs.push((value, line)),
            ("CronJob", _) => {
                self.draft.dropped.not_jobs += 1;
                let name = name(&value);
                self.draft.remarks.push(format!("CronJob `{name}`: its runs are Jobs, export those"));
            }
            ("Job", _) => {
                self.draft.dropped.not_jobs += 1;
                self.draft
                    .remarks
                    .push(format!("Job `{}` is of `{version}`, not of `batch/v1`", name(&value)));
            }
            ("", _) => self.leave_out(&format!("document at line {line}"), "it has no `kind`"),
            _ => self.draft.dropped.not_jobs += 1,
        }
    }

    fn leave_out(&mut self, what: &str, reason: &str) {
        self.draft.dropped.odd_manifests += 1;
        self.draft.remarks.push(format!("left out: {what}: {reason}"));
    }

    fn draft(mut self, run_seconds: Option<u32>) -> Result<(Draft, Option<i64>), Refusal> {
        let jobs = std::mem::take(&mut self.jobs);
        let timed = jobs.iter().any(|(job, _)| matches!(submitted_at(job), Ok(Some(_))));
        let last: BTreeMap<String, usize> =
            jobs.iter().enumerate().map(|(index, (job, _))| (name(job), index)).collect();
        for (index, (job, line)) in jobs.iter().enumerate() {
            let id = name(job);
            if last[&id] != index {
                self.draft.dropped.replaced += 1;
                self.draft.remarks.push(format!("Job `{id}` is there more than once: the last one counts"));
                continue;
            }
            if let Err(reason) = self.add(job, *line, timed, run_seconds) {
                self.leave_out(&format!("Job `{id}`"), &reason.en);
            }
        }
        let mut draft = self.draft;
        if draft.dropped.no_run_time > 0 {
            draft.remarks.push(format!(
                "a manifest has no run time: `--run-seconds` or the annotation `{RUN_SECONDS}` does"
            ));
        }
        if self.without_cpu > 0 {
            draft
                .remarks
                .push(agreeing(self.without_cpu, "pod|pods asks|ask for no CPU and counts|count as 1 vCPU"));
        }
        if let Some(seconds) = run_seconds.filter(|_| self.assumed > 0) {
            let pods = counted(self.assumed, "pod");
            draft.remarks.push(format!("{pods} of an unknown run time: taken to run {seconds} s"));
        }
        if !self.unread.is_empty() {
            let names: Vec<String> = self.unread.into_iter().collect();
            draft
                .remarks
                .push(format!("not counted, asked for beside CPU, memory and GPUs: {}", names.join(", ")));
        }
        if !timed {
            draft.remarks.push("no manifest has a `creationTimestamp`: all are submitted at once".into());
            return Ok((draft, None));
        }
        let start = draft.earliest();
        draft.count_from(start)?;
        Ok((draft, i64::try_from(start).ok()))
    }

    /// Adds the pods of a job, or nothing.
    fn add(&mut self, job: &Value, line: u64, timed: bool, otherwise: Option<u32>) -> Result<(), Said> {
        let id = name(job);
        if job["metadata"]["name"].as_str().is_none_or(str::is_empty) {
            return Err(words::it_has_no_metadata_name());
        }
        let submit_seconds = match submitted_at(job)? {
            None if timed => return Err(words::it_has_no_creationtimestamp_others()),
            submitted => submitted.unwrap_or_default(),
        };
        let spec = &job["spec"];
        let pod = &spec["template"]["spec"];
        let Need([cpus, bytes, gpus]) = need(pod)?;
        let parallelism = whole(spec, "parallelism")?.unwrap_or(1);
        let pods = whole(spec, "completions")?.unwrap_or(parallelism);
        if pods > MOST_PODS {
            return Err(words::completions_are_too_many_at(pods, MOST_PODS));
        }
        if parallelism == 0 || pods == 0 {
            self.draft.dropped.unfinished += u64::from(pods.max(1));
            return Ok(());
        }
        let told = run_seconds(job, pods.div_ceil(parallelism))?;
        if told.is_none() && whole(&job["status"], "active")?.is_some_and(|active| active > 0) {
            self.draft.dropped.unfinished += u64::from(pods);
            return Ok(());
        }
        self.assumed += u64::from(told.is_none() && otherwise.is_some()) * u64::from(pods);
        let Some(run_seconds) = told.or(otherwise) else {
            match job["status"]["startTime"].is_string() {
                true => self.draft.dropped.unfinished += u64::from(pods),
                false => self.draft.dropped.no_run_time += u64::from(pods),
            }
            return Ok(());
        };
        let succeeded = match condition(job, "Failed") {
            Some(_) => whole(&job["status"], "succeeded")?.unwrap_or(0),
            None => pods,
        };
        let vcpus = count(cpus, "cpu", MOST_VCPUS)?;
        let draft = &mut self.draft;
        let pod_job = Job {
            submit_seconds,
            run_seconds,
            vcpus: vcpus.max(1),
            memory_mib: memory_mib(bytes, 1, "memory")?,
            nodes: 1,
            gpus: u16::try_from(count(gpus, "the number of GPUs", u16::MAX.into())?).unwrap_or(u16::MAX),
            queue: draft.queue(job["metadata"]["labels"][QUEUE].as_str().unwrap_or_default())?,
            job_definition: draft.job_definition("")?,
            attempts: attempts(spec)?,
            recorded: Recorded::Succeeded,
        };
        let deadline = whole(spec, "activeDeadlineSeconds")?;
        let run = Run { pods, parallelism, succeeded, deadline };
        self.without_cpu += u64::from(vcpus == 0) * u64::from(pods);
        unread(pod, &mut self.unread);
        let labels = job["metadata"]["labels"].as_object().into_iter().flatten();
        let labels = labels.filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)));
        let owner = Detail {
            reason: why_failed(job),
            name: job["metadata"]["name"].as_str().unwrap_or_default(),
            account: job["metadata"]["namespace"].as_str().unwrap_or_default(),
            tags: &tags(labels.filter(|(key, _)| *key != QUEUE)),
            ..Detail::default()
        };
        run.push(&id, line, pod_job, &owner, &mut self.draft)
    }
}

/// How the pods of a job follow each other.
struct Run {
    pods: u32,
    parallelism: u32,
    /// How many of them succeed, the first ones.
    succeeded: u32,
    /// When the job is ended [s from its start].
    deadline: Option<u32>,
}

impl Run {
    fn push(&self, id: &str, line: u64, pod: Job, owner: &Detail<'_>, draft: &mut Draft) -> Result<(), Said> {
        for index in 0..self.pods {
            let begin = u64::from(index / self.parallelism) * u64::from(pod.run_seconds);
            let left = self.deadline.map_or(u64::MAX, |deadline| u64::from(deadline).saturating_sub(begin));
            let run_seconds = u32::try_from(left).map_or(pod.run_seconds, |left| left.min(pod.run_seconds));
            if run_seconds == 0 && pod.run_seconds > 0 {
                draft.dropped.never_ran += u64::from(self.pods - index);
                break;
            }
            let recorded = match index < self.succeeded && run_seconds == pod.run_seconds {
                true => Recorded::Succeeded,
                false => Recorded::Failed,
            };
            // A colon is in no name of Kubernetes, so these ids are in no other job's.
            let name = if self.pods == 1 { id.to_owned() } else { format!("{id}:{index}") };
            draft.unknown_memory += u64::from(pod.memory_mib == 0);
            draft.push(Job { run_seconds, recorded, ..pod }, &name, line)?;
            let reason = owner.reason.filter(|_| recorded == Recorded::Failed);
            draft.describe(&Detail { reason, ..owner.clone() })?;
            if let Some(before) = index.checked_sub(self.parallelism) {
                draft.depend(&format!("{id}:{before}"), 0, true);
            }
        }
        Ok(())
    }
}

/// Namespace and name.
fn name(manifest: &Value) -> String {
    let metadata = &manifest["metadata"];
    let namespace = metadata["namespace"].as_str().unwrap_or("default");
    format!("{namespace}/{}", metadata["name"].as_str().unwrap_or_default())
}

fn submitted_at(job: &Value) -> Result<Option<u64>, Said> {
    match (&job["metadata"]["creationTimestamp"], &job["status"]["startTime"]) {
        (Value::String(text), _) | (Value::Null, Value::String(text)) => instant(text).map(Some),
        (Value::Null, _) => Ok(None),
        (other, _) => Err(words::creationtimestamp_is_no_text(other)),
    }
}

/// How often a pod may be tried.
fn attempts(spec: &Value) -> Result<Option<NonZeroU8>, Said> {
    let limit = match whole(spec, "backoffLimitPerIndex")? {
        Some(limit) => limit,
        None => whole(spec, "backoffLimit")?.unwrap_or(DEFAULT_BACKOFF_LIMIT),
    };
    let attempts = limit.saturating_add(1).min(MOST_ATTEMPTS);
    Ok(u8::try_from(attempts).ok().and_then(NonZeroU8::new))
}

/// A condition of this type that holds.
fn condition<'a>(job: &'a Value, kind: &str) -> Option<&'a Value> {
    let conditions = job["status"]["conditions"].as_array()?;
    conditions.iter().find(|condition| condition["type"] == kind && condition["status"] == "True")
}

/// Why a job failed, if it did and says so.
fn why_failed(job: &Value) -> Option<Reason> {
    match condition(job, "Failed")?["reason"].as_str()? {
        "DeadlineExceeded" => Some(Reason::Timeout),
        "BackoffLimitExceeded" | "PodFailurePolicy" => Some(Reason::Application),
        _ => None,
    }
}

/// How long a pod runs, where `rounds` of them run one after the other [s]; `None` where the manifest does not say so.
fn run_seconds(job: &Value, rounds: u32) -> Result<Option<u32>, Said> {
    match &job["metadata"]["annotations"][RUN_SECONDS] {
        Value::Null => {}
        Value::String(text) => return seconds(text, RUN_SECONDS).map(Some),
        other => return seconds(&other.to_string(), RUN_SECONDS).map(Some),
    }
    let failed = condition(job, "Failed").and_then(|failed| failed["lastTransitionTime"].as_str());
    let start = job["status"]["startTime"].as_str();
    let (Some(start), Some(end)) = (start, job["status"]["completionTime"].as_str().or(failed)) else {
        return Ok(None);
    };
    let Some(whole) = instant(end)?.checked_sub(instant(start)?) else {
        return Err(words::it_ends_before_it_starts());
    };
    u32::try_from(whole.div_ceil(rounds.into())).map(Some).map_err(|_| words::it_ran_more_than_136())
}

fn instant(text: &str) -> Result<u64, Said> {
    let second = Zone::UTC.second(text).and_then(|second| u64::try_from(second).ok());
    second.ok_or_else(|| words::is_not_a_time_from_2000_to_2199_such(text))
}

/// A field that is a whole number, if it is there.
fn whole(fields: &Value, name: &str) -> Result<Option<u32>, Said> {
    match &fields[name] {
        Value::Null => Ok(None),
        Value::Number(number) => {
            match number.as_u64().map(u32::try_from) {
                Some(Ok(number)) => Ok(Some(number)),
                _ => count(super::quantity::amount(&number.to_string(), name)?, name, u32::MAX).and_then(
                    |whole| match Decimal::from(whole).to_string() == number.to_string() {
                        true => Ok(Some(whole)),
                        false => Err(words::is_not_a_whole_number_2(name, number)),
                    },
                ),
            }
        }
        other => Err(words::is_not_a_whole_number(name, other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_begin_at_three_hyphens() {
        let of = |text: &'static str| documents(text).map(|(line, _)| line).collect::<Vec<u64>>();
        assert!(of("# none\n---\n\n").is_empty());
        assert_eq!(of("a: 1\n---\nb: 2\n--- # here\nc: 3\n----\n"), [1, 2, 4]);
        assert_eq!(of("%YAML 1.2\n---\na: 1\n"), [2]);
    }

    #[test]
    fn pods_follow_in_rounds_until_the_deadline() {
        let text = "kind: Job\napiVersion: batch/v1\nmetadata: {name: a}\nspec: {completions: 5, parallelism: 2, \
                    activeDeadlineSeconds: 150, template: {spec: {containers: [{resources: {requests: {cpu: 2}}}]}}}\n";
        let workload = read(text, Some(100)).expect("a job");
        // Rounds begin at 0, 100 and 200 s: the second is cut after 50 s, the third never begins.
        let runs: Vec<(u32, Recorded)> =
            workload.jobs().iter().map(|job| (job.run_seconds, job.recorded)).collect();
        let (whole, cut) = ((100, Recorded::Succeeded), (50, Recorded::Failed));
        assert_eq!(runs, [whole, whole, cut, cut]);
        assert_eq!(workload.dropped.never_ran, 1);
        let waits: Vec<(u32, u32)> = workload.dependencies().iter().map(|wait| (wait.on, wait.job)).collect();
        assert_eq!(waits, [(0, 2), (1, 3)]);
        assert_eq!(
            (workload.id(3), workload.jobs()[3].attempts.map(NonZeroU8::get)),
            ("default/a:3", Some(7))
        );
    }
}
