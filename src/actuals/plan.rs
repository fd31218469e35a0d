//! The grouping plan: which columns of an export decide what a charge is, and which amounts are added up.
//!
//! It is written once. Files are projected and grouped by it batch by batch ([`super::grouped`]), and the SQL for Athena
//! is generated from it ([`super::athena`]); what a group then is, the rules of [`super::focus`] and [`super::cur`] say.

use super::asked::{self, Asked, Dimension};
use super::class::Class;
use super::keys::{Amount, Cells, Draft, Key, Place, Under};
use super::kind::Kind;
use super::scope::{LabelOf, label_key};
use super::{CostBasis, cur, focus};
use crate::model::text::folded;

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
