//! Usage lines of a compute group: work, boot and idle, what interruptions cost, root volumes.

use super::{ComputeGroup, Usage};
use crate::catalog::Catalog;
use crate::interruption::{self, Checkpoint, Expectation, Exposure};
use crate::model::decimal::{self, Decimal};
use crate::model::sku::{InstanceType, PurchaseOption, Sku};
use crate::model::units::{Cases, Quantity};
use crate::model::usage::{Basis, Group, UsageLine};
use crate::report::{Note, Said};
use crate::scenario::Scenario;
use crate::scenario::batch::{ComputeEnvironment, slots_on};
use crate::scenario::keys::batch::{ComputeEnvironmentKeys, JobDefinitionKeys};
use crate::scenario::keys::compute::{ComputeKeys, RootVolumeKeys};
use crate::scenario::volume::Volume;

/// Boot and idle minutes of one launch, the group's own or its compute environment's; `None` where
/// nothing is known of either.
#[must_use]
pub(in crate::scenario) fn delay_minutes(
    compute: &ComputeKeys,
    environment: Option<&ComputeEnvironmentKeys>,
) -> Option<Decimal> {
    let boot = compute.boot_minutes.or(environment.and_then(|e| e.launch_minutes));
    let idle = compute.idle_minutes.or(environment.and_then(|e| e.scale_down_delay_minutes));
    match (boot, idle) {
        (None, None) => None,
        _ => Some(boot.unwrap_or_default().0 + idle.unwrap_or_default().0),
    }
}

/// What the name of a line of lost hours ends with.
const LOST: &str = ": interruptions";

/// One instance type of a group.
pub(super) struct Member<'a> {
    pub(super) instance_type: &'a InstanceType,
    pub(super) count: Decimal,
    pub(super) gpus: Decimal,
    pub(super) vcpus: Decimal,
    /// Useful instance-hours.
    pub(super) work: Cases<Decimal>,
    /// How they came about.
    pub(super) derivation: String,
}

/// Hours of one type, by what they are spent on and how they are bought.
#[derive(Default)]
struct Split {
    on_demand: Cases<Decimal>,
    spot: Cases<Decimal>,
}

pub(super) struct Context<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) compute: &'a ComputeKeys,
    pub(super) environment: Option<(&'a ComputeEnvironmentKeys, &'a ComputeEnvironment)>,
    pub(super) job: Option<&'a JobDefinitionKeys>,
    /// Billed Spot hours lost per useful Spot hour; `Err` when a job practically never finishes.
    pub(super) lost: Result<Decimal, Said>,
}

/// Adds the group's lines, its totals and its notes.
pub(super) fn add(scenario: &Scenario, compute: &ComputeKeys, catalog: &Catalog, usage: &mut Usage) {
    let environment = compute.compute_environment.as_ref().and_then(|name| scenario.environment(name));
    let job = compute.job_definition.as_ref().and_then(|name| scenario.job(name));
    let mut context = Context { scenario, compute, environment, job, lost: Ok(Decimal::ZERO) };
    context.lost = context.lost_per_useful(&mut usage.notes);
    let members = context.members(catalog, &mut usage.notes);
    let delay = delay_minutes(compute, environment.map(|(keys, _)| keys));
    if compute.launches.0 > Decimal::ZERO && delay.is_none() {
        usage.notes.push(Note::DelaysUnknown { name: compute.name.clone() });
    }
    let launch_hours = compute.launches.0 * delay.unwrap_or_default() / Decimal::from(60);
    let first = usage.lines.len();
    for member in &members {
        context.member_lines(member, launch_hours, usage);
    }
    let delay_of = |member: &Member<'_>| launch_hours * member.count;
    let lost = usage.lines[first..].iter().filter(|line| line.name == format!("{}{LOST}", compute.name));
    let ran = members
        .iter()
        .map(|m| m.work.map(|work| work + delay_of(m)))
        .chain(lost.map(|line| line.quantity.map(|quantity| quantity.amount)));
    // What ran, the unused hours of a Capacity Block not among it.
    let ran = ran.fold(Cases::default(), |sum: Cases<Decimal>, hours| sum.zip(hours, |a, b| a + b));
    let per_gpu = |weight: fn(&Member<'_>) -> Decimal, lines: &[UsageLine]| -> Decimal {
        let hours = |member: &Member<'_>| -> Decimal {
            let of_type = lines.iter().filter(|line| line.sku.instance_type() == Some(member.instance_type));
            of_type.map(|line| line.quantity.expected.amount).sum()
        };
        members.iter().map(|member| hours(member) * weight(member)).sum()
    };
    let lines = &usage.lines[first..];
    let (gpu_hours, vcpu_hours) = (per_gpu(|m| m.gpus, lines), per_gpu(|m| m.vcpus, lines));
    let on_demand_share = Decimal::ONE - compute.spot_share.0;
    let runs = compute.runs.map(|runs| runs.0.expected);
    usage.groups.push(ComputeGroup {
        name: compute.name.clone(),
        concurrency: members.iter().map(|m| (m.instance_type.clone(), m.count * on_demand_share)).collect(),
        gpu_hours,
        useful_gpu_hours: members.iter().map(|member| member.work.expected * member.gpus).sum(),
        vcpu_hours,
        runs: runs.zip(job.and_then(|job| job.run_hours)).map(|(runs, hours)| (runs, runs * hours.0)),
    });
    let volume = compute.root_volume.as_ref().or(environment.and_then(|(keys, _)| keys.root_volume.as_ref()));
    if let Some(volume) = volume {
        let count = members.iter().map(|member| member.count).sum();
        context.volume_lines(volume, ran, count, &mut usage.lines);
    }
    let bid_share = environment.and_then(|(_, environment)| environment.bid_share);
    for line in &mut usage.lines[first..] {
        line.owner = Some(compute.name.clone());
        line.bid_share = bid_share.filter(|_| line.sku.purchase == PurchaseOption::Spot);
    }
    context.fit_notes(&members, &usage.lines[first..], catalog, &mut usage.notes);
}

impl<'a> Context<'a> {
    fn members(&self, catalog: &Catalog, notes: &mut Vec<Note>) -> Vec<Member<'a>> {
        let instances = &self.compute.instances.0;
        let total: Decimal = instances.iter().map(|(_, count)| Decimal::from(count.0)).sum();
        let mut members: Vec<Member<'a>> = Vec::new();
        for (instance_type, count) in instances {
            let spec = catalog.get(instance_type).expect("a checked scenario has known types");
            let count = Decimal::from(count.0);
            let (work, derivation) = if let Some(hours) = self.compute.hours_per_instance {
                let text = format!("{count} × {instance_type} × {} h", trimmed(hours.0.expected));
                (hours.0.map(|hours| hours * count), text)
            } else if let Some(hours) = self.compute.instance_hours {
                let text =
                    format!("{} instance-hours × {count} of {total} instances", trimmed(hours.0.expected));
                (hours.0.map(|hours| hours * count / total), text)
            } else if let Some(runs) = self.compute.runs {
                self.work_of_runs(runs.0, instance_type, spec, count / total, notes)
            } else {
                let block = self.compute.capacity_block.as_ref().expect("a checked scenario has hours");
                let text =
                    format!("{count} × {instance_type} × {} h of the Capacity Block", trimmed(block.hours.0));
                (Cases::same(block.hours.0 * count), text)
            };
            let work = work.map(|hours| decimal::round(hours, Quantity::PLACES));
            let (gpus, vcpus) = (Decimal::from(spec.gpus), Decimal::from(spec.vcpus));
            members.push(Member { instance_type, count, gpus, vcpus, work, derivation });
        }
        self.settle_rounding(&mut members);
        members
    }

    /// Shares of a sum are rounded; the last one takes what is left, so that they add up to it.
    fn settle_rounding(&self, members: &mut [Member<'_>]) {
        let Some(sum) = self.compute.instance_hours else { return };
        let Some((last, others)) = members.split_last_mut() else { return };
        let taken =
            others.iter().fold(Cases::default(), |taken: Cases<Decimal>, m| taken.zip(m.work, |a, b| a + b));
        last.work = sum.0.zip(taken, |sum, taken| decimal::round(sum, Quantity::PLACES) - taken);
    }

    fn work_of_runs(
        &self,
        runs: Cases<Decimal>,
        instance_type: &InstanceType,
        spec: &crate::catalog::InstanceSpec,
        share: Decimal,
        notes: &mut Vec<Note>,
    ) -> (Cases<Decimal>, String) {
        let job = self.job.expect("a checked scenario has a job definition for runs");
        let run_hours = job.run_hours.expect("a checked scenario has run hours for runs").0;
        let nodes = job.nodes.map_or(1, |nodes| nodes.0);
        let alone = runs.map(|runs| runs * run_hours * Decimal::from(nodes) * share);
        // Nodes of one multi-node job each take an instance of their own.
        let slots = if nodes > 1 { 1 } else { slots_on(job, spec, self.environment.map(|(_, e)| e)).max(1) };
        if slots > 1 {
            let (name, instance_type) = (self.compute.name.clone(), instance_type.to_string());
            notes.push(Note::RunsMayShare { name, slots, instance_type });
        }
        let mut text =
            format!("{} runs × {} h × {nodes} instances", trimmed(runs.expected), trimmed(run_hours));
        if share != Decimal::ONE {
            text = format!("{text} × {} of the instances", trimmed(share));
        }
        (Cases { low: alone.low / Decimal::from(slots), ..alone }, text)
    }

    /// What interruptions cost per useful Spot hour, with the notes that explain it.
    fn lost_per_useful(&self, notes: &mut Vec<Note>) -> Result<Decimal, Said> {
        let name = self.compute.name.clone();
        if self.compute.spot_share.0.is_zero() {
            return Ok(Decimal::ZERO);
        }
        let own = self.compute.interruptions_per_instance_hour;
        let rate = own.or(self.environment.and_then(|(keys, _)| keys.interruptions_per_instance_hour));
        let Some(rate) = rate else {
            notes.push(Note::InterruptionsNotModelled { name });
            return Ok(Decimal::ZERO);
        };
        if rate.0.is_zero() {
            return Ok(Decimal::ZERO);
        }
        let exposure = self.job.map(|job| self.exposure(job, rate.0));
        let expectation = exposure.as_ref().and_then(interruption::billed_per_useful);
        let (Some(job), Some(exposure), Some(expectation)) = (self.job, exposure, expectation) else {
            notes.push(Note::InterruptionsWithoutJob { name });
            return Ok(Decimal::ZERO);
        };
        let Expectation::BilledPerUseful(factor) = expectation else {
            notes.push(Note::NeverFinishes { name, job: job.name.clone() });
            return Err(Said::new(
                format!("`{}` practically never finishes on Spot at this interruption rate", job.name),
                format!("この中断率では、`{}` はスポットでは事実上終わらない", job.name),
            ));
        };
        notes.push(Note::Interruptions { name, factor });
        if let (Some(checkpoint), Some((best_hours, best_factor))) =
            (exposure.checkpoint, interruption::best_interval(&exposure))
        {
            let (job, hours) = (job.name.clone(), checkpoint.interval_hours);
            notes.push(Note::CheckpointInterval { job, hours, factor, best_hours, best_factor });
        }
        let attempts = job.attempts.map_or(1, |attempts| attempts.0);
        if let Some(interruptions) = interruption::interruptions_per_run(&exposure, factor)
            && interruptions > Decimal::from(attempts - 1)
        {
            notes.push(Note::FewAttempts { job: job.name.clone(), interruptions, attempts });
        }
        Ok((factor - Decimal::ONE).max(Decimal::ZERO))
    }

    fn exposure(&self, job: &JobDefinitionKeys, rate: Decimal) -> Exposure {
        let boot = self.compute.boot_minutes.or(self.environment.and_then(|(keys, _)| keys.launch_minutes));
        job_exposure(job, rate, boot.unwrap_or_default().0)
    }

    fn exposure_text(&self) -> String {
        let own = self.compute.interruptions_per_instance_hour;
        let rate = own.or(self.environment.and_then(|(keys, _)| keys.interruptions_per_instance_hour));
        let rate = format!("{} interruptions an hour", trimmed(rate.unwrap_or_default().0));
        let Some(job) = self.job else { return rate };
        match &job.checkpoint {
            Some(checkpoint) => format!(
                "{rate}, a checkpoint every {} min of {} min, {} min to restart",
                trimmed(checkpoint.interval_minutes.0),
                trimmed(checkpoint.write_minutes.0),
                trimmed(checkpoint.restart_minutes.0)
            ),
            None => format!(
                "{rate}, no checkpoints, runs of {} h",
                trimmed(job.run_hours.map_or(Decimal::ZERO, |h| h.0))
            ),
        }
    }

    fn member_lines(&self, member: &Member<'_>, launch_hours: Decimal, usage: &mut Usage) {
        let delay = Cases::same(decimal::round(launch_hours * member.count, Quantity::PLACES));
        let (work, delay) = self.outside_the_block(member, delay, usage);
        let share = self.compute.spot_share.0;
        let split = |hours: Cases<Decimal>| {
            let spot = hours.map(|hours| decimal::round(hours * share, Quantity::PLACES));
            Split { on_demand: hours.zip(spot, |hours, spot| hours - spot), spot }
        };
        let (work, delay) = (split(work), split(delay));
        let keys = self.environment.map(|(keys, _)| keys);
        let launches = format!(
            "{} × {} launches × {} min of boot and idle",
            member.count,
            trimmed(self.compute.launches.0),
            trimmed(delay_minutes(self.compute, keys).unwrap_or_default())
        );
        let part = |share: Decimal, option: PurchaseOption| {
            if share == Decimal::ONE {
                String::new()
            } else {
                format!(" × {} {}", trimmed(share), option.title())
            }
        };
        for (option, share, work, delay) in [
            (PurchaseOption::OnDemand, Decimal::ONE - share, work.on_demand, delay.on_demand),
            (PurchaseOption::Spot, share, work.spot, delay.spot),
        ] {
            let bought = part(share, option);
            self.push(member, "", option, work, format!("{}{bought}", member.derivation), &mut usage.lines);
            self.push(
                member,
                ": boot and idle",
                option,
                delay,
                format!("{launches}{bought}"),
                &mut usage.lines,
            );
        }
        self.interruption_line(member, work.spot, &mut usage.lines);
    }

    fn push(
        &self,
        member: &Member<'_>,
        suffix: &str,
        option: PurchaseOption,
        hours: Cases<Decimal>,
        derivation: String,
        lines: &mut Vec<UsageLine>,
    ) {
        if hours.high.is_zero() && !(suffix.is_empty() && self.planned_nothing(member, option)) {
            return;
        }
        let sku = Sku::instance(self.scenario.region, member.instance_type, option);
        let name = format!("{}{suffix}", self.compute.name);
        lines.push(UsageLine::new(name, Group::Compute, Basis::Usage, sku, hours).because(derivation));
    }

    /// A group of zero hours still shows, once.
    fn planned_nothing(&self, member: &Member<'_>, option: PurchaseOption) -> bool {
        let spot_only = self.compute.spot_share.0 == Decimal::ONE;
        member.work.high.is_zero() && (option == PurchaseOption::Spot) == spot_only
    }

    fn interruption_line(&self, member: &Member<'_>, spot: Cases<Decimal>, lines: &mut Vec<UsageLine>) {
        if spot.high.is_zero() || self.lost.as_ref().is_ok_and(Decimal::is_zero) {
            return;
        }
        let name = format!("{}{LOST}", self.compute.name);
        let sku = Sku::instance(self.scenario.region, member.instance_type, PurchaseOption::Spot);
        let line = match &self.lost {
            Ok(lost) => {
                let derivation = format!(
                    "{} useful Spot hours × {} lost or spent on checkpoints, by Daly (2006): {}",
                    trimmed(spot.expected),
                    trimmed(*lost),
                    self.exposure_text()
                );
                let hours = spot.map(|hours| hours * *lost);
                UsageLine::new(name, Group::Compute, Basis::Usage, sku, hours).because(derivation)
            }
            Err(reason) => {
                let mut line = UsageLine::new(name, Group::Compute, Basis::Usage, sku, Cases::default());
                line.unpriceable = Some(reason.clone());
                line
            }
        };
        lines.push(line);
    }

    /// Puts hours into the Capacity Block first; returns what is left to buy.
    fn outside_the_block(
        &self,
        member: &Member<'_>,
        delay: Cases<Decimal>,
        usage: &mut Usage,
    ) -> (Cases<Decimal>, Cases<Decimal>) {
        let Some(block) = &self.compute.capacity_block else { return (member.work, delay) };
        let paid = block.hours.0 * member.count;
        let work_inside = member.work.map(|hours| hours.min(paid));
        let delay_inside = delay.zip(work_inside, |hours, inside| hours.min(paid - inside));
        let sku = Sku::instance(self.scenario.region, member.instance_type, PurchaseOption::CapacityBlock);
        let derivation = format!(
            "{} × {} × {} h, paid used or not",
            member.count,
            member.instance_type,
            trimmed(block.hours.0)
        );
        let name = self.compute.name.clone();
        let mut line =
            UsageLine::new(name, Group::Compute, Basis::Fixed, sku, Cases::same(paid)).because(derivation);
        line.fee = Some(Cases::same(block.upfront_usd.0));
        usage.lines.push(line);
        let unused = paid - work_inside.expected - delay_inside.expected;
        if unused > Decimal::ZERO {
            let name = self.compute.name.clone();
            usage.notes.push(Note::CapacityBlockUnused { name, unused_hours: unused, paid_hours: paid });
        }
        let rest = |all: Cases<Decimal>, inside: Cases<Decimal>| all.zip(inside, |all, inside| all - inside);
        (rest(member.work, work_inside), rest(delay, delay_inside))
    }

    fn volume_lines(
        &self,
        volume: &RootVolumeKeys,
        hours: Cases<Decimal>,
        count: Decimal,
        lines: &mut Vec<UsageLine>,
    ) {
        // Each instance has a volume of its own: all month is exactly a month of it.
        let months = hours.map(|hours| self.scenario.months_of(hours / count) * count);
        for (suffix, resource, amount) in Volume::from(volume).parts() {
            let sku = Sku::other(self.scenario.region, resource);
            let derivation = format!(
                "{} × {} months ({} instance-hours)",
                trimmed(amount),
                trimmed(months.expected),
                trimmed(hours.expected)
            );
            let name = format!("{}: root volume{suffix}", self.compute.name);
            let quantity = months.map(|months| amount * months);
            lines.push(UsageLine::new(name, Group::Compute, Basis::Usage, sku, quantity).because(derivation));
        }
    }
}

/// What decides the cost of interrupting a job. Without checkpoints a run starts again on a fresh
/// instance: its restart is a boot.
#[must_use]
pub fn job_exposure(job: &JobDefinitionKeys, rate: Decimal, boot_minutes: Decimal) -> Exposure {
    let hours = |minutes: Decimal| minutes / Decimal::from(60);
    Exposure {
        rate,
        nodes: job.nodes.map_or(1, |nodes| nodes.0),
        run_hours: job.run_hours.map(|hours| hours.0),
        checkpoint: job.checkpoint.as_ref().map(|checkpoint| Checkpoint {
            interval_hours: hours(checkpoint.interval_minutes.0),
            write_hours: hours(checkpoint.write_minutes.0),
        }),
        restart_hours: match &job.checkpoint {
            Some(checkpoint) => hours(checkpoint.restart_minutes.0),
            None => hours(boot_minutes),
        },
    }
}

fn trimmed(number: Decimal) -> String {
    decimal::grouped_trimmed(number, 6)
}
