//! Titles, captions, headings and facts of the pages of this module.

use crate::model::said::words;
pub(super) use crate::report::headings::*;

words! {
    actual() "Actual" "請求";
    actual_cost() "Actual cost" "請求額";
    against() "Against" "比較する月";
    amount() "Amount" "金額";
    asked() "Asked" "問い合わせ";
    asked_for_that() "Asked for that" "そのための問い合わせ";
    below_list() "Below list" "定価との差";
    charged() "Charged" "請求額";
    charged_price() "Charged price" "請求単価";
    charges() "Charges" "請求";
    commitments() "Commitments" "コミットメント";
    compared() "Compared" "比較対象";
    difference() "Difference" "差額";
    difference_a_day() "Difference a day" "1 日あたりの差額";
    driver() "Driver" "要因";
    estimated_cost() "Estimated cost" "見積額";
    estimated_quantity() "Estimated" "見積数量";
    charged_quantity() "Charged" "請求数量";
    estimated_price() "Estimated price" "見積単価";
    estimated_with() "Estimated with" "見積もりの単価";
    every_charge_of_the_source_is_in() "Every charge of the source is in one place" "請求データの全額の内訳";
    excluded() "Excluded" "対象外";
    expected() "Expected" "期待値";
    hours_covered() "Hours covered" "適用された時間";
    lines() "Lines" "項目";
    list_cost_covered() "List cost covered" "適用された定価相当額";
    now() "Now" "今回";
    of_other_months() "Of other months" "他の月の分";
    out_of_scope() "Out of scope" "対象範囲外";
    per() "Per" "あたり";
    saved() "Saved" "削減額";
    settled() "Settled" "確定状況";
    share() "Share" "割合";
    sum_of_all() "Sum" "合計";
    the_sources_own_total() "The source's own total" "請求データの合計";
    unused() "Unused" "未使用";
    usage_types() "Usage types" "使用量タイプ";
    used() "Used" "使用";
    utilization() "Utilization" "使用率";
    what_changed_during_the_period() "What changed during the period" "期間中の変化";
    what_is_compared_at_the_sources_prices() "What is compared, at the source's prices" "比較対象の請求（請求データの価格別）";
    what_was_paid_for() "What was paid for" "単位あたりの費用";
    when() "When" "時期";
    why_they_differ() "Why they differ" "予実差異の要因";
    actual_less_estimated() "actual − estimated" "請求額 − 見積額";

    // Titles and facts with their figures.
    compared_of(scenario) "{scenario}: estimate against charges" "{scenario}：見積もりと請求の比較";
    explained_of(scenario, driver) "{scenario}: {driver} by usage type" "{scenario}：使用量タイプ別の「{driver}」";
    span_of_days(start, until) "{start} to {until} (UTC, end excluded)" "{start} から {until} の直前まで（UTC）";
    ended_ago(days) "the period ended {days} ago" "期間は {days}前に終わった";
    not_over() "the period is not over" "期間はまだ終わっていない";
    whole_until(age, day)
        "{age} and is compared whole, its last use is of {day}"
        "{age}。全体を比較し、最後の利用は {day} である";
    has_all(age) "{age}, the source has all of it" "{age}。請求データはすべて揃っている";
    one_day_missing(age)
        "{age}, 1 of its days is missing or not complete"
        "{age}。1 日分が欠けているか未確定である";
    days_missing(age, days)
        "{age}, {days} of its days are missing or not complete"
        "{age}。{days} 日分が欠けているか未確定である";
    shown_of(shown, all)
        "{shown} of {all} shown, the largest differences first; `--all` shows every line"
        "{all} 項目のうち差額の大きい {shown} 項目を示す。`--all` で全項目を示す";
    month_end(percent)
        "The month's end, in {percent} % of months between low and high"
        "月末の予測（{percent}% の月で下限と上限の間に収まる）";
    to_come(days) "{days} to come" "残り {days}";
    charged_in(days) "charged in {days}" "{days}分の請求";
    at_month_end() "At the month's end" "月末";
    estimated_for_month() "estimated for the month" "月全体の見積額";
    of_aws(day) "AWS's own, from {day} on" "AWS の予測（{day} 以降）";
    compared_sum() "compared" "比較対象";
    out_of_scope_sum() "out of scope" "対象範囲外";
    excluded_sum() "excluded" "対象外";
    top_movers(month) "Top movers against {month}" "{month} からの主な増減";
    more_rows(rows) "{rows} more" "ほか {rows} 行";
    by_of(what, by) "{what}, by {by}" "{what}（{by} 別）";
    every_charge() "Every charge of the source" "請求データの全額";
    what_is_compared() "What is compared" "比較対象の請求";
    as_many_days(month, source, days, stops)
        "{month}, {source}: {days} days{stops}, as many as are compared here"
        "{month}、{source}：{days} 日間{stops}。今回と同じ日数である";
    other_days(month, source, days, stops, now)
        "{month}, {source}: {days} days{stops}, beside {now} here, so differences are those of a day"
        "{month}、{source}：{days} 日間{stops}。今回は {now} 日間のため、差額は 1 日あたりで示す";
    no_more() ", of which the source has no more" "（請求データはここまで）";
    mostly(driver, what) "{driver}: {what}" "{driver}：{what}";
    replaced(from, to) "from {from} to {to}" "{from} から {to} へ";
    more_of(name) "more of {name}" "{name} の増加";
    fewer_of(name) "fewer of {name}" "{name} の減少";
    higher_for(name) "higher for {name}" "{name} の上昇";
    lower_for(name) "lower for {name}" "{name} の低下";
    meaning_hours()
        "more or fewer hours, at the estimate's prices and Spot share"
        "稼働時間の増減（見積もりの単価とスポットの割合による）";
    meaning_mix()
        "hours of one type in place of another, with GPUs or without, at the estimate's prices"
        "タイプの入れ替わり（GPU の有無で分け、見積もりの単価による）";
    meaning_spot_share()
        "more or fewer of a type's hours on Spot, at the estimate's prices"
        "スポットで稼働した割合の増減（見積もりの単価による）";
    meaning_price() "other prices for the hours that were charged" "請求された時間の単価の違い";
    meaning_storage()
        "volumes, file systems, buckets and images that are in both"
        "双方にあるボリューム、ファイルシステム、バケット、イメージ";
    meaning_other() "everything else that is in both" "双方にあるその他の項目";
    meaning_unpriced() "charged, and in the estimate without a price" "請求され、見積もりでは単価が不明なもの";
    meaning_only_charged() "charged, and not in the estimate" "請求され、見積もりにないもの";
    meaning_only_estimated() "in the estimate, and not charged" "見積もりにあり、請求されなかったもの";
    none() "(none)" "（なし）";
    untagged() "(untagged)" "（タグなし）";
    uncategorized() "(uncategorized)" "（未分類）";
    not_invoiced() "(not invoiced)" "（未請求）";
    date() "Day" "日";
    account() "Account" "アカウント";
    resource() "Resource" "リソース";
    billing_period() "Billing period" "請求期間";
    invoice() "Invoice" "請求書";
    commitment() "Commitment" "コミットメント";
    queue_of() "Queue" "キュー";
    environment_of() "Compute environment" "コンピューティング環境";
}
