//! AWS's rules and our own: what cannot be (problems) and what is doubtful (notes).
//!
//! Sources: AWS Batch, EC2 and FSx API references and the AWS Batch user guide, read 2026-11-23.

mod batch;
mod compute;
mod instance_type;
mod scheduling;
mod words;
mod workload;

use std::collections::BTreeSet;

use super::arrivals::ArrivalRates;
use super::batch::ComputeEnvironment;
use super::keys::{BudgetKeys, PriceKeys, ScenarioKeys, TransferKeys, TransferKind};
use super::lustre;
use super::schedule::Schedule;
use super::usage::compute::delay_minutes;
use super::value;
use super::volume::{Impossible, Volume};
use crate::catalog::Catalog;
use crate::document::nearest::{alternatives, did_you_mean, likely_and};
use crate::document::{Document, KeyPath};
use crate::error::Diagnostic;
use crate::model::decimal::{self, Decimal};
use crate::model::said::Said;
use crate::model::sku::{InstanceType, PurchaseOption};
use crate::model::time::{Month, Period};
use crate::model::units::PricingUnit;
use crate::model::usage_type::UsageType;
use crate::report::Note;

/// Longest period: five years and a leap day or two.
const MAX_PERIOD_HOURS: i64 = (5 * 365 + 2) * 24;

/// Collects problems and doubts about one document.
pub struct Lint<'a> {
    document: &'a Document,
    problems: Vec<Diagnostic>,
    doubts: Vec<Note>,
}

fn at(section: &str, index: usize) -> KeyPath {
    KeyPath::root().key(section).index(index)
}

impl<'a> Lint<'a> {
    /// Nothing found yet.
    #[must_use]
    pub fn new(document: &'a Document) -> Lint<'a> {
        Lint { document, problems: Vec::new(), doubts: Vec::new() }
    }

    /// Everything found.
    #[must_use]
    pub fn finish(mut self) -> (Vec<Diagnostic>, Vec<Note>) {
        // In the order of the text, not of the rules.
        self.problems.sort_by_key(|problem| {
            problem.excerpt.as_ref().map(|excerpt| (excerpt.origin.clone(), excerpt.span.start))
        });
        (self.problems, self.doubts)
    }

    fn problem(&mut self, path: &KeyPath, message: Said, help: Said) {
        self.problems.push(self.document.diagnostic(path, message, Some(help)));
    }

    /// The period; the present month where it is broken, so that checking can go on.
    pub fn period(&mut self, keys: &ScenarioKeys, now: Month) -> Period {
        let root = KeyPath::root();
        match (keys.month, &keys.period) {
            (Some(_), Some(_)) => {
                self.problem(&root.key("period"), words::both_month_and_period(), words::keep_one_of_them());
                now.period()
            }
            (Some(month), None) => month.period(),
            (None, None) => now.period(),
            (None, Some(period)) => {
                let (message, help) = match Period::new(period.start, period.end) {
                    Some(period) if period.hours() <= Decimal::from(MAX_PERIOD_HOURS) => return period,
                    Some(_) => (words::the_period_is_longer_than(), words::an_estimate_at_one_day()),
                    None => (words::the_period_ends_before_it(), words::end_is_the_first_day()),
                };
                self.problem(&root.key("period"), message, help);
                now.period()
            }
        }
    }

    /// Checks names and resolves what names refer to.
    pub fn names(
        &mut self,
        keys: &ScenarioKeys,
        catalog: &Catalog,
    ) -> (Vec<ComputeEnvironment>, Vec<Schedule>) {
        let root = KeyPath::root();
        let batch = root.key("batch");
        self.unique(&root.key("compute"), keys.compute.iter().map(|k| Some(&k.name)));
        self.unique(&root.key("commitment"), keys.commitment.iter().map(|k| Some(&k.name)));
        self.unique(&root.key("lustre"), keys.lustre.iter().map(|k| Some(&k.name)));
        self.unique(&root.key("efs"), keys.efs.iter().map(|k| Some(&k.name)));
        self.unique(&root.key("ebs"), keys.ebs.iter().map(|k| Some(&k.name)));
        self.unique(&root.key("ebs_snapshot"), keys.ebs_snapshot.iter().map(|k| Some(&k.name)));
        self.unique(&root.key("public_ipv4"), keys.public_ipv4.iter().map(|k| Some(&k.name)));
        self.unique(&root.key("instance_type"), keys.instance_type.iter().map(|k| Some(&k.name)));
        self.unique(&root.key("s3"), keys.s3.iter().map(|k| Some(&k.name)));
        self.unique(&root.key("ecr"), keys.ecr.iter().map(|k| Some(&k.name)));
        self.unique(&root.key("logs"), keys.logs.iter().map(|k| Some(&k.name)));
        self.unique(&root.key("transfer"), keys.transfer.iter().map(|k| Some(&k.name)));
        self.unique(&root.key("nat_gateway"), keys.nat_gateway.iter().map(|k| Some(&k.name)));
        self.unique(&root.key("schedule"), keys.schedule.iter().map(|k| k.name.as_ref()));
        let b = &keys.batch;
        self.unique(&batch.key("compute_environment"), b.compute_environment.iter().map(|k| Some(&k.name)));
        self.unique(&batch.key("job_queue"), b.job_queue.iter().map(|k| Some(&k.name)));
        self.unique(&batch.key("job_definition"), b.job_definition.iter().map(|k| Some(&k.name)));
        let (policies, resources) = (b.scheduling_policy.iter(), b.consumable_resource.iter());
        self.unique(&batch.key("scheduling_policy"), policies.map(|k| Some(&k.name)));
        self.unique(&batch.key("consumable_resource"), resources.map(|k| Some(&k.name)));
        let environments = b
            .compute_environment
            .iter()
            .enumerate()
            .filter_map(|(index, keys)| self.environment(index, keys, catalog))
            .collect();
        let schedules =
            keys.schedule.iter().enumerate().filter_map(|(i, s)| self.schedule(i, s, keys)).collect();
        (environments, schedules)
    }

    fn unique<'n>(&mut self, path: &KeyPath, names: impl Iterator<Item = Option<&'n String>>) {
        let mut seen = BTreeSet::new();
        for (index, name) in names.enumerate() {
            let Some(name) = name else { continue };
            let path = path.index(index).key("name");
            if name.trim().is_empty() {
                self.problem(&path, words::the_name_is_empty(), words::give_it_a_name_that());
            } else if !seen.insert(name) {
                self.problem(&path, words::duplicate_name(name), words::names_are_unique_among_their());
            }
        }
    }

    fn known_type(&mut self, path: &KeyPath, name: &InstanceType, catalog: &Catalog) {
        if catalog.get(name).is_none() {
            let (message, help) = unknown_type(name, catalog);
            self.problem(path, message, help);
        }
    }

    /// As [`Lint::known_type`], for a type that is a key.
    fn known_type_key(&mut self, path: &KeyPath, name: &InstanceType, catalog: &Catalog) {
        if catalog.get(name).is_none() {
            let (message, help) = unknown_type(name, catalog);
            self.problems.push(self.document.diagnostic_at_key(path, message, Some(help)));
        }
    }

    fn reference<'n>(
        &mut self,
        path: &KeyPath,
        name: &str,
        what: Said,
        known: impl Iterator<Item = &'n str>,
    ) -> bool {
        let known: Vec<&str> = known.collect();
        if known.contains(&name) {
            return true;
        }
        let help = did_you_mean(name, known.iter().copied()).unwrap_or_else(|| match known[..] {
            [] => words::the_file_has_no(&what),
            _ => words::valid(alternatives(&known)),
        });
        self.problem(path, words::unknown(&what, name), help);
        false
    }

    /// The rules that need everything else to be resolved; returns the rates of arrivals.
    pub fn rules(
        &mut self,
        keys: &ScenarioKeys,
        environments: &[ComputeEnvironment],
        schedules: &[Schedule],
        catalog: &Catalog,
        period: Period,
    ) -> Vec<ArrivalRates> {
        for (index, compute) in keys.compute.iter().enumerate() {
            self.compute(index, compute, keys, catalog);
            let environment = keys
                .batch
                .compute_environment
                .iter()
                .find(|e| compute.compute_environment.as_ref() == Some(&e.name));
            let job =
                keys.batch.job_definition.iter().find(|j| compute.job_definition.as_ref() == Some(&j.name));
            self.hours(
                &at("compute", index),
                compute,
                job,
                delay_minutes(compute, environment),
                period,
                catalog,
            );
        }
        for (index, commitment) in keys.commitment.iter().enumerate() {
            self.commitment(index, commitment, catalog);
        }
        self.storage(keys, period);
        for (index, transfer) in keys.transfer.iter().enumerate() {
            self.transfer(index, transfer, keys);
        }
        for (index, keys) in keys.batch.compute_environment.iter().enumerate() {
            if let Some(environment) = environments.iter().find(|e| e.name == keys.name) {
                self.environment_rules(index, keys, environment, schedules, period);
            }
        }
        self.queues_and_jobs(keys, environments, schedules, period);
        self.scheduling(keys);
        self.other(keys, catalog);
        self.workload(keys, period)
    }

    fn storage(&mut self, keys: &ScenarioKeys, period: Period) {
        for (index, keys) in keys.lustre.iter().enumerate() {
            let path = at("lustre", index);
            match lustre::file_system(keys) {
                Err(impossible) => {
                    self.problem(&path.key(impossible.key), impossible.message, impossible.valid)
                }
                Ok(system) if system.size_gib != keys.size_gib.0 => self.doubts.push(Note::LustreRounded {
                    name: keys.name.clone(),
                    asked_gib: keys.size_gib.0,
                    size_gib: system.size_gib,
                }),
                Ok(_) => {}
            }
            self.lifetime(&path, keys.hours, period);
        }
        for (index, keys) in keys.efs.iter().enumerate() {
            let path = at("efs", index);
            if keys.elastic_throughput && !keys.provisioned_throughput_mibps.0.is_zero() {
                self.problem(
                    &path.key("provisioned_throughput_mibps"),
                    words::a_file_system_with_elastic(),
                    words::leave_one_of_the_two(),
                );
            }
            self.lifetime(&path, keys.hours, period);
        }
        for (index, keys) in keys.ebs.iter().enumerate() {
            let path = at("ebs", index);
            self.volume(&path, &keys.into());
            self.lifetime(&path, keys.hours, period);
        }
        for (index, keys) in keys.nat_gateway.iter().enumerate() {
            self.lifetime(&at("nat_gateway", index), keys.hours, period);
        }
        for (index, keys) in keys.public_ipv4.iter().enumerate() {
            self.lifetime(&at("public_ipv4", index), keys.hours, period);
        }
    }

    /// A volume that EBS would refuse.
    fn volume(&mut self, path: &KeyPath, volume: &Volume) {
        for Impossible { key, message, valid } in volume.impossible() {
            let path = key.map_or_else(|| path.clone(), |key| path.key(key));
            self.problem(&path, message, valid);
        }
    }

    fn lifetime(&mut self, path: &KeyPath, hours: Option<value::CaseAmount>, period: Period) {
        if hours.is_some_and(|hours| hours.0.high > period.hours()) {
            let has = decimal::grouped_trimmed(period.hours(), 2);
            self.problem(
                &path.key("hours"),
                words::more_hours_than_the_period(&has),
                words::leave_the_key_out_for(),
            );
        }
    }

    fn transfer(&mut self, index: usize, transfer: &TransferKeys, keys: &ScenarioKeys) {
        let path = at("transfer", index);
        match (transfer.kind, transfer.to_region) {
            (TransferKind::CrossRegion, None) => {
                self.problem(&path, words::cross_region_needs_to_region(), words::the_region_the_data_goes());
            }
            (TransferKind::CrossRegion, Some(to)) if to == keys.region => {
                self.problem(
                    &path.key("to_region"),
                    words::the_data_stays_in_its(),
                    words::another_region_or_kind_cross_az(),
                );
            }
            (TransferKind::Out | TransferKind::CrossAz, Some(_)) => {
                self.problem(
                    &path.key("to_region"),
                    words::only_cross_region_has_a_target(),
                    words::leave_the_key_out(),
                );
            }
            _ => {}
        }
    }

    fn other(&mut self, keys: &ScenarioKeys, catalog: &Catalog) {
        let root = KeyPath::root();
        for name in keys.relative_speed.keys() {
            self.known_type_key(&root.key("relative_speed").key(name), &InstanceType::new(name), catalog);
        }
        for name in keys.discount.keys() {
            if let Err(refusal) = value::read_service(name) {
                let path = root.key("discount").key(name);
                let problem = self.document.diagnostic_at_key(&path, refusal.message, refusal.help);
                self.problems.push(problem);
            }
        }
        if let Some(BudgetKeys { warn_usd: Some(warn), fail_usd: Some(fail) }) = &keys.budget
            && warn.0 > fail.0
        {
            self.problem(
                &root.key("budget").key("warn_usd"),
                words::warn_usd_is_above_fail_usd(),
                words::warn_before_you_fail(),
            );
        }
        self.prices(&keys.price);
    }

    fn prices(&mut self, prices: &[PriceKeys]) {
        let mut seen = BTreeSet::new();
        for (index, price) in prices.iter().enumerate() {
            self.price(&at("price", index), price);
            let option = price.purchase_option.unwrap_or_else(|| UsageType(&price.usage_type).purchase());
            let committed = matches!(option, PurchaseOption::SavingsPlan | PurchaseOption::Reserved);
            if committed && (price.usd_low.is_some() || price.usd_high.is_some()) {
                let message = words::the_rate_of_a_commitment();
                self.problem(&at("price", index), message, words::give_usd_alone_without_usd_low());
            }
            if !seen.insert((&price.usage_type, option, price.service)) {
                let message = words::a_second_price_for(&price.usage_type);
                self.problem(&at("price", index).key("usage_type"), message, words::keep_one_of_them());
            }
        }
    }

    fn price(&mut self, path: &KeyPath, price: &PriceKeys) {
        let instance = UsageType(&price.usage_type).purchase() != PurchaseOption::None;
        match PricingUnit::parse(&price.unit) {
            None => {
                let message = words::unknown_unit(&price.unit);
                self.problem(&path.key("unit"), message, words::valid_hours_gb_months_gb());
            }
            Some((unit, _)) if instance && unit != PricingUnit::Hours => {
                let message = words::unit_does_not_fit(&price.unit, &price.usage_type);
                self.problem(&path.key("unit"), message, words::is_priced_per_hour(&price.usage_type));
            }
            Some(_) => {}
        }
        let (low, high) = (price.usd_low.unwrap_or(price.usd).0, price.usd_high.unwrap_or(price.usd).0);
        if low > price.usd.0 || price.usd.0 > high {
            self.problem(path, words::usd_low_usd_and_usd_high_are(), words::usd_low_usd_usd_high());
        }
    }
}

/// What is wrong with the prices of a file of them.
#[must_use]
pub fn prices(document: &Document, prices: &[PriceKeys]) -> Vec<Diagnostic> {
    let mut lint = Lint::new(document);
    lint.prices(prices);
    lint.finish().0
}

fn unknown_type(name: &InstanceType, catalog: &Catalog) -> (Said, Said) {
    let likely = did_you_mean(name.as_str(), catalog.iter().map(|(known, _)| known));
    (words::unknown_instance_type(name), likely_and(likely, words::types_are_listed()))
}
