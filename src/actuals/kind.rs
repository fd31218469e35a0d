//! Which kind of bill an export is, and what it has to have.

use super::asked::Asked;
use super::{cur, focus};

/// Which kind of bill a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A FOCUS export.
    Focus,
    /// A Cost and Usage Report.
    Cur,
}

impl Kind {
    pub(super) const fn what(self) -> &'static str {
        match self {
            Kind::Focus => "a FOCUS export",
            Kind::Cur => "a Cost and Usage Report",
        }
    }

    /// The column of the time of a charge.
    pub(super) const fn time(self) -> &'static str {
        match self {
            Kind::Focus => "chargeperiodstart",
            Kind::Cur => "lineitemusagestartdate",
        }
    }

    /// The columns that may hold an amount, whether or not an export has them.
    pub(super) fn columns_of(self, amount: &'static str) -> Vec<&'static str> {
        match self {
            Kind::Focus => vec![amount],
            Kind::Cur => cur::columns_of(amount),
        }
    }

    /// Whether a file with these columns says what a scope asks for.
    pub(super) fn answers(self, asked: &Asked, columns: &[String]) -> std::result::Result<(), String> {
        let scope = &asked.scope;
        let keys = [
            ("accounts", scope.accounts.is_empty()),
            ("regions", scope.regions.is_empty()),
            ("providers", scope.providers.is_empty() || self == Kind::Cur),
            ("tags", scope.tags.is_empty()),
            ("cost_categories", scope.cost_categories.is_empty()),
        ];
        let answers = |key: &str, column: &str| match (self, key) {
            (_, "accounts") if column == "account" => true,
            (_, "regions") if column == "region" => true,
            (Kind::Focus, "accounts") => column == "subaccountid",
            (Kind::Focus, "regions") => column == "regionid",
            (Kind::Focus, "providers") => {
                ["provider", "providername", "serviceprovidername"].contains(&column)
            }
            (Kind::Focus, "tags") => column == "tags",
            (Kind::Focus, _) => ["xcostcategories", "tags"].contains(&column),
            (Kind::Cur, "accounts") => column == "lineitemusageaccountid",
            (Kind::Cur, "regions") => {
                ["productregioncode", "productregion", cur::PRODUCT, "productfromregioncode"]
                    .contains(&column)
            }
            (Kind::Cur, "tags") => column.starts_with("resourcetags") || column == "tags",
            (Kind::Cur, _) => column.starts_with("costcategory") || column == "tags",
        };
        match keys.iter().find(|(key, all)| !all && !columns.iter().any(|column| answers(key, column))) {
            Some((key, _)) => {
                Err(format!("the scenario's [scope] asks for {key}, and it has no column of them"))
            }
            None => Ok(()),
        }
    }

    /// Whether one of these columns is for cost categories alone.
    pub(super) fn has_categories(self, columns: &[String]) -> bool {
        columns.iter().any(|column| match self {
            Kind::Focus => column == "xcostcategories",
            Kind::Cur => column.starts_with("costcategory"),
        })
    }

    pub(super) const fn required(self) -> &'static [&'static str] {
        match self {
            Kind::Focus => &focus::REQUIRED,
            Kind::Cur => &cur::REQUIRED,
        }
    }
}
