//! What was learned in the user's own scenario file: keys are set where they stand, or added, with a comment above them that
//! says what was counted. Everything else keeps its bytes.
//!
//! A table that the file does not have, because a file it extends has it, is added with its name and what changes. Comments
//! that this module wrote before begin with [`MARK`], and give way to the new ones.

use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, Value};

use super::arrivals::{Arrivals, Rate, RunHours, Shape};
use super::{Content, Estimate, Finding, Kind, Learned, State};
use crate::document::UNSET;
use crate::model::decimal::plain;
use crate::model::text::clean;
use crate::scenario::Scenario;

/// How the lines begin that say where a value is from.
const MARK: &str = "# learned";

/// Run times on a line.
const RUNS_ON_A_LINE: usize = 10;

/// The text of the scenario's file with all that is proposed. `Err` says what cannot be written into it.
pub fn write(text: &str, scenario: &Scenario, learned: &Learned) -> Result<String, String> {
    let windows = text.contains("\r\n");
    let plain_text = text.replace("\r\n", "\n");
    let unmarked = plain_text.strip_prefix('\u{feff}').unwrap_or(&plain_text);
    let mut document: DocumentMut =
        unmarked.parse().map_err(|error: toml_edit::TomlError| error.message().to_owned())?;
    if document.to_string() != unmarked {
        return Err("its layout could not be kept: write the values by hand".into());
    }
    if learned.findings.iter().any(|of| of.is_proposed() && of.target.kind == Kind::Arrivals) {
        trace_leaves(&mut document, scenario)?;
    }
    for finding in &learned.findings {
        if let State::Proposed(content) = &finding.state {
            let comment = comment(learned, finding, content);
            match content {
                Content::Number(found) => number(&mut document, finding, found, &comment)?,
                Content::Arrivals(found) => {
                    arrivals(&mut document, scenario, learned, finding, found, &comment)?
                }
            }
        }
    }
    let mark = if plain_text.len() == unmarked.len() { "" } else { "\u{feff}" };
    let written = format!("{mark}{document}");
    Ok(if windows { written.replace('\n', "\r\n") } else { written })
}

/// What stands above a value.
fn comment(learned: &Learned, finding: &Finding, content: &Content) -> Vec<String> {
    let counted = match content {
        Content::Number(found) => {
            let exact = found.low == Some(found.value) && found.high == found.low;
            let ends = if exact { String::new() } else { format!("{}: ", ends(found)) };
            let of = match (finding.target.kind, &finding.target.instance_type) {
                (Kind::CapacityErrors, Some(name)) => format!("{name}: "),
                _ => String::new(),
            };
            format!("{of}{ends}{}", finding.counted.en)
        }
        Content::Arrivals(_) => finding.counted.en.clone(),
    };
    vec![format!("{MARK}: {}", line(&counted)), format!("{MARK} from {}", line(&learned.record.words()))]
}

/// A text as part of one line of a comment.
fn line(text: &str) -> String {
    clean(text).replace('\n', " ")
}

fn number(
    document: &mut DocumentMut,
    finding: &Finding,
    found: &Estimate,
    comment: &[String],
) -> Result<(), String> {
    let value = plain(found.value);
    let target = &finding.target;
    let name = target.instance_type.as_deref().unwrap_or_default();
    match target.kind {
        Kind::Interruptions | Kind::LaunchMinutes => {
            let table = named(document, &["batch", "compute_environment"], &target.of)?;
            set(table, target.kind.key(), &value, comment)
        }
        Kind::Memory | Kind::Gpus => {
            let table = named(document, &["batch", "job_definition"], &target.of)?;
            set(table, target.kind.key(), &value, comment)
        }
        Kind::CapacityErrors => {
            let table = named(document, &["batch", "compute_environment"], &target.of)?;
            entry(table, target.kind.key(), name, &value, comment)
        }
        Kind::RelativeSpeed => {
            let item = document.entry(target.kind.key()).or_insert_with(|| Item::Table(Table::new()));
            let table = item.as_table_like_mut().ok_or("`relative_speed` is no table")?;
            set(table, name, &value, comment)
        }
        Kind::Arrivals => Ok(()),
    }
}

/// The table of that name, added where the file has none.
fn named<'a>(
    document: &'a mut DocumentMut,
    path: &[&str; 2],
    name: &str,
) -> Result<&'a mut dyn TableLike, String> {
    let [outer, inner] = path;
    let parent = document.entry(outer).or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    let parent = parent.as_table_like_mut().ok_or_else(|| format!("`{outer}` is no table"))?;
    let tables = parent.entry(inner).or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    let tables = tables.as_array_of_tables_mut().ok_or_else(|| {
        format!("`{outer}.{inner}` is written in one line: write [[{outer}.{inner}]] tables")
    })?;
    let has_name = |table: &Table| table.get("name").and_then(Item::as_str) == Some(name);
    let place = tables.iter().position(has_name);
    if let Some(place) = place {
        let table = tables.get_mut(place).ok_or("a table is gone")?;
        return Ok(table);
    }
    let mut table = Table::new();
    table.insert("name", Item::Value(Value::from(name)));
    table.decor_mut().set_prefix("\n");
    tables.push(table);
    let last = tables.len() - 1;
    let table = tables.get_mut(last).ok_or("a table is gone")?;
    Ok(table)
}

/// Sets a key, and puts a comment above it in the place of the one before. A comment behind the old value may speak of that
/// value alone, so it goes above, too, with the value.
fn set(table: &mut dyn TableLike, key: &str, value: &str, comment: &[String]) -> Result<(), String> {
    let mut new: Value = value.parse().map_err(|error: toml_edit::TomlError| error.message().to_owned())?;
    let is_inline = table.get(key).is_none()
        && table.iter().any(|(other, _)| {
            table
                .key(other)
                .is_some_and(|key| key.leaf_decor().prefix().is_some_and(|text| text.as_str() == Some(" ")))
        });
    let mut comment = comment.to_vec();
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            let behind = old.decor().suffix().and_then(|text| text.as_str()).unwrap_or_default().trim();
            *new.decor_mut() = old.decor().clone();
            if let Some(words) = behind.strip_prefix('#') {
                let was = old.clone().decorated("", "");
                comment.push(format!("# beside the old value, {was}: {}", words.trim()));
                new.decor_mut().set_suffix("");
            }
            *old = new;
        }
        None => {
            table.insert(key, Item::Value(new));
        }
    }
    if is_inline {
        return Ok(());
    }
    let Some(mut key) = table.key_mut(key) else { return Ok(()) };
    let before = key.leaf_decor().prefix().and_then(|text| text.as_str()).unwrap_or_default().to_owned();
    key.leaf_decor_mut().set_prefix(above(&before, &comment, |_| false));
    Ok(())
}

/// What stands above a key, without what this module wrote there unless it is `kept`, and the new comment.
fn above(before: &str, comment: &[String], kept: impl Fn(&str) -> bool) -> String {
    let (lines, indent) = before.rsplit_once('\n').map_or(("", before), |(lines, indent)| (lines, indent));
    let mut text = String::new();
    if !lines.is_empty() || before.starts_with('\n') {
        for line in lines.split('\n').filter(|line| !line.trim_start().starts_with(MARK) || kept(line)) {
            text.push_str(line);
            text.push('\n');
        }
    }
    for line in comment {
        text.push_str(indent);
        text.push_str(line);
        text.push('\n');
    }
    text.push_str(indent);
    text
}

/// Sets an entry of a small table that is a value.
fn entry(
    table: &mut dyn TableLike,
    key: &str,
    name: &str,
    value: &str,
    comment: &[String],
) -> Result<(), String> {
    let number: Value = value.parse().map_err(|error: toml_edit::TomlError| error.message().to_owned())?;
    match table.get_mut(key) {
        Some(Item::Table(inner)) => return set(inner, name, value, comment),
        Some(item) => {
            let inner = item.as_inline_table_mut().ok_or_else(|| format!("`{key}` is no table"))?;
            inner.insert(name, number);
            inner.fmt();
        }
        None => {
            let mut inner = InlineTable::new();
            inner.insert(name, number);
            table.insert(key, Item::Value(Value::InlineTable(inner)));
        }
    }
    if let Some(mut key) = table.key_mut(key) {
        let before = key.leaf_decor().prefix().and_then(|text| text.as_str()).unwrap_or_default().to_owned();
        // What was said of other entries stays; the last line says for all where from.
        let of_others = |line: &str| line.contains(": ") && !line.contains(&format!(" {name}: "));
        key.leaf_decor_mut().set_prefix(above(&before, comment, of_others));
    }
    Ok(())
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn arrivals(
    document: &mut DocumentMut,
    scenario: &Scenario,
    learned: &Learned,
    finding: &Finding,
    found: &Arrivals,
    comment: &[String],
) -> Result<(), String> {
    if let Some(shape) = found.definition {
        definition(document, found, shape, comment)?;
    }
    let keys = scenario.keys.workload.iter().flat_map(|keys| &keys.arrivals);
    let keys = keys.into_iter().find(|keys| keys.name == finding.target.of);
    let table = named(document, &["workload", "arrivals"], &finding.target.of)?;
    if keys.is_none() {
        set(table, "queue", &quoted(&found.queue), &[])?;
        set(table, "job_definition", &quoted(&found.job_definition), &[])?;
    }
    let mut all = comment.to_vec();
    all.push(format!("{MARK} {}", seen(&found.otherwise)));
    set(table, "jobs_per_hour", &plain(found.otherwise.jobs_per_hour.value), &all)?;
    let mut gone = Vec::new();
    if found.rates.is_empty() {
        gone.extend(["rates", "timezone"]);
    } else {
        set(table, "rates", &rates(&found.rates), &[])?;
        set(table, "timezone", &quoted(&learned.zone), &[])?;
    }
    match &found.run_hours {
        RunHours::Lognormal { median, sigma } => {
            let source = quoted(&line(&learned.record.words()));
            let value = format!(
                "{{ median_hours = {}, sigma = {}, source = {source} }}",
                plain(median.value),
                plain(sigma.value)
            );
            let ends = format!("{MARK}: {} h, {}", ends(median), ends(sigma));
            set(table, "run_hours_lognormal", &value, &[ends])?;
            gone.push("run_hours");
        }
        RunHours::Seen(hours) => {
            let lines: Vec<String> = hours
                .chunks(RUNS_ON_A_LINE)
                .map(|part| part.iter().map(|hours| plain(*hours)).collect::<Vec<_>>().join(", "))
                .collect();
            let value = match &lines[..] {
                [one] => format!("[{one}]"),
                lines => format!("[\n    {},\n]", lines.join(",\n    ")),
            };
            set(table, "run_hours", &value, &[])?;
            gone.push("run_hours_lognormal");
        }
    }
    let inherited = |key: &str| {
        keys.is_some_and(|keys| match key {
            "rates" => !keys.rates.is_empty(),
            "timezone" => keys.timezone.is_some(),
            "run_hours" => !keys.run_hours.is_empty(),
            _ => keys.run_hours_lognormal.is_some(),
        })
    };
    for key in gone {
        leave(table, key, inherited(key))?;
    }
    Ok(())
}

/// Takes a key out; one that only the file has that this one extends is unset, unless it is gone already.
fn leave(table: &mut dyn TableLike, key: &str, is_there: bool) -> Result<(), String> {
    if table.remove(key).is_some() || !is_there {
        return Ok(());
    }
    let item = table.entry(UNSET).or_insert_with(|| Item::Value(Value::Array(Array::new())));
    let list = item.as_array_mut().ok_or_else(|| format!("`{UNSET}` is no list"))?;
    list.push(key);
    Ok(())
}

/// A scenario has a trace, with what it says of all its jobs, or arrivals.
fn trace_leaves(document: &mut DocumentMut, scenario: &Scenario) -> Result<(), String> {
    let Some(keys) = &scenario.keys.workload else { return Ok(()) };
    let of_trace = [("trace", &keys.trace), ("job_definition", &keys.job_definition)];
    for (key, _) in of_trace.into_iter().filter(|(_, there)| there.is_some()) {
        let item = document.entry("workload").or_insert_with(|| Item::Table(Table::new()));
        let table = item.as_table_like_mut().ok_or("`workload` is no table")?;
        let unset = table.get(UNSET).and_then(Item::as_array);
        let is_unset = unset.is_some_and(|list| list.iter().any(|name| name.as_str() == Some(key)));
        leave(table, key, !is_unset)?;
    }
    Ok(())
}

fn definition(
    document: &mut DocumentMut,
    found: &Arrivals,
    shape: Shape,
    comment: &[String],
) -> Result<(), String> {
    let table = named(document, &["batch", "job_definition"], &found.job_definition)?;
    if table.get("vcpus").is_some() {
        return Ok(());
    }
    set(table, "vcpus", &shape.vcpus.to_string(), &comment[1..])?;
    set(table, "memory_mib", &shape.memory_mib.to_string(), &[])?;
    if shape.gpus > 0 {
        set(table, "gpus", &shape.gpus.to_string(), &[])?;
    }
    if shape.nodes > 1 {
        set(table, "nodes", &shape.nodes.to_string(), &[])?;
    }
    Ok(())
}

fn rates(rates: &[Rate]) -> String {
    let one = |rate: &Rate| {
        let days = if rate.weekdays.is_empty() {
            String::new()
        } else {
            format!("weekdays = \"{}\", ", rate.weekdays)
        };
        let hours =
            if rate.hours.is_empty() { String::new() } else { format!("hours = \"{}\", ", rate.hours) };
        let value = plain(rate.jobs_per_hour.value);
        format!("    {{ {days}{hours}jobs_per_hour = {value} }},   {MARK} {}\n", seen(rate))
    };
    format!("[\n{}]", rates.iter().map(one).collect::<String>())
}

fn seen(rate: &Rate) -> String {
    format!("{}: {} in {} h", ends(&rate.jobs_per_hour), rate.jobs, rate.in_hours)
}

fn ends(of: &Estimate) -> String {
    match (of.low, of.high) {
        (Some(low), Some(high)) => format!("{} to {}", plain(low), plain(high)),
        (Some(low), None) => format!("at least {}", plain(low)),
        (None, Some(high)) => format!("at most {}", plain(high)),
        (None, None) => "ends unknown".into(),
    }
}
