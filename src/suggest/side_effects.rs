//! What a change takes away, or allows beyond what it is for: said before every other risk, in one place for all
//! searches.

use super::constraints::removed;
use super::edit::{Edit, merged};
use super::trials::Trials;
use super::{Suggestion, evidence, words};
use crate::catalog::InstanceSpec;
use crate::estimate::estimate;
use crate::model::money::Usd;
use crate::report::Said;
use crate::scenario::Scenario;
use crate::scenario::batch::ComputeEnvironment;

/// Names in the title and as the first risks of a suggestion what it takes away.
pub(super) fn say(trials: &Trials<'_>, suggestion: &mut Suggestion) {
    let before = &trials.study.scenario;
    let Ok(after) = trials.overlaid(&suggestion.edits) else { return };
    let (mut titles, mut risks) = (Vec::new(), Vec::new());
    for now in &after.environments {
        let Some(was) = before.environments.iter().find(|of| of.name == now.name) else { continue };
        let same = was.types.len() == now.types.len() && was.types.iter().all(|of| now.types.contains(of));
        if same {
            continue;
        }
        let gone = removed(was, now);
        if !gone.is_empty() {
            let gone = gone.join(", ");
            titles.push(words::removes(&gone));
            risks.push(words::goes(gone));
        }
        risks.extend(less_gpu_memory(was, now));
        risks.extend(efa(was, now));
        risks.extend(ceiling(trials, before, &after, now));
    }
    risks.extend(other_end(trials, before, &after, suggestion));
    let leaving = merged(&suggestion.edits).iter().filter_map(Edit::leaving).collect::<Vec<_>>();
    if !leaving.is_empty() {
        suggestion.evidence.push(evidence::leaves_with_it(leaving.join(", ")));
    }
    for removed in titles {
        let Said { en, ja } = &suggestion.title;
        suggestion.title = Said::new(format!("{en}, {}", removed.en), format!("{ja}（{}）", removed.ja));
    }
    let own = std::mem::replace(&mut suggestion.risk, Said::alike(""));
    let all = risks.into_iter().chain((!own.en.is_empty()).then_some(own));
    if let Some(risk) = all.reduce(Said::and) {
        suggestion.risk = risk;
    }
}

/// Less memory of a GPU, as the best or the least of the types has it.
fn less_gpu_memory(was: &ComputeEnvironment, now: &ComputeEnvironment) -> Option<Said> {
    let memory = |of: &ComputeEnvironment| {
        let with_gpus = of.types.iter().filter(|(_, spec)| spec.gpus > 0);
        // One whose memory is not known makes it unknown.
        let own: Vec<u64> = with_gpus.map(|(_, spec)| spec.gpu_memory()).collect::<Option<_>>()?;
        Some((*own.iter().min()?, *own.iter().max()?))
    };
    let ((least, most), (least_now, most_now)) = (memory(was)?, memory(now)?);
    let (from, to) = match (most_now < most, least_now < least) {
        (true, _) => (most, most_now),
        (false, true) => (least, least_now),
        (false, false) => return None,
    };
    let (from, to) = (from / 1024, to / 1024);
    Some(words::less_gpu_memory(to, from))
}

/// No Elastic Fabric Adapter where there was one.
fn efa(was: &ComputeEnvironment, now: &ComputeEnvironment) -> Option<Said> {
    let without = |of: &ComputeEnvironment| {
        of.types.iter().find(|(_, spec)| !has_efa(spec)).map(|(name, _)| name.to_string())
    };
    let any = |of: &ComputeEnvironment| of.types.iter().any(|(_, spec)| has_efa(spec));
    let name = without(now)?;
    match (any(was), any(now), without(was)) {
        (true, false, _) => Some(words::efa_goes(name)),
        (true, true, None) => Some(words::efa_is_missing(name)),
        _ => None,
    }
}

/// Whether a type has an Elastic Fabric Adapter.
pub(super) fn has_efa(spec: &InstanceSpec) -> bool {
    spec.efa_interfaces.is_some_and(|count| count > 0)
}

/// What it saves if AWS launches types at the other end of what it does not document, where that is less.
fn other_end(
    trials: &Trials<'_>,
    before: &Scenario,
    after: &Scenario,
    suggestion: &Suggestion,
) -> Option<Said> {
    let launches = |of: &ComputeEnvironment| {
        let types: Vec<String> = of.types.iter().map(|(name, _)| name.to_string()).collect();
        (of.name.clone(), of.strategy, of.environment_type, types)
    };
    let alike = before.environments.iter().map(launches).eq(after.environments.iter().map(launches));
    if alike {
        return None;
    }
    let other = trials.saving_at_other_end(suggestion).ok()??;
    let cents = |usd: Usd| usd.cents();
    if cents(other.expected) == cents(suggestion.saving.expected)
        || other.expected > suggestion.saving.expected
    {
        return None;
    }
    let largest = after.keys.batch.compute_environment.iter().any(|keys| keys.launch_size.is_none());
    Some(match (other.expected >= Usd::ZERO, largest) {
        (true, true) => words::less_with_the_largest(cents(other.expected)),
        (true, false) => words::less_with_the_dearest(cents(other.expected)),
        (false, true) => words::dearer_with_the_largest(cents(Usd::ZERO - other.expected)),
        (false, false) => words::dearer_with_the_dearest(cents(Usd::ZERO - other.expected)),
    })
}

/// A higher ceiling at the same `max_vcpus`, which most strategies may exceed by one instance.
fn ceiling(
    trials: &Trials<'_>,
    before: &Scenario,
    after: &Scenario,
    now: &ComputeEnvironment,
) -> Option<Said> {
    let of = |scenario: &Scenario| -> Option<(Usd, u64)> {
        let frame = estimate(scenario, trials.list, trials.catalog).ok()?.frame?;
        let own = frame.environments.into_iter().find(|of| of.name == now.name)?;
        Some((own.ceiling?, own.dearest_vcpus))
    };
    let ((usd, vcpus), (usd_now, vcpus_now)) = (of(before)?, of(after)?);
    (usd_now > usd).then(|| {
        let more = match vcpus_now > vcpus {
            true => words::more_at_once(vcpus_now, vcpus),
            false => Said::alike(""),
        };
        words::ceiling_of_rises(&now.name, usd.cents(), usd_now.cents(), more)
    })
}
