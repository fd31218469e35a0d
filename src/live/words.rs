//! What is refused in answers of AWS that are kept.

use crate::model::said::words;

words! {
    a_spot_price_history() "a Spot price history" "スポット価格の履歴";
    a_record_of_names_no(name) "a record of {name} names no zone"
        "{name} の記録にアベイラビリティーゾーンがない";
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_languages_say_the_same_facts() {
        crate::model::said::same_facts(super::every());
    }
}
