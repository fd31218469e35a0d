//! A page as GitHub-flavored Markdown, for a pull request or a chat.

use super::{clean_line, notes, shown, visible};
use crate::report::{Block, Cell, Figure, Lang, Page, Row, Said, Table, Verbatim};

/// The Markdown text. Charts are left out: their tables are there.
#[must_use]
pub fn render(page: &Page, lang: Lang) -> String {
    let words = |said: &Said| escaped(said.in_language(lang));
    let mut out = format!("# {}\n", words(&page.title));
    if !page.facts.is_empty() {
        out.push('\n');
    }
    for (name, value) in &page.facts {
        out.push_str(&format!("- **{}**: {}\n", words(name), words(value)));
    }
    for block in &page.blocks {
        let text = of(block, lang);
        if !text.is_empty() {
            out.push_str(&format!("\n{text}"));
        }
    }
    if !page.notes.is_empty() {
        out.push_str(&format!("\n## {}\n\n", words(&notes())));
    }
    for (place, note) in (1..).zip(&page.notes) {
        out.push_str(&format!("{place}. {}\n", words(&note.said())));
    }
    out
}

fn of(block: &Block, lang: Lang) -> String {
    let words = |said: &Said| escaped(said.in_language(lang));
    let caption = |said: &Said| match said.is_empty() {
        true => String::new(),
        false => format!("**{}**\n\n", words(said)),
    };
    let picture = |title: &Said, said: &Said| match said.is_empty() {
        true => String::new(),
        false => format!("*{}*: {}\n", words(title), words(said)),
    };
    match block {
        Block::Heading(said) => format!("## {}\n", words(said)),
        Block::Paragraph(said) => format!("{}\n", words(said)),
        Block::Figures(figures) => figures
            .iter()
            .map(|Figure { label, value, remark }| {
                let remark = if remark.is_empty() { String::new() } else { format!(" ({})", words(remark)) };
                format!("- {}: **{}**{remark}\n", words(label), words(value))
            })
            .collect(),
        Block::Table(table) => caption(&table.caption) + &rows(table, lang),
        Block::Chart(chart, said) => picture(&chart.title, said),
        Block::Bars(chart, said) => picture(&chart.title, said),
        Block::List(items) => items.iter().map(|item| format!("- {}\n", words(item))).collect(),
        Block::Verbatim(text) => caption(&text.caption) + &fenced(text),
    }
}

fn fenced(Verbatim { language, text, .. }: &Verbatim) -> String {
    let fence = fence(text);
    let lines: String = text.lines().map(|line| format!("{}\n", clean_line(line))).collect();
    format!("{fence}{language}\n{lines}{fence}\n")
}

/// A fence that is longer than any in the text.
fn fence(text: &str) -> String {
    let mut longest = 2;
    let mut run = 0;
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    "`".repeat(longest + 1)
}

fn rows(table: &Table, lang: Lang) -> String {
    let columns = visible(table);
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let texts = |cells: &[Cell]| -> Vec<String> {
        columns.iter().map(|(index, _)| escaped(&shown(&cells[*index], lang))).collect()
    };
    let bold = |text: String| if text.is_empty() { text } else { format!("**{text}**") };
    let mut out = line(columns.iter().map(|(_, c)| escaped(c.heading.in_language(lang))).collect());
    out.push_str(&line(
        columns.iter().map(|(_, c)| if c.is_numeric() { "---:" } else { "---" }.to_owned()).collect(),
    ));
    for row in &table.rows {
        out.push_str(&line(match row {
            Row::Heading(said) => {
                let mut cells = vec![bold(escaped(said.in_language(lang)))];
                cells.resize(columns.len().max(1), String::new());
                cells
            }
            Row::Data(cells) => texts(cells),
            Row::Total(cells) => texts(cells).into_iter().map(bold).collect(),
        }));
    }
    out
}

/// Names come from files: nothing in them may become markup.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    let text = text.replace(['\n', '\r'], " ");
    let text = super::clean(&text);
    for (place, c) in text.char_indices() {
        let rest = &text[place + c.len_utf8()..];
        match c {
            '|' | '*' | '_' | '`' | '[' | ']' | '<' | '>' | '\\' | '#' | '$' | '~' | '&' => {
                out.extend(['\\', c])
            }
            // What GitHub makes a link of without any markup: `https://…`, `www.…`.
            ':' if rest.starts_with("//") => out.push_str("\\:"),
            '.' if text[..place].to_ascii_lowercase().ends_with("www") => out.push_str("\\."),
            // And a mention, or an address: it looks for them after all escapes, but not across a comment.
            '@' if rest.starts_with(char::is_alphanumeric) => out.push_str("@<!-- -->"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_become_markup() {
        assert_eq!(escaped("a|b <script> `x`\n"), "a\\|b \\<script\\> \\`x\\` ");
        assert_eq!(escaped("~~x~~ &lt;b&gt;"), "\\~\\~x\\~\\~ \\&lt;b\\&gt;");
    }

    #[test]
    fn names_become_neither_links_nor_mentions() {
        assert_eq!(escaped("https://evil.example"), "https\\://evil.example");
        assert_eq!(escaped("WWW.evil.example"), "WWW\\.evil.example");
        assert_eq!(escaped("@octocat, a@b.example"), "@<!-- -->octocat, a@<!-- -->b.example");
        for text in ["12:30", "a @ b", "g5.xlarge, 1.5", "名前"] {
            assert_eq!(escaped(text), text);
        }
    }
}
