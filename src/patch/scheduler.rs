//! Schedules as resources: EventBridge Scheduler calls Batch's UpdateComputeEnvironment, and Terraform lets the limits be
//! that it changes.
//!
//! Source: EventBridge Scheduler user guide, "Universal targets" and "Schedule types" (six fields, Sunday is 1, one of
//! day and weekday is `?`), and AWS Batch API reference, UpdateComputeEnvironment, read 2026-11-24.

use std::collections::BTreeMap;

use super::setting::{bare, quoted};
use super::{State, block};
use crate::import::Infrastructure;
use crate::import::hcl::Source;
use crate::suggest::edit::{Edit, Setting};

/// Where schedules are written.
pub const FILE: &str = "hpc-cost-schedules.tf";

/// A schedule of a suggestion.
struct Schedule<'e> {
    name: &'e str,
    cron: &'e str,
    timezone: Option<&'e str>,
    /// AWS's name of each limit, and what it gets.
    limits: Vec<(&'static str, String)>,
}

/// Writes schedules and what they need.
pub(super) fn add(
    found: &Infrastructure,
    state: &mut State,
    folder: &str,
    schedules: &[Edit],
) -> Result<(), String> {
    let mut by_environment: BTreeMap<&str, Vec<Schedule<'_>>> = BTreeMap::new();
    for edit in schedules {
        let (environment, schedule) = schedule(edit)?;
        by_environment.entry(environment).or_default().push(schedule);
    }
    let mut written = String::new();
    for (name, schedules) in by_environment {
        let of = found.environments.iter().find(|environment| environment.name == name);
        let of = of.ok_or_else(|| format!("there is no compute environment `{name}` in these files"))?;
        let block = bare(&of.address);
        let provider = block::attribute(state, &block, "provider")?;
        let partition = partition(found.region.as_deref());
        if !written.is_empty() {
            written.push('\n');
        }
        written.push_str(&resources(&of.address, name, provider.as_deref(), partition, &schedules)?);
        for attribute in attributes(&schedules) {
            block::ignore(state, &block, &format!("compute_resources[0].{attribute}"))?;
        }
    }
    let path = if folder.ends_with('/') { format!("{folder}{FILE}") } else { format!("{folder}/{FILE}") };
    match state.file(&path) {
        Some(file) => {
            file.text = format!("{}\n{written}", file.text.trim_end_matches('\n').to_owned() + "\n").into()
        }
        None => {
            state.folder.files.push(Source { name: path, text: written.into(), marked: false });
            state.folder.files.sort_by(|a, b| a.name.cmp(&b.name));
        }
    }
    Ok(())
}

fn schedule(edit: &Edit) -> Result<(&str, Schedule<'_>), String> {
    let text = |key: &str| {
        edit.keys.iter().find_map(|(name, setting)| match setting {
            Setting::Text(text) if *name == key => Some(text.as_str()),
            _ => None,
        })
    };
    let limit = |key: &str, name: &'static str| {
        let found = edit.keys.iter().find(|(own, _)| *own == key);
        found.map(|(_, setting)| (name, setting.toml()))
    };
    let environment = text("compute_environment").ok_or("it names no compute environment")?;
    let limits: Vec<_> =
        [limit("max_vcpus", "MaxvCpus"), limit("min_vcpus", "MinvCpus")].into_iter().flatten().collect();
    let cron = text("cron").ok_or("it has no time")?;
    Ok((environment, Schedule { name: &edit.name, cron, timezone: text("timezone"), limits }))
}

/// Attributes that the schedules change, as Terraform names them.
fn attributes(schedules: &[Schedule<'_>]) -> Vec<&'static str> {
    let changes = |aws: &str| schedules.iter().any(|of| of.limits.iter().any(|(name, _)| *name == aws));
    [("MaxvCpus", "max_vcpus"), ("MinvCpus", "min_vcpus")]
        .into_iter()
        .filter(|(aws, _)| changes(aws))
        .map(|(_, own)| own)
        .collect()
}

/// AWS's partition of a region (AWS General Reference, "Amazon Resource Names").
fn partition(region: Option<&str>) -> &'static str {
    match region {
        Some(region) if region.starts_with("cn-") => "aws-cn",
        Some(region) if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

/// The role and the schedules of one compute environment.
fn resources(
    address: &str,
    name: &str,
    provider: Option<&str>,
    partition: &str,
    schedules: &[Schedule<'_>],
) -> Result<String, String> {
    let role = format!("{}_schedules", identifier(name));
    let provider = provider.map_or_else(String::new, |provider| format!("  provider = {provider}\n\n"));
    let mut out = format!(
        r#"# Limits of {address} by the clock.

resource "aws_iam_role" "{role}" {{
{provider}  name_prefix = "batch-schedules-"

  assume_role_policy = jsonencode({{
    Version = "2012-10-17"
    Statement = [{{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = {{ Service = "scheduler.amazonaws.com" }}
    }}]
  }})
}}

resource "aws_iam_role_policy" "{role}" {{
{provider}  name_prefix = "batch-schedules-"
  role        = aws_iam_role.{role}.id

  policy = jsonencode({{
    Version = "2012-10-17"
    Statement = [{{
      Effect   = "Allow"
      Action   = "batch:UpdateComputeEnvironment"
      Resource = {address}.arn
    }}]
  }})
}}
"#
    );
    for of in schedules {
        out.push_str(&resource(of, address, &role, &provider, partition)?);
    }
    Ok(out)
}

/// One schedule of a compute environment.
fn resource(
    of: &Schedule<'_>,
    address: &str,
    role: &str,
    provider: &str,
    partition: &str,
) -> Result<String, String> {
    let expression = quoted(&format!("cron({})", aws_cron(of.cron)?));
    let zone = quoted(of.timezone.unwrap_or("UTC"));
    let limits: Vec<String> =
        of.limits.iter().map(|(name, value)| format!("        {name} = {value}\n")).collect();
    Ok(format!(
        r#"
resource "aws_scheduler_schedule" "{label}" {{
{provider}  name                         = {name}
  schedule_expression          = {expression}
  schedule_expression_timezone = {zone}

  flexible_time_window {{
    mode = "OFF"
  }}

  target {{
    arn      = "arn:{partition}:scheduler:::aws-sdk:batch:updateComputeEnvironment"
    role_arn = aws_iam_role.{role}.arn

    input = jsonencode({{
      ComputeEnvironment = {address}.arn
      ComputeResources = {{
{limits}      }}
    }})
  }}
}}
"#,
        label = identifier(of.name),
        name = quoted(of.name),
        limits = limits.concat(),
    ))
}

/// A name as Terraform allows it after a type of resource.
fn identifier(name: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' };
    let name: String = name.chars().map(safe).collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("_{name}") } else { name }
}

/// AWS's names of weekdays, from Sunday.
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// Five fields in which 0 and 7 are Sunday, as AWS's six.
fn aws_cron(five: &str) -> Result<String, String> {
    let fields: Vec<&str> = five.split_whitespace().collect();
    let [minute, hour, day, month, weekday] = fields[..] else {
        return Err(format!("`{five}` has {} fields, a scenario's cron has 5", fields.len()));
    };
    let (day, weekday) = match (day, weekday) {
        (day, "*") => (day, "?".to_owned()),
        ("*", weekday) => ("?", weekdays(weekday)?),
        _ => return Err(format!("`{five}` is by day and by weekday, which AWS's cron cannot say at once")),
    };
    Ok(format!("{minute} {hour} {day} {month} {weekday} *"))
}

/// A weekday field by names; a range that passes Sunday is listed.
fn weekdays(field: &str) -> Result<String, String> {
    let wrong = || format!("`{field}` is not a weekday field of a scenario");
    let number = |text: &str| {
        let named = WEEKDAYS.iter().position(|name| name.eq_ignore_ascii_case(text));
        named.or_else(|| text.parse::<usize>().ok().filter(|day| *day <= 7)).ok_or_else(wrong)
    };
    let mut parts = Vec::new();
    for part in field.split(',') {
        match part.split_once('-') {
            None => parts.push(WEEKDAYS[number(part)? % 7].to_owned()),
            Some((first, last)) => {
                let (first, last) = (number(first)?, number(last)?);
                if first > last {
                    return Err(wrong());
                }
                if last == 7 {
                    parts.extend((first..=last).map(|day| WEEKDAYS[day % 7].to_owned()));
                } else {
                    parts.push(format!("{}-{}", WEEKDAYS[first], WEEKDAYS[last]));
                }
            }
        }
    }
    Ok(parts.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_weekday_stays_itself() {
        // Written for AWS and read back, which is tested against AWS's numbers, each day and range is what it was.
        let read = |five: &str| {
            let six = aws_cron(five).unwrap_or_else(|why| panic!("{five}: {why}"));
            crate::import::schedule::cron(&format!("cron({six})"))
                .unwrap_or_else(|why| panic!("{six}: {why}"))
        };
        for (day, name) in WEEKDAYS.iter().enumerate() {
            assert_eq!(aws_cron(&format!("30 9 * * {day}")), Ok(format!("30 9 ? * {name} *")));
            assert_eq!(read(&format!("30 9 * * {day}")), format!("30 9 * * {day}"));
            assert_eq!(read(&format!("30 9 * * {name}")), format!("30 9 * * {day}"));
            for last in day + 1..=6 {
                assert_eq!(read(&format!("0 22 * * {day}-{last}")), format!("0 22 * * {day}-{last}"));
            }
        }
        assert_eq!(aws_cron("0 22 * * 1-5").as_deref(), Ok("0 22 ? * MON-FRI *"));
        assert_eq!(aws_cron("0 9 * * 7").as_deref(), Ok("0 9 ? * SUN *"));
        assert_eq!(aws_cron("0 9 * * 5-7").as_deref(), Ok("0 9 ? * FRI,SAT,SUN *"));
        assert_eq!(read("0 9 * * 5-7"), "0 9 * * 0,5-6");
        assert_eq!(aws_cron("0 9 * * 0,6").as_deref(), Ok("0 9 ? * SUN,SAT *"));
    }

    #[test]
    fn days_of_the_month_and_every_day() {
        assert_eq!(aws_cron("0 8 * * *").as_deref(), Ok("0 8 * * ? *"));
        assert_eq!(aws_cron("0 8 1,15 * *").as_deref(), Ok("0 8 1,15 * ? *"));
        assert!(aws_cron("0 8 1 * 1").is_err_and(|why| why.contains("cannot say at once")));
        assert!(aws_cron("0 8 * *").is_err());
        assert!(aws_cron("0 8 * * 8").is_err());
        assert!(aws_cron("0 8 * * 5-1").is_err());
    }
}
