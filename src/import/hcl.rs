//! A Terraform folder as resources: its files are parsed, variables get their values, `count` and `for_each` make
//! instances.
//!
//! The files are not run: modules, data sources and other files that Terraform would read stay unknown.

use std::collections::BTreeMap;
use std::sync::Arc;

use hcl_edit::expr::{Expression, TraversalOperator};
use hcl_edit::parser;
use hcl_edit::structure::{Block, Body};
use hcl_edit::template::Element;

use super::evaluate::{Bindings, Scope, Written, span};
use super::functions::set;
use super::value::Value;
use super::words;
use super::{Form, Origin, Place, Resource, Resources, Unresolved};
use crate::bounds::MOST_INSTANCES;
use crate::document::nearest::did_you_mean;
use crate::error::{Diagnostic, Error, Excerpt, Result};
use crate::guard::guarded;
use crate::model::said::Said;

/// A file that was read.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its path as the user would write it.
    pub name: String,
    /// What is in it.
    pub text: Arc<str>,
    /// Whether a byte order mark stands before that.
    pub marked: bool,
}

/// The files of a folder.
#[derive(Clone, Debug, Default)]
pub struct Folder {
    /// `*.tf`, in order of their names.
    pub files: Vec<Source>,
    /// Values of variables, later ones go before earlier ones.
    pub values: Vec<Source>,
    /// Files that Terraform reads and this program does not, and why.
    pub not_read: Vec<(String, &'static str)>,
    /// `--var`: name and text.
    pub set: Vec<(String, String)>,
}

/// Attributes that say how many instances there are, and the like; they are no part of the resource.
const META: [&str; 4] = ["count", "for_each", "provider", "depends_on"];

struct Parsed {
    source: Source,
    body: Body,
}

/// The resources of a folder.
pub fn read(folder: &Folder) -> Result<Resources> {
    let files = parse_all(&folder.files)?;
    let values = parse_all(&folder.values)?;
    let mut resources = Resources::default();
    for (name, why) in &folder.not_read {
        resources.unresolved.push(lacking(name, None, (*why).to_owned(), None));
    }
    let mut scope = Scope::default();
    declare(&files, &mut scope)?;
    set_variables(&files, &values, &folder.set, &mut scope, &mut resources)?;
    let providers = providers(&files, &scope, &mut resources);
    refuse(&files, &scope)?;
    for file in &files {
        for block in file.body.blocks() {
            match (block.ident.as_str(), &labels(block)[..]) {
                ("resource", [kind, name]) => {
                    resource(file, block, kind, name, &scope, &providers, &mut resources);
                    if resources.all.len() > MOST_INSTANCES {
                        return Err(Error::Input(vec![too_many(file, block)]));
                    }
                }
                ("module", [name]) => {
                    let reason = "what a module makes is not read from its files: import the JSON of a plan";
                    let place = place(&file.source, block_span(block)).map(|place| place.to_string());
                    resources.unresolved.push(lacking(&format!("module.{name}"), None, reason.into(), place));
                }
                _ => {}
            }
        }
    }
    Ok(resources)
}

/// Refuses numbers of instances that Terraform would not take.
fn refuse(files: &[Parsed], scope: &Scope<'_>) -> Result<()> {
    let mut problems = Vec::new();
    for file in files {
        for block in file.body.blocks().filter(|block| block.ident.as_str() == "resource") {
            let [kind, name] = labels(block)[..] else { continue };
            if let Some((value, message)) = scope.refused(&format!("{kind}.{name}")) {
                problems.push(Diagnostic {
                    message: message.into(),
                    excerpt: span(value).map(|span| excerpt(&file.source, span)),
                    help: Some(words::terraform_validate_has_to_accept()),
                });
            }
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Input(problems)) }
}

fn too_many(file: &Parsed, block: &Block) -> Diagnostic {
    Diagnostic {
        message: words::the_resources_of_this_folder(MOST_INSTANCES),
        excerpt: block_span(block)
            .map(|span| excerpt(&file.source, span.start..span.start + "resource".len())),
        help: Some(words::import_the_resources_in_parts()),
    }
}

fn lacking(address: &str, attribute: Option<&str>, reason: String, place: Option<String>) -> Unresolved {
    Unresolved { address: address.to_owned(), attribute: attribute.map(str::to_owned), reason, place }
}

fn labels(block: &Block) -> Vec<&str> {
    block.labels.iter().map(hcl_edit::structure::BlockLabel::as_str).collect()
}

fn block_span(block: &Block) -> Option<std::ops::Range<usize>> {
    hcl_edit::Span::span(block)
}

/// Every file, or every problem of all of them.
fn parse_all(sources: &[Source]) -> Result<Vec<Parsed>> {
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    for source in sources {
        match guarded(|| parser::parse_body(&source.text)) {
            Ok(Ok(body)) => files.push(Parsed { source: source.clone(), body }),
            Ok(Err(error)) => {
                problems.push(unparsed(
                    source,
                    error.location().offset(),
                    &Said::alike(error.message().replace('\n', " ")),
                ));
            }
            Err(_) => problems.push(unparsed(source, 0, &words::unreadable())),
        }
    }
    if problems.is_empty() { Ok(files) } else { Err(Error::Input(problems)) }
}

fn unparsed(source: &Source, at: usize, reason: &Said) -> Diagnostic {
    let start = at.min(source.text.len());
    Diagnostic {
        message: words::not_valid_hcl(reason),
        excerpt: Some(excerpt(source, start..start)),
        help: Some(words::terraform_validate_has_to_accept()),
    }
}

fn excerpt(source: &Source, span: std::ops::Range<usize>) -> Excerpt {
    Excerpt { origin: source.name.clone(), text: source.text.clone(), span }
}

fn place(source: &Source, span: Option<std::ops::Range<usize>>) -> Option<Place> {
    let span = span?;
    let (line, column) = excerpt(source, span.clone()).line_and_column();
    Some(Place { file: source.name.clone(), line, column, span })
}

/// Local values and resources by name.
fn declare<'a>(files: &'a [Parsed], scope: &mut Scope<'a>) -> Result<()> {
    let mut problems = Vec::new();
    for file in files {
        for block in file.body.blocks() {
            match (block.ident.as_str(), &labels(block)[..]) {
                ("locals", _) => {
                    for local in block.body.attributes() {
                        scope.locals.insert(local.key.as_str().to_owned(), &local.value);
                    }
                }
                ("resource", [kind, name]) => {
                    let address = format!("{kind}.{name}");
                    let twice =
                        scope.resources.insert(address.clone(), Written { body: &block.body }).is_some();
                    if twice {
                        let start = block_span(block).map_or(0, |span| span.start);
                        problems.push(Diagnostic {
                            message: words::is_there_twice(&address),
                            excerpt: Some(excerpt(&file.source, start..start + "resource".len())),
                            help: Some(words::a_resource_has_one_block()),
                        });
                    }
                }
                _ => {}
            }
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Input(problems)) }
}

/// Values of variables: the default, then files in order, then the command line.
fn set_variables(
    files: &[Parsed],
    values: &[Parsed],
    set: &[(String, String)],
    scope: &mut Scope<'_>,
    resources: &mut Resources,
) -> Result<()> {
    let nothing = Scope::default();
    let blocks = files.iter().flat_map(|file| file.body.blocks());
    let declared: BTreeMap<&str, &Block> = blocks
        .filter(|block| block.ident.as_str() == "variable")
        .filter_map(|block| Some((*labels(block).first()?, block)))
        .collect();
    let typed = |block: &Block, value| match block.body.get_attribute("type") {
        Some(of) => converted(value, &of.value),
        None => value,
    };
    for (name, block) in &declared {
        let value = match block.body.get_attribute("default") {
            Some(default) => typed(block, nothing.evaluate(&default.value, &Bindings::new())),
            None => Value::unknown(format!("variable `{name}` has no value: `--var {name}=VALUE` sets one")),
        };
        scope.variables.insert((*name).to_owned(), value);
    }
    for file in values {
        for attribute in file.body.attributes() {
            let name = attribute.key.as_str();
            match declared.get(name) {
                Some(block) => {
                    let value = typed(block, nothing.evaluate(&attribute.value, &Bindings::new()));
                    scope.variables.insert(name.to_owned(), value);
                }
                None => {
                    let place = place(&file.source, span(&attribute.value)).map(|place| place.to_string());
                    let reason = "it is set, but no such variable is declared".to_owned();
                    resources.unresolved.push(lacking(&format!("var.{name}"), None, reason, place));
                }
            }
        }
    }
    for (name, text) in set {
        let Some(block) = declared.get(name.as_str()) else {
            return Err(Error::CommandLine {
                message: words::var_no_such_variable_is(name),
                hint: did_you_mean(name, declared.keys().copied())
                    .unwrap_or_else(words::declare_it_in_a_variable),
            });
        };
        scope.variables.insert(name.clone(), from_command_line(text, block)?);
    }
    Ok(())
}

/// A text for variables of a simple type or none, an expression for any other.
fn from_command_line(text: &str, block: &Block) -> Result<Value> {
    let of = block.body.get_attribute("type").map(|of| &of.value);
    let simple = match of {
        None => true,
        Some(of) => matches!(type_name(of), Some("string" | "number" | "bool" | "any")),
    };
    let value = match simple {
        true => Value::Text(text.to_owned()),
        false => {
            let parsed = guarded(|| {
                parser::parse_expr(text).map_err(|error| Said::alike(error.message().replace('\n', " ")))
            });
            let parsed = parsed.unwrap_or_else(|_| Err(words::unreadable()));
            let expression = parsed.map_err(|reason| Error::CommandLine {
                message: words::is_not_an_hcl_expression(text, &reason),
                hint: words::a_list_is_written_a(),
            })?;
            Scope::default().evaluate(&expression, &Bindings::new())
        }
    };
    Ok(of.map_or(value.clone(), |of| converted(value, of)))
}

/// The name of a type: `number`, `list` of `list(string)`; in Terraform 0.11 it is a text.
fn type_name(of: &Expression) -> Option<&str> {
    match of {
        Expression::Variable(name) => Some(name.as_str()),
        Expression::FuncCall(call) => Some(call.name.name.as_str()),
        other => other.as_str(),
    }
}

/// The value as the declared type has it. What does not fit stays as it is: Terraform would refuse it.
fn converted(value: Value, of: &Expression) -> Value {
    let inner = match of {
        Expression::FuncCall(call) => call.args.get(0),
        _ => None,
    };
    let each = |value: Value| match inner {
        Some(of) => converted(value, of),
        None => value,
    };
    match (type_name(of), value) {
        (_, Value::Null) => Value::Null,
        (Some("string"), value) => value.to_text().map_or(value, Value::Text),
        (Some("number"), value) => value.to_number().map_or(value, Value::Number),
        (Some("bool"), value) => value.to_bool().map_or(value, Value::Bool),
        (Some("list"), Value::List(values)) => Value::List(values.into_iter().map(each).collect()),
        (Some("set"), Value::List(values)) => {
            let values: Vec<Value> = values.into_iter().map(each).collect();
            Value::List(set(&values).unwrap_or(values))
        }
        (Some("map"), Value::Map(values)) => {
            Value::Map(values.into_iter().map(|(key, value)| (key, each(value))).collect())
        }
        (_, value) => value,
    }
}

/// The region of each provider configuration of AWS: `aws`, `aws.tokyo`.
fn providers(files: &[Parsed], scope: &Scope<'_>, resources: &mut Resources) -> BTreeMap<String, Value> {
    let mut regions = BTreeMap::new();
    for file in files {
        for block in file.body.blocks().filter(|block| block.ident.as_str() == "provider") {
            if labels(block)[..] != ["aws"] {
                continue;
            }
            let read =
                |name| block.body.get_attribute(name).map(|a| scope.evaluate(&a.value, &Bindings::new()));
            let region = read("region").unwrap_or(Value::Null);
            match read("alias").map(|alias| alias.to_text()) {
                Some(Ok(alias)) => {
                    regions.insert(format!("aws.{alias}"), region);
                }
                Some(Err(_)) => {}
                None => {
                    if let Some(reason) = region.reason() {
                        let at = block.body.get_attribute("region").and_then(|a| span(&a.value));
                        let place = place(&file.source, at).map(|place| place.to_string());
                        resources.unresolved.push(lacking("provider.aws", Some("region"), reason, place));
                    }
                    resources.region = region.to_text().ok();
                    regions
                        .insert("aws".to_owned(), resources.region.clone().map_or(Value::Null, Value::Text));
                }
            }
        }
    }
    regions
}

/// Every instance of one resource block.
fn resource(
    file: &Parsed,
    block: &Block,
    kind: &str,
    name: &str,
    scope: &Scope<'_>,
    providers: &BTreeMap<String, Value>,
    resources: &mut Resources,
) {
    let address = format!("{kind}.{name}");
    let begins = place(&file.source, block_span(block));
    let instances = match scope.instances(&address) {
        Ok(instances) => instances,
        Err(reason) => {
            let at = begins.map(|place| place.to_string());
            resources.unresolved.push(lacking(
                &address,
                None,
                format!("how many there are is not known: {reason}"),
                at,
            ));
            return;
        }
    };
    let provider =
        block.body.get_attribute("provider").map_or_else(|| "aws".to_owned(), |a| provider_name(&a.value));
    for instance in instances {
        let mut reading =
            Reading { file, block: &address, scope, bindings: &instance.bindings, origins: BTreeMap::new() };
        let attributes = reading.body(&block.body, "");
        let own = attributes.at("region").filter(|_| kind.starts_with("aws_")).cloned();
        let unknown = || Value::unknown(format!("there is no provider `{provider}`"));
        let of_provider = || match provider.as_str() {
            "aws" => providers.get("aws").cloned().unwrap_or(Value::Null),
            other => providers.get(other).cloned().unwrap_or_else(unknown),
        };
        resources.all.push(Resource {
            address: format!("{address}{}", instance.index),
            kind: kind.to_owned(),
            name: format!("{name}{}", instance.index),
            region: own.unwrap_or_else(of_provider),
            attributes,
            origins: reading.origins,
            place: begins.clone(),
        });
    }
}

/// `aws.tokyo` as written, bare or as a text.
fn provider_name(expression: &Expression) -> String {
    match expression {
        Expression::Traversal(traversal) => {
            match (&traversal.expr, traversal.operators.first().map(|o| o.value())) {
                (Expression::Variable(root), Some(TraversalOperator::GetAttr(alias))) => {
                    format!("{}.{}", root.as_str(), alias.as_str())
                }
                _ => String::new(),
            }
        }
        Expression::Variable(name) => name.as_str().to_owned(),
        other => other.as_str().unwrap_or_default().to_owned(),
    }
}

/// Reads the body of one instance.
struct Reading<'a> {
    file: &'a Parsed,
    block: &'a str,
    scope: &'a Scope<'a>,
    bindings: &'a Bindings,
    origins: BTreeMap<String, Origin>,
}

impl Reading<'_> {
    fn body(&mut self, body: &Body, prefix: &str) -> Value {
        let mut values = BTreeMap::new();
        for attribute in body.attributes() {
            let name = attribute.key.as_str();
            if prefix.is_empty() && META.contains(&name) {
                continue;
            }
            let path = format!("{prefix}{name}");
            let origin = Origin {
                block: self.block.to_owned(),
                attribute: path.clone(),
                form: form(&attribute.value),
                place: place(&self.file.source, span(&attribute.value)),
            };
            self.origins.insert(path, origin);
            values.insert(name.to_owned(), self.scope.evaluate(&attribute.value, self.bindings));
        }
        for block in body.blocks() {
            let name = block.ident.as_str();
            if name == "dynamic" {
                let Some(name) = labels(block).first().copied() else { continue };
                values.insert(name.to_owned(), Value::unknown("it is made by a `dynamic` block"));
                continue;
            }
            let list = values.entry(name.to_owned()).or_insert_with(|| Value::List(Vec::new()));
            let Value::List(before) = list else { continue };
            let path = match before.len() {
                0 => format!("{prefix}{name}."),
                number => format!("{prefix}{name}[{number}]."),
            };
            let value = self.body(&block.body, &path);
            if let Some(Value::List(list)) = values.get_mut(name) {
                list.push(value);
            }
        }
        Value::Map(values)
    }
}

/// How an expression is written.
fn form(expression: &Expression) -> Form {
    match expression {
        Expression::Null(_) | Expression::Bool(_) | Expression::Number(_) | Expression::String(_) => {
            Form::Literal
        }
        Expression::Array(items) if items.iter().all(|item| form(item) == Form::Literal) => Form::Literal,
        Expression::Traversal(traversal) => {
            let steps: Vec<&TraversalOperator> =
                traversal.operators.iter().map(|step| step.value()).collect();
            match (&traversal.expr, &steps[..]) {
                (Expression::Variable(root), [TraversalOperator::GetAttr(name)])
                    if root.as_str() == "var" =>
                {
                    Form::Variable(name.as_str().to_owned())
                }
                _ => Form::Computed,
            }
        }
        Expression::StringTemplate(template) => {
            let elements: Vec<&Element> = template.iter().collect();
            match elements[..] {
                [Element::Interpolation(only)] => form(&only.expr),
                _ => Form::Computed,
            }
        }
        _ => Form::Computed,
    }
}
