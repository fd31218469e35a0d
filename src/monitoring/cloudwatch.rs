//! What CloudWatch is asked about the instances of AWS Batch, and whose its answers are.
//!
//! The CloudWatch agent sends `nvidia_smi_utilization_gpu` and `mem_used_percent` to the namespace `CWAgent`
//! (Amazon CloudWatch User Guide, "Collect NVIDIA GPU metrics" and "Metrics collected by the CloudWatch agent", read
//! 2026-11-24) with the dimensions its configuration names. Container Insights has MemoryUtilized and MemoryReserved of an
//! ECS cluster (same guide, "Amazon ECS Container Insights metrics", read 2026-11-24), and AWS Batch says which cluster is
//! that of a compute environment (API reference, ComputeEnvironmentDetail, read 2026-11-24). The ratio of the sums is what
//! CloudWatch's own dashboards of ECS show. Nothing is asked here, and nothing judged.

use std::collections::{BTreeMap, BTreeSet};

use super::{Environments, Measure, Metrics, Point, Series};
use crate::model::decimal::Decimal;
use crate::model::region::Region;
use crate::model::time::{Period, instant};

/// Namespace of the CloudWatch agent.
pub const AGENT: &str = "CWAgent";
/// Its metrics.
pub const AGENT_METRICS: [&str; 2] = [GPU, MEMORY];
const GPU: &str = "nvidia_smi_utilization_gpu";
const MEMORY: &str = "mem_used_percent";

/// Namespace of Container Insights for ECS.
pub const INSIGHTS: &str = "ECS/ContainerInsights";
/// Its metrics of memory [MB].
pub const INSIGHTS_METRICS: [&str; 2] = [UTILIZED, RESERVED];
const UTILIZED: &str = "MemoryUtilized";
const RESERVED: &str = "MemoryReserved";

/// The dimension by which Container Insights names a cluster.
pub const CLUSTER: &str = "ClusterName";
/// The dimension that the agent adds where its configuration says so.
const INSTANCE_TYPE: &str = "InstanceType";

/// Values are asked for by the hour [s].
pub const HOUR: i64 = 3600;

/// ListMetrics does not return what has not reported for two weeks (API reference, ListMetrics, read 2026-11-24) [s]; also
/// the window where the scenario's period has not begun.
const TWO_WEEKS: i64 = 14 * 24 * HOUR;

/// What CloudWatch makes of the samples of an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Statistic {
    /// Of all samples.
    Sum,
    /// How many there were.
    SampleCount,
    /// The largest.
    Maximum,
}

impl Statistic {
    /// CloudWatch's name.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Statistic::Sum => "Sum",
            Statistic::SampleCount => "SampleCount",
            Statistic::Maximum => "Maximum",
        }
    }

    /// What is asked for of a metric: the mean of GPUs has to be exact over instances of any age, the peak of memory
    /// counts, and of clusters the ratio.
    #[must_use]
    pub fn of(metric: &str) -> &'static [Statistic] {
        match metric {
            GPU => &[Statistic::Sum, Statistic::SampleCount],
            MEMORY => &[Statistic::Maximum],
            _ => &[Statistic::Sum],
        }
    }
}

/// What to ask.
#[derive(Clone, Debug)]
pub struct MetricQuery {
    /// Where.
    pub region: Region,
    /// From when to when.
    pub window: Window,
    /// Names of compute environments, whose clusters AWS Batch is asked for.
    pub environments: Vec<String>,
}

/// Whole hours of the past.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// First second.
    pub start: i64,
    /// First second after.
    pub end: i64,
    /// Which one it is, in words.
    pub words: &'static str,
    /// Whether it begins before what CloudWatch still lists.
    pub before_listed: bool,
}

impl Window {
    /// A period as far as it has passed; where it has not begun, the last 14 days.
    #[must_use]
    pub fn of(period: Period, now: i64) -> Window {
        let now = now - now.rem_euclid(HOUR);
        let start = period.start().as_second();
        let (start, end) = (start - start.rem_euclid(HOUR), period.end().as_second().min(now));
        let end = end - end.rem_euclid(HOUR);
        let before_listed = start < now - TWO_WEEKS;
        if end > start {
            return Window {
                start,
                end,
                words: "the scenario's period as far as it has passed",
                before_listed,
            };
        }
        let words = "the last 14 days, since the scenario's period has not begun";
        Window { start: now - TWO_WEEKS, end: now, words, before_listed: false }
    }

    /// Its hours.
    #[must_use]
    pub const fn hours(&self) -> i64 {
        (self.end - self.start) / HOUR
    }

    fn shown(&self) -> String {
        format!("{} to {}", instant(self.start), instant(self.end))
    }
}

/// A metric as CloudWatch names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// Its namespace.
    pub namespace: &'static str,
    /// Its name.
    pub metric: &'static str,
    /// Names and values.
    pub dimensions: BTreeMap<String, String>,
}

/// Its values by hour.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Whose.
    pub named: Named,
    /// By the first second of the hour.
    pub values: BTreeMap<(i64, Statistic), Decimal>,
}

/// What was answered.
#[derive(Clone, Debug, Default)]
pub struct Readings {
    /// Some may be empty.
    pub readings: Vec<Reading>,
    /// Clusters by compute environment; one that AWS Batch does not have, or that is none of ECS, is not in it.
    pub clusters: BTreeMap<String, String>,
    /// Metrics that were asked for, each a charge: one of each statistic.
    pub asked: usize,
}

impl Readings {
    /// How many of the metrics that were asked for have values.
    #[must_use]
    pub fn with_values(&self) -> usize {
        let statistics =
            |of: &Reading| of.values.keys().map(|(_, statistic)| *statistic).collect::<BTreeSet<_>>().len();
        self.readings.iter().map(statistics).sum()
    }
}

/// Without those that add up others: an aggregate has a part of the dimensions of what it adds up, with the same values.
#[must_use]
pub fn finest(all: Vec<Named>) -> Vec<Named> {
    let all: BTreeSet<Named> = all.into_iter().collect();
    let is_part = |of: &Named, whole: &Named| {
        of.dimensions.len() < whole.dimensions.len()
            && of.dimensions.iter().all(|(name, value)| whole.dimensions.get(name) == Some(value))
    };
    all.iter().filter(|of| !all.iter().any(|whole| is_part(of, whole))).cloned().collect()
}

/// The answers as series, and what is not known.
#[must_use]
pub fn metrics(query: &MetricQuery, answered: &Readings, environments: &Environments) -> Metrics {
    let mut metrics = Metrics::default();
    let window = &query.window;
    for (metric, measure) in [(GPU, Measure::Gpu), (MEMORY, Measure::Memory)] {
        for (environment, readings) in by_environment(metric, answered, environments) {
            let points = merged(measure, &readings);
            let how = if measure == Measure::Gpu { "Sum ÷ SampleCount" } else { "Maximum" };
            let source = format!(
                "CloudWatch {AGENT} {metric}, hourly {how} of {} metrics, {}",
                readings.len(),
                window.shown()
            );
            let series = Series { measure, environment, source, points };
            metrics.series.extend((!series.points.is_empty()).then_some(series));
        }
    }
    for (environment, cluster) in &answered.clusters {
        let points = of_cluster(cluster, answered);
        let source = format!(
            "CloudWatch {INSIGHTS} {UTILIZED} ÷ {RESERVED} of {cluster}, hourly Sum, {}",
            window.shown()
        );
        let series =
            Series { measure: Measure::Memory, environment: Some(environment.clone()), source, points };
        metrics.series.extend((!series.points.is_empty()).then_some(series));
    }
    metrics
        .series
        .sort_by(|a, b| (a.measure, &a.environment, &a.source).cmp(&(b.measure, &b.environment, &b.source)));
    missing(query, answered, environments, &mut metrics);
    metrics
}

/// Says what is not there.
fn missing(query: &MetricQuery, answered: &Readings, environments: &Environments, metrics: &mut Metrics) {
    let MetricQuery { region, window, .. } = query;
    let has = |measure| metrics.series.iter().any(|series| series.measure == measure);
    let mut unknown = Vec::new();
    if environments.values().any(|launches| launches.gpus) && !has(Measure::Gpu) {
        let reason = format!(
            "CloudWatch has no {AGENT} {GPU} in {region}, {} (an agent may have a namespace of its own, which is not asked)",
            window.shown()
        );
        unknown.push((Measure::Gpu, reason));
    }
    if !has(Measure::Memory) {
        let reason = format!(
            "CloudWatch has neither {INSIGHTS} {UTILIZED} of a cluster of the scenario's compute environments nor {AGENT} {MEMORY} in {region}, {}",
            window.shown()
        );
        unknown.push((Measure::Memory, reason));
    }
    metrics.unknown = unknown;
    metrics.remarks.push(format!("CloudWatch was asked about {}: {}", window.words, window.shown()));
    if window.before_listed {
        metrics.remarks.push(format!(
            "CloudWatch lists a metric of {AGENT} only while it has reported within two weeks: instances that ended before are not in it"
        ));
    }
    let unclustered: Vec<&str> = environments
        .keys()
        .filter(|name| !answered.clusters.contains_key(*name))
        .map(String::as_str)
        .collect();
    if !unclustered.is_empty() {
        metrics.remarks.push(format!(
            "AWS Batch names no ECS cluster in {region} for {}: Container Insights was not asked about it",
            unclustered.join(", ")
        ));
    }
    if metrics.series.iter().any(|series| series.environment.is_none()) {
        metrics.remarks.push(format!(
            "metrics of {AGENT} without the dimension {INSTANCE_TYPE}, or of a type that not exactly one compute environment launches, are those of instances of the region"
        ));
    }
}

/// Readings of a metric with values, by the compute environment that alone launches their instance type.
fn by_environment<'a>(
    metric: &str,
    answered: &'a Readings,
    environments: &Environments,
) -> BTreeMap<Option<String>, Vec<&'a Reading>> {
    let mut found: BTreeMap<Option<String>, Vec<&Reading>> = BTreeMap::new();
    for reading in answered.readings.iter().filter(|of| of.named.metric == metric && !of.values.is_empty()) {
        let named = reading.named.dimensions.get(INSTANCE_TYPE);
        let launch = |name: &String| {
            environments
                .iter()
                .filter(|(_, of)| of.types.contains(name))
                .map(|(name, _)| name)
                .collect::<Vec<_>>()
        };
        let environment = match named.map(launch).as_deref() {
            Some([only]) => Some((*only).clone()),
            _ => None,
        };
        found.entry(environment).or_default().push(reading);
    }
    found
}

/// One value an hour: the mean of all samples of GPUs, the peak of memory.
fn merged(measure: Measure, readings: &[&Reading]) -> Vec<Point> {
    let mut hours: BTreeMap<i64, BTreeMap<Statistic, Decimal>> = BTreeMap::new();
    for ((second, statistic), value) in readings.iter().flat_map(|reading| &reading.values) {
        let known = hours.entry(*second).or_default().entry(*statistic).or_default();
        *known = if *statistic == Statistic::Maximum { (*known).max(*value) } else { *known + *value };
    }
    let point = |(second, of): (i64, BTreeMap<Statistic, Decimal>)| match measure {
        Measure::Gpu => {
            let (sum, samples) = (of.get(&Statistic::Sum)?, *of.get(&Statistic::SampleCount)?);
            (samples > Decimal::ZERO).then(|| Point { second, value: *sum / samples, samples })
        }
        _ => Some(Point { second, value: *of.get(&Statistic::Maximum)?, samples: Decimal::ONE }),
    };
    hours.into_iter().filter_map(point).collect()
}

/// Memory that tasks used of what they reserved, by hour.
fn of_cluster(cluster: &str, answered: &Readings) -> Vec<Point> {
    let of = |metric: &str| {
        let is = |reading: &&Reading| {
            reading.named.metric == metric
                && reading.named.dimensions.get(CLUSTER).is_some_and(|name| name == cluster)
        };
        answered.readings.iter().find(is)
    };
    let (Some(utilized), Some(reserved)) = (of(UTILIZED), of(RESERVED)) else { return Vec::new() };
    let point = |((second, statistic), used): (&(i64, Statistic), &Decimal)| {
        let all = *reserved.values.get(&(*second, *statistic))?;
        let value = (all > Decimal::ZERO).then(|| *used * Decimal::ONE_HUNDRED / all)?;
        Some(Point { second: *second, value, samples: Decimal::ONE })
    };
    utilized.values.iter().filter_map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_whole_hours_of_the_past() {
        let day = 24 * HOUR;
        // A period of three days from a midnight; the clock at half past ten of its second day.
        let begin = 1_790_812_800;
        let period = Period::of_seconds(begin, begin + 3 * day).expect("a period");
        let check = |now: i64, start: i64, end: i64, before_listed: bool| {
            let window = Window::of(period, now);
            assert_eq!(
                (window.start, window.end, window.before_listed),
                (start, end, before_listed),
                "{now}"
            );
            window
        };
        let under_way = check(begin + day + 10 * HOUR + 1800, begin, begin + day + 10 * HOUR, false);
        assert_eq!(under_way.hours(), 34);
        check(begin + 100 * day, begin, begin + 3 * day, true);
        check(begin + 14 * day, begin, begin + 3 * day, false);
        // Less than an hour of it has passed, or nothing.
        for now in [begin + 1800, begin - 5 * day] {
            let hour = now - now.rem_euclid(HOUR);
            let window = check(now, hour - 14 * day, hour, false);
            assert!(window.words.starts_with("the last 14 days"));
        }
    }

    #[test]
    fn aggregates_are_left_out() {
        let named = |pairs: &[(&str, &str)]| Named {
            namespace: AGENT,
            metric: GPU,
            dimensions: pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        };
        let first = named(&[("InstanceId", "i-1"), ("index", "0")]);
        let second = named(&[("InstanceId", "i-1"), ("index", "1")]);
        let alone = named(&[("InstanceId", "i-2")]);
        let all = [
            named(&[]),
            named(&[("InstanceId", "i-1")]),
            second.clone(),
            first.clone(),
            alone.clone(),
            first.clone(),
        ];
        assert_eq!(
            finest(all.to_vec()).into_iter().collect::<BTreeSet<_>>(),
            BTreeSet::from([first, second, alone])
        );
        assert_eq!(finest(vec![named(&[])]), [named(&[])]);
    }
}
