//! What is said of a text in TOML, of its values and of `--set`.

use crate::model::said::words;

words! {
    not_valid_toml(reason) "not valid TOML: {reason}" "TOML として正しくない：{reason}";

    // Kinds of values.
    text() "text" "文字列";
    a_number() "a number" "数値";
    true_or_false() "true or false" "true または false";
    a_date() "a date" "日付";
    an_array() "an array" "配列";
    a_table() "a table" "テーブル";
    an_array_of_tables() "an array: [ … ], or [[…]] for an array of tables"
        "配列（[ … ]、テーブルの配列は [[…]]）";
    text_in_quotes() "text in quotes" "引用符で囲んだ文字列";
    a_number_or_cases() "a number or {{ low = …, expected = …, high = … }}"
        "数値または {{ low = …, expected = …, high = … }}";
    the_text(text) "text `{text}`" "文字列 `{text}`";
    the_number(number) "number `{number}`" "数値 `{number}`";
    found_expected(found, expected) "found {found}, expected {expected}" "{expected}が必要だが、{found}である";

    // Keys.
    unknown_key(key) "unknown key `{key}`" "不明なキー `{key}`";
    unknown_value(value) "unknown value `{value}`" "不明な値 `{value}`";
    missing_key(key) "missing key `{key}`" "キー `{key}` がない";
    add_key(key) "add `{key} = …`" "`{key} = …` を追加する";
    valid(values) "valid: {values}" "有効な値：{values}";
    valid_here(keys) "valid here: {keys}" "ここで有効なキー：{keys}";
    likely_among(likely, valid) "{likely} ({valid})" "{likely}（{valid}）";
    did_you_mean(names) "did you mean {names}?" "{names} の誤りではないか";
    likely_and(likely, rest) "{likely} {rest}" "{likely}。{rest}";
    or(names, last) "{names} or `{last}`" "{names} または `{last}`";
    nothing_to_unset() "`unset` takes away what is not set below"
        "`unset` に、継承元で設定されていないキーがある";
    unset_names_keys() "it names keys that the same table of the extended file has; leave the others out"
        "継承元の同じテーブルにあるキーだけを指定し、ほかは除く";

    // `--set`.
    form_of_set() "write `--set PATH=VALUE`, such as `--set compute.large-training.spot_share=0.5`"
        "`--set PATH=VALUE` の形で指定する（例：`--set compute.large-training.spot_share=0.5`）";
    no_equals() "no `=` between path and value" "パスと値の間に `=` がない";
    path_has_an_empty_part() "the path is empty or has an empty part" "パスが空か、空の部分を含む";
    path_is_empty() "the path is empty" "パスが空である";
    has_no_keys(path, kind) "what stands before `{path}` is {kind}, which has no keys"
        "`{path}` の前にあるのは{kind}で、キーを持たない";
    the_elements(names) "the elements are: {names}" "要素：{names}";
    one_element() "there is one element: index 0" "要素は 1 つである（インデックス 0）";
    elements(count, last) "there are {count} elements: indexes 0 to {last}"
        "要素は {count} 個ある（インデックス 0 ～ {last}）";
    no_element(name) "no element `{name}`" "要素 `{name}` がない";
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_languages_say_the_same_facts() {
        crate::model::said::same_facts(super::every());
    }
}
