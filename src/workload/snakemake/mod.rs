//! What Snakemake says of its jobs: its log, events of logger plugins as JSON lines, and benchmark files.
//!
//! Source: snakemake/snakemake 9.27 (`logging.py`, `benchmark.py`, `jobs.py`) and what it writes; "Available Log Events" of
//! snakemake-interface-logger-plugins 2.1; <https://snakemake.readthedocs.io/en/stable/snakefiles/rules.html> (benchmark rules,
//! resources); read 2026-11-28.
//!
//! * A log has each job when Snakemake starts or submits it, with rule, threads (1 is not written) and resources, and when it
//!   is finished or in error; so a job that another system ran has its wait for that in its run time, unless its benchmark
//!   file is read, too. A rule with a message of its own is written without threads and resources. Times are of the zone of the
//!   clock that wrote them. A job that is restarted is one job, with earlier attempts.
//! * Events of JSON lines are the same: `event` is `job_info`, `job_finished` or `job_error`, the time is `created`, `timestamp`,
//!   `time` or `asctime`.
//! * A benchmark file has how long its rule ran and the most memory, and neither a time nor an id: the file's name stands for
//!   the rule, and without a log all are submitted at once. Only extended ones have threads and resources.
//!
//! All files are read together, so that a benchmark finds its job.

mod jobs;
mod text;

use std::io::BufRead;

use serde_json::{Map, Value};

pub use self::jobs::Reader;
use self::jobs::{Event, Info, Resources};
use super::Refusal;
use super::clock::millis;
use super::lines::Lines;
use super::quantity::{MIB, amount, count, memory, seconds};
use crate::model::said::Said;
use crate::model::time::Zone;
use crate::workload::words;

/// Most threads and GPUs of a job.
const MOST: u32 = 1_000_000;

impl Reader {
    /// Reads one file; `path` is what a benchmark is known by.
    pub fn read(&mut self, input: impl BufRead, path: &str, zone: &Zone) -> Result<(), Refusal> {
        let mut lines = Lines::new(input);
        let mut log = text::Log::default();
        let mut benchmark: Option<Vec<String>> = None;
        self.begin();
        while let Some(line) = lines.next()? {
            let text = line.text.trim_end();
            if line.cut {
                self.draft.skip(line.too_long());
                continue;
            }
            let (number, refused) = (line.number, |reason| Refusal { line: Some(line.number), reason });
            if text.starts_with("s\th:m:s\t") {
                benchmark = Some(text.split('\t').map(str::to_owned).collect());
            } else if text.starts_with('{') {
                match serde_json::from_str(text) {
                    Ok(Value::Object(fields)) => {
                        if let Err(reason) = self.object(&fields, path, number, zone) {
                            self.draft.skip(refused(reason));
                        }
                    }
                    _ => self.draft.skip(refused(words::not_json())),
                }
            } else if let Some(header) = &benchmark {
                if text.is_empty() {
                    continue;
                }
                let cells: Vec<&str> = text.split('\t').collect();
                let row = match cells.len() == header.len() {
                    true => of_cells(header, &cells),
                    false => Err(words::fields_the_header_has(cells.len(), header.len())),
                };
                match row {
                    Ok(row) => self.benchmark(path, number, row),
                    Err(reason) => self.draft.skip(refused(reason)),
                }
            } else if let Err(reason) = log.line(text, number, zone, self) {
                self.draft.skip(refused(reason));
            }
        }
        log.end(self);
        Ok(())
    }

    /// An event of a logger plugin, or a benchmark as JSON.
    fn object(
        &mut self,
        fields: &Map<String, Value>,
        path: &str,
        line: u64,
        zone: &Zone,
    ) -> Result<(), Said> {
        let text = |name: &str| match fields.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        if fields.contains_key("h:m:s") {
            let (names, cells): (Vec<String>, Vec<String>) =
                fields.keys().map(|name| (name.clone(), text(name))).unzip();
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            let mut row = of_cells(&names, &cells)?;
            if let Some(Value::Object(resources)) = fields.get("resources") {
                row.resources = resources_of(resources)?;
            }
            self.benchmark(path, line, row);
            return Ok(());
        }
        let event = text("event").to_ascii_lowercase();
        let event = event.rsplit('.').next().unwrap_or_default();
        if !matches!(event, "job_info" | "job_finished" | "job_error") {
            return Ok(());
        }
        let time = ["created", "timestamp", "time", "asctime"].iter().map(|name| text(name));
        let time =
            time.into_iter().find(|text| !text.is_empty()).ok_or_else(words::an_event_without_a_time_2)?;
        let at = instant(&time, zone)?;
        let id = ["jobid", "job_id"].iter().map(|name| text(name)).find(|text| !text.is_empty());
        let id = id.ok_or_else(words::an_event_without_a_job)?;
        let event = match event {
            "job_finished" => Event::Finished,
            "job_error" => Event::Failed(None),
            _ => {
                let resources = match fields.get("resources") {
                    Some(Value::Object(resources)) => resources_of(resources)?,
                    _ => Resources::default(),
                };
                let wildcards = fields.get("wildcards").and_then(Value::as_object);
                let wildcards = wildcards.into_iter().flatten();
                let wildcards: Vec<String> =
                    wildcards.map(|(key, value)| format!("{key}={}", plain(value))).collect();
                let benchmark = match fields.get("benchmark") {
                    Some(Value::Array(files)) => files.first().map(plain).unwrap_or_default(),
                    Some(value @ Value::String(_)) => plain(value),
                    _ => String::new(),
                };
                let rule = text("rule_name");
                Event::Info(Box::new(Info {
                    rule: if rule.is_empty() { text("rule") } else { rule },
                    wildcards: wildcards.join(", "),
                    benchmark,
                    threads: match text("threads") {
                        text if text.is_empty() => None,
                        text => Some(threads(&text)?),
                    },
                    resources,
                    local: fields.get("local").and_then(Value::as_bool).unwrap_or_default(),
                    has_output: true,
                    ..Info::default()
                }))
            }
        };
        self.event(&id, at, line, event);
        Ok(())
    }
}

/// What a row of a benchmark says.
#[derive(Clone, Debug, Default)]
struct Benchmark {
    run_seconds: u32,
    peak_memory_mib: Option<u32>,
    rule: String,
    threads: Option<u32>,
    resources: Resources,
}

fn of_cells(names: &[String], cells: &[&str]) -> Result<Benchmark, Said> {
    let mut row = Benchmark::default();
    let mut timed = false;
    for (name, cell) in names.iter().zip(cells) {
        let cell = cell.trim();
        if matches!(cell, "" | "NA" | "-") {
            continue;
        }
        match name.as_str() {
            "s" => {
                row.run_seconds = seconds(cell, "s")?;
                timed = true;
            }
            // In MiB, as the process was divided by 1024 · 1024.
            "max_rss" => {
                let mib = super::quantity::memory_mib(amount(cell, "max_rss")?, MIB, "max_rss")?;
                row.peak_memory_mib = Some(mib).filter(|mib| *mib < u32::MAX);
            }
            "rule_name" => cell.clone_into(&mut row.rule),
            "threads" => row.threads = Some(threads(cell)?),
            "resources" => row.resources = text::of_python(cell)?,
            _ => {}
        }
    }
    if timed { Ok(row) } else { Err(words::a_benchmark_without_s()) }
}

fn threads(text: &str) -> Result<u32, Said> {
    count(amount(text, "threads")?, "threads", MOST)
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn resources_of(fields: &Map<String, Value>) -> Result<Resources, Said> {
    let mut resources = Resources::default();
    for (name, value) in fields {
        resources.set(name, &plain(value))?;
    }
    Ok(resources)
}

impl Resources {
    /// Takes a resource by its name; those that decide nothing here are passed over.
    fn set(&mut self, name: &str, value: &str) -> Result<(), Said> {
        let value = value.trim().trim_matches(['\'', '"']);
        // What is not known before the job runs.
        if value.is_empty() || value == "<TBD>" || value == "None" {
            return Ok(());
        }
        match name {
            "mem_mb" => self.memory_mib = megabytes(value)?,
            "mem_mib" if self.memory_mib == 0 => self.memory_mib = memory(value, name, MIB)?,
            "mem" if self.memory_mib == 0 => {
                self.memory_mib = match value.strip_suffix(" MB") {
                    Some(number) => megabytes(number)?,
                    None => memory(value, name, MIB)?,
                };
            }
            "gpu" | "gpus" | "nvidia_gpu" => {
                self.gpus = Some(count(amount(value, name)?, name, u16::MAX.into())?);
            }
            "nodes" => self.nodes = count(amount(value, name)?, name, MOST)?.max(1),
            "slurm_partition" | "partition" | "queue" => value.clone_into(&mut self.queue),
            "slurm_account" | "account" => value.clone_into(&mut self.account),
            _ => {}
        }
        Ok(())
    }
}

/// Snakemake's MB are 1,000,000 bytes (`mem_mb=500` stands beside `mem_mib=477`); rounded up.
fn megabytes(text: &str) -> Result<u32, Said> {
    super::quantity::memory_mib(amount(text, "mem_mb")?, 1_000_000, "mem_mb")
}

/// A time [ms of the Unix epoch]: seconds of the Unix epoch with a fraction, or date and time.
fn instant(text: &str, zone: &Zone) -> Result<u64, Said> {
    let wrong = || words::is_not_a_time_from_2000(text);
    // Python's logging has a comma before the milliseconds.
    let text = text.replace(',', ".");
    let number = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let found = match (number, text.split_once('.')) {
        (true, Some((second, fraction))) => millis(&format!("{second}{:0<3.3}", fraction), zone),
        (true, None) => millis(&format!("{text}000"), zone),
        (false, _) => millis(&text, zone),
    };
    found.ok_or_else(wrong)
}
