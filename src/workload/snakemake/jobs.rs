//! Jobs of Snakemake in the making, from what its files say of their beginnings and ends.

use std::num::NonZeroU8;

use rustc_hash::FxHashMap;

use super::Benchmark;
use crate::model::said::Said;
use crate::model::text::agreeing;
use crate::workload::clock::seconds_between;
use crate::workload::detail::{Attempt, Detail, Reason, tags};
use crate::workload::words;
use crate::workload::{Draft, Job, Recorded, Refusal};

/// Most attempts AWS Batch gives a job:
/// <https://docs.aws.amazon.com/batch/latest/APIReference/API_RetryStrategy.html>, read 2026-11-28.
const MOST_ATTEMPTS: usize = 10;

/// What a job asks for.
#[derive(Clone, Debug, Default)]
pub(super) struct Resources {
    /// 0 for unknown.
    pub(super) memory_mib: u32,
    pub(super) gpus: Option<u32>,
    /// 0 for one.
    pub(super) nodes: u32,
    pub(super) queue: String,
    pub(super) account: String,
}

/// What is said of a job when it begins.
#[derive(Clone, Debug, Default)]
pub(super) struct Info {
    pub(super) rule: String,
    pub(super) wildcards: String,
    pub(super) benchmark: String,
    pub(super) threads: Option<u32>,
    pub(super) resources: Resources,
    /// Whether it runs where Snakemake does.
    pub(super) local: bool,
    pub(super) in_group: bool,
    /// Whether the rule makes anything.
    pub(super) has_output: bool,
    /// Whether its own message stands in the place of all this.
    pub(super) message: bool,
}

/// What happens to a job.
#[derive(Clone, Debug)]
pub(super) enum Event {
    Info(Box<Info>),
    Finished,
    /// With the exit code of its command, where that is said.
    Failed(Option<i64>),
}

/// A job that has begun.
#[derive(Clone, Debug)]
struct Open {
    info: Info,
    line: u64,
    /// Of its first attempt [ms of the Unix epoch].
    submitted: u64,
    /// Of its last attempt.
    begun: u64,
    external: String,
    earlier: Vec<(u32, Option<Reason>)>,
    /// How it failed, if it did last.
    failed: Option<(u64, Option<i64>)>,
}

/// A job that has ended.
#[derive(Clone, Debug)]
struct Ended {
    id: String,
    open: Open,
    end: u64,
    recorded: Recorded,
    reason: Option<Reason>,
}

/// Reads files of Snakemake, and makes jobs of them all.
#[derive(Debug, Default)]
pub struct Reader {
    pub(super) draft: Draft,
    open: FxHashMap<String, Open>,
    ended: Vec<Ended>,
    /// Rows by path.
    benchmarks: Vec<(String, u64, Benchmark)>,
    unfinished: u64,
}

impl Reader {
    /// Another file begins: what has not ended in the one before does not.
    pub(super) fn begin(&mut self) {
        for (id, open) in std::mem::take(&mut self.open) {
            match open.failed {
                Some(_) => self.fail(id, open),
                None => self.unfinished += 1,
            }
        }
    }

    pub(super) fn benchmark(&mut self, path: &str, line: u64, row: Benchmark) {
        self.benchmarks.push((path.to_owned(), line, row));
    }

    /// A job was given to another system under this id.
    pub(super) fn submitted(&mut self, id: &str, external: &str) {
        if let Some(open) = self.open.get_mut(id) {
            external.clone_into(&mut open.external);
        }
    }

    /// The rule of a job of which it was not said before.
    pub(super) fn name(&mut self, id: &str, rule: &str) {
        if let Some(open) = self.open.get_mut(id).filter(|open| open.info.rule.is_empty()) {
            rule.clone_into(&mut open.info.rule);
        }
    }

    pub(super) fn event(&mut self, id: &str, at: u64, line: u64, event: Event) {
        match event {
            Event::Info(info) => {
                let fresh = |info: Info| Open {
                    info,
                    line,
                    submitted: at,
                    begun: at,
                    external: String::new(),
                    earlier: Vec::new(),
                    failed: None,
                };
                match self.open.remove(id) {
                    // It is tried again.
                    Some(Open {
                        failed: Some((end, code)),
                        begun,
                        mut earlier,
                        submitted,
                        info: before,
                        ..
                    }) if before.rule == info.rule => {
                        earlier.push((seconds_between(begun, end).unwrap_or_default(), reason(code)));
                        self.open.insert(id.to_owned(), Open { submitted, earlier, ..fresh(*info) });
                    }
                    // The ids of another run.
                    before => {
                        match before {
                            Some(open) if open.failed.is_some() => self.fail(id.to_owned(), open),
                            Some(_) => self.unfinished += 1,
                            None => {}
                        }
                        self.open.insert(id.to_owned(), fresh(*info));
                    }
                }
            }
            Event::Finished => {
                if let Some(open) = self.open.remove(id) {
                    let (id, reason) = (id.to_owned(), None);
                    self.ended.push(Ended { id, open, end: at, recorded: Recorded::Succeeded, reason });
                }
            }
            Event::Failed(code) => {
                if let Some(open) = self.open.get_mut(id) {
                    open.failed = Some((at, code));
                }
            }
        }
    }

    fn fail(&mut self, id: String, open: Open) {
        if let Some((end, code)) = open.failed {
            self.ended.push(Ended { id, open, end, recorded: Recorded::Failed, reason: reason(code) });
        }
    }

    /// The jobs, maybe none, and the second of the Unix epoch they count from. `vcpus` are those of a job that names none;
    /// rules are named as job definitions where they are asked for.
    pub fn done(mut self, vcpus: Option<u32>, definitions: bool) -> Result<(Draft, Option<i64>), Refusal> {
        self.begin();
        let mut counts = Counts { vcpus, definitions, ..Counts::default() };
        self.draft.dropped.unfinished += self.unfinished;
        let elsewhere = self.ended.iter().any(|ended| !ended.open.info.local && !ended.open.info.message);
        self.ended.sort_by_key(|ended| (ended.open.line, ended.open.submitted));
        let logged = !self.ended.is_empty() || self.unfinished > 0;
        let mut benchmarks: Vec<(String, u64, Benchmark, bool)> =
            self.benchmarks.into_iter().map(|(path, line, row)| (path, line, row, false)).collect();
        let mut draft = self.draft;
        for ended in &self.ended {
            if elsewhere && ended.open.info.local {
                counts.local += 1;
                continue;
            }
            let of = |path: &str| {
                let wanted = ended.open.info.benchmark.as_str();
                !wanted.is_empty() && (path == wanted || path.ends_with(&format!("/{wanted}")))
            };
            let mut own = Vec::new();
            for (_, _, row, used) in benchmarks.iter_mut().filter(|(path, ..)| of(path)) {
                *used = true;
                own.push(row.clone());
            }
            if let Err(reason) = counts.job(ended, &own, &mut draft) {
                draft.skip(Refusal { line: Some(ended.open.line), reason });
            }
        }
        for (path, line, row, _) in benchmarks.iter().filter(|(.., used)| !used) {
            if logged {
                counts.without_job += 1;
            } else if let Err(reason) = counts.alone(path, *line, row, &mut draft) {
                draft.skip(Refusal { line: Some(*line), reason });
            }
        }
        counts.remark(&mut draft);
        if !logged {
            if !draft.is_empty() {
                let why = "benchmarks have no time of submission: all are submitted at once; the log of the run has it";
                draft.remarks.push(why.into());
            }
            return Ok((draft, None));
        }
        draft.tell_apart().map_err(|reason| Refusal { line: None, reason })?;
        let start = draft.earliest();
        draft.count_from(start)?;
        Ok((draft, i64::try_from(start).ok()))
    }
}

fn reason(code: Option<i64>) -> Option<Reason> {
    code.and_then(Reason::of_exit_code)
}

#[derive(Default)]
struct Counts {
    vcpus: Option<u32>,
    definitions: bool,
    local: u64,
    in_groups: u64,
    waits: u64,
    targets: u64,
    no_threads: u64,
    defaulted: u64,
    without_job: u64,
    gpus: u64,
}

impl Counts {
    /// Adds a job of a log, with the rows of its benchmark.
    fn job(&mut self, ended: &Ended, benchmarks: &[Benchmark], draft: &mut Draft) -> Result<(), Said> {
        let Ended { open, .. } = ended;
        let info = &open.info;
        let run_seconds = seconds_between(open.begun, ended.end);
        if run_seconds.is_none() && !info.has_output {
            self.targets += 1;
            return Ok(());
        }
        let measured = benchmarks.iter().map(|row| row.run_seconds).reduce(u32::saturating_add);
        let elsewhere = !open.external.is_empty();
        let run_seconds = measured.filter(|_| elsewhere).or(run_seconds).unwrap_or_default();
        self.waits += u64::from(elsewhere && measured.is_none());
        self.in_groups += u64::from(info.in_group);
        let first = benchmarks.first();
        let threads = info.threads.or(first.and_then(|row| row.threads));
        let resources = match first.filter(|_| info.message) {
            Some(row) => &row.resources,
            None => &info.resources,
        };
        let own = format!("{}/{}", info.rule, ended.id);
        let of = Of {
            id: if elsewhere { &open.external } else { &own },
            line: open.line,
            rule: &info.rule,
            wildcards: &info.wildcards,
            submit_seconds: open.submitted / 1000,
            run_seconds,
            threads,
            resources,
            recorded: ended.recorded,
            peak_memory_mib: benchmarks.iter().filter_map(|row| row.peak_memory_mib).max(),
            reason: ended.reason,
            earlier: &open.earlier,
        };
        self.push(&of, draft)
    }

    /// Adds a row of a benchmark that no log has.
    fn alone(&mut self, path: &str, line: u64, row: &Benchmark, draft: &mut Draft) -> Result<(), Said> {
        let stem = path.rsplit('/').next().unwrap_or(path);
        let stem = stem.split_once('.').map_or(stem, |(stem, _)| stem);
        let of = Of {
            // The header is a line.
            id: &format!("{path}:{}", line.saturating_sub(1).max(1)),
            line,
            rule: if row.rule.is_empty() { stem } else { &row.rule },
            wildcards: "",
            submit_seconds: 0,
            run_seconds: row.run_seconds,
            threads: row.threads,
            resources: &row.resources,
            recorded: Recorded::Succeeded,
            peak_memory_mib: row.peak_memory_mib,
            reason: None,
            earlier: &[],
        };
        self.push(&of, draft)
    }

    fn push(&mut self, of: &Of<'_>, draft: &mut Draft) -> Result<(), Said> {
        let vcpus = match of.threads {
            Some(threads) => threads,
            None => self.vcpus.inspect(|_| self.defaulted += 1).unwrap_or_default(),
        };
        if vcpus == 0 {
            self.no_threads += 1;
            draft.dropped.no_processors += 1;
            return Ok(());
        }
        let nodes = of.resources.nodes.max(1);
        let gpus = of.resources.gpus.unwrap_or_default();
        self.gpus += u64::from(gpus);
        let tried = u8::try_from((of.earlier.len() + 1).min(MOST_ATTEMPTS)).ok();
        let job = Job {
            submit_seconds: of.submit_seconds,
            run_seconds: of.run_seconds,
            vcpus: vcpus.div_ceil(nodes),
            memory_mib: of.resources.memory_mib,
            nodes,
            gpus: u16::try_from(gpus.div_ceil(nodes)).map_err(|_| words::too_many_gpus())?,
            queue: draft.queue(&of.resources.queue)?,
            job_definition: draft.job_definition(if self.definitions { of.rule } else { "" })?,
            attempts: tried.filter(|tried| *tried > 1).and_then(NonZeroU8::new),
            recorded: of.recorded,
        };
        draft.unknown_memory += u64::from(job.memory_mib == 0);
        draft.push(job, of.id, of.line)?;
        let name = match of.wildcards {
            "" => of.rule.to_owned(),
            wildcards => format!("{} ({wildcards})", of.rule),
        };
        let earlier = of.earlier.iter().map(|(run_seconds, reason)| Attempt {
            run_seconds: *run_seconds,
            reason: *reason,
            instance_type: "",
        });
        draft.describe(&Detail {
            name: &name,
            account: &of.resources.account,
            tags: &tags([("rule", of.rule)].into_iter().filter(|(_, rule)| !rule.is_empty())),
            reason: of.reason,
            peak_memory_mib: of.peak_memory_mib,
            earlier: earlier.collect(),
            ..Detail::default()
        })
    }

    fn remark(&self, draft: &mut Draft) {
        let said = [
            ("rule|rules ran where Snakemake did, and is|are in no figure of the other system", self.local),
            ("rule|rules only names|name what is wanted: nothing ran", self.targets),
            (
                "job|jobs ran elsewhere: a wait is in its|their run time, unless its|their benchmark is read too",
                self.waits,
            ),
            ("job|jobs is|are part of groups, which ran together", self.in_groups),
            ("job|jobs names|name no threads: `--default vcpus=` counts", self.defaulted),
            (
                "job|jobs names|name no threads (a rule's own message hides them, benchmarks have them if extended), and there is no `--default vcpus=`",
                self.no_threads,
            ),
            ("row|rows of benchmarks has|have no job in a log, and is|are in no figure", self.without_job),
        ];
        let said = said.into_iter().filter(|(_, count)| *count > 0);
        draft.remarks.extend(said.map(|(what, count)| agreeing(count, what)));
        if self.gpus == 0 && !draft.is_empty() {
            let jobs = agreeing(draft.len().into(), "job|jobs counts|count as without");
            let why = "no job names `gpu`";
            draft.gpus_unknown = Some(format!("GPUs unknown: {jobs}; {why}"));
        }
    }
}

/// A job that ended, whatever told of it.
struct Of<'a> {
    id: &'a str,
    line: u64,
    rule: &'a str,
    wildcards: &'a str,
    submit_seconds: u64,
    run_seconds: u32,
    threads: Option<u32>,
    resources: &'a Resources,
    recorded: Recorded,
    peak_memory_mib: Option<u32>,
    reason: Option<Reason>,
    earlier: &'a [(u32, Option<Reason>)],
}
