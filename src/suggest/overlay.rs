//! Lines of TOML that lie over a scenario.

/// A compute environment with some keys.
pub(super) fn environment(name: &str, keys: &str) -> String {
    format!("[[batch.compute_environment]]\nname = {}\n{keys}\n", quoted(name))
}

/// A job definition with some keys.
pub(super) fn job_definition(name: &str, keys: &str) -> String {
    format!("[[batch.job_definition]]\nname = {}\n{keys}\n", quoted(name))
}

/// A text as TOML writes it.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Texts as a TOML array.
pub(super) fn list<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    format!("[{}]", texts.map(quoted).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_toml() {
        assert_eq!(quoted("a \"b\" \\ \n"), r#""a \"b\" \\ \u000A""#);
        assert_eq!(list(["a", "b"].into_iter()), r#"["a", "b"]"#);
    }
}
