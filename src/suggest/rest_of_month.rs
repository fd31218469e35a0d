//! The rest of a month that has begun: what is left of the budget, and which cap it lasts for.

use super::realized::Paid;
use super::rejection;
use super::{Suggestions, Trials};
use crate::estimate::estimate;
use crate::model::decimal::Decimal;
use crate::model::money::Usd;
use crate::model::time::hours;
use crate::model::usage::Group;
use crate::suggest::Rejection;

/// What is left of a month.
#[derive(Clone, Debug)]
pub struct Replan {
    /// The budget.
    pub budget: Usd,
    /// Charged so far for use in scope.
    pub spent: Usd,
    /// The second up to which that is.
    pub until: i64,
    /// Hours from then to the end of the month.
    pub hours: Decimal,
    /// What file systems and the like will cost in these hours.
    pub beside: Usd,
    /// By compute environment and cap: cost of the rest in all, and of the whole month.
    pub caps: Vec<Rest>,
}

/// What a cap would make of the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rest {
    /// The compute environment.
    pub environment: String,
    /// Its `max_vcpus`.
    pub max_vcpus: u32,
    /// Whether it is the present one.
    pub present: bool,
    /// What the rest of the month costs.
    pub rest: Usd,
    /// What the whole month costs.
    pub month: Usd,
    /// 95 % of the jobs wait no longer [s].
    pub wait_seconds_p95: u64,
    /// Whether it is the largest whose month is within the budget.
    pub chosen: bool,
}

/// The rest of the month by every cap of the frontiers. `Err` says why there is none to speak of.
pub fn replan(
    trials: &Trials<'_>,
    found: &Suggestions,
    paid: &Paid,
    budget: Usd,
) -> Result<Replan, Rejection> {
    let scenario = &trials.study.scenario;
    let (start, end) = (scenario.period.start().as_second(), scenario.period.end().as_second());
    let until = paid.until();
    if until >= end {
        return Err(rejection::nothing_left_to_plan());
    }
    let (rest_hours, all_hours) = (hours(end - until), hours(end - start));
    let estimate =
        estimate(scenario, trials.list, trials.catalog).map_err(|_| rejection::price_does_not_fit())?;
    if let Some(unpriced) = estimate.unpriced.iter().find(|line| line.usage.group != Group::Compute) {
        return Err(rejection::rest_unknown(unpriced.usage.sku.usage_type()));
    }
    let others = estimate.line_items.iter().filter(|item| item.usage.group != Group::Compute);
    let others: Usd = others.map(|item| item.cost.expected).sum();
    let beside = others.times(rest_hours / all_hours).to_price();
    let mut caps = Vec::new();
    for frontier in &found.frontiers {
        let present = scenario.environments.iter().find(|of| of.name == frontier.environment);
        let present = present.map(|of| of.max_vcpus);
        let first = caps.len();
        for point in &frontier.points {
            let rest = point.monthly.times(rest_hours / found.window.1).to_price() + beside;
            caps.push(Rest {
                environment: frontier.environment.clone(),
                max_vcpus: point.max_vcpus,
                present: present == Some(point.max_vcpus),
                rest,
                month: paid.total + rest,
                wait_seconds_p95: point.wait_seconds_p95,
                chosen: false,
            });
        }
        let kept = caps[first..].iter().rposition(|of: &Rest| of.month <= budget);
        if let Some(kept) = kept {
            caps[first + kept].chosen = true;
        }
    }
    Ok(Replan { budget, spent: paid.total, until, hours: rest_hours, beside, caps })
}
