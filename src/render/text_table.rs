//! A table as text of a width: columns side by side, words wrapped in them, figures whole. Where even that is too wide,
//! each row is a list of its cells.

use super::wrap::{longest_word, width, wrapped};
use super::{clean, not_shown, shown, visible};
use crate::report::{Cell, Column, Lang, Row, Said, Table};

/// Spaces after each cell, where there is room; one stands before it.
const GAP: usize = 2;

/// Columns up to this [`Column::spare`] are left out before anything is wrapped, the others only where that is not enough.
const BEFORE_WRAPPING: u8 = 2;

/// The table; `bold` marks its head and its sums. `limit` is the longest line, where there is one.
pub(super) fn render(
    table: &Table,
    lang: Lang,
    limit: Option<usize>,
    bold: impl Fn(&str) -> String,
) -> String {
    let all = visible(table);
    let Some(limit) = limit else { return Layout::new(table, lang, all).side_by_side(&bold) };
    let spared = all.iter().map(|(_, column)| column.spare).max().unwrap_or(0);
    let kept = |left_out: u8| {
        all.iter().filter(move |(_, column)| column.spare == 0 || column.spare > left_out).copied().collect()
    };
    let before = spared.min(BEFORE_WRAPPING);
    let whole = (0..=before).map(|left_out| Layout::new(table, lang, kept(left_out)));
    let narrowed = (before..=spared).map(|left_out| Layout::new(table, lang, kept(left_out)));
    let fitting = whole
        .filter(|layout| layout.total() <= limit)
        .chain(narrowed.filter_map(|mut layout| layout.narrow(limit).then_some(layout)))
        .next();
    let Some(layout) = fitting else {
        return Layout::new(table, lang, all).one_below_the_other(limit, &bold);
    };
    let mut out = layout.side_by_side(&bold);
    let left_out: Vec<&str> = all
        .iter()
        .filter(|(index, _)| !layout.columns.iter().any(|(kept, _)| kept == index))
        .map(|(_, column)| column.heading.in_language(lang))
        .collect();
    if !left_out.is_empty() {
        let separator = if lang == Lang::Ja { "、" } else { ", " };
        let said = not_shown(limit, left_out.join(separator));
        for line in wrapped(said.in_language(lang), limit.saturating_sub(1)) {
            out.push_str(&format!(" {line}\n"));
        }
    }
    out
}

/// A cell's text, and whether a line may end at each of its spaces.
struct Content {
    text: String,
    figure: bool,
}

impl Content {
    fn of(cell: &Cell, lang: Lang, figure: bool) -> Content {
        Content { text: clean(&shown(cell, lang)).replace('\n', " "), figure }
    }

    fn words(said: &Said, lang: Lang) -> Content {
        Content { text: clean(said.in_language(lang)).replace('\n', " "), figure: false }
    }

    /// A figure is one word, a range of figures two: its ends.
    fn unbroken(&self) -> String {
        match self.figure {
            true => self.text.replace(' ', "\u{a0}").replace("\u{a0}to\u{a0}", "\u{a0}to "),
            false => self.text.clone(),
        }
    }

    fn least(&self) -> usize {
        longest_word(&self.unbroken())
    }

    fn lines(&self, width: usize) -> Vec<String> {
        wrapped(&self.unbroken(), width).into_iter().map(|line| line.replace('\u{a0}', " ")).collect()
    }
}

/// Columns with their widths.
struct Layout<'a> {
    table: &'a Table,
    lang: Lang,
    columns: Vec<(usize, &'a Column)>,
    widths: Vec<usize>,
    /// Below which a column does not go.
    least: Vec<usize>,
    /// How far the first cell of a row stands in.
    indent: usize,
    /// Spaces after each cell.
    gap: usize,
}

impl<'a> Layout<'a> {
    fn new(table: &'a Table, lang: Lang, columns: Vec<(usize, &'a Column)>) -> Layout<'a> {
        let grouped = table.rows.iter().any(|row| matches!(row, Row::Heading(_)));
        let mut layout = Layout {
            table,
            lang,
            columns,
            widths: Vec::new(),
            least: Vec::new(),
            indent: if grouped { 2 } else { 0 },
            gap: GAP,
        };
        for (place, (index, column)) in layout.columns.iter().enumerate() {
            let heading = Content::words(&column.heading, lang);
            let (mut natural, mut least) = (width(&heading.text), heading.least());
            for row in &table.rows {
                let (indent, content) = match row {
                    // A heading may go across the table.
                    Row::Heading(text) if place == 0 => {
                        natural = natural.max(width(&clean(text.in_language(lang))));
                        continue;
                    }
                    Row::Heading(_) => continue,
                    Row::Data(cells) if place == 0 => (layout.indent, &cells[*index]),
                    Row::Data(cells) | Row::Total(cells) => (0, &cells[*index]),
                };
                let content = Content::of(content, lang, column.is_numeric());
                natural = natural.max(indent + width(&content.text));
                least = least.max(indent + content.least());
            }
            layout.widths.push(natural);
            layout.least.push(least);
        }
        layout
    }

    /// Columns of a whole line, with the space at its end that its rule has.
    fn total(&self) -> usize {
        self.total_of(&self.widths, self.gap)
    }

    fn total_of(&self, widths: &[usize], gap: usize) -> usize {
        (widths.iter().map(|width| 1 + width + gap).sum::<usize>() + 1).saturating_sub(gap)
    }

    /// Takes from the gaps and then from the widest columns until a line is at most `limit` long; false where that
    /// cannot be.
    fn narrow(&mut self, limit: usize) -> bool {
        let fits = |gap: &usize| self.total_of(&self.least, *gap) <= limit;
        let Some(gap) = (0..=GAP).rev().find(fits) else { return false };
        self.gap = gap;
        while self.total() > limit {
            let widest = (0..self.widths.len())
                .filter(|place| self.widths[*place] > self.least[*place])
                .max_by_key(|place| (self.widths[*place], *place));
            let Some(widest) = widest else { return false };
            self.widths[widest] -= 1;
        }
        true
    }

    fn side_by_side(&self, bold: &impl Fn(&str) -> String) -> String {
        let mut out = String::new();
        let mut put = |lines: Vec<String>, emphasized: bool| {
            for line in lines {
                let line = line.trim_end();
                out.push_str(&if emphasized { bold(line) } else { line.to_owned() });
                out.push('\n');
            }
        };
        let headings =
            self.columns.iter().map(|(_, column)| Content::words(&column.heading, self.lang)).collect();
        put(self.lines(headings, 0), true);
        put(vec!["─".repeat(self.total())], false);
        for row in &self.table.rows {
            match row {
                Row::Heading(text) => {
                    let lines = Content::words(text, self.lang).lines(self.total().saturating_sub(1).max(1));
                    put(lines.into_iter().map(|line| format!(" {line}")).collect(), true);
                }
                Row::Data(cells) => put(self.lines(self.contents(cells), self.indent), false),
                Row::Total(cells) => put(self.lines(self.contents(cells), 0), true),
            }
        }
        out
    }

    fn contents(&self, cells: &[Cell]) -> Vec<Content> {
        self.columns
            .iter()
            .map(|(index, column)| Content::of(&cells[*index], self.lang, column.is_numeric()))
            .collect()
    }

    /// A row: as many lines as its longest cell has.
    fn lines(&self, contents: Vec<Content>, indent: usize) -> Vec<String> {
        let cells: Vec<Vec<String>> = contents
            .iter()
            .zip(&self.widths)
            .enumerate()
            .map(|(place, (content, width))| match place {
                0 => content.lines(width - indent).iter().map(|line| " ".repeat(indent) + line).collect(),
                _ => content.lines(*width),
            })
            .collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(0);
        let line = |number: usize| {
            let mut out = String::new();
            for (place, cell) in cells.iter().enumerate() {
                let text = cell.get(number).map_or("", String::as_str);
                let room = " ".repeat(self.widths[place].saturating_sub(width(text)));
                let (left, right) =
                    if self.columns[place].1.is_numeric() { (&room[..], "") } else { ("", &room[..]) };
                out.push_str(&format!(" {left}{text}{right}{}", " ".repeat(self.gap)));
            }
            out
        };
        (0..height).map(line).collect()
    }

    /// Rows as lists, for a terminal that is too narrow for columns.
    fn one_below_the_other(&self, limit: usize, bold: &impl Fn(&str) -> String) -> String {
        let mut out = String::new();
        for (place, row) in self.table.rows.iter().enumerate() {
            if place > 0 {
                out.push('\n');
            }
            let (cells, emphasized) = match row {
                Row::Heading(text) => {
                    for line in Content::words(text, self.lang).lines(limit) {
                        out.push_str(&format!("{}\n", bold(&line)));
                    }
                    continue;
                }
                Row::Data(cells) => (cells, false),
                Row::Total(cells) => (cells, true),
            };
            for ((_, column), content) in self.columns.iter().zip(self.contents(cells)) {
                if content.text.is_empty() {
                    continue;
                }
                let labelled = Content {
                    text: format!("{}: {}", column.heading.in_language(self.lang), content.unbroken()),
                    figure: false,
                };
                for (number, line) in labelled.lines(limit.saturating_sub(2).max(1)).iter().enumerate() {
                    let line = format!("{}{line}", if number == 0 { "" } else { "  " });
                    out.push_str(&if emphasized { bold(&line) } else { line });
                    out.push('\n');
                }
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::decimal::Decimal;
    use crate::model::money::Usd;

    fn table() -> Table {
        let usd = |amount: i64| Usd::new(Decimal::from(amount));
        let row = |name: &str, amount: i64| {
            Row::Data(vec![
                Cell::Text(name.into()),
                Cell::Text("bundled 2026-07-05".into()),
                Cell::Usd(usd(amount)),
                Cell::Range(usd(amount), Some(usd(amount + 1))),
            ])
        };
        Table {
            caption: Said::default(),
            columns: vec![
                Column::text("name", Said::alike("Name")),
                Column::text("from", Said::alike("Price from")).spare(1),
                Column::number("cost", Said::alike("Cost")),
                Column::number("range", Said::alike("Range")),
            ],
            rows: vec![row("storage of the archive", 1234), row("学習用データ", 7)],
        }
    }

    fn at(limit: usize) -> Vec<String> {
        render(&table(), Lang::En, Some(limit), str::to_owned).lines().map(str::to_owned).collect()
    }

    #[test]
    fn what_fits_is_as_without_a_limit() {
        let whole = render(&table(), Lang::En, None, str::to_owned);
        let widest = whole.lines().map(width).max().unwrap_or(0);
        assert_eq!(render(&table(), Lang::En, Some(widest), str::to_owned), whole);
        // Japanese names take two columns a character: figures stay below each other.
        let ends: Vec<usize> = whole.lines().skip(2).map(width).collect();
        assert_eq!(ends[0], ends[1], "{whole}");
    }

    #[test]
    fn a_column_that_can_be_spared_goes_first_and_is_named() {
        let lines = at(70);
        assert!(!lines[0].contains("Price from"), "{lines:?}");
        assert_eq!(lines.last().map(String::as_str), Some(" Not shown in 70 columns: Price from"));
    }

    #[test]
    fn words_are_wrapped_and_figures_stay_whole() {
        for limit in [34, 40, 50, 60] {
            let lines = at(limit);
            assert!(lines.iter().all(|line| width(line) <= limit), "{limit}: {lines:#?}");
            let text = lines.join("\n");
            for figure in ["$1,234.00", "$1,235.00", "storage", "archive"] {
                assert!(text.contains(figure), "{limit}: {figure} in {text}");
            }
        }
    }

    #[test]
    fn a_terminal_too_narrow_for_columns_gets_lists() {
        let lines = at(24);
        assert!(lines.iter().all(|line| width(line) <= 24), "{lines:#?}");
        assert!(lines.contains(&"Cost: $1,234.00".to_owned()), "{lines:#?}");
        assert!(lines.contains(&"Price from: bundled".to_owned()), "{lines:#?}");
    }
}
