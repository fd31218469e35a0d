//! Why candidates fell through, or nothing can be measured.

use super::words;
use crate::model::said::{Said, statements};

statements! {
    /// Why a candidate is not suggested.
    pub enum Rejection {
        // What the scenario, its jobs or its prices are refused for.
        OfSuggestion = of_suggestion(id, reason) "{id}: {reason}" "{id}：{reason}";
        Refused = refused(reason) "{reason}" "{reason}";

        // Settings that are there.
        SetBySchedule = set_by_schedule() "a [[schedule]] sets it by the clock" "[[schedule]] が時間帯別に設定している";
        ScheduledAlready = scheduled_already() "a [[schedule]] sets it already" "[[schedule]] がすでに設定している";
        HoursAreSet = hours_are_set() "hours says already how long it exists" "hours に存在する時間の指定がすでにある";

        // Waits, costs and targets.
        NoCapKeepsTarget = no_cap_keeps_target() "no cap keeps the wait target: it is not max_vcpus that jobs wait for"
            "どの上限でも待ち時間の目標を守れない。待ちの原因は max_vcpus ではない";
        NoCapKeepsTargetAndBudget = no_cap_keeps_target_and_budget() "no cap keeps the wait target and the budget"
            "待ち時間の目標と予算をともに守れる上限がない";
        NoCapSaves = no_cap_saves() "no other cap saves more than the noise of the runs without longer waits"
            "待ち時間を延ばさずに、実行ごとのばらつきを超えて費用を削減する上限はほかにない";
        NoCapForTarget = no_cap_for_target() "no cap keeps the wait target" "待ち時間の目標を守れる上限がない";
        TargetStillMissed = target_still_missed() "the wait target would still be missed" "待ち時間の目標をなお守れない";
        NoLaunchWaits = no_launch_waits() "jobs do not wait for launches of it" "ジョブはその起動を待っていない";
        EnoughKept = enough_kept() "as many instances are kept as max_vcpus allows or jobs use"
            "max_vcpus が許すか、ジョブが使うだけのインスタンスがすでに稼働している";
        NoJobRan = no_job_ran() "no job ran in it" "ジョブが実行されていない";
        AroundTheClock = around_the_clock() "jobs ask for it around the clock" "ジョブが一日中求めている";
        MoreUnfinished = more_unfinished(then, now) "{then} jobs would not finish, {now} as it is"
            "終わらないジョブが {then} 件になる（現在 {now} 件）";
        MoreFailures = more_failures(then, now) "{then} jobs would fail, {now} as it is"
            "失敗するジョブが {then} 件になる（現在 {now} 件）";
        WaitsOverTarget = waits_over_target(seconds, target)
            "95 % of the jobs would wait up to {seconds} s, the target is {target} s"
            "待ち時間の p95 が {seconds} 秒になり、目標の {target} 秒を超える";
        LongerWaits = longer_waits(seconds, now)
            "95 % of the jobs would wait up to {seconds} s instead of {now} s, and no target says that they may"
            "待ち時間の p95 が {now} 秒から {seconds} 秒に延びるが、それを許す目標の指定がない";
        NoEffect = no_effect() "no effect on cost" "費用に影響しない";
        CostsMore = costs_more(usd) "it would cost {usd} a month more" "費用が月 {usd} 増える";
        WithinNoise = within_noise(usd, runs) "{usd} a month are within the noise of {runs} runs"
            "月 {usd} は {runs} 回の実行のばらつきの範囲内である";
        WithinNoiseOfRuns = within_noise_of_runs(usd) "{usd} a month are within the noise of the runs"
            "月 {usd} は実行ごとのばらつきの範囲内である";
        SavesNothing = saves_nothing() "it saves nothing" "費用は減らない";
        WouldSaveNothing = would_save_nothing(why) "it would save nothing: {why}" "費用は減らない（{why}）";
        OverBudget = over_budget(usd, budget) "it would cost {usd} a month, above the budget of {budget}"
            "月額が {usd} となり、予算 {budget} を超える";
        MoreUnfinishedOrUnpriced = more_unfinished_or_unpriced() "more jobs would not finish, or it has no price"
            "終わらないジョブが増えるか、単価が不明である";
        DearerOrLater = dearer_or_later(types) "with {types} it would cost more, or fewer jobs would finish in time"
            "{types} では費用が増えるか、間に合うジョブが減る";
        SameInFewerHours = same_in_fewer_hours(better) "{better} does as much in fewer hours"
            "「{better}」のほうが短い時間帯で同じ効果がある";
        SavesMore = saves_more(better) "{better} saves more" "「{better}」のほうが削減額が大きい";
        SavesMoreThan = saves_more_than(better, useful) "{better} saves more; with this one {useful}"
            "「{better}」のほうが削減額が大きい。この候補では{useful}";
        IsCheaper = is_cheaper(better) "{better} costs less" "「{better}」のほうが安い";
        InThisTrace = in_this_trace(reason, why) "{reason} in this trace; {why}" "この記録では{reason}。{why}";

        // Instance types.
        WithoutPrice = without_price(usage_type) "{usage_type} has no price" "{usage_type} の単価が不明である";
        NoPriceHere = no_price_here() "no price in this region" "このリージョンの単価が不明である";
        NoEfa = no_efa() "it has no EFA, the present types have it, and jobs of several nodes run here"
            "現在のタイプにある EFA がなく、複数ノードのジョブが実行される";
        TooLarge = too_large(vcpus, most) "its {vcpus} vCPUs are more than max_vcpus = {most}"
            "{vcpus} vCPU は max_vcpus = {most} を超える";
        OnEachModel = on_each_model(models) "speed unknown: jobs run on {models}, and more or fewer of them would on each"
            "速さが不明である。ジョブは {models} で動き、それぞれで動く数が変わる";
        OnAnotherModel = on_another_model(then, now) "speed unknown: jobs would run on {then} instead of {now}"
            "速さが不明である。ジョブの動く先が {now} から {then} に変わる";
        PresentSpeedUnknown = present_speed_unknown() "how fast the present types are is not in [relative_speed]"
            "現在のタイプの速さが [relative_speed] にない";
        NothingToCompare = nothing_to_compare() "there is no present type to compare with" "比べる現在のタイプがない";
        PresentSpeedsDiffer = present_speeds_differ()
            "the present types differ in speed: how long a job runs depends on where it landed"
            "現在のタイプの速さが異なり、実行時間がどこで動いたかによって変わる";
        AnotherArchitecture = another_architecture()
            "another processor architecture: software for it has to be built, so it is never exchanged silently"
            "プロセッサーのアーキテクチャが異なり、ソフトウェアのビルドが必要なため、候補にしない";
        SeveralEnvironments = several_environments()
            "several compute environments share the jobs: which would run faster is not known"
            "複数のコンピューティング環境がジョブを分け合うため、どのジョブが速くなるかが不明である";
        NothingCompared = nothing_compared() "speed unknown: [relative_speed] compares no other model"
            "速さが不明である。[relative_speed] に比べるモデルがない";
        NoReplacement = no_replacement(why, model, others)
            "it {why} and nothing launches it; no other type of {model} is here. Of the size are {others}, but how fast they are is not known: [relative_speed] says it"
            "{why}、起動できない。{model} のタイプはほかにない。同等以上の大きさのもの：{others}。速さが不明なため [relative_speed] で指定する";
        RanTooLong = ran_too_long() "a job would run for more than 136 years" "ジョブの実行時間が 136 年を超える";
        PriceDoesNotFit = price_does_not_fit() "a price of the scenario does not fit it" "シナリオの単価の単位が合わない";
        RemovesModel = removes_model(gone)
            "speed unknown: it removes {gone}, and no [relative_speed] says how fast its jobs run on another GPU"
            "速さが不明である。{gone} がなくなるが、そのジョブがほかの GPU でどれだけ速いかは [relative_speed] にない";
        AddsModel = adds_model(name) "speed unknown: it adds {name}, and no [relative_speed] says how fast jobs run on it"
            "速さが不明である。{name} が加わるが、そこでジョブがどれだけ速いかは [relative_speed] にない";
        NoLongerFits = no_longer_fits(name, asks, environment) "{name} ({asks}) no longer fits in {environment}"
            "{name}（{asks}）が {environment} に収まらなくなる";
        SpotTakesNoNodes = spot_takes_no_nodes(name, nodes, environment)
            "{name} ({nodes}) no longer runs in {environment}: Spot takes no jobs of several nodes"
            "{name}（{nodes}）が {environment} で動かなくなる。スポットは複数ノードのジョブを受け付けない";
        CanNoLongerStart = can_no_longer_start(name, nodes, environment)
            "{name} ({nodes}) can no longer start in {environment}: max_vcpus is too low for it"
            "{name}（{nodes}）が {environment} で開始できなくなる。max_vcpus が足りない";

        // Spot.
        RateUnknown = rate_unknown()
            "how often EC2 would interrupt it is not known: give interruptions_per_instance_hour of the compute environment"
            "EC2 がどれだけ中断するか不明である。コンピューティング環境に interruptions_per_instance_hour を指定する";
        EndlessAt = endless_at(jobs, rate)
            "{jobs} would practically never finish at {rate} interruptions an hour: more than nine tenths of what they are billed for would be lost"
            "1 時間あたり {rate} 回の中断では、課金される時間の 9 割超が失われ、事実上終わらない：{jobs}";
        NoLargerPool = no_larger_pool()
            "no other type of the same model is as large, so that every job fits, and has a Spot price"
            "同じモデルで、すべてのジョブが収まる大きさで、スポット価格のあるタイプがほかにない";

        // Jobs.
        WriteTimeUnknown = write_time_unknown()
            "how long it takes to write one is not known: give checkpoint = {{ interval_minutes, write_minutes, restart_minutes }}"
            "書き込みにかかる時間が不明である。checkpoint = {{ interval_minutes, write_minutes, restart_minutes }} を指定する";
        NoBestInterval = no_best_interval()
            "writing one takes no time, so the formula has no best interval: the shorter the better"
            "書き込みに時間がかからないため、式に最適な間隔がない。短いほどよい";
        BestAlready = best_already(minutes) "{minutes} minutes are about the best already" "{minutes} 分はすでにほぼ最適である";
        AttemptsAreEnough = attempts_are_enough() "no job fails for want of attempts" "試行回数の不足で失敗するジョブはない";

        // File systems.
        SeveralFileSystems = several_file_systems() "several file systems: which of them a job reads is not known"
            "ファイルシステムが複数あり、ジョブがどれを読むか不明である";
        DemandUnknown = demand_unknown() "what jobs ask for is not known: give lustre_mbps of every job definition"
            "ジョブの求める速度が不明である。すべてのジョブ定義に lustre_mbps を指定する";
        NoneIsCheaper = none_is_cheaper() "none that is enough is cheaper, or it would be another file system"
            "足りるもので安いものがないか、別のファイルシステムになる";
        AnotherIsCheaper = another_is_cheaper() "another one that is enough, or the present one, is cheaper"
            "足りる別のものか、現在のもののほうが安い";
        TooSlow = too_slow(mbps) "jobs ask for up to {mbps} MB/s at once" "ジョブが同時に求める速度は最大 {mbps} MB/s である";
        NeverWithoutJobs = never_without_jobs(hours) "it is never without jobs for {hours} h"
            "ジョブのない時間が {hours} 時間続くことがない";

        // Commitments.
        HorizonUnknown = horizon_unknown()
            "nothing shows that these jobs run all year: give --horizon-months 12, or three months of charges with --actual"
            "このジョブが一年を通して続くという根拠がない。--horizon-months 12 か、--actual で 3 か月分の請求データを指定する";
        NoRates = no_rates()
            "no rate of any is known: ask AWS with --prices live, or give a [[price]] with purchase_option savings_plan or reserved"
            "レートが一つも分からない。--prices live で AWS に問い合わせるか、purchase_option が savings_plan か reserved の [[price]] を指定する";
        BindsLonger = binds_longer(years, horizon) "it binds for {years}, and {horizon}" "契約期間は {years}だが、{horizon}";
        SeldomInUse = seldom_in_use(share, least) "one is in use in {share} % of the hours, it pays from {least} % on"
            "1 台が稼働する時間は {share}% で、{least}% から引き合う";
        NoTypeCheaper = no_type_cheaper() "it makes no type that is used cheaper" "使っているタイプはどれも安くならない";
        CoverUnknown = cover_unknown(commitment, name) "what `{commitment}` covers is unknown, because its rate for {name} is"
            "{name} のレートが不明なため、`{commitment}` が充当される範囲が分からない";
        FirstDollar = first_dollar(usd) "its first dollar replaces ${usd} On-Demand on average: too few hours use it"
            "最初の 1 ドルが置き換えるオンデマンドは平均 ${usd} で、使われる時間が少なすぎる";

        // The rest of a month.
        NothingLeftToPlan = nothing_left_to_plan() "the charges reach the end of the period: nothing of it is left to plan"
            "請求データは期間の終わりまであり、計画する残りがない";
        RestUnknown = rest_unknown(usage_type) "{usage_type} has no price, so what the rest will cost is not known"
            "{usage_type} の単価が不明なため、残りの費用は分からない";

        // Promises of a month that is over.
        NothingWasToBeSet = nothing_was_to_be_set() "it is advice: nothing was to be set" "助言であり、設定する値がない";
        AsPromised = as_promised() "it changes what no job decides: the saving is as promised"
            "ジョブに左右されない変更で、削減額は予定どおりである";

        NoCharges = no_charges(source) "{source} has no charges for use in the scenario's period and [scope]"
            "{source} には、シナリオの期間と [scope] の利用に対する請求がない";

        // Together.
        NoSuggestions = no_suggestions(id) "there is no suggestion `{id}`, because there are no suggestions"
            "提案がないため、`{id}` はない";
        NoSuchSuggestion = no_such_suggestion(id, known) "there is no suggestion `{id}`; there are {known}"
            "提案 `{id}` はない（ある提案：{known}）";
        NotAskedFor = not_asked_for() "not asked for" "指定されていない";
        AdviceOnly = advice_only() "it is advice, with nothing to write" "助言であり、書き込むものがない";
        DecideLast = decide_last() "it is for what runs as it is: decide it after the other changes"
            "現在の稼働を前提としたもので、ほかの変更の後に判断する";
        Conflicts = conflicts(key, name) "another suggestion changes {key} of {name} already"
            "別の提案がすでに {name} の {key} を変える";

        // Jobs that stand for no month.
        UnknownTimeZone = unknown_time_zone(name) "unknown time zone `{name}`" "タイムゾーン `{name}` は不明である";
        WindowTooLong = window_too_long() "the window is too long" "期間が長すぎる";
        StandsForLess = stands_for_less(hours)
            "the jobs are submitted within {hours} h, which is more than the hours they are said to stand for"
            "ジョブは {hours} 時間にわたって投入されており、--trace-hours で指定した時間より長い";
        TooShort = too_short(hours)
            "the jobs are submitted within {hours} h: too short a time to speak of a month; a day is the least"
            "ジョブの投入は {hours} 時間以内で、1 か月分を論じるには短すぎる（1 日以上必要）";
        LineWithoutPrice = line_without_price() "a line of the estimate has no price" "見積項目に単価が不明なものがある";
    }
}

impl Rejection {
    /// What to do about it, where nothing can be measured at all.
    #[must_use]
    pub fn remedy(&self) -> Said {
        match self {
            Rejection::TooShort { .. } => words::more_days_of_jobs(),
            Rejection::StandsForLess { .. } => words::longer_trace_hours(),
            Rejection::UnknownTimeZone { .. } => words::correct_time_zone(),
            Rejection::NoCharges { .. } => words::another_source_of_charges(),
            _ => words::correct_scenario(),
        }
    }
}

impl From<Rejection> for Said {
    fn from(reason: Rejection) -> Said {
        reason.said()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_languages_say_the_same_facts() {
        crate::suggest::words::tests::same_facts(super::every());
    }
}
