//! The sentences of the monthly report in every language.

use super::{Budget, Charged, ChargedStep, MonthlyReport, Word, changed, second};
use crate::model::decimal::{self, Decimal};
use crate::model::money::{CostRange, Total, Usd};
use crate::model::said::{Said, day_in_japanese as day_words, sayings};
use crate::model::time::{DAY, Month, day};
use crate::report::{Lang, basis_ja, prices};

sayings! {
    /// A sentence with its figures.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "each says itself what it is")]
    pub enum Sentence {
        ChargedAgainst { month: String, until: Option<String>, charged: Usd, estimated: Total }
            en("{}{}: {}", month_words(month, Lang::En), until.as_ref().map_or_else(String::new, |day| format!(" through {day}")), against_estimate(*charged, *estimated, Lang::En))
            ja("{}{}の{}", month_words(month, Lang::Ja), until.as_ref().map_or_else(String::new, |day| format!("（{} まで）", day_words(day))), against_estimate(*charged, *estimated, Lang::Ja));
        /// `unpriced` is how many lines have no price, of how many.
        EstimatedOnly { month: String, low: Usd, expected: Total, high: Option<Usd>, unpriced: (usize, usize) }
            en("{}: {}", month_words(month, Lang::En), estimated(*expected, (*low, *high), *unpriced, Lang::En))
            ja("{}の{}", month_words(month, Lang::Ja), estimated(*expected, (*low, *high), *unpriced, Lang::Ja));
        NothingEstimated { month: String, charged: Option<Usd> }
            en("{}: {}the scenario declares no usage, so there is no estimate.", month_words(month, Lang::En), charged.map_or_else(String::new, |usd| format!("{} was charged; ", usd.cents())))
            ja("{}：{}シナリオに利用時間の記載がないため、見積もりはない。", month_words(month, Lang::Ja), charged.map_or_else(String::new, |usd| format!("請求額は {} である。", usd.cents())));
        CostsMore { changes: usize, cost: Usd }
            en("{} would cost {} more a month and keep the wait target.", if *changes == 1 { "One change".to_owned() } else { format!("{changes} changes together") }, cost.cents())
            ja("{changes} 件の変更により、費用は月 {} 増えるが、待ち時間の目標を達成できる。", cost.cents());
        NoBudget
            en("The scenario sets no budget.")
            ja("予算は設定されていない。");
        BudgetExceeded { limit: Usd, by: Usd }
            en("The budget of {} is exceeded by {}.", limit.cents(), by.cents())
            ja("予算 {} を {} 超過している。", limit.cents(), by.cents());
        BudgetKept { limit: Usd, left: Usd }
            en("The month stayed within its budget of {}, with {} left ({} used).", limit.cents(), left.cents(), used(*limit, *left, Lang::En))
            ja("予算 {} に対し {} の余裕がある（消化率 {}）。", limit.cents(), left.cents(), used(*limit, *left, Lang::Ja));
        BudgetUsedUp { left: Usd, days: Decimal }
            en("At the daily cost so far, the remaining budget of {} will be used up in {} days.", left.cents(), decimal::grouped(*days, 0))
            ja("これまでの日額が続くと、残りの予算 {} は {} 日で使い切る。", left.cents(), decimal::grouped(*days, 0));
        BudgetLasts { left: Usd, days_to_come: i64 }
            en("At the daily cost so far, the remaining budget of {} covers the remaining {days_to_come} days.", left.cents())
            ja("これまでの日額が続いても、残りの予算 {} で残り {days_to_come} 日間をまかなえる。", left.cents());
        BudgetLeft { limit: Usd, left: Usd }
            en("{} of the budget of {} is left; too little has been charged to say how long it will last.", left.cents(), limit.cents())
            ja("予算 {} のうち {} が残っている。請求がまだ少なく、何日分に当たるかは分からない。", limit.cents(), left.cents());
        BudgetAgainstEstimate { limit: Usd, expected: Total }
            en("{}", against_budget(*expected, *limit, Lang::En))
            ja("{}", against_budget(*expected, *limit, Lang::Ja));
        LargestReason { driver: Word, amount: Usd }
            en("The largest part of the difference is “{}” with {}.", driver.said().en, signed(*amount))
            ja("差異の最大の要因は「{}」（{}）である。", driver.said().ja, signed(*amount));
        NoDifference
            en("Charges and estimate do not differ.")
            ja("請求額と見積額に差はない。");
        Savings { changes: usize, saving: Usd }
            en("{} could save {} a month.", if *changes == 1 { "One change".to_owned() } else { format!("{changes} changes together") }, saving.cents())
            ja("{changes} 件の変更により、月 {} の削減が見込まれる。", saving.cents());
        NothingToSave
            en("No simulated change saves more than the variation between runs.")
            ja("シミュレーションした変更のうち、実行ごとのばらつきを超えて費用を削減するものはない。");
        NotSimulated
            en("The scenario names no jobs, so no changes were evaluated.")
            ja("シナリオにジョブの記録がないため、変更は検討していない。");
        NotLookedFor { reason: Said }
            en("No changes were evaluated: {}.", reason.en)
            ja("変更は検討していない（理由：{}）。", reason.ja);
        LinesPriced { priced: usize, lines: usize }
            en("{}", coverage(*priced, *lines, Lang::En))
            ja("{}", coverage(*priced, *lines, Lang::Ja));
        ChargesMatched { matched: Usd, charged: Usd }
            en("{} of the charges, {} of {}, match estimated lines.", percent(matched.amount(), charged.amount(), Lang::En), matched.cents(), charged.cents())
            ja("請求額の {} は見積項目と対応付けられた（{} のうち {}）。", percent(matched.amount(), charged.amount(), Lang::Ja), charged.cents(), matched.cents());
        HowEstimated { source: String, as_of: Option<String> }
            en("The estimate is quantity × unit price, line by line, with {}. Low, expected and high are three consistent cases.", prices(source, as_of.as_deref()).en)
            ja("見積額は項目ごとの数量に単価を掛けたものである。単価は{}による。下限・期待値・上限は、それぞれ一貫した前提による 3 ケースである。", prices(source, as_of.as_deref()).ja);
        /// `last` is the last day that is compared.
        HowCharged { source: String, basis: String, last: String }
            en("Charges are from {source} ({basis} cost in USD) and compared through {last}. Tax, credits, refunds and support are shown apart and are in no total.")
            ja("請求データは {source}（{}、米ドル）、対象は{}までである。税、クレジット、返金、サポートは別に示し、合計には含めない。", basis_ja(basis), day_words(last));
        HowBridged
            en("The bridge changes hours, Spot share and price of each instance type one after the other and adds up to the difference. Where some types fell and others rose, with and without GPUs apart, what they have in common in list dollars is the mix of types.")
            ja("予実差異の内訳は、インスタンスタイプごとに時間、スポットの割合、単価を順に変えて求め、合計は差額に一致する。GPU の有無で分けた中で、時間の減ったタイプと増えたタイプがあるときは、オンデマンド単価で測った共通の分をタイプ構成の差とする。");
        OtherUsageTypes { number: usize }
            en("{} other {}", number, if *number == 1 { "usage type" } else { "usage types" })
            ja("ほか {number} 件の使用量タイプ");
        HowSimulated { trace: String, seed: u64 }
            en("Waits are simulated with the jobs of {trace} (seed {seed}); savings are differences between simulations under the same seeds.")
            ja("ジョブの待ち時間は {trace} を用いたシミュレーション（乱数シード {seed}）による。削減額は同じ乱数での変更前後の差である。");
        HowForecast
            en("A Spot forecast is the mean price of the month after the record: the last price, with an 80 % interval from how far prices moved in earlier months.")
            ja("スポット価格の予測は記録の翌月の平均価格で、直近の価格を予測値とする。幅は 80% 予測区間で、過去の月の値動きから求める。");
        Rate { code: String, rate: Decimal, date: String }
            en("Amounts in {code} are at {} {code} to the US dollar, the rate given for {date}; AWS bills in USD.", decimal::plain(*rate))
            ja("{}換算は 1 米ドル＝{} {}（{}、指定レート）による参考値である。AWS の請求は米ドル建てである。", if code == "JPY" { "円" } else { code }, decimal::plain(*rate), if code == "JPY" { "円" } else { code }, day_words(date));
        EvenlyByDay
            en("The estimate is the month's total spread evenly over its days; it does not show on which days AWS charges it.")
            ja("見積額は期間の合計を日数で均等に割った値であり、日々の請求の推移を示すものではない。");
        SinceThen { month: String, before: Total, after: Total }
            en("The report of {} estimated {}, this one {}: {}.", month_words(month, Lang::En), before.in_words(Lang::En), after.in_words(Lang::En), since(*before, *after, Lang::En).unwrap_or_else(|| "the difference is unknown while lines have no price".into()))
            ja("{}のレポートの見積額は {}、今回は {} である（{}）。", month_words(month, Lang::Ja), before.in_words(Lang::Ja), after.in_words(Lang::Ja), since(*before, *after, Lang::Ja).unwrap_or_else(|| "単価が不明な項目があるため差は不明".into()));
        /// A day from which a service costs more or less, or one day that stands apart.
        Changed { step: ChargedStep }
            en("{}", changed::words(step, Lang::En))
            ja("{}", changed::words(step, Lang::Ja));
        /// Two months whose charges are compared by the day.
        ByTheDay { before: (String, Decimal), after: (String, Decimal) }
            en("Charges of {} cover {} whole days and those of {} cover {}, so differences are per day.", month_words(&before.0, Lang::En), decimal::grouped_trimmed(before.1, 1), month_words(&after.0, Lang::En), decimal::grouped_trimmed(after.1, 1))
            ja("{}の請求は {} 日分、{}は {} 日分（いずれも確定した日）であるため、差額は 1 日あたりで示す。", month_words(&before.0, Lang::Ja), decimal::grouped_trimmed(before.1, 1), month_words(&after.0, Lang::Ja), decimal::grouped_trimmed(after.1, 1));
        ActionsAreAlone
            en("Each saving is of that change alone; the savings of several do not add up.")
            ja("削減額は各変更を単独で実施した場合の値であり、合計はできない。");
        MissingPrices
            en("With these tables in the scenario, and their dollars filled in, the lines without a price get one:")
            ja("単価が不明な項目は、次の表に単価（米ドル）を記入してシナリオに加えると計算できる。");
        KeptInEnglish
            en("")
            ja("このレポートを保存した旧版は変更とそのリスクを英語でのみ残したため、英語のまま示す。");
        TogetherSave { ids: Vec<String>, saving: Usd }
            en("Together {} save {} a month.", ids.join(", "), saving.cents())
            ja("{} を合わせて実施すると、月 {} の削減になる。", ids.join("、"), saving.cents());
        Ceiling { floor: Option<Usd>, ceiling: Option<Usd>, per_hour: Option<Usd> }
            en("All month at min_vcpus the compute environments cost {}, at max_vcpus {} ({} an hour).", known(*floor, "an unknown amount"), known(*ceiling, "an unknown amount"), known(*per_hour, "an unknown amount"))
            ja("全コンピューティング環境を期間を通して min_vcpus で稼働させた場合は {}、max_vcpus では {}（1 時間あたり {}）となる。", known(*floor, "不明"), known(*ceiling, "不明"), known(*per_hour, "不明"));
    }
}

/// What was charged against an estimate that may not be whole: its difference is then an upper bound.
fn against_estimate(charged: Usd, estimate: Total, lang: Lang) -> String {
    let Some(known) = estimate.known() else {
        return match lang {
            Lang::En => format!("{} was charged; the estimate is unknown.", charged.cents()),
            Lang::Ja => format!("請求額は {} である。見積額は不明である。", charged.cents()),
        };
    };
    let (above, by) = (charged >= known, if charged >= known { charged - known } else { known - charged });
    let share = by.fraction_of(known).map(|share| percent_of_one(share, lang));
    let by = match (share, lang) {
        (None, _) => by.cents(),
        (Some(share), Lang::En) => format!("{} ({share})", by.cents()),
        (Some(share), Lang::Ja) => format!("{}（{share}）", by.cents()),
    };
    let (charged, known, whole) = (charged.cents(), known.cents(), estimate.whole().is_some());
    match (lang, whole, above) {
        (Lang::En, true, true) => format!("{charged} was charged, {by} more than the estimate of {known}."),
        (Lang::En, true, false) => format!("{charged} was charged, {by} less than the estimate of {known}."),
        (Lang::En, false, true) => format!(
            "{charged} was charged; the estimate is at least {known}, so the charges are at most {by} above it."
        ),
        (Lang::En, false, false) => format!(
            "{charged} was charged; the estimate is at least {known}, so the charges are at least {by} below it."
        ),
        (Lang::Ja, true, true) => format!("請求額は {charged} で、見積額 {known} を {by}上回った。"),
        (Lang::Ja, true, false) => format!("請求額は {charged} で、見積額 {known} を {by}下回った。"),
        (Lang::Ja, false, true) => format!(
            "請求額は {charged} である。見積額は単価不明の項目があるため {known} 以上で、請求額が上回る額は最大で {by}である。"
        ),
        (Lang::Ja, false, false) => format!(
            "請求額は {charged} である。見積額は単価不明の項目があるため {known} 以上で、請求額は少なくとも {by}下回った。"
        ),
    }
}

fn against_budget(expected: Total, limit: Usd, lang: Lang) -> String {
    let words = limit.cents();
    match (against(expected, limit), lang) {
        (Against::Above(by), Lang::En) => {
            format!("The estimate is {} above the budget of {words}.", by.in_words(lang))
        }
        (Against::Below(by), Lang::En) => {
            format!("The estimate is {} below the budget of {words}.", by.cents())
        }
        (Against::Unknown, Lang::En) => format!(
            "The lines that have a price come to less than the budget of {words}; whether the whole does is unknown."
        ),
        (Against::Above(by), Lang::Ja) => {
            format!(
                "見積額は予算 {words} を {}上回る。",
                by.in_words(lang) + if by.whole().is_some() { " " } else { "" }
            )
        }
        (Against::Below(by), Lang::Ja) => format!("見積額は予算 {words} を {} 下回る。", by.cents()),
        (Against::Unknown, Lang::Ja) => {
            format!(
                "単価が判明している項目の合計は予算 {words} 以内だが、単価不明の項目があるため全体では判定できない。"
            )
        }
    }
}

fn coverage(priced: usize, lines: usize, lang: Lang) -> String {
    let share = percent(Decimal::from(priced), Decimal::from(lines), lang);
    match (lang, lines, priced == lines) {
        (Lang::En, 0, _) => "The estimate has no lines.".into(),
        (Lang::Ja, 0, _) => "見積項目はない。".into(),
        (Lang::En, 1, true) => "The one line of the estimate has a price (100 %).".into(),
        (Lang::En, _, true) => format!("All {lines} lines of the estimate have a price ({share})."),
        (Lang::En, _, false) => format!("{priced} of {lines} lines of the estimate have a price ({share})."),
        (Lang::Ja, _, true) => format!("見積項目 {lines} 件すべてに単価がある（{share}）。"),
        (Lang::Ja, _, false) => format!("見積項目 {lines} 件のうち {priced} 件に単価がある（{share}）。"),
    }
}

/// How much of a limit is used.
fn used(limit: Usd, left: Usd, lang: Lang) -> String {
    (limit - left).fraction_of(limit).map_or_else(|| "–".to_owned(), |share| percent_of_one(share, lang))
}

/// Where an estimate is against a limit.
enum Against {
    Above(Total),
    Below(Usd),
    /// Below by what has a price, and something has none.
    Unknown,
}

fn against(estimate: Total, limit: Usd) -> Against {
    match estimate {
        Total::Whole(usd) if usd <= limit => Against::Below(limit - usd),
        estimate if estimate.known().is_some_and(|usd| usd > limit) => {
            Against::Above(estimate.map(|usd| usd - limit))
        }
        _ => Against::Unknown,
    }
}

/// What an estimate is, and how much more or less it may be.
fn estimated(
    expected: Total,
    (low, high): (Usd, Option<Usd>),
    unpriced: (usize, usize),
    lang: Lang,
) -> String {
    let words = expected.in_words(lang);
    let high = || high.map_or_else(|| Total::Unknown.in_words(lang), Usd::cents);
    match (expected.whole(), lang) {
        (Some(_), Lang::En) => format!("the estimate is {words}, between {} and {}.", low.cents(), high()),
        (None, Lang::En) => format!("the estimate is {words}; {}.", without_price(unpriced, lang)),
        (Some(_), Lang::Ja) => format!("見積額は {words}（{}～{}）である。", low.cents(), high()),
        (None, Lang::Ja) => format!("見積額は {words}である（{}）。", without_price(unpriced, lang)),
    }
}

/// `2 of 4 lines have no price`.
pub(super) fn without_price((unpriced, lines): (usize, usize), lang: Lang) -> String {
    let have = if unpriced == 1 { "has" } else { "have" };
    match lang {
        Lang::En => format!("{unpriced} of {lines} lines {have} no price"),
        Lang::Ja => format!("見積項目 {lines} 件のうち {unpriced} 件の単価が不明で、上限は算出できない"),
    }
}

/// How two estimates differ, where both are known.
fn since(before: Total, after: Total, lang: Lang) -> Option<String> {
    let (before, after) = before.whole().zip(after.whole())?;
    Some(change(after - before, before, lang))
}

fn known(amount: Option<Usd>, unknown: &str) -> String {
    amount.map_or_else(|| unknown.to_owned(), Usd::cents)
}

pub(super) fn signed(amount: Usd) -> String {
    if amount > Usd::ZERO { format!("+{}", amount.cents()) } else { amount.cents() }
}

fn change(amount: Usd, of: Usd, lang: Lang) -> String {
    match (amount.fraction_of(of), lang) {
        (Some(share), lang) => {
            let sign = if share > Decimal::ZERO { "+" } else { "" };
            let share = percent_of_one(share, lang);
            match lang {
                Lang::En => format!("{} ({sign}{share})", signed(amount)),
                Lang::Ja => format!("{}、{sign}{share}", signed(amount)),
            }
        }
        (None, _) => signed(amount),
    }
}

/// `31.9 %`, in Japanese without a space.
fn percent_of_one(share: Decimal, lang: Lang) -> String {
    let number = decimal::grouped(share * Decimal::ONE_HUNDRED, 1);
    match lang {
        Lang::En => format!("{number} %"),
        Lang::Ja => format!("{number}%"),
    }
}

/// Rounded down, so that 100 % is all.
fn percent(part: Decimal, whole: Decimal, lang: Lang) -> String {
    let Some(share) = part.checked_div(whole) else { return "–".into() };
    let number = decimal::grouped_trimmed(decimal::truncate(share * Decimal::ONE_HUNDRED, 1), 1);
    match lang {
        Lang::En => format!("{number} %"),
        Lang::Ja => format!("{number}%"),
    }
}

/// `October 2026`, `2026年10月`; a span of days as it is.
#[must_use]
pub fn month_words(month: &str, lang: Lang) -> String {
    match (Month::parse(month), lang) {
        (Some(of), Lang::En) => of.long(),
        (Some(_), Lang::Ja) => {
            let (year, number) = month.split_once('-').unwrap_or((month, ""));
            format!("{year}年{}月", number.trim_start_matches('0'))
        }
        (None, Lang::En) => month.replace('_', " to "),
        (None, Lang::Ja) => month.replace('_', "～"),
    }
}

/// The month's name.
#[must_use]
pub(super) fn month_said(month: &str) -> Said {
    Said::each(|lang| month_words(month, lang))
}

/// The month in three sentences: what it cost, where the budget is, and what to do next.
#[must_use]
pub fn in_three(report: &MonthlyReport) -> [Sentence; 3] {
    let month = report.month.clone();
    let what = match &report.charged {
        of if report.lines.is_empty() => {
            Sentence::NothingEstimated { month, charged: of.as_ref().map(|of| of.actual) }
        }
        Some(of) => Sentence::ChargedAgainst {
            month,
            until: (of.until != report.end).then(|| day(second(&of.until) - 1)),
            charged: of.actual,
            estimated: of.estimate(),
        },
        None => {
            let CostRange { low, high, .. } = report.total;
            let (expected, unpriced) = (report.estimate(), report.unpriced());
            Sentence::EstimatedOnly { month, low, expected, high, unpriced }
        }
    };
    [what, budget(report), next(report)]
}

/// What the money left is worth.
#[must_use]
pub fn budget(report: &MonthlyReport) -> Sentence {
    let Some(limit) = report.budget.as_ref().and_then(Budget::limit) else { return Sentence::NoBudget };
    let Some(charged) = &report.charged else {
        return Sentence::BudgetAgainstEstimate { limit, expected: report.estimate() };
    };
    if charged.billed > limit {
        return Sentence::BudgetExceeded { limit, by: charged.billed - limit };
    }
    let left = limit - charged.billed;
    let ((start, end), now) = (report.seconds(), second(&report.made_at));
    if now >= end {
        return Sentence::BudgetKept { limit, left };
    }
    let days_to_come = (end - now + DAY - 1) / DAY;
    match days_until_used_up(charged, left, start) {
        Some(days) if days < Decimal::from(days_to_come) => Sentence::BudgetUsedUp { left, days },
        Some(_) => Sentence::BudgetLasts { left, days_to_come },
        None => Sentence::BudgetLeft { limit, left },
    }
}

/// Whole days that the money left lasts at the mean of the whole days so far; `None` where nothing is charged yet.
fn days_until_used_up(charged: &Charged, left: Usd, start: i64) -> Option<Decimal> {
    let days = Decimal::from((second(&charged.until) - start) / DAY);
    let by_day = charged.actual.per(days).filter(|cost| *cost > Usd::ZERO)?;
    Some(decimal::truncate(left.fraction_of(by_day)?, 0))
}

fn next(report: &MonthlyReport) -> Sentence {
    match &report.proposals {
        Some(found) => match &found.together {
            Some((ids, saving)) if !ids.is_empty() && saving.expected < Usd::ZERO => {
                Sentence::CostsMore { changes: ids.len(), cost: -saving.expected }
            }
            Some((ids, saving)) if !ids.is_empty() => {
                Sentence::Savings { changes: ids.len(), saving: saving.expected }
            }
            _ => Sentence::NothingToSave,
        },
        None => match &report.charged {
            Some(charged) => largest(charged),
            None => no_changes(report),
        },
    }
}

/// Why no change was looked for.
#[must_use]
pub fn no_changes(report: &MonthlyReport) -> Sentence {
    match &report.no_proposals {
        Some(reason) => Sentence::NotLookedFor { reason: reason.clone() },
        None => Sentence::NotSimulated,
    }
}

/// The part of a difference that is largest.
#[must_use]
pub fn largest(charged: &Charged) -> Sentence {
    let size = |amount: Usd| if amount < Usd::ZERO { -amount } else { amount };
    match charged.bridge.iter().max_by_key(|(_, amount)| size(*amount)) {
        Some((driver, amount)) => Sentence::LargestReason { driver: driver_word(driver), amount: *amount },
        None => Sentence::NoDifference,
    }
}

/// A driver of the bridge by its name in answers.
#[must_use]
pub fn driver_word(id: &str) -> Word {
    match id {
        "hours" => Word::DriverHours,
        "mix of types" => Word::DriverMix,
        "Spot share" => Word::DriverSpotShare,
        "price" => Word::DriverPrice,
        "storage" => Word::DriverStorage,
        "estimated without a price" => Word::DriverUnpriced,
        "only charged" => Word::DriverOnlyCharged,
        "only estimated" => Word::DriverOnlyEstimated,
        _ => Word::DriverOther,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monthly::PricesUsed;

    fn usd(amount: i64) -> Usd {
        Usd::new(Decimal::from(amount))
    }

    fn line() -> crate::monthly::MonthLine {
        crate::monthly::MonthLine {
            line_id: 1,
            name: "training".into(),
            group: "compute".into(),
            service: "AmazonEC2".into(),
            region: "us-east-1".into(),
            usage_type: "BoxUsage:p4d.24xlarge".into(),
            purchase_option: "on_demand".into(),
            pricing_unit: "Hours".into(),
            quantity: Decimal::ONE,
            quantity_low: Decimal::ONE,
            quantity_high: Decimal::ONE,
            basis: "usage".into(),
            priced: Some(crate::monthly::Priced {
                fee: false,
                list_unit_price: None,
                unit_price: CostRange { low: usd(2000), expected: usd(3000), high: None },
                cost: CostRange { low: usd(2000), expected: usd(3000), high: None },
                source: PricesUsed { source: "bundled".into(), as_of: None },
                verified: None,
                sku: None,
                detail: String::new(),
            }),
            derivation: String::new(),
            missing_reason: None,
        }
    }

    /// October with a budget of $3,100 and $100 a day charged for `days` whole days.
    fn after(days: i64) -> MonthlyReport {
        let until = format!("2026-10-{:02}T00:00:00Z", days + 1);
        MonthlyReport {
            schema_version: 1,
            kind: String::new(),
            generated_by: String::new(),
            made_at: until.clone(),
            scenario: "team".into(),
            region: "us-east-1".into(),
            month: "2026-10".into(),
            start: "2026-10-01T00:00:00Z".into(),
            end: "2026-11-01T00:00:00Z".into(),
            prices: PricesUsed { source: "bundled".into(), as_of: None },
            lines: vec![line()],
            total: CostRange { low: usd(2000), expected: usd(3000), high: None },
            at_least: false,
            limits: None,
            inputs: Vec::new(),
            budget: Some(Budget { warn_usd: None, fail_usd: Some(usd(2600)) }),
            charged: Some(Charged {
                source: "ce".into(),
                basis: "amortized".into(),
                until,
                open_days: 31 - days,
                actual: usd(100 * days),
                billed: usd(100 * days),
                estimated: usd(80 * days),
                lines: Vec::new(),
                bridge: vec![("hours".into(), usd(30 * days)), ("price".into(), usd(-10 * days))],
                behind: Vec::new(),
                out_of_scope: Vec::new(),
                excluded: Vec::new(),
                source_total: usd(100 * days),
                daily: Vec::new(),
                month_end: None,
                steps: Vec::new(),
            }),
            queue: None,
            spot: Vec::new(),
            proposals: None,
            no_proposals: None,
            notes: Vec::new(),
            missing_prices: None,
        }
    }

    #[test]
    fn the_days_that_a_budget_lasts_are_those_of_the_daily_cost() {
        // $2,600 less 20 × $100 leaves $600: six days of $100, and eleven are to come.
        let sentence = budget(&after(20));
        assert_eq!(sentence, Sentence::BudgetUsedUp { left: usd(600), days: Decimal::from(6) });
        let en = "At the daily cost so far, the remaining budget of $600.00 will be used up in 6 days.";
        assert_eq!(sentence.said().en, en);
        assert_eq!(sentence.said().ja, "これまでの日額が続くと、残りの予算 $600.00 は 6 日で使い切る。");
        // A budget of $3,100 lasts for all 31 days.
        let enough = Some(Budget { warn_usd: None, fail_usd: Some(usd(3100)) });
        let report = MonthlyReport { budget: enough, ..after(20) };
        assert_eq!(budget(&report), Sentence::BudgetLasts { left: usd(1100), days_to_come: 11 });
        // Nothing is charged yet: how long it lasts is unknown.
        assert_eq!(budget(&after(0)), Sentence::BudgetLeft { limit: usd(2600), left: usd(2600) });
        // 27 × $100 is $100 above.
        assert_eq!(budget(&after(27)), Sentence::BudgetExceeded { limit: usd(2600), by: usd(100) });
        let over = MonthlyReport { made_at: "2026-11-06T00:00:00Z".into(), ..after(20) };
        assert_eq!(budget(&over), Sentence::BudgetKept { limit: usd(2600), left: usd(600) });
        let uncharged = MonthlyReport { charged: None, ..after(20) };
        let words = "The estimate is $400.00 above the budget of $2,600.00.";
        assert_eq!(budget(&uncharged).said().en, words);
        assert_eq!(budget(&MonthlyReport { budget: None, ..after(20) }), Sentence::NoBudget);
    }

    #[test]
    fn charges_stand_above_below_or_beside_an_estimate_in_both_languages() {
        let told = |charged: i64, estimated: Total| {
            let (month, until) = ("2026-10".to_owned(), None);
            Sentence::ChargedAgainst { month, until, charged: usd(charged), estimated }.said()
        };
        let said = |en: &str, ja: &str| Said::new(en, ja);
        assert_eq!(
            told(90, Total::Whole(usd(100))),
            said(
                "October 2026: $90.00 was charged, $10.00 (10.0 %) less than the estimate of $100.00.",
                "2026年10月の請求額は $90.00 で、見積額 $100.00 を $10.00（10.0%）下回った。"
            )
        );
        // What has no price makes the estimate larger: $10 more is the most, $10 less the least that it can be.
        assert_eq!(
            told(110, Total::AtLeast(usd(100))),
            said(
                "October 2026: $110.00 was charged; the estimate is at least $100.00, so the charges are at most $10.00 (10.0 %) above it.",
                "2026年10月の請求額は $110.00 である。見積額は単価不明の項目があるため $100.00 以上で、請求額が上回る額は最大で $10.00（10.0%）である。"
            )
        );
        assert!(
            told(90, Total::AtLeast(usd(100)))
                .en
                .ends_with("so the charges are at least $10.00 (10.0 %) below it.")
        );
        assert!(
            told(90, Total::AtLeast(usd(100))).ja.ends_with("請求額は少なくとも $10.00（10.0%）下回った。")
        );
        assert_eq!(told(90, Total::Unknown).en, "October 2026: $90.00 was charged; the estimate is unknown.");
    }

    #[test]
    fn the_month_is_told_in_three_sentences() {
        let [what, _, next] = in_three(&after(20));
        let words = "October 2026 through 2026-10-20: $2,000.00 was charged, $400.00 (25.0 %) more than the estimate of $1,600.00.";
        assert_eq!(what.said().en, words);
        assert_eq!(next, Sentence::LargestReason { driver: Word::DriverHours, amount: usd(600) });
        let empty = MonthlyReport { lines: Vec::new(), ..after(20) };
        let words =
            "October 2026: $2,000.00 was charged; the scenario declares no usage, so there is no estimate.";
        assert_eq!(in_three(&empty)[0].said().en, words);
        let found = |saving: i64| {
            let bounds = CostRange { low: usd(saving), expected: usd(saving), high: Some(usd(saving)) };
            let together = Some((vec!["schedule-1".to_owned()], bounds));
            let (changes, frontiers) = (Vec::new(), Vec::new());
            crate::monthly::Proposals { monthly: usd(900), changes, together, frontiers }
        };
        let next =
            |saving| in_three(&MonthlyReport { proposals: Some(found(saving)), ..after(20) })[2].clone();
        assert_eq!(next(70).said().en, "One change could save $70.00 a month.");
        assert_eq!(
            next(-50).said().en,
            "One change would cost $50.00 more a month and keep the wait target."
        );
        assert_eq!(
            percent(Decimal::from(1999), Decimal::from(2000), Lang::En),
            "99.9 %",
            "never 100 % of less"
        );
    }
}
