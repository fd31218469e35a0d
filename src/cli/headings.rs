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

    // Prices.
    blocks_of(instance_type, region, hours)
        "Capacity Blocks of {instance_type} in {region}, {hours} h"
        "{instance_type} のキャパシティブロック（{region}、{hours} 時間）";
    prices_read() "Prices read from AWS" "AWS から取得した単価";
    bundled_prices() "Bundled prices" "内蔵の単価";
    prices_of(file) "Prices of {file}" "{file} の単価";
    ec2_as_of() "EC2 as of" "EC2 の時点";
    oldest_read_at() "Oldest read at" "最も古い取得日時";
    show_region() "Region" "リージョン";
    show_service() "Service" "サービス";
    show_type_of_instance() "Type" "タイプ";
    show_bought_as() "Bought as" "購入オプション";
    show_from() "From" "起点";
    show_per() "Per" "単位";
    show_gib() "GiB" "GiB";
    show_gpu() "GPU" "GPU";
    show_gpus() "GPUs" "GPU 数";
    show_gib_each() "GiB each" "GPU あたり GiB";
    show_a_vcpu_hour() "A vCPU-hour" "vCPU 時間あたり";
    show_a_gpu_hour() "A GPU-hour" "GPU 時間あたり";
    show_as_of() "As of" "時点";
    show_verified() "Verified" "検証済み";
    show_source() "Source" "出典";
    show_vcpus() "vCPUs" "vCPU";
    show_usd() "USD" "USD";
    show_an_hour() "An hour" "1 時間あたり";
}
