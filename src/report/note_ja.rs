//! Every caveat in Japanese, beside the one in English.
//!
//! Reasons and details that come from AWS or from elsewhere in the program are quoted as they are.

use super::note_words::{minutes, short};
use super::{Lang, Note, Said};
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;

impl Note {
    /// In both languages.
    #[must_use]
    pub fn said(&self) -> Said {
        Said::new(self.to_string(), self.ja())
    }

    /// In Japanese: one arm for each, so that a note without one does not compile.
    fn ja(&self) -> String {
        let joined = |names: &[String]| names.join("、");
        match self {
            // Scenarios and prices.
            Note::MonthFromClock { month } => format!("シナリオに月の指定がないため、実行した月 {month}（UTC）とした"),
            Note::MonthOverridden { month } => format!("月 {month} はシナリオではなく --month の指定による"),
            Note::RegionOverridden { region } => format!("リージョン {region} はシナリオではなく --region の指定による"),
            Note::BundledPrices { as_of } => format!("価格はこのプログラムに内蔵の表（EC2 は {as_of} 時点）によるもので、現在の価格ではない"),
            Note::ScenarioPrices { usage_types } => format!("次の価格はシナリオ自身の指定による：{}", joined(usage_types)),
            Note::PriceUnused { usage_type, region, here } => match here[..] {
                [] => format!("シナリオが指定した {usage_type} の価格を使う項目はない"),
                _ => format!("シナリオが指定した {usage_type} の価格を使う項目はない。{region} の使用量タイプは {} である", here.join(" または ")),
            },
            Note::Unverified { figures } => format!("Price List から直接読んでいない、未検証の値：{}", figures.join("; ")),
            Note::Unpriced { lines, reason } => format!("{} は単価が不明のため費用を計算できない（理由：{}）", joined(lines), reason.ja),
            Note::Of { scenario, note } => format!("{scenario}：{}", note.said().ja),
            Note::NothingToPrice => "シナリオには費用のかかるものがない".into(),
            Note::WorkloadUnused => "[workload] は見積もりに影響しない。見積もりは宣言された時間に価格を掛ける".into(),
            Note::BidBelowSpot { name, instance_type, price, bid } => format!("{name}：{instance_type} のスポット価格の期待値 {} は入札額 {} を上回る。その間 EC2 はインスタンスを起動しない", price.price(6), bid.price(6)),
            Note::BidUnknown { name, instance_type } => format!("{name}：{instance_type} が起動するかどうかは不明である。スポット価格か、入札額の基準となるオンデマンド価格がわからないためで、起動するものとして扱う"),
            Note::TypeNotInEnvironment { name, environment, instance_type } => format!("{name}：{environment} は {instance_type} を起動しない"),
            Note::FleetAboveCap { name, vcpus, environment, max_vcpus } => format!("{name}：同時に動かすと {} vCPU になるが、{environment} の上限は max_vcpus = {max_vcpus} である", short(*vcpus, 0)),
            Note::EnvironmentBuysOther { name, environment, buys } => format!("{name}：{environment} が購入するのは {buys} のみで、グループの spot_share と合わない"),
            Note::NoLaunches { name } => format!("{name}：launches の指定がないため、起動とアイドルの時間は費用に含まれない"),
            Note::JobDoesNotFit { name, job, instance_type } => format!("{name}：`{job}` は {instance_type} に収まらない（vCPU、使用可能なメモリ、GPU のいずれか）"),
            Note::TimeoutBelowRun { job, run_hours, timeout_minutes } => format!("`{job}`：{} 時間の実行は {} 分のタイムアウトで終了し、タイムアウトは再試行されない", short(*run_hours, 2), short(*timeout_minutes, 2)),
            Note::HoursBeyondPeriod { name, instance_type, hours, period_hours } => format!("{name}：割り込みを含めると {instance_type} は 1 台あたり {} 時間必要だが、期間は {} 時間しかない。作業は終わらない", short(*hours, 1), short(*period_hours, 1)),
            Note::SpotWithoutHistory { usage_types } => format!("次の項目にはスポットの履歴を使っていない：{}。下限と期待値は平均、上限は最高価格（オンデマンド、または入札額）である", joined(usage_types)),
            Note::SpotStarved { instance_type, region } => format!("{region} の {instance_type} スポットは枯渇している。平均がオンデマンド価格と（小数 4 桁まで）等しく、節約にならない"),
            Note::SpotUnbounded { instance_type, region } => format!("{region} には {instance_type} のオンデマンド価格がなく、スポット価格の上限は不明である"),
            Note::Retired { instance_type, replacements } => format!("{instance_type} は提供を終了している。価格は残っているが EC2 の一覧になく、起動できない（{}）", match replacements[..] {
                [] => "このリージョンに代わりになるタイプは表にない".to_owned(),
                _ => format!("GPU、メモリ、vCPU が同等以上のタイプ：{}。速度は異なる", joined(replacements)),
            }),
            Note::InterruptionsNotModelled { name } => format!("{name}：スポットの割り込みは考慮していない。失われる作業を数えるには interruptions_per_instance_hour を指定する"),
            Note::InterruptionsWithoutJob { name } => format!("{name}：割り込み率は効果がない。checkpoint または run_hours のあるジョブ定義を job_definition に指定する"),
            Note::Interruptions { name, factor } => format!("{name}：割り込みにより、有効な 1 時間あたり {} 時間が課金される（チェックポイントの書き込みを含む）", short(*factor, 3)),
            Note::CheckpointInterval { job, hours, factor, best_hours, best_factor } => format!("`{job}`：スポットではチェックポイントの間隔 {} 分が最も安い（有効な 1 時間あたり {} 時間）。現在は {} 分（{} 時間）", minutes(*best_hours), short(*best_factor, 3), minutes(*hours), short(*factor, 3)),
            Note::NeverFinishes { name, job } => format!("{name}：スポットでは `{job}` は事実上終わらない（有効な 1 時間あたり 10 時間超が課金される）。チェックポイントを増やすか、オンデマンドで実行する"),
            Note::FewAttempts { job, interruptions, attempts } => format!("`{job}` の 1 回の実行は平均 {} 回割り込まれるが、試行の上限は {attempts} 回である。多くの実行が失敗し、見積もりはそれを数えない", short(*interruptions, 2)),
            Note::RunsMayShare { name, slots, instance_type } => format!("{name}：{instance_type} 1 台に {slots} 件の実行が収まる。下限のケースでは共有し、期待値と上限では 1 件ずつとする"),
            Note::DelaysUnknown { name } => format!("{name}：boot_minutes と idle_minutes の指定がないため起動の費用は含まれないが、AWS はどちらも課金する"),
            Note::CapacityBlockUnused { name, unused_hours, paid_hours } => format!("{name}：Capacity Block の {} インスタンス時間のうち {} 時間は支払われるが使われない", short(*paid_hours, 2), short(*unused_hours, 2)),
            Note::CommitmentCases => "コミットメントはオンデマンドの利用に 1 時間ごとに充当する。期待値はグループ内のインスタンスを同時に、グループを順に動かす場合、下限と上限はそれと、常に均等な場合、すべて同時の場合のうち最も安いものと高いものである。未使用分は下限のケースのほうが高いことがある".into(),
            Note::CommitmentUnused { name } => format!("コミットメント {name} はこのシナリオの何にも充当されない"),
            Note::LustreRounded { name, asked_gib, size_gib } => format!("{name}：{} GiB は、AWS が提供する次のサイズ {} GiB に切り上げた", short(*asked_gib, 2), short(*size_gib, 2)),
            Note::DataRepositorySameRegion { name } => format!("{name}：FSx と同じリージョンの S3 バケットの間のデータ転送は無料で、リクエストは有料である"),
            Note::NewRegion { region, alike } => {
                let alike = alike.join("、");
                format!("このプログラムは {region} というリージョンを知らない（知っているもの：{alike}）。live の単価を使わないかぎり、このリージョンの単価はない")
            }
            Note::ElasticThroughput { name } => format!("{name}：Elastic Throughput で読み書きしたデータ量に対する料金は計上していない"),
            Note::FreeTransfer { name } => format!("{name}：アカウント全体で毎月無料の 100 GB は差し引いていない"),
            Note::TypeAboveCap { environment, instance_type, max_vcpus } => format!("{environment} は {instance_type} を起動しない。1 台で max_vcpus = {max_vcpus} を超える"),
            Note::CapIsZero { environment } => format!("{environment} の max_vcpus が 0 になる時間があり、その間は何も開始できない"),
            Note::OneAttemptOnSpot { job } => format!("`{job}` の試行は 1 回のみで、スポットの割り込みで終了する"),
            Note::ScheduleInUtc { environment, cron } => format!("{environment} のスケジュール \"{cron}\" は timezone の指定がなく UTC で動く（22:00 は東京の 07:00）"),
            Note::FrameUnknown { environment, what, missing } => format!("{environment} の {what} は不明である。次の価格がない：{}", joined(missing)),
            Note::FloorUnreached { environment, min_vcpus, reached } => format!("{environment}：min_vcpus = {min_vcpus} 以上で max_vcpus 以下になる組み合わせがなく、BEST_FIT は上限を超えないため、下限は {reached} vCPU である"),
            Note::NoTimeout { job } => format!("`{job}` には timeout_minutes がなく、1 件のジョブの最大の費用に限りがない"),
            Note::BudgetWarning { expected, limit } => format!("期待値 {} は warn_usd = {} を超える", expected.cents(), limit.cents()),
            Note::BudgetExceeded { expected, limit } => format!("期待値 {} は fail_usd = {} を超える", expected.cents(), limit.cents()),
            Note::BudgetUnknown { limit } => format!("価格のない項目があるため、予算 {} に収まるかは不明である", limit.cents()),
            Note::Tax { name, percent, amount, at_least } => format!("{name} {} % は {}{} になる。合計には含めない", short(*percent, 2), amount.cents(), if *at_least { " 以上" } else { "" }),
            Note::PriceRemark { remark } => format!("価格について：{remark}"),
            Note::NeverOnDemand { families } => format!("{} のオンデマンド単価はどのリージョンの一覧にもなく、Capacity Block または UltraServer として販売されている。`hpc-cost prices capacity-blocks` がブロックの価格を示す", joined(families)),
            Note::NotOffered { types, region } => format!("EC2 は {region} で {} を提供していない。価格が一覧にあっても起動できるとは限らない", joined(types)),
            Note::OnDemandLive { as_of } => format!("オンデマンド価格は {as_of} に読んだ AWS Price List による"),
            Note::NotVaried { inputs } => format!("1 割の増減が有効な値にならないため変化させていない：{}", joined(inputs)),

            // Charges.
            Note::NoTrackRecord { scenario } => {
                format!("実績の記録には、この期間より前に締まった `{scenario}` の月がない")
            }
            Note::NotCalibrated { services } => {
                format!("見積もりのある締まった月が足りず、補正していない：{}", joined(services))
            }
            Note::NeverEstimated { services } => {
                format!("過去の月に請求されたが見積もりになく、どの合計にも含まれない：{}", joined(services))
            }
            Note::PartialPeriod { until, open_days } => format!(
                "期間は終わっていない。双方を {until} まで比較し、{open_days} 日が未確定である。見積もりは日数（またはスケジュールの vCPU）の割合による"
            ),
            Note::TooFewDays { days, least } => {
                format!("確定した日が {days} 日では少なく、月末は予測しない。{least} 日必要である")
            }
            Note::ChargedOverBudget { actual, limit, key } => {
                format!("請求額 {} は {key} = {} を超えている", actual.cents(), limit.cents())
            }
            Note::MonthEndOverBudget { expected, limit, key } => {
                format!("月末の予測 {} は {key} = {} を超える", expected.cents(), limit.cents())
            }
            Note::JobsOfScenario { jobs } => format!(
                "ジョブあたりの $ は、実際の件数ではなく、比較期間についてシナリオが宣言した {} 件による",
                short(*jobs, 2)
            ),
            Note::SourceStops { days } => format!(
                "請求データには期間の最後の {days} 日間の利用がない。データがそこで終わっているなら、その分は節約ではない（月全体の行は初日に置かれる）"
            ),
            Note::SourceStopsAt { until, days } => format!(
                "請求データには期間の最後の {days} 日間の利用がない。欠けている分は節約ではないため、双方を {until} まで比較した"
            ),
            Note::UseStopped { last, days, planned } => format!(
                "最後の利用は {last} である。終わった期間なので全体を比較し、その後の {days} 日間に見積もられた {} も含む。請求データがそこで終わっているだけなら、その分は節約ではない（月全体の行は初日に置かれる）",
                planned.in_words(Lang::Ja)
            ),
            Note::DiscountsApart { basis, discounts } => format!(
                "見積もりにはシナリオの [discount] が含まれるが、--basis {basis} は割引前の額である。請求データの割引 {} は除外分に別に示した。--basis net-amortized では単価に含まれる",
                discounts.cents()
            ),
            Note::CoveredAtListPrice { negation, fees } => format!(
                "--basis unblended では、Savings Plans が適用された時間はオンデマンド単価になる。それを打ち消す {} と料金 {} は除外分に別に示した。--basis amortized では、時間は Savings Plans の費用による",
                negation.cents(),
                fees.cents()
            ),
            Note::ChargedWithoutQuantity { usage_types } => {
                format!("数量のない請求のため、時間あたりの単価に含めない：{}", joined(usage_types))
            }
            Note::CalibratedTotal { low, expected, high } => format!(
                "補正後の合計は {}（{}～{}）。各項目は見積もりのままである",
                expected.cents(),
                low.cents(),
                high.map_or_else(|| "不明".to_owned(), Usd::cents)
            ),
            Note::PricesOfAnotherTime { prices, month } => {
                let prices = match prices.split_once(" as of ") {
                    Some((source, date)) => format!("{source}（{date} 時点）"),
                    None => prices.clone(),
                };
                format!(
                    "見積もりの価格は {prices} で、期間中に有効だったものではない。`hpc-cost prices fetch --month {month}` で取得できる"
                )
            }
            Note::LateCharges { end } => {
                format!("{end} までの請求はまだ変わる。利用は最大 1 日、クレジットと返金はさらに遅れて届く")
            }
            Note::EstimatedDays { days } => format!("AWS は次の日の請求を未確定としている：{}", joined(days)),
            Note::NoCharges { period } => {
                format!("請求データに {period} の行がない。$0 ではなく、データが空である")
            }
            Note::ComparedWithoutPrice { usage_types } => {
                format!("見積もりに価格がない項目：{}。その請求は差異の内訳に別に示した", joined(usage_types))
            }
            Note::NoUsageType => {
                "使用量タイプ（x_UsageType または SkuMeter）のない請求があり、見積もりの項目と結び付かない"
                    .into()
            }

            // Track records, Spot prices, simulations and metrics.
            Note::TrackRecord { months, mean, worst, worst_month, basis } => format!(
                "過去 {months} か月：平均誤差 {} %、最大 {}{} %（{worst_month}）。請求額（{basis}）と見積額の比較",
                short(*mean * Decimal::ONE_HUNDRED, 1),
                if *worst > Decimal::ZERO { "+" } else { "" },
                short(*worst * Decimal::ONE_HUNDRED, 1)
            ),
            Note::TraceLeftOut { reasons } => format!("ジョブの記録から除いたもの：{}", joined(reasons)),
            Note::TraceSorted { jobs } => format!("記録の {jobs} 件のジョブは後のものより後ろにあり、投入順に並べ替えた"),
            Note::TraceWithoutMemory { jobs } => format!("記録の {jobs} 件のジョブは必要なメモリが不明で、常に収まるものとした"),
            Note::JobsWithoutDefinition { jobs, all, definitions, offered } => format!(
                "記録の{}に job_definition がないため、{} の attempts、timeout_minutes、checkpoint、lustre_mbps は適用されない。{}",
                if jobs == all { "ジョブ".to_owned() } else { format!(" {all} 件のうち {jobs} 件のジョブ") },
                joined(definitions),
                match offered {
                    Some(name) => format!("`[workload] job_definition = \"{name}\"` ですべてに適用できる。ジョブごとには job_definition 列で指定する"),
                    None => "ジョブごとには job_definition 列で、すべて同じなら `[workload] job_definition` で指定する".to_owned(),
                }
            ),
            Note::EarlierAttempts { jobs, attempts, vcpu_hours } => format!(
                "記録の {jobs} 件のジョブには最後の試行より前に {attempts} 回の試行（{} vCPU 時間）があるが、シミュレーションには含まない。ここで試行を終わらせるのは乱数による割り込みである",
                short(*vcpu_hours, 2)
            ),
            Note::TraceUnread { path, reason } => format!("ジョブの記録 {path} は確認していない：{reason}"),
            Note::AssumedDelay { environments, key, seconds } => format!("{} に {key} がないため {seconds} 秒と仮定した。AWS は公表していない", joined(environments)),
            Note::NeverInterrupted { environments } => format!("{}：interruptions_per_instance_hour のないスポットは、ここでは割り込まれない", joined(environments)),
            Note::LaunchSizeOpen { environments, smallest, largest } => format!("{}：複数のサイズのどれを起動するか AWS は公表していない。最小を優先すると {}（表示の値）、最大を優先すると {} になる。launch_size で決まる", joined(environments), smallest.in_words(Lang::Ja), largest.in_words(Lang::Ja)),
            Note::SpotPoolOpen { environments, cheapest, dearest } => format!("{}：同じサイズの複数のスポットプールのどれに余裕があるか AWS は公表していない。最安を優先すると {}（表示の値）、最高を優先すると {} になる。capacity_errors で決まる", joined(environments), cheapest.in_words(Lang::Ja), dearest.in_words(Lang::Ja)),
            Note::InterruptionsOfGroups { environment, rate, groups, is_mean } => format!("{environment}：interruptions_per_instance_hour はここでは {}（[[compute]] の{}：{}）", decimal::plain(*rate), if *is_mean { "値のスポット時間による加重平均" } else { "値" }, joined(groups)),
            Note::InterruptionsDiffer { environment, rate, groups } => format!("{environment}：interruptions_per_instance_hour はここでは環境自身の {} で、[[compute]] の値はこれと異なる：{}", decimal::plain(*rate), joined(groups)),
            Note::InterruptionsOpen { environment, groups } => format!("{environment}：[[compute]] の interruptions_per_instance_hour が互いに異なり、平均に必要なスポット時間もない：{}。コンピューティング環境に値を指定する", joined(groups)),
            Note::FairShareAssumed { queues } => format!("{} の公平分配：シェアの使用量は share_decay_seconds 以内の vCPU 秒 × 重みとし、それより古いものは数えない。ジョブの実行時間がそれと同程度なら重みの効果は小さい。AWS は計算式を公表していない", joined(queues)),
            Note::JobsWithoutShare { jobs } => format!("{jobs} 件のジョブにシェア識別子がない。スケジューリングポリシーのあるキューでは AWS が必須とするもので、ここでは重み 1 の一つのシェアとした"),
            Note::SharesWithoutPolicy { jobs } => format!("記録の {jobs} 件のジョブにシェアかスケジューリング優先度があるが、そのキューに scheduling_policy がないため、待ち時間は先入れ先出しによる"),
            Note::DrawnJobs { kinds } => format!("ジョブは記録ではなく乱数によるもので、シードが変われば変わる：{}", kinds.join("; ")),
            Note::SpotAtItsTime { record, shares } => format!(
                "スポットはインスタンスが動いた時間の価格（記録 {record}）による。記録にある割合：{}。残りは一覧の価格による",
                shares.iter().map(|(name, percent)| format!("{name} {} %", short(*percent, 1))).collect::<Vec<_>>().join("、")
            ),
            Note::LustreDemandUnknown { instances, each_mbps, mbps } => format!("ジョブが Lustre ファイルシステムに求める速度は不明である。最大 {instances} 台のとき 1 台あたり {} MB/s（全体 {} MB/s）になる。[[batch.job_definition]] に lustre_mbps を指定する", short(*each_mbps, 1), short(*mbps, 1)),
            Note::SweptUnderSchedule { environment, limit } => format!("[[schedule]] が {environment} の {limit} を設定するため、その後は走査した値が効かず、行が同じになることがある。スケジュールなしで走査する"),
            Note::MoreVcpusLongerWaits => "vCPU を増やすと待ち時間が延びるジョブもありうる。ジョブやタイプが異なれば配置が変わり、起動に時間がかかれば残っているインスタンスも変わる".into(),
            Note::SimulatedWithoutCommitments => "シミュレーションの時間には [[commitment]] を充当していない。オンデマンドはその価格による".into(),
            Note::HistoryTooShort { days } => format!("履歴が {days} 日に満たないプールは予測しない"),
            Note::ForecastMethod { interval, lead_days } => format!("予測は直近の価格である。区間の根拠は {}で、直近 1 週間にタイプ全体が動いた方向と、月が始まるまでの {} 日分だけ広げた。上限はオンデマンド価格、不明な場合は記録にあるそのタイプの最高価格である", interval.ja, short(*lead_days, 0)),
            Note::SpotAboveOnDemand { types } => format!("{types}：直近のスポット価格がオンデマンド価格を上回っている。スポットは現在オンデマンド価格を超えないため、予測はオンデマンド価格から始める"),
            Note::OnDemandAsOf { as_of, end } => format!("オンデマンド価格は {as_of} の内蔵の表、記録は {end} までである"),
            Note::SpotForecast { usage_type, detail } => format!("{usage_type} の予測：{detail}"),
            Note::PlacementScores { instances } => format!("プレイスメントスコア（1～10）は、これらのタイプの {instances} 台のスポットリクエストが一つのゾーンで成功する見込みを示す。3 タイプ未満のリクエストは低く評価される"),
            Note::OnDemandUnknown => "--region がないためオンデマンド価格も、それを超えた時間の割合も不明である".into(),
            Note::MetricUnknown { measure, reason } => format!("{measure} は不明である（理由：{reason}）"),
            Note::MetricRemark { remark } => format!("メトリクスについて：{remark}"),
        }
    }
}
