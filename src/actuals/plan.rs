//! The grouping plan: which columns of an export decide what a charge is, and which amounts are added up.
//!
//! It is written once. Files are projected and grouped by it batch by batch ([`super::grouped`]), and the SQL for Athena
//! is generated from it ([`super::athena`]); what a group then is, the rules of [`super::focus`] and [`super::cur`] say.

use super::asked::{Asked, Dimension};
use super::kind::Kind;
use super::scope::{Belonging, LABEL_HEADS, LabelOf, label_key, label_of};
use super::usage_type::ReadFrom;
use super::{Commitment, CostBasis, RecordType, asked, cur, focus};
use crate::model::text::folded;

/// Where something may stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In a column, by folded name.
    Column(String),
    /// In a column, by its name as it is written.
    Written(String),
    /// In a column of labels, under a key.
    Label { column: String, under: Under },
    /// In a column, where it is one of these.
    Among { column: String, values: &'static [&'static str] },
    /// In a column: `yes` where that begins so, else nothing.
    Begins { column: String, with: &'static str },
}

impl Place {
    pub(super) fn column(&self) -> &str {
        match self {
            Place::Column(column)
            | Place::Written(column)
            | Place::Label { column, .. }
            | Place::Among { column, .. }
            | Place::Begins { column, .. } => column,
        }
    }
}

/// Under which keys a label stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Under {
    /// As written, the first that has anything.
    Keys(&'static [&'static str]),
    /// A tag's or cost category's key, however it is spelled; `headed` is whether what it is of stands before it.
    Label { of: LabelOf, headed: bool, key: String },
}

impl Under {
    /// How well a key of the column fits, 0 best; `None` where it does not.
    pub(super) fn rank(&self, written: &str) -> Option<usize> {
        match self {
            Under::Keys(keys) => keys.iter().position(|key| *key == written),
            Under::Label { of, headed, key } => {
                let (is_of, bare) = if *headed { label_of(written) } else { (*of, written) };
                let spelled = |bare: &str| bare == key || bare.strip_prefix("user:") == Some(key);
                match is_of == *of {
                    true if spelled(bare) => Some(0),
                    true if label_key(bare) == label_key(key) => Some(1),
                    _ => None,
                }
            }
        }
    }

    /// What stands before its keys in a column of all kinds of labels.
    pub(super) fn heads(&self) -> Vec<&'static str> {
        match self {
            Under::Label { of, headed: true, .. } => {
                let head = LABEL_HEADS.iter().find(|(_, known)| known == of).map(|(head, _)| *head);
                head.into_iter().chain((*of == LabelOf::Tag).then_some("")).collect()
            }
            _ => vec![""],
        }
    }
}

/// Something that decides what a charge is: in the first of these places that has anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) name: String,
    pub(super) places: Vec<Place>,
}

/// Something that is added up: of the first of these columns that has anything in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Amount {
    pub(super) name: &'static str,
    pub(super) columns: Vec<&'static str>,
    /// Whether it is a cost: what a row lacks of one must not be hidden by the sum of others.
    pub(super) is_cost: bool,
}

/// The amount that counts what was used.
pub(super) const QUANTITY: &str = "quantity";

/// Costs beside the one that is compared, in the order of [`super::Costs`].
pub(super) const COSTS: [&str; 3] = ["list_cost", "contracted_cost", "effective_cost"];

/// The grouping plan of an export.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) kind: Kind,
    /// The column of the time of a charge.
    pub(super) time: &'static str,
    pub(super) keys: Vec<Key>,
    pub(super) amounts: Vec<Amount>,
    /// Whether the export has a column of usage types.
    pub(super) named: bool,
    /// Whether it has a column of cost categories.
    pub(super) has_categories: bool,
    /// What is to be said of it.
    pub(super) remark: Option<String>,
}

/// A plan while it is made: what is asked for and not there is left out.
pub(super) struct Draft<'a> {
    /// Folded names of the export's columns, and these as they are written.
    names: &'a [String],
    written: &'a [String],
    keys: Vec<Key>,
    amounts: Vec<Amount>,
}

impl Draft<'_> {
    pub(super) fn has(&self, column: &str) -> bool {
        self.names.iter().any(|known| known == column)
    }

    /// A key in the first of some places.
    pub(super) fn key(&mut self, name: impl Into<String>, places: impl IntoIterator<Item = Place>) {
        let is_there = |place: &Place| match place {
            Place::Written(name) => self.written.contains(name),
            place => self.has(place.column()),
        };
        let places: Vec<Place> = places.into_iter().filter(is_there).collect();
        let name = name.into();
        if !places.is_empty() && !self.keys.iter().any(|key| key.name == name) {
            self.keys.push(Key { name, places });
        }
    }

    /// A key in the column of its name.
    pub(super) fn column(&mut self, name: &str) {
        self.key(name, [Place::Column(name.to_owned())]);
    }

    /// A key in the first of some columns.
    pub(super) fn columns(&mut self, name: impl Into<String>, columns: &[&str]) {
        self.key(name, columns.iter().map(|column| Place::Column((*column).to_owned())));
    }

    /// An amount in the first of some columns.
    pub(super) fn amount(&mut self, name: &'static str, columns: &[&'static str]) {
        let columns: Vec<&'static str> = columns.iter().copied().filter(|column| self.has(column)).collect();
        if !columns.is_empty() {
            self.amounts.push(Amount { name, columns, is_cost: name != QUANTITY && !COSTS.contains(&name) });
        }
    }
}

impl Plan {
    /// The plan for an export with these columns. `Err` says what it lacks.
    pub(super) fn new(kind: Kind, columns: &[String], asked: &Asked) -> Result<Plan, String> {
        let names: Vec<String> = columns.iter().map(|column| folded(column)).collect();
        let required = kind.required().iter().copied();
        let missing: Vec<&str> = required.filter(|name| !names.iter().any(|known| known == name)).collect();
        if !missing.is_empty() {
            return Err(format!("it has no column {}", missing.join(", ")));
        }
        kind.answers(asked, &names)?;
        let named = kind == Kind::Cur || focus::names_usage_types(&names);
        let mut draft = Draft { names: &names, written: columns, keys: Vec::new(), amounts: Vec::new() };
        match kind {
            Kind::Focus => focus::draft(&mut draft, asked, named),
            Kind::Cur => cur::draft(&mut draft, asked),
        }
        labels(&mut draft, kind, columns, asked);
        let without_net = kind == Kind::Cur
            && asked.basis == CostBasis::NetAmortized
            && !draft.has("lineitemnetunblendedcost");
        Ok(Plan {
            kind,
            time: kind.time(),
            keys: draft.keys,
            amounts: draft.amounts,
            named,
            has_categories: kind.has_categories(&names),
            remark: without_net
                .then(|| "a report has no net costs: those before discounts stand in".to_owned()),
        })
    }

    /// Whether a column, by its name as it is written, is needed for it.
    pub(super) fn needs(&self, written: &str) -> bool {
        let column = folded(written);
        let is_at = |place: &Place| match place {
            Place::Written(name) => name == written,
            place => place.column() == column,
        };
        column == self.time
            || self.keys.iter().flat_map(|key| &key.places).any(is_at)
            || self.amounts.iter().any(|amount| amount.columns.contains(&column.as_str()))
    }

    /// What a charge is by its keys; `None` for one that repeats another's cost. `Err` says what is wrong with it.
    pub(super) fn class(&self, cells: &Cells<'_>, asked: &Asked) -> Result<Option<Class>, String> {
        match self.kind {
            Kind::Focus => focus::class(cells, self.named, asked).map(Some),
            Kind::Cur => cur::class(cells, asked, self.has_key(cur::RETURNED)),
        }
    }

    /// Whether it has what charges are to be told apart by.
    pub(super) fn answers(&self, by: &[Dimension], of_path: &[&str]) -> Result<(), String> {
        let has = |key: &str| self.has_key(key) || of_path.contains(&key);
        match by.iter().find(|dimension| !has(&dimension.id())) {
            Some(dimension) => Err(format!("it has no column of {}", dimension.plural())),
            None => Ok(()),
        }
    }

    fn has_key(&self, name: &str) -> bool {
        self.keys.iter().any(|key| key.name == name)
    }

    /// The place of an amount.
    pub(super) fn amount(&self, name: &str) -> Option<usize> {
        self.amounts.iter().position(|amount| amount.name == name)
    }
}

/// The tags and cost categories that are asked for: 1.0 of FOCUS has a column for each kind, 1.2 both in one; CUR 2.0 has
/// one of all or one of each, the legacy report a column for each key.
fn labels(draft: &mut Draft<'_>, kind: Kind, columns: &[String], asked: &Asked) {
    let in_map = |column: &str, of, headed, key: &str| Place::Label {
        column: column.to_owned(),
        under: Under::Label { of, headed, key: key.to_owned() },
    };
    let legacy = |head: &str, key: &str| {
        let of_key = |column: &&String| is_label(column, head) && label_key(column) == label_key(key);
        let mut found: Vec<&String> = columns.iter().filter(|_| kind == Kind::Cur).filter(of_key).collect();
        // As it is spelled first: keys that differ in case or signs are one, and all of them are looked at.
        found.sort_by_key(|column| !column.ends_with(key));
        found.into_iter().map(|column| Place::Written(column.clone())).collect::<Vec<_>>()
    };
    for key in asked.tags() {
        let mut places = vec![in_map("tags", LabelOf::Tag, true, key)];
        places.push(in_map("resourcetags", LabelOf::Tag, false, key));
        places.extend(legacy("resourcetags", key));
        draft.key(asked::tag(key), places);
    }
    for key in asked.cost_categories() {
        let of_kind = if kind == Kind::Focus { "xcostcategories" } else { "costcategory" };
        let mut places = vec![in_map("tags", LabelOf::CostCategory, true, key)];
        places.push(in_map(of_kind, LabelOf::CostCategory, false, key));
        places.extend(legacy("costcategory", key));
        draft.key(asked::cost_category(key), places);
    }
}

/// Whether a column is a label of the legacy report: behind the head, whatever signs stand in it, is a key.
fn is_label(column: &str, head: &str) -> bool {
    let letters: String = column.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    letters.strip_prefix(head).is_some_and(|name| !name.is_empty())
}

/// What a source says of a charge, by the names of the plan's keys.
pub(super) struct Cells<'a> {
    pub(super) of: &'a dyn Fn(&str) -> Option<&'a str>,
}

impl<'a> Cells<'a> {
    /// What it says; `None` where it says nothing.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        (self.of)(name)
    }

    /// What it says; empty where it says nothing.
    pub(super) fn text(&self, name: &str) -> &'a str {
        self.get(name).unwrap_or("")
    }
}

/// A part of what a charge costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Term {
    /// Which amount.
    pub(super) amount: &'static str,
    /// Whether it is taken off.
    pub(super) minus: bool,
    /// Whether a charge without it is an error: an export may leave columns out, and what decides the cost of a row is
    /// not nothing because nobody asked for it.
    pub(super) required: bool,
}

/// Charges of this amount.
pub(super) const fn cost_of(amount: &'static str) -> Term {
    Term { amount, minus: false, required: true }
}

/// What a charge is: everything but its day and its amounts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Class {
    pub(super) in_scope: bool,
    pub(super) regionless: bool,
    pub(super) categorised: bool,
    /// Whether it corrects a charge of an earlier billing period.
    pub(super) correction: bool,
    pub(super) record: RecordType,
    /// The kind in the source's own words, for errors.
    pub(super) kind: String,
    pub(super) service: String,
    pub(super) usage_type: String,
    pub(super) usage_type_from: ReadFrom,
    /// The currency, if it is another than USD and nobody asks for the charge.
    pub(super) currency: Option<String>,
    /// What covers it, or was not used.
    pub(super) commitment: Option<Commitment>,
    /// By the dimensions that are asked for.
    pub(super) by: Vec<Option<String>>,
    /// What it costs.
    pub(super) cost: Vec<Term>,
    /// Whether its quantity counts: a fee's does not.
    pub(super) counted: bool,
    /// What cannot be told of it.
    pub(super) doubt: Option<&'static str>,
}

impl Class {
    /// A charge of a kind that is used and costs one amount; scope, currency and dimensions by its cells.
    pub(super) fn of(
        record: RecordType,
        cells: &Cells<'_>,
        asked: &Asked,
        provider: Option<&str>,
    ) -> Result<Class, String> {
        let (tag, cost_category) =
            (|key: &str| cells.get(&asked::tag(key)), |key: &str| cells.get(&asked::cost_category(key)));
        let belonging = Belonging {
            record,
            account: cells.get("account"),
            region: cells.get("region"),
            provider: provider.or_else(|| cells.get("provider")),
            tag: &tag,
            cost_category: &cost_category,
        };
        let in_scope = asked.scope.has(&belonging);
        let categorised = asked.cost_categories().into_iter().any(|key| cost_category(key).is_some());
        Ok(Class {
            in_scope,
            regionless: asked.scope.lacks_region(&belonging),
            categorised,
            correction: cells.get("correction").is_some(),
            record,
            kind: String::new(),
            service: String::new(),
            usage_type: String::new(),
            usage_type_from: ReadFrom::UsageType,
            currency: foreign(cells.get("currency"), in_scope)?,
            commitment: None,
            by: asked.by.iter().map(|dimension| dimension_of(dimension, cells)).collect(),
            cost: Vec::new(),
            counted: true,
            doubt: None,
        })
    }
}

fn dimension_of(dimension: &Dimension, cells: &Cells<'_>) -> Option<String> {
    let text = cells.get(&dimension.id())?;
    Some(match dimension {
        Dimension::BillingPeriod => text.get(..10).unwrap_or(text).to_owned(),
        _ => text.to_owned(),
    })
}

/// The currency of a charge, if it is not USD. In scope that is an error: nothing here exchanges money.
fn foreign(currency: Option<&str>, in_scope: bool) -> Result<Option<String>, String> {
    let currency = currency.ok_or("a charge names no currency")?;
    match currency.eq_ignore_ascii_case("USD") {
        true => Ok(None),
        false if in_scope => Err(format!(
            "charges are in {currency}, not in USD; where they are of another account or provider, [scope] leaves them out"
        )),
        false => Ok(Some(currency.to_owned())),
    }
}
