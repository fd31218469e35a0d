//! Sums of the report: where lines have no price, each says that it is a lower bound.

use std::collections::BTreeMap;

use super::{Charged, ComparedLine, MonthLine, MonthlyReport};
use crate::model::money::{Total, Usd};

impl MonthLine {
    /// What it costs in the expected case.
    #[must_use]
    pub fn cost(&self) -> Total {
        self.priced.as_ref().map(|priced| priced.cost.expected).into()
    }
}

impl ComparedLine {
    /// What was estimated for it; `None` where nothing was.
    pub(super) fn estimate(&self) -> Option<Total> {
        // A report of version 1 does not say it: then what both sides have, or only the estimate, has no amount.
        let unpriced = self.unpriced || self.estimated.is_none() && (self.matched || self.actual.is_none());
        match (self.estimated, unpriced) {
            (None, false) => None,
            (None, true) => Some(Total::Unknown),
            (Some(usd), unpriced) => Some(Total::new(usd, !unpriced)),
        }
    }
}

impl Charged {
    /// The estimate until then, and whether it is all.
    #[must_use]
    pub fn estimate(&self) -> Total {
        let complete = self.lines.iter().filter_map(ComparedLine::estimate).all(|of| of.whole().is_some());
        Total::new(self.estimated, complete)
    }
}

impl MonthlyReport {
    /// What lines cost in the expected case: all of it, or at least that.
    #[must_use]
    pub fn estimate(&self) -> Total {
        self.lines.iter().map(MonthLine::cost).sum()
    }

    /// An amount of the whole estimate, as complete as that is.
    #[must_use]
    pub fn of_all(&self, amount: Usd) -> Total {
        self.estimate().map(|_| amount)
    }

    /// How many lines have no price, of how many.
    #[must_use]
    pub fn unpriced(&self) -> (usize, usize) {
        (self.lines.iter().filter(|line| line.priced.is_none()).count(), self.lines.len())
    }

    /// Estimated and charged by service, the largest first.
    #[must_use]
    pub fn services(&self) -> Vec<(String, Option<Total>, Option<Usd>)> {
        let mut sums: BTreeMap<&str, (Option<Total>, Option<Usd>)> = BTreeMap::new();
        match &self.charged {
            Some(charged) => {
                for line in &charged.lines {
                    let slot = sums.entry(&line.service).or_default();
                    slot.0 = sum(slot.0, line.estimate());
                    slot.1 = sum(slot.1, line.actual);
                }
            }
            None => {
                for line in &self.lines {
                    let slot = sums.entry(&line.service).or_default();
                    slot.0 = sum(slot.0, Some(line.cost()));
                }
            }
        }
        let mut services: Vec<_> = sums.into_iter().map(|(name, (a, b))| (name.to_owned(), a, b)).collect();
        services.sort_by_key(|(_, estimated, actual)| {
            std::cmp::Reverse(estimated.and_then(Total::known).max(*actual))
        });
        services
    }
}

fn sum<T: std::ops::Add<Output = T>>(so_far: Option<T>, more: Option<T>) -> Option<T> {
    match (so_far, more) {
        (Some(a), Some(b)) => Some(a + b),
        (a, b) => a.or(b),
    }
}
