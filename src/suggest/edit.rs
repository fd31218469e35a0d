//! What a suggestion changes, as data: keys of the scenario's tables. From it come the lines that lie over the scenario
//! and the changes of Terraform files.

use crate::model::decimal::{self, Decimal};

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
            Setting::Texts(texts) => {
                format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// Keys of one table that get other values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The kind of table.
    pub table: Table,
    /// Its `name`.
    pub name: String,
    /// The keys, and what they get.
    pub keys: Vec<(&'static str, Setting)>,
}

impl Edit {
    /// An edit of a table.
    pub(super) fn of(table: Table, name: &str) -> Edit {
        Edit { table, name: name.to_owned(), keys: Vec::new() }
    }

    /// An edit of a compute environment.
    pub(super) fn environment(name: &str) -> Edit {
        Edit::of(Table::ComputeEnvironment, name)
    }

    /// The same with one more key.
    pub(super) fn set(mut self, key: &'static str, setting: impl Into<Setting>) -> Edit {
        self.keys.push((key, setting.into()));
        self
    }
}

/// Edits as lines of TOML that lie over a scenario.
#[must_use]
pub fn overlay(edits: &[Edit]) -> String {
    let table = |edit: &Edit| {
        let keys = edit.keys.iter().map(|(key, setting)| format!("{key} = {}\n", setting.toml()));
        format!("[[{}]]\nname = {}\n{}", edit.table.path(), quoted(&edit.name), keys.collect::<String>())
    };
    edits.iter().map(table).collect::<Vec<_>>().join("\n")
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
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
}
