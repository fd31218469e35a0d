//! The comparison as JSON: its keys.

use super::bridge::{Bridged, Contribution};
use super::by::{Breakdown, By, ByRow};
use super::commitments::Commitments;
use super::month_end::LEVEL_PERCENT;
use super::movers::{Against, Detail};
use super::steps::Step;
use super::{Comparison, Line, UnitCost, sum};
use crate::model::decimal::{Decimal, plain, round};
use crate::model::json::{Entries, Object, keys, list, object};
use crate::model::money::Usd;
use crate::model::time::{day, instant};

keys! {
    Comparison, |of| {
        scenario: &of.scenario,
        source: &of.question.source,
        basis: of.question.basis.id(),
        currency: "USD",
        period: object! {
            start: of.period.start().to_string(),
            end: of.period.end().to_string(),
            compared_until: instant(of.until),
        },
        prices: &of.prices,
        matched: &of.matched,
        only_estimated: &of.only_estimated,
        only_charged: &of.only_charged,
        out_of_scope: amounts(&of.out_of_scope),
        excluded: amounts(&of.excluded),
        bridge: &of.bridge,
        totals: object! {
            estimated: of.estimated(),
            estimated_at_least: !of.is_priced(),
            actual: of.actual(),
            difference: of.difference(),
            out_of_scope: sum(&of.out_of_scope),
            excluded: sum(&of.excluded),
            source_total: of.source_total,
        },
        unit_costs: &of.unit_costs,
        #[given] jobs: of.jobs.map(plain),
        #[given] budget: of.budget.map(|(verdict, limit)| object! {
            verdict: verdict.id(),
            actual: of.billed(),
            limit: limit,
        }),
        #[given] month_end: of.month_end.as_ref().map(|end| object! {
            charged: end.charged,
            days: end.days,
            days_to_come: end.days_to_come,
            rest: end.rest,
            total: end.total(),
            level: level(),
            estimated: of.estimated_whole,
        }),
        #[given] aws_forecast: of.question.aws_forecast.map(|(from, rest)| object! {
            from: instant(from),
            rest: rest,
            level: level(),
        }),
        daily: list(of.daily_by_service().into_iter().flat_map(|(service, days)| {
            days.into_iter().map(move |(second, cost)| object! {
                service: service,
                day: day(second),
                charged: cost,
                complete: second < of.until,
            })
        })),
        steps: &of.steps,
        #[given] costs: of.costs,
        #[given] commitments: (!of.commitments.is_empty()).then_some(&of.commitments),
        #[given] breakdown: of.breakdown.as_ref(),
        #[given] against: of.against.as_ref(),
        settled: object! {
            complete: of.open_days == 0,
            open_days: of.open_days,
            days_since_end: of.days_since_end(),
            #[given] last_use: of.last_use.map(day),
        },
        requests: object! {
            paid_calls: of.question.paid_calls,
            cost_usd: of.paid(),
            #[given] athena: of.question.query.as_ref().map(|run| object! {
                region: &run.region,
                workgroup: &run.workgroup,
                output_location: &run.output_location,
                scanned_bytes: run.scanned_bytes,
                cost_usd: run.cost(),
            }),
        },
        notes: &of.notes,
    }

    Line, |of| {
        service: &of.service,
        usage_type: &of.usage_type,
        ..quantities(of),
        estimated_cost: of.estimated_cost.filter(|_| !of.unpriced),
        actual_cost: of.actual_cost,
        difference: of.difference(),
    }

    Bridged, |of| {
        driver: of.driver.id(),
        amount: of.amount(),
        contributions: &of.contributions,
    }

    Contribution, |of| {
        service: &of.line.service,
        usage_type: &of.line.usage_type,
        amount: of.amount,
        ..quantities(&of.line),
        estimated_unit_price: of.line.estimated_unit_price(),
        actual_unit_price: of.line.actual_unit_price(),
    }

    UnitCost, |of| {
        unit: of.unit,
        estimated_usd: of.estimated,
        actual_usd: of.actual,
    }

    Step, |of| {
        day: day(of.day),
        service: &of.service,
        kind: of.change.id(),
        amount: of.amount,
        usage_types: list(of.usage_types.iter().map(|(name, amount)| object! { usage_type: name, amount: amount })),
    }

    Commitments, |of| {
        kind: of.kind.id(),
        used: of.used,
        unused: of.unused,
        utilization: share(of.utilization()),
        covered_hours: of.hours.map(plain),
        coverable_hours: of.coverable_hours.map(plain),
        coverage_of_hours: share(of.coverage_of_hours()),
        coverage_of_list: share(of.coverage_of_list()),
        savings: of.savings(),
    }

    Breakdown, |of| {
        by: list(of.by.iter().map(By::id)),
        of_all_charges: of.of_all,
        rows: &of.rows,
        actual: of.actual(),
    }

    ByRow, |of| {
        values: &of.values,
        estimated: of.estimated,
        estimated_at_least: of.unpriced,
        actual: of.actual,
        other_months: of.other_months,
        #[given] costs: of.costs,
    }

    Against, |of| {
        month: &of.then.month,
        source: &of.then.source,
        days_then: plain(of.days.0),
        days_now: plain(of.days.1),
        then: of.total().then.unwrap_or_default(),
        now: of.total().now.unwrap_or_default(),
        movers: list(of.folded(Detail::Data).0.into_iter().map(|mover| object! {
            service: &mover.service,
            usage_type: &mover.usage_type,
            then: mover.then,
            now: mover.now,
            difference: mover.now.unwrap_or_default() - mover.then.unwrap_or_default(),
            #[given] difference_a_day: of.of_a_day(mover),
        })),
    }
}

fn quantities(line: &Line) -> Object<impl Entries> {
    object! {
        estimated_quantity: line.estimated_quantity.map(plain),
        actual_quantity: line.actual_quantity.map(plain),
    }
}

fn amounts(charges: &[(String, Usd)]) -> impl serde::Serialize {
    object! {
        charges: list(charges.iter().map(|(name, amount)| object! { name: name, amount: amount })),
        sum: sum(charges),
    }
}

fn share(share: Option<Decimal>) -> Option<String> {
    share.map(|share| plain(round(share, 6)))
}

fn level() -> String {
    plain(Decimal::from(LEVEL_PERCENT) / Decimal::ONE_HUNDRED)
}
