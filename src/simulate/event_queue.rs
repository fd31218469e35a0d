//! What happens next: events in order of time, and among those of one second in the order they were entered.
//!
//! Knows nothing of what an event does.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// One instance: its compute environment, and its number there in order of launch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct InstanceId {
    pub(super) environment: u16,
    pub(super) number: u32,
}

/// Everything that can happen. Submissions are not among it: the workload has them in order already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// What a job waited for has ended, and the time to think is over.
    DependenciesMet(u32),
    /// An attempt ends by itself or by its timeout, unless it was interrupted before.
    AttemptEnded { job: u32, attempt: u16 },
    /// A launched instance takes jobs.
    InstanceReady(InstanceId),
    /// An instance has been idle for the scale-down delay, unless it took a job since.
    InstanceIdle { instance: InstanceId, spell: u32 },
    /// EC2 takes a Spot instance back, if it is still there.
    SpotInterrupted(InstanceId),
    /// A schedule changes the limits of a compute environment.
    LimitsChanged(u16),
    /// A type whose launch was refused may be asked for again.
    CapacityRetry,
    /// The first job of a queue, by its rank, has waited for what it waits for as long as it may, if it still does.
    StateLimit { rank: u16, job: u32 },
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    time: u64,
    order: u64,
    event: Event,
}

/// Reversed, since the heap gives its greatest entry first.
impl Ord for Entry {
    fn cmp(&self, other: &Entry) -> Ordering {
        (other.time, other.order).cmp(&(self.time, self.order))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Entry) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Entry) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Entry {}

/// Events to come.
#[derive(Debug, Default)]
pub(super) struct EventQueue {
    heap: BinaryHeap<Entry>,
    entered: u64,
}

impl EventQueue {
    /// Enters an event [s].
    pub(super) fn push(&mut self, time: u64, event: Event) {
        self.heap.push(Entry { time, order: self.entered, event });
        self.entered += 1;
    }

    /// When the next event happens [s].
    pub(super) fn next_time(&self) -> Option<u64> {
        self.heap.peek().map(|entry| entry.time)
    }

    /// The next event, if it happens at this second.
    pub(super) fn pop_at(&mut self, time: u64) -> Option<Event> {
        (self.next_time()? == time).then(|| self.heap.pop().expect("it was just seen").event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_first_then_order_of_entry() {
        let mut queue = EventQueue::default();
        for (time, job) in [(5, 0), (3, 1), (5, 2), (3, 3), (4, 4)] {
            queue.push(time, Event::DependenciesMet(job));
        }
        let mut found = Vec::new();
        while let Some(time) = queue.next_time() {
            while let Some(Event::DependenciesMet(job)) = queue.pop_at(time) {
                found.push((time, job));
            }
        }
        assert_eq!(found, [(3, 1), (3, 3), (4, 4), (5, 0), (5, 2)]);
    }
}
