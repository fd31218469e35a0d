//! Changes of limits by the clock: EventBridge Scheduler's calls of Batch's UpdateComputeEnvironment.
//!
//! Source: EventBridge Scheduler user guide, "Schedule types" and "Universal targets", read 2026-11-23.

use super::batch::environment_name;
use super::value::Value;
use super::{Attribute, Choices, Finding, Form, Infrastructure, Names, Reader, Resource, whole};

/// A change of a compute environment's limits.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// Its resource.
    pub address: String,
    /// Unique name in the scenario.
    pub name: String,
    /// Whose limits, by the name in the scenario; `None` where a schedule changes something else, and so no limit of
    /// it is known.
    pub compute_environment: Option<String>,
    /// Five fields, 0 is Sunday.
    pub cron: String,
    /// IANA name; `None` for UTC.
    pub timezone: Option<String>,
    /// New limit.
    pub max_vcpus: Option<u32>,
    /// New limit.
    pub min_vcpus: Option<u32>,
}

/// The universal target of Batch's UpdateComputeEnvironment, in any partition.
const TARGET: &str = ":scheduler:::aws-sdk:batch:updateComputeEnvironment";

/// Reads every schedule; compute environments are known by then.
pub(super) fn schedules(all: &[Resource], choices: &Choices, found: &mut Infrastructure) {
    let mut names = Names::default();
    for resource in all {
        match resource.kind.as_str() {
            "aws_autoscaling_schedule" => instance_counts(resource, &mut names, choices, found),
            "aws_scheduler_schedule" => {
                let mut reader = Reader::new(resource);
                match scheduler(&mut reader, all, choices, found) {
                    Ok(mut schedule) => {
                        let own = resource.attributes.at("name").and_then(|name| name.to_text().ok());
                        schedule.name = names.unique(own.as_deref(), resource);
                        found.schedules.push(schedule);
                    }
                    Err((path, reason)) => reader.miss(path, format!("{reason}; the schedule is left out")),
                }
                reader.finish(found);
            }
            _ => {}
        }
    }
}

/// A schedule of an Auto Scaling group: when, but never how many vCPUs.
fn instance_counts(resource: &Resource, names: &mut Names, choices: &Choices, found: &mut Infrastructure) {
    let mut reader = Reader::new(resource);
    let written = ["min_size", "max_size", "desired_capacity"];
    let written: Vec<&str> = written.into_iter().filter(|path| reader.at(path).is_some()).collect();
    let sets = if written.is_empty() {
        "instance counts".into()
    } else {
        format!("instance counts ({})", written.join(", "))
    };
    reader.miss(
        "",
        format!(
            "it sets {sets} of an Auto Scaling group, not vCPUs of a compute environment; AWS Batch manages its own groups: fill in its [[schedule]], which is written as a comment"
        ),
    );
    let zone = reader.text("time_zone");
    if let Attribute::Known(recurrence, origin) = reader.text("recurrence")
        && !zone.is_unknown()
    {
        let timezone = match zone {
            Attribute::Known(zone, _) => Some(zone),
            _ => {
                clock(&resource.address, &recurrence, choices, origin.place.as_ref(), found);
                choices.timezone.clone()
            }
        };
        let own = resource.attributes.at("scheduled_action_name").and_then(|name| name.to_text().ok());
        found.schedules.push(Schedule {
            address: resource.address.clone(),
            name: names.unique(own.as_deref(), resource),
            compute_environment: None,
            cron: recurrence,
            timezone,
            max_vcpus: None,
            min_vcpus: None,
        });
    }
    reader.finish(found);
}

/// Says whose clock a schedule without a time zone goes by.
fn clock(
    address: &str,
    expression: &str,
    choices: &Choices,
    place: Option<&super::Place>,
    found: &mut Infrastructure,
) {
    let (address, expression) = (address.to_owned(), expression.to_owned());
    found.find(
        match &choices.timezone {
            Some(zone) => Finding::ZoneFromCommandLine { address, expression, zone: zone.clone() },
            None => {
                let in_tokyo = in_tokyo(&expression).unwrap_or_default();
                Finding::ScheduleIsUtc { address, expression, in_tokyo }
            }
        },
        place,
    );
}

/// What a fixed time of day is in Tokyo, which is 9 hours ahead all year.
fn in_tokyo(expression: &str) -> Option<String> {
    let fields = expression.trim_start_matches("cron(");
    let mut fields = fields.split_whitespace();
    let minute: u8 = fields.next()?.parse().ok().filter(|minute| *minute < 60)?;
    let hour: u8 = fields.next()?.parse().ok().filter(|hour| *hour < 24)?;
    Some(format!(", where {hour:02}:{minute:02} is {:02}:{minute:02} in Tokyo", (hour + 9) % 24))
}

type Refused = (&'static str, String);

fn scheduler(
    reader: &mut Reader<'_>,
    all: &[Resource],
    choices: &Choices,
    found: &mut Infrastructure,
) -> Result<Schedule, Refused> {
    const TARGET_ARN: &str = "target.arn";
    const INPUT: &str = "target.input";
    const EXPRESSION: &str = "schedule_expression";
    let needed = |path: &'static str| reader.at(path).ok_or((path, "it is not written".to_owned()));
    let text = |path: &'static str| needed(path).and_then(|value| value.to_text().map_err(|why| (path, why)));
    let target = text(TARGET_ARN)?;
    if !target.ends_with(TARGET) {
        return Err((TARGET_ARN, format!("its target `{target}` is not Batch's UpdateComputeEnvironment")));
    }
    if reader.at("state").and_then(|state| state.to_text().ok()).as_deref() == Some("DISABLED") {
        return Err(("state", "it is DISABLED".into()));
    }
    let bounds = ["start_date", "end_date"].into_iter().find(|path| reader.at(path).is_some());
    if let Some(path) = bounds {
        return Err((path, "a scenario's schedules hold for ever".into()));
    }
    let input = needed(INPUT)?.parse_json().map_err(|why| (INPUT, why))?;
    let named =
        member(&input, "ComputeEnvironment").ok_or((INPUT, "it names no compute environment".to_owned()))?;
    let compute_environment = Some(environment_name(named, all, found).map_err(|why| (INPUT, why))?);
    let limits = member(&input, "ComputeResources").cloned().unwrap_or(Value::Null);
    let limit = |name: &str| {
        let value = member(&limits, name).filter(|value| **value != Value::Null);
        value.map(whole).transpose().map_err(|why| (INPUT, format!("{name}: {why}")))
    };
    let (max_vcpus, min_vcpus) = (limit("MaxvCpus")?, limit("MinvCpus")?);
    if max_vcpus.is_none() && min_vcpus.is_none() {
        return Err((INPUT, "it sets neither MaxvCpus nor MinvCpus".into()));
    }
    let expression = text(EXPRESSION)?;
    let cron = cron(&expression).map_err(|why| (EXPRESSION, why))?;
    let zone = reader.at("schedule_expression_timezone").map(Value::to_text).transpose();
    let zone = zone.map_err(|why| ("schedule_expression_timezone", why))?;
    // A plan has UTC where none is written.
    let planned = reader.origin("schedule_expression_timezone").form == Form::Planned;
    let timezone = match zone.filter(|zone| !planned || zone != "UTC") {
        Some(zone) => Some(zone),
        None => {
            let place = reader.origin(EXPRESSION).place;
            clock(&reader.resource.address, &expression, choices, place.as_ref(), found);
            choices.timezone.clone()
        }
    };
    let address = reader.resource.address.clone();
    Ok(Schedule { address, name: String::new(), compute_environment, cron, timezone, max_vcpus, min_vcpus })
}

/// A member of Scheduler's input, in whatever case its name is written.
fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    match value {
        Value::Map(values) => {
            values.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
        }
        other => other.reason().is_some().then_some(other),
    }
}

/// AWS's weekdays, which count from Sunday = 1.
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// Scheduler's expression as five fields in which 0 is Sunday.
pub fn cron(expression: &str) -> Result<String, String> {
    let inner = expression.trim().strip_prefix("cron(").and_then(|rest| rest.strip_suffix(')'));
    let Some(inner) = inner else {
        let kind = expression.split('(').next().unwrap_or_default();
        return Err(format!("`{kind}()` is not a time of day; a scenario has `cron` only"));
    };
    let fields: Vec<&str> = inner.split_whitespace().collect();
    let [minute, hour, day, month, weekday, year] = fields[..] else {
        return Err(format!("`{expression}` has {} fields, AWS's cron has 6", fields.len()));
    };
    if year != "*" {
        return Err(format!("`{expression}` is for the year {year}; a scenario's schedules hold for ever"));
    }
    if (day == "?") == (weekday == "?") {
        return Err(format!("`{expression}`: exactly one of day and weekday has to be `?`"));
    }
    for (field, text) in [("day", day), ("weekday", weekday)] {
        let text = text.to_ascii_uppercase();
        let names = WEEKDAYS.iter().fold(text.clone(), |text, name| text.replace(name, ""));
        if names.contains(['L', 'W', '#']) {
            return Err(format!("`{text}` as {field} has no counterpart in a scenario's cron"));
        }
    }
    let day = if day == "?" { "*" } else { day };
    Ok(format!("{minute} {hour} {day} {month} {}", weekdays(weekday)?))
}

/// A weekday field, counted from Sunday = 0.
fn weekdays(field: &str) -> Result<String, String> {
    if matches!(field, "?" | "*") {
        return Ok("*".into());
    }
    let mut days = [false; 7];
    for part in field.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, step.parse().ok().filter(|step: &usize| *step > 0)),
            None => (part, Some(1)),
        };
        let wrong = || format!("`{field}` is not a weekday field");
        let step = step.ok_or_else(wrong)?;
        let (first, last) = match range.split_once('-') {
            _ if range == "*" => (0, 6),
            Some((first, last)) => (weekday(first).ok_or_else(wrong)?, weekday(last).ok_or_else(wrong)?),
            None => {
                let first = weekday(range).ok_or_else(wrong)?;
                (first, if part.contains('/') { 6 } else { first })
            }
        };
        if first > last {
            return Err(format!("`{part}` as weekday runs backwards"));
        }
        for day in (first..=last).step_by(step) {
            days[day] = true;
        }
    }
    Ok(runs(&days))
}

/// Sunday is 0.
fn weekday(text: &str) -> Option<usize> {
    let named = WEEKDAYS.iter().position(|name| name.eq_ignore_ascii_case(text));
    named.or_else(|| text.parse::<usize>().ok().filter(|day| (1..=7).contains(day)).map(|day| day - 1))
}

/// Days as numbers and ranges.
fn runs(days: &[bool; 7]) -> String {
    let mut parts = Vec::new();
    let mut day = 0;
    while day < 7 {
        let end = (day..7).find(|next| !days[*next]).unwrap_or(7);
        match end - day {
            0 => {}
            1 => parts.push(day.to_string()),
            _ => parts.push(format!("{day}-{}", end - 1)),
        }
        day = end + 1;
    }
    parts.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::cron::Cron;

    /// On which days of a week, from Sunday on, the converted expression happens.
    fn days(weekday: &str) -> Vec<bool> {
        let text =
            cron(&format!("cron(30 9 ? * {weekday} *)")).unwrap_or_else(|why| panic!("{weekday}: {why}"));
        let cron = Cron::parse(&text).unwrap_or_else(|why| panic!("{weekday}: {text}: {why:?}"));
        // 22 November 2026 is a Sunday.
        let week = (22..=28).map(|day| jiff::civil::date(2026, 11, day).at(9, 30, 0, 0));
        week.map(|minute| cron.matches(minute)).collect()
    }

    #[test]
    fn every_weekday_stays_itself() {
        for (place, name) in WEEKDAYS.iter().enumerate() {
            let only: Vec<bool> = (0..7).map(|day| day == place).collect();
            assert_eq!(days(&(place + 1).to_string()), only, "{name} by its number");
            assert_eq!(days(name), only, "{name}");
            assert_eq!(days(&name.to_lowercase()), only, "{name} in small letters");
        }
        // All ranges, against their meaning in AWS: from the one to the other, Sunday = 1.
        for first in 1..=7_usize {
            for last in first..=7 {
                let expected: Vec<bool> = (1..=7).map(|day| first <= day && day <= last).collect();
                assert_eq!(days(&format!("{first}-{last}")), expected);
                assert_eq!(days(&format!("{}-{}", WEEKDAYS[first - 1], WEEKDAYS[last - 1])), expected);
            }
        }
    }

    #[test]
    fn lists_and_steps_stay_themselves() {
        let named = |names: &[&str]| WEEKDAYS.iter().map(|name| names.contains(name)).collect::<Vec<bool>>();
        assert_eq!(days("SUN,WED,7"), named(&["SUN", "WED", "SAT"]));
        assert_eq!(days("2/2"), named(&["MON", "WED", "FRI"]));
        assert_eq!(days("2/6"), named(&["MON"]));
        assert_eq!(days("1-5/3,SAT"), named(&["SUN", "WED", "SAT"]));
        assert_eq!(days("*"), [true; 7]);
        assert_eq!(cron("cron(0/15 8-18 ? JAN-MAR MON-FRI *)").as_deref(), Ok("0/15 8-18 * JAN-MAR 1-5"));
        assert_eq!(cron("cron(0 22 1,15 * ? *)").as_deref(), Ok("0 22 1,15 * *"));
    }

    #[test]
    fn what_has_no_counterpart_is_refused() {
        for (expression, why) in [
            ("rate(5 minutes)", "`rate()` is not a time of day"),
            ("at(2026-11-20T13:00:00)", "`at()` is not a time of day"),
            ("cron(0 22 ? * 2#1 *)", "no counterpart"),
            ("cron(0 22 ? * 6L *)", "no counterpart"),
            ("cron(0 22 ? * FRIL *)", "no counterpart"),
            ("cron(0 22 L * ? *)", "no counterpart"),
            ("cron(0 22 15W * ? *)", "no counterpart"),
            ("cron(0 22 ? * MON-FRI 2026)", "for the year 2026"),
            ("cron(0 22 * * MON *)", "exactly one"),
            ("cron(0 22 ? * ? *)", "exactly one"),
            ("cron(0 22 * * ?)", "has 5 fields"),
            ("cron(0 22 ? * 0 *)", "not a weekday"),
            ("cron(0 22 ? * 8 *)", "not a weekday"),
            ("cron(0 22 ? * FRI-MON *)", "runs backwards"),
        ] {
            let refused = cron(expression).expect_err(expression);
            assert!(refused.contains(why), "{expression}: {refused}");
        }
    }
}
