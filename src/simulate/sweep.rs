//! One setting at many values: what each comes to, whole or in parts that other machines work out.
//!
//! A part is the same document with fewer rows and a `shard`; joined, all parts are the same bytes as one run.

use crate::model::said::words;
use serde::{Deserialize, Serialize};

use super::figures::{Figures, seconds};
use super::headings;
use crate::model::decimal::{self, Decimal};
use crate::model::money::{Total, Usd};
use crate::report::{Cell, Column, Note, Page, Row, Said, Table};

/// Most values of a sweep.
const MOST_VALUES: usize = 100_000;

/// From, to and step: every value at most `to`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Values(pub Vec<u64>);

impl Values {
    /// Reads `96..1920:96`. `Err` says what is wrong.
    pub fn parse(text: &str) -> Result<Values, Said> {
        let number = |text: &str| text.parse::<u64>().map_err(|_| not_a_whole_number(text));
        let (from, rest) = text.split_once("..").ok_or_else(form_of_a_sweep)?;
        let (to, step) = rest.split_once(':').ok_or_else(form_of_a_sweep)?;
        let (from, to, step) = (number(from)?, number(to)?, number(step)?);
        if step == 0 || to < from {
            return Err(goes_up());
        }
        if (to - from) / step >= MOST_VALUES as u64 {
            return Err(too_many_values(MOST_VALUES));
        }
        Ok(Values((0..=(to - from) / step).map(|count| from + count * step).collect()))
    }
}

/// Which part of a sweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// From 0.
    pub index: u64,
    /// Of how many.
    pub count: u64,
}

impl Shard {
    /// Reads `2/8`: the third of eight.
    pub fn parse(text: &str) -> Result<Shard, Said> {
        let numbers = text.split_once('/').and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
        match numbers {
            Some((index, count)) if index < count => Ok(Shard { index, count }),
            _ => Err(form_of_a_part(text)),
        }
    }

    /// Whether a value by its place is in this part.
    #[must_use]
    pub const fn has(self, place: u64) -> bool {
        place % self.count == self.index
    }
}

/// The figures at one value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SweepRow {
    value: u64,
    #[serde(with = "crate::model::decimal::text")]
    cost: Decimal,
    /// Whether something that ran has no price.
    cost_at_least: bool,
    succeeded: u64,
    failed: u64,
    unfinished: u64,
    wait_seconds_mean: Option<u64>,
    wait_seconds_p50: Option<u64>,
    wait_seconds_p95: Option<u64>,
    over_wait_target: Option<u64>,
    vcpu_percent: Option<String>,
    gpu_percent: Option<String>,
    max_vcpus_used: u64,
    makespan_seconds: u64,
}

impl SweepRow {
    /// At a value.
    #[must_use]
    pub fn new(value: u64, figures: &Figures) -> SweepRow {
        let [mean, p50, _, p95, _] = figures.waits.known();
        SweepRow {
            value,
            cost: figures.cost.amount(),
            cost_at_least: !figures.unpriced.is_empty(),
            succeeded: figures.jobs.succeeded,
            failed: figures.jobs.failed,
            unfinished: figures.jobs.unfinished,
            wait_seconds_mean: mean,
            wait_seconds_p50: p50,
            wait_seconds_p95: p95,
            over_wait_target: figures.over_wait_target,
            vcpu_percent: figures.vcpu_percent.map(decimal::plain),
            gpu_percent: figures.gpu_percent.map(decimal::plain),
            max_vcpus_used: figures.max_vcpus_used,
            makespan_seconds: figures.makespan_seconds,
        }
    }

    /// Whether everything that ran has a price.
    #[must_use]
    pub const fn is_priced(&self) -> bool {
        !self.cost_at_least
    }
}

/// A sweep, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sweep {
    schema_version: u32,
    kind: String,
    generated_by: String,
    /// The scenario's name.
    pub scenario: String,
    /// The workload as it was named.
    pub trace: String,
    /// What the prices are, in words.
    pub prices: String,
    /// The setting.
    pub key: String,
    /// Of every run.
    pub seed: u64,
    /// Of scenario, workload and prices: parts of other inputs do not join.
    pub inputs: String,
    /// How many values the whole has.
    pub values: u64,
    /// Which part; absent for the whole.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub shard: Option<Shard>,
    /// In order of the values.
    pub rows: Vec<SweepRow>,
    /// What the reader must know.
    pub notes: Vec<String>,
}

impl Sweep {
    /// A sweep without rows yet.
    #[must_use]
    pub fn new(generated_by: &str, key: &str, seed: u64) -> Sweep {
        Sweep {
            schema_version: 1,
            kind: "sweep".into(),
            generated_by: generated_by.into(),
            scenario: String::new(),
            trace: String::new(),
            prices: String::new(),
            key: key.into(),
            seed,
            inputs: String::new(),
            values: 0,
            shard: None,
            rows: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Reads what was written as JSON.
    pub fn parse(text: &str) -> Result<Sweep, Said> {
        let read: Sweep = serde_json::from_str(text).map_err(|error| Said::alike(error.to_string()))?;
        match (read.kind.as_str(), read.schema_version) {
            ("sweep", 1) => Ok(read),
            (kind, version) => Err(another_version(kind, version)),
        }
    }

    /// Joins all parts of one sweep.
    pub fn merge(parts: Vec<Sweep>) -> Result<Sweep, Said> {
        let mut parts = parts.into_iter();
        let mut whole = parts.next().ok_or_else(no_part)?;
        let mut places = vec![whole.shard.ok_or_else(first_has_no_shard)?];
        for part in parts {
            let shard = part.shard.ok_or_else(one_has_no_shard)?;
            let same = Sweep { shard: whole.shard, rows: whole.rows.clone(), ..part.clone() };
            if same != whole {
                return Err(of_another_sweep(shard.index, shard.count));
            }
            places.push(shard);
            whole.rows.extend(part.rows);
        }
        let count = places[0].count;
        let mut found: Vec<u64> = places.iter().map(|place| place.index).collect();
        found.sort_unstable();
        if places.iter().any(|place| place.count != count) || !found.iter().copied().eq(0..count) {
            return Err(each_part_once(format!("{found:?}"), count));
        }
        whole.rows.sort_by_key(|row| row.value);
        if whole.rows.len() as u64 != whole.values {
            return Err(values_missing(whole.rows.len(), whole.values));
        }
        whole.shard = None;
        Ok(whole)
    }

    /// The report.
    #[must_use]
    pub fn report(&self) -> Page {
        let mut facts = vec![
            (headings::workload(), Said::alike(&self.trace)),
            (headings::setting(), Said::alike(&self.key)),
            (headings::seed(), Said::alike(self.seed.to_string())),
            (headings::prices(), Said::alike(&self.prices)),
        ];
        facts.extend(
            self.shard.map(|Shard { index, count }| (headings::part(), headings::part_of(index, count))),
        );
        let percent = |text: &Option<String>| {
            text.as_deref().and_then(|text| decimal::parse(text).ok()).map_or(Cell::Unknown, Cell::Number)
        };
        let row = |row: &SweepRow| {
            let cost = Usd::new(row.cost);
            let number = |number: u64| Cell::Number(number.into());
            Row::Data(vec![
                number(row.value),
                Cell::Total(Total::new(cost, !row.cost_at_least)),
                seconds(row.wait_seconds_mean),
                seconds(row.wait_seconds_p50),
                seconds(row.wait_seconds_p95),
                row.over_wait_target.map_or(Cell::Empty, number),
                number(row.unfinished),
                percent(&row.vcpu_percent),
                percent(&row.gpu_percent),
                number(row.max_vcpus_used),
                number(row.makespan_seconds),
            ])
        };
        let table = Table {
            caption: Said::default(),
            columns: vec![
                Column::number("value", headings::value()),
                Column::number("cost", headings::cost()),
                Column::number("wait_seconds_mean", headings::wait_s()),
                Column::count("wait_seconds_p50", Said::alike("p50")),
                Column::count("wait_seconds_p95", Said::alike("p95")),
                Column::count("over_wait_target", headings::over_target()),
                Column::count("unfinished", headings::unfinished()),
                Column::number("vcpu_percent", headings::vcpu_percent()),
                Column::number("gpu_percent", headings::gpu_percent()),
                Column::count("max_vcpus_used", headings::most_vcpus()),
                Column::count("makespan_seconds", headings::makespan_s()),
            ],
            rows: self.rows.iter().map(row).collect(),
        };
        let notes = self.notes.iter().map(|note| Note::PriceRemark { remark: note.clone() });
        Page::new(headings::sweep_of(&self.scenario), vec![table], notes.collect()).with_facts(facts)
    }
}

words! {
    not_a_whole_number(text) "`{text}` is not a whole number" "`{text}` は整数ではない";
    form_of_a_sweep() "a sweep is FROM..TO:STEP" "範囲は FROM..TO:STEP の形で指定する";
    goes_up() "a sweep goes up, by at least 1" "範囲は 1 以上の刻みで大きくなる必要がある";
    too_many_values(most) "more than {most} values" "値が {most} 個を超える";
    form_of_a_part(text) "`{text}` is no part of a sweep: give I/N, I from 0 to N − 1"
        "`{text}` は分割の指定ではない。I/N の形で、I に 0 から N − 1 を指定する";
    another_version(kind, version) "it is a {kind} of version {version}, not a sweep of version 1"
        "これは {kind} のバージョン {version} で、sweep のバージョン 1 ではない";
    no_part() "there is no part" "部分がない";
    first_has_no_shard() "the first is no part: it has no shard" "最初のものは部分ではない。shard がない";
    one_has_no_shard() "one of them is no part: it has no shard" "部分でないものがある。shard がない";
    of_another_sweep(index, count) "part {index} of {count} is of another sweep" "{count} 個中の部分 {index} は別のスイープのものである";
    each_part_once(found, count) "the parts are {found} of {count}: each has to be there once"
        "部分は {count} 個中 {found} で、それぞれがちょうど一つ必要である";
    values_missing(rows, values) "the parts have {rows} values, the sweep {values}"
        "部分の値は {rows} 個だが、スイープの値は {values} 個である";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_parts_are_read() {
        assert_eq!(Values::parse("96..300:96").expect("valid").0, [96, 192, 288]);
        for wrong in ["96", "96..300", "300..96:1", "1..2:0", "1..x:1", "0..999999999:1"] {
            assert!(Values::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Shard::parse("2/8"), Ok(Shard { index: 2, count: 8 }));
        for wrong in ["8/8", "1", "a/2", "-1/2"] {
            assert!(Shard::parse(wrong).is_err(), "{wrong}");
        }
    }
}
