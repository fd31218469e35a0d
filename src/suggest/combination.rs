//! Several suggestions at once: what they save together, which is not the sum of what each saves alone.
//!
//! In the order of the suggestions, each joins if it still pays beside those before it, by the same rules as alone.

use super::budget::above;
use super::edit::{Edit, merged};
use super::trials::{Measured, Trials};
use super::{Kind, Saving, Suggestion, rejection};
use crate::model::decimal::Decimal;
use crate::model::money::Usd;
use crate::suggest::Evidence;
use crate::suggest::Rejection;

/// Suggestions that pay beside each other.
#[derive(Clone, Debug)]
pub struct Together {
    /// Their ids, in order.
    pub ids: Vec<String>,
    /// What they change in the scenario.
    pub edits: Vec<Edit>,
    /// How many times as long jobs then run.
    pub run_times: Decimal,
    /// What they save a month, together.
    pub saving: Saving,
    /// What a month then costs, without what exists whatever runs.
    pub monthly: Usd,
    /// The runs with all of them.
    pub measured: Measured,
    /// That a month would still cost more than it may.
    pub above_budget: Option<Evidence>,
    /// The other suggestions, and why they are not among them.
    pub left_out: Vec<(String, Rejection)>,
}

/// What has joined so far.
struct Joined {
    ids: Vec<String>,
    edits: Vec<Edit>,
    run_times: Decimal,
    /// Whether run times are those of other types, as [relative_speed] has them.
    speed_known: bool,
    measured: Measured,
    /// What is saved beside the queue: file systems.
    beside: Usd,
    left_out: Vec<(String, Rejection)>,
}

/// Joins what pays together; of `only` these where given, whether or not they pay. `Err` says why nothing can be measured,
/// or which of them cannot go together.
pub fn together(
    trials: &Trials<'_>,
    current: &Measured,
    suggestions: &[(String, &Suggestion)],
    only: Option<&[String]>,
) -> Result<Together, Rejection> {
    let mut joined = Joined {
        ids: Vec::new(),
        edits: Vec::new(),
        run_times: Decimal::ONE,
        speed_known: false,
        measured: current.clone(),
        beside: Usd::ZERO,
        left_out: Vec::new(),
    };
    for (id, suggestion) in suggestions {
        let wanted = only.is_none_or(|only| only.contains(id));
        if !wanted {
            joined.left_out.push((id.clone(), rejection::not_asked_for()));
            continue;
        }
        if let Err(reason) = joined.join(trials, id, suggestion, only.is_some()) {
            if only.is_some() {
                return Err(rejection::of_suggestion(id, reason));
            }
            joined.left_out.push((id.clone(), reason));
        }
    }
    let queue = trials.saving(current, &joined.measured);
    let [low, expected, high] = [queue.low, queue.expected, queue.high].map(|usd| usd + joined.beside);
    let monthly = trials.monthly(joined.measured.mean_cost());
    Ok(Together {
        above_budget: trials.budget.and_then(|budget| above(monthly, budget)),
        monthly,
        saving: Saving { low, expected, high },
        ids: joined.ids,
        edits: joined.edits,
        run_times: joined.run_times,
        measured: joined.measured,
        left_out: joined.left_out,
    })
}

impl Joined {
    fn join(
        &mut self,
        trials: &Trials<'_>,
        id: &str,
        suggestion: &Suggestion,
        unasked: bool,
    ) -> Result<(), Rejection> {
        if suggestion.proposal.is_advice() {
            return Err(rejection::advice_only());
        }
        let own = suggestion.proposal.edits();
        if suggestion.proposal.kind() == Kind::Commitment {
            return Err(rejection::decide_last());
        }
        if let Some((key, name)) = self.conflict(&own) {
            return Err(rejection::conflicts(key, name));
        }
        let edits = merged(&[self.edits.clone(), own.clone()].concat());
        if suggestion.wait_seconds_p95.is_none() {
            self.beside += suggestion.saving.expected;
        } else {
            let run_times = self.run_times * suggestion.proposal.run_times().unwrap_or(Decimal::ONE);
            let speed_known = self.speed_known || suggestion.proposal.run_times().is_some();
            let trial =
                if speed_known { trials.with_run_times(&edits, run_times)? } else { trials.with(&edits)? };
            if !unasked {
                trials.judged(&self.measured, &trial)?;
            }
            (self.run_times, self.speed_known) = (run_times, speed_known);
            self.measured = trial;
        }
        self.edits = edits;
        self.ids.push(id.to_owned());
        Ok(())
    }

    /// A setting that is changed already.
    fn conflict<'a>(&self, edits: &'a [Edit]) -> Option<(&'a str, &'a str)> {
        let changed = |edit: &Edit, key: &str| {
            let same = |known: &&Edit| known.table == edit.table && known.name == edit.name;
            self.edits.iter().find(same).is_some_and(|known| known.changed().any(|other| other == key))
        };
        edits.iter().find_map(|edit| {
            let key = edit.changed().find(|key| changed(edit, key))?;
            Some((key, edit.name.as_str()))
        })
    }
}
