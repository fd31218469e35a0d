//! The answer of `simulate` as JSON: its keys.

use serde::{Serialize, Serializer};

use super::answer::Answer;
use super::figures::{Figures, InstanceHours, ShareWaits, WaitedFor};
use super::findings::Finding;
use super::outcome::Waits;
use super::replications::{Interval, intervals};
use super::shares::Shares;
use super::span::Span;
use crate::model::decimal::plain;
use crate::model::json::{keys, list, object};
use crate::model::money::Total;
use crate::model::time::instant;

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let first = self.first();
        let keys = object! {
            scenario: &self.scenario,
            trace: &self.trace,
            start: instant(self.start),
            prices: &self.prices,
            seed: first.seed,
            jobs: jobs(first),
            wait_seconds: first.waits,
            queues: list(first.queues.iter().map(|(queue, waits)| object! {
                queue: queue,
                jobs: waits.jobs,
                wait_seconds: waits,
            })),
            #[given] fair_share: (!first.shares.is_empty()).then_some(&first.shares),
            over_wait_target: first.over_wait_target,
            waited_for: &first.waited_for,
            utilization: object! {
                vcpu_percent: first.vcpu_percent.map(plain),
                gpu_percent: first.gpu_percent.map(plain),
            },
            instances: object! { peak: first.peak_instances, hours: &first.instances },
            max_vcpus_used: first.max_vcpus_used,
            lost_vcpu_hours: plain(first.lost_vcpu_hours),
            failed_vcpu_hours: plain(first.failed_vcpu_hours),
            cost: first.cost,
            cost_at_least: !self.is_priced(),
            shares: &self.shares,
            unpriced: &first.unpriced,
            usd_per_useful_vcpu_hour: first.per_useful_vcpu_hour(),
            usd_per_useful_gpu_hour: first.per_useful_gpu_hour(),
            makespan_seconds: first.makespan_seconds,
            #[given] launched_types: self.span.as_ref(),
            #[given] replications: (self.runs.len() > 1).then(|| object! {
                runs: self.runs.len(),
                confidence: "0.95",
                figures: intervals(&self.runs),
            }),
            findings: &self.findings,
            notes: &self.notes,
        };
        keys.serialize(serializer)
    }
}

fn jobs(first: &Figures) -> impl Serialize {
    let cancelled = first.cancelled.iter().map(|(reason, jobs)| object! { reason: reason.id(), jobs: jobs });
    object! {
        submitted: first.jobs.submitted,
        succeeded: first.jobs.succeeded,
        failed: first.jobs.failed,
        unfinished: first.jobs.unfinished,
        misfits: first.jobs.misfits,
        interrupted_attempts: first.interrupted_attempts,
        #[given] cancelled: (!first.cancelled.is_empty()).then(|| list(cancelled)),
    }
}

keys! {
    Waits, |of| {
        mean: of.known()[0],
        p50: of.known()[1],
        p90: of.known()[2],
        p95: of.known()[3],
        max: of.known()[4],
    }

    ShareWaits, |of| {
        queue: &of.queue,
        share_identifier: (!of.share.is_empty()).then_some(&of.share),
        weight_factor: plain(of.weight),
        jobs: of.waits.jobs,
        wait_seconds: of.waits,
    }

    WaitedFor, |of| {
        cause: of.cause,
        compute_environment: &of.environment,
        #[given] consumable_resource: of.resource.as_ref(),
        job_hours: plain(of.job_hours),
        percent: plain(of.percent),
    }

    InstanceHours, |of| {
        compute_environment: &of.environment,
        instance_type: &of.instance_type,
        purchase_option: of.purchase.id(),
        launches: of.launches,
        peak: of.peak,
        hours: plain(of.hours),
        refused_launches: of.refusals,
    }

    Shares, |of| {
        by: of.by.to_string(),
        rows: list(of.rows.iter().map(|(value, shared)| object! {
            value: value,
            jobs: shared.jobs,
            attempts: shared.attempts,
            vcpu_hours: plain(shared.vcpu_hours()),
            gpu_hours: plain(shared.gpu_hours()),
            cost: shared.cost.known(),
            cost_at_least: !matches!(shared.cost, Total::Whole(_)),
        })),
    }

    Span, |of| {
        compute_environments: &of.environments,
        ends: list(of.names().into_iter().zip(&of.ends).map(|((first, _), figures)| object! {
            launched_first: first,
            wait_seconds: figures.waits,
            launches: figures.instances.iter().map(|of| of.launches).sum::<u64>(),
            instance_hours: plain(figures.instances.iter().map(|of| of.hours).sum()),
            cost: figures.cost,
            cost_at_least: !figures.unpriced.is_empty(),
        })),
    }

    Interval, |of| {
        figure: of.name,
        mean: plain(of.mean),
        half_width: plain(of.half_width),
        least: plain(of.range.0),
        most: plain(of.range.1),
    }

    Finding, |of| {
        symptom: of.symptom.said().en,
        evidence: of.evidence.said().en,
    }
}
