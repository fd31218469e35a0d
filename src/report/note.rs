//! Every caveat a report may carry, in one list with one wording each.
#![expect(missing_docs, reason = "every field stands in the wording of its variant")]

use derive_more::Display;

use super::note_words::{instead, minutes, short};
use super::{Lang, Said};
use crate::model::decimal::{self, Decimal};
use crate::model::money::{Total, Usd};
use crate::model::text::counted;

/// Something the reader must know to trust the numbers.
#[derive(Clone, Debug, Display, PartialEq, Eq)]
pub enum Note {
    /// The month was taken from the clock.
    #[display("the scenario names no month: {month} is the month this command ran in (UTC)")]
    MonthFromClock { month: String },
    /// The command line's month stands in for the scenario's.
    #[display("month {month} comes from --month, not from the scenario")]
    MonthOverridden { month: String },
    /// The command line's region stands in for the scenario's.
    #[display("region {region} comes from --region, not from the scenario")]
    RegionOverridden { region: String },
    /// No live prices were asked for.
    #[display("prices are the table inside this program, EC2 as of {as_of}; they are not live")]
    BundledPrices { as_of: String },
    /// Some prices come from the scenario itself.
    #[display("the scenario itself sets the price of {}", usage_types.join(", "))]
    ScenarioPrices { usage_types: Vec<String> },
    /// A price of the scenario that no line uses.
    #[display(
        "the scenario's price for {usage_type} is used by no line{}",
        if here.is_empty() { String::new() } else { format!("; in {region} the usage type is {}", here.join(" or ")) }
    )]
    PriceUnused { usage_type: String, region: String, here: Vec<String> },
    /// Figures that are not from the Price List itself.
    #[display("unverified, not read from the Price List itself: {}", figures.join("; "))]
    Unverified { figures: Vec<String> },
    /// Lines that have no price, for one reason.
    #[display("no price for {}: {}", lines.join(", "), reason.en)]
    Unpriced { lines: Vec<String>, reason: Said },
    /// A note about one of several scenarios.
    #[display("{scenario}: {note}")]
    Of { scenario: String, note: Box<Note> },
    /// Nothing declared.
    #[display("the scenario declares nothing that costs anything")]
    NothingToPrice,
    /// A workload that no figure depends on.
    #[display("[workload] has no effect on an estimate: it prices the hours that are declared")]
    WorkloadUnused,
    /// A Spot price above the bid.
    #[display(
        "{name}: the expected Spot price of {instance_type}, {}, is above the bid of {}: EC2 starts none of these instances while it is",
        price.price(6), bid.price(6)
    )]
    BidBelowSpot { name: String, instance_type: String, price: Usd, bid: Usd },
    /// A bid that is held against an unknown price.
    #[display(
        "{name}: whether EC2 would start a {instance_type} is not known: its Spot price or its On-Demand price, of which the bid is a share, is not known; it is taken to start"
    )]
    BidUnknown { name: String, instance_type: String },
    /// A type the group's compute environment does not launch.
    #[display("{name}: {environment} does not launch {instance_type}")]
    TypeNotInEnvironment { name: String, environment: String, instance_type: String },
    /// More at once than the cap allows.
    #[display(
        "{name}: its instances side by side have {} vCPUs, but {environment} launches up to max_vcpus = {max_vcpus}",
        short(*vcpus, 0)
    )]
    FleetAboveCap { name: String, vcpus: Decimal, environment: String, max_vcpus: u32 },
    /// On-Demand hours in a Spot environment, or the other way round.
    #[display("{name}: {environment} buys {buys} only, the group's spot_share says otherwise")]
    EnvironmentBuysOther { name: String, environment: String, buys: &'static str },
    /// No launches although boot and idle minutes are known.
    #[display("{name}: no launches are declared, so boot and idle time cost nothing here")]
    NoLaunches { name: String },
    /// A job that fits no instance of its group.
    #[display("{name}: `{job}` does not fit on a {instance_type} (vCPUs, usable memory or GPUs)")]
    JobDoesNotFit { name: String, job: String, instance_type: String },
    /// A timeout that ends every run.
    #[display(
        "`{job}`: a run of {} h is ended by its timeout after {} min, and a timeout is not retried",
        short(*run_hours, 2), short(*timeout_minutes, 2)
    )]
    TimeoutBelowRun { job: String, run_hours: Decimal, timeout_minutes: Decimal },
    /// More expected hours than there are.
    #[display(
        "{name}: with interruptions each {instance_type} is expected to run {} h, but the period has {} h: the work does not get done",
        short(*hours, 1), short(*period_hours, 1)
    )]
    HoursBeyondPeriod { name: String, instance_type: String, hours: Decimal, period_hours: Decimal },
    /// Spot without history.
    #[display(
        "no Spot history was used for {}: low and expected are a mean, high is the maximum price: On-Demand, or the bid where one is set",
        usage_types.join(", ")
    )]
    SpotWithoutHistory { usage_types: Vec<String> },
    /// Spot costs as much as On-Demand.
    #[display(
        "{instance_type} Spot in {region} is starved: its mean is the On-Demand price (to four decimals), so Spot saves nothing there"
    )]
    SpotStarved { instance_type: String, region: String },
    /// Nothing bounds a Spot price.
    #[display(
        "{instance_type} has no On-Demand price in {region}: nothing bounds its Spot price, so the high end is unknown"
    )]
    SpotUnbounded { instance_type: String, region: String },
    /// A type that EC2 no longer launches.
    #[display(
        "{instance_type} is retired: price rows remain, but EC2 no longer describes it and nothing can be launched; {}",
        instead(replacements)
    )]
    Retired { instance_type: String, replacements: Vec<String> },
    /// Spot hours without an interruption rate.
    #[display(
        "{name}: Spot interruptions are not modelled; set interruptions_per_instance_hour to count the work they lose"
    )]
    InterruptionsNotModelled { name: String },
    /// An interruption rate without a job to lose work.
    #[display(
        "{name}: the interruption rate has no effect: set job_definition to one with a checkpoint or run_hours"
    )]
    InterruptionsWithoutJob { name: String },
    /// What interruptions cost.
    #[display(
        "{name}: {} billed hours per useful Spot hour with interruptions, the writing of checkpoints included",
        short(*factor, 3)
    )]
    Interruptions { name: String, factor: Decimal },
    /// The checkpoint interval that costs least.
    #[display(
        "`{job}`: a checkpoint every {} min costs least on Spot ({} billed hours per useful hour); now every {} min ({})",
        minutes(*best_hours), short(*best_factor, 3), minutes(*hours), short(*factor, 3)
    )]
    CheckpointInterval {
        job: String,
        hours: Decimal,
        factor: Decimal,
        best_hours: Decimal,
        best_factor: Decimal,
    },
    /// A job that is lost more often than it gets done.
    #[display(
        "{name}: on Spot, `{job}` will practically never finish: more than 10 billed hours per useful hour; save checkpoints more often, or run it On-Demand"
    )]
    NeverFinishes { name: String, job: String },
    /// More interruptions than attempts.
    #[display(
        "a run of `{job}` is interrupted {} times on average, its limit of attempts is {attempts}; many runs will fail, which the estimate does not count",
        short(*interruptions, 2)
    )]
    FewAttempts { job: String, interruptions: Decimal, attempts: u32 },
    /// Runs could share an instance.
    #[display(
        "{name}: {slots} runs fit on one {instance_type}; the low case lets them share it, expected and high give each run its own"
    )]
    RunsMayShare { name: String, slots: u32, instance_type: String },
    /// Launches without boot or idle minutes.
    #[display(
        "{name}: without boot_minutes and idle_minutes its launches cost nothing here, but AWS bills both"
    )]
    DelaysUnknown { name: String },
    /// A Capacity Block that is paid and not used.
    #[display(
        "{name}: {} of the {} instance-hours of the Capacity Block are paid and not used",
        short(*unused_hours, 2), short(*paid_hours, 2)
    )]
    CapacityBlockUnused { name: String, unused_hours: Decimal, paid_hours: Decimal },
    /// How commitments were laid over use.
    #[display(
        "commitments fill On-Demand use hour by hour: expected has each group's instances side by side and the groups one after another; low and high are the cheapest and the dearest of that, of even use all the time, and of all groups at once; what a commitment covers and leaves unused may cost more in the low case"
    )]
    CommitmentCases,
    /// A commitment that nothing uses.
    #[display("commitment {name} covers nothing in this scenario")]
    CommitmentUnused { name: String },
    /// A size that AWS does not sell.
    #[display(
        "{name}: {} GiB is rounded up to {} GiB, the next size AWS sells",
        short(*asked_gib, 2), short(*size_gib, 2)
    )]
    LustreRounded { name: String, asked_gib: Decimal, size_gib: Decimal },
    /// Data between a file system and a bucket of the same region.
    #[display(
        "{name}: data between FSx and an S3 bucket in the same region carries no transfer charge; its requests do"
    )]
    DataRepositorySameRegion { name: String },
    /// The free tier is not subtracted.
    #[display("{name}: the 100 GB a month that are free for a whole account are not subtracted")]
    FreeTransfer { name: String },
    /// A region that the table does not have, or a slip.
    #[display(
        "this program does not know the region {region} (it knows {}): nothing in it has a price unless prices are live",
        alike.join(", ")
    )]
    NewRegion { region: String, alike: Vec<String> },
    /// Elastic Throughput is charged by what is read and written.
    #[display("{name}: what Elastic Throughput charges for data read and written is not counted")]
    ElasticThroughput { name: String },
    /// A type that never fits under the cap.
    #[display(
        "{environment} never launches {instance_type}: one instance has more than max_vcpus = {max_vcpus}"
    )]
    TypeAboveCap { environment: String, instance_type: String, max_vcpus: u32 },
    /// Nothing may start.
    #[display("{environment} has max_vcpus = 0 at some time: nothing can start then")]
    CapIsZero { environment: String },
    /// Jobs that would be interrupted have one attempt.
    #[display("`{job}` has one attempt: an interruption on Spot ends it")]
    OneAttemptOnSpot { job: String },
    /// A schedule without a time zone.
    #[display(
        "the schedule \"{cron}\" of {environment} names no timezone and runs in UTC (22:00 is 07:00 in Tokyo)"
    )]
    ScheduleInUtc { environment: String, cron: String },
    /// Part of the frame cannot be priced.
    #[display("the {what} of {environment} is unknown: no price for {}", missing.join(", "))]
    FrameUnknown { environment: String, what: &'static str, missing: Vec<String> },
    /// A floor that cannot be reached.
    #[display(
        "{environment}: no set of its types has between min_vcpus = {min_vcpus} and max_vcpus, which BEST_FIT does not exceed: the floor is that of {reached} vCPUs"
    )]
    FloorUnreached { environment: String, min_vcpus: u32, reached: u64 },
    /// A job that may run for ever.
    #[display("`{job}` has no timeout_minutes: what one job can cost at worst has no bound")]
    NoTimeout { job: String },
    /// Warning threshold exceeded.
    #[display("expected {} is above warn_usd = {}", expected.cents(), limit.cents())]
    BudgetWarning { expected: Usd, limit: Usd },
    /// Failure threshold exceeded.
    #[display("expected {} is above fail_usd = {}", expected.cents(), limit.cents())]
    BudgetExceeded { expected: Usd, limit: Usd },
    /// A budget that cannot be judged.
    #[display("whether the budget of {} holds is unknown while lines have no price", limit.cents())]
    BudgetUnknown { limit: Usd },
    /// How good estimates of this scenario were.
    #[display(
        "last {}: mean error {} %, worst {}{} % ({worst_month}), charged ({basis}) against estimated",
        if *months == 1 { "month".to_owned() } else { format!("{months} months") },
        short(*mean * Decimal::ONE_HUNDRED, 1),
        if *worst > Decimal::ZERO { "+" } else { "" },
        short(*worst * Decimal::ONE_HUNDRED, 1)
    )]
    TrackRecord { months: usize, mean: Decimal, worst: Decimal, worst_month: String, basis: String },
    /// Nothing is known of this scenario.
    #[display("the track record has no closed month of `{scenario}` before the period")]
    NoTrackRecord { scenario: String },
    /// As estimated, for want of a track record.
    #[display("not calibrated, for want of closed months with an estimate: {}", services.join(", "))]
    NotCalibrated { services: Vec<String> },
    /// Charged in the months before, and in no estimate.
    #[display("charged in the months before and never estimated, so in no total: {}", services.join(", "))]
    NeverEstimated { services: Vec<String> },
    /// Jobs and lines that a simulation does without.
    #[display("left out of the trace: {}", reasons.join(", "))]
    TraceLeftOut { reasons: Vec<String> },
    /// A trace that goes back in time.
    #[display("{jobs} jobs of the trace stand after later ones: they were sorted by submission")]
    TraceSorted { jobs: u64 },
    /// Jobs whose memory nobody knows.
    #[display(
        "{jobs} jobs of the trace do not say how much memory they need: they are placed as if it always fits"
    )]
    TraceWithoutMemory { jobs: u64 },
    /// Jobs to which no job definition applies though there are some.
    #[display(
        "{} no job definition: attempts, timeouts, checkpoints and lustre_mbps of {} are not theirs; {}",
        if jobs == all { "the jobs of the trace name".to_owned() } else { format!("{jobs} of {all} jobs of the trace name") },
        definitions.join(", "),
        match offered {
            Some(name) => format!("`[workload] job_definition = \"{name}\"` gives them one, a column job_definition each its own"),
            None => "a column job_definition gives each its own, `[workload] job_definition` all of them one".to_owned(),
        }
    )]
    JobsWithoutDefinition { jobs: u64, all: u64, definitions: Vec<String>, offered: Option<String> },
    /// Attempts of the record that are not simulated.
    #[display(
        "{} of the record had {} before the last one, {} vCPU-hours that are not simulated: what ends an attempt here is an interruption that is drawn",
        counted(*jobs, "job"), counted(*attempts, "attempt"), decimal::grouped_trimmed(*vcpu_hours, 2)
    )]
    EarlierAttempts { jobs: u64, attempts: u64, vcpu_hours: Decimal },
    /// A trace that cannot be read while nothing is simulated.
    #[display("the trace {path} was not looked at: {reason}")]
    TraceUnread { path: String, reason: String },
    /// A delay that AWS does not publish.
    #[display("{} without {key}: {seconds} s are assumed, AWS does not publish it", environments.join(", "))]
    AssumedDelay { environments: Vec<String>, key: &'static str, seconds: u64 },
    /// Spot that is never interrupted.
    #[display("{}: Spot without interruptions_per_instance_hour is never interrupted here", environments.join(", "))]
    NeverInterrupted { environments: Vec<String> },
    /// Several sizes that a strategy holds equal.
    #[display(
        "{}: AWS does not document which of several sizes it launches; the trace costs {} with the smallest first, as shown, and {} with the largest first; launch_size decides",
        environments.join(", "), smallest.in_words(Lang::En), largest.in_words(Lang::En)
    )]
    LaunchSizeOpen { environments: Vec<String>, smallest: Total, largest: Total },
    /// Several Spot pools of one size that a strategy holds equal.
    #[display(
        "{}: AWS does not publish which of several Spot pools is deeper; the trace costs {} with the cheapest first, as shown, and {} with the dearest first; capacity_errors decide",
        environments.join(", "), cheapest.in_words(Lang::En), dearest.in_words(Lang::En)
    )]
    SpotPoolOpen { environments: Vec<String>, cheapest: Total, dearest: Total },
    /// A rate that a compute environment takes from the groups in it.
    #[display("{environment}: interruptions_per_instance_hour is {} here, {} [[compute]] {}", decimal::plain(*rate), if *is_mean { "the mean by Spot hours of" } else { "taken from" }, groups.join(", "))]
    InterruptionsOfGroups { environment: String, rate: Decimal, groups: Vec<String>, is_mean: bool },
    /// Groups that say another rate than their compute environment.
    #[display("{environment}: interruptions_per_instance_hour is its own {} here; [[compute]] says otherwise: {}", decimal::plain(*rate), groups.join(", "))]
    InterruptionsDiffer { environment: String, rate: Decimal, groups: Vec<String> },
    /// Groups that differ, without hours to weigh them by.
    #[display("{environment}: interruptions_per_instance_hour differs in [[compute]] and there are no Spot hours for a mean: {}; give the compute environment its own", groups.join(", "))]
    InterruptionsOpen { environment: String, groups: Vec<String> },
    /// What AWS does not publish of fair-share scheduling.
    #[display("fair share of {}: the usage of a share is its vCPU-seconds within share_decay_seconds × weight factor, and what is older counts nothing, so weights have little effect where jobs run as long as that: AWS does not publish its function", queues.join(", "))]
    FairShareAssumed { queues: Vec<String> },
    /// Jobs that AWS would refuse.
    #[display("{} without a share identifier, which AWS requires in a queue with a scheduling policy: they are one share of weight 1", counted(*jobs, "job"))]
    JobsWithoutShare { jobs: u64 },
    /// Jobs with a share in a queue without a policy.
    #[display("{} of the trace with a share or a scheduling priority: their queue has no scheduling_policy here, so waits are first in, first out", counted(*jobs, "job"))]
    SharesWithoutPolicy { jobs: u64 },
    /// Jobs that were drawn, not recorded.
    #[display("jobs are drawn at random, not recorded; another seed draws others: {}", kinds.join("; "))]
    DrawnJobs { kinds: Vec<String> },
    /// Spot at the price of the hours in which instances ran.
    #[display(
        "Spot is at the prices of the hours in which instances ran, from the record {record}: it has {}; the rest is at the list's price",
        shares.iter().map(|(name, percent)| format!("{} % of the hours of {name}", short(*percent, 1))).collect::<Vec<_>>().join(", ")
    )]
    SpotAtItsTime { record: String, shares: Vec<(String, Decimal)> },
    /// Lustre file systems, and jobs that do not say what they ask of them.
    #[display(
        "what jobs ask of the Lustre file systems is not known: at the peak of {instances} instances each has {} MB/s of {}; give lustre_mbps in [[batch.job_definition]]",
        short(*each_mbps, 1), short(*mbps, 1)
    )]
    LustreDemandUnknown { instances: u64, each_mbps: Decimal, mbps: Decimal },
    /// A swept limit that a schedule sets, too.
    #[display(
        "a [[schedule]] sets {limit} of {environment}: once it has, the swept value no longer holds, so rows may be alike; sweep without the schedule"
    )]
    SweptUnderSchedule { environment: String, limit: String },
    /// A frontier in which waits need not fall with the cap.
    #[display(
        "more vCPUs may make some jobs wait longer: where jobs or types differ they are placed otherwise, and where launches take time other instances are still there"
    )]
    MoreVcpusLongerWaits,
    /// On-Demand hours at list prices.
    #[display("no [[commitment]] is laid over simulated hours: On-Demand is at its own price")]
    SimulatedWithoutCommitments,
    /// A tax that no total contains.
    #[display(
        "{name} of {} % would be {}{}; no total contains it",
        short(*percent, 2), if *at_least { "at least " } else { "" }, amount.cents()
    )]
    Tax { name: String, percent: Decimal, amount: Usd, at_least: bool },
    /// Too little history for a forecast.
    #[display("a pool with less than {days} days of history has no forecast")]
    HistoryTooShort { days: u32 },
    /// How the forecast comes about.
    #[display(
        "the forecast is the last price; its interval comes from {}, reaches further where the type moved in the last week, is widened for the {} days until the month begins, and ends at On-Demand or, where that is unknown, at the highest price of the type in the record",
        interval.en, short(*lead_days, 0)
    )]
    ForecastMethod { interval: Said, lead_days: Decimal },
    /// Types whose last Spot price is above what On-Demand costs.
    #[display(
        "{types}: the last Spot price is above the On-Demand price, which Spot no longer exceeds; the forecast starts from On-Demand"
    )]
    SpotAboveOnDemand { types: String },
    /// On-Demand prices of another day than the record's.
    #[display("On-Demand prices are the bundled ones of {as_of}; the record ends on {end}")]
    OnDemandAsOf { as_of: String, end: String },
    /// A Spot price that was forecast.
    #[display("{usage_type}: {detail}")]
    SpotForecast { usage_type: String, detail: String },
    /// Something about the price list as a whole.
    #[display("{remark}")]
    PriceRemark { remark: String },
    /// Types with a price that nobody can launch.
    #[display(
        "EC2 does not offer {} in {region}: a price in the list is no proof that it can be launched",
        types.join(", ")
    )]
    NotOffered { types: Vec<String>, region: String },
    /// Families that have no On-Demand price anywhere.
    #[display(
        "AWS lists no On-Demand price of {} types in any region: they are sold as Capacity Blocks or UltraServers; `hpc-cost prices capacity-blocks` shows what blocks cost",
        families.join(", ")
    )]
    NeverOnDemand { families: Vec<String> },
    /// Where live On-Demand prices are from.
    #[display("On-Demand prices are from the AWS Price List, read at {as_of}")]
    OnDemandLive { as_of: String },
    /// Placement scores are about a request, not about a type.
    #[display(
        "placement scores (1 to 10) say how likely a Spot request for {instances} instances of any of these types succeeds in one zone; EC2 scores requests of fewer than three types low"
    )]
    PlacementScores { instances: i32 },
    /// A period that is not over.
    #[display(
        "the period is not over: both sides are compared until {until}, {} open; of the estimate that is its share of the days, or of a schedule's vCPUs",
        if *open_days == 1 { "1 day is".to_owned() } else { format!("{open_days} days are") }
    )]
    PartialPeriod { until: String, open_days: i64 },
    /// No forecast.
    #[display("the month's end is not forecast: {} too few, {least} are needed", if *days == 1 { "1 whole day is".to_owned() } else { format!("{days} whole days are") })]
    TooFewDays { days: usize, least: usize },
    /// What is charged, above a limit.
    #[display("charged {} is above {key} = {}", actual.cents(), limit.cents())]
    ChargedOverBudget { actual: Usd, limit: Usd, key: &'static str },
    /// What will be charged, above a limit.
    #[display("the month's end is forecast at {}, above {key} = {}", expected.cents(), limit.cents())]
    MonthEndOverBudget { expected: Usd, limit: Usd, key: &'static str },
    /// Jobs that nobody counted.
    #[display(
        "$ per job counts the {} that the scenario declares for the time compared, not those that ran",
        if *jobs == Decimal::ONE { "1 job".to_owned() } else { format!("{} jobs", short(*jobs, 2)) }
    )]
    JobsOfScenario { jobs: Decimal },
    /// A source without charges at the end of the period.
    #[display(
        "the source has no usage on the last {} of the period: if it stops there, what is missing is no saving (rows of a whole month stand on its first day)",
        counted(*days, "day")
    )]
    SourceStops { days: i64 },
    /// A source of days that ends before the period does.
    #[display(
        "the source has no usage on the last {} of the period: both sides are compared until {until}, as what is missing is no saving",
        counted(*days, "day")
    )]
    SourceStopsAt { until: String, days: i64 },
    /// Use that ended before its period.
    #[display(
        "the last use is of {last}: the period is over and compared whole, with {} planned for the {} after it; if it is the source that stops there, what is missing is no saving (rows of a whole month stand on its first day)",
        planned.in_words(Lang::En), counted(*days, "day")
    )]
    UseStopped { last: String, days: i64, planned: Total },
    /// Private discounts that are in the estimate and not in the charges.
    #[display(
        "the estimate has the scenario's [discount], and --basis {basis} is before discounts: those of the bill, {}, stand apart under excluded; --basis net-amortized has them in its prices",
        discounts.cents()
    )]
    DiscountsApart { basis: &'static str, discounts: Usd },
    /// Savings Plans, as they are invoiced.
    #[display(
        "with --basis unblended, hours that Savings Plans cover stand at On-Demand prices: what takes those back, {}, and fees, {}, stand apart under excluded; --basis amortized has the hours at what the plans cost",
        negation.cents(), fees.cents()
    )]
    CoveredAtListPrice { negation: Usd, fees: Usd },
    /// Charges of an unknown quantity.
    #[display("charged without a quantity, so in no price per hour: {}", usage_types.join(", "))]
    ChargedWithoutQuantity { usage_types: Vec<String> },
    /// What an estimate comes to by its track record.
    #[display("calibrated total {}, {} to {}; the lines are as estimated", expected.cents(), low.cents(), high.map_or_else(|| "unknown".to_owned(), Usd::cents))]
    CalibratedTotal { low: Usd, expected: Usd, high: Option<Usd> },
    /// Prices that were not in force then.
    #[display(
        "the prices of the estimate are {prices}, not those in force in the period: `hpc-cost prices fetch --month {month}` gets those"
    )]
    PricesOfAnotherTime { prices: String, month: String },
    /// A month that has only just ended.
    #[display("charges until {end} still change: usage arrives up to a day late, credits and refunds later")]
    LateCharges { end: String },
    /// Days the source itself does not call final.
    #[display("AWS marks the charges of these days as estimated: {}", days.join(", "))]
    EstimatedDays { days: Vec<String> },
    /// A bill without a row of the period.
    #[display("the source has no charge from {period}: an empty bill, not one of $0")]
    NoCharges { period: String },
    /// Lines of the estimate that no difference is known of.
    #[display("the estimate has no price for {}: what was charged for it stands apart in the bridge", usage_types.join(", "))]
    ComparedWithoutPrice { usage_types: Vec<String> },
    /// Charges that cannot join.
    #[display(
        "some charges name no usage type (neither x_UsageType nor SkuMeter): they join no line of the estimate"
    )]
    NoUsageType,
    /// No region to look On-Demand prices up in.
    #[display("without --region no On-Demand price is known, nor the share of time above it")]
    OnDemandUnknown,
    /// Something that no metric tells.
    #[display("{measure} is not known: {reason}")]
    MetricUnknown { measure: String, reason: String },
    /// What is to be known of metrics.
    #[display("metrics: {remark}")]
    MetricRemark { remark: String },
    /// Inputs that could not be varied by a tenth.
    #[display("not varied, since a tenth more or less is not a valid value: {}", inputs.join(", "))]
    NotVaried { inputs: Vec<String> },
}
