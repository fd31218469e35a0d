//! What the commands refuse and tell, beside their answers.

use crate::model::said::words;

words! {
    // Any command.
    unknown_region(code) "unknown region `{code}`" "不明なリージョン `{code}`";
    hpc_cost_prices_regions_lists() "`hpc-cost prices regions` lists the regions"
        "リージョンは `hpc-cost prices regions` で一覧できる";
    is_not_a_month(text) "`{text}` is not a month" "`{text}` は年月でない";
    month_takes_yyyy_mm_such_as() "`--month` takes YYYY-MM, such as 2026-11, or `previous`"
        "`--month` は YYYY-MM（例：2026-11）または `previous` で指定する";
    month_takes_yyyy_mm_such() "`--month` takes YYYY-MM, such as 2026-11"
        "`--month` は YYYY-MM（例：2026-11）で指定する";
    read(path) "read {path}" "{path} を読み込んだ";
    would_replace_what_is_read(option, output, path) "`--{option} {output}` would replace what is read: {path}"
        "`--{option} {output}` を指定すると、読み込むファイルが上書きされる：{path}";
    name_another_file() "name another file" "別のファイルを指定する";
    unknown_region_aws_price_list(region) "unknown region `{region}`: AWS's Price List has nothing in it"
        "不明なリージョン `{region}`：AWS Price List に登録がない";
    unknown_time_zone(zone) "unknown time zone `{zone}`" "不明なタイムゾーン `{zone}`";
    timezone_takes_an_iana_name() "`--timezone` takes an IANA name, such as Asia/Tokyo"
        "`--timezone` は Asia/Tokyo のような IANA の名前で指定する";

    // What is written.
    output_asks_for_a_table_and(path) "`--output {path}` asks for a table, and this answer is text"
        "`--output {path}` は表形式だが、この回答はテキストである";
    give_it_another_file_name_or() "give it another file name, or leave `--format` out"
        "別のファイル名にするか、`--format` を外す";
    it_cannot_be_stdout_name() "it cannot be stdout: name a file or folder"
        "標準出力は指定できない。ファイルかフォルダーを指定する";
    summary_is_another_part_of(path) "`--summary {path}` is another part of the report"
        "`--summary {path}` はレポートの別の部分を指している";
    name_a_file_beside_the(months) "name a file beside the folder, or `{months}` in it"
        "フォルダーの外のファイルか、フォルダー内の `{months}` を指定する";
    an_svg_file_holds_one(charts) "an SVG file holds one chart, this answer has {charts}"
        "SVG ファイルに入るグラフは 1 つだが、この回答には {charts} ある";
    hpc_cost_spot_has_charts() "`hpc-cost spot` has charts; give this answer another file name"
        "グラフがあるのは `hpc-cost spot` である。この回答には別のファイル名を指定する";
    name_one_instance_type_or() "name one instance type, or write a page with `--format html`"
        "インスタンスタイプを 1 つに絞るか、`--format html` でページとして書き出す";
    note(note) "note: {note}" "注記：{note}";
    output_asks_for_a_table(path) "`--output {path}` asks for a table, and this answer has none"
        "`--output {path}` は表形式だが、この回答には表がない";
    give_it_another_file_name() "give it another file name" "別のファイル名を指定する";
    wrote(path) "wrote {path}" "{path} を書き込んだ";
    a_summary_of_months() "a summary of months" "月ごとのまとめ";
    a_track_record() "a track record" "予実の記録";
    there_is_no_folder(folder) "there is no folder `{folder}`" "フォルダー `{folder}` が存在しない";
    could_not_be_put_back(target, old) "`{target}` could not be put back: as it was, it is in `{old}`"
        "`{target}` を元に戻せなかった。元の内容は `{old}` にある";
    is_new_and_could_not(target) "`{target}` is new and could not be taken away"
        "新しく作成した `{target}` を削除できなかった";
    it_is_read_only() "it is read-only" "読み取り専用である";
    it_is_mounted_on_its() "it is mounted on its own, so no other file can take its place"
        "単独でマウントされており、別のファイルで置き換えられない";
    it_is_marked_as_one() "it is marked as one that must not change (`lsattr` shows that)"
        "変更不可の属性が付いている（`lsattr` で確認できる）";
    kept_2(path) "kept {path}" "{path} を残した";
    is_there_and_is_no(shown) "`{shown}` is there, and is no folder" "`{shown}` は既に存在し、フォルダーでない";
    name_another_with_out() "name another with `--out`" "`--out` で別のフォルダーを指定する";
    the_folder_is_there(shown) "the folder `{shown}` is there" "フォルダー `{shown}` は既に存在する";
    force_replaces_it_out_names() "`--force` replaces it, `--out` names another"
        "`--force` で置き換えるか、`--out` で別のフォルダーを指定する";
    is_the_folder_that_this(shown) "`{shown}` is the folder that this runs in, or one above it"
        "`{shown}` は実行中のフォルダーか、その上位のフォルダーである";
    name_another_with_out_or() "name another with `--out`, or run this elsewhere"
        "`--out` で別のフォルダーを指定するか、別の場所で実行する";
    holds_which_no_report_writes(shown, other) "`{shown}` holds `{other}`, which no report writes: it is not replaced"
        "`{shown}` に、レポートが作成しない `{other}` があるため置き換えない";
    move_that_away_or_name() "move that away, or name another folder with `--out`"
        "それを移動するか、`--out` で別のフォルダーを指定する";
    has_just_come_into_it(other) "`{other}` has just come into it" "そこに `{other}` が今加わった";
    wrote_2(folder, names) "wrote {folder}: {names}" "{folder} を書き込んだ：{names}";
    it_was_changed_by_somebody() "it was changed by somebody else in the meantime" "その間に別のプロセスが変更した";
    no_file_is_changed(reason) "{reason}: no file is changed" "{reason}（どのファイルも変更していない）";

    // Prices, charges, AWS.
    prices_from_of_wanted(source, found, wanted) "prices from {source}: {found} of {wanted} wanted"
        "{source} の単価：必要な {wanted} 件のうち {found} 件";
    min(minutes) "{minutes} min" "{minutes} 分";
    hours(hours) "{hours} h" "{hours} 時間";
    prices_were_read_from_aws(age) "prices were read from AWS {age} ago" "単価は {age}前に AWS から取得した";
    no_aws_credentials_are_configured() "no AWS credentials are configured: bundled prices"
        "AWS の認証情報が設定されていないため、内蔵の価格表を使う";
    the_cache_cannot_be_written(reason) "the cache cannot be written ({reason}): the next run will ask AWS again"
        "キャッシュに書き込めない（{reason}）。次回の実行で再び AWS に問い合わせる";
    settings_done(simulated) "{simulated} settings done" "設定 {simulated} 件のシミュレーションが完了";
    cloudwatch_in_of_metrics_have(region, found, asked, answers) "CloudWatch in {region}: {found} of {asked} metrics have values, {answers} answers"
        "{region} の CloudWatch：メトリクス {asked} 件のうち {found} 件に値がある（応答 {answers} 件）";
    no_suggestion_launches_more_or() "no suggestion launches more or other instances: no quota was asked for"
        "起動するインスタンスを増やす、または変える提案がないため、クォータは問い合わせていない";
    requests_to_cost_explorer(paid_calls) "{paid_calls} requests to Cost Explorer"
        "Cost Explorer へのリクエスト {paid_calls} 件";
    requests(paid_calls, cents) "{paid_calls} requests, {cents}" "リクエスト {paid_calls} 件、{cents}";

    asking_aws() "asking AWS" "AWS に問い合わせ中";
    simulating() "simulating" "シミュレーション中";

    // AWS Batch.
    so_far(path, count) "{path}: {count} so far" "{path}：これまでに {count} 件";
    the_first_submitted_at(instant) ", the first submitted at {instant}" "（最初の投入は {instant}）";
    kept(counted, first) "{counted} kept{first}" "{counted} 件を取り込んだ{first}";
    cannot_be_read(refusal) "cannot be read: {refusal}" "読み込めないもの：{refusal}";
    run_this_every_week_with(retention) "{retention}: run this every week with `--append`"
        "{retention}。毎週 `--append` を付けて実行する";
    nothing_is_written_stays_as(path) "nothing is written: {path} stays as it is" "何も書き込まない（{path} はそのまま）";
    nothing_is_written() "nothing is written" "何も書き込まない";
    written(jobs) "{jobs} written" "{jobs} 件を書き込んだ";
    has_submit_seconds_jobs_of_aws(path) "`{path}` has `submit_seconds`: jobs of AWS Batch cannot be added to it"
        "`{path}` は `submit_seconds` を使っており、AWS Batch のジョブを追加できない";
    import_into_a_file_of() "import into a file of its own: that one does not say when its seconds begin"
        "別のファイルに取り込む。そのファイルには秒数の起点が記録されていない";
    no_job_queue() "no job queue" "ジョブキューなし";
    the_queue(queue) "the queue {queue}" "キュー {queue}";
    queues(queues, queues_2) "{queues} queues ({queues_2})" "キュー {queues} 個（{queues_2}）";
    aws_batch_in_answers(region, listed, answers) "AWS Batch in {region}: {listed}, {answers} answers"
        "{region} の AWS Batch：{listed}、応答 {answers} 件";
    left_out_queues_of_service(service_queues) "left out: queues of service jobs: {service_queues}"
        "除外：サービスジョブのキュー：{service_queues}";
    there_is_no_job_queue() "there is no job queue: is it the right region and account?"
        "ジョブキューがない。リージョンとアカウントを確認する";
    there_are(known) "there are {known}" "存在するのは {known}";
    aws_batch_has_no_job(name, region) "AWS Batch has no job queue `{name}` in {region}"
        "{region} の AWS Batch にジョブキュー `{name}` がない";
    a_history_of_jobs() "a history of jobs" "ジョブの履歴";

    // estimate.
    calibrated_takes_one_scenario() "`--calibrated` takes one scenario" "`--calibrated` に渡せるシナリオは 1 つである";
    without_it_the_track_record_of() "without it, the track record of each is shown" "外すと、それぞれの予実の記録を表示する";
    compare_calibration_writes_it() "`compare --calibration` writes it" "`compare --calibration` で作成する";
    calibrated_cannot_be_answered_by(path, message) "`--calibrated` cannot be answered by `{path}`: {message}"
        "`{path}` では `--calibrated` に答えられない：{message}";
    without_it_the_track_record() "without it, the track record is shown and not used" "外すと、予実の記録は表示のみで使用しない";
    the_lines_are(names) "the lines are: {names}" "項目：{names}";
    no_line_contains(line) "no line contains `{line}`" "`{line}` を含む項目がない";
    explain_and_sensitivity_take_one() "`--explain` and `--sensitivity` take one scenario"
        "`--explain` と `--sensitivity` に渡せるシナリオは 1 つである";
    run_them_for_each_scenario() "run them for each scenario on its own" "シナリオごとに実行する";
    at_1_line_has() "1 line has" "1 件の項目に";
    lines_have(unpriced) "{unpriced} lines have" "{unpriced} 件の項目に";
    no_price_the_total_is(name, lines) "{name}: {lines} no price; the total is a lower bound"
        "{name}：{lines}単価がなく、合計は下限である";

    // import.
    aws_batch_and_fsx_for(region, answers) "AWS Batch and FSx for Lustre in {region}: {answers} answers; schedules were not read"
        "{region} の AWS Batch と FSx for Lustre：応答 {answers} 件。スケジュールは読み込んでいない";
    there_is_nothing_is_it() "there is nothing: is it the right region and account?" "何もない。リージョンとアカウントを確認する";
    hpc_cost_check_will_refuse(message) "`hpc-cost check` will refuse the scenario: {message}"
        "このシナリオは `hpc-cost check` でエラーになる：{message}";
    in_brackets(place) " ({place})" "（{place}）";
    not_known(unresolved, place) "not known: {unresolved}{place}" "不明：{unresolved}{place}";
    worth_a_look(finding, place) "worth a look: {finding}{place}" "要確認：{finding}{place}";
    on_all_month(names) "on all month: {names}" "1 か月間稼働：{names}";
    compute_environments_job_queues_job(environments, queues, job_definitions, file_systems, count) "{environments} compute environments, {queues} job queues, {job_definitions} job definitions, {file_systems} Lustre file systems, {count} schedules; no hours of use: add [[compute]]"
        "コンピューティング環境 {environments} 個、ジョブキュー {queues} 個、ジョブ定義 {job_definitions} 個、Lustre ファイルシステム {file_systems} 個、スケジュール {count} 個。利用時間は含まないため [[compute]] を追加する";
    var_sets_nothing(text) "`--var {text}` sets nothing" "`--var {text}` は何も設定しない";
    write_var_name_value() "write `--var NAME=VALUE`" "`--var NAME=VALUE` の形で指定する";

    // learn, man.
    without_apply_it_is_shown() "write what was learned by hand: `--format json` says all of it"
        "学習した値を手作業で書く。`--format json` にすべて表示される";
    cannot_be_changed(scenario, reason) "`{scenario}` cannot be changed: {reason}"
        "`{scenario}` を変更できない：{reason}";
    only_is_nothing_that_could(word) "`--only {word}` is nothing that could be learned here"
        "`--only {word}` は、ここで学習できる項目でない";
    one_of(ids) "one of {ids}" "次のいずれかを指定する：{ids}";
    it_has_no_commands_of() "it has no commands of its own" "サブコマンドはない";
    the_commands_are(alternatives) "the commands are {alternatives}" "コマンドは {alternatives}";
    no_command(name) "no command `{name}`" "コマンド `{name}` は存在しない";

    // report.
    a_saved_report() "a saved report" "保存されたレポート";
    lines_have_no_price_the() "lines have no price: the estimate is a lower bound, and FOCUS files leave them out"
        "単価のない項目がある。見積額は下限であり、FOCUS ファイルにはその項目を含まない";
    currency_is_no_currency(code) "`--currency {code}` is no currency" "`--currency {code}` は通貨でない";
    a_code_of_iso_4217() "a code of ISO 4217, such as JPY" "JPY のような ISO 4217 のコードを指定する";
    rate_is_no_rate(rate) "`--rate {rate}` is no rate" "`--rate {rate}` は為替レートでない";
    a_number_above_0_such() "a number above 0, such as 155.2" "155.2 のような 0 より大きい数値を指定する";
    rate_date_is_no_day(date) "`--rate-date {date}` is no day" "`--rate-date {date}` は日付でない";
    yyyy_mm_dd_such_as() "YYYY-MM-DD, such as 2026-11-24" "YYYY-MM-DD（例：2026-11-24）で指定する";
    no_change_was_looked_for(en) "no change was looked for: {en}" "変更の候補は探していない：{en}";
    nothing_is_charged_yet_the(start) "nothing is charged yet: the period begins on {start}"
        "まだ請求がない：期間の開始日は {start} である";
    month_previous_reports_the_last() "`--month previous` reports the last month"
        "前月のレポートは `--month previous` で作成できる";

    // simulate.
    something_that_ran_has_no() "something that ran has no price: the cost is a lower bound"
        "稼働したものに単価のないものがあり、費用は下限である";
    a_part_of_a_sweep() "a part of a sweep" "分割実行したスイープの一部";
    a_sweep_in_parts() "a sweep in parts" "分割実行したスイープ";
    drawn_from_workload_arrivals() "drawn from [[workload.arrivals]]" "[[workload.arrivals]] から生成";
    has_no_jobs_to_simulate(name) "`{name}` has no jobs to simulate" "`{name}` にシミュレーションするジョブがない";
    name_a_file_of_them() "name a file of them: `--set workload.trace=jobs.csv`, or [workload] in the scenario"
        "`--set workload.trace=jobs.csv` か、シナリオの [workload] でジョブのファイルを指定する";
    sweep(sweep, message) "`--sweep {sweep}`: {message}" "`--sweep {sweep}`：{message}";
    such_as_sweep_batch_gpu() "such as `--sweep batch.gpu.max_vcpus=96..1920:96`"
        "例：`--sweep batch.gpu.max_vcpus=96..1920:96`";
    it_names_no_values() "it names no values" "値が指定されていない";

    // spot.
    no_pool_has_a_price() "no pool has a price in this window" "この期間に価格のあるプールがない";
    read_records_of_pools(records, pools) "read {records} records of {pools} pools"
        "プール {pools} 個の記録 {records} 件を読み込んだ";
    ec2_is_asked_for_the() "EC2 is asked for the Spot prices of some types in one region"
        "EC2 に問い合わせるには、インスタンスタイプとリージョンの指定が必要である";
    name_the_types_and_region() "name the types and `--region`, or give a file with `--history`"
        "インスタンスタイプと `--region` を指定するか、`--history` でファイルを指定する";
    the_spot_prices_of_cannot(region) "the Spot prices of {region} cannot be read beside the Price List"
        "{region} のスポット価格は AWS Price List と同時には取得できない";
    ec2_in_govcloud_answers_to() "EC2 in GovCloud answers to other credentials than the Price List: give a file with `--history`"
        "GovCloud の EC2 と AWS Price List では認証情報が異なる。`--history` でファイルを指定する";
    ec2_knows_no_instance_type(name, region) "EC2 knows no instance type `{name}` in {region}"
        "{region} の EC2 にインスタンスタイプ `{name}` がない";
    hpc_cost_prices_show_lists() "`hpc-cost prices show` lists instance types"
        "インスタンスタイプは `hpc-cost prices show` で一覧できる";
    ec2_has_no_spot_price(name, region) "EC2 has no Spot price of {name} in {region}"
        "EC2 の記録に {region} の {name} のスポット価格がない";
    no_month_has_60_days() "no month has 60 days of record before it and a complete record of it"
        "直前 60 日間の記録とその月全体の記録がそろった月がない";
    it_has(names) "it has {names}" "あるのは {names}";
    the_history_has_no(name) "the history has no `{name}`" "履歴に `{name}` がない";
    is_not_a_rate(rate) "`{rate}` is not a rate" "`{rate}` は中断率でない";
    interruptions_takes_interruptions_per_instance() "`--interruptions` takes interruptions per instance and hour, such as 0.05"
        "`--interruptions` は 1 台 1 時間当たりの中断回数（例：0.05）で指定する";
    the_scenario_has_no_job(name) "the scenario has no job definition `{name}`" "シナリオにジョブ定義 `{name}` がない";
    has_neither_a_checkpoint_nor(name) "`{name}` has neither a checkpoint nor run_hours"
        "`{name}` に checkpoint も run_hours もない";

    // suggest.
    something_that_ran_has_no_price() "something that ran has no price: costs are lower bounds"
        "稼働したものに単価のないものがあり、費用は下限である";
    the_rest_of_the_month(en) "the rest of the month is not planned: {en}" "月の残りの計画は立てていない：{en}";
    budget_is_not_an_amount(text) "`--budget {text}` is not an amount of dollars"
        "`--budget {text}` は金額（ドル）でない";
    a_number_above_0_such_as() "a number above 0, such as 12000" "12000 のような 0 より大きい数値を指定する";
    the_scenario_draws_its_jobs() "the scenario draws its jobs" "シナリオのジョブが乱数で生成される";
    name_the_jobs_of_the() "name the jobs of the month with [workload] trace"
        "その月のジョブを [workload] の trace で指定する";
    the_scenario_period_is_not() "the scenario's period is not a month" "シナリオの期間が 1 か月でない";
    month_yyyy_mm_or_month() "`--month YYYY-MM` or `month` names one" "`--month YYYY-MM` か `month` で月を指定する";
    of_month(trace_name, month, refusal) "{trace_name}: {month}: {refusal}" "{trace_name}：{month}：{refusal}";
    there_are_no_jobs_before(month) "there are no jobs before {month} to make suggestions from"
        "提案の基になる {month} より前のジョブがない";
    add_them_with_jobs_import() "add them with `jobs import --append`, or name saved suggestions: --backtest=FILE"
        "`jobs import --append` で追加するか、--backtest=FILE で保存した提案を指定する";
    the_jobs_before(jobs, month) "the {jobs} jobs before {month}" "{month} より前のジョブ {jobs} 件";
    backtest(message) "`--backtest`: {message}" "`--backtest`：{message}";
    an_answer_of_suggest_format() "an answer of `suggest --format json`" "`suggest --format json` の回答";
    a_track_record_of_suggestions() "a track record of suggestions" "提案の実績の記録";
    patch_has_no_rows_for() "`--patch` has no rows for `--format csv`"
        "`--patch` には `--format csv` で書き出す行がない";
    without_format_it_is_a() "without `--format` it is a diff; `markdown`, `html` and `json` have both"
        "`--format` を外すと差分になる。`markdown`、`html`、`json` には両方が含まれる";
    is_not_a_folder(root) "`{root}` is not a folder" "`{root}` はフォルダーでない";
    patch_takes_the_folder_of() "`--patch` takes the folder of the Terraform files that the scenario was imported from"
        "`--patch` には、シナリオの取り込み元である Terraform ファイルのフォルダーを指定する";
    tfvars_is_not_in(outside, root) "`--tfvars {outside}` is not in `{root}`"
        "`--tfvars {outside}` は `{root}` の中にない";
    name_a_file_in_that(trim_end_matches) "name a file in that folder, such as {trim_end_matches}/hpc-cost.auto.tfvars"
        "{trim_end_matches}/hpc-cost.auto.tfvars のように、そのフォルダー内のファイルを指定する";
    read_2(root) "read {root}" "{root} を読み込んだ";
    only_takes_ids_of_suggestions() "`--only` takes ids of suggestions that go together; without it, those that pay together are taken"
        "`--only` には併用できる提案の ID を指定する。外すと、併用で効果のある提案を選ぶ";
    by_hand(id, reason) "by hand: {id}: {reason}" "手作業：{id}：{reason}";
    note_2(remark) "note: {remark}" "注記：{remark}";
    no_suggestion_is_in_the() "no suggestion is in the patch" "パッチに含まれる提案はない";
    a_month_instead_of_95(applied, cents, monthly_now, p95) "{applied}: {cents} a month instead of {monthly_now}, 95 % of the jobs wait up to {p95} s"
        "{applied}：月額 {monthly_now} が {cents} になる。ジョブの 95% の待ち時間は {p95} 秒以内";
    to_apply_patch_p1_d(folder) "to apply: `patch -p1 -d {folder}` with this diff, or `--apply`"
        "適用するには、この差分に `patch -p1 -d {folder}` を使うか、`--apply` を付ける";
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_languages_say_the_same_facts() {
        crate::model::said::same_facts(super::every());
    }
}
