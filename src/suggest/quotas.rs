//! Quotas of vCPUs in the account beside what a suggestion may launch.
//!
//! A quota counts the vCPUs of running On-Demand Instances, or of Spot requests, of some families together (Amazon EC2
//! instance type quotas, <https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html>, read
//! 2026-11-24). Counted here is all that the compute environments of the scenario may launch at once, and nothing else that
//! runs in the account. Nothing is asked here.

use crate::suggest::Evidence;
use std::collections::{BTreeMap, BTreeSet};

use super::edit::Table;
use super::{Suggestion, Suggestions, Trials, evidence, words};
use crate::model::decimal::{self, Decimal};
use crate::model::sku::InstanceType;
use crate::report::Said;
use crate::scenario::Scenario;
use crate::scenario::batch::{CapRule, ComputeEnvironment};
use crate::scenario::keys::batch::EnvironmentType;

/// A quota of EC2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quota {
    /// Its code in Service Quotas.
    pub code: &'static str,
    /// Its name there.
    pub name: &'static str,
}

/// First letters of families, and the quotas of On-Demand and Spot. `im` and `is` are of the I family; `gr` is taken as a G
/// family, which AWS's list does not say.
const CLASSES: [(&[&str], Quota, Option<Quota>); 8] = [
    (
        &["a", "c", "d", "h", "i", "im", "is", "m", "r", "t", "z"],
        Quota {
            code: "L-1216C47A",
            name: "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances",
        },
        Some(Quota {
            code: "L-34B43A08",
            name: "All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests",
        }),
    ),
    (
        &["g", "gr", "vt"],
        Quota { code: "L-DB2E81BA", name: "Running On-Demand G and VT instances" },
        Some(Quota { code: "L-3819A6DF", name: "All G and VT Spot Instance Requests" }),
    ),
    (
        &["inf"],
        Quota { code: "L-1945791B", name: "Running On-Demand Inf instances" },
        Some(Quota { code: "L-B5D1601B", name: "All Inf Spot Instance Requests" }),
    ),
    (
        &["trn"],
        Quota { code: "L-2C3B7624", name: "Running On-Demand Trn instances" },
        Some(Quota { code: "L-6B0D517C", name: "All Trn Spot Instance Requests" }),
    ),
    (
        &["dl"],
        Quota { code: "L-6E869C2A", name: "Running On-Demand DL instances" },
        Some(Quota { code: "L-85EED4F7", name: "All DL Spot Instance Requests" }),
    ),
    (
        &["f"],
        Quota { code: "L-74FC7D96", name: "Running On-Demand F instances" },
        Some(Quota { code: "L-88CF9481", name: "All F Spot Instance Requests" }),
    ),
    (
        &["x"],
        Quota { code: "L-7295265B", name: "Running On-Demand X instances" },
        Some(Quota { code: "L-E3A00192", name: "All X Spot Instance Requests" }),
    ),
    (&["hpc"], Quota { code: "L-F7808C92", name: "Running On-Demand HPC instances" }, None),
];

const P: Quota = Quota { code: "L-417A185B", name: "Running On-Demand P instances" };
const P5_SPOT: Quota = Quota { code: "L-C4BD4855", name: "All P5 Spot Instance Requests" };
const P4_SPOT: Quota = Quota { code: "L-7212CCBC", name: "All P4, P3 and P2 Spot Instance Requests" };
const HIGH_MEMORY: Quota = Quota { code: "L-43DA4232", name: "Running On-Demand High Memory instances" };

impl Quota {
    /// The quota that counts a type; `None` where AWS's list names none.
    #[must_use]
    pub fn of(instance_type: &InstanceType, environment: EnvironmentType) -> Option<Quota> {
        let name = instance_type.as_str();
        let letters: &str = name.split(|c: char| !c.is_ascii_lowercase()).next().unwrap_or("");
        let generation = name[letters.len()..].chars().next();
        match (letters, environment) {
            ("p", EnvironmentType::Ec2) => Some(P),
            ("p", EnvironmentType::Spot) => match generation {
                Some('2'..='4') => Some(P4_SPOT),
                Some('5') => Some(P5_SPOT),
                _ => None,
            },
            ("u", EnvironmentType::Ec2) => Some(HIGH_MEMORY),
            _ => {
                let (_, on_demand, spot) =
                    CLASSES.iter().find(|(families, ..)| families.contains(&letters))?;
                if environment == EnvironmentType::Ec2 { Some(*on_demand) } else { *spot }
            }
        }
    }
}

/// The most vCPUs of some sizes that an environment runs at once. What is there before a launch is a multiple of the
/// greatest common divisor of the sizes and below the cap; the launch adds the largest.
fn reach(rule: CapRule, sizes: &[u32], max_vcpus: u32) -> u64 {
    let common = sizes.iter().fold(0, |a, b| gcd(a, u64::from(*b)));
    let largest = sizes.iter().copied().max().map_or(0, u64::from);
    let cap = u64::from(max_vcpus);
    match (common, cap, rule) {
        (0, ..) | (_, 0, _) => 0,
        (_, _, CapRule::WithinMax) => cap / common * common,
        (_, _, CapRule::WhileBelowMax) => (cap - 1) / common * common + largest,
    }
}

const fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// The highest cap of an environment in the scenario's period.
fn highest_cap(scenario: &Scenario, of: &ComputeEnvironment) -> u32 {
    scenario.timeline(of).iter().map(|segment| segment.max_vcpus).max().unwrap_or(of.max_vcpus)
}

/// vCPUs of an environment by quota; `None` for types that no quota is known of.
fn needs(scenario: &Scenario, of: &ComputeEnvironment) -> BTreeMap<Option<Quota>, u64> {
    let mut sizes: BTreeMap<Option<Quota>, Vec<u32>> = BTreeMap::new();
    for (name, spec) in &of.types {
        sizes.entry(Quota::of(name, of.environment_type)).or_default().push(spec.vcpus);
    }
    let cap = highest_cap(scenario, of);
    sizes.into_iter().map(|(quota, sizes)| (quota, reach(of.cap_rule(), &sizes, cap))).collect()
}

/// What a suggestion needs: by quota of an environment that it changes, the vCPUs of all environments that share it.
fn needed_by(trials: &Trials<'_>, of: &Suggestion) -> BTreeMap<Option<Quota>, u64> {
    let Ok(changed) = trials.overlaid(&of.proposal.edits()) else { return BTreeMap::new() };
    let before = &trials.study.scenario;
    let mut own = BTreeSet::new();
    for name in launching_more(before, &changed, of) {
        let environment = changed.environments.iter().find(|environment| environment.name == name);
        own.extend(
            environment
                .map(|environment| needs(&changed, environment))
                .into_iter()
                .flatten()
                .map(|(quota, _)| quota),
        );
    }
    let mut all: BTreeMap<Option<Quota>, u64> = own.into_iter().map(|quota| (quota, 0)).collect();
    for environment in &changed.environments {
        for (quota, vcpus) in needs(&changed, environment) {
            all.entry(quota).and_modify(|sum| *sum += vcpus);
        }
    }
    all
}

/// Environments that a suggestion lets launch more, or something else.
fn launching_more(before: &Scenario, after: &Scenario, of: &Suggestion) -> BTreeSet<String> {
    let edits = of.proposal.edits();
    let edited =
        edits.iter().filter(|edit| matches!(edit.table, Table::ComputeEnvironment | Table::Schedule));
    let touches = |key: &str| edited.clone().any(|edit| edit.keys.iter().any(|(name, _)| *name == key));
    if !["max_vcpus", "instance_types", "type"].into_iter().any(touches) {
        return BTreeSet::new();
    }
    let pairs = before.environments.iter().zip(&after.environments);
    pairs
        .filter(|(old, new)| {
            let types = |of: &ComputeEnvironment| {
                of.types.iter().map(|(name, _)| name.clone()).collect::<BTreeSet<_>>()
            };
            highest_cap(after, new) > highest_cap(before, old)
                || types(old) != types(new)
                || old.environment_type != new.environment_type
        })
        .map(|(_, new)| new.name.clone())
        .collect()
}

/// The codes of the quotas that suggestions have to be held against.
#[must_use]
pub fn needed(trials: &Trials<'_>, found: &Suggestions) -> BTreeSet<&'static str> {
    let all = found.suggestions.iter().flat_map(|of| needed_by(trials, of));
    all.filter_map(|(quota, _)| Some(quota?.code)).collect()
}

/// Holds every suggestion against the quotas of the account: enough is evidence, too little a risk, and what is not known
/// is said to be.
pub fn weigh(trials: &Trials<'_>, found: &mut Suggestions, quotas: &BTreeMap<&'static str, Decimal>) {
    for of in &mut found.suggestions {
        let needed = needed_by(trials, of);
        if needed.is_empty() {
            continue;
        }
        let risks = of.quota_risks.insert(Vec::new());
        for (quota, vcpus) in needed {
            match said(quota, vcpus, quotas) {
                Ok(enough) => of.evidence.push(enough),
                Err(risk) => risks.push(risk),
            }
        }
    }
}

/// Evidence, or the risk.
fn said(
    quota: Option<Quota>,
    vcpus: u64,
    quotas: &BTreeMap<&'static str, Decimal>,
) -> Result<Evidence, Said> {
    let vcpus = Decimal::from(vcpus);
    let shown = |number: Decimal| decimal::grouped_trimmed(number, 0);
    let Some(Quota { code, name }) = quota else {
        return Err(words::quota_of_some_unknown(shown(vcpus)));
    };
    match quotas.get(code) {
        None => Err(words::quota_unknown(name, code, shown(vcpus))),
        Some(quota) if *quota < vcpus => {
            let more = shown(vcpus - *quota);
            Err(words::quota_too_low(name, code, shown(*quota), shown(vcpus), more))
        }
        Some(quota) => {
            Ok(evidence::quota_enough(name, code, shown(*quota), shown(vcpus), shown(*quota - vcpus)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn types_are_counted_by_the_quota_of_their_class() {
        use EnvironmentType::{Ec2, Spot};
        let cases = [
            ("p4d.24xlarge", Ec2, Some("L-417A185B")),
            ("p5en.48xlarge", Ec2, Some("L-417A185B")),
            ("p4de.24xlarge", Spot, Some("L-7212CCBC")),
            ("p5.48xlarge", Spot, Some("L-C4BD4855")),
            ("p6-b200.48xlarge", Ec2, Some("L-417A185B")),
            ("p6-b200.48xlarge", Spot, None),
            ("g5.48xlarge", Ec2, Some("L-DB2E81BA")),
            ("g4dn.xlarge", Spot, Some("L-3819A6DF")),
            ("c7i.48xlarge", Ec2, Some("L-1216C47A")),
            ("r6i.32xlarge", Spot, Some("L-34B43A08")),
            ("hpc7a.96xlarge", Ec2, Some("L-F7808C92")),
            ("hpc7a.96xlarge", Spot, None),
            ("x2idn.32xlarge", Ec2, Some("L-7295265B")),
            ("inf2.48xlarge", Spot, Some("L-B5D1601B")),
            ("trn1n.32xlarge", Spot, Some("L-6B0D517C")),
            ("u7i-12tb.224xlarge", Ec2, Some("L-43DA4232")),
            ("mac2.metal", Ec2, None),
        ];
        for (name, environment, code) in cases {
            let found = Quota::of(&InstanceType::new(name), environment).map(|quota| quota.code);
            assert_eq!(found, code, "{name} {environment:?}");
        }
        // Every type of the table is counted somewhere On-Demand, but the first memory instances, which AWS's list leaves out.
        for (name, _) in Catalog::bundled().iter().filter(|(name, _)| !name.starts_with("cr1.")) {
            assert!(Quota::of(&InstanceType::new(name), Ec2).is_some(), "{name}");
        }
    }

    #[test]
    fn what_may_run_is_what_the_cap_lets_launch() {
        use CapRule::{WhileBelowMax, WithinMax};
        // 256 of 96: two, and one more while 192 < 256; BEST_FIT stops at 192.
        assert_eq!(reach(WhileBelowMax, &[96], 256), 288);
        assert_eq!(reach(WithinMax, &[96], 256), 192);
        assert_eq!(reach(WhileBelowMax, &[96], 192), 192);
        // 4 and 96: with 252 of 4 there, one of 96 may follow.
        assert_eq!(reach(WhileBelowMax, &[4, 96], 256), 252 + 96);
        assert_eq!(reach(WhileBelowMax, &[96], 0), 0);
        assert_eq!(reach(WhileBelowMax, &[], 256), 0);
    }
}
