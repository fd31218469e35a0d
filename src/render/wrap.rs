//! Lines of a width, as a terminal counts it: a character of Chinese or Japanese takes two columns.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How many columns a text takes.
pub(super) fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// The text in lines of at most `width` columns. A word is never broken: one that is longer has a line of its own.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut line, mut taken) = (String::new(), 0);
    for (place, word) in text.split(' ').enumerate() {
        for (part, piece) in pieces(word).into_iter().enumerate() {
            let space = usize::from(place > 0 && part == 0);
            let length = self::width(piece);
            if !line.is_empty() && taken + space + length > width {
                lines.push(std::mem::take(&mut line));
                taken = 0;
            } else if space == 1 && !(line.is_empty() && place == 0) {
                line.push(' ');
                taken += 1;
            }
            line.push_str(piece);
            taken += length;
        }
    }
    lines.push(line);
    lines
}

/// The columns that a text needs at least where it is wrapped: those of its longest word.
pub(super) fn longest_word(text: &str) -> usize {
    text.split(' ').flat_map(pieces).map(width).max().unwrap_or(0)
}

/// Parts of a word between which a line may end: wide characters stand without spaces. None begins with what closes a
/// sentence or a bracket, and none ends with what opens one.
fn pieces(word: &str) -> Vec<&str> {
    let wide = |c: char| c.width() == Some(2);
    let closes = |c: char| "。、，．：；！？）」』】〕～ーぁぃぅぇぉっゃゅょァィゥェォッャュョ".contains(c);
    let opens = |c: char| "（「『【〔".contains(c);
    let mut pieces = Vec::new();
    let (mut start, mut before) = (0, None);
    for (at, c) in word.char_indices() {
        let ends = |before: char| (wide(before) || wide(c)) && !closes(c) && !opens(before);
        if before.is_some_and(ends) {
            pieces.push(&word[start..at]);
            start = at;
        }
        before = Some(c);
    }
    pieces.push(&word[start..]);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_whole() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("a-very-long-word b", 4), ["a-very-long-word", "b"]);
        assert_eq!(wrapped("", 4), [""]);
        assert_eq!(longest_word("one three five"), 5);
    }

    #[test]
    fn wide_characters_take_two_columns_and_may_be_parted() {
        assert_eq!(width("費用"), 4);
        assert_eq!(wrapped("費用は不明である。", 10), ["費用は不明", "である。"]);
        // A full stop does not begin a line, a bracket does not end one.
        assert_eq!(wrapped("費用は。", 6), ["費用", "は。"]);
        assert_eq!(wrapped("費用（a）", 6), ["費用", "（a）"]);
    }
}
