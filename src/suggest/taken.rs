//! What a change takes away, or allows beyond what it is for: said before every other risk, in one place for all
//! searches.

use super::Suggestion;
use super::edit::{Edit, merged};
use super::kept::removed;
use super::trial::Trials;
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
            titles.push(Said::new(format!("removes {gone}"), format!("{gone} を外す")));
            let ja = format!("{gone} がなくなる");
            risks.push(Said::new(format!("{gone} goes"), ja));
        }
        risks.extend(less_gpu_memory(was, now));
        risks.extend(efa(was, now));
        risks.extend(ceiling(trials, before, &after, now));
    }
    let leaving = merged(&suggestion.edits).iter().filter_map(Edit::leaving).collect::<Vec<_>>();
    if !leaving.is_empty() {
        suggestion.evidence.push(format!("{} leaves the scenario with it", leaving.join(", ")));
    }
    for title in titles {
        suggestion.title = format!("{}, {}", suggestion.title, title.en);
    }
    if !risks.is_empty() {
        risks.push(Said::alike(&*suggestion.risk));
        suggestion.risk = risks.iter().map(|risk| risk.en.as_str()).collect::<Vec<_>>().join("; ");
    }
}

/// Less memory of a GPU, as the best or the least of the types has it.
fn less_gpu_memory(was: &ComputeEnvironment, now: &ComputeEnvironment) -> Option<Said> {
    let memory = |of: &ComputeEnvironment| {
        let own = of.types.iter().filter(|(_, spec)| spec.gpus > 0).map(|(_, spec)| spec.gpu_memory_mib);
        let (least, most) = (own.clone().min()?, own.max()?);
        Some((least, most))
    };
    let ((least, most), (least_now, most_now)) = (memory(was)?, memory(now)?);
    let (from, to) = match (most_now < most, least_now < least) {
        (true, _) => (most, most_now),
        (false, true) => (least, least_now),
        (false, false) => return None,
    };
    let (from, to) = (from / 1024, to / 1024);
    Some(Said::new(
        format!("a GPU has {to} GiB of memory instead of {from}: jobs that need more fail"),
        format!("GPU 1 基のメモリが {from} GiB から {to} GiB に減り、それより多く使うジョブは失敗する"),
    ))
}

/// No Elastic Fabric Adapter where there was one.
fn efa(was: &ComputeEnvironment, now: &ComputeEnvironment) -> Option<Said> {
    let without = |of: &ComputeEnvironment| {
        of.types.iter().find(|(_, spec)| !has_efa(spec)).map(|(name, _)| name.to_string())
    };
    let any = |of: &ComputeEnvironment| of.types.iter().any(|(_, spec)| has_efa(spec));
    let name = without(now)?;
    match (any(was), any(now), without(was)) {
        (true, false, _) => Some(Said::new(
            format!("EFA goes: {name} has none"),
            format!("EFA がなくなる（{name} にはない）"),
        )),
        (true, true, None) => Some(Said::new(
            format!("jobs may run without EFA: {name} has none"),
            format!("EFA なしで動くジョブが出る（{name} にはない）"),
        )),
        _ => None,
    }
}

/// Whether a type has an Elastic Fabric Adapter.
pub(super) fn has_efa(spec: &InstanceSpec) -> bool {
    spec.efa_interfaces.is_some_and(|count| count > 0)
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
        let (name, usd, usd_now) = (&now.name, usd.cents(), usd_now.cents());
        let more = match vcpus_now > vcpus {
            true => Said::new(
                format!(" (up to {vcpus_now} vCPUs at once instead of {vcpus})"),
                format!("（同時に動く vCPU は最大 {vcpus} から {vcpus_now} に増える）"),
            ),
            false => Said::alike(""),
        };
        Said::new(
            format!("the ceiling of {name} rises from {usd} to {usd_now} at the same max_vcpus{}", more.en),
            format!("同じ max_vcpus でも {name} の費用の上限は {usd} から {usd_now} に上がる{}", more.ja),
        )
    })
}
