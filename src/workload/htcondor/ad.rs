//! A ClassAd of a job, as far as it is needed.

use crate::model::decimal::{self, Decimal};
use crate::model::said::Said;
use crate::workload::quantity::{count, memory_mib};
use crate::workload::words;

/// What is read of an ad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attribute {
    ClusterId,
    ProcId,
    JobStatus,
    LastJobStatus,
    JobUniverse,
    Owner,
    AcctGroup,
    AccountingGroup,
    JobBatchName,
    QDate,
    JobStartDate,
    JobCurrentStartDate,
    CompletionDate,
    EnteredCurrentStatus,
    RemoteWallClockTime,
    LastRemoteWallClockTime,
    CumulativeSuspensionTime,
    NumJobStarts,
    NumShadowStarts,
    CpusProvisioned,
    RequestCpus,
    MemoryProvisioned,
    RequestMemory,
    GpusProvisioned,
    RequestGpus,
    MaxHosts,
    MemoryUsage,
    ResidentSetSizeRaw,
    ResidentSetSize,
    ExitCode,
    ExitBySignal,
    ExitSignal,
    HoldReasonCode,
    HoldReasonSubCode,
    RemoveReason,
}

const COUNT: usize = 35;

/// Their names, in their order.
const NAMES: [&str; COUNT] = [
    "ClusterId",
    "ProcId",
    "JobStatus",
    "LastJobStatus",
    "JobUniverse",
    "Owner",
    "AcctGroup",
    "AccountingGroup",
    "JobBatchName",
    "QDate",
    "JobStartDate",
    "JobCurrentStartDate",
    "CompletionDate",
    "EnteredCurrentStatus",
    "RemoteWallClockTime",
    "LastRemoteWallClockTime",
    "CumulativeSuspensionTime",
    "NumJobStarts",
    "NumShadowStarts",
    "CpusProvisioned",
    "RequestCpus",
    "MemoryProvisioned",
    "RequestMemory",
    "GPUsProvisioned",
    "RequestGPUs",
    "MaxHosts",
    "MemoryUsage",
    "ResidentSetSize_RAW",
    "ResidentSetSize",
    "ExitCode",
    "ExitBySignal",
    "ExitSignal",
    "HoldReasonCode",
    "HoldReasonSubCode",
    "RemoveReason",
];

/// An ad, as far as it was read. Values are literals without their quotes, or expressions.
#[derive(Debug)]
pub(super) struct Ad {
    /// Where it begins; 0 before any.
    pub(super) line: u64,
    /// Whether it has a line that is none of it.
    pub(super) broken: bool,
    values: [String; COUNT],
    expressions: [bool; COUNT],
}

impl Default for Ad {
    fn default() -> Ad {
        Ad {
            line: 0,
            broken: false,
            values: std::array::from_fn(|_| String::new()),
            expressions: [false; COUNT],
        }
    }
}

impl Ad {
    /// Takes the text of an attribute: the last one counts.
    pub(super) fn set(&mut self, Place(place): Place, value: &str) {
        // Two ads of which nothing is between are none.
        let names_it = [Attribute::ClusterId as usize, Attribute::ProcId as usize].contains(&place);
        self.broken |= names_it && !self.values[place].is_empty();
        let field = &mut self.values[place];
        field.clear();
        self.expressions[place] = false;
        let quoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
        match quoted {
            Some(inner) if inner.contains('\\') => {
                field.push_str(&inner.replace("\\\"", "\"").replace("\\\\", "\\"))
            }
            Some(inner) => field.push_str(inner),
            None if is_nothing(value) => {}
            None => {
                field.push_str(value);
                self.expressions[place] = number(value).is_none();
            }
        }
    }

    /// Takes a text that has no quotes of its own.
    pub(super) fn set_text(&mut self, Place(place): Place, text: &str) {
        self.values[place].clear();
        self.values[place].push_str(text);
        self.expressions[place] = false;
    }

    pub(super) fn clear(&mut self) {
        self.line = 0;
        self.broken = false;
        self.values.iter_mut().for_each(String::clear);
        self.expressions = [false; COUNT];
    }

    pub(super) fn text(&self, attribute: Attribute) -> &str {
        &self.values[attribute as usize]
    }

    /// A number that is not negative; `None` where there is none, or an expression.
    pub(super) fn number(&self, attribute: Attribute) -> Result<Option<Decimal>, Said> {
        let text = self.text(attribute);
        if text.is_empty() || self.expressions[attribute as usize] {
            return Ok(None);
        }
        let name = NAMES[attribute as usize];
        match number(text) {
            Some(number) if number < Decimal::ZERO => Err(words::is_negative(name, text)),
            Some(number) => Ok(Some(number)),
            None => Err(words::is_not_a_number(name, text.chars().take(40).collect::<String>())),
        }
    }

    /// The first of two that is a number.
    pub(super) fn first(&self, attributes: [Attribute; 2]) -> Result<Option<Decimal>, Said> {
        Ok(self.number(attributes[0])?.or(self.number(attributes[1])?))
    }

    /// A second of the Unix epoch; `None` where there is none, or 0.
    pub(super) fn second(&self, attribute: Attribute) -> Result<Option<u64>, Said> {
        let Some(number) = self.number(attribute)? else { return Ok(None) };
        let second =
            u64::try_from(number.floor()).map_err(|_| words::is_too_large_2(NAMES[attribute as usize]))?;
        Ok(Some(second).filter(|second| *second > 0))
    }

    /// Most memory that was used [MiB].
    pub(super) fn peak_mib(&self) -> Result<Option<u32>, Said> {
        // It is an expression over `ResidentSetSize` unless somebody evaluated it.
        let mib = match self.number(Attribute::MemoryUsage)? {
            Some(mib) => Some(count(mib, "MemoryUsage", u32::MAX - 1)?),
            None => {
                let kib = self.first([Attribute::ResidentSetSizeRaw, Attribute::ResidentSetSize])?;
                kib.map(|kib| memory_mib(kib, 1 << 10, "ResidentSetSize")).transpose()?
            }
        };
        Ok(mib.filter(|mib| *mib > 0))
    }
}

/// Where an attribute stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place(usize);

impl Place {
    pub(super) fn of(name: &str) -> Option<Place> {
        // Few names begin alike: the first letter decides before the rest is looked at.
        let first = name.bytes().next()?.to_ascii_lowercase();
        let is = |known: &&str| {
            known.len() == name.len()
                && known.as_bytes()[0].to_ascii_lowercase() == first
                && known.eq_ignore_ascii_case(name)
        };
        NAMES.iter().position(is).map(Place)
    }
}

fn is_nothing(value: &str) -> bool {
    ["undefined", "error", "null", ""].iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// A literal, such as `8118`, `8118.0` or `8.118E+03`.
fn number(text: &str) -> Option<Decimal> {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return decimal::parse(text).ok() };
    let exponent: i32 = exponent.parse().ok().filter(|exponent| (-20..=20).contains(exponent))?;
    let mut number = decimal::parse(mantissa).ok()?;
    for _ in 0..exponent.abs() {
        number = if exponent > 0 { number.checked_mul(Decimal::TEN)? } else { number / Decimal::TEN };
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_exponents() {
        let of = |text| number(text).map(|number| number.normalize().to_string());
        assert_eq!(of("8.118E+03").as_deref(), Some("8118"));
        assert_eq!(of("5e-1").as_deref(), Some("0.5"));
        assert_eq!((of("1E99"), of("( 1 + 2 )"), of("E5")), (None, None, None));
    }

    #[test]
    fn an_ad_has_its_last_values() {
        let mut ad = Ad::default();
        let mut set = |name, value| ad.set(Place::of(name).expect("an attribute"), value);
        set("requestcpus", "4");
        set("RequestCpus", "8");
        set("RequestMemory", "ifThenElse(MemoryUsage =!= undefined,MemoryUsage,1)");
        set("Owner", "\"al\\\"ice\"");
        set("MemoryUsage", "( ( ResidentSetSize + 1023 ) / 1024 )");
        set("ResidentSetSize", "2049");
        assert_eq!(ad.number(Attribute::RequestCpus), Ok(Some(Decimal::from(8))));
        assert_eq!(ad.number(Attribute::RequestMemory), Ok(None));
        // 2,049 KiB are a little more than 2 MiB.
        assert_eq!(ad.peak_mib(), Ok(Some(3)));
        assert_eq!(ad.text(Attribute::Owner), "al\"ice");
        ad.set(Place::of("QDate").expect("an attribute"), "-1");
        assert!(ad.second(Attribute::QDate).is_err());
    }
}
