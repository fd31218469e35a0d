//! What a change takes away, or allows beyond what it is for: said before every other risk, in one place for all
//! searches.

use super::constraints::removed;
use super::edit::{Edit, merged};
use super::trials::Trials;
use super::{Suggestion, evidence};
use crate::catalog::InstanceSpec;
use crate::estimate::estimate;
use crate::model::money::Usd;
use crate::model::said::sayings;
use crate::scenario::Scenario;
use crate::scenario::batch::ComputeEnvironment;
use crate::suggest::Evidence;

sayings! {
    /// Something that comes with a change.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "the words say what the fields are")]
    pub enum SideEffect {
        /// A GPU model or processor that is there no longer.
        Goes { gone: String }
            en("{gone} goes") ja("{gone} がなくなる");
        /// GPUs with less memory [GiB].
        LessGpuMemory { less: u64, more: u64 }
            en("a GPU has {less} GiB of memory instead of {more}: jobs that need more fail")
            ja("GPU 1 基のメモリが {more} GiB から {less} GiB に減り、それより多く使うジョブは失敗する");
        /// No Elastic Fabric Adapter any more.
        EfaGoes { name: String }
            en("EFA goes: {name} has none") ja("EFA がなくなる（{name} にはない）");
        /// A type without one beside others.
        EfaIsMissing { name: String }
            en("jobs may run without EFA: {name} has none") ja("EFA なしで動くジョブが出る（{name} にはない）");
        /// What it saves if AWS launches the largest size first.
        LessWithTheLargest { usd: Usd }
            en("AWS does not document which size it launches: with the largest first it saves {} a month", usd.cents())
            ja("どのサイズを起動するか AWS は公表していない。最大を優先すると削減額は月 {} になる", usd.cents());
        /// What it costs then.
        DearerWithTheLargest { usd: Usd }
            en("AWS does not document which size it launches: with the largest first it costs {} a month more", usd.cents())
            ja("どのサイズを起動するか AWS は公表していない。最大を優先すると費用は月 {} 増える", usd.cents());
        /// What it saves if AWS launches from the dearest Spot pool.
        LessWithTheDearest { usd: Usd }
            en("AWS does not publish which Spot pool is deeper: with the dearest first it saves {} a month", usd.cents())
            ja("どのスポットプールに余裕があるか AWS は公表していない。最も高いものを優先すると削減額は月 {} になる", usd.cents());
        /// What it costs then.
        DearerWithTheDearest { usd: Usd }
            en("AWS does not publish which Spot pool is deeper: with the dearest first it costs {} a month more", usd.cents())
            ja("どのスポットプールに余裕があるか AWS は公表していない。最も高いものを優先すると費用は月 {} 増える", usd.cents());
        /// A higher ceiling of a month at the same cap.
        CeilingRises { environment: String, before: Usd, after: Usd }
            en("the ceiling of {environment} rises from {} to {} at the same max_vcpus", before.cents(), after.cents())
            ja("同じ max_vcpus でも {environment} の費用の上限は {} から {} に上がる", before.cents(), after.cents());
        /// The same, with more vCPUs at once.
        CeilingRisesWithVcpus { environment: String, before: Usd, after: Usd, vcpus_before: u64, vcpus_after: u64 }
            en(
                "the ceiling of {environment} rises from {} to {} at the same max_vcpus (up to {vcpus_after} vCPUs at once instead of {vcpus_before})",
                before.cents(), after.cents()
            )
            ja(
                "同じ max_vcpus でも {environment} の費用の上限は {} から {} に上がる（同時に動く vCPU は最大 {vcpus_before} から {vcpus_after} に増える）",
                before.cents(), after.cents()
            );
    }
}

impl SideEffect {
    /// What of it stands in the title of a change.
    pub(super) fn in_title(&self) -> Option<&str> {
        match self {
            SideEffect::Goes { gone } => Some(gone),
            _ => None,
        }
    }
}

/// What comes with a suggestion.
pub(super) fn of(trials: &Trials<'_>, suggestion: &Suggestion) -> Vec<SideEffect> {
    let before = &trials.study.scenario;
    let Ok(after) = trials.overlaid(&suggestion.proposal.edits()) else { return Vec::new() };
    let mut all = Vec::new();
    for now in &after.environments {
        let Some(was) = before.environments.iter().find(|of| of.name == now.name) else { continue };
        let same = was.types.len() == now.types.len() && was.types.iter().all(|of| now.types.contains(of));
        if same {
            continue;
        }
        let gone = removed(was, now);
        if !gone.is_empty() {
            all.push(SideEffect::Goes { gone: gone.join(", ") });
        }
        all.extend(less_gpu_memory(was, now));
        all.extend(efa(was, now));
        all.extend(ceiling(trials, before, &after, now));
    }
    all.extend(other_end(trials, before, &after, suggestion));
    all
}

/// Keys that leave the scenario with what is changed.
pub(super) fn leaving(suggestion: &Suggestion) -> Option<Evidence> {
    let leaving: Vec<String> =
        merged(&suggestion.proposal.edits()).iter().filter_map(Edit::leaving).collect();
    (!leaving.is_empty()).then(|| evidence::leaves_with_it(leaving.join(", ")))
}

/// Less memory of a GPU, as the best or the least of the types has it.
fn less_gpu_memory(was: &ComputeEnvironment, now: &ComputeEnvironment) -> Option<SideEffect> {
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
    Some(SideEffect::LessGpuMemory { less: to / 1024, more: from / 1024 })
}

/// No Elastic Fabric Adapter where there was one.
fn efa(was: &ComputeEnvironment, now: &ComputeEnvironment) -> Option<SideEffect> {
    let without = |of: &ComputeEnvironment| {
        of.types.iter().find(|(_, spec)| !has_efa(spec)).map(|(name, _)| name.to_string())
    };
    let any = |of: &ComputeEnvironment| of.types.iter().any(|(_, spec)| has_efa(spec));
    let name = without(now)?;
    match (any(was), any(now), without(was)) {
        (true, false, _) => Some(SideEffect::EfaGoes { name }),
        (true, true, None) => Some(SideEffect::EfaIsMissing { name }),
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
) -> Option<SideEffect> {
    let launches = |of: &ComputeEnvironment| {
        let types: Vec<String> = of.types.iter().map(|(name, _)| name.to_string()).collect();
        (of.name.clone(), of.strategy, of.environment_type, types)
    };
    let alike = before.environments.iter().map(launches).eq(after.environments.iter().map(launches));
    if alike {
        return None;
    }
    let other = trials.saving_at_other_end(&suggestion.proposal).ok()??;
    let (then, expected) = (other.expected, suggestion.saving.expected);
    if then.cents() == expected.cents() || then > expected {
        return None;
    }
    let largest = after.keys.batch.compute_environment.iter().any(|keys| keys.launch_size.is_none());
    let more = Usd::ZERO - then;
    Some(match (then >= Usd::ZERO, largest) {
        (true, true) => SideEffect::LessWithTheLargest { usd: then },
        (true, false) => SideEffect::LessWithTheDearest { usd: then },
        (false, true) => SideEffect::DearerWithTheLargest { usd: more },
        (false, false) => SideEffect::DearerWithTheDearest { usd: more },
    })
}

/// A higher ceiling at the same `max_vcpus`, which most strategies may exceed by one instance.
fn ceiling(
    trials: &Trials<'_>,
    before: &Scenario,
    after: &Scenario,
    now: &ComputeEnvironment,
) -> Option<SideEffect> {
    let of = |scenario: &Scenario| -> Option<(Usd, u64)> {
        let frame = estimate(scenario, trials.list, trials.catalog).ok()?.frame?;
        let own = frame.environments.into_iter().find(|of| of.name == now.name)?;
        Some((own.ceiling?, own.dearest_vcpus))
    };
    let ((before, vcpus_before), (after, vcpus_after)) = (of(before)?, of(after)?);
    let environment = now.name.clone();
    (after > before).then_some(match vcpus_after > vcpus_before {
        true => SideEffect::CeilingRisesWithVcpus { environment, before, after, vcpus_before, vcpus_after },
        false => SideEffect::CeilingRises { environment, before, after },
    })
}
