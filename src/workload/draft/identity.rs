//! Which rows are of one job: the same name and the same submission.

use std::collections::BTreeMap;

use super::{Draft, MOST_REPLACED, natural};
use crate::model::said::Said;
use crate::model::time::instant;
use crate::workload::words;

impl Draft {
    /// Leaves out every job that a later one of the same name replaces.
    pub fn keep_last(&mut self) {
        let count = u32::try_from(self.jobs.len()).expect("push refuses more jobs");
        let id = |job: u32| natural(self.ids.bytes(job as usize));
        let mut order: Vec<u32> = (0..count).collect();
        order.sort_by(|a, b| id(*a).cmp(&id(*b)));
        let mut last = vec![true; self.jobs.len()];
        for pair in order.windows(2).filter(|pair| id(pair[0]) == id(pair[1])) {
            last[pair[0] as usize] = false;
        }
        self.dropped.replaced += self.keep(&last);
    }

    /// Of jobs of one name and one submission leaves the last. Jobs of one name and several submissions are different jobs: the
    /// first keeps the name, another one is named `NAME@SUBMISSION`. The order in which they were added does not matter.
    /// Submissions are seconds of the Unix epoch.
    pub(in crate::workload) fn tell_apart(&mut self) -> Result<(), Said> {
        let key = |job: &u32| {
            let submitted = self.submitted(*job);
            (natural(own_name(self.id(*job), submitted).as_bytes()), submitted)
        };
        let mut order: Vec<u32> = (0..self.len()).collect();
        order.sort_by(|a, b| key(a).cmp(&key(b)));
        let (mut kept, mut replaced) = (vec![true; self.jobs.len()], Vec::new());
        for pair in order.windows(2).filter(|pair| key(&pair[0]) == key(&pair[1])) {
            kept[pair[0] as usize] = false;
            let id = self.id(pair[1]);
            if replaced.len() < MOST_REPLACED && replaced.last().is_none_or(|last| last != id) {
                replaced.push(id.to_owned());
            }
        }
        order.retain(|job| kept[*job as usize]);
        let (mut names, mut renamed) = (Vec::new(), 0);
        for group in order.chunk_by(|a, b| key(a).0 == key(b).0) {
            for (place, job) in group.iter().enumerate() {
                let (id, submitted) = (self.id(*job), self.submitted(*job));
                let name = own_name(id, submitted);
                let name = match place {
                    0 => name.to_owned(),
                    _ => format!("{name}{}", mark(submitted)),
                };
                renamed += u64::from(place > 0);
                if place > 0 || name != id {
                    names.push((*job, name));
                }
            }
        }
        let by_submission: BTreeMap<(&str, u64), &str> = names
            .iter()
            .map(|(job, name)| {
                let submitted = self.jobs[*job as usize].submit_seconds;
                ((own_name(self.ids.get(*job as usize), submitted), submitted), name.as_str())
            })
            .collect();
        for awaited in &mut self.awaited {
            let Some(submitted) = awaited.submitted else { continue };
            if let Some(name) = by_submission.get(&(own_name(&awaited.on, submitted), submitted)) {
                awaited.on = (*name).to_owned();
            }
        }
        for (job, name) in names {
            self.ids.rename(job as usize, &name).ok_or_else(words::too_many_names)?;
        }
        (self.renamed, self.replaced) = (renamed, replaced);
        self.dropped.replaced += self.keep(&kept);
        Ok(())
    }

    /// Whether jobs may have one name.
    pub(in crate::workload) fn share_ids(&self) -> bool {
        let id = |job: usize| natural(self.ids.bytes(job));
        (1..self.jobs.len()).any(|job| id(job - 1) >= id(job)) && {
            let mut ids: Vec<&[u8]> = (0..self.jobs.len()).map(|job| self.ids.bytes(job)).collect();
            ids.sort_unstable();
            ids.windows(2).any(|pair| pair[0] == pair[1])
        }
    }
}

/// The name of a job that was submitted then, as its record has it.
fn own_name(id: &str, submitted: u64) -> &str {
    if !id.contains('@') {
        return id;
    }
    id.strip_suffix(mark(submitted).as_str()).filter(|name| !name.is_empty()).unwrap_or(id)
}

/// What stands after the name of a job that has the name of an earlier one.
fn mark(submitted: u64) -> String {
    format!("@{}", instant(i64::try_from(submitted).unwrap_or(i64::MAX)))
}
