//! A workload in the making: jobs in the order of a trace, until they are checked as a whole.
//!
//! Reads nothing itself: each format says what a line of it is. Names come from files and go to terminals, so what is
//! harmful in them is replaced here, once, and no two answers call a job differently.

mod lives;
mod identity;
mod names;
mod select;

use std::cmp::Ordering;

use self::names::Names;
use self::select::UNNAMED;
use super::circle::circle;
use super::detail::{Detail, Details};
use super::mapped::Doubt;
use super::several::own_line;
use super::{Dependency, Dropped, Ids, Job, LONGEST_SECONDS, Refusal, Workload};
use crate::model::said::Said;
use crate::model::text::clean;
use crate::workload::words;

/// Jobs of a circle that are named.
const MOST_NAMED: usize = 8;

/// Most rows that cannot be read of which the reason is kept.
const MOST_SHOWN: usize = 3;

/// Most jobs that are named of those of which a later record was taken.
const MOST_REPLACED: usize = 10;

/// Jobs as they come; [`Draft::finish`] makes a workload of them.
#[derive(Debug, Default)]
pub struct Draft {
    jobs: Vec<Job>,
    lines: Vec<u64>,
    /// What is added to the lines of the file at hand.
    pub(super) lines_before: u64,
    ids: Ids,
    details: Details,
    queues: Names,
    job_definitions: Names,
    awaited: Vec<Awaited>,
    /// What was left out so far.
    pub dropped: Dropped,
    /// The first rows that cannot be read, of those that are counted in `dropped`.
    pub unreadable: Vec<Refusal>,
    /// Jobs without memory so far.
    pub unknown_memory: u64,
    /// What else to say about the record, in words.
    pub remarks: Vec<String>,
    /// Whether the record names no jobs: they are numbered.
    pub numbered: bool,
    /// What to say where no job of the record says how many GPUs it has; `None` where one does.
    pub(super) gpus_unknown: Option<String>,
    /// What the queue of jobs that name none is called; `default` where their reader does not say.
    pub(super) unnamed_queue: Option<&'static str>,
    /// What is to be asked before the jobs are taken as they are.
    pub(super) doubt: Option<Doubt>,
    /// Why no more jobs are taken, once there are too many.
    full: Option<Said>,
    /// Whether jobs of the same second stand by name, not as they came.
    ties_by_name: bool,
    /// Jobs that have the name of an earlier one and got one of their own.
    renamed: u64,
    /// The first jobs of which [`Draft::tell_apart`] took a later record.
    replaced: Vec<String>,
}

/// A dependency by name, before every job is known.
#[derive(Debug)]
struct Awaited {
    job: u32,
    on: String,
    /// When that one was submitted [s of the Unix epoch], where its name alone does not say which it is.
    submitted: Option<u64>,
    think_seconds: u32,
    on_success: bool,
}

impl Draft {
    /// An empty one with room for so many jobs, so that nothing is copied as it grows.
    pub(super) fn with_room(jobs: usize) -> Draft {
        let mut draft = Draft::default();
        draft.jobs.reserve_exact(jobs);
        draft.lines.reserve_exact(jobs);
        draft.ids.spans.reserve_exact(jobs);
        draft
    }

    /// The index of a queue's name, new or known; empty where the record names none.
    pub fn queue(&mut self, name: &str) -> Result<u16, Said> {
        let index = self.queues.index(&clean(name));
        index.ok_or_else(|| self.no_more(words::more_than_65536_different_queues()))
    }

    /// From here on there is no room: not for this row alone, so the record is refused.
    fn no_more(&mut self, why: Said) -> Said {
        self.full.get_or_insert(why).clone()
    }

    /// The index of a job definition's name, new or known; the empty name stands for none.
    pub fn job_definition(&mut self, name: &str) -> Result<u16, Said> {
        let index = self.job_definitions.index(&clean(name));
        index.ok_or_else(|| self.no_more(words::more_than_65536_different_job()))
    }

    /// Adds a job and its name. Its queue and job definition are from this draft.
    pub fn push(&mut self, job: Job, id: &str, line: u64) -> Result<(), Said> {
        if self.jobs.len() >= u32::MAX as usize || self.ids.push(&clean(id)).is_none() {
            return Err(self.no_more(words::too_many_names()));
        }
        self.jobs.push(job);
        self.lines.push(self.behind(line));
        Ok(())
    }

    /// Says more of the job pushed last; once at most.
    pub fn describe(&mut self, detail: &Detail<'_>) -> Result<(), Said> {
        let [name, user, account, share, tags, instance_type] =
            [detail.name, detail.user, detail.account, detail.share, detail.tags, detail.instance_type]
                .map(clean);
        let detail = Detail {
            name: &name,
            user: &user,
            account: &account,
            share: &share,
            tags: &tags,
            instance_type: &instance_type,
            earlier: detail.earlier.clone(),
            ..*detail
        };
        let said = self.details.push(self.jobs.len().saturating_sub(1), &detail);
        said.ok_or_else(|| self.no_more(words::too_many_names()))
    }

    /// Makes the job pushed last wait for another one, which may come later.
    pub fn depend(&mut self, on: &str, think_seconds: u32, on_success: bool) {
        let job = u32::try_from(self.jobs.len().saturating_sub(1)).expect("push refuses more jobs");
        let on = clean(on).into_owned();
        self.awaited.push(Awaited { job, on, submitted: None, think_seconds, on_success });
    }

    /// Adds the jobs of another draft after its own; the lines of that one are counted from `lines` on.
    pub(super) fn append(&mut self, other: Draft, lines: u64) -> Result<(), Said> {
        let queues: Vec<u16> =
            other.queues.texts.iter().map(|name| self.queue(name)).collect::<Result<_, _>>()?;
        let definitions: Vec<u16> = other
            .job_definitions
            .texts
            .iter()
            .map(|name| self.job_definition(name))
            .collect::<Result<_, _>>()?;
        let before = u32::try_from(self.jobs.len()).expect("push refuses more jobs");
        if self.jobs.len() + other.jobs.len() > u32::MAX as usize || self.ids.append(&other.ids).is_none() {
            return Err(words::too_many_names());
        }
        self.details
            .append(self.jobs.len(), other.jobs.len(), &other.details)
            .ok_or_else(words::too_many_names)?;
        self.jobs.reserve_exact(other.jobs.len());
        self.jobs.extend(other.jobs.iter().map(|job| Job {
            queue: queues[usize::from(job.queue)],
            job_definition: definitions[usize::from(job.job_definition)],
            ..*job
        }));
        self.lines.extend(other.lines.iter().map(|line| line + lines));
        self.awaited.extend(
            other.awaited.into_iter().map(|awaited| Awaited { job: awaited.job + before, ..awaited }),
        );
        self.dropped.add(other.dropped);
        let moved = |Refusal { line, reason }| Refusal { line: line.map(|line| line + lines), reason };
        self.unreadable.extend(other.unreadable.into_iter().map(moved));
        self.unreadable.truncate(MOST_SHOWN);
        self.unknown_memory += other.unknown_memory;
        self.remarks.extend(other.remarks);
        self.numbered |= other.numbered;
        self.gpus_unknown = self.gpus_unknown.take().or(other.gpus_unknown);
        self.unnamed_queue = self.unnamed_queue.or(other.unnamed_queue);
        self.full = self.full.take().or(other.full);
        Ok(())
    }

    /// Adds all jobs of a workload, submitted at seconds of the Unix epoch; what it left out is counted here too.
    pub fn absorb(&mut self, workload: &Workload) -> Result<(), Refusal> {
        let plain = |reason| Refusal { line: None, reason };
        let start = workload.start.and_then(|start| u64::try_from(start).ok());
        let start = start.ok_or_else(|| plain(words::cannot_be_joined()))?;
        let first = u32::try_from(self.jobs.len()).expect("push refuses more jobs");
        for (index, job) in workload.jobs.iter().enumerate() {
            let queue = self.queue(&workload.queues[usize::from(job.queue)]).map_err(plain)?;
            let definition = &workload.job_definitions[usize::from(job.job_definition)];
            let job_definition = self.job_definition(definition).map_err(plain)?;
            let submit_seconds = start + job.submit_seconds;
            let job = Job { submit_seconds, queue, job_definition, ..*job };
            self.push(job, workload.id(index), 0).map_err(plain)?;
            self.describe(&workload.detail(index)).map_err(plain)?;
        }
        for dependency in &workload.dependencies {
            let Dependency { on, job, think_seconds, on_success } = *dependency;
            let submitted = Some(start + workload.jobs[on as usize].submit_seconds);
            let on = workload.id(on as usize).to_owned();
            self.awaited.push(Awaited { job: first + job, on, submitted, think_seconds, on_success });
        }
        self.dropped.add(workload.dropped);
        self.unreadable.extend_from_slice(&workload.unreadable);
        self.unreadable.truncate(MOST_SHOWN);
        self.unknown_memory += workload.unknown_memory;
        self.remarks.extend_from_slice(&workload.remarks);
        self.numbered |= workload.numbered;
        Ok(())
    }

    /// The first submission so far; 0 without jobs.
    #[must_use]
    pub fn earliest(&self) -> u64 {
        self.jobs.iter().map(|job| job.submit_seconds).min().unwrap_or_default()
    }

    /// Leaves out these jobs.
    pub(super) fn remove(&mut self, jobs: &[u32]) {
        let mut kept = vec![true; self.jobs.len()];
        for job in jobs {
            kept[*job as usize] = false;
        }
        self.keep(&kept);
    }

    /// Leaves out the jobs that are not kept, and returns how many that are.
    fn keep(&mut self, kept: &[bool]) -> u64 {
        let gone = kept.iter().filter(|kept| !**kept).count() as u64;
        if gone == 0 {
            return 0;
        }
        let mut count = 0;
        let mut place = Vec::with_capacity(kept.len());
        for kept in kept {
            place.push(count);
            count += u32::from(*kept);
        }
        let unknown = self.jobs.iter().zip(kept).filter(|(job, kept)| !**kept && job.memory_mib == 0);
        self.unknown_memory -= unknown.count() as u64;
        retain(&mut self.jobs, kept);
        retain(&mut self.lines, kept);
        retain(&mut self.ids.spans, kept);
        self.details.keep(kept);
        self.awaited.retain_mut(|awaited| {
            let job = awaited.job as usize;
            awaited.job = place[job];
            kept[job]
        });
        gone
    }

    /// The jobs so far.
    pub(super) fn jobs(&self) -> &[Job] {
        &self.jobs
    }

    /// How many jobs there are so far.
    #[must_use]
    pub fn len(&self) -> u32 {
        u32::try_from(self.jobs.len()).expect("push refuses more jobs")
    }

    /// Whether there is no job so far.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.jobs.is_empty()
    }

    pub(super) fn id(&self, job: u32) -> &str {
        self.ids.get(job as usize)
    }

    pub(super) fn submitted(&self, job: u32) -> u64 {
        self.jobs[job as usize].submit_seconds
    }

    pub(super) fn line(&self, job: u32) -> u64 {
        self.lines[job as usize]
    }

    /// Puts jobs of the same second in the order of their names, so that the order in which records are added does not
    /// matter.
    pub(super) fn order_ties_by_name(&mut self) {
        self.ties_by_name = true;
    }

    /// Counts every submission from a second on, where they were counted from another one. It is not after any.
    pub fn count_from(&mut self, start: u64) -> Result<(), Refusal> {
        for (job, line) in self.jobs.iter_mut().zip(&self.lines) {
            job.submit_seconds -= start;
            if job.submit_seconds > LONGEST_SECONDS {
                let reason = words::submitted_s_after_the_first(job.submit_seconds);
                return Err(Refusal { line: Some(own_line(*line)), reason });
            }
        }
        Ok(())
    }

    /// The workload. `start` is the second of the Unix epoch at which the trace starts; `None` for unknown.
    pub fn finish(mut self, start: Option<i64>) -> Result<Workload, Refusal> {
        if let Some(reason) = self.full {
            return Err(Refusal { line: None, reason });
        }
        self.name_queue(self.unnamed_queue.unwrap_or(UNNAMED));
        self.remarks.extend(self.gpus_unknown.take());
        if self.jobs.is_empty() {
            return Err(Refusal { line: None, reason: self.why_empty() });
        }
        let by_id = self.by_id()?;
        let place = self.sort();
        let mut dependencies = Vec::with_capacity(self.awaited.len());
        for awaited in &self.awaited {
            let found = by_id.binary_search_by(|job| {
                natural(self.ids.bytes(*job as usize)).cmp(&natural(awaited.on.as_bytes()))
            });
            let (Ok(found), job) = (found, awaited.job) else {
                self.dropped.unknown_dependencies += 1;
                continue;
            };
            let on = by_id[found];
            if on == job {
                let reason = words::job_depends_on_itself(&awaited.on);
                return Err(Refusal { line: Some(own_line(self.lines[job as usize])), reason });
            }
            let placed = |job: u32| place.as_ref().map_or(job, |place| place[job as usize]);
            let (think_seconds, on_success) = (awaited.think_seconds, awaited.on_success);
            dependencies.push(Dependency { on: placed(on), job: placed(job), think_seconds, on_success });
        }
        dependencies.sort_unstable();
        self.refuse_circle(&dependencies, place.as_deref())?;
        let mut out_of_order = 0;
        if let Some(place) = place {
            let mut latest = 0;
            for job in &self.jobs {
                out_of_order += u64::from(job.submit_seconds < latest);
                latest = latest.max(job.submit_seconds);
            }
            self.jobs = arranged(&self.jobs, &place);
            self.ids.spans = arranged(&self.ids.spans, &place);
            self.details.arrange(&place);
        }
        self.jobs.shrink_to_fit();
        Ok(Workload {
            jobs: self.jobs,
            dependencies,
            queues: self.queues.texts,
            job_definitions: self.job_definitions.texts,
            written: Vec::new(),
            ids: self.ids,
            details: self.details,
            start,
            dropped: self.dropped,
            unreadable: self.unreadable,
            out_of_order,
            unknown_memory: self.unknown_memory,
            remarks: self.remarks,
            numbered: self.numbered,
            renamed: self.renamed,
            replaced: self.replaced,
        })
    }

    /// Why there is no job.
    fn why_empty(&self) -> Said {
        match self.dropped.jobs() + self.dropped.parts {
            0 if self.dropped.not_jobs > 0 => {
                words::it_has_no_jobs_but(Said::counted(self.dropped.not_jobs, "manifest"))
            }
            0 => words::it_has_no_jobs(),
            dropped => words::none_is_known(Said::counted(dropped, "job")),
        }
    }

    /// The jobs by name, or the first name that two of them have.
    fn by_id(&self) -> Result<Vec<u32>, Refusal> {
        let count = u32::try_from(self.jobs.len()).expect("push refuses more jobs");
        let id = |job: u32| natural(self.ids.bytes(job as usize));
        let mut order: Vec<u32> = (0..count).collect();
        if order.is_sorted_by(|a, b| id(*a) < id(*b)) {
            return Ok(order);
        }
        order.sort_by(|a, b| id(*a).cmp(&id(*b)));
        match order.windows(2).find(|pair| id(pair[0]) == id(pair[1])) {
            None => Ok(order),
            Some(pair) => {
                let [first, second] = [pair[0], pair[1]].map(|job| own_line(self.lines[job as usize]));
                let reason = words::job_id_is_that_of(self.ids.get(pair[1] as usize), first);
                Err(Refusal { line: Some(second), reason })
            }
        }
    }

    /// Where each job stands by time of submission, unless all stand so already.
    fn sort(&self) -> Option<Vec<u32>> {
        if !self.ties_by_name && self.jobs.is_sorted_by_key(|job| job.submit_seconds) {
            return None;
        }
        let submit = |job: u32| self.jobs[job as usize].submit_seconds;
        let by_name = |job: u32| (submit(job), natural(self.ids.bytes(job as usize)));
        match self.ties_by_name {
            true => placed(self.len(), |a, b| by_name(a).cmp(&by_name(b))),
            false => placed(self.len(), |a, b| submit(a).cmp(&submit(b))),
        }
    }

    /// Refuses jobs that wait for each other in a circle, by name. Dependencies are by place.
    fn refuse_circle(&self, dependencies: &[Dependency], place: Option<&[u32]>) -> Result<(), Refusal> {
        if dependencies.is_empty() {
            return Ok(());
        }
        let Some(circle) = circle(self.jobs.len(), dependencies) else { return Ok(()) };
        let own = |at: &u32| match place {
            None => *at,
            Some(place) => (0..self.len()).find(|job| place[*job as usize] == *at).unwrap_or(*at),
        };
        let shown: Vec<u32> = circle.iter().take(MOST_NAMED).map(own).collect();
        let mut names: Vec<String> = shown.iter().map(|job| format!("`{}`", self.id(*job))).collect();
        match circle.len() - shown.len() {
            0 => names.extend(names.first().cloned()),
            more => names.push(words::more(more).en),
        }
        let reason = words::jobs_wait_for_each_other(names.join(" → "));
        Err(Refusal { line: Some(own_line(self.lines[shown[0] as usize])).filter(|line| *line > 0), reason })
    }
}

fn retain<T>(values: &mut Vec<T>, kept: &[bool]) {
    let mut kept = kept.iter();
    values.retain(|_| kept.next().copied().unwrap_or(true));
}

/// Where each of so many stands in an order, those that are equal in it as they are; `None` where each is in its place.
pub(super) fn placed(count: u32, order: impl Fn(u32, u32) -> Ordering) -> Option<Vec<u32>> {
    if (0..count).is_sorted_by(|a, b| order(*a, *b) != Ordering::Greater) {
        return None;
    }
    let mut sorted: Vec<u32> = (0..count).collect();
    sorted.sort_by(|a, b| order(*a, *b));
    let mut place = vec![0; sorted.len()];
    for (position, job) in (0..count).zip(sorted) {
        place[job as usize] = position;
    }
    Some(place)
}

/// Shorter names first, so that numbers are in their order: most traces count their jobs.
pub(super) fn natural(id: &[u8]) -> (usize, &[u8]) {
    (id.len(), id)
}

pub(super) fn arranged<T: Copy>(from: &[T], place: &[u32]) -> Vec<T> {
    let mut arranged = from.to_vec();
    for (value, position) in from.iter().zip(place) {
        arranged[*position as usize] = *value;
    }
    arranged
}
