//! A page as one HTML file that needs no network and no script: for a screen, a phone, the dark and paper.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{bar_chart, chart, clean, clean_text, notes, shown, visible};
use crate::report::{Block, Cell, Column, Figure, Lang, Page, Row, Said, Table};

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1a1a1a;--paper:#fff;--line:#d5d8dc;--soft:#f3f5f7;--quiet:#555}\
@media (prefers-color-scheme:dark){:root{--ink:#eceef0;--paper:#16181c;--line:#444a52;--soft:#22262c;--quiet:#b5bac0}}\
*{box-sizing:border-box}body{font:16px/1.55 system-ui,'Noto Sans CJK JP','Hiragino Sans','Yu Gothic',sans-serif;\
max-width:72rem;margin:0 auto;padding:1.5rem 1rem 3rem;color:var(--ink);background:var(--paper);overflow-wrap:anywhere}\
h1{font-size:1.6rem;line-height:1.25;margin:.2rem 0 .8rem}\
h2{font-size:1.2rem;margin:2.2rem 0 .6rem;border-bottom:2px solid var(--line);padding-bottom:.2rem}p{margin:.5rem 0}\
.facts{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:.8rem 0}.facts dt{color:var(--quiet)}.facts dd{margin:0}\
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));gap:.8rem;margin:1.2rem 0;padding:0}\
.figures div{background:var(--soft);border-radius:.5rem;padding:.7rem .9rem}.figures dt{color:var(--quiet);font-size:.9rem}\
.figures dd{margin:0}.figures .v{font-size:1.35rem;font-weight:600;font-variant-numeric:tabular-nums}\
.figures .r{color:var(--quiet);font-size:.9rem}.wide{overflow-x:auto;margin:1rem 0}\
table{border-collapse:collapse;font-size:.93rem;overflow-wrap:normal}caption{text-align:left;font-weight:600;padding:.3rem 0}\
th,td{padding:.3rem .7rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);white-space:pre-line}\
td:not(.n),tbody th{min-width:7em}tbody th{font-weight:400}.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}tr.t>*{font-weight:600}\
figure{margin:1rem 0}figure .wide{margin:0}svg{display:block;min-width:44rem;width:100%;height:auto}\
svg text{fill:currentColor}svg rect[fill=\"#FFFFFF\"]{fill:none}svg [stroke=\"#FFFFFF\"]{stroke:none}svg [stroke=\"#000000\"]{stroke:currentColor}\
figcaption{color:var(--quiet);font-size:.88rem}pre{overflow-x:auto;background:var(--soft);padding:.7rem}li{margin:.2rem 0}\
@media print{:root{--ink:#000;--paper:#fff;--line:#bbb;--soft:#f3f3f3;--quiet:#333}body{max-width:none;font-size:10pt;padding:0}\
.wide{overflow:visible}table{font-size:8pt}th,td{padding:.2rem .4rem}td:not(.n),tbody th{min-width:0}.n{white-space:normal}\
svg{min-width:0;width:100%}h2{break-after:avoid}figure,tr,.figures{break-inside:avoid}thead{display:table-header-group}}";

/// The page. Names come from files: `maud` lets nothing in them become markup.
#[must_use]
pub fn render(page: &Page, lang: Lang) -> String {
    let title = words(&page.title, lang);
    let code = match lang {
        Lang::En => "en",
        Lang::Ja => "ja",
    };
    let page = html! {
        (DOCTYPE) "\n"
        html lang=(code) { "\n"
            head { "\n"
                meta charset="utf-8"; "\n"
                meta name="viewport" content="width=device-width, initial-scale=1"; "\n"
                title { (title) } "\n"
                style { (PreEscaped(STYLE)) } "\n"
            } "\n"
            body { "\n" main { "\n"
                h1 { (title) } "\n"
                @if !page.facts.is_empty() {
                    dl.facts { "\n"
                        @for (name, value) in &page.facts {
                            dt { (words(name, lang)) } dd { (words(value, lang)) } "\n"
                        }
                    } "\n"
                }
                @for block in &page.blocks { (of(block, &title, lang)) }
                @if !page.notes.is_empty() {
                    h2 { (words(&notes(), lang)) } "\n"
                    ol { "\n" @for note in &page.notes { li { (words(&note.said(), lang)) } "\n" } } "\n"
                }
            } "\n" } "\n"
        } "\n"
    };
    page.into_string()
}

/// Words without what could steer.
fn words(said: &Said, lang: Lang) -> String {
    clean(said.in_language(lang)).into_owned()
}

fn of(block: &Block, title: &str, lang: Lang) -> Markup {
    html! {
        @match block {
            Block::Heading(said) => { h2 { (words(said, lang)) } "\n" }
            Block::Paragraph(said) => { p { (words(said, lang)) } "\n" }
            Block::Figures(figures) => {
                dl.figures { "\n"
                    @for Figure { label, value, remark } in figures {
                        div {
                            dt { (words(label, lang)) } dd.v { (words(value, lang)) }
                            @if !remark.is_empty() { dd.r { (words(remark, lang)) } }
                        } "\n"
                    }
                } "\n"
            }
            Block::Table(table) => { (rows(table, title, lang)) }
            Block::Chart(of, said) => { (figure(&of.title, &chart::svg(of, lang), said, lang)) }
            Block::Bars(of, said) => { (figure(&of.title, &bar_chart::svg(of, lang), said, lang)) }
            Block::List(items) => {
                ul { "\n" @for item in items { li { (words(item, lang)) } "\n" } } "\n"
            }
            Block::Verbatim(text) => {
                @if !text.caption.is_empty() { h2 { (words(&text.caption, lang)) } "\n" }
                pre { (clean_text(&text.text)) } "\n"
            }
        }
    }
}

/// A picture, for those who see it, and what it shows, for all. A picture scrolls by itself where it is too wide.
fn figure(title: &Said, svg: &str, said: &Said, lang: Lang) -> Markup {
    let title = words(title, lang);
    // A drawing of a fixed size becomes one that fits: its size is that of its coordinates.
    let label = html! { svg role="img" aria-label=(title) {} }.into_string();
    let svg = svg.replacen("<svg", label.trim_end_matches("></svg>"), 1);
    html! {
        figure { "\n"
            .wide tabindex="0" role="group" aria-label=(title) { (PreEscaped(svg)) } "\n"
            @if !said.is_empty() { figcaption { (words(said, lang)) } "\n" }
        } "\n"
    }
}

fn rows(table: &Table, title: &str, lang: Lang) -> Markup {
    let columns = visible(table);
    let caption = words(&table.caption, lang);
    let label = if caption.is_empty() { title } else { &caption };
    html! {
        .wide tabindex="0" role="group" aria-label=(label) { "\n"
            table { "\n"
                @if !caption.is_empty() { caption { (caption) } "\n" }
                thead { tr { @for (_, column) in &columns {
                    th scope="col" class=[numeric(column)] { (words(&column.heading, lang)) }
                } } } "\n"
                tbody { "\n" @for row in &table.rows { (match row {
                    Row::Heading(said) => html! {
                        tr.t { th colspan=(columns.len().max(1)) scope="colgroup" { (words(said, lang)) } } "\n"
                    },
                    Row::Data(row) => html! { tr { (cells(row, &columns, lang)) } "\n" },
                    Row::Total(row) => html! { tr.t { (cells(row, &columns, lang)) } "\n" },
                }) } } "\n"
            } "\n"
        } "\n"
    }
}

fn numeric(column: &Column) -> Option<&'static str> {
    column.is_numeric().then_some("n")
}

/// The cells of a row, whose first names it.
fn cells(row: &[Cell], columns: &[(usize, &Column)], lang: Lang) -> Markup {
    let text = |index: usize| clean(&shown(&row[index], lang)).into_owned();
    html! {
        @for (place, (index, column)) in columns.iter().enumerate() {
            @if place == 0 {
                th scope="row" class=[numeric(column)] { (text(*index)) }
            } @else {
                td class=[numeric(column)] { (text(*index)) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_become_markup() {
        let page = Page { title: Said::alike("<script>\"&\u{7}"), ..Page::default() };
        let text = render(&page, Lang::Ja);
        assert!(text.contains("<h1>&lt;script&gt;&quot;&amp;\u{fffd}</h1>"), "{text}");
        assert!(text.contains("<html lang=\"ja\">"), "{text}");
    }
}
