//! Measured use against the thresholds of an operations guide: values in, judgements out.
//!
//! A share is judged by its mean over all samples, what must not get large by its largest value. At a threshold nothing
//! stands out yet.

use serde::Serialize;

use super::headings;
use crate::model::decimal::{self, Decimal};
use crate::model::said::words;
use crate::monitoring::{Environments, Launches, Measure, Metrics, Series};
use crate::report::{Cell, Column, Note, Row, Said, Table};
use crate::scenario::Scenario;

/// GPUs that work less of the time are used inefficiently [%]: the operations guide for HPC environments that
/// `scenarios/guide.toml` is of, version 1.0, section 7.1, as the three below; read 2026-11-24.
pub const GPU_PERCENT_LOW: Decimal = Decimal::from_parts(50, 0, 0, false, 0);
/// Above it jobs may run out of memory [%].
pub const MEMORY_PERCENT_HIGH: Decimal = Decimal::from_parts(90, 0, 0, false, 0);
/// Above it capacity is short [min].
pub const WAIT_MINUTES_LONG: Decimal = Decimal::from_parts(30, 0, 0, false, 0);
/// Above it somebody has to look [%].
pub const FAILURE_PERCENT_HIGH: Decimal = Decimal::from_parts(10, 0, 0, false, 0);

/// Digits of a mean after the point.
const MEAN_PLACES: u32 = 12;

/// A series and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// What was measured.
    pub measure: Measure,
    /// The compute environment; `None` for instances of the region.
    pub environment: Option<String>,
    /// The figure that is judged.
    pub value: Decimal,
    /// The threshold.
    pub threshold: Decimal,
    /// How many values there are, and how many of them are beyond the threshold.
    pub values: (usize, usize),
    /// Where they are from.
    pub source: String,
}

impl Judged {
    /// Judges a series.
    #[must_use]
    pub fn of(series: &Series) -> Judged {
        let points = &series.points;
        let (measure, threshold) = (series.measure, threshold(series.measure));
        let value = match measure {
            Measure::Gpu | Measure::Failure => {
                let samples: Decimal = points.iter().map(|point| point.samples).sum();
                let sum: Decimal = points.iter().map(|point| point.value * point.samples).sum();
                // Thirds of an hour must not push a mean off its threshold.
                decimal::round(sum / samples, MEAN_PLACES)
            }
            Measure::Memory | Measure::Wait => {
                points.iter().map(|point| point.value).max().unwrap_or_default()
            }
        };
        let beyond = points.iter().filter(|point| is_beyond(measure, point.value)).count();
        Judged {
            measure,
            environment: series.environment.clone(),
            value,
            threshold,
            values: (points.len(), beyond),
            source: series.source.clone(),
        }
    }

    /// Whether it stands out.
    #[must_use]
    pub fn stands_out(&self) -> bool {
        is_beyond(self.measure, self.value)
    }

    /// Where it was measured.
    #[must_use]
    pub fn place(&self) -> Said {
        self.environment.as_ref().map_or_else(instances_of_the_region, Said::alike)
    }

    /// The symptom, in the words of the guide.
    #[must_use]
    pub fn symptom(&self) -> Said {
        match self.measure {
            Measure::Gpu => gpus_do_little(),
            Measure::Memory => memory_is_nearly_full(),
            Measure::Wait => jobs_wait_long(),
            Measure::Failure => jobs_fail(),
        }
    }

    /// The figure behind it.
    #[must_use]
    pub fn evidence(&self) -> Said {
        let (values, beyond) = self.values;
        let shown = |number| decimal::grouped_trimmed(number, 2);
        // Rounding must not put it on the threshold.
        let rounded = decimal::round(self.value, 2);
        let exact = self.stands_out() && rounded == self.threshold;
        let value = if exact { decimal::plain(decimal::round(self.value, 9)) } else { shown(rounded) };
        let (threshold, place) = (shown(self.threshold), self.place());
        match self.measure {
            Measure::Gpu => gpus_worked(place, value, beyond, values, threshold),
            Measure::Memory => memory_used(place, value, beyond, values, threshold),
            Measure::Wait => jobs_waited(place, value, beyond, values, threshold),
            Measure::Failure => jobs_failed(place, value, beyond, values, threshold),
        }
    }

    /// As JSON.
    #[must_use]
    pub fn document(&self) -> JudgedDocument {
        JudgedDocument {
            metric: self.measure.id(),
            compute_environment: self.environment.clone(),
            statistic: statistic(self.measure),
            value: decimal::plain(decimal::round(self.value, 6)),
            threshold: decimal::plain(self.threshold),
            stands_out: self.stands_out(),
            values: self.values.0,
            values_beyond: self.values.1,
            source: self.source.clone(),
        }
    }
}

words! {
    instances_of_the_region() "instances of the region" "リージョンのインスタンス";
    gpus_do_little() "GPUs do little: inefficient" "GPU の稼働率が低い（非効率）";
    memory_is_nearly_full() "Memory is nearly full: out-of-memory risk" "メモリがほぼ満杯（メモリ不足の恐れ）";
    jobs_wait_long() "Jobs wait long: capacity is short" "ジョブの待ちが長い（容量不足）";
    jobs_fail() "Jobs fail: look into it" "ジョブが失敗している（要調査）";
    gpus_worked(place, value, beyond, values, threshold)
        "GPUs of {place} worked {value} % of the time on average; {beyond} of {values} values are below {threshold} %"
        "{place} の GPU の稼働率は平均 {value}%。{values} 件中 {beyond} 件の値が {threshold}% を下回る";
    memory_used(place, value, beyond, values, threshold)
        "memory of {place} was used up to {value} %; {beyond} of {values} values are above {threshold} %; one job may come nearer to its limit than that"
        "{place} のメモリ使用率は最大 {value}%。{values} 件中 {beyond} 件の値が {threshold}% を上回る。個々のジョブはこれより上限に近いことがある";
    jobs_waited(place, value, beyond, values, threshold)
        "jobs of {place} waited up to {value} min; {beyond} of {values} values are above {threshold} min"
        "{place} のジョブの待ち時間は最大 {value} 分。{values} 件中 {beyond} 件の値が {threshold} 分を上回る";
    jobs_failed(place, value, beyond, values, threshold)
        "{value} % of the jobs of {place} failed on average; {beyond} of {values} values are above {threshold} %"
        "{place} のジョブの失敗率は平均 {value}%。{values} 件中 {beyond} 件の値が {threshold}% を上回る";
}

/// A judgement as JSON.
#[derive(Debug, Serialize)]
pub struct JudgedDocument {
    metric: &'static str,
    compute_environment: Option<String>,
    statistic: &'static str,
    value: String,
    threshold: String,
    stands_out: bool,
    values: usize,
    values_beyond: usize,
    source: String,
}

const fn threshold(measure: Measure) -> Decimal {
    match measure {
        Measure::Gpu => GPU_PERCENT_LOW,
        Measure::Memory => MEMORY_PERCENT_HIGH,
        Measure::Wait => WAIT_MINUTES_LONG,
        Measure::Failure => FAILURE_PERCENT_HIGH,
    }
}

const fn statistic(measure: Measure) -> &'static str {
    match measure {
        Measure::Gpu | Measure::Failure => "mean",
        Measure::Memory | Measure::Wait => "maximum",
    }
}

fn is_beyond(measure: Measure, value: Decimal) -> bool {
    match measure {
        Measure::Gpu => value < GPU_PERCENT_LOW,
        _ => value > threshold(measure),
    }
}

/// The judgements of everything that was measured.
#[must_use]
pub fn judged(metrics: &Metrics) -> Vec<Judged> {
    metrics.series.iter().map(Judged::of).collect()
}

/// What was not measured, and what else is to be known.
#[must_use]
pub fn notes(metrics: &Metrics) -> Vec<Note> {
    let unknown = metrics.unknown.iter().map(|(measure, reason)| Note::MetricUnknown {
        measure: measure.words().to_owned(),
        reason: reason.clone(),
    });
    let remarks = metrics.remarks.iter().map(|remark| Note::MetricRemark { remark: remark.clone() });
    unknown.chain(remarks).collect()
}

/// All measured figures as a table, those that do not stand out too; `None` without any.
#[must_use]
pub fn table(judged: &[Judged]) -> Option<Table> {
    let row = |of: &Judged| {
        Row::Data(vec![
            Cell::Text(of.measure.id().into()),
            Cell::Text(of.place().en),
            Cell::Text(statistic(of.measure).into()),
            Cell::Number(decimal::round(of.value, 2)),
            Cell::Number(of.threshold),
            Cell::Number(of.values.0.into()),
            Cell::Number(of.values.1.into()),
            Cell::Text(of.source.clone()),
        ])
    };
    (!judged.is_empty()).then(|| Table {
        caption: headings::use_as_measured(),
        columns: vec![
            Column::text("metric", headings::metric()),
            Column::text("place", headings::of()),
            Column::text("statistic", headings::judged_by()),
            Column::number("value", headings::value()),
            Column::number("threshold", headings::threshold()),
            Column::count("values", headings::values()),
            Column::count("values_beyond", headings::beyond()),
            Column::text("source", headings::source()),
        ],
        rows: judged.iter().map(row).collect(),
    })
}

/// What the compute environments of a scenario launch.
#[must_use]
pub fn environments(scenario: &Scenario) -> Environments {
    let launches = |of: &crate::scenario::batch::ComputeEnvironment| Launches {
        types: of.types.iter().map(|(name, _)| name.to_string()).collect(),
        gpus: of.types.iter().any(|(_, spec)| spec.gpus > 0),
    };
    scenario.environments.iter().map(|of| (of.name.clone(), launches(of))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitoring::Point;

    fn series(measure: Measure, values: &[(&str, i64)]) -> Judged {
        let point = |(value, samples): &(&str, i64)| Point {
            second: 0,
            value: decimal::parse(value).expect("a number"),
            samples: Decimal::from(*samples),
        };
        let points = values.iter().map(point).collect();
        Judged::of(&Series { measure, environment: None, source: "here".into(), points })
    }

    #[test]
    fn at_a_threshold_nothing_stands_out() {
        let cases = [
            (Measure::Gpu, "49.99", true),
            (Measure::Gpu, "50", false),
            (Measure::Gpu, "50.01", false),
            (Measure::Memory, "89.99", false),
            (Measure::Memory, "90", false),
            (Measure::Memory, "90.01", true),
            (Measure::Wait, "29.99", false),
            (Measure::Wait, "30", false),
            (Measure::Wait, "30.01", true),
            (Measure::Failure, "9.99", false),
            (Measure::Failure, "10", false),
            (Measure::Failure, "10.01", true),
        ];
        for (measure, value, stands_out) in cases {
            assert_eq!(series(measure, &[(value, 1)]).stands_out(), stands_out, "{measure:?} {value}");
        }
    }

    #[test]
    fn shares_are_means_by_samples_and_peaks_are_peaks() {
        // (100 × 10 + 20 × 30) ÷ 40 = 40: an hour of one GPU weighs less than one of three.
        let gpu = series(Measure::Gpu, &[("100", 10), ("20", 30)]);
        assert_eq!((gpu.value, gpu.values, gpu.stands_out()), (Decimal::from(40), (2, 1), true));
        let failed = series(Measure::Failure, &[("30", 1), ("0", 2)]);
        assert_eq!((failed.value, failed.stands_out()), (Decimal::from(10), false));
        // Means of hours that have no end in decimals: (100 ÷ 3 × 3 + 200 ÷ 3 × 3) ÷ 6 = 50, and seven times 10 are 10.
        let three = Decimal::from(3);
        let third = |sum: i64| Point { second: 0, value: Decimal::from(sum) / three, samples: three };
        let points = vec![third(100), third(200)];
        let thirds = Series { measure: Measure::Gpu, environment: None, source: String::new(), points };
        assert_eq!(Judged::of(&thirds).value, Decimal::from(50));
        assert!(!series(Measure::Failure, &[("10", 1); 7]).stands_out());
        let memory = series(Measure::Memory, &[("10", 99), ("95", 1)]);
        assert_eq!((memory.value, memory.values), (Decimal::from(95), (2, 1)));
        assert_eq!(series(Measure::Wait, &[("5", 1), ("7", 1)]).value, Decimal::from(7));
    }
}
