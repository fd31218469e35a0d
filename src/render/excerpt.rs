//! Problems in a text, with the lines in question and a caret under the place.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use super::{clean, clean_text, words};
use crate::error::{Diagnostic, Excerpt};
use crate::model::said::Lang;

/// Problems that are shown; whoever has more will not read them all at once.
const MOST: usize = 20;

/// All problems, each as `file:line:column`, excerpt and help.
#[must_use]
pub(super) fn render(problems: &[Diagnostic], lang: Lang, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let mut out = String::new();
    for problem in problems.iter().take(MOST) {
        out.push_str(&renderer.render(&[group(problem, lang)]));
        out.push_str("\n\n");
    }
    match problems.len() {
        0 | 1 => {
            out.pop();
            return out;
        }
        count if count > MOST => out.push_str(words::first_problems(count, MOST).in_language(lang)),
        count => out.push_str(words::problems(count).in_language(lang)),
    }
    out.push('\n');
    out
}

fn group(problem: &Diagnostic, lang: Lang) -> Group<'static> {
    let mut group = Level::ERROR
        .with_name(words::error().in_language(lang).to_owned())
        .primary_title(clean(problem.message.in_language(lang)).into_owned())
        .elements(problem.excerpt.iter().map(snippet));
    if let Some(help) = &problem.help {
        let level = Level::HELP.with_name(words::help().in_language(lang).to_owned());
        group = group.element(level.message(clean(help.in_language(lang)).into_owned()));
    }
    group
}

/// The place in its text, with what is harmful in either replaced.
fn snippet(excerpt: &Excerpt) -> Snippet<'static, Annotation<'static>> {
    let end = excerpt.span.end.min(excerpt.text.len());
    let start = excerpt.span.start.min(end);
    let end = first_line(&excerpt.text, start, end);
    let mut text = clean_text(&excerpt.text[..start]);
    let marked = text.len();
    text.push_str(&clean_text(&excerpt.text[start..end]));
    let span = marked..text.len();
    text.push_str(&clean_text(&excerpt.text[end..]));
    Snippet::source(text)
        .path(clean(&excerpt.origin).replace('\n', "\u{fffd}"))
        .annotation(AnnotationKind::Primary.span(span))
}

/// Where a place ends that is marked: one that spans lines is, at its first one.
fn first_line(text: &str, start: usize, end: usize) -> usize {
    let line = text[start..end].split('\n').next().unwrap_or_default();
    start + line.strip_suffix('\r').unwrap_or(line).len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::said::Said;

    #[test]
    fn nothing_of_a_text_or_its_name_steers_the_terminal_and_the_caret_stays_under_its_place() {
        let text = "a = \"\u{9b}32m\u{200b}\"\r\n\tname = \"\u{1b}]0;T\u{7}\" # \u{202e}\r\n";
        let start = text.find("\"\u{1b}").expect("is there");
        let end = text.find(" # ").expect("is there");
        let problem = Diagnostic {
            message: Said::alike("`\u{9b}31m` is \u{200e}no name"),
            excerpt: Some(Excerpt {
                origin: "x\u{1b}[31m\n.toml".into(),
                text: text.into(),
                span: start..end,
            }),
            help: Some(Said::alike("valid: \u{1b}[31m\u{feff}")),
        };
        let shown = render(&[problem], Lang::En, false);
        assert!(!shown.contains(|c| c != '\n' && crate::model::text::is_harmful(c)), "{shown:?}");
        assert!(shown.contains("x\u{fffd}[31m\u{fffd}.toml:2:9"), "{shown}");
        let lines: Vec<&str> = shown.lines().collect();
        let code = lines.iter().position(|line| line.contains("]0;T")).expect("the line is shown");
        let at = lines[code].find("\"\u{fffd}]0;T\u{fffd}\"").expect("the value is shown");
        let carets = lines[code + 1].find('^').expect("it is marked");
        assert_eq!(lines[code][..at].chars().count(), lines[code + 1][..carets].chars().count(), "{shown}");
    }
}
