//! Files of what AWS Batch said: answers of `aws batch describe-jobs`, and "Batch Job State Change" events.
//!
//! Source: AWS Batch user guide (job state change events); Amazon Data Firehose developer guide (records are concatenated as
//! they are); API reference of CloudWatch Logs (FilterLogEvents, subscription filters); Amazon ECS developer guide (container
//! instance state change events, whose attribute `ecs.instance-type` says where a job ran). Read 2026-11-28.
//!
//! JSON values of any number, in lines, concatenated, or in arrays, are read one after the other; what stands before one on a
//! line, such as the time of a log, is passed over. An object is a job by its `jobId`, an event by its `detail`, a line of a
//! log by its `message`, whose text is read in turn; `jobs`, `events` and `logEvents` are lists of these. Of several states of
//! one job its end counts, else the latest. What cannot be read costs its line, or its value if that has several lines.

use std::io::{self, BufRead, Read};

use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::described::{DescribedJob, JobDetail};
use super::{Array, History, MOST_SHOWN};
use crate::bounds::{self, LONGEST_RECORD, mebibytes};
use crate::model::said::Said;
use crate::model::time::parse_utc;
use crate::workload::Refusal;
use crate::workload::words;

/// Deepest nesting of texts that hold JSON: an event, in the line of a log, in what a subscription forwards.
const DEEPEST: u8 = 4;

/// Names of lists whose elements are read one by one.
const LISTS: [&str; 6] = ["jobs", "events", "logEvents", "containerInstances", "jobQueues", "results"];

/// What the files read so far hold.
#[derive(Debug, Default)]
pub struct Saved {
    jobs: FxHashMap<String, State>,
    history: History,
    /// Queues of Fargate.
    fargate: Vec<String>,
    /// Line of the file that is being read.
    line: u64,
}

/// The state of a job that counts so far.
#[derive(Debug)]
struct State {
    /// When it was told [s of the Unix epoch].
    time: Option<i64>,
    status: Box<str>,
    ended: bool,
    array: Option<Array>,
    /// Of a job that ended and is no parent.
    job: Option<Box<super::BatchJob>>,
}

impl Saved {
    /// Reads a file.
    pub fn read(&mut self, input: impl BufRead) -> io::Result<()> {
        let mut input = Pushed { pending: Vec::new(), at: 0, lines: 0, ended_line: true, begun: None, input };
        let mut line = Vec::new();
        loop {
            line.clear();
            self.line = input.lines + 1;
            let length = bounds::line(&mut input, LONGEST_RECORD, &mut line)?;
            if length == 0 {
                return Ok(());
            }
            let cut_off = length as u64 == LONGEST_RECORD && line.last() != Some(&b'\n');
            let Some(rest) = self.values(&line, cut_off, 0) else {
                if cut_off {
                    let reason = words::no_line_or_value_ends(mebibytes(LONGEST_RECORD));
                    return Err(crate::error::refused(io::ErrorKind::InvalidData, reason));
                }
                continue;
            };
            // It goes on beyond the line.
            input.lines -= u64::from(line.last() == Some(&b'\n'));
            input.push(&line[rest..]);
            input.begun = None;
            let mut reader = serde_json::Deserializer::from_reader(&mut input);
            let read = Value { saved: self, depth: 0 }.deserialize(&mut reader);
            if let Err(error) = read {
                if let Some(io) = error.io_error_kind() {
                    return Err(io.into());
                }
                let before = self.line;
                self.line += (error.line() as u64).saturating_sub(1);
                self.skip(words::not_json());
                self.line = before;
                // A row that was cut off is told by the one behind it, which is read for itself.
                if let Some(begun) = input.begun.take() {
                    input.push(&begun);
                    input.ended_line = true;
                } else if !input.ended_line {
                    (&mut input).take(LONGEST_RECORD).skip_until(b'\n')?;
                }
            }
        }
    }

    /// What all of them say.
    #[must_use]
    pub fn history(mut self) -> History {
        let mut there: FxHashMap<&str, u64> = FxHashMap::default();
        for id in self.jobs.keys() {
            if let Some((parent, _)) = id.rsplit_once(':') {
                *there.entry(parent).or_default() += 1;
            }
        }
        for (id, state) in &self.jobs {
            let Some(array) = &state.array else {
                if !state.ended {
                    *self.history.unfinished.entry(state.status.to_string()).or_default() += 1;
                }
                continue;
            };
            let missing =
                u64::from(array.size).saturating_sub(there.get(id.as_str()).copied().unwrap_or_default());
            match state.ended {
                true => self.history.missing_children += missing,
                false if missing > 0 => {
                    *self.history.unfinished.entry(state.status.to_string()).or_default() += missing;
                }
                false => {}
            }
        }
        for (id, state) in self.jobs {
            match (state.array, state.job) {
                (Some(array), _) => {
                    self.history.arrays.insert(id, array);
                }
                (None, Some(mut job)) => {
                    job.fargate |= self.fargate.contains(&job.queue);
                    self.history.jobs.push(*job);
                }
                (None, None) => {}
            }
        }
        self.history
    }

    /// Reads the values of a text; where one begins that the text does not hold to its end, and may go on.
    fn values(&mut self, text: &[u8], goes_on: bool, depth: u8) -> Option<usize> {
        let mut at = 0;
        while let Some(begin) = text[at..].iter().position(|byte| matches!(byte, b'{' | b'[')) {
            at += begin;
            let mut values = serde_json::Deserializer::from_slice(&text[at..]).into_iter::<&RawValue>();
            match values.next() {
                Some(Ok(value)) => {
                    let value = value.get();
                    let read = Value { saved: self, depth }
                        .deserialize(&mut serde_json::Deserializer::from_str(value));
                    if read.is_err() {
                        self.skip(words::not_json());
                    }
                    at += values.byte_offset().max(1);
                }
                // A value over several lines is open at a bracket or a comma.
                Some(Err(error)) if error.is_eof() && depth == 0 && (goes_on || is_open(text)) => {
                    return Some(at);
                }
                // The time of a log in brackets.
                Some(Err(_)) if text[at] == b'[' => at += 1,
                _ => {
                    self.skip(words::not_json());
                    return None;
                }
            }
        }
        None
    }

    fn skip(&mut self, reason: Said) {
        self.history.unreadable += 1;
        if self.history.refusals.len() < MOST_SHOWN {
            self.history.refusals.push(Refusal { line: Some(self.line), reason });
        }
    }

    /// Takes an object by what it has.
    fn object(&mut self, fields: &Fields, depth: u8) {
        let text =
            |field: &Option<Box<RawValue>>| field.as_deref().and_then(|raw| of_json::<String>(raw).ok());
        if let Some(message) =
            fields.message.as_deref().or_else(|| fields.insight()).filter(|_| fields.job_id.is_none())
        {
            match of_json::<String>(message) {
                Ok(message) if depth < DEEPEST => {
                    self.values(message.as_bytes(), false, depth + 1);
                }
                _ => self.history.other_events += 1,
            }
            return;
        }
        if let Some(detail) = fields.detail.as_deref() {
            let time = text(&fields.time).and_then(|time| parse_utc(&time));
            match text(&fields.kind).as_deref() {
                Some("Batch Job State Change") => self.detail(detail.get(), time),
                Some("ECS Container Instance State Change") => self.instance(detail.get()),
                _ => self.history.other_events += 1,
            }
        } else if fields.job_id.is_some() {
            self.detail(&fields.whole(), None);
        } else if fields.others.iter().any(|(key, _)| &**key == "containerInstanceArn") {
            self.instance(&fields.whole());
        } else if fields.others.iter().any(|(key, _)| &**key == "jobQueueName") {
            self.queue(&fields.whole());
        } else if !fields.lists && !fields.others.iter().any(|(key, _)| &**key == "field") {
            self.history.other_events += 1;
        }
    }

    fn detail(&mut self, text: &str, time: Option<i64>) {
        let described = serde_json::from_str::<JobDetail>(text).map_err(|error| {
            let error = error.to_string();
            words::not_a_job_of_aws(error.split(" at line ").next().unwrap_or_default())
        });
        match described.and_then(JobDetail::described) {
            // A node is a part of its job.
            Ok(described) if described.job.id.contains('#') => {}
            Ok(described) => self.take(described, time),
            Err(reason) => self.skip(reason),
        }
    }

    fn take(&mut self, described: DescribedJob, time: Option<i64>) {
        let DescribedJob { array_size, status, job } = described;
        let ended = matches!(status.as_str(), "SUCCEEDED" | "FAILED");
        if let Some(known) = self.jobs.get(&job.id)
            && (known.ended && !ended || known.ended == ended && known.time > time)
        {
            return;
        }
        let id = job.id.clone();
        let array = array_size.map(|size| Array { size, depends_on: job.depends_on.clone() });
        let job = (ended && array.is_none()).then(|| Box::new(job));
        self.jobs.insert(id, State { time, status: status.into(), ended, array, job });
    }

    fn instance(&mut self, text: &str) {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Instance {
            container_instance_arn: String,
            #[serde(default)]
            attributes: Vec<Attribute>,
        }
        #[derive(Deserialize)]
        struct Attribute {
            name: String,
            value: Option<String>,
        }
        let Ok(instance) = serde_json::from_str::<Instance>(text) else {
            return self.skip(words::not_a_container_instance());
        };
        let kind = instance.attributes.into_iter().find(|attribute| attribute.name == "ecs.instance-type");
        if let Some(kind) = kind.and_then(|attribute| attribute.value) {
            self.history.instance_types.insert(instance.container_instance_arn, kind);
        }
    }

    fn queue(&mut self, text: &str) {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Queue {
            job_queue_name: String,
            job_queue_type: Option<String>,
        }
        let Ok(queue) = serde_json::from_str::<Queue>(text) else {
            return self.skip(words::not_a_job_queue());
        };
        if queue.job_queue_type.as_deref() == Some("ECS_FARGATE") {
            self.fargate.push(queue.job_queue_name);
        }
    }
}

fn of_json<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> serde_json::Result<T> {
    serde_json::from_str(raw.get())
}

/// Whether a line ends within a value that spans several.
fn is_open(line: &[u8]) -> bool {
    matches!(line.trim_ascii_end().last(), Some(b'{' | b'[' | b','))
}

/// Fields of an object that tell what it is.
#[derive(Default)]
struct Fields {
    job_id: Option<Box<RawValue>>,
    message: Option<Box<RawValue>>,
    detail: Option<Box<RawValue>>,
    kind: Option<Box<RawValue>>,
    time: Option<Box<RawValue>>,
    /// Whether it has a list that was read.
    lists: bool,
    others: Vec<(Box<str>, Box<RawValue>)>,
}

impl Fields {
    /// The line of a log in an answer of CloudWatch Logs Insights: `{"field": "@message", "value": "…"}`.
    fn insight(&self) -> Option<&RawValue> {
        let of = |name: &str| self.others.iter().find(|(key, _)| &**key == name).map(|(_, value)| &**value);
        of("field").filter(|field| field.get() == r#""@message""#).and_then(|_| of("value"))
    }

    /// The object again, without lists.
    fn whole(&self) -> String {
        let mut text = String::from("{");
        let own = [("jobId", &self.job_id), ("message", &self.message), ("time", &self.time)];
        let own = own.into_iter().filter_map(|(key, value)| Some((key, value.as_deref()?)));
        for (key, value) in own.chain(self.others.iter().map(|(key, value)| (&**key, &**value))) {
            if text.len() > 1 {
                text.push(',');
            }
            text.push_str(&serde_json::Value::from(key).to_string());
            text.push(':');
            text.push_str(value.get());
        }
        text.push('}');
        text
    }
}

/// A value that is read as it comes.
struct Value<'a> {
    saved: &'a mut Saved,
    depth: u8,
}

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Value { saved: &mut *self.saved, depth: self.depth })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut fields = Fields::default();
        let mut size = 0;
        while let Some(key) = map.next_key::<Box<str>>()? {
            if LISTS.contains(&&*key) {
                fields.lists = true;
                map.next_value_seed(Value { saved: &mut *self.saved, depth: self.depth })?;
                continue;
            }
            let value = map.next_value::<Box<RawValue>>()?;
            size += key.len() + value.get().len();
            if size as u64 > LONGEST_RECORD {
                return Err(A::Error::custom(words::an_object_that_is_too().en));
            }
            let place = match &*key {
                "jobId" => &mut fields.job_id,
                "message" => &mut fields.message,
                "detail" => &mut fields.detail,
                "detail-type" => &mut fields.kind,
                "time" => &mut fields.time,
                _ => {
                    fields.others.push((key, value));
                    continue;
                }
            };
            *place = Some(value);
        }
        self.saved.object(&fields, self.depth);
        Ok(())
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        if self.depth < DEEPEST {
            self.saved.values(text.as_bytes(), false, self.depth + 1);
        }
        Ok(())
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        Ok(())
    }
}

/// An input of which some bytes were given back.
struct Pushed<R> {
    pending: Vec<u8>,
    at: usize,
    /// Line breaks read so far.
    lines: u64,
    /// Whether what was read last ended a line.
    ended_line: bool,
    /// What the reader of JSON took of a line behind the first of its value, if a value may begin there.
    begun: Option<Vec<u8>>,
    input: R,
}

impl<R: BufRead> Pushed<R> {
    /// Gives back what was read last.
    fn push(&mut self, bytes: &[u8]) {
        let rest = self.pending.split_off(self.at);
        self.pending.clear();
        self.pending.extend_from_slice(bytes);
        self.pending.extend(rest);
        self.at = 0;
    }
}

impl<R: BufRead> Read for Pushed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let there = self.fill_buf()?;
        let length = there.len().min(buffer.len());
        buffer[..length].copy_from_slice(&there[..length]);
        self.consume(length);
        for byte in &buffer[..length] {
            match (&mut self.begun, byte) {
                (begun, b'\n') => *begun = Some(Vec::new()),
                (Some(begun), b'{' | b'[') if begun.is_empty() => begun.push(*byte),
                (Some(begun), byte) if !begun.is_empty() && (begun.len() as u64) < LONGEST_RECORD => {
                    begun.push(*byte);
                }
                (begun, _) => *begun = None,
            }
        }
        Ok(length)
    }
}

impl<R: BufRead> BufRead for Pushed<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at < self.pending.len() { Ok(&self.pending[self.at..]) } else { self.input.fill_buf() }
    }

    fn consume(&mut self, amount: usize) {
        if self.at < self.pending.len() {
            let read = &self.pending[self.at..self.at + amount];
            self.lines += read.iter().filter(|byte| **byte == b'\n').count() as u64;
            self.ended_line = read.last().map_or(self.ended_line, |last| *last == b'\n');
            self.at += amount;
        } else {
            // Counted where lines are counted at all: the reader of JSON takes byte by byte.
            if let Ok(read) = self.input.fill_buf() {
                let read = &read[..amount.min(read.len())];
                self.lines += read.iter().filter(|byte| **byte == b'\n').count() as u64;
                self.ended_line = read.last().map_or(self.ended_line, |last| *last == b'\n');
            }
            self.input.consume(amount);
        }
    }
}
