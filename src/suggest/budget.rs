//! What a month may cost: a property of the answer, not of one search.
//!
//! No candidate passes that costs more than that and no less than it does now; what saves, but not enough, says so. And
//! where no setting that was tried keeps it, the answer to the question is no.

use crate::suggest::Evidence;
use crate::suggest::Rejection;
use serde::Serialize;

use super::trials::{Measured, Trials};
use super::{Kind, Suggestion, Suggestions, evidence, rejection};
use crate::model::money::Usd;

/// What one setting came to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tried {
    /// What a month costs; `None` where something has no price.
    monthly: Option<Usd>,
    unfinished: u64,
    failed: u64,
    misses_target: bool,
}

impl Tried {
    pub(super) fn new(trials: &Trials<'_>, measured: &Measured) -> Tried {
        let known = measured.unpriced().is_none();
        Tried {
            monthly: known.then(|| trials.monthly(measured.mean_cost())),
            unfinished: measured.unfinished(),
            failed: measured.failed(),
            misses_target: measured.misses_target(),
        }
    }
}

/// Whether what a month may cost is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// What a month may cost, for instances and their root volumes.
    pub limit: Usd,
    /// By what it is kept.
    pub kept: Kept,
}

/// By what a budget is kept. Settings with which more jobs fail, or do not finish, do not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// By the scenario as it is.
    AsItIs,
    /// By settings that were tried, the cheapest of which costs so much; the wait target with it.
    ByOthers(Usd),
    /// The same, but all that keep the budget miss the wait target.
    WithoutTarget(Usd),
    /// By none: the cheapest costs so much.
    ByNone(Usd),
    /// Nothing that was tried has a price for all that ran.
    Unknown,
}

impl Budget {
    pub(super) fn of(trials: &Trials<'_>, found: &Suggestions, limit: Usd) -> Budget {
        let now = Tried::new(trials, &found.current);
        let tried = trials.tried.borrow();
        let fair = |of: &&Tried| of.unfinished <= now.unfinished && of.failed <= now.failed;
        let settings = tried.iter().filter(fair).filter_map(|of| Some((of.monthly?, of.misses_target)));
        // A commitment makes cheaper what runs as it is.
        let bought = found.suggestions.iter().filter(|of| of.proposal.kind() == Kind::Commitment);
        let bought = bought.map(|of| (found.monthly - of.saving.expected, now.misses_target));
        let all: Vec<(Usd, bool)> = settings.chain(bought.filter(|_| now.monthly.is_some())).collect();
        let least = |of: &mut dyn Iterator<Item = &(Usd, bool)>| of.map(|(usd, _)| *usd).min();
        let kept = if now.monthly.is_some_and(|usd| usd <= limit) {
            Kept::AsItIs
        } else if let Some(usd) = least(&mut all.iter().filter(|(usd, misses)| *usd <= limit && !misses)) {
            Kept::ByOthers(usd)
        } else if let Some(usd) = least(&mut all.iter().filter(|(usd, _)| *usd <= limit)) {
            Kept::WithoutTarget(usd)
        } else {
            least(&mut all.iter()).map_or(Kept::Unknown, Kept::ByNone)
        };
        Budget { limit, kept }
    }

    /// Whether no setting that was tried keeps it.
    #[must_use]
    pub const fn is_refused(&self) -> bool {
        matches!(self.kept, Kept::ByNone(_))
    }

    /// The answer in words.
    #[must_use]
    pub fn words(&self) -> String {
        let limit = self.limit.cents();
        match self.kept {
            Kept::AsItIs => format!("{limit} a month: kept as it is"),
            Kept::ByOthers(usd) => {
                format!(
                    "{limit} a month: not kept as it is; the cheapest setting that was tried costs {}",
                    usd.cents()
                )
            }
            Kept::WithoutTarget(usd) => format!(
                "{limit} a month: kept only where the wait target is missed; the cheapest such setting that was tried costs {}",
                usd.cents()
            ),
            Kept::ByNone(usd) => {
                format!("no setting that was tried keeps {limit}: the cheapest costs {}", usd.cents())
            }
            Kept::Unknown => {
                format!("whether {limit} a month can be kept is not known: something that ran has no price")
            }
        }
    }

    /// As JSON.
    pub(super) fn document(&self) -> BudgetDocument {
        let (kept_by, cheapest) = match self.kept {
            Kept::AsItIs => (Some("as_it_is"), None),
            Kept::ByOthers(usd) => (Some("others"), Some(usd)),
            Kept::WithoutTarget(usd) => (Some("others_without_wait_target"), Some(usd)),
            Kept::ByNone(usd) => (Some("none"), Some(usd)),
            Kept::Unknown => (None, None),
        };
        BudgetDocument {
            usd_per_month: self.limit.to_string(),
            kept_by,
            cheapest_usd_per_month: cheapest.map(|usd| usd.to_string()),
            words: self.words(),
        }
    }
}

/// Whether a budget is kept, as JSON.
#[derive(Debug, Serialize)]
pub(super) struct BudgetDocument {
    usd_per_month: String,
    kept_by: Option<&'static str>,
    cheapest_usd_per_month: Option<String>,
    words: String,
}

impl Trials<'_> {
    /// Why a candidate costs more than a month may, if so. One that saves may still be above.
    pub(super) fn within_budget(&self, current: &Measured, candidate: &Measured) -> Result<(), Rejection> {
        let Some(budget) = self.budget else { return Ok(()) };
        let (before, after) = (self.monthly(current.mean_cost()), self.monthly(candidate.mean_cost()));
        if after <= budget || after < before {
            return Ok(());
        }
        Err(rejection::over_budget(after.cents(), budget.cents()))
    }
}

/// That a suggestion alone does not keep the budget, if so. `monthly` is what a month costs as it is.
pub(super) fn alone(trials: &Trials<'_>, monthly: Usd, suggestion: &Suggestion) -> Option<Evidence> {
    // What is beside the queue changes nothing of what is held against the budget.
    let beside = suggestion.wait_seconds_p95.is_none() && suggestion.proposal.kind() != Kind::Commitment;
    let budget = trials.budget.filter(|_| !beside)?;
    above(monthly - suggestion.saving.expected, budget)
}

/// That a month costs more than it may; `None` where it does not.
pub(super) fn above(monthly: Usd, budget: Usd) -> Option<Evidence> {
    (monthly > budget).then(|| evidence::above_budget(monthly.cents(), budget.cents()))
}
