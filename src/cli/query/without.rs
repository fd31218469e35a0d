//! What `query` says in a build without SQL.

use crate::model::said::words;

words! {
    this_build_has_no_sql() "this build has no SQL: it was made without the feature `polars`"
        "このビルドには SQL がない（機能 `polars` なしでビルドされた）";
    cargo_install_path_features_polars() "`cargo install --path . --features polars` makes one that has it"
        "`cargo install --path . --features polars` で SQL のあるものを作成できる";
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_languages_say_the_same_facts() {
        crate::model::said::same_facts(super::every());
    }
}
