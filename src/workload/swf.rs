//! The Standard Workload Format of the Parallel Workloads Archive: one job a line, 18 numbers, −1 for unknown.
//!
//! Source: Chapin et al. (1999), "Benchmarks and Standards for the Evaluation of Parallel Job Schedulers",
//! and <https://www.cs.huji.ac.il/labs/parallel/workload/swf.html>, read 2026-11-23. Missing fields at the end of
//! a line are unknown, further ones are ignored, fractions of a second are cut off. A processor is a vCPU; those allocated count,
//! those requested where the log has none, which is said. On import, numbers
//! of users, groups and executables become `user 5`, `group 3` and `executable 7`; a simulation has no use for them. Lines are
//! split by hand: a year of a million jobs is 60 MB and read in a fraction of a second.

use std::io::BufRead;

use super::detail::{Detail, Reason};
use super::{Draft, Dropped, Job, LONGEST_SECONDS, Recorded, Refusal, Workload};
use crate::bounds;
use crate::model::said::Said;
use crate::model::text::agreeing;
use crate::workload::words;

/// Fields of a line.
const FIELDS: usize = 18;

/// Fields a job has at least: up to the processors allocated.
const FEWEST_FIELDS: usize = 5;

/// The fields that are read, as bits; what the others hold does not matter.
const WANTED: u32 = 0b11_0100_0110_1101_1011;

/// So many digits are below 2⁶³.
const SAFE_DIGITS: usize = 18;

/// Most processors of a job; 4294967295 stands for unknown where a program wrote -1 without its sign.
const MOST_PROCESSORS: u32 = 100_000_000;

/// Longest line [bytes].
const LONGEST_LINE: u64 = 64 * 1024;

/// What is made of a log.
#[derive(Clone, Copy, Debug)]
pub struct Meaning {
    /// The vCPUs of the largest instance there is: a wider job becomes several nodes of one size.
    pub widest_vcpus: u32,
    /// Whether memory is unknown, whatever the log says.
    pub ignore_memory: bool,
    /// Whether users, groups, executables and waits are kept.
    pub details: bool,
}

impl Meaning {
    /// Jobs without their owners, which is what is simulated.
    #[must_use]
    pub const fn of(widest_vcpus: u32) -> Meaning {
        Meaning { widest_vcpus, ignore_memory: false, details: false }
    }
}

/// Reads a log. A job wider than `widest_vcpus`, the largest instance there is, becomes several nodes of one
/// size.
pub fn read(input: impl BufRead, widest_vcpus: u32) -> Result<Workload, Refusal> {
    Part::read(input, Meaning::of(widest_vcpus), 0)?.finish()
}

/// The jobs, maybe none, and the second of the Unix epoch they count from, where the log says so.
pub fn draft(input: impl BufRead, meaning: Meaning) -> Result<(Draft, Option<i64>), Refusal> {
    let Part { mut draft, start, uneven, requested, .. } = Part::read(input, meaning, 0)?;
    if requested > 0 {
        let words = "job|jobs has|have no processors allocated: those requested count";
        draft.remarks.push(agreeing(requested, words));
    }
    if uneven > 0 {
        draft.remarks.push(agreeing(
            uneven,
            "job|jobs is|are wider than a node and does|do not divide by its|their nodes: rounded up on each",
        ));
    }
    Ok((draft, start))
}

/// Some lines of a log, in their order: a long one is read in parts side by side.
#[derive(Debug)]
pub(super) struct Part {
    draft: Draft,
    start: Option<i64>,
    lines: u64,
    /// Jobs of several nodes that are not alike.
    uneven: u64,
    /// Jobs of which only what was requested is known.
    requested: u64,
}

impl Part {
    /// Reads the lines of a part, with room for so many jobs; the line of a refusal is counted in it.
    pub(super) fn read(mut input: impl BufRead, meaning: Meaning, room: usize) -> Result<Part, Refusal> {
        assert!(meaning.widest_vcpus > 0, "an instance has vCPUs");
        let mut draft = Draft::with_room(room);
        draft.unnamed_queue = Some("unknown");
        draft.gpus_unknown = Some("GPUs unknown: the format has none, so every job counts as without".into());
        // A log names none.
        let job_definition = draft.job_definition("").map_err(|reason| Refusal { line: None, reason })?;
        let mut queues = Vec::new();
        let (mut start, mut line, mut number, mut uneven, mut requested) = (None, Vec::new(), 0, 0, 0);
        loop {
            line.clear();
            let refused = |reason: Said| Refusal { line: Some(number + 1), reason };
            let length = bounds::line(&mut input, LONGEST_LINE, &mut line)
                .map_err(|error| refused(crate::error::reason_of(&error)))?;
            if length == 0 {
                return Ok(Part { draft, start, lines: number, uneven, requested });
            }
            if length as u64 == LONGEST_LINE && line.last() != Some(&b'\n') {
                return Err(refused(words::longer_than_bytes(LONGEST_LINE)));
            }
            let text = line.trim_ascii();
            match text.first() {
                None => {}
                Some(b';') => start = start.or(header_start(text)),
                Some(_) => {
                    match job_line(text, meaning, number + 1, job_definition, &mut draft, &mut queues) {
                        Ok((is_uneven, was_requested)) => {
                            uneven += u64::from(is_uneven);
                            requested += u64::from(was_requested);
                        }
                        Err(reason) => draft.skip(refused(reason)),
                    }
                }
            }
            number += 1;
        }
    }

    /// The parts of one log in their order, as one.
    pub(super) fn join(parts: impl IntoIterator<Item = Result<Part, Refusal>>) -> Result<Part, Refusal> {
        let mut whole: Option<Part> = None;
        for part in parts {
            let lines = whole.as_ref().map_or(0, |whole| whole.lines);
            let moved = |Refusal { line, reason }| Refusal { line: line.map(|line| line + lines), reason };
            let part = part.map_err(moved)?;
            whole = Some(match whole {
                None => part,
                Some(mut whole) => {
                    let refused = |reason| Refusal { line: None, reason };
                    whole.draft.append(part.draft, whole.lines).map_err(refused)?;
                    whole.lines += part.lines;
                    whole.uneven += part.uneven;
                    whole.requested += part.requested;
                    whole.start = whole.start.or(part.start);
                    whole
                }
            });
        }
        Ok(whole.expect("a log has at least one part"))
    }

    /// The workload.
    pub(super) fn finish(self) -> Result<Workload, Refusal> {
        self.draft.refused(true)?;
        self.draft.finish(self.start)
    }
}

/// The second of the Unix epoch in `; UnixStartTime: 876543210`.
fn header_start(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    let (name, value) = text.trim_start_matches([';', ' ', '\t']).split_once(':')?;
    let seconds = value.split_whitespace().next()?.parse().ok()?;
    (name.trim() == "UnixStartTime" && seconds > 0).then_some(seconds)
}

/// The numbers of a line: unknown where it has none, and how many fields it has.
fn fields(text: &[u8]) -> Result<([i64; FIELDS], usize), Said> {
    let mut values = [-1; FIELDS];
    let (mut count, mut at) = (0, 0);
    while count < FIELDS {
        while text.get(at).is_some_and(|byte| *byte <= b' ') {
            at += 1;
        }
        if at == text.len() {
            break;
        }
        let begin = at;
        let negative = text[at] == b'-';
        at += usize::from(negative);
        let digits = at;
        // One pass for the plain numbers that nearly all fields are.
        let mut value: i64 = 0;
        while let Some(digit) = text.get(at).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit <= 9) {
            value = value.wrapping_mul(10).wrapping_add(i64::from(digit));
            at += 1;
        }
        let plain = (1..=SAFE_DIGITS).contains(&(at - digits));
        if plain && text.get(at).is_none_or(|byte| *byte <= b' ') {
            values[count] = if negative { -value } else { value };
        } else {
            while text.get(at).is_some_and(|byte| *byte > b' ') {
                at += 1;
            }
            let field = &text[begin..at];
            if WANTED >> count & 1 == 1 {
                values[count] = whole(field).ok_or_else(|| {
                    let field = String::from_utf8_lossy(field);
                    words::field_is_not_a_number(count + 1, &field)
                })?;
            }
        }
        count += 1;
    }
    Ok((values, count))
}

/// A number without its fraction.
fn whole(field: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(field).ok()?;
    let (number, fraction) = text.split_once('.').unwrap_or((text, ""));
    if number.starts_with('+') || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    number.parse().ok()
}

/// Whether the job is of several nodes that are not alike, and whether its processors are those requested. `queues` are the numbers of queues so far, which are few, and their
/// indices.
fn job_line(
    text: &[u8],
    meaning: Meaning,
    line: u64,
    job_definition: u16,
    draft: &mut Draft,
    queues: &mut Vec<(i64, u16)>,
) -> Result<(bool, bool), Said> {
    let (values, count) = fields(text)?;
    if count < FEWEST_FIELDS {
        return Err(words::fields_a_job_has_18(count, FEWEST_FIELDS));
    }
    // Fields are numbered from 1, as in the standard.
    let field = |number: usize| values[number - 1];
    let (run, status, preceding) = (field(4), field(11), field(17));
    // What was allocated, else what was requested.
    let processors = if field(5) > 0 { field(5) } else { field(8) };
    if let Some(reason) = reason_to_drop(run, processors, status, &mut draft.dropped) {
        *reason += 1;
        return Ok((false, false));
    }
    let submit_seconds = seconds("submit time", field(2))?;
    let run_seconds = u32::try_from(seconds("run time", run)?).expect("checked against the longest time");
    let processors = match u32::try_from(processors) {
        Ok(processors) if processors <= MOST_PROCESSORS => processors,
        _ => return Err(words::processors_are_too_many_at(processors, MOST_PROCESSORS)),
    };
    let nodes = processors.div_ceil(meaning.widest_vcpus);
    let vcpus = processors.div_ceil(nodes);
    let memory_mib = match meaning.ignore_memory {
        true => 0,
        false => memory_mib(if field(10) > 0 { field(10) } else { field(7) }, vcpus)?,
    };
    let think = match preceding {
        1.. => seconds("think time", field(18).max(0))?,
        _ => 0,
    };
    let job = Job {
        submit_seconds,
        run_seconds,
        vcpus,
        memory_mib,
        nodes,
        gpus: 0,
        queue: queue(field(15), queues, draft)?,
        job_definition,
        attempts: None,
        recorded: match status {
            0 => Recorded::Failed,
            5 => Recorded::Cancelled,
            _ => Recorded::Succeeded,
        },
    };
    let id = text.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    draft.push(job, std::str::from_utf8(id).expect("the field is a number"), line)?;
    draft.unknown_memory += u64::from(memory_mib == 0);
    if meaning.details {
        describe(&values, vcpus, meaning, draft)?;
    }
    if preceding > 0 {
        let think = u32::try_from(think).expect("checked against the longest time");
        draft.depend(&preceding.to_string(), think, false);
    }
    Ok((processors % nodes > 0, field(5) <= 0))
}

/// Says whose the job pushed last is, how long it waited and what it used.
fn describe(values: &[i64; FIELDS], vcpus: u32, meaning: Meaning, draft: &mut Draft) -> Result<(), Said> {
    let field = |number: usize| values[number - 1];
    let named = |what: &str, number: i64| match number {
        0.. => format!("{what} {number}"),
        _ => String::new(),
    };
    let known = |number: i64| u32::try_from(number).ok().filter(|number| *number < u32::MAX);
    let used = self::memory_mib(field(7), vcpus).ok().filter(|mib| *mib > 0 && *mib < u32::MAX);
    draft.describe(&Detail {
        name: &named("executable", field(14)),
        user: &named("user", field(12)),
        account: &named("group", field(13)),
        reason: (field(11) == 5).then_some(Reason::User),
        wait_seconds: known(field(3)),
        peak_memory_mib: used.filter(|_| !meaning.ignore_memory),
        ..Detail::default()
    })
}

/// What a line that is no whole job with a known run time and size counts as.
fn reason_to_drop(run: i64, processors: i64, status: i64, dropped: &mut Dropped) -> Option<&mut u64> {
    match status {
        2..=4 => Some(&mut dropped.parts),
        5 if run <= 0 => Some(&mut dropped.never_ran),
        _ if run < 0 => Some(&mut dropped.no_run_time),
        _ if processors <= 0 => Some(&mut dropped.no_processors),
        _ => None,
    }
}

/// Memory of a node [MiB], 0 for unknown.
fn memory_mib(kb_per_processor: i64, vcpus: u32) -> Result<u32, Said> {
    let mib = (i128::from(kb_per_processor.max(0)) * i128::from(vcpus) + 1023) / 1024;
    u32::try_from(mib).map_err(|_| words::kb_of_memory_a_processor(kb_per_processor))
}

fn queue(number: i64, queues: &mut Vec<(i64, u16)>, draft: &mut Draft) -> Result<u16, Said> {
    if let Some((_, index)) = queues.iter().find(|(known, _)| *known == number) {
        return Ok(*index);
    }
    let name = if number < 0 { String::new() } else { number.to_string() };
    let index = draft.queue(&name)?;
    queues.push((number, index));
    Ok(index)
}

fn seconds(what: &str, value: i64) -> Result<u64, Said> {
    match u64::try_from(value) {
        Err(_) => Err(words::the_is_negative(what, value)),
        Ok(value) if value > LONGEST_SECONDS => {
            Err(words::the_is_above_s_which(what, value, LONGEST_SECONDS))
        }
        Ok(value) => Ok(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        read(text.as_bytes(), 96).expect_err("refused").to_string()
    }

    #[test]
    fn a_log_reads_field_by_field() {
        let text = "; Version: 2.2\n;UnixStartTime: 1000000000 UTC\n\n\
            1 0 5 100 4 99.5 2048 8 200 1024 1 1 1 1 3 -1 -1 -1\n\
            2 10 -1 50.9 2 -1 -1 -1 -1 -1 0 1 1 1 -1 -1 1 30 77 88\r\n\
            3 10 -1 -1 2 -1 -1 -1 -1 -1 1\n\
            4 11 -1 0 2 -1 -1 -1 -1 -1 5\n\
            5 11 -1 7 2 -1 -1 -1 -1 -1 5\n\
            6 12 -1 7 -1 -1 -1 0 -1 -1 1\n\
            7 12 -1 7 1 -1 -1 1 -1 -1 2\n\
            8 13 0 60 200";
        let workload = read(text.as_bytes(), 96).expect("valid");
        assert_eq!(workload.start, Some(1_000_000_000));
        let ids: Vec<&str> = (0..workload.jobs().len()).map(|job| workload.id(job)).collect();
        assert_eq!(ids, ["1", "2", "5", "8"]);
        let jobs = workload.jobs();
        // 4 processors were allocated and 8 requested; 4 of 1,024 KB: 4 MiB.
        assert_eq!((jobs[0].vcpus, jobs[0].memory_mib, jobs[0].nodes, jobs[0].run_seconds), (4, 4, 1, 100));
        assert_eq!((jobs[1].vcpus, jobs[1].run_seconds, jobs[1].recorded), (2, 50, Recorded::Failed));
        assert_eq!(jobs[2].recorded, Recorded::Cancelled);
        // 200 processors on instances of 96: 3 nodes of 67.
        assert_eq!((jobs[3].vcpus, jobs[3].nodes), (67, 3));
        assert_eq!(workload.queues(), ["3", "unknown"]);
        let waits = Dependency { on: 0, job: 1, think_seconds: 30, on_success: false };
        assert_eq!(workload.dependencies(), [waits]);
        let dropped =
            Dropped { never_ran: 1, no_run_time: 1, no_processors: 1, parts: 1, ..Dropped::default() };
        assert_eq!((workload.dropped, workload.unknown_memory), (dropped, 3));
    }

    #[test]
    fn jobs_are_sorted_by_submission_and_keep_their_order() {
        let text = "7 20 0 1 1\n5 10 0 2 1 0 0 1 0 0 1 0 0 0 0 0 7 0\n6 20 0 3 1\n9 10 0 4 1 0 0 1 0 0 1 0 0 0 0 0 99 0\n";
        let workload = read(text.as_bytes(), 96).expect("valid");
        let order: Vec<(&str, u32)> =
            workload.jobs().iter().enumerate().map(|(job, j)| (workload.id(job), j.run_seconds)).collect();
        assert_eq!(order, [("5", 2), ("9", 4), ("7", 1), ("6", 3)]);
        assert_eq!(workload.out_of_order, 2);
        assert_eq!(workload.dependencies()[0].on, 2);
        assert_eq!(workload.dependencies()[0].job, 0);
        assert_eq!(workload.dropped.unknown_dependencies, 1);
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_its_line() {
        assert_eq!(refused("; nothing\n"), "it has no jobs");
        assert_eq!(refused("1 0 0 -1 1\n"), "of its 1 job, none has a known run time and size");
        assert_eq!(refused("1 0 0\n"), "line 1: 3 fields; a job has 18, and at least 5");
        assert_eq!(refused("1 0 0 5 1\n1 2 0 5 1\n"), "line 2: job id `1` is that of line 1 too");
        assert_eq!(refused("1 0 0 ten 1\n"), "line 1: field 4 is `ten`: not a number below 2^63");
        assert_eq!(
            refused("1 0 0 9223372036854775808 1\n"),
            "line 1: field 4 is `9223372036854775808`: not a number below 2^63"
        );
        assert_eq!(
            refused("1 0 0 9223372036854775807 1\n"),
            "line 1: the run time is `9223372036854775807`: above 4294967295 s, which are 136 years"
        );
        assert_eq!(refused("1 -5 0 5 1\n"), "line 1: the submit time is `-5`: negative");
        assert_eq!(refused("1 0 0 5 1 0 0 1 0 0 1 0 0 0 0 0 1 0\n"), "line 1: job `1` depends on itself");
        let many = "line 1: `4294967295` processors are too many: at most 100000000";
        assert_eq!(refused("1 0 0 5 4294967295\n"), many);
        assert_eq!(refused("1 0 0 5 -1 0 0 4294967295\n"), many);
        assert!(refused(&"1".repeat(70_000)).starts_with("line 1: longer than"));
        assert!(refused("1 0 0 5 \u{fffd}\n").starts_with("line 1: field 5 is"));
    }

    use super::super::Dependency;
}
