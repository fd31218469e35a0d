//! A bill that stays in Amazon Athena: SQL that groups it there by everything that decides what a charge is, and
//! the bill in the groups that come back.
//!
//! The rules of `focus` and `cur` are not written again in SQL: a group is a row of theirs whose costs are sums.
//! Athena makes a decimal of 12 places of each cost before it adds up, as the readers of files do; only exact
//! halves of 10⁻¹² may be rounded otherwise (away from zero, not to even).

use super::cur::{self, is_label};
use super::file::{Kind, without_net};
use super::focus::{self, names_usage_types};
use super::sql::{day_of, element, filled, instant_of, is_map, is_text, literal, quoted, spellings};
use super::usage_type::STAND_INS;
use super::{Bill, CostBasis, LABEL_HEADS, LabelOf, Scope, label_key};
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::time::{Period, day, instant};
use crate::prices::product::folded;

/// Dollars per terabyte that a query reads, us-east-1 (Amazon Athena pricing, read 2026-11-23).
pub const USD_PER_TERABYTE: i64 = 5;

/// A query is billed for at least 10 MB, in whole MB (Amazon Athena pricing, read 2026-11-23).
const LEAST_MEGABYTES: u64 = 10;

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type in Hive's words: `string`, `double`, `map<string,string>`.
    pub data_type: String,
}

/// What Athena knows of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Columns in its files.
    pub columns: Vec<Column>,
    /// Columns in the paths of its files.
    pub partitions: Vec<Column>,
}

/// What to ask, and how to read the answer.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The query.
    pub sql: String,
    kind: Kind,
    /// Whether an export has a column of usage types.
    named: bool,
    /// Names of the answer's columns; a key of a map is behind a colon.
    names: Vec<String>,
    remark: Option<String>,
    /// Whether the table has a column of cost categories.
    has_categories: bool,
}

/// A query that was run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// In which region.
    pub region: String,
    /// In which workgroup.
    pub workgroup: String,
    /// Where Athena put the result.
    pub output_location: String,
    /// Bytes read.
    pub scanned_bytes: u64,
}

impl Run {
    /// What it costs by the price of us-east-1.
    #[must_use]
    pub fn cost(&self) -> Usd {
        let megabytes = self.scanned_bytes.div_ceil(1_000_000).max(LEAST_MEGABYTES);
        Usd::new(Decimal::from(megabytes) * Decimal::from(USD_PER_TERABYTE) / Decimal::from(1_000_000))
    }
}

const DAY_COLUMN: &str = "charge_day";
const ROWS_COLUMN: &str = "charges";

/// The query for the charges of a period. `Err` says what the table lacks.
pub fn plan(
    (database, table): (&str, &str),
    known: &Table,
    period: Period,
    basis: CostBasis,
    scope: &Scope,
) -> Result<Plan, String> {
    let names: Vec<String> = known.columns.iter().map(|column| folded(&column.name)).collect();
    let kind = if names.iter().any(|name| name == "lineitemlineitemtype") { Kind::Cur } else { Kind::Focus };
    let required = kind.required().iter().copied();
    let missing: Vec<&str> = required.filter(|name| !names.iter().any(|known| known == name)).collect();
    if !missing.is_empty() {
        return Err(format!("it is no FOCUS export and no Cost and Usage Report: no {}", missing.join(", ")));
    }
    kind.answers(scope, &names)?;
    let has_categories = kind.has_categories(&names);
    let named = kind == Kind::Cur || names_usage_types(&names);
    let remark = without_net(kind, basis, |name| names.iter().any(|known| known == name));
    let mut query = Query { known, select: Vec::new(), absent: Vec::new() };
    let time = match kind {
        Kind::Focus => "chargeperiodstart",
        Kind::Cur => "lineitemusagestartdate",
    };
    let time = query.column(time).expect("it is required");
    query.select.push((day_of(time), DAY_COLUMN.to_owned()));
    match kind {
        Kind::Focus => query.focus(basis, scope, named),
        Kind::Cur => query.cur(basis, scope),
    }
    let grouped = query.select.len();
    match kind {
        Kind::Focus => query.focus_sums(basis),
        Kind::Cur => query.cur_sums(basis),
    }
    query.select.push(("count(*)".to_owned(), ROWS_COLUMN.to_owned()));
    let list: Vec<String> =
        query.select.iter().map(|(text, name)| format!("  {text} AS {}", quoted(name))).collect();
    let places = (1..=grouped).map(|place| place.to_string());
    let groups: Vec<String> = places.chain(query.absent.iter().cloned()).collect();
    let sql = format!(
        "SELECT\n{}\nFROM {}.{}\nWHERE {}\nGROUP BY {}\n",
        list.join(",\n"),
        quoted(database),
        quoted(table),
        conditions(time, known, period).join("\n  AND "),
        groups.join(", ")
    );
    let names = query.select.into_iter().map(|(_, name)| name).collect();
    Ok(Plan { sql, kind, named, names, remark, has_categories })
}

/// A query while it is written.
struct Query<'a> {
    known: &'a Table,
    /// Expressions and their names.
    select: Vec<(String, String)>,
    /// Whether costs are absent: what is missing in one row must not be hidden by the sum of others.
    absent: Vec<String>,
}

impl<'a> Query<'a> {
    /// By folded name.
    fn column(&self, name: &str) -> Option<&'a Column> {
        self.known.columns.iter().find(|column| folded(&column.name) == name)
    }

    /// Groups by a column, if there is one.
    fn group(&mut self, name: &str) {
        if let Some(column) = self.column(name) {
            let text = match is_text(column) {
                true => filled(column),
                false if is_map(column) => format!("json_format(CAST({} AS json))", quoted(&column.name)),
                false => format!("CAST({} AS varchar)", quoted(&column.name)),
            };
            self.select.push((text, name.to_owned()));
        }
    }

    /// Groups by the labels that a scope asks for in a column of one kind.
    fn group_labels<'k>(&mut self, name: &str, keys: impl Iterator<Item = &'k String>) {
        match self.column(name).filter(|column| is_map(column)) {
            None => self.group(name),
            Some(column) => keys.for_each(|key| self.group_key(column, &format!("{name}:{key}"), &[""], key)),
        }
    }

    /// Groups by those in the column `tags`, which may hold both kinds.
    fn group_tags(&mut self, scope: &Scope) {
        match self.column("tags").filter(|column| is_map(column)) {
            _ if !scope.asks_for_labels() => {}
            None => self.group("tags"),
            Some(column) => {
                let head =
                    |of| LABEL_HEADS.iter().find(|(_, known)| *known == of).map_or("", |(head, _)| *head);
                let (tag, category) = (head(LabelOf::Tag), head(LabelOf::CostCategory));
                for key in scope.tags.keys() {
                    self.group_key(column, &format!("tags:{tag}{key}"), &[tag, ""], key);
                }
                for key in scope.cost_categories.keys() {
                    self.group_key(column, &format!("tags:{category}{key}"), &[category], key);
                }
            }
        }
    }

    /// Groups by what a map has under a key, however that is spelled behind one of these heads.
    fn group_key(&mut self, map: &Column, name: &str, heads: &[&str], key: &str) {
        let spellings = spellings(key);
        let written = heads.iter().flat_map(|head| spellings.iter().map(move |key| format!("{head}{key}")));
        let values: Vec<String> = written.map(|key| element(map, &key)).collect();
        self.select.push((format!("coalesce({})", values.join(", ")), name.to_owned()));
    }

    /// Groups by the region of a row of a report, under the name of the first column that may say it.
    fn group_region(&mut self) {
        let [code, legacy, from] = cur::REGIONS;
        let mut values: Vec<String> =
            [code, legacy].into_iter().filter_map(|name| self.first_of(&[name])).collect();
        if let Some(product) = self.column(cur::PRODUCT) {
            let of = |key: &str| match is_map(product) {
                true => element(product, key),
                false => {
                    format!("json_extract_scalar({}, {})", filled(product), literal(&format!("$.{key}")))
                }
            };
            values.extend(["region", "region_code"].map(|key| format!("nullif({}, '')", of(key))));
        }
        values.extend(self.first_of(&[from]));
        let text = match &values[..] {
            [one] => one.clone(),
            several => format!("coalesce({})", several.join(", ")),
        };
        self.select.push((text, code.to_owned()));
    }

    fn focus(&mut self, basis: CostBasis, scope: &Scope, named: bool) {
        for name in [
            "chargecategory",
            "billingcurrency",
            "servicename",
            "xservicecode",
            "xusagetype",
            "skumeter",
            "commitmentdiscountstatus",
        ] {
            self.group(name);
        }
        if !named {
            STAND_INS.into_iter().for_each(|name| self.group(name));
        } else if !scope.regions.is_empty() {
            self.group("regionid");
        }
        if !scope.accounts.is_empty() {
            self.group("subaccountid");
        }
        self.group_tags(scope);
        if !scope.cost_categories.is_empty() {
            self.group_labels("xcostcategories", scope.cost_categories.keys());
        }
        let cost = self.first_of(&[focus_cost(basis)]).expect("it is required");
        self.absent.push(format!("{cost} IS NULL"));
    }

    fn focus_sums(&mut self, basis: CostBasis) {
        self.sum(&[focus_cost(basis)]);
        self.sum(&["consumedquantity", "pricingquantity"]);
    }

    fn cur(&mut self, basis: CostBasis, scope: &Scope) {
        for name in [
            "lineitemlineitemtype",
            "lineitemproductcode",
            "lineitemusagetype",
            "lineitemcurrencycode",
            "lineitemoperation",
            "reservationreservationarn",
        ] {
            self.group(name);
        }
        if !scope.accounts.is_empty() {
            self.group("lineitemusageaccountid");
        }
        if !scope.regions.is_empty() {
            self.group_region();
        }
        self.group_tags(scope);
        if !scope.tags.is_empty() {
            self.group_labels("resourcetags", scope.tags.keys());
        }
        if !scope.cost_categories.is_empty() {
            self.group_labels("costcategory", scope.cost_categories.keys());
        }
        let asked: Vec<String> =
            scope.tags.keys().chain(scope.cost_categories.keys()).map(|key| label_key(key)).collect();
        for column in &self.known.columns {
            if is_label(&folded(&column.name)) && asked.contains(&label_key(&column.name)) {
                self.select.push((filled(column), column.name.clone()));
            }
        }
        for names in cur_costs(basis) {
            let text = self.first_of(names);
            self.absent.extend(text.map(|text| format!("{text} IS NULL")));
        }
    }

    fn cur_sums(&mut self, basis: CostBasis) {
        cur_costs(basis).into_iter().for_each(|names| self.sum(names));
        self.sum(&["lineitemusageamount"]);
    }

    /// The sum of the first of these columns that has anything in it, under the name of the first.
    fn sum(&mut self, names: &[&str]) {
        if let Some(text) = self.first_of(names) {
            self.select.push((format!("sum(CAST({text} AS decimal(38, 12)))"), names[0].to_owned()));
        }
    }

    fn first_of(&self, names: &[&str]) -> Option<String> {
        let columns: Vec<&Column> = names.iter().filter_map(|name| self.column(name)).collect();
        let text = |column: &&Column| match is_text(column) {
            true => filled(column),
            false => quoted(&column.name),
        };
        match &columns[..] {
            [] => None,
            [one] => Some(text(one)),
            several => Some(format!("coalesce({})", several.iter().map(text).collect::<Vec<_>>().join(", "))),
        }
    }
}

/// The column of FOCUS that is a cost basis.
fn focus_cost(basis: CostBasis) -> &'static str {
    if basis == CostBasis::Unblended { "billedcost" } else { "effectivecost" }
}

/// The columns that [`cur::row`] reads for a cost basis; of several the first that has anything in it.
fn cur_costs(basis: CostBasis) -> Vec<&'static [&'static str]> {
    const NET: [&[&str]; 7] = [
        &["lineitemnetunblendedcost", "lineitemunblendedcost"],
        &["savingsplannetsavingsplaneffectivecost", "savingsplansavingsplaneffectivecost"],
        &["savingsplantotalcommitmenttodate"],
        &["savingsplanusedcommitment"],
        &["reservationneteffectivecost", "reservationeffectivecost"],
        &[
            "reservationnetunusedamortizedupfrontfeeforbillingperiod",
            "reservationunusedamortizedupfrontfeeforbillingperiod",
        ],
        &["reservationnetunusedrecurringfee", "reservationunusedrecurringfee"],
    ];
    const UNBLENDED: [&str; 1] = ["lineitemunblendedcost"];
    let gross = NET.into_iter().map(|names| &names[names.len() - 1..]);
    match basis {
        CostBasis::Unblended => vec![&UNBLENDED],
        CostBasis::Amortized => gross.collect(),
        // The fee of a Capacity Block is read without discounts.
        CostBasis::NetAmortized => NET.into_iter().chain([&UNBLENDED[..]]).collect(),
    }
}

/// The period, and where the table is cut by billing period, only those that can have charges of it: a charge is
/// billed in its own month or corrected in a later one.
fn conditions(time: &Column, known: &Table, period: Period) -> Vec<String> {
    let bounds = [(">=", period.start().as_second()), ("<", period.end().as_second())];
    let second = |bound| instant(bound).trim_end_matches('Z').to_owned();
    let mut all: Vec<String> = bounds
        .into_iter()
        .map(|(sign, bound)| {
            format!("{} {sign} TIMESTAMP {}", instant_of(time), literal(&second(bound).replace('T', " ")))
        })
        .collect();
    let first = day(period.start().as_second());
    let partition = |name: &str| {
        known
            .partitions
            .iter()
            .find(|column| folded(&column.name) == name && is_text(column))
            .map(|c| quoted(&c.name))
    };
    if let Some(billed) = partition("billingperiod") {
        all.push(format!("{billed} >= {}", literal(&first[..7])));
    } else if let (Some(year), Some(month)) = (partition("year"), partition("month")) {
        let (since, number) = (&first[..4], first[5..7].trim_start_matches('0'));
        let later = format!("{year} = '{since}' AND CAST({month} AS integer) >= {number}");
        all.push(format!("({year} > '{since}' OR {later})"));
    }
    all
}

impl Plan {
    /// The bill in the answer's rows, which are as long as its columns; `None` is NULL.
    pub fn bill(
        &self,
        rows: &[Vec<Option<String>>],
        period: Period,
        basis: CostBasis,
        scope: &Scope,
    ) -> Result<Bill, String> {
        let remarks = self.remark.iter().cloned().collect();
        let mut bill = Bill { remarks, has_categories: self.has_categories, ..Bill::default() };
        for row in rows {
            self.add(row, period, basis, scope, &mut bill)?;
        }
        bill.hold_to(scope)?;
        bill.close();
        Ok(bill)
    }

    fn add(
        &self,
        row: &[Option<String>],
        period: Period,
        basis: CostBasis,
        scope: &Scope,
        bill: &mut Bill,
    ) -> Result<(), String> {
        if row.len() != self.names.len() {
            return Err(format!("a row of {} columns, not of {}", row.len(), self.names.len()));
        }
        let place = |name: &str| self.names.iter().position(|known| known == name);
        let text = |name: &str| place(name).and_then(|place| row[place].as_deref()).unwrap_or("");
        let charges: u64 = text(ROWS_COLUMN)
            .parse()
            .map_err(|_| format!("`{}` is no number of charges", text(ROWS_COLUMN)))?;
        let time = format!("{}T00:00:00Z", text(DAY_COLUMN));
        let (tags, cost_categories) = (self.map("tags:", row), self.map("xcostcategories:", row));
        let cell = |name: &str| match name {
            "chargeperiodstart" | "lineitemusagestartdate" => time.as_str(),
            "tags" if place(name).is_none() => tags.as_str(),
            "xcostcategories" if place(name).is_none() => cost_categories.as_str(),
            // What is coalesced stands under the first of its names.
            "pricingquantity" => "",
            name => text(name),
        };
        let read = match self.kind {
            Kind::Focus => focus::row(&cell, self.named, basis, scope).map(Some)?,
            Kind::Cur => {
                let labelled = self.names.iter().zip(row).filter(|(name, _)| is_label(&folded(name)));
                let labelled = labelled.map(|(name, value)| (name.as_str(), value.as_deref().unwrap_or("")));
                cur::row(&cell, || cur::labels(labelled, &cell), basis, scope)?
            }
        };
        if let Some(mut read) = read {
            read.time = read.time.max(period.start().as_second());
            bill.add_group(read, charges, period);
        }
        Ok(())
    }

    /// The keys of a map that were asked for, as the JSON that exports in text have.
    fn map(&self, head: &str, row: &[Option<String>]) -> String {
        let asked = self.names.iter().zip(row);
        focus::object(asked.filter_map(|(name, value)| Some((name.strip_prefix(head)?, value.as_deref()?))))
    }
}

/// Dollars and bytes for people.
impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let megabytes = Decimal::from(self.scanned_bytes) / Decimal::from(1_000_000);
        write!(
            f,
            "Athena in {}: workgroup {}, result in {}, {} MB read, about ${} (at ${USD_PER_TERABYTE} per TB, at least {LEAST_MEGABYTES} MB)",
            self.region,
            self.workgroup,
            self.output_location,
            decimal::plain(decimal::round(megabytes, 1)),
            decimal::plain(self.cost().amount()),
        )
    }
}
