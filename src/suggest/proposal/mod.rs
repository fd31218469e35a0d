//! What a change is, as facts. What it is called, what it sets, what may go wrong with it and how to undo it follow from
//! them, in both languages, and so do the lines it writes.

mod said;

use std::collections::BTreeSet;

pub(super) use said::offer;

use crate::model::commitment::{CommitmentTerms, PaymentOption};
use crate::model::decimal::Decimal;
use crate::model::money::Usd;
use crate::model::sku::InstanceType;
use crate::scenario::keys::batch::{AllocationStrategy, EnvironmentType};
use crate::scenario::keys::compute::CommitmentKind;
use crate::scenario::keys::storage::{Deployment, LustreStorageKey};
use crate::suggest::edit::{BID, CAPACITY_ERRORS, Edit, Setting, Table};
use crate::suggest::search::demand::Window;

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
}

/// The payment as a scenario has it.
const fn payment(terms: CommitmentTerms) -> &'static str {
    match terms.payment {
        PaymentOption::NoUpfront => "no_upfront",
        PaymentOption::PartialUpfront => "partial_upfront",
        PaymentOption::AllUpfront => "all_upfront",
    }
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
}

/// Proposals of every kind.
#[cfg(test)]
pub(crate) mod any {
    use proptest::prelude::*;
    use proptest::sample::{select, subsequence};

    use super::*;

    const TYPES: [&str; 4] = ["g5.12xlarge", "p3.2xlarge", "p4d.24xlarge", "g4dn.xlarge"];

    fn types() -> impl Strategy<Value = BTreeSet<String>> {
        subsequence(TYPES.to_vec(), 1..4).prop_map(|names| names.into_iter().map(str::to_owned).collect())
    }

    fn why() -> impl Strategy<Value = Types> {
        prop_oneof![
            Just(Types::Sizes),
            Just(Types::Pools),
            (20_i64..90).prop_map(|hundredths| Types::Model(Decimal::new(hundredths, 2))),
            Just(Types::Replacement { gone: InstanceType::new(TYPES[1]), by: InstanceType::new(TYPES[0]) }),
        ]
    }

    fn file_system() -> impl Strategy<Value = FileSystem> {
        let deployments = [Deployment::Persistent1, Deployment::Persistent2, Deployment::Scratch2];
        let storage = [LustreStorageKey::Ssd, LustreStorageKey::Hdd];
        (select(deployments.to_vec()), select(storage.to_vec()), prop::option::of(12_u32..1000))
            .prop_map(|(deployment, storage, throughput)| FileSystem { deployment, storage, throughput })
    }

    fn amount() -> impl Strategy<Value = Amount> {
        prop_oneof![
            (1_i64..900_000).prop_map(|tenths| Amount::Plan(Decimal::new(tenths, 4))),
            (select(TYPES.to_vec()), 1_u32..90)
                .prop_map(|(name, count)| { Amount::Reserved(InstanceType::new(name), count, Usd::ZERO) }),
        ]
    }

    fn limits(environment: String) -> impl Strategy<Value = Proposal> {
        let vcpus = || 0_u32..4000;
        let (one, other, by_clock) = (environment.clone(), environment.clone(), environment);
        let windows = crate::suggest::search::demand::any_window();
        prop_oneof![
            (vcpus(), vcpus())
                .prop_map(move |(from, to)| { Proposal::MaxVcpus { environment: one.clone(), from, to } }),
            (vcpus(), vcpus())
                .prop_map(move |(from, to)| { Proposal::MinVcpus { environment: other.clone(), from, to } }),
            (any::<bool>(), windows, vcpus(), vcpus(), vcpus()).prop_map(
                move |(is_min, window, from, busy, quiet)| Proposal::Schedule {
                    environment: by_clock.clone(),
                    limit: if is_min { Limit::Min } else { Limit::Max },
                    from,
                    window,
                    zone: "Asia/Tokyo".to_owned(),
                    busy,
                    quiet,
                }
            ),
        ]
    }

    /// Of any kind, on tables of these names.
    pub(crate) fn proposal() -> impl Strategy<Value = Proposal> {
        let name = || select(vec!["gpu", "cpu-spot", "训练", "夜間"]).prop_map(str::to_owned);
        let percent = || (1_u32..100).prop_map(Decimal::from);
        let buys = || select(vec![EnvironmentType::Ec2, EnvironmentType::Spot]);
        let strategy =
            || select(vec![AllocationStrategy::BestFit, AllocationStrategy::SpotPriceCapacityOptimized]);
        let terms = prop::option::of((
            select(Vec::from(crate::model::commitment::Term::ALL)),
            select(vec![PaymentOption::NoUpfront, PaymentOption::PartialUpfront, PaymentOption::AllUpfront]),
        ))
        .prop_map(|terms| terms.map(|(term, payment)| CommitmentTerms { term, payment }));
        prop_oneof![
            name().prop_flat_map(limits),
            (name(), types(), types(), why()).prop_map(|(environment, from, to, why)| {
                Proposal::InstanceTypes { environment, from, to, why, refusals_of: Vec::new() }
            }),
            (name(), buys(), prop::option::of(percent()))
                .prop_map(|(environment, to, bid)| Proposal::Purchase { environment, to, bid }),
            (name(), percent()).prop_map(|(environment, percent)| Proposal::NoBid { environment, percent }),
            (name(), strategy(), strategy()).prop_map(|(environment, from, to)| Proposal::Strategy {
                environment,
                from,
                to
            }),
            (name(), percent(), percent()).prop_map(|(job, from, to)| Proposal::Checkpoint { job, from, to }),
            (name(), 1_u32..10, 1_u32..10).prop_map(|(job, from, to)| Proposal::Attempts { job, from, to }),
            (name(), file_system(), file_system()).prop_map(|(name, from, to)| Proposal::Lustre {
                name,
                from,
                to
            }),
            (name(), 1_i64..7000, any::<bool>()).prop_map(|(name, tenths, has_bucket)| {
                Proposal::LustreLifetime { name, less: Decimal::new(tenths, 1), has_bucket }
            }),
            (amount(), terms, 1_i64..900_000).prop_map(|(amount, terms, cents)| {
                Proposal::Commitment { amount, terms, unused: Usd::new(Decimal::new(cents, 2)) }
            }),
        ]
    }
}
