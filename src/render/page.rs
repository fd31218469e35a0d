//! A page for people as one HTML file that needs no network and no script: for a screen, a phone, the dark and paper.

use super::html::escaped;
use super::{bar_chart, chart, shown_in, visible};
use crate::report::{Block, Figure, Lang, Page, Row, Table};

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1a1a1a;--paper:#fff;--line:#d5d8dc;--soft:#f3f5f7;--quiet:#555}\
@media (prefers-color-scheme:dark){:root{--ink:#eceef0;--paper:#16181c;--line:#444a52;--soft:#22262c;--quiet:#b5bac0}}\
*{box-sizing:border-box}body{font:16px/1.55 system-ui,'Noto Sans CJK JP','Hiragino Sans','Yu Gothic',sans-serif;\
max-width:72rem;margin:0 auto;padding:1.5rem 1rem 3rem;color:var(--ink);background:var(--paper);overflow-wrap:anywhere}\
h1{font-size:1.6rem;line-height:1.25;margin:.2rem 0 .8rem}\
h2{font-size:1.2rem;margin:2.2rem 0 .6rem;border-bottom:2px solid var(--line);padding-bottom:.2rem}p{margin:.5rem 0}\
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

/// The page.
#[must_use]
pub fn render(page: &Page) -> String {
    let title = escaped(&page.title);
    let lang = match page.lang {
        Lang::En => "en",
        Lang::Ja => "ja",
    };
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<style>{STYLE}</style>\n\
         </head>\n<body>\n<main>\n<h1>{title}</h1>\n"
    );
    for block in &page.blocks {
        write(&mut out, block, page.lang);
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn write(out: &mut String, block: &Block, lang: Lang) {
    match block {
        Block::Heading(text) => out.push_str(&format!("<h2>{}</h2>\n", escaped(text))),
        Block::Paragraph(text) => out.push_str(&format!("<p>{}</p>\n", escaped(text))),
        Block::Figures(figures) => {
            out.push_str("<dl class=\"figures\">\n");
            for Figure { label, value, remark } in figures {
                out.push_str(&format!(
                    "<div><dt>{}</dt><dd class=\"v\">{}</dd>",
                    escaped(label),
                    escaped(value)
                ));
                if !remark.is_empty() {
                    out.push_str(&format!("<dd class=\"r\">{}</dd>", escaped(remark)));
                }
                out.push_str("</div>\n");
            }
            out.push_str("</dl>\n");
        }
        Block::Table(table) => out.push_str(&rows(table, lang)),
        Block::Chart(of, words) => out.push_str(&figure(&of.title, &chart::svg(of), words)),
        Block::Bars(of, words) => out.push_str(&figure(&of.title, &bar_chart::svg(of), words)),
        Block::List(items) => {
            out.push_str("<ul>\n");
            for item in items {
                out.push_str(&format!("<li>{}</li>\n", escaped(item)));
            }
            out.push_str("</ul>\n");
        }
        Block::Verbatim(text) => out.push_str(&format!("<pre>{}</pre>\n", escaped(&text.text))),
    }
}

/// A picture, for those who see it, and what it shows, for all. A picture scrolls by itself where it is too wide.
fn figure(title: &str, svg: &str, words: &str) -> String {
    // A drawing of a fixed size becomes one that fits: its size is that of its coordinates.
    let svg = svg.replacen("<svg ", "<svg role=\"img\" ", 1);
    let svg = svg.replacen(
        "<svg role=\"img\" ",
        &format!("<svg role=\"img\" aria-label=\"{}\" ", escaped(title)),
        1,
    );
    format!(
        "<figure>\n<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"{}\">{svg}</div>\n\
         <figcaption>{}</figcaption>\n</figure>\n",
        escaped(title),
        escaped(words)
    )
}

fn rows(table: &Table, lang: Lang) -> String {
    let columns = visible(table);
    let class = |numeric: bool| if numeric { " class=\"n\"" } else { "" };
    let caption = escaped(&table.caption);
    let mut out = format!(
        "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"{caption}\">\n<table>\n<caption>{caption}</caption>\n\
         <thead><tr>"
    );
    for (_, column) in &columns {
        let (class, heading) = (class(column.is_numeric()), escaped(&column.heading));
        out.push_str(&format!("<th scope=\"col\"{class}>{heading}</th>"));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        let (cells, row_class) = match row {
            Row::Heading(heading) => {
                out.push_str(&format!(
                    "<tr class=\"t\"><th colspan=\"{}\" scope=\"colgroup\">{}</th></tr>\n",
                    columns.len().max(1),
                    escaped(heading)
                ));
                continue;
            }
            Row::Data(cells) => (cells, ""),
            Row::Total(cells) => (cells, " class=\"t\""),
        };
        out.push_str(&format!("<tr{row_class}>"));
        for (place, (index, column)) in columns.iter().enumerate() {
            let text = escaped(&shown_in(&cells[*index], lang));
            let class = class(column.is_numeric());
            out.push_str(&match place {
                0 => format!("<th scope=\"row\"{class}>{text}</th>"),
                _ => format!("<td{class}>{text}</td>"),
            });
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n</div>\n");
    out
}
