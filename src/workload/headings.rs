//! Titles, captions, headings and facts of the pages of this module.

use crate::model::said::words;
pub(super) use crate::report::headings::*;

words! {
    day() "Day" "曜日";
    dependencies() "Dependencies" "依存関係";
    dropped() "Dropped" "除外";
    memory() "Memory" "メモリ";
    most_gpus() "Most GPUs" "最大 GPU";
    most_mib() "Most MiB" "最大 MiB";
    most_nodes() "Most nodes" "最大ノード数";
    queue() "Queue" "キュー";
    run_max_s() "Run max [s]" "実行時間 最大（秒）";
    run_p50_s() "Run p50 [s]" "実行時間 p50（秒）";
    run_p90_s() "Run p90 [s]" "実行時間 p90（秒）";
    sorted_in() "Sorted in" "並べ替え";
    submissions_by_hour_of_the_week_utc() "Submissions by hour of the week (UTC)" "曜日と時間帯ごとの投入数（UTC）";
    submitted() "Submitted" "投入";
    user() "User" "ユーザー";
    account() "Account" "アカウント";
    share_of() "Share" "シェア";
    name() "Name" "名前";
    job_definition_of() "Job definition" "ジョブ定義";
    ending() "End" "終了理由";
    tag(key) "Tag {key}" "タグ {key}";
    end_of_attempt() "end of the attempt" "試行の終了理由";
    tag_in_words(key) "tag {key}" "タグ {key} ";
    hours_by(what) "Hours by {what}, earlier attempts included" "{what}別の時間（以前の試行を含む）";
    others(number) "{number} others" "ほか {number} 件";
    one_other() "1 other" "ほか 1 件";
    span_of_days(first, last, days) "{first} to {last} ({days} days)" "{first}～{last}（{days} 日間）";
    within_days(days)
        "within {days} days; the file does not say when"
        "{days} 日間（時期はファイルに記載がない）";
    title() "Jobs" "ジョブ";
    no_such(what) "no {what}" "{what}の記載なし";
    hours_of_day(first, last) "{first}–{last} h" "{first}～{last} 時";
}
