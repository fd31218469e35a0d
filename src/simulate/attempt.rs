//! One attempt of a job: how long it takes, and what of it is kept when it is interrupted.
//!
//! As in `interruption`: after every `interval` of useful time a checkpoint is written, the last one too, and a
//! part of an interval costs its part; after an interruption the job restarts from the last checkpoint, and may
//! be interrupted while it writes or restarts. Without checkpoints everything is lost.

use crate::workload::MICROS;

/// How a job saves its state [s].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checkpoints {
    /// Useful time between two. Above 0.
    pub interval_seconds: u32,
    /// To write one.
    pub write_seconds: u32,
    /// From a new start to useful work again.
    pub restart_seconds: u32,
}

/// An attempt about to start.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attempt {
    /// Useful time still to be done [µs].
    pub(super) useful_micros: u64,
    /// Whether an attempt was interrupted before.
    pub(super) again: bool,
    /// How the job saves its state.
    pub(super) checkpoints: Option<Checkpoints>,
}

impl Attempt {
    /// How long it takes if nothing interrupts it [s].
    pub(super) fn seconds(&self) -> u64 {
        let Some(checkpoints) = self.checkpoints else { return self.useful_micros / MICROS };
        let interval = u128::from(checkpoints.interval_seconds);
        let cycle = interval + u128::from(checkpoints.write_seconds);
        let with_writes = u128::from(self.useful_micros) * cycle / interval / u128::from(MICROS);
        self.restart(checkpoints).saturating_add(u64::try_from(with_writes).unwrap_or(u64::MAX))
    }

    /// Useful time saved, and time lost since the last checkpoint, when it is interrupted after so long [s].
    pub(super) fn interrupted_after(&self, elapsed: u64) -> (u64, u64) {
        let Some(checkpoints) = self.checkpoints else { return (0, elapsed) };
        let restart = self.restart(checkpoints);
        let interval = u64::from(checkpoints.interval_seconds);
        let cycle = interval + u64::from(checkpoints.write_seconds);
        let written = elapsed.saturating_sub(restart) / cycle;
        (written * interval, elapsed - written * cycle)
    }

    fn restart(&self, checkpoints: Checkpoints) -> u64 {
        if self.again { checkpoints.restart_seconds.into() } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checkpoints_cost_and_save() {
        let checkpoints = Checkpoints { interval_seconds: 1800, write_seconds: 120, restart_seconds: 600 };
        let first = Attempt { useful_micros: 4500 * MICROS, again: false, checkpoints: Some(checkpoints) };
        // 4,500 s are two intervals and a half: 4500 + 2.5 × 120.
        assert_eq!(first.seconds(), 4800);
        // After 1,919 s the first checkpoint is not written; a second later it is.
        assert_eq!(first.interrupted_after(1919), (0, 1919));
        assert_eq!(first.interrupted_after(1920), (1800, 0));
        // A second attempt restarts for 600 s: 600 + 1920 = 2520.
        let second = Attempt { useful_micros: 2700 * MICROS, again: true, checkpoints: Some(checkpoints) };
        assert_eq!(second.seconds(), 600 + 2700 + 180);
        assert_eq!(second.interrupted_after(599), (0, 599));
        assert_eq!(second.interrupted_after(2519), (0, 2519));
        assert_eq!(second.interrupted_after(2530), (1800, 610));
        let bare = Attempt { useful_micros: 100 * MICROS, again: true, checkpoints: None };
        assert_eq!((bare.seconds(), bare.interrupted_after(99)), (100, (0, 99)));
    }
}
