//! What stands out, measured or simulated, with the suggestion that cures it; where none does, what would.

use serde::Serialize;

use super::answer::id;
use super::edit::{BID, Edit, Setting, Table as Edited};
use super::metrics::{Judged, WAIT_MINUTES_LONG};
use super::{Kind, Suggestion};
use crate::model::decimal::{self, Decimal};
use crate::monitoring::{Environments, Launches, Measure};
use crate::report::{Cell, Column, Row, Table};
use crate::simulate::findings::{Finding, Symptom};

/// Something that stands out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// In the words of an operations guide.
    pub symptom: &'static str,
    /// The figure behind it, in words.
    pub evidence: String,
    /// Where the figure is from.
    pub source: String,
    /// Ids of suggestions that cure it, each alone.
    pub cured_by: Vec<String>,
    /// What cures it, in words.
    pub cure: String,
}

/// Findings of the run under a seed and of what was measured, each with its cure.
#[must_use]
pub fn observed(
    suggestions: &[Suggestion],
    environments: &Environments,
    simulated: &[Finding],
    seed: u64,
    measured: &[Judged],
) -> Vec<Observed> {
    let of_run = |finding: &Finding| {
        let cause = cause(finding.symptom);
        let (cured_by, cure) =
            cure(suggestions, cause, &places(cause, finding.environment.as_deref(), environments));
        Observed {
            symptom: finding.symptom.words(),
            evidence: finding.evidence.clone(),
            source: format!("simulation, seed {seed}"),
            cured_by,
            cure,
        }
    };
    let of_metrics = |judged: &Judged| {
        let cause = match judged.measure {
            Measure::Gpu => Cause::GpusDoLittle,
            Measure::Memory => Cause::MemoryFull,
            Measure::Wait => Cause::WaitsAsMeasured,
            Measure::Failure => Cause::Failures,
        };
        let (cured_by, cure) =
            cure(suggestions, cause, &places(cause, judged.environment.as_deref(), environments));
        let source = judged.source.clone();
        Observed { symptom: judged.symptom(), evidence: judged.evidence(), source, cured_by, cure }
    };
    let measured = measured.iter().filter(|judged| judged.stands_out()).map(of_metrics);
    simulated.iter().map(of_run).chain(measured).collect()
}

/// What a cure is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    Impossible,
    Bid,
    Waits,
    WaitsAsMeasured,
    Capacity,
    Launches,
    ComputeReservation,
    Consumable,
    UsedUp,
    MemoryRequests,
    GpusUnheld,
    GpusDoLittle,
    MemoryFull,
    Interruptions,
    Failures,
    Lustre,
}

const fn cause(symptom: Symptom) -> Cause {
    match symptom {
        Symptom::Impossible => Cause::Impossible,
        Symptom::Bid => Cause::Bid,
        Symptom::MaxVcpus => Cause::Waits,
        Symptom::Capacity => Cause::Capacity,
        Symptom::Launches => Cause::Launches,
        Symptom::ComputeReservation => Cause::ComputeReservation,
        Symptom::Consumable => Cause::Consumable,
        Symptom::UsedUp => Cause::UsedUp,
        Symptom::MemoryRequests => Cause::MemoryRequests,
        Symptom::GpusIdle => Cause::GpusUnheld,
        Symptom::Interruptions => Cause::Interruptions,
        Symptom::Failures => Cause::Failures,
        Symptom::Lustre => Cause::Lustre,
    }
}

/// Where a cure would have to be: the environment, or, where it is not known which, any that may be it.
fn places<'a>(cause: Cause, environment: Option<&'a str>, all: &'a Environments) -> Vec<&'a str> {
    let of_gpus = matches!(cause, Cause::GpusUnheld | Cause::GpusDoLittle);
    let may_be = |launches: &Launches| !of_gpus || launches.gpus;
    match environment {
        Some(name) => vec![name],
        None => all.iter().filter(|(_, of)| may_be(of)).map(|(name, _)| name.as_str()).collect(),
    }
}

/// Ids of the suggestions that cure it in one of these environments, and words.
fn cure(suggestions: &[Suggestion], cause: Cause, places: &[&str]) -> (Vec<String>, String) {
    let cures = |of: &Suggestion| match cause {
        Cause::Waits | Cause::WaitsAsMeasured => {
            (of.meets_target || (raises(of) && touches(of, places, "max_vcpus"))) && concerns(of, places)
        }
        Cause::Capacity => (of.meets_target || more_types(of)) && concerns(of, places),
        Cause::Launches => of.meets_target && concerns(of, places),
        Cause::GpusUnheld => {
            touches(of, places, "instance_types") || (lowers_a_floor(of) && concerns(of, places))
        }
        Cause::GpusDoLittle => touches(of, places, "instance_types"),
        Cause::Bid => touches(of, places, BID),
        Cause::Interruptions => matches!(of.kind, Kind::Checkpoint | Kind::Retry),
        Cause::Failures => of.kind == Kind::Retry,
        Cause::Impossible
        | Cause::ComputeReservation
        | Cause::Consumable
        | Cause::UsedUp
        | Cause::MemoryRequests
        | Cause::MemoryFull
        | Cause::Lustre => false,
    };
    let mut found: Vec<(String, &Suggestion)> =
        (1..).zip(suggestions).filter(|(_, of)| cures(of)).map(|(place, of)| (id(place, of), of)).collect();
    if cause == Cause::WaitsAsMeasured
        && let Some(shorter) = short_enough(&mut found)
    {
        return (Vec::new(), shorter);
    }
    if found.is_empty() {
        return (Vec::new(), otherwise(cause).to_owned());
    }
    let words = found.iter().map(|(id, of)| format!("{id}: {}", of.title.en)).collect::<Vec<_>>().join("; ");
    let words = match cause {
        Cause::GpusDoLittle => {
            format!("{words} (for GPUs that no job holds; what a job does with its own is up to the job)")
        }
        _ => words,
    };
    (found.into_iter().map(|(id, _)| id).collect(), words)
}

/// Keeps those that bring the p95 of waits below the guide's threshold; where none does, says what they bring it to.
fn short_enough(found: &mut Vec<(String, &Suggestion)>) -> Option<String> {
    let p95 = |of: &Suggestion| of.wait_seconds_p95.as_ref().map(|waits| waits.proposed);
    let shown = |(id, of): &(String, &Suggestion)| Some(format!("{id} to {} s", p95(of)?));
    let shorter = found.iter().filter_map(shown).collect::<Vec<_>>().join(", ");
    let is_short = |seconds: u64| Decimal::from(seconds) <= WAIT_MINUTES_LONG * Decimal::from(60);
    found.retain(|(_, of)| p95(of).is_some_and(is_short));
    (found.is_empty() && !shorter.is_empty()).then(|| {
        let minutes = decimal::plain(WAIT_MINUTES_LONG);
        format!("no suggestion alone brings the p95 of waits down to {minutes} min; {shorter}")
    })
}

/// What would cure it where no suggestion does.
const fn otherwise(cause: Cause) -> &'static str {
    match cause {
        Cause::Impossible => {
            "no suggestion; instance types that have what the jobs ask for, or jobs that ask for less"
        }
        Cause::Bid => "no suggestion; a higher bid_percentage, or On-Demand",
        Cause::Waits | Cause::WaitsAsMeasured => {
            "no suggestion; a higher max_vcpus or more instance types: why none is suggested stands with what was looked at"
        }
        Cause::Capacity => "no suggestion; more instance types in the compute environment, or another region",
        Cause::Launches => {
            "no suggestion; instances that are kept running (min_vcpus), which costs what they cost"
        }
        Cause::ComputeReservation => "no suggestion; a lower compute_reservation of the scheduling policy",
        Cause::Consumable => "no suggestion; more of the consumable resource",
        Cause::UsedUp => "no suggestion; a larger total_quantity of the consumable resource",
        Cause::MemoryRequests => {
            "no suggestion; a smaller memory_mib of the job definition, where the jobs use less, or types with more memory"
        }
        Cause::GpusUnheld => "no suggestion; smaller instance types, or a lower min_vcpus",
        Cause::GpusDoLittle => {
            "no suggestion; fewer or smaller GPUs for each job, larger batches, or faster input of data: what the jobs do decides"
        }
        Cause::MemoryFull => {
            "no suggestion; a larger memory_mib of the job definition, or smaller batches in the job"
        }
        Cause::Interruptions => {
            "no suggestion; checkpoints and more attempts in the job definition, or On-Demand"
        }
        Cause::Failures => {
            "no suggestion; see why the jobs end with an error: attempts pay only against interruptions"
        }
        Cause::Lustre => "no suggestion; a higher throughput_mbps_per_tib, or a larger file system",
    }
}

/// Whether a key of one of these compute environments is changed.
fn touches(of: &Suggestion, places: &[&str], key: &str) -> bool {
    of.edits.iter().any(|edit| {
        edit.table == Edited::ComputeEnvironment
            && places.contains(&edit.name.as_str())
            && edit.changed().any(|name| name == key)
    })
}

/// Whether it changes one of these compute environments, or none by name.
fn concerns(of: &Suggestion, places: &[&str]) -> bool {
    let named = |edit: &Edit| match edit.table {
        Edited::ComputeEnvironment => Some(edit.name.clone()),
        Edited::Schedule => edit.keys.iter().find_map(|(key, setting)| match setting {
            Setting::Text(name) if *key == "compute_environment" => Some(name.clone()),
            _ => None,
        }),
        _ => None,
    };
    let names: Vec<String> = of.edits.iter().filter_map(named).collect();
    names.is_empty() || names.iter().any(|name| places.contains(&name.as_str()))
}

fn raises(of: &Suggestion) -> bool {
    let number = |text: &str| text.parse::<u64>().ok();
    number(&of.setting.proposed) > number(&of.setting.current)
}

/// Whether instances are kept running no longer, or only by the clock.
fn lowers_a_floor(of: &Suggestion) -> bool {
    of.kind == Kind::Schedule
        && of.edits.iter().flat_map(|edit| &edit.keys).any(|(key, _)| *key == "min_vcpus")
}

fn more_types(of: &Suggestion) -> bool {
    let present: Vec<&str> = of.setting.current.split(", ").collect();
    let types = of.edits.iter().flat_map(|edit| &edit.keys).find(|(key, _)| *key == "instance_types");
    matches!(types, Some((_, Setting::Texts(types))) if types.iter().any(|name| !present.contains(&name.as_str())))
}

/// What stands out as JSON.
#[derive(Debug, Serialize)]
pub struct ObservedDocument {
    symptom: &'static str,
    evidence: String,
    source: String,
    cured_by: Vec<String>,
    cure: String,
}

impl Observed {
    /// As JSON.
    #[must_use]
    pub fn document(&self) -> ObservedDocument {
        let Observed { symptom, evidence, source, cured_by, cure } = self.clone();
        ObservedDocument { symptom, evidence, source, cured_by, cure }
    }
}

/// What stands out as a table; `None` without any.
#[must_use]
pub fn table(caption: &str, observed: &[Observed]) -> Option<Table> {
    let row = |of: &Observed| {
        let texts = [of.symptom, &of.evidence, &of.source, &of.cure];
        Row::Data(texts.into_iter().map(|text| Cell::Text(text.to_owned())).collect())
    };
    (!observed.is_empty()).then(|| Table {
        caption: caption.into(),
        columns: vec![
            Column::text("symptom", "Symptom"),
            Column::text("evidence", "Evidence"),
            Column::text("source", "Source"),
            Column::text("cure", "Cure"),
        ],
        rows: observed.iter().map(row).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Change, Saving};
    use super::*;
    use crate::model::money::Usd;
    use crate::report::Said;

    fn suggestion(kind: Kind, current: &str, proposed: &str, edit: Edit) -> Suggestion {
        Suggestion {
            kind,
            title: Said::alike("it"),
            setting: Change { current: current.into(), proposed: proposed.into() },
            saving: Saving { low: Usd::ZERO, expected: Usd::ZERO, high: Usd::ZERO },
            wait_seconds_p95: Some(Change { current: 7200, proposed: 1800 }),
            meets_target: false,
            evidence: Vec::new(),
            assumptions: Vec::new(),
            risk: Said::alike(""),
            undo: Said::alike(""),
            run_times: None,
            edits: vec![edit],
        }
    }

    fn environments() -> Environments {
        let of = |name: &str, gpus| (name.to_owned(), Launches { gpus, ..Launches::default() });
        Environments::from([of("gpu", true), of("cpu", false)])
    }

    fn all() -> Vec<Suggestion> {
        let gpu = || Edit::environment("gpu");
        let types = Setting::Texts(vec!["g5.xlarge".into(), "g5.2xlarge".into()]);
        let floor = Edit::of(Edited::Schedule, "night").set("compute_environment", "gpu").set("min_vcpus", 0);
        vec![
            suggestion(Kind::MaxVcpus, "96", "192", gpu().set("max_vcpus", 192)),
            suggestion(Kind::MaxVcpus, "96", "48", Edit::environment("cpu").set("max_vcpus", 48)),
            suggestion(Kind::InstanceTypes, "g5.xlarge", "both", gpu().set("instance_types", types.clone())),
            suggestion(
                Kind::InstanceTypes,
                "c5.large",
                "both",
                Edit::environment("cpu").set("instance_types", types.clone()),
            ),
            suggestion(Kind::InstanceTypes, "EC2 (On-Demand)", "SPOT", gpu().set("type", "SPOT")),
            suggestion(Kind::Schedule, "96", "0", floor),
            suggestion(Kind::Checkpoint, "", "", Edit::of(Edited::JobDefinition, "train")),
            suggestion(Kind::Retry, "1", "3", Edit::of(Edited::JobDefinition, "train").set("attempts", 3)),
            suggestion(Kind::InstanceTypes, "60", "none", Edit { unset: vec![BID], ..gpu() }),
        ]
    }

    #[test]
    fn each_symptom_has_its_cure() {
        let cases: [(Cause, Option<&str>, &[&str]); 16] = [
            (Cause::Waits, Some("gpu"), &["max_vcpus-1"]),
            (Cause::Waits, None, &["max_vcpus-1"]),
            // A lower cap cures no waits, nor does another environment's.
            (Cause::Waits, Some("cpu"), &[]),
            // 1,800 s are the guide's 30 min.
            (Cause::WaitsAsMeasured, Some("gpu"), &["max_vcpus-1"]),
            (Cause::Capacity, Some("gpu"), &["instance_types-3"]),
            (Cause::Capacity, Some("cpu"), &["instance_types-4"]),
            (Cause::Launches, Some("gpu"), &[]),
            // Neither Spot nor another processor elsewhere makes a GPU less idle.
            (Cause::GpusUnheld, None, &["instance_types-3", "schedule-6"]),
            (Cause::GpusUnheld, Some("cpu"), &["instance_types-4"]),
            (Cause::GpusDoLittle, None, &["instance_types-3"]),
            (Cause::GpusDoLittle, Some("gpu"), &["instance_types-3"]),
            (Cause::Interruptions, None, &["checkpoint-7", "retry-8"]),
            (Cause::Failures, None, &["retry-8"]),
            (Cause::MemoryFull, Some("gpu"), &[]),
            (Cause::Lustre, None, &[]),
            (Cause::Bid, None, &["instance_types-9"]),
        ];
        let environments = environments();
        for (cause, environment, ids) in cases {
            let (found, words) = cure(&all(), cause, &places(cause, environment, &environments));
            assert_eq!(found, ids, "{cause:?} {environment:?}");
            assert_eq!(words.starts_with("no suggestion"), ids.is_empty(), "{words}");
        }
        let mut slower = all();
        slower[0].wait_seconds_p95 = Some(Change { current: 7200, proposed: 1801 });
        let (found, words) = cure(&slower, Cause::WaitsAsMeasured, &["gpu", "cpu"]);
        assert_eq!(found, Vec::<String>::new());
        assert!(words.ends_with("down to 30 min; max_vcpus-1 to 1801 s"), "{words}");
        let mut kept = all();
        kept[6].meets_target = true;
        assert_eq!(cure(&kept, Cause::Launches, &["gpu"]).0, ["checkpoint-7"]);
    }
}
