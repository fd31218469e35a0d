//! Words in every language a report is written in.

use std::fmt::Display;

use serde::{Deserialize, Deserializer, Serialize};

use super::text::counted;

/// A language of reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Japanese.
    Ja,
}

impl Lang {
    /// The language of messages in a POSIX locale: of `LC_ALL`, `LC_MESSAGES` and `LANG` the first that is not empty decides.
    #[must_use]
    pub fn of_locale(variable: impl Fn(&str) -> Option<String>) -> Lang {
        let names = ["LC_ALL", "LC_MESSAGES", "LANG"];
        let locale = names.iter().filter_map(|name| variable(name)).find(|locale| !locale.is_empty());
        // `ja`, `ja_JP.UTF-8`, `ja@…`; `jam` is another language.
        let language = locale.unwrap_or_default();
        match language.split(|c: char| !c.is_ascii_alphabetic()).next() {
            Some("ja") => Lang::Ja,
            _ => Lang::En,
        }
    }
}

/// The same words in each language. There is no way to make one without both.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
pub struct Said {
    /// In English.
    pub en: String,
    /// In Japanese.
    pub ja: String,
}

impl Said {
    /// Words that mean the same.
    #[must_use]
    pub fn new(en: impl Into<String>, ja: impl Into<String>) -> Said {
        Said { en: en.into(), ja: ja.into() }
    }

    /// What is the same in every language: a name, a setting, a figure.
    #[must_use]
    pub fn alike(text: impl Into<String>) -> Said {
        let en = text.into();
        Said { ja: en.clone(), en }
    }

    /// What is said in each language.
    #[must_use]
    pub fn each(in_language: impl Fn(Lang) -> String) -> Said {
        Said { en: in_language(Lang::En), ja: in_language(Lang::Ja) }
    }

    /// Parts with what stands between them in English and in Japanese.
    #[must_use]
    pub fn joined(parts: impl IntoIterator<Item = Said>, en: &str, ja: &str) -> Said {
        let (all_en, all_ja): (Vec<String>, Vec<String>) =
            parts.into_iter().map(|said| (said.en, said.ja)).unzip();
        Said::new(all_en.join(en), all_ja.join(ja))
    }

    /// Whether there are no words.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.en.is_empty()
    }

    /// `3 jobs`, and in Japanese the number alone: what counts it stands in the sentence.
    #[must_use]
    pub fn counted(number: impl TryInto<i64> + Copy, word: &str) -> Said {
        let ja = number.try_into().map_or_else(|_| "多数の".to_owned(), |number| number.to_string());
        Said::new(counted(number, word), ja)
    }

    /// These words and more, as one sentence of several parts.
    #[must_use]
    pub fn and(self, more: Said) -> Said {
        Said { en: format!("{}; {}", self.en, more.en), ja: format!("{}。{}", self.ja, more.ja) }
    }

    /// In one language.
    #[must_use]
    pub fn in_language(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Ja => &self.ja,
        }
    }
}

impl From<&str> for Said {
    fn from(text: &str) -> Said {
        Said::alike(text)
    }
}

impl From<&String> for Said {
    fn from(text: &String) -> Said {
        Said::alike(text)
    }
}

impl From<String> for Said {
    fn from(text: String) -> Said {
        Said::alike(text)
    }
}

/// As it is written; a plain text, as older files have it, is the same in every language.
impl<'de> Deserialize<'de> for Said {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Said, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Kept {
            Text(String),
            Both { en: String, ja: String },
        }
        Ok(match Kept::deserialize(deserializer)? {
            Kept::Text(text) => Said::alike(text),
            Kept::Both { en, ja } => Said { en, ja },
        })
    }
}

/// `2026年10月9日` of `2026-10-09` and of moments that begin so; what is no day stays as it is.
#[must_use]
pub fn day_in_japanese(text: &str) -> String {
    let day: Vec<&str> = text.get(..10).unwrap_or(text).split('-').collect();
    match day[..] {
        [year, month, day]
            if [year, month, day].iter().all(|part| part.bytes().all(|b| b.is_ascii_digit())) =>
        {
            format!("{year}年{}月{}日", month.trim_start_matches('0'), day.trim_start_matches('0'))
        }
        _ => text.to_owned(),
    }
}

/// What stands in a text: a name or a figure, alike in every language, or words that are not.
pub trait Part {
    /// In English.
    fn en(&self) -> String;
    /// In Japanese.
    fn ja(&self) -> String;
}

impl<T: Display> Part for T {
    fn en(&self) -> String {
        self.to_string()
    }

    fn ja(&self) -> String {
        self.to_string()
    }
}

impl Part for Said {
    fn en(&self) -> String {
        self.en.clone()
    }

    fn ja(&self) -> String {
        self.ja.clone()
    }
}

impl Part for &Said {
    fn en(&self) -> String {
        self.en.clone()
    }

    fn ja(&self) -> String {
        self.ja.clone()
    }
}

/// The facts of a sentence: what stands in backticks, and its numbers.
#[cfg(test)]
fn facts(text: &str) -> Vec<String> {
    let quoted = text.split('`').skip(1).step_by(2).map(str::to_owned);
    let numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty()).map(str::to_owned);
    quoted.chain(numbers).collect()
}

/// Holds that each text of a catalogue has its parts and the facts of the English in the Japanese, too, which is Japanese.
#[cfg(test)]
pub(crate) fn same_facts(every: Vec<(Said, Vec<&'static str>)>) {
    for (said, parts) in every {
        let whole: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
        for fact in whole.iter().chain(&facts(&said.en)) {
            assert!(said.en.contains(fact) && said.ja.contains(fact), "{fact}: {said:?}");
        }
        // What is a name alone has no words.
        assert!(!said.ja.is_ascii() || said.en == said.ja, "{said:?} has words in Japanese");
    }
}

/// Functions that say one thing in both languages, each with what stands in its place: `name(part) "… {part}" "… {part}";`.
/// `pub(super)`, or as it begins.
macro_rules! words {
    (pub(crate); $($words:tt)*) => { $crate::model::said::words! { @ pub(crate), $($words)* } };
    (@ $vis:vis, $($name:ident($($part:ident),*) $en:literal $ja:literal;)*) => {
        $(
            $vis fn $name($($part: impl $crate::model::said::Part),*) -> $crate::model::said::Said {
                let en = { $(let $part = $part.en();)* format!($en) };
                let ja = { $(let $part = $part.ja();)* format!($ja) };
                $crate::model::said::Said::new(en, ja)
            }
        )*

        /// Every text with the names of its parts in their places.
        #[cfg(test)]
        fn every() -> Vec<($crate::model::said::Said, Vec<&'static str>)> {
            vec![$((
                $name($(concat!("<", stringify!($part), ">")),*),
                vec![$(concat!("<", stringify!($part), ">")),*],
            )),*]
        }

        #[cfg(test)]
        mod every_part {
            #[test]
            fn is_said_in_both_languages() {
                for (said, parts) in super::every() {
                    for part in parts {
                        assert!(said.en.contains(part) && said.ja.contains(part), "{part}: {said:?}");
                    }
                }
            }
        }
    };
    ($($words:tt)*) => { $crate::model::said::words! { @ pub(super), $($words)* } };
}

pub(crate) use words;

/// An enum of statements whose facts are parts of sentences, and a function for each that takes any [`Part`]:
/// `Variant = name(part) "… {part}" "… {part}";`. What is said is matched by its variant, never by its words.
macro_rules! statements {
    ($(#[$meta:meta])* pub enum $Name:ident {
        $($Variant:ident = $name:ident($($part:ident),*) $en:literal $ja:literal;)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "the words say what each is")]
        pub enum $Name { $($Variant { $($part: Box<$crate::model::said::Said>),* }),* }

        impl $Name {
            /// In both languages.
            #[must_use]
            pub fn said(&self) -> $crate::model::said::Said {
                match self {
                    $($Name::$Variant { $($part),* } => {
                        let en = { $(let $part = &$part.en;)* format!($en) };
                        let ja = { $(let $part = &$part.ja;)* format!($ja) };
                        $crate::model::said::Said::new(en, ja)
                    })*
                }
            }
        }

        impl $crate::model::said::Part for $Name {
            fn en(&self) -> String {
                self.said().en
            }

            fn ja(&self) -> String {
                self.said().ja
            }
        }

        $(
            pub(super) fn $name($($part: impl $crate::model::said::Part),*) -> $Name {
                $Name::$Variant { $($part: Box::new($crate::model::said::Said::new($part.en(), $part.ja()))),* }
            }
        )*

        /// Every text with the names of its parts in their places.
        #[cfg(test)]
        fn every() -> Vec<($crate::model::said::Said, Vec<&'static str>)> {
            vec![$((
                $name($(concat!("<", stringify!($part), ">")),*).said(),
                vec![$(concat!("<", stringify!($part), ">")),*],
            )),*]
        }
    };
}

pub(crate) use statements;

/// An enum of things to say. Each variant has its words in both languages beside its facts, as arguments of `format!` in which
/// the fields are in scope by reference; a variant without one of them does not compile.
macro_rules! sayings {
    (
        $(#[$meta:meta])* $vis:vis enum $Name:ident {
            $($(#[$doc:meta])* $Variant:ident $({ $($field:ident: $Type:ty),* $(,)? })? en($($en:tt)+) ja($($ja:tt)+);)*
        }
    ) => {
        $(#[$meta])*
        $vis enum $Name { $($(#[$doc])* $Variant $({ $($field: $Type),* })?),* }

        impl $Name {
            /// The name of every variant.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($Variant)),*];

            /// In both languages.
            #[must_use]
            $vis fn said(&self) -> $crate::model::said::Said {
                match self {
                    $($Name::$Variant $({ $($field),* })? => {
                        // A language may say a fact by leaving words out.
                        $(let _ = ($($field),*);)?
                        $crate::model::said::Said::new(format!($($en)+), format!($($ja)+))
                    })*
                }
            }
        }
    };
}

pub(crate) use sayings;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_of_the_locale_that_is_not_empty_decides() {
        let lang = |all: &str, messages: &str, lang: &str| {
            Lang::of_locale(|name| match name {
                "LC_ALL" => Some(all.to_owned()),
                "LC_MESSAGES" => Some(messages.to_owned()),
                "LANG" => (lang != "unset").then(|| lang.to_owned()),
                _ => None,
            })
        };
        assert_eq!(lang("", "", "ja_JP.UTF-8"), Lang::Ja);
        assert_eq!(lang("", "ja", "en_US.UTF-8"), Lang::Ja);
        assert_eq!(lang("C", "ja_JP", "ja_JP"), Lang::En);
        assert_eq!(lang("ja_JP.eucJP", "C", "C"), Lang::Ja);
        assert_eq!(lang("", "", "jam_JM.UTF-8"), Lang::En);
        assert_eq!(lang("", "", "unset"), Lang::En);
    }
}
