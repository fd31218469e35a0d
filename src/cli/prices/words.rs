//! What `prices` refuses and tells.

use crate::model::said::words;

words! {
    // Prices.
    ec2_offers_no_such_block() "EC2 offers no such block now" "EC2 は現在そのようなキャパシティブロックを提供していない";
    no_price_for(name, en) "no price for {name}: {en}" "{name} の単価がない：{en}";
    no_of_no_price_for(en, environment, missing) "no {en} of {environment}: no price for {missing}"
        "{environment} の{en}なし：{missing} の単価がない";
    aws_has_no_price_list(month) "AWS has no price list of {month} yet" "AWS の {month} の価格表はまだない";
    month_takes_the_running_month() "`--month` takes the running month or an earlier one"
        "`--month` には今月か過去の月を指定する";
    one_lock_cannot_stand_for(reason) "one lock cannot stand for all of these scenarios: {reason}"
        "1 つのロックファイルでは、これらのシナリオすべてに対応できない：{reason}";
    lock_them_one_by_one() "lock them one by one" "1 つずつロックする";
    any_region() "any region" "すべてのリージョン";
    no_price_matches_in_hpc_cost(place) "no price matches in {place}; `hpc-cost prices regions` says what the table has"
        "{place}に該当する単価がない。表の内容は `hpc-cost prices regions` で確認できる";
    no_price_matches_in_hpc(place) "no price matches in {place}; `hpc-cost prices fetch` reads some from AWS"
        "{place}に該当する単価がない。`hpc-cost prices fetch` で AWS から取得できる";
    no_price_matches_in(place) "no price matches in {place}" "{place}に該当する単価がない";
    there_is_no_column_to(name) "there is no column `{name}` to sort by" "並べ替えに使う列 `{name}` がない";
    the_columns_are(names) "the columns are {names}" "列は {names}";
    the_services_are(names) "the services are {names}" "サービスは {names}";
    aws_has_no_prices_of() "AWS has no prices of these in these regions" "これらのリージョンに該当する AWS の単価がない";
    prices_show_lists_what_this() "`prices show` lists what this program knows"
        "本ツールが知っているものは `prices show` で一覧できる";
    prices_of_regions(prices, regions) "{prices} prices of {regions} regions"
        "リージョン {regions} 個の単価 {prices} 件";
    no_instance_type_contains(patterns) "no instance type contains `{patterns}`"
        "`{patterns}` を含むインスタンスタイプがない";
    such_as_hpc_cost_prices() "such as `hpc-cost prices update g5 p4d --region us-east-1 -o prices.csv`"
        "例：`hpc-cost prices update g5 p4d --region us-east-1 -o prices.csv`";
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_languages_say_the_same_facts() {
        crate::model::said::same_facts(super::every());
    }
}
