//! What a grouping plan ([`super::plan`]) is made of: keys that decide what a charge is, with the places where they may
//! stand, and amounts that are added up.

use super::scope::{LABEL_HEADS, LabelOf, label_key, label_of};

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

/// A plan while it is made: what is asked for and not there is left out.
pub(super) struct Draft<'a> {
    /// Folded names of the export's columns, and these as they are written.
    pub(super) names: &'a [String],
    pub(super) written: &'a [String],
    pub(super) keys: Vec<Key>,
    pub(super) amounts: Vec<Amount>,
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
