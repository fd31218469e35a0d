//! What is refused in a question in SQL.

use crate::model::said::words;

words! {
    // Questions.
    the_sql_engine_gave_up(next) "the SQL engine gave up: {next}" "SQL エンジンが処理を中止した：{next}";
    asks_nothing(first) "`{first}` asks nothing" "`{first}` は問い合わせでない";
    a_question_is_a_select() "a question is a SELECT" "SELECT で問い合わせる";
    columns_of_an_answer_are() "columns of an answer are named apart with AS" "回答の列には AS で別々の名前を付ける";
    column_has_values_of_the(name, dtype) "column {name} has values of the type {dtype}"
        "列 {name} の値の型が {dtype} である";
    a_table_of_an_answer() "a table of an answer has words, numbers, days and times"
        "回答の表に入るのは文字列、数値、日付、時刻である";
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_languages_say_the_same_facts() {
        crate::model::said::same_facts(super::every());
    }
}
