//! Titles, captions, headings and facts of the pages of this module.

use crate::model::said::words;
pub(super) use crate::report::headings::*;

words! {
    backtest_of_the_spot_forecast() "Backtest of the Spot forecast" "スポット価格予測のバックテスト";
    by_month() "By month" "月別";
    by_type() "By type" "タイプ別";
    cases() "Cases" "件数";
    cheapest() "Cheapest" "最安";
    cheapest_and_dearest_zone_by_mean() "Cheapest and dearest zone by mean" "平均価格が最も低いゾーンと高いゾーン";
    days() "Days" "日数";
    dearest() "Dearest" "最高";
    forecast() "Forecast" "予測";
    inside_the_interval() "Inside the interval" "区間内の割合";
    interrupted() "Interrupted" "中断率";
    interval() "Interval" "区間";
    last() "Last" "直近";
    mean_error() "Mean error" "平均誤差";
    method() "Method" "方法";
    months() "Months" "月数";
    on_demand_is_cheaper() "On-Demand is cheaper" "オンデマンドが安い";
    score() "Score" "スコア";
    score_of_the_90_day_mean() "Score of the 90-day mean" "90 日平均のスコア";
    score_of_the_last_price() "Score of the last price" "直近価格のスコア";
    so() "So" "判定";
    spot_pays() "Spot pays" "スポットが有利";
    spot_pays_below() "Spot pays below" "スポットが有利になる価格";
    spot_prices_per_instance_hour_usd() "Spot prices per instance-hour (USD)" "1 台 1 時間あたりのスポット価格（USD）";
    time_at_or_above() "Time at or above" "オンデマンド以上の時間";
    what_the_forecast_adds() "What the forecast adds" "予測の効果";
    width_of_the_interval() "Width of the interval" "区間の幅";

    // Facts with their figures.
    record_of(start, end) "{start} to {end} (UTC, the end of the record)" "{start}～{end}（UTC、記録の終わりまで）";
    forecast_of(month, percent) "{month}, interval of {percent} %" "{month}、{percent}% 予測区間";
    break_even_of(job)
        "Break-even of `{job}`, interruptions and checkpoints counted"
        "`{job}` の損益分岐点（中断とチェックポイントを含む）";
    spot_from_to(instance_type, start, end) "{instance_type} Spot, {start} to {end}" "{instance_type} スポット（{start}～{end}）";
    usd_per_hour() "USD per hour" "1 時間あたり USD";
    cases_in(cases, months)
        "{cases} in {months} months: every zone and calendar month with 60 days of record before it and a complete record of it"
        "{months} か月の {cases} 件。前に 60 日の記録があり、当月の記録が揃っているゾーンと月";
    zones_move_together()
        "all zones of a month move together: how often the interval held is a matter of months, not of cases"
        "同じ月のゾーンは連動するため、区間が当たった割合は件数ではなく月数で見る";
    known_at_start()
        "from what was known at the start of the month; On-Demand prices are not used, no interval goes above the highest price of the type so far"
        "月初までに分かっていた情報による。オンデマンド単価は使わず、区間はそのタイプのそれまでの最高価格を超えない";
    meant_to_cover(percent) "meant to cover {percent} %" "{percent}% を含むように求めた区間";
    score_is()
        "of an interval: (its width + 10 × how far the truth lies outside) ÷ the truth; the lower, the better"
        "区間のスコアは（幅 + 10 × 実際の値が外れた距離）÷ 実際の値。小さいほどよい";
}
