//! Job manifests of Kubernetes, API `batch/v1`: YAML or JSON, several documents, lists.
//!
//! Source: <https://kubernetes.io/docs/concepts/workloads/controllers/job/> and
//! <https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers>, read
//! 2026-11-23. Every completion is a job of one node in the queue `default`; with less parallelism than completions
//! a pod waits for the one `parallelism` before it. A pod asks for the sum of its containers, or for the most that one of
//! its init containers needs, whichever is more; what is only limited is requested, too. It runs as long as the
//! annotation `hpc-cost/run-seconds` says, else the job's own time from start to end divided by its rounds, else a
//! time given for all. A job without any is left out. Without times of submission all are submitted at once.

use std::collections::BTreeMap;
use std::num::NonZeroU8;

use serde::Deserialize;

use super::quantity::{amount, binary_unit, count, memory_mib, seconds};
use super::{Draft, Job, Recorded, Refusal, Workload};
use crate::model::decimal::Decimal;
use crate::model::time::Zone;

/// Retries of a job that says nothing (Job documentation, "Pod backoff failure policy").
const DEFAULT_BACKOFF_LIMIT: u32 = 6;

/// Most attempts AWS Batch gives a job (API reference of RetryStrategy, read 2026-11-23).
const MOST_ATTEMPTS: u32 = 10;

/// Most pods of a job: 100,000, the limit of an Indexed one (Job documentation, "Completion mode").
const MOST_PODS: u32 = 100_000;

/// The annotation that says how long a pod runs [s].
const RUN_SECONDS: &str = "hpc-cost/run-seconds";

/// GPUs as device plugins name them.
const GPUS: [&str; 2] = ["nvidia.com/gpu", "amd.com/gpu"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Manifest {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    api_version: String,
    #[serde(default)]
    metadata: Metadata,
    spec: Option<Spec>,
    #[serde(default)]
    status: Status,
    #[serde(default)]
    items: Vec<Manifest>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Metadata {
    name: String,
    namespace: Option<String>,
    creation_timestamp: Option<String>,
    annotations: Option<BTreeMap<String, String>>,
}

/// Of a job; other kinds have specs of their own, so everything may be missing.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Spec {
    parallelism: Option<u32>,
    completions: Option<u32>,
    backoff_limit: Option<u32>,
    active_deadline_seconds: Option<u32>,
    template: Option<Template>,
}

#[derive(Deserialize)]
struct Template {
    spec: Pod,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Pod {
    containers: Vec<Container>,
    init_containers: Vec<Container>,
    overhead: BTreeMap<String, Quantity>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Container {
    resources: Resources,
    restart_policy: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Resources {
    requests: BTreeMap<String, Quantity>,
    limits: BTreeMap<String, Quantity>,
}

/// `2`, `500m` or `16Gi`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Quantity {
    Whole(u64),
    Text(String),
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Status {
    start_time: Option<String>,
    completion_time: Option<String>,
    conditions: Vec<Condition>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Condition {
    r#type: String,
    status: String,
    last_transition_time: Option<String>,
}

/// Vcpus, bytes of memory and GPUs of a pod.
#[derive(Clone, Copy, Default)]
struct Need([Decimal; 3]);

/// Reads manifests; `run_seconds` is for those that do not say how long they run.
pub fn read(text: &str, run_seconds: Option<u32>) -> Result<Workload, Refusal> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_documents: 1_000_000,
            max_nodes: 50_000_000,
            max_events: 100_000_000,
        },
        with_snippet: false,
    };
    let read = serde_saphyr::from_multiple_with_options::<Option<Manifest>>(text, options);
    let manifests = read.map_err(|error| {
        let line = error.location().map(|location| location.line());
        let message = error.without_snippet().to_string();
        let reason = message.lines().next().unwrap_or_default().to_owned();
        Refusal { line, reason: format!("not a manifest: {reason}") }
    })?;
    let mut jobs = Vec::new();
    let mut draft = Draft::default();
    for manifest in manifests.into_iter().flatten() {
        collect(manifest, &mut jobs, &mut draft.dropped.not_jobs);
    }
    let submitted = jobs.iter().filter(|job| job.submitted_at().is_some()).count();
    for job in &jobs {
        let id = job.id();
        let refused = |reason| Refusal { line: None, reason: format!("job `{id}`: {reason}") };
        if submitted > 0 && job.submitted_at().is_none() {
            return Err(refused("it has no `creationTimestamp`, others have".into()));
        }
        job.add(&id, run_seconds, &mut draft).map_err(refused)?;
    }
    if submitted == 0 {
        return draft.finish(None);
    }
    let start = draft.earliest();
    draft.count_from(start)?;
    draft.finish(i64::try_from(start).ok())
}

fn collect(manifest: Manifest, jobs: &mut Vec<Manifest>, others: &mut u64) {
    match (manifest.kind.as_str(), manifest.api_version.as_str()) {
        ("List" | "JobList", _) => manifest.items.into_iter().for_each(|item| collect(item, jobs, others)),
        // The items of a JobList may go without.
        ("Job", "batch/v1") | ("", "") => jobs.push(manifest),
        _ => *others += 1,
    }
}

impl Manifest {
    fn id(&self) -> String {
        let namespace = self.metadata.namespace.as_deref().unwrap_or("default");
        format!("{namespace}/{}", self.metadata.name)
    }

    fn submitted_at(&self) -> Option<&str> {
        self.metadata.creation_timestamp.as_deref().or(self.status.start_time.as_deref())
    }

    /// Whether it has this condition, and since when.
    fn condition(&self, kind: &str) -> Option<&Condition> {
        self.status.conditions.iter().find(|condition| condition.r#type == kind && condition.status == "True")
    }

    fn add(&self, id: &str, otherwise: Option<u32>, draft: &mut Draft) -> Result<(), String> {
        if self.metadata.name.is_empty() {
            return Err("it has no `metadata.name`".into());
        }
        let pod = self.spec.as_ref().and_then(|spec| Some((spec, &spec.template.as_ref()?.spec)));
        let (spec, pod) = pod.filter(|(_, pod)| !pod.containers.is_empty()).ok_or("it has no containers")?;
        let parallelism = spec.parallelism.unwrap_or(1);
        let pods = spec.completions.unwrap_or(parallelism);
        if pods > MOST_PODS {
            return Err(format!("`{pods}` completions are too many: at most {MOST_PODS}"));
        }
        if parallelism == 0 || pods == 0 {
            draft.dropped.unfinished += u64::from(pods.max(1));
            return Ok(());
        }
        let Some(run_seconds) = self.run_seconds(pods.div_ceil(parallelism), otherwise)? else {
            match self.status.start_time {
                Some(_) => draft.dropped.unfinished += u64::from(pods),
                None => draft.dropped.no_run_time += u64::from(pods),
            }
            return Ok(());
        };
        let beyond = spec.active_deadline_seconds.filter(|deadline| *deadline < run_seconds);
        let Need([cpus, bytes, gpus]) = need(pod)?;
        let attempts =
            spec.backoff_limit.unwrap_or(DEFAULT_BACKOFF_LIMIT).saturating_add(1).min(MOST_ATTEMPTS);
        let job = Job {
            submit_seconds: self.submitted_at().map_or(Ok(0), instant)?,
            run_seconds: beyond.unwrap_or(run_seconds),
            vcpus: count(cpus, "cpu", 1_000_000)?.max(1),
            memory_mib: memory_mib(bytes, 1, "memory")?,
            nodes: 1,
            gpus: u16::try_from(count(gpus, "the number of GPUs", u16::MAX.into())?).unwrap_or(u16::MAX),
            queue: draft.queue("default")?,
            job_definition: draft.job_definition("")?,
            attempts: u8::try_from(attempts).ok().and_then(NonZeroU8::new),
            recorded: match beyond.is_some() || self.condition("Failed").is_some() {
                true => Recorded::Failed,
                false => Recorded::Succeeded,
            },
        };
        draft.unknown_memory += u64::from(job.memory_mib == 0) * u64::from(pods);
        for index in 0..pods {
            let name = if pods == 1 { id.to_owned() } else { format!("{id}-{index}") };
            draft.push(job, &name, 0)?;
            if let Some(before) = index.checked_sub(parallelism) {
                draft.depend(&format!("{id}-{before}"), 0, true);
            }
        }
        Ok(())
    }

    /// How long a pod runs, where `rounds` of them run one after the other [s].
    fn run_seconds(&self, rounds: u32, otherwise: Option<u32>) -> Result<Option<u32>, String> {
        if let Some(text) = self.metadata.annotations.as_ref().and_then(|all| all.get(RUN_SECONDS)) {
            return seconds(text, RUN_SECONDS).map(Some);
        }
        let failed = self.condition("Failed").and_then(|failed| failed.last_transition_time.as_ref());
        let (Some(start), Some(end)) =
            (&self.status.start_time, self.status.completion_time.as_ref().or(failed))
        else {
            return Ok(otherwise);
        };
        let Some(whole) = instant(end)?.checked_sub(instant(start)?) else {
            return Err("it ends before it starts: the run time is negative".into());
        };
        u32::try_from(whole.div_ceil(rounds.into()))
            .map(Some)
            .map_err(|_| "it ran more than 136 years".into())
    }
}

fn instant(text: &str) -> Result<u64, String> {
    let second = Zone::UTC.second(text).and_then(|second| u64::try_from(second).ok());
    second.ok_or_else(|| format!("`{text}` is not a time from 2000 to 2199, such as 2026-10-31T23:59:59Z"))
}

/// What a pod asks for. A sidecar, an init container that is always restarted, stays: it adds to the containers and to
/// the init containers after it.
fn need(pod: &Pod) -> Result<Need, String> {
    let (mut sidecars, mut first) = (Need::default(), Need::default());
    for container in &pod.init_containers {
        let beside = sidecars.and(need_of(&container.resources)?);
        first = first.or(beside);
        if container.restart_policy.as_deref() == Some("Always") {
            sidecars = beside;
        }
    }
    let mut all = sidecars;
    for container in &pod.containers {
        all = all.and(need_of(&container.resources)?);
    }
    let overhead =
        Need([quantity(pod.overhead.get("cpu"))?, quantity(pod.overhead.get("memory"))?, Decimal::ZERO]);
    Ok(all.or(first).and(overhead))
}

fn need_of(resources: &Resources) -> Result<Need, String> {
    let of = |name: &str| quantity(resources.requests.get(name).or_else(|| resources.limits.get(name)));
    Ok(Need([of("cpu")?, of("memory")?, of(GPUS[0])? + of(GPUS[1])?]))
}

impl Need {
    fn and(self, other: Need) -> Need {
        Need([0, 1, 2].map(|of| self.0[of].saturating_add(other.0[of])))
    }

    fn or(self, other: Need) -> Need {
        Need([0, 1, 2].map(|of| self.0[of].max(other.0[of])))
    }
}

/// A quantity, 0 for none. <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/>, read
/// 2026-11-23.
fn quantity(quantity: Option<&Quantity>) -> Result<Decimal, String> {
    let text = match quantity {
        None => return Ok(Decimal::ZERO),
        Some(Quantity::Whole(number)) => return Ok(Decimal::from(*number)),
        Some(Quantity::Text(text)) => text.trim(),
    };
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let thousand: u64 = 1000;
    let (digits, unit) = match text[digits.len()..].as_bytes() {
        [] => (digits, 1),
        [letter, b'i'] => {
            (digits, binary_unit(*letter).ok_or_else(|| format!("`{text}` has an unknown unit"))?)
        }
        b"m" => return Ok(amount(digits, "the quantity")? / Decimal::from(1000)),
        b"k" => (digits, thousand),
        b"M" => (digits, thousand.pow(2)),
        b"G" => (digits, thousand.pow(3)),
        b"T" => (digits, thousand.pow(4)),
        b"P" => (digits, thousand.pow(5)),
        b"E" => (digits, thousand.pow(6)),
        _ => return Err(format!("`{text}` has an unknown unit")),
    };
    amount(digits, "the quantity")?
        .checked_mul(Decimal::from(unit))
        .ok_or_else(|| format!("the quantity `{text}` is too large"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_kubernetes() {
        let of = |text: &str| quantity(Some(&Quantity::Text(text.into()))).map(|number| number.to_string());
        assert_eq!(of("500m").as_deref(), Ok("0.5"));
        assert_eq!(of("1.5Gi").as_deref(), Ok("1610612736.0"));
        assert_eq!(of("2G").as_deref(), Ok("2000000000"));
        assert_eq!(of("64Ki").as_deref(), Ok("65536"));
        assert_eq!(of("1e3").as_deref(), Ok("1000"));
        assert_eq!(of("128974848").as_deref(), Ok("128974848"));
        assert!(of("4Xi").is_err() && of("-1").is_err() && of("lots").is_err());
    }
}
