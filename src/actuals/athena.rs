//! A bill that stays in Amazon Athena: SQL of the grouping plan, which groups it there by everything that decides what a
//! charge is, and the bill in the groups that come back.
//!
//! Plan and rules are those for files: a group is what a combination of keys is there, its costs are sums. Athena makes a
//! decimal of 12 places of each cost before it adds up, as the readers of files do; only exact halves of 10⁻¹² may be
//! rounded otherwise (away from zero, not to even).

use super::asked::Asked;
use super::class::Class;
use super::grouped::lacking;
use super::keys::{COSTS, Cells, Key, Place, QUANTITY, Under};
use super::kind::Kind;
use super::labels;
use super::plan::Plan as Grouping;
pub use super::sql::Column;
use super::sql::{day_of, element, filled, instant_of, is_map, is_text, literal, quoted, spellings};
use super::{Bill, Costs};
use crate::model::decimal::{self, Decimal, parse_rounded};
use crate::model::money::Usd;
use crate::model::text::folded;
use crate::model::time::{Period, day, instant, parse_utc};

/// Dollars per terabyte that a query reads, us-east-1 (Amazon Athena pricing, read 2026-11-23).
pub const USD_PER_TERABYTE: i64 = 5;

/// A query is billed for at least 10 MB, in whole MB (Amazon Athena pricing, read 2026-11-23).
const LEAST_MEGABYTES: u64 = 10;

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
    grouping: Grouping,
    /// Names of the answer's columns.
    names: Vec<String>,
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
pub fn plan((database, table): (&str, &str), known: &Table, asked: &Asked) -> Result<Plan, String> {
    let columns: Vec<String> =
        known.columns.iter().chain(&known.partitions).map(|column| column.name.clone()).collect();
    let is_report = columns.iter().any(|name| folded(name) == "lineitemlineitemtype");
    let kind = if is_report { Kind::Cur } else { Kind::Focus };
    let grouping =
        Grouping::new(kind, &columns, asked).map_err(|why| match why.strip_prefix("it has no column ") {
            Some(missing) => format!("it is no FOCUS export and no Cost and Usage Report: no {missing}"),
            None => why,
        })?;
    grouping.answers(&asked.by, &[])?;
    let mut query = Query { known, select: Vec::new(), absent: Vec::new() };
    let time = query.column(grouping.time).ok_or_else(|| format!("it has no column {}", grouping.time))?;
    query.select.push((day_of(time), DAY_COLUMN.to_owned()));
    for key in &grouping.keys {
        query.key(key);
    }
    let grouped = query.select.len();
    for amount in &grouping.amounts {
        let text = query.first_of(&amount.columns);
        query.absent.extend(amount.is_cost.then(|| format!("{text} IS NULL")));
        query.select.push((format!("sum(CAST({text} AS decimal(38, 12)))"), amount.name.to_owned()));
        if !amount.is_cost {
            query.select.push((format!("count({text})"), known_of(amount.name)));
        }
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
        conditions(time, known, asked.period).join("\n  AND "),
        groups.join(", ")
    );
    let names = query.select.into_iter().map(|(_, name)| name).collect();
    Ok(Plan { sql, grouping, names })
}

/// The column that says in how many rows an amount is known.
fn known_of(amount: &str) -> String {
    format!("{amount}_known")
}

/// The column that holds the labels of a text column as they are.
fn whole_of(column: &str) -> String {
    format!("labels_{column}")
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
        let all = || self.known.columns.iter().chain(&self.known.partitions);
        let written = all().find(|column| column.name == name);
        written.or_else(|| all().find(|column| folded(&column.name) == name))
    }

    /// Groups by a key: of several places by the first that has anything. Labels that are text come whole.
    fn key(&mut self, key: &Key) {
        let mut values = Vec::new();
        for place in &key.places {
            let Some(column) = self.column(place.column()) else { continue };
            if is_whole(place, column) {
                let name = whole_of(place.column());
                if !self.select.iter().any(|(_, known)| *known == name) {
                    self.select.push((text_of(column), name));
                }
            } else {
                values.extend(value_of(place, column));
            }
        }
        match &values[..] {
            [] => {}
            [one] => self.select.push((one.clone(), key.name.clone())),
            several => self.select.push((format!("coalesce({})", several.join(", ")), key.name.clone())),
        }
    }

    fn first_of(&self, names: &[&str]) -> String {
        let columns: Vec<&Column> = names.iter().filter_map(|name| self.column(name)).collect();
        let text = |column: &&Column| match is_text(column) {
            true => filled(column),
            false => quoted(&column.name),
        };
        match &columns[..] {
            [one] => text(one),
            several => format!("coalesce({})", several.iter().map(text).collect::<Vec<_>>().join(", ")),
        }
    }
}

/// Whether a place is of labels that have to be looked up after the query.
fn is_whole(place: &Place, column: &Column) -> bool {
    matches!(place, Place::Label { under: Under::Label { .. }, .. }) && !is_map(column)
}

/// What a column says, as text.
fn text_of(column: &Column) -> String {
    match is_text(column) {
        true => filled(column),
        false if is_map(column) => format!("json_format(CAST({} AS json))", quoted(&column.name)),
        false => format!("CAST({} AS varchar)", quoted(&column.name)),
    }
}

/// What a place says: one value or several, of which the first counts.
fn value_of(place: &Place, column: &Column) -> Vec<String> {
    let text = text_of(column);
    match place {
        Place::Column(_) | Place::Written(_) => vec![text],
        Place::Among { values, .. } => {
            let values: Vec<String> = values.iter().map(|value| literal(value)).collect();
            let name = quoted(&column.name);
            vec![format!("CASE WHEN trim({name}) IN ({}) THEN trim({name}) END", values.join(", "))]
        }
        Place::Begins { with: "", .. } => {
            let name = quoted(&column.name);
            vec![format!("CASE WHEN trim({name}) NOT IN ('', 'NULL', 'null') THEN 'yes' END")]
        }
        Place::Begins { with, .. } => {
            let (name, with) = (quoted(&column.name), literal(&format!("{with}%")));
            vec![format!("CASE WHEN trim({name}) LIKE {with} THEN 'yes' END")]
        }
        Place::Label { under: Under::Keys(keys), .. } => {
            let of = |key: &&str| match is_map(column) {
                true => element(column, key),
                false => format!("json_extract_scalar({text}, {})", literal(&format!("$.{key}"))),
            };
            keys.iter().map(|key| format!("nullif({}, '')", of(key))).collect()
        }
        Place::Label { under, .. } => {
            let Under::Label { key, .. } = under else { return Vec::new() };
            let (heads, spellings) = (under.heads(), spellings(key));
            let written =
                heads.iter().flat_map(|head| spellings.iter().map(move |key| format!("{head}{key}")));
            let values: Vec<String> = written.map(|key| element(column, &key)).collect();
            let values: Vec<String> = values.iter().map(|value| format!("nullif({value}, '')")).collect();
            vec![format!("coalesce({})", values.join(", "))]
        }
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
    pub fn bill(&self, rows: &[Vec<Option<String>>], asked: &Asked) -> Result<Bill, String> {
        let mut bill = Bill {
            dimensions: asked.by.clone(),
            remarks: self.grouping.remark.iter().cloned().collect(),
            has_categories: self.grouping.has_categories,
            ..Bill::default()
        };
        for row in rows {
            self.add(row, asked, &mut bill)?;
        }
        bill.hold_to(&asked.scope)?;
        bill.close();
        Ok(bill)
    }

    fn add(&self, row: &[Option<String>], asked: &Asked, bill: &mut Bill) -> Result<(), String> {
        if row.len() != self.names.len() {
            return Err(format!("a row of {} columns, not of {}", row.len(), self.names.len()));
        }
        let said = |name: &str| {
            let place = self.names.iter().position(|known| known == name)?;
            row[place].as_deref().filter(|text| !text.is_empty())
        };
        let text = |name: &str| said(name).unwrap_or("");
        let charges: u64 = text(ROWS_COLUMN)
            .parse()
            .map_err(|_| format!("`{}` is no number of charges", text(ROWS_COLUMN)))?;
        let time = format!("{}T00:00:00Z", text(DAY_COLUMN));
        let time = parse_utc(&time).ok_or_else(|| format!("`{time}` is not a time"))?;
        let looked_up = self.looked_up(&said)?;
        let found = |name: &str| looked_up.iter().find(|(key, _)| key == name).map(|(_, word)| word.as_str());
        let of = |name: &str| said(name).or_else(|| found(name));
        let Some(class) = self.grouping.class(&Cells { of: &of }, asked)? else { return Ok(()) };
        let amount = |name: &str| -> Result<Option<Decimal>, String> {
            let parsed = said(name).map(|text| {
                parse_rounded(text, super::PLACES).map_err(|error| format!("`{text}` is {error}"))
            });
            parsed.transpose()
        };
        let cost = self.cost(&class, &amount)?;
        let known = |name: &str| text(&known_of(name)).parse() == Ok(charges);
        let quantity = match class.counted {
            false => Some(Decimal::ZERO),
            true if known(QUANTITY) => amount(QUANTITY)?,
            true => None,
        };
        let costs = match asked.costs {
            false => None,
            true => {
                let of = |name: &str| Ok::<_, String>(amount(name)?.filter(|_| known(name)).map(Usd::new));
                Some(Costs { list: of(COSTS[0])?, contracted: of(COSTS[1])?, effective: of(COSTS[2])? })
            }
        };
        let start = asked.period.start().as_second();
        let midnight = time.max(start - start.rem_euclid(crate::model::time::DAY));
        bill.add_class(&class, midnight, charges, (quantity, cost, costs));
        Ok(())
    }

    /// The labels among those that came whole.
    fn looked_up<'r>(
        &self,
        said: &impl Fn(&str) -> Option<&'r str>,
    ) -> Result<Vec<(String, String)>, String> {
        let mut found = Vec::new();
        for key in &self.grouping.keys {
            for place in &key.places {
                let Place::Label { column, under } = place else { continue };
                let Some(text) = said(&whole_of(column)) else { continue };
                found.extend(labels::under(text, under)?.map(|word| (key.name.clone(), word)));
            }
        }
        Ok(found)
    }

    /// What a group costs.
    fn cost(
        &self,
        class: &Class,
        amount: &impl Fn(&str) -> Result<Option<Decimal>, String>,
    ) -> Result<Decimal, String> {
        let mut cost = Decimal::ZERO;
        for (place, term) in class.cost.iter().enumerate() {
            match amount(term.amount)? {
                None if term.required => return Err(lacking(&self.grouping, class, place)),
                None => {}
                Some(part) if term.minus => cost -= part,
                Some(part) => cost += part,
            }
        }
        Ok(cost)
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
