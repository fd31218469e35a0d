//! What a change is, as facts. What it is called, what it sets, what may go wrong with it and how to undo it follow from
//! them, in both languages, and so do the lines it writes.

use std::collections::BTreeSet;

use super::edit::{BID, CAPACITY_ERRORS, Edit, Setting, Table};
use super::search::demand::Window;
use super::{Change, words};
use crate::model::commitment::{CommitmentTerms, PaymentOption};
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::sku::InstanceType;
use crate::report::Said;
use crate::scenario::keys::batch::{AllocationStrategy, EnvironmentType};
use crate::scenario::keys::compute::CommitmentKind;
use crate::scenario::keys::storage::{Deployment, LustreStorageKey};

/// A kind of change, as JSON and ids name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `max_vcpus` of a compute environment.
    MaxVcpus,
    /// `min_vcpus`, and limits by the clock.
    Schedule,
    /// What a compute environment launches, and how it buys it.
    InstanceTypes,
    /// How it chooses among its types.
    AllocationStrategy,
    /// How often jobs save their state.
    Checkpoint,
    /// How often jobs are tried.
    Retry,
    /// A Savings Plan or Reserved Instances.
    Commitment,
    /// A file system.
    Storage,
}

impl Kind {
    /// The name in JSON.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Kind::MaxVcpus => "max_vcpus",
            Kind::Schedule => "schedule",
            Kind::InstanceTypes => "instance_types",
            Kind::AllocationStrategy => "allocation_strategy",
            Kind::Checkpoint => "checkpoint",
            Kind::Retry => "retry",
            Kind::Commitment => "commitment",
            Kind::Storage => "storage",
        }
    }
}

/// A limit of a compute environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// What is kept running [vCPUs].
    Min,
    /// The cap [vCPUs].
    Max,
}

impl Limit {
    /// Its key in a scenario.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Limit::Min => "min_vcpus",
            Limit::Max => "max_vcpus",
        }
    }

    const fn short(self) -> &'static str {
        match self {
            Limit::Min => "min",
            Limit::Max => "max",
        }
    }
}

/// Why a compute environment gets other instance types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Types {
    /// Other sizes of the same processor or GPU.
    Sizes,
    /// Another model, on which jobs run so many times as long.
    Model(Decimal),
    /// More pools for Spot.
    Pools,
    /// One of the same model for a type that nothing launches.
    Replacement {
        /// What nothing launches.
        gone: InstanceType,
        /// What stands in for it.
        by: InstanceType,
    },
}

/// How much of a commitment is bought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Amount {
    /// A Savings Plan of so many dollars an hour.
    Plan(Decimal),
    /// So many Reserved Instances of a type, at so many dollars an hour each.
    Reserved(InstanceType, u32, Usd),
}

/// What is chosen of a Lustre file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileSystem {
    /// How it keeps data.
    pub deployment: Deployment,
    /// On what.
    pub storage: LustreStorageKey,
    /// Its throughput [MB/s per TiB]; `None` where there is none to choose.
    pub throughput: Option<u32>,
}

/// A change of the scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proposal {
    /// Another cap of a compute environment [vCPUs].
    MaxVcpus {
        /// Its name.
        environment: String,
        /// The cap as it is.
        from: u32,
        /// The cap as proposed.
        to: u32,
    },
    /// Other instances kept running, all the time [vCPUs].
    MinVcpus {
        /// Its name.
        environment: String,
        /// As it is.
        from: u32,
        /// As proposed.
        to: u32,
    },
    /// A limit by the clock [vCPUs].
    Schedule {
        /// Its name.
        environment: String,
        /// Which limit.
        limit: Limit,
        /// As it is, around the clock.
        from: u32,
        /// In these hours of the week.
        window: Window,
        /// The time zone of these hours, IANA.
        zone: String,
        /// In the window.
        busy: u32,
        /// Outside it.
        quiet: u32,
    },
    /// Other instance types of a compute environment.
    InstanceTypes {
        /// Its name.
        environment: String,
        /// As they are.
        from: BTreeSet<String>,
        /// As proposed.
        to: BTreeSet<String>,
        /// What for.
        why: Types,
        /// Types that go and for which the scenario says how often EC2 refuses them: that goes with them.
        refusals_of: Vec<String>,
    },
    /// Spot for On-Demand, or the other way.
    Purchase {
        /// The compute environment.
        environment: String,
        /// How it buys then.
        to: EnvironmentType,
        /// What is paid for Spot at most [% of the On-Demand price], where the scenario says so.
        bid: Option<Decimal>,
    },
    /// No more bid for Spot.
    NoBid {
        /// The compute environment.
        environment: String,
        /// The bid as it is [% of the On-Demand price].
        percent: Decimal,
    },
    /// Another allocation strategy.
    Strategy {
        /// The compute environment.
        environment: String,
        /// As it is.
        from: AllocationStrategy,
        /// As proposed.
        to: AllocationStrategy,
    },
    /// Another time between checkpoints [min].
    Checkpoint {
        /// The job definition.
        job: String,
        /// As it is.
        from: Decimal,
        /// As proposed.
        to: Decimal,
    },
    /// More attempts of each job.
    Attempts {
        /// The job definition.
        job: String,
        /// As it is.
        from: u32,
        /// As proposed.
        to: u32,
    },
    /// Another Lustre file system, or another throughput of the one there is.
    Lustre {
        /// Its name.
        name: String,
        /// As it is.
        from: FileSystem,
        /// As proposed.
        to: FileSystem,
    },
    /// A Lustre file system that exists only while jobs run.
    LustreLifetime {
        /// Its name.
        name: String,
        /// How much shorter it then exists [h a month].
        less: Decimal,
        /// Whether a bucket is linked to it, from which it can be loaded again.
        has_bucket: bool,
    },
    /// A Savings Plan or Reserved Instances.
    Commitment {
        /// How much.
        amount: Amount,
        /// For how long; `None` for rates of the scenario's own, which do not say.
        terms: Option<CommitmentTerms>,
        /// What it costs if nothing uses it [USD a month].
        unused: Usd,
    },
}

impl Proposal {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Proposal::MaxVcpus { .. } => Kind::MaxVcpus,
            Proposal::MinVcpus { .. } | Proposal::Schedule { .. } => Kind::Schedule,
            Proposal::InstanceTypes { .. } | Proposal::Purchase { .. } | Proposal::NoBid { .. } => {
                Kind::InstanceTypes
            }
            Proposal::Strategy { .. } => Kind::AllocationStrategy,
            Proposal::Checkpoint { .. } => Kind::Checkpoint,
            Proposal::Attempts { .. } => Kind::Retry,
            Proposal::Lustre { .. } | Proposal::LustreLifetime { .. } => Kind::Storage,
            Proposal::Commitment { .. } => Kind::Commitment,
        }
    }

    /// The compute environment that it changes.
    #[must_use]
    pub fn environment(&self) -> Option<&str> {
        match self {
            Proposal::MaxVcpus { environment, .. }
            | Proposal::MinVcpus { environment, .. }
            | Proposal::Schedule { environment, .. }
            | Proposal::InstanceTypes { environment, .. }
            | Proposal::Purchase { environment, .. }
            | Proposal::NoBid { environment, .. }
            | Proposal::Strategy { environment, .. } => Some(environment),
            Proposal::Checkpoint { .. }
            | Proposal::Attempts { .. }
            | Proposal::Lustre { .. }
            | Proposal::LustreLifetime { .. }
            | Proposal::Commitment { .. } => None,
        }
    }

    /// Whether it is for a person to do: data would be lost, or has to be moved.
    #[must_use]
    pub fn is_advice(&self) -> bool {
        match self {
            Proposal::Lustre { from, to, .. } => !from.becomes(*to),
            Proposal::LustreLifetime { .. } => true,
            _ => false,
        }
    }

    /// Whether more instances may run at once than now, which a quota of the account has to allow.
    #[must_use]
    pub const fn raises_a_cap(&self) -> bool {
        match self {
            Proposal::MaxVcpus { from, to, .. } => *to > *from,
            Proposal::Schedule { limit: Limit::Max, from, busy, .. } => *busy > *from,
            _ => false,
        }
    }

    /// How many times as long jobs then run; `None` for as long as now.
    #[must_use]
    pub const fn run_times(&self) -> Option<Decimal> {
        match self {
            Proposal::InstanceTypes { why: Types::Model(factor), .. } => Some(*factor),
            _ => None,
        }
    }

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

    /// What it changes in the scenario; nothing for advice.
    #[must_use]
    pub fn edits(&self) -> Vec<Edit> {
        match self {
            Proposal::MaxVcpus { environment, to, .. } => {
                vec![Edit::environment(environment).set("max_vcpus", *to)]
            }
            Proposal::MinVcpus { environment, to, .. } => {
                vec![Edit::environment(environment).set("min_vcpus", *to)]
            }
            Proposal::Schedule { environment, limit, window, zone, busy, quiet, .. } => {
                schedules(environment, *limit, window, zone, (*busy, *quiet))
            }
            Proposal::InstanceTypes { environment, to, refusals_of, .. } => {
                let types = Setting::Texts(to.iter().cloned().collect());
                let edit = Edit::environment(environment).set("instance_types", types);
                vec![match refusals_of.is_empty() {
                    true => edit,
                    false => edit.set(CAPACITY_ERRORS, Setting::Without(refusals_of.clone())),
                }]
            }
            Proposal::Purchase { environment, to, bid } => {
                let edit = Edit::environment(environment)
                    .set("type", to.id())
                    .set("allocation_strategy", recommended(*to).id());
                // A bid is for Spot only.
                vec![if *to == EnvironmentType::Ec2 && bid.is_some() { edit.unset(BID) } else { edit }]
            }
            Proposal::NoBid { environment, .. } => vec![Edit::environment(environment).unset(BID)],
            Proposal::Strategy { environment, to, .. } => {
                vec![Edit::environment(environment).set("allocation_strategy", to.id())]
            }
            Proposal::Checkpoint { job, to, .. } => {
                vec![Edit::of(Table::JobDefinition, job).set("checkpoint.interval_minutes", *to)]
            }
            Proposal::Attempts { job, to, .. } => {
                vec![Edit::of(Table::JobDefinition, job).set("attempts", *to)]
            }
            Proposal::Lustre { name, from, to } if from.becomes(*to) => {
                vec![Edit::of(Table::Lustre, name).set("throughput_mbps_per_tib", to.tier())]
            }
            Proposal::Lustre { .. } | Proposal::LustreLifetime { .. } => Vec::new(),
            Proposal::Commitment { amount, terms, .. } => vec![commitment(amount, *terms)],
        }
    }
}

/// The strategy that AWS recommends for each way to buy (AWS Batch user guide, "Instance type allocation strategies", read
/// 2026-11-23).
#[must_use]
pub const fn recommended(buys: EnvironmentType) -> AllocationStrategy {
    match buys {
        EnvironmentType::Ec2 => AllocationStrategy::BestFitProgressive,
        EnvironmentType::Spot => AllocationStrategy::SpotPriceCapacityOptimized,
    }
}

/// Schedules that set a limit to `busy` in a window and to `quiet` outside it.
fn schedules(
    environment: &str,
    limit: Limit,
    window: &Window,
    zone: &str,
    (busy, quiet): (u32, u32),
) -> Vec<Edit> {
    let turns = window.turns().into_iter().enumerate();
    let edits = turns.map(|(place, turn)| {
        let what = if turn.busy { "begins" } else { "ends" };
        let weekend = if place < 2 { "" } else { "-weekend" };
        Edit::of(Table::Schedule, &format!("{environment}-{}-busy-{what}{weekend}", limit.short()))
            .set("compute_environment", environment)
            .set("cron", format!("0 {} * * {}", turn.hour, turn.days).as_str())
            .set("timezone", zone)
            .set(limit.key(), if turn.busy { busy } else { quiet })
    });
    edits.collect()
}

fn commitment(amount: &Amount, terms: Option<CommitmentTerms>) -> Edit {
    let edit = Edit::of(Table::Commitment, "suggested").set(
        "kind",
        match amount {
            Amount::Plan(_) => "savings_plan",
            Amount::Reserved(..) => "reserved",
        },
    );
    let edit = match amount {
        Amount::Plan(hourly) => edit.set("usd_per_hour", *hourly),
        Amount::Reserved(name, count, rate) => {
            edit.set("instance_type", name.as_str()).set("count", *count).set("usd_per_hour", rate.amount())
        }
    };
    match terms {
        Some(terms) => edit.set("term", terms.lease()).set("payment", payment(terms)),
        None => edit,
    }
}

impl Amount {
    const fn kind(&self) -> CommitmentKind {
        match self {
            Amount::Plan(_) => CommitmentKind::SavingsPlan,
            Amount::Reserved(..) => CommitmentKind::Reserved,
        }
    }

    /// Dollars an hour, used or not.
    #[must_use]
    pub fn hourly(&self) -> Decimal {
        match self {
            Amount::Plan(hourly) => *hourly,
            Amount::Reserved(_, count, rate) => Decimal::from(*count) * rate.amount(),
        }
    }

    pub(super) fn said(&self) -> Said {
        match self {
            Amount::Plan(hourly) => words::dollars_an_hour(format!("${}", decimal::plain(*hourly))),
            Amount::Reserved(name, count, _) => Said::alike(format!("{} × {name}", (*count).max(1))),
        }
    }
}

/// A commitment by its kind and terms.
pub(super) fn offer(kind: CommitmentKind, terms: Option<CommitmentTerms>) -> Said {
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
    words::offer(kind, Said::new(terms.to_string(), format!("{} 年、{payment}", terms.years)))
}

/// The payment as a scenario has it.
const fn payment(terms: CommitmentTerms) -> &'static str {
    match terms.payment {
        PaymentOption::NoUpfront => "no_upfront",
        PaymentOption::PartialUpfront => "partial_upfront",
        PaymentOption::AllUpfront => "all_upfront",
    }
}

/// The length of a term: `1yr`.
fn lease(terms: CommitmentTerms) -> Said {
    Said::new(terms.lease(), format!("{} 年", terms.years))
}

impl FileSystem {
    /// Whether AWS changes it to another in place: only the throughput of persistent SSD (FSx for Lustre user guide,
    /// "Managing provisioned throughput capacity", read 2026-11-24).
    #[must_use]
    pub fn becomes(self, other: FileSystem) -> bool {
        (self.deployment, self.storage) == (other.deployment, other.storage)
            && self.storage == LustreStorageKey::Ssd
    }

    fn tier(self) -> u32 {
        self.throughput.unwrap_or_default()
    }

    fn said(self) -> Said {
        let kind = format!("{} {}", self.deployment.id(), self.storage.id());
        match self.throughput {
            None => Said::alike(kind),
            Some(tier) => words::kind_at(kind, tier),
        }
    }
}

fn listed(types: &BTreeSet<String>) -> String {
    types.iter().cloned().collect::<Vec<_>>().join(", ")
}
