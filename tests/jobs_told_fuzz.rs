//! Records of AWS Batch and of workflow managers with something wrong in them: no reader panics, and no job comes out that
//! is not in the text. A row that is changed costs itself alone.

use std::collections::BTreeMap;

use hpc_cost::error::Result;
use hpc_cost::model::time::Zone;
use hpc_cost::workload::file::{Import, Record, import, import_batch, import_snakemake};
use hpc_cost::workload::nextflow;
use hpc_cost::workload::wanted::Reading;
use proptest::prelude::*;
use serde_json::json;

use super::jobs_workflows::{METADATA, SNAKEMAKE, TRACE};

#[derive(Clone, Copy, Debug)]
enum Format {
    Batch,
    Nextflow,
    Cromwell,
    Snakemake,
}

fn read(format: Format, text: &[u8]) -> Result<Import> {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(file.path(), text).expect("written");
    let (path, reading) = (file.path(), Reading::default());
    match format {
        Format::Batch => import_batch(&[path.to_owned()], true, &reading),
        Format::Nextflow => {
            let how = nextflow::Reading { vcpus: Some(2), ..nextflow::Reading::default() };
            import(path, &Record::Nextflow(how, Zone::UTC), &reading)
        }
        Format::Cromwell => import(path, &Record::Cromwell(Some(2), true), &reading),
        Format::Snakemake => import_snakemake(&[path.to_owned()], &Zone::UTC, Some(2), true, &reading),
    }
}

/// Every job by its id, with all that is said of it.
fn jobs(format: Format, text: &[u8]) -> BTreeMap<String, String> {
    let Ok(Import::Jobs(workload)) = read(format, text) else { return BTreeMap::new() };
    let start = workload.start.unwrap_or_default();
    let told = |job: usize| {
        let of = workload.jobs()[job];
        let submitted = start + i64::try_from(of.submit_seconds).expect("it fits");
        let queue = &workload.queues()[usize::from(of.queue)];
        let sizes = (submitted, of.run_seconds, of.vcpus, of.memory_mib, of.gpus, of.nodes, of.recorded);
        (workload.id(job).to_owned(), format!("{sizes:?} {queue} {:?}", workload.detail(job)))
    };
    (0..workload.jobs().len()).map(told).collect()
}

/// Events of four jobs, one a line.
fn events() -> String {
    let event = |id: u32| {
        let start = 1_788_220_800_000_i64 + i64::from(id) * 1000;
        json!({"detail-type": "Batch Job State Change", "time": "2026-09-01T00:10:00Z", "detail": {
            "jobId": format!("job-{id}"), "jobName": "run", "jobQueue": "arn:aws:batch:r:1:job-queue/high",
            "jobDefinition": "arn:aws:batch:r:1:job-definition/train:3", "status": "SUCCEEDED", "createdAt": start,
            "attempts": [{"startedAt": start + 60_000, "stoppedAt": start + 90_000, "container": {"exitCode": 0}}],
            "container": {"resourceRequirements": [{"type": "VCPU", "value": "4"}, {"type": "MEMORY", "value": "8192"}]},
            "tags": {"team": "vision"}}})
    };
    (0..4).map(|id| format!("{}\n", event(id))).collect()
}

fn text_of(format: Format) -> String {
    match format {
        Format::Batch => events(),
        Format::Nextflow => TRACE.into(),
        Format::Cromwell => METADATA.into(),
        Format::Snakemake => SNAKEMAKE.into(),
    }
}

fn any_format() -> impl Strategy<Value = Format> {
    prop::sample::select(vec![Format::Batch, Format::Nextflow, Format::Cromwell, Format::Snakemake])
}

/// Bytes in the place of others: where [thousandths], how many go, what comes.
fn any_change() -> impl Strategy<Value = (usize, usize, Vec<u8>)> {
    let odd = prop::sample::select(b"\n\t \"\\{}[]:,-.0123456789e".to_vec());
    let bytes = prop_oneof![prop::collection::vec(any::<u8>(), 0..5), prop::collection::vec(odd, 0..5)];
    (0..1000_usize, prop_oneof![0..8_usize, 0..2000_usize], bytes)
}

fn changed(text: &[u8], (place, gone, new): &(usize, usize, Vec<u8>)) -> Vec<u8> {
    let start = place * text.len() / 1000;
    let end = (start + gone).min(text.len());
    [&text[..start], new, &text[end..]].concat()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn no_reader_panics_and_no_job_is_made_up(
        format in any_format(),
        changes in prop::collection::vec(any_change(), 1..4),
    ) {
        let text = changes.iter().fold(text_of(format).into_bytes(), |text, change| changed(&text, change));
        let whole = String::from_utf8_lossy(&text).into_owned();
        // What is harmful in a name, or escaped in the text, does not come out as it went in.
        let plain = whole.chars().all(|it| it == '\n' || it == '\t' || !it.is_control() && it.is_ascii());
        let ids = jobs(format, &text).into_keys().filter(|id| !id.contains('\u{fffd}'));
        for id in ids.filter(|_| plain && !whole.contains('\\')) {
            for part in id.split(['/', '@', ':']).take(if id.contains('@') { 1 } else { 3 }) {
                prop_assert!(whole.contains(part), "{format:?}: `{part}` of `{id}` in {whole}");
            }
        }
    }

    #[test]
    fn a_row_that_is_changed_costs_itself_alone(
        nextflow in any::<bool>(),
        row in 0..4_usize,
        change in any_change(),
    ) {
        let format = if nextflow { Format::Nextflow } else { Format::Batch };
        let text = match nextflow {
            // Rows of tasks that have nothing to do with each other.
            true => TRACE.lines().enumerate().filter(|(line, _)| matches!(line, 0 | 1 | 7)).map(|(_, text)| format!("{text}\n")).collect::<String>(),
            false => events(),
        };
        let before = jobs(format, text.as_bytes());
        let mut lines: Vec<Vec<u8>> = text.lines().map(|line| line.as_bytes().to_vec()).collect();
        let first = usize::from(nextflow);
        let row = first + row % (lines.len() - first);
        let own = if nextflow { ["", "job-1", "job-7"][row].to_owned() } else { format!("job-{row}") };
        lines[row] = changed(&lines[row], &change);
        // A row that ends early may go on in the next one, where it cannot be told from a value of several lines.
        let open = matches!(lines[row].trim_ascii_end().last(), Some(b'{' | b'[' | b','));
        prop_assume!(nextflow || !open);
        let after = jobs(format, &lines.join(&b'\n'));
        for (id, told) in before.iter().filter(|(id, _)| **id != own) {
            // It may have become a row of that one.
            let renamed = lines[row].windows(id.len()).any(|part| part == id.as_bytes());
            prop_assert!(renamed || after.get(id) == Some(told), "{id}: {told} then {:?}", after.get(id));
        }
    }
}

/// The row behind it tells that a row was cut off, and is read all the same.
#[test]
fn a_row_that_is_cut_off_in_two_leaves_the_next_row_alone() {
    let whole = events();
    let before = jobs(Format::Batch, whole.as_bytes());
    let good: Vec<&str> = whole.lines().skip(1).collect();
    for cut in [
        "{\"version\":\"0\",\n\"open",
        "{\"version\":\"0\",\n\"name\":\"open",
        "{\"version\":\"0\",",
        "{\"version\":{",
    ] {
        let after = jobs(Format::Batch, format!("{cut}\n{}\n", good.join("\n")).as_bytes());
        let missing: Vec<_> =
            before.iter().filter(|(id, told)| after.get(*id) != Some(told)).map(|(id, _)| id).collect();
        assert_eq!(missing, ["job-0"], "{cut}");
    }
}
