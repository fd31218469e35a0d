//! What a record leaves empty is filled in, and jobs that nobody asked for are left out.

use super::{Draft, MOST_SHOWN};
use crate::model::said::Said;
use crate::model::text::{clean, counted};
use crate::workload::Refusal;
use crate::workload::detail::{Detail, Label, Reason};
use crate::workload::wanted::{Condition, DEFAULT_FIELDS, Defaults, Field, TEXTS, Wanted};
use crate::workload::words;

impl Draft {
    /// Puts defaults where the record says nothing, and remarks for how many jobs.
    pub(in crate::workload) fn fill(&mut self, defaults: &Defaults) -> Result<(), Said> {
        if *defaults == Defaults::default() {
            return Ok(());
        }
        let mut filled: Vec<(&str, String, u64)> = Vec::new();
        if let Some(queue) = &defaults.queue {
            let jobs = match self.queues.find("") {
                Some(index) => self.jobs.iter().filter(|job| job.queue == index).count() as u64,
                None => 0,
            };
            self.name_queue(&clean(queue));
            filled.push(("queue", queue.clone(), jobs));
        }
        if let Some(name) = &defaults.job_definition {
            let index = self.job_definition(name)?;
            let none = self.job_definitions.find("");
            let without = self.jobs.iter_mut().filter(|job| Some(job.job_definition) == none);
            let jobs = without.map(|job| job.job_definition = index).count() as u64;
            filled.push(("job_definition", name.clone(), jobs));
        }
        if let Some(attempts) = defaults.attempts {
            let without = self.jobs.iter_mut().filter(|job| job.attempts.is_none());
            let jobs = without.map(|job| job.attempts = Some(attempts)).count() as u64;
            filled.push(("attempts", attempts.to_string(), jobs));
        }
        if let Some(mib) = defaults.memory_mib {
            let without = self.jobs.iter_mut().filter(|job| job.memory_mib == 0);
            let jobs = without.map(|job| job.memory_mib = mib).count() as u64;
            self.unknown_memory -= jobs;
            filled.push(("memory_mib", mib.to_string(), jobs));
        }
        if let Some(gpus) = defaults.gpus {
            let unknown = self.gpus_unknown.take().is_some();
            let without = self.jobs.iter_mut().filter(|job| unknown && job.gpus == 0);
            let jobs = without.map(|job| job.gpus = gpus).count() as u64;
            filled.push(("gpus", gpus.to_string(), jobs));
        }
        self.fill_details(defaults, &mut filled)?;
        let place = |name: &str| DEFAULT_FIELDS.iter().position(|field| *field == name);
        filled.sort_by_key(|(name, _, _)| place(name));
        for (name, value, jobs) in filled {
            self.remarks.push(match jobs {
                0 => {
                    format!("every job has {} already; --default {name}={value} changed nothing", named(name))
                }
                _ => format!("default {name}={value}: {} without it", counted(jobs, "job")),
            });
        }
        Ok(())
    }

    fn fill_details(
        &mut self,
        defaults: &Defaults,
        filled: &mut Vec<(&'static str, String, u64)>,
    ) -> Result<(), Said> {
        let texts: Vec<String> = defaults
            .texts
            .iter()
            .map(|text| clean(text.as_deref().unwrap_or_default()).into_owned())
            .collect();
        let detail = Detail {
            name: &texts[0],
            user: &texts[1],
            account: &texts[2],
            share: &texts[3],
            tags: &texts[4],
            instance_type: &texts[5],
            scheduling_priority: defaults.scheduling_priority,
            ..Detail::default()
        };
        if detail == Detail::default() {
            return Ok(());
        }
        let (of_texts, of_priority) =
            self.details.fill(self.jobs.len(), &detail).ok_or_else(words::too_many_names)?;
        for ((name, text), jobs) in
            TEXTS.iter().zip(&texts).zip(of_texts).filter(|((_, text), _)| !text.is_empty())
        {
            filled.push((name, text.clone(), jobs));
        }
        if let Some(priority) = defaults.scheduling_priority {
            filled.push(("scheduling_priority", priority.to_string(), of_priority));
        }
        Ok(())
    }

    /// Calls the queue of jobs that name none; they keep it where another one is called so.
    pub(super) fn name_queue(&mut self, name: &str) {
        if let Some((before, now)) = self.queues.rename("", name).filter(|(before, now)| before != now) {
            for job in self.jobs.iter_mut().filter(|job| job.queue == before) {
                job.queue = now;
            }
        }
    }

    /// Leaves out the jobs for which not every condition holds.
    pub(in crate::workload) fn select(&mut self, wanted: &Wanted) {
        if wanted.is_everything() {
            return;
        }
        let mut kept = vec![true; self.jobs.len()];
        for condition in &wanted.0 {
            let known = self.holds(condition, &mut kept);
            if !known && !self.jobs.is_empty() {
                self.remarks.push(words::no_job_of_it_has(words(&condition.field)).en);
            }
        }
        self.dropped.not_wanted += self.keep(&kept);
    }

    /// Marks jobs for which a condition does not hold; whether any job says what it is about.
    fn holds(&self, condition: &Condition, kept: &mut [bool]) -> bool {
        let holds = |text: &str| condition.holds(text);
        let of_label = |label: Label, holds: &dyn Fn(&str) -> bool, kept: &mut [bool]| {
            let texts = self.details.texts(label);
            // Without a row no text was met yet, not even the empty one.
            let of_text: Vec<bool> = texts.iter().map(|text| holds(text)).collect();
            let none = holds("");
            for (job, kept) in kept.iter_mut().enumerate() {
                *kept &= of_text.get(self.details.label(label, job) as usize).copied().unwrap_or(none);
            }
            texts.iter().any(|text| !text.is_empty())
        };
        let each = |kept: &mut [bool], holds: &dyn Fn(usize) -> bool| {
            for (job, kept) in kept.iter_mut().enumerate().filter(|(_, kept)| **kept) {
                *kept = holds(job);
            }
            true
        };
        match &condition.field {
            Field::User => of_label(Label::User, &holds, kept),
            Field::Account => of_label(Label::Account, &holds, kept),
            Field::Share => of_label(Label::Share, &holds, kept),
            Field::Tag(key) => of_label(Label::Tags, &|tags| condition.holds_of_tags(tags, key), kept),
            Field::Queue => {
                let unnamed = self.unnamed_queue.unwrap_or(UNNAMED);
                let of: Vec<bool> = self
                    .queues
                    .texts
                    .iter()
                    .map(|name| holds(if name.is_empty() { unnamed } else { name }))
                    .collect();
                each(kept, &|job| of[usize::from(self.jobs[job].queue)])
            }
            Field::JobDefinition => {
                let of: Vec<bool> = self.job_definitions.texts.iter().map(|name| holds(name)).collect();
                each(kept, &|job| of[usize::from(self.jobs[job].job_definition)]);
                self.job_definitions.texts.iter().any(|name| !name.is_empty())
            }
            Field::JobId => each(kept, &|job| holds(self.ids.get(job))),
            Field::Name => {
                each(kept, &|job| holds(self.details.name(job)));
                self.details.has_names()
            }
            Field::Status => each(kept, &|job| holds(self.jobs[job].recorded.id())),
            Field::Reason => each(kept, &|job| holds(self.details.reason(job).map_or("", Reason::id))),
        }
    }

    /// The first row that cannot be read, where one is enough to refuse the record: where `strict`, or where there is nothing
    /// else in it.
    pub(in crate::workload) fn refused(&self, strict: bool) -> Result<(), Refusal> {
        let Some(first) = self.unreadable.first() else { return Ok(()) };
        let others = self.dropped.unreadable - 1;
        let only = self.jobs.is_empty() && self.dropped.jobs() == self.dropped.unreadable;
        match strict || only {
            false => Ok(()),
            true if others == 0 => Err(first.clone()),
            true => {
                let such = match only {
                    true => format!("no other row can be read either, of {}", counted(others + 1, "row")),
                    false => format!("{} more cannot be read", counted(others, "row")),
                };
                Err(Refusal { reason: first.reason.clone().and(Said::alike(such)), ..first.clone() })
            }
        }
    }

    /// Counts a row that cannot be read, and keeps why if it is one of the first.
    pub(in crate::workload) fn skip(&mut self, refusal: Refusal) {
        self.dropped.unreadable += 1;
        if self.unreadable.len() < MOST_SHOWN {
            self.unreadable.push(refusal);
        }
    }
}

/// The queue of jobs whose record names none, where their reader does not say otherwise.
pub(super) const UNNAMED: &str = "default";

/// What a field of a default is of a job, with its article.
fn named(field: &str) -> String {
    match field {
        "attempts" => "a number of attempts".into(),
        "memory_mib" => "memory".into(),
        "gpus" => "a number of GPUs".into(),
        "tags" => "tags".into(),
        _ => {
            let article = if field.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
            format!("{article} {}", field.replace('_', " "))
        }
    }
}

fn words(field: &Field) -> String {
    match field {
        Field::JobDefinition => "a job definition".into(),
        Field::User => "a user".into(),
        Field::Account => "an account".into(),
        Field::Share => "a share".into(),
        Field::Name => "a name".into(),
        Field::Tag(_) => "tags".into(),
        Field::JobId | Field::Queue | Field::Status | Field::Reason => "it".into(),
    }
}
