//! One row of a CSV as a job.

use std::num::NonZeroU8;

use csv::ByteRecord;

use super::mapping::{Columns, Field, Mapping};
use super::status::Status;
use super::{Counts, Reading};
use crate::model::decimal::Decimal;
use crate::model::said::Said;
use crate::model::time::Zone;
use crate::workload::csv::{HIGHEST_PRIORITY, MOST_ATTEMPTS, number, small};
use crate::workload::detail::{Detail, Reason, parse_attempts, tag_pairs, tags};
use crate::workload::quantity::{MIB, amount, count, memory_mib, memory_unit, seconds, span};
use crate::workload::words;
use crate::workload::{Job, LONGEST_SECONDS, MICROS, Recorded};

/// Most vCPUs of a node, and most nodes.
const MOST: u32 = 1_000_000;

/// The second of the Unix epoch at which 2000 begins: smaller numbers are seconds of a trace.
const YEAR_2000: u64 = 946_684_800;

pub(super) struct Row<'a> {
    pub(super) columns: &'a Columns,
    pub(super) mapping: &'a Mapping,
    pub(super) record: &'a ByteRecord,
    pub(super) zone: &'a Zone,
}

/// vCPUs, GPUs and memory of a node, and nodes.
struct Size {
    vcpus: u32,
    gpus: u16,
    memory_mib: u32,
    nodes: u32,
}

impl<'a> Row<'a> {
    /// Adds the row's job, unless it is left out and counted.
    pub(super) fn add(&self, number: u64, line: u64, reading: &mut Reading) -> Result<(), Said> {
        let Reading { draft, counts } = reading;
        let (recorded, reason) = match self.status()? {
            Status::Ended(recorded, reason) => (recorded, reason),
            Status::Unfinished => {
                draft.dropped.unfinished += 1;
                return Ok(());
            }
            Status::Cached => {
                draft.dropped.never_ran += 1;
                counts.cached += 1;
                return Ok(());
            }
        };
        let run_seconds = match (self.run_seconds(counts)?, recorded) {
            (None | Some(0), Recorded::Cancelled) => {
                draft.dropped.never_ran += 1;
                return Ok(());
            }
            (None, _) => {
                draft.dropped.no_run_time += 1;
                return Ok(());
            }
            (Some(seconds), _) => seconds,
        };
        let Some(Size { vcpus, gpus, memory_mib, nodes }) = self.size(counts)? else {
            draft.dropped.no_processors += 1;
            return Ok(());
        };
        let submit = self.submit(counts)?;
        let tags = normal(self.text(Field::Tags)?);
        let mut detail = self.detail(&tags, (recorded, reason), (submit, nodes), counts)?;
        if self.text(Field::Reason)?.is_empty() && self.says_only_a_code()? {
            detail.reason = detail.reason.map(|reason| reason.of_peak(detail.peak_memory_mib, memory_mib));
        }
        let numbered = number.to_string();
        let id = match draft.numbered {
            true => numbered.as_str(),
            false => Some(self.text(Field::JobId)?)
                .filter(|id| !id.is_empty())
                .ok_or_else(words::the_job_has_no_job_id)?,
        };
        let awaited = self.text(Field::DependsOn)?;
        let job = Job {
            submit_seconds: submit,
            run_seconds,
            vcpus,
            memory_mib,
            nodes,
            gpus,
            attempts: self.attempts(counts)?,
            queue: draft.queue(self.text(Field::Queue)?)?,
            job_definition: draft.job_definition(self.text(Field::JobDefinition)?)?,
            recorded,
        };
        // Whatever can be wrong with the row has been looked at.
        draft.push(job, id, line)?;
        draft.unknown_memory += u64::from(memory_mib == 0);
        if detail != Detail::default() {
            draft.describe(&detail)?;
        }
        for on in awaited.split([' ', ';', ',']).filter(|on| !on.is_empty()) {
            draft.depend(on, 0, true);
        }
        Ok(())
    }

    /// What it says of the job beside its size.
    fn detail<'t>(
        &self,
        tags: &'t str,
        (recorded, reason): (Recorded, Option<Reason>),
        (submit, nodes): (u64, u32),
        counts: &mut Counts,
    ) -> Result<Detail<'t>, Said>
    where
        'a: 't,
    {
        Ok(Detail {
            name: self.text(Field::Name)?,
            user: self.text(Field::User)?,
            account: self.text(Field::Account)?,
            share: self.text(Field::Share)?,
            tags,
            instance_type: self.text(Field::InstanceType)?,
            reason: self.reason(recorded, reason, counts)?,
            wait_seconds: self.wait(submit, counts)?,
            peak_memory_mib: self.peak(nodes, counts)?,
            scheduling_priority: match self.text(Field::SchedulingPriority)? {
                "" => None,
                text => u16::try_from(number(text, "scheduling_priority", HIGHEST_PRIORITY)?).ok(),
            },
            earlier: parse_attempts(self.text(Field::EarlierAttempts)?)?,
        })
    }

    /// What the status says, else the exit code.
    fn status(&self) -> Result<Status, Said> {
        let (text, code) = (self.text(Field::Status)?, self.text(Field::ExitCode)?);
        let of_code = match code {
            "" | "-" => None,
            code => Some(Status::of_exit_code(code).ok_or_else(|| words::exit_code_is_not_a_number(code))?),
        };
        let status = match (text, of_code) {
            ("", Some(of_code)) => return Ok(of_code),
            (text, _) => Status::parse(text)
                .ok_or_else(|| words::status_is_none_of_succeeded_failed_cancelled(text))?,
        };
        Ok(match (status, of_code) {
            // The code says more than `failed` does.
            (Status::Ended(Recorded::Failed, None), Some(Status::Ended(_, reason))) => {
                Status::Ended(Recorded::Failed, reason)
            }
            (status, _) => status,
        })
    }

    /// Whether no word says how it ended, but an exit code.
    fn says_only_a_code(&self) -> Result<bool, Said> {
        let word = self.text(Field::Status)?;
        Ok(Status::of_exit_code(word).is_some()
            || matches!(Status::parse(word), Some(Status::Ended(_, None))))
    }

    fn reason(
        &self,
        recorded: Recorded,
        of_status: Option<Reason>,
        counts: &mut Counts,
    ) -> Result<Option<Reason>, Said> {
        if recorded == Recorded::Succeeded {
            return Ok(None);
        }
        let text = self.text(Field::Reason)?;
        let said = Reason::parse(text).or_else(|| match Status::parse(text) {
            Some(Status::Ended(_, reason)) => reason,
            _ => None,
        });
        counts.reasons += u64::from(said.is_none() && !text.is_empty());
        Ok(said.or(of_status))
    }

    fn attempts(&self, counts: &mut Counts) -> Result<Option<NonZeroU8>, Said> {
        match self.text(Field::Attempts)? {
            "" => Ok(None),
            text => {
                let attempts = count(amount(text, "attempts")?, "attempts", u32::MAX)?;
                counts.attempts += u64::from(attempts > MOST_ATTEMPTS.into());
                Ok(u8::try_from(attempts.min(MOST_ATTEMPTS.into())).ok().and_then(NonZeroU8::new))
            }
        }
    }

    /// What it has; `None` without vCPUs.
    fn size(&self, counts: &mut Counts) -> Result<Option<Size>, Said> {
        let nodes = match self.text(Field::Nodes)? {
            "" => 1,
            text => count(amount(text, "nodes")?, "nodes", MOST)?.max(1),
        };
        let (vcpus, all_vcpus) = self.count(Field::Vcpus, nodes, MOST, counts)?;
        let (gpus, all_gpus) = self.count(Field::Gpus, nodes, u16::MAX.into(), counts)?;
        let memory = match self.memory(Field::MemoryMib, nodes, MIB, counts)? {
            None => self.memory(Field::MemoryGib, nodes, 1 << 30, counts)?,
            known => known,
        };
        if vcpus == 0 {
            return Ok(None);
        }
        let mut uneven = [(vcpus, all_vcpus), (gpus, all_gpus)]
            .iter()
            .any(|(each, all)| all.is_some_and(|all| *each * nodes != all));
        let (widest, most_gpus) = self.mapping.widest;
        let parts = widest
            .map_or(1, |most| vcpus.div_ceil(most))
            .max(most_gpus.map_or(1, |most| gpus.div_ceil(most.into())));
        uneven |= vcpus % parts > 0 || gpus % parts > 0;
        counts.split += u64::from(parts > 1);
        counts.uneven += u64::from(uneven);
        let wide = || words::a_job_of_more_than(MOST);
        Ok(Some(Size {
            vcpus: vcpus.div_ceil(parts),
            gpus: u16::try_from(gpus.div_ceil(parts)).map_err(|_| words::too_many_gpus())?,
            memory_mib: memory.unwrap_or(0).div_ceil(parts),
            nodes: nodes.checked_mul(parts).filter(|nodes| *nodes <= MOST).ok_or_else(wide)?,
        }))
    }

    /// How many each node has, rounded up; and all of them where the column is of the whole job.
    fn count(
        &self,
        field: Field,
        nodes: u32,
        largest: u32,
        counts: &mut Counts,
    ) -> Result<(u32, Option<u32>), Said> {
        let text = self.text(field)?;
        if text.is_empty() {
            counts.without_gpus += u64::from(field == Field::Gpus);
            return Ok((0, None));
        }
        let place = self.columns.place(field);
        let (number, milli) = match text.strip_suffix('m') {
            Some(number) => (number, true),
            None => (text, place.and_then(|place| place.unit) == Some(1)),
        };
        counts.plain[field as usize] |= !milli;
        let mut number = amount(number, field.name())?;
        if milli {
            number /= Decimal::ONE_THOUSAND;
        }
        let whole = count(number, field.name(), largest)?;
        counts.rounded += u64::from(Decimal::from(whole) != number);
        match place.is_some_and(|place| place.of_job) {
            true => Ok((whole.div_ceil(nodes), Some(whole))),
            false => Ok((whole, None)),
        }
    }

    /// Memory of a node [MiB]; `None` for unknown.
    fn memory(&self, field: Field, nodes: u32, own: u64, counts: &mut Counts) -> Result<Option<u32>, Said> {
        let text = match self.text(field)? {
            "" | "-" => return Ok(None),
            text => text,
        };
        let place = self.columns.place(field);
        let end =
            text.find(|it: char| it.is_ascii_alphabetic() && !matches!(it, 'e' | 'E')).unwrap_or(text.len());
        let (number, word) = text.split_at(end);
        let unit = match word.trim() {
            "" => {
                counts.plain[field as usize] = true;
                place.and_then(|place| place.unit).unwrap_or(own)
            }
            word => memory_unit(word).ok_or_else(|| words::has_an_unknown_unit_2(field.name(), text))?,
        };
        let mut number = bytes(number.trim(), field.name())?;
        if place.is_some_and(|place| place.of_job) {
            number /= Decimal::from(nodes);
        }
        let plain = word.trim().is_empty() && place.is_some_and(|place| place.unit.is_none());
        match memory_mib(number, unit, field.name()) {
            Err(_) if plain && field != Field::PeakMemoryMib => {
                counts.too_large = true;
                Ok(Some(u32::MAX))
            }
            memory => memory.map(Some),
        }
    }

    fn peak(&self, nodes: u32, counts: &mut Counts) -> Result<Option<u32>, Said> {
        let peak = self.memory(Field::PeakMemoryMib, nodes, MIB, counts)?;
        Ok(peak.filter(|peak| *peak > 0 && *peak < u32::MAX))
    }

    fn submit(&self, counts: &mut Counts) -> Result<u64, Said> {
        if self.columns.place(Field::SubmittedAt).is_some() {
            let submit = self.instant(Field::SubmittedAt)?;
            return submit.ok_or_else(words::the_job_has_no_submitted_at);
        }
        let text = self.text(Field::SubmitSeconds)?;
        counts.plain[Field::SubmitSeconds as usize] = true;
        let unit = self.columns.place(Field::SubmitSeconds).and_then(|place| place.unit).unwrap_or(MICROS);
        // Cut off as in logs: a job is not submitted later than it was.
        match amount(text, "submit_seconds") {
            Ok(number) => {
                let second = number.checked_mul(Decimal::from(unit)).map(|it| it / Decimal::from(MICROS));
                seconds(&second.unwrap_or(Decimal::MAX).floor().to_string(), "submit_seconds").map(u64::from)
            }
            Err(_) => seconds(text, "submit_seconds").map(u64::from),
        }
    }

    fn run_seconds(&self, counts: &mut Counts) -> Result<Option<u32>, Said> {
        if let Some(seconds) = self.length(Field::RunSeconds, counts)? {
            return Ok(Some(seconds));
        }
        let (Some(start), Some(end)) = (self.instant(Field::StartedAt)?, self.instant(Field::EndedAt)?)
        else {
            return Ok(None);
        };
        if (start < YEAR_2000) != (end < YEAR_2000) {
            return Err(words::of_started_at_and_ended_at_one());
        }
        match end.checked_sub(start) {
            None => Err(words::ended_at_is_before_started_at_the()),
            Some(run) if run > LONGEST_SECONDS => Err(words::it_ran_s_more_than(run)),
            Some(run) => Ok(Some(small(run))),
        }
    }

    /// From the submission to the start [s], where the file says so.
    fn wait(&self, submit: u64, counts: &mut Counts) -> Result<Option<u32>, Said> {
        if let Some(seconds) = self.length(Field::WaitSeconds, counts)? {
            return Ok(Some(seconds).filter(|seconds| *seconds < u32::MAX));
        }
        let start = self.instant(Field::StartedAt)?;
        let alike = start.filter(|start| (*start < YEAR_2000) == (submit < YEAR_2000));
        let wait = alike.and_then(|start| start.checked_sub(submit)).filter(|wait| *wait < LONGEST_SECONDS);
        Ok(wait.map(small))
    }

    /// A length of time [s], where the cell has one.
    fn length(&self, field: Field, counts: &mut Counts) -> Result<Option<u32>, Said> {
        let text = match self.text(field)? {
            "" | "-" => return Ok(None),
            text => text,
        };
        let unit = self.columns.place(field).and_then(|place| place.unit);
        let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        counts.plain[field as usize] |= plain;
        match unit {
            // Most of all.
            None if plain => seconds(text, field.name()).map(Some),
            unit => match amount(text, field.name()) {
                Ok(number) => span(&number.to_string(), field.name(), unit.unwrap_or(MICROS)).map(Some),
                Err(_) => span(text, field.name(), unit.unwrap_or(MICROS)).map(Some),
            },
        }
    }

    /// A second of the Unix epoch from 2000 on, or one of the trace before.
    fn instant(&self, field: Field) -> Result<Option<u64>, Said> {
        let text = self.text(field)?;
        if matches!(text, "" | "-" | "Unknown" | "None" | "N/A") {
            return Ok(None);
        }
        let wrong = || words::is_not_a_time_from_2000_to_2199_such_as(field.name(), text);
        let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
        let numeric = !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit());
        let unit = self.columns.place(field).and_then(|place| place.unit);
        let second = match unit.filter(|_| numeric) {
            Some(unit) => {
                let number: u128 = whole.parse().map_err(|_| wrong())?;
                // A thousand nanoseconds are a microsecond, which has the unit 1.
                let second = match unit {
                    0 => number / 1_000_000_000,
                    unit => number.checked_mul(unit.into()).ok_or_else(wrong)? / u128::from(MICROS),
                };
                u64::try_from(second).map_err(|_| wrong())?
            }
            None if numeric => whole.parse().map_err(|_| wrong())?,
            None => {
                let second = self.zone.second(text).and_then(|second| u64::try_from(second).ok());
                return second.map(Some).ok_or_else(wrong);
            }
        };
        let relative = second < YEAR_2000 && self.columns.place(Field::SubmittedAt).is_none();
        if !relative && self.zone.second(&second.to_string()).is_none() {
            return Err(wrong());
        }
        Ok(Some(second))
    }

    /// The cell, else the default, else nothing.
    fn text(&self, field: Field) -> Result<&'a str, Said> {
        let cell = match self.columns.place(field) {
            Some(place) => self.record.get(place.column).unwrap_or_default(),
            None => return Ok(self.mapping.default_of(field)),
        };
        let text =
            std::str::from_utf8(cell).map(str::trim).map_err(|_| words::is_not_utf_8_2(field.name()))?;
        Ok(match text {
            "" => self.mapping.default_of(field),
            text => text,
        })
    }
}

/// A number of bytes, KB or more, which may be above what other numbers may be.
fn bytes(text: &str, name: &str) -> Result<Decimal, Said> {
    match text.parse::<u64>() {
        Ok(number) if text.bytes().all(|byte| byte.is_ascii_digit()) => Ok(Decimal::from(number)),
        _ => amount(text, name),
    }
}

/// Tags in the form that a workload has, from `k=v;k=v` or `k=v,k=v`.
fn normal(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let commas = !text.contains(';') && text.split(',').all(|part| part.contains('='));
    let pairs = if commas { tag_pairs(&text.replace(',', ";")) } else { tag_pairs(text) };
    tags(pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())))
}
