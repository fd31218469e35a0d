//! Titles, captions, headings and facts of the pages of this module.

#![deny(clippy::float_arithmetic)]

use crate::model::said::words;
pub(super) use crate::report::headings::*;

words! {
    after() "After" "変更後";
    all_environments() "All" "全体";
    batch_limits_on_demand_at_its_price()
        "Batch limits (On-Demand at its price, Spot at its highest bid; not in the total)"
        "AWS Batch の上限（オンデマンドは単価、スポットは最高入札額による。合計には含まない）";
    before() "Before" "変更前";
    burn_per_hour() "Burn per hour" "1 時間あたりの費用";
    calibrated() "Calibrated" "補正後";
    ceiling() "Ceiling" "上限額";
    ceiling_is() "Ceiling is" "上限額の内訳";
    changes_of_prices() "Changes of prices" "単価の変化";
    cost_of_the_scenario_by_prices_alone_expected()
        "Cost of the scenario, by prices alone (expected)"
        "単価の変化によるシナリオの費用（期待値）";
    estimates_of_several_scenarios() "Estimates of several scenarios" "複数のシナリオの見積もり";
    fixed() "Fixed" "固定";
    floor() "Floor" "下限額";
    forgotten_weekend_48_h() "Forgotten weekend (48 h)" "止め忘れた週末（48 時間）";
    from() "From" "起点";
    gpu_hour() "GPU-hour" "GPU 時間";
    group() "Group" "グループ";
    highest_ratio() "Highest ratio" "最大の比率";
    hours_basis() "Hours basis" "時間の数え方";
    hours_in_the_period() "Hours in the period" "期間中の時間";
    how() "How" "内容";
    input() "Input" "入力";
    inputs_without_effect() "Inputs without effect" "効果のない入力";
    instance_type() "Instance type" "インスタンスタイプ";
    line() "Line" "項目";
    lowest_ratio() "Lowest ratio" "最小の比率";
    max_vcpus() "max vCPUs" "最大 vCPU";
    min_vcpus() "min vCPUs" "最小 vCPU";
    nodes() "Nodes" "ノード数";
    of_the_total() "Of the total" "合計に対する割合";
    period() "Period" "期間";
    price_from() "Price from" "単価の出典";
    prices_to_add_to_the_scenario_each()
        "Prices to add to the scenario, each with its dollars"
        "シナリオに加える単価（金額を記入する）";
    quantity() "Quantity" "数量";
    range() "Range" "範囲";
    ratio() "Ratio" "比率";
    run() "Run" "1 回の実行";
    scheduled_limits() "Scheduled limits" "スケジュールによる上限と下限";
    tenth_less() "-10 %" "10% 減";
    tenth_more() "+10 %" "10% 増";
    unchanged() "Unchanged" "変化なし";
    unit_costs_expected() "Unit costs (expected)" "単位あたりの費用（期待値）";
    unit_price() "Unit price" "単価";
    usage() "Usage" "従量";
    useful_gpu_hour() "Useful GPU-hour" "有効な GPU 時間";
    useful_hour_of_a_run() "Useful hour of a run" "実行の有効な 1 時間";
    vcpu_hour() "vCPU-hour" "vCPU 時間";
    worst_case_of_one_job_attempts_timeout()
        "Worst case of one job (attempts × timeout, alone on the dearest type that fits)"
        "1 件のジョブの最大費用（試行回数 × タイムアウト。収まる最も高価なタイプを占有した場合）";

    // Titles and facts with their figures.
    estimate_of(scenario) "{scenario}: estimate" "{scenario}：見積もり";
    how_of(scenario) "{scenario}: how the figures come about" "{scenario}：金額の計算過程";
    sensitivity_of(scenario)
        "{scenario}: effect of a tenth less and a tenth more of each input on the total"
        "{scenario}：各入力を 1 割増減したときの合計への影響";
    calibrated_by(months)
        "Calibrated: charged over estimated in the last {months} closed months"
        "補正：直近の締め済み {months} か月の請求額と見積額の比による";
    against(scenario) "vs {scenario}" "{scenario} との差";
    month_in_utc(month, hours) "{month} (UTC, {hours} h)" "{month}（UTC、{hours} 時間）";
    from_to(start, end, hours)
        "{start} to {end} (end excluded, {hours} h)"
        "{start} から {end} の直前まで（{hours} 時間）";
    part_of_a_month(hours)
        "a part of a month counts by {hours} h a month; a whole month is exactly 1"
        "1 か月に満たない分は月 {hours} 時間として数える。丸 1 か月はちょうど 1 とする";
    part_of_the_month()
        "a part of a month counts by the month's real hours; a whole month is exactly 1"
        "1 か月に満たない分はその月の実時間で数える。丸 1 か月はちょうど 1 とする";
    budget_within(total, limit) "{total} is within {limit}" "{total}は {limit} 以内";
    budget_warned(total, limit, by, over)
        "{total} is above warn_usd = {limit} {by} {over}"
        "{total}は warn_usd = {limit} を{by} {over} 上回る";
    budget_failed(total, limit, by, over)
        "{total} is OVER fail_usd = {limit} {by} {over}"
        "{total}は fail_usd = {limit} を{by} {over} 超過";
    budget_unknown(limit)
        "unknown; what has a price does not exceed {limit}"
        "不明（単価が判明している項目の合計は {limit} 以内）";
    also_in_high_case(text, high, limit)
        "{text}; the high case, {high}, is above {limit}"
        "{text}（上限の {high} は {limit} を上回る）";
    expected_total() "expected" "期待値";
    calibrated_total() "calibrated" "補正後の期待値";
    by_exactly() "by" "";
    by_at_least() "by at least" "少なくとも";
    gone_in(limit, hours) "{limit} is gone in {hours} h at the ceiling" "上限額では {hours} 時間で {limit} を使い切る";
    retired(option) "{option}, retired" "{option}（提供終了）";
    unverified(source) "{source} (unverified)" "{source}（未検証）";
    so_many_of(same, all) "{same} of {all} prices" "単価 {all} 件のうち {same} 件";
    price_of(sku) "price of {sku}" "{sku} の単価";

    // The arithmetic of a line.
    step_usage() "usage" "使用量";
    step_quantity() "quantity" "数量";
    step_fee() "fee" "料金";
    step_effective_price() "effective price" "実効単価";
    step_on_demand() "On-Demand would be" "オンデマンドの場合";
    step_list_price() "list price" "定価";
    step_discount() "discount" "割引";
    step_unit_price() "unit price" "単価";
    step_cost() "cost" "費用";
    step_low() "low case" "下限";
    step_high() "high case" "上限";
    step_price_range() "range of the price" "単価の範囲";
    step_price_from() "price from" "単価の出典";
    as_declared(cost) "{cost}, as declared in the scenario" "{cost}（シナリオの記載による）";
    per_unit(price, unit) "{price} per {unit}" "1 {unit}あたり {price}";
    for_all(price, cost) "{price}, {cost} for all" "{price}、全体で {cost}";
    low_and_high(expected, low, high) "{expected} (low {low}, high {high})" "{expected}（下限 {low}、上限 {high}）";
    unknown_because(reason) "unknown: {reason}" "不明（理由：{reason}）";
    bundled_as_of(source, date)
        "{source}, EC2 as of {date}, the rest as each line says; USD"
        "{source}（EC2 は {date} 時点、その他は各項目に記載）、米ドル";
    as_of(source, date) "{source}, as of {date}; USD" "{source}（{date} 時点）、米ドル";
    undated(source) "{source}; USD" "{source}、米ドル";
    of(scenario, value) "{scenario}: {value}" "{scenario}：{value}";
    of_date(source, date) "{source}, as of {date}" "{source}（{date} 時点）";
    product(quantity, price, sign, cost) "{quantity} × {price} {sign} {cost}" "{quantity} × {price} {sign} {cost}";
    span(low, high) "{low} to {high}" "{low}～{high}";
    source_as_of(source, as_of) "{source}, {as_of}" "{source}（{as_of}）";
    as_of_date(date) "as of {date}" "{date} 時点";
    no_date() "no date" "日付なし";
    not_verified() "unverified" "未検証";
}
