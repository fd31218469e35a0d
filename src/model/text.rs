//! Text from outside that people will see: names, file names, words of other programs.

use std::borrow::Cow;

/// A name without its spelling: small letters and digits alone. Attributes are `preInstalledSw` in the API of the Price
/// List and `Pre Installed S/W` in its files; columns of exports vary likewise.
#[must_use]
pub fn folded(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// `1 day`, `3 days`: so many of what this word names.
#[must_use]
pub fn counted(number: impl TryInto<i64>, word: &str) -> String {
    match number.try_into() {
        Ok(1) => format!("1 {word}"),
        Ok(number) => format!("{number} {word}s"),
        Err(_) => format!("many {word}s"),
    }
}

/// `1 job counts`, `3 jobs count`: so many, and of each `one|many` among the words the one that goes with it.
#[must_use]
pub fn agreeing(number: u64, words: &str) -> String {
    let agrees = |word: &str| match word.split_once('|') {
        Some((one, many)) => if number == 1 { one } else { many }.to_owned(),
        None => word.to_owned(),
    };
    let words: Vec<String> = words.split(' ').map(agrees).collect();
    format!("{number} {}", words.join(" "))
}

/// The first of some names in backticks, and how many more there are: `a`, `b` and 3 more.
#[must_use]
pub fn named<T: AsRef<str>>(names: &[T], most: usize) -> String {
    let shown: Vec<String> =
        names.iter().take(most).map(|name| format!("`{}`", clean(name.as_ref()))).collect();
    match names.len().saturating_sub(most) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Whether a character of a text from outside may do something to whoever reads it: control a terminal (C0, DEL and C1,
/// a line break apart), turn the direction of text, take no room, break lines unseen, or break XML (U+FFFE, U+FFFF).
#[must_use]
pub const fn is_harmful(c: char) -> bool {
    matches!(
        c,
        '\0'..='\u{9}'
            | '\u{b}'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{61c}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
            | '\u{fffe}'
            | '\u{ffff}'
    )
}

/// The text as it may be shown: U+FFFD in place of each character that [`is_harmful`]; a line break stays one.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    let is_plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if is_plain || !text.contains(is_harmful) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| if is_harmful(c) { '\u{fffd}' } else { c }).collect())
}

/// The text with each character that [`is_harmful`] as `\uXXXX`, which inside the quotes of JSON is that character:
/// the value stays what it is.
#[must_use]
pub fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match is_harmful(c) {
            true => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            false => out.push(c),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_names_the_first_stand_there() {
        assert_eq!(named(&["a", "b"], 2), "`a`, `b`");
        assert_eq!(named(&["a", "b\u{1b}", "c", "d", "e"], 2), "`a`, `b\u{fffd}` and 3 more");
    }

    #[test]
    fn words_go_with_their_number() {
        assert_eq!(agreeing(1, "job|jobs asks|ask for none"), "1 job asks for none");
        assert_eq!(agreeing(0, "job|jobs asks|ask for none"), "0 jobs ask for none");
        assert_eq!(agreeing(2, "without `cpus`"), "2 without `cpus`");
    }

    #[test]
    fn what_steers_a_terminal_or_hides_is_replaced_and_all_else_stays() {
        for c in "\0\u{7}\u{8}\t\u{b}\r\u{1b}\u{1f}\u{7f}\u{80}\u{85}\u{9b}\u{9f}\u{61c}\u{200b}\u{200e}\u{200f}\
                  \u{2028}\u{2029}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}\u{feff}\
                  \u{fffe}\u{ffff}"
            .chars()
        {
            assert_eq!(clean(&format!("a{c}b")), "a\u{fffd}b", "{:x}", u32::from(c));
            assert_eq!(escaped(&format!("a{c}b")), format!("a\\u{:04x}b", u32::from(c)));
        }
        // Line breaks, Japanese, a no-break space, what joins emoji and Arabic letters, the neighbours of the above.
        for text in [
            "a\nb",
            "名前 ～",
            "\u{a0}",
            "\u{200c}\u{200d}",
            " ~",
            "\u{2027}\u{202f}\u{2065}\u{206a}",
            "\u{fffd}",
        ] {
            assert_eq!((&*clean(text), &*escaped(text)), (text, text));
        }
    }
}
