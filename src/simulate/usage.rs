//! What a simulation used, as usage lines: the same that an estimate prices.
//!
//! Instances, from launch to termination, and their root volumes. It knows no price and no commitment.

use super::model::BatchModel;
use super::outcome::Outcome;
use crate::model::decimal::{Decimal, grouped_trimmed};
use crate::model::sku::{PurchaseOption, Sku};
use crate::model::units::Cases;
use crate::model::usage::{Basis, Group, UsageLine};
use crate::scenario::Scenario;
use crate::scenario::volume::Volume;

const SECONDS_PER_HOUR: i64 = 3600;

/// The lines of every compute environment: one for each type that ran, then the root volumes.
#[must_use]
pub fn usage_lines(outcome: &Outcome, model: &BatchModel, scenario: &Scenario) -> Vec<UsageLine> {
    let mut lines = Vec::new();
    for (environment, index) in model.environments.iter().zip(0_u16..) {
        let declared = scenario.environment(&environment.name);
        let mut all_hours = Decimal::ZERO;
        let ran = outcome.ran.iter().filter(|ran| ran.environment == index && ran.launches > 0);
        for ran in ran {
            let instance_type = &environment.types[usize::from(ran.kind)].instance_type;
            let hours = Decimal::from(ran.instance_seconds) / Decimal::from(SECONDS_PER_HOUR);
            all_hours += hours;
            let sku = Sku::instance(scenario.region, instance_type, environment.purchase());
            let derivation = format!(
                "{} launches of {instance_type}, at most {} at once, {} s in all",
                grouped_trimmed(ran.launches.into(), 0),
                grouped_trimmed(ran.peak.into(), 0),
                grouped_trimmed(ran.instance_seconds.into(), 0),
            );
            let name = environment.name.clone();
            let line = UsageLine::new(name, Group::Compute, Basis::Usage, sku, Cases::same(hours));
            let bid = declared.filter(|_| environment.purchase() == PurchaseOption::Spot);
            lines.push(UsageLine {
                owner: Some(environment.name.clone()),
                bid_share: bid.and_then(|(_, resolved)| resolved.bid_share),
                ..line.because(derivation)
            });
        }
        let volume = declared.and_then(|(keys, _)| keys.root_volume.as_ref());
        for (suffix, resource, amount) in volume
            .filter(|_| all_hours > Decimal::ZERO)
            .map_or_else(Vec::new, |volume| Volume::from(volume).parts())
        {
            let months = scenario.months_of(all_hours);
            let derivation = format!(
                "{} × {} months ({} instance-hours)",
                grouped_trimmed(amount, 6),
                grouped_trimmed(months, 6),
                grouped_trimmed(all_hours, 6)
            );
            let name = format!("{}: root volume{suffix}", environment.name);
            let sku = Sku::other(scenario.region, resource);
            let line = UsageLine::new(name, Group::Compute, Basis::Usage, sku, Cases::same(amount * months));
            lines.push(UsageLine { owner: Some(environment.name.clone()), ..line.because(derivation) });
        }
    }
    lines
}
