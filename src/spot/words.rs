//! What is refused in a Spot price history.

use crate::model::said::words;

words! {
    // A Spot price history.
    aws_writes_one() "`aws ec2 describe-spot-price-history --output json` writes one"
        "`aws ec2 describe-spot-price-history --output json` で作成できる";
    a_spot_price_history() "a Spot price history" "スポット価格の履歴";
    price_is(spot_price, error) "price `{spot_price}` is {error}" "価格 `{spot_price}` は{error}";
    is_not_a_time_from(timestamp) "`{timestamp}` is not a time from 2000 to 2199, such as 2026-10-31T23:59:59Z"
        "`{timestamp}` は 2000 ～ 2199 年の時刻（例：2026-10-31T23:59:59Z）でない";
    a_record_of_names_no(name) "a record of {name} names no zone" "{name} の記録にアベイラビリティーゾーンがない";
    it_has_no_price_of() "it has no price of a Linux pool" "Linux のプールの価格がない";
    the_spot_price_history_has(wanted) "the Spot price history has no zone of {wanted}"
        "スポット価格の履歴に {wanted} のゾーンがない";
    it_has_give_the_history(zones) "it has {zones}; give the history of the region"
        "あるのは {zones}。そのリージョンの履歴を指定する";
    spot_advisor_data() "Spot Advisor data" "Spot Advisor のデータ";
    it_has_no_linux_types(region) "it has no Linux types of {region}" "{region} の Linux のタイプがない";
    it_is_damaged() "it is damaged" "壊れている";
    the_spot_price_history_ends(day, day_2) "the Spot price history ends on {day}, the scenario begins on {day_2}"
        "スポット価格の履歴は {day} まで、シナリオは {day_2} からである";
    a_forecast_reaches_the_month() "a forecast reaches the month after the history, or the one it ends in"
        "予測できるのは、履歴の最後の月とその翌月までである";
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_languages_say_the_same_facts() {
        crate::model::said::same_facts(super::every());
    }
}
