//! The figures behind a change.

use crate::model::said::statements;

statements! {
    /// A figure of the simulations, of the estimate or of AWS that speaks for a change.
    pub enum Evidence {
        JobsUnfinished = jobs_unfinished(then, now) "{then} jobs do not finish (now {now})"
            "終わらないジョブは {then} 件（現在 {now} 件）";
        JobsFailing = jobs_failing(then, now) "{then} jobs fail on average (now {now})"
            "失敗するジョブは平均 {then} 件（現在 {now} 件）";
        JobsLost = jobs_lost(then, now, useful) "{then} jobs fail or do not finish (now {now}); {useful}"
            "失敗するか終わらないジョブは {then} 件（現在 {now} 件）、{useful}";
        OneOfCaps = one_of_caps(cap, caps) "max_vcpus = {cap} of {caps} caps that were simulated"
            "シミュレーションした {caps} 通りのうち max_vcpus = {cap}";
        MostAtOnce = most_at_once(then, now, p50, p50_now)
            "most vCPUs at once {then} (now {now}), p50 of waits {p50} s (now {p50_now} s)"
            "同時に稼働した vCPU は最大 {then}（現在 {now}）、待ち時間の p50 は {p50} 秒（現在 {p50_now} 秒）";
        NeverExceeds = never_exceeds() "BEST_FIT On-Demand never exceeds it" "オンデマンドの BEST_FIT はこの上限を超えない";
        MayExceed = may_exceed(strategy) "{strategy} may exceed it by one instance; it does not here"
            "{strategy} は上限をインスタンス 1 台分超えることがあるが、ここでは超えない";
        Exceeds = exceeds(strategy, vcpus) "{strategy} exceeds it by up to {vcpus} vCPUs, which is in the cost"
            "{strategy} は上限を最大 {vcpus} vCPU 超える（費用に含む）";
        Makespan = makespan(then, now) "makespan {then} h (now {now} h)" "すべてのジョブが終わるまで {then} 時間（現在 {now} 時間）";
        InstanceHours = instance_hours(name, then, now) "{then} instance-hours of {name} in the first run (now {now})"
            "最初の実行での {name} の稼働は {then} インスタンス時間（現在 {now}）";
        AskedFor = asked_for(inside, hours, zone, outside)
            "jobs ask for {inside} vCPUs on average {hours} ({zone}) and for {outside} otherwise, in the first run"
            "最初の実行でジョブが求める vCPU は、{hours}（{zone}）は平均 {inside}、それ以外は平均 {outside}";
        Useful = useful(then, now) "{then} in the first run (now {now})" "最初の実行で{then}（現在は{now}）";
        RequestFails = request_fails(name, why) "{name} {why}: a request for it fails" "{name} は{why}、リクエストは失敗する";
        LeavesWithIt = leaves_with_it(keys) "{keys} leaves the scenario with it" "{keys} もシナリオから外す";
        AboveBudget = above_budget(month, budget) "a month would cost {month}, still above the budget of {budget}"
            "月額は {month} となり、予算 {budget} をなお上回る";

        // Spot.
        Interrupted = interrupted(attempts, vcpu_hours, useful)
            "{attempts} attempts interrupted and {vcpu_hours} vCPU-hours of work lost in the first run; {useful}"
            "最初の実行で中断された試行は {attempts} 回、失われた作業は {vcpu_hours} vCPU 時間、{useful}";
        StrategyWhy = strategy_why(strategy, name, why) "{strategy} of {name}: {why}" "{name} の割り当て戦略 {strategy}：{why}";
        PriceCapacity = price_capacity()
            "it takes the pools that are least likely to be interrupted and have the lowest price, and AWS recommends it"
            "中断の可能性が最も低く価格が最も安いプールを選ぶもので、AWS が推奨している";
        BestFitWaits = best_fit_waits() "BEST_FIT waits for one type and cannot be updated in place, which AWS advises against"
            "BEST_FIT は一つのタイプの空きを待ち、更新もその場ではできないため、AWS は推奨していない";
        NeverFinish = never_finish(jobs) "{jobs} practically never finish on Spot" "スポットでは事実上終わらない：{jobs}";
        MoreTypes = more_types(then, now, pools) "{then} instance types instead of {now}: {pools}"
            "インスタンスタイプは {now} から {then} に増える：{pools}";
        ForCapacity = for_capacity() "it is for capacity and fewer interruptions, which are not simulated: the saving may be none"
            "空き容量の確保と中断の減少のための変更で、どちらもシミュレーションに含まないため、削減額はないこともある";

        // Checkpoints.
        WorkLost = work_lost(then, now) "{then} vCPU-hours of work lost in the first run (now {now})"
            "最初の実行で失われた作業は {then} vCPU 時間（現在 {now}）";
        WithoutCheckpoints = without_checkpoints(month, jobs, month_with, jobs_with)
            "without checkpoints a month costs {month} and {jobs} jobs fail or do not finish; with these {month_with} and {jobs_with}"
            "チェックポイントがなければ月額 {month} で、{jobs} 件が失敗するか終わらない。この間隔なら月額 {month_with}、{jobs_with} 件";
        WithoutCheckpointsUnknown = without_checkpoints_unknown(reason)
            "what it would cost without checkpoints is not known: {reason}"
            "チェックポイントがない場合の費用は不明（{reason}）";

        // File systems.
        LustreSpeed = lustre_speed(asked, gives, now)
            "jobs ask for up to {asked} MB/s at once in the first run; it would give {gives} without bursts (now {now})"
            "最初の実行でジョブが同時に求める速度は最大 {asked} MB/s、変更後は {gives} MB/s（現在 {now}、バーストを除く）";
        LustreSteps = lustre_steps(then, now) "AWS sells it in steps: {then} GiB (now {now})"
            "AWS が提供する刻みのため {then} GiB（現在 {now}）になる";
        WithoutJobs = without_jobs(unused, all, count, hours)
            "no job that may use it runs for {unused} of {all} h, in {count} stretches of at least {hours} h, in the first run"
            "最初の実行で、使いうるジョブのない時間は {all} 時間のうち {unused} 時間（{hours} 時間以上のものが {count} 回）";
        HoursWithoutJobsCost = hours_without_jobs_cost(usd, loads)
            "its hours without jobs cost {usd} a month; it would be created and loaded {loads} times a month"
            "ジョブのない時間の費用は月 {usd}。作成と読み込みは月 {loads} 回になる";
        LoadingOnce = loading_once(usd, gib, requests)
            "loading once costs {usd} if it is what data_repository says of the period: {gib} GiB in {requests} requests"
            "data_repository のとおり期間に {gib} GiB を {requests} 回のリクエストで読み込むなら、1 回の読み込みの費用は {usd}";
        LoadingUnknown = loading_unknown(gib, why)
            "what loading up to {gib} GiB again costs is not known and not in the saving: {why}"
            "最大 {gib} GiB を読み込み直す費用は不明で、削減額に含まない（{why}）";
        Filling = filling(gib, mbps, hours)
            "filling {gib} GiB at {mbps} MB/s takes at least {hours} h, in which jobs wait or instances idle: that is not in the saving"
            "{gib} GiB を {mbps} MB/s で満たすには少なくとも {hours} 時間かかり、その間ジョブは待つかインスタンスが遊ぶ。これは削減額に含まない";

        // Commitments.
        InUse = in_use(count, share, more, share_more, least)
            "{count} are in use in {share} % of the hours, {more} in {share_more} %; one pays from {least} % on"
            "{count} 台が稼働する時間は {share}%、{more} 台は {share_more}%。1 台は {least}% から引き合う";
        UsedUp = used_up(share) "it is used up in {share} % of the hours; another dollar would replace less than one"
            "すべて使われる時間は {share}%。さらに 1 ドル増やしても、置き換わるのは 1 ドル未満";

        // Quotas.
        QuotaEnough = quota_enough(quota, code, allowed, vcpus, left)
            "the quota \"{quota}\" ({code}) is {allowed} vCPUs, the compute environments of the scenario that share it may run {vcpus}: {left} are left for whatever else runs in the account"
            "クォータ「{quota}」（{code}）は {allowed} vCPU で、これを共有するシナリオのコンピューティング環境で稼働しうるのは {vcpus} vCPU。アカウントのほかの用途に {left} vCPU が残る";
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_languages_say_the_same_facts() {
        crate::suggest::words::tests::same_facts(super::every());
    }
}
