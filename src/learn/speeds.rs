//! How fast jobs of the same kind run on one GPU model and on another: the ratio of geometric means of their run times.
//!
//! A kind is a job definition, or a name where jobs have none, with the same number of nodes and GPUs. Only jobs that succeeded
//! and were tried once count. Sizes of one model are taken to be alike. Who chose where a job ran is not known: if larger
//! inputs were sent to the faster model, the ratio is too small.

use std::collections::{BTreeMap, BTreeSet};

use super::estimate::{Pair, speed, times_as_many};
use super::history::History;
use super::words::count;
use super::{Estimate, Finding, Kind, State, Target, words};
use crate::catalog::Catalog;
use crate::model::decimal::{self, Decimal, plain};
use crate::model::sku::InstanceType;
use crate::workload::Recorded;

/// Jobs of one kind that each of two models needs.
const JOBS: usize = 5;

/// Jobs of a kind by the model they ran on.
type Kinds<'a> = BTreeMap<(&'a str, u32, u16), BTreeMap<&'static str, Vec<u64>>>;

pub(super) fn findings(history: &History<'_>, catalog: &Catalog) -> Vec<Finding> {
    let (kinds, types) = kinds(history, catalog);
    let speeds = &history.scenario.keys.relative_speed;
    let jobs_on =
        |model: &str| -> usize { kinds.values().filter_map(|of| of.get(model)).map(Vec::len).sum() };
    // The model that the scenario compares with already, or else that of most jobs.
    let known = types.iter().filter(|(_, types)| types.iter().any(|name| speeds.contains_key(name.as_str())));
    let known = known.map(|(model, _)| *model).max_by_key(|model| (jobs_on(model), *model));
    let reference = known.or_else(|| types.keys().copied().max_by_key(|model| (jobs_on(model), *model)));
    let Some(reference) = reference.filter(|_| types.len() > 1) else {
        return vec![nothing(history, types.len())];
    };
    let own = |model: &str| types[model].iter().find_map(|name| speeds.get(name.as_str())).map(|of| of.0);
    let base = own(reference).unwrap_or(Decimal::ONE);
    let mut findings = Vec::new();
    for model in types.keys().filter(|model| **model != reference) {
        let found = compared(&kinds, reference, model);
        for name in &types[model] {
            findings.push(finding(history, name, (reference, model), &found, base));
        }
    }
    // Without the other side a speed compares nothing.
    if findings.iter().any(Finding::is_proposed) {
        for name in types[reference].iter().filter(|name| !speeds.contains_key(name.as_str())) {
            let exact = Estimate { value: base, low: Some(base), high: Some(base) };
            let target = Target::typed(Kind::RelativeSpeed, "", name);
            let counted = words::speed_reference(reference);
            findings.insert(0, Finding::number(target, None, exact, counted, words::speed_caveat()));
        }
    }
    findings
}

fn nothing(history: &History<'_>, models: usize) -> Finding {
    let state = match (history.says.types, models) {
        (false, _) => State::NotRecorded(words::needs_type_for_speed()),
        (true, _) => State::TooLittle(words::one_model()),
    };
    Finding {
        target: Target::of(Kind::RelativeSpeed, ""),
        now: None,
        state,
        counted: words::speed_models(count(models as u64, "GPU model")),
        caveat: words::speed_caveat(),
    }
}

/// Run times by kind and model, and the types that are of each model.
fn kinds<'a>(
    history: &History<'a>,
    catalog: &Catalog,
) -> (Kinds<'a>, BTreeMap<&'static str, BTreeSet<String>>) {
    let workload = history.workload;
    let mut kinds: Kinds<'a> = BTreeMap::new();
    let mut types: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
    for (number, job) in workload.jobs().iter().enumerate() {
        let detail = workload.detail(number);
        let is_clean = job.recorded == Recorded::Succeeded && detail.earlier.is_empty() && job.gpus > 0;
        let definition = workload.job_definitions()[usize::from(job.job_definition)].as_str();
        let name = if definition.is_empty() { detail.name } else { definition };
        if !is_clean || name.is_empty() || detail.instance_type.is_empty() {
            continue;
        }
        let Some(spec) = catalog.get(&InstanceType::new(detail.instance_type)).filter(|of| of.gpus > 0)
        else {
            continue;
        };
        types.entry(spec.gpu_model).or_default().insert(detail.instance_type.to_owned());
        let times = kinds.entry((name, job.nodes, job.gpus)).or_default().entry(spec.gpu_model).or_default();
        times.push(job.run_seconds.into());
    }
    (kinds, types)
}

/// Two models compared.
struct Compared {
    pairs: Vec<Pair>,
    speed: Option<Estimate>,
}

fn compared(kinds: &Kinds<'_>, reference: &str, other: &str) -> Compared {
    let on = |of: &BTreeMap<&'static str, Vec<u64>>, model: &str| of.get(model).cloned().unwrap_or_default();
    let pairs = kinds.values().map(|of| Pair { reference: on(of, reference), other: on(of, other) });
    let both = |pair: &Pair| !pair.reference.is_empty() && !pair.other.is_empty();
    let pairs: Vec<Pair> = pairs.filter(both).collect();
    let enough: Vec<Pair> = pairs.iter().filter(|pair| is_enough(pair)).cloned().collect();
    Compared { speed: speed(&enough), pairs }
}

const fn is_enough(pair: &Pair) -> bool {
    pair.reference.len() >= JOBS && pair.other.len() >= JOBS
}

fn finding(
    history: &History<'_>,
    name: &str,
    (reference, model): (&str, &str),
    found: &Compared,
    base: Decimal,
) -> Finding {
    let target = Target::typed(Kind::RelativeSpeed, "", name);
    let now = history.scenario.keys.relative_speed.get(name).map(|of| of.0);
    let (first, second) = found
        .pairs
        .iter()
        .filter(|pair| found.speed.is_none() || is_enough(pair))
        .fold((0, 0), |(first, second), pair| {
            (first + pair.reference.len() as u64, second + pair.other.len() as u64)
        });
    let kinds = found.pairs.iter().filter(|pair| found.speed.is_none() || is_enough(pair)).count() as u64;
    let counted = words::speed_jobs(count(kinds, "kind"), count(first, "job"), reference, second, model);
    let without = |state: State, counted| Finding {
        target: target.clone(),
        now: now.map(plain),
        state,
        counted,
        caveat: words::speed_caveat(),
    };
    match &found.speed {
        None => without(State::TooLittle(words::few_pairs(count(JOBS as u64, "job"))), counted),
        // Jobs so unlike that it could be half as fast or twice.
        Some(found) if !found.is_within(Decimal::TWO) => {
            let times = times_as_many(found, Decimal::from(4)).map_or_else(String::new, decimal::plain);
            without(State::TooLittle(words::wide_speed(words::interval(found), times)), counted)
        }
        Some(found) => {
            let scaled = found.clone().per(Decimal::ONE / base);
            Finding::number(target, now, scaled, counted, words::speed_caveat())
        }
    }
}
