//! Keys of the jobs for simulation: a file of them, or how they arrive and how long they run.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::scenario::value::{Amount, Positive};

/// Jobs for simulation: a trace, or arrivals to draw from.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkloadKeys {
    /// Workload file, relative to this file: a workload CSV, or a log named *.swf. Default: none.
    pub trace: Option<String>,
    /// Job definition of the trace's jobs that name none: its attempts, timeout, checkpoints and lustre_mbps are theirs.
    /// Default: none.
    pub job_definition: Option<String>,
    /// Jobs drawn at random over the scenario's period, instead of a trace.
    #[serde(default)]
    pub arrivals: Vec<ArrivalKeys>,
}

/// Jobs of one kind: when they are submitted (a Poisson process) and how long they run.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ArrivalKeys {
    /// Unique name; jobs are called after it.
    pub name: String,
    /// Job queue they are submitted to.
    pub queue: String,
    /// Job definition: what each asks for.
    pub job_definition: String,
    /// Share identifier, for a queue with a scheduling policy. Default: none.
    pub share: Option<String>,
    /// Jobs per hour on average, in hours that no entry of `rates` names. Default: 0.
    #[serde(default)]
    pub jobs_per_hour: Amount,
    /// Other rates by hour of the week; of two that name an hour the later one counts. Default: none.
    #[serde(default)]
    pub rates: Vec<RateKeys>,
    /// IANA time zone of `rates`. Default: UTC.
    pub timezone: Option<String>,
    /// Run times that were seen, in hours: each is drawn equally often. Default: the job definition's `run_hours`.
    #[serde(default)]
    pub run_hours: Vec<Positive>,
    /// Lognormal run times, instead.
    pub run_hours_lognormal: Option<LognormalKeys>,
}

/// A rate of arrivals in some hours of the week.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RateKeys {
    /// Weekdays as in `cron`: "1-5" or "MON-FRI"; 0 and 7 are Sunday. Default: every day.
    pub weekdays: Option<String>,
    /// Hours as in `cron`: "9-17" is from 9:00 to 17:59. Default: all.
    pub hours: Option<String>,
    /// Jobs per hour on average.
    pub jobs_per_hour: Amount,
}

/// Run times of which the logarithm is normally distributed.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LognormalKeys {
    /// Half of the jobs run for fewer hours.
    pub median_hours: Positive,
    /// Standard deviation of the natural logarithm of the run time, up to 5.
    pub sigma: Positive,
    /// Where median and sigma come from.
    pub source: String,
}
