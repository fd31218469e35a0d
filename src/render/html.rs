//! A report as one HTML page that needs no network and no script.

use super::{chart, clean, shown, visible};
use crate::report::{Report, Row, Table};

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;\
color:#1a1a1a;background:#fff}table{border-collapse:collapse;margin:1rem 0;display:block;overflow-x:auto}\
caption{text-align:left;font-weight:600;padding:.4rem 0}th,td{padding:.25rem .75rem;text-align:left;\
border-bottom:1px solid #ddd}.n{text-align:right;font-variant-numeric:tabular-nums}tr.t{font-weight:600}\
svg{max-width:100%;height:auto}@media (prefers-color-scheme:dark){body{color:#eee;background:#16181c}\
th,td{border-color:#444}}";

/// The page.
#[must_use]
pub fn render(report: &Report) -> String {
    let title = escaped(&report.title);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<style>{STYLE}</style>\n\
         </head>\n<body>\n<h1>{title}</h1>\n<dl>\n"
    );
    for (name, value) in &report.facts {
        out.push_str(&format!("<dt>{}</dt><dd>{}</dd>\n", escaped(name), escaped(value)));
    }
    out.push_str("</dl>\n");
    for chart in &report.charts {
        let label = escaped(&chart.title);
        out.push_str(&format!(
            "<figure role=\"img\" aria-label=\"{label}\">\n{}</figure>\n",
            chart::svg(chart)
        ));
    }
    for table in &report.tables {
        out.push_str(&rows(table));
    }
    for text in &report.verbatim {
        out.push_str(&format!("<h2>{}</h2>\n<pre>", escaped(&text.caption)));
        for line in text.text.lines() {
            let cells: Vec<String> = line.split('\t').map(escaped).collect();
            out.push_str(&format!("{}\n", cells.join("\t")));
        }
        out.push_str("</pre>\n");
    }
    if !report.notes.is_empty() {
        out.push_str("<h2>Notes</h2>\n<ol>\n");
        for note in &report.notes {
            out.push_str(&format!("<li>{}</li>\n", escaped(&note.to_string())));
        }
        out.push_str("</ol>\n");
    }
    out.push_str("</body>\n</html>\n");
    out
}

fn rows(table: &Table) -> String {
    let columns = visible(table);
    let class = |numeric: bool| if numeric { " class=\"n\"" } else { "" };
    let mut out = String::from("<table>\n");
    if !table.caption.is_empty() {
        out.push_str(&format!("<caption>{}</caption>\n", escaped(&table.caption)));
    }
    out.push_str("<thead><tr>");
    for (_, column) in &columns {
        out.push_str(&format!(
            "<th scope=\"col\"{}>{}</th>",
            class(column.is_numeric()),
            escaped(&column.heading)
        ));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        let (cells, row_class) = match row {
            Row::Heading(heading) => {
                out.push_str(&format!(
                    "<tr class=\"t\"><th colspan=\"{}\" scope=\"rowgroup\">{}</th></tr>\n",
                    columns.len(),
                    escaped(heading)
                ));
                continue;
            }
            Row::Data(cells) => (cells, ""),
            Row::Total(cells) => (cells, " class=\"t\""),
        };
        out.push_str(&format!("<tr{row_class}>"));
        for (index, column) in &columns {
            out.push_str(&format!(
                "<td{}>{}</td>",
                class(column.is_numeric()),
                escaped(&shown(&cells[*index]))
            ));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n");
    out
}

/// Names come from files: nothing in them may become markup.
pub(super) fn escaped(text: &str) -> String {
    clean(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_become_markup() {
        assert_eq!(escaped("<script>\"&\u{7}"), "&lt;script&gt;&quot;&amp;\u{fffd}");
    }
}
