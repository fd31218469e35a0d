//! Titles, captions, headings and facts of the pages of this module.

use crate::model::said::words;
pub(super) use crate::report::headings::*;

words! {
    check() "Check" "検査";
    ebs_nat_transfer() "EBS, NAT, transfer" "EBS、NAT、データ転送";
    end() "End" "終了";
    file() "File" "ファイル";
    instance_types() "Instance types" "インスタンスタイプ数";
    instances() "Instances" "インスタンス数";
    missing() "Missing" "不足";
    notes() "Notes" "注記";
    number_of_bundled_prices_by_region() "Number of bundled prices by region" "リージョン別の内蔵単価の数";
    offering() "Offering" "オファリング";
    per_instance_hour() "Per instance-hour" "1 台 1 時間あたり";
    prices() "Prices" "単価の数";
    read_at() "Read at" "取得日時";
    start() "Start" "開始";
    up_front() "Up front" "前払い額";
    usage_lines() "Usage lines" "使用量の項目数";
    valid() "valid" "有効";
    verdict() "Verdict" "判定";
}
