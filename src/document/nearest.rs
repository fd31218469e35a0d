//! Did you mean: the candidates that look most like what was written.

use super::words;
use crate::model::said::Said;

/// The most similar candidates, best first, at most `most`; none that is not alike.
#[must_use]
pub fn nearest<'a>(
    written: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    most: usize,
) -> Vec<&'a str> {
    let written = written.to_lowercase();
    let mut scored: Vec<(usize, &str)> = candidates
        .into_iter()
        .map(|candidate| {
            let score = strsim::jaro_winkler(&written, &candidate.to_lowercase());
            // Whole thousandths, so that equal scores keep the candidates' own order.
            ((score * 1000.0) as usize, candidate)
        })
        .filter(|(score, _)| *score >= 750)
        .collect();
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    scored.into_iter().take(most).map(|(_, candidate)| candidate).collect()
}

/// `did you mean `a`?` or `did you mean `a`, `b` or `c`?`; `None` when nothing is alike.
#[must_use]
pub fn did_you_mean<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<Said> {
    let found = nearest(written, candidates, 3);
    (!found.is_empty()).then(|| words::did_you_mean(alternatives(&found)))
}

/// What is likely, if anything is, and the rest.
#[must_use]
pub fn likely_and(likely: Option<Said>, rest: Said) -> Said {
    match likely {
        Some(likely) => words::likely_and(likely, rest),
        None => rest,
    }
}

/// `` `a`, `b` or `c` ``.
#[must_use]
pub fn alternatives(names: &[&str]) -> Said {
    match names {
        [] => Said::alike(""),
        [one] => Said::alike(format!("`{one}`")),
        [rest @ .., last] => {
            let rest: Vec<String> = rest.iter().map(|name| format!("`{name}`")).collect();
            words::or(rest.join(", "), last)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_likely_word() {
        let keys = ["spot_share", "instances", "name", "launches"];
        assert_eq!(nearest("spot_shre", keys, 1), ["spot_share"]);
        assert_eq!(nearest("zzz", keys, 3), [""; 0]);
        assert_eq!(
            did_you_mean("lanches", keys).map(|said| said.en).as_deref(),
            Some("did you mean `launches`?")
        );
        assert_eq!(alternatives(&["a", "b", "c"]).en, "`a`, `b` or `c`");
    }
}
