//! What a job queue may have beside its priority: a fair-share scheduling policy, limits of the time that a job blocks it,
//! and consumable resources that jobs take.
//!
//! Sources, read 2026-11-28: AWS Batch API reference, FairsharePolicy, ShareAttributes, JobStateTimeLimitAction,
//! SubmitJob (<https://docs.aws.amazon.com/batch/latest/APIReference/API_FairsharePolicy.html>); user guide, "Fair-share
//! scheduling", "Share identifiers", "Jobs stuck in a RUNNABLE status", "Resource-aware scheduling"
//! (<https://docs.aws.amazon.com/batch/latest/userguide/fair-share-scheduling.html>, …/share-identifiers.html,
//! …/job_stuck_in_runnable_time_limit_actions.html, …/resource-aware-scheduling.html); AWS HPC blog, "Diving Deeper into
//! Fair-Share Scheduling in AWS Batch".

use crate::model::decimal::Decimal;
pub use crate::scenario::keys::batch::StateLimitReason as BlockedBy;

/// What a `shareDecaySeconds` of 0 means [s].
pub const SHORTEST_DECAY_SECONDS: u64 = 600;

/// A weight factor of 1 in the ten-thousandths that weights are counted in.
pub const WHOLE_WEIGHT: u32 = 10_000;

/// A fair-share scheduling policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FairShare {
    /// Its name.
    pub name: String,
    /// Over which time usage counts [s]. Above 0.
    pub decay_seconds: u64,
    /// `computeReservation` [%], 0 to 99.
    pub compute_reservation: u32,
    /// Share identifiers, or prefixes that end with `*`, and their weight factors in ten-thousandths.
    pub weights: Vec<(String, u32)>,
}

impl FairShare {
    /// The weight factor of a share identifier in ten-thousandths: 1 where the policy does not name it. Entries that
    /// overlap AWS refuses.
    #[must_use]
    pub fn weight(&self, share: &str) -> u32 {
        let is_of = |entry: &&(String, u32)| match entry.0.strip_suffix('*') {
            Some(prefix) => share.starts_with(prefix),
            None => entry.0 == share,
        };
        self.weights.iter().find(is_of).map_or(WHOLE_WEIGHT, |(_, weight)| *weight)
    }

    /// Of so many vCPUs, those that jobs may use while so many shares are active: all but
    /// (`computeReservation` / 100) ^ active of them, rounded down.
    #[must_use]
    pub fn usable_vcpus(&self, max_vcpus: u64, active: u32) -> u64 {
        if self.compute_reservation == 0 {
            return max_vcpus;
        }
        let ratio = Decimal::new(self.compute_reservation.into(), 2);
        let mut reserved = Decimal::ONE;
        for _ in 0..active {
            reserved *= ratio;
        }
        u64::try_from((Decimal::from(max_vcpus) * (Decimal::ONE - reserved)).floor()).unwrap_or(max_vcpus)
    }
}

/// A job that is RUNNABLE at the head of its queue for longer is cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateLimit {
    /// What it waits for.
    pub reason: BlockedBy,
    /// How long [s].
    pub seconds: u64,
}

/// A consumable resource, such as licences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consumable {
    /// Its name.
    pub name: String,
    /// How much of it there is.
    pub total: u64,
    /// Whether a job gives it back when its attempt ends.
    pub replenishable: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(compute_reservation: u32) -> FairShare {
        let weights = vec![("A*".into(), 5000), ("B1".into(), 1)];
        FairShare { name: "p".into(), decay_seconds: 600, compute_reservation, weights }
    }

    #[test]
    fn a_share_has_the_weight_of_its_name_or_its_prefix() {
        let weight = |share| policy(0).weight(share);
        assert_eq!([weight("A"), weight("A7"), weight("B1")], [5000, 5000, 1]);
        assert_eq!([weight("B12"), weight("B"), weight("")], [10_000; 3]);
    }

    #[test]
    fn the_reservation_shrinks_with_every_active_share() {
        // AWS's examples: 50 reserves 50 %, 25 %, 12.5 %; 25 reserves 25 %, 6.25 %, 1.5625 %.
        let usable = |percent, active| policy(percent).usable_vcpus(1000, active);
        assert_eq!([usable(50, 1), usable(50, 2), usable(50, 3)], [500, 750, 875]);
        assert_eq!([usable(25, 1), usable(25, 2), usable(25, 3)], [750, 937, 984]);
        assert_eq!([usable(0, 1), usable(99, 1), usable(50, 0)], [1000, 10, 0]);
        // (99/100)^500 = 0.00657048…
        assert_eq!(usable(99, 500), 993);
    }
}
