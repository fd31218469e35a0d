//! What AWS and this program refuse in a scenario, and what would be valid.

use crate::model::said::words;

words! {
    // What is named.
    compute_environment() "compute environment" "コンピューティング環境";
    job_queue() "job queue" "ジョブキュー";
    job_definition() "job definition" "ジョブ定義";
    scheduling_policy() "scheduling policy" "スケジューリングポリシー";
    consumable_resource() "consumable resource" "消費型リソース";
    instance_type_of_this_compute() "instance type of this compute environment" "このコンピューティング環境のインスタンスタイプ";

    // The whole file.
    both_month_and_period() "both `month` and `period`" "`month` と `period` の両方が指定されている";
    keep_one_of_them() "keep one of them" "どちらか一方だけにする";
    the_period_is_longer_than() "the period is longer than 5 years" "期間が 5 年を超えている";
    an_estimate_at_one_day() "an estimate at one day's prices says nothing about that"
        "ある 1 日の単価による見積もりは、それほど長い期間には意味がない";
    the_period_ends_before_it() "the period ends before it starts" "期間の終わりが始まりより前である";
    end_is_the_first_day() "`end` is the first day after the period" "`end` は期間の翌日である";
    the_name_is_empty() "the name is empty" "名前が空である";
    give_it_a_name_that() "give it a name that is unique among its kind" "同じ種類の中で重複しない名前を付ける";
    duplicate_name(name) "duplicate name `{name}`" "名前 `{name}` が重複している";
    names_are_unique_among_their() "names are unique among their kind" "名前は同じ種類の中で重複できない";
    the_file_has_no(what) "the file has no {what}" "ファイルに{what}がない";
    valid(alternatives) "valid: {alternatives}" "有効な値：{alternatives}";
    unknown(what, name) "unknown {what} `{name}`" "不明な{what} `{name}`";
    a_file_system_with_elastic() "a file system with Elastic Throughput has no provisioned throughput"
        "エラスティックスループットのファイルシステムにはプロビジョンドスループットがない";
    leave_one_of_the_two() "leave one of the two keys out" "2 つのキーのどちらかを削除する";
    more_hours_than_the_period(has) "more hours than the period has ({has})" "期間の時間数（{has}）を超えている";
    leave_the_key_out_for() "leave the key out for all of them" "全期間の場合はこのキーを削除する";
    cross_region_needs_to_region() "cross_region needs `to_region`" "cross_region には `to_region` が必要である";
    the_region_the_data_goes() "the region the data goes to" "転送先のリージョンを指定する";
    the_data_stays_in_its() "the data stays in its region" "データが同じリージョンにとどまる";
    another_region_or_kind_cross_az() "another region, or kind = \"cross_az\""
        "別のリージョンにするか、kind = \"cross_az\" にする";
    only_cross_region_has_a_target() "only cross_region has a target region"
        "転送先のリージョンを指定できるのは cross_region だけである";
    leave_the_key_out() "leave the key out" "このキーを削除する";
    warn_usd_is_above_fail_usd() "`warn_usd` is above `fail_usd`" "`warn_usd` が `fail_usd` を上回っている";
    warn_before_you_fail() "warn before you fail" "警告の金額は失敗の金額以下にする";
    the_rate_of_a_commitment() "the rate of a commitment is fixed when it is bought" "コミットメントの単価は購入時に固定される";
    give_usd_alone_without_usd_low() "give `usd` alone, without `usd_low` and `usd_high`"
        "`usd_low` と `usd_high` を付けず、`usd` だけを指定する";
    a_second_price_for(usage_type) "a second price for `{usage_type}`" "`{usage_type}` の単価が 2 つある";
    unknown_unit(unit) "unknown unit `{unit}`" "不明な単位 `{unit}`";
    valid_hours_gb_months_gb() "valid: Hours, GB-Months, GB, IOPS-Months, MiBps-Months, Requests and the Price List's short forms"
        "有効な値：Hours、GB-Months、GB、IOPS-Months、MiBps-Months、Requests、および AWS Price List の略記";
    unit_does_not_fit(unit, usage_type) "unit `{unit}` does not fit `{usage_type}`"
        "単位 `{unit}` は `{usage_type}` に合わない";
    is_priced_per_hour(usage_type) "`{usage_type}` is priced per Hour" "`{usage_type}` の単価は 1 時間（Hour）当たりである";
    usd_low_usd_and_usd_high_are() "`usd_low`, `usd` and `usd_high` are not in rising order"
        "`usd_low`、`usd`、`usd_high` が小さい順になっていない";
    usd_low_usd_usd_high() "usd_low ≤ usd ≤ usd_high" "usd_low ≤ usd ≤ usd_high となるようにする";
    unknown_instance_type(name) "unknown instance type `{name}`" "不明なインスタンスタイプ `{name}`";

    types_are_listed()
        "`hpc-cost prices show --region REGION` lists instance types with their prices; [[instance_type]] declares one that is new"
        "インスタンスタイプと単価は `hpc-cost prices show --region REGION` で一覧できる。新しいタイプは [[instance_type]] で定義する";
    // Instance types that a file declares.
    is_known_otherwise(name, known) "`{name}` is known otherwise: {known}" "`{name}` は別の値で登録済みである：{known}";
    leave_the_table_out_or() "leave the table out, or correct it: [[instance_type]] is for types that this program does not know"
        "このテーブルを削除するか修正する。[[instance_type]] は本ツールが知らないタイプのためにある";
    is_no_name_of_an(name) "`{name}` is no name of an instance type" "`{name}` はインスタンスタイプの名前でない";
    a_family_a_point_and() "a family, a point and a size, such as p9.48xlarge"
        "p9.48xlarge のように、ファミリー、ピリオド、サイズで指定する";
    a_whole_number_of_mib(max_memory_mib) "a whole number of MiB, at most {max_memory_mib}"
        "{max_memory_mib} 以下の整数（MiB）を指定する";
    no_instance_type_has_that() "no instance type has that memory" "このメモリ量のインスタンスタイプはない";
    it_has_no_gpus() "it has no GPUs" "GPU がない";
    set_gpus_or_leave_the() "set `gpus`, or leave the key out" "`gpus` を指定するか、このキーを削除する";
    the_name_of_the_gpu() "the name of the GPU, by which types are told apart" "タイプの区別に使う GPU の名前を指定する";
    a_type_with_gpus_needs() "a type with GPUs needs `gpu_model`" "GPU のあるタイプには `gpu_model` が必要である";

    // Compute environments and schedules.
    no_instance_types() "no instance types" "インスタンスタイプがない";
    every_one_of_these_instance() "every one of these instance types is retired: nothing can be launched"
        "これらのインスタンスタイプはすべて提供を終了しており、何も起動できない";
    name_at_least_one_type() "name at least one type, family or `optimal` that EC2 launches"
        "EC2 が起動できるタイプ、ファミリー、`optimal` のいずれかを少なくとも 1 つ指定する";
    the_schedule_changes_nothing() "the schedule changes nothing" "このスケジュールは何も変更しない";
    set_max_vcpus_min_vcpus_or_both() "set `max_vcpus`, `min_vcpus` or both"
        "`max_vcpus` か `min_vcpus`、またはその両方を指定する";
    such_as_0_22_1() "such as \"0 22 * * 1-5\": 22:00 on Monday to Friday"
        "例：\"0 22 * * 1-5\"（月曜から金曜の 22:00）";
    unknown_time_zone(name) "unknown time zone `{name}`" "不明なタイムゾーン `{name}`";
    an_iana_name_such_as() "an IANA name, such as \"Asia/Tokyo\"" "\"Asia/Tokyo\" のような IANA の名前を指定する";
    a_bid_above_100_of() "a bid above 100 % of On-Demand buys nothing" "オンデマンド単価の 100% を超える入札に意味はない";
    valid_1_to_100() "valid: 1 to 100" "有効な範囲：1 ～ 100";
    no_memory_would_be_left() "no memory would be left" "メモリが残らない";
    a_percentage_below_100() "a percentage below 100" "100 未満のパーセント値を指定する";
    x86_and_arm_types_in() "x86 and arm types in one compute environment"
        "1 つのコンピューティング環境に x86 と arm のタイプが混在している";
    one_compute_environment_for_each() "one compute environment for each architecture"
        "アーキテクチャごとにコンピューティング環境を分ける";
    min_vcpus_is_above_max_vcpus_from(min, max, start) "min_vcpus = {min} is above max_vcpus = {max} from {start} on"
        "{start} 以降、min_vcpus = {min} が max_vcpus = {max} を上回る";
    keep_min_vcpus_at_or_below() "keep min_vcpus at or below max_vcpus, schedules included"
        "スケジュールによる変更も含め、min_vcpus を max_vcpus 以下にする";
    is_for_spot_only(strategy) "{strategy} is for Spot only" "{strategy} はスポット専用である";
    valid_for_ec2_best_fit_best_fit_progressive() "valid for EC2: BEST_FIT, BEST_FIT_PROGRESSIVE, BEST_FIT_PROGRESSIVE_ORDERED"
        "EC2 で有効な値：BEST_FIT、BEST_FIT_PROGRESSIVE、BEST_FIT_PROGRESSIVE_ORDERED";
    is_for_ec2_only(strategy) "{strategy} is for EC2 only" "{strategy} は EC2 専用である";
    valid_for_spot_spot_price_capacity_optimized_spot_capacity_optimized() "valid for SPOT: SPOT_PRICE_CAPACITY_OPTIMIZED, SPOT_CAPACITY_OPTIMIZED, SPOT_CAPACITY_OPTIMIZED_PRIORITIZED, BEST_FIT_PROGRESSIVE, BEST_FIT"
        "SPOT で有効な値：SPOT_PRICE_CAPACITY_OPTIMIZED、SPOT_CAPACITY_OPTIMIZED、SPOT_CAPACITY_OPTIMIZED_PRIORITIZED、BEST_FIT_PROGRESSIVE、BEST_FIT";
    is_not_offered_as_spot(name) "{name} is not offered as Spot" "{name} はスポットでは提供されていない";
    leave_it_out_or_use() "leave it out, or use type = \"EC2\"" "除外するか、type = \"EC2\" にする";
    takes_sizes_in_the_order(strategy) "{strategy} takes sizes in the order of instance_types"
        "{strategy} は instance_types の順にサイズを選ぶ";
    leave_the_key_out_or_order() "leave the key out, or order instance_types"
        "このキーを削除するか、instance_types の順序を変える";
    a_bid_is_for_spot() "a bid is for Spot only" "入札はスポット専用である";
    leave_the_key_out_or() "leave the key out, or use type = \"SPOT\"" "このキーを削除するか、type = \"SPOT\" にする";
    max_vcpus_is_below_one_instance(highest) "max_vcpus = {highest} is below one instance: jobs may wait for ever"
        "max_vcpus = {highest} はインスタンス 1 台分に満たず、ジョブがいつまでも待つおそれがある";
    at_least_the_vcpus_of(vcpus, smallest) "at least {vcpus}, the vCPUs of a {smallest}"
        "{vcpus} 以上（{smallest} の vCPU 数）にする";

    // Queues and jobs.
    a_job_queue_with_compute(compute_environments) "a job queue with {compute_environments} compute environments"
        "ジョブキューのコンピューティング環境が {compute_environments} 個ある";
    at_1_to(max_environments_per_queue) "1 to {max_environments_per_queue}"
        "1 ～ {max_environments_per_queue} 個にする";
    is_there_twice(name) "`{name}` is there twice" "`{name}` が重複している";
    once_is_enough() "once is enough" "1 回だけ指定する";
    one_job_queue_for_each() "one job queue for each architecture" "アーキテクチャごとにジョブキューを分ける";
    x86_and_arm_compute_environments() "x86 and arm compute environments in one job queue"
        "1 つのジョブキューに x86 と arm のコンピューティング環境が混在している";
    more_attempts_than_batch_allows() "more attempts than Batch allows" "試行回数が AWS Batch の上限を超えている";
    valid_1_to_2(max_attempts) "valid: 1 to {max_attempts}" "有効な範囲：1 ～ {max_attempts}";
    more_nodes_than_a_job() "more nodes than a job may have" "ノード数がジョブの上限を超えている";
    valid_1_to(max_nodes) "valid: 1 to {max_nodes}" "有効な範囲：1 ～ {max_nodes}";
    a_timeout_below_batch_shortest() "a timeout below Batch's shortest" "タイムアウトが AWS Batch の下限より短い";
    at_least_1_minute() "at least 1 minute" "1 分以上にする";
    multi_node_parallel_jobs_cannot() "multi-node parallel jobs cannot run on Spot"
        "マルチノード並列ジョブはスポットでは実行できない";
    add_a_compute_environment_with() "add a compute environment with type = \"EC2\""
        "type = \"EC2\" のコンピューティング環境を追加する";
    vcpus_on_ec2_are_whole() "vCPUs on EC2 are whole" "EC2 の vCPU 数は整数である";
    a_whole_number() "a whole number" "整数を指定する";
    vcpus_mib_and_gpus(what, what_2, gpus) "{what} vCPUs, {what_2} MiB and {gpus} GPUs"
        "{what} vCPU、{what_2} MiB、GPU {gpus} 基";
    is_larger_than_every_instance(name, wish) "`{name}` is larger than every instance type: it asks for {wish}"
        "`{name}` はどのインスタンスタイプよりも大きい（要求：{wish}）";
    can_never_start_max_vcpus_is(name, nodes) "`{name}` can never start: max_vcpus is too low for its {nodes} instances"
        "`{name}` は開始できない：max_vcpus が {nodes} 台のインスタンスに足りない";
    a_larger_max_vcpus_smaller_instances() "a larger max_vcpus, smaller instances that fit the job, or fewer nodes"
        "max_vcpus を大きくする、ジョブが収まる小さいインスタンスにする、またはノード数を減らす";
    one_type_must_have_it(vcpus, memory, gpus) "one type must have it all; most vCPUs: {vcpus}, most MiB for jobs: {memory}, most GPUs: {gpus}"
        "1 つのタイプがすべてを満たす必要がある（最大の vCPU：{vcpus}、ジョブに使える最大の MiB：{memory}、最大の GPU：{gpus}）";

    // Compute groups.
    name_a_compute_environment_with() "name a compute environment with type = \"EC2\""
        "type = \"EC2\" のコンピューティング環境を指定する";
    set_spot_share_0_or_use() "set spot_share = 0, or use a job definition with one node"
        "spot_share = 0 にするか、1 ノードのジョブ定義を使う";
    set_spot_share_0_for_groups() "set spot_share = 0 for groups with this type"
        "このタイプを含むグループでは spot_share = 0 にする";
    a_capacity_block_is_for() "a Capacity Block is for one instance type"
        "キャパシティブロックは 1 つのインスタンスタイプに限られる";
    give_each_type_a_group() "give each type a group of its own" "タイプごとにグループを分ける";
    is_not_offered_in_capacity(instance_type) "{instance_type} is not offered in Capacity Blocks"
        "{instance_type} はキャパシティブロックでは提供されていない";
    at_most_give_the_rest(max_block_instances) "at most {max_block_instances}; give the rest a group of its own"
        "{max_block_instances} 台以下にし、残りは別のグループにする";
    more_instances_than_a_capacity() "more instances than a Capacity Block has" "キャパシティブロックの上限を超える台数である";
    there_is_no_capacity_block(what) "there is no Capacity Block of {what} hours" "{what} 時間のキャパシティブロックはない";
    whole_days_24_up_to() "whole days (24) up to 336 hours, then whole weeks (168) up to 4368"
        "336 時間までは 1 日（24）単位、その後は 4368 時間まで 1 週（168）単位で指定する";
    hours_per_instance_instance_hours_or_runs() "`hours_per_instance`, `instance_hours` or `runs`"
        "`hours_per_instance`、`instance_hours`、`runs`";
    no_hours() "no hours" "時間の指定がない";
    set_one_of(one_of) "set one of {one_of}" "{one_of} のいずれかを指定する";
    hours_are_given_twice() "hours are given twice" "時間が二重に指定されている";
    keep_one_of(one_of) "keep one of {one_of}" "{one_of} のいずれか 1 つだけにする";
    hours_for_each_instance_boot(what, hours) "{what} hours for each instance, boot and idle included, but the period has {hours}"
        "起動と待機を含めて 1 台当たり {what} 時間になるが、期間は {hours} 時間である";
    more_instances_or_fewer_hours() "more instances, or fewer hours" "台数を増やすか、時間を減らす";
    runs_of_what() "`runs` of what?" "何の `runs` かが分からない";
    set_job_definition_to_the_job() "set `job_definition` to the job definition of the runs"
        "`job_definition` に実行のジョブ定義を指定する";
    set_run_hours_in_the_job(name) "set `run_hours` in the job definition `{name}`"
        "ジョブ定義 `{name}` に `run_hours` を指定する";
    the_hours_of_a_run() "the hours of a run are unknown" "1 回の実行時間が分からない";
    a_run_of_does_not(name, instance_type) "a run of `{name}` does not fit on a {instance_type}"
        "`{name}` の実行は {instance_type} に収まらない";
    types_with_its_vcpus_memory() "types with its vCPUs, memory and GPUs" "vCPU、メモリ、GPU が足りるタイプを指定する";
    a_run_of_needs_nodes(name, nodes, count) "a run of `{name}` needs {nodes} nodes, the group has {count} instances"
        "`{name}` の実行には {nodes} ノードが必要だが、グループは {count} 台である";
    at_least_instances(nodes) "at least {nodes} instances" "{nodes} 台以上にする";
    no_instance_starts_from_a() "no instance starts from a hard disk" "インスタンスは HDD からは起動できない";
    valid_gp3_gp2_io1_io2() "valid: gp3, gp2, io1, io2; st1 and sc1 are for [[ebs]]"
        "有効な値：gp3、gp2、io1、io2。st1 と sc1 は [[ebs]] で使う";
    a_savings_plan_needs_usd_per_hour() "a Savings Plan needs `usd_per_hour`"
        "Savings Plans には `usd_per_hour` が必要である";
    the_commitment_in_usd_per() "the commitment in USD per hour, such as \"10.00\""
        "コミットメントを \"10.00\" のように 1 時間当たりの USD で指定する";
    a_savings_plan_is_dollars() "a Savings Plan is dollars per hour, not instances"
        "Savings Plans は台数ではなく 1 時間当たりの金額で契約する";
    leave_out_instance_type_and_count() "leave out `instance_type` and `count`"
        "`instance_type` と `count` を削除する";
    reserved_instances_need_instance_type() "reserved instances need `instance_type`"
        "リザーブドインスタンスには `instance_type` が必要である";
    the_type_that_is_reserved() "the type that is reserved, and how many as `count`"
        "予約するタイプと、`count` に台数を指定する";
    reserved_instances_need_count() "reserved instances need `count`" "リザーブドインスタンスには `count` が必要である";
    how_many_instances_are_reserved() "how many instances are reserved" "予約する台数を指定する";

    // The workload.
    the_workload_has_no_jobs() "the workload has no jobs" "ワークロードにジョブがない";
    name_a_file_as_trace() "name a file as `trace`, or describe [[workload.arrivals]]"
        "`trace` にファイルを指定するか、[[workload.arrivals]] を記述する";
    both_a_trace_and_arrivals() "both a trace and arrivals" "trace と arrivals の両方が指定されている";
    it_is_for_the_jobs() "it is for the jobs of a trace" "これは trace のジョブのためのキーである";
    each_of_workload_arrivals_names() "each of [[workload.arrivals]] names its own"
        "[[workload.arrivals]] ではそれぞれに指定する";
    both_run_hours_and_run_hours_lognormal() "both `run_hours` and `run_hours_lognormal`"
        "`run_hours` と `run_hours_lognormal` の両方が指定されている";
    how_long_the_jobs_of(name) "how long the jobs of `{name}` run is not known" "`{name}` のジョブの実行時間が分からない";
    give_run_hours_or_run_hours_lognormal_here() "give `run_hours` or `run_hours_lognormal` here, or `run_hours` in the job definition"
        "ここに `run_hours` か `run_hours_lognormal`、またはジョブ定義に `run_hours` を指定する";
    no_run_times_spread_so() "no run times spread so far" "実行時間のばらつきとして大きすぎる";
    the_standard_deviation_of_the() "the standard deviation of the natural logarithm, up to 5"
        "自然対数の標準偏差を 5 以下で指定する";
    no_source() "no source" "出典がない";
    say_where_median_and_sigma() "say where median and sigma come from" "median と sigma の出典を書く";
    such_as_weekdays_1_5() "such as {{ weekdays = \"1-5\", hours = \"9-17\", jobs_per_hour = 2 }}"
        "例：{{ weekdays = \"1-5\", hours = \"9-17\", jobs_per_hour = 2 }}";
    no_job_of_is_ever(name) "no job of `{name}` is ever submitted" "`{name}` のジョブは 1 件も投入されない";
    give_jobs_per_hour() "give `jobs_per_hour`" "`jobs_per_hour` を指定する";
    jobs_of_are_expected_in(jobs, name) "{jobs} jobs of `{name}` are expected in the period"
        "期間中に `{name}` のジョブが {jobs} 件になる見込みである";
    at_5_000_000_at_most() "5,000,000 at most: `jobs_per_hour` is per hour"
        "最大 5,000,000 件である。`jobs_per_hour` は 1 時間当たりの件数である";

    // Scheduling.
    a_share_decay_above_the() "a share decay above the longest of AWS Batch" "シェア減衰時間が AWS Batch の上限を超えている";
    valid_0_to_3(most_decay_seconds) "valid: 0 to {most_decay_seconds}" "有効な範囲：0 ～ {most_decay_seconds}";
    a_compute_reservation_above_the() "a compute reservation above the highest of AWS Batch"
        "コンピューティング予約が AWS Batch の上限を超えている";
    valid_0_to_2(most_reservation) "valid: 0 to {most_reservation}" "有効な範囲：0 ～ {most_reservation}";
    valid_0_0001_to_999() "valid: 0.0001 to 999.9999, with up to four decimals"
        "有効な範囲：0.0001 ～ 999.9999（小数点以下 4 桁まで）";
    no_weight_factor_of_aws() "no weight factor of AWS Batch" "AWS Batch の重み係数として使えない";
    overlaps(name, other) "`{name}` overlaps `{other}`" "`{name}` が `{other}` と重なっている";
    a_share_has_one_weight() "a share has one weight factor" "1 つのシェアに重み係数は 1 つである";
    up_to_letters_and_digits(most_characters) "up to {most_characters} letters and digits"
        "{most_characters} 文字以内の英数字にする";
    is_no_share_identifier_of(name) "`{name}` is no share identifier of AWS Batch"
        "`{name}` は AWS Batch のシェア識別子として使えない";
    valid_to(start, end) "valid: {start} to {end}" "有効な範囲：{start} ～ {end}";
    no_time_limit_of_aws() "no time limit of AWS Batch" "AWS Batch の時間制限として使えない";
    two_limits_for(reason) "two limits for {reason}" "{reason} の制限が 2 つある";
    a_scheduling_priority_above_the() "a scheduling priority above the highest of AWS Batch"
        "スケジューリング優先度が AWS Batch の上限を超えている";
    valid_0_to(most_priority) "valid: 0 to {most_priority}" "有効な範囲：0 ～ {most_priority}";
    can_never_start_it_needs(name, needed, total, name_2) "`{name}` can never start: it needs {needed} of the {total} of `{name_2}`"
        "`{name}` は開始できない：`{name_2}` は {total} しかないが、{needed} が必要である";
    a_lower_quantity_or_a() "a lower quantity, or a higher total_quantity"
        "quantity を減らすか、total_quantity を増やす";
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_languages_say_the_same_facts() {
        crate::model::said::same_facts(super::every());
    }
}
