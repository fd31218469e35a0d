//! What running jobs ask of the Lustre file systems, against what those give.
//!
//! Jobs run as long as recorded whatever they ask for: a file system that is asked for more than it gives would slow
//! them, and by how much is not known. So it is measured and said, not simulated.

use super::outcome::LustreUse;

/// The sum of what running jobs ask for.
#[derive(Debug)]
pub(super) struct Lustre {
    gives_kbps: Option<u64>,
    asked_kbps: u64,
    since: u64,
    found: LustreUse,
}

impl Lustre {
    pub(super) fn new(gives_kbps: Option<u64>) -> Lustre {
        Lustre { gives_kbps, asked_kbps: 0, since: 0, found: LustreUse::default() }
    }

    pub(super) fn starts(&mut self, now: u64, kbps: Option<u64>) {
        match kbps {
            None => self.found.unknown_attempts += 1,
            Some(kbps) => self.change(now, self.asked_kbps.saturating_add(kbps)),
        }
    }

    pub(super) fn ends(&mut self, now: u64, kbps: Option<u64>) {
        if let Some(kbps) = kbps {
            self.change(now, self.asked_kbps - kbps);
        }
    }

    /// What is asked for from now on. What is asked for in no time does not count as a peak.
    fn change(&mut self, now: u64, asked_kbps: u64) {
        if now > self.since {
            self.found.peak_kbps = self.found.peak_kbps.max(self.asked_kbps);
            if self.gives_kbps.is_some_and(|gives| self.asked_kbps > gives) {
                self.found.seconds_above += now - self.since;
            }
            self.since = now;
        }
        self.asked_kbps = asked_kbps;
    }

    pub(super) fn close(&mut self, now: u64) -> LustreUse {
        self.change(now, self.asked_kbps);
        self.found
    }
}
