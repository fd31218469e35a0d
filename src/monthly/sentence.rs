//! The sentences of the monthly report in every language.

use super::{Budget, Charged, ChargedStep, MonthlyReport, Word, changed, second};
use crate::model::decimal::{self, Decimal};
use crate::model::money::{Total, Usd};
use crate::model::time::{Month, day};
use crate::prices::history::DAY;
use crate::report::{Lang, Said};

/// A sentence with its figures.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each says itself what it is")]
pub enum Sentence {
    ChargedAgainst {
        scenario: String,
        month: String,
        until: Option<String>,
        charged: Usd,
        estimated: Total,
    },
    EstimatedOnly {
        scenario: String,
        month: String,
        low: Usd,
        expected: Total,
        high: Option<Usd>,
        /// How many lines have no price, of how many.
        unpriced: (usize, usize),
    },
    NothingEstimated {
        scenario: String,
        month: String,
        charged: Option<Usd>,
    },
    CostsMore {
        changes: usize,
        cost: Usd,
    },
    NoBudget,
    BudgetLeft {
        limit: Usd,
        left: Usd,
    },
    BudgetExceeded {
        limit: Usd,
        by: Usd,
    },
    BudgetKept {
        limit: Usd,
        left: Usd,
    },
    BudgetUsedUp {
        left: Usd,
        days: Decimal,
    },
    BudgetLasts {
        left: Usd,
        days_to_come: i64,
    },
    BudgetAgainstEstimate {
        limit: Usd,
        expected: Total,
    },
    LargestReason {
        driver: Word,
        amount: Usd,
    },
    NoDifference,
    Savings {
        changes: usize,
        saving: Usd,
    },
    NothingToSave,
    NotSimulated,
    NotLookedFor {
        reason: String,
    },
    LinesPriced {
        priced: usize,
        lines: usize,
    },
    ChargesMatched {
        matched: Usd,
        charged: Usd,
    },
    HowEstimated {
        source: String,
        as_of: Option<String>,
    },
    HowCharged {
        source: String,
        basis: String,
        until: String,
    },
    HowBridged,
    OtherUsageTypes {
        number: usize,
    },
    HowSimulated {
        trace: String,
        seed: u64,
    },
    HowForecast,
    Rate {
        code: String,
        rate: Decimal,
        date: String,
    },
    EvenlyByDay,
    SinceThen {
        month: String,
        before: Total,
        after: Total,
    },
    MissingPrices,
    /// A day from which a service costs more or less, or one day that stands apart.
    Changed(ChargedStep),
    /// Two months whose charges are compared by the day.
    ByTheDay {
        before: (String, Decimal),
        after: (String, Decimal),
    },
    ActionsAreAlone,
    KeptInEnglish,
    TogetherSave {
        ids: Vec<String>,
        saving: Usd,
    },
    Ceiling {
        floor: Option<Usd>,
        ceiling: Option<Usd>,
        per_hour: Option<Usd>,
    },
}

impl Sentence {
    /// In both languages.
    #[must_use]
    pub fn said(&self) -> Said {
        Said { en: self.en(), ja: self.ja() }
    }

    fn en(&self) -> String {
        match self {
            Sentence::ChargedAgainst { scenario, month, until, charged, estimated } => {
                let when = until.as_ref().map_or_else(String::new, |until| format!(" through {until}"));
                let known = estimated.known().unwrap_or_default();
                let most = if estimated.whole().is_some() { "" } else { "at most " };
                format!("{scenario}, {}{when}: {} was charged, {} was estimated, a difference of {most}{}.", month_words(month, Lang::En), charged.cents(), estimated.in_words(Lang::En), change(*charged - known, known))
            }
            Sentence::EstimatedOnly { scenario, month, low, expected, high, unpriced } => format!("{scenario}, {}: {}", month_words(month, Lang::En), estimated(*expected, (*low, *high), *unpriced, Lang::En)),
            Sentence::NothingEstimated { scenario, month, charged } => {
                let month = month_words(month, Lang::En);
                let charged = charged.map_or_else(String::new, |usd| format!("{} was charged; ", usd.cents()));
                format!("{scenario}, {month}: {charged}the scenario declares no use, so nothing is estimated.")
            }
            Sentence::CostsMore { changes, cost } => format!(
                "{} would cost {} more a month and keep the wait target.",
                if *changes == 1 { "One change".to_owned() } else { format!("{changes} changes together") },
                cost.cents()
            ),
            Sentence::NoBudget => "The scenario sets no budget.".into(),
            Sentence::BudgetExceeded { limit, by } => format!("The budget of {} is exceeded by {}.", limit.cents(), by.cents()),
            Sentence::BudgetKept { limit, left } => format!("The budget of {} was kept, {} is left.", limit.cents(), left.cents()),
            Sentence::BudgetUsedUp { left, days } => format!("At the daily cost so far the remaining budget of {} is used up in {} days.", left.cents(), decimal::grouped(*days, 0)),
            Sentence::BudgetLasts { left, days_to_come } => format!("At the daily cost so far the remaining budget of {} lasts for the {days_to_come} days to come.", left.cents()),
            Sentence::BudgetLeft { limit, left } => format!("Of the budget of {} {} is left; too little is charged to say how long it lasts.", limit.cents(), left.cents()),
            Sentence::BudgetAgainstEstimate { limit, expected } => match against(*expected, *limit) {
                Against::Above(by) => format!("The estimate is {} above the budget of {}.", by.in_words(Lang::En), limit.cents()),
                Against::Below(by) => format!("The estimate is {} below the budget of {}.", by.cents(), limit.cents()),
                Against::Unknown => format!("What has a price is below the budget of {}; whether the whole is, is unknown.", limit.cents()),
            },
            Sentence::LargestReason { driver, amount } => format!("The largest part of the difference is “{}” with {}.", driver.form(Lang::En), signed(*amount)),
            Sentence::NoDifference => "Charges and estimate do not differ.".into(),
            Sentence::Savings { changes: 1, saving } => {
                format!("One change could save {} a month.", saving.cents())
            }
            Sentence::Savings { changes, saving } => {
                format!("{changes} changes could save {} a month together.", saving.cents())
            }
            Sentence::NothingToSave => "No change that was simulated saves more than the noise of the runs.".into(),
            Sentence::NotSimulated => "The scenario names no jobs, so no change was looked for.".into(),
            Sentence::NotLookedFor { reason } => format!("No change was looked for: {reason}."),
            Sentence::LinesPriced { priced, lines } => format!("{} of the estimate priced: {priced} of {lines} lines.", percent(Decimal::from(*priced), Decimal::from(*lines))),
            Sentence::ChargesMatched { matched, charged } => format!("{} of charges matched: {} of {} belong to lines that were estimated.", percent(matched.amount(), charged.amount()), matched.cents(), charged.cents()),
            Sentence::HowEstimated { source, as_of } => format!("The estimate is quantity × unit price, line by line, with {source} prices{}; low, expected and high are three consistent cases.", as_of.as_ref().map_or_else(String::new, |date| format!(" as of {date}"))),
            Sentence::HowCharged { source, basis, until } => format!("Charges are from {source}, {basis} cost in USD, compared until {until}; tax, credits, refunds and support stand apart and are in no total."),
            Sentence::HowBridged => "The bridge changes hours, Spot share and price of each instance type one after the other and adds up to the difference. Where some types fell and others rose, with GPUs and without apart, what they have in common in list dollars is mix of types.".into(),
            Sentence::OtherUsageTypes { number } => format!("{number} other usage types"),
            Sentence::HowSimulated { trace, seed } => format!("The queue is simulated with the jobs of {trace} from seed {seed}; savings are differences between simulations under the same seeds."),
            Sentence::HowForecast => "A Spot forecast is the mean price of the month after the record: the last price, with an 80 % interval from how far prices moved in earlier months.".into(),
            Sentence::Rate { code, rate, date } => format!("Amounts in {code} are at {} {code} for 1 USD, a rate declared for {date}; AWS bills USD.", decimal::plain(*rate)),
            Sentence::EvenlyByDay => "The estimate of a period is drawn evenly by day; AWS may charge it on other days.".into(),
            Sentence::SinceThen { month, before, after } => {
                let change = since(*before, *after).unwrap_or_else(|| "how they differ is not known while lines have no price".into());
                format!("The report of {} estimated {}, this one {}: {change}.", month_words(month, Lang::En), before.in_words(Lang::En), after.in_words(Lang::En))
            }
            Sentence::Changed(step) => changed::words(step, Lang::En),
            Sentence::ByTheDay { before, after } => format!("Charges of {} are those of {} whole days and of {} those of {}, so differences are those of a day.", month_words(&before.0, Lang::En), decimal::grouped_trimmed(before.1, 1), month_words(&after.0, Lang::En), decimal::grouped_trimmed(after.1, 1)),
            Sentence::ActionsAreAlone => "Each saving is of the change alone; savings of several do not add up.".into(),
            Sentence::MissingPrices => "With these tables in the scenario, and their dollars, the lines without a price get one:".into(),
            Sentence::KeptInEnglish => "This report was saved by an earlier version, which kept changes and their risks in English.".into(),
            Sentence::TogetherSave { ids, saving } => format!("Together {} save {} a month.", ids.join(", "), saving.cents()),
            Sentence::Ceiling { floor, ceiling, per_hour } => format!("The compute environments cost {} at min_vcpus and {} at max_vcpus all the time, {} an hour there.", known(*floor, "an unknown amount"), known(*ceiling, "an unknown amount"), known(*per_hour, "an unknown amount")),
        }
    }

    fn ja(&self) -> String {
        match self {
            Sentence::ChargedAgainst { scenario, month, until, charged, estimated } => {
                let when = until.as_ref().map_or_else(String::new, |until| format!("（{until} まで）"));
                let known = estimated.known().unwrap_or_default();
                let most = if estimated.whole().is_some() { "" } else { "以下" };
                format!("{scenario}、{}{when}：請求額は {}、見積額は {}、差額は {} {most}である。", month_words(month, Lang::Ja), charged.cents(), estimated.in_words(Lang::Ja), change(*charged - known, known))
            }
            Sentence::EstimatedOnly { scenario, month, low, expected, high, unpriced } => format!("{scenario}、{}：{}", month_words(month, Lang::Ja), estimated(*expected, (*low, *high), *unpriced, Lang::Ja)),
            Sentence::NothingEstimated { scenario, month, charged } => {
                let month = month_words(month, Lang::Ja);
                let charged = charged.map_or_else(String::new, |usd| format!("請求額は {} である。", usd.cents()));
                format!("{scenario}、{month}：{charged}シナリオに利用の宣言がなく、見積もるものがない。")
            }
            Sentence::CostsMore { changes, cost } => {
                format!("{changes} 件の変更で月 {} 多くかかるが、待ち時間の目標を守れる。", cost.cents())
            }
            Sentence::NoBudget => "シナリオに予算の設定はない。".into(),
            Sentence::BudgetExceeded { limit, by } => format!("予算 {} を {} 超過している。", limit.cents(), by.cents()),
            Sentence::BudgetKept { limit, left } => format!("予算 {} の範囲内に収まり、残りは {} である。", limit.cents(), left.cents()),
            Sentence::BudgetUsedUp { left, days } => format!("これまでの日額が続くと、残りの予算 {} は {} 日で使い切られる。", left.cents(), decimal::grouped(*days, 0)),
            Sentence::BudgetLasts { left, days_to_come } => format!("これまでの日額が続いても、残りの予算 {} は残り {days_to_come} 日間足りる。", left.cents()),
            Sentence::BudgetLeft { limit, left } => format!("予算 {} の残りは {} である。請求がまだ少なく、何日もつかは分からない。", limit.cents(), left.cents()),
            Sentence::BudgetAgainstEstimate { limit, expected } => match against(*expected, *limit) {
                Against::Above(by) => format!("見積額は予算 {} を {}上回る。", limit.cents(), by.in_words(Lang::Ja) + if by.whole().is_some() { " " } else { "" }),
                Against::Below(by) => format!("見積額は予算 {} を {} 下回る。", limit.cents(), by.cents()),
                Against::Unknown => format!("単価が判明している項目の合計は予算 {} 以内だが、単価不明の項目があるため全体では判定できない。", limit.cents()),
            },
            Sentence::LargestReason { driver, amount } => format!("差額の最大の要因は「{}」で {} である。", driver.form(Lang::Ja), signed(*amount)),
            Sentence::NoDifference => "請求額と見積額に差はない。".into(),
            Sentence::Savings { changes: 1, saving } => {
                format!("1 件の変更で月 {} を節約できる見込みである。", saving.cents())
            }
            Sentence::Savings { changes, saving } => {
                format!("{changes} 件の変更を合わせると月 {} を節約できる見込みである。", saving.cents())
            }
            Sentence::NothingToSave => "シミュレーションした変更のうち、実行ごとのばらつきを超えて節約になるものはない。".into(),
            Sentence::NotSimulated => "シナリオにジョブの記録がないため、変更は検討していない。".into(),
            Sentence::NotLookedFor { reason } => format!("変更は検討していない（理由：{reason}）。"),
            Sentence::LinesPriced { priced, lines } => format!("見積もりの {} に価格がある（{lines} 項目中 {priced} 項目）。", percent(Decimal::from(*priced), Decimal::from(*lines))),
            Sentence::ChargesMatched { matched, charged } => format!("請求額の {} が見積もりの項目と一致した（{} のうち {}）。", percent(matched.amount(), charged.amount()), charged.cents(), matched.cents()),
            Sentence::HowEstimated { source, as_of } => format!("見積もりは項目ごとの数量 × 単価であり、価格は {source}{}による。下限・期待値・上限はそれぞれ整合した三つのケースである。", as_of.as_ref().map_or_else(String::new, |date| format!("（{date} 時点）"))),
            Sentence::HowCharged { source, basis, until } => format!("請求データは {source}（{basis}、USD）であり、{until} までを比較した。税、クレジット、返金、サポートは別に示し、合計には含めない。"),
            Sentence::HowBridged => "差異の内訳は、インスタンスタイプごとに時間、スポットの割合、単価を順に変えて求め、合計は差額に一致する。GPU の有無で分けた中で、時間の減ったタイプと増えたタイプがあるときは、定価で測った共通の分をタイプの構成とする。".into(),
            Sentence::OtherUsageTypes { number } => format!("ほか {number} 件の使用量タイプ"),
            Sentence::HowSimulated { trace, seed } => format!("キューは {trace} のジョブをシード {seed} でシミュレーションした。節約額は同じシードのシミュレーションどうしの差である。"),
            Sentence::HowForecast => "スポットの予測は、記録の翌月の平均価格である。直近の価格を予測とし、80 % 区間は過去の月の値動きによる。".into(),
            Sentence::Rate { code, rate, date } => format!("{code} の金額は 1 USD = {} {code}（{date} のレートとして指定）で換算した。AWS の請求は USD である。", decimal::plain(*rate)),
            Sentence::EvenlyByDay => "見積額は期間の日数で等分して描いた。実際に請求される日とは異なることがある。".into(),
            Sentence::SinceThen { month, before, after } => {
                let change = since(*before, *after).unwrap_or_else(|| "単価が不明な項目があるため差は不明".into());
                format!("{} のレポートの見積額は {}、今回は {} である（{change}）。", month_words(month, Lang::Ja), before.in_words(Lang::Ja), after.in_words(Lang::Ja))
            }
            Sentence::Changed(step) => changed::words(step, Lang::Ja),
            Sentence::ByTheDay { before, after } => format!("{}の請求は {} 日分、{}は {} 日分（いずれも確定した日）であるため、差額は 1 日あたりで示す。", month_words(&before.0, Lang::Ja), decimal::grouped_trimmed(before.1, 1), month_words(&after.0, Lang::Ja), decimal::grouped_trimmed(after.1, 1)),
            Sentence::ActionsAreAlone => "節約額はそれぞれ単独で行った場合のもので、足し合わせることはできない。".into(),
            Sentence::MissingPrices => "単価が不明な項目は、次の表に単価（USD）を記入してシナリオに加えると計算できる。".into(),
            Sentence::KeptInEnglish => "このレポートを保存した旧版は変更とそのリスクを英語でのみ残したため、英語のまま示す。".into(),
            Sentence::TogetherSave { ids, saving } => format!("{} を合わせると月 {} の節約になる。", ids.join("、"), saving.cents()),
            Sentence::Ceiling { floor, ceiling, per_hour } => format!("コンピューティング環境の費用は、常に min_vcpus なら {}、常に max_vcpus なら {}、その場合 1 時間あたり {} である。", known(*floor, "不明"), known(*ceiling, "不明"), known(*per_hour, "不明")),
        }
    }
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
        (Some(_), Lang::Ja) => format!("見積額は {words}、範囲は {}～{} である。", low.cents(), high()),
        (None, Lang::Ja) => format!("見積額は {words}である（{}）。", without_price(unpriced, lang)),
    }
}

/// `2 of 4 lines have no price`.
pub(super) fn without_price((unpriced, lines): (usize, usize), lang: Lang) -> String {
    let have = if unpriced == 1 { "has" } else { "have" };
    match lang {
        Lang::En => format!("{unpriced} of {lines} lines {have} no price"),
        Lang::Ja => format!("{lines} 項目中 {unpriced} 項目の単価が不明で、上限は算出できない"),
    }
}

/// How two estimates differ, where both are known.
fn since(before: Total, after: Total) -> Option<String> {
    let (before, after) = before.whole().zip(after.whole())?;
    Some(change(after - before, before))
}

fn known(amount: Option<Usd>, unknown: &str) -> String {
    amount.map_or_else(|| unknown.to_owned(), Usd::cents)
}

pub(super) fn signed(amount: Usd) -> String {
    if amount > Usd::ZERO { format!("+{}", amount.cents()) } else { amount.cents() }
}

fn change(amount: Usd, of: Usd) -> String {
    match amount.fraction_of(of) {
        Some(share) => {
            let sign = if share > Decimal::ZERO { "+" } else { "" };
            format!("{} ({sign}{} %)", signed(amount), decimal::grouped(share * Decimal::ONE_HUNDRED, 1))
        }
        None => signed(amount),
    }
}

/// Rounded down, so that 100 % is all.
fn percent(part: Decimal, whole: Decimal) -> String {
    match part.checked_div(whole) {
        Some(share) => {
            format!("{} %", decimal::grouped_trimmed(decimal::truncate(share * Decimal::ONE_HUNDRED, 1), 1))
        }
        None => "–".into(),
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

/// The month in three sentences: what it cost, where the budget is, and what to do next.
#[must_use]
pub fn in_three(report: &MonthlyReport) -> [Sentence; 3] {
    let (scenario, month) = (report.scenario.clone(), report.month.clone());
    let what = match &report.charged {
        of if report.lines.is_empty() => {
            Sentence::NothingEstimated { scenario, month, charged: of.as_ref().map(|of| of.actual) }
        }
        Some(of) => Sentence::ChargedAgainst {
            scenario,
            month,
            until: (of.until != report.end).then(|| day(second(&of.until) - 1)),
            charged: of.actual,
            estimated: of.estimate(),
        },
        None => {
            let super::Bounds { low, high, .. } = report.total;
            let (expected, unpriced) = (report.estimate(), report.unpriced());
            Sentence::EstimatedOnly { scenario, month, low, expected, high, unpriced }
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
    use crate::monthly::{Bounds, PricesUsed};

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
                unit_price: Bounds { low: usd(2000), expected: usd(3000), high: None },
                cost: Bounds { low: usd(2000), expected: usd(3000), high: None },
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
            total: Bounds { low: usd(2000), expected: usd(3000), high: None },
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
        let en = "At the daily cost so far the remaining budget of $600.00 is used up in 6 days.";
        assert_eq!(sentence.said().en, en);
        assert_eq!(sentence.said().ja, "これまでの日額が続くと、残りの予算 $600.00 は 6 日で使い切られる。");
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
    fn the_month_is_told_in_three_sentences() {
        let [what, _, next] = in_three(&after(20));
        let words = "team, October 2026 through 2026-10-20: $2,000.00 was charged, $1,600.00 was estimated, a difference of +$400.00 (+25.0 %).";
        assert_eq!(what.said().en, words);
        assert_eq!(next, Sentence::LargestReason { driver: Word::DriverHours, amount: usd(600) });
        let empty = MonthlyReport { lines: Vec::new(), ..after(20) };
        let words = "team, October 2026: $2,000.00 was charged; the scenario declares no use, so nothing is estimated.";
        assert_eq!(in_three(&empty)[0].said().en, words);
        let found = |saving: i64| {
            let bounds = Bounds { low: usd(saving), expected: usd(saving), high: Some(usd(saving)) };
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
        assert_eq!(percent(Decimal::from(1999), Decimal::from(2000)), "99.9 %", "never 100 % of less");
    }
}
