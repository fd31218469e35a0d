//! The answer of `learn`: report and JSON.

use super::arrivals::{Arrivals, RunHours};
use super::headings;
use super::{Content, Estimate, Finding, Kind, Learned, State};
use crate::model::decimal::{Decimal, grouped_trimmed, plain};
use crate::model::json::{keys, list, object};
use crate::model::time::instant;
use crate::report::{Cell, Column, Page, Row, Said, Table, Verbatim};

/// What `learn` says.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The scenario's name.
    pub scenario: String,
    /// What was learned.
    pub learned: Learned,
    /// What changes in the scenario's file; empty for nothing.
    pub diff: String,
    /// Whether it is written.
    pub applied: bool,
}

/// A number of the answer.
struct Line<'a> {
    finding: &'a Finding,
    /// Of arrivals, which of their keys.
    part: String,
    value: Option<&'a Estimate>,
}

impl State {
    const fn id(&self) -> &'static str {
        match self {
            State::Proposed(_) => "proposed",
            State::Kept(_) => "kept",
            State::LeftOut(_) => "left_out",
            State::TooLittle(_) => "too_little",
            State::NotRecorded(_) => "not_recorded",
        }
    }

    /// Why there is no value.
    const fn missing(&self) -> Option<&Said> {
        match self {
            State::Proposed(_) | State::Kept(_) => None,
            State::LeftOut(said) | State::TooLittle(said) | State::NotRecorded(said) => Some(said),
        }
    }

    fn content(&self) -> Option<&Content> {
        match self {
            State::Proposed(content) | State::Kept(content) => Some(content),
            _ => None,
        }
    }
}

impl Answer {
    /// The report.
    #[must_use]
    pub fn report(&self) -> Page {
        let Learned { record, zone, left_out, findings } = &self.learned;
        let proposed = findings.iter().filter(|finding| finding.is_proposed()).count();
        let kept = findings.iter().filter(|finding| matches!(finding.state, State::Kept(_))).count();
        let unknown = findings.len() - proposed - kept;
        let mut facts = vec![
            (headings::jobs(), Said::alike(record.words())),
            (headings::hours(), headings::of_the_week(zone)),
            (headings::intervals(), headings::from_counts()),
            (headings::found(), headings::found_of(proposed, kept, unknown)),
        ];
        facts.extend(left_out.iter().map(|said| (headings::left_out(), said.clone())));
        let mut tables = vec![values(findings)];
        tables.extend(details(findings));
        tables.extend(missing(findings));
        let caption = if self.applied { headings::written() } else { headings::would_be_written() };
        let verbatim = Verbatim { caption, language: "diff", text: self.diff.clone() };
        Page::new(headings::learned_of(&self.scenario), tables, Vec::new())
            .with_facts(facts)
            .with_verbatim(Some(verbatim).filter(|of| !of.text.is_empty()))
    }
}

keys! {
    Answer, |of| {
        scenario: &of.scenario,
        jobs: object! {
            file: &of.learned.record.name,
            count: of.learned.record.jobs,
            first_submission: of.learned.record.span.map(|span| instant(span.0)),
            last_submission: of.learned.record.span.map(|span| instant(span.1)),
        },
        timezone: &of.learned.zone,
        #[given] left_out: of.learned.left_out.as_ref(),
        interval_percent: 95,
        findings: &of.learned.findings,
        diff: &of.diff,
        applied: of.applied,
    }

    Finding, |of| {
        id: of.target.id(),
        key: of.target.kind.key(),
        of: &of.target.of,
        #[given] instance_type: of.target.instance_type.as_ref(),
        state: of.state.id(),
        now: &of.now,
        values: list(lines(of).into_iter().filter_map(|line| line.value.map(|value| object! {
            #[given] part: Some(line.part).filter(|part| !part.is_empty()),
            low: value.low.map(plain),
            expected: plain(value.value),
            high: value.high.map(plain),
        }))),
        #[given] run_hours: of.run_hours_seen().map(|hours| list(hours.iter().map(|hours| plain(*hours)))),
        counted: &of.counted,
        assumes: &of.caveat,
        missing: of.state.missing(),
    }
}

impl Finding {
    fn run_hours_seen(&self) -> Option<&[Decimal]> {
        let Content::Arrivals(of) = self.state.content()? else { return None };
        match &of.run_hours {
            RunHours::Seen(hours) => Some(hours),
            RunHours::Lognormal { .. } => None,
        }
    }
}

/// The numbers of a finding.
fn lines(finding: &Finding) -> Vec<Line<'_>> {
    let line = |part: String, value| Line { finding, part, value: Some(value) };
    match finding.state.content() {
        None => vec![Line { finding, part: String::new(), value: None }],
        Some(Content::Number(value)) => vec![line(String::new(), value)],
        Some(Content::Arrivals(of)) => parts(of).into_iter().map(|(part, value)| line(part, value)).collect(),
    }
}

/// The numbers of arrivals with what they are called.
fn parts(of: &Arrivals) -> Vec<(String, &Estimate)> {
    let mut parts = vec![("jobs_per_hour".to_owned(), &of.otherwise.jobs_per_hour)];
    parts.extend(of.rates.iter().map(|rate| {
        let when = [rate.weekdays.as_str(), rate.hours.as_str()].map(str::to_owned);
        let when: Vec<String> = when.into_iter().filter(|text| !text.is_empty()).collect();
        (format!("rates {}", when.join(" ")), &rate.jobs_per_hour)
    }));
    if let RunHours::Lognormal { median, sigma } = &of.run_hours {
        parts.extend([("median_hours".to_owned(), median), ("sigma".to_owned(), sigma)]);
    }
    parts
}

/// What a row is headed by: the table of the scenario it is in.
fn heading(finding: &Finding) -> Said {
    let of = &finding.target.of;
    match finding.target.kind {
        Kind::Interruptions | Kind::LaunchMinutes | Kind::CapacityErrors => headings::environment_of(of),
        Kind::Memory | Kind::Gpus => headings::definition_of(of),
        Kind::RelativeSpeed => Said::alike("relative_speed"),
        Kind::Arrivals if of.is_empty() => Said::alike("workload"),
        Kind::Arrivals => headings::arrivals_of(of),
    }
}

/// What a row is called under its heading.
fn short(line: &Line<'_>) -> String {
    let target = &line.finding.target;
    match (target.kind, &target.instance_type) {
        (Kind::RelativeSpeed, Some(name)) => name.clone(),
        (Kind::CapacityErrors, Some(name)) => format!("{} of {name}", target.kind.key()),
        (Kind::Arrivals, _) if !line.part.is_empty() => line.part.clone(),
        _ => target.kind.key().to_owned(),
    }
}

fn values(findings: &[Finding]) -> Table {
    let columns = vec![
        Column::machine("id"),
        Column::machine("kind"),
        Column::machine("part"),
        Column::text("key", headings::key()),
        Column::text("now", headings::now()),
        Column::number("value", headings::learned()),
        Column::number("low", headings::at_least()),
        Column::number("high", headings::at_most()),
        Column::text("state", headings::state()).spare(1),
        Column::machine("counted"),
        Column::machine("missing"),
    ];
    let number = |number: Option<Decimal>| number.map_or(Cell::Unknown, Cell::Number);
    let (mut rows, mut before) = (Vec::new(), Said::default());
    for line in findings.iter().flat_map(lines) {
        let finding = line.finding;
        let heading = heading(finding);
        if heading != before {
            rows.push(Row::Heading(heading.clone()));
            before = heading;
        }
        let now = finding.now.as_deref().filter(|_| line.part.is_empty() || line.part == "jobs_per_hour");
        let estimate = |pick: fn(&Estimate) -> Option<Decimal>| number(line.value.and_then(pick));
        rows.push(Row::Data(vec![
            Cell::Text(finding.target.id()),
            Cell::Text(finding.target.kind.key().into()),
            Cell::Text(line.part.clone()),
            Cell::Text(short(&line)),
            now.map_or(Cell::Empty, |now| Cell::Text(now.into())),
            estimate(|of| Some(of.value)),
            estimate(|of| of.low),
            estimate(|of| of.high),
            Cell::Words(state_said(&finding.state)),
            Cell::Words(finding.counted.clone()),
            finding.state.missing().map_or(Cell::Empty, |said| Cell::Words(said.clone())),
        ]));
    }
    Table { caption: Said::default(), columns, rows }
}

/// What became of a value; in English its name in data.
fn state_said(state: &State) -> Said {
    let ja = match state {
        State::Proposed(_) => "提案",
        State::Kept(_) => "現状維持",
        State::LeftOut(_) => "除外",
        State::TooLittle(_) => "記録不足",
        State::NotRecorded(_) => "記録なし",
    };
    Said::new(state.id().replace('_', " "), ja)
}

fn pairs(caption: Said, rows: Vec<(String, Said)>) -> Option<Table> {
    let columns = vec![Column::text("id", headings::key()), Column::text("detail", headings::detail())];
    let row = |(id, said): (String, Said)| Row::Data(vec![Cell::Text(id), Cell::Words(said)]);
    let is_empty = rows.is_empty();
    let rows = rows.into_iter().map(row).collect();
    (!is_empty).then_some(Table { caption, columns, rows })
}

/// What was counted and assumed; what is assumed of several alike once.
fn details(findings: &[Finding]) -> Option<Table> {
    let mut rows: Vec<(String, Said)> = Vec::new();
    let mut said: Vec<&Said> = Vec::new();
    for finding in findings.iter().filter(|finding| finding.state.content().is_some()) {
        rows.push((finding.target.id(), finding.counted.clone()));
        if let Some(Content::Arrivals(of)) = finding.state.content()
            && let RunHours::Seen(hours) = &of.run_hours
        {
            let mean = hours.iter().sum::<Decimal>() / Decimal::from(hours.len().max(1));
            rows.push((String::new(), headings::run_hours(hours.len(), grouped_trimmed(mean, 2))));
        }
        if !said.contains(&&finding.caveat) {
            said.push(&finding.caveat);
            rows.push((String::new(), finding.caveat.clone()));
        }
    }
    pairs(headings::counted_and_assumed(), rows)
}

fn missing(findings: &[Finding]) -> Option<Table> {
    let rows = findings.iter().filter_map(|finding| {
        let missing = finding.state.missing()?;
        Some((finding.target.id(), missing.clone()))
    });
    pairs(headings::not_known(), rows.collect())
}
