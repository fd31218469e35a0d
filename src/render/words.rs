//! What stands before an error, a hint and the like.

use crate::model::said::words;

words! {
    error() "error" "エラー";
    caused_by() "caused by" "原因";
    hint() "hint" "対処";
    help() "help" "対処";
    problems(count) "{count} problems" "問題は {count} 件";
    first_problems(count, most) "{count} problems, the first {most} are shown"
        "問題は {count} 件（うち最初の {most} 件を表示）";
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_languages_say_the_same_facts() {
        crate::model::said::same_facts(super::every());
    }
}
