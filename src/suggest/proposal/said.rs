//! What a proposal is called, what it sets, what may go wrong with it and how to undo it, in both languages.

use std::collections::BTreeSet;

use super::{Amount, FileSystem, Limit, Proposal, Types};
use crate::model::commitment::{CommitmentTerms, PaymentOption};
use crate::model::decimal;
use crate::report::Said;
use crate::scenario::keys::batch::EnvironmentType;
use crate::scenario::keys::compute::CommitmentKind;
use crate::scenario::keys::storage::Deployment;
use crate::suggest::edit::BID;
use crate::suggest::{Change, words};

impl Proposal {
    /// What it is called, in a few words.
    #[must_use]
    pub fn title(&self) -> Said {
        match self {
            Proposal::Commitment { amount, terms, .. } => {
                words::buy(amount.said(), offer(amount.kind(), *terms))
            }
            _ if self.is_advice() => words::advice(self.name()),
            _ => self.name(),
        }
    }

    /// The same among candidates, which nobody is advised to take.
    #[must_use]
    pub fn name(&self) -> Said {
        match self {
            Proposal::MaxVcpus { environment, from, to } if to > from => words::raise_cap(environment, to),
            Proposal::MaxVcpus { environment, to, .. } => words::lower_cap(environment, to),
            Proposal::MinVcpus { environment, to: 0, .. } => words::keep_none(environment),
            Proposal::MinVcpus { environment, to, .. } => {
                words::keep_vcpus_in(environment, to, words::all_the_time())
            }
            Proposal::Schedule { environment, limit, from, window, busy, quiet, .. } => match limit {
                Limit::Max if busy > from => words::raise_cap_in(environment, busy, window.said()),
                Limit::Max => words::lower_cap_but_in(environment, quiet, window.said()),
                Limit::Min if busy == from => words::keep_only_in(environment, window.said()),
                Limit::Min => words::keep_vcpus_in(environment, busy, window.said()),
            },
            Proposal::InstanceTypes { environment, to, why, .. } => match why {
                Types::Sizes | Types::Model(_) => words::types_in(listed(to), environment),
                Types::Pools => words::more_pools(environment),
                Types::Replacement { gone, by } => words::replace_type(by, gone, environment),
            },
            Proposal::Purchase { environment, to: EnvironmentType::Spot, .. } => words::spot_for(environment),
            Proposal::Purchase { environment, .. } => words::on_demand_for(environment),
            Proposal::NoBid { environment, .. } => words::no_bid(environment),
            Proposal::Strategy { environment, to, .. } => words::strategy_for(to.id(), environment),
            Proposal::Checkpoint { job, to, .. } => words::checkpoints(job, decimal::plain(*to)),
            Proposal::Attempts { job, to, .. } => words::attempts(job, to),
            Proposal::Lustre { name, from, to } => match from.becomes(*to) {
                true => words::throughput(to.tier(), name),
                false => words::file_system(to.said(), name),
            },
            Proposal::LustreLifetime { name, .. } => words::only_while_jobs_run(name),
            Proposal::Commitment { amount, terms, .. } => {
                words::offered(amount.said(), offer(amount.kind(), *terms))
            }
        }
    }

    /// The setting as it is and as proposed.
    #[must_use]
    pub fn setting(&self) -> Change<Said> {
        let alike = |current: String, proposed: String| (Said::alike(current), Said::alike(proposed));
        let (current, proposed) = match self {
            Proposal::MaxVcpus { from, to, .. }
            | Proposal::MinVcpus { from, to, .. }
            | Proposal::Attempts { from, to, .. } => alike(from.to_string(), to.to_string()),
            Proposal::Schedule { from, window, zone, busy, quiet, .. } => {
                (Said::alike(from.to_string()), words::limit_by_clock(busy, window.said(), zone, quiet))
            }
            Proposal::InstanceTypes { why: Types::Replacement { gone, by }, .. } => {
                alike(gone.to_string(), by.to_string())
            }
            Proposal::InstanceTypes { from, to, .. } => alike(listed(from), listed(to)),
            Proposal::Purchase { to: EnvironmentType::Spot, .. } => (words::on_demand(), Said::alike("SPOT")),
            Proposal::Purchase { bid: None, .. } => (Said::alike("SPOT"), words::on_demand()),
            Proposal::Purchase { bid: Some(percent), .. } => (
                Said::alike(format!("SPOT, {BID} {}", decimal::plain(*percent))),
                words::on_demand_without_bid(),
            ),
            Proposal::NoBid { percent, .. } => {
                (Said::alike(format!("{BID} {}", decimal::plain(*percent))), words::no_bid_but_on_demand())
            }
            Proposal::Strategy { from, to, .. } => alike(from.id().to_owned(), to.id().to_owned()),
            Proposal::Checkpoint { from, to, .. } => {
                (words::minutes(decimal::plain(*from)), words::minutes(decimal::plain(*to)))
            }
            Proposal::Lustre { from, to, .. } if from.becomes(*to) => {
                (words::mbps_per_tib(from.tier()), words::mbps_per_tib(to.tier()))
            }
            Proposal::Lustre { from, to, .. } => (from.said(), to.said()),
            Proposal::LustreLifetime { less, .. } => {
                (words::all_the_time(), words::hours_less(decimal::grouped_trimmed(*less, 1)))
            }
            Proposal::Commitment { amount, .. } => (Said::alike("On-Demand"), amount.said()),
        };
        Change { current, proposed }
    }

    /// What may go wrong with it, beside what it takes away.
    #[must_use]
    pub fn risk(&self) -> Said {
        match self {
            Proposal::MaxVcpus { from, to, .. } if to > from => words::ceiling_rises(),
            Proposal::MaxVcpus { .. } => words::larger_burst(),
            Proposal::MinVcpus { from, to, .. } if to > from => words::always_paid(),
            Proposal::Schedule { limit: Limit::Min, from, busy, .. } if busy > from => {
                words::paid_without_jobs()
            }
            Proposal::MinVcpus { .. } | Proposal::Schedule { limit: Limit::Min, .. } => {
                words::first_jobs_wait()
            }
            Proposal::Schedule { from, busy, .. } if busy > from => words::ceiling_rises_in_these_hours(),
            Proposal::Schedule { .. } => words::quiet_hours_wait(),
            Proposal::InstanceTypes { why, .. } => match why {
                Types::Sizes => words::other_sizes(),
                Types::Model(_) => words::another_model(),
                Types::Pools => words::larger_instance(),
                Types::Replacement { .. } => words::another_size(),
            },
            Proposal::Purchase { to: EnvironmentType::Spot, .. } => words::taken_back(),
            Proposal::Purchase { .. } => words::on_demand_is_paid(),
            Proposal::NoBid { .. } => words::up_to_on_demand(),
            Proposal::Strategy { .. } => words::exceeds_cap(),
            Proposal::Checkpoint { .. } => words::rate_is_given(),
            Proposal::Attempts { .. } => words::failures_are_paid(),
            Proposal::Lustre { from, to, .. } => match (from.becomes(*to), to.deployment) {
                (true, _) => words::changed_in_place(),
                (false, Deployment::Scratch2) => words::another_file_system(words::scratch()),
                (false, _) => words::another_file_system(words::both_exist()),
            },
            Proposal::LustreLifetime { has_bucket, .. } => words::deleted_with_data(match has_bucket {
                true => words::not_exported(),
                false => words::all_is_lost(),
            }),
            Proposal::Commitment { unused, .. } => words::paid_unused(unused.cents()),
        }
    }

    /// The way back.
    #[must_use]
    pub fn undo(&self) -> Said {
        match self {
            Proposal::MaxVcpus { environment, from, .. } => words::set_back("max_vcpus", environment, from),
            Proposal::MinVcpus { environment, from, .. } => words::set_back("min_vcpus", environment, from),
            Proposal::Schedule { environment, limit, from, .. } => {
                words::without_schedules(limit.key(), environment, from)
            }
            Proposal::InstanceTypes { why: Types::Replacement { gone, .. }, .. } => words::no_way_back(gone),
            Proposal::InstanceTypes { environment, from, .. } => {
                words::set_back("instance_types", environment, listed(from))
            }
            Proposal::Purchase { environment, to: EnvironmentType::Spot, .. } => {
                words::environment_of_type("EC2", environment)
            }
            Proposal::Purchase { environment, bid: None, .. } => {
                words::environment_of_type("SPOT", environment)
            }
            Proposal::Purchase { environment, bid: Some(percent), .. } => {
                words::spot_environment_with_bid(decimal::plain(*percent), environment)
            }
            Proposal::NoBid { environment, percent } => {
                words::set_back(BID, environment, decimal::plain(*percent))
            }
            Proposal::Strategy { from, .. } => words::environment_of_strategy(from.id()),
            Proposal::Checkpoint { job, from, .. } => {
                words::set_back("interval_minutes", job, decimal::plain(*from))
            }
            Proposal::Attempts { job, from, .. } => words::set_back("attempts", job, from),
            Proposal::Lustre { name, from, to } => match from.becomes(*to) {
                true => words::throughput_again(name, from.tier()),
                false => words::copied_back(name),
            },
            Proposal::LustreLifetime { .. } => words::loaded_again(),
            Proposal::Commitment { terms: Some(terms), .. } => words::binds_for(lease(*terms)),
            Proposal::Commitment { terms: None, .. } => words::binds_for_its_term(),
        }
    }
}

impl Amount {
    pub(super) fn said(&self) -> Said {
        match self {
            Amount::Plan(hourly) => words::dollars_an_hour(format!("${}", decimal::plain(*hourly))),
            Amount::Reserved(name, count, _) => Said::alike(format!("{} × {name}", (*count).max(1))),
        }
    }
}

impl FileSystem {
    fn said(self) -> Said {
        let kind = format!("{} {}", self.deployment.id(), self.storage.id());
        match self.throughput {
            None => Said::alike(kind),
            Some(tier) => words::kind_at(kind, tier),
        }
    }
}

/// A commitment by its kind and terms.
pub(in crate::suggest) fn offer(kind: CommitmentKind, terms: Option<CommitmentTerms>) -> Said {
    let kind = match kind {
        CommitmentKind::SavingsPlan => "Compute Savings Plan",
        CommitmentKind::Reserved => "Reserved Instance",
    };
    let Some(terms) = terms else { return words::own_rates(kind) };
    let payment = match terms.payment {
        PaymentOption::NoUpfront => "前払いなし",
        PaymentOption::PartialUpfront => "一部前払い",
        PaymentOption::AllUpfront => "全額前払い",
    };
    words::offer(kind, Said::new(terms.to_string(), format!("{} 年、{payment}", terms.term.years())))
}

/// The length of a term: `1yr`.
fn lease(terms: CommitmentTerms) -> Said {
    Said::new(terms.lease(), format!("{} 年", terms.term.years()))
}

fn listed(types: &BTreeSet<String>) -> String {
    types.iter().cloned().collect::<Vec<_>>().join(", ")
}
