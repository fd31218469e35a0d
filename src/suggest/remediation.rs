//! What stands out, measured or simulated, with the suggestion that cures it; where none does, what would.

use serde::Serialize;

use super::headings;
use super::metrics::{Judged, WAIT_MINUTES_LONG};
use super::proposal::{Limit, Types};
use super::{Proposal, Suggestion};
use crate::model::decimal::{self, Decimal};
use crate::model::said::{sayings, words};
use crate::monitoring::{Environments, Launches, Measure};
use crate::report::{Cell, Column, Row, Said, Table};
use crate::simulate::findings::{Finding, Symptom};

/// Something that stands out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// In the words of an operations guide.
    pub symptom: Said,
    /// The figure behind it.
    pub evidence: Said,
    /// Where the figure is from.
    pub source: Said,
    /// Ids of suggestions that cure it, each alone.
    pub cured_by: Vec<String>,
    /// What cures it.
    pub cure: Said,
}

/// Findings of the run under a seed and of what was measured, each with its cure.
#[must_use]
pub fn observed(
    suggestions: &[Suggestion],
    environments: &Environments,
    simulated: &[Finding],
    seed: u64,
    measured: &[Judged],
) -> Vec<Observed> {
    let of_run = |finding: &Finding| {
        let cause = cause(finding.symptom);
        let (cured_by, cure) =
            cure(suggestions, cause, &places(cause, finding.environment.as_deref(), environments));
        let (symptom, evidence) = (finding.symptom.said(), finding.evidence.said());
        Observed { symptom, evidence, source: simulation(seed), cured_by, cure }
    };
    let of_metrics = |judged: &Judged| {
        let cause = match judged.measure {
            Measure::Gpu => Cause::GpusDoLittle,
            Measure::Memory => Cause::MemoryFull,
            Measure::Wait => Cause::WaitsAsMeasured,
            Measure::Failure => Cause::Failures,
        };
        let (cured_by, cure) =
            cure(suggestions, cause, &places(cause, judged.environment.as_deref(), environments));
        let source = Said::alike(&judged.source);
        Observed { symptom: judged.symptom(), evidence: judged.evidence(), source, cured_by, cure }
    };
    let measured = measured.iter().filter(|judged| judged.stands_out()).map(of_metrics);
    simulated.iter().map(of_run).chain(measured).collect()
}

words! {
    simulation(seed) "simulation, seed {seed}" "シミュレーション（シード {seed}）";
    cured_by(id, title) "{id}: {title}" "{id}：{title}";
    for_unheld_gpus(cures) "{cures} (for GPUs that no job holds; what a job does with its own is up to the job)"
        "{cures}（どのジョブも確保していない GPU に効く。確保した GPU の使い方はジョブ次第である）";
    comes_to(id, seconds) "{id} to {seconds} s" "{id} で {seconds} 秒";
    not_short_enough(minutes, shorter)
        "no suggestion alone brings the p95 of waits down to {minutes} min; {shorter}"
        "待ち時間の p95 を単独で {minutes} 分以下にする提案はない（{shorter}）";
}

sayings! {
    /// What a cure is looked for, with what would cure it where no suggestion does.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "the words say what each is")]
    pub enum Cause {
        Impossible
            en("no suggestion; instance types that have what the jobs ask for, or jobs that ask for less")
            ja("提案なし。要求を満たすインスタンスタイプにするか、ジョブの要求を減らす");
        Bid
            en("no suggestion; a higher bid_percentage, or On-Demand")
            ja("提案なし。bid_percentage を上げるか、オンデマンドにする");
        Waits
            en("no suggestion; a higher max_vcpus or more instance types: why none is suggested stands with what was looked at")
            ja("提案なし。max_vcpus を上げるかインスタンスタイプを増やす（提案しない理由は検討した候補の欄にある）");
        WaitsAsMeasured
            en("no suggestion; a higher max_vcpus or more instance types: why none is suggested stands with what was looked at")
            ja("提案なし。max_vcpus を上げるかインスタンスタイプを増やす（提案しない理由は検討した候補の欄にある）");
        Capacity
            en("no suggestion; more instance types in the compute environment, or another region")
            ja("提案なし。コンピューティング環境のインスタンスタイプを増やすか、別のリージョンにする");
        Launches
            en("no suggestion; instances that are kept running (min_vcpus), which costs what they cost")
            ja("提案なし。インスタンスを稼働させておく（min_vcpus）。その料金がかかる");
        ComputeReservation
            en("no suggestion; a lower compute_reservation of the scheduling policy")
            ja("提案なし。スケジューリングポリシーの compute_reservation を下げる");
        Consumable
            en("no suggestion; more of the consumable resource")
            ja("提案なし。消費可能リソースを増やす");
        UsedUp
            en("no suggestion; a larger total_quantity of the consumable resource")
            ja("提案なし。消費可能リソースの total_quantity を増やす");
        MemoryRequests
            en("no suggestion; a smaller memory_mib of the job definition, where the jobs use less, or types with more memory")
            ja("提案なし。使用量が少ないならジョブ定義の memory_mib を下げるか、メモリの多いタイプにする");
        GpusUnheld
            en("no suggestion; smaller instance types, or a lower min_vcpus")
            ja("提案なし。小さいインスタンスタイプにするか、min_vcpus を下げる");
        GpusDoLittle
            en("no suggestion; fewer or smaller GPUs for each job, larger batches, or faster input of data: what the jobs do decides")
            ja("提案なし。ジョブあたりの GPU を減らすか小さくする、バッチを大きくする、データの入力を速くする。どれが効くかはジョブの処理内容による");
        MemoryFull
            en("no suggestion; a larger memory_mib of the job definition, or smaller batches in the job")
            ja("提案なし。ジョブ定義の memory_mib を増やすか、ジョブ内のバッチを小さくする");
        Interruptions
            en("no suggestion; checkpoints and more attempts in the job definition, or On-Demand")
            ja("提案なし。ジョブ定義でチェックポイントと試行回数を増やすか、オンデマンドにする");
        Failures
            en("no suggestion; see why the jobs end with an error: attempts pay only against interruptions")
            ja("提案なし。ジョブがエラーで終わる原因を調べる。試行回数が効くのは中断に対してだけである");
        Lustre
            en("no suggestion; a higher throughput_mbps_per_tib, or a larger file system")
            ja("提案なし。throughput_mbps_per_tib を上げるか、ファイルシステムを大きくする");
    }
}

const fn cause(symptom: Symptom) -> Cause {
    match symptom {
        Symptom::Impossible => Cause::Impossible,
        Symptom::Bid => Cause::Bid,
        Symptom::MaxVcpus => Cause::Waits,
        Symptom::Capacity => Cause::Capacity,
        Symptom::Launches => Cause::Launches,
        Symptom::ComputeReservation => Cause::ComputeReservation,
        Symptom::Consumable => Cause::Consumable,
        Symptom::UsedUp => Cause::UsedUp,
        Symptom::MemoryRequests => Cause::MemoryRequests,
        Symptom::GpusIdle => Cause::GpusUnheld,
        Symptom::Interruptions => Cause::Interruptions,
        Symptom::Failures => Cause::Failures,
        Symptom::Lustre => Cause::Lustre,
    }
}

/// Where a cure would have to be: the environment, or, where it is not known which, any that may be it.
fn places<'a>(cause: Cause, environment: Option<&'a str>, all: &'a Environments) -> Vec<&'a str> {
    let of_gpus = matches!(cause, Cause::GpusUnheld | Cause::GpusDoLittle);
    let may_be = |launches: &Launches| !of_gpus || launches.gpus;
    match environment {
        Some(name) => vec![name],
        None => all.iter().filter(|(_, of)| may_be(of)).map(|(name, _)| name.as_str()).collect(),
    }
}

/// Ids of the suggestions that cure it in one of these environments, and words.
fn cure(suggestions: &[Suggestion], cause: Cause, places: &[&str]) -> (Vec<String>, Said) {
    let mut found: Vec<(String, &Suggestion)> = (1..)
        .zip(suggestions)
        .filter(|(_, of)| cures(of, cause, places))
        .map(|(place, of)| (of.id(place), of))
        .collect();
    if cause == Cause::WaitsAsMeasured
        && let Some(shorter) = short_enough(&mut found)
    {
        return (Vec::new(), shorter);
    }
    let all = found.iter().map(|(id, of)| cured_by(id, of.title()));
    let words = match (all.reduce(Said::and), cause) {
        (None, _) => cause.said(),
        (Some(cures), Cause::GpusDoLittle) => for_unheld_gpus(cures),
        (Some(cures), _) => cures,
    };
    (found.into_iter().map(|(id, _)| id).collect(), words)
}

/// Whether a suggestion cures it in one of these environments.
fn cures(of: &Suggestion, cause: Cause, places: &[&str]) -> bool {
    let proposal = &of.proposal;
    // It changes one of them, or none by name.
    let is_here = proposal.environment().is_none_or(|name| places.contains(&name));
    is_here
        && match cause {
            Cause::Waits | Cause::WaitsAsMeasured => {
                of.meets_target || matches!(proposal, Proposal::MaxVcpus { from, to, .. } if to > from)
            }
            Cause::Capacity => of.meets_target || adds_types(proposal),
            Cause::Launches => of.meets_target,
            Cause::GpusUnheld => matches!(proposal, Proposal::InstanceTypes { .. }) || keeps_fewer(proposal),
            Cause::GpusDoLittle => matches!(proposal, Proposal::InstanceTypes { .. }),
            Cause::Bid => {
                matches!(proposal, Proposal::NoBid { .. } | Proposal::Purchase { bid: Some(_), .. })
            }
            Cause::Interruptions => {
                matches!(proposal, Proposal::Checkpoint { .. } | Proposal::Attempts { .. })
            }
            Cause::Failures => matches!(proposal, Proposal::Attempts { .. }),
            Cause::Impossible
            | Cause::ComputeReservation
            | Cause::Consumable
            | Cause::UsedUp
            | Cause::MemoryRequests
            | Cause::MemoryFull
            | Cause::Lustre => false,
        }
}

/// Keeps those that bring the p95 of waits below the guide's threshold; where none does, says what they bring it to.
fn short_enough(found: &mut Vec<(String, &Suggestion)>) -> Option<Said> {
    let p95 = |of: &Suggestion| of.wait_seconds_p95.as_ref().map(|waits| waits.proposed);
    let shorter: Vec<Said> = found.iter().filter_map(|(id, of)| Some(comes_to(id, p95(of)?))).collect();
    let is_short = |seconds: u64| Decimal::from(seconds) <= WAIT_MINUTES_LONG * Decimal::from(60);
    found.retain(|(_, of)| p95(of).is_some_and(is_short));
    (found.is_empty() && !shorter.is_empty())
        .then(|| not_short_enough(decimal::plain(WAIT_MINUTES_LONG), Said::joined(shorter, ", ", "、")))
}

/// Whether instances are kept running no longer, fewer of them, or only by the clock.
fn keeps_fewer(proposal: &Proposal) -> bool {
    match proposal {
        Proposal::MinVcpus { from, to, .. } => to < from,
        Proposal::Schedule { limit: Limit::Min, from, quiet, .. } => quiet < from,
        _ => false,
    }
}

fn adds_types(proposal: &Proposal) -> bool {
    match proposal {
        Proposal::InstanceTypes { why: Types::Replacement { .. }, .. } => true,
        Proposal::InstanceTypes { from, to, .. } => !to.is_subset(from),
        _ => false,
    }
}

/// What stands out as JSON.
#[derive(Debug, Serialize)]
pub struct ObservedDocument {
    symptom: String,
    evidence: String,
    source: String,
    cured_by: Vec<String>,
    cure: String,
}

impl Observed {
    /// As JSON.
    #[must_use]
    pub fn document(&self) -> ObservedDocument {
        let [symptom, evidence, source, cure] =
            [&self.symptom, &self.evidence, &self.source, &self.cure].map(|of| of.en.clone());
        ObservedDocument { symptom, evidence, source, cured_by: self.cured_by.clone(), cure }
    }
}

/// What stands out as a table; `None` without any.
#[must_use]
pub fn table(caption: Said, observed: &[Observed]) -> Option<Table> {
    let row = |of: &Observed| {
        let texts = [&of.symptom, &of.evidence, &of.source, &of.cure];
        Row::Data(texts.into_iter().map(|text| Cell::Words(text.clone())).collect())
    };
    (!observed.is_empty()).then(|| Table {
        caption,
        columns: vec![
            Column::text("symptom", headings::symptom()),
            Column::text("evidence", headings::evidence()),
            Column::text("source", headings::source()),
            Column::text("cure", headings::cure()),
        ],
        rows: observed.iter().map(row).collect(),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::{Change, Saving};
    use super::*;
    use crate::model::money::Usd;
    use crate::scenario::keys::batch::EnvironmentType;

    fn suggestion(proposal: Proposal) -> Suggestion {
        Suggestion {
            proposal,
            saving: Saving { low: Usd::ZERO, expected: Usd::ZERO, high: Usd::ZERO },
            wait_seconds_p95: Some(Change { current: 7200, proposed: 1800 }),
            meets_target: false,
            evidence: Vec::new(),
            assumptions: Vec::new(),
            side_effects: Vec::new(),
            quota_risks: None,
        }
    }

    fn environments() -> Environments {
        let of = |name: &str, gpus| (name.to_owned(), Launches { gpus, ..Launches::default() });
        Environments::from([of("gpu", true), of("cpu", false)])
    }

    fn all() -> Vec<Suggestion> {
        let types = |environment: &str, from: &[&str]| Proposal::InstanceTypes {
            environment: environment.into(),
            from: from.iter().map(|name| (*name).to_owned()).collect(),
            to: BTreeSet::from(["g5.xlarge".to_owned(), "g5.2xlarge".to_owned()]),
            why: Types::Sizes,
            refusals_of: Vec::new(),
        };
        let (gpu, job) = (|| "gpu".to_owned(), || "train".to_owned());
        let proposals = [
            Proposal::MaxVcpus { environment: gpu(), from: 96, to: 192 },
            Proposal::MaxVcpus { environment: "cpu".into(), from: 96, to: 48 },
            types("gpu", &["g5.xlarge"]),
            types("cpu", &["c5.large"]),
            Proposal::Purchase { environment: gpu(), to: EnvironmentType::Spot, bid: None },
            Proposal::MinVcpus { environment: gpu(), from: 96, to: 0 },
            Proposal::Checkpoint { job: job(), from: Decimal::TEN, to: Decimal::ONE },
            Proposal::Attempts { job: job(), from: 1, to: 3 },
            Proposal::NoBid { environment: gpu(), percent: Decimal::from(60) },
            // Fewer pools, and more instances kept: neither cures anything here.
            types("gpu", &["g5.xlarge", "g5.2xlarge", "g5.4xlarge"]),
            Proposal::MinVcpus { environment: gpu(), from: 0, to: 96 },
        ];
        proposals.into_iter().map(suggestion).collect()
    }

    #[test]
    fn each_symptom_has_its_cure() {
        let cases: [(Cause, Option<&str>, &[&str]); 16] = [
            (Cause::Waits, Some("gpu"), &["max_vcpus-1"]),
            (Cause::Waits, None, &["max_vcpus-1"]),
            // A lower cap cures no waits, nor does another environment's.
            (Cause::Waits, Some("cpu"), &[]),
            // 1,800 s are the guide's 30 min.
            (Cause::WaitsAsMeasured, Some("gpu"), &["max_vcpus-1"]),
            (Cause::Capacity, Some("gpu"), &["instance_types-3"]),
            (Cause::Capacity, Some("cpu"), &["instance_types-4"]),
            (Cause::Launches, Some("gpu"), &[]),
            // Neither Spot nor another processor elsewhere makes a GPU less idle.
            (Cause::GpusUnheld, None, &["instance_types-3", "schedule-6", "instance_types-10"]),
            (Cause::GpusUnheld, Some("cpu"), &["instance_types-4"]),
            (Cause::GpusDoLittle, None, &["instance_types-3", "instance_types-10"]),
            (Cause::GpusDoLittle, Some("gpu"), &["instance_types-3", "instance_types-10"]),
            (Cause::Interruptions, None, &["checkpoint-7", "retry-8"]),
            (Cause::Failures, None, &["retry-8"]),
            (Cause::MemoryFull, Some("gpu"), &[]),
            (Cause::Lustre, None, &[]),
            (Cause::Bid, None, &["instance_types-9"]),
        ];
        let environments = environments();
        for (cause, environment, ids) in cases {
            let (found, words) = cure(&all(), cause, &places(cause, environment, &environments));
            assert_eq!(found, ids, "{cause:?} {environment:?}");
            assert_eq!(words.en.starts_with("no suggestion"), ids.is_empty(), "{}", words.en);
            assert_eq!(words.ja.starts_with("提案なし"), ids.is_empty(), "{}", words.ja);
        }
        let mut slower = all();
        slower[0].wait_seconds_p95 = Some(Change { current: 7200, proposed: 1801 });
        let (found, words) = cure(&slower, Cause::WaitsAsMeasured, &["gpu", "cpu"]);
        assert_eq!(found, Vec::<String>::new());
        assert!(words.en.ends_with("down to 30 min; max_vcpus-1 to 1801 s"), "{}", words.en);
        let mut kept = all();
        kept[6].meets_target = true;
        assert_eq!(cure(&kept, Cause::Launches, &["gpu"]).0, ["checkpoint-7"]);
    }
}
