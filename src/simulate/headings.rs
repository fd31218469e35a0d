//! Titles, captions, headings and facts of the pages of this module.

use crate::model::said::words;
use crate::report::Said;
pub(super) use crate::report::headings::*;

words! {
    by_share_from_runnable_to_the_first_start()
        "By share, from runnable to the first start"
        "シェア別の待ち時間（RUNNABLE から最初の開始まで）";
    figure() "Figure" "指標";
    from() "From" "開始";
    from_runnable_to_the_first_start() "From runnable to the first start" "RUNNABLE から最初の開始まで";
    gpu_percent() "GPU %" "GPU（%）";
    instances_from_launch_to_termination() "Instances, from launch to termination" "インスタンス（起動から終了まで）";
    job_hours() "Job-hours" "ジョブ時間";
    launched_first() "Launched first" "先に起動するもの";
    launches() "Launches" "起動数";
    least() "Least" "最小";
    makespan_s() "Makespan [s]" "全体の所要時間（秒）";
    max_s() "Max [s]" "最大（秒）";
    mean_wait_s() "Mean wait [s]" "平均待ち時間（秒）";
    most() "Most" "最大";
    most_at_once() "Most at once" "同時最大";
    over_all_runs_95_percent_confidence() "Over all runs, 95 % confidence" "全実行の平均と 95% 信頼区間";
    over_target() "Over target" "目標超過";
    p95_s() "p95 [s]" "p95（秒）";
    seed() "Seed" "乱数シード";
    setting() "Setting" "設定";
    share() "Share" "シェア";
    started() "Started" "開始数";
    the_first_of_their_queue_waited_for() "The first of their queue waited for" "先頭のジョブが待っていたもの";
    vcpu_percent() "vCPU %" "vCPU（%）";
    wait_s() "Wait [s]" "待ち時間（秒）";
    waits_s() "Waits [s]" "待ち時間（秒）";
    weight() "Weight" "重み";
    what_jobs_waited_for_further_attempts_included()
        "What jobs waited for, further attempts included"
        "ジョブが待っていたもの（再試行を含む）";

    // Figures.
    fig_jobs() "Jobs" "ジョブ数";
    fig_succeeded() "  succeeded" "  成功";
    fig_failed() "  failed" "  失敗";
    fig_unfinished() "  unfinished" "  未完了";
    fig_interrupted() "Attempts interrupted" "中断された試行";
    fig_makespan() "Makespan [h]" "全体の所要時間（時間）";
    fig_vcpus() "vCPUs in use [%]" "vCPU の使用率（%）";
    fig_gpus() "GPUs in use [%]" "GPU の使用率（%）";
    fig_instances() "Most instances at once" "同時最大インスタンス数";
    fig_most_vcpus() "Most vCPUs at once" "同時最大 vCPU";
    fig_lost() "vCPU-hours lost to interruptions" "中断で失われた vCPU 時間";
    fig_failed_hours() "vCPU-hours of failed jobs" "失敗したジョブの vCPU 時間";
    fig_cost() "Cost of the trace" "トレースの費用";
    fig_per_vcpu() "$ per useful vCPU-hour" "有効な vCPU 時間あたりの費用（$）";
    fig_per_gpu() "$ per useful GPU-hour" "有効な GPU 時間あたりの費用（$）";
    fig_cancelled() "    cancelled by a time limit" "    時間制限による取り消し";
    fig_over() "Jobs over the wait target" "待ち時間の目標を超えたジョブ";

    // Titles, facts and waits with their figures.
    simulation_of(scenario) "{scenario}: simulation" "{scenario}：シミュレーション";
    sweep_of(scenario) "{scenario}: sweep" "{scenario}：感度分析";
    seeds_of(first, last, runs)
        "{first} to {last}, {runs} runs; shown is the first"
        "{first}～{last}、{runs} 回（最初の実行を示す）";
    spot_by_the_hour(prices, record)
        "{prices}; Spot by the hour, as {record} recorded it"
        "{prices}。スポットは {record} に記録された時間ごとの価格";
    asked_for() "asked for" "要求";
    running() "running" "稼働";
    max() "Max" "最大";
    all_of_them() "all" "全体";
    what_stands_out() "What stands out" "注目すべき点";
    for_max_vcpus(environment) "max_vcpus of {environment}" "{environment} の max_vcpus";
    for_capacity(environment) "EC2's capacity for {environment}" "{environment} 向けの EC2 の空き容量";
    for_reservation()
        "vCPUs that the scheduling policy keeps free for other shares"
        "スケジューリングポリシーが他のシェアのために空けている vCPU";
    for_time_limit() "a time limit: no instance can take it" "時間制限（実行できるインスタンスがない）";
    for_launch() "an instance being launched" "起動中のインスタンス";
    part_of(index, count) "{index} of {count}, from 0" "{count} 個のうち {index} 番（0 から）";
    cost_by(what) "Cost by {what}, with what stood idle for it" "{what}別の費用（アイドル分を含む）";
    others(number) "{number} others" "ほか {number} 件";
    one_other() "1 other" "ほか 1 件";
    types_open(environments)
        "AWS does not document which types it launches in {environments}"
        "{environments} で AWS が起動するタイプは文書化されていない";
    smallest() "the smallest, as shown" "最小（表示の値）";
    largest() "the largest" "最大";
    cheapest() "the cheapest, as shown" "最安（表示の値）";
    dearest() "the dearest" "最高";
}

/// What is shown of waits.
pub(super) fn of_waits() -> [Said; 5] {
    let alike = Said::alike;
    [mean(), alike("p50"), alike("p90"), alike("p95"), max()]
}
