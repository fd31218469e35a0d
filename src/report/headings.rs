//! Headings and names of facts that tables of several topics share.

use crate::model::said::words;

words! { pub(crate);
    attempts() "Attempts" "試行数";
    bought_as() "Bought as" "購入オプション";
    budget() "Budget" "予算";
    change() "Change" "増減";
    compute_environment() "Compute environment" "コンピューティング環境";
    cost() "Cost" "費用";
    detail() "Detail" "詳細";
    estimated() "Estimated" "見積額";
    evidence() "Evidence" "根拠";
    found() "Found" "結果";
    gpu_hours() "GPU-hours" "GPU 時間";
    high() "High" "上限";
    hours() "Hours" "時間";
    job_definition() "Job definition" "ジョブ定義";
    jobs() "Jobs" "ジョブ数";
    kind() "Kind" "種類";
    low() "Low" "下限";
    mean() "Mean" "平均";
    month() "Month" "月";
    most_vcpus() "Most vCPUs" "最大 vCPU";
    on_demand() "On-Demand" "オンデマンド";
    part() "Part" "内訳";
    prices() "Prices" "単価";
    region() "Region" "リージョン";
    scenario() "Scenario" "シナリオ";
    service() "Service" "サービス";
    symptom() "Symptom" "症状";
    total() "Total" "合計";
    type_of_instance() "Type" "タイプ";
    unfinished() "Unfinished" "未完了";
    unit() "Unit" "単位";
    usage_type() "Usage type" "使用量タイプ";
    value() "Value" "値";
    vcpu_hours() "vCPU-hours" "vCPU 時間";
    what() "What" "区分";
    window() "Window" "対象期間";
    workload() "Workload" "ワークロード";
    zone() "Zone" "アベイラビリティーゾーン";
}
