//! Which jobs of a record are wanted, and what stands for what it leaves out: `--where`, `--default` and `--strict` of every
//! source.

use std::num::NonZeroU8;

use glob::Pattern;

use super::Recorded;
use super::csv::{HIGHEST_PRIORITY, MOST_ATTEMPTS, above_zero, number, small};
use super::detail::{Reason, tag_pairs, unknown_reason};
use super::quantity::{MIB, memory};
use crate::model::said::Said;
use crate::workload::words;

/// How a record is read, whatever it is.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Which jobs stay.
    pub wanted: Wanted,
    /// What stands for what the record leaves empty.
    pub defaults: Defaults,
    /// Whether a row that cannot be read is the end of the file.
    pub strict: bool,
}

impl Reading {
    /// All jobs as they are, or none.
    #[must_use]
    pub fn strict() -> Reading {
        Reading { strict: true, ..Reading::default() }
    }
}

/// What a condition is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Field {
    JobId,
    Name,
    Queue,
    JobDefinition,
    User,
    Account,
    Share,
    Status,
    Reason,
    Tag(String),
}

/// Names of [`Field`]s in conditions.
pub const WANTED_FIELDS: [&str; 10] =
    ["job_id", "name", "queue", "job_definition", "user", "account", "share", "status", "reason", "tag:KEY"];

impl Field {
    fn parse(name: &str) -> Option<Field> {
        Some(match name {
            "job_id" => Field::JobId,
            "name" => Field::Name,
            "queue" => Field::Queue,
            "job_definition" => Field::JobDefinition,
            "user" => Field::User,
            "account" => Field::Account,
            "share" => Field::Share,
            "status" => Field::Status,
            "reason" => Field::Reason,
            tag => Field::Tag(tag.strip_prefix("tag:").filter(|key| !key.is_empty())?.to_owned()),
        })
    }
}

/// One condition, such as `user=a*`.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    pub(super) field: Field,
    pattern: Pattern,
    negated: bool,
}

impl Condition {
    fn parse(text: &str) -> Result<Condition, Said> {
        let (field, value) = text.split_once('=').ok_or_else(|| words::is_no_condition_such_as(text))?;
        let (name, negated) = field.strip_suffix('!').map_or((field, false), |field| (field, true));
        let field = Field::parse(name.trim()).ok_or_else(|| words::is_no_field_of_a(name.trim()))?;
        let value = value.trim();
        if !value.contains(['*', '?']) {
            match field {
                Field::Status if status(value).is_none() => {
                    return Err(words::status_is_none_of_succeeded(value));
                }
                Field::Reason if !value.is_empty() && Reason::parse(value).is_none() => {
                    return Err(unknown_reason(value));
                }
                _ => {}
            }
        }
        Ok(Condition { field, pattern: pattern(value)?, negated })
    }

    /// Whether it holds for a field of this text.
    pub(super) fn holds(&self, text: &str) -> bool {
        self.pattern.matches(text) != self.negated
    }

    /// Whether it holds for these tags, as a job has them.
    pub(super) fn holds_of_tags(&self, tags: &str, key: &str) -> bool {
        let pairs = tag_pairs(tags);
        self.holds(pairs.iter().find(|(name, _)| name == key).map_or("", |(_, value)| value))
    }
}

/// A pattern of `*` and `?`; everything else stands for itself.
fn pattern(text: &str) -> Result<Pattern, Said> {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            // Two of them would be directories.
            '*' if escaped.ends_with('*') => {}
            '*' | '?' => escaped.push(letter),
            letter => escaped.push_str(&Pattern::escape(letter.encode_utf8(&mut [0; 4]))),
        }
    }
    Pattern::new(&escaped).map_err(|error| words::is_no_pattern(text, &error))
}

/// How a job ended, by its name in a workload CSV.
fn status(id: &str) -> Option<Recorded> {
    [Recorded::Succeeded, Recorded::Failed, Recorded::Cancelled].into_iter().find(|it| it.id() == id)
}

/// Conditions that all hold for the jobs that stay.
#[derive(Clone, Debug, Default)]
pub struct Wanted(pub(super) Vec<Condition>);

impl Wanted {
    /// The conditions of texts such as `queue=gpu` and `user!=a*`; a lower-case fragment that says what is wrong.
    pub fn parse(texts: &[String]) -> Result<Wanted, Said> {
        texts.iter().map(|text| Condition::parse(text)).collect::<Result<_, _>>().map(Wanted)
    }

    /// Whether all jobs stay.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.0.is_empty()
    }
}

/// What stands for what a record leaves empty; nothing where it is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Defaults {
    pub(super) queue: Option<String>,
    pub(super) job_definition: Option<String>,
    pub(super) attempts: Option<NonZeroU8>,
    /// In the order of [`TEXTS`].
    pub(super) texts: [Option<String>; TEXTS.len()],
    pub(super) scheduling_priority: Option<u16>,
    pub(super) gpus: Option<u16>,
    pub(super) memory_mib: Option<u32>,
}

/// Fields of a job that are texts and may have a default.
pub(super) const TEXTS: [&str; 6] = ["name", "user", "account", "share", "tags", "instance_type"];

/// Fields of a job of any record that may have a default.
pub const DEFAULT_FIELDS: [&str; 12] = [
    "queue",
    "job_definition",
    "attempts",
    "name",
    "user",
    "account",
    "share",
    "tags",
    "instance_type",
    "scheduling_priority",
    "gpus",
    "memory_mib",
];

impl Defaults {
    /// The defaults of texts such as `queue=gpu`; a lower-case fragment that says what is wrong.
    pub fn parse(texts: &[String]) -> Result<Defaults, Said> {
        let mut defaults = Defaults::default();
        let mut given: Vec<&str> = Vec::new();
        for text in texts {
            let (field, value) = entry(text)?;
            if given.contains(&field) {
                return Err(words::is_given_twice(field));
            }
            given.push(field);
            defaults.set(field, value)?;
        }
        Ok(defaults)
    }

    fn set(&mut self, field: &str, value: &str) -> Result<(), Said> {
        match field {
            "queue" => self.queue = Some(value.to_owned()),
            "job_definition" => self.job_definition = Some(value.to_owned()),
            "attempts" => {
                let attempts = above_zero(value, field, MOST_ATTEMPTS.into())?;
                self.attempts = u8::try_from(attempts).ok().and_then(NonZeroU8::new);
            }
            "scheduling_priority" => {
                self.scheduling_priority = u16::try_from(number(value, field, HIGHEST_PRIORITY)?).ok();
            }
            "gpus" => self.gpus = u16::try_from(number(value, field, u16::MAX.into())?).ok(),
            "memory_mib" => match memory(value, field, MIB)? {
                0 => return Err(words::memory_mib_0_is_not_possible()),
                mib => self.memory_mib = Some(small(mib.into())),
            },
            text => {
                let place = TEXTS.iter().position(|known| *known == text);
                let place = place.ok_or_else(|| words::has_no_default(text))?;
                self.texts[place] = Some(value.to_owned());
            }
        }
        Ok(())
    }
}

/// The two sides of `NAME=VALUE`.
pub(super) fn entry(text: &str) -> Result<(&str, &str), Said> {
    let parts = text.split_once('=').map(|(name, value)| (name.trim(), value.trim()));
    parts.filter(|(_, value)| !value.is_empty()).ok_or_else(|| words::is_not_name_value(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_a_field_and_a_pattern() {
        let holds =
            |condition: &str, text: &str| Condition::parse(condition).expect("a condition").holds(text);
        assert!(holds("queue=gpu", "gpu") && !holds("queue=gpu", "gpu2") && !holds("queue=gpu", "GPU"));
        assert!(holds("user=a*", "a") && holds("user=a*", "a/b") && !holds("user=a*", "ba"));
        assert!(holds("user!=a*", "ba") && !holds("user!=a*", "alice") && holds("user!=a*", ""));
        assert!(holds("name=align (?[3])**", "align (x[3]) of y") && !holds("name=a[bc]", "ab"));
        assert!(holds("user=", "") && !holds("user=", "a") && holds("name=a=b", "a=b"));
        let tags = |condition: &str, tags: &str| {
            Condition::parse(condition).expect("a condition").holds_of_tags(tags, "team")
        };
        assert!(tags("tag:team=v*", "a=b;team=vision") && !tags("tag:team=v*", "a=v"));
        assert!(tags("tag:team!=x", "") && tags("tag:team=", "a=b"));
        for wrong in ["queue", "colour=red", "tag:=x", "status=done", "reason=luck"] {
            assert!(Condition::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn defaults_are_checked() {
        let of =
            |texts: &[&str]| Defaults::parse(&texts.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>());
        let all = of(&["queue=q", "attempts=3", "memory_mib=8 GB", "user=a", "tags=team=x"]).expect("valid");
        assert_eq!((all.queue.as_deref(), all.memory_mib), (Some("q"), Some(8192)));
        assert_eq!((all.texts[1].as_deref(), all.texts[4].as_deref()), (Some("a"), Some("team=x")));
        for wrong in ["queue", "queue=", "attempts=11", "attempts=0", "gpus=-1", "memory_mib=0", "vcpus=8"] {
            assert!(of(&[wrong]).is_err(), "{wrong}");
        }
        assert!(of(&["queue=a", "queue=b"]).is_err());
    }
}
