//! Headings, labels and units of the monthly report in every language: a word has one form for each, or does not compile.

use crate::compare::steps::SMALLER;
use crate::report::Said;

macro_rules! words {
    ($($name:ident $en:literal $ja:literal;)*) => {
        /// A heading, a label or a unit.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each says itself what it is")]
        pub enum Word { $($name),* }

        impl Word {
            /// Every word.
            pub const ALL: &'static [Word] = &[$(Word::$name),*];

            /// Its forms.
            #[must_use]
            pub fn said(self) -> Said {
                match self { $(Word::$name => Said::new($en, $ja),)* }
            }
        }
    };
}

words! {
    Summary "Summary" "概要";
    Lines "Lines" "明細";
    Bridge "Bridge" "予実差異の内訳";
    Mostly "Mainly" "主な項目";
    Behind "What is behind each reason" "理由ごとの内訳";
    Daily "Daily" "日次";
    UnitPrices "Unit prices" "単価";
    Assumptions "Assumptions" "前提";
    Charged "Charged" "請求額";
    Estimated "Estimated" "見積額";
    EstimatedWhole "Estimated, whole period" "見積額（期間全体）";
    NoBudget "none set" "設定なし";
    NotCharged "no bill loaded" "請求データなし";
    NotSimulated "no jobs to simulate" "対象ジョブなし";
    NotEstimated "no usage declared" "利用時間の記載なし";
    ForTarget "to meet the wait target" "待ち時間の目標を達成するため";
    Difference "Difference" "差額";
    LeftOfBudget "Budget left" "予算残";
    Budget "Budget" "予算";
    MonthEnd "Month-end forecast" "月末の予測";
    CouldSave "Potential monthly savings" "月間削減見込み額";
    Range "Range" "範囲";
    Low "Low" "下限";
    Expected "Expected" "期待値";
    High "High" "上限";
    PeakDemand "Peak demand" "要求のピーク";
    Unknown "unknown" "不明";
    Actions "Actions" "推奨する変更";
    CostByDay "Cost by day" "日ごとの費用";
    CostByService "Cost by service" "サービス別の費用";
    WhyDifferent "Why the charges differ from the estimate" "予実差異の要因";
    SpotHistory "Spot prices" "スポット価格";
    ForecastFor "Forecast" "予測";
    DemandAndCap "Demand and cap" "需要と上限";
    Frontier "Cost and waits by max_vcpus" "max_vcpus ごとの費用と待ち時間";
    Queue "Queue health" "キューの状態";
    Limits "Limits of AWS Batch" "AWS Batch の上限";
    Coverage "Coverage" "カバレッジ";
    Method "Method" "算出方法";
    Notes "Notes" "注記";
    Since "Changes since the earlier report" "前回のレポートからの変化";
    ChargedUsage "Charged usage types" "請求された使用量タイプ";
    WhatChanged "What changed during the period" "期間中の変化";
    MovedMost "What the charges moved by" "請求額の増減";
    ChargedQuantity "Quantity charged" "請求された数量";
    EstimatedQuantity "Quantity estimated" "見積もった数量";
    DifferenceADay "Difference a day" "1 日あたりの差額";
    SmallerUsageTypes "smaller usage types" "金額の小さい使用量タイプ";
    Line "Line" "項目";
    LineId "Line id" "項目番号";
    Group "Group" "区分";
    Service "Service" "サービス";
    UsageType "Usage type" "使用量タイプ";
    BoughtAs "Purchase option" "購入オプション";
    Region "Region" "リージョン";
    Quantity "Quantity" "数量";
    QuantityLow "Quantity, low" "数量（下限）";
    QuantityHigh "Quantity, high" "数量（上限）";
    Unit "Unit" "単位";
    UnitPrice "Unit price" "単価（USD）";
    UnitPriceLow "Unit price, low" "単価（下限）";
    UnitPriceHigh "Unit price, high" "単価（上限）";
    ListUnitPrice "List unit price" "オンデマンド単価";
    Cost "Cost" "費用";
    CostLow "Cost, low" "費用（下限）";
    CostHigh "Cost, high" "費用（上限）";
    Basis "Fixed or by use" "固定・従量";
    PriceFrom "Price source" "単価の出典";
    AsOf "As of" "時点";
    Verified "Verified" "検証済み";
    Sku "SKU" "SKU";
    PriceDetail "Price detail" "単価の詳細";
    Derivation "Derivation" "計算式";
    MissingReason "Why there is no price" "単価が不明な理由";
    LinesWithoutPrice "Lines without a price" "単価が不明な項目の数";
    LowerBound "lower bound" "下限値";
    MissingPrices "Prices to add to the scenario" "シナリオに追加する単価";
    Scenario "Scenario" "シナリオ";
    Period "Period" "期間";
    PeriodStart "Period start" "期間の開始";
    PeriodEnd "Period end" "期間の終了";
    Month "Month" "月";
    Currency "Currency" "通貨";
    Prices "Prices" "価格";
    MadeAt "Made at" "作成日時";
    MadeBy "Made by" "作成プログラム";
    Item "Item" "項目名";
    Value "Value" "値";
    Reason "Reason" "理由";
    Amount "Amount" "金額";
    Day "Day" "日";
    Complete "Complete" "確定";
    DailyEstimate "Estimate, evenly by day" "見積額（日割り）";
    Key "Key of the scenario" "シナリオのキー";
    OutOfScope "Charges outside the scope" "範囲外の請求";
    Excluded "Not in the estimate's scope" "見積もりの対象外の請求";
    Total "Total" "合計";
    Id "ID" "ID";
    Kind "Kind" "種類";
    Change "Change" "変更";
    Now "Now" "現在";
    Then "Proposed" "変更後";
    Saves "Monthly saving" "月間削減額";
    AtLeast "at least" "下限";
    AtMost "at most" "上限";
    WaitNow "p95 wait now [s]" "現在の待ち時間 p95（秒）";
    WaitThen "p95 wait proposed [s]" "変更後の待ち時間 p95（秒）";
    Risk "Risk" "リスク";
    WayBack "To undo" "元に戻す方法";
    MonthlyCost "Monthly cost" "月額費用";
    WaitP50 "p50 wait [s]" "待ち時間 p50（秒）";
    WaitP95 "p95 wait [s]" "待ち時間 p95（秒）";
    Jobs "Jobs" "ジョブ数";
    Succeeded "Succeeded" "成功";
    Failed "Failed" "失敗";
    Unfinished "Unfinished" "未完了";
    Interruptions "Interrupted attempts" "中断された試行";
    GpusInUse "GPUs in use" "GPU の使用率";
    VcpusInUse "vCPUs in use" "vCPU の使用率";
    Seconds "seconds" "秒";
    VcpusDemanded "demanded by jobs" "ジョブの要求";
    VcpusOwned "of instances" "インスタンス";
    Cap "max_vcpus" "max_vcpus";
    Vcpus "vCPUs" "vCPU";
    UsdPerDay "USD a day" "1 日あたり USD";
    UsdPerHour "USD per hour" "1 時間あたり USD";
    Usd "USD" "USD";
    Zone "Zone" "アベイラビリティーゾーン";
    InstanceType "Instance type" "インスタンスタイプ";
    MeanPrice "Mean price" "平均価格";
    CurrentPrice "Last price" "直近の価格";
    OnDemand "On-Demand" "オンデマンド";
    ExchangeRate "Exchange rate" "為替レート";
    RateDate "Date of the rate" "レートの日付";
    BoughtOnDemand "On-Demand" "オンデマンド";
    BoughtSpot "Spot" "スポット";
    BoughtReserved "Reserved" "リザーブド";
    BundledPrices "bundled" "内蔵の価格表";
    LivePrices "live" "AWS の価格表";
    BoughtCapacityBlock "Capacity Block" "キャパシティブロック";
    UnitHours "Hours" "時間";
    UnitGbMonths "GB-Months" "GB-月";
    UnitIopsMonths "IOPS-Months" "IOPS-月";
    UnitMibpsMonths "MiBps-Months" "MiBps-月";
    UnitUnits "Units" "個";
    UnitRequests "Requests" "リクエスト";
    ApartTax "tax" "消費税等";
    ApartCredit "credit" "クレジット";
    ApartRefund "refund" "返金";
    ApartSupport "support" "サポート";
    ApartFee "fee" "料金";
    ApartDiscount "discount" "割引";
    Compute "Compute" "コンピューティング";
    Storage "Storage" "ストレージ";
    Other "Other" "その他";
    DriverHours "Instance hours" "インスタンスの稼働時間の差";
    DriverMix "Mix of instance types" "インスタンスタイプ構成の差";
    DriverSpotShare "Share of Spot" "スポットの割合の差";
    DriverPrice "Prices per hour" "単価の差";
    DriverStorage "Storage" "ストレージの差";
    DriverOther "Other lines" "その他の項目の差";
    DriverUnpriced "Estimated without a price" "単価不明の見積項目";
    DriverOnlyCharged "Charged, not estimated" "見積外の請求";
    DriverOnlyEstimated "Estimated, not charged" "請求のなかった見積項目";
    AdviceOnly "advice only, in no patch" "助言のみ（パッチには含まれない）";
}

/// A purchasing option, a FOCUS unit, a source of prices or a kind of charge by its name in data; what has no other form stays as it is.
pub(super) fn by_name(name: &str) -> Said {
    let word = match name {
        "on_demand" => Word::BoughtOnDemand,
        "spot" => Word::BoughtSpot,
        "reserved" => Word::BoughtReserved,
        "capacity_block" => Word::BoughtCapacityBlock,
        "bundled" => Word::BundledPrices,
        "live" => Word::LivePrices,
        "savings_plan" => return Said::alike("Savings Plan"),
        "none" => return Said::default(),
        "Hours" => Word::UnitHours,
        "GB-Months" => Word::UnitGbMonths,
        "IOPS-Months" => Word::UnitIopsMonths,
        "MiBps-Months" => Word::UnitMibpsMonths,
        "Units" => Word::UnitUnits,
        "Requests" => Word::UnitRequests,
        SMALLER => Word::SmallerUsageTypes,
        "tax" => Word::ApartTax,
        "credit" => Word::ApartCredit,
        "refund" => Word::ApartRefund,
        "support" => Word::ApartSupport,
        "fee" => Word::ApartFee,
        "discount" => Word::ApartDiscount,
        other => return Said::alike(other),
    };
    word.said()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_translated() {
        // What AWS and FOCUS call so in Japanese, too.
        let alike = ["SKU", "ID", "max_vcpus", "USD"];
        for word in Word::ALL {
            let Said { en, ja } = word.said();
            let translated = !ja.is_ascii() || ja == "vCPU";
            assert!(translated || (en == ja && alike.contains(&en.as_str())), "{word:?}: {ja}");
            assert!(en.is_ascii() && !en.is_empty(), "{word:?}: {en}");
        }
    }
}
