//! Jobs that wait, in order of submission.
//!
//! Most come in that order and go to the back; a job that is tried again, or that waited for another one,
//! comes later than younger ones and takes its place before them.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// Jobs by index, which is their order of submission.
#[derive(Debug, Default)]
pub(super) struct Line {
    in_order: VecDeque<u32>,
    returned: BinaryHeap<Reverse<u32>>,
}

impl Line {
    /// Adds a job at its place.
    pub(super) fn push(&mut self, job: u32) {
        match self.in_order.back() {
            Some(last) if *last > job => self.returned.push(Reverse(job)),
            _ => self.in_order.push_back(job),
        }
    }

    /// The first job.
    pub(super) fn first(&self) -> Option<u32> {
        match (self.in_order.front(), self.returned.peek()) {
            (Some(job), Some(Reverse(returned))) => Some(*job.min(returned)),
            (Some(job), None) | (None, Some(Reverse(job))) => Some(*job),
            (None, None) => None,
        }
    }

    /// Takes the first job out.
    pub(super) fn pop(&mut self) -> Option<u32> {
        let first = self.first()?;
        if self.in_order.front() == Some(&first) {
            self.in_order.pop_front()
        } else {
            self.returned.pop().map(|Reverse(job)| job)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_that_comes_back_takes_its_place() {
        let mut line = Line::default();
        for job in [3, 5, 4, 9, 1] {
            line.push(job);
        }
        let order: Vec<u32> = std::iter::from_fn(|| line.pop()).collect();
        assert_eq!(order, [1, 3, 4, 5, 9]);
        assert_eq!(line.first(), None);
    }
}
