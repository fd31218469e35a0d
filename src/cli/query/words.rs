//! What `query` needs that is not given, and what it tells of what it was given.

use crate::model::said::words;

words! {
    no_row_answers_this() "no row answers this" "該当する行がない";
    hpc_cost_query_describe_lists() "`hpc-cost query --describe` lists tables and columns"
        "表と列は `hpc-cost query --describe` で一覧できる";
    the_table_cannot_be_made(name, error) "the table `{name}` cannot be made: {error}"
        "表 `{name}` を作成できない：{error}";
    an_amount_is_larger_than() "an amount is larger than the table can hold" "表に入る大きさを超える値がある";
    at_1_row() "1 row" "1 行";
    rows(rows) "{rows} rows" "{rows} 行";
    rows_from(from, rows) "{from}: {rows}" "{from}：{rows}";
    actual_source_brings_it_such() "`--actual SOURCE` brings it, such as `--actual focus:exports/`"
        "`--actual SOURCE` で読み込む（例：`--actual focus:exports/`）";
    does_not_tell_charges_apart(actual, by) "`{actual}` does not tell charges apart by `--by {by}`"
        "`{actual}` は `--by {by}` で請求を区別できない";
    files_and_athena_do() "files and Athena do" "ファイルと Athena では区別できる";
    requests_to_cost_explorer(paid_calls) "{paid_calls} requests to Cost Explorer"
        "Cost Explorer へのリクエスト {paid_calls} 件";
    charges(remark) "charges: {remark}" "請求：{remark}";
    charges_of(actual, basis, day, day_2) "{actual}, {basis}, {day} to {day_2}" "{actual}、{basis}、{day} ～ {day_2}";
    the_saved_report_has_no() "the saved report has no period: name a `--month`"
        "保存されたレポートに期間がない。`--month` を指定する";
    month_says_it_such_as() "`--month` says it, such as 2026-10 or previous; `--scenario` and `--from` have one"
        "`--month` で指定する（例：2026-10、previous）。`--scenario` と `--from` には含まれる";
    it_is_not_known_of() "it is not known of which month the charges are asked" "どの月の請求かが分からない";
    made_at(scenario, month, made_at) "{scenario}, {month}, made at {made_at}"
        "{scenario}、{month}、作成日時 {made_at}";
    scenario_file_brings_it_or() "`--scenario FILE` brings it, or `--from report.json`"
        "`--scenario FILE` または `--from report.json` で読み込む";
    prices(name, start, prices_text) "{name}, {start}, prices {prices_text}"
        "{name}、{start}、単価 {prices_text}";
    at_1_line_has_no_price() "1 line has no price: its cost is NULL, and a sum is a lower bound"
        "1 件の項目に単価がない。費用は NULL で、合計は下限である";
    lines_have_no_price_their(lines) "{lines} lines have no price: their cost is NULL, and sums are lower bounds"
        "{lines} 件の項目に単価がない。費用は NULL で、合計は下限である";
    jobs_file_brings_it_or() "`--jobs FILE` brings it, or `--scenario` with a [workload]"
        "`--jobs FILE`、または [workload] のある `--scenario` で読み込む";
    jobs_of(name) "jobs of {name}" "{name} のジョブ";
    jobs_dropped(reason) "jobs dropped: {reason}" "除外したジョブ：{reason}";
    jobs(remark) "jobs: {remark}" "ジョブ：{remark}";
    scenario_file_brings_it_with_jobs() "`--scenario FILE` brings it, with `--jobs FILE` or a [workload]"
        "`--scenario FILE` と、`--jobs FILE` または [workload] で読み込む";
    simulated_seed(name, seed) "{name} simulated, seed {seed}" "{name} のシミュレーション（乱数シード {seed}）";
    scenario_file_brings_it_with() "`--scenario FILE` brings it, with `--jobs FILE` or a [workload]; `--from report.json`, too"
        "`--scenario FILE` と、`--jobs FILE` または [workload] で読み込む。`--from report.json` でもよい";
    the_saved_report_looked_for() "the saved report looked for none: `--scenario FILE` does"
        "保存されたレポートは提案を探していない。`--scenario FILE` なら探す";
    scenario_file_brings_what_it() "`--scenario FILE` brings what it needs, `--region REGION` the bundled table of a region"
        "必要なものは `--scenario FILE` で、あるリージョンの内蔵の価格表は `--region REGION` で読み込む";
    bundled_ec2_as_of(code, day) "bundled, {code}, EC2 as of {day}" "内蔵、{code}、EC2 は {day} 時点";
    as_of(date) ", as of {date}" "（{date} 時点）";
    those_of(source, as_of, name) "{source}{as_of}, those of {name}" "{source}{as_of}、対象 {name}";
    by_is_nothing_to_tell(name) "`--by {name}` is nothing to tell charges apart by"
        "`--by {name}` は請求を区別する項目でない";
    account_region_resource_queue_compute_environment() "account, region, resource, queue, compute_environment, tag:KEY, cost_category:KEY, billing_period, invoice or commitment_id"
        "account、region、resource、queue、compute_environment、tag:KEY、cost_category:KEY、billing_period、invoice、commitment_id のいずれかを指定する";
    the_table_was_not_given(table) "the table `{table}` was not given its source"
        "表 `{table}` の読み込み元が指定されていない";
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_languages_say_the_same_facts() {
        crate::model::said::same_facts(super::every());
    }
}
