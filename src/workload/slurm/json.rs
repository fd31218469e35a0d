//! `sacct --json`: a document with a list `jobs`, of which each is read and forgotten.
//!
//! Source: Slurm's `src/plugins/data_parser/v0.0.39` to `v0.0.42`, `parsers.c` (`PARSER_ARRAY(JOB)`, `PARSER_ARRAY(STEP)`),
//! <https://github.com/SchedMD/slurm>, read 2026-11-28. A number that may be unset is `{set, infinite, number}`; `mem` of
//! trackable resources is MiB, of what a step used (`tres/requested/max`, which `sacct` calls MaxRSS) bytes. Times are
//! seconds of the Unix epoch. A job becomes the fields that a row of `sacct --parsable2` has, so both mean the same.

use crate::model::said::Said;
use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The columns that a job has here.
pub(super) const HEADER: &str = "JobID|Submit|State|Start|Eligible|ElapsedRaw|AllocTRES|ReqTRES|Restarts|NNodes|ReqMem|ReqCPUS|\
Partition|User|Account|JobName|QOS|ExitCode";

/// A number, or none: unset, infinite, `null`.
#[derive(Clone, Copy, Debug, Default)]
struct Number(Option<u64>);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Number, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Number;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number")
            }

            fn visit_u64<E>(self, number: u64) -> Result<Number, E> {
                Ok(Number(Some(number)))
            }

            fn visit_i64<E>(self, _: i64) -> Result<Number, E> {
                Ok(Number(None))
            }

            fn visit_unit<E>(self) -> Result<Number, E> {
                Ok(Number(None))
            }

            fn visit_str<E>(self, text: &str) -> Result<Number, E> {
                Ok(Number(text.parse().ok()))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Number, A::Error> {
                let (mut set, mut number) = (true, None);
                while let Some(key) = map.next_key::<Part>()? {
                    match key {
                        Part::Set => set &= map.next_value::<bool>()?,
                        Part::Infinite => set &= !map.next_value::<bool>()?,
                        Part::Number => number = map.next_value::<Number>()?.0,
                        Part::Other => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                Ok(Number(number.filter(|_| set)))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// A key of a [`Number`].
#[derive(serde::Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Part {
    Set,
    Infinite,
    Number,
    #[serde(other)]
    Other,
}

/// A text; empty for `null`. Of a list of texts the first ones, which is what a state is.
#[derive(Clone, Debug, Default)]
struct Text<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Text<'a>, D::Error> {
        struct Reader<'a>(PhantomData<&'a str>);
        impl<'de: 'a, 'a> Visitor<'de> for Reader<'a> {
            type Value = Text<'a>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'a>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Text<'a>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Text<'a>, E> {
                Ok(Text(Cow::Owned(number.to_string())))
            }

            fn visit_unit<E>(self) -> Result<Text<'a>, E> {
                Ok(Text::default())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut texts: A) -> Result<Text<'a>, A::Error> {
                let first: Option<Text<'a>> = texts.next_element()?;
                let mut first = first.unwrap_or_default();
                while let Some(next) = texts.next_element::<Text<'a>>()? {
                    // A flag beside the state: the job was put back into the queue.
                    if next.0.starts_with("REQUEUE") || next.0 == "SPECIAL_EXIT" {
                        first = next;
                    }
                }
                Ok(first)
            }
        }
        deserializer.deserialize_any(Reader(PhantomData))
    }
}

#[derive(serde::Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Array<'a> {
    job_id: Number,
    task_id: Number,
    #[serde(borrow)]
    task: Text<'a>,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Het {
    job_id: Number,
    job_offset: Number,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Time {
    elapsed: Number,
    eligible: Number,
    start: Number,
    submission: Number,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct State<'a> {
    #[serde(borrow)]
    current: Text<'a>,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Exit {
    return_code: Number,
    signal: Signal,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Signal {
    #[serde(alias = "signal_id")]
    id: Number,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Required {
    #[serde(rename = "CPUs")]
    cpus: Number,
    memory_per_cpu: Number,
    memory_per_node: Number,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Resource<'a> {
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow)]
    name: Text<'a>,
    count: Number,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Resources<'a> {
    #[serde(borrow)]
    allocated: Vec<Resource<'a>>,
    #[serde(borrow)]
    requested: Vec<Resource<'a>>,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Step<'a> {
    #[serde(borrow)]
    tres: StepResources<'a>,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct StepResources<'a> {
    #[serde(borrow)]
    allocated: Vec<Resource<'a>>,
    #[serde(borrow)]
    requested: Used<'a>,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Used<'a> {
    #[serde(borrow)]
    max: Vec<Resource<'a>>,
}

/// A job as `sacct --json` has it; other keys are ignored.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(super) struct Job<'a> {
    job_id: Number,
    #[serde(borrow)]
    array: Array<'a>,
    het: Het,
    time: Time,
    #[serde(borrow)]
    state: State<'a>,
    exit_code: Exit,
    restart_cnt: Number,
    allocation_nodes: Number,
    required: Required,
    #[serde(borrow)]
    tres: Resources<'a>,
    #[serde(borrow)]
    steps: Vec<Step<'a>>,
    #[serde(borrow)]
    partition: Text<'a>,
    #[serde(borrow)]
    user: Text<'a>,
    #[serde(borrow)]
    account: Text<'a>,
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    qos: Text<'a>,
}

/// Larger amounts of memory are no amounts: unset fields of 64 bits.
const MOST_BYTES: u64 = 1 << 52;

impl<'a> Job<'a> {
    /// The job of this text, an object.
    pub(super) fn parse(text: &'a [u8]) -> Result<Job<'a>, Said> {
        serde_json::from_slice(text).map_err(|error| {
            // Its own place counts from the start of the job.
            let text = error.to_string();
            text.split(" at line ").next().unwrap_or_default().into()
        })
    }

    /// What the columns [`HEADER`] hold of it, each in its buffer.
    pub(super) fn fields(&self, fields: &mut [String; 18]) {
        fields.iter_mut().for_each(String::clear);
        let [id, submit, state, start, eligible, elapsed, allocated, requested, rest @ ..] = fields;
        let [restarts, nodes, memory, cpus, partition, user, account, name, qos, exit] = rest;
        self.id(id);
        let put = |field: &mut String, Number(number): Number| {
            if let Some(number) = number {
                write!(field, "{number}").expect("a string takes it");
            }
        };
        let positive = |Number(number): Number| Number(number.filter(|number| *number > 0));
        put(submit, positive(self.time.submission));
        put(start, positive(self.time.start));
        put(eligible, positive(self.time.eligible));
        put(elapsed, self.time.elapsed);
        put(restarts, self.restart_cnt);
        put(nodes, positive(self.allocation_nodes));
        put(cpus, self.required.cpus);
        resources(&self.tres.allocated, allocated);
        resources(&self.tres.requested, requested);
        let per = [(self.required.memory_per_node, 'n'), (self.required.memory_per_cpu, 'c')];
        if let Some((mib, letter)) = per.iter().find_map(|(Number(mib), letter)| Some(((*mib)?, letter))) {
            write!(memory, "{mib}M{letter}").expect("a string takes it");
        }
        let texts = [
            (state, &self.state.current),
            (partition, &self.partition),
            (user, &self.user),
            (account, &self.account),
            (name, &self.name),
            (qos, &self.qos),
        ];
        for (field, text) in texts {
            field.push_str(&text.0);
        }
        if let Some(code) = self.exit_code.return_code.0.or(self.exit_code.signal.id.0) {
            let signal = self.exit_code.signal.id.0.unwrap_or_default();
            let code = if self.exit_code.return_code.0.is_some() { code } else { 0 };
            write!(exit, "{code}:{signal}").expect("a string takes it");
        }
    }

    fn id(&self, id: &mut String) {
        let of_array = self.array.job_id.0.filter(|job| *job > 0);
        let of_het = self.het.job_id.0.filter(|job| *job > 0);
        let written = match (of_array, self.array.task_id.0, of_het) {
            (Some(job), Some(task), _) => write!(id, "{job}_{task}"),
            (Some(job), None, _) if !self.array.task.0.is_empty() => {
                write!(id, "{job}_[{}]", self.array.task.0)
            }
            (_, _, Some(job)) => write!(id, "{job}+{}", self.het.job_offset.0.unwrap_or_default()),
            _ => match self.job_id.0 {
                Some(job) => write!(id, "{job}"),
                None => Ok(()),
            },
        };
        written.expect("a string takes it");
    }

    /// Most memory that a task of a step used [bytes].
    pub(super) fn most_used(&self) -> u64 {
        let memory = |step: &Step<'_>| memory(&step.tres.requested.max);
        self.steps.iter().map(memory).max().unwrap_or_default()
    }

    /// Most memory that a step had in all [MiB].
    pub(super) fn most_allocated(&self) -> u64 {
        self.steps.iter().map(|step| memory(&step.tres.allocated)).max().unwrap_or_default()
    }

    pub(super) const fn steps(&self) -> usize {
        self.steps.len()
    }
}

fn memory(resources: &[Resource<'_>]) -> u64 {
    let memory = resources.iter().find(|resource| resource.kind.0 == "mem").and_then(|memory| memory.count.0);
    memory.filter(|count| *count < MOST_BYTES).unwrap_or_default()
}

/// As `AllocTRES` has them: `cpu=4,mem=4096M,node=1,gres/gpu:a100=2`.
fn resources(resources: &[Resource<'_>], field: &mut String) {
    for Resource { kind, name, count } in resources {
        let Number(Some(count)) = *count else { continue };
        let comma = if field.is_empty() { "" } else { "," };
        let written = match (&*kind.0, &*name.0) {
            ("mem", _) => write!(field, "{comma}mem={count}M"),
            ("gres", name) => write!(field, "{comma}gres/{name}={count}"),
            (kind @ ("cpu" | "node"), _) => write!(field, "{comma}{kind}={count}"),
            _ => Ok(()),
        };
        written.expect("a string takes it");
    }
}
