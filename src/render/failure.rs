//! An error with its causes and what to do about it, in a language.

use std::io;

use super::{clean, excerpt, words};
use crate::error::{Error, reason};
use crate::model::said::{Lang, Said};

/// What stands on stderr.
#[must_use]
pub fn render(error: &Error, lang: Lang, color: bool) -> String {
    if let Error::Input(problems) = error {
        return excerpt::render(problems, lang, color);
    }
    let line = |label: &Said, said: &Said| {
        format!("{}: {}\n", label.in_language(lang), clean(said.in_language(lang)))
    };
    let mut out = line(&words::error(), &error.said());
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let of_the_system = inner.downcast_ref::<io::Error>().map(reason);
        let said = of_the_system.unwrap_or_else(|| Said::alike(inner.to_string()));
        out.push_str(&line(&words::caused_by(), &said));
        cause = inner.source();
    }
    if let Some(hint) = error.hint() {
        out.push('\n');
        out.push_str(&line(&words::hint(), &hint));
    }
    out
}
