//! What a record says of a job beside its size and its times: whose it is, why it ended, and how it went.
//!
//! Most records say some of it and none says all. A text that is unknown is empty, a number that is unknown is `None`. Users,
//! accounts, shares, tags and instance types are few, so each text is kept once; names are many and are kept one after the other.

use crate::model::said::Said;
use crate::workload::words;
use std::fmt::Write as _;

use rustc_hash::FxHashMap;

/// Why a job, or one attempt of it, did not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Its instance was taken away or lost: a Spot interruption, a failed node.
    Spot,
    /// It asked for less memory than it used.
    OutOfMemory,
    /// It ran into the limit of its run time.
    Timeout,
    /// It waited in vain for an instance, or could not be placed.
    Capacity,
    /// Somebody ended it.
    User,
    /// Its own code ended with an error.
    Application,
}

impl Reason {
    /// All of them.
    pub const ALL: [Reason; 6] = [
        Reason::Spot,
        Reason::OutOfMemory,
        Reason::Timeout,
        Reason::Capacity,
        Reason::User,
        Reason::Application,
    ];

    /// Its name in a workload CSV.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Reason::Spot => "spot",
            Reason::OutOfMemory => "out_of_memory",
            Reason::Timeout => "timeout",
            Reason::Capacity => "capacity",
            Reason::User => "user",
            Reason::Application => "application",
        }
    }

    /// The reason of that name.
    #[must_use]
    pub fn parse(id: &str) -> Option<Reason> {
        Reason::ALL.into_iter().find(|reason| reason.id() == id)
    }

    /// What an exit code says: 137 and 128 + 9 are the kernel's killer of processes out of memory, if nobody says otherwise.
    #[must_use]
    pub const fn of_exit_code(code: i64) -> Option<Reason> {
        match code {
            0 => None,
            137 => Some(Reason::OutOfMemory),
            _ => Some(Reason::Application),
        }
    }

    /// The reason where an exit code alone suggests it: a job that was killed with a tenth of its memory left or more, by the
    /// most that it is known to have used, was not killed for memory [MiB; 0 asked for is unknown].
    #[must_use]
    pub fn of_peak(self, peak: Option<u32>, asked: u32) -> Reason {
        let had_room = peak.is_some_and(|peak| u64::from(peak) * 10 < u64::from(asked) * 9);
        if self == Reason::OutOfMemory && had_room { Reason::Application } else { self }
    }
}

/// The exit code in `137`, or in `0:9` as Slurm writes code and signal, which is 137, too.
#[must_use]
pub fn parse_exit_code(text: &str) -> Option<i64> {
    let (code, signal) = text.split_once(':').unwrap_or((text, "0"));
    let (code, signal): (i64, i64) = (code.parse().ok()?, signal.parse().ok()?);
    Some(if signal > 0 { signal.saturating_add(128) } else { code })
}

/// An attempt of a job before its last one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attempt<'a> {
    /// How long it ran [s].
    pub run_seconds: u32,
    /// Why it ended; `None` for unknown.
    pub reason: Option<Reason>,
    /// Where it ran; empty for unknown.
    pub instance_type: &'a str,
}

/// What a record says of one job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Detail<'a> {
    /// What its user calls it.
    pub name: &'a str,
    /// Who submitted it.
    pub user: &'a str,
    /// Project, account or namespace that it is charged to.
    pub account: &'a str,
    /// Share identifier of AWS Batch's fair-share scheduling; quality of service elsewhere.
    pub share: &'a str,
    /// `key=value;key=value` as [`tags`] writes it.
    pub tags: &'a str,
    /// Where its last attempt ran, such as `g5.12xlarge`.
    pub instance_type: &'a str,
    /// AWS Batch's scheduling priority within its share, 0 to 9999, higher first.
    pub scheduling_priority: Option<u16>,
    /// Why it did not succeed.
    pub reason: Option<Reason>,
    /// From when it could run to the start of its first attempt [s].
    pub wait_seconds: Option<u32>,
    /// Most memory that it used on one node [MiB].
    pub peak_memory_mib: Option<u32>,
    /// Attempts before the last one, the first one first.
    pub earlier: Vec<Attempt<'a>>,
}

/// A text of [`Detail`] that many jobs share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// [`Detail::user`].
    User,
    /// [`Detail::account`].
    Account,
    /// [`Detail::share`].
    Share,
    /// [`Detail::tags`].
    Tags,
    /// [`Detail::instance_type`].
    InstanceType,
}

/// Number of [`Label`]s.
const LABELS: usize = 5;

/// Stands for a number that is unknown.
const NONE: u32 = u32::MAX;

/// Different texts, each kept once; the first is the empty one.
#[derive(Clone, Debug)]
struct Texts {
    texts: Vec<Box<str>>,
    index: FxHashMap<Box<str>, u32>,
    /// The last one asked for: records name the same one many times in a row.
    last: u32,
}

impl Default for Texts {
    fn default() -> Texts {
        Texts { texts: vec!["".into()], index: FxHashMap::from_iter([("".into(), 0)]), last: 0 }
    }
}

impl Texts {
    /// The index of a text, new or known; `None` beyond four billion.
    fn index(&mut self, text: &str) -> Option<u32> {
        if text.is_empty() {
            return Some(0);
        }
        if *self.texts[self.last as usize] == *text {
            return Some(self.last);
        }
        let index = match self.index.get(text) {
            Some(index) => *index,
            None => {
                let index = u32::try_from(self.texts.len()).ok().filter(|index| *index < NONE)?;
                self.texts.push(text.into());
                self.index.insert(text.into(), index);
                index
            }
        };
        self.last = index;
        Some(index)
    }

    fn text(&self, index: u32) -> &str {
        &self.texts[index as usize]
    }
}

#[derive(Clone, Copy, Debug)]
struct Row {
    name: (u32, u32),
    labels: [u32; LABELS],
    wait_seconds: u32,
    peak_memory_mib: u32,
    /// First and number of its earlier attempts.
    earlier: (u32, u32),
    scheduling_priority: u16,
    reason: Option<Reason>,
}

const EMPTY: Row = Row {
    name: (0, 0),
    labels: [0; LABELS],
    wait_seconds: NONE,
    peak_memory_mib: NONE,
    earlier: (0, 0),
    scheduling_priority: u16::MAX,
    reason: None,
};

#[derive(Clone, Copy, Debug)]
struct Earlier {
    run_seconds: u32,
    instance_type: u32,
    reason: Option<Reason>,
}

/// Details of jobs in the order of the jobs; without rows where no job has any.
#[derive(Clone, Debug, Default)]
pub(super) struct Details {
    rows: Vec<Row>,
    names: String,
    labels: [Texts; LABELS],
    earlier: Vec<Earlier>,
}

impl Details {
    /// Says something of job number `job`, the last one so far. `None` where its texts are too many.
    pub(super) fn push(&mut self, job: usize, detail: &Detail<'_>) -> Option<()> {
        if self.rows.is_empty() && *detail == Detail::default() {
            return Some(());
        }
        let before = self.rows.last().map(|row| row.name);
        let name =
            match before.filter(|(start, end)| self.names[*start as usize..*end as usize] == *detail.name) {
                Some(before) => before,
                None => {
                    let start = u32::try_from(self.names.len()).ok()?;
                    let end = u32::try_from(self.names.len() + detail.name.len()).ok()?;
                    self.names.push_str(detail.name);
                    (start, end)
                }
            };
        let texts = [detail.user, detail.account, detail.share, detail.tags, detail.instance_type];
        let mut labels = [0; LABELS];
        for ((label, of), text) in labels.iter_mut().zip(&mut self.labels).zip(texts) {
            *label = of.index(text)?;
        }
        let first = u32::try_from(self.earlier.len()).ok()?;
        for attempt in &detail.earlier {
            let instance_type = self.labels[Label::InstanceType as usize].index(attempt.instance_type)?;
            let Attempt { run_seconds, reason, .. } = *attempt;
            self.earlier.push(Earlier { run_seconds, instance_type, reason });
        }
        self.rows.resize(job, EMPTY);
        self.rows.push(Row {
            name,
            labels,
            wait_seconds: detail.wait_seconds.unwrap_or(NONE),
            peak_memory_mib: detail.peak_memory_mib.unwrap_or(NONE),
            earlier: (first, u32::try_from(detail.earlier.len()).ok()?),
            scheduling_priority: detail.scheduling_priority.unwrap_or(u16::MAX),
            reason: detail.reason,
        });
        Some(())
    }

    /// Says of a job how long it waited for its first attempt, and which were before its last. `None` where there are too many.
    pub(super) fn tell_before(
        &mut self,
        job: usize,
        wait_seconds: Option<u32>,
        earlier: &[Attempt<'_>],
    ) -> Option<()> {
        if self.rows.len() <= job {
            self.rows.resize(job + 1, EMPTY);
        }
        let first = u32::try_from(self.earlier.len()).ok()?;
        for attempt in earlier {
            let instance_type = self.labels[Label::InstanceType as usize].index(attempt.instance_type)?;
            let Attempt { run_seconds, reason, .. } = *attempt;
            self.earlier.push(Earlier { run_seconds, instance_type, reason });
        }
        self.rows[job].earlier = (first, u32::try_from(earlier.len()).ok()?);
        self.rows[job].wait_seconds = wait_seconds.unwrap_or(NONE);
        Some(())
    }

    /// What is said of a job; nothing where nothing is.
    pub(super) fn get(&self, job: usize) -> Detail<'_> {
        let Some(row) = self.rows.get(job) else { return Detail::default() };
        let text = |label: Label| self.labels[label as usize].text(row.labels[label as usize]);
        let known = |number: u32| (number != NONE).then_some(number);
        let (first, count) = (row.earlier.0 as usize, row.earlier.1 as usize);
        let attempt = |earlier: &Earlier| Attempt {
            run_seconds: earlier.run_seconds,
            reason: earlier.reason,
            instance_type: self.labels[Label::InstanceType as usize].text(earlier.instance_type),
        };
        Detail {
            name: &self.names[row.name.0 as usize..row.name.1 as usize],
            user: text(Label::User),
            account: text(Label::Account),
            share: text(Label::Share),
            tags: text(Label::Tags),
            instance_type: text(Label::InstanceType),
            scheduling_priority: Some(row.scheduling_priority).filter(|priority| *priority != u16::MAX),
            reason: row.reason,
            wait_seconds: known(row.wait_seconds),
            peak_memory_mib: known(row.peak_memory_mib),
            earlier: self.earlier[first..first + count].iter().map(attempt).collect(),
        }
    }

    /// What its user calls a job.
    pub(super) fn name(&self, job: usize) -> &str {
        self.rows.get(job).map_or("", |row| &self.names[row.name.0 as usize..row.name.1 as usize])
    }

    /// Whether any job has a name.
    pub(super) fn has_names(&self) -> bool {
        !self.names.is_empty()
    }

    /// Says of each of so many jobs what nothing says yet: name, labels and priority. For how many jobs that was, by label in
    /// the order of [`Detail`], and of the priority.
    pub(super) fn fill(&mut self, jobs: usize, detail: &Detail<'_>) -> Option<([u64; LABELS + 1], u64)> {
        self.rows.resize(jobs, EMPTY);
        let start = u32::try_from(self.names.len()).ok()?;
        let name = (start, u32::try_from(self.names.len() + detail.name.len()).ok()?);
        self.names.push_str(detail.name);
        let texts = [detail.user, detail.account, detail.share, detail.tags, detail.instance_type];
        let mut labels = [0; LABELS];
        for ((label, of), text) in labels.iter_mut().zip(&mut self.labels).zip(texts) {
            *label = of.index(text)?;
        }
        let (mut of_texts, mut of_priority) = ([0; LABELS + 1], 0);
        for row in &mut self.rows {
            if row.name.0 == row.name.1 {
                row.name = name;
                of_texts[0] += 1;
            }
            for ((label, new), count) in row.labels.iter_mut().zip(labels).zip(&mut of_texts[1..]) {
                if *label == 0 {
                    *label = new;
                    *count += 1;
                }
            }
            if let Some(priority) = detail.scheduling_priority.filter(|_| row.scheduling_priority == u16::MAX)
            {
                row.scheduling_priority = priority;
                of_priority += 1;
            }
        }
        Some((of_texts, of_priority))
    }

    /// Whether anything is said of any job.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The texts of a label; the first is the empty one.
    pub(super) fn texts(&self, label: Label) -> &[Box<str>] {
        &self.labels[label as usize].texts
    }

    /// Which of [`Details::texts`] a job has.
    pub(super) fn label(&self, label: Label, job: usize) -> u32 {
        self.rows.get(job).map_or(0, |row| row.labels[label as usize])
    }

    /// Why a job did not succeed.
    pub(super) fn reason(&self, job: usize) -> Option<Reason> {
        self.rows.get(job).and_then(|row| row.reason)
    }

    /// How long a job waited for its first attempt [s].
    pub(super) fn wait_seconds(&self, job: usize) -> Option<u32> {
        self.rows.get(job).map(|row| row.wait_seconds).filter(|seconds| *seconds != NONE)
    }

    /// AWS Batch's scheduling priority of a job.
    pub(super) fn scheduling_priority(&self, job: usize) -> Option<u16> {
        self.rows.get(job).map(|row| row.scheduling_priority).filter(|priority| *priority != u16::MAX)
    }

    /// Adds the details of `jobs` more jobs after those of `before` jobs.
    pub(super) fn append(&mut self, before: usize, jobs: usize, other: &Details) -> Option<()> {
        if other.rows.is_empty() {
            return Some(());
        }
        for job in 0..jobs {
            self.push(before + job, &other.get(job))?;
        }
        Some(())
    }

    /// Leaves the rows of the jobs that are kept.
    pub(super) fn keep(&mut self, kept: &[bool]) {
        if !self.rows.is_empty() {
            self.rows.resize(kept.len(), EMPTY);
            let mut kept = kept.iter();
            self.rows.retain(|_| kept.next().copied().unwrap_or(true));
        }
    }

    /// Puts the row of each job to its new place.
    pub(super) fn arrange(&mut self, place: &[u32]) {
        if !self.rows.is_empty() {
            self.rows.resize(place.len(), EMPTY);
            let mut arranged = self.rows.clone();
            for (row, place) in self.rows.iter().zip(place) {
                arranged[*place as usize] = *row;
            }
            self.rows = arranged;
        }
    }
}

/// Tags as one text, by key: `team=vision;project=lung`. What would be taken for a separator is percent-encoded.
#[must_use]
pub fn tags<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut pairs: Vec<_> = pairs.into_iter().collect();
    pairs.sort_unstable();
    let mut text = String::new();
    for (key, value) in pairs {
        if !text.is_empty() {
            text.push(';');
        }
        encode(key, &mut text);
        text.push('=');
        encode(value, &mut text);
    }
    text
}

fn encode(part: &str, text: &mut String) {
    for letter in part.chars() {
        match letter {
            '%' | ';' | '=' => write!(text, "%{:02X}", letter as u32).expect("a string takes it"),
            _ => text.push(letter),
        }
    }
}

/// The pairs of a text that [`tags`] wrote; a part without `=` is a key without a value.
#[must_use]
pub fn tag_pairs(text: &str) -> Vec<(String, String)> {
    let parts = text.split(';').filter(|part| !part.trim().is_empty());
    let pair = |part: &str| {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        (decoded(key.trim()), decoded(value.trim()))
    };
    parts.map(pair).collect()
}

fn decoded(part: &str) -> String {
    part.replace("%3B", ";").replace("%3D", "=").replace("%25", "%")
}

/// Earlier attempts as one text, `SECONDS`, `SECONDS:REASON` or `SECONDS:REASON:TYPE` each, separated by spaces.
#[must_use]
pub fn attempts(attempts: &[Attempt<'_>]) -> String {
    let one = |attempt: &Attempt<'_>| {
        let reason = attempt.reason.map_or("", Reason::id);
        match (attempt.instance_type, reason) {
            ("", "") => attempt.run_seconds.to_string(),
            ("", reason) => format!("{}:{reason}", attempt.run_seconds),
            (kind, reason) => format!("{}:{reason}:{kind}", attempt.run_seconds),
        }
    };
    attempts.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// The attempts of such a text, or what is wrong with it.
pub fn parse_attempts(text: &str) -> Result<Vec<Attempt<'_>>, Said> {
    let one = |part| {
        let mut fields = str::splitn(part, 3, ':');
        let seconds = fields.next().unwrap_or_default();
        let run_seconds = seconds.parse().map_err(|_| words::an_earlier_attempt_of_seconds(seconds))?;
        let reason = match fields.next().unwrap_or_default() {
            "" => None,
            id => Some(Reason::parse(id).ok_or_else(|| unknown_reason(id))?),
        };
        Ok(Attempt { run_seconds, reason, instance_type: fields.next().unwrap_or_default() })
    };
    text.split([' ', ';']).filter(|part| !part.is_empty()).map(one).collect()
}

/// Why a word names no reason.
#[must_use]
pub fn unknown_reason(id: &str) -> Said {
    words::reason_is_none_of(id, Reason::ALL.map(Reason::id).join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_come_back_as_they_were() {
        let pairs = [("team", "a=b;c"), ("100%", "%3B"), ("empty", "")];
        let text = tags(pairs);
        assert_eq!(text, "100%25=%253B;empty=;team=a%3Db%3Bc");
        let back = tag_pairs(&text);
        let back: Vec<_> = back.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        assert_eq!(back, [("100%", "%3B"), ("empty", ""), ("team", "a=b;c")]);
    }

    #[test]
    fn attempts_come_back_as_they_were() {
        let text = "600 60:spot 5:application:g5.xlarge 7::p4d.24xlarge";
        let parsed = parse_attempts(text).expect("four");
        assert_eq!(parsed[1].reason, Some(Reason::Spot));
        assert_eq!((parsed[3].reason, parsed[3].instance_type), (None, "p4d.24xlarge"));
        assert_eq!(attempts(&parsed), text);
        assert!(parse_attempts("x").is_err() && parse_attempts("5:other").is_err());
    }

    #[test]
    fn details_follow_their_jobs() {
        let mut details = Details::default();
        let of = |name: &'static str, user: &'static str| Detail { name, user, ..Detail::default() };
        details.push(0, &Detail::default()).expect("room");
        assert!(details.is_empty());
        details.push(1, &of("one", "a")).expect("room");
        details
            .push(2, &Detail { earlier: parse_attempts("5:spot").expect("one"), ..of("one", "b") })
            .expect("room");
        details.arrange(&[2, 0, 1, 3]);
        let names =
            |details: &Details| (0..4).map(|job| details.get(job).user.to_owned()).collect::<Vec<_>>();
        assert_eq!(names(&details), ["a", "b", "", ""]);
        details.keep(&[false, true, true, true]);
        assert_eq!((details.get(0).name, details.get(0).earlier.len()), ("one", 1));
        let mut all = Details::default();
        all.append(2, 3, &details).expect("room");
        assert_eq!(names(&all), ["", "", "b", ""]);
        assert_eq!((all.get(2).earlier[0].reason, all.reason(2)), (Some(Reason::Spot), None));
    }
}
