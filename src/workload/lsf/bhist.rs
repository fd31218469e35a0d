//! What `bhist -l` prints of jobs: for each a line that names it, its events by time, and tables, wrapped at 80 columns.
//!
//! A line that begins with 21 blanks is the rest of the one before it, in the middle of a word or not. From `Suspended` to
//! `Running` a job has no CPU, so that time is not in its run time.

use std::io::BufRead;

use super::ended::{Termination, of_code, termination_in};
use super::request::Request;
use super::{Log, hosts};
use crate::model::said::Said;
use crate::model::time::Zone;
use crate::workload::detail::{Attempt, Detail, Reason};
use crate::workload::lines::Lines;
use crate::workload::quantity::{amount, count, memory_mib, memory_unit};
use crate::workload::runs::{End, MOST, Run};
use crate::workload::stamps::Stamp;
use crate::workload::words;
use crate::workload::{LONGEST_SECONDS, Recorded, Refusal};

/// What a line begins with that is the rest of the one before it.
const REST: &str = "                     ";

/// Longest line after it was put together [bytes].
const LONGEST: usize = 1 << 20;

/// Reads all jobs; the first line was read already. An error is about the whole text.
pub(super) fn blocks<R: BufRead>(
    first: (String, u64),
    lines: &mut Lines<R>,
    log: &mut Log,
    zone: &Zone,
    year: Option<i32>,
) -> Result<(), Refusal> {
    let mut job: Option<Job> = None;
    let (mut whole, mut number) = first;
    loop {
        let line = lines.next()?;
        if let Some(line) = &line
            && let Some(rest) = line.text.strip_prefix(REST)
        {
            if whole.len() + rest.len() < LONGEST {
                whole.push_str(rest);
            }
            continue;
        }
        if whole.starts_with("Job <") || whole.starts_with("-----") {
            if let Some(job) = job.take() {
                job.add(log)?;
            }
            job = whole.starts_with("Job <").then(|| Job::named(&whole, number));
        } else if let Some(job) = &mut job {
            let read = job.line(whole.trim_end(), zone, year);
            if let Err(reason) = read {
                // A year that nobody gave is missing everywhere.
                if year.is_none() && reason.en.ends_with("`--year`") {
                    return Err(Refusal { line: Some(number), reason });
                }
                job.broken.get_or_insert(Refusal { line: Some(number), reason });
            }
        } else if whole.contains(": Submitted from host <") {
            let reason = words::events_of_a_job_without();
            log.runs.draft.skip(Refusal { line: Some(number), reason });
        }
        match line {
            Some(line) => {
                whole.clear();
                whole.push_str(&line.text);
                number = line.number;
            }
            None => break,
        }
    }
    job.map_or(Ok(()), |job| job.add(log))
}

/// A job as far as it was read.
#[derive(Default)]
struct Job {
    line: u64,
    id: String,
    name: String,
    user: String,
    project: String,
    queue: String,
    /// Why it cannot be read.
    broken: Option<Refusal>,
    submitted: Option<u64>,
    /// The dispatch that has not ended, or of the end.
    started: Option<u64>,
    first_started: Option<u64>,
    ended: Option<u64>,
    /// Since when the attempt is suspended, and how long it was before [s].
    suspended: (Option<u64>, u64),
    done: bool,
    code: i64,
    termination: Termination,
    killed: bool,
    lost: bool,
    asked: Request,
    in_effect: Request,
    tasks: u32,
    on_hosts: (u32, u32),
    peak_mib: Option<u32>,
    /// Attempts that were requeued: run time [s], why.
    earlier: Vec<(u32, Option<Reason>)>,
}

impl Job {
    /// `Job <1001>, Job Name <a>, User <b>, Project <c>, …`.
    fn named(text: &str, line: u64) -> Job {
        // A name may have anything in it; the user stands right before the project.
        let head = text.split_once(">, Project <").map_or(text, |(head, _)| head);
        let (before, user) = head.rsplit_once(", User <").unwrap_or((head, ""));
        let name =
            before.split_once(", Job Name <").map_or("", |(_, name)| name.strip_suffix('>').unwrap_or(name));
        let of = |from: &str| {
            text.split_once(from).and_then(|(_, text)| text.split_once('>')).map(|(value, _)| value)
        };
        Job {
            line,
            id: of("Job <").unwrap_or_default().to_owned(),
            name: name.to_owned(),
            user: user.split('>').next().unwrap_or_default().to_owned(),
            project: of(">, Project <").unwrap_or_default().to_owned(),
            ..Job::default()
        }
    }

    /// Reads a line that was put together.
    fn line(&mut self, text: &str, zone: &Zone, year: Option<i32>) -> Result<(), Said> {
        if let Some((stamp, rest)) = Stamp::split(text)
            && let Some(event) = rest.strip_prefix(':')
        {
            let event = event.trim_start();
            let at = stamp.second(zone, year)?;
            return self.event(event, at);
        }
        let Some((key, value)) = text.trim_start().split_once(':') else { return Ok(()) };
        let value = value.trim();
        match key {
            "MAX MEM" | "Memory Utilized" => self.peak_mib = size(value)?.or(self.peak_mib),
            "Processors Requested" => self.tasks = self.tasks.max(leading(value)),
            "Requested Resources" => self.asked = self.asked.or(Request::parse(value)),
            "Execution Hosts" => {
                let found = hosts(value.split_whitespace().map(|host| host.trim_matches(['<', '>'])));
                let host = value.replace(['<', '>'], "");
                self.on_hosts = if value.contains('*') { hosts(host.split_whitespace()) } else { found };
            }
            _ => {}
        }
        Ok(())
    }

    fn event(&mut self, text: &str, at: u64) -> Result<(), Said> {
        let begins =
            |word: &str| text.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word));
        if begins("Submitted from host") {
            if self.submitted.replace(at).is_some() {
                return Err(words::events_of_two_jobs());
            }
            self.queue = text
                .split_once("to Queue <")
                .and_then(|(_, text)| text.split_once('>'))
                .map(|(queue, _)| queue.to_owned())
                .unwrap_or_default();
            self.tasks = self.tasks.max(tasks(text));
            self.asked = self.asked.or(Request::parse(text));
            if let Some((_, gpus)) = text.split_once("Requested GPU <") {
                self.asked.ask_gpus(gpus.split('>').next().unwrap_or_default());
            }
        } else if begins("Dispatched") || begins("Started") {
            self.requeue(at)?;
            self.started = Some(at);
            self.first_started = self.first_started.or(Some(at));
            (self.killed, self.lost, self.termination) = (false, false, Termination::default());
            let (on, effect) = text.split_once(", Effective RES_REQ <").unwrap_or((text, ""));
            let on = on.split(", Allocated").next().unwrap_or_default();
            self.on_hosts =
                hosts(on.split('<').skip(1).filter_map(|part| part.split_once('>')).map(|(host, _)| host));
            self.tasks = self.tasks.max(tasks(on));
            self.in_effect = Request::parse(effect);
        } else if begins("Suspended") {
            let since = self.suspended.0.or(Some(at));
            self.suspended.0 = since.filter(|_| self.started.is_some());
        } else if begins("Running") || begins("Resumed") || begins("Unknown") {
            self.resume(at);
        } else if begins("Done successfully") || begins("Completed <done>") {
            self.end(at, true);
        } else if begins("Exited; job will be requeued")
            || begins("Pending")
            || begins("Job has been requeued")
        {
            let found = termination_in(text);
            self.termination = if found.said { found } else { self.termination };
            self.requeue(at)?;
        } else if begins("Execution host unavailable") {
            self.lost = true;
            self.end(at, false);
        } else if begins("Exited") || begins("Completed <exit>") {
            self.end(at, false);
            let number = |words: &str| text.split_once(words).map(|(_, rest)| i64::from(leading(rest)));
            let code = number("with exit code ").or(number("by signal ").map(|signal| signal + 128));
            self.code = code.unwrap_or(self.code);
            let found = termination_in(text);
            self.termination = if found.said { found } else { self.termination };
        } else if begins("Signal <KILL>") || begins("Signal <TERM>") {
            self.killed = true;
        }
        Ok(())
    }

    /// It is not suspended any more.
    fn resume(&mut self, at: u64) {
        if let Some(since) = self.suspended.0.take() {
            self.suspended.1 += at.saturating_sub(since);
        }
    }

    /// How long an attempt ran [s], without the time in which it was suspended.
    fn ran(&self, from: u64, to: u64) -> Result<u32, Said> {
        let run = length(from, to)?;
        Ok(run.saturating_sub(u32::try_from(self.suspended.1).unwrap_or(u32::MAX)))
    }

    /// The first end counts: more is said of it in later lines.
    fn end(&mut self, at: u64, done: bool) {
        if self.ended.is_none() {
            self.resume(at);
            (self.ended, self.done) = (Some(at), done);
        }
    }

    /// The attempt that runs, if one does, ends and is not the last.
    fn requeue(&mut self, at: u64) -> Result<(), Said> {
        let Some(started) = self.started.take() else { return Ok(()) };
        let ended = self.ended.take().unwrap_or(at);
        self.resume(ended);
        let run = self.ran(started, ended)?;
        self.suspended = (None, 0);
        self.earlier.push((run, self.reason()));
        (self.done, self.code) = (false, 0);
        Ok(())
    }

    fn reason(&self) -> Option<Reason> {
        match (self.done, self.termination.said) {
            (true, _) => None,
            _ if self.lost => Some(Reason::Spot),
            (false, true) => self.termination.reason,
            (false, false) if self.killed => Some(Reason::User),
            (false, false) => of_code(self.code),
        }
    }

    /// Adds the job, unless it is left out. An error is about the whole text.
    fn add(self, log: &mut Log) -> Result<(), Refusal> {
        if let Some(refusal) = self.broken {
            log.runs.draft.skip(refusal);
            return Ok(());
        }
        match self.run(log) {
            Ok(Some(run)) => {
                log.runs.draft.dropped.requeued += run.detail.earlier.len() as u64;
                log.runs.push(&run)
            }
            Ok(None) => Ok(()),
            Err(reason) => {
                log.runs.draft.skip(Refusal { line: Some(self.line), reason });
                Ok(())
            }
        }
    }

    fn run(&self, log: &mut Log) -> Result<Option<Run<'_>>, Said> {
        if !super::is_id(&self.id) {
            return Err(words::is_not_the_id_of(self.id.chars().take(40).collect::<String>()));
        }
        let dropped = &mut log.runs.draft.dropped;
        let Some(ended) = self.ended else {
            dropped.unfinished += 1;
            return Ok(None);
        };
        let Some(started) = self.started else {
            dropped.never_ran += 1;
            return Ok(None);
        };
        let run_seconds = self.ran(started, ended)?;
        let submitted = self.submitted.ok_or_else(words::the_job_has_no_line)?;
        let cpus = self.tasks.max(self.on_hosts.0);
        let nodes = self.on_hosts.1.max(1);
        if cpus == 0 {
            dropped.no_processors += 1;
            return Ok(None);
        }
        if cpus > MOST {
            return Err(words::tasks_are_too_many_at(cpus, MOST));
        }
        let (memory_mib, gpus) = log.asked(&self.in_effect.or(self.asked), cpus, nodes)?;
        let reason = self.reason();
        let wait = self.first_started.and_then(|first| first.checked_sub(submitted));
        let attempt = |(run_seconds, reason): &(u32, Option<Reason>)| Attempt {
            run_seconds: *run_seconds,
            reason: *reason,
            instance_type: "",
        };
        Ok(Some(Run {
            id: &self.id,
            line: self.line,
            submitted,
            started,
            run_seconds,
            cpus,
            gpus,
            memory_mib,
            nodes,
            queue: &self.queue,
            recorded: match (self.done, reason) {
                (true, _) => Recorded::Succeeded,
                (false, Some(Reason::User)) => Recorded::Cancelled,
                (false, _) => Recorded::Failed,
            },
            end: End::OfJob,
            detail: Detail {
                name: &self.name,
                user: &self.user,
                account: &self.project,
                reason,
                wait_seconds: wait.and_then(|wait| u32::try_from(wait).ok()),
                peak_memory_mib: self.peak_mib.filter(|_| nodes == 1),
                earlier: self.earlier.iter().map(attempt).collect(),
                ..Detail::default()
            },
        }))
    }
}

/// From one second to another [s].
fn length(from: u64, to: u64) -> Result<u32, Said> {
    match to.checked_sub(from) {
        None => Err(words::it_ended_before_it_started()),
        Some(run) if run > LONGEST_SECONDS => Err(words::it_ran_s_more_than(run)),
        Some(run) => u32::try_from(run).map_err(|_| words::it_ran_too_long()),
    }
}

/// The number before `Task(s)`, `Hosts/Processors` or `Processors Requested`; 0 without.
fn tasks(text: &str) -> u32 {
    let of = |words: &str| {
        let before = text.split_once(words)?.0.trim_end();
        before.rsplit(|it: char| !it.is_ascii_digit()).next()?.parse().ok()
    };
    let words = ["Task(s)", "Hosts/Processors", "Processors Requested"];
    words.iter().find_map(|words| of(words)).unwrap_or_default()
}

/// The number at the beginning; 0 without.
fn leading(text: &str) -> u32 {
    let text = text.trim_start();
    let end = text.find(|it: char| !it.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().unwrap_or_default()
}

/// `44171 MB`, `220 Mbytes;  AVG MEM: …` [MiB]; `None` for `-`.
fn size(text: &str) -> Result<Option<u32>, Said> {
    let text = text.split(';').next().unwrap_or_default().trim();
    let end = text.find(|it: char| !(it.is_ascii_digit() || it == '.')).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    if number.is_empty() {
        return Ok(None);
    }
    let unit = unit.trim();
    let unit = unit.strip_suffix("bytes").filter(|unit| !unit.is_empty()).unwrap_or(unit);
    let bytes = memory_unit(unit).ok_or_else(|| words::max_mem_has_an_unknown(text))?;
    let mib = memory_mib(amount(number, "MAX MEM")?, bytes, "MAX MEM")?;
    Ok(Some(count(mib.into(), "MAX MEM", u32::MAX - 1)?).filter(|mib| *mib > 0))
}
