//! Values that come from variables: they go to a file of values, unless something else would change with them.

use hcl_edit::Span;
use hcl_edit::expr::{Expression, Traversal, TraversalOperator};
use hcl_edit::parser;
use hcl_edit::visit::{Visit, visit_traversal};

use super::State;

/// Gives a variable another value.
pub(super) fn set(state: &mut State, name: &str, value: &str) -> Result<(), String> {
    let Some(target) = &state.values else {
        return Err(format!("give a file of values with `--tfvars FILE`, or set {name} = {value} yourself"));
    };
    let uses = uses(state, name)?;
    if uses > 1 {
        return Err(format!(
            "it is used in {uses} places, which would all change: set {name} = {value} yourself"
        ));
    }
    let target = target.clone();
    let sources = &mut state.folder.values;
    let file = sources.iter_mut().find(|source| source.name == target).ok_or("no such file of values")?;
    let body = parser::parse_body(&file.text).map_err(|error| error.message().to_owned())?;
    let mut text = file.text.to_string();
    match body.get_attribute(name).and_then(|written| written.value.span()) {
        Some(span) => text.replace_range(span, value),
        None => {
            let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
            if !text.is_empty() && !text.ends_with('\n') {
                text.push_str(newline);
            }
            text.push_str(&format!("{name} = {value}{newline}"));
        }
    }
    file.text = text.into();
    Ok(())
}

/// How often a variable is used in all files.
fn uses(state: &State, name: &str) -> Result<usize, String> {
    let mut count = Count { name, found: 0 };
    for file in &state.folder.files {
        let body = parser::parse_body(&file.text).map_err(|error| error.message().to_owned())?;
        count.visit_body(&body);
    }
    Ok(count.found)
}

struct Count<'a> {
    name: &'a str,
    found: usize,
}

impl Visit for Count<'_> {
    fn visit_traversal(&mut self, traversal: &Traversal) {
        let root = matches!(&traversal.expr, Expression::Variable(root) if root.as_str() == "var");
        let first = traversal.operators.first().map(|step| step.value());
        if root && matches!(first, Some(TraversalOperator::GetAttr(name)) if name.as_str() == self.name) {
            self.found += 1;
        }
        visit_traversal(self, traversal);
    }
}
