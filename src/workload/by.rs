//! What jobs have in common, to group and to select them by.

use std::borrow::Cow;
use std::fmt;

use super::detail::{Label, Reason, tag_pairs};
use super::headings;
use super::{Recorded, Workload};
use crate::report::Said;

/// Something that jobs have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// The job queue.
    Queue,
    /// Who submitted them.
    User,
    /// Project, account or namespace.
    Account,
    /// The share identifier.
    Share,
    /// What their user calls them.
    Name,
    /// The job definition.
    JobDefinition,
    /// How they ended, and why.
    Reason,
    /// The value of a tag.
    Tag(String),
}

/// What a text can be.
const KINDS: &str = "queue, user, account, share, name, job_definition, reason, tag:KEY";

impl By {
    /// What a word names; `tag:KEY` is a tag.
    #[must_use]
    pub fn parse(text: &str) -> Option<By> {
        Some(match text {
            "queue" => By::Queue,
            "user" => By::User,
            "account" => By::Account,
            "share" => By::Share,
            "name" => By::Name,
            "job_definition" => By::JobDefinition,
            "reason" => By::Reason,
            _ => By::Tag(text.strip_prefix("tag:").filter(|key| !key.is_empty())?.to_owned()),
        })
    }

    /// Heading of a column.
    #[must_use]
    pub fn heading(&self) -> Said {
        match self {
            By::Queue => headings::queue(),
            By::User => headings::user(),
            By::Account => headings::account(),
            By::Share => headings::share_of(),
            By::Name => headings::name(),
            By::JobDefinition => headings::job_definition_of(),
            By::Reason => headings::ending(),
            By::Tag(key) => headings::tag(key),
        }
    }

    /// What it is within a sentence.
    #[must_use]
    pub fn in_words(&self) -> Said {
        match self {
            By::Reason => headings::end_of_attempt(),
            By::Tag(key) => headings::tag_in_words(key),
            other => Said::new(other.heading().en.to_lowercase(), other.heading().ja),
        }
    }

    /// What a job has; empty where its record does not say so.
    #[must_use]
    pub fn value<'a>(&self, workload: &'a Workload, job: usize) -> Cow<'a, str> {
        let of = &workload.jobs()[job];
        let label = |label: Label| (*workload.labels(label)[workload.label(label, job) as usize]).into();
        match self {
            By::Queue => workload.queues()[usize::from(of.queue)].as_str().into(),
            By::JobDefinition => workload.job_definitions()[usize::from(of.job_definition)].as_str().into(),
            By::User => label(Label::User),
            By::Account => label(Label::Account),
            By::Share => label(Label::Share),
            By::Name => workload.detail(job).name.into(),
            By::Reason => match (of.recorded, workload.reason(job)) {
                (Recorded::Succeeded, _) => "succeeded".into(),
                (Recorded::Cancelled, None) => ending(Some(Reason::User)).into(),
                (_, reason) => ending(reason).into(),
            },
            By::Tag(key) => {
                let tags = &workload.labels(Label::Tags)[workload.label(Label::Tags, job) as usize];
                let own = tag_pairs(tags).into_iter().find(|(name, _)| name == key);
                own.map_or(Cow::Borrowed(""), |(_, value)| value.into())
            }
        }
    }

    /// A value as people see it.
    #[must_use]
    pub fn shown(&self, value: &str) -> Said {
        if value.is_empty() { headings::no_such(self.in_words()) } else { Said::alike(value) }
    }

    /// Whether the record says it of any job.
    #[must_use]
    pub fn is_known(&self, workload: &Workload) -> bool {
        match self {
            By::Queue | By::Reason => true,
            By::JobDefinition => workload.job_definitions().iter().any(|name| !name.is_empty()),
            By::User => workload.labels(Label::User).len() > 1,
            By::Account => workload.labels(Label::Account).len() > 1,
            By::Share => workload.labels(Label::Share).len() > 1,
            By::Name => (0..workload.jobs().len()).any(|job| !workload.detail(job).name.is_empty()),
            By::Tag(key) => workload
                .labels(Label::Tags)
                .iter()
                .any(|tags| tag_pairs(tags).iter().any(|(name, _)| name == key)),
        }
    }
}

/// Reads what an answer is to be shown by; what else it could be is said.
pub fn parse(text: &str) -> Result<By, String> {
    By::parse(text).ok_or_else(|| format!("it is none of {KINDS}"))
}

/// Its word, as [`By::parse`] reads it.
impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            By::Queue => "queue",
            By::User => "user",
            By::Account => "account",
            By::Share => "share",
            By::Name => "name",
            By::JobDefinition => "job_definition",
            By::Reason => "reason",
            By::Tag(key) => return write!(f, "tag:{key}"),
        })
    }
}

/// Why a job, or an attempt of one, did not succeed, in words.
#[must_use]
pub const fn ending(reason: Option<Reason>) -> &'static str {
    match reason {
        None => "failed, reason unknown",
        Some(Reason::Spot) => "instance lost",
        Some(Reason::OutOfMemory) => "out of memory",
        Some(Reason::Timeout) => "timeout",
        Some(Reason::Capacity) => "no capacity",
        Some(Reason::User) => "ended by its user",
        Some(Reason::Application) => "failed by itself",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_they_are_written() {
        for word in ["queue", "user", "account", "share", "name", "job_definition", "reason", "tag:team"] {
            assert_eq!(By::parse(word).map(|by| by.to_string()).as_deref(), Some(word));
        }
        assert_eq!((By::parse("tag:"), By::parse("colour")), (None, None));
    }
}
