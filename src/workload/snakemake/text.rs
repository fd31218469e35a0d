//! The log that Snakemake writes for people.

use super::jobs::{Event, Info, Reader, Resources};
use super::threads;
use crate::model::said::Said;
use crate::model::time::Zone;
use crate::workload::clock::millis;
use crate::workload::words;

/// Where in a log it is.
#[derive(Debug, Default)]
pub(super) struct Log {
    /// The time that stands above [ms of the Unix epoch].
    at: Option<u64>,
    block: Block,
    /// Of the command that failed last.
    exit_code: Option<i64>,
}

/// Lines that belong together.
#[derive(Debug, Default)]
enum Block {
    #[default]
    None,
    /// A job that begins, at its line.
    Job { info: Box<Info>, id: Option<String>, line: u64, indent: usize },
    /// A rule in error.
    Error { line: u64 },
}

impl Log {
    /// Takes the next line.
    pub(super) fn line(
        &mut self,
        text: &str,
        number: u64,
        zone: &Zone,
        reader: &mut Reader,
    ) -> Result<(), Said> {
        let indent = text.len() - text.trim_start().len();
        let text = text.trim();
        if let Some(time) = asctime(text) {
            self.end(reader);
            self.at = Some(millis(&time, zone).ok_or_else(|| words::is_not_a_time_from(text))?);
            return Ok(());
        }
        if let Some((local, rule)) = rule(text) {
            self.end(reader);
            let info =
                Box::new(Info { rule: rule.to_owned(), local, in_group: indent > 0, ..Info::default() });
            self.block = Block::Job { info, id: None, line: number, indent };
            return Ok(());
        }
        if let Some((_, code)) = text.rsplit_once("non-zero exit status ") {
            self.exit_code = code.trim_end_matches(['.', ')']).parse().ok();
        }
        match &mut self.block {
            Block::Job { info, id, indent: begun, .. } if indent > *begun => return item(text, info, id),
            Block::Error { line } => {
                if let Some(id) = text.strip_prefix("jobid: ") {
                    let line = *line;
                    self.block = Block::None;
                    let code = self.exit_code.take();
                    return self.event(id, line, Event::Failed(code), reader);
                }
            }
            _ => {}
        }
        self.other(text, number, reader)
    }

    /// A line that is in no block.
    fn other(&mut self, text: &str, number: u64, reader: &mut Reader) -> Result<(), Said> {
        let finished = text.strip_prefix("Finished jobid: ").or_else(|| text.strip_prefix("Finished job "));
        if let Some(rest) = finished {
            self.end(reader);
            let (id, rule) = rest.split_once(" (Rule: ").unwrap_or((rest, ""));
            reader.name(id.trim_end_matches('.'), rule.trim_end_matches(')'));
            return self.event(id.trim_end_matches('.'), number, Event::Finished, reader);
        }
        if text.starts_with("Error in rule ") {
            self.end(reader);
            self.block = Block::Error { line: number };
            return Ok(());
        }
        if let Some((id, external)) = submitted(text) {
            self.end(reader);
            reader.submitted(id, external);
            return Ok(());
        }
        // A rule with a message of its own says no more than that.
        if let Some((id, _)) = text.strip_prefix("Job ").and_then(|rest| rest.split_once(": "))
            && id.bytes().all(|byte| byte.is_ascii_digit())
        {
            self.end(reader);
            let info = Info { message: true, has_output: true, ..Info::default() };
            return self.event(id, number, Event::Info(Box::new(info)), reader);
        }
        Ok(())
    }

    /// Ends the block that is open.
    pub(super) fn end(&mut self, reader: &mut Reader) {
        if let Block::Job { info, id: Some(id), line, .. } = std::mem::take(&mut self.block)
            && let Some(at) = self.at
        {
            // An omitted number of threads is 1.
            let info = Info { threads: info.threads.or(Some(1)), ..*info };
            reader.event(&id, at, line, Event::Info(Box::new(info)));
        }
    }

    fn event(&self, id: &str, line: u64, event: Event, reader: &mut Reader) -> Result<(), Said> {
        let at = self.at.ok_or_else(words::an_event_without_a_time)?;
        reader.event(id, at, line, event);
        Ok(())
    }
}

/// `[Mon Nov 23 10:00:00 2026]` as `2026-11-23 10:00:00`.
fn asctime(text: &str) -> Option<String> {
    let inner = text.strip_prefix('[')?.split_once(']')?.0;
    let mut parts = inner.split_ascii_whitespace();
    let (_, month, day, time, year) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    let day: u8 = day.parse().ok()?;
    Some(format!("{year}-{month:02}-{day:02} {time}"))
}

/// `rule NAME:`, `localrule NAME:`, `checkpoint NAME:`: whether it runs where Snakemake does, and its name.
fn rule(text: &str) -> Option<(bool, &str)> {
    let name = text.strip_suffix(':')?;
    let (local, name) = match name.strip_prefix("local") {
        Some(name) => (true, name),
        None => (false, name),
    };
    let name = name.strip_prefix("rule ").or_else(|| name.strip_prefix("checkpoint "))?;
    (!name.is_empty() && !name.contains(' ')).then_some((local, name))
}

/// `Submitted job 3 with external jobid '17'.`, `Job 3 has been submitted with SLURM jobid 17 (log: …).`
fn submitted(text: &str) -> Option<(&str, &str)> {
    let of = |id: &'_ str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    let rest = text.strip_prefix("Submitted job ").or_else(|| text.strip_prefix("Job "))?;
    let (id, rest) = rest.split_once(' ')?;
    if !of(id) || !(rest.starts_with("with external jobid") || rest.starts_with("has been submitted with")) {
        return None;
    }
    let external = rest.split_once("jobid ")?.1.split(" (").next()?;
    Some((id, external.trim_end_matches('.').trim_matches('\'')))
}

/// A line of a job that begins.
fn item(text: &str, info: &mut Info, id: &mut Option<String>) -> Result<(), Said> {
    let Some((name, value)) = text.split_once(": ") else { return Ok(()) };
    match name {
        "jobid" => *id = Some(value.to_owned()),
        "output" => info.has_output = true,
        "benchmark" => value.clone_into(&mut info.benchmark),
        "wildcards" => value.clone_into(&mut info.wildcards),
        "threads" => info.threads = Some(threads(value)?),
        "resources" => {
            for pair in value.split(", ") {
                if let Some((name, value)) = pair.split_once('=') {
                    info.resources.set(name, value)?;
                }
            }
        }
        _ => {}
    }
    Ok(())
}

/// The resources of a dictionary as Python writes it, `{'mem_mb': 500, 'gpu': 1}`.
pub(super) fn of_python(text: &str) -> Result<Resources, Said> {
    let mut resources = Resources::default();
    let inner = text.trim().trim_start_matches(['(', '{']).trim_end_matches([',', ')', '}']);
    for pair in inner.split(", ") {
        if let Some((name, value)) = pair.split_once(':') {
            resources.set(name.trim().trim_matches(['\'', '"']), value)?;
        }
    }
    Ok(resources)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_apart() {
        assert_eq!(asctime("[Mon Nov 23 10:00:00 2026]").as_deref(), Some("2026-11-23 10:00:00"));
        assert_eq!(asctime("[Tue Dec  1 10:00:00 2026] Group job x").as_deref(), Some("2026-12-01 10:00:00"));
        assert_eq!((asctime("[]"), asctime("[Mon Foo 1 1 1]"), asctime("x")), (None, None, None));
        assert_eq!(
            (rule("localrule all:"), rule("checkpoint a:")),
            (Some((true, "all")), Some((false, "a")))
        );
        assert_eq!((rule("Error in rule a:"), rule("rule :"), rule("rule a")), (None, None, None));
        assert_eq!(submitted("Submitted job 3 with external jobid '17'."), Some(("3", "17")));
        let slurm = "Job 3 has been submitted with SLURM jobid 18 (log: /a b.log).";
        assert_eq!((submitted(slurm), submitted("Job 3: hello")), (Some(("3", "18")), None));
        let resources =
            of_python("{'tmpdir': '/tmp', 'gpu': 2, 'mem_mb': 500, 'mem': '500 MB'}").expect("fine");
        // 500,000,000 ÷ 1,048,576 = 476.8.
        assert_eq!((resources.gpus, resources.memory_mib), (Some(2), 477));
    }
}
