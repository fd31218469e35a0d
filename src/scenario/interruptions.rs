//! How often EC2 takes Spot Instances of a compute environment back, where a simulation needs it.
//!
//! One fact may be written in two places. The environment's own rate holds for the environment. Without one, that of the
//! `[[compute]]` groups that name it does: where they differ their mean, each weighed by its expected Spot hours. Groups that
//! differ without such hours give none.

use super::Scenario;
use super::keys::compute::ComputeKeys;
use crate::model::decimal::{self, Decimal};
use crate::report::Note;

/// Places of a mean.
const PLACES: u32 = 6;

/// What a scenario says of a compute environment's interruptions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interruptions {
    /// Per instance and hour; `None` where they are not known.
    pub rate: Option<Decimal>,
    environment: String,
    is_own: bool,
    /// Groups in it that say a rate, and which.
    groups: Vec<(String, Decimal)>,
}

impl Scenario {
    /// Interruptions of a compute environment.
    #[must_use]
    pub fn interruptions(&self, environment: &str) -> Interruptions {
        let keys = self.environment(environment).map(|(keys, _)| keys);
        let own = keys.and_then(|keys| keys.interruptions_per_instance_hour).map(|rate| rate.0);
        let inside = |group: &&ComputeKeys| group.compute_environment.as_deref() == Some(environment);
        let groups = self.keys.compute.iter().filter(inside);
        let rates: Vec<(&ComputeKeys, Decimal)> =
            groups.filter_map(|group| Some((group, group.interruptions_per_instance_hour?.0))).collect();
        Interruptions {
            rate: own.or_else(|| self.mean(&rates)),
            environment: environment.to_owned(),
            is_own: own.is_some(),
            groups: rates.into_iter().map(|(group, rate)| (group.name.clone(), rate)).collect(),
        }
    }

    fn mean(&self, rates: &[(&ComputeKeys, Decimal)]) -> Option<Decimal> {
        let (_, first) = rates.first()?;
        if rates.iter().all(|(_, rate)| rate == first) {
            return Some(*first);
        }
        let hours: Vec<Decimal> = rates.iter().map(|(group, _)| self.spot_hours(group)).collect();
        let all: Decimal = hours.iter().sum();
        let weighed: Decimal = rates.iter().zip(&hours).map(|((_, rate), hours)| *rate * *hours).sum();
        weighed.checked_div(all).map(|mean| decimal::round(mean, PLACES))
    }

    /// Expected Spot instance-hours of a group, as far as its own keys say; a Capacity Block is never Spot.
    fn spot_hours(&self, group: &ComputeKeys) -> Decimal {
        let count: Decimal = group.instances.0.iter().map(|(_, count)| Decimal::from(count.0)).sum();
        let runs = || {
            let job = self.job(group.job_definition.as_deref()?)?;
            let nodes = Decimal::from(job.nodes.map_or(1, |nodes| nodes.0));
            Some(group.runs?.0.expected * job.run_hours?.0 * nodes)
        };
        let each = group.hours_per_instance.map(|hours| hours.0.expected * count);
        let hours = each.or(group.instance_hours.map(|hours| hours.0.expected)).or_else(runs);
        hours.unwrap_or_default() * group.spot_share.0
    }
}

impl Interruptions {
    /// What the reader must know: where the rate comes from if it is not the environment's own, or who says another.
    #[must_use]
    pub fn note(&self) -> Option<Note> {
        let environment = self.environment.clone();
        let shown = |(name, rate): &(String, Decimal)| format!("{name} {}", decimal::plain(*rate));
        let others = self.groups.iter().filter(|(_, rate)| Some(*rate) != self.rate);
        let others: Vec<String> = others.map(shown).collect();
        match (self.is_own, self.rate) {
            (true, Some(rate)) => {
                let groups = others;
                (!groups.is_empty()).then_some(Note::InterruptionsDiffer { environment, rate, groups })
            }
            (_, rate) => {
                let groups: Vec<String> = self.groups.iter().map(shown).collect();
                let Some(rate) = rate else {
                    return (!groups.is_empty()).then_some(Note::InterruptionsOpen { environment, groups });
                };
                Some(Note::InterruptionsOfGroups { environment, rate, groups, is_mean: !others.is_empty() })
            }
        }
    }
}
