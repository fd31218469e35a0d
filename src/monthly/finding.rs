//! What operators look for in a queue, in both languages.

use crate::model::decimal::{self, Decimal};
use crate::report::Said;
use crate::simulate::figures::Figures;
use crate::simulate::findings::{Finding, Symptom};

/// A symptom with its figures; where it is of one compute environment, with its name.
pub(super) fn said(finding: &Finding, figures: &Figures) -> Said {
    let of = finding.environment.as_ref().map_or_else(String::new, |name| format!("（{name}）"));
    let short = |number: Decimal| decimal::grouped_trimmed(number, 1);
    let waits = || {
        let over = figures.over_wait_target.unwrap_or_default();
        format!("：目標より長く待ったジョブ {over} 件、待ち時間 p95 {} 秒", figures.waits.p95)
    };
    let jobs = finding.jobs.map_or_else(String::new, |jobs| format!("：{jobs} 件"));
    let ja = match finding.symptom {
        Symptom::Impossible => format!("どのインスタンスにも収まらず、開始できないジョブがある{jobs}"),
        Symptom::Bid => {
            format!("スポット価格が入札額（bid_percentage）を上回り、開始できないジョブがある{jobs}")
        }
        Symptom::MaxVcpus => format!("max_vcpus{of}による長い待ち{}", waits()),
        Symptom::Capacity => format!("EC2 の空き容量不足{of}による長い待ち{}", waits()),
        Symptom::Launches => format!("インスタンスの起動{of}による長い待ち{}", waits()),
        Symptom::ComputeReservation => {
            format!("スケジューリングポリシーが他のシェアのために空けた vCPU による長い待ち{}", waits())
        }
        Symptom::Consumable => format!("消費可能リソースの不足による長い待ち{}", waits()),
        Symptom::UsedUp => {
            format!("使い切った消費可能リソースが戻らず、開始できないジョブがある{jobs}")
        }
        Symptom::MemoryRequests => {
            "メモリの要求が大きく、同じインスタンスに載るジョブが vCPU や GPU で決まる数より少ない".into()
        }
        Symptom::GpusIdle => match figures.gpu_percent {
            Some(percent) => format!("GPU の使用率が目標より低い：{} %", short(percent)),
            None => "GPU の使用率が目標より低い".into(),
        },
        Symptom::Interruptions => format!(
            "スポットの中断：{} 回、失われた作業 {} vCPU 時間",
            figures.interrupted_attempts,
            short(figures.lost_vcpu_hours)
        ),
        Symptom::Failures => format!("失敗したジョブが目標より多い：{} 件", figures.jobs.failed),
        Symptom::Lustre => "Lustre ファイルシステムの速度が、ジョブの要求に足りない時間がある".into(),
    };
    Said::new(format!("{}: {}", finding.symptom.words(), finding.evidence), ja)
}
