//! Titles, captions, headings and facts of the pages of this module.

use crate::model::said::words;
pub(super) use crate::report::headings::*;

words! {
    at_least() "At least" "下限";
    at_most() "At most" "上限";
    intervals() "Intervals" "区間";
    key() "Key" "キー";
    learned() "Learned" "推定値";
    left_out() "Left out" "除外";
    now() "Now" "現在値";
    state() "State" "状態";
}
