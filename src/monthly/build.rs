//! From the answers of one month to the report's value. No figure is computed here but sums.

use super::{
    BatchLimits, Behind, BehindPart, Budget, CapFrontier, CapPoint, Charged, ChargedStep, ComparedLine,
    DayCost, KIND, MonthLine, MonthlyReport, Priced, PricesUsed, Proposal, Proposals, Queue, SCHEMA_VERSION,
    SpotForecast, SpotPool,
};
use crate::compare::Comparison;
use crate::compare::bridge::{Bridged, Contribution};
use crate::compare::steps::{Change, Step};
use crate::estimate::pricing::LineItem;
use crate::estimate::{Estimate, Line};
use crate::model::decimal::{self, Decimal};
use crate::model::money::CostRange;
use crate::model::time::{day, instant};
use crate::model::usage::UsageLine;
use crate::report::{Note, Said};
use crate::simulate::findings::{Finding, findings};
use crate::simulate::study::{Run, Study};
use crate::spot::{PoolAnswer, SpotAnswer};
use crate::suggest::Frontier;
use crate::suggest::edit::overlay;
use crate::suggest::{Evidence, Suggestion, Suggestions};

/// Most steps of demand that a report keeps: a chart shows no more.
const MOST_STEPS: usize = 500;

/// What there is to say about a month.
#[derive(Debug)]
pub struct Parts<'a> {
    /// The program and its version.
    pub generated_by: &'static str,
    /// When [s since the Unix epoch].
    pub now: i64,
    /// The estimate.
    pub estimate: &'a Estimate,
    /// Charges beside it.
    pub comparison: Option<&'a Comparison>,
    /// The jobs, where the scenario has any, the first run, and where they are from.
    pub run: Option<(&'a Study, &'a Run, String)>,
    /// What could be changed, or why that could not be looked for.
    pub suggestions: Option<Result<&'a Suggestions, &'a Said>>,
    /// Spot prices.
    pub spot: Option<&'a SpotAnswer>,
    /// What the reader must know beside the notes of all these.
    pub notes: Vec<Note>,
}

/// The report.
#[must_use]
pub fn monthly(parts: &Parts<'_>) -> MonthlyReport {
    let scenario = &parts.estimate.scenario;
    let period = scenario.period;
    let last = day(period.end().as_second() - 1);
    let total = parts.estimate.total();
    let mut notes: Vec<&Note> = parts.estimate.notes.iter().collect();
    notes.extend(parts.comparison.iter().flat_map(|of| &of.notes));
    // Of prices of another time than the charges it is said what they are.
    if notes.iter().any(|note| matches!(note, Note::PricesOfAnotherTime { .. })) {
        notes.retain(|note| !matches!(note, Note::BundledPrices { .. }));
    }
    let found = parts.suggestions.and_then(Result::ok);
    notes.extend(found.iter().flat_map(|of| &of.notes));
    notes.extend(parts.spot.iter().flat_map(|of| &of.notes));
    notes.extend(&parts.notes);
    let mut said: Vec<Said> = Vec::new();
    for note in notes.into_iter().map(Note::said) {
        if !said.contains(&note) {
            said.push(note);
        }
    }
    MonthlyReport {
        schema_version: SCHEMA_VERSION,
        kind: KIND.to_owned(),
        generated_by: parts.generated_by.to_owned(),
        made_at: instant(parts.now),
        scenario: scenario.name.clone(),
        region: scenario.region.to_string(),
        month: match period.month() {
            Some(month) => month.to_string(),
            None => format!("{}_{last}", day(period.start().as_second())),
        },
        start: period.start().to_string(),
        end: period.end().to_string(),
        prices: PricesUsed {
            source: parts.estimate.price_source.0.to_string(),
            as_of: parts.estimate.price_source.1.clone(),
        },
        lines: parts.estimate.lines().map(|(id, line)| month_line(id, line)).collect(),
        total: CostRange { high: total.high.filter(|_| parts.estimate.is_complete()), ..total },
        at_least: !parts.estimate.is_complete(),
        limits: parts.estimate.frame.as_ref().map(|frame| BatchLimits {
            floor: frame.floor,
            ceiling: frame.ceiling,
            burn_per_hour: frame.burn_per_hour_at_ceiling,
        }),
        inputs: inputs(parts.estimate),
        budget: scenario.keys.budget.as_ref().map(|budget| Budget {
            warn_usd: budget.warn_usd.map(|usd| usd.0),
            fail_usd: budget.fail_usd.map(|usd| usd.0),
        }),
        charged: parts.comparison.map(charged),
        queue: parts.run.as_ref().map(|(study, run, trace)| queue(study, run, trace)),
        spot: parts.spot.map(spot).unwrap_or_default(),
        proposals: found.map(proposals),
        no_proposals: parts.suggestions.and_then(Result::err).cloned(),
        notes: said,
        missing_prices: parts.estimate.missing_prices(),
    }
}

fn inputs(estimate: &Estimate) -> Vec<(String, String)> {
    let numbers = estimate.scenario.document.numbers();
    numbers.into_iter().map(|(path, value)| (path.to_string(), decimal::plain(value))).collect()
}

fn month_line(line_id: usize, line: Line<'_>) -> MonthLine {
    let (usage, priced_as, missing_reason) = match line {
        Line::Priced(item) => (&item.usage, Some(priced(item)), None),
        Line::Unpriced(line) => (&line.usage, None, Some(line.reason.clone())),
    };
    let UsageLine { quantity, sku, .. } = usage;
    MonthLine {
        line_id,
        name: usage.name.clone(),
        group: usage.group.id().to_owned(),
        service: sku.service().code().to_owned(),
        region: sku.region.to_string(),
        usage_type: sku.usage_type(),
        purchase_option: sku.purchase.id().to_owned(),
        pricing_unit: quantity.expected.unit.focus().to_owned(),
        quantity: quantity.expected.amount,
        quantity_low: quantity.low.amount,
        quantity_high: quantity.high.amount,
        basis: usage.basis.id().to_owned(),
        priced: priced_as,
        derivation: usage.derivation.clone(),
        missing_reason,
    }
}

fn priced(item: &LineItem) -> Priced {
    Priced {
        fee: item.usage.fee.is_some(),
        list_unit_price: item.list_unit_price.map(|rate| rate.price),
        unit_price: item.unit_price,
        cost: item.cost,
        source: PricesUsed {
            source: item.provenance.source.to_string(),
            as_of: item.provenance.as_of.clone(),
        },
        verified: item.provenance.verified,
        sku: item.provenance.sku.clone(),
        detail: item.provenance.detail.clone(),
    }
}

fn charged(of: &Comparison) -> Charged {
    let matched = of.matched.len();
    let line = |(place, line): (usize, &crate::compare::Line)| ComparedLine {
        service: line.service.clone(),
        usage_type: line.usage_type.clone(),
        estimated_quantity: line.estimated_quantity,
        actual_quantity: line.actual_quantity,
        estimated: line.estimated_cost,
        actual: line.actual_cost,
        matched: place < matched,
        unpriced: line.unpriced,
    };
    Charged {
        source: of.question.source.clone(),
        basis: of.question.basis.id().to_owned(),
        until: instant(of.until),
        open_days: of.open_days,
        actual: of.actual(),
        billed: of.billed(),
        estimated: of.estimated(),
        lines: of.lines().enumerate().map(line).collect(),
        bridge: of.bridge.iter().map(|part| (part.driver.id().to_owned(), part.amount())).collect(),
        behind: of.bridge.iter().map(behind).collect(),
        out_of_scope: of.out_of_scope.clone(),
        excluded: of.excluded.clone(),
        source_total: of.source_total,
        daily: of
            .daily
            .iter()
            .map(|(second, cost)| DayCost { day: day(*second), cost: *cost, complete: *second < of.until })
            .collect(),
        month_end: of.month_end.as_ref().map(|end| end.total().into()),
        steps: of.steps.iter().map(step).collect(),
    }
}

fn step(of: &Step) -> ChargedStep {
    ChargedStep {
        day: day(of.day),
        service: of.service.clone(),
        once: of.change == Change::Outlier,
        amount: of.amount,
        usage_types: of.usage_types.clone(),
    }
}

fn behind(of: &Bridged) -> Behind {
    let part = |part: &Contribution| BehindPart {
        service: part.line.service.clone(),
        usage_type: part.line.usage_type.clone(),
        amount: part.amount,
    };
    Behind {
        mostly: of.mostly().map(|mostly| mostly.to_string()),
        parts: of.contributions.iter().map(part).collect(),
    }
}

fn queue(study: &Study, run: &Run, trace: &str) -> Queue {
    let figures = &run.figures;
    let (step_seconds, steps) = run.outcome.timeline.thinned(MOST_STEPS);
    let [_, p50, _, p95, _] = figures.waits.known();
    let minutes = study.scenario.keys.target.as_ref().and_then(|target| target.wait_minutes);
    let target = minutes.map(|minutes| decimal::truncate(minutes.0 * Decimal::from(60), 0));
    Queue {
        trace: trace.to_owned(),
        seed: figures.seed,
        jobs: figures.jobs.submitted,
        succeeded: figures.jobs.succeeded,
        failed: figures.jobs.failed,
        unfinished: figures.jobs.unfinished,
        interrupted_attempts: figures.interrupted_attempts,
        wait_seconds_p50: p50,
        wait_seconds_p95: p95,
        wait_target_seconds: target.and_then(|seconds| u64::try_from(seconds).ok()),
        gpu_percent: figures.gpu_percent,
        vcpu_percent: figures.vcpu_percent,
        findings: findings(run, &study.scenario).iter().map(Finding::said).collect(),
        start: study.start(&run.workload),
        step_seconds,
        steps: steps.iter().map(|step| (step.demanded_vcpus, step.owned_vcpus, step.max_vcpus)).collect(),
    }
}

fn spot(answer: &SpotAnswer) -> Vec<SpotPool> {
    let (start, end) = answer.month.seconds();
    let pool = |of: &PoolAnswer| SpotPool {
        instance_type: of.pool.instance_type.to_string(),
        zone: of.pool.zone.clone(),
        mean: of.statistics.time_weighted_mean,
        current: of.statistics.current,
        on_demand: of.on_demand,
        history: of.curve.clone(),
        until: answer.end,
        forecast: of.forecast.as_ref().map(|of| SpotForecast {
            start,
            end,
            mean: of.expected,
            low: of.low,
            high: of.high,
        }),
    };
    answer.pools.iter().map(pool).collect()
}

fn proposals(found: &Suggestions) -> Proposals {
    Proposals {
        monthly: found.monthly,
        changes: found.named().map(|(id, of)| proposal(id, of)).collect(),
        together: found.together.as_ref().map(|all| (all.ids.clone(), all.saving.into())),
        frontiers: found.frontiers.iter().map(frontier).collect(),
    }
}

pub(super) fn proposal(id: String, of: &Suggestion) -> Proposal {
    let setting = of.proposal.setting();
    let lines = overlay(&of.proposal.edits());
    Proposal {
        id,
        kind: of.proposal.kind().id().to_owned(),
        title: of.title(),
        settings: lines.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect(),
        current: setting.current,
        proposed: setting.proposed,
        saving: of.saving.into(),
        wait_seconds_p95: of.wait_seconds_p95.as_ref().map(|waits| (waits.current, waits.proposed)),
        evidence: of.evidence.iter().map(Evidence::said).collect(),
        risk: of.risk(),
        way_back: of.proposal.undo(),
    }
}

fn frontier(of: &Frontier) -> CapFrontier {
    CapFrontier {
        environment: of.environment.clone(),
        points: of
            .points
            .iter()
            .map(|point| CapPoint {
                max_vcpus: point.max_vcpus,
                monthly: point.monthly,
                wait_seconds_p50: point.wait_seconds_p50,
                wait_seconds_p95: point.wait_seconds_p95,
                marks: point.marks.iter().copied().collect(),
            })
            .collect(),
    }
}
