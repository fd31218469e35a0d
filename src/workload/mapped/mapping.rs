//! Which columns are which fields, in what unit, and values of fields without a column.

use std::collections::BTreeMap;

use csv::ByteRecord;

use crate::workload::quantity::{memory_unit, time_unit};
use crate::workload::wanted::entry;
use crate::workload::words;

/// What can be mapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    JobId,
    SubmittedAt,
    SubmitSeconds,
    StartedAt,
    EndedAt,
    RunSeconds,
    Vcpus,
    MemoryMib,
    MemoryGib,
    Gpus,
    Nodes,
    Queue,
    Status,
    ExitCode,
    Attempts,
    DependsOn,
    JobDefinition,
    Name,
    User,
    Account,
    Share,
    Tags,
    InstanceType,
    SchedulingPriority,
    Reason,
    WaitSeconds,
    PeakMemoryMib,
    EarlierAttempts,
}

use Field as F;

/// Every field, in the order of [`FIELDS`].
const ALL: [Field; FIELDS.len()] = [
    F::JobId,
    F::SubmittedAt,
    F::SubmitSeconds,
    F::StartedAt,
    F::EndedAt,
    F::RunSeconds,
    F::Vcpus,
    F::MemoryMib,
    F::MemoryGib,
    F::Gpus,
    F::Nodes,
    F::Queue,
    F::Status,
    F::ExitCode,
    F::Attempts,
    F::DependsOn,
    F::JobDefinition,
    F::Name,
    F::User,
    F::Account,
    F::Share,
    F::Tags,
    F::InstanceType,
    F::SchedulingPriority,
    F::Reason,
    F::WaitSeconds,
    F::PeakMemoryMib,
    F::EarlierAttempts,
];

/// Names of what can be mapped.
pub const FIELDS: [&str; 28] = [
    "job_id",
    "submitted_at",
    "submit_seconds",
    "started_at",
    "ended_at",
    "run_seconds",
    "vcpus",
    "memory_mib",
    "memory_gib",
    "gpus",
    "nodes",
    "queue",
    "status",
    "exit_code",
    "attempts",
    "depends_on",
    "job_definition",
    "name",
    "user",
    "account",
    "share",
    "tags",
    "instance_type",
    "scheduling_priority",
    "reason",
    "wait_seconds",
    "peak_memory_mib",
    "earlier_attempts",
];

impl Field {
    pub(super) const fn name(self) -> &'static str {
        FIELDS[self as usize]
    }

    /// What a word after a column's name says about the numbers in it, and which words there are.
    fn unit(self, word: &str) -> Option<Said> {
        match self {
            F::RunSeconds | F::WaitSeconds | F::SubmitSeconds => time_unit(word).map(Said::Unit),
            F::SubmittedAt | F::StartedAt | F::EndedAt => match word {
                "ns" => Some(Said::Unit(0)),
                word => time_unit(word).map(Said::Unit),
            },
            F::MemoryMib | F::MemoryGib | F::PeakMemoryMib if word == "job" => Some(Said::OfJob),
            F::MemoryMib | F::MemoryGib | F::PeakMemoryMib => memory_unit(word).map(Said::Unit),
            F::Vcpus | F::Gpus => match word {
                "milli" => Some(Said::Unit(1)),
                "one" => Some(Said::Unit(1000)),
                "job" => Some(Said::OfJob),
                _ => None,
            },
            _ => None,
        }
    }

    const fn units(self) -> &'static str {
        match self {
            F::RunSeconds | F::WaitSeconds | F::SubmitSeconds => "us, ms, s, min, h, d",
            F::SubmittedAt | F::StartedAt | F::EndedAt => "s, ms, us, ns of the Unix epoch or of the trace",
            F::MemoryMib | F::MemoryGib | F::PeakMemoryMib => {
                "bytes, KB, MB, GB, TB, and `job` for the whole job"
            }
            F::Vcpus | F::Gpus => "one, milli, and `job` for the whole job",
            _ => "none",
        }
    }
}

enum Said {
    /// Microseconds of a time, bytes of a memory, thousandths of a count; 0 for a nanosecond.
    Unit(u64),
    /// It is of all nodes.
    OfJob,
}

/// Where a field stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) column: usize,
    /// What a number alone is: microseconds of a time (0 for a nanosecond), bytes of a memory, thousandths of a count; `None`
    /// where nobody said.
    pub(super) unit: Option<u64>,
    /// Whether it is of all nodes of the job.
    pub(super) of_job: bool,
}

/// Which columns are which fields, and values of fields without a column.
#[derive(Clone, Debug)]
pub struct Mapping {
    columns: BTreeMap<Field, String>,
    /// By field; empty for none.
    defaults: Vec<String>,
    pub(super) delimiter: u8,
    /// vCPUs and GPUs of the largest node: wider jobs become several. `None` where they stay as they are.
    pub(super) widest: (Option<u32>, Option<u16>),
}

impl Default for Mapping {
    fn default() -> Mapping {
        let defaults = vec![String::new(); FIELDS.len()];
        Mapping { columns: BTreeMap::new(), defaults, delimiter: b',', widest: (None, None) }
    }
}

impl Mapping {
    /// The mapping of entries such as `run_seconds=duration:h` and of defaults such as `vcpus=8`.
    pub fn parse(columns: &[String], defaults: &[String]) -> Result<Mapping, crate::model::said::Said> {
        let mut mapping = Mapping { columns: entries(columns)?, ..Mapping::default() };
        for (field, value) in entries(defaults)? {
            mapping.defaults[field as usize] = value;
        }
        Ok(mapping)
    }

    /// With another character between fields: the character itself, or `tab`, `space`, `comma`, `semicolon`, `pipe`.
    pub fn delimited(self, text: &str) -> Result<Mapping, crate::model::said::Said> {
        let delimiter = match (text, text.as_bytes()) {
            ("tab" | "\\t", _) => b'\t',
            ("space", _) => b' ',
            ("comma", _) => b',',
            ("semicolon", _) => b';',
            ("pipe", _) => b'|',
            (_, [byte]) if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => *byte,
            _ => return Err(words::is_no_delimiter_one_character(text)),
        };
        Ok(Mapping { delimiter, ..self })
    }

    /// With nodes of at most so many vCPUs and GPUs.
    #[must_use]
    pub fn split(self, vcpus: Option<u32>, gpus: Option<u16>) -> Mapping {
        Mapping { widest: (vcpus.filter(|it| *it > 0), gpus.filter(|it| *it > 0)), ..self }
    }

    pub(super) fn default_of(&self, field: Field) -> &str {
        &self.defaults[field as usize]
    }
}

fn entries(texts: &[String]) -> Result<BTreeMap<Field, String>, crate::model::said::Said> {
    let mut entries = BTreeMap::new();
    for text in texts {
        let (name, value) = entry(text)?;
        let field = ALL.into_iter().find(|field| field.name() == name);
        let field = field.ok_or_else(|| words::is_no_field_of_a_job(name))?;
        if entries.insert(field, value.to_owned()).is_some() {
            return Err(words::is_given_twice_2(name));
        }
    }
    Ok(entries)
}

/// Where each field of a file stands.
pub(super) struct Columns {
    places: [Option<Place>; FIELDS.len()],
    known: [bool; FIELDS.len()],
    names: Vec<String>,
    /// Names of columns that are no field.
    pub(super) unread: Vec<String>,
}

impl Columns {
    pub(super) fn new(header: &ByteRecord, mapping: &Mapping) -> Result<Columns, crate::model::said::Said> {
        let name = |cell: &[u8]| {
            let cell = cell.strip_prefix(b"\xef\xbb\xbf").unwrap_or(cell).trim_ascii();
            String::from_utf8_lossy(cell).into_owned()
        };
        let names: Vec<String> = header.iter().map(name).collect();
        let mut places = [None; FIELDS.len()];
        for field in ALL {
            let text = mapping.columns.get(&field);
            places[field as usize] = match text {
                Some(text) => Some(place(field, text, &names)?),
                None => names.iter().position(|name| name == field.name()).map(|column| Place {
                    column,
                    unit: None,
                    of_job: false,
                }),
            };
        }
        let read = |column: &usize| places.iter().flatten().any(|place: &Place| place.column == *column);
        let unread =
            (0..names.len()).filter(|column| !read(column)).map(|column| names[column].clone()).collect();
        let known =
            ALL.map(|field| places[field as usize].is_some() || !mapping.default_of(field).is_empty());
        let columns = Columns { places, known, names, unread };
        match columns.missing() {
            None => Ok(columns),
            Some(missing) => {
                let other = [('\t', "tab"), (';', ";"), ('|', "|")];
                let other =
                    other.into_iter().find(|(letter, _)| columns.names.iter().any(|it| it.contains(*letter)));
                let hint = other.map_or_else(Default::default, |(_, word)| words::is_it_delimiter(word));
                Err(words::there_is_no_column_for_2(missing, &hint))
            }
        }
    }

    /// What a job needs and no column has.
    fn missing(&self) -> Option<&'static str> {
        if !self.has(F::Vcpus) {
            return Some("`vcpus`");
        }
        if self.place(F::SubmittedAt).or(self.place(F::SubmitSeconds)).is_none() {
            return Some("`submitted_at` or `submit_seconds`");
        }
        let both = self.place(F::StartedAt).and(self.place(F::EndedAt)).is_some();
        (!self.has(F::RunSeconds) && !both).then_some("`run_seconds`, or `started_at` and `ended_at`")
    }

    pub(super) const fn place(&self, field: Field) -> Option<Place> {
        self.places[field as usize]
    }

    /// Whether it has a column or a default.
    pub(super) const fn has(&self, field: Field) -> bool {
        self.known[field as usize]
    }

    /// What the column of a field is called.
    pub(super) fn name(&self, field: Field) -> &str {
        self.place(field).map_or("", |place| self.names[place.column].as_str())
    }
}

/// The place of `COLUMN`, `COLUMN:UNIT` or `COLUMN:UNIT:job`.
fn place(field: Field, text: &str, names: &[String]) -> Result<Place, crate::model::said::Said> {
    let mut place = Place { column: 0, unit: None, of_job: false };
    let mut rest = text;
    loop {
        if let Some(column) = names.iter().position(|name| name == rest) {
            return Ok(Place { column, ..place });
        }
        let Some((before, word)) = rest.rsplit_once(':') else { break };
        match field.unit(word.trim()) {
            Some(Said::Unit(unit)) if place.unit.is_none() => place.unit = Some(unit),
            Some(Said::OfJob) if !place.of_job => place.of_job = true,
            _ if names.iter().any(|name| name == before.trim()) => {
                return Err(words::is_no_unit_of_there(word, field.name(), field.units()));
            }
            _ => break,
        }
        rest = before.trim();
    }
    Err(words::there_is_no_column_for(text, field.name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_its_name() {
        for (place, field) in ALL.into_iter().enumerate() {
            assert_eq!((field as usize, field.name()), (place, FIELDS[place]));
        }
    }

    #[test]
    fn a_column_may_have_a_unit_or_a_colon() {
        let names = ["length".to_owned(), "a:h".into(), "mem:GB".into(), "mem".into()];
        let of = |field, text| place(field, text, &names).map(|it| (it.column, it.unit, it.of_job));
        assert_eq!(of(F::RunSeconds, "length"), Ok((0, None, false)));
        assert_eq!(of(F::RunSeconds, "length:h"), Ok((0, Some(3_600_000_000), false)));
        assert_eq!(of(F::RunSeconds, "a:h"), Ok((1, None, false)));
        assert_eq!(of(F::RunSeconds, "a:h:ms"), Ok((1, Some(1000), false)));
        assert_eq!(of(F::MemoryMib, "mem:GB"), Ok((2, None, false)));
        assert_eq!(of(F::MemoryMib, "mem:KB:job"), Ok((3, Some(1024), true)));
        assert_eq!(of(F::Vcpus, "mem:milli"), Ok((3, Some(1), false)));
        for wrong in ["length:parsec", "other", "other:h", "length:h:h"] {
            assert!(of(F::RunSeconds, wrong).is_err(), "{wrong}");
        }
    }
}
