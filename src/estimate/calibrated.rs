//! An estimate by its track record: what the months before cost, as a share of what they were estimated at.
//!
//! Lines stay as they are, price × quantity. The calibrated total stands beside them, service by service, and is
//! used (by the budget) only where it was asked for.
#![deny(clippy::float_arithmetic)]

use std::collections::BTreeMap;

use super::Estimate;
use super::headings;
use crate::calibration::{LEAST_MONTHS, TrackRecord};
use crate::model::decimal::Decimal;
use crate::model::money::{CostRange, Total, Usd};
use crate::model::units::Cases;
use crate::report::{Cell, Column, Note, Row, Said, Table};

/// The calibrated part of an estimate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calibrated {
    /// Closed months it is by.
    pub months: usize,
    /// By CUR product code: what its lines cost, the ratio where there is one, and the calibrated cost.
    pub services: BTreeMap<&'static str, (CostRange, Option<Cases<Decimal>>, CostRange)>,
}

impl Calibrated {
    /// The sum; services without a track record as estimated.
    #[must_use]
    pub fn total(&self) -> CostRange {
        self.services.values().map(|(.., cost)| *cost).sum()
    }
}

impl Estimate {
    /// Notes the track record; with `used` the answer goes by it. `Err` says why it cannot.
    pub fn calibrate(&mut self, record: &TrackRecord<'_>, used: bool) -> Result<(), String> {
        match record.errors() {
            Some(errors) => self.notes.push(Note::TrackRecord {
                months: errors.months,
                mean: errors.mean,
                worst: errors.worst,
                worst_month: errors.worst_month,
                basis: record.basis.to_owned(),
            }),
            None => self.notes.push(Note::NoTrackRecord { scenario: self.scenario.name.clone() }),
        }
        if !used {
            return Ok(());
        }
        if record.months.len() < LEAST_MONTHS {
            return Err(format!(
                "`{}` has {} closed months before the period in it, {LEAST_MONTHS} are needed",
                self.scenario.name,
                record.months.len()
            ));
        }
        let mut services: BTreeMap<&'static str, Vec<CostRange>> = BTreeMap::new();
        for item in &self.line_items {
            services.entry(item.usage.sku.service().code()).or_default().push(item.cost);
        }
        let service = |(name, costs): (&'static str, Vec<CostRange>)| {
            let (cost, ratio) = (costs.into_iter().sum::<CostRange>(), record.ratio(name));
            let calibrated = ratio.as_ref().map_or(cost, |ratio| Cases {
                low: cost.low.times(ratio.low).to_price(),
                expected: cost.expected.times(ratio.expected).to_price(),
                high: cost.high.map(|high| high.times(ratio.high).to_price()),
            });
            (name, (cost, ratio, calibrated))
        };
        let services: BTreeMap<_, _> = services.into_iter().map(service).collect();
        let without =
            services.iter().filter(|(_, (cost, ratio, _))| ratio.is_none() && *cost != CostRange::default());
        let without: Vec<String> = without.map(|(name, _)| (*name).to_owned()).collect();
        let never: Vec<String> = record
            .never_estimated()
            .into_iter()
            .map(|(name, mean)| format!("{name} ({} a month)", Usd::new(mean).cents()))
            .collect();
        self.notes.extend((!without.is_empty()).then_some(Note::NotCalibrated { services: without }));
        self.notes.extend((!never.is_empty()).then_some(Note::NeverEstimated { services: never }));
        self.calibrated = Some(Calibrated { months: record.months.len(), services });
        let by_budget = |note: &Note| {
            matches!(
                note,
                Note::BudgetWarning { .. } | Note::BudgetExceeded { .. } | Note::BudgetUnknown { .. }
            )
        };
        let CostRange { low, expected, high } = self.judged_total();
        let high = high.filter(|_| self.is_complete());
        self.notes.push(Note::CalibratedTotal { low, expected, high });
        self.notes.retain(|note| !by_budget(note));
        self.notes.extend(super::notes::budget(self));
        Ok(())
    }

    /// What the budget is held against: the calibrated total where the answer goes by it.
    #[must_use]
    pub fn judged_total(&self) -> CostRange {
        self.calibrated.as_ref().map_or_else(|| self.total(), Calibrated::total)
    }

    pub(super) fn calibrated_table(&self) -> Option<Table> {
        let calibrated = self.calibrated.as_ref()?;
        let incomplete = |name: &str| {
            self.unpriced.iter().any(|line| name.is_empty() || line.usage.sku.service().code() == name)
        };
        let cells = |name: Said,
                     estimated: CostRange,
                     ratio: Option<&Cases<Decimal>>,
                     cost: CostRange,
                     complete: bool| {
            let number =
                |pick: fn(&Cases<Decimal>) -> _| ratio.map_or(Cell::Empty, |ratio| Cell::Number(pick(ratio)));
            let usd = |usd| Cell::Total(Total::new(usd, complete));
            vec![
                Cell::Words(name),
                usd(estimated.expected),
                number(|ratio| ratio.low),
                number(|ratio| ratio.expected),
                number(|ratio| ratio.high),
                usd(cost.expected),
                Cell::Range(cost.low, cost.high.filter(|_| complete)),
            ]
        };
        let services = calibrated.services.iter();
        let mut rows: Vec<Row> = services
            .map(|(name, (estimated, ratio, cost))| {
                Row::Data(cells(Said::alike(*name), *estimated, ratio.as_ref(), *cost, !incomplete(name)))
            })
            .collect();
        rows.push(Row::Total(cells(
            headings::total(),
            self.total(),
            None,
            calibrated.total(),
            !incomplete(""),
        )));
        Some(Table {
            caption: headings::calibrated_by(calibrated.months),
            columns: vec![
                Column::text("service", headings::service()),
                Column::number("estimated", headings::estimated()),
                Column::number("ratio_low", headings::lowest_ratio()),
                Column::number("ratio", headings::ratio()),
                Column::number("ratio_high", headings::highest_ratio()),
                Column::number("calibrated", headings::calibrated()),
                Column::number("range", headings::range()),
            ],
            rows,
        })
    }
}
