//! A report as GitHub-flavored Markdown, for a pull request or a chat.

use super::{clean_line, shown_in, visible};
use crate::report::{Block, Figure, Lang, Page, Report, Row, Table};

/// The Markdown text.
#[must_use]
pub fn render(report: &Report) -> String {
    let mut out = format!("## {}\n\n", escaped(&report.title));
    for (name, value) in &report.facts {
        out.push_str(&format!("- **{name}**: {}\n", escaped(value)));
    }
    for table in &report.tables {
        out.push('\n');
        if !table.caption.is_empty() {
            out.push_str(&format!("### {}\n\n", escaped(&table.caption)));
        }
        out.push_str(&rows(table));
    }
    for text in &report.verbatim {
        let fence = fence(&text.text);
        out.push_str(&format!("\n### {}\n\n{fence}{}\n", escaped(&text.caption), text.language));
        for line in text.text.lines() {
            out.push_str(&format!("{}\n", clean_line(line)));
        }
        out.push_str(&format!("{fence}\n"));
    }
    if !report.notes.is_empty() {
        out.push_str("\n### Notes\n\n");
        for (index, note) in report.notes.iter().enumerate() {
            out.push_str(&format!("{}. {}\n", index + 1, escaped(&note.to_string())));
        }
    }
    out
}

/// A page in a language. Charts are left out: their tables are there.
#[must_use]
pub fn page(page: &Page) -> String {
    let mut out = format!("# {}\n", escaped(&page.title));
    for block in &page.blocks {
        out.push('\n');
        match block {
            Block::Heading(text) => out.push_str(&format!("## {}\n", escaped(text))),
            Block::Paragraph(text) => out.push_str(&format!("{}\n", escaped(text))),
            Block::Figures(figures) => {
                for Figure { label, value, remark } in figures {
                    let remark =
                        if remark.is_empty() { String::new() } else { format!(" ({})", escaped(remark)) };
                    out.push_str(&format!("- {}: **{}**{remark}\n", escaped(label), escaped(value)));
                }
            }
            Block::Table(table) => {
                if !table.caption.is_empty() {
                    out.push_str(&format!("**{}**\n\n", escaped(&table.caption)));
                }
                out.push_str(&rows_in(table, page.lang));
            }
            Block::Chart(chart, words) => {
                out.push_str(&format!("*{}*: {}\n", escaped(&chart.title), escaped(words)))
            }
            Block::Bars(chart, words) => {
                out.push_str(&format!("*{}*: {}\n", escaped(&chart.title), escaped(words)))
            }
            Block::List(items) => {
                for item in items {
                    out.push_str(&format!("- {}\n", escaped(item)));
                }
            }
            Block::Verbatim(text) => {
                let fence = fence(&text.text);
                out.push_str(&format!("{fence}{}\n{}\n{fence}\n", text.language, clean_line(&text.text)));
            }
        }
    }
    out
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

fn rows(table: &Table) -> String {
    rows_in(table, Lang::En)
}

fn rows_in(table: &Table, lang: Lang) -> String {
    let columns = visible(table);
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut out = line(columns.iter().map(|(_, column)| escaped(&column.heading)).collect());
    out.push_str(&line(
        columns.iter().map(|(_, c)| if c.is_numeric() { "---:" } else { "---" }.to_owned()).collect(),
    ));
    for row in &table.rows {
        let cells = match row {
            Row::Heading(heading) => {
                let mut cells = vec![format!("**{}**", escaped(heading))];
                cells.resize(columns.len(), String::new());
                cells
            }
            Row::Data(cells) => {
                columns.iter().map(|(index, _)| escaped(&shown_in(&cells[*index], lang))).collect()
            }
            Row::Total(cells) => columns
                .iter()
                .map(|(index, _)| escaped(&shown_in(&cells[*index], lang)))
                .map(|text| if text.is_empty() { text } else { format!("**{text}**") })
                .collect(),
        };
        out.push_str(&line(cells));
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
