//! HCL expressions: what can be computed from what is written, and a reason for the rest.
//!
//! Nothing fails here: what would need Terraform, AWS or a file is an unknown value that says so.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use hcl_edit::Span;
use hcl_edit::expr::{
    BinaryOp, BinaryOperator, Expression, ForExpr, FuncCall, Object, ObjectKey, UnaryOperator,
};
use hcl_edit::template::{Directive, Element, Strip, Template};

use super::functions;
use super::value::{Piece, Value, parse_number};
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
    pub(super) known_locals: RefCell<BTreeMap<String, Value>>,
    depth: Cell<usize>,
    computed: Cell<u64>,
    /// Attributes that are being computed: one that leads back to itself is not known.
    pub(super) busy: RefCell<BTreeSet<String>>,
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
}

/// The bytes of an expression in its file.
#[must_use]
pub fn span(expression: &Expression) -> Option<std::ops::Range<usize>> {
    expression.span()
}
