//! Changes worth making, each measured on the real jobs: what it saves a month, what it does to waits, what speaks
//! against it, and the way back.
//!
//! A candidate is a few lines of TOML that lie over the scenario, as a file that extends it would; its effect is the
//! difference between two simulations under the same seeds. Nothing is suggested whose saving is within the noise of
//! these runs, that makes jobs wait longer than they may, or that leaves more jobs unfinished. Candidates that fall
//! through are listed with the reason. It reads nothing and changes nothing.

pub mod answer;
mod assumption;
pub mod backtest;
pub mod budget;
pub mod combination;
mod candidate;
mod constraints;
pub mod edit;
mod evidence;
mod headings;
mod lab;
mod market;
pub mod metrics;
pub mod proposal;
pub mod quotas;
pub mod realized;
mod rejection;
pub mod remediation;
pub mod rest_of_month;
mod search;
mod side_effects;
mod trials;
mod words;

use crate::catalog::Catalog;
use crate::estimate;
use crate::model::decimal::Decimal;
use crate::model::money::Usd;
use crate::model::sku::{PurchaseOption, Sku};
use crate::model::units::Cases;
use crate::prices::Wanted;
use crate::report::{Note, Said};
use crate::scenario::Scenario;
use crate::scenario::lustre::file_system;
pub use assumption::Assumption;
pub use budget::Budget;
pub use candidate::Candidate;
pub use combination::Together;
pub use edit::Edit;
pub use evidence::Evidence;
use lab::Lab;
pub use market::{Horizon, Market, Offer};
pub use proposal::{Kind, Proposal};
pub use realized::{AtPaidRates, Paid};
pub use rejection::Rejection;
pub use rest_of_month::Replan;
pub use search::commitment::Beside;
pub use search::demand::Window;
pub use search::max_vcpus::{Frontier, FrontierPoint, Mark};
pub use search::purchase::SpotPay;
pub use side_effects::SideEffect;
pub use trials::{Measured, Trials};

/// Dollars a month; negative where the change costs more. The ends are those of a 95 % confidence interval.
pub type Saving = Cases<Usd>;

/// A value before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change<T> {
    /// As the scenario has it.
    pub current: T,
    /// As proposed.
    pub proposed: T,
}

/// A change worth making.
#[derive(Clone, Debug)]
pub struct Suggestion {
    /// The change.
    pub proposal: Proposal,
    /// What it saves a month.
    pub saving: Saving,
    /// 95 % of the jobs wait no longer [s]; `None` where no queue is touched.
    pub wait_seconds_p95: Option<Change<u64>>,
    /// Whether the wait target is missed now and kept then.
    pub meets_target: bool,
    /// The figures behind it.
    pub evidence: Vec<Evidence>,
    /// What has to hold for it to be true.
    pub assumptions: Vec<Assumption>,
    /// What it takes away, or allows beyond what it is for.
    pub side_effects: Vec<SideEffect>,
    /// What the quotas of the account do not allow, or do not say; `None` where they were not asked for.
    pub quota_risks: Option<Vec<Said>>,
}

impl Suggestion {
    /// A change that touches no queue: what it saves is worked out, not simulated.
    fn beside_the_queue(
        proposal: Proposal,
        saved: Usd,
        evidence: Vec<Evidence>,
        assumptions: Vec<Assumption>,
    ) -> Suggestion {
        Suggestion {
            proposal,
            saving: Saving { low: saved, expected: saved, high: saved },
            wait_seconds_p95: None,
            meets_target: false,
            evidence,
            assumptions,
            side_effects: Vec::new(),
            quota_risks: None,
        }
    }

    /// Its id at a place in the list, from 1: the kind and the place.
    #[must_use]
    pub fn id(&self, place: usize) -> String {
        format!("{}-{place}", self.proposal.kind().id())
    }

    /// In a few words, with what it takes away.
    #[must_use]
    pub fn title(&self) -> Said {
        let removed = self.side_effects.iter().filter_map(SideEffect::in_title);
        removed.fold(self.proposal.title(), words::removes)
    }

    /// What may go wrong: first what it takes away.
    #[must_use]
    pub fn risk(&self) -> Said {
        let quotas = match &self.quota_risks {
            Some(risks) => risks.clone(),
            None if self.proposal.raises_a_cap() => vec![words::quota_not_asked()],
            None => Vec::new(),
        };
        let effects = self.side_effects.iter().map(SideEffect::said);
        let before = effects.reduce(Said::and);
        let own = self.proposal.risk();
        quotas.into_iter().fold(before.map_or(own.clone(), |before| before.and(own)), Said::and)
    }
}

/// A candidate that fell through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// What it would have been.
    pub candidate: Candidate,
    /// Why not.
    pub reason: Rejection,
}

/// Everything that was found.
#[derive(Clone, Debug)]
pub struct Suggestions {
    /// The scenario as it is.
    pub current: Measured,
    /// What it costs a month as it is.
    pub monthly: Usd,
    /// Hours of the trace and of the month.
    pub window: (Decimal, Decimal),
    /// The best first: what meets a missed target, then what saves most.
    pub suggestions: Vec<Suggestion>,
    /// What fell through.
    pub rejected: Vec<Rejected>,
    /// By compute environment: what each `max_vcpus` would do.
    pub frontiers: Vec<Frontier>,
    /// Where Spot pays, and where it does not.
    pub spot_pays: Vec<SpotPay>,
    /// How many settings were simulated, each under every seed.
    pub simulated: u64,
    /// What the reader must know of them.
    pub notes: Vec<Note>,
    /// What commitments cost beside On-Demand, by type.
    pub beside: Vec<Beside>,
    /// What pays beside each other; `None` without suggestions.
    pub together: Option<Together>,
    /// Savings at the rates that were paid, where charges are at hand.
    pub at_paid_rates: Option<AtPaidRates>,
    /// What is left of a month that has begun, where charges and a budget are at hand.
    pub replan: Option<Replan>,
    /// Whether what a month may cost is kept, where that is asked.
    pub budget: Option<Budget>,
}

impl Suggestions {
    /// Suggestions with their ids: the kind and the place.
    pub fn named(&self) -> impl Iterator<Item = (String, &Suggestion)> {
        (1..).zip(&self.suggestions).map(|(place, of)| (of.id(place), of))
    }

    /// Several of them at once. `Err` says why that cannot be.
    pub fn only(&self, trials: &Trials<'_>, ids: &[String]) -> Result<Together, Rejection> {
        if let Some(id) = ids.iter().find(|id| !self.named().any(|(known, _)| known == **id)) {
            let known: Vec<String> = self.named().map(|(known, _)| known).collect();
            return Err(match known[..] {
                [] => rejection::no_suggestions(id),
                _ => rejection::no_such_suggestion(id, known.join(", ")),
            });
        }
        let named: Vec<_> = self.named().collect();
        combination::together(trials, &self.current, &named, Some(ids))
    }
}

/// Every SKU whose price the candidates of a scenario need, beside its own.
#[must_use]
pub fn wanted(scenario: &Scenario, catalog: &Catalog) -> Wanted {
    let mut wanted = Wanted::new();
    for name in search::instance_types::candidate_types(scenario, catalog) {
        for purchase in [PurchaseOption::OnDemand, PurchaseOption::Spot] {
            wanted.insert(Sku::instance(scenario.region, &name, purchase));
        }
    }
    for of in &scenario.environments {
        for (name, _) in &of.types {
            wanted.insert(Sku::instance(scenario.region, name, PurchaseOption::Spot));
        }
    }
    for other in search::lustre::candidates(scenario) {
        // A file system that AWS does not sell needs no price.
        if file_system(&other.keys.lustre[0]).is_ok() {
            wanted.extend(estimate::wanted(&other, catalog));
        }
    }
    wanted
}

/// Searches for changes worth making. `Err` says why nothing can be measured.
pub fn suggest(trials: &Trials<'_>, market: &Market) -> Result<Suggestions, Rejection> {
    let current = trials.current()?;
    let lab = Lab { trials, current: &current };
    let (mut found, frontiers) = search::max_vcpus::search(&lab)?;
    let clock = search::schedule::Clock::new(trials)?;
    found.extend(search::min_vcpus::search(&lab, &clock));
    found.extend(search::max_vcpus_schedule::search(&lab, &clock, &frontiers));
    let mut spot_pays = Vec::new();
    for of in lab.environments() {
        let types = search::instance_types::search(&lab, of);
        let (purchases, pays) = search::purchase::search(&lab, of, &types.suggestions);
        found.extend(types);
        found.extend(purchases);
        spot_pays.extend(pays);
    }
    found.extend(search::checkpoint::search(&lab)?);
    found.extend(search::lustre::search(&lab));
    found.extend(search::lustre_lifetime::search(&lab));
    let (commitments, beside) = search::commitment::search(&lab, market)?;
    found.extend(commitments);
    let monthly = trials.monthly(current.mean_cost());
    for suggestion in &mut found.suggestions {
        suggestion.side_effects = side_effects::of(trials, suggestion);
        suggestion.evidence.extend(side_effects::leaving(suggestion));
        suggestion.evidence.extend(budget::alone(trials, monthly, suggestion));
    }
    found.suggestions.sort_by_key(|of| std::cmp::Reverse((of.meets_target, of.saving.expected)));
    let mut suggestions = Suggestions {
        monthly,
        window: trials.window(),
        suggestions: found.suggestions,
        rejected: found.rejected,
        notes: search::max_vcpus::notes(trials, &frontiers)?,
        frontiers,
        beside,
        spot_pays,
        simulated: trials.simulated(),
        current,
        together: None,
        at_paid_rates: None,
        replan: None,
        budget: None,
    };
    let named: Vec<_> = suggestions.named().collect();
    if !named.is_empty() {
        let together = combination::together(trials, &suggestions.current, &named, None)?;
        suggestions.together = Some(together);
    }
    suggestions.budget = trials.budget.map(|limit| Budget::of(trials, &suggestions, limit));
    Ok(suggestions)
}
