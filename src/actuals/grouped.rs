//! Charges grouped by a plan, batch by batch: what a charge is, is decided once for each combination of its keys, by the
//! rules of its format; then a row costs an addition.
//!
//! Costs are AWS's doubles: each becomes a whole number of 10⁻¹² dollars, half to even, before any sum, so neither the
//! order of rows nor the number of threads matters.

use std::collections::BTreeMap;
use std::rc::Rc;

use arrow_array::{ArrayRef, RecordBatch};
use rustc_hash::{FxHashMap, FxHashSet};

use super::asked::Asked;
use super::class::Class;
use super::column::{Fault, NONE, times, units};
use super::identity::{Identities, Identity};
use super::keys::{COSTS, Cells, QUANTITY};
use super::plan::Plan;
use super::words::{Known, ids_of};
use super::{Bill, Costs, PLACES};
use crate::model::decimal::{Decimal, of_units};
use crate::model::money::Usd;
use crate::model::text::folded;
use crate::model::time::{DAY, Month, Period};

/// Largest table of combinations of keys; beyond it they are looked up by their hash.
const TABLE: u32 = 18;

/// Sums of a class on a day, in 10⁻¹²; of so many rows have no quantity.
#[derive(Clone, Copy, Default)]
struct Sum {
    quantity: i128,
    cost: i128,
    rows: u64,
    without_quantity: u64,
}

/// Costs beside the one that is compared: their sums in 10⁻¹², and of how many rows they are unknown.
#[derive(Clone, Copy, Default)]
struct Beside {
    sums: [i128; 3],
    unknown: [u64; 3],
}

/// A class, the places of its amounts, and its sums.
struct Grouped {
    class: Class,
    cost: Vec<(usize, bool, bool)>,
    days: Vec<Sum>,
    beside: Vec<Beside>,
    /// Of charges of other months: how many and what they cost.
    others: BTreeMap<Month, (u64, i128)>,
}

/// What a combination of keys is.
#[derive(Clone)]
enum Is {
    /// Charges of the class of this number.
    Class(usize),
    /// Rows that repeat the cost of others.
    Repeated,
    /// An error, if it is of the period.
    Wrong(String),
}

/// Sums of one thread over one file.
pub(super) struct Groups<'a> {
    plan: &'a Plan,
    asked: &'a Asked,
    /// What the path of the file says of all of it, by the columns it stands for.
    constants: &'a [(String, String)],
    identity: Option<Identity>,
    /// The folders that are part of it.
    of_path: &'a [String],
    /// Charges that are counted elsewhere.
    skip: Option<&'a FxHashSet<u64>>,
    known: Vec<Known>,
    time_texts: FxHashMap<String, i64>,
    /// Bits of a code that the ids of each key take.
    bits: Vec<u32>,
    table: Vec<u32>,
    codes: FxHashMap<u128, u32>,
    /// What each combination is, and its ids.
    combinations: Vec<(Vec<u32>, Is)>,
    by_ids: FxHashMap<Vec<u32>, u32>,
    places: BTreeMap<Class, usize>,
    groups: Vec<Grouped>,
    /// Identities of rows; the last bit is whether the row costs anything.
    pub(super) identities: Vec<u64>,
    /// Of rows that have an id: what they are but for their amounts, and their identity.
    pub(super) charges: Vec<(u64, u64)>,
    outside: u64,
    /// What was left out since it is counted elsewhere.
    pub(super) skipped: (u64, i128),
}

/// No combination.
const UNKNOWN: u32 = u32::MAX;

impl<'a> Groups<'a> {
    pub(super) fn new(plan: &'a Plan, asked: &'a Asked, constants: &'a [(String, String)]) -> Groups<'a> {
        Groups {
            plan,
            asked,
            constants,
            identity: None,
            of_path: &[],
            skip: None,
            known: plan.keys.iter().map(|_| Known::default()).collect(),
            time_texts: FxHashMap::default(),
            bits: vec![0; plan.keys.len()],
            table: vec![UNKNOWN],
            codes: FxHashMap::default(),
            combinations: Vec::new(),
            by_ids: FxHashMap::default(),
            places: BTreeMap::new(),
            groups: Vec::new(),
            identities: Vec::new(),
            charges: Vec::new(),
            outside: 0,
            skipped: (0, 0),
        }
    }

    /// With the identities of rows, and without the rows of some.
    pub(super) fn identified(
        mut self,
        identity: Option<Identity>,
        of_path: &'a [String],
        skip: Option<&'a FxHashSet<u64>>,
    ) -> Groups<'a> {
        (self.identity, self.of_path) = (identity, of_path);
        self.skip = skip;
        self
    }

    /// Adds a batch of the columns that the plan needs.
    pub(super) fn add(&mut self, batch: &RecordBatch) -> Result<(), Fault> {
        let schema = batch.schema();
        let names: Vec<String> = schema.fields().iter().map(|field| folded(field.name())).collect();
        // As it is written, or folded; of two columns of one name the first.
        let column = |name: &str| {
            let written = schema.fields().iter().position(|field| field.name() == name);
            written.or_else(|| names.iter().position(|known| known == name)).map(|at| batch.column(at))
        };
        let Some(when) = column(self.plan.time) else {
            return Err(Fault::of(format!("it has no column {}", self.plan.time)));
        };
        let when = times(when, &mut self.time_texts)?;
        let mut ids = Vec::with_capacity(self.plan.keys.len());
        for (key, known) in self.plan.keys.iter().zip(&mut self.known) {
            ids.push(ids_of(key, known, &column, batch.num_rows())?);
        }
        let combinations = self.combinations(&ids, batch.num_rows());
        let amounts = self.amounts(&combinations, &column)?;
        let identities = match &self.identity {
            Some(identity) => Some(identity.of(&column, batch.num_rows(), self.of_path)?),
            None => None,
        };
        self.sum(&when, &combinations, &amounts, identities.as_ref())
    }

    /// The combination of each row.
    fn combinations(&mut self, ids: &[Vec<u32>], rows: usize) -> Vec<u32> {
        let needed: Vec<u32> =
            self.known.iter().map(|known| 32 - (known.len() as u32).leading_zeros()).collect();
        if needed.iter().zip(&self.bits).any(|(needed, bits)| needed > bits) {
            self.bits = needed;
            self.recode();
        }
        let all: u32 = self.bits.iter().sum();
        let mut found = Vec::with_capacity(rows);
        let mut before: (u128, u32) = (0, UNKNOWN);
        for row in 0..rows {
            let combination = if all <= 128 {
                let code = match all <= 64 {
                    true => u128::from(short_code(ids.iter().map(|ids| ids[row]), &self.bits)),
                    false => code_of(ids.iter().map(|ids| ids[row]), &self.bits),
                };
                if before.1 == UNKNOWN || before.0 != code {
                    let known = match self.table.is_empty() {
                        true => self.codes.get(&code).copied().unwrap_or(UNKNOWN),
                        false => self.table[code as usize],
                    };
                    let known = if known == UNKNOWN { self.combination(ids, row, Some(code)) } else { known };
                    before = (code, known);
                }
                before.1
            } else {
                self.combination(ids, row, None)
            };
            found.push(combination);
        }
        found
    }

    /// The combination of a row, by its ids.
    fn combination(&mut self, ids: &[Vec<u32>], row: usize, code: Option<u128>) -> u32 {
        let ids: Vec<u32> = ids.iter().map(|ids| ids[row]).collect();
        let place = match self.by_ids.get(&ids) {
            Some(place) => *place,
            None => {
                let is = self.what_is(&ids);
                let place = u32::try_from(self.combinations.len()).unwrap_or(UNKNOWN);
                self.by_ids.insert(ids.clone(), place);
                self.combinations.push((ids, is));
                place
            }
        };
        if let Some(code) = code {
            match self.table.is_empty() {
                true => {
                    self.codes.insert(code, place);
                }
                false => self.table[code as usize] = place,
            }
        }
        place
    }

    /// Writes the codes anew after ids took more bits.
    fn recode(&mut self) {
        let all: u32 = self.bits.iter().sum();
        self.table = if all <= TABLE { vec![UNKNOWN; 1 << all] } else { Vec::new() };
        self.codes.clear();
        if all > 128 {
            return;
        }
        for (place, (ids, _)) in self.combinations.iter().enumerate() {
            let code = code_of(ids.iter().copied(), &self.bits);
            match self.table.is_empty() {
                true => {
                    self.codes.insert(code, place as u32);
                }
                false => self.table[code as usize] = place as u32,
            }
        }
    }

    /// What a combination is, by the rules of its format.
    fn what_is(&mut self, ids: &[u32]) -> Is {
        let known = |name: &str| {
            let place = self.plan.keys.iter().position(|key| key.name == name)?;
            self.known[place].word(ids[place])
        };
        let constant =
            |name: &str| self.constants.iter().find(|(key, _)| key == name).map(|(_, word)| word.as_str());
        let of = |name: &str| known(name).or_else(|| constant(name));
        match self.plan.class(&Cells { of: &of }, self.asked) {
            Err(why) => Is::Wrong(why),
            Ok(None) => Is::Repeated,
            Ok(Some(class)) => Is::Class(self.place(class)),
        }
    }

    fn place(&mut self, class: Class) -> usize {
        if let Some(place) = self.places.get(&class) {
            return *place;
        }
        let of_term = |amount: &str| self.plan.amount(amount).unwrap_or(usize::MAX);
        let cost = class.cost.iter().map(|term| (of_term(term.amount), term.minus, term.required)).collect();
        let days = days(self.asked.period);
        let beside = if self.asked.costs { vec![Beside::default(); days] } else { Vec::new() };
        self.places.insert(class.clone(), self.groups.len());
        self.groups.push(Grouped {
            class,
            cost,
            days: vec![Sum::default(); days],
            beside,
            others: BTreeMap::new(),
        });
        self.groups.len() - 1
    }

    /// The amounts of the plan that these combinations need, by their places.
    fn amounts<'b>(
        &self,
        combinations: &[u32],
        column: &impl Fn(&str) -> Option<&'b ArrayRef>,
    ) -> Result<Vec<Rc<Vec<i128>>>, Fault> {
        let mut needed = vec![false; self.plan.amounts.len()];
        let mut seen = vec![false; self.combinations.len()];
        for combination in combinations {
            let combination = *combination as usize;
            if std::mem::replace(&mut seen[combination], true) {
                continue;
            }
            if let Is::Class(place) = &self.combinations[combination].1 {
                for (amount, ..) in &self.groups[*place].cost {
                    needed.get_mut(*amount).into_iter().for_each(|needed| *needed = true);
                }
            }
        }
        let mut amounts: Vec<Rc<Vec<i128>>> = Vec::with_capacity(needed.len());
        for (amount, needed) in self.plan.amounts.iter().zip(needed) {
            // One column may be two amounts: what is compared, and what it costs otherwise.
            let before = self.plan.amounts.iter().zip(&amounts);
            let mut alike = before.filter(|(other, sum)| other.columns == amount.columns && !sum.is_empty());
            if let Some((_, sum)) = alike.next() {
                let sum = Rc::clone(sum);
                amounts.push(sum);
                continue;
            }
            let mut sum: Vec<i128> = Vec::new();
            if needed || !amount.is_cost {
                for name in &amount.columns {
                    let Some(column) = column(name) else { continue };
                    let named = |fault: Fault| Fault { why: format!("{name}: {}", fault.why), ..fault };
                    if sum.is_empty() {
                        sum = units(column, amount.name == QUANTITY).map_err(named)?;
                    } else if sum.contains(&NONE) {
                        let more = units(column, amount.name == QUANTITY).map_err(named)?;
                        let absent = sum.iter_mut().zip(more).filter(|(sum, _)| **sum == NONE);
                        absent.for_each(|(sum, more)| *sum = more);
                    }
                }
            }
            amounts.push(Rc::new(sum));
        }
        Ok(amounts)
    }

    fn sum(
        &mut self,
        when: &[i64],
        combinations: &[u32],
        amounts: &[Rc<Vec<i128>>],
        identities: Option<&Identities>,
    ) -> Result<(), Fault> {
        let (start, end) = (self.asked.period.start().as_second(), self.asked.period.end().as_second());
        let first = first_day(self.asked.period);
        let quantities =
            self.plan.amount(QUANTITY).map(|place| &amounts[place]).filter(|sum| !sum.is_empty());
        let beside = COSTS.map(|name| self.plan.amount(name).map(|place| &amounts[place]));
        for (row, combination) in combinations.iter().enumerate() {
            let inside = when[row] >= start && when[row] < end;
            let place = match &self.combinations[*combination as usize].1 {
                Is::Class(place) => *place,
                Is::Repeated => continue,
                Is::Wrong(why) if inside => return Err(Fault::at(row, why.clone())),
                Is::Wrong(_) => {
                    self.outside += 1;
                    continue;
                }
            };
            let group = &mut self.groups[place];
            let cost = cost_of(group, amounts, row);
            if let Some(identities) = identities {
                let costs = u64::from(cost.is_ok_and(|cost| cost != 0));
                let identity = identities.rows[row] & !1 | costs;
                if self.skip.is_some_and(|skip| skip.contains(&identity)) {
                    let counted = if inside { cost.unwrap_or(0) } else { 0 };
                    self.skipped = (self.skipped.0 + u64::from(inside), self.skipped.1 + counted);
                    continue;
                }
                self.identities.push(identity);
                self.charges.extend(identities.charges[row].map(|charge| (charge, identity)));
            }
            if !inside {
                self.outside += 1;
                let slot = group.others.entry(Month::of_second(when[row])).or_default();
                *slot = (slot.0 + 1, slot.1 + cost.unwrap_or(0));
                continue;
            }
            let cost = cost.map_err(|term| lacks(self.plan, &group.class, term, row))?;
            let day = usize::try_from((when[row] - first) / DAY).unwrap_or(0);
            let sum = &mut group.days[day];
            if group.class.counted {
                match quantities.map_or(NONE, |quantities| quantities[row]) {
                    NONE => sum.without_quantity += 1,
                    quantity => sum.quantity += quantity,
                }
            }
            sum.cost += cost;
            sum.rows += 1;
            if let Some(slot) = group.beside.get_mut(day) {
                for (place, amounts) in beside.iter().enumerate() {
                    match amounts.and_then(|amounts| amounts.get(row)).filter(|units| **units != NONE) {
                        Some(units) => slot.sums[place] += units,
                        None => slot.unknown[place] += 1,
                    }
                }
            }
        }
        Ok(())
    }

    /// Adds the sums to a bill.
    pub(super) fn pour(self, bill: &mut Bill) {
        let first = first_day(self.asked.period);
        bill.outside.rows += self.outside;
        bill.has_categories |= self.plan.has_categories;
        for group in self.groups {
            for (month, (rows, cost)) in &group.others {
                let amount = of_units(*cost, PLACES);
                bill.outside.add(&group.class, *month, *rows, amount);
            }
            for (day, sum) in group.days.iter().enumerate().filter(|(_, sum)| sum.rows > 0) {
                let cost = of_units(sum.cost, PLACES);
                let quantity = (sum.without_quantity == 0).then(|| exact(sum.quantity)).flatten();
                let costs = group.beside.get(day).map(costs_of);
                let day = first + DAY * i64::try_from(day).unwrap_or(0);
                bill.add_class(&group.class, day, sum.rows, (quantity, cost, costs));
            }
        }
    }
}

fn costs_of(beside: &Beside) -> Costs {
    let of =
        |place: usize| (beside.unknown[place] == 0).then(|| Usd::new(of_units(beside.sums[place], PLACES)));
    Costs { list: of(0), contracted: of(1), effective: of(2) }
}

/// A quantity that may be beyond what a decimal holds.
fn exact(units: i128) -> Option<Decimal> {
    Decimal::try_from_i128_with_scale(units, PLACES).ok().map(|number| number.normalize())
}

/// What a row costs; `Err` is the place of the term that it lacks.
fn cost_of(group: &Grouped, amounts: &[Rc<Vec<i128>>], row: usize) -> Result<i128, usize> {
    let mut cost = 0;
    for (term, (amount, minus, required)) in group.cost.iter().enumerate() {
        let units = amounts.get(*amount).and_then(|amounts| amounts.get(row)).copied().unwrap_or(NONE);
        match (units, minus) {
            (NONE, _) if *required => return Err(term),
            (NONE, _) => {}
            (units, true) => cost -= units,
            (units, false) => cost += units,
        }
    }
    Ok(cost)
}

/// That a charge lacks an amount that decides its cost.
fn lacks(plan: &Plan, class: &Class, term: usize, row: usize) -> Fault {
    Fault::at(row, lacking(plan, class, term))
}

/// In words: a charge lacks the amount of a term of its cost.
pub(super) fn lacking(plan: &Plan, class: &Class, term: usize) -> String {
    let name = class.cost[term].amount;
    let columns = plan
        .amount(name)
        .map_or_else(|| plan.kind.columns_of(name), |place| plan.amounts[place].columns.clone());
    format!(
        "a charge of type {} for {} {} has no {}",
        class.kind,
        class.service,
        class.usage_type,
        columns.join(" or ")
    )
}

/// The same in a machine's own word.
fn short_code(ids: impl Iterator<Item = u32>, bits: &[u32]) -> u64 {
    ids.zip(bits).fold(0, |code, (id, bits)| code << bits | u64::from(id))
}

fn code_of(ids: impl Iterator<Item = u32>, bits: &[u32]) -> u128 {
    ids.zip(bits).fold(0, |code, (id, bits)| code << bits | u128::from(id))
}

fn days(period: Period) -> usize {
    let (start, end) = (first_day(period), period.end().as_second());
    usize::try_from((end - start + DAY - 1) / DAY).unwrap_or(0)
}

fn first_day(period: Period) -> i64 {
    let start = period.start().as_second();
    start - start.rem_euclid(DAY)
}
