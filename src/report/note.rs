//! Every caveat a report may carry, in one list, with its words in both languages.
//!
//! Reasons and details that come from AWS are quoted as they are.

use std::fmt;

use serde::{Serialize, Serializer};

use super::Lang;
use super::note_words::{basis_ja, instead, joined, minutes, short};
use crate::model::decimal::{self, Decimal};
use crate::model::money::{Total, Usd};
use crate::model::said::{Said, day_in_japanese as day_words, sayings};
use crate::model::text::counted;

sayings! {
    /// Something the reader must know to trust the numbers.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "each says itself what it is")]
    pub enum Note {
        MonthFromClock { month: String }
            en("the scenario names no month, so the current month, {month} (UTC), is used")
            ja("シナリオに月の指定がないため、実行時の月 {month}（UTC）とした。");
        MonthOverridden { month: String }
            en("month {month} comes from --month, not from the scenario")
            ja("対象月 {month} はシナリオではなく --month の指定による。");
        RegionOverridden { region: String }
            en("region {region} comes from --region, not from the scenario")
            ja("リージョン {region} はシナリオではなく --region の指定による。");
        BundledPrices { as_of: String }
            en("prices are from the table inside this program (EC2 as of {as_of}); they are not live")
            ja("単価は本ツール内蔵の価格表（EC2 は{}時点）による。最新の単価ではない。", day_words(as_of));
        ScenarioPrices { usage_types: Vec<String> }
            en("the scenario itself sets the price of {}", usage_types.join(", "))
            ja("シナリオで単価を指定した項目：{}", joined(usage_types));
        PriceUnused { usage_type: String, region: String, here: Vec<String> }
            en("no line uses the scenario's price for {usage_type}{}", if here.is_empty() { String::new() } else { format!("; in {region} the usage type is {}", here.join(" or ")) })
            ja("シナリオで指定した {usage_type} の単価は、どの項目にも使われていない。{}", if here.is_empty() { String::new() } else { format!("{region} の使用量タイプは {} である。", here.join(" または ")) });
        Unverified { figures: Vec<String> }
            en("unverified, not read from the Price List itself: {}", figures.join("; "))
            ja("AWS Price List で確認していない単価：{}", figures.join("、"));
        Unpriced { lines: Vec<String>, reason: Said }
            en("no price for {}: {}", lines.join(", "), reason.en)
            ja("{} は単価が不明のため費用を計算できない（理由：{}）。", joined(lines), reason.ja);
        Of { scenario: String, note: Box<Note> }
            en("{scenario}: {note}")
            ja("{scenario}：{}", note.said().ja);
        NothingToPrice
            en("nothing in the scenario costs anything")
            ja("シナリオには費用のかかる項目がない。");
        WorkloadUnused
            en("[workload] has no effect on the estimate, which prices the declared hours")
            ja("見積額はシナリオに記載した利用時間に単価を掛けたもので、[workload] のジョブは影響しない。");
        BidBelowSpot { name: String, instance_type: String, price: Usd, bid: Usd }
            en("{name}: the expected Spot price of {instance_type}, {}, is above the bid of {}; EC2 starts no such instance until the price falls below the bid", price.price(6), bid.price(6))
            ja("{name}：{instance_type} のスポット価格の期待値 {} は入札額 {} を上回る。価格が入札額を下回るまで、EC2 はこのタイプを起動しない。", price.price(6), bid.price(6));
        BidUnknown { name: String, instance_type: String }
            en("{name}: it is not known whether EC2 would start a {instance_type}, because its Spot price or its On-Demand price, of which the bid is a share, is unknown; it is assumed to start")
            ja("{name}：スポット価格か、入札額の基準となるオンデマンド単価が不明なため、EC2 が {instance_type} を起動するかどうかは判定できない。起動するものとして扱う。");
        TypeNotInEnvironment { name: String, environment: String, instance_type: String }
            en("{name}: {environment} does not launch {instance_type}")
            ja("{name}：{environment} は {instance_type} を起動しない。");
        FleetAboveCap { name: String, vcpus: Decimal, environment: String, max_vcpus: u32 }
            en("{name}: its instances have {} vCPUs if they all run at once, but {environment} launches no more than max_vcpus = {max_vcpus}", short(*vcpus, 0))
            ja("{name}：すべて同時に動かすと {} vCPU になるが、{environment} の max_vcpus は {max_vcpus} である。", short(*vcpus, 0));
        EnvironmentBuysOther { name: String, environment: String, buys: Said }
            en("{name}: {environment} uses {} only, which contradicts the group's spot_share", buys.en)
            ja("{name}：{environment} は {} のみを使うため、グループの spot_share と矛盾する。", buys.ja);
        NoLaunches { name: String }
            en("{name}: no launches are declared, so boot and idle time are not in the cost")
            ja("{name}：launches の指定がないため、起動とアイドルの時間は費用に含まれない。");
        JobDoesNotFit { name: String, job: String, instance_type: String }
            en("{name}: `{job}` does not fit on a {instance_type} (vCPUs, usable memory or GPUs)")
            ja("{name}：`{job}` は {instance_type} に収まらない（vCPU、使用可能なメモリ、GPU のいずれか）。");
        TimeoutBelowRun { job: String, run_hours: Decimal, timeout_minutes: Decimal }
            en("`{job}`: its timeout ends a run of {} h after {} min, and AWS Batch does not retry a timeout", short(*run_hours, 2), short(*timeout_minutes, 2))
            ja("`{job}`：{} 時間の実行は {} 分のタイムアウトで打ち切られる。AWS Batch はタイムアウトを再試行しない。", short(*run_hours, 2), short(*timeout_minutes, 2));
        HoursBeyondPeriod { name: String, instance_type: String, hours: Decimal, period_hours: Decimal }
            en("{name}: with interruptions, each {instance_type} is expected to run {} h, but the period has only {} h: the work will not be done in time", short(*hours, 1), short(*period_hours, 1))
            ja("{name}：中断を含めると {instance_type} は 1 台あたり {} 時間必要だが、期間は {} 時間しかなく、作業は終わらない。", short(*hours, 1), short(*period_hours, 1));
        SpotWithoutHistory { usage_types: Vec<String> }
            en("no Spot history was used for {}: low and expected are a mean; high is the maximum price, On-Demand or the bid where one is set", usage_types.join(", "))
            ja("スポット価格の履歴を使っていない項目：{}。下限と期待値は平均価格、上限は最高価格（オンデマンド、または入札額）である。", joined(usage_types));
        SpotStarved { instance_type: String, region: String }
            en("{instance_type} Spot in {region} has no spare capacity: its mean price equals On-Demand to four decimals, so Spot saves nothing there")
            ja("{region} の {instance_type} スポットには空きがない。平均価格がオンデマンド単価と小数 4 桁まで等しく、費用の削減にならない。");
        SpotUnbounded { instance_type: String, region: String }
            en("{instance_type} has no On-Demand price in {region}, so nothing bounds its Spot price and the high end is unknown")
            ja("{region} には {instance_type} のオンデマンド単価がないため、スポット価格の上限は不明である。");
        Retired { instance_type: String, replacements: Vec<String> }
            en("{instance_type} is retired: prices are still listed, but EC2 no longer offers it and it cannot be launched; {}", instead(replacements))
            ja("{instance_type} は提供を終了している。単価は残っているが EC2 の一覧になく、起動できない（{}）。", match replacements[..] { [] => "このリージョンに代わりになるタイプは表にない".to_owned(), _ => format!("GPU、メモリ、vCPU が同等以上のタイプ：{}。速度は異なる", joined(replacements)), });
        InterruptionsNotModelled { name: String }
            en("{name}: Spot interruptions are not modelled; set interruptions_per_instance_hour to include the work they lose")
            ja("{name}：スポットの中断は考慮していない。中断で失われる作業を含めるには interruptions_per_instance_hour を指定する。");
        InterruptionsWithoutJob { name: String }
            en("{name}: the interruption rate has no effect; set job_definition to one with a checkpoint or run_hours")
            ja("{name}：中断率は反映されない。checkpoint または run_hours のあるジョブ定義を job_definition に指定する。");
        Interruptions { name: String, factor: Decimal }
            en("{name}: with interruptions, {} hours are billed per useful Spot hour, including time spent writing checkpoints", short(*factor, 3))
            ja("{name}：中断により、有効な 1 時間あたり {} 時間が課金される（チェックポイントの書き込みを含む）。", short(*factor, 3));
        CheckpointInterval { job: String, hours: Decimal, factor: Decimal, best_hours: Decimal, best_factor: Decimal }
            en("`{job}`: on Spot a checkpoint every {} min costs least ({} billed hours per useful hour); it is now every {} min ({})", minutes(*best_hours), short(*best_factor, 3), minutes(*hours), short(*factor, 3))
            ja("`{job}`：スポットでは {} 分ごとのチェックポイントが最も安い（有効な 1 時間あたり {} 時間）。現在は {} 分ごと（{} 時間）である。", minutes(*best_hours), short(*best_factor, 3), minutes(*hours), short(*factor, 3));
        NeverFinishes { name: String, job: String }
            en("{name}: on Spot, `{job}` will practically never finish (more than 10 billed hours per useful hour); save checkpoints more often, or run it On-Demand")
            ja("{name}：スポットでは `{job}` は事実上終わらない（有効な 1 時間あたり 10 時間超が課金される）。チェックポイントを増やすか、オンデマンドで実行する。");
        FewAttempts { job: String, interruptions: Decimal, attempts: u32 }
            en("a run of `{job}` is interrupted {} times on average, but it has only {}; many runs will fail, which the estimate does not count", short(*interruptions, 2), counted(*attempts, "attempt"))
            ja("`{job}` の 1 回の実行は平均 {} 回中断されるが、試行回数は {attempts} 回である。多くの実行が失敗し、見積額には含まれない。", short(*interruptions, 2));
        RunsMayShare { name: String, slots: u32, instance_type: String }
            en("{name}: {slots} runs fit on one {instance_type}; in the low case they share it, in expected and high each run has its own")
            ja("{name}：{instance_type} 1 台に {slots} 件の実行が収まる。下限のケースでは共有し、期待値と上限では 1 件ずつとする。");
        DelaysUnknown { name: String }
            en("{name}: without boot_minutes and idle_minutes its launches cost nothing here, although AWS bills both")
            ja("{name}：boot_minutes と idle_minutes の指定がないため起動とアイドルの費用を含まないが、AWS はどちらも課金する。");
        CapacityBlockUnused { name: String, unused_hours: Decimal, paid_hours: Decimal }
            en("{name}: {} of the {} instance-hours of the Capacity Block are paid for but not used", short(*unused_hours, 2), short(*paid_hours, 2))
            ja("{name}：キャパシティブロックの {} インスタンス時間のうち {} 時間は、支払うが使わない。", short(*paid_hours, 2), short(*unused_hours, 2));
        CommitmentCases
            en("commitments are applied to On-Demand use hour by hour; expected runs the instances of a group together and the groups one after another; low and high are the cheapest and the dearest of that, of even use all month, and of all groups at once; covered and unused cost may be higher in the low case")
            ja("コミットメントはオンデマンドの利用に 1 時間ごとに充当する。期待値はグループ内のインスタンスを同時に、グループを順に動かす場合である。下限と上限は、それと、常に均等な場合、すべて同時の場合のうち、最も安いものと最も高いものである。充当分と未使用分の費用は、下限のケースのほうが高いことがある。");
        CommitmentUnused { name: String }
            en("commitment {name} covers nothing in this scenario")
            ja("コミットメント {name} は、このシナリオの何にも充当されない。");
        LustreRounded { name: String, asked_gib: Decimal, size_gib: Decimal }
            en("{name}: {} GiB is rounded up to {} GiB, the next size AWS sells", short(*asked_gib, 2), short(*size_gib, 2))
            ja("{name}：{} GiB は、AWS が提供する次のサイズ {} GiB に切り上げた。", short(*asked_gib, 2), short(*size_gib, 2));
        DataRepositorySameRegion { name: String }
            en("{name}: data transfer between FSx and an S3 bucket in the same region is free; the S3 requests are not")
            ja("{name}：FSx と同じリージョンの S3 バケットの間のデータ転送は無料だが、リクエストは有料である。");
        FreeTransfer { name: String }
            en("{name}: the free 100 GB a month, which are shared by the whole account, are not subtracted")
            ja("{name}：アカウント全体で毎月無料の 100 GB は差し引いていない。");
        NewRegion { region: String, alike: Vec<String> }
            en("this program does not know the region {region} (it knows {}); without live prices nothing there has a price", alike.join(", "))
            ja("本ツールは {region} というリージョンを知らない（近い名前：{}）。live の単価を使わないかぎり、このリージョンの単価は不明である。", joined(alike));
        ElasticThroughput { name: String }
            en("{name}: the Elastic Throughput charge for data read and written is not included")
            ja("{name}：Elastic Throughput で読み書きしたデータ量に対する料金は含まない。");
        TypeAboveCap { environment: String, instance_type: String, max_vcpus: u32 }
            en("{environment} never launches {instance_type}, because one instance alone exceeds max_vcpus = {max_vcpus}")
            ja("{environment} は {instance_type} を起動しない。1 台で max_vcpus = {max_vcpus} を超えるためである。");
        CapIsZero { environment: String }
            en("max_vcpus of {environment} is 0 at times, and nothing can start then")
            ja("{environment} の max_vcpus が 0 になる時間があり、その間は何も開始できない。");
        OneAttemptOnSpot { job: String }
            en("`{job}` has only one attempt, so a Spot interruption ends it")
            ja("`{job}` の試行は 1 回のみで、スポットの中断で終了する。");
        ScheduleInUtc { environment: String, cron: String }
            en("the schedule \"{cron}\" of {environment} names no timezone, so it runs in UTC (22:00 is 07:00 in Tokyo)")
            ja("{environment} のスケジュール「{cron}」は timezone の指定がなく、UTC で動く（22:00 は日本時間の 07:00）。");
        FrameUnknown { environment: String, what: Said, missing: Vec<String> }
            en("the {} of {environment} is unknown because there is no price for {}", what.en, missing.join(", "))
            ja("{environment} の{}は不明である。単価が不明な項目：{}", what.ja, joined(missing));
        FloorUnreached { environment: String, min_vcpus: u32, reached: u64 }
            en("{environment}: no combination of its types lies between min_vcpus = {min_vcpus} and max_vcpus, which BEST_FIT does not exceed, so {reached} vCPUs are kept running")
            ja("{environment}：min_vcpus = {min_vcpus} 以上、max_vcpus 以下になる組み合わせがない。BEST_FIT は max_vcpus を超えないため、{reached} vCPU を稼働させておく。");
        NoTimeout { job: String }
            en("`{job}` has no timeout_minutes, so nothing limits what one job can cost")
            ja("`{job}` には timeout_minutes がなく、1 件のジョブにかかる費用に限りがない。");
        BudgetWarning { expected: Usd, limit: Usd }
            en("the expected cost of {} is above warn_usd = {}", expected.cents(), limit.cents())
            ja("費用の期待値 {} は warn_usd = {} を超える。", expected.cents(), limit.cents());
        BudgetExceeded { expected: Usd, limit: Usd }
            en("the expected cost of {} is above fail_usd = {}", expected.cents(), limit.cents())
            ja("費用の期待値 {} は fail_usd = {} を超える。", expected.cents(), limit.cents());
        BudgetUnknown { limit: Usd }
            en("some lines have no price, so it is unknown whether the budget of {} holds", limit.cents())
            ja("単価が不明な項目があるため、予算 {} に収まるかは判定できない。", limit.cents());
        TrackRecord { months: usize, mean: Decimal, worst: Decimal, worst_month: String, basis: String }
            en("last {}: mean error {} %, worst {}{} % ({worst_month}), charged ({basis}) against estimated", if *months == 1 { "month".to_owned() } else { format!("{months} months") }, short(*mean * Decimal::ONE_HUNDRED, 1), if *worst > Decimal::ZERO { "+" } else { "" }, short(*worst * Decimal::ONE_HUNDRED, 1))
            ja("過去 {months} か月の見積もりの誤差：平均 {}%、最大 {}{}%（{}）。請求額（{}）と見積額を比較した。", short(*mean * Decimal::ONE_HUNDRED, 1), if *worst > Decimal::ZERO { "+" } else { "" }, short(*worst * Decimal::ONE_HUNDRED, 1), worst_month, basis_ja(basis));
        NoTrackRecord { scenario: String }
            en("the track record has no closed month of `{scenario}` before the period")
            ja("実績の記録には、この期間より前に締まった `{scenario}` の月がない。");
        NotCalibrated { services: Vec<String> }
            en("not calibrated, because there are too few closed months with an estimate: {}", services.join(", "))
            ja("見積もりのある締まった月が足りず、補正していないサービス：{}", joined(services));
        NeverEstimated { services: Vec<String> }
            en("charged in earlier months but never estimated, so not in any total: {}", services.join(", "))
            ja("過去の月に請求されたが見積もりになく、どの合計にも含まれないサービス：{}", joined(services));
        TraceLeftOut { reasons: Vec<String> }
            en("left out of the trace: {}", reasons.join(", "))
            ja("ジョブの記録から除いたもの：{}", joined(reasons));
        TraceSorted { jobs: u64 }
            en("{} of the trace stood after later ones; the trace was sorted by submission", counted(*jobs, "job"))
            ja("記録の {jobs} 件のジョブは投入順に並んでいなかったため、並べ替えた。");
        TraceWithoutMemory { jobs: u64 }
            en("memory is unknown for {} of the trace, which are placed as if it always fits", counted(*jobs, "job"))
            ja("記録の {jobs} 件のジョブは必要なメモリが不明で、常に収まるものとした。");
        JobsWithoutDefinition { jobs: u64, all: u64, definitions: Vec<String>, offered: Option<String> }
            en("{} no job definition: attempts, timeouts, checkpoints and lustre_mbps of {} are not theirs; {}", if jobs == all { "the jobs of the trace name".to_owned() } else { format!("{jobs} of {all} jobs of the trace name") }, definitions.join(", "), match offered { Some(name) => format!("`[workload] job_definition = \"{name}\"` gives them one, a column job_definition each its own"), None => "a column job_definition gives each its own, `[workload] job_definition` all of them one".to_owned(), })
            ja("記録の{}に job_definition がないため、{} の attempts、timeout_minutes、checkpoint、lustre_mbps は適用されない。{}", if jobs == all { "ジョブ".to_owned() } else { format!(" {all} 件のうち {jobs} 件のジョブ") }, joined(definitions), match offered { Some(name) => format!("`[workload] job_definition = \"{name}\"` ですべてに適用できる。ジョブごとには job_definition 列で指定する。"), None => "ジョブごとには job_definition 列で、すべて同じなら `[workload] job_definition` で指定する。".to_owned(), });
        EarlierAttempts { jobs: u64, attempts: u64, vcpu_hours: Decimal }
            en("{} of the record had {} before the last one, {} vCPU-hours that are not simulated: here only simulated interruptions end an attempt", counted(*jobs, "job"), counted(*attempts, "attempt"), short(*vcpu_hours, 2))
            ja("記録の {jobs} 件のジョブには最後の試行より前に {attempts} 回の試行（{} vCPU 時間）があるが、シミュレーションには含まない。ここで試行を終わらせるのは、乱数による中断だけである。", short(*vcpu_hours, 2));
        TraceUnread { path: String, reason: String }
            en("the trace {path} was not checked: {reason}")
            ja("ジョブの記録 {path} は確認していない（{reason}）。");
        AssumedDelay { environments: Vec<String>, key: &'static str, seconds: u64 }
            en("{} without {key}: {seconds} s are assumed, because AWS does not publish it", environments.join(", "))
            ja("{} に {key} がないため {seconds} 秒と仮定した。AWS は公表していない。", joined(environments));
        NeverInterrupted { environments: Vec<String> }
            en("{}: Spot without interruptions_per_instance_hour is never interrupted in this simulation", environments.join(", "))
            ja("{}：中断率（interruptions_per_instance_hour）の指定がないため、シミュレーションではスポットの中断は起きない。", joined(environments));
        LaunchSizeOpen { environments: Vec<String>, smallest: Total, largest: Total }
            en("{}: AWS does not document which of several sizes it launches; the trace costs {} with the smallest first, as shown, and {} with the largest first; launch_size decides", environments.join(", "), smallest.in_words(Lang::En), largest.in_words(Lang::En))
            ja("{}：複数のサイズのどれを起動するか AWS は公表していない。最小を優先すると {}（表示の値）、最大を優先すると {} になる。launch_size で指定できる。", joined(environments), smallest.in_words(Lang::Ja), largest.in_words(Lang::Ja));
        SpotPoolOpen { environments: Vec<String>, cheapest: Total, dearest: Total }
            en("{}: AWS does not publish which of several Spot pools is deeper; the trace costs {} with the cheapest first, as shown, and {} with the dearest first; capacity_errors decide", environments.join(", "), cheapest.in_words(Lang::En), dearest.in_words(Lang::En))
            ja("{}：同じサイズの複数のスポットプールのどれに余裕があるか AWS は公表していない。最も安いものを優先すると {}（表示の値）、最も高いものを優先すると {} になる。capacity_errors で指定できる。", joined(environments), cheapest.in_words(Lang::Ja), dearest.in_words(Lang::Ja));
        InterruptionsOfGroups { environment: String, rate: Decimal, groups: Vec<String>, is_mean: bool }
            en("{environment}: interruptions_per_instance_hour is {} here, {} [[compute]] {}", decimal::plain(*rate), if *is_mean { "the mean, weighted by Spot hours, of" } else { "taken from" }, groups.join(", "))
            ja("{environment}：interruptions_per_instance_hour は {} とした（[[compute]] の{}：{}）。", decimal::plain(*rate), if *is_mean { "値のスポット時間による加重平均" } else { "値" }, joined(groups));
        InterruptionsDiffer { environment: String, rate: Decimal, groups: Vec<String> }
            en("{environment}: its own interruptions_per_instance_hour of {} is used here; [[compute]] says otherwise: {}", decimal::plain(*rate), groups.join(", "))
            ja("{environment}：interruptions_per_instance_hour は環境自身の {} を使う。[[compute]] の値はこれと異なる（{}）。", decimal::plain(*rate), joined(groups));
        InterruptionsOpen { environment: String, groups: Vec<String> }
            en("{environment}: interruptions_per_instance_hour differs in [[compute]], and there are no Spot hours to weight a mean with: {}; give the compute environment its own", groups.join(", "))
            ja("{environment}：[[compute]] の interruptions_per_instance_hour が互いに異なり、加重平均に必要なスポット時間もない（{}）。コンピューティング環境に値を指定する。", joined(groups));
        FairShareAssumed { queues: Vec<String> }
            en("fair share of {}: the usage of a share is taken as its vCPU-seconds within share_decay_seconds × its weight factor; older usage counts nothing, so weights have little effect where jobs run as long as that. AWS does not publish its function", queues.join(", "))
            ja("{} のフェアシェア：シェアの使用量は share_decay_seconds 以内の vCPU 秒 × 重みとし、それより古いものは数えない。ジョブの実行時間がそれと同程度なら重みの効果は小さい。AWS は計算式を公表していない。", joined(queues));
        JobsWithoutShare { jobs: u64 }
            en("{} without a share identifier, which AWS requires in a queue with a scheduling policy: they are treated as one share of weight 1", counted(*jobs, "job"))
            ja("{jobs} 件のジョブにシェア識別子がない。スケジューリングポリシーのあるキューでは AWS が必須とするもので、ここでは重み 1 の一つのシェアとした。");
        SharesWithoutPolicy { jobs: u64 }
            en("{} of the trace with a share or a scheduling priority: their queue has no scheduling_policy here, so it is first in, first out", counted(*jobs, "job"))
            ja("記録の {jobs} 件のジョブにシェアかスケジューリング優先度があるが、そのキューに scheduling_policy がないため、先入れ先出しとした。");
        DrawnJobs { kinds: Vec<String> }
            en("jobs are drawn at random, not recorded; another seed draws others: {}", kinds.join("; "))
            ja("ジョブは記録ではなく乱数によるもので、シードが変われば変わる：{}", joined(kinds));
        SpotAtItsTime { record: String, shares: Vec<(String, Decimal)> }
            en("Spot is priced at the hours in which instances ran, from the record {record}: it covers {}; the rest is at the listed price", shares.iter().map(|(name, percent)| format!("{} % of the hours of {name}", short(*percent, 1))).collect::<Vec<_>>().join(", "))
            ja("スポット単価は記録（{record}）のうち稼働時間に当たるものを用いた。該当は {} で、残りは価格表の単価による。", shares.iter().map(|(name, percent)| format!("{name} の {}%", short(*percent, 1))).collect::<Vec<_>>().join("、"));
        LustreDemandUnknown { instances: u64, each_mbps: Decimal, mbps: Decimal }
            en("it is not known what jobs ask of the Lustre file systems; at the peak of {} each has {} MB/s of {} MB/s. Set lustre_mbps in [[batch.job_definition]]", counted(*instances, "instance"), short(*each_mbps, 1), short(*mbps, 1))
            ja("ジョブが Lustre ファイルシステムに求める速度は不明である。ピーク時 {instances} 台で、1 台あたり {} MB/s となる（全体 {} MB/s）。[[batch.job_definition]] に lustre_mbps を指定する。", short(*each_mbps, 1), short(*mbps, 1));
        SweptUnderSchedule { environment: String, limit: String }
            en("a [[schedule]] sets {limit} of {environment}; from then on the swept value no longer holds, so rows may be alike. Sweep without the schedule")
            ja("[[schedule]] が {environment} の {limit} を設定するため、その後は走査した値が効かず、行が同じになることがある。スケジュールなしで走査する。");
        MoreVcpusLongerWaits
            en("more vCPUs may make some jobs wait longer: with mixed job or instance types, a higher cap can change where jobs are placed and which idle instances are available")
            ja("vCPU を増やすと待ち時間が延びるジョブもありうる。ジョブやインスタンスタイプが混在する場合、上限を上げると配置と、待機中で使えるインスタンスが変わるためである。");
        SimulatedWithoutCommitments
            en("[[commitment]] is not applied to simulated hours; On-Demand is at its own price")
            ja("シミュレーションの時間には [[commitment]] を充当していない。オンデマンドはその単価による。");
        Tax { name: String, percent: Decimal, amount: Usd, at_least: bool }
            en("{name} of {} % would be {}{}; it is not in any total", short(*percent, 2), if *at_least { "at least " } else { "" }, amount.cents())
            ja("{name}（{}%）は {}{} であり、上記の合計には含まない。", short(*percent, 2), amount.cents(), if *at_least { " 以上" } else { "" });
        HistoryTooShort { days: u32 }
            en("pools with less than {days} days of history are not forecast")
            ja("履歴が {days} 日に満たないプールは予測しない。");
        ForecastMethod { interval: Said, lead_days: Decimal }
            en("the forecast is the last price; its interval comes from {}, reaches further where the type moved in the last week, is widened for the {} until the month begins, and ends at On-Demand or, where that is unknown, at the highest price of the type in the record", interval.en, if *lead_days == Decimal::ONE { "day".to_owned() } else { format!("{} days", short(*lead_days, 0)) })
            ja("予測値は直近の価格である。予測区間は、{}から求め、直近 1 週間にタイプ全体が動いた方向と、月が始まるまでの {} 日分を加えて広げた。上限はオンデマンド単価、不明な場合は記録にあるそのタイプの最高価格である。", interval.ja, short(*lead_days, 0));
        SpotAboveOnDemand { types: String }
            en("{types}: the last Spot price is above the On-Demand price, which Spot no longer exceeds; the forecast starts at On-Demand")
            ja("{types}：直近のスポット価格がオンデマンド単価を上回っている。現在、スポットはオンデマンド単価を超えないため、予測はオンデマンド単価から始める。");
        OnDemandAsOf { as_of: String, end: String }
            en("On-Demand prices are the bundled ones as of {as_of}; the record ends on {end}")
            ja("オンデマンド単価は内蔵の価格表（{}時点）、スポットの記録は{}までである。", day_words(as_of), day_words(end));
        SpotForecast { usage_type: String, detail: String }
            en("{usage_type}: {detail}")
            ja("{usage_type} の予測：{detail}");
        PriceRemark { remark: String }
            en("{remark}")
            ja("価格について：{remark}");
        NotOffered { types: Vec<String>, region: String }
            en("EC2 does not offer {} in {region}; a listed price does not mean it can be launched", types.join(", "))
            ja("EC2 は {region} で {} を提供していない。単価が一覧にあっても起動できるとは限らない。", joined(types));
        NeverOnDemand { families: Vec<String> }
            en("AWS lists no On-Demand price for {} types in any region: they are sold as Capacity Blocks or UltraServers; `hpc-cost prices capacity-blocks` shows what blocks cost", families.join(", "))
            ja("{} のオンデマンド単価はどのリージョンの一覧にもなく、キャパシティブロックまたは UltraServer として販売されている。キャパシティブロックの価格は `hpc-cost prices capacity-blocks` で確認できる。", joined(families));
        OnDemandLive { as_of: String }
            en("On-Demand prices are from the AWS Price List, read at {as_of}")
            ja("オンデマンド単価は {as_of} に取得した AWS Price List による。");
        PlacementScores { instances: i32 }
            en("placement scores (1 to 10) say how likely a Spot request for {instances} instances of any of these types succeeds in one zone; EC2 scores requests of fewer than three types low")
            ja("プレイスメントスコア（1～10）は、これらのタイプの {instances} 台のスポットリクエストが一つのアベイラビリティーゾーンで成功する見込みを示す。3 タイプ未満のリクエストは低く評価される。");
        PartialPeriod { until: String, open_days: i64 }
            en("the period is not over: both sides are compared until {until}, {} still open; of the estimate, that is its share of the days or of a schedule's vCPUs", if *open_days == 1 { "1 day is".to_owned() } else { format!("{open_days} days are") })
            ja("期間はまだ終わっていないため、双方を {until} まで比較した（未確定 {open_days} 日）。見積額は日数、またはスケジュールの vCPU の割合で按分した。");
        TooFewDays { days: usize, least: usize }
            en("the month end is not forecast: {} too few, at least {least} are needed", if *days == 1 { "1 whole day is".to_owned() } else { format!("{days} whole days are") })
            ja("確定した日が {days} 日では足りないため、月末は予測しない（{least} 日以上必要）。");
        ChargedOverBudget { actual: Usd, limit: Usd, key: &'static str }
            en("the charges of {} are above {key} = {}", actual.cents(), limit.cents())
            ja("請求額 {} は {key} = {} を超えている。", actual.cents(), limit.cents());
        MonthEndOverBudget { expected: Usd, limit: Usd, key: &'static str }
            en("the month-end forecast of {} is above {key} = {}", expected.cents(), limit.cents())
            ja("月末の予測 {} は {key} = {} を超える。", expected.cents(), limit.cents());
        JobsOfScenario { jobs: Decimal }
            en("$ per job uses the {} that the scenario declares for the time compared, not the jobs that ran", if *jobs == Decimal::ONE { "1 job".to_owned() } else { format!("{} jobs", short(*jobs, 2)) })
            ja("ジョブあたりの費用は、実際の件数ではなく、比較期間についてシナリオに記載した {} 件による。", short(*jobs, 2));
        SourceStops { days: i64 }
            en("the source has no usage on the last {} of the period: if the export ends there, the missing charges are not savings (rows of a whole month stand on its first day)", counted(*days, "day"))
            ja("請求データには期間の最後の {days} 日間の利用がない。データがそこで終わっているなら、欠けている分は削減ではない（月全体の行は初日に置かれる）。");
        SourceStopsAt { until: String, days: i64 }
            en("the source has no usage on the last {} of the period: both sides are compared until {until}, because missing charges are not savings", counted(*days, "day"))
            ja("請求データには期間の最後の {days} 日間の利用がない。欠けている分は削減ではないため、双方を {until} まで比較した。");
        UseStopped { last: String, days: i64, planned: Total }
            en("the last usage is on {last}: the period is over and is compared whole, with {} planned for the {} after it; if it is the export that ends there, the missing charges are not savings (rows of a whole month stand on its first day)", planned.in_words(Lang::En), counted(*days, "day"))
            ja("最後の利用は{}である。期間は終わっているため全体を比較し、その後の {days} 日間の見積額 {} も含む。データがそこで終わっているだけなら、欠けている分は削減ではない（月全体の行は初日に置かれる）。", day_words(last), planned.in_words(Lang::Ja));
        DiscountsApart { basis: &'static str, discounts: Usd }
            en("the estimate includes the scenario's [discount], but --basis {basis} is before discounts: those of the bill, {}, are shown apart under excluded; with --basis net-amortized they are in the prices", discounts.cents())
            ja("見積額にはシナリオの [discount] が含まれるが、--basis {basis} は割引前の額である。請求データの割引 {} は対象外として別に示した。--basis net-amortized では単価に含まれる。", discounts.cents());
        CoveredAtListPrice { negation: Usd, fees: Usd }
            en("with --basis unblended, hours covered by Savings Plans are at On-Demand prices; what takes those back, {}, and fees, {}, are shown apart under excluded; with --basis amortized the hours cost what the plans cost", negation.cents(), fees.cents())
            ja("--basis unblended では、Savings Plans が適用された時間はオンデマンド単価になる。それを打ち消す {} と料金 {} は対象外として別に示した。--basis amortized では、その時間は Savings Plans の費用による。", negation.cents(), fees.cents());
        ChargedWithoutQuantity { usage_types: Vec<String> }
            en("charged without a quantity, so not in any price per hour: {}", usage_types.join(", "))
            ja("数量のない請求のため、時間あたりの単価に含めない使用量タイプ：{}", joined(usage_types));
        CalibratedTotal { low: Usd, expected: Usd, high: Option<Usd> }
            en("calibrated total {}, {} to {}; the lines are as estimated", expected.cents(), low.cents(), high.map_or_else(|| "unknown".to_owned(), Usd::cents))
            ja("補正後の合計は {}（{}～{}）である。各項目は見積もりのままである。", expected.cents(), low.cents(), high.map_or_else(|| "不明".to_owned(), Usd::cents));
        PricesOfAnotherTime { prices: Said, month: String }
            en("the estimate is priced with {}, not with the prices in force during the period; `hpc-cost prices fetch --month {month}` gets those", prices.en)
            ja("見積もりの単価は{}であり、対象月の実勢単価ではない。`hpc-cost prices fetch --month {month}` で取得できる。", prices.ja);
        LateCharges { end: String }
            en("charges until {end} may still change: usage arrives up to a day late, credits and refunds later")
            ja("{end} までの請求はまだ変わることがある。利用は最大 1 日、クレジットと返金はさらに遅れて届く。");
        EstimatedDays { days: Vec<String> }
            en("AWS marks the charges of these days as estimated: {}", days.join(", "))
            ja("AWS が請求を未確定としている日：{}", joined(days));
        NoCharges { period: String }
            en("the source has no charges from {period}: the bill is empty, which is not the same as $0")
            ja("請求データに {period} の行がない。$0 ではなく、データが空である。");
        ComparedWithoutPrice { usage_types: Vec<String> }
            en("the estimate has no price for {}; their charges are shown apart in the bridge", usage_types.join(", "))
            ja("見積もりで単価が不明な使用量タイプ：{}。その請求は予実差異の内訳に別に示した。", joined(usage_types));
        NoUsageType
            en("some charges name no usage type (neither x_UsageType nor SkuMeter), so they match no line of the estimate")
            ja("使用量タイプ（x_UsageType または SkuMeter）のない請求があり、見積項目と対応付けられない。");
        OnDemandUnknown
            en("without --region neither the On-Demand price nor the share of time above it is known")
            ja("--region の指定がないため、オンデマンド単価も、それを超えた時間の割合も不明である。");
        MetricUnknown { measure: String, reason: String }
            en("{measure} is unknown: {reason}")
            ja("{measure} は不明である（理由：{reason}）。");
        MetricRemark { remark: String }
            en("metrics: {remark}")
            ja("メトリクスについて：{remark}");
        NotVaried { inputs: Vec<String> }
            en("not varied, because a tenth more or less is not a valid value: {}", inputs.join(", "))
            ja("1 割の増減が有効な値にならないため変化させていない入力：{}", joined(inputs));
    }
}

/// As text, in English.
impl Serialize for Note {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// In English.
impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said().en)
    }
}
