//! HCL expressions: what can be computed from what is written, and a reason for the rest.
//!
//! Nothing fails here: what would need Terraform, AWS or a file is an unknown value that says so.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use hcl_edit::Span;
use hcl_edit::expr::{
    BinaryOp, BinaryOperator, Expression, ForExpr, FuncCall, Object, ObjectKey, TraversalOperator,
    UnaryOperator,
};
use hcl_edit::template::{Directive, Element, Strip, Template};

use super::functions;
use super::value::{Piece, Reference, Value, parse_number};
use crate::model::decimal::Decimal;

/// Names that hold in a part of a file only: `each`, `count`, and the variables of a `for`.
pub type Bindings = BTreeMap<String, Value>;

/// How deep one expression may lead to others: far above what anybody writes.
const DEEPEST: usize = 200;

/// One instance of a resource: what stands in brackets after its address, and the names that hold in it.
#[derive(Clone, Debug)]
pub struct Instance {
    /// Such as `[0]` or `["gpu"]`; empty without `count` and `for_each`.
    pub index: String,
    /// `count` or `each`.
    pub bindings: Bindings,
}

/// A resource as written.
#[derive(Clone, Copy, Debug)]
pub struct Written<'a> {
    /// Its body.
    pub body: &'a hcl_edit::structure::Body,
}

/// Largest value, and how much may be computed in all, in [`Value::size`]: far above what anybody writes.
const LARGEST: u64 = 100_000;
const MOST_COMPUTED: u64 = 5_000_000;

/// Everything an expression may refer to.
#[derive(Debug, Default)]
pub struct Scope<'a> {
    /// Values of the variables that are declared.
    pub variables: BTreeMap<String, Value>,
    /// Local values as written.
    pub locals: BTreeMap<String, &'a Expression>,
    /// Resources as written, by address.
    pub resources: BTreeMap<String, Written<'a>>,
    known_locals: RefCell<BTreeMap<String, Value>>,
    depth: Cell<usize>,
    computed: Cell<u64>,
    /// Attributes that are being computed: one that leads back to itself is not known.
    busy: RefCell<BTreeSet<String>>,
}

impl<'a> Scope<'a> {
    /// The value of an expression.
    #[must_use]
    pub fn evaluate(&self, expression: &Expression, bindings: &Bindings) -> Value {
        if self.depth.get() >= DEEPEST {
            return Value::unknown("it refers to itself, or is nested too deeply");
        }
        if self.computed.get() > MOST_COMPUTED {
            return Value::unknown("these files take too much to compute");
        }
        self.depth.set(self.depth.get() + 1);
        let value = self.expression(expression, bindings);
        self.depth.set(self.depth.get() - 1);
        let size = value.size();
        self.computed.set(self.computed.get().saturating_add(size));
        if size > LARGEST { Value::unknown("its value is too large") } else { value }
    }

    fn expression(&self, expression: &Expression, bindings: &Bindings) -> Value {
        match expression {
            Expression::Null(_) => Value::Null,
            Expression::Bool(value) => Value::Bool(*value.value()),
            Expression::Number(number) => {
                let text = number.value().to_string();
                let unread = || Value::unknown(format!("`{text}` is not a number this program reads"));
                parse_number(&text).map_or_else(unread, Value::Number)
            }
            Expression::String(text) => Value::Text(text.value().clone()),
            Expression::Array(array) => {
                Value::List(array.iter().map(|item| self.evaluate(item, bindings)).collect())
            }
            Expression::Object(object) => self.object(object, bindings),
            Expression::StringTemplate(template) => {
                let elements: Vec<&Element> = template.iter().collect();
                self.template(&elements, bindings)
            }
            Expression::HeredocTemplate(heredoc) => {
                let elements: Vec<&Element> = heredoc.template.iter().collect();
                self.template(&elements, bindings)
            }
            Expression::Parenthesis(inner) => self.evaluate(inner.inner(), bindings),
            Expression::Variable(name) => match bindings.get(name.as_str()) {
                Some(value) => value.clone(),
                None => Value::unknown(format!("`{}` is not a value", name.as_str())),
            },
            Expression::Conditional(conditional) => {
                let condition = self.evaluate(&conditional.cond_expr, bindings).to_bool();
                match condition {
                    Ok(true) => self.evaluate(&conditional.true_expr, bindings),
                    Ok(false) => self.evaluate(&conditional.false_expr, bindings),
                    Err(reason) => Value::Unknown(reason),
                }
            }
            Expression::FuncCall(call) => self.call(call, bindings),
            Expression::Traversal(traversal) => self.traversal(traversal, bindings),
            Expression::UnaryOp(operation) => {
                let value = self.evaluate(&operation.expr, bindings);
                let result = match operation.operator.value() {
                    UnaryOperator::Neg => value.to_number().map(|number| Value::Number(-number)),
                    UnaryOperator::Not => value.to_bool().map(|value| Value::Bool(!value)),
                };
                result.unwrap_or_else(Value::Unknown)
            }
            Expression::BinaryOp(operation) => {
                self.operation(operation, bindings).unwrap_or_else(Value::Unknown)
            }
            Expression::ForExpr(expression) => {
                self.for_each(expression, bindings).unwrap_or_else(Value::Unknown)
            }
        }
    }

    fn object(&self, object: &Object, bindings: &Bindings) -> Value {
        let mut values = BTreeMap::new();
        for (key, value) in object.iter() {
            let key = match key {
                ObjectKey::Ident(name) => name.as_str().to_owned(),
                ObjectKey::Expression(expression) => match self.evaluate(expression, bindings).to_text() {
                    Ok(key) => key,
                    Err(reason) => return Value::Unknown(reason),
                },
            };
            values.insert(key, self.evaluate(value.expr(), bindings));
        }
        Value::Map(values)
    }

    fn template(&self, elements: &[&Element], bindings: &Bindings) -> Value {
        // One interpolation and nothing else keeps the type of its value, as `"${var.count}"` of Terraform 0.11.
        if let [Element::Interpolation(only)] = elements {
            return self.evaluate(&only.expr, bindings);
        }
        let mut pieces = Vec::new();
        for element in elements {
            pieces.extend(self.element(element, bindings));
        }
        let mut text = String::new();
        for piece in &pieces {
            match piece {
                Piece::Text(part) => text.push_str(part),
                Piece::Unknown(_) => return Value::Template(pieces),
            }
        }
        Value::Text(text)
    }

    fn element(&self, element: &Element, bindings: &Bindings) -> Vec<Piece> {
        let strips = || vec![Piece::Unknown("a template strips spaces with `~`".into())];
        match element {
            Element::Literal(text) => vec![Piece::Text(text.value().clone())],
            Element::Interpolation(interpolation) => {
                if interpolation.strip != Strip::None {
                    return strips();
                }
                match self.evaluate(&interpolation.expr, bindings) {
                    Value::Template(pieces) => pieces,
                    value => vec![value.to_text().map_or_else(Piece::Unknown, Piece::Text)],
                }
            }
            Element::Directive(directive) => match &**directive {
                Directive::If(directive) => {
                    let whole = |template: &Template| {
                        template.iter().flat_map(|element| self.element(element, bindings)).collect()
                    };
                    if directive.if_expr.strip != Strip::None || directive.endif_expr.strip != Strip::None {
                        return strips();
                    }
                    match self.evaluate(&directive.if_expr.cond_expr, bindings).to_bool() {
                        Ok(true) => whole(&directive.if_expr.template),
                        Ok(false) => {
                            directive.else_expr.as_ref().map_or_else(Vec::new, |other| whole(&other.template))
                        }
                        Err(reason) => vec![Piece::Unknown(reason)],
                    }
                }
                Directive::For(_) => vec![Piece::Unknown("a template repeats with `%{ for }`".into())],
            },
        }
    }

    fn call(&self, call: &FuncCall, bindings: &Bindings) -> Value {
        let name = call.name.name.as_str();
        if call.name.is_namespaced() {
            return Value::unknown(format!("`{name}()` is a function of a provider"));
        }
        let mut arguments: Vec<Value> =
            call.args.iter().map(|argument| self.evaluate(argument, bindings)).collect();
        if call.args.expand_final() {
            match arguments.pop() {
                Some(Value::List(values)) => arguments.extend(values),
                Some(other) => {
                    return Value::Unknown(other.reason().unwrap_or_else(|| "`...` follows no list".into()));
                }
                None => {}
            }
        }
        functions::call(name, &arguments)
    }

    fn operation(&self, operation: &BinaryOp, bindings: &Bindings) -> Result<Value, String> {
        use BinaryOperator::{
            And, Div, Eq, Greater, GreaterEq, Less, LessEq, Minus, Mod, Mul, NotEq, Or, Plus,
        };
        let left = self.evaluate(&operation.lhs_expr, bindings);
        let right = self.evaluate(&operation.rhs_expr, bindings);
        let operator = *operation.operator.value();
        let known = |value: &Value| value.deep_reason().map_or(Ok(()), Err);
        Ok(match operator {
            And => Value::Bool(left.to_bool()? && right.to_bool()?),
            Or => Value::Bool(left.to_bool()? || right.to_bool()?),
            Eq | NotEq => {
                known(&left)?;
                known(&right)?;
                Value::Bool((left == right) == (operator == Eq))
            }
            Less | LessEq | Greater | GreaterEq | Plus | Minus | Mul | Div | Mod => {
                let (left, right) = (left.to_number()?, right.to_number()?);
                let result = match operator {
                    Less => return Ok(Value::Bool(left < right)),
                    LessEq => return Ok(Value::Bool(left <= right)),
                    Greater => return Ok(Value::Bool(left > right)),
                    GreaterEq => return Ok(Value::Bool(left >= right)),
                    Plus => left.checked_add(right),
                    Minus => left.checked_sub(right),
                    Mul => left.checked_mul(right),
                    Div => left.checked_div(right),
                    _ => left.checked_rem(right),
                };
                result.map(Value::Number).ok_or_else(|| "a calculation has no result".to_owned())?
            }
        })
    }

    fn for_each(&self, expression: &ForExpr, bindings: &Bindings) -> Result<Value, String> {
        let intro = &expression.intro;
        let items: Vec<(Value, Value)> = match self.evaluate(&intro.collection_expr, bindings) {
            Value::List(values) => {
                (0_u64..).map(|index| Value::Number(Decimal::from(index))).zip(values).collect()
            }
            Value::Map(values) => values.into_iter().map(|(key, value)| (Value::Text(key), value)).collect(),
            other => return Err(other.reason().unwrap_or_else(|| "`for` goes over no list or map".into())),
        };
        let (mut list, mut map) = (Vec::new(), BTreeMap::new());
        for (key, value) in items {
            let mut inner = bindings.clone();
            if let Some(name) = &intro.key_var {
                inner.insert(name.as_str().to_owned(), key);
            }
            inner.insert(intro.value_var.as_str().to_owned(), value);
            if let Some(condition) = &expression.cond
                && !self.evaluate(&condition.expr, &inner).to_bool()?
            {
                continue;
            }
            let value = self.evaluate(&expression.value_expr, &inner);
            match &expression.key_expr {
                None => list.push(value),
                Some(key) => {
                    let key = self.evaluate(key, &inner).to_text()?;
                    if expression.grouping {
                        match map.entry(key).or_insert_with(|| Value::List(Vec::new())) {
                            Value::List(group) => group.push(value),
                            _ => return Err("`for` groups into something else than a list".into()),
                        }
                    } else {
                        map.insert(key, value);
                    }
                }
            }
        }
        Ok(if expression.key_expr.is_some() { Value::Map(map) } else { Value::List(list) })
    }

    fn traversal(&self, traversal: &hcl_edit::expr::Traversal, bindings: &Bindings) -> Value {
        let steps: Vec<&TraversalOperator> = traversal.operators.iter().map(|step| step.value()).collect();
        let Expression::Variable(root) = &traversal.expr else {
            let start = self.evaluate(&traversal.expr, bindings);
            return self.steps(start, &steps, bindings);
        };
        let root = root.as_str();
        if let Some(value) = bindings.get(root) {
            return self.steps(value.clone(), &steps, bindings);
        }
        let name = match steps.first() {
            Some(TraversalOperator::GetAttr(name)) => name.as_str(),
            _ => return Value::unknown(format!("`{root}` is not a value")),
        };
        match root {
            "var" => {
                let undeclared = || Value::unknown(format!("no variable `{name}` is declared"));
                let value = self.variables.get(name).cloned().unwrap_or_else(undeclared);
                self.steps(value, &steps[1..], bindings)
            }
            "local" => self.steps(self.local(name), &steps[1..], bindings),
            "module" | "data" | "path" | "terraform" | "self" | "each" | "count" | "ephemeral" => {
                Value::unknown(format!("refers to `{}`", self.written(root, &steps, bindings)))
            }
            _ => self.resource(root, name, &steps[1..], bindings),
        }
    }

    fn local(&self, name: &str) -> Value {
        if let Some(known) = self.known_locals.borrow().get(name) {
            return known.clone();
        }
        let Some(expression) = self.locals.get(name) else {
            return Value::unknown(format!("no local value `{name}` is declared"));
        };
        let circle = Value::unknown(format!("`local.{name}` refers to itself"));
        self.known_locals.borrow_mut().insert(name.to_owned(), circle);
        let value = self.evaluate(expression, &Bindings::new());
        self.known_locals.borrow_mut().insert(name.to_owned(), value.clone());
        value
    }

    /// Attributes, indexes and splats after a value.
    fn steps(&self, mut value: Value, steps: &[&TraversalOperator], bindings: &Bindings) -> Value {
        for (number, step) in steps.iter().enumerate() {
            if let Some(reason) = value.reason() {
                return Value::Unknown(reason);
            }
            value = match step {
                TraversalOperator::GetAttr(name) => member(&value, name.as_str()),
                TraversalOperator::Index(index) => match self.evaluate(index, bindings) {
                    Value::Text(key) => member(&value, &key),
                    index => item(&value, &index),
                },
                TraversalOperator::LegacyIndex(index) => {
                    item(&value, &Value::Number(Decimal::from(*index.value())))
                }
                TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => {
                    let rest = &steps[number + 1..];
                    let each = match value {
                        Value::List(values) => values,
                        Value::Null => Vec::new(),
                        one => vec![one],
                    };
                    return Value::List(
                        each.into_iter().map(|one| self.steps(one, rest, bindings)).collect(),
                    );
                }
            };
        }
        value
    }

    /// A reference to a resource, such as `aws_subnet.private[*].id`.
    fn resource(&self, kind: &str, name: &str, steps: &[&TraversalOperator], bindings: &Bindings) -> Value {
        let address = format!("{kind}.{name}");
        let (index, rest) = match steps.first() {
            Some(TraversalOperator::Index(index)) => match self.evaluate(index, bindings) {
                Value::Text(key) => (format!("[\"{key}\"]"), &steps[1..]),
                Value::Number(number) => (format!("[{}]", number.normalize()), &steps[1..]),
                other => {
                    return Value::Unknown(
                        other.reason().unwrap_or_else(|| format!("refers to one of `{address}`")),
                    );
                }
            },
            Some(TraversalOperator::LegacyIndex(index)) => (format!("[{}]", index.value()), &steps[1..]),
            Some(TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_)) => {
                let attribute = attribute(&steps[1..]);
                let Ok(instances) = self.instances(&address) else {
                    return Value::Reference(Reference { address, attribute, every: true });
                };
                let of = |instance: Instance| {
                    let address = format!("{address}{}", instance.index);
                    Value::Reference(Reference { address, attribute: attribute.clone(), every: false })
                };
                return Value::List(instances.into_iter().map(of).collect());
            }
            _ => (String::new(), steps),
        };
        let attribute = attribute(rest);
        self.written_attribute(&address, &index, &attribute).unwrap_or_else(|| {
            Value::Reference(Reference { address: format!("{address}{index}"), attribute, every: false })
        })
    }

    /// What a resource's own attribute says, where it is written and known.
    fn written_attribute(&self, address: &str, index: &str, attribute: &str) -> Option<Value> {
        let written = self.resources.get(address)?.body.get_attribute(attribute)?;
        let instance = self.instances(address).ok()?.into_iter().find(|instance| instance.index == index)?;
        let name = format!("{address}{index}.{attribute}");
        let value = self.once(&name, || self.evaluate(&written.value, &instance.bindings))?;
        value.deep_reason().is_none().then_some(value)
    }

    /// Computes what has this name, unless that is being done already.
    fn once<T>(&self, name: &str, compute: impl FnOnce() -> T) -> Option<T> {
        if !self.busy.borrow_mut().insert(name.to_owned()) {
            return None;
        }
        let answer = compute();
        self.busy.borrow_mut().remove(name);
        Some(answer)
    }

    /// The instances of a resource that is written here. `Err` says why they are not known.
    pub fn instances(&self, address: &str) -> Result<Vec<Instance>, String> {
        let written =
            self.resources.get(address).ok_or_else(|| format!("`{address}` is not in these files"))?;
        if let Some(count) = written.body.get_attribute("count") {
            let count = self
                .count_or_each(address, &count.value)
                .to_number()
                .map_err(|why| format!("count: {why}"))?;
            let count: u64 = count.try_into().map_err(|_| "count: it is not a whole number".to_owned())?;
            if count > functions::MOST_ITEMS {
                return Err(format!("count: {count} instances are too many"));
            }
            let index =
                |number: u64| Value::Map(BTreeMap::from([("index".into(), Value::Number(number.into()))]));
            let one = |number| Instance {
                index: format!("[{number}]"),
                bindings: Bindings::from([("count".to_owned(), index(number))]),
            };
            return Ok((0..count).map(one).collect());
        }
        let Some(each) = written.body.get_attribute("for_each") else {
            return Ok(vec![Instance { index: String::new(), bindings: Bindings::new() }]);
        };
        let items: BTreeMap<String, Value> = match self.count_or_each(address, &each.value) {
            Value::Map(values) => values,
            Value::List(values) => {
                let pairs = values.into_iter().map(|value| Ok((value.to_text()?, value)));
                pairs.collect::<Result<_, String>>().map_err(|why| format!("for_each: {why}"))?
            }
            other => {
                let reason = other.reason().unwrap_or_else(|| "it is not a map or set".into());
                return Err(format!("for_each: {reason}"));
            }
        };
        let one = |(key, value): (String, Value)| {
            let each =
                BTreeMap::from([("key".to_owned(), Value::Text(key.clone())), ("value".to_owned(), value)]);
            Instance {
                index: format!("[\"{key}\"]"),
                bindings: Bindings::from([("each".to_owned(), Value::Map(each))]),
            }
        };
        Ok(items.into_iter().map(one).collect())
    }

    fn count_or_each(&self, address: &str, expression: &Expression) -> Value {
        let value = self.once(address, || self.evaluate(expression, &Bindings::new()));
        value.unwrap_or_else(|| Value::unknown("it refers to itself"))
    }

    /// A reference as it is written.
    fn written(&self, root: &str, steps: &[&TraversalOperator], bindings: &Bindings) -> String {
        let mut text = root.to_owned();
        for step in steps {
            match step {
                TraversalOperator::GetAttr(name) => text.push_str(&format!(".{}", name.as_str())),
                TraversalOperator::LegacyIndex(index) => text.push_str(&format!(".{}", index.value())),
                TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => text.push_str("[*]"),
                TraversalOperator::Index(index) => match self.evaluate(index, bindings) {
                    Value::Text(key) => text.push_str(&format!("[\"{key}\"]")),
                    value => text.push_str(&format!("[{}]", value.to_text().unwrap_or_else(|_| "…".into()))),
                },
            }
        }
        text
    }
}

/// The attribute that names follow each other to.
fn attribute(steps: &[&TraversalOperator]) -> String {
    let names = steps.iter().map_while(|step| match step {
        TraversalOperator::GetAttr(name) => Some(name.as_str()),
        _ => None,
    });
    names.collect::<Vec<_>>().join(".")
}

fn member(value: &Value, name: &str) -> Value {
    match value {
        Value::Map(values) => values
            .get(name)
            .cloned()
            .unwrap_or_else(|| Value::unknown(format!("there is no `{name}` in the value"))),
        _ => Value::unknown(format!("`.{name}` follows something that has no attributes")),
    }
}

fn item(value: &Value, index: &Value) -> Value {
    let place = index.to_number().ok().and_then(|number| usize::try_from(number).ok());
    match (value, place) {
        (Value::List(values), Some(place)) => values
            .get(place)
            .cloned()
            .unwrap_or_else(|| Value::unknown(format!("the list has no item {place}"))),
        _ => Value::Unknown(index.reason().unwrap_or_else(|| "an index follows no list".into())),
    }
}

/// The bytes of an expression in its file.
#[must_use]
pub fn span(expression: &Expression) -> Option<std::ops::Range<usize>> {
    expression.span()
}
