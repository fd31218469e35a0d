//! What changes are called, what may go wrong with them and how to undo them: in both languages, of the same facts.

use crate::model::said::words;

// The cap.
words! {
    raise_cap(name, cap) "raise max_vcpus of {name} to {cap}" "{name} の max_vcpus を {cap} に引き上げる";
    lower_cap(name, cap) "lower max_vcpus of {name} to {cap}" "{name} の max_vcpus を {cap} に引き下げる";
    set_back(key, name, value) "set {key} of {name} to {value} again" "{name} の {key} を {value} に戻す";
    ceiling_rises() "more instances may run at once: the ceiling of a month rises"
        "同時に稼働できるインスタンスが増え、1 か月の費用の上限が上がる";
    quota_not_asked() "the quota of vCPUs in the account has to allow it"
        "アカウントの vCPU のクォータが足りる必要がある";
    mark_budget() "budget" "予算内の最大";
    mark_knee() "knee" "効果の変わり目";
    mark_present() "present" "現在";
    mark_target() "target" "目標を守る最小";
    larger_burst() "a burst larger than any in the trace would wait longer than it does now"
        "記録にあるどれよりも大きい集中が起きると、現在より長く待つ";

    // Limits by the clock.
    raise_cap_in(name, cap, hours) "raise max_vcpus of {name} to {cap} {hours}"
        "{name} の max_vcpus を{hours} {cap} に引き上げる";
    lower_cap_but_in(name, cap, hours) "lower max_vcpus of {name} to {cap} but {hours}"
        "{name} の max_vcpus を{hours}以外は {cap} に引き下げる";
    ceiling_rises_in_these_hours()
        "more instances may run at once in these hours: the ceiling of a month rises"
        "この時間帯に同時に稼働できるインスタンスが増え、1 か月の費用の上限が上がる";
    quiet_hours_wait() "jobs submitted in quiet hours wait longer, and a burst larger than any in the trace by far"
        "空いた時間帯に投入されたジョブの待ち時間が延びる。記録にあるどれよりも大きい集中が起きると、大幅に延びる";
    keep_none(name) "keep no instances of {name} running" "{name} のインスタンスを常時稼働させない";
    keep_only_in(name, hours) "keep instances of {name} running {hours} only"
        "{name} のインスタンスを{hours}だけ稼働させておく";
    keep_vcpus_in(name, vcpus, hours) "keep {vcpus} vCPUs of {name} running {hours}"
        "{name} の {vcpus} vCPU を{hours}稼働させておく";
    all_the_time() "all the time" "常に";
    first_jobs_wait() "the first jobs after a quiet time wait for instances to be launched"
        "待機中のインスタンスがなくなるため、空いた時間の後の最初のジョブはインスタンスの起動を待つ";
    always_paid() "instances are paid for at all times, whether jobs come or not"
        "ジョブがなくても、常にインスタンスの料金がかかる";
    limit_by_clock(busy, hours, zone, quiet) "{busy} {hours} ({zone}), else {quiet}"
        "{hours}は {busy}、それ以外は {quiet}（{zone}）";
    paid_without_jobs() "instances are paid in these hours whether jobs come or not, holidays included"
        "この時間帯は、ジョブがなくても、祝日でも、インスタンスの料金がかかる";
    without_schedules(key, name, value) "remove the schedules and set {key} of {name} to {value} again"
        "スケジュールを削除し、{name} の {key} を {value} に戻す";

    // Instances.
    types_in(types, name) "{types} in {name}" "{name} のインスタンスタイプを {types} にする";
    other_sizes()
        "EC2 may have less capacity of other sizes; jobs share instances, or have them alone, otherwise than now"
        "EC2 では他のサイズの空き容量が少ないことがある。ジョブがインスタンスを共有するか占有するかも現在とは変わる";
    another_model() "software may have to be built anew" "ソフトウェアの再ビルドが必要なことがある";
    replace_type(other, gone, name) "{other} instead of {gone} in {name}" "{name} の {gone} を {other} に置き換える";
    another_size() "another size may share its instances otherwise"
        "別のサイズではインスタンスの共有の仕方が変わることがある";
    no_way_back(gone) "there is no way back to {gone}: EC2 launches none"
        "{gone} には戻せない。EC2 はもう起動しない";
    spot_for(name) "Spot for {name}" "{name} をスポットにする";
    on_demand_for(name) "On-Demand for {name}" "{name} をオンデマンドにする";
    on_demand() "EC2 (On-Demand)" "EC2（オンデマンド）";
    on_demand_without_bid() "EC2 (On-Demand), no bid_percentage" "EC2（オンデマンド）、bid_percentage なし";
    no_bid_but_on_demand() "no bid_percentage, up to the On-Demand price"
        "bid_percentage なし（最大でオンデマンドの単価まで）";
    taken_back() "EC2 takes Spot instances back at any time, and prices move"
        "EC2 はスポットインスタンスをいつでも中断でき、価格も変動する";
    on_demand_is_paid() "the On-Demand price is paid whatever Spot costs"
        "スポットの価格にかかわらず、オンデマンドの料金を支払う";
    spot_environment_with_bid(percent, name)
        "a compute environment with type SPOT and bid_percentage {percent} instead of {name}"
        "{name} の代わりに type が SPOT、bid_percentage が {percent} のコンピューティング環境を作る";
    no_bid(name) "no bid_percentage for {name}" "{name} の bid_percentage を外す";
    up_to_on_demand() "Spot prices move, and up to the On-Demand price is paid"
        "スポットの価格は変動し、最大でオンデマンドの料金を支払う";
    environment_of_type(kind, name) "a compute environment with type {kind} instead of {name}"
        "{name} の代わりに type が {kind} のコンピューティング環境を作る";
    more_pools(name) "more Spot pools for {name}" "{name} のスポットプールを増やす";
    larger_instance() "a larger instance may be launched for a small job"
        "小さなジョブのために大きなインスタンスが起動されることがある";
    strategy_for(strategy, name) "{strategy} for {name}" "{name} の割り当て戦略を {strategy} にする";
    exceeds_cap() "it may exceed max_vcpus by one instance" "インスタンス一台分、max_vcpus を超えることがある";
    environment_of_strategy(strategy) "a compute environment with {strategy} instead"
        "代わりに割り当て戦略が {strategy} のコンピューティング環境を作る";

    // What goes with a change.
    removes(title, gone) "{title}, removes {gone}" "{title}（{gone} を外す）";
    // Jobs.
    checkpoints(job, minutes) "checkpoints of {job} every {minutes} minutes"
        "{job} のチェックポイントを {minutes} 分ごとに保存する";
    minutes(minutes) "{minutes} min" "{minutes} 分";
    rate_is_given() "the rate is what the scenario says: at another rate another interval is best"
        "中断率はシナリオに記載した値である。中断率が違えば最適な間隔も違う";
    attempts(job, attempts) "{attempts} attempts of {job}" "{job} の試行回数を {attempts} 回にする";
    failures_are_paid()
        "a job that fails by itself on every attempt is paid for as often; make it stop on its own errors"
        "自身の原因で毎回失敗するジョブにも、試行の回数だけ料金がかかる。ジョブ自身のエラーでは再試行しないようにする";

    // File systems.
    throughput(tier, name) "{tier} MB/s per TiB for {name}" "{name} のスループットを TiB あたり {tier} MB/s にする";
    file_system(kind, name) "{kind} for {name}" "{name} を {kind} にする";
    kind_at(kind, tier) "{kind} at {tier} MB/s per TiB" "{kind}（TiB あたり {tier} MB/s）";
    mbps_per_tib(tier) "{tier} MB/s per TiB" "TiB あたり {tier} MB/s";
    hours_less(hours) "{hours} h a month less" "月に {hours} 時間短縮";
    changed_in_place()
        "AWS changes the throughput of a file system in place while it is unavailable for some minutes"
        "AWS はファイルシステムのスループットをその場で変更するが、その間、数分は利用できない";
    throughput_again(name, tier) "set throughput_mbps_per_tib of {name} to {tier} MB/s per TiB again"
        "{name} の throughput_mbps_per_tib を TiB あたり {tier} MB/s に戻す";
    advice(change) "advice: {change}" "助言：{change}";
    another_file_system(lost) "it is another file system, and its data has to be moved by you: {lost}"
        "別のファイルシステムになるため、データは利用者が移す必要がある。{lost}";
    scratch()
        "scratch keeps no copies: when a file server fails, the files on it are lost, and there are no backups"
        "スクラッチはデータを複製しない。ファイルサーバーが故障するとその上のファイルは失われ、バックアップもない";
    both_exist() "both exist while data is copied" "データをコピーする間は両方が存在する";
    copied_back(name) "a file system as {name} was, and its data copied back"
        "元の {name} と同じファイルシステムを作り、データをコピーして戻す";
    only_while_jobs_run(name) "have {name} only while jobs run" "{name} をジョブの実行中だけ作成しておく";
    deleted_with_data(lost) "deleting a file system deletes its data: {lost}; no patch ever does it"
        "ファイルシステムを削除するとデータも消える。{lost}。パッチが削除することはない";
    not_exported() "results that were not exported to S3 are lost with it" "S3 にエクスポートしていない結果は失われる";
    all_is_lost()
        "everything in it is lost: the scenario links no S3 bucket from which it could be loaded"
        "シナリオには読み込み元となる S3 バケットの指定がないため、すべて失われる";
    loaded_again()
        "create the file system again and load its data; what was not kept elsewhere does not come back"
        "ファイルシステムを作り直してデータを読み込む。ほかに保存していないものは戻らない";

    // Commitments.
    buy(amount, offer) "buy {amount} ({offer})" "{amount} を購入する（{offer}）";
    offered(amount, offer) "{amount} ({offer})" "{amount}（{offer}）";
    dollars_an_hour(dollars) "{dollars} an hour" "毎時 {dollars}";
    offer(kind, terms) "{kind}, {terms}" "{kind}、{terms}";
    own_rates(kind) "{kind}, at the scenario's own rates" "{kind}、シナリオに記載した単価";
    paid_unused(dollars)
        "it is paid whether it is used or not: {dollars} a month where nothing runs; other suggestions change how much runs, so decide it last"
        "使っても使わなくても支払う。何も稼働しなくても月 {dollars} かかる。ほかの変更で稼働時間が変わるため、最後に判断する";
    binds_for(term) "none: it binds for {term}" "元に戻せない。契約期間は {term} である";
    binds_for_its_term() "none: it binds for its term" "元に戻せない。契約期間の終わりまで続く";

    // What to do where nothing can be measured.
    more_days_of_jobs() "give a record of more days, or `--trace-hours` where these jobs are all of a longer time"
        "もっと長い期間のジョブの記録を指定するか、これが長い期間のすべてのジョブなら `--trace-hours` を指定する";
    longer_trace_hours() "give at least as many hours with `--trace-hours`" "`--trace-hours` にはそれ以上の時間を指定する";
    correct_time_zone() "correct `timezone` of [[schedule]] or of the arrivals" "[[schedule]] または到着の `timezone` を直す";
    another_source_of_charges() "give charges of the period with `--actual`, or correct [scope]"
        "`--actual` に期間内の請求データを指定するか、[scope] を直す";
    correct_scenario() "the README shows a scenario that can be simulated" "シミュレーションできるシナリオの例は README にある";

    // Parts of sentences.
    zone_assumed(zone) "{zone}, because the scenario names no time zone" "{zone}、シナリオにタイムゾーンの指定がないため";
    per_useful_gpu_hour(usd) "{usd} per useful GPU-hour" "有効な GPU 1 時間あたり {usd}";
    per_useful_vcpu_hour(usd) "{usd} per useful vCPU-hour" "有効な vCPU 1 時間あたり {usd}";
    unknown() "unknown" "不明";
    endless(count, runs, name, hours) "{count} of {runs} runs of {name} (up to {hours} h)"
        "{name} の実行 {runs} 件中 {count} 件（最長 {hours} 時間）";
    endless_without_checkpoints(count, runs, name, hours)
        "{count} of {runs} runs of {name} (up to {hours} h without checkpoints)"
        "{name} の実行 {runs} 件中 {count} 件（最長 {hours} 時間、チェックポイントなし）";
    jobs_without_definition() "jobs without a definition" "ジョブ定義のないジョブ";
    zones_unknown() "in how many zones is not known without a Spot price history"
        "スポット価格の履歴がないため、アベイラビリティーゾーンの数は不明";
    pools(then, now, record) "{then} Spot pools instead of {now} in {record}"
        "{record} にあるスポットプールは {now} から {then} に増える";
    no_bucket() "the scenario links no S3 bucket to it" "シナリオに S3 バケットの指定がない";
    no_read_requests()
        "S3 bills a request for each object, and data_repository has no read_requests; from a bucket in the same region the transfer itself is free"
        "S3 はオブジェクトごとにリクエスト料金がかかるが、data_repository に read_requests の指定がない。同じリージョンのバケットからの転送自体は無料";
    line_without_price() "a line of the estimate has no price" "見積項目に単価が不明なものがある";
    one_run() "one run, in which nothing is drawn" "乱数を使わない 1 回の実行";
    several_runs(runs) "{runs} runs under the same seeds before and after" "変更の前後で同じ乱数シードの {runs} 回の実行";
    both(one, other) "{one} and {other}" "{one} と {other}";
    is_retired() "is retired" "提供が終了しており";
    is_not_offered() "is not offered in this region" "このリージョンで提供されておらず";
    none_such() "none" "なし";
    job(id) "job `{id}`" "ジョブ `{id}`";
    one_node() "1 node" "1 ノード";
    several_nodes(nodes) "{nodes} nodes" "{nodes} ノード";
    one_year() "1 year" "1 年";
    years(years) "{years} years" "{years} 年";

    // Quotas.
    quota_of_some_unknown(vcpus)
        "which quota counts some of these types is not known: up to {vcpus} of their vCPUs may run at once"
        "これらのタイプの一部がどのクォータに数えられるかは不明である。同時に最大 {vcpus} vCPU が稼働しうる";
    quota_unknown(quota, code, vcpus)
        "the quota \"{quota}\" ({code}) is not known, Service Quotas has no value of it; the compute environments of the scenario that share it may run {vcpus} vCPUs"
        "クォータ「{quota}」（{code}）の値は Service Quotas になく、不明である。これを共有するシナリオのコンピューティング環境では {vcpus} vCPU が稼働しうる";
    quota_too_low(quota, code, allowed, vcpus, more)
        "the quota \"{quota}\" ({code}) is {allowed} vCPUs, the compute environments of the scenario that share it may run {vcpus}: ask for {more} more first"
        "クォータ「{quota}」（{code}）は {allowed} vCPU だが、これを共有するシナリオのコンピューティング環境では {vcpus} vCPU が稼働しうる。先に {more} vCPU の引き上げを申請する";
}

/// So many nodes.
pub(super) fn nodes(nodes: u32) -> crate::report::Said {
    if nodes == 1 { one_node() } else { several_nodes(nodes) }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// What stands in texts of every language: AWS's names, keys of a scenario and units.
    const NAMES: &[&str] = &[
        "max_vcpus",
        "min_vcpus",
        "throughput_mbps_per_tib",
        "lustre_mbps",
        "bid_percentage",
        "capacity_errors",
        "relative_speed",
        "interruptions_per_instance_hour",
        "interval_minutes",
        "write_minutes",
        "restart_minutes",
        "checkpoint",
        "data_repository",
        "read_requests",
        "purchase_option",
        "savings_plan",
        "reserved",
        "price",
        "schedule",
        "hours",
        "type",
        "SPOT",
        "BEST_FIT",
        "EFA",
        "GiB",
        "vCPU",
        "vCPUs",
        "EC2",
        "GPU",
        "S3",
        "AWS",
        "Service",
        "Quotas",
        "Lustre",
        "MB",
        "s",
        "TiB",
        "MiB",
        "On",
        "Demand",
        "Spot",
        "Savings",
        "Plan",
        "p50",
        "p95",
        "horizon",
        "months",
        "actual",
        "prices",
        "live",
        "trace",
        "timezone",
        "scope",
        "README",
    ];

    /// Words and figures of a text that are not parts of it.
    fn latin(text: &str) -> Vec<String> {
        let outside = |c: char| !c.is_ascii_alphanumeric() && c != '_';
        text.split(outside).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    }

    #[test]
    fn both_languages_say_the_same_facts() {
        same_facts(every());
    }

    /// Every part is in both languages, and no word of the one is left in the other.
    pub(crate) fn same_facts(every: Vec<(crate::model::said::Said, Vec<&'static str>)>) {
        assert!(every.len() > 5, "{} texts", every.len());
        for (said, parts) in every {
            for part in &parts {
                assert!(said.en.contains(part) && said.ja.contains(part), "{part}: {said:?}");
            }
            let strip = |text: &str| parts.iter().fold(text.to_owned(), |text, part| text.replace(part, ""));
            let (en, ja) = (latin(&strip(&said.en)), latin(&strip(&said.ja)));
            let is_part_alone = parts.contains(&said.en.as_str());
            assert!(is_part_alone || !said.ja.is_ascii(), "{said:?} has words in Japanese");
            for word in ja.iter().filter(|word| !word.chars().all(|c| c.is_ascii_digit())) {
                assert!(NAMES.contains(&word.as_str()), "`{word}` is left in English: {}", said.ja);
            }
            // Keys and services that the English names are in the Japanese, too.
            for name in ["max_vcpus", "throughput_mbps_per_tib", "S3", "GPU", "Quotas"] {
                let has = |words: &[String]| words.iter().any(|word| word == name);
                assert_eq!(has(&en), has(&ja), "{name}: {said:?}");
            }
        }
    }
}
