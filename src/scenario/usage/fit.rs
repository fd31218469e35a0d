//! Whether what a group plans is what its compute environment and its job definition allow. Doubts, not
//! refusals: AWS accepts each of these settings.

use super::compute::{Context, Member, delay_minutes};
use crate::catalog::Catalog;
use crate::model::decimal::Decimal;
use crate::model::usage::UsageLine;
use crate::report::{Note, Said};
use crate::scenario::batch::slots_on;
use crate::scenario::keys::batch::EnvironmentType;

impl Context<'_> {
    /// What the plan asks of its compute environment, its job and its period that they do not give.
    pub(super) fn fit_notes(
        &self,
        members: &[Member<'_>],
        lines: &[UsageLine],
        catalog: &Catalog,
        notes: &mut Vec<Note>,
    ) {
        self.environment_notes(members, notes);
        self.job_notes(members, catalog, notes);
        self.period_notes(members, lines, notes);
    }

    fn environment_notes(&self, members: &[Member<'_>], notes: &mut Vec<Note>) {
        let Some((keys, environment)) = self.environment else { return };
        let name = &self.compute.name;
        let known = |member: &&Member<'_>| {
            environment.types.iter().any(|(t, _)| t == member.instance_type)
                || environment.retired.contains(member.instance_type)
        };
        for member in members.iter().filter(|member| !known(member)) {
            let (environment, instance_type) = (environment.name.clone(), member.instance_type.to_string());
            notes.push(Note::TypeNotInEnvironment { name: name.clone(), environment, instance_type });
        }
        let vcpus: Decimal = members.iter().map(|member| member.count * member.vcpus).sum();
        let timeline = self.scenario.timeline(environment);
        let highest = timeline.iter().map(|segment| segment.max_vcpus).max().unwrap_or_default();
        if vcpus > Decimal::from(highest) {
            let environment = environment.name.clone();
            notes.push(Note::FleetAboveCap { name: name.clone(), vcpus, environment, max_vcpus: highest });
        }
        let spot = keys.environment_type == EnvironmentType::Spot;
        let share = self.compute.spot_share.0;
        if (spot && share < Decimal::ONE) || (!spot && share > Decimal::ZERO) {
            let (environment, buys) = (
                environment.name.clone(),
                if spot {
                    Said::new("Spot", "スポット")
                } else {
                    Said::new("On-Demand", "オンデマンド")
                },
            );
            notes.push(Note::EnvironmentBuysOther { name: name.clone(), environment, buys });
        }
        if self.compute.launches.0.is_zero() && delay_minutes(self.compute, Some(keys)).is_some() {
            notes.push(Note::NoLaunches { name: name.clone() });
        }
    }

    fn job_notes(&self, members: &[Member<'_>], catalog: &Catalog, notes: &mut Vec<Note>) {
        let Some(job) = self.job else { return };
        let environment = self.environment.map(|(_, environment)| environment);
        let fits = |member: &&Member<'_>| {
            catalog.get(member.instance_type).is_none_or(|spec| slots_on(job, spec, environment) > 0)
        };
        for member in members.iter().filter(|member| !fits(member)) {
            let (name, job) = (self.compute.name.clone(), job.name.clone());
            notes.push(Note::JobDoesNotFit { name, job, instance_type: member.instance_type.to_string() });
        }
        if let (Some(run), Some(timeout)) = (job.run_hours, job.timeout_minutes)
            && run.0 * Decimal::from(60) > timeout.0
        {
            let job = job.name.clone();
            notes.push(Note::TimeoutBelowRun { job, run_hours: run.0, timeout_minutes: timeout.0 });
        }
    }

    /// Interruptions may ask for more hours than there are; declared hours are refused before.
    fn period_notes(&self, members: &[Member<'_>], lines: &[UsageLine], notes: &mut Vec<Note>) {
        let period_hours = self.scenario.period.hours();
        for member in members {
            let of_type = lines.iter().filter(|line| line.sku.instance_type() == Some(member.instance_type));
            let of_type = of_type.filter(|line| line.fee.is_none());
            let hours: Decimal = of_type.map(|line| line.quantity.expected.amount).sum();
            if hours > period_hours * member.count {
                let (name, instance_type) = (self.compute.name.clone(), member.instance_type.to_string());
                let hours = hours / member.count;
                notes.push(Note::HoursBeyondPeriod { name, instance_type, hours, period_hours });
            }
        }
    }
}
