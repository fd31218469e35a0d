//! A file of metrics: our CSV, or what `aws cloudwatch get-metric-data` and `get-metric-statistics` print.
//!
//! The CSV has `time` (RFC 3339), `metric` and `value`; `compute_environment` and `samples` (how many the value is the mean
//! of) may be there. Of the JSON, the label names the metric and, after a space, the compute environment.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use csv::ReaderBuilder;
use serde::{Deserialize, Deserializer};

use super::{Environments, Measure, Metrics, Point, Series};
use crate::bounds::{self, LARGEST_METRICS};
use crate::error::{Error, Result};
use crate::model::decimal::{self, Decimal};
use crate::model::time::{instant, parse_utc};

/// Names under which metrics may stand in a file, beside our own.
const ALIASES: [(&str, Measure); 2] =
    [("nvidia_smi_utilization_gpu", Measure::Gpu), ("mem_used_percent", Measure::Memory)];

const COLUMNS: [&str; 5] = ["time", "metric", "value", "compute_environment", "samples"];

/// Reads a file of metrics of these compute environments.
pub fn read(path: &Path, environments: &Environments) -> Result<Metrics> {
    let text = File::open(path)
        .and_then(|file| bounds::text(file, LARGEST_METRICS))
        .map_err(|source| Error::Read { path: path.to_owned(), source })?;
    let text = text.trim_start_matches('\u{feff}');
    let name = path.display().to_string();
    let parsed = match text.trim_start().starts_with('{') {
        true => parse_json(text, &name, environments),
        false => parse_csv(text, &name, environments),
    };
    let malformed = |message: String| Error::malformed(path, "a file of metrics".into(), message.into());
    let mut series = parsed.map_err(malformed)?;
    for of in &mut series {
        let seconds = of.points.iter().map(|point| point.second);
        let (first, last) = (seconds.clone().min().unwrap_or_default(), seconds.max().unwrap_or_default());
        of.source = format!("{}, {} to {}", of.source, instant(first), instant(last));
    }
    if series.is_empty() {
        return Err(malformed("it has no value".into()));
    }
    let wanted = |measure: &Measure| match measure {
        Measure::Gpu => environments.values().any(|launches| launches.gpus),
        Measure::Memory => true,
        Measure::Wait | Measure::Failure => false,
    };
    let absent = Measure::ALL.into_iter().filter(|measure| !series.iter().any(|of| of.measure == *measure));
    let unknown = absent.filter(wanted).map(|measure| (measure, format!("{name} has no {}", measure.id())));
    Ok(Metrics { unknown: unknown.collect(), series, remarks: Vec::new() })
}

/// A measure and its place.
type Key = (Measure, Option<String>);

fn measure(name: &str) -> std::result::Result<Measure, String> {
    let own = Measure::ALL.into_iter().find(|measure| measure.id() == name);
    let alias = || ALIASES.iter().find(|(alias, _)| *alias == name).map(|(_, measure)| *measure);
    own.or_else(alias).ok_or_else(|| {
        let ids: Vec<&str> = Measure::ALL.iter().map(|measure| measure.id()).collect();
        format!("`{name}` is no metric: give {}", ids.join(", "))
    })
}

fn place(name: &str, environments: &Environments) -> std::result::Result<Option<String>, String> {
    match name {
        "" => Ok(None),
        name if environments.contains_key(name) => Ok(Some(name.to_owned())),
        name => Err(format!("`{name}` is no compute environment of the scenario")),
    }
}

fn checked(measure: Measure, value: Decimal) -> std::result::Result<Decimal, String> {
    let shown = decimal::plain(value);
    match measure.most() {
        _ if value < Decimal::ZERO => Err(format!("{} is {shown}, which is below 0", measure.id())),
        Some(most) if value > most => {
            Err(format!("{} is {shown}, which is above {}", measure.id(), decimal::plain(most)))
        }
        _ => Ok(value),
    }
}

fn parse_csv(
    text: &str,
    name: &str,
    environments: &Environments,
) -> std::result::Result<Vec<Series>, String> {
    let unreadable = |error: csv::Error| {
        let line = error.position().map_or(0, csv::Position::line);
        match error.kind() {
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                format!("line {line}: {len} cells where the header has {expected_len}")
            }
            _ => format!("line {line}: {error}"),
        }
    };
    let mut reader = ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let header = reader.headers().map_err(unreadable)?.clone();
    let column = |name: &str| header.iter().position(|known| known == name);
    let unknown = header.iter().find(|name| !COLUMNS.contains(name));
    if let Some(other) = unknown {
        return Err(format!("line 1: `{other}` is no column: there are {}", COLUMNS.join(", ")));
    }
    if let Some(absent) = COLUMNS[..3].iter().find(|name| column(name).is_none()) {
        return Err(format!("line 1: the column `{absent}` is missing"));
    }
    let mut found: BTreeMap<Key, (u64, u64, Vec<Point>)> = BTreeMap::new();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |name: &str| column(name).and_then(|place| record.get(place)).unwrap_or("");
        let (key, point) = row(&cell, environments).map_err(|reason| format!("line {line}: {reason}"))?;
        let known = found.entry(key).or_insert((line, line, Vec::new()));
        known.1 = line;
        known.2.push(point);
    }
    let series = |((measure, environment), (first, last, points)): (Key, (u64, u64, Vec<Point>))| {
        let lines = if first == last { format!("line {first}") } else { format!("lines {first} to {last}") };
        Series { measure, environment, source: format!("{name}, {lines}"), points }
    };
    Ok(found.into_iter().map(series).collect())
}

fn row<'r>(
    cell: &impl Fn(&str) -> &'r str,
    environments: &Environments,
) -> std::result::Result<(Key, Point), String> {
    let number = |name: &str| {
        let text = cell(name);
        decimal::parse(text).map_err(|error| format!("{name} `{text}`: {error}"))
    };
    let measure = measure(cell("metric"))?;
    let time = cell("time");
    let second = parse_utc(time).ok_or_else(|| format!("time `{time}` is no time in RFC 3339"))?;
    let value = checked(measure, number("value")?)?;
    let samples = match cell("samples") {
        "" => Decimal::ONE,
        text => number("samples").and_then(|samples| match samples > Decimal::ZERO {
            true => Ok(samples),
            false => Err(format!("samples `{text}`: a number above 0 is needed")),
        })?,
    };
    Ok(((measure, place(cell("compute_environment"), environments)?), Point { second, value, samples }))
}

/// What the AWS CLI prints: of either command.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Printed {
    metric_data_results: Option<Vec<DataResult>>,
    label: Option<String>,
    datapoints: Option<Vec<Datapoint>>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DataResult {
    #[serde(default)]
    id: String,
    #[serde(default)]
    label: String,
    timestamps: Vec<Second>,
    values: Vec<Amount>,
    #[serde(default)]
    status_code: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Datapoint {
    timestamp: Second,
    average: Option<Amount>,
    maximum: Option<Amount>,
    sample_count: Option<Amount>,
}

#[derive(Clone, Copy)]
struct Second(i64);

impl<'de> Deserialize<'de> for Second {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Second, D::Error> {
        let text = String::deserialize(deserializer)?;
        let second = parse_utc(&text).map(Second);
        second.ok_or_else(|| serde::de::Error::custom(format!("`{text}` is no time in RFC 3339")))
    }
}

#[derive(Clone, Copy)]
struct Amount(Decimal);

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Amount, D::Error> {
        let text = serde_json::Number::deserialize(deserializer)?.to_string();
        // The CLI prints doubles, with up to 17 digits.
        let number = decimal::parse_rounded(&text, 10).map_err(serde::de::Error::custom)?;
        match number < Decimal::ZERO {
            true => Err(serde::de::Error::custom(format!("`{text}` is below 0"))),
            false => Ok(Amount(number)),
        }
    }
}

fn parse_json(
    text: &str,
    name: &str,
    environments: &Environments,
) -> std::result::Result<Vec<Series>, String> {
    let printed: Printed = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if printed.next_token.is_some_and(|token| !token.is_empty()) {
        return Err("it is one page of several (NextToken): print all of them into one document".into());
    }
    if let (Some(label), Some(points)) = (&printed.label, &printed.datapoints) {
        return Ok(statistics(label, points, name, environments)?.into_iter().collect());
    }
    let Some(results) = printed.metric_data_results else {
        return Err("it has neither MetricDataResults nor Label and Datapoints".into());
    };
    let mut found = Vec::new();
    for (index, result) in results.iter().enumerate() {
        let refused = |reason: String| format!("MetricDataResults[{index}]: {reason}");
        found.extend(data(result, index, name, environments).map_err(refused)?);
    }
    Ok(found)
}

/// What a label says: the metric and, after a space, the compute environment.
fn labelled(label: &str, environments: &Environments) -> std::result::Result<Key, String> {
    let (metric, rest) = label.split_once(' ').unwrap_or((label, ""));
    Ok((measure(metric)?, place(rest.trim(), environments)?))
}

fn data(
    result: &DataResult,
    index: usize,
    name: &str,
    environments: &Environments,
) -> std::result::Result<Option<Series>, String> {
    if let Some(status) = result.status_code.as_deref().filter(|status| *status != "Complete") {
        return Err(format!("its StatusCode is {status}: a part is missing"));
    }
    let (stamps, values) = (&result.timestamps, &result.values);
    if stamps.len() != values.len() {
        return Err(format!("{} Timestamps and {} Values", stamps.len(), values.len()));
    }
    let (measure, environment) = labelled(&result.label, environments)
        .or_else(|said| labelled(&result.id, environments).map_err(|_| said))?;
    let point = |(place, (second, value)): (usize, (&Second, &Amount))| {
        let value = checked(measure, value.0).map_err(|reason| format!("Values[{place}]: {reason}"))?;
        Ok(Point { second: second.0, value, samples: Decimal::ONE })
    };
    let points =
        stamps.iter().zip(values).enumerate().map(point).collect::<std::result::Result<Vec<_>, String>>()?;
    let source = format!("{name}, MetricDataResults[{index}]");
    Ok((!points.is_empty()).then_some(Series { measure, environment, source, points }))
}

/// The mean of a share, the largest of what must not get large.
fn statistics(
    label: &str,
    points: &[Datapoint],
    name: &str,
    environments: &Environments,
) -> std::result::Result<Option<Series>, String> {
    let (measure, environment) =
        labelled(label, environments).map_err(|reason| format!("Label: {reason}"))?;
    let point = |(place, of): (usize, &Datapoint)| {
        let refused = |reason: String| format!("Datapoints[{place}]: {reason}");
        let value = match measure {
            Measure::Gpu | Measure::Failure => of.average,
            Measure::Memory | Measure::Wait => of.maximum.or(of.average),
        };
        let value = value.ok_or_else(|| {
            refused("it has no Average: ask with `--statistics Average Maximum SampleCount`".into())
        })?;
        let samples = of.sample_count.map_or(Decimal::ONE, |count| count.0);
        if samples == Decimal::ZERO {
            return Err(refused("its SampleCount is 0".into()));
        }
        Ok(Point { second: of.timestamp.0, value: checked(measure, value.0).map_err(refused)?, samples })
    };
    let points = points.iter().enumerate().map(point).collect::<std::result::Result<Vec<_>, String>>()?;
    let source = format!("{name}, {} Datapoints of {label}", points.len());
    Ok((!points.is_empty()).then_some(Series { measure, environment, source, points }))
}
