//! A page as text for a terminal, a pipe or a file.

use anstyle::{AnsiColor, Style};

use super::wrap::wrapped;
use super::{clean, clean_line, notes, text_table, with_remark, wrap};
use crate::report::{Block, Figure, Lang, Page, Said};

/// Longest line of a note, number included: longer ones are hard to read on any terminal.
const NOTE_WIDTH: usize = 105;

/// How far a note stands in, under its number.
const NOTE_INDENT: usize = 5;

/// How text looks on one terminal.
struct Screen {
    lang: Lang,
    color: bool,
    width: Option<usize>,
}

/// The page as text; with ANSI colors where asked for. Where `width` is known, no line is longer, unless a word is:
/// columns that can be spared are left out of tables, and that is said below them; what is left is wrapped. Charts are
/// left out: their tables are there.
#[must_use]
pub fn render(page: &Page, lang: Lang, color: bool, width: Option<usize>) -> String {
    let screen = Screen { lang, color, width };
    let mut out = screen.heading(&page.title);
    out.push_str(&screen.facts(&page.facts));
    for block in &page.blocks {
        let text = screen.block(block);
        if !text.is_empty() {
            out.push_str(&format!("\n{text}"));
        }
    }
    if !page.notes.is_empty() {
        let yellow = Style::new().fg_color(Some(AnsiColor::Yellow.into()));
        out.push_str(&format!("\n{}", screen.heading(&notes())));
        for (number, note) in (1..).zip(&page.notes) {
            let number = screen.paint(yellow, &format!("{number:>3}. "));
            out.push_str(&format!("{number}{}\n", screen.indented(&note.said(), NOTE_INDENT)));
        }
    }
    out
}

impl Screen {
    fn paint(&self, style: Style, text: &str) -> String {
        if self.color { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    fn bold(&self, text: &str) -> String {
        self.paint(Style::new().bold(), text)
    }

    /// Words without what could steer, in lines that leave `taken` columns free.
    fn lines(&self, said: &Said, taken: usize) -> Vec<String> {
        let text = clean(said.in_language(self.lang));
        match self.width {
            Some(width) => wrapped(&text, width.saturating_sub(taken).max(1)),
            None => vec![text.into_owned()],
        }
    }

    fn heading(&self, said: &Said) -> String {
        self.lines(said, 0).iter().map(|line| format!("{}\n", self.bold(line))).collect()
    }

    /// Lines that are easy to read, each but the first standing in.
    fn indented(&self, said: &Said, indent: usize) -> String {
        let width = self.width.unwrap_or(NOTE_WIDTH).min(NOTE_WIDTH).saturating_sub(indent).max(1);
        wrapped(&clean(said.in_language(self.lang)), width).join(&format!("\n{}", " ".repeat(indent)))
    }

    fn facts(&self, facts: &[(Said, Said)]) -> String {
        let name = |said: &Said| clean(said.in_language(self.lang)).into_owned();
        let name_width = facts.iter().map(|(said, _)| wrap::width(&name(said))).max().unwrap_or(0);
        let mut out = String::new();
        for (said, value) in facts {
            for (place, line) in self.lines(value, name_width + 4).iter().enumerate() {
                let name = if place == 0 { name(said) } else { String::new() };
                let room = " ".repeat(name_width - wrap::width(&name));
                out.push_str(&format!("  {name}{room}  {line}\n"));
            }
        }
        out
    }

    fn block(&self, block: &Block) -> String {
        match block {
            Block::Heading(said) => self.heading(said),
            Block::Paragraph(said) => format!("{}\n", self.indented(said, 0)),
            Block::Figures(figures) => {
                let fact = |Figure { label, value, remark }: &Figure| match remark.is_empty() {
                    true => (label.clone(), value.clone()),
                    false => (label.clone(), with_remark(value, remark)),
                };
                self.facts(&figures.iter().map(fact).collect::<Vec<_>>())
            }
            Block::Table(table) => {
                let caption =
                    if table.caption.is_empty() { String::new() } else { self.heading(&table.caption) };
                caption + &text_table::render(table, self.lang, self.width, |line| self.bold(line))
            }
            Block::Chart(..) | Block::Bars(..) => String::new(),
            Block::List(items) => {
                items.iter().map(|item| format!("  - {}\n", self.indented(item, 4))).collect()
            }
            Block::Verbatim(text) => {
                let lines = text.text.lines().map(|line| format!("{}\n", clean_line(line)));
                self.heading(&text.caption) + &lines.collect::<String>()
            }
        }
    }
}
