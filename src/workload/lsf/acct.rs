//! `lsb.acct`: records of fields between blanks, texts in quotes; how many hosts follow is a field before them.

use std::borrow::Cow;

use super::ended::{of_code, termination};
use super::request::Request;
use super::{Log, hosts};
use crate::model::decimal::Decimal;
use crate::model::said::Said;
use crate::workload::detail::{Detail, Reason};
use crate::workload::lines::Line;
use crate::workload::quantity::memory_mib;
use crate::workload::runs::{End, MOST, Run};
use crate::workload::words;
use crate::workload::{LONGEST_SECONDS, Recorded, Refusal};

/// `EXIT` and `DONE` in `jStatus`.
const EXIT: u64 = 32;
const DONE: u64 = 64;

/// Reads a line. An error is about the whole file.
pub(super) fn line(line: &Line<'_>, log: &mut Log) -> Result<(), Refusal> {
    let text = line.text.trim();
    if text.is_empty() || text.starts_with('#') {
        return Ok(());
    }
    if line.cut {
        log.runs.draft.skip(line.too_long());
        return Ok(());
    }
    let mut fields = Fields { rest: text };
    match fields.text() {
        Ok(kind) if kind == "JOB_FINISH" => {}
        // Reservations and changes of allocations are no jobs.
        Ok(kind) if matches!(kind.as_ref(), "EVENT_ADRSV_FINISH" | "JOB_RESIZE") => return Ok(()),
        Ok(kind) => {
            let kind: String = kind.chars().take(40).collect();
            log.runs.draft.skip(line.refused(words::is_no_record_of_lsb(&kind)));
            return Ok(());
        }
        Err(reason) => {
            log.runs.draft.skip(line.refused(reason));
            return Ok(());
        }
    }
    match Finish::read(&mut fields).and_then(|finish| finish.add(line, log)) {
        Ok(result) => result,
        Err(reason) => {
            log.runs.draft.skip(line.refused(reason));
            Ok(())
        }
    }
}

/// The fields of a record, from left to right.
struct Fields<'a> {
    rest: &'a str,
}

impl<'a> Fields<'a> {
    /// The next text, without its quotes.
    fn text(&mut self) -> Result<Cow<'a, str>, Said> {
        let rest = without_blanks(self.rest);
        let Some(inner) = rest.strip_prefix('"') else {
            return Err(words::is_not_a_text_in(self.found(rest)));
        };
        let mut from = 0;
        loop {
            let Some(quote) =
                inner.as_bytes()[from..].iter().position(|byte| *byte == b'"').map(|place| place + from)
            else {
                return Err(words::a_quote_that_is_not());
            };
            // A quote in a text is written twice.
            if inner[quote + 1..].starts_with('"') {
                from = quote + 2;
                continue;
            }
            self.rest = &inner[quote + 1..];
            let text = &inner[..quote];
            return Ok(if from > 0 { Cow::Owned(text.replace("\"\"", "\"")) } else { Cow::Borrowed(text) });
        }
    }

    /// The next number as it is written.
    fn number(&mut self) -> Result<&'a str, Said> {
        let rest = without_blanks(self.rest);
        let end = rest.bytes().position(|byte| byte == b' ').unwrap_or(rest.len());
        let number = &rest[..end];
        if number.is_empty() || number.starts_with('"') {
            return Err(words::is_not_a_number_2(self.found(rest)));
        }
        self.rest = &rest[end..];
        Ok(number)
    }

    /// The next whole number; -1 stands for unknown, and is 0.
    fn whole(&mut self) -> Result<u64, Said> {
        match self.number()? {
            number if number.starts_with("-1") => Ok(0),
            number => number.parse().map_err(|_| words::is_not_a_whole_number_5(number)),
        }
    }

    fn found(&self, rest: &str) -> String {
        match rest.chars().take(20).collect::<String>() {
            shown if shown.is_empty() => "the end of the record".into(),
            shown => format!("`{shown}`"),
        }
    }

    fn skip_texts(&mut self, count: usize) -> Result<(), Said> {
        (0..count).try_for_each(|_| self.text().map(|_| ()))
    }

    fn skip_numbers(&mut self, count: usize) -> Result<(), Said> {
        (0..count).try_for_each(|_| self.number().map(|_| ()))
    }

    /// A number and so many texts.
    fn list(&mut self) -> Result<Vec<Cow<'a, str>>, Said> {
        let count = self.whole()?;
        (0..count).map(|_| self.text()).collect()
    }
}

fn without_blanks(text: &str) -> &str {
    match text.as_bytes() {
        [b' ', next, ..] if next.is_ascii_graphic() => &text[1..],
        _ => text.trim_start(),
    }
}

/// What is needed of a record.
struct Finish<'a> {
    ended: u64,
    id: String,
    tasks_asked: u64,
    submitted: u64,
    begin: u64,
    started: u64,
    user: Cow<'a, str>,
    queue: Cow<'a, str>,
    request: Request,
    hosts: Vec<Cow<'a, str>>,
    status: u64,
    name: Cow<'a, str>,
    project: Cow<'a, str>,
    exit_status: u64,
    /// [KB]; 0 for unknown.
    peak: u64,
    termination: u32,
}

impl<'a> Finish<'a> {
    /// The fields behind the type. What comes after the reason of the termination differs by version.
    fn read(fields: &mut Fields<'a>) -> Result<Finish<'a>, Said> {
        fields.text()?;
        let ended = fields.whole()?;
        let id = fields.number()?;
        fields.skip_numbers(2)?;
        let tasks_asked = fields.whole()?;
        let submitted = fields.whole()?;
        let begin = fields.whole()?;
        fields.skip_numbers(1)?;
        let started = fields.whole()?;
        let user = fields.text()?;
        let queue = fields.text()?;
        let asked = Request::parse(&fields.text()?);
        // From the condition it waits for to its script.
        fields.skip_texts(8)?;
        fields.list()?;
        let hosts = fields.list()?;
        let status = fields.whole()?;
        fields.skip_numbers(1)?;
        let name = fields.text()?;
        fields.skip_texts(1)?;
        fields.skip_numbers(19)?;
        fields.skip_texts(1)?;
        let project = fields.text()?;
        let exit_status = fields.whole()?;
        fields.skip_numbers(1)?;
        fields.skip_texts(2)?;
        let index = fields.whole()?;
        let peak = fields.whole()?;
        // Versions before 6 end here or soon.
        let (termination, request) = Finish::rest(fields, asked).unwrap_or((0, asked));
        let id = if index > 0 { format!("{id}[{index}]") } else { id.to_owned() };
        if !super::is_id(&id) {
            return Err(words::is_not_the_id_of(id.chars().take(40).collect::<String>()));
        }
        Ok(Finish {
            ended,
            id,
            tasks_asked,
            submitted,
            begin,
            started,
            user,
            queue,
            request,
            hosts,
            status,
            name,
            project,
            exit_status,
            peak,
            termination,
        })
    }

    /// The reason of the termination, and the request that was in effect where there is one.
    fn rest(fields: &mut Fields<'a>, asked: Request) -> Result<(u32, Request), Said> {
        fields.skip_numbers(1)?;
        fields.skip_texts(4)?;
        fields.skip_numbers(1)?;
        fields.skip_texts(1)?;
        let termination = u32::try_from(fields.whole()?).unwrap_or_default();
        let in_effect = Finish::in_effect(fields).map_or(asked, |text| Request::parse(&text).or(asked));
        Ok((termination, in_effect))
    }

    /// The resource requirement in effect, which LSF 9 and newer have.
    fn in_effect(fields: &mut Fields<'a>) -> Result<Cow<'a, str>, Said> {
        // `warningAction` to `requeueEvalues`.
        fields.skip_texts(1)?;
        fields.skip_numbers(1)?;
        fields.skip_texts(4)?;
        fields.skip_numbers(1)?;
        fields.skip_texts(2)?;
        // `options2` to `jobDescription`.
        fields.skip_numbers(1)?;
        fields.skip_texts(1)?;
        fields.skip_numbers(1)?;
        fields.skip_texts(2)?;
        let pairs = fields.whole()?;
        for _ in 0..pairs {
            // Keys are numbers, in quotes or not.
            if fields.skip_numbers(1).is_err() {
                fields.skip_texts(1)?;
            }
            fields.skip_texts(1)?;
        }
        let rusages = fields.whole()?;
        for _ in 0..rusages {
            fields.skip_texts(1)?;
            fields.skip_numbers(4)?;
        }
        // `options3`, `runLimit` and `avgMem`.
        fields.skip_numbers(3)?;
        fields.text()
    }

    /// Its exit code as a shell has it.
    fn code(&self) -> i64 {
        // As wait(2) has it: the code in the upper byte, a signal in the lower bits.
        let signal = self.exit_status & 0x7f;
        let code = if signal == 0 { self.exit_status >> 8 } else { signal + 128 };
        i64::try_from(code).unwrap_or(i64::MAX)
    }

    /// Adds the attempt, unless it is left out.
    fn add(&self, line: &Line<'_>, log: &mut Log) -> Result<Result<(), Refusal>, Said> {
        let termination = termination(self.termination);
        let done = match self.status & (EXIT | DONE) {
            0 => return Err(words::jstatus_is_neither_done_nor(self.status)),
            status => status == DONE,
        };
        let dropped = &mut log.runs.draft.dropped;
        let requeued = !done && termination.requeued;
        if self.started == 0 {
            dropped.never_ran += u64::from(!requeued);
            return Ok(Ok(()));
        }
        let run = match self.ended.checked_sub(self.started) {
            None => return Err(words::it_ended_before_it_started()),
            Some(run) if run > LONGEST_SECONDS => return Err(words::it_ran_s_more_than(run)),
            Some(run) => u32::try_from(run).map_err(|_| words::it_ran_too_long())?,
        };
        let (on_hosts, nodes) = hosts(self.hosts.iter().map(Cow::as_ref));
        let (tasks, nodes) = match on_hosts {
            0 => (u32::try_from(self.tasks_asked).unwrap_or(u32::MAX), 1),
            tasks => (tasks, nodes.max(1)),
        };
        if tasks == 0 {
            dropped.no_processors += u64::from(!requeued);
            return Ok(Ok(()));
        }
        if tasks > MOST {
            return Err(words::tasks_are_too_many_at_most(tasks, MOST));
        }
        let peak = memory_mib(Decimal::from(self.peak), 1 << 10, "maxRMem")?;
        let (memory_mib, gpus) = log.asked(&self.request, tasks, nodes)?;
        let reason = match (done, termination.said) {
            (true, _) => None,
            (false, true) => termination.reason,
            (false, false) => of_code(self.code()),
        };
        let wait = self.started.saturating_sub(self.submitted.max(self.begin));
        let run = Run {
            id: &self.id,
            line: line.number,
            submitted: self.submitted,
            started: self.started,
            run_seconds: run,
            cpus: tasks,
            gpus,
            memory_mib,
            nodes,
            queue: &self.queue,
            recorded: match (done, requeued, reason) {
                (true, ..) => Recorded::Succeeded,
                (false, false, Some(Reason::User)) => Recorded::Cancelled,
                _ => Recorded::Failed,
            },
            end: if requeued { End::Requeued } else { End::OfJob },
            detail: Detail {
                name: &self.name,
                user: &self.user,
                account: &self.project,
                reason,
                wait_seconds: u32::try_from(wait).ok(),
                peak_memory_mib: if nodes == 1 && self.peak > 0 { Some(peak) } else { None },
                ..Detail::default()
            },
        };
        Ok(log.runs.push(&run))
    }
}
