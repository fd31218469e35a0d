//! The answer of `suggest`: report and JSON.

mod combination;
mod purchase_options;
mod realized;

use serde::Serialize;

pub use self::combination::Patched;
use self::combination::{PatchDocument, TogetherDocument, by_hand_table, diff, together_table};
use self::purchase_options::{BesideDocument, beside_table};
use self::realized::{PaidDocument, RestDocument, paid_tables, rest_table};
use crate::model::decimal::{self, Decimal};
use crate::model::time::hours;
use crate::report::{Across, Cell, Chart, Column, Line, Note, Page, Row, Said, Table};
use crate::suggest::budget::{Budget, BudgetDocument};
use crate::suggest::edit::overlay;
use crate::suggest::headings;
use crate::suggest::metrics::{self, Judged};
use crate::suggest::remediation::{self, Observed};
use crate::suggest::{Frontier, FrontierPoint, Mark, Rejected, Saving, Suggestion, Suggestions};

/// What `suggest` says.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The scenario's name.
    pub scenario: String,
    /// The workload as it was named.
    pub trace: String,
    /// What the prices are, in words.
    pub prices: Said,
    /// The seeds: the first, and how many.
    pub seeds: (u64, usize),
    /// What was found.
    pub found: Suggestions,
    /// What changes in Terraform files, where that was asked for.
    pub patched: Option<Patched>,
    /// What stands out in the scenario as it is.
    pub findings: Vec<Observed>,
    /// What was measured, whether it stands out or not.
    pub measured: Vec<Judged>,
    /// What the reader must know.
    pub notes: Vec<Note>,
}

impl Answer {
    /// Whether the scenario as it is has a price for everything that ran.
    #[must_use]
    pub fn is_priced(&self) -> bool {
        self.found.current.first().unpriced.is_empty()
    }

    /// The report.
    #[must_use]
    pub fn report(&self) -> Page {
        let found = &self.found;
        let (trace, month) = found.window;
        let monthly = match self.is_priced() {
            true => headings::a_month_for_instances(found.monthly.cents()),
            false => headings::at_least_a_month(found.monthly.cents()),
        };
        let current = headings::waits_up_to(monthly, found.current.p95());
        let current = match found.current.target_seconds() {
            Some(seconds) => headings::with_target(current, seconds),
            None => current,
        };
        let current = match found.current.unfinished() {
            0 => current,
            jobs => headings::with_unfinished(current, jobs),
        };
        let hours = |hours, places| decimal::grouped_trimmed(hours, places);
        let mut facts = vec![
            (headings::workload(), Said::alike(&self.trace)),
            (headings::window(), headings::jobs_as_month(hours(trace, 1), hours(month, 0))),
            (headings::runs(), headings::runs_of(self.seeds.1, self.seeds.0, found.simulated)),
            (headings::prices(), self.prices.clone()),
            (headings::as_it_is(), current),
        ];
        facts.extend(found.budget.as_ref().map(|budget| (headings::budget(), Said::alike(budget.words()))));
        let mut tables = Vec::new();
        if found.suggestions.is_empty() {
            tables.push(nothing());
        } else {
            tables.push(summary_table(found));
        }
        tables.extend(found.together.as_ref().map(|together| together_table(together, &found.current)));
        tables.extend(found.replan.as_ref().map(rest_table));
        tables.extend(found.at_paid_rates.iter().flat_map(paid_tables));
        tables.extend(self.patched.as_ref().and_then(by_hand_table));
        tables.extend(found.named().map(|(id, one)| detail_table(&id, one)));
        tables.extend(beside_table(&found.beside));
        tables.extend(found.frontiers.iter().map(frontier_table));
        tables.extend(crate::suggest::search::purchase::table(&found.spot_pays));
        tables.extend(remediation::table(headings::stands_out(), &self.findings));
        tables.extend(metrics::table(&self.measured));
        // Longer than all before it, and looked up rather than read.
        tables.extend((!found.rejected.is_empty()).then(|| rejected_table(&found.rejected)));
        Page::new(headings::suggestions_of(&self.scenario), tables, self.notes.clone())
            .with_facts(facts)
            .with_charts(found.frontiers.iter().filter(|frontier| frontier.points.len() > 1).map(chart))
            .with_verbatim(self.patched.iter().filter(|of| !of.diff.is_empty()).map(diff))
    }

    /// The JSON document; `generated_by` is the program and its version.
    #[must_use]
    pub fn document(&self, generated_by: &'static str) -> Document {
        let found = &self.found;
        Document {
            schema_version: 1,
            kind: "suggestions",
            generated_by,
            scenario: self.scenario.clone(),
            trace: self.trace.clone(),
            prices: self.prices.en.clone(),
            window: WindowDocument {
                trace_hours: decimal::plain(decimal::round(found.window.0, 4)),
                month_hours: decimal::plain(found.window.1),
            },
            seed: self.seeds.0,
            runs: self.seeds.1,
            simulated: found.simulated,
            current: CurrentDocument {
                cost_usd_per_month: found.monthly.to_string(),
                cost_at_least: !self.is_priced(),
                wait_seconds_p95: found.current.p95(),
                wait_target_seconds: found.current.target_seconds(),
                unfinished: found.current.unfinished(),
            },
            budget: found.budget.as_ref().map(Budget::document),
            suggestions: found.named().map(SuggestionDocument::new).collect(),
            findings: self.findings.iter().map(Observed::document).collect(),
            metrics: self.measured.iter().map(Judged::document).collect(),
            spot_break_even: found.spot_pays.clone(),
            rejected: found.rejected.iter().map(RejectedDocument::new).collect(),
            together: found.together.as_ref().map(TogetherDocument::new),
            at_paid_rates: found.at_paid_rates.as_ref().map(PaidDocument::new),
            rest_of_month: found.replan.as_ref().map(RestDocument::new),
            patch: self.patched.as_ref().map(PatchDocument::new),
            commitments: found.beside.iter().map(BesideDocument::new).collect(),
            frontier: found.frontiers.iter().flat_map(FrontierDocument::all).collect(),
            notes: self.notes.iter().map(ToString::to_string).collect(),
        }
    }
}

fn nothing() -> Table {
    Table {
        caption: headings::suggestions(),
        columns: vec![Column::text("suggestion", headings::found())],
        rows: vec![Row::Data(vec![Cell::Words(headings::nothing_found())])],
    }
}

fn summary_table(found: &Suggestions) -> Table {
    let row = |(id, of): (String, &Suggestion)| {
        let wait = |pick: fn(&crate::suggest::Change<u64>) -> u64| {
            of.wait_seconds_p95.as_ref().map_or(Cell::Empty, |waits| Cell::Number(pick(waits).into()))
        };
        Row::Data(vec![
            Cell::Text(id),
            Cell::Words(of.title()),
            Cell::Usd(of.saving.expected),
            Cell::Usd(of.saving.low),
            Cell::Usd(of.saving.high),
            wait(|waits| waits.current),
            wait(|waits| waits.proposed),
        ])
    };
    Table {
        caption: headings::suggestions_each_alone_savings_of_several_do(),
        columns: vec![
            Column::text("id", headings::id()),
            Column::text("title", headings::change()),
            Column::number("saving_expected", headings::saves_a_month()),
            Column::number("saving_low", headings::and_at_least()),
            Column::number("saving_high", headings::and_at_most()),
            Column::number("wait_p95_current", headings::p95_wait_now_s()),
            Column::number("wait_p95_proposed", headings::then_s()),
        ],
        rows: found.named().map(row).collect(),
    }
}

pub(in crate::suggest) fn pair((what, text): (Said, Said)) -> Row {
    Row::Data(vec![Cell::Words(what), Cell::Words(text)])
}

fn detail_table(id: &str, of: &Suggestion) -> Table {
    let setting = of.proposal.setting();
    let mut rows = vec![(headings::set_now(), setting.current), (headings::set_then(), setting.proposed)];
    rows.extend(of.evidence.iter().map(|said| (headings::rests_on(), said.said())));
    rows.extend(of.assumptions.iter().map(|said| (headings::assumes(), said.said())));
    rows.push((headings::risk(), of.risk()));
    rows.push((headings::way_back(), of.proposal.undo()));
    let edits = of.proposal.edits();
    let overlay = overlay(&edits);
    let lines = overlay.lines().filter(|line| !line.is_empty());
    rows.extend(lines.map(|line| (headings::to_apply(), Said::alike(line))));
    if edits.is_empty() {
        rows.push((headings::to_apply(), headings::advice_only()));
    }
    Table {
        caption: headings::named(id, of.title()),
        columns: vec![Column::text("item", headings::item()), Column::text("detail", headings::detail())],
        rows: rows.into_iter().map(pair).collect(),
    }
}

fn frontier_table(frontier: &Frontier) -> Table {
    let row = |point: &FrontierPoint| {
        Row::Data(vec![
            Cell::Number(point.max_vcpus.into()),
            Cell::Usd(point.monthly),
            Cell::Number(point.wait_seconds_p50.into()),
            Cell::Number(point.wait_seconds_p95.into()),
            point.gpu_percent.map_or(Cell::Empty, Cell::Number),
            Cell::Number(decimal::round(hours(point.makespan_seconds), 2)),
            Cell::Number(point.unfinished.into()),
            Cell::Words(Said::joined(point.marks.iter().map(|mark| mark.said()), ", ", "、")),
        ])
    };
    Table {
        caption: headings::max_vcpus_of(&frontier.environment),
        columns: vec![
            Column::count("max_vcpus", Said::alike("max_vcpus")),
            Column::number("monthly", headings::cost_a_month()),
            Column::number("wait_seconds_p50", headings::p50_wait_s()),
            Column::number("wait_seconds_p95", headings::p95_wait_s()),
            Column::number("gpu_percent", headings::gpus_in_use_percent()),
            Column::number("makespan_hours", headings::makespan_h()),
            Column::count("unfinished", headings::unfinished()),
            Column::text("marks", headings::marks()),
        ],
        rows: frontier.points.iter().map(row).collect(),
    }
}

fn rejected_table(rejected: &[Rejected]) -> Table {
    let row = |of: &Rejected| {
        Row::Data(vec![
            Cell::Text(of.candidate.kind().id().into()),
            Cell::Words(of.candidate.said()),
            Cell::Words(of.reason.said()),
        ])
    };
    Table {
        caption: headings::looked_at_and_not_suggested(),
        columns: vec![
            Column::text("kind", headings::kind()),
            Column::text("title", headings::candidate()),
            Column::text("reason", headings::why_not()),
        ],
        rows: rejected.iter().map(row).collect(),
    }
}

/// Waits over caps; between two caps the lower one's, since instances are whole.
fn chart(frontier: &Frontier) -> Chart {
    let line = |name: &str, pick: fn(&FrontierPoint) -> u64| Line {
        name: Said::alike(name),
        points: frontier
            .points
            .iter()
            .map(|point| (i64::from(point.max_vcpus), Decimal::from(pick(point))))
            .collect(),
    };
    Chart {
        title: headings::waits_of(&frontier.environment),
        across: Across::Number(Said::alike("max_vcpus")),
        y_label: headings::seconds(),
        lines: vec![line("p95", |point| point.wait_seconds_p95), line("p50", |point| point.wait_seconds_p50)],
        bands: Vec::new(),
    }
}

/// The document of `suggest --format json`.
#[derive(Debug, Serialize)]
pub struct Document {
    schema_version: u32,
    kind: &'static str,
    generated_by: &'static str,
    scenario: String,
    trace: String,
    prices: String,
    window: WindowDocument,
    seed: u64,
    runs: usize,
    simulated: u64,
    current: CurrentDocument,
    #[serde(skip_serializing_if = "Option::is_none")]
    budget: Option<BudgetDocument>,
    suggestions: Vec<SuggestionDocument>,
    spot_break_even: Vec<crate::suggest::SpotPay>,
    findings: Vec<remediation::ObservedDocument>,
    metrics: Vec<metrics::JudgedDocument>,
    rejected: Vec<RejectedDocument>,
    together: Option<TogetherDocument>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_paid_rates: Option<PaidDocument>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rest_of_month: Option<RestDocument>,
    #[serde(skip_serializing_if = "Option::is_none")]
    patch: Option<PatchDocument>,
    commitments: Vec<BesideDocument>,
    frontier: Vec<FrontierDocument>,
    notes: Vec<String>,
}

#[derive(Debug, Serialize)]
struct WindowDocument {
    trace_hours: String,
    month_hours: String,
}

#[derive(Debug, Serialize)]
struct CurrentDocument {
    cost_usd_per_month: String,
    cost_at_least: bool,
    wait_seconds_p95: u64,
    wait_target_seconds: Option<u64>,
    unfinished: u64,
}

#[derive(Debug, Serialize)]
struct SuggestionDocument {
    id: String,
    kind: &'static str,
    title: String,
    current: String,
    proposed: String,
    saving_usd_per_month: Saving,
    wait_seconds_p95: Option<WaitDocument>,
    meets_wait_target: bool,
    /// Whether it is for a person to do: nothing applies it.
    advice_only: bool,
    evidence: Vec<String>,
    assumptions: Vec<String>,
    risk: String,
    undo: String,
    /// TOML that lies over the scenario, as a file that extends it.
    scenario_overlay: String,
    /// How many times as long jobs then run, where that is another model's speed.
    #[serde(skip_serializing_if = "Option::is_none")]
    run_times: Option<String>,
}

impl SuggestionDocument {
    fn new((id, of): (String, &Suggestion)) -> SuggestionDocument {
        let (setting, edits) = (of.proposal.setting(), of.proposal.edits());
        SuggestionDocument {
            id,
            kind: of.proposal.kind().id(),
            title: of.title().en,
            current: setting.current.en,
            proposed: setting.proposed.en,
            saving_usd_per_month: of.saving,
            wait_seconds_p95: of
                .wait_seconds_p95
                .as_ref()
                .map(|waits| WaitDocument { current: waits.current, proposed: waits.proposed }),
            meets_wait_target: of.meets_target,
            advice_only: edits.is_empty(),
            evidence: of.evidence.iter().map(|of| of.said().en).collect(),
            assumptions: of.assumptions.iter().map(|of| of.said().en).collect(),
            risk: of.risk().en,
            undo: of.proposal.undo().en,
            scenario_overlay: overlay(&edits),
            run_times: of.proposal.run_times().map(decimal::plain),
        }
    }
}

#[derive(Debug, Serialize)]
struct WaitDocument {
    current: u64,
    proposed: u64,
}

#[derive(Debug, Serialize)]
struct RejectedDocument {
    kind: &'static str,
    title: String,
    reason: String,
}

impl RejectedDocument {
    fn new(of: &Rejected) -> RejectedDocument {
        RejectedDocument {
            kind: of.candidate.kind().id(),
            title: of.candidate.said().en,
            reason: of.reason.said().en,
        }
    }
}

#[derive(Debug, Serialize)]
struct FrontierDocument {
    compute_environment: String,
    max_vcpus: u32,
    cost_usd: String,
    wait_seconds_p50: u64,
    wait_seconds_p95: u64,
    gpu_percent: Option<String>,
    makespan_seconds: u64,
    unfinished: u64,
    marks: Vec<Mark>,
}

impl FrontierDocument {
    fn all(of: &Frontier) -> impl Iterator<Item = FrontierDocument> {
        of.points.iter().map(|point| FrontierDocument {
            compute_environment: of.environment.clone(),
            max_vcpus: point.max_vcpus,
            cost_usd: point.monthly.to_string(),
            wait_seconds_p50: point.wait_seconds_p50,
            wait_seconds_p95: point.wait_seconds_p95,
            gpu_percent: point.gpu_percent.map(decimal::plain),
            makespan_seconds: point.makespan_seconds,
            unfinished: point.unfinished,
            marks: point.marks.iter().copied().collect(),
        })
    }
}
