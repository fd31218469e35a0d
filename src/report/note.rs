//! Every caveat a report may carry, in one list with one wording each.
#![expect(
    missing_docs,
    reason = "every field stands in the wording of its variant, at the foot of this file"
)]

use std::fmt;

use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;

/// Something the reader must know to trust the numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The month was taken from the clock.
    MonthFromClock { month: String },
    /// The command line's month stands in for the scenario's.
    MonthOverridden { month: String },
    /// The command line's region stands in for the scenario's.
    RegionOverridden { region: String },
    /// No live prices were asked for.
    BundledPrices { as_of: String },
    /// Some prices come from the scenario itself.
    ScenarioPrices { usage_types: Vec<String> },
    /// A price of the scenario that no line uses.
    PriceUnused { usage_type: String, hint: String },
    /// Figures that are not from the Price List itself.
    Unverified { figures: Vec<String> },
    /// A line that has no price.
    Unpriced { name: String, usage_type: String, reason: String },
    /// Spot without history.
    SpotWithoutHistory { usage_types: Vec<String> },
    /// Spot costs as much as On-Demand.
    SpotStarved { instance_type: String, region: String },
    /// Nothing bounds a Spot price.
    SpotUnbounded { instance_type: String, region: String },
    /// A type that EC2 no longer launches.
    Retired { instance_type: String, replacements: Vec<String> },
    /// Spot hours without an interruption rate.
    InterruptionsNotModelled { name: String },
    /// An interruption rate without a job to lose work.
    InterruptionsWithoutJob { name: String },
    /// What interruptions cost, and the checkpoint interval that costs least.
    Interruptions {
        name: String,
        factor: Decimal,
        best: Option<(Decimal, Decimal)>,
        interval_hours: Option<Decimal>,
    },
    /// A job that is lost more often than it gets done.
    NeverFinishes { name: String, job: String },
    /// More interruptions than attempts.
    FewAttempts { job: String, interruptions: Decimal, attempts: u32 },
    /// Runs could share an instance.
    RunsMayShare { name: String, slots: u32, instance_type: String },
    /// Launches without boot or idle minutes.
    DelaysUnknown { name: String },
    /// A Capacity Block that is paid and not used.
    CapacityBlockUnused { name: String, unused_hours: Decimal, paid_hours: Decimal },
    /// How commitments were laid over use.
    CommitmentCases,
    /// A reserved type that nothing uses On-Demand.
    CommitmentUnused { name: String },
    /// A size that AWS does not sell.
    LustreRounded { name: String, asked_gib: Decimal, size_gib: Decimal },
    /// Data between a file system and a bucket of the same region.
    DataRepositorySameRegion { name: String },
    /// The free tier is not subtracted.
    FreeTransfer { name: String },
    /// A type that never fits under the cap.
    TypeAboveCap { environment: String, instance_type: String, max_vcpus: u32 },
    /// Nothing may start.
    CapIsZero { environment: String },
    /// Jobs that would be interrupted have one attempt.
    OneAttemptOnSpot { job: String },
    /// A schedule without a time zone.
    ScheduleInUtc { environment: String, cron: String },
    /// Part of the frame cannot be priced.
    FrameUnknown { environment: String, what: &'static str, missing: Vec<String> },
    /// A job that may run for ever.
    NoTimeout { job: String },
    /// Warning threshold exceeded.
    BudgetWarning { expected: Usd, limit: Usd },
    /// Failure threshold exceeded.
    BudgetExceeded { expected: Usd, limit: Usd },
    /// A budget that cannot be judged.
    BudgetUnknown { limit: Usd },
    /// A tax that no total contains.
    Tax { name: String, percent: Decimal, amount: Usd },
    /// Inputs that could not be varied by a tenth.
    NotVaried { inputs: Vec<String> },
}

fn list(names: &[String]) -> String {
    names.join(", ")
}

fn percent(number: Decimal) -> String {
    decimal::grouped_trimmed(number, 2)
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hours = |hours: &Decimal| decimal::grouped_trimmed(*hours, 2);
        let minutes = |hours: &Decimal| decimal::grouped_trimmed(*hours * Decimal::from(60), 1);
        match self {
            Note::MonthFromClock { month } => {
                write!(f, "the scenario names no month: {month} is the month this command ran in (UTC)")
            }
            Note::MonthOverridden { month } => {
                write!(f, "month {month} comes from --month, not from the scenario")
            }
            Note::RegionOverridden { region } => {
                write!(f, "region {region} comes from --region, not from the scenario")
            }
            Note::BundledPrices { as_of } => {
                write!(f, "prices are the table inside this program, EC2 as of {as_of}; they are not live")
            }
            Note::ScenarioPrices { usage_types } => {
                write!(f, "the scenario itself sets the price of {}", list(usage_types))
            }
            Note::PriceUnused { usage_type, hint } => {
                write!(f, "the scenario's price for {usage_type} is used by no line{hint}")
            }
            Note::Unverified { figures } => {
                write!(f, "unverified figures, not read from the Price List itself: {}", list(figures))
            }
            Note::Unpriced { name, usage_type, reason } => {
                write!(f, "{name} has no price ({usage_type}): {reason}")
            }
            Note::SpotWithoutHistory { usage_types } => write!(
                f,
                "no Spot history was used for {}: low and expected are a mean, high is the On-Demand price (the default maximum)",
                list(usage_types)
            ),
            Note::SpotStarved { instance_type, region } => write!(
                f,
                "{instance_type} Spot in {region} is starved: its mean equals the On-Demand price, so Spot saves nothing there"
            ),
            Note::SpotUnbounded { instance_type, region } => write!(
                f,
                "{instance_type} has no On-Demand price in {region}: nothing bounds its Spot price, so the high end is unknown"
            ),
            Note::Retired { instance_type, replacements } => {
                write!(
                    f,
                    "{instance_type} is retired: price rows remain, but EC2 no longer describes it and nothing can be launched"
                )?;
                if replacements.is_empty() {
                    write!(f, "; no type in the table could replace it in this region")
                } else {
                    write!(
                        f,
                        "; with at least its GPUs, memory and vCPUs there are {} (speed differs)",
                        list(replacements)
                    )
                }
            }
            Note::InterruptionsNotModelled { name } => write!(
                f,
                "{name}: Spot interruptions are not modelled; set interruptions_per_instance_hour to count the work they lose"
            ),
            Note::InterruptionsWithoutJob { name } => write!(
                f,
                "{name}: the interruption rate has no effect: set job_definition to one with a checkpoint or run_hours"
            ),
            Note::Interruptions { name, factor, best, interval_hours } => {
                write!(
                    f,
                    "{name}: {} billed hours per useful Spot hour with interruptions",
                    decimal::grouped_trimmed(*factor, 3)
                )?;
                if let (Some((interval, least)), Some(current)) = (best, interval_hours) {
                    write!(
                        f,
                        "; a checkpoint every {} min costs least ({}; now every {} min)",
                        minutes(interval),
                        decimal::grouped_trimmed(*least, 3),
                        minutes(current)
                    )?;
                }
                Ok(())
            }
            Note::NeverFinishes { name, job } => write!(
                f,
                "{name}: on Spot, `{job}` will practically never finish: more than 10 billed hours per useful hour; shorten its checkpoint interval or run it On-Demand"
            ),
            Note::FewAttempts { job, interruptions, attempts } => write!(
                f,
                "a run of `{job}` is interrupted {} times on average but has {attempts} attempts; many runs will fail, which the estimate does not count",
                decimal::grouped_trimmed(*interruptions, 2)
            ),
            Note::RunsMayShare { name, slots, instance_type } => write!(
                f,
                "{name}: {slots} runs fit on one {instance_type}; the low case lets them share it, expected and high give each run its own"
            ),
            Note::DelaysUnknown { name } => write!(
                f,
                "{name}: launches without boot_minutes and idle_minutes cost nothing here, but AWS bills both"
            ),
            Note::CapacityBlockUnused { name, unused_hours, paid_hours } => write!(
                f,
                "{name}: {} of the {} instance-hours of the Capacity Block are paid and not used",
                hours(unused_hours),
                hours(paid_hours)
            ),
            Note::CommitmentCases => write!(
                f,
                "commitments fill On-Demand use hour by hour: expected has each group's instances side by side and the groups one after another, low spreads all use evenly, high runs all groups at once; what a commitment covers and leaves unused may cost more in the low case"
            ),
            Note::CommitmentUnused { name } => {
                write!(f, "commitment {name} covers nothing in this scenario")
            }
            Note::LustreRounded { name, asked_gib, size_gib } => write!(
                f,
                "{name}: {} GiB is rounded up to {} GiB, the next size AWS sells",
                hours(asked_gib),
                hours(size_gib)
            ),
            Note::DataRepositorySameRegion { name } => write!(
                f,
                "{name}: data between FSx and an S3 bucket in the same region carries no transfer charge; its requests do"
            ),
            Note::FreeTransfer { name } => {
                write!(f, "{name}: the 100 GB a month that are free for a whole account are not subtracted")
            }
            Note::TypeAboveCap { environment, instance_type, max_vcpus } => write!(
                f,
                "{environment} never launches {instance_type}: one instance has more than max_vcpus = {max_vcpus}"
            ),
            Note::CapIsZero { environment } => {
                write!(f, "{environment} has max_vcpus = 0 at some time: nothing can start then")
            }
            Note::OneAttemptOnSpot { job } => {
                write!(f, "`{job}` has one attempt: an interruption on Spot ends it")
            }
            Note::ScheduleInUtc { environment, cron } => write!(
                f,
                "the schedule \"{cron}\" of {environment} names no timezone and runs in UTC (22:00 is 07:00 in Tokyo)"
            ),
            Note::FrameUnknown { environment, what, missing } => {
                write!(f, "the {what} of {environment} is unknown: no price for {}", list(missing))
            }
            Note::NoTimeout { job } => {
                write!(f, "`{job}` has no timeout_minutes: what one job can cost at worst has no bound")
            }
            Note::BudgetWarning { expected, limit } => {
                write!(f, "expected {} is above warn_usd = {}", expected.cents(), limit.cents())
            }
            Note::BudgetExceeded { expected, limit } => {
                write!(f, "expected {} is above fail_usd = {}", expected.cents(), limit.cents())
            }
            Note::BudgetUnknown { limit } => write!(
                f,
                "whether the budget of {} holds is unknown while lines have no price",
                limit.cents()
            ),
            Note::Tax { name, percent: rate, amount } => {
                write!(f, "{name} of {} % would be {}; no total contains it", percent(*rate), amount.cents())
            }
            Note::NotVaried { inputs } => {
                write!(f, "not varied, since a tenth more or less is not a valid value: {}", list(inputs))
            }
        }
    }
}
