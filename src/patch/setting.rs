//! One setting of a scenario in Terraform: which attribute it is, how it is written there, and the text that changes it.

use super::{State, block, variable};
use crate::import::{Attribute, Form, Infrastructure, Origin};
use crate::model::text::is_harmful;
use crate::scenario::Scenario;
use crate::suggest::edit::{Edit, Setting, Table, present};

/// Where a setting is in Terraform.
struct Place {
    /// The resource as written, without an index.
    block: String,
    /// Its attribute, with the blocks around it.
    attribute: &'static str,
    /// Where its value came from; `None` where none is written.
    origin: Option<Origin>,
}

/// Refuses a setting that is otherwise in the files than in the scenario the suggestion was made for.
pub(super) fn agrees(
    found: &Infrastructure,
    scenario: &Scenario,
    edit: &Edit,
    key: &str,
) -> Result<(), String> {
    let settings = crate::import::write::settings(found);
    let at = (edit.table.path().to_owned(), edit.name.clone(), key.to_owned());
    let written = settings.get(&at).cloned().flatten();
    let ours = present(scenario, edit.table, &edit.name, key).map(|setting| setting.toml());
    if written.as_deref().map(sorted) == ours.as_deref().map(sorted) || written.is_none() {
        return Ok(());
    }
    Err(format!(
        "the scenario has {key} = {} for {}, Terraform has {}: import it again",
        ours.unwrap_or_else(|| "nothing".into()),
        edit.name,
        written.unwrap_or_else(|| "nothing".into())
    ))
}

/// A list without its order, which Terraform does not keep.
fn sorted(toml: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = toml.trim_matches(['[', ']']).split(", ").collect();
    parts.sort_unstable();
    parts
}

/// Changes one setting. `Err` says why that has to be done by hand.
pub(super) fn change(
    found: &Infrastructure,
    state: &mut State,
    edit: &Edit,
    key: &'static str,
    to: &Setting,
) -> Result<(), String> {
    let place = place(found, edit, key)?;
    let text = hcl(to);
    remark(found, state, edit, key);
    let Some(origin) = &place.origin else {
        return block::insert(state, &place.block, place.attribute, &text);
    };
    let at = origin.place.as_ref().map_or_else(String::new, |place| format!(" ({place})"));
    match (&origin.form, &origin.place) {
        (Form::Literal, Some(written)) => {
            let file = state.file(&written.file).ok_or("its file is not in the folder")?;
            let mut new = file.text.to_string();
            let span = written.span.clone();
            if new.get(span.clone()).is_none() {
                return Err(format!("its place is not in the file{at}"));
            }
            new.replace_range(span, &text);
            file.text = new.into();
            Ok(())
        }
        (Form::Variable(name), _) => variable::set(state, name, &text)
            .map_err(|reason| format!("{} is `var.{name}`{at}: {reason}", place.attribute)),
        (Form::Computed, _) => Err(format!("{} is computed{at}: make it {text} there", place.attribute)),
        (Form::Planned, _) | (Form::Literal, None) => {
            Err(format!("where {} is written is not known: make it {text}", place.attribute))
        }
    }
}

/// Takes one setting out. `Err` says why that has to be done by hand.
pub(super) fn remove(
    found: &Infrastructure,
    state: &mut State,
    edit: &Edit,
    key: &'static str,
) -> Result<(), String> {
    let place = place(found, edit, key)?;
    match place.origin.map(|origin| origin.form) {
        None => Ok(()),
        Some(Form::Planned) => Err(format!("where {} is written is not known: take it out", place.attribute)),
        Some(_) => block::remove(state, &place.block, place.attribute),
    }
}

fn place(found: &Infrastructure, edit: &Edit, key: &str) -> Result<Place, String> {
    match edit.table {
        Table::ComputeEnvironment => environment(found, &edit.name, key),
        Table::JobDefinition => job_definition(found, &edit.name, key),
        Table::Lustre => Err(
            "Terraform's AWS provider may replace the file system for it, and what is in it would be lost: change it with `aws fsx update-file-system`, then write it into the file"
                .into(),
        ),
        Table::Schedule => Err("a schedule is a resource".into()),
        Table::Commitment => Err("a commitment is bought, not written into Terraform".into()),
    }
}

fn environment(found: &Infrastructure, name: &str, key: &str) -> Result<Place, String> {
    let of = found.environments.iter().find(|environment| environment.name == name);
    let of = of.ok_or_else(|| format!("there is no compute environment `{name}` in these files"))?;
    let at = |attribute, origin| Ok(Place { block: bare(&of.address), attribute, origin });
    match key {
        "max_vcpus" => at("compute_resources.max_vcpus", known(&of.max_vcpus, key)?),
        "min_vcpus" => at("compute_resources.min_vcpus", known(&of.min_vcpus, key)?),
        "instance_types" => at("compute_resources.instance_type", known(&of.instance_types, key)?),
        "allocation_strategy" => {
            at("compute_resources.allocation_strategy", known(&of.allocation_strategy, key)?)
        }
        "type" => at("compute_resources.type", known(&of.environment_type, key)?),
        "bid_percentage" => at("compute_resources.bid_percentage", known(&of.bid_percentage, key)?),
        _ => Err(format!("`{key}` has no counterpart in Terraform")),
    }
}

fn job_definition(found: &Infrastructure, name: &str, key: &str) -> Result<Place, String> {
    let of = found.job_definitions.iter().find(|job| job.name == name);
    let of = of.ok_or_else(|| format!("there is no job definition `{name}` in these files"))?;
    match key {
        "attempts" => Ok(Place {
            block: bare(&of.address),
            attribute: "retry_strategy.attempts",
            origin: known(&of.attempts, key)?,
        }),
        _ => Err(format!("`{key}` is not in Terraform: the job itself has to do it")),
    }
}

/// The origin of an attribute; `None` where it is not written.
fn known<T>(attribute: &Attribute<T>, key: &str) -> Result<Option<Origin>, String> {
    match attribute {
        Attribute::Absent => Ok(None),
        Attribute::Known(_, origin) => Ok(Some(origin.clone())),
        Attribute::Unknown => Err(format!("{key} is written, but not known without Terraform")),
    }
}

/// An address without the index of an instance.
pub(super) fn bare(address: &str) -> String {
    address.split('[').next().unwrap_or(address).to_owned()
}

/// What AWS cannot update in place, Terraform replaces, and a queue in front holds the old environment.
///
/// Source: Terraform's AWS provider, aws_batch_compute_environment (`compute_resources` forces a new resource unless the
/// environment can be updated); AWS Batch user guide, "Updating compute environments": BEST_FIT and environments without
/// the service-linked role cannot. Read 2026-11-24.
fn remark(found: &Infrastructure, state: &mut State, edit: &Edit, key: &str) {
    if edit.table != Table::ComputeEnvironment || matches!(key, "max_vcpus" | "min_vcpus") {
        return;
    }
    let Some(of) = found.environments.iter().find(|environment| environment.name == edit.name) else {
        return;
    };
    let strategy = of.allocation_strategy.known().map_or("BEST_FIT", String::as_str);
    let text = if strategy == "BEST_FIT" {
        format!(
            "{} has BEST_FIT, so AWS cannot update it in place: Terraform replaces it, which fails while a job queue names it unless it has `create_before_destroy` and a name by prefix",
            of.address
        )
    } else {
        format!(
            "AWS updates {} in place only if it uses the service-linked role of AWS Batch; else Terraform replaces it: read the plan",
            of.address
        )
    };
    state.remark(text);
}

/// A value as HCL writes it: numbers as they are, texts in quotes with templates switched off.
pub(super) fn hcl(setting: &Setting) -> String {
    match setting {
        Setting::Number(_) | Setting::Without(_) => setting.toml(),
        Setting::Text(text) => quoted(text),
        Setting::Texts(texts) => {
            format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
        }
    }
}

/// A text as HCL writes it.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || is_harmful(c) => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out.replace("${", "$${").replace("%{", "%%{")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_hcl() {
        assert_eq!(quoted("a\"b\\${c}%{d}\n"), r#""a\"b\\$${c}%%{d}\n""#);
        let types = Setting::Texts(vec!["p4d.24xlarge".into(), "g5.xlarge".into()]);
        assert_eq!(hcl(&types), r#"["p4d.24xlarge", "g5.xlarge"]"#);
        assert_eq!(hcl(&Setting::from(480)), "480");
        assert_eq!(bare("aws_batch_compute_environment.spot[0]"), "aws_batch_compute_environment.spot");
    }
}
