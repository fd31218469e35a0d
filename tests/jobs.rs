//! The commands `jobs import` and `jobs show`: every format by hand, what is refused, weeks that add up in one file.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use hpc_cost::workload::{Recorded, csv};
use proptest::prelude::*;

use super::cli::{Answer, Folder, snapshot};

const SACCT: &str =
    "JobID|JobName|Partition|Submit|Start|End|ElapsedRaw|State|NNodes|AllocCPUS|ReqMem|MaxRSS|AllocTRES\n";

fn sacct(rows: &str) -> Folder {
    Folder::empty().with("sacct.txt", format!("{SACCT}{rows}"))
}

fn slurm(folder: &Folder) -> Answer {
    folder.run(&["jobs", "import", "--from", "slurm", "sacct.txt"])
}

/// The rows of a workload CSV, without its header.
fn rows(text: &str) -> Vec<&str> {
    text.lines().skip(1).collect()
}

#[test]
fn slurm_rows_become_jobs() {
    let folder = sacct(
        "100|train|gpu|2026-10-05T08:00:00|2026-10-05T08:10:00|2026-10-05T10:10:00|7200|COMPLETED|2|64|||\
         billing=64,cpu=64,gres/gpu:a100=8,gres/gpu=8,mem=512G,node=2\n\
         100.batch|batch||2026-10-05T08:10:00|2026-10-05T08:10:00|2026-10-05T10:10:00|7200|COMPLETED|1|32||90000000K|cpu=32\n\
         101_1|sweep|cpu|2026-10-05T07:00:00|2026-10-05T07:00:10|2026-10-05T07:10:10|600|COMPLETED|1|3|8G||cpu=3,mem=8G,node=1\n\
         101_2|sweep of\ntwo\nlines|cpu|2026-10-05T07:00:00|2026-10-05T07:00:10|2026-10-05T07:01:40|90|TIMEOUT|1|3|8G||cpu=3,mem=8G,node=1\n\
         101_[3-9%2]|sweep|cpu|2026-10-05T07:00:00|Unknown|Unknown|0|PENDING|1|0|8G||\n\
         102|typo|cpu|2026-10-05T07:05:00|None|2026-10-05T07:06:00|0|CANCELLED by 1000|1|0|8G||\n\
         103|now|cpu|2026-10-05T07:05:00|2026-10-05T07:06:00|Unknown|500|RUNNING|1|4|8G||cpu=4\n\
         104|old|cpu|2026-10-05T07:06:00|2026-10-05T07:06:00|2026-10-05T07:07:00||NODE_FAIL|1|3|2000Mc||cpu=3,node=1\n\
         105|steps|cpu|2026-10-05T07:07:00|2026-10-05T07:07:00|2026-10-05T07:08:00|60|CANCELLED by 0|1|1|||\n\
         105.batch|batch||2026-10-05T07:07:00|2026-10-05T07:07:00|2026-10-05T07:08:00|60|CANCELLED|1|1||1500000K|\n\
         105.0|a||2026-10-05T07:07:00|2026-10-05T07:07:00|2026-10-05T07:08:00|60|CANCELLED|1|1||900000K|\n\
         106|late|gpu|2026-10-05T07:08:00|2026-10-05T07:08:00|2026-10-05T07:08:00|0|DEADLINE|1|1|||\n",
    );
    let answer = slurm(&folder);
    // 64 CPUs, 8 GPUs and 512 GiB on 2 nodes; 3 × 2,000 MiB; 1,500,000 KiB are 1,464.84 MiB; 7 elements and one job
    // had not ended; two never ran.
    assert_eq!(
        rows(&answer.stdout),
        [
            "101_1,2026-10-05T07:00:00Z,600,3,8192,0,1,cpu,succeeded,sweep,,10,",
            "101_2,2026-10-05T07:00:00Z,90,3,8192,0,1,cpu,failed,sweep of two lines,timeout,10,",
            "104,2026-10-05T07:06:00Z,60,3,6000,0,1,cpu,failed,old,spot,0,",
            "105,2026-10-05T07:07:00Z,60,1,1465,0,1,cpu,cancelled,steps,user,0,1465",
            "100,2026-10-05T08:00:00Z,7200,32,262144,4,2,gpu,succeeded,train,,600,87891",
        ]
    );
    snapshot("jobs_slurm", &answer.text());
}

#[test]
fn a_requeued_job_is_one_job() {
    let head = "JobID|Submit|Start|End|Elapsed|State|AllocTRES|Restarts\n";
    let folder = Folder::empty().with(
        "sacct.txt",
        format!(
            "{head}\
             200|2026-10-05T08:00:00|2026-10-05T08:00:00|2026-10-05T09:00:00|01:00:00|REQUEUED|cpu=2,mem=1G,gres/gpu=1|0\n\
             204|2026-10-05T08:00:00|None|2026-10-05T08:30:00|00:00:00|REQUEUED||0\n\
             200|2026-10-05T09:00:00|2026-10-05T09:00:00|2026-10-05T09:30:00|00:30:00|NODE_FAIL|cpu=2,mem=1G,gres/gpu=1|1\n\
             201|2026-10-05T08:01:00|2026-10-05T08:02:00|2026-10-05T08:03:00|00:01:00|REQUEUED|cpu=2,mem=1G|0\n\
             202|2026-10-05T08:02:00|2026-10-05T08:02:00|Unknown|00:10:00|RUNNING|cpu=2,mem=1G|0\n\
             200|2026-10-05T09:30:00|2026-10-05T10:00:00|2026-10-05T12:00:00|02:00:00|COMPLETED|cpu=2,mem=1G,gres/gpu=1|2\n\
             201|2026-10-05T08:03:00|2026-10-05T08:04:00|Unknown|00:10:00|RUNNING|cpu=2,mem=1G|1\n\
             202|2026-10-05T08:02:00|2026-10-05T08:02:00|2026-10-05T08:22:00|00:20:00|COMPLETED|cpu=2,mem=1G|0\n\
             203|2026-10-05T08:03:00|2026-10-05T08:03:00|2026-10-05T08:04:00|00:01:00|COMPLETED|cpu=2,mem=1G|1\n\
             204|2026-10-05T08:30:00|2026-10-05T08:30:00|2026-10-05T08:31:00|00:01:00|COMPLETED|cpu=2,mem=1G|0\n"
        ),
    );
    let answer = slurm(&folder);
    // 200: three lives that ran, first submitted at 8:00, two hours at last. 204 was requeued before it ran. 201 runs
    // again. 202 was reported twice. Of 203 only the second life is there.
    assert_eq!(
        rows(&answer.stdout),
        [
            "200,2026-10-05T08:00:00Z,7200,2,1024,1,1,default,succeeded,3,0,3600 1800:spot",
            "204,2026-10-05T08:00:00Z,60,2,1024,0,1,default,succeeded,,,",
            "202,2026-10-05T08:02:00Z,1200,2,1024,0,1,default,succeeded,,0,",
            "203,2026-10-05T08:03:00Z,60,2,1024,0,1,default,succeeded,2,0,",
        ]
    );
    snapshot("jobs_slurm_requeued", &answer.text());
}

/// The ids, submissions and attempts of jobs that rows of one id are.
fn lives(columns: &str, rows: &str) -> (Vec<String>, String) {
    let text = format!("JobID|Submit|ElapsedRaw|State|NCPUS{columns}\n{rows}");
    let answer = slurm(&Folder::empty().with("sacct.txt", text));
    let header = answer.stdout.lines().next().unwrap_or_default().to_owned();
    let attempts = header.split(',').position(|name| name == "attempts");
    let of = |row: &&str| {
        let cells: Vec<&str> = row.split(',').collect();
        let attempts = attempts.map_or("", |place| cells[place]);
        format!("{} {} {} {attempts}", cells[0], cells[1], cells[2]).trim_end().to_owned()
    };
    (self::rows(&answer.stdout).iter().map(of).collect(), answer.stderr)
}

#[test]
fn an_id_that_a_cluster_gave_twice_is_two_jobs() {
    // Nine years and a whole job apart: a new cluster counts from 1 again.
    let (jobs, said) = lives(
        "|User",
        "7|2017-10-03T17:30:00|600|COMPLETED|4|a\n7|2026-08-20T10:00:00|7200|COMPLETED|8|b\n\
         7|2026-08-20T10:00:00|7300|COMPLETED|8|b\n8|2026-08-20T10:00:00|1|COMPLETED|8|b\n",
    );
    let second = "7@2026-08-20T10:00:00Z";
    let expected = [
        "7 2017-10-03T17:30:00Z 600".to_owned(),
        format!("{second} 2026-08-20T10:00:00Z 7300"),
        "8 2026-08-20T10:00:00Z 1".to_owned(),
    ];
    let mut sorted = jobs.clone();
    sorted.sort();
    assert_eq!(sorted, expected);
    let words = format!(
        "id used again: 1 job has the id of an earlier one but another submission, named ID@SUBMISSION, such as {second}"
    );
    assert!(said.contains(&words), "{said}");
    assert!(!said.contains("earlier lives"), "{said}");
    // Every state that a job can end in, before the row of another submission.
    for (state, one_job) in [
        ("REQUEUED", true),
        ("REQUEUE_HOLD", true),
        ("REQUEUE_FED", true),
        ("SPECIAL_EXIT", true),
        ("PREEMPTED", true),
        ("NODE_FAIL", true),
        ("LAUNCH_FAILED", true),
        ("RECONFIG_FAIL", true),
        ("COMPLETED", false),
        ("CANCELLED by 1000", false),
        ("FAILED", false),
        ("TIMEOUT", false),
        ("OUT_OF_MEMORY", false),
        ("DEADLINE", false),
        ("BOOT_FAIL", false),
    ] {
        let first = format!("7|2026-08-20T10:00:00|600|{state}|4");
        let second = "7|2026-08-20T11:00:00|60|COMPLETED|4";
        // In whatever order they stand.
        for rows in [format!("{first}\n{second}\n"), format!("{second}\n{first}\n")] {
            let (jobs, said) = lives("", &rows);
            let expected = match one_job {
                true => vec!["7 2026-08-20T10:00:00Z 60 2"],
                false => vec!["7 2026-08-20T10:00:00Z 600", "7@2026-08-20T11:00:00Z 2026-08-20T11:00:00Z 60"],
            };
            assert_eq!(jobs, expected, "{state}: {said}");
        }
    }
}

#[test]
fn lives_of_a_job_have_one_user_and_one_name() {
    let rows = |a: &str, b: &str| {
        format!("7|2026-08-20T10:00:00|600|PREEMPTED|4{a}\n7|2026-08-20T11:00:00|60|COMPLETED|4{b}\n")
    };
    assert_eq!(lives("|User|JobName", &rows("|a|train", "|a|train")).0, ["7 2026-08-20T10:00:00Z 60 2"]);
    for (columns, a, b) in
        [("|User|JobName", "|a|train", "|b|train"), ("|JobName", "|train", "|test"), ("|UID", "|1", "|2")]
    {
        let (jobs, said) = lives(columns, &rows(a, b));
        assert_eq!(jobs.len(), 2, "{columns}: {jobs:?} {said}");
    }
    // Two jobs of one id, each with a life before its last one.
    let (jobs, said) = lives(
        "",
        "7|2026-08-20T10:00:00|600|NODE_FAIL|4\n7|2026-08-20T11:00:00|60|COMPLETED|4\n\
         7|2026-09-20T10:00:00|0|REQUEUED|4\n7|2026-09-20T11:00:00|70|FAILED|4\n",
    );
    let expected = ["7 2026-08-20T10:00:00Z 60 2", "7@2026-09-20T10:00:00Z 2026-09-20T10:00:00Z 70"];
    assert_eq!(jobs, expected, "{said}");
    assert!(said.contains("dropped: 2 earlier lives of requeued jobs"), "{said}");
    // A life whose submission nobody recorded says nothing of when the job was submitted first.
    let (jobs, said) = lives("", "7|Unknown|0|REQUEUED|4\n7|2026-08-20T11:00:00|60|COMPLETED|4\n");
    assert_eq!(jobs, ["7 2026-08-20T11:00:00Z 60"], "{said}");
}

#[test]
fn gpus_of_older_slurm_are_read_and_missing_ones_said() {
    let of = |columns: &str, rows: &str| {
        let head = format!("JobID|Submit|ElapsedRaw|State|NNodes|NCPUS|{columns}\n");
        let body: String = rows
            .lines()
            .map(|row| format!("{}|2026-10-05T08:00:00|60|COMPLETED|2|8|{row}\n", row.len()))
            .collect();
        let answer = slurm(&Folder::empty().with("sacct.txt", head + &body));
        let gpus = self::rows(&answer.stdout)
            .iter()
            .filter_map(|row| row.split(',').nth(5))
            .collect::<Vec<_>>()
            .join(" ");
        (gpus, answer.stderr)
    };
    // Allocated on both nodes: 4 and 8 in all; requested per node. TRES goes before GRES.
    assert_eq!(of("AllocGRES", "gpu:4\ngpu:a100:8(IDX:0-3)").0, "2 4");
    assert_eq!(of("ReqGRES", "gpu:4").0, "4");
    assert_eq!(of("AllocTRES|AllocGRES", "cpu=8,gres/gpu=2|gpu:8\ncpu=8|gpu:8").0, "1 4");
    let (gpus, said) = of("JobName", "a");
    assert_eq!(gpus, "0");
    assert!(said.contains("GPUs unknown: 1 job counts as without; there is no column `AllocTRES`"), "{said}");
    let (_, said) = of("AllocTRES", "cpu=8");
    assert!(said.contains("GPUs unknown: 1 job counts as without; no row names any"), "{said}");
}

#[test]
fn clusters_are_told_apart() {
    let rows = "Cluster|JobID|Submit|ElapsedRaw|State|NCPUS\n\
                a|1|2026-10-05T08:00:00|60|COMPLETED|1\nb|1|2026-10-05T08:00:00|60|COMPLETED|2\n";
    let answer = slurm(&Folder::empty().with("sacct.txt", rows));
    let ids: Vec<&str> = self::rows(&answer.stdout).iter().filter_map(|row| row.split(',').next()).collect();
    assert_eq!(ids, ["a/1", "b/1"], "{}", answer.text());
}

#[test]
fn times_of_a_cluster_are_of_its_zone() {
    let folder = sacct("1|a|p|2026-10-25T03:30:00|||60|COMPLETED|1|1|1G||\n");
    let answer =
        folder.run(&["jobs", "import", "--from", "slurm", "sacct.txt", "--timezone", "Europe/Berlin"]);
    // After the change to winter time at 3:00, which is one hour from UTC.
    assert!(answer.stdout.contains("1,2026-10-25T02:30:00Z,60"), "{}", answer.text());
}

#[test]
fn nodes_that_differ_are_said() {
    let folder = sacct("1|a|p|2026-10-05T00:00:00|||60|COMPLETED|3|64|||cpu=64,mem=3G,gres/gpu=6\n");
    let answer = slurm(&folder);
    // 64 / 3 = 21.3; 6 GPUs divide.
    assert_eq!(rows(&answer.stdout), ["1,2026-10-05T00:00:00Z,60,22,1024,2,3,p,succeeded,a"]);
    assert!(answer.stderr.contains("1 job has CPUs or GPUs that do not divide"), "{}", answer.text());
}

#[test]
fn a_workload_is_read_back_with_all_it_says() {
    let text = "job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,attempts,depends_on,job_definition,note\n\
                b,2026-10-05T00:00:00Z,60,1,10,0,1,q,succeeded,,,,x\n\
                a,2026-10-05T00:00:00Z,60,1,10,0,1,q,failed,3,b c,train,y\n";
    let folder = Folder::empty().with("a.csv", text);
    let answer = folder.run(&["jobs", "import", "--from", "workload", "a.csv"]);
    // In its own order; `c` is not there.
    assert_eq!(
        rows(&answer.stdout),
        [
            "b,2026-10-05T00:00:00Z,60,1,10,0,1,q,succeeded,,,",
            "a,2026-10-05T00:00:00Z,60,1,10,0,1,q,failed,3,b,train"
        ]
    );
    assert!(answer.stderr.contains("dropped: 1 dependency on jobs that are not in it"), "{}", answer.text());
}

const SWF: &str = "; Version: 2.2\n; UnixStartTime: 1790000000\n\n\
    1 0 5 100 4 99.5 2048 8 200 1024 1 1 1 1 3 -1 -1 -1\n\
    2 10 -1 50.9 2 -1 -1 -1 -1 -1 0 1 1 1 -1 -1 1 0 77 88\n\
    3 10 -1 -1 2 -1 -1 -1 -1 -1 1\n\
    4 11 -1 0 2 -1 -1 -1 -1 -1 5\n\
    5 9 -1 7 300 -1 -1 -1 -1 -1 1\n";

#[test]
fn a_log_becomes_a_workload() {
    let answer = Folder::empty().with("log.swf", SWF).run(&["jobs", "import", "--from", "swf", "log.swf"]);
    // 300 processors on instances of 192: 2 nodes of 150. 1,790,000,000 s are 2026-09-21T14:13:20Z.
    assert_eq!(rows(&answer.stdout)[1], "5,2026-09-21T14:13:29Z,7,150,0,0,2,unknown,succeeded,,,,,");
    snapshot("jobs_swf", &answer.text());
}

const TRACE: &str = "when,took,cores,mem,cards,hosts,site,end\n\
    2026-10-05 08:00:00,1:30:00,8,16.5,2,1,a,COMPLETED\n\
    2026-10-05T09:00:00+02:00,90.5,4,,,,b,failed\n\
    1791187200,,4,1,0,1,b,cancelled\n";
const MAP: &str = "submitted_at=when,run_seconds=took,vcpus=cores,memory_gib=mem,gpus=cards,nodes=hosts,queue=site,status=end";

#[test]
fn any_csv_is_read_by_a_map() {
    let folder = Folder::empty().with("trace.csv", TRACE);
    let answer = folder.run(&[
        "jobs",
        "import",
        "--from",
        "csv",
        "trace.csv",
        "--map",
        MAP,
        "--timezone",
        "Asia/Tokyo",
    ]);
    // 8:00 in Tokyo is 23:00 UTC of the day before; 9:00+02:00 is 7:00. 16.5 GiB are 16,896 MiB. 1,791,187,200 s never ran.
    assert_eq!(
        rows(&answer.stdout),
        ["1,2026-10-04T23:00:00Z,5400,8,16896,2,1,a,succeeded", "2,2026-10-05T07:00:00Z,91,4,0,0,1,b,failed"]
    );
    snapshot("jobs_csv", &answer.text());
    let relative = "arrival_time,length,cpus\n1.5e1,6302.0,1\n0.0,10,2\n";
    let map = "submit_seconds=arrival_time,run_seconds=length,vcpus=cpus";
    let answer = Folder::empty()
        .with("t.csv", relative)
        .run(&["jobs", "import", "--from", "csv", "t.csv", "--map", map]);
    assert_eq!(
        rows(&answer.stdout),
        ["2,0,10,2,0,0,1,default,succeeded", "1,15,6302,1,0,0,1,default,succeeded"]
    );
    let counted = "timestamp,duration,num_gpus\n2026-10-05 07:01:55,66.0,\n2026-10-05 06:13:03,2951.0,2\n";
    let map = "submitted_at=timestamp,run_seconds=duration,gpus=num_gpus";
    let args = [
        "jobs",
        "import",
        "--from",
        "csv",
        "t.csv",
        "--map",
        map,
        "--default",
        "vcpus=6,gpus=1,memory_gib=8",
    ];
    let answer = Folder::empty().with("t.csv", counted).run(&args);
    // A default stands for what is empty, too.
    assert_eq!(
        rows(&answer.stdout),
        [
            "2,2026-10-05T06:13:03Z,2951,6,8192,2,1,default,succeeded",
            "1,2026-10-05T07:01:55Z,66,6,8192,1,1,default,succeeded"
        ]
    );
}

const MANIFESTS: &str = r#"# of the lab
apiVersion: batch/v1
kind: Job
metadata: {name: pi, annotations: }
spec:
  completions: 3
  parallelism: 2
  completionMode: Indexed
  backoffLimit: 20
  template:
    spec:
      initContainers: [{name: fetch, resources: {requests: {cpu: 3, memory: 100Mi}}}]
      containers:
      - name: pi
        resources: {requests: {cpu: 1500m}, limits: {cpu: 8, memory: 1Gi, nvidia.com/gpu: 2}}
      - {name: log, resources: {requests: {cpu: 0.25, memory: 64Mi}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
---
{"kind": "List", "apiVersion": "v1", "items": [
  {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "c"}},
  {"kind": "Job", "apiVersion": "batch/v1", "metadata": {"name": "queue", "namespace": "ml", "annotations": {"hpc-cost/run-seconds": "90"}},
   "spec": {"parallelism": 2, "activeDeadlineSeconds": 60, "template": {"spec": {"containers": [{"name": "x"}]}}}}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: odd, namespace: ml}
spec: {parallelism: two, template: {spec: {containers: [{name: x}]}}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: broken
---
apiVersion: batch/v1
kind: Job
metadata: {name: paused}
spec: {parallelism: 0, completions: 4, template: {spec: {containers: [{name: x}]}}}
"#;

#[test]
fn manifests_become_pods() {
    let folder = Folder::empty().with("jobs.yaml", MANIFESTS);
    let answer = folder.run(&["jobs", "import", "--from", "kubernetes", "jobs.yaml", "--run-seconds", "600"]);
    // The init container's 3 CPUs are more than 1.75; 1 GiB and 64 MiB; 21 tries are more than AWS Batch's 10. The third
    // pod waits for the first. The work queue's two pods are ended after 60 of 90 s.
    assert_eq!(
        rows(&answer.stdout),
        [
            "default/pi:0,0,600,3,1088,2,1,default,succeeded,10,,pi,",
            "default/pi:1,0,600,3,1088,2,1,default,succeeded,10,,pi,",
            "default/pi:2,0,600,3,1088,2,1,default,succeeded,10,default/pi:0,pi,",
            "ml/queue:0,0,60,1,0,0,1,default,failed,7,,queue,ml",
            "ml/queue:1,0,60,1,0,0,1,default,failed,7,,queue,ml",
        ]
    );
    snapshot("jobs_kubernetes", &answer.text());
}

#[test]
fn a_job_of_a_cluster_has_its_own_times() {
    let text = r#"{"kind": "JobList", "apiVersion": "batch/v1", "items": [{
        "metadata": {"name": "a", "creationTimestamp": "2026-10-01T00:00:00Z"},
        "spec": {"completions": 4, "parallelism": 2,
                 "template": {"spec": {"containers": [{"resources": {"limits": {"cpu": "4", "memory": "8G"}}}]}}},
        "status": {"startTime": "2026-10-01T00:01:00Z", "succeeded": 3,
                   "conditions": [{"type": "Failed", "status": "True", "lastTransitionTime": "2026-10-01T01:01:00Z"}]}},
        {"metadata": {"name": "b"}, "spec": {"template": {"spec": {"containers": [{}]}}}}]}"#;
    let answer =
        Folder::empty().with("jobs.json", text).run(&["jobs", "import", "--from", "kubernetes", "jobs.json"]);
    // An hour in two rounds; 8 × 10⁹ bytes are 7,629.4 MiB; three of four succeeded.
    let of = |index: u32, status: &str, on: &str| {
        format!("default/a:{index},2026-10-01T00:00:00Z,1800,4,7630,0,1,default,{status},7,{on},a")
    };
    let expected = [
        of(0, "succeeded", ""),
        of(1, "succeeded", ""),
        of(2, "succeeded", "default/a:0"),
        of(3, "failed", "default/a:1"),
    ];
    assert_eq!(rows(&answer.stdout), expected);
    let left_out = "left out: Job `default/b`: it has no `creationTimestamp`, others have";
    assert!(answer.stderr.contains(left_out), "{}", answer.text());
}

#[test]
fn of_two_manifests_of_one_job_the_last_counts() {
    let job = |completions: u32| {
        format!(
            "---\nkind: Job\napiVersion: batch/v1\nmetadata: {{name: a}}\nspec: {{completions: {completions}, \
             template: {{spec: {{containers: [{{resources: {{requests: {{cpu: 1, memory: 1Gi}}}}}}]}}}}}}\n"
        )
    };
    let folder = Folder::empty().with("jobs.yaml", job(3) + &job(1));
    let answer = folder.run(&["jobs", "import", "--from", "kubernetes", "jobs.yaml", "--run-seconds", "5"]);
    assert_eq!(rows(&answer.stdout), ["default/a,0,5,1,1024,0,1,default,succeeded,7,a"]);
    assert!(answer.stderr.contains("Job `default/a` is there more than once"), "{}", answer.text());
}

/// Snapshot, file, its text, arguments after `--from`, exit code.
const REFUSED: &[(&str, &str, &str, &[&str], i32)] = &[
    ("slurm_empty", "a", "", &["slurm"], 3),
    ("slurm_only_header", "a", "JobID|Submit|State|ElapsedRaw|NCPUS\n", &["slurm"], 3),
    ("slurm_no_column", "a", "JobID|Submit|State|ElapsedRaw\n", &["slurm"], 3),
    ("slurm_not_sacct", "a", "hello\n", &["slurm"], 3),
    (
        "slurm_negative",
        "a",
        "JobID|Submit|State|ElapsedRaw|NCPUS\n1|2026-10-05|COMPLETED|-5|1\n",
        &["slurm"],
        3,
    ),
    (
        "slurm_ends_before_start",
        "a",
        "JobID|Submit|State|Start|End|NCPUS\n1|2026-10-05T00:00:00|FAILED|2026-10-05T00:00:09|2026-10-05T00:00:01|1\n",
        &["slurm"],
        3,
    ),
    (
        "slurm_too_long",
        "a",
        "JobID|Submit|State|ElapsedRaw|NCPUS\n1|2026-10-05|COMPLETED|9223372036854775808|1\n",
        &["slurm"],
        3,
    ),
    ("slurm_cut_off", "a", "JobID|Submit|State|ElapsedRaw|NCPUS\n1|2026-10-05|COMP", &["slurm"], 3),
    (
        "slurm_too_many_fields",
        "a",
        "JobID|Submit|State|ElapsedRaw|NCPUS\n1|2026-10-05|a|b|c|d\n",
        &["slurm"],
        3,
    ),
    ("slurm_state", "a", "JobID|Submit|State|ElapsedRaw|NCPUS\n1|2026-10-05|WELL|5|1\n", &["slurm"], 3),
    ("slurm_time", "a", "JobID|Submit|State|ElapsedRaw|NCPUS\n1|Tuesday|FAILED|5|1\n", &["slurm"], 3),
    (
        "slurm_nothing_ended",
        "a",
        "JobID|Submit|State|ElapsedRaw|NCPUS\n1|2026-10-05|RUNNING|5|1\n",
        &["slurm"],
        3,
    ),
    ("swf_empty", "a", "; nothing\n", &["swf"], 3),
    ("swf_twice", "a", "1 0 0 5 1\n1 2 0 5 1\n", &["swf"], 3),
    ("swf_too_long", "a", "1 0 0 9223372036854775808 1\n", &["swf"], 3),
    ("csv_empty", "a", "", &["csv"], 3),
    ("csv_no_column", "a", "job_id,vcpus,run_seconds\n1,2,3\n", &["csv"], 3),
    ("csv_mapped_column_missing", "a", "job_id\n1\n", &["csv", "--map", "vcpus=cores"], 3),
    ("csv_twice", "a", "job_id,vcpus,run_seconds,submit_seconds\n1,2,3,0\n1,2,3,0\n", &["csv"], 3),
    ("csv_negative", "a", "job_id,vcpus,run_seconds,submit_seconds\n1,2,-3,0\n", &["csv"], 3),
    (
        "csv_too_long",
        "a",
        "job_id,vcpus,run_seconds,submit_seconds\n1,2,9223372036854775808,0\n",
        &["csv"],
        3,
    ),
    ("csv_no_run_time", "a", "job_id,vcpus,run_seconds,submit_seconds\n1,2,,0\n", &["csv"], 3),
    ("csv_ragged", "a", "job_id,vcpus,run_seconds,submit_seconds\n1,2,3\n", &["csv"], 3),
    ("csv_status", "a", "job_id,vcpus,run_seconds,submit_seconds,status\n1,2,3,0,well\n", &["csv"], 3),
    ("map_field_unknown", "a", "", &["csv", "--map", "vcpu=cores"], 2),
    ("map_twice", "a", "", &["csv", "--map", "vcpus=cores,vcpus=cpus"], 2),
    ("map_of_slurm", "a", "", &["slurm", "--map", "vcpus=cores"], 2),
    ("timezone_unknown", "a", "", &["slurm", "--timezone", "Europe/Tokyo"], 2),
    ("kubernetes_empty", "a", "", &["kubernetes"], 3),
    ("kubernetes_no_yaml", "a", "{[\n", &["kubernetes"], 3),
    ("kubernetes_no_manifest", "a", "hello\n", &["kubernetes"], 3),
    ("kubernetes_no_job", "a", "kind: Pod\napiVersion: v1\n", &["kubernetes"], 3),
    (
        "kubernetes_no_run_time",
        "a",
        "kind: Job\napiVersion: batch/v1\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{}]}}}\n",
        &["kubernetes"],
        3,
    ),
    ("workload_no_column", "a", "job_id\n1\n", &["workload"], 3),
    ("append_without_output", "a", "", &["slurm", "--append"], 2),
];

#[test]
fn what_cannot_be_meant_is_refused() {
    let mut wrong = Vec::new();
    for (name, file, text, args, code) in REFUSED {
        let folder = Folder::empty().with(file, text);
        let answer = folder.run(&[&["jobs", "import", file, "--from"], *args].concat());
        if answer.code != Some(*code) || !answer.stdout.is_empty() || !answer.stderr.contains("error: ") {
            wrong.push(format!("{name}\n{}", answer.text()));
        }
        snapshot(&format!("jobs_refused_{name}"), &answer.text());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn append(folder: &Folder, from: &str, file: &str) -> Answer {
    folder.run(&["jobs", "import", "--from", from, file, "-o", "all.csv", "--append"])
}

fn all(folder: &Folder) -> String {
    fs::read_to_string(folder.path("all.csv")).expect("the workload")
}

/// Job 3 runs in the first week and has ended in the second; jobs 7 and 6 come in the same second.
const WEEKS: [&str; 2] = [
    "1|a|p|2026-10-05T00:00:00|||60|COMPLETED|1|1|1G||\n\
     7|a|p|2026-10-06T00:00:00|||60|COMPLETED|1|1|1G||\n\
     3|a|p|2026-10-11T00:00:00|||60|RUNNING|1|1|1G||\n",
    "6|a|q|2026-10-06T00:00:00|||60|COMPLETED|1|1|1G||\n\
     3|a|p|2026-10-11T00:00:00|||99999|COMPLETED|1|1|1G||\n\
     4|a|q|2026-10-12T00:00:00|||60|FAILED|1|2|1G||\n",
];

fn weeks() -> Folder {
    Folder::empty().with("1", format!("{SACCT}{}", WEEKS[0])).with("2", format!("{SACCT}{}", WEEKS[1]))
}

#[test]
fn weeks_add_up_in_any_order() {
    let folder = weeks();
    assert_eq!(append(&folder, "slurm", "1").code, Some(0));
    let once = all(&folder);
    let again = append(&folder, "slurm", "1");
    assert_eq!((again.code, all(&folder)), (Some(0), once));
    assert!(again.stderr.contains("replaced: 2 jobs that were there already"), "{}", again.text());
    snapshot("jobs_append", &append(&folder, "slurm", "2").text());
    let forwards = all(&folder);
    let ids: Vec<&str> = rows(&forwards).iter().filter_map(|row| row.split(',').next()).collect();
    assert_eq!(ids, ["1", "6", "7", "3", "4"]);
    assert_eq!(append(&folder, "slurm", "1").code, Some(0));
    assert_eq!(all(&folder), forwards);
    let backwards = weeks();
    append(&backwards, "slurm", "2");
    append(&backwards, "slurm", "1");
    assert_eq!(all(&backwards), forwards);
    let at_once = weeks();
    at_once.run(&["jobs", "import", "--from", "slurm", "2", "1", "-o", "all.csv"]);
    assert_eq!(all(&at_once), forwards);
}

/// Job 1 is another one each week; in the second one job 2 waits for its own job 1.
#[test]
fn the_same_id_in_another_week_is_another_job() {
    const COLUMNS: &str =
        "job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,depends_on\n";
    let week = |day: u32, run: u32, more: &str| {
        format!("{COLUMNS}1,2026-08-{day:02}T10:00:00Z,{run},4,4096,0,1,p,succeeded,\n{more}")
    };
    let waits = "2,2026-08-10T11:00:00Z,5,4,4096,0,1,p,succeeded,1\n";
    let weeks = [week(3, 3600, ""), week(10, 600, waits), week(17, 60, "")];
    let expected = "1,2026-08-03T10:00:00Z,3600,4,4096,0,1,p,succeeded,\n\
         1@2026-08-10T10:00:00Z,2026-08-10T10:00:00Z,600,4,4096,0,1,p,succeeded,\n\
         2,2026-08-10T11:00:00Z,5,4,4096,0,1,p,succeeded,1@2026-08-10T10:00:00Z\n\
         1@2026-08-17T10:00:00Z,2026-08-17T10:00:00Z,60,4,4096,0,1,p,succeeded,\n";
    // In any order, and each of them again.
    for order in [[0, 1, 2, 1, 0], [2, 1, 0, 2, 1], [1, 2, 1, 0, 0]] {
        let folder = Folder::empty();
        let folder = (0..3).fold(folder, |folder, week| folder.with(&week.to_string(), &weeks[week]));
        for week in order {
            let answer = append(&folder, "workload", &week.to_string());
            assert_eq!(answer.code, Some(0), "{}", answer.text());
        }
        assert_eq!(all(&folder), format!("{COLUMNS}{expected}"), "{order:?}");
        let again = append(&folder, "workload", "0");
        for words in ["replaced: 1 job", "id used again: 2 jobs"] {
            assert!(again.stderr.contains(words), "{words}: {}", again.text());
        }
    }
    let at_once = (0..3).fold(Folder::empty(), |folder, week| folder.with(&week.to_string(), &weeks[week]));
    at_once.run(&["jobs", "import", "--from", "workload", "2", "0", "1", "-o", "all.csv"]);
    assert_eq!(all(&at_once), format!("{COLUMNS}{expected}"));
    // The record of a week that was made again counts, by the submission.
    let at_once = at_once.with("1", week(10, 601, waits));
    append(&at_once, "workload", "1");
    let expected = expected.replace("00Z,600,", "00Z,601,");
    assert_eq!(all(&at_once), format!("{COLUMNS}{expected}"));
}

#[test]
fn a_record_without_an_end_leaves_the_file_alone() {
    let running = "9|a|p|2026-10-11T00:00:00|||60|RUNNING|1|1|1G||\n";
    let folder = weeks().with("3", format!("{SACCT}{running}"));
    let first = append(&folder, "slurm", "3");
    assert_eq!(first.code, Some(3), "{}", first.text());
    assert!(!folder.path("all.csv").exists());
    append(&folder, "slurm", "1");
    let before = all(&folder);
    let answer = append(&folder, "slurm", "3");
    assert_eq!((answer.code, all(&folder)), (Some(0), before));
    snapshot("jobs_append_nothing_ended", &answer.text());
    // Beside a file that has some it is said, too.
    let both = folder.run(&["jobs", "import", "--from", "slurm", "3", "1"]);
    assert_eq!((both.code, rows(&both.stdout).len()), (Some(0), 2), "{}", both.text());
    assert!(
        both.stderr.contains("3 and 1 more file: 2 jobs kept\ndropped: 2 not ended yet\n"),
        "{}",
        both.text()
    );
}

#[test]
fn jobs_without_ids_or_dates_are_not_joined() {
    let folder = Folder::empty()
        .with("numbered.csv", "submitted_at,vcpus,run_seconds\n2026-10-05,1,1\n")
        .with("relative.csv", "job_id,submit_seconds,vcpus,run_seconds\n1,0,1,1\n");
    for (file, reason) in
        [("numbered.csv", "its rows have no `job_id`"), ("relative.csv", "its `submit_seconds` count from")]
    {
        let answer = append(&folder, "csv", file);
        assert_eq!(answer.code, Some(2), "{}", answer.text());
        assert!(answer.stderr.contains(reason), "{}", answer.text());
    }
    snapshot("jobs_append_numbered", &append(&folder, "csv", "numbered.csv").text());
}

#[test]
fn a_workload_file_is_shown() {
    let folder = sacct(
        "1|a|gpu|2026-10-05T00:00:00|||18|COMPLETED|1|1|1G||cpu=1,gres/gpu=8\n\
         2|a|cpu|2026-10-06T23:59:59|||54|COMPLETED|2|2|3G||cpu=2\n\
         3|a|gpu|2026-10-12T00:00:00|||3600|COMPLETED|1|3|1G||cpu=3,gres/gpu=1\n",
    );
    folder.run(&["jobs", "import", "--from", "slurm", "sacct.txt", "-o", "all.csv"]);
    let answer = folder.run(&["jobs", "show", "all.csv"]);
    // 8 × 18 s and an hour are 1.04 GPU-hours; 2 × 54 s are 0.03 vCPU-hours; 18 s and 3 h are 3.005, rounded up.
    for figure in ["1.04", "0.03", "3.01"] {
        assert!(answer.stdout.contains(figure), "{figure}\n{}", answer.text());
    }
    snapshot("jobs_show", &answer.text());
}

/// A job in the words of the CSV: submission, run time, vCPUs, MiB, GPUs, nodes, queue, status.
type Words = (u32, u32, (u32, u32, u16, u32), u8, u8, Option<u8>);

fn any_jobs() -> impl Strategy<Value = Vec<Words>> {
    let resources = (1..1_000_u32, 0..5_000_000_u32, 0..17_u16, 1..100_u32);
    let job = (any::<u32>(), 1..u32::MAX, resources, 0..4_u8, 0..3_u8, proptest::option::of(1..=10_u8));
    proptest::collection::vec(job, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_workload_survives_its_file(jobs in any_jobs(), dated in any::<bool>()) {
        let mut text = String::from("status,queue,nodes,gpus,memory_mib,vcpus,run_seconds,");
        text += if dated { "submitted_at" } else { "submit_seconds" };
        text += ",job_id,attempts,depends_on,note\n";
        for (index, (submit, run, (vcpus, memory, gpus, nodes), queue, status, attempts)) in jobs.iter().enumerate() {
            let status = ["succeeded", "failed", "cancelled"][usize::from(*status)];
            let submit = match dated {
                true => hpc_cost::model::time::instant(1_700_000_000 + i64::from(*submit)),
                false => submit.to_string(),
            };
            let attempts = attempts.map_or_else(String::new, |attempts| attempts.to_string());
            let on = if index % 3 == 2 { format!("j{} j{}", index - 1, index - 2) } else { String::new() };
            writeln!(text, "{status},\"q, {queue}\",{nodes},{gpus},{memory},{vcpus},{run},{submit},j{index},{attempts},{on},x")
                .expect("a text grows");
        }
        let written = |text: &str| {
            let workload = csv::read(text.as_bytes()).expect("valid");
            let mut bytes = Vec::new();
            csv::write(&workload, &mut bytes).expect("a vector grows");
            (workload, String::from_utf8(bytes).expect("text"))
        };
        let (first, once) = written(&text);
        let (second, twice) = written(&once);
        prop_assert_eq!(&once, &twice);
        prop_assert_eq!(first.dependencies(), second.dependencies());
        // What was given, in order of submission.
        let mut order: Vec<usize> = (0..jobs.len()).collect();
        order.sort_by_key(|index| jobs[*index].0);
        for (place, index) in order.into_iter().enumerate() {
            let (_, run, (vcpus, memory, gpus, nodes), queue, status, attempts) = jobs[index];
            let job = &second.jobs()[place];
            prop_assert_eq!(second.id(place), format!("j{index}"));
            prop_assert_eq!((job.run_seconds, job.vcpus, job.memory_mib, job.gpus, job.nodes), (run, vcpus, memory, gpus, nodes));
            prop_assert_eq!(&second.queues()[usize::from(job.queue)], &format!("q, {queue}"));
            prop_assert_eq!(job.recorded, [Recorded::Succeeded, Recorded::Failed, Recorded::Cancelled][usize::from(status)]);
            prop_assert_eq!(job.attempts.map(std::num::NonZeroU8::get), attempts);
        }
    }
}

/// 60 MB of rows, of which jobs take 2 MB.
#[cfg(target_os = "linux")]
#[test]
fn a_record_is_never_in_memory_as_a_whole() {
    let folder = Folder::empty();
    let args = ["jobs", "import", "--from", "slurm", "-", "-o", "all.csv"];
    let mut child = folder
        .command(&args)
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let comment = "x".repeat(4000);
    stdin.write_all(b"JobID|Comment|Submit|ElapsedRaw|State|NCPUS\n").expect("it reads");
    // Memory of the program's own, in KiB: pages of its file depend on the machine.
    let status = format!("/proc/{}/status", child.id());
    let anonymous = || {
        let status = fs::read_to_string(&status).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).expect("Linux says so");
        line.split_whitespace().next().and_then(|kib| kib.parse::<u64>().ok()).expect("a number")
    };
    let mut early = 0;
    let mut peak = 0;
    for job in 0..15_000 {
        writeln!(stdin, "{job}|{comment}|2026-10-05T00:00:00|{job}|COMPLETED|1").expect("it reads");
        // All but what a pipe holds has been read by now.
        match job {
            1_000 => early = anonymous(),
            _ if job % 1_000 == 999 => peak = peak.max(anonymous()),
            _ => {}
        }
    }
    drop(stdin);
    assert!(child.wait().expect("it ends").success());
    assert_eq!(rows(&all(&folder)).len(), 15_000);
    assert!(peak < early + 12_000, "{early} KiB at first and {peak} KiB for 60 MB of text");
}
