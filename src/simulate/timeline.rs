//! Demand, what runs, and the cap over time, in at most 4,096 equal steps.
//!
//! A year of a million jobs has millions of changes, and no picture shows them: each step keeps the highest
//! value in it, and two steps become one when there are too many. A short run is exact to the second.

/// Most steps kept.
const MOST_STEPS: usize = 4096;

/// The highest values in a step of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// vCPUs that waiting and running jobs ask for.
    pub demanded_vcpus: u64,
    /// vCPUs of all instances, from launch to termination.
    pub owned_vcpus: u64,
    /// `max_vcpus` of all compute environments.
    pub max_vcpus: u64,
}

impl Step {
    fn max(self, other: Step) -> Step {
        Step {
            demanded_vcpus: self.demanded_vcpus.max(other.demanded_vcpus),
            owned_vcpus: self.owned_vcpus.max(other.owned_vcpus),
            max_vcpus: self.max_vcpus.max(other.max_vcpus),
        }
    }
}

/// Steps from the start of the trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// Length of a step [s]: a power of two.
    pub step_seconds: u64,
    /// The steps, the last one perhaps in part.
    pub steps: Vec<Step>,
    current: Step,
}

impl Timeline {
    pub(super) const fn new() -> Timeline {
        let nothing = Step { demanded_vcpus: 0, owned_vcpus: 0, max_vcpus: 0 };
        Timeline { step_seconds: 1, steps: Vec::new(), current: nothing }
    }

    /// Records what holds from a second on; seconds never go back.
    pub(super) fn record(&mut self, time: u64, now: Step) {
        if self.fill(time) {
            let begins = time & (self.step_seconds - 1) == 0;
            self.steps.push(if begins { now } else { self.current.max(now) });
        } else {
            let last = self.steps.last_mut().expect("there is a step of this second");
            *last = last.max(now);
        }
        self.current = now;
    }

    /// Fills the steps before the one of this second with what has held so far, and says whether that one is
    /// still to come.
    fn fill(&mut self, time: u64) -> bool {
        loop {
            let before = time >> self.step_seconds.trailing_zeros();
            if before < MOST_STEPS as u64 {
                while (self.steps.len() as u64) < before {
                    self.steps.push(self.current);
                }
                return self.steps.len() as u64 == before;
            }
            self.steps = self
                .steps
                .chunks(2)
                .map(|pair| pair.iter().fold(Step::default(), |a, b| a.max(*b)))
                .collect();
            self.step_seconds *= 2;
        }
    }

    /// At most so many steps, each the highest of those it stands for, and their length [s].
    #[must_use]
    pub fn thinned(&self, most: usize) -> (u64, Vec<Step>) {
        let together = self.steps.len().div_ceil(most.max(1)).max(1);
        let highest = |steps: &[Step]| steps.iter().fold(Step::default(), |a, b| a.max(*b));
        (self.step_seconds * together as u64, self.steps.chunks(together).map(highest).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(demanded_vcpus: u64) -> Step {
        Step { demanded_vcpus, ..Step::default() }
    }

    #[test]
    fn it_is_exact_while_short_and_never_long() {
        let mut timeline = Timeline::new();
        for (time, demanded) in [(0, 1), (2, 5), (2, 3), (4, 0)] {
            timeline.record(time, step(demanded));
        }
        let values: Vec<u64> = timeline.steps.iter().map(|step| step.demanded_vcpus).collect();
        // In second 2 it was 5 for no time, and 3 from then on.
        assert_eq!(values, [1, 1, 5, 3, 0]);
        timeline.record(1_000_000, step(9));
        // 2²⁰ s in at most 4,096 steps: 256 s each.
        assert_eq!(timeline.step_seconds, 256);
        assert_eq!((timeline.steps[0], timeline.steps[1]), (step(5), step(0)));
        assert_eq!(timeline.steps.last(), Some(&step(9)));
        let (seconds, steps) = timeline.thinned(100);
        assert!(steps.len() <= 100 && seconds % 256 == 0);
        assert_eq!(steps[0], step(5));
    }
}
