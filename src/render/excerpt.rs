//! Problems in a text, with the lines in question and a caret under the place.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::error::Diagnostic;

/// Problems that are shown; whoever has more will not read them all at once.
const MOST: usize = 20;

/// All problems, each as `file:line:column`, excerpt and help.
#[must_use]
pub fn render(problems: &[Diagnostic], color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let mut out = String::new();
    for problem in problems.iter().take(MOST) {
        out.push_str(&renderer.render(&[group(problem)]));
        out.push_str("\n\n");
    }
    if problems.len() > MOST {
        out.push_str(&format!("{} problems, the first {MOST} are shown\n", problems.len()));
    } else if problems.len() > 1 {
        out.push_str(&format!("{} problems\n", problems.len()));
    } else {
        out.pop();
    }
    out
}

fn group(problem: &Diagnostic) -> Group<'_> {
    let mut group = Level::ERROR.primary_title(problem.message.as_str()).elements(
        problem.excerpt.iter().map(|excerpt| {
            let end = excerpt.span.end.min(excerpt.text.len());
            let start = excerpt.span.start.min(end);
            Snippet::source(excerpt.text.as_ref())
                .path(excerpt.origin.as_str())
                .annotation(AnnotationKind::Primary.span(first_line(&excerpt.text, start, end)))
        }),
    );
    if let Some(help) = &problem.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    group
}

/// A place that spans lines is marked at its first one.
fn first_line(text: &str, start: usize, end: usize) -> std::ops::Range<usize> {
    let line_end = text[start..end].find('\n').map_or(end, |length| start + length);
    start..line_end.max(start)
}
