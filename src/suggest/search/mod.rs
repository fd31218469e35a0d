//! The searches: each looks for one kind of change, measures what it proposes and says what fell through.

pub(super) mod checkpoint;
pub(super) mod commitment;
pub(super) mod demand;
pub(super) mod hourly_use;
pub(super) mod instance_types;
pub(super) mod lustre;
pub(super) mod lustre_lifetime;
pub(super) mod max_vcpus;
pub(super) mod max_vcpus_schedule;
pub(super) mod min_vcpus;
pub(super) mod purchase;
pub(super) mod schedule;
