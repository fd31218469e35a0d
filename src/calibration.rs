//! The track record: what closed months were estimated at and what they cost, by service.
//!
//! The error of a month is charged less estimated, as a share of estimated, over all that was compared. The mean
//! error is the mean of their sizes, whatever their sign; the worst is the one furthest from zero, with its sign. A
//! service is calibrated by what was charged over what was estimated, all months together, and its range by the
//! lowest and the highest such ratio of a month.

use serde::{Deserialize, Serialize};

use crate::model::decimal::{self, Decimal};
use crate::model::time::Month;
use crate::model::units::Cases;

/// Months that are looked back on.
pub const MOST_MONTHS: usize = 6;

/// With fewer months nothing is calibrated.
pub const LEAST_MONTHS: usize = 2;

/// Places of a share or a ratio.
const PLACES: u32 = 6;

/// A file of closed months.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    schema_version: u32,
    kind: String,
    /// In order of scenario, basis and month.
    months: Vec<ClosedMonth>,
}

/// A month that is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosedMonth {
    /// Whose estimate.
    pub scenario: String,
    /// `2026-10`.
    pub month: String,
    /// Which cost was charged: `amortized`, …
    pub basis: String,
    /// Where the charges are from.
    pub source: String,
    /// What the estimate was priced with.
    pub prices: String,
    /// When it was compared.
    pub recorded_at: String,
    /// By CUR product code.
    pub services: Vec<ServiceMonth>,
}

/// A service in a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceMonth {
    /// CUR product code.
    pub service: String,
    /// [USD]
    #[serde(with = "crate::model::decimal::text")]
    pub estimated: Decimal,
    /// [USD]
    #[serde(with = "crate::model::decimal::text")]
    pub actual: Decimal,
}

impl Calibration {
    /// Reads what [`Calibration::to_json`] wrote.
    pub fn parse(text: &str) -> Result<Calibration, String> {
        let read: Calibration = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if read.kind != "calibration" || read.schema_version != 1 {
            return Err(format!(
                "it is a {} of version {}, not a calibration of version 1",
                read.kind, read.schema_version
            ));
        }
        match read.months.iter().find(|month| Month::parse(&month.month).is_none()) {
            Some(month) => Err(format!("`{}` is no month", month.month)),
            None => Ok(read),
        }
    }

    /// The file's text.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("months are plain data");
        text.push('\n');
        text
    }

    /// Adds a month, in the place of what was known of it.
    pub fn record(&mut self, month: ClosedMonth) {
        (self.schema_version, self.kind) = (1, "calibration".into());
        let key = |month: &ClosedMonth| (month.scenario.clone(), month.basis.clone(), month.month.clone());
        self.months.retain(|known| key(known) != key(&month));
        self.months.push(month);
        self.months.sort_by_key(key);
    }

    /// The last months of a scenario before one, by the basis of the latest.
    #[must_use]
    pub fn before(&self, scenario: &str, month: Month) -> TrackRecord<'_> {
        let month = month.to_string();
        let mut known: Vec<&ClosedMonth> =
            self.months.iter().filter(|known| known.scenario == scenario && known.month < month).collect();
        known.sort_by(|a, b| a.month.cmp(&b.month));
        let basis = known.last().map(|last| last.basis.as_str()).unwrap_or_default();
        known.retain(|known| known.basis == basis);
        let skipped = known.len().saturating_sub(MOST_MONTHS);
        TrackRecord { basis, months: known.split_off(skipped) }
    }
}

/// The last closed months of a scenario.
#[derive(Clone, Debug)]
pub struct TrackRecord<'a> {
    /// Which cost.
    pub basis: &'a str,
    /// The oldest first.
    pub months: Vec<&'a ClosedMonth>,
}

/// How wrong a scenario's estimates were.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errors {
    /// Months with an estimate above zero.
    pub months: usize,
    /// Mean size, as a share.
    pub mean: Decimal,
    /// The largest, as a share with its sign.
    pub worst: Decimal,
    /// Its month.
    pub worst_month: String,
}

impl TrackRecord<'_> {
    /// The errors; `None` without a month that had an estimate.
    #[must_use]
    pub fn errors(&self) -> Option<Errors> {
        let of = |month: &ClosedMonth| {
            let estimated: Decimal = month.services.iter().map(|service| service.estimated).sum();
            let actual: Decimal = month.services.iter().map(|service| service.actual).sum();
            (estimated > Decimal::ZERO).then(|| ((actual - estimated) / estimated, month.month.clone()))
        };
        let errors: Vec<(Decimal, String)> = self.months.iter().filter_map(|month| of(month)).collect();
        let (worst, worst_month) = errors.iter().max_by_key(|(error, _)| error.abs())?.clone();
        let mean = errors.iter().map(|(error, _)| error.abs()).sum::<Decimal>() / Decimal::from(errors.len());
        let share = |number| decimal::round(number, PLACES);
        Some(Errors { months: errors.len(), mean: share(mean), worst: share(worst), worst_month })
    }

    /// What was charged over what was estimated for a service: in the month in which it was lowest, in all together, and
    /// in the month in which it was highest; `None` where it was estimated in too few.
    #[must_use]
    pub fn ratio(&self, service: &str) -> Option<Cases<Decimal>> {
        let of = |month: &&ClosedMonth| {
            let known = month.services.iter().find(|known| known.service == service)?;
            (known.estimated > Decimal::ZERO).then_some((known.estimated, known.actual))
        };
        let known: Vec<(Decimal, Decimal)> = self.months.iter().filter_map(of).collect();
        if known.len() < LEAST_MONTHS {
            return None;
        }
        let sum =
            known.iter().fold((Decimal::ZERO, Decimal::ZERO), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        let ratio = |(estimated, actual): (Decimal, Decimal)| decimal::round(actual / estimated, PLACES);
        let each = || known.iter().map(|one| ratio(*one));
        let expected = ratio(sum);
        // Rounding must not put what all months say outside what each says.
        let low = each().min().unwrap_or(expected).min(expected);
        Some(Cases { low, expected, high: each().max().unwrap_or(expected).max(expected) })
    }

    /// Services that were charged and never estimated, and what they cost in a month on average [USD].
    #[must_use]
    pub fn never_estimated(&self) -> Vec<(String, Decimal)> {
        let all = self.months.iter().flat_map(|month| &month.services);
        let mut names: Vec<&str> = all.clone().map(|service| service.service.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let charged = |name: &str| {
            let of = all.clone().filter(|service| service.service == name);
            let (estimated, actual) = of
                .fold((Decimal::ZERO, Decimal::ZERO), |sum, one| (sum.0 + one.estimated, sum.1 + one.actual));
            let mean = decimal::round(actual / Decimal::from(self.months.len()), PLACES);
            (estimated.is_zero() && !actual.is_zero()).then(|| (name.to_owned(), mean))
        };
        names.into_iter().filter_map(charged).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(name: &str, basis: &str, services: &[(&str, i64, i64)]) -> ClosedMonth {
        let service = |(name, estimated, actual): &(&str, i64, i64)| ServiceMonth {
            service: (*name).into(),
            estimated: (*estimated).into(),
            actual: (*actual).into(),
        };
        ClosedMonth {
            scenario: "guide".into(),
            month: name.into(),
            basis: basis.into(),
            source: "ce".into(),
            prices: "lock".into(),
            recorded_at: "2026-11-23T00:00:00Z".into(),
            services: services.iter().map(service).collect(),
        }
    }

    fn at(text: &str) -> Month {
        Month::parse(text).expect("a month")
    }

    #[test]
    fn errors_and_ratios_are_those_of_the_months_before() {
        let mut file = Calibration::default();
        file.record(month("2026-09", "amortized", &[("AmazonEC2", 100, 110), ("AmazonFSx", 100, 100)]));
        file.record(month("2026-08", "amortized", &[("AmazonEC2", 100, 62), ("AmazonCloudWatch", 0, 4)]));
        file.record(month("2026-10", "amortized", &[("AmazonEC2", 200, 260)]));
        // The month itself does not judge its own estimate; another basis is another record.
        file.record(month("2026-11", "amortized", &[("AmazonEC2", 1, 900)]));
        file.record(month("2026-07", "unblended", &[("AmazonEC2", 1, 900)]));
        let record = file.before("guide", at("2026-11"));
        assert_eq!((record.basis, record.months.len()), ("amortized", 3));
        // 10/200 = 5 %, −34/100, 60/200 = 30 %: (5 + 34 + 30)/3 = 23 %.
        let errors = record.errors().expect("three months");
        assert_eq!((errors.months, errors.worst_month.as_str()), (3, "2026-08"));
        assert_eq!((errors.mean.to_string(), errors.worst.to_string()), ("0.23".into(), "-0.34".into()));
        // 432 of 400; the lowest month 0.62, the highest 1.3.
        let ratio = record.ratio("AmazonEC2").expect("three months");
        assert_eq!([ratio.low, ratio.expected, ratio.high].map(decimal::plain), ["0.62", "1.08", "1.3"]);
        assert_eq!((record.ratio("AmazonFSx"), record.ratio("AmazonS3")), (None, None));
        assert_eq!(record.never_estimated(), [("AmazonCloudWatch".to_owned(), Decimal::new(1_333_333, 6))]);
        assert!(file.before("other", at("2026-11")).errors().is_none());
    }

    #[test]
    fn a_month_is_there_once_and_the_last_six_count() {
        let mut file = Calibration::default();
        for number in 1..=9 {
            file.record(month(
                &format!("2026-{number:02}"),
                "amortized",
                &[("AmazonEC2", 100, 100 + number)],
            ));
        }
        file.record(month("2026-09", "amortized", &[("AmazonEC2", 100, 150)]));
        let record = file.before("guide", at("2026-10"));
        let months: Vec<&str> = record.months.iter().map(|month| month.month.as_str()).collect();
        assert_eq!(months, ["2026-04", "2026-05", "2026-06", "2026-07", "2026-08", "2026-09"]);
        assert_eq!(record.errors().expect("six").worst, Decimal::new(500_000, 6));
        let text = file.to_json();
        assert_eq!(Calibration::parse(&text).expect("its own text"), file);
        for (wrong, why) in [
            (text.replace("calibration", "estimate"), "not a calibration"),
            (text.replace("2026-09", "soon"), "`soon` is no month"),
            (text.replace("100\"", "many\""), "not a number"),
            ("{".to_owned(), "EOF"),
        ] {
            let error = Calibration::parse(&wrong).expect_err("refused");
            assert!(error.contains(why), "{error}");
        }
    }
}
