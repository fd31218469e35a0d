//! What is refused in prices: entries, locks, tables, offer files, products of the Price List.

use crate::model::said::words;

words! {
    and(first, last) "{first} and {last}" "{first}と {last}";
    or(first, last) "{first} or {last}" "{first}、または {last}";
    comma(first, next) "{first}, {next}" "{first}、{next}";
    service_is(code) "`service = \"{code}\"`" "`service = \"{code}\"`";
    service_without_a_price(code) "`service = \"{code}\"` (it has no price yet)"
        "`service = \"{code}\"`（まだ単価がない）";
    usage_type_belongs_to(usage_type, services) "usage type `{usage_type}` belongs to {services}"
        "使用タイプ `{usage_type}` は {services} にある";
    add_the_service(ways) "add the service that it is the price of: {ways}"
        "どのサービスの単価かを指定する：{ways}";
    // Prices of a file.
    a_second_price_for(usage_type) "a second price for `{usage_type}`" "`{usage_type}` の単価が 2 つある";
    keep_one_of_them() "keep one of them" "どちらか一方だけにする";
    is_priced_per(usage_type, singular) "`{usage_type}` is priced per {singular}"
        "`{usage_type}` の単価は {singular} 当たりである";
    unknown_unit(unit) "unknown unit `{unit}`" "不明な単位 `{unit}`";
    unit_does_not_fit(unit, usage_type) "unit `{unit}` does not fit `{usage_type}`"
        "単位 `{unit}` は `{usage_type}` に合わない";
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_languages_say_the_same_facts() {
        crate::model::said::same_facts(super::every());
    }
}
