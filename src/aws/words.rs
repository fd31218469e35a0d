//! What is refused about credentials, settings and the answers of AWS, and what to do.

use crate::model::said::words;

words! {
    // Credentials and settings.
    there_are_none_in_the(profile) "there are none in the profile `{profile}` that AWS_PROFILE names"
        "AWS_PROFILE が指すプロファイル `{profile}` に認証情報がない";
    their_access_key_or_its() "their access key or its secret is empty" "アクセスキーかシークレットが空である";
    their_access_key_or_session() "their access key or session token has a character that no request can carry"
        "アクセスキーかセッショントークンに、リクエストに使えない文字がある";
    is_which_is_not(place, value, wanted) "{place} is `{value}`, which is not {wanted}"
        "{place}の値 `{value}` は{wanted}でない";
    the_profiles_of_aws_cannot(split_whitespace) "the profiles of AWS cannot be read: {split_whitespace}"
        "AWS のプロファイルを読み込めない：{split_whitespace}";
    has_a_character_that_no(place) "{place} has a character that no request can carry"
        "{place}に、リクエストに使えない文字がある";
    standard_adaptive_or_legacy() "standard, adaptive or legacy" "standard、adaptive、legacy のいずれか";
    a_whole_number_from_1() "a whole number from 1 on" "1 以上の整数";
    true_or_false() "true or false" "true か false";
    is_no_text_in_utf(variable) "`{variable}` is no text in UTF-8" "`{variable}` は UTF-8 の文字列でない";
    of_in_services(key, service, section) "`{key}` of `{service}` in `[services {section}]`"
        "`[services {section}]` の `{service}` の `{key}`";
    of_the_profile(key, selected_profile) "`{key}` of the profile `{selected_profile}`"
        "プロファイル `{selected_profile}` の `{key}`";
    an_address_such_as_https() "an address such as https://host or http://127.0.0.1:4566"
        "https://host や http://127.0.0.1:4566 のようなアドレス";

    // What AWS answers.
    no_content_type() "no content type" "コンテンツタイプなし";
    http_with_not_an_answer(status, kind) "HTTP {status} with {kind}, not an answer of AWS"
        "AWS の応答ではない（HTTP {status}、{kind}）";
    the_answer_http_cannot_be(status, kind, causes) "the answer (HTTP {status}, {kind}) cannot be read: {causes}"
        "応答（HTTP {status}、{kind}）を読み取れない：{causes}";
    no_connection(reason) "no connection: {reason}" "接続できない：{reason}";
    no_answer_within_s(as_secs) "no answer within {as_secs} s" "{as_secs} 秒以内に応答がない";
    timeout_waits_longer_estimate_prices() "`--timeout` waits longer; `estimate --prices bundled` needs no network"
        "`--timeout` で待ち時間を延ばせる。`estimate --prices bundled` はネットワークを必要としない";
    the_credentials_have_expired_log() "the credentials have expired: log in again, or use `estimate --prices bundled`"
        "認証情報の有効期限が切れている。ログインし直すか、`estimate --prices bundled` を使う";
    aws_does_not_accept_these() "AWS does not accept these credentials: check AWS_PROFILE and the clock, or use `estimate --prices bundled`"
        "AWS がこの認証情報を受け付けない。AWS_PROFILE と時計を確認するか、`estimate --prices bundled` を使う";
    are_the_credentials_right_and() "are the credentials right, and is the region enabled for this account? `estimate --prices bundled` needs neither"
        "認証情報と、このアカウントでリージョンが有効かを確認する。`estimate --prices bundled` はどちらも必要としない";
    the_credentials_may_not_do() "the credentials may not do this: the README lists the permissions; `estimate --prices bundled` needs none"
        "権限がない。必要な権限は README にある。`estimate --prices bundled` は権限を必要としない";
    aws_asks_for_patience_try() "AWS asks for patience: try again later, or set AWS_MAX_ATTEMPTS higher"
        "AWS がリクエストを制限している。時間をおいて再度実行するか、AWS_MAX_ATTEMPTS を大きくする";
    aws_does_not_take_this() "AWS does not take this question: is what was asked for on offer there?"
        "AWS がこの問い合わせを受け付けない。対象がそのリージョンで提供されているか確認する";
    this_machine_clock_is_wrong() "this machine's clock is wrong: set it" "このマシンの時計が正しくない。時刻を合わせる";
    what_the_aws_sdk_can() "what the AWS SDK can ask and read" "AWS SDK が扱えるもの";
    it_broke_off_over_it() "it broke off over it" "処理が中断した";
    the_aws_sdk_broke_off(profile) "the AWS SDK broke off over its settings: the environment, or the profile `{profile}`"
        "AWS SDK が設定（環境変数またはプロファイル `{profile}`）の処理で中断した";
    it_cannot_ask_for_credentials(message, empty) "{message}; it cannot ask for credentials where {empty} is empty"
        "{message}。{empty} が空の場合は認証情報を取得できない";
    the_answer_has_no_list() "the answer has no list of what was asked for" "応答に要求した一覧がない";
    it_repeats_a_page_token() "it repeats a page token, so its pages would never end"
        "同じページトークンが繰り返され、ページが終わらない";
    it_has_more_than_10() "it has more than 10,000 pages" "10,000 ページを超えている";
    it_has_no_address() "it has no address" "アドレスがない";
    an_offer_file() "an offer file" "オファーファイル";

    // Answers that lack something.
    lists_of_one_day(arns, arns_2) "{arns} lists of one day: {arns_2}" "1 日の価格表が {arns} 件ある：{arns_2}";
    text(url, causes) "{url}: {causes}" "{url}：{causes}";
    a_queue_without_a_name() "a queue without a name or an ARN" "名前か ARN のないキューがある";
    a_job_without_an_id() "a job without an id" "ID のないジョブがある";
    a_product_cannot_be_read(reason) "a product cannot be read: {reason}" "商品を読み取れない：{reason}";
    the_quota_is(code, value) "the quota {code} is {value}" "クォータ {code} の値が {value} である";
    an_answer_without_a_table() "an answer without a table" "応答に表がない";
    a_query_without_an_id() "a query without an id" "クエリに ID がない";
    an_answer_without_a_query() "an answer without a query" "応答にクエリがない";
    a_query_that_does_not() "a query that does not say what it read" "クエリの読み取り量が応答にない";
    its_rows_lack_even_the() "its rows lack even the names of the columns" "行に列名さえない";
    a_file_system_without_an() "a file system without an id" "ID のないファイルシステムがある";
    file_system_without_a_type(id) "file system {id} without a type" "ファイルシステム {id} にタイプがない";
    a_compute_environment_without_a() "a compute environment without a name" "名前のないコンピューティング環境がある";
    a_queue_without_a_name_2() "a queue without a name" "名前のないキューがある";
    a_job_definition_without_a() "a job definition without a name" "名前のないジョブ定義がある";
    it_has_a_result_that(id) "it has a result `{id}` that was not asked for" "要求していない結果 `{id}` がある";
    it_ends_with_the_status(status) "it ends with the status {status}: a part is missing"
        "状態 {status} で終わり、一部が欠けている";
    it_has_timestamps_for_values(stamps, values) "it has {stamps} timestamps for {values} values"
        "値 {values} 件に対し時刻が {stamps} 件ある";
    a_value_of_is(metric, value) "a value of {metric} is {value}" "{metric} の値が {value} である";
    an_offering_without_a_type() "an offering without a type" "タイプのないオファリングがある";
    a_description_without_a_type() "a description without a type" "タイプのない説明がある";
    offering_is_priced_in_not(id, currency) "offering {id} is priced in {currency}, not in USD"
        "オファリング {id} の通貨が USD ではなく {currency} である";
    offering_has_the_fee_which(id, fee) "offering {id} has the fee `{fee}`, which is none"
        "オファリング {id} の料金 `{fee}` は金額でない";
    offering_lacks_a_date(id) "offering {id} lacks a date" "オファリング {id} に日付がない";
    a_spot_price_of_which_is(text, error) "a Spot price of `{text}`, which is {error}"
        "スポット価格 `{text}` は{error}";
    a_spot_price_without(what) "a Spot price without {what}" "スポット価格に {what} がない";
    a_spot_price_of_which(name) "a Spot price of {name}, which was not asked for" "要求していない {name} のスポット価格がある";
    a_spot_price_in_which(zone, region) "a Spot price in {zone}, which is no zone of {region}"
        "{region} のゾーンでない {zone} のスポット価格がある";
    without(name, what) "{name} without {what}" "{name} に {what} がない";
    a_scheduling_policy_without_a() "a scheduling policy without a name" "名前のないスケジューリングポリシーがある";
    a_consumable_resource_without_a() "a consumable resource without a name" "名前のない消費型リソースがある";
    it_says_nothing_of_days(n, first) "it says nothing of {n} days that were asked for, first {first}"
        "要求した日のうち {n} 日分がない（最初は {first}）";
    a_forecast_without_a_total() "a forecast without a total" "予測に合計がない";
    a_forecast_of_parts_not(months) "a forecast of {months} parts, not of one" "予測が 1 件ではなく {months} 件ある";
    a_forecast_without_an_interval() "a forecast without an interval" "予測に区間がない";
    charges_are_in_not_in(unit) "charges are in {unit}, not in USD" "請求の通貨が USD ではなく {unit} である";
    this_program_compares_bills_in() "this program compares bills in USD only" "本ツールが比較できるのは USD の請求だけである";
    an_amount_of_which_is(text, error) "an amount of `{text}`, which is {error}" "金額 `{text}` は{error}";
    a_day_that_is_none(start) "a day `{start}` that is none" "`{start}` は日付でない";
    without_groups(start) "{start} without groups" "{start} にグループがない";
    a_group_of_keys_not(keys) "a group of {keys} keys, not of two" "グループのキーが 2 個ではなく {keys} 個ある";
    a_group_without(metric) "a group without {metric}" "グループに {metric} がない";
    a_group_without_usagequantity() "a group without UsageQuantity" "グループに UsageQuantity がない";
    a_zone() "a zone" "ゾーン";
    a_type() "a type" "タイプ";
    a_time() "a time" "時刻";
    no_reason_given() "no reason given" "理由の記載なし";
    in_no_state() "in no state" "不明";
    query_is(id, state, reason) "query {id} is {state}: {reason}" "クエリ {id} の状態：{state}（{reason}）";
    dry_run_shows_the_sql() "`--dry-run` shows the SQL; may the workgroup read the table and write its result?"
        "`--dry-run` で SQL を確認できる。ワークグループに表の読み取りと結果の書き込みの権限があるか確認する";
    it_takes_more_paid_requests(most) "it takes more paid requests than are allowed, of which {most} were left for it"
        "必要な有料リクエストが許可された件数を超える（残り {most} 件）";
    allow_more_with_max_requests() "allow more with `--max-requests`: each costs $0.01"
        "`--max-requests` で許可する件数を増やす（1 件 $0.01）";

    an_architecture() "an architecture" "アーキテクチャ";
    memory() "memory" "メモリ";
    a_number_of_gpus() "a number of GPUs" "GPU 数";
    and(first, last) "{first} and {last}" "{first} と {last}";

    // What may not be done.
    again() "try again; `estimate --prices bundled` needs no network"
        "再度実行する。`estimate --prices bundled` はネットワークを必要としない";
    batch_permissions()
        "the credentials may not do this: allow batch:DescribeJobQueues, batch:ListJobs and batch:DescribeJobs"
        "権限がない。batch:DescribeJobQueues、batch:ListJobs、batch:DescribeJobs を許可する";
    metrics_permissions()
        "the credentials may not do this: allow cloudwatch:ListMetrics, cloudwatch:GetMetricData and batch:DescribeComputeEnvironments, or give a file with `--metrics`"
        "権限がない。cloudwatch:ListMetrics、cloudwatch:GetMetricData、batch:DescribeComputeEnvironments を許可するか、`--metrics` でファイルを指定する";
    quota_permissions()
        "the credentials may not do this: allow servicequotas:GetServiceQuota, or leave `--quotas` out"
        "権限がない。servicequotas:GetServiceQuota を許可するか、`--quotas` を外す";
    import_permissions()
        "the credentials may not do this: allow batch:DescribeComputeEnvironments, batch:DescribeJobQueues, batch:DescribeJobDefinitions, batch:DescribeSchedulingPolicies, batch:ListConsumableResources, fsx:DescribeFileSystems and ec2:DescribeLaunchTemplateVersions"
        "権限がない。batch:DescribeComputeEnvironments、batch:DescribeJobQueues、batch:DescribeJobDefinitions、batch:DescribeSchedulingPolicies、batch:ListConsumableResources、fsx:DescribeFileSystems、ec2:DescribeLaunchTemplateVersions を許可する";
    is_there_a_proxy() "is there a proxy in between? `estimate --prices bundled` needs no network"
        "プロキシを経由していないか確認する。`estimate --prices bundled` はネットワークを必要としない";
    is_it_the_regions_name()
        "is that the region's name? This program does not know it; if it is, check the network and AWS_ENDPOINT_URL"
        "本ツールが知らないリージョンである。名前が正しければ、ネットワークと AWS_ENDPOINT_URL を確認する";
    check_the_network() "check the network and AWS_ENDPOINT_URL; `estimate --prices bundled` needs neither"
        "ネットワークと AWS_ENDPOINT_URL を確認する。`estimate --prices bundled` はどちらも必要としない";
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_languages_say_the_same_facts() {
        crate::model::said::same_facts(super::every());
    }
}
