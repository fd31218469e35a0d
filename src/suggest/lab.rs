//! Where proposals are measured: the trials, and what the scenario comes to as it is.

use super::proposal::Proposal;
use super::trials::{Measured, Trials};
use super::{Candidate, Change, Rejected, Saving, Suggestion, evidence};
use crate::scenario::batch::ComputeEnvironment;
use crate::suggest::Assumption;
use crate::suggest::{Rejection, assumption};

/// What a search works with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lab<'a> {
    /// How a setting is simulated, and what a month may cost.
    pub(super) trials: &'a Trials<'a>,
    /// The scenario as it is.
    pub(super) current: &'a Measured,
}

/// What a search found: what is worth it, and what fell through.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) suggestions: Vec<Suggestion>,
    pub(super) rejected: Vec<Rejected>,
}

impl Findings {
    /// Adds a candidate that fell through.
    pub(super) fn reject(&mut self, candidate: impl Into<Candidate>, reason: Rejection) {
        self.rejected.push(Rejected { candidate: candidate.into(), reason });
    }

    /// The same of one: a search that has nothing else to say.
    pub(super) fn rejecting(candidate: impl Into<Candidate>, reason: Rejection) -> Findings {
        Findings { rejected: vec![Rejected { candidate: candidate.into(), reason }], ..Findings::default() }
    }

    /// Adds what was measured.
    pub(super) fn take(&mut self, proposal: Proposal, found: Result<Suggestion, Rejection>) {
        match found {
            Ok(suggestion) => self.suggestions.push(suggestion),
            Err(reason) => self.reject(proposal, reason),
        }
    }

    /// Keeps the better of a suggestion and the best so far: what meets a missed target, then what saves more. The other
    /// one is rejected, with the reason that `why` gives of the better and the worse.
    pub(super) fn keep_better(
        &mut self,
        best: &mut Option<Suggestion>,
        one: Suggestion,
        why: impl Fn(&Suggestion, &Suggestion) -> Rejection,
    ) {
        let rank = |of: &Suggestion| (of.meets_target, of.saving.expected);
        let Some(known) = best.take() else {
            *best = Some(one);
            return;
        };
        let (better, worse) = if rank(&one) > rank(&known) { (one, known) } else { (known, one) };
        let reason = why(&better, &worse);
        self.reject(worse.proposal, reason);
        *best = Some(better);
    }

    /// Adds what another search found.
    pub(super) fn extend(&mut self, other: Findings) {
        self.suggestions.extend(other.suggestions);
        self.rejected.extend(other.rejected);
    }
}

impl<'a> Lab<'a> {
    /// The compute environments of the scenario.
    pub(super) fn environments(&self) -> &'a [ComputeEnvironment] {
        &self.trials.study.scenario.environments
    }

    /// The scenario with a proposal.
    pub(super) fn trial(&self, proposal: &Proposal) -> Result<Measured, Rejection> {
        self.trials.with_proposal(proposal)
    }

    /// What a measured candidate saves, or why it is no better.
    pub(super) fn judged(&self, trial: &Measured) -> Result<Saving, Rejection> {
        self.trials.judged(self.current, trial)
    }

    /// Simulates a proposal and judges it.
    pub(super) fn measured(&self, proposal: &Proposal) -> Result<(Suggestion, Measured), Rejection> {
        let trial = self.trial(proposal)?;
        let saving = self.judged(&trial)?;
        Ok((self.suggestion(proposal.clone(), saving, &trial), trial))
    }

    /// What was measured as a suggestion, with what is true of all.
    pub(super) fn suggestion(&self, proposal: Proposal, saving: Saving, trial: &Measured) -> Suggestion {
        let current = self.current;
        let more_finish = (trial.unfinished() < current.unfinished())
            .then(|| evidence::jobs_unfinished(trial.unfinished(), current.unfinished()));
        let mut assumptions = self.trials.assumptions();
        assumptions.extend(self.unrefused(&proposal));
        Suggestion {
            proposal,
            saving,
            wait_seconds_p95: Some(Change { current: current.p95(), proposed: trial.p95() }),
            meets_target: current.misses_target() && !trial.misses_target(),
            evidence: more_finish.into_iter().collect(),
            assumptions,
            side_effects: Vec::new(),
            quota_risks: None,
        }
    }

    /// That nothing is known of refusals of types that come, where it is of those that go.
    fn unrefused(&self, proposal: &Proposal) -> Option<Assumption> {
        let Proposal::InstanceTypes { environment, to, refusals_of, .. } = proposal else { return None };
        let (keys, _) = self.trials.study.scenario.environment(environment)?;
        let unsaid: Vec<&str> =
            to.iter().map(String::as_str).filter(|name| !keys.capacity_errors.contains_key(*name)).collect();
        (!refusals_of.is_empty() && !unsaid.is_empty()).then(|| assumption::never_refused(unsaid.join(", ")))
    }
}
