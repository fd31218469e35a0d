//! Titles, captions, headings and facts of the pages of this module.

use crate::model::said::words;
pub(super) use crate::report::headings::*;

words! {
    spot_interruptions_apart() "Spot, interruptions apart" "スポット（中断を除く）";
    above_what_was_paid() "Above what was paid" "支払額を超える分";
    an_hour() "An hour" "1 時間あたり";
    and_at_least() "at least" "下限";
    and_at_most() "at most" "上限";
    as_it_is() "As it is" "現状";
    as_it_was() "As it was" "当時の状態";
    at_list_price() "At list price" "定価";
    at_the_rates_paid() "At the rates paid" "支払単価";
    beside_the_patch() "Beside the patch" "パッチに含まれないもの";
    beyond() "Beyond" "超過";
    break_even_percent_of_hours() "Break-even [% of hours]" "損益分岐点（時間の %）";
    candidate() "Candidate" "候補";
    change() "Change" "変更内容";
    cost_a_month() "Cost a month" "月額費用";
    gpus_in_use_percent() "GPUs in use [%]" "GPU の使用率（%）";
    here() "Here" "ここでの単価";
    hours_charged() "Hours charged" "請求された時間";
    id() "Id" "ID";
    item() "Item" "項目";
    looked_at_and_not_suggested() "Looked at and not suggested" "検討して採用しなかった候補";
    makespan_h() "Makespan [h]" "全体の所要時間（時間）";
    marks() "Marks" "印";
    mean_in_use() "Mean in use" "平均使用台数";
    metric() "Metric" "メトリクス";
    month_costs() "Month costs" "月の費用";
    one_or_more_in_use_percent_of_hours() "One or more in use [% of hours]" "1 台以上使用している時間（%）";
    p50_wait_s() "p50 wait [s]" "待ち時間 p50（秒）";
    p95_wait_now_s() "p95 wait now [s]" "現在の待ち時間 p95（秒）";
    p95_wait_promised_s() "p95 wait promised [s]" "見込みの待ち時間 p95（秒）";
    p95_wait_s() "p95 wait [s]" "待ち時間 p95（秒）";
    paid() "Paid" "支払単価";
    promised_a_month() "Promised a month" "月間の見込み";
    promised_and_what_it_would_have_been() "Promised, and what it would have been in this month" "見込みと当月の結果";
    promised_by() "Promised by" "見込みの出典";
    remark() "Remark" "備考";
    rest_costs() "Rest costs" "残りの費用";
    saves_a_month() "Saves a month" "月間削減額";
    saving_of_the_month() "Saving of the month" "当月の削減額";
    suggestions() "Suggestions" "提案";
    suggestions_each_alone_savings_of_several_do()
        "Suggestions, each alone; savings of several do not add up"
        "提案（それぞれ単独で実施した場合。削減額は合計できない）";
    then_s() "then [s]" "変更後（秒）";
    threshold() "Threshold" "しきい値";
    together() "Together" "合わせて実施した場合";
    values() "Values" "値の数";
    was_s() "was [s]" "実績（秒）";
    ways_to_buy_what_runs_on_demand()
        "Ways to buy what runs On-Demand; a commitment pays for what is in use in more hours than its break-even"
        "オンデマンドで動いている分の購入方法（損益分岐点を超える時間使用するものはコミットメントが有利）";
    why_not() "Why not" "採用しない理由";
    where_the_bill_is_nearer() "Instances and volumes of the month: where the bill is nearer, that was in force" "当月のインスタンスとボリューム（請求額に近い方が実際の設定）";
    use_as_measured() "Use as measured, and the thresholds of the guide" "測定された使用状況とガイドのしきい値";
    judged_by() "Judged by" "判定の基準";
    of() "Of" "対象";
    source() "Source" "出典";
    cure() "Cure" "対策";
    spot_pays_below_this_price() "Spot pays below this price, for the longest run of each job definition" "スポットが有利になる価格（各ジョブ定義の最長の実行による）";
    pays() "Pays" "有利";
    pays_below() "Pays below" "有利になる価格";
    spot_now() "Spot now" "現在のスポット価格";

    // Titles and facts with their figures.
    suggestions_of(scenario) "{scenario}: suggestions" "{scenario}：提案";
    worth_of(scenario) "{scenario}: what suggestions were worth" "{scenario}：提案の効果";
    a_month_for_instances(cost)
        "{cost} a month for instances and their root volumes"
        "インスタンスとルートボリュームの月額 {cost}";
    at_least_a_month(cost)
        "at least {cost} a month for instances and their root volumes"
        "インスタンスとルートボリュームの月額 {cost} 以上";
    waits_up_to(monthly, seconds)
        "{monthly}; 95 % of the jobs wait up to {seconds} s"
        "{monthly}、ジョブの 95% の待ち時間は {seconds} 秒以内";
    with_target(text, seconds) "{text}, the target is {seconds} s" "{text}（目標は {seconds} 秒）";
    with_unfinished(text, jobs) "{text}; {jobs} jobs do not finish" "{text}、{jobs} 件のジョブが完了しない";
    jobs_as_month(hours, month)
        "{hours} h of jobs, as a month of {month} h"
        "{hours} 時間分のジョブを {month} 時間の月とみなす";
    runs() "Runs" "実行";
    runs_of(runs, seed, settings)
        "{runs} from seed {seed} of each of {settings} settings"
        "{settings} 通りの設定をそれぞれ {runs} 回（乱数シード {seed} から）";
    simulated_for(cost, seconds)
        "{cost} for instances and their root volumes, simulated; 95 % of the jobs waited up to {seconds} s"
        "インスタンスとルートボリューム {cost}（シミュレーション）、ジョブの 95% の待ち時間は {seconds} 秒以内";

    // What a suggestion says of itself.
    nothing_found()
        "nothing: no change that was simulated saves more than the noise of the runs, or meets a missed target"
        "なし：実行ごとのばらつきを超えて費用を削減する変更、または未達の目標を達成する変更はない";
    named(id, what) "{id}: {what}" "{id}：{what}";
    set_now() "now" "現在";
    set_then() "then" "変更後";
    rests_on() "evidence" "根拠";
    assumes() "assumes" "前提";
    risk() "risk" "リスク";
    way_back() "way back" "元に戻す方法";
    to_apply() "to apply" "適用する内容";
    advice_only() "advice only: by hand, in no patch" "助言のみ（手作業で行う。パッチには含まれない）";
    max_vcpus_of(environment) "max_vcpus of {environment}" "{environment} の max_vcpus";
    waits_of(environment) "{environment}: waits by max_vcpus" "{environment}：max_vcpus ごとの待ち時間";
    seconds() "seconds" "秒";
    without() "without" "除いたもの";
    changes() "changes" "変更";
    then_saves() "saves a month" "月間削減額";
    saving_of(expected, low, high, cost)
        "{expected} ({low} to {high}); instances and their root volumes then cost {cost}"
        "{expected}（{low}～{high}）。変更後のインスタンスとルートボリュームの費用は {cost}";
    most_wait() "95 % wait up to" "95% の待ち時間";
    wait_was(seconds, now) "{seconds} s (now {now} s)" "{seconds} 秒以内（現在 {now} 秒）";
    budget_is() "budget" "予算";
    by_hand() "by hand" "手作業";
    before_applying() "before applying" "適用の前に";
    patch_of(ids) "Patch: {ids}" "パッチ：{ids}";
    hour_cost(start, end, source)
        "What an hour cost, charged from {start} to {end} by {source}; what is not charged keeps its list price"
        "1 時間あたりの支払額（{start}～{end}、{source}）。請求のないものは定価による";
    savings_paid(cost)
        "Savings at the rates paid, of {cost} a month: what a commitment covers is paid whether it is used or not"
        "支払単価での削減額（月額 {cost} のうち）。コミットメントの適用分は使用の有無にかかわらず支払う";
    rest_of_month(spent, budget, hours, day, beside)
        "The rest of the month: {spent} of {budget} are spent, {hours} h are left from {day}, in which file systems and the like cost {beside}"
        "月の残り：{budget} のうち {spent} を使用済み。{day} から {hours} 時間が残り、その間のファイルシステムなどの費用は {beside}";
    present() "present" "現在";
    largest_within() "largest within the budget" "予算内で最大";
    stands_out() "What stands out as it is" "現状で注目すべき点";
}
