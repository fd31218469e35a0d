//! Titles, captions, headings and facts of the pages of this module.

use crate::model::said::words;
pub(super) use crate::report::headings::*;

words! {
    at_least() "At least" "下限";
    at_most() "At most" "上限";
    intervals() "Intervals" "区間";
    key() "Key" "キー";
    learned() "Learned" "推定値";
    left_out() "Left out" "除外";
    now() "Now" "現在値";
    state() "State" "状態";

    // Titles, facts and details with their figures.
    learned_of(scenario) "{scenario}: learned from its jobs" "{scenario}：ジョブの記録からの推定";
    of_the_week(zone) "of the week in {zone}" "週の時間帯（{zone}）";
    from_counts() "95 %, from the counts alone" "95%（件数のみによる）";
    found_of(proposed, kept, unknown)
        "{proposed} to set, {kept} as they are, {unknown} not known"
        "設定する値 {proposed} 件、現状のまま {kept} 件、不明 {unknown} 件";
    written() "Written" "書き込んだ内容";
    would_be_written() "Changes, which `--apply` writes" "変更（`--apply` で書き込む）";
    environment_of(name) "compute environment {name}" "コンピューティング環境 {name}";
    definition_of(name) "job definition {name}" "ジョブ定義 {name}";
    arrivals_of(name) "arrivals of {name}" "{name} のジョブの到着";
    run_hours(values, mean)
        "run_hours: {values} values, {mean} h on average"
        "run_hours：{values} 個の値、平均 {mean} 時間";
    counted_and_assumed() "What was counted, and what it assumes" "数えたものと前提";
    not_known() "Not known, and what is missing" "不明な値と不足しているもの";
}
