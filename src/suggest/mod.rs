//! Changes worth making, each measured on the real jobs: what it saves a month, what it does to waits, what speaks
//! against it, and the way back.
//!
//! A candidate is a few lines of TOML that lie over the scenario, as a file that extends it would; its effect is the
//! difference between two simulations under the same seeds. Nothing is suggested whose saving is within the noise of
//! these runs, that makes jobs wait longer than they may, or that leaves more jobs unfinished. Candidates that fall
//! through are listed with the reason. It reads nothing and changes nothing.

pub mod answer;
pub mod backtest;
pub mod budget;
pub mod combination;
mod constraints;
pub mod edit;
mod evidence;
pub mod metrics;
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
pub use budget::Budget;
pub use combination::Together;
pub use edit::Edit;
pub use realized::{AtPaidRates, Paid};
pub use rest_of_month::Replan;
pub use search::commitment::{Beside, Horizon, Market, Offer};
pub use search::max_vcpus::{Frontier, FrontierPoint};
pub use search::purchase::SpotPay;
pub use trials::{Measured, Trials};

/// What a suggestion changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `max_vcpus` of a compute environment.
    MaxVcpus,
    /// Limits by the clock.
    Schedule,
    /// What a compute environment launches.
    InstanceTypes,
    /// How it chooses.
    AllocationStrategy,
    /// How often jobs save their state.
    Checkpoint,
    /// How often jobs are tried.
    Retry,
    /// A Savings Plan or Reserved Instances.
    Commitment,
    /// A file system.
    Storage,
}

impl Kind {
    /// The name in JSON.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Kind::MaxVcpus => "max_vcpus",
            Kind::Schedule => "schedule",
            Kind::InstanceTypes => "instance_types",
            Kind::AllocationStrategy => "allocation_strategy",
            Kind::Checkpoint => "checkpoint",
            Kind::Retry => "retry",
            Kind::Commitment => "commitment",
            Kind::Storage => "storage",
        }
    }
}

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
    /// What it changes.
    pub kind: Kind,
    /// In a few words.
    pub title: Said,
    /// The setting.
    pub setting: Change<String>,
    /// What it saves a month.
    pub saving: Saving,
    /// 95 % of the jobs wait no longer [s]; `None` where no queue is touched.
    pub wait_seconds_p95: Option<Change<u64>>,
    /// Whether the wait target is missed now and kept then.
    pub meets_target: bool,
    /// The figures behind it.
    pub evidence: Vec<Said>,
    /// What has to hold for it to be true.
    pub assumptions: Vec<Said>,
    /// What may go wrong.
    pub risk: Said,
    /// The way back.
    pub undo: Said,
    /// What it changes in the scenario; empty where it is advice.
    pub edits: Vec<Edit>,
    /// How many times as long jobs then run; `None` for as long as now.
    pub run_times: Option<Decimal>,
}

/// A candidate that fell through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// What it would have been.
    pub kind: Kind,
    /// In a few words.
    pub title: Said,
    /// Why not.
    pub reason: Said,
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
        (1..).zip(&self.suggestions).map(|(place, of)| (answer::id(place, of), of))
    }

    /// Several of them at once. `Err` says why that cannot be.
    pub fn only(&self, trials: &Trials<'_>, ids: &[String]) -> Result<Together, Said> {
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

/// What a search adds to the answer.
#[derive(Debug, Default)]
struct Found {
    suggestions: Vec<Suggestion>,
    rejected: Vec<Rejected>,
    frontiers: Vec<Frontier>,
    beside: Vec<Beside>,
    spot_pays: Vec<SpotPay>,
    notes: Vec<Note>,
}

impl Found {
    fn reject(&mut self, kind: Kind, title: Said, reason: Said) {
        self.rejected.push(Rejected { kind, title, reason });
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
    for (_, other) in search::lustre::candidates(scenario) {
        // A file system that AWS does not sell needs no price.
        if file_system(&other.keys.lustre[0]).is_ok() {
            wanted.extend(estimate::wanted(&other, catalog));
        }
    }
    wanted
}

/// Searches for changes worth making. `Err` says why nothing can be measured.
pub fn suggest(trials: &Trials<'_>, market: &Market) -> Result<Suggestions, Said> {
    let current = trials.current()?;
    let mut found = Found::default();
    search::max_vcpus::search(trials, &current, &mut found)?;
    let clock = search::schedule::Clock::new(trials)?;
    search::min_vcpus::search(trials, &current, &clock, &mut found);
    search::max_vcpus_schedule::search(trials, &current, &clock, &mut found);
    search::instance_types::search(trials, &current, &mut found)?;
    search::checkpoint::search(trials, &current, &mut found)?;
    search::lustre::search(trials, &mut found);
    search::lustre_lifetime::search(trials, &mut found);
    search::commitment::search(trials, market, &mut found)?;
    let monthly = trials.monthly(current.mean_cost());
    for suggestion in &mut found.suggestions {
        side_effects::say(trials, suggestion);
        budget::say(trials, monthly, suggestion);
    }
    found.suggestions.sort_by_key(|of| std::cmp::Reverse((of.meets_target, of.saving.expected)));
    let mut suggestions = Suggestions {
        monthly,
        window: trials.window(),
        suggestions: found.suggestions,
        rejected: found.rejected,
        frontiers: found.frontiers,
        beside: found.beside,
        spot_pays: found.spot_pays,
        simulated: trials.simulated(),
        notes: found.notes,
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
