//! What the reader of a comparison must know.

use super::Comparison;
use super::estimated::{Part, estimated_lines};
use super::month_end::LEAST_DAYS;
use super::settled::is_final;
use crate::actuals::{Bill, CostBasis, RecordType};
use crate::estimate::{BudgetVerdict, Estimate, judged};
use crate::model::money::{Total, Usd};
use crate::model::time::{DAY, Month, day};
use crate::prices::Source;
use crate::report::{Note, prices};

pub(super) fn notes(comparison: &Comparison, estimate: &Estimate, bill: &Bill) -> Vec<Note> {
    let mut notes = settled(comparison, estimate, bill);
    notes.extend(budgets(comparison, estimate));
    notes.extend(basis(comparison, estimate, bill));
    notes.extend(comparison.jobs.map(|jobs| Note::JobsOfScenario { jobs }));
    let mut dated = false;
    if let (Source::Live | Source::Bundled, as_of) = &estimate.price_source
        && comparison.days_since_end().is_some()
    {
        dated = true;
        let source = estimate.price_source.0.to_string();
        notes.push(Note::PricesOfAnotherTime {
            prices: prices(&source, as_of.as_deref()),
            month: Month::of_second(comparison.period.start().as_second()).to_string(),
        });
    }
    if bill.rows > 0
        && !bill.used_days().is_empty()
        && !bill.charges.keys().any(|key| key.in_scope && key.record == RecordType::Usage)
    {
        let remark =
            "no usage of the source is in the scenario's [scope]: is an account, region or tag misspelled?";
        notes.push(Note::PriceRemark { remark: remark.to_owned() });
    }
    if bill.rows == 0 {
        notes.push(Note::NoCharges {
            period: format!("{} to {}", comparison.period.start(), comparison.period.end()),
        });
    }
    let unpriced: Vec<String> =
        comparison.lines().filter(|line| line.unpriced).map(|line| line.usage_type.clone()).collect();
    if !unpriced.is_empty() {
        notes.push(Note::ComparedWithoutPrice { usage_types: unpriced });
    }
    let unquantified: Vec<String> =
        comparison.lines().filter(|line| line.unquantified).map(|line| line.usage_type.clone()).collect();
    notes.extend(
        (!unquantified.is_empty()).then_some(Note::ChargedWithoutQuantity { usage_types: unquantified }),
    );
    if comparison.only_charged.iter().any(|line| line.usage_type.is_empty()) {
        notes.push(Note::NoUsageType);
    }
    notes.extend(bill.remarks.iter().map(|remark| Note::PriceRemark { remark: remark.clone() }));
    let about_prices = |note: &&Note| match note {
        // What they are is said above.
        Note::BundledPrices { .. } => !dated,
        Note::ScenarioPrices { .. } | Note::Unverified { .. } | Note::PriceRemark { .. } => true,
        _ => false,
    };
    notes.extend(estimate.notes.iter().filter(about_prices).cloned());
    notes
}

/// What is missing of the period.
fn settled(comparison: &Comparison, estimate: &Estimate, bill: &Bill) -> Vec<Note> {
    let mut notes = Vec::new();
    let (end, now) = (comparison.period.end().as_second(), comparison.question.now);
    if comparison.until < end && now >= end {
        notes.push(Note::SourceStopsAt { until: day(comparison.until), days: comparison.open_days });
    } else if comparison.until < end {
        notes.push(Note::PartialPeriod { until: day(comparison.until), open_days: comparison.open_days });
    } else if !is_final(comparison.period, now) {
        notes.push(Note::LateCharges { end: day(end) });
    }
    if now < end && comparison.month_end.is_none() {
        let days = (comparison.until - comparison.period.start().as_second()) / DAY;
        notes.push(Note::TooFewDays { days: usize::try_from(days).unwrap_or(0), least: LEAST_DAYS });
    }
    if comparison.until == end && comparison.open_days > 0 && bill.rows > 0 {
        notes.push(Note::SourceStops { days: comparison.open_days });
    }
    notes.extend(comparison.last_use.map(|last| use_stopped(comparison, estimate, last)));
    if !bill.estimated_days.is_empty() {
        let days = bill.estimated_days.iter().map(|second| day(*second)).collect();
        notes.push(Note::EstimatedDays { days });
    }
    notes
}

/// What the basis leaves out that the estimate has in it.
fn basis(comparison: &Comparison, estimate: &Estimate, bill: &Bill) -> Vec<Note> {
    let of = |record: RecordType| -> Usd {
        let rows = bill.charges.iter().filter(|(key, _)| key.in_scope && key.record == record);
        rows.map(|(_, amounts)| amounts.cost).sum()
    };
    let basis = comparison.question.basis;
    let (discounts, negation) = (of(RecordType::Discount), of(RecordType::SavingsPlanNegation));
    let mut notes = Vec::new();
    if basis != CostBasis::NetAmortized
        && !estimate.scenario.keys.discount.is_empty()
        && discounts != Usd::ZERO
    {
        notes.push(Note::DiscountsApart { basis: basis.id(), discounts });
    }
    if basis == CostBasis::Unblended && negation != Usd::ZERO {
        notes.push(Note::CoveredAtListPrice { negation, fees: of(RecordType::Fee) });
    }
    notes
}

/// When use stopped, and what was planned for the days after it.
fn use_stopped(comparison: &Comparison, estimate: &Estimate, last: i64) -> Note {
    let (after, end) = (last + DAY, comparison.period.end().as_second());
    let before = estimated_lines(estimate, &Part::new(&estimate.scenario, after));
    let before: Usd = before.values().filter_map(|line| line.estimated_cost).sum();
    Note::UseStopped {
        last: day(last),
        days: (end - after + DAY - 1) / DAY,
        planned: Total::new(comparison.estimated() - before, comparison.is_priced()),
    }
}

/// What is charged, and what the month's end is forecast at, where the budget is exceeded.
fn budgets(comparison: &Comparison, estimate: &Estimate) -> Vec<Note> {
    let key = |verdict: BudgetVerdict| match verdict {
        BudgetVerdict::Warn => Some("warn_usd"),
        BudgetVerdict::Fail => Some("fail_usd"),
        BudgetVerdict::Within | BudgetVerdict::Unknown => None,
    };
    let mut notes = Vec::new();
    if let Some((key, limit)) = comparison.budget.and_then(|(verdict, limit)| Some((key(verdict)?, limit))) {
        notes.push(Note::ChargedOverBudget { actual: comparison.billed(), limit, key });
    }
    let expected = comparison.month_end.as_ref().map(|end| end.total().expected);
    let budget = estimate.scenario.keys.budget.as_ref();
    if let Some((budget, expected)) = budget.zip(expected)
        && let Some((verdict, limit)) = judged(budget, expected, true)
        && let Some(key) = key(verdict)
    {
        notes.push(Note::MonthEndOverBudget { expected, limit, key });
    }
    notes
}
