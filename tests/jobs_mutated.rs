//! Records of jobs with damage: nothing panics, and no job comes out that is not in the text.

use hpc_cost::model::time::Zone;
use hpc_cost::workload::mapped::Mapping;
use hpc_cost::workload::slurm::Layout;
use hpc_cost::workload::swf::Meaning;
use hpc_cost::workload::{Draft, Refusal, Workload, csv, mapped, slurm, swf};
use proptest::prelude::*;

const SACCT: &str = "JobID|JobName|User|Account|QOS|Partition|Submit|Eligible|Start|End|ElapsedRaw|State|ExitCode|NNodes|ReqMem|MaxRSS|ReqTRES|Restarts\n\
    4711|tr ain|u|a|q|p|2026-10-25T01:00:00|2026-10-25T01:00:01|2026-10-25T02:50:00|2026-10-25T02:10:00||COMPLETED|0:0|2|4Gc||cpu=4,mem=4G,node=2,gres/gpu:a=2|0\n\
    4711.batch|b||a||||||||COMPLETED|0:0|1||2048K||\n\
    4712_[5-9%2]|x|u|a|q|p|2026-10-25T01:00:00|Unknown|Unknown|Unknown|0|PENDING|0:0|1|4G|||\n\
    4713|x\ny|u|a|q|p|2026-10-26T01:00:00|Unknown|2026-10-26T02:00:00|Unknown|60|REQUEUED|0:0|1|16?||cpu=2|0\n\
    4713|x\ny|u|a|q|p|2026-10-26T03:00:00|Unknown|2026-10-26T04:00:00|Unknown|600|OUT_OF_MEMORY|0:9|1|4000M|1.5G|cpu=2|1\n\
    4714|z|v|a|q|p|2026-10-26T03:00:00|||||CANCELLED by 1000|0:15|1|||cpu=2|\n";

const JSON: &str = "{\"meta\": {\"a\": [1, \"]\"]}, \"jobs\": [\n\
    {\"job_id\": 4711, \"name\": \"a\\\"b\", \"user\": \"u\", \"array\": {\"job_id\": 0, \"task_id\": {\"set\": false, \"infinite\": false, \"number\": 0}},\
    \"time\": {\"elapsed\": 600, \"start\": 1790000100, \"submission\": 1790000000}, \"state\": {\"current\": [\"FAILED\"]},\
    \"exit_code\": {\"return_code\": {\"set\": true, \"infinite\": false, \"number\": 1}, \"signal\": {\"id\": {\"set\": false, \"number\": 0}}},\
    \"allocation_nodes\": 1, \"tres\": {\"allocated\": [{\"type\": \"cpu\", \"name\": \"\", \"count\": 4}, {\"type\": \"gres\", \"name\": \"gpu\", \"count\": 2}]},\
    \"steps\": [{\"tres\": {\"requested\": {\"max\": [{\"type\": \"mem\", \"count\": 4096000}]}}}]},\n\
    {\"job_id\": 4713, \"array\": {\"job_id\": 4712, \"task_id\": 7}, \"time\": {\"elapsed\": 60, \"submission\": 1790000000},\
    \"state\": {\"current\": \"COMPLETED\"}, \"required\": {\"CPUs\": 2}, \"restart_cnt\": 1}\n], \"errors\": []}\n";

const TRACE: &str = "job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,depends_on,tags,attempts,earlier_attempts,\"a \"\"b\"\n\
    4711,2026-10-05T08:00:00Z,5400,8,8 GB,2,1,q,COMPLETED,,a=b;c=d,3,60:spot,x\n\
    4712,2026-10-05T08:00:00Z,1h 30m,500m,4096,0,2,q,137,4711,,,,\"y\nz\"\n\
    4713,1791187200,1-00:00:01,4,,,,r,CANCELLED by 7,,,,,\n";

const LOG: &str = "; UnixStartTime: 1790000000\n\
    4711 0 5 100 4 99.5 2048 8 200 1024 1 1 1 1 3 -1 -1 -1\n\
    4712 10 -1 50.9 300 -1 -1 -1 -1 -1 0 1 1 1 -1 -1 4711 30\n\
    4713 13 0 60 200\n";

const OWN: &str = "job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,attempts,depends_on,reason,tags\n\
    4711,2026-10-05T08:00:00Z,5400,8,8192,2,1,q,succeeded,,,,a=b\n\
    4712,2026-10-05T08:00:01Z,60,1,4096,0,2,q,failed,2,4711,spot,\n\
    4713,2026-10-05T08:00:02Z,,1,4096,0,2,q,cancelled,2,4711 4712,user,\n";

/// One way to damage a text; places are shares of its length.
#[derive(Clone, Debug)]
enum Damage {
    Put(u16, u8),
    Insert(u16, u8),
    Cut(u16, u16),
    Repeat(u16, u16),
    End(u16),
}

/// Bytes that mean something to some reader.
const BYTES: &[u8] = b"0129|,;\"\n -:=[]{}x\\.\0\xc3\xff\t\r@";

fn damage() -> impl Strategy<Value = Vec<Damage>> {
    let byte = || proptest::sample::select(BYTES);
    let one = prop_oneof![
        4 => (any::<u16>(), byte()).prop_map(|(at, byte)| Damage::Put(at, byte)),
        4 => (any::<u16>(), byte()).prop_map(|(at, byte)| Damage::Insert(at, byte)),
        2 => (any::<u16>(), 0..60_u16).prop_map(|(at, length)| Damage::Cut(at, length)),
        2 => (any::<u16>(), 0..200_u16).prop_map(|(at, length)| Damage::Repeat(at, length)),
        1 => any::<u16>().prop_map(Damage::End),
    ];
    proptest::collection::vec(one, 1..6)
}

fn damaged(text: &str, damages: &[Damage]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for damage in damages {
        let place = |at: u16| usize::from(at) * bytes.len() / 65_536;
        match *damage {
            _ if bytes.is_empty() => {}
            Damage::Put(at, byte) => {
                let at = place(at);
                bytes[at] = byte;
            }
            Damage::Insert(at, byte) => bytes.insert(place(at), byte),
            Damage::Cut(at, length) => {
                let start = place(at);
                bytes.drain(start..(start + usize::from(length)).min(bytes.len()));
            }
            Damage::Repeat(at, length) => {
                let start = place(at);
                let part = bytes[start..(start + usize::from(length)).min(bytes.len())].to_vec();
                bytes.splice(start..start, part);
            }
            Damage::End(at) => bytes.truncate(place(at)),
        }
    }
    bytes
}

/// What a reader makes of a text, if anything.
fn finished(read: Result<(Draft, Option<i64>), Refusal>) -> Option<Workload> {
    let (draft, start) = read.ok()?;
    draft.finish(start).ok()
}

/// Every job has an id that is in the text, and there are no more jobs than lines (or objects).
fn is_in(workload: &Workload, bytes: &[u8]) -> Result<(), TestCaseError> {
    let text = String::from_utf8_lossy(bytes);
    let most = text.matches('\n').count().max(text.matches('{').count()) + 1;
    prop_assert!(workload.jobs().len() <= most);
    for job in 0..workload.jobs().len() {
        let id = workload.id(job);
        let own = id.split('@').next().unwrap_or_default();
        // An element of an array is two numbers in JSON.
        let known = |part: &str| text.contains(part) || part.contains('\u{fffd}');
        prop_assert!(
            workload.numbered || known(own) || own.split(['_', '+']).all(known),
            "{id} is not in\n{text}"
        );
        let jobs = &workload.jobs()[job];
        prop_assert!(jobs.vcpus > 0 && jobs.nodes > 0, "{jobs:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_damage_makes_a_job(damages in damage()) {
        let zone = Zone::parse("Europe/Berlin").expect("a zone");
        let layout = Layout { zone: zone.clone(), columns: None };
        for sample in [SACCT, JSON] {
            let bytes = damaged(sample, &damages);
            if let Some(workload) = finished(slurm::draft(&bytes[..], &layout)) {
                is_in(&workload, &bytes)?;
            }
        }
        let bytes = damaged(SACCT.split_once('\n').expect("a header").1, &damages);
        let columns = SACCT.lines().next().map(|line| line.replace('|', ","));
        if let Some(workload) = finished(slurm::draft(&bytes[..], &Layout { columns, ..layout })) {
            is_in(&workload, &bytes)?;
        }
        let bytes = damaged(TRACE, &damages);
        if let Some(workload) = finished(mapped::draft(&bytes[..], &Mapping::default(), &zone)) {
            is_in(&workload, &bytes)?;
        }
        let bytes = damaged(LOG, &damages);
        let meaning = Meaning { widest_vcpus: 96, ignore_memory: false, details: true };
        if let Some(workload) = finished(swf::draft(&bytes[..], meaning)) {
            is_in(&workload, &bytes)?;
        }
        let bytes = damaged(OWN, &damages);
        if let Some(workload) = finished(csv::draft(&bytes[..])) {
            is_in(&workload, &bytes)?;
            // And what is written of it is read again.
            let mut written = Vec::new();
            csv::write(&workload, &mut written).expect("a vector grows");
            let again = csv::read(&written[..]).expect("it is a workload");
            prop_assert_eq!(again.jobs().len(), workload.jobs().len());
        }
    }
}

#[test]
fn without_damage_all_jobs_are_there() {
    let zone = Zone::parse("Europe/Berlin").expect("a zone");
    let layout = Layout { zone: zone.clone(), columns: None };
    let ids = |workload: Option<Workload>| {
        let workload = workload.expect("jobs");
        let mut ids: Vec<String> =
            (0..workload.jobs().len()).map(|job| workload.id(job).to_owned()).collect();
        ids.sort();
        ids
    };
    assert_eq!(ids(finished(slurm::draft(SACCT.as_bytes(), &layout))), ["4711", "4713"]);
    assert_eq!(ids(finished(slurm::draft(JSON.as_bytes(), &layout))), ["4711", "4712_7"]);
    assert_eq!(
        ids(finished(mapped::draft(TRACE.as_bytes(), &Mapping::default(), &zone))),
        ["4711", "4712", "4713"]
    );
    assert_eq!(ids(finished(swf::draft(LOG.as_bytes(), Meaning::of(96)))), ["4711", "4712", "4713"]);
    assert_eq!(ids(finished(csv::draft(OWN.as_bytes()))), ["4711", "4712"]);
}
