//! What a suggestion changes, as data: keys of the scenario's tables. From it come the lines that lie over the scenario
//! and the changes of Terraform files.

use crate::document::UNSET;
use crate::model::decimal::{self, Decimal};
use crate::model::text::is_harmful;
use crate::scenario::Scenario;

/// Tables of a scenario that suggestions change, each found by its `name`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Table {
    /// A compute environment.
    ComputeEnvironment,
    /// A job definition.
    JobDefinition,
    /// A Lustre file system.
    Lustre,
    /// A change of limits by the clock; always one that is not there yet.
    Schedule,
    /// A Savings Plan or Reserved Instances; always one that is not there yet.
    Commitment,
}

impl Table {
    /// Its path in a scenario.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Table::ComputeEnvironment => "batch.compute_environment",
            Table::JobDefinition => "batch.job_definition",
            Table::Lustre => "lustre",
            Table::Schedule => "schedule",
            Table::Commitment => "commitment",
        }
    }
}

/// A value that a key gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// A number, in the unit of its key.
    Number(Decimal),
    /// A text.
    Text(String),
    /// A list of texts.
    Texts(Vec<String>),
    /// The table that is there, without these entries.
    Without(Vec<String>),
}

impl From<u32> for Setting {
    fn from(number: u32) -> Setting {
        Setting::Number(number.into())
    }
}

impl From<Decimal> for Setting {
    fn from(number: Decimal) -> Setting {
        Setting::Number(number)
    }
}

impl From<&str> for Setting {
    fn from(text: &str) -> Setting {
        Setting::Text(text.to_owned())
    }
}

impl Setting {
    /// As TOML writes it.
    #[must_use]
    pub fn toml(&self) -> String {
        match self {
            Setting::Number(number) => decimal::plain(*number),
            Setting::Text(text) => quoted(text),
            Setting::Texts(texts) => list(texts),
            Setting::Without(names) => format!("{{ {UNSET} = {} }}", list(names)),
        }
    }
}

/// Keys of one table that get other values, and keys that leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The kind of table.
    pub table: Table,
    /// Its `name`.
    pub name: String,
    /// The keys, and what they get.
    pub keys: Vec<(&'static str, Setting)>,
    /// The keys that leave.
    pub unset: Vec<&'static str>,
}

/// What is said of instance types one by one: it goes with them.
pub const CAPACITY_ERRORS: &str = "capacity_errors";

/// What is said of Spot alone.
pub const BID: &str = "bid_percentage";

impl Edit {
    /// An edit of a table.
    pub(super) fn of(table: Table, name: &str) -> Edit {
        Edit { table, name: name.to_owned(), keys: Vec::new(), unset: Vec::new() }
    }

    /// An edit of a compute environment.
    pub(super) fn environment(name: &str) -> Edit {
        Edit::of(Table::ComputeEnvironment, name)
    }

    /// The same without a key.
    pub(super) fn unset(mut self, key: &'static str) -> Edit {
        self.unset.push(key);
        self
    }

    /// The keys it changes.
    pub(super) fn changed(&self) -> impl Iterator<Item = &'static str> {
        self.keys.iter().map(|(key, _)| *key).chain(self.unset.iter().copied())
    }

    /// What leaves with what is changed, in words; `None` for nothing.
    pub(super) fn leaving(&self) -> Option<String> {
        let tables = self.keys.iter().filter_map(|(key, setting)| match setting {
            Setting::Without(names) => Some(format!("{key} of {}", names.join(", "))),
            _ => None,
        });
        let all: Vec<String> = self.unset.iter().map(|key| (*key).to_owned()).chain(tables).collect();
        (!all.is_empty()).then(|| all.join(", "))
    }

    /// The same with one more key.
    pub(super) fn set(mut self, key: &'static str, setting: impl Into<Setting>) -> Edit {
        self.keys.push((key, setting.into()));
        self
    }
}

/// Edits with one for each table; of two values of a key the last one holds.
#[must_use]
pub fn merged(edits: &[Edit]) -> Vec<Edit> {
    let mut all: Vec<Edit> = Vec::new();
    for edit in edits {
        let known = all.iter_mut().find(|known| known.table == edit.table && known.name == edit.name);
        let Some(known) = known else {
            all.push(edit.clone());
            continue;
        };
        for (key, setting) in &edit.keys {
            known.keys.retain(|(other, _)| other != key);
            known.keys.push((key, setting.clone()));
            known.unset.retain(|other| other != key);
        }
        for key in &edit.unset {
            known.keys.retain(|(other, _)| other != key);
            known.unset.retain(|other| other != key);
            known.unset.push(key);
        }
    }
    all
}

/// What a key of a scenario is set to; `None` where it is not, or is none that suggestions change.
#[must_use]
pub fn present(scenario: &Scenario, table: Table, name: &str, key: &str) -> Option<Setting> {
    let batch = &scenario.keys.batch;
    match table {
        Table::ComputeEnvironment => {
            let keys = batch.compute_environment.iter().find(|keys| keys.name == name)?;
            match key {
                "max_vcpus" => Some(Setting::from(keys.max_vcpus.0)),
                "min_vcpus" => Some(Setting::from(keys.min_vcpus.0)),
                "instance_types" => Some(Setting::Texts(keys.instance_types.clone())),
                "allocation_strategy" => Some(Setting::from(keys.allocation_strategy.id())),
                "type" => Some(Setting::from(keys.environment_type.id())),
                BID => keys.bid_percentage.map(|percent| Setting::from(percent.0)),
                _ => None,
            }
        }
        Table::JobDefinition => {
            let keys = batch.job_definition.iter().find(|keys| keys.name == name)?;
            match key {
                "attempts" => keys.attempts.map(|attempts| Setting::from(attempts.0)),
                "checkpoint.interval_minutes" => {
                    keys.checkpoint.as_ref().map(|keys| Setting::from(keys.interval_minutes.0))
                }
                _ => None,
            }
        }
        Table::Lustre => {
            let keys = scenario.keys.lustre.iter().find(|keys| keys.name == name)?;
            match key {
                "throughput_mbps_per_tib" => keys.throughput_mbps_per_tib.map(|tier| Setting::from(tier.0)),
                _ => None,
            }
        }
        Table::Schedule | Table::Commitment => None,
    }
}

/// Edits as lines of TOML that lie over a scenario.
#[must_use]
pub fn overlay(edits: &[Edit]) -> String {
    let edits = merged(edits);
    let table = |edit: &Edit| {
        let keys = edit.keys.iter().map(|(key, setting)| format!("{key} = {}\n", setting.toml()));
        let unset: Vec<String> = edit.unset.iter().map(|key| (*key).to_owned()).collect();
        let unset = if unset.is_empty() { String::new() } else { format!("{UNSET} = {}\n", list(&unset)) };
        let keys = keys.collect::<String>();
        format!("[[{}]]\nname = {}\n{keys}{unset}", edit.table.path(), quoted(&edit.name))
    };
    edits.iter().map(table).collect::<Vec<_>>().join("\n")
}

/// A list of texts as TOML writes it.
fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() || is_harmful(c) => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_toml() {
        let texts = Setting::Texts(vec!["a".into(), "b \"c\" \\ \n".into()]);
        let edits = [
            Edit::environment("gpu").set("max_vcpus", 96).set("instance_types", texts),
            Edit::of(Table::Schedule, "night").set("cron", "0 22 * * *"),
        ];
        let expected = "[[batch.compute_environment]]\nname = \"gpu\"\nmax_vcpus = 96\ninstance_types = [\"a\", \"b \\\"c\\\" \\\\ \\u000A\"]\n\n[[schedule]]\nname = \"night\"\ncron = \"0 22 * * *\"\n";
        assert_eq!(overlay(&edits), expected);
    }

    #[test]
    fn keys_leave_and_come_back() {
        let gone = Edit { unset: vec![BID], ..Edit::environment("gpu").set("type", "EC2") };
        let fewer =
            Edit::environment("gpu").set(CAPACITY_ERRORS, Setting::Without(vec!["g5.4xlarge".into()]));
        let expected = "[[batch.compute_environment]]\nname = \"gpu\"\ntype = \"EC2\"\ncapacity_errors = { unset = [\"g5.4xlarge\"] }\nunset = [\"bid_percentage\"]\n";
        assert_eq!(overlay(&[gone.clone(), fewer.clone()]), expected);
        let leaving = merged(&[gone.clone(), fewer]).iter().find_map(Edit::leaving);
        assert_eq!(leaving.as_deref(), Some("bid_percentage, capacity_errors of g5.4xlarge"));
        // The last one holds.
        let back = merged(&[gone, Edit::environment("gpu").set(BID, 80)]);
        assert_eq!((back[0].unset.len(), back[0].keys.len()), (0, 2));
    }
}
