//! What `compare` refuses and tells.

use crate::model::said::words;

words! {
    // Another month.
    has_no_charges_of(source, name) "`{source}` has no charges of {name}" "`{source}` に {name} の請求がない";
    against_month_names_another_month() "`--against-month` names another month"
        "別の月は `--against-month` で指定する";
    about(counted, month, cost) "{counted} about {month}, {cost}" "{month} についての {counted}、{cost}";
    against_month_is_no_month(text) "`--against-month {text}` is no month" "`--against-month {text}` は年月でない";
    a_year_and_a_month() "a year and a month, such as 2026-08" "2026-08 のような年月を指定する";
    the_scenario_period_is_no() "the scenario's period is no calendar month, so none is before it"
        "シナリオの期間が暦月でないため、前の月が決まらない";
    against_month_names_one() "`--against-month` names one" "`--against-month` で月を指定する";
    a_saved_report() "a saved report" "保存されたレポート";
    is_of_not_of(path, month, month_2) "`{path}` is of {month}, not of {month_2}"
        "`{path}` は {month_2} ではなく {month} のものである";
    leave_against_month_out_or() "leave `--against-month` out, or name that month's report.json"
        "`--against-month` を外すか、その月の report.json を指定する";
    of_the_scenario(path, scenario) "{path} of the scenario `{scenario}`" "シナリオ `{scenario}` の {path}";
    says_nothing_of_what_was(path) "`{path}` says nothing of what was charged" "`{path}` に請求の記録がない";
    hpc_cost_report_keeps_charges() "`hpc-cost report` keeps charges where it has `--actual`"
        "`hpc-cost report` は `--actual` を指定すると請求を記録する";
    has_cost_not(path, basis, basis_2) "`{path}` has {basis} cost, not {basis_2}"
        "`{path}` の費用は {basis_2} ではなく {basis} である";
    compare_on_its_basis_basis() "compare on its basis: `--basis`" "`--basis` でその基準に合わせて比較する";

    // Sources of charges.
    cost_explorer_tells_charges_apart_by() "Cost Explorer tells charges apart by two things at once: service or usage type, and one more"
        "Cost Explorer が同時に区別できるのは 2 項目（サービスか使用タイプと、もう 1 つ）である";
    give_one_of_account_region() "give one of account, region, tag:KEY and cost_category:KEY, or take an export"
        "account、region、tag:KEY、cost_category:KEY のいずれか 1 つを指定するか、エクスポートを使う";
    aws_forecast_is_a_paid() "`--aws-forecast` is a paid request, and none is allowed"
        "`--aws-forecast` は有料のリクエストだが、1 件も許可されていない";
    aws_can_be_asked_about() "AWS can be asked about the rest of the running month only"
        "AWS に問い合わせられるのは、今月の残りの予測だけである";
    leave_aws_forecast_out_or() "leave `--aws-forecast` out, or allow more with `--max-requests`"
        "`--aws-forecast` を外すか、`--max-requests` で許可する件数を増やす";
    dry_run_shows_sql_and(actual) "`--dry-run` shows SQL, and `{actual}` is asked none"
        "`--dry-run` は SQL を表示するが、`{actual}` に SQL は使わない";
    it_goes_with_actual_athena() "it goes with `--actual athena:DATABASE.TABLE`"
        "`--actual athena:DATABASE.TABLE` と併用する";
    is_no_source_of_charges(actual) "`{actual}` is no source of charges" "`{actual}` は請求データの取得元でない";
    actual_takes_ce_focus_path() "`--actual` takes ce, focus:PATH, cur:PATH or athena:DATABASE.TABLE"
        "`--actual` は ce、focus:PATH、cur:PATH、athena:DATABASE.TABLE のいずれかで指定する";
    cost_explorer_knows_whole_days() "Cost Explorer knows whole days (UTC) only"
        "Cost Explorer は 1 日（UTC）単位でしか集計しない";
    let_the_scenario_period_begin() "let the scenario's period begin and end at midnight UTC"
        "シナリオの期間の始まりと終わりを UTC の 0 時にする";
    charges_were_read_from_cost(instant) "charges were read from Cost Explorer at {instant}"
        "請求データは {instant} に Cost Explorer から取得した";
    cost_explorer_has_no_such() "Cost Explorer has no such charges, or not yet: its answer is not kept"
        "Cost Explorer に該当する請求がないか、まだ反映されていない。応答は保存しない";
    the_cache_cannot_be_written(reason) "the cache cannot be written ({reason})" "キャッシュに書き込めない（{reason}）";
    without_a_scenario_it_is() "without a scenario it is not known in which region the table is"
        "シナリオがないため、表のあるリージョンが分からない";
    athena_region_says_it() "`--athena-region` says it" "`--athena-region` で指定する";
    paid_before_it_failed(requests, price) "{requests}, {price}, paid before it failed"
        "失敗するまでに課金されたもの：{requests}、{price}";
    names_no_table_of_athena(name) "`{name}` names no table of Athena" "`{name}` は Athena のテーブルを指していない";
    give_a_database_and_a() "give a database and a table: athena:DATABASE.TABLE"
        "athena:DATABASE.TABLE の形でデータベースとテーブルを指定する";
    a_table_of_charges() "a table of charges" "請求データの表";

    // The command.
    paid_requests(requests, usd) "{requests}, {usd}" "有料リクエスト {requests} 件、{usd}";
    compare_takes_one_scenario() "`compare` takes one scenario" "`compare` に渡せるシナリオは 1 つである";
    run_it_for_each_scenario() "run it for each scenario on its own" "シナリオごとに実行する";
    nothing_is_charged_yet_the(start) "nothing is charged yet: the period begins on {start}"
        "まだ請求がない：期間の開始日は {start} である";
    month_previous_compares_the_last() "`--month previous` compares the last month"
        "前月の比較は `--month previous` で行う";
    by_takes_at_most(by) "`--by` takes {by} at most" "`--by` に指定できるのは {by} 個までである";
    leave_some_out() "leave some out" "いくつかを外す";
    by_is_not_known(name) "`--by {name}` is not known" "`--by {name}` は不明な項目である";
    it_takes(what) "it takes {what}" "指定できるのは {what}";
    cost_explorer_tells_charges_apart() "Cost Explorer tells charges apart by two things at once"
        "Cost Explorer が同時に区別できるのは 2 項目である";
    leave_out_service_or_usage_type() "leave out service or usage_type, or take an export"
        "service か usage_type を外すか、エクスポートを使う";
    the_drivers_are(names) "the drivers are {names}" "要因：{names}";
    this_answer_has(names) "this answer has {names}" "この回答にある要因：{names}";
    there_is_no_driver(text) "there is no driver `{text}`" "要因 `{text}` はない";
    estimate_and_charges_do_not() "estimate and charges do not differ" "見積額と請求額に差はない";
    with_its_last_use_on(day) ", with its last use on {day}" "（最後の利用は {day}）";
    of_is_in(month, scenario, path, stopped) "{month} of {scenario} is in {path}{stopped}"
        "{scenario} のうち {month} が {path} にある{stopped}";
    not_kept_in(path, reason) "not kept in {path}: {reason}" "{path} に記録していない：{reason}";
    the_estimate_has_lines_without() "the estimate has lines without a price: it is a lower bound"
        "見積もりに単価のない項目があり、見積額は下限である";
    actual_exceeds_estimated_by_more(difference, limit) "actual exceeds estimated by {difference}, more than {limit}"
        "請求額が見積額を {difference} 上回り、許容範囲 {limit} を超えている";
    is_no_limit(text) "`{text}` is no limit" "`{text}` は許容範囲の指定でない";
    fail_over_takes_a_percentage() "`--fail-over` takes a percentage or dollars: 10% or 500USD"
        "`--fail-over` は割合か金額（10% または 500USD）で指定する";
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_languages_say_the_same_facts() {
        crate::model::said::same_facts(super::every());
    }
}
