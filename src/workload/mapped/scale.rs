//! Numbers without a unit: which unit they were taken in is said, and where the jobs would be absurd, it is asked.
//!
//! What is absurd: over a day and more of submissions, ten and more jobs of which half run 5 s or less, or jobs that run for a
//! thousandth of that time in all; half of the jobs running for more than 30 days; a job of more vCPUs, GPUs or memory than any
//! instance has, half of the jobs above 192 vCPUs or 1 TiB, a job below AWS Batch's least memory of 4 MiB.
//!
//! Largest instances: u7inh-32tb.480xlarge has 1,920 vCPUs and 32 TiB, p2.16xlarge 16 GPUs; the largest general purpose ones
//! 192 vCPUs: <https://aws.amazon.com/ec2/instance-types/>; least memory:
//! <https://docs.aws.amazon.com/batch/latest/APIReference/API_ResourceRequirement.html>, read 2026-11-28.

use super::mapping::{Columns, FIELDS, Field, Mapping};
use crate::model::text::counted;
use crate::workload::{Draft, Job};

const DAY: u64 = 86_400;
const MOST_VCPUS: u32 = 1920;
const MOST_USUAL_VCPUS: u32 = 192;
const MOST_GPUS: u16 = 16;
const MOST_MEMORY_MIB: u32 = 32 << 20;
const MOST_USUAL_MEMORY_MIB: u32 = 1 << 20;
const LEAST_MEMORY_MIB: u32 = 4;

/// What is asked before jobs are taken as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// What looks wrong, a lower-case fragment.
    pub message: String,
    /// What to write.
    pub hint: String,
}

/// The first thing that looks wrong about numbers whose unit nobody said. `too_large` says whether a memory has no number here.
pub(super) fn doubt(
    draft: &Draft,
    plain: &[bool; FIELDS.len()],
    too_large: bool,
    columns: &Columns,
    mapping: &Mapping,
) -> Option<Doubt> {
    let jobs = draft.jobs();
    let asked =
        |field: Field| plain[field as usize] && columns.place(field).is_some_and(|it| it.unit.is_none());
    let say = |field: Field, what: String, others: &str, own: &str| {
        let column = columns.name(field);
        let entry = |unit: &str| format!("`--map {}={column}:{unit}`", field.name());
        let others: Vec<String> = others.split(' ').map(entry).collect();
        Doubt {
            message: format!("{} from column `{column}`: {what}", field.name()),
            hint: format!("say the unit: {}; or {} where that is right", others.join(", "), entry(own)),
        }
    };
    let run_times = asked(Field::RunSeconds).then(|| run_times(jobs)).flatten();
    if let Some((what, others)) = run_times {
        return Some(say(Field::RunSeconds, what, others, "s"));
    }
    let (node_vcpus, node_gpus) = mapping.widest;
    if asked(Field::Vcpus) && node_vcpus.is_none() {
        let (largest, median) = spread(jobs, |job| job.vcpus)?;
        let what = match (largest > MOST_VCPUS, median > MOST_USUAL_VCPUS) {
            (true, _) => Some(format!("a job has {largest} vCPUs on a node, more than any instance")),
            (_, true) => Some(format!("half of the jobs have {median} vCPUs or more on a node")),
            _ => None,
        };
        if let Some(what) = what {
            let Doubt { message, hint } = say(Field::Vcpus, what, "milli job", "one");
            return Some(Doubt {
                message,
                hint: format!("{hint}; `--node-vcpus` splits wide jobs into nodes"),
            });
        }
    }
    if asked(Field::Gpus) && node_gpus.is_none() {
        let largest = jobs.iter().map(|job| job.gpus).max().unwrap_or_default();
        if largest > MOST_GPUS {
            let what = format!("a job has {largest} GPUs on a node, more than any instance");
            let Doubt { message, hint } = say(Field::Gpus, what, "job milli", "one");
            return Some(Doubt {
                message,
                hint: format!("{hint}; `--node-gpus` splits wide jobs into nodes"),
            });
        }
    }
    [(Field::MemoryMib, "bytes KB GB", "MB"), (Field::MemoryGib, "bytes KB MB", "GB")]
        .into_iter()
        .filter(|(field, _, _)| asked(*field))
        .find_map(|(field, others, own)| {
            let what = match too_large {
                true => Some("a job has more than 4 PiB on a node".to_owned()),
                false => memory(jobs),
            };
            what.map(|what| say(field, what, others, own))
        })
}

/// The largest and the median of all jobs that have some.
fn spread(jobs: &[Job], of: impl Fn(&Job) -> u32) -> Option<(u32, u32)> {
    let mut values: Vec<u32> = jobs.iter().map(of).filter(|value| *value > 0).collect();
    let largest = *values.iter().max()?;
    let middle = values.len() / 2;
    Some((largest, *values.select_nth_unstable(middle).1))
}

fn run_times(jobs: &[Job]) -> Option<(String, &'static str)> {
    let (_, median) = spread(jobs, |job| job.run_seconds)?;
    let submits = || jobs.iter().map(|job| job.submit_seconds);
    let over = submits().max()?.saturating_sub(submits().min()?);
    let sum: u64 = jobs.iter().map(|job| u64::from(job.run_seconds)).sum();
    let days = counted(over / DAY, "day");
    if over >= DAY && jobs.len() >= 10 && median <= 5 {
        return Some((format!("half of the jobs of {days} run {median} s or less"), "h min"));
    }
    if over >= DAY && jobs.len() >= 10 && sum < over / 1000 {
        return Some((format!("the jobs of {days} run {sum} s in all"), "h min"));
    }
    (u64::from(median) > 30 * DAY).then(|| {
        (format!("half of the jobs run {} or more", counted(u64::from(median) / DAY, "day")), "ms us")
    })
}

fn memory(jobs: &[Job]) -> Option<String> {
    let (largest, median) = spread(jobs, |job| job.memory_mib)?;
    let least = jobs.iter().map(|job| job.memory_mib).filter(|mib| *mib > 0).min()?;
    if largest > MOST_MEMORY_MIB {
        return Some(format!("a job has {largest} MiB on a node, more than any instance"));
    }
    if median > MOST_USUAL_MEMORY_MIB {
        return Some(format!("half of the jobs have {median} MiB or more on a node"));
    }
    (least < LEAST_MEMORY_MIB).then(|| format!("a job has {least} MiB, less than AWS Batch's least"))
}

/// Which units were taken, where the column's name is not the field's own.
pub(super) fn units(plain: &[bool; FIELDS.len()], columns: &Columns) -> Option<String> {
    let taken: Vec<String> = [
        (Field::RunSeconds, "seconds"),
        (Field::SubmitSeconds, "seconds"),
        (Field::WaitSeconds, "seconds"),
        (Field::MemoryMib, "MiB"),
        (Field::MemoryGib, "GiB"),
        (Field::PeakMemoryMib, "MiB"),
        (Field::Vcpus, "vCPUs of a node"),
        (Field::Gpus, "GPUs of a node"),
    ]
    .into_iter()
    .filter(|(field, _)| plain[*field as usize])
    .filter(|(field, _)| columns.place(*field).is_some_and(|it| it.unit.is_none() && !it.of_job))
    .filter(|(field, _)| columns.name(*field) != field.name())
    .map(|(field, unit)| format!("`{}` in {unit}", columns.name(field)))
    .collect();
    (!taken.is_empty()).then(|| format!("no unit is given, so read: {}", taken.join(", ")))
}
