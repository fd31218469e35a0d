//! The symptoms that operators look for, each with the figure behind it.
//!
//! Of jobs that wait long the causes are told apart: `max_vcpus`, EC2's capacity, launches, and requests that fit
//! nothing. What the simulation does not know (memory and GPUs that jobs really use) is not guessed.

use std::collections::BTreeMap;

use super::figures::{Figures, WaitCause, WaitedFor};
use super::headings;
use super::model::{BatchModel, Misfit};
use super::outcome::UsedUp;
use super::study::Run;
use crate::model::decimal::{self, Decimal};
use crate::model::said::{Said, sayings, words};
use crate::model::text::counted;
use crate::model::time::hours;
use crate::report::{Cell, Column, Row, Table};
use crate::scenario::Scenario;
use crate::workload::{Job, Workload};

sayings! {
    /// What operators look for, in the words of an operations guide.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Symptom {
        /// Jobs that nothing can run.
        Impossible
            en("RUNNABLE for ever: impossible jobs") ja("開始できないジョブ（収まるインスタンスがない）");
        /// Jobs that only Spot above the bid could run.
        Bid
            en("RUNNABLE for ever: Spot above the bid") ja("開始できないジョブ（スポット価格が入札額を上回る）");
        /// Jobs wait since `max_vcpus` is reached.
        MaxVcpus
            en("RUNNABLE for long: max_vcpus") ja("長い待ち（max_vcpus）");
        /// Jobs wait since EC2 has no capacity.
        Capacity
            en("RUNNABLE for long: capacity") ja("長い待ち（EC2 の空き容量不足）");
        /// Jobs wait for launches.
        Launches
            en("RUNNABLE for long: launches") ja("長い待ち（インスタンスの起動）");
        /// Jobs wait since a scheduling policy keeps vCPUs free.
        ComputeReservation
            en("RUNNABLE for long: compute reservation") ja("長い待ち（他のシェアのために空けた vCPU）");
        /// Jobs wait for a consumable resource.
        Consumable
            en("RUNNABLE for long: consumable resource") ja("長い待ち（消費可能リソースの不足）");
        /// Jobs that need more of a consumable resource than will ever be left.
        UsedUp
            en("RUNNABLE for ever: consumable resource used up") ja("開始できないジョブ（消費可能リソースを使い切った）");
        /// Memory decides how many jobs share an instance.
        MemoryRequests
            en("Memory requests waste vCPUs or GPUs") ja("大きいメモリ要求による vCPU や GPU の無駄");
        /// GPUs that no job holds.
        GpusIdle
            en("GPUs idle") ja("使われていない GPU");
        /// Attempts that Spot ended.
        Interruptions
            en("Spot interruptions") ja("スポットの中断");
        /// Jobs that fail.
        Failures
            en("Jobs fail") ja("ジョブの失敗");
        /// Lustre gives less than jobs ask for.
        Lustre
            en("Lustre is too slow for the fleet") ja("Lustre の速度不足");
    }
}

/// A symptom and its figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub symptom: Symptom,
    /// The compute environment, of which it is one.
    pub environment: Option<String>,
    /// The figure behind it.
    pub evidence: Evidence,
}

sayings! {
    /// The figures behind a symptom.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "the words say what the fields are")]
    pub enum Evidence {
        /// Jobs that can never run.
        NeverRuns { jobs: u64, of: usize, first: String, reason: Misfit, is_cancelled: bool }
            en(
                "{jobs} of {of} jobs, the first `{first}`: {}; {}",
                why(*reason).en,
                match is_cancelled {
                    true => "each blocks its queue until its time limit cancels it",
                    false => "they are set aside, AWS would let each block its queue",
                }
            )
            ja(
                "{of} 件中 {jobs} 件（最初は `{first}`）：{}。{}",
                why(*reason).ja,
                match is_cancelled {
                    true => "それぞれが時間制限で取り消されるまでキューをふさぐ",
                    false => "ここでは除外したが、AWS ではそれぞれがキューをふさぐ",
                }
            );
        /// Jobs that wait for what never comes back.
        NeverGivenBack { jobs: u64, first: String, resource: String, left: u64, total: u64 }
            en(
                "{}, the first `{first}`, {} more of `{resource}` than is left: {left} of {total}, and nothing gives it back (NON_REPLENISHABLE); {} blocks its queue",
                counted(*jobs, "job"),
                if *jobs == 1 { "needs" } else { "need" },
                if *jobs == 1 { "it" } else { "each" }
            )
            ja("{jobs} 件（最初は `{first}`）が必要とする `{resource}` は残り {left}（全体 {total}）より多く、戻らない（NON_REPLENISHABLE）ため、キューをふさぐ");
        /// Waits over the target, and the share of all waiting that has this cause.
        LongWaits { over: u64, minutes: Decimal, p95: u64, longest: u64, percent: Decimal, job_hours: Decimal, held: Said }
            en(
                "{over} jobs waited longer than {} min (p95 {p95} s, longest {longest} s); in {} % of all waiting, {} job-hours, {}",
                shown(*minutes, 2), shown(*percent, 1), shown(*job_hours, 1), held.en
            )
            ja(
                "{} 分を超えて待ったジョブは {over} 件（p95 {p95} 秒、最長 {longest} 秒）。待ち時間全体の {}%（{} ジョブ時間）は、{}",
                shown(*minutes, 2), shown(*percent, 1), shown(*job_hours, 1), held.ja
            );
        /// Jobs of which memory decides how many share an instance.
        Memory { jobs: usize, of: usize, first: String, mib: u64, instance_type: String, by_memory: u32, otherwise: u32 }
            en(
                "{jobs} of {of} jobs ask for so much memory that fewer share an instance than vCPUs and GPUs allow: `{first}` asks for {} MiB, so {instance_type} takes {by_memory} at once instead of {otherwise}; what jobs really use is not known",
                shown((*mib).into(), 0)
            )
            ja(
                "{of} 件中 {jobs} 件のジョブは要求するメモリが大きく、同じインスタンスに載る数が vCPU や GPU で決まる数より少ない。`{first}` は {} MiB を要求し、{instance_type} に同時に載るのは {otherwise} 件でなく {by_memory} 件になる。実際の使用量は不明である",
                shown((*mib).into(), 0)
            );
        /// Jobs asked for more than the file systems give.
        LustreTooSlow { asked: Decimal, gives: Decimal, hours: Decimal }
            en(
                "jobs asked for up to {} MB/s at once, the file systems give {} MB/s without bursts; for {} h it was more than that, and jobs would have run longer than simulated",
                shown(*asked, 1), shown(*gives, 1), shown(*hours, 1)
            )
            ja(
                "ジョブが同時に求めた速度は最大 {} MB/s だが、ファイルシステムの速度はバーストを除き {} MB/s である。これを超えた時間は {} 時間で、ジョブの実行時間はシミュレーションより長くなる",
                shown(*asked, 1), shown(*gives, 1), shown(*hours, 1)
            );
        /// GPUs that were paid for and held by no job.
        LowUse { percent: Decimal, target: Decimal }
            en(
                "jobs held {} % of the GPU-hours that were paid for, the target is {} %; what a job does with its GPU is not known",
                shown(*percent, 1), shown(*target, 1)
            )
            ja(
                "料金を支払った GPU 時間のうちジョブが確保したのは {}% で、目標は {}% である。ジョブが GPU をどう使ったかは不明である",
                shown(*percent, 1), shown(*target, 1)
            );
        /// What Spot took back.
        Interrupted { attempts: u64, lost_vcpu_hours: Decimal }
            en(
                "{attempts} attempts were interrupted, {} vCPU-hours of work were lost",
                shown(*lost_vcpu_hours, 1)
            )
            ja("中断された試行は {attempts} 回、失われた作業は {} vCPU 時間である", shown(*lost_vcpu_hours, 1));
        /// Jobs that failed.
        Failed { failed: u64, of: u64, percent: Decimal, target: Decimal, vcpu_hours: Decimal }
            en(
                "{failed} of {of} jobs failed, {} %; the target is {} %; they took {} vCPU-hours",
                shown(*percent, 1), shown(*target, 1), shown(*vcpu_hours, 1)
            )
            ja(
                "{of} 件中 {failed} 件のジョブが失敗した（{}%、目標は {}%）。使った時間は {} vCPU 時間である",
                shown(*percent, 1), shown(*target, 1), shown(*vcpu_hours, 1)
            );
    }
}

fn shown(number: Decimal, places: u32) -> String {
    decimal::grouped_trimmed(number, places)
}

words! {
    unknown_queue() "their queue is none of the scenario's" "ジョブのキューがシナリオにない";
    unknown_job_definition() "their job definition is none of the scenario's" "ジョブ定義がシナリオにない";
    no_instance_type() "no instance type of their queue has the vCPUs, the memory (less the reserve) and the GPUs"
        "キューのどのインスタンスタイプも、vCPU、メモリ（予約分を除く）、GPU のいずれかが足りない";
    multi_node_on_spot() "they have several nodes, and only Spot would take them"
        "複数ノードのジョブで、受け入れうるのがスポットだけである";
    above_max_vcpus() "max_vcpus is never high enough for them" "max_vcpus が常に足りない";
    above_bid()
        "the Spot price of every instance type of their queue that could take them is above the bid (bid_percentage)"
        "収まるインスタンスタイプのスポット価格が、キューのどれでも入札額（bid_percentage）を上回る";
    cap_reached(environment) "max_vcpus of {environment} was reached" "{environment} の max_vcpus に達していた";
    policy_kept() "the scheduling policy kept vCPUs free for other shares"
        "スケジューリングポリシーが他のシェアのために vCPU を空けていた";
    in_use(name) "`{name}` was in use" "`{name}` が使用中だった";
    unfit_first() "a job that no instance can take was first" "収まるインスタンスのないジョブが先頭にあった";
    being_launched() "an instance was being launched" "インスタンスの起動中だった";
    no_capacity(environment, refusals) "EC2 had no capacity for {environment}: it refused {refusals}"
        "EC2 に {environment} の空き容量がなかった（拒否：{refusals}）";
    refused(refusals, asked, name) "{refusals} of {asked} requests for {name}" "{name} のリクエスト {asked} 回中 {refusals} 回";
}

impl Finding {
    /// The symptom with its figures.
    #[must_use]
    pub fn said(&self) -> Said {
        let (symptom, evidence) = (self.symptom.said(), self.evidence.said());
        Said::new(format!("{}: {}", symptom.en, evidence.en), format!("{}：{}", symptom.ja, evidence.ja))
    }
}

/// The findings as a table; `None` without any.
#[must_use]
pub fn table(caption: Said, findings: &[Finding]) -> Option<Table> {
    let row = |finding: &Finding| {
        Row::Data(vec![Cell::Words(finding.symptom.said()), Cell::Words(finding.evidence.said())])
    };
    (!findings.is_empty()).then(|| Table {
        caption,
        columns: vec![
            Column::text("symptom", headings::symptom()),
            Column::text("evidence", headings::evidence()),
        ],
        rows: findings.iter().map(row).collect(),
    })
}

/// Why a job can never run.
fn why(misfit: Misfit) -> Said {
    match misfit {
        Misfit::UnknownQueue => unknown_queue(),
        Misfit::UnknownJobDefinition => unknown_job_definition(),
        Misfit::NoInstanceType => no_instance_type(),
        Misfit::MultiNodeOnSpot => multi_node_on_spot(),
        Misfit::AboveMaxVcpus => above_max_vcpus(),
        Misfit::AboveBid => above_bid(),
    }
}

/// Jobs that can never run, by reason, with how many and the first of them. Known before a run.
#[must_use]
pub fn impossible(misfits: &[(usize, Misfit)], model: &BatchModel, workload: &Workload) -> Vec<Finding> {
    let routes = model.routes(workload);
    let mut by_reason: BTreeMap<(String, bool), (u64, usize, Misfit)> = BTreeMap::new();
    for (index, misfit) in misfits {
        let ends = model.limit_of(&workload.jobs()[*index], *misfit, &routes).is_some();
        by_reason.entry((why(*misfit).en, ends)).or_insert((0, *index, *misfit)).0 += 1;
    }
    let finding =
        |((_, is_cancelled), (jobs, first, reason)): ((String, bool), (u64, usize, Misfit))| Finding {
            symptom: if reason == Misfit::AboveBid { Symptom::Bid } else { Symptom::Impossible },
            environment: None,
            evidence: Evidence::NeverRuns {
                jobs,
                of: workload.jobs().len(),
                first: workload.id(first).to_owned(),
                reason,
                is_cancelled,
            },
        };
    by_reason.into_iter().map(finding).collect()
}

/// What stands out in a run.
#[must_use]
pub fn findings(run: &Run, scenario: &Scenario) -> Vec<Finding> {
    let figures = &run.figures;
    let mut found = match (figures.jobs.misfits, &figures.cancelled[..]) {
        (0, []) => Vec::new(),
        _ => impossible(&run.model.misfits(&run.workload), &run.model, &run.workload),
    };
    found.extend(run.outcome.used_up.iter().map(|of| used_up(run, of)));
    found.extend(long_waits(figures, scenario));
    found.extend(memory_requests(run));
    found.extend(low_use(figures, scenario));
    if figures.interrupted_attempts > 0 {
        found.push(Finding {
            symptom: Symptom::Interruptions,
            environment: None,
            evidence: Evidence::Interrupted {
                attempts: figures.interrupted_attempts,
                lost_vcpu_hours: figures.lost_vcpu_hours,
            },
        });
    }
    found.extend(failures(figures, scenario));
    found.extend(lustre(run));
    found
}

/// Jobs that wait for what never comes back.
fn used_up(run: &Run, of: &UsedUp) -> Finding {
    let resource = &run.model.consumables[usize::from(of.resource)];
    Finding {
        symptom: Symptom::UsedUp,
        environment: None,
        evidence: Evidence::NeverGivenBack {
            jobs: of.jobs,
            first: run.workload.id(of.first as usize).to_owned(),
            resource: resource.name.clone(),
            left: of.left,
            total: resource.total,
        },
    }
}

/// Waits over the target, one finding for each cause with its share of all waiting.
fn long_waits(figures: &Figures, scenario: &Scenario) -> Vec<Finding> {
    let minutes = scenario.keys.target.as_ref().and_then(|target| target.wait_minutes);
    let (Some(over), Some(minutes)) = (figures.over_wait_target.filter(|over| *over > 0), minutes) else {
        return Vec::new();
    };
    let finding = |waited: &WaitedFor| {
        let (symptom, held) = match (waited.cause, &waited.environment) {
            (WaitCause::MaxVcpus, Some(environment)) => (Symptom::MaxVcpus, cap_reached(environment)),
            (WaitCause::Capacity, Some(environment)) => (Symptom::Capacity, refusals(figures, environment)),
            (WaitCause::ComputeReservation, _) => (Symptom::ComputeReservation, policy_kept()),
            (WaitCause::ConsumableResource, _) => {
                (Symptom::Consumable, in_use(waited.resource.as_deref().unwrap_or_default()))
            }
            (WaitCause::Misfit, _) => (Symptom::Impossible, unfit_first()),
            _ => (Symptom::Launches, being_launched()),
        };
        Finding {
            symptom,
            environment: waited.environment.clone(),
            evidence: Evidence::LongWaits {
                over,
                minutes: minutes.0,
                p95: figures.waits.p95,
                longest: figures.waits.max,
                percent: waited.percent,
                job_hours: waited.job_hours,
                held,
            },
        }
    };
    figures.waited_for.iter().map(finding).collect()
}

/// How often EC2 refused.
fn refusals(figures: &Figures, environment: &str) -> Said {
    let of = figures.instances.iter().filter(|ran| ran.environment == environment && ran.refusals > 0);
    let each = of.map(|ran| refused(ran.refusals, ran.refusals + ran.launches, &ran.instance_type));
    no_capacity(environment, Said::joined(each, ", ", "、"))
}

/// Jobs of which memory, and neither vCPUs nor GPUs, decides how many share an instance.
fn memory_requests(run: &Run) -> Option<Finding> {
    let (model, workload) = (&run.model, &run.workload);
    let types = model.types_by_queue(workload);
    let bound = |job: &Job| {
        let types = types.get(usize::from(job.queue)).filter(|_| job.memory_mib > 0 && job.nodes == 1)?;
        types.iter().find_map(|(name, has)| {
            let by_memory = has.memory_mib / job.memory_mib;
            let by_gpus = has.gpus.checked_div(job.gpus.into()).unwrap_or(u32::MAX);
            let otherwise = (has.vcpus / job.vcpus).min(by_gpus);
            // A job that fits none is impossible, and said to be.
            (by_memory > 0 && by_memory < otherwise).then_some((name, by_memory, otherwise))
        })
    };
    let mut found = workload.jobs().iter().enumerate().filter_map(|(index, job)| Some((index, bound(job)?)));
    let (index, (instance_type, by_memory, otherwise)) = found.next()?;
    let (job, jobs) = (workload.jobs()[index], 1 + found.count());
    Some(Finding {
        symptom: Symptom::MemoryRequests,
        environment: None,
        evidence: Evidence::Memory {
            jobs,
            of: workload.jobs().len(),
            first: workload.id(index).to_owned(),
            mib: job.memory_mib.into(),
            instance_type: instance_type.to_string(),
            by_memory,
            otherwise,
        },
    })
}

/// What jobs asked of the file systems, where it was more than those give.
fn lustre(run: &Run) -> Option<Finding> {
    let gives = run.model.lustre_kbps?;
    let found = run.outcome.lustre;
    let mbps = |kbps: u64| Decimal::from(kbps) / Decimal::from(1000);
    (found.peak_kbps > gives).then(|| Finding {
        symptom: Symptom::Lustre,
        environment: None,
        evidence: Evidence::LustreTooSlow {
            asked: mbps(found.peak_kbps),
            gives: mbps(gives),
            hours: hours(found.seconds_above),
        },
    })
}

fn low_use(figures: &Figures, scenario: &Scenario) -> Option<Finding> {
    let target = scenario.keys.target.as_ref()?.gpu_utilization_percent?.0;
    let percent = figures.gpu_percent.filter(|percent| *percent < target)?;
    Some(Finding {
        symptom: Symptom::GpusIdle,
        environment: None,
        evidence: Evidence::LowUse { percent, target },
    })
}

fn failures(figures: &Figures, scenario: &Scenario) -> Option<Finding> {
    let target = scenario.keys.target.as_ref()?.failure_percent?.0;
    let ended = figures.jobs.succeeded + figures.jobs.failed;
    let percent = (ended > 0)
        .then(|| Decimal::from(figures.jobs.failed) * Decimal::ONE_HUNDRED / Decimal::from(ended))
        .filter(|percent| *percent > target)?;
    Some(Finding {
        symptom: Symptom::Failures,
        environment: None,
        evidence: Evidence::Failed {
            failed: figures.jobs.failed,
            of: ended,
            percent,
            target,
            vcpu_hours: figures.failed_vcpu_hours,
        },
    })
}
