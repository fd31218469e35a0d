//! Adds what is not written: an attribute to a block, a block to a resource, an entry to `ignore_changes`.

use std::ops::Range;

use hcl_edit::Span;
use hcl_edit::expr::Expression;
use hcl_edit::parser;
use hcl_edit::structure::{Block, Body};

use super::State;

/// Where a resource's block is.
struct Found {
    file: String,
    block: Block,
}

/// The block of a resource, by its address without an index.
fn find(state: &State, address: &str) -> Result<Found, String> {
    for file in &state.folder.files {
        let body: Body = parser::parse_body(&file.text).map_err(|error| error.message().to_owned())?;
        let is = |block: &&Block| {
            let labels: Vec<&str> = block.labels.iter().map(|label| label.as_str()).collect();
            block.ident.as_str() == "resource" && labels.join(".") == address
        };
        if let Some(block) = body.blocks().find(is) {
            return Ok(Found { file: file.name.clone(), block: block.clone() });
        }
    }
    Err(format!("`{address}` is not written as a resource of these files"))
}

/// Adds an attribute that is not written, such as `compute_resources.min_vcpus`, and the block it is in where there is
/// none.
pub(super) fn insert(state: &mut State, address: &str, path: &str, value: &str) -> Result<(), String> {
    let found = find(state, address)?;
    let Some((outer, key)) = path.split_once('.') else {
        return add_line(state, &found.file, &found.block, path, value);
    };
    let is_dynamic = |block: &&Block| {
        block.ident.as_str() == "dynamic" && block.labels.first().is_some_and(|label| label.as_str() == outer)
    };
    if found.block.body.blocks().any(|block| is_dynamic(&block)) {
        return Err(format!("{outer} is made by a `dynamic` block: write {key} = {value} there"));
    }
    let inner: Vec<&Block> =
        found.block.body.blocks().filter(|block| block.ident.as_str() == outer).collect();
    match inner[..] {
        [] => add_block(state, &found, outer, key, value),
        [one] => add_line(state, &found.file, one, key, value),
        _ => Err(format!("there are several {outer} blocks: which of them is meant is not known")),
    }
}

/// Takes an attribute out of a block that is written, such as `compute_resources.bid_percentage`, its line with it.
pub(super) fn remove(state: &mut State, address: &str, path: &str) -> Result<(), String> {
    let found = find(state, address)?;
    let (outer, key) = path.split_once('.').ok_or("an attribute of no block")?;
    let inner = found.block.body.blocks().filter(|block| block.ident.as_str() == outer);
    let written: Vec<Range<usize>> =
        inner.filter_map(|block| block.body.get_attribute(key)?.span()).collect();
    let [span] = &written[..] else {
        return Err(format!("{key} is not written in {outer} itself: take it out where it is"));
    };
    let text = text_of(state, &found.file)?;
    let begin = text[..span.start].rfind('\n').map_or(0, |found| found + 1);
    let end = text[span.end..].find('\n').map_or(text.len(), |found| span.end + found + 1);
    // With something else on the line only the attribute goes; a comment behind it is about it.
    let (before, after) = (text[begin..span.start].trim(), text[span.end..end].trim());
    let alone = before.is_empty() && (after.is_empty() || after.starts_with('#') || after.starts_with("//"));
    splice(state, &found.file, if alone { begin..end } else { span.clone() }, "")
}

/// The text of a resource's attribute, where it is written.
pub(super) fn attribute(state: &State, address: &str, name: &str) -> Result<Option<String>, String> {
    let found = find(state, address)?;
    let text = &state.folder.files.iter().find(|file| file.name == found.file).ok_or("no such file")?.text;
    let value = found.block.body.get_attribute(name).and_then(|attribute| attribute.value.span());
    Ok(value.and_then(|span| text.get(span)).map(str::to_owned))
}

/// Lets Terraform ignore what others change: `entry` joins `ignore_changes` of the resource.
pub(super) fn ignore(state: &mut State, address: &str, entry: &str) -> Result<(), String> {
    const IGNORED: &str = "ignore_changes";
    let found = find(state, address)?;
    let lifecycle = found.block.body.blocks().find(|block| block.ident.as_str() == "lifecycle");
    let Some(written) = lifecycle.and_then(|block| block.body.get_attribute(IGNORED)) else {
        return insert(state, address, &format!("lifecycle.{IGNORED}"), &format!("[{entry}]"));
    };
    let span = written.value.span().ok_or("where ignore_changes is written is not known")?;
    let items = match &written.value {
        Expression::Array(items) => items,
        Expression::Variable(name) if name.as_str() == "all" => return Ok(()),
        _ => return Err(format!("`{IGNORED}` is not a list: add {entry} to it")),
    };
    let text = text_of(state, &found.file)?;
    let mut listed = items.iter().filter_map(|item| text.get(item.span()?)).map(str::trim);
    if listed.any(|item| item == entry || item == "compute_resources") {
        return Ok(());
    }
    let last = items.iter().last().and_then(|item| item.span());
    let (at, added) = match last {
        Some(last) => (last.end, format!(", {entry}")),
        None => (span.start + 1, entry.to_owned()),
    };
    splice(state, &found.file, at..at, &added)
}

fn text_of(state: &mut State, file: &str) -> Result<String, String> {
    state.file(file).map(|source| source.text.to_string()).ok_or_else(|| "no such file".to_owned())
}

fn splice(state: &mut State, file: &str, span: Range<usize>, added: &str) -> Result<(), String> {
    let mut text = text_of(state, file)?;
    if text.get(span.clone()).is_none() {
        return Err("its place is not in the file".into());
    }
    text.replace_range(span, added);
    if let Some(source) = state.file(file) {
        source.text = text.into();
    }
    Ok(())
}

/// A line of its own for an attribute, after the last one of the block.
fn add_line(state: &mut State, file: &str, block: &Block, key: &str, value: &str) -> Result<(), String> {
    let text = text_of(state, file)?;
    let newline = newline(&text);
    let span = block.span().ok_or("where the block is written is not known")?;
    let whole = text.get(span.clone()).ok_or("its place is not in the file")?;
    let own = indentation(&text, span.start);
    if !whole.contains('\n') {
        // On one line there is room for one attribute.
        let open = whole.find('{').ok_or("the block has no brace")? + span.start;
        let inner = text[open + 1..span.end - 1].trim();
        let before = if inner.is_empty() { String::new() } else { format!("{own}  {inner}{newline}") };
        let lines = format!("{{{newline}{before}{own}  {key} = {value}{newline}{own}}}");
        return splice(state, file, open..span.end, &lines);
    }
    let last = block.body.attributes().last();
    let last = last.and_then(|attribute| Some((attribute.span()?, attribute.value.span()?)));
    let (at, indent, key) = match last {
        Some((whole, value)) => {
            let end = text[value.end..].find('\n').map_or(text.len(), |found| value.end + found + 1);
            let line = &text[whole.start..value.start];
            let signs = line.find('=').unwrap_or_default();
            (end, indentation(&text, whole.start), format!("{key:<width$}", width = signs.max(1) - 1))
        }
        None => {
            let open = whole.find('{').ok_or("the block has no brace")? + span.start;
            let end = text[open..].find('\n').map_or(text.len(), |found| open + found + 1);
            (end, format!("{own}  "), key.to_owned())
        }
    };
    splice(state, file, at..at, &format!("{indent}{key} = {value}{newline}"))
}

/// A block with one attribute, at the end of a resource.
fn add_block(state: &mut State, found: &Found, outer: &str, key: &str, value: &str) -> Result<(), String> {
    let text = text_of(state, &found.file)?;
    let newline = newline(&text);
    let span = found.block.span().ok_or("where the resource is written is not known")?;
    let close = text[span.clone()].rfind('}').ok_or("the resource has no brace")? + span.start;
    let own = indentation(&text, span.start);
    let lines = [
        String::new(),
        format!("{own}  {outer} {{"),
        format!("{own}    {key} = {value}"),
        format!("{own}  }}"),
    ];
    let begin = text[..close].rfind('\n').map_or(close, |found| found + 1);
    if text[begin..close].trim().is_empty() {
        let lines: String = lines.iter().map(|line| format!("{line}{newline}")).collect();
        return splice(state, &found.file, begin..begin, &lines);
    }
    Err(format!("`{outer}` has no room before the end of the resource: write {key} = {value} in it"))
}

fn newline(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// What stands before a place on its line, where that is blank.
fn indentation(text: &str, at: usize) -> String {
    let begin = text[..at].rfind('\n').map_or(0, |found| found + 1);
    text[begin..at].chars().take_while(|c| c.is_whitespace()).collect()
}
