//! Jobs as AWS Batch describes them, as a workload. Pure: `aws/batch.rs` asks for them.
//!
//! Source: API reference of AWS Batch (JobDetail, ListJobs, JobDependency) and user guide (array jobs, job states), read
//! 2026-11-23. Only jobs that ended are taken; a child of an array is a job, its parent is none.
//! * `submitted_at` is `createdAt`, down to the second. `run_seconds` is the last attempt that ran, up to the second and
//!   at least one: what one run needs. Earlier attempts are counted beside it; what a timeout cut off stays cut off.
//! * `attempts` is what the retry strategy allows, else 1; its conditions (`evaluateOnExit`) have no column.
//! * Resources are the sum over the containers of a task or pod, vCPUs rounded up to whole ones. A multi-node job takes
//!   the largest node's.
//! * `SEQUENTIAL` chains the children of an array, `N_TO_N` joins children of the same index, a dependency on an array
//!   is one on each of its children.
//! * The job definition stays empty unless it is asked for: a scenario has to have it under the same name.
//! * Name, tags, share, priority and reason are AWS's. A job waits from its submission, or from the end of the last job it
//!   depends on, to the start of its first attempt; where one of those is not in the history, its wait is unknown. AWS Batch
//!   says on which instance an attempt ran and not of which type: that is known where a record has it beside.
//! * A job that cannot be read is left out and counted.

mod described;
mod saved;
mod size;
mod times;
mod why;

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU8;

use rustc_hash::FxHashMap;

pub use self::described::{
    ArrayProperties, AttemptContainer, AttemptDetail, AttemptTask, ContainerDetail, DescribedJob,
    EcsProperties, EcsTask, EksContainer, EksPod, EksProperties, EksResources, JobDependency, JobDetail,
    NodeProperties, NodeRange, ResourceRequirement, RetryStrategy,
};
pub use self::saved::Saved;
use self::size::{Need, span};
use super::detail::tags;
use super::quantity::{count, memory_mib};
use super::{Draft, Job, Refusal, Workload};
use crate::model::decimal::Decimal;
use crate::model::said::Said;
use crate::model::text::agreeing;
use crate::workload::words;

/// How long AWS Batch keeps the state of jobs that ended, in its words "for at least 7 days".
/// <https://docs.aws.amazon.com/batch/latest/userguide/job_states.html>, read 2026-11-23.
pub const RETENTION: &str = "AWS Batch keeps jobs that ended for at least 7 days \
(https://docs.aws.amazon.com/batch/latest/userguide/job_states.html)";

/// Most attempts of a job (API reference of RetryStrategy, read 2026-11-23).
const MOST_ATTEMPTS: i64 = 10;

/// Most parts that cannot be read of which the reason is shown.
const MOST_SHOWN: usize = 3;

/// Most nodes and vCPUs of a job that our CSV takes.
const MOST: u32 = 1_000_000;

/// Most rows of `depends_on` that dependencies on whole arrays become: two arrays of 10,000 would have a hundred million.
const MOST_OF_ARRAYS: u64 = 1_000_000;

/// What was found, before it is judged.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Described jobs that ended, children of arrays among them, parents not.
    pub jobs: Vec<BatchJob>,
    /// Parents of arrays, by id.
    pub arrays: BTreeMap<String, Array>,
    /// Jobs that had not ended, by AWS's name of their status.
    pub unfinished: BTreeMap<String, u64>,
    /// Jobs that were listed, or belong to an array, and were not there when they were asked for.
    pub gone: u64,
    /// Queues asked.
    pub queues: Vec<String>,
    /// Queues of service jobs, which are no jobs of containers.
    pub service_queues: Vec<String>,
    /// Instance types by the ARN of the container instance, where a record has them.
    pub instance_types: BTreeMap<String, String>,
    /// Children of arrays that are not in a record which has their parent.
    pub missing_children: u64,
    /// Events and objects of a record that are about something else than jobs.
    pub other_events: u64,
    /// What of a record cannot be read.
    pub unreadable: u64,
    /// The first of them.
    pub refusals: Vec<Refusal>,
}

/// The parent of an array.
#[derive(Clone, Debug, Default)]
pub struct Array {
    /// Children.
    pub size: u32,
    /// What each child waits for.
    pub depends_on: Vec<Awaited>,
}

/// A job that ended.
#[derive(Clone, Debug, Default)]
pub struct BatchJob {
    /// A child of an array is `parent:index`.
    pub id: String,
    /// Name of its queue.
    pub queue: String,
    /// Name of its job definition, without the revision.
    pub job_definition: String,
    /// SUCCEEDED; else FAILED.
    pub succeeded: bool,
    /// Whether its user asked for its end.
    pub stopped_by_user: bool,
    /// Whether it ran on Fargate.
    pub fargate: bool,
    /// Submitted [ms of the Unix epoch].
    pub created_at: i64,
    /// Each attempt, or the job itself where none are told.
    pub attempts: Vec<Run>,
    /// Attempts that its retry strategy allows.
    pub attempts_allowed: Option<i64>,
    /// Nodes; 1 for a job that is not multi-node.
    pub nodes: u32,
    /// Which nodes (`0:3`, `:3`, `4:`), and what each of them runs.
    pub ranges: Vec<(String, Pod)>,
    /// What it waits for.
    pub depends_on: Vec<Awaited>,
    /// What its user calls it.
    pub name: String,
    /// As [`tags`] writes them.
    pub tags: String,
    /// Share identifier; empty for none.
    pub share: String,
    /// Priority within its share.
    pub scheduling_priority: Option<u16>,
    /// Why it has its status.
    pub status_reason: String,
}

/// An attempt. A text that is not told is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// Started [ms of the Unix epoch].
    pub started_at: Option<i64>,
    /// Stopped [ms of the Unix epoch].
    pub stopped_at: Option<i64>,
    /// Of its container, the first one that is not 0 if it has several.
    pub exit_code: Option<i64>,
    /// Why it ended.
    pub reason: String,
    /// Why its container ended.
    pub container_reason: String,
    /// Where it ran, such as `g5.12xlarge`.
    pub instance_type: String,
    /// ARN of the container instance it ran on.
    pub container_instance: String,
}

/// A dependency as AWS Batch has it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Awaited {
    /// The whole of a job.
    Job(String),
    /// N_TO_N: the child of the same index.
    SameIndex(String),
    /// SEQUENTIAL: the child before it.
    Before,
}

/// What runs side by side on one node, and what runs there first.
#[derive(Clone, Debug, Default)]
pub struct Pod {
    /// At once.
    pub containers: Vec<Container>,
    /// One after the other, before the containers.
    pub init_containers: Vec<Container>,
}

/// What one container asks for, in the words of its definition.
#[derive(Clone, Debug, Default)]
pub struct Container {
    /// vCPUs, such as `4` or `0.25`.
    pub vcpus: Option<String>,
    /// Bytes, or with a unit, such as `2048Mi`.
    pub memory: Option<String>,
    /// Whole GPUs.
    pub gpus: Option<String>,
}

/// A history as a workload, and what is said beside it.
#[derive(Debug, Default)]
pub struct Imported {
    /// The jobs found and those known before; `None` where no job was found.
    pub workload: Option<Workload>,
    /// Jobs found.
    pub kept: u64,
    /// The first submission of them [s of the Unix epoch].
    pub earliest: Option<u64>,
    /// What was left out or changed, in words with how often.
    pub remarks: Vec<String>,
    /// The first jobs that cannot be read.
    pub refusals: Vec<Refusal>,
}

/// The counts of [`Imported::remarks`].
#[derive(Default)]
struct Counts {
    /// Whether job definitions are named.
    definitions: bool,
    never_ran: u64,
    never_started: u64,
    backwards: u64,
    no_vcpus: u64,
    fargate: u64,
    attempts: u64,
    attempt_seconds: u64,
    uneven: u64,
    rounded: u64,
    unknown_memory: u64,
    of_arrays: u64,
    too_many: u64,
    unknown: u64,
    unreadable: u64,
}

/// Ends of jobs by id [ms of the Unix epoch].
type Ends<'a> = FxHashMap<&'a str, i64>;

/// Adds a history to the jobs known before; a job that is in both is taken from the history. Job definitions are named
/// where they are asked for.
pub fn import(history: &History, before: Option<&Workload>, definitions: bool) -> Result<Imported, Refusal> {
    let mut draft = Draft::default();
    if let Some(before) = before {
        draft.absorb(before)?;
    }
    let (known, unreadable) = (draft.dropped.unknown_dependencies, draft.dropped.unreadable);
    draft.unreadable.clear();
    let (jobs, mut counts) = (draft.len(), Counts { definitions, ..Counts::default() });
    let mut imported = Imported { earliest: counts.add_all(history, &mut draft), ..Imported::default() };
    imported.kept = (draft.len() - jobs).into();
    imported.refusals.clone_from(&draft.unreadable);
    counts.unreadable = draft.dropped.unreadable - unreadable;
    if imported.kept > 0 {
        draft.keep_last();
        let start = draft.earliest();
        draft.count_from(start)?;
        let workload = draft.finish(i64::try_from(start).ok())?;
        counts.unknown = workload.dropped.unknown_dependencies - known;
        imported.workload = Some(workload);
    }
    imported.remarks = counts.remarks(history);
    Ok(imported)
}

/// The jobs of a history that files told, maybe none, and the second of the Unix epoch they count from.
pub fn draft(history: &History, definitions: bool) -> Result<(Draft, Option<i64>), Refusal> {
    let mut draft = Draft::default();
    let mut counts = Counts { definitions, ..Counts::default() };
    counts.add_all(history, &mut draft);
    // What every record may leave out is counted as it is for every record.
    let dropped = &mut draft.dropped;
    dropped.unfinished += history.unfinished.values().sum::<u64>();
    dropped.never_ran += counts.never_ran + counts.never_started;
    dropped.no_run_time += counts.backwards;
    dropped.no_processors += counts.no_vcpus;
    dropped.serverless += counts.fargate;
    let counts = Counts {
        never_ran: 0,
        never_started: 0,
        backwards: 0,
        no_vcpus: 0,
        fargate: 0,
        unknown_memory: 0,
        ..counts
    };
    draft.remarks = counts.changes(history);
    let start = draft.earliest();
    draft.count_from(start)?;
    Ok((draft, i64::try_from(start).ok()))
}

impl Counts {
    /// Adds all jobs that can be used, and returns when the first was submitted [s].
    fn add_all(&mut self, history: &History, draft: &mut Draft) -> Option<u64> {
        for refusal in &history.refusals {
            draft.skip(refusal.clone());
        }
        draft.dropped.unreadable += history.unreadable - history.refusals.len() as u64;
        let mut jobs: Vec<&BatchJob> = history.jobs.iter().collect();
        jobs.sort_by_key(|job| (job.created_at, job.id.len(), &job.id));
        let ends = jobs.iter().filter_map(|job| Some((job.id.as_str(), job.stopped_at()?))).collect();
        let mut earliest: Option<u64> = None;
        for job in jobs {
            match self.add(job, history, &ends, draft) {
                Ok(submitted) => earliest = earliest.into_iter().chain(submitted).min(),
                Err(reason) => {
                    draft.skip(Refusal { line: None, reason: words::job(&job.id, &reason) });
                }
            }
        }
        earliest
    }

    /// Adds a job, unless it is left out, and returns when it was submitted [s].
    fn add(
        &mut self,
        job: &BatchJob,
        history: &History,
        ends: &Ends<'_>,
        draft: &mut Draft,
    ) -> Result<Option<u64>, Said> {
        if job.fargate {
            self.fargate += 1;
            return Ok(None);
        }
        let ran = job.attempts.iter().filter(|run| run.started_at.is_some() && run.stopped_at.is_some());
        let Some(last) = ran.clone().max_by_key(|run| run.started_at) else {
            *(if job.stopped_by_user { &mut self.never_ran } else { &mut self.never_started }) += 1;
            return Ok(None);
        };
        let Some(run_seconds) = last.seconds()? else {
            self.backwards += 1;
            return Ok(None);
        };
        let need = self.need(job)?;
        let vcpus = count(need.0[0], "the number of vCPUs", MOST)?;
        if vcpus == 0 {
            self.no_vcpus += 1;
            return Ok(None);
        }
        self.rounded += u64::from(Decimal::from(vcpus) != need.0[0]);
        let submitted = job.submitted()?;
        let attempts_allowed = job.attempts_allowed.unwrap_or(1).clamp(1, MOST_ATTEMPTS);
        let queue = draft.queue(&job.queue)?;
        let job_definition = draft.job_definition(if self.definitions { &job.job_definition } else { "" })?;
        let gpus = count(need.0[2], "the number of GPUs", u16::MAX.into())?;
        let of_job = Job {
            submit_seconds: submitted,
            run_seconds,
            vcpus,
            memory_mib: memory_mib(need.0[1], 1, "the memory")?,
            nodes: job.nodes,
            gpus: u16::try_from(gpus).map_err(|_| words::too_many_gpus())?,
            queue,
            job_definition,
            attempts: u8::try_from(attempts_allowed).ok().and_then(NonZeroU8::new),
            recorded: job.recorded(),
        };
        let mut earlier = Vec::new();
        for run in ran.filter(|run| *run != last) {
            let seconds = run.seconds()?.unwrap_or_default();
            self.attempts += 1;
            self.attempt_seconds += u64::from(seconds);
            earlier.push((run, seconds));
        }
        earlier.sort_by_key(|(run, _)| run.started_at);
        self.unknown_memory += u64::from(of_job.memory_mib == 0);
        draft.unknown_memory += u64::from(of_job.memory_mib == 0);
        let (awaited, all) = self.awaited(job, history);
        // Of what it waited for the last end, if all of them are known.
        let from =
            awaited.iter().try_fold(job.created_at, |from, id| Some(from.max(*ends.get(id.as_str())?)));
        let type_of = |run| type_of(run, history);
        draft.push(of_job, &job.id, 0)?;
        draft.describe(&job.detail(last, &earlier, from.filter(|_| all), type_of))?;
        for id in &awaited {
            draft.depend(id, 0, true);
        }
        Ok(Some(submitted))
    }

    /// What the largest node asks for, each resource by itself.
    fn need(&mut self, job: &BatchJob) -> Result<Need, Said> {
        if !(1..=MOST).contains(&job.nodes) {
            return Err(words::nodes_are_not_possible(job.nodes));
        }
        let mut spans = Vec::new();
        for (target, pod) in &job.ranges {
            let (first, last) = span(target, job.nodes).ok_or_else(|| words::is_no_range_of_nodes(target))?;
            spans.push((first, last, pod.need()?));
        }
        let mut largest: Option<Need> = None;
        let mut uneven = false;
        for node in 0..job.nodes {
            let of = spans.iter().filter(|(first, last, _)| (first..=last).contains(&&node));
            // A narrower range inside of another one overrides it.
            let Some((.., need)) = of.min_by_key(|(first, last, _)| last - first) else {
                return Err(words::no_range_of_nodes_has(node));
            };
            uneven |= largest.is_some_and(|largest| largest != *need);
            largest = Some(largest.map_or(*need, |largest| largest.or(*need)));
        }
        self.uneven += u64::from(uneven);
        Ok(largest.unwrap_or_default())
    }

    /// What a job waited for, in the names of single jobs, and whether that is all.
    fn awaited(&mut self, job: &BatchJob, history: &History) -> (BTreeSet<String>, bool) {
        let child =
            job.id.rsplit_once(':').and_then(|(parent, index)| Some((parent, index.parse::<u32>().ok()?)));
        let of_parent = child.and_then(|(parent, _)| history.arrays.get(parent));
        let awaited: BTreeSet<&Awaited> =
            job.depends_on.iter().chain(of_parent.iter().flat_map(|array| &array.depends_on)).collect();
        let (mut on, mut all) = (BTreeSet::new(), true);
        for awaited in awaited {
            match (awaited, child) {
                (Awaited::Before, Some((parent, index))) => {
                    on.extend(index.checked_sub(1).map(|before| format!("{parent}:{before}")));
                }
                (Awaited::Before, None) => {}
                (Awaited::SameIndex(id), Some((_, index))) if !id.contains(':') => {
                    on.insert(format!("{id}:{index}"));
                }
                (Awaited::SameIndex(id) | Awaited::Job(id), _) => match history.arrays.get(id) {
                    None => {
                        on.insert(id.clone());
                    }
                    Some(array) if self.of_arrays + u64::from(array.size) <= MOST_OF_ARRAYS => {
                        self.of_arrays += u64::from(array.size);
                        on.extend((0..array.size).map(|index| format!("{id}:{index}")));
                    }
                    Some(_) => {
                        self.too_many += 1;
                        all = false;
                    }
                },
            }
        }
        on.remove(&job.id);
        (on, all)
    }

    /// What was left out and changed, in words.
    fn remarks(&self, history: &History) -> Vec<String> {
        let dropped = [
            ("stopped by its|their user before it|they ran", self.never_ran),
            ("failed before it|they ran", self.never_started),
            ("on Fargate, which has no instances", self.fargate),
            ("without vCPUs", self.no_vcpus),
            ("with an end before its|their start", self.backwards),
            ("no longer there when it|they was|were asked for", history.gone),
            ("that cannot be read", self.unreadable),
        ];
        let some = |(_, count): &(&str, u64)| *count > 0;
        let unfinished = history.unfinished.iter();
        unfinished
            .map(|(status, count)| format!("dropped: {count} not ended, {status}"))
            .chain(
                dropped
                    .into_iter()
                    .filter(some)
                    .map(|(what, count)| format!("dropped: {}", agreeing(count, what))),
            )
            .chain(self.changes(history))
            .collect()
    }

    /// What was changed, and what of a record is about no job, in words.
    fn changes(&self, history: &History) -> Vec<String> {
        let attempts = format!(
            "earlier attempt,|attempts, {} s in all, is|are not in `run_seconds`, which is the last one's: \
             `earlier_attempts` has them",
            self.attempt_seconds
        );
        let changed = [
            ("child|children of arrays is|are not in it, nor in any figure", history.missing_children),
            ("object|objects in it is|are not about jobs", history.other_events),
            (attempts.as_str(), self.attempts),
            ("asks|ask for a part of a vCPU: rounded up", self.rounded),
            ("asks|ask for no memory: unknown", self.unknown_memory),
            ("has|have nodes that differ: all are taken as the largest", self.uneven),
            ("dependency|dependencies on jobs that are not in it: taken as met", self.unknown),
            (
                "dependency|dependencies on whole arrays beyond a million single ones: taken as met",
                self.too_many,
            ),
        ];
        changed
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .map(|(what, count)| agreeing(count, what))
            .collect()
    }
}

/// Where an attempt ran; empty for unknown.
fn type_of<'a>(run: &'a Run, history: &'a History) -> &'a str {
    match run.instance_type.as_str() {
        "" => history.instance_types.get(&run.container_instance).map_or("", String::as_str),
        known => known,
    }
}

#[cfg(test)]
mod tests {
    use super::size::quantity;
    use super::*;

    fn container(vcpus: &str, memory: &str) -> Container {
        Container { vcpus: Some(vcpus.to_owned()), memory: Some(memory.to_owned()), gpus: None }
    }

    fn pod(vcpus: &str, memory: &str) -> Pod {
        Pod { containers: vec![container(vcpus, memory)], init_containers: Vec::new() }
    }

    fn ran(started_at: i64, stopped_at: i64) -> Run {
        Run { started_at: Some(started_at), stopped_at: Some(stopped_at), ..Run::default() }
    }

    /// A job that ran for a second from 2001-09-09T01:46:40Z on.
    fn job(id: &str) -> BatchJob {
        BatchJob {
            id: id.to_owned(),
            queue: "high".into(),
            job_definition: "training".into(),
            succeeded: true,
            created_at: 1_000_000_000_000,
            attempts: vec![ran(1_000_000_000_000, 1_000_000_001_000)],
            nodes: 1,
            ranges: vec![(":".into(), pod("4", "8Mi"))],
            ..BatchJob::default()
        }
    }

    fn read(jobs: Vec<BatchJob>, arrays: &[(&str, u32, Vec<Awaited>)]) -> Imported {
        let arrays = arrays.iter().cloned();
        let arrays =
            arrays.map(|(id, size, depends_on)| (id.to_owned(), Array { size, depends_on })).collect();
        import(&History { jobs, arrays, ..History::default() }, None, false).expect("it is fine")
    }

    /// Who waits for whom.
    fn awaited(imported: &Imported) -> Vec<String> {
        let workload = imported.workload.as_ref().expect("jobs");
        let name = |job: u32| workload.id(job as usize);
        workload.dependencies().iter().map(|it| format!("{} on {}", name(it.job), name(it.on))).collect()
    }

    #[test]
    fn a_run_is_rounded_up_and_never_nothing() {
        assert_eq!(ran(0, 0).seconds(), Ok(Some(1)));
        assert_eq!(ran(0, 1000).seconds(), Ok(Some(1)));
        assert_eq!(ran(0, 1001).seconds(), Ok(Some(2)));
        assert_eq!(ran(1, 0).seconds(), Ok(None));
        assert!(ran(0, i64::MAX).seconds().is_err());
        assert_eq!(ran(i64::MAX, i64::MIN).seconds(), Ok(None));
    }

    #[test]
    fn amounts_are_those_of_ecs_and_eks() {
        let of = |text: &str| quantity(Some(text), "memory").map(|number| number.to_string());
        assert_eq!(of("2048Mi").as_deref(), Ok("2147483648"));
        assert_eq!(of("0.25").as_deref(), Ok("0.25"));
        assert_eq!(of("500m").as_deref(), Ok("0.50"));
        assert_eq!(quantity(None, "memory"), Ok(Decimal::ZERO));
        assert!(of("4Xi").is_err() && of("i").is_err() && of("-1").is_err() && of("").is_err());
    }

    #[test]
    fn the_attempt_that_began_last_counts() {
        let mut one = job("one");
        // 10 s, then 3 s, then one that never began; told in another order.
        one.attempts = vec![
            ran(1_000_000_020_000, 1_000_000_023_000),
            ran(1_000_000_000_000, 1_000_000_010_000),
            Run { stopped_at: Some(1_000_000_030_000), ..Run::default() },
        ];
        let imported = read(vec![one], &[]);
        assert_eq!(imported.workload.as_ref().map(|workload| workload.jobs()[0].run_seconds), Some(3));
        assert!(imported.remarks[0].starts_with("1 earlier attempt, 10 s in all"));
    }

    #[test]
    fn nested_ranges_of_nodes_override() {
        type Found = Result<(String, u64), Said>;
        let need = |nodes, ranges: &[(&str, Pod)]| -> Found {
            let ranges = ranges.iter().map(|(target, pod)| ((*target).to_owned(), pod.clone())).collect();
            let mut counts = Counts::default();
            let need = counts.need(&BatchJob { nodes, ranges, ..job("mnp") })?;
            Ok((need.0[0].to_string(), counts.uneven))
        };
        // 4:5 is inside of 0:10.
        let nested = [("0:10", pod("8", "1Mi")), ("4:5", pod("2", "1Mi"))];
        assert_eq!(need(11, &nested), Ok(("8".into(), 1)));
        // All nodes that there are have the narrower range, or the wider one.
        assert_eq!(need(2, &[("0:9", pod("8", "1Mi")), ("0:1", pod("2", "1Mi"))]), Ok(("2".into(), 0)));
        assert_eq!(need(3, &nested), Ok(("8".into(), 0)));
        // One that begins where no node is any more says nothing.
        assert_eq!(need(2, &[(":", pod("8", "1Mi")), ("5:", pod("9", "1Mi"))]), Ok(("8".into(), 0)));
        assert_eq!(need(1, &[("0", pod("3", "1Mi"))]), Ok(("3".into(), 0)));
        let refusal = need(12, &nested).expect_err("there is no such node");
        assert_eq!(refusal.en, "no range of nodes has node 11");
        assert!(need(1, &[("a:b", pod("3", "1Mi"))]).is_err() && need(0, &nested).is_err());
        assert!(need(6, &[(":", pod("3", "1Mi")), ("5:4", pod("3", "1Mi"))]).is_err());
    }

    #[test]
    fn dependencies_become_those_of_single_jobs() {
        let (same, before) = (|id: &str| Awaited::SameIndex(id.into()), Awaited::Before);
        let all = ["a:0", "a:1", "b:0", "b:1", "c"].map(job).to_vec();
        let arrays = [("a", 2, vec![before]), ("b", 2, vec![same("a"), Awaited::Job("c".into())])];
        let expected = ["a:1 on a:0", "b:0 on a:0", "b:0 on c", "b:1 on a:1", "b:1 on c"];
        let mut found = awaited(&read(all, &arrays));
        found.sort();
        assert_eq!(found, expected);
        // On a whole array: each child; the one that is not there is counted. Told twice it counts once.
        let twice = vec![Awaited::Job("a".into()), Awaited::Job("a:0".into()), Awaited::Job("late".into())];
        let late = BatchJob { depends_on: twice, ..job("late") };
        let imported = read(vec![job("a:0"), late], &[("a", 2, Vec::new())]);
        assert_eq!(awaited(&imported), ["late on a:0"]);
        assert_eq!(imported.remarks, ["1 dependency on jobs that are not in it: taken as met"]);
    }

    #[test]
    fn arrays_that_wait_for_arrays_have_a_limit() {
        // A hundred and one children that wait for all of 10,000: the last one is beyond a million.
        let children = (0..101).map(|index| job(&format!("b:{index}"))).collect();
        let waits = vec![Awaited::Job("a".into())];
        let imported = read(children, &[("a", 10_000, Vec::new()), ("b", 101, waits)]);
        let expected = [
            "1000000 dependencies on jobs that are not in it: taken as met",
            "1 dependency on whole arrays beyond a million single ones: taken as met",
        ];
        assert_eq!(imported.remarks, expected);
    }

    #[test]
    fn what_cannot_be_placed_in_time_or_size_is_said() {
        let refused = |job: BatchJob| {
            let history = History { jobs: vec![job], ..History::default() };
            let imported = import(&history, None, false).expect("it is fine");
            assert_eq!((imported.refusals.len(), imported.workload.is_none()), (1, true));
            assert_eq!(imported.remarks, ["dropped: 1 that cannot be read"]);
            imported.refusals.first().map_or_else(String::new, Refusal::to_string)
        };
        let far = BatchJob { created_at: i64::MAX, ..job("far") };
        assert_eq!(refused(far), "job `far`: submitted at 9223372036854775807 ms, not from 2000 to 2199");
        assert!(refused(BatchJob { created_at: -1, ..job("old") }).contains("not from 2000"));
        let wide = BatchJob { ranges: vec![(":".into(), pod("1000001", "1Mi"))], ..job("wide") };
        assert!(refused(wide).contains("the number of vCPUs `1000001` is too large"));
        let none = BatchJob { ranges: vec![(":".into(), Pod::default())], ..job("none") };
        let back = BatchJob { attempts: vec![ran(2, 1)], ..job("back") };
        let imported = read(vec![none, back], &[]);
        assert!(imported.workload.is_none());
        assert_eq!(imported.remarks, ["dropped: 1 without vCPUs", "dropped: 1 with an end before its start"]);
    }

    #[test]
    fn job_definitions_are_named_where_they_are_asked_for() {
        let history = History { jobs: vec![job("one")], ..History::default() };
        let names = |definitions| {
            let imported = import(&history, None, definitions).expect("it is fine");
            imported.workload.expect("a job").job_definitions().to_vec()
        };
        assert_eq!((names(false), names(true)), (vec![String::new()], vec!["training".to_owned()]));
    }
}
